"""Weights of the children of a node: given, from data, from experts, from a frontier."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import linprog

from resilience_index.errors import DataError, MethodError
from resilience_index.steps import weight
from resilience_index.steps.methods import problems_of
from resilience_index.steps.weight import METHODS

CODES = ["compute", "skills", "data"]
RNG = np.random.default_rng(20_240_601)
COMMON = RNG.normal(50, 10, 40)
CHILDREN = pd.DataFrame(
    {
        "compute": COMMON + RNG.normal(0, 3, 40),
        "skills": COMMON + RNG.normal(0, 9, 40),
        "data": RNG.uniform(20, 80, 40),
    },
    index=[f"C{i:02d}" for i in range(40)],
)
GIVEN = pd.Series({"data": 1.0, "compute": 2.0, "skills": 1.0})
BUDGETS = {"anna": {"compute": 50, "skills": 30, "data": 20}}
ANNA = {"compute": {"skills": 2, "data": 4}, "skills": {"data": 2}}
NEEDED = {
    "given": {"given": GIVEN},
    "correlation": {"given": GIVEN},
    "target_importance": {"given": pd.Series({"data": 0.3, "compute": 0.4, "skills": 0.3})},
    "budget_allocation": {"budgets": BUDGETS},
    "ahp": {"comparisons": {"anna": ANNA}},
}
FROM_DATA = ["pca", "entropy", "critic", "correlation", "target_importance"]


def found(name, children=CHILDREN, **more):
    return METHODS[name](children, **(NEEDED.get(name, {}) | more))


# the contract, for every method


@pytest.mark.parametrize("name", [n for n in METHODS if n != "benefit_of_the_doubt"])
def test_weights_are_zero_or_more_and_sum_to_one_in_the_order_of_the_children(name):
    made = found(name)
    assert list(made.index) == CODES
    assert (made >= 0).all()
    assert made.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_the_order_of_countries_and_children_does_not_matter(name):
    shuffled = CHILDREN.iloc[::-1][["data", "compute", "skills"]]
    again, before = found(name, shuffled), found(name)
    if name == "benefit_of_the_doubt":
        again, before = (again * shuffled).sum(axis=1), (before * CHILDREN).sum(axis=1)
    np.testing.assert_allclose(again.reindex(before.index), before, atol=1e-6)


@pytest.mark.parametrize("name", METHODS)
def test_the_children_are_left_alone(name):
    before = CHILDREN.copy()
    found(name)
    pd.testing.assert_frame_equal(CHILDREN, before)


@pytest.mark.parametrize("name", ["pca", "critic", "correlation", "target_importance"])
def test_countries_that_lack_a_child_are_left_out(name):
    more = pd.concat([CHILDREN, pd.DataFrame({"compute": [1e6]}, index=["NEW"])])
    pd.testing.assert_series_equal(found(name, more), found(name))


@pytest.mark.parametrize("name", ["pca", "correlation", "target_importance"])
def test_a_child_with_one_score_is_named(name):
    with pytest.raises(DataError, match=f"{name}.*: data"):
        found(name, CHILDREN.assign(data=5.0))


@pytest.mark.parametrize("name", ["entropy", "critic"])
def test_a_child_with_one_score_weighs_nothing(name):
    made = found(name, CHILDREN.assign(data=5.0))
    assert made["data"] == 0
    assert made.sum() == pytest.approx(1)


@pytest.mark.parametrize("name", FROM_DATA)
def test_children_that_tell_nothing_apart_are_refused(name):
    flat = pd.DataFrame({"compute": [1.0, 1.0, 1.0], "skills": [2.0] * 3, "data": [3.0] * 3})
    with pytest.raises(DataError, match=name):
        found(name, flat)


@pytest.mark.parametrize("name", ["pca", "critic", "correlation", "target_importance"])
def test_two_countries_are_too_few_to_correlate(name):
    with pytest.raises(DataError, match=f"{name}.* three countries .* found 2"):
        found(name, CHILDREN.head(2))


# given, equal


def test_given_weights_are_divided_by_their_sum():
    assert found("given").to_dict() == {"compute": 2 / 4, "skills": 1 / 4, "data": 1 / 4}


def test_equal_weights_are_equal():
    assert found("equal").tolist() == [1 / 3] * 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"compute": 1.0, "skills": -1.0, "data": 1.0}, "skills = -1"),
        ({"compute": 1.0, "skills": 1.0}, "data = nan"),
        ({"compute": 0.0, "skills": 0.0, "data": 0.0}, "sum to 0"),
    ],
)
def test_odd_weights_are_refused(wrong, said):
    with pytest.raises(DataError, match=said):
        found("given", given=pd.Series(wrong))


# from data


def test_pca_without_rotation_squares_the_loadings_of_statsmodels():
    from statsmodels.multivariate.pca import PCA

    fit = PCA(CHILDREN, ncomp=1, standardize=True, normalize=True)
    squared = fit.loadings.to_numpy()[:, 0] ** 2
    made = found("pca", factors=1, rotate="none")
    np.testing.assert_allclose(made, squared / squared.sum(), atol=1e-12)


def test_pca_keeps_components_above_both_thresholds():
    values = np.linalg.eigvalsh(CHILDREN.corr().to_numpy())
    assert (values > 1).sum() == 1
    assert found("pca").equals(found("pca", factors=1))
    assert found("pca", min_eigenvalue=0.9, min_share=0.1).equals(found("pca", factors=2))
    assert found("pca", min_eigenvalue=0.9, min_share=0.4).equals(found("pca", factors=1))


def test_varimax_agrees_with_base_r():
    table = pd.DataFrame(
        {
            "a": [1.0, 4, 2, 8, 5, 7, 3, 6],
            "b": [2.0, 3, 1, 9, 6, 6, 4, 5],
            "c": [5.0, 1, 7, 3, 8, 2, 4, 6],
            "d": [6.0, 2, 5, 4, 9, 1, 3, 7],
        }
    )
    # R 4.2: e <- eigen(cor(x)); l <- e$vectors[, 1:2] %*% diag(sqrt(e$values[1:2]))
    # s <- apply(unclass(varimax(l, normalize = FALSE, eps = 1e-12)$loadings)^2, 1, max); s / sum(s)
    expected = [0.2475197039, 0.2558700264, 0.2428950772, 0.2537151925]
    np.testing.assert_allclose(METHODS["pca"](table), expected, atol=1e-7)


def test_the_rotation_does_not_change_what_all_components_explain():
    np.testing.assert_allclose(
        found("pca", factors=2, use="all"),
        found("pca", factors=2, use="all", rotate="none"),
        atol=1e-9,
    )


def test_more_components_than_children_are_refused():
    with pytest.raises(MethodError, match="factors = 4; there are 3 children"):
        found("pca", factors=4)


def test_entropy_agrees_with_scipy():
    spread = [1 - stats.entropy(CHILDREN[c]) / np.log(len(CHILDREN)) for c in CODES]
    np.testing.assert_allclose(found("entropy"), np.array(spread) / sum(spread), rtol=1e-9)


def test_entropy_leaves_missing_scores_out():
    more = CHILDREN.assign(data=CHILDREN["data"].where(CHILDREN.index != "C00"))
    spread = [1 - stats.entropy(more[c].dropna()) / np.log(more[c].notna().sum()) for c in CODES]
    np.testing.assert_allclose(found("entropy", more), np.array(spread) / sum(spread), rtol=1e-9)


def test_entropy_refuses_negative_scores_by_name():
    with pytest.raises(DataError, match=r"C03 in skills \(-1\)"):
        found(
            "entropy", CHILDREN.assign(skills=CHILDREN["skills"].where(CHILDREN.index != "C03", -1))
        )


def test_critic_multiplies_contrast_and_conflict():
    unit = (CHILDREN - CHILDREN.min()) / (CHILDREN.max() - CHILDREN.min())
    information = unit.std() * (1 - CHILDREN.corr()).sum()
    pd.testing.assert_series_equal(found("critic"), information / information.sum())


def test_a_child_measured_twice_shares_its_weight():
    doubled = CHILDREN[["compute", "data"]].assign(again=3 * CHILDREN["compute"] + 1)
    doubled["data"] -= np.polyval(
        np.polyfit(doubled["compute"], doubled["data"], 1), doubled["compute"]
    )
    made = METHODS["correlation"](doubled, given=pd.Series(1.0, index=list(doubled)))
    np.testing.assert_allclose(made, [1 / 4, 1 / 2, 1 / 4], atol=1e-9)


def test_small_correlations_may_count_as_none():
    made = found("correlation", least=0.999)
    np.testing.assert_allclose(made, found("given"))


# target importance


@pytest.mark.parametrize("measure", ["pearson", "correlation_ratio"])
def test_importance_comes_out_as_the_target(measure):
    target = {"compute": 1.0, "skills": 1.0, "data": 1.0}
    wanted = pd.Series(target) / 3
    match = weight.match_importance(CHILDREN, wanted, measure=measure)
    assert match.converged
    assert match.gap <= 0.01
    made = found("target_importance", target=target, measure=measure)
    pd.testing.assert_series_equal(made, match.weights)
    if measure == "pearson":
        parent = CHILDREN @ made
        shares = CHILDREN.corrwith(parent)
        np.testing.assert_allclose(shares / shares.sum(), 1 / 3, atol=0.011)


def test_without_a_target_the_weights_given_are_the_target():
    made = found("target_importance", tolerance=1e-4)
    shares = CHILDREN.corrwith(CHILDREN @ made)
    np.testing.assert_allclose(shares / shares.sum(), [0.4, 0.3, 0.3], atol=1e-3)


def test_a_target_out_of_reach_is_refused_with_how_near_it_came():
    target = {"compute": 0.98, "skills": 0.01, "data": 0.01}
    with pytest.raises(DataError, match=r"nearest after \d+ steps: compute 0\.\d+, .* off by 0\."):
        found("target_importance", target=target)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"compute": 1.0, "skill": 1.0}, r"unknown child 'skill' \(did you mean 'skills'\?\)"),
        ({"compute": 1.0, "skills": 1.0}, "the target of data must be given"),
        ({"compute": 1.0, "skills": 1.0, "data": 0.0}, "the target of data must be given"),
    ],
)
def test_a_target_that_does_not_fit_the_children_is_refused(target, said):
    with pytest.raises(MethodError, match=said):
        found("target_importance", target=target)


# benefit of the doubt


def test_each_country_gets_the_best_score_that_any_weights_give():
    made = (found("benefit_of_the_doubt") * CHILDREN).sum(axis=1)
    values = CHILDREN.to_numpy()
    for row, score in zip(values, made, strict=True):
        best = linprog(-row, A_ub=values, b_ub=np.ones(len(values)), method="highs")
        assert score == pytest.approx(-best.fun, abs=1e-9)
    assert made.max() == pytest.approx(1)
    assert (made <= 1 + 1e-9).all()


def test_shares_stay_within_their_limits():
    made = found("benefit_of_the_doubt", least_share=0.2, most_share={"data": 0.5}) * CHILDREN
    shares = made.div(made.sum(axis=1), axis=0)
    assert (shares >= 0.2 - 1e-9).all(axis=None)
    assert (shares["data"] <= 0.5 + 1e-9).all()


def test_limits_never_raise_a_score():
    free = (found("benefit_of_the_doubt") * CHILDREN).sum(axis=1)
    bound = (found("benefit_of_the_doubt", least_share=0.25) * CHILDREN).sum(axis=1)
    assert (bound <= free + 1e-9).all()


def test_a_missing_child_weighs_nothing_and_has_no_limits():
    some = CHILDREN.copy()
    some.loc["C00", "data"] = np.nan
    made = found("benefit_of_the_doubt", some, least_share=0.2)
    assert made.loc["C00", "data"] == 0
    assert made.loc["C00", "compute"] > 0


def test_a_country_with_nothing_has_equal_weights():
    some = CHILDREN.copy()
    some.loc["C00"] = 0.0
    some.loc["C01"] = np.nan
    made = found("benefit_of_the_doubt", some)
    assert made.loc["C00"].tolist() == made.loc["C01"].tolist() == [1 / 3] * 3


def test_limits_that_a_country_cannot_meet_are_refused_with_its_name():
    some = CHILDREN.copy()
    some.loc["C07", "skills"] = 0.0
    with pytest.raises(DataError, match="for C07: its score is 0 in skills, which must make up"):
        found("benefit_of_the_doubt", some, least_share={"skills": 0.1})
    some.loc["C07", "data"] = 0.0
    with pytest.raises(DataError, match="for C07: most_share is too small"):
        found("benefit_of_the_doubt", some, most_share=0.6)


def test_negative_scores_are_refused_with_their_names():
    some = CHILDREN.copy()
    some.loc["C07", "skills"] = -2.0
    with pytest.raises(DataError, match=r"C07 in skills \(-2\)"):
        found("benefit_of_the_doubt", some)


@pytest.mark.parametrize(
    "limits",
    [{"least_share": 0.4}, {"most_share": 0.3}, {"least_share": 0.5, "most_share": 0.2},
     {"least_share": -0.1}],
)  # fmt: skip
def test_limits_that_nobody_can_meet_are_refused(limits):
    with pytest.raises(MethodError, match="shares must be from 0 to 1"):
        found("benefit_of_the_doubt", **limits)


# experts


def test_budgets_of_different_sums_count_alike():
    budgets = {
        "anna": {"compute": 60, "skills": 20, "data": 20},
        "ben": {"compute": 1, "skills": 2, "data": 1},
    }
    made = found("budget_allocation", budgets=budgets)
    expected = [(0.6 + 0.25) / 2, (0.2 + 0.5) / 2, (0.2 + 0.25) / 2]
    np.testing.assert_allclose(made, expected)


def test_the_median_budget_is_divided_by_its_sum():
    budgets = {k: {"compute": c, "skills": s, "data": 100 - c - s} for k, c, s in
               [("a", 50, 30), ("b", 40, 40), ("c", 90, 5)]}  # fmt: skip
    made = found("budget_allocation", budgets=budgets, take="median")
    np.testing.assert_allclose(made, np.array([50, 30, 20]) / 100)


@pytest.mark.parametrize(
    ("budgets", "said"),
    [
        ({}, "budgets is empty"),
        ({"anna": {"compute": 1, "skills": 1}}, "anna gives no points to: data"),
        ({"anna": {"compute": 1, "skills": 1, "dat": 1}}, r"anna: unknown child 'dat'"),
        ({"anna": {"compute": 1, "skills": 1, "data": -1}}, "anna spends 1, 1, -1"),
        ({"anna": {"compute": 0, "skills": 0, "data": 0}}, "anna spends 0, 0, 0"),
    ],
)
def test_odd_budgets_are_refused_with_the_expert(budgets, said):
    with pytest.raises(MethodError, match=said):
        found("budget_allocation", budgets=budgets)


def test_consistent_comparisons_give_their_own_ratios():
    np.testing.assert_allclose(found("ahp"), np.array([4, 2, 1]) / 7)


def test_the_principal_eigenvector_of_three_children_is_the_geometric_mean_of_rows():
    rows = [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]
    made = found("ahp", comparisons={"anna": rows})
    means = np.prod(rows, axis=1) ** (1 / 3)  # exact for three children
    np.testing.assert_allclose(made, means / means.sum(), rtol=1e-12)
    largest = (np.array(rows) @ made.to_numpy() / made.to_numpy())[0]
    ratio = (largest - 3) / 2 / 0.58
    assert weight.consistency_ratio(np.array(rows)) == pytest.approx(ratio)
    assert ratio == pytest.approx(0.0332, abs=1e-4)


def test_several_experts_are_joined_by_the_geometric_mean():
    even = {"compute": {"skills": 1, "data": 1}, "skills": {"data": 1}}
    made = found("ahp", comparisons={"anna": ANNA, "ben": even})
    expected = np.array([4, 2, 1]) ** 0.5
    np.testing.assert_allclose(made, expected / expected.sum())


def test_an_inconsistent_expert_is_refused_with_the_ratio():
    circle = {"compute": {"skills": 5}, "skills": {"data": 5}, "data": {"compute": 5}}
    with pytest.raises(MethodError, match=r"ben have a consistency ratio of 2\.\d+, above"):
        found("ahp", comparisons={"anna": ANNA, "ben": circle})
    assert found("ahp", comparisons={"ben": circle}, max_ratio=9).tolist() == pytest.approx(
        [1 / 3] * 3
    )


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"compute": {"skills": 2}}, "not compared: compute over data, skills over data"),
        ({"compute": {"skills": 2, "datum": 3}}, r"unknown child 'datum' \(did you mean 'data'"),
        (ANNA | {"data": {"compute": 4}}, "data over compute = 4, but 0.25 follows"),
        ({"compute": {"skills": 0, "data": 1}, "skills": {"data": 1}}, "= 0; must be above 0"),
        ([[1, 2], [0.5, 1]], "must have 3 rows of 3: compute, skills, data"),
        ([[2, 1, 1], [1, 1, 1], [1, 1, 1]], "compute over compute = 2, but 1 follows"),
    ],
)
def test_odd_comparisons_are_refused_with_the_expert(stated, said):
    with pytest.raises(MethodError, match=f"ahp: anna: .*{said}"):
        found("ahp", comparisons={"anna": stated})


def test_more_children_than_consistency_is_known_for_are_refused():
    many = pd.DataFrame(np.ones((1, 16)), columns=[f"c{i}" for i in range(16)])
    with pytest.raises(MethodError, match="16 children; consistency is known for up to 15"):
        METHODS["ahp"](many, comparisons={"anna": np.ones((16, 16)).tolist()})


IN_TOML = """
pca = { factors = 2, rotate = "none" }
correlation = { least = 0.3 }
target_importance = { target = { compute = 2, skills = 1, data = 1 }, measure = "pearson" }
benefit_of_the_doubt = { least_share = 0.1, most_share = { data = 0.5 } }
budget_allocation = { budgets = { anna = { compute = 50, skills = 30, data = 20 } }, take = "mean" }
ahp = { comparisons = { anna = { compute = { skills = 2 } }, ben = [[1, 2], [0.5, 1]] } }
"""


@pytest.mark.parametrize(("name", "stated"), tomllib.loads(IN_TOML).items())
def test_settings_are_accepted_as_toml_gives_them(name, stated):
    assert problems_of(METHODS, name, stated, "weigh") == []


@settings(max_examples=30, deadline=None)
@given(
    values=st.lists(st.lists(st.integers(0, 100), min_size=3, max_size=3), min_size=4, max_size=12)
)
@pytest.mark.parametrize("name", ["pca", "entropy", "critic", "correlation"])
def test_no_scores_make_a_weight_negative(name, values):
    table = pd.DataFrame(values, columns=CODES, dtype=float)
    try:
        made = found(name, table)
    except DataError:
        assume(False)
    assert (made >= 0).all()
    assert made.sum() == pytest.approx(1)
