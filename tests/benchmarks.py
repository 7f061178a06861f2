"""Measure what must be fast: `make bench` writes reports/benchmarks.json and prints it.

Each function in `REGISTRY` returns rows. A bound is what must hold; a row without one is there to
be known. Times of one thread are compared with a floor that is measured beside them, in the same
run, so that a slow or busy machine changes neither side.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

import resilience_index as ri
from resilience_index.robustness._counting import ahead_counts, places_of, ranks_of
from resilience_index.robustness._prepare import Prepared, prepare
from resilience_index.robustness._sampling import plan_of
from resilience_index.robustness.sensitivity import sensitivity
from resilience_index.robustness.uncertainty import count_task, score_task, uncertainty
from tests.made_up import large

RESULT = Path(__file__).parent.parent / "reports" / "benchmarks.json"
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
"""So that a matrix product uses one thread, on the floor as elsewhere."""

DRAWS = 2**18
_ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """One thing measured: the greatest `value` that may be is `bound`, if there is one."""

    key: str
    what: str
    value: float
    unit: str
    bound: float | None = None

    @property
    def held(self) -> bool:
        return self.bound is None or self.value <= self.bound


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def of_size(units: int, indicators: int, gaps: float) -> ri.Index:
    """Build an index of a size, in which every kind of assumption is at work."""
    with tempfile.TemporaryDirectory() as folder:
        place = large(Path(folder) / "content", units, indicators, gaps)
        return ri.build("made_up", content=place)


def floor(units: int, indicators: int) -> Callable[[], object]:
    """Return the least a draw can cost: one product and one sort, in single precision."""
    rng = np.random.default_rng(0)
    table = rng.random((indicators, units), dtype=np.float32)
    weights = rng.random((1024, indicators), dtype=np.float32)
    scores = np.empty((1024, units), np.float32)

    def draw() -> None:
        np.matmul(weights, table, out=scores)
        np.argsort(scores, axis=1)

    return draw


def per_draw(actions: dict[str, tuple[Callable[[], object], int]]) -> dict[str, float]:
    """Time actions on this thread by turns, the best of several rounds; in microseconds a draw.

    What counts is the time that the thread works, so that others on the machine do not.
    """
    found = dict.fromkeys(actions, np.inf)
    for _ in range(_ROUNDS):
        for name, (action, draws) in actions.items():
            start = time.thread_time()
            action()
            found[name] = min(found[name], (time.thread_time() - start) / draws * 1e6)
    return found


def counting(prepared: Prepared, draws: int) -> Callable[[], object]:
    """Return the work of counting ranks in so many draws, on this thread."""
    model, units = prepared.model.cast(np.float32), np.arange(prepared.model.units)
    plan = plan_of(prepared.design, draws, 0)
    every = max(1, draws // 16_384)
    tasks = plan.tasks(16)
    return lambda: [count_task(model, prepared.design, [units], every, task) for task in tasks]


def robustness_ratios() -> list[Row]:
    """Compare draws of 200 units and 40 indicators with the floor."""
    prepared = prepare(of_size(200, 40, 0.1), seed=0)
    apart = prepared.apart().cast(np.float32)
    nodes = tuple(range(len(apart.shape.families)))
    (node_task,) = plan_of(prepared.design, 4096, 0).tasks(1)
    places = places_of(ranks_of(np.random.default_rng(0).random((4096, 200))))
    bare = floor(200, 40)
    made = per_draw(
        {
            "floor": (lambda: [bare() for _ in range(16)], 16 * 1024),
            "many": (counting(prepared, DRAWS), DRAWS),
            "default": (counting(prepared, 16_384), 16_384),
            "nodes": (lambda: score_task(apart, prepared.design, nodes, node_task), 4096),
            "pairs": (lambda: ahead_counts(places, 0, 200), 4096),
        }
    )
    ratio = {name: value / made["floor"] for name, value in made.items()}
    what = "200 units x 40 indicators, all assumptions, one thread, per draw / floor"
    return [
        Row("uncertainty_floor_ratio", f"score, rank, rank counts: {what}", ratio["many"], "", 3),
        Row("uncertainty_floor_us", "the floor: one product, one argsort", made["floor"], "us"),
        Row("uncertainty_default_ratio", "the same with 16,384 draws", ratio["default"], ""),
        Row("uncertainty_nodes_ratio", "scores of all 17 nodes, second pass", ratio["nodes"], ""),
        Row("uncertainty_pairs_ratio", "all pairs, on every k-th draw", ratio["pairs"], ""),
    ]


def robustness_doubling() -> list[Row]:
    """Compare twice the draws with the draws."""
    prepared = prepare(of_size(200, 40, 0.1), seed=0)
    made = per_draw(
        {
            "once": (counting(prepared, DRAWS), DRAWS),
            "twice": (counting(prepared, 2 * DRAWS), DRAWS),
        }
    )
    ratio = made["twice"] / made["once"]
    what = f"time of {2 * DRAWS:,} draws / time of {DRAWS:,}"
    return [Row("uncertainty_doubling", what, ratio, "", 2 * 1.15)]


def _million() -> dict[str, float]:
    index = of_size(200, 40, 0.1)
    seconds = _seconds(lambda: uncertainty(index, draws=1_000_000))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return {"seconds": seconds, "gigabytes": peak}


def _sobol() -> dict[str, float]:
    index = of_size(200, 40, 0.1)
    names = ("normalisation", "imputation", "power", "weights", "leave_out")
    kept = index.framework.assumptions.model_copy(
        update={"treatment": None, "year_window": None, "measurement_error": None}
    )
    assert all(getattr(kept, name) for name in names)
    framework = index.framework.model_copy(update={"assumptions": kept})
    with tempfile.TemporaryDirectory() as folder:
        place = large(Path(folder) / "content", 200, 40, 0.1)
        six = ri.build(framework, content=place)
        seconds = _seconds(lambda: sensitivity(six, base=2**14))
    return {"seconds": seconds}


def _counties() -> dict[str, float]:
    index = of_size(3142, 15, 0.05)
    return {"seconds": _seconds(lambda: uncertainty(index, draws=10_000))}


def apart(name: str) -> dict[str, float]:
    """Measure in a process of its own, so that memory is its own."""
    code = f"import json; from tests import benchmarks as b; print(json.dumps(b.{name}()))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True,
        cwd=Path(__file__).parent.parent, env={**os.environ, **ONE_THREAD},
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def robustness_seconds() -> list[Row]:
    """Time whole analyses, with all that belongs to them."""
    million, sobol, counties = apart("_million"), apart("_sobol"), apart("_counties")
    size = "200 x 40"
    return [
        Row("uncertainty_million_s", f"{size}, 1,000,000 draws", million["seconds"], "s", 15),
        Row("uncertainty_million_gb", "its peak memory", million["gigabytes"], "GB", 1),
        Row("sensitivity_s", f"{size}, 6 assumptions, 2^14 points", sobol["seconds"], "s", 15),
        Row("uncertainty_counties_s", "3,142 x 15, 10,000 draws", counties["seconds"], "s", 30),
    ]


def robustness_benchmarks() -> list[Row]:
    """Measure uncertainty and sensitivity; the ratio to the floor comes first."""
    return [*robustness_ratios(), *robustness_doubling(), *robustness_seconds()]


REGISTRY: list[Callable[[], list[Row]]] = [robustness_benchmarks]
"""What `make bench` measures, in this order."""


def main() -> int:
    """Measure everything, write it down, print it; 1 if a bound is not held."""
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        command = [sys.executable, "-m", "tests.benchmarks"]
        return subprocess.run(command, check=False, env={**os.environ, **ONE_THREAD}).returncode
    rows = [row for measure in REGISTRY for row in measure()]
    written: dict[str, Any] = {r.key: {**asdict(r), "held": r.held} for r in rows}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        limit = "" if row.bound is None else f"at most {row.bound:g}"
        mark = "" if row.held else "  NOT HELD"
        sys.stdout.write(
            f"{row.key:28} {row.value:9.3g} {row.unit:3} {limit:13} {row.what}{mark}\n"
        )
    sys.stdout.write(f"written to {RESULT}\n")
    return 0 if all(row.held for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
