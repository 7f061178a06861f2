"""What the methods of imputation share: their result, and how it is put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError
from resilience_index.steps._naming import listed

Matrix = NDArray[np.float64]
COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Imputed:
    """An imputed table, and what was filled in, and how, in each column.

    `facts` has one row an indicator: `how` (in words), `filled` and `left` (cells), and details of
    the method. `draws` holds whole tables where the method draws at random; `table` is their mean.
    """

    table: pd.DataFrame
    facts: pd.DataFrame
    draws: tuple[pd.DataFrame, ...] = ()


def finish(
    table: pd.DataFrame,
    new: Matrix,
    how: Sequence[str],
    details: Mapping[str, Matrix] | None = None,
) -> Imputed:
    """Put new figures where there were none, and count them.

    Parameters
    ----------
    table
        As it was.
    new
        Figures of the same shape; used only where the table has none.
    how
        What was done, one entry a column; a column without gaps is called complete.
    details
        More columns of facts.

    Returns
    -------
    Imputed
        Observed figures are those of `table`, bit for bit.
    """
    gaps = table.isna().to_numpy()
    filled = pd.DataFrame(
        np.where(gaps, new, table.to_numpy(float)), index=table.index, columns=table.columns
    )
    had = [bool(column.any()) for column in gaps.T]
    left = filled.isna().to_numpy().sum(axis=0)
    facts = pd.DataFrame(
        {
            "how": [h if gap else COMPLETE for h, gap in zip(how, had, strict=True)],
            "filled": gaps.sum(axis=0) - left,
            "left": left,
            **(details or {}),
        },
        index=table.columns.rename("indicator"),
    )
    return Imputed(filled, facts)


def refuse_empty(table: pd.DataFrame, method: str) -> None:
    """Raise a `DataError` that names the columns without any figure."""
    empty = table.columns[table.isna().all().to_numpy()]
    if len(empty):
        raise DataError(
            f"{method}: no country has a figure in {listed(empty)}; "
            "leave the indicator out, or impute it by `constant`"
        )


def rows_of(other: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of another table that belong to this one, joined by label.

    >>> other = pd.DataFrame({"region": ["north", "south"]}, index=["EST", "CHL"])
    >>> rows_of(other, pd.DataFrame(index=["CHL"]))["region"].tolist()
    ['south']
    """
    return other if other.index.equals(table.index) else other.reindex(table.index)


def standardised(values: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Return columns with mean 0 and sample sd 1, with the means and sds; flat ones become 0.

    Every column needs a figure; missing stays missing.
    """
    count = (~np.isnan(values)).sum(axis=0)
    with np.errstate(over="ignore", under="ignore"):  # refused below
        mean = np.nansum(values, axis=0) / count
        centred = values - mean
        sd = np.sqrt(np.nansum(centred**2, axis=0) / np.maximum(count - 1, 1))
    flat = np.nanmin(values, axis=0) == np.nanmax(values, axis=0)
    if (~flat & ~((sd > 0) & np.isfinite(sd))).any():
        raise DataError(
            "figures too large or too small to be squared; state the indicator in another unit"
        )
    mean = np.where(flat, np.nanmax(values, axis=0), mean)
    sd = np.where(flat, 1.0, sd)
    return np.where(flat & ~np.isnan(values), 0.0, centred / sd), mean, sd
