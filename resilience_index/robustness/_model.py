"""What draws are made with: the settings of each (`Rows`), and what they share (`Model`)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.robustness._by_method import ByMethod
from resilience_index.robustness._tables import Tables
from resilience_index.robustness._tree import Family, Shape
from resilience_index.robustness._twins import TwinsOfMixes
from resilience_index.steps.rounding import METHODS as ROUNDING

Floats = NDArray[np.floating[Any]]

_COLUMNS = 64  # most columns of a family that is taken pattern by pattern


@dataclass(frozen=True, slots=True)
class Rows:
    """Settings of draws, in batches of equal size."""

    mix: NDArray[np.intp]  # b: which table
    gaps: NDArray[np.float64]  # b, n: where in the pool of its gaps each unit is, 0 to 1
    noise: NDArray[np.intp]  # b: which table of errors; -1 none
    exponents: NDArray[np.float64]  # b, exponents of the shape
    leaf: Floats  # k, b, d: weights of leaves inside their families
    node: Floats  # nodes, b, d

    @property
    def size(self) -> tuple[int, int]:
        """Number of batches, and of draws in each."""
        return self.leaf.shape[1], self.leaf.shape[2]

    def part(self, start: int, stop: int) -> "Rows":
        """Return some of the batches."""
        return Rows(
            self.mix[start:stop],
            self.gaps[start:stop],
            self.noise[start:stop],
            self.exponents[start:stop],
            self.leaf[:, start:stop],
            self.node[:, start:stop],
        )


@dataclass(frozen=True, slots=True)
class Patterns:
    """What is there in families of leaves under one node: each distinct set of leaves of a family.

    A column is a leaf of a pattern; it holds the leaf's score for the units of the pattern, and 0
    for others. Its weight is the leaf's share among the leaves of the pattern, so the mean of the
    families is one product, however their gaps lie.

    A row of `presence` says of units that they have one leaf of a family (the first rows, by
    `only`), or several.
    """

    children: tuple[int, ...]
    leaf: NDArray[np.intp]  # of each column
    pattern: NDArray[np.intp]  # of each column
    sums: NDArray[np.float32]  # patterns, leaves: which leaves a pattern has
    owner: NDArray[np.intp]  # of each pattern: the number of its family
    mask: NDArray[np.float32]  # columns, units
    only: NDArray[np.intp]  # leaf of each of the first rows of presence
    holder: NDArray[np.intp]  # of each row of presence: the number of its family
    presence: NDArray[np.float32]  # rows, units


@dataclass(frozen=True, slots=True)
class Facts:
    """What a mask means for each family.

    Gappy: what is there differs between units. Lone: a unit may have nothing there in some draw.
    Merged: its leaves are multiplied together with its parent's. Inlined: the same, but pattern by
    pattern, as the `patterns` of its parent say; a unit with several leaves then has one in every
    draw, so this is not for draws that leave out several.
    """

    there: NDArray[np.bool_]  # leaves, units
    holes: tuple[int, ...]  # how many of the leaves before each one, and of all, have gaps
    gappy: tuple[bool, ...]
    lone: tuple[bool, ...]
    merged: tuple[bool, ...]
    inlined: tuple[bool, ...]
    patterns: tuple[Patterns | None, ...]

    def whole(self, start: int, stop: int) -> bool:
        """Whether all units have all of some leaves."""
        return self.holes[start] == self.holes[stop]


@dataclass(frozen=True, slots=True)
class Model:
    """All that draws of one index share."""

    shape: Shape
    tables: Tables
    facts: tuple[Facts, ...]  # of each mask
    twins: tuple[TwinsOfMixes, ...]  # of each family; where only the index counts, of the last
    methods: ByMethod | None  # of the nodes that go draw by draw
    zeros: bool  # some score is 0 where a power or logarithm is taken
    higher_is_better: bool
    places: int | None  # to which scores are rounded before they are ranked
    rounding: str

    @property
    def units(self) -> int:
        """Number of rows of the index."""
        return int(self.tables.points.shape[2])

    def ranked_by(self, scores: Floats) -> Floats:
        """Return what the ranks go by, the higher the better: the scores, but rounded or turned."""
        if self.places is not None:
            made = ROUNDING[self.rounding](pd.DataFrame(scores, dtype=float), self.places)
            scores = made.to_numpy().astype(scores.dtype)
        return scores if self.higher_is_better else -scores

    def cast(self, kind: type[np.floating[Any]]) -> "Model":
        """Return the same model with floats of another kind."""
        return replace(self, tables=self.tables.cast(kind))


def facts_of(
    shape: Shape,
    there: NDArray[np.bool_],
    droppable: NDArray[np.bool_],
    *,
    apart: bool = False,
    several: bool = False,
) -> Facts:
    """Say of each family whether units differ in what is there, and whether it may be empty.

    Parameters
    ----------
    shape
        The tree.
    there
        Leaves by units.
    droppable
        Leaves of which one may be left out in a draw.
    apart
        Evaluate each node by itself, so that all their scores are known.
    several
        Any number of leaves may be left out together.
    """
    gappy: list[bool] = []
    lone: list[bool] = []
    merged: list[bool] = []
    inlined: list[bool] = []
    parent = {c: f for f in shape.families for c in f.nodes}
    for number, family in enumerate(shape.families):
        inside = there[slice(*family.below)]
        lone.append(several or _may_be_empty(inside, droppable[slice(*family.below)]))
        own = there[slice(*family.leaves)]
        gappy.append(not own.all() or any(gappy[c] and lone[c] for c in family.nodes))
        whole = all(merged[c] for c in family.nodes)
        joins = not apart and whole and _same_space(family, parent.get(number))
        merged.append(joins and not gappy[number])
        few = gappy[number] and not several and _columns(inside) <= _COLUMNS
        inlined.append(joins and few)
    patterns = [
        _patterns(shape, there, [c for c in family.nodes if inlined[c]])
        for family in shape.families
    ]
    holes = (0, *np.cumsum(~there.all(axis=1)).tolist())
    return Facts(
        there, holes, tuple(gappy), tuple(lone), tuple(merged), tuple(inlined), tuple(patterns)
    )


def _columns(inside: NDArray[np.bool_]) -> int:
    """Count the leaves of all distinct patterns."""
    return int(np.unique(inside, axis=1).sum())


def _patterns(shape: Shape, there: NDArray[np.bool_], children: list[int]) -> Patterns | None:
    """List the patterns of a node's inlined children."""
    if not children:
        return None
    sets, owners, units, rows, only, holders = [], [], [], [], [], []
    for child in children:
        span = slice(*shape.families[child].below)
        own = np.zeros_like(there)
        own[span] = there[span]
        distinct, kind = np.unique(own.T, axis=0, return_inverse=True)
        sets += list(distinct)
        units += [kind.ravel() == number for number in range(len(distinct))]
        owners += [child] * len(distinct)
        count = own.sum(axis=0)
        alone = own & (count == 1)
        single = np.flatnonzero(alone.any(axis=1))
        only += single.tolist()
        rows += [*zip(single, alone[single], [child] * len(single), strict=True)]
        holders.append((child, count > 1))
    pattern, leaf = np.nonzero(np.array(sets))
    presence = [r for _, r, _ in rows] + [r for _, r in holders]
    return Patterns(
        children=tuple(children),
        leaf=leaf,
        pattern=pattern,
        sums=np.array(sets, np.float32),
        owner=np.array(owners),
        mask=np.array(units, np.float32)[pattern],
        only=np.array(only, np.intp),
        holder=np.array([c for _, _, c in rows] + [c for c, _ in holders]),
        presence=np.array(presence, np.float32),
    )


