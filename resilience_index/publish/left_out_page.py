"""The page of those who are not ranked, each with the reason."""

import re
from dataclasses import dataclass

from resilience_index.index import Index
from resilience_index.publish import _notes, _views, words
from resilience_index.publish._board import Board, board
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._formulas import Formula, formula


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who is not ranked, with the group he is in and the reason."""

    code: str
    name: str
    group: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOutView:
    """All words of the page; templates only place them."""

    about: _notes.About
    lead: str
    rule: str
    formula: Formula | None
    noun: str
    grouped: str
    rows: tuple[Left, ...]
    citation: str


def left_out_view(index: Index) -> LeftOutView:
    """Say who is not ranked, and why.

    Parameters
    ----------
    index
        A built index of one year.

    Examples
    --------
    >>> from resilience_index import build
    >>> index = build("ai_resilience")
    >>> len(left_out_view(index).rows) == len(index.excluded)
    True
    """
    results = board(index)
    told = _notes.about(index)
    screen = index.framework.method.screen
    grouped = "region" if "region" in index.content.units else ""
    return LeftOutView(
        about=told,
        lead=left_out_lead(results),
        rule=words.stop(words.plain(index.framework.method.reasons.get("screen", ""))),
        formula=formula("screen", screen) if screen.name != "none" else None,
        noun=words.capital(results.nouns[0]),
        grouped=words.capital(grouped),
        rows=_rows(index, grouped),
        citation=_notes.citation(told),
    )


def render(view: LeftOutView, chrome: Chrome | None = None) -> str:
    """Make the HTML of the page."""
    return _views.rendered("left_out.html.j2", view=view, chrome=chrome)


def left_out_lead(results: Board) -> str:
    """Say how many are not ranked, of how many."""
    count, of = len(results.index.excluded), len(results.index.content.units)
    many = results.nouns[1]
    if not count:
        return f"All {many} of the content are ranked."
    verb = "is" if count == 1 else "are"
    told = f"{words.count(count)} of {of:,} {many} {verb} not ranked"
    return f"{words.capital(told)}, each for the reason given here."


def _rows(index: Index, grouped: str) -> tuple[Left, ...]:
    names, reasons = index.excluded["name"], index.excluded["reason"]
    codes = index.excluded.iloc[:, 0].astype(str)
    groups = index.content.units[grouped].to_dict() if grouped else {}
    found = [
        Left(
            code=code,
            name=words.plain(str(name)) or code,
            group=words.plain(str(groups.get(code, ""))),
            reason=words.stop(words.capital(_worded(index, str(reason)))),
        )
        for code, name, reason in zip(codes, names, reasons, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: words.folded(one.name)))


def _worded(index: Index, reason: str) -> str:
    """Put the titles of indicators in the place of their codes."""
    known = index.content.indicators

    def title(found: re.Match[str]) -> str:
        return known[found[0]].label if found[0] in known else found[0]

    return words.plain(re.sub(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b", title, reason))
