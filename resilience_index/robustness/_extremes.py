"""The best and the worst rank that weights between bounds can give, by mixed-integer programmes.

For unit i, let d_j be the row of another unit less that of i, so that j is ahead where w d_j > 0.
With M_j and m_j the greatest and the least value of w d_j over the weights w (linear programmes)::

    best:   minimise  sum z_j   where  w d_j <= M_j z_j - e (1 - z_j)
    worst:  maximise  sum z_j   where  w d_j >= m_j (1 - z_j) + e z_j

z_j is 0 or 1 and says that j is ahead. Units that are ahead, or behind, under all weights need no
z. A margin e keeps out ranks that exist for single weights only, where two units are level.
"""

import ctypes
import os
import sys
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.robustness._polytope import least

Array = NDArray[np.float64]

MARGIN = 1e-5
"""How far one unit must be ahead, as a share of how far it ever is."""

_SECONDS = 30.0  # after which a programme ends with what it has proven


@dataclass(frozen=True, slots=True)
class Extremes:
    """Best and worst rank of a unit, and whether both are proven."""

    best: int
    worst: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Space:
    """Rows of units by weights, of which w @ row orders the units; and the bounds of w."""

    rows: Array
    low: Array
    high: Array


def extremes(space: Space, unit: int, met: tuple[int, int]) -> Extremes:
    """Find the best and the worst rank of a unit.

    Parameters
    ----------
    space
        Units and bounds.
    unit
        Which unit.
    met
        Best and worst rank already met for some weights.

    Returns
    -------
    Extremes
        Ranks; 1 is best, ties share the smaller.

    Examples
    --------
    >>> rows = np.array([[3.0, 1.0], [1.0, 3.0], [0.0, 0.0]])
    >>> extremes(Space(rows, np.zeros(2), np.ones(2)), 0, (1, 1))
    Extremes(best=1, worst=2, exact=True)
    """
    apart = np.delete(space.rows, unit, axis=0) - space.rows[unit]
    most = -least(-apart, space.low, space.high)
    fewest = least(apart, space.low, space.high)
    always = int((fewest > 0).sum())
    open_ = (fewest <= 0) & (most > 0)
    if not open_.any():
        return Extremes(1 + always, 1 + always, exact=True)
    apart, most, fewest = apart[open_], most[open_], fewest[open_]
    best, worst = met[0] - 1 - always, met[1] - 1 - always
    sure_best = sure_worst = True
    if best > 0:
        found, sure_best = _solved(space, apart, most, fewest, best=True)
        best = min(best, found)
    if worst < len(apart):
        found, sure_worst = _solved(space, apart, most, fewest, best=False)
        worst = max(worst, found)
    return Extremes(1 + always + best, 1 + always + worst, exact=sure_best and sure_worst)


def _solved(
    space: Space, apart: Array, most: Array, fewest: Array, *, best: bool
) -> tuple[int, bool]:
    """Return how many of the open units are ahead, at best or worst; and if that is proven."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    k, count = len(space.low) - 1, len(apart)
    scale = np.where(most - fewest > 0, most - fewest, 1.0)
    rows, above, below = apart / scale[:, None], most / scale, fewest / scale
    free, last = rows[:, :k] - rows[:, k:], rows[:, k]  # the last weight is what the others leave
    nothing = np.full(count, np.inf)
    if best:  # rows w - (above + e) z <= -e
        switch, limits = -(above + MARGIN), (-nothing, -MARGIN - last)
    else:  # rows w - (e - below) z >= below
        switch, limits = below - MARGIN, (below - last, nothing)
    ahead = LinearConstraint(np.hstack([free, np.diag(switch)]), *limits)
    rest = np.r_[np.ones(k), np.zeros(count)][None]
    whole = LinearConstraint(rest, 1 - space.high[k], 1 - space.low[k])
    sign = 1 if best else -1
    with _HUSH:
        result: Any = milp(
            np.r_[np.zeros(k), np.full(count, sign)],
            integrality=np.r_[np.zeros(k), np.ones(count)],
            bounds=Bounds(
                np.r_[space.low[:k], np.zeros(count)], np.r_[space.high[:k], np.ones(count)]
            ),
            constraints=[ahead, whole],
            options={"time_limit": _SECONDS},
        )
    if result.x is None:
        return (count if best else 0), False
    return _ahead(apart, result.x[:k]), bool(result.status == 0)


def _ahead(apart: Array, weights: Array) -> int:
    """Count who is ahead at the weights that a programme found."""
    return int((apart @ np.r_[weights, 1 - weights.sum()] > 0).sum())


class _Hush:
    """Sends what the solver writes to standard output nowhere, for as long as any thread solves.

    The solver in SciPy 1.15 and later writes a line left over from its debugging, past Python, so
    it would end up among what a command prints.
    """

    def __init__(self) -> None:
        self._lock, self._inside, self._saved = Lock(), 0, -1

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._saved = self._redirected()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._saved >= 0:
                _flush()
                os.dup2(self._saved, 1)
                os.close(self._saved)

    @staticmethod
    def _redirected() -> int:
        """Point standard output at nothing; return where it pointed, or -1 if there is none."""
        sys.stdout.flush()
        _flush()
        try:
            saved = os.dup(1)
        except OSError:
            return -1
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
        return saved


def _flush() -> None:
    """Write out what the C library still holds, so that it goes where it was meant to go."""
    if os.name == "posix":
        ctypes.CDLL(None).fflush(None)


_HUSH = _Hush()
