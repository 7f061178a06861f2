"""The ends of each scale, live in cells, and the formulas that score figures on them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from resilience_index.content.reading import Choice
from resilience_index.export import formulas
from resilience_index.export._layout import FIRST, HEADS, Block, Grid
from resilience_index.export._stages import Stages
from resilience_index.export.formulas import Line


@dataclass(slots=True)
class Scales:
    """Scales of the columns of one sheet of oriented figures.

    `table` has the present figures of that sheet, in the order of the rows. Below the headings of
    the sheet of scales stand, in pairs of rows, start and end of the scale: first over all rows,
    then of each year of a panel.
    """

    stages: Stages
    grid: Grid
    table: pd.DataFrame
    sheet: str = "Scale"
    lines: dict[str, dict[int | None, Line]] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)

    def formula(self, code: str, choice: Choice, sign: float) -> Callable[[int], str] | None:
        """Return the score of a row as a formula for cells that have a figure, or None.

        `sign` is the orientation that the column already has.
        """
        self.spelled[code] = choice.spelled()
        over = choice.over or self.stages.index.framework.method.over
        x = self.grid.cell
        if choice.name == "none":
            return lambda row: ("-" if sign < 0 else "") + x(code, row)
        if formulas.in_classes("x", sign, choice) is not None:
            return lambda row: str(formulas.in_classes(x(code, row), sign, choice))
        if formulas.in_order("x", "x", choice) is not None:
            return lambda row: str(
                formulas.in_order(
                    x(code, row), self.grid.span(code, self._block(row, over)), choice
                )
            )
        return self._linear(code, choice, sign, over)

    def _linear(
        self, code: str, choice: Choice, sign: float, over: str | int
    ) -> Callable[[int], str] | None:
        """Place the ends of a straight scale, and return the formula that uses them."""
        found = {}
        for block in self.stages.book.rows.over(over):
            reference = self._reference(code, choice, block)
            line = formulas.line_of(choice, code, sign, self.grid.span(code, block), reference)
            if line is None:
                return None
            found[self._year(block)] = line
        self.lines[code] = found
        scale = Grid(self.sheet, self.grid.columns)
        points = scale.head(code, HEADS - 1), scale.head(code, HEADS)

        def formula(row: int) -> str:
            year = self._year(self._block(row, over))
            first = self._row(year)
            ends = scale.head(code, first), scale.head(code, first + 1)
            return formulas.on_line(self.grid.cell(code, row), ends, points, found[year])

        return formula

    def _block(self, row: int, over: str | int) -> Block:
        rows = self.stages.book.rows
        return rows.block(row) if over == "year" else rows.over(over)[0]

    def _year(self, block: Block) -> int | None:
        return block.year

    def _row(self, year: int | None) -> int:
        """Return the row of a start of scale, counted from 1; its end is in the next row."""
        if year is None:
            return FIRST
        years = [block.year for block in self.stages.book.rows.blocks]
        return FIRST + 2 + 2 * years.index(year)

    def _reference(self, code: str, choice: Choice, block: Block) -> str | None:
        """Return the cell of the country that a distance is measured to."""
        wanted = choice.settings.get("reference")
        codes = self.stages.book.rows.codes
        for row in range(block.first, block.last + 1):
            if codes[row - FIRST] == wanted:
                return self.grid.cell(code, row)
        return None

    def write(self, about: str) -> None:
        """Write the sheet of scales."""
        book = self.stages.book
        sheet = book.sheet(self.sheet, about, widths=[20, 8])
        sheet.freeze_panes(HEADS, book.rows.lead)
        for line, what in enumerate(("", "method", "low, points", "high, points"), start=1):
            book.write(sheet, line, 0, what, "head")
        for code, place in self.grid.columns.items():
            book.write(sheet, 1, place, code, "head")
            book.write(sheet, 2, place, self.spelled.get(code, ""), "note")
            for year, line_ in self.lines.get(code, {}).items():
                book.write(sheet, 3, place, line_.low, "input")
                book.write(sheet, 4, place, line_.high, "input")
                self._ends(sheet, place, code, year, line_)

    def _ends(self, sheet: object, place: int, code: str, year: int | None, line: Line) -> None:
        """Write start and end of one scale: a figure that can be changed, or a formula."""
        book, first = self.stages.book, self._row(year) - 1
        for offset, (what, text) in enumerate((("start", line.start), ("end", line.end))):
            book.write(sheet, first + offset, 0, f"{what} of the scale")
            book.write(sheet, first + offset, 1, None if year is None else float(year))
            try:
                book.write(sheet, first + offset, place, float(text), "input")
            except ValueError:
                now = self._now(code, year, text)
                book.calculate(sheet, first + offset, place, text, now)

    def _now(self, code: str, year: int | None, text: str) -> float:
        """Work out the present result of a start or an end."""
        rows = self.stages.book.rows
        here = np.ones(len(rows.codes), bool) if year is None else np.array(rows.years) == year
        column = self.table[code].to_numpy(float)
        found = column[here & ~np.isnan(column)]
        if text.startswith("MIN("):
            return float(found.min())
        if text.startswith("MAX("):
            return float(found.max())
        if not text.startswith("AVERAGE("):  # the cell of a reference country
            return float(
                column[int(text.rpartition("!")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - FIRST]
            )
        spread = found.std(ddof=0 if "STDEVP" in text else 1) if "STDEV" in text else 0.0
        return float(found.mean() + spread)
