"""What if figures were others: by hand, against a rebuild, and targets at least change."""

import shutil

import numpy as np
import pandas as pd
import pytest

from resilience_index import build
from resilience_index.errors import DataError, UsageError
from resilience_index.policy import target, what_if, with_ranges
from resilience_index.policy.what_if import setting, settings
from resilience_index.robustness.uncertainty import uncertainty


def node(made, code):
    return next(n for n in made.nodes if n.node == code)


def test_a_figure_on_a_straight_scale_moves_its_node_by_its_share(lab):
    made = what_if(lab, "KOR", {"ai_user_share": 40.0})
    (change,) = made.changes
    column = lab.index.treated["ai_user_share"]
    per_point = (column.max() - column.min()) / 99
    gained = (40.0 - change.before) / per_point
    assert change.points_after - change.points_before == pytest.approx(gained)
    people = node(made, "use_by_people")
    assert people.score_after - people.score_before == pytest.approx(gained / 2)
    before, after = node(made, "adoption"), node(made, "adoption")
    whole = made.index.score_before * (after.score_after / before.score_before) ** 0.25
    assert made.index.score_after == pytest.approx(whole)


def test_the_figure_of_today_changes_nothing(lab):
    own = lab.value(lab.index.observed, "KOR", "ai_user_share")
    made = what_if(lab, "KOR", {"ai_user_share": own})
    assert all(n.score_before == pytest.approx(n.score_after, nan_ok=True) for n in made.nodes)


@pytest.mark.parametrize(("figure", "beyond"), [(40.0, False), (-5.0, True), (140.0, True)])
def test_a_figure_that_no_country_has_is_told(lab, figure, beyond):
    """A share of 140 % is scored as asked, for want of a bound, but not in silence."""
    (change,) = what_if(lab, "KOR", {"ai_user_share": figure}).changes
    column = lab.index.observed["ai_user_share"]
    assert (change.lowest, change.highest) == (column.min(), column.max())
    assert change.beyond is beyond


def test_a_missing_figure_may_be_set(lab):
    made = what_if(lab, "KOR", {"firms_ai_any_ge10_eurostat": 30.0})
    firms = node(made, "use_by_firms")
    assert np.isnan(firms.score_before)
    assert firms.score_after == made.changes[0].points_after
    assert made.index.score_after != made.index.score_before


def test_with_moving_goalposts_the_index_is_built_anew(lab):
    figures = {"ai_user_share": 95.0}
    frozen = what_if(lab, "KOR", figures)
    moving = what_if(lab, "KOR", figures, "moving")
    assert frozen.changes[0].points_after > 100
    assert moving.changes[0].points_after == 100


def test_inside_the_scale_both_ways_agree(lab):
    frozen = what_if(lab, "KOR", {"ai_user_share": 40.0})
    moving = what_if(lab, "KOR", {"ai_user_share": 40.0}, "moving")
    assert frozen.index.score_after == pytest.approx(moving.index.score_after)


def test_ranks_carry_the_intervals_of_the_index_with_the_new_figures(lab, shipped, tmp_path):
    made = with_ranges(lab, what_if(lab, "KOR", {"ai_user_share": 60.0}))
    assert made.index.range_before == lab.range_of("KOR")
    copy = tmp_path / "content"
    shutil.copytree(shipped.folder, copy)
    table = pd.read_csv(copy / "data" / "ai_user_share.csv", dtype=str)
    rows = table.index[table["iso3"] == "KOR"]
    table.loc[rows[table.loc[rows, "year"].astype(int).argmax()], "value"] = "60"
    table.to_csv(copy / "data" / "ai_user_share.csv", index=False)
    found = uncertainty(build("ai_resilience", content=copy))
    for one in made.nodes:
        held = found.table if one is made.index else found.nodes.loc[one.node]
        ends = held.loc["KOR", ["rank_05", "rank_95"]].tolist()
        assert [one.range_after.low, one.range_after.high] == pytest.approx(ends, nan_ok=True)
    assert made.index.range_after.low < made.index.range_before.low


def test_the_figure_of_today_leaves_every_interval(lab):
    own = lab.value(lab.index.observed, "KOR", "ai_user_share")
    made = with_ranges(lab, what_if(lab, "KOR", {"ai_user_share": own}))
    for one in made.nodes:
        assert one.range_before.as_list() == one.range_after.as_list()


def test_a_lower_figure_scores_better_where_lower_is_better(lab):
    made = what_if(lab, "KEN", {"cloud_distance_km": 500.0})
    assert made.index.score_after > made.index.score_before


