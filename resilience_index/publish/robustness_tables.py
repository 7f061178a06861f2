"""Tables of how far ranks can be trusted, as commands print them and editions hold them."""

import numpy as np
import pandas as pd

from resilience_index.index import Index
from resilience_index.publish.tables import flat, whole
from resilience_index.robustness.one_at_a_time import Changes, left_out, one_at_a_time
from resilience_index.robustness.sensitivity import Sensitivity
from resilience_index.robustness.uncertainty import Uncertainty
from resilience_index.robustness.weight_space import WeightSpace, weight_space

MOST_UNITS = 400
"""In an edition of more countries, `pairs` and `weight_space` are left to the commands."""

_DIGITS = 6  # of shares in an edition; the draws behind them do not know more
_OF_RANKS = ("rank", "rank_05", "rank_median", "rank_95", "tier")


def intervals(index: Index, found: Uncertainty) -> pd.DataFrame:
    """One row a country, best first: rank and score with their intervals, and which way they lie.

    `higher`, `lower`: shares of draws that place it better and worse than published; `unscored`:
    without a score; `edge`: whether less than a twentieth lies on one side of the published rank.
    """
    table = found.table.assign(edge=found.edge)
    for column in _OF_RANKS:
        table[column] = whole(table[column])
    first = [*_OF_RANKS, "score", "score_05", "score_median", "score_95"]
    order = [*first, *(c for c in table if c not in first)]
    table.insert(0, "name", _names(index, table.index))
    return flat(index, table[["name", *order]].sort_values("rank", kind="stable"))


def on_screen(table: pd.DataFrame) -> pd.DataFrame:
    """Make a table of `intervals` narrow enough for a screen: intervals as ranges, whole shares."""
    unit = table.columns[0]
    years = ["panel_year"] if "panel_year" in table else []
    out = table[[unit, *years, "name", "rank"]].copy()
    out["90 % range"] = _ranges(table["rank_05"], table["rank_95"], 0)
    out["median"], out["tier"] = table["rank_median"], table["tier"]
    out["score"] = ["" if pd.isna(score) else f"{score:.1f}" for score in table["score"]]
    out["90 % of scores"] = _ranges(table["score_05"], table["score_95"], 1)
    for side in ("higher", "lower"):
        out[side] = ["" if pd.isna(share) else f"{share:.0%}" for share in table[side]]
    return out


def _ranges(low: pd.Series, high: pd.Series, digits: int) -> list[str]:
    return [
        "" if pd.isna(a) else f"{float(a):.{digits}f}–{float(b):.{digits}f}"
        for a, b in zip(low, high, strict=True)
    ]


def in_words(found: Uncertainty) -> str:
    """Say how the published ranks lie in their intervals.

    Many at the edge would say that the published method is an outlier among its alternatives.
    """
    table = found.table.dropna(subset=["rank", "rank_05"])
    outside = (table["rank"] < table["rank_05"]) | (table["rank"] > table["rank_95"])
    width = (table["rank_95"] - table["rank_05"]).median()
    return (
        f"{found.draws:,} draws: half of the 90 % intervals are wider than {width:.0f} ranks; the "
        f"draws place the median country higher in {table['higher'].median():.0%} and lower in "
        f"{table['lower'].median():.0%}; {found.edge[table.index].sum()} of {len(table)} published "
        f"ranks sit at the edge of their interval, {outside.sum()} outside"
    )


