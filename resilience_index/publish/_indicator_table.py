"""The table behind a score: every indicator with value, unit, year, score, rank and source."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from resilience_index.content import Indicator
from resilience_index.content.speech import noted, say
from resilience_index.observing import OLDER, STRUCTURAL, TREATED
from resilience_index.publish import _notes, words
from resilience_index.publish._board import Board, cells, due, estimated, stated
from resilience_index.publish._charts import Bar, mini
from resilience_index.publish._held import Held
from resilience_index.publish._marks import Chart, Spread
from resilience_index.publish._notes import Cited
from resilience_index.publish._views import hue

_MARKS = {
    words.ZERO: noted("the list is complete by its own rule, so absence has a stated meaning."),
    words.PULLED: noted("an extreme value, pulled in before scoring."),
}
_DEEPEST = 4  # rows below this depth are not set in any further


@dataclass(frozen=True, slots=True)
class SourceMark:
    """A source named in a row: producer, number in the list, anchor there."""

    name: str
    number: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a node of the tree with its score, or an indicator with all that is known of it."""

    title: str
    depth: int
    group: bool
    code: str = ""
    value: str = ""
    value_mark: str = ""
    unit: str = ""
    score: str = ""
    rank: str = ""
    of: str = ""
    span: str = ""  # interval of the rank
    year: str = ""
    year_mark: str = ""
    strip: Chart | None = None
    sources: tuple[SourceMark, ...] = ()
    estimated: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one leg of the index."""

    rows: tuple[Row, ...]


@dataclass(frozen=True)
class _Walk:
    """What every row of one country's table needs."""

    board: Board
    code: str
    peers: Mapping[str, Spread]
    sources: Mapping[str, Cited]
    values: Mapping[str, float]
    years: Mapping[str, float]
    known: Held | None


def sections(
    board: Board,
    code: str,
    peers: Mapping[str, Spread],
    sources: Mapping[str, Cited],
    known: Held | None = None,
) -> tuple[Section, ...]:
    """Lay out the table of one country: a section a leg, rows in the order of the framework.

    Parameters
    ----------
    board
        Results of the index.
    code
        The country.
    peers
        How the peers' scores lie, for each indicator.
    sources
        The numbered list of sources.
    known
        How far the ranks hold, if that was worked out.
    """
    index = board.index
    values, years = cells(index.denominated, code), cells(index.years, code)
    walk = _Walk(board, code, peers, sources, values, years, known)
    tree = index.framework.tree
    out: list[Section] = []
    for position, leg in enumerate(tree.children[tree.root]):
        out.append(Section(tuple(_rows(walk, leg, 0, hue(position)))))
    return tuple(out)


def _rows(walk: _Walk, at: str, depth: int, colour: str) -> list[Row]:
    """Give the row of a node or indicator and of all that hangs below it."""
    children = walk.board.index.framework.tree.children
    if at not in children:
        return [_indicator(walk, at, min(depth, _DEEPEST), colour)]
    rows = [_group(walk, at, min(depth, _DEEPEST))]
    for child in children[at]:
        rows += _rows(walk, child, depth + 1, colour)
    return rows


def _group(walk: _Walk, node: str, depth: int) -> Row:
    board, code = walk.board, walk.code
    rank = board.rank(code, node)
    return Row(
        title=words.plain(board.title(node)),
        depth=depth,
        group=True,
        unit=_covered(walk, node) if depth == 0 else "",
        score=board.written(code, node),
        rank=words.rank_number(rank),
        of="" if math.isnan(rank) else words.fixed(board.of[node], 0),
        span=walk.known.range(node) if walk.known else "",
    )


def _covered(walk: _Walk, node: str) -> str:
    """Say how many of the indicators below a node have a figure."""
    bits = [walk.board.mark(walk.code, c) for c in walk.board.index.framework.tree.leaves(node)]
    there, of = sum(stated(b) for b in bits), sum(due(b) for b in bits)
    return say("{n} of {of} with data", n=there, of=of)


