import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from scipy.stats import multivariate_normal

from resilience_index.errors import DataError, MethodError
from resilience_index.steps import impute
from resilience_index.steps._chained_equations import _chain_class

GAP = np.nan
CODES = ["EST", "LVA", "NOR", "CHL", "PER", "FJI"]
UNITS = pd.DataFrame(
    {
        "region": ["baltic", "baltic", "nordic", "andes", "andes", ""],
        "continent": ["europe", "europe", "europe", "america", "america", None],
    },
    index=CODES,
)


def column(values, index=None):
    return pd.DataFrame({"x": values}, index=index, dtype=float)


def related(rows=60, columns=4, gaps=0.15, seed=5):
    """Columns that share a common part, with gaps at random; each row keeps a figure."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, 1)) + 0.5 * rng.normal(size=(rows, columns))
    missing = rng.random(values.shape) < gaps
    missing[:, 0] &= ~missing.all(axis=1)
    names = [f"i{c}" for c in range(columns)]
    return pd.DataFrame(np.where(missing, GAP, values), columns=names)


PANEL = related().set_axis(
    pd.MultiIndex.from_product([[f"C{c}" for c in range(12)], range(2018, 2023)])
)
SETTINGS = {
    "constant": {"value": 0.0},
    "group_mean": {
        "by": ["half"], "units": pd.DataFrame({"half": ["a", "b"] * 30}, index=PANEL.index)
    },
    "regression": {"on": ["i0", "i1"]},
    "mice": {"rng": np.random.default_rng(0), "draws": 2, "cycles": 1},
}  # fmt: skip
SETTINGS["group_median"] = SETTINGS["group_mean"]


@pytest.mark.parametrize("name", impute.METHODS)
def test_observed_figures_are_kept_bit_for_bit_and_counted_apart_from_filled_ones(name):
    before = PANEL.copy()
    made = impute.METHODS[name](PANEL, **SETTINGS.get(name, {}))
    pd.testing.assert_frame_equal(PANEL, before)
    pd.testing.assert_frame_equal(made.table.where(PANEL.notna()), PANEL)
    assert made.facts.index.tolist() == list(PANEL)
    gaps, left = PANEL.isna().sum(), made.table.isna().sum()
    assert made.facts["left"].tolist() == left.tolist()
    assert made.facts["filled"].tolist() == (gaps - left).tolist()
    if name not in ("none", "over_years", "regression"):
        assert not left.any()


@pytest.mark.parametrize("name", sorted(set(impute.METHODS) - {"none", "constant", "over_years"}))
def test_a_column_without_any_figure_is_refused_by_name(name):
    table = PANEL.assign(empty=GAP, blank=GAP)
    with pytest.raises(DataError, match="no country has a figure in empty, blank"):
        impute.METHODS[name](table, **SETTINGS.get(name, {}))


@pytest.mark.parametrize("name", impute.METHODS)
def test_one_country_without_gaps_passes_through(name):
    table = PANEL.dropna().iloc[:1]
    made = impute.METHODS[name](table, **SETTINGS.get(name, {}))
    pd.testing.assert_frame_equal(made.table, table)
    assert set(made.facts["how"]) == {"complete"}


@pytest.mark.parametrize("name", sorted(set(impute.METHODS) - {"none", "over_years"}))
def test_a_constant_column_is_filled_by_its_constant(name):
    table = PANEL.assign(flat=7.0)
    table.iloc[3:5, -1] = GAP
    if name != "constant":
        made = impute.METHODS[name](table, **SETTINGS.get(name, {}))
        assert made.table["flat"].to_numpy() == pytest.approx(np.full(60, 7.0))


def test_none_leaves_gaps_and_says_how_many():
    assert impute.none(column([1, GAP, GAP])).facts.loc["x", "left"] == 2


def test_mean_and_median_are_those_of_what_is_there():
    table = column([1, GAP, 2, 9])
    assert impute.mean(table).table.loc[1, "x"] == (1 + 2 + 9) / 3
    assert impute.median(table).table.loc[1, "x"] == 2


def test_an_empty_group_passes_to_the_next_larger_one_and_then_to_all():
    table = column([1, 4, GAP, GAP, GAP, GAP], CODES)
    made = impute.group_mean(table, by=["region", "continent"], units=UNITS)
    europe, everyone = (1 + 4) / 2, (1 + 4) / 2
    assert made.table["x"].tolist() == [1, 4, europe, everyone, everyone, everyone]
    assert made.facts.loc["x", "how"] == "mean by continent (1), mean of all (3)"


def test_a_group_mean_is_of_the_finest_group_that_has_figures():
    table = column([1, GAP, 7, 10, 20, GAP], CODES)
    filled = impute.group_mean(table, by=["region", "continent"], units=UNITS).table["x"]
    assert filled["LVA"] == 1
    assert filled["FJI"] == (1 + 7 + 10 + 20) / 4
    filled = impute.group_mean(table, by=["continent"], units=UNITS).table["x"]
    assert filled["LVA"] == (1 + 7) / 2


def test_a_group_with_too_few_figures_counts_as_empty():
    table = column([1, GAP, 7, 10, 20, 30], CODES)
    settings = {"by": ["region", "continent"], "at_least": 2, "units": UNITS}
    assert impute.group_mean(table, **settings).table.loc["LVA", "x"] == (1 + 7) / 2


def test_a_group_median_is_the_median_of_the_group():
    table = column([1, 2, GAP, 10, 20, 100], CODES)
    filled = impute.group_median(table, by=["continent"], units=UNITS).table["x"]
    assert filled["NOR"] == (1 + 2) / 2


def test_attributes_are_joined_by_code_and_never_by_position():
    table = column([1, GAP, 7, 10, 20, GAP], CODES)
    turned = UNITS.iloc[::-1]
    one = impute.group_mean(table, by=["region"], units=UNITS)
    other = impute.group_mean(table, by=["region"], units=turned)
    pd.testing.assert_frame_equal(one.table, other.table)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"by": ["regoin"], "units": UNITS}, "did you mean 'region'"),
        ({"by": [], "units": UNITS}, "by is empty"),
        ({"by": ["region"]}, "needs the attributes"),
    ],
)
def test_groups_without_sense_are_refused(settings, said):
    with pytest.raises(MethodError, match=said):
        impute.group_mean(column([1, GAP], ["EST", "LVA"]), **settings)


def years(values, first=("EST",), index=(2000, 2003, 2010)):
    return column(values, pd.MultiIndex.from_product([list(first), list(index)]))


def over(values, **settings):
    return impute.over_years(years(values), **settings).table["x"].tolist()


def test_a_figure_is_carried_forward_for_years_and_not_for_rows():
    assert over([5, GAP, GAP]) == [5, 5, 5]
    assert over([5, GAP, GAP], limit=9)[:2] == [5, 5]
    assert math.isnan(over([5, GAP, GAP], limit=9)[2])
    assert math.isnan(over([5, GAP, GAP], limit=2)[1])


def test_interpolation_is_linear_in_years():
    assert over([10, GAP, 40], method="linear") == [10, 10 + (40 - 10) * 3 / 10, 40]
    assert math.isnan(over([10, GAP, 40], method="linear", limit=6)[1])
    assert over([10, GAP, 40], method="linear", limit=7)[1] == 19


def test_beyond_the_ends_the_nearest_figure_stands_only_if_asked():
    assert math.isnan(over([GAP, 5, GAP])[0])
    assert over([GAP, 5, GAP], before=True) == [5, 5, 5]
    assert math.isnan(over([GAP, 5, GAP], after=False)[2])


def test_no_country_borrows_from_another():
    table = years([1, 2, 3, GAP, GAP, GAP], first=("EST", "NOR"))
    made = impute.over_years(table, before=True)
    assert made.table.loc["NOR", "x"].isna().all()
    assert made.facts.loc["x", "left"] == 3


def test_the_longest_distance_bridged_is_told():
    facts = impute.over_years(years([5, GAP, GAP]), limit=5).facts
    assert facts.loc["x", ["filled", "left", "longest"]].tolist() == [1, 1, 3.0]


@given(st.lists(st.one_of(st.none(), st.integers(-9, 9)), min_size=6, max_size=6), st.randoms())
def test_interpolation_with_both_ends_is_numpys_whatever_the_order_of_rows(values, shuffle):
    times = [2000, 2001, 2004, 2005, 2009, 2015]
    table = years([GAP if v is None else v for v in values], index=times)
    order = list(range(6))
    shuffle.shuffle(order)
    made = impute.over_years(table.iloc[order], method="linear", before=True)
    known = [(t, v) for t, v in zip(times, values, strict=True) if v is not None]
    expected = np.interp(times, *zip(*known, strict=True)) if known else np.full(6, GAP)
    assert made.table["x"].to_numpy() == pytest.approx(expected[order], nan_ok=True)


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (["EST", "NOR"], "needs rows labelled by country and year"),
        (pd.MultiIndex.from_tuples([("EST", 2000), ("EST", 2000)]), "EST 2000 stands twice"),
        (pd.MultiIndex.from_tuples([("EST", 2000), ("EST", "later")]), "EST later is no number"),
    ],
)
def test_rows_that_are_not_country_years_are_refused(index, said):
    with pytest.raises(DataError, match=said):
        impute.over_years(column([1, GAP], index))


def test_a_negative_limit_is_refused():
    with pytest.raises(MethodError, match="limit = -1"):
        over([1, GAP, 2], limit=-1)


def test_regression_predicts_as_statsmodels_does():
    import statsmodels.api as sm

    table = related()
    made = impute.regression(table, on=["i1", "i2"])
    both = table.dropna(subset=["i1", "i2"])
    fitted = sm.OLS(both["i0"], sm.add_constant(both[["i1", "i2"]]), missing="drop").fit()
    gaps = both[both["i0"].isna()]
    told = fitted.get_prediction(sm.add_constant(gaps[["i1", "i2"]]))
    assert made.table.loc[gaps.index, "i0"].to_numpy() == pytest.approx(told.predicted_mean)
    facts = made.facts.loc["i0"]
    assert facts["rows"] == fitted.nobs
    assert facts["r_squared"] == pytest.approx(fitted.rsquared)
    assert facts["residual_sd"] == pytest.approx(math.sqrt(fitted.mse_resid))
    assert facts["prediction_error"] == pytest.approx(math.sqrt((told.se_obs**2).mean()))


def test_a_country_that_lacks_a_covariate_keeps_its_gap():
    table = column([3, 5, 7, GAP, GAP], CODES[:5])
    income = pd.DataFrame({"income": [1, 2, 3, 4, GAP]}, index=CODES[:5])
    made = impute.regression(table, on=["income"], covariates=income.iloc[::-1])
    assert made.table.loc["CHL", "x"] == pytest.approx(1 + 2 * 4)
    assert made.facts.loc["x", ["filled", "left"]].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("a", "on", "error", "said"),
    [
        ([1, 2, 3, 4, 5], ["a", "b"], DataError, "y on a, b is singular"),
        ([6, 6, 6, 6, 6], ["a"], DataError, "y on a is singular"),
        ([6, GAP, GAP, 5, 6], ["a"], DataError, "2 countries have y and all of a; more than 2"),
        ([1, 2, 3, 4, 5], ["y"], MethodError, "nothing to regress y on"),
        ([1, 2, 3, 4, 5], ["income"], MethodError, "unknown 'income'"),
    ],
)
def test_a_regression_that_cannot_be_is_refused_with_the_names(a, on, error, said):
    table = pd.DataFrame({"y": [1, 2, 3, 5, GAP], "a": a, "b": [2, 4, 6, 8, 9]}, dtype=float)
    with pytest.raises(error, match=said):
        impute.regression(table, on=on)


def nearest_by_hand(table, neighbours):
    """One cell at a time, as the definition says."""
    z, filled = (table - table.mean()) / table.std(), table.copy()
    for row, name in zip(*np.nonzero(table.isna().to_numpy()), strict=True):
        donors = np.flatnonzero(table.iloc[:, name].notna())
        apart = [((z.iloc[row] - z.iloc[d]) ** 2).mean() for d in donors]
        chosen = donors[np.argsort(apart)[:neighbours]]
        filled.iloc[row, name] = table.iloc[chosen, name].mean()
    return filled


def test_neighbours_are_those_nearest_on_shared_standardised_columns():
    table = related(rows=30)
    made = impute.knn(table, neighbours=3)
    pd.testing.assert_frame_equal(made.table, nearest_by_hand(table, 3))


def test_neighbours_at_the_same_distance_all_count():
    table = pd.DataFrame({"x": [5, 4, 6, 1], "y": [GAP, 10, 30, 90]}, dtype=float)
    assert impute.knn(table, neighbours=1).table.loc[0, "y"] == (10 + 30) / 2


def test_a_country_without_neighbours_gets_the_mean_and_is_counted():
    table = pd.DataFrame({"x": [1, 2, GAP], "y": [10, 30, GAP]}, dtype=float)
    made = impute.knn(table, neighbours=1)
    assert made.table.loc[2].tolist() == [(1 + 2) / 2, (10 + 30) / 2]
    assert made.facts["by_mean"].tolist() == [1, 1]


@pytest.mark.parametrize("name", ["mean", "median", "knn", "em"])
def test_the_order_of_countries_does_not_matter(name):
    table = related().round(1)
    order = np.random.default_rng(2).permutation(len(table))
    one = impute.METHODS[name](table).table
    other = impute.METHODS[name](table.iloc[order]).table.sort_index()
    pd.testing.assert_frame_equal(one, other, rtol=1e-6)


@pytest.mark.parametrize("name", ["mean", "knn", "em"])
def test_the_unit_of_an_indicator_does_not_matter(name):
    table = related()
    one = impute.METHODS[name](table).table
    other = impute.METHODS[name](table * 1e6 + 3).table
    assert ((other - 3) / 1e6).to_numpy() == pytest.approx(one.to_numpy(), abs=1e-7)


def test_no_neighbours_are_refused():
    with pytest.raises(MethodError, match="neighbours = 0"):
        impute.knn(related(), neighbours=0)


def test_em_with_gaps_in_one_column_is_regression_on_the_others():
    # Anderson (1957): with a monotone pattern the likelihood is greatest at the regression
    table = related(gaps=0.0)
    table.iloc[:15, 0] = GAP
    by_em = impute.em(table, tolerance=1e-10).table
    by_regression = impute.regression(table, on=["i1", "i2", "i3"]).table
    assert by_em.to_numpy() == pytest.approx(by_regression.to_numpy(), abs=1e-7)


def test_em_finds_the_greatest_likelihood():
    table = related(rows=40, columns=2, gaps=0.25)
    values = table.to_numpy()

    def unlikely(p):
        root = np.array([[math.exp(p[2]), 0], [p[3], math.exp(p[4])]])
        mean, covariance = p[:2], root @ root.T
        return -sum(
            multivariate_normal.logpdf(row[there], mean[there], covariance[np.ix_(there, there)])
            for row in values
            if (there := ~np.isnan(row)).any()
        )

    best = optimize.minimize(unlikely, np.zeros(5), method="BFGS", options={"gtol": 1e-7}).x
    root = np.array([[math.exp(best[2]), 0], [best[3], math.exp(best[4])]])
    covariance = root @ root.T
    slope = covariance[0, 1] / covariance[1, 1]
    expected = best[0] + slope * (values[:, 1] - best[1])
    filled = impute.em(table, tolerance=1e-9).table["i0"].to_numpy()
    gaps = np.isnan(values[:, 0]) & ~np.isnan(values[:, 1])
    assert gaps.sum() > 4
    assert filled[gaps] == pytest.approx(expected[gaps], abs=1e-4)


def test_em_gives_a_country_without_figures_the_mean_of_the_model():
    table = related()
    table.loc[60] = GAP
    made = impute.em(table).table
    assert made.loc[60].to_numpy() == pytest.approx(made.iloc[:60].mean().to_numpy(), abs=1e-5)


def test_em_that_does_not_converge_says_so_and_names_the_columns():
    with pytest.raises(DataError, match=r"not converged after 2 cycles.*i0, i1, i2, i3"):
        impute.em(related(), max_cycles=2)


def test_em_names_columns_that_follow_from_one_another():
    table = related()
    table["twice"] = table["i2"] * 2
    with pytest.raises(DataError, match="singular: i2, twice follow from one another"):
        impute.em(table)


def test_a_ridge_lets_em_fit_more_columns_than_countries():
    table = related(rows=12, columns=15)
    with pytest.raises(DataError, match="singular"):
        impute.em(table)
    assert not impute.em(table, ridge=5.0).table.isna().any(axis=None)


def test_a_ridge_shrinks_towards_the_mean():
    table = related(gaps=0.0)
    table.iloc[0, 0] = GAP
    free, bound = (impute.em(table, ridge=r).table.iloc[0, 0] for r in (0.0, 1e9))
    assert bound == pytest.approx(table["i0"].mean(), abs=1e-4)
    assert abs(free - bound) > 0.1


def test_settings_of_em_without_sense_are_refused():
    for wrong in ({"tolerance": 0.0}, {"max_cycles": 0}, {"ridge": -1.0}):
        with pytest.raises(MethodError, match="em: tolerance"):
            impute.em(related(), **wrong)


def test_chained_equations_draw_only_what_some_country_has_and_keep_every_draw():
    table = related()
    made = impute.mice(table, rng=np.random.default_rng(3), draws=4, cycles=2)
    assert len(made.draws) == 4
    for draw in made.draws:
        for name in table:
            assert np.isin(draw[name].round(9), table[name].dropna().round(9)).all()
    mean = sum(draw for draw in made.draws) / 4
    pd.testing.assert_frame_equal(made.table, mean)
    assert (made.facts["between_sd"] > 0).all()


def test_the_same_seed_gives_the_same_draws_and_numpys_own_chance_is_left_alone():
    before = np.random.get_state()[1].copy()
    one, other, third = (
        impute.mice(related(), rng=np.random.default_rng(s), draws=2, cycles=1).table
        for s in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(one, other)
    assert not one.equals(third)
    assert (np.random.get_state()[1] == before).all()


def test_our_chain_draws_what_statsmodels_draws_from_its_formulas():
    from statsmodels.imputation.mice import MICEData

    drawn = []
    for chain in (MICEData, _chain_class()):
        data = chain(related(), k_pmm=5, rng=np.random.default_rng(3))
        data.update_all(2)
        drawn.append(data.data.to_numpy())
    assert drawn[0] == pytest.approx(drawn[1], abs=1e-12)


def test_chained_equations_give_a_country_without_figures_the_mean_of_each_draw():
    table = related()
    table.loc[60] = GAP
    made = impute.mice(table, rng=np.random.default_rng(3), draws=2, cycles=1)
    for draw in made.draws:
        assert draw.loc[60].to_numpy() == pytest.approx(draw.iloc[:60].mean().to_numpy())


def test_chained_equations_need_more_figures_than_columns():
    table = related(rows=8, columns=8)
    with pytest.raises(DataError, match=r"mice: i\d.* no more figures than there are indicators"):
        impute.mice(table, rng=np.random.default_rng(0))
    with pytest.raises(DataError, match="i1 is the only indicator that varies"):
        impute.mice(related()[["i1"]], rng=np.random.default_rng(0))
    with pytest.raises(MethodError, match="draws = 0"):
        impute.mice(related(), rng=np.random.default_rng(0), draws=0)


def test_hiding_figures_measures_the_error_of_the_mean_in_sd():
    # of 0, 0, 0, 8 one is hidden: the mean of the rest is 0 for 8, and 8 / 3 for a 0
    table = column([0, 0, 0, 8])
    sd = math.sqrt((3 * 2**2 + 6**2) / 3)
    errors = {
        round(
            impute.masking_error(table, impute.mean, rng=np.random.default_rng(s))["error"]["x"], 9
        )
        for s in range(30)
    }
    assert errors == {round(8 / sd, 9), round(8 / 3 / sd, 9)}


def test_a_method_that_uses_other_columns_errs_less_than_the_mean():
    table = related(rows=200)
    by_em, by_mean = (
        impute.masking_error(table, m, rng=np.random.default_rng(1), share=0.2)
        for m in (impute.em, impute.mean)
    )
    assert (by_em["error"] < by_mean["error"]).all()
    assert by_em["hidden"].tolist() == [round(0.2 * n) for n in table.notna().sum()]


def test_what_cannot_be_hidden_or_is_not_filled_is_told():
    table = pd.DataFrame({"few": [1, 2, GAP, GAP], "flat": [3.0] * 4, "x": [1.0, 2, 3, 4]})
    told = impute.masking_error(table, impute.none, rng=np.random.default_rng(1))
    assert told["hidden"].tolist() == [0, 0, 1]
    assert told["filled"].tolist() == [0, 0, 0]
    assert told["error"].isna().all()
    with pytest.raises(MethodError, match="share = 1"):
        impute.masking_error(table, impute.none, rng=np.random.default_rng(1), share=1.0)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.99))
def test_at_least_one_figure_is_hidden_and_two_stay(seed, share):
    table = related(rows=9, gaps=0.3, seed=seed)
    told = impute.masking_error(table, impute.mean, rng=np.random.default_rng(seed), share=share)
    known = table.notna().sum()
    enough = known >= 3
    assert (told["hidden"][enough] >= 1).all()
    assert (told["hidden"] <= np.maximum(known - 2, 0)).all()
