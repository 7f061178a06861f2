"""What can go wrong, by who can put it right.

Every error of this package names the place, what stands there, what may stand there and what to do.
The command line prints the message alone and ends with code 2.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


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
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join([f"{where}: {count}", *(f"  - {p}" for p in self.problems)]))

    def __reduce__(self) -> tuple[type, tuple[str, tuple[str, ...]]]:
        """Let the error travel between processes."""
        return type(self), (self.where, self.problems)


class MethodError(ResilienceIndexError):
    """A method or a setting does not exist or does not fit: for whoever names the method."""


class DataError(ResilienceIndexError):
    """The figures do not allow what the method asks of them: for whoever brings the data."""


class UsageError(ResilienceIndexError):
    """A command or a function was asked for something it cannot give: for whoever runs it."""


def nearest(found: str, known: Iterable[str]) -> str:
    """Say which known name was perhaps meant, and which names there are.

    >>> nearest("min_max", ["minmax", "rank"])
    "(did you mean 'minmax'?); known: minmax, rank"
    >>> nearest("zzz", ["minmax", "rank"])
    'known: minmax, rank'
    """
    names = sorted(known)
    close = get_close_matches(found, names, n=1)
    listed = ", ".join(names[:40]) + (f" and {len(names) - 40} more" if len(names) > 40 else "")
    return f"(did you mean '{close[0]}'?); known: {listed}" if close else f"known: {listed}"
