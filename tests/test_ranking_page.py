"""The front page: the ranking, who is left out, the data."""

import re

import pytest

from resilience_index import build
from resilience_index.publish.ranking_page import ranking_view, render


@pytest.fixture(scope="module")
def view(index):
    return ranking_view(index)


def test_everyone_ranked_has_a_row_best_first(index, view):
    assert [r.code for r in view.rows] == list(index.ranking().index)
    assert view.rows[0].rank == "1"


def test_a_row_has_score_and_pillars_to_one_decimal(index, view):
    row, ranked = view.rows[0], index.ranking().iloc[0]
    assert float(row.score) == pytest.approx(ranked["score"], abs=0.05)
    for written, pillar in zip(row.pillars, index.framework.tree.pillars, strict=True):
        assert float(written) == pytest.approx(ranked[pillar], abs=0.05)


def test_everyone_left_out_is_listed_with_the_reason_in_titles_not_codes(index, view):
    assert len(view.left_out) == len(index.excluded)
    assert all(one.reason.endswith(".") for one in view.left_out)
    assert not any("_" in one.reason for one in view.left_out)


def test_left_out_names_are_sorted_without_regard_to_accents(view):
    names = [one.name for one in view.left_out]
    assert names.index("São Tomé and Príncipe") < names.index("Syria")


def test_only_pages_that_exist_are_linked(index):
    text = render(ranking_view(index, reports=["KOR"], pdf=False))
    assert re.findall(r'href="countries/([^"]+)"', text) == ["KOR.html"]


def test_a_pdf_beside_each_page_is_linked_by_name(index):
    text = render(ranking_view(index, reports=["KOR"]))
    assert re.findall(r'href="countries/([^"]+)"', text) == ["KOR.html", "KOR.pdf"]
    assert 'aria-label="South Korea: report as PDF"' in text


def test_the_data_files_are_linked(view):
    text = render(view)
    for name in ("ranking", "scores", "indicators", "excluded"):
        assert f'href="data/{name}.csv"' in text


def test_the_page_claims_no_interval_while_there_is_none(view):
    text = render(view)
    assert "<mark>" not in text
    assert "Ranks are given without intervals" in text


def test_the_page_has_no_script_and_weighs_less_than_300_kilobytes(view):
    text = render(view)
    assert "<script" not in text
    assert len(text.encode()) < 300_000


def test_the_lead_counts_those_close_to_the_first(index, view):
    scores = index.scores["index"]
    close = int((scores >= scores.max() - 5).sum())
    counted = ["", "", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
    word = counted[close] if close < 10 else str(close)
    assert close <= 3 or f"{word} countries lie within five points of the first" in view.lead


def test_equal_ranks_are_shown_as_equal(made):
    figures = {"x": {"AAA": 1, "BBB": 3, "CCC": 3, "DDD": 2}}
    framework = """
[method]
normalise = { name = "minmax", low = 0, high = 100 }
aggregate = { name = "arithmetic" }
[nodes.index]
title = "Index"
[indicators]
x = { parent = "index" }
"""
    view = ranking_view(made(figures, framework))
    assert [(r.name, r.rank) for r in view.rows] == [
        *(("Beland", "1"), ("Celand", "1"), ("Deland", "3"), ("Aland", "4"))
    ]
    assert view.lead.startswith("Beland, Celand and Deland lead four countries")
    assert all(row.dots is None for row in view.rows)
    assert "All countries of the content are ranked." in render(view)


def test_an_index_under_which_nobody_has_a_score_has_an_honest_page(small):
    folder = small({"x": {"AAA": 1, "BBB": 2}, "y": {"CCC": 1, "DDD": 2}})
    index = build("small", content=folder, changes={"method.missing": "missing"})
    view = ranking_view(index)
    assert view.lead == "No country has a score for the whole index."
    assert {row.rank for row in view.rows} == {"–"}
    render(view)
