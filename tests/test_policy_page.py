"""The pages of the policy lab: what is said first, what is never said, tables, charts, print."""

import csv
import html
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from resilience_index.content.languages import open_language
from resilience_index.content.speech import speaking
from resilience_index.errors import UsageError
from resilience_index.policy import Asked, Interval, Stress, priors, record
from resilience_index.policy._course import Course
from resilience_index.publish import (
    _policy_amounts,
    _policy_charts,
    _policy_words,
    _waterfall,
    policy_page,
    words,
)
from resilience_index.publish._chrome import chrome
from resilience_index.publish._marks import width_of
from resilience_index.publish.translating import index_in, lab_in
from tests.sheets import too_empty

ARMS = "voucher:korea_documented,sovereign:apertus_class,hosting"
BAR = [("Ranking", "index.html"), ("Policy lab", "policy.html")]


@pytest.fixture(scope="module")
def done(lab):
    return policy_page.work(
        lab, ["KOR", "DEU", "CHN"], arms=ARMS, asked=Asked(1e9, draws=256), points=16
    )


@pytest.fixture(scope="module")
def korea(done):
    return policy_page.country_view(done, "KOR")


@pytest.fixture(scope="module")
def page(korea):
    return policy_page.render(korea, pdf=True)


@pytest.fixture(scope="module")
def printed(done, tmp_path_factory):
    """Folder of the pages with their PDFs."""
    folder = tmp_path_factory.mktemp("printed") / "desk"
    policy_page.write(done, folder)
    return folder


def shown(text):
    """Text of a page without its markup and style."""
    bare = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def test_the_first_sentences_stand_before_any_result(page, korea):
    text = shown(page)
    order = [
        text.index(re.sub(r"\s+", " ", said)) for said in (*korea.first, korea.modelled, korea.lead)
    ]
    assert order == sorted(order)
    assert re.search("depends most on a(n assumption with no data| choice that no)", korea.first[0])
    assert "the country has no figure on firms that use AI" in korea.first[0]


def test_every_page_says_that_its_numbers_are_modelled(done, page):
    overview = policy_page.render(policy_page.lab_view(done))
    assert all("Every number here is modelled" in shown(text) for text in (page, overview))


def test_every_assumption_stands_on_the_page(page, lab):
    text = shown(page)
    for prior in lab.policies.priors.values():
        assert prior.title in text
    assert "indicators/policies/priors.toml" in text


def test_how_programmes_are_set_up_and_every_formula_stand_on_the_page(page, lab):
    text = shown(page)
    for told in ("Korea: NIPA AI Voucher: mean grant US$ 217,000", "cap of a grant US$ 232,200",
                 "share of the money in hosting 30 %",
                 "years over which the money is paid 3 assumption A programme takes some years",
                 "one run of one team, compute US$ 17.5 million"):  # fmt: skip
        assert told in text
    bridge, scored = lab.policies.bridge, lab.index.framework.indicators
    formulas = [e.formula for code, e in bridge.effects.items() if code in scored]
    formulas += [f for texts in bridge.quantities.values() for f in texts]
    formulas += [bridge.firms.modelled, *(one.formula for one in bridge.adoption.inferred)]
    for formula in formulas:
        assert re.sub(r"\s+", " ", formula) in text


def test_the_page_for_all_lists_the_priors_of_every_preset(done, lab):
    text = shown(policy_page.render(policy_page.lab_view(done)))
    for programme in lab.policies.programmes.values():
        for code in programme.priors:
            assert f"{lab.policies.priors[code].title} ({programme.title})" in text


def test_both_modes_of_other_countries_stand_side_by_side(korea, done):
    table = korea.tables["arms"][2]
    assert table.columns[1:] == ("Score, others stay", "Rank", "Score, others move", "Rank")
    assert [row[1] for row in table.rows] == [row[1] for row in korea.tables["arms"][0].rows[1:]]
    other = done.modes["KOR", "hosting"]
    assert table.rows[2][3] == _policy_amounts.change(
        Interval(other["score_05"], other["score"], other["score_95"])
    )


