"""The engine against the R package COINr, on COINr's own example: data of the ASEM portal.

Expected numbers are what COINr's documentation prints (github.com/bluefoxr/COINr, articles/
aggregate.html, imputation.html, results.html and treat.html; version 1.1.11), or what its tests
and sources write (tests/testthat/test-normalise.R, R/normalise.R, R/aggregate.R). The example coin
is built by `build_example_coin()`: denominate, fill in the mean of Europe or Asia, screen at 90 per
cent, winsorise up to five points, min-max, arithmetic means.

Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open
Source Software 7(78), 4567. https://doi.org/10.21105/joss.04567
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import resilience_index as ri
from resilience_index.content import foreign
from resilience_index.steps import aggregate, impute, normalise, treat

ASEM = Path(__file__).parent / "data" / "asem"
CHAIN = {
    "method.impute": {"name": "group_mean", "by": ["eurasia_group"]},
    "method.screen": {"name": "availability", "min_share": 0.0, "min_share_node": 0.0},
    "method.treat": {"name": "skewness_kurtosis", "points": 5, "count": "cells"},
    "method.normalise": {"name": "minmax", "low": 0, "high": 100},
    "method.aggregate": {"name": "arithmetic"},
}
PILLARS = ["physical", "conecfin", "political", "instit", "p2p", "environ", "social", "susecfin"]
NODES = ["index", "conn", "sust", *PILLARS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("asem")
    files = [ASEM / "ASEM_iData.csv", ASEM / "ASEM_iMeta.csv"]
    foreign.write(files, place, name="asem")
    return place


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    """Give iData as it is printed in the articles: in the order of the file."""
    return pd.read_csv(ASEM / "ASEM_iData.csv").set_index("uCode")


@pytest.fixture(scope="module")
def example(folder) -> ri.Index:
    return ri.build("asem", content=folder, changes=CHAIN)


RESULTS = {
    "CHE": [68.38, 62.79, 73.98, 63.41, 32.87, 74.78, 85.94, 56.93, 77.21, 87.85, 56.88],
    "NLD": [64.82, 61.94, 67.70, 64.87, 46.62, 84.55, 71.74, 41.92, 58.73, 86.58, 57.78],
    "DNK": [64.80, 57.10, 72.51, 50.52, 30.43, 78.13, 75.35, 51.04, 69.83, 86.40, 61.29],
    "NOR": [64.47, 57.44, 71.50, 58.18, 25.70, 80.03, 89.46, 33.80, 70.90, 87.00, 56.59],
    "BEL": [63.54, 63.99, 63.09, 71.97, 48.22, 80.84, 75.60, 43.32, 53.01, 86.17, 50.09],
    "SWE": [63.00, 53.87, 72.12, 51.51, 23.87, 80.98, 74.51, 38.50, 66.37, 87.74, 62.27],
}
"""results.html, get_results: scores of the six best countries, in the order of NODES."""


@pytest.mark.parametrize("country", RESULTS)
def test_the_example_index_has_the_scores_that_coinr_prints(example, country):
    assert example.scores.loc[country, NODES].round(2).tolist() == RESULTS[country]


def test_the_example_index_has_the_ranks_that_coinr_prints(example):
    assert [example.ranks["index"][country] for country in RESULTS] == [1, 2, 3, 4, 5, 6]


INDIA = {
    "index": (39.79, 45),
    "conn": (28.60, 44),
    "sust": (50.99, 43),
    "physical": (18.78, 48),
    "conecfin": (6.38, 49),
    "political": (51.90, 33),
    "instit": (59.84, 37),
    "p2p": (6.07, 47),
    "environ": (75.34, 6),
    "social": (22.74, 51),
    "susecfin": (54.88, 36),
}
"""results.html, get_unit_summary: scores and ranks of India at levels 4, 3 and 2."""


@pytest.mark.parametrize("node", INDIA)
def test_india_has_the_scores_and_ranks_that_coinr_prints(example, node):
    score, rank = INDIA[node]
    assert example.scores.loc["IND", node].round(2) == score
    assert example.ranks.loc["IND", node] == rank


AGGREGATED = {
    "AUS": [12.6, 31.9, 52.4, 39.5, 34.8, 52.5, 71.9, 55.7, 38.4, 53.2, 45.8],
    "AUT": [26.2, 69.5, 77.5, 54.1, 41.1, 78.2, 72.8, 62.9, 55.4, 68.4, 61.9],
    "BEL": [48.2, 53.0, 75.6, 43.3, 72.0, 80.8, 86.2, 50.1, 64.0, 63.1, 63.5],
    "BGD": [13.3, 81.7, 26.5, 5.85, 22.9, 32.4, 27.5, 64.6, 20.2, 57.9, 39.0],
    "BGR": [24.6, 55.7, 75.9, 27.1, 28.4, 67.5, 53.3, 61.7, 44.7, 56.9, 50.8],
}
"""aggregate.html, data set Aggregated: the first five countries at three digits, as in ORDER."""
ORDER = [*sorted(PILLARS), "conn", "sust", "index"]


@pytest.mark.parametrize("country", AGGREGATED)
def test_three_digits_of_every_aggregate_are_those_that_coinr_prints(example, country):
    ours = [float(f"{score:.3g}") for score in example.scores.loc[country, ORDER]]
    assert ours == AGGREGATED[country]


MOMENTS = {
    "LPI": (-0.3042681, -0.6567514),
    "Flights": (2.1032872, 4.5088794),
    "Ship": (-0.5756680, -0.6814795),
    "Bord": (2.1482360, 5.7914905),
    "Elec": (2.2252736, 5.7910268),
    "Gas": (2.8294486, 10.3346494),
    "ConSpeed": (0.4622037, 0.1873214),
    "Cov4G": (-1.3725191, 0.5419314),
    "Goods": (2.6499733, 8.2666095),
    "Services": (1.7010849, 2.3756557),
}
TREATED = {
    "Flights": ("winsorised", 1.900658, 3.336065),
    "Bord": ("winsorised", 1.899211, 4.346298),
    "Elec": ("winsorised", 1.717744, 2.586062),
    "Gas": ("winsorised", 1.602518, 1.525576),
    "Goods": ("logarithm", 0.03104001, -0.8888965),
}
"""treat.html, Dets_Table of the raw data with at most one point winsorised: the first ten rows."""


def test_skewness_and_kurtosis_before_and_after_are_those_that_coinr_prints(raw):
    facts = treat.skewness_kurtosis(raw[list(MOMENTS)], points=1, count="cells").facts
    before = facts[["skewness_before", "kurtosis_before"]]
    np.testing.assert_allclose(before, list(MOMENTS.values()), rtol=0, atol=5e-8)
    for code, (how, skewness, kurtosis) in TREATED.items():
        assert facts.loc[code, "how"] == how
        assert facts.loc[code, "skewness_after"] == pytest.approx(skewness, abs=5e-7)
        assert facts.loc[code, "kurtosis_after"] == pytest.approx(kurtosis, abs=5e-7)
    assert set(facts.index[facts["how"] != "not treated"]) == set(TREATED)


def test_a_column_with_two_outliers_is_winsorised_as_in_treat_html():
    column = pd.DataFrame({"x": [*map(float, range(1, 11)), 30.0, 100.0]})
    facts = treat.skewness_kurtosis(column, points=2).facts.loc["x"]
    assert facts["skewness_before"] == pytest.approx(3.063241, abs=5e-7)
    assert facts["kurtosis_before"] == pytest.approx(9.741391, abs=5e-7)
    assert facts["skewness_after"] == pytest.approx(1.712038, abs=5e-7)


HARMONIC = [
    [94.1, 14.2, 1.0, 29.4, 2.36],
    [94.6, 15.6, 97.2, 40.0, 41.5],
    [35.0, 4.89, 38.0, 15.6, 14.3],
    [51.2, 4.90, 59.2, 34.3, 17.4],
    [43.7, 4.66, 55.7, 1.0, 3.93],
]
"""aggregate.html: four indicators by min-max from 1 to 100, and their mean; three digits."""


def test_weighted_harmonic_means_are_those_that_coinr_prints(raw):
    scores = normalise.minmax(raw[["LPI", "Flights", "Ship", "Bord"]], low=1, high=100)
    weights = pd.Series({"LPI": 1.0, "Flights": 1.0, "Ship": 2.0, "Bord": 1.0})
    ours = scores.assign(y=aggregate.harmonic(scores, weights=weights)).head(5)
    assert ours.map(lambda x: float(f"{x:.3g}")).to_numpy().tolist() == HARMONIC


def test_a_mean_is_withheld_below_two_thirds_as_in_aggregate_html():
    scores = pd.DataFrame(
        {"i1": [1.0, 2.0, 3.0], "i2": [3.0, np.nan, np.nan], "i3": [1.0, np.nan, 1.0]}
    )
    even = pd.Series({"i1": 1.0, "i2": 1.0, "i3": 1.0})
    ours = aggregate.combine(scores, even, aggregate.arithmetic, min_share=2 / 3)
    np.testing.assert_allclose(ours, [5 / 3, np.nan, 2.0])  # printed: 1.666667 NA 2.000000


IMPUTED = {
    "mean": {"Pat": 122.35, "CultServ": 0.6470778, "CultGood": 4.5395},
    "group_median": {"Pat": 136.75, "CultServ": 0.966025, "CultGood": 8.5835},
}
"""imputation.html: row 41 of iData, filled from rows 37 to 46; five of them in each group."""


@pytest.mark.parametrize("name", IMPUTED)
def test_what_is_filled_in_is_what_coinr_prints(raw, name):
    part = raw.iloc[36:46][["Pat", "CultServ", "CultGood"]]
    units = pd.DataFrame({"group": ["a"] * 5 + ["b"] * 5}, index=part.index)
    settings = {"by": ["group"], "units": units} if name.startswith("group") else {}
    filled = impute.METHODS[name](part, **settings).table.iloc[4]
    assert filled.to_dict() == pytest.approx(IMPUTED[name], abs=5e-8)


def test_distances_to_a_target_are_those_of_coinrs_own_tests():
    up = pd.DataFrame({"x": [0.0, 5.0, 11.0]})
    assert normalise.distance_to_target(up, target=10, cap=False)["x"].tolist() == [0, 0.5, 1.1]
    assert normalise.distance_to_target(up, target=10)["x"].tolist() == [0, 0.5, 1]
    down = -pd.DataFrame({"x": [-1.0, 1.0, 10.0]})
    signs = pd.Series({"x": -1.0})
    free = normalise.distance_to_target(down, target=0, cap=False, signs=signs)["x"]
    assert free.tolist() == pytest.approx([1.1, 0.9, 0])
    capped = normalise.distance_to_target(down, target=0, signs=signs)["x"]
    assert capped.tolist() == pytest.approx([1, 0.9, 0])


@pytest.mark.parametrize(
    ("value", "sign", "score"),
    [(1, 1, 0.1), (11, 1, 1), (-1, 1, 0), (1, -1, 0.9), (-1, -1, 1), (11, -1, 0)],
)
def test_goalposts_are_those_of_coinrs_own_tests(value, sign, score):
    table = pd.DataFrame({"x": [float(value) * sign]})
    ours = normalise.goalposts(
        table, lower=0, upper=10, high=1, signs=pd.Series({"x": float(sign)})
    )
    assert ours["x"].tolist() == pytest.approx([score])


@pytest.fixture(scope="module")
def oriented(folder) -> tuple[pd.DataFrame, pd.Series]:
    """Give the denominated figures turned round as COINr does it before n_*(), and the signs."""
    index = ri.build("asem", content=folder)
    kinds = {c: index.content.indicators[c].direction for c in index.framework.indicators}
    signs = pd.Series({c: 1.0 if kind == "higher_is_better" else -1.0 for c, kind in kinds.items()})
    return index.denominated * signs, signs


def span(x):
    return x.max() - x.min()


NORMALISED = {
    "minmax": ({"low": 1, "high": 10}, lambda x: (x - x.min()) / span(x) * (10 - 1) + 1),
    "zscore": ({"mean": 10, "sd": 2}, lambda x: (x - x.mean()) / x.std(ddof=1) * 2 + 10),
    "rank": ({}, lambda x: x.rank(method="min")),
    "borda": ({}, lambda x: x.rank(method="min") - 1),
    "percentile_rank": ({}, lambda x: (x.rank(method="min") - 1) / (x.notna().sum() - 1)),
    "distance_to_max": ({}, lambda x: 1 - (x.max() - x) / span(x)),
    "fraction_of_max": ({"negative_max": "divide"}, lambda x: x / x.max()),
}
"""Seven of COINr's functions, as R/normalise.R writes them, for figures already turned round."""


