"""The command export, and the way from the name of an edition to its index."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from resilience_index.cli import app
from resilience_index.errors import UsageError
from resilience_index.export.contents import gather
from resilience_index.export.opening import opened
from resilience_index.export.products import FORMS, export, package_files
from resilience_index.export.terms import terms_of
from resilience_index.publish.edition import Wanted, write


@pytest.fixture(scope="module")
def edition(index, tmp_path_factory):
    folder = tmp_path_factory.mktemp("editions") / "ai_resilience-2026"
    return write(index, folder, Wanted(["KOR"], pdf=False, jobs=1, draws=256), engine="0")


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        return CliRunner().invoke(app, ["export", *arguments])

    return call


def test_a_built_edition_gives_its_index_and_its_intervals_back(edition, index):
    again = opened(str(edition))
    assert again.index.scores.equals(index.scores)
    assert again.index.seed == index.seed
    assert terms_of(again.index).author == "The resilience-index contributors"
    made = package_files(gather(again.index, again.known))
    held = [name for name in made if name.startswith("data/")]
    assert "data/uncertainty.csv" in held  # so that the intervals are among what is compared
    for name in held:
        assert made[name] == (edition / name).read_bytes(), name


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_written_and_named_after_the_edition(invoke, tmp_path, form):
    result = invoke("ai_resilience", "--to", form, "--draws", "0")
    assert result.exit_code == 0, result.output
    made = tmp_path / f"ai_resilience-2026{FORMS[form].suffix}"
    assert made.is_dir() == FORMS[form].folder
    assert result.output.strip().endswith(f"as {form}: {made.name}")
    assert [p.name for p in tmp_path.iterdir()] == [made.name]  # nothing is left behind


def test_what_stands_there_is_replaced_by_the_same_bytes(index, tmp_path):
    for form in ("xlsx", "json", "sdmx", "datapackage", "parquet"):
        path = export(index, form, tmp_path / form)
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        before = [p.read_bytes() for p in files]
        assert export(index, form, path) == path
        assert [p.read_bytes() for p in files] == before


def test_a_folder_that_holds_anything_else_is_left_alone(index, tmp_path):
    mine = tmp_path / "papers"
    mine.mkdir()
    (mine / "thesis.txt").write_text("all of it", encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds other files, such as thesis\.txt"):
        export(index, "sdmx", mine)
    assert [p.name for p in mine.iterdir()] == ["thesis.txt"]
    assert [p.name for p in tmp_path.iterdir()] == ["papers"]


def test_a_file_is_not_written_over_a_folder_or_the_other_way_round(index, tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="json makes a file"):
        export(index, "json", tmp_path / "folder")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="sdmx makes a folder"):
        export(index, "sdmx", tmp_path / "file")


def test_a_place_that_cannot_be_written_is_said(index, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="choose another place with --out"):
        export(index, "json", tmp_path / "file" / "x.json")


def test_an_unknown_form_is_answered_with_the_known_ones(invoke):
    result = invoke("--to", "xls")
    assert isinstance(result.exception, UsageError)
    assert "did you mean 'xlsx'?" in str(result.exception)


def test_an_edition_is_built_again_from_what_it_carries(edition, tmp_path):
    content = edition / "content" / "data" / "ai_user_share.csv"
    copy = tmp_path / "copy"
    shutil.copytree(edition, copy)
    table = copy / content.relative_to(edition)
    table.write_text(table.read_text(encoding="utf-8").replace("KOR", "KOX"), encoding="utf-8")
    said = r"not as it was built, changed since: content/data/ai_user_share\.csv; build"
    with pytest.raises(UsageError, match=said):
        opened(str(copy))


def test_an_edition_that_would_be_scored_otherwise_is_refused(edition, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(edition, copy)
    manifest = copy / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    record["outputs"]["data/scores.csv"] = "0" * 64
    manifest.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(UsageError, match="scores otherwise; build the edition again"):
        opened(str(copy))


def test_a_framework_is_found_although_a_folder_has_its_name(monkeypatch, tmp_path, index):
    (tmp_path / "ai_resilience").mkdir()
    monkeypatch.chdir(tmp_path)
    assert opened("ai_resilience", draws=0).index.ranks.equals(index.ranks)


def test_a_folder_that_is_no_edition_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"no edition, since it has no readable manifest\.json"):
        opened(str(tmp_path))
