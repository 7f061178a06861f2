"""The audit as a command of its own, and an edition that carries one, written a second time."""

import tempfile
from pathlib import Path

from tests.benchmarks.measuring import ROOT, Row, command, seconds

HDI = ROOT / "tests" / "published" / "hdi"


def audits() -> list[Row]:
    """Time `audit` with its PDF, on the default index and on one with years, and `build` again."""
    with tempfile.TemporaryDirectory() as desk:
        place = str(Path(desk) / "edition")
        own = seconds(lambda: command("audit", cwd=desk))
        other = seconds(lambda: command("audit", "hdi", "--content", str(HDI), cwd=desk))
        build = ("build", "--no-pdf", "--countries", "KOR", "--out", place)
        command(*build, cwd=desk)
        again = seconds(lambda: command(*build, cwd=desk), 3)
    return [
        Row("audit_s", "audit of the default index, PDF included", own, "s", 30),
        Row("audit_hdi_s", "audit of the Human Development Index, PDF included", other, "s"),
        Row("build_again_s", "build where nothing has changed, audit included", again, "s", 5),
    ]
