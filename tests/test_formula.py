"""Formulas: a small closed language, worked out for all countries at once."""

import math
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.errors import ContentError, DataError, MethodError
from resilience_index.steps import formula

ONE = {"a": np.array([2.0]), "b": np.array([5.0]), "c": np.array([-3.0])}


def worth(text, columns=ONE):
    return formula.evaluate(formula.parse(text), columns)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("100 / 10 / 2", 5),
        ("2 - 3 + 4 * 5 - 6 / 2", 2 - 3 + 20 - 3),
        ("2 ^ 3 ^ 2", 2**9),
        ("2 ** 3", 8),
        ("-2 ^ 2", -4),
        ("2 ^ -1", 0.5),
        ("-a * b", -10),
        ("a * -b", -10),
        ("--a", 2),
        ("1e3 + .5 + 2.", 1002.5),
        ("1.5E-1", 0.15),
        ("a <= 2", 1),
        ("a < 2", 0),
        ("1 + 1 == a", 1),
        ("a != 2", 0),
        ("b >= 5", 1),
        ("b > 5", 0),
        ("exp(1)", math.e),
        ("log(b)", math.log(5)),
        ("log10(100)", 2),
        ("log1p(a)", math.log(3)),
        ("sqrt(a + 7)", 3),
        ("abs(c)", 3),
        ("min(a, b, c)", -3),
        ("max(a, b, c)", 5),
        ("mean(a, b, c)", 4 / 3),
        ("sum(a, b, c)", 4),
        ("clip(b, 0, 3)", 3),
        ("clip(c, 0, 3)", 0),
        ("round(2.675, 2)", 2.68),
        ("round(1250, -2)", 1300),
        ("round(0.5)", 1),
        ("if(a > 1, b, c)", 5),
        ("if(a > 3, b, c)", -3),
    ],
)
def test_a_formula_is_worth_what_arithmetic_says(text, expected):
    assert worth(text) == pytest.approx(expected, rel=1e-15)


def test_the_human_capital_index_can_be_written():
    school = "exp(0.08 * (years * test / 625 - 14))"
    health = "exp(mean(0.65 * (adult - 1), 0.35 * (fit - 1)))"
    text = f"survival * {school} * {health}"
    columns = {"survival": 0.99, "years": 12.0, "test": 500.0, "adult": 0.9, "fit": np.nan}
    expected = 0.99 * math.exp(0.08 * (12 * 500 / 625 - 14)) * math.exp(0.65 * (0.9 - 1))
    assert worth(text, {k: np.array([v]) for k, v in columns.items()}) == pytest.approx(expected)


def test_names_are_those_of_columns_not_of_functions():
    assert formula.names(formula.parse("log(a) + min(b_2, a) * if(c > 0, d, 1)")) == {
        "a", "b_2", "c", "d",
    }  # fmt: skip


def test_a_column_may_have_the_name_of_a_function():
    assert worth("sum + sum(sum, 1)", {"sum": np.array([2.0])}) == 5


@pytest.mark.parametrize(
    "text", ["a + b", "-a", "a ^ 0", "0 * a", "1 ^ a", "log(a)", "clip(a, 0, 1)", "a < 1",
             "round(a)", "if(a > 0, 1, 2)", "if(b > 0, a, 2)", "mean(a)", "sum(a, a)",
             "clip(1, 0, a)"]
)  # fmt: skip
def test_missing_makes_the_result_missing(text):
    assert np.isnan(worth(text, {"a": np.array([np.nan]), "b": np.array([1.0])}))


def test_mean_sum_min_and_max_take_what_is_there():
    columns = {"a": np.array([np.nan, 1.0]), "b": np.array([4.0, 2.0])}
    for text, expected in [
        ("mean(a, b)", [4, 1.5]),
        ("sum(a, b)", [4, 3]),
        ("min(a, b)", [4, 1]),
        ("max(a, b)", [4, 2]),
    ]:
        assert formula.evaluate(formula.parse(text), columns).tolist() == expected


def test_a_branch_not_taken_may_have_no_value():
    columns = {"a": np.array([-1.0, np.e])}
    assert formula.evaluate(formula.parse("if(a > 0, log(a), 0)"), columns).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("log(a)", "log of a number that is not above 0 in NOR, USA"),
        ("1 / (a - 1)", "division by 0 in EST"),
        ("sqrt(a)", "sqrt of a negative number in USA"),
        ("log1p(a)", "log1p of a number that is not above -1 in USA"),
        ("a ^ 0.5", "a power that has no value in USA"),
        ("exp(1000 * a)", "exp of too large a number in EST"),
        ("clip(a, 1, 0)", "limits the wrong way round in EST, NOR, USA"),
        ("1e308 * 10 * a", "too large a product in EST"),
    ],
)
def test_where_a_formula_has_no_value_the_rows_are_named(text, said):
    columns = {"a": np.array([1.0, 0.0, -1.0])}
    rows = ["EST", "NOR", "USA"]
    with pytest.raises(DataError, match=said) as raised:
        formula.evaluate(formula.parse(text), columns, rows=rows)
    assert f"formula {text}" in str(raised.value)
    done = formula.evaluate_with_facts(formula.parse(text), columns, rows=rows)
    assert said in done.facts[0]
    assert np.isnan(done.values).any()


