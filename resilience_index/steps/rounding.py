"""Rounding as published indices do it: ties are decided on decimals, not on binary fractions.

2.675 has no exact binary form (it is stored as 2.67499999999999982…), so the usual functions round
it down. A reader who sees 2.675 expects 2.68, and a spreadsheet gives it. Here a value is read at
`digits` significant decimal digits (15, as spreadsheets do), which also removes the noise that
sums of floats leave in the last digit or two: a mean that is 3.455 but for that noise is a tie.
With ``digits=17`` only a value whose shortest decimal writing is a tie counts as one.

`as_compared` reads values at 12 significant digits, for everything that only asks which of two is
the larger: ranks, ties, classes. There a sum in another order must not make a difference.
"""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import MethodError

Numbers = TypeVar("Numbers", float, NDArray[np.float64], pd.Series, pd.DataFrame)
Array = NDArray[np.float64]

COMPARED = 12
"""Significant digits at which values are compared: three less than a double surely has."""

_WITHIN = 290  # powers of ten that values are multiplied by stay far from the largest double
_EXACT = 2.0**53  # whole numbers up to here have an exact binary form
_FURTHEST = 15  # decimals that a double can tell apart


def half_away(x: Numbers, places: int, *, digits: int = 15) -> Numbers:
    """Round to `places` decimals, ties away from zero, as people and spreadsheets do.

    Parameters
    ----------
    x
        A number, an array, a column or a table, in any unit; NaN stays NaN.
    places
        Decimals to keep, -15 to 15; negative ones round to tens, hundreds and so on.
    digits
        Significant decimal digits at which a value is read before ties are decided.

    Returns
    -------
    Same kind and shape, same unit.

    Raises
    ------
    MethodError
        If `places` is not between -15 and 15 or `digits` not between 1 and 17.

    Examples
    --------
    >>> half_away(0.125, 2), half_away(-2.675, 2), half_away(1250, -2)
    (0.13, -2.68, 1300.0)
    """
    return _rounded(x, places, digits, ROUND_HALF_UP)


def half_even(x: Numbers, places: int, *, digits: int = 15) -> Numbers:
    """Round to `places` decimals, ties to the even neighbour.

    Parameters
    ----------
    x
        A number, an array, a column or a table, in any unit; NaN stays NaN.
    places
        Decimals to keep, -15 to 15; negative ones round to tens, hundreds and so on.
    digits
        Significant decimal digits at which a value is read before ties are decided.

    Returns
    -------
    Same kind and shape, same unit.

    Raises
    ------
    MethodError
        If `places` is not between -15 and 15 or `digits` not between 1 and 17.

    References
    ----------
    IEEE 754-2019, section 4.3.1. https://doi.org/10.1109/IEEESTD.2019.8766229

    Examples
    --------
    >>> half_even(0.125, 2), half_even(2.675, 2), half_even(1250, -2)
    (0.12, 2.68, 1200.0)
    """
    return _rounded(x, places, digits, ROUND_HALF_EVEN)


def as_compared(x: Numbers, *, digits: int = COMPARED) -> Numbers:
    """Read values at 12 significant digits, so that those that differ only by noise are equal.

    Sums of floats differ in the last digits with the order of what is summed: 0.1 + 0.2 is not 0.3.
    Whatever compares scores (ranks, ties, classes, cut-offs) compares them as this gives them.

    Parameters
    ----------
    x
        A number, an array, a column or a table, in any unit; NaN and infinities stay.
    digits
        Significant decimal digits.

    Returns
    -------
    Same kind and shape, same unit.

    Examples
    --------
    >>> 0.1 + 0.2 == 0.3, as_compared(0.1 + 0.2) == as_compared(0.3)
    (False, True)
    >>> as_compared(pd.Series([59.999999999999986, 60.0, 60.00000001])).tolist()
    [60.0, 60.0, 60.00000001]
    """
    values = np.asarray(x, dtype=float)
    size = np.abs(values)
    known = np.isfinite(size) & (size > 0)
    places = digits - 1 - np.floor(np.log10(np.where(known, size, 1.0)))
    reach = known & (np.abs(places) <= _WITHIN)  # beyond, a power of ten is no number any more
    up = 10.0 ** np.where(reach, np.maximum(places, 0), 0)
    down = 10.0 ** np.where(reach, np.maximum(-places, 0), 0)
    done = np.where(reach, np.rint(values / down * up) / up * down, values)
    return _like(x, done)


def _rounded(x: Numbers, places: int, digits: int, rule: str) -> Numbers:
    if not -_FURTHEST <= places <= _FURTHEST:
        raise MethodError(f"rounding: places = {places}; must be a whole number from -15 to 15")
    if not 1 <= digits <= 17:
        raise MethodError(f"rounding: digits = {digits}; must be a whole number from 1 to 17")
    values = np.asarray(x, dtype=float)
    return _like(x, _round_array(values.ravel(), places, digits, rule).reshape(values.shape))


def _like(x: Numbers, done: Array) -> Numbers:
    """Give an array back as the kind of thing it came from."""
    if isinstance(x, pd.DataFrame):
        return pd.DataFrame(done, index=x.index, columns=x.columns)
    if isinstance(x, pd.Series):
        return pd.Series(done, index=x.index, name=x.name)
    return cast(Numbers, float(done) if done.ndim == 0 else done)


def _round_array(values: Array, places: int, digits: int, rule: str) -> Array:
    size = np.abs(values)
    up, down = 10.0 ** max(places, 0), 10.0 ** max(-places, 0)
    with np.errstate(invalid="ignore"):  # an infinite value goes the exact way below
        steps = np.floor(size * up / down)
        # whole number / power of ten is the double nearest to that decimal: 2675 / 1000
        tie = (10 * steps + 5) * down / (10 * up)
        is_tie = np.abs(size - tie) <= _noise(size, digits)
        upwards = (steps % 2 == 1) if rule == ROUND_HALF_EVEN else np.ones(len(size), dtype=bool)
    steps = steps + np.where(is_tie, upwards, size > tie)
    done = np.copysign(steps * down / up, values)
    long = size * up * 10 >= min(_EXACT, 10.0**digits)
    if long.any():
        done[long] = [_round_exactly(v, places, digits, rule) for v in values[long]]
    return done


def _noise(size: Array, digits: int) -> Array:
    """Return half a unit of the last significant digit; nothing where all 17 digits count."""
    if digits == 17:
        return np.zeros_like(size)
    known = np.where((size > 0) & np.isfinite(size), size, 1.0)
    return np.where(size > 0, 0.5 * 10.0 ** (np.floor(np.log10(known)) + 1 - digits), 0.0)


def _round_exactly(value: float, places: int, digits: int, rule: str) -> float:
    """Round one number that has more digits than the arithmetic above keeps exact."""
    if not np.isfinite(value):
        return value
    shown = repr(float(value)) if digits == 17 else f"{value:.{digits - 1}e}"
    unit = Decimal(1).scaleb(-places)
    return float((Decimal(shown) / unit).to_integral_value(rule) * unit)


METHODS = {"half_away": half_away, "half_even": half_even}
