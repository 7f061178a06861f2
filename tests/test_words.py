"""How numbers, ranks, names and lists are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.publish import words
from resilience_index.publish.words import MINUS, NBSP


@pytest.mark.parametrize(
    ("rank", "written"),
    [
        *((1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th")),
        *((13, "13th"), (21, "21st"), (22, "22nd"), (23, "23rd"), (101, "101st")),
        *((111, "111th"), (112, "112th"), (1011, "1,011th"), (1021, "1,021st")),
    ],
)
def test_a_rank_is_written_as_an_english_ordinal(rank, written):
    assert words.ordinal(rank) == written


def test_a_mean_of_tied_ranks_has_no_ordinal_ending():
    assert words.ordinal((13 + 14) / 2) == "13.5"


def test_a_rank_that_is_not_there_is_a_dash():
    assert words.ordinal(math.nan) == words.rank_number(None) == "–"


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (63.25, 1, "63.3"),
        (63.15, 1, "63.2"),
        (2.675, 2, "2.68"),
        (0.5, 0, "1"),
        (1e6, 0, "1,000,000"),
    ],
)
def test_ties_are_rounded_away_from_zero_as_a_reader_would(value, places, written):
    assert words.fixed(value, places) == written
    assert words.fixed(-value, places) == MINUS + written


def test_nothing_is_written_as_minus_zero():
    assert words.fixed(-0.04, 1) == "0.0"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_written_number_reads_back_to_within_half_its_last_decimal(value):
    text = words.fixed(value, 2).replace(",", "").replace(MINUS, "-")
    assert abs(float(text) - value) <= 0.005 + abs(value) * 1e-14


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_any_float_can_be_written(value):
    assert words.number(value)
    assert "-" not in words.number(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        *((0.0, "0"), (62.0, "62"), (11861.4, "11,861"), (46.58, "46.6"), (4.938, "4.94")),
        *((0.2949, "0.295"), (0.00123, "0.00123"), (-1234.5, f"{MINUS}1,235"), (math.nan, "–")),
        *((2.5e7, f"25.0{NBSP}m"), (3e9, f"3.00{NBSP}bn"), (1.234e-7, "1.2×10⁻⁷")),
    ],
)
def test_a_measured_value_keeps_three_significant_digits(value, written):
    assert words.number(value) == written


def test_the_space_before_a_per_cent_sign_does_not_break():
    assert words.share(0.81) == f"81{NBSP}%"


def test_a_small_share_is_not_written_as_nothing_nor_a_large_one_as_all():
    assert words.share(0.001) == f"under 1{NBSP}%"
    assert words.share(0.999) == f"over 99{NBSP}%"


def test_lists_end_with_and_and_long_ones_are_counted():
    assert words.listing([]) == ""
    assert words.listing(["A", "B"]) == "A and B"
    assert words.listing(["A", "B", "C", "D"], most=3) == "A, B, C and D"
    assert words.listing(list("ABCDE"), most=3) == "A, B, C and two others"


def test_a_rank_without_an_interval_says_nothing_of_one():
    assert words.standing(12, 127) == "12th of 127"
    assert words.standing(math.nan, 127) == "not ranked"


def test_a_rank_with_an_interval_carries_it_in_the_same_sentence():
    assert words.standing(13, 146, interval=(6, 13)) == f"13th of 146, 90{NBSP}% interval 6–13"


def test_direction_overrides_and_zero_width_characters_are_taken_out_of_names():
    assert words.plain("A\u202eB\u200bC\ufeff\u2066D") == "ABCD"
    assert words.plain("two\n lines\t") == "two lines"


def test_a_joiner_that_spelling_needs_stays():
    assert "\u200c" in words.plain("می\u200cخواهم")


def test_a_right_to_left_name_is_isolated_from_its_sentence():
    assert words.plain("مصر") == "\u2068مصر\u2069"


@given(st.text())
def test_a_plain_text_stays_as_it_is_when_cleaned_again(text):
    once = words.plain(text)
    assert words.plain(once) == once


@given(st.text())
def test_a_plain_text_can_be_written_to_a_file(text):
    words.plain(text).encode("utf-8")


def test_what_is_cut_ends_with_an_ellipsis_and_keeps_the_limit():
    assert words.shortened("Bosnia and Herzegovina", 12) == "Bosnia and…"
    assert words.shortened("Norway", 12) == "Norway"


def test_places_have_their_article_inside_sentences():
    with_article = (
        *("United States", "United Arab Emirates", "Isle of Man", "Dominican Republic"),
        *("Netherlands", "Philippines", "Gambia", "Cayman Islands", "Palestinian Territories"),
    )
    without = ("Norway", "Congo (Republic)", "South Korea", "Iceland", "Republic", "United")
    assert [words.called(n) for n in with_article] == [f"the {n}" for n in with_article]
    assert [words.called(n) for n in without] == list(without)