def pairs(index: Index, found: Uncertainty) -> pd.DataFrame:
    """One row a pair of countries: the share of draws in which the first scores above the other."""
    unit = str(index.content.units.index.name)
    parts = []
    for year, table in found.pairs.items():
        codes = table.index.to_numpy()
        one, other = np.nonzero(~np.eye(len(codes), dtype=bool))
        shares = table.to_numpy(float)[one, other].round(6)
        part = pd.DataFrame({unit: codes[one], "other": codes[other], "ahead": shares})
        if index.framework.panel is not None:
            part.insert(1, "panel_year", year)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def beside(index: Index, found: Uncertainty, moved: Sensitivity | None) -> dict[str, pd.DataFrame]:
    """Make the tables that an edition of one year holds beside the intervals, by file name.

    Parameters
    ----------
    index
        A built index of one year.
    found
        Its uncertainty.
    moved
        What moves each rank; None where fewer than two choices vary.
    """
    made = {
        "single_changes": single_changes(index, found.seed),
        "left_out": without_each(index, found.seed),
    }
    if moved is not None:
        made["sensitivity"] = sensitivity(moved)
    if len(index.ranks) <= MOST_UNITS:
        made["pairs"] = pairs(index, found)
        made["weight_space"] = extremes(index, found.seed)
    return made


def single_changes(index: Index, seed: int) -> pd.DataFrame:
    """One row a choice and alternative: the places that ranks move when only that is changed."""
    return changes(index, one_at_a_time(index, seed=seed))


def without_each(index: Index, seed: int) -> pd.DataFrame:
    """One row an indicator, pillar or source: the places that ranks move when it is left out."""
    return changes(index, left_out(index, seed=seed))


def sensitivity(found: Sensitivity) -> pd.DataFrame:
    """One row a country and choice: its share of the variance of the rank, alone and in all."""
    return found.table.reset_index().round(_DIGITS)


def extremes(index: Index, seed: int) -> pd.DataFrame:
    """One row a country: best and worst rank over all pillar weights within a quarter."""
    return of_weights(index, weight_space(index, seed=seed))["weight_space"]


BESIDE = {
    "sensitivity": sensitivity,
    "single_changes": single_changes,
    "left_out": without_each,
    "pairs": pairs,
    "weight_space": extremes,
}
"""The tables of `beside`, by file name."""


def of_sensitivity(found: Sensitivity) -> dict[str, pd.DataFrame]:
    """Sobol indices, one row an output and assumption; the outputs' moments; what varies.

    Outputs are `mean_shift`, the mean absolute shift of all ranks, and each country's own rank.
    """
    inputs = [
        (i.name, alternative, share if len(i.alternatives) > 1 else np.nan, i.reason)
        for i in found.inputs
        for alternative, share in zip(i.alternatives, i.probabilities, strict=True)
    ]
    columns = ["input", "alternative", "probability", "reason"]
    made = {
        "sensitivity": found.table.reset_index(),
        "outputs": found.outputs.reset_index(),
        "assumptions": pd.DataFrame(inputs, columns=columns),
    }
    if len(found.second):
        made["second_order"] = found.second.reset_index()
    return made


def changes(index: Index, found: Changes) -> pd.DataFrame:
    """One row a single change: places moved on average and at most, by whom, and who drops out."""
    table = found.table.reset_index()
    if index.framework.panel is not None:
        table["who"] = [" ".join(str(part) for part in who) for who in table["who"]]
    table["largest_shift"] = whole(table["largest_shift"])
    return table


def of_weights(index: Index, found: WeightSpace) -> dict[str, pd.DataFrame]:
    """Best and worst ranks; shares of the weight space; pairs that never swap; the bounds."""
    table = found.table.copy()
    table["rank"] = whole(table["rank"])
    table.insert(0, "name", _names(index, table.index))
    shares = pd.Series(found.acceptability.stack())  # noqa: PD013 - melt would lose the rows' labels
    met = shares[shares > 0].rename("share").reset_index(level=-1)
    one, other = np.nonzero(found.never_swap.to_numpy())
    codes, unit = found.never_swap.index.to_numpy(), str(index.content.units.index.name)
    return {
        "weight_space": flat(index, table.sort_values("rank", kind="stable")),
        "acceptability": flat(index, met),
        "never_swap": pd.DataFrame({unit: codes[one], "always_ahead_of": codes[other]}),
        "weight_bounds": found.bounds.reset_index(),
    }


def _names(index: Index, rows: pd.Index) -> list[str]:
    codes = rows.get_level_values(0)
    names = index.content.units.get("name")
    return [str(c) for c in codes] if names is None else names.reindex(codes).astype(str).tolist()
