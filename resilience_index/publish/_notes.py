"""The small print of a page: how the index is made, where figures come from, how to cite it."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from resilience_index.content import Content, Framework, Source
from resilience_index.content.reading import Choice
from resilience_index.content.speech import noted, say, say_many
from resilience_index.index import Index
from resilience_index.publish import words
from resilience_index.publish._method_words import named, treated, valued

STEPS = {
    "over": noted("Compare over"),
    "transform": noted("Transform"),
    "screen": noted("Admit"),
    "impute": noted("Fill gaps"),
    "treat": noted("Pull in extremes"),
    "orient": noted("Turn round"),
    "normalise": noted("Scale"),
    "missing": noted("Missing figures"),
    "weigh": noted("Weigh"),
    "aggregate": noted("Combine"),
    "rank": noted("Rank"),
}
_GAPS = {
    "share": noted("The weight of a missing figure goes to the figures beside it."),
    "missing": noted("What has a gap below it gets no score."),
    "zero": noted("A missing figure counts as zero."),
}
_RULES = {"share": noted("share"), "missing": noted("missing"), "zero": noted("zero")}
_WORDED = {
    ("over", "year"): noted("each year by itself"),
    ("over", "all"): noted("all years together"),
    ("orient", "before"): noted("before scaling: the sign is changed where less is better"),
    ("orient", "after"): noted("after scaling: scores are turned round where less is better"),
}
_SCALES = {
    "none": "",
    "log": noted("log scale"),
    "log10": noted("log scale"),
    "log1p": noted("log(1 + x) scale"),
    "sqrt": noted("square-root scale"),
    "square": noted("squared"),
}


_ONE_SHEET = 24  # sources that one sheet holds beside the rest
_LINE = 30  # letters of a line that is left half empty


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, the method with its settings, why it was chosen, what came of it."""

    name: str
    method: str
    reason: str
    result: str


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
    under: str  # what it is used for that is not scored itself: denominators


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


def steps(index: Index) -> tuple[Step, ...]:
    """List the steps of an index's method in the order they run, in words."""
    return tuple(
        Step(
            say(name),
            _method(index, key).rstrip("."),
            reason(index.framework, key),
            result(index, key),
        )
        for key, name in STEPS.items()
    )


def reason(framework: Framework, key: str) -> str:
    """Return why a step is done as it is, as the framework says it.

    Transforms belong to the definitions of indicators, so that the framework has no say in them.
    """
    if key == "transform":
        return say(
            "Where the definition of an indicator says so, a function of its figure is scored."
        )
    return words.stop(words.plain(framework.method.reasons.get(key, "")))


def result(index: Index, key: str) -> str:
    """Say what a step did, where that is not to be seen from its method: what was pulled in."""
    return _pulled_in(index) if key == "treat" else ""


def _method(index: Index, key: str) -> str:
    """Spell a step's method, and where in the tree another one is used."""
    framework = index.framework
    if key in ("over", "orient", "missing"):
        return worded(framework, key)
    if key == "transform":
        return _transforms(index)
    text = spelled(getattr(framework.method, key))
    if key not in ("aggregate", "weigh"):
        return text
    for other, nodes in _elsewhere(framework, key, text).items():
        where = words.listing(nodes, most=3)
        text = say("{usual}; {other} for {where}", usual=text, other=other, where=where)
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
    inside = words.commas(f"{named(k)} {valued(v)}" for k, v in simple.items())
    name = named(choice.name)
    return words.plain(f"{name} ({inside})" if inside else name)


def worded(framework: Framework, key: str) -> str:
    """Say which rule holds for a step that has a rule and no method: over, orient or missing."""
    if key == "missing":
        return gaps(framework) or _several_rules(framework)
    return say(_WORDED[key, getattr(framework.method, key)])


def _several_rules(framework: Framework) -> str:
    """Say which rule for missing figures holds where."""
    rules: dict[str, list[str]] = {}
    for code in framework.tree.downwards:
        rule = framework.setting(code, "missing")
        rules.setdefault(rule, []).append(words.plain(framework.nodes[code].title))
    return words.semicolons(
        say("{rule}: {where}", rule=say(_RULES[rule]), where=words.listing(nodes, most=4))
        for rule, nodes in rules.items()
    )


def scale(transform: Sequence[Choice]) -> str:
    """Say in a few words how an indicator's definition transforms it; nothing if it does not.

    Examples
    --------
    >>> scale([Choice(name="log")]), scale([Choice(name="power", settings={"exponent": 0.5})])
    ('log scale', 'power (exponent 0.5)')
    """
    told = ""
    for choice in transform:
        known = _SCALES.get(choice.name)
        text = spelled(choice) if known is None else words.unbroken(say(known))
        told = (
            say("{first}, then {second}", first=told, second=text)
            if told and text
            else (told or text)
        )
    return told


def logged(transform: Sequence[Choice]) -> bool:
    """Say whether a logarithm is taken of a figure."""
    return any("log" in choice.name for choice in transform)


