"""Checks 14 to 22: how sure ranks are, what decides them, what they add, whether others agree."""

from itertools import pairwise

import numpy as np
import pandas as pd

from resilience_index.robustness._evidence import LEAST, Evidence
from resilience_index.robustness._findings import Part, each, single
from resilience_index.robustness.compensation import MEANS, moved
from resilience_index.robustness.leave_out import LeftOut, tenth

_SURE = 0.95
"""Share of draws in which a country must be ahead to count as ahead."""


def uncertainty(found: Evidence) -> list[Part]:
    """14: how wide are the intervals of ranks, and do they hold the published ones."""
    errors = _errors(found)
    if found.uncertainty is None:
        why = found.why.get("uncertainty", "")
        return [
            single("rank.width", np.nan, why=why),
            single("rank.outside", np.nan, why=why),
            errors,
        ]
    table = found.uncertainty.table
    known = table.dropna(subset=["rank", "rank_05", "rank_95"])
    count = len(known)
    width = (known["rank_95"] - known["rank_05"]) / count
    outside = (known["rank"] < known["rank_05"]) | (known["rank"] > known["rank_95"])
    middle = (known["rank_median"] - known["rank"]).abs()
    more: dict[str, float | str] = {
        "draws": found.uncertainty.draws,
        "places": float((known["rank_95"] - known["rank_05"]).median()),
        "near": float((middle <= 2).mean()),
        "count": count,
    }
    away = (known["rank"] - known["rank_median"])[outside].abs() / count
    return [
        each("rank.width", width, figure=float(width.median()), more=more),
        each("rank.outside", away, figure=float(outside.mean()), more=more)
        if outside.any()
        else single("rank.outside", 0.0, more=more),
        errors,
    ]


def _errors(found: Evidence) -> Part:
    """Say how many figures state an error of measurement."""
    there = found.index.observed.notna().to_numpy()
    stated = found.index.errors.notna().to_numpy() & there
    if not stated.any():
        assumed = found.index.framework.assumptions.measurement_error
        why = "no source states the error of its figures, so the intervals leave it out"
        if assumed is not None and assumed.unstated > 0:
            why = (
                "no source states the error of its figures; the intervals assume "
                f"{assumed.unstated:g} standard deviations"
            )
        return single("rank.errors", np.nan, why=why)
    return single("rank.errors", float(stated.sum() / there.sum()))


def sensitivity(found: Evidence) -> list[Part]:
    """15: which choice moves the ranking, alone and together with others."""
    effects = found.effects
    if effects is None:
        why = found.why.get("effects", "")
        return [single("choices.together", np.nan, why=why),
                single("choices.largest", np.nan, why=why)]  # fmt: skip
    alone = min(max(float(effects["first"].sum()), 0.0), 1.0)
    total = effects["total"]
    largest = effects.loc[[total.idxmax()]].iloc[0]
    more: dict[str, float | str] = {
        "title": str(total.idxmax()),
        "low": float(largest["total_low"]),
        "high": float(largest["total_high"]),
        "alone": alone,
    }
    return [
        single("choices.together", 1 - alone, more=more),
        single("choices.largest", float(total.max()), more=more),
    ]


def order(found: Evidence) -> list[Part]:
    """16: which neighbours in the ranking are clearly apart."""
    if found.uncertainty is None:
        return [single("order.neighbours", np.nan, why=found.why.get("uncertainty", ""))]
    table = found.uncertainty.table
    ranking = table["rank"].dropna().sort_values(kind="stable").index
    pairs = next(iter(found.uncertainty.pairs.values()))
    place = {code: i for i, code in enumerate(pairs.index)}
    ahead = pairs.to_numpy()
    if len(ranking) < 2:
        return [single("order.neighbours", np.nan, why="a single country is ranked")]
    here = [place[c] for c in ranking]
    sure = [ahead[i, j] for i, j in pairwise(here)]
    apart = float(np.mean(np.array(sure) < _SURE))
    all_pairs = ahead[np.ix_(here, here)][np.triu_indices(len(here), 1)]
    more: dict[str, float | str] = {
        "tiers": float(table["tier"].nunique()),
        "first": float((table["tier"] == 1).sum()),
        "clear": float((all_pairs >= _SURE).mean()),
        "count": len(ranking),
    }
    return [single("order.neighbours", apart, more=more)]


