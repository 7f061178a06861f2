"""An edition as a DuckDB database: a table a table, comments on columns, and the table `about`."""

import errno
from pathlib import Path
from typing import Any

from resilience_index.errors import UsageError
from resilience_index.export._arrow import arrow_table
from resilience_index.export.contents import Contents
from resilience_index.export.terms import notice


def write(contents: Contents, path: Path) -> None:
    """Write a database to a path where nothing stands.

    Raises
    ------
    UsageError
        If duckdb or pyarrow is not installed.
    OSError
        If the file cannot be written.
    """
    try:
        import duckdb
    except ImportError:
        raise UsageError(
            "this form needs duckdb; install it with: pip install 'resilience-index[data]'"
        ) from None
    try:
        _fill(contents, duckdb.connect(str(path)))
    except duckdb.IOException as error:
        told = "No space left on device" if "No space left" in str(error) else "cannot be written"
        raise OSError(errno.EIO, told, str(path)) from None


def _fill(contents: Contents, opened: Any) -> None:
    """Write all tables, and close the database."""
    with opened as connection:
        for name in contents.tables:
            connection.register("incoming", arrow_table(contents, name))
            connection.execute(f"CREATE TABLE {_name(name)} AS SELECT * FROM incoming")
            connection.unregister("incoming")
            for field in contents.fields[name]:
                said = f"{field.description} {f'[{field.unit}]' if field.unit else ''}".strip()
                where = f"{_name(name)}.{_name(field.name)}"
                connection.execute(f"COMMENT ON COLUMN {where} IS {_text(said)}")
        connection.execute("CREATE TABLE about (line INTEGER, text VARCHAR)")
        lines = list(enumerate(notice(contents.terms), start=1))
        connection.executemany("INSERT INTO about VALUES (?, ?)", lines)


def _name(name: str) -> str:
    """Quote a name for SQL.

    >>> _name('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