def test_what_rests_on_missing_is_no_fault():
    done = formula.evaluate_with_facts(formula.parse("log(a)"), {"a": np.array([np.nan])})
    assert done.facts == ()


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(MethodError, match=r"no 'powr' here \(did you mean 'power'\?\)"):
        formula.evaluate(formula.parse("powr"), {"power": np.ones(2)})


@pytest.mark.parametrize(
    ("text", "problem", "column"),
    [
        ("", "found the end", 1),
        ("a +", "found the end", 4),
        ("a b", "found 'b'", 3),
        ("(a", "expected an operator or ')'", 3),
        ("a)", "found ')'", 2),
        ("a $ b", "'$' has no meaning", 3),
        ("a = b", "compare with ==", 3),
        ("a < b < 3", "cannot be chained", 7),
        ("lg(a)", "unknown function 'lg' (did you mean 'log'?)", 1),
        ("1 + clip(a, 2)", "clip takes 3 arguments, not 2", 5),
        ("exp(a, b)", "exp takes 1 argument, not 2", 1),
        ("exp()", "found ')'", 5),
        ("round(a, b)", "must be a whole number", 1),
        ("1e999", "too large a number", 1),
        ("a.b", "'.' has no meaning", 2),
        ("__import__('os')", "has no meaning here", 12),
        ("a[0]", "'[' has no meaning", 2),
        ("a; b", "';' has no meaning", 2),
        ("lambda: 1", "':' has no meaning", 7),
        ("٣ + 1", "has no meaning", 1),
    ],
)
def test_a_mistake_is_shown_at_its_place(text, problem, column):
    with pytest.raises(ContentError) as raised:
        formula.parse(text)
    (said,) = raised.value.problems
    first, line, pointer = said.split("\n")
    assert problem in first
    assert first.endswith(f"at column {column}")
    assert line.strip() == text.strip()
    assert pointer.index("^") - 8 == column - 1


def test_in_a_formula_of_several_lines_the_line_is_shown():
    with pytest.raises(ContentError, match=r"line 2, column 5") as raised:
        formula.parse("a +\nb + * c\n+ d")
    assert "b + * c\n            ^" in str(raised.value)


def test_in_a_long_line_only_the_surroundings_are_shown():
    with pytest.raises(ContentError) as raised:
        formula.parse("a + " * 500 + "$" + " + a" * 500)
    _, line, pointer = raised.value.problems[0].split("\n")
    assert len(line) < 140
    assert line[pointer.index("^")] == "$"


@pytest.mark.parametrize(
    "text",
    ["(" * 10_000 + "a" + ")" * 10_000, "(" * 4_000 + "a" + ")" * 4_000, "-" * 9_000 + "a",
     "2^" * 4_900 + "a", "exp(" * 2_000 + "a" + ")" * 2_000, "if(a," * 1_500 + "a", "(" * 9_000],
)  # fmt: skip
def test_deep_nesting_is_refused_at_once(text):
    start = time.perf_counter()
    with pytest.raises(ContentError, match=r"nested more than 100 deep|at most 10000"):
        formula.parse(text)
    assert time.perf_counter() - start < 0.5


def test_nesting_up_to_the_limit_works_even_on_a_full_stack():
    text = "(" * 99 + "a" + ")" * 99

    def deep(frames):
        return worth(text) if frames == 0 else deep(frames - 1)

    assert deep(400) == 2
    assert sys.getrecursionlimit() <= 1000


def test_a_long_flat_formula_is_fine():
    assert worth("a + " * 2_400 + "a") == 2 * 2_401


def test_a_formula_that_has_been_read_can_travel_between_processes():
    import pickle

    read = formula.parse("if(a > 1, log(b), -c ^ 2)")
    assert pickle.loads(pickle.dumps(read)) == read


numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))
part = st.recursive(
    st.sampled_from(["a", "b", "c"]) | numbers.map(lambda x: f"({x!r})"),
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({''.join(t)})")
        | st.tuples(inner, st.sampled_from("+-*"), inner).map("".join)
        | inner.map(lambda t: f"-({t})")
        | inner.map(lambda t: f"abs({t})")
    ),
    max_leaves=12,
)


@given(text=part)
def test_python_agrees_on_any_arithmetic(text):
    scope = {name: float(column[0]) for name, column in ONE.items()}
    expected = eval(text, {"abs": abs}, scope)  # the tests' own text, from the strategy above
    assert worth(text) == pytest.approx(expected, rel=1e-12, abs=1e-9)


@given(text=st.text(max_size=40) | st.text("ab1.+-*/^()<=>!, logminf", max_size=40))
def test_any_text_is_read_or_refused_with_its_place(text):
    try:
        read = formula.parse(text)
    except ContentError as error:
        said = str(error)
    else:
        said = f"column of {formula.names(read)}"
    assert "column" in said


def test_a_hundred_thousand_rows_take_no_time():
    columns = {name: np.linspace(1, 2, 100_000) for name in "abc"}
    start = time.perf_counter()
    formula.evaluate(
        formula.parse("exp(mean(log(a), log(b), log(c))) * if(a > b, a, b) ^ 2"), columns
    )
    assert time.perf_counter() - start < 1
