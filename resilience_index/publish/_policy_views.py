"""What the pages of the policy lab say, as views: rounded and in words; templates place it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from resilience_index.content.speech import noted, say
from resilience_index.errors import UsageError
from resilience_index.policy import (
    Asked,
    Comparison,
    Lab,
    Quadrants,
    Sensitivity,
    Stress,
    compare_all,
    compare_many,
    quadrants,
    sensitivities,
    stress,
)
from resilience_index.policy.arms import every_arm
from resilience_index.policy.comparison import ArmResult
from resilience_index.policy.sensitivity import POINTS
from resilience_index.policy.study import Others
from resilience_index.publish import (
    _notes,
    _policy_assumptions,
    _policy_figures,
    _policy_shock_tables,
    _policy_tables,
    words,
)
from resilience_index.publish import _policy_amounts as amounts
from resilience_index.publish import _policy_words as wording
from resilience_index.publish._policy_tables import Table, named
from resilience_index.publish._views import Figure, Key
from resilience_index.publish._waterfall import waterfall

ARMS = "voucher:korea_documented,sovereign:apertus_class,hosting"
"""Programmes that the pages compare, unless others are asked for."""

_OTHERS = {"frozen": noted("frozen"), "moving": noted("moving")}
_PAGE_DRAWS = 4096


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact with its source, of mark H or M."""

    text: str
    source: str
    url: str
    mark: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is told and cannot be: heading, text, facts."""

    title: str
    text: str
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class CountryView:
    """All that a country's page of the policy lab says."""

    about: _notes.About
    code: str
    name: str
    kicker: str
    first: tuple[str, ...]
    modelled: str
    lead: str
    keys: tuple[Key, ...]
    plain: tuple[str, ...]
    arms_text: tuple[str, ...]
    arms: Figure
    tables: Mapping[str, tuple[Table, ...]]
    course: Figure | None
    waterfall: Figure | None
    shock_notes: tuple[str, ...]
    quadrant: Figure | None
    notes: tuple[str, ...]
    told: tuple[Told, ...]
    facts: tuple[FactView, ...]
    record: tuple[tuple[str, str], ...]
    citation: str

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return its charts."""
        drawn = (self.arms, self.course, self.waterfall, self.quadrant)
        return tuple(figure for figure in drawn if figure is not None)

    @property
    def shown(self) -> tuple[Table, ...]:
        """Return the tables that are about this country alone."""
        return tuple(t for key, found in self.tables.items() if key != "assumptions" for t in found)


@dataclass(frozen=True, slots=True)
class LabView:
    """All that the page of the policy lab for all countries says."""

    about: _notes.About
    name: str
    kicker: str
    first: tuple[str, ...]
    modelled: str
    lead: str
    text: tuple[str, ...]
    countries: tuple[tuple[str, str], ...]
    quadrant: Figure
    correlations: Table
    fields: Table
    shock_notes: tuple[str, ...]
    leagues: tuple[Table, ...]
    everyone: Table
    presets: Table
    told: tuple[Told, ...]
    facts: tuple[FactView, ...]
    assumptions: tuple[Table, ...]
    record: tuple[tuple[str, str], ...]
    citation: str

    @property
    def shown(self) -> tuple[Table, ...]:
        """Return its tables."""
        first = (self.everyone, self.correlations, self.fields)
        return (*first, *self.leagues, self.presets, *self.assumptions)


@dataclass(frozen=True)
class Worked:
    """What the pages are made of: comparisons, what decides, shocks, two indices."""

    lab: Lab
    asked: Asked
    compared: Mapping[str, Comparison]
    decided: Mapping[str, tuple[Sensitivity, ...]]
    struck: Mapping[str, Stress]
    tables: Mapping[str, pd.DataFrame]
    rows: Mapping[str, _policy_shock_tables.Rows]  # of the same tables
    left: Mapping[str, _policy_shock_tables.Left]  # of the clouds, by shock
    modes: Mapping[Any, Mapping[Any, Any]]  # by country and arm: in the other mode of others
    fields: Quadrants | None


def work(
    lab: Lab,
    codes: Sequence[str] | None = None,
    *,
    arms: str | Sequence[str] = ARMS,
    asked: Asked | None = None,
    points: int = POINTS,
) -> Worked:
    """Work out everything that the pages of some countries need, and of all.

    Parameters
    ----------
    lab
        An index and its policies.
    codes
        Countries; all ranked ones if not given.
    arms, asked
        What is compared, and with what budget; a billion US dollars over five years if not given.
    points
        Base points of the sensitivity analysis.
    """
    wanted = asked or Asked(1e9, draws=_PAGE_DRAWS)
    countries = list(codes) if codes is not None else lab.codes
    names = list(lab.policies.shocks.shocks)
    struck = {n: stress(lab, n, draws=wanted.draws, seed=wanted.seed) for n in names}
    tables = {name: one.table() for name, one in struck.items()}
    other: Others = "frozen" if wanted.others == "moving" else "moving"
    axes = lab.policies.quadrants
    both = lab.index.framework.name in (axes.across.framework, axes.up.framework)
    return Worked(
        lab=lab,
        asked=wanted,
        compared=compare_many(lab, countries, arms, wanted, shock=names[0]),
        decided=sensitivities(lab, countries, arms, wanted, points=points),
        struck=struck,
        tables=tables,
        rows={name: table.to_dict("index") for name, table in tables.items()},
        left=_policy_shock_tables.left(lab, names),
        modes=compare_all(lab, arms, replace(wanted, others=other), countries).to_dict("index"),
        fields=quadrants(lab, seed=wanted.seed) if both else None,
    )


def country_view(done: Worked, code: str) -> CountryView:
    """Say everything that a country's page says."""
    lab, made, decided = done.lab, done.compared[code], done.decided[code]
    names = {one.arm.label: wording.arm_name(one) for one in made.arms}
    effects = _policy_tables.effects(decided, names)
    about = _notes.about(lab.index)
    shock = made.shock
    place = done.struck[shock].codes.index(code)
    known = done.struck[shock]
    return CountryView(
        about=about,
        code=code,
        name=words.plain(made.name),
        kicker=say("Policy lab, {edition} edition", edition=about.edition),
        first=wording.first(made, decided),
        modelled=say(wording.MODELLED),
        lead=wording.lead(made),
        keys=_keys(made),
        plain=wording.plain_words(lab, made),
        arms_text=wording.ways(made),
        arms=_policy_figures.arms(made),
        tables={
            "arms": named(
                ways=_policy_tables.arms(made),
                odds=_policy_tables.odds(made),
                modes=_policy_tables.modes(made, done.modes),
            ),
            "detail": named(
                parts=_policy_tables.parts(lab, made),
                delivered=_policy_tables.delivered(made),
                years=_policy_tables.years(made),
            ),
            "decided": named(**{f"decides_{k}": t for k, t in enumerate(effects, start=1)}),
            "shock": named(
                ways_back=_policy_shock_tables.ways_back(known, place),
                clouds=_policy_shock_tables.clouds(lab, done.struck, done.left, code),
                shocks=_policy_shock_tables.shocks(lab, done.rows, code),
            ),
            "assumptions": _policy_assumptions.tables(lab, [one.arm for one in made.arms]),
        },
        course=_policy_figures.courses(lab, made, done.struck),
        waterfall=waterfall(known, place, words.plain(lab.policies.shock(shock).title)),
        shock_notes=_shock_notes(done, code),
        quadrant=None if done.fields is None else _policy_figures.quadrant(lab, done.fields, code),
        notes=tuple(words.plain(note) for note in made.notes),
        told=_told(lab, code),
        facts=_facts(lab, made),
        record=_record(done),
        citation=_notes.citation(about, say("Policy lab, {name}", name=words.plain(made.name))),
    )


