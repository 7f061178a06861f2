"""Charts to take along: each as SVG with its source line, its numbers as CSV and JSON.

A chart that leaves its page keeps what it needs to be quoted: the finding, what is plotted, whose
index it is, which edition, on what terms, and the sources whose terms ask for more.
"""

import json
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from resilience_index.content.speech import say
from resilience_index.export.json_tables import rows_of
from resilience_index.export.terms import Terms
from resilience_index.publish import _views, tables, words
from resilience_index.publish._map import World
from resilience_index.publish._marks import TEXT, Chart, Text, at, width_of
from resilience_index.publish._views import Figure, Numbers

FOLDER = "charts"
"""Folder of an edition that holds them."""

_MARGIN, _LINE = 12.0, 14.0
_GAP = 8.0  # between the words and the chart
_NARROWEST = 318.0
_MAP = 0.5
_DIRECTIONS = dict.fromkeys((*range(0x2066, 0x206A), 0x200E, 0x200F))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart or a map, and where on its sheet it stands."""

    left: str
    top: str
    width: str
    height: str
    chart: Chart | World
    kind: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chart on a sheet of its own: drawings, words above and below, and what the file tells."""

    width: str
    height: str
    drawings: tuple[Drawing, ...]
    texts: tuple[Text, ...]
    told: str


def chart_files(figures: Iterable[Figure], stem: str, terms: Terms) -> dict[str, str]:
    """Write figures that have numbers: SVG, CSV and JSON of each, by path in the edition.

    Parameters
    ----------
    figures
        Figures of one page; those without numbers are passed over.
    stem
        What their files begin with, such as KOR.
    terms
        Of the edition.

    Returns
    -------
    dict
        Texts by path, such as charts/KOR-pillars.csv.
    """
    made = {}
    for figure in figures:
        if figure.numbers is None:
            continue
        path = f"{FOLDER}/{stem}-{figure.numbers.name}"
        table = frame(figure.numbers)
        made[f"{path}.svg"] = svg(
            figure.chart, figure.finding, figure.plots, terms, foot=figure.foot
        )
        made[f"{path}.csv"] = as_csv(table, terms)
        made[f"{path}.json"] = _json(figure, table, terms)
    return made


