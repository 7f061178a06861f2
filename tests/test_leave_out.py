"""Leaving out an indicator, a source or a country gives the index that is built without it."""

import numpy as np
import pandas as pd
import pytest

from resilience_index import build, open_content
from resilience_index.robustness import leave_out

FIGURES = {
    "a": {"AAA": 1, "BBB": 2, "CCC": 4, "DDD": 3},
    "b": {"AAA": 9, "BBB": 3, "CCC": 1, "DDD": 5},
    "c": {"AAA": 2, "BBB": 8, "CCC": 3},
}


def without(content, code):
    """Build the index from a framework that does not have the indicator."""
    definition = content.framework("small").model_dump(exclude_unset=True)
    del definition["indicators"][code]
    return build(content.checked(definition, "small"), content=content)


@pytest.mark.parametrize("code", FIGURES)
def test_scores_without_an_indicator_are_those_of_the_framework_without_it(small, code):
    content = open_content(small(FIGURES))
    found = leave_out.scores_without(build("small", content=content), [code])
    pd.testing.assert_frame_equal(found, without(content, code).scores)


def test_shifts_count_places_between_the_two_rankings(small):
    content = open_content(small(FIGURES))
    index = build("small", content=content)
    moved = (without(content, "b").ranks["index"] - index.ranks["index"]).abs()
    row = leave_out.without_indicators(index).shifts.loc["b"]
    assert row["largest"] == moved.max()
    assert row["who"] == moved.idxmax()
    assert row["mean"] == moved.mean()


def test_a_source_takes_all_its_indicators_with_it(small):
    left = leave_out.without_sources(build("small", content=small(FIGURES)))
    assert left.shifts.empty  # there is one source, so nothing would be left
    assert left.failed == {"survey": "nothing would be left of the index"}


def test_a_country_left_out_gives_the_ranking_of_the_others(small):
    content = open_content(small(FIGURES))
    index = build("small", content=content)
    left = leave_out.without_countries(index)
    definition = content.framework("small").model_dump(exclude_unset=True)
    others = ["BBB", "CCC", "DDD"]
    three = content.checked({**definition, "units": {"only": others}}, "small")
    others = build(three, content=content)
    before = index.scores["index"].drop("AAA").rank(ascending=False, method="min")
    moved = (others.ranks["index"] - before).abs()
    assert left.shifts.loc["AAA", "largest"] == moved.max()
    assert list(left.shifts.index) == ["AAA", "BBB", "CCC", "DDD"]


def test_of_very_many_countries_only_those_at_an_end_are_left_out(small, monkeypatch):
    index = build("small", content=small(FIGURES))
    monkeypatch.setattr(leave_out, "EVERY", 3)
    assert list(leave_out.without_countries(index).shifts.index) == leave_out.ends(index.imputed)


def test_only_those_at_an_end_are_left_out():
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0, np.nan], "y": [1.0, 1.0, 2.0, 2.0]}, index=[*"abcd"])
    assert leave_out.ends(table) == ["a", "c"]


def test_a_gap_stands_for_the_mean_of_its_siblings(small):
    index = build("small", content=small(FIGURES))
    scores, found = index.normalised, leave_out.implied(index)
    guess = (scores["b"] + scores["c"]).where(scores["c"].notna(), 2 * scores["b"]) / 2
    away = np.sqrt(((guess - scores["a"]) ** 2).mean()) / scores["a"].std()
    assert found.loc["a", "error"] == pytest.approx(away)
    assert found.loc["c", "tried"] == 3
