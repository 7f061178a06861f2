"""Treat: outliers brought in, so that one extreme country does not decide everyone's score.

Every method takes a table of countries by indicators and returns `Treated`: a table of the same
shape and one row of facts an indicator. Missing stays missing. It runs before orientation, on
figures in their own unit. A column of equal values, or of fewer than 3, is left alone and its facts
say so. All methods keep the order of countries, though winsorising makes ties.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3.
https://doi.org/10.1787/9789264043466-en
Becker, Caperna, Del Sorbo et al. (2022), COINr: An R package for developing composite indicators,
Journal of Open Source Software 7(78), 4567. https://doi.org/10.21105/joss.04567
"""

from typing import Literal

import numpy as np
import pandas as pd

from resilience_index.errors import MethodError
from resilience_index.steps._columns import (
    UNTOUCHED,
    Change,
    Treated,
    column_by_column,
    refuse_negative,
)
from resilience_index.steps._power_families import box_cox, ln_shift, log, yeo_johnson
from resilience_index.steps._tails import (
    LOGARITHMS,
    Count,
    Limits,
    Values,
    bring_in,
    moments,
    winsorise,
)
from resilience_index.steps.methods import Method


def none(table: pd.DataFrame) -> Treated:
    """Leave every figure as it is, and report how skewed each column is.

    Examples
    --------
    >>> none(pd.DataFrame({"gdp": [1.0, 2.0, 9.0]})).facts["how"].tolist()
    ['not treated']
    """
    return column_by_column(table, lambda values, _: Change(values, UNTOUCHED))


def skewness_kurtosis(
    table: pd.DataFrame,
    *,
    skewness: float = 2.0,
    kurtosis: float = 3.5,
    points: int = 5,
    count: Count = "values",
    then: Literal["ln_shift", "shift_one", "gii", "nothing"] = "ln_shift",
    undo: bool = True,
    logged: list[str] | None = None,
) -> Treated:
    """Winsorise columns with outliers, and take the logarithm of those where that does not help.

    A column is flagged while |skewness| and excess kurtosis (both adjusted, type 2) are above their
    limits. While flagged, the farthest value on the skewed side takes the next value; tied values
    move together. If it is still flagged after `points`, the winsorising is undone and
    ln(x - min + 0.01 (max - min)) taken of the original column. A column that is flagged even then
    keeps that form, and its facts say so.

    COINr's default is the same with ``count = "cells"``; its ``winsorise(force_win = TRUE)`` is
    ``skewness = -1, kurtosis = -100, then = "nothing"``.

    Parameters
    ----------
    table
        Countries by indicators, each column in its own unit.
    skewness, kurtosis
        Limits above which a column is flagged.
    points
        Greatest number of points winsorised.
    count
        What a point is: a distinct original value, or a cell; counted in cells a tie may exceed
        the number.
    then
        The logarithm where winsorising was not enough: the form above; ln(x - min + 1); the form of
        the Global Innovation Index; or nothing, which keeps the winsorised column.
    undo
        Whether the logarithm is taken of the original column; else of the winsorised one.
    logged
        Columns whose definition already takes a logarithm: they keep the winsorised form.

    Returns
    -------
    Treated
        Winsorised columns keep their unit; logarithms have none that a reader would know.

    Raises
    ------
    MethodError
        If the number of points is below 0.
    DataError
        If the form of the logarithm does not suit a column (`gii` needs figures above 1).

    Examples
    --------
    >>> table = pd.DataFrame({"exports": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 90.0]})
    >>> treated = skewness_kurtosis(table)
    >>> treated.table["exports"].tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 7.0]
    >>> treated.facts.loc["exports", "how"]
    'winsorised'
    """
    refuse_negative(points=points)
    limits, already = Limits(skewness, kurtosis), set(logged or [])

    def treat_column(values: Values, code: str) -> Change:
        if not limits.flag(*moments(values)):
            return Change(values, UNTOUCHED)
        new, moved = winsorise(values, limits, points, count)
        if not limits.flag(*moments(new)):
            return Change(new, "winsorised", moved)
        if code in already:
            return Change(new, "winsorised, still skewed; a logarithm by definition", moved)
        if then == "nothing":
            return Change(new, "winsorised, still skewed", moved)
        shrunk = LOGARITHMS[then](values if undo else new)
        still = ", still skewed" if limits.flag(*moments(shrunk)) else ""
        how = "logarithm" if undo else "winsorised, then logarithm"
        return Change(shrunk, how + still, 0 if undo else moved)

    return column_by_column(table, treat_column)


