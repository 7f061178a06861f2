"""Tables as Arrow tables, with units, descriptions and the terms of the edition in their metadata.

An empty text is missing, as in the CSV files. Arrow comes with the extra ``data``.
"""

import json
from typing import Any

from resilience_index.errors import UsageError
from resilience_index.export.contents import Contents
from resilience_index.export.terms import as_data

_TYPES = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool_"}


def arrow_table(contents: Contents, name: str) -> Any:
    """Return a table of an edition as an Arrow table.

    Raises
    ------
    UsageError
        If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
    except ImportError:
        raise UsageError(
            "this form needs pyarrow; install it with: pip install 'resilience-index[data]'"
        ) from None
    table = contents.tables[name]
    columns, fields = [], []
    for field in contents.fields[name]:
        kind = getattr(pa, _TYPES[field.kind])()
        cells = table[field.name].astype(object)
        cells = cells.where(table[field.name].notna() & (cells != ""), None)
        columns.append(pa.array(cells.tolist(), type=kind))
        notes = {"description": field.description, "unit": field.unit}
        fields.append(pa.field(field.name, kind, metadata={k: v for k, v in notes.items() if v}))
    terms = json.dumps(as_data(contents.terms), ensure_ascii=False)
    return pa.table(columns, schema=pa.schema(fields, metadata={"edition": terms}))
