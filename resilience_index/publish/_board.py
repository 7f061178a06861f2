"""The results of an index as its pages need them: in order of rank, with ranks of every indicator.

Nodes and indicators stand side by side in one table, since a page shows both in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content.speech import noted, say
from resilience_index.errors import UsageError, nearest
from resilience_index.index import Index
from resilience_index.observing import IMPUTED, NOT_APPLICABLE, OBSERVED, STRUCTURAL
from resilience_index.publish import words
from resilience_index.publish._marks import Scale, Spread, scale_of
from resilience_index.scoring import ranked

Floats = NDArray[np.float64]

FEWEST_PEERS = 5
"""A group with fewer other members than this is too small to be the default peer group."""

_PEER_COLUMNS = ("income_group", "region")  # tried in this order, then any other grouping
_COUNTRY_CODES = ("iso3", "iso2", "country")
_ATTRIBUTES = {"income_group": noted("income group"), "region": noted("region")}


@dataclass(frozen=True)
class Board:
    """All results, rows in the order of the ranking; columns are nodes, then indicators."""

    index: Index
    codes: tuple[str, ...]
    names: dict[str, str]
    row: dict[str, int]  # where a country stands in the arrays
    column: dict[str, int]  # where a node or an indicator stands in them
    points: Floats  # scores of nodes, normalised values of indicators
    ranks: Floats  # 1 is best; an estimate has none
    of: dict[str, int]  # how many have a rank, for each column
    flags: dict[str, dict[str, int]]  # marks of each indicator, as bits, by country
    scale: Scale  # of the nodes' scores
    fine_scale: Scale  # of the indicators' scores
    groups: tuple[str, ...]  # attributes that put the rows into groups

    @property
    def root(self) -> str:
        """Code of the index."""
        return self.index.root

    @property
    def nouns(self) -> tuple[str, str]:
        """What the rows are called, one and many: countries where they have country codes."""
        return nouns(self.index)

    def title(self, code: str) -> str:
        """Return the title of a node, or the short title of an indicator."""
        if code in self.index.framework.nodes:
            return self.index.framework.nodes[code].title
        return self.index.content.indicators[code].label

    def called(self, code: str) -> str:
        """Name a country inside a sentence, with its article if it has one."""
        return words.called(self.names[code])

    def scale_for(self, code: str) -> Scale:
        """Return the scale on which a node's or an indicator's scores are drawn."""
        return self.scale if code in self.index.framework.nodes else self.fine_scale

    def score(self, code: str, column: str) -> float:
        """Return one score."""
        return float(self.points[self.row[code], self.column[column]])

    def rank(self, code: str, column: str) -> float:
        """Return one rank."""
        return float(self.ranks[self.row[code], self.column[column]])

    def mark(self, code: str, indicator: str) -> int:
        """Return the marks of one cell, as bits."""
        return self.flags[indicator][code]

    def written(self, code: str, column: str) -> str:
        """Write one score."""
        return self.scale_for(column).written(self.score(code, column))


@dataclass(frozen=True, slots=True)
class Interval:
    """How far a rank holds: ranks that take in 90 % of the versions of an index, and the group.

    A page without one says nothing about intervals.
    """

    low: int
    high: int
    tier: int
    higher: float  # share of versions in which the country stands higher than published


@dataclass(frozen=True, slots=True)
class Peers:
    """Whom a country is compared with: their codes, a short label, and a sentence that says who."""

    codes: tuple[str, ...]
    label: str
    sentence: str


def nouns(index: Index) -> tuple[str, str]:
    """Say what the rows of an index are called: countries by their codes, else places."""
    countries = str(index.content.units.index.name).lower() in _COUNTRY_CODES
    if countries:
        return say("country"), say("countries")
    return say("place"), say("places")


def board(index: Index) -> Board:
    """Lay out the results of an index for its pages.

    Raises
    ------
    UsageError
        If the index is a panel: a page is of one year.
    """
    if index.framework.panel is not None:
        raise UsageError(
            f"{index.framework.name}: pages and reports are of one year, but this framework builds "
            "several; leave out [panel], or use the tables under data/"
        )
    order = _order(index)
    normalised = index.normalised.loc[order]
    stated = (index.flags.loc[order] & (OBSERVED | STRUCTURAL)) > 0
    own = ranked(index.framework, normalised.where(stated))
    points = pd.concat([index.scores.loc[order], normalised], axis=1)
    ranks = pd.concat([index.ranks.loc[order], own], axis=1)
    units = index.content.units["name"]
    return Board(
        index=index,
        codes=tuple(str(c) for c in order),
        names={str(c): words.plain(str(units[c])) or str(c) for c in order},
        row={str(c): i for i, c in enumerate(order)},
        column={str(c): i for i, c in enumerate(points)},
        points=points.to_numpy(float),
        ranks=ranks.to_numpy(float),
        of={str(c): int(n) for c, n in ranks.notna().sum().items()},
        flags=_flags(index),
        scale=scale_of(index.scores.to_numpy(float).ravel()),
        fine_scale=scale_of(normalised.to_numpy(float).ravel()),
        groups=tuple(groupings(index.content.units)),
    )


def _flags(index: Index) -> dict[str, dict[str, int]]:
    """Return the marks of every cell: by indicator, then by country."""
    codes = [str(c) for c in index.flags.index]
    return {
        str(c): dict(zip(codes, index.flags[c].astype(int).tolist(), strict=True))
        for c in index.flags
    }


def _order(index: Index) -> pd.Index:
    """Order rows by rank, then by code; what has no rank comes last."""
    return index.ranks[index.root].sort_index(kind="stable").sort_values(kind="stable").index


def spread(board: Board, codes: Sequence[str]) -> dict[str, Spread]:
    """Say for every column how the scores of some countries lie; nothing where none has one."""
    values = board.points[[board.row[c] for c in codes]]
    out = {}
    for column, i in board.column.items():
        there = values[:, i][~np.isnan(values[:, i])]
        if len(there):
            low, q1, median, q3, high = np.quantile(there, (0, 0.25, 0.5, 0.75, 1)).tolist()
            out[column] = Spread(low, q1, median, q3, high, len(there))
    return out


def groupings(units: pd.DataFrame) -> list[str]:
    """List the attributes that put units into groups: few different texts, not numbers.

    Examples
    --------
    >>> units = pd.DataFrame({"name": ["A", "B", "C", "D"], "half": ["x", "x", "y", "y"],
    ...                       "size": ["1", "2", "2", "1"], "oecd": ["0", "1", "1", "0"]})
    >>> groupings(units), memberships(units)
    (['half'], ['oecd'])
    """
    found = []
    for column in units.columns.drop("name"):
        values = units[column][units[column] != ""]
        numeric = pd.to_numeric(values, errors="coerce").notna().any()
        if len(values) and not numeric and values.nunique() <= len(values) / 2:
            found.append(str(column))
    return found


def memberships(units: pd.DataFrame) -> list[str]:
    """List the attributes that say yes or no by 1 or 0."""
    return [str(c) for c in units if set(units[c]) == {"0", "1"}]


def spoken(column: str) -> str:
    """Say the name of an attribute in words: income_group becomes "income group"."""
    return say(_ATTRIBUTES.get(column, column.replace("_", " ")))


def members_with(board: Board, count: int, column: str, value: str) -> str:
    """Say who a country's peers are: so many others that share an attribute with it."""
    return say(
        "the {n} other ranked {places} with {attribute} “{value}”",
        n=words.fixed(count, 0),
        places=board.nouns[1],
        attribute=spoken(column),
        value=value,
    )


