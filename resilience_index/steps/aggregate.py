"""Combine the scores of children into the score of their parent.

Every method takes the children's scores (countries by children, points, higher is better) and
``weights``, and returns the parent's score of each country. A child that is missing, or whose
weight is 0, is left out; a country without any child there has no score. What a missing child does
to its parent is settled before, by `combine`.

Means divide the weights by their sum over what is there. The methods in `AS_GIVEN` (sum, product)
use weights as they are: give them the framework's own weights, not shares.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7.
https://doi.org/10.1787/9789264043466-en
"""

from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import MethodError
from resilience_index.steps import formula as formulas
from resilience_index.steps._children import (
    Weights,
    children_and_weights,
    laid_out,
    same_cells,
)
from resilience_index.steps._means import (
    arithmetic,
    geometric,
    harmonic,
    maximum,
    median,
    minimum,
    power,
    product,
    weighted_total,
)
from resilience_index.steps._outranking import copeland, outranking_matrix
from resilience_index.steps._penalised import (
    ampi,
    mean_min,
    mpi,
    owa,
    weighted_product_of_differences,
)

__all__ = [
    "AS_GIVEN", "METHODS", "NEEDS_POSITIVE", "ampi", "arithmetic", "by_formula", "combine",
    "copeland", "geometric", "harmonic", "interval", "maximum", "mean_min", "median", "minimum",
    "mpi", "needs_positive", "outranking_matrix", "owa", "power", "product", "standard_error",
    "weighted_product_of_differences", "weighted_total", "withheld",
]  # fmt: skip

Missing = Literal["share", "missing", "zero"]

AS_GIVEN = frozenset({"sum", "product"})
"""Methods whose weights are not divided by their sum."""

NEEDS_POSITIVE = frozenset({"geometric", "harmonic", "power", "product", "mpi"})
"""Methods that negative scores do not suit, unless a setting lifts them: see `needs_positive`."""

BY_ORDER = frozenset({"copeland"})
"""Methods to which only the order of countries in each child matters."""

_LEAST = 1e-9  # shares that differ by less are equal: 2 of 3 is at least .6666666667


def combine(
    scores: pd.DataFrame,
    weights: Weights,
    method: Callable[..., pd.Series],
    *,
    missing: Missing = "share",
    min_count: int = 0,
    min_share: float = 0.0,
    applicable: pd.DataFrame | None = None,
) -> pd.Series:
    """Score a parent from its children, by any method, with a rule for missing ones.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child).
    method
        Takes scores and ``weights`` and returns a score of each country: one of `METHODS`, with its
        settings bound, or a function of the user's. Where weights of missing children have been
        shared out it gets weights by country and child, else as they are here.
    missing
        "share": the weights of missing children are shared among the rest, in proportion;
        "missing": a parent with a missing child is missing; "zero": a missing child counts as 0.
    min_count, min_share
        Least number, and least share of those due, of children that must be there; below, the
        parent is withheld (missing). Exactly as many is enough.
    applicable
        False where a child does not apply to a country: it is not due, and left out by every rule.

    Returns
    -------
    Series
        Points, by country; NaN where the parent is withheld.

    Raises
    ------
    DataError
        If weights are missing, negative or all 0, or the method cannot use a score.
    MethodError
        If a rule is unknown or a threshold impossible.

    References
    ----------
    OECD/JRC (2008), step 3. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [10.0, 10.0], "b": [np.nan, 40.0]}, index=["EST", "NOR"])
    >>> even = pd.Series({"a": 1.0, "b": 1.0})
    >>> combine(scores, even, arithmetic).tolist()
    [10.0, 25.0]
    >>> combine(scores, even, arithmetic, missing="zero").tolist()
    [5.0, 25.0]
    >>> combine(scores, even, arithmetic, min_count=2).tolist()
    [nan, 25.0]
    """
    due = _due(scores, weights, applicable)
    values = scores.to_numpy(dtype=float)
    there = ~np.isnan(values) & due
    hidden = _too_few(there, due, missing, min_count, min_share)
    values = np.where(there, values, np.nan)
    if missing == "zero":
        values = np.where(due & ~there, 0.0, values)
    values = np.where(hidden[:, None], np.nan, values)
    kept = pd.DataFrame(values, index=scores.index, columns=scores.columns)
    if missing == "share" and (due & ~there & ~hidden[:, None]).any():
        weights = _shared_out(kept, weights, due)
    made = method(kept, weights=weights)
    # a formula may have a value where no child is there
    return made.mask(hidden) if hidden.any() else made