def _keys(made: Comparison) -> tuple[Key, ...]:
    kinds = {
        "figure": say("a figure"),
        "inferred": say("inferred, not observed"),
        "counted": say("counted"),
        "sized": say("modelled from all firms"),
        "modelled": say("modelled"),
        "given": say("given"),
    }
    adoption, firms, known = made.adoption, made.firms, made.adoption_known.kind
    sized = made.firms_known.kind in ("sized", "modelled")
    number = amounts.about(firms.median) if sized else words.number(round(firms.median))
    standing = say(
        "{ends} in 90\u00a0% of draws; score {score}",
        ends=amounts.ranks(made.range),
        score=words.fixed(made.score, 1),
    )
    years = say("present value, {n} years", n=made.asked.years)
    return (
        Key(say("Rank today"), words.ordinal(made.rank), "", standing),
        Key(say("Firms using AI"), words.share(adoption.median), "", kinds[known],
            known == "inferred"),
        Key(say("Firms in scope"), number, "", kinds[made.firms_known.kind], sized),
        Key(say("Budget"), amounts.money(made.asked.budget), "", years),
    )  # fmt: skip


def _shock_notes(done: Worked, code: str | None) -> tuple[str, ...]:
    """Say how shocks are reckoned, and what is not seen: of one country, or of all."""
    rules = done.lab.policies.shocks
    found = [rules.about.text, rules.capacity.text, rules.cloud.text]
    found += [_named(one.title, one.text) for one in rules.supplies.values()]
    for notes in (rules.cloud.notes, rules.cloud.unknown):
        found += [
            text if code else _named(done.lab.name(one), text)
            for one, text in notes.items()
            if code in (None, one)
        ]
    return tuple(words.stop(words.capital(words.plain(text))) for text in found)


def _named(name: str, text: str) -> str:
    """Set a name before what is said of it."""
    return say("{name}: {text}", name=name, text=text)


def _told(lab: Lab, code: str | None) -> tuple[Told, ...]:
    """Return what is told and cannot be, for one country or for all."""
    return tuple(
        Told(
            words.plain(one.title),
            words.plain(one.text),
            tuple(_fact(lab, fact.text, fact.source) for fact in lab.policies.facts(one.facts)),
        )
        for one in lab.policies.contradictions.values()
        if code is None or one.country == code
    )


