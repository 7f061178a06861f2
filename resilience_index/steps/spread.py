"""Spread: how standard errors of figures become standard errors of their scores."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import MethodError
from resilience_index.steps._by_goalposts import goalposts_slope
from resilience_index.steps._stretching import PerColumn, basis, by_column, ends_of
from resilience_index.steps.methods import Method

Array = NDArray[np.float64]

_STEP = 1e-6  # of the range: how far figures are moved to see how far their scores move
_OFF = 1e-6  # of the range of scores: how far a point may lie off the line


def points_per_unit(oriented: pd.DataFrame, *, method: Method) -> pd.DataFrame:
    """Find how many points one unit is worth: the slope of the scale of each column.

    A standard error in units times this slope is one in points. On a scale that is a straight line
    the slope is the same everywhere; on one with caps it is that of the figures within the caps,
    and holds for the others too: that a figure lies beyond a cap makes it no better known.

    Parameters
    ----------
    oriented
        Countries by indicators, as they enter the method.
    method
        A normaliser with its settings bound.

    Returns
    -------
    DataFrame
        Same shape: points per unit, above 0.

    Raises
    ------
    MethodError
        If a scale is not a straight line between its caps, or no figure lies between them.

    References
    ----------
    JCGM 100:2008, Guide to the expression of uncertainty in measurement, 5.1.
    https://doi.org/10.59161/JCGM100-2008E

    Examples
    --------
    >>> table = pd.DataFrame({"income": [0.0, 5.0, 10.0]}, index=["EST", "NOR", "USA"])
    >>> points_per_unit(table, method=lambda x: 100 * x / x.max())["income"].tolist()
    [10.0, 10.0, 10.0]
    """
    made, step = method(oriented), (oriented.max() - oriented.min()) * _STEP
    within = (made > made.min()) & (made < made.max())
    moved = (method(oriented.mask(within, oriented + step)) - made) / step
    slopes = {
        code: _slope(
            oriented[code].dropna().to_numpy(float),
            made[code].dropna().to_numpy(float),
            moved.loc[within[code], code].to_numpy(float),
            str(code),
        )
        for code in oriented
    }
    return pd.DataFrame(slopes, index=oriented.index)


def _slope(x: Array, y: Array, moved: Array, code: str) -> float:
    """Return the slope of the line through all points, or else through those within the caps."""
    if len(x) == 0:
        return np.nan
    everywhere = float(np.ptp(y) / np.ptp(x)) if np.ptp(x) > 0 else np.nan
    inside = (y > y.min()) & (y < y.max())
    candidates = [(everywhere, x, y)]
    if inside.any():
        candidates.append((float(np.median(moved)), x[inside], y[inside]))
    for slope, across, up in candidates:
        off = up - up[0] - slope * (across - across[0])
        if slope > 0 and np.abs(off).max() <= _OFF * np.ptp(y):
            return slope
    raise MethodError(
        f"spread: standard errors of {code} cannot be propagated, since its scale is not a "
        "straight line between its caps; use minmax, goalposts, scaled or none, or how = "
        "'between'"
    )


def _of_none(table: pd.DataFrame) -> pd.DataFrame:
    """Return 1: a figure that stays as it is has its own error."""
    return table * 0 + 1.0


def _of_minmax(
    table: pd.DataFrame,
    *,
    low: float = 0.0,
    high: float = 100.0,
    constant: float | None = None,
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return |high - low| / (max - min); NaN for one value everywhere with a set score."""
    lowest, highest = ends_of(basis(table, sample).to_numpy(float))
    if constant is None and (lowest == highest).any():
        raise MethodError("spread: minmax of one value has no slope; leave the indicator out")
    slope = abs(high - low) / np.where(highest > lowest, highest - lowest, np.nan)
    return table * 0 + np.broadcast_to(slope, table.shape)


def _of_scaled(
    table: pd.DataFrame,
    *,
    a: PerColumn = 0.0,  # noqa: ARG001 - where a line starts says nothing of its slope
    b: PerColumn = 1.0,
    low: float = 0.0,
    high: float = 1.0,
    least: float | None = None,  # noqa: ARG001 - a figure beyond a cap is no better known
    most: float | None = None,  # noqa: ARG001
) -> pd.DataFrame:
    """Return |(high - low) / b|."""
    step = by_column(b, table, "b", need_all=True)
    return table * 0 + np.broadcast_to(np.abs((high - low) / step), table.shape)


SLOPES: dict[str, Method] = {
    "none": _of_none,
    "minmax": _of_minmax,
    "scaled": _of_scaled,
    "goalposts": goalposts_slope,
}
"""Normalisers that are straight lines, and state their slope: points per unit, in every row."""
