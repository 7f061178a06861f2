"""The tables of an edition: ranking, scores, indicators, who is left out; as frames and as CSV.

Numbers keep all their digits (the shortest text that reads back to the same float); whole ranks
are written as whole numbers; a missing value is an empty cell.
"""

import io

import numpy as np
import pandas as pd

from resilience_index.export.safe_cells import harmless_table
from resilience_index.index import Index
from resilience_index.robustness.uncertainty import Uncertainty


def whole(column: pd.Series) -> pd.Series:
    """Turn floats that are all whole (or missing) into integers that can be missing."""
    values = column.to_numpy(float)
    there = values[~np.isnan(values)]
    if (there == np.round(there)).all():
        return column.astype("Int64")
    return column


def ranking(index: Index, known: Uncertainty | None = None) -> pd.DataFrame:
    """One row a country, best first: groups, rank, score, pillars, coverage, missing share.

    Where the uncertainty is known: the ends of the 90 % interval of the rank, and the tier.
    """
    table = index.ranking()
    table["rank"] = whole(table["rank"])
    if known is not None:
        for column in ("rank_05", "rank_95", "tier"):
            table[column] = whole(known.table[column].reindex(table.index))
    return flat(index, table)


def uncertainty(index: Index, known: Uncertainty) -> pd.DataFrame:
    """One row a country and node: median and 90 % interval of rank and score, and which way.

    `higher` and `lower` are the shares of draws that place the country better and worse than
    published; `unscored` the share in which it has no score.
    """
    nodes = [known.nodes.loc[node].assign(node=node) for node in index.framework.tree.downwards]
    table = pd.concat(nodes)
    table.insert(0, "node", table.pop("node"))
    for column in [c for c in table if str(c).startswith(("rank", "tier"))]:
        table[column] = whole(table[column])
    order = np.arange(len(table)).reshape(len(nodes), -1).T.ravel()
    return flat(index, table.iloc[order])


def rank_shares(index: Index, known: Uncertainty) -> pd.DataFrame:
    """One row a country and rank that it ever has: the share of draws with that rank."""
    shares = pd.Series(known.rank_shares.stack())  # noqa: PD013 - melt would lose the rows' labels
    there = shares[shares > 0].rename("share").reset_index(level=-1)
    return flat(index, there)


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

OF_UNCERTAINTY = {"uncertainty": uncertainty, "rank_shares": rank_shares}
"""The tables that it holds as well, where the uncertainty is known."""


def _of(scores: pd.Series) -> pd.Series:
    """Count the countries that have a score, in a panel year by year."""
    there = scores.notna()
    if isinstance(scores.index, pd.MultiIndex):
        return there.groupby(level=1).transform("sum")
    return pd.Series(int(there.sum()), index=scores.index)


def flat(index: Index, table: pd.DataFrame) -> pd.DataFrame:
    """Turn row labels into columns; the year of a panel is called panel_year."""
    names = [str(index.content.units.index.name), "panel_year"]
    table.index = table.index.set_names(names[: table.index.nlevels])
    return table.reset_index()


def _by_unit(index: Index, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Stack parts so that the rows of one country stand together, in the order of the parts."""
    stacked = pd.concat(parts)
    order = np.arange(len(stacked)).reshape(len(parts), -1).T.ravel()
    return flat(index, stacked.iloc[order])
