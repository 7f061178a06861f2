"""Every method that a framework names, with the key under which it stands in the file."""

from collections.abc import Iterator, Mapping

from resilience_index.content.frameworks import Framework, Level
from resilience_index.content.reading import Choice
from resilience_index.steps import (
    aggregate,
    impute,
    normalise,
    rank,
    screen,
    transform,
    treat,
    weight,
)
from resilience_index.steps.methods import Method

FAMILIES: dict[str, Mapping[str, Method]] = {
    "transform": transform.METHODS,
    "screen": screen.METHODS,
    "impute": impute.METHODS,
    "treat": treat.METHODS,
    "normalise": normalise.METHODS,
    "weigh": weight.METHODS,
    "aggregate": aggregate.METHODS,
    "rank": rank.METHODS,
}
"""The methods of each step, by the key that a definition file uses."""

MOST_WORK = {
    "draws": 10_000,
    "fits": 10_000,
    "cycles": 1_000,
    "max_cycles": 100_000,
    "max_steps": 100_000,
}
"""Greatest values of settings that say how long a method works."""


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