@pytest.mark.parametrize("name", NORMALISED)
def test_normalisations_without_units_follow_coinrs_formulas(oriented, name):
    x, _ = oriented
    if name == "fraction_of_max":  # COINr divides by 0 in three columns; ours refuses them by name
        x = x.loc[:, x.max() != 0]
    settings, formula = NORMALISED[name]
    ours = normalise.METHODS[name](x, **settings)
    pd.testing.assert_frame_equal(ours, formula(x), rtol=0, atol=1e-9)


def test_scaled_follows_coinrs_formula_which_does_not_turn_its_settings(oriented):
    x, signs = oriented
    ours = normalise.scaled(x, a=(2 * signs).to_dict(), b=7 - 2, high=100, signs=signs)
    pd.testing.assert_frame_equal(ours, (x - 2) / (7 - 2) * 100, rtol=1e-12, atol=1e-9)


def test_goalposts_follow_coinrs_formula(oriented):
    x, signs = oriented
    figures = x * signs
    up, down = (figures + 1) / (4 + 1), (figures - 4) / (-1 - 4)
    expected = up[signs.index[signs > 0]].join(down[signs.index[signs < 0]])[list(x)]
    expected = expected.clip(0, 1) * 7
    ours = normalise.goalposts(x, lower=-1, upper=4, high=7, signs=signs)
    pd.testing.assert_frame_equal(ours, expected, rtol=0, atol=1e-9)


