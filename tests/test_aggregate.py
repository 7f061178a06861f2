"""Aggregating: from children's scores to their parent's, by many means and one rule of missing."""

import math
import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from resilience_index.errors import ContentError, DataError, MethodError
from resilience_index.steps import aggregate
from resilience_index.steps.aggregate import METHODS, combine
from resilience_index.steps.methods import pick, problems_of

CODES = ["compute", "skills", "data"]
ROWS = ["EST", "NOR", "USA", "FRA"]
SCORES = pd.DataFrame(
    [[20.0, 60.0, 40.0], [80.0, 50.0, 70.0], [90.0, 10.0, 30.0], [55.0, np.nan, 45.0]],
    index=ROWS,
    columns=CODES,
)
WEIGHTS = pd.Series({"data": 1.0, "compute": 2.0, "skills": 1.0})
EVEN = pd.Series(1.0, index=CODES)
NEEDED = {
    "power": {"p": 0.5},
    "formula": {"expression": "(2 * compute + skills + data) / 4"},
    "owa": {"order": [1.0, 2.0, 3.0]},
}
EVERY = {name: pick(METHODS, name, NEEDED.get(name, {})) for name in METHODS}
MEANS = [
    "arithmetic", "geometric", "harmonic", "power", "minimum", "maximum", "median", "owa",
    "weighted_product_of_differences",
]  # fmt: skip
RISING = [n for n in METHODS if n not in ("mpi", "ampi", "mean_min")]
"""Methods under which a child that rises never lowers its parent; penalties can (see below)."""

rows_of_scores = st.lists(
    st.lists(st.integers(1, 100).map(float), min_size=3, max_size=3), min_size=3, max_size=8
)
weight_lists = st.lists(st.integers(1, 5).map(float), min_size=3, max_size=3)


def one(name, children, weights=None, **settings):
    """The parent of a single country."""
    codes = [f"c{i}" for i in range(len(children))]
    made = METHODS[name](
        pd.DataFrame([children], columns=codes, dtype=float),
        weights=pd.Series(weights or [1] * len(codes), index=codes, dtype=float),
        **settings,
    )
    return made.iloc[0]


# means, one at a time


def test_the_arithmetic_mean_weighs_each_child():
    assert one("arithmetic", [20, 60], [3, 1]) == (3 * 20 + 60) / 4


def test_the_geometric_mean_agrees_with_scipy():
    expected = stats.gmean([20, 60, 40], weights=[2, 1, 1])
    assert one("geometric", [20, 60, 40], [2, 1, 1]) == pytest.approx(expected, rel=1e-14)


def test_the_harmonic_mean_agrees_with_scipy():
    expected = stats.hmean([20, 60, 40], weights=[2, 1, 1])
    assert one("harmonic", [20, 60, 40], [2, 1, 1]) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("p", [-90, -2, -1, -1e-3, 1e-3, 0.5, 2, 3, 90])
def test_the_power_mean_agrees_with_scipy(p):
    expected = stats.pmean([20, 60, 40], p, weights=[2, 1, 1])
    assert one("power", [20, 60, 40], [2, 1, 1], p=p) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("p", [0, 1e-15, -1e-15, 1e-9, -1e-9])
def test_the_power_mean_is_the_geometric_one_as_p_goes_to_zero(p):
    expected = stats.gmean([20, 60, 40], weights=[2, 1, 1])
    assert one("power", [20, 60, 40], [2, 1, 1], p=p) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    ("p", "name"), [(1, "arithmetic"), (-math.inf, "minimum"), (math.inf, "maximum")]
)
def test_the_power_mean_has_its_limits(p, name):
    children, weights = [20, 60, 40], [2, 1, 1]
    assert one("power", children, weights, p=p) == one(name, children, weights)


