"""Rounding: ties are decided on the decimals that a reader sees."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.errors import MethodError
from resilience_index.steps.rounding import METHODS, half_away, half_even

figures = st.floats(-1e12, 1e12, allow_nan=False)
few_places = st.integers(-6, 8)


@pytest.mark.parametrize(
    ("value", "places", "away", "even"),
    [
        (0.125, 2, 0.13, 0.12),
        (2.675, 2, 2.68, 2.68),  # stored as 2.67499999…
        (1.005, 2, 1.01, 1.0),
        (-0.125, 2, -0.13, -0.12),
        (0.5, 0, 1.0, 0.0),
        (1.5, 0, 2.0, 2.0),
        (-2.5, 0, -3.0, -2.0),
        (1250.0, -2, 1300.0, 1200.0),
        (0.1249, 2, 0.12, 0.12),
        (5e-5, 4, 0.0001, 0.0),
        (8.345, 2, 8.35, 8.34),
    ],
)
def test_a_tie_goes_away_from_zero_or_to_the_even_neighbour(value, places, away, even):
    assert half_away(value, places) == away
    assert half_even(value, places) == even


def test_the_noise_of_float_sums_does_not_break_a_tie():
    mean = (0.01 + 0.06) / 2
    assert mean == 0.034999999999999996
    assert half_away(mean, 2) == 0.04
    assert half_away(mean, 2, digits=17) == 0.03


def test_all_17_digits_count_where_asked():
    assert half_away(0.12499999999999999, 2, digits=17) == 0.12
    assert half_away(0.12499999999999999, 2) == 0.13


def test_whole_numbers_of_16_digits_are_left_alone():
    assert half_away(1234567890123456.0, 0, digits=17) == 1234567890123456.0
    assert half_away(123456789012345.0, 0) == 123456789012345.0
    assert half_away(12345678901234.5, 0) == 12345678901235.0


def test_missing_and_infinite_values_pass():
    found = half_away(np.array([np.nan, np.inf, -np.inf]), 2)
    np.testing.assert_array_equal(found, [np.nan, np.inf, -np.inf])


def test_tables_and_columns_keep_their_labels_and_the_input_its_values():
    table = pd.DataFrame({"a": [0.125]}, index=["EST"])
    pd.testing.assert_frame_equal(half_away(table, 2), pd.DataFrame({"a": [0.13]}, index=["EST"]))
    pd.testing.assert_series_equal(half_even(table["a"], 2), pd.Series({"EST": 0.12}, name="a"))
    assert table["a"]["EST"] == 0.125


@given(value=figures, places=few_places)
def test_it_agrees_with_the_decimal_module_on_the_shortest_writing(value, places):
    unit = Decimal(1).scaleb(-places)
    for rule, ours in ((ROUND_HALF_UP, half_away), (ROUND_HALF_EVEN, half_even)):
        expected = float((Decimal(repr(value)) / unit).to_integral_value(rule) * unit)
        assert ours(value, places, digits=17) == expected


@given(value=figures, places=few_places)
def test_it_agrees_with_the_decimal_module_on_15_digits(value, places):
    unit = Decimal(1).scaleb(-places)
    read = Decimal(f"{value:.14e}")
    expected = float((read / unit).to_integral_value(ROUND_HALF_UP) * unit)
    assert half_away(value, places) == expected


@given(value=figures, places=few_places)
def test_rounding_twice_changes_nothing(value, places):
    once = half_away(value, places)
    assert half_away(once, places) == once


@given(values=st.lists(figures, min_size=2, max_size=20), places=few_places)
@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_order_is_kept(method, values, places):
    rounded = method(np.sort(np.array(values)), places)
    assert (np.diff(rounded) >= 0).all()


@pytest.mark.parametrize(("places", "digits"), [(16, 15), (-16, 15), (2, 0), (2, 18)])
def test_impossible_settings_are_refused(places, digits):
    with pytest.raises(MethodError, match=r"must be a whole number from"):
        half_away(1.0, places, digits=digits)
