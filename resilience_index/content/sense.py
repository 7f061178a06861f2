"""Whether a framework makes sense: one tree, known names, methods that can go together."""

import re
from collections.abc import Iterator, Mapping

from resilience_index.content._sense_of_assumptions import assumption_faults
from resilience_index.content.frameworks import Framework, Level
from resilience_index.content.reading import A_CODE, CODE, Choice
from resilience_index.errors import ContentError, nearest
from resilience_index.steps import (
    aggregate,
    formula,
    impute,
    normalise,
    rank,
    screen,
    treat,
    weight,
)
from resilience_index.steps.methods import Method, problems_of

FAMILIES: dict[str, Mapping[str, Method]] = {
    "screen": screen.METHODS,
    "impute": impute.METHODS,
    "treat": treat.METHODS,
    "normalise": normalise.METHODS,
    "weigh": weight.METHODS,
    "aggregate": aggregate.METHODS,
    "rank": rank.METHODS,
}
"""The methods of each step, by the key that a framework file uses."""


TWO_SIDED = {"two_sided_distance", "categorical", "none"}
"""Normalisers that need no direction: their settings, or the formula above, say what is good."""


def faults(framework: Framework, directions: Mapping[str, str]) -> list[str]:
    """List everything that is wrong with a framework; `directions` gives each known indicator's."""
    found = [*_codes(framework), *_leaves(framework, directions), *_methods(framework)]
    found += _audit(framework, directions)
    tree = [*_parents(framework), *_cycles(framework), *_roots(framework), *_barren(framework)]
    if not tree:
        found += [*_together(framework), *_as_they_are(framework, directions)]
        found += [*_formulas(framework), *_spreads(framework)]
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
    told: set[str] = set()
    for start in framework.nodes:
        seen: list[str] = []
        code: str | None = start
        while code in framework.nodes and code not in seen:
            seen.append(code)
            code = framework.nodes[code].parent
        if code in seen and code not in told:
            ring = seen[seen.index(code) :]
            told.update(ring)
            spelled = " -> ".join([*ring, code])
            yield f"nodes.{code}.parent: a cycle: {spelled}; one must hang elsewhere"


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


def choices(framework: Framework) -> Iterator[tuple[str, str, Choice]]:
    """Yield every method that a framework names: its key in the file, its step, the choice."""
    method = framework.method
    for step in ("screen", "impute", "treat", "normalise", "weigh", "aggregate", "rank"):
        yield f"method.{step}", step, getattr(method, step)
    holders: list[tuple[str, Level]] = [(f"method.levels.{k}", v) for k, v in method.levels.items()]
    holders += [(f"nodes.{code}", node) for code, node in framework.nodes.items()]
    for where, holder in holders:
        for step in ("aggregate", "weigh", "normalise", "impute"):
            if getattr(holder, step) is not None:
                yield f"{where}.{step}", step, getattr(holder, step)
    for code, placement in framework.indicators.items():
        for step in ("impute", "treat", "normalise"):
            if getattr(placement, step) is not None:
                yield f"indicators.{code}.{step}", step, getattr(placement, step)


def _methods(framework: Framework) -> Iterator[str]:
    for where, step, choice in choices(framework):
        for problem in problems_of(FAMILIES[step], choice.name, choice.settings, step):
            yield f"{where}: {problem}"


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


def _together(framework: Framework) -> Iterator[str]:
    """Refuse means that need positive scores above scores that may be negative."""
    for code in framework.indicators:
        below = framework.choice(code, "normalise")
        where = f"indicators.{code}"
        for node in framework.tree.path(code):
            above = framework.setting(node, "aggregate")
            if above.name == "formula":
                break
            strict = aggregate.needs_positive(above.name, above.settings)
            if strict and normalise.may_be_negative(below.name, below.settings):
                yield (
                    f"nodes.{node}.aggregate: {above.name} needs positive scores, but {where} is "
                    f"normalised by {below.name}, which may give negative ones; use minmax with "
                    "low above 0, or an arithmetic mean"
                )
                return
            own = framework.setting(node, "normalise")
            if own is not None:
                below, where = own, f"node {node}"
