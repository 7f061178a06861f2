"""Work out formulas that a definition file writes: derived indicators and nodes of their own kind.

``parse`` reads a formula once, ``names`` says which columns it needs, ``evaluate`` works it out for
all countries at once. The language:

==========================  ===================================================================
a + b - c * d / e, -a       arithmetic; a missing value makes the result missing
a ^ b, a ** b               powers, grouped to the right
< <= > >= == !=             comparisons: 1 if true, 0 if not
exp log log10 log1p         exponential; logarithms: natural, of base 10, of 1 + x
sqrt abs                    square root, absolute value
min max mean sum            over those of their arguments that are there; where none that names
                            something is there, the result is missing: a number is always there
count(a, b, …)              how many of its arguments that name something are there, 0 if none
first(a, b, …)              the first of its arguments that is there: first(a, 0) is 0 without a
clip(x, lowest, highest)    x, held between two limits
round(x, decimals)          half away from zero
if(condition, a, b)         a where the condition holds (is not 0), else b
==========================  ===================================================================
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from resilience_index.errors import DataError, MethodError, nearest
from resilience_index.steps._grammar import (
    Call,
    Chain,
    Formula,
    Name,
    Negative,
    Number,
    Part,
    names_in,
    parse,
)
from resilience_index.steps._naming import listed
from resilience_index.steps.rounding import half_away

__all__ = ["Evaluated", "Formula", "evaluate", "evaluate_with_facts", "names", "parse"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a formula gave: its values, and where it had none although its inputs were there."""

    values: Array
    facts: tuple[str, ...]


def names(formula: Formula) -> set[str]:
    """Return the names of the columns that a formula uses.

    >>> sorted(names(parse("exp(a) / (b + a)")))
    ['a', 'b']
    """
    return names_in(formula.root)


def evaluate(
    formula: Formula, columns: Mapping[str, Array], *, rows: Sequence[object] | None = None
) -> Array:
    """Work a formula out, for all rows at once.

    Parameters
    ----------
    formula
        A formula that `parse` has read.
    columns
        An array for each name, all of one length; NaN is missing.
    rows
        What the rows are called, for messages.

    Returns
    -------
    ndarray
        One value a row; NaN where a value that it needs is missing.

    Raises
    ------
    MethodError
        If a name is not among the columns.
    DataError
        If the formula has no value where its inputs are there (the logarithm of a negative number,
        a division by 0), naming the rows.

    Examples
    --------
    >>> share = parse("100 * part / whole")
    >>> evaluate(share, {"part": np.array([1.0, np.nan]), "whole": np.array([4.0, 5.0])})
    array([25., nan])
    >>> evaluate(share, {"part": np.array([1.0]), "whole": np.array([0.0])}, rows=["EST"])
    Traceback (most recent call last):
        ...
    resilience_index.errors.DataError: formula 100 * part / whole: division by 0 in EST; mend the
    figures, or guard the formula with if() or clip()
    """
    done = evaluate_with_facts(formula, columns, rows=rows)
    if done.facts:
        raise DataError(
            f"{done.facts[0]}; mend the figures, or guard the formula with if() or clip()"
        )
    return done.values


def evaluate_with_facts(
    formula: Formula, columns: Mapping[str, Array], *, rows: Sequence[object] | None = None
) -> Evaluated:
    """Work a formula out; where it has no value, give NaN and say so, rather than refuse.

    Parameters, and errors other than `DataError`, are those of `evaluate`.

    Examples
    --------
    >>> done = evaluate_with_facts(parse("log(a)"), {"a": np.array([1.0, -1.0])})
    >>> done.values, done.facts
    (array([ 0., nan]), ('formula log(a): log of a number that is not above 0 in 2',))
    """
    known = {name: np.asarray(column, dtype=float) for name, column in columns.items()}
    for name in sorted(names(formula)):
        if name not in known:
            raise MethodError(f"formula {formula.text}: no '{name}' here {nearest(name, known)}")
    sizes = {len(column) for column in known.values()} | (
        {len(rows)} if rows is not None else set()
    )
    if len(sizes) > 1:
        raise MethodError(f"formula {formula.text}: columns of different lengths: {sorted(sizes)}")
    size = sizes.pop() if sizes else 1
    work = _Work(known, size)
    with np.errstate(all="ignore"):  # what has no value is found by its result, below
        values = work.out(formula.root, np.ones(size, dtype=bool))
    labels = range(1, size + 1) if rows is None else rows
    facts = tuple(
        f"formula {formula.text}: {what} in {listed(labels[int(i)] for i in np.flatnonzero(where))}"
        for what, where in work.faults.items()
    )
    return Evaluated(values.copy(), facts)


