"""All that the exports are made of: the tables of an edition with their fields, and its terms."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from resilience_index.export import dictionary
from resilience_index.export.fields import Field, fields
from resilience_index.export.terms import Terms, terms_of
from resilience_index.index import Index
from resilience_index.publish import tables


@dataclass(frozen=True, slots=True)
class Contents:
    """Tables by name, what stands in their columns, and the terms of the edition."""

    index: Index
    terms: Terms
    tables: Mapping[str, pd.DataFrame]
    fields: Mapping[str, list[Field]]


def gather(index: Index) -> Contents:
    """Make every table of an edition: those it publishes, and those that explain them."""
    made = {name: make(index) for name, make in {**tables.TABLES, **dictionary.TABLES}.items()}
    return Contents(
        index=index,
        terms=terms_of(index),
        tables=made,
        fields={name: fields(index, table) for name, table in made.items()},
    )


KEYS: dict[str, tuple[str, ...]] = {
    "ranking": ("{unit}",),
    "scores": ("{unit}", "node"),
    "indicators": ("{unit}", "indicator"),
    "excluded": ("{unit}",),
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
