"""Aggregations that take something off where children are unequal, or look at them in order.

Every method takes countries by children (points, higher is better) and ``weights``, and returns the
parent's score of each country; children that are missing are left out.
"""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._children import (
    Array,
    Weights,
    as_score,
    by_child,
    children_and_weights,
    in_shares,
    refuse_negative,
    weighted_sum,
)
from resilience_index.steps._naming import listed

Penalty = Literal["minus", "plus"]


def owa(
    scores: pd.DataFrame,
    *,
    weights: Weights,
    order: list[float] | None = None,
    alpha: float = 1.0,
) -> pd.Series:
    """Take the ordered weighted average: weights belong to places (best, second, …), not children.

    sum over places k of (Q(S_k) - Q(S_(k-1))) x_(k), where S_k is the sum of the shares of the k
    best children and Q is a rising curve from 0 to 1: through the sums of ``order``, or S^alpha.
    With equal weights of children this is Yager's average with the weights ``order``.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child).
    order
        Weight of the best, the second best, … and the worst child; one for each child.
    alpha
        Instead of ``order``: 1 is the arithmetic mean, above 1 leans to the worst children (inf:
        minimum), below 1 to the best (0: maximum).

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    Raises
    ------
    MethodError
        If ``order`` has not one weight for each child, or a negative one, or alpha is negative.

    References
    ----------
    Yager (1988), On ordered weighted averaging aggregation operators in multicriteria
    decisionmaking.
    https://doi.org/10.1109/21.87068
    Torra (1997), The weighted OWA operator.
    https://doi.org/10.1002/(SICI)1098-111X(199702)12:2<153::AID-INT3>3.0.CO;2-P

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [20.0], "skills": [60.0]}, index=["EST"])
    >>> owa(scores, weights=pd.Series({"compute": 1, "skills": 1}), order=[0.25, 0.75])
    EST    30.0
    dtype: float64
    """
    values, weight = children_and_weights(scores, weights)
    best_first = np.argsort(-values, axis=1, kind="stable")  # what is left out goes last
    values = np.take_along_axis(values, best_first, axis=1)
    share = np.take_along_axis(np.nan_to_num(in_shares(weight)), best_first, axis=1)
    reached = np.minimum(np.cumsum(share, axis=1), 1.0)
    curve = _curve(reached, order, alpha, scores)
    by_place = np.diff(curve, axis=1, prepend=0.0)
    total = np.where(np.isnan(values), 0.0, values * by_place).sum(axis=1)
    return as_score(np.where((weight > 0).any(axis=1), total, np.nan), scores)


def _curve(reached: Array, order: list[float] | None, alpha: float, scores: pd.DataFrame) -> Array:
    if order is None:
        if not alpha >= 0:
            raise MethodError(f"owa: alpha = {alpha:g}; must be 0 or more")
        raised = np.where(reached > 0, 1.0, 0.0) if alpha == 0 else reached**alpha
        return np.where(reached > 1 - 1e-12, 1.0, raised)
    if len(order) != scores.shape[1] or min(order) < 0 or not sum(order):
        raise MethodError(
            f"owa: order = {order}; must be {scores.shape[1]} numbers of 0 or more, one for each "
            "child, from the best to the worst"
        )
    places = np.linspace(0.0, 1.0, len(order) + 1)
    sums = np.concatenate([[0.0], np.cumsum(order) / sum(order)])
    return np.asarray(np.interp(reached, places, sums))


