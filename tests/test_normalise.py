"""Normalising: different units on one scale, higher is better."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from resilience_index.errors import DataError, MethodError
from resilience_index.steps import normalise
from resilience_index.steps.methods import pick, problems_of
from resilience_index.steps.normalise import METHODS

CODES = ["EST", "NOR", "USA", "FRA", "DEU"]
TABLE = pd.DataFrame(
    {"power": [2.0, 4.0, 10.0, np.nan, 4.0], "speed": [5.0, 1.0, 3.0, 2.0, np.nan]}, index=CODES
)
NEEDED = {
    "distance_to_reference": {"reference": "USA"},
    "distance_to_target": {"target": 100.0},
    "categorical": {"cuts": [2.5, 4.0], "scores": [1.0, 2.0, 3.0]},
    "fraction_of_max": {"negative_max": "divide"},
}
EVERY = [pytest.param(pick(METHODS, n, NEEDED.get(n, {})), id=n) for n in METHODS]
RISING = [p for p in EVERY if p.id not in ("two_sided_distance", "fraction_of_max")]
BETWEEN_ENDS = {"minmax", "percentile_rank", "distance_to_max", "goalposts", "two_sided_distance"}

columns = st.lists(
    st.integers(-1000, 1000).map(lambda x: x / 8), min_size=5, max_size=5, unique=True
)


def scores(method, values, **settings):
    made = METHODS[method](pd.DataFrame({"x": values}, index=CODES[: len(values)]), **settings)
    return made["x"].to_numpy()


def signed(method, values, sign, **settings):
    table = pd.DataFrame({"x": np.array(values, dtype=float) * sign})
    return METHODS[method](table, signs=pd.Series({"x": sign}), **settings)["x"].tolist()


# one behaviour at a time, with its arithmetic


def test_minmax_places_a_country_between_lowest_and_highest():
    assert scores("minmax", [2, 4, 10]).tolist() == [0, (4 - 2) / (10 - 2) * 100, 100]
    assert scores("minmax", [2, 4, 10], low=1, high=10)[1] == 1 + (4 - 2) / (10 - 2) * 9


def test_zscore_counts_sample_standard_deviations_from_the_mean():
    expected = [(x - 16 / 3) / np.std([2, 4, 10], ddof=1) for x in (2, 4, 10)]
    np.testing.assert_allclose(scores("zscore", [2, 4, 10]), expected, rtol=1e-15)
    np.testing.assert_allclose(
        scores("zscore", [2, 4, 10], mean=100, sd=10, ddof=0),
        100 + 10 * stats.zscore([2, 4, 10]),
        rtol=1e-15,
    )


def test_zscores_and_scaled_figures_may_be_held_between_limits():
    """About 45 with a deviation of 20, and never beyond 0 and 100."""
    values = [0, 0, 0, 0, 9]
    mean, sd = 9 / 5, np.std(values, ddof=1)
    found = scores("zscore", values, mean=45, sd=20, least=40, most=100)
    assert found == pytest.approx([max(40, 45 - 20 * mean / sd)] * 4 + [45 + 20 * (9 - mean) / sd])
    assert found[0] == 40
    assert scores("scaled", [1, 5, 12], b=10, high=100, most=50).tolist() == [10, 50, 50]
    assert scores("scaled", [-1, 5], b=10, high=100, least=0).tolist() == [0, 50]


@pytest.mark.parametrize("ties", ["min", "average", "max", "dense"])
def test_rank_counts_from_below_as_scipy_does(ties):
    values = [3, 1, 3, 2, 9]
    assert scores("rank", values, ties=ties).tolist() == stats.rankdata(values, ties).tolist()
    assert scores("borda", values, ties=ties).tolist() == [
        r - 1 for r in stats.rankdata(values, ties)
    ]


def test_percentile_rank_is_the_share_of_the_others_below():
    assert scores("percentile_rank", [3, 1, 3, 9]).tolist() == [1 / 3, 0, 1 / 3, 1]
    assert scores("percentile_rank", [3, 1, 3, 9], places=4).tolist() == [0.3333, 0, 0.3333, 1]


def test_percentile_rank_leaves_the_missing_out_of_the_count():
    assert METHODS["percentile_rank"](TABLE)["power"]["NOR"] == (2 - 1) / (4 - 1)


def test_distance_to_max_is_one_less_the_gap_to_the_best():
    found = scores("distance_to_max", [2, 4, 10])
    assert found.tolist() == [0, pytest.approx(1 - (10 - 4) / (10 - 2)), 1]


def test_distance_to_reference_gives_the_reference_one():
    expected = [1 - (4 - x) / (4 - 2) for x in (2, 4, 10)]
    assert scores("distance_to_reference", [2, 4, 10], reference="NOR").tolist() == expected
    assert scores("distance_to_reference", [2, 4, 10], reference="NOR", cap=True)[2] == 1


def test_in_a_panel_the_reference_is_that_of_the_year():
    index = pd.MultiIndex.from_product([["EST", "NOR"], [2020, 2021]])
    table = pd.DataFrame({"x": [0.0, 6.0, 4.0, 8.0]}, index=index)
    found = METHODS["distance_to_reference"](table, reference="NOR")["x"]
    assert found.tolist() == [0 / 4, 6 / 8, 4 / 4, 8 / 8]


def test_distance_to_target_gives_the_target_one_and_caps():
    assert scores("distance_to_target", [2, 4, 10], target=6).tolist() == [
        0, 1 - (6 - 4) / (6 - 2), 1,
    ]  # fmt: skip
    assert scores("distance_to_target", [2, 4, 10], target=6, cap=False)[2] == (10 - 2) / (6 - 2)


def test_a_target_is_turned_round_with_its_column():
    found = signed("distance_to_target", [10, 6, 2], -1, target=4, cap=False)
    assert found == [0, 1 - (6 - 4) / (10 - 4), 1 - (2 - 4) / (10 - 4)]


def test_fraction_of_max_divides_by_the_highest():
    assert scores("fraction_of_max", [2, 4, 10], high=100).tolist() == [20, 40, 100]


def test_goalposts_are_fixed_ends_and_cap():
    assert scores("goalposts", [10, 50, 90], lower=20, upper=85).tolist() == [
        0, (50 - 20) / (85 - 20) * 100, 100,
    ]  # fmt: skip
    found = scores("goalposts", [10, 50, 90], lower=20, upper=85, cap=False, low=1, high=2)
    np.testing.assert_allclose(found, [1 + (x - 20) / 65 for x in (10, 50, 90)])


def test_goalposts_flip_where_lower_is_better():
    found = signed("goalposts", [10, 50, 90], -1, lower=20, upper=85, high=1)
    np.testing.assert_allclose(found, [1, (85 - 50) / (85 - 20), 0])


@pytest.mark.parametrize(
    ("sign", "settings", "expected"),
    [
        (1, {"lower": 0}, [0.2, 0.5, 1]),
        (1, {"upper": 18}, [0, (5 - 2) / (18 - 2), (10 - 2) / (18 - 2)]),
        (-1, {"lower": 0}, [(10 - 2) / 10, (10 - 5) / 10, 0]),
        (-1, {"upper": 18}, [1, (18 - 5) / (18 - 2), (18 - 10) / (18 - 2)]),
        (1, {}, [0, (5 - 2) / (10 - 2), 1]),
    ],
)
def test_a_goalpost_not_given_is_the_value_found(sign, settings, expected):
    found = signed("goalposts", [2, 5, 10], sign, high=1, **settings)
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_goalposts_may_differ_by_indicator():
    found = METHODS["goalposts"](TABLE, lower={"power": 0.0}, upper={"speed": 9.0})
    assert found["power"]["EST"] == pytest.approx(2 / 10 * 100)
    assert found["speed"]["EST"] == pytest.approx((5 - 1) / (9 - 1) * 100)


def test_goalposts_may_differ_by_group_of_countries():
    units = pd.DataFrame({"sex": ["female", "male", "both"]})
    found = METHODS["goalposts"](
        pd.DataFrame({"life": [60.0, 60.0, 60.0]}),
        lower=20,
        upper=85,
        high=1,
        by="sex",
        groups={"female": [22.5, 87.5], "male": [17.5, 82.5]},
        units=units,
    )
    np.testing.assert_allclose(found["life"], [(60 - 22.5) / 65, (60 - 17.5) / 65, 40 / 65])


def test_two_sided_distance_counts_from_both_sides():
    found = scores("two_sided_distance", [-2, 0, 2, 7, 20], target=2, lower=-2, upper=12)
    np.testing.assert_allclose(found, [0, 100 - 2 / 4 * 100, 100, 100 - 5 / 10 * 100, 0])


def test_two_sided_distance_may_measure_both_sides_by_the_wider():
    found = scores("two_sided_distance", [-2, 2, 12], target=2, reach="wider", high=1)
    np.testing.assert_allclose(found, [1 - 4 / 10, 1, 0])


def test_two_sided_distance_to_the_median_and_the_mean():
    np.testing.assert_allclose(
        scores("two_sided_distance", [1, 2, 6], high=1), [0, 1, 0], atol=1e-15
    )
    np.testing.assert_allclose(
        scores("two_sided_distance", [1, 2, 6], target="mean", high=1),
        [0, 1 - 1 / 2, 0],
        atol=1e-15,
    )


def test_two_sided_distance_does_not_depend_on_the_direction():
    settings = {"target": 2.0, "lower": -2.0, "upper": 12.0}
    up = signed("two_sided_distance", [-2, 0, 7], 1, **settings)
    assert signed("two_sided_distance", [-2, 0, 7], -1, **settings) == up


def test_scaled_measures_from_a_point_in_a_step():
    assert scores("scaled", [1, 4, 9], a=1, b=6).tolist() == [0, 3 / 6, 8 / 6]
    assert scores("scaled", [1, 4, 9], a=1, b=6, low=10, high=20)[1] == 10 + 3 / 6 * 10
    assert signed("scaled", [30, 100], -1, a=100, b=100) == [(100 - 30) / 100, 0]


def test_categorical_scores_classes_and_says_on_which_side_a_cut_lies():
    values = [0.1, 0.25, 0.5, 0.9]
    settings = {"cuts": [0.25, 0.5, 0.75], "scores": [1, 2, 3, 4]}
    assert scores("categorical", values, **settings).tolist() == [1, 2, 3, 4]
    assert scores("categorical", values, at_cut="below", **settings).tolist() == [1, 1, 2, 4]


def test_categorical_reads_cuts_as_the_unit_runs():
    assert signed("categorical", [5, 10, 30], -1, cuts=[10, 20], scores=[3, 2, 1]) == [3, 2, 1]


def test_categorical_may_cut_at_percentiles():
    found = scores("categorical", [1, 2, 3, 4, 50], cuts=[50], scores=[0, 1], percentiles=True)
    assert found.tolist() == [0, 0, 1, 1, 1]


# the contract, for every method


@pytest.mark.parametrize("method", EVERY)
def test_shape_and_missing_stay_and_the_input_is_left_alone(method):
    before = TABLE.copy()
    made = method(TABLE)
    pd.testing.assert_frame_equal(TABLE, before)
    assert made.index.equals(TABLE.index)
    assert list(made) == list(TABLE)
    assert (made.isna() == TABLE.isna()).all(axis=None)


@pytest.mark.parametrize("method", EVERY)
def test_an_indicator_missing_everywhere_stays_missing(method):
    made = method(TABLE.assign(speed=np.nan))
    assert made["speed"].isna().all()
    assert made["power"].notna().sum() == 4


@pytest.mark.parametrize("name", [n for n in METHODS if n != "distance_to_reference"])
def test_no_countries_give_no_scores(name):
    made = pick(METHODS, name, NEEDED.get(name, {}))(TABLE.head(0))
    assert made.shape == (0, 2)


@pytest.mark.parametrize("method", EVERY)
def test_columns_do_not_touch_each_other(method):
    both = method(TABLE)
    for code in TABLE:
        pd.testing.assert_frame_equal(both[[code]], method(TABLE[[code]]))


@pytest.mark.parametrize("method", EVERY)
@given(values=columns, order=st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter(method, values, order):
    table = pd.DataFrame({"x": values}, index=CODES)
    assume(table["x"]["USA"] > table["x"].min())
    assume(table["x"].max() != 0)
    shuffled = table.iloc[list(order)]
    pd.testing.assert_frame_equal(method(shuffled).loc[CODES], method(table), rtol=1e-12)


@pytest.mark.parametrize("method", RISING)
@given(values=columns)
def test_a_higher_value_never_scores_lower(method, values):
    table = pd.DataFrame({"x": values}, index=CODES)
    assume(table["x"]["USA"] > table["x"].min())
    made = method(table)["x"].to_numpy()[np.argsort(values)]
    assert (np.diff(made) >= -1e-12).all()


@pytest.mark.parametrize("name", sorted(BETWEEN_ENDS))
@given(values=columns)
def test_scores_lie_between_the_ends_of_the_scale(name, values):
    made = scores(name, values, low=1, high=10)
    assert made.min() >= 1 - 1e-12
    assert made.max() <= 10 + 1e-12


RELATIVE = ["minmax", "zscore", "rank", "percentile_rank", "borda", "distance_to_max", "goalposts"]


@pytest.mark.parametrize("name", RELATIVE)
@given(values=columns)
def test_the_unit_does_not_matter(name, values):
    np.testing.assert_allclose(
        scores(name, values), scores(name, np.array(values) * 8 + 100), rtol=1e-9, atol=1e-9
    )


# bad input


FLAT = pd.DataFrame({"power": [3.0, 3.0, np.nan], "speed": [1.0, 2.0, 3.0]}, index=CODES[:3])


@pytest.mark.parametrize("name", [*RELATIVE, "distance_to_reference", "two_sided_distance"])
def test_an_indicator_with_one_value_is_named(name):
    settings = {"reference": "EST"} if name == "distance_to_reference" else {}
    with pytest.raises(DataError, match=rf"{name} needs a range.* in: power; .*constant"):
        METHODS[name](FLAT, **settings)


@pytest.mark.parametrize("name", [*RELATIVE, "distance_to_reference", "two_sided_distance"])
def test_an_indicator_with_one_value_gets_the_score_that_is_set(name):
    settings = {"reference": "NOR"} if name == "distance_to_reference" else {}
    made = METHODS[name](FLAT, constant=7, **settings)
    np.testing.assert_array_equal(made["power"], [7, 7, np.nan])
    assert made["speed"].max() > made["speed"].min()


@pytest.mark.parametrize("name", ["minmax", "zscore", "percentile_rank"])
def test_one_country_alone_has_no_range(name):
    with pytest.raises(DataError, match="power"):
        METHODS[name](TABLE[["power"]].head(1))


def test_fixed_goalposts_need_no_range():
    assert scores("goalposts", [3, 3], lower=0, upper=10).tolist() == [30, 30]


def test_a_reference_that_is_not_there_or_has_no_value_is_refused():
    method = METHODS["distance_to_reference"]
    with pytest.raises(DataError, match=r"no country 'NRO' here \(did you mean 'NOR'\?\)"):
        method(TABLE, reference="NRO")
    with pytest.raises(DataError, match="FRA has no value in power"):
        method(TABLE, reference="FRA")
    with pytest.raises(DataError, match="EST has the lowest value in power"):
        method(TABLE, reference="EST")


def test_a_target_that_all_have_reached_is_refused():
    with pytest.raises(DataError, match="every country has reached the target in power"):
        METHODS["distance_to_target"](TABLE, target={"power": 2.0, "speed": 9.0})
    with pytest.raises(MethodError, match="target gives no number for: speed"):
        METHODS["distance_to_target"](TABLE, target={"power": 9.0})


def test_a_highest_value_below_zero_is_refused_unless_asked_for():
    with pytest.raises(DataError, match=r"highest value above 0.*: x"):
        scores("fraction_of_max", [-2, -4])
    assert scores("fraction_of_max", [-2, -4], negative_max="divide").tolist() == [1, 2]
    with pytest.raises(DataError, match=r"highest value other than 0.*: x"):
        scores("fraction_of_max", [0, -4], negative_max="divide")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"lower": 5, "upper": 5}, "lower = 5 is not below upper = 5"),
        ({"lower": {"powr": 1.0}}, r"no indicator 'powr' here \(did you mean 'power'\?\)"),
        ({"by": "sex"}, "by and groups go together"),
        ({"by": "sex", "groups": {}}, "by = 'sex' is not an attribute of countries; known: none"),
        ({"groups": {"f": [1.0]}, "by": "sex", "units": pd.DataFrame({"sex": CODES}, CODES)},
         "must be two numbers"),
    ],
)  # fmt: skip
def test_odd_goalposts_are_refused(settings, said):
    with pytest.raises(MethodError, match=said):
        METHODS["goalposts"](TABLE, **settings)


def test_a_single_goalpost_beyond_all_values_is_refused():
    with pytest.raises(DataError, match="every value of power lies beyond"):
        METHODS["goalposts"](TABLE[["power"]], lower=11)


def test_a_limit_on_the_wrong_side_of_the_target_is_refused():
    with pytest.raises(MethodError, match="target of x does not lie between"):
        scores("two_sided_distance", [1, 2], target=5, upper=4)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("zscore", {"sd": 0}),
        ("zscore", {"ddof": 2}),
        ("zscore", {"least": 2, "most": 1}),
        ("scaled", {"least": 2, "most": 1}),
        ("scaled", {"b": 0}),
        ("categorical", {"cuts": [1.0], "scores": [1.0]}),
        ("categorical", {"cuts": [2.0, 1.0], "scores": [1.0, 2.0, 3.0]}),
        ("two_sided_distance", {"target": "mode"}),
    ],
)
def test_impossible_settings_are_refused(name, settings):
    with pytest.raises(MethodError, match=name):
        METHODS[name](TABLE, **settings)


# settings as a framework file writes them

IN_TOML = """
minmax = { low = 1, high = 100, constant = 50 }
zscore = { mean = 100, sd = 10, ddof = 0 }
rank = { ties = "average" }
percentile_rank = { places = 4 }
distance_to_reference = { reference = "USA", cap = true }
distance_to_target = { target = { power = 90, speed = 3.5 }, cap = false }
fraction_of_max = { negative_max = "divide", high = 100 }
goalposts = { lower = 20, by = "sex", groups = { female = [22.5, 87.5], male = [17.5, 82.5] } }
two_sided_distance = { target = "median", lower = { power = 0 }, reach = "wider" }
scaled = { a = 1, b = { power = 6, speed = 2 } }
categorical = { cuts = [0.25, 0.5], scores = [1, 2, 3], at_cut = "below" }
"""


@pytest.mark.parametrize(("name", "settings"), tomllib.loads(IN_TOML).items())
def test_settings_are_accepted_as_toml_gives_them(name, settings):
    assert problems_of(METHODS, name, settings, "normalise") == []


# what the engine asks about methods


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("zscore", {}, True),
        ("zscore", {"least": 0}, False),
        ("scaled", {"least": 0}, False),
        ("minmax", {"low": -1}, True),
        ("minmax", {"low": 0}, False),
        ("goalposts", {"cap": False}, True),
        ("categorical", {"cuts": [1], "scores": [-1, 1]}, True),
        ("distance_to_target", {"target": 3}, False),
    ],
)
def test_settings_tell_whether_scores_may_be_negative(name, settings, expected):
    assert normalise.may_be_negative(name, settings) is expected


@pytest.mark.parametrize("name", sorted(BETWEEN_ENDS))
def test_bounds_are_the_scores_of_the_ends(name):
    assert normalise.bounds(name, {"low": 2, "high": 5}) == (2, 5)


def test_bounds_of_other_methods():
    assert normalise.bounds("zscore", {"mean": 100.0, "sd": 10.0}) == (90, 110)
    assert normalise.bounds("fraction_of_max", {}) == (0, 1)
    assert normalise.bounds("categorical", {"cuts": [1.0], "scores": [5.0, 2.0]}) == (2, 5)
    with pytest.raises(MethodError, match="borda cannot be turned round"):
        normalise.bounds("borda", {})
