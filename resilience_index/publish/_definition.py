"""The definition of an indicator, line by line: direction, unit, formula, weight, gaps."""

import math
from dataclasses import dataclass

import pandas as pd

from resilience_index.content import Indicator
from resilience_index.index import Index
from resilience_index.publish import _notes, words
from resilience_index.publish._board import Board
from resilience_index.publish._formulas import Formula, definition_formula, formula
from resilience_index.publish.words import NBSP

_FIRST, _SECOND = (rf"\text{{{chr(0xE000 + k)}}}" for k in range(2))  # words, put in later
_DIRECTIONS = {
    "higher_is_better": "Higher is better",
    "lower_is_better": "Lower is better",
    "none": "Neither more nor less is better in itself",
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
        Fact("Direction", _DIRECTIONS[definition.direction]),
        Fact("Unit", words.plain(definition.unit_scored or definition.unit)),
    ]
    if made is not None:
        found.append(Fact("What is scored", "", made))
    found.append(Fact("Extremes", _treated(index, code)))
    choice = index.framework.choice(code, "normalise")
    found.append(Fact("Scaling", _notes.spelled(choice), formula("normalise", choice)))
    found.append(Fact("Weight", _weight(results, code)))
    found.append(Fact("Oldest figure", _oldest(definition)))
    found.append(Fact("If absent", _absent(definition)))
    return found


def _treated(index: Index, code: str) -> str:
    """Say what was done to extreme values."""
    facts = index.treatment
    how = str(facts["how"].get(code, "")) if "how" in facts else ""
    return words.plain(how.replace("_", " ")) or "left as they are"


def _formula(results: Board, code: str) -> Formula | None:
    """Set what is scored in terms of what is observed; nothing if it is observed as it is."""
    definition = results.index.content.indicators[code]
    if definition.formula is not None:
        return definition_formula([_FIRST], [definition.formula], definition.transform)
    parts, labels = [_FIRST], [f"figure ({words.plain(definition.unit)})"]
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
    whole = f"{words.fixed(100 * float(index.nominal[code]), 1)}{NBSP}% of the index"
    weights = index.weights[parent]
    if isinstance(weights, pd.DataFrame):
        return f"{whole}, on average: each {results.nouns[0]} has weights of its own"
    share = words.share(float(weights[code] / weights.sum()))
    return f"{share} of {words.plain(results.title(parent))}, {whole}"


def _oldest(definition: Indicator) -> str:
    if definition.max_age is None:
        return "as old as what it is made of may be"
    years = words.counted(definition.max_age, "{n} year", "{n} years")
    return (
        f"at most {years} older than the edition" if definition.max_age else "of the edition’s year"
    )


def _absent(definition: Indicator) -> str:
    """Say what it means that a source has no row."""
    if definition.absent == "missing":
        return "no data; nothing is put in its place"
    why = words.plain(definition.absent_why)
    return words.stop(f"{words.number(float(definition.absent))} {words.ZERO}: {why}")