def test_the_lead_says_what_is_left_without_hosting_where_most_of_a_gain_is_hosting(done):
    best = max(done.compared["KOR"].arms, key=lambda one: one.last.score.median)
    assert best.arm.label == "sovereign:apertus_class"
    assert best.without_hosting.median < best.last.score.median / 2
    bare = _policy_amounts.change(best.without_hosting)
    said = policy_page.country_view(done, "KOR").lead
    assert "comes from computing power hosted in the country; without it the score" in said
    assert f"would change by {bare}." in said


def test_the_lead_says_how_little_of_the_money_pays_for_a_model(done):
    """Where most of a budget buys hosting, a model's name alone would tell another story."""
    made = done.compared["KOR"]
    best = max(made.arms, key=lambda one: one.last.score.median)
    own = best.last.told["spent_on_runs"].median
    assert own < made.asked.budget / 2
    said = policy_page.country_view(done, "KOR").lead
    money = _policy_amounts.money
    assert (
        f"Only {money(own)} of it would pay for the model; of the other {money(1e9 - own)}" in said
    )
    hosts = best.last.told["spent_on_hosting"]
    assert f"between {money(hosts.low)} and {money(hosts.high)} would buy hosting" in said
    assert "would pay for the model" not in _policy_words.lead(replace(made, arms=made.arms[:1]))


def test_the_page_for_all_counts_who_adds_most_with_and_without_hosting(done):
    said = policy_page.lab_view(done).lead
    for gain in (lambda one: one.last.score.median, lambda one: one.without_hosting.median):
        best = [max(made.arms, key=gain) for made in done.compared.values()]
        for one in best:
            name = _policy_words.arm_name(one)
            assert f"“{name}” in {sum(o.arm == one.arm for o in best)}" in said


def test_countries_stand_in_the_order_of_their_names(done):
    assert [name for _, name in policy_page.lab_view(done).countries] == [
        "China", "Germany", "South Korea",
    ]  # fmt: skip


def test_every_page_says_that_the_list_of_clouds_has_none_of_china_or_korea(done, korea):
    said = "The list of fourteen providers has none of China or Korea"
    assert any(said in note for note in korea.shock_notes)
    assert said in shown(policy_page.render(policy_page.country_view(done, "DEU")))
    assert said in shown(policy_page.render(policy_page.lab_view(done)))


def test_the_two_korean_numbers_are_shown_as_a_contradiction_on_koreas_page_alone(done, page):
    assert "Two numbers that cannot describe one scheme" in page
    germany = policy_page.render(policy_page.country_view(done, "DEU"))
    assert "Two numbers that cannot describe one scheme" not in germany


def test_no_source_marked_l_or_r_is_linked(page, lab):
    held = lab.policies.sources.values()
    assert all(s.url not in page for s in held if s.confidence not in ("H", "M"))
    marks = set(re.findall(r"mark ([A-Z])", shown(page)))
    assert marks <= {"H", "M"}


def test_korea_is_told_that_its_own_clouds_are_not_seen(korea):
    assert any("No Korean provider is in the list" in note for note in korea.shock_notes)


def test_what_china_would_lose_is_unknown_and_the_page_says_why(done):
    china = policy_page.country_view(done, "CHN")
    rows = {row[0]: row for row in china.tables["shock"][2].rows}
    assert rows["All cloud providers of the United States leave"][1:] == ("unknown",) * 6
    assert any("unknown, not zero" in note for note in china.shock_notes)
    assert not china.tables["shock"][0].rows  # no table of dashes
    assert any("what China would lose is unknown" in text for text in china.plain)


def test_koreas_clouds_are_told_before_and_after_those_of_the_united_states_leave(korea):
    """From 62 to 4,614 km, from 3.2 host countries to none."""
    table = korea.tables["shock"][1]
    rows = {row[0]: row[1:] for row in table.rows}
    today, left = rows["Today"], rows["All cloud providers of the United States leave"]
    assert {"61.6", "3.16"} <= set(today)
    assert {"4,614", "0"} <= set(left)
    assert float(left[-2]) < float(today[-2])


