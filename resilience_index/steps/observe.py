"""Observe: the newest figure that is not too old, and what absence means.

Shapes: observations are parallel arrays sorted by unit and year; results have one entry a unit.
"""

import numpy as np


def newest(unit: np.ndarray, year: np.ndarray, *, count: int, at: int, max_age: int) -> np.ndarray:
    """Find for each unit the newest observation with ``at - max_age <= year <= at``.

    Parameters
    ----------
    unit, year
        Position of the unit and year of each observation, sorted by unit, then year.
    count
        Number of units.
    at
        Year of the edition, or of the row of a panel.
    max_age
        Greatest age, in years.

    Returns
    -------
    array of int
        Position of the observation, -1 where there is none; one entry a unit.

    Examples
    --------
    >>> newest(np.array([0, 0, 2]), np.array([2019, 2024, 2010]), count=3, at=2026, max_age=5)
    array([ 1, -1, -1])
    """
    found = np.full(count, -1)
    within = np.flatnonzero((year <= at) & (year >= at - max_age))
    found[unit[within]] = within  # sorted by year: the last one written is the newest
    return found


def same_or_earlier(
    unit: np.ndarray, year: np.ndarray, *, wanted: np.ndarray, max_age: int
) -> np.ndarray:
    """Find for each unit the observation of a wanted year, else the nearest earlier one.

    Parameters
    ----------
    unit, year
        As in `newest`.
    wanted
        Year wanted for each unit; a negative year asks for nothing.
    max_age
        Greatest number of years that the observation may lie before the wanted year.

    Returns
    -------
    array of int
        Position of the observation, -1 where there is none; one entry a unit.

    Examples
    --------
    >>> same_or_earlier(np.array([0, 0, 1]), np.array([2020, 2024, 2015]),
    ...                 wanted=np.array([2023, 2023]), max_age=5)
    array([ 0, -1])
    """
    span = 10_000
    keys = unit * span + year
    ask = np.arange(len(wanted)) * span + wanted
    position = np.searchsorted(keys, ask, side="right") - 1
    good = (position >= 0) & (wanted >= 0)
    safe = np.where(good, position, 0)
    if len(keys) == 0:
        return np.full(len(wanted), -1)
    good &= (unit[safe] == np.arange(len(wanted))) & (year[safe] >= wanted - max_age)
    return np.where(good, position, -1)
