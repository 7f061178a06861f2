"""What a draw is made of: from numbers in [0, 1) to tables, exponents and weights.

Each assumption is an *input*. Those that decide a table or an exponent are settled for a whole
batch of draws; weights, and the indicator left out, are each draw's own. The same rules serve
random draws and the points of a sensitivity design.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.content.assumptions import Assumptions, LeavingOut, Power, Weighting
from resilience_index.content.speech import noted
from resilience_index.robustness._model import Rows
from resilience_index.robustness._tables import NOISES, Tables
from resilience_index.robustness._tree import Shape

Floats = NDArray[np.floating[Any]]
MIXED = ("year_window", "imputation", "treatment", "normalisation")
"""Inputs that together decide the table, in the order in which tables are numbered."""

_ERRORS = noted("standard errors")
_LESS_ONE, _WHOLE = noted("one indicator left out"), noted("all indicators")
_AS_DEFINED, _AT_MOST = noted("as each indicator says"), noted("at most {n} years")
_RANGE, _VALUE = noted("p from {low} to {high}"), noted("p = {value}")
_WITHIN = noted("within {share} of the framework's")
_DIRICHLET = noted("Dirichlet with concentration {n}")
_EXPERTS = noted("as one of the experts weighed")

WAYS = (
    *(_ERRORS, _LESS_ONE, _WHOLE, _AS_DEFINED, _AT_MOST),
    *(_RANGE, _VALUE, _WITHIN, _DIRICHLET, _EXPERTS),
)
"""Messages that alternatives are written by, but for those that are methods."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that varies: its name, its alternatives in words, their probabilities.

    A continuous input has one alternative, its range in words. `width` is how many numbers in
    [0, 1) settle it.
    """

    name: str
    reason: str
    alternatives: tuple[str, ...]
    probabilities: tuple[float, ...]
    width: int = 1


@dataclass(frozen=True)
class Design:
    """How draws follow from assumptions, for one index."""

    assumptions: Assumptions
    shape: Shape
    tables: Tables
    inputs: tuple[Input, ...]

    def _probabilities(self, name: str) -> NDArray[np.float64]:
        assumed = getattr(self.assumptions, name)
        return np.array([1.0] if assumed is None else assumed.probabilities)

    @property
    def mix_probabilities(self) -> NDArray[np.float64]:
        """Probability of each table but the framework's own, in the order of their numbers."""
        joint = np.ones(1)
        for name in MIXED:
            joint = np.outer(joint, self._probabilities(name)).ravel()
        return joint

    def nominal(self, batches: int = 1, draws: int = 1) -> Rows:
        """Return draws at the settings of the framework."""
        size = (batches, draws)
        return Rows(
            mix=np.zeros(batches, np.intp),
            gaps=np.zeros((batches, self.tables.points.shape[2])),
            noise=np.full(batches, -1, np.intp),
            exponents=np.tile(self.shape.exponents, (batches, 1)),
            leaf=np.tile(self.shape.leaf_weights[:, None, None], (1, *size)),
            node=np.tile(self.shape.node_weights[:, None, None], (1, *size)),
        )

    # From numbers in [0, 1): one for each point of a design.

    def mixes(self, parts: Sequence[Floats | None]) -> tuple[NDArray[np.intp], Floats]:
        """Return the table of each point, and where in its alternative the imputation lies.

        `parts` has the numbers of each of `MIXED`; None where the input does not vary.
        """
        count = len(next((p for p in parts if p is not None), np.zeros(1)))
        number, inside = np.zeros(count, np.intp), np.zeros(count)
        for name, u in zip(MIXED, parts, strict=True):
            shares = self._probabilities(name)
            chosen = pick_alternative(shares, np.zeros(count) if u is None else u)
            number = number * len(shares) + chosen
            if name == "imputation" and u is not None:
                below = np.concatenate([[0.0], np.cumsum(shares)])[chosen]
                inside = np.clip((u - below) / shares[chosen], 0, 1 - 1e-9)
        return number + 1, inside

    def exponents(self, columns: Sequence[Floats | None], count: int) -> NDArray[np.float64]:
        """Return the exponents of each point; `columns` has the numbers of each power."""
        out = np.tile(self.shape.exponents, (count, 1))
        for place, (power, u) in enumerate(
            zip(self.assumptions.power.values(), columns, strict=True)
        ):
            if u is not None:
                out[:, place] = exponent_at(power, u)
        return out

    def noise(self, u: Floats) -> NDArray[np.intp]:
        """Return the table of errors of each point, as it is."""
        return np.minimum((u * NOISES).astype(np.intp), NOISES - 1)

    def shifted_noise(self, u: Floats) -> NDArray[np.intp]:
        """Return the table of errors of each point, shifted along the units."""
        most = NOISES * self.tables.points.shape[2]
        found: NDArray[np.intp] = np.minimum((u * most).astype(np.intp), most - 1)
        return found

    def plain_weights(self, size: tuple[int, ...], kind: Any) -> tuple[Floats, Floats]:
        """Return the framework's weights of leaves and of nodes, once for each draw."""
        given = (self.shape.leaf_weights, self.shape.node_weights)
        leaf, node = (np.empty((len(w), *size), kind) for w in given)
        leaf.T[...], node.T[...] = given
        return leaf, node

    def weights_at(self, u: Floats) -> tuple[Floats, Floats]:
        """Return weights at points of a design: numbers first, then points."""
        leaf, node = self.plain_weights(u.shape[1:], u.dtype)
        cuts = np.cumsum([b.width for b in self.blocks])[:-1]
        for block, part in zip(self.blocks, np.split(u, cuts), strict=True):
            block.apply(leaf, node, part)
        return leaf, node

    def weights_drawn(
        self, rng: np.random.Generator, size: tuple[int, ...], kind: Any
    ) -> tuple[Floats, Floats]:
        """Draw weights."""
        assumed = self.assumptions.weights
        if assumed is not None and assumed.kind == "uniform" and assumed.levels is None:
            made = []  # all of them at once; a lone child's weight does not matter
            for given in (self.shape.leaf_weights, self.shape.node_weights):
                own = given.astype(kind).reshape(-1, *(1,) * len(size))
                weights = rng.random((len(given), *size), dtype=kind)
                weights *= 2 * assumed.spread * own
                weights += (1 - assumed.spread) * own
                made.append(weights)
            return made[0], made[1]
        leaf, node = self.plain_weights(size, kind)
        for block in self.blocks:
            block.draw(leaf, node, rng)
        return leaf, node

    @cached_property
    def blocks(self) -> "list[Block]":
        """Families whose weights vary, one by one."""
        return blocks_of(self.assumptions.weights, self.shape)

    def leave_out(self, leaf: Floats, u: Floats) -> None:
        """Set the weight of the indicator that is left out to 0, in place."""
        assumed = self.assumptions.leave_out
        if assumed is not None:
            out = left_out(assumed, self.shape.leaves, u)
            drawn = np.nonzero(out >= 0)
            leaf[(out[drawn], *drawn)] = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A family whose weights vary, and how."""

    leaves: tuple[int, int]
    nodes: tuple[int, ...]
    assumed: Weighting
    experts: NDArray[np.float64] | None  # experts by children, leaves first

    @property
    def children(self) -> int:
        """Number of children."""
        return self.leaves[1] - self.leaves[0] + len(self.nodes)

    @property
    def width(self) -> int:
        """How many numbers in [0, 1) settle it."""
        return 1 if self.experts is not None else self.children

    def apply(self, leaf: Floats, node: Floats, u: Floats) -> None:
        """Vary the weights of the children by numbers in [0, 1), in place."""
        if self.experts is not None:
            who = np.minimum((u[0] * len(self.experts)).astype(np.intp), len(self.experts) - 1)
            self._put(leaf, node, np.moveaxis(self.experts[who], -1, 0))
        elif self.assumed.kind == "dirichlet":
            self._put(leaf, node, _gamma(self._concentrations(leaf, node), u))
        else:
            cut = self.leaves[1] - self.leaves[0]
            factor = 1 + self.assumed.spread * (2 * u - 1)
            leaf[slice(*self.leaves)] *= factor[:cut]
            for place, number in enumerate(self.nodes):
                node[number] *= factor[cut + place]

    def draw(self, leaf: Floats, node: Floats, rng: np.random.Generator) -> None:
        """Vary the weights of the children at random, in place."""
        size = leaf.shape[1:]
        if self.assumed.kind == "dirichlet" and self.experts is None:
            self._put(leaf, node, rng.standard_gamma(self._concentrations(leaf, node)))
            return
        kind: Any = np.float32 if leaf.dtype == np.float32 else np.float64
        self.apply(leaf, node, rng.random((self.width, *size), dtype=kind))

    def _concentrations(self, leaf: Floats, node: Floats) -> Floats:
        own = np.concatenate([leaf[slice(*self.leaves)], node[list(self.nodes)]])
        return np.asarray(self.assumed.concentration * own / own.sum(axis=0))

    def _put(self, leaf: Floats, node: Floats, weights: Floats) -> None:
        cut = self.leaves[1] - self.leaves[0]
        leaf[slice(*self.leaves)] = weights[:cut]
        node[list(self.nodes)] = weights[cut:]


def _gamma(shape: Floats, u: Floats) -> Floats:
    """Quantiles of gamma variables; divided by their sum they are Dirichlet."""
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(shape, np.clip(u, 1e-12, 1 - 1e-12)))


def pick_alternative(probabilities: NDArray[np.float64], u: Floats) -> NDArray[np.intp]:
    """Map numbers in [0, 1) onto alternatives; each takes a part as wide as its probability.

    >>> pick_alternative(np.array([0.5, 0.25, 0.25]), np.array([0.0, 0.5, 0.74, 0.99])).tolist()
    [0, 1, 1, 2]
    """
    ends = np.cumsum(probabilities)[:-1]
    return np.searchsorted(ends, u, side="right")


def exponent_at(power: Power, u: Floats) -> Floats:
    """Map numbers in [0, 1) onto exponents.

    >>> exponent_at(Power(reason="-", levels=[0], range=[-1, 1]), np.array([0.0, 0.75])).tolist()
    [-1.0, 0.5]
    """
    if power.range is not None:
        low, high = power.range
        return low + (high - low) * u
    values = np.array(power.values or [])
    stated = power.probabilities or [1 / len(values)] * len(values)
    return np.asarray(values[pick_alternative(np.array(stated) / sum(stated), u)], float)


def left_out(assumed: LeavingOut, leaves: Sequence[str], u: Floats) -> NDArray[np.intp]:
    """Map numbers in [0, 1) onto the indicator that is left out; -1 where none is.

    >>> one = LeavingOut(reason="-", probability=0.5)
    >>> left_out(one, ["a", "b"], np.array([0.0, 0.3, 0.6])).tolist()
    [0, 1, -1]
    """
    codes = assumed.only or list(leaves)
    place = np.array([list(leaves).index(c) for c in codes])
    inside = np.minimum((u / assumed.probability * len(codes)).astype(np.intp), len(codes) - 1)
    return np.where(u < assumed.probability, place[inside], -1)


def blocks_of(assumed: Weighting | None, shape: Shape) -> list[Block]:
    """List the families whose weights vary: those at the levels asked for, not of one child."""
    if assumed is None:
        return []
    found = []
    for family in shape.families:
        experts = assumed.experts.get(family.node) if assumed.kind == "experts" else None
        count = family.leaves[1] - family.leaves[0] + len(family.nodes)
        asked = assumed.levels is None or family.depth in assumed.levels
        if count > 1 and (asked or experts):
            table = None
            if experts:
                names = [*shape.leaves[slice(*family.leaves)]]
                names += [shape.families[c].node for c in family.nodes]
                table = np.array([[expert[name] for name in names] for expert in experts])
            found.append(Block(family.leaves, family.nodes, assumed, table))
    return found


def inputs_of(assumptions: Assumptions, shape: Shape, tables: Tables) -> tuple[Input, ...]:
    """List what varies, in the order of a design's columns.

    An assumption that changes nothing (one alternative, no standard error stated) is not an input.
    """
    found = []
    for name in MIXED:
        assumed = getattr(assumptions, name)
        drawn = name == "imputation" and (tables.pool >= 0).any()
        if assumed is not None and (len(assumed.alternatives) > 1 or drawn):
            words = tuple(_spelled(a) for a in assumed.alternatives)
            found.append(Input(name, assumed.reason, words, tuple(assumed.probabilities)))
    if assumptions.measurement_error is not None and len(tables.erring):
        error = assumptions.measurement_error
        found.append(Input("measurement_error", error.reason, (_ERRORS,), (1.0,)))
    for name, power in assumptions.power.items():
        found.append(_power_input(name, power))
    blocks = blocks_of(assumptions.weights, shape)
    if assumptions.weights is not None and blocks:
        width = sum(b.width for b in blocks)
        words = (_weighting(assumptions.weights),)
        found.append(Input("weights", assumptions.weights.reason, words, (1.0,), width))
    if assumptions.leave_out is not None:
        left = assumptions.leave_out
        words = (_LESS_ONE, _WHOLE)
        shares = (left.probability, 1 - left.probability)
        found.append(Input("leave_out", left.reason, words, shares))
    return tuple(found)


def _spelled(alternative: Any) -> str:
    if hasattr(alternative, "spelled"):
        return str(alternative.spelled())
    age = alternative.max_age
    return _AS_DEFINED if age == "as_defined" else _AT_MOST.format(n=age)


def _power_input(name: str, power: Power) -> Input:
    if power.range is not None:
        words: tuple[str, ...] = (
            _RANGE.format(low=f"{power.range[0]:g}", high=f"{power.range[1]:g}"),
        )
        return Input(f"power.{name}", power.reason, words, (1.0,))
    values = power.values or []
    words = tuple(_VALUE.format(value=f"{value:g}") for value in values)
    stated = power.probabilities or [1 / len(values)] * len(values)
    return Input(f"power.{name}", power.reason, words, tuple(stated))


def _weighting(assumed: Weighting) -> str:
    if assumed.kind == "uniform":
        return _WITHIN.format(share=f"{assumed.spread:.0%}")
    if assumed.kind == "dirichlet":
        return _DIRICHLET.format(n=f"{assumed.concentration:g}")
    return _EXPERTS
