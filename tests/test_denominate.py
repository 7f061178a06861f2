import math

import numpy as np
import pandas as pd
import pytest

from resilience_index.errors import DataError, MethodError
from resilience_index.steps.denominate import ratio


def test_a_ratio_is_joined_by_code_and_scaled():
    power = pd.Series([6.0, 9.0], index=["NOR", "EST"])
    people = pd.Series([3.0, 2.0, 7.0], index=["EST", "NOR", "USA"])
    made = ratio(power, people, scale=100.0)
    assert made.figures.to_dict() == {"NOR": 6 / 2 * 100, "EST": 9 / 3 * 100}
    assert made.facts.empty


def test_a_zero_or_missing_denominator_gives_missing_and_a_fact():
    observed = pd.Series([1.0, 2.0, 3.0, np.nan], index=["EST", "NOR", "USA", "VAT"])
    people = pd.Series([0.0, np.nan, 0.0], index=["EST", "NOR", "VAT"])
    made = ratio(observed, people)
    assert made.figures.isna().all()
    assert made.facts.to_dict() == {
        "EST": "denominator zero",
        "NOR": "denominator missing",
        "USA": "denominator missing",
    }


def test_a_missing_figure_stays_missing_without_a_fact():
    made = ratio(pd.Series([np.nan], index=["EST"]), pd.Series([2.0], index=["EST"]))
    assert math.isnan(made.figures["EST"])
    assert made.facts.empty


def test_a_row_that_stands_twice_is_refused():
    with pytest.raises(DataError, match="row EST stands twice"):
        ratio(pd.Series([1.0], index=["EST"]), pd.Series([1.0, 2.0], index=["EST", "EST"]))


def test_a_ratio_too_large_for_a_number_is_refused_by_name():
    with pytest.raises(DataError, match="EST"):
        ratio(pd.Series([1e300], index=["EST"]), pd.Series([1e-300], index=["EST"]))


def test_a_scale_of_zero_is_refused():
    with pytest.raises(MethodError, match="scale = 0"):
        ratio(pd.Series([1.0]), pd.Series([1.0]), scale=0.0)
