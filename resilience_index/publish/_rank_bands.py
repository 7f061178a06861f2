"""Ranks on a line: where a rank's dot and its band lie, in per cent of the line's width.

A ranking is read in blocks of rows; each block has an axis cut to the ranks that occur in it. The
script of the site places bands by the same rule when rows are sorted anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BLOCK = 25
"""Rows that share an axis."""

_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)
_MOST_TICKS = 6
_MARGIN = 3.0  # per cent left free at either end, so that round ends stay inside


@dataclass(frozen=True, slots=True)
class RankAxis:
    """A line from one rank to another."""

    first: int
    last: int

    def at(self, rank: float) -> str:
        """Return where a rank lies, in per cent.

        Examples
        --------
        >>> RankAxis(1, 11).at(1), RankAxis(1, 11).at(6), RankAxis(1, 11).at(11)
        ('3', '50', '97')
        """
        part = (rank - self.first) / max(self.last - self.first, 1)
        return f"{round(_MARGIN + part * (100 - 2 * _MARGIN), 1):g}"

    @property
    def ticks(self) -> list[int]:
        """Ranks that are written under the line: the first of all, and round ones.

        Examples
        --------
        >>> RankAxis(1, 27).ticks, RankAxis(21, 48).ticks
        ([1, 5, 10, 15, 20, 25], [25, 30, 35, 40, 45])
        """
        wide = self.last - self.first
        step = next((s for s in _STEPS if wide / s <= _MOST_TICKS), _STEPS[-1])
        round_ones = [v for v in range(self.first, self.last + 1) if v % step == 0]
        return [1, *round_ones] if self.first == 1 and step > 1 else round_ones


def axis_of(bands: Iterable[tuple[int, int]], of: int) -> RankAxis:
    """Cut an axis to some intervals of ranks, one place wider on either side.

    Parameters
    ----------
    bands
        Lowest and highest rank of each row.
    of
        How many are ranked.

    Examples
    --------
    >>> axis_of([(1, 6), (2, 9)], 127)
    RankAxis(first=1, last=10)
    """
    known = list(bands)
    first = max(1, min((low for low, _ in known), default=1) - 1)
    last = min(of, max((high for _, high in known), default=of) + 1)
    return RankAxis(first, max(last, first + 1))


def blocks(bands: Sequence[tuple[int, int]], of: int) -> list[RankAxis]:
    """Return the axis of each block of rows."""
    return [axis_of(bands[i : i + BLOCK], of) for i in range(0, len(bands), BLOCK)]
