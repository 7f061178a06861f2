"""What definitions of indicators name must be there, and none may rest on itself."""

import re
from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from resilience_index.content._sense_by_trying import trial
from resilience_index.content.definitions import Indicator, Source
from resilience_index.content.reading import A_CODE, CODE
from resilience_index.errors import ContentError, nearest
from resilience_index.steps import formula, transform
from resilience_index.steps.methods import problems_of

MOST_RESTING = 50
"""Greatest number of formulas and denominators that rest on each other, one on the next."""


def references(
    indicators: Mapping[str, Indicator],
    home: Mapping[str, str],
    sources: Mapping[str, Source] | None,
    units: pd.DataFrame,
    broken: Collection[str] = (),
) -> Iterator[str]:
    """Check that every code an indicator names exists, and that no indicator rests on itself.

    `home` is the file of each indicator; sources are not judged where their file is faulty, nor are
    `broken` indicators, whose own definitions are.
    """
    operands: dict[str, set[str]] = {}
    for code, definition in indicators.items():
        key = f"{home[code]}: indicators.{code}"
        named, wrong = _operands(definition)
        yield from (f"{key}.{p}" for p in wrong)
        operands[code] = set(named)
        for o, where in named.items():
            if o not in indicators and o not in broken:
                yield f"{key}.{where}: unknown indicator '{o}' {nearest(o, indicators)}"
        if not re.fullmatch(CODE, code):
            yield f"{key}: {A_CODE}"
        yield from _names_of_others(key, definition, sources, units)
        for one in definition.transform:
            wrong = problems_of(transform.METHODS, one.name, one.settings, "transform")
            wrong += trial(code, "transform", one, [code])
            yield from (f"{key}.transform: {p}" for p in wrong)
    yield from _resting(operands)


def _operands(definition: Indicator) -> tuple[dict[str, str], list[str]]:
    """Return the indicators that one rests on, each with the key that names it; and faults."""
    named = {definition.denominator: "denominator"} if definition.denominator else {}
    if definition.formula is None:
        return named, []
    try:
        used = formula.names(formula.parse(definition.formula))
    except ContentError as error:
        return named, [f"formula: {p}" for p in error.problems]
    bare = [] if used else ["formula: names no indicator, so that it is the same everywhere"]
    return {**dict.fromkeys(sorted(used), "formula"), **named}, bare


def _names_of_others(
    key: str, definition: Indicator, sources: Mapping[str, Source] | None, units: pd.DataFrame
) -> Iterator[str]:
    """Check the sources, countries and columns that an indicator names."""
    for s in definition.sources:
        if sources is not None and s not in sources:
            yield f"{key}.source: unknown source '{s}' {nearest(s, sources)}"
    for u in definition.absent_except:
        if u not in units.index:
            known = nearest(u, units.index)
            yield f"{key}.absent_except: unknown {units.index.name} '{u}' {known}"
    for c in definition.applies_where:
        if c not in units.columns:
            known = nearest(c, units.columns)
            yield f"{key}.applies_where: no column '{c}' in countries.csv {known}"


def _resting(operands: Mapping[str, set[str]]) -> Iterator[str]:
    """Name indicators that rest on themselves, or on too long a chain of others."""
    known = {code: below & set(operands) for code, below in operands.items()}
    above: dict[str, list[str]] = {code: [] for code in known}
    for code in known:
        for below in known[code]:
            above[below].append(code)
    waiting = {code: len(below) for code, below in known.items()}
    ready = [code for code, count in waiting.items() if count == 0]
    height = dict.fromkeys(known, 0)
    while ready:
        code = ready.pop()
        for other in above[code]:
            height[other] = max(height[other], height[code] + 1)
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)
    stuck = sorted(code for code, count in waiting.items() if count)
    if stuck:
        more = f" and {len(stuck) - 12} more" if len(stuck) > 12 else ""
        yield f"indicators.{', '.join(stuck[:12])}{more}: formulas or denominators form a circle"
    high = max(height, key=height.__getitem__, default="")
    if high and height[high] > MOST_RESTING:
        yield (
            f"indicators.{high}: rests on a chain of {height[high]} formulas or denominators; at "
            f"most {MOST_RESTING}"
        )