class Tabled(Protocol):
    """A table of a page: its name for files, title, intro, columns, rows and those behind them."""

    @property
    def name(self) -> str:
        """What its files are called."""

    @property
    def title(self) -> str:
        """What it shows."""

    @property
    def intro(self) -> str:
        """How to read it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Heads."""

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Cells, as they are written on the page."""

    @property
    def more(self) -> tuple[tuple[str, ...], ...]:
        """Rows that the page shows on demand."""

    @property
    def numbers(self) -> Numbers | None:
        """All its rows, unrounded and with names of columns for programs."""


def _apart(heads: Sequence[str]) -> tuple[str, ...]:
    """Tell heads that stand there twice apart, by a number.

    Examples
    --------
    >>> _apart(["Alone", "Interval", "In all", "Interval"])
    ('Alone', 'Interval', 'In all', 'Interval 2')
    """
    seen = Counter[str]()
    made = []
    for head in heads:
        seen[head] += 1
        made.append(head if seen[head] == 1 else f"{head} {seen[head]}")
    return tuple(made)


def table_files(shown: Iterable[Tabled], stem: str, terms: Terms) -> dict[str, str]:
    """Write tables that have a name, as CSV and JSON, by path in the edition.

    Parameters
    ----------
    shown
        Tables of one page; one without numbers is written as it stands on the page.
    stem
        What their files begin with, such as audit.
    terms
        Of the edition.
    """
    made: dict[str, str] = {}
    for one in shown:
        if not (one.name and one.rows):
            continue
        path = f"{FOLDER}/{stem}-{one.name}"
        if one.numbers is None:
            table = pd.DataFrame([*one.rows, *one.more], columns=list(_apart(one.columns)))
        else:
            table = frame(one.numbers)
        made |= _both(path, table, one.title, one.intro, terms)
    return made


def number_files(
    numbers: Numbers, stem: str, terms: Terms, *, title: str, note: str = ""
) -> dict[str, str]:
    """Write the numbers behind a table of a page, as CSV and JSON, by path in the edition.

    Parameters
    ----------
    numbers
        The rows, with the name of their files.
    stem
        What the files begin with, such as KOR.
    terms
        Of the edition.
    title, note
        What the table shows, and how to read it.
    """
    return _both(f"{FOLDER}/{stem}-{numbers.name}", frame(numbers), title, note, terms)


def _both(path: str, table: pd.DataFrame, title: str, note: str, terms: Terms) -> dict[str, str]:
    about_it = {"about": about(terms), "title": title, "note": note}
    return {
        f"{path}.csv": as_csv(table, terms),
        f"{path}.json": as_json({**about_it, "rows": rows_of(table)}),
    }


def frame(numbers: Numbers) -> pd.DataFrame:
    """Make a table of numbers; ranks and counts are whole, what is infinite is missing."""
    rows = [[_finite(cell) for cell in row] for row in numbers.rows]
    table = pd.DataFrame(rows, columns=list(numbers.columns))
    for name in table.columns:
        if name == "peers" or name.startswith("rank"):
            table[name] = tables.whole(table[name])
    return table


def _finite(cell: str | float | None) -> str | float | None:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def as_csv(table: pd.DataFrame, terms: Terms) -> str:
    """Spell a table as CSV, each row with its edition and licence, without marks of direction.

    A name in a table is to be the same name wherever it stands, so that tables can be joined.
    """
    whole = signed(table, terms)
    for name in whole.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in whole.dtypes]]:
        whole[name] = [unmarked(c) if isinstance(c, str) else c for c in whole[name].tolist()]
    return tables.to_csv(whole.rename(columns=unmarked)).decode()


def as_json(value: Any) -> str:
    """Spell data as JSON in one line, without marks of direction."""
    return unmarked(json.dumps(value, ensure_ascii=False, allow_nan=False)) + "\n"


def unmarked(text: str) -> str:
    r"""Take away the marks that keep text in its order on a page: isolates, and marks of direction.

    Examples
    --------
    >>> unmarked("\u2066+0.25\u2069 \u200f(a)") == "+0.25 (a)"
    True
    """
    return text.translate(_DIRECTIONS)


def signed(table: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    """Add to each row the edition and its licence, for a table that may travel alone."""
    return table.assign(
        edition=f"{terms.title}, edition {terms.edition}", licence=terms.licence.name
    )


def _json(figure: Figure, table: pd.DataFrame, terms: Terms) -> str:
    made = {
        "about": about(terms),
        "finding": figure.finding,
        "plots": figure.plots,
        "note": figure.foot,
        "rows": rows_of(table),
    }
    return as_json(made)


def about(terms: Terms) -> dict[str, Any]:
    """Say in short what the edition is and on what terms, its sources and theirs."""
    return {
        "title": terms.title,
        "edition": terms.edition,
        "licence": {"name": terms.licence.name, "url": terms.licence.url},
        "citation": terms.citation,
        "sources": [
            {"citation": s.citation, "licence": s.licence, **({"asks": s.asks} if s.asks else {})}
            for s in terms.sources
        ],
    }


def svg(chart: Chart | World, finding: str, plots: str, terms: Terms, *, foot: str = "") -> str:
    """Draw a chart or a map on a sheet of its own.

    Parameters
    ----------
    chart
        What is drawn.
    finding, plots, foot
        What it shows, what is plotted, and what else a reader must know.
    terms
        Of the edition, for the source line.
    """
    charts: list[Chart | World] = [chart]
    charts += [chart.legend] if isinstance(chart, World) else []
    wide = max(*(_size(one)[0] for one in charts), _NARROWEST)
    above = [(line, True) for line in wrapped(finding, wide, bold=True)]
    above += [(line, False) for line in wrapped(plots, wide)]
    below = [(line, False) for line in (*wrapped(foot, wide), *wrapped(_source(terms), wide))]
    top = _MARGIN + _LINE * len(above) + _GAP
    drawings, under = [], top
    for one in charts:
        width, height = _size(one)
        kind = "map" if isinstance(one, World) else "chart"
        drawings.append(Drawing(at(_MARGIN), at(under), at(width), at(height), one, kind))
        under += height + _GAP
    texts = _placed(above, _MARGIN, "ink") + _placed(below, under, "ink-2")
    sheet = Sheet(
        width=at(wide + 2 * _MARGIN),
        height=at(under + _LINE * len(below) + _MARGIN),
        drawings=tuple(drawings),
        texts=texts,
        told=_told(terms),
    )
    return _views.rendered("chart.svg.j2", sheet=sheet)


def _size(chart: Chart | World) -> tuple[float, float]:
    """Return width and height on the sheet; a map is drawn at half its size."""
    scale = _MAP if isinstance(chart, World) else 1.0
    return float(chart.width) * scale, float(chart.height) * scale


def _placed(lines: Sequence[tuple[str, bool]], top: float, colour: str) -> tuple[Text, ...]:
    return tuple(
        Text(at(_MARGIN), at(top + _LINE * k + TEXT), line, "start", colour, bold)
        for k, (line, bold) in enumerate(lines)
    )


def _source(terms: Terms) -> str:
    source = say("Source: {title}, edition {edition}.", title=terms.title, edition=terms.edition)
    if not terms.licence.name:
        return source
    licence = say("Licence: {licence}.", licence=terms.licence.name)
    return f"{source} {licence}"


def _told(terms: Terms) -> str:
    """Say in the file's own data whom to cite, and whose terms ask for more."""
    makers = words.semicolons(dict.fromkeys(source.producer for source in terms.sources))
    told = [
        say("Cite the index: {citation} Figures: {names}.", citation=terms.citation, names=makers)
    ]
    told += [
        f"{source.producer}, {source.title}: {words.stop(source.asks)}" for source in terms.asking
    ]
    return words.plain(" ".join(told))


def _parts(word: str, room: float, *, bold: bool) -> list[str]:
    """Cut what is written without spaces, as in Chinese or Japanese, to the room; not a word."""
    parts = [""]
    for c in word:
        wide = unicodedata.east_asian_width(c) in "WF" and unicodedata.category(c)[0] != "P"
        if wide and parts[-1] and width_of(parts[-1] + c, bold=bold) > room:
            parts.append(c)
        else:
            parts[-1] += c
    return parts


def wrapped(text: str, room: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines that fit the room; a word that is too long stands alone.

    Examples
    --------
    >>> wrapped("Score and rank of each pillar", 100)
    ['Score and rank of', 'each pillar']
    >>> wrapped("各支柱的得分和排名。", 90)
    ['各支柱的得分和排', '名。']
    """
    lines: list[str] = []
    for word in (part for whole in text.split() for part in _parts(whole, room, bold=bold)):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
