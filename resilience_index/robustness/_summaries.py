"""Tables of an uncertainty analysis: from counts and draws to medians, intervals, pairs, tiers."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.index import Index
from resilience_index.robustness._counting import (
    ahead_counts,
    level_counts,
    places_of,
    quantiles,
    ranks_of,
)
from resilience_index.robustness._model import Model
from resilience_index.robustness._running import in_order

Groups = Mapping[int, NDArray[np.intp]]
"""Rows that are ranked together, by year."""

AHEAD = 0.95
"""Share of draws in which the head of a tier leads whoever begins the next one."""

_SHARES = {"median": 0.5, "05": 0.05, "95": 0.95}
_STRIP = 64  # units compared with all others at once


def of_node(
    index: Index,
    model: Model,
    groups: Groups,
    drawn: tuple[str, NDArray[np.float32]],
) -> pd.DataFrame:
    """Summarise the draws of a node, a row for each row of the index."""
    node, scores = drawn
    ranks = np.zeros(scores.shape, np.int32)
    for rows in groups.values():
        ranks[:, rows] = ranks_of(model.ranked_by(scores[:, rows]))
    out = {"rank": index.ranks[node].to_numpy(float), "score": index.scores[node].to_numpy(float)}
    shares = list(_SHARES.values())
    for name, found in zip(_SHARES, quantiles(ranks, shares, between=False), strict=True):
        out[f"rank_{name}"] = found
    for name, found in zip(_SHARES, quantiles(scores, shares, between=True), strict=True):
        out[f"score_{name}"] = found
    published = np.nan_to_num(out["rank"]).astype(np.int32)  # 0 where there is none
    there = np.count_nonzero(ranks, axis=0) / len(ranks)
    lower = np.count_nonzero(ranks > published, axis=0) / len(ranks)
    level = np.count_nonzero((ranks == published) & (ranks > 0), axis=0) / len(ranks)
    known = published > 0
    out["higher"] = np.where(known, there - lower - level, np.nan)
    out["lower"] = np.where(known, lower, np.nan)
    out["unscored"] = 1 - there
    return pd.DataFrame(out, index=index.ranks.index)


def pairs_of(kept: NDArray[np.float32], index: Index, rows: NDArray[np.intp]) -> pd.DataFrame:
    """Share of draws in which the row is ahead of the column; a tie is no lead."""
    units = index.ranks.index[rows].get_level_values(0)
    places = places_of(ranks_of(kept))
    cuts = [*range(0, len(rows), _STRIP), len(rows)]
    strips = list(pairwise(cuts))
    work: Callable[[tuple[int, int]], Any] = partial(_strip, places)
    out = np.zeros((len(rows), len(rows)), np.float32)
    made = in_order(work, strips, executor=None, told=None, ahead=len(strips))
    level = level_counts(places)
    for (start, stop), ahead in zip(strips, made, strict=True):
        out[start:stop, start:] = ahead
        behind = len(places) - ahead[:, stop - start :].T
        out[stop:, start:stop] = behind if level is None else behind - level[stop:, start:stop]
    return pd.DataFrame(out / np.float32(len(places)), index=units, columns=units)


def _strip(places: NDArray[Any], span: tuple[int, int]) -> NDArray[np.int64]:
    return ahead_counts(places, *span)


def table_of(
    index: Index,
    groups: Groups,
    counts: list[NDArray[np.int64]],
    kept: NDArray[np.float32],
    draws: int,
) -> pd.DataFrame:
    """Summarise ranks from their counts, and scores from those kept."""
    out = pd.DataFrame(index=index.ranks.index)
    out["rank"], out["score"] = index.ranks[index.root], index.scores[index.root]
    names = {f"rank_{name}": share for name, share in _SHARES.items()}
    columns = {n: np.full(len(out), np.nan) for n in [*names, "higher", "lower", "unscored"]}
    for rows, part in zip(groups.values(), counts, strict=True):
        total = part.sum(axis=1)
        upto = np.cumsum(part, axis=1)
        for name, share in names.items():
            place = (upto >= share * total[:, None]).argmax(axis=1) + 1.0
            columns[name][rows] = np.where(total > 0, place, np.nan)
        published = out["rank"].to_numpy()[rows]
        rank, known = np.arange(1, part.shape[1] + 1), ~np.isnan(published)
        higher = (part * (rank < published[:, None])).sum(axis=1) / draws
        lower = (part * (rank > published[:, None])).sum(axis=1) / draws
        columns["higher"][rows] = np.where(known, higher, np.nan)
        columns["lower"][rows] = np.where(known, lower, np.nan)
        columns["unscored"][rows] = 1 - total / draws
    of_scores = quantiles(kept, list(_SHARES.values()), between=True)
    scores = {f"score_{name}": found for name, found in zip(_SHARES, of_scores, strict=True)}
    columns |= scores
    order = [*names, *scores, "higher", "lower", "unscored"]
    return out.assign(**{name: columns[name] for name in order})


def ends_of(counts: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Return the ends of the 90 % interval of each row's rank, from its counts.

    >>> {k: v.tolist() for k, v in ends_of(np.array([[9, 1], [1, 9], [0, 0]])).items()}
    {'rank_05': [1.0, 1.0, nan], 'rank_95': [2.0, 2.0, nan]}
    """
    total, upto = counts.sum(axis=1), np.cumsum(counts, axis=1)
    out = {}
    for name in ("05", "95"):
        place = (upto >= _SHARES[name] * total[:, None]).argmax(axis=1) + 1.0
        out[f"rank_{name}"] = np.where(total > 0, place, np.nan)
    return out


def counts_of(index: Index, groups: Groups, counts: list[NDArray[np.int64]]) -> pd.DataFrame:
    width = max(len(rows) for rows in groups.values())
    whole = np.zeros((len(index.ranks), width), np.int64)
    for rows, part in zip(groups.values(), counts, strict=True):
        whole[rows, : part.shape[1]] = part
    ranks = pd.RangeIndex(1, width + 1, name="rank")
    return pd.DataFrame(whole, index=index.ranks.index, columns=ranks)


def tiers_of(
    published: pd.Series, groups: Groups, pairs: Mapping[int, pd.DataFrame]
) -> NDArray[np.float64]:
    """Give each row its tier: one ends where its head leads a country in 95 % of draws."""
    out = np.full(len(published), np.nan)
    for year, rows in groups.items():
        ranks = published.to_numpy(float)[rows]
        ahead = pairs[year].to_numpy()
        order = np.argsort(ranks, kind="stable")
        tier, head = 0, -1
        for place in order[~np.isnan(ranks[order])]:
            if head < 0 or ahead[head, place] >= AHEAD:
                tier, head = tier + 1, place
            out[rows[place]] = tier
    return out
