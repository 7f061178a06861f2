"""All that the exports are made of: the tables of an edition with their fields, and its terms."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from resilience_index.export import dictionary
from resilience_index.export.fields import Field, fields
from resilience_index.export.terms import Terms, terms_of
from resilience_index.index import Index
from resilience_index.publish import tables
from resilience_index.robustness.uncertainty import Uncertainty


@dataclass(frozen=True, slots=True)
class Contents:
    """Tables by name, what stands in their columns, and the terms of the edition.

    `known` is the uncertainty of the ranks, where it was worked out.
    """

    index: Index
    known: Uncertainty | None
    terms: Terms
    tables: Mapping[str, pd.DataFrame]
    fields: Mapping[str, list[Field]]


def gather(index: Index, known: Uncertainty | None = None) -> Contents:
    """Make every table of an edition: those it publishes, and those that explain them.

    Parameters
    ----------
    index
        A built index.
    known
        Its uncertainty; without it, the tables have no intervals.
    """
    made = {name: make(index) for name, make in tables.TABLES.items()}
    if known is not None:
        made["ranking"] = tables.ranking(index, known)
        made |= {name: make(index, known) for name, make in tables.OF_UNCERTAINTY.items()}
    made |= {name: make(index) for name, make in dictionary.TABLES.items()}
    return Contents(
        index=index,
        known=known,
        terms=terms_of(index),
        tables=made,
        fields={name: fields(index, name, table) for name, table in made.items()},
    )


KEYS: dict[str, tuple[str, ...]] = {
    "ranking": ("{unit}",),
    "scores": ("{unit}", "node"),
    "indicators": ("{unit}", "indicator"),
    "excluded": ("{unit}",),
    "uncertainty": ("{unit}", "node"),
    "rank_shares": ("{unit}", "rank"),
    "definitions": ("indicator",),
    "tree": ("node",),
    "sources": ("source",),
}
"""Columns that tell the rows of a table apart; {unit} is the column of country codes."""


def key_of(contents: Contents, name: str) -> list[str]:
    """Return the columns that tell the rows of a table apart; in a panel the year is among them."""
    unit = str(contents.index.content.units.index.name)
    columns = list(contents.tables[name].columns)
    key = [column.format(unit=unit) for column in KEYS.get(name, ())]
    if "panel_year" in columns:
        key.insert(1, "panel_year")
    return key if key and set(key) <= set(columns) else []
