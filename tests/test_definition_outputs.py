"""What a node publishes: rounded scores, standard errors, intervals and classes, by hand.

The words of the framework file come out in scores.csv.
"""

import math

import pytest

import resilience_index as ri
from resilience_index.publish import tables

POINTS = {"AAA": 20, "BBB": 40, "CCC": 60, "DDD": 80}
NAN = float("nan")


def column(index: ri.Index, node: str = "index") -> list[float]:
    return index.scores[node].tolist()


SOURCES = {
    "a": {"AAA": 70, "BBB": 50, "CCC": 40, "DDD": 30},
    "b": {"AAA": 80, "BBB": 50, "CCC": 44, "DDD": None},
    "c": {"AAA": 90, "BBB": 56, "CCC": None, "DDD": None},
}
FROM_SOURCES = """
[method]
normalise = {{ name = "goalposts", lower = 0, upper = 100 }}
aggregate = {{ name = "arithmetic" }}
[nodes.index]
title = "Perceptions"
{words}
[indicators]
a = {{ parent = "index" }}
b = {{ parent = "index" }}
c = {{ parent = "index" }}
"""


def test_standard_errors_and_intervals_from_several_sources(made):
    words = 'round = { places = 0 }\nspread = { how = "between", factor = 1.64 }'
    index = made(SOURCES, FROM_SOURCES.format(words=words))
    error = [10 / math.sqrt(3), math.sqrt(12) / math.sqrt(3), math.sqrt(8) / math.sqrt(2), NAN]
    assert column(index) == [80, 52, 42, 30]
    assert index.spread["index", "se"].tolist() == pytest.approx(error, nan_ok=True)
    assert index.spread["index", "lower"]["BBB"] == pytest.approx(52 - 1.64 * error[1])
    written = tables.scores(index).set_index("iso3")
    assert written.loc["CCC", ["se", "lower", "upper"]].tolist() == pytest.approx(
        [2, 42 - 1.64 * 2, 42 + 1.64 * 2]
    )


def test_the_ninety_per_cent_interval_is_that_of_the_normal_distribution(made):
    index = made(SOURCES, FROM_SOURCES.format(words='spread = { how = "between" }'))
    assert index.spread["index", "upper"]["CCC"] == pytest.approx(42 + 1.6448536269514722 * 2)


def test_an_interval_may_lie_around_the_rounded_score(made):
    sources = {**SOURCES, "c": {"AAA": 91, "BBB": 55, "CCC": None, "DDD": None}}
    words = (
        'round = {{ places = 0 }}\nspread = {{ how = "between", factor = 1, around = "{around}" }}'
    )
    index = made(sources, FROM_SOURCES.format(words=words.format(around="score")))
    error = math.sqrt((2 * (5 / 3) ** 2 + (10 / 3) ** 2) / 2 / 3)
    assert index.spread["index", "lower"]["BBB"] == pytest.approx(52 - error)


def test_standard_errors_and_ends_are_published_rounded_but_rest_on_what_is_not(made):
    """Three sources 70, 80, 91: mean 80.33, s = 10.50 (population 8.58), s / sqrt(3) = 6.06."""
    sources = {"a": {"AAA": 70}, "b": {"AAA": 80}, "c": {"AAA": 91}}
    words = (
        'spread = {{ how = "between", factor = 1.64, around = "{around}", ddof = {ddof}, '
        "round_se = {{ places = 2 }}, round = {{ places = 0 }} }}\nround = {{ places = 0 }}"
    )
    mean = (70 + 80 + 91) / 3
    squares = sum((x - mean) ** 2 for x in (70, 80, 91))
    for ddof in (0, 1):
        for around, middle in (("score", 80), ("unrounded", mean)):
            framework = FROM_SOURCES.format(words=words.format(around=around, ddof=ddof))
            found = made(sources, framework, name=f"{around}{ddof}").spread["index"].loc["AAA"]
            error = math.sqrt(squares / (3 - ddof) / 3)
            ends = [round(middle - 1.64 * error), round(middle + 1.64 * error)]
            assert found.tolist() == [round(error, 2), *ends]


