"""How steps name countries and indicators in their messages: the first few, then how many more."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def label_of(row: object) -> str:
    """Write a row's label as a reader would say it.

    >>> label_of("FRA"), label_of(("FRA", 2020))
    ('FRA', 'FRA 2020')
    """
    return " ".join(str(part) for part in row) if isinstance(row, tuple) else str(row)


def listed(names: Iterable[object], limit: int = 5) -> str:
    """Join names, the first `limit` of them in full.

    >>> listed(["EST", "NOR"])
    'EST, NOR'
    >>> listed("ABCDEFG", limit=2)
    'A, B and 5 more'
    """
    labels = [label_of(name) for name in names]
    rest = len(labels) - limit
    return ", ".join(labels[:limit]) + (f" and {rest} more" if rest > 0 else "")


def listed_cells(table: pd.DataFrame, wrong: NDArray[np.bool_], limit: int = 5) -> str:
    """Say which cells of a table are meant, and what stands there.

    >>> table = pd.DataFrame({"power": [1.0, -2.0]}, index=["EST", "NOR"])
    >>> listed_cells(table, table.to_numpy() < 0)
    'NOR in power (-2)'
    """
    rows, columns = np.nonzero(wrong)
    values = table.to_numpy()
    shown = [
        f"{label_of(table.index[r])} in {table.columns[c]} ({values[r, c]:g})"
        for r, c in zip(rows[:limit], columns[:limit], strict=True)
    ]
    rest = len(rows) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