@pytest.mark.parametrize(
    ("children", "weights", "expected"),
    [
        ([5, 1, 9], [1, 1, 1], 5),
        ([5, 1, 9, 7], [1, 1, 1, 1], (5 + 7) / 2),
        ([5, 1, 9], [1, 1, 3], 9),
        ([5, 1, 9], [1, 1, 2], (5 + 9) / 2),
        ([0.1, 0.2, 0.3], [0.1, 0.2, 0.3], (0.2 + 0.3) / 2),
    ],
)
def test_the_median_has_half_the_weight_on_either_side(children, weights, expected):
    assert one("median", children, weights) == pytest.approx(expected)


def test_extremes_look_at_one_child():
    assert one("minimum", [20, 60], [9, 1]) == 20
    assert one("maximum", [20, 60], [9, 1]) == 60


def test_sum_and_product_use_weights_as_they_are():
    assert one("sum", [20, 60], [1, 1]) == 80
    assert one("sum", [20, 60], [2, 3]) == 2 * 20 + 3 * 60
    assert one("product", [0.9, 0.8], [1, 2]) == pytest.approx(0.9 * 0.8**2)
    assert one("product", [-3, 2], [1, 1]) == -6


def test_products_of_differences_from_the_worst_and_from_the_best():
    above = one("weighted_product_of_differences", [3, 6], [1, 3], reference=2)
    assert above == pytest.approx(2 + (3 - 2) ** 0.25 * (6 - 2) ** 0.75)
    loss = one("weighted_product_of_differences", [0.1, 0.2, 0.3], reference=1, side="below")
    assert loss == pytest.approx(1 - ((1 - 0.1) * (1 - 0.2) * (1 - 0.3)) ** (1 / 3))
    assert one("weighted_product_of_differences", [2, 6], reference=2) == 2


def test_ordered_weights_belong_to_places():
    assert one("owa", [20, 60, 40], order=[1, 2, 3]) == pytest.approx((60 + 2 * 40 + 3 * 20) / 6)
    assert one("owa", [20, 60, 40], order=[0, 0, 1]) == 20
    assert one("owa", [20, 60, 40], order=[0, 1, 0]) == pytest.approx(40)


def test_a_quantifier_leans_to_the_worst_or_the_best():
    assert one("owa", [20, 60], [1, 3], alpha=1) == pytest.approx((20 + 3 * 60) / 4)
    assert one("owa", [20, 60], alpha=2) == pytest.approx(0.25 * 60 + 0.75 * 20)
    assert one("owa", [20, 60], alpha=math.inf) == 20
    assert one("owa", [20, 60], alpha=0) == 60


def test_children_weights_and_places_go_together():
    # shares .75 (of 60) and .25 (of 20); the curve goes through (0, 0), (.5, .2) and (1, 1)
    curve = 0.2 + 0.8 * (0.75 - 0.5) / 0.5
    assert one("owa", [20, 60], [1, 3], order=[0.2, 0.8]) == pytest.approx(
        curve * 60 + (1 - curve) * 20
    )


CENTRED = pd.DataFrame(
    {"a": [90, 110, 100, 95.5, 104], "b": [100, 100, 93, 107, 98], "c": [112, 92, 100, 101, 98]}
)


def test_mazziotta_pareto_agrees_with_the_formula_of_compind():
    # R 4.2: m <- rowMeans(x); s <- apply(x, 1, var)^.5; m * (1 - (s / m)^2), m * (1 + (s / m)^2)
    even = pd.Series(1.0, index=list("abc"))
    minus = METHODS["mpi"](CENTRED, weights=even, ddof=1)
    plus = METHODS["mpi"](CENTRED, weights=even, ddof=1, penalty="plus")
    mean, sd = CENTRED.mean(axis=1), CENTRED.std(axis=1)
    np.testing.assert_allclose(
        minus,
        [99.4613686534216, 99.8587196467991, 97.4994311717861, 100.8396485447556, 99.88],
        rtol=1e-13,
    )
    np.testing.assert_allclose(
        plus,
        [101.8719646799117, 101.4746136865342, 97.8339021615472, 101.4936847885777, 100.12],
        rtol=1e-13,
    )
    np.testing.assert_allclose(minus, mean - sd**2 / mean, rtol=1e-13)


