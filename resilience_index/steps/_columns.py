"""What the methods of treatment share: their result, and how they go through a table's columns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._tails import Values, is_flat, moments

UNTOUCHED = "not treated"


@dataclass(frozen=True, slots=True)
class Treated:
    """A treated table, and what was done to each column.

    `facts` has one row an indicator: `how` (in words), `points` (countries whose figure was brought
    in), skewness and excess kurtosis before and after, and details of the method.
    """

    table: pd.DataFrame
    facts: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Change:
    """What a method made of one column."""

    figures: Values
    how: str
    points: int = 0
    power: float | None = None


def refuse_negative(**settings: float) -> None:
    """Refuse settings below 0."""
    for name, value in settings.items():
        if value < 0:
            raise MethodError(f"treat: {name} = {value:g}; it must be at least 0")


def column_by_column(table: pd.DataFrame, treat_column: Callable[[Values, str], Change]) -> Treated:
    """Treat what is there in each column, and write down what was done."""
    values = table.to_numpy(float)
    new = values.copy()
    rows = []
    for position, code in enumerate(map(str, table.columns)):
        there = ~np.isnan(values[:, position])
        column = values[there, position]
        change = _changed(column, code, treat_column)
        new[there, position] = change.figures
        rows.append(_fact(column, change))
    facts = pd.DataFrame(rows, index=table.columns.rename("indicator"), columns=list(_FACTS))
    if not facts["power"].notna().any():
        facts = facts.drop(columns="power")
    return Treated(pd.DataFrame(new, index=table.index, columns=table.columns), facts)


_FACTS = (
    "how",
    "points",
    "skewness_before",
    "kurtosis_before",
    "skewness_after",
    "kurtosis_after",
    "power",
)


def _changed(values: Values, code: str, treat_column: Callable[[Values, str], Change]) -> Change:
    """Treat one column; leave alone what has no spread; name the column in every error."""
    if len(values) < 3:
        return Change(values, "left alone: fewer than 3 values")
    if is_flat(values):
        return Change(values, "left alone: all values are equal")
    try:
        with np.errstate(all="ignore"):
            change = treat_column(values, code)
    except DataError as error:
        raise DataError(f"{code}: {error}") from None
    if not np.isfinite(change.figures).all():
        raise DataError(f"{code}: treated figures are too large for a number; check the column")
    if is_flat(change.figures):
        raise DataError(f"{code}: all treated figures are equal; choose a milder treatment")
    return change


def _fact(values: Values, change: Change) -> dict[str, Any]:
    """Describe one column's treatment."""
    before = moments(values)
    after = before if change.figures is values else moments(change.figures)
    return dict(
        zip(_FACTS, (change.how, change.points, *before, *after, change.power), strict=True)
    )
