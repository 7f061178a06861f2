"""What is taken along from a page: charts, tables, pictures, programs that read an edition."""

import csv
import io
import json
import posixpath
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from resilience_index.errors import ContentError
from resilience_index.export import products
from resilience_index.export.terms import terms_of
from resilience_index.index import build
from resilience_index.publish import about_pages, companions, edition, picture, site
from resilience_index.publish._board import board
from resilience_index.publish._marks import scale_of
from tests.beside import Walk


@pytest.fixture(scope="module")
def known(index):
    return edition.intervals_of(index, 128)


@pytest.fixture(scope="module")
def made(index, known):
    return site.compose(index, known, reports=["KOR", "AGO"], pdf=False, files={})


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_every_chart_of_a_country_can_be_taken_along_in_three_forms(made):
    for code in ("KOR", "AGO"):
        for name in ("score", "pillars", "neighbours", "ranks", "choices", "income", "alike"):
            stem = f"charts/{code}-{name}"
            assert {f"{stem}.svg", f"{stem}.csv", f"{stem}.json"} <= set(made.texts)
            assert f"../{stem}.svg" in made.texts[f"countries/{code}.html"]


def test_a_chart_tells_its_edition_its_licence_and_whose_terms_ask_for_more(index, made):
    terms = terms_of(index)
    svgs = {n: t for n, t in made.texts.items() if n.endswith(".svg")}
    assert "charts/map.svg" in svgs
    for text in svgs.values():
        told = " ".join(" ".join(ET.fromstring(text).itertext()).split())
        assert f"Source: {terms.title}, edition {terms.edition}. Licence: CC BY 4.0." in told
        assert terms.citation in told
        for source in terms.asking:
            assert source.title in told
        for source in terms.sources:
            assert source.producer in told


def test_a_chart_needs_nothing_from_outside(made):
    for name, text in made.texts.items():
        if name.endswith(".svg"):
            assert not re.search(r"<script|href=|url\(\s*['\"]?(?!#)|@import", text), name


def test_the_numbers_of_a_chart_are_those_of_the_index_unrounded(index, made):
    for row in rows(made.texts["charts/KOR-pillars.csv"]):
        assert float(row["score"]) == index.scores.loc["KOR", row["node"]]
        assert int(row["rank"]) == index.ranks.loc["KOR", row["node"]]
        assert row["edition"] == "National AI Resilience Index, edition 2026"
        assert row["licence"] == "CC BY 4.0"
    for row in rows(made.texts["charts/KOR-neighbours.csv"]):
        assert float(row["score"]) == index.scores.loc[row["code"], "index"]


def test_csv_and_json_of_a_chart_agree(made):
    for name, text in made.texts.items():
        if not (name.startswith("charts/") and name.endswith(".csv")):
            continue
        held = json.loads(made.texts[name.removesuffix("csv") + "json"])
        assert held["about"]["licence"]["name"] == "CC BY 4.0"
        assert len(held["about"]["sources"]) >= 10
        for one, other in zip(rows(text), held["rows"], strict=True):
            for key, value in other.items():
                if isinstance(value, int | float):
                    assert float(one[key]) == value, (name, key)
                else:
                    assert one[key] == (value or ""), (name, key)


def test_the_table_of_a_country_holds_every_node_and_every_indicator(index, known, made):
    found = {row["item"]: row for row in rows(made.texts["countries/KOR.csv"])}
    leaves = index.framework.tree.leaves(index.root)
    assert set(found) == {*index.framework.tree.downwards, *leaves}
    for code in leaves:
        value = index.denominated.loc["KOR", code]
        if np.isnan(value):
            assert found[code]["value"] == ""
        else:
            assert float(found[code]["value"]) == value
        assert found[code]["mark"] == index.marks.loc["KOR", code]
    assert int(found["index"]["rank_05"]) == known.table.loc["KOR", "rank_05"]


def test_the_table_of_an_indicator_holds_every_ranked_country(index, made):
    found = rows(made.texts["indicators/gh_developers.csv"])
    assert len(found) == index.ranked
    for row in found:
        if row["score"]:
            assert float(row["score"]) == index.normalised.loc[row["iso3"], "gh_developers"]


