"""From figures in files to the first tables."""

import math

import pytest

from resilience_index import DataError, build
from resilience_index.observing import spelled

PEOPLE = 'absent = "missing"'


def test_the_newest_figure_that_is_not_too_old_is_taken(small):
    folder = small({"a": {"AAA": 1, "BBB": 2, "CCC": 3}})
    (folder / "data" / "a.csv").write_text(
        "iso3,year,value\nAAA,2010,9\nAAA,2020,1\nAAA,2023,4\nBBB,2020,2\nCCC,2019,3\nCCC,2012,8\n",
        encoding="utf-8",
    )
    index = build("small", content=folder)
    assert index.observed["a"].dropna().to_dict() == {"AAA": 4, "BBB": 2}
    assert index.years["a"].dropna().to_dict() == {"AAA": 2023, "BBB": 2020}
    assert index.marks["a"].to_dict() == {
        "AAA": "observed", "BBB": "older", "CCC": "missing", "DDD": "missing",
    }  # fmt: skip


def test_a_value_is_observed_over_denominator_times_scale_then_transformed(small):
    more = {
        "a": 'denominator = "people"\nscale = 1000\nunit_scored = "per 1,000"\ntransform = "log1p"',
    }
    figures = {"a": {"AAA": 6, "BBB": 20}, "people": {"AAA": 3000, "BBB": 4000}}
    folder = small(figures, more=more, indicators='a = { parent = "index" }')
    index = build("small", content=folder)
    assert index.denominated["a"]["AAA"] == pytest.approx(6 / 3000 * 1000)
    assert index.imputed["a"]["AAA"] == pytest.approx(math.log(1 + 2))
    assert index.imputed["a"]["BBB"] == pytest.approx(math.log(1 + 5))


def test_the_denominator_is_of_the_same_year_else_of_the_nearest_earlier_one(small):
    more = {"a": 'denominator = "people"'}
    folder = small(
        {"a": {"AAA": 1}, "people": {"AAA": 1}}, more=more, indicators='a = { parent = "index" }'
    )
    (folder / "data" / "a.csv").write_text(
        "iso3,year,value\nAAA,2023,60\nBBB,2023,60\nCCC,2023,60\n", encoding="utf-8"
    )
    (folder / "data" / "people.csv").write_text(
        "iso3,year,value\nAAA,2021,10\nAAA,2023,20\nAAA,2024,30\nBBB,2020,12\nBBB,2024,30\n"
        "CCC,2017,12\nCCC,2024,30\n",
        encoding="utf-8",
    )
    index = build("small", content=folder)
    assert index.denominated["a"]["AAA"] == 60 / 20  # 2023 itself
    assert index.denominated["a"]["BBB"] == 60 / 12  # 2020, three years earlier
    assert math.isnan(index.denominated["a"]["CCC"])  # 2017 lies 6 years back, max_age is 5
    assert index.marks["a"]["CCC"] == "missing"
    assert index.facts["where"].tolist() == ["CCC a"]
    assert "denominator missing (people)" in index.facts["what"][0]


def test_absence_is_what_the_definition_says(small):
    more = {"a": 'absent = 0.0\nabsent_why = "The list is complete."\nabsent_except = ["DDD"]'}
    index = build("small", content=small({"a": {"AAA": 5, "BBB": 3}}, more=more))
    assert index.observed["a"].dropna().to_dict() == {"AAA": 5, "BBB": 3, "CCC": 0}
    assert index.marks["a"]["CCC"] == "structural"
    assert index.marks["a"]["DDD"] == "missing"
    assert index.coverage["CCC"] == 1


def test_nothing_per_head_is_nothing_even_where_heads_are_not_counted(small):
    more = {"a": 'denominator = "people"\nabsent = 0.0\nabsent_why = "The list is complete."'}
    figures = {"a": {"AAA": 5, "BBB": 3}, "people": {"AAA": 5, "BBB": 1}}
    index = build("small", content=small(figures, more=more, indicators='a = { parent = "index" }'))
    assert index.imputed["a"]["CCC"] == 0
    assert index.marks["a"]["CCC"] == "structural"


def test_a_cell_that_does_not_apply_is_neither_due_nor_missing(small):
    figures = {"a": {"AAA": 1, "BBB": 3, "CCC": "n/a"}, "b": {"AAA": 1, "BBB": 2, "CCC": 3}}
    index = build("small", content=small(figures))
    assert index.marks["a"]["CCC"] == "not_applicable"
    assert index.coverage["CCC"] == 1
    assert index.missing_share["CCC"] == 0
    assert index.scores["index"]["CCC"] == 100  # of b alone: (3 - 1) / (3 - 1)


def test_a_transform_outside_its_domain_names_row_and_indicator(small):
    folder = small({"a": {"AAA": 0, "BBB": 2}}, more={"a": 'transform = "log"'})
    with pytest.raises(DataError, match=r"AAA"):
        build("small", content=folder)


def test_marks_of_a_cell_are_joined_by_plus():
    import pandas as pd

    flags = pd.DataFrame({"x": [1, 1 | 2 | 16, 4, 8 | 16, 0, 32]})
    assert spelled(flags)["x"].tolist() == [
        "observed", "older+treated", "structural", "imputed+treated", "missing", "not_applicable",
    ]  # fmt: skip
