"""The list of all indicators, leg by leg, with source, coverage and weight."""

from dataclasses import dataclass

import numpy as np

from resilience_index.content.speech import say
from resilience_index.index import Index
from resilience_index.publish import _notes, _views, words
from resilience_index.publish._board import Board, board, stated
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._views import Numbers


@dataclass(frozen=True, slots=True)
class Listed:
    """One indicator: its page, title, definition, producers, years, coverage, weight."""

    path: str
    title: str
    definition: str
    producers: str
    years: str
    coverage: str
    weight: str


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg of the index: its title and colour, what it is about, its indicators."""

    anchor: str
    title: str
    colour: str
    text: str
    indicators: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class AllIndicators:
    """All words and numbers of the list; templates only place them."""

    about: _notes.About
    lead: str
    legs: tuple[Leg, ...]
    numbers: Numbers
    citation: str


def indicators_view(index: Index) -> AllIndicators:
    """List the indicators of an index of one year.

    Examples
    --------
    >>> from resilience_index import build
    >>> len(indicators_view(build("ai_resilience")).legs)
    4
    """
    results = board(index)
    tree = index.framework.tree
    legs = [
        Leg(
            anchor=f"part-{position + 1}",
            title=words.plain(results.title(leg)),
            colour=_views.hue(position),
            text=words.plain(index.framework.nodes[leg].text) if leg in tree.children else "",
            indicators=tuple(_listed(results, code) for code in tree.leaves(leg)),
        )
        for position, leg in enumerate(tree.children[tree.root])
    ]
    told = _notes.about(index)
    return AllIndicators(
        told, _lead(results), tuple(legs), _numbers(results), _notes.citation(told)
    )


def render(view: AllIndicators, chrome: Chrome | None = None) -> str:
    """Make the HTML of the list."""
    return _views.rendered("indicators.html.j2", view=view, chrome=chrome)


def _lead(results: Board) -> str:
    """Say how many indicators there are, and how full the table of figures is."""
    leaves = results.index.framework.tree.leaves(results.root)
    bits = np.array([[results.mark(c, i) for i in leaves] for c in results.codes])
    full = words.share(float(np.mean([[stated(b) for b in row] for row in bits])))
    counted = words.counted(
        len(leaves),
        "{n} indicator, each with its source, its licence and its limits.",
        "{n} indicators, each with its source, its licence and its limits.",
    )
    there = say("{share} of all figures are there.", share=full)
    return f"{words.capital(counted)} {there}"


def _numbers(results: Board) -> Numbers:
    """Give the numbers behind the lists, in their order: years, how many have data, weight."""
    index, rows = results.index, []
    for code in index.framework.tree.leaves(results.root):
        one, years = index.content.indicators[code], index.years[code].dropna()
        there = sum(stated(results.mark(c, code)) for c in results.codes)
        ends = (int(years.min()), int(years.max())) if len(years) else (None, None)
        own = (code, words.plain(one.title), index.framework.indicators[code].parent)
        told = (*ends, there, len(results.codes), float(index.nominal[code]))
        rows.append((*own, words.plain(one.definition), ";".join(one.sources), *told))
    columns = (
        *("indicator", "title", "parent", "definition", "sources", "year_first", "year_last"),
        *("with_data", "of", "weight"),
    )
    return Numbers("list", columns, tuple(rows))


def _listed(results: Board, code: str) -> Listed:
    index = results.index
    definition = index.content.indicators[code]
    there = sum(stated(results.mark(c, code)) for c in results.codes)
    years = index.years[code].dropna().astype(int).tolist()
    producers = dict.fromkeys(
        _notes.producer(index.content.sources[key]) for key in definition.sources
    )
    return Listed(
        path=f"indicators/{code}.html",
        title=words.plain(definition.title),
        definition=words.stop(words.plain(definition.definition)),
        producers=words.listing(list(producers)),
        years=words.years(years),
        coverage=say("{n} of {of}", n=words.whole(there), of=words.whole(len(results.codes))),
        weight=words.percent(100 * float(index.nominal[code]), 1),
    )
