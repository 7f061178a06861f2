"""Methods as spreadsheet formulas: each function returns text without the leading equals sign.

Only functions are used that LibreOffice 7.4 and Excel 2010 both have. A cell that is missing is
empty or an empty text; `ISNUMBER` tells it from a figure. A method that cannot be written so gives
None, and its column then stands as values. `x` is always one cell, `column` a range of them.
Scores (`on_line`, `in_order`, `in_classes`) are for cells that have a figure: wrap them in
`if_there`.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resilience_index.content.frameworks import Rounding
from resilience_index.content.reading import Choice
from resilience_index.steps import normalise

Settings = Mapping[str, Any]


def literal(value: float) -> str:
    """Write a number for a formula.

    >>> literal(1000000.0), literal(0.01), literal(-2.5)
    ('1000000', '0.01', '-2.5')
    """
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def if_there(x: str, formula: str) -> str:
    """Work a formula out where the cell has a figure, else leave the result empty.

    >>> if_there("B6", "LN(B6)")
    'IF(ISNUMBER(B6),LN(B6),"")'
    """
    return f'IF(ISNUMBER({x}),{formula},"")'


def divided(x: str, divisor: str | None, scale: str | None) -> str:
    """Divide a figure by its denominator and scale it; nothing per head is nothing.

    >>> divided("B6", None, None)
    'IF(ISNUMBER(B6),B6,"")'
    """
    times = f"*{scale}" if scale else ""
    if divisor is None:
        return if_there(x, f"{x}{times}")
    return if_there(x, f'IF(N({divisor})<>0,{x}/{divisor}{times},IF({x}=0,0,""))')


def _clip(x: str, s: Settings) -> str:
    low, high = s.get("lower"), s.get("upper")
    held = x if high is None else f"MIN({x},{literal(high)})"
    return held if low is None else f"MAX({held},{literal(low)})"


_TRANSFORMS: dict[str, Callable[[str, Settings], str]] = {
    "none": lambda x, _: x,
    "log": lambda x, s: f"LN({x}+{literal(s['shift'])})" if s.get("shift") else f"LN({x})",
    "log10": lambda x, _: f"LOG10({x})",
    "log1p": lambda x, _: f"LN(1+{x})",
    "logit": lambda x, s: f"(LN({x})-LN({literal(s.get('whole', 1))}-{x}))",
    "sqrt": lambda x, _: f"SQRT({x})",
    "square": lambda x, _: f"({x})^2",
    "power": lambda x, s: f"({x})^{literal(s['exponent'])}",
    "reciprocal": lambda x, _: f"1/({x})",
    "clip": _clip,
    "absolute": lambda x, _: f"ABS({x})",
    "asinh": lambda x, s: f"ASINH(({x})/{literal(s.get('scale', 1))})",
}


def transformed(x: str, steps: Sequence[Choice]) -> str | None:
    """Apply the transforms of a definition, one inside the other.

    >>> transformed("B6", [Choice(name="log1p")])
    'IF(ISNUMBER(B6),LN(1+B6),"")'
    """
    inside = x
    for number, step in enumerate(steps):
        if step.name not in _TRANSFORMS:
            return None
        inside = _TRANSFORMS[step.name](f"({inside})" if number else inside, step.settings)
    return if_there(x, inside)


@dataclass(frozen=True, slots=True)
class Line:
    """A scale that is a straight line: it begins at `start`, which scores `low`, and ends at `end`.

    Start and end are formulas in oriented figures; low and high are points. `caps` names the ends
    beyond which nothing scores; `constant` is the score of a column without a range.
    """

    start: str
    end: str
    low: float
    high: float
    caps: frozenset[str] = frozenset()
    constant: float | None = None


def with_defaults(choice: Choice) -> dict[str, Any]:
    """Return all settings of a normaliser: those given, else their defaults.

    >>> with_defaults(Choice(name="minmax", settings={"low": 1}))["high"]
    100.0
    """
    parameters = inspect.signature(normalise.METHODS[choice.name]).parameters
    return {name: p.default for name, p in parameters.items()} | dict(choice.settings)


def line_of(
    choice: Choice, code: str, sign: float, column: str, reference: str | None
) -> Line | None:
    """Return the straight line of a normaliser, or None if it is none.

    Parameters
    ----------
    choice
        The method and its settings.
    code
        The column, for settings that differ by column.
    sign
        Orientation that `column` already has; settings in its unit are turned with it.
    column
        Range of the oriented figures that the scale is taken from.
    reference
        Cell of the country that a distance is measured to, where the method names one.

    Examples
    --------
    >>> line = line_of(Choice(name="minmax", settings={"low": 1}), "x", 1, "D6:D9", None)
    >>> line.start, line.end, line.low, line.high
    ('MIN(D6:D9)', 'MAX(D6:D9)', 1.0, 100.0)
    """
    if choice.name not in normalise.METHODS:
        return None
    s = with_defaults(choice)
    low, high = f"MIN({column})", f"MAX({column})"
    ends = (float(s.get("low", 0) or 0), float(s.get("high", 0) or 0))
    over = frozenset({"high"}) if s.get("cap") else frozenset()
    name = choice.name
    if name in ("minmax", "distance_to_max"):
        return Line(low, high, *ends, constant=s["constant"])
    if name == "distance_to_reference" and reference is not None:
        return Line(low, reference, *ends, over, s["constant"])
    if name == "distance_to_target":
        return Line(low, literal(sign * _setting(s["target"], code, 0.0)), *ends, over)
    if name == "fraction_of_max":
        return Line("0", high, 0.0, float(s["high"]))
    return _fixed_line(name, s, code, sign, column)


def _fixed_line(name: str, s: Settings, code: str, sign: float, column: str) -> Line | None:
    """Return the line of a normaliser whose ends are settings, or mean and standard deviation."""
    if s.get("least") is not None or s.get("most") is not None:
        return None  # held between limits of its own: the scores stand as numbers
    if name == "zscore":
        spread = "STDEV" if s["ddof"] == 1 else "STDEVP"
        mean, sd = float(s["mean"]), float(s["sd"])
        end = f"AVERAGE({column})+{spread}({column})"
        return Line(f"AVERAGE({column})", end, mean, mean + sd, constant=s["constant"])
    if name == "scaled":
        start, step = sign * _setting(s["a"], code, 0.0), _setting(s["b"], code, 1.0)
        return Line(literal(start), literal(start + step), float(s["low"]), float(s["high"]))
    if name == "goalposts" and s["by"] is None:
        lower, upper = _setting(s["lower"], code, None), _setting(s["upper"], code, None)
        first, last = (lower, upper) if sign > 0 else (_minus(upper), _minus(lower))
        return Line(
            f"MIN({column})" if first is None else literal(first),
            f"MAX({column})" if last is None else literal(last),
            float(s["low"]),
            float(s["high"]),
            frozenset({"low", "high"}) if s["cap"] else frozenset(),
            s["constant"],
        )
    return None


def _setting(value: Any, code: str, otherwise: Any) -> Any:
    """Return a setting for one column: a number for all, or by code."""
    return value.get(code, otherwise) if isinstance(value, Mapping) else value


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


def on_line(x: str, ends: tuple[str, str], points: tuple[str, str], line: Line) -> str:
    """Score a figure on a straight line whose ends and points stand in cells.

    >>> on_line("D6", ("S1", "S2"), ("S3", "S4"), Line("0", "1", 0, 100))
    'S3+(D6-S1)/(S2-S1)*(S4-S3)'
    """
    (start, end), (low, high) = ends, points
    made = f"{low}+({x}-{start})/({end}-{start})*({high}-{low})"
    if "low" in line.caps:
        made = f"MAX(MIN({made},MAX({low},{high})),MIN({low},{high}))"
    elif "high" in line.caps:
        made = f"MIN({made},{high})"
    if line.constant is not None:
        made = f"IF({start}={end},{literal(line.constant)},{made})"
    return made


def in_order(x: str, column: str, choice: Choice) -> str | None:
    """Score a figure by its place from below: rank, Borda points or percentile rank.

    >>> in_order("D6", "D$6:D$9", Choice(name="rank"))
    'RANK(D6,D$6:D$9,1)'
    """
    if choice.name not in ("rank", "borda", "percentile_rank"):
        return None
    s = with_defaults(choice)
    if choice.name == "percentile_rank":
        low, high = float(s["low"]), float(s["high"])
        share = f"(RANK({x},{column},1)-1)/(COUNT({column})-1)"
        made = f"{literal(low)}+{share}*{literal(high - low)}"
        made = made if s["places"] is None else f"ROUND({made},{s['places']})"
    else:
        place = _place(x, column, s["ties"], 1)
        if place is None:
            return None
        made = place if choice.name == "rank" else f"{place}-1"
    if s["constant"] is not None:
        made = f"IF(MIN({column})=MAX({column}),{literal(s['constant'])},{made})"
    return made


def _place(x: str, column: str, ties: str, order: int) -> str | None:
    """Return the place of a figure: from below with order 1, from above with 0."""
    smallest = f"RANK({x},{column},{order})"
    largest = f"(COUNT({column})+1-RANK({x},{column},{1 - order}))"
    found = {"min": smallest, "max": largest, "average": f"({smallest}+{largest})/2"}
    return found.get(ties)


def in_classes(x: str, sign: float, choice: Choice) -> str | None:
    """Score classes of values by cut-offs, from the lowest class up.

    >>> in_classes("D6", 1, Choice(name="categorical", settings={"cuts": [5], "scores": [0, 1]}))
    'IF(D6<5,0,1)'
    """
    if choice.name != "categorical":
        return None
    s = with_defaults(choice)
    if s["percentiles"]:
        return None
    before = "<" if s["at_cut"] == "above" else "<="
    value = x if sign > 0 else f"-{x}"
    made = literal(s["scores"][-1])
    for cut, score in zip(reversed(s["cuts"]), reversed(s["scores"][:-1]), strict=True):
        made = f"IF({value}{before}{literal(cut)},{literal(score)},{made})"
    return made


def rounded(x: str, rule: Rounding | None) -> str | None:
    """Round a formula's result; ties away from zero, as spreadsheets do.

    >>> rounded("D6/3", Rounding(places=1))
    'ROUND(D6/3,1)'
    """
    if rule is None:
        return x
    return f"ROUND({x},{rule.places})" if rule.rule == "half_away" else None


def ranked(
    x: str, column: str, choice: Choice, *, lower_is_better: bool
) -> tuple[str, bool] | None:
    """Rank a score; return the formula and whether it is an array formula.

    >>> ranked("C6", "C$6:C$9", Choice(name="min"), lower_is_better=False)
    ('IF(ISNUMBER(C6),RANK(C6,C$6:C$9,0),"")', False)
    """
    places = choice.settings.get("places")
    if places is None:
        place = _place(x, column, choice.name, 1 if lower_is_better else 0)
        return None if place is None else (if_there(x, place), False)
    if choice.settings.get("rounding", "half_away") != "half_away":
        return None
    shown, mine = f"ROUND({column},{places})", f"ROUND({x},{places})"
    better = "<" if lower_is_better else ">"
    above = f"SUM(IF(ISNUMBER({column}),IF({shown}{better}{mine},1,0),0))"
    same = f"SUM(IF(ISNUMBER({column}),IF({shown}={mine},1,0),0))"
    found = {"min": f"{above}+1", "max": f"{above}+{same}", "average": f"{above}+({same}+1)/2"}
    return (if_there(x, found[choice.name]), True) if choice.name in found else None
