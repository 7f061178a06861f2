"""How rows come in: wide tables, panels of years, units of any kind."""

from pathlib import Path

import pandas as pd
import pytest

import resilience_index as ri
from resilience_index.publish import tables

POINTS = {"AAA": 20, "BBB": 40, "CCC": 60, "DDD": 80}
NAN = float("nan")


def column(index: ri.Index, node: str = "index") -> list[float]:
    return index.scores[node].tolist()


WIDE = "iso3,power,skills,power_se\nAAA,10,1,0.5\nBBB,,2,\nCCC,30,n/a,0.1\nDDD,40,4,0\n"


def test_a_wide_table_without_years_is_read_by_column(made):
    more = 'table = "wide.csv"\ncolumn = "{}"\nyear = 2024\nerror_column = "{}_se"'
    index = made(
        {"power": POINTS, "skills": POINTS},
        """
        [method]
        normalise = { name = "none" }
        aggregate = { name = "arithmetic" }
        [nodes.index]
        title = "Wide"
        [indicators]
        power = { parent = "index" }
        skills = { parent = "index" }
        """,
        more={code: more.format(code, code) for code in ("power", "skills")},
        csv={"wide.csv": WIDE},
    )
    assert column(index) == [5.5, 2, 30, 22]
    assert index.errors["power"].tolist() == pytest.approx([0.5, NAN, 0.1, 0], nan_ok=True)
    assert index.marks["skills"]["CCC"] == "not_applicable"
    assert index.years["power"].tolist() == pytest.approx([2024, NAN, 2024, 2024], nan_ok=True)


PANEL = """
[panel]
years = [2015, 2025]
[method]
over = "{over}"
normalise = {{ name = "minmax" }}
aggregate = {{ name = "arithmetic" }}
[nodes.index]
title = "Panel"
classes = {{ cuts = [50], names = ["low", "high"], percentiles = true }}
[indicators]
a = {{ parent = "index" }}
"""


@pytest.mark.parametrize(
    ("over", "scores"), [("year", [0, 0, 100, 100]), ("all", [0, 50, 50, 100])]
)
def test_goalposts_of_a_panel_are_frozen_over_the_years_or_drawn_anew(made, over, scores):
    rows = "AAA,2015,10\nAAA,2025,20\nBBB,2015,20\nBBB,2025,30\n"
    index = made(
        {"a": POINTS},
        '[units]\nonly = ["AAA", "BBB"]\n' + PANEL.format(over=over),
        csv={"a.csv": "iso3,year,value\n" + rows},
        more={"a": "# max_age below"},
    )
    assert list(index.scores.index) == [("AAA", 2015), ("AAA", 2025), ("BBB", 2015), ("BBB", 2025)]
    assert column(index) == scores
    assert index.ranks["index"].tolist() == [2, 2, 1, 1]
    assert index.classes["index"].tolist() == ["low", "low", "high", "high"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("years = [2025, 2015]", "years must rise"),
        ("first = 2015", "give either first and last, or years"),
        ("first = 2015\nlast = 2025\nyears = [2015]", "give either first and last, or years"),
        ("first = 2025\nlast = 2015", "2025 comes after last"),
    ],
)
def test_a_panel_that_says_too_little_or_too_much_is_refused(made, words, message):
    framework = PANEL.format(over="all").replace("years = [2015, 2025]", words)
    with pytest.raises(ri.ContentError, match=message):
        made({"a": POINTS}, framework)


def test_units_may_have_codes_of_any_kind(tmp_path, made):
    made({"a": POINTS}, PANEL.format(over="all"))
    folder = Path(tmp_path) / "content"
    (folder / "countries.csv").write_text(
        "fips,name\n01001,Autauga\n01003,Baldwin\n", encoding="utf-8"
    )
    (folder / "data" / "a.csv").write_text(
        "fips,year,value\n01001,2025,1\n01003,2025,2\n", encoding="utf-8"
    )
    index = ri.build("small", content=folder, changes={"method.over": "all"})
    written = tables.scores(index)
    assert pd.unique(written["fips"]).tolist() == ["01001", "01003"]
