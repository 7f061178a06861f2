"""Rubbish in: one clear message that names the place, exit 2, nothing written."""

import re

import pytest
from typer.testing import CliRunner

from resilience_index.cli import app
from resilience_index.errors import ResilienceIndexError

FIGURES = {"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 3, "CCC": 1}}


def refused(folder, tmp_path, *also):
    """Build, expect to be refused; return the message. Nothing may have been written."""
    place = tmp_path / "out"
    with pytest.raises(ResilienceIndexError) as caught:
        CliRunner().invoke(
            app,
            ["build", "small", "--content", str(folder), "--out", str(place), "--no-pdf", *also],
            catch_exceptions=False,
        )
    assert not place.exists()
    assert not list(tmp_path.glob(".out*"))
    return str(caught.value)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text, flags=re.M), f"{old} is not in {path}"
    path.write_text(re.sub(old, new, text, count=1, flags=re.M), encoding="utf-8")


DAMAGED_TABLES = {
    "an unknown country": (
        "BBB,2025,2",
        "XXX,2025,2",
        ["data/a.csv", "line 3", "XXX", "countries.csv"],
    ),
    "a duplicate row": (
        "CCC,2025,4",
        "BBB,2025,4",
        ["data/a.csv", "line 4", "BBB 2025", "twice", "line 3"],
    ),
    "text for a number": (
        "BBB,2025,2",
        "BBB,2025,two",
        ["data/a.csv", "line 3", "'two'", "number"],
    ),
    "an empty value": ("BBB,2025,2", "BBB,2025,", ["data/a.csv", "line 3", "''"]),
    "not a finite number": (
        "BBB,2025,2",
        "BBB,2025,inf",
        ["data/a.csv", "line 3", "'inf'", "finite"],
    ),
    "a number without end": ("BBB,2025,2", "BBB,2025,1e400", ["data/a.csv", "line 3", "'1e400'"]),
    "a number beyond all sense": (
        "BBB,2025,2",
        "BBB,2025,1e61",
        ["data/a.csv", "line 3", "'1e61'", "at most 1e+60 in size"],
    ),
    "a year in the future": (
        "BBB,2025,2",
        "BBB,2026,2",
        ["data/a.csv", "line 3", "2026", "after the edition's year 2025"],
    ),
    "a year that is none": ("BBB,2025,2", "BBB,25.5,2", ["data/a.csv", "line 3", "'25.5'"]),
    "a cell too many": ("BBB,2025,2", "BBB,2025,2,3,4", ["data/a.csv", "line 3", "5 cells"]),
    "a missing column": ("iso3,year,value", "iso3,year,figure", ["data/a.csv", "'value'"]),
    "a column twice": ("iso3,year,value", "iso3,year,year", ["data/a.csv", "'year'", "twice"]),
}


@pytest.mark.parametrize("kind", DAMAGED_TABLES)
def test_a_damaged_table_is_named_with_line_and_finding(small, tmp_path, kind):
    old, new, told = DAMAGED_TABLES[kind]
    folder = small(FIGURES)
    edit(folder / "data" / "a.csv", old, new)
    message = refused(folder, tmp_path)
    assert all(part in message for part in told), message


def test_an_empty_table_is_refused(small, tmp_path):
    folder = small(FIGURES)
    (folder / "data" / "a.csv").write_text("", encoding="utf-8")
    assert "data/a.csv: the file is empty" in refused(folder, tmp_path)


def test_a_table_of_a_head_alone_is_refused(small, tmp_path):
    folder = small(FIGURES)
    (folder / "data" / "a.csv").write_text("iso3,year,value\n", encoding="utf-8")
    assert "data/a.csv: no row below the head" in refused(folder, tmp_path)


def test_a_missing_table_is_refused(small, tmp_path):
    folder = small(FIGURES)
    (folder / "data" / "a.csv").unlink()
    assert "data/a.csv: no such file" in refused(folder, tmp_path)


@pytest.mark.parametrize(
    "name", ["data/a.csv", "all.toml", "countries.csv", "frameworks/small.toml"]
)
def test_a_file_that_is_not_utf8_is_refused_with_its_line(small, tmp_path, name):
    folder = small(FIGURES)
    path = folder / name
    path.write_bytes(path.read_bytes() + "\n# Curaçao\n".encode("latin-1"))
    message = refused(folder, tmp_path)
    assert path.name in message
    assert "0xe7 is not UTF-8" in message
    assert re.search(r"line \d+", message)


