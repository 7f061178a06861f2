"""Which choice moves a rank: the variance of ranks, shared out among the assumptions.

First order: the share of the variance that would go on average if one assumption were settled.
Total: the share that would stay if only that one were left open; both are equal where it acts by
itself. Assumptions are inputs as a whole: the weights of all nodes are one, gaps another.

References
----------
Saisana, Saltelli & Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools for
the quality assessment of composite indicators, Journal of the Royal Statistical Society A 168,
307-323. https://doi.org/10.1111/j.1467-985X.2005.00350.x
Saltelli & Annoni (2010), How to avoid a perfunctory sensitivity analysis, Environmental Modelling &
Software 25, 1508-1517. https://doi.org/10.1016/j.envsoft.2010.04.012
"""

from collections.abc import Callable, Hashable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import UsageError
from resilience_index.index import Index
from resilience_index.robustness._counting import ranks_of
from resilience_index.robustness._design import MIXED, Design, Input
from resilience_index.robustness._kernel import evaluate
from resilience_index.robustness._model import Model, Rows, Scratch
from resilience_index.robustness._prepare import groups_of, prepare
from resilience_index.robustness._running import Told, in_order
from resilience_index.robustness._sobol import Array, Indices, Points, indices_of, points_of

SHIFT = "mean_shift"
"""Name of the output that is the mean absolute shift of all ranks from the published ones."""

_ROWS = 2**11  # points whose matrices are evaluated together
_CELLS = 2**20  # units times leaves times rows evaluated at once
_OUTPUTS = 64  # outputs whose indices are estimated together


@dataclass(frozen=True)
class Sensitivity:
    """What each assumption contributes to the variance of ranks.

    `table` has a row for each output and input: first, first_low, first_high, total, total_low,
    total_high. Outputs are "mean_shift" and the rows of the index (their own rank). Indices of an
    output that does not vary are missing.
    """

    framework: str
    base: int
    evaluations: int
    seed: int
    level: float  # of the intervals
    inputs: tuple[Input, ...]
    table: pd.DataFrame
    second: pd.DataFrame  # rows (output, input, other): second, second_low, second_high
    outputs: pd.DataFrame  # mean and variance of each output

    def of(self, output: Hashable = SHIFT) -> pd.DataFrame:
        """Return the indices of one output, the largest total first."""
        here = self.table.index.get_level_values("output") == output
        return self.table[here].droplevel("output").sort_values("total", ascending=False)

    @property
    def shift(self) -> pd.DataFrame:
        """Indices of the mean absolute rank shift, the largest total first."""
        return self.of(SHIFT)


def sensitivity(
    index: Index,
    *,
    base: int = 4096,
    seed: int = 0,
    second: bool = False,
    level: float = 0.95,
    resamples: int = 200,
    executor: Executor | None = None,
    told: Told | None = None,
) -> Sensitivity:
    """Estimate Sobol indices of all assumptions, for the ranks of an index.

    Parameters
    ----------
    index
        A built index.
    base
        Points in each of two samples, a power of 2; base x (inputs + 2) ranks are computed, with
        second order base x (2 inputs + 2).
    seed
        Of the design and of the resampling.
    second
        Whether the second order is estimated too.
    level, resamples
        Of the bootstrap intervals.
    executor
        Where the work is done; threads of this process if none is given.
    told
        Is told how much is done, and of how much.

    Returns
    -------
    Sensitivity
        Indices of the mean absolute rank shift and of each country's own rank.

    Raises
    ------
    UsageError
        If base is no power of 2, or only one assumption varies.

    Examples
    --------
    >>> from resilience_index import build
    >>> found = sensitivity(build("ai_resilience"), base=64, resamples=20)
    >>> list(found.shift.columns)[:3]
    ['first', 'first_low', 'first_high']
    """
    prepared = prepare(index, seed=seed)
    inputs = prepared.design.inputs
    if len(inputs) < 2:
        named = ", ".join(i.name for i in inputs) or "none"
        raise UsageError(
            f"{index.framework.name}: assumptions that vary: {named}; the variance of ranks can be "
            "shared out among two or more; list them under [assumptions]"
        )
    points = points_of([i.width for i in inputs], base, seed)
    groups = list(groups_of(index).values())
    model = prepared.model.cast(np.float32)
    shuffled = _shuffled(model.units, seed)
    parts = [points.part(a, a + _ROWS) for a in range(0, base, _ROWS)]
    work: Callable[[Points], Any] = partial(
        rank_points, model, prepared.design, shuffled, groups, second
    )
    ranked = in_order(work, parts, executor=executor, told=told, ahead=8)
    ranks = np.concatenate(list(ranked), axis=1)
    outputs = _outputs(index, ranks)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(4,)))
    settings = {"level": level, "resamples": resamples}
    names = [SHIFT, *index.ranks.index]
    tables = [
        _estimated(outputs[..., a : a + _OUTPUTS], names[a : a + _OUTPUTS], inputs, rng, settings)
        for a in range(0, len(names), _OUTPUTS)
    ]
    table, pairs, moments = (pd.concat(part) for part in zip(*tables, strict=True))
    return Sensitivity(
        framework=index.framework.name,
        base=base,
        evaluations=base * len(ranks),
        seed=seed,
        level=level,
        inputs=inputs,
        table=table,
        second=pairs,
        outputs=moments,
    )


