"""Numbers behind the charts of an audit, unrounded, to be taken along."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.publish._audit_words import Names
from resilience_index.publish._views import Numbers
from resilience_index.robustness.coherence import Components


def frame(name: str, table: pd.DataFrame, names: Names) -> Numbers:
    """Return a table whose rows are codes: code, title and its columns.

    Parameters
    ----------
    name
        Of the files.
    table
        Rows are codes of the index, columns what is plotted.
    names
        Titles of codes.
    """
    cells = table.astype(object).to_numpy().tolist()
    rows = [
        (str(code), names[str(code)], *[_cell(cell) for cell in row])
        for code, row in zip(table.index, cells, strict=True)
    ]
    return Numbers(name, ("code", "title", *[str(c) for c in table.columns]), tuple(rows))


def _cell(value: Any) -> str | float | None:
    """Return a cell as text, as a number, or as nothing where it is missing."""
    if value is None or isinstance(value, str):
        return value
    return None if np.isnan(value) else float(value) if isinstance(value, float) else int(value)


def treatment(
    shape: pd.DataFrame, bins: Sequence[Sequence[tuple[int, ...]]], names: Names
) -> Numbers:
    """Return shapes before and after treatment, and the counts of each step of the histograms.

    Parameters
    ----------
    shape
        Skewness and the like, by indicator.
    bins
        Counts before and after, for each row of `shape`; a single count where no steps are told.
    names
        Titles of codes.
    """
    table = shape.copy()
    for k, when in enumerate(("before", "after")):
        most = max((len(pair[k]) for pair in bins), default=0)
        for step in range(most):
            counts = [float(p[k][step]) if step < len(p[k]) else np.nan for p in bins]
            table[f"{when}_{step + 1}"] = counts
    return frame("treatment", table, names)


def coverage(
    kinds: NDArray[np.int64], said: Sequence[str], codes: Sequence[str], units: Sequence[str],
    names: Names,
) -> Numbers:  # fmt: skip
    """Return what each cell of the table is, in words: indicators by countries.

    Parameters
    ----------
    kinds
        Indicators by countries: a number into `said`.
    said
        What each number means.
    codes, units
        Of the rows and of the columns.
    names
        Titles of codes.
    """
    cells = np.array(said, dtype=object)[kinds]
    return frame("coverage", pd.DataFrame(cells, index=list(codes), columns=list(units)), names)


def components(node: str, found: Components, names: Names) -> Numbers:
    """Return the loadings of every member on every component, below the eigenvalues.

    Parameters
    ----------
    node
        Whose members they are.
    found
        Eigenvalues and loadings.
    names
        Titles of codes.
    """
    columns = ("code", "title", *[f"component_{k + 1}" for k in range(len(found.eigenvalues))])
    values = [float(v) for v in found.eigenvalues]
    first: tuple[str | float | None, ...] = ("eigenvalue", "", *values)
    rows = frame("", found.loadings, names).rows
    return Numbers(f"components-{node}", columns, (first, *rows))
