"""Where things stand in the workbook, and how a cell is written.

Every sheet with a row for each country has the same rows: five of headings (what the sheet is;
code, title, unit or weight, note of each column), then the countries, in a panel year by year, so
that a year is one block. Sheets of indicators share their columns too: the same cell address is the
same figure at another stage.
"""

import io
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from resilience_index.export.safe_cells import is_risky
from resilience_index.index import Index

HEADS = 5
FIRST = HEADS + 1
"""First row of figures, counted from 1 as spreadsheets do."""

Cell = float | str | None


@dataclass(frozen=True, slots=True)
class Live:
    """A formula above a column, with its present result."""

    formula: str
    now: float


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one year, or of all (year None); counted from 1, both ends included."""

    year: int | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Rows:
    """The countries of the workbook in their order, with names; in a panel the years are blocks."""

    labels: pd.Index
    codes: list[str]
    names: list[str]
    years: list[int] | None
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, index: Index) -> "Rows":
        """Sort the rows of an index by year and code."""
        labels = index.scores.index
        panel = isinstance(labels, pd.MultiIndex)
        codes = np.array([str(code) for code in labels.get_level_values(0)])
        years = labels.get_level_values(1).to_numpy(int) if panel else np.zeros(len(codes), int)
        order = np.lexsort((codes, years))
        codes, years = codes[order], years[order]
        names = index.content.units["name"].reindex(codes).astype(str)
        starts = np.flatnonzero(np.diff(years, prepend=years[0] - 1))
        ends = [*(starts[1:] - 1), len(years) - 1]
        blocks = tuple(
            Block(int(years[a]) if panel else None, FIRST + int(a), FIRST + int(b))
            for a, b in zip(starts, ends, strict=True)
        )
        listed = years.tolist() if panel else None
        return cls(labels[order], codes.tolist(), names.tolist(), listed, blocks)

    @property
    def lead(self) -> int:
        """Number of columns before the figures: code, name, in a panel year."""
        return 2 if self.years is None else 3

    @property
    def everything(self) -> Block:
        """All rows as one block."""
        return Block(None, self.blocks[0].first, self.blocks[-1].last)

    def block(self, row: int) -> Block:
        """Return the block that a row lies in."""
        return self.blocks[bisect_right(self.blocks, row, key=lambda block: block.first) - 1]

    def over(self, over: str | int) -> tuple[Block, ...]:
        """Return the blocks that a method looks at: each year, the base year, or all together."""
        if over == "year":
            return self.blocks
        return tuple(b for b in self.blocks if b.year == over) or (self.everything,)


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet with one column for each code; columns are counted from 0."""

    sheet: str
    columns: Mapping[str, int]

    def cell(self, code: str, row: int) -> str:
        """Return the address of a figure."""
        return f"{self.sheet}!{xl_col_to_name(self.columns[code])}{row}"

    def head(self, code: str, row: int) -> str:
        """Return the address of a cell above the figures, fixed in its row."""
        return f"{self.sheet}!{xl_col_to_name(self.columns[code])}${row}"

    def span(self, code: str, block: Block) -> str:
        """Return the address of a column of figures, fixed in its rows."""
        name = xl_col_to_name(self.columns[code])
        return f"{self.sheet}!{name}${block.first}:{name}${block.last}"

    def side(self, codes: Sequence[str], row: int, *, fixed: bool = False) -> str:
        """Return the address of neighbouring columns in one row."""
        first, last = (
            xl_col_to_name(self.columns[codes[0]]),
            xl_col_to_name(self.columns[codes[-1]]),
        )
        dollar = "$" if fixed else ""
        return f"{self.sheet}!{first}{dollar}{row}:{last}{dollar}{row}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its headings, and in each row a formula or, without one, a value.

    `heads` are code, title, unit and note. `formula` takes the code of the column and the row,
    counted from 1.
    """

    heads: tuple[Cell | Live, ...]
    values: Sequence[Cell]
    formula: Callable[[str, int], str] | None = None
    array: bool = False
    style: str = ""


_STYLES: dict[str, dict[str, Any]] = {
    "": {},
    "title": {"bold": True, "font_size": 12},
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8ECEF"},
    "note": {"italic": True, "font_color": "#5A6570", "text_wrap": True, "valign": "top"},
    "prose": {"text_wrap": True, "valign": "top"},
    "input": {"bg_color": "#FFF4C7"},
    "points": {"num_format": "0.00"},
    "percent": {"num_format": "0.00%"},
}


_PLAIN: Any = Worksheet()
_CALLED = re.compile(r"[\w.]+\(")


class _Sheet(Worksheet):
    """A sheet that looks once how a function is spelled, not in each of its many formulas."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Take the sign of equality away, and spell newer functions as the file wants them."""
        later = expand_future_functions
        if all(_spelled(name, later) == name for name in _CALLED.findall(formula)):
            return formula.removeprefix("{").removeprefix("=").removesuffix("}")
        return str(_PLAIN._prepare_formula(formula, later))


