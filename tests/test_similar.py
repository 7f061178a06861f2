"""Distance between profiles: by hand, by numpy's own mean squares, and what has too little."""

import numpy as np
import pandas as pd
import pytest

from resilience_index import UsageError
from resilience_index.robustness.similar import similar

SCORES = pd.DataFrame(
    {
        "a": [10.0, 13.0, 50.0, np.nan],
        "b": [20.0, 24.0, 20.0, np.nan],
        "c": [5.0, 5.0, np.nan, 9.0],
    },
    index=list("WXYZ"),
)
EVEN = pd.Series({"a": 1.0, "b": 1.0, "c": 1.0})


def test_the_distance_is_the_root_mean_square_difference():
    found = similar(SCORES, EVEN, "W")["distance"]
    assert found["X"] == pytest.approx(((3**2 + 4**2 + 0) / 3) ** 0.5)
    assert found["Y"] == pytest.approx((40**2 / 2) ** 0.5)


def test_weights_count_and_their_sum_does_not():
    weights = pd.Series({"a": 2.0, "b": 1.0, "c": 1.0})
    expected = ((2 * 3**2 + 4**2) / 4) ** 0.5
    assert similar(SCORES, weights, "W")["distance"]["X"] == pytest.approx(expected)
    assert similar(SCORES, weights * 7, "W")["distance"]["X"] == pytest.approx(expected)


def test_the_nearest_comes_first_and_who_shares_too_little_is_left_out():
    found = similar(SCORES, EVEN, "W")
    assert list(found.index) == ["X", "Y"]  # Z shares a third
    assert found["shared"].tolist() == pytest.approx([1, 2 / 3])
    assert list(similar(SCORES, EVEN, "W", least_shared=1 / 3).index) == ["X", "Z", "Y"]


def test_distance_is_the_same_both_ways(index):
    scores = index.normalised
    for other in ("JPN", "NGA", "FIN"):
        there = similar(scores, index.nominal, "KOR")["distance"].get(other)
        back = similar(scores, index.nominal, other)["distance"].get("KOR")
        assert there == pytest.approx(back)


def test_complete_profiles_are_as_far_apart_as_points_in_space():
    rng = np.random.default_rng(4)
    scores = pd.DataFrame(rng.uniform(0, 100, (9, 6)), columns=list("abcdef"))
    scores.index = scores.index.map(str)
    found = similar(scores, pd.Series(1.0, index=list("abcdef")), "0")["distance"]
    gaps = np.linalg.norm(scores.to_numpy() - scores.loc["0"].to_numpy(), axis=1) / 6**0.5
    assert found.sort_index().tolist() == pytest.approx(gaps[1:].tolist())


def test_a_country_without_a_row_is_refused():
    with pytest.raises(UsageError, match="no scores of 'Q'"):
        similar(SCORES, EVEN, "Q")
