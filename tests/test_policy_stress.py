"""A supplier falls away: limits by hand, an independent run, real clouds, China missing."""

import numpy as np
import pytest

from resilience_index.errors import DataError, UsageError
from resilience_index.policy import Interval, stress
from resilience_index.policy._course import Recovery, course, removed
from resilience_index.policy.priors import Drawn
from resilience_index.policy.stress import Helped, after, around, ranges_after

ONE, NONE = np.ones((1, 1)), np.zeros((1, 1))
DRAWS = 20_000


def recovery(**changes):
    named = dict.fromkeys(
        ("other_reach", "open_reach", "open_cap", "own_cap", "open_lag", "own_lag", "quality_loss"),
        NONE,
    )
    named |= {"other_time": ONE, "hosting_time": ONE, "spare": ONE} | changes
    return Recovery(**named)


def test_one_supplier_with_all_the_share_removed_and_no_recovery_is_a_loss_of_one():
    direct = removed({"only": 1.0}, ["only"]) * ONE
    made = course(direct, 1 - direct, recovery(), months=12)
    assert made.mean_loss.item() == 1
    assert made.left.item() == 0
    assert np.isinf(made.recovered).all()


def test_nothing_removed_is_no_loss():
    made = course(NONE, ONE, recovery(other_reach=ONE), months=12)
    assert made.mean_loss.item() == 0
    assert made.recovered.item() == 0


def test_without_recovery_the_mean_loss_is_the_direct_loss():
    assert course(0.3 * ONE, 0.7 * ONE, recovery(), months=12).mean_loss.item() == 0.3


def test_the_other_vendors_can_at_most_double():
    made = course(0.8 * ONE, 0.2 * ONE, recovery(other_reach=ONE), months=1200)
    assert made.left.item() == pytest.approx(0.2 + 0.2, abs=1e-6)


def test_each_way_takes_its_part_of_what_the_one_before_leaves():
    how = recovery(other_reach=0.5 * ONE, open_reach=ONE, open_cap=0.4 * ONE, own_cap=0.25 * ONE)
    made = course(0.5 * ONE, 0.5 * ONE, how, months=1e6)
    assert made.by["other_vendor"].item() == pytest.approx(0.5 * 0.5)
    assert made.by["open_weights"].item() == pytest.approx(0.5 * 0.5 * 0.4)
    assert made.by["own_model"].item() == pytest.approx(0.5 * 0.5 * 0.6 * 0.25)


def test_a_model_that_lags_a_year_is_worth_less_by_the_loss_of_quality():
    how = recovery(own_cap=ONE, own_lag=12 * ONE, quality_loss=0.5 * ONE)
    made = course(ONE, NONE, how, months=1e6)
    assert made.left.item() == pytest.approx(np.exp(-0.5))


def test_the_moment_of_recovery_solves_the_course():
    how = recovery(other_reach=ONE, other_time=2 * ONE)
    made = course(0.4 * ONE, 0.6 * ONE, how, months=12)
    month = -2 * np.log(0.1 / 0.4)
    assert made.recovered.item() == pytest.approx(month, abs=1e-5)


def test_the_mean_loss_is_the_area_above_the_course():
    how = recovery(other_reach=0.5 * ONE, other_time=3 * ONE)
    made = course(0.4 * ONE, 0.6 * ONE, how, months=12)
    months = np.linspace(0, 12, 200_001)
    use = 1 - 0.4 * (1 - 0.5 * (1 - np.exp(-months / 3)))
    assert made.mean_loss.item() == pytest.approx(1 - use.mean(), abs=1e-5)


def independent(shares, gone, carried, seed, own=0.0, lag=18.0):
    """Walk through the months, draw by draw, with every parameter in sight."""
    rng = np.random.default_rng(seed)
    lost = sum(shares[i] for i in gone)
    other = np.minimum(rng.beta(4.2, 5.8, DRAWS), (1 - lost) / lost)
    soon = np.exp(np.log(2) + 0.6 * rng.standard_normal(DRAWS))
    weights = np.minimum(carried, rng.beta(3, 3, DRAWS))
    later = np.exp(np.log(4) + 0.6 * rng.standard_normal(DRAWS))
    total = np.zeros(DRAWS)
    grid = np.linspace(0, 12, 1201)
    for month in grid:
        back = other * (1 - np.exp(-month / soon))
        hosted = (1 - other) * weights * np.exp(-0.5 * 4 / 12)
        made = (1 - other) * (1 - weights) * own * np.exp(-0.5 * lag / 12)
        back = back + (hosted + made) * (1 - np.exp(-month / later))
        total += lost * (1 - back)
    return 100 * total / len(grid)


