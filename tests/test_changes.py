"""Editions over time: what moved a country, to the last point; older years by today's method."""

import csv
import errno
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from resilience_index import DataError, UsageError, build
from resilience_index.cli import app
from resilience_index.errors import ResilienceIndexError
from resilience_index.publish.edition import Wanted, write
from resilience_index.publish.who_moved import insert, markdown
from resilience_index.robustness.backcast import backcast
from resilience_index.robustness.changes import PARTS, compare
from resilience_index.robustness.uncertainty import uncertainty
from tests.hostile.making import edit
from tests.hostile.making import small as sound

OLD = {"a": {"AAA": 0, "BBB": 5, "CCC": 10}}
SAME = "AAA,2025,0 BBB,2025,5 CCC,2025,10"


@pytest.fixture
def pair(small):
    """Give a maker of an old and a new index: figures as rows of text, settings that change."""

    def make(old: str, new: str, *, year: int = 2025, change=None):
        made = []
        for name, rows, at in (("old", old, 2025), ("new", new, year)):
            folder = small(OLD, name=name)
            table = "iso3,year,value\n" + rows.replace(" ", "\n") + "\n"
            (folder / "data" / "a.csv").write_text(table, encoding="utf-8")
            edit(folder / "frameworks" / "small.toml", "year = 2025", f"year = {at}")
            made.append(build("small", content=folder, changes=change if name == "new" else None))
        return made

    return make


def parts(changes, code):
    return {part: changes.table.loc[code, part] for part in PARTS}


def only(**part):
    return dict.fromkeys(PARTS, 0) | part


def test_nothing_moves_between_an_edition_and_itself(pair):
    changes = compare(*pair(SAME, SAME))
    assert changes.table["change"].tolist() == [0, 0, 0]
    assert (changes.table[list(PARTS)] == 0).all(axis=None)


def test_a_corrected_figure_is_revision_for_its_country_alone(pair):
    changes = compare(*pair(SAME, SAME.replace("BBB,2025,5", "BBB,2025,6")))
    assert parts(changes, "BBB") == only(revision=(6 - 0) / 10 * 100 - (5 - 0) / 10 * 100)
    assert changes.table.loc[["AAA", "CCC"], "change"].tolist() == [0, 0]


def test_a_goalpost_that_another_country_moves_is_the_movement_of_others(pair):
    changes = compare(*pair(SAME, SAME.replace("CCC,2025,10", "CCC,2025,20")))
    assert parts(changes, "BBB") == only(others=5 / 20 * 100 - 5 / 10 * 100)
    assert changes.table.loc["CCC", "change"] == 0


def test_a_figure_of_a_later_year_is_new_data(pair):
    changes = compare(*pair(SAME, SAME + " BBB,2026,7", year=2026))
    assert parts(changes, "BBB") == only(new_data=7 / 10 * 100 - 5 / 10 * 100)


def test_revision_comes_before_new_data_of_the_same_country(pair):
    old = "AAA,2025,0 BBB,2024,5 CCC,2025,10"
    new = "AAA,2025,0 BBB,2024,6 BBB,2025,9 CCC,2025,10"
    assert parts(compare(*pair(old, new)), "BBB") == only(revision=60 - 50, new_data=90 - 60)


def test_other_settings_are_method(pair):
    change = {"method.normalise": {"name": "minmax", "low": 50, "high": 100}}
    changes = compare(*pair(SAME, SAME, change=change))
    assert parts(changes, "BBB") == only(method=75 - 50)


def test_an_indicator_that_is_new_comes_in_with_the_method(small):
    new = {"a": OLD["a"], "b": {"AAA": 10, "BBB": 0, "CCC": 5}}
    before = build("small", content=small(OLD, name="old"))
    after = build("small", content=small(new, name="new"))
    assert parts(compare(before, after), "AAA") == only(method=(0 + 100) / 2 - 0)


