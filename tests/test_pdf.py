"""The PDF: tagged, the same bytes for the same text, and nothing read from elsewhere."""

import hashlib
import io
import os
import subprocess
import sys
from itertools import pairwise

import pytest
from pypdf import PdfReader

from resilience_index import UsageError
from resilience_index.places import templates
from resilience_index.publish.country import country_view, movers_of, render
from resilience_index.publish.pdf import to_pdf
from resilience_index.robustness.uncertainty import uncertainty

SHORT = '<html lang="en"><head><title>T</title></head><body><h1>One</h1>{}</body></html>'


@pytest.fixture(scope="module")
def printed(index):
    return render(country_view(index, "KOR"), form="print")


@pytest.fixture(scope="module")
def made(printed):
    return to_pdf(printed, base=templates())


@pytest.fixture(scope="module")
def reader(made):
    return PdfReader(io.BytesIO(made))


def elements(reader):
    """All elements of the tag tree, in order."""
    stack = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while stack:
        node = stack.pop().get_object()
        if not hasattr(node, "get"):
            continue
        if "/S" in node:
            yield node
        children = node.get("/K", [])
        children = children if isinstance(children, list) else [children]
        stack += [c for c in reversed(children) if hasattr(c, "get_object") and not _number(c)]


def _number(child):
    return isinstance(child.get_object(), int)


def test_a_report_is_tagged_and_names_its_language_and_title(reader):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata["/Title"] == "South Korea: National AI Resilience Index, 2026 edition"


def test_a_report_declares_itself_pdf_ua_1(reader):
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()


def test_every_figure_has_an_alternative_text(reader):
    figures = [e for e in elements(reader) if e["/S"] == "/Figure"]
    assert len(figures) > 25
    assert all(e.get("/Alt") for e in figures)


def test_headings_follow_in_order(reader):
    levels = [int(e["/S"][2:]) for e in elements(reader) if e["/S"] in ("/H1", "/H2", "/H3")]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_cells_of_tables_know_their_headers(reader):
    cells = [e for e in elements(reader) if e["/S"] == "/TD"]
    assert cells
    assert sum("/Headers" in (e.get("/A") or {}) for e in cells) == len(cells)


def test_headings_are_bookmarks(reader):
    titles = [str(entry["/Title"]) for entry in _flat(reader.outline)]
    assert titles[0] == "South Korea"
    assert "The indicators behind the score" in titles
    assert "Sources and licences" in titles


def _flat(outline):
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry


def test_no_date_is_written(reader):
    assert "/CreationDate" not in reader.metadata
    assert "/ModDate" not in reader.metadata


def test_the_text_can_be_read_back(reader):
    text = " ".join(page.extract_text() for page in reader.pages)
    for part in ("South Korea", "Weaknesses and gaps", "CC BY 4.0", "1 of 4"):
        assert part in text


@pytest.fixture(scope="module")
def found(index):
    known = uncertainty(index)
    return known, movers_of(index, known)


ALL_OVER = ["FIN", "ARE", "BIH", "PSE", "MLT", "NGA", "GAB", "COG", "BFA"]
"""The highest, the lowest, long names, many gaps, small and large."""


@pytest.mark.slow
@pytest.mark.parametrize("code", ALL_OVER)
def test_a_report_has_four_pages(index, found, code):
    known, moved = found
    text = render(country_view(index, code, known=known, moved=moved), form="print")
    assert len(PdfReader(io.BytesIO(to_pdf(text, base=templates()))).pages) == 4


@pytest.mark.slow
@pytest.mark.parametrize("code", ALL_OVER)
def test_without_intervals_a_report_has_four_pages_too(index, code):
    text = render(country_view(index, code), form="print")
    assert len(PdfReader(io.BytesIO(to_pdf(text, base=templates()))).pages) == 4


def test_the_same_text_gives_the_same_bytes(printed, made):
    assert to_pdf(printed, base=templates()) == made


@pytest.mark.slow
def test_another_process_gives_the_same_bytes(tmp_path, printed, made):
    source = tmp_path / "report.html"
    source.write_text(printed, encoding="utf-8")
    program = (
        "import hashlib, pathlib, sys\n"
        "from resilience_index.places import templates\n"
        "from resilience_index.publish.pdf import to_pdf\n"
        "text = pathlib.Path(sys.argv[1]).read_text(encoding='utf-8')\n"
        "print(hashlib.sha256(to_pdf(text, base=templates())).hexdigest())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(source)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert run.stdout.strip() == hashlib.sha256(made).hexdigest()


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a.css", "file:///etc/passwd", "../pyproject.toml", "//example.org/a.css"],
)
def test_nothing_is_read_from_outside_the_folder(tmp_path, address):
    text = SHORT.format(f'<link rel="stylesheet" href="{address}">')
    with pytest.raises(UsageError, match="only data: addresses and files under"):
        to_pdf(text, base=tmp_path)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "a.css").write_text("p { color: red }", encoding="utf-8")
    (inside / "a.css").symlink_to(outside / "a.css")
    with pytest.raises(UsageError, match=r"a\.css"):
        to_pdf(SHORT.format('<link rel="stylesheet" href="a.css">'), base=inside)


def test_a_data_address_is_read(tmp_path):
    text = SHORT.format('<link rel="stylesheet" href="data:text/css,h1%7Bcolor:red%7D">')
    assert to_pdf(text, base=tmp_path).startswith(b"%PDF-1.7")


@pytest.mark.parametrize("style", ["report.css", "audit.css", "policy.css"])
def test_the_head_of_a_table_stands_on_every_page_that_the_table_runs_over(style):
    rows = "".join(f'<tr><th scope="row">Row {n}</th><td>{n}</td></tr>' for n in range(150))
    head = '<tr><th scope="col">Name of it</th><th scope="col">Number</th></tr>'
    sheets = "".join(f'<link rel="stylesheet" href="{s}">' for s in ("style.css", style))
    page = (
        f'<!doctype html><html lang="en"><head><title>Table</title>{sheets}</head><body>'
        f'<table class="ind"><thead>{head}</thead><tbody>{rows}</tbody></table></body></html>'
    )
    texts = [p.extract_text() for p in PdfReader(io.BytesIO(to_pdf(page, base=templates()))).pages]
    assert len(texts) > 2
    assert all("Name of it" in text for text in texts)
    assert all(f"Row {n}" in "\n".join(texts) for n in (0, 75, 149))


@pytest.mark.parametrize("filled", range(560, 760, 25))
def test_no_head_of_the_table_of_a_short_report_is_left_behind_at_the_foot_of_a_page(filled):
    rows = "".join(
        f'<tbody><tr class="group d0"><th scope="rowgroup">Part {n}</th></tr>'
        f'<tr class="d1"><th scope="row">Row {n}</th></tr></tbody>'
        for n in range(4)
    )
    head = '<thead><tr><th scope="col">Name of it</th></tr></thead>'
    page = (
        '<!doctype html><html lang="en"><head><title>Table</title>'
        '<link rel="stylesheet" href="style.css"><link rel="stylesheet" href="report.css"></head>'
        f'<body><div style="height: {filled}pt"></div><h2>Heading</h2><p class="intro">Said.</p>'
        f'<table class="ind main">{head}{rows}</table></body></html>'
    )
    pages = [p.extract_text() for p in PdfReader(io.BytesIO(to_pdf(page, base=templates()))).pages]
    assert [("Heading" in text, "Said" in text, "Name of it" in text) for text in pages] == [
        ("Row 0" in text,) * 3 for text in pages
    ]
