"""Content folders of any size, made up: units, indicators, pillars; figures from a seeded draw."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.conftest import INDICATOR, SOURCES

ABOUT = """
[about]
title = {title}
edition = "2025"
year = 2025
"""

METHOD = """
[method]
normalise = { name = "minmax", low = 1, high = 100 }
aggregate = { name = "arithmetic" }

[nodes.index]
title = "Index"
aggregate = { name = "geometric" }
"""


def write_content(
    folder: Path,
    names: Sequence[str],
    *,
    pillars: int = 4,
    indicators: int = 2,
    key: str = "iso3",
    columns: dict[str, Sequence[str]] | None = None,
    title: str = '"Made-up index"',
    codes: Sequence[str] | None = None,
) -> Path:
    """Write a folder with so many pillars of so many indicators each; without pillars if 0."""
    (folder / "data").mkdir(parents=True)
    (folder / "frameworks").mkdir()
    codes = codes or [f"U{i:03d}" for i in range(len(names))]
    more = columns or {}
    lines = [",".join([key, "name", *more])]
    for i, (code, name) in enumerate(zip(codes, names, strict=True)):
        cells = [code, name, *(values[i] for values in more.values())]
        lines.append(",".join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in cells))
    (folder / "countries.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    rng = np.random.default_rng(1)
    parts = [f"p{k}" for k in range(pillars)] or ["index"]
    framework = ABOUT.format(title=title) + METHOD
    framework += "".join(
        f'\n[nodes.{p}]\ntitle = "Pillar {p}"\nparent = "index"\n' for p in parts if p != "index"
    )
    definitions, placed = "", "\n[indicators]\n"
    for p in parts:
        for k in range(indicators):
            code = f"{p}_x{k}"
            definitions += INDICATOR.format(code=code, direction="higher_is_better", more="")
            placed += f'{code} = {{ parent = "{p}" }}\n'
            rows = [f"{c},2025,{v:.4f}" for c, v in zip(codes, rng.random(len(codes)), strict=True)]
            text = "\n".join([f"{key},year,value", *rows]) + "\n"
            (folder / "data" / f"{code}.csv").write_text(text, encoding="utf-8")
    (folder / "all.toml").write_text(definitions, encoding="utf-8")
    (folder / "frameworks" / "made_up.toml").write_text(framework + placed, encoding="utf-8")
    return folder
