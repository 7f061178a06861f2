"""Types: mypy finds no fault in the package, with the settings of pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_types_hold():
    """It takes half a minute of one processor, which `make test` so spends beside other tests."""
    ended = subprocess.run(
        [sys.executable, "-m", "mypy"],
        cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "no issues found in" in ended.stdout
