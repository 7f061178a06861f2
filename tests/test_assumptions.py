"""[assumptions] of a framework: what is read, and what is refused when it is read."""

import pytest

from resilience_index import build
from resilience_index.content.assumptions import Assumptions, Power, Weighting, shares
from resilience_index.errors import ContentError
from resilience_index.steps.methods import problems_of
from resilience_index.steps.normalise import METHODS


def refused(shipped, changes):
    """Return what is said of the shipped framework with some of its assumptions changed."""
    base = shipped.framework("ai_resilience")
    with pytest.raises(ContentError) as error:
        shipped.changed(base, {f"assumptions.{key}": value for key, value in changes.items()})
    return "\n".join(error.value.problems)


def alternatives(*methods, reason="Because."):
    return {"reason": reason, "alternatives": list(methods)}


def test_every_assumption_that_ships_has_a_reason_in_whole_sentences(shipped):
    assumed = shipped.framework("ai_resilience").assumptions
    parts = [getattr(assumed, name) for name in assumed.model_fields_set - {"draws", "power"}]
    for part in [*parts, *assumed.power.values()]:
        assert part.reason.endswith(".")
        assert len(part.reason.split()) > 8


def test_the_shipped_framework_varies_every_kind_of_assumption(shipped):
    assumed = shipped.framework("ai_resilience").assumptions
    assert assumed.model_fields_set == set(Assumptions.model_fields)
    assert assumed.draws == 16_384


def test_the_methods_that_ship_stand_among_their_own_alternatives_with_half_of_the_draws(shipped):
    framework = shipped.framework("ai_resilience")
    steps = {"normalisation": "normalise", "treatment": "treat", "imputation": "impute"}
    for name, step in steps.items():
        own = getattr(framework.method, step)
        found = getattr(framework.assumptions, name)
        same = [a for a in found.alternatives if (a.name, a.settings) == (own.name, own.settings)]
        assert [a.probability for a in same] == [0.5]


def test_exponents_that_ship_have_the_published_ones_inside_their_ranges(shipped):
    powers = shipped.framework("ai_resilience").assumptions.power
    assert powers["across_pillars"].ends == (-1, 1)  # published: 0, the geometric mean
    assert powers["inside_pillars"].ends == (0.5, 1)  # published: 1, the arithmetic mean


def test_an_unknown_assumption_is_refused_with_those_that_are_known(shipped):
    said = refused(shipped, {"normalization": alternatives("minmax")})
    assert "assumptions.normalization: unknown key" in said
    assert "did you mean 'normalisation'?" in said


def test_an_unknown_method_is_refused_by_its_place(shipped):
    said = refused(shipped, {"normalisation": alternatives("minmax", "min_max")})
    assert "assumptions.normalisation.alternatives[1]: unknown normalise method 'min_max'" in said


def test_a_setting_that_a_method_does_not_have_is_refused_as_the_step_itself_would(shipped):
    said = refused(shipped, {"normalisation": alternatives({"name": "minmax", "hihg": 3})})
    assert problems_of(METHODS, "minmax", {"hihg": 3}, "normalise")[0] in said


def test_probabilities_that_do_not_sum_to_one_are_refused_with_their_sum(shipped):
    methods = [{"name": "none", "probability": 0.5}, {"name": "mean", "probability": 0.4}]
    said = refused(shipped, {"imputation": alternatives(*methods)})
    assert "the probabilities sum to 0.9; they must sum to 1" in said


def test_a_probability_for_some_alternatives_only_is_refused(shipped):
    said = refused(
        shipped, {"imputation": alternatives({"name": "none", "probability": 1}, "mean")}
    )
    assert "give each alternative a probability, or none of them" in said


def test_alternatives_without_probabilities_are_equally_likely():
    assert shares([None, None, None, None]) == [1 / 4] * 4


def test_an_empty_list_of_alternatives_is_refused(shipped):
    assert "assumptions.treatment.alternatives" in refused(shipped, {"treatment": alternatives()})


@pytest.mark.parametrize("ends", [[1, 1], [1, -1]])
def test_an_empty_range_is_refused(shipped, ends):
    power = {"reason": "Because.", "levels": [0], "range": ends}
    said = refused(shipped, {"power.across_pillars": power})
    assert "is empty; the lower end comes first" in said


def test_an_exponent_needs_a_range_or_values_and_not_both(shipped):
    power = {"reason": "Because.", "levels": [0], "range": [0, 1], "values": [0.5]}
    assert "give either range or values" in refused(shipped, {"power.across_pillars": power})


def test_fewer_than_one_draw_is_refused(shipped):
    assert "assumptions.draws: 0" in refused(shipped, {"draws": 0})


def test_z_scores_into_a_geometric_mean_are_refused_by_name(shipped):
    said = refused(shipped, {"normalisation": alternatives("minmax", "zscore"), "power": {}})
    assert "assumptions.normalisation.alternatives[1]: zscore may give scores below 0" in said
    assert "state a floor (0, or 1 where a 0 would decide everything) or a shift" in said


