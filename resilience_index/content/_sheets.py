"""Sheets of foreign files: CSV and Excel workbooks in, rows of text out.

A workbook is opened read-only; its formulas are not computed but their stored results read. Files
with macros are refused, and so are files that unpack to far more than a table of figures can hold.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from resilience_index.content.reading import FILE_LIMIT, read_text
from resilience_index.errors import ContentError

UNPACKED_LIMIT = 512 * 2**20
"""Largest sum of a workbook's unpacked parts, in bytes."""

CELL_LIMIT = 20_000_000
"""Largest number of cells of one sheet."""

ABSENT = {"", "na", "nan", "null", "none", "..", "…", "-", "–", "—", "#n/a", "n/a", "missing"}
"""What stands in a cell where there is no figure, in small letters."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of text: its head, its rows, and the line on which each row stands."""

    name: str
    head: list[str]
    rows: list[list[str]]
    lines: list[int]
    decimal_comma: bool = False

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
    text = cell.strip().removesuffix("%").replace("\u00a0", " ").strip()
    if decimal_comma:
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[-+]?\d{1,3}([, ]\d{3})+(\.\d+)?", text):
        text = text.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", text):
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
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return _tabled(path, path.stem, list(rows), decimal_comma=delimiter == ";")


def _of_workbook(path: Path) -> tuple[list[Sheet], list[str]]:
    _look_inside(path)
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # heavy, and seldom needed

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which are not read
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            found = [(sheet.title, _cells(path, sheet)) for sheet in book.worksheets]
            book.close()
    except ContentError:
        raise
    except Exception as error:  # whatever a damaged file makes a reader of formats stumble over
        raise ContentError(
            str(path), [f"not a readable workbook ({error}); save it anew, or as CSV"]
        ) from None
    tables = [(title, rows) for title, rows in found if any(map(_has_two, rows))]
    if not tables:
        raise ContentError(str(path), ["no sheet with a table; is this the right file?"])
    skipped = [title for title, rows in found if not any(map(_has_two, rows))]
    return [_tabled(path, title, rows) for title, rows in tables], skipped


def _look_inside(path: Path) -> None:
    """Refuse what is no workbook, is too large, or carries macros."""
    if not path.is_file():
        raise ContentError(str(path), ["no such file; look at its name"])
    if path.stat().st_size > FILE_LIMIT:
        raise ContentError(str(path), [f"larger than {FILE_LIMIT:,} bytes; save the tables as CSV"])
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError):
        raise ContentError(str(path), ["not a workbook; save it as .xlsx or .csv"]) from None
    size = sum(part.file_size for part in parts)
    if size > UNPACKED_LIMIT:
        raise ContentError(
            str(path),
            [f"unpacks to {size:,} bytes, at most {UNPACKED_LIMIT:,} are read; save it as CSV"],
        )
    if any("vbaproject" in part.filename.lower() for part in parts):
        raise ContentError(
            str(path), ["the workbook carries macros; save it as .xlsx without them"]
        )


def _cells(path: Path, sheet: Iterable[object]) -> list[list[str]]:
    """Return the cells of a sheet as text."""
    rows: list[list[str]] = []
    count = 0
    for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        count += len(row)
        if count > CELL_LIMIT:
            raise ContentError(str(path), [f"more than {CELL_LIMIT:,} cells; save it as CSV"])
        rows.append([_spelled(value) for value in row])
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
    rows, lines = [], []
    for line, row in enumerate(cells[start + 1 :], start=start + 2):
        padded = [cell.strip() for cell in row] + [""] * (len(head) - len(row))
        if any(padded[place] for place in kept):
            rows.append([padded[place] for place in kept])
            lines.append(line)
    if not rows:
        raise ContentError(str(path), [f"{name}: no row below the head"])
    return Sheet(name, [head[place] for place in kept], rows, lines, decimal_comma)
