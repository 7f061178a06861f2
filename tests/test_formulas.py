"""Formulas of methods: one for each, in MathML, with the settings of the framework."""

import re
import tomllib
from xml.etree import ElementTree

import pytest

from resilience_index.content.reading import Choice
from resilience_index.places import templates
from resilience_index.publish._formulas import STEPS, definition_formula, formula, mathml
from resilience_index.steps.methods import settings_of

TABLE = tomllib.loads((templates() / "formulas.toml").read_text(encoding="utf-8"))
METHODS = [(step, name) for step, methods in STEPS.items() for name in methods]
ENTRIES = [
    (step, name, entry)
    for step, methods in TABLE.items()
    for name, entries in methods.items()
    for entry in entries
]


def said(markup):
    """Text of MathML without its tags."""
    return "".join(ElementTree.fromstring(markup).itertext())


@pytest.mark.parametrize(("step", "name"), METHODS)
def test_every_method_has_a_formula_that_is_well_formed(step, name):
    found = formula(step, Choice(name=name))
    assert found is not None, f"templates/formulas.toml: [[{step}.{name}]] is missing"
    assert said(found.mathml).strip()


@pytest.mark.parametrize(("step", "name", "entry"), ENTRIES)
def test_every_entry_belongs_to_a_method_and_names_its_settings_alone(step, name, entry):
    settings = settings_of(STEPS[step][name])
    named = re.findall(r"@(\w+)@", entry["tex"] + entry.get("where", ""))
    assert set(named) | set(entry.get("when", {})) <= set(settings)
    assert set(entry) <= {"tex", "where", "when"}


def test_there_are_no_roots_which_need_a_mathematical_font():
    assert not [entry for _, _, entry in ENTRIES if r"\sqrt" in entry["tex"]]


def test_settings_stand_in_the_formula():
    found = formula("normalise", Choice(name="minmax", settings={"low": 1, "high": 100}))
    assert found.tex == r"s = 1 + \frac{x - \min x}{\max x - \min x} \, (100 - 1)"
    assert formula("normalise", Choice(name="minmax")).tex.startswith("s = 0 + ")


def test_the_first_entry_that_fits_the_settings_is_taken():
    minus = formula("aggregate", Choice(name="mpi"))
    plus = formula("aggregate", Choice(name="mpi", settings={"penalty": "plus"}))
    assert "M - " in minus.tex
    assert "M + " in plus.tex


def test_words_of_a_framework_are_escaped():
    choice = Choice(name="formula", settings={"expression": "<script>alert(1)</script> & a_b"})
    found = formula("aggregate", choice)
    assert "<script>" not in found.mathml
    assert said(found.mathml).endswith("<script>alert(1)</script> & a b")


def test_a_method_that_is_not_known_has_none():
    assert formula("normalise", Choice(name="nobody")) is None


def test_the_figure_of_an_indicator_is_divided_scaled_and_transformed():
    first, second = (chr(0xE000 + k) for k in range(2))
    parts = [rf"\frac{{\text{{{first}}}}}{{\text{{{second}}}}}", r" \cdot 10^{6}"]
    made = definition_formula(
        parts, ["a < b", "people"], [Choice(name="log1p"), Choice(name="sqrt")]
    )
    # the transforms come in their order: first ln(1 + …), then the root of it
    assert made.tex == r"x = \ln(1 + \frac{\text{a < b}}{\text{people}} \cdot 10^{6})^{1/2}"
    assert "a < b" in said(made.mathml)


def test_a_transform_with_words_keeps_those_of_the_figure():
    made = definition_formula([rf"\text{{{chr(0xE000)}}}"], ["exports"], [Choice(name="clip")])
    assert made.tex == r"x = \min(\max(\text{exports}, \text{lower}), \text{upper})"


def test_the_same_tex_gives_the_same_markup():
    assert mathml(r"\frac{a}{b}") == mathml(r"\frac{a}{b}")
