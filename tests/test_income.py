"""Scores beside income, against scipy's and numpy's own least squares; rank correlation too."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from resilience_index.errors import DataError
from resilience_index.robustness import income
from resilience_index.robustness._rank_correlation import spearman


def random(count=40, seed=1):
    rng = np.random.default_rng(seed)
    x = pd.Series(rng.normal(9, 1.4, count))
    return x, 8 * x - 30 + rng.normal(0, 6, count)


def test_the_line_and_its_slope_are_those_of_scipy():
    x, score = random()
    line, theirs = income.adjusted(score, x), stats.linregress(x, score)
    assert line.slope == pytest.approx(theirs.slope)
    assert line.explained == pytest.approx(theirs.rvalue**2)
    half = stats.t.ppf(0.95, len(x) - 2) * theirs.stderr
    assert (line.slope_lower, line.slope_upper) == pytest.approx(
        (theirs.slope - half, theirs.slope + half)
    )
    assert line.table["beyond"].tolist() == pytest.approx(
        (score - theirs.intercept - theirs.slope * x).tolist()
    )


def test_the_interval_is_that_of_a_new_country():
    # expected -/+ t s sqrt(1 + 1 / n + (x - mean)^2 / sum of squares)
    x, score = random()
    line, n = income.adjusted(score, x, level=0.8), len(x)
    fit = np.polyval(np.polyfit(x, score, 1), x)
    s = np.sqrt(((score - fit) ** 2).sum() / (n - 2))
    away = (x - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    half = stats.t.ppf(0.9, n - 2) * s * np.sqrt(1 + 1 / n + away)
    assert (line.table["upper"] - line.table["expected"]).tolist() == pytest.approx(half.tolist())
    assert (line.table["expected"] - line.table["lower"]).tolist() == pytest.approx(half.tolist())


def test_too_few_or_equal_figures_have_no_line():
    x, score = random(4)
    with pytest.raises(DataError, match="5 countries"):
        income.adjusted(score, x)
    with pytest.raises(DataError, match="5 countries"):
        income.adjusted(*[pd.Series(1.0, index=range(9))] * 2)


def test_rank_correlation_and_its_p_are_those_of_scipy():
    x, y = random()
    theirs = stats.spearmanr(x, y)
    assert spearman(x, y).size == pytest.approx(theirs.statistic)
    assert spearman(x, y).p == pytest.approx(theirs.pvalue)


def test_the_partial_one_is_that_of_the_residuals_of_ranks():
    x, y = random()
    z = pd.Series(np.random.default_rng(3).normal(size=40)) + x
    ranks = pd.DataFrame({"x": x, "y": y, "z": z}).rank()
    left = [ranks[c] - np.polyval(np.polyfit(ranks["z"], ranks[c], 1), ranks["z"]) for c in "xy"]
    r = np.corrcoef(*left)[0, 1]
    found = spearman(x, y, z)
    assert found.size == pytest.approx(r)
    t = abs(r) * np.sqrt((40 - 3) / (1 - r**2))
    assert found.p == pytest.approx(2 * stats.t.sf(t, 40 - 3))


def test_countries_are_joined_by_code_and_gaps_left_out():
    x = pd.Series([1.0, 2, 3, 4, 5, 6], index=list("abcdef"))
    y = pd.Series([6.0, 5, 4, 3, 2, np.nan], index=list("fedcba"))
    assert spearman(x, y).size == pytest.approx(1)  # in the order of the rows it would be -1
    assert spearman(x, y).count == 5


def test_what_cannot_be_correlated_gives_no_number():
    x, _ = random()
    assert np.isnan(spearman(x, x * 0).size)
    assert np.isnan(spearman(x[:4], x[:4]).size)
    assert np.isnan(spearman(x, x + 1, x).size)


def test_context_figures_need_not_be_scored(index):
    found = income.context(index, ["population", "gdp_per_capita_usd"])
    assert list(found.index) == list(index.scores.index)
    assert found.loc["IND", "population"] > 1.3e9
    assert "population" not in index.normalised
