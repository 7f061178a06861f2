"""Means, extremes, sums and products of children.

Every method takes countries by children (points, higher is better) and ``weights``, and returns the
parent's score of each country. Means divide the weights by their sum over the children that are
there; `weighted_total` and `product` use them as they are.

Means that have no meaning below 0 refuse such scores. Two settings make them fit: ``floor`` lifts
lower scores to that number; ``shift`` is added to every score before and taken off the mean after.
"""

import numpy as np
import pandas as pd

from resilience_index.steps._children import (
    Array,
    Weights,
    as_score,
    children_and_weights,
    in_shares,
    refuse_negative,
    weighted_sum,
)

_ROUNDING = 1e-12  # sums of shares that differ by less are the same


def arithmetic(scores: pd.DataFrame, *, weights: Weights) -> pd.Series:
    """Take the weighted arithmetic mean: sum(w x) / sum(w).

    A point lost in one child is made good by a point won in another of equal weight.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child).

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    Raises
    ------
    DataError
        If a weight is missing or negative, or all are 0.

    References
    ----------
    OECD/JRC (2008), step 7. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [20.0], "skills": [60.0]}, index=["EST"])
    >>> arithmetic(scores, weights=pd.Series({"compute": 3, "skills": 1}))
    EST    30.0
    dtype: float64
    """
    values, weight = children_and_weights(scores, weights)
    return as_score(weighted_sum(values, in_shares(weight)), scores)


def geometric(
    scores: pd.DataFrame, *, weights: Weights, floor: float | None = None, shift: float = 0.0
) -> pd.Series:
    """Take the weighted geometric mean: exp(sum(w ln x) / sum(w)).

    A child at 0 makes the parent 0, the limit of the formula.

    Parameters
    ----------
    scores
        Countries by children, in points of 0 or more.
    weights
        Zero or positive, by child (or by country and child).
    floor
        Scores below this number count as this number.
    shift
        Points added to every score before, and taken off the mean after.

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    Raises
    ------
    DataError
        If a score is negative; the message names country and child.

    References
    ----------
    OECD/JRC (2008), step 7. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [20.0], "skills": [80.0]}, index=["EST"])
    >>> geometric(scores, weights=pd.Series({"compute": 1, "skills": 1})).round(9)
    EST    40.0
    dtype: float64
    """
    return _power_mean(scores, weights, 0.0, floor, shift, "geometric mean")


def harmonic(
    scores: pd.DataFrame, *, weights: Weights, floor: float | None = None, shift: float = 0.0
) -> pd.Series:
    """Take the weighted harmonic mean: sum(w) / sum(w / x).

    A child at 0 makes the parent 0, the limit of the formula.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child).
    floor
        Lower scores are lifted to this number.
    shift
        Added to every score before, and taken off the mean after.

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    Raises
    ------
    DataError
        If a score is negative; the message names country and child.

    References
    ----------
    Hardy, Littlewood & Pólya (1952), Inequalities, chapter 2.

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [20.0], "skills": [60.0]}, index=["EST"])
    >>> harmonic(scores, weights=pd.Series({"compute": 1, "skills": 1}))
    EST    30.0
    dtype: float64
    """
    return _power_mean(scores, weights, -1.0, floor, shift, "harmonic mean")


def power(
    scores: pd.DataFrame,
    *,
    weights: Weights,
    p: float,
    floor: float | None = None,
    shift: float = 0.0,
) -> pd.Series:
    """Take the weighted power mean: (sum(w x^p) / sum(w))^(1/p).

    p = 1 is the arithmetic, p = -1 the harmonic mean, p -> 0 the geometric, p -> -inf the minimum
    and p -> inf the maximum. The lower p, the less one child makes good for another. Where p is 0
    or below, a child at 0 makes the parent 0.

    Parameters
    ----------
    scores
        Countries by children, in points of 0 or more (any points if p = 1).
    weights
        Zero or positive, by child (or by country and child).
    p
        Exponent: any number, inf and -inf included.
    floor
        Scores below this number count as this number.
    shift
        Points added to every score before, and taken off the mean after.

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    Raises
    ------
    DataError
        If a score is negative; the message names country and child.

    References
    ----------
    Decancq & Lugo (2013), Weights in multidimensional indices of wellbeing, Econometric Reviews 32.
    https://doi.org/10.1080/07474938.2012.690641

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [3.0], "skills": [4.0]}, index=["EST"])
    >>> power(scores, weights=pd.Series({"compute": 1, "skills": 1}), p=2) ** 2 * 2
    EST    25.0
    dtype: float64
    """
    if p == 1:
        return arithmetic(scores if floor is None else scores.clip(lower=floor), weights=weights)
    return _power_mean(scores, weights, p, floor, shift, f"power mean with p = {p:g}")


def _power_mean(
    scores: pd.DataFrame, weights: Weights, p: float, floor: float | None, shift: float, name: str
) -> pd.Series:
    values, weight = children_and_weights(scores, weights)
    values = (values if floor is None else np.maximum(values, floor)) + shift
    refuse_negative(scores, values, name)
    if np.isinf(p):
        mean = (np.fmax if p > 0 else np.fmin).reduce(values, axis=1)
    else:
        mean = _finite_power_mean(values, in_shares(weight), p)
    return as_score(mean - shift, scores)


