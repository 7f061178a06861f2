"""The tables of an edition: every number can be followed back."""

import numpy as np
import pytest

from resilience_index.publish import tables
from tests.exact import read_exactly


def read(table):
    return read_exactly(tables.to_csv(table))


def test_ranking_has_the_promised_columns(index):
    table = tables.ranking(index)
    pillars = index.framework.tree.pillars
    assert list(table)[:6] == ["iso3", "name", "region", "income_group", "rank", "score"]
    assert list(table)[6:10] == pillars
    assert list(table)[-2:] == ["coverage", "missing_share"]
    assert table["rank"].is_monotonic_increasing


def test_scores_has_a_row_for_each_country_and_node(index):
    table = tables.scores(index)
    assert list(table)[:7] == ["iso3", "node", "level", "parent", "score", "rank", "of"]
    assert len(table) == len(index.scores) * len(index.scores.columns)
    korea = table[table["iso3"] == "KOR"]
    assert korea["node"].tolist() == list(index.scores)
    assert korea.iloc[0]["score"] == index.scores["index"]["KOR"]
    assert (korea["of"] <= len(index.scores)).all()


def test_indicators_follow_a_figure_from_raw_to_normalised(index):
    table = tables.indicators(index)
    assert list(table) == [
        "iso3", "indicator", "year", "raw", "denominated", "imputed", "treated", "normalised",
        "mark",
    ]  # fmt: skip
    row = table[(table["iso3"] == "KOR") & (table["indicator"] == "gh_developers")].iloc[0]
    people = index.content.observations(["population"], 2026)["population"]
    unit = index.content.units.index.get_loc("KOR")
    heads = people.value[(people.unit == unit) & (people.year == row["year"])][0]
    assert row["denominated"] == pytest.approx(row["raw"] / heads * 1_000_000)
    assert row["imputed"] == pytest.approx(np.log1p(row["denominated"]))
    column = index.treated["gh_developers"]
    span = column.max() - column.min()
    assert row["normalised"] == pytest.approx(1 + 99 * (row["treated"] - column.min()) / span)


def test_csv_reads_back_to_the_same_numbers(index):
    for make in tables.TABLES.values():
        table = make(index)
        back = read(table)
        assert list(back) == list(table)
        for column in table.select_dtypes("number"):
            np.testing.assert_array_equal(
                back[column].to_numpy(float), table[column].to_numpy(float, na_value=np.nan)
            )


def test_who_is_left_out_stands_there_with_a_reason(index):
    table = tables.excluded(index)
    assert list(table) == ["iso3", "name", "reason"]
    assert (table["reason"] != "").all()


def test_a_missing_cell_is_empty_and_says_missing(index):
    table = tables.indicators(index)
    missing = table[table["mark"] == "missing"]
    assert len(missing) > 100
    assert missing[["normalised", "treated", "imputed"]].isna().all().all()