SHARES = np.array([0.40, 0.27, 0.21, 0.12])
CASES = {  # suppliers gone, carried by open weights, by an own model: mean loss stated
    "top firm, ample compute": ((0,), 0.6, 0.0, 20),
    "top firm, little compute": ((0,), 0.1, 0.0, 25),
    "jurisdiction, ample compute": ((0, 1, 2), 0.6, 0.0, 58),
    "jurisdiction, little compute": ((0, 1, 2), 0.1, 0.0, 74),
    "jurisdiction, open weights": ((0, 1, 2), 0.4, 0.0, 62),
    "jurisdiction, own model": ((0, 1, 2), 0.1, 1 / 3, 67),
}


@pytest.mark.parametrize("case", CASES)
def test_losses_agree_with_an_independent_run_and_with_what_is_stated_for_the_priors(lab, case):
    gone, carried, own, stated = CASES[case]
    drawn = Drawn(lab.policies.priors, DRAWS, 0)
    column = {
        "other_reach": "other_vendor_reach", "other_time": "other_vendor_time",
        "spare": "spare_capacity", "open_reach": "open_weight_reach",
        "hosting_time": "own_hosting_time", "open_lag": "open_weight_lag",
        "quality_loss": "quality_loss",
    }  # fmt: skip
    how = Recovery(
        **{field: drawn(code)[:, None] for field, code in column.items()},
        open_cap=carried * ONE,
        own_cap=own * ONE,
        own_lag=18.0 * ONE,
    )
    names = dict(enumerate(SHARES))
    lost = removed({str(k): float(v) for k, v in names.items()}, [str(i) for i in gone]) * ONE
    found = 100 * course(lost, 1 - lost, how, months=12).mean_loss[:, 0]
    again = [
        np.percentile(independent(SHARES, gone, carried, s, own), (5, 50, 95)) for s in range(3)
    ]
    error = 4 * np.std(again, axis=0, ddof=1) + 0.25
    assert (abs(np.percentile(found, (5, 50, 95)) - np.mean(again, axis=0)) <= error).all()
    assert np.median(found) == pytest.approx(stated, abs=1)


def test_shares_that_do_not_sum_to_one_are_refused():
    with pytest.raises(DataError, match=r"sum to 0\.9; they must be 0 or more and sum to 1"):
        removed({"a": 0.5, "b": 0.4}, ["a"])


def test_a_supplier_without_a_share_is_refused():
    with pytest.raises(UsageError, match="unknown supplier 'c'; known: a, b"):
        removed({"a": 0.6, "b": 0.4}, ["c"])


def test_national_shares_are_drawn_around_the_worlds(lab):
    drawn = Drawn(lab.policies.priors, DRAWS, 0)
    made = around(0.58, "models:test:KOR", drawn)
    assert made.mean() == pytest.approx(0.58, abs=0.005)
    spread = (0.58 * 0.42 / (1 + drawn("share_concentration"))).mean()
    assert made.var() == pytest.approx(spread, rel=0.05)


def test_a_share_of_nothing_stays_nothing_and_of_everything_everything(lab):
    drawn = Drawn(lab.policies.priors, 5, 0)
    assert (around(0.0, "a", drawn) == 0).all()
    assert (around(1.0, "a", drawn) == 1).all()


def test_korea_loses_its_clouds_with_those_of_the_united_states(lab):
    made = stress(lab, "us_cloud", ["KOR"], draws=50)
    assert (made.course.direct == 1).all()
    assert made.observed[0]
    rows = lab.policies.tables["cloud_under_shock.csv"].set_index(["iso3", "removed"])
    before, left = rows.loc[("KOR", "none")], rows.loc[("KOR", "USA")]
    assert round(float(before["cloud_distance_km"])) == 62
    assert round(float(left["cloud_distance_km"])) == 4614
    assert round(float(before["cloud_host_jurisdictions_2000km"]), 1) == 3.2
    assert float(left["cloud_host_jurisdictions_2000km"]) == 0
    assert made.score[0] < lab.value(lab.index.scores, "KOR", "index")
    assert "No Korean provider is in the list" in made.notes["KOR"]


def test_china_stays_missing_and_says_why(lab):
    table = stress(lab, "us_cloud", ["CHN", "KOR"], draws=50).table()
    unknown = table.loc["CHN", ["direct_loss", "loss_per_adopter", "months_to_90", "score_after"]]
    assert unknown.isna().all()
    assert "unknown, not zero" in table.loc["CHN", "note"]
    assert table.loc["KOR", "rank_resilience"] == 1


def test_a_jurisdiction_keeps_its_own_suppliers(lab):
    made = stress(lab, "us_models_and_cloud", ["USA"], draws=50)
    assert (made.course.direct == 0).all()
    assert made.score[0] == pytest.approx(lab.value(lab.index.scores, "USA", "index"))