def mpi(
    scores: pd.DataFrame, *, weights: Weights, penalty: Penalty = "minus", ddof: int = 0
) -> pd.Series:
    """Take the Mazziotta-Pareto index: M - S cv, the mean less a penalty for unequal children.

    M and S are mean and standard deviation of a country's children, cv = S / M. The children should
    be z-scores of mean 100 and standard deviation 10 (normalise by zscore with mean = 100, sd =
    10).

    Parameters
    ----------
    scores
        Countries by children, in points about 100.
    weights
        Zero or positive, by child (or by country and child); equal in the original method.
    penalty
        "minus" where a high index is good, "plus" where it is bad (poverty, vulnerability).
    ddof
        0: S divides by the number of children (the authors); 1: by one less (package Compind).

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    Raises
    ------
    DataError
        If the mean of a country's children is not above 0.

    References
    ----------
    Mazziotta & Pareto (2016), On a generalized non-compensatory composite index for measuring
    socio-economic phenomena. https://doi.org/10.1007/s11205-015-0998-2
    De Muro, Mazziotta & Pareto (2011), Composite indices of development and poverty.
    https://doi.org/10.1007/s11205-010-9727-z

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [90.0], "skills": [110.0]}, index=["EST"])
    >>> mpi(scores, weights=pd.Series({"compute": 1, "skills": 1}))
    EST    99.0
    dtype: float64
    """
    values, weight = children_and_weights(scores, weights)
    return as_score(_penalised_mean(values, weight, scores, penalty, ddof), scores)


def _penalised_mean(
    values: Array, weight: Array, scores: pd.DataFrame, penalty: Penalty, ddof: int
) -> Array:
    if ddof not in (0, 1):
        raise MethodError(f"mpi: ddof = {ddof}; it must be 0 or 1")
    share = in_shares(weight)
    mean = weighted_sum(values, share)
    low = mean <= 0
    if low.any():
        raise DataError(
            f"Mazziotta-Pareto needs means above 0, but those of {listed(scores.index[low])} are "
            "not; normalise by zscore with mean = 100 and sd = 10"
        )
    count = (weight > 0).sum(axis=1)
    correction = count / np.maximum(count - ddof, 1)
    variance = weighted_sum((values - mean[:, None]) ** 2, share) * correction
    return np.asarray(mean + variance / mean * (1 if penalty == "plus" else -1))


def ampi(
    scores: pd.DataFrame,
    *,
    weights: Weights,
    penalty: Penalty = "minus",
    lower: float | dict[str, float] | None = None,
    upper: float | dict[str, float] | None = None,
    reference: float | dict[str, float] | None = None,
) -> pd.Series:
    """Take the adjusted Mazziotta-Pareto index, comparable over years: M - S cv, about 100.

    Each child is first put on 70 to 130: 70 + 60 (x - lower) / (upper - lower). With a reference,
    its score becomes 100: the goalposts are reference -/+ (upper - lower) / 2.

    Parameters
    ----------
    scores
        Countries (in a panel, of all years) by children, in any points.
    weights
        Zero or positive, by child (or by country and child); equal in the original method.
    penalty
        "minus" where a high index is good, "plus" where it is bad (poverty, vulnerability).
    lower, upper
        Goalposts, in points of the children: one for all, or by child; by default the lowest and
        the highest score found.
    reference
        Score that counts as 100, in the same points, such as the mean of a base year.

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    Raises
    ------
    DataError
        If a child has no range, or the mean of a country's children is not above 0.

    References
    ----------
    Mazziotta & Pareto (2018), Measuring well-being over time: the adjusted Mazziotta-Pareto index
    versus other non-compensatory indices. https://doi.org/10.1007/s11205-017-1577-5

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [0.0, 5.0, 10.0], "skills": [0.0, 10.0, 10.0]})
    >>> ampi(scores, weights=pd.Series({"compute": 1, "skills": 1})).tolist()
    [70.0, 113.04347826086956, 130.0]
    """
    values, weight = children_and_weights(scores, weights)
    least = np.fmin.reduce(values, axis=0, initial=np.nan)
    most = np.fmax.reduce(values, axis=0, initial=np.nan)
    start, end = by_child(lower, scores, least), by_child(upper, scores, most)
    middle = by_child(reference, scores, (start + end) / 2)
    flat = start >= end
    if flat.any():
        raise DataError(
            f"ampi needs a range, but lower is not below upper in: {listed(scores.columns[flat])}; "
            "leave the child out, or give it goalposts"
        )
    scaled = 100 + 60 * (values - middle) / (end - start)
    return as_score(_penalised_mean(scaled, weight, scores, penalty, 0), scores)


