"""Whether methods take their settings, found out by running them on made-up figures.

What a method would refuse whatever the figures are is told when the framework is read: only its
refusal of settings counts, never that of the figures.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from resilience_index.content.choices import FAMILIES, MOST_WORK, alternatives
from resilience_index.content.frameworks import Framework
from resilience_index.content.reading import Choice
from resilience_index.errors import MethodError, ResilienceIndexError
from resilience_index.steps.methods import problems_of, supplied_to

NOT_TRIED = frozenset({"formula", "regression", "group_mean", "group_median"})
"""Methods whose settings name indicators or attributes, which are checked by themselves."""


def trials(framework: Framework) -> Iterator[str]:
    """Try every method of a framework on the columns that it would have."""
    leaves = list(framework.indicators)
    yield from trial("method.screen", "screen", framework.method.screen, leaves)
    yield from trial("method.rank", "rank", framework.method.rank, ["index"])
    for node, children in framework.tree.children.items():
        own = {"normalise": [node], "impute": [node], "aggregate": children, "weigh": children}
        for step, columns in own.items():
            choice = framework.setting(node, step)
            if choice is not None:
                yield from trial(f"nodes.{node}.{step}", step, choice, columns)
    for step in ("impute", "treat", "normalise"):
        for choice, codes in _alike(framework, step):
            yield from trial(f"{step} of {codes[0]}", step, choice, codes)
    for where, step, choice in alternatives(framework):
        codes = [c for c in leaves if getattr(framework.indicators[c], step) is None]
        yield from trial(where, step, choice, codes)


def _alike(framework: Framework, step: str) -> Iterator[tuple[Choice, list[str]]]:
    """Yield each choice of a step with the indicators that have it."""
    groups: dict[str, tuple[Choice, list[str]]] = {}
    for code in framework.indicators:
        choice = framework.choice(code, step)
        groups.setdefault(choice.key(), (choice, []))[1].append(code)
    yield from groups.values()


def trial(where: str, step: str, choice: Choice, columns: list[str]) -> Iterator[str]:
    """Try one method; say what it refuses whatever the figures are."""
    methods, settings = FAMILIES[step], dict(choice.settings)
    if choice.name in NOT_TRIED or not columns or problems_of(methods, choice.name, settings, step):
        return  # told elsewhere
    if any(isinstance(v, int) and v > MOST_WORK.get(k, v) for k, v in settings.items()):
        return  # it would work for ever, which is told elsewhere too
    if choice.name == "two_sided_distance" and isinstance(settings.get("target", "median"), str):
        return  # only the figures tell whether the limits lie on either side of it
    settings = {
        k: v for k, v in settings.items() if k not in ("keep", "drop")
    }  # codes of countries
    columns = columns[:1] if step == "impute" else columns
    values = np.array([[1.0], [2.0]]) + np.zeros(len(columns))
    table: Any = pd.DataFrame(values, index=["one", "two"], columns=columns)
    method = methods[choice.name]
    given = _supplied(settings, table)
    supplied = {key: value for key, value in given.items() if key in supplied_to(method)}
    try:
        method(table, **settings, **supplied)
    except MethodError as error:
        yield f"{where}: {error}"
    except ResilienceIndexError:
        return  # made-up figures do not fit; the real ones may


def _supplied(settings: Mapping[str, Any], table: pd.DataFrame) -> dict[str, Any]:
    """Stand in for what the engine supplies."""
    even = pd.Series(1.0, index=table.columns)
    by, groups = settings.get("by"), dict(settings.get("groups") or {})
    units = (
        pd.DataFrame({by: [next(iter(groups), "")] * 2}, table.index)
        if isinstance(by, str)
        else None
    )
    return {"weights": even, "given": even, "units": units, "rng": np.random.default_rng(0)}
