"""Aggregate by comparing countries two by two: who is ahead in how much of the weight.

No point lost in one child is made good by points won in another: only the order in each child
counts.
"""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import MethodError
from resilience_index.steps._children import Array, Weights, as_score, children_and_weights

_BLOCK = 4_000_000  # cells of a block of the matrix worked on at a time
_SLACK = 1e-9  # of the tolerance: a difference that is the tolerance but for noise is a tie
_HALF = 1e-9  # shares that close to one half count as one half


def outranking_matrix(
    scores: pd.DataFrame, weights: Weights, *, tolerance: float = 0.0
) -> pd.DataFrame:
    """Return the share of the weight in which one country is ahead of another.

    o_ik = sum of the shares of the children in which i leads k, and half of those in which they are
    tied, over the children that both have; one half if they share none. o_ik + o_ki = 1; a country
    against itself counts 0.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child: then the mean of both countries').
    tolerance
        Scores that differ by no more are tied, in points.

    Returns
    -------
    DataFrame
        Countries by countries; NaN for a country without children.

    References
    ----------
    OECD/JRC (2008), step 7, multi-criteria approach. https://doi.org/10.1787/9789264043466-en
    Munda & Nardo (2009), Noncompensatory/nonlinear composite indicators for ranking countries.
    https://doi.org/10.1080/00036840601019364

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [2.0, 1.0], "skills": [5.0, 5.0]}, index=["EST", "NOR"])
    >>> outranking_matrix(scores, pd.Series({"compute": 3, "skills": 1}))
           EST    NOR
    EST  0.000  0.875
    NOR  0.125  0.000
    """
    values, weight = _comparable(scores, weights, tolerance)
    matrix = _block(values, weight, tolerance, np.arange(len(values)))
    nobody = ~(weight > 0).any(axis=1)
    matrix[nobody, :] = matrix[:, nobody] = np.nan
    return pd.DataFrame(matrix, index=scores.index, columns=scores.index)


def _comparable(scores: pd.DataFrame, weights: Weights, tolerance: float) -> tuple[Array, Array]:
    """Return scores and weights as arrays."""
    if not tolerance >= 0:
        raise MethodError(f"copeland: tolerance = {tolerance:g}; it must be 0 or more")
    values, weight = children_and_weights(scores, weights)
    return values, weight


def _block(values: Array, weight: Array, tolerance: float, rows: NDArray[np.int_]) -> Array:
    """Compare some rows with all rows."""
    ahead, shared = np.zeros((len(rows), len(values))), np.zeros((len(rows), len(values)))
    for child in range(values.shape[1]):
        difference = values[rows, child][:, None] - values[:, child]
        heavy = (weight[rows, child][:, None] + weight[:, child]) / 2
        heavy[np.isnan(difference)] = 0.0
        tied = np.abs(difference) <= tolerance * (1 + _SLACK)
        ahead += heavy * ((difference > 0) & ~tied) + heavy * 0.5 * tied
        shared += heavy
    share = np.where(shared > 0, ahead / np.where(shared > 0, shared, 1.0), 0.5)
    share[np.arange(len(rows)), rows] = 0.0
    return share


def copeland(
    scores: pd.DataFrame,
    *,
    weights: Weights,
    count: Literal["shares", "majority"] = "shares",
    tolerance: float = 0.0,
) -> pd.Series:
    """Count over all other countries how far a country is ahead of them.

    "shares" sums the row of the outranking matrix (package COINr, a_copeland); "majority" counts 1
    for each country that it leads in more than half of the weight, one half for a draw (Copeland).

    Where children are missing, or by majority, all pairs are compared, and time grows with the
    square of the number of countries. Otherwise places in each child are enough.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child).
    count
        What is summed: shares of the weight, or majorities.
    tolerance
        Scores that differ by no more are tied and count one half, in points, 0 or more: 0 as in
        COINr. The engine reads scores of nodes at 12 significant digits before, so that noise
        never parts a tie.

    Returns
    -------
    Series
        Points: 0 to the number of other countries; NaN where no child is there.

    References
    ----------
    Copeland (1951), A reasonable social welfare function. OECD/JRC (2008), step 7.
    https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [2.0, 1.0, 0.0], "skills": [5.0, 5.0, 9.0]})
    >>> even = pd.Series({"compute": 1, "skills": 1})
    >>> copeland(scores, weights=even).tolist()
    [1.25, 0.75, 1.0]
    >>> copeland(scores, weights=even, count="majority").tolist()
    [1.5, 0.5, 1.0]
    """
    values, weight = _comparable(scores, weights, tolerance)
    made = np.full(len(values), np.nan)
    compared = (weight > 0).any(axis=1)
    values, weight = values[compared], weight[compared]
    alike = isinstance(weights, pd.Series) and bool((weight == weight[:1]).all())
    if alike and count == "shares":
        made[compared] = _by_places(values, weight, tolerance)
    else:
        made[compared] = _by_pairs(values, weight, tolerance, majority=count == "majority")
    return as_score(made, scores)


def _by_pairs(values: Array, weight: Array, tolerance: float, *, majority: bool) -> Array:
    """Sum rows of the outranking matrix, a block of rows at a time."""
    made = np.empty(len(values))
    step = max(1, _BLOCK // max(len(values), 1))
    for start in range(0, len(values), step):
        rows = np.arange(start, min(start + step, len(values)))
        share = _block(values, weight, tolerance, rows)
        if majority:
            share = (share > 0.5 + _HALF) + 0.5 * (np.abs(share - 0.5) <= _HALF)
            share[np.arange(len(rows)), rows] = 0.0
        made[rows] = share.sum(axis=1)
    return made


def _by_places(values: Array, weight: Array, tolerance: float) -> Array:
    """Sum shares without comparing pairs: countries below in each child, and half of those tied."""
    total = np.zeros(len(values))
    for child in np.flatnonzero(weight.any(axis=0)):
        column = values[:, child]
        ordered = np.sort(column)
        reach = tolerance * (1 + _SLACK)
        below = np.searchsorted(ordered, column - reach, side="left")
        level = np.searchsorted(ordered, column + reach, side="right")
        total += weight[:, child] * (below + level - 1) / 2
    sums: Array = weight.sum(axis=1)
    return total / sums
