"""From the parts of an audit to sentences: names for codes, words for figures.

The sentences stand in templates/audit_words.toml; here they are filled.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from resilience_index.content.definitions import Source
from resilience_index.content.speech import noted, say
from resilience_index.places import templates
from resilience_index.publish import words
from resilience_index.publish._audit_reasons import reason
from resilience_index.publish._board import nouns
from resilience_index.publish._notes import producer
from resilience_index.publish._retold import powers, varied
from resilience_index.robustness._findings import Concern, Part
from resilience_index.robustness._thresholds import Form
from resilience_index.robustness.audit import Audit
from resilience_index.robustness.conclusions import Change, Statement

MOST = 3
"""Names that a sentence lists before it counts the rest."""

_SHARES = ("older", "empty", "clear", "apart", "minimum", "least", "most", "near", "share")
_COUNTS = (
    "of", "count", "draws", "tiers", "first", "leads", "files", "broken", "before", "treated",
    "bottom", "lower", "patterns", "seed",
)  # fmt: skip


_AND = noted("{one} and {other}")
_JOINTS = {
    "coverage.within": noted("{one} in {other}"),
    "place.other": noted("{one} with {other}"),
    "consistency.dropped": noted("{one} without {other}"),
}


@cache
def sentences() -> Mapping[str, Mapping[str, Any]]:
    """Read the sentences of audits."""
    with (templates() / "audit_words.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass(frozen=True)
class Names:
    """What codes of an index are called: countries, indicators, nodes, sources."""

    known: Mapping[str, str]
    place: str
    places: str
    short: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, audit: Audit) -> "Names":
        """Gather the names of an audited index."""
        index = audit.evidence.index
        content, framework = index.content, index.framework
        known = {str(c): words.plain(str(n)) for c, n in content.units["name"].items()}
        known |= {code: _source(one) for code, one in content.sources.items()}
        known |= {code: words.plain(one.label) for code, one in content.indicators.items()}
        known |= {code: words.plain(node.title) for code, node in framework.nodes.items()}
        return cls(known, *nouns(index), _makers(content.sources))

    def brief(self, code: str) -> str:
        """Return the shortest name that tells a code apart: of a source, its producer alone."""
        return self.short.get(code, self[code])

    def __getitem__(self, code: str) -> str:
        """Return the name of a code; the code itself if it has none."""
        return self.known.get(code, code)

    def called(self, code: str) -> str:
        """Name a code inside a sentence: the United States."""
        return words.called(self[code])

    def concern(self, concern: Concern, joint: str = _AND) -> str:
        """Name one who is concerned, or both of a pair, inside a sentence."""
        named = [self.called(code) for code in concern.codes]
        if len(named) == 1:
            return named[0]
        return say(joint, one=named[0], other=named[1])


def _makers(sources: Mapping[str, Source]) -> dict[str, str]:
    """Name sources by their producers, where a producer made only one of them."""
    makers = {code: producer(one) for code, one in sources.items()}
    tally = Counter(makers.values())
    return {code: maker for code, maker in makers.items() if tally[maker] == 1}


def _source(source: Source) -> str:
    """Name a source by its producer, and what it made."""
    return say("{producer}: {title}", producer=producer(source), title=words.plain(source.title))


def figure(value: float, form: Form, *, cell: bool = False) -> str:
    """Write a figure as its form asks; in the cell of a table a number stays a number.

    Examples
    --------
    >>> figure(0.25, "share").replace(words.NBSP, " "), figure(0.254, "number")
    ('25 %', '0.25')
    >>> figure(7.0, "years")
    'seven years'
    >>> figure(7.0, "years", cell=True), figure(float("nan"), "share")
    ('7 years', '–')
    >>> figure(0.0, "number"), figure(1e-9, "number"), figure(5.0, "count")
    ('0', 'under 0.01', '5')
    """
    if not np.isfinite(value):
        return words.MISSING if np.isnan(value) else "∞"
    if form == "share":
        return words.share(value) if 0 <= value <= 1 else words.percent(100 * value)
    if form == "years":
        return _years(value, cell=cell)
    if form == "count":
        return words.fixed(value, 0)
    if value == 0 or 0 < abs(value) < 0.005:
        return words.fixed(0, 0) if value == 0 else say("under {n}", n=words.fixed(0.01, 2))
    return words.fixed(value, 2)


def _years(value: float, *, cell: bool) -> str:
    """Write a number of years; in words as far as a sentence has them."""
    whole = value == round(value)
    if whole and value and not cell:
        return words.counted(round(value), "{n} year", "{n} years")
    return say("{n} years", n=words.rank_number(value))


def sentence(part: Part, names: Names) -> str:
    """Say what a part found, in one sentence; of one that cannot be made, why."""
    if part.verdict == "cannot be made":
        return words.stop(words.capital(say("cannot be made: {why}", why=reason(part.why))))
    told = sentences()["parts"][part.code]["passes" if part.verdict == "passes" else "else"]
    return filled(told, _fields(part, names))


def with_figure(concern: Concern, part: Part, names: Names) -> str:
    """Name one who is concerned, with the figure that it is concerned by."""
    name = names.concern(concern, _JOINTS.get(part.code, _AND))
    told = figure(concern.figure, part.threshold.form, cell=True)
    return name if told == words.MISSING else f"{name} ({told})"


def statement(kind: str, told: Statement, names: Names) -> str:
    """Say what the index may ("fit"), or may not ("unfit"), be quoted for."""
    fields = _told(told.figures, names)
    codes = [c for c in str(told.figures.get("codes", "")).split(",") if c]
    fields["who"] = words.listing([names.called(c) for c in codes], most=MOST)
    return filled(sentences()[kind][told.code], fields)


def change(told: Change, names: Names) -> str:
    """Say what would improve the index."""
    fields = _told(told.figures, names)
    code, codes = told.code, list(told.codes)
    if code == "fill":
        fields["node"] = names[codes[0]]
        codes = codes[1:]
        code = "fill" if codes else "fill_alone"
    fields["who"] = words.listing([names.called(c) for c in codes], most=MOST)
    return filled(sentences()["changes"][code], fields)


def filled(text: str, fields: Mapping[str, str]) -> str:
    """Fill a sentence; a field whose name is capitalised begins with a capital letter.

    Examples
    --------
    >>> filled("{N} of {of} cover little: {who}.", {"n": "two", "of": "25", "who": "A and B"})
    'Two of 25 cover little: A and B.'
    """
    large = {words.capital(key): words.capital(value) for key, value in fields.items()}
    return say(text).format_map({**fields, **large})


def _fields(part: Part, names: Names) -> dict[str, str]:
    limit = part.threshold
    fields = _told(part.more, names)
    fields["figure"] = figure(part.figure, limit.form)
    near = limit.look if limit.look is not None else limit.fails
    whole = near is not None and limit.form == "number" and near == round(near)
    form: Form = "count" if whole else limit.form  # twice, not 2.00 times
    fields["look"] = "" if near is None else figure(near, form)
    fields["n"] = words.count(len(part.concerned))
    joint = _JOINTS.get(part.code, _AND)
    fields["who"] = words.listing([names.concern(c, joint) for c in part.concerned], most=MOST)
    return fields


def _told(more: Mapping[str, float | str], names: Names) -> dict[str, str]:
    """Write the further figures of a part, each in its own form."""
    fields = {"place": names.place, "places": names.places}
    for key, value in more.items():
        if isinstance(value, str):
            fields[key] = choice(value) if key == "title" else words.plain(value)
        elif key in _SHARES:
            fields[key] = words.share(value)
        elif key in _COUNTS:
            fields[key] = words.count(round(value)) if round(value) else say("none")
        else:
            fields[key] = words.fixed(value, 2)
    if "places" in more:
        fields["span"] = _ranks(float(more["places"]))
        fields["places"] = names.places
    if "piece" in more:
        fields["worst"] = names.called(str(more["piece"]))
        fields["mover"] = names.called(str(more["who"]))
    if "rho" in more:
        fields["signed"] = words.fixed(float(more["rho"]), 2)
    return fields


def _ranks(span: float) -> str:
    """Write how many ranks a move spans.

    >>> _ranks(0), _ranks(1), _ranks(2.5), _ranks(33)
    ('0 ranks', 'one rank', '2.5 ranks', '33 ranks')
    """
    if span == 0 or span != round(span):
        return say("{n} ranks", n=words.rank_number(span))
    return words.counted(round(span), "{n} rank", "{n} ranks")


def choice(name: str) -> str:
    """Say the name of a choice that was varied in words.

    >>> choice("year_window"), choice("power.pillars")
    ('year window', 'kind of mean (pillars)')
    """
    kind, _, inside = name.partition(".")
    spoken = say("kind of mean") if kind == "power" else varied(kind)
    if not inside:
        return words.plain(spoken)
    return words.plain(say("{kind} ({where})", kind=spoken, where=powers(inside)))


def limits(part: Part) -> tuple[str, str]:
    """Write the two limits of a part: where to look, and where it fails; a dash if there is none.

    Examples
    --------
    >>> part = Part("coverage.countries", "passes", 0.7)
    >>> [text.replace(words.NBSP, " ") for text in limits(part)]
    ['below 65 %', 'below 50 %']
    """
    limit = part.threshold

    def written(value: float | None) -> str:
        if value is None:
            return words.MISSING
        told = figure(value, limit.form, cell=True)
        if limit.side == "above":
            return say("above {figure}", figure=told)
        return say("below {figure}", figure=told)

    return written(limit.look), written(limit.fails)
