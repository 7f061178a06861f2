"""Scales, coordinates and widths of charts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.publish._marks import (
    TEXT,
    Axis,
    Scale,
    Spread,
    at,
    cut_scale,
    fitted,
    rectangle,
    scale_of,
    spread_path,
    width_of,
)

HUNDRED = Scale(0.0, 100.0, 1, (0.0, 50.0, 100.0))


def test_scores_up_to_a_hundred_are_drawn_from_0_to_100():
    assert (scale_of([1.0, 63.2]).low, scale_of([1.0, 63.2]).high) == (0, 100)
    assert scale_of([1.0, 63.2]).places == 1


def test_scores_up_to_one_are_drawn_from_0_to_1_with_three_decimals():
    assert scale_of([0.2, 0.9]).written(0.6321) == "0.632"


def test_scores_on_another_scale_get_round_ends_about_them():
    scale = scale_of([-1.7, 2.4])
    assert scale.low <= -1.7
    assert scale.high >= 2.4
    assert scale.written(-1.234) == "−1.23"


def test_without_any_score_the_scale_is_still_one():
    assert scale_of([math.nan]).ends == "0 to 100"


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_a_cut_axis_takes_in_its_range_with_few_ticks(least, width):
    scale = cut_scale(least, least + width)
    slack = max(abs(least), abs(least + width)) * 1e-5 + 1e-6
    assert scale.low - slack <= least
    assert scale.high + slack >= least + width
    assert 2 <= len(scale.ticks) <= 12
    assert list(scale.ticks) == sorted(set(scale.ticks))


def test_an_axis_places_a_score_in_proportion_and_stops_at_its_ends():
    axis = Axis(HUNDRED, 10, 200)
    assert axis(25) == 10 + 25 / 100 * 200
    assert axis(-5) == 10
    assert axis(120) == 210


def test_a_coordinate_has_at_most_one_decimal_and_no_minus_zero():
    assert [at(v) for v in (3.0, 3.14, -0.02)] == ["3", "3.1", "0"]


def test_fewer_than_four_peers_have_no_middle_half():
    axis = Axis(HUNDRED, 0, 100)
    few, many = Spread(10, 20, 30, 40, 50, 3), Spread(10, 20, 30, 40, 50, 4)
    line = rectangle(10, 4, 50, 6)
    assert spread_path(few, axis, 5, 2, 6) == line
    assert spread_path(many, axis, 5, 2, 6) == line + rectangle(20, 2, 40, 8)


def test_a_wide_letter_counts_for_more_than_a_narrow_one():
    assert width_of("日") == TEXT
    assert width_of("ill") < width_of("mmm")


@pytest.mark.parametrize("room", [40, 80, 132])
def test_a_fitted_text_is_no_wider_than_its_room(room):
    assert width_of(fitted("Saint Vincent and the Grenadines", room)) <= room
