"""What can go wrong, by who can put it right.

Every error of this package names the place, what stands there, what may stand there and what to do.
The command line prints the message alone and ends with code 2.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

MOST_TOLD = 200
"""At most so many problems are spelled out in one error."""

MOST_LETTERS = 1_000
"""Longest spelling of one problem."""

_MOST_LIKELY = 1_000  # among more names than these, none is looked for that looks alike

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class ResilienceIndexError(Exception):
    """Something the user can mend; the message says how."""


class ContentError(ResilienceIndexError):
    """A definition or a table under indicators/ is wrong: for whoever edits the content.

    All faults of a folder are gathered before this is raised.

    >>> print(ContentError("mine.toml", ["about.year: missing", "method: not a table"]))
    mine.toml: 2 problems
      - about.year: missing
      - method: not a table
    """

    def __init__(self, where: str, problems: Sequence[str]) -> None:
        self.where = where
        count, more = len(problems), len(problems) > MOST_TOLD
        told = [_clipped(p) for p in problems[:MOST_TOLD]]
        self.problems = (*told, "and more; mend these first") if more else tuple(told)
        counted = f"more than {MOST_TOLD}" if more else str(count)
        noun = "problem" if count == 1 else "problems"
        super().__init__(
            "\n".join([f"{where}: {counted} {noun}", *(f"  - {p}" for p in self.problems)])
        )

    def __reduce__(self) -> tuple[type, tuple[str, tuple[str, ...]]]:
        """Let the error travel between processes."""
        return type(self), (self.where, self.problems)


class MethodError(ResilienceIndexError):
    """A method or a setting does not exist or does not fit: for whoever names the method."""


class DataError(ResilienceIndexError):
    """The figures do not allow what the method asks of them: for whoever brings the data."""


class UsageError(ResilienceIndexError):
    """A command or a function was asked for something it cannot give: for whoever runs it."""


def plain(text: str) -> str:
    r"""Spell control characters, and those that turn the direction of text, as escapes.

    What a message quotes may come from anyone; it must not steer the terminal that shows it.

    >>> plain("red \x1b[31m, turned \u202e, a\ttab and\na line end")
    'red \\x1b[31m, turned \\u202e, a\ttab and\na line end'
    """
    return _UNPRINTABLE.sub(lambda found: repr(found[0])[1:-1], text)


def _clipped(problem: str) -> str:
    """Cut a problem that quotes too much."""
    return problem if len(problem) <= MOST_LETTERS else f"{problem[: MOST_LETTERS - 1]}…"


def nearest(found: str, known: Iterable[str]) -> str:
    """Say which known name was perhaps meant, and which names there are.

    >>> nearest("min_max", ["minmax", "rank"])
    "(did you mean 'minmax'?); known: minmax, rank"
    >>> nearest("zzz", ["minmax", "rank"])
    '(known: minmax, rank)'
    >>> nearest("zzz", [])
    '(there is none)'
    """
    names = sorted(known)
    if not names:
        return "(there is none)"
    meant = likely(found, names)
    return f"{meant}; known: {listed(names)}" if meant else f"(known: {listed(names)})"


def likely(found: str, known: Sequence[str]) -> str:
    """Say which known name was perhaps meant; nothing where none is near.

    >>> likely("min_max", ["minmax", "rank"]), likely("zzz", ["rank"]), likely("kor", ["KOR"])
    ("(did you mean 'minmax'?)", '', "(did you mean 'KOR'?)")
    """
    comparable = len(known) <= _MOST_LIKELY and len(found) <= 100
    same = [name for name in known if name.casefold() == found.casefold()] if comparable else []
    close = same or (get_close_matches(found, known, n=1) if comparable else [])
    return f"(did you mean '{close[0]}'?)" if close else ""


def listed(names: Sequence[str]) -> str:
    """Write names in a row, the first 40 of them.

    >>> listed(["minmax", "rank"])
    'minmax, rank'
    """
    return ", ".join(names[:40]) + (f" and {len(names) - 40} more" if len(names) > 40 else "")
