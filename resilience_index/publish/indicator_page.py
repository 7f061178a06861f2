"""A page for each indicator: map, how its values lie, the table, its sources, its limits."""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_index.content.speech import noted, say, say_many
from resilience_index.index import Index
from resilience_index.observing import OLDER, STRUCTURAL, TREATED
from resilience_index.publish import _map, _notes, _views, words
from resilience_index.publish._board import Board, board, due, estimated, stated
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._definition import Fact, facts, treated_as
from resilience_index.publish._distribution import histogram
from resilience_index.publish._map import Atlas, World
from resilience_index.publish._marks import Chart
from resilience_index.robustness._rank_correlation import spearman

_LITTLE = 0.9  # a rank correlation with its own pillar above which an indicator adds little


@dataclass(frozen=True, slots=True)
class ValueRow:
    """What is known of one country: rank, value and year with their marks, score."""

    code: str
    name: str
    page: bool
    rank: str
    value: str
    sort: str
    mark: str
    year: str
    old: str
    score: str
    estimated: bool


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """All words and numbers of the page of one indicator; templates only place them."""

    about: _notes.About
    code: str
    title: str
    kicker: str
    colour: str
    definition: str
    why: str
    limits: str
    noun: str
    unit: str
    scale: str
    finding: str
    world: World | None
    raw: Chart | None
    raw_finding: str
    scored: Chart | None
    scored_finding: str
    facts: tuple[Fact, ...]
    years: tuple[tuple[str, str], ...]
    adds: str
    rows: tuple[ValueRow, ...]
    explanations: tuple[str, ...]
    sources: tuple[_notes.Cited, ...]
    before: tuple[str, str]
    after: tuple[str, str]
    citation: str


def indicator_view(
    index: Index,
    code: str,
    *,
    results: Board | None = None,
    atlas: Atlas | None = None,
    reports: Collection[str] | None = None,
) -> IndicatorView:
    """Say everything that the page of one indicator says.

    Parameters
    ----------
    index
        A built index of one year.
    code
        An indicator of its framework.
    results
        The results laid out already, where many pages are made of them.
    atlas
        Shapes for the map; without them there is none.
    reports
        Codes that have a page in countries/; all of them if nothing is said.

    Examples
    --------
    >>> from resilience_index import build
    >>> index = build("ai_resilience")
    >>> view = indicator_view(index, index.framework.tree.leaves("index")[0])
    >>> len(view.rows) == index.ranked
    True
    """
    results = board(index) if results is None else results
    definition = index.content.indicators[code]
    leaves = index.framework.tree.leaves(index.root)
    at = leaves.index(code)
    told = _notes.about(index)
    title = words.plain(definition.title)
    scores = {c: results.score(c, code) for c in results.codes}
    known = {c: s for c, s in scores.items() if stated(results.mark(c, code))}
    drawn = _map.world(
        atlas,
        known,
        results.fine_scale,
        title=say("World map of the scores in: {title}", title=title),
    )
    colour = _colour(results, code)
    values = index.denominated[code].reindex(list(results.codes)).to_numpy(float)
    unit = words.plain(definition.unit_scored or definition.unit)
    sources = tuple(_notes.sources(index.content, [code]).values())
    rows = tuple(_rows(results, code, set(results.codes if reports is None else reports)))
    return IndicatorView(
        about=told,
        code=code,
        title=title,
        kicker=_kicker(results, code, at + 1, len(leaves)),
        colour=colour,
        definition=words.stop(words.plain(definition.definition)),
        why=words.stop(words.plain(definition.why)),
        limits=words.stop(words.plain(definition.limits)),
        noun=words.capital(results.nouns[0]),
        unit=unit,
        scale=results.fine_scale.ends,
        finding=_finding(results, code, len(known)),
        world=drawn,
        raw=histogram(values.tolist(), "other-dot", say("{title}, {unit}", title=title, unit=unit)),
        raw_finding=_shape(values),
        scored=histogram(
            list(scores.values()),
            colour,
            say("{title}, score", title=title),
            scale=results.fine_scale,
        ),
        scored_finding=_scored(index, code),
        facts=(*facts(results, code), Fact(say("With data"), _counts(results, code))),
        years=_years(index, code),
        adds=_adds(results, code),
        rows=rows,
        explanations=_explained(rows),
        sources=sources,
        before=_neighbour(index, leaves, at - 1),
        after=_neighbour(index, leaves, at + 1),
        citation=_notes.citation(told, say("Indicator: {title}", title=title)),
    )


def render(view: IndicatorView, chrome: Chrome | None = None) -> str:
    """Make the HTML of the page, which stands in indicators/ beside ../data/."""
    return _views.rendered("indicator.html.j2", view=view, chrome=chrome)


def _colour(results: Board, code: str) -> str:
    """Return the token of the leg that an indicator belongs to."""
    tree = results.index.framework.tree
    order = tree.children[tree.root]
    return _views.hue(order.index(([code, *tree.path(code)])[-2]))


def _kicker(results: Board, code: str, number: int, of: int) -> str:
    path = results.index.framework.tree.path(code)[:-1]
    nodes = [words.plain(results.title(node)) for node in reversed(path)]
    return " · ".join([*nodes, say("indicator {n} of {of}", n=number, of=of)])


def _neighbour(index: Index, leaves: list[str], at: int) -> tuple[str, str]:
    """Return file name and label of the indicator before or after; nothing at an end."""
    if not 0 <= at < len(leaves):
        return ("", "")
    return (f"{leaves[at]}.html", words.plain(index.content.indicators[leaves[at]].label))


