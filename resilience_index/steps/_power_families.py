"""Treatment by logarithms and powers, of every column whatever its shape: see `treat`.

scipy is heavy to import and only looked for where a power is fitted or applied.
"""

import warnings
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._columns import Change, Treated, column_by_column
from resilience_index.steps._tails import LOGARITHMS, Values, ln_range


def ln_shift(table: pd.DataFrame, *, share: float = 0.01) -> Treated:
    """Take ln(x - min + share (max - min)) of every column, whatever its sign: COINr's log_CT.

    Parameters
    ----------
    table
        Countries by indicators.
    share
        Shift in ranges of the column, above 0; the smaller, the farther the lowest country falls.

    Returns
    -------
    Treated
        In log units; equal, but for a constant, whatever the unit of the indicator was.

    Raises
    ------
    MethodError
        If the share is not above 0.

    Examples
    --------
    >>> ln_shift(pd.DataFrame({"x": [0.0, 99.0, 100.0]})).table["x"].round(4).tolist()
    [0.0, 4.6052, 4.6151]
    """
    if share <= 0:
        raise MethodError(f"ln_shift: share = {share:g}; it must be above 0")
    return column_by_column(table, lambda values, _: Change(ln_range(values, share), "logarithm"))


def log(table: pd.DataFrame, *, form: Literal["plain", "shift_one", "gii"] = "plain") -> Treated:
    """Take the natural logarithm of every column, in one of the forms that indices use.

    Parameters
    ----------
    table
        Countries by indicators.
    form
        `plain`: ln(x); `shift_one`: ln(x - min + 1), COINr's log_CT_orig; `gii`:
        ln((max - 1) (x - min) / (max - min) + 1), the Global Innovation Index's.

    Returns
    -------
    Treated
        In log units.

    Raises
    ------
    DataError
        If a column has figures of 0 or less (`plain`), or none above 1 (`gii`).

    Examples
    --------
    >>> log(pd.DataFrame({"x": [1.0, np.e, np.e**2]})).table["x"].tolist()
    [0.0, 1.0, 2.0]
    """
    return column_by_column(table, lambda values, _: Change(LOGARITHMS[form](values), "logarithm"))


def box_cox(
    table: pd.DataFrame, *, power: float | None = None, make_positive: bool = False
) -> Treated:
    """Apply the Box-Cox transform: (x^power - 1) / power, or ln(x) where the power is 0.

    COINr's boxcox is the one with a given power and ``make_positive = true``.

    Parameters
    ----------
    table
        Countries by indicators, above 0 unless made so.
    power
        The exponent, for all columns; if not given, each column's most likely one (scipy).
    make_positive
        Whether x - min + 1 is transformed instead of x.

    Returns
    -------
    Treated
        No unit; the facts have the power of each column.

    Raises
    ------
    DataError
        If a column has figures of 0 or less, or no most likely power is found.

    References
    ----------
    Box & Cox (1964), An analysis of transformations, Journal of the Royal Statistical Society B 26,
    211-252. https://doi.org/10.1111/j.2517-6161.1964.tb00553.x

    Examples
    --------
    >>> box_cox(pd.DataFrame({"x": [1.0, 2.0, 3.0]}), power=2.0).table["x"].round(9).tolist()
    [0.0, 1.5, 4.0]
    """

    def treat_column(values: Values, _: str) -> Change:
        from scipy import special, stats

        moved = values - values.min() + 1 if make_positive else values
        if moved.min() <= 0:
            raise DataError(
                f"Box-Cox needs figures above 0, but the lowest is {moved.min():g}; "
                "set make_positive, or use yeo_johnson"
            )
        fitted = _likeliest(stats.boxcox_normmax, moved, method="mle") if power is None else power
        return Change(np.asarray(special.boxcox(moved, fitted), float), "Box-Cox", 0, fitted)

    return column_by_column(table, treat_column)


def yeo_johnson(table: pd.DataFrame, *, power: float | None = None) -> Treated:
    """Apply the Yeo-Johnson transform: Box-Cox of x + 1, mirrored for figures below 0.

    For x >= 0: ((x + 1)^p - 1) / p, or ln(x + 1) where p = 0. For x < 0:
    -((1 - x)^(2 - p) - 1) / (2 - p), or -ln(1 - x) where p = 2.

    Parameters
    ----------
    table
        Countries by indicators, of any sign.
    power
        The exponent p, for all columns; if not given, each column's most likely one (scipy).

    Returns
    -------
    Treated
        No unit; the facts have the power of each column.

    Raises
    ------
    DataError
        If no most likely power is found.

    References
    ----------
    Yeo & Johnson (2000), A new family of power transformations to improve normality or symmetry,
    Biometrika 87, 954-959. https://doi.org/10.1093/biomet/87.4.954

    Examples
    --------
    >>> yeo_johnson(pd.DataFrame({"x": [-1.0, 0.0, 1.0]}), power=1.0).table["x"].tolist()
    [-1.0, 0.0, 1.0]
    """

    def treat_column(values: Values, _: str) -> Change:
        from scipy import stats

        fitted = _likeliest(stats.yeojohnson_normmax, values) if power is None else power
        return Change(np.asarray(stats.yeojohnson(values, fitted), float), "Yeo-Johnson", 0, fitted)

    return column_by_column(table, treat_column)


def _likeliest(fit: Callable[..., Any], values: Values, **settings: str) -> float:
    """Find the power that makes a column most nearly normal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return float(fit(values, **settings))
    except (Warning, ArithmeticError, ValueError) as error:
        raise DataError(
            f"no most likely power found ({error}); give a power, or use ln_shift"
        ) from None
