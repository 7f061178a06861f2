"""The tables of an edition: ranking, scores, indicators, who is left out; as frames and as CSV.

Numbers keep all their digits (the shortest text that reads back to the same float); whole ranks
are written as whole numbers; a missing value is an empty cell.
"""

import io

import numpy as np
import pandas as pd

from resilience_index.export.safe_cells import harmless_table
from resilience_index.index import Index


def whole(column: pd.Series) -> pd.Series:
    """Turn floats that are all whole (or missing) into integers that can be missing."""
    values = column.to_numpy(float)
    there = values[~np.isnan(values)]
    if (there == np.round(there)).all():
        return column.astype("Int64")
    return column


def ranking(index: Index) -> pd.DataFrame:
    """One row a country, best first: groups, rank, score, pillars, coverage, missing share."""
    table = index.ranking()
    table["rank"] = whole(table["rank"])
    return _flat(index, table)


def scores(index: Index) -> pd.DataFrame:
    """One row a country and node: level (the index has 0), parent, score, rank, of how many.

    Where the framework asks for them: standard error with the ends of the interval; class.
    """
    tree = index.framework.tree
    parts = []
    for node in tree.downwards:
        part = pd.DataFrame(index=index.scores.index)
        part["node"] = node
        part["level"] = tree.depth[node]
        part["parent"] = tree.parent.get(node, "")
        part["score"] = index.scores[node]
        part["rank"] = whole(index.ranks[node])
        part["of"] = _of(index.scores[node])
        if len(index.spread.columns):
            for column in ("se", "lower", "upper"):
                part[column] = index.spread[node, column] if node in index.spread else np.nan
        if len(index.classes.columns):
            part["class"] = index.classes.get(node, "")
        parts.append(part)
    return _by_unit(index, parts)


def indicators(index: Index) -> pd.DataFrame:
    """One row a country and indicator: the figure on its way from raw to normalised."""
    marks = index.marks
    stages = {
        "year": index.years,
        "raw": index.observed,
        "denominated": index.denominated,
        "imputed": index.imputed,
        "treated": index.treated,
        "normalised": index.normalised,
    }
    parts = []
    for code in index.framework.indicators:
        part = pd.DataFrame(index=index.observed.index)
        part["indicator"] = code
        for stage, table in stages.items():
            part[stage] = whole(table[code]) if stage == "year" else table[code]
        part["mark"] = marks[code]
        parts.append(part)
    return _by_unit(index, parts)


def excluded(index: Index) -> pd.DataFrame:
    """One row a country that is left out: code, name, reason."""
    return index.excluded


def to_csv(table: pd.DataFrame) -> bytes:
    """Spell a table as UTF-8 CSV with Unix line ends; no text in it can pass for a formula."""
    text = io.StringIO()
    harmless_table(table).to_csv(text, index=False, lineterminator="\n")
    return text.getvalue().encode()


TABLES = {
    "ranking": ranking,
    "scores": scores,
    "indicators": indicators,
    "excluded": excluded,
}
"""The tables that an edition holds under data/, by file name."""


def _of(scores: pd.Series) -> pd.Series:
    """Count the countries that have a score, in a panel year by year."""
    there = scores.notna()
    if isinstance(scores.index, pd.MultiIndex):
        return there.groupby(level=1).transform("sum")
    return pd.Series(int(there.sum()), index=scores.index)


def _flat(index: Index, table: pd.DataFrame) -> pd.DataFrame:
    """Turn row labels into columns; the year of a panel is called panel_year."""
    names = [str(index.content.units.index.name), "panel_year"]
    table.index = table.index.set_names(names[: table.index.nlevels])
    return table.reset_index()


def _by_unit(index: Index, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Stack parts so that the rows of one country stand together, in the order of the parts."""
    stacked = pd.concat(parts)
    order = np.arange(len(stacked)).reshape(len(parts), -1).T.ravel()
    return _flat(index, stacked.iloc[order])
