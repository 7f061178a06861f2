"""How far a rank can be trusted: all assumptions of a framework varied at once.

`uncertainty` draws every assumption jointly and ranks anew in each draw. The published interval of
a rank is the 5 to 95 per cent range of those ranks.

References
----------
Saisana, Saltelli & Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools for
the quality assessment of composite indicators, Journal of the Royal Statistical Society A 168,
307-323. https://doi.org/10.1111/j.1467-985X.2005.00350.x
OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7.
https://doi.org/10.1787/9789264043466-en
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import UsageError
from resilience_index.index import Index
from resilience_index.robustness._counting import RankCounter
from resilience_index.robustness._design import Design, Input
from resilience_index.robustness._model import Model
from resilience_index.robustness._prepare import Prepared, groups_of, prepare
from resilience_index.robustness._running import Told, in_order
from resilience_index.robustness._sampling import Plan, Task, Worker, plan_of
from resilience_index.robustness._summaries import (
    AHEAD,
    Groups,
    counts_of,
    ends_of,
    of_node,
    pairs_of,
    table_of,
    tiers_of,
)

EDGE = 0.05
"""A published rank with less than this share of draws on one side sits at the edge."""

PAIR_DRAWS = 4096
"""Pairs are counted, and scores kept, on every k-th draw: at least so many, if there are."""

_KEPT = 2**24  # units times draws of which scores are kept, where that is more
_MOST_KEPT = 16_384
_RESULTS = 2**28  # bytes of counts that may wait to be added
_MOST_TASKS = 64
_LONGEST = 2**16  # draws of a task, about, so that an interruption does not wait long


_UNITS = {"rank": "place, 1 is best", "scor": "points", "tier": "group, 1 is best"}


@dataclass(frozen=True)
class Uncertainty:
    """What all assumptions together leave of each rank.

    `table` has a row for each row of the index: rank, score; rank_median, rank_05, rank_95,
    score_median, score_05, score_95; `higher` and `lower`, the shares of draws that place the
    country better and worse than published; `unscored`, the share in which it has no score; tier.
    """

    framework: str
    edition: str
    draws: int
    seed: int
    kept: int  # draws on which pairs and scores rest
    node_draws: int
    inputs: tuple[Input, ...]
    notes: tuple[str, ...]
    table: pd.DataFrame
    rank_counts: pd.DataFrame  # rows by ranks 1 … n: draws with that rank
    pairs: Mapping[int, pd.DataFrame]  # by year: share of draws in which the row is ahead
    nodes: pd.DataFrame  # rows (row of the index, node): as `table`

    def to_frame(self) -> pd.DataFrame:
        """Return the table as a tidy frame, units in its `attrs`.

        Returns
        -------
        DataFrame
            One row a country (in a panel, a country and year), as `table`, with the labels of its
            rows as columns; `attrs["units"]` gives the unit of each column.
        """
        made = self.table.reset_index()
        units = {c: _UNITS[str(c)[:4]] for c in made if str(c)[:4] in _UNITS}
        shares = {c: "share of draws, 0 to 1" for c in ("higher", "lower", "unscored") if c in made}
        made.attrs = {
            "title": f"{self.framework}, edition {self.edition}: {self.draws} draws",
            "table": "uncertainty",
            "units": units | shares,
        }
        return made

    @property
    def rank_shares(self) -> pd.DataFrame:
        """Share of draws with each rank, of those with a rank: rows by ranks."""
        total = self.rank_counts.sum(axis=1)
        return self.rank_counts.div(total.where(total > 0, np.nan), axis=0)

    def top(self, k: int) -> pd.Series:
        """Share of draws in which each row is among the first k."""
        counts = self.rank_counts.loc[:, :k].sum(axis=1)
        return (counts / self.draws).rename(f"top_{k}")

    def ahead(self, one: Hashable, other: Hashable, year: int | None = None) -> float:
        """Share of draws in which one country scores above another."""
        table = self.pairs[next(iter(self.pairs)) if year is None else year]
        return float(table.to_numpy()[table.index.get_loc(one), table.columns.get_loc(other)])

    def tied(self, one: Hashable, year: int | None = None) -> list[Hashable]:
        """Countries that neither lead this one in 95 % of draws nor are led by it."""
        table = self.pairs[next(iter(self.pairs)) if year is None else year]
        place = table.index.get_loc(one)
        ahead = table.to_numpy()
        level = (ahead[place] < AHEAD) & (ahead[:, place] < AHEAD)
        return [other for other in table.columns[level] if other != one]

    @property
    def edge(self) -> pd.Series:
        """True where less than 5 % of draws lie on one side of the published rank, ties halved.

        A rank that is first in nearly all draws sits at no edge: the rank itself is halved.
        """
        level = 1 - self.table["higher"] - self.table["lower"] - self.table["unscored"]
        better = self.table["higher"] + level / 2
        worse = self.table["lower"] + level / 2
        least = np.minimum(better.to_numpy(float), worse.to_numpy(float))
        return pd.Series(least < EDGE, index=self.table.index, name="edge")


def uncertainty(
    index: Index,
    *,
    draws: int | None = None,
    seed: int = 0,
    executor: Executor | None = None,
    told: Told | None = None,
    nodes: bool = True,
) -> Uncertainty:
    """Draw all assumptions of a framework at once, and rank anew in each draw.

    Draws are in single precision; at the framework's own settings, in double precision, the same
    arithmetic gives the published ranks, which is checked first.

    Parameters
    ----------
    index
        A built index.
    draws
        How many; the number in [assumptions] if nothing is said (16,384).
    seed
        The same seed gives the same numbers, however many workers there are.
    executor
        Where the work is done; threads of this process if none is given.
    told
        Is told how much is done, and of how much.
    nodes
        Whether every node is ranked as well, in a second pass of at most 4,096 draws.

    Returns
    -------
    Uncertainty
        Distributions of scores and ranks, pairs, tiers.

    Raises
    ------
    UsageError
        If draws are fewer than 1.
    DataError
        If an alternative cannot be computed from the figures.

    Examples
    --------
    >>> from resilience_index import build
    >>> found = uncertainty(build("ai_resilience"), draws=512)
    >>> bool((found.table["rank_05"] <= found.table["rank_95"]).all())
    True
    """
    wanted = index.framework.assumptions.draws if draws is None else draws
    if wanted < 1:
        raise UsageError(f"draws = {wanted}; at least 1 is needed, and 4,096 are of use")
    prepared = prepare(index, seed=seed)
    groups = groups_of(index)
    plan = plan_of(prepared.design, wanted, seed)
    every = _every(wanted, len(index.ranks))
    single = prepared.model.cast(np.float32)
    steps = _Steps(told, second=nodes)
    counts, kept = _counted(
        single, prepared.design, plan, list(groups.values()), every, executor, steps.first
    )
    by_node = pd.DataFrame()
    node_draws = _node_draws(wanted, index) if nodes else 0
    if nodes:
        by_node = _nodes(prepared, node_draws, groups, executor, steps.second)
    pairs = {y: pairs_of(single.ranked_by(kept[:, g]), index, g) for y, g in groups.items()}
    table = table_of(index, groups, counts, kept, wanted)
    table["tier"] = tiers_of(table["rank"], groups, pairs)
    about = index.framework.about
    return Uncertainty(
        framework=index.framework.name,
        edition=about.edition,
        draws=wanted,
        seed=seed,
        kept=len(kept),
        node_draws=node_draws,
        inputs=prepared.design.inputs,
        notes=tuple(prepared.notes),
        table=table,
        rank_counts=counts_of(index, groups, counts),
        pairs=pairs,
        nodes=by_node,
    )


def within(
    index: Index,
    members: Mapping[str, Sequence[str]],
    *,
    draws: int | None = None,
    seed: int = 0,
    executor: Executor | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the intervals of ranks among the members of groups, from draws as of all countries.

    Parameters
    ----------
    index
        A built index of one year.
    members
        Codes of ranked countries, by group.
    draws, seed, executor
        As of `uncertainty`; with the same draws and seed every draw has the same scores.

    Returns
    -------
    dict
        By group: a row for each member, in the order given, with rank_05 and rank_95 among them.

    Raises
    ------
    UsageError
        If the index is a panel, a member is not ranked, or draws are fewer than 1.

    Examples
    --------
    >>> from resilience_index import build
    >>> found = within(build("ai_resilience"), {"pair": ["KOR", "JPN"]}, draws=512)["pair"]
    >>> bool(found["rank_95"].max() <= 2)
    True
    """
    if index.framework.panel is not None:
        raise UsageError(f"{index.framework.name}: a panel; ranks in groups need one year")
    wanted = index.framework.assumptions.draws if draws is None else draws
    if wanted < 1:
        raise UsageError(f"draws = {wanted}; at least 1 is needed, and 4,096 are of use")
    rows = {g: index.ranks.index.get_indexer(pd.Index(list(c))) for g, c in members.items()}
    missing = [
        c for g, codes in members.items() for c, r in zip(codes, rows[g], strict=True) if r < 0
    ]
    if missing:
        raise UsageError(f"not ranked: {', '.join(missing)}; name ranked countries")
    prepared = prepare(index, seed=seed)
    plan, every = plan_of(prepared.design, wanted, seed), _every(wanted, len(index.ranks))
    single, groups = (
        prepared.model.cast(np.float32),
        [np.asarray(r, np.intp) for r in rows.values()],
    )
    counts, _ = _counted(single, prepared.design, plan, groups, every, executor, lambda *_: None)
    return {
        group: pd.DataFrame(ends_of(part), index=pd.Index(list(members[group])))
        for group, part in zip(members, counts, strict=True)
    }


