"""Units with the same figures: in a draw they have the same score, to the last bit.

A matrix product may sum the columns at the end of a table in another order than those before, so
that two units with the same figures differ in the last digits, and one of them would rank ahead.
Which units are level is therefore settled by their figures, and their scores are made the same.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.robustness._tables import Tables

Twins = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Units, and for each the first one that has the same figures."""

TwinsOfMixes = tuple[Twins | None, ...] | None
"""For each mix the twins, None where there are none; None if there are none in any mix."""


def twins_of(tables: Tables, spans: Sequence[tuple[int, int]]) -> tuple[TwinsOfMixes, ...]:
    """Find the units with the same figures, in each mix.

    A cell that is drawn, or has an error that is drawn, is like no other.

    Parameters
    ----------
    tables
        Figures of all mixes.
    spans
        Runs of leaves, from and up to.

    Returns
    -------
    tuple
        For each run the twins of all mixes.
    """
    sums = [_sums(tables, mix) for mix in range(len(tables.base))]
    found = [tuple(_level(s[b] - s[a]) for s in sums) for a, b in spans]
    return tuple(twins if any(twins) else None for twins in found)


def _sums(tables: Tables, mix: int) -> NDArray[np.uint64]:
    """Sum up the leaves before each one, mixed so that only equal figures give equal sums."""
    base, leaves = tables.base[mix], tables.points.shape[1]
    there = tables.there[tables.mask[mix]]
    rng = np.random.default_rng(0)
    bits = np.where(there, tables.points[base].astype(np.float64), np.nan).view(np.uint64)
    alone = np.zeros(there.shape, bool)
    alone[tables.erring] = tables.errors[base] > 0
    if tables.pool[mix] >= 0:
        pool = tables.pools[tables.pool[mix]]
        alone[pool.leaf, pool.unit] = True
    bits = np.where(alone, rng.integers(2**63, size=there.shape, dtype=np.uint64), bits)
    odd = rng.integers(2**63, size=(leaves, 1), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    mixed = (bits ^ (bits >> np.uint64(29))) * odd
    mixed = (mixed ^ (mixed >> np.uint64(32))) * odd
    return np.concatenate([np.zeros((1, mixed.shape[1]), np.uint64), np.cumsum(mixed, axis=0)])


def _level(sums: NDArray[np.uint64]) -> Twins | None:
    """Find the units with equal sums."""
    _, first, kind = np.unique(sums, return_index=True, return_inverse=True)
    if len(first) == len(sums):
        return None
    heads = first[kind.ravel()]
    units = np.flatnonzero(heads != np.arange(len(sums)))
    return units, heads[units]


def make_level(scores: NDArray[np.floating[Any]], twins: Twins | None) -> None:
    """Give twins one score, in place; units come last in `scores`."""
    if twins is not None:
        units, firsts = twins
        scores[..., units] = scores[..., firsts]
