"""Whether others agree: published figures, claims made beforehand, and the years before."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content._audit_settings import Hypothesis
from resilience_index.index import Index
from resilience_index.robustness._rank_correlation import Rho, spearman

SURE = 0.05
"""A claim holds if chance alone would show as much in fewer than this share of cases."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A claim and what became of it.

    `size` is a rank correlation, or the probability that a random member stands above a random
    other country; `p` is one-sided. `holds` is None where it could not be tested.
    """

    text: str
    kind: str  # correlation or probability
    size: float
    p: float
    count: int
    holds: bool | None


def agreement(score: pd.Series, others: pd.DataFrame, income: pd.Series | None) -> pd.DataFrame:
    """Correlate the index with figures of others, as they are and net of income.

    Parameters
    ----------
    score
        Points, higher is better, by country.
    others
        Countries by published figures.
    income
        Held constant in the partial correlation; None if there is none.

    Returns
    -------
    DataFrame
        By figure: `rho`, `p`, `count`; `net`, `net_p`, `net_count` (NaN without income).
    """
    rows = {}
    for code in others:
        raw = spearman(score, others[code])
        net = Rho(np.nan, np.nan, 0) if income is None else spearman(score, others[code], income)
        rows[code] = [raw.size, raw.p, raw.count, net.size, net.p, net.count]
    names = ["rho", "p", "count", "net", "net_p", "net_count"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names)


def outcome(
    claim: Hypothesis,
    score: pd.Series,
    units: pd.DataFrame,
    figures: Mapping[str, pd.Series],
    income: pd.Series | None,
) -> Outcome:
    """Test one claim of the framework: a group by Mann and Whitney's test, else a correlation.

    Parameters
    ----------
    claim
        As the framework file has it.
    score
        Points, higher is better, by country.
    units
        Attributes of the countries.
    figures
        Figures of the indicators that claims name, by code.
    income
        Held constant where the claim asks for it.

    Returns
    -------
    Outcome
        With `holds` None where a group is empty or too few countries have figures.

    References
    ----------
    Mann & Whitney (1947), On a test of whether one of two random variables is stochastically larger
    than the other. https://doi.org/10.1214/aoms/1177730491
    """
    if claim.column:
        return _group(claim, score, units)
    by = income if claim.net_of_income else None
    if claim.net_of_income and income is None:
        return Outcome(claim.text, "correlation", np.nan, np.nan, 0, None)
    found = spearman(score, figures[claim.indicator], by)
    right = found.size > 0 if claim.expects == "rises" else found.size < 0
    p = found.p / 2 if right else 1 - found.p / 2
    holds = None if np.isnan(found.size) else bool(right and p < SURE)
    return Outcome(claim.text, "correlation", found.size, p, found.count, holds)


def _group(claim: Hypothesis, score: pd.Series, units: pd.DataFrame) -> Outcome:
    """Test whether members of a group stand higher, or lower, than all others."""
    from scipy.stats import mannwhitneyu  # slow to import

    known = score.dropna()
    member = (units[claim.column].reindex(known.index) == claim.value).to_numpy()
    values: NDArray[np.float64] = known.to_numpy(float)
    inside, outside = values[member], values[~member]
    if len(inside) < 2 or len(outside) < 2:
        return Outcome(claim.text, "probability", np.nan, np.nan, len(known), None)
    side: Literal["greater", "less"] = "greater" if claim.expects == "higher" else "less"
    test = mannwhitneyu(inside, outside, alternative=side)
    above = float(test.statistic) / (len(inside) * len(outside))
    p = float(test.pvalue)
    return Outcome(claim.text, "probability", above, p, len(known), p < SURE)


def year_to_year(panel: Index) -> pd.DataFrame:
    """Correlate the ranking of each year of a panel with that of the year before.

    Only where the scale of all years is one (frozen goalposts, or one range over all years) does
    this say anything about the countries; that is for the caller to judge.

    Returns
    -------
    DataFrame
        By year: `rho` (Spearman), `count`, `largest` (places, by the country that moves most).
    """
    ranks, rows = panel.ranks[panel.root], {}
    for before, year in pairwise(panel.framework.years):
        pair = [ranks.xs(at, level=1) for at in (before, year)]
        both = pd.concat(pair, axis=1, keys=["before", "now"]).dropna()
        found = spearman(both["before"], both["now"])
        places = both.rank(method="min")
        largest = float((places["now"] - places["before"]).abs().max()) if len(both) else np.nan
        rows[int(year)] = [found.size, found.count, largest]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["rho", "count", "largest"])