def test_all_faults_are_told_at_once(small, tmp_path):
    folder = small(FIGURES)
    edit(folder / "data" / "a.csv", "BBB,2025,2", "XXX,2025,two")
    edit(folder / "data" / "b.csv", "BBB,2025,3", "BBB,2031,3")
    message = refused(folder, tmp_path)
    assert "3 problems" in message
    assert message.count("data/a.csv") == 2
    assert message.count("data/b.csv") == 1


def test_a_missing_source_is_refused_with_the_nearest_name(small, tmp_path):
    folder = small(FIGURES)
    edit(folder / "all.toml", 'source = "survey"', 'source = "survy"')
    message = refused(folder, tmp_path)
    assert "indicators.a.source: unknown source 'survy' (did you mean 'survey'?)" in message


@pytest.mark.parametrize("weight", ["0", "-0.1", "nan", "inf", '"1"'])
def test_a_weight_that_is_not_above_zero_is_refused(small, tmp_path, weight):
    folder = small(
        FIGURES,
        indicators=f'a = {{ parent = "index", weight = {weight} }}\nb = {{ parent = "index" }}',
    )
    message = refused(folder, tmp_path)
    assert "small.toml" in message
    assert "indicators.a.weight" in message


def test_a_cycle_in_the_tree_is_spelled(small, tmp_path):
    nodes = '[nodes.p]\ntitle = "P"\nparent = "q"\n[nodes.q]\ntitle = "Q"\nparent = "p"\n'
    folder = small(FIGURES, nodes=nodes)
    message = refused(folder, tmp_path)
    assert "a cycle: p -> q -> p" in message


def test_a_pillar_without_indicators_is_refused(small, tmp_path):
    folder = small(FIGURES, nodes='[nodes.p]\ntitle = "P"\nparent = "index"\n')
    assert "nodes.p: nothing hangs under it" in refused(folder, tmp_path)


def test_an_unknown_parent_is_refused_with_the_nearest_name(small, tmp_path):
    folder = small(FIGURES, indicators='a = { parent = "indx" }\nb = { parent = "index" }')
    assert "unknown node 'indx' (did you mean 'index'?)" in refused(folder, tmp_path)


def test_an_unknown_method_is_refused_with_the_nearest_name(small, tmp_path):
    folder = small(FIGURES)
    edit(folder / "frameworks" / "small.toml", '"minmax"', '"min_max"')
    assert "unknown normalise method 'min_max' (did you mean 'minmax'?)" in refused(
        folder, tmp_path
    )


def test_an_unknown_setting_is_refused_with_the_nearest_name(small, tmp_path):
    folder = small(FIGURES)
    edit(folder / "frameworks" / "small.toml", "low = 0", "lowe = 0")
    assert "unknown setting 'lowe' (did you mean 'low'?)" in refused(folder, tmp_path)


def test_z_scores_into_a_geometric_mean_are_refused_by_name(small, tmp_path):
    folder = small(FIGURES)
    path = folder / "frameworks" / "small.toml"
    edit(path, r'\{ name = "minmax", low = 0, high = 100 \}', '"zscore"')
    edit(path, '"arithmetic"', '"geometric"')
    message = refused(folder, tmp_path)
    assert "geometric needs positive scores" in message
    assert "zscore" in message


def test_broken_toml_is_refused_with_its_line(small, tmp_path):
    folder = small(FIGURES)
    edit(folder / "all.toml", 'unit = "points"', "unit = points")
    message = refused(folder, tmp_path)
    assert "all.toml: not valid TOML" in message
    assert "line" in message


def test_what_stands_in_a_file_that_cannot_be_read_is_not_called_unknown(small, tmp_path):
    """One fault of one file is one problem, though a framework names all that the file defines."""
    folder = small(FIGURES)
    (folder / "more.toml").write_text((folder / "all.toml").read_text().replace(".a]", ".z]"))
    edit(folder / "all.toml", 'unit = "points"', "unit = points")
    message = refused(folder, tmp_path)
    assert "all.toml: not valid TOML" in message
    assert message.count("  - ") == 1
    assert "unknown" not in message
    assert "no such" not in message


