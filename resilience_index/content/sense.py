"""Whether a framework makes sense: one tree, known names, methods that can go together."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import pandas as pd

from resilience_index.content._sense_of_assumptions import assumption_faults
from resilience_index.content._sense_of_settings import setting_faults
from resilience_index.content.choices import FAMILIES, MOST_WORK, alternatives, choices
from resilience_index.content.frameworks import Framework
from resilience_index.content.reading import A_CODE, CODE, Choice, first_of
from resilience_index.errors import ContentError, nearest
from resilience_index.steps import (
    aggregate,
    formula,
    normalise,
    weight,
)
from resilience_index.steps.methods import problems_of

MOST_LEVELS = 20
"""Deepest tree, in levels under the index."""

TWO_SIDED = {"two_sided_distance", "categorical", "none"}
"""Normalisers that need no direction: their settings, or the formula above, say what is good."""


def faults(framework: Framework, directions: Mapping[str, str]) -> list[str]:
    """List everything that is wrong with a framework; `directions` gives each known indicator's."""
    found = first_of(
        chain(
            _codes(framework),
            _leaves(framework, directions),
            _methods(framework),
            _endless(framework),
            _audit(framework, directions),
        )
    )
    tree = first_of(
        chain(_parents(framework), _cycles(framework), _roots(framework), _barren(framework))
    )
    tree = tree or first_of(_too_deep(framework))
    if not tree:
        found += first_of(
            chain(
                _together(framework),
                _as_they_are(framework, directions),
                _formulas(framework),
                _spreads(framework),
            )
        )
        found += setting_faults(framework, directions)
        found += assumption_faults(framework)
    if framework.panel and not framework.years:
        found.append(
            f"panel.first: {framework.panel.first} comes after last, {framework.panel.last}"
        )
    return [*found, *tree]


def _codes(framework: Framework) -> Iterator[str]:
    for kind, codes in (("nodes", framework.nodes), ("indicators", framework.indicators)):
        for code in codes:
            if not re.fullmatch(CODE, code):
                yield f"{kind}.{code}: {A_CODE}"
    for code in set(framework.nodes) & set(framework.indicators):
        yield f"nodes.{code}: an indicator has the same code; give the node another one"
    if not framework.indicators:
        yield "indicators: none; an index needs at least one"


def _leaves(framework: Framework, directions: Mapping[str, str]) -> Iterator[str]:
    for code in framework.indicators:
        if code not in directions:
            yield f"indicators.{code}: no such indicator {nearest(code, directions)}"
        elif directions[code] == "none" and not _two_sided(framework, code):
            yield (
                f"indicators.{code}: its direction is 'none', so it cannot be scored; give its "
                "definition the direction higher_is_better or lower_is_better, or normalise it by "
                f"{', '.join(sorted(TWO_SIDED))}"
            )


def _two_sided(framework: Framework, code: str) -> bool:
    """Say whether an indicator is normalised by a method that needs no direction."""
    return framework.choice(code, "normalise").name in TWO_SIDED


def _audit(framework: Framework, directions: Mapping[str, str]) -> Iterator[str]:
    for key, code in framework.audit.named():
        if code not in directions:
            yield f"{key}: no such indicator '{code}' {nearest(code, directions)}"


def _parents(framework: Framework) -> Iterator[str]:
    members = [("nodes", c, n.parent) for c, n in framework.nodes.items() if n.parent is not None]
    members += [("indicators", c, p.parent) for c, p in framework.indicators.items()]
    for kind, code, parent in members:
        if parent not in framework.nodes:
            known = nearest(parent, framework.nodes)
            yield f"{kind}.{code}.parent: unknown node '{parent}' {known}"


def _cycles(framework: Framework) -> Iterator[str]:
    done: set[str] = set()
    for start in framework.nodes:
        seen: dict[str, None] = {}
        code: str | None = start
        while code in framework.nodes and code not in seen and code not in done:
            seen[code] = None
            code = framework.nodes[code].parent
        if code in seen:
            ring = list(seen)[list(seen).index(code) :]
            spelled = " -> ".join([*ring, code])
            yield f"nodes.{code}.parent: a cycle: {spelled}; one must hang elsewhere"
        done.update(seen)


def _too_deep(framework: Framework) -> Iterator[str]:
    depth = framework.tree.depth
    lowest = max(depth, key=depth.__getitem__)
    if depth[lowest] > MOST_LEVELS:
        yield (
            f"nodes: '{lowest}' hangs {depth[lowest]} levels under the index; at most {MOST_LEVELS}"
        )


def _roots(framework: Framework) -> Iterator[str]:
    roots = [code for code, node in framework.nodes.items() if node.parent is None]
    if len(roots) != 1:
        found = ", ".join(roots) or "none"
        yield f"nodes: {found} without a parent; exactly one node, the index, has none"


def _barren(framework: Framework) -> Iterator[str]:
    parents = {n.parent for n in framework.nodes.values()}
    parents |= {p.parent for p in framework.indicators.values()}
    for code in framework.nodes:
        if code not in parents:
            yield f"nodes.{code}: nothing hangs under it; give it indicators or take it away"


def _methods(framework: Framework) -> Iterator[str]:
    for where, step, choice in choices(framework):
        for problem in problems_of(FAMILIES[step], choice.name, choice.settings, step):
            yield f"{where}: {problem}"


MOST_DRAWS = 10_000_000
"""Most draws that a file may ask for; more only by the command line or from Python."""


