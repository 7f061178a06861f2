"""The data package: valid by the frictionless tool, whole, and as its README says."""

import csv
import hashlib
import io
import json
import re

import pandas as pd
import pytest
from frictionless import Package, validate

import resilience_index as ri
from resilience_index.export import datapackage
from resilience_index.export.contents import gather, key_of
from resilience_index.export.products import downloads, package_files
from resilience_index.publish import tables
from resilience_index.robustness.uncertainty import uncertainty


@pytest.fixture(scope="module")
def contents(index):
    return gather(index, uncertainty(index, draws=256))


@pytest.fixture(scope="module")
def package(contents, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    for name, data in package_files(contents).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_it_is_valid(package):
    report = validate(str(package / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert len(report.tasks) == 9


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("ranking", ",1,", ",first,"),
        ("scores", "compute", "comput"),
        ("definitions", "gh_developers", "gh_organisations"),
    ],
)
def test_the_tool_finds_a_damaged_table(package, tmp_path, table, old, new):
    for path in package.rglob("*.*"):
        copy = tmp_path / path.relative_to(package)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    wrong = tmp_path / "data" / f"{table}.csv"
    wrong.write_text(wrong.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert not validate(str(tmp_path / "datapackage.json")).valid


def test_it_names_edition_licence_and_every_source(package, index):
    record = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    assert record["version"] == "2026"
    assert record["licenses"] == [
        {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/",
         "title": "CC BY 4.0"}
    ]  # fmt: skip
    sources = index.content.sources
    used = {k for c in index.content.needed(index.framework.indicators)
            for k in index.content.indicators[c].sources}  # fmt: skip
    assert {s["path"] for s in record["sources"]} == {sources[key].url for key in used}
    asked = {s["asks"] for s in record["sources"] if "asks" in s}
    assert asked == {sources[key].licence_note for key in used} - {""}


def test_every_column_is_described(package):
    record = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    for resource in record["resources"]:
        data = (package / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        heads = next(csv.reader(io.StringIO(data.decode())))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == heads
        for field in fields:
            assert field["description"].endswith("."), field
            assert field["description"] != f"{field['name'].replace('_', ' ').capitalize()}.", field


def test_its_csv_tables_are_those_of_an_edition(package, index, contents):
    made = {name: make(index) for name, make in tables.TABLES.items()}
    made["ranking"] = tables.ranking(index, contents.known)
    made |= {name: make(index, contents.known) for name, make in tables.OF_UNCERTAINTY.items()}
    for name, table in made.items():
        assert (package / "data" / f"{name}.csv").read_bytes() == tables.to_csv(table)


def test_keys_tell_rows_apart(contents):
    for name, table in contents.tables.items():
        assert not table.duplicated(key_of(contents, name)).any(), name


def test_what_readme_shows_of_r_and_excel_is_there(package):
    words = (package / "README.md").read_text(encoding="utf-8")
    read = dict(re.findall(r"(\w+) <- read\.csv\(\"([^\"]+)\"", words))
    assert set(read) == {"ranking", "scores"}
    heads = {
        name: (package / path).read_text(encoding="utf-8").splitlines()[0].split(",")
        for name, path in read.items()
    }
    assert 'na.strings = ""' in words
    for name, column in re.findall(r"(ranking|scores)\$(\w+)", words):
        assert column in heads[name]
    shown = re.search(r"ranking\[order.*c\((.*?)\)\]", words)[1]
    assert set(re.findall(r'"(\w+)"', shown)) <= set(heads["ranking"])
    shown = re.search(r"scores\[c\((.*?)\)\]", words)[1]
    assert set(re.findall(r'"(\w+)"', shown)) <= set(heads["scores"])
    for column in re.findall(r"ranking\[(\w+)\]", words):  # the line for Excel
        assert column in heads["ranking"]
    for path in re.findall(r"`?\"?(data/\w+\.csv)", words):
        assert (package / path).is_file()


def test_the_python_of_readme_runs(package, monkeypatch, index):
    words = (package / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", words, flags=re.S)[1]
    monkeypatch.chdir(package)
    names: dict[str, object] = {}
    exec(code, names)
    assert len(names["ranking"]) == len(index.scores)


def test_pandas_reads_the_package_back_with_the_types_it_states(package, contents):
    for resource in Package(str(package / "datapackage.json")).resources:
        table = contents.tables[resource.name]
        rows = resource.read_rows()
        assert len(rows) == len(table)
        for column in table.select_dtypes("number"):
            found = [row[column] for row in rows]
            expected = [None if pd.isna(x) else x for x in table[column]]
            assert [None if x is None else float(x) for x in found] == expected


def test_a_panel_is_valid_too(eight_years, tmp_path):
    contents = gather(ri.build("small", content=eight_years))
    files = package_files(contents)
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    report = validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert "panel_year" in key_of(contents, "ranking")
    assert 'idvar = c("iso3", "panel_year")' in datapackage.readme(contents)


@pytest.fixture
def eight_years(small):
    folder = small({"a": {"AAA": 1, "BBB": 2, "CCC": 3}, "b": {"AAA": 4, "BBB": 1, "CCC": 9}})
    framework = folder / "frameworks" / "small.toml"
    panel = "\n[panel]\nfirst = 2025\nlast = 2026\n"
    text = framework.read_text(encoding="utf-8").replace("year = 2025", "year = 2026")
    framework.write_text(text + panel, encoding="utf-8")
    return folder


def test_content_of_ones_own_is_not_signed_with_our_name(small):
    index = ri.build("small", content=small({"a": {"AAA": 1, "BBB": 2}}))
    contents = gather(index)
    record = json.loads(package_files(contents)["datapackage.json"])
    assert record["contributors"] == [{"title": "Small index", "roles": ["author"]}]
    assert "licenses" not in record  # the framework states none
    assert "no licence stated" in datapackage.readme(contents)


def test_an_edition_carries_all_of_it_beside_its_tables(index):
    made = downloads(index)
    assert {"datapackage.json", "dataset.jsonld", "README.md", "CITATION.cff", "citation.bib",
            "citation.ris", "data/ai_resilience-2026.xlsx", "data/ranking.json",
            "data/sdmx/data.csv", "data/sdmx/structure.xml"} <= set(made)  # fmt: skip
    for name, make in tables.TABLES.items():
        assert made[f"data/{name}.csv"] == tables.to_csv(make(index))
    listed = {d["contentUrl"] for d in json.loads(made["dataset.jsonld"])["distribution"]}
    assert listed == {name for name in made if name.startswith("data/")}