def test_an_indicator_without_any_figure_in_reach_is_refused(small, tmp_path):
    folder = small(FIGURES)
    (folder / "data" / "a.csv").write_text("iso3,year,value\nAAA,2001,3\n", encoding="utf-8")
    message = refused(folder, tmp_path)
    assert "no country" in message
    assert " a;" in message


def test_a_constant_indicator_is_refused_by_name(small, tmp_path):
    folder = small({**FIGURES, "c": {"AAA": 7, "BBB": 7, "CCC": 7}})
    message = refused(folder, tmp_path)
    assert re.search(r"\bc\b", message)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("XYZ", "unknown country 'XYZ'"),
        ("AAB", "did you mean 'AAA'"),
        ("ccc", "did you mean 'CCC'"),
        (",", "no country is named"),
    ],
)
def test_a_country_that_is_not_there_is_refused(small, tmp_path, asked, told):
    assert told in refused(small(FIGURES), tmp_path, "--countries", asked)


def test_known_countries_are_listed_once_however_many_are_unknown(small, tmp_path):
    told = refused(small(FIGURES), tmp_path, "--countries", "AAA,AAX,QQQ")
    assert "unknown country 'AAX' (did you mean 'AAA'?); unknown country 'QQQ'; known: AAA" in told
    assert told.count("known: AAA") == 1


def test_a_file_is_no_folder_of_content(small, tmp_path):
    folder = small(FIGURES)
    assert "a file, not a folder" in refused(folder / "all.toml", tmp_path)


def test_a_country_that_is_left_out_is_refused_with_the_reason(small, tmp_path):
    folder = small(FIGURES)
    edit(folder / "frameworks" / "small.toml", r"\[method\]", '[method]\nscreen = "availability"')
    message = refused(folder, tmp_path, "--countries", "DDD")
    assert "DDD is not ranked: observed 0 of 2" in message


def test_a_place_that_cannot_be_written_is_told(small, tmp_path):
    folder = small(FIGURES)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ResilienceIndexError, match=r"file.*choose another place"):
        CliRunner().invoke(
            app,
            [
                "build",
                "small",
                "--content",
                str(folder),
                "--no-pdf",
                "--out",
                str(tmp_path / "file" / "x"),
            ],
            catch_exceptions=False,
        )


