"""The report on one country: what its view says and what page and print show."""

import html
import pickle
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from resilience_index import UsageError, build
from resilience_index.publish._board import Interval
from resilience_index.publish.country import country_view, render

SOURCE = """
[sources.s]
producer = "Maker <b>& Sons</b>, Ltd"
title = "T"
citation = "Maker (2025), A table, https://example.org/a?b=1&c=2."
url = "https://example.org/a?b=1&c=2"
licence = "CC BY 4.0"
licence_status = "open"
"""
VOID = {"meta", "link", "br", "img", "path", "circle", "hr", "input"}


class Page(HTMLParser):
    """Checks that elements are closed in order; gathers headings, figures, texts."""

    def __init__(self, text):
        super().__init__()
        self.open, self.headings, self.charts, self.tags, self.texts = [], [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "svg":
            self.charts.append(dict(attrs))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture
def content(tmp_path):
    """Give a maker of content folders of any shape, with units that are not countries."""

    def make(names, *, pillars=2, depth=1, each=2, gaps=(), method="", unit="county"):
        for folder in ("data", "frameworks"):
            (tmp_path / folder).mkdir(exist_ok=True)
        codes = [f"C{i:03d}" for i in range(len(names))]
        quoted = ['"' + n.replace('"', '""') + '"' for n in names]
        rows = "".join(f"{c},{n}\n" for c, n in zip(codes, quoted, strict=True))
        (tmp_path / "countries.csv").write_text(f"{unit},name\n{rows}", encoding="utf-8")
        (tmp_path / "sources.toml").write_text(SOURCE, encoding="utf-8")
        nodes, placed, defined = '[nodes.index]\ntitle = "All"\n', "", ""
        for p in range(max(pillars, 1)):
            above = "index"
            for level in range(depth if pillars else 0):
                nodes += f'[nodes.n{p}_{level}]\ntitle = "Node {p}.{level}"\nparent = "{above}"\n'
                above = f"n{p}_{level}"
            for i in range(each):
                code = f"i{p}_{i}"
                placed += f'{code} = {{ parent = "{above}" }}\n'
                defined += (
                    f'[indicators.{code}]\ntitle = "Number {code}"\ndefinition = "d"\nunit = "%"\n'
                    'direction = "higher_is_better"\nsource = "s"\nwhy = "w"\nmax_age = 5\n'
                )
                values = {c: (k * 7 + p * 3 + i) % 11 + k / 100 for k, c in enumerate(codes)}
                lines = [f"{c},2025,{v}" for c, v in values.items() if (c, p) not in gaps]
                table = "\n".join([f"{unit},year,value", *lines]) + "\n"
                (tmp_path / "data" / f"{code}.csv").write_text(table, encoding="utf-8")
        scale = 'normalise = { name = "minmax", low = 0, high = 100 }\n'
        head = '[about]\ntitle = "Index & more"\nedition = "2025"\nyear = 2025\n[method]\n'
        head += (method or scale) + 'aggregate = { name = "arithmetic" }\n'
        text = f"{head}{nodes}[indicators]\n{placed}"
        (tmp_path / "frameworks" / "any.toml").write_text(text, encoding="utf-8")
        (tmp_path / "all.toml").write_text(defined, encoding="utf-8")
        return tmp_path

    return make


def numbered(count):
    return [f"Place {i}" for i in range(count)]


@pytest.fixture(scope="module")
def korea(index):
    return country_view(index, "KOR")


@pytest.fixture(scope="module")
def page(korea):
    return render(korea)


def test_the_report_gives_name_rank_of_how_many_and_score(index, korea):
    row = index.ranking().loc["KOR"]
    keys = {k.label: k for k in korea.keys}
    assert korea.name == index.content.units["name"]["KOR"]
    assert keys["Rank"].unit == f"of {len(index.ranks)}"
    assert keys["Rank"].value.startswith(str(int(row["rank"])))
    assert float(keys["Score"].value) == pytest.approx(row["score"], abs=0.05)


def test_every_indicator_stands_in_the_table_with_value_unit_year_score_rank_and_source(
    index, korea
):
    rows = [r for section in korea.table for r in section.rows if not r.group]
    assert len(rows) == len(index.framework.indicators)
    for row in rows:
        assert row.value
        assert row.unit
        assert row.score
        assert row.rank
        assert row.year
        assert row.sources


def test_every_node_stands_above_what_hangs_under_it(index, korea):
    titles = [r.title for section in korea.table for r in section.rows if r.group]
    tree = index.framework.tree
    assert titles == [index.framework.nodes[c].title for c in tree.downwards if c != tree.root]


def test_a_gap_is_a_dash_with_no_rank(index):
    marks = index.marks.loc["KOR"]
    gap = index.content.indicators[marks[marks == "missing"].index[0]].label
    (row,) = [
        r for s in country_view(index, "KOR").table for r in s.rows if r.title == gap
    ]  # fmt: skip
    assert (row.value, row.score, row.rank, row.year, row.of) == ("–", "no data", "–", "–", "")


def test_a_zero_by_rule_carries_its_mark_and_the_note_explains_it(index):
    codes = index.marks.index[(index.marks["top500_rmax_pflops"] == "structural").to_numpy()]
    view = country_view(index, str(codes[0]))
    (row,) = [r for s in view.table for r in s.rows if r.title == "Supercomputers"]
    assert (row.value, row.value_mark) == ("0", "†")
    assert any(text.startswith("†") for text in view.explanations)


def test_a_mark_that_is_not_used_is_not_explained(index):
    for code in ("FIN", "KOR", "BFA"):
        view = country_view(index, code)
        used = "".join(r.value_mark + r.year_mark for s in view.table for r in s.rows)
        explained = "".join(text[0] for text in view.explanations)
        for mark in "†‡°":
            assert (mark in used) == (mark in explained)


def test_an_older_year_carries_a_degree_sign(index):
    marks = index.marks.loc["KOR"]
    older = [index.content.indicators[c].label for c in marks.index[marks.str.contains("older")]]
    rows = [r for s in country_view(index, "KOR").table for r in s.rows]
    assert sorted(r.title for r in rows if r.year_mark) == sorted(older)


def test_no_interval_is_claimed_while_there_is_none(korea, page):
    assert korea.interval is None
    assert "<mark>" not in page
    assert "90\u00a0%" not in page
    assert "Given without an interval" in page


def test_an_interval_once_known_stands_in_lead_and_key_figure(index):
    view = country_view(index, "KOR", interval=Interval(6, 13, 2, 0.81))
    text = render(view)
    assert "<mark>6–13</mark>" in text
    assert "<mark>6th and 13th</mark>" in text
    assert "without an interval" not in text


def test_chosen_peers_are_named_in_words(index):
    view = country_view(index, "KOR", peers=["JPN", "DEU"])
    assert view.peers == "Peers: Japan and Germany, chosen by hand."
    assert "Japan and Germany, chosen by hand" in render(view)


def test_an_unknown_country_is_refused_with_the_nearest(index):
    with pytest.raises(UsageError, match="did you mean 'KOR'"):
        country_view(index, "KOX")


def test_a_country_left_out_is_refused_with_its_reason(index):
    with pytest.raises(UsageError, match="AFG is not ranked: "):
        country_view(index, "AFG")


@pytest.mark.parametrize("form", ["page", "print"])
def test_elements_are_closed_and_headings_follow_in_order(korea, form):
    found = Page(render(korea, form=form)).headings
    assert found[0] == 1
    assert found.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(found))


