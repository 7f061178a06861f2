"""Priors: quantiles against scipy, common points, mixtures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from resilience_index.content.policies import Prior
from resilience_index.errors import MethodError
from resilience_index.policy.priors import DRAWS, Drawn, points, quantile

GRID = np.linspace(0.001, 0.999, 999)

SCIPY = {
    "uniform": ({"low": 2.0, "high": 5.0}, stats.uniform(2, 3)),
    "loguniform": ({"low": 2.0, "high": 50.0}, stats.loguniform(2, 50)),
    "triangular": ({"low": 1.0, "mode": 2.0, "high": 6.0}, stats.triang(0.2, 1, 5)),
    "beta": ({"a": 6.0, "b": 2.0}, stats.beta(6, 2)),
    "normal": ({"mean": 3.0, "sd": 0.5}, stats.norm(3, 0.5)),
    "lognormal": ({"median": 8.0, "sigma": 0.4}, stats.lognorm(0.4, scale=8)),
}


@pytest.mark.parametrize("name", SCIPY)
def test_quantiles_are_those_of_scipy(name):
    settings, law = SCIPY[name]
    assert quantile({"name": name, **settings}, GRID) == pytest.approx(law.ppf(GRID), rel=1e-9)


def test_every_draw_is_tested():
    assert set(DRAWS) == {*SCIPY, "fixed", "mixture"}


def test_a_fixed_value_is_the_same_in_every_draw():
    assert (quantile({"name": "fixed", "value": 7.0}, GRID) == 7).all()


@pytest.mark.parametrize("mode", [1.0, 6.0])
def test_a_triangle_may_have_its_peak_at_an_end(mode):
    law = stats.triang((mode - 1) / 5, 1, 5)
    made = quantile({"name": "triangular", "low": 1.0, "mode": mode, "high": 6.0}, GRID)
    assert made == pytest.approx(law.ppf(GRID), rel=1e-9)


def test_a_mixture_has_the_moments_of_its_parts():
    parts = [{"name": "beta", "a": 12.0, "b": 2.0}, {"name": "beta", "a": 2.0, "b": 8.0}]
    made = quantile(
        {"name": "mixture", "weights": [0.7, 0.3], "of": parts}, np.linspace(0, 1, 10**5)
    )
    assert made.mean() == pytest.approx(0.7 * 12 / 14 + 0.3 * 2 / 10, abs=1e-3)


@given(st.sampled_from(sorted(SCIPY)), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_rise_with_their_points(name, one, other):
    low, high = sorted((one, other))
    settings, _ = SCIPY[name]
    made = quantile({"name": name, **settings}, np.array([low, high]))
    assert np.isfinite(made).all()
    assert made[0] <= made[1]


def test_an_unknown_draw_is_refused():
    with pytest.raises(MethodError, match="unknown draw 'gama'"):
        quantile({"name": "gama"}, GRID)


def test_points_depend_on_the_name_and_the_seed_alone():
    assert np.array_equal(points("redemption", 50, 3), points("redemption", 50, 3))
    assert not np.array_equal(points("redemption", 50, 3), points("redemption", 50, 4))
    assert not np.array_equal(points("redemption", 50, 3), points("overhead", 50, 3))


def test_a_programmes_own_prior_is_drawn_at_the_points_of_the_general_one(lab):
    drawn = Drawn(lab.policies.priors, 500, 0)
    own = lab.policies.prior("redemption", lab.policies.programmes["uk_help_to_grow"])
    general, changed = drawn("redemption"), drawn("redemption", own)
    assert not np.array_equal(general, changed)
    assert np.array_equal(np.argsort(general), np.argsort(changed))


def test_a_prior_varies_where_one_of_its_uses_does(lab):
    fixed = Prior.model_validate(
        {**lab.policies.priors["redemption"].model_dump(), "draw": {"name": "fixed", "value": 0.5}}
    )
    drawn = Drawn(lab.policies.priors, 4, 0)
    drawn("redemption", fixed)
    assert drawn.varying() == []
    drawn("redemption")
    assert drawn.varying() == ["redemption"]


def test_a_countrys_copy_of_a_prior_is_drawn_apart(lab):
    drawn = Drawn(lab.policies.priors, 50, 0)
    assert not np.array_equal(
        drawn("firms_per_worker", own="KOR"), drawn("firms_per_worker", own="KEN")
    )
