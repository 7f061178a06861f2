"""The last year of a panel as an index of its own."""

from dataclasses import replace
from typing import Any

import pandas as pd

from resilience_index.index import Index


def last_year(index: Index) -> Index:
    """Return the last year of a panel as an index of its own; another index as it is.

    Figures, scores and ranks are those of the panel, on its scale.
    """
    panel = index.framework.panel
    if panel is None:
        return index
    year = panel.listed[-1]
    about = index.framework.about.model_copy(update={"year": year})
    framework = index.framework.model_copy(update={"panel": None, "about": about})
    tables = {name: _at(table, year) for name, table in _tables(index).items()}
    weights = {node: _at(found, year) for node, found in index.weights.items()}
    made: Any = _of_year(tables, year)
    return replace(index, framework=framework, weights=weights, **made)


def _at(table: Any, year: int) -> Any:
    """Return the rows of a year, where rows are of years."""
    return table.xs(year, level=1) if isinstance(table.index, pd.MultiIndex) else table


def _tables(index: Index) -> dict[str, pd.DataFrame]:
    names = (
        "observed", "years", "errors", "denominated", "imputed", "treated", "normalised", "scores",
        "ranks", "spread", "classes", "flags", "imputation", "treatment",
    )  # fmt: skip
    return {name: getattr(index, name) for name in names}


def _of_year(tables: dict[str, pd.DataFrame], year: int) -> dict[str, pd.DataFrame]:
    """Keep the facts of one year, where a step told them year by year; drop rows without score."""
    for name in ("imputation", "treatment"):
        facts = tables[name]
        if "year" in facts:
            tables[name] = facts[facts["year"] == year].drop(columns="year")
    return tables
