"""From a view to text: the one place where templates are opened.

A page is a template and a view, a frozen dataclass of words and numbers that are already rounded.
Templates have no arithmetic and Python has no HTML; what a view holds is escaped. Templates say
their own words with ``say("…", place=…)``, so that they can be said in other languages.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from resilience_index.content.speech import spoken
from resilience_index.places import templates
from resilience_index.publish._letters import based, families
from resilience_index.publish._marks import Chart
from resilience_index.publish.speech import counted_in_page, page_number, ranged, said_in_page

STYLE = "style.css"
HUES = 8
"""Pillars that have a hue of their own, tokens p1 to p8 of the style sheet; more are grey."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key figure: what it is, the figure with its unit, a line below; marked if an interval."""

    label: str
    value: str
    unit: str
    note: str
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a chart plots, unrounded, to be taken along: a name for its files, columns, rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its words: the finding, what is plotted, the foot, and its numbers as a table.

    `narrow` is the chart for a phone, where the same marks would be too small; `printed` the one
    for paper, where it differs from that of a wide page; `numbers` are there where the chart can
    be taken along.
    """

    finding: str
    plots: str
    foot: str
    chart: Chart
    narrow: Chart | None
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: Numbers | None = None
    printed: Chart | None = None


@cache
def environment(folder: Path) -> Environment:
    """Return the templates of a folder, ready to use; made once."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["token"] = tokens((folder / STYLE).read_text(encoding="utf-8"))
    made.globals |= {"say": said_in_page, "counted": counted_in_page, "spoken": spoken}
    made.globals |= {"page_number": page_number, "based": based, "families": families}
    made.globals["ranged"] = ranged
    return made


def tokens(style: str) -> dict[str, str]:
    """Read the colours off the first rule of a style sheet, where all of them are named.

    Examples
    --------
    >>> tokens(":root { --ink: #17212b; --gap: 1rem } p { color: #fff }")
    {'ink': '#17212b'}
    """
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{3,8})\b", style.partition("}")[0]))


def rendered(template: str, **context: Any) -> str:
    """Fill a template of the folder that ships."""
    return environment(templates()).get_template(template).render(**context)


def style() -> str:
    """Return the style sheet of the pages, to be put inside a page that stands alone."""
    return (templates() / STYLE).read_text(encoding="utf-8")


def hue(position: int) -> str:
    """Name the colour token of the pillar at a position in the framework, from 0.

    Examples
    --------
    >>> hue(0), hue(7), hue(8)
    ('p1', 'p8', 'ink-2')
    """
    return f"p{position + 1}" if 0 <= position < HUES else "ink-2"
