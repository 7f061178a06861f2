"""Whether the settings of a framework fit its tree: levels, counts, sums, base years."""

import math
from collections.abc import Iterator, Mapping
from itertools import chain

from resilience_index.content._sense_by_trying import trials
from resilience_index.content.choices import alternatives, choices
from resilience_index.content.frameworks import Framework, Steps
from resilience_index.content.reading import Choice, first_of
from resilience_index.errors import nearest
from resilience_index.steps import normalise, weight
from resilience_index.steps.methods import supplied_to


def setting_faults(framework: Framework, known: Mapping[str, str]) -> list[str]:
    """List settings that do not fit; `known` has the code of every indicator that is defined."""
    return first_of(
        chain(
            _levels(framework),
            _reasons(framework),
            _counts(framework),
            _sums(framework),
            _overs(framework),
            _regressions(framework, known),
            trials(framework),
        )
    )


def _levels(framework: Framework) -> Iterator[str]:
    depths = {str(framework.tree.depth[node]) for node in framework.nodes}
    for key in framework.method.levels:
        if key not in depths:
            yield f"method.levels.{key}: no node at that depth; known: {', '.join(sorted(depths))}"


def _reasons(framework: Framework) -> Iterator[str]:
    steps = ["transform", *(k for k in Steps.model_fields if k not in ("levels", "reasons"))]
    for key in framework.method.reasons:
        if key not in steps:
            yield f"method.reasons.{key}: no step or key of [method] {nearest(key, steps)}"


def _counts(framework: Framework) -> Iterator[str]:
    for code, node in framework.nodes.items():
        most = len(framework.tree.children[code])
        if node.min_count is not None and node.min_count > most:
            yield (
                f"nodes.{code}.min_count: {node.min_count}, but it has {most} "
                f"{'child' if most == 1 else 'children'}, so that it would never have a score"
            )


def _sums(framework: Framework) -> Iterator[str]:
    for node, children in framework.tree.children.items():
        members = [framework.nodes.get(c) or framework.indicators[c] for c in children]
        if not math.isfinite(sum(member.weight for member in members)):
            yield f"nodes.{node}: the weights of its children sum to more than a number can hold"


def _overs(framework: Framework) -> Iterator[str]:
    for key in ("rank", "screen"):
        if getattr(framework.method, key).over is not None:
            yield f"method.{key}.over: has no effect, since each year goes by itself; take it away"
    for where, step, choice in chain(choices(framework), alternatives(framework)):
        if choice.name == "over_years" and framework.panel is None:
            yield f"{where}: over_years fills in from other years of a [panel], and there is none"
        if isinstance(choice.over, int) and step not in ("rank", "screen"):
            yield from _base_year(framework, where, step, choice)


def _base_year(framework: Framework, where: str, step: str, choice: Choice) -> Iterator[str]:
    """Say what is wrong with a base year, from which a method takes its measure."""
    key = f"{where}.over: {choice.over}"
    if framework.panel is None:
        yield f"{key}; a base year is one of the years of a [panel], and there is none here"
    elif choice.over not in framework.years:
        known = ", ".join(map(str, framework.years))
        yield f"{key} is not among the years that are built; known: {known}"
    able = {
        "normalise": [n for n, m in normalise.METHODS.items() if "sample" in supplied_to(m)],
        "weigh": sorted(set(weight.METHODS) - weight.WITHOUT_DATA - {"benefit_of_the_doubt"}),
    }
    if choice.name not in able.get(step, []):
        told = ", ".join(able.get(step, ["methods of normalise and weigh"]))
        yield f"{key}; {choice.name} cannot be measured by one year, only {told} can; take it away"


def _regressions(framework: Framework, known: Mapping[str, str]) -> Iterator[str]:
    for code in framework.regressed_on:
        if code not in known:
            yield f"impute: regression on unknown indicator '{code}' {nearest(code, known)}"
