"""Findings in words, each by a rule that the page prints: what leads, what trails, how close it is.

A finding is computed from the results; where none holds, the words only say what is plotted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from resilience_index.publish import _held, words
from resilience_index.publish._board import Board, stated
from resilience_index.publish._held import Held
from resilience_index.publish._marks import Spread
from resilience_index.publish._spans import Span
from resilience_index.publish.words import NBSP

MOST = 4
"""Strengths and weaknesses that are named, at most."""

RULE = (
    "Strengths are the indicators, at most {most}, on which {name} beats the largest share of the "
    "others with a figure, if that is more than half; weaknesses those on which it beats the "
    "smallest share, if that is less than half. An equal score counts as half beaten, so a rank "
    "that many share, even the first, can be no strength; estimates do not count. A pillar in "
    "which fewer than half of the indicators have a figure is a gap, named after the weaknesses "
    "and besides them."
)


@dataclass(frozen=True, slots=True)
class Point:
    """A strength, a weakness or a gap: what it is about, and what is to be said of it."""

    name: str
    text: str


def rule(name: str) -> str:
    """Print the rule by which strengths and weaknesses are found."""
    return RULE.format(most=words.count(MOST), name=name)


def standing(board: Board, code: str, column: str) -> float:
    """Share of the others that a country is ahead of, ties counting half; NaN if not ranked.

    Formula: 1 - (ahead + level / 2) / (n - 1), over the n countries that have a rank.
    """
    i, j = board.row[code], board.column[column]
    there = ~np.isnan(board.ranks[:, j])
    others = int(there.sum()) - 1
    if not there[i] or others < 1:
        return float("nan")
    ahead = int((board.points[there, j] > board.points[i, j]).sum())
    return 1 - (ahead + _level_with(board, code, column) / 2) / others


def _level_with(board: Board, code: str, column: str) -> int:
    """Count the others with the very same score and a rank."""
    i, j = board.row[code], board.column[column]
    there = ~np.isnan(board.ranks[:, j])
    return int((board.points[there, j] == board.points[i, j]).sum()) - 1


def extremes(board: Board, code: str, indicators: Sequence[str]) -> tuple[list[str], list[str]]:
    """Pick strengths (best first) and weaknesses (lowest first) by `RULE`."""
    placed = {c: standing(board, code, c) for c in indicators}
    known = {c: s for c, s in placed.items() if not np.isnan(s)}
    best = sorted((c for c in known if known[c] > 0.5), key=lambda c: -known[c])
    worst = sorted((c for c in known if known[c] < 0.5), key=lambda c: known[c])
    return best[:MOST], worst[:MOST]


def point(board: Board, code: str, indicator: str) -> Point:
    """Write a strength or a weakness: the rank, and in brackets the value and its year."""
    index = board.index
    definition = index.content.indicators[indicator]
    unit = words.plain(definition.unit_scored or definition.unit)
    value = words.number(float(index.denominated[indicator][code]))
    known = f"{value} ({unit})" if "," in unit else f"{value}{NBSP}{unit}"
    year = float(index.years[indicator][code])
    dated = "by rule" if np.isnan(year) else str(int(year))
    place = words.standing(board.rank(code, indicator), board.of[indicator])
    level = _level_with(board, code, indicator)
    place += f" (shared by {level + 1:,})" if level else ""
    return Point(words.plain(definition.label), f"{place}; {known}, {dated}")


def thin_legs(board: Board, code: str) -> list[Point]:
    """Name the legs of the index that rest on fewer than half of their indicators."""
    tree = board.index.framework.tree
    found = []
    for leg in tree.pillars:
        leaves = tree.leaves(leg)
        there = sum(stated(board.mark(code, c)) for c in leaves)
        if 2 * there < len(leaves):
            text = f"rests on {there} of {len(leaves)} indicators; read its score with care"
            found.append(Point(board.title(leg), text))
    return found


def lead(board: Board, code: str, known: Held | None) -> tuple[Span, ...]:
    """Say in two or three sentences where a country stands."""
    name, root = words.capital(board.called(code)), board.root
    rank, of = board.rank(code, root), board.of[root]
    if np.isnan(rank):
        return (Span(f"{name} has no rank: too little is known for a score of the whole index."),)
    many = board.nouns[1] if of != 1 else board.nouns[0]
    score = board.written(code, root)
    spans = [Span(f"{name} ranks {words.ordinal(rank)} of {of:,} {many}")]
    if known is None:
        level = _level(board, code)
        tail = f", level with {level}." if level else "."
        spans.append(Span(f", with a score of {score}{tail}"))
    else:
        joined, bounds = _held.between(rank, known.own)
        spans += [Span(joined), Span(bounds, mark=True)]
        spans.append(Span(" in nine of ten defensible versions of the index."))
        told = (_held.side(rank, known.own.higher, known.lower), _held.ties(board, known))
        spans += [Span(f" {text}") for text in told if text]
    text = _best_and_worst(board, code, known)
    return (*spans, Span(f" {text}")) if text else tuple(spans)


def _level(board: Board, code: str) -> str:
    """Name those with the very same rank."""
    rank = board.rank(code, board.root)
    same = [c for c in board.codes if c != code and board.rank(c, board.root) == rank]
    return words.listing([board.called(c) for c in same], most=3)


def _best_and_worst(board: Board, code: str, held: Held | None) -> str:
    """Say in which pillars a country stands best and lowest."""
    known = {
        p: board.rank(code, p)
        for p in board.index.framework.tree.pillars
        if not np.isnan(board.rank(code, p))
    }
    if len(known) < 2 or min(known.values()) == max(known.values()):
        return ""
    best, worst = min(known, key=lambda p: known[p]), max(known, key=lambda p: known[p])
    high = _held.standing_in(board, held, code, best)
    low = _held.standing_in(board, held, code, worst, word="")
    return (
        f"It stands best in {board.title(best)} ({high}) "
        f"and lowest in {board.title(worst)} ({low})."
    )


def rank_among(board: Board, code: str, others: Sequence[str]) -> tuple[float, int]:
    """Rank a country among some others that have a score, and say of how many."""
    own = board.score(code, board.root)
    scores = [board.score(c, board.root) for c in others]
    known = [s for s in scores if not np.isnan(s)]
    if np.isnan(own):
        return float("nan"), len(known)
    return 1.0 + sum(s > own for s in known), len(known) + 1


def above_median(board: Board, code: str, median: float) -> str:
    """Say how far a score lies from the median of all."""
    name, own = words.capital(board.called(code)), board.score(code, board.root)
    gap = board.scale.written(abs(own - median))
    if board.of[board.root] == 1:
        return f"{name} is the only {board.nouns[0]} ranked"
    if gap == board.scale.written(0.0):
        return f"{name} stands at the median of all {board.of[board.root]:,} {board.nouns[1]}"
    side = "above" if own > median else "below"
    return f"{name} scores {gap} points {side} the median {board.nouns[0]}"


def legs_against_peers(board: Board, code: str, peers: Mapping[str, Spread]) -> str:
    """Say in how many legs a country is ahead of the median of its peers."""
    known = [
        p
        for p in board.index.framework.tree.pillars
        if p in peers and not np.isnan(board.score(code, p))
    ]
    ahead = [p for p in known if board.score(code, p) > peers[p].median]
    if not known:
        return "The pillars of the index"
    if len(known) == 1:
        side = "above" if ahead else "not above"
        return f"{board.title(known[0])} is {side} the median of the peers"
    if len(ahead) == len(known):
        every = "Both" if len(known) == 2 else f"All {words.count(len(known))}"
        return f"{every} pillars are above the median of the peers"
    if not ahead:
        return f"None of the {words.count(len(known))} pillars is above the median of the peers"
    verb = "is" if len(ahead) == 1 else "are"
    named = words.capital(words.listing([board.title(p) for p in ahead]))
    if len(named) > 44:
        named = f"{words.capital(words.count(len(ahead)))} of {words.count(len(known))} pillars"
    return f"{named} {verb} above the median of the peers"


def closeness(board: Board, shown: Sequence[str]) -> str:
    """Say how close together the neighbours in the ranking lie."""
    ranks = [board.rank(c, board.root) for c in shown]
    scores = [board.score(c, board.root) for c in shown]
    if len(shown) < 2:
        return "No neighbours in the ranking"
    gap = board.scale.written(max(scores) - min(scores))
    first, last = words.rank_number(min(ranks)), words.rank_number(max(ranks))
    return f"Ranks {first} to {last} lie within {gap}{NBSP}points"
