"""One choice changed, all others as published: what each does to the ranks.

A description and no more: it says nothing of what choices do together, and its steps are not
equally likely. Shares of the uncertainty come from `sensitivity`.

References
----------
Saltelli & Annoni (2010), How to avoid a perfunctory sensitivity analysis, Environmental Modelling &
Software 25, 1508-1517. https://doi.org/10.1016/j.envsoft.2010.04.012
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content.assumptions import UNLISTED, Assumptions
from resilience_index.index import Index
from resilience_index.robustness._counting import exact_ranks
from resilience_index.robustness._design import MIXED
from resilience_index.robustness._kernel import evaluate
from resilience_index.robustness._model import Model, Rows, Scratch
from resilience_index.robustness._prepare import Prepared, groups_of, prepare

_GAPS = 64  # draws of what is missing, of which the median rank is taken
_SPREAD = 0.25  # by which single weights are changed where nothing else is said


@dataclass(frozen=True)
class Changes:
    """Single changes and what they do to the ranks of the index.

    `table` has a row for each change: mean_shift and largest_shift in places, `who` moves most, and
    how many rows of the index are `unranked` by it. `ranks` has the rows of the index by changes.
    """

    table: pd.DataFrame
    ranks: pd.DataFrame


def one_at_a_time(index: Index, *, seed: int = 0) -> Changes:
    """Change one assumption at a time, to each of its alternatives or to the ends of its range.

    Single weights are raised and lowered. Gaps that are drawn are drawn 64 times, and the median
    rank is taken. Errors of measurement and indicators left out are no single changes: see
    `left_out`.

    Parameters
    ----------
    index
        A built index.
    seed
        Draws what is missing.

    Returns
    -------
    Changes
        Rows (assumption, alternative).

    Examples
    --------
    >>> from resilience_index import build
    >>> changes = one_at_a_time(build("ai_resilience"))
    >>> float(changes.table.loc[("normalisation", "minmax (low 1, high 100)"), "largest_shift"])
    0.0
    """
    found: dict[tuple[str, str], NDArray[np.float64]] = {}
    assumed = index.framework.assumptions
    if not assumed.listed:
        assumed = Assumptions(weights=UNLISTED)
    for name in MIXED:
        part = getattr(assumed, name)
        if part is not None:
            only = prepare(index, seed=seed, assumed=Assumptions.model_validate({name: part}))
            words = [str(w) for w in _words(only, name)]
            for number, word in enumerate(words):
                found[name, word] = _with_table(only, number + 1)
    prepared = prepare(index, seed=seed, assumed=assumed.model_copy(update=dict.fromkeys(MIXED)))
    for key, rows in [*_powers(prepared), *_weights(prepared)]:
        found[key] = _ranked(index, prepared.model, rows)[0]
    return _told(index, found, ["assumption", "alternative"])


def left_out(index: Index, *, seed: int = 0) -> Changes:
    """Leave out each indicator, each pillar and each source, all else as published.

    Weights of the rest of a family are shared anew; scales and imputed figures stay as they are.
    What would leave nothing of the index is not tried.

    Returns
    -------
    Changes
        Rows (kind, code): kind is indicator, pillar or source.

    Examples
    --------
    >>> from resilience_index import build
    >>> changes = left_out(build("ai_resilience"))
    >>> sorted(set(changes.table.index.get_level_values("kind")))
    ['indicator', 'pillar', 'source']
    """
    prepared = prepare(index, seed=seed, assumed=Assumptions())
    leaves = prepared.model.shape.leaves
    pieces = {key: codes for key, codes in _pieces(index) if len(codes) < len(leaves)}
    if not pieces:
        return _told(index, {}, ["kind", "code"])
    rows = prepared.design.nominal(len(pieces))
    for batch, codes in enumerate(pieces.values()):
        for code in codes:
            rows.leaf[leaves.index(code), batch] = 0
    ranks = _ranked(index, prepared.leaving_out(), rows)
    return _told(index, dict(zip(pieces, ranks, strict=True)), ["kind", "code"])


def _pieces(index: Index) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """Yield indicators, pillars and sources, with the indicators that each stands for."""
    tree = index.framework.tree
    for code in index.framework.indicators:
        yield ("indicator", code), [code]
    for node in tree.pillars:
        yield ("pillar", node), tree.leaves(node)
    sources: dict[str, list[str]] = {}
    for code in index.framework.indicators:
        for source in index.content.indicators[code].sources:
            sources.setdefault(source, []).append(code)
    for source, codes in sources.items():
        yield ("source", source), codes


def _words(prepared: Prepared, name: str) -> tuple[str, ...]:
    """Alternatives in words; of one that stands alone, as of others, in the order of the file."""
    for found in prepared.design.inputs:
        if found.name == name:
            return found.alternatives
    return ("the only alternative",)


def _with_table(prepared: Prepared, mix: int) -> NDArray[np.float64]:
    """Rank with another table; the median rank where it has gaps that are drawn."""
    tables, units = prepared.model.tables, prepared.model.units
    draws = _GAPS if tables.pool[mix] >= 0 else 1
    rng = np.random.default_rng(np.random.SeedSequence(prepared.seed, spawn_key=(6,)))
    place = rng.permuted(np.tile(np.arange(draws)[:, None], (1, units)), axis=0)
    rows = replace(
        prepared.design.nominal(draws), mix=np.full(draws, mix), gaps=(place + 0.5) / draws
    )
    ranks = _ranked(prepared.index, prepared.model, rows)
    return np.asarray(np.quantile(ranks, 0.5, axis=0, method="inverted_cdf"))


def _powers(prepared: Prepared) -> Iterator[tuple[tuple[str, str], Rows]]:
    """Yield the ends of each range of exponents, or all its values."""
    for place, (name, power) in enumerate(prepared.design.assumptions.power.items()):
        for value in power.points:
            rows = prepared.design.nominal()
            rows.exponents[:, place] = value
            yield (f"power.{name}", f"p = {value:g}"), rows


def _weights(prepared: Prepared) -> Iterator[tuple[tuple[str, str], Rows]]:
    """Yield each weight raised and lowered, where weights vary and there are others."""
    design, shape = prepared.design, prepared.model.shape
    assumed = design.assumptions.weights
    for block in design.blocks:
        spread = assumed.spread if assumed is not None else _SPREAD
        for change in (1 + spread, 1 - spread):
            words = f"{change - 1:+.0%}"
            for leaf in range(*block.leaves):
                rows = design.nominal()
                rows.leaf[leaf] *= change
                yield ("weights", f"{shape.leaves[leaf]} {words}"), rows
            for node in block.nodes:
                rows = design.nominal()
                rows.node[node] *= change
                yield ("weights", f"{shape.families[node].node} {words}"), rows


def _ranked(index: Index, model: Model, rows: Rows) -> NDArray[np.float64]:
    """Rank each batch of one draw: batches by units; NaN where there is no rank."""
    scores = model.ranked_by(evaluate(model, rows, Scratch(np.float64))[model.shape.root][:, 0])
    ranks = np.zeros(scores.shape)
    for group in groups_of(index).values():
        ranks[:, group] = exact_ranks(scores[:, group])
    return np.where(ranks > 0, ranks, np.nan)


def _told(
    index: Index, found: dict[tuple[str, str], NDArray[np.float64]], names: list[str]
) -> Changes:
    """Put ranks and their shifts into tables."""
    keys = pd.MultiIndex.from_tuples(list(found), names=names)
    values = np.array(list(found.values())).reshape(len(found), len(index.ranks))
    ranks = pd.DataFrame(values.T, index=index.ranks.index, columns=keys)
    published = index.ranks[index.root].to_numpy(float)
    shifts = np.abs(ranks.to_numpy() - published[:, None])
    known = np.where(np.isnan(shifts), -1.0, shifts)
    most = known.argmax(axis=0)
    table = pd.DataFrame(
        {
            "mean_shift": np.where(known >= 0, known, 0).sum(axis=0) / (known >= 0).sum(axis=0),
            "largest_shift": known.max(axis=0),
            "who": [index.ranks.index[place] for place in most],
            "unranked": (np.isnan(ranks.to_numpy()) & ~np.isnan(published)[:, None]).sum(axis=0),
        },
        index=keys,
    )
    return Changes(table, ranks)
