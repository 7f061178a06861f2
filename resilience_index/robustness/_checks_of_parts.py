"""Checks 8 to 13: direction, redundancy, place, dimension, consistency, importance."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from resilience_index.robustness._evidence import LEAST, Evidence
from resilience_index.robustness._findings import Part, each
from resilience_index.robustness.coherence import Family

_FEW = "too few countries have the figures in common"
_ALONE = "the index has no pillars, or a single one"


def direction(found: Evidence) -> list[Part]:
    """8: does every part point the same way as the rest."""
    parts = found.parts
    tree = found.index.framework.tree
    pairs = {
        pair: r
        for pair, r in _pairs(parts.correlation)
        if _pillar(found, pair[0]) == _pillar(found, pair[1])
    }
    single_child = len(found.index.framework.indicators) < 2
    alone = "the index has a single indicator" if single_child else _FEW
    return [
        each("direction.pillar", parts.rest_of_pillar, why=alone),
        each("direction.index", parts.rest_of_index, why=alone),
        each("direction.nodes", parts.rest_of_nodes, why=_ALONE if len(tree.pillars) < 2 else _FEW),
        each("direction.pairs", pairs, why=alone),
    ]


def redundancy(found: Evidence) -> list[Part]:
    """9: do two indicators say nearly the same."""
    inside: dict[tuple[str, str], float] = {}
    between: dict[tuple[str, str], float] = {}
    for pair, r in _pairs(found.parts.correlation):
        same = _pillar(found, pair[0]) == _pillar(found, pair[1])
        (inside if same else between)[pair] = r
    return [
        each("redundancy.inside", inside, why=_FEW),
        each("redundancy.between", between, why=_ALONE if not between else _FEW),
    ]


def place(found: Evidence) -> list[Part]:
    """10: does an indicator go with another pillar more than with its own."""
    table, lead = found.parts.with_nodes, {}
    if table.shape[1] < 2:
        return [each("place.other", {}, why=_ALONE)]
    for code in table.index:
        own = _pillar(found, str(code))
        row = table.loc[code].dropna()
        if own in row and len(row) > 1:
            others = row.drop(own)
            lead[str(code), str(others.idxmax())] = float(others.max() - row[own])
    return [each("place.other", lead, why=_FEW)]


def dimension(found: Evidence) -> list[Part]:
    """11: is each pillar, and the index, about one thing."""
    kept = [f for f in _main(found) if f.components is not None]
    why = _why(_main(found))
    first = {f.node: f.components.first_share for f in kept if f.components}
    large = {f.node: float((f.components.eigenvalues > 1).sum()) for f in kept if f.components}
    turned = {
        code: 1.0
        for f in kept
        if f.components
        for code, loading in f.components.loadings[1].items()
        if loading < 0
    }
    turned_part = each("dimension.signs", turned, figure=float(len(turned)), why=why)
    return [
        each("dimension.first", first, why=why),
        each("dimension.count", large, why=why),
        turned_part if turned or not kept else _none("dimension.signs"),
        _of_families("dimension.adequacy", found, lambda f: f.adequacy),
        _of_families("dimension.related", found, lambda f: f.sphericity),
    ]


def _none(code: str) -> Part:
    """Say that nothing was found of what a part counts."""
    made = each(code, {"": 0.0})
    return Part(made.code, made.verdict, 0.0)


def consistency(found: Evidence) -> list[Part]:
    """12: do the members of each family agree, without repeating each other."""
    main = _main(found)
    small = [f for f in found.parts.families if f not in main and f.kind == "children"]
    gain = {
        (f.node, str(code)): float(alpha - f.alpha)
        for f in main
        for code, alpha in f.dropped.items()
        if not np.isnan(alpha) and not np.isnan(f.alpha)
    }
    alphas = {f.node: f.alpha for f in main}
    why = _why(main)
    return [
        each("consistency.pillars", alphas, why=why),
        each(
            "consistency.parts",
            {f.node: f.alpha for f in small},
            why="there are no sub-pillars with several members",
        ),
        each("consistency.excess", alphas, why=why),
        each("consistency.dropped", gain, why="no family has three members"),
    ]


def importance(found: Evidence) -> list[Part]:
    """13: does each part decide as much as it weighs."""
    table, pillars = found.parts.importance, found.parts.pillar_importance
    if found.index.scores[found.index.root].count() < LEAST:
        codes = ("pillars", "indicators", "quotient", "silent")
        return [each(f"importance.{code}", {}, why=_FEW) for code in codes]
    ratio = table["quotient"]
    single = len(table) < 2
    why = "the index has a single indicator" if single else _FEW
    quotient = pd.Series(dtype=float) if single else ratio.where(ratio > 1, 1 / ratio)
    gap = pd.Series(dtype=float) if pillars is None else pillars["gap"].abs()
    return [
        each("importance.pillars", gap, why=_ALONE if pillars is None else _FEW),
        each("importance.indicators", pd.Series(dtype=float) if single else table["gap"].abs(),
             why=why),
        each("importance.quotient", quotient, why=why),
        each("importance.silent", table["ratio"], why=why),
    ]  # fmt: skip


def _main(found: Evidence) -> list[Family]:
    """Return the families of the index and of each pillar, the latter by their indicators."""
    tree = found.index.framework.tree
    kept: dict[str, Family] = {}
    for family in found.parts.families:
        wanted = family.node == tree.root or family.node in tree.pillars
        if wanted and (family.node not in kept or family.kind == "indicators"):
            kept[family.node] = family
    return list(kept.values())


def _of_families(code: str, found: Evidence, figure: Callable[[Family], float]) -> Part:
    main = _main(found)
    return each(code, {f.node: figure(f) for f in main}, why=_why(main) or "too few members")


def _why(families: list[Family]) -> str:
    """Say why families have no components."""
    told = [f.why for f in families if f.why]
    return told[0] if told else "no family has several members"


def _pairs(correlation: pd.DataFrame) -> Iterator[tuple[tuple[str, str], float]]:
    codes, values = [str(c) for c in correlation], correlation.to_numpy(float)
    for i, j in zip(*np.triu_indices(len(codes), 1), strict=True):
        if not np.isnan(values[i, j]):
            yield (codes[i], codes[j]), float(values[i, j])


def _pillar(found: Evidence, code: str) -> str:
    """Return the pillar that an indicator hangs under; the index, where it has none."""
    path = found.index.framework.tree.path(code)
    return path[-2] if len(path) > 1 else path[-1]
