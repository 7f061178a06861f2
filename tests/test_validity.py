"""Whether others agree with an index: published figures, claims, the years before."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from resilience_index import build
from resilience_index.content._audit_settings import Hypothesis
from resilience_index.robustness import validity
from resilience_index.robustness._rank_correlation import spearman

rng = np.random.default_rng(4)
CODES = [f"C{i:02}" for i in range(40)]
INCOME = pd.Series(rng.normal(9, 1, 40), index=CODES)
SCORE = 10 * INCOME + pd.Series(rng.normal(0, 5, 40), index=CODES)
OTHER = SCORE + pd.Series(rng.normal(0, 5, 40), index=CODES)
UNITS = pd.DataFrame({"club": ["1" if s > SCORE.median() else "0" for s in SCORE]}, index=CODES)


def test_agreement_is_given_raw_and_net_of_income():
    found = validity.agreement(SCORE, pd.DataFrame({"x": OTHER}), INCOME).loc["x"]
    assert found["rho"] == pytest.approx(stats.spearmanr(SCORE, OTHER).statistic)
    assert found["net"] == pytest.approx(spearman(SCORE, OTHER, INCOME).size)
    alone = validity.agreement(SCORE, pd.DataFrame({"x": OTHER}), None).loc["x"]
    assert np.isnan(alone["net"])


def test_a_claim_about_a_group_is_mann_and_whitneys():
    claim = Hypothesis(text="Members stand higher.", column="club", expects="higher")
    found = validity.outcome(claim, SCORE, UNITS, {}, INCOME)
    inside, outside = SCORE[UNITS["club"] == "1"], SCORE[UNITS["club"] == "0"]
    test = stats.mannwhitneyu(inside, outside, alternative="greater")
    assert found.size == pytest.approx(test.statistic / (len(inside) * len(outside))) == 1
    assert found.p == pytest.approx(test.pvalue)
    assert found.holds


def test_a_claim_the_wrong_way_round_does_not_hold():
    claim = Hypothesis(text="It falls.", indicator="x", expects="falls")
    found = validity.outcome(claim, SCORE, UNITS, {"x": OTHER}, INCOME)
    assert found.holds is False
    assert found.p > 0.99


def test_a_claim_net_of_income_is_one_sided():
    claim = Hypothesis(text="It rises.", indicator="x", expects="rises", net_of_income=True)
    found = validity.outcome(claim, SCORE, UNITS, {"x": OTHER}, INCOME)
    assert found.p == pytest.approx(spearman(SCORE, OTHER, INCOME).p / 2)
    assert validity.outcome(claim, SCORE, UNITS, {"x": OTHER}, None).holds is None


def test_an_empty_group_cannot_be_tested():
    claim = Hypothesis(text="Nobody.", column="club", value="2", expects="higher")
    assert validity.outcome(claim, SCORE, UNITS, {}, None).holds is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"expects": "higher"},
        {"expects": "rises"},
        {"expects": "rises", "column": "club"},
        {"expects": "higher", "column": "club", "indicator": "x"},
        {"expects": "higher", "column": "club", "net_of_income": True},
    ],
)
def test_a_claim_that_is_neither_of_a_group_nor_of_an_indicator_is_refused(wrong):
    with pytest.raises(ValueError, match=r"expects = (rises|higher)"):
        Hypothesis(text="What?", **wrong)


def test_years_on_one_scale_are_compared_one_with_the_next():
    panel = build("hdi", content="tests/published/hdi")
    found = validity.year_to_year(panel)
    years = [panel.scores["hdi"].xs(year, level=1) for year in (2021, 2022)]
    rho = stats.spearmanr(*pd.concat(years, axis=1).dropna().to_numpy().T).statistic
    assert found.loc[2022, "rho"] == pytest.approx(rho)
    assert len(found) == 32
