"""Weights that experts state: budgets of points, and comparisons of children two by two."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import MethodError, nearest
from resilience_index.steps._naming import listed

Array = NDArray[np.float64]
Comparisons = dict[str, dict[str, float]] | list[list[float]]

_RANDOM_INDEX = [0, 0, 0.58, 0.9, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59]
"""Mean consistency index of random matrices of 1, 2, … children (Saaty 1980)."""


def budget_allocation(
    children: pd.DataFrame,
    *,
    budgets: dict[str, dict[str, float]],
    take: Literal["mean", "median"] = "mean",
) -> pd.Series:
    """Weigh children by the points that experts spend on them.

    Each expert's points are divided by their sum; the weight of a child is the mean (or median) of
    its shares over experts, divided by the sum over children.

    Parameters
    ----------
    children
        Countries by children; only the names are used.
    budgets
        For each expert, points by child: 0 or more, of any sum.
    take
        "mean" or "median" over experts.

    Returns
    -------
    Series
        Shares of the children; they sum to 1.

    Raises
    ------
    MethodError
        If an expert leaves a child out, names another, or spends nothing or less.

    References
    ----------
    OECD/JRC (2008), step 6, budget allocation process. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> children = pd.DataFrame({"compute": [1.0], "skills": [2.0]})
    >>> budgets = {"anna": {"compute": 60, "skills": 40}, "ben": {"compute": 2, "skills": 8}}
    >>> budget_allocation(children, budgets=budgets).round(9).to_dict()
    {'compute': 0.4, 'skills': 0.6}
    """
    if not budgets:
        raise MethodError("budget_allocation: budgets is empty; give one expert's points or more")
    codes = [str(code) for code in children.columns]
    shares = []
    for expert, points in budgets.items():
        _check_names(points, codes, f"budget_allocation: {expert}")
        spent = np.array([float(points[code]) for code in codes])
        if (spent < 0).any() or not 0 < spent.sum() < np.inf:
            raise MethodError(
                f"budget_allocation: {expert} spends {listed(f'{p:g}' for p in spent)}; "
                "points must be 0 or more, and more than 0 in all"
            )
        shares.append(spent / spent.sum())
    weight = np.mean(shares, axis=0) if take == "mean" else np.median(shares, axis=0)
    if not weight.sum():
        raise MethodError("budget_allocation: every median is 0; take = 'mean' instead")
    return pd.Series(weight / weight.sum(), index=children.columns)


def ahp(
    children: pd.DataFrame, *, comparisons: dict[str, Comparisons], max_ratio: float = 0.1
) -> pd.Series:
    """Weigh children by the analytic hierarchy process, from comparisons of two at a time.

    An expert says how many times as important one child is as another (1 to 9, or a fraction). The
    weights are the principal eigenvector of the matrix of these ratios; several experts' matrices
    are joined by the geometric mean of their entries. The consistency ratio of each expert,
    (lambda - n) / (n - 1) / RI(n), must not be above ``max_ratio``.

    Parameters
    ----------
    children
        Countries by children; only the names are used.
    comparisons
        For each expert, a ratio for each pair of children: a table of tables
        ({compute = {skills = 3}} says that compute is 3 times as important as skills; the reverse
        follows), or a whole matrix as a list of rows, in the order of the children.
    max_ratio
        Largest consistency ratio that is accepted.

    Returns
    -------
    Series
        Shares of the children; they sum to 1.

    Raises
    ------
    MethodError
        If a pair is missing, contradicts itself or is not positive, a child is unknown, or an
        expert is too inconsistent; the message gives the ratio.

    References
    ----------
    Saaty (1980), The analytic hierarchy process. Saaty (1990), How to make a decision.
    https://doi.org/10.1016/0377-2217(90)90057-I
    Aczél & Saaty (1983), Procedures for synthesizing ratio judgements.
    https://doi.org/10.1016/0022-2496(83)90028-7

    Examples
    --------
    >>> children = pd.DataFrame({"compute": [1.0], "skills": [2.0], "data": [3.0]})
    >>> anna = {"compute": {"skills": 2, "data": 4}, "skills": {"data": 2}}
    >>> ahp(children, comparisons={"anna": anna}).round(4).to_dict()
    {'compute': 0.5714, 'skills': 0.2857, 'data': 0.1429}
    """
    if not comparisons:
        raise MethodError("ahp: comparisons is empty; give those of one expert or more")
    codes = [str(code) for code in children.columns]
    logs = []
    for expert, stated in comparisons.items():
        matrix = _ratios(stated, codes, f"ahp: {expert}")
        ratio = consistency_ratio(matrix)
        if ratio > max_ratio:
            raise MethodError(
                f"ahp: the comparisons of {expert} have a consistency ratio of {ratio:.3f}, above "
                f"max_ratio = {max_ratio:g}; ask the expert again, or accept more"
            )
        logs.append(np.log(matrix))
    _, weight = _principal(np.exp(np.mean(logs, axis=0)))
    return pd.Series(weight, index=children.columns)


def consistency_ratio(matrix: Array) -> float:
    """Return how far comparisons contradict each other: (lambda - n) / (n - 1) / RI(n).

    0 is wholly consistent, 1 no better than chance (Saaty 1980). Two children cannot contradict.

    >>> matrix = np.array([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    >>> round(consistency_ratio(matrix), 9)
    0.0
    """
    count = len(matrix)
    if count > len(_RANDOM_INDEX):
        raise MethodError(
            f"ahp: {count} children; consistency is known for up to {len(_RANDOM_INDEX)}: put a "
            "level of nodes between"
        )
    if count < 3:
        return 0.0
    largest, _ = _principal(matrix)
    return max(0.0, (largest - count) / (count - 1) / _RANDOM_INDEX[count - 1])


def _principal(matrix: Array) -> tuple[float, Array]:
    """Return the largest eigenvalue of a positive matrix and its vector, of sum 1."""
    values, vectors = np.linalg.eig(matrix)
    place = int(np.argmax(values.real))
    vector = np.abs(vectors[:, place].real)
    return float(values[place].real), vector / vector.sum()


def _ratios(stated: Comparisons, codes: list[str], where: str) -> Array:
    """Lay an expert's comparisons out as a reciprocal matrix."""
    matrix = np.full((len(codes), len(codes)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for row, column, value in _pairs(stated, codes, where):
        i, j = codes.index(row), codes.index(column)
        if not 0 < value < np.inf:
            raise MethodError(f"{where}: {row} over {column} = {value:g}; must be above 0")
        if not np.isnan(matrix[i, j]) and not np.isclose(matrix[i, j], value, rtol=0.01):
            raise MethodError(
                f"{where}: {row} over {column} = {value:g}, but {matrix[i, j]:g} follows from the "
                "reverse comparison; give one of them"
            )
        if np.isnan(matrix[i, j]):
            matrix[i, j], matrix[j, i] = value, 1 / value
    gaps = [f"{codes[i]} over {codes[j]}" for i, j in np.argwhere(np.isnan(matrix)) if i < j]
    if gaps:
        raise MethodError(f"{where}: not compared: {listed(gaps)}; give a ratio for each pair")
    return matrix


def _pairs(stated: Comparisons, codes: list[str], where: str) -> list[tuple[str, str, float]]:
    if isinstance(stated, dict):
        for row, others in stated.items():
            for name in (row, *others):
                if name not in codes:
                    raise MethodError(f"{where}: unknown child '{name}' {nearest(name, codes)}")
        return [(r, c, float(v)) for r, others in stated.items() for c, v in others.items()]
    if len(stated) != len(codes) or any(len(row) != len(codes) for row in stated):
        raise MethodError(
            f"{where}: the matrix must have {len(codes)} rows of {len(codes)}: {listed(codes, 20)}"
        )
    cells = [(i, j, v) for i, row in enumerate(stated) for j, v in enumerate(row)]
    return [(codes[i], codes[j], float(v)) for i, j, v in cells]


def _check_names(found: dict[str, float], codes: list[str], where: str) -> None:
    for name in found:
        if name not in codes:
            raise MethodError(f"{where}: unknown child '{name}' {nearest(name, codes)}")
    without = [code for code in codes if code not in found]
    if without:
        raise MethodError(f"{where} gives no points to: {listed(without)}; 0 must be said")
