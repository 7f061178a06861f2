"""Sheets of foreign files: CSV and Excel workbooks in, rows of text out.

A workbook is opened read-only; its formulas are not computed but their stored results read. Files
with macros are refused, and so are files that unpack to far more than a table of figures can hold,
declare entities, or are not in plain UTF-8 inside (`content._workbook_parts`).
"""

import csv
import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from resilience_index.content._guards import odd_character
from resilience_index.content._workbook_parts import look_inside
from resilience_index.content.reading import limits, read_bytes, read_text
from resilience_index.errors import ContentError

ABSENT = {
    "", "na", "n.a.", "n.a", "n/a", "#n/a", "nan", "null", "none", "missing", "..", "…",
    "-", "–", "—",
}  # fmt: skip
"""What stands in a cell where there is no figure, in small letters."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of text: its head, its rows, and the line on which each row stands."""

    name: str
    head: list[str]
    rows: list[list[str]]
    lines: list[int]
    decimal_comma: bool = False
    beyond: tuple[int, ...] = ()  # lines with cells beyond the head, or under no title

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        place = self.head.index(name)
        return [row[place] for row in self.rows]


def read_sheets(path: Path) -> tuple[list[Sheet], list[str]]:
    """Return the tables of a CSV file or of an Excel workbook, and the sheets that hold none.

    Raises
    ------
    ContentError
        If the file is of another kind, too large, damaged or carries macros, or a column stands
        twice.
    """
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        return [_of_text(path)], []
    if suffix == ".xlsx":
        return _of_workbook(path)
    raise ContentError(
        str(path),
        [f"a file of kind '{suffix or 'none'}'; .csv and .xlsx are read: save it as one of them"],
    )


def number(cell: str, *, decimal_comma: bool = False) -> float | None:
    """Read a cell as a number; None if it is none. Thousands may be set apart, % is left off.

    >>> number("1,234.5"), number("12 %"), number("12,5"), number("12,5", decimal_comma=True)
    (1234.5, 12.0, None, 12.5)
    """
    text = cell.strip().removesuffix("%").replace("\u00a0", " ").replace("−", "-").strip()
    if decimal_comma:
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[-+]?[0-9]{1,3}([, ][0-9]{3})+(\.[0-9]+)?", text):
        text = text.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?", text):
        return None
    value = float(text)
    return value if abs(value) < float("inf") else None


def is_absent(cell: str) -> bool:
    """Say whether a cell holds no figure.

    >>> is_absent(" NA "), is_absent("0")
    (True, False)
    """
    return cell.strip().lower() in ABSENT


