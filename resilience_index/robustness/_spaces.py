"""Powers: a mean with exponent p is kept as x^p (log2 x where p = 0), where it is a weighted mean.

Exponents are given batch by batch; arrays have the batch first, and are changed in place.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Exponents = NDArray[np.float64]

NEAR_ZERO = 2.0**-7
"""Exponents closer to 0 than this count as 0: their power would lose too many digits."""

_LEAST, _MOST = -1e30, 1e30  # what stands for infinity in a space


def settled(exponents: Exponents) -> Exponents:
    """Set exponents that are nearly 0 to 0.

    >>> settled(np.array([0.001, -0.5])).tolist()
    [0.0, -0.5]
    """
    return np.where(np.abs(exponents) < NEAR_ZERO, 0.0, exponents)


def convert(block: Floats, given: Exponents, asked: Exponents, *, zeros: bool) -> None:
    """Bring means from one space into another: x^p to x^q, in place.

    Parameters
    ----------
    block
        Batches by anything.
    given, asked
        Exponent of each batch: the one it has, the one it shall have. 1 is the plain score.
    zeros
        Whether scores may be 0, so that infinities must be held off.

    Examples
    --------
    >>> block = np.array([[4.0], [9.0]])
    >>> convert(block, np.array([1.0, 1.0]), np.array([0.5, 2.0]), zeros=False)
    >>> block.round(9).tolist()
    [[2.0], [81.0]]
    """
    if (given == asked).all():
        return
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        _each(np.log2, block, given != 0)
        factor = np.where(asked == 0, 1.0, asked) / np.where(given == 0, 1.0, given)
        if not (factor == 1).all():
            block *= factor.astype(block.dtype).reshape(-1, *(1,) * (block.ndim - 1))
        _each(np.exp2, block, asked != 0)
        if zeros:
            np.clip(block, _LEAST, _MOST, out=block)


def _each(function: Any, block: Floats, batches: NDArray[np.bool_]) -> None:
    """Apply a function to some of the batches, in place."""
    if batches.all():
        function(block, out=block)
        return
    for batch in np.flatnonzero(batches):
        function(block[batch], out=block[batch])
