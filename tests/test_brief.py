"""The brief: one page for each country, tagged, that says who made it and on what terms."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from resilience_index.publish import country
from resilience_index.publish._board import board
from resilience_index.publish._company import company
from resilience_index.publish.edition import intervals_of, to_bytes


@pytest.fixture(scope="module")
def views(index):
    known = intervals_of(index, 256)
    moved, results = country.movers_of(index, known), board(index)
    around = company(results, known)
    by_name = sorted(results.codes, key=lambda c: len(results.names[c]), reverse=True)
    some = {"KOR", *results.codes[::8], *by_name[:12]}  # from all over, and the longest names
    return [
        country.country_view(index, c, known=known, moved=moved, results=results, company=around)
        for c in results.codes
        if c in some
    ]


def longest(views):
    """Those whose brief has most to say: words of the lead, of strengths and of weaknesses."""

    def length(view):
        points = [*view.strengths, *view.weaknesses]
        said = sum(len(span.text) for span in view.lead) + 40 * len(view.name)
        return said + 3 * sum(len(p.name) + len(p.text) for p in points)

    return sorted(views, key=length, reverse=True)


@pytest.mark.slow
def test_a_brief_fits_on_one_page_also_where_there_is_most_to_say(views):
    for view in longest(views)[:5]:
        made = PdfReader(BytesIO(to_bytes(country.render(view, form="brief"))))
        assert len(made.pages) == 1, view.code


@pytest.mark.slow
def test_a_brief_is_tagged_and_names_edition_licence_producers_and_terms(index, views):
    (view,) = [v for v in views if v.code == "KOR"]
    made = PdfReader(BytesIO(to_bytes(country.render(view, form="brief"))))
    root = made.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert made.metadata.title.startswith("South Korea, brief")
    assert b"pdfuaid" in root["/Metadata"].get_data()
    text = " ".join(made.pages[0].extract_text().split())
    assert "2026 edition" in text
    assert "CC BY 4.0" in text
    for source in index.content.sources.values():
        if source.licence_status != "open" and source.title in str(view.asking):
            assert source.title in text
    assert len(view.asking) == 5
    assert "OpenAlex" in text


def test_a_brief_says_so_where_there_is_no_interval(index):
    view = country.country_view(index, "KOR")
    assert "given without an interval" in country.render(view, form="brief")