def test_ranks_are_counted_among_the_other_countries(lab):
    made = what_if(lab, "KOR", {"ai_user_share": 60.0})
    others = lab.index.scores["index"].drop("KOR")
    assert made.index.rank_after == 1 + (others > made.index.score_after).sum()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ai_user_share", "write indicator=value"),
        ("=4", "write indicator=value"),
        ("ai_user=4", "did you mean 'ai_user_share'"),
        ("adption.ai_user_share=4", "no node 'adption' .did you mean 'adoption'"),
        ("compute.ai_user_share=4", "does not hang under compute, but under use_by_people"),
        ("ai_user_share=forty", "forty is no number"),
        ("ai_user_share=", "nothing is no number"),
        ("ai_user_share=inf", "inf is no number"),
    ],
)
def test_a_setting_that_cannot_be_read_is_refused(lab, text, message):
    with pytest.raises(UsageError, match=message):
        setting(text, lab.index)


@pytest.mark.parametrize("text", ["ai_user_share=40", "adoption.ai_user_share = 40",
                                  "adoption.use_by_people.ai_user_share=40"])  # fmt: skip
def test_a_node_may_stand_before_the_indicator_or_not(lab, text):
    assert setting(text, lab.index) == ("ai_user_share", 40.0)


def test_an_indicator_is_set_once(lab):
    with pytest.raises(UsageError, match="set twice"):
        settings(["ai_user_share=40", "adoption.ai_user_share=41"], lab.index)


def test_nothing_to_change_is_refused(lab):
    with pytest.raises(UsageError, match="nothing to change"):
        what_if(lab, "KOR", {})


def test_a_figure_outside_the_domain_of_its_transform_is_refused(lab):
    with pytest.raises(DataError):
        what_if(lab, "KOR", {"cloud_distance_km": -5.0})


@pytest.fixture(scope="module")
def top_ten(lab):
    return target(lab, "KOR", rank=10)


def test_the_least_change_to_the_top_ten_reaches_it_and_no_more(lab, top_ten):
    found = top_ten
    assert found.least.reached
    assert found.least.rank == 10
    assert found.least.score == pytest.approx(found.needed, abs=1e-4)
    figures = {step.code: step.after for step in found.least.steps}
    made = what_if(lab, "KOR", figures)
    assert made.index.score_after == pytest.approx(found.least.score, abs=1e-4)
    assert made.index.rank_after == 10


def test_no_single_indicator_takes_less_change(top_ten):
    assert top_ten.single
    assert top_ten.least.points <= min(way.points for way in top_ten.single) + 1e-3


def test_the_least_change_beats_random_ones(lab):
    """Random mixes of changes that reach the same score never cost fewer points."""
    from resilience_index.policy.target import _Search

    found = target(lab, "KOR", score=67.0)
    search = _Search(lab, lab.codes.index("KOR"), set(lab.index.framework.indicators))
    rng = np.random.default_rng(4)
    for _ in range(30):
        mix = rng.random(len(search.room)) ** 4 * search.room
        reached = search._met(mix, 67.0)
        assert reached.sum() >= found.least.points - 1e-2


@pytest.mark.parametrize("way", range(4))
def test_each_single_change_does_it_alone(lab, top_ten, way):
    (step,) = top_ten.single[way].steps
    made = what_if(lab, "KOR", {step.code: step.after})
    assert made.index.rank_after <= 10


def test_a_target_already_met_needs_no_change(lab):
    found = target(lab, "KOR", rank=50)
    assert found.least.steps == ()
    assert found.least.reached


def test_only_some_parts_may_be_allowed_to_change(lab):
    found = target(lab, "KOR", rank=10, only=["talent"])
    talent = set(lab.index.framework.tree.leaves("talent"))
    assert {step.code for step in found.least.steps} <= talent


def test_a_target_out_of_reach_says_so(lab):
    found = target(lab, "KEN", rank=1, only=["adoption"])
    assert not found.least.reached
    assert found.single == ()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "give either a rank or a score"),
        ({"rank": 3, "score": 70.0}, "give either a rank or a score"),
        ({"rank": 0}, "target rank 0; a rank from 1 to"),
        ({"score": float("nan")}, "target score nan"),
        ({"rank": 5, "only": ["talents"]}, "did you mean 'talent'"),
        ({"rank": 5, "only": ["firms_formal_training_pct"]}, "has a figure that could rise"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(lab, asked, message):
    with pytest.raises(UsageError, match=message):
        target(lab, "KOR", **asked)
