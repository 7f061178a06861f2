"""The pages of a site put together: links, weight, and content of any kind and size."""

import html
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from resilience_index import build
from resilience_index.publish import _reuse, edition, site
from resilience_index.publish._board import board
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._weighing import ranks_of, weighing
from tests.synthetic import write_content

NASTY = ['A "quoted" name', "Tom & Jerry's", "<script>alert(1)</script>", "مصر", "  "]
REGIONS = {"region": ["North", "South"] * 6}


@pytest.fixture(scope="module")
def composed(index):
    known = edition.intervals_of(index, 128)
    return site.compose(
        index, known, reports=["KOR", "AGO"], pdf=True, files={"data/ranking.csv": 2048}
    )


class Reader(HTMLParser):
    """Reads a page: its links, ids, headings, and whether tags are closed in their order."""

    VOID = frozenset(
        ["meta", "link", "input", "br", "path", "line", "circle", "rect", "use", "!doctype"]
    )

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.headings, self.stack, self.wrong = [], [], [], [], []
        self.feed(text)
        self.wrong += self.stack

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.links += [
            v for k, v in attrs if k in ("href", "src") and not (v or "").startswith("#")
        ]
        self.ids += [found["id"]] if "id" in found else []
        self.headings += [int(tag[1])] if re.fullmatch(r"h[1-6]", tag) else []
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.stack.pop()

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.stack or self.stack.pop() != tag:
            self.wrong.append(tag)


def pages(made):
    return {path: text for path, text in made.texts.items() if path.endswith(".html")}


def compose(content, name="made_up", **more):
    made = build(name, content=content)
    known = edition.intervals_of(made, more.pop("draws", 32))
    codes = [str(c) for c in board(made).codes]
    return site.compose(made, known, reports=codes, pdf=False, files={}, **more)


def test_a_site_has_a_page_of_every_kind(index, composed):
    leaves = index.framework.tree.leaves("index")
    expected = {f"indicators/{code}.html" for code in leaves}
    expected |= {"index.html", "compare.html", "indicators.html", "method.html", "left-out.html"}
    expected |= {"data.html", "countries/KOR.html", "countries/AGO.html", "archive.html"}
    expected |= {"embed/KOR.html", "embed/AGO.html", "accessibility.html", "errata.html"}
    assert set(pages(composed)) == expected


def test_every_page_is_well_formed_with_one_first_heading_and_no_level_left_out(composed):
    for path, text in pages(composed).items():
        read = Reader(text)
        assert not read.wrong, (path, read.wrong)
        assert len(read.ids) == len(set(read.ids)), path
        assert read.headings.count(1) == 1, path
        assert all(b <= a + 1 for a, b in zip([0, *read.headings], read.headings, strict=False)), (
            path
        )


def test_every_link_leads_to_a_page_or_a_file_of_the_site(composed):
    there = set(composed.texts) | set(composed.fonts) | {"data/ranking.csv", "manifest.json"}
    there |= set(composed.prints) | set(composed.cards)
    later = re.compile(r"data/\w+\.(csv|json)")  # written beside the site
    for path, text in pages(composed).items():
        for link in Reader(text).links:
            if link.startswith(("https://", "http://")):
                continue
            target = link.partition("#")[0]
            parts = [*path.split("/")[:-1], *target.split("/")]
            while ".." in parts:
                at = parts.index("..")
                del parts[at - 1 : at + 1]
            name = "/".join(parts)
            assert name in there or later.fullmatch(name), (path, link)


def test_every_page_says_which_page_of_the_bar_it_is(composed):
    for path in ("index.html", "compare.html", "method.html", "data.html", "left-out.html"):
        (here,) = re.findall(r'<a href="([^"]+)" aria-current="page">', composed.texts[path])
        assert here == path
    assert (
        'href="../indicators.html" aria-current' in composed.texts["indicators/gh_developers.html"]
    )


