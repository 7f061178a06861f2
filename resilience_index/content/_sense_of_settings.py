"""Whether the settings of a framework fit its tree: levels, children by name, counts, ends.

What a method would refuse whatever the figures are is told when the framework is read, by running
the method on made-up figures: only its refusal of settings counts.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import chain

import numpy as np
import pandas as pd

from resilience_index.content.frameworks import Framework, Level, Steps
from resilience_index.content.reading import Choice, first_of
from resilience_index.errors import MethodError, ResilienceIndexError, nearest
from resilience_index.steps import aggregate, normalise, treat, weight
from resilience_index.steps.methods import Method, problems_of, supplied_to

WITHOUT_FIGURES = {
    "aggregate": frozenset(aggregate.METHODS) - {"formula"},
    "weigh": frozenset({"ahp", "budget_allocation"}),
    "normalise": frozenset({"categorical", "goalposts", "scaled", "zscore"}),
    "treat": frozenset({"iqr_fence", "winsorise_percentile", "winsorise_points"}),
}
"""Methods whose settings can be tried without the figures, by step."""

METHODS: dict[str, Mapping[str, Method]] = {
    "aggregate": aggregate.METHODS,
    "weigh": weight.METHODS,
    "normalise": normalise.METHODS,
    "treat": treat.METHODS,
}


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
            _tries(framework),
        )
    )


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


def alternatives(framework: Framework) -> Iterator[tuple[str, str, Choice]]:
    """Yield every method that may stand in for another one: its key, its step, the choice."""
    steps = {"normalisation": "normalise", "treatment": "treat", "imputation": "impute"}
    for key, step in steps.items():
        methods = getattr(framework.assumptions, key)
        for choice in methods.alternatives if methods else []:
            yield f"assumptions.{key}", step, choice


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


def _tries(framework: Framework) -> Iterator[str]:
    """Try settings on made-up figures of the columns that a method would have."""
    for node, children in framework.tree.children.items():
        for step in ("aggregate", "weigh"):
            choice = framework.setting(node, step)
            yield from _tried(f"nodes.{node}.{step}", step, choice, children)
    for step in ("treat", "normalise"):
        groups: dict[str, tuple[Choice, list[str]]] = {}
        for code in framework.indicators:
            choice = framework.choice(code, step)
            groups.setdefault(choice.key(), (choice, []))[1].append(code)
        for choice, codes in groups.values():
            yield from _tried(f"{step} of {codes[0]}", step, choice, codes)


def _tried(where: str, step: str, choice: Choice, columns: list[str]) -> Iterator[str]:
    methods = METHODS[step]
    if choice.name not in WITHOUT_FIGURES[step] or choice.settings.get("by") is not None:
        return
    if problems_of(methods, choice.name, choice.settings, step):
        return  # told already
    table = pd.DataFrame(np.array([[1.0], [2.0]]) + np.zeros(len(columns)), columns=columns)
    given = {"weights": pd.Series(1.0, index=columns)}
    method = methods[choice.name]
    supplied = {key: value for key, value in given.items() if key in supplied_to(method)}
    try:
        method(table, **choice.settings, **supplied)
    except MethodError as error:
        yield f"{where}: {error}"
    except ResilienceIndexError:
        return  # made-up figures do not fit; the real ones may