def _of_text(path: Path) -> Sheet:
    text = read_text(path)
    first = text.lstrip().splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    _bounded(path, text.count(delimiter) + text.count("\n") + text.count("\r"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise ContentError(str(path), [f"line {reader.line_num}: {error}"]) from None
    comma = delimiter == ";" and _decimal_comma(path, rows)
    return _tabled(path, path.stem, rows, decimal_comma=comma)


def _decimal_comma(path: Path, rows: list[list[str]]) -> bool:
    """Say whether figures in a table set apart by ; have a decimal comma, from the figures.

    A cell such as 1,5 or 1.234,5 says so, a cell such as 1.5 or 1,234.5 says the opposite. Cells
    of both kinds are refused; so is a table whose points could be either, such as 1.234 alone.
    """
    comma, point, either = [], [], []
    for line, row in enumerate(rows, start=1):
        for cell in (c.strip().removesuffix("%").strip() for c in row):
            if re.fullmatch(r"[-+]?[0-9]{1,3}(\.[0-9]{3})*,[0-9]+|[-+]?[0-9]+,[0-9]+", cell):
                comma.append((line, cell))
            elif re.fullmatch(r"[-+]?[1-9][0-9]{0,2}(\.[0-9]{3})+", cell):
                either.append((line, cell))
            elif re.fullmatch(r"[-+]?[0-9,]*\.[0-9]+([eE][-+]?[0-9]+)?", cell):
                point.append((line, cell))
    if comma and point:
        (one, first), (other, second) = comma[0], point[0]
        told = (
            f"line {one}: {first!r} has a decimal comma, line {other}: {second!r} a decimal point"
        )
        raise ContentError(str(path), [f"{told}; write all figures in one way"])
    if either and not comma and not point:
        line, cell = either[0]
        told = f"line {line}: {cell!r} may be a thousand or a decimal fraction"
        raise ContentError(str(path), [f"{told}; write figures without marks of thousands"])
    return bool(comma)


def _of_workbook(path: Path) -> tuple[list[Sheet], list[str]]:
    raw = read_bytes(path)
    problem = look_inside(raw, unpacked=limits().unpacked, tags=limits().tags)
    if problem:
        raise ContentError(str(path), [problem])
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # heavy, and seldom needed

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which are not read
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
            found = [(sheet.title, _cells(path, sheet)) for sheet in book.worksheets]
            book.close()
    except (ContentError, MemoryError):
        raise
    except Exception as error:  # whatever a damaged file makes a reader of formats stumble over
        told = str(error)[:200]
        raise ContentError(
            str(path), [f"not a readable workbook ({told}); save it anew, or as CSV"]
        ) from None
    tables = [(title, rows) for title, rows in found if any(map(_has_two, rows))]
    if not tables:
        raise ContentError(str(path), ["no sheet with a table; is this the right file?"])
    skipped = [title for title, rows in found if not any(map(_has_two, rows))]
    return [_tabled(path, title, rows) for title, rows in tables], skipped


def _bounded(path: Path, cells: int) -> None:
    """Refuse a sheet of more cells than can be read in a moment."""
    if cells > limits().cells:
        told = f"more than {limits().cells:,} cells; split it"
        raise ContentError(str(path), [told])


def _cells(path: Path, sheet: Iterable[object]) -> list[list[str]]:
    """Return the cells of a sheet as text, empty rows as empty lists."""
    rows: list[list[str]] = []
    count = 0
    for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        count += len(row)
        _bounded(path, count)
        if len(rows) == limits().rows:
            raise ContentError(str(path), [f"more than {len(rows):,} rows; save it as CSV"])
        rows.append([_spelled(value) for value in row] if any(row) else [])
    told = ((line, odd) for line, row in enumerate(rows, 1) if (odd := odd_character("".join(row))))
    for line, (_, what) in told:
        raise ContentError(str(path), [f"row {line}: {what}; take it out"])
    return rows


def _has_two(row: list[str]) -> bool:
    """Say whether two cells of a row are filled."""
    return sum(bool(cell.strip()) for cell in row) >= 2


def _spelled(value: object) -> str:
    """Spell a cell: whole numbers without a point, nothing for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value).strip()


def _tabled(path: Path, name: str, cells: list[list[str]], *, decimal_comma: bool = False) -> Sheet:
    """Find the head of a table: the first line in which two cells or more are filled."""
    start = next((line for line, row in enumerate(cells) if _has_two(row)), None)
    if start is None:
        raise ContentError(str(path), [f"{name}: no line with two filled cells; is this a table?"])
    head = [cell.strip() for cell in cells[start]]
    kept = [place for place, title in enumerate(head) if title]
    twice = sorted({head[place] for place in kept if head.count(head[place]) > 1})
    if twice:
        raise ContentError(
            str(path), [f"{name}: column '{title}' stands twice; rename one" for title in twice]
        )
    rows, lines, beyond = [], [], []
    for line, row in enumerate(cells[start + 1 :], start=start + 2):
        padded = [cell.strip() for cell in row] + [""] * (len(head) - len(row))
        if any(padded[place] for place in kept):
            rows.append([padded[place] for place in kept])
            lines.append(line)
        if sum(map(bool, padded)) > sum(bool(padded[place]) for place in kept):
            beyond.append(line)
    if not rows:
        raise ContentError(str(path), [f"{name}: no row below the head"])
    return Sheet(name, [head[place] for place in kept], rows, lines, decimal_comma, tuple(beyond))
