"""Scales of a built index, means of many draws, and places among other scores.

Arrays are draws by countries.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STRAIGHT = 1e-9  # a scale is straight if no point lies farther from its line, relative to it


@dataclass(frozen=True, slots=True)
class Scale:
    """The way from a figure (after its transform) to points, as the built index has it.

    Between known figures it is a straight line from one to the next. A scale that is straight all
    along goes on beyond its ends, but not below the least score; any other ends with them.
    """

    figures: Array  # distinct, rising
    points: Array
    slope: float  # of a scale that is straight; NaN of any other

    @classmethod
    def through(cls, figures: Array, points: Array) -> "Scale":
        """Draw the scale through the figures and points of all countries.

        >>> scale = Scale.through(np.array([0.0, 2.0, 4.0]), np.array([0.0, 50.0, 100.0]))
        >>> scale(np.array([3.0, 6.0, -1.0]))
        array([ 75., 150.,   0.])
        """
        known, place = np.unique(figures, return_index=True)
        scored = points[place]
        if len(known) < 2:  # a line needs two points
            return cls(known, scored, np.nan)
        slope = (scored[-1] - scored[0]) / (known[-1] - known[0])
        line = scored[0] + slope * (known - known[0])
        straight = np.allclose(line, scored, rtol=0, atol=_STRAIGHT * max(np.ptp(scored), 1.0))
        return cls(known, scored, float(slope) if straight else np.nan)

    def __call__(self, figures: Array) -> Array:
        """Return the points of figures."""
        if np.isnan(self.slope):
            return np.interp(figures, self.figures, self.points)
        line = self.points[0] + self.slope * (figures - self.figures[0])
        return np.asarray(np.maximum(line, min(self.points[0], self.points[-1])))


def power_mean(children: Sequence[Array], weights: Sequence[Array], p: Array) -> Array:
    """Return the weighted power mean of children over what is there, each draw with its exponent.

    Formula: (sum w x^p / sum w)^(1/p); exp(sum w ln x / sum w) where p is 0.

    Parameters
    ----------
    children
        Draws (or 1) by countries; NaN is missing.
    weights
        One a draw, for each child; 0 leaves it out.
    p
        Exponent of each draw.

    Returns
    -------
    ndarray
        Draws by countries; NaN where nothing is there.

    Examples
    --------
    >>> four, sixteen = np.array([[4.0]]), np.array([[16.0]])
    >>> one = np.ones(1)
    >>> [power_mean([four, sixteen], [one, one], x * one).round(9).item() for x in (1, 0, -1)]
    [10.0, 8.0, 6.4]
    """
    total, held = np.zeros(1), np.zeros(1)
    plain, none = (p == 1).all(), (p == 0).all()
    for child, weight in zip(children, weights, strict=True):
        there = ~np.isnan(child)
        w = weight[:, None] * there
        x = np.where(there, child, 1.0)
        total = total + w * (x if plain else _into(x, p, none))
        held = held + w
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / held
        return np.asarray(mean if plain else _out_of(mean, p, none))


def _into(x: Array, p: Array, none: bool) -> Array:
    """Bring scores into the space of their exponent: x^p, or ln x where p is 0."""
    with np.errstate(divide="ignore"):
        logs = np.log(x)
    if none:
        return logs
    return np.where(p[:, None] == 0, logs, np.exp(np.multiply(p[:, None], logs)))


def _out_of(mean: Array, p: Array, none: bool) -> Array:
    """Bring means back out of the space of their exponent."""
    if none:
        return np.exp(mean)
    level = p[:, None] == 0
    return np.where(
        level,
        np.exp(np.where(level, mean, 0.0)),
        np.where(level, 1.0, mean) ** (1 / np.where(level, 1.0, p[:, None])),
    )


def places(own: Array, others: Array, columns: NDArray[np.intp]) -> Array:
    """Rank each column's own score among the others' scores: 1 + how many are above it.

    Parameters
    ----------
    own
        Draws by columns: each country's score, all others as in `others`.
    others
        Draws by countries.
    columns
        Which country each column is; its entry in `others` does not count.

    Returns
    -------
    ndarray
        Draws by columns: 1 is best, ties share the smaller rank; NaN without a score.

    Examples
    --------
    >>> others = np.array([[50.0, 40.0, 30.0]])
    >>> places(np.array([[45.0]]), others, np.array([2]))
    array([[2.]])
    """
    ranks = np.empty(own.shape)
    filled = np.where(np.isnan(others), -np.inf, others)
    for place, column in enumerate(columns):
        above = (filled > own[:, place, None]).sum(axis=1)
        above -= filled[:, column] > own[:, place]
        ranks[:, place] = above + 1
    return np.where(np.isnan(own), np.nan, ranks)
