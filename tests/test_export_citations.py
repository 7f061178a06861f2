"""Citations: valid files that name the index and the producers of its figures."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from resilience_index.export.citations import bibtex, cff, ris
from resilience_index.export.terms import Licence, Terms, UsedSource, notice, terms_of

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "schemas" / "cff-1.2.0.json").read_text(encoding="utf-8"))

ODD = Terms(
    "odd", 'Odd "index": 50% {of} R&D_#1', "v1", 2025, "O'Neill & Co", Licence("House rules"),
    "Line one\nline two: it's \\odd", (
        UsedSource("s1", "A & B", "T: {x}", "A & B, T.", "https://example.org/?a=1&b=2", "none",
                   "unclear", "Ask first."),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def terms(index):
    return terms_of(index)


def check(text):
    """Hold a CFF file against the official schema; YAML dates are texts there."""

    class Plain(yaml.SafeLoader):
        pass

    Plain.yaml_implicit_resolvers = {
        key: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for key, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    record = yaml.load(text, Loader=Plain)
    jsonschema.validate(record, SCHEMA, cls=jsonschema.Draft7Validator)
    return record


def test_the_citation_file_of_the_project_passes_the_official_schema():
    record = check((HERE.parent / "CITATION.cff").read_text(encoding="utf-8"))
    assert record["type"] == "software"


def test_the_citation_file_of_an_edition_passes_it_too(terms):
    record = check(cff(terms))
    assert record["type"] == "dataset"
    assert record["version"] == "2026"
    assert record["license"] == "CC-BY-4.0"
    producers = [one["authors"][0]["name"] for one in record["references"]]
    assert producers == [source.producer for source in terms.sources]


def test_the_schema_finds_a_wrong_file(terms):
    with pytest.raises(jsonschema.ValidationError):
        check(cff(terms).replace("type: dataset", "type: table"))


def test_odd_characters_do_not_break_a_file():
    record = check(cff(ODD))
    assert record["title"] == ODD.title
    assert record["abstract"] == "Line one line two: it's \\odd"
    assert "license" not in record
    assert r"{{Odd \"index\": 50\% \{of\} R\&D\_\#1}}".replace(r"\"", '"') in bibtex(ODD)
    for entry in re.split(r"^@", bibtex(ODD), flags=re.M)[1:]:
        bare = entry.replace(r"\{", "").replace(r"\}", "")
        assert bare.count("{") == bare.count("}")


def test_bibtex_has_an_entry_for_the_index_and_each_source(terms):
    keys = re.findall(r"^@misc\{([^,]+),$", bibtex(terms), flags=re.M)
    assert keys == ["ai_resilience-2026", *(source.key for source in terms.sources)]
    assert len(set(keys)) == len(keys)
    assert "year = {2026}" in bibtex(terms)


def test_ris_records_are_whole(terms):
    lines = ris(terms).splitlines()
    assert all(re.match(r"^[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert lines.count("TY  - DATA") == lines.count("ER  - ") == 1 + len(terms.sources)
    assert lines[1] == "AU  - The resilience-index contributors"


def test_each_says_what_a_source_asks(terms):
    asked = [" ".join(source.asks.split()) for source in terms.asking]
    assert len(asked) >= 5
    for words in asked:
        assert words in cff(terms)
        assert words in ris(terms)
        assert words.replace("%", r"\%").replace("_", r"\_") in bibtex(terms)
        assert any(words in line for line in notice(terms))