def peers_by_default(board: Board, code: str) -> Peers:
    """Compare with the same income group, else the same region, else another group, else all.

    Only what is ranked counts, and a group needs at least `FEWEST_PEERS` others.
    """
    units = board.index.content.units
    listed = [c for c in _PEER_COLUMNS if c in board.groups]
    others = [c for c in board.codes if c != code]
    many = board.nouns[1]
    for column in [*listed, *(c for c in board.groups if c not in listed)]:
        group = units[column].to_dict()
        value = str(group[code])
        same = [c for c in others if group[c] == value]
        if value and len(same) >= FEWEST_PEERS:
            name = words.plain(value)
            return Peers(tuple(same), name, members_with(board, len(same), column, name))
    sentence = say("no other ranked {places}", places=many)
    if others:
        n = words.fixed(len(others), 0)
        sentence = say("the {n} other ranked {places}", n=n, places=many)
    return Peers(tuple(others), say("all {places}", places=many), sentence)


def peers_chosen(board: Board, code: str, chosen: Sequence[str]) -> Peers:
    """Compare with the countries somebody names.

    Raises
    ------
    UsageError
        If a code is unknown or not ranked, or nobody is left to compare with.
    """
    asked = [c for c in dict.fromkeys(chosen) if c != code]
    problems = [f"peers: {problem(board, c)}" for c in asked if c not in board.names]
    if problems or not asked:
        raise UsageError("; ".join(problems) or f"peers: none besides {code} itself; name others")
    listed = words.listing([board.names[c] for c in asked], most=8)
    return Peers(
        tuple(asked),
        say("{count} chosen", count=words.capital(words.count(len(asked)))),
        say("{names}, chosen by hand", names=listed),
    )


def problem(board: Board, code: str) -> str:
    """Say why there is no page for a code: left out with a reason, or unknown."""
    excluded = board.index.excluded
    reasons = dict(zip(excluded.iloc[:, 0].astype(str), excluded["reason"], strict=True))
    if code in reasons:
        return f"{code} is not ranked: {reasons[code]}"
    return f"no ranked {board.nouns[0]} '{code}' {nearest(code, board.codes)}"


def cells(table: pd.DataFrame, code: str) -> dict[str, float]:
    """Return one row of a table of figures, by column."""
    row = table.loc[[code]].to_numpy(float)[0].tolist()
    return dict(zip((str(c) for c in table), row, strict=True))


def stated(bits: int) -> bool:
    """Say whether a cell holds a figure of its own: observed, or known by rule."""
    return bool(bits & (OBSERVED | STRUCTURAL))


def estimated(bits: int) -> bool:
    """Say whether a cell was filled in."""
    return bool(bits & IMPUTED)


def due(bits: int) -> bool:
    """Say whether an indicator applies at all."""
    return not bits & NOT_APPLICABLE
