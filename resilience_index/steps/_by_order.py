"""Normalise by place in the order of countries: ranks, percentile ranks, Borda points.

What the values are does not matter, only which is higher; outliers weigh no more than others.
Values are compared as they are: whoever hands in computed ones reads them at 12 significant digits
before (`rounding.as_compared`), as the engine does with formulas and scores of nodes.
"""

from typing import Literal

import pandas as pd

from resilience_index.steps._stretching import ends_of, refuse_flat
from resilience_index.steps.rounding import half_away

Ties = Literal["min", "average", "max", "dense"]


def rank(table: pd.DataFrame, *, ties: Ties = "min", constant: float | None = None) -> pd.DataFrame:
    """Score each country by its place from below: 1 for the lowest value, n for the highest.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    ties
        What countries with the same value get: the smallest, mean or largest of their places, or
        one place without a gap after it.
    constant
        Score of every country in an indicator that has one value everywhere.

    Returns
    -------
    DataFrame
        Same shape; places, 1 to the number of countries with a value.

    Raises
    ------
    DataError
        If an indicator has the same value everywhere and ``constant`` is not set.

    References
    ----------
    OECD/JRC (2008), step 5. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> rank(pd.DataFrame({"compute": [2.0, 9.0, 2.0, 5.0]}))["compute"].tolist()
    [1.0, 4.0, 1.0, 3.0]
    """
    return _placed(table, ties, "rank", constant)


def borda(
    table: pd.DataFrame, *, ties: Ties = "min", constant: float | None = None
) -> pd.DataFrame:
    """Give each country a Borda point for each one below it: its place from below, less 1.

    With ties = "average" a tied country counts half a point.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    ties
        What countries with the same value get, as in ``rank``.
    constant
        Score of every country in an indicator that has one value everywhere.

    Returns
    -------
    DataFrame
        Same shape; points, 0 to one less than the number of countries with a value.

    Raises
    ------
    DataError
        If an indicator has the same value everywhere and ``constant`` is not set.

    References
    ----------
    Borda (1784), Mémoire sur les élections au scrutin. OECD/JRC (2008), step 7.
    https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> borda(pd.DataFrame({"compute": [2.0, 9.0, 2.0, 5.0]}))["compute"].tolist()
    [0.0, 3.0, 0.0, 2.0]
    """
    return _placed(table, ties, "borda", None if constant is None else constant + 1) - 1


def percentile_rank(
    table: pd.DataFrame,
    *,
    low: float = 0.0,
    high: float = 1.0,
    places: int | None = None,
    constant: float | None = None,
) -> pd.DataFrame:
    """Score each country by the share of the others below it: (smallest rank - 1) / (n - 1).

    n is the number of countries with a value in that indicator; spreadsheets call it PERCENTRANK.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    low, high
        Score, in points, of the lowest and the highest country.
    places
        Decimals to which scores are rounded, half away from zero; by default they are not.
    constant
        Score of every country in an indicator that has one value everywhere.

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
    Flanagan et al. (2011), A social vulnerability index for disaster management.
    https://doi.org/10.2202/1547-7355.1792

    Examples
    --------
    >>> percentile_rank(pd.DataFrame({"compute": [2.0, 9.0, 2.0, 5.0]}), places=4)
       compute
    0   0.0000
    1   1.0000
    2   0.0000
    3   0.6667
    """
    lowest, highest = ends_of(table.to_numpy(dtype=float))
    flat = lowest == highest
    refuse_flat(flat, table, "percentile_rank", constant)
    others = (table.notna().sum() - 1).where(~flat, 1)
    scores = low + (table.rank(method="min") - 1) / others * (high - low)
    scores = scores if constant is None else scores.mask(table.notna() & flat, constant)
    return scores if places is None else half_away(scores, places)


def _placed(table: pd.DataFrame, ties: Ties, name: str, constant: float | None) -> pd.DataFrame:
    lowest, highest = ends_of(table.to_numpy(dtype=float))
    flat = lowest == highest
    refuse_flat(flat, table, name, constant)
    places = table.rank(method=ties)
    return places if constant is None else places.mask(table.notna() & flat, constant)