def _may_be_empty(inside: NDArray[np.bool_], droppable: NDArray[np.bool_]) -> bool:
    """Whether some unit has no leaf there, or one that may be left out."""
    count = inside.sum(axis=0)
    last = (inside & droppable[:, None]).any(axis=0) & (count == 1)
    return bool(((count == 0) | last).any())


def _same_space(family: Family, above: Family | None) -> bool:
    """Whether a family's mean is in the space of its parent's."""
    if above is None or family.by_method or above.by_method:
        return False
    return above.exponent == family.exponent


class Scratch:
    """Memory that is used again from one family to the next, and from one chunk to the next."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self._free: list[Floats] = []

    def take(self, *shape: int) -> Floats:
        """Return an array with anything in it."""
        size = prod(shape)
        held = self._free.pop() if self._free else np.empty(size, self.kind)
        if held.size < size:
            held = np.empty(size, self.kind)
        return held[:size].reshape(shape)

    def give(self, array: Floats | None) -> None:
        """Take an array back that is no longer needed."""
        held = None if array is None else array.base
        if isinstance(held, np.ndarray) and held.ndim == 1 and held.dtype == self.kind:
            self._free.append(held)


def runs(numbers: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Yield where runs of equal numbers begin and end.

    >>> list(runs(np.array([4, 4, 7])))
    [(0, 2), (2, 3)]
    """
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    ends = [0, *cuts.tolist(), len(numbers)]
    yield from pairwise(ends)
