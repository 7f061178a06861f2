"""Large indices: a build of 100,000 units by 50 indicators, and how its cost grows with units.

Each build reads its tables, fills gaps with the median of a group, winsorises, normalises, and
aggregates ten nodes, in a process of its own, so that its memory is its own.
"""

import resource
import tempfile
import time
from pathlib import Path

import resilience_index as ri
from tests.benchmarks.measuring import Row, apart
from tests.synthetic import write_content

INDICATORS, PILLARS = 50, 10
CHANGES = {
    "method.impute": {"name": "group_median", "by": ["region"]},
    "method.treat": {"name": "skewness_kurtosis"},
}


def of_units(units: int) -> dict[str, float]:
    """Build an index of so many units; return seconds on the clock and of this CPU, and GB."""
    with tempfile.TemporaryDirectory() as folder:
        names = [f"Unit {n}" for n in range(units)]
        regions = {"region": [f"Region {n % 40}" for n in range(units)]}
        place = write_content(
            Path(folder) / "content", names, pillars=PILLARS, indicators=INDICATORS // PILLARS,
            columns=regions,
        )  # fmt: skip
        for path in sorted((place / "data").glob("*.csv")):
            _with_gaps(path)
        clock, busy = time.perf_counter(), time.process_time()
        index = ri.build("made_up", content=place, changes=CHANGES)
        clock, busy = time.perf_counter() - clock, time.process_time() - busy
    if index.ranked != units:
        raise RuntimeError(f"{index.ranked} of {units} units are ranked")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"clock": clock, "busy": busy, "peak": peak}


def _with_gaps(path: Path) -> None:
    """Take every twentieth figure away, a different one in each table."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    first = sum(path.name.encode()) % 20
    kept = [line for n, line in enumerate(lines) if n % 20 != first]
    path.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")


def quarter() -> dict[str, float]:
    """Build a quarter of the units."""
    return of_units(25_000)


def half() -> dict[str, float]:
    """Build half of the units."""
    return of_units(50_000)


def whole() -> dict[str, float]:
    """Build all units."""
    return of_units(100_000)


def size() -> list[Row]:
    """Measure 25,000, 50,000 and 100,000 units: cost grows no faster than their number."""
    found = {name: apart("size", name) for name in ("quarter", "half", "whole")}
    each = {"quarter": 25_000, "half": 50_000, "whole": 100_000}
    cost = {name: found[name]["busy"] / each[name] * 1e6 for name in found}
    what = f"build of 100,000 units x {INDICATORS} indicators"
    rows = [
        Row("build_100k_s", f"{what}, on the clock", found["whole"]["clock"], "s", 15),
        Row("build_100k_cpu_s", f"{what}, of the CPU", found["whole"]["busy"], "s", 15),
        Row("build_100k_gb", f"{what}, peak of memory", found["whole"]["peak"], "GB", 4),
    ]
    rows += [
        Row(f"build_{each[name] // 1000}k_us", f"CPU a unit, of {each[name]:,}", cost[name], "us")
        for name in found
    ]
    grows = cost["whole"] / cost["quarter"]
    return [*rows, Row("build_growth", "cost a unit, 100,000 to 25,000 units", grows, "x", 1.25)]