def test_who_came_and_who_went_is_said(pair):
    screened = {"method.screen": {"name": "availability"}}
    old, new = pair(SAME, "BBB,2025,5 CCC,2025,10 DDD,2025,0", change=screened)
    old = build(old.framework, content=old.content, changes=screened)
    changes = compare(old, new)
    assert changes.table.loc["AAA", "note"] == "is no longer ranked"
    assert changes.table.loc["DDD", "note"] == "was not ranked"
    assert changes.table.loc[["AAA", "DDD"], "change"].isna().all()
    assert "Newly ranked: Deland. No longer ranked: Aland." in markdown(changes)


def of_units(folder, *codes):
    """Take countries out of countries.csv and out of the tables."""
    for path in (folder / "countries.csv", *(folder / "data").glob("*.csv")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(x for x in lines if not x.startswith(codes)), encoding="utf-8")


SCALE = {"method.normalise": {"name": "minmax", "low": 50, "high": 100}}


@pytest.mark.parametrize("how", ["list", "framework"])
@pytest.mark.parametrize(
    ("change", "method", "others"),
    [
        ({}, 0, 0 - 5 / 10 * 100),  # of 5 to 10, 5 is the least: the low end of the scale
        (SCALE, (50 + 5 / 10 * 50) - 5 / 10 * 100, 50 - (50 + 5 / 10 * 50)),
    ],
)
def test_who_leaves_moves_the_others_and_is_no_method(pair, how, change, method, others):
    old, new = pair(SAME, SAME)
    if how == "list":
        of_units(new.content.folder, "AAA")
    else:
        change = change | {"units.only": ["BBB", "CCC"]}
    changes = compare(old, build("small", content=new.content.folder, changes=change))
    assert parts(changes, "BBB") == only(method=method, others=others)
    assert changes.table.loc["CCC", "change"] == 0
    assert changes.table.loc["AAA", "note"] == "is no longer ranked"


def test_who_enters_moves_the_others_and_is_no_method(pair):
    old, _ = pair(SAME, SAME)
    of_units(old.content.folder, "AAA")
    old = build("small", content=old.content.folder)  # BBB has 5, the least of 5 to 10
    new = build("small", content=old.content.folder.with_name("new"))
    assert parts(compare(old, new), "BBB") == only(others=(5 - 0) / 10 * 100 - 0)


def test_who_left_keeps_its_figures_until_the_last_step(pair):
    old, new = pair(SAME, SAME.replace("CCC,2025,10", "CCC,2025,20"))
    of_units(new.content.folder, "AAA")
    new = build("small", content=new.content.folder, changes={"indicators.a.weight": 2.0})
    # BBB: 5 of 0 to 10 = 50; of 0 to 20 = 25 once CCC is revised; of 5 to 20 = 0 once AAA is gone
    assert parts(compare(old, new), "BBB") == only(others=(25 - 50) + (0 - 25))


def test_a_panel_is_refused(pair):
    old, _ = pair(SAME, SAME)
    panel = build(old.framework, content=old.content, changes={"panel": {"years": [2024, 2025]}})
    with pytest.raises(UsageError, match="a panel"):
        compare(panel, old)


value = st.integers(-50, 50).map(float)
tables = st.fixed_dictionaries(
    {
        (country, year): st.one_of(st.none(), value)
        for country in ("AAA", "BBB", "CCC", "DDD")
        for year in (2023, 2024, 2025, 2026)
    }
)
METHODS = [
    {},
    {"method.normalise": {"name": "rank"}},
    {"method.normalise": {"name": "zscore"}},
    {"method.aggregate": {"name": "quadratic"}, "method.normalise": {"name": "minmax", "low": 1}},
    {"method.treat": {"name": "winsorise", "points": 1}},
    {"indicators.a.weight": 3.0},
]


