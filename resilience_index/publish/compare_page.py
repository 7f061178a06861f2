"""The page on which a reader compares countries of his or her own choice."""

from dataclasses import dataclass

from resilience_index.index import Index
from resilience_index.publish import _notes, _views, words
from resilience_index.publish._board import board
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._groups import Kind, kinds
from resilience_index.publish.words import NBSP
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
    range_ = f" and its 90{NBSP}% interval (band), on an axis cut to this set" if known else ""
    return CompareView(
        about=told,
        noun=results.nouns[0],
        nouns=results.nouns[1],
        most=words.count(MOST),
        names=tuple(sorted(results.names.values(), key=words.folded)),
        kinds=kinds(results),
        ranks=f"Published rank{' (dot)' if known else ''}{range_}.",
        ahead=""
        if known is None
        else (
            f"Share of {known.draws:,} versions of the index, per cent, in which the row is ahead "
            f"of the column. Blue: clear, 95{NBSP}% or more. Grey: no clear order."
        ),
        scale=results.scale.ends,
        fine=results.fine_scale.ends,
        citation=_notes.citation(told),
    )


def render(view: CompareView, chrome: Chrome | None = None) -> str:
    """Make the HTML of the page."""
    return _views.rendered("compare.html.j2", view=view, chrome=chrome)
