"""The front page: the ranking, who is left out, the data."""

import re

import pytest

from resilience_index import build
from resilience_index.publish.ranking_page import ranking_view, render


@pytest.fixture(scope="module")
def view(index):
    return ranking_view(index)


def rows_of(view):
    return [row for block in view.blocks for row in block.rows]


def test_everyone_ranked_has_a_row_best_first(index, view):
    assert [r.code for r in rows_of(view)] == list(index.ranking().index)
    assert rows_of(view)[0].rank == "1"


def test_a_row_has_score_and_pillars_to_one_decimal(index, view):
    row, ranked = rows_of(view)[0], index.ranking().iloc[0]
    assert float(row.score) == pytest.approx(ranked["score"], abs=0.05)
    for written, pillar in zip(row.pillars, index.framework.tree.pillars, strict=True):
        assert float(written) == pytest.approx(ranked[pillar], abs=0.05)


def test_the_page_says_how_many_are_left_out(index, view):
    assert view.left_out.startswith(f"{len(index.excluded)} countries are not ranked")


def test_only_pages_that_exist_are_linked(index):
    text = render(ranking_view(index, reports=["KOR"], pdf=False))
    assert re.findall(r'href="countries/([^"]+)"', text) == ["KOR.html"]


def test_a_pdf_beside_each_page_is_linked_by_name(index):
    text = render(ranking_view(index, reports=["KOR"]))
    assert re.findall(r'href="countries/([^"]+)"', text) == ["KOR.html", "KOR.pdf"]
    assert 'aria-label="South Korea, PDF"' in text


def test_the_page_claims_no_interval_while_there_is_none(view):
    text = render(view)
    assert "<mark>" not in text
    assert "Ranks are given without intervals" in text


def test_the_page_has_no_script_and_weighs_less_than_300_kilobytes(view):
    text = render(view)
    assert "<script" not in text
    assert len(text.encode()) < 300_000


def test_the_lead_counts_the_others_close_to_the_first_and_not_the_first_itself(index, view):
    scores = index.scores["index"]
    close = int((scores >= scores.max() - 5).sum())
    counted = ["", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
    others = f"{counted[close - 1]} other countries lie within five points of the first."
    assert close > 3
    assert (scores == scores.max()).sum() == 1
    assert others in "".join(span.text for span in view.lead)


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
    assert [(r.name, r.rank) for r in rows_of(view)] == [
        *(("Beland", "1"), ("Celand", "1"), ("Deland", "3"), ("Aland", "4"))
    ]
    lead = "".join(span.text for span in view.lead)
    assert lead.startswith("Beland, Celand and Deland lead four countries")


def test_an_index_under_which_nobody_has_a_score_has_an_honest_page(small):
    folder = small({"x": {"AAA": 1, "BBB": 2}, "y": {"CCC": 1, "DDD": 2}})
    index = build("small", content=folder, changes={"method.missing": "missing"})
    view = ranking_view(index)
    assert "".join(s.text for s in view.lead) == "No country has a score for the whole index."
    assert {row.rank for row in rows_of(view)} == {"–"}
    render(view)
