"""Every rank that other weights could give: best and worst, shares, and pairs that never swap.

Published weights are one point in a space of weights that could be defended. Over the weights of
the index's own children, between stated bounds, the best and the worst rank of each country are
exact: a power mean is a linear function of its weights in its own space (in logarithms where it is
geometric), so a mixed-integer programme counts who is ahead. Bounds over the weights of all levels
together come from sampling and are called so; the truth may lie outside.

References
----------
Lahdelma, Hokkanen & Salminen (1998), SMAA: stochastic multiobjective acceptability analysis,
European Journal of Operational Research 106, 137-143.
https://doi.org/10.1016/S0377-2217(97)00163-X
Foster, McGillivray & Seth (2013), Composite indices: rank robustness, statistical association, and
redundancy, Econometric Reviews 32, 35-56. https://doi.org/10.1080/07474938.2012.690647
Kadziński, Greco & Słowiński (2012), Extreme ranking analysis in robust ordinal regression, Omega
40, 488-501. https://doi.org/10.1016/j.omega.2011.09.003
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import UsageError, nearest
from resilience_index.index import Index
from resilience_index.robustness._counting import exact_ranks as ranks_of
from resilience_index.robustness._counting import places_of
from resilience_index.robustness._extremes import Extremes, Space, extremes
from resilience_index.robustness._kernel import evaluate
from resilience_index.robustness._model import Rows, Scratch
from resilience_index.robustness._polytope import check_bounds, corners, least, sampled
from resilience_index.robustness._prepare import Prepared, prepare
from resilience_index.robustness._running import Told, in_order

Array = NDArray[np.float64]
_PAIRS = 2**20  # pairs compared at once
_DRAWN = 512  # draws of all weights evaluated at once


@dataclass(frozen=True)
class WeightSpace:
    """What weights alone can do to each rank.

    `table` has, for each row of the index: rank; best and worst over the weights of the index's
    children; `exact`, whether these are proven (else they were only met while sampling);
    sampled_best and sampled_worst over the weights of all levels.
    """

    framework: str
    draws: int
    seed: int
    bounds: pd.DataFrame  # children of the index: weight, low, high, as shares
    spread: float  # of the weights at all levels, for the sampled bounds
    note: str  # why the bounds are not exact; empty if they are
    table: pd.DataFrame
    acceptability: pd.DataFrame  # rows by ranks: share of the weight space
    never_swap: pd.DataFrame  # rows of the index: true where the row is ahead of the column always

    @property
    def fixed_pairs(self) -> float:
        """Share of pairs of which one is ahead under all weights."""
        n = len(self.never_swap)
        return float(self.never_swap.to_numpy().sum()) / max(1, n * (n - 1) // 2)


def weight_space(
    index: Index,
    *,
    spread: float = 0.25,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    draws: int = 4096,
    seed: int = 0,
    executor: Executor | None = None,
    told: Told | None = None,
) -> WeightSpace:
    """Find the best and worst rank of each country over all weights in stated bounds.

    Parameters
    ----------
    index
        A built index of one year.
    spread
        Each weight lies within this share of the framework's, at all levels.
    bounds
        Of the children of the index, as shares of 1, where they shall be others: low and high.
    draws
        Of weights, for acceptabilities and for the sampled bounds.
    seed
        Of these draws.
    executor, told
        As in `uncertainty`.

    Returns
    -------
    WeightSpace
        Best and worst ranks, acceptabilities, pairs that never swap.

    Raises
    ------
    UsageError
        If the index is a panel, the spread is not between 0 and 1, or bounds leave no weights.

    Examples
    --------
    >>> from resilience_index import build
    >>> found = weight_space(build("ai_resilience"), draws=256)
    >>> bool((found.table["best"] <= found.table["rank"]).all())
    True
    """
    if index.framework.panel is not None:
        raise UsageError("weight_space takes one year; build the framework without its [panel]")
    if not 0 < spread <= 1 or draws < 1:
        raise UsageError(
            f"spread = {spread:g}, draws = {draws}; spread lies above 0 and up to 1, and at least "
            "one draw is needed"
        )
    prepared = prepare(index, seed=seed)
    stated = _bounds(prepared, spread, bounds or {})
    low, high = stated["low"].to_numpy(), stated["high"].to_numpy()
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(5,)))
    points = sampled(low, high, draws, rng)
    rows, note = _rows(prepared)
    space = Space(rows, low, high)
    scores = points @ rows.T if not note else _scores(prepared, points)
    ranks = ranks_of(scores)
    table = pd.DataFrame({"rank": index.ranks[index.root]})
    if note:
        ahead = _always_met(ranks)
        table["best"], table["worst"], table["exact"] = ranks.min(axis=0), ranks.max(axis=0), False
    else:
        ahead = always_ahead(space)
        corner = corners(low, high, rng.standard_normal((draws, len(low))))
        met = np.concatenate([ranks, ranks_of(corner @ rows.T)])
        found = _extremes(space, met, executor, told)
        table["best"], table["worst"] = [f.best for f in found], [f.worst for f in found]
        table["exact"] = [f.exact for f in found]
    everywhere = _everywhere(prepared, spread, draws, rng)
    table["sampled_best"], table["sampled_worst"] = everywhere.min(axis=0), everywhere.max(axis=0)
    return WeightSpace(
        framework=index.framework.name,
        draws=draws,
        seed=seed,
        bounds=stated,
        spread=spread,
        note=note,
        table=table,
        acceptability=_acceptability(index, ranks),
        never_swap=pd.DataFrame(ahead, index=table.index, columns=table.index),
    )


def _children(prepared: Prepared) -> tuple[list[str], Array]:
    """Children of the index, leaves first, and their weights as shares."""
    shape = prepared.model.shape
    root = shape.families[shape.root]
    names = [*shape.leaves[slice(*root.leaves)], *(shape.families[c].node for c in root.nodes)]
    own = [shape.leaf_weights[slice(*root.leaves)], shape.node_weights[list(root.nodes)]]
    weights = np.concatenate(own)
    return names, weights / weights.sum()


def _bounds(
    prepared: Prepared, spread: float, stated: Mapping[str, tuple[float, float]]
) -> pd.DataFrame:
    """Bounds of the index's children: those stated, else within the spread."""
    names, shares = _children(prepared)
    for name in stated:
        if name not in names:
            raise UsageError(f"bounds: the index has no child '{name}' {nearest(name, names)}")
    table = pd.DataFrame({"weight": shares}, index=pd.Index(names, name="child"))
    table["low"] = [
        stated.get(n, (w * (1 - spread), 0))[0] for n, w in zip(names, shares, strict=True)
    ]
    table["high"] = [
        stated.get(n, (0, min(1.0, w * (1 + spread))))[1]
        for n, w in zip(names, shares, strict=True)
    ]
    check_bounds(table["low"].to_numpy(), table["high"].to_numpy(), names)
    return table