def _finite_power_mean(values: Array, share: Array, p: float) -> Array:
    """Compute the mean relative to its largest term, so that no power overflows."""
    anchor = (np.fmax if p > 0 else np.fmin).reduce(values, axis=1, initial=np.nan)
    at_zero = anchor == 0
    ratio = values / np.where(at_zero, 1.0, anchor)[:, None]
    with np.errstate(divide="ignore"):  # the logarithm of a child at 0 is minus infinity
        logs = np.log(np.where(at_zero[:, None], 1.0, ratio))
    # ln M = ln anchor + ln(sum w (x / anchor)^p) / p, written to stay exact for p near 0
    inner = (
        np.log1p(weighted_sum(np.expm1(p * logs), share)) / p if p else weighted_sum(logs, share)
    )
    return np.where(at_zero, 0.0, anchor * np.exp(inner))


def minimum(scores: pd.DataFrame, *, weights: Weights) -> pd.Series:
    """Take the lowest child: no child makes good for another.

    Weights count only in that a child of weight 0 is left out.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child).

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    References
    ----------
    Casadio Tarabusi & Guarini (2013), An unbalance adjustment method for development indicators.
    https://doi.org/10.1007/s11205-012-0070-4

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [20.0], "skills": [60.0]}, index=["EST"])
    >>> minimum(scores, weights=pd.Series({"compute": 1, "skills": 1}))
    EST    20.0
    dtype: float64
    """
    values, _ = children_and_weights(scores, weights)
    return as_score(np.fmin.reduce(values, axis=1, initial=np.nan), scores)


def maximum(scores: pd.DataFrame, *, weights: Weights) -> pd.Series:
    """Take the highest child: the best one makes good for all others.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child).

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    Raises
    ------
    DataError
        If a weight is missing or negative, or all are 0.

    References
    ----------
    OECD/JRC (2008), step 7. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [20.0], "skills": [60.0]}, index=["EST"])
    >>> maximum(scores, weights=pd.Series({"compute": 1, "skills": 1}))
    EST    60.0
    dtype: float64
    """
    values, _ = children_and_weights(scores, weights)
    return as_score(np.fmax.reduce(values, axis=1, initial=np.nan), scores)


def median(scores: pd.DataFrame, *, weights: Weights) -> pd.Series:
    """Take the weighted median: the child at which half of the weight lies on either side.

    Where half of the weight is reached exactly at a child, the mean of it and the next one is
    taken; with equal weights this is the ordinary median.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child).

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    References
    ----------
    Edgeworth (1888), On a new method of reducing observations relating to several quantities,
    Philosophical Magazine 25.

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [20.0], "skills": [60.0], "power": [90.0]}, index=["EST"])
    >>> median(scores, weights=pd.Series({"compute": 1, "skills": 1, "power": 3}))
    EST    90.0
    dtype: float64
    """
    values, weight = children_and_weights(scores, weights)
    order = np.argsort(values, axis=1, kind="stable")  # what is left out goes last
    values = np.take_along_axis(values, order, axis=1)
    reached = np.cumsum(np.take_along_axis(in_shares(weight), order, axis=1), axis=1)
    lower = _at(values, (reached < 0.5 - _ROUNDING).sum(axis=1))
    upper = _at(values, (reached <= 0.5 + _ROUNDING).sum(axis=1))
    return as_score((lower + upper) / 2, scores)


def _at(values: Array, place: np.ndarray[tuple[int, ...], np.dtype[np.int_]]) -> Array:
    inside = np.minimum(place, values.shape[1] - 1)
    return np.take_along_axis(values, inside[:, None], axis=1)[:, 0]


def weighted_total(scores: pd.DataFrame, *, weights: Weights) -> pd.Series:
    """Sum the children, each times its weight as it is: sum(w x).

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child); not divided by their sum.

    Returns
    -------
    Series
        Points, by country; NaN where no child is there.

    References
    ----------
    OECD/JRC (2008), step 7. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> scores = pd.DataFrame({"compute": [20.0], "skills": [60.0]}, index=["EST"])
    >>> weighted_total(scores, weights=pd.Series({"compute": 1, "skills": 2}))
    EST    140.0
    dtype: float64
    """
    values, weight = children_and_weights(scores, weights)
    return as_score(weighted_sum(values, weight), scores)


def product(scores: pd.DataFrame, *, weights: Weights) -> pd.Series:
    """Multiply the children, each to the power of its weight as it is: prod(x^w).

    Parameters
    ----------
    scores
        Countries by children; of 0 or more unless every weight is a whole number.
    weights
        Zero or positive, by child (or by country and child); not divided by their sum.

    Returns
    -------
    Series
        Product, by country; NaN where no child is there.

    Raises
    ------
    DataError
        If a negative score meets a weight that is not a whole number.

    References
    ----------
    Triantaphyllou & Mann (1989), the weighted product model.
    https://doi.org/10.1016/0167-9236(89)90037-7

    Examples
    --------
    >>> scores = pd.DataFrame({"health": [0.9], "skills": [0.8]}, index=["EST"])
    >>> product(scores, weights=pd.Series({"health": 1, "skills": 2}))
    EST    0.576
    dtype: float64
    """
    values, weight = children_and_weights(scores, weights)
    fractional = np.where(weight != np.round(weight), values, 0.0)
    refuse_negative(
        scores,
        fractional,
        "product with weights that are not whole numbers",
        remedy="normalise to a scale that starts at 0 or above, or give whole weights",
    )
    there = weight > 0
    factors = np.where(there, np.power(np.where(there, values, 1.0), weight), 1.0)
    return as_score(np.where(there.any(axis=1), factors.prod(axis=1), np.nan), scores)