def withheld(
    scores: pd.DataFrame,
    weights: Weights,
    *,
    missing: Missing = "share",
    min_count: int = 0,
    min_share: float = 0.0,
    applicable: pd.DataFrame | None = None,
) -> pd.Series:
    """Say of which countries `combine` gives no score, by the same rules.

    Returns
    -------
    Series
        True where the parent is withheld, by country.

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [10.0, np.nan], "b": [np.nan, np.nan]}, index=["EST", "NOR"])
    >>> withheld(scores, pd.Series({"a": 1, "b": 1}), min_share=0.5).to_dict()
    {'EST': False, 'NOR': True}
    """
    due = _due(scores, weights, applicable)
    there = scores.notna().to_numpy() & due
    hidden = _too_few(there, due, missing, min_count, min_share)
    return pd.Series(hidden, index=scores.index)


def _too_few(
    there: NDArray[np.bool_],
    due: NDArray[np.bool_],
    missing: Missing,
    min_count: int,
    min_share: float,
) -> NDArray[np.bool_]:
    """Tell of which countries too few of the children that are due are there."""
    if missing not in ("share", "missing", "zero"):
        raise MethodError(f"missing = '{missing}'; known: missing, share, zero")
    if min_count < 0 or not 0 <= min_share <= 1:
        raise MethodError(
            f"min_count = {min_count}, min_share = {min_share:g}; min_count must be 0 or more "
            "and min_share a share from 0 to 1"
        )
    n_due = due.sum(axis=1)
    n_there = there.sum(axis=1)
    least = {"share": np.minimum(1, n_due), "missing": n_due, "zero": 0 * n_due}[missing]
    enough = (n_there >= np.maximum(least, min_count)) & (n_there >= min_share * n_due - _LEAST)
    return np.asarray(~(enough & (n_due > 0)))


def _due(
    scores: pd.DataFrame, weights: Weights, applicable: pd.DataFrame | None
) -> NDArray[np.bool_]:
    """Tell where a child counts: it applies to the country and has a weight."""
    counts = np.broadcast_to(laid_out(weights, scores) > 0, scores.shape)
    if applicable is None:
        return counts
    if not same_cells(applicable, scores):
        applicable = applicable.reindex(index=scores.index, columns=scores.columns)
    applies = applicable.to_numpy()
    if applies.dtype != bool:
        applies = applicable.fillna(value=True).to_numpy(dtype=bool)
    return np.asarray(counts & applies)


def _shared_out(kept: pd.DataFrame, weights: Weights, due: NDArray[np.bool_]) -> pd.DataFrame:
    """Share the weights of missing children among those that are there, their sum unchanged."""
    full = np.where(due, np.broadcast_to(laid_out(weights, kept), kept.shape), 0.0)
    found = np.where(kept.notna().to_numpy(), full, 0.0)
    total = found.sum(axis=1, keepdims=True)
    shared = found * full.sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0)
    return pd.DataFrame(shared, index=kept.index, columns=kept.columns)


def by_formula(
    scores: pd.DataFrame,
    *,
    weights: Weights,  # noqa: ARG001 - a formula states its own weights
    expression: str,
) -> pd.Series:
    """Work out a formula over named children; its language stands in the module ``formula``.

    Parameters
    ----------
    scores
        Countries by children, in points.
    weights
        Not used.
    expression
        Formula in which children stand by their codes, such as "100 * sqrt(health * skills)".

    Returns
    -------
    Series
        Points, by country; NaN where a child that the formula needs is missing.

    Raises
    ------
    ContentError
        If the expression is no formula.
    MethodError
        If it names something that is no child.
    DataError
        If it has no value for a country whose children are there.

    References
    ----------
    UNDP (2024), Human Development Report 2023-24, technical notes, have many such nodes.
    https://hdr.undp.org/sites/default/files/2023-24_HDR/hdr2023-24_technical_notes.pdf

    Examples
    --------
    >>> scores = pd.DataFrame({"women": [0.6], "men": [0.8]}, index=["EST"])
    >>> by_formula(scores, weights=pd.Series(dtype=float), expression="women / men")
    EST    0.75
    dtype: float64
    """
    columns = {str(code): scores[code].to_numpy(dtype=float) for code in scores}
    values = formulas.evaluate(formulas.parse(expression), columns, rows=list(scores.index))
    return pd.Series(values, index=scores.index)


