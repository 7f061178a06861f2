"""What is observed, older, known by rule, filled in or missing is counted and named."""

import pytest

from resilience_index.publish._board import board
from resilience_index.publish._quality import quality

TWO = """
[method]
normalise = { name = "minmax", low = 0, high = 100 }
aggregate = { name = "arithmetic" }
[nodes.index]
title = "Index"
[nodes.one]
title = "One"
parent = "index"
[indicators]
a = { parent = "one", weight = 3 }
b = { parent = "one", weight = 1 }
"""
FIGURES = {
    "a": {"AAA": 1, "BBB": 2, "CCC": 3},
    "b": {"AAA": 1, "BBB": 5, "CCC": 3, "DDD": 4},
}


def test_the_weight_without_data_is_the_nominal_weight_of_the_gaps(made):
    told = quality(board(made(FIGURES, TWO)), "DDD")
    assert told.whole.weight == "75\u00a0%"  # 3 / (3 + 1)
    assert (told.whole.due, told.whole.stated, told.whole.missing) == ("2", "1", "1")


def test_a_missing_indicator_is_named(made):
    told = quality(board(made(FIGURES, TWO)), "DDD")
    assert [(p.name, p.text) for p in told.points] == [("No data", "Indicator a.")]


def test_an_estimate_is_named_as_one_and_not_as_data(made):
    filled = TWO.replace("[nodes.index]", 'impute = { name = "median" }\n[nodes.index]', 1)
    told = quality(board(made(FIGURES, filled)), "DDD")
    assert (told.whole.stated, told.whole.estimated, told.whole.missing) == ("1", "1", "0")
    assert told.points[0].name == "Estimated"


def test_what_is_known_by_rule_is_counted_apart(made):
    rule = {"a": 'absent = 0\nabsent_why = "The list is complete."'}
    told = quality(board(made(FIGURES, TWO, more=rule)), "DDD")
    assert (told.whole.stated, told.whole.structural) == ("2", "1")
    assert told.points[0].name == "Known by rule (†)"


def test_an_older_figure_is_named_with_its_year(made):
    old = {"a.csv": "iso3,year,value\nAAA,2020,1\nBBB,2025,2\nCCC,2025,3\nDDD,2025,3\n"}
    told = quality(board(made(FIGURES, TWO, csv=old)), "AAA")
    assert [(p.name, p.text) for p in told.points] == [("Older figures (°)", "Indicator a (2020).")]


@pytest.mark.parametrize("code", ["KOR", "BFA", "USA"])
def test_the_counts_of_the_default_index_add_up(index, code):
    told = quality(board(index), code)
    for part in (*told.legs, told.whole):
        assert int(part.due) == int(part.stated) + int(part.estimated) + int(part.missing)
    assert int(told.whole.due) == sum(int(leg.due) for leg in told.legs)