def test_losses_of_each_shock_have_intervals_and_slow_ones_take_longer_than_looked_at(korea):
    rows = {row[0]: row for row in korea.tables["shock"][2].rows}
    row = rows["All cloud providers of the United States leave"]
    assert re.fullmatch(r"\d+.% \(\d+.% to \d+.%\)", row[2])
    assert row[4] == "over 12"
    assert rows["Model makers and clouds of the United States leave together"][6] == (
        "clouds counted, models modelled"
    )


def test_modelled_shares_of_models_are_called_so(korea):
    assert any("use by country is not observed anywhere" in note for note in korea.shock_notes)
    assert any("limits the share of use" in note for note in korea.shock_notes)


def test_figures_with_a_table_hold_the_same_words_in_both(korea):
    for result in korea.arms.rows:
        assert result[1] in korea.arms.chart.title


def test_the_three_arms_and_no_programme_are_side_by_side(korea):
    table = korea.tables["arms"][0]
    assert [row[0] for row in table.rows] == [
        "No programme", "Korea: NIPA AI Voucher", "Model of the Apertus class (Switzerland)",
        "Shared hosting of open weights, and vouchers",
    ]  # fmt: skip


def test_a_claimed_preset_is_called_so(lab):
    made = policy_page.work(
        lab, ["KOR"], arms="voucher:korea_claimed_amount,hosting",
        asked=Asked(1e8, draws=32), points=4,
    )  # fmt: skip
    view = policy_page.country_view(made, "KOR")
    assert any("(as claimed)" in row[0] for row in view.tables["arms"][0].rows)


def test_how_the_money_is_spent_is_said(korea):
    sovereign = korea.arms_text[1]
    assert "pay for the runs, at present value" in sovereign
    assert "would buy hosting, which is an assumption." in sovereign
    assert "The vouchers are those of Korea: NIPA AI Voucher." in korea.arms_text[2]


def test_the_page_for_all_lists_presets_leagues_and_correlations(done, lab):
    view = policy_page.lab_view(done)
    assert len(view.leagues) == len(lab.policies.shocks.shocks)
    assert len(view.presets.rows) == len(lab.policies.programmes)
    assert [row[0] for row in view.correlations.rows][1] == "At equal income"
    text = shown(policy_page.render(view))
    assert "they are one group, not a ranking" in text


def test_a_template_uses_every_part_of_its_view_and_nothing_else(korea, done):
    """Templates fail on what a view does not have; here every part of it is named somewhere."""
    from resilience_index.places import templates

    names = ("policy.html.j2", "policy_parts.j2", "policy_print.html.j2", "base.html.j2")
    text = "".join((templates() / n).read_text() for n in names)
    assert all(f"view.{part}" in text for part in korea.__slots__)
    overview = policy_page.lab_view(done)
    text += (templates() / "policy_lab.html.j2").read_text()
    assert all(f"view.{part}" in text for part in overview.__slots__)


def test_pages_of_a_site_link_style_sheets_and_have_none_inside(done):
    texts, prints = policy_page.pages(done, lambda path: chrome(path, BAR), pdf=True)
    assert set(prints) == {f"countries/{c}-policy.pdf" for c in ("KOR", "DEU", "CHN")}
    made = texts["countries/KOR-policy.html"]
    assert "<style>" not in made
    assert 'href="../policy.css"' in made
    assert 'href="../policy.html"' in made
    assert "policy.css" in texts