def test_a_picture_is_a_png_of_the_size_that_social_media_ask_for(made):
    assert set(made.cards) == {"pictures/index.png", "pictures/KOR.png", "pictures/AGO.png"}
    data = picture.png(made.cards["pictures/KOR.png"])
    image = Image.open(BytesIO(data))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(data) < 60_000
    assert picture.png(made.cards["pictures/KOR.png"]) == data
    assert picture.png(made.cards["pictures/AGO.png"]) != data


def test_a_page_names_its_picture_whole_where_the_address_is_known(made):
    text = made.texts["countries/KOR.html"]
    assert '<meta property="og:image" content="../pictures/KOR.png">' in text
    changed = build("ai_resilience", changes={"about.address": "https://example.org/2026/"})
    again = site.compose(changed, None, reports=["KOR"], pdf=False, files={})
    text = again.texts["countries/KOR.html"]
    assert 'property="og:image" content="https://example.org/2026/pictures/KOR.png"' in text
    assert 'property="og:url" content="https://example.org/2026/countries/KOR.html"' in text


@pytest.mark.parametrize("score", ["9.4 on a scale of 0 to 100", "نتيجة على مقياس من 0 إلى 100"])
def test_no_word_of_a_picture_reaches_its_edge(score):
    scale = scale_of([9.4, 72.6])
    words = ("Index", "Angola", "124th of 127", "90\u00a0% interval 118–126", score, score)
    data = picture.png(picture.Card(*words, [9.4, 72.6], 9.4, scale))
    pixels = np.asarray(Image.open(BytesIO(data)).convert("L"))
    assert (pixels[:, :24] == pixels[0, 0]).all()
    assert (pixels[:, -24:] == pixels[0, 0]).all()


def test_who_has_no_rank_gets_a_picture_all_the_same(index):
    results = board(index)
    assert companions.social("a/b.html", "", "p.png", "").picture == "../p.png"
    card = picture.Card("o", "n", "Not ranked", "", "", "", (1.0, 2.0), None, results.scale)
    assert picture.png(card)[:4] == b"\x89PNG"


def test_a_chart_to_embed_has_no_script_and_leads_back(made):
    text = made.texts["embed/KOR.html"]
    assert "<script" not in text
    assert 'href="../countries/KOR.html"' in text
    assert "CC BY 4.0" in text


EDITIONS = "edition,published,address,changes\n2025,2025-11-01,https://example.org/2025/,First.\n"


def test_earlier_editions_come_from_the_content_folder(small):
    content = small({"a": {"AAA": 1, "BBB": 2}, "b": {"AAA": 5, "BBB": 3}})
    index = build("small", content=content)
    assert about_pages.archive_view(index).earlier == ()
    text = EDITIONS.replace("2025,", "2024,", 1)
    (content / "editions.csv").write_text(text, encoding="utf-8")
    (one,) = about_pages.archive_view(index).earlier
    assert (one.edition, one.address) == ("2024", "https://example.org/2025/")