def weight(made, path):
    """Bytes of a page without its map, with all styles, scripts and fonts that it may load."""
    text = made.texts[path]
    own = len(re.sub(r'<svg[^>]*class="world".*?</svg>', "", text, flags=re.S).encode())
    loaded = {n for link in Reader(text).links for n in made.texts if link.endswith(n)}
    loaded = {n for n in loaded if n.endswith((".css", ".js"))}
    return (
        own + sum(len(made.texts[n].encode()) for n in loaded) + sum(map(len, made.fonts.values()))
    )


def test_a_page_weighs_less_than_300_kilobytes_without_its_map(composed):
    for path in pages(composed):
        assert weight(composed, path) < 300_000, path


def test_pages_have_no_script_and_no_style_of_their_own(composed):
    for path, text in pages(composed).items():
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text), path
        scripts = re.findall(r"<script[^>]*>", text)  # data in JSON-LD are no script, nor run
        assert all(" src=" in t or t == '<script type="application/ld+json">' for t in scripts), (
            path
        )
        assert "default-src 'none'" in text


def test_the_same_index_gives_the_same_site(tmp_path):
    content = write_content(tmp_path / "c", [f"C{i}" for i in range(4)])
    assert compose(content) == compose(content)


def test_data_for_the_script_is_a_script_that_sets_one_name(composed):
    for name, holder in (("ranking-data.js", "RANKING"), ("compare-data.js", "COMPARE")):
        head, _, rest = composed.texts[name].partition(" = ")
        assert head == f"window.{holder}"
        assert json.loads(rest.rstrip().removesuffix(";"))


def test_the_script_weighs_by_the_published_mean(index):
    results = board(index)
    tool = weighing(results)
    assert tool.p == 0  # the root is a geometric mean
    assert [s.share for s in tool.sliders] == [25, 25, 25, 25]
    ranks = ranks_of(tool.scores(np.array(tool.given)))
    assert ranks.tolist() == results.ranks[:, results.column["index"]].tolist()


@pytest.mark.parametrize(
    ("aggregate", "p"),
    [({"name": "arithmetic"}, 1), ({"name": "harmonic"}, -1), ({"name": "power", "p": 0.5}, 0.5)],
)
def test_weights_work_for_every_power_mean(index, aggregate, p):
    made = build(index.framework.name, changes={"nodes.index.aggregate": aggregate})
    assert weighing(board(made)).p == p


@pytest.mark.parametrize(
    "changes",
    [
        {"nodes.index.normalise": {"name": "rank"}},
        {"method.rank": {"name": "min", "places": 0}},
        {"nodes.index.weigh": {"name": "benefit_of_the_doubt"}},
    ],
)
def test_where_the_page_cannot_do_what_the_framework_does_no_weights_are_offered(index, changes):
    made = build(index.framework.name, changes=changes)
    assert weighing(board(made)) is None
    text = site.compose(made, None, reports=[], pdf=False, files={}).texts["index.html"]
    assert 'id="own"' not in text


def test_a_minimum_has_no_weights_to_try(tmp_path):
    content = write_content(tmp_path / "c", [f"C{i}" for i in range(6)])
    path = content / "frameworks" / "made_up.toml"
    text = path.read_text(encoding="utf-8").replace('name = "geometric"', 'name = "minimum"')
    path.write_text(text, encoding="utf-8")
    assert weighing(board(build("made_up", content=content))) is None


def test_names_that_look_like_markup_stay_text_on_every_page(tmp_path):
    names = [*NASTY[:4], *(f"Country {i}" for i in range(8))]
    made = compose(
        write_content(tmp_path / "c", names, columns=REGIONS, title="'<b>Index</b> & \"co\"'")
    )
    for path, text in pages(made).items():
        assert not Reader(text).wrong, path
        assert "<script>alert" not in text, path
        assert "<b>Index</b>" not in text, path
    front = html.unescape(made.texts["index.html"])
    for name in NASTY[:4]:
        assert name in front
    assert "</script>" not in made.texts["compare-data.js"]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_few_countries_are_enough(tmp_path, count):
    names = [f"Country {i}" for i in range(count)]
    content = write_content(tmp_path / "c", names, pillars=2)
    if count == 1:  # one country has no range to be scaled on
        path = content / "frameworks" / "made_up.toml"
        text = path.read_text(encoding="utf-8")
        goalposts = 'normalise = { name = "goalposts", lower = 0, upper = 1, low = 1, high = 100 }'
        path.write_text(
            re.sub(r"normalise = \{[^}]*\}", goalposts, text, count=1), encoding="utf-8"
        )
    made = compose(content)
    assert len(re.findall(r'<tr data-c="', made.texts["index.html"])) == count
    for path, text in pages(made).items():
        assert not Reader(text).wrong, path


