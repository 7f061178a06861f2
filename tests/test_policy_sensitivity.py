"""Which assumption decides a comparison; the estimators are tested with robustness."""

from dataclasses import replace

import pandas as pd
import pytest

from resilience_index.errors import UsageError
from resilience_index.policy import (
    Asked,
    Interval,
    Sensitivity,
    compare,
    compare_many,
    record,
    sensitivities,
    sensitivity,
)
from resilience_index.policy.sensitivity import Input


@pytest.fixture(scope="module")
def decided(lab):
    arms = "sovereign:apertus_class,hosting"
    return sensitivity(lab, "KOR", arms, Asked(1e9, vary_method=False), points=256)


def test_what_decides_between_hosting_and_an_own_model_in_korea_has_no_data(decided):
    (one,) = decided
    assert one.without_data
    assert one.decisive is not None
    assert one.decisive.name in {"use_decay", "use_share_max", "left_for_hosting"}
    assert one.decisive_prior == one.decisive


def test_first_order_effects_sum_to_no_more_than_all(decided):
    (one,) = decided
    assert one.table["first"].sum() < 1.1
    assert (one.table["total"] + 0.05 >= one.table["first"]).all()
    assert (one.table["total_05"] <= one.table["total_95"]).all()


def test_only_what_varies_is_an_input(decided):
    (one,) = decided
    names = {i.name for i in one.inputs}
    assert "discount_rate" not in names
    assert "halving_time" in names
    assert next(i for i in one.inputs if i.name == "halving_time").has_data


def test_the_method_of_the_index_is_an_input_of_its_own(lab):
    (one,) = sensitivity(lab, "DEU", "voucher:italy_2018,hosting", Asked(1e9), points=32)
    method = [i for i in one.inputs if i.name.startswith("method.")]
    assert method
    assert all("method of the index" in i.title for i in method)


KNOWN = Input("halving_time", "Time to halve", has_data=True, why="")
GUESS = Input("use_decay", "Loss of use", has_data=False, why="")
OTHER = Input("use_share_max", "Share of use", has_data=False, why="")
METHOD_OF = Input("method.normalisation", "method of the index: normalisation", False, why="")


def by_hand(*effects, pair=("sovereign:apertus_class", "hosting")):
    """What decides between two arms, from total effects with their upper ends."""
    table = pd.DataFrame(
        {"total": [e[1] for e in effects], "total_95": [e[2] for e in effects]},
        index=[e[0].name for e in effects],
    )
    return Sensitivity(*pair, tuple(e[0] for e in effects), table, variance=1.0, runs=1)


@pytest.fixture(scope="module")
def made(lab):
    """Of three arms in Denmark, which has a figure on firms; who gains most is set by hand."""
    arms = "voucher:italy_2018,sovereign:apertus_class,hosting"
    found = compare(lab, "DNK", arms, Asked(1e9, draws=16, vary_method=False))
    gains = dict(zip(arms.split(","), (0.1, 0.3, 0.2), strict=True))
    assert found.adoption_known.kind == "figure"
    return replace(
        found,
        arms=tuple(
            replace(one, years=(replace(one.last, score=Interval(0, gains[one.arm.label], 1)),))
            for one in found.arms
        ),
        beats=dict.fromkeys(found.beats, 0.8),
    )


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        (
            [(GUESS, 0.4, 0.5), (KNOWN, 0.2, 0.3)],
            "Which of the two best ways adds more depends most on an assumption with no data "
            "behind it (“Loss of use”, 40 % of the variance).",
        ),
        (
            [(GUESS, 0.4, 0.5), (OTHER, 0.35, 0.45)],
            "Which of the two best ways adds more depends most on an assumption with no data "
            "behind it (“Loss of use”, 40 % of the variance; “Share of use” may matter as much).",
        ),
        (
            [(METHOD_OF, 0.4, 0.5), (GUESS, 0.09, 0.1)],
            "Which of the two best ways adds more depends most on a choice that no data settle "
            "(method of the index: normalisation, 40 % of the variance) and, of what is assumed "
            "about programmes, on something with no data behind it (“Loss of use”, 9 %).",
        ),
        (
            [(METHOD_OF, 0.4, 0.5), (KNOWN, 0.09, 0.1)],
            "Which of the two best ways adds more depends most on a choice that no data settle "
            "(method of the index: normalisation, 40 % of the variance).",
        ),
        (
            [(METHOD_OF, 0.4, 0.5), (GUESS, 0.35, 0.45)],
            "Which of the two best ways adds more depends most on a choice that no data settle "
            "(method of the index: normalisation, 40 % of the variance; “Loss of use” may matter "
            "as much).",
        ),
        ([(KNOWN, 0.4, 0.5), (GUESS, 0.2, 0.3)], ""),
    ],
)
def test_the_first_sentence_names_what_the_verdict_depends_on_if_it_has_no_data(
    made, effects, said
):
    elsewhere = by_hand((OTHER, 0.9, 0.95), pair=("voucher:italy_2018", "hosting"))
    first = record.first_sentences(made, [elsewhere, by_hand(*effects)])
    assert first[:1] == ([said] if said else [])


