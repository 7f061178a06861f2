"""Random input: a reader or the formula language answers or says what is wrong, and never crashes.

The targets are those of the fuzzer in tests/fuzz (`make fuzz`); a target fails by raising anything
but a `ResilienceIndexError`.
"""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resilience_index.content._guards import odd_character
from resilience_index.content.frameworks import Framework
from resilience_index.content.reading import form, read_text
from resilience_index.errors import ContentError, ResilienceIndexError, plain
from resilience_index.steps import formula
from tests.fuzz.targets import SEEDS, TARGETS

thorough = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def damaged(draw, seeds):
    """A sound input of which a few pieces are cut out, doubled or overwritten."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        piece = draw(
            st.one_of(
                st.binary(max_size=12),
                st.sampled_from([b"", b'"', b",", b"\n", b"[", b"(", b"nan", b"1e999", b"\x00"]),
                st.just(bytes(data[start:end]) * 2),
                st.text(max_size=4).map(lambda text: text.encode("utf-8", "replace")),
            )
        )
        data[start:end] = piece
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
@thorough
@given(data=st.data())
def test_a_damaged_input_never_crashes_a_reader(name, data, tmp_path):
    TARGETS[name](data.draw(damaged(SEEDS[name])), tmp_path)


@pytest.mark.parametrize("name", TARGETS)
@thorough
@given(data=st.binary(max_size=400))
def test_random_bytes_never_crash_a_reader(name, data, tmp_path):
    TARGETS[name](data, tmp_path)


parts = st.recursive(
    st.one_of(st.sampled_from(["a", "b", "1", "0.5", "1e300", "0"]), st.floats(0, 1e9).map(repr)),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/^<>"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
        inner.map(lambda x: f"-({x})"),
        st.tuples(st.sampled_from(["exp", "log", "sqrt", "abs", "mean", "min"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
        st.tuples(inner, inner, inner).map(lambda t: f"if({t[0]}, {t[1]}, {t[2]})"),
    ),
    max_leaves=20,
)


@thorough
@given(text=parts)
def test_a_formula_that_is_sound_is_worked_out_or_refused(text, tmp_path):
    formula.parse(text)
    TARGETS["formulas"](text.encode(), tmp_path)


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)
keys = st.sampled_from(["about", "method", "nodes", "indicators", "units", "panel", "assumptions"])


@thorough
@given(data=st.dictionaries(st.one_of(keys, st.text(max_size=8)), values, max_size=5))
def test_any_tables_are_a_framework_or_refused(data):
    made, problems = form(Framework, data)
    assert (made is None) == bool(problems)


@thorough
@given(text=st.text(max_size=200))
def test_no_text_gets_through_that_steers_a_terminal(text, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        read = read_text(path)
    except ContentError:
        return
    assert odd_character(read) is None
    assert plain(read.replace("\r", "")) == read.replace("\r", "")


@thorough
@given(text=st.text(max_size=100))
def test_no_message_steers_a_terminal(text):
    shown = plain(str(ResilienceIndexError(text)))
    assert all(c in "\n\t" or c.isprintable() or ord(c) >= 0xA0 for c in shown)
    assert not any(0x202A <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069 for c in shown)


FUZZED = 60
"""Seconds that the coverage-guided fuzzer runs."""


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="no atheris on this system")
def test_a_minute_of_guided_fuzzing_finds_nothing(tmp_path, record_property):
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.readers", f"-max_total_time={FUZZED}",
         f"-artifact_prefix={tmp_path}/"],
        cwd=Path(__file__).parent.parent, capture_output=True, text=True, errors="replace",
        check=False, timeout=FUZZED + 240,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    runs, seconds = map(int, re.search(r"Done (\d+) runs in (\d+) second", ended.stderr).groups())
    assert seconds >= FUZZED
    assert runs > 1000
    assert not list(tmp_path.iterdir())
    record_property("table: guided fuzzing", f"{runs:,} inputs in {seconds} s: 0 finds")
