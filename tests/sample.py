"""Refresh reports/sample: one report, its picture, and the ranking of the default edition.

python -m tests.sample
"""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from resilience_index import build
from resilience_index.publish import tables
from resilience_index.publish.country import country_view, movers_of
from resilience_index.publish.edition import intervals_of, write_report

SAMPLE = Path(__file__).parent.parent / "reports" / "sample"
COUNTRY = "KOR"


def main() -> None:
    """Write the sample."""
    SAMPLE.mkdir(parents=True, exist_ok=True)
    index = build("ai_resilience")
    known = intervals_of(index)
    (SAMPLE / "ranking.csv").write_bytes(tables.to_csv(tables.ranking(index, known)))
    view = country_view(index, COUNTRY, known=known, moved=movers_of(index, known))
    with TemporaryDirectory() as place:
        write_report(view, Path(place), pdf=True)
        (SAMPLE / f"{COUNTRY}.pdf").write_bytes((Path(place) / f"{COUNTRY}.pdf").read_bytes())
    subprocess.run(
        ["pdftoppm", "-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile",
         SAMPLE / f"{COUNTRY}.pdf", SAMPLE / COUNTRY],
        check=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
