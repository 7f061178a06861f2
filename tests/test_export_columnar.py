"""Parquet, DuckDB and JSON: the same cells as the CSV, missing ones included."""

import io
import json
import sys

import duckdb
import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet as reader

from resilience_index.errors import UsageError
from resilience_index.export import database, json_tables
from resilience_index.export.contents import gather
from resilience_index.export.database import write
from resilience_index.export.parquet import parquet
from resilience_index.export.products import export
from resilience_index.publish import tables
from tests.exact import read_exactly

ARROW = {"string": "string", "integer": "int64", "number": "double", "boolean": "bool"}


@pytest.fixture(scope="module")
def contents(index):
    return gather(index)


def from_csv(contents, name):
    """Read a table as its CSV file has it; an empty cell is missing."""
    return read_exactly(tables.to_csv(contents.tables[name]))


def cells(column) -> list[object]:
    return [None if pd.isna(x) else x for x in column]


@pytest.mark.parametrize(
    "name", ["ranking", "scores", "indicators", "excluded", "definitions", "tree", "sources"]
)
def test_parquet_and_csv_agree_cell_by_cell(contents, name):
    made = reader.read_table(io.BytesIO(parquet(contents, name)))
    expected = from_csv(contents, name)
    assert made.column_names == list(expected)
    for field in contents.fields[name]:
        assert str(made.schema.field(field.name).type) == ARROW[field.kind]
        found, wanted = made.column(field.name).to_pylist(), cells(expected[field.name])
        assert [x is None for x in found] == [x is None for x in wanted]
        assert found == (wanted if field.kind != "string" else [w and str(w) for w in wanted])


def test_the_same_table_gives_the_same_bytes(contents):
    assert parquet(contents, "indicators") == parquet(contents, "indicators")


def test_parquet_carries_units_and_terms(contents):
    schema = reader.read_schema(io.BytesIO(parquet(contents, "scores")))
    assert schema.field("score").metadata[b"unit"] == b"points"
    terms = json.loads(schema.metadata[b"edition"])
    assert terms["edition"] == "2026"
    assert terms["licence"]["name"] == "CC BY 4.0"
    assert any("cite TOP500" in source["asks"] for source in terms["sources"])


def test_a_database_has_every_table_with_comments(contents, tmp_path):
    path = tmp_path / "edition.duckdb"
    write(contents, path)
    with duckdb.connect(str(path), read_only=True) as connection:
        for name in contents.tables:
            found = connection.sql(f'SELECT * FROM "{name}"').fetchall()
            table = contents.tables[name].replace({"": None})
            assert len(found) == len(table)
            for place, column in enumerate(table):
                assert [row[place] for row in found] == cells(table[column])
        ((said,),) = connection.sql(
            "SELECT comment FROM duckdb_columns() "
            "WHERE table_name = 'scores' AND column_name = 'score'"
        ).fetchall()
        assert said.endswith("[points]")
        about = [
            line for (line,) in connection.sql("SELECT text FROM about ORDER BY line").fetchall()
        ]
        assert about[0] == "National AI Resilience Index, edition 2026"
        assert any("CC BY 4.0" in line for line in about)


def test_json_has_the_same_cells_and_null_where_missing(contents):
    made = json.loads(json_tables.all_tables(contents))
    assert set(made["tables"]) == set(contents.tables)
    for name, table in contents.tables.items():
        rows = made["tables"][name]["rows"]
        assert [list(row.values()) for row in rows] == [
            [None if pd.isna(x) else x for x in row]
            for row in table.astype(object).itertuples(index=False)
        ]
    korea = next(r for r in made["tables"]["ranking"]["rows"] if r["iso3"] == "KOR")
    assert isinstance(korea["rank"], int)
    assert "NaN" not in json_tables.all_tables(contents).decode()


def test_one_table_as_json_stands_alone(contents):
    made = json.loads(json_tables.one_table(contents, "ranking"))
    assert made["about"]["citation"].startswith("The resilience-index contributors (2026)")
    assert made["about"]["licence"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert [f["name"] for f in made["fields"]] == list(contents.tables["ranking"])
    assert len(made["rows"]) == len(contents.tables["ranking"])


@pytest.mark.parametrize("package", ["pyarrow", "duckdb"])
def test_without_the_extra_the_message_says_how_to_get_it(contents, monkeypatch, tmp_path, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        UsageError, match=rf"needs {package}; install .* 'resilience-index\[data\]'"
    ):
        write(contents, tmp_path / "x.duckdb")


def test_numbers_lose_nothing(contents):
    table = reader.read_table(io.BytesIO(parquet(contents, "indicators")))
    found = np.array(table.column("normalised").to_pylist(), dtype=float)
    np.testing.assert_array_equal(found, contents.tables["indicators"]["normalised"])


def test_a_database_for_which_there_is_no_room_is_refused_and_leaves_nothing(
    index, tmp_path, monkeypatch
):
    """DuckDB has errors of its own for a full disk; what killed runs left goes too."""
    (tmp_path / ".x.duckdb-abcd_123").mkdir()

    def full(_, opened):
        opened.close()
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")

    monkeypatch.setattr(database, "_fill", full)
    with pytest.raises(UsageError, match=r"x\.duckdb: No space left on device; choose another"):
        export(index, "duckdb", tmp_path / "x.duckdb")
    assert list(tmp_path.iterdir()) == []
