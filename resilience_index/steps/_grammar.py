"""Read a formula: text in, a tree of frozen parts out; a mistake is shown at its place.

The language is small and closed: numbers, names, + - * / ^ (or **), comparisons, parentheses and
the functions in `ARITY`. Nothing of it is ever run as Python. A tree is at most `MAX_DEPTH` deep,
so that no text, however made, can exhaust the machine.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from resilience_index.errors import ContentError, nearest

MAX_DEPTH = 100
"""Deepest nesting of parentheses, functions, signs and powers."""
MAX_LENGTH = 10_000
"""Longest formula, in characters."""

ARITY: dict[str, tuple[int, int]] = {
    "exp": (1, 1), "log": (1, 1), "log10": (1, 1), "log1p": (1, 1), "sqrt": (1, 1), "abs": (1, 1),
    "min": (1, 99), "max": (1, 99), "mean": (1, 99), "sum": (1, 99),
    "count": (1, 99), "first": (1, 99),
    "clip": (3, 3), "round": (1, 2), "if": (3, 3),
}  # fmt: skip
"""Least and greatest number of arguments of each function."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|[-+*/^()<>,]))"
)
_PRECEDENCE = {"<": 1, "<=": 1, ">": 1, ">=": 1, "==": 1, "!=": 1, "+": 2, "-": 2, "*": 3, "/": 3}
_NEGATIVE, _POWER = 4, 5
_SHOWN = 60  # characters shown on either side of a mistake in a long line


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A column, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus something."""

    of: "Part"


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one precedence, worked from left to right: first, then (sign, operand) pairs."""

    first: "Part"
    rest: tuple[tuple[str, "Part"], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple["Part", ...]


Part = Number | Name | Negative | Chain | Call


def parts_below(part: Part) -> list[Part]:
    """List what a part is made of.

    >>> parts_below(Negative(Name("a")))
    [Name(name='a')]
    """
    match part:
        case Negative(of):
            return [of]
        case Chain(first, rest):
            return [first, *(operand for _, operand in rest)]
        case Call(_, arguments):
            return list(arguments)
        case _:
            return []


def names_in(part: Part) -> set[str]:
    """Return the names that a part uses; none, if it is made of numbers alone.

    >>> names_in(Negative(Name("a"))), names_in(Number(1.0))
    ({'a'}, set())
    """
    found: set[str] = set()
    waiting: list[Part] = [part]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Name):
            found.add(here.name)
        waiting += parts_below(here)
    return found


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that has been read: its text, for messages, and its tree."""

    text: str
    root: Part


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, name, sign or end
    text: str
    at: int


def parse(text: str) -> Formula:
    """Read a formula.

    Powers bind tightest and group to the right, then the minus sign, then * and /, then + and -,
    then one comparison: -2^2 is -4, and 2^3^2 is 512.

    Parameters
    ----------
    text
        The formula as written in a definition.

    Returns
    -------
    Formula
        Its text and tree.

    Raises
    ------
    ContentError
        If the text is no formula; the message points at the place.

    Examples
    --------
    >>> parse("1 - a").root
    Chain(first=Number(value=1.0), rest=(('-', Name(name='a')),))
    >>> parse("mean(a b)")
    Traceback (most recent call last):
        ...
    resilience_index.errors.ContentError: formula: 1 problem
      - expected ',' or ')', found 'b' at column 8
            mean(a b)
                   ^
    """
    if len(text) > MAX_LENGTH:
        raise ContentError(
            "formula",
            [f"{len(text)} characters; at most {MAX_LENGTH}: split it into several indicators"],
        )
    reader = _Reader(text, tuple(_tokens(text)))
    root, place = reader.expression(0, 0, 0)
    if reader.tokens[place].kind != "end":
        raise reader.wrong(place, "expected an operator or the end")
    return Formula(text, root)


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    end = len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            hint = "; compare with ==" if text[at] == "=" else ""
            raise _mistake(text, at, f"'{text[at]}' has no meaning here{hint}")
        yield _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup))
        place = match.end()
    yield _Token("end", "", end)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Precedence climbing; every method takes a place among the tokens and returns the next one."""

    text: str
    tokens: Sequence[_Token]

    def expression(self, place: int, least: int, depth: int) -> tuple[Part, int]:
        """Read operands joined by operators that bind at least as tightly as `least`."""
        if depth > MAX_DEPTH:
            raise self.mistake(place, f"nested more than {MAX_DEPTH} deep; split the formula")
        part, place = self.operand(place, depth)
        pairs: list[tuple[str, Part]] = []
        level = 0
        while (binds := _PRECEDENCE.get(self.tokens[place].text, 0)) > least:
            if binds != level and pairs:
                part, pairs = Chain(part, tuple(pairs)), []
            elif binds == level == 1:
                raise self.mistake(place, "comparisons cannot be chained; use if() within if()")
            level = binds
            right, after = self.expression(place + 1, binds, depth + 1)
            pairs.append((self.tokens[place].text, right))
            place = after
        return (Chain(part, tuple(pairs)) if pairs else part), place

    def operand(self, place: int, depth: int) -> tuple[Part, int]:
        """Read a number, a name, a call, a parenthesis or a minus sign, and a power of it."""
        token = self.tokens[place]
        if token.text == "-":
            part, place = self.expression(place + 1, _NEGATIVE, depth + 1)
            return Negative(part), place
        if token.text == "(":
            part, place = self.expression(place + 1, 0, depth + 1)
            place = self.closed(place, "expected an operator or ')'")
        elif token.kind == "number":
            part, place = self.number(place), place + 1
        elif token.kind == "name" and self.tokens[place + 1].text == "(":
            part, place = self.call(place, depth)
        elif token.kind == "name":
            part, place = Name(token.text), place + 1
        else:
            raise self.wrong(place, "expected a number, a name, a function or '('")
        if self.tokens[place].text in ("^", "**"):
            exponent, place = self.expression(place + 1, _NEGATIVE, depth + 1)
            part = Chain(part, (("^", exponent),))
        return part, place

    def number(self, place: int) -> Number:
        """Read a number that a computer can hold."""
        value = float(self.tokens[place].text)
        if value == float("inf"):
            raise self.mistake(place, "too large a number")
        return Number(value)

    def call(self, place: int, depth: int) -> tuple[Part, int]:
        """Read a function with its arguments."""
        start, name = place, self.tokens[place].text
        if name not in ARITY:
            raise self.mistake(place, f"unknown function '{name}' {nearest(name, ARITY)}")
        arguments: list[Part] = []
        place += 1
        while not arguments or self.tokens[place].text == ",":
            part, place = self.expression(place + 1, 0, depth + 1)
            arguments.append(part)
        place = self.closed(place, "expected ',' or ')'")
        fewest, most = ARITY[name]
        if not fewest <= len(arguments) <= most:
            wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            noun = "argument" if most == 1 else "arguments"
            raise self.mistake(start, f"{name} takes {wanted} {noun}, not {len(arguments)}")
        if name == "round" and len(arguments) == 2 and not _whole(arguments[1]):
            raise self.mistake(start, "the decimals of round must be a whole number, like 2")
        return Call(name, tuple(arguments)), place

    def closed(self, place: int, expected: str) -> int:
        """Step over a closing parenthesis."""
        if self.tokens[place].text != ")":
            raise self.wrong(place, expected)
        return place + 1

    def wrong(self, place: int, expected: str) -> ContentError:
        """Say what was expected where something else stands."""
        found = self.tokens[place].text
        shown = f"'{found}'" if found else "the end"
        return self.mistake(place, f"{expected}, found {shown}")

    def mistake(self, place: int, problem: str) -> ContentError:
        """Say what is wrong with a token."""
        return _mistake(self.text, self.tokens[place].at, problem)


def _whole(part: Part) -> bool:
    value = part.of if isinstance(part, Negative) else part
    return isinstance(value, Number) and value.value == int(value.value) and value.value <= 15


def _mistake(text: str, at: int, problem: str) -> ContentError:
    """Show the line with a mark under the place."""
    line_start = text.rfind("\n", 0, at) + 1
    line = text[line_start:].split("\n", 1)[0]
    column = at - line_start
    first = max(0, column - _SHOWN)
    shown = line[first : column + _SHOWN].replace("\t", " ")
    row = text.count("\n", 0, at)
    where = f"line {row + 1}, column {column + 1}" if "\n" in text.strip() else f"column {at + 1}"
    pointer = " " * (column - first) + "^"
    return ContentError("formula", [f"{problem} at {where}\n        {shown}\n        {pointer}"])