def _fact(lab: Lab, text: str, source: str) -> FactView:
    held = lab.policies.sources[source]
    source = words.plain(held.publisher)
    if held.year:
        source = say("{publisher} ({year})", publisher=source, year=held.year)
    return FactView(words.plain(text), source, held.url, held.confidence)


def _facts(lab: Lab, made: Comparison | None) -> tuple[FactView, ...]:
    """Return the facts, marked H or M, on the programmes compared and on shocks."""
    holders = [lab.policies.shocks.facts]
    if made is None:
        holders += [p.facts for p in lab.policies.programmes.values()]
    else:
        holders += [one.arm.programme.facts for one in made.arms]
    if made is None or made.country in lab.policies.bridge.adoption.left_out:
        holders.append(lab.policies.bridge.adoption.facts)
    return tuple(
        _fact(lab, f.text, f.source) for facts in holders for f in lab.policies.facts(facts)
    )


def _record(done: Worked) -> tuple[tuple[str, str], ...]:
    """Say what the page was made from, so that it can be made again."""
    asked = done.asked
    arms = [one.arm.label for one in next(iter(done.compared.values())).arms]
    return (
        (say("Framework"), done.lab.index.framework.name),
        (say("Programmes"), ", ".join(arms)),
        (say("Budget"), amounts.money(asked.budget)),
        (say("Years"), str(asked.years)),
        (say("Other countries"), say(_OTHERS[asked.others])),
        (say("Draws"), words.whole(asked.draws)),
        (say("Seed"), str(asked.seed)),
    )


def lab_view(done: Worked) -> LabView:
    """Say everything that the page for all countries says.

    Raises
    ------
    UsageError
        If the index is neither of the two that quadrants.toml names.
    """
    lab, found = done.lab, done.fields
    if found is None:
        raise UsageError(
            f"{lab.index.framework.name}: quadrants.toml compares two other indices; name this one"
        )
    about = _notes.about(lab.index)
    leagues = f"{say(_policy_shock_tables.LEAGUES)} {say(_policy_shock_tables.PLACES)}"
    everyone, correlations, fields, presets = named(
        everyone=_policy_tables.everyone(lab, {c: done.compared[c] for c in _by_name(done)}),
        correlations=_policy_tables.correlations(lab, found),
        fields=_policy_tables.fields(lab, found),
        programmes=_policy_assumptions.presets(lab),
    )
    return LabView(
        about=about,
        name=say("Policy lab"),
        kicker=say("{title}, {edition} edition", title=about.title, edition=about.edition),
        first=wording.first_of_all(done.compared, done.decided),
        modelled=say(wording.MODELLED),
        lead=_lead(done),
        text=tuple(words.plain(text) for text in lab.policies.about.values() if text),
        countries=tuple((code, words.plain(done.compared[code].name)) for code in _by_name(done)),
        quadrant=replace(_policy_figures.quadrant(lab, found, None), rows=()),  # in `fields`
        correlations=correlations,
        fields=fields,
        shock_notes=(*_shock_notes(done, None), leagues),
        leagues=tuple(
            replace(_policy_shock_tables.league(lab, table, name), name=f"league-{name}")
            for name, table in done.tables.items()
        ),
        everyone=everyone,
        presets=presets,
        told=_told(lab, None),
        facts=_facts(lab, None),
        assumptions=_policy_assumptions.tables(lab, every_arm(lab.policies)),
        record=_record(done),
        citation=_notes.citation(about, say("Policy lab")),
    )


def _by_name(done: Worked) -> list[str]:
    """Return the countries in the order of their names, accents left aside."""
    return sorted(done.compared, key=lambda code: words.folded(done.compared[code].name))


def _lead(done: Worked) -> str:
    """Count which way adds most to the score, country by country, with and without hosting."""
    found = list(done.compared.values())
    best = _most(found, lambda one: one.last.score.median)
    bare = _most(found, lambda one: one.without_hosting.median)
    text = say(
        "In each country {money} are spent over {years} years, in {ways} ways. The way that adds "
        "most to the score is {best} of {n} countries.",
        money=amounts.money(done.asked.budget),
        years=words.count(done.asked.years),
        ways=words.count(len(found[0].arms)),
        best=best,
        n=len(found),
    )
    if bare == best:
        return text
    hosted = say("Without the computing power that is hosted, it is {bare}.", bare=bare)
    return f"{text} {hosted}"


def _most(found: Sequence[Comparison], gain: Callable[[ArmResult], float]) -> str:
    """Count in how many countries each way gains most."""
    counted: dict[str, int] = {}
    for made in found:
        name = wording.arm_name(max(made.arms, key=gain))
        counted[name] = counted.get(name, 0) + 1
    order = sorted(counted.items(), key=lambda pair: -pair[1])
    told = [say("“{name}” in {count}", name=name, count=count) for name, count in order]
    return words.listing(told)
