"""Measure everything, or the areas named, write it down, print it; 1 if a bound is not held."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tests.benchmarks.audits import audits
from tests.benchmarks.engine import engine
from tests.benchmarks.measuring import ONE_THREAD, ROOT, Row
from tests.benchmarks.pages import pages
from tests.benchmarks.policy import policy
from tests.benchmarks.robustness import robustness
from tests.benchmarks.size import size

RESULT = ROOT / "reports" / "benchmarks.json"
REGISTRY: dict[str, Callable[[], list[Row]]] = {
    "engine": engine,
    "size": size,
    "robustness": robustness,
    "audits": audits,
    "policy": policy,
    "pages": pages,
}
"""What `make bench` measures, in this order: areas, each with what returns its rows."""


def written() -> dict[str, Any]:
    """Return the rows of areas that were measured before."""
    return json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}


def main(areas: list[str]) -> int:
    """Measure, print each area when it is done, and keep what was measured of the others."""
    if unknown := sorted(set(areas) - set(REGISTRY)):
        sys.stderr.write(f"no area {', '.join(unknown)}; known: {', '.join(REGISTRY)}\n")
        return 2
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        command = [sys.executable, "-m", "tests.benchmarks", *areas]
        return subprocess.run(command, check=False, env={**os.environ, **ONE_THREAD}).returncode
    before, found, held = written() if areas else {}, {}, True
    for area in areas or REGISTRY:
        rows = REGISTRY[area]()
        sys.stdout.write("".join(f"{row.line()}\n" for row in rows))
        sys.stdout.flush()
        found[area] = {row.key: {**asdict(row), "held": row.held} for row in rows}
        held = held and all(row.held for row in rows)
    kept = {**before, **found}
    ordered = {area: kept[area] for area in REGISTRY if area in kept}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"written to {RESULT}\n")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
