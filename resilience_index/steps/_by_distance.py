"""Normalise by distance: to the best country, to a country named, to a target, to the middle."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError, nearest
from resilience_index.steps._naming import listed
from resilience_index.steps._stretching import (
    Array,
    PerColumn,
    basis,
    by_column,
    ends_of,
    refuse_flat,
    signs_of,
)


def distance_to_max(
    table: pd.DataFrame,
    *,
    low: float = 0.0,
    high: float = 1.0,
    constant: float | None = None,
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score closeness to the best country: 1 - (max - x) / (max - min), on a scale low to high.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    low, high
        Score, in points, of the lowest and the highest country.
    constant
        Score of every country in an indicator that has one value everywhere.
    sample
        Rows that set the scale, where not all do (supplied): of the base year of a panel.

    Returns
    -------
    DataFrame
        Same shape, in points.

    Raises
    ------
    DataError
        If an indicator has the same value everywhere and ``constant`` is not set.

    References
    ----------
    OECD/JRC (2008), step 5. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> distance_to_max(pd.DataFrame({"compute": [2.0, 4.0, 10.0]}))["compute"].tolist()
    [0.0, 0.25, 1.0]
    """
    lowest, highest = ends_of(basis(table, sample).to_numpy(dtype=float))
    refuse_flat(lowest == highest, table, "distance_to_max", constant)
    return _closeness(table, (lowest, highest), (low, high), constant or 0.0)


