import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from resilience_index.errors import DataError, MethodError
from resilience_index.steps import treat
from resilience_index.steps._tails import moments

# Three indicators of 51 countries: ASEM portal (European Commission, JRC), as in COINr (MIT)
FLIGHTS = """
29.01725 31.88546 9.23588 9.24529 8.75467 15.30953 32.7705 3.12946 18.85806 97.63489 174.3588
34.83849 13.01196 34.17721 110.2755 6.77976 5.37919 4.84458 6.75251 63.59241 25.64994 33.79735
40.46484 18.79894 2.07397 1.51736 170.9628 31.74444 51.78846 210.8244 36.05498 4.27955 2.019 9.5212
114.2008 25.2643 34.6802 69.00941 4.02303 69.84827 3.0744 53.33988 0.98951 6.695 13.37242 2.21146
19.43838 34.06447 67.86156 73.92221 28.52418
"""
GOODS = """
278.4264 597.8723 42.82515 28.36795 8.76681 274.1365 146.6771 28.2411 101.575 849.3303 1919.194
56.62702 173.6159 139.9937 658.1981 28.29194 42.12889 30.97279 13.2783 770.3935 142.6095 363.0132
102.4915 115.3185 140.366 54.98977 447.1229 233.3067 402.8649 778.9052 288.4893 56.24166 7.23391
20.75014 1713.619 288.9806 222.4186 732.2078 55.04856 568.992 8.95527 278.0319 7.81803 31.70398
48.20846 45.28752 118.5618 343.8504 414.2389 282.8014 269.0766
"""
SERVICES = """
108.1273 216.3146 12.97674 17.35676 15.23712 43.46382 113.6753 10.2278 53.80751 471.2931 578.4264
38.17887 39.11952 338.0985 202.5398 7.25574 12.35732 165.791 20.06847 346.5511 83.35802 82.74544
43.77949 31.05017 16.2451 11.79091 197.1981 132.1061 207.3637 518.2256 108.6645 10.07891 2.11464
5.79267 657.109 294.2822 54.06682 351.4253 16.85995 200.8481 1.37855 72.93042 2.72198 6.24003
26.55097 11.00249 55.21572 122.5508 304.7169 108.0109 30.53244
"""
ASEM = pd.DataFrame(
    {
        name: [float(word) for word in text.split()]
        for name, text in [("Flights", FLIGHTS), ("Goods", GOODS), ("Services", SERVICES)]
    }
)
MOMENTS = ["skewness_before", "kurtosis_before", "skewness_after", "kurtosis_after"]
ALWAYS = {"skewness": -1.0, "kurtosis": -100.0, "then": "nothing"}
columns = st.lists(st.integers(-1000, 1000), min_size=4, max_size=40)


def column(values):
    return pd.DataFrame({"x": [float(v) for v in values]})


def treated(values, method=treat.skewness_kurtosis, **settings):
    made = method(column(values), **settings)
    return made.table["x"].tolist(), made.facts.loc["x"]


@given(columns)
def test_moments_are_those_of_scipy_without_bias(values):
    figures = np.array(values, float)
    if figures.min() == figures.max():
        assert all(math.isnan(moment) for moment in moments(figures))
    else:
        expected = stats.skew(figures, bias=False), stats.kurtosis(figures, bias=False)
        assert moments(figures) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_coinr_finds_the_same_moments_and_points_on_asem_data():
    # printed in COINr's reference page of Treat.data.frame
    facts = treat.skewness_kurtosis(ASEM, count="cells").facts
    assert facts["points"].tolist() == [1, 2, 0]
    expected = [
        [2.103287, 4.508879, 1.900658, 3.3360647],
        [2.649973, 8.266610, 1.140608, 0.1572047],
        [1.701085, 2.375656, 1.701085, 2.375656],
    ]
    assert facts[MOMENTS].to_numpy() == pytest.approx(np.array(expected), abs=5e-7)


def test_coinr_finds_the_same_logarithm_on_asem_data():
    # printed in COINr's reference page of qTreat.data.frame: one point, limits 1.5 and 3
    facts = treat.skewness_kurtosis(ASEM, skewness=1.5, kurtosis=3.0, points=1).facts
    assert facts["how"].tolist() == ["logarithm", "logarithm", "not treated"]
    expected = [[-0.09502644, -0.8305217], [0.03104001, -0.8888965], [1.701085, 2.375656]]
    assert facts[MOMENTS[2:]].to_numpy() == pytest.approx(np.array(expected), abs=5e-7)


@pytest.mark.parametrize("side", [1, -1])
def test_one_outlier_takes_the_next_value(side):
    values, facts = treated([side * v for v in [*range(1, 11), 100]])
    assert values == [side * v for v in [*range(1, 11), 10]]
    assert (facts["how"], facts["points"]) == ("winsorised", 1)


def test_a_column_within_the_limits_is_not_treated():
    values, facts = treated(range(20))
    assert values == list(range(20))
    assert (facts["how"], facts["points"]) == ("not treated", 0)