@cache
def _spelled(name: str, later: bool) -> str:
    return str(_PLAIN._prepare_formula(name, later))


class Book:
    """A workbook being written: every text stays text, every formula carries its present result."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._stream = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.file = xlsxwriter.Workbook(self._stream, options)
        self._styles: dict[str, Any] = {}

    def style(self, name: str) -> Any:
        """Return a cell style; names with a ' keep a risky text a text even when it is edited."""
        if name not in self._styles:
            made = self.file.add_format(_STYLES[name.removesuffix("'")])
            if name.endswith("'"):
                made.set_quote_prefix()
            self._styles[name] = made
        return self._styles[name]

    def sheet(self, name: str, about: str, *, widths: Sequence[float] = ()) -> Any:
        """Add a sheet; its first cell says what it is."""
        made = self.file.add_worksheet(name, _Sheet)
        self.write(made, 0, 0, about, "title")
        for column, width in enumerate(widths):
            made.set_column(column, column, width)
        return made

    def write(self, sheet: Any, row: int, column: int, value: Cell, style: str = "") -> None:
        """Write a number or a text, counted from 0; nothing where the value is missing."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            if style:
                sheet.write_blank(row, column, None, self.style(style))
        elif isinstance(value, str):
            risky = "'" if is_risky(value) else ""
            sheet.write_string(row, column, value, self.style(style + risky))
        else:
            sheet.write_number(row, column, float(value), self.style(style))

    def calculate(
        self,
        sheet: Any,
        row: int,
        column: int,
        formula: str,
        now: Cell,
        style: str = "",
        *,
        array: bool = False,
    ) -> None:
        """Write a formula with its present result, which shows before anything recalculates."""
        formula = re.sub(rf"\b{sheet.get_name()}!", "", formula)  # its own cells need no name
        missing = now is None or (isinstance(now, float) and math.isnan(now))
        shown: Cell = "" if missing else now
        if array:
            sheet.write_array_formula(
                row, column, row, column, f"{{={formula}}}", self.style(style), shown
            )
        else:
            sheet.write_formula(row, column, f"={formula}", self.style(style), shown)

    def grid(self, name: str, about: str, columns: Mapping[str, Column]) -> Grid:
        """Write a sheet with a row for each country; return where its columns stand."""
        lead = self.rows.lead
        sheet = self.sheet(name, about, widths=[8, 24, *([7] * (lead - 2))])
        sheet.set_column(lead, lead + max(len(columns) - 1, 0), 14)
        sheet.freeze_panes(HEADS, lead)
        for line, height in ((2, 46), (3, 31), (4, 31)):  # headings of up to three lines
            sheet.set_row(line, height)
        self.lead(sheet)
        for place, (code, column) in enumerate(columns.items(), start=lead):
            for line, head in enumerate(column.heads, start=1):
                if isinstance(head, Live):
                    self.calculate(sheet, line, place, head.formula, head.now, "head")
                else:
                    self.write(sheet, line, place, head, "note" if line == 4 else "head")
            self._fill(sheet, place, code, column)
        return Grid(name, {code: place for place, code in enumerate(columns, start=lead)})

    def lead(self, sheet: Any) -> None:
        """Write code, name and year of each row."""
        rows = self.rows
        for place, head in enumerate(("code", "name", "year")[: rows.lead]):
            self.write(sheet, 1, place, head, "head")
        for place, (code, name) in enumerate(zip(rows.codes, rows.names, strict=True)):
            self.write(sheet, HEADS + place, 0, code)
            self.write(sheet, HEADS + place, 1, name)
            if rows.years is not None:
                self.write(sheet, HEADS + place, 2, rows.years[place])

    def _fill(self, sheet: Any, place: int, code: str, column: Column) -> None:
        for offset, value in enumerate(column.values):
            if column.formula is None:
                self.write(sheet, HEADS + offset, place, value, column.style)
            else:
                self.calculate(
                    sheet, HEADS + offset, place, column.formula(code, FIRST + offset), value,
                    column.style, array=column.array,
                )  # fmt: skip

    def bytes(self) -> bytes:
        """Finish the workbook and return it."""
        self.file.close()
        return self._stream.getvalue()
