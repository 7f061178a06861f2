"""What a definition file says holds, or is refused when it is read: four countries by hand."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

import resilience_index as ri
from resilience_index.content import _audit_settings, assumptions, definitions, frameworks
from resilience_index.content.reading import Model
from resilience_index.steps import formula

POINTS = {"AAA": 20, "BBB": 40, "CCC": 60, "DDD": 80}
GAPS = {"AAA": 50, "BBB": None, "CCC": None, "DDD": 70}
HALF = {"AAA": 40, "BBB": 50, "CCC": None, "DDD": 60}
PLAIN = """
[method]
normalise = "none"
aggregate = "arithmetic"
{method}
[nodes.index]
title = "Index"
{nodes}
[indicators]
{indicators}
"""


def framework(codes: str, method: str = "", nodes: str = "", parent: str = "index") -> str:
    placed = "\n".join(f'{code} = {{ parent = "{parent}" }}' for code in codes)
    return PLAIN.format(method=method, nodes=nodes, indicators=placed)


def worked(text: str, **columns: float) -> float:
    arrays = {name: np.array([value]) for name, value in columns.items()}
    return float(formula.evaluate(formula.parse(text), arrays)[0])


def test_a_number_alone_does_not_make_up_for_what_is_missing():
    for function in ("min", "max", "mean", "sum"):
        assert math.isnan(worked(f"{function}(a, 1)", a=np.nan))
    assert worked("min(a, b, 1)", a=np.nan, b=0.5) == 0.5
    assert worked("mean(a, 1)", a=0) == (0 + 1) / 2
    assert math.isnan(worked("mean(1 - a, 2 * b)", a=np.nan, b=np.nan))


def test_count_and_first_say_what_is_there():
    assert worked("count(a, b, 1)", a=np.nan, b=3) == 1
    assert worked("count(a)", a=np.nan) == 0
    assert worked("first(a, b, 0)", a=np.nan, b=3) == 3
    assert worked("first(a, 0)", a=np.nan) == 0
    assert worked("first(a, 1 / a)", a=4) == 4


@pytest.mark.parametrize("rule", ['missing = "missing"', "min_count = 2"])
def test_a_formula_gives_nothing_where_its_node_is_withheld(made, rule):
    nodes = f"""
    [nodes.p]
    title = "P"
    parent = "index"
    aggregate = {{ name = "formula", expression = "first(a, 0) + first(b, 0)" }}
    {rule}
    """
    index = made({"a": HALF, "b": GAPS}, framework("ab", nodes=nodes, parent="p"))
    scores = index.scores["p"].tolist()
    assert scores[0] == 40 + 50
    assert np.isnan(scores[1:3]).all()


@pytest.mark.parametrize("method", ["knn", "em", "mice"])
def test_what_learns_from_other_indicators_does_so_for_one_indicator_too(small, method):
    figures = {"a": POINTS, "b": {"AAA": 2, "BBB": 4.5, "CCC": 6, "DDD": None}}
    settings = {"knn": {"neighbours": 1}, "em": {}, "mice": {"draws": 2, "donors": 1}}[method]
    choice = {"name": method, **settings}
    folder = small(figures)
    one = ri.build("small", content=folder, changes={"indicators.b.impute": choice})
    both = ri.build("small", content=folder, changes={"method.impute": choice})
    assert one.imputed["b"].tolist() == both.imputed["b"].tolist()
    assert one.imputed.loc["DDD", "b"] >= 6  # DDD is the highest in a; the mean would be 4.17


def test_a_regression_may_rest_on_what_the_index_does_not_score(small):
    figures = {"a": {"AAA": 3, "BBB": 5, "CCC": 7.5, "DDD": None}, "x": {}, "b": POINTS}
    figures["x"] = {"AAA": 1, "BBB": 2, "CCC": 3, "DDD": 4}
    placed = 'a = { parent = "index" }\nb = { parent = "index" }'
    folder = small(figures, indicators=placed)
    regress = {"method.impute": {"name": "regression", "on": ["x"]}}
    index = ri.build("small", content=folder, changes=regress)
    slope = (7.5 - 3) / (3 - 1)
    assert index.imputed.loc["DDD", "a"] == pytest.approx((3 + 5 + 7.5) / 3 + slope * (4 - 2))
    regress["method.impute"]["on"] = ["y"]
    with pytest.raises(ri.ContentError, match="regression on unknown indicator 'y'"):
        ri.build("small", content=folder, changes=regress)


def test_weights_by_data_are_those_of_each_year(made):
    rows = ["a", "b", "c"]
    rng = np.random.default_rng(4)
    tables = {
        f"{code}.csv": "iso3,year,value\n"
        + "".join(f"{u},{y},{rng.normal():.6f}\n" for u in POINTS for y in (2024, 2025))
        for code in rows
    }
    words = """
    [panel]
    first = 2024
    last = 2025
    [method]
    normalise = "minmax"
    weigh = { name = "critic", over = "OVER" }
    aggregate = "arithmetic"
    [nodes.index]
    title = "Index"
    [indicators]
    a = { parent = "index" }
    b = { parent = "index" }
    c = { parent = "index" }
    """
    figures = dict.fromkeys(rows, POINTS)
    index = made(figures, words.replace("OVER", "year"), csv=tables)
    weights = index.weights["index"]
    assert weights.xs(2024, level=1).nunique().tolist() == [1, 1, 1]
    assert weights.loc[("AAA", 2024)].tolist() != weights.loc[("AAA", 2025)].tolist()
    assert weights.sum(axis=1).tolist() == pytest.approx([1] * 8)


def test_what_has_no_direction_is_not_turned_round_afterwards(small):
    folder = small({"a": POINTS}, directions={"a": "lower_is_better"})
    around = {"name": "two_sided_distance", "target": 60, "lower": 0, "upper": 100}
    for choice, scores in (
        (around, [100 * 20 / 60, 100 * 40 / 60, 100, 100 * (100 - 80) / 40]),
        ({"name": "categorical", "cuts": [30, 70], "scores": [1, 2, 3]}, [1, 2, 2, 3]),
    ):  # fmt: skip
        for orient in ("before", "after"):
            changes = {"method.normalise": choice, "method.orient": orient}
            made = ri.build("small", content=folder, changes=changes).normalised["a"]
            assert made.tolist() == pytest.approx(scores), (choice["name"], orient)


ERRING = "iso3,year,value,se\nAAA,2025,2,1\nBBB,2025,15,1\nCCC,2025,4,1\nDDD,2025,9,1\n"
SPREAD = 'spread = { how = "propagated" }'


@pytest.mark.parametrize(
    ("normalise", "points"),
    [
        ('{ name = "goalposts", lower = 0, upper = 10 }', 100 / 10),  # one figure lies beyond
        ('{ name = "scaled", b = 5 }', 1 / 5),
        ('"none"', 1),
        ('"minmax"', 100 / (15 - 2)),
    ],
)
def test_a_unit_of_error_is_worth_what_a_unit_is_worth_on_the_scale(made, normalise, points):
    words = framework("a", nodes=SPREAD).replace('"none"', normalise)
    index = made({"a": POINTS}, words, csv={"a.csv": ERRING})
    assert index.spread["index", "se"].tolist() == pytest.approx([points] * 4)


def test_errors_are_not_carried_through_a_treatment_that_bends_the_scale(made):
    words = framework("a", method='treat = "ln_shift"', nodes=SPREAD)
    with pytest.raises(ri.MethodError, match="of a cannot be propagated, since it is treated by"):
        made({"a": POINTS}, words, csv={"a.csv": ERRING})


def test_a_figure_that_is_brought_in_keeps_its_error(made):
    brought = 'treat = { name = "winsorise_points", high = 1 }'
    index = made({"a": POINTS}, framework("a", brought, SPREAD), csv={"a.csv": ERRING})
    assert index.treated["a"].tolist() == [2, 9, 4, 9]
    assert index.spread["index", "se"].tolist() == [1, 1, 1, 1]


def test_rank_1_of_a_node_of_harm_is_its_lowest_score(made):
    nodes = """
    [nodes.harm]
    title = "Harm"
    parent = "index"
    direction = "lower_is_better"
    normalise = { name = "scaled", a = 100, b = 100 }
    """
    index = made({"a": POINTS}, framework("a", nodes=nodes, parent="harm"))
    assert index.scores["harm"].tolist() == [(100 - x) / 100 for x in (20, 40, 60, 80)]
    assert index.ranks["harm"].tolist() == [4, 3, 2, 1]


def test_a_count_that_a_node_inherits_is_capped_at_the_number_of_its_children(made):
    nodes = '[nodes.p]\ntitle = "P"\nparent = "index"'
    words = framework("ab", method="min_count = 2", nodes=nodes) + 'c = { parent = "p" }'
    index = made({"a": POINTS, "b": POINTS, "c": POINTS}, words)
    assert index.scores["p"].tolist() == [20, 40, 60, 80]  # one child, and it is there


@pytest.mark.parametrize(
    ("method", "nodes", "message"),
    [
        ('rank = { name = "min", over = "all" }', "", r"method\.rank\.over: has no effect"),
        ("[method.levels.7]\nmin_count = 1", "", r"method\.levels\.7: no node at that depth"),
        ('[method.reasons]\nnormalize = "x"', "", r"method\.reasons\.normalize: no step or key"),
        ("", "min_count = 3", r"nodes\.index\.min_count: 3, but it has 2 children"),
        ("", 'aggregate = { name = "mpi", ddof = 2 }', "ddof = 2; it must be 0 or 1"),
        ("", 'aggregate = { name = "ampi", lower = { z = 1 } }', "unknown child 'z'"),
        ("", 'aggregate = { name = "owa", order = [1] }', "must be 2 numbers of 0 or more"),
        ("", 'aggregate = { name = "copeland", tolerance = -1 }', "must be 0 or more"),
        ("", 'aggregate = { name = "formula", expression = "sum(0, 0)" }', "names nothing"),
        ("", 'weigh = { name = "ahp", comparisons = { x = {} } }', "not compared: a over b"),
        ("", "classes = { cuts = [150], names = ['a', 'b'], percentiles = true }", "0 and 100"),
        ('treat = { name = "iqr_fence", factor = nan }', "", "finite number"),
    ],
)
def test_what_cannot_hold_is_refused_when_it_is_read(made, method, nodes, message):
    with pytest.raises(ri.ContentError, match=message):
        made({"a": POINTS, "b": POINTS}, framework("ab", method=method, nodes=nodes))


def test_groups_of_goalposts_are_values_that_countries_have(made):
    posts = '{ name = "goalposts", by = "region", groups = { East = [0, 1] } }'
    with pytest.raises(ri.ContentError, match="no country has 'East' in region \\(known: North"):
        made({"a": POINTS}, framework("a").replace('"none"', posts))


def test_a_formula_that_names_no_indicator_is_refused_when_it_is_read(made):
    with pytest.raises(ri.ContentError, match=r"a\.formula: names no indicator"):
        made({"a": {}, "b": POINTS}, framework("ab"), more={"a": 'formula = "3"'})


@pytest.mark.parametrize(
    "words",
    [
        'aggregate = "product"',
        'aggregate = "mpi"',
        'aggregate = "weighted_product_of_differences"',
        'weigh = "entropy"',
        'weigh = "benefit_of_the_doubt"',
    ],
)
def test_z_scores_are_refused_where_positive_scores_are_needed(made, words):
    text = framework("ab", nodes=words).replace('"none"', '"zscore"')
    with pytest.raises(ri.ContentError, match=r"needs positive scores, but indicators\.a is"):
        made({"a": POINTS, "b": POINTS}, text)


def test_z_scores_about_100_suit_the_index_that_was_made_for_them(made):
    scale = '{ name = "zscore", mean = 100, sd = 10 }'
    text = framework("ab", nodes='aggregate = "mpi"').replace('"none"', scale)
    index = made({"a": POINTS, "b": POINTS}, text)
    assert index.scores["index"].tolist() == pytest.approx(index.normalised["a"].tolist())


def test_a_formula_between_lets_any_scale_stand_under_a_geometric_mean(made):
    nodes = """
    aggregate = "geometric"
    [nodes.p]
    title = "P"
    parent = "index"
    aggregate = { name = "formula", expression = "1 / (1 + exp(-a))" }
    """
    text = framework("a", nodes=nodes, parent="p").replace('"none"', '"zscore"')
    index = made({"a": POINTS}, text)
    z = (20 - 50) / np.std([20, 40, 60, 80], ddof=1)
    assert index.scores["index"].tolist()[0] == pytest.approx(1 / (1 + math.exp(-z)))


MODULES = (_audit_settings, assumptions, definitions, frameworks)
MODELS = [
    model
    for module in MODULES
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, Model) and model.__module__ == module.__name__
]
README = Path(__file__).parent.parent / "indicators" / "README.md"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_of_a_definition_file_is_in_the_readme_of_the_content(model):
    words = set(re.findall(r"[a-z_]+", README.read_text(encoding="utf-8")))
    assert sorted(set(model.model_fields) - words) == []
