"""Reproducible editions: the same bytes anywhere, verified from what they carry; locked tables."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from resilience_index import ContentError, build
from resilience_index.cli import app
from resilience_index.content import provenance
from resilience_index.publish.edition import Wanted, write
from resilience_index.publish.verifying import differences, hashes

FIGURES = {
    "a": {"AAA": 1, "BBB": 2, "CCC": 4, "DDD": 3},
    "b": {"AAA": 5, "BBB": 3, "CCC": 1, "DDD": 2},
}
PLACES = [
    {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "jobs": jobs}
    for zone, locale, seed, jobs in (
        ("UTC", "C.UTF-8", "0", "1"),
        ("Pacific/Kiritimati", "C", "1", "2"),
        ("America/St_Johns", "POSIX", "2", "3"),
        ("Asia/Kathmandu", "tr_TR.UTF-8", "3", "4"),
        ("Pacific/Pago_Pago", "de_DE.UTF-8", "4", "1"),
        ("Europe/London", "ar_EG.UTF-8", "5", "1"),
        ("Australia/Lord_Howe", "ja_JP.UTF-8", "1000", "1"),
        ("Africa/Casablanca", "C.UTF-8", "424242", "1"),
        ("America/Sao_Paulo", "en_US.UTF-8", "4294967295", "1"),
        ("Asia/Tehran", "fa_IR.UTF-8", "random", "1"),
    )
]


def command(*arguments, **environment):
    ended = subprocess.run(
        [sys.executable, "-m", "resilience_index", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=300, env={**os.environ, **environment},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def whole(folder: Path) -> str:
    """One hash of every byte of a folder, manifest included."""
    return hashlib.sha256(json.dumps(hashes(folder)).encode()).hexdigest()


@pytest.mark.slow
def test_ten_rebuilds_in_other_places_give_one_hash(small, tmp_path, record_property):
    content = small(FIGURES)

    def once(number: int) -> str:
        place = dict(PLACES[number])
        out = tmp_path / f"{'deep/' * (number % 3)}edition-{number}"
        jobs = place.pop("jobs")
        options = ("--countries", "AAA,BBB", "--draws", "64", "--jobs", jobs, "--out", out)
        command("build", "small", "--content", content, *options, **place)
        printed = [path.name for path in (out / "countries").glob("*.pdf")]
        assert len(printed) == 4  # reports and briefs: from four on --jobs makes processes
        return whole(out)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(once, range(len(PLACES))))
    assert len(found) == 10
    assert len(set(found)) == 1
    told = "10 rebuilds with 5 PDFs each, 10 zones, 9 settings of LC_ALL, 10 hash seeds, 1-4 jobs"
    record_property("table: reproducible editions", f"{told}: {len(set(found))} distinct hash")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An edition without PDFs, to be copied and damaged."""
    from tests.hostile.making import small as sound

    place = tmp_path_factory.mktemp("made")
    index = build("small", content=sound(place))
    return write(index, place / "edition", Wanted(["AAA"], pdf=False, draws=16), engine="1.0")


@pytest.fixture
def edition(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "edition"))


def test_a_sound_edition_is_built_again_to_the_byte(edition):
    assert differences(edition, engine="1.0") == []


def test_an_edition_carries_what_it_was_made_from(edition):
    record = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    inputs = {n for n in record["inputs"] if n.startswith("content/")}
    asked = {"content/countries.csv", "content/data/a.csv", "content/frameworks/small.toml"}
    assert asked <= inputs
    for name in inputs:
        assert hashlib.sha256((edition / name).read_bytes()).hexdigest() == record["inputs"][name]
    assert record["options"]["draws"] == 16
    assert record["made_with"]["python"] == sys.version.split()[0]


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


