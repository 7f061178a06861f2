"""What stands in each column of each table: type, unit and a sentence."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from resilience_index.index import Index

Kind = Literal["string", "integer", "number", "boolean"]

_EVERYWHERE: dict[str, tuple[str, str]] = {
    "panel_year": ("Year that the row is about.", ""),
    "name": ("Name of the country.", ""),
    "region": ("Region, as in the content folder.", ""),
    "income_group": ("Income group, as in the content folder.", ""),
    "node": ("Code of the index, a pillar or a sub-pillar; see the table tree.", ""),
    "indicator": ("Code of the indicator; see the table definitions.", ""),
    "level": ("Depth in the tree: the index has 0, pillars 1.", ""),
    "parent": ("Code of the node above; empty for the index.", ""),
    "score": ("Score; higher is better unless the framework says otherwise.", "points"),
    "rank": ("Rank by score; 1 is best.", ""),
    "of": ("Number of countries that have a score.", "countries"),
    "se": ("Standard error of the score.", "points"),
    "lower": ("Lower end of the interval of the score.", "points"),
    "upper": ("Upper end of the interval of the score.", "points"),
    "class": ("Class that the score falls into.", ""),
    "rank_median": ("Median of the ranks over all draws of the uncertainty analysis.", ""),
    "rank_05": ("Better end of the 90 % interval of the rank.", ""),
    "rank_95": ("Worse end of the 90 % interval of the rank.", ""),
    "tier": ("Tier of countries that the draws cannot tell apart; 1 is best.", ""),
    "score_median": ("Median of the scores over all draws.", "points"),
    "score_05": ("Lower end of the 90 % interval of the score.", "points"),
    "score_95": ("Upper end of the 90 % interval of the score.", "points"),
    "unscored": ("Share of draws in which the country has no score.", "share"),
    "share": ("Share of draws with that rank.", "share"),
    "coverage": ("Share of the indicators due that are there, 0 to 1.", "share"),
    "missing_share": ("Weight that rests on missing figures, 0 to 1.", "share"),
    "year": ("Year of the observation.", ""),
    "raw": ("Figure as published.", "unit of the indicator"),
    "denominated": ("Figure divided by its denominator, times its scale.", "unit_scored"),
    "imputed": ("After the transform of the definition, gaps filled if the method does so.", ""),
    "treated": ("After the treatment of outliers.", ""),
    "normalised": ("On the common scale.", "points"),
    "mark": ("What the cell is: observed, older, structural, imputed, treated, missing.", ""),
    "reason": ("Why the country is left out.", ""),
    "title": ("What it is called.", ""),
    "definition": ("What is measured.", ""),
    "unit": ("Unit of the figure as published.", ""),
    "unit_scored": ("Unit after the denominator, before the transform.", ""),
    "direction": ("Whether higher or lower is better.", ""),
    "denominator": ("Code of the indicator that the figure is divided by.", ""),
    "scale": ("What the figure is multiplied with.", ""),
    "transform": ("Transforms of the definition, in their order.", ""),
    "formula": ("Formula of other indicators, where there is one.", ""),
    "weight": ("Weight among the siblings, as in the framework.", ""),
    "nominal_weight": ("Share in the index if nothing were missing; all sum to 1.", "share"),
    "sources": ("Keys of the table sources, joined by semicolons.", ""),
    "why": ("Why the indicator is there.", ""),
    "limits": ("What to beware of.", ""),
    "aggregate": ("How the children are put together.", ""),
    "text": ("What the node stands for.", ""),
    "source": ("Key of the source.", ""),
    "producer": ("Who made the figures.", ""),
    "citation": ("How to cite the source.", ""),
    "url": ("Address of the source.", ""),
    "licence": ("Licence, as the producer states it.", ""),
    "licence_status": ("open, share_alike or unclear.", ""),
    "licence_note": ("What the terms forbid or require.", ""),
}


_IN_TABLE: dict[tuple[str, str], tuple[str, str]] = {
    ("uncertainty", "higher"): ("Share of draws that place the country better.", "share"),
    ("uncertainty", "lower"): ("Share of draws that place the country worse.", "share"),
    ("rank_shares", "rank"): ("A rank that the country has in some draw.", ""),
}
"""Columns that mean something else in one table."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, type, what stands in it, and its unit ("" where it has none)."""

    name: str
    kind: Kind
    description: str
    unit: str


def fields(index: Index, of: str, table: pd.DataFrame) -> list[Field]:
    """Describe the columns of a table of an edition, whose name is `of`, in their order."""
    found = []
    for name in map(str, table.columns):
        description, unit = _IN_TABLE.get((of, name)) or _described(index, name)
        found.append(Field(name, kind_of(table[name]), description, unit))
    return found


def kind_of(column: pd.Series) -> Kind:
    """Return the type of a column as data packages name it.

    >>> kind_of(pd.Series([1, None], dtype="Int64")), kind_of(pd.Series(["a"]))
    ('integer', 'string')
    """
    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind):
        return "boolean"
    if pd.api.types.is_integer_dtype(kind):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(kind) else "string"


def _described(index: Index, name: str) -> tuple[str, str]:
    """Say what stands in a column, and in what unit."""
    if name == str(index.content.units.index.name):
        return "Code of the country.", ""
    if name in index.framework.nodes:
        return f"Score of the node {name}: {index.framework.nodes[name].title}.", "points"
    if name in _EVERYWHERE:
        return _EVERYWHERE[name]
    return f"{name.replace('_', ' ').capitalize()}.", ""
