"""Scores of many draws when figures change and the scales stay: goalposts are frozen.

An index is built once. A programme then moves a few figures of a country; each new figure is read
off the scale of the built index, and only the nodes above it are worked out anew. What may vary in
the method itself comes from the framework's own assumptions (`robustness`): each draw has its table
(normalisation, treatment, imputation), its exponents and its weights, the same for all arms.

Arrays: d draws, n countries, k indicators (leaves) in the order of the shape.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from resilience_index.content.assumptions import Assumptions
from resilience_index.errors import MethodError
from resilience_index.index import Index
from resilience_index.observing import IMPUTED
from resilience_index.policy._scales import Scale, power_mean
from resilience_index.policy.priors import Drawn
from resilience_index.robustness._design import MIXED
from resilience_index.robustness._prepare import Prepared, prepare
from resilience_index.robustness._tree import Family

Array = NDArray[np.float64]

METHOD = "method."
"""What the names of method inputs begin with among the points of a study."""

NEAR_ZERO = 2.0**-7
"""Exponents closer to 0 than this count as 0: their power would lose too many digits."""


@dataclass(frozen=True)
class Methods:
    """The framework's method in many draws: what an index may be, other things being equal."""

    prepared: Prepared
    mix: NDArray[np.intp]  # d: which table
    gap: Array  # d: where in their pools the gaps are
    noise: NDArray[np.intp]  # d: which table of errors; -1 none
    exponents: Array  # d, exponents of the shape
    leaf: Array  # k, d: weights inside families
    node: Array  # nodes, d

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.mix)

    @property
    def leaves(self) -> tuple[str, ...]:
        """Codes of the indicators, in the order of the arrays."""
        return self.prepared.model.shape.leaves

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Where a figure is known, and not filled in: k by n."""
        index = self.prepared.index
        there = index.imputed.notna() & ((index.flags & IMPUTED) == 0)
        return np.asarray(there[list(self.leaves)].to_numpy().T)

    @cached_property
    def figures(self) -> Array:
        """Figures after their transform: k by n."""
        return self.prepared.index.imputed[list(self.leaves)].to_numpy(float).T

    def scale(self, mix: int, leaf: int) -> Scale:
        """Return the scale of an indicator in the table of a mix."""
        kept, key = self.prepared.kept, ("scale", mix, leaf)
        if key not in kept:
            tables = self.prepared.model.tables
            there = self.known[leaf] & tables.there[tables.mask[mix], leaf]
            kept[key] = Scale.through(
                self.figures[leaf, there], tables.points[tables.base[mix], leaf, there]
            )
        found: Scale = kept[key]
        return found

    def parts(self, most: int = 1024) -> Iterator[tuple[int, NDArray[np.intp]]]:
        """Yield runs of draws that share a table: its number and the draws, at most so many."""
        order = np.argsort(self.mix, kind="stable")
        for mix in np.unique(self.mix):
            here = order[self.mix[order] == mix]
            for start in range(0, len(here), most):
                yield int(mix), here[start : start + most]


def prepared_for(index: Index, seed: int) -> Prepared:
    """Make ready what draws of an index's method need; costly, so the lab keeps it.

    Parameters
    ----------
    index
        A built index of one year.
    seed
        Of gaps that are drawn.

    Raises
    ------
    MethodError
        If a node's score of one country depends on the other countries, since then nothing can be
        frozen.
    """
    if index.framework.panel is not None:
        raise MethodError(
            f"{index.framework.name}: a panel of several years; take a framework of one year"
        )
    prepared = prepare(index, seed=seed)
    _refuse_relative(prepared)
    return prepared


def plain(index: Index) -> Methods:
    """Return the method as the framework states it, in one draw."""
    bare = index.framework.model_copy(update={"assumptions": Assumptions()})
    return stated(prepared_for(replace(index, framework=bare), 0), 1)


def stated(prepared: Prepared, draws: int) -> Methods:
    """Return the method as the framework states it, the same in every draw."""
    rows = prepared.design.nominal(draws, 1)
    return Methods(
        prepared,
        rows.mix,
        np.zeros(draws),
        np.full(draws, -1, np.intp),
        rows.exponents,
        np.asarray(rows.leaf[:, :, 0]),
        np.asarray(rows.node[:, :, 0]),
    )


def method_name(index: Index, name: str, part: int = 0) -> str:
    """Name the points of a method input; weights and indicators left out are each index's own.

    Two indices so share a normalisation or a treatment in each draw, but not their weights.
    """
    own = f"{index.framework.name}." if name in ("weights", "leave_out") else ""
    return f"{METHOD}{own}{name}.{part}"


def varied(prepared: Prepared, drawn: Drawn) -> Methods:
    """Lay out the method of each draw from the points of its inputs, by `method_name`."""
    design, draws = prepared.design, drawn.draws
    known = {i.name: i for i in design.inputs}

    def u(name: str, part: int | None = None) -> Array | None:
        if name not in known:
            return None
        return drawn.points(method_name(prepared.index, name, part or 0))

    mixed = [u(name) for name in MIXED]
    if any(part is not None for part in mixed):
        mix, gap = design.mixes(mixed)
    else:
        mix, gap = np.zeros(draws, np.intp), np.zeros(draws)
    powers = [u(f"power.{name}") for name in design.assumptions.power]
    error = u("measurement_error")
    width = known["weights"].width if "weights" in known else 0
    if width:
        points = np.stack([np.asarray(u("weights", part)) for part in range(width)])
        leaf, node = design.weights_at(points)
    else:
        leaf, node = design.plain_weights((draws,), float)
    out = u("leave_out")
    if out is not None:
        design.leave_out(leaf, out)
    return Methods(
        prepared,
        mix,
        np.asarray(gap, float),
        np.full(draws, -1, np.intp) if error is None else design.noise(error),
        design.exponents(powers, draws),
        np.asarray(leaf, float),
        np.asarray(node, float),
    )


def _refuse_relative(prepared: Prepared) -> None:
    """Refuse nodes whose score of a country depends on the others."""
    methods = prepared.model.methods
    for family in prepared.model.shape.families:
        if family.by_method and (methods is None or family.node not in methods.at_once):
            raise MethodError(
                f"node {family.node}: {family.by_method}; a country's score there depends on the "
                "other countries, so no goalposts can be frozen: take a mean, a sum or a formula"
            )


class Standing:
    """Scores of countries in some draws of the method, before and after figures change.

    Countries are named by their positions among the rows of the index. With `only`, no others are
    scored, which saves time where no ranks are wanted.

    `columns` are the countries (positions) that are looked at; `points` of each indicator are d by
    n, or 1 by n where they are the same in all draws.
    """

    def __init__(
        self,
        methods: Methods,
        mix: int,
        draws: NDArray[np.intp],
        only: NDArray[np.intp] | None = None,
    ) -> None:
        self.methods, self.mix, self.draws = methods, mix, draws
        model = methods.prepared.model
        tables = model.tables
        self.shape = model.shape
        self.there = tables.there[tables.mask[mix]]
        self.exponents = methods.exponents[draws]
        self.leaf, self.node = methods.leaf[:, draws], methods.node[:, draws]
        self.points = self._points()
        every = np.arange(self.there.shape[1])
        self.only = every if only is None else only
        self.place = np.full(len(every), -1)
        self.place[self.only] = np.arange(len(self.only))

    @cached_property
    def _kept(self) -> dict[int, Array]:
        """Scores of every node before anything moves."""
        return self._values(None, self.only)

    def _points(self) -> list[Array]:
        """Points of each indicator in the draws: errors and gaps put in."""
        tables = self.methods.prepared.model.tables
        base = tables.base[self.mix]
        points = [row[None, :].copy() for row in tables.points[base].astype(float)]
        noise = self.methods.noise[self.draws]
        drawn = tables.noises[noise, :, : tables.points.shape[2]]
        for place, leaf in enumerate(tables.erring if (noise >= 0).any() else ()):
            moved = points[leaf] + tables.errors[base, place] * drawn[:, place]
            low, high = tables.lowest[base, leaf], tables.highest[base, leaf]
            points[leaf] = np.clip(moved, low, high)
        if tables.pool[self.mix] >= 0:
            held = tables.pools[tables.pool[self.mix]]
            row = (self.methods.gap[self.draws] * len(held.levels)).astype(np.intp)
            for leaf in np.unique(held.leaf):
                cells = held.leaf == leaf
                full = np.repeat(points[leaf], len(self.draws) // len(points[leaf]), axis=0)
                full[:, held.unit[cells]] = tables.quantiles[base, leaf, held.levels[row][:, cells]]
                points[leaf] = full
        return points

    def moved(self, leaf: int, figures: Array, columns: NDArray[np.intp]) -> Array:
        """Return the points of new figures: those of before, and what the scale says they gain.

        Parameters
        ----------
        leaf
            Number of the indicator.
        figures
            New figures after their transform, draws by columns; NaN where there is none.
        columns
            Positions of the countries.
        """
        before = self.points[leaf][:, columns]
        known = self.methods.known[leaf, columns] & self.there[leaf, columns]
        old = self.methods.figures[leaf, columns]
        scale = self.methods.scale(self.mix, leaf)
        usable = known & ~np.isnan(figures)
        new = np.where(usable, figures, old)
        gain = scale(np.where(known, new, 0.0)) - scale(np.where(known, old, 0.0))
        return before + np.where(usable, gain, 0.0)

    def evaluate(
        self,
        moved: Mapping[int, Array],
        columns: NDArray[np.intp],
        nodes: Sequence[str] = (),
    ) -> dict[str, Array]:
        """Work out the index, and some nodes: by node draws by columns, NaN where there is none.

        Only nodes above a moved indicator are worked out anew where all others are known.
        """
        values = self._values(moved, columns)
        wanted = {*nodes, self.shape.families[self.shape.root].node}
        return {f.node: values[i] for i, f in enumerate(self.shape.families) if f.node in wanted}

    def before(self, node: str) -> Array:
        """Return the scores of a node before anything moves: draws by countries."""
        return self._kept[self.shape.number(node)]

    def _values(
        self, moved: Mapping[int, Array] | None, columns: NDArray[np.intp]
    ) -> dict[int, Array]:
        """Score every node; those without a moved indicator keep their score.

        None scores all of them from the start.
        """
        values: dict[int, Array] = {}
        fresh: set[int] = set()
        for number, family in enumerate(self.shape.families):
            touched = moved is None or any(leaf in moved for leaf in range(*family.leaves))
            if not touched and not any(c in fresh for c in family.nodes):
                values[number] = self._kept[number][:, self.place[columns]]
                continue
            fresh.add(number)
            values[number] = self._family(family, moved or {}, values, columns)
        return values

    def _family(
        self,
        family: Family,
        moved: Mapping[int, Array],
        values: Mapping[int, Array],
        columns: NDArray[np.intp],
    ) -> Array:
        """Score one family from its children."""
        children, weights = [], []
        for leaf in range(*family.leaves):
            points = moved[leaf] if leaf in moved else self.points[leaf][:, columns]
            children.append(np.where(self.there[leaf, columns], points, np.nan))
            weights.append(self.leaf[leaf])
        for child in family.nodes:
            children.append(values[child])
            weights.append(self.node[child])
        if family.by_method:
            return self._by_method(family, children, weights, columns)
        p = self.exponents[:, family.exponent]
        return power_mean(children, weights, np.where(np.abs(p) < NEAR_ZERO, 0.0, p))

    def _by_method(
        self,
        family: Family,
        children: Sequence[Array],
        weights: Sequence[Array],
        columns: NDArray[np.intp],
    ) -> Array:
        """Hand a family to the engine's own function, all countries of the index in place."""
        methods = self.methods.prepared.model.methods
        if methods is None:
            raise MethodError(f"node {family.node}: {family.by_method}")
        size = (1, len(self.draws), self.there.shape[1])
        full = []
        for child in children:
            held = np.full(size, np.nan)
            held[0][:, columns] = child
            full.append(held)
        _, passed = methods.scores(family.node, full, [w[None, :] for w in weights])
        return np.asarray(passed[0][:, columns], float)