def mean_min(
    scores: pd.DataFrame, *, weights: Weights, alpha: float = 0.5, beta: float = 1.0
) -> pd.Series:
    """Take the mean-min function: M - alpha (sqrt((M - m)^2 + beta^2) - beta).

    M is the mean, m the lowest of a country's children. alpha = 0 is the mean; alpha = 1 with beta
    = 0 the minimum.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child).
    alpha
        How strongly inequality is penalised, 0 to 1.
    beta
        How far children complement each other, in points, 0 or more: the penalty of small
        differences is the milder, the larger beta.

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    Raises
    ------
    MethodError
        If alpha is not from 0 to 1, or beta is negative.

    References
    ----------
    Casadio Tarabusi & Guarini (2013), An unbalance adjustment method for development indicators.
    https://doi.org/10.1007/s11205-012-0070-4

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [20.0], "skills": [60.0]}, index=["EST"])
    >>> mean_min(scores, weights=pd.Series({"compute": 1, "skills": 1}), alpha=0.5, beta=0)
    EST    30.0
    dtype: float64
    """
    if not 0 <= alpha <= 1 or beta < 0:
        raise MethodError(
            f"mean_min: alpha = {alpha:g}, beta = {beta:g}; alpha must be from 0 to 1, "
            "beta 0 or more"
        )
    values, weight = children_and_weights(scores, weights)
    mean = weighted_sum(values, in_shares(weight))
    gap = mean - np.fmin.reduce(values, axis=1, initial=np.nan)
    return as_score(mean - alpha * (np.hypot(gap, beta) - beta), scores)


def weighted_product_of_differences(
    scores: pd.DataFrame,
    *,
    weights: Weights,
    reference: float = 0.0,
    side: Literal["above", "below"] = "above",
) -> pd.Series:
    """Multiply weighted differences from a reference: reference +/- prod(|x - reference|^w).

    Above the worst possible score, this is the geometric mean of what has been achieved; below the
    best possible one, best - prod((best - x)^w) is what the geometric mean of the shortfalls
    leaves. The loss of human development to inequality, 1 - prod((1 - A)^(1/3)), has this form.
    Weights are divided by their sum.

    Parameters
    ----------
    scores
        Countries by children, in points, all on one side of the reference.
    weights
        Zero or positive, by child (or by country and child).
    reference
        Score from which differences are taken, in points.
    side
        Whether scores lie "above" or "below" the reference.

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    Raises
    ------
    DataError
        If a score lies on the other side of the reference; the message names country and child.

    References
    ----------
    UNDP (2024), Human Development Report 2023-24, technical note 2.
    https://hdr.undp.org/sites/default/files/2023-24_HDR/hdr2023-24_technical_notes.pdf
    Zhou, Ang & Poh (2006), Comparing aggregating methods for constructing the composite
    environmental index. https://doi.org/10.1016/j.ecolecon.2005.10.018

    Examples
    --------
    >>> losses = pd.DataFrame({"health": [0.19], "income": [0.36]}, index=["EST"])
    >>> even = pd.Series({"health": 1, "income": 1})
    >>> weighted_product_of_differences(losses, weights=even, reference=1, side="below").round(9)
    EST    0.28
    dtype: float64
    """
    values, weight = children_and_weights(scores, weights)
    direction = 1.0 if side == "above" else -1.0
    difference = direction * (values - reference)
    other = "below" if side == "above" else "above"
    refuse_negative(
        scores,
        difference,
        f"weighted_product_of_differences of scores {side} {reference:g}: a difference",
        remedy=f"move the reference, so that no score lies {other} it",
    )
    at_reference: NDArray[np.bool_] = (difference == 0).any(axis=1)
    logs = np.log(np.where(difference == 0, 1.0, difference))
    distance = np.where(at_reference, 0.0, np.exp(weighted_sum(logs, in_shares(weight))))
    nothing = ~(weight > 0).any(axis=1)
    return as_score(np.where(nothing, np.nan, reference + direction * distance), scores)