def test_beside_every_chart_and_table_stand_files_to_take_along(done, texts):
    for path, root in (("countries/KOR-policy.html", "../"), ("policy.html", "")):
        beside = re.findall(r'<p class="take">(.*?)</p>', texts[path])
        drawn = texts[path].count('<figure class="fig">')
        others = texts[path].count("<table") - texts[path].count('<details class="alt">')
        more = texts[path].count("<details>")  # the rest of a table, in the files of its first rows
        assert len(beside) == drawn + others - more
        links = [one for part in beside for one in re.findall(r'href="([^"]+)"', part)]
        assert len(links) == len(set(links)) == 3 * drawn + 2 * (others - more)
        assert {link.removeprefix(root) for link in links} <= set(texts)
    programmes = list(csv.DictReader(io.StringIO(texts["charts/KOR-policy-arms.csv"])))
    for row, arm in zip(programmes, done.compared["KOR"].arms, strict=True):
        ends = [float(row[f"score_{k}"]) for k in ("05", "median", "95")]
        found = arm.last.score
        assert ends == [found.low, found.median, found.high]
    course = list(csv.DictReader(io.StringIO(texts["charts/KOR-policy-course.csv"])))
    shock = next(iter(done.struck.values()))
    first = [float(r["left_median"]) for r in course if r["shock"] == shock.shock]
    lines = shock.path(shock.codes.index("KOR"))
    assert first == [month.median for month in lines]
    assert json.loads(texts["charts/KOR-policy-odds.json"])["about"]["licence"]["name"] == (
        "CC BY 4.0"
    )


@pytest.fixture(scope="module")
def texts(done):
    """Files of the English pages, by path."""
    return policy_page.pages(done, lambda path: chrome(path, BAR), pdf=False)[0]


@pytest.fixture(scope="module")
def elsewhere(lab):
    """Files of the same pages in Arabic."""
    language = open_language("ar", lab.index.content.folder)
    with speaking(language):
        said = lab_in(replace(lab, index=index_in(lab.index, language)), language)
        made = policy_page.work(
            said, ["KOR", "DEU", "CHN"], arms=ARMS, asked=Asked(1e9, draws=256), points=16
        )
        return policy_page.pages(
            made, lambda path: chrome(path, BAR), pdf=False, english=lab
        )[0]  # fmt: skip


def taken(texts, name):
    """Rows of a table as its JSON has them, after a look whether its CSV has the same."""
    rows = json.loads(texts[f"charts/{name}.json"])["rows"]
    table = csv.DictReader(io.StringIO(texts[f"charts/{name}.csv"]))
    for row, written in zip(rows, table, strict=True):
        assert list(written) == [*row, "edition", "licence"]
        for key, value in row.items():
            assert written[key] == "" if value is None else type(value)(written[key]) == value
    return rows


def levels(row, name):
    """Ends and median of an interval; what is empty stands for what is infinite or unknown."""
    return [row[f"{name}_{level}"] for level in ("05", "median", "95")]


def test_every_table_to_take_along_has_numbers_under_names_for_programs(done, korea, texts):
    shown = [*korea.shown, *korea.tables["assumptions"], *policy_page.lab_view(done).shown]
    for table in (t for t in shown if t.rows):
        assert table.name
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", c) for c in table.numbers.columns), table.name
        assert len(set(table.numbers.columns)) == len(table.numbers.columns)
    worded = ("programmes", "priors", "designs", "starting", "bridge")
    for table in (t for t in shown if t.rows and t.name not in worded):
        cells = [c for row in table.numbers.rows for c in row]
        assert not [c for c in cells if isinstance(c, str) and re.fullmatch(r"[+−-]?\d.*", c)]
    assert len([p for p in texts if p.startswith("charts/KOR-policy-")]) == 3 * 4 + 2 * 12


def test_what_the_arms_do_is_taken_along_unrounded(done, texts):
    made = done.compared["KOR"]
    bare, *rows = taken(texts, "KOR-policy-ways")
    assert (bare["programme"], bare["score_median"], bare["cost_median"]) == ("none", 0.0, None)
    for row, arm in zip(rows, made.arms, strict=True):
        assert row["programme"] == arm.arm.label
        for name, found in (("score", arm.last.score), ("rank", arm.last.rank),
                            ("without_hosting", arm.without_hosting), ("cost", arm.last.cost),
                            ("adopters", arm.last.adopters),
                            ("loss_per_adopter", arm.losses.per_adopter)):  # fmt: skip
            assert levels(row, name) == found.as_list()
    for row in taken(texts, "KOR-policy-odds"):
        assert row["probability"] == made.beats[row["programme"], row["than"]]


