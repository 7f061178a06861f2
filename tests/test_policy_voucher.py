"""Voucher: hand arithmetic at its limits, and an independent run of the same equations.

The independent run is written anew below, loop by loop, with every parameter in sight; the engine
takes the same numbers from indicators/policies/. Medians and 90 % bounds agree within the error of
the draws.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.policy.arms import Delivery, arms_of
from resilience_index.policy.priors import Drawn
from resilience_index.policy.voucher import Design, Spread, additionality, adopters, depth, growth

ONE = np.ones((1, 1))


def design(**changes: float) -> Design:
    """Give a voucher in which nothing is lost: every number 1, no overhead."""
    named = {
        "overhead": 0.0, "absorption": 1.0, "redemption": 1.0, "demand_ceiling": 1.0,
        "supplier_capacity": 1.0, "scope_overlap": 1.0, "additionality_max": 1.0,
        "additionality_horizon": 1.0, "self_selection": 1.0, "persistence": 1.0,
    }  # fmt: skip
    named |= changes
    return Design(mean_grant=1000.0 * ONE, **{name: value * ONE for name, value in named.items()})


def still(rate: float = 0.0, spillover: float = 0.0) -> Spread:
    """Give a world without diffusion, unless a rate is named."""
    return Spread(rate * ONE, 0.8 * ONE, spillover * ONE, 0.9 * ONE)


def follow(budget, spread, made, *, years, start=0.1, firms=100_000.0):
    return adopters(np.array(budget), firms * ONE, start * ONE, spread, made, years=years)


def test_without_a_budget_nothing_happens():
    made = follow([0.0], still(0.3, 1.0), design(), years=5)
    assert (made.extra == 0).all()
    assert (made.paid == 0).all()


def test_with_everything_redeemed_and_additional_and_no_diffusion_it_is_firms_over_number():
    made = follow([5e6], still(), design(), years=1)
    paid = 5e6 / 1000
    assert made.paid[0].item() == paid
    assert made.extra[1].item() == paid / 100_000


def test_overhead_and_absorption_take_their_part_of_the_money():
    made = follow([5e6], still(), design(overhead=0.2, absorption=0.5), years=1)
    assert made.paid[0].item() == pytest.approx(0.5 * (1 - 0.2) * 5e6 / 1000)


def test_vouchers_that_are_not_redeemed_are_issued_in_greater_number():
    made = follow([5e6], still(), design(redemption=0.5), years=1)
    assert made.issued[0].item() == pytest.approx(5e6 / (1000 * 0.5))
    assert made.paid[0].item() == pytest.approx(5e6 / 1000)


def test_demand_limits_what_is_issued():
    made = follow([1e9], still(), design(demand_ceiling=0.25), years=1)
    assert made.paid[0].item() == pytest.approx(0.25 * (1 - 0.1) * 100_000)


def test_suppliers_limit_what_is_issued():
    made = follow([1e9], still(), design(supplier_capacity=0.05), years=1)
    assert made.paid[0].item() == pytest.approx(0.05 * (1 - 0.1) * 100_000)


def test_firms_out_of_scope_do_not_count_in_the_share():
    made = follow([5e6], still(), design(scope_overlap=0.3), years=1)
    assert made.extra[1].item() == pytest.approx(0.3 * 5000 / 100_000)


def test_additional_users_fade_by_the_persistence():
    made = follow([5e6], still(), design(persistence=0.6), years=3)
    assert made.extra[3].item() == pytest.approx(0.05 * 0.6**2)


def test_spillover_spreads_from_additional_users_as_from_any_other():
    made = follow([5e6], still(0.4, 0.5), design(additionality_horizon=0.0), years=2)
    base = 0.1 + 0.4 * 0.1 * (1 - 0.1 / 0.8)
    first = 0.05
    spilled = 0.5 * 0.4 * first * (1 - (base + first) / 0.8)
    assert made.extra[2].item() == pytest.approx(first + spilled)


def test_diffusion_grows_by_the_logistic_law():
    assert growth(0.2 * ONE, still(0.5)).item() == pytest.approx(0.5 * 0.2 * (1 - 0.2 / 0.8))


def test_adoption_above_the_ceiling_does_not_shrink():
    assert growth(0.9 * ONE, still(0.5)).item() == 0


def test_additionality_is_the_chance_of_not_adopting_within_the_horizon():
    made = design(additionality_max=0.9, additionality_horizon=2.0, self_selection=3.0)
    hazard = 0.5 * 0.2 * (1 - 0.2 / 0.8) / (1 - 0.2)
    assert additionality(0.2 * ONE, still(0.5), made).item() == pytest.approx(
        0.9 * (1 - hazard) ** (3 * 2)
    )


def test_a_later_voucher_is_less_additional_as_the_wave_arrives():
    made = follow([1e6] * 5, still(0.4), design(), years=5)
    assert (np.diff(made.additionality[:4].ravel()) < 0).all()


def test_a_grant_of_the_scale_reaches_63_per_cent_of_the_depth():
    assert depth(5000.0, 0.29 * ONE, 5000.0 * ONE).item() == pytest.approx(0.29 * (1 - np.exp(-1)))


def test_the_mean_grant_is_a_drawn_share_of_the_cap(lab):
    """Of a cap of 11,800 dollars with shares of Beta(37.5, 62.5): mean 4,425, and paid money so."""
    (arm,) = arms_of("voucher:italy_2018", lab.policies)
    drawn = Drawn(lab.policies.priors, DRAWS, 0)
    made = Delivery(
        lab.policies, drawn, np.full((DRAWS, 1), 0.17), np.full((DRAWS, 1), 1e6), 1e8, YEARS
    ).of(arm, YEARS)
    grant = made.told["money_paid"] / made.told["firms_paid"]
    assert arm.programme.cap == 11_800
    share = 37.5 / 100
    spread = np.sqrt(share * (1 - share) / 101)
    assert grant.mean() == pytest.approx(11_800 * share, rel=0.005)
    assert grant.std() == pytest.approx(11_800 * spread, rel=0.03)
    assert arm.programme.mean_grant == pytest.approx(11_800 * share, rel=0.001)


def test_the_gain_of_an_adopter_is_told_and_is_four_per_cent_at_most(lab):
    """0.04 times U(0, 1) for small firms: 2 % on average; in scope times the additional share."""
    (arm,) = arms_of("voucher:italy_2018", lab.policies)
    drawn = Drawn(lab.policies.priors, DRAWS, 0)
    made = Delivery(
        lab.policies, drawn, np.full((DRAWS, 1), 0.17), np.full((DRAWS, 1), 1e6), 1e8, YEARS
    ).of(arm, YEARS)
    gain = made.told["gain_of_adopter"]
    assert np.percentile(gain, (0, 50, 100)) == pytest.approx([0, 0.02, 0.04], abs=4e-4)
    assert made.told["gain_in_scope"] == pytest.approx(gain * made.delivered["adopters"])


@given(less=st.floats(0, 1e8), more=st.floats(0, 1e8))
def test_more_money_never_adds_fewer_firms(less, more):
    low, high = sorted((less, more))
    spread = still(0.3, 0.5)
    extra = [follow([b], spread, design(), years=3).extra[-1].item() for b in (low, high)]
    assert extra[0] <= extra[1] + 1e-12


# An independent run of the same equations.

DRAWS, YEARS, HORIZON = 20_000, 5, 2


def independent(budget, grant, firms, seed, start=0.17, budget_years=3):
    """Run the equations once more, draw by draw in a plain loop over years."""
    rng = np.random.default_rng(seed)
    rate = rng.uniform(0.25, 0.50, DRAWS)
    ceiling = rng.triangular(0.60, 0.80, 0.95, DRAWS)
    overhead = rng.beta(2, 18, DRAWS)
    works = rng.random(DRAWS) < 0.7
    absorbed = np.where(works, rng.beta(12, 2, DRAWS), rng.beta(2, 8, DRAWS))
    keenness = rng.uniform(1, 4, DRAWS)
    kept = rng.beta(5, 2, DRAWS)
    spill = rng.uniform(0, 1, DRAWS)
    best = rng.triangular(0.6, 0.9, 1.0, DRAWS)
    share, extra, funded = np.full(DRAWS, start), np.zeros(DRAWS), np.zeros(DRAWS)
    for year in range(YEARS):
        helped = np.zeros(DRAWS)
        if year < budget_years:
            helped = absorbed * (budget / budget_years) * (1 - overhead) / grant / firms
        helped = np.minimum(helped, 0.25 * (1 - share - extra))
        by_itself = rate * share * (1 - share / ceiling)
        additional = best * (1 - np.clip(by_itself / (1 - share), 0, 0.9)) ** (keenness * HORIZON)
        spread = spill * rate * extra * (1 - (share + extra) / ceiling)
        extra = kept * extra + additional * helped + spread
        share = share + by_itself
        funded = funded + helped * firms
    return funded, extra, share, additional


def engine(policies, budget, grant, firms, start=0.17):
    """Run the shipped priors through the engine, with the same grant, firms and start."""
    (arm,) = arms_of("voucher:italy_2018", policies)
    plain = arm.programme.model_copy(update={"mean_grant": grant, "cap": None, "priors": {}})
    fixed = {
        code: policies.priors[code].model_copy(update={"draw": {"name": "fixed", "value": value}})
        for code, value in {"scope_overlap": 1.0, "discount_rate": 0.0}.items()
    }
    drawn = _Fixed({**policies.priors, **fixed}, DRAWS, 0)
    whole = np.full((DRAWS, 1), float(firms))
    made = Delivery(policies, drawn, np.full((DRAWS, 1), start), whole, budget, YEARS)
    arm = type(arm)(arm.label, arm.preset, plain)
    told = made.of(arm, YEARS)
    return (
        told.told["firms_paid"][:, 0],
        told.delivered["adopters"][:, 0],
        made.base[YEARS][:, 0],
        told.told["additionality"][:, 0],
    )


class _Fixed(Drawn):
    """Draws in which some priors were put to one value."""

    def __call__(self, code, change=None, own=""):
        draw = self.priors[code].draw
        if isinstance(draw, dict):
            return np.full(self.draws, draw["value"])
        return super().__call__(code, change, own)


GRANTS = {"korea_documented": 217e3, "korea_data_voucher": 35e3, "italy_2018": 4.4e3}


@pytest.mark.parametrize("budget", [1e8, 1e9])
@pytest.mark.parametrize("preset", GRANTS)
def test_medians_and_bounds_agree_with_an_independent_run(lab, preset, budget):
    grant = GRANTS[preset]
    assert lab.policies.programmes[preset].mean_grant == pytest.approx(grant, rel=0.01)
    mine = engine(lab.policies, budget, grant, 1e6)
    runs = [independent(budget, grant, 1e6, seed) for seed in range(4)]
    for values, others in zip(mine, zip(*runs, strict=True), strict=True):
        wanted = np.array([np.percentile(other, (5, 50, 95)) for other in others])
        error = 4 * wanted.std(axis=0, ddof=1) + 0.01 * wanted[:, 1].mean()
        assert (abs(np.percentile(values, (5, 50, 95)) - wanted.mean(axis=0)) <= error).all()


PUBLISHED = {  # firms; additional adoption in percentage points: median, 5 %, 95 %, as printed
    ("korea_documented", 1e8): (334, 0.01, 0.00, 0.02),
    ("korea_documented", 1e9): (3_325, 0.08, 0.01, 0.25),
    ("korea_data_voucher", 1e8): (2_060, 0.05, 0.00, 0.15),
    ("korea_data_voucher", 1e9): (20_594, 0.49, 0.04, 1.49),
    ("italy_2018", 1e8): (16_387, 0.39, 0.04, 1.20),
    ("italy_2018", 1e9): (164_425, 3.7, 0.4, 11.1),
}


@pytest.mark.parametrize(("preset", "budget"), PUBLISHED)
def test_the_orders_of_magnitude_are_those_stated_for_the_priors(lab, preset, budget):
    firms, median, low, high = PUBLISHED[preset, budget]
    paid, extra, share, additional = engine(lab.policies, budget, GRANTS[preset], 1e6)
    assert np.median(paid) == pytest.approx(firms, rel=0.03)
    found = 100 * np.percentile(extra, (50, 5, 95))
    printed = 0.06 if median > 1 else 0.006  # half a unit of the last digit, and a little
    assert found == pytest.approx([median, low, high], rel=0.03, abs=printed)
    assert np.median(share) == pytest.approx(0.49, abs=0.01)
    assert np.percentile(additional, (50, 5, 95)) == pytest.approx([0.45, 0.22, 0.67], abs=0.015)