def _rows(prepared: Prepared) -> tuple[Array, str]:
    """Scores of the children in the space where the index is their weighted mean.

    Or why there is no such space. Higher is better, also where the exponent is below 0.
    """
    index, shape = prepared.index, prepared.model.shape
    root = shape.families[shape.root]
    names, _ = _children(prepared)
    nothing = np.empty((0, 0))
    if prepared.model.places is not None:
        return nothing, "ranks go by rounded scores"
    if root.by_method:
        return nothing, f"the index is no weighted mean: {root.by_method}"
    passed = [index.framework.setting(n, "passes_up") for n in names if n in index.scores]
    if any(p not in (None, "score") for p in passed):
        return nothing, "children pass up something else than their score"
    columns = [index.scores[n] if n in index.scores else index.normalised[n] for n in names]
    table = np.column_stack([c.to_numpy(float) for c in columns])
    if np.isnan(table).any():
        return nothing, "some countries lack a child of the index, so weights act on them otherwise"
    p = shape.exponents[root.exponent]
    if p <= 0 and (table <= 0).any():
        return nothing, "a score of 0 makes the index 0 whatever the weights"
    rows = np.log(table) if p == 0 else np.sign(p) * table**p
    return rows if prepared.model.higher_is_better else -rows, ""


def _scores(prepared: Prepared, points: Array) -> Array:
    """Return what ranks go by under weights of the children: draws by units."""
    shape = prepared.model.shape
    root = shape.families[shape.root]
    rows = prepared.design.nominal(1, len(points))
    cut = root.leaves[1] - root.leaves[0]
    rows.leaf[slice(*root.leaves), 0] = points[:, :cut].T
    rows.node[list(root.nodes), 0] = points[:, cut:].T
    return evaluated(prepared, rows)


