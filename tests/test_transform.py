import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.errors import DataError, MethodError
from resilience_index.steps import transform

TABLE = pd.DataFrame(
    {"gdp": [2.0, np.nan, 8.0], "area": [1.0, 4.0, 9.0]}, index=["EST", "NOR", "USA"]
)


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("none", {}, [2.0, 8.0]),
        ("log", {}, [math.log(2), math.log(8)]),
        ("log", {"shift": 1.0}, [math.log(2 + 1), math.log(8 + 1)]),
        ("log10", {}, [math.log10(2), math.log10(8)]),
        ("log1p", {}, [math.log(1 + 2), math.log(1 + 8)]),
        ("logit", {"whole": 10.0}, [math.log(2 / (10 - 2)), math.log(8 / (10 - 8))]),
        ("sqrt", {}, [math.sqrt(2), math.sqrt(8)]),
        ("square", {}, [2 * 2, 8 * 8]),
        ("power", {"exponent": 1 / 3}, [2 ** (1 / 3), 2.0]),
        ("power", {"exponent": -1}, [1 / 2, 1 / 8]),
        ("reciprocal", {}, [1 / 2, 1 / 8]),
        ("clip", {"lower": 3}, [3.0, 8.0]),
        ("clip", {"lower": 3, "upper": 7}, [3.0, 7.0]),
        ("absolute", {}, [2.0, 8.0]),
        ("asinh", {"scale": 2.0}, [math.asinh(2 / 2), math.asinh(8 / 2)]),
    ],
)
def test_each_transform_is_its_formula_and_missing_stays_missing(name, settings, expected):
    before = TABLE.copy()
    made = transform.METHODS[name](TABLE, **settings)
    assert made["gdp"].dropna().tolist() == pytest.approx(expected, abs=1e-12)
    assert math.isnan(made.loc["NOR", "gdp"])
    assert made.index.equals(TABLE.index)
    assert made.columns.equals(TABLE.columns)
    pd.testing.assert_frame_equal(TABLE, before)


@pytest.mark.parametrize(
    ("name", "settings", "value"),
    [
        ("log", {}, 0.0),
        ("log", {"shift": 1.0}, -1.0),
        ("log10", {}, -2.0),
        ("log1p", {}, -1.0),
        ("logit", {}, 1.0),
        ("sqrt", {}, -0.5),
        ("power", {"exponent": 0.5}, -1.0),
        ("power", {"exponent": -2.0}, 0.0),
        ("reciprocal", {}, 0.0),
        ("square", {}, 1e200),
        ("log", {}, math.inf),
    ],
)
def test_a_figure_outside_the_domain_is_named_with_its_country(name, settings, value):
    table = pd.DataFrame({"share": [0.5, value], "gdp": [0.5, 0.5]}, index=["EST", "NOR"])
    with pytest.raises(DataError, match=r"NOR in share"):
        transform.METHODS[name](table, **settings)


def test_a_panel_row_is_named_by_country_and_year():
    rows = pd.MultiIndex.from_tuples([("EST", 2020), ("EST", 2021)])
    with pytest.raises(DataError, match=r"EST 2021 in gdp \(0\)"):
        transform.log(pd.DataFrame({"gdp": [1.0, 0.0]}, index=rows))


def test_many_bad_figures_are_counted_and_not_all_listed():
    with pytest.raises(DataError, match="and 95 more"):
        transform.log(pd.DataFrame({"gdp": np.zeros(100)}))


@pytest.mark.parametrize(
    ("method", "settings", "said"),
    [
        (transform.power, {"exponent": 0}, "exponent = 0"),
        (transform.clip, {}, "neither lower nor upper"),
        (transform.clip, {"lower": 2.0, "upper": 1.0}, "above upper"),
        (transform.asinh, {"scale": 0.0}, "above 0"),
    ],
)
def test_settings_without_sense_are_refused(method, settings, said):
    with pytest.raises(MethodError, match=said):
        method(TABLE, **settings)


@given(st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=20, unique=True))
def test_logarithm_root_and_their_kin_keep_the_order_of_countries(values):
    table = pd.DataFrame({"x": values})
    rising = ["log", "log10", "log1p", "sqrt", "square", "absolute", "asinh"]
    for name in rising:
        made = transform.METHODS[name](table)["x"].to_numpy()
        assert (np.diff(made[np.argsort(values)]) >= 0).all()


@pytest.mark.parametrize(("shift", "limit"), [(0.0, "0"), (1.0, "-1"), (-2.0, "2")])
def test_a_refused_logarithm_says_above_what_figures_must_lie(shift, limit):
    table = pd.DataFrame({"share": [0.5, -3.0]}, index=["EST", "NOR"])
    with pytest.raises(DataError, match=rf"^log needs figures above {limit},"):
        transform.log(table, shift=shift)
