"""Panels of several years: what a method sees of them.

Rows of a panel are (country, year). A method sees each year by itself, all years at once, or all
years measured by what one of them, the base year, gives.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from resilience_index.errors import DataError


def by_year(table: pd.DataFrame, over: str | int, apply: Callable[..., Any]) -> Any:
    """Apply a function to each year of a panel by itself, or to all rows at once.

    The results of the years are put back into the order of the rows. With a base year, all rows go
    at once, and the function gets the rows of that year as `sample`.
    """
    if over == "all" or not isinstance(table.index, pd.MultiIndex):
        return apply(table)
    if isinstance(over, int):
        return apply(table, sample=base(table, over))
    parts = [apply(part) for _, part in table.groupby(level=1, sort=True)]
    return pd.concat(parts).reindex(table.index)


def base(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows of a base year; refuse columns of which it has no figure, by name."""
    sample = table[table.index.get_level_values(1) == year]
    bare = list(table.columns[(sample.isna().all() & table.notna().any()).to_numpy()])
    if bare:
        raise DataError(
            f"over = {year}: no country has a figure of that year in {', '.join(map(str, bare))}; "
            "take another base year, or give goalposts"
        )
    return sample