def distance_to_reference(
    table: pd.DataFrame,
    *,
    reference: str,
    cap: bool = False,
    low: float = 0.0,
    high: float = 1.0,
    constant: float | None = None,
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score closeness to a country: 1 - (ref - x) / (ref - min), on a scale low to high.

    In a panel of years a country is measured against the reference of its own year, or of the base
    year.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    reference
        Code of the country that scores high.
    cap
        Whether a country ahead of the reference scores as the reference.
    low, high
        Score, in points, of the lowest country and of the reference.
    constant
        Score of every country in an indicator that has one value everywhere.
    sample
        Rows that set the scale, where not all do (supplied): of the base year of a panel.

    Returns
    -------
    DataFrame
        Same shape, in points.

    Raises
    ------
    DataError
        If the reference is not there, has no value, or is the lowest country itself.

    References
    ----------
    OECD/JRC (2008), step 5. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> table = pd.DataFrame({"compute": [2.0, 4.0, 10.0]}, index=["EST", "NOR", "USA"])
    >>> distance_to_reference(table, reference="NOR")["compute"].tolist()
    [0.0, 1.0, 4.0]
    """
    lowest, highest = ends_of(basis(table, sample).to_numpy(dtype=float))
    flat = lowest == highest
    refuse_flat(flat, table, "distance_to_reference", constant)
    beacon = _reference_rows(table, reference) if sample is None else _only(sample, reference)
    empty = np.isnan(lowest)
    _refuse(
        np.logical_or.reduce(np.isnan(beacon) & ~empty),
        table,
        f"distance_to_reference: {reference} has no value in",
        "impute first, or take another reference",
    )
    _refuse(
        np.logical_or.reduce((beacon <= lowest) & ~flat),
        table,
        f"distance_to_reference: {reference} has the lowest value in",
        "take another reference",
    )
    scores = _closeness(table, (lowest, beacon), (low, high), constant or 0.0)
    return scores.clip(upper=high) if cap else scores


def _closeness(
    table: pd.DataFrame, ends: tuple[Array, Array], scale: tuple[float, float], flat_score: float
) -> pd.DataFrame:
    """Return 1 - (end - x) / (end - start), on a scale: as written, for ties to be those of COINr.

    It is the straight line of `stretch`, but what it makes of two figures that differ in their last
    bit alone, and so which of them count as tied later on, depends on the order of the operations.
    """
    (start, end), (low, high) = ends, scale
    values, width = table.to_numpy(dtype=float), end - start
    flat = width == 0
    share = 1 - (end - values) / np.where(flat, 1.0, width)
    scores = np.where(flat & ~np.isnan(values), flat_score, low + share * (high - low))
    return pd.DataFrame(scores, index=table.index, columns=table.columns)


def _of_reference(table: pd.DataFrame, reference: str) -> pd.DataFrame:
    codes = table.index.get_level_values(0)
    found = table[codes == reference]
    if not len(found):
        raise DataError(
            f"distance_to_reference: no country '{reference}' here {nearest(reference, codes)}"
        )
    return found


def _only(table: pd.DataFrame, reference: str) -> Array:
    """Return the values of the reference, as one row."""
    return _of_reference(table, reference).to_numpy(dtype=float)[:1]


def _reference_rows(table: pd.DataFrame, reference: str) -> Array:
    """Return the values of the reference: one row, or in a panel one for each row's year."""
    if table.index.nlevels == 1:
        return _only(table, reference)
    found = _of_reference(table, reference)
    years = found.set_axis(found.index.get_level_values(1))
    return years.reindex(table.index.get_level_values(1)).to_numpy(dtype=float)


def distance_to_target(
    table: pd.DataFrame,
    *,
    target: PerColumn,
    cap: bool = True,
    low: float = 0.0,
    high: float = 1.0,
    signs: pd.Series | None = None,
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score closeness to a target: 1 - (target - x) / (target - min), on a scale low to high.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    target
        Value that scores high, in the indicator's unit: for all indicators, or by indicator code.
    cap
        Whether a country beyond the target scores as the target.
    low, high
        Score, in points, of the lowest country and of the target.
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
    DataError
        If no country is short of the target, so that there is no distance to measure by.

    References
    ----------
    OECD/JRC (2008), step 5. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> table = pd.DataFrame({"compute": [2.0, 4.0, 10.0]}, index=["EST", "NOR", "USA"])
    >>> distance_to_target(table, target=6)["compute"].tolist()
    [0.0, 0.5, 1.0]
    """
    aim = by_column(target, table, "target", need_all=True) * signs_of(signs, table)
    lowest, _ = ends_of(basis(table, sample).to_numpy(dtype=float))
    _refuse(
        aim <= lowest,
        table,
        "distance_to_target: every country has reached the target in",
        "set a target further off, or use goalposts",
    )
    scores = _closeness(table, (lowest, aim), (low, high), 0.0)
    return scores.clip(upper=high) if cap else scores


def fraction_of_max(
    table: pd.DataFrame,
    *,
    high: float = 1.0,
    negative_max: Literal["refuse", "divide"] = "refuse",
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Divide by the highest value: x / max * high.

    Where the highest value is negative, as in an indicator of which less is better once it is
    turned round, dividing by it turns the order round again; that is refused unless asked for.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    high
        Score, in points, of the highest country.
    negative_max
        "refuse" a highest value below 0, or "divide" by it all the same, as the package COINr does.
    sample
        Rows that set the scale, where not all do (supplied): of the base year of a panel.

    Returns
    -------
    DataFrame
        Same shape, in points.

    Raises
    ------
    DataError
        If the highest value of an indicator is 0, or below 0 and that is refused.

    References
    ----------
    OECD/JRC (2008), step 5. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> fraction_of_max(pd.DataFrame({"compute": [2.0, 4.0, 10.0]}))["compute"].tolist()
    [0.2, 0.4, 1.0]
    """
    _, highest = ends_of(basis(table, sample).to_numpy(dtype=float))
    refused = negative_max == "refuse"
    _refuse(
        (highest <= 0) if refused else (highest == 0),
        table,
        f"fraction_of_max needs a highest value {'above' if refused else 'other than'} 0, which "
        "these do not have:",
        "normalise them by distance_to_max, or orient after",
    )
    scores = table.to_numpy(dtype=float) / highest * high
    return pd.DataFrame(scores, index=table.index, columns=table.columns)


def _refuse(wrong: NDArray[np.bool_], table: pd.DataFrame, what: str, remedy: str) -> None:
    if wrong.any():
        raise DataError(f"{what} {listed(table.columns[wrong])}; {remedy}")