def test_mazziotta_pareto_takes_the_population_spread_by_default():
    mean, sd = CENTRED.mean(axis=1), CENTRED.std(axis=1, ddof=0)
    made = METHODS["mpi"](CENTRED, weights=pd.Series(1.0, index=list("abc")))
    np.testing.assert_allclose(made, mean - sd**2 / mean, rtol=1e-13)


def test_the_adjusted_index_agrees_with_the_formula_of_compind():
    table = pd.DataFrame({"a": [1.0, 5, 9, 3], "b": [20.0, 10, 40, 30]})
    made = METHODS["ampi"](
        table, weights=pd.Series({"a": 1.0, "b": 1.0}), reference={"a": 4.0, "b": 25.0}
    )
    np.testing.assert_allclose(
        made, [83.2835820895522, 84.7887323943662, 133.6448598130841, 100.4938271604938], rtol=1e-13
    )


def test_the_adjusted_index_puts_children_on_70_to_130():
    table = pd.DataFrame({"a": [0.0, 5.0, 10.0]})
    alone = pd.Series({"a": 1.0})
    assert METHODS["ampi"](table, weights=alone).tolist() == [70, 100, 130]
    frozen = METHODS["ampi"](table, weights=alone, lower=0, upper={"a": 20.0})
    assert frozen.tolist() == [70, 85, 100]


def test_mean_min_takes_off_a_share_of_the_gap_to_the_lowest():
    assert one("mean_min", [20, 60], alpha=0.5, beta=0) == 40 - 0.5 * 20
    assert one("mean_min", [20, 60], alpha=0.5, beta=15) == 40 - 0.5 * (25 - 15)  # 15, 20, 25
    assert one("mean_min", [20, 60], alpha=1, beta=0) == 20
    assert one("mean_min", [20, 60], alpha=0) == 40


# outranking

PLACES = pd.DataFrame({"compute": [1.0, 2, 2, 5], "skills": [3.0, 3, 1, 0], "data": [7.0, 8, 8, 9]})
HEAVY = pd.Series({"compute": 1.0, "skills": 2.0, "data": 1.0})


def test_copeland_agrees_with_the_formula_of_coinr():
    # R 4.2, as COINr's a_copeland: row sums of the outranking matrix, its diagonal 0
    np.testing.assert_allclose(
        METHODS["copeland"](PLACES, weights=HEAVY), [1.25, 2.0, 1.25, 1.5], rtol=1e-14
    )


def test_the_fast_way_and_the_matrix_agree():
    table = pd.DataFrame(np.random.default_rng(7).integers(0, 9, (60, 3)), columns=CODES) * 1.0
    matrix = aggregate.outranking_matrix(table, HEAVY)
    np.testing.assert_allclose(
        METHODS["copeland"](table, weights=HEAVY), matrix.sum(axis=1), rtol=1e-12
    )


def test_the_outranking_matrix_is_antisymmetric_about_one_half():
    matrix = aggregate.outranking_matrix(SCORES, WEIGHTS).to_numpy()
    off = ~np.eye(len(matrix), dtype=bool)
    np.testing.assert_allclose((matrix + matrix.T)[off], 1)
    assert (np.diag(matrix) == 0).all()


def test_a_pair_is_compared_in_the_children_that_both_have():
    matrix = aggregate.outranking_matrix(SCORES, WEIGHTS)
    assert matrix.loc["FRA", "EST"] == (2 + 1) / (2 + 1)  # compute 55 > 20, data 45 > 40
    assert matrix.loc["FRA", "USA"] == 1 / (2 + 1)  # compute 55 < 90, data 45 > 30


def test_countries_without_a_child_in_common_are_even():
    table = pd.DataFrame({"compute": [1.0, np.nan], "skills": [np.nan, 5.0]})
    matrix = aggregate.outranking_matrix(table, pd.Series({"compute": 1.0, "skills": 1.0}))
    assert matrix.to_numpy().tolist() == [[0, 0.5], [0.5, 0]]


