"""The page of corrections: what was wrong, since when, whose rank changed, and the reply to it."""

from dataclasses import dataclass

from resilience_index.content import errata
from resilience_index.content.speech import say
from resilience_index.index import Index
from resilience_index.publish import _notes, _views, words
from resilience_index.publish._chrome import Chrome


@dataclass(frozen=True, slots=True)
class Entry:
    """One correction: its heading, an anchor, and what is told, point by point."""

    anchor: str
    title: str
    points: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ErrataView:
    """All words of the page; templates only place them."""

    about: _notes.About
    lead: str
    entries: tuple[Entry, ...]
    dispute: tuple[str, ...]
    citation: str


def errata_view(index: Index) -> ErrataView:
    """Say what was corrected, and how to dispute a figure.

    Parameters
    ----------
    index
        A built index of one year.

    Examples
    --------
    >>> from resilience_index import build
    >>> errata_view(build("ai_resilience")).lead
    'No edition of this index has been corrected so far.'
    """
    read = errata.read(index.content.folder)
    told = _notes.about(index)
    entries = [
        Entry(
            anchor=f"e-{one.edition.replace('.', '-')}",
            title=words.plain(f"{one.edition}, {one.date}"),
            points=tuple((say(name), words.plain(one.told[name])) for name in errata.POINTS),
        )
        for one in read.corrections
    ]
    return ErrataView(
        about=told,
        lead=_lead(len(entries)),
        entries=tuple(entries),
        dispute=tuple(say(words.plain(text)) for text in read.dispute),
        citation=_notes.citation(told),
    )


def render(view: ErrataView, chrome: Chrome | None = None) -> str:
    """Make the HTML of the page."""
    return _views.rendered("errata.html.j2", view=view, chrome=chrome)


def corrects(index: Index) -> str:
    """Say on the first page that an edition corrects earlier ones; nothing if it does not."""
    edition = index.framework.about.edition
    known = {one.edition for one in errata.read(index.content.folder).corrections}
    if edition not in known:
        return ""
    return say("Edition {edition} corrects figures of an earlier one.", edition=edition)


def _lead(count: int) -> str:
    """Count the corrections."""
    if not count:
        return say("No edition of this index has been corrected so far.")
    told = words.counted(
        count,
        "{n} correction so far, the newest first. Nothing is taken away from this list.",
        "{n} corrections so far, the newest first. Nothing is taken away from this list.",
    )
    return words.capital(told)
