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
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


def is_risky(text: str) -> bool:
    r"""Say whether a spreadsheet might run a text instead of showing it.

    >>> [is_risky(t) for t in ("=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", " =1", "a=b", "-70.5")]
    [True, True, True, True, True, True, False, False]
    """
    return bool(_LEADS.match(text)) and not _NUMBER.fullmatch(text)


def harmless(text: str) -> str:
    r"""Return text for a CSV cell that stays text and stays in its cell.

    Risky text gets an apostrophe before it. A carriage return becomes a line feed, which CSV
    quotes: by itself it would begin a new row, and what follows it a new cell.

    >>> harmless("=1+1"), harmless("Korea, Rep."), harmless("one\r=2")
    ("'=1+1", 'Korea, Rep.', 'one\n=2')
    """
    held = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{held}" if is_risky(text) else held


def harmless_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts, headings included, stay texts; numbers are untouched.

    >>> harmless_table(pd.DataFrame({"name": ["=1+1", "Chad"], "x": [-1.0, 2.0]}))
        name    x
    0  '=1+1 -1.0
    1   Chad  2.0
    """
    made = {
        place: changed
        for place, kind in enumerate(table.dtypes)
        if not pd.api.types.is_numeric_dtype(kind)
        and (changed := _harmless_column(table.iloc[:, place])) is not None
    }
    names = [harmless(str(name)) for name in table.columns]
    if not made and names == list(table.columns):
        return table.copy()
    columns = [made.get(place, table.iloc[:, place]) for place in range(table.shape[1])]
    done = pd.concat(columns, axis=1)
    done.columns = pd.Index(names)
    return done


def _harmless_column(column: pd.Series) -> pd.Series | None:
    """Neutralise the texts of one column, each looked at once; None where all are harmless."""
    texts = {value for value in column.tolist() if isinstance(value, str)}
    changed = {text: held for text in texts if (held := harmless(text)) != text}
    if not changed:
        return None
    return column.map(lambda value: changed.get(value, value) if isinstance(value, str) else value)
