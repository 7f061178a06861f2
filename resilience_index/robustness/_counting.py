"""From scores to ranks, and from ranks to counts, for many draws at once.

Scores are sorted together with the number of their unit, both in one whole number: above, how far
the score lies below the best of the chunk; below, which unit it is. In a draw tied units share the
smaller rank; a unit without a score has none.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.steps.rounding import as_compared

Floats = NDArray[np.floating[Any]]
_SIGN = np.uint32(0x80000000)
_CELLS = 2**16  # scores ranked at once: what stays close to the processor
_COMPARED = 2**20  # comparisons made at once
_COMPACT = 512  # up to so many units, 32 bits hold a unit and 23 or more of its score


class RankCounter:
    """Counts how often each unit has each rank, among the units of one group.

    Parameters
    ----------
    units
        How many there are.
    """

    def __init__(self, units: int) -> None:
        self.units = units
        self._compact = units <= _COMPACT
        self._bits = np.uint32(max(1, (units - 1).bit_length()))  # that hold a number
        width = 1 << int(self._bits) if self._compact else units
        self._number = np.arange(units, dtype=np.uint32)
        self._first = self._number * np.uint32(width)  # cell of each rank
        self._cells = np.zeros(units * width, np.int64)  # ranks by units
        self._block = max(1, _CELLS // units)
        self._below = np.empty((self._block, units), np.float32)
        self._keys = np.empty((self._block, units), np.uint32)
        self._places = np.empty((self._block, units), np.int64)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Draws with each rank: units by ranks."""
        table = self._cells.reshape(self.units, -1)[:, : self.units]
        return np.ascontiguousarray(table.T)

    def add(self, scores: NDArray[np.float32], batch: int = 1) -> None:
        """Count the ranks of some draws.

        Ties that all draws of a table have are sought in one draw of each batch; where it has any,
        the whole batch is ranked with care. Elsewhere two scores that chance to be equal, or are
        within a hundred-thousandth of the range, are ranked in the order of the units.

        Parameters
        ----------
        scores
            Draws by units.
        batch
            How many draws that follow each other make a batch.
        """
        step = min(self._block, batch) * max(1, self._block // batch)
        for start in range(0, len(scores), step):
            self._add_block(scores[start : start + step], batch)

    def _add_block(self, scores: NDArray[np.float32], batch: int) -> None:
        low, high = scores.min(), scores.max()
        plain = np.isfinite(low) and np.isfinite(high) and low < high
        if not self._compact or not plain:
            self._add_ranks(ranks_of(scores))
            return
        keys = self._sorted(scores, low, high)
        probe = keys[::batch] >> self._bits
        tied = (probe[:, 1:] == probe[:, :-1]).any(axis=1)
        if tied.any():
            care = np.repeat(tied, batch)[: len(scores)]
            self._add_ranks(ranks_of(scores[care]))
            keys = keys[~care]
        keys &= np.uint32((1 << int(self._bits)) - 1)
        keys += self._first
        places = self._places[: len(keys)]
        np.copyto(places, keys)
        np.add.at(self._cells, places.ravel(), 1)

    def _sorted(
        self, scores: NDArray[np.float32], low: np.float32, high: np.float32
    ) -> NDArray[np.uint32]:
        """Return keys in order, best first."""
        below, keys = self._below[: len(scores)], self._keys[: len(scores)]
        np.subtract(high, scores, out=below)
        digits = min(24, 32 - int(self._bits))  # as many as single precision has
        below *= np.float32((2**digits - 4) / (float(high) - float(low)))
        np.copyto(keys, below, casting="unsafe")
        keys <<= self._bits
        keys |= self._number
        keys.sort(axis=1)
        return keys

    def _add_ranks(self, ranks: NDArray[np.int32]) -> None:
        """Count ranks as they are; 0 is none."""
        there = ranks > 0
        unit = np.broadcast_to(self._number, ranks.shape)[there]
        np.add.at(self._cells, self._first[ranks[there] - 1].astype(np.int64) + unit, 1)


def ranks_of(scores: Floats) -> NDArray[np.int32]:
    """Rank the units in each draw.

    Parameters
    ----------
    scores
        Draws by units; NaN where there is none.

    Returns
    -------
    array of int32
        Draws by units; 1 is best, ties share the smaller rank, 0 is no rank.

    Examples
    --------
    >>> ranks_of(np.array([[3.0, 5.0, 3.0, np.nan, -1.0]])).tolist()
    [[2, 1, 2, 0, 4]]
    """
    single = np.ascontiguousarray(scores, np.float32)
    lost = np.isnan(single)
    filled = np.where(lost, np.float32(-np.inf), single) if lost.any() else single
    halves = np.empty((*filled.shape, 2), np.uint32)
    halves[..., 0] = np.arange(filled.shape[1], dtype=np.uint32)
    bits = (filled + np.float32(0)).view(np.uint32)  # -0 becomes 0
    halves[..., 1] = ~np.where(bits >= _SIGN, ~bits, bits | _SIGN)  # falls as the score rises
    halves.view(np.uint64)[..., 0].sort(axis=1)
    places = np.broadcast_to(np.arange(1, filled.shape[1] + 1, dtype=np.int32), filled.shape).copy()
    high = halves[..., 1]
    places[:, 1:][high[:, 1:] == high[:, :-1]] = 0
    np.maximum.accumulate(places, axis=1, out=places)
    ranks = np.empty(filled.shape, np.int32)
    np.put_along_axis(ranks, halves[..., 0].astype(np.intp), places, axis=1)
    ranks[lost] = 0
    return ranks


def exact_ranks(scores: Floats) -> NDArray[np.int32]:
    """Rank the units in each draw as the index itself does: at 12 significant digits; slower.

    Examples
    --------
    >>> exact_ranks(np.array([[1.0, 1.0 + 1e-10, np.nan, 1.0 + 1e-15]])).tolist()
    [[2, 1, 0, 2]]
    """
    scores = as_compared(np.asarray(scores, float))
    order = np.argsort(-scores, axis=1, kind="stable")  # NaN goes last
    ordered = np.take_along_axis(scores, order, axis=1)
    places = np.broadcast_to(np.arange(1, scores.shape[1] + 1, dtype=np.int32), scores.shape).copy()
    places[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
    np.maximum.accumulate(places, axis=1, out=places)
    ranks = np.empty(scores.shape, np.int32)
    np.put_along_axis(ranks, order, places, axis=1)
    ranks[np.isnan(scores)] = 0
    return ranks


def places_of(ranks: NDArray[np.int32]) -> NDArray[Any]:
    """Put units without a rank behind all others, in as few bits as hold the ranks."""
    units = ranks.shape[1]
    kind: Any = np.int16 if units < np.iinfo(np.int16).max else np.int32
    return np.where(ranks > 0, ranks, units + 1).astype(kind)


def level_counts(places: NDArray[Any]) -> NDArray[np.int32] | None:
    """Count draws in which two units have the same place; None if no two ever have.

    Examples
    --------
    >>> level_counts(np.array([[1, 1, 3], [1, 2, 3]])).tolist()
    [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    """
    order = np.argsort(places, axis=1, kind="stable")
    ordered = np.take_along_axis(places, order, axis=1)
    out: NDArray[np.int32] | None = None
    for apart in range(1, places.shape[1]):
        draw, at = np.nonzero(ordered[:, apart:] == ordered[:, :-apart])
        if not len(draw):
            break
        if out is None:
            out = np.zeros((places.shape[1],) * 2, np.int32)
        one, other = order[draw, at], order[draw, at + apart]
        np.add.at(out, (one, other), 1)
        np.add.at(out, (other, one), 1)
    return out


def ahead_counts(places: NDArray[Any], start: int, stop: int) -> NDArray[np.int64]:
    """Count draws in which some units are ahead of each unit from the first of them on.

    Parameters
    ----------
    places
        Draws by units; the smaller is ahead.
    start, stop
        Which units.

    Returns
    -------
    array of int64
        Those units by the units from `start` on.

    Examples
    --------
    >>> ahead_counts(np.array([[1, 2, 4], [2, 1, 3]]), 0, 1).tolist()
    [[0, 1, 2]]
    """
    rows, others = stop - start, places.shape[1] - start
    out = np.zeros((rows, others), np.int64)
    block = int(np.clip(_COMPARED // (rows * others), 1, 255))  # a byte counts to 255
    for first in range(0, len(places), block):
        here = places[first : first + block, start:]
        one, other = here[:, :rows, None], here[:, None, :]
        out += (one < other).view(np.uint8).sum(axis=0, dtype=np.uint8)
    return out


def quantiles(
    draws: NDArray[Any], shares: Sequence[float], *, between: bool
) -> list[NDArray[np.float64]]:
    """Quantiles of each unit over what is there.

    Parameters
    ----------
    draws
        Draws by units; NaN, or a rank of 0, is nothing.
    shares
        Which quantiles.
    between
        Interpolated between draws (scores); else the smallest draw with at least that share at or
        below it (ranks).

    Returns
    -------
    list of arrays
        For each share one number a unit; NaN where nothing is there.

    Examples
    --------
    >>> ranks = np.array([[1], [2], [2], [0]], np.int32)
    >>> [float(q[0]) for q in quantiles(ranks, [0.33, 0.5], between=False)]
    [1.0, 2.0]
    """
    ordered = np.ascontiguousarray(draws.T)
    if ordered.dtype.kind == "i":
        ordered = np.where(ordered > 0, ordered, np.iinfo(ordered.dtype).max)
        count = (draws > 0).sum(axis=0)
    else:
        count = (~np.isnan(draws)).sum(axis=0)
    ordered.sort(axis=1)
    last = np.maximum(count - 1, 0)
    found = []
    for share in shares:
        place = share * last if between else np.ceil(share * count - 1e-9) - 1
        below = np.clip(np.floor(place), 0, last).astype(np.intp)
        value = np.take_along_axis(ordered, below[:, None], axis=1)[:, 0].astype(float)
        if between:
            above = np.minimum(below + 1, last)
            upper = np.take_along_axis(ordered, above[:, None], axis=1)[:, 0]
            value = value + (upper - value) * (place - below)
        found.append(np.where(count > 0, value, np.nan))
    return found
