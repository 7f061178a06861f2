"""Comparisons: limits by hand, common random numbers, starting points, bad input, speed."""

from dataclasses import replace

import numpy as np
import pytest

from resilience_index import build, open_content
from resilience_index.content._prior_models import Fixed
from resilience_index.errors import DataError, MethodError, UsageError
from resilience_index.policy import Asked, Lab, compare, compare_all, compare_many, open_lab
from resilience_index.policy.arms import arms_of
from resilience_index.policy.bridge import Bridge
from resilience_index.policy.comparison import _helped
from resilience_index.policy.priors import Drawn
from resilience_index.policy.starting import Context, newest_figures, starts
from resilience_index.policy.study import Study, extra_adopters

ARMS = "voucher:korea_documented,sovereign:apertus_class,hosting"
FEW = 64


def study(lab, codes, arms=ARMS, **asked):
    budget = asked.pop("budget", 1e9)
    asked = {"draws": FEW, **asked}
    return Study(lab, codes, arms_of(arms, lab.policies), Asked(budget, **asked))


def test_without_a_budget_no_arm_changes_anything(lab):
    made = compare(lab, "KOR", ARMS, Asked(0.0, draws=FEW))
    for result in made.arms:
        for year in result.years:
            assert (year.score.low, year.score.high) == (0, 0)
            assert (year.rank.low, year.rank.high) == (0, 0)
            assert year.adopters.high == 0
        assert result.loses_less == 0.5
    assert set(made.beats.values()) == {0.5}


def test_additional_firms_raise_the_scored_share_by_their_share(lab):
    """In Denmark, which is scored on firms: new figure = figure + 100 x additional share."""
    one = study(lab, ["DNK"], "voucher:korea_documented")
    delivered = one.delivered(one.arms[0], 5)
    made = one.bridge.figures(delivered)["firms_ai_any_ge10_eurostat"]
    figure = lab.value(lab.index.observed, "DNK", "firms_ai_any_ge10_eurostat")
    assert made[:, 0] == pytest.approx(figure + 100 * delivered["adopters"][:, 0])


def test_people_who_use_ai_rise_with_staff_of_adopters_who_use_it_and_did_not_before(lab):
    one = study(lab, ["KOR"], "voucher:korea_documented")
    delivered = one.delivered(one.arms[0], 5)
    made = one.bridge.figures(delivered)["ai_user_share"][:, 0]
    drawn = one.drawn
    force = newest_figures(lab.index.content, "labour_force", 2026)[0]
    at = lab.index.content.units.index.get_loc("KOR")
    staff = delivered["firms_in_scope"][:, 0] * drawn("staff_in_scope")
    staff = staff + delivered["firms_out_of_scope"][:, 0] * drawn("staff_out_of_scope")
    people = force[at] / drawn("participation")
    share = lab.value(lab.index.observed, "KOR", "ai_user_share")
    wanted = share + 100 * drawn("use_inside") * staff / people * (1 - share / 100)
    assert made == pytest.approx(wanted)


def test_an_own_model_counts_as_use_at_no_political_distance(lab):
    one = study(lab, ["KOR"], "sovereign:apertus_class")
    delivered = one.delivered(one.arms[0], 5)
    made = one.bridge.figures(delivered)["supplier_political_distance"]
    figure = lab.value(lab.index.observed, "KOR", "supplier_political_distance")
    assert made[:, 0] == pytest.approx(figure * (1 - delivered["own_use"][:, 0]))


@pytest.mark.parametrize(("budget", "part"), [(1e3, 1e-3), (1e9, 1.0)])
def test_a_run_too_small_for_a_notable_model_counts_in_proportion(lab, budget, part):
    """Portugal: figure + runs x chance x the part of a whole run that its computing is."""
    one = study(lab, ["PRT"], "sovereign:apertus_class", budget=budget)
    delivered = one.delivered(one.arms[0], 5)
    made = one.bridge.figures(delivered)["notable_models_5y"][:, 0]
    figure = lab.value(lab.index.observed, "PRT", "notable_models_5y")
    size = np.minimum(1, delivered["largest_run"][:, 0] / one.drawn("notable_run_cost"))
    assert size.max() <= part
    runs = delivered["notable_runs"][:, 0] * one.drawn("notable_chance")
    assert made == pytest.approx(figure + runs * size)


