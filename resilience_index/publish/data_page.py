"""The page of the data: files to take along, sources with their licences, what was dropped."""

import inspect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from resilience_index.content import Content
from resilience_index.content.observations import read_table
from resilience_index.content.shapes import Shapes
from resilience_index.content.speech import noted, say
from resilience_index.export import dictionary, linked_data
from resilience_index.index import Index
from resilience_index.publish import _notes, _views, robustness_tables, tables, words
from resilience_index.publish._board import Board, board
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._views import Numbers

DROPPED = "dropped.csv"
"""Figures that a content folder leaves out, with the reason: code, indicator, …, reason."""

_STATUS = {
    "unclear": noted("The licence is unclear: ask the producer before passing figures on."),
    "share_alike": noted("Works built on it carry the same licence."),
}


_WHOLE = {
    ".xlsx": noted(
        "Every step as live formulas: change a weight or a figure, and the ranks follow."
    ),
    "datapackage.json": noted(
        "Type, unit and meaning of every column of the tables (Data Package)."
    ),
    "data/sdmx/data.csv": noted("Every figure as SDMX-CSV 2.0, for statistical offices."),
    "data/sdmx/structure.xml": noted("The structure of these figures (SDMX-ML 3.0)."),
    linked_data.FILE: noted("The edition described for search engines of data (schema.org)."),
    "CITATION.cff": noted("Citations of the index and of the producers, as CFF."),
    "citation.bib": noted("The same for LaTeX, as BibTeX."),
    "citation.ris": noted("The same for reference managers, as RIS."),
    "examples/read_edition.R": noted("Reads this edition in R, and checks the scores."),
    "examples/ranking.pq": noted(
        "Reads the ranking in Excel, in any language of Excel (Power Query)."
    ),
    "README.md": noted(
        "Terms of every source, and how to read the tables in R, Excel, Stata and Python."
    ),
}
"""Files of the whole edition, by how their path ends: what is in them, in the order shown."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file beside the page: its path, its words, its size."""

    path: str
    name: str
    size: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to take along: its name, what is in it, and its files."""

    name: str
    text: str
    files: tuple[Download, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Sources on other than plainly open terms: what that means, and which they are."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A unit whose figures are left out: its code, how many, of which indicators, and why."""

    code: str
    figures: int
    count: str
    indicators: str
    reason: str
    numbers: tuple[str | int, ...]  # as _DROPPED names them


_DROPPED = ("code", "figures", "indicators", "reason")


@dataclass(frozen=True, slots=True)
class DataView:
    """All words of the page; templates only place them."""

    about: _notes.About
    tables: tuple[Offer, ...]
    whole: tuple[Offer, ...]
    terms: tuple[Terms, ...]
    sources: tuple[_notes.Cited, ...]
    shapes: tuple[str, str] | None
    fonts: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    dropped_lead: str
    numbers: Numbers
    citation: str


def data_view(
    index: Index,
    files: Mapping[str, int],
    *,
    shapes: Shapes | None = None,
    fonts: Sequence[str] = (),
) -> DataView:
    r"""Say what an edition holds, where its figures come from, and on what terms.

    Parameters
    ----------
    index
        A built index of one year.
    files
        Path and size, in bytes, of each file to take along.
    shapes
        Shapes of the maps, for their source.
    fonts
        Names and licences of the fonts that the site carries along.

    Examples
    --------
    >>> from resilience_index import build
    >>> data_view(build("ai_resilience"), {"data/ranking.csv": 20480}).tables[0].files
    (Download(path='data/ranking.csv', name='CSV', size='20\xa0kB'),)
    """
    results = board(index)
    told = _notes.about(index)
    dropped = _dropped(index.content)
    return DataView(
        about=told,
        tables=_tables(files),
        whole=_whole(files),
        terms=_terms(index),
        sources=tuple(
            _notes.sources(index.content, index.framework.tree.leaves(index.root)).values()
        ),
        shapes=None if shapes is None else _credit(shapes),
        fonts=tuple(fonts),
        dropped=dropped,
        dropped_lead=_dropped_lead(results, dropped),
        numbers=Numbers("dropped", _DROPPED, tuple(one.numbers for one in dropped)),
        citation=_notes.citation(told),
    )


def render(view: DataView, chrome: Chrome | None = None) -> str:
    """Make the HTML of the page."""
    return _views.rendered("data.html.j2", view=view, chrome=chrome)


