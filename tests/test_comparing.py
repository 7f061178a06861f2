"""What is compared is compared as a reader sees it: 0.1 + 0.2 is 0.3, whatever floats say."""

import numpy as np
import pandas as pd
import pytest

from resilience_index.errors import MethodError
from resilience_index.robustness._counting import exact_ranks
from resilience_index.steps import aggregate, normalise, rank
from resilience_index.steps.rounding import as_compared

NOISY = pd.Series([0.1 + 0.2, 0.3, 0.4], index=["AAA", "BBB", "CCC"])
"""The first is 0.30000000000000004."""


def test_twelve_digits_are_kept_and_the_noise_behind_them_is_not():
    assert as_compared(66.4) == as_compared(66.40000000000001)
    assert as_compared(66.4) < as_compared(66.4000000001)  # the twelfth digit
    assert as_compared(np.array([0.0, -0.0, np.inf])).tolist() == [0.0, 0.0, np.inf]
    assert np.isnan(as_compared(np.nan))


def test_numbers_of_any_size_keep_their_order():
    sizes = np.array([5e-324, 1e-300, 1e-20, 1.0, 1e20, 1e300, 1.7e308])
    assert (np.diff(as_compared(sizes)) > 0).all()


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("min", [2, 2, 1]), ("average", [2.5, 2.5, 1]), ("max", [3, 3, 1]), ("dense", [2, 2, 1])],
)
def test_noise_parts_no_tie_in_a_ranking(ties, expected):
    assert rank.METHODS[ties](NOISY).tolist() == expected


def test_draws_are_ranked_as_the_index_itself_is():
    assert exact_ranks(NOISY.to_numpy()[None]).tolist() == [rank.smallest(NOISY).tolist()]


PLAIN = """
[method]
normalise = {{ name = "{indicators}" }}
aggregate = "sum"
[nodes.index]
title = "Index"
aggregate = "{index}"
[nodes.sums]
title = "Sums"
parent = "index"
{sums}
[indicators]
{placed}
"""
PARTS = {
    "a": {"AAA": 0.1, "BBB": 0.3, "CCC": 0.4},
    "b": {"AAA": 0.2, "BBB": 0.0, "CCC": 0.0},
}
"""a + b is 0.30000000000000004 in the first country and 0.3 in the second."""
ORDERS = {"rank": [1, 1, 3], "borda": [0, 0, 2], "percentile_rank": [0, 0, (3 - 1) / (3 - 1)]}


@pytest.mark.parametrize("name", ORDERS)
def test_figures_as_published_are_compared_to_their_last_digit(name):
    """As in R's rank(): 3.4 and 3.4000000000000004 are two figures."""
    table = pd.DataFrame({"a": [3.4, 3.4000000000000004, 3.4]})
    made = normalise.METHODS[name](table)["a"]
    assert made.iloc[0] == made.iloc[2] < made.iloc[1]


@pytest.mark.parametrize("name", ORDERS)
def test_noise_parts_no_tie_where_a_sum_of_scores_is_put_in_order(made, name):
    placed = 'a = { parent = "sums" }\nb = { parent = "sums" }'
    words = PLAIN.format(
        indicators="none", index="arithmetic", placed=placed, sums=f'normalise = "{name}"'
    )
    scores = made(PARTS, words).scores["sums"]
    assert scores.dropna().tolist() == ORDERS[name]


@pytest.mark.parametrize("name", ORDERS)
def test_noise_parts_no_tie_where_a_formula_of_indicators_is_put_in_order(made, name):
    words = PLAIN.format(
        indicators=name, index="arithmetic", placed='c = { parent = "sums" }', sums=""
    )
    index = made(PARTS | {"c": {}}, words, more={"c": 'formula = "a + b"'})
    assert index.normalised["c"].dropna().tolist() == ORDERS[name]


def test_a_sum_that_is_a_cut_off_but_for_noise_is_on_it():
    found = [0.1 * 3, 0.7 + 0.1, 0.2]  # 0.30000000000000004, 0.7999999999999999
    table = pd.DataFrame({"a": found})
    made = normalise.categorical(table, cuts=[0.3, 0.8], scores=[1, 2, 3])
    assert made["a"].tolist() == [2, 3, 1]
    made = normalise.categorical(table, cuts=[0.3, 0.8], scores=[1, 2, 3], at_cut="below")
    assert made["a"].tolist() == [1, 2, 1]


def test_noise_in_scores_of_nodes_counts_one_half_in_copeland(made):
    placed = 'a = { parent = "sums" }\nb = { parent = "sums" }'
    words = PLAIN.format(indicators="none", index="copeland", placed=placed, sums="")
    assert made(PARTS, words).scores["index"].dropna().tolist() == [1 / 2, 1 / 2, 2]


def test_scores_of_indicators_are_compared_to_their_last_digit_in_copeland():
    scores, even = pd.DataFrame({"a": NOISY}), pd.Series({"a": 1.0})
    assert aggregate.copeland(scores, weights=even).tolist() == [1, 0, 2]


def test_a_difference_that_is_the_tolerance_but_for_noise_is_a_tie():
    scores = pd.DataFrame({"a": [0.3, 0.1]})  # 0.3 - 0.1 is 0.19999999999999998
    even = pd.Series({"a": 1.0})
    for count in ("shares", "majority"):
        made = aggregate.copeland(scores, weights=even, tolerance=0.2, count=count)
        assert made.tolist() == [0.5, 0.5]


def test_a_tolerance_below_0_is_refused():
    with pytest.raises(MethodError, match="tolerance = -1; it must be 0 or more"):
        aggregate.copeland(NOISY.to_frame("a"), weights=pd.Series({"a": 1.0}), tolerance=-1)