def test_where_the_order_is_settled_the_first_sentence_speaks_of_the_distance(made):
    settled = replace(made, beats=dict.fromkeys(made.beats, 0.95))
    first = record.first_sentences(settled, [by_hand((GUESS, 0.4, 0.5))])
    assert first[0].startswith("How much more the best way adds than the next depends most on")


def test_the_first_sentence_tells_with_it_that_firm_adoption_is_inferred(lab, decided):
    asked = Asked(1e9, draws=64, vary_method=False)
    made = compare(lab, "KOR", "sovereign:apertus_class,hosting", asked)
    first = record.first_sentences(made, decided)
    assert first[0].startswith("Which of the two ways adds more depends most on an assumption")
    assert f"“{decided[0].decisive.title}”" in first[0]
    assert ", and the country has no figure on firms that use AI" in first[0]
    assert first[1].startswith("Surveys of Korean firms")


def test_what_the_runs_leave_for_hosting_is_an_input(decided):
    """A tenth of the variance at least: money that a model leaves matters as much as the model."""
    (one,) = decided
    assert one.table.loc["left_for_hosting", "total_05"] > 0.1
    assert not one.table.loc["left_for_hosting", "has_data"]


def test_arms_without_any_difference_are_decided_by_nothing(lab):
    (one,) = sensitivity(
        lab, "KOR", "voucher:italy_2018,hosting", Asked(0.0, vary_method=False), points=16
    )
    assert one.decisive is None
    assert not one.without_data


def test_points_are_a_power_of_two(lab):
    with pytest.raises(UsageError, match="base = 100; it must be a power of 2"):
        sensitivity(lab, "KOR", "hosting,sovereign:apertus_class", Asked(1e9), points=100)


def test_a_single_arm_is_compared_with_nothing(lab):
    assert sensitivity(lab, "KOR", "hosting", Asked(1e9)) == ()


def test_several_countries_at_once_have_the_effects_of_each_alone(lab):
    asked, arms = Asked(1e9, vary_method=False), "voucher:italy_2018,hosting"
    together = sensitivities(lab, ["KEN", "KOR"], arms, asked, points=32)
    assert set(together) == {"KEN", "KOR"}
    assert together["KEN"][0].table.loc["firms_per_worker", "total"] >= 0
    assert "firms_per_worker" not in together["KOR"][0].table.index


def test_the_record_of_a_country_is_the_same_alone_and_in_company(lab):
    """Nigeria's number of firms is drawn apart from that of others; Korea has one on file."""
    arms, asked = "sovereign:apertus_class,hosting", Asked(1e9, years=2, draws=8)

    def told(*codes):
        made = compare_many(lab, codes, arms, asked)["NGA"]
        decided = sensitivities(lab, codes, arms, asked, points=2)["NGA"]
        return *record.first_sentences(made, decided), *flat(record.comparison(lab, made, decided))

    assert told("NGA") == told("KOR", "NGA", "KEN")


def flat(held, path=""):
    """List every entry with its path; numbers to 9 digits, since sums of floats may differ."""
    if isinstance(held, dict):
        return [one for name, part in held.items() for one in flat(part, f"{path}/{name}")]
    if isinstance(held, list):
        return [one for n, part in enumerate(held) for one in flat(part, f"{path}/{n}")]
    return [(path, float(f"{held:.9g}") if isinstance(held, float) else held)]
