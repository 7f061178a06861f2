"""Records: every number says that it is modelled, every prior is listed, JSON has no NaN."""

import json

import numpy as np
import pytest

from resilience_index.policy import (
    Asked,
    Interval,
    compare,
    record,
    stress,
    target,
    what_if,
    with_ranges,
)
from resilience_index.policy.record import spelled, spread
from resilience_index.policy.stress import ranges_after


@pytest.fixture(scope="module")
def made(lab):
    arms = "voucher:uk_help_to_grow,sovereign:all_in,hosting"
    return record.comparison(lab, compare(lab, "KOR", arms, Asked(1e9, draws=64)))


def test_a_country_alone_has_no_place_in_a_league(lab):
    (alone,) = record.stressed(lab, stress(lab, "us_cloud", ["KOR"], draws=50))["countries"]
    assert not any(name.startswith("rank_resilience") for name in alone)
    assert alone["rank_after_range"] == ranges_after(lab, "us_cloud")["KOR"].as_list()
    every = record.stressed(lab, stress(lab, "us_cloud", draws=50))["countries"]
    assert all("rank_resilience_95" in row for row in every)


def test_a_record_says_that_its_numbers_are_modelled(made):
    assert made["modelled"].startswith("All numbers are modelled")


def test_a_record_is_json_without_nan(made, lab):
    for one in (
        made,
        record.stressed(lab, stress(lab, "us_cloud", ["KOR", "CHN"], draws=32)),
        record.changed(what_if(lab, "KOR", {"firms_ai_any_ge10_eurostat": 20.0})),
        record.changed(with_ranges(lab, what_if(lab, "KOR", {"ai_user_share": 40.0}))),
        record.reached(target(lab, "KOR", rank=10)),
    ):
        assert json.loads(json.dumps(one, allow_nan=False))


def test_every_prior_is_listed_with_its_mark_and_reason(made, lab):
    listed = {(row["prior"], row["for"]) for row in made["priors"]}
    assert {(code, "all arms") for code in lab.policies.priors} <= listed
    own = "United Kingdom: Help to Grow: Digital"
    assert ("absorption", own) in listed
    assert all(row["why"] and row["confidence"] in ("H", "M", "assumption")
               for row in made["priors"])  # fmt: skip


def test_a_hosting_arm_lists_the_priors_of_its_voucher(made):
    hosting = next(arm for arm in made["arms"] if arm["arm"] == "hosting")
    assert hosting["voucher"] == "uk_help_to_grow"


def test_a_month_after_those_looked_at_is_said_to_be_later(lab):
    rows = record.stressed(lab, stress(lab, "us_cloud", ["KOR"], draws=32))["countries"]
    assert rows[0]["months_to_90"] == "over 12"


def test_draws_are_spelled_for_a_reader(lab):
    draw = lab.policies.priors["absorption"].draw.model_dump()
    assert spelled(draw) == "mixture: 70% beta (a 12, b 2), 30% beta (a 2, b 8)"
    assert spelled({"name": "fixed", "value": 0.04}) == "0.04"


def test_an_interval_without_any_number_is_none():
    assert spread(Interval.of(np.array([np.nan]))) == "none"
    assert spread(Interval(1.0, 2.0, float("inf")), 0) == "2 (1 to never)"
