"""Pages about the pages: editions and addresses, accessibility; and charts for other pages."""

from dataclasses import dataclass
from pathlib import Path

from resilience_index.content import Content
from resilience_index.content.observations import read_table
from resilience_index.content.speech import say
from resilience_index.errors import ContentError
from resilience_index.index import Index
from resilience_index.publish import _notes, _views, words
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._views import Figure
from resilience_index.publish.country import CountryView

EDITIONS = "editions.csv"
"""Earlier editions, in a content folder that has any: edition, published, address, changes."""

_COLUMNS = ("edition", "published", "address", "changes")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An edition before this one: its name, when and where it was published, what changed then."""

    edition: str
    published: str
    address: str
    changes: str


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """All words of the page of earlier editions and of addresses."""

    about: _notes.About
    name: str
    example: str
    indicator: str
    earlier: tuple[Earlier, ...]
    citation: str


@dataclass(frozen=True, slots=True)
class AccessibilityView:
    """All words of the statement on accessibility."""

    about: _notes.About
    citation: str


@dataclass(frozen=True, slots=True)
class EmbedView:
    """A chart of one country that other pages show in a frame."""

    about: _notes.About
    code: str
    name: str
    figure: Figure
    source: str


def archive_view(index: Index) -> ArchiveView:
    """Say which editions there were, and what stands at which address.

    Raises
    ------
    ContentError
        If the content folder's list of editions cannot be read, or lacks a column.
    """
    told = _notes.about(index)
    return ArchiveView(
        about=told,
        name=f"{index.framework.name}-{told.edition}",
        example=str(index.ranking().index[0]),
        indicator=index.framework.tree.leaves(index.root)[0],
        earlier=_earlier(index.content, told.edition),
        citation=_notes.citation(told),
    )


def access_view(index: Index) -> AccessibilityView:
    """Say how accessible the pages and the PDFs are."""
    told = _notes.about(index)
    return AccessibilityView(told, _notes.citation(told))


def embed_view(view: CountryView) -> EmbedView | None:
    """Take the chart of a report that others may embed; None where there is none."""
    if view.strip is None:
        return None
    about = view.about
    licence = f" {about.licence}." if about.licence else ""
    source = say("{title}, {edition} edition.", title=about.title, edition=about.edition) + licence
    return EmbedView(about, view.code, view.name, view.strip, source)


def render(view: ArchiveView | AccessibilityView, chrome: Chrome) -> str:
    """Make the HTML of a page about the pages."""
    name = "archive" if isinstance(view, ArchiveView) else "accessibility"
    return _views.rendered(f"{name}.html.j2", view=view, chrome=chrome)


def render_embed(view: EmbedView) -> str:
    """Make the HTML of a chart for a frame."""
    return _views.rendered("embed.html.j2", view=view)


def _earlier(content: Content, edition: str) -> tuple[Earlier, ...]:
    """Read the earlier editions, the newest first as they are listed."""
    path = content.folder / EDITIONS
    if not path.is_file():
        return ()
    columns = read_table(path, within=content.folder).columns
    if missing := [name for name in _COLUMNS if name not in columns]:
        raise ContentError(
            str(path),
            [f"no column {', '.join(missing)}; it lists editions by {', '.join(_COLUMNS)}"],
        )
    rows = zip(*(columns[name] for name in _COLUMNS), strict=True)
    found = [Earlier(*(say(words.plain(str(cell))) for cell in row)) for row in rows]
    _addresses(path, found)
    return tuple(one for one in found if one.edition != edition)


def _addresses(path: Path, found: list[Earlier]) -> None:
    """Refuse an address that a reader could not follow; an empty one is none."""
    wrong = [
        f"edition {one.edition}: address '{one.address}' must begin with https://, or be empty"
        for one in found
        if one.address and not one.address.startswith("https://")
    ]
    if wrong:
        raise ContentError(str(path), wrong)