def _endless(framework: Framework) -> Iterator[str]:
    """Refuse settings that would keep the machine busy for ever."""
    for where, _, choice in chain(choices(framework), alternatives(framework)):
        for key, most in MOST_WORK.items():
            value = choice.settings.get(key)
            if isinstance(value, int) and value > most:
                yield f"{where}.{key}: {value:,}; at most {most:,}"
    if framework.assumptions.draws > MOST_DRAWS:
        yield f"assumptions.draws: {framework.assumptions.draws:,}; at most {MOST_DRAWS:,}"


def _as_they_are(framework: Framework, directions: Mapping[str, str]) -> Iterator[str]:
    """Refuse figures that run the other way and are not turned round, but for a formula's."""
    for code, placement in framework.indicators.items():
        plain = framework.choice(code, "normalise").name == "none"
        taken = framework.setting(placement.parent, "aggregate").name
        runs = directions.get(code)
        if plain and taken != "formula" and runs not in (framework.method.direction, None, "none"):
            yield (
                f"indicators.{code}.normalise: none does not turn figures round, but this one is "
                f"{runs} and its parent's aggregate is {taken}; normalise by scaled, or give the "
                "parent a formula"
            )


def _formulas(framework: Framework) -> Iterator[str]:
    """Name what a node's formula uses although it does not hang under the node."""
    for node, below in framework.tree.children.items():
        choice = framework.setting(node, "aggregate")
        if choice.name != "formula" or not isinstance(choice.settings.get("expression"), str):
            continue
        try:
            used = formula.names(formula.parse(choice.settings["expression"]))
        except ContentError as error:
            yield from (f"nodes.{node}.aggregate.expression: {p}" for p in error.problems)
            continue
        if not used:
            yield (
                f"nodes.{node}.aggregate.expression: names nothing, so that every country would "
                f"have the same score; known: {', '.join(below)}"
            )
        for name in sorted(used - set(below)):
            known = nearest(name, below)
            yield f"nodes.{node}.aggregate.expression: nothing called '{name}' under it {known}"


def _spreads(framework: Framework) -> Iterator[str]:
    """Refuse standard errors of anything but an arithmetic mean."""
    for node in framework.nodes:
        above = framework.setting(node, "aggregate").name
        if framework.setting(node, "spread") is not None and above != "arithmetic":
            yield (
                f"nodes.{node}.spread: the standard error is that of an arithmetic mean, but the "
                f"node's aggregate is {above}; change one of the two"
            )


def _may_be_negative(choice: Choice) -> bool:
    """Say whether scores may be negative; not of settings that are faulty, and told as such."""
    if problems_of(normalise.METHODS, choice.name, choice.settings, "normalise"):
        return False
    return normalise.may_be_negative(choice.name, choice.settings)


def _together(framework: Framework) -> Iterator[str]:
    """Refuse methods that need positive scores above scores that may be negative.

    Of figures that stay as they are (none, scaled) only the figures can tell: the method does.
    """
    for code in framework.indicators:
        below = framework.choice(code, "normalise")
        where = f"indicators.{code}"
        for node in framework.tree.path(code):
            above = framework.setting(node, "aggregate")
            if above.name == "formula":
                break
            strict = _strict(framework, node)
            open_ = below.name in ("none", "scaled")
            if strict and not open_ and _may_be_negative(below):
                yield (
                    f"nodes.{node}.{strict} needs positive scores, but {where} is normalised by "
                    f"{below.name}, which may give negative ones; use minmax with low above 0, or "
                    "another method here"
                )
                return
            own = framework.setting(node, "normalise")
            if own is not None:
                below, where = own, f"node {node}"


def _strict(framework: Framework, node: str) -> str:
    """Name the method of a node that needs positive scores, with its key; empty if none does."""
    above, weigh = framework.setting(node, "aggregate"), framework.setting(node, "weigh")
    if aggregate.needs_positive(above.name, above.settings):
        return f"aggregate: {above.name}"
    return f"weigh: {weigh.name}" if weigh.name in weight.NEEDS_POSITIVE else ""


def group_faults(framework: Framework, units: pd.DataFrame) -> Iterator[str]:
    """Check the columns of countries.csv, and their values, by which methods tell units apart."""
    for where, _, choice in chain(choices(framework), alternatives(framework)):
        by, groups = choice.settings.get("by"), choice.settings.get("groups")
        for column in by if isinstance(by, list) else [by]:
            if isinstance(column, str) and column not in units.columns:
                known = nearest(column, units.columns)
                yield f"{where}: by = '{column}' is no column of countries.csv {known}"
        if choice.name == "distance_to_reference":
            yield from _references(framework, units, where, choice.settings.get("reference"))
        if isinstance(by, str) and by in units and isinstance(groups, dict):
            values = sorted(set(units[by].astype(str)))
            for value in set(groups) - set(values):
                yield f"{where}: no country has '{value}' in {by} {nearest(value, values)}"


def _references(framework: Framework, units: pd.DataFrame, where: str, code: Any) -> Iterator[str]:
    """Check that a country that others are measured by takes part."""
    if not isinstance(code, str):
        return  # told already
    if code not in units.index:
        known = nearest(code, units.index)
        yield f"{where}: reference = '{code}': unknown {units.index.name} {known}"
        return
    asked, own = framework.units, units.loc[code]
    taken = not asked.only or code in asked.only
    if not taken or any(own.get(column, v) != v for column, v in asked.where.items()):
        yield f"{where}: reference = '{code}' is not among the [units] of the framework; take it in"