@pytest.mark.parametrize(
    ("text", "said"),
    [("edition,published\n2024,2024\n", "address"), (EDITIONS.replace("https", "ftp"), "https://")],
)
def test_a_wrong_list_of_editions_is_refused(small, text, said):
    content = small({"a": {"AAA": 1, "BBB": 2}, "b": {"AAA": 5, "BBB": 3}})
    (content / "editions.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        about_pages.archive_view(build("small", content=content))


@pytest.fixture(scope="module")
def downloaded(index, known, tmp_path_factory):
    folder = tmp_path_factory.mktemp("downloads")
    for name, data in products.downloads(index, known).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_the_columns_that_the_example_in_r_names_are_there(downloaded):
    text = (downloaded / "examples" / "read_edition.R").read_text(encoding="utf-8")
    tables = {
        n: pd.read_csv(downloaded / f"data/{n}.csv") for n in ("ranking", "scores", "sources")
    }
    named = re.findall(r"\b(ranking|scores|sources)\$(\w+)", text)
    assert len(named) >= 6
    for table, column in named:
        assert column in tables[table].columns, (table, column)
    quoted = re.search(r"c\(unit, ([^)]*)\), names\(ranking\)", text)
    assert set(re.findall(r'"(\w+)"', quoted[1])) <= set(tables["ranking"].columns)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not there")
def test_the_example_in_r_runs(downloaded):
    done = subprocess.run(
        ["Rscript", "examples/read_edition.R"],
        cwd=downloaded, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Finland" in done.stdout


def test_the_columns_that_the_example_in_excel_names_are_there_with_their_types(downloaded):
    text = (downloaded / "examples" / "ranking.pq").read_text(encoding="utf-8")
    table = pd.read_csv(downloaded / "data/ranking.csv")
    kinds = dict(re.findall(r'\{"(\w+)", (type \w+|Int64\.Type)\}', text))
    assert kinds == {"name": "type text", "rank": "Int64.Type", "score": "type number"}
    assert table["rank"].dtype == "int64"
    assert table["score"].dtype == "float64"
    assert set(kinds) <= set(table.columns)


def parsed(text, ending):
    if ending == "json":
        assert json.loads(text)["rows"]
    elif ending == "csv":
        assert rows(text)
    else:
        ET.fromstring(text)


def test_beside_every_table_and_chart_stand_its_files_and_each_can_be_read(made, downloaded):
    pages = {
        path: text
        for path, text in made.texts.items()
        if path.endswith(".html") and not path.startswith("embed/")  # leads back to its page
    }
    read = set()
    for path, text in pages.items():
        walk = Walk(text)
        assert not walk.alone, path
        for block in walk.blocks:
            assert not block.wanting, (path, block)
            read |= {posixpath.normpath(f"{posixpath.dirname(path)}/{a}") for a in block.links}
    assert len(read) > 100
    for name in {one.removeprefix("/") for one in read}:
        text = made.texts.get(name) or (downloaded / name).read_text(encoding="utf-8")
        parsed(text, name.rpartition(".")[2])


def test_what_the_score_of_a_country_rests_on_is_counted_in_a_file(index, made):
    found = {row["node"]: row for row in rows(made.texts["charts/AGO-coverage.csv"])}
    marks = index.marks.loc["AGO", index.framework.tree.leaves("index")]
    assert int(found["index"]["missing"]) == (marks == "missing").sum()
    assert float(found["index"]["missing_share"]) == pytest.approx(index.missing_share["AGO"])


def test_ranks_within_groups_and_the_nearest_profiles_are_numbers(index, made):
    for row in rows(made.texts["charts/KOR-groups.csv"]):
        assert int(row["rank_05"]) <= int(row["rank"]) <= int(row["rank_95"]) <= int(row["of"])
        assert float(row["highest_score"]) == index.scores.loc[row["highest"], "index"]
    first, *others = rows(made.texts["charts/KOR-alike.csv"])
    assert (first["code"], first["distance"]) == ("KOR", "")
    assert [float(row["distance"]) for row in others] == sorted(
        float(r["distance"]) for r in others
    )
    pillar = index.framework.tree.pillars[0]
    assert float(first[pillar]) == index.scores.loc["KOR", pillar]


def test_a_chart_over_income_holds_every_country_of_it(index, made):
    found = rows(made.texts["charts/KOR-income.csv"])
    assert len(found) > 100
    for row in found:
        assert float(row["score"]) == index.scores.loc[row["code"], "index"]
        assert float(row["score"]) - float(row["expected"]) == pytest.approx(float(row["beyond"]))


def test_the_weights_of_the_method_page_sum_to_the_whole(index, made):
    found = rows(made.texts["charts/method-weights.csv"])
    leaves = set(index.framework.tree.leaves("index"))
    assert sum(float(row["in_index"]) for row in found if row["item"] in leaves) == pytest.approx(1)
    listed = rows(made.texts["charts/indicators-list.csv"])
    assert {row["indicator"] for row in listed} == leaves
