"""What a definition file alone can say: schools of indices, each with four countries by hand.

The four countries are AAA and BBB in the North, CCC and DDD in the South.
"""

import math

import pytest

import resilience_index as ri

POINTS = {"AAA": 20, "BBB": 40, "CCC": 60, "DDD": 80}


def column(index: ri.Index, node: str = "index") -> list[float]:
    return index.scores[node].tolist()


def test_five_levels_with_leaves_at_different_depths(made):
    index = made(
        {"deep": POINTS, "shallow": {"AAA": 0, "BBB": 100, "CCC": 0, "DDD": 100}},
        """
        [method]
        normalise = { name = "goalposts", lower = 0, upper = 100 }
        aggregate = { name = "arithmetic" }
        [method.levels.0]
        aggregate = { name = "geometric" }
        [nodes.index]
        title = "Level 0"
        [nodes.dimension]
        title = "Level 1"
        parent = "index"
        [nodes.category]
        title = "Level 2"
        parent = "dimension"
        weight = 3
        [nodes.component]
        title = "Level 3"
        parent = "category"
        [nodes.item]
        title = "Level 4"
        parent = "component"
        [indicators]
        deep = { parent = "item" }
        shallow = { parent = "dimension", weight = 1 }
        """,
    )
    dimension = [(3 * 20 + 0) / 4, (3 * 40 + 100) / 4, (3 * 60 + 0) / 4, (3 * 80 + 100) / 4]
    assert column(index, "item") == [20, 40, 60, 80]
    assert column(index, "dimension") == dimension
    assert column(index) == pytest.approx(dimension)
    assert list(index.scores) == ["index", "dimension", "category", "component", "item"]


def test_two_sided_distance_to_a_target(made):
    index = made(
        {"inflation": {"AAA": -2, "BBB": 2, "CCC": 5, "DDD": 14}},  # neither high nor low is good
        """
        [method]
        normalise = { name = "two_sided_distance", target = 2, lower = -2, upper = 12 }
        aggregate = { name = "arithmetic" }
        [nodes.index]
        title = "Stability"
        [indicators]
        inflation = { parent = "index" }
        """,
        directions={"inflation": "none"},
    )
    assert column(index) == [0, 100, 100 - (5 - 2) / (12 - 2) * 100, 0]


def test_clipped_minmax_in_both_directions_with_a_log_and_a_power(made):
    index = made(
        {
            "income": {"AAA": 50, "BBB": 1000, "CCC": 10000, "DDD": 200000},
            "deaths": {"AAA": 0, "BBB": 4, "CCC": 9, "DDD": 36},
        },
        """
        [method]
        aggregate = { name = "arithmetic" }
        [method.normalise]
        name = "goalposts"
        high = 10
        lower = { income = 2, deaths = 1 }
        upper = { income = 5, deaths = 4 }
        [nodes.index]
        title = "Living"
        [indicators]
        income = { parent = "index" }
        deaths = { parent = "index" }
        """,
        directions={"deaths": "lower_is_better"},
        more={
            "income": 'transform = [{ name = "clip", lower = 100, upper = 100000 }, "log10"]',
            "deaths": 'transform = { name = "power", exponent = 0.5 }',
        },
    )
    assert index.normalised["income"].tolist() == pytest.approx([0, 10 / 3, 20 / 3, 10])
    assert index.normalised["deaths"].tolist() == pytest.approx([10, 20 / 3, 10 / 3, 0])
    assert column(index) == pytest.approx([5, 5, 5, 5])


def test_regional_mean_stands_in_and_is_marked(made):
    index = made(
        {"power": {"AAA": 10, "BBB": None, "CCC": 30, "DDD": 50}, "skills": POINTS},
        """
        [method]
        impute = { name = "group_mean", by = ["region"] }
        normalise = { name = "none" }
        aggregate = { name = "arithmetic" }
        [nodes.index]
        title = "Means"
        [indicators]
        power = { parent = "index" }
        skills = { parent = "index" }
        """,
    )
    assert index.imputed["power"].tolist() == [10, 10, 30, 50]
    assert column(index) == [15, 25, 45, 65]
    assert index.marks["power"].tolist() == ["observed", "imputed", "observed", "observed"]


def test_an_indicator_that_does_not_apply_is_neither_imputed_nor_counted_against_a_country(made):
    index = made(
        {"coast": {"AAA": "n/a", "BBB": 50, "CCC": 70, "DDD": None}, "skills": POINTS},
        """
        [method]
        impute = { name = "mean" }
        normalise = { name = "none" }
        aggregate = { name = "arithmetic" }
        missing = "missing"
        [nodes.index]
        title = "Oceans and skills"
        [indicators]
        coast = { parent = "index" }
        skills = { parent = "index" }
        """,
    )
    assert column(index) == [20, (50 + 40) / 2, (70 + 60) / 2, ((50 + 70) / 2 + 80) / 2]
    assert index.marks["coast"].tolist() == ["not_applicable", "observed", "observed", "imputed"]
    assert index.coverage.tolist() == [1, 1, 1, 0.5]