def test_a_rounded_standard_error_is_passed_up_unrounded(made):
    index = made(
        {"a": dict.fromkeys(POINTS, 1)},
        """
        [method]
        normalise = "none"
        aggregate = "arithmetic"
        [method.levels.0]
        spread = { how = "propagated" }
        [method.levels.1]
        spread = { how = "propagated", round_se = { places = 0 } }
        [nodes.index]
        title = "Index"
        [nodes.p]
        title = "P"
        parent = "index"
        [indicators]
        a = { parent = "p" }
        """,
        csv={"a.csv": "iso3,year,value,se\nAAA,2025,1,0.4\nBBB,2025,2,1.6\n"},
    )
    assert index.spread["p", "se"].dropna().tolist() == [0, 2]
    assert index.spread["index", "se"].dropna().tolist() == [0.4, 1.6]


HEAD = "iso3,year,value,se\n"
PROPAGATED = """
[method]
normalise = { name = "goalposts", lower = { a = 0, b = 0 }, upper = { a = 10, b = 50 } }
aggregate = { name = "arithmetic" }
[nodes.index]
title = "Mean of two surveys"
spread = { how = "propagated", factor = 2 }
[indicators]
a = { parent = "index", weight = 3 }
b = { parent = "index", weight = 1 }
"""


def test_stated_standard_errors_follow_their_figures_up_the_tree(made):
    index = made(
        {"a": dict(zip(POINTS, (2, 4, 6, 12), strict=True)), "b": POINTS},
        PROPAGATED,
        csv={
            "a.csv": HEAD + "AAA,2025,2,0.1\nBBB,2025,4,0.2\nCCC,2025,6,0\nDDD,2025,12,0.4\n",
            "b.csv": HEAD + "AAA,2025,20,2\nBBB,2025,40,0\nCCC,2025,30,1\nDDD,2025,10,\n",
        },
    )
    a, b = 100 / 10, 100 / 50  # points per unit, also for DDD, which lies beyond the goalpost
    error = [math.hypot(3 * 0.1 * a, 2 * b) / 4, 3 * 0.2 * a / 4, 1 * b / 4, NAN]
    assert index.spread["index", "se"].tolist() == pytest.approx(error, nan_ok=True)
    assert column(index)[0] == (3 * 20 + 40) / 4
    assert index.spread["index", "upper"]["AAA"] == pytest.approx(25 + 2 * error[0])


def test_a_standard_error_goes_through_denominator_scale_and_transform(made):
    index = made(
        {"a": POINTS, "people": dict.fromkeys(POINTS, 4)},
        """
        [method]
        normalise = { name = "none" }
        aggregate = { name = "arithmetic" }
        [nodes.index]
        title = "Log per head"
        spread = { how = "propagated" }
        [indicators]
        a = { parent = "index" }
        """,
        more={
            "a": 'denominator = "people"\nscale = 10\ntransform = "log"\nunit_scored = "per ten"'
        },
        csv={"a.csv": HEAD + "AAA,2025,20,1\nBBB,2025,40,1\nCCC,2025,60,\n"},
    )
    assert column(index)[0] == pytest.approx(math.log(20 / 4 * 10))
    assert index.spread["index", "se"].tolist() == pytest.approx(
        [1 / 20, 1 / 40, NAN, NAN], nan_ok=True, rel=1e-6
    )  # the slope of ln is 1 / x, whatever the unit


def test_a_scale_that_is_no_straight_line_carries_no_standard_errors(made):
    framework = PROPAGATED.replace(
        'name = "goalposts", lower = { a = 0, b = 0 }, upper = { a = 10, b = 50 }',
        'name = "percentile_rank"',
    )
    table = HEAD + "AAA,2025,2,1\nBBB,2025,4,1\nCCC,2025,60,1\nDDD,2025,12,1\n"
    with pytest.raises(ri.MethodError, match=r"standard errors of a cannot be propagated"):
        made({"a": POINTS, "b": POINTS}, framework, csv={"a.csv": table, "b.csv": table})


def test_standard_errors_of_a_geometric_mean_are_refused_when_the_framework_is_read(made):
    framework = PROPAGATED.replace("arithmetic", "geometric")
    with pytest.raises(ri.ContentError, match=r"nodes\.index\.spread: .* aggregate is geometric"):
        made({"a": POINTS, "b": POINTS}, framework)


