"""Findings in words, each by a rule that the page prints: what leads, what trails, how close it is.

A finding is computed from the results; where none holds, the words only say what is plotted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from resilience_index.content.speech import noted, say, say_many
from resilience_index.publish import _held, words
from resilience_index.publish._board import Board, stated
from resilience_index.publish._held import Held
from resilience_index.publish._marks import Spread
from resilience_index.publish._spans import Span
from resilience_index.publish.words import NBSP

MOST = 4
"""Strengths and weaknesses that are named, at most."""

RULE = noted(
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
    return say(RULE, most=words.count(MOST), name=name)


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
    dated = say("by rule") if np.isnan(year) else str(int(year))
    place = words.standing(board.rank(code, indicator), board.of[indicator])
    level = _level_with(board, code, indicator)
    if level:
        n = words.fixed(level + 1, 0)
        place = say("{rank} (shared by {n})", rank=place, n=n)
    text = say("{rank}; {value}, {year}", rank=place, value=known, year=dated)
    return Point(words.plain(definition.label), text)


def thin_legs(board: Board, code: str) -> list[Point]:
    """Name the legs of the index that rest on fewer than half of their indicators."""
    tree = board.index.framework.tree
    found = []
    for leg in tree.pillars:
        leaves = tree.leaves(leg)
        there = sum(stated(board.mark(code, c)) for c in leaves)
        if not np.isfinite(board.score(code, leg)):
            found.append(Point(board.title(leg), _unscored(there, len(leaves))))
        elif 2 * there < len(leaves):
            text = say_many(
                len(leaves),
                "rests on {n} of {of} indicators; read its score with care",
                "rests on {n} of {of} indicators; read its score with care",
                n=there,
                of=len(leaves),
            )
            found.append(Point(board.title(leg), text))
    return found


def _unscored(there: int, of: int) -> str:
    """Say of a leg without a score how many figures it has."""
    if not there:
        return say_many(
            of,
            "has no score: its indicator has no figure",
            "has no score: none of its {n} indicators has a figure",
        )
    return say_many(
        of,
        "has no score: {n} of {of} indicators have a figure",
        "has no score: {n} of {of} indicators have a figure",
        n=there,
        of=of,
    )


def lead(board: Board, code: str, known: Held | None) -> tuple[Span, ...]:
    """Say in two or three sentences where a country stands."""
    name, root = words.capital(board.called(code)), board.root
    rank, of = board.rank(code, root), board.of[root]
    if np.isnan(rank):
        text = say(
            "{name} has no rank: too little is known for a score of the whole index.", name=name
        )
        return (Span(text),)
    many = board.nouns[1] if of != 1 else board.nouns[0]
    who = {"name": name, "of": words.fixed(of, 0), "places": many}
    if known is None:
        spans: tuple[Span, ...] = (Span(_scored(board, code, who)),)
    else:
        spans = _held.between(rank, known.own, **who)
        told = (_held.side(rank, known.own.higher, known.lower), _held.ties(board, known))
        spans += tuple(Span(f" {text}") for text in told if text)
    text = _best_and_worst(board, code, known)
    return (*spans, Span(f" {text}")) if text else spans


def _scored(board: Board, code: str, who: Mapping[str, str]) -> str:
    """Say rank and score, where no interval is known, and with whom a country shares its rank."""
    told = {
        **who,
        "rank": words.ordinal(board.rank(code, board.root)),
        "score": board.written(code, board.root),
    }
    others = _level(board, code)
    if not others:
        return say("{name} ranks {rank} of {of} {places}, with a score of {score}.", **told)
    return say(
        "{name} ranks {rank} of {of} {places}, with a score of {score}, level with {others}.",
        others=others,
        **told,
    )


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
    low = _held.standing_in(board, held, code, worst, bare=True)
    return say(
        "It stands best in {best} ({high}) and lowest in {worst} ({low}).",
        best=board.title(best),
        worst=board.title(worst),
        high=high,
        low=low,
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
        return say("{name} is the only {place} ranked", name=name, place=board.nouns[0])
    if gap == board.scale.written(0.0):
        return say(
            "{name} stands at the median of all {of} {places}",
            name=name,
            of=words.fixed(board.of[board.root], 0),
            places=board.nouns[1],
        )
    told = {"name": name, "gap": gap, "place": board.nouns[0]}
    if own > median:
        return say("{name} scores {gap} points above the median {place}", **told)
    return say("{name} scores {gap} points below the median {place}", **told)


def legs_against_peers(board: Board, code: str, peers: Mapping[str, Spread]) -> str:
    """Say in how many legs a country is ahead of the median of its peers."""
    known = [
        p
        for p in board.index.framework.tree.pillars
        if p in peers and not np.isnan(board.score(code, p))
    ]
    ahead = [p for p in known if board.score(code, p) > peers[p].median]
    if not known:
        return say("The pillars of the index")
    if len(known) == 1 and not ahead:
        pillar = board.title(known[0])
        return say("{pillar} is not above the median of the peers", pillar=pillar)
    if len(known) > 1 and len(ahead) == len(known):
        return _all_ahead(len(known))
    if not ahead:
        return words.counted(
            len(known),
            "None of the {n} pillars is above the median of the peers",
            "None of the {n} pillars is above the median of the peers",
        )
    return _ahead([board.title(p) for p in ahead], len(known))


def _all_ahead(count: int) -> str:
    if count == 2:
        return say("Both pillars are above the median of the peers")
    return words.counted(
        count,
        "All {n} pillars are above the median of the peers",
        "All {n} pillars are above the median of the peers",
    )


def _ahead(titles: Sequence[str], of: int) -> str:
    """Name the pillars that are ahead, if there is room; else count them."""
    named = words.listing(titles) if of == 1 else words.capital(words.listing(titles))
    if len(named) > 44 and of > 1:
        return say_many(
            len(titles),
            "{n} of {of} pillars is above the median of the peers",
            "{n} of {of} pillars are above the median of the peers",
            n=words.capital(words.count(len(titles))),
            of=words.count(of),
        )
    return say_many(
        len(titles),
        "{pillars} is above the median of the peers",
        "{pillars} are above the median of the peers",
        pillars=named,
    )


def closeness(board: Board, shown: Sequence[str]) -> str:
    """Say how close together the neighbours in the ranking lie."""
    ranks = [board.rank(c, board.root) for c in shown]
    scores = [board.score(c, board.root) for c in shown]
    if len(shown) < 2:
        return say("No neighbours in the ranking")
    return say(
        "Ranks {first} to {last} lie within {gap}\u00a0points",
        first=words.rank_number(min(ranks)),
        last=words.rank_number(max(ranks)),
        gap=board.scale.written(max(scores) - min(scores)),
    )
