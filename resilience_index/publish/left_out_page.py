"""The page of those who are not ranked, each with the reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from resilience_index.content import Indicator
from resilience_index.content.speech import noted, say
from resilience_index.index import Index
from resilience_index.publish import _notes, _views, words
from resilience_index.publish._board import Board, board, spoken
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
        grouped=words.capital(spoken(grouped)) if grouped else "",
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
        return say("All {places} of the content are ranked.", places=many)
    told = words.counted(
        count,
        "{n} of {of} {places} is not ranked, each for the reason given here.",
        "{n} of {of} {places} are not ranked, each for the reason given here.",
        of=words.whole(of),
        places=many,
    )
    return words.capital(told)


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


_NONE_APPLIES = noted("no indicator applies")
_REASON = re.compile(
    r"observed (?P<got>\d+) of (?P<due>\d+) indicators(?: of (?P<node>.+?))? "
    r"\((?P<share>[\d.]+)\); at least (?P<need>[\d.]+) needed"
    r"|observed none of (?P<codes>.+?); at least one needed"
    r"|zero in (?P<zeros>\d+) of (?P<there>\d+) figures \((?P<part>[\d.]+)\); "
    r"at most (?P<limit>[\d.]+) allowed"
)
"""What the screen says of who is left out, as `steps.screen` writes it into the data."""


def _worded(index: Index, reason: str) -> str:
    """Say a reason in the language of the page, titles of indicators in the place of codes."""
    known = index.content.indicators
    found = list(_REASON.finditer(reason))
    if not found:
        return words.plain(say(reason))
    return words.plain(words.semicolons(_sentence(known, one.groupdict()) for one in found))


def _sentence(known: Mapping[str, Indicator], told: Mapping[str, str | None]) -> str:
    """Say what one rule of the screen found."""
    given = {name: text for name, text in told.items() if text is not None}
    if "codes" in given:
        titles = [known[c].label if c in known else c for c in given["codes"].split(", ")]
        return say("observed none of {titles}; at least one needed", titles=words.commas(titles))
    if "zeros" in given:
        return say("zero in {zeros} of {there} figures ({part}); at most {limit} allowed", **given)
    if "node" in given:
        return say(
            "observed {got} of {due} indicators of {node} ({share}); at least {need} needed",
            **given,
        )
    return say("observed {got} of {due} indicators ({share}); at least {need} needed", **given)
