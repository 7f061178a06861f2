"""What the package stands on: lower bounds that are tested, and no known weakness."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests import advisories, oldest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ANSWER = {
    "dependencies": [
        {"name": "sound", "version": "1.0", "vulns": []},
        {
            "name": "weak",
            "version": "2.0",
            "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": [], "description": ""}],
        },
        {"name": "own", "skip_reason": "Dependency not found on PyPI and could not be audited"},
    ]
}


def test_every_dependency_has_a_lower_bound_that_can_be_installed_alone():
    made = oldest.oldest(oldest.needed(PROJECT))
    assert "numpy==2.2" in made
    assert len(made) == len({line.split("==")[0] for line in made})
    with pytest.raises(SystemExit, match="give it a lower bound"):
        oldest.oldest(["numpy<3"])


def test_the_oldest_releases_are_tested_by_a_target_and_a_workflow():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^oldest:.*\n(\t.*\n)+", makefile, flags=re.M)[0]
    assert "tests.oldest" in recipe
    assert "pytest" in recipe
    workflow = (ROOT / ".github" / "workflows" / "dependencies.yml").read_text(encoding="utf-8")
    assert "make oldest" in workflow
    assert "make audit-dependencies" in workflow


def test_a_package_that_was_skipped_counts_as_not_audited():
    found = advisories.findings(json.dumps(ANSWER))
    assert found.advisories == ("weak 2.0: PYSEC-1, mended in 2.1",)
    assert found.audited == 2
    assert found.lines()[1:] == [
        "pip-audit: 2 packages audited, 1 advisories, 1 not audited",
        "not audited: own (Dependency not found on PyPI and could not be audited)",
    ]


@pytest.mark.slow
def test_no_advisory_is_known_for_what_is_installed(record_property):
    found = advisories.ask()
    for line in found.lines():
        record_property("table: advisories", line)
    assert found.audited + len(found.skipped) > 20
    if not found.audited:
        pytest.skip("nothing was audited: the registry of this machine carries no advisories")
    assert not found.advisories
