"""The table behind a score: every indicator with value, unit, year, score, rank and source."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from resilience_index.content import Indicator
from resilience_index.observing import OLDER, STRUCTURAL, TREATED
from resilience_index.publish import _notes, words
from resilience_index.publish._board import Board, cells, due, estimated, stated
from resilience_index.publish._charts import Bar, mini
from resilience_index.publish._held import Held
from resilience_index.publish._marks import Chart, Spread
from resilience_index.publish._notes import Cited
from resilience_index.publish._views import hue
from resilience_index.publish.words import NBSP

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
        of="" if math.isnan(rank) else f"{board.of[node]:,}",
        span=walk.known.range(node) if walk.known else "",
    )


def _covered(walk: _Walk, node: str) -> str:
    """Say how many of the indicators below a node have a figure."""
    bits = [walk.board.mark(walk.code, c) for c in walk.board.index.framework.tree.leaves(node)]
    return f"{sum(stated(b) for b in bits)} of {sum(due(b) for b in bits)} with data"


def _indicator(walk: _Walk, indicator: str, depth: int, colour: str) -> Row:
    board, code = walk.board, walk.code
    definition = board.index.content.indicators[indicator]
    bits = board.mark(code, indicator)
    filled, title = estimated(bits), words.plain(definition.label)
    score, peers = board.score(code, indicator), walk.peers.get(indicator)
    written = board.written(code, indicator)
    bar = Bar(title, score, written, "", colour, peers)
    told = f"{title}: {'no data' if math.isnan(score) else written}"
    if peers is not None:
        told += f"; median of peers {board.fine_scale.written(peers.median)}"
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
        of=f"{board.of[indicator]:,}" if stated(bits) else "",
        year=words.MISSING if math.isnan(year) else str(int(year)),
        year_mark=words.OLD if bits & OLDER else "",
        strip=mini(bar, board.fine_scale, told, hollow=filled),
        sources=_sources(walk, definition.sources),
        estimated=filled,
        empty=math.isnan(score),
    )


def _unit(definition: Indicator) -> str:
    """Give the unit of a value, which way is better, and on what scale it is scored."""
    unit = words.plain(definition.unit_scored or definition.unit)
    lower = ", lower is better" if definition.direction == "lower_is_better" else ""
    scale = _notes.scale(definition.transform)
    return f"{unit}{lower}; {scale}" if scale else unit + lower


def _sources(walk: _Walk, keys: list[str]) -> tuple[SourceMark, ...]:
    listed = [walk.sources[key] for key in keys]
    return tuple(SourceMark(s.short, s.number, s.anchor) for s in listed)


def _value(value: float, bits: int) -> str:
    if not due(bits):
        return "n/a"
    return "est." if estimated(bits) else words.number(value)


def _score(written: str, score: float, bits: int) -> str:
    if not due(bits):
        return "does not apply"
    return "no data" if math.isnan(score) else written


def _marks(bits: int) -> str:
    marks = [words.ZERO] if bits & STRUCTURAL else []
    marks += [words.PULLED] if bits & TREATED else []
    return "".join(marks)


def explanations(board: Board, code: str, table: tuple[Section, ...]) -> tuple[str, ...]:
    """Explain the marks of a table, those alone that stand in it."""
    rows = [row for section in table for row in section.rows if not row.group]
    after = board.index.framework.method.older_after
    scale = board.fine_scale
    out = [
        f"Dot: score of {board.called(code)}. Tick: median of the peers; block: their middle half; "
        f"line: lowest to highest of them. All scores on a scale of {scale.ends}. "
        "Ranks count those that have a figure.",
    ]
    if any(row.span for section in table for row in section.rows):
        out[0] = f"{out[0][:-1]}; marked: 90{NBSP}% interval of the rank."
    told = {
        words.ZERO: "the list is complete by its own rule, so absence has a stated meaning.",
        words.PULLED: "an extreme value, pulled in before scoring.",
    }
    used = "".join(row.value_mark for row in rows)
    out += [f"{mark} {text}" for mark, text in told.items() if mark in used]
    if any(row.year_mark for row in rows):
        out.append(
            f"{words.OLD} more than {words.counted(after, '{n} year', '{n} years')} "
            "before the edition."
        )
    if any("log" in _notes.scale(board.index.content.indicators[r.code].transform) for r in rows):
        out.append(
            "Log scale: the value is shown as it is, and its logarithm (of 1 + x, where so marked) "
            "is scored."
        )
    if any(row.empty for row in rows):
        out.append(f"{words.MISSING} no data.")
    if any(row.estimated for row in rows):
        out.append("est.: filled in, hollow in the chart, not ranked.")
    return tuple(out)