_FUNCTIONS: dict[str, tuple[Callable[[Array], Array], str]] = {
    "exp": (np.exp, "exp of too large a number"),
    "log": (np.log, "log of a number that is not above 0"),
    "log10": (np.log10, "log10 of a number that is not above 0"),
    "log1p": (np.log1p, "log1p of a number that is not above -1"),
    "sqrt": (np.sqrt, "sqrt of a negative number"),
    "abs": (np.abs, "abs of too large a number"),
}
_OPERATORS: dict[str, tuple[Callable[[Array, Array], Array], str]] = {
    "+": (np.add, "too large a sum"),
    "-": (np.subtract, "too large a difference"),
    "*": (np.multiply, "too large a product"),
    "/": (np.divide, "division by 0"),
    "^": (np.power, "a power that has no value"),
    "<": (np.less, ""),
    "<=": (np.less_equal, ""),
    ">": (np.greater, ""),
    ">=": (np.greater_equal, ""),
    "==": (np.equal, ""),
    "!=": (np.not_equal, ""),
}
_OVER_WHAT_IS_THERE: dict[str, Callable[[Array], Array]] = {
    "min": lambda stack: np.fmin.reduce(stack, axis=0),
    "max": lambda stack: np.fmax.reduce(stack, axis=0),
    "sum": lambda stack: np.nansum(stack, axis=0),
    "mean": lambda stack: np.nansum(stack, axis=0) / (~np.isnan(stack)).sum(axis=0),
}


@dataclass(frozen=True, slots=True)
class _Work:
    """The columns, and the rows in which a part of the formula had no value, by what was wrong."""

    columns: Mapping[str, Array]
    size: int
    faults: dict[str, Flags] = field(default_factory=dict)

    def out(self, part: Part, active: Flags) -> Array:
        """Work one part out; only `active` rows need it, the others lie outside a condition."""
        match part:
            case Number(value):
                return np.full(self.size, value)
            case Name(name):
                return self.columns[name]
            case Negative(of):
                return -self.out(of, active)
            case Chain(first, rest):
                values = self.out(first, active)
                for sign, operand in rest:
                    function, fault = _OPERATORS[sign]
                    right = self.out(operand, active)
                    made = function(values, right).astype(float)
                    values = self.checked(made, np.array([values, right]), fault, active)
                return values
            case Call(function, arguments):
                return self.call(function, arguments, active)

    def call(self, function: str, arguments: tuple[Part, ...], active: Flags) -> Array:
        """Work a function out."""
        if function == "if":
            return self.condition(arguments, active)
        if function == "first":
            return self.first(arguments, active)
        given = np.array([self.out(argument, active) for argument in arguments])
        if function == "count" or function in _OVER_WHAT_IS_THERE:
            return self.over_what_is_there(function, arguments, given, active)
        if function == "clip":
            value, lowest, highest = given
            held = np.minimum(np.maximum(value, lowest), highest)
            made = np.where(lowest > highest, np.nan, held)
            return self.checked(made, given, "clip with its limits the wrong way round", active)
        if function == "round":
            return half_away(given[0], int(given[1][0]) if len(given) > 1 else 0)
        shape, fault = _FUNCTIONS[function]
        return self.checked(shape(given[0]), given, fault, active)

    def over_what_is_there(
        self, function: str, arguments: tuple[Part, ...], given: Array, active: Flags
    ) -> Array:
        """Count, sum and so on what is there; missing where nothing that has a name is there."""
        named = np.array([bool(names_in(argument)) for argument in arguments])
        there = ~np.isnan(given[named])
        if function == "count":
            counted: Array = there.sum(axis=0).astype(float)
            return counted
        nothing = np.full(self.size, fill_value=False) if not named.any() else ~there.any(axis=0)
        made = np.where(nothing, np.nan, _OVER_WHAT_IS_THERE[function](given))
        return self.checked(made, np.where(nothing, np.nan, 0.0)[None], "too large a sum", active)

    def first(self, arguments: tuple[Part, ...], active: Flags) -> Array:
        """Take the first argument that is there; a later one is worked out only where needed."""
        values = np.full(self.size, np.nan)
        for argument in arguments:
            open_ = np.isnan(values)
            values = np.where(open_, self.out(argument, active & open_), values)
        return values

    def condition(self, arguments: tuple[Part, ...], active: Flags) -> Array:
        """Work each branch out for the rows that take it."""
        test = self.out(arguments[0], active)
        unknown = np.isnan(test)
        yes = self.out(arguments[1], active & ~unknown & (test != 0))
        no = self.out(arguments[2], active & ~unknown & (test == 0))
        return np.where(unknown, np.nan, np.where(test != 0, yes, no))

    def checked(self, made: Array, given: Array, fault: str, active: Flags) -> Array:
        """Keep missing what rests on something missing; note where there should be a value."""
        missing = np.isnan(given).any(axis=0)
        wrong = ~np.isfinite(made) & ~missing
        if (wrong & active).any():
            before = self.faults.get(fault, np.zeros(self.size, dtype=bool))
            self.faults[fault] = before | (wrong & active)
        return np.where(missing | wrong, np.nan, made)
