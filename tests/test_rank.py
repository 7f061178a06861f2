"""Ranks: 1 is best; what tied countries get is a matter of the method."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from resilience_index.steps.rank import METHODS

SCORES = pd.Series({"EST": 7.0, "NOR": 9.0, "USA": 7.0, "FRA": np.nan, "DEU": 5.0})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("min", [2, 1, 2, np.nan, 4]),
        ("average", [(2 + 3) / 2, 1, (2 + 3) / 2, np.nan, 4]),
        ("max", [3, 1, 3, np.nan, 4]),
        ("dense", [2, 1, 2, np.nan, 3]),
    ],
)
def test_tied_countries_share_a_rank_and_missing_have_none(name, expected):
    np.testing.assert_array_equal(METHODS[name](SCORES), expected)


@given(values=st.lists(st.integers(0, 9).map(float), min_size=1, max_size=30))
@pytest.mark.parametrize("name", METHODS)
def test_ranks_agree_with_scipy(name, values):
    np.testing.assert_array_equal(
        METHODS[name](pd.Series(values)), rankdata(-np.array(values), method=name)
    )


def test_the_printed_figure_is_ranked_where_asked():
    scores = pd.Series([0.9514, 0.9506, 0.9494, 0.9495])
    assert METHODS["min"](scores).tolist() == [1, 2, 4, 3]
    assert METHODS["min"](scores, places=3).tolist() == [1, 1, 4, 3]


def test_a_tie_of_the_rounding_is_decided_as_asked():
    scores = pd.Series([0.125, 0.12])
    assert METHODS["min"](scores, places=2).tolist() == [1, 2]
    assert METHODS["min"](scores, places=2, rounding="half_even").tolist() == [1, 1]


def test_a_table_is_ranked_column_by_column():
    table = pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 1.0]}, index=["EST", "NOR"])
    expected = pd.DataFrame({"a": [2.0, 1.0], "b": [1.0, 2.0]}, index=["EST", "NOR"])
    pd.testing.assert_frame_equal(METHODS["min"](table), expected)


@pytest.mark.parametrize("name", METHODS)
def test_all_missing_gives_no_ranks_and_one_country_is_first(name):
    assert METHODS[name](pd.Series([np.nan, np.nan])).isna().all()
    assert METHODS[name](pd.Series([4.0])).tolist() == [1]
