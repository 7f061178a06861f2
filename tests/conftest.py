"""What is costly to make and safe to share: the default index, content, the policy lab."""

from pathlib import Path

import pytest

from resilience_index import Content, Index, build, open_content
from resilience_index.policy import Lab, open_lab

ROOT = Path(__file__).parent.parent


LONG = (
    "test_readme", "test_wheel", "test_fuzz", "test_reproducible", "test_browser", "test_types"
)  # fmt: skip
"""Files with the longest tests: they begin first, so that no process waits for one at the end."""


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture(scope="session")
def shipped() -> Content:
    return open_content()


@pytest.fixture(scope="session")
def index() -> Index:
    return build("ai_resilience")


@pytest.fixture(scope="session")
def lab(index: Index) -> Lab:
    return open_lab(index)


@pytest.fixture(scope="session")
def audited(index):
    from resilience_index.robustness.audit import audit

    return audit(index, draws=128)


@pytest.fixture(scope="session")
def forked():
    """A process that has imported the package, and forks for each run of the command line."""
    from tests.forked import Forked

    with Forked() as process:
        yield process


@pytest.fixture(scope="session")
def warmed():
    """One that has built an edition too."""
    from tests.forked import Forked

    with Forked(warm=True) as process:
        yield process


SOURCES = """
[sources.survey]
producer = "Office of Figures"
title = "Survey of machines"
citation = "Office of Figures, Survey of machines, 2025."
url = "https://example.org/survey"
licence = "CC BY 4.0"
licence_status = "open"
"""

INDICATOR = """
[indicators.{code}]
title = "Indicator {code}"
definition = "Counts what {code} counts."
unit = "points"
direction = "{direction}"
source = "survey"
why = "It matters."
max_age = 5
{more}
"""

FRAMEWORK = """
[about]
title = "Small index"
edition = "2025"
year = 2025

[method]
normalise = {{ name = "minmax", low = 0, high = 100 }}
aggregate = {{ name = "arithmetic" }}

[nodes.index]
title = "Index"
{nodes}
[indicators]
{indicators}
"""

COUNTRIES = (
    "iso3,name,region\nAAA,Aland,North\nBBB,Beland,North\nCCC,Celand,South\nDDD,Deland,South\n"
)


@pytest.fixture
def small(tmp_path):
    """Give a maker of small content folders: figures by indicator, words of the framework."""

    def make(
        figures: dict[str, dict[str, object]],
        *,
        nodes: str = "",
        indicators: str | None = None,
        directions: dict[str, str] | None = None,
        more: dict[str, str] | None = None,
        framework: str = FRAMEWORK,
        year: int = 2025,
        name: str = "content",
    ) -> Path:
        folder = tmp_path / name
        (folder / "data").mkdir(parents=True)
        (folder / "frameworks").mkdir()
        (folder / "countries.csv").write_text(COUNTRIES, encoding="utf-8")
        (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
        text = ""
        for code, values in figures.items():
            direction = (directions or {}).get(code, "higher_is_better")
            text += INDICATOR.format(
                code=code, direction=direction, more=(more or {}).get(code, "")
            )
            rows = [f"{c},{year},{v}" for c, v in values.items() if v is not None]
            table = "\n".join(["iso3,year,value", *rows]) + "\n"
            (folder / "data" / f"{code}.csv").write_text(table, encoding="utf-8")
        (folder / "all.toml").write_text(text, encoding="utf-8")
        placed = indicators or "\n".join(f'{c} = {{ parent = "index" }}' for c in figures)
        (folder / "frameworks" / "small.toml").write_text(
            framework.format(nodes=nodes, indicators=placed), encoding="utf-8"
        )
        return folder

    return make


ABOUT = """
[about]
title = "Small index"
edition = "2025"
year = 2025
"""


@pytest.fixture
def made(small):
    """Give a maker of small indices: figures by indicator, and all but [about] of the framework."""

    def make(
        figures: dict[str, dict[str, object]],
        framework: str,
        *,
        directions: dict[str, str] | None = None,
        more: dict[str, str] | None = None,
        csv: dict[str, str] | None = None,
        name: str = "content",
    ) -> Index:
        folder = small(figures, directions=directions, more=more, name=name)
        for name, text in (csv or {}).items():
            (folder / "data" / name).write_text(text, encoding="utf-8")
        path = folder / "frameworks" / "small.toml"
        path.write_text(ABOUT + framework, encoding="utf-8")
        return build("small", content=folder)

    return make


def pytest_terminal_summary(terminalreporter):
    """Print what tests recorded under "table: TITLE", a line each."""
    tables: dict[str, list[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                for name, row in report.user_properties:
                    if name.startswith("table: "):
                        tables.setdefault(name.removeprefix("table: "), []).append(row)
    for title, rows in tables.items():
        terminalreporter.section(f"{title}: {len(rows)}")
        for row in rows:
            terminalreporter.write_line(row)