def test_an_indicator_may_apply_only_where_an_attribute_says_so(made):
    index = made(
        {"coast": {"AAA": 90, "BBB": 50, "CCC": 70}, "skills": POINTS},
        """
        [method]
        normalise = { name = "none" }
        aggregate = { name = "arithmetic" }
        missing = "missing"
        [nodes.index]
        title = "Oceans and skills"
        [indicators]
        coast = { parent = "index" }
        skills = { parent = "index" }
        """,
        more={"coast": 'applies_where = { region = "South" }'},
    )
    assert column(index)[:3] == [20, 40, (70 + 60) / 2]
    assert math.isnan(column(index)[3])
    marks = ["not_applicable", "not_applicable", "observed", "missing"]
    assert index.marks["coast"].tolist() == marks
    assert index.facts["where"].tolist() == ["AAA coast", "BBB coast"]


def test_applies_where_names_a_column_of_the_countries(made):
    with pytest.raises(ri.ContentError, match=r"applies_where: no column 'regions' .*'region'"):
        made({"coast": POINTS}, "", more={"coast": 'applies_where = { regions = "South" }'})


GOALS = """
[method]
normalise = { name = "none" }
aggregate = { name = "arithmetic" }
missing = "missing"
[nodes.index]
title = "All goals"
[nodes.one]
title = "Goal one"
parent = "index"
impute = { name = "group_mean", by = ["region"] }
[nodes.two]
title = "Goal two"
parent = "index"
[indicators]
a = { parent = "one" }
b = { parent = "two" }
"""


def test_a_missing_score_may_be_passed_up_as_the_mean_of_the_region(made):
    index = made({"a": {"AAA": None, "BBB": 50, "CCC": 70, "DDD": 90}, "b": POINTS}, GOALS)
    assert math.isnan(column(index, "one")[0])
    assert column(index) == [(50 + 20) / 2, (50 + 40) / 2, (70 + 60) / 2, (90 + 80) / 2]
    assert index.facts.iloc[-1].tolist() == [
        "AAA one",
        "no score; passed up as 50 by group_mean (by ['region'])",
    ]


def test_an_unknown_method_of_a_node_is_refused(made):
    with pytest.raises(ri.ContentError, match=r"nodes\.one\.impute: unknown impute method 'mode'"):
        made({"a": POINTS, "b": POINTS}, GOALS.replace("group_mean", "mode"))


def test_sample_minmax_with_one_end_fixed(made):
    index = made(
        {"share": POINTS, "price": {"AAA": 8, "BBB": 6, "CCC": 4, "DDD": 3}},
        """
        [method]
        normalise = { name = "goalposts", lower = { share = 0 }, upper = { price = 10 } }
        aggregate = { name = "arithmetic" }
        [nodes.index]
        title = "Partial ranges"
        [indicators]
        share = { parent = "index" }
        price = { parent = "index" }
        """,
        directions={"price": "lower_is_better"},
    )
    assert index.normalised["share"].tolist() == [20 / 80 * 100, 50, 75, 100]
    assert index.normalised["price"].tolist() == pytest.approx(
        [(10 - 8) / (10 - 3) * 100, (10 - 6) / 7 * 100, (10 - 4) / 7 * 100, 100]
    )


def test_sample_minmax_onto_a_part_of_the_scale(made):
    index = made(
        {"share": POINTS},
        """
        [method]
        normalise = { name = "minmax", low = 1, high = 7 }
        aggregate = { name = "arithmetic" }
        [nodes.index]
        title = "From 1 to 7"
        [indicators]
        share = { parent = "index" }
        """,
    )
    assert column(index) == [1, 3, 5, 7]


def test_half_away_from_zero_rounding_at_every_node_is_passed_up(made):
    index = made(
        {
            "a": {"AAA": 0.25, "BBB": 1.35, "CCC": 2.5, "DDD": 3},
            "b": {"AAA": 0.5, "BBB": 1.5, "CCC": 2.5, "DDD": 3.5},
        },
        """
        [method]
        normalise = { name = "none" }
        aggregate = { name = "arithmetic" }
        round_indicators = { places = 1 }
        round = { places = 1, rule = "half_away" }
        [nodes.index]
        title = "Rounded"
        round = { places = 0 }
        [nodes.pillar]
        title = "Pillar"
        parent = "index"
        [indicators]
        a = { parent = "pillar" }
        b = { parent = "pillar" }
        """,
    )
    assert index.normalised["a"].tolist() == [0.3, 1.4, 2.5, 3]  # 1.35 is below 1.35 in binary
    assert column(index, "pillar") == [0.4, 1.5, 2.5, 3.3]  # .40, 1.45, 2.50, 3.25
    assert column(index) == [0, 2, 3, 3]