def test_indicators_that_the_bridge_does_not_name_do_not_move(lab):
    one = study(lab, ["KOR"])
    for arm in one.arms:
        assert set(one.bridge.figures(one.delivered(arm, 5))) <= set(lab.policies.bridge.effects)


def test_arms_see_the_same_points(lab):
    """A voucher and the hosting arm's voucher differ only by the money: same absorption, ...."""
    one = study(lab, ["KOR"], "voucher:korea_documented,hosting", vary_method=False)
    voucher, hosting = (one.yields(arm, 5).told["firms_paid"][:, 0] for arm in one.arms)
    assert hosting == pytest.approx((1 - 0.3) * voucher)


def test_a_countrys_result_does_not_depend_on_which_others_are_asked_for(lab):
    alone = study(lab, ["KEN"]).moves()
    among = study(lab, ["DEU", "KEN"]).moves()
    for key, values in alone.score.items():
        assert np.array_equal(values[:, 0], among.score[key][:, 1])
        assert np.array_equal(alone.rank[key][:, 0], among.rank[key][:, 1])


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(lab):
    first, again, other = (
        compare(lab, "KOR", ARMS, Asked(1e9, draws=FEW, seed=seed)).arms[0].last.score
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_every_arm_costs_the_same_today(lab):
    one = study(lab, ["KOR"])
    rate = one.drawn("discount_rate")[:, None]
    yearly = one.delivery.yearly(1e9, one.arms[0].programme)
    worth = sum(yearly[t] / (1 + rate) ** t for t in range(len(yearly)))
    assert worth == pytest.approx(1e9)
    told = [one.yields(one.arms[1], year).told for year in range(1, 6)]
    standing = [np.zeros(FEW), *(year["accelerators"][:, 0] for year in told)]
    price, running = one.drawn("accelerator_price"), one.drawn("running_cost")
    hosting = np.zeros(FEW)
    for year in range(1, 6):  # bought at the start of the year, run until its end
        hosting += (standing[year] - standing[year - 1]) * price / (1 + rate[:, 0]) ** (year - 1)
        hosting += standing[year] * price * running / (1 + rate[:, 0]) ** year
    runs, elsewhere = (told[-1][f"spent_{where}"][:, 0] for where in ("on_runs", "elsewhere"))
    assert runs + hosting + elsewhere == pytest.approx(1e9)
    assert hosting == pytest.approx(one.drawn("left_for_hosting") * (1e9 - runs))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_runs_leave_buys_hosting_as_the_content_says(lab, share):
    """By hand: all of it or none; and then the arm gains no more than without hosting."""
    own = lab.policies.priors["left_for_hosting"]
    change = own.model_copy(update={"draw": Fixed(name="fixed", value=share)})
    priors = {**lab.policies.priors, "left_for_hosting": change}
    other = replace(lab, policies=replace(lab.policies, priors=priors))
    (made,) = compare(other, "KOR", "sovereign:apertus_class", Asked(1e9, draws=FEW)).arms
    told = made.last.told
    assert told["spent_on_hosting"].low == pytest.approx(share * (1e9 - told["spent_on_runs"].high))
    assert (told["accelerators"].low > 0) is (share > 0)
    assert (made.without_hosting == made.last.score) is (share == 0)


def test_cost_per_adopter_is_the_whole_budget_over_additional_firms(lab):
    one = study(lab, ["KOR"], "voucher:korea_documented")
    firms, cost = extra_adopters(one, one.arms[0], 5)
    delivered = one.yields(one.arms[0], 5).delivered
    assert firms == pytest.approx(delivered["firms_in_scope"] + delivered["firms_out_of_scope"])
    assert cost == pytest.approx(1e9 / firms)


def test_ranks_change_against_the_others_unchanged(lab):
    one = study(lab, ["EST"], "sovereign:apertus_class", vary_method=False)
    moves = one.moves()
    own = lab.value(lab.index.scores, "EST", "index")
    others = lab.index.scores["index"].drop("EST").to_numpy()
    for gain, change in zip(moves.score.values(), moves.rank.values(), strict=True):
        after = 1 + (others[None, :] > own + gain).sum(axis=1)
        assert np.array_equal(change[:, 0], after - (1 + (others > own).sum()))


def test_gains_of_indicators_that_share_no_node_add_up_in_logarithms(lab):
    """Compute and model independence meet only in the geometric mean of the index."""
    one = study(lab, ["KOR"], "sovereign:apertus_class", vary_method=False)
    parts = one.gain_by_indicator(one.arms[0], 5)
    base = lab.value(lab.index.scores, "KOR", "index")
    whole = one.moves().score["sovereign:apertus_class", 5][:, 0]
    pillars = {"compute": ["gpu_cluster_h100e"], "models": ["supplier_political_distance"]}
    found = [np.log1p(parts[codes[0]][:, 0] / base) for codes in pillars.values()]
    rest = ["ai_user_share", "claude_usage_index"]
    bounds = sum(found) + sum(np.log1p(parts[c][:, 0] / base) for c in rest)
    assert np.log1p(whole / base) == pytest.approx(bounds, abs=5e-4)


def test_what_an_arm_adds_without_hosting_is_what_its_other_figures_add(lab):
    """Hosting moves one figure, of AI clusters, which meets the others in the geometric mean."""
    one = study(lab, ["KOR"], "sovereign:apertus_class,voucher:italy_2018", vary_method=False)
    base = lab.value(lab.index.scores, "KOR", "index")
    arm = one.arms[0]
    whole = one.moves().score[arm.label, 5][:, 0]
    hosted = one.gain_by_indicator(arm, 5)["gpu_cluster_h100e"][:, 0]
    left = one.gain_without(arm, 5, "accelerators")[:, 0]
    apart = np.log1p(left / base) + np.log1p(hosted / base)
    assert apart == pytest.approx(np.log1p(whole / base), abs=5e-4)
    assert ((left < whole) & (left > 0)).all()


def test_an_arm_that_hosts_nothing_adds_the_same_without_hosting(lab):
    made = compare(lab, "KOR", "voucher:italy_2018,hosting", Asked(1e9, draws=FEW))
    voucher, hosting = made.arms
    assert voucher.without_hosting == voucher.last.score
    assert hosting.without_hosting.median < hosting.last.score.median


def test_where_others_move_their_scores_rise_with_their_own_diffusion(lab):
    frozen = study(lab, ["DNK"], "voucher:korea_documented", vary_method=False)
    moving = study(lab, ["DNK"], "voucher:korea_documented", vary_method=False, others="moving")
    assert frozen._by_itself(5) == {}
    grown = moving._by_itself(5)
    at = lab.codes.index("DEU")
    bridge = Bridge(
        lab.index, lab.policies, moving.drawn, np.arange(len(lab.codes)), Context(lab.index)
    )
    today = bridge.transformed(
        "firms_ai_any_ge10_eurostat",
        np.tile(lab.index.observed["firms_ai_any_ge10_eurostat"].to_numpy(float), (FEW, 1)),
    )
    assert (grown["firms_ai_any_ge10_eurostat"][:, at] > today[:, at]).all()


def test_the_voucher_adds_the_same_firms_whether_others_move_or_not(lab):
    one, other = (
        study(lab, ["DNK"], "voucher:korea_documented", others=o) for o in ("frozen", "moving")
    )
    a, b = (extra_adopters(s, s.arms[0], 5)[0] for s in (one, other))
    assert np.array_equal(a, b)


def test_korea_has_no_firm_figure_and_says_so_first(lab):
    made = compare(lab, "KOR", ARMS, Asked(1e9, draws=FEW))
    assert made.inferred
    assert "has no figure on firms that use AI" in made.adoption_known.text
    assert "between 2.4 and 28 %" in made.adoption_known.why


def test_a_firm_figure_is_the_newest_of_those_named(lab):
    found = starts(lab.index, lab.policies, ["DEU", "GBR", "TUR"], Drawn(lab.policies.priors, 9, 0))
    assert [k.kind for k in found.adoption_known] == ["figure"] * 3
    assert found.adoption[0] == pytest.approx([0.2597, 0.29, 0.0741], abs=2e-3)
    assert found.adoption_known[1].text == "a national survey, 29.0 % in 2026"


def test_an_observed_labour_force_is_used_however_small_it_is(lab):
    """Jordan's is 26 % of its people: below the share that stands in where none is known."""
    drawn = Drawn(lab.policies.priors, 4000, 0)
    found = starts(lab.index, lab.policies, ["JOR"], drawn)
    content = lab.index.content
    at = content.units.index.get_loc("JOR")
    force, people = (
        newest_figures(content, c, 2026)[0][at] for c in ("labour_force", "population")
    )
    assert force < 0.45 * people
    assert np.array_equal(found.firms[:, 0], force * drawn("firms_per_worker", own="JOR"))


def test_hosting_that_carries_the_own_model_is_not_counted_twice(lab):
    """What an own model can carry: its users of today are among those its hosting carries."""
    one = study(lab, ["KOR"], "sovereign:apertus_class")
    helped = _helped(one, one.arms[0])
    made = one.yields(one.arms[0], 5)
    given = {**made.delivered, "adoption": one.start.adoption, "accelerators": made.own_hosting}
    hosted = one.bridge.quantity("carried", given)
    assert np.array_equal(helped.own_capacity, np.maximum(made.delivered["own_use"], hosted))


def test_a_counted_number_of_firms_is_used_as_it_is(lab):
    found = starts(lab.index, lab.policies, ["KOR"], Drawn(lab.policies.priors, 9, 0))
    assert (found.firms == 187_193).all()
    assert found.firms_known[0].kind == "counted"


def test_a_modelled_number_of_firms_says_so_and_how_to_give_ones_own(lab):
    found = starts(lab.index, lab.policies, ["KEN"], Drawn(lab.policies.priors, 4000, 0))
    assert found.firms_known[0].kind == "modelled"
    assert "modelled, not counted" in found.firms_known[0].text
    assert "--firms" in found.firms_known[0].text
    assert "lognormal (median 0.006, sigma 0.5)" in found.firms_known[0].text
    content = lab.index.content
    force = newest_figures(content, "labour_force", 2026)[0][content.units.index.get_loc("KEN")]
    assert np.median(found.firms) == pytest.approx(0.006 * force, rel=0.05)


def test_a_number_that_is_a_share_of_all_firms_says_so_with_its_prior(lab):
    drawn = Drawn(lab.policies.priors, 4000, 0)
    found = starts(lab.index, lab.policies, ["DEU"], drawn)
    known = found.firms_known[0]
    assert known.kind == "sized"
    assert "a share of 3,410,000 firms of all sizes in 2022" in known.text
    assert "lognormal (median 0.056, sigma 0.35)" in known.text
    assert np.median(found.firms) == pytest.approx(0.056 * 3_410_000, rel=0.05)


def test_thirty_four_countries_have_a_number_on_file_and_all_others_are_modelled(lab):
    found = starts(lab.index, lab.policies, lab.codes, Drawn(lab.policies.priors, 4, 0))
    kinds = [known.kind for known in found.firms_known]
    assert kinds.count("counted") + kinds.count("sized") == 34
    assert kinds.count("modelled") == len(lab.codes) - 34


def test_why_a_countrys_surveys_are_not_used_is_said(lab):
    found = starts(lab.index, lab.policies, ["JPN", "USA"], Drawn(lab.policies.priors, 4, 0))
    assert [known.kind for known in found.adoption_known] == ["inferred", "inferred"]
    assert "leans to larger ones" in found.adoption_known[0].why
    assert "by size of firm" in found.adoption_known[1].why


def test_a_number_given_by_the_user_wins(lab):
    made = compare(lab, "KOR", ARMS, Asked(1e9, draws=FEW, firms={"KOR": 5e5}))
    assert made.firms.median == 5e5
    assert made.firms_known.kind == "given"


def test_every_ranked_country_has_a_starting_point(lab):
    found = starts(lab.index, lab.policies, lab.codes, Drawn(lab.policies.priors, 9, 0))
    assert np.isfinite(found.adoption).all()
    assert ((found.adoption > 0) & (found.adoption < 1)).all()
    assert (found.firms > 10).all()


def test_all_countries_have_a_row_for_every_arm(lab):
    table = compare_all(lab, ARMS, Asked(1e8, draws=FEW))
    assert len(table) == 3 * len(lab.codes)
    assert table.groupby(level=0)["gains_most"].sum().to_numpy() == pytest.approx(1)
    assert (table["score_05"] <= table["score"]).all()
    assert (table["score"] <= table["score_95"]).all()


def test_the_table_of_all_agrees_with_the_comparison_of_one(lab):
    asked = Asked(1e9, draws=FEW)
    table = compare_all(lab, ARMS, asked, ["KOR", "DEU"])
    made = compare(lab, "DEU", ARMS, asked)
    for result in made.arms:
        row = table.loc[("DEU", result.arm.label)]
        assert row["score"] == pytest.approx(result.last.score.median)
        assert row["rank_05"] == result.last.rank.low


BAD = {
    "negative budget": (
        ("KOR", ARMS, {"budget": -1.0}),
        r"budget -1.0: a number of US dollars from 0 to",
    ),
    "no number": (
        ("KOR", ARMS, {"budget": float("nan")}),
        "budget nan: a number of US dollars from",
    ),
    "text": (("KOR", ARMS, {"budget": "much"}), "not a number; write a number of US dollars"),
    "no years": (("KOR", ARMS, {"years": 0}), "years 0: a whole number from 1 to 30"),
    "no draws": (("KOR", ARMS, {"draws": 0}), "draws 0: a whole number"),
    "others": (("KOR", ARMS, {"others": "still"}), "others 'still'; known: frozen, moving"),
    "firms": (
        ("KOR", ARMS, {"firms": {"KOR": -3.0}}),
        "firms of KOR -3.0: a whole number of firms from 1",
    ),
    "country": (("KRO", ARMS, {}), "unknown country 'KRO'"),
    "left out": (("AFG", ARMS, {}), "AFG is not ranked: "),
    "kind": (("KOR", "vouchers:italy_2018", {}), "did you mean 'voucher'"),
    "preset": (("KOR", "voucher:italy", {}), "did you mean 'italy_2018'"),
    "which preset": (("KOR", "voucher", {}), "name one of its presets"),
    "no arm": (("KOR", " , ", {}), "no arm is named"),
    "twice": (("KOR", "hosting,hosting", {}), "an arm stands twice"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_clear_words(lab, case):
    (country, arms, changes), message = BAD[case]
    budget = changes.pop("budget", 1e9)
    with pytest.raises(UsageError, match=message):
        compare(lab, country, arms, Asked(budget, **{"draws": FEW, **changes}))


def test_a_country_without_any_observation_of_adoption_is_refused(lab):
    changed = lab.index.content.changed(
        lab.index.framework, {"method.screen": {"name": "none"}, "method.min_share": 0.1}
    )
    index = build(changed, content=lab.index.content)
    bare = "PRK"
    with pytest.raises(DataError, match=f"{bare}: no observation of the use of AI"):
        compare(Lab(index, lab.policies), bare, ARMS, Asked(1e9, draws=FEW))


def test_an_index_that_scores_nothing_of_the_bridge_is_refused(small):
    folder = small({"a": {"AAA": 1, "BBB": 2, "CCC": 4}})
    index = build("small", content=open_content(folder))
    with pytest.raises(Exception, match="no such folder; copy it"):
        open_lab(index)
    shipped = build("ai_resilience")
    bridge = Bridge(
        index,
        open_lab(shipped).policies,
        Drawn({}, 2, 0),
        np.arange(3),
        Context(index),
    )
    with pytest.raises(MethodError, match="it scores none of the indicators that"):
        _ = bridge.effects


@pytest.mark.parametrize("others", ["frozen", "moving"])
def test_all_countries_are_compared_each_with_three_arms(lab, others):
    table = compare_all(lab, ARMS, Asked(1e9, draws=FEW, others=others))
    assert len(table) == 3 * len(lab.codes)


def test_gains_without_ranks_are_those_with_them(lab):
    one = study(lab, ["KEN", "DEU"], others="moving")
    moves = one.moves()
    for label, gain in one.gains().items():
        assert gain == pytest.approx(moves.score[label, 5], abs=1e-10)


def test_several_countries_at_once_have_the_numbers_of_each_alone(lab):
    asked = Asked(1e9, draws=FEW)
    together = compare_many(lab, ["DEU", "KOR", "CHN"], ARMS, asked)
    alone = compare(lab, "KOR", ARMS, asked)
    for one, other in zip(alone.arms, together["KOR"].arms, strict=True):
        assert one.last.score.median == pytest.approx(other.last.score.median)
        assert one.losses == other.losses
        assert one.by_indicator.keys() >= {"ai_user_share"}
    assert alone.beats == together["KOR"].beats
