"""The command line, as a user types it: results on standard output, codes 0, 2 and 1."""

import ast
import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from resilience_index.cli import app

FIGURES = {"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 3, "CCC": 1}}
COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands]


def run(*arguments, cwd=None, **environment):
    """Run the installed command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "resilience_index", *arguments],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, timeout=120, check=False,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", **environment},
    )  # fmt: skip


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments):
        result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return call


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command):
    result = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "100"})
    assert result.exit_code == 0
    assert "Example: resilience-index" in result.stdout


def test_check_says_what_it_read(invoke):
    assert invoke("check").startswith("in order: ai_resilience")


def test_check_finds_a_fault_in_a_folder(small):
    folder = small(FIGURES)
    (folder / "data" / "b.csv").write_text("iso3,year,value\nAAA,2025,x\n", encoding="utf-8")
    result = run("check", "--content", str(folder))
    assert result.returncode == 2
    assert "data/b.csv: line 2: value is 'x'" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_the_user_can_mend_ends_in_2_without_a_traceback():
    result = run("build", "ai_resiliense")
    assert result.returncode == 2
    assert "no framework 'ai_resiliense' (did you mean 'ai_resilience'?)" in result.stderr
    assert "Traceback" not in result.stderr


def test_rank_prints_the_first_in_three_formats(invoke):
    rows = list(csv.DictReader(io.StringIO(invoke("rank", "--top", "5", "--format", "csv"))))
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4", "5"]
    as_json = json.loads(invoke("rank", "--top", "5", "--format", "json"))
    assert [row["iso3"] for row in as_json] == [row["iso3"] for row in rows]
    assert as_json[0]["score"] == float(rows[0]["score"])
    table = invoke("rank", "--top", "5")
    assert rows[0]["name"] in table


def test_rank_of_a_group_counts_among_its_members(invoke, shipped):
    rows = json.loads(invoke("rank", "--group", "asean", "--format", "json"))
    members = set(shipped.units.index[shipped.units["asean"] == "1"])
    assert {row["iso3"] for row in rows} <= members
    assert [row["rank_in_group"] for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert row["rank_in_group_05"] <= row["rank_in_group_95"] <= len(rows)
    assert "90 % in group" in invoke("rank", "--group", "asean")


def test_rank_reads_the_edition_that_stands_only_while_its_inputs_are_unchanged(
    small, invoke, tmp_path
):
    folder = small(FIGURES)
    invoke("build", "small", "--content", str(folder), "--no-pdf")
    standing = tmp_path / "reports" / "small-2025"
    before = json.loads(invoke("rank", "small", "--content", str(folder), "--format", "json"))
    written = (standing / "data" / "ranking.csv").read_text(encoding="utf-8").splitlines()
    assert [row["iso3"] for row in before] == [r["iso3"] for r in csv.DictReader(written)]
    table = folder / "data" / "a.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("AAA,2025,1", "AAA,2025,40"), encoding="utf-8"
    )
    after = json.loads(invoke("rank", "small", "--content", str(folder), "--format", "json"))
    assert after[0]["iso3"] == "AAA"
    assert before[0]["iso3"] != "AAA" or before[0]["score"] != after[0]["score"]


def test_rank_does_not_trust_a_ranking_that_was_edited(small, invoke, tmp_path):
    folder = small(FIGURES)
    invoke("build", "small", "--content", str(folder), "--no-pdf")
    ranking = tmp_path / "reports" / "small-2025" / "data" / "ranking.csv"
    true = ranking.read_text(encoding="utf-8")
    ranking.write_text(true.replace("Aland", "Zland"), encoding="utf-8")
    assert "Zland" not in invoke("rank", "small", "--content", str(folder))


def test_an_unknown_group_is_refused_with_the_nearest_name():
    result = run("rank", "--group", "ocde")
    assert result.returncode == 2
    assert "did you mean 'oecd'" in result.stderr


def test_init_gives_a_folder_that_checks_and_builds(invoke, tmp_path):
    assert "mine" in invoke("init", "mine")
    assert invoke("check", "--content", "mine").startswith("in order")
    light = ("--no-pdf", "--no-audit", "--no-policy")
    invoke("build", "--content", "mine", *light, "--countries", "KOR")
    assert (tmp_path / "reports" / "ai_resilience-2026" / "countries" / "KOR.html").exists()
    result = run("init", "mine", cwd=tmp_path)
    assert result.returncode == 2
    assert "it exists already" in result.stderr


def test_methods_lists_every_method_of_every_step(invoke):
    from resilience_index.content.choices import FAMILIES

    text = invoke("methods")
    for step, members in FAMILIES.items():
        assert step in text
        assert all(f"  {name}" in text for name in members)


def test_methods_shows_the_description_of_one(invoke):
    text = invoke("methods", "geometric")
    assert "Parameters" in text
    assert "References" in text


def test_report_writes_two_files_with_peers_of_choice(invoke, tmp_path):
    invoke("report", "KOR", "--peers", "JPN,DEU,USA", "--no-pdf", "--out", "desk")
    page = (tmp_path / "desk" / "KOR.html").read_text(encoding="utf-8")
    assert "Japan" in page
    assert "<link" not in page or "style.css" not in page


def test_nothing_but_the_message_is_printed_when_standard_output_is_closed():
    result = subprocess.run(
        f"{sys.executable} -m resilience_index methods | head -n 1",
        shell=True, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in result.stderr


def test_the_module_runs_from_any_folder(tmp_path: Path):
    result = run("rank", "--top", "1", "--format", "csv", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) == 2


LIBRARIES = {"pandas", "numpy", "scipy", "statsmodels", "pydantic", "weasyprint", "jinja2", "babel"}
HEAVY = LIBRARIES | {"resilience_index.content", "resilience_index.index"}


def heavy_after(code, folder):
    """Heavy modules that a new process holds when it has run some code."""
    told = f"import sys\n{code}\nprint(sorted({HEAVY!r} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, cwd=folder, check=True
    )
    return set(ast.literal_eval(result.stdout.splitlines()[-1]))


def test_rank_needs_none_of_the_heavy_libraries_where_an_edition_stands(small, invoke, tmp_path):
    folder = small(FIGURES)
    invoke("build", "small", "--content", str(folder), "--no-pdf")
    arguments = f"['rank', 'small', '--content', {str(folder)!r}], standalone_mode=False"
    ours = heavy_after(f"from resilience_index.cli import app; app({arguments})", tmp_path)
    # typer itself may read options with pydantic (0.29 does): what it brings is not ours to save
    bare = "import typer\ndef say(a: str): pass\napp = typer.Typer(); app.command()(say)"
    brought = heavy_after(f"{bare}\napp(['a'], standalone_mode=False)", tmp_path)
    assert brought <= {"pydantic"}
    assert ours == brought


def test_a_name_is_never_cut_off_in_the_table():
    result = run("rank", "--top", "13", COLUMNS="60")
    assert "United Arab Emirates" in result.stdout
    assert "…" not in result.stdout
