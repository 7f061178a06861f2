"""The page on which a reader compares countries of his or her own choice."""

from dataclasses import dataclass

from resilience_index.content.speech import say
from resilience_index.index import Index
from resilience_index.publish import _notes, _views, words
from resilience_index.publish._board import board
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._groups import Kind, kinds
from resilience_index.robustness.uncertainty import Uncertainty

MOST = 8
"""Countries that are compared at once, at most; the script of the site has the same number."""


@dataclass(frozen=True, slots=True)
class CompareView:
    """What the page says before its script has drawn anything."""

    about: _notes.About
    noun: str
    nouns: str
    most: str
    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    ranks: str
    ahead: str
    scale: str
    fine: str
    citation: str


def compare_view(index: Index, known: Uncertainty | None = None) -> CompareView:
    """Say what stands round the comparison.

    Parameters
    ----------
    index
        A built index of one year.
    known
        Its uncertainty, so that the page can say who is clearly ahead of whom.

    Examples
    --------
    >>> from resilience_index import build
    >>> compare_view(build("ai_resilience")).most
    'eight'
    """
    results = board(index)
    told = _notes.about(index)
    return CompareView(
        about=told,
        noun=results.nouns[0],
        nouns=results.nouns[1],
        most=words.count(MOST),
        names=tuple(sorted(results.names.values(), key=words.folded)),
        kinds=kinds(results),
        ranks=_ranks(known),
        ahead="" if known is None else _ahead(known.draws),
        scale=results.scale.ends,
        fine=results.fine_scale.ends,
        citation=_notes.citation(told),
    )


def _ranks(known: Uncertainty | None) -> str:
    if known is None:
        return say("Published rank.")
    return say(
        "Published rank (dot) and its 90\u00a0% interval (band), on an axis cut to this set."
    )


def _ahead(draws: int) -> str:
    return say(
        "Share of {n} versions of the index, per cent, in which the row is ahead of the column. "
        "Blue: clear, 95\u00a0% or more. Grey: no clear order.",
        n=words.whole(draws),
    )


def render(view: CompareView, chrome: Chrome | None = None) -> str:
    """Make the HTML of the page."""
    return _views.rendered("compare.html.j2", view=view, chrome=chrome)