def standard_error(
    children: pd.DataFrame,
    weights: Weights,
    how: Literal["between", "propagated"] = "between",
    errors: pd.DataFrame | None = None,
    *,
    ddof: int = 1,
) -> pd.Series:
    """Estimate the standard error of a parent from its children.

    "between": s / sqrt(n), with s the standard deviation of the n children that are there; for
    children that measure the same thing by different sources. "propagated": sqrt(sum(w^2 e^2))
    / sum(w), from independent standard errors e of the children, for a weighted arithmetic mean.

    Parameters
    ----------
    children
        Countries by children, in points.
    weights
        Zero or positive, by child (or by country and child); between children, all count alike.
    how
        Which of the two.
    errors
        Standard errors of the children, in points; needed for "propagated".
    ddof
        s divides by n less this: 1 is that of a sample, 0 that of a population.

    Returns
    -------
    Series
        Points, by country. NaN where fewer than two children are there ("between"), or one that is
        there has no standard error ("propagated").

    Raises
    ------
    MethodError
        If standard errors are to be propagated and none are given.

    References
    ----------
    Transparency International (2012), Corruption Perceptions Index: technical methodology note.
    JCGM 100:2008, Guide to the expression of uncertainty in measurement, 5.1.
    https://doi.org/10.59161/JCGM100-2008E

    Examples
    --------
    >>> children = pd.DataFrame({"a": [10.0], "b": [20.0], "c": [30.0]}, index=["EST"])
    >>> even = pd.Series({"a": 1, "b": 1, "c": 1})
    >>> standard_error(children, even).round(4)
    EST    5.7735
    dtype: float64
    """
    values, weight = children_and_weights(children, weights)
    there = weight > 0
    count = there.sum(axis=1).astype(float)
    if how == "between":
        count[count < 2] = np.nan
        mean = np.where(there, values, 0.0).sum(axis=1) / count
        squares = (np.where(there, values - mean[:, None], 0.0) ** 2).sum(axis=1)
        return pd.Series(np.sqrt(squares / (count - ddof) / count), index=children.index)
    if errors is None:
        raise MethodError("standard errors cannot be propagated: the children have none")
    given = errors.reindex(index=children.index, columns=children.columns).to_numpy(dtype=float)
    total = np.where(count > 0, weight.sum(axis=1), np.nan)
    summed = np.where(there, (weight * given) ** 2, 0.0).sum(axis=1)
    return pd.Series(np.sqrt(summed) / total, index=children.index)


def interval(
    scores: pd.Series, errors: pd.Series, *, level: float = 0.9, factor: float | None = None
) -> pd.DataFrame:
    """Return the interval about each score: score -/+ z e, of normal errors.

    Parameters
    ----------
    scores, errors
        Scores and their standard errors, in points, by country.
    level
        Share of such intervals that hold the true value.
    factor
        z, if not that of the level: some publish 1.64 for 90 per cent.

    Returns
    -------
    DataFrame
        Columns lower and upper, in points, by country.

    References
    ----------
    Transparency International (2012), Corruption Perceptions Index: technical methodology note.

    Examples
    --------
    >>> interval(pd.Series({"EST": 74.0}), pd.Series({"EST": 2.0}), factor=1.64)
         lower  upper
    EST  70.72  77.28
    """
    z = NormalDist().inv_cdf((1 + level) / 2) if factor is None else factor
    return pd.DataFrame({"lower": scores - z * errors, "upper": scores + z * errors})


def needs_positive(name: str, settings: Mapping[str, Any]) -> bool:
    """Tell whether a method, with these settings, needs scores that are not negative.

    >>> needs_positive("geometric", {}), needs_positive("geometric", {"shift": 5.0})
    (True, False)
    >>> needs_positive("weighted_product_of_differences", {"reference": -9})
    False
    """
    if name == "weighted_product_of_differences":
        reference = float(settings.get("reference", 0.0))
        return settings.get("side", "above") == "above" and reference >= 0
    lifted = settings.get("floor", -1.0) >= 0 or settings.get("shift", 0.0) > 0
    return name in NEEDS_POSITIVE and not lifted and settings.get("p") != 1


METHODS: dict[str, Callable[..., pd.Series]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "power": power,
    "minimum": minimum,
    "maximum": maximum,
    "median": median,
    "sum": weighted_total,
    "product": product,
    "weighted_product_of_differences": weighted_product_of_differences,
    "owa": owa,
    "mpi": mpi,
    "ampi": ampi,
    "mean_min": mean_min,
    "copeland": copeland,
    "formula": by_formula,
}