def test_250_countries_fit_on_a_page_of_300_kilobytes(tmp_path):
    content = write_content(tmp_path / "c", [f"Country of {i:03d}" for i in range(250)])
    made = build("made_up", content=content)
    known = edition.intervals_of(made, 32)
    codes = [str(c) for c in board(made).codes]
    assert len(codes) == 250
    done = site.compose(made, known, reports=[], pdf=True, files={})
    for path in ("index.html", "compare.html", "indicators/p0_x0.html"):
        assert weight(done, path) < 300_000, path


@pytest.mark.parametrize("pillars", [0, 1, 10])
def test_a_tree_of_any_shape_is_shown(tmp_path, pillars):
    made = compose(write_content(tmp_path / "c", [f"C{i}" for i in range(6)], pillars=pillars))
    for path, text in pages(made).items():
        assert not Reader(text).wrong, path


def test_counties_have_no_map_and_are_called_places(tmp_path):
    codes = [f"{n:05d}" for n in range(1001, 1031)]
    content = write_content(tmp_path / "c", [f"County {c}" for c in codes], key="fips", codes=codes)
    made = compose(content)
    for path, text in pages(made).items():
        assert 'class="world"' not in text, path
        assert "30 countries" not in text, path
    assert "30 places" in made.texts["index.html"]


def test_countries_of_a_folder_without_a_map_are_drawn_on_the_one_that_ships(tmp_path):
    codes = ["KOR", "JPN", "DEU", "FRA", "BRA", "ZAF"]
    made = compose(write_content(tmp_path / "c", codes, codes=codes))
    assert 'data-c="KOR"' in made.texts["index.html"]
    assert "Crimea to Ukraine" in made.texts["index.html"]


def test_a_folder_without_groups_offers_none(tmp_path):
    made = compose(write_content(tmp_path / "c", [f"C{i}" for i in range(6)]))
    assert 'id="group"' not in made.texts["index.html"]


def test_groups_are_offered_by_name(composed):
    text = composed.texts["index.html"]
    assert '<option value="oecd">OECD</option>' in text
    assert '<option value="region:Sub-Saharan Africa">Sub-Saharan Africa</option>' in text


def test_without_intervals_the_page_says_so_and_shows_no_band(index):
    made = site.compose(index, None, reports=[], pdf=False, files={})
    text = made.texts["index.html"]
    assert "Ranks are given without intervals" in text
    assert "<mark>" not in text
    assert 'class="bands"' not in text


def test_a_page_from_elsewhere_gets_its_place_in_the_bar(index):
    seen: list[Chrome] = []

    def pages(around):
        seen.append(around("audit.html"))
        return {"audit.html": "<p>audit", "audit.json": "{}"}, {"audit.pdf": "<p>sheets"}

    extra = site.Extra("audit.html", "Audit", pages)
    made = site.compose(index, None, reports=[], pdf=False, files={}, extras=[extra])
    assert made.texts["audit.html"] == "<p>audit"
    assert made.texts["audit.json"] == "{}"
    assert made.prints == {"audit.pdf": "<p>sheets"}
    assert '<a href="audit.html">Audit</a>' in made.texts["index.html"]
    assert [link.label for link in seen[0].bar if link.here] == ["Audit"]


def test_the_data_page_names_licences_that_are_unclear_and_what_was_dropped(composed):
    text = composed.texts["data.html"]
    assert "TOP500 List" in text.partition("This concerns:")[2][:300]
    assert "Left out of the figures" in text
    assert "Territory without a row in countries.csv" in text
    assert "Natural Earth" in text


