"""Correlations, components and consistency, against scikit-learn, scipy, statsmodels and papers."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from sklearn.decomposition import PCA
from statsmodels.formula.api import ols

from resilience_index.errors import DataError
from resilience_index.robustness import coherence

LETTERS = ["a", "b", "c", "d", "e"]

THURSTONE = """
1 .828 .776 .439 .432 .447 .447 .541 .380
.828 1 .779 .493 .464 .489 .432 .537 .358
.776 .779 1 .460 .425 .443 .401 .534 .359
.439 .493 .460 1 .674 .590 .381 .350 .424
.432 .464 .425 .674 1 .541 .402 .367 .446
.447 .489 .443 .590 .541 1 .288 .320 .325
.447 .432 .401 .381 .402 .288 1 .555 .598
.541 .537 .534 .350 .367 .320 .555 1 .452
.380 .358 .359 .424 .446 .325 .598 .452 1
"""
"""Correlations of nine tests of ability (Bechtoldt 1961, from Thurstone and Thurstone)."""


def one_factor(members=5, rows=150, seed=3):
    rng = np.random.default_rng(seed)
    factor = rng.standard_normal(rows)
    noise = rng.standard_normal((rows, members))
    weights = np.linspace(0.5, 0.9, members)
    table = factor[:, None] * weights + noise * np.sqrt(1 - weights**2)
    return pd.DataFrame(table, columns=LETTERS[:members])


def with_gaps(table, share=0.15, seed=4):
    rng = np.random.default_rng(seed)
    return table.mask(rng.random(table.shape) < share)


def test_correlations_are_those_of_scipy_over_what_each_pair_has():
    table = with_gaps(one_factor())
    found = coherence.correlations(table)
    for one in table:
        for other in table:
            both = table[[one, other]].dropna()
            if one != other:
                r = stats.pearsonr(both[one], both[other]).statistic
                assert found.loc[one, other] == pytest.approx(r, abs=1e-12)
    assert coherence.in_common(table).loc["a", "b"] == len(table[["a", "b"]].dropna())


def test_a_pair_with_too_few_countries_in_common_has_no_correlation():
    table = pd.DataFrame({"a": [1.0, 2.0, np.nan, np.nan], "b": [np.nan, 1.0, 2.0, 3.0]})
    assert np.isnan(coherence.correlations(table, fewest=2).loc["a", "b"])


def test_eigenvalues_and_loadings_are_those_of_scikit_learn():
    table = one_factor()
    z = (table - table.mean()) / table.std(ddof=0)
    theirs = PCA().fit(z)
    ours = coherence.principal_components(table.corr())
    n = len(table)
    assert ours.eigenvalues == pytest.approx(theirs.explained_variance_ * (n - 1) / n)
    assert ours.first_share == pytest.approx(theirs.explained_variance_ratio_[0])
    loadings = theirs.components_.T * np.sqrt(theirs.explained_variance_ * (n - 1) / n)
    assert np.abs(ours.loadings.to_numpy()) == pytest.approx(np.abs(loadings))
    assert (ours.loadings[1] > 0).all()


def test_the_loading_is_the_correlation_with_the_component():
    table = one_factor()
    z = (table - table.mean()) / table.std()
    ours = coherence.principal_components(table.corr())
    first = z @ (ours.loadings[1] / np.sqrt(ours.eigenvalues[0]))
    assert ours.loadings.loc["b", 1] == pytest.approx(first.corr(table["b"]))


def test_alpha_is_hoyts_share_of_variance_between_countries():
    table = one_factor(4, 40)
    long = table.reset_index().melt(id_vars="index", var_name="item", value_name="y")
    fit = ols("y ~ C(index) + C(item)", long).fit()
    anova = sm.stats.anova_lm(fit)
    rest, between = anova.loc["Residual", "mean_sq"], anova.loc["C(index)", "mean_sq"]
    assert coherence.cronbach_alpha(table) == pytest.approx(1 - rest / between)


def test_alpha_of_two_members_by_hand():
    # variances 1 and 1, covariance 1/2: 2 / 1 * (1 - 2 / 3)
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]})
    assert coherence.cronbach_alpha(table, fewest=3) == pytest.approx(2 * (1 - 2 / 3))


def test_alpha_if_dropped_is_the_alpha_of_the_others():
    table = one_factor(4, 60)
    found = coherence.alpha_if_dropped(table)
    assert found["b"] == pytest.approx(coherence.cronbach_alpha(table[["a", "c", "d"]]))
    assert coherence.alpha_if_dropped(table[["a", "b"]]).isna().all()


def test_sampling_adequacy_agrees_with_the_one_published_for_thurstones_tests():
    # psych::KMO(Thurstone): overall .88, single ones as below, to two digits
    r = np.array([row.split() for row in THURSTONE.split("\n") if row], dtype=float)
    whole, each = coherence.sampling_adequacy(pd.DataFrame(r))
    assert round(whole, 2) == 0.88
    assert each.round(2).tolist() == [0.86, 0.86, 0.90, 0.86, 0.88, 0.92, 0.85, 0.93, 0.87]


def test_the_partial_correlations_in_it_are_those_of_residuals():
    table = one_factor(4, 80)
    z = (table - table.mean()) / table.std()
    total_r = total_q = 0.0
    for i, one in enumerate(z):
        for other in list(z)[i + 1 :]:
            rest = sm.add_constant(z.drop(columns=[one, other]))
            residuals = [sm.OLS(z[c], rest).fit().resid for c in (one, other)]
            total_q += np.corrcoef(*residuals)[0, 1] ** 2
            total_r += z[one].corr(z[other]) ** 2
    whole, _ = coherence.sampling_adequacy(table.corr())
    assert whole == pytest.approx(total_r / (total_r + total_q))


def test_bartletts_statistic_is_the_likelihood_ratio_with_his_factor():
    table, k = one_factor(4, 80), 4
    n = len(table)
    z = ((table - table.mean()) / table.std(ddof=0)).to_numpy()
    together = stats.multivariate_normal(np.zeros(k), np.corrcoef(z.T)).logpdf(z).sum()
    apart = stats.norm.logpdf(z).sum()
    ratio = 2 * (together - apart) / n * (n - 1 - (2 * k + 5) / 6)
    statistic, freedom, p = coherence.sphericity(table.corr(), n)
    assert statistic == pytest.approx(ratio)
    assert freedom == 6
    assert p == pytest.approx(stats.chi2.sf(ratio, 6))


def test_a_member_that_follows_from_the_others_is_told():
    table = one_factor(3).assign(d=lambda t: t["a"] + t["b"])
    for test in (lambda r: coherence.sphericity(r, 150), coherence.sampling_adequacy):
        with pytest.raises(DataError, match="follows from the others"):
            test(table.corr())
    assert "follows from" in coherence.family("n", "children", table).why


def test_the_rest_of_a_family_is_the_mean_of_the_others_on_one_scale():
    table = one_factor(3)
    z = (table - table.mean()) / table.std()
    found = coherence.with_the_rest(table * [1, 50, 0.02])
    assert found["a"] == pytest.approx(z["a"].corr((z["b"] + z["c"]) / 2))


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (one_factor(1), "a single member"),
        (one_factor(3).assign(a=1.0), "the same everywhere in: a"),
        (one_factor(2).assign(a=lambda t: t["a"].where(t.index < 5)), "only 5 countries in common"),
    ],
)
def test_what_has_no_components_says_why(table, why):
    found = coherence.family("n", "children", table)
    assert found.components is None
    assert why in found.why