def _tables(files: Mapping[str, int]) -> tuple[Offer, ...]:
    """Offer each table of the edition, in every format that lies there."""
    out = []
    for name, text in described().items():
        paths = [f"data/{name}.{ending}" for ending in ("csv", "json")]
        there = tuple(
            _download(path, files[path], path.rpartition(".")[2].upper())
            for path in paths
            if path in files
        )
        if there:
            out.append(Offer(name, say(text), there))
    return tuple(out)


def described() -> dict[str, str]:
    """Say in English what each table holds: the first line of what makes it."""
    known = {**tables.TABLES, **tables.OF_UNCERTAINTY, **robustness_tables.BESIDE}
    made = {**known, **dictionary.TABLES}
    return {name: (inspect.getdoc(one) or "").splitlines()[0] for name, one in made.items()}


def _whole(files: Mapping[str, int]) -> tuple[Offer, ...]:
    """Offer the files that hold or describe the whole edition."""
    out = []
    for end, text in _WHOLE.items():
        for path, size in files.items():
            name = path.rpartition("/")[2]
            if path == end or (end == ".xlsx" and path.endswith(end)):
                ending = name.rpartition(".")[2].upper()
                out.append(Offer(name, say(text), (_download(path, size, ending),)))
    return tuple(out)


def _download(path: str, size: int, name: str) -> Download:
    kilo = words.fixed(size / 1024, 0)
    if kilo == words.fixed(0, 0):
        return Download(path, name, say("under {n}\u00a0kB", n=words.fixed(1, 0)))
    return Download(path, name, say("{n}\u00a0kB", n=kilo))


def _terms(index: Index) -> tuple[Terms, ...]:
    """Name the sources whose terms are not plainly open."""
    content = index.content
    used = _notes.sources(content, index.framework.tree.leaves(index.root))
    out = []
    for status, text in _STATUS.items():
        found = [
            f"{words.plain(content.sources[key].title)} ({_notes.producer(content.sources[key])})"
            for key in used
            if content.sources[key].licence_status == status
        ]
        if found:
            out.append(Terms(say(text), tuple(found)))
    return tuple(out)


def _credit(shapes: Shapes) -> tuple[str, str]:
    """Return the record of the map's shapes, and their address."""
    file = shapes.file
    note = f" {words.stop(words.plain(say(file.licence_note)))}" if file.licence_note else ""
    credit = say(
        "{producer}, {title}. Licence: {licence}.",
        producer=file.producer,
        title=file.title,
        licence=file.licence,
    )
    return (credit + note, file.url)


def _dropped(content: Content) -> tuple[Dropped, ...]:
    """Read what the content leaves out, unit by unit; nothing if it says nothing of it."""
    path = content.folder / DROPPED
    if not path.is_file():
        return ()
    columns = read_table(path).columns
    code = next(iter(columns))
    if not {"indicator", "reason"} <= set(columns):
        return ()
    found: dict[tuple[str, str], list[str]] = {}
    for unit, indicator, reason in zip(
        columns[code], columns["indicator"], columns["reason"], strict=True
    ):
        found.setdefault((str(unit), str(reason)), []).append(str(indicator))
    return tuple(
        Dropped(
            code=words.plain(unit),
            figures=len(indicators),
            count=words.whole(len(indicators)),
            indicators=words.listing(_titles(content, indicators), most=4),
            reason=words.stop(words.capital(words.plain(say(reason)))),
            numbers=(unit, len(indicators), ";".join(sorted(set(indicators))), reason),
        )
        for (unit, reason), indicators in sorted(found.items())
    )


def _titles(content: Content, indicators: Collection[str]) -> list[str]:
    """Return titles in the place of codes, each once."""
    known = content.indicators
    return [
        words.plain(known[c].label) if c in known else c for c in dict.fromkeys(sorted(indicators))
    ]


def _dropped_lead(results: Board, dropped: Sequence[Dropped]) -> str:
    if not dropped:
        return ""
    figures = sum(one.figures for one in dropped)
    codes = len({one.code for one in dropped})
    told = words.counted(
        figures,
        "{n} figure of {codes} that the list of {places} does not have were left out.",
        "{n} figures of {codes} that the list of {places} does not have were left out.",
        codes=words.counted(codes, "{n} code", "{n} codes"),
        places=results.nouns[1],
    )
    return words.capital(told)