def _shuffled(units: int, seed: int) -> NDArray[np.float64]:
    """For each unit an order of its own of the parts of the pool that its gaps are drawn from."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(3,)))
    place = np.tile(np.arange(256), (units, 1))
    return np.asarray((rng.permuted(place, axis=1) + 0.5) / 256)


def rank_points(
    model: Model,
    design: Design,
    shuffled: NDArray[np.float64],
    groups: list[NDArray[np.intp]],
    second: bool,
    points: Points,
) -> NDArray[np.int32]:
    """Rank the units at some points of all matrices: A, B, AB_1 …, and BA_1 … if asked for.

    Returns
    -------
    array of int32
        Matrices by points by units; units without a rank come after all others.
    """
    count = len(points.inputs)
    matrices = [points.a, points.b, *(points.exchanged(i) for i in range(count))]
    if second:
        matrices += [points.exchanged(i, back=True) for i in range(count)]
    cube = np.concatenate(matrices)
    rows = settings_at(design, cube, points.inputs, shuffled)
    order = np.argsort(rows.mix, kind="stable")
    scratch = Scratch(np.float32)
    ranks = np.empty((len(cube), model.units), np.int32)
    step = max(1, _CELLS // (model.units * len(model.shape.leaves)))
    for start in range(0, len(cube), step):
        here = order[start : start + step]
        scores = evaluate(model, _taken(rows, here), scratch)[model.shape.root][:, 0]
        scores = model.ranked_by(scores)
        for group in groups:
            found = ranks_of(scores[:, group])
            ranks[here[:, None], group] = np.where(found > 0, found, len(group) + 1)
    return ranks.reshape(len(matrices), -1, model.units)


def _taken(rows: Rows, here: NDArray[np.intp]) -> Rows:
    return Rows(
        rows.mix[here],
        rows.gaps[here],
        rows.noise[here],
        rows.exponents[here],
        rows.leaf[:, here],
        rows.node[:, here],
    )


def settings_at(
    design: Design, cube: Array, spans: tuple[slice, ...], shuffled: NDArray[np.float64]
) -> Rows:
    """Turn points of a design into settings, each point a batch of one draw."""
    column = {i.name: cube[:, s] for i, s in zip(design.inputs, spans, strict=True)}
    single = {name: numbers[:, 0] for name, numbers in column.items()}
    count = len(cube)
    mixed = design.mixes([single.get(name) for name in MIXED])
    mix, inside = np.resize(mixed[0], count), np.resize(mixed[1], count)
    powers = [single.get(f"power.{name}") for name in design.assumptions.power]
    leaf, node = design.plain_weights((count, 1), np.float32)
    if "weights" in column:
        leaf, node = design.weights_at(column["weights"].T[:, :, None].astype(np.float32))
    if "leave_out" in single:
        design.leave_out(leaf, single["leave_out"][:, None])
    place = (inside * shuffled.shape[1]).astype(np.intp)
    error = single.get("measurement_error")
    return Rows(
        mix=mix,
        gaps=shuffled[:, place].T,
        noise=np.full(count, -1) if error is None else design.shifted_noise(error),
        exponents=design.exponents(powers, count),
        leaf=leaf,
        node=node,
    )


def _outputs(index: Index, ranks: NDArray[np.int32]) -> NDArray[np.float32]:
    """Put the mean absolute shift before the ranks: matrices by points by outputs."""
    published = index.ranks[index.root].to_numpy(float)
    known = ~np.isnan(published)
    shift = np.abs(ranks[..., known] - published[known]).mean(axis=-1)
    return np.concatenate([shift[..., None], ranks], axis=-1, dtype=np.float32)


def _estimated(
    outputs: NDArray[np.float32],
    names: list[Hashable],
    inputs: tuple[Input, ...],
    rng: np.random.Generator,
    settings: dict[str, Any],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Estimate the indices of some outputs: tables of first and total, of pairs, of moments."""
    k = len(inputs)
    values = outputs.astype(np.float64)
    back = values[2 + k :] if len(values) > 2 + k else None
    found = indices_of(values[0], values[1], values[2 : 2 + k], back, rng=rng, **settings)
    codes = [i.name for i in inputs]
    table = {
        name + end: part[place].T.ravel()
        for name, part in (("first", found.first), ("total", found.total))
        for place, end in enumerate(("", "_low", "_high"))
    }
    rows = pd.MultiIndex.from_product([_flat(names), codes], names=["output", "input"])
    moments = pd.DataFrame(
        {"mean": found.mean, "variance": found.variance},
        index=pd.Index(_flat(names), name="output", tupleize_cols=False),
    )
    return pd.DataFrame(table, index=rows), _second_table(found, _flat(names), codes), moments


def _flat(names: list[Hashable]) -> list[Hashable]:
    """Spell the rows of a panel as one text each."""
    return [" ".join(str(p) for p in n) if isinstance(n, tuple) else n for n in names]


def _second_table(found: Indices, names: list[Hashable], codes: list[str]) -> pd.DataFrame:
    columns = ["second", "second_low", "second_high"]
    if found.second is None:
        return pd.DataFrame(columns=columns, dtype=float)
    pairs = list(combinations(range(len(codes)), 2))
    keys = [(name, codes[i], codes[j]) for name in names for i, j in pairs]
    values = [found.second[:, i, j, place] for place in range(len(names)) for i, j in pairs]
    rows = pd.MultiIndex.from_tuples(keys, names=["output", "input", "other"])
    return pd.DataFrame(np.array(values), index=rows, columns=columns)