def combining(found: Evidence) -> list[Part]:
    """17: does another mean of the same scores give another ranking."""
    means = found.variants.means
    if means is None:
        return [single("combining.far", np.nan, why=found.why.get("means", ""))]
    usual = moved(means[[m for m in MEANS if m != "minimum"]])
    weakest = moved(means)
    hardest = weakest.loc[[pair for pair in weakest.index if "minimum" in pair], "far"].max()
    far = {pair: float(row["far"]) for pair, row in usual.iterrows()}
    more: dict[str, float | str] = {
        "minimum": float(hardest),
        "places": float(usual["largest"].max()),
    }
    return [single("combining.far", max(far.values()), more=more)]


def best_case(found: Evidence) -> list[Part]:
    """18: does the ranking hold when every country is weighed as suits it best."""
    bounds = found.variants.bounds
    if bounds is None:
        return [single("best_case.order", np.nan, why=found.why.get("bounds", ""))]
    table = bounds.table.dropna()
    varied = len(table) >= LEAST and table["rank"].max() > 1 and table["nominal"].max() > 1
    rho = float(table["rank"].corr(table["nominal"], method="spearman")) if varied else np.nan
    leads = table.index[(table["bound"] > 1 - 1e-9).to_numpy()]
    more: dict[str, float | str] = {
        "leads": len(leads),
        "names": ",".join(str(c) for c in leads),
        "least": bounds.least,
        "most": bounds.most,
    }
    return [single("best_case.order", rho, why="too few countries to compare", more=more)]


def leaving_out(found: Evidence) -> list[Part]:
    """19: does one indicator, source or country decide too much."""
    variants = found.variants
    return [
        _left_out("leave.indicators", found, variants.no_indicator),
        _left_out("leave.sources", found, variants.no_source),
        _left_out("leave.countries", found, variants.no_country),
    ]


def _left_out(code: str, found: Evidence, left: LeftOut | None) -> Part:
    if left is None:
        return single(code, np.nan, why=found.why.get("no_country", ""))
    count = int(found.index.ranks[found.index.root].notna().sum())
    if left.shifts.empty:
        told = next(iter(left.failed.values()), "no country holds an extreme by itself")
        return single(code, np.nan, why=told)
    moves = left.shifts["largest"].astype(float) / count
    worst = str(moves.idxmax())
    more: dict[str, float | str] = {
        "places": float(left.shifts["largest"].astype(float).max()),
        "who": str(left.shifts.loc[worst, "who"]),
        "mean": float(left.shifts["mean"].astype(float).max()),
        "tenth": tenth(count),
        "piece": worst,
        "failed": len(left.failed),
    }
    return each(code, moves, more=more)


def value(found: Evidence) -> list[Part]:
    """20: does the index say more than its pillars, and more than income."""
    moves = found.value.pillar_moves
    parts = [
        each(
            "value.pillars",
            pd.Series(dtype=float) if moves is None else moves,
            why=found.why.get("pillar_moves", ""),
        )
    ]
    for role in ("income", "internet"):
        pair = found.value.rank_links.get(role)
        if pair is None:
            why = f"the framework names no {role} under [audit]"
            parts.append(single(f"value.{role}", np.nan, why=why))
            continue
        raw, net = pair
        more: dict[str, float | str] = {"signed": raw.size, "net": net.size, "count": raw.count}
        parts.append(
            single(f"value.{role}", abs(raw.size), why="too few countries have both", more=more)
        )
    why = (
        "no other index of the same subject is among the data; figures of other indices on AI may "
        "not be passed on"
    )
    parts.append(single("value.others", np.nan, why=why))
    return parts


def validity(found: Evidence) -> list[Part]:
    """21: do published figures, claims made beforehand and earlier years bear the index out."""
    table, claims, years = found.value.agreement, found.value.claims, found.value.years
    empty = pd.Series(dtype=float)
    why = found.why.get("agreement", "")
    raw = empty if table is None else table["rho"]
    net = empty if table is None else table["net"]
    held = [c for c in claims if c.holds is not None]
    broken = [c for c in held if not c.holds]
    told: dict[str, float | str] = {"broken": len(broken), "of": len(held)}
    lack = "none of the claims could be tested" if claims else "the framework makes no claims"
    return [
        each("validity.external", raw, why=why or "too few countries have both"),
        each("validity.net", net, why=why or "no income, or too few countries"),
        single("validity.claims", len(broken) / len(held) if held else np.nan, why=lack, more=told),
        each(
            "validity.years",
            empty if years is None else years["rho"],
            why=found.why.get("years", ""),
        ),
    ]


def again(found: Evidence) -> list[Part]:
    """22: does the same input give the same scores."""
    figure = np.nan if found.variants.rebuilt is None else found.variants.rebuilt
    more: dict[str, float | str] = {
        "seed": found.index.seed,
        "files": len(found.index.inputs),
        "hash": found.fingerprint,
    }
    return [single("again.scores", figure, why=found.why.get("rebuilt", ""), more=more)]