def winsorise_points(
    table: pd.DataFrame, *, low: int = 0, high: int = 0, count: Count = "values"
) -> Treated:
    """Bring in a fixed number of points at each end, however skewed the column is.

    Each takes the value of the nearest point that stays; tied values move together. A column in
    which fewer than two distinct values would be left is left alone, and its facts say so.

    Parameters
    ----------
    table
        Countries by indicators.
    low, high
        Points brought in at the lower and at the upper end.
    count
        What a point is: a distinct value, or a cell; counted in cells a tie may exceed the number.

    Returns
    -------
    Treated
        Same unit.

    Raises
    ------
    MethodError
        If a number is below 0.

    References
    ----------
    Tukey (1962), The future of data analysis, Annals of Mathematical Statistics 33, 1-67.
    https://doi.org/10.1214/aoms/1177704711

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1.0, 5.0, 6.0, 7.0, 90.0]})
    >>> winsorise_points(table, low=1, high=1).table["x"].tolist()
    [5.0, 5.0, 6.0, 7.0, 7.0]
    """
    refuse_negative(low=low, high=high)

    def treat_column(values: Values, _: str) -> Change:
        brought = bring_in(values, low, high, count)
        if brought is None:
            return Change(values, "left alone: too few distinct values")
        return Change(brought[0], "winsorised" if brought[1] else UNTOUCHED, brought[1])

    return column_by_column(table, treat_column)


def winsorise_percentile(
    table: pd.DataFrame, *, lower: float = 5.0, upper: float = 95.0
) -> Treated:
    """Give figures beyond two percentiles the value of that percentile.

    Percentiles are interpolated linearly (type 7, as in R, Excel and numpy).

    Parameters
    ----------
    table
        Countries by indicators.
    lower, upper
        Percentiles, 0 to 100.

    Returns
    -------
    Treated
        Same unit.

    Raises
    ------
    MethodError
        If not 0 <= lower < upper <= 100.

    References
    ----------
    Hyndman & Fan (1996), Sample quantiles in statistical packages, The American Statistician 50,
    361-365. https://doi.org/10.1080/00031305.1996.10473566

    Examples
    --------
    >>> table = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0, 100.0]})
    >>> winsorise_percentile(table, lower=0, upper=75).table["x"].tolist()
    [0.0, 1.0, 2.0, 3.0, 3.0]
    """
    if not 0 <= lower < upper <= 100:
        raise MethodError(
            f"winsorise_percentile: lower = {lower:g}, upper = {upper:g}; "
            "percentiles lie between 0 and 100, the lower one first"
        )
    return column_by_column(
        table, lambda values, _: _capped(values, *np.quantile(values, [lower / 100, upper / 100]))
    )


def iqr_fence(table: pd.DataFrame, *, factor: float = 1.5) -> Treated:
    """Give figures beyond Tukey's fences the value of the fence.

    The fences lie `factor` times the interquartile range below the first and above the third
    quartile (type 7). A column whose quartiles are equal is left alone, since its fences would
    flatten it.

    Parameters
    ----------
    table
        Countries by indicators.
    factor
        Distance of the fences in interquartile ranges, at least 0.

    Returns
    -------
    Treated
        Same unit.

    Raises
    ------
    MethodError
        If the factor is below 0.

    References
    ----------
    Tukey (1977), Exploratory Data Analysis, Addison-Wesley, chapter 2.

    Examples
    --------
    >>> table = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0, 100.0]})
    >>> iqr_fence(table).table["x"].tolist()
    [0.0, 1.0, 2.0, 3.0, 6.0]
    """
    refuse_negative(factor=factor)

    def treat_column(values: Values, _: str) -> Change:
        first, third = np.quantile(values, [0.25, 0.75])
        if first == third:
            return Change(values, "left alone: its quartiles are equal")
        spread = third - first
        return _capped(values, first - factor * spread, third + factor * spread)

    return column_by_column(table, treat_column)


def _capped(values: Values, low: float, high: float) -> Change:
    """Give figures beyond two caps the value of the cap."""
    new = np.clip(values, low, high)
    points = int((new != values).sum())
    return Change(new, "winsorised" if points else UNTOUCHED, points)


METHODS: dict[str, Method] = {
    "none": none,
    "skewness_kurtosis": skewness_kurtosis,
    "winsorise_points": winsorise_points,
    "winsorise_percentile": winsorise_percentile,
    "iqr_fence": iqr_fence,
    "ln_shift": ln_shift,
    "log": log,
    "box_cox": box_cox,
    "yeo_johnson": yeo_johnson,
}
