"""Sovereignty against resilience: where countries stand, how surely, and whether both go together.

Two indices are built on the same figures and drawn under their own assumptions, the method's
choices shared where both have them. Each draw puts a country into one of four fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content import Framework
from resilience_index.content.languages import translated_framework
from resilience_index.content.speech import spoken
from resilience_index.errors import DataError
from resilience_index.index import Index, build
from resilience_index.policy._scoring import Standing, varied
from resilience_index.policy.lab import MOST_DRAWS, Interval, Lab, whole
from resilience_index.policy.priors import Drawn
from resilience_index.policy.starting import Context
from resilience_index.steps.rounding import as_compared

Array = NDArray[np.float64]

FIELDS = ("high_high", "low_high", "high_low", "low_low")
"""The four fields: sovereignty first, then resilience."""

FEWEST = 5
"""With fewer countries there is no correlation worth telling."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """A rank correlation: as built, and its interval over draws and countries drawn anew."""

    size: float
    interval: Interval
    count: int


@dataclass(frozen=True)
class Quadrants:
    """Two indices on one chart."""

    across: str  # title of the index across
    up: str
    names: Mapping[str, str]  # of the four fields
    cuts: tuple[float, float]  # where the fields are cut, as built: across, up
    table: pd.DataFrame  # by country: scores, field, P of each field
    plain: Correlation
    net_of_income: Correlation
    without_shared: Correlation
    without_shared_net: Correlation
    shared: tuple[str, ...]  # indicators in both
    near_zero: int  # countries below the cut across
    draws: int


def quadrants(lab: Lab, *, draws: int = 2000, seed: int = 0) -> Quadrants:
    """Set two indices against each other.

    Parameters
    ----------
    lab
        An index and its policies; quadrants.toml names the two frameworks.
    draws
        Draws of both methods, and of countries for the intervals of correlations.
    seed
        The same seed gives the same numbers.

    Returns
    -------
    Quadrants
        Fields with their probabilities, and rank correlations: plain, net of income, and with the
        indicators that stand in both left out of the index up.

    References
    ----------
    Kendall (1942), Partial rank correlation. https://doi.org/10.1093/biomet/32.3-4.277
    Efron (1979), Bootstrap methods: another look at the jackknife.
    https://doi.org/10.1214/aos/1176344552

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> found = quadrants(open_lab(build("ai_resilience")), draws=50)
    >>> probabilities = found.table[["p_high_high", "p_low_high", "p_high_low", "p_low_low"]]
    >>> bool((abs(probabilities.sum(axis=1) - 1) < 1e-9).all())
    True
    """
    whole(draws, "draws", 1, MOST_DRAWS)
    rules, content = lab.policies.quadrants, lab.index.content
    labs = [_built(lab, axis.framework) for axis in (rules.across, rules.up)]
    across, up = (one.index for one in labs)
    both = [c for c in up.ranks.index if c in set(across.ranks.index)]
    if len(both) < FEWEST:
        raise DataError(f"only {len(both)} countries stand in both indices; {FEWEST} are needed")
    drawn = Drawn(lab.policies.priors, draws, seed)
    x, y = (_scores(one, drawn, both) for one in labs)
    published = [index.scores.loc[both, index.root].to_numpy(float) for index in (across, up)]
    sides = [(across, rules.across.cut), (up, rules.up.cut)]
    cuts = [_cut(i, c, p[None, :])[0] for (i, c), p in zip(sides, published, strict=True)]
    now = [above(i, c, p[None, :])[0] for (i, c), p in zip(sides, published, strict=True)]
    drawn_above = [above(i, c, v) for (i, c), v in zip(sides, (x, y), strict=True)]
    table = _table(both, published, now, drawn_above)
    shared = tuple(c for c in across.framework.indicators if c in up.framework.indicators)
    apart = build(_without(up.framework, shared, up), content=content)
    rest = apart.scores[apart.root].reindex(both).to_numpy(float)
    income = Context(up)(rules.income.indicator)[_rows(up, both)]
    rng = np.random.default_rng(np.random.SeedSequence([seed, len(both)]))
    picked = rng.integers(len(both), size=(draws, len(both)))
    still = np.broadcast_to(rest, y.shape)
    return Quadrants(
        across=across.framework.nodes[across.root].title,
        up=up.framework.nodes[up.root].title,
        names=dict(rules.names),
        cuts=(float(cuts[0]), float(cuts[1])),
        table=table,
        plain=_correlation(published[0], published[1], None, x, y, picked),
        net_of_income=_correlation(published[0], published[1], income, x, y, picked),
        without_shared=_correlation(published[0], rest, None, x, still, picked),
        without_shared_net=_correlation(published[0], rest, income, x, still, picked),
        shared=shared,
        near_zero=int((~now[0] & ~np.isnan(published[0])).sum()),
        draws=draws,
    )


def _built(lab: Lab, framework: str) -> Lab:
    """Build an index, unless it is the lab's own."""
    if lab.index.framework.name == framework:
        return lab
    content = lab.index.content
    said = translated_framework(content.framework(framework), spoken())
    index = build(said, content=content, seed=lab.index.seed)
    return Lab(index, lab.policies)


