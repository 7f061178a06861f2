"""Sovereignty against resilience: fields, correlations against scipy, shared indicators."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from resilience_index import build
from resilience_index.policy import quadrants
from resilience_index.policy.quadrant import above, rank_correlation
from resilience_index.robustness._rank_correlation import spearman


@pytest.fixture(scope="module")
def found(lab):
    return quadrants(lab, draws=300)


def test_rank_correlation_is_that_of_scipy():
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 9, (2, 40)).astype(float)
    made = rank_correlation(x[None, :], y[None, :])[0]
    assert made == pytest.approx(spearmanr(x, y).statistic)


def test_partial_rank_correlation_holds_income_constant():
    rng = np.random.default_rng(3)
    income = rng.random(60)
    x, y = income + 0.3 * rng.random(60), income + 0.3 * rng.random(60)
    made = rank_correlation(x[None, :], y[None, :], income[None, :])[0]
    wanted = spearman(pd.Series(x), pd.Series(y), pd.Series(income))
    assert made == pytest.approx(wanted.size)
    assert made < rank_correlation(x[None, :], y[None, :])[0]


def test_the_probabilities_of_the_four_fields_sum_to_one(found):
    columns = [c for c in found.table if c.startswith("p_")]
    assert len(columns) == 4
    assert found.table[columns].sum(axis=1).to_numpy() == pytest.approx(1)


def test_about_two_countries_in_three_are_at_or_near_zero_sovereignty(found, lab):
    assert found.near_zero / len(found.table) == pytest.approx(2 / 3, abs=0.05)
    sovereignty = build("ai_sovereignty", content=lab.index.content)
    classes = sovereignty.framework.setting(sovereignty.root, "classes")
    assert found.cuts[0] == classes.cuts[0]
    assert classes.names[0] == "at or near zero"
    named = sovereignty.classes.loc[found.table.index, sovereignty.root]
    assert found.near_zero == (named == classes.names[0]).sum()
    assert (found.table["field"].str.startswith("low") == (named == classes.names[0])).all()


@pytest.mark.parametrize(("at_cut", "on_the_cut"), [("above", True), ("below", False)])
def test_a_score_on_the_cut_lies_where_the_classes_put_it(lab, at_cut, on_the_cut):
    index = build("ai_sovereignty", content=lab.index.content)
    definition = index.framework.model_dump(exclude_unset=True)
    definition["nodes"][index.root]["classes"]["at_cut"] = at_cut
    changed = replace(index, framework=index.content.checked(definition, "changed"))
    scores = np.array([[17.99, 18.0, 17.7 + 0.3, 18.01]])  # 17.7 + 0.3 is 18 but for its last digit
    assert above(changed, "class", scores).tolist() == [[False, on_the_cut, on_the_cut, True]]


def test_resilience_is_cut_at_its_median(found):
    assert found.cuts[1] == pytest.approx(found.table["up"].median())


def test_fields_follow_from_the_scores_and_the_cuts(found):
    table, (across, up) = found.table, found.cuts
    for code in ("USA", "KOR", "KEN", "BRA"):
        row = table.loc[code]
        left = "high" if row["across"] >= across else "low"
        right = "high" if row["up"] >= up else "low"
        assert row["field"] == f"{left}_{right}"


def test_the_correlation_is_the_published_one_with_an_interval_around_it(found):
    wanted = spearmanr(found.table["across"], found.table["up"]).statistic
    assert found.plain.size == pytest.approx(wanted)
    assert found.plain.interval.low < found.plain.size < found.plain.interval.high


def test_income_explains_a_part_of_the_correlation(found):
    assert found.net_of_income.size < found.plain.size


def test_indicators_in_both_are_named_and_left_out_of_the_second_correlation(found, lab):
    both = set(build("ai_sovereignty").framework.indicators)
    assert set(found.shared) == both & set(lab.index.framework.indicators)
    assert found.without_shared_net.size < found.net_of_income.size


def test_a_country_without_cloud_regions_has_no_cloud_layer(lab):
    made = build("ai_sovereignty", content=lab.index.content)
    assert np.isnan(made.scores.loc["EST", "own_cloud"])
    assert made.scores.loc["KOR", "own_cloud"] == 0
    assert made.scores.loc["FRA", "own_cloud"] == pytest.approx(
        100 - made.observed.loc["FRA", "cloud_foreign_controlled_share"]
    )


def test_a_zero_in_one_layer_does_not_erase_a_country(lab):
    made = build("ai_sovereignty", content=lab.index.content)
    row = made.scores.loc["KOR"]
    layers = [row["own_compute"], row["own_models"], row["own_cloud"], row["own_talent"]]
    assert min(layers) == 0
    assert row["sovereignty"] == pytest.approx(np.mean(layers))