def test_a_broken_run_leaves_the_old_edition_standing(small, tmp_path):
    folder = small(FIGURES)
    place = tmp_path / "edition"
    arguments = ["build", "small", "--content", str(folder), "--no-pdf", "--out", str(place)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    before = {p.relative_to(place): p.read_bytes() for p in place.rglob("*") if p.is_file()}
    edit(folder / "data" / "a.csv", "BBB,2025,2", "BBB,2025,two")
    with pytest.raises(ResilienceIndexError):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert before == {p.relative_to(place): p.read_bytes() for p in place.rglob("*") if p.is_file()}


def test_every_damaged_word_of_a_small_framework_ends_in_a_message(small, tmp_path):
    folder = small(FIGURES)
    path = folder / "frameworks" / "small.toml"
    text = path.read_text(encoding="utf-8")
    words = list(re.finditer(r'"[^"]*"|(?<= )\d+', text))
    assert len(words) >= 10
    for word in words:
        for new in ("[]", "{ x = 1 }", "true"):
            path.write_text(text[: word.start()] + new + text[word.end() :], encoding="utf-8")
            refused(folder, tmp_path)


def test_check_tells_faults_of_definitions_framework_and_figures_together(small, tmp_path):
    placed = 'a = { parent = "indx", weight = -1 }\nb = { parent = "index" }'
    folder = small(FIGURES, indicators=placed)
    edit(folder / "all.toml", 'source = "survey"', 'source = "survy"')
    edit(folder / "data" / "b.csv", "BBB", "XXX")
    with pytest.raises(ResilienceIndexError) as caught:
        CliRunner().invoke(app, ["check", "--content", str(folder)], catch_exceptions=False)
    message = str(caught.value)
    assert "all.toml: indicators.a.source: unknown source 'survy'" in message
    assert "small.toml: indicators.a.weight: -1" in message
    assert "unknown node 'indx'" in message
    assert "data/b.csv: line 3: unknown iso3 'XXX'" in message
    assert tmp_path.exists()


@pytest.mark.parametrize(
    ("command", "told"),
    [(["init"], "after init"), (["import", "tests/data/asem/ASEM_iData.csv", "--to"], "with --to")],
)
def test_a_place_that_cannot_be_made_is_told_by_what_names_it(command, told, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ResilienceIndexError, match=f"choose another place {told}"):
        CliRunner().invoke(app, [*command, str(tmp_path / "file" / "x")], catch_exceptions=False)


def test_one_faulty_definition_hides_no_fault_elsewhere(small, tmp_path):
    placed = 'a = { parent = "index" }\nb = { parent = "index", weight = 0 }'
    folder = small(FIGURES, indicators=placed)
    edit(folder / "all.toml", 'source = "survey"', "")  # of a, the first
    edit(folder / "data" / "b.csv", "BBB,2025,3", "BBB,2031,3")
    with pytest.raises(ResilienceIndexError) as caught:
        CliRunner().invoke(app, ["check", "--content", str(folder)], catch_exceptions=False)
    for message in (refused(folder, tmp_path), str(caught.value)):
        assert "all.toml: indicators.a.source: missing" in message
        assert "small.toml: indicators.b.weight: 0" in message
        assert "data/b.csv: line 3: year 2031 lies after the edition's year 2025" in message
        assert "3 problems" in message  # none that only follows from another


@pytest.mark.parametrize(
    ("line", "instead", "told"),
    [
        ("max_age = 5", "", "max_age is missing; say how many years old"),
        ("max_age = 5", "max_age = 5\nabsent = 0", "absent_why is needed"),
        ("max_age = 5", 'formula = "b"\ntable = "b.csv"', "neither table nor denominator"),
        ("max_age = 5", 'max_age = 5\nunit_scored = "x"', "only for an indicator with a denom"),
    ],
)
def test_parts_of_a_definition_that_do_not_fit_are_told_with_all_other_faults(
    small, tmp_path, line, instead, told
):
    placed = 'a = { parent = "index" }\nb = { parent = "index", weight = 0 }'
    folder = small(FIGURES, indicators=placed)
    edit(folder / "all.toml", line, instead)  # of a, the first
    message = refused(folder, tmp_path)
    assert "all.toml: indicators.a: " in message
    assert told in message
    assert "small.toml: indicators.b.weight: 0" in message
    assert "2 problems" in message


def test_a_faulty_source_hides_no_fault_elsewhere(small, tmp_path):
    folder = small(FIGURES, indicators='a = { parent = "index" }\nb = { parent = "indx" }')
    edit(folder / "sources.toml", "^licence_status = .*", 'licence_status = "opne"')
    edit(folder / "data" / "b.csv", "BBB,2025,3", "BBB,2031,3")
    message = refused(folder, tmp_path)
    assert "3 problems" in message
    assert "sources.toml: sources.survey.licence_status: 'opne'" in message
    assert "small.toml: indicators.b.parent: unknown node 'indx'" in message
    assert "data/b.csv: line 3: year 2031 lies after the edition's year 2025" in message


HEAD_FAULTS = [
    ("^title = .*", "title = 5", "about.title: 5"),
    ("^edition = .*", "edition = 2025", "about.edition: 2025"),
    ("^aggregate = .*", "aggregate = 5", "method.aggregate: 5"),
    ("^normalise = .*", "normalise = { name = 5 }", "method.normalise.name: 5"),
    ("^normalise = .*", "", "method.normalise: missing"),
    ("^aggregate", "screen = { low = 1 }\naggregate", "method.screen.name: missing"),
    ("^aggregate", 'older_after = "long"\naggregate', "method.older_after: 'long'"),
]


@pytest.mark.parametrize(("line", "instead", "told"), HEAD_FAULTS)
def test_a_fault_in_the_head_of_a_framework_hides_no_fault_elsewhere(
    small, tmp_path, line, instead, told
):
    folder = small(FIGURES, indicators='a = { parent = "index" }\nb = { parent = "indx" }')
    edit(folder / "frameworks" / "small.toml", line, instead)
    edit(folder / "data" / "b.csv", "BBB,2025,3", "BBB,2031,3")
    message = refused(folder, tmp_path)
    assert "3 problems" in message
    assert f"small.toml: {told}" in message
    assert "small.toml: indicators.b.parent: unknown node 'indx'" in message
    assert "data/b.csv: line 3: year 2031 lies after the edition's year 2025" in message


@pytest.mark.parametrize(
    ("normalise", "told"),
    [
        ('{ name = "minmax", low = 1, high = "far" }', "method.normalise: minmax: high = 'far'"),
        ('{ name = "zscore", mean = "x" }', "method.normalise: zscore: mean = 'x'"),
        ('{ name = "scaled", least = [] }', "method.normalise: scaled: least = []"),
    ],
)
def test_a_setting_of_the_wrong_type_below_a_mean_that_needs_positive_scores_is_told(
    small, tmp_path, normalise, told
):
    folder = small(FIGURES, indicators='a = { parent = "index" }\nb = { parent = "index" }')
    head = folder / "frameworks" / "small.toml"
    edit(head, "^normalise = .*", f"normalise = {normalise}")
    edit(head, "^aggregate = .*", 'aggregate = "geometric"')
    message = refused(folder, tmp_path)
    assert f"small.toml: 1 problem\n  - {told}" in message


@pytest.mark.parametrize(
    ("line", "instead", "told"),
    [
        ('^title = "Index"', "", "nodes.index.title: missing"),
        ('^title = "Index"', "title = 5", "nodes.index.title: 5"),
        ("^a = .*", "a = { weight = 2 }", "indicators.a.parent: missing"),
        ("^a = .*", "a = { parent = 5 }", "indicators.a.parent: 5"),
    ],
)
def test_a_node_or_a_placement_with_a_fault_hides_no_fault_elsewhere(
    small, tmp_path, line, instead, told
):
    folder = small(FIGURES, indicators='a = { parent = "index" }\nb = { parent = "indx" }')
    edit(folder / "frameworks" / "small.toml", line, instead)
    edit(folder / "data" / "b.csv", "BBB,2025,3", "BBB,2031,3")
    message = refused(folder, tmp_path)
    assert "3 problems" in message
    assert f"small.toml: {told}" in message
    assert "small.toml: indicators.b.parent: unknown node 'indx'" in message
    assert "data/b.csv: line 3: year 2031 lies after the edition's year 2025" in message


@pytest.mark.parametrize("instead", ['year = "2025"', "year = 25", ""])
def test_where_the_year_of_an_edition_is_faulty_no_figure_is_said_to_lie_after_it(
    small, tmp_path, instead
):
    folder = small(FIGURES, indicators='a = { parent = "index" }\nb = { parent = "index" }')
    edit(folder / "frameworks" / "small.toml", "^year = .*", instead)
    edit(folder / "data" / "b.csv", "BBB,2025,3", "BBB,2025,three")
    message = refused(folder, tmp_path)
    assert "2 problems" in message
    assert "small.toml: about.year: " in message
    assert "data/b.csv: line 3: value is 'three'" in message


@pytest.mark.parametrize(
    ("line", "instead", "told"),
    [
        ("^BBB,Beland", "BBB,", "line 3: BBB has no name"),
        ("^BBB,Beland,North", "BBB,Beland,North\nBBB,Beland,North", "line 4: BBB stands twice"),
        ("^BBB,Beland,North", "BBB,Beland", "line 3"),
        ("iso3,name,region", "iso3,nam,region", "column 'name' is missing"),
    ],
)
def test_a_faulty_list_of_countries_hides_no_fault_elsewhere(small, tmp_path, line, instead, told):
    folder = small(FIGURES, indicators='a = { parent = "index" }\nb = { parent = "indx" }')
    edit(folder / "countries.csv", line, instead)
    edit(folder / "data" / "b.csv", "BBB,2025,3", "BBB,2031,3")
    message = refused(folder, tmp_path)
    assert "3 problems" in message
    assert f"countries.csv: {told}" in message
    assert "small.toml: indicators.b.parent: unknown node 'indx'" in message
    assert "data/b.csv: line 3: year 2031 lies after the edition's year 2025" in message


def test_a_file_of_sources_without_any_is_refused(small, tmp_path):
    folder = small(FIGURES)
    (folder / "sources.toml").write_text("# none yet\n", encoding="utf-8")
    assert "sources.toml: sources: missing" in refused(folder, tmp_path)


@pytest.mark.parametrize(
    ("named", "row", "told"),
    [
        ("", None, "the file is empty"),
        ("", "BBB,2025,x\n", "value is 'x'"),
        ('\n[audit]\nexternal = ["b"]\n', "BBB,2026,3\n", "after the edition's year 2025"),
    ],
)
def test_a_damaged_table_is_refused_even_where_no_score_needs_it(small, tmp_path, named, row, told):
    folder = small(FIGURES, indicators='a = { parent = "index" }' + named)
    edit(folder / "data" / "a.csv", "CCC,2025,4", "CCC,2025,four")
    table = folder / "data" / "b.csv"
    table.write_text("" if row is None else "iso3,year,value\n" + row, encoding="utf-8")
    message = refused(folder, tmp_path, "--no-audit", "--no-policy")
    assert "2 problems" in message
    assert "data/a.csv: line 4: value is 'four'" in message
    assert "data/b.csv" in message
    assert told in message
    with pytest.raises(ResilienceIndexError, match=told):
        CliRunner().invoke(
            app, ["check", "small", "--content", str(folder)], catch_exceptions=False
        )


def test_a_faulty_framework_hides_no_fault_of_its_figures(small, tmp_path):
    folder = small(FIGURES, indicators='a = { parent = "index" }\nb = { parent = "indx" }')
    edit(folder / "data" / "b.csv", "BBB,2025,3", "BBB,2031,3")
    message = refused(folder, tmp_path)
    assert "2 problems" in message
    assert "small.toml: indicators.b.parent: unknown node 'indx'" in message
    assert "data/b.csv: line 3: year 2031 lies after the edition's year 2025" in message


@pytest.mark.parametrize("transform", ['"zzz"', '"power"', '{ name = "log", by = 3 }'])
def test_a_transform_that_cannot_be_is_refused_with_file_and_key(small, tmp_path, transform):
    folder = small(FIGURES, more={"a": f"transform = {transform}"})
    assert "all.toml: indicators.a.transform: " in refused(folder, tmp_path)


def test_a_scale_below_zero_is_refused(small, tmp_path):
    message = refused(small(FIGURES, more={"a": "scale = -1.0"}), tmp_path)
    assert "indicators.a.scale: -1.0; a scale is above 0" in message


@pytest.mark.parametrize("figure", ["1_000", "٣", "0x10", "1,5", "½"])
def test_what_only_a_program_takes_for_a_number_is_refused(small, tmp_path, figure):
    folder = small(FIGURES)
    edit(folder / "data" / "a.csv", "BBB,2025,2", f'BBB,2025,"{figure}"')
    assert "line 3: value is" in refused(folder, tmp_path)


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_table_that_is_not_parted_by_commas_is_told_so(small, tmp_path, mark, name):
    folder = small(FIGURES)
    path = folder / "data" / "a.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", mark), encoding="utf-8")
    told = f"data/a.csv: line 1: the columns are parted by {name}; save the table with commas"
    assert told in refused(folder, tmp_path)


def test_an_unknown_denominator_is_named_with_file_and_key(small, tmp_path):
    folder = small(FIGURES, more={"a": 'denominator = "c"'})
    told = "all.toml: indicators.a.denominator: unknown indicator 'c' (known: a, b)"
    assert told in refused(folder, tmp_path)


def test_a_value_that_is_none_of_two_kinds_is_one_fault_under_its_key(small, tmp_path):
    message = refused(small(FIGURES, more={"a": 'absent = "none"'}), tmp_path)
    assert "1 problem\n" in message
    assert "all.toml: indicators.a.absent: 'none'; input should be a valid number, or " in message


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ('any_of = [["c"]]', "any_of: unknown indicator 'c' (known: a, b)"),
        ("min_share = 2", "min_share = 2; a share lies between 0 and 1"),
    ],
)
def test_a_setting_of_the_screen_is_told_with_its_file_before_the_build(
    small, tmp_path, setting, told
):
    folder = small(FIGURES)
    place = rf'[method]\nscreen = {{ name = "availability", {setting} }}'
    edit(folder / "frameworks" / "small.toml", r"\[method\]", place)
    message = refused(folder, tmp_path)
    assert "frameworks/small.toml: 1 problem" in message
    assert f"method.screen: availability: {told}" in message
