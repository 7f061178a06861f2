"""Transform: the function that belongs to an indicator's own definition, such as log GDP.

It runs after the denominator and before the screen, and is no treatment of outliers: it holds
whatever the distribution looks like. Every method takes a table of countries by indicators, each
column in its own unit, and returns a new one of the same shape; missing stays missing. A figure
outside the domain of the function is a `DataError` that names its indicator and country.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.
https://doi.org/10.1787/9789264043466-en
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._naming import listed_cells
from resilience_index.steps.methods import Method


def none(table: pd.DataFrame) -> pd.DataFrame:
    """Leave every figure as it is.

    Examples
    --------
    >>> none(pd.DataFrame({"gdp": [1.0, 2.0]}, index=["EST", "NOR"]))["gdp"].tolist()
    [1.0, 2.0]
    """
    return table.copy()


def log(table: pd.DataFrame, *, shift: float = 0.0) -> pd.DataFrame:
    """Take the natural logarithm: ln(x + shift).

    Parameters
    ----------
    table
        Countries by indicators; x + shift above 0.
    shift
        What is added first, in the indicator's unit; a small one lets zeros pass.

    Returns
    -------
    DataFrame
        Same shape, in log units.

    Raises
    ------
    DataError
        If x + shift is 0 or less anywhere.

    Examples
    --------
    >>> log(pd.DataFrame({"gdp": [1.0, np.e]}, index=["EST", "NOR"]))["gdp"].tolist()
    [0.0, 1.0]
    """
    values = table.to_numpy(float)
    _refuse(table, values + shift <= 0, f"log needs figures above {0 - shift:g}", _MEND_LOG)
    return _apply(table, lambda x: np.log(x + shift), "log")


def log10(table: pd.DataFrame) -> pd.DataFrame:
    """Take the logarithm to base 10.

    Raises
    ------
    DataError
        If a figure is 0 or less.

    Examples
    --------
    >>> log10(pd.DataFrame({"gdp": [1.0, 1000.0]}, index=["EST", "NOR"]))["gdp"].tolist()
    [0.0, 3.0]
    """
    _refuse(table, table.to_numpy(float) <= 0, "log10 needs figures above 0", _MEND_LOG)
    return _apply(table, np.log10, "log10")


def log1p(table: pd.DataFrame) -> pd.DataFrame:
    """Take the natural logarithm of one more: ln(1 + x), for counts that may be zero.

    Raises
    ------
    DataError
        If a figure is -1 or less.

    Examples
    --------
    >>> log1p(pd.DataFrame({"patents": [0.0, np.e - 1]}, index=["EST", "NOR"]))["patents"].tolist()
    [0.0, 1.0]
    """
    _refuse(table, table.to_numpy(float) <= -1, "log1p needs figures above -1", _MEND_LOG)
    return _apply(table, np.log1p, "log1p")


def logit(table: pd.DataFrame, *, whole: float = 1.0) -> pd.DataFrame:
    """Stretch shares over the whole line: ln(x / (whole - x)).

    Parameters
    ----------
    table
        Countries by indicators; shares strictly between 0 and `whole`.
    whole
        What a full share is in the indicator's unit: 1, or 100 for per cent.

    Returns
    -------
    DataFrame
        Same shape, in log odds.

    Raises
    ------
    DataError
        If a figure is not strictly between 0 and `whole`.

    References
    ----------
    Berkson (1944), Application of the logistic function to bio-assay, JASA 39, 357-365.
    https://doi.org/10.1080/01621459.1944.10500699

    Examples
    --------
    >>> logit(pd.DataFrame({"online": [50.0]}, index=["EST"]), whole=100.0)["online"].tolist()
    [0.0]
    """
    values = table.to_numpy(float)
    _refuse(
        table,
        (values <= 0) | (values >= whole),
        f"logit needs figures strictly between 0 and {whole:g}",
        "clip the indicator first, or give `whole` = 100 for per cent",
    )
    return _apply(table, lambda x: np.log(x) - np.log(whole - x), "logit")


def sqrt(table: pd.DataFrame) -> pd.DataFrame:
    """Take the square root.

    Raises
    ------
    DataError
        If a figure is below 0.

    Examples
    --------
    >>> sqrt(pd.DataFrame({"area": [9.0]}, index=["EST"]))["area"].tolist()
    [3.0]
    """
    _refuse(table, table.to_numpy(float) < 0, "sqrt needs figures of at least 0", _MEND)
    return _apply(table, np.sqrt, "sqrt")


def square(table: pd.DataFrame) -> pd.DataFrame:
    """Take the square; figures below 0 lose their sign, so that the order of countries may turn.

    Examples
    --------
    >>> square(pd.DataFrame({"gap": [-3.0, 2.0]}, index=["EST", "NOR"]))["gap"].tolist()
    [9.0, 4.0]
    """
    return _apply(table, np.square, "square")


def power(table: pd.DataFrame, *, exponent: float) -> pd.DataFrame:
    """Raise to a power: x ** exponent.

    Parameters
    ----------
    table
        Countries by indicators.
    exponent
        Any number; 0 is refused, since it would make all countries equal.

    Returns
    -------
    DataFrame
        Same shape. With a negative exponent the order of countries turns.

    Raises
    ------
    MethodError
        If the exponent is 0.
    DataError
        If a figure is below 0 and the exponent no whole number, or 0 and the exponent negative.

    Examples
    --------
    >>> power(pd.DataFrame({"area": [9.0]}, index=["EST"]), exponent=0.5)["area"].tolist()
    [3.0]
    """
    if exponent == 0:
        raise MethodError("power: exponent = 0 makes every country equal; give another number")
    values = table.to_numpy(float)
    bad = (values == 0) & (exponent < 0)
    if not float(exponent).is_integer():
        bad |= values < 0
    _refuse(table, bad, f"power with exponent {exponent:g} is not defined for some figures", _MEND)
    return _apply(table, lambda x: x**exponent, "power")


def reciprocal(table: pd.DataFrame) -> pd.DataFrame:
    """Take one over the figure: 1 / x. The order of countries turns; direction must say so.

    Raises
    ------
    DataError
        If a figure is 0.

    Examples
    --------
    >>> reciprocal(pd.DataFrame({"pupils": [20.0]}, index=["EST"]))["pupils"].tolist()
    [0.05]
    """
    _refuse(table, table.to_numpy(float) == 0, "reciprocal needs figures other than 0", _MEND)
    return _apply(table, lambda x: 1 / x, "reciprocal")


def clip(
    table: pd.DataFrame, *, lower: float | None = None, upper: float | None = None
) -> pd.DataFrame:
    """Cap figures: min(max(x, lower), upper).

    Parameters
    ----------
    table
        Countries by indicators.
    lower, upper
        Caps in the indicator's unit; at least one of them.

    Returns
    -------
    DataFrame
        Same shape and unit.

    Raises
    ------
    MethodError
        If no cap is given, or the lower one is above the upper one.

    Examples
    --------
    >>> clip(pd.DataFrame({"gni": [90.0, 500.0]}), lower=100.0)["gni"].tolist()
    [100.0, 500.0]
    """
    if lower is None and upper is None:
        raise MethodError("clip: neither lower nor upper is given; give at least one of them")
    if lower is not None and upper is not None and lower > upper:
        raise MethodError(f"clip: lower = {lower:g} is above upper = {upper:g}; exchange them")
    return table.clip(lower=lower, upper=upper)


def absolute(table: pd.DataFrame) -> pd.DataFrame:
    """Take the figure without its sign: |x|, for balances where any distance from zero counts.

    Examples
    --------
    >>> absolute(pd.DataFrame({"balance": [-3.0, 2.0]}, index=["EST", "NOR"]))["balance"].tolist()
    [3.0, 2.0]
    """
    return _apply(table, np.abs, "absolute")


def asinh(table: pd.DataFrame, *, scale: float = 1.0) -> pd.DataFrame:
    """Take the inverse hyperbolic sine: ln(x / scale + sqrt((x / scale)^2 + 1)).

    It is nearly linear up to `scale` and a logarithm beyond it, on both sides of zero, so that it
    suits flows that may be negative.

    Parameters
    ----------
    table
        Countries by indicators, of any sign.
    scale
        Where the logarithm takes over, above 0, in the indicator's unit.

    Returns
    -------
    DataFrame
        Same shape.

    Raises
    ------
    MethodError
        If the scale is not above 0.

    References
    ----------
    Burbidge, Magee & Robb (1988), Alternative transformations to handle extreme values of the
    dependent variable, JASA 83, 123-127. https://doi.org/10.1080/01621459.1988.10478575

    Examples
    --------
    >>> asinh(pd.DataFrame({"fdi": [-5.0, 0.0, 5.0]}), scale=5.0)["fdi"].round(4).tolist()
    [-0.8814, 0.0, 0.8814]
    """
    if scale <= 0:
        raise MethodError(f"asinh: scale = {scale:g}; it must be above 0")
    return _apply(table, lambda x: np.arcsinh(x / scale), "asinh")


_MEND = "correct the figures, or give the indicator another transform"
_MEND_LOG = "clip the indicator first, use log1p or log with a shift, or leave the transform out"


def _refuse(table: pd.DataFrame, bad: np.ndarray, needs: str, mend: str) -> None:
    """Raise a `DataError` that names the bad cells, if there are any."""
    if bad.any():
        raise DataError(f"{needs}, but found {listed_cells(table, bad)}; {mend}")


def _apply(
    table: pd.DataFrame, function: Callable[[np.ndarray], np.ndarray], name: str
) -> pd.DataFrame:
    """Apply a function to every figure; a result too large for a number is an error."""
    values = table.to_numpy(float)
    with np.errstate(all="ignore"):
        result = function(values)
    lost = ~np.isfinite(result) & ~np.isnan(values)
    _refuse(table, lost, f"{name} has no finite result for some figures", _MEND)
    return pd.DataFrame(result, index=table.index, columns=table.columns)


METHODS: dict[str, Method] = {
    "none": none,
    "log": log,
    "log10": log10,
    "log1p": log1p,
    "logit": logit,
    "sqrt": sqrt,
    "square": square,
    "power": power,
    "reciprocal": reciprocal,
    "clip": clip,
    "absolute": absolute,
    "asinh": asinh,
}
