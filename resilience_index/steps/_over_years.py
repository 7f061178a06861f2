"""Imputation from the same country's other years, in years and not in rows: see `impute`."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._filling import Imputed, Matrix, finish
from resilience_index.steps._naming import label_of


def over_years(
    table: pd.DataFrame,
    *,
    method: Literal["carry_forward", "linear"] = "carry_forward",
    limit: float | None = None,
    before: bool = False,
    after: bool = True,
) -> Imputed:
    """Fill in from the same country's other years.

    Between two observations of the years s < t, the figure for a year y is that of s, or
    x_s + (x_t - x_s) (y - s) / (t - s). Years are years, however many rows lie between.

    COINr's impute_panel is the default for ``latest``; ``before = true`` for ``constant``; and
    ``method = "linear", before = true`` for ``linear``.

    Parameters
    ----------
    table
        Rows are labelled (country, year), in any order; columns are indicators.
    method
        Carry the earlier figure forward, or interpolate between the two.
    limit
        A figure is used for years at most so far from its own; both ends of an interpolation must
        be that near. No limit if not given.
    before
        Whether the first figure also stands for the years before it.
    after
        Whether the last figure also stands for the years after it.

    Returns
    -------
    Imputed
        What no near enough year can fill stays missing; the facts count it and give the longest
        distance bridged, in years.

    Raises
    ------
    MethodError
        If the limit is below 0.
    DataError
        If rows are not labelled (country, year), a year is no number, or a row stands twice.

    References
    ----------
    Denk & Weber (2011), Avoid filling Swiss cheese with whipped cream: imputation techniques and
    evaluation procedures for cross-country time series, IMF working paper 11/151.
    https://doi.org/10.5089/9781455270507.001

    Examples
    --------
    >>> rows = pd.MultiIndex.from_product([["EST"], [2015, 2020, 2022]])
    >>> table = pd.DataFrame({"x": [10.0, np.nan, 17.0]}, index=rows)
    >>> over_years(table, method="linear").table["x"].tolist()
    [10.0, 15.0, 17.0]
    >>> over_years(table, limit=4).table["x"].tolist()
    [10.0, nan, 17.0]
    """
    if limit is not None and limit < 0:
        raise MethodError(f"over_years: limit = {limit:g}; it must be at least 0 years")
    unit, year = _units_and_years(table)
    order = np.lexsort((year, unit))
    values, unit, year = table.to_numpy(float)[order], unit[order], year[order]
    earlier, since = _last_seen(values, unit, year)
    later, until = (side[::-1] for side in _last_seen(values[::-1], unit[::-1], -year[::-1]))
    new, far = earlier, since
    if method == "linear":
        inside = np.isfinite(since) & np.isfinite(until)
        with np.errstate(invalid="ignore"):
            new = np.where(inside, earlier + (later - earlier) * since / (since + until), new)
        far = np.where(inside, np.maximum(since, until), far)
    first, last = np.isinf(since), np.isinf(until)
    new, far = np.where(first, later, new), np.where(first, until if before else np.inf, far)
    far = far if after else np.where(last, np.inf, far)
    usable = np.isfinite(far) & (far <= (np.inf if limit is None else limit))
    new, bridged = np.where(usable, new, np.nan), np.where(usable, far, 0.0)
    how = "interpolated over years" if method == "linear" else "carried over from another year"
    return finish(
        table,
        new[np.argsort(order)],
        [how] * table.shape[1],
        {"longest": np.max(bridged * np.isnan(values), axis=0, initial=0.0)},
    )


def _last_seen(values: Matrix, unit: NDArray[np.int64], year: Matrix) -> tuple[Matrix, Matrix]:
    """Return the last figure up to each row in its country, and how many years ago it was.

    Rows are sorted by country and year. Where there is no such figure, it is NaN, infinitely far.
    """
    rows = np.arange(len(values))[:, None]
    seen = np.maximum.accumulate(np.where(np.isnan(values), -1, rows), axis=0)
    begins = np.append(True, unit[1:] != unit[:-1])[: len(unit)]
    start = np.maximum.accumulate(np.where(begins, rows[:, 0], 0))
    there = seen >= start[:, None]
    at = np.where(there, seen, 0)
    figures = np.take_along_axis(values, at, axis=0)
    return (
        np.where(there, figures, np.nan),
        np.where(there, np.abs(year[:, None] - year[at]), np.inf),
    )


def _units_and_years(table: pd.DataFrame) -> tuple[NDArray[np.int64], Matrix]:
    """Return the country (as a number) and the year of each row, or say why there is none."""
    if not isinstance(table.index, pd.MultiIndex) or table.index.nlevels != 2:
        raise DataError(
            "over_years needs rows labelled by country and year, but found one label a row; "
            "build the framework over several years, or choose another imputation"
        )
    twice = table.index[table.index.duplicated()]
    if len(twice):
        raise DataError(f"over_years: row {label_of(twice[0])} stands twice; keep one of the two")
    unit = pd.factorize(table.index.get_level_values(0))[0]
    labels = pd.Series(table.index.get_level_values(1), dtype=object)
    year = pd.to_numeric(labels, errors="coerce").to_numpy(float)
    if np.isnan(year).any():
        wrong = table.index[np.isnan(year)][0]
        raise DataError(f"over_years: the year of row {label_of(wrong)} is no number; write it so")
    return unit, year
