"""Text that a spreadsheet would take for a formula, made harmless.

A spreadsheet program runs whatever cell of a CSV file starts with = + - or @, also behind white
space, and whatever the quotes around it. An apostrophe before it keeps it text; in XLSX the type of
the cell does. Numbers, also negative ones, are left alone.

References
----------
MITRE, CWE-1236: Improper neutralization of formula elements in a CSV file.
https://cwe.mitre.org/data/definitions/1236.html
"""

import re

import pandas as pd

_LEADS = re.compile(r"[=+\-@＝＋－＠\t\r\n]|\s+[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def is_risky(text: str) -> bool:
    r"""Say whether a spreadsheet might run a text instead of showing it.

    >>> [is_risky(t) for t in ("=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", " =1", "a=b", "-70.5")]
    [True, True, True, True, True, True, False, False]
    """
    return bool(_LEADS.match(text)) and not _NUMBER.fullmatch(text)


def harmless(text: str) -> str:
    """Return text for a CSV cell that stays text: with an apostrophe before it if it is risky.

    >>> harmless("=1+1"), harmless("Korea, Rep.")
    ("'=1+1", 'Korea, Rep.')
    """
    return f"'{text}" if is_risky(text) else text


def harmless_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts, headings included, stay texts; numbers are untouched.

    >>> harmless_table(pd.DataFrame({"name": ["=1+1", None], "x": [-1.0, 2.0]}))["name"].tolist()
    ["'=1+1", None]
    """
    made = {
        place: _harmless_column(table.iloc[:, place])
        for place in range(table.shape[1])
        if not pd.api.types.is_numeric_dtype(table.dtypes.iloc[place])
    }
    columns = [made.get(place, table.iloc[:, place]) for place in range(table.shape[1])]
    done = pd.concat(columns, axis=1) if columns else table.copy()
    done.columns = pd.Index([harmless(str(name)) for name in table.columns])
    return done


def _harmless_column(column: pd.Series) -> pd.Series:
    """Neutralise the texts of one column; each distinct text is looked at once."""
    texts = [value for value in column.dropna().unique() if isinstance(value, str)]
    changed = {text: harmless(text) for text in texts if is_risky(text)}
    if not changed:
        return column
    return column.map(lambda value: changed.get(value, value) if isinstance(value, str) else value)
