"""Other means of the pillars, and everybody's best case worked out by hand."""

import pandas as pd
import pytest

from resilience_index import build
from resilience_index.errors import DataError
from resilience_index.robustness import compensation

MORE = """
[nodes.p]
title = "P"
parent = "index"
[nodes.q]
title = "Q"
parent = "index"
"""
PLACED = 'a = { parent = "p" }\nb = { parent = "q" }'
RAW = {  # with goalposts 0 and 10 these are the scores in tenths
    "a": {"AAA": 8, "BBB": 2, "CCC": 4},
    "b": {"AAA": 2, "BBB": 8, "CCC": 4},
}


@pytest.fixture
def three(small):
    folder = small(RAW, nodes=MORE, indicators=PLACED)
    scale = {"name": "goalposts", "low": 0, "high": 100, "lower": {"a": 0, "b": 0},
             "upper": {"a": 10, "b": 10}}  # fmt: skip
    return build("small", content=folder, changes={"method.normalise": scale})


def test_the_best_case_of_three_countries_by_hand(three):
    # Each of two children makes up .3 to .7 of a score s, so 80 w1 = p s and 20 w2 = (1 - p) s for
    # AAA. BBB must stay below 1: s (20 p / 80 + 80 (1 - p) / 20) <= 1, loosest at p = .7: s = 1 /
    # 1.375. BBB is AAA turned round. CCC does best at p = .5: s (1 + 1 / 4) <= 1, so .8.
    bounds = compensation.best_case(three).table["bound"]
    assert bounds.to_dict() == pytest.approx({"AAA": 1 / 1.375, "BBB": 1 / 1.375, "CCC": 0.8})


def test_without_limits_two_lead_and_the_third_reaches_four_fifths(three):
    # CCC: 40 (w1 + w2) with 80 w1 + 20 w2 <= 1 and 20 w1 + 80 w2 <= 1: w = .01 each
    bounds = compensation.best_case(three, freedom=1.0)
    assert bounds.table["bound"].to_dict() == pytest.approx({"AAA": 1, "BBB": 1, "CCC": 0.8})
    assert bounds.table["rank"].to_dict() == {"AAA": 1, "BBB": 1, "CCC": 3}


def test_the_limits_for_four_children_are_the_usual_ones(index):
    bounds = compensation.best_case(index)
    assert (bounds.least, bounds.most) == pytest.approx((0.15, 0.35))
    assert bounds.table["bound"].max() <= 1 + 1e-9


def test_other_means_of_three_countries_by_hand(three):
    # arithmetic 50, 50, 40; geometric 40, 40, 40; minimum 20, 20, 40; wins are even
    found = compensation.other_means(three).drop("DDD")  # without a figure, without a rank
    assert found["arithmetic"].tolist() == [1, 1, 3]
    assert found["geometric"].round(6).tolist() == [1, 1, 1]
    assert found["minimum"].tolist() == [2, 2, 1]
    assert found["copeland"].tolist() == [1, 1, 1]


def test_copelands_rule_counts_majorities_and_not_places(small):
    # Of three pillars A leads B in two, but is last in the third: it beats B, C and D by two to one
    # (3 wins). B beats C and D (2). Added up, the places would give A 4 + 4 + 1 and B 3 + 3 + 4.
    raw = {
        "a": {"AAA": 9, "BBB": 8, "CCC": 2, "DDD": 1},
        "b": {"AAA": 9, "BBB": 8, "CCC": 1, "DDD": 2},
        "c": {"AAA": 1, "BBB": 9, "CCC": 5, "DDD": 5},
    }
    nodes = MORE + '[nodes.r]\ntitle = "R"\nparent = "index"\n'
    folder = small(raw, nodes=nodes, indicators=PLACED + '\nc = { parent = "r" }')
    found = compensation.other_means(build("small", content=folder))["copeland"]
    assert found[["AAA", "BBB"]].tolist() == [1, 2]
    assert found[["CCC", "DDD"]].tolist() == [3, 3]


def test_children_that_start_at_nothing_are_stretched_by_one_line(small):
    index = build("small", content=small(RAW, nodes=MORE, indicators=PLACED))
    children, _ = compensation.children_of_index(index)
    assert children.min().min() == 1
    assert children.max().max() == 100
    assert children["p"].corr(index.scores["p"]) == pytest.approx(1)


def test_one_child_leaves_nothing_to_combine(small):
    index = build("small", content=small({"a": RAW["a"]}))
    for work in (compensation.other_means, compensation.best_case):
        with pytest.raises(DataError, match="single child"):
            work(index)


def test_rankings_are_compared_by_tenths_of_the_ranking():
    ranks = pd.DataFrame({"x": range(1, 21), "y": [3, 1, 2, *range(4, 21)]}, dtype=float)
    row = compensation.moved(ranks).loc[[("x", "y")]].iloc[0]
    assert row["far"] == 1 / 20  # one moves by two places, a tenth of twenty
    assert row["largest"] == 2