DAMAGES = {
    "a changed page": (
        lambda e: damage(e / "index.html"),
        "index.html: other bytes than in what the manifest says",
    ),
    "a missing table": (lambda e: (e / "data" / "scores.csv").unlink(), "data/scores.csv: missing"),
    "an added file": (
        lambda e: (e / "extra.html").write_text("x"),
        "extra.html: not in what the manifest says",
    ),
    "a changed input": (
        lambda e: damage(e / "content" / "data" / "a.csv"),
        "content/data/a.csv: other bytes than in what the manifest says",
    ),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_every_change_to_an_edition_is_named(edition, kind):
    change, told = DAMAGES[kind]
    change(edition)
    assert told in differences(edition, engine="1.0", rebuild=False)


def test_figures_that_were_changed_together_with_the_manifest_are_found(edition):
    ranking, manifest = edition / "data" / "ranking.csv", edition / "manifest.json"
    old = hashlib.sha256(ranking.read_bytes()).hexdigest()
    text = ranking.read_text(encoding="utf-8")
    ranking.write_text(text.replace("Aland", "Zland"), encoding="utf-8")
    new = hashlib.sha256(ranking.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert differences(edition, engine="1.0", rebuild=False) == []
    assert differences(edition, engine="1.0") == [
        "data/ranking.csv: other bytes than in what this machine builds"
    ]


SAID = {
    "title": "Another index",
    "edition": "2031",
    "year": 1999,
    "reports": ["CCC"],
    "countries_ranked": 99,
    "pdf": True,
    "note": "endorsed",
}


@pytest.mark.parametrize("key", SAID)
def test_what_a_manifest_says_beside_its_files_is_compared_too(edition, key):
    manifest = edition / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**record, key: SAID[key]}), encoding="utf-8")
    assert differences(edition, engine="1.0") == [
        f"manifest.json: {key}: other than in what this machine builds"
    ]


def test_a_file_slipped_in_with_its_hash_is_one_that_is_not_built(edition):
    manifest, extra = edition / "manifest.json", edition / "extra.js"
    extra.write_text("alert(1)", encoding="utf-8")
    record = json.loads(manifest.read_text(encoding="utf-8"))
    record["outputs"]["extra.js"] = hashlib.sha256(extra.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(record), encoding="utf-8")
    assert differences(edition, engine="1.0") == ["extra.js: not in what this machine builds"]


def test_another_seed_in_the_manifest_builds_other_bytes(edition):
    manifest = edition / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**record, "seed": record["seed"] + 1}), encoding="utf-8")
    found = differences(edition, engine="1.0")
    assert "data/uncertainty.csv: other bytes than in what this machine builds" in found


def test_hashes_of_templates_are_compared_but_other_versions_with_the_same_bytes_are_sound(edition):
    manifest = edition / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    record["made_with"]["numpy"] = "1.0"
    manifest.write_text(json.dumps(record), encoding="utf-8")
    assert differences(edition, engine="1.0") == []
    record["inputs"]["templates/style.css"] = "0" * 64
    record["inputs"]["templates/other.css"] = "0" * 64
    manifest.write_text(json.dumps(record), encoding="utf-8")
    what = "the inputs of what this machine builds"
    assert differences(edition, engine="1.0") == [
        "templates/other.css: missing",
        f"templates/style.css: other bytes than in {what}",
    ]


def test_a_file_of_any_size_is_hashed_piece_by_piece(tmp_path):
    size = 2**28
    with (tmp_path / "large").open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    try:
        found = hashes(tmp_path)["large"]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    known = hashlib.sha256()
    for _ in range(2**8):
        known.update(bytes(2**20))
    assert found == known.hexdigest()
    assert most < size / 64


def test_another_version_of_the_package_is_named(edition):
    assert differences(edition, engine="2.0") == [
        "engine: made by version 1.0, this is 2.0; install that version"
    ]


def test_another_content_folder_is_compared_if_it_is_named(edition, tmp_path):
    other = Path(shutil.copytree(edition / "content", tmp_path / "other"))
    assert differences(edition, engine="1.0", content=other, rebuild=False) == []
    damage(other / "data" / "a.csv")
    assert differences(edition, engine="1.0", content=other, rebuild=False) == [
        f"content/data/a.csv: other bytes than in {other}"
    ]


def test_settings_that_stand_in_no_file_are_found(small, tmp_path):
    changed = build("small", content=small(FIGURES), changes={"method.normalise": {"name": "rank"}})
    folder = write(changed, tmp_path / "out", Wanted(["AAA"], pdf=False, draws=0), engine="1.0")
    told = ["settings: other than those of frameworks/small.toml"]
    assert differences(folder, engine="1.0") == told


