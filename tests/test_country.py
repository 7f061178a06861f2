"""The report on one country: what its view says and what page and print show."""

import html
import math
import pickle
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from resilience_index import ContentError, UsageError, build
from resilience_index.content.assumptions import UNLISTED
from resilience_index.publish import _findings, words
from resilience_index.publish._board import Interval, board
from resilience_index.publish._company import company
from resilience_index.publish._held import between
from resilience_index.publish._sure import spoken
from resilience_index.publish.country import country_view, render
from resilience_index.robustness.sensitivity import sensitivity
from resilience_index.robustness.uncertainty import uncertainty

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


def test_the_unit_says_that_a_logarithm_is_scored_and_the_note_what_that_means(index):
    view = country_view(index, "KOR")
    units = {r.code: r.unit for section in view.table for r in section.rows if not r.group}
    assert units["cloud_distance_km"] == "km, lower is better; log scale"
    assert units["gh_developers"] == "developers per million people; log(1 + x) scale"
    assert units["ai_user_share"] == "% of working-age population"
    assert any(
        text.startswith("Log scale: the value is shown as it is") for text in view.explanations
    )


def test_gaps_are_named_after_the_weaknesses_and_take_the_place_of_none(content):
    index = build("any", content=content(numbered(6), pillars=4, gaps=[("C000", 0), ("C000", 1)]))
    leaves = list(index.framework.indicators)
    results = board(index)
    _, weak = _findings.extremes(results, "C000", leaves)
    gaps = [p.name for p in _findings.thin_legs(results, "C000")]
    named = [words.plain(index.content.indicators[c].label) for c in weak]
    view = country_view(index, "C000")
    assert len(gaps) == 2
    assert [p.name for p in view.weaknesses] == [*named, *gaps]
    assert "named after the weaknesses and besides them" in view.rule


def test_the_method_of_a_report_says_what_was_pulled_in_and_that_editions_differ(index):
    text = render(country_view(index, "KOR"))
    assert "changed of 25: Notable models (" in text
    assert "not to be compared with that of another edition" in text


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
    assert not any(span.mark for span in korea.lead)
    assert "<mark>" not in page
    assert "90\u00a0%" not in page
    assert "Given without an interval" in page


@pytest.fixture(scope="module")
def known(index):
    return uncertainty(index, draws=512, seed=1)


@pytest.fixture(scope="module")
def sure(index, known):
    return country_view(index, "KOR", known=known)


def lead(view):
    return "".join(span.text for span in view.lead).replace("\u00a0", " ")


def test_an_interval_once_known_stands_in_lead_and_key_figure(sure, known):
    low, high = (int(known.table[c]["KOR"]) for c in ("rank_05", "rank_95"))
    text = render(sure)
    assert f"<mark>{low}–{high}</mark>" in text
    assert f"<mark>{words.ordinal(low)} and {words.ordinal(high)}</mark>" in text
    assert "without an interval" not in text


def test_tied_are_those_that_neither_lead_nor_trail_in_95_percent_of_versions(index, sure, known):
    ahead = known.pairs[index.framework.about.year]
    level = {
        c for c in ahead if c != "KOR" and ahead.at["KOR", c] < 0.95 and ahead.at[c, "KOR"] < 0.95
    }
    (key,) = [k for k in sure.keys if k.label == "Tied with"]
    assert int(key.value) == len(level)
    ranks = index.ranks[index.root]
    near = sorted(level, key=lambda c: (abs(ranks[c] - ranks["KOR"]), ranks[c], c))[:3]
    articles = {"United Arab Emirates": "the United Arab Emirates"}
    names = [articles.get(n, n) for n in index.content.units["name"][near]]
    assert f"It is tied with {names[0]}, {names[1]}" in lead(sure)
    assert lead(sure).count(" others.") == (len(level) > 4)


def test_a_lead_says_on_which_side_the_versions_lie_above_60_percent(index, known):
    around = company(board(index))
    for code in index.ranks.index:
        row = known.table.loc[code]
        text = lead(country_view(index, code, known=known, company=around))
        assert ("it stands higher than" in text) == (row["higher"] > 0.6)
        assert ("it stands lower than" in text) == (row["lower"] > 0.6)


def test_every_rank_of_a_node_has_its_interval_in_the_table(index, sure, known):
    nodes = known.nodes.xs("KOR", level=-1)
    title = index.framework.nodes
    rows = {r.title: r for s in sure.table for r in s.rows if r.group}
    for node, low, high in nodes[["rank_05", "rank_95"]].itertuples(name=None):
        if node == index.root:
            continue
        ranked = not math.isnan(index.ranks[node]["KOR"])
        assert rows[title[node].title].span == (f"{int(low)}–{int(high)}" if ranked else "")
    spans = [r.span for r in rows.values() if r.span]
    spans += [group.span for group in sure.compared.groups]
    assert all(spans)
    assert render(sure).count('<mark class="span">') == len(spans)


def test_every_pillar_of_the_figure_has_its_interval(index, sure, known):
    nodes = known.nodes.xs("KOR", level=-1)
    wanted = [
        f"{int(nodes.at[p, 'rank_05'])}–{int(nodes.at[p, 'rank_95'])}"
        for p in index.framework.tree.pillars
    ]
    assert [row[3] for row in sure.legs.rows] == wanted
    assert all(w in [t.text for t in sure.legs.chart.texts] for w in wanted)