def test_years_parts_and_modes_of_the_arms_are_taken_along_unrounded(done, texts):
    made = done.compared["KOR"]
    arms = {one.arm.label: one for one in made.arms}
    years = taken(texts, "KOR-policy-years")
    assert len(years) == made.asked.years * len(arms)
    for row in years:
        found = arms[row["programme"]].years[row["year"] - 1]
        assert levels(row, "score") == found.score.as_list()
        assert row["p_up_3"] == found.places_up[3]
    for row in taken(texts, "KOR-policy-delivered"):
        assert levels(row, "value") == arms[row["programme"]].last.told[row["item"]].as_list()
    for row in taken(texts, "KOR-policy-parts"):
        found = arms[row["programme"]].by_indicator.get(row["code"])
        assert levels(row, "score") == ([None] * 3 if found is None else found.as_list())
    for row in taken(texts, "KOR-policy-modes"):
        other = done.modes["KOR", row["programme"]]
        if row["others"] == "moving":
            assert levels(row, "score") == [other[k] for k in ("score_05", "score", "score_95")]
        else:
            assert levels(row, "score") == arms[row["programme"]].last.score.as_list()


def test_all_that_decides_is_taken_along_also_what_the_page_leaves_out(done, korea, texts):
    for place, one in enumerate(done.decided["KOR"], start=1):
        rows = taken(texts, f"KOR-policy-decides-{place}")
        assert [row["input"] for row in rows] == list(one.table.index)
        assert [row["total"] for row in rows] == one.table["total"].tolist()
        assert [row["first_95"] for row in rows] == one.table["first_95"].tolist()
        assert len(rows) >= len(korea.tables["decided"][place - 1].rows)


def test_shocks_are_taken_along_unrounded(done, lab, texts):
    for row in taken(texts, "KOR-policy-shocks"):
        found = done.rows[row["shock"]]["KOR"]
        assert levels(row, "loss_per_adopter") == [
            found[f"loss_per_adopter{end}"] for end in ("_05", "", "_95")
        ]
        assert row["rank_resilience"] == found["rank_resilience"]
        months = found["months_to_90"]
        assert row["months_to_90_median"] == (months if np.isfinite(months) else None)
        assert row["recovers"] == found["recovers"]
    assert {row["loss_per_adopter_median"] for row in taken(texts, "CHN-policy-shocks")} > {None}
    today, *after = taken(texts, "KOR-policy-clouds")
    index = lab.index
    assert today["cloud_distance_km"] == index.observed.loc["KOR", "cloud_distance_km"]
    assert today["score"] == index.scores.loc["KOR", index.root]
    for row in after:
        place = lab.codes.index("KOR")
        figures = done.left[row["shock"]].figures
        assert row["cloud_distance_km"] == figures["cloud_distance_km"][place]
        assert row["rank_95"] == done.left[row["shock"]].ranges["KOR"].high
    shock = next(iter(done.struck.values()))
    place = shock.codes.index("KOR")
    back = {row["step"]: row for row in taken(texts, "KOR-policy-ways-back")}
    for way, draws in shock.course.by.items():
        assert levels(back[way], "value") == Interval.of(draws[:, place]).as_list()
    steps = taken(texts, "KOR-policy-recovery")
    assert [row["share"] for row in steps] == [row["to"] - row["from"] for row in steps]
    left = Interval.of(shock.course.left[:, place])
    assert (steps[-1]["share_05"], steps[-1]["share_95"]) == (left.low, left.high)
    assert steps[0]["share_05"] is None


def test_tables_of_all_countries_are_taken_along_whole_and_unrounded(done, lab, texts):
    rows = taken(texts, "policy-everyone")
    assert len(rows) == 3 * len(done.compared)
    for row in rows:
        arms = {one.arm.label: one for one in done.compared[row["code"]].arms}
        assert levels(row, "score") == arms[row["programme"]].last.score.as_list()
    plain = next(
        r for r in taken(texts, "policy-correlations") if r["correlation"] == "as_published"
    )
    assert plain["rho"] == done.fields.plain.size
    fields = taken(texts, "policy-fields")
    assert len(fields) == len(done.fields.table)
    for row in fields:
        assert row["ai_sovereignty"] == done.fields.table.loc[row["code"], "across"]
    for name, table in done.tables.items():
        league = taken(texts, f"policy-league-{name}")
        assert len(league) == table["loss_per_adopter"].notna().sum()
        for row in league:
            assert row["loss_per_economy_median"] == table.loc[row["code"], "loss_per_economy"]
            assert "*" not in row["name"]
    for row in taken(texts, "policy-priors"):
        if row["for"] == "all arms" and row["distribution"] == "uniform":
            assert row["low"] == lab.policies.priors[row["prior"]].draw.low