def test_every_chart_is_an_image_with_a_label(page):
    charts = Page(page).charts
    assert len(charts) > 25
    assert all(c["role"] == "img" and c["aria-label"] for c in charts)
    assert page.count("<svg") == page.count("<title>") - 1


def test_page_names_its_language_has_a_skip_link_and_scoped_headers(page):
    tags = Page(page).tags
    assert ("html", {"lang": "en", "dir": "ltr"}) in tags
    assert any(t == "a" and a.get("class") == "skip" and a["href"] == "#main" for t, a in tags)
    assert all(a.get("scope") for t, a in tags if t == "th")
    assert not any(t == "script" for t, _ in tags)


def test_every_anchor_of_a_page_exists(page):
    tags = Page(page).tags
    known = {a["id"] for _, a in tags if "id" in a}
    asked = {a["href"][1:] for t, a in tags if t == "a" and a["href"].startswith("#")}
    assert asked <= known


def test_a_page_that_stands_alone_carries_its_style_and_no_link_to_other_pages(korea):
    text = render(korea, style="inline", pdf=False)
    assert "<style>" in text
    assert "--ink: #17212b" in text
    assert "../" not in text
    assert "KOR.pdf" not in text


def test_a_page_weighs_less_than_300_kilobytes(page):
    assert len(page.encode()) < 300_000