def test_neighbours_are_shown_with_rank_interval_and_who_is_ahead(sure, known):
    own = [row for row in sure.neighbours.rows if row[0] == "South Korea"]
    assert len(sure.neighbours.rows) == 13
    low, high = (int(known.table[c]["KOR"]) for c in ("rank_05", "rank_95"))
    assert own == [("South Korea", "12", f"{low}–{high}", "–")]


def test_columns_of_ranks_add_up_and_are_amber_inside_the_interval(sure, known):
    figure = sure.sure.figures[0]
    counts = known.rank_counts.loc["KOR"]
    for rank, share in figure.rows:
        assert share == words.share(counts[int(rank)] / counts.sum())
    low, high = (int(known.table[c]["KOR"]) for c in ("rank_05", "rank_95"))
    (amber,) = [s.d for s in figure.chart.shapes if s.fill == "band"]
    assert amber.count("M") == high - low + 1
    inside = counts.loc[low:high].sum() / counts.sum()
    assert figure.foot.startswith(f"{words.share(inside)} of versions lie inside")


def test_what_the_interval_covers_is_told_with_reasons(sure, known):
    text = html.unescape(render(sure))
    assert len(sure.sure.covered) == len(known.inputs)
    assert all(i.reason in text for i in known.inputs)
    assert "errors of measurement are not drawn" in text


def test_what_moves_a_rank_is_named_by_its_largest_total_share(index, known):
    moved = sensitivity(index, base=64, resamples=20)
    figure = country_view(index, "KOR", known=known, moved=moved).sure.figures[1]
    most = moved.of("KOR")["total"].idxmax()
    share = words.share(min(moved.of("KOR")["total"].max(), 1.0))
    assert figure.finding == f"What moves South Korea most is {spoken(most)}, {share}"
    assert len(figure.rows) == len(moved.inputs)


def test_a_report_tells_the_group_and_the_chance_of_being_ahead_of_each_neighbour(index, known):
    group, chances = country_view(index, "KOR", known=known).sure.level
    tier = known.table["tier"]
    members = [c for c in index.ranks[index.root].sort_values().index if tier[c] == tier["KOR"]]
    assert group.name == f"Group {tier['KOR']:.0f}"
    assert group.text.lower().startswith(f"{words.count(len(members))} countries, from ")
    order = [str(c) for c in index.ranks[index.root].sort_values().index]
    at = order.index("KOR")
    for other in order[at - 3 : at] + order[at + 1 : at + 4]:
        name = words.called(str(index.content.units["name"][other]))
        share = words.share(float(known.pairs[next(iter(known.pairs))].loc["KOR", other]))
        place = words.ordinal(float(index.ranks[index.root][other]))
        assert f"{name} ({place}) in {share}" in chances.text


def test_without_versions_a_report_speaks_of_none(korea):
    text = render(korea) + render(korea, form="print")
    assert korea.sure is None
    for word in ("How sure is the rank?", "tied with", "interval of", "<mark"):
        assert word not in text


@pytest.mark.parametrize(
    ("rank", "low", "high", "told"),
    [
        (13, 6, 13, ", between 6th and 13th"),
        (1, 1, 1, ", and 1st"),
        (5, 6, 9, ", but between 6th and 9th"),
        (5, 6, 6, ", but 6th"),
    ],
)
def test_a_published_rank_outside_its_interval_is_said_with_but(rank, low, high, told):
    spans = between(rank, Interval(low, high, 1, 0.0), name="Aland", of=20, places="countries")
    assert "".join(span.text for span in spans) == (
        f"Aland ranks {words.ordinal(rank)} of 20 countries{told} in nine of ten defensible "
        "versions of the index."
    )


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
    text = render(korea, pdf=False)
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
    nasty = ['Côte "d\'Or" & Co', "<script>alert(1)</script>", *numbered(3)]
    index = build("any", content=content(nasty))
    for position, name in enumerate(nasty[:2]):
        text = render(country_view(index, f"C{position:03d}"))
        assert "<script>" not in text
        assert (
            f"<h1>{html.escape(name)}</h1>".replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
            in text
        )
        assert name in "".join(Page(text).texts)


def test_a_name_that_turns_the_direction_of_reading_is_refused(content):
    with pytest.raises(ContentError, match=r"U\+202E"):
        build("any", content=content(["A\u202eB", *numbered(3)]))


def test_units_that_are_not_countries_are_not_called_so(content):
    view = country_view(build("any", content=content(numbered(7))), "C000")
    text = " ".join(Page(re.sub(r"<style>.*?</style>", "", render(view), flags=re.DOTALL)).texts)
    assert "of 7 places" in text
    assert "countr" not in text.lower()


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
    assert view.weaknesses[-1].text == "has no score: none of its 2 indicators has a figure"
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


def test_a_framework_without_assumptions_says_once_what_the_interval_covers(content):
    index = build("any", content=content(numbered(6)))
    view = country_view(index, "C000", known=uncertainty(index, draws=64, seed=1))
    assert UNLISTED.reason[1:] in view.sure.covered[0].text
    assert UNLISTED.reason[1:] not in view.sure.open
