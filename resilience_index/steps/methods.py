"""How a name in a framework file becomes a method: the one module that every step imports.

A method is a plain function: a table first, settings keyword-only and typed. Each step's module
ends with ``METHODS``, a dict from name to function. Some keyword arguments are not settings but
things only the engine knows (`SUPPLIED`); a framework file may not give them.
"""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from resilience_index.errors import MethodError, nearest

SUPPLIED = {
    "units": "attributes of the countries (region, income group, …), rows as in the table",
    "signs": "+1 or -1 for each column: the orientation already applied to the table",
    "weights": "positive weight of each column",
    "rng": "random generator",
    "covariates": "table of covariates named in the setting `on`, rows as in the table",
    "given": "weights of the columns as the framework gives them",
    "due": "true where a value is due: everywhere but where an indicator does not apply",
    "nodes": "indicator codes under each node just below the index",
    "logged": "columns whose definition already takes a logarithm",
    "sample": "rows that set the scale, in a panel those of a base year; all rows if not given",
}
"""Keyword arguments that the engine fills in, and what they are."""

Method = Callable[..., Any]


@cache
def _hints(function: Method) -> dict[str, Any]:
    return get_type_hints(function)


@cache
def _parameters(function: Method) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def settings_of(function: Method) -> dict[str, inspect.Parameter]:
    """Return the settings of a method: its keyword-only parameters less those the engine supplies.

    >>> def shift(table, *, by: float = 1.0, rng=None): ...
    >>> list(settings_of(shift))
    ['by']
    """
    parameters = _parameters(function)
    return {
        p.name: p
        for p in parameters.values()
        if p.kind is p.KEYWORD_ONLY and p.name not in SUPPLIED
    }


def supplied_to(function: Method) -> set[str]:
    """Return the names among `SUPPLIED` that a method takes.

    >>> def shift(table, *, by: float = 1.0, rng=None): ...
    >>> supplied_to(shift)
    {'rng'}
    """
    return _parameters(function).keys() & SUPPLIED.keys()


def problems_of(
    methods: Mapping[str, Method], name: str, settings: Mapping[str, Any], step: str
) -> list[str]:
    """List what is wrong with a method's name and settings; empty if nothing is.

    >>> def shift(table, *, by: float): ...
    >>> problems_of({"shift": shift}, "shft", {}, "treat")
    ["unknown treat method 'shft' (did you mean 'shift'?); known: shift"]
    >>> problems_of({"shift": shift}, "shift", {"bye": 1}, "treat")
    ["shift: unknown setting 'bye' (did you mean 'by'?); known: by", 'shift: setting by is missing']
    >>> problems_of({"shift": shift}, "shift", {"by": "x"}, "treat")
    ["shift: by = 'x': Input should be a valid number"]
    """
    if name not in methods:
        return [f"unknown {step} method '{name}' {nearest(name, methods)}".replace("  ", " ")]
    function = methods[name]
    allowed = settings_of(function)
    problems = [
        f"{name}: unknown setting '{key}' {nearest(key, allowed) if allowed else '; it has none'}"
        for key in settings
        if key not in allowed
    ]
    for key, parameter in allowed.items():
        if key not in settings:
            if parameter.default is parameter.empty:
                problems.append(f"{name}: setting {key} is missing")
            continue
        if told := _not_finite(key, settings[key]):
            problems.append(f"{name}: {key} = {settings[key]!r}: {told}")
            continue
        try:
            TypeAdapter(_hints(function)[key]).validate_python(settings[key], strict=True)
        except ValidationError as error:
            reasons = "; ".join(str(e["msg"]) for e in error.errors())
            problems.append(f"{name}: {key} = {settings[key]!r}: {reasons}")
    return problems


MAY_BE_INFINITE = frozenset({"p", "alpha"})
"""Settings of which infinity is a limit that has a meaning: the minimum, the maximum."""


def _not_finite(key: str, value: Any) -> str:
    """Say what is wrong with a setting that holds a number that is none, or infinity."""
    inside = value.values() if isinstance(value, Mapping) else value
    if isinstance(inside, Iterable) and not isinstance(inside, str):
        return next((told for one in inside if (told := _not_finite(key, one))), "")
    if not isinstance(value, float) or math.isfinite(value):
        return ""
    if math.isinf(value) and key in MAY_BE_INFINITE:
        return ""
    return "must be a finite number"


def pick(
    methods: Mapping[str, Method], name: str, settings: Mapping[str, Any], step: str = "step"
) -> Method:
    """Return the method of that name with its settings bound, both checked.

    Raises
    ------
    MethodError
        If the name or a setting is unknown, missing or of the wrong type.

    Examples
    --------
    >>> def shift(table, *, by: float): return table + by
    >>> pick({"shift": shift}, "shift", {"by": 2.0})(1)
    3.0
    """
    problems = problems_of(methods, name, settings, step)
    if problems:
        raise MethodError("; ".join(problems))
    return partial(methods[name], **settings)
