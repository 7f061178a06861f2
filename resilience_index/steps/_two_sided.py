"""Normalise by distance to the middle, or to a target from both sides."""

from typing import Literal

import numpy as np
import pandas as pd

from resilience_index.errors import MethodError
from resilience_index.steps._naming import listed
from resilience_index.steps._stretching import (
    Array,
    PerColumn,
    basis,
    by_column,
    capped,
    ends_of,
    refuse_flat,
    signs_of,
)


def two_sided_distance(
    table: pd.DataFrame,
    *,
    target: PerColumn | Literal["median", "mean"] = "median",
    lower: PerColumn | None = None,
    upper: PerColumn | None = None,
    reach: Literal["each", "wider"] = "each",
    low: float = 0.0,
    high: float = 100.0,
    constant: float | None = None,
    signs: pd.Series | None = None,
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score closeness to a target from both sides: high - |x - target| / reach * (high - low).

    Too much counts against a country as too little does. Values beyond a limit score low.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    target
        Value that scores high: "median" or "mean" of the values found, or a number in the
        indicator's unit, for all indicators or by indicator code.
    lower, upper
        Limits, in the indicator's unit, that score low; by default the lowest and highest value.
    reach
        "each": distances below are measured by target - lower, above by upper - target;
        "wider": both by the larger of the two.
    low, high
        Score, in points, at the limits and at the target.
    constant
        Score of every country in an indicator that has one value everywhere and lacks a limit.
    signs
        Orientation of each column (supplied).
    sample
        Rows that set the scale, where not all do (supplied): of the base year of a panel.

    Returns
    -------
    DataFrame
        Same shape, in points.

    Raises
    ------
    MethodError
        If a limit lies on the wrong side of the target.
    DataError
        If an indicator has the same value everywhere, lacks a limit and ``constant`` is not set.

    References
    ----------
    OECD/JRC (2008), step 5, distance to a reference. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> table = pd.DataFrame({"inflation": [-2.0, 2.0, 5.0, 14.0]})
    >>> two_sided_distance(table, target=2, lower=-2, upper=12)["inflation"].tolist()
    [0.0, 100.0, 70.0, 0.0]
    """
    values = table.to_numpy(dtype=float)
    sign = signs_of(signs, table)
    measured = basis(table, sample)
    aim = _aim(measured, target, sign)
    start, end = _limits(table, lower, upper, sign, aim)
    lowest, highest = ends_of(measured.to_numpy(dtype=float))
    flat = (lowest == highest) & (np.isnan(start) | np.isnan(end))
    refuse_flat(flat, table, "two_sided_distance", constant)
    below = np.maximum(aim - np.where(np.isnan(start), lowest, start), 0.0)
    above = np.maximum(np.where(np.isnan(end), highest, end) - aim, 0.0)
    if reach == "wider":
        below = above = np.maximum(below, above)
    off = np.abs(values - aim)
    span = np.where(values < aim, below, above)
    share = np.where(off == 0, 0.0, np.where(span > 0, off / np.where(span > 0, span, 1.0), 1.0))
    scores = high - share * (high - low)
    scores = np.where(flat, constant or 0.0, scores)
    scores = np.where(np.isnan(values), np.nan, scores)
    return capped(pd.DataFrame(scores, index=table.index, columns=table.columns), low, high)


def _aim(table: pd.DataFrame, target: PerColumn | str, sign: Array) -> Array:
    if isinstance(target, str):
        if target not in ("median", "mean"):
            raise MethodError(
                f"two_sided_distance: target = '{target}'; must be a number, 'median' or 'mean'"
            )
        return (table.median() if target == "median" else table.mean()).to_numpy(dtype=float)
    return by_column(target, table, "target", need_all=True) * sign


def _limits(
    table: pd.DataFrame,
    lower: PerColumn | None,
    upper: PerColumn | None,
    sign: Array,
    aim: Array,
) -> tuple[Array, Array]:
    """Turn limits with their columns, and hold them against the target."""
    first, last = by_column(lower, table, "lower"), by_column(upper, table, "upper")
    start = np.where(sign > 0, first, -last)
    end = np.where(sign > 0, last, -first)
    wrong = (start > aim) | (end < aim) | (start >= end)
    if wrong.any():
        raise MethodError(
            f"two_sided_distance: the target of {listed(table.columns[wrong])} does not lie "
            "between lower and upper; move the limits"
        )
    return start, end