def _scores(lab: Lab, drawn: Drawn, codes: list[str]) -> Array:
    """Score countries in every draw of an index's method: draws by countries."""
    methods = varied(lab.prepared(drawn.seed), drawn)
    columns = lab.columns(codes)
    out = np.empty((drawn.draws, len(codes)))
    for mix, draws in methods.parts():
        out[draws] = Standing(methods, mix, draws).before(lab.index.root)[:, columns]
    return out


def _rows(index: Index, codes: list[str]) -> NDArray[np.intp]:
    """Positions of countries among the rows of an index."""
    return np.asarray(index.ranks.index.get_indexer(pd.Index(codes)), np.intp)


def _cut(index: Index, rule: str, scores: Array) -> Array:
    """Return where an index is cut, in each draw: its median, or the first cut of its classes."""
    if rule == "median":
        return np.asarray(np.nanmedian(scores, axis=1))
    classes = index.framework.setting(index.root, "classes")
    if classes is None:
        raise DataError(
            f"{index.framework.name}: quadrants.toml cuts it at its classes, but the index has "
            "none; give the root classes = { cuts = [...], names = [...] }"
        )
    if classes.percentiles:
        return np.asarray(np.nanpercentile(scores, classes.cuts[0], axis=1))
    return np.full(len(scores), classes.cuts[0])


def above(index: Index, rule: str, scores: Array) -> NDArray[np.bool_]:
    """Say which scores lie above the cut in each draw; on it, as the index's classes have it."""
    known, cut = as_compared(scores), as_compared(_cut(index, rule, scores))[:, None]
    classes = index.framework.setting(index.root, "classes")
    below = rule != "median" and classes is not None and classes.at_cut == "below"
    return np.asarray(known > cut if below else known >= cut)


def _table(
    codes: list[str], published: list[Array], now: list[NDArray[np.bool_]], above: list[Any]
) -> pd.DataFrame:
    """Put every country into its field, as built and in every draw."""
    table = pd.DataFrame({"across": published[0], "up": published[1]}, index=codes)
    table.index.name = "iso3"
    held = {field: _field(now, field) for field in FIELDS}
    table["field"] = np.select(list(held.values()), list(held), default="")
    for field in FIELDS:
        table[f"p_{field}"] = _field(above, field).mean(axis=0)
    return table


def _field(above: list[Any], field: str) -> NDArray[np.bool_]:
    """Say where a field holds, from what lies above the two cuts."""
    across, _, up = field.partition("_")
    left = above[0] if across == "high" else ~above[0]
    right = above[1] if up == "high" else ~above[1]
    return np.asarray(left & right)


def _without(framework: Framework, codes: tuple[str, ...], index: Index) -> Framework:
    """Return a framework without some indicators, and without nodes that nothing is left under."""
    definition = framework.model_dump(exclude_unset=True)
    for part in ("assumptions", "audit"):
        definition.pop(part, None)
    kept = {c: p for c, p in definition["indicators"].items() if c not in codes}
    nodes = dict(definition["nodes"])
    while True:
        parents = {p["parent"] for p in kept.values()}
        parents |= {n.get("parent") for n in nodes.values()}
        bare = [c for c in nodes if c not in parents]
        if not bare:
            break
        nodes = {c: n for c, n in nodes.items() if c not in bare}
    definition |= {"indicators": kept, "nodes": nodes}
    return index.content.checked(definition, f"{framework.name}, without what both share")


def _correlation(
    a: Array, b: Array, by: Array | None, x: Array, y: Array, picked: NDArray[np.intp]
) -> Correlation:
    """Correlate by rank: as built, and in draws with countries drawn anew."""
    there = ~(np.isnan(a) | np.isnan(b))
    if by is not None:
        there &= ~np.isnan(by)
    size = rank_correlation(a[None, there], b[None, there], None if by is None else by[None, there])
    known = np.flatnonzero(there)
    inside = known[picked[:, : len(known)] % len(known)]
    drawn = [np.take_along_axis(values, inside, axis=1) for values in (x, y)]
    held = None if by is None else by[inside]
    sizes = rank_correlation(drawn[0], drawn[1], held)
    return Correlation(float(size[0]), Interval.of(sizes), int(there.sum()))


def rank_correlation(x: Array, y: Array, by: Array | None = None) -> Array:
    """Correlate by rank, row by row; with `by`, that figure held constant.

    Formula: the correlation r of average ranks; partial: (r_xy - r_xz r_yz) / sqrt((1 - r_xz^2)
    (1 - r_yz^2)).

    Parameters
    ----------
    x, y, by
        Rows by countries, nothing missing.

    Returns
    -------
    ndarray
        One a row.

    Examples
    --------
    >>> rank_correlation(np.array([[1.0, 2, 3]]), np.array([[1.0, 3, 2]]))
    array([0.5])
    """
    from scipy.stats import rankdata

    ranks = [rankdata(v, axis=1) for v in (x, y, *(() if by is None else (by,)))]
    units = []
    for rank in ranks:
        centred = rank - rank.mean(axis=1, keepdims=True)
        units.append(centred / np.sqrt((centred**2).sum(axis=1, keepdims=True)))
    xy = (units[0] * units[1]).sum(axis=1)
    if by is None:
        return np.asarray(xy)
    xz, yz = ((unit * units[2]).sum(axis=1) for unit in units[:2])
    return np.asarray((xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2)))