def test_scores_within_the_tolerance_are_tied():
    table = pd.DataFrame({"compute": [1.0, 1.05, 2.0]})
    alone = pd.Series({"compute": 1.0})
    assert METHODS["copeland"](table, weights=alone).tolist() == [0, 1, 2]
    assert METHODS["copeland"](table, weights=alone, tolerance=0.1).tolist() == [0.5, 0.5, 2]


def test_majorities_count_one_and_draws_one_half():
    table = pd.DataFrame({"compute": [3.0, 2, 1, np.nan], "skills": [1.0, 2, 0, np.nan]})
    even = pd.Series({"compute": 1.0, "skills": 1.0})
    found = METHODS["copeland"](table, weights=even, count="majority")
    np.testing.assert_array_equal(found, [0.5 + 1, 0.5 + 1, 0, np.nan])


def test_copeland_scores_of_all_countries_sum_to_the_number_of_pairs():
    for count in ("shares", "majority"):
        assert METHODS["copeland"](SCORES, weights=WEIGHTS, count=count).sum() == pytest.approx(
            4 * 3 / 2
        )


# formula


def test_a_formula_names_children():
    made = METHODS["formula"](SCORES, weights=EVEN, expression="compute * 2 - mean(skills, data)")
    assert made.tolist() == [2 * 20 - 50, 2 * 80 - 60, 2 * 90 - 20, 2 * 55 - 45]


def test_a_formula_with_a_missing_child_is_missing():
    made = METHODS["formula"](SCORES, weights=EVEN, expression="compute * skills")
    np.testing.assert_array_equal(made.isna(), [False, False, False, True])


def test_a_faulty_formula_says_where():
    with pytest.raises(ContentError, match="column 10"):
        METHODS["formula"](SCORES, weights=EVEN, expression="compute * ")
    with pytest.raises(MethodError, match=r"no 'skill' here \(did you mean 'skills'\?\)"):
        METHODS["formula"](SCORES, weights=EVEN, expression="skill")
    with pytest.raises(DataError, match="log of a number that is not above 0 in EST"):
        METHODS["formula"](SCORES, weights=EVEN, expression="log(compute - 20)")


# the contract, for every method


@pytest.mark.parametrize("method", EVERY.values(), ids=EVERY)
def test_one_score_a_country_and_the_input_left_alone(method):
    before = SCORES.copy()
    made = method(SCORES, weights=WEIGHTS)
    pd.testing.assert_frame_equal(SCORES, before)
    assert list(made.index) == ROWS
    assert made.notna().tolist()[:3] == [True] * 3


@pytest.mark.parametrize("method", EVERY.values(), ids=EVERY)
def test_a_country_without_children_has_no_score(method):
    none = SCORES.copy()
    none.loc["NOR"] = np.nan
    made = method(none, weights=WEIGHTS)
    assert np.isnan(made["NOR"])
    assert made.drop("NOR").notna().tolist()[:2] == [True] * 2


@pytest.mark.parametrize("method", EVERY.values(), ids=EVERY)
def test_the_order_of_countries_and_children_does_not_matter(method):
    shuffled = SCORES.iloc[[2, 0, 3, 1]][["data", "compute", "skills"]]
    np.testing.assert_allclose(
        method(shuffled, weights=WEIGHTS).reindex(ROWS), method(SCORES, weights=WEIGHTS), rtol=1e-12
    )


@pytest.mark.parametrize("name", [n for n in METHODS if n != "formula"])
def test_a_child_without_weight_counts_for_nothing(name):
    extra = SCORES.assign(extra=[1.0, 99.0, 50.0, 3.0])
    weights = pd.concat([WEIGHTS, pd.Series({"extra": 0.0})])
    settings = {"alpha": 2.0} if name == "owa" else NEEDED.get(name, {})
    method = pick(METHODS, name, settings)
    np.testing.assert_allclose(
        method(extra, weights=weights), method(SCORES, weights=WEIGHTS), rtol=1e-12
    )


