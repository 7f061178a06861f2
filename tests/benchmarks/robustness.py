"""Uncertainty and sensitivity, beside a floor that is measured in the same run.

Times of one thread are compared with that floor, so that a slow or busy machine changes neither
side: the ratio is what has a bound.
"""

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import resilience_index as ri
from resilience_index.robustness._counting import ahead_counts, places_of, ranks_of
from resilience_index.robustness._prepare import Prepared, prepare
from resilience_index.robustness._sampling import plan_of
from resilience_index.robustness.sensitivity import sensitivity
from resilience_index.robustness.uncertainty import count_task, score_task, uncertainty
from tests.benchmarks.measuring import Row, apart, seconds
from tests.made_up import large

DRAWS = 2**18
_ROUNDS = 7


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


def _ratios() -> list[Row]:
    """Compare draws of 200 units and 40 indicators with the floor."""
    prepared = prepare(of_size(200, 40, 0.1), seed=0)
    split = prepared.apart().cast(np.float32)
    nodes = tuple(range(len(split.shape.families)))
    (node_task,) = plan_of(prepared.design, 4096, 0).tasks(1)
    places = places_of(ranks_of(np.random.default_rng(0).random((4096, 200))))
    bare = floor(200, 40)
    made = per_draw(
        {
            "floor": (lambda: [bare() for _ in range(16)], 16 * 1024),
            "many": (counting(prepared, DRAWS), DRAWS),
            "default": (counting(prepared, 16_384), 16_384),
            "nodes": (lambda: score_task(split, prepared.design, nodes, node_task), 4096),
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


def _doubling() -> list[Row]:
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
    off = f"how far that is from 2, as a share: {what}"
    return [
        Row("uncertainty_doubling", what, ratio, ""),
        Row("uncertainty_doubling_off", off, abs(ratio / 2 - 1), "", 0.15),
    ]


def _million() -> dict[str, float]:
    index = of_size(200, 40, 0.1)
    taken = seconds(lambda: uncertainty(index, draws=1_000_000))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return {"seconds": taken, "gigabytes": peak}


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
        taken = seconds(lambda: sensitivity(six, base=2**14))
    return {"seconds": taken}


def _counties() -> dict[str, float]:
    index = of_size(3142, 15, 0.05)
    return {"seconds": seconds(lambda: uncertainty(index, draws=10_000))}


def _whole() -> list[Row]:
    """Time whole analyses, with all that belongs to them."""
    million, sobol, counties = (
        apart("robustness", name) for name in ("_million", "_sobol", "_counties")
    )
    size = "200 x 40"
    return [
        Row("uncertainty_million_s", f"{size}, 1,000,000 draws", million["seconds"], "s", 15),
        Row("uncertainty_million_gb", "its peak memory", million["gigabytes"], "GB", 1),
        Row("sensitivity_s", f"{size}, 6 assumptions, 2^14 points", sobol["seconds"], "s", 15),
        Row("uncertainty_counties_s", "3,142 x 15, 10,000 draws", counties["seconds"], "s", 30),
    ]


def robustness() -> list[Row]:
    """Measure uncertainty and sensitivity; the ratio to the floor comes first."""
    return [*_ratios(), *_doubling(), *_whole()]
