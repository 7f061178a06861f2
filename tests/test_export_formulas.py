"""Single formulas: the text that a method becomes, and what cannot become one."""

import numpy as np
import pytest

from resilience_index.content.frameworks import Rounding
from resilience_index.content.reading import Choice
from resilience_index.export import _families, _frozen, formulas
from resilience_index.export._expressions import worked_out
from resilience_index.steps import aggregate, normalise, transform, treat

FAMILY = _families.Family("D6:E6", "D$4:E$4", cells={"a": "D6", "b": "E6"})


def test_every_transform_has_a_formula():
    settings = {"power": {"exponent": 2}, "clip": {"lower": 0}}
    for name in transform.METHODS:
        choice = Choice(name=name, settings=settings.get(name, {}))
        assert formulas.transformed("B6", [choice]), name


def test_transforms_are_nested_in_their_order():
    steps = [Choice(name="log1p"), Choice(name="clip", settings={"lower": 1, "upper": 2.5})]
    made = formulas.transformed("B6", steps)
    assert made == 'IF(ISNUMBER(B6),MAX(MIN((LN(1+B6)),2.5),1),"")'


def test_an_unknown_transform_has_none():
    assert formulas.transformed("B6", [Choice(name="cube")]) is None


@pytest.mark.parametrize(
    ("number", "text"), [(1e6, "1000000"), (0.1, "0.1"), (-3.0, "-3"), (1e20, "1e+20")]
)
def test_numbers_are_written_without_loss(number, text):
    assert formulas.literal(number) == text
    assert float(formulas.literal(number)) == number


def test_goalposts_of_a_column_where_lower_is_better_change_ends():
    choice = Choice(name="goalposts", settings={"lower": 10.0, "upper": 40.0})
    line = formulas.line_of(choice, "x", -1.0, "D6:D9", None)
    assert (line.start, line.end) == ("-40", "-10")


def test_a_goalpost_that_is_not_given_is_the_value_found():
    choice = Choice(name="goalposts", settings={"upper": {"x": 40.0}})
    assert formulas.line_of(choice, "x", 1.0, "D6:D9", None).start == "MIN(D6:D9)"
    assert formulas.line_of(choice, "y", 1.0, "D6:D9", None).end == "MAX(D6:D9)"


def test_a_flat_column_scores_its_constant():
    line = formulas.Line("0", "1", 0, 100, constant=50.0)
    made = formulas.on_line("D6", ("S1", "S2"), ("S3", "S4"), line)
    assert made == "IF(S1=S2,50,S3+(D6-S1)/(S2-S1)*(S4-S3))"


def test_groups_of_goalposts_and_other_shapes_are_no_line():
    for name, settings in (
        ("goalposts", {"by": "region", "groups": {"North": [1.0, 2.0]}}),
        ("two_sided_distance", {}),
        ("distance_to_reference", {"reference": "EST"}),  # that country is not there
        ("none", {}),
    ):
        choice = Choice(name=name, settings=settings)
        assert formulas.line_of(choice, "x", 1.0, "D6:D9", None) is None


def test_every_normaliser_is_either_a_formula_or_known_not_to_be():
    needed = {
        "distance_to_target": {"target": 1.0}, "distance_to_reference": {"reference": "EST"},
        "categorical": {"cuts": [1.0], "scores": [0.0, 1.0]},
    }  # fmt: skip
    without = set()
    for name in normalise.METHODS:
        choice = Choice(name=name, settings=needed.get(name, {}))
        line = formulas.line_of(choice, "x", 1.0, "D6:D9", "D7")
        order = formulas.in_order("D6", "D6:D9", choice)
        if not (line or order or formulas.in_classes("D6", 1.0, choice) or name == "none"):
            without.add(name)
    assert without == {"two_sided_distance"}


def test_every_aggregate_is_either_a_formula_or_known_not_to_be():
    needed = {"power": {"p": 2.0}, "formula": {"expression": "a + b"}}
    without = {
        name
        for name in aggregate.METHODS
        if _families.aggregated(name, needed.get(name, {}), FAMILY) is None
    }
    assert without == {"median", "owa", "ampi", "copeland", "weighted_product_of_differences"}


def test_dense_ranks_and_ties_to_even_have_no_formula():
    assert formulas.ranked("C6", "C6:C9", Choice(name="dense"), lower_is_better=False) is None
    choice = Choice(name="min", settings={"places": 1, "rounding": "half_even"})
    assert formulas.ranked("C6", "C6:C9", choice, lower_is_better=False) is None
    assert formulas.rounded("C6", Rounding(places=1, rule="half_even")) is None


def test_a_formula_keeps_the_precedence_of_our_language():
    cells = {"a": "D6", "b": "E6"}
    assert worked_out("-a ^ 2", cells).text == "(-(D6^2))"
    assert worked_out("2 ^ 3 ^ a", cells).text == "(2^(3^D6))"
    assert worked_out("a - b - 1", cells).text == "(D6-E6-1)"
    assert worked_out("a != b", cells).text == "(IF(D6<>E6,1,0))"


def test_a_function_over_what_is_there_needs_only_one_of_them():
    done = worked_out("max(a, b) + 1", {"a": "D6", "b": "E6"})
    assert done.condition == "OR(ISNUMBER(D6),ISNUMBER(E6))"


COLUMN = np.array([3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0, 5.5, 60.0])


@pytest.mark.parametrize("name", treat.METHODS)
def test_a_frozen_treatment_gives_what_the_method_gave(name):
    import pandas as pd

    made = treat.METHODS[name](pd.DataFrame({"x": COLUMN}))
    power = float(made.facts.get("power", pd.Series([np.nan], ["x"]))["x"])
    found = _frozen.frozen(COLUMN, made.table["x"].to_numpy(), Choice(name=name), power)
    assert found is not None
    np.testing.assert_allclose(found.apply(COLUMN), made.table["x"], rtol=1e-12, atol=1e-12)


def test_a_bound_that_did_nothing_binds_nothing_later():
    found = _frozen.frozen(COLUMN, np.minimum(COLUMN, 9.0), Choice(name="iqr_fence"), np.nan)
    assert found.upper == 9.0
    assert np.isnan(found.lower)
    assert found.apply(np.array([-100.0, 100.0])).tolist() == [-100.0, 9.0]


def test_a_treatment_that_is_none_of_these_is_not_frozen():
    assert _frozen.frozen(COLUMN, COLUMN[::-1], Choice(name="other"), np.nan) is None


def test_denominators_give_the_denominated_figures_back(index):
    below = _frozen.divisors(index)
    assert set(below) == {
        c for c in index.framework.indicators if index.content.indicators[c].denominator
    }
    for code in below:
        scale = index.content.indicators[code].scale
        there = index.denominated[code].notna() & (index.observed[code] != 0)
        made = index.observed[code][there] / below[code][there] * scale
        assert made.equals(index.denominated[code][there])


def test_replaying_the_tree_gives_the_scores(index):
    replayed = _frozen.replay(index)
    pd_scores = index.scores[list(replayed.aggregate)]
    assert replayed.aggregate.equals(pd_scores)
    assert replayed.passed.equals(pd_scores)
