"""README: every command block is run; the Python block is a doctest (see pyproject.toml)."""

import re
import shlex
from pathlib import Path

import pytest

from resilience_index.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, flags=re.M | re.S)
COMMANDS = [line[2:] for block in BLOCKS for line in block.splitlines() if line.startswith("$ ")]
OURS = [line for line in COMMANDS if line.startswith("resilience-index")]
MAKE = [line.split("#")[0].split() for line in COMMANDS if line.startswith("make")]


def test_every_command_block_is_run_by_a_test():
    assert len(OURS) + len(MAKE) == len(COMMANDS)
    assert len(OURS) >= 4


def test_the_commands_of_readme_run_in_their_order(forked, tmp_path):
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    for line in OURS:
        ended = forked.run(shlex.split(line, comments=True)[1:], cwd=tmp_path)
        assert ended.code == 0, f"{line}: {ended.err}"
        assert ended.out.strip(), line


def test_the_make_targets_of_readme_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for _, target in MAKE:
        assert re.search(rf"^{target}:", makefile, flags=re.M)


def test_readme_opens_with_the_two_commands():
    assert [target for _, target in MAKE][:2] == ["report", "test"]
    assert "make report" in BLOCKS[0]
    assert "make test" in BLOCKS[0]


def test_ci_calls_just_the_test_command():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith(("#", "set "))] == ["make test"]


def test_every_link_of_readme_leads_to_a_file():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target


@pytest.mark.parametrize("word", ["rank", "report", "init", "check", "build", "methods"])
def test_every_command_is_named_in_readme(word):
    names = {c.name or c.callback.__name__ for c in app.registered_commands}
    assert word in names
    assert f"resilience-index {word}" in README


def test_no_command_is_missing_in_readme():
    names = {c.name or c.callback.__name__ for c in app.registered_commands}
    assert not [name for name in names if f"resilience-index {name}" not in README]
