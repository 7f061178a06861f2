"""Settings that no figures could make good are refused when the framework is read, by their key."""

import re

import pytest

import resilience_index as ri

POINTS = {"AAA": 20, "BBB": 40, "CCC": 60, "DDD": 80}
WORDS = """
[method]
normalise = "minmax"
aggregate = "arithmetic"
{method}
[nodes.index]
title = "Index"
{nodes}
[indicators]
a = {{ parent = "index"{own} }}
b = {{ parent = "index" }}
{more}
"""
BOUNDS = "benefit_of_the_doubt"


@pytest.fixture
def refused(made):
    def refuse(method: str = "", *, nodes: str = "", own: str = "", more: str = "") -> str:
        words = WORDS.format(method=method, nodes=nodes, own=own, more=more)
        with pytest.raises(ri.ContentError) as told:
            made({"a": POINTS, "b": POINTS}, words)
        return str(told.value)

    return refuse


WEIGHED = {
    f'{{ name = "{BOUNDS}", least_share = 0.6 }}': "least of all children must sum to",
    f'{{ name = "{BOUNDS}", most_share = 0.4 }}': "the most to at least 1",
    f'{{ name = "{BOUNDS}", least_share = 0.3, most_share = 0.2 }}': "least below the most",
    f'{{ name = "{BOUNDS}", least_share = {{ c = 0.1 }} }}': "no indicator 'c' here",
    '{ name = "pca", factors = 3 }': "factors = 3; there are 2 children",
    '{ name = "target_importance", target = { a = 1 } }': "target of b must be given",
    '{ name = "target_importance", target = { a = 1, z = 1 } }': "unknown child 'z'",
}


@pytest.mark.parametrize("weigh", WEIGHED)
def test_weights_that_no_scores_could_have_are_refused(refused, weigh):
    told = refused(nodes=f"weigh = {weigh}")
    assert "nodes.index.weigh: " in told
    assert WEIGHED[weigh] in told


NORMALISED = {
    '{ name = "distance_to_reference", reference = "XXX" }': "unknown iso3 (known: AAA",
    '{ name = "distance_to_target", target = { b = 3 } }': "no indicator 'b' here",
    '{ name = "two_sided_distance", target = 5, lower = 6 }': "does not lie between",
    '{ name = "goalposts", by = "region", groups = { North = [1, 0] } }': "is not below upper",
    '{ name = "goalposts", by = "region", groups = { North = [1] } }': "must be two numbers",
    '{ name = "goalposts", by = "region" }': "by and groups go together",
}


@pytest.mark.parametrize("normalise", NORMALISED)
def test_scales_that_no_figures_could_have_are_refused(refused, normalise):
    assert NORMALISED[normalise] in refused(own=f", normalise = {normalise}")


STEPS = {
    'impute = { name = "knn", neighbours = 0 }': "impute of a: knn: neighbours = 0",
    'impute = { name = "em", ridge = -1 }': "ridge at least 0",
    'impute = { name = "mice", draws = 0 }': "mice: draws = 0; at least 1",
    'impute = "over_years"': "from other years of a [panel], and there is none",
    'treat = { name = "skewness_kurtosis", points = -1 }': "treat of a: treat: points = -1",
    'screen = { name = "availability", min_share = 2 }': "method.screen: availability: min_share",
    'screen = { name = "availability", any_of = [["z"]] }': "unknown indicator 'z'",
    'rank = { name = "min", places = 99 }': "method.rank: rounding: places = 99",
}


@pytest.mark.parametrize("words", STEPS)
def test_settings_of_every_step_are_tried(refused, words):
    assert STEPS[words] in refused(words)


def test_a_reference_must_take_part(refused):
    told = refused(
        more='[units]\nwhere = { region = "North" }',
        own=', normalise = { name = "distance_to_reference", reference = "CCC" }',
    )
    assert "reference = 'CCC' is not among the [units] of the framework" in told


def test_alternatives_are_tried_as_the_methods_that_they_stand_in_for(refused):
    told = refused(
        more="""
        [assumptions.normalisation]
        reason = "Either will do."
        alternatives = [{ name = "minmax" }, { name = "distance_to_reference", reference = "X" },
                        { name = "zscore", sd = 0.0, floor = 0.0 }]
        """
    )
    assert "assumptions.normalisation: reference = 'X': unknown iso3" in told
    assert re.search(r"assumptions\.normalisation: zscore: sd = 0", told)


def test_an_indicator_is_left_out_with_a_reason_that_the_build_tells(made):
    words = WORDS.format(method="", nodes="", own="", more="") + "[leave_out]\n"
    index = made({"a": POINTS, "b": POINTS}, words + 'b = "It is measured no more."')
    assert list(index.observed) == ["a"]
    told = index.facts.set_index("where")["what"]
    assert told["b"] == "left out of the index: It is measured no more."


@pytest.mark.parametrize(
    ("leave_out", "message"),
    [
        ('[leave_out]\nz = "x"', "leave_out: 'z' is not in 'small'"),
        ("[leave_out]\na = 3", "leave_out.a: 3; input should be a valid string"),
    ],
)
def test_what_cannot_be_left_out_is_refused(refused, leave_out, message):
    assert message in refused(more=leave_out)


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        ('{ name = "power", exponent = 0 }', "exponent = 0 makes every country equal"),
        ('{ name = "clip", lower = 3, upper = 2 }', "lower = 3 is above upper = 2"),
        ('"clip"', "neither lower nor upper is given"),
    ],
)
def test_a_transform_that_no_figures_could_have_is_refused(made, transform, message):
    with pytest.raises(ri.ContentError, match=rf"indicators\.a\.transform: .*{message}"):
        made({"a": POINTS}, WORDS, more={"a": f"transform = {transform}"})
