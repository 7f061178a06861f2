"""An edition on disk: what it holds, that it is whole, that the same input gives the same bytes."""

import hashlib
import json
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import jsonschema
import pytest

from resilience_index import build
from resilience_index.publish import country_pages, folders, site
from resilience_index.publish._pools import Here, pool_for
from resilience_index.publish.edition import Wanted, write

SCHEMAS = Path(__file__).parent / "schemas"
REPORTS = ["KOR", "AGO"]


def contents(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="session")
def edition(index, tmp_path_factory):
    folder = tmp_path_factory.mktemp("edition") / "one"
    return write(index, folder, Wanted(REPORTS, pdf=True, jobs=2), engine="0")


def test_an_edition_holds_data_pages_reports_and_a_manifest(edition):
    names = set(contents(edition))
    assert {"index.html", "manifest.json", "data/ranking.csv", "data/scores.csv"} <= names
    assert {"data/indicators.csv", "data/excluded.csv"} <= names
    assert {"countries/KOR.html", "countries/KOR.pdf"} <= names
    assert {"datapackage.json", "dataset.jsonld", "README.md", "data/scores.json"} <= names
    assert {"data/ai_resilience-2026.xlsx", "data/sdmx/data.csv"} <= names
    assert {"data/sdmx/structure.xml", "CITATION.cff", "citation.bib", "citation.ris"} <= names


def test_the_page_of_the_data_offers_every_file_to_take_along(edition):
    text = (edition / "data.html").read_text(encoding="utf-8")
    offered = set(re.findall(r'href="([^"]+)" download', text))
    there = {n for n in contents(edition) if n.startswith("data/")}
    assert offered - {"README.md"} > there


def test_pages_about_all_countries_carry_the_description_for_search_engines(edition):
    schema = json.loads((SCHEMAS / "dataset.json").read_text(encoding="utf-8"))
    for name in ("index.html", "data.html"):
        text = (edition / name).read_text(encoding="utf-8")
        (inside,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
        described = json.loads(inside)
        jsonschema.validate(described, schema)
        assert described == json.loads((edition / "dataset.jsonld").read_text(encoding="utf-8"))
        for one in described["distribution"]:
            data = (edition / one["contentUrl"]).read_bytes()
            assert one["sha256"] == hashlib.sha256(data).hexdigest()


def test_the_manifest_gives_the_hash_of_every_output_and_input(edition, shipped):
    record = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    found = contents(edition)
    del found["manifest.json"]
    assert record["outputs"] == {n: hashlib.sha256(b).hexdigest() for n, b in found.items()}
    table = (shipped.folder / "data" / "ai_user_share.csv").read_bytes()
    assert record["inputs"]["content/data/ai_user_share.csv"] == hashlib.sha256(table).hexdigest()
    assert "content/frameworks/ai_resilience.toml" in record["inputs"]
    assert record["seed"] == 0
    assert record["edition"] == "2026"


def test_the_same_input_gives_the_same_bytes_pdfs_included(edition, tmp_path):
    again = write(
        build("ai_resilience"), tmp_path / "two",
        Wanted(REPORTS, pdf=True, jobs=1),
        engine="0",
    )  # fmt: skip
    one, two = contents(edition), contents(again)
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name] and name != "manifest.json"] == []


def test_what_else_was_asked_of_an_index_leaves_no_trace_in_its_edition(small, tmp_path):
    figures = {c: {"AAA": 1, "BBB": 2, "CCC": 4, "DDD": 3} for c in ("a", "b")}
    folder = small(figures, indicators='a = { parent = "index" }')
    index = build("small", content=folder)
    asked = Wanted(["AAA"], pdf=False, draws=16)
    one = contents(write(index, tmp_path / "one", asked, engine="0"))
    index.content.observations(["b"], 2025)
    two = contents(write(index, tmp_path / "two", asked, engine="0"))
    assert "content/data/b.csv" not in one
    assert one == two
    again = build(index.framework, content=index.content)
    assert contents(write(again, tmp_path / "three", asked, engine="0")) == one


def test_every_link_of_a_page_leads_to_a_file_of_the_edition(edition):
    for page in [
        edition / "index.html",
        edition / "data.html",
        *(edition / "countries").glob("*.html"),
    ]:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="([^"#]+)', text):
            if not target.startswith(("https://", "http://", "data:", "mailto:")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_a_failure_in_the_middle_leaves_the_old_folder_and_no_leftovers(tmp_path):
    place = tmp_path / "edition"
    with folders.replacing(place) as made:
        (made / "a").write_text("first", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), folders.replacing(place) as made:
        (made / "a").write_text(f"second {1 / 0}", encoding="utf-8")
    assert (place / "a").read_text(encoding="utf-8") == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["edition"]


def test_a_new_folder_takes_the_place_of_the_old_one_whole(tmp_path, monkeypatch):
    place = tmp_path / "edition"
    for exchange in (True, False):  # with the system's one-step exchange, and without
        if not exchange:
            monkeypatch.setattr(folders, "_exchanged", lambda one, other: False)  # noqa: ARG005
        with folders.replacing(place) as made:
            (made / "old").write_text("x", encoding="utf-8")
        with folders.replacing(place) as made:
            (made / "new").write_text("x", encoding="utf-8")
        assert [p.name for p in place.iterdir()] == ["new"]
        assert [p.name for p in tmp_path.iterdir()] == ["edition"]


def test_four_reports_are_made_by_processes_and_fewer_here():
    with pool_for(3, 4, None) as pool:
        assert isinstance(pool, ProcessPoolExecutor)
    for count, jobs in ((3, 3), (8, 1)):
        with pool_for(jobs, count, None) as pool:
            assert isinstance(pool, Here)


def test_pages_made_in_batches_elsewhere_are_those_made_here(small, monkeypatch):
    monkeypatch.setattr(country_pages, "BATCH", 2)
    three = {"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 3, "CCC": 1}}
    index, told = build("small", content=small(three)), []
    codes = [str(c) for c in index.ranks.index]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        made = [
            site.compose(index, None, reports=codes, pdf=True, files={}, **more)
            for more in ({}, {"executor": pool, "told": lambda done, of: told.append((done, of))})
        ]
    assert made[1] == made[0]
    assert told == [(n, 12) for n in range(1, 5)]
