"""The front page of an edition: the map, the ranking with its intervals, weights of one's own."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from resilience_index.content.speech import say, say_many
from resilience_index.index import Index
from resilience_index.publish import _map, _notes, _views, words
from resilience_index.publish._board import Board, Interval, board
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._groups import Kind, kinds
from resilience_index.publish._intervals import intervals
from resilience_index.publish._map import Atlas, World
from resilience_index.publish._rank_bands import BLOCK, RankAxis, blocks
from resilience_index.publish._spans import HERE, Span, marked
from resilience_index.publish._weighing import Slider, weighing
from resilience_index.publish.errata_page import corrects
from resilience_index.robustness.uncertainty import Uncertainty


@dataclass(frozen=True, slots=True)
class Pillar:
    """A column of the ranking: a pillar and the token of its colour."""

    title: str
    colour: str


@dataclass(frozen=True, slots=True)
class Band:
    """Where the ends of an interval and the dot of the published rank lie, in per cent."""

    low: str
    high: str
    dot: str


@dataclass(frozen=True, slots=True)
class RankRow:
    """One line of the ranking; `opens` says that it is the first of its group."""

    code: str
    name: str
    rank: str
    score: str
    pillars: tuple[str, ...]
    missing: str
    gap: str
    page: bool
    interval: Interval | None
    span: str
    width: str
    band: Band | None
    opens: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A rank written over the bands: where, and which."""

    at: str
    rank: str


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that share an axis of ranks."""

    ticks: tuple[Tick, ...]
    rows: tuple[RankRow, ...]


@dataclass(frozen=True, slots=True)
class RankingView:
    """All words and numbers of the front page; templates only place them."""

    about: _notes.About
    heading: str
    lead: tuple[Span, ...]
    noun: str
    nouns: str
    of: str
    finding: str
    world: World | None
    hatched: str
    kinds: tuple[Kind, ...]
    sliders: tuple[Slider, ...]
    pillars: tuple[Pillar, ...]
    scale: str
    blocks: tuple[Block, ...]
    bands: bool
    pdf: bool
    note: str
    left_out: str
    corrects: str
    citation: str


def ranking_view(
    index: Index,
    *,
    known: Uncertainty | None = None,
    atlas: Atlas | None = None,
    reports: Collection[str] | None = None,
    pdf: bool = True,
) -> RankingView:
    """Say everything that the front page of an edition says.

    Parameters
    ----------
    index
        A built index of one year.
    known
        Its uncertainty; without it ranks are given without intervals, and the page says so.
    atlas
        Shapes for the map; without them there is none.
    reports
        Codes that have a page in countries/; all of them if nothing is said.
    pdf
        Whether a PDF lies beside each page.

    Raises
    ------
    UsageError
        If the index is a panel.

    Examples
    --------
    >>> from resilience_index import build
    >>> ranking_view(build("ai_resilience")).blocks[0].rows[0].rank
    '1'
    """
    results = board(index)
    bands = intervals(known)
    told = _notes.about(index)
    with_page = set(results.codes if reports is None else reports)
    scores = {c: results.score(c, results.root) for c in results.codes}
    drawn = _map.world(atlas, scores, results.scale, title=_map_title(results))
    tool = weighing(results)
    return RankingView(
        about=told,
        heading=told.title,
        lead=_lead(results, bands),
        noun=words.capital(results.nouns[0]),
        nouns=results.nouns[1],
        of=words.whole(len(results.codes)),
        finding=_finding(results, drawn),
        world=drawn,
        hatched=_hatched(results),
        kinds=kinds(results),
        sliders=tool.sliders if tool is not None else (),
        pillars=_pillars(results),
        scale=results.scale.ends,
        blocks=_blocks(results, bands, with_page),
        bands=bool(bands),
        pdf=pdf,
        note=_note(known),
        left_out=_left_out(results),
        corrects=corrects(index),
        citation=_notes.citation(told),
    )


def render(view: RankingView, chrome: Chrome | None = None) -> str:
    """Make the HTML of the front page, which stands beside style.css, countries/ and data/."""
    return _views.rendered("ranking.html.j2", view=view, chrome=chrome)


def _pillars(results: Board) -> tuple[Pillar, ...]:
    order = results.index.framework.tree.children[results.root]
    return tuple(
        Pillar(words.plain(results.title(p)), _views.hue(order.index(p)))
        for p in results.index.framework.tree.pillars
    )


def _map_title(results: Board) -> str:
    return say(
        "World map of the scores; every value stands in the table of {places}",
        places=results.nouns[1],
    )


def _lead(results: Board, bands: Mapping[str, Interval]) -> tuple[Span, ...]:
    """Say how many are ranked, who leads, and how sure that is."""
    of = results.of[results.root]
    first = [c for c in results.codes if results.rank(c, results.root) <= 3]
    if not first:
        told = say("No {place} has a score for the whole index.", place=results.nouns[0])
        return (Span(told),)
    named = words.capital(words.listing([results.called(c) for c in first[:3]]))
    places = words.counted_units(of, results.nouns)
    if bands:
        return _with_ranges(results, bands, named, places, first[:3])
    leads = _leads(named, places, len(first))
    without = say("Ranks are given without intervals: read scores that are close as level.")
    said = [leads, _close(results, len(first)), without]
    return (Span(" ".join(sentence for sentence in said if sentence)),)


def _leads(named: str, places: str, first: int) -> str:
    return say_many(
        first, "{names} leads {places}.", "{names} lead {places}.", names=named, places=places
    )


def _close(results: Board, leaders: int) -> str:
    """Say how many others lie close to the first, if not all of them are named as leaders."""
    known = results.points[:, results.column[results.root]]
    known = known[~np.isnan(known)]
    close = int((known >= known.max() - 5).sum()) if results.scale.high == 100 else 1
    if close <= leaders:
        return ""
    one, many = results.nouns
    others = close - int((known == known.max()).sum())
    within = words.counted(
        others,
        "{n} other {one} lies within five points of the first.",
        "{n} other {many} lie within five points of the first.",
        one=one,
        many=many,
    )
    return words.capital(within)


def _with_ranges(
    results: Board, bands: Mapping[str, Interval], named: str, places: str, first: list[str]
) -> tuple[Span, ...]:
    """Say who leads, whether their order is clear, and how wide ranges are."""
    tiers = {bands[c].tier for c in first if c in bands}
    leads = _leads(named, places, len(first))
    if len(first) > 1 and len(tiers) == 1:
        leads = say(
            "{names} lead {places}, and the index cannot say which of them is first.",
            names=named,
            places=places,
        )
    widths = sorted(band.high - band.low + 1 for band in bands.values())
    half = widths[len(widths) // 2]
    if half > 1:
        moves = say(
            "A rank here is a {range}: for half of all {places} it takes in {n} places or more "
            "when the method changes within reason.",
            range=HERE,
            places=results.nouns[1],
            n=words.whole(half),
        )
    else:
        moves = say("A rank here is a {range}, which here is narrow for most.", range=HERE)
    return marked(f"{leads} {moves}", say("range"))


def _finding(results: Board, drawn: World | None) -> str:
    """Say how many are in the highest class of the map, and where most of them are."""
    if drawn is None or not drawn.classes.edges:
        return say("Scores on the map")
    edge, count = drawn.classes.edges[-1], drawn.classes.counts[-1]
    one, many = results.nouns
    told = words.counted(
        count,
        "{n} {one} scores {bound} or more",
        "{n} {many} score {bound} or more",
        one=one,
        many=many,
        bound=drawn.classes.bounds[-1],
    )
    text = words.capital(told)
    units = results.index.content.units
    if count < 2 or "region" not in units:
        return text
    there = [c for c in results.codes if results.score(c, results.root) >= edge]
    regions = [str(units["region"][c]) for c in there]
    most = max(sorted(set(regions)), key=regions.count)
    share = regions.count(most)
    if not most or share < 2 or 2 * share < count:
        return text
    region = words.plain(most)
    if share == count:
        return say("{finding}; all of them are in {region}", finding=text, region=region)
    return say(
        "{finding}; {n} of them are in {region}",
        finding=text,
        n=words.count(share),
        region=region,
    )


def _hatched(results: Board) -> str:
    count = len(results.index.excluded)
    return say("Hatched: not ranked, for want of figures.") if count else ""


def _blocks(
    results: Board, bands: Mapping[str, Interval], pages: Collection[str]
) -> tuple[Block, ...]:
    """Lay out the rows; where there are intervals, in blocks that share an axis."""
    if not bands:
        rows = [_row(results, c, pages, None, None, opens=False) for c in results.codes]
        return (Block((), tuple(rows)),)
    known = [c for c in results.codes if c in bands]
    axes = blocks([(bands[c].low, bands[c].high) for c in known], results.of[results.root])
    out = []
    before = 0
    for number, axis in enumerate(axes):
        rows = []
        for code in known[number * BLOCK : (number + 1) * BLOCK]:
            opens = bands[code].tier != before and before > 0
            rows.append(_row(results, code, pages, bands[code], axis, opens=opens))
            before = bands[code].tier
        ticks = tuple(Tick(axis.at(v), words.whole(v)) for v in axis.ticks)
        out.append(Block(ticks, tuple(rows)))
    rest = [
        _row(results, c, pages, None, None, opens=False) for c in results.codes if c not in bands
    ]
    return (*out, Block((), tuple(rest))) if rest else tuple(out)


def _row(
    results: Board,
    code: str,
    pages: Collection[str],
    interval: Interval | None,
    axis: RankAxis | None,
    *,
    opens: bool,
) -> RankRow:
    index, root = results.index, results.root
    rank, gap = results.rank(code, root), float(index.missing_share[code])
    band = None
    if interval is not None and axis is not None:
        band = Band(axis.at(interval.low), axis.at(interval.high), axis.at(rank))
    return RankRow(
        code=code,
        name=results.names[code],
        rank=words.rank_number(rank),
        score=results.written(code, root),
        pillars=tuple(results.written(code, p) for p in index.framework.tree.pillars),
        missing=words.share(gap),
        gap="" if math.isnan(gap) else f"{gap:.4f}",
        page=code in pages,
        interval=interval,
        span="" if interval is None else words.span(interval.low, interval.high),
        width="" if interval is None else str(interval.high - interval.low),
        band=band,
        opens=opens,
    )


def _note(known: Uncertainty | None) -> str:
    """Explain the marks of the table."""
    if known is None:
        return ""
    return say(
        "Band: 90\u00a0% interval of the rank over {n} versions of the index; dot: "
        "published rank. The axis of ranks begins anew every few rows. A darker rule opens a new "
        "group: nobody in a group is clearly behind its first, which would be to trail it in "
        "95\u00a0% of versions.",
        n=words.whole(known.draws),
    )


def _left_out(results: Board) -> str:
    """Say how many are not ranked."""
    count = len(results.index.excluded)
    one, many = results.nouns
    if not count:
        return say("All {places} of the content are ranked.", places=many)
    is_not = words.counted(
        count,
        "{n} {one} is not ranked, each for a stated reason.",
        "{n} {many} are not ranked, each for a stated reason.",
        one=one,
        many=many,
    )
    return words.capital(is_not)
