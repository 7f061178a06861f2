"""How much the way of combining decides: other means over the same children, and the best case.

Everything here looks at the top of the tree: the children of the index, as the framework has them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_index.errors import DataError
from resilience_index.index import Index
from resilience_index.scoring import ranked
from resilience_index.steps import aggregate, weight

MEANS = ("arithmetic", "geometric", "copeland", "minimum")
"""Ways of combining that are compared, from full compensation to none."""

FREEDOM = 0.4
"""In the best case a child's share may be smaller or larger than an equal one by this share."""

_BY_MAJORITY = {"copeland": {"count": "majority"}}  # shares would only add up ranks, as Borda does

_LOW, _HIGH = 1.0, 100.0  # scale of children for means that need positive scores


@dataclass(frozen=True, slots=True)
class Bounds:
    """The best case of each country: the benefit of the doubt.

    `table` has, by country: `bound` (0 to 1; 1 is reached by whoever can lead under some weights),
    `rank` by it, and the published `nominal` rank.
    """

    least: float  # least share of a child in a country's score
    most: float
    table: pd.DataFrame


def children_of_index(index: Index) -> tuple[pd.DataFrame, pd.Series]:
    """Return the scores and the weights of the children of the index, from 1 to 100 at least.

    Children on another scale than a positive one are stretched, all by one line, to 1 to 100; their
    order and the ratio of their spreads stay.

    Raises
    ------
    DataError
        If the index is put together by a formula, which knows no weights.
    """
    tree = index.framework.tree
    if index.framework.setting(index.root, "aggregate").name == "formula":
        raise DataError("the index is put together by a formula, which knows no weights")
    both = pd.concat([index.normalised, index.scores], axis=1)
    children = both[tree.children[index.root]]
    if index.framework.method.direction == "lower_is_better":
        children = -children
    found = index.weights[index.root]
    weights = found.mean() if isinstance(found, pd.DataFrame) else found
    low, high = float(children.min().min()), float(children.max().max())
    if low <= 0 and high > low:
        children = _LOW + (children - low) / (high - low) * (_HIGH - _LOW)
    return children, pd.Series(weights, dtype=float)


def other_means(index: Index) -> pd.DataFrame:
    """Rank countries by several means of the children of the index, with its weights.

    Copeland's rule counts the countries that each leads in more than half of the weight, so that
    how far it leads, or trails, makes up for nothing.

    Returns
    -------
    DataFrame
        Ranks (1 is best), countries by `MEANS`; countries without a score have none.

    Raises
    ------
    DataError
        If the index has a single child.

    References
    ----------
    Munda & Nardo (2009), Noncompensatory/nonlinear composite indicators for ranking countries.
    https://doi.org/10.1080/00036840601019364
    """
    children, weights = children_of_index(index)
    if children.shape[1] < 2:
        raise DataError("the index has a single child, so there is nothing to combine")
    known = index.scores[index.root].notna()
    made = {
        name: aggregate.METHODS[name](
            children[known], weights=weights, **_BY_MAJORITY.get(name, {})
        ).reindex(children.index)
        for name in MEANS
    }
    return pd.DataFrame(made).rank(ascending=False, method="min")


def best_case(index: Index, *, freedom: float = FREEDOM) -> Bounds:
    """Give each country the weights that suit it best, within limits, and rank by the result.

    One linear programme a country (`steps.weight.benefit_of_the_doubt`); each child makes up
    between (1 - freedom) / k and (1 + freedom) / k of a country's score.

    Parameters
    ----------
    index
        A built index.
    freedom
        0 (equal shares) to 1.

    Returns
    -------
    Bounds
        Countries with a score in every child; with four children and the default, shares lie
        between .15 and .35.

    Raises
    ------
    DataError
        If the index has a single child, or no country has them all.

    References
    ----------
    Cherchye, Moesen, Rogge & Van Puyenbroeck (2007), An introduction to "benefit of the doubt"
    composite indicators. https://doi.org/10.1007/s11205-006-9029-7
    """
    children, _ = children_of_index(index)
    whole = children.dropna()
    count = children.shape[1]
    if count < 2 or whole.empty:
        raise DataError(
            "the index has a single child"
            if count < 2
            else "no country has a score in every child of the index"
        )
    least, most = (1 - freedom) / count, min((1 + freedom) / count, 1.0)
    weights = weight.benefit_of_the_doubt(whole, least_share=least, most_share=most)
    bound = (weights * whole).sum(axis=1)
    scores = index.scores.loc[whole.index, [index.root]]
    table = pd.DataFrame(
        {
            "bound": bound,
            "rank": bound.round(9).rank(ascending=False, method="min"),
            "nominal": ranked(index.framework, scores)[index.root],
        }
    )
    return Bounds(least, most, table)


def moved(ranks: pd.DataFrame) -> pd.DataFrame:
    """Compare pairs of rankings: share of countries that differ by a tenth or more, and rho.

    Returns
    -------
    DataFrame
        By pair (two levels of the index): `far` (share), `largest` (places), `rho` (Spearman).

    Examples
    --------
    >>> ranks = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [2.0, 1.0, 3.0]})
    >>> moved(ranks).round(3).to_numpy().tolist()
    [[0.667, 1.0, 0.5]]
    """
    rows = {}
    names = [str(c) for c in ranks]
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            both = ranks[[one, other]].dropna()
            away = (both[one] - both[other]).abs()
            far = float((away >= max(len(both) / 10, 1.0)).mean()) if len(both) else np.nan
            varied = len(both) > 2 and (np.ptp(both.to_numpy(float), axis=0) > 0).all()
            rho = float(both[one].corr(both[other], method="spearman")) if varied else np.nan
            rows[one, other] = [far, float(away.max()), rho]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["far", "largest", "rho"])
