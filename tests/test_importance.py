"""Importance: correlation ratios of functions whose ratio is known, and weights that match."""

import numpy as np
import pandas as pd
import pytest

from resilience_index import build
from resilience_index.robustness import importance


def uniform(rows, columns, low=0.0, high=1.0, seed=1):
    from scipy.stats import qmc

    points = qmc.Sobol(columns, rng=np.random.default_rng(seed)).random(rows)
    return low + (high - low) * points


def test_the_ratio_of_ishigamis_function_is_the_one_derived_by_hand():
    # a = 7, b = 0.1: V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V13 = 8 b^2 pi^8 / 225
    a, b = 7, 0.1
    first, second = (1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8
    total = first + second + 8 * b**2 * np.pi**8 / 225
    x = uniform(2048, 3, -np.pi, np.pi)
    y = pd.Series(np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0]))
    found = [importance.correlation_ratio(pd.Series(x[:, i]), y) for i in range(3)]
    assert found == pytest.approx([first / total, second / total, 0], abs=0.02)


def test_the_ratio_of_a_sum_is_each_share_of_the_variance():
    x = uniform(1024, 3)
    y = pd.Series(x @ [3, 2, 1])  # variances 9, 4, 1 of 14
    found = [importance.correlation_ratio(pd.Series(x[:, i]), y) for i in range(3)]
    assert found == pytest.approx([9 / 14, 4 / 14, 1 / 14], abs=0.01)


def test_sobols_g_function_too():
    # V_i = 1 / 3 (1 + a_i)^2, V + 1 = product of (1 + V_i)
    a = np.array([0, 1, 4.5])
    parts = 1 / (3 * (1 + a) ** 2)
    x = uniform(4096, 3)
    y = pd.Series(np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=1))
    found = [importance.correlation_ratio(pd.Series(x[:, i]), y) for i in range(3)]
    assert found == pytest.approx(parts / (np.prod(1 + parts) - 1), abs=0.02)


def test_a_curve_that_no_line_sees_is_seen():
    x = pd.Series(np.linspace(-1, 1, 101))
    assert importance.linear_share(x, x**2) == pytest.approx(0, abs=1e-12)
    assert importance.correlation_ratio(x, x**2) == pytest.approx(1, abs=0.01)


def test_noise_has_no_importance():
    rng = np.random.default_rng(2)
    found = [
        importance.correlation_ratio(*(pd.Series(rng.standard_normal(150)) for _ in range(2)))
        for _ in range(20)
    ]
    assert np.mean(found) < 0.03  # 1 / n and a little for what the spline may bend


def test_few_or_equal_figures_give_a_line_or_nothing():
    x, y = pd.Series([1.0, 2.0, 3.0, np.nan]), pd.Series([2.0, 4.0, 6.0, 1.0])
    assert importance.correlation_ratio(x, y) == pytest.approx(1)
    assert np.isnan(importance.correlation_ratio(x, pd.Series(1.0, index=x.index)))
    assert np.isnan(importance.correlation_ratio(x.iloc[:2], y.iloc[:2]))
    assert importance.correlation_ratio(pd.Series(1.0, index=x.index), y) == 0  # V(E(y)) = 0


def test_a_yes_or_no_indicator_explains_the_variance_between_its_groups():
    x = pd.Series([0.0] * 10 + [1.0] * 10)
    y = pd.Series([1.0, 3.0] * 5 + [5.0, 7.0] * 5)  # means 2 and 6; variance 4 between, 1 inside
    assert importance.correlation_ratio(x, y) == pytest.approx(4 / 5)


def test_shares_gap_and_quotient_follow_from_the_ratios():
    x = uniform(512, 2)
    parts = pd.DataFrame(x, columns=["a", "b"])
    found = importance.importance(parts, parts["a"] * 2 + parts["b"], pd.Series({"a": 1, "b": 1}))
    assert found["weight"].tolist() == [0.5, 0.5]
    assert found["share"].tolist() == pytest.approx([4 / 5, 1 / 5], abs=0.01)
    assert found["gap"]["a"] == pytest.approx(found["share"]["a"] - 0.5)
    assert found["quotient"]["b"] == pytest.approx(found["share"]["b"] / 0.5)


def test_weights_are_found_that_make_unlike_pillars_equally_important(small):
    rng = np.random.default_rng(5)
    codes = ["AAA", "BBB", "CCC", "DDD"]
    figures = {k: dict(zip(codes, rng.random(4), strict=True)) for k in ("a", "b")}
    index = build("small", content=small(figures))
    many = pd.DataFrame({"a": rng.random(200) * 4, "b": rng.random(200)})
    object.__setattr__(index, "normalised", many)
    object.__setattr__(index, "scores", pd.DataFrame({"index": many.mean(axis=1)}))
    found = importance.equal_importance(index, "index")
    assert found["weight"].tolist() == [0.5, 0.5]
    # of a sum the importance is that of a straight line: the squared correlation
    a, b = (np.corrcoef(many[c], many["a"] + many["b"])[0, 1] ** 2 for c in "ab")
    assert found["share"]["a"] == pytest.approx(a / (a + b), abs=0.03)
    # independent parts: importance w^2 v, so alike when w is inverse to the spread
    assert found["reached"].tolist() == pytest.approx([0.5, 0.5], abs=0.01)
    found = found["matching"]
    assert found["b"] / found["a"] == pytest.approx(many["a"].std() / many["b"].std(), rel=0.05)


def test_where_no_weights_meet_the_target_it_shows_in_what_they_reach(small):
    rng = np.random.default_rng(5)
    figures = {k: {"AAA": 1, "BBB": 2, "CCC": 4} for k in ("a", "b")}
    placed = 'a = { parent = "index", weight = 4 }\nb = { parent = "index" }'
    index = build("small", content=small(figures, indicators=placed))
    a = rng.random(200)
    many = pd.DataFrame({"a": a, "b": a + 0.05 * rng.random(200)})  # nearly the same
    object.__setattr__(index, "normalised", many)
    object.__setattr__(index, "scores", pd.DataFrame({"index": many.mean(axis=1)}))
    found = importance.equal_importance(index, "index")
    assert found["weight"].tolist() == [0.8, 0.2]
    assert found["reached"]["a"] == pytest.approx(0.5, abs=0.02)  # whoever weighs what
    assert found["matching"].sum() == pytest.approx(1)


def test_weights_are_sought_in_every_family_that_has_enough_countries(index):
    families = importance.equal_importances(index, fewest=10)
    tree = index.framework.tree
    assert set(families) == {node for node in tree.downwards if len(tree.children[node]) > 1}
    for node, table in families.items():
        assert list(table.index) == tree.children[node]
        assert table["matching"].sum() == pytest.approx(1)
        assert table["reached"].sum() == pytest.approx(1)