@pytest.mark.parametrize("stated", [{"floor": 1}, {"shift": 5}])
def test_z_scores_with_a_stated_floor_or_shift_are_accepted(shipped, stated):
    base = shipped.framework("ai_resilience")
    methods = alternatives("minmax", {"name": "zscore", **stated})
    changed = shipped.changed(base, {"assumptions.normalisation": methods})
    assert len(changed.assumptions.normalisation.alternatives) == 2


def test_a_scale_that_starts_below_0_is_refused_under_a_geometric_mean(shipped):
    said = refused(shipped, {"normalisation": alternatives({"name": "minmax", "low": -1})})
    assert "minmax may give scores below 0" in said


def test_an_exponent_for_a_node_that_has_none_is_refused_by_name(shipped):
    base = shipped.framework("ai_resilience")
    with pytest.raises(ContentError, match=r"nodes\.index aggregates by copeland, which has no"):
        shipped.changed(base, {"nodes.index.aggregate": {"name": "copeland"}})


def test_an_exponent_at_a_depth_without_nodes_is_refused_with_the_depths_there_are(shipped):
    power = {"reason": "Because.", "levels": [7], "range": [0, 1]}
    said = refused(shipped, {"power": {"deep": power}})
    assert "assumptions.power.deep.levels: no node at depth 7; known: 0, 1, 2" in said


def test_a_depth_that_two_exponents_would_vary_is_refused(shipped):
    power = {"reason": "Because.", "levels": [0], "range": [0, 1]}
    said = refused(shipped, {"power.again": power})
    assert "0 is varied by power.across_pillars too; once only" in said


def test_an_indicator_to_leave_out_must_be_in_the_framework(shipped):
    part = {"reason": "Because.", "probability": 0.5, "only": ["gdp_per_head"]}
    assert "no indicator 'gdp_per_head' in the framework" in refused(shipped, {"leave_out": part})


def test_experts_weigh_all_children_of_a_known_node(shipped):
    part = {"reason": "Because.", "kind": "experts", "experts": {"index": [{"compute": 1.0}]}}
    said = refused(shipped, {"weights": part})
    assert "experts.index[0]: weighs other things than its children; look at adoption" in said
    part = {**part, "experts": {"indeks": [{"compute": 1.0}]}}
    assert "unknown node 'indeks' (did you mean 'index'?)" in refused(shipped, {"weights": part})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "experts"}, "say for each node what weights each expert gave"),
        ({"kind": "dirichlet", "spread": 0.2}, "spread has no meaning where kind is dirichlet"),
        ({"experts": {"index": [{"a": 1.0}]}}, "experts has no meaning where kind is uniform"),
        ({"kind": "experts", "experts": {"index": [{"a": 0.0}]}}, "sum to 0"),
        ({"kind": "experts", "experts": {"index": [{"a": -1.0}]}}, "may not be below 0"),
    ],
)
def test_weights_say_what_their_kind_needs_and_no_more(settings, said):
    with pytest.raises(ValueError, match=said):
        Weighting(reason="Because.", **settings)


def test_shift_and_floor_are_for_scores_only(shipped):
    said = refused(shipped, {"treatment": alternatives({"name": "none", "floor": 1})})
    assert "shift and floor are for normalisation" in said


def test_alternatives_for_a_step_that_every_indicator_settles_itself_are_refused(shipped):
    base = shipped.framework("ai_resilience")
    own = {f"indicators.{code}.treat": {"name": "none"} for code in base.indicators}
    with pytest.raises(ContentError, match="every indicator has a treat of its own"):
        shipped.changed(base, own)


def test_a_year_window_may_not_be_negative(shipped):
    part = {"reason": "Because.", "alternatives": [{"max_age": -1}]}
    assert "an age is 0 or more years" in refused(shipped, {"year_window": part})


def test_values_of_an_exponent_take_their_probabilities():
    power = Power(reason="-", levels=[0], values=[1, 0], probabilities=[0.25, 0.75])
    assert (power.ends, power.points) == ((0, 1), [1, 0])
    with pytest.raises(ValueError, match=r"sum to 0\.5"):
        Power(reason="-", levels=[0], values=[1, 0], probabilities=[0.25, 0.25])


def test_all_faults_of_assumptions_are_told_at_once(shipped):
    said = refused(
        shipped,
        {
            "treatment": alternatives("nune"),
            "leave_out": {"reason": "B.", "probability": 1.0, "only": ["x"]},
        },
    )
    assert "assumptions.treatment" in said
    assert "assumptions.leave_out" in said


def test_assumptions_change_no_published_rank(index, shipped):
    base = shipped.framework("ai_resilience")
    plain = base.model_copy(update={"assumptions": Assumptions()})
    assert build(plain, content=shipped).ranks.equals(index.ranks)
