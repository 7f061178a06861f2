"""The intervals of ranks, as pages speak of them: from the draws of the uncertainty analysis."""

import math

from resilience_index.publish._board import Interval
from resilience_index.robustness.uncertainty import Uncertainty


def intervals(found: Uncertainty | None) -> dict[str, Interval]:
    """Return the interval of each country that has a rank; nothing if none were worked out.

    Parameters
    ----------
    found
        The uncertainty of an index of one year.
    """
    if found is None:
        return {}
    wanted = found.table[["rank", "rank_05", "rank_95", "tier", "higher"]]
    out = {}
    for code, *figures in wanted.itertuples(name=None):
        if not any(math.isnan(x) for x in figures):
            _, low, high, tier, higher = figures
            out[str(code)] = Interval(int(low), int(high), int(tier), float(higher))
    return out
