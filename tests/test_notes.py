"""Method, sources and citation as a page prints them."""

import pytest
from scipy.stats import skew

from resilience_index.publish import _notes


def test_every_step_of_the_method_is_named_with_its_reason(index):
    steps = _notes.steps(index)
    assert [s.name for s in steps] == [
        *("Compare over", "Transform", "Admit", "Fill gaps", "Pull in extremes", "Turn round"),
        *("Scale", "Missing figures", "Weigh", "Combine", "Rank"),
    ]
    assert all(s.reason.endswith(".") for s in steps)


def test_a_node_that_is_put_together_otherwise_is_named(index):
    (combine,) = [s for s in _notes.steps(index) if s.name == "Combine"]
    assert combine.method == "arithmetic; geometric for AI resilience"


def test_settings_that_are_lists_are_left_to_the_reason(index):
    (admit,) = [s for s in _notes.steps(index) if s.name == "Admit"]
    assert "min share 0.5" in admit.method
    assert "[" not in admit.method


def test_every_reason_of_the_framework_is_printed_the_one_about_other_editions_too(index):
    printed = [s.reason for s in _notes.steps(index)]
    assert set(index.framework.method.reasons.values()) <= set(printed)
    assert "is not to be compared with that of another edition" in printed[0]


def test_the_step_of_the_transforms_names_the_indicators_that_have_one(index):
    (step,) = [s for s in _notes.steps(index) if s.name == "Transform"]
    assert "log scale for Distance to cloud, Electricity generation and Researchers" in step.method
    assert step.method.endswith("the others as they are")


def test_what_was_pulled_in_is_told_with_how_much_and_what_stayed_skewed(made):
    method = """
[method]
treat = { name = "skewness_kurtosis", skewness = 1, kurtosis = 1 }
normalise = { name = "minmax", low = 0, high = 100 }
aggregate = { name = "arithmetic" }
[nodes.index]
title = "Index"
[indicators]
x = { parent = "index" }
y = { parent = "index" }
"""
    figures = {
        "x": {"AAA": 1, "BBB": 2, "CCC": 3, "DDD": 90},
        "y": {"AAA": 1, "BBB": 2, "CCC": 3, "DDD": 4},
    }
    before, after = skew([1, 2, 3, 90], bias=False), skew([1, 2, 3, 3], bias=False)
    (step,) = [s for s in _notes.steps(made(figures, method)) if s.name == "Pull in extremes"]
    assert step.result == (
        "One indicator was changed of 2: Indicator x (one value pulled in, "
        f"skewness {before:.1f} before and \N{MINUS SIGN}{-after:.1f} after)."
    )


def test_an_indicator_that_stays_skewed_is_told_to(index):
    (step,) = [s for s in _notes.steps(index) if s.name == "Pull in extremes"]
    still = index.treatment.index[index.treatment["how"].str.contains("still skewed")]
    assert len(still) == step.result.count("still skewed") > 0
    for code in still:
        assert index.content.indicators[code].label in step.result
    assert "not logged again" in step.reason


@pytest.mark.parametrize(
    ("rule", "words"),
    [("share", "goes to the figures beside it"), ("missing", "no score"), ("zero", "as zero")],
)
def test_what_becomes_of_a_gap_is_said_by_the_rule(small, rule, words):
    from resilience_index import open_content

    content = open_content(small({"x": {"AAA": 1, "BBB": 2}}))
    framework = content.changed(content.framework("small"), {"method.missing": rule})
    assert words in _notes.gaps(framework)


def test_sources_are_numbered_in_the_order_of_use_denominators_included(index):
    listed = list(_notes.sources(index.content, ["top500_rmax_pflops", "ai_user_share"]).values())
    assert [s.number for s in listed] == [str(i) for i in range(1, len(listed) + 1)]
    assert listed[0].short == "TOP500.org"
    assert any("Population" in s.used_for for s in listed)


def test_every_source_of_the_default_index_carries_a_licence_and_an_address(index):
    for source in _notes.sources(index.content, list(index.framework.indicators)).values():
        assert source.licence
        assert source.url.startswith("http")


def test_a_source_whose_licence_is_unclear_says_so(index):
    content = index.content
    unclear = [k for k, s in content.sources.items() if s.licence_status != "open"]
    listed = _notes.sources(content, list(index.framework.indicators))
    assert all(listed[key].note for key in unclear if key in listed)


def test_the_citation_names_title_edition_subject_engine_and_licence(index):
    told = _notes.about(index)
    text = _notes.citation(told, "Country report: Chad")
    for part in (told.title, "2026 edition", "Country report: Chad", told.engine, "CC BY 4.0"):
        assert part in text
