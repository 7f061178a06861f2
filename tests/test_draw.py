"""Drawing what is missing: against figures that are known and were hidden."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest, norm

from resilience_index.errors import DataError, MethodError
from resilience_index.steps.draw import METHODS, gaussian_copula


def related(rows, seed, strength=0.8):
    """Draw four columns with one thing in common, each put through a bend of its own."""
    rng = np.random.default_rng(seed)
    scores = strength * rng.normal(size=(rows, 1)) + np.sqrt(1 - strength**2) * rng.normal(
        size=(rows, 4)
    )
    bent = np.column_stack([scores[:, 0], np.exp(scores[:, 1]), scores[:, 2] ** 3, -scores[:, 3]])
    return pd.DataFrame(bent, columns=list("abcd"))


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_levels_are_draws_by_missing_cells_strictly_between_0_and_1(method):
    table = related(40, 0).mask(np.random.default_rng(1).random((40, 4)) < 0.2)
    before = table.copy()
    levels = method(table, rng=np.random.default_rng(0))
    assert levels.shape == (256, table.isna().to_numpy().sum())
    assert (levels.min() > 0, levels.max() < 1) == (True, True)
    assert table.equals(before)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_same_seed_draws_the_same(method):
    table = related(40, 0).mask(np.random.default_rng(1).random((40, 4)) < 0.2)
    one, other = (method(table, rng=np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one, other)


def test_hidden_figures_lie_in_their_intervals_as_often_as_these_say():
    held = []
    for seed in range(12):
        true = related(80, seed)
        hidden = np.random.default_rng(seed + 100).random(true.shape) < 0.15
        levels = gaussian_copula(true.mask(hidden), rng=np.random.default_rng(seed))
        known = true.mask(hidden)
        unit, column = np.nonzero(hidden)
        for place, (u, c) in enumerate(zip(unit, column, strict=True)):
            values = known.iloc[:, c].dropna()
            level = (values < true.iloc[u, c]).mean()
            held.append((levels[:, place] < level).mean())
    held = np.array(held)
    # if the draws are right, the place of the truth among them is uniform
    assert kstest(held, "uniform").statistic < 0.08
    assert np.mean((held > 0.05) & (held < 0.95)) == pytest.approx(0.9, abs=0.04)


def test_a_gap_is_drawn_from_what_goes_with_the_figures_that_are_there():
    table = related(200, 3, strength=0.99)
    table.loc[[0, 1], "b"] = np.nan
    for unit, share in ((0, 0.9), (1, 0.1)):  # d runs the other way
        ends = [table[c].quantile(share) for c in "ac"]
        table.loc[unit, ["a", "c", "d"]] = [*ends, table["d"].quantile(1 - share)]
    levels = gaussian_copula(table, rng=np.random.default_rng(0))
    assert np.median(levels, axis=0) == pytest.approx([0.9, 0.1], abs=0.05)


def test_of_a_country_without_any_figure_every_level_is_as_likely():
    table = related(100, 4)
    table.loc[7] = np.nan
    levels = gaussian_copula(table, rng=np.random.default_rng(0), draws=2048)
    for column in levels.T:
        assert kstest(column, "uniform").statistic < 0.06


def test_the_conditional_spread_is_that_of_the_normal_distribution():
    rng = np.random.default_rng(0)
    x = rng.normal(size=20_000)
    table = pd.DataFrame({"x": x, "y": 0.6 * x + 0.8 * rng.normal(size=20_000)})
    table.loc[0] = [1.0, np.nan]
    levels = gaussian_copula(table, rng=np.random.default_rng(0), draws=1024, fits=4)[:, 0]
    drawn = norm.ppf(levels)
    assert drawn.mean() == pytest.approx(0.6, abs=0.03)
    assert drawn.std() == pytest.approx(0.8, abs=0.03)


def test_a_table_without_gaps_has_nothing_to_draw():
    assert gaussian_copula(related(10, 0), rng=np.random.default_rng(0)).shape == (256, 0)


def test_few_countries_and_many_indicators_are_drawn_too():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(6, 20))).mask(rng.random((6, 20)) < 0.3)
    assert np.isfinite(gaussian_copula(table, rng=rng)).all()


def test_an_indicator_without_figures_is_an_error_that_names_it():
    table = related(10, 0).assign(b=np.nan)
    with pytest.raises(DataError, match="no country has a figure for b, so none can be drawn"):
        gaussian_copula(table, rng=np.random.default_rng(0))


@pytest.mark.parametrize("settings", [{"draws": 0}, {"fits": 0}, {"fits": 300}, {"prior": -1.0}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(MethodError, match="fits between 1 and draws, prior 0 or more"):
        gaussian_copula(related(10, 0), rng=np.random.default_rng(0), **settings)
