"""What follows from an audit: what the index may be quoted for, what not, and what would help most.

Everything is read off the checks; nothing here knows an index. The changes are set in one currency,
the share of the index (of its weight, or of its variance) that is at stake.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from resilience_index.robustness._evidence import Evidence
from resilience_index.robustness._findings import Check, Part

HOW_MANY = 3
"""Changes that are named."""

_GRAVITY = {"fails": 1.0, "look": 0.5}
_TELLING = 0.005  # what concerns less of the index is not worth a change


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that may, or may not, be said with the index; `figures` fill its sentence."""

    code: str
    figures: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would improve the index: how much of it is at stake, and whom it concerns."""

    code: str
    gain: float
    codes: tuple[str, ...] = ()
    figures: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The end of an audit."""

    fit_for: tuple[Statement, ...]
    not_for: tuple[Statement, ...]
    changes: tuple[Change, ...]


def conclude(found: Evidence, checks: Sequence[Check]) -> Conclusion:
    """Read the conclusion off the checks."""
    parts = {part.code: part for check in checks for part in check.parts}
    changes = [c for c in _changes(found, parts) if c.gain >= _TELLING]
    changes.sort(key=lambda change: (-change.gain, change.code, change.codes))
    return Conclusion(
        tuple(_fit_for(found, parts)), tuple(_not_for(parts)), tuple(changes[:HOW_MANY])
    )


def _sound(part: Part) -> bool:
    return part.verdict in ("passes", "look")


def _gravity(part: Part) -> float:
    return _GRAVITY.get(part.verdict, 0.0)


def _fit_for(found: Evidence, parts: Mapping[str, Part]) -> Iterator[Statement]:
    """Say what the index may be quoted for."""
    order, width = parts["order.neighbours"], parts["rank.width"]
    if order.verdict != "cannot be made" and float(order.more["clear"]) >= 0.5:
        yield Statement("pairs", {"clear": order.more["clear"]})
    if _sound(width):
        yield Statement("interval", {"places": width.more["places"]})
    if order.verdict != "cannot be made" and float(order.more["tiers"]) > 1:
        yield Statement("tiers", {"tiers": order.more["tiers"]})
    if _sound(parts["consistency.pillars"]) and _sound(parts["direction.nodes"]):
        yield Statement("pillars")
    combining = parts["combining.far"]
    if combining.verdict == "passes":
        yield Statement("combining", {"far": combining.figure})
    line = found.value.income_line
    if line is not None:
        beyond = (line.table["score"] > line.table["upper"]).sum()
        yield Statement("beyond_income", {"count": int(beyond), "of": line.count})
    if parts["again.scores"].verdict == "passes":
        yield Statement("again")


def _not_for(parts: Mapping[str, Part]) -> Iterator[Statement]:
    """Say what the index may not be quoted for."""
    order = parts["order.neighbours"]
    if order.verdict == "look" or not _sound(parts["rank.width"]):
        figure = order.figure if order.verdict != "cannot be made" else np.nan
        yield Statement("single_rank", {"apart": figure})
    for code, name in (
        ("value.income", "income"),
        ("validity.claims", "claims"),
        ("coverage.pillars", "thin_pillars"),
        ("coverage.indicators", "thin"),
    ):
        part = parts[code]
        if part.verdict in _GRAVITY:
            yield Statement(name, {**part.more, "codes": ",".join(part.concerned_codes)})
    for code, name in (("validity.years", "years"), ("rank.errors", "errors")):
        if parts[code].verdict == "cannot be made":
            yield Statement(name)
    reverse = parts["direction.index"]
    if reverse.verdict == "fails":
        yield Statement("direction", {"codes": ",".join(reverse.concerned_codes)})


def _changes(found: Evidence, parts: Mapping[str, Part]) -> Iterator[Change]:
    """List everything that might be changed, each with what is at stake."""
    yield from _about_gaps(found, parts)
    yield from _about_indicators(found, parts)
    yield from _about_the_whole(found, parts)