def _everywhere(
    prepared: Prepared, spread: float, draws: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    """Rank the units under weights of all levels, each within the spread: draws by units."""
    rows = prepared.design.nominal(1, draws)
    for weights in (rows.leaf, rows.node):
        weights *= 1 + spread * (2 * rng.random(weights.shape) - 1)
    return ranks_of(evaluated(prepared, rows))


def evaluated(prepared: Prepared, rows: Rows) -> Array:
    """Return what the draws of one batch are ranked by, some at a time: draws by units."""
    root, scratch = prepared.model.shape.root, Scratch(np.float64)
    parts = []
    for start in range(0, rows.size[1], _DRAWN):
        here = slice(start, start + _DRAWN)
        part = replace(rows, leaf=rows.leaf[:, :, here], node=rows.node[:, :, here])
        scores = evaluate(prepared.model, part, scratch)[root][0]
        parts.append(prepared.model.ranked_by(scores))
    return np.concatenate(parts)


def always_ahead(space: Space) -> NDArray[np.bool_]:
    """Say of which pairs the row is ahead of the column under all weights.

    Examples
    --------
    >>> rows = np.array([[3.0, 2.0], [1.0, 3.0], [0.0, 1.0]])
    >>> always_ahead(Space(rows, np.zeros(2), np.ones(2))).tolist()
    [[False, False, True], [False, False, True], [False, False, False]]
    """
    units = len(space.rows)
    out = np.empty((units, units), bool)
    step = max(1, _PAIRS // units)
    for start in range(0, units, step):
        apart = space.rows[start : start + step, None] - space.rows
        out[start : start + step] = least(apart, space.low, space.high) > 0
    return out


def _always_met(ranks: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say of which pairs the row was ahead of the column in all draws."""
    places = places_of(ranks)
    out = np.zeros((ranks.shape[1],) * 2, bool)
    for unit in range(len(out)):
        out[unit] = (places[:, unit, None] < places).all(axis=0)
    return out


def _extremes(
    space: Space, met: NDArray[np.int32], executor: Executor | None, told: Told | None
) -> list[Extremes]:
    """Find the best and worst rank of every unit."""
    ends = list(zip(met.min(axis=0).tolist(), met.max(axis=0).tolist(), strict=True))
    work: Callable[[tuple[int, tuple[int, int]]], Extremes] = partial(_of_unit, space)
    return list(in_order(work, list(enumerate(ends)), executor=executor, told=told, ahead=64))


def _of_unit(space: Space, unit: tuple[int, tuple[int, int]]) -> Extremes:
    return extremes(space, *unit)


def _acceptability(index: Index, ranks: NDArray[np.int32]) -> pd.DataFrame:
    """Share of draws with each rank: rows by ranks."""
    units = ranks.shape[1]
    counts = np.zeros((units, units + 1), np.int64)
    np.add.at(counts, (np.broadcast_to(np.arange(units), ranks.shape), ranks), 1)
    columns = pd.RangeIndex(1, units + 1, name="rank")
    return pd.DataFrame(counts[:, 1:] / len(ranks), index=index.ranks.index, columns=columns)
