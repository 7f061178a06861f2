"""Weights that lie between bounds and sum to 1: extremes of linear functions over them, samples.

Over such a set a linear function is least where, after each weight has its lower bound, what is
left goes to the weights with the least coefficients, each up to its upper bound (the continuous
knapsack). That is the solution of the linear programme, without a solver.

References
----------
Dantzig (1957), Discrete-variable extremum problems, Operations Research 5, 266-288.
https://doi.org/10.1287/opre.5.2.266
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.errors import UsageError

Array = NDArray[np.float64]


def least(coefficients: Array, low: Array, high: Array) -> Array:
    """Find the least value of linear functions of the weights.

    Parameters
    ----------
    coefficients
        Functions by weights.
    low, high
        Bounds of each weight; weights sum to 1.

    Returns
    -------
    array
        One value a function.

    Examples
    --------
    >>> bounds = np.array([0.2, 0.2]), np.array([0.8, 0.8])
    >>> least(np.array([[1.0, 2.0], [3.0, -1.0]]), *bounds).round(9).tolist()
    [1.2, -0.2]
    """
    order = np.argsort(coefficients, axis=-1, kind="stable")
    ordered = np.take_along_axis(coefficients, order, axis=-1)
    room = (high - low)[order]
    before = np.cumsum(room, axis=-1) - room
    given = np.clip(1 - low.sum() - before, 0, room)
    return np.asarray(coefficients @ low + (ordered * given).sum(axis=-1))


def corners(low: Array, high: Array, directions: Array) -> Array:
    """Return the weights at which linear functions are least: directions by weights."""
    order = np.argsort(directions, axis=-1, kind="stable")
    room = (high - low)[order]
    before = np.cumsum(room, axis=-1) - room
    out = np.empty(directions.shape)
    np.put_along_axis(out, order, np.clip(1 - low.sum() - before, 0, room), axis=-1)
    return np.asarray(out + low)


def check_bounds(low: Array, high: Array, names: list[str]) -> None:
    """Refuse bounds that no weights fit.

    Raises
    ------
    UsageError
        If a bound is out of order, or the bounds leave no weights that sum to 1.
    """
    for name, least_, most in zip(names, low, high, strict=True):
        if not 0 <= least_ <= most <= 1:
            raise UsageError(
                f"bounds of {name}: {least_:g} to {most:g}; "
                "they lie between 0 and 1, the lower first"
            )
    if not low.sum() <= 1 + 1e-12 <= high.sum() + 2e-12:
        raise UsageError(
            f"bounds: the lower ones sum to {low.sum():g} and the upper ones to {high.sum():g}; "
            "weights sum to 1, so 1 must lie between"
        )


def sampled(low: Array, high: Array, count: int, rng: np.random.Generator) -> Array:
    """Draw weights evenly from all that are allowed: hit and run, many walks side by side.

    References
    ----------
    Smith (1984), Efficient Monte Carlo procedures for generating points uniformly distributed over
    bounded regions, Operations Research 32, 1296-1308. https://doi.org/10.1287/opre.32.6.1296

    Examples
    --------
    >>> low, high = np.array([0.2, 0.2, 0.2]), np.array([0.5, 0.5, 0.5])
    >>> drawn = sampled(low, high, 500, np.random.default_rng(0))
    >>> bool(np.allclose(drawn.sum(axis=1), 1)), bool(((drawn >= low) & (drawn <= high)).all())
    (True, True)
    """
    k = len(low)
    points = corners(low, high, rng.standard_normal((count, k)))
    for _ in range(_STEPS if k > 1 else 0):
        one = rng.integers(0, k, count)
        other = (one + rng.integers(1, k, count)) % k
        _exchange(points, low, high, one, other, rng)
    return points


_STEPS = 200  # exchanges of each walk, after which where it began no longer shows


def _exchange(
    points: Array,
    low: Array,
    high: Array,
    one: NDArray[Any],
    other: NDArray[Any],
    rng: np.random.Generator,
) -> None:
    """Move weight from one part to another, evenly over all that the bounds allow, in place."""
    row = np.arange(len(points))
    mine, its = points[row, one], points[row, other]
    least_ = np.maximum(low[one] - mine, its - high[other])
    most = np.minimum(high[one] - mine, its - low[other])
    moved = least_ + (most - least_) * rng.random(len(points))
    points[row, one] = np.clip(mine + moved, low[one], high[one])
    points[row, other] = its + mine - points[row, one]