def test_distance_to_a_target_follows_coinrs_formula_in_both_directions(oriented):
    x, signs = oriented
    aim = x.max() - span(x) / 10
    ours = normalise.distance_to_target(x, target=(aim * signs).to_dict(), signs=signs)
    expected = (1 - (aim - x) / (aim - x.min())).clip(upper=1)
    pd.testing.assert_frame_equal(ours, expected, rtol=0, atol=1e-9)


def test_distance_to_a_reference_follows_coinrs_formula(oriented):
    x, _ = oriented
    x = x.loc[:, x.loc["DEU"] > x.min()]
    ours = normalise.distance_to_reference(x, reference="DEU")
    expected = 1 - (x.loc["DEU"] - x) / (x.loc["DEU"] - x.min())
    assert x.shape[1] > 40
    pd.testing.assert_frame_equal(ours, expected, rtol=1e-12, atol=1e-9)


@pytest.fixture(scope="module")
def children(example) -> tuple[pd.DataFrame, pd.Series]:
    scores = example.normalised[example.framework.tree.children["instit"]] + 1
    return scores, pd.Series(np.arange(1.0, scores.shape[1] + 1), index=scores.columns)


AGGREGATED_BY = {
    "arithmetic": ({}, lambda x, w: (x * w).sum(axis=1)),
    "geometric": ({}, lambda x, w: np.exp((np.log(x) * w).sum(axis=1))),
    "harmonic": ({}, lambda x, w: 1 / (w / x).sum(axis=1)),
    "power": ({"p": 2.5}, lambda x, w: (x**2.5 * w).sum(axis=1) ** (1 / 2.5)),
}
"""a_amean, a_gmean, a_hmean and a_genmean, as R/aggregate.R writes them; w sums to 1."""


@pytest.mark.parametrize("name", AGGREGATED_BY)
def test_means_follow_coinrs_formulas(children, name):
    scores, weights = children
    settings, formula = AGGREGATED_BY[name]
    ours = aggregate.METHODS[name](scores, weights=weights, **settings)
    expected = formula(scores, weights / weights.sum())
    pd.testing.assert_series_equal(ours, expected, rtol=0, atol=1e-9)


def test_copeland_sums_the_rows_of_coinrs_outranking_matrix(children):
    scores, weights = children
    share = weights / weights.sum()
    expected = []
    for one in scores.index:
        total = 0.0
        for other in scores.index.drop(one):
            ahead, level = scores.loc[one] > scores.loc[other], scores.loc[one] == scores.loc[other]
            total += share[ahead].sum() + share[level].sum() / 2
        expected.append(total)
    ours = aggregate.copeland(scores, weights=weights)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-9)
