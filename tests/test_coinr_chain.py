"""Whole chains on the ASEM data, against a second way of computing them, in plain numpy.

The second way follows the formulas of the R package COINr (screen_units.R, impute.R, treat.R,
normalise.R, aggregate.R; version 1.1.14), one number at a time, and shares no line with the engine:
denominate, screen units at 90 per cent, fill in the mean of Europe or Asia, winsorise up to five
points and else take the logarithm, normalise figures multiplied by their direction, aggregate.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import resilience_index as ri
from resilience_index.content import foreign

ASEM = Path(__file__).parent / "data" / "asem"
CLOSE = 1e-9


def rows(name: str) -> list[dict[str, str]]:
    with (ASEM / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


META = rows("ASEM_iMeta.csv")
LEAVES = [row["iCode"] for row in META if row["Type"] == "Indicator"]
DIRECTION = {row["iCode"]: float(row["Direction"]) for row in META if row["iCode"] in LEAVES}
WEIGHT = {row["iCode"]: float(row["Weight"]) for row in META if row["Weight"]}
PARENT = {row["iCode"]: row["Parent"] for row in META if row["Type"] in ("Indicator", "Aggregate")}
LEVEL = {row["iCode"]: int(row["Level"]) for row in META if row["Level"]}


def number(text: str) -> float:
    return float(text) if text not in ("", "NA") else np.nan


def passes(x: np.ndarray) -> bool:
    skewness = stats.skew(x, bias=False)
    return abs(skewness) < 2 or stats.kurtosis(x, bias=False) < 3.5


def tamed(x: np.ndarray, most: int) -> np.ndarray:
    """Winsorise, a point at a time, and take the logarithm of the original where that fails."""
    made, moved = x.copy(), {"high": 0, "low": 0}
    while not passes(made) and sum(moved.values()) < most:
        if stats.skew(made, bias=False) >= 0:
            end = made == made.max()
            made[end], moved["high"] = made[~end].max(), int(end.sum())
        else:
            end = made == made.min()
            made[end], moved["low"] = made[~end].min(), int(end.sum())
    if passes(made):
        return made
    return np.log(x - x.min() + 0.01 * (x.max() - x.min()))


def prepared(most: int) -> tuple[list[str], dict[str, np.ndarray]]:
    """Denominate, screen, impute and treat; give the codes of the units and the columns."""
    units = rows("ASEM_iData.csv")
    below = {row["iCode"]: row["Denominator"] for row in META}
    raw = {
        code: np.array(
            [number(u[code]) / (number(u[below[code]]) if below[code] else 1) for u in units]
        )
        for code in LEAVES
    }
    there = np.array([~np.isnan(column) for column in raw.values()]).mean(axis=0)
    kept = np.flatnonzero(~(there < 0.9))
    groups = np.array([units[i]["EurAsia_group"] for i in kept])
    columns = {}
    for code, column in raw.items():
        x = column[kept].copy()
        for group in set(groups):
            gaps = (groups == group) & np.isnan(x)
            x[gaps] = x[(groups == group) & ~np.isnan(x)].mean() if gaps.any() else 0
        columns[code] = tamed(x, most)
    return [units[i]["uCode"] for i in kept], columns


def smallest_rank(x: np.ndarray) -> np.ndarray:
    return np.array([1 + (x < value).sum() for value in x], float)


REFERENCE = "DEU"
NORMALISED: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "minmax": lambda x, _: (x - x.min()) / (x.max() - x.min()) * (100 - 1) + 1,
    "zscore": lambda x, _: (x - x.mean()) / x.std(ddof=1) * 10 + 100,
    "scaled": lambda x, _: (x - 1) / (9 - 1) * 100,
    "rank": lambda x, _: smallest_rank(x),
    "borda": lambda x, _: smallest_rank(x) - 1,
    "percentile_rank": lambda x, _: (smallest_rank(x) - 1) / (len(x) - 1),
    "fraction_of_max": lambda x, _: x / x.max(),
    "distance_to_max": lambda x, _: 1 - (x.max() - x) / (x.max() - x.min()),
    "distance_to_reference": lambda x, at: 1 - (x[at] - x) / (x[at] - x.min()),
    "distance_to_target": lambda x, _: np.minimum(1 - (50 - x) / (50 - x.min()), 1),
    "goalposts": lambda x, _: np.clip((x - -3) / (7 - -3), 0, 1) * 10,
}
"""n_*() of figures times their direction; settings are not turned round, as in COINr."""


def both(low: float, high: float) -> dict[str, dict[str, float]]:
    """Ends that COINr lays on turned figures, each in the unit of its indicator."""
    turned = {code: (low, high) if d > 0 else (-high, -low) for code, d in DIRECTION.items()}
    return {"lower": {c: e[0] for c, e in turned.items()},
            "upper": {c: e[1] for c, e in turned.items()}}  # fmt: skip


SETTINGS = {
    "minmax": {"low": 1, "high": 100},
    "zscore": {"mean": 100, "sd": 10},
    "scaled": {"a": {code: 1 * d for code, d in DIRECTION.items()}, "b": 8, "high": 100},
    "fraction_of_max": {"negative_max": "divide"},
    "distance_to_reference": {"reference": REFERENCE},
    "distance_to_target": {"target": {code: 50 * d for code, d in DIRECTION.items()}},
    "goalposts": {**both(-3, 7), "high": 10},
}
AGGREGATED: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "arithmetic": lambda x, w: (w / w.sum() * x).sum(),
    "geometric": lambda x, w: np.exp((w * np.log(x)).sum() / w.sum()),
    "harmonic": lambda x, w: w.sum() / (w / x).sum(),
    "power": lambda x, w: ((w * x**0.5).sum() / w.sum()) ** (1 / 0.5),
}


def copeland(x: np.ndarray, w: np.ndarray, noise: float) -> np.ndarray:
    """Compare all pairs; scores of nodes that differ by noise alone are tied.

    COINr compares sums to their last bit, so that which of two equal ones leads depends on the
    order of the sum and on the machine; there, and only there, ours departs from it.
    """
    share, made = w / w.sum(), np.zeros(len(x))
    for i, own in enumerate(x):
        for j, other in enumerate(x):
            if i != j:
                level = np.abs(own - other) <= noise
                made[i] += share[(own > other) & ~level].sum() + share[level].sum() / 2
    return made


def climbed(leaves: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    known = dict(leaves)
    for level in sorted(set(LEVEL.values()))[1:]:
        for node in [code for code, at in LEVEL.items() if at == level]:
            below = [code for code, parent in PARENT.items() if parent == node]
            x = np.column_stack([known[code] for code in below])
            w = np.array([WEIGHT[code] for code in below])
            known[node] = (
                copeland(x, w, 0 if level == 2 else CLOSE)
                if name == "copeland"
                else np.array([AGGREGATED[name](row, w) for row in x])
            )
    return {code: known[code] for code in LEVEL if code not in leaves}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("asem")
    foreign.write([ASEM / "ASEM_iData.csv", ASEM / "ASEM_iMeta.csv"], place, name="asem")
    return place


def built(
    folder: Path, normalise: dict, aggregate: dict, *, most: int = 5, own: dict | None = None
) -> ri.Index:
    changes = {
        "method.screen": {"name": "availability", "min_share": 0.9, "min_share_node": 0.0},
        "method.impute": {"name": "group_mean", "by": ["eurasia_group"]},
        "method.treat": {"name": "skewness_kurtosis", "points": most, "count": "cells"},
        "method.normalise": normalise,
        "method.aggregate": aggregate,
    }
    changes |= {f"indicators.{code}.normalise": choice for code, choice in (own or {}).items()}
    return ri.build("asem", content=folder, changes=changes)


@pytest.fixture(scope="module", params=[1, 5])
def treated(request) -> tuple[int, list[str], dict[str, np.ndarray]]:
    return (request.param, *prepared(request.param))


def test_screened_imputed_and_treated_figures_are_those_of_coinr(folder, treated):
    most, units, columns = treated
    index = built(folder, {"name": "minmax"}, {"name": "arithmetic"}, most=most)
    assert sorted(index.treated.index) == sorted(units)
    assert 0 < len(units) < 51
    for code, column in columns.items():
        ours = index.treated.loc[units, code.lower()]
        np.testing.assert_allclose(ours, column, rtol=1e-12, atol=CLOSE, err_msg=code)


def without_a_score(name: str, x: np.ndarray, at: int) -> bool:
    """Say whether COINr divides by 0, or measures from a target that all have reached."""
    if name == "fraction_of_max":
        return x.max() == 0
    if name == "distance_to_reference":
        return x[at] == x.min()
    return name == "distance_to_target" and x.min() >= 50


POSITIVE = ("minmax", "zscore", "rank")
CHAINS = [(n, a) for n in NORMALISED for a in ("arithmetic", "copeland")]
CHAINS += [(n, a) for n in POSITIVE for a in ("geometric", "harmonic", "power")]


@pytest.fixture(scope="module")
def five() -> tuple[list[str], dict[str, np.ndarray]]:
    return prepared(5)


@pytest.mark.parametrize(("name", "mean"), CHAINS)
def test_scores_of_every_node_are_those_of_coinr(folder, five, name, mean):
    units, columns = five
    at = units.index(REFERENCE)
    turned = {code: column * DIRECTION[code] for code, column in columns.items()}
    bare = [code for code, x in turned.items() if without_a_score(name, x, at)]
    assert len(bare) < 25
    leaves = {
        code: NORMALISED["minmax" if code in bare else name](x, at) for code, x in turned.items()
    }
    settings = {
        key: {c.lower(): v for c, v in value.items() if c not in bare}
        if isinstance(value, dict)
        else value
        for key, value in SETTINGS.get(name, {}).items()
    }
    index = built(
        folder,
        {"name": name, **settings},
        {"name": mean, **({"p": 0.5} if mean == "power" else {})},
        own={code.lower(): {"name": "minmax", **SETTINGS["minmax"]} for code in bare},
    )
    for code, column in leaves.items():
        ours = index.normalised.loc[units, code.lower()]
        np.testing.assert_allclose(ours, column, rtol=CLOSE, atol=CLOSE, err_msg=code)
    for node, column in climbed(leaves, mean).items():
        ours = index.scores.loc[units, node.lower()]
        np.testing.assert_allclose(ours, column, rtol=CLOSE, atol=CLOSE, err_msg=node)
