"""Indices of made-up figures in which every kind of assumption can be at work."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

SOURCES = """
[sources.made_up]
producer = "Nobody"
title = "Made-up figures"
citation = "Made up for a test."
url = "https://example.org"
licence = "CC0"
licence_status = "open"
"""

INDICATOR = """
[indicators.{code}]
title = "Indicator {code}"
definition = "Stands for nothing."
unit = "points"
direction = "{direction}"
source = "made_up"
why = "It is needed for a test."
max_age = 20
"""

ABOUT = """
[about]
title = "Made up"
edition = "2025"
year = 2025
"""


def folder(
    place: Path,
    figures: pd.DataFrame,
    framework: str,
    *,
    errors: pd.DataFrame | None = None,
    years: pd.DataFrame | None = None,
    directions: Mapping[str, str] | None = None,
) -> Path:
    """Write a content folder: units by indicators, and the rest of a framework file."""
    (place / "data").mkdir(parents=True)
    (place / "frameworks").mkdir()
    names = "\n".join(f"{unit},Unit {unit}" for unit in figures.index)
    (place / "countries.csv").write_text(f"iso3,name\n{names}\n", encoding="utf-8")
    (place / "sources.toml").write_text(SOURCES, encoding="utf-8")
    text = ""
    for code in figures:
        direction = (directions or {}).get(code, "higher_is_better")
        text += INDICATOR.format(code=code, direction=direction)
        values = figures[code].to_numpy()
        table = pd.DataFrame({"iso3": figures.index, "year": 2025, "value": values})
        if years is not None:
            table["year"] = years[code].to_numpy()
        if errors is not None and code in errors:
            table["se"] = errors[code].to_numpy()
        kept = table[table["value"].notna()]
        kept.to_csv(place / "data" / f"{code}.csv", index=False, lineterminator="\n")
    (place / "all.toml").write_text(text, encoding="utf-8")
    (place / "frameworks" / "made_up.toml").write_text(ABOUT + framework, encoding="utf-8")
    return place


METHOD = """
[method]
treat = { name = "skewness_kurtosis" }
normalise = { name = "minmax", low = 1, high = 100 }
aggregate = { name = "arithmetic" }

[nodes.index]
title = "Index"
aggregate = { name = "geometric" }
"""


def tree(indicators: int, pillars: int, parts: int) -> str:
    """Write nodes and places of indicators: pillars, each of so many parts."""
    nodes, places = "", ""
    for pillar, codes in enumerate(np.array_split(np.arange(indicators), pillars)):
        nodes += f'\n[nodes.p{pillar}]\ntitle = "Pillar {pillar}"\nparent = "index"\n'
        for part, inside in enumerate(np.array_split(codes, parts)):
            code = f"p{pillar}_{part}"
            nodes += f'\n[nodes.{code}]\ntitle = "Part {part}"\nparent = "p{pillar}"\n'
            places += "".join(f'i{i} = {{ parent = "{code}" }}\n' for i in inside)
    return f"{nodes}\n[indicators]\n{places}"


def drawn(units: int, indicators: int, gaps: float, seed: int) -> pd.DataFrame:
    """Draw figures that go together, some skewed, some missing; no unit is without any."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(units, 1))
    figures = 0.7 * common + 0.7 * rng.normal(size=(units, indicators))
    figures[:, ::3] = np.exp(figures[:, ::3])
    lost = rng.random(figures.shape) < gaps
    lost[np.arange(units), rng.integers(0, indicators, units)] = False
    rows = [f"U{unit:04d}" for unit in range(units)]
    codes = [f"i{number}" for number in range(indicators)]
    return pd.DataFrame(np.where(lost, np.nan, figures.round(6)), index=rows, columns=codes)


EVERYTHING = """
[assumptions.normalisation]
reason = "To be tried."
alternatives = [
  { name = "minmax", low = 1, high = 100, probability = 0.5 },
  { name = "zscore", mean = 40, sd = 22, floor = 1, probability = 0.25 },
  { name = "percentile_rank", low = 1, high = 100, probability = 0.25 },
]

[assumptions.treatment]
reason = "To be tried."
alternatives = [
  { name = "skewness_kurtosis", probability = 0.5 },
  { name = "none", probability = 0.25 },
  { name = "winsorise_percentile", probability = 0.25 },
]

[assumptions.imputation]
reason = "To be tried."
alternatives = [
  { name = "none", probability = 0.5 },
  { name = "gaussian_copula", probability = 0.5 },
]

[assumptions.year_window]
reason = "To be tried."
alternatives = [
  { max_age = "as_defined", probability = 0.75 },
  { max_age = 5, probability = 0.25 },
]

[assumptions.measurement_error]
reason = "To be tried."

[assumptions.power.across]
reason = "To be tried."
levels = [0]
range = [-1, 1]

[assumptions.power.inside]
reason = "To be tried."
levels = [1, 2]
range = [0.5, 1]

[assumptions.weights]
reason = "To be tried."

[assumptions.leave_out]
reason = "To be tried."
probability = 0.5
"""
"""Every kind of assumption, as in the shipped framework."""


def large(place: Path, units: int, indicators: int, gaps: float, seed: int = 0) -> Path:
    """Write a folder in which every kind of assumption is at work."""
    figures = drawn(units, indicators, gaps, seed)
    rng = np.random.default_rng(seed + 1)
    years = pd.DataFrame(rng.integers(2015, 2026, figures.shape), figures.index, figures.columns)
    errors = 0.05 * figures.iloc[:, ::2].abs()
    framework = METHOD + tree(indicators, pillars=4, parts=3) + EVERYTHING
    return folder(place, figures, framework, errors=errors.round(6), years=years)