def _about_gaps(found: Evidence, parts: Mapping[str, Part]) -> Iterator[Change]:
    weights, missing = found.index.nominal, found.index.missing.mean()
    tree = found.index.framework.tree
    for node in tree.pillars or [tree.root]:
        leaves = tree.leaves(node)
        lost = (weights[leaves] * missing[leaves]).sort_values(ascending=False, kind="stable")
        gain = float(lost.sum())
        worst = [str(c) for c in lost.index[:3] if lost[c] > 0.25 * gain]
        share = gain / max(float(weights[leaves].sum()), 1e-12)
        yield Change("fill", gain, (node, *worst), {"share": share})
    error, table = parts["missing.error"], found.figures.gap_error
    if error.verdict in _GRAVITY and table is not None:
        over = (table["error"] - 1).clip(lower=0, upper=1).fillna(0.0)
        lost = (weights * missing * over).sort_values(ascending=False, kind="stable")
        named = tuple(str(c) for c in lost.index[:3] if lost[c] > 0)
        yield Change("gap_rule", float(lost.sum()), named, {"error": error.figure})


def _about_indicators(found: Evidence, parts: Mapping[str, Part]) -> Iterator[Change]:
    weights = found.index.nominal
    for name, code in (
        ("turn", "direction.index"),
        ("finer", "variety.zeros"),
        ("tails", "outliers.left"),
        ("per_head", "size.population"),
        ("silent", "importance.silent"),
        ("update", "age.indicators"),
    ):
        concerned = [c for c in parts[code].concerned if c.verdict in _GRAVITY]
        at_stake = {c.codes[0]: float(weights[c.codes[0]]) * _GRAVITY[c.verdict] for c in concerned}
        yield Change(name, sum(at_stake.values()), tuple(at_stake))
    for code in ("variety.twins", "redundancy.inside", "redundancy.between"):
        for concern in parts[code].concerned:
            least = float(weights[list(concern.codes)].min())
            yield Change("one_of", least * _GRAVITY.get(concern.verdict, 0.0), concern.codes)
    tree = found.index.framework.tree
    for concern in parts["consistency.parts"].concerned:
        under = float(weights[tree.leaves(concern.codes[0])].sum())
        gain = under * _gravity(parts["consistency.parts"]) * max(0.7 - concern.figure, 0.0)
        yield Change("regroup", gain, concern.codes, {"alpha": concern.figure})


def _about_the_whole(found: Evidence, parts: Mapping[str, Part]) -> Iterator[Change]:
    income = parts["value.income"]
    if income.verdict in _GRAVITY:
        yield Change(
            "income", income.figure**2 * _gravity(income), figures={"rho": income.more["signed"]}
        )
    for code in ("importance.pillars", "importance.indicators"):
        table = (
            found.parts.pillar_importance if code.endswith("pillars") else found.parts.importance
        )
        if parts[code].verdict in _GRAVITY and table is not None:
            gain = float(table["gap"].abs().sum()) / 2 * _gravity(parts[code])
            yield Change("weights", gain, parts[code].concerned_codes)
    largest = parts["choices.largest"]
    if largest.verdict in _GRAVITY:
        figures = {"title": largest.more["title"], "total": largest.figure}
        width = parts["rank.width"].figure
        gain = largest.figure * _gravity(largest) * (0.0 if np.isnan(width) else min(width, 1.0))
        yield Change("choice", gain, figures=figures)
    source = parts["leave.sources"]
    shifts = found.variants.no_source.shifts
    if source.verdict in _GRAVITY and len(shifts):
        mean = shifts["mean"].astype(float)
        piece = str(mean.idxmax())
        gain = float(mean.max()) / len(found.index.scores) * _gravity(source)
        yield Change("source", gain, (piece,), {"places": float(mean.max())})
