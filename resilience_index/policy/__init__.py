"""What if: vouchers, sovereign models, shared hosting, suppliers that fall away.

    from resilience_index.policy import Asked, compare, open_lab

    lab = open_lab(index)
    compare(lab, "KOR", "voucher:korea_documented,sovereign:apertus_class,hosting", Asked(1e9))

Every number of this package is modelled: draws of priors that stand in indicators/policies, each
with its source or the word assumption.
"""

from resilience_index.policy.comparison import Comparison, compare, compare_all, compare_many
from resilience_index.policy.lab import Interval, Lab, Range, open_lab
from resilience_index.policy.quadrant import Quadrants, quadrants
from resilience_index.policy.sensitivity import Sensitivity, sensitivities, sensitivity
from resilience_index.policy.stress import Stress, stress
from resilience_index.policy.study import Asked
from resilience_index.policy.target import Target, target, with_range
from resilience_index.policy.what_if import WhatIf, what_if, with_ranges

__all__ = [
    "Asked",
    "Comparison",
    "Interval",
    "Lab",
    "Quadrants",
    "Range",
    "Sensitivity",
    "Stress",
    "Target",
    "WhatIf",
    "compare",
    "compare_all",
    "compare_many",
    "open_lab",
    "quadrants",
    "sensitivities",
    "sensitivity",
    "stress",
    "target",
    "what_if",
    "with_range",
    "with_ranges",
]
