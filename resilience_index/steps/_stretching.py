"""What normalisers share: settings by indicator, and the straight line between two ends.

A setting in an indicator's own unit is a number for all columns or a table from code to number. The
table comes oriented, so such a setting is turned by the same sign as its column.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError, MethodError, nearest
from resilience_index.steps._naming import listed

Array = NDArray[np.float64]
PerColumn = float | dict[str, float]
"""A number for every indicator, or numbers by indicator code."""


def by_column(
    setting: PerColumn | None, table: pd.DataFrame, name: str, *, need_all: bool = False
) -> Array:
    """Lay a setting out along the columns of a table; NaN where it is not given.

    >>> table = pd.DataFrame({"power": [1.0], "price": [2.0]})
    >>> by_column({"price": 9.0}, table, "upper").tolist()
    [nan, 9.0]
    """
    if not isinstance(setting, Mapping):
        return np.full(table.shape[1], np.nan if setting is None else float(setting))
    codes = [str(code) for code in table.columns]
    for code in setting:
        if code not in codes:
            raise MethodError(f"setting {name}: no indicator '{code}' here {nearest(code, codes)}")
    without = [code for code in codes if code not in setting]
    if need_all and without:
        raise MethodError(f"setting {name} gives no number for: {listed(without)}; add them")
    return np.array([float(setting.get(code, np.nan)) for code in codes])


def signs_of(signs: pd.Series | None, table: pd.DataFrame) -> Array:
    """Return the orientation already applied to each column; +1 where none was.

    >>> table = pd.DataFrame({"power": [1.0], "price": [-2.0]})
    >>> signs_of(pd.Series({"price": -1, "power": 1}), table).tolist()
    [1.0, -1.0]
    """
    if signs is None:
        return np.ones(table.shape[1])
    return signs.reindex(table.columns).fillna(1.0).to_numpy(dtype=float)


def ends_of(values: Array) -> tuple[Array, Array]:
    """Return the lowest and the highest value of each column; NaN where all are missing.

    >>> ends_of(np.array([[1.0, np.nan], [3.0, np.nan]]))
    (array([ 1., nan]), array([ 3., nan]))
    """
    if not len(values):
        return np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    return np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)


def basis(table: pd.DataFrame, sample: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows that set a scale: those of a base year, or all."""
    return table if sample is None else sample


def refuse_flat(
    flat: NDArray[np.bool_], table: pd.DataFrame, method: str, constant: float | None
) -> None:
    """Refuse indicators that have the same value everywhere, unless a score is set for them.

    Raises
    ------
    DataError
        Naming those indicators.
    """
    if constant is None and flat.any():
        raise DataError(
            f"{method} needs a range, but every country has the same value in: "
            f"{listed(table.columns[flat])}; leave the indicator out of the framework, give it "
            "goalposts, or set constant = the score that everyone then gets"
        )


def stretch(
    table: pd.DataFrame, ends: tuple[Array, Array], scale: tuple[float, float], flat_score: float
) -> pd.DataFrame:
    """Draw a straight line from start (which scores low) to end (which scores high).

    low + (x - start) / (end - start) * (high - low).

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    ends
        Where each scale starts and ends, by column, or by row and column; in the indicators' units.
    scale
        low and high, in points.
    flat_score
        Score of those whose scale starts where it ends.

    Returns
    -------
    DataFrame
        Same shape, in points; may lie outside the scale where values lie outside the ends.

    Examples
    --------
    >>> table = pd.DataFrame({"power": [2.0, 5.0], "price": [1.0, 1.0]})
    >>> stretch(table, (np.array([0.0, 1.0]), np.array([10.0, 1.0])), (0, 100), 50)
       power  price
    0   20.0   50.0
    1   50.0   50.0
    """
    values = table.to_numpy(dtype=float)
    start, end = ends
    width = end - start
    flat = width == 0
    low, high = scale
    scores = low + (values - start) / np.where(flat, 1.0, width) * (high - low)
    scores = np.where(flat & ~np.isnan(values), flat_score, scores)
    return pd.DataFrame(scores, index=table.index, columns=table.columns)


def held(
    scores: pd.DataFrame, limits: tuple[float | None, float | None], method: str
) -> pd.DataFrame:
    """Hold scores between the least and the most there may be, as far as these are set.

    Raises
    ------
    MethodError
        If the least is above the most.

    Examples
    --------
    >>> held(pd.DataFrame({"x": [-5.0, 120.0]}), (0, None), "zscore")["x"].tolist()
    [0.0, 120.0]
    """
    least, most = limits
    if least is not None and most is not None and least > most:
        raise MethodError(f"{method}: least = {least:g} is above most = {most:g}; exchange them")
    return scores.clip(lower=least, upper=most)


def capped(scores: pd.DataFrame, low: float, high: float) -> pd.DataFrame:
    """Hold scores within the two ends of a scale, whichever of them is the smaller.

    >>> capped(pd.DataFrame({"x": [-5.0, 120.0]}), 0, 100)["x"].tolist()
    [0.0, 100.0]
    """
    return scores.clip(min(low, high), max(low, high))