@pytest.mark.parametrize("name", [n for n in METHODS if n != "formula"])
def test_weights_may_differ_by_country(name):
    table = pd.DataFrame([WEIGHTS.reindex(CODES)] * 4, index=ROWS)
    np.testing.assert_allclose(
        EVERY[name](SCORES, weights=table), EVERY[name](SCORES, weights=WEIGHTS), rtol=1e-12
    )


@pytest.mark.parametrize("name", [n for n in METHODS if n not in ("sum", "product", "formula")])
def test_only_the_proportions_of_weights_matter(name):
    np.testing.assert_allclose(
        EVERY[name](SCORES, weights=WEIGHTS * 7), EVERY[name](SCORES, weights=WEIGHTS), rtol=1e-12
    )


@pytest.mark.parametrize("name", MEANS)
@given(values=rows_of_scores, weights=weight_lists)
def test_a_mean_lies_between_the_lowest_and_the_highest_child(name, values, weights):
    table = pd.DataFrame(values, columns=CODES)
    made = EVERY[name](table, weights=pd.Series(weights, index=CODES))
    assert (made >= table.min(axis=1) - 1e-9).all()
    assert (made <= table.max(axis=1) + 1e-9).all()


@given(values=rows_of_scores, weights=weight_lists)
def test_the_means_stand_in_their_known_order(values, weights):
    table = pd.DataFrame(values, columns=CODES)
    weighed = pd.Series(weights, index=CODES)
    names = ["minimum", "harmonic", "geometric", "arithmetic", "maximum"]
    made = np.array([METHODS[n](table, weights=weighed) for n in names])
    assert (np.diff(made, axis=0) >= -1e-9).all()


@pytest.mark.parametrize("name", RISING)
@given(values=rows_of_scores, child=st.integers(0, 2), rise=st.integers(1, 50))
def test_a_country_whose_child_rises_does_not_fall(name, values, child, rise):
    table = pd.DataFrame(values, columns=CODES)
    better = table.copy()
    better.iloc[0, child] += rise
    before = EVERY[name](table, weights=WEIGHTS).iloc[0]
    assert EVERY[name](better, weights=WEIGHTS).iloc[0] >= before - 1e-9


@pytest.mark.parametrize("name", ["mpi", "mean_min"])
@given(values=rows_of_scores)
def test_a_penalty_never_adds_and_spares_equal_children(name, values):
    table = pd.DataFrame(values, columns=CODES)
    mean = table.mean(axis=1)
    made = METHODS[name](table, weights=EVEN)
    assert (made <= mean + 1e-9).all()
    level = pd.DataFrame(dict.fromkeys(CODES, mean))
    np.testing.assert_allclose(METHODS[name](level, weights=EVEN), mean)


@pytest.mark.parametrize("method", EVERY.values(), ids=EVERY)
def test_no_countries_give_no_scores(method):
    assert combine(SCORES.head(0), WEIGHTS, method).empty


# scores that a mean cannot take


@pytest.mark.parametrize("name", ["geometric", "harmonic", "power"])
def test_a_child_at_zero_makes_the_parent_zero_where_the_limit_is_zero(name):
    settings = {"p": -0.5} if name == "power" else {}
    assert one(name, [0, 50], **settings) == 0
    assert one(name, [0, 0], **settings) == 0
    assert one(name, [0, 50], [0, 1], **settings) == pytest.approx(50)


def test_a_power_above_zero_takes_zeros_in():
    assert one("power", [0, 16], p=0.5) == pytest.approx((math.sqrt(16) / 2) ** 2)
    assert one("power", [0, 0], p=2) == 0


@pytest.mark.parametrize(
    "name", ["geometric", "harmonic", "power", "weighted_product_of_differences"]
)
def test_negative_scores_are_refused_with_country_child_and_remedy(name):
    table = SCORES.copy()
    table.loc["NOR", "skills"] = -4.0
    with pytest.raises(
        DataError, match=r"NOR in skills \(-4\); (normalise .* shift or floor|move)"
    ):
        EVERY[name](table, weights=WEIGHTS)


