"""A model of one's own: lags by hand and by an independent run, runs that the money pays for."""

import numpy as np
import pytest

from resilience_index.policy.hosting import accelerators, installed
from resilience_index.policy.priors import Drawn
from resilience_index.policy.sovereign_model import (
    Effort,
    Frontier,
    Uptake,
    lag_months,
    model,
    runs,
)

ONE = np.ones(1)
DRAWS = 20_000


def effort(**changes):
    named = {
        "compute_share": 0.5, "staff_share": 0.3, "staff_cost": 1e5, "refresh": 1.0, "launch": 1.0,
    }  # fmt: skip
    named |= changes
    teams = int(named.pop("teams", 1))
    return Effort(**{k: v * ONE for k, v in named.items()}, teams=teams)


def test_a_run_as_large_as_the_frontier_lags_by_organisation_alone():
    assert lag_months(5e8 * ONE, 0, Frontier(5e8 * ONE, 2.4 * ONE, 8 * ONE, 6 * ONE)).item() == 6


def test_a_run_larger_than_the_frontier_is_not_ahead_of_it():
    assert lag_months(9e8 * ONE, 0, Frontier(5e8 * ONE, 2.4 * ONE, 8 * ONE, 0 * ONE)).item() == 0


def test_the_lag_is_the_time_the_frontier_needed_for_the_difference():
    frontier = Frontier(8e8 * ONE, 2 * ONE, 12 * ONE, 0 * ONE)
    assert lag_months(1e8 * ONE, 0, frontier).item() == pytest.approx(12 * 3 / 2)


def test_a_run_of_the_same_cost_lags_more_each_year():
    frontier = Frontier(8e8 * ONE, 2 * ONE, 12 * ONE, 0 * ONE)
    later = lag_months(1e8 * ONE, 2, frontier).item()
    assert later == pytest.approx(12 * (3 + 2) / 2)


def independent_lag(cost, frontier, seed):
    rng = np.random.default_rng(seed)
    growth = np.exp(np.log(2.4) + 0.12 * rng.standard_normal(DRAWS))
    halving = np.exp(np.log(8) + 0.40 * rng.standard_normal(DRAWS))
    algorithms = 2 ** (12 / halving)
    organisation = 12 * rng.triangular(0.0, 0.5, 1.5, DRAWS)
    behind = np.log(frontier / cost) / (np.log(growth) + np.log(algorithms))
    return 12 * np.maximum(0, behind) + organisation


STATED = {1e7: (22, 32, 44), 5e7: (15, 22, 31), 1.5e8: (9, 15, 23), 5e8: (2, 8, 15)}


@pytest.mark.parametrize("cost", STATED)
def test_lags_agree_with_an_independent_run_and_the_table_stated_for_the_priors(lab, cost):
    drawn = Drawn(lab.policies.priors, DRAWS, 0)
    frontier = Frontier(
        np.full(DRAWS, 5e8),
        drawn("frontier_cost_growth"),
        drawn("halving_time"),
        drawn("organisation_lag"),
    )
    found = np.percentile(lag_months(np.full(DRAWS, cost), 0, frontier), (5, 50, 95))
    again = [np.percentile(independent_lag(cost, 5e8, s), (5, 50, 95)) for s in range(4)]
    error = 4 * np.std(again, axis=0, ddof=1) + 0.1
    assert (abs(found - np.mean(again, axis=0)) <= error).all()
    assert found == pytest.approx(STATED[cost], abs=0.6)


def test_a_budget_pays_for_a_run_at_the_start_and_one_at_every_refresh():
    made = runs(100.0, 20.0, effort(), 0 * ONE, years=3, computing=False)
    assert made.count.item() == 3
    assert made.spent.item() == 3 * 20
    assert made.left.item() == 100 - 3 * 20
    assert made.compute.item() == 20 * 0.5


