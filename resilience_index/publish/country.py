"""The report on one country: what it says, as a view, and the page or print made of it."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from statistics import median_high
from typing import Literal

import numpy as np

from resilience_index.content.speech import say, say_many
from resilience_index.errors import UsageError
from resilience_index.index import Index
from resilience_index.publish import (
    _company,
    _figures,
    _findings,
    _held,
    _notes,
    _quality,
    _views,
    words,
)
from resilience_index.publish._board import (
    Board,
    Interval,
    Peers,
    board,
    cells,
    due,
    estimated,
    memberships,
    peers_by_default,
    problem,
    spoken,
    spread,
    stated,
)
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._findings import Point
from resilience_index.publish._held import Held, held
from resilience_index.publish._indicator_table import Section, explanations, sections
from resilience_index.publish._marks import Spread
from resilience_index.publish._peers import peers_named
from resilience_index.publish._spans import Span
from resilience_index.publish._sure import Sure, sure
from resilience_index.publish._views import Figure, Key
from resilience_index.robustness.sensitivity import Sensitivity, sensitivity
from resilience_index.robustness.uncertainty import Uncertainty

_LONG = 16
"""From so many indicators on, a report is laid out on four sheets, each with its own question."""


@dataclass(frozen=True, slots=True)
class CountryView:
    """All words and numbers of one report, rounded and in order; templates only place them."""

    code: str
    name: str
    kind: str
    kicker: str
    about: _notes.About
    lead: tuple[Span, ...]
    keys: tuple[Key, ...]
    strip: Figure | None
    legs: Figure | None
    neighbours: Figure | None
    strengths: tuple[Point, ...]
    weaknesses: tuple[Point, ...]
    rule: str
    long: bool  # so many indicators that a sheet of their own is filled
    peers: str
    intro: str
    scale: str
    table: tuple[Section, ...]
    explanations: tuple[str, ...]
    quality: _quality.Quality
    sure: Sure | None
    compared: _company.Compared | None
    steps: tuple[_notes.Step, ...]
    sources: tuple[_notes.Cited, ...]
    halves: tuple[tuple[_notes.Cited, ...], ...]  # the same in two columns, if they fit a sheet
    producers: tuple[str, ...]
    asking: tuple[str, ...]
    citation: str

    def _repr_html_(self) -> str:
        """Show the country in a notebook: what its report opens with."""
        return _noted(self)


def country_view(
    index: Index,
    code: str,
    *,
    peers: Sequence[str] | None = None,
    known: Uncertainty | None = None,
    moved: Sensitivity | None = None,
    results: Board | None = None,
    company: _company.Company | None = None,
) -> CountryView:
    """Say everything that the report on one country says.

    Parameters
    ----------
    index
        A built index of one year.
    code
        A ranked country.
    peers
        Codes to compare it with, or one word: an attribute that puts it into a group, such as
        `region`, a membership, such as `oecd`, or `similar` for those with the nearest profiles;
        without them its income group, else its region, else all.
    known
        The uncertainty of the index; without it no interval is spoken of.
    moved
        What moves each rank, told beside the intervals if it was worked out.
    results
        The results laid out already, where many reports are made of them.
    company
        What all comparisons are made from, where many reports are made.

    Returns
    -------
    CountryView
        Words and numbers, ready for `render`.

    Raises
    ------
    UsageError
        If the country, or a peer, is unknown or not ranked.

    Examples
    --------
    >>> from resilience_index import build
    >>> country_view(build("ai_resilience"), "KOR").name
    'South Korea'
    """
    results = board(index) if results is None else results
    if code not in results.names:
        raise UsageError(problem(results, code))
    around = _company.company(results, known, [code]) if company is None else company
    group = peers_by_default(results, code)
    if peers is not None:
        group = peers_named(results, code, peers, around)
    lies = spread(results, group.codes)
    leaves = index.framework.tree.leaves(results.root)
    listed = _notes.sources(index.content, leaves)
    holds = held(results, code, known)
    table = sections(results, code, lies, listed, holds)
    told = _notes.about(index)
    name = results.names[code]
    kind = say("{place} report", place=words.capital(results.nouns[0]))
    strong, weak = _points(results, code, leaves)
    return CountryView(
        code=code,
        name=name,
        kind=kind,
        kicker=_kicker(results, code),
        about=told,
        lead=_findings.lead(results, code, holds),
        keys=_keys(results, code, group, lies, holds),
        strip=_figures.strip(results, code),
        legs=_figures.legs(results, code, lies, group, holds),
        neighbours=_figures.neighbours(results, code, holds),
        strengths=strong,
        weaknesses=weak,
        rule=_findings.rule(results.called(code)),
        long=len(leaves) >= _LONG,
        peers=say("Peers: {who}.", who=group.sentence),
        intro=_intro(results, code, leaves),
        scale=results.fine_scale.ends,
        table=table,
        explanations=explanations(results, code, table),
        quality=_quality.quality(results, code),
        sure=sure(results, holds, moved),
        compared=_company.compared(results, code, around),
        steps=_notes.steps(index),
        sources=tuple(listed.values()),
        halves=_notes.halves(list(listed.values())),
        producers=tuple(dict.fromkeys(one.short for one in listed.values())),
        asking=tuple(_notes.asking(index.content, listed)),
        citation=_notes.citation(told, say("{kind}: {name}", kind=kind, name=name)),
    )


def _noted(view: CountryView) -> str:
    figures = [f for f in (view.strip, view.legs, view.neighbours) if f is not None]
    return _views.rendered("notebook.html.j2", view=view, figures=figures)


def movers_of(
    index: Index, known: Uncertainty | None, executor: Executor | None = None
) -> Sensitivity | None:
    """Work out what moves each rank, once for all reports; None if fewer than two choices vary."""
    if known is None or len(known.inputs) < 2:
        return None
    return sensitivity(index, seed=known.seed, executor=executor)


SHEETS = {"print": "report.html.j2", "brief": "brief.html.j2"}
"""Templates of what becomes a PDF, by form."""


def print_files(view: CountryView) -> dict[str, str]:
    """Return the sheets of report and brief by the names of their PDFs."""
    return {
        f"{view.code}.pdf": render(view, form="print"),
        f"{view.code}-brief.pdf": render(view, form="brief"),
    }


def render(
    view: CountryView,
    *,
    form: Literal["page", "print", "brief"] = "page",
    pdf: bool = True,
    chrome: Chrome | None = None,
    compare: str = "",
    similar: str = "",
    policy: str = "",
) -> str:
    """Make the HTML of a report.

    Parameters
    ----------
    view
        What it says.
    form
        A page of the edition, the sheets that become a PDF, or the one sheet of the brief.
    pdf
        Whether the PDFs, report and brief, lie beside the page.
    chrome
        What stands round a page of the site; without it the page stands alone, its style inside.
    compare
        Address of a comparison with its neighbours in the ranking, if there is one.
    similar
        Address of a comparison with those most like it, if there is one.
    policy
        Address of its page of the policy lab, if there is one.
    """
    if form != "page":
        return _views.rendered(SHEETS[form], view=view)
    inside = _views.style() if chrome is None else ""
    return _views.rendered(
        "country.html.j2",
        view=view,
        style=inside,
        pdf=pdf,
        chrome=chrome,
        compare=compare,
        similar=similar,
        policy=policy,
    )


def _kicker(results: Board, code: str) -> str:
    """Name the groups a country is in."""
    units = results.index.content.units
    own = units.loc[code]
    parts = [words.plain(str(own[c])) for c in results.groups if own[c]]
    joined = [c for c in memberships(units) if own[c] == "1"]
    short = [c.upper() if len(c) <= 6 else words.capital(spoken(c)) for c in joined]
    return " · ".join([*parts, *([words.commas(short)] if short else [])])


def _keys(
    results: Board, code: str, peers: Peers, lies: dict[str, Spread], known: Held | None
) -> tuple[Key, ...]:
    root, of = results.root, results.of[results.root]
    everyone = spread(results, results.codes).get(root)
    high = results.scale.tick(results.scale.high)
    top = say("of {of}", of=high) if results.scale.low == 0 else say("points")
    medians = _medians(results, everyone, lies.get(root))
    return (
        Key(say("Score"), results.written(code, root), top, medians),
        _rank_key(results.rank(code, root), of, known.own if known else None),
        _ties_key(results, known) if known else _peers_key(results, code, peers),
        _data_key(results, code),
    )


def _peers_key(results: Board, code: str, peers: Peers) -> Key:
    if not peers.codes:
        return Key(say("Among its peers"), words.MISSING, "", say("Nobody to compare with"))
    place, among = _findings.rank_among(results, code, peers.codes)
    return Key(say("Among its peers"), words.ordinal(place), _of(among), peers.label)


def _ties_key(results: Board, known: Held) -> Key:
    count = len(known.tied)
    noun = results.nouns[0] if count == 1 else results.nouns[1]
    return Key(say("Tied with"), words.fixed(count, 0), noun, _held.who(results, known))


def _rank_key(rank: float, of: int, interval: Interval | None) -> Key:
    if np.isnan(rank):
        return Key(say("Rank"), words.MISSING, _of(of), say("Not ranked"))
    if interval is None:
        return Key(say("Rank"), words.ordinal(rank), _of(of), say("Given without an interval"))
    bounds = words.span(interval.low, interval.high)
    note = say("90\u00a0% interval; published {rank}", rank=words.ordinal(rank))
    return Key(say("Rank"), bounds, _of(of), note, mark=True)


def _of(count: int) -> str:
    return say("of {of}", of=words.fixed(count, 0))


def _medians(results: Board, everyone: Spread | None, peers: Spread | None) -> str:
    """Say what the median of all is, and that of the peers."""
    written = results.scale.written
    if everyone is None:
        return "" if peers is None else say("Of peers {median}", median=written(peers.median))
    if peers is None:
        return say("Median of all {median}", median=written(everyone.median))
    return say(
        "Median of all {median}, of peers {peers}",
        median=written(everyone.median),
        peers=written(peers.median),
    )


def _data_key(results: Board, code: str) -> Key:
    index = results.index
    bits = [results.mark(code, c) for c in index.framework.indicators]
    years = [int(y) for y in cells(index.years, code).values() if not np.isnan(y)]
    without = words.share(float(index.missing_share[code]))
    note = say("{share} of the weight without data", share=words.capital(without))
    if years:
        note = say(
            "Median year {year}; {share} of the weight without data",
            year=median_high(years),
            share=without,
        )
    return Key(say("Indicators with data"), str(sum(map(stated, bits))), _of(len(bits)), note)


def _points(
    results: Board, code: str, leaves: Sequence[str]
) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Name strengths, then weaknesses and legs that rest on little."""
    strong, weak = _findings.extremes(results, code, leaves)
    first = [_findings.point(results, code, c) for c in strong]
    gaps = _findings.thin_legs(results, code)
    second = [_findings.point(results, code, c) for c in weak]
    return tuple(first), (*second, *gaps)


def _intro(results: Board, code: str, leaves: Sequence[str]) -> str:
    """Open the table of indicators: how many have a figure, and what becomes of the gaps."""
    bits = [results.mark(code, c) for c in leaves]
    there = sum(stated(b) for b in bits)
    filled = sum(estimated(b) for b in bits)
    open_ = sum(due(b) and not stated(b) and not estimated(b) for b in bits)
    told = [
        say_many(
            len(bits),
            "{n} of {of} indicators have a figure for {name}.",
            "{n} of {of} indicators have a figure for {name}.",
            n=there,
            of=len(bits),
            name=results.called(code),
        )
    ]
    if filled:
        told.append(
            say_many(
                filled,
                "{n} gap is filled by estimates.",
                "{n} gaps are filled by estimates.",
                n=words.capital(words.count(filled)),
            )
        )
    if open_:
        told.append(
            say_many(
                open_,
                "{n} gap is shown, not filled.",
                "{n} gaps are shown, not filled.",
                n=words.capital(words.count(open_)),
            )
        )
        told.append(_notes.gaps(results.index.framework))
    return " ".join(told).strip()
