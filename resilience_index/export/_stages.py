"""What the sheets of the workbook share: the book, the index in the order of its rows, notes."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from resilience_index.export._layout import Book, Cell
from resilience_index.index import Index
from resilience_index.robustness.uncertainty import Uncertainty

NOT_LIVE = "stands as values: {}"


@dataclass(slots=True)
class Stages:
    """What the sheets know: the book, the index, what is not live and where that is to be said."""

    book: Book
    index: Index
    known: Uncertainty | None = None
    notes: list[str] = field(default_factory=list)
    notes_at: int = 0

    def table(self, table: pd.DataFrame) -> pd.DataFrame:
        """Bring a table into the order of the rows."""
        return table.loc[self.book.rows.labels]

    def heads(self, code: str, unit: str, note: str = "") -> tuple[Cell, Cell, Cell, Cell]:
        """Return the headings of an indicator's column."""
        return (code, self.index.content.indicators[code].title, unit, note)

    def fixed(self, stage: str, code: str, why: str) -> str:
        """Note that a column is not live; return the note for its heading."""
        self.notes.append(f"{stage}, {code}: {why}")
        return NOT_LIVE.format(why)


def values(column: pd.Series) -> list[Cell]:
    """Turn a column into cells; what is missing is None."""
    return [None if np.isnan(x) else float(x) for x in column.to_numpy(float)]
