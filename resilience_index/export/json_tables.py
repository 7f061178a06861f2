"""Tables as JSON: each with its fields, and with the edition, its licence and its sources."""

import json
from typing import Any

import pandas as pd

from resilience_index.export.contents import Contents
from resilience_index.export.fields import Field
from resilience_index.export.terms import Terms, as_data


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a table into objects; what is missing becomes null, whole numbers stay whole.

    >>> rows_of(pd.DataFrame({"iso3": ["EST"], "score": [None]}, dtype=object))
    [{'iso3': 'EST', 'score': None}]
    """
    columns = {
        str(name): [
            None if gap else value
            for value, gap in zip(table[name].tolist(), table[name].isna().tolist(), strict=True)
        ]
        for name in table
    }
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def one_table(contents: Contents, name: str) -> bytes:
    """Return one table as a JSON file of its own."""
    return beside(contents.terms, name, contents.fields[name], contents.tables[name])


def beside(terms: Terms, name: str, fields: list[Field], table: pd.DataFrame) -> bytes:
    """Return a table that stands beside the contents of an edition as a JSON file of its own."""
    return _spelled({"about": as_data(terms), "table": name, **_told(fields, table)})


def all_tables(contents: Contents) -> bytes:
    """Return a whole edition as one JSON file."""
    tables = {name: _table(contents, name) for name in contents.tables}
    return _spelled({"about": as_data(contents.terms), "tables": tables})


def _table(contents: Contents, name: str) -> dict[str, Any]:
    return _told(contents.fields[name], contents.tables[name])


def _told(fields: list[Field], table: pd.DataFrame) -> dict[str, Any]:
    described = [
        {"name": f.name, "type": f.kind, "description": f.description, "unit": f.unit}
        for f in fields
    ]
    return {"fields": described, "rows": rows_of(table)}


def _spelled(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=None)
    return (text + "\n").encode()