def test_a_fractional_power_of_a_negative_factor_is_refused():
    with pytest.raises(
        DataError,
        match=r"not whole numbers needs .* c0 \(-3\); .* or give whole weights$",
    ):
        one("product", [-3, 2], [0.5, 1])


def test_the_arithmetic_mean_takes_negative_scores_also_as_a_power():
    assert one("arithmetic", [-4, 2]) == one("power", [-4, 2], p=1) == -1


@pytest.mark.parametrize("name", ["geometric", "harmonic", "power"])
def test_a_shift_or_a_floor_makes_negative_scores_fit(name):
    settings = {"p": 0.5} if name == "power" else {}
    mean = {
        "geometric": lambda a, b: math.sqrt(a * b),
        "harmonic": lambda a, b: 2 / (1 / a + 1 / b),
        "power": lambda a, b: ((math.sqrt(a) + math.sqrt(b)) / 2) ** 2,
    }[name]
    assert one(name, [-4, 2], shift=5, **settings) == pytest.approx(mean(1, 7) - 5)
    assert one(name, [-4, 2], floor=1, **settings) == pytest.approx(mean(1, 2))


@pytest.mark.parametrize("name", ["mpi", "ampi"])
def test_mazziotta_pareto_refuses_means_of_zero_or_less(name):
    table = pd.DataFrame({"a": [-300.0, 0, 1], "b": [-300.0, 1, 0]}, index=ROWS[:3])
    settings = {"lower": 0.0, "upper": 1.0} if name == "ampi" else {}
    with pytest.raises(DataError, match="means above 0, but those of EST are not"):
        METHODS[name](table, weights=pd.Series({"a": 1.0, "b": 1.0}), **settings)


def test_the_adjusted_index_names_a_child_without_range():
    with pytest.raises(DataError, match="lower is not below upper in: data"):
        METHODS["ampi"](SCORES.assign(data=5.0), weights=EVEN)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("owa", {"order": [1.0, 2.0]}),
        ("owa", {"order": [1.0, -2.0, 3.0]}),
        ("owa", {"order": [0.0, 0.0, 0.0]}),
        ("owa", {"alpha": -1.0}),
        ("mean_min", {"alpha": 1.5}),
        ("mean_min", {"beta": -1.0}),
    ],
)
def test_impossible_settings_are_refused(name, settings):
    with pytest.raises(MethodError, match=name):
        METHODS[name](SCORES, weights=EVEN, **settings)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"compute": 1.0, "skills": 1.0}, "weights of data: missing or below 0"),
        ({"compute": 1.0, "skills": -1.0, "data": 1.0}, "weights of skills"),
        ({"compute": 0.0, "skills": 0.0, "data": 0.0}, "compute, skills, data sum to 0"),
    ],
)
@pytest.mark.parametrize("name", [n for n in METHODS if n != "formula"])
def test_odd_weights_are_refused_by_every_method(name, weights, said):
    with pytest.raises(DataError, match=said):
        EVERY[name](SCORES, weights=pd.Series(weights))
    with pytest.raises(DataError, match=said):
        combine(SCORES, pd.Series(weights), EVERY[name])


# combine: missing children, coverage, what does not apply

ONE_GAP = pd.DataFrame({"a": [10.0, 10.0], "b": [np.nan, 40.0], "c": [30.0, 70.0]}, index=ROWS[:2])
THREE = pd.Series({"a": 1.0, "b": 2.0, "c": 1.0})


@pytest.mark.parametrize(
    ("missing", "expected"),
    [("share", (10 + 30) / 2), ("missing", np.nan), ("zero", (10 + 2 * 0 + 30) / 4)],
)
def test_a_missing_child_follows_the_rule(missing, expected):
    made = combine(ONE_GAP, THREE, METHODS["arithmetic"], missing=missing)
    np.testing.assert_array_equal(made, [expected, (10 + 2 * 40 + 70) / 4])