def test_the_loss_of_an_economy_is_that_of_its_adopters_times_their_share(lab):
    made = stress(lab, "us_cloud", ["DEU", "KEN"], draws=50)
    assert np.allclose(made.per_economy, made.course.mean_loss * made.adoption)


def test_a_country_that_adopts_nothing_loses_nothing(lab):
    struck = stress(lab, "us_cloud", ["DEU"], draws=20)
    idle = Helped(NONE, NONE, NONE, -struck.adoption)
    assert np.allclose(stress(lab, "us_cloud", ["DEU"], draws=20, helped=idle).per_economy, 0)


def test_regions_are_counted_where_they_stand_and_modelled_elsewhere(lab):
    made = stress(lab, "aws_cloud", ["KOR", "KEN"], draws=200)
    rows = lab.policies.tables["cloud_presence.csv"]
    korea = rows[rows["iso3"] == "KOR"].set_index("provider")["regions"]
    assert made.observed.tolist() == [True, False]
    assert made.course.direct[:, 0] == pytest.approx(korea["aws"] / korea.sum())
    assert made.course.direct[:, 1].std() > 0


def test_both_layers_together_lose_what_neither_keeps(lab):
    cloud = stress(lab, "us_cloud", ["DEU"], draws=2000).course.direct
    both = stress(lab, "us_models_and_cloud", ["DEU"], draws=2000).course.direct
    kept = (1 - both) / (1 - cloud)
    assert (both >= cloud).all()
    assert kept.mean() == pytest.approx(1 - 0.579, abs=0.02)


def test_the_capacity_to_host_is_the_score_of_compute_after_the_shock(lab):
    shock = lab.policies.shock("us_cloud")
    capacity, scores, _ = after(lab, shock)
    at = lab.codes.index("KOR")
    assert capacity[at] < lab.value(lab.index.scores, "KOR", "compute") / 100
    assert scores[at] < lab.value(lab.index.scores, "KOR", "index")


def test_without_a_change_of_clouds_scores_stay(lab):
    _, scores, ranks = after(lab, lab.policies.shock("top_model_vendor"))
    assert np.allclose(scores, lab.index.scores["index"])
    assert np.array_equal(ranks, lab.index.ranks["index"])


def test_a_countrys_result_does_not_depend_on_which_others_are_asked_for(lab):
    alone = stress(lab, "us_models", ["KEN"], draws=64)
    among = stress(lab, "us_models", ["DEU", "KEN"], draws=64)
    assert np.array_equal(alone.course.mean_loss[:, 0], among.course.mean_loss[:, 1])


@pytest.mark.parametrize("shock", ["us_cloud", "top_model_vendor", "us_models_and_cloud"])
def test_the_league_ranks_every_country_that_is_known(lab, shock):
    table = stress(lab, shock, draws=64).table()
    known = table["loss_per_adopter"].notna()
    assert known.sum() >= len(lab.codes) - 1
    assert table.loc[known, "resilience"].between(0, 1).all()
    assert table["rank_resilience"].min() == 1


def test_ranks_of_the_league_have_the_interval_of_ranks_in_each_draw(lab):
    made = stress(lab, "us_cloud", draws=200)
    losses, table = made.course.mean_loss, made.table()
    for place in (3, 40, 90):
        if np.isnan(losses[:, place]).any():
            continue
        ranks = np.sort(1 + (losses < losses[:, [place]]).sum(axis=1))
        row = table.iloc[place]
        ends = (row["rank_resilience_05"], row["rank_resilience_95"])
        assert ends == (ranks[9], ranks[189])  # the least that 5 and 95 % of 200 draws reach


def test_ranks_after_a_shock_have_intervals_and_models_leave_todays(lab):
    shocked = ranges_after(lab, "us_cloud")
    assert shocked["KOR"].low > lab.range_of("KOR").low
    assert np.isnan(shocked["CHN"].low)
    shock = next(n for n, s in lab.policies.shocks.shocks.items() if s.layer == "models")
    assert ranges_after(lab, shock)["KOR"] == lab.range_of("KOR")


def test_an_unknown_shock_is_refused_with_the_nearest_name(lab):
    with pytest.raises(UsageError, match="did you mean 'us_cloud'"):
        stress(lab, "us_clouds", ["KOR"])


def test_the_course_of_one_country_ends_where_that_of_all_does(lab):
    made = stress(lab, "us_models", draws=500)
    for code in ("KOR", "FIN", "GAB"):
        place = made.codes.index(code)
        months = made.path(place)
        assert len(months) == made.months + 1
        for month, values in ((0, 1 - made.course.direct), (-1, made.course.left)):
            assert months[month] == Interval.of(values[:, place])
