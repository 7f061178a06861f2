"""Normalise between fixed ends: goalposts, straight lines, classes with cut-offs.

Settings are in the unit of the indicator, as its definition writes it; where lower is better they
are turned round with the column.
"""

from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._naming import listed
from resilience_index.steps._stretching import (
    Array,
    PerColumn,
    basis,
    by_column,
    capped,
    ends_of,
    held,
    refuse_flat,
    signs_of,
    stretch,
)
from resilience_index.steps.rounding import as_compared


def goalposts(
    table: pd.DataFrame,
    *,
    lower: PerColumn | None = None,
    upper: PerColumn | None = None,
    cap: bool = True,
    low: float = 0.0,
    high: float = 100.0,
    by: str | None = None,
    groups: dict[str, list[float]] | None = None,
    constant: float | None = None,
    signs: pd.Series | None = None,
    units: pd.DataFrame | None = None,
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score how far a country is from the lower goalpost to the upper one.

    low + (x - lower) / (upper - lower) * (high - low). A goalpost that is not given is the lowest
    or highest value found. Where lower is better, the upper goalpost scores low.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    lower, upper
        Goalposts, in the indicator's unit: for all indicators, or by indicator code.
    cap
        Whether a value beyond a goalpost scores as the goalpost.
    low, high
        Score, in points, at the worse and at the better goalpost.
    by, groups
        Column of the table of countries, and for each of its values [lower, upper]: countries of
        other values keep ``lower`` and ``upper``.
    constant
        Score of every country in an indicator that has one value everywhere and lacks a goalpost.
    signs
        Orientation of each column (supplied).
    units
        Attributes of the countries (supplied).
    sample
        Rows that stand in for goalposts, where not all do (supplied): of the base year of a panel.

    Returns
    -------
    DataFrame
        Same shape, in points.

    Raises
    ------
    MethodError
        If a lower goalpost is not below its upper one, or a code or a group is unknown.
    DataError
        If a goalpost is missing and the values found cannot stand in for it.

    References
    ----------
    UNDP (2024), Human Development Report 2023-24, technical note 1.
    https://hdr.undp.org/sites/default/files/2023-24_HDR/hdr2023-24_technical_notes.pdf

    Examples
    --------
    >>> table = pd.DataFrame({"life": [50.0, 90.0]}, index=["EST", "NOR"])
    >>> goalposts(table, lower=20, upper=85, high=1).round(4)
           life
    EST  0.4615
    NOR  1.0000
    """
    start, end = _posts(table, (lower, upper), (by, groups), (signs, units, sample), constant)
    scores = stretch(table, (start, end), (low, high), constant or 0.0)
    return capped(scores, low, high) if cap else scores


def goalposts_slope(
    table: pd.DataFrame,
    *,
    lower: PerColumn | None = None,
    upper: PerColumn | None = None,
    cap: bool = True,  # noqa: ARG001 - a figure beyond a cap is no better known
    low: float = 0.0,
    high: float = 100.0,
    by: str | None = None,
    groups: dict[str, list[float]] | None = None,
    constant: float | None = None,
    signs: pd.Series | None = None,
    units: pd.DataFrame | None = None,
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return how many points one unit is worth between goalposts: |high - low| / (upper - lower).

    Parameters are those of ``goalposts``; NaN where a scale starts where it ends.

    Examples
    --------
    >>> goalposts_slope(pd.DataFrame({"life": [50.0]}), lower=20, upper=85, high=130)["life"][0]
    np.float64(2.0)
    """
    start, end = _posts(table, (lower, upper), (by, groups), (signs, units, sample), constant)
    width = np.where(end > start, end - start, np.nan)
    return table * 0 + np.broadcast_to(abs(high - low) / width, table.shape)


def _posts(
    table: pd.DataFrame,
    given: tuple[PerColumn | None, PerColumn | None],
    grouped: tuple[str | None, dict[str, list[float]] | None],
    supplied: tuple[pd.Series | None, pd.DataFrame | None, pd.DataFrame | None],
    constant: float | None,
) -> tuple[Array, Array]:
    """Return where each scale starts and ends, turned with its column."""
    pairs = [(by_column(given[0], table, "lower"), by_column(given[1], table, "upper"))]
    _check_pairs(pairs[0], table)
    (by, groups), (signs, units, sample) = grouped, supplied
    member = _members(table, by, groups, units)
    pairs += [_pair(pair, table) for pair in (groups or {}).values()]
    sign = signs_of(signs, table)
    starts = np.array([np.where(sign > 0, a, -b) for a, b in pairs])[member]
    ends = np.array([np.where(sign > 0, b, -a) for a, b in pairs])[member]
    return _filled(basis(table, sample), starts, ends, constant)


def _pair(pair: list[float], table: pd.DataFrame) -> tuple[Array, Array]:
    if len(pair) != 2:
        raise MethodError(f"goalposts: groups gives {pair}; must be two numbers, [lower, upper]")
    made = (np.full(table.shape[1], float(pair[0])), np.full(table.shape[1], float(pair[1])))
    _check_pairs(made, table)
    return made


def _check_pairs(pair: tuple[Array, Array], table: pd.DataFrame) -> None:
    wrong = pair[0] >= pair[1]
    if wrong.any():
        where = np.flatnonzero(wrong)[0]
        raise MethodError(
            f"goalposts of {listed(table.columns[wrong])}: lower = {pair[0][where]:g} is not below "
            f"upper = {pair[1][where]:g}; write them as the unit runs, and say in the indicator's "
            "direction that lower is better"
        )


def _members(
    table: pd.DataFrame,
    by: str | None,
    groups: dict[str, list[float]] | None,
    units: pd.DataFrame | None,
) -> np.ndarray[tuple[int, ...], np.dtype[np.int_]]:
    """Return which pair of goalposts each row has: 0 the common one, then the groups in order."""
    if (by is None) != (groups is None):
        raise MethodError("goalposts: by and groups go together; give both or neither")
    if by is None or groups is None:
        return np.zeros(1, dtype=int)
    if units is None or by not in units:
        known = "none" if units is None else listed(units.columns, 20)
        raise MethodError(
            f"goalposts: by = '{by}' is not an attribute of countries; known: {known}"
        )
    found = units[by].astype("string").to_numpy()
    member = np.zeros(len(table), dtype=int)
    for place, value in enumerate(groups, start=1):
        member[found == value] = place
    return member


def _filled(
    table: pd.DataFrame, starts: Array, ends: Array, constant: float | None
) -> tuple[Array, Array]:
    """Take the values found where a goalpost is not given."""
    lowest, highest = ends_of(table.to_numpy(dtype=float))
    open_end = (np.isnan(starts) | np.isnan(ends)).any(axis=0)
    refuse_flat((lowest == highest) & open_end, table, "goalposts", constant)
    start = np.where(np.isnan(starts), lowest, starts)
    end = np.where(np.isnan(ends), highest, ends)
    wrong = ((start > end) | ((start == end) & (lowest != highest))).any(axis=0)
    if wrong.any():
        raise DataError(
            f"goalposts: every value of {listed(table.columns[wrong])} lies beyond its only "
            "goalpost; give the other goalpost too, or leave both out"
        )
    return start, end


def scaled(
    table: pd.DataFrame,
    *,
    a: PerColumn = 0.0,
    b: PerColumn = 1.0,
    low: float = 0.0,
    high: float = 1.0,
    least: float | None = None,
    most: float | None = None,
    signs: pd.Series | None = None,
) -> pd.DataFrame:
    """Measure from a fixed point in a fixed step: low + (x - a) / b * (high - low).

    Where lower is better: low + (a - x) / b * (high - low). Nothing is capped unless so set.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    a, b
        Point that scores low, and distance from it that scores high, in the indicator's unit: for
        all indicators, or by indicator code.
    low, high
        Those scores, in points.
    least, most
        Scores, in points, below and above which none falls; by default there are no such limits.
    signs
        Orientation of each column (supplied).

    Returns
    -------
    DataFrame
        Same shape, in points.

    Raises
    ------
    MethodError
        If b is 0, a code is unknown or missing, or ``least`` is above ``most``.

    References
    ----------
    Cornell University, INSEAD & WIPO (2020), Global Innovation Index, appendix IV.
    https://www.wipo.int/edocs/pubdocs/en/wipo_pub_gii_2020.pdf

    Examples
    --------
    >>> scaled(pd.DataFrame({"survey": [1.0, 4.0, 7.0]}), a=1, b=6, high=100)["survey"].tolist()
    [0.0, 50.0, 100.0]
    """
    point = by_column(a, table, "a", need_all=True) * signs_of(signs, table)
    step = by_column(b, table, "b", need_all=True)
    if (step == 0).any():
        raise MethodError(f"scaled: b = 0 for {listed(table.columns[step == 0])}; must not be 0")
    scores = low + (table.to_numpy(dtype=float) - point) / step * (high - low)
    return held(
        pd.DataFrame(scores, index=table.index, columns=table.columns), (least, most), "scaled"
    )


def categorical(
    table: pd.DataFrame,
    *,
    cuts: list[float],
    scores: list[float],
    at_cut: Literal["above", "below"] = "above",
    percentiles: bool = False,
    signs: pd.Series | None = None,
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score classes of values: one score up to the first cut-off, the next from there, and so on.

    Cut-offs and scores are written as the unit runs, from small to large, also where lower is
    better: then the scores fall.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    cuts
        Cut-offs in the indicator's unit, rising.
    scores
        Score of each class, in points; one more than there are cut-offs.
    at_cut
        Whether a value equal to a cut-off, at 12 significant digits, belongs to the class above or
        below it.
    percentiles
        Whether the cut-offs are percentiles (0 to 100) of the values found.
    signs
        Orientation of each column (supplied).
    sample
        Rows whose percentiles count, where not all do (supplied): of the base year of a panel.

    Returns
    -------
    DataFrame
        Same shape, in points.

    Raises
    ------
    MethodError
        If cut-offs do not rise, or there is not one score more than cut-offs.

    References
    ----------
    OECD/JRC (2008), step 5. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> table = pd.DataFrame({"maturity": [0.2, 0.5, 0.8]})
    >>> categorical(table, cuts=[0.25, 0.5, 0.75], scores=[1, 2, 3, 4])["maturity"].tolist()
    [1.0, 3.0, 4.0]
    """
    if len(scores) != len(cuts) + 1 or any(a >= b for a, b in pairwise(cuts)):
        raise MethodError(
            f"categorical: cuts = {cuts}, scores = {scores}; cut-offs must rise, and there must be "
            "one score more than cut-offs"
        )
    if percentiles and not (cuts[0] >= 0 and cuts[-1] <= 100):
        raise MethodError(f"categorical: cuts = {cuts}; percentiles lie between 0 and 100")
    sign = signs_of(signs, table)
    values, measured = (part.to_numpy(float) * sign for part in (table, basis(table, sample)))
    side: Literal["left", "right"] = "right" if at_cut == "above" else "left"
    made = np.full(values.shape, np.nan)
    for column, found in enumerate(values.T):
        there, within = ~np.isnan(found), ~np.isnan(measured[:, column])
        if there.any():
            known = as_compared(measured[within, column])
            limits = as_compared(np.percentile(known, cuts) if percentiles else np.array(cuts))
            place = np.searchsorted(limits, as_compared(found[there]), side)
            made[there, column] = np.array(scores)[place]
    return pd.DataFrame(made, index=table.index, columns=table.columns)
