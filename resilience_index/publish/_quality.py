"""How much of a country's score rests on figures, how old they are, and what is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from resilience_index.content.speech import noted, say
from resilience_index.observing import OLDER, STRUCTURAL, TREATED
from resilience_index.publish import _notes, words
from resilience_index.publish._board import Board, cells, due, estimated, stated
from resilience_index.publish._findings import Point
from resilience_index.publish._retold import retold

_FACTS = (
    noted("denominator missing ({code}), so the value is missing"),
    noted("denominator zero ({code}), so the value is missing"),
    noted("does not apply there, so it is left out"),
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """One leg of the index, or the whole: how many indicators, and what is known of them."""

    title: str
    due: str
    stated: str
    older: str
    structural: str
    estimated: str
    missing: str
    weight: str


@dataclass(frozen=True, slots=True)
class Quality:
    """All that is to be said of the figures behind one country's score."""

    legs: tuple[Coverage, ...]
    whole: Coverage
    points: tuple[Point, ...]
    gaps: str


def quality(board: Board, code: str) -> Quality:
    """Count and name what is observed, older, known by rule, filled in or missing."""
    tree = board.index.framework.tree
    legs = [
        _coverage(board, code, words.plain(board.title(leg)), tree.leaves(leg))
        for leg in tree.children[tree.root]
        if leg in tree.children
    ]
    everything = tree.leaves(tree.root)
    whole = _coverage(board, code, say("All indicators"), everything)
    return Quality(
        tuple(legs), whole, _points(board, code, everything), _notes.gaps(board.index.framework)
    )


def _coverage(board: Board, code: str, title: str, indicators: Sequence[str]) -> Coverage:
    bits = [board.mark(code, c) for c in indicators]
    weights = board.index.nominal.reindex(list(indicators)).to_numpy(float)
    open_ = np.array([due(b) and not stated(b) for b in bits])
    return Coverage(
        title=title,
        due=str(sum(due(b) for b in bits)),
        stated=str(sum(stated(b) for b in bits)),
        older=str(sum(bool(b & OLDER) for b in bits)),
        structural=str(sum(bool(b & STRUCTURAL) for b in bits)),
        estimated=str(sum(estimated(b) for b in bits)),
        missing=str(sum(due(b) and not stated(b) and not estimated(b) for b in bits)),
        weight=words.share(float(weights[open_].sum() / weights.sum())),
    )


def _points(board: Board, code: str, indicators: Sequence[str]) -> tuple[Point, ...]:
    """Name the indicators of each kind, kinds that do not occur left out."""
    years = cells(board.index.years, code)

    def label(indicator: str) -> str:
        return words.plain(board.title(indicator))

    def dated(indicator: str) -> str:
        year = years[indicator]
        return label(indicator) if np.isnan(year) else f"{label(indicator)} ({int(year)})"

    kinds: list[tuple[str, Callable[[int], bool], Callable[[str], str]]] = [
        (say("No data"), lambda b: due(b) and not stated(b) and not estimated(b), label),
        (say("Older figures ({mark})", mark=words.OLD), lambda b: bool(b & OLDER), dated),
        (say("Known by rule ({mark})", mark=words.ZERO), lambda b: bool(b & STRUCTURAL), label),
        (say("Extremes pulled in ({mark})", mark=words.PULLED), lambda b: bool(b & TREATED), label),
        (say("Estimated"), estimated, label),
        (say("Does not apply"), lambda b: not due(b), label),
    ]
    out = []
    for name, holds, written in kinds:
        found = [written(c) for c in indicators if holds(board.mark(code, c))]
        if found:
            out.append(Point(name, words.stop(words.listing(found))))
    return (*out, *_told(board, code))


def _told(board: Board, code: str) -> list[Point]:
    """Repeat what the build noted of this country: denominators that were missing, and such."""
    facts = board.index.facts
    mine = [
        Point(say("Noted"), _noted(where.removeprefix(code).strip(), str(what)))
        for where, what in zip(facts["where"], facts["what"], strict=True)
        if str(where).split(" ")[0] == code
    ]
    return mine[:6]


def _noted(where: str, what: str) -> str:
    """Say what the build noted of one indicator."""
    return words.stop(words.plain(f"{where}: {retold(what, _FACTS) or what}"))
