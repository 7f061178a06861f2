"""Ranks and their counts, against SciPy's ranks."""

import numpy as np
import pytest
from scipy.stats import rankdata

from resilience_index.robustness._counting import (
    RankCounter,
    ahead_counts,
    exact_ranks,
    level_counts,
    places_of,
    quantiles,
    ranks_of,
)


def drawn(units, draws=64, seed=0):
    """Draw scores of which no two are closer than a thousandth, as whole steps of one."""
    rng = np.random.default_rng(seed)
    return rng.permuted(np.tile(np.arange(units), (draws, 1)), axis=1).astype(np.float32) + 1


@pytest.mark.parametrize("units", [1, 2, 3, 16, 200, 256, 257, 512, 513, 700])
def test_ranks_are_counted_as_often_as_they_occur(units):
    scores = drawn(units)
    counter = RankCounter(units)
    for start in (0, 40):  # a large chunk, then a smaller one
        counter.add(scores[start : start + 40], batch=8)
    ranks = rankdata(-scores, axis=1, method="min").astype(int)
    expected = np.zeros((units, units), int)
    np.add.at(expected, (np.broadcast_to(np.arange(units), ranks.shape), ranks - 1), 1)
    assert np.array_equal(counter.counts, expected)


@pytest.mark.parametrize("low", [-50.0, 0.0])
def test_scores_below_0_are_counted_too(low):
    scores = drawn(20) + np.float32(low)
    counter, moved = RankCounter(20), RankCounter(20)
    counter.add(scores)
    moved.add(scores - np.float32(low))
    assert np.array_equal(counter.counts, moved.counts)


def test_units_that_are_level_in_all_draws_of_a_batch_share_the_smaller_rank():
    scores = drawn(10, draws=8)
    scores[:, 3] = scores[:, 7]
    counter = RankCounter(10)
    counter.add(scores, batch=4)
    assert np.array_equal(counter.counts[3], counter.counts[7])
    assert (counter.counts.sum(axis=1) == 8).all()


def test_draws_without_a_score_count_for_no_rank():
    scores = drawn(5, draws=4)
    scores[1, 2] = np.nan
    counter = RankCounter(5)
    counter.add(scores)
    assert counter.counts.sum(axis=1).tolist() == [4, 4, 3, 4, 4]


def test_all_level_is_all_first():
    counter = RankCounter(3)
    counter.add(np.full((2, 3), 7, np.float32))
    assert counter.counts.tolist() == [[2, 0, 0]] * 3


@pytest.mark.parametrize("function", [ranks_of, exact_ranks])
def test_ranks_are_those_of_scipy(function):
    rng = np.random.default_rng(1)
    scores = rng.integers(-9, 9, (50, 30)).astype(float)  # with many ties
    assert np.array_equal(function(scores), rankdata(-scores, axis=1, method="min"))


def test_a_negative_zero_is_level_with_zero():
    assert ranks_of(np.array([[0.0, -0.0, -1.0]])).tolist() == [[1, 1, 3]]


@pytest.mark.parametrize("ties", [True, False])
def test_pairs_are_counted_draw_by_draw(ties):
    scores = drawn(21, draws=300)
    if ties:
        scores = np.round(scores / 3)
    places = places_of(ranks_of(scores))
    ahead, level = ahead_counts(places, 5, 9), level_counts(places)
    assert (level is None) != ties
    for row, unit in enumerate(range(5, 9)):
        for column, other in enumerate(range(5, 21)):
            assert ahead[row, column] == (scores[:, unit] > scores[:, other]).sum()
            if ties and unit != other:
                assert level[unit, other] == (scores[:, unit] == scores[:, other]).sum()


def test_quantiles_are_those_of_numpy():
    rng = np.random.default_rng(2)
    scores = rng.normal(size=(101, 7)).astype(np.float32)
    shares = [0.05, 0.5, 0.95]
    found = quantiles(scores, shares, between=True)
    assert np.array(found) == pytest.approx(np.quantile(scores, shares, axis=0), abs=1e-6)
    ranks = rng.integers(1, 30, (97, 7)).astype(np.int32)
    expected = np.quantile(ranks, shares, axis=0, method="inverted_cdf")
    assert np.array_equal(quantiles(ranks, shares, between=False), expected)


def test_quantiles_leave_out_what_is_not_there():
    scores = np.array([[1.0, np.nan], [np.nan, np.nan], [3.0, np.nan]], np.float32)
    (median,) = quantiles(scores, [0.5], between=True)
    assert median[0] == 2
    assert np.isnan(median[1])