def rows(table, latest):
    lines = [f"{c},{y},{v}" for (c, y), v in table.items() if v is not None and y <= latest]
    return "iso3,year,value\n" + "\n".join(lines) + "\n"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    before=st.tuples(tables, tables),
    after=st.tuples(tables, tables),
    method=st.sampled_from(METHODS),
    came=st.sampled_from([(), ("AAA",)]),
    went=st.sampled_from([(), ("BBB",), ("BBB", "CCC")]),
)
def test_the_parts_sum_to_the_change_whatever_changed(
    before, after, method, came, went, tmp_path_factory
):
    made = []
    for figures, year, change, absent in ((before, 2025, {}, came), (after, 2026, method, went)):
        folder = sound(tmp_path_factory.mktemp("changes"))
        for code, table in zip("ab", figures, strict=True):
            (folder / "data" / f"{code}.csv").write_text(rows(table, year), encoding="utf-8")
        edit(folder / "frameworks" / "small.toml", "year = 2025", f"year = {year}")
        of_units(folder, *absent)
        try:
            made.append(build("small", content=folder, changes=change))
        except ResilienceIndexError:
            return  # no index of such figures: nothing to compare
    changes = compare(*made, draws=16)
    for _, row in changes.table.dropna(subset=["change"]).iterrows():
        if not str(row["note"]).startswith("not taken apart"):
            assert math.isclose(sum(row[p] for p in PARTS), row["change"], abs_tol=1e-9)
    expected = made[1].scores["index"] - made[0].scores["index"].reindex(made[1].scores.index)
    found = changes.table["change"].reindex(expected.index)
    assert np.allclose(found, expected, equal_nan=True, atol=0)


def test_an_older_year_counts_no_later_figure(pair):
    _, new = pair(SAME, "AAA,2023,1 AAA,2025,0 BBB,2023,2 BBB,2025,5 CCC,2022,4 CCC,2025,10")
    then, left_out = backcast(new, 2023)
    assert left_out == ()
    assert then.observed["a"].dropna().to_dict() == {"AAA": 1, "BBB": 2, "CCC": 4}
    assert then.years["a"].dropna().to_dict() == {"AAA": 2023, "BBB": 2023, "CCC": 2022}
    assert then.scores["index"]["BBB"] == (2 - 1) / (4 - 1) * 100


