"""Weights that make each child as important to its parent as was meant.

A weight says how much a point counts, not how much a child decides: children that vary more, or go
with others, decide more. Here weights are sought whose importance comes out as the target.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError, MethodError, nearest
from resilience_index.steps._naming import listed

Array = NDArray[np.float64]
Measure = Literal["pearson", "correlation_ratio"]

_SMOOTHING = 2 / 3  # share of countries that a local line is drawn through


@dataclass(frozen=True, slots=True)
class Matched:
    """Weights, and how near the importance they give came to the target."""

    weights: pd.Series
    importance: pd.Series
    gap: float
    converged: bool
    steps: int


def target_importance(
    children: pd.DataFrame,
    *,
    given: pd.Series,
    target: dict[str, float] | None = None,
    measure: Measure = "pearson",
    tolerance: float = 0.01,
    max_steps: int = 200,
) -> pd.Series:
    """Find weights, 0 or more, whose importance in an arithmetic mean equals a target.

    Importance is each child's share in the sum of: its correlation with the parent ("pearson"), or
    its correlation ratio V(E(parent | child)) / V(parent), by local lines ("correlation_ratio").
    Found by least squares within bounds.

    Parameters
    ----------
    children
        Countries by children, in points; countries that lack a child are left out.
    given
        Weights in the framework (supplied): the target, if none is set.
    target
        Importance of each child, any positive numbers.
    measure
        How importance is measured.
    tolerance
        Largest difference between a share and its target that counts as met.
    max_steps
        Steps of the search.

    Returns
    -------
    Series
        Shares of the children; they sum to 1.

    Raises
    ------
    DataError
        If the target is not met; the message says how near it came, and with what importance.
    MethodError
        If the target does not name the children.

    References
    ----------
    Becker, Saisana, Paruolo & Vandecasteele (2017), Weights and importance in composite indicators:
    closing the gap. https://doi.org/10.1016/j.ecolind.2017.03.056
    Paruolo, Saisana & Saltelli (2013), Ratings and rankings: voodoo or science?
    https://doi.org/10.1111/j.1467-985X.2012.01059.x

    Examples
    --------
    >>> a, b = pd.Series([1.0, -1.0, 1.0, -1.0]), pd.Series([3.0, 3.0, -3.0, -3.0])
    >>> even = pd.Series({"a": 1.0, "b": 1.0})
    >>> target_importance(pd.DataFrame({"a": a, "b": b}), given=even).round(3).to_dict()
    {'a': 0.75, 'b': 0.25}
    """
    wanted = _wanted(children, given, target)
    found = match_importance(
        children, wanted, measure=measure, tolerance=tolerance, max_steps=max_steps
    )
    if not found.converged:
        shown = listed((f"{c} {v:.3f}" for c, v in found.importance.items()), 20)
        raise DataError(
            f"target_importance: no weights of 0 or more meet the target; nearest after "
            f"{found.steps} steps: {shown}, off by {found.gap:.3f} (tolerance {tolerance:g}); move "
            "the target, or leave out children that go against the others"
        )
    return found.weights


def _wanted(children: pd.DataFrame, given: pd.Series, target: dict[str, float] | None) -> pd.Series:
    stated = given if target is None else pd.Series(target, dtype=float)
    codes = [str(code) for code in children.columns]
    for code in stated.index:
        if str(code) not in codes:
            raise MethodError(f"target_importance: unknown child '{code}' {nearest(code, codes)}")
    found = stated.reindex(children.columns).astype(float)
    wrong = found.index[~(found > 0)]
    if len(wrong):
        raise MethodError(
            f"target_importance: the target of {listed(wrong)} must be given, and above 0"
        )
    return found / found.sum()


def match_importance(
    children: pd.DataFrame,
    target: pd.Series,
    *,
    measure: Measure = "pearson",
    tolerance: float = 0.01,
    max_steps: int = 200,
) -> Matched:
    """Seek weights whose importance equals a target, and report how near they came.

    Parameters, references and `DataError` are those of ``target_importance``.

    Returns
    -------
    Matched
        Weights (shares), their importance (shares), the largest gap, and whether it is in
        tolerance.

    Examples
    --------
    >>> same = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [2.0, 4.0, 6.0]})
    >>> match_importance(same, pd.Series({"a": 0.8, "b": 0.2})).converged
    False
    """
    from scipy.optimize import least_squares

    values = _standing(children)
    wanted = target.reindex(children.columns).to_numpy(dtype=float)
    wanted = wanted / wanted.sum()
    importance = _MEASURES[measure]

    def gap(weight: Array) -> Array:
        return np.asarray(importance(values, weight / weight.sum()) - wanted)

    start = wanted / np.maximum(values.std(axis=0), 1e-12)
    found = least_squares(
        gap, start / start.sum(), bounds=(1e-9, 1.0), max_nfev=max_steps, diff_step=[1e-4]
    )
    weight = found.x / found.x.sum()
    weight = np.where(weight < 1e-6, 0.0, weight)
    weight = weight / weight.sum()
    reached = importance(values, weight)
    worst = float(np.abs(reached - wanted).max())
    return Matched(
        pd.Series(weight, index=children.columns),
        pd.Series(reached, index=children.columns),
        worst,
        worst <= tolerance,
        int(found.nfev),
    )


def _standing(children: pd.DataFrame) -> Array:
    table = children.dropna()
    values = table.to_numpy(dtype=float)
    flat = ~(values.max(axis=0, initial=-np.inf) > values.min(axis=0, initial=np.inf))
    if len(table) < 3 or flat.any():
        raise DataError(
            f"target_importance needs three countries with all of {listed(children.columns)}, and "
            f"scores that differ; found {len(table)} countries, no difference in: "
            f"{listed(children.columns[flat]) or 'none'}"
        )
    return np.asarray(values - values.mean(axis=0))


def _pearson(values: Array, weight: Array) -> Array:
    parent = values @ weight
    size = np.sqrt((values**2).sum(axis=0) * (parent**2).sum())
    correlation = parent @ values / np.where(size > 0, size, 1.0)
    total = correlation.sum()
    return np.asarray(correlation / (total if total > 0 else 1.0))


def _ratio(values: Array, weight: Array) -> Array:
    from statsmodels.nonparametric.smoothers_lowess import (  # type: ignore[import-untyped]
        lowess,
    )

    parent = values @ weight
    smooth = [
        lowess(parent, child, frac=_SMOOTHING, it=0, return_sorted=False).var()
        for child in values.T
    ]
    ratio = np.array(smooth) / max(parent.var(), 1e-300)
    return np.asarray(ratio / ratio.sum())


_MEASURES: dict[str, Callable[[Array, Array], Array]] = {
    "pearson": _pearson,
    "correlation_ratio": _ratio,
}
