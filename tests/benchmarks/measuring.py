"""What the areas share: a row with its bound, and ways to take the time."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
"""So that a matrix product uses one thread, on the floor as elsewhere."""


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

    def line(self) -> str:
        """Return the row as it is printed."""
        limit = "" if self.bound is None else f"at most {self.bound:g}"
        mark = "" if self.held else "  NOT HELD"
        return f"{self.key:28} {self.value:9.3g} {self.unit:3} {limit:13} {self.what}{mark}"


def seconds(action: Callable[[], object], rounds: int = 1) -> float:
    """Return the time on the clock, the best of several rounds: others only ever add to it."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def command(*arguments: str, cwd: str) -> None:
    """Run a command of the package, without what it prints."""
    subprocess.run(
        [sys.executable, "-m", "resilience_index", *arguments], check=True, cwd=cwd,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def apart(area: str, name: str) -> dict[str, float]:
    """Call a function of an area in a process of its own, so that its memory is its own."""
    code = f"import json; from tests.benchmarks import {area} as b; print(json.dumps(b.{name}()))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True,
        cwd=ROOT, env={**os.environ, **ONE_THREAD},
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
