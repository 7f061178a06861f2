"""Sobol indices: how much of a variance each input explains, alone and together with others.

With two independent samples A and B of all inputs, and AB_i equal to A but for input i taken from
B, and f(.) less its mean, V its variance over A and B::

    first order  S_i  = mean( f(B) (f(AB_i) - f(A)) ) / V               (Saltelli et al. 2010)
    total        T_i  = mean( (f(A) - f(AB_i))^2 ) / (2 V)              (Jansen 1999)
    second order S_ij = mean( f(BA_i) f(AB_j) - f(A) f(B) ) / V - S_i - S_j   (Saltelli 2002)

An input may be several numbers that are exchanged together. Intervals come from resampling the
points, all matrices and the variance together.

References
----------
Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola (2010), Variance based sensitivity analysis
of model output, Computer Physics Communications 181, 259-270.
https://doi.org/10.1016/j.cpc.2009.09.018
Jansen (1999), Analysis of variance designs for model output, Computer Physics Communications 117,
35-43. https://doi.org/10.1016/S0010-4655(98)00154-4
Saltelli (2002), Making best use of model evaluations to compute sensitivity indices, Computer
Physics Communications 145, 280-297. https://doi.org/10.1016/S0010-4655(02)00280-1
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from resilience_index.errors import UsageError

Array = NDArray[np.float64]
_AT_ONCE = 2**22  # products resampled at once


@dataclass(frozen=True)
class Points:
    """Two samples of all inputs, points by numbers, and which numbers make up each input."""

    a: Array
    b: Array
    inputs: tuple[slice, ...]

    def exchanged(self, number: int, *, back: bool = False) -> Array:
        """Return A with one input taken from B; with `back`, B with one taken from A."""
        own, other = (self.b, self.a) if back else (self.a, self.b)
        out = own.copy()
        out[:, self.inputs[number]] = other[:, self.inputs[number]]
        return out

    def part(self, start: int, stop: int) -> "Points":
        """Return some of the points."""
        return Points(self.a[start:stop], self.b[start:stop], self.inputs)


def points_of(widths: Sequence[int], base: int, seed: int) -> Points:
    """Draw scrambled Sobol points for both samples at once.

    Parameters
    ----------
    widths
        How many numbers each input takes.
    base
        Number of points in a sample, a power of 2.
    seed
        Of the scrambling.

    Returns
    -------
    Points
        Numbers in [0, 1).

    Raises
    ------
    UsageError
        If the number of points is no power of 2, since the points would not be balanced.

    Examples
    --------
    >>> points = points_of([1, 2], 8, seed=0)
    >>> points.a.shape, points.inputs
    ((8, 3), (slice(0, 1, None), slice(1, 3, None)))
    """
    if base < 2 or base & (base - 1):
        raise UsageError(f"base = {base}; it must be a power of 2, such as 4096 or 16384")
    from scipy.stats import qmc

    ends = np.cumsum([0, *widths])
    scrambled = qmc.Sobol(2 * int(ends[-1]), scramble=True, seed=np.random.default_rng(seed))
    both = np.minimum(scrambled.random(base), 1 - 2.0**-53)
    spans = tuple(slice(int(a), int(b)) for a, b in pairwise(ends))
    return Points(both[:, : ends[-1]], both[:, ends[-1] :], spans)


@dataclass(frozen=True)
class Indices:
    """Sobol indices of some outputs, with the ends of their bootstrap intervals.

    Arrays are inputs by outputs, `second` inputs by inputs by outputs (NaN on and below the
    diagonal); each has its estimate, lower and upper end in front. NaN where nothing varies.
    """

    first: Array
    total: Array
    second: Array | None
    mean: Array  # outputs
    variance: Array  # outputs


def indices_of(
    f_a: Array,
    f_b: Array,
    f_ab: Array,
    f_ba: Array | None = None,
    *,
    rng: np.random.Generator,
    resamples: int = 200,
    level: float = 0.95,
) -> Indices:
    """Estimate Sobol indices from the outputs of a design.

    Parameters
    ----------
    f_a, f_b
        Outputs of both samples: points by outputs.
    f_ab, f_ba
        Outputs of the exchanged samples: inputs by points by outputs; the second for second order.
    rng
        Resamples the points.
    resamples
        How many times.
    level
        Share of resamples inside the interval.

    Returns
    -------
    Indices
        First order, total and, if asked for, second order.

    Examples
    --------
    >>> points = points_of([1, 1], 1024, seed=0)
    >>> f = lambda x: (3 * x[:, :1] + 4 * x[:, 1:])
    >>> found = indices_of(f(points.a), f(points.b),
    ...                    np.stack([f(points.exchanged(i)) for i in (0, 1)]),
    ...                    rng=np.random.default_rng(0))
    >>> found.first[0, :, 0].round(2).tolist()  # 9 / 25, 16 / 25
    [0.36, 0.64]
    """
    centre = (f_a.mean(axis=0) + f_b.mean(axis=0)) / 2
    weights = _resampled(len(f_a), resamples, rng)
    a, b = f_a - centre, f_b - centre
    mean = weights @ (a + b) / 2
    variance = weights @ (a * a + b * b) / 2 - mean * mean
    scale = np.where(variance > 1e-12, variance, np.nan)
    first = np.stack([weights @ (b * (ab - f_a)) / scale for ab in f_ab])
    total = np.stack([weights @ ((f_a - ab) ** 2) / 2 / scale for ab in f_ab])
    second = None
    if f_ba is not None:
        pairs = _pairs(a, b, f_ab - centre, f_ba - centre, first, weights, scale)
        second = _with_ends(pairs, level)
    return Indices(
        first=_with_ends(first, level),
        total=_with_ends(total, level),
        second=second,
        mean=mean[0] + centre,
        variance=variance[0],
    )


def _resampled(count: int, resamples: int, rng: np.random.Generator) -> Array:
    """Weights of the points: all alike first, then how often each resample has them."""
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=resamples)
    return np.vstack([np.ones(count), drawn]) / count


def _pairs(
    a: Array, b: Array, ab: Array, ba: Array, first: Array, weights: Array, scale: Array
) -> Array:
    """Second order of each pair i < j: inputs by inputs by resamples by outputs."""
    k = len(ab)
    out = np.full((k, k, *first.shape[1:]), np.nan)
    both = weights @ (a * b)
    for i in range(k):
        for j in range(i + 1, k):
            out[i, j] = (weights @ (ba[i] * ab[j]) - both) / scale - first[i] - first[j]
    return out


def _with_ends(resampled: Array, level: float) -> Array:
    """Put the estimate and the ends of its interval in front; resamples are the last but one."""
    tail = (1 - level) / 2
    drawn = resampled[..., 1:, :]
    ends = np.quantile(drawn, [tail, 1 - tail], axis=-2)
    return np.stack([resampled[..., 0, :], *ends])
