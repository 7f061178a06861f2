"""The page of an audit: words for every finding, a table for every picture, all files or none."""

import csv
import io
import json
import re
import string
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from markupsafe import escape
from pypdf import PdfReader
from scipy import stats
from typer.testing import CliRunner

from resilience_index import UsageError, build
from resilience_index.cli import app
from resilience_index.content.languages import open_language
from resilience_index.content.speech import speaking
from resilience_index.publish import _audit_charts as charts
from resilience_index.publish import _audit_figures, _audit_words, audit_page, pdf
from resilience_index.publish._chrome import chrome
from resilience_index.publish._marks import width_of
from resilience_index.publish.edition import Wanted, write
from resilience_index.publish.verifying import differences, hashes
from resilience_index.robustness._findings import Concern, Part
from resilience_index.robustness._thresholds import THRESHOLDS
from resilience_index.robustness.audit import audit
from resilience_index.robustness.conclusions import Change, Statement
from tests.sheets import too_empty

SENTENCES = _audit_words.sentences()
THREE = {"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 3, "CCC": 1}}


@pytest.fixture(scope="module")
def view(audited):
    return audit_page.audit_view(audited)


@pytest.fixture(scope="module")
def page(view):
    return audit_page.render(view)


def fields_of(text):
    return {name.lower() for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_part_has_a_sentence_for_both_outcomes_and_no_other_has():
    assert set(SENTENCES["parts"]) == set(THRESHOLDS)
    for told in SENTENCES["parts"].values():
        assert set(told) == {"passes", "else"}
        assert all(text.endswith(".") for text in told.values())


def test_every_conclusion_has_a_sentence(audited):
    names = _audit_words.Names.of(audited)
    some = dict.fromkeys(
        ("clear", "places", "tiers", "far", "count", "of", "apart", "rho", "broken"), 0.5
    )
    for kind in ("fit", "unfit"):
        for code in SENTENCES[kind]:
            statement = Statement(code, {**some, "codes": "compute,models"})
            assert _audit_words.statement(kind, statement, names).endswith(".")
    more = {**dict.fromkeys(("share", "error", "alpha", "rho", "places"), 0.5), "title": "weights"}
    for code in set(SENTENCES["changes"]) - {"fill_alone"}:
        told = _audit_words.change(Change(code, 0.1, ("compute", "ai_user_share"), more), names)
        assert "{" not in told
        assert told.endswith(".")


@pytest.mark.parametrize("verdict", ["passes", "look", "fails"])
def test_the_sentence_of_a_real_part_can_be_filled_whatever_its_verdict(audited, verdict):
    names = _audit_words.Names.of(audited)
    for check in audited.checks:
        for part in check.parts:
            if part.verdict == "cannot be made":
                continue
            concerned = part.concerned or (Concern(("KOR",), 0.5, verdict),)
            other = Part(part.code, verdict, part.figure, concerned, "", part.more)
            told = _audit_words.sentence(other, names)
            assert told.endswith(".")
            assert "{" not in told
            assert "nan" not in told


def test_what_cannot_be_made_says_why(audited):
    names = _audit_words.Names.of(audited)
    told = _audit_words.sentence(audited.part("value.others"), names)
    assert told.startswith("Cannot be made: no other index of the same subject")


def test_figures_are_written_as_their_form_asks():
    figure = _audit_words.figure
    assert figure(np.nan, "share") == "–"
    assert figure(-0.5, "share").replace("\xa0", " ") == "−50 %"
    assert figure(2.5, "years") == "2.5 years"
    assert figure(0.003, "number") == "under 0.01"
    assert figure(0.0, "years") == "0 years"
    assert figure(np.inf, "number") == "∞"


def test_sentences_read_well_where_there_is_none_or_one():
    def told(code, figure, **more):
        part = Part(code, "passes", figure, more=more)
        return _audit_words.sentence(part, _audit_words.Names({}, "country", "countries"))

    assert told("outliers.points", 0.0, treated=0, of=4) == (
        "Extremes were pulled in for none of four indicators; "
        "the most that any of them needed is 0."
    )
    assert told("age.countries", 0.0) == (
        "In the middle country its oldest and its newest figure lie 0 years apart."
    )
    for places, span in ((0.0, "0 ranks"), (1.0, "one rank"), (2.0, "two ranks")):
        moved = told("leave.sources", 0.0, places=places, piece="a", who="b")
        assert moved.endswith(f"moves nobody by more than {span}.")
    assert "decides more than 2 times" in told("importance.quotient", 1.5)


@pytest.mark.parametrize("width", [charts.WIDE, charts.PHONE])
def test_a_scatter_names_everybody_it_says_and_covers_no_dot(audited, width):
    line = audited.evidence.value.income_line.table
    beyond = (line["score"] > line["upper"]) | (line["score"] < line["lower"])
    names = _audit_words.Names.of(audited)
    figure = _audit_figures.income(audited, names)
    chart = figure.chart if width == charts.WIDE else figure.narrow
    wanted = {names[str(c)] for c in line.index[beyond]}
    texts = [t for t in chart.texts if t.text in wanted]
    assert {t.text for t in texts} == wanted
    boxes = [(float(t.x), float(t.y) - 8, float(t.x) + width_of(t.text), float(t.y)) for t in texts]
    for left, top, right, bottom in boxes:
        assert left >= 30
        assert right <= width
        assert not [
            d for d in chart.dots if left < float(d.x) < right and top < float(d.y) < bottom
        ]
    for i, one in enumerate(boxes):
        assert not [b for b in boxes[i + 1 :] if one[0] < b[2] and b[0] < one[2]
                    and one[1] < b[3] and b[1] < one[3]]  # fmt: skip


@pytest.mark.parametrize("narrow", [False, True], ids=["page", "phone"])
def test_no_name_of_an_indicator_is_cut_short_in_a_picture(audited, view, narrow):
    names = _audit_words.Names.of(audited)
    known = {names[code] for code in audited.evidence.index.framework.indicators}
    for figure in (f for found in view.figures.values() for f in found):
        texts = (figure.narrow if narrow else figure.chart).texts
        for cut in (t.text.removesuffix("…") for t in texts if t.text.endswith("…")):
            assert not [name for name in known if name.startswith(cut.lstrip("0123456789 "))]


def test_what_the_index_adds_to_each_pillar_is_counted_in_places(index, view):
    (table,) = [t for t in view.tables["income"] if t.title == "What the index adds to its pillars"]
    ranks = index.ranks
    for row, pillar in zip(table.rows, index.framework.tree.pillars, strict=True):
        away = (ranks["index"] - ranks[pillar]).abs()
        assert row[1].replace("\xa0", "") == f"{100 * (away >= len(away) / 10).mean():.0f}%"
        assert row[3] == f"{away.max():.0f}"
        rho = stats.spearmanr(ranks["index"], ranks[pillar]).statistic
        assert row[5] == f"{rho:.2f}"


def test_the_record_holds_the_numbers_of_every_picture_and_table(audited, view):
    told = {t["title"]: t for t in json.loads(audit_page.as_json(audited))["tables"]}
    pictures = [f for found in view.figures.values() for f in found]
    tables = [t for found in view.tables.values() for t in found]
    assert len(told) == len(pictures) + len(tables)
    for picture in pictures:
        assert told[picture.chart.title]["rows"] == [list(row) for row in picture.rows]
    bounds = told["Everybody's best case"]["rows"]
    assert len(bounds) == len(audited.evidence.index.scores)


def test_the_view_holds_words_not_numbers(view):
    for check in view.checks:
        for part in check.parts:
            assert all(isinstance(getattr(part, f.name), str) for f in fields(part))


def test_every_check_stands_on_the_page_with_its_verdict(page, view):
    for check in view.checks:
        assert f'id="{check.anchor}"' in page
        assert f"{check.number} {escape(check.title)}" in page
    assert page.count('class="verdict') > 80


def test_every_picture_has_a_title_and_a_table(page, view):
    pictures = [f for found in view.figures.values() for f in found]
    assert len(pictures) >= 12
    drawn = re.findall(
        r'<svg [^>]*role="img" aria-label="([^"]+)"[^>]*><title>([^<]+)</title>', page
    )
    assert len(drawn) == page.count("<svg ")
    assert all(label == title for label, title in drawn)
    tables = re.findall(r'<details class="alt"><summary>Show as a table', page)
    assert len(tables) == len(pictures)
    for figure in pictures:
        assert figure.finding
        assert figure.rows
        assert {len(row) for row in figure.rows} == {len(figure.columns)}
    assert all(all(t.columns) for found in view.tables.values() for t in found)
    assert all(all(f.columns) for f in pictures)  # a column without a head says nothing aloud


def test_the_pictures_that_an_audit_owes_are_there(view):
    titles = " ".join(f.chart.title for found in view.figures.values() for f in found)
    for told in ("Correlations of 25 indicators", "Eigenvalues of AI resilience", "loadings on",
                 "Importance against weight", "Ranks that move when an indicator is left out",
                 "Histograms of 25 indicators before and after", "Kind of figure",
                 "against GDP per head"):  # fmt: skip
        assert told in titles


def test_every_link_inside_the_page_leads_somewhere(page):
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    assert not re.findall(r'(?:src|href)="https?://', page)


def test_explanations_stand_beside_what_fails(page, audited):
    told = audited.explained("coverage.indicators").split(".")[0]
    assert told in page
    assert "Why it stands so" in page


def test_the_page_ends_in_plain_words(page, view):
    assert page.index('id="end"') > page.index('id="record"')
    assert len(view.changes) == 3
    assert 4 <= len(view.fit) <= 8
    assert any("income per head" in text for text in view.unfit)


def test_the_record_is_json_without_anything_that_json_does_not_know(audited):
    record = json.loads(audit_page.as_json(audited), parse_constant=pytest.fail)
    assert [check["number"] for check in record["checks"]] == list(range(1, 23))
    part = record["checks"][1]["parts"][0]
    assert {"code", "figure", "look", "fails", "verdict", "sentence", "concerned"} <= set(part)
    assert record["record"]["files_hash"] == audited.evidence.fingerprint


@pytest.mark.slow
def test_the_print_is_tagged_and_ends_in_plain_words(view):
    from resilience_index.places import templates

    made = pdf.to_pdf(audit_page.render(view, form="print"), base=templates())
    reader = PdfReader(io.BytesIO(made))
    assert 12 <= len(reader.pages) <= 28  # eight of them are the numbers behind the pictures
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert not too_empty(reader.pages[:-1])
    assert "In plain words" in reader.pages[-1].extract_text()
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for told in (*view.fit, *view.unfit, *view.changes):
        assert text.count(" ".join(told.split())) == 1


def test_in_print_every_picture_has_its_numbers_as_well(view):
    printed = audit_page.render(view, form="print")
    annex = printed.partition("The numbers behind the pictures")[2]
    pictures = [f for found in view.figures.values() for f in found]
    (map_of_correlations,) = [f for f in pictures if len(f.columns) > 12]
    for figure in pictures:
        if figure is map_of_correlations:  # its cells bear them
            told = {text.text for text in figure.chart.texts}
            assert {row[1].replace("0.", ".", 1) for row in figure.rows[1:]} <= told
            continue
        assert str(escape(figure.finding)) in annex
        for row in figure.rows:
            assert f'<th scope="row">{escape(row[0])}</th>' in annex


def test_all_files_are_written_or_none(audited, tmp_path, monkeypatch):
    (tmp_path / "audit.html").write_text("old", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    def broken(*_, **__):
        raise UsageError("no PDF today")

    monkeypatch.setattr(pdf, "to_pdf", broken)
    with pytest.raises(UsageError, match="no PDF today"):
        audit_page.write(audited, tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"audit.html", "notes.txt"}
    assert (tmp_path / "audit.html").read_text(encoding="utf-8") == "old"


def test_without_a_pdf_an_older_one_does_not_stay(audited, tmp_path):
    (tmp_path / "audit.pdf").write_bytes(b"old")
    assert audit_page.write(audited, tmp_path, pdf=False) == ["audit.html", "audit.json"]
    assert {p.name for p in tmp_path.iterdir()} == {"audit.html", "audit.json"}


def test_a_place_that_cannot_be_written_is_told(audited, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="choose another place with --out"):
        audit_page.write(audited, tmp_path / "file" / "below", pdf=False)


def test_names_from_the_content_cannot_disturb_the_page(small):
    folder = small(THREE)
    path = folder / "all.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Indicator a", "<script>alert(1)</script>"), encoding="utf-8")
    view = audit_page.audit_view(audit(build("small", content=folder), draws=16))
    for form in ("page", "print"):
        assert "<script>" not in audit_page.render(view, form=form)


def test_the_command_writes_the_files_and_says_what_fails(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = small(THREE)
    words = ["audit", "small", "--content", str(folder), "--draws", "16", "--no-pdf"]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0
    assert "Small index, edition 2025:" in result.stdout
    made = tmp_path / "reports" / "small-2025-audit"
    assert {p.name for p in made.iterdir()} == {"audit.html", "audit.json"}


AUDITED = Wanted(["AAA"], pdf=False, jobs=1, draws=16, audit=True)


def test_an_edition_carries_its_audit_and_the_bar_leads_there(small, tmp_path):
    index = build("small", content=small(THREE))
    folder = write(index, tmp_path / "edition", AUDITED, engine="0")
    assert {"audit.html", "audit.json", "audit.css"} <= {p.name for p in folder.iterdir()}
    for path in ("index.html", "method.html"):
        assert '<a href="audit.html">Audit</a>' in (folder / path).read_text(encoding="utf-8")
    assert '<a href="../audit.html">Audit</a>' in (folder / "countries" / "AAA.html").read_text()
    page = (folder / "audit.html").read_text(encoding="utf-8")
    assert '<a href="audit.html" aria-current="page">Audit</a>' in page
    assert '<link rel="stylesheet" href="audit.css">' in page
    assert "<style" not in page  # the policy of the site forbids it
    assert 'style="' not in page
    outputs = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    assert outputs["audit.json"] == hashes(folder)["audit.json"]


def test_beside_every_chart_and_table_stand_files_to_take_along(index, view, audited, monkeypatch):
    monkeypatch.setattr(audit_page, "examine", lambda *_, **__: audited)
    texts, _ = audit_page.extra(index, None, pdf=False).pages(
        lambda path: chrome(path, [("Ranking", "index.html")])
    )
    page = texts["audit.html"]
    drawn = [f for found in view.figures.values() for f in found]
    shown = [t for found in view.tables.values() for t in found]
    beside = re.findall(r'<p class="take">(.*?)</p>', page)
    links = [one for part in beside for one in re.findall(r'href="([^"]+)"', part)]
    assert len(beside) == len(drawn) + len(shown) + 1  # the table of all checks
    assert len(links) == len(set(links)) == 3 * len(drawn) + 2 * (len(shown) + 1)
    assert set(links) <= set(texts)
    r = pd.read_csv(io.StringIO(texts["charts/audit-correlations.csv"]), index_col="code")
    matrix = audited.evidence.parts.correlation
    assert (r[r.index] - matrix.loc[r.index, r.index]).abs().max(axis=None) < 1e-12
    kinds = pd.read_csv(io.StringIO(texts["charts/audit-coverage.csv"]), index_col="code")
    ranked = index.ranks[index.root].dropna().index
    missing = (kinds[ranked] == "missing").sum(axis=1)
    left = index.imputed.loc[ranked, kinds.index].isna().sum()
    assert (missing + (kinds[ranked] == "does not apply").sum(axis=1)).equals(left)


@pytest.fixture(scope="module")
def taken(index, audited):
    """Give the rows of tables to take along, as CSV and JSON have them, in a language."""
    made = {}

    def texts(code):
        if code not in made:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(audit_page, "examine", lambda *_, **__: audited)
                with speaking(open_language(code, index.content.folder)):
                    made[code], _ = audit_page.extra(index, None, pdf=False).pages(lambda _: None)
        return made[code]

    def rows(name, code="en"):
        told = json.loads(texts(code)[f"charts/audit-{name}.json"])["rows"]
        table = csv.DictReader(io.StringIO(texts(code)[f"charts/audit-{name}.csv"]))
        for row, written in zip(told, table, strict=True):
            assert list(written) == [*row, "edition", "licence"]
            for key, value in row.items():
                assert written[key] == "" if value is None else type(value)(written[key]) == value
        return told

    rows.texts = texts
    return rows


def test_tables_are_taken_along_whole_and_unrounded(index, audited, view, taken):
    for found in view.tables.values():
        for table in found:
            assert all(re.fullmatch(r"[a-z][a-z0-9_]*", c) for c in table.numbers.columns)
            assert len(taken(table.name)) == len(table.rows) + len(table.more)
    evidence = audited.evidence
    bounds = evidence.variants.bounds.table
    for row in taken("best-case"):
        assert row["bound"] == bounds.loc[row["code"], "bound"]
        assert row["rank"] == index.ranks.loc[row["code"], index.root]
    for row in taken("effects"):
        found = evidence.effects.loc[row["choice"]]
        assert (row["first"], row["total_975"]) == (found["first"], found["total_high"])
    for row in taken("equal-weights"):
        found = evidence.parts.equal_importance[row["parent"]].loc[row["code"]]
        assert (row["importance"], row["weight_matching"]) == (found["share"], found["matching"])
    assert [(row["size"], row["p"]) for row in taken("claims")] == [
        (pytest.approx(one.size, abs=0), pytest.approx(one.p, abs=0))
        for one in evidence.value.claims
    ]


def test_what_ranks_and_links_are_made_of_is_taken_along_unrounded(index, audited, taken):
    value = audited.evidence.value
    for row in taken("pillars"):
        away = (index.ranks[index.root] - index.ranks[row["code"]]).abs()
        assert row["share_moved"] == value.pillar_moves[row["code"]]
        assert (row["rank_shift_most"], row["most_code"]) == (away.max(), away.idxmax())
    links = {row["figure"]: row for row in taken("links")}
    for role, (raw, partial) in value.rank_links.items():
        assert (links[role]["rho"], links[role]["count"]) == (raw.size, raw.count)
        told = links[role]["rho_at_equal_income"]
        assert np.isnan(partial.size) if told is None else told == partial.size
    for row in taken("means"):
        both = audited.evidence.variants.means[[row["one"], row["other"]]].dropna()
        shift = (both[row["one"]] - both[row["other"]]).abs().max()
        assert row["rank_shift_most"] == shift


def test_every_part_of_every_check_is_taken_along(audited, taken):
    rows = taken("checks")
    parts = [(check, part) for check in audited.checks for part in check.parts]
    for row, (check, part) in zip(rows, parts, strict=True):
        assert (row["number"], row["check_verdict"]) == (check.number, check.verdict)
        assert (row["code"], row["verdict"]) == (part.code, part.verdict)
        assert (row["look"], row["fails"]) == (part.threshold.look, part.threshold.fails)
        assert row["figure"] == (part.figure if np.isfinite(part.figure) else None)


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_tables_in_another_language_have_the_numbers_of_the_english_ones(taken, code):
    for name in ("best-case", "effects", "links", "pillars", "checks"):
        told = [taken(name, which) for which in ("en", code)]
        numbers = [[[v for v in r.values() if not isinstance(v, str)] for r in t] for t in told]
        assert numbers[0] == numbers[1]
        assert told[0] != told[1]
        assert list(told[0][0]) == list(told[1][0])
    for path, text in taken.texts(code).items():
        if path.endswith((".csv", ".json")):
            assert not re.search("[\u2066-\u2069\u200e\u200f]", text), path


def test_the_record_says_on_what_terms_it_may_be_passed_on(audited, taken):
    about = json.loads(taken.texts("fr")["audit.json"])["about"]
    assert about["licence"]["name"] == "CC BY 4.0"
    assert about["title"] == audited.evidence.index.framework.about.title
    assert any("asks" in source for source in about["sources"])


def test_an_edition_without_an_audit_has_no_link_to_one(small, tmp_path):
    index = build("small", content=small(THREE))
    folder = write(index, tmp_path / "edition", Wanted(pdf=False, draws=0), engine="0")
    assert not list(folder.glob("audit*"))
    assert "audit" not in (folder / "index.html").read_text(encoding="utf-8")


def test_without_draws_the_audit_of_an_edition_makes_no_check_of_ranks(small, tmp_path):
    wanted = Wanted(["AAA"], pdf=False, draws=0, audit=True)
    folder = write(build("small", content=small(THREE)), tmp_path / "edition", wanted, engine="0")
    checks = json.loads((folder / "audit.json").read_text(encoding="utf-8"))["checks"]
    told = {c["number"]: c["verdict"] for c in checks}
    assert told[14] == told[16] == "cannot be made"
    assert "no versions of the index were drawn" in (folder / "audit.html").read_text()


@pytest.mark.slow
def test_an_edition_with_the_print_of_its_audit_can_be_built_again_byte_by_byte(small, tmp_path):
    index = build("small", content=small(THREE))
    wanted = Wanted(["AAA"], pdf=True, jobs=1, draws=16, audit=True)
    folder = write(index, tmp_path / "edition", wanted, engine="0")
    assert (folder / "audit.pdf").read_bytes().startswith(b"%PDF")
    assert 'href="audit.pdf"' in (folder / "audit.html").read_text(encoding="utf-8")
    assert differences(folder, engine="0") == []


def test_a_figure_that_only_the_audit_looks_at_makes_the_edition_anew(small, tmp_path):
    content = small(
        {**THREE, "rich": {"AAA": 9, "BBB": 8, "CCC": 7}},
        indicators='a = { parent = "index" }\nb = { parent = "index" }',
        directions={"rich": "none"},
    )
    framework = content / "frameworks" / "small.toml"
    told = framework.read_text(encoding="utf-8") + '\n[audit]\nincome = "rich"\n'
    framework.write_text(told, encoding="utf-8")
    place = tmp_path / "edition"

    def written():
        folder = write(build("small", content=content), place, AUDITED, engine="0")
        return (folder / "manifest.json").stat().st_ino

    first = written()
    assert written() == first  # nothing has changed: nothing is written
    path = content / "data" / "rich.csv"
    path.write_text(path.read_text().replace(",9", ",10"), encoding="utf-8")
    assert written() != first
    assert (place / "content" / "data" / "rich.csv").read_bytes() == path.read_bytes()


def test_a_panel_is_published_with_the_audit_of_its_last_year(tmp_path):
    panel = build("gtmi", content="tests/published/gtmi")
    assert panel.framework.panel is not None
    folder = write(panel, tmp_path / "edition", AUDITED, engine="0")
    record = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
    assert len(record["checks"]) == 22
    assert "audit.html" in hashes(folder)