def _finding(results: Board, code: str, known: int) -> str:
    """Say for how many there is a figure, and who leads."""
    one, many = results.nouns
    first = [c for c in results.codes if results.rank(c, code) == 1]
    if not first:
        return say("No {place} has a figure of its own", place=one)
    names = words.capital(words.listing([results.called(c) for c in first], most=3))
    of = len(results.codes)
    given = {"names": names, "of": words.whole(of), "places": many}
    if known == of:
        return say_many(
            len(first),
            "{names} leads all {of} {places}",
            "{names} lead all {of} {places}",
            **given,
        )
    return say_many(
        len(first),
        "{names} leads {known} of {of} {places} that have a figure",
        "{names} lead {known} of {of} {places} that have a figure",
        known=words.whole(known),
        **given,
    )


def _shape(values: np.ndarray) -> str:
    """Say how published values lie: by where the median stands between both ends."""
    known = values[~np.isnan(values)]
    if len(known) < 3 or known.min() == known.max():
        return say("As published")
    middle = (np.median(known) - known.min()) / np.ptp(known)
    if middle < 0.25:
        return say("As published: most have little, a few have much")
    if middle > 0.75:
        return say("As published: most have much, a few have little")
    return say("As published: spread over the whole range")


def _scored(index: Index, code: str) -> str:
    """Say what was done to extremes."""
    facts = index.treatment
    how = str(facts["how"].get(code, "")) if "how" in facts else ""
    if how in ("", "not treated"):
        return say("As scored")
    return say("As scored: {how}", how=treated_as(how))


def _counts(results: Board, code: str) -> str:
    """Count those with a figure, and which of them are old, by rule, pulled in or estimated."""
    bits = [results.mark(c, code) for c in results.codes]
    there = sum(stated(b) for b in bits)
    text = say(
        "{n} of {of} {places}",
        n=words.whole(there),
        of=words.whole(sum(due(b) for b in bits)),
        places=results.nouns[1],
    )
    kinds = (
        (sum(bool(b & OLDER) for b in bits), noted("{n} older")),
        (sum(bool(b & STRUCTURAL) for b in bits), noted("{n} by rule")),
        (sum(bool(b & TREATED) for b in bits), noted("{n} pulled in")),
        (sum(estimated(b) for b in bits), noted("{n} estimated")),
    )
    more = [say(message, n=words.whole(n)) for n, message in kinds if n]
    return f"{text}; {', '.join(more)}" if more else text


def _years(index: Index, code: str) -> tuple[tuple[str, str], ...]:
    """Count figures by their year."""
    years = index.years[code].dropna().astype(int)
    return tuple((str(y), words.whole(n)) for y, n in sorted(years.value_counts().items()))


def _adds(results: Board, code: str) -> str:
    """Say how closely an indicator goes with each pillar."""
    tree = results.index.framework.tree
    told, own = [], math.nan
    for pillar in tree.pillars:
        r = spearman(_ranks(results, code), _ranks(results, pillar)).size
        if math.isnan(r):
            continue
        told.append(f"{words.plain(results.title(pillar))} {words.fixed(r, 2)}")
        if pillar in tree.path(code):
            own = r
    if not told:
        return ""
    text = say("Rank correlation with each pillar: {listed}.", listed=words.commas(told))
    if own <= _LITTLE or math.isnan(own):
        return text
    little = say(
        "Above {limit} with its own pillar, an indicator adds little.",
        limit=words.fixed(_LITTLE, 2),
    )
    return f"{text} {little}"


def _ranks(results: Board, column: str) -> pd.Series:
    """Return ranks by country, the best highest."""
    return pd.Series(-results.ranks[:, results.column[column]], index=list(results.codes))


def _rows(results: Board, code: str, pages: Collection[str]) -> list[ValueRow]:
    """Lay out the table: by rank on the indicator, then those without a figure by name."""
    ranks = {c: results.rank(c, code) for c in results.codes}
    last = math.inf
    order = sorted(
        results.codes,
        key=lambda c: (last if math.isnan(ranks[c]) else ranks[c], words.folded(results.names[c])),
    )
    index = results.index
    values, years = index.denominated[code].to_dict(), index.years[code].to_dict()
    return [_row(results, code, c, float(values[c]), float(years[c]), c in pages) for c in order]


def _row(
    results: Board, code: str, country: str, value: float, year: float, page: bool
) -> ValueRow:
    bits = results.mark(country, code)
    marks = [words.ZERO] if bits & STRUCTURAL else []
    marks += [words.PULLED] if bits & TREATED else []
    return ValueRow(
        code=country,
        name=results.names[country],
        page=page,
        rank=words.rank_number(results.rank(country, code)),
        value=words.number(value),
        sort="" if math.isnan(value) else f"{value:.9g}",
        mark=" ".join(marks),
        year="" if math.isnan(year) else str(int(year)),
        old=words.OLD if bits & OLDER else "",
        score=results.written(country, code),
        estimated=estimated(bits),
    )


def _explained(rows: Collection[ValueRow]) -> tuple[str, ...]:
    """Explain the marks that occur in the table."""
    marks = {m for row in rows for m in row.mark.split()} | {row.old for row in rows}
    told = [say("– no data.")] if any(not row.sort for row in rows) else []
    told += [say("† Known by rule.")] if words.ZERO in marks else []
    told += [say("° Older figure.")] if words.OLD in marks else []
    told += [say("‡ Pulled in before it was scored.")] if words.PULLED in marks else []
    told += [say("Italics: estimated, without a rank.")] if any(r.estimated for r in rows) else []
    alone = say("Ranks here go by this figure alone, not by the index, and have no interval.")
    return (*told, alone)
