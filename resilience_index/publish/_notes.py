"""The small print of a page: how the index is made, where figures come from, how to cite it."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from resilience_index.content import Content, Framework, Source
from resilience_index.content.reading import Choice
from resilience_index.index import Index
from resilience_index.publish import words

_STEPS = {
    "screen": "Admit",
    "impute": "Fill gaps",
    "treat": "Pull in extremes",
    "normalise": "Scale",
    "weigh": "Weigh",
    "aggregate": "Combine",
    "rank": "Rank",
}
_GAPS = {
    "share": "The weight of a missing figure goes to the figures beside it.",
    "missing": "What has a gap below it gets no score.",
    "zero": "A missing figure counts as zero.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the method: its name, the method with its settings, and why it was chosen."""

    name: str
    method: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as it is listed: number, citation before, at and after its address, licence, use."""

    number: str
    anchor: str
    short: str
    before: str
    url: str
    after: str
    licence: str
    note: str
    used_for: str


@dataclass(frozen=True, slots=True)
class About:
    """What every page says about the index that it belongs to."""

    title: str
    edition: str
    question: str
    text: str
    licence: str
    engine: str
    seed: str


def about(index: Index) -> About:
    """Gather what a page says about its index."""
    told = index.framework.about
    return About(
        title=words.plain(told.title),
        edition=words.plain(told.edition),
        question=words.plain(told.question),
        text=words.plain(told.text),
        licence=words.plain(told.licence),
        engine=version("resilience-index"),
        seed=str(index.seed),
    )


def steps(framework: Framework) -> tuple[Step, ...]:
    """List the steps of a framework's method in the order they run, in words."""
    out = []
    for key, name in _STEPS.items():
        choice: Choice = getattr(framework.method, key)
        reason = words.stop(words.plain(framework.method.reasons.get(key, "")))
        out.append(Step(name, _method(framework, key, choice), reason))
    return tuple(out)


def _method(framework: Framework, key: str, choice: Choice) -> str:
    """Spell a step's method, and where in the tree another one is used."""
    text = spelled(choice)
    if key not in ("aggregate", "weigh"):
        return text
    for other, nodes in _elsewhere(framework, key, text).items():
        text += f"; {other} for {words.listing(nodes, most=3)}"
    return text


def _elsewhere(framework: Framework, key: str, usual: str) -> dict[str, list[str]]:
    """Find the nodes whose method differs from the usual one."""
    found: dict[str, list[str]] = {}
    for code in framework.tree.downwards:
        own = spelled(framework.setting(code, key))
        if own != usual:
            found.setdefault(own, []).append(words.plain(framework.nodes[code].title))
    return found


def spelled(choice: Choice) -> str:
    """Spell a method for a reader, with those of its settings that are numbers or words.

    Examples
    --------
    >>> spelled(Choice(name="minmax", settings={"low": 1, "high": 100}))
    'minmax (low 1, high 100)'
    """
    simple = {k: v for k, v in choice.settings.items() if isinstance(v, int | float | str)}
    inside = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in simple.items())
    name = choice.name.replace("_", " ")
    return words.plain(f"{name} ({inside})" if inside else name)


def gaps(framework: Framework) -> str:
    """Say what becomes of a missing figure, where one rule holds throughout."""
    rules = {framework.setting(code, "missing") for code in framework.tree.downwards}
    return _GAPS[rules.pop()] if len(rules) == 1 else ""


def producer(source: Source) -> str:
    """Shorten the name of a producer for a table cell: what stands before a comma or bracket."""
    name = words.plain(source.producer)
    return name.split(",")[0].split(" (")[0].strip() or name


def sources(content: Content, indicators: Sequence[str]) -> dict[str, Cited]:
    """List the sources of indicators and of what they are divided by, in the order of use.

    The order is that of the indicators; the key is the source's, the number counts from 1.
    """
    used: dict[str, list[str]] = {}
    for code in indicators:
        for needed in sorted(content.needed([code]), key=lambda c: c != code):
            for key in content.indicators[needed].sources:
                label = words.plain(content.indicators[needed].label)
                listed = used.setdefault(key, [])
                if label not in listed:
                    listed.append(label)
    return {
        key: _cited(number, content.sources[key], labels)
        for number, (key, labels) in enumerate(used.items(), start=1)
    }


def _cited(number: int, source: Source, labels: Sequence[str]) -> Cited:
    """Take a source record apart for printing; the citation is cut where its address stands."""
    citation = words.plain(source.citation)
    before, found, after = citation.partition(source.url)
    return Cited(
        number=str(number),
        anchor=f"source-{number}",
        short=producer(source),
        before=before if found else f"{words.stop(citation)} ",
        url=source.url,
        after=after if found else "",
        licence=words.stop(words.plain(source.licence)),
        note=words.stop(words.plain(source.licence_note)),
        used_for=words.listing(labels),
    )


def citation(told: About, subject: str = "") -> str:
    """Write how to cite the index, or one report of it."""
    part = f" {subject}." if subject else ""
    licence = f" Licence: {told.licence}." if told.licence else ""
    made = f" Made with resilience-index {told.engine}, seed {told.seed}."
    return f"{told.title}, {told.edition} edition.{part}{made}{licence}"
