"""Tables of an index for a notebook: tidy frames that say in `attrs` what they hold, in what unit.

Tidy means one row an observation. The stages of the figures come as countries by indicators, each
column in its own unit.
"""

import html
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import pandas as pd

from resilience_index.content import Content, Framework
from resilience_index.errors import UsageError, nearest

STAGES = ("observed", "denominated", "imputed", "treated", "normalised")
"""Stages that come as countries by indicators."""

SHOWN = 10
"""Rows of a ranking that a notebook shows."""


class Built(Protocol):
    """What a built index has that its frames are made of."""

    @property
    def framework(self) -> Framework: ...  # noqa: D102 - as in Index
    @property
    def content(self) -> Content: ...  # noqa: D102
    @property
    def years(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def scores(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def ranks(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def marks(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def nominal(self) -> pd.Series: ...  # noqa: D102
    @property
    def excluded(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def ranked(self) -> int: ...  # noqa: D102
    def ranking(self) -> pd.DataFrame: ...  # noqa: D102


def frame(index: Built, what: str) -> pd.DataFrame:
    """Return one table of an index with its units; see `Index.to_frame`."""
    if what not in FRAMES:
        raise UsageError(f"to_frame('{what}') {nearest(what, FRAMES)}")
    made, units = FRAMES[what](index)
    about = index.framework.about
    made.attrs = {
        "title": f"{about.title}, edition {about.edition}",
        "table": what,
        "licence": about.licence,
        "units": units,
    }
    return made


def _ranking(index: Built) -> tuple[pd.DataFrame, dict[str, str]]:
    made = index.ranking()
    points = dict.fromkeys(("score", *index.framework.tree.pillars), "points")
    shares = {"coverage": "share, 0 to 1", "missing_share": "share of the weight, 0 to 1"}
    return made, {"rank": "place, 1 is best", **points, **shares}


def _scores(index: Built) -> tuple[pd.DataFrame, dict[str, str]]:
    nodes = list(index.framework.tree.downwards)
    made = _long(index.scores[nodes], "node", "score")
    made["rank"] = _long(index.ranks[nodes], "node", "rank")["rank"]
    made["node"] = made["node"].astype(str)
    return made, {"score": "points", "rank": "place, 1 is best"}


def _indicators(index: Built) -> tuple[pd.DataFrame, dict[str, str]]:
    made = _long(index.years, "indicator", "year")[[*_keys(index.years), "indicator"]]
    made["year"] = _long(index.years, "indicator", "year")["year"]
    for stage in STAGES:
        made[stage] = _long(getattr(index, stage), "indicator", stage)[stage]
    made["mark"] = _long(index.marks, "indicator", "mark")["mark"]
    of_indicator = "unit of the indicator, in the column unit"
    units = {code: _unit(index, code) for code in index.framework.indicators}
    made["unit"] = made["indicator"].map(units)
    published = {code: index.content.indicators[code].unit for code in units}
    made["unit_published"] = made["indicator"].map(published)
    return made, {
        "year": "year of the observation",
        "observed": "unit of the indicator, in the column unit_published",
        "denominated": of_indicator,
        "imputed": f"{of_indicator}, after its transform",
        "treated": f"{of_indicator}, after its transform",
        "normalised": "points",
    }


def _weights(index: Built) -> tuple[pd.DataFrame, dict[str, str]]:
    placed = index.framework.indicators
    made = pd.DataFrame(
        {
            "indicator": list(placed),
            "parent": [placement.parent for placement in placed.values()],
            "weight": [float(index.nominal[code]) for code in placed],
        }
    )
    return made, {"weight": "share of the index if nothing were missing; all sum to 1"}


def _excluded(index: Built) -> tuple[pd.DataFrame, dict[str, str]]:
    return index.excluded.copy(), {}


def _stage(name: str) -> Callable[[Built], tuple[pd.DataFrame, dict[str, str]]]:
    """Return what gives one stage, countries by indicators, each column in its unit."""

    def made(index: Built) -> tuple[pd.DataFrame, dict[str, str]]:
        table: pd.DataFrame = getattr(index, name).copy()
        return table, {str(code): _unit_at(index, str(code), name) for code in table}

    return made


def _unit_at(index: Built, code: str, stage: str) -> str:
    """Say in what unit an indicator is at a stage."""
    if stage == "normalised":
        return "points"
    definition = index.content.indicators[code]
    if stage == "observed":
        return definition.unit
    steps = ", ".join(t.spelled() for t in definition.transform)
    unit = _unit(index, code)
    return f"{unit} ({steps})" if steps and stage != "denominated" else unit


def _unit(index: Built, code: str) -> str:
    definition = index.content.indicators[code]
    return definition.unit_scored or definition.unit


def _keys(table: pd.DataFrame) -> list[str]:
    """Name the columns that row labels become: the unit, in a panel the year it is about."""
    first = str(table.index.names[0] or "code")
    return [first, "panel_year"][: table.index.nlevels]


def _long(table: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """Turn rows by columns into one row a cell, the cells of one row together."""
    keys, wide = _keys(table), len(table.columns)
    made = {
        key: np.repeat(table.index.get_level_values(level).to_numpy(), wide)
        for level, key in enumerate(keys)
    }
    made[column] = np.tile(table.columns.to_numpy(), len(table))
    made[value] = table.to_numpy().ravel()
    return pd.DataFrame(made)


FRAMES: dict[str, Callable[[Built], tuple[pd.DataFrame, dict[str, str]]]] = {
    "ranking": _ranking,
    "scores": _scores,
    "indicators": _indicators,
    "weights": _weights,
    "excluded": _excluded,
    **{name: _stage(name) for name in STAGES},
}
"""The tables that `to_frame` gives, by name."""


def shown(index: Built) -> str:
    """Show an index in a notebook: what it is, and the head of its ranking."""
    table = frame(index, "ranking")
    about = index.framework.about
    rows = f"the first {SHOWN} of {len(table):,}" if len(table) > SHOWN else f"{len(table):,}"
    caption = f"{about.title}, edition {about.edition}: {index.ranked:,} ranked, {rows} shown"
    forms: dict[Any, str | Callable[[object], str] | None] = {
        "rank": "{:.0f}",
        "coverage": "{:.0%}",
        "missing_share": "{:.0%}",
    }
    head = table.head(SHOWN).style.format(forms, precision=1, na_rep="–", escape="html")
    style = head.format_index(escape="html").set_caption(html.escape(caption))
    style.set_uuid(f"{index.framework.name}-{about.edition}".replace(".", "-"))
    return str(style.to_html())
