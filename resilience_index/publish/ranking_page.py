"""The front page of an edition: the ranking, who is left out, the data, how to cite."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from resilience_index.index import Index
from resilience_index.publish import _charts, _notes, _views, words
from resilience_index.publish._board import Board, Interval, board
from resilience_index.publish._marks import Chart

_DATA = (
    (
        "ranking.csv",
        "Rank, score and pillars of everyone ranked, with the share of figures missing.",
    ),
    ("scores.csv", "Score and rank at every node of the tree."),
    (
        "indicators.csv",
        "Every figure on its way: year, raw, per head, filled, treated, scaled, mark.",
    ),
    ("excluded.csv", "Who is not ranked, and why."),
)


@dataclass(frozen=True, slots=True)
class Pillar:
    """A column of the ranking: a pillar and the token of its colour."""

    title: str
    colour: str


@dataclass(frozen=True, slots=True)
class RankRow:
    """One line of the ranking."""

    code: str
    name: str
    group: str
    rank: str
    score: str
    pillars: tuple[str, ...]
    dots: Chart | None
    missing: str
    page: bool
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who is not ranked, with the reason."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file beside the page, and what is in it."""

    path: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class RankingView:
    """All words and numbers of the front page; templates only place them."""

    about: _notes.About
    heading: str
    lead: str
    noun: str
    pillars: tuple[Pillar, ...]
    scale: str
    rows: tuple[RankRow, ...]
    pdf: bool
    left_out: tuple[Left, ...]
    left_out_lead: str
    downloads: tuple[Download, ...]
    steps: tuple[_notes.Step, ...]
    sources: tuple[_notes.Cited, ...]
    citation: str


def ranking_view(
    index: Index, *, reports: Collection[str] | None = None, pdf: bool = True
) -> RankingView:
    """Say everything that the front page of an edition says.

    Parameters
    ----------
    index
        A built index of one year.
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
    >>> ranking_view(build("ai_resilience")).rows[0].rank
    '1'
    """
    results = board(index)
    told = _notes.about(index)
    with_page = set(results.codes if reports is None else reports)
    return RankingView(
        about=told,
        heading=told.title,
        lead=_lead(results),
        noun=words.capital(results.nouns[0]),
        pillars=_pillars(results),
        scale=results.scale.ends,
        rows=tuple(_row(results, c, c in with_page) for c in results.codes),
        pdf=pdf,
        left_out=_left_out(index),
        left_out_lead=_left_out_lead(results),
        downloads=tuple(Download(f"data/{name}", name, text) for name, text in _DATA),
        steps=_notes.steps(index.framework),
        sources=tuple(
            _notes.sources(index.content, index.framework.tree.leaves(index.root)).values()
        ),
        citation=_notes.citation(told),
    )


def render(view: RankingView) -> str:
    """Make the HTML of the front page, which stands beside style.css, countries/ and data/."""
    return _views.rendered("ranking.html.j2", view=view)


def _pillars(results: Board) -> tuple[Pillar, ...]:
    order = results.index.framework.tree.children[results.root]
    return tuple(
        Pillar(words.plain(results.title(p)), _views.hue(order.index(p)))
        for p in results.index.framework.tree.pillars
    )


def _lead(results: Board) -> str:
    """Say how many are ranked, who leads, and how close the first ones are."""
    of, many = results.of[results.root], results.nouns[1]
    first = [c for c in results.codes if results.rank(c, results.root) <= 3]
    if not first:
        return f"No {results.nouns[0]} has a score for the whole index."
    named = words.listing([results.names[c] for c in first[:3]])
    verb = "leads" if len(first) == 1 else "lead"
    text = f"{named} {verb} {words.counted(of, results.nouns[0], many)}."
    known = results.points[:, results.column[results.root]]
    known = known[~np.isnan(known)]
    close = int((known >= known.max() - 5).sum()) if results.scale.high == 100 else 1
    if close > len(first):
        within = words.counted(close, f"{results.nouns[0]} lies", f"{many} lie")
        text += f" {words.capital(within)} within five points of the first."
    return f"{text} Ranks are given without intervals: read scores that are close as level."


def _row(results: Board, code: str, page: bool) -> RankRow:
    index, root = results.index, results.root
    pillars = index.framework.tree.pillars
    return RankRow(
        code=code,
        name=results.names[code],
        group=_group(index, code),
        rank=words.rank_number(results.rank(code, root)),
        score=results.written(code, root),
        pillars=tuple(results.written(code, p) for p in pillars),
        dots=_dots(results, code),
        missing=words.share(float(index.missing_share[code])),
        page=page,
        interval=None,
    )


def _group(index: Index, code: str) -> str:
    units = index.content.units
    return words.plain(str(units["region"][code])) if "region" in units else ""


def _dots(results: Board, code: str) -> Chart | None:
    """Draw all pillars on one line, as long as each has a hue of its own."""
    pillars = _pillars(results)
    if not 2 <= len(pillars) <= _views.HUES:
        return None
    codes = results.index.framework.tree.pillars
    scores = [(p.colour, results.score(code, c)) for p, c in zip(pillars, codes, strict=True)]
    told = ", ".join(
        f"{p.title} {results.written(code, c)}" for p, c in zip(pillars, codes, strict=True)
    )
    return _charts.dots(scores, results.scale, told)


def _left_out(index: Index) -> tuple[Left, ...]:
    names, reasons = index.excluded["name"], index.excluded["reason"]
    codes = index.excluded.iloc[:, 0].astype(str)
    found = [
        Left(words.plain(str(name)) or code, words.stop(words.capital(_worded(index, str(reason)))))
        for code, name, reason in zip(codes, names, reasons, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: words.folded(one.name)))


def _worded(index: Index, reason: str) -> str:
    """Put the titles of indicators in the place of their codes."""
    known = index.content.indicators

    def title(found: re.Match[str]) -> str:
        return known[found[0]].label if found[0] in known else found[0]

    return words.plain(re.sub(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b", title, reason))


def _left_out_lead(results: Board) -> str:
    count = len(results.index.excluded)
    if not count:
        return f"All {results.nouns[1]} of the content are ranked."
    one, many = results.nouns
    is_not = words.counted(count, f"{one} is not ranked", f"{many} are not ranked")
    return f"{words.capital(is_not)}, each for the reason given here."