def transforms(index: Index) -> dict[str, list[str]]:
    """List the indicators that are transformed, by the words for how."""
    found: dict[str, list[str]] = {}
    for code in index.framework.indicators:
        definition = index.content.indicators[code]
        if told := scale(definition.transform):
            found.setdefault(told, []).append(words.plain(definition.label))
    return found


def _transforms(index: Index) -> str:
    """Say which indicators are transformed, and that the others are not."""
    found = transforms(index)
    if not found:
        return say("every figure is scored as it is")
    told = [
        say("{how} for {what}", how=how, what=words.listing(labels, most=8))
        for how, labels in found.items()
    ]
    rest = sum(len(labels) for labels in found.values()) < len(index.framework.indicators)
    return words.semicolons([*told, *([say("the others as they are")] if rest else [])])


def _pulled_in(index: Index) -> str:
    """Say which indicators were treated, how far, and which stayed skewed."""
    facts = index.treatment
    if "points" not in facts:
        return ""
    before, after = facts["skewness_before"].fillna(0), facts["skewness_after"].fillna(0)
    changed = facts[(facts["points"] > 0) | (before != after)]
    if changed.empty:
        return say("Nothing was beyond the limits here.")
    told = [
        _changed(words.plain(index.content.indicators[str(code)].label), fact)
        for code, fact in zip(changed.index, changed.to_dict("records"), strict=True)
    ]
    return say_many(
        len(told),
        "{n} indicator was changed of {of}: {names}.",
        "{n} indicators were changed of {of}: {names}.",
        n=words.capital(words.count(len(told))),
        of=words.fixed(len(facts), 0),
        names=words.listing(told, most=8),
    )


def _changed(label: str, fact: Mapping[Hashable, Any]) -> str:
    """Say how one indicator was treated, and how skewed it was before and is after."""
    how, still, _ = str(fact["how"]).partition(", still skewed")
    points = int(fact["points"])
    moved = words.counted(points, "{n} value pulled in", "{n} values pulled in")
    told = {
        "name": label,
        "how": moved if points else treated(how),
        "before": words.fixed(float(fact["skewness_before"]), 1),
        "after": words.fixed(float(fact["skewness_after"]), 1),
    }
    if still:
        return say(
            "{name} ({how}, skewness {before} before and {after} after; still skewed)", **told
        )
    return say("{name} ({how}, skewness {before} before and {after} after)", **told)


def gaps(framework: Framework) -> str:
    """Say what becomes of a missing figure, where one rule holds throughout."""
    rules = {framework.setting(code, "missing") for code in framework.tree.downwards}
    return say(_GAPS[rules.pop()]) if len(rules) == 1 else ""


def producer(source: Source) -> str:
    """Shorten the name of a producer for a table cell: what stands before a comma or bracket."""
    name = words.plain(source.producer)
    return name.split(",")[0].split(" (")[0].strip() or name


def sources(content: Content, indicators: Sequence[str]) -> dict[str, Cited]:
    """List the sources of indicators and of what they are divided by, in the order of use.

    The order is that of the indicators; the key is the source's, the number counts from 1.
    """
    used: dict[str, list[str]] = {}
    scored = {words.plain(content.indicators[c].label) for c in indicators}
    for code in indicators:
        for needed in sorted(content.needed([code]), key=lambda c: c != code):
            for key in content.indicators[needed].sources:
                label = words.plain(content.indicators[needed].label)
                listed = used.setdefault(key, [])
                if label not in listed:
                    listed.append(label)
    return {
        key: _cited(number, content.sources[key], labels, [x for x in labels if x not in scored])
        for number, (key, labels) in enumerate(used.items(), start=1)
    }


def asking(content: Content, keys: Iterable[str]) -> list[str]:
    """Name the sources whose terms are not plainly open: title, and producer in brackets."""
    used = [content.sources[key] for key in keys if content.sources[key].licence_status != "open"]
    return [f"{words.plain(source.title)} ({producer(source)})" for source in used]


def _cited(number: int, source: Source, labels: Sequence[str], under: Sequence[str]) -> Cited:
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
        under=words.listing(under),
    )


def halves(cited: Sequence[Cited]) -> tuple[tuple[Cited, ...], ...]:
    """Split a list of sources into two columns of about the same length; none for a long list."""
    if len(cited) > _ONE_SHEET:
        return ()
    lengths = [len(c.before + c.url + c.after + c.licence + c.note) + _LINE for c in cited]
    half = next((i for i in range(len(cited)) if 2 * sum(lengths[: i + 1]) >= sum(lengths)), 0)
    return tuple(cited[: half + 1]), tuple(cited[half + 1 :])


def citation(told: About, subject: str = "") -> str:
    """Write how to cite the index, or one report of it."""
    told_of = [
        say("{title}, {edition} edition.", title=told.title, edition=told.edition),
        f"{subject}." if subject else "",
        say(
            "Made with resilience-index {engine}, seed {seed}.", engine=told.engine, seed=told.seed
        ),
        say("Licence: {licence}.", licence=told.licence) if told.licence else "",
    ]
    return " ".join(text for text in told_of if text)