def test_tied_outliers_move_together_and_count_as_one_value_or_as_two_cells():
    column_with_ties = [*range(1, 41), 500, 500, 900]
    values, facts = treated(column_with_ties, points=2)
    assert values == [*range(1, 41), 40, 40, 40]
    assert (facts["how"], facts["points"]) == ("winsorised", 3)
    _, facts = treated(column_with_ties, points=2, count="cells")
    assert facts["how"] == "winsorised"  # one cell, then three: a tie may exceed the number
    values, _ = treated(column_with_ties, points=1, count="cells", then="nothing")
    assert values == [*range(1, 41), 500, 500, 500]


def test_the_side_may_change_on_the_way():
    values, facts = treated([-80, *range(1, 21), 100], points=2, **ALWAYS)
    assert values == [1, *range(1, 21), 20]
    assert facts["points"] == 2


def test_when_points_run_out_the_original_column_is_logged():
    original = [*range(1, 21), 100, 200]
    values, facts = treated(original, points=1)
    assert values == pytest.approx([math.log(x - 1 + 0.01 * (200 - 1)) for x in original])
    assert (facts["how"], facts["points"]) == ("logarithm", 0)


def test_the_logarithm_can_be_taken_of_the_winsorised_column():
    values, facts = treated([*range(1, 21), 100, 200], points=1, undo=False)
    winsorised = [*range(1, 21), 100, 100]
    assert values == pytest.approx([math.log(x - 1 + 0.01 * (100 - 1)) for x in winsorised])
    assert (facts["how"], facts["points"]) == ("winsorised, then logarithm", 1)


def test_a_column_still_flagged_after_the_logarithm_keeps_it_and_says_so():
    original = [0.0] * 60 + [1.0, 2.0, 3.0]
    values, facts = treated(original, points=0)
    assert values == pytest.approx([math.log(x + 0.01 * 3) for x in original])
    assert facts["how"] == "logarithm, still skewed"
    assert abs(facts["skewness_after"]) > 2


def test_what_is_a_logarithm_by_definition_is_not_logged_again():
    values, facts = treated([*range(1, 21), 100, 200], points=1, logged=["x"])
    assert values == [*range(1, 21), 100, 100]
    assert facts["how"] == "winsorised, still skewed; a logarithm by definition"


@pytest.mark.parametrize(
    ("then", "formula"),
    [
        ("shift_one", lambda x: math.log(x - 2 + 1)),
        ("gii", lambda x: math.log((200 - 1) * (x - 2) / (200 - 2) + 1)),
        ("nothing", lambda x: min(x, 100)),
    ],
)
def test_other_second_steps_are_their_formulas(then, formula):
    original = [*range(2, 22), 100, 200]
    values, _ = treated(original, points=1, then=then)
    assert values == pytest.approx([formula(x) for x in original])


def test_coinr_forced_winsorising_is_a_limit_that_everything_exceeds():
    # tests/testthat/test-treat.R: winmax = 3, force_win = TRUE moves three points
    original = [*range(1, 21), 100, 200]
    _, facts = treated(original, points=3, **ALWAYS)
    assert facts["points"] == 3


@pytest.mark.parametrize("name", treat.METHODS)
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([7, 7, 7, 7], "left alone: all values are equal"),
        ([7, 8], "left alone: fewer than 3 values"),
        ([7], "left alone: fewer than 3 values"),
        ([], "left alone: fewer than 3 values"),
        ([np.nan, np.nan], "left alone: fewer than 3 values"),
    ],
)
def test_a_column_without_spread_is_left_alone_and_reported(name, values, said):
    made = treat.METHODS[name](column(values))
    pd.testing.assert_frame_equal(made.table, column(values))
    assert made.facts.loc["x", "how"] == said


def test_three_values_have_no_kurtosis_and_are_never_flagged():
    values, facts = treated([1, 2, 900])
    assert values == [1, 2, 900]
    assert math.isnan(facts["kurtosis_before"])


@pytest.mark.parametrize("name", treat.METHODS)
@given(values=columns)
def test_order_is_kept_and_missing_stays_missing(name, values):
    figures = [float(v) + 1001 for v in values]
    table = pd.DataFrame({"x": [*figures, np.nan], "y": [np.nan, *figures]})
    settings = {"power": 0.5} if name in ("box_cox", "yeo_johnson") else {}
    made = treat.METHODS[name](table, **settings).table
    assert made.isna().equals(table.isna())
    sorted_x = made["x"].to_numpy()[np.argsort(figures, kind="stable")]
    assert (np.diff(sorted_x) >= -1e-9 * np.abs(sorted_x[:-1])).all()
    assert made["x"].to_numpy()[:-1] == pytest.approx(made["y"].to_numpy()[1:], nan_ok=True)


@given(values=columns, unit=st.sampled_from([0.001, 1000.0]), origin=st.sampled_from([0.0, 50.0]))
def test_winsorising_does_not_depend_on_unit_or_origin(values, unit, origin):
    one, facts = treated(values, then="nothing")
    other, again = treated([v * unit + origin for v in values], then="nothing")
    if facts["how"] == again["how"]:  # a moment may lie on its limit by a rounding error
        assert other == pytest.approx([v * unit + origin for v in one], rel=1e-9, abs=1e-9)