def test_a_view_travels_between_processes(korea):
    assert pickle.loads(pickle.dumps(korea)) == korea


def test_the_same_index_gives_the_same_words(index, korea):
    assert country_view(index, "KOR") == korea
    assert country_view(build("ai_resilience"), "KOR") == korea


def test_names_with_quotes_ampersands_and_script_tags_stay_text(content):
    nasty = ['Côte "d\'Or" & Co', "<script>alert(1)</script>", "A\u202eB", *numbered(3)]
    index = build("any", content=content(nasty))
    for position, name in enumerate(nasty[:2]):
        text = render(country_view(index, f"C{position:03d}"))
        assert "<script>" not in text
        assert (
            f"<h1>{html.escape(name)}</h1>".replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
            in text
        )
        assert name in "".join(Page(text).texts)
    assert country_view(index, "C002").name == "AB"


def test_units_that_are_not_countries_are_not_called_so(content):
    view = country_view(build("any", content=content(numbered(7))), "C000")
    text = render(view)
    assert "of 7 places" in text
    assert "countr" not in text.replace('<div class="country">', "").lower()


@pytest.mark.parametrize(
    "shape",
    [
        {"pillars": 0, "each": 5},
        {"pillars": 1},
        {"pillars": 8},
        {"pillars": 13, "each": 1},
        {"pillars": 2, "depth": 5},
    ],
    ids=str,
)
@pytest.mark.parametrize("form", ["page", "print"])
def test_any_tree_has_a_report(content, shape, form):
    index = build("any", content=content(numbered(6), **shape))
    view = country_view(index, "C003")
    rows = [r for s in view.table for r in s.rows if not r.group]
    assert len(rows) == len(index.framework.indicators)
    Page(render(view, form=form))


@pytest.mark.parametrize("count", [2, 3, 250])
def test_few_and_many_have_reports(content, count):
    view = country_view(build("any", content=content(numbered(count))), "C001")
    assert f" of {count} places" in render(view)


def test_one_alone_has_an_honest_report(content):
    alone = 'normalise = { name = "scaled", a = 0, b = 1 }\n'
    view = country_view(build("any", content=content(["Only"], method=alone)), "C000")
    text = render(view)
    assert "Only is the only place ranked" in text
    assert "Nobody to compare with" in text


def test_a_country_without_one_pillar_says_so(content):
    index = build("any", content=content(numbered(6), gaps=[("C000", 0)]))
    view = country_view(index, "C000")
    assert view.weaknesses[-1].text.startswith("rests on 0 of 2 indicators")
    assert view.table[0].rows[0].score == "–"
    assert view.legs is not None
    assert "–" in [row[1] for row in view.legs.rows]


def test_a_country_whose_index_is_withheld_is_not_given_a_rank(content):
    strict = 'normalise = { name = "minmax", low = 0, high = 100 }\nmissing = "missing"\n'
    index = build("any", content=content(numbered(6), gaps=[("C000", 0)], method=strict))
    view = country_view(index, "C000")
    assert view.lead[0].text == (
        "Place 0 has no rank: too little is known for a score of the whole index."
    )
    assert view.strip is None
    assert view.neighbours is None
    Page(render(view))


def test_scores_on_another_scale_are_drawn_and_written_on_it(content):
    zscore = 'normalise = { name = "zscore" }\n'
    view = country_view(build("any", content=content(numbered(6), method=zscore)), "C000")
    assert view.keys[0].unit == "points"
    assert re.fullmatch(r"−?\d\.\d\d", view.keys[0].value)