def test_the_command_tells_differences_and_ends_with_2(edition):
    damage(edition / "index.html")
    result = CliRunner().invoke(app, ["verify", str(edition), "--no-rebuild"])
    assert isinstance(result.exception, ContentError)
    assert "index.html: other bytes" in str(result.exception)


def test_the_command_says_that_all_is_as_it_should_be(small, tmp_path):
    out, content = str(tmp_path / "out"), str(small(FIGURES))
    asked = ["build", "small", "--content", content, "--no-pdf", "--draws", "0", "--out", out]
    assert CliRunner().invoke(app, asked).exit_code == 0
    told = CliRunner().invoke(app, ["verify", out]).output
    assert "files as the manifest says, built again with the same bytes" in " ".join(told.split())


def test_a_lock_names_source_address_licence_retrieval_and_hash_of_each_table(shipped):
    made = provenance.record(shipped.folder, shipped.indicators, shipped.sources)["tables"]
    tables = {i.table or f"{c}.csv" for c, i in shipped.indicators.items() if not i.formula}
    assert {f"data/{table}" for table in tables} <= set(made)
    for table in tables:
        one = made[f"data/{table}"]
        data = (shipped.folder / "data" / table).read_bytes()
        assert one["sha256"] == hashlib.sha256(data).hexdigest()
        assert one["sources"]
        for source in one["sources"].values():
            assert source["url"].startswith("http")
            assert source["licence"]
            assert source["retrieved"]


def test_every_shipped_table_is_the_one_that_was_locked(shipped):
    assert (shipped.folder / provenance.NAME).is_file()
    assert provenance.faults(shipped.folder) == []


CHANGES = {
    "another figure": (
        lambda f: (f / "data" / "a.csv").write_text("iso3,year,value\nAAA,2025,2\n"),
        "data/a.csv: no longer the file that provenance.json describes",
    ),
    "a new table": (
        lambda f: (f / "data" / "c.csv").write_text("iso3,year,value\nAAA,2025,2\n"),
        "data/c.csv: not in provenance.json",
    ),
    "a table that is gone": (
        lambda f: (f / "data" / "b.csv").unlink(),
        "data/b.csv: provenance.json lists it, but it is gone",
    ),
    "a damaged record": (
        lambda f: (f / provenance.NAME).write_text("{"),
        "provenance.json: not valid JSON",
    ),
    "a record of something else": (
        lambda f: (f / provenance.NAME).write_text("[]"),
        "provenance.json: not a record of tables",
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_check_tells_when_a_table_is_not_the_one_that_was_locked(small, kind):
    folder = small(FIGURES)
    runner = CliRunner()
    assert runner.invoke(app, ["lock", "--content", str(folder)]).exit_code == 0
    assert runner.invoke(app, ["check", "--content", str(folder)]).exit_code == 0
    change, told = CHANGES[kind]
    change(folder)
    result = runner.invoke(app, ["check", "--content", str(folder)])
    assert isinstance(result.exception, ContentError)
    assert told in str(result.exception)


def test_a_draft_that_a_stranger_laid_out_as_a_link_is_not_followed(small, tmp_path):
    folder, mine = small(FIGURES), tmp_path / "mine"
    mine.write_text("precious", encoding="utf-8")
    (folder / f".{provenance.NAME}~new").symlink_to(mine)
    assert CliRunner().invoke(app, ["lock", "--content", str(folder)]).exit_code == 0
    assert mine.read_text(encoding="utf-8") == "precious"
    assert not (folder / provenance.NAME).is_symlink()
    assert not list(folder.glob(".*~new"))


def test_a_new_lock_makes_a_change_good_and_the_same_tables_give_the_same_lock(small):
    folder, runner = small(FIGURES), CliRunner()
    locked = []
    for _ in range(2):
        assert runner.invoke(app, ["lock", "--content", str(folder)]).exit_code == 0
        locked.append((folder / provenance.NAME).read_bytes())
    assert locked[0] == locked[1]
    damage(folder / "data" / "a.csv")
    assert runner.invoke(app, ["lock", "--content", str(folder)]).exit_code == 0
    assert runner.invoke(app, ["check", "--content", str(folder)]).exit_code == 0
