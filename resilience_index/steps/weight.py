"""Weigh the children of a node: indicators of a pillar, pillars of an index.

Every method takes the children's scores (countries by children; higher is better) and returns a
weight for each child, zero or positive, that sum to 1 in the family. Only ``benefit_of_the_doubt``
returns weights for each country. The engine hands in ``given``: the weights that stand in the
framework file, any positive numbers.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6.
https://doi.org/10.1787/9789264043466-en
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from resilience_index.errors import DataError
from resilience_index.steps._experts import ahp, budget_allocation, consistency_ratio
from resilience_index.steps._from_data import correlation, critic, entropy, pca
from resilience_index.steps._frontier import benefit_of_the_doubt
from resilience_index.steps._importance import Matched, match_importance, target_importance
from resilience_index.steps._naming import listed

__all__ = [
    "METHODS", "Matched", "ahp", "benefit_of_the_doubt", "budget_allocation", "consistency_ratio",
    "correlation", "critic", "entropy", "equal", "given", "match_importance", "pca",
    "target_importance",
]  # fmt: skip


def given(children: pd.DataFrame, *, given: pd.Series) -> pd.Series:
    """Take the weights of the framework file, divided by their sum.

    Parameters
    ----------
    children
        Countries by children, in points; only the names are used.
    given
        Weight of each child, by its code: any positive numbers, some may be 0.

    Returns
    -------
    Series
        Shares of the children; they sum to 1.

    Raises
    ------
    DataError
        If a child has no weight or a negative one, or all weights are 0.

    Examples
    --------
    >>> children = pd.DataFrame({"compute": [1.0], "skills": [2.0]})
    >>> given(children, given=pd.Series({"compute": 3.0, "skills": 1.0})).to_dict()
    {'compute': 0.75, 'skills': 0.25}
    """
    found = given.reindex(children.columns).astype(float)
    wrong = found.index[~(np.isfinite(found) & (found >= 0))]
    if len(wrong):
        raise DataError(
            f"weights: {listed(f'{c} = {found[c]:g}' for c in wrong)}; "
            "every child needs a weight of 0 or more"
        )
    if not found.sum():
        raise DataError(
            f"weights of {listed(children.columns)} sum to 0; give at least one of them a weight"
        )
    return found / found.sum()


def equal(children: pd.DataFrame) -> pd.Series:
    """Give every child the same weight: 1 / number of children.

    Parameters
    ----------
    children
        Countries by children, in points; only the names are used.

    Returns
    -------
    Series
        Shares of the children; they sum to 1.

    References
    ----------
    OECD/JRC (2008), step 6. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> equal(pd.DataFrame({"compute": [1.0], "skills": [2.0]})).to_dict()
    {'compute': 0.5, 'skills': 0.5}
    """
    return pd.Series(1.0 / children.shape[1], index=children.columns)


WITHOUT_DATA = frozenset({"given", "equal", "budget_allocation", "ahp"})
"""Methods that look at the names of the children alone, so that years make no difference."""

NEEDS_POSITIVE = frozenset({"entropy", "benefit_of_the_doubt"})
"""Methods that refuse negative scores."""

METHODS: dict[str, Callable[..., pd.Series | pd.DataFrame]] = {
    "given": given,
    "equal": equal,
    "pca": pca,
    "entropy": entropy,
    "critic": critic,
    "correlation": correlation,
    "benefit_of_the_doubt": benefit_of_the_doubt,
    "budget_allocation": budget_allocation,
    "ahp": ahp,
    "target_importance": target_importance,
}
