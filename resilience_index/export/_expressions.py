"""Formulas of definition files (`steps.formula`) as spreadsheet formulas.

Each part of a formula becomes an expression and the condition under which it has a value: the cells
that it needs are there. A part that only looks at what is there (min, max, mean, sum) needs any one
of its arguments that name something.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from resilience_index.export.formulas import literal
from resilience_index.steps._grammar import Call, Chain, Name, Negative, Number, Part
from resilience_index.steps.formula import parse

_FUNCTIONS = {"exp": "EXP({})", "log": "LN({})", "log10": "LOG10({})", "log1p": "LN(1+{})",
              "sqrt": "SQRT({})", "abs": "ABS({})"}  # fmt: skip
_COMPARISONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "!=": "<>"}
_BEYOND = {"min": "1E+300", "max": "-1E+300"}


@dataclass(frozen=True, slots=True)
class Worked:
    """An expression, and the conditions that must all hold for it to have a value."""

    text: str
    needs: tuple[str, ...] = ()

    @property
    def condition(self) -> str:
        """All conditions as one."""
        needs = tuple(dict.fromkeys(self.needs))
        return f"AND({','.join(needs)})" if len(needs) > 1 else (needs[0] if needs else "TRUE")


def worked_out(
    expression: str, cells: Mapping[str, str], *, due: Mapping[str, str] | None = None
) -> Worked:
    """Write a formula over named cells.

    Parameters
    ----------
    expression
        Formula as in a definition file.
    cells
        Address of each name.
    due
        If given, a missing cell counts as 0, but for those that are not due: where the cell that
        is named here is not 1.

    Examples
    --------
    >>> done = worked_out("100 * part / whole", {"part": "B6", "whole": "C6"})
    >>> done.text, done.condition
    ('(100*B6/C6)', 'AND(ISNUMBER(B6),ISNUMBER(C6))')
    """
    names = {name: Worked(cell, (f"ISNUMBER({cell})",)) for name, cell in cells.items()}
    if due is not None:
        names = {
            name: Worked(f"N({cell})", (f"{due[name]}=1",) if name in due else ())
            for name, cell in cells.items()
        }
    return _part(parse(expression).root, names)


def _part(part: Part, names: Mapping[str, Worked]) -> Worked:
    match part:
        case Number(value):
            return Worked(literal(value))
        case Name(name):
            return names[name]
        case Negative(of):
            below = _part(of, names)
            return Worked(f"(-{below.text})", below.needs)
        case Chain(first, rest):
            return _chain(_part(first, names), [(s, _part(p, names)) for s, p in rest])
        case Call(function, arguments):
            return _call(function, [_part(p, names) for p in arguments])


def _chain(first: Worked, rest: list[tuple[str, Worked]]) -> Worked:
    text, needs = first.text, first.needs
    for sign, right in rest:
        if sign in _COMPARISONS:
            text = f"IF({text}{_COMPARISONS[sign]}{right.text},1,0)"
        else:
            text = f"{text}{sign.replace('**', '^')}{right.text}"
        needs += right.needs
    return Worked(f"({text})", needs)


def _call(function: str, given: list[Worked]) -> Worked:
    texts, needs = [g.text for g in given], tuple(n for g in given for n in g.needs)
    if function in _FUNCTIONS:
        return Worked(_FUNCTIONS[function].format(texts[0]), needs)
    if function == "clip":
        return Worked(f"MIN(MAX({texts[0]},{texts[1]}),{texts[2]})", needs)
    if function == "round":
        return Worked(f"ROUND({texts[0]},{texts[1] if len(texts) > 1 else 0})", needs)
    if function == "if":
        test, yes, no = given
        chosen = f"IF({test.text}<>0,{yes.condition},{no.condition})"
        branches = (chosen,) if yes.needs or no.needs else ()
        return Worked(f"IF({test.text}<>0,{yes.text},{no.text})", (*test.needs, *branches))
    if function == "count":
        return Worked("(" + "+".join(f"IF({g.condition},1,0)" for g in given if g.needs) + ")")
    if function == "first":
        return _first(given)
    return _over_what_is_there(function, given)


def _first(given: list[Worked]) -> Worked:
    """Write the first argument that has a value."""
    text = given[-1].text
    for one in reversed(given[:-1]):
        text = f"IF({one.condition},{one.text},{text})"
    always = any(not g.needs for g in given)
    return Worked(text, () if always else (f"OR({','.join(g.condition for g in given)})",))


def _over_what_is_there(function: str, given: list[Worked]) -> Worked:
    """Write min, max, mean or sum over those arguments that have a value."""
    named = [g.condition for g in given if g.needs]
    needs = (f"OR({','.join(named)})",) if named else ()
    if function in _BEYOND:
        held = [f"IF({g.condition},{g.text},{_BEYOND[function]})" for g in given]
        return Worked(f"{function.upper()}({','.join(held)})", needs)
    total = "+".join(f"IF({g.condition},{g.text},0)" for g in given)
    if function == "sum":
        return Worked(f"({total})", needs)
    count = "+".join(f"IF({g.condition},1,0)" for g in given)
    return Worked(f"(({total})/({count}))", needs)