def test_a_sum_shares_the_weight_of_a_missing_child_among_the_rest():
    shared = combine(ONE_GAP, THREE, METHODS["sum"])
    assert shared.tolist() == [(10 + 30) * 4 / 2, 10 + 2 * 40 + 70]
    assert combine(ONE_GAP, THREE, METHODS["sum"], missing="zero").tolist() == [40, 160]


@pytest.mark.parametrize(
    ("rule", "there"),
    [
        ({"min_count": 2}, True),
        ({"min_count": 3}, False),
        ({"min_share": 2 / 3}, True),
        ({"min_share": 0.67}, False),
        ({"min_share": 0.6666666667}, True),
        ({"missing": "zero", "min_count": 3}, False),
    ],
)
def test_exactly_as_many_children_as_asked_for_are_enough(rule, there):
    made = combine(ONE_GAP, THREE, METHODS["arithmetic"], **rule)
    assert made.notna().tolist() == [there, True]
    hidden = aggregate.withheld(ONE_GAP, THREE, **rule)
    assert hidden.tolist() == [not there, False]


def test_what_does_not_apply_is_not_due():
    applies = pd.DataFrame({"a": True, "b": [False, True], "c": True}, index=ROWS[:2])
    for missing in ("share", "missing", "zero"):
        made = combine(
            ONE_GAP, THREE, METHODS["arithmetic"], missing=missing, min_share=1, applicable=applies
        )
        assert made.tolist() == [(10 + 30) / 2, (10 + 2 * 40 + 70) / 4]


def test_a_score_that_does_not_apply_is_left_out():
    applies = pd.DataFrame({"a": [True, False], "b": True, "c": True}, index=ROWS[:2])
    made = combine(ONE_GAP, THREE, METHODS["arithmetic"], applicable=applies)
    assert made["NOR"] == (2 * 40 + 70) / 3


def test_a_sum_over_what_applies_is_not_blown_up():
    applies = pd.DataFrame({"a": True, "b": [False, True], "c": True}, index=ROWS[:2])
    assert combine(ONE_GAP, THREE, METHODS["sum"], applicable=applies)["EST"] == 10 + 30


@pytest.mark.parametrize("missing", ["share", "missing"])
def test_a_country_with_nothing_is_withheld(missing):
    made = combine(ONE_GAP.assign(a=np.nan, b=np.nan, c=np.nan), THREE, METHODS["arithmetic"],
                   missing=missing)  # fmt: skip
    assert made.isna().all()


def test_a_country_to_which_nothing_applies_is_withheld_by_every_rule():
    nothing = pd.DataFrame(False, index=ROWS[:2], columns=list("abc"))
    for missing in ("share", "missing", "zero"):
        made = combine(ONE_GAP, THREE, METHODS["arithmetic"], missing=missing, applicable=nothing)
        assert made.isna().all()


def test_a_missing_child_without_weight_does_not_make_its_parent_missing():
    weights = pd.Series({"a": 1.0, "b": 0.0, "c": 1.0})
    made = combine(ONE_GAP, weights, METHODS["arithmetic"], missing="missing", min_count=2)
    assert made.tolist() == [20, 40]


def test_a_withheld_country_is_no_rival_either():
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 2.0, np.nan]}, index=ROWS[:3])
    made = combine(table, pd.Series({"a": 1.0, "b": 1.0}), METHODS["copeland"], min_count=2)
    np.testing.assert_array_equal(made, [0, 1, np.nan])


def test_the_users_own_function_will_do():
    made = combine(ONE_GAP, THREE, lambda scores, weights: (scores * weights).max(axis=1))
    assert made.tolist() == [30 * 2, 40 * 2]  # b's weight is shared between a and c


