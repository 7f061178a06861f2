"""What an answer would change in a table: figure by figure, and whether it can be believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from resilience_index.content.observations import read_table
from resilience_index.errors import DataError
from resilience_index.refresh.answers import Rows
from resilience_index.refresh.services import Bounds

_LIKELY = 5  # the usual figure does not grow by more than this from one vintage to the next
_FEW = 8  # from so few figures that both have, nothing is concluded


@dataclass(frozen=True, slots=True)
class Change:
    """One figure: as it stood (None: new), as it comes (None: withdrawn)."""

    code: str
    year: int
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What becomes of a table: all its rows, the changes among them, and how many stay.

    `kept` counts rows of countries, and of years, that the answer says nothing of.
    """

    rows: Rows
    changes: tuple[Change, ...]
    same: int
    kept: int

    def counts(self) -> str:
        """Count the changes by kind.

        >>> Difference({}, (Change("KOR", 2025, None, "1"),), 3, 2).counts()
        '1 new, 0 revised, 0 withdrawn, 3 the same, 2 kept that the answer says nothing of'
        """
        new = sum(change.old is None for change in self.changes)
        gone = sum(change.new is None for change in self.changes)
        revised = len(self.changes) - new - gone
        told = f"{new} new, {revised} revised, {gone} withdrawn, {self.same} the same"
        return told + (f", {self.kept} kept that the answer says nothing of" if self.kept else "")


def standing(path: Path, folder: Path, key: str) -> Rows:
    """Read the table that stands; none if there is none.

    Raises
    ------
    DataError
        If it has columns that no answer has, such as notes or standard errors.
    ContentError
        If it cannot be read.
    """
    if not path.exists():
        return {}
    columns = read_table(path, within=folder).columns
    if set(columns) != {key, "year", "value"}:
        told = f"columns {', '.join(columns)}; only {key}, year and value can be brought up to date"
        raise DataError(f"{told}; do it by hand")
    rows = zip(columns[key], columns["year"], columns["value"], strict=True)
    try:
        return {(str(code), int(year)): str(value) for code, year, value in rows}
    except ValueError:
        raise DataError("a year that is none; see `resilience-index check`") from None


def difference(old: Rows, new: Rows) -> Difference:
    """Lay an answer over a table.

    Of a country that the answer has, figures between its first and last year are as in the answer;
    what it says nothing of stays. A figure that is written otherwise but equal is the same.

    >>> old = {("A", 2024): "1.0", ("A", 2025): "2", ("B", 2025): "3"}
    >>> made = difference(old, {("A", 2024): "1", ("A", 2026): "4"})
    >>> made.rows
    {('A', 2024): '1.0', ('A', 2026): '4', ('B', 2025): '3'}
    >>> [(c.year, c.old, c.new) for c in made.changes]
    [(2025, '2', None), (2026, None, '4')]
    """
    told = {code for code, _ in new}
    years = [year for _, year in new] or [0]
    rows: Rows = {}
    changes, same, kept = [], 0, 0
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if after is None and (key[0] not in told or not min(years) <= key[1] <= max(years)):
            rows[key], kept = old[key], kept + 1
        elif before is not None and after is not None and _equal(before, after):
            rows[key], same = before, same + 1
        else:
            changes.append(Change(*key, before, after))
            if after is not None:
                rows[key] = after
    return Difference(rows, tuple(changes), same, kept)


def doubts(old: Rows, new: Rows, bounds: Bounds) -> list[str]:
    """Say why an answer is not to be believed; nothing if it is.

    Parameters
    ----------
    old, new
        Figures that stand, and those of the answer.
    bounds
        What an answer must hold.

    Returns
    -------
    list of str
        One sentence a reason.
    """
    found = []
    there = len({code for code, _ in new})
    if there < bounds.countries:
        found.append(f"{there} countries; at least {bounds.countries} were expected")
    out = [(k, v) for k, v in new.items() if not bounds.least <= float(v) <= bounds.greatest]
    if out:
        (code, year), value = out[0]
        told = f"{code} {year}: {value} is outside {bounds.least:g} to {bounds.greatest:g}"
        found.append(told + (f", and {len(out) - 1} more" if len(out) > 1 else ""))
    shared = [key for key in old if key in new]
    told_of = {code for code, _ in new}
    due = [key for key in old if key[0] in told_of] if new else list(old)
    first = min((year for _, year in new), default=0)
    due = [key for key in due if key[1] >= first]
    if due and len(shared) < bounds.keeps * len(due):
        share = f"{len(shared)} of {len(due)} figures that stand"
        found.append(f"{share} are in the answer; at least {bounds.keeps:.0%} were expected")
    return found + _jump(old, new, shared)


def _jump(old: Rows, new: Rows, shared: list[tuple[str, int]]) -> list[str]:
    """Find a change of unit: the usual figure grown or shrunk by several times."""
    pairs = [(_number(old[key]), float(new[key])) for key in shared]
    ratios = [after / before for before, after in pairs if before > 0 and after > 0]
    if len(ratios) < _FEW or 1 / _LIKELY <= median(ratios) <= _LIKELY:
        return []
    return [f"the usual figure is {median(ratios):.3g} times what stands: another unit?"]


def table_text(rows: Mapping[tuple[str, int], str], key: str) -> str:
    r"""Spell a table, sorted by country and year.

    >>> table_text({("KOR", 2025): "1.5"}, "iso3")
    'iso3,year,value\nKOR,2025,1.5\n'
    """
    lines = [f"{code},{year},{value}" for (code, year), value in sorted(rows.items())]
    return "\n".join([f"{key},year,value", *lines]) + "\n"


def _equal(one: str, other: str) -> bool:
    return one == other or _number(one) == float(other)


def _number(text: str) -> float:
    """Return a figure as it stands in a table; what does not apply there is no number."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
