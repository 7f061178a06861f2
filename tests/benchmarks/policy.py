"""The policy lab: all countries, three arms, ten thousand draws; one country as a user asks."""

import time
from collections.abc import Callable

import resilience_index as ri
from resilience_index.policy import Asked, compare, compare_all, open_lab, sensitivity, stress
from tests.benchmarks.measuring import Row

_ARMS = "voucher:korea_documented,sovereign:apertus_class,hosting"
_MOST = 60.0


def _computing(action: Callable[[], object]) -> float:
    """Time the processors' work of this process, which other work does not lengthen."""
    start = time.process_time()
    action()
    return time.process_time() - start


def policy() -> list[Row]:
    """Time comparisons and a stress test; they run in one process, so on less than two cores."""
    rows = []
    for others in ("frozen", "moving"):
        lab = open_lab(ri.build("ai_resilience"))
        asked = Asked(1e9, draws=10_000, others=others)
        took = _computing(lambda lab=lab, asked=asked: compare_all(lab, _ARMS, asked))
        what = f"{len(lab.codes)} countries, three arms, 10,000 draws, others {others}: CPU"
        rows.append(Row(f"policy_all_{others}_s", what, took, "s", _MOST))
    lab = open_lab(ri.build("ai_resilience"))
    one = Asked(1e9, draws=10_000)
    took = _computing(lambda: compare(lab, "KOR", _ARMS, one))
    rows.append(Row("policy_one_s", "one country, 10,000 draws, year by year, CPU", took, "s"))
    took = _computing(lambda: sensitivity(lab, "KOR", _ARMS, one))
    rows.append(Row("policy_decides_s", "what decides it: 512 base points, CPU", took, "s"))
    took = _computing(lambda: stress(lab, "us_cloud", draws=10_000))
    rows.append(Row("policy_stress_s", "one shock, all countries, 10,000 draws, CPU", took, "s"))
    return rows