def test_a_score_is_withheld_below_a_number_of_children(made):
    index = made(
        {
            "a": POINTS,
            "b": {"AAA": 40, "BBB": 40, "CCC": None, "DDD": None},
            "c": {"AAA": 60, "BBB": None, "CCC": 60, "DDD": None},
        },
        """
        [method]
        normalise = { name = "none" }
        aggregate = { name = "arithmetic" }
        [nodes.index]
        title = "At least two"
        min_count = 2
        [indicators]
        a = { parent = "index" }
        b = { parent = "index" }
        c = { parent = "index" }
        """,
    )
    assert column(index)[:3] == [(20 + 40 + 60) / 3, 40, 60]
    assert math.isnan(column(index)[3])
    assert math.isnan(index.ranks["index"]["DDD"])


def test_subtractive_items_without_a_formula(made):
    index = made(
        {"points": POINTS, "harm": {"AAA": 0, "BBB": 5, "CCC": 2, "DDD": 1}},
        """
        [method]
        normalise = { name = "scaled", a = 0, b = 1 }
        aggregate = { name = "sum" }
        [nodes.index]
        title = "Points less harm"
        [indicators]
        points = { parent = "index" }
        harm = { parent = "index", weight = 2 }
        """,
        directions={"harm": "lower_is_better"},
    )
    assert column(index) == [20 - 2 * 0, 40 - 2 * 5, 60 - 2 * 2, 80 - 2 * 1]


def test_goalposts_may_differ_between_groups(made):
    index = made(
        {"life": {"AAA": 55, "BBB": 55, "CCC": 50, "DDD": 50}},
        """
        [method]
        aggregate = { name = "arithmetic" }
        [method.normalise]
        name = "goalposts"
        high = 1
        by = "region"
        groups = { North = [22.5, 87.5], South = [17.5, 82.5] }
        [nodes.index]
        title = "Life"
        [indicators]
        life = { parent = "index" }
        """,
    )
    assert column(index) == pytest.approx([(55 - 22.5) / 65, 0.5, (50 - 17.5) / 65, 0.5])


HARM = """
[method]
direction = "lower_is_better"
normalise = { name = "minmax", low = 0, high = 10 }
aggregate = { name = "arithmetic" }
[nodes.index]
title = "Risk"
[indicators]
poverty = { parent = "index" }
income = { parent = "index" }
"""


def test_in_an_index_of_harm_bad_figures_score_high_and_rank_1_has_the_lowest_score(made):
    index = made(
        {"poverty": POINTS, "income": {"AAA": 9, "BBB": 6, "CCC": 5, "DDD": 4}},
        HARM,
        directions={"poverty": "lower_is_better"},
    )
    assert index.normalised["poverty"].tolist() == pytest.approx([0, 10 / 3, 20 / 3, 10])
    assert index.normalised["income"].tolist() == [0, (9 - 6) / 5 * 10, (9 - 5) / 5 * 10, 10]
    assert index.ranks["index"].tolist() == [1, 2, 3, 4]


def test_figures_that_run_the_other_way_are_refused_as_they_are(made):
    framework = HARM.replace('name = "minmax", low = 0, high = 10', 'name = "none"')
    with pytest.raises(ri.ContentError, match=r"indicators\.income\.normalise: none does not turn"):
        made(
            {"poverty": POINTS, "income": POINTS},
            framework,
            directions={"poverty": "lower_is_better"},
        )


def test_each_indicator_may_have_its_own_scale_and_each_level_its_own_mean(made):
    index = made(
        {"a": POINTS, "b": POINTS, "c": {"AAA": 1, "BBB": 2, "CCC": 3, "DDD": 4}},
        """
        [method]
        normalise = { name = "minmax" }
        aggregate = { name = "arithmetic" }
        [method.levels.0]
        aggregate = { name = "power", p = 2 }
        [nodes.index]
        title = "Mixed"
        [nodes.pillar]
        title = "Pillar"
        parent = "index"
        [indicators]
        a = { parent = "pillar" }
        b = { parent = "pillar", normalise = { name = "rank" } }
        [indicators.c]
        parent = "index"
        normalise = { name = "categorical", cuts = [2, 4], scores = [0, 50, 100] }
        """,
    )
    assert column(index, "pillar") == pytest.approx(
        [(0 + 1) / 2, (100 / 3 + 2) / 2, (200 / 3 + 3) / 2, (100 + 4) / 2]
    )
    assert column(index)[3] == pytest.approx(math.sqrt((52**2 + 100**2) / 2))
