"""Rank scores: 1 is best.

Every method takes scores (a column or a table; higher is better) and returns ranks of the same
shape; a missing score has no rank. Methods differ in what tied countries get. Scores are compared
at 12 significant digits, so that noise of arithmetic never parts a tie; with `places` they are
first rounded, since some published indices rank the figure that they print.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.
https://doi.org/10.1787/9789264043466-en
"""

from typing import Literal, TypeVar

import pandas as pd

from resilience_index.steps.rounding import METHODS as ROUNDING
from resilience_index.steps.rounding import as_compared

Scores = TypeVar("Scores", pd.Series, pd.DataFrame)
Rounding = Literal["half_away", "half_even"]


def smallest(
    scores: Scores, *, places: int | None = None, rounding: Rounding = "half_away"
) -> Scores:
    """Give tied countries the smallest of their ranks: 1, 2, 2, 4 ("sport" ranking).

    Parameters
    ----------
    scores
        Points by country; higher is better.
    places
        Decimals to which scores are rounded first; by default they are not.
    rounding
        Rule for ties of that rounding.

    Returns
    -------
    Same shape; 1 is best, NaN where the score is missing.

    Examples
    --------
    >>> smallest(pd.Series({"EST": 7.1, "NOR": 9.0, "USA": 7.1, "FRA": 5.0})).tolist()
    [2.0, 1.0, 2.0, 4.0]
    >>> smallest(pd.Series([0.9514, 0.9506, 0.949]), places=3).tolist()
    [1.0, 1.0, 3.0]
    """
    return _ranked(scores, "min", places, rounding)


def average(
    scores: Scores, *, places: int | None = None, rounding: Rounding = "half_away"
) -> Scores:
    """Give tied countries the mean of their ranks: 1, 2.5, 2.5, 4.

    Settings are those of the ranking by smallest rank (`min`).

    Examples
    --------
    >>> average(pd.Series({"EST": 7.1, "NOR": 9.0, "USA": 7.1, "FRA": 5.0})).tolist()
    [2.5, 1.0, 2.5, 4.0]
    """
    return _ranked(scores, "average", places, rounding)


def largest(
    scores: Scores, *, places: int | None = None, rounding: Rounding = "half_away"
) -> Scores:
    """Give tied countries the largest of their ranks: 1, 3, 3, 4.

    Settings are those of the ranking by smallest rank (`min`).

    Examples
    --------
    >>> largest(pd.Series({"EST": 7.1, "NOR": 9.0, "USA": 7.1, "FRA": 5.0})).tolist()
    [3.0, 1.0, 3.0, 4.0]
    """
    return _ranked(scores, "max", places, rounding)


def dense(scores: Scores, *, places: int | None = None, rounding: Rounding = "half_away") -> Scores:
    """Give tied countries one rank and leave no gap after them: 1, 2, 2, 3.

    Settings are those of the ranking by smallest rank (`min`).

    Examples
    --------
    >>> dense(pd.Series({"EST": 7.1, "NOR": 9.0, "USA": 7.1, "FRA": 5.0})).tolist()
    [2.0, 1.0, 2.0, 3.0]
    """
    return _ranked(scores, "dense", places, rounding)


def _ranked(
    scores: Scores,
    ties: Literal["min", "average", "max", "dense"],
    places: int | None,
    rounding: Rounding,
) -> Scores:
    shown = scores if places is None else ROUNDING[rounding](scores, places)
    return as_compared(shown).rank(ascending=False, method=ties, na_option="keep")


METHODS = {"min": smallest, "average": average, "max": largest, "dense": dense}
