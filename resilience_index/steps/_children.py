"""What aggregations share: scores and weights as arrays, missing children left out."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError, MethodError, nearest
from resilience_index.steps._naming import listed, listed_cells

Array = NDArray[np.float64]
Weights = pd.Series | pd.DataFrame
"""A weight for each child, or one for each country and child."""


def laid_out(weights: Weights, scores: pd.DataFrame) -> Array:
    """Return weights in the order of the children: one row for all countries, or one for each.

    Raises
    ------
    DataError
        If a child has no weight or a negative one, or the weights of the family sum to 0.

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [1.0], "skills": [2.0]})
    >>> laid_out(pd.Series({"skills": 3, "compute": 1}), scores).tolist()
    [[1.0, 3.0]]
    """
    if isinstance(weights, pd.DataFrame):
        if not same_cells(weights, scores):
            weights = weights.reindex(index=scores.index, columns=scores.columns)
        values = weights.to_numpy(dtype=float)
    else:
        if not weights.index.equals(scores.columns):
            weights = weights.reindex(scores.columns)
        values = weights.to_numpy(dtype=float)[np.newaxis, :]
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        raise DataError(
            f"weights of {listed(scores.columns[wrong.any(axis=0)])}: missing or below 0; "
            "every child needs a weight of 0 or more"
        )
    if not values.any() and values.size:
        raise DataError(
            f"weights of {listed(scores.columns)} sum to 0; give at least one of them a weight"
        )
    return values


def same_cells(table: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Tell whether two tables have the same rows and columns, in the same order.

    >>> table = pd.DataFrame({"compute": [1.0], "skills": [2.0]})
    >>> same_cells(table, -table), same_cells(table, table[["skills", "compute"]])
    (True, False)
    """
    return table.index.equals(other.index) and table.columns.equals(other.columns)


def children_and_weights(scores: pd.DataFrame, weights: Weights) -> tuple[Array, Array]:
    """Return scores and weights as arrays of one shape; a child left out is NaN and weighs 0.

    Left out is a child whose score is missing, or whose weight is 0.

    >>> scores = pd.DataFrame({"compute": [1.0], "skills": [np.nan], "power": [5.0]})
    >>> x, w = children_and_weights(scores, pd.Series({"compute": 1, "skills": 3, "power": 0}))
    >>> x.tolist(), w.tolist()
    ([[1.0, nan, nan]], [[1.0, 0.0, 0.0]])
    """
    values = scores.to_numpy(dtype=float)
    weight = np.broadcast_to(laid_out(weights, scores), values.shape)
    there = ~np.isnan(values) & (weight > 0)
    return np.where(there, values, np.nan), np.where(there, weight, 0.0)


def in_shares(weight: Array) -> Array:
    """Divide each country's weights by their sum; NaN where nothing is there.

    >>> in_shares(np.array([[1.0, 3.0], [0.0, 0.0]])).tolist()
    [[0.25, 0.75], [nan, nan]]
    """
    total = weight.sum(axis=1, keepdims=True)
    return weight / np.where(total > 0, total, np.nan)


def weighted_sum(values: Array, weight: Array) -> Array:
    """Sum weight times value over the children that are there; NaN where none is.

    >>> weighted_sum(np.array([[1.0, np.nan], [np.nan, np.nan]]), np.array([[2.0, 0], [0, 0]]))
    array([ 2., nan])
    """
    total = np.where(weight > 0, values * weight, 0.0).sum(axis=1)
    return np.where((weight > 0).any(axis=1), total, np.nan)


def as_score(values: Array, scores: pd.DataFrame) -> pd.Series:
    """Give the parent's scores the rows of the children."""
    return pd.Series(values, index=scores.index)


def refuse_negative(scores: pd.DataFrame, values: Array, method: str, *, remedy: str = "") -> None:
    """Refuse children below 0 under a mean that has no meaning for them.

    Raises
    ------
    DataError
        Naming country, child and value, and what to do.
    """
    wrong = values < 0
    if wrong.any():
        shown = pd.DataFrame(values, index=scores.index, columns=scores.columns)
        raise DataError(
            f"{method} needs scores of 0 or more, but found {listed_cells(shown, wrong)}; "
            + (remedy or "normalise to a scale that starts at 0 or above, or set shift or floor")
        )


def by_child(
    setting: float | dict[str, float] | None, scores: pd.DataFrame, otherwise: Array
) -> Array:
    """Lay a setting out along the children, with another number where it is not given.

    >>> scores = pd.DataFrame({"compute": [1.0], "skills": [2.0]})
    >>> by_child({"skills": 9.0}, scores, np.array([1.0, 2.0])).tolist()
    [1.0, 9.0]
    """
    if setting is None:
        return otherwise
    if not isinstance(setting, Mapping):
        return np.full(scores.shape[1], float(setting))
    codes = [str(code) for code in scores.columns]
    for code in setting:
        if code not in codes:
            raise MethodError(f"unknown child '{code}' {nearest(code, codes)}")
    return np.array(
        [float(setting.get(str(c), o)) for c, o in zip(scores.columns, otherwise, strict=True)]
    )