def _indicator(walk: _Walk, indicator: str, depth: int, colour: str) -> Row:
    board, code = walk.board, walk.code
    definition = board.index.content.indicators[indicator]
    bits = board.mark(code, indicator)
    filled, title = estimated(bits), words.plain(definition.label)
    score, peers = board.score(code, indicator), walk.peers.get(indicator)
    written = board.written(code, indicator)
    bar = Bar(title, score, written, "", colour, peers)
    told = _strip_title(title, say("no data") if math.isnan(score) else written, board, peers)
    year = walk.years[indicator]
    return Row(
        title=title,
        depth=depth,
        group=False,
        code=indicator,
        value=_value(walk.values[indicator], bits),
        value_mark=_marks(bits),
        unit=_unit(definition),
        score=_score(written, score, bits),
        rank=words.rank_number(board.rank(code, indicator)),
        of=words.fixed(board.of[indicator], 0) if stated(bits) else "",
        year=words.MISSING if math.isnan(year) else str(int(year)),
        year_mark=words.OLD if bits & OLDER else "",
        strip=mini(bar, board.fine_scale, told, hollow=filled),
        sources=_sources(walk, definition.sources),
        estimated=filled,
        empty=math.isnan(score),
    )


def _strip_title(title: str, written: str, board: Board, peers: Spread | None) -> str:
    """Say what the strip of a row shows."""
    if peers is None:
        return say("{title}: {score}", title=title, score=written)
    return say(
        "{title}: {score}; median of peers {median}",
        title=title,
        score=written,
        median=board.fine_scale.written(peers.median),
    )


def _unit(definition: Indicator) -> str:
    """Give the unit of a value, which way is better, and on what scale it is scored."""
    unit = words.plain(definition.unit_scored or definition.unit)
    if definition.direction == "lower_is_better":
        unit = say("{unit}, lower is better", unit=unit)
    scale = _notes.scale(definition.transform)
    return say("{unit}; {scale}", unit=unit, scale=scale) if scale else unit


def _sources(walk: _Walk, keys: list[str]) -> tuple[SourceMark, ...]:
    listed = [walk.sources[key] for key in keys]
    return tuple(SourceMark(s.short, s.number, s.anchor) for s in listed)


def _value(value: float, bits: int) -> str:
    if not due(bits):
        return say("n/a")
    return say("est.") if estimated(bits) else words.number(value)


def _score(written: str, score: float, bits: int) -> str:
    if not due(bits):
        return say("does not apply")
    return say("no data") if math.isnan(score) else written


def _marks(bits: int) -> str:
    marks = [words.ZERO] if bits & STRUCTURAL else []
    marks += [words.PULLED] if bits & TREATED else []
    return "".join(marks)


def explanations(board: Board, code: str, table: tuple[Section, ...]) -> tuple[str, ...]:
    """Explain the marks of a table, those alone that stand in it."""
    rows = [row for section in table for row in section.rows if not row.group]
    after = board.index.framework.method.older_after
    out = [_key(board, code, any(row.span for section in table for row in section.rows))]
    used = "".join(row.value_mark for row in rows)
    out += [f"{mark} {say(text)}" for mark, text in _MARKS.items() if mark in used]
    if any(row.year_mark for row in rows):
        told = words.counted(
            after,
            "more than {n} year before the edition.",
            "more than {n} years before the edition.",
        )
        out.append(f"{words.OLD} {told}")
    if any(_notes.logged(board.index.content.indicators[r.code].transform) for r in rows):
        out.append(
            say(
                "Log scale: the value is shown as it is, and its logarithm (of 1 + x, where so "
                "marked) is scored."
            )
        )
    if any(row.empty for row in rows):
        out.append(say("{mark} no data.", mark=words.MISSING))
    if any(row.estimated for row in rows):
        out.append(say("est.: filled in, hollow in the chart, not ranked."))
    return tuple(out)


def _key(board: Board, code: str, spans: bool) -> str:
    """Explain the strip of a row and its rank."""
    told = {"name": board.called(code), "scale": board.fine_scale.ends}
    if spans:
        return say(
            "Dot: score of {name}. Tick: median of the peers; block: their middle half; line: "
            "lowest to highest of them. All scores on a scale of {scale}. Ranks count those that "
            "have a figure; marked: 90\u00a0% interval of the rank.",
            **told,
        )
    return say(
        "Dot: score of {name}. Tick: median of the peers; block: their middle half; line: lowest "
        "to highest of them. All scores on a scale of {scale}. Ranks count those that have a "
        "figure.",
        **told,
    )
