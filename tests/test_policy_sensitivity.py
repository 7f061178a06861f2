"""Which assumption decides a comparison; the estimators are tested with robustness."""

import pytest

from resilience_index.errors import UsageError
from resilience_index.policy import Asked, compare, record, sensitivities, sensitivity


@pytest.fixture(scope="module")
def decided(lab):
    arms = "sovereign:apertus_class,hosting"
    return sensitivity(lab, "KOR", arms, Asked(1e9, vary_method=False), points=256)


def test_what_decides_between_hosting_and_an_own_model_in_korea_has_no_data(decided):
    (one,) = decided
    assert one.without_data
    assert one.decisive is not None
    assert one.decisive.name in {"use_decay", "use_share_max", "accelerator_price"}
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


def test_the_first_sentence_names_the_assumption_without_data(lab, decided):
    asked = Asked(1e9, draws=64, vary_method=False)
    made = compare(lab, "KOR", "sovereign:apertus_class,hosting", asked)
    first = record.first_sentences(made, decided)
    assert first[0].startswith("What decides between these programmes has no data behind it (")
    assert decided[0].decisive_prior.title[1:] in first[0]
    assert ", and South Korea has no figure on firms that use AI" in first[0]
    assert first[1].startswith("Surveys of Korean firms")


def test_what_may_decide_is_named_with_what_decides(decided):
    """Every prior whose interval reaches the largest total effect, and none whose does not."""
    (one,) = decided
    largest = one.table["total"].max()
    wanted = set(one.table.index[one.table["total_95"] >= largest])
    assert {i.name for i in one.deciding_priors} == wanted
    assert one.deciding_priors[0] == one.decisive_prior


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
    assert together["KOR"][0].table.loc["firms_per_worker", "total"] == 0