def test_a_fixed_number_of_points_is_brought_in_at_each_end():
    values, facts = treated([9, 1, 5, 7, 3], treat.winsorise_points, low=1, high=2)
    assert values == [5, 3, 5, 5, 3]
    assert facts["points"] == 3


def test_points_are_counted_as_values_or_as_cells():
    values, _ = treated([1, 2, 3, 9, 9], treat.winsorise_points, high=2)
    assert values == [1, 2, 2, 2, 2]
    values, _ = treated([1, 2, 3, 9, 9], treat.winsorise_points, high=2, count="cells")
    assert values == [1, 2, 3, 3, 3]


def test_too_few_distinct_values_for_the_points_are_left_alone():
    values, facts = treated([0, 0, 1, 1], treat.winsorise_points, high=1)
    assert values == [0, 0, 1, 1]
    assert facts["how"] == "left alone: too few distinct values"


def test_percentiles_are_interpolated_as_type_7():
    values, facts = treated(range(11), treat.winsorise_percentile, lower=5, upper=85)
    assert values == [0.05 * 10, *range(1, 9), 0.85 * 10, 0.85 * 10]
    assert facts["points"] == 3


def test_fences_lie_in_interquartile_ranges_beyond_the_quartiles():
    values, _ = treated([-50, 10, 20, 30, 40, 50, 99], treat.iqr_fence, factor=1.0)
    first, third = 15, 45
    assert values == [first - (third - first), 10, 20, 30, 40, 50, third + (third - first)]


def test_equal_quartiles_leave_a_column_alone_rather_than_flat():
    values, facts = treated([0, 0, 0, 0, 0, 0, 7], treat.iqr_fence)
    assert values[-1] == 7
    assert facts["how"] == "left alone: its quartiles are equal"


def test_logarithms_are_their_formulas():
    assert treated([1, 3, 9], treat.log)[0] == pytest.approx([0, math.log(3), math.log(9)])
    shifted = [math.log(x - 1 + 0.1 * (9 - 1)) for x in (1, 3, 9)]
    assert treated([1, 3, 9], treat.ln_shift, share=0.1)[0] == pytest.approx(shifted)


def test_box_cox_with_a_given_power_is_its_formula():
    values, facts = treated([-3, 0, 5], treat.box_cox, power=2.0, make_positive=True)
    assert values == pytest.approx([((x + 3 + 1) ** 2 - 1) / 2 for x in (-3, 0, 5)])
    assert facts["power"] == 2.0
    values, _ = treated([1, 2, 3], treat.box_cox, power=0.0)
    assert values == pytest.approx([0, math.log(2), math.log(3)])


def test_fitted_powers_are_those_of_scipy():
    made = treat.box_cox(ASEM)
    for name in ASEM:
        expected, power = stats.boxcox(ASEM[name].to_numpy())
        assert made.table[name].to_numpy() == pytest.approx(expected, rel=1e-9)
        assert made.facts.loc[name, "power"] == pytest.approx(power)
    expected, power = stats.yeojohnson(ASEM["Goods"].to_numpy())
    made = treat.yeo_johnson(ASEM)
    assert made.table["Goods"].to_numpy() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("method", "settings", "said"),
    [
        (treat.log, {}, "x: ln needs figures above 0"),
        (treat.log, {"form": "gii"}, "x: this logarithm needs figures above 1"),
        (treat.box_cox, {}, "x: Box-Cox needs figures above 0"),
        (
            treat.box_cox,
            {"power": 900.0, "make_positive": True},
            "x: treated figures are too large",
        ),
    ],
)
def test_figures_that_do_not_suit_a_method_are_refused_by_name(method, settings, said):
    values = [-1e6, -2.0, 0.0, 0.5]
    with pytest.raises(DataError, match=said):
        treated(values, method, **settings)


def test_a_power_that_cannot_be_fitted_is_an_error_with_the_name():
    with pytest.raises(DataError, match="x: no most likely power found"):
        treated([1e-320, 2e-320, 5e-320], treat.yeo_johnson)


def test_a_power_that_makes_all_countries_equal_is_an_error_with_the_name():
    with pytest.raises(DataError, match="x: all treated figures are equal"):
        treated([100.0, 101.0, 102.0], treat.box_cox, power=-50.0)


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        (treat.skewness_kurtosis, {"points": -1}),
        (treat.winsorise_points, {"low": -1}),
        (treat.winsorise_percentile, {"lower": 95, "upper": 5}),
        (treat.winsorise_percentile, {"lower": 0, "upper": 101}),
        (treat.iqr_fence, {"factor": -1.0}),
        (treat.ln_shift, {"share": 0.0}),
    ],
)
def test_settings_without_sense_are_refused(method, settings):
    with pytest.raises(MethodError):
        treated([1, 2, 3, 4], method, **settings)


def test_facts_have_one_row_an_indicator_in_the_order_of_the_table():
    made = treat.skewness_kurtosis(ASEM)
    assert made.facts.index.tolist() == list(ASEM)
    assert made.facts.index.name == "indicator"
    assert made.facts.columns.tolist() == ["how", "points", *MOMENTS]