def test_pages_in_another_language_have_the_same_numbers_and_no_marks_of_direction(
    texts, elsewhere
):
    data = [path for path in texts if path.endswith((".csv", ".json"))]
    assert set(elsewhere) == set(texts)
    for path in data:
        assert not re.search("[\u2066-\u2069\u200e\u200f]", elsewhere[path]), path
    for path in (p for p in data if p.startswith("charts/") and p.endswith(".json")):
        told = [json.loads(one[path])["rows"] for one in (texts, elsewhere)]
        numbers = [[[v for v in r.values() if not isinstance(v, str)] for r in t] for t in told]
        if "everyone" in path:  # in the order of names
            numbers = [sorted(map(str, one)) for one in numbers]
        assert numbers[0] == numbers[1], path
        assert [list(row) for row in told[0]] == [list(row) for row in told[1]]
    assert texts["charts/KOR-policy-ways.csv"] != elsewhere["charts/KOR-policy-ways.csv"]


def test_the_record_of_a_country_is_english_in_every_language(texts, elsewhere):
    for code in ("KOR", "DEU", "CHN"):
        path = f"countries/{code}-policy.json"
        assert elsewhere[path] == texts[path]


def test_all_numbers_of_a_country_stand_beside_its_page_as_the_command_prints_them(done, texts):
    assert 'href="KOR-policy.json"' in texts["countries/KOR-policy.html"]
    told = json.loads(texts["countries/KOR-policy.json"])
    about = told.pop("about")
    assert about["edition"] == "2026"
    assert about["licence"]["name"] == "CC BY 4.0"
    assert any("asks" in source for source in about["sources"])
    made = done.compared["KOR"]
    assert told == json.loads(json.dumps(record.comparison(done.lab, made, done.decided["KOR"])))
    assert told["seed"] == made.asked.seed
    assert 'href="KOR-policy.json"' not in policy_page.render(policy_page.country_view(done, "KOR"))


def test_what_is_said_is_escaped(done):
    name = "<b>Korea</b>"
    compared = {**done.compared, "KOR": replace(done.compared["KOR"], name=name)}
    view = policy_page.country_view(replace(done, compared=compared), "KOR")
    assert name not in policy_page.render(view)


def test_the_same_input_gives_the_same_page(lab):
    pages = []
    for _ in range(2):
        made = policy_page.work(lab, ["EST"], asked=Asked(1e8, years=2, draws=16), points=2)
        pages.append(policy_page.render(policy_page.country_view(made, "EST")))
    assert pages[0] == pages[1]


