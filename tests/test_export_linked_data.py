"""JSON-LD: what search engines for data require of a schema.org Dataset."""

import hashlib
import json
from pathlib import Path

import jsonschema
import pytest

from resilience_index.export.contents import gather
from resilience_index.export.linked_data import dataset, spelled

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "dataset.json").read_text("utf-8"))
FILES = {"data/ranking.csv": b"iso3\n", "data/x.xlsx": b"PK"}


@pytest.fixture(scope="module")
def contents(index):
    return gather(index)


def check(described):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(described, SCHEMA, cls=jsonschema.Draft202012Validator)


def test_it_has_what_the_schema_asks_for(contents):
    check(json.loads(spelled(dataset(contents, FILES, address="https://example.org/2026/"))))


@pytest.mark.parametrize("key", SCHEMA["required"])
def test_the_schema_misses_each_of_them(contents, key):
    described = dataset(contents)
    del described[key]
    with pytest.raises(jsonschema.ValidationError):
        check(described)


def test_downloads_have_address_type_size_and_hash(contents):
    described = dataset(contents, FILES, address="https://example.org/2026/")
    assert described["url"] == "https://example.org/2026/"
    first = described["distribution"][0]
    assert first["contentUrl"] == "https://example.org/2026/data/ranking.csv"
    assert first["encodingFormat"] == "text/csv"
    assert first["contentSize"] == "5 B"
    assert first["sha256"] == hashlib.sha256(b"iso3\n").hexdigest()


def test_it_names_licence_sources_and_every_variable(contents, index):
    described = dataset(contents)
    assert described["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert len(described["isBasedOn"]) == len(described["citation"]) == len(contents.terms.sources)
    assert [s["usageInfo"] for s in described["isBasedOn"] if "usageInfo" in s] == [
        source.asks for source in contents.terms.asking
    ]
    names = [v["propertyID"] for v in described["variableMeasured"]]
    assert names == [*index.framework.nodes, *index.framework.indicators]
