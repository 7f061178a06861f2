"""Tables of figures: long CSV files in, arrays out, every faulty row named.

A table has a column with the unit's code (named as the first column of countries.csv), `year`,
and `value` (or the column that the definition names); `note` and `se` (standard error) may follow.
The text ``n/a`` instead of a value says that the indicator does not apply there.
"""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from resilience_index.content._guards import GREATEST
from resilience_index.content.reading import first_of, limits, read_text, shortened
from resilience_index.errors import ContentError, nearest

NOT_APPLICABLE = "n/a"

MOST_LETTERS = 200
"""Longest name or attribute of a country."""


@dataclass(frozen=True, slots=True)
class Observations:
    """Figures of one indicator, sorted by unit and year.

    `unit` is the position of the country in the list of countries; `value` is NaN where the
    indicator does not apply; `error` is the standard error, NaN where none is stated.
    """

    unit: np.ndarray
    year: np.ndarray
    value: np.ndarray
    error: np.ndarray

    def __len__(self) -> int:
        """Count the observations."""
        return len(self.unit)


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file as text columns, with the line of each row."""

    path: Path
    columns: dict[str, np.ndarray]
    lines: np.ndarray


def read_table(path: Path, *, within: Path | None = None) -> Table:
    """Read a CSV file as text, whatever stands in it (Namibia's NA stays NA).

    Raises
    ------
    ContentError
        As `reading.read_text`; or if a row has another number of cells than the head, a column
        stands twice, there is no row, or there are more cells or longer ones than `Limits` allow.
    """
    text = read_text(path, within=within)
    _measured(text, path)
    _parted(text, path)
    head, cells, lines = _even(text) or _uneven(text, path)
    del text
    names = [name.strip() for name in head]
    counted = Counter(names)
    problems = first_of(f"column '{n}' stands twice" for n in sorted(counted) if counted[n] > 1)
    there = (cells != "").any(axis=1)
    if not there.any():
        problems.append("no row below the head; fill the table or take the file away")
    if problems:
        raise ContentError(str(path), problems)
    return Table(path, {n: cells[there, i] for i, n in enumerate(names)}, lines[there])


def _measured(text: str, path: Path) -> None:
    """Refuse a table with more cells or columns than can be read in a moment.

    Commas in quotes are counted too, so a table of long texts is refused a little early.
    """
    count = text.count(",") + text.count("\n") + text.count("\r")
    if count > limits().cells:
        raise ContentError(str(path), [f"{count:,} cells; at most {limits().cells:,}: split it"])
    end = min((at for at in (text.find("\n"), text.find("\r")) if at >= 0), default=len(text))
    columns = text.count(",", 0, end) + 1
    if columns > limits().columns:
        raise ContentError(
            str(path), [f"{columns:,} columns; at most {limits().columns:,}: split it"]
        )


def _parted(text: str, path: Path) -> None:
    """Refuse a table whose columns are parted by something else than commas, and say by what."""
    head = text[:10_000].lstrip().partition("\n")[0]
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if mark in head and "," not in head:
            told = f"line 1: the columns are parted by {name}; save the table with commas between"
            raise ContentError(str(path), [told])


def _even(text: str) -> tuple[list[str], np.ndarray, np.ndarray] | None:
    """Split a table without quotes whose lines all have as many cells as the head: the fast way."""
    if '"' in text:
        return None
    rows = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    commas, most = rows[0].count(","), limits().cell
    if any(row.count(",") != commas or len(row) > most for row in rows):
        return None
    count, together = len(rows), ",".join(rows)
    del rows  # all of it would stand in memory once more
    cells = np.array(together.split(","), dtype=object).reshape(count, commas + 1)
    return list(cells[0]), cells[1:], np.arange(2, count + 1)


def _uneven(text: str, path: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Read a table with quotes, blank lines or rows of the wrong length, and name the latter."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = next(reader)
        body = [(reader.line_num, row) for row in reader if any(row)]
    except csv.Error as error:
        raise ContentError(str(path), [f"line {reader.line_num}: {error}"]) from None
    except StopIteration:
        raise ContentError(str(path), ["no line with a cell; fill the table"]) from None
    ragged = [(n, len(row)) for n, row in body if len(row) != len(head)]
    if ragged:
        told = (f"line {n}: {cells} cells; the head has {len(head)}" for n, cells in ragged)
        raise ContentError(str(path), shortened(told, len(ragged)))
    most = limits().cell
    long = [n for n, row in body if max(map(len, row)) > most]
    if long:
        told = (f"line {n}: a cell of more than {most:,} letters" for n in long)
        raise ContentError(str(path), shortened(told, len(long)))
    cells = np.array([row for _, row in body], dtype=object).reshape(len(body), len(head))
    return head, cells, np.array([number for number, _ in body])


def numbers(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turn text cells into floats; say which are no finite number, or beyond 1e60.

    What Python takes for a number and a reader would not (1_000, digits of other scripts) is none.
    """
    try:
        values = cells.astype(np.float64)
    except ValueError:
        values = pd.to_numeric(pd.Series(cells), errors="coerce").to_numpy(np.float64)
    together = "".join(cells)
    if "_" in together or not together.isascii():
        foreign = np.array(["_" in cell or not cell.isascii() for cell in cells], dtype=bool)
        values = np.where(foreign, np.nan, values)
    return values, ~(np.abs(values) <= GREATEST)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of a table: which columns, which units, and which years may stand there."""

    unit_column: str
    units: pd.Index
    column: str
    error_column: str
    year: int | None
    latest: int | None


def observe(table: Table, asked: Asked) -> tuple[Observations | None, list[str]]:
    """Take one indicator's figures out of a table, or list what is wrong with it.

    An empty cell in a table that holds one column for each indicator is no observation; in a long
    table it is a fault.
    """
    needed = [asked.unit_column, asked.column] + ([] if asked.year is not None else ["year"])
    problems = [
        f"column '{name}' is missing {nearest(name, table.columns)}"
        for name in needed
        if name not in table.columns
    ]
    if problems:
        return None, problems
    cells = table.columns[asked.column]
    kept = cells != "" if asked.column != "value" else np.ones(len(cells), dtype=bool)
    cells, lines = cells[kept], table.lines[kept]
    names = table.columns[asked.unit_column][kept]
    unit = asked.units.get_indexer(pd.Index(names, dtype=object))
    year, problems = _years(table, asked, kept)
    value, odd = numbers(np.where(cells == NOT_APPLICABLE, "nan", cells))
    odd &= cells != NOT_APPLICABLE
    error, error_problems = _errors(table, asked, kept)
    problems = [
        *_told(
            unit < 0,
            lines,
            names,
            f"unknown {asked.unit_column} {{!r}}; it is not in countries.csv: "
            "add it there or take the row away",
        ),
        *problems,
        *error_problems,
        *_told(
            odd,
            lines,
            cells,
            f"{asked.column} is {{!r}}; a finite number is needed, at most {GREATEST:g} "
            "in size, or leave the row out",
        ),
        *_twice(unit, year, lines, names),
    ]
    if problems:
        return None, problems
    order = np.lexsort((year, unit))
    return Observations(unit[order], year[order], value[order], error[order]), []


def _told(where: np.ndarray, lines: np.ndarray, cells: np.ndarray, text: str) -> list[str]:
    """Word one kind of fault for each row where it is found."""
    rows = zip(lines[where], cells[where], strict=True)
    return shortened((f"line {n}: {text.format(_clip(c))}" for n, c in rows), int(where.sum()))


def _clip(cell: str) -> str:
    """Cut a cell that is quoted in a message."""
    return cell if len(cell) <= 60 else f"{cell[:59]}…"


def _twice(unit: np.ndarray, year: np.ndarray, lines: np.ndarray, names: np.ndarray) -> list[str]:
    """Name rows that give the same unit and year a second time."""
    order = np.lexsort((year, unit))
    same = (np.diff(unit[order]) == 0) & (np.diff(year[order]) == 0) & (unit[order][1:] >= 0)
    told = (
        f"line {lines[j]}: {names[j]} {year[j]} stands twice (first in line {lines[i]}); "
        "keep one of the two"
        for i, j in zip(order[:-1][same], order[1:][same], strict=True)
    )
    return shortened(told, int(same.sum()))


def _years(table: Table, asked: Asked, kept: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Read the column of years; none may lie after the edition's year."""
    lines = table.lines[kept]
    if asked.year is not None:
        return np.full(len(lines), asked.year, dtype=np.int64), []
    cells = table.columns["year"][kept]
    value, odd = numbers(cells)
    odd |= (value != np.round(value)) | (np.abs(value) > 9999)
    year = np.where(odd, 0, value).astype(np.int64)
    problems = _told(odd, lines, cells, "year is {!r}; a whole number such as 2024 is needed")
    if asked.latest is not None:
        problems += _told(
            year > asked.latest,
            lines,
            cells,
            f"year {{}} lies after the edition's year {asked.latest}; "
            "correct the row or the edition",
        )
    return year, problems


def _errors(table: Table, asked: Asked, kept: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Read the column of standard errors, if the table has one; empty cells are unknown."""
    if asked.error_column not in table.columns:
        return np.full(int(kept.sum()), np.nan), []
    cells = table.columns[asked.error_column][kept]
    error, odd = numbers(np.where(cells == "", "nan", cells))
    bad = (odd & (cells != "")) | (error < 0)
    told = f"{asked.error_column} is {{!r}}; a standard error is a number of 0 or more, or empty"
    return error, _told(bad, table.lines[kept], cells, told)


def read_units(path: Path, *, within: Path | None = None) -> pd.DataFrame:
    """Read countries.csv: code first, then `name` and any attributes; all as text, code as index.

    Raises
    ------
    ContentError
        If a code or a name is missing, a code stands twice, also in other letters (files of both
        could not lie side by side everywhere), or is not letters, digits, - or _; or a cell has
        more than 200 letters.
    """
    table = read_table(path, within=within)
    if len(table.lines) > limits().units:
        told = f"{len(table.lines):,} rows; at most {limits().units:,}"
        raise ContentError(str(path), [told])
    head = list(table.columns)
    problems = [] if "name" in head[1:] else ["column 'name' is missing; each country needs a name"]
    codes = table.columns[head[0]]
    frame = pd.DataFrame({k: pd.Series(v, dtype=object) for k, v in table.columns.items()})
    bad = [
        f"line {n}: {head[0]} is {_clip(c)!r}; at most 32 letters, digits, - or _ are allowed"
        for n, c in zip(table.lines, codes, strict=True)
        if not (c.replace("_", "").replace("-", "").isalnum() and c.isascii() and len(c) <= 32)
    ]
    twice = frame[head[0]].str.lower().duplicated(keep="first").to_numpy()
    bad += [
        f"line {n}: {c} stands twice" for n, c in zip(table.lines[twice], codes[twice], strict=True)
    ]
    if "name" in head[1:]:
        empty = frame["name"].to_numpy() == ""
        bad += [
            f"line {n}: {c} has no name"
            for n, c in zip(table.lines[empty], codes[empty], strict=True)
        ]
    problems += shortened(bad) + _long(table)
    if problems:
        raise ContentError(str(path), problems)
    return frame.set_index(head[0])


def _long(table: Table) -> list[str]:
    """Refuse names and attributes that no chart or table could show."""
    found = [
        (n, name)
        for name, cells in table.columns.items()
        for n in table.lines[np.array([len(cell) > MOST_LETTERS for cell in cells])]
    ]
    told = (f"line {n}: {name} has more than {MOST_LETTERS} letters" for n, name in found)
    return shortened(told, len(found))
