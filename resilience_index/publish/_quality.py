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
from resilience_index.publish._views import Numbers

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
    numbers: Numbers


def quality(board: Board, code: str) -> Quality:
    """Count and name what is observed, older, known by rule, filled in or missing."""
    tree = board.index.framework.tree
    legs = [leg for leg in tree.children[tree.root] if leg in tree.children]
    titles = [*(words.plain(board.title(leg)) for leg in legs), say("All indicators")]
    counts = [_counts(board, code, tree.leaves(node)) for node in (*legs, tree.root)]
    rows = [_coverage(title, counted) for title, counted in zip(titles, counts, strict=True)]
    numbers = [
        (node, title, *counted)
        for node, title, counted in zip((*legs, tree.root), titles, counts, strict=True)
    ]
    return Quality(
        tuple(rows[:-1]),
        rows[-1],
        _points(board, code, tree.leaves(tree.root)),
        _notes.gaps(board.index.framework),
        Numbers("coverage", _COUNTED, tuple(numbers)),
    )


_COUNTED = (
    *("node", "title", "indicators", "with_data", "older", "by_rule", "estimated", "missing"),
    "missing_share",
)


def _counts(board: Board, code: str, indicators: Sequence[str]) -> tuple[int | float, ...]:
    """Count what is known of some indicators, and weigh what is not, as `_COUNTED` names them."""
    bits = [board.mark(code, c) for c in indicators]
    weights = board.index.nominal.reindex(list(indicators)).to_numpy(float)
    open_ = np.array([due(b) and not stated(b) for b in bits])
    return (
        sum(due(b) for b in bits),
        sum(stated(b) for b in bits),
        sum(bool(b & OLDER) for b in bits),
        sum(bool(b & STRUCTURAL) for b in bits),
        sum(estimated(b) for b in bits),
        sum(due(b) and not stated(b) and not estimated(b) for b in bits),
        float(weights[open_].sum() / weights.sum()),
    )


def _coverage(title: str, counts: Sequence[int | float]) -> Coverage:
    due_, there, older, structural, filled, missing = (str(n) for n in counts[:-1])
    weight = words.share(counts[-1])
    return Coverage(title, due_, there, older, structural, filled, missing, weight)


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
