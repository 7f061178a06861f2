"""Benefit of the doubt: each country is weighed as suits it best, within limits."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._naming import label_of, listed, listed_cells
from resilience_index.steps._stretching import PerColumn, by_column

Array = NDArray[np.float64]


def benefit_of_the_doubt(
    children: pd.DataFrame, *, least_share: PerColumn = 0.0, most_share: PerColumn = 1.0
) -> pd.DataFrame:
    """Give each country the weights that make its own score as high as possible.

    For country c: maximise sum_j w_j x_cj, where sum_j w_j x_kj <= 1 for every country k, w >= 0,
    and least_j <= w_j x_cj / sum_i w_i x_ci <= most_j: the share of each child in the country's
    score. One linear programme for each country (HiGHS).

    The weights are as the programme gives them: aggregated by ``sum``, the best countries score 1;
    by ``arithmetic``, they are divided by their sum first. A country that is 0 in every child, or
    lacks all, has equal weights. A missing child weighs 0 and has no limits.

    Parameters
    ----------
    children
        Countries by children, in points of 0 or more.
    least_share, most_share
        Limits of the share of a child in a country's score, 0 to 1: for all children, or by child.

    Returns
    -------
    DataFrame
        Weight of each child for each country; shape of `children`.

    Raises
    ------
    DataError
        If a score is negative, or no weights fit the limits; the message names the country.
    MethodError
        If the limits cannot be met by anyone.

    References
    ----------
    Cherchye, Moesen, Rogge & Van Puyenbroeck (2007), An introduction to "benefit of the doubt"
    composite indicators. https://doi.org/10.1007/s11205-006-9029-7
    Cherchye, Moesen, Rogge, Van Puyenbroeck, Saisana, Saltelli, Liska & Tarantola (2008), Creating
    composite indicators with DEA and robustness analysis.
    https://doi.org/10.1057/palgrave.jors.2602445

    Examples
    --------
    >>> children = pd.DataFrame({"a": [8.0, 2.0, 4.0], "b": [2.0, 8.0, 4.0]})
    >>> weights = benefit_of_the_doubt(children, least_share=0.2)
    >>> (weights * children).sum(axis=1).round(3).tolist()
    [1.0, 1.0, 0.8]
    """
    values = children.to_numpy(dtype=float)
    if (values < 0).any():
        raise DataError(
            "benefit_of_the_doubt needs scores of 0 or more, found "
            f"{listed_cells(children, values < 0)}; normalise to a scale that starts at 0"
        )
    least = by_column(least_share, children, "least_share")
    most = by_column(most_share, children, "most_share")
    least, most = np.nan_to_num(least, nan=0.0), np.nan_to_num(most, nan=1.0)
    if ((least < 0) | (most > 1) | (least > most)).any() or least.sum() > 1 or most.sum() < 1:
        raise MethodError(
            f"benefit_of_the_doubt: least_share = {least_share}, most_share = {most_share}; shares "
            "must be from 0 to 1, the least below the most, the least of all children must sum to "
            "at most 1 and the most to at least 1"
        )
    there = ~np.isnan(values)
    known = np.where(there, values, 0.0)
    rivals = _undominated(known)
    weights = np.full(values.shape, 1.0 / max(values.shape[1], 1))
    for row in np.flatnonzero(known.any(axis=1)).tolist():
        weights[row] = _best_weights(known[row], there[row], rivals, (least, most))
        if np.isnan(weights[row]).any():
            raise DataError(_unfit(children, row, least, most))
    return pd.DataFrame(weights, index=children.index, columns=children.columns)


def _undominated(known: Array) -> Array:
    """Leave out countries that another one matches in every child: their limit follows from its."""
    order = np.argsort(-known.sum(axis=1), kind="stable")
    kept: list[Array] = []
    for row in known[order]:
        if not any((row <= other).all() for other in kept):
            kept.append(row)
    return np.array(kept).reshape(-1, known.shape[1])


def _best_weights(
    own: Array, there: NDArray[np.bool_], rivals: Array, limits: tuple[Array, Array]
) -> Array:
    """Solve one country's programme; NaN if its limits leave only weights of 0."""
    from scipy.optimize import linprog

    least, most = np.where(there, limits[0], 0.0), np.where(there, limits[1], 1.0)
    at_least = np.outer(least, own) - np.diag(own)  # least_j sum_i w_i x_i - w_j x_j <= 0
    at_most = np.diag(own) - np.outer(most, own)
    tops = np.where(there, np.inf, 0.0)
    result = linprog(
        -own,
        A_ub=np.vstack([rivals, at_least[least > 0], at_most[most < 1]]),
        b_ub=np.concatenate([np.ones(len(rivals)), np.zeros((least > 0).sum() + (most < 1).sum())]),
        bounds=[(0.0, top) for top in tops.tolist()],
        method="highs",
    )
    if result.x is None or not result.x @ own > 1e-12:
        return np.full(len(own), np.nan)
    return np.asarray(np.maximum(result.x, 0.0), dtype=float)


def _unfit(children: pd.DataFrame, row: int, least: Array, most: Array) -> str:
    scores = children.iloc[row]
    needed = children.columns[((scores == 0) & (least > 0)).to_numpy()]
    why = (
        f"its score is 0 in {listed(needed)}, which must make up a share"
        if len(needed)
        else f"most_share is too small for the children that are above 0: {most.round(3).tolist()}"
    )
    return (
        f"benefit_of_the_doubt: no weights fit the limits for {label_of(children.index[row])}: "
        f"{why}; widen the limits, or normalise to a scale that starts above 0"
    )