def test_a_folder_that_cannot_be_written_is_refused(done, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(UsageError, match="choose another place with --out"):
        policy_page.write(done, tmp_path / "taken", pdf=False)


def test_pages_without_pdfs_are_written_whole(done, tmp_path):
    names = policy_page.write(done, tmp_path / "desk", pdf=False)
    assert names == ["CHN-policy.html", "DEU-policy.html", "KOR-policy.html", "policy.html"]
    assert sorted(p.name for p in (tmp_path / "desk").iterdir()) == names


@pytest.mark.slow
def test_a_country_has_a_pdf_of_its_own(printed):
    from pypdf import PdfReader

    reader = PdfReader(printed / "KOR-policy.pdf")
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Every assumption" in text
    assert "Two numbers that cannot describe one scheme" in text


def test_ranges_draw_a_line_and_a_dot_for_each_arm():
    bars = [
        _policy_charts.Bar("One", Interval(0.1, 0.2, 0.4), "+0.2", "p1"),
        _policy_charts.Bar("Other", Interval(0.0, 0.0, 0.0), "0.0", "p2"),
    ]
    chart = _policy_charts.ranges(bars, title="t", width=664)
    assert len(chart.dots) == 2
    assert {s.fill for s in chart.shapes if s.fill} == {"p1", "p2"}


def one_country(direct, **back):
    """A stress test of one country in two draws, by hand."""

    def column(*values):
        return np.array(values).reshape(-1, 1)

    by = {way: column(*back.get(way, (0, 0))) for way in _waterfall.NAMES}
    left = 1 - column(*direct) + sum(by.values())
    course = Course(column(*direct), left, left, left, by)
    none = np.zeros(1)
    return Stress("any", ("KOR",), 12, course, left, none, none, none, none > 0, {}, None, "cloud")


def test_each_step_of_the_waterfall_begins_where_the_one_before_ends():
    """Lost .8 on average; .2 back by vendors, .1 by open weights: .5 are left, .4 to .6."""
    made = one_country((0.9, 0.7), other_vendor=(0.3, 0.1), open_weights=(0.2, 0.0))
    found = _waterfall.steps(made, 0)
    ends = [0.0, 1.0, 0.2, 1.0, 0.2, 0.4, 0.4, 0.5, 0.5, 0.5, 0.0, 0.5]
    assert [v for s in found for v in (s.begin, s.end)] == pytest.approx(ends)
    assert [s.loss for s in found] == [False, True, False, False, False, False]
    assert re.sub(words.NBSP, " ", found[-1].written) == "50 % (40 % to 60 %)"


def test_the_waterfall_draws_a_loss_hollow_and_dashed_and_all_in_greys():
    made = one_country((0.9, 0.7), other_vendor=(0.3, 0.1))
    figure = _waterfall.waterfall(made, 0, "Clouds leave")
    for chart in (figure.chart, figure.narrow):
        assert [s.fill for s in chart.shapes if s.dashed] == [""]
        assert {s.fill or s.line for s in chart.shapes} <= {"ink", "ink-2", "ink-3", "rule-2",
                                                           "paper"}  # fmt: skip
        assert figure.rows[-1][1] in {t.text for t in chart.texts}
    assert _waterfall.waterfall(one_country((np.nan, np.nan)), 0, "Clouds leave") is None


def test_no_page_but_the_last_of_a_policy_pdf_is_a_third_empty(printed):
    from pypdf import PdfReader

    for path in sorted(printed.glob("*-policy.pdf")):
        assert not too_empty(PdfReader(path).pages[:-1]), path.name


def test_courses_have_a_key_line_for_each_shock():
    flat = [Interval(0.4, 0.5, 0.6)] * 13
    lines = [_policy_charts.Line(n, flat, c) for n, c in (("a", "ink"), ("b", "p1"))]
    chart = _policy_charts.courses(lines, title="t", width=358)
    assert {"a", "b"} <= {t.text for t in chart.texts}


def test_names_on_the_quadrant_chart_do_not_run_into_each_other():
    points = [_policy_charts.Point(f"Country {i}", 50, 50 + i / 10, named=True) for i in range(9)]
    chart = _policy_charts.quadrants(
        points, (18, 31), ("a", "b", "c", "d"), ("x", "y"), title="t", width=664
    )
    places = sorted(float(t.x) for t in chart.texts if t.text.startswith("Country"))
    dots = {float(d.x) for d in chart.dots}
    assert len(places) == 2  # one on each side of the dots, which lie one upon the other
    assert places[0] + width_of("Country 0") < min(dots) <= max(dots) < places[1]


def test_fields_too_narrow_for_their_name_are_named_from_beside_the_line():
    """On a phone the left fields are 50 units wide; no name is cut, and none meets another."""
    points = [_policy_charts.Point("Far", 100, 80, named=True)]
    names = ("Sovereign and resilient", "Resilient without sovereignty", "Not", "Neither")
    chart = _policy_charts.quadrants(
        points, (18, 31), names, ("x", "y"), title="t", width=_policy_charts.PHONE
    )
    held = {t.text: t for t in chart.texts}
    assert {names[0], f"← {names[1]}", *names[2:]} <= set(held)
    assert float(held[names[0]].y) > float(held[f"← {names[1]}"].y) + 11


def test_what_is_written_goes_below_names_that_leave_no_room_for_it():
    bar = _policy_charts.Bar("A name " * 6, Interval(0.1, 0.2, 0.4), "+0.2 (0.1 to 0.4)", "p1")
    for width, below in ((664, 0), (_policy_charts.PHONE, 14)):
        name, written, *_ = _policy_charts.ranges([bar], title="t", width=width).texts
        assert name.text == bar.name
        assert float(written.y) - float(name.y) == below


def test_text_of_charts_is_eleven_pixels_high_on_a_phone_of_390(korea):
    """Margins of 16 px leave 358; a chart's text is 10.4 of its own units high."""
    for figure in (korea.arms, korea.course, korea.waterfall, korea.quadrant):
        assert 10.4 * 358 / float(figure.narrow.width) >= 11
        assert not [t.text for t in figure.narrow.texts if "…" in t.text]


def test_a_league_of_models_says_nothing_of_clouds_and_one_of_clouds_marks_modelled_shares(
    done, lab
):
    for table, shock in zip(policy_page.lab_view(done).leagues, lab.policies.shocks.shocks.values(),
                            strict=True):  # fmt: skip
        clouds = shock.layer != "models"
        assert ("Score after" in table.columns) is clouds
        marked = {row[0].removesuffix("*") for row in table.rows + table.more if "*" in row[0]}
        assert ("Luxembourg" in marked) is clouds  # hosts no region
        assert "Germany" not in marked


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(0.1, 0.25, 2.0), "+0.25 (0.10 to 2.00)"),
        (Interval(0.0, 0.002, 0.013), "+0.002 (0.000 to 0.013)"),
        (Interval(-1.0, -0.5, 0.0), "−0.50 (−1.00 to 0.00)"),
        (Interval(4.0, 8.0, 12.0), "+8.0 (4.0 to 12.0)"),
    ],
)
def test_a_change_is_written_with_as_many_decimals_as_it_needs(interval, text):
    assert _policy_amounts.change(interval) == text