FREEDOM = """
[method]
normalise = { name = "none" }
aggregate = { name = "sum" }
[nodes.index]
title = "Freedom"
aggregate = { name = "formula", expression = "rights + liberties - harm" }
classes = { cuts = [30, 70], names = ["not free", "partly free", "free"], at_cut = "above" }
[nodes.rights]
title = "Rights"
parent = "index"
classes = { cuts = [50], names = ["weak", "strong"], percentiles = true }
[indicators]
elections = { parent = "rights" }
press = { parent = "rights" }
liberties = { parent = "index" }
harm = { parent = "index" }
"""


def test_subtractive_items_and_class_cut_offs(made):
    index = made(
        {
            "elections": {"AAA": 10, "BBB": 20, "CCC": 30, "DDD": 30},
            "press": {"AAA": 4, "BBB": 5, "CCC": 6, "DDD": 6},
            "liberties": {"AAA": 15, "BBB": 20, "CCC": 36, "DDD": None},
            "harm": {"AAA": 0, "BBB": 15, "CCC": 2, "DDD": 1},
        },
        FREEDOM,
        directions={"harm": "lower_is_better"},
    )
    assert column(index) == pytest.approx([29, 25 + 20 - 15, 36 + 36 - 2, NAN], nan_ok=True)
    assert index.classes["index"].tolist() == ["not free", "partly free", "free", ""]
    assert index.classes["rights"].tolist() == ["weak", "weak", "strong", "strong"]
    written = tables.scores(index)
    assert written.loc[written["node"] == "index", "class"].tolist()[:2] == [
        "not free",
        "partly free",
    ]


def test_a_formula_may_name_only_what_hangs_under_its_node(made):
    framework = FREEDOM.replace("- harm", "- harms")
    with pytest.raises(ri.ContentError, match=r"nothing called 'harms' under it .*'harm'"):
        made(dict.fromkeys(("elections", "press", "liberties", "harm"), POINTS), framework)


def test_a_cut_off_may_belong_to_the_class_below(made):
    index = made(
        {"points": POINTS},
        """
        [method]
        normalise = { name = "none" }
        aggregate = { name = "arithmetic" }
        [nodes.index]
        title = "Classes"
        classes = { cuts = [40, 60], names = ["C", "B", "A"], at_cut = "below" }
        [indicators]
        points = { parent = "index" }
        """,
    )
    assert index.classes["index"].tolist() == ["C", "C", "B", "A"]


PASSED = """
[method]
normalise = {{ name = "none" }}
aggregate = {{ name = "arithmetic" }}
[nodes.index]
title = "Adjusted"
[nodes.base]
title = "Base"
parent = "index"
round = {{ places = 0, of = "{of}" }}
{words}
[indicators]
a = {{ parent = "base" }}
"""


@pytest.mark.parametrize(
    ("words", "of", "base", "index"),
    [
        ("", "score", 2, 2),
        ('passes_up = "unrounded"', "score", 2, 1.6),
        ('normalise = { name = "scaled", b = 4 }', "score", 0, 0),
        ('normalise = { name = "scaled", b = 4 }', "aggregate", 0.5, 0.5),
        ('normalise = { name = "scaled", b = 4 }\npasses_up = "aggregate"', "score", 0, 1.6),
        ('normalise = { name = "scaled", b = 4 }\npasses_up = "aggregate"', "aggregate", 0.5, 2),
        ('normalise = { name = "scaled", b = 4 }\npasses_up = "unrounded"', "score", 0, 0.4),
        ('normalise = { name = "scaled", b = 2 }', "both", 1, 1),
    ],
)
def test_what_a_node_publishes_may_differ_from_what_it_passes_up(made, words, of, base, index):
    built = made({"a": {"AAA": 1.6, "BBB": 3}}, PASSED.format(words=words, of=of))
    assert (column(built, "base")[0], column(built)[0]) == pytest.approx((base, index))


CLASSED = """
[method]
normalise = {{ name = "none" }}
aggregate = {{ name = "arithmetic" }}
[nodes.index]
title = "Classed"
classes = {{ {classes} }}
[indicators]
a = {{ parent = "index" }}
"""


@pytest.mark.parametrize(
    "classes",
    [
        'cuts = [2, 1], names = ["a", "b", "c"]',
        'cuts = [1, 2], names = ["a", "b"]',
        "cuts = [], names = []",
    ],
)
def test_classes_that_do_not_fit_are_refused(made, classes):
    with pytest.raises(ri.ContentError, match=r"nodes\.index\.classes"):
        made({"a": POINTS}, CLASSED.format(classes=classes))