def test_the_computing_alone_costs_the_programme_more():
    made = runs(100.0, 20.0, effort(), 0 * ONE, years=2, computing=True)
    assert made.spent.item() == 2 * 20 / 0.5


def test_later_runs_cost_less_today():
    made = runs(100.0, 20.0, effort(), 0.25 * ONE, years=2, computing=False)
    assert made.spent.item() == pytest.approx(20 + 20 / 1.25)


def test_money_for_less_than_one_run_buys_a_smaller_one():
    made = runs(10.0, 20.0, effort(), 0 * ONE, years=5, computing=False)
    assert made.count.item() == 1
    assert made.compute.item() == 10 * 0.5
    assert made.left.item() == 0


def test_no_money_buys_no_run():
    made = runs(0.0, 20.0, effort(), 0 * ONE, years=5, computing=False)
    assert made.count.item() == 0
    assert made.spent.item() == 0
    service = model(
        made,
        Frontier(5e8 * ONE, 2 * ONE, 8 * ONE, 0 * ONE),
        effort(),
        Uptake(ONE, ONE, ONE),
        year=5,
    )
    assert service.use.item() == 0
    assert service.in_service.item() == 0


def test_all_the_money_in_runs_leaves_nothing():
    made = runs(90.0, None, effort(teams=3), 0 * ONE, years=3, computing=False)
    assert made.compute.item() == pytest.approx(90 / 3 / 3 * 0.5)
    assert made.left.item() == pytest.approx(0, abs=1e-9)


def test_teams_share_the_money():
    made = runs(100.0, 20.0, effort(teams=5), 0 * ONE, years=1, computing=False)
    assert made.spent.item() == 5 * 20
    assert made.yearly_staff.item() == pytest.approx(5 * 20 * 0.3 / 1e5 / 1)


def test_a_model_that_is_not_trained_anew_falls_behind_by_twelve_months_a_year():
    made = runs(20.0, 20.0, effort(), 0 * ONE, years=5, computing=False)
    frontier = Frontier(10.0 * ONE, 2 * ONE, 8 * ONE, 0 * ONE)
    lags = [
        model(made, frontier, effort(), Uptake(ONE, 0 * ONE, ONE), year=t).lag.item()
        for t in (1, 2, 3)
    ]
    assert lags == [0, 12, 24]


def test_use_falls_with_the_lag_and_builds_up_with_time():
    made = runs(20.0, 20.0, effort(), 0 * ONE, years=5, computing=False)
    frontier = Frontier(10.0 * ONE, 2 * ONE, 8 * ONE, 6 * ONE)
    uptake = Uptake(0.1 * ONE, 0.05 * ONE, 2.0 * ONE)
    found = model(made, frontier, effort(), uptake, year=3).use.item()
    assert found == pytest.approx(0.1 * np.exp(-0.05 * (6 + 24)) * (1 - np.exp(-2 / 2)))


def test_accelerators_cost_their_price_and_their_running():
    made = accelerators(1100.0 * ONE, 100 * ONE, 0.25 * ONE, 0 * ONE, years=4)
    assert made.item() == pytest.approx(1100 / (100 * (1 + 0.25 * 4)))


def test_accelerators_bought_in_parts_cost_what_each_year_costs_today():
    """At 25 %: a third each at the start, after one and two years; then each runs to the end."""
    made = accelerators(1000.0 * ONE, 100 * ONE, 0.2 * ONE, 0.25 * ONE, years=4, over=3).item()
    third = made / 3
    bought = 100 * third * (1 + 0.8 + 0.64)
    run = 0.2 * 100 * third * (1 * 0.8 + 2 * 0.64 + 3 * 0.512 + 3 * 0.4096)
    assert bought + run == pytest.approx(1000)


def test_hosting_is_put_up_evenly():
    assert [installed(90 * ONE, year=t, over=3).item() for t in (1, 2, 3, 4)] == [30, 60, 90, 90]