class _Steps:
    """Tells of two passes as of one piece of work: the second counts for a quarter."""

    def __init__(self, told: Told | None, *, second: bool) -> None:
        self.told, self.whole = told, 100 if second else 75

    def first(self, done: int, of: int) -> None:
        if self.told is not None:
            self.told(round(75 * done / of), self.whole)

    def second(self, done: int, of: int) -> None:
        if self.told is not None:
            self.told(75 + round(25 * done / of), self.whole)


def _every(draws: int, units: int) -> int:
    """Say on every how manieth draw scores are kept."""
    most = min(_MOST_KEPT, max(PAIR_DRAWS, _KEPT // units))
    return -(-draws // most)


def _counted(
    model: Model,
    design: Design,
    plan: Plan,
    groups: list[NDArray[np.intp]],
    every: int,
    executor: Executor | None,
    told: Told,
) -> tuple[list[NDArray[np.int64]], NDArray[np.float32]]:
    """Count ranks in all draws, and keep the scores of some."""
    size = 8 * sum(len(g) ** 2 for g in groups) + 4 * model.units * plan.draws // every
    most = int(np.clip(_RESULTS // size, 2, _MOST_TASKS))
    parts = min(most * 4, _MOST_TASKS, max(4, plan.chunks // 4))
    tasks = plan.tasks(max(parts, plan.draws // _LONGEST))
    work: Callable[[Task], Any] = partial(count_task, model, design, groups, every)
    counts = [np.zeros((len(g), len(g)), np.int64) for g in groups]
    kept = []
    for found, scores in in_order(work, tasks, executor=executor, told=told, ahead=most):
        for total, part in zip(counts, found, strict=True):
            total += part
        kept.append(scores)
    return counts, np.concatenate(kept)


def count_task(
    model: Model, design: Design, groups: list[NDArray[np.intp]], every: int, task: Task
) -> tuple[list[NDArray[np.int64]], NDArray[np.float32]]:
    """Count the ranks of a task's draws; keep the scores of every k-th one.

    Returns
    -------
    tuple
        For each group units by ranks; and kept draws by units.
    """
    worker = Worker(model, design)
    counters = [RankCounter(len(g)) for g in groups]
    whole = len(groups) == 1 and len(groups[0]) == model.units
    kept = []
    for first, made in worker.chunks(task):
        scores = made[model.shape.root]
        by = model.ranked_by(scores)
        for counter, rows in zip(counters, groups, strict=True):
            counter.add(by if whole else by[:, rows], task.plan.batch)
        kept.append(scores[-first % every :: every].copy())
    return [c.counts for c in counters], np.concatenate(kept)


def _node_draws(draws: int, index: Index) -> int:
    """How many draws of all nodes fit into memory, 4,096 at most."""
    room = 2**26 // (len(index.ranks) * len(index.framework.nodes))
    return min(draws, int(np.clip(room, 256, PAIR_DRAWS)))


def _nodes(
    prepared: Prepared,
    draws: int,
    groups: Groups,
    executor: Executor | None,
    told: Told,
) -> pd.DataFrame:
    """Rank every node in a second pass."""
    index, design = prepared.index, prepared.design
    model = prepared.apart().cast(np.float32)
    plan = plan_of(design, draws, prepared.seed)
    numbers = tuple(range(len(model.shape.families)))
    work = partial(score_task, model, design, numbers)
    tasks = plan.tasks(8)
    parts = list(in_order(work, tasks, executor=executor, told=told, ahead=len(tasks)))
    codes = [model.shape.families[n].node for n in numbers]
    scores = [np.concatenate([part[place] for part in parts]) for place in range(len(codes))]
    summary: Callable[[tuple[str, Any]], pd.DataFrame] = partial(of_node, index, model, groups)
    pairs = list(zip(codes, scores, strict=True))
    made = in_order(summary, pairs, executor=None, told=None, ahead=len(pairs))
    tables = dict(zip(codes, made, strict=True))
    return pd.concat({n: tables[n] for n in index.framework.tree.downwards}, names=["node"])


def score_task(
    model: Model, design: Design, numbers: tuple[int, ...], task: Task
) -> list[NDArray[np.float32]]:
    """Score the nodes in a task's draws: for each node draws by units."""
    chunks = [made for _, made in Worker(model, design, numbers).chunks(task)]
    return [np.concatenate([made[n] for made in chunks]) for n in numbers]