def test_an_indicator_without_figures_then_is_left_out_and_named(small):
    figures = {"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 1, "BBB": 2, "CCC": 4}}
    nodes = '[nodes.p]\ntitle = "P"\nparent = "index"\n'
    placed = 'a = { parent = "index" }\nb = { parent = "p" }'
    folder = small(figures, nodes=nodes, indicators=placed)
    older = "AAA,2021,3\nBBB,2021,2\nCCC,2021,1\nAAA,2025,1\nBBB,2025,2\nCCC,2025,4\n"
    (folder / "data" / "a.csv").write_text(f"iso3,year,value\n{older}", encoding="utf-8")
    then, left_out = backcast(build("small", content=folder), 2021)
    assert left_out == ("b",)
    assert list(then.scores.columns) == ["index"]
    assert then.scores["index"].dropna().to_dict() == {"AAA": 100, "BBB": 50, "CCC": 0}


def test_a_year_after_the_edition_and_one_before_all_figures_are_refused(pair):
    _, new = pair(SAME, SAME)
    with pytest.raises(UsageError, match="name a year before it"):
        backcast(new, 2026)
    with pytest.raises(DataError, match="1990"):
        backcast(new, 1990)


def test_the_table_names_who_moved_most_first(pair):
    old, new = pair(SAME, "AAA,2025,10 BBB,2025,5 CCC,2025,0")
    text = markdown(compare(old, new))
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert lines[0].startswith("| Country | Rank | Score | Method | Revision |")
    assert lines[2].startswith("| Aland | 3 (3–3) to 1 (1–1) | +100.0 | 0.0 |")
    assert text.startswith("From 2025 (2025) to 2025 (2025): 2 of 3 countries changed rank.")
    assert len([x for x in markdown(compare(old, new), most=1).splitlines() if x[:1] == "|"]) == 3


def test_ranks_before_and_after_carry_the_intervals_of_their_own_editions():
    old = build("ai_resilience", changes={"assumptions.power.across_pillars.range": [0, 0.1]})
    new = build("ai_resilience")
    table = compare(old, new, draws=512).table
    for name, index in (("old_rank", old), ("new_rank", new)):
        found = uncertainty(index, draws=512, seed=index.seed, nodes=False).table
        for end in ("05", "95"):
            drawn = found[f"rank_{end}"].reindex(table.index)
            assert table[f"{name}_{end}"].equals(drawn.rename(f"{name}_{end}"))
    assert not table["old_rank_05"].equals(table["new_rank_05"])


def test_the_table_is_put_under_its_edition_once(pair, tmp_path):
    old, new = pair(SAME, "AAA,2025,10 BBB,2025,5 CCC,2025,0")
    path = tmp_path / "README.md"
    path.write_text("# x\n\n## Editions\n\n### 2025\n\nSecond.\n\n### 2024\n\nFirst.\n", "utf-8")
    for _ in range(2):
        insert(markdown(compare(old, new)), path, "2025")
    text = path.read_text(encoding="utf-8")
    assert text.count("<!-- who moved -->") == 1
    assert text.index("### 2025") < text.index("Aland") < text.index("### 2024")
    assert "Second." in text
    assert text.endswith("### 2024\n\nFirst.\n")
    with pytest.raises(UsageError, match="no heading '### 1999'"):
        insert("x", path, "1999")


def test_the_command_compares_editions_from_what_they_carry(pair, tmp_path):
    made = pair(SAME, SAME.replace("BBB,2025,5", "BBB,2025,6"))
    places = [
        write(index, tmp_path / name, Wanted(["AAA"], False, 1, 0), engine="0")
        for index, name in zip(made, ("one", "two"), strict=True)
    ]
    arguments = ["compare", *map(str, places)]
    result = CliRunner().invoke(app, [*arguments, "--format", "json"], catch_exceptions=False)
    found = {row["iso3"]: row for row in json.loads(result.stdout)}
    assert found["BBB"]["revision"] == pytest.approx(10)
    result = CliRunner().invoke(app, [*arguments, "--format", "csv"], catch_exceptions=False)
    table = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["iso3"] for row in table] == ["CCC", "BBB", "AAA"]


def test_the_command_looks_at_an_older_year_of_a_folder(small):
    folder = small(OLD)
    older = "AAA,2024,1\nAAA,2025,0\nBBB,2024,2\nBBB,2025,5\nCCC,2024,4\nCCC,2025,10\n"
    (folder / "data" / "a.csv").write_text(f"iso3,year,value\n{older}", encoding="utf-8")
    arguments = ["compare", str(folder), "--year", "2024", "--framework", "small"]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert "From 2025-as-of-2024 (2024) to 2025 (2025)" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "two folders, or one and --year"),
        (["--year", "2024", "--format", "xls"], "--format xls"),
    ],
)
def test_a_wrong_use_is_told(small, arguments, told):
    result = CliRunner().invoke(app, ["compare", str(small(OLD)), *arguments])
    assert isinstance(result.exception, UsageError)
    assert told in str(result.exception)


def test_a_table_that_cannot_be_written_whole_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "README.md"
    path.write_text("# Editions\n\n### 2025\n", encoding="utf-8")
    path.chmod(0o640)
    insert("first", path, "2025")
    before = path.read_bytes()
    assert b"first" in before
    assert path.stat().st_mode & 0o777 == 0o640

    class Full(io.FileIO):
        def write(self, data):
            super().write(data[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

    opened = Path.open
    monkeypatch.setattr(
        Path,
        "open",
        lambda self, mode="r", *a, **k: (
            Full(self, "x") if mode == "xb" else opened(self, mode, *a, **k)
        ),
    )
    with pytest.raises(UsageError, match="No space left on device; nothing was written"):
        insert("second", path, "2025")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["README.md"]
