"""The wheel: built from the source distribution, installed elsewhere, it carries its content."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*arguments, cwd):
    result = subprocess.run(
        [str(a) for a in arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.slow
def test_the_wheel_builds_a_report_outside_the_checkout(tmp_path):
    dist = tmp_path / "dist"
    run(sys.executable, "-m", "build", "--outdir", dist, ROOT, cwd=tmp_path)
    (wheel,) = dist.glob("*.whl")
    home = tmp_path / "venv"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    # the dependencies come from the environment of the tests; the package itself from the wheel
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", "--no-deps", wheel, cwd=tmp_path)
    site = run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=tmp_path).strip()
    here = next(p for p in sys.path if p.endswith("site-packages"))
    (Path(site) / "tests.pth").write_text(f"{here}\n", encoding="utf-8")
    where = "import resilience_index; print(resilience_index.__file__)"
    assert str(home) in run(python, "-c", where, cwd=tmp_path)
    command = home / "bin" / "resilience-index"
    told = run(command, "build", "--no-pdf", "--countries", "KOR", cwd=tmp_path)
    edition = tmp_path / "reports" / "ai_resilience-2026"
    assert "ranked" in told
    assert (edition / "countries" / "KOR.html").stat().st_size > 10_000
    assert (edition / "data" / "ranking.csv").read_text(encoding="utf-8").count("\n") > 120
