"""The contract of every method of every step: a new one is under it the moment it is in METHODS.

A table in, a table of the same rows out; the table is left alone; the order of countries says
nothing; no method gives NaN in silence: it has a value, or an error of its own that names columns.
"""

import inspect

import numpy as np
import pandas as pd
import pytest

from resilience_index.content.choices import FAMILIES
from resilience_index.errors import ResilienceIndexError
from resilience_index.steps.methods import supplied_to

ROWS = [f"U{n}" for n in range(8)]
GOOD = pd.DataFrame(
    {
        "a": [1.0, 2.0, 3.0, 4.0, 5.0, 9.0, 30.0, 6.5],
        "b": [2.0, 1.0, 5.0, 4.0, 7.0, 8.0, 3.0, 0.5],
        "c": [0.3, 0.9, 0.4, 0.1, 0.8, 0.2, 0.6, 0.7],
    },
    index=ROWS,
)
SETTINGS: dict[str, dict[str, dict[str, object]]] = {
    "transform": {"power": {"exponent": 2.0}, "clip": {"lower": 0.5}, "logit": {"whole": 100.0}},
    "impute": {
        "constant": {"value": 1.0},
        "group_mean": {"by": ["region"]},
        "group_median": {"by": ["region"]},
        "regression": {"on": ["b", "c"]},
        "mice": {"draws": 2, "cycles": 2},
    },
    "normalise": {
        "distance_to_reference": {"reference": "U1"},
        "distance_to_target": {"target": 100.0},
        "categorical": {"cuts": [2.0, 4.0], "scores": [0.0, 1.0, 2.0]},
    },
    "weigh": {
        "budget_allocation": {"budgets": {"x": {"a": 1.0, "b": 2.0, "c": 1.0}}},
        "ahp": {"comparisons": {"x": {"a": {"b": 2.0, "c": 2.0}, "b": {"c": 1.0}}}},
        "target_importance": {"tolerance": 0.5},
    },
    "aggregate": {"power": {"p": 0.5}, "formula": {"expression": "a + b * c"}},
}
"""What methods cannot do without."""
NAMES = [(step, name) for step in FAMILIES for name in FAMILIES[step]]
EVERY = [pair for pair in NAMES if pair[1] != "over_years"]
"""All but what needs the years of a panel."""
TABLES = ("transform", "impute", "treat", "normalise")
BAD = {
    "constant": GOOD.assign(a=3.0),
    "missing": GOOD.assign(a=np.nan),
    "one country": GOOD.iloc[:1],
    "no country": GOOD.iloc[:0],
    "negative": GOOD.assign(a=-GOOD["a"]),
    "zero": GOOD.assign(a=0.0),
    "twice": GOOD.assign(c=2 * GOOD["b"]),
}


def called(step: str, name: str, table: pd.DataFrame) -> np.ndarray:
    """Call a method with what the engine supplies; give the values that come out."""
    method = FAMILIES[step][name]
    even = pd.Series(1.0, index=table.columns)
    supplies = {
        "units": pd.DataFrame({"region": ["north"] * len(table)}, index=table.index),
        "rng": np.random.default_rng(0),
        "weights": even,
        "given": even,
        "signs": even,
    }
    given = {key: value for key, value in supplies.items() if key in supplied_to(method)}
    made = method(table, **SETTINGS.get(step, {}).get(name, {}), **given)
    return getattr(made, "table", made)


@pytest.mark.parametrize(("step", "name"), EVERY)
def test_the_table_is_left_alone_and_the_result_has_its_rows(step, name):
    table = GOOD.mask(GOOD == 5.0) if step in TABLES else GOOD
    before = table.copy()
    made = called(step, name, table)
    pd.testing.assert_frame_equal(table, before)
    if step in TABLES:
        assert list(made.index) == ROWS
        assert list(made.columns) == ["a", "b", "c"]
    elif step == "weigh":
        assert list(made.columns if made.ndim == 2 else made.index) == ["a", "b", "c"]
    else:
        assert list(made.index) == ROWS


@pytest.mark.parametrize(("step", "name"), [p for p in EVERY if p[0] in TABLES])
def test_missing_stays_missing_but_where_it_is_filled_in(step, name):
    table = GOOD.mask(GOOD == 5.0)
    made = called(step, name, table)
    kept = step != "impute" or name == "none"
    gaps = table.isna() if kept else table.isna() & made.isna()
    assert made.isna().equals(gaps)
    if not kept:  # a regression on what is missing too cannot fill a gap
        assert made.isna().sum().sum() <= (1 if name == "regression" else 0)


@pytest.mark.parametrize(("step", "name"), [p for p in EVERY if p[1] != "mice"])
def test_the_order_of_countries_says_nothing(step, name):
    order = [5, 2, 7, 0, 3, 6, 1, 4]
    table = GOOD.mask(GOOD == 5.0) if step in TABLES else GOOD
    straight, turned = called(step, name, table), called(step, name, table.iloc[order])
    if step == "weigh" and straight.ndim == 1:
        np.testing.assert_allclose(turned, straight, rtol=1e-6)
    elif step == "screen":
        assert turned.tolist() == straight.iloc[order].tolist()
    else:
        np.testing.assert_allclose(turned, straight.iloc[order], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    "name", sorted(FAMILIES["impute"].keys() - {"constant", "over_years", "mice"})
)
def test_the_unit_of_an_indicator_says_nothing_of_what_is_filled_in(name):
    table = GOOD.mask(GOOD == 5.0)
    one, other = called("impute", name, table), called("impute", name, table * 1000)
    np.testing.assert_allclose(other, one * 1000, rtol=1e-6)


OWN_UNIT = {"log", "box_cox", "yeo_johnson"}
"""Treatments that depend on the unit, as their docstrings say."""


@pytest.mark.parametrize("name", sorted(FAMILIES["treat"].keys() - OWN_UNIT))
def test_the_unit_of_an_indicator_says_nothing_of_its_scores_after_treatment(name):
    one, other = (called("treat", name, table) for table in (GOOD, GOOD * 1000))
    scores = [called("normalise", "minmax", table) for table in (one, other)]
    np.testing.assert_allclose(*scores, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(("step", "name"), EVERY)
def test_no_method_gives_nan_in_silence(step, name, bad):
    table = BAD[bad]
    made, told = None, ""
    try:
        made = called(step, name, table)
    except ResilienceIndexError as error:
        told = str(error)
    if made is None:
        assert len(told) > 20
        return
    lost = pd.DataFrame(made).isna() & (step != "screen")
    if bad == "missing" and (step in TABLES or step == "rank"):
        lost = lost.drop(columns="a")
    explained = bad == "missing" and name == "formula"  # what rests on missing is missing
    assert explained or not lost.to_numpy().any()


@pytest.mark.parametrize(("step", "name"), NAMES)
def test_every_method_has_a_sentence_an_example_and_a_source(step, name):
    method = FAMILIES[step][name]
    first = next(iter(FAMILIES[step].values()))  # of the module that tells of the step
    text = inspect.getdoc(method) or ""
    around = [inspect.getdoc(inspect.getmodule(one)) or "" for one in (method, first)]
    assert text.splitlines()[0].endswith(".")
    assert ">>>" in text
    assert any("References" in words or "http" in words for words in (text, *around))
