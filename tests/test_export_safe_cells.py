"""Text that looks like a formula: it stays text in CSV, in Excel and in LibreOffice."""

import csv
import io

import openpyxl
import pandas as pd
import pytest

from resilience_index.export.safe_cells import harmless, harmless_table, is_risky
from resilience_index.publish import tables
from tests.spreadsheet import converted

RISKY = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n+1", " =1+1",
         "＝1+1", "-", "+", "=", "-1e", "--1"]  # fmt: skip
PLAIN = ["Korea, Rep.", "a=b", "1-2", "-70.5", "+3", "-.5", "1e-3", "-2E+10", "", "'=1+1", "“=”"]


@pytest.mark.parametrize("text", RISKY)
def test_what_a_spreadsheet_might_run_gets_an_apostrophe(text):
    assert is_risky(text)
    assert harmless(text) == "'" + text.replace("\r", "\n")


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_and_numbers_written_as_text_stay_as_they_are(text):
    assert harmless(text) == text


def test_numbers_and_missing_cells_of_a_table_are_untouched():
    table = pd.DataFrame(
        {
            "name": ["=1+1", None, "Chad"],
            "x": [-1.5, 2.0, None],
            "n": pd.array([-1, None, 3], "Int64"),
        }
    )
    made = harmless_table(table)
    assert made["name"].tolist()[::2] == ["'=1+1", "Chad"]
    assert pd.isna(made["name"][1])
    assert made["x"].equals(table["x"])
    assert made["n"].equals(table["n"])
    assert table["name"][0] == "=1+1"  # the input is left alone


def test_a_heading_is_text_too():
    assert list(harmless_table(pd.DataFrame({"=1+1": [1.0], "b": [2.0]}))) == ["'=1+1", "b"]


def test_two_columns_of_one_name_keep_their_own_cells():
    table = pd.DataFrame([["=a", "b"]], columns=["x", "x"])
    assert harmless_table(table).to_numpy().tolist() == [["'=a", "b"]]


def test_every_csv_goes_through_it():
    table = pd.DataFrame({"name": RISKY, "x": [-1.0] * len(RISKY)})
    rows = list(csv.DictReader(io.StringIO(tables.to_csv(table).decode(), newline="")))
    assert [row["name"] for row in rows] == [harmless(text) for text in RISKY]
    assert {row["x"] for row in rows} == {"-1.0"}


def test_a_carriage_return_inside_a_text_does_not_begin_a_row():
    made = tables.to_csv(pd.DataFrame({"name": ["one\r=1+1", "two\r\n@x"], "x": [1, 2]}))
    assert made == b'name,x\n"one\n=1+1",1\n"two\n@x",2\n'


@pytest.mark.slow
def test_libreoffice_shows_the_text_and_runs_nothing(tmp_path):
    table = pd.DataFrame({"name": RISKY, "note": list(reversed(RISKY)), "x": [-1.5] * len(RISKY)})
    path = tmp_path / "risky.csv"
    path.write_bytes(tables.to_csv(table))
    made = openpyxl.load_workbook(converted([path], tmp_path)["risky"]).active
    rows = list(made.iter_rows(min_row=2))
    assert len(rows) == len(RISKY)
    for (name, note, x), text in zip(rows, RISKY, strict=True):
        assert (name.data_type, note.data_type, x.data_type) == ("s", "s", "n")
        assert "".join(name.value.split()) == "".join(harmless(text).split())
        assert x.value == -1.5
