"""The definition of an indicator, line by line: direction, unit, formula, weight, gaps."""

import math
from dataclasses import dataclass

import pandas as pd

from resilience_index.content import Indicator
from resilience_index.content.speech import noted, say
from resilience_index.index import Index
from resilience_index.publish import _notes, words
from resilience_index.publish._board import Board
from resilience_index.publish._formulas import Formula, definition_formula, formula

_FIRST, _SECOND = (rf"\text{{{chr(0xE000 + k)}}}" for k in range(2))  # words, put in later
_DIRECTIONS = {
    "higher_is_better": noted("Higher is better"),
    "lower_is_better": noted("Lower is better"),
    "none": noted("Neither more nor less is better in itself"),
}
_LARGE = 1e4  # a power of ten from here on is written as one


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the definition: what it is about, and words, or a formula, or both."""

    name: str
    text: str
    formula: Formula | None = None


def facts(results: Board, code: str) -> list[Fact]:
    """List what belongs to the definition of an indicator.

    Parameters
    ----------
    results
        Results of the index.
    code
        An indicator of its framework.
    """
    index = results.index
    definition = index.content.indicators[code]
    made = _formula(results, code)
    found = [
        Fact(say("Direction"), say(_DIRECTIONS[definition.direction])),
        Fact(say("Unit"), words.plain(definition.unit_scored or definition.unit)),
    ]
    if made is not None:
        found.append(Fact(say("What is scored"), "", made))
    found.append(Fact(say("Extremes"), _treated(index, code)))
    choice = index.framework.choice(code, "normalise")
    found.append(Fact(say("Scaling"), _notes.spelled(choice), formula("normalise", choice)))
    found.append(Fact(say("Weight"), _weight(results, code)))
    found.append(Fact(say("Oldest figure"), _oldest(definition)))
    found.append(Fact(say("If absent"), _absent(definition)))
    return found


TREATMENTS = (
    noted("not treated"),
    noted("winsorised"),
    noted("winsorised, still skewed"),
    noted("winsorised, still skewed; a logarithm by definition"),
    noted("winsorised, then logarithm"),
    noted("winsorised, then logarithm, still skewed"),
    noted("logarithm"),
    noted("logarithm, still skewed"),
    noted("left alone: too few distinct values"),
    noted("left alone: its quartiles are equal"),
    noted("left alone: fewer than 3 values"),
    noted("left alone: all values are equal"),
)
"""What the step says of extremes in the data."""


def treated_as(how: str) -> str:
    """Say what was done to the extremes of an indicator.

    Examples
    --------
    >>> treated_as("winsorised")
    'winsorised'
    """
    return say(how.replace("_", " "))


def _treated(index: Index, code: str) -> str:
    """Say what was done to extreme values."""
    facts = index.treatment
    how = str(facts["how"].get(code, "")) if "how" in facts else ""
    return words.plain(treated_as(how) if how else "") or say("left as they are")


def _formula(results: Board, code: str) -> Formula | None:
    """Set what is scored in terms of what is observed; nothing if it is observed as it is."""
    definition = results.index.content.indicators[code]
    if definition.formula is not None:
        return definition_formula([_FIRST], [definition.formula], definition.transform)
    parts, labels = [_FIRST], [say("figure ({unit})", unit=words.plain(definition.unit))]
    if definition.denominator is not None:
        below = results.index.content.indicators[definition.denominator]
        parts = [rf"\frac{{{_FIRST}}}{{{_SECOND}}}"]
        labels.append(words.plain(below.label).lower())
        if definition.scale != 1:
            parts.append(rf" \cdot {_tex(definition.scale)}")
    elif not definition.transform:
        return None
    return definition_formula(parts, labels, definition.transform)


def _tex(value: float) -> str:
    """Write a number in TeX, large round ones as powers of ten."""
    power = math.log10(abs(value)) if value else 0.0
    if value > 0 and power == int(power) and abs(value) >= _LARGE:
        return f"10^{{{int(power)}}}"
    return f"{value:,g}".replace(",", "{,}")


def _weight(results: Board, code: str) -> str:
    """Say what an indicator weighs: in its family, and in the index."""
    index = results.index
    parent = index.framework.tree.parent[code]
    whole = words.percent(100 * float(index.nominal[code]), 1)
    weights = index.weights[parent]
    if isinstance(weights, pd.DataFrame):
        return say(
            "{share} of the index, on average: each {place} has weights of its own",
            share=whole,
            place=results.nouns[0],
        )
    return say(
        "{share} of {node}, {whole} of the index",
        share=words.share(float(weights[code] / weights.sum())),
        node=words.plain(results.title(parent)),
        whole=whole,
    )


def _oldest(definition: Indicator) -> str:
    if definition.max_age is None:
        return say("as old as what it is made of may be")
    if not definition.max_age:
        return say("of the edition’s year")
    return words.counted(
        definition.max_age,
        "at most {n} year older than the edition",
        "at most {n} years older than the edition",
    )


def _absent(definition: Indicator) -> str:
    """Say what it means that a source has no row."""
    if definition.absent == "missing":
        return say("no data; nothing is put in its place")
    why = words.plain(definition.absent_why)
    return words.stop(f"{words.number(float(definition.absent))} {words.ZERO}: {why}")