def test_the_method_page_has_a_formula_for_every_step_with_a_method(index, composed):
    text = composed.texts["method.html"]
    for key in ("screen", "impute", "treat", "normalise", "weigh", "aggregate", "rank"):
        step = text.partition(f'id="step-{key}"')[2].partition("</li>\n<li")[0]
        assert "<math" in step, key
    for reason in index.framework.method.reasons.values():
        assert html.escape(reason, quote=True).replace("&#x27;", "&#39;")[:40] in text


def test_an_indicator_page_has_source_licence_caveats_and_every_country(index, composed):
    for code in index.framework.indicators:
        definition = index.content.indicators[code]
        text = html.unescape(composed.texts[f"indicators/{code}.html"])
        for key in definition.sources:
            assert index.content.sources[key].licence.rstrip(".") in text
        assert definition.limits.rstrip(".") in text
        assert len(re.findall(r"<tr data-c=", text)) == index.ranked
        assert "not by the index, and have no interval" in text


def test_who_is_left_out_stands_there_with_the_reason_in_titles_not_codes(index, composed):
    text = composed.texts["left-out.html"]
    assert len(re.findall(r'<tr id="c-', text)) == len(index.excluded)
    cells = re.findall(r'<td class="l">([^<]*)</td></tr>', text)
    assert all(cell.endswith(".") for cell in cells)
    assert not any("_" in cell for cell in cells)
    assert text.index("São Tomé") < text.index("Syria")  # sorted without regard to accents


def test_a_second_build_of_the_same_touches_nothing(small, tmp_path):
    content = small({"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 3, "CCC": 1}})
    wanted = edition.Wanted(pdf=False, draws=16)
    folder = edition.write(build("small", content=content), tmp_path / "e", wanted, engine="0")
    before = folder.stat().st_ino
    edition.write(build("small", content=content), folder, wanted, engine="0")
    assert folder.stat().st_ino == before
    (folder / "index.html").write_text("damaged", encoding="utf-8")
    edition.write(build("small", content=content), folder, wanted, engine="0")
    assert (folder / "index.html").read_text(encoding="utf-8") != "damaged"
    table = content / "data" / "a.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("AAA,2025,1", "AAA,2025,3"), encoding="utf-8"
    )
    inode = folder.stat().st_ino
    edition.write(build("small", content=content), folder, wanted, engine="0")
    assert folder.stat().st_ino != inode


@pytest.mark.slow
def test_a_pdf_whose_text_is_the_same_is_taken_over(small, tmp_path, monkeypatch):
    content = small({"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 3, "CCC": 1}})
    wanted = edition.Wanted(["AAA", "BBB", "CCC"], pdf=True, jobs=1, draws=0)
    folder = edition.write(build("small", content=content), tmp_path / "e", wanted, engine="0")
    first = {p.name: p.read_bytes() for p in folder.rglob("*.pdf")}
    made = []
    monkeypatch.setattr(edition, "to_bytes", lambda text: made.append(text) or b"new")
    fewer = edition.Wanted(["BBB", "CCC"], pdf=True, jobs=1, draws=0)
    edition.write(build("small", content=content), folder, fewer, engine="0")
    assert made == []
    assert {p.name: p.read_bytes() for p in folder.rglob("*.pdf")} == {
        name: first[name] for name in ("BBB.pdf", "CCC.pdf", "BBB-brief.pdf", "CCC-brief.pdf")
    }
    (folder / "countries" / "CCC.pdf").write_bytes(b"damaged")
    edition.write(build("small", content=content), folder, wanted, engine="0")
    assert len(made) == 3  # both of AAA, which were not there, and that of CCC, damaged


@pytest.mark.parametrize("text", ["", "[]", '{"stamp": 3, "outputs": []}', "{"])
def test_a_damaged_manifest_counts_for_nothing(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    there = _reuse.standing(tmp_path / "manifest.json")
    assert not there.holds("3")
    assert there.printed("countries/KOR.pdf", "x") is None