@pytest.mark.parametrize("name", METHODS)
def test_every_method_goes_with_every_rule(name):
    for missing in ("share", "missing", "zero"):
        made = combine(SCORES, WEIGHTS, EVERY[name], missing=missing)
        assert made.notna().tolist()[:3] == [True] * 3
        assert np.isnan(made["FRA"]) == (
            missing == "missing" or (name == "formula" and missing == "share")
        )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"missing": "skip"}, "missing = 'skip'; known: missing, share, zero"),
        ({"min_share": 1.5}, "min_share = 1.5"),
        ({"min_count": -1}, "min_count = -1"),
    ],
)
def test_impossible_rules_are_refused(rule, said):
    with pytest.raises(MethodError, match=said):
        combine(ONE_GAP, THREE, METHODS["arithmetic"], **rule)


# standard errors


def test_the_error_between_sources_is_that_of_their_mean():
    made = aggregate.standard_error(SCORES, WEIGHTS)
    expected = [stats.sem(row[~np.isnan(row)], ddof=1) for row in SCORES.to_numpy()]
    np.testing.assert_allclose(made, expected, rtol=1e-13)


def test_a_single_source_has_no_spread():
    lone = SCORES.assign(skills=np.nan, data=np.nan)
    assert aggregate.standard_error(lone, WEIGHTS).isna().all()


def test_independent_errors_add_in_squares():
    errors = pd.DataFrame({"compute": 3.0, "skills": 4.0, "data": [12.0, 0, 1, 2]}, index=ROWS)
    made = aggregate.standard_error(SCORES, WEIGHTS, how="propagated", errors=errors)
    assert made["EST"] == pytest.approx(math.sqrt((2 * 3) ** 2 + 4**2 + 12**2) / 4)
    assert made["FRA"] == pytest.approx(math.sqrt((2 * 3) ** 2 + 2**2) / 3)


def test_a_child_of_unknown_error_makes_the_parents_unknown():
    errors = pd.DataFrame({"compute": 3.0, "skills": np.nan, "data": 1.0}, index=ROWS)
    made = aggregate.standard_error(SCORES, WEIGHTS, "propagated", errors)
    assert made.isna().tolist() == [True, True, True, False]
    with pytest.raises(MethodError, match="cannot be propagated"):
        aggregate.standard_error(SCORES, WEIGHTS, "propagated")


def test_an_interval_of_90_per_cent_is_1_64_errors_wide_on_either_side():
    made = aggregate.interval(pd.Series({"EST": 74.0}), pd.Series({"EST": 2.0}))
    half = stats.norm.ppf(0.95) * 2
    assert made.loc["EST"].tolist() == pytest.approx([74 - half, 74 + half])


# settings as a framework file writes them

IN_TOML = """
geometric = { floor = 1 }
power = { p = -inf, shift = 5 }
owa = { order = [1, 2, 3] }
mpi = { penalty = "plus", ddof = 1 }
ampi = { lower = 0, upper = { compute = 100 }, reference = 50 }
mean_min = { alpha = 1, beta = 0 }
weighted_product_of_differences = { reference = 100, side = "below" }
copeland = { count = "majority", tolerance = 0.1 }
formula = { expression = "sqrt(compute * skills)" }
"""


@pytest.mark.parametrize(("name", "settings"), tomllib.loads(IN_TOML).items())
def test_settings_are_accepted_as_toml_gives_them(name, settings):
    assert problems_of(METHODS, name, settings, "aggregate") == []


# what the engine asks about methods


def test_settings_tell_whether_a_mean_needs_positive_scores():
    assert aggregate.needs_positive("harmonic", {})
    assert aggregate.needs_positive("power", {"p": 0.5})
    assert not aggregate.needs_positive("power", {"p": 1})
    assert not aggregate.needs_positive("geometric", {"floor": 1.0})
    assert not aggregate.needs_positive("arithmetic", {})


@given(values=rows_of_scores, weights=weight_lists, p=st.floats(-20, 20))
def test_the_power_mean_agrees_with_scipy_anywhere(values, weights, p):
    assume(abs(p) > 1e-4)
    table = pd.DataFrame(values, columns=CODES)
    made = METHODS["power"](table, weights=pd.Series(weights, index=CODES), p=p)
    np.testing.assert_allclose(made, stats.pmean(values, p, axis=1, weights=weights), rtol=1e-9)
