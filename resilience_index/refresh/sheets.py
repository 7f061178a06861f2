"""Answers in CSV: a row a quarter, a row a country, or a row a record.

References
----------
GitHub, Innovation Graph, datapackage.json, https://github.com/github/innovationgraph
Microsoft AI Economy Institute, https://github.com/microsoft/ai-diffusion-report
Epoch AI, Notable AI Models Documentation, https://epoch.ai/data/notable-ai-models-documentation
"""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping

from resilience_index.errors import DataError, nearest
from resilience_index.refresh.answers import Fetched, Get, Rows, number, put
from resilience_index.refresh.places import Places
from resilience_index.refresh.services import (
    Columns,
    Counted,
    Quarterly,
    Quarters,
    Records,
    Wide,
)

Row = dict[str, str]
_MOST_ROWS = 1_000_000


def quarters(service: Quarters, asked: Quarterly, get: Get, places: Places, last: int) -> Fetched:
    """Read a table by quarters, and make years of them.

    Raises
    ------
    DataError
        If a column is missing, or a cell is not what its column holds.
    """
    answer = get(asked.keys)
    needed = (service.place, service.year, service.quarter, asked.column)
    found: dict[tuple[str, int, int], str] = {}
    for where, row in _rows(answer.body, service.encoding, needed):
        code = places.code(row[service.place])
        year, quarter = row[service.year].strip(), row[service.quarter].strip()
        if not (year.isdigit() and len(year) == 4 and quarter in ("1", "2", "3", "4")):
            raise DataError(f"{where}: year {year[:20]!r}, quarter {quarter[:20]!r}")
        key = code or "", int(year), int(quarter)
        if code is not None and key in found:
            raise DataError(f"{where}: {code}, {year}, quarter {quarter} stands twice")
        if code is not None and int(year) <= last:
            found[key] = number(row[asked.column], where)
    made = _last(found) if asked.years == "last" else _last_four(found)
    return Fetched(made, answer.dated)


def _last(found: Mapping[tuple[str, int, int], str]) -> Rows:
    """Take the last quarter of each year.

    >>> _last({("A", 2024, 1): "5", ("A", 2024, 3): "7", ("A", 2025, 1): "8"})
    {('A', 2024): '7', ('A', 2025): '8'}
    """
    return {(code, year): found[code, year, quarter] for code, year, quarter in sorted(found)}


def _last_four(found: Mapping[tuple[str, int, int], str]) -> Rows:
    """Add the last four quarters of the data set, where a country has all four.

    >>> four = {("A", 2024, q): "10" for q in (2, 3, 4)} | {("A", 2025, 1): "5"}
    >>> _last_four(four | {("B", 2025, 1): "5"})
    {('A', 2025): '35'}
    """
    latest = sorted({(year, quarter) for _, year, quarter in found})[-4:]
    made: Rows = {}
    for code in sorted({code for code, _, _ in found}):
        if len(latest) == 4 and all((code, *when) in found for when in latest):
            total = math.fsum(float(found[code, *when]) for when in latest)
            made[code, latest[-1][0]] = f"{total:.15g}"
    return made


def wide(service: Wide, asked: Columns, get: Get, places: Places, last: int) -> Fetched:
    """Read a table with a column a period.

    Raises
    ------
    DataError
        If a column is missing, or a cell is neither empty nor a number.
    """
    answer = get(asked.keys)
    needed = (service.place, *asked.columns, *asked.twins)
    table = list(_rows(answer.body, service.encoding, needed))
    alike = Counter(tuple(row[c].strip() for c in asked.twins) for _, row in table)
    rows: Rows = {}
    for where, row in table:
        code = places.code(row[service.place])
        twin = bool(asked.twins) and alike[tuple(row[c].strip() for c in asked.twins)] > 1
        if code is None or twin:
            continue
        for column, year in asked.columns.items():
            text = row[column].strip().removesuffix("%").strip()
            if text and text not in ("-", "n/a") and year <= last:
                put(rows, code, str(year), number(text, where))
    return Fetched(rows, answer.dated)


def records(service: Records, asked: Counted, get: Get, places: Places, last: int) -> Fetched:
    """Read a list of records, and make one figure a country of it.

    Raises
    ------
    DataError
        If a column is missing, or a cell that counts is not a number.
    """
    answer = get(asked.keys)
    needed = [service.place, *asked.where, *filter(None, (asked.dated, asked.column))]
    parts: dict[str, list[float]] = {}
    for where, row in _rows(answer.body, service.encoding, needed):
        if not _counts(row, asked, where):
            continue
        names = [name.strip() for name in row[service.place].split(",") if name.strip()]
        text = row[asked.column].strip() if asked.column else "1"
        if not text:
            continue
        share = len(names) if asked.what == "records" else 1
        for name in dict.fromkeys(names):
            code = places.code(name)
            if code is not None:
                value = float(number(text, where)) * names.count(name) / share
                parts.setdefault(code, []).append(value)
    rows = {(c, asked.year): _figure(parts[c], asked) for c in sorted(parts) if asked.year <= last}
    return Fetched(rows, answer.dated)


def _counts(row: Row, asked: Counted, where: str) -> bool:
    """Say whether a record counts: the beginnings of its values, and its date."""
    for column, beginnings in asked.where.items():
        value = row[column].strip()
        if not any(value.startswith(b) if b else not value for b in beginnings):
            return False
    if not asked.dated:
        return True
    year = row[asked.dated].strip()[:4]
    if year and not year.isdigit():
        raise DataError(f"{where}: {row[asked.dated][:40]!r} does not begin with a year")
    return bool(year) and asked.first <= int(year) <= asked.last


def _figure(values: Iterable[float], asked: Counted) -> str:
    """Add up, or take the logarithm of the greatest.

    >>> made = {"least": 0.0, "greatest": 9.0, "year": 2025}
    >>> _figure([0.5, 1.0], Counted(what="records", **made))
    '1.5'
    >>> _figure([1e20, 1e24], Counted(what="log10_of_greatest", **made))
    '24.0'
    """
    if asked.what == "log10_of_greatest":
        return repr(round(math.log10(max(max(values), 5e-324)), asked.decimals))
    return repr(round(math.fsum(values), asked.decimals))


def _rows(body: bytes, encoding: str, needed: Iterable[str]) -> Iterable[tuple[str, Row]]:
    """Give the rows of a CSV file with the line of each, if it has the columns that are needed."""
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(f"not {encoding}: {error.reason} at byte {error.start}") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        missing = sorted(set(needed) - set(head))
        if missing:
            told = f"no column '{missing[0]}' {nearest(missing[0], head)}"
            raise DataError(f"{told[:400]}; an error page, or another table")
        for row in reader:
            if reader.line_num > _MOST_ROWS:
                raise DataError(f"more than {_MOST_ROWS:,} lines")
            if row and len(row) != len(head):
                told = f"{len(row)} cells; the head has {len(head)}"
                raise DataError(f"line {reader.line_num}: {told}: not all there")
            if row:
                yield f"line {reader.line_num}", dict(zip(head, row, strict=True))
    except csv.Error as error:
        raise DataError(f"line {reader.line_num}: {error}: not all there") from None