def test_an_amount_beyond_what_was_looked_at_says_so():
    never = Interval(float("inf"), float("inf"), float("inf"))
    assert _policy_words.amount(never, beyond="over 12") == "over 12"


def test_the_lab_and_its_amounts_are_said_in_the_language_of_the_pages(lab, tmp_path):
    said = {
        "{median} ({low} to {high})": "{median} ({low} tot {high})",
        "{first}, {then}": "{first}; {then}",
        "US$\u00a0{n}": "{n}\u00a0US$",
        lab.policies.payment.why: "Zo is het.",
    }
    head = '"Content-Type: text/plain; charset=UTF-8\\n"'
    pairs = [f'msgid "{text}"\nmsgstr "{made}"\n' for text, made in said.items()]
    path = tmp_path / "languages" / "nl.po"
    path.parent.mkdir()
    path.write_text("\n".join([f'msgid ""\nmsgstr ""\n{head}\n', *pairs]), encoding="utf-8")
    dutch = open_language("nl", tmp_path)
    found = lab_in(lab, dutch)
    assert found.policies.payment.why == "Zo is het."
    assert found.policies.sources == lab.policies.sources
    with speaking(dutch):
        assert _policy_amounts.change(Interval(0.2, 0.318, 1.53)) == "+0,32 (0,20 tot 1,53)"
        assert _policy_amounts.money(2.5e6) == "2,5\u00a0mln.\u00a0US$"
        assert _policy_amounts.told("spent_on_runs", Interval(3e6, 3e6, 3e6))[1] == (
            "3\u00a0mln.\u00a0US$"
        )
        assert priors.spelled({"name": "beta", "a": 1.5, "b": 2.0}) == "beta (a 1,5; b 2)"
    assert _policy_amounts.change(Interval(0.2, 0.318, 1.53)) == "+0.32 (0.20 to 1.53)"
