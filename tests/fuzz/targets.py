"""What random bytes are thrown at; shared by the fuzzer and by the tests that need none."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from resilience_index.content import open_content
from resilience_index.content._sheets import number, read_sheets
from resilience_index.content.observations import Asked, observe, read_table, read_units
from resilience_index.content.reading import read_toml
from resilience_index.errors import ResilienceIndexError
from resilience_index.publish.verifying import manifest_of
from resilience_index.steps import formula
from tests.conftest import COUNTRIES, FRAMEWORK, INDICATOR, SOURCES

UNITS = pd.Index(["AAA", "BBB", "CCC", "DDD"], name="iso3")
ASKED = Asked("iso3", UNITS, "value", "se", None, 2025)


def table(data: bytes, place: Path) -> None:
    """Read bytes as a table of figures, and as the list of countries."""
    path = place / "a.csv"
    path.write_bytes(data)
    with contextlib.suppress(ResilienceIndexError):
        figures, problems = observe(read_table(path), ASKED)
        assert (figures is None) == bool(problems)
        if figures is not None:
            assert (figures.unit >= 0).all()
            assert not np.isinf(figures.value).any()
    with contextlib.suppress(ResilienceIndexError):
        units = read_units(path)
        assert all(str(code).replace("-", "").replace("_", "").isalnum() for code in units.index)


def definitions(data: bytes, place: Path) -> None:
    """Read bytes as definitions of indicators, beside sound files."""
    folder = place / "content"
    (folder / "frameworks").mkdir(parents=True, exist_ok=True)
    (folder / "countries.csv").write_text(COUNTRIES, encoding="utf-8")
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    (folder / "all.toml").write_bytes(data)
    with contextlib.suppress(ResilienceIndexError):
        open_content(folder)


def framework(data: bytes, place: Path) -> None:
    """Read bytes as a framework of sound definitions."""
    folder = place / "framework"
    (folder / "frameworks").mkdir(parents=True, exist_ok=True)
    (folder / "countries.csv").write_text(COUNTRIES, encoding="utf-8")
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    text = "".join(INDICATOR.format(code=c, direction="higher_is_better", more="") for c in "ab")
    (folder / "all.toml").write_text(text, encoding="utf-8")
    (folder / "frameworks" / "small.toml").write_bytes(data)
    with contextlib.suppress(ResilienceIndexError):
        open_content(folder).framework("small")


def toml(data: bytes, place: Path) -> None:
    """Read bytes as any TOML file."""
    path = place / "x.toml"
    path.write_bytes(data)
    with contextlib.suppress(ResilienceIndexError):
        assert isinstance(read_toml(path), dict)


def sheet(data: bytes, place: Path) -> None:
    """Read bytes as a foreign CSV file."""
    path = place / "sheet.csv"
    path.write_bytes(data)
    with contextlib.suppress(ResilienceIndexError):
        for found in read_sheets(path)[0]:
            assert all(len(row) == len(found.head) for row in found.rows)
            for cell in found.rows[0]:
                number(cell, decimal_comma=found.decimal_comma)


def workbook(data: bytes, place: Path) -> None:
    """Read bytes as a workbook."""
    path = place / "book.xlsx"
    path.write_bytes(data)
    with contextlib.suppress(ResilienceIndexError):
        read_sheets(path)


def formulas(data: bytes, _: Path) -> None:
    """Read bytes as a formula and work it out."""
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(ResilienceIndexError):
        parsed = formula.parse(text)
        known = {name: np.array([1.0, -2.0, np.nan]) for name in formula.names(parsed)}
        done = formula.evaluate_with_facts(parsed, known)
        assert not np.isinf(done.values).any()


def manifest(data: bytes, place: Path) -> None:
    """Read bytes as the manifest of an edition."""
    (place / "manifest.json").write_bytes(data)
    with contextlib.suppress(ResilienceIndexError):
        manifest_of(place)


def _book() -> bytes:
    from openpyxl import Workbook

    made = io.BytesIO()
    book = Workbook()
    book.active.append(["code", "power"])
    book.active.append(["A", 1])
    book.save(made)
    return made.getvalue()


TARGETS: dict[str, Callable[[bytes, Path], None]] = {
    "table": table,
    "definitions": definitions,
    "framework": framework,
    "toml": toml,
    "sheet": sheet,
    "workbook": workbook,
    "formulas": formulas,
    "manifest": manifest,
}
SEEDS: dict[str, list[bytes]] = {
    "table": [b"iso3,year,value,se\nAAA,2025,1.5,\nBBB,2024,n/a,0.1\n", COUNTRIES.encode()],
    "definitions": [
        (whole := INDICATOR.format(code="a", direction="none", more="").encode()),
        whole.replace(b"max_age", b"# max_age"),  # parts that do not fit together
    ],
    "framework": [
        FRAMEWORK.format(
            nodes='[nodes.p]\ntitle = "P"\nparent = "index"\nweight = 2\n',
            indicators='a = { parent = "p" }\nb = { parent = "index", weight = 0.5 }',
        ).encode()
    ],
    "toml": [b'[a.b]\nc = [1, 2.5, "x", { d = 2020-01-01 }]\n'],
    "sheet": [b'code;power\nA;1,5\n"B";"1.000"\n', b"uCode,Time,x\nA,2020,1\n"],
    "workbook": [_book()],
    "formulas": [
        b"100 * a / (b + 1)",
        b"if(a > 0, log(a), -min(a, b) ^ 2)",
        b"round(mean(a, b), 2)",
    ],
    "manifest": [
        b'{"framework": "x", "engine": "0", "seed": 0, "options": {"pdf": true}, "settings": "",'
        b' "made_with": {}, "inputs": {}, "outputs": {"a": "b"}}'
    ],
}
"""Sound inputs to start from."""
