"""Orientation: higher means better, turned round before normalising or after."""

import numpy as np
import pandas as pd
import pytest

from resilience_index.errors import DataError
from resilience_index.steps import normalise
from resilience_index.steps.orient import orient, reverse_scores

TABLE = pd.DataFrame({"skills": [3.0, np.nan], "price": [20.0, -5.0]}, index=["EST", "NOR"])
SIGNS = pd.Series({"price": -1, "skills": 1})


def test_lower_is_better_changes_its_sign_and_missing_stays_missing():
    found = orient(TABLE, SIGNS)
    assert found["price"].tolist() == [-20.0, 5.0]
    np.testing.assert_array_equal(found["skills"], [3.0, np.nan])


def test_scores_are_mirrored_between_the_ends_of_their_scale():
    found = reverse_scores(TABLE, SIGNS, low=1, high=100)
    assert found["price"].tolist() == [1 + 100 - 20, 1 + 100 + 5]
    np.testing.assert_array_equal(found["skills"], TABLE["skills"])


def test_the_input_is_left_alone():
    before = TABLE.copy()
    orient(TABLE, SIGNS)
    reverse_scores(TABLE, SIGNS, low=0, high=1)
    pd.testing.assert_frame_equal(TABLE, before)


def test_ties_differ_between_turning_before_and_after():
    table = pd.DataFrame({"price": [1.0, 1.0, 2.0]})
    signs = pd.Series({"price": -1})
    before = normalise.percentile_rank(orient(table, signs))["price"]
    after = reverse_scores(normalise.percentile_rank(table), signs, low=0, high=1)["price"]
    assert before.tolist() == [(2 - 1) / 2, (2 - 1) / 2, 0]
    assert after.tolist() == [1 - 0, 1 - 0, 1 - 2 / 2]


@pytest.mark.parametrize("turn", [orient, lambda t, s: reverse_scores(t, s, low=0, high=1)])
@pytest.mark.parametrize(
    ("signs", "named"), [({"skills": 1}, "price = nan"), ({"skills": 1, "price": 2}, "price = 2")]
)
def test_a_missing_or_odd_sign_is_named(turn, signs, named):
    with pytest.raises(DataError, match=named):
        turn(TABLE, pd.Series(signs))
