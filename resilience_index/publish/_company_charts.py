"""Charts of a country in company: over income, and beside those with the nearest profiles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_index.publish._charts import NARROW
from resilience_index.publish._marks import (
    Axis,
    Chart,
    Dot,
    Scale,
    Shape,
    Text,
    at,
    fitted,
    rectangle,
    width_of,
)

_HIGH = 158.0
_ROW = 17.0
_LEGEND = 14.0
_NAMES = 146.0  # room for names, at most


@dataclass(frozen=True, slots=True)
class Profile:
    """A row of a chart of profiles: a name, scores of the pillars, the distance in words."""

    name: str
    scores: tuple[float, ...]
    written: str


def discs(places: Sequence[tuple[float, float]], r: float) -> str:
    """Return one path with a disc at each place.

    Examples
    --------
    >>> discs([(10, 5)], 2)
    'M8 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0'
    """
    h, d = at(r), at(2 * r)
    return "".join(
        f"M{at(x - r)} {at(y)}a{h} {h} 0 1 0 {d} 0a{h} {h} 0 1 0 -{d} 0" for x, y in places
    )


def over_income(
    table: pd.DataFrame,
    focus: str,
    name: str,
    ticks: Sequence[tuple[float, str]],
    scale: Scale,
    *,
    title: str,
) -> Chart:
    """Draw scores over a figure with the line and its interval; one country named.

    Parameters
    ----------
    table
        `x`, `score`, `expected`, `lower`, `upper` by country, as `income.adjusted` gives them.
    focus
        Code of the country.
    name
        Its name.
    ticks
        Values of x, and what stands there.
    scale
        Of the scores.
    title
        What the chart says, in words.
    """
    left, bottom = 26.0, _HIGH - 18
    order = table.sort_values("x", kind="stable")
    xs = order["x"].to_numpy(float)
    across = Axis(Scale(float(xs.min()), float(xs.max()), 1, ()), left + 5, NARROW - left - 10)
    up = Axis(scale, 0.0, bottom - 6)

    def y(value: float) -> float:
        return bottom - up(value)

    places = {c: (across(x), y(s)) for c, x, s in order[["x", "score"]].itertuples(name=None)}
    fan = _thinned(order)
    over = [f"{at(across(x))} {at(y(v))}" for x, v in fan[["x", "upper"]].itertuples(index=False)]
    under = [f"{at(across(x))} {at(y(v))}" for x, v in fan[["x", "lower"]].itertuples(index=False)]
    mean = [
        f"{at(across(x))} {at(y(v))}" for x, v in fan[["x", "expected"]].itertuples(index=False)
    ]
    grid = "".join(f"M{at(left)} {at(y(v))}H{at(NARROW)}" for v in scale.ticks)
    shapes: tuple[Shape, ...] = (
        Shape(f"M{'L'.join([*over, *reversed(under)])}Z", fill="wash"),
        Shape(grid, line="rule-2"),
        Shape(f"M{'L'.join(mean)}", line="ink-2", width="1.2"),
        Shape(discs([p for c, p in places.items() if c != focus], 2.2), fill="other-dot"),
    )
    own = places[focus]
    texts = [Text(at(left - 5), at(y(v) + 3.6), scale.tick(v), "end", "ink-3") for v in scale.ticks]
    texts += [
        Text(at(across(x)), at(_HIGH - 4), text, "middle", "ink-3")
        for x, text in ticks
        if xs.min() <= x <= xs.max()
    ]
    label = fitted(name, 150, bold=True)
    wide = width_of(label, bold=True)
    right = own[0] + 7 + wide <= NARROW
    x = own[0] + 7 if right else own[0] - 7
    halo = x if right else x - wide
    shapes += (
        Shape(rectangle(halo - 2, own[1] - 6.5, halo + wide + 2, own[1] + 6.5), fill="paper"),
    )
    texts.append(Text(at(x), at(own[1] + 3.6), label, "start" if right else "end", "ink", True))
    dot = Dot(at(own[0]), at(own[1]), "4", "ink")
    return Chart(at(NARROW), at(_HIGH), title, shapes, (dot,), tuple(texts))


def _thinned(order: pd.DataFrame) -> pd.DataFrame:
    """Keep some two dozen points of smooth lines, both ends among them."""
    keep = np.unique(np.linspace(0, len(order) - 1, min(len(order), 24)).round().astype(int))
    return order.iloc[keep]


def profiles(
    rows: Sequence[Profile], pillars: Sequence[tuple[str, str]], scale: Scale, *, title: str
) -> Chart:
    """Draw the pillar scores of a few countries, one row each, the first of them in question.

    Parameters
    ----------
    rows
        The country, then the others; scores in the order of `pillars`.
    pillars
        Title and colour of each.
    scale
        Of the scores.
    title
        What the chart says, in words.
    """
    legend, top = _legend(pillars)
    label = min(max(width_of(r.name, bold=i == 0) for i, r in enumerate(rows)), _NAMES)
    axis = Axis(scale, label + 12, NARROW - label - 12 - 34)
    bottom = top + len(rows) * _ROW
    grid = "".join(f"M{at(axis(v))} {at(top)}V{at(bottom)}" for v in scale.ticks)
    lines = ""
    dots, texts = list(legend[0]), list(legend[1])
    for i, row in enumerate(rows):
        y, me = top + (i + 0.5) * _ROW, i == 0
        known = [s for s in row.scores if not math.isnan(s)]
        if known:
            lines += f"M{at(axis(min(known)))} {at(y)}H{at(axis(max(known)))}"
        dots += [
            Dot(at(axis(s)), at(y), "4" if me else "3.4", colour)
            for s, (_, colour) in zip(row.scores, pillars, strict=True)
            if not math.isnan(s)
        ]
        name = fitted(row.name, _NAMES, bold=me)
        texts.append(Text(at(label), at(y + 3.6), name, "end", "ink" if me else "ink-2", me))
        texts.append(Text(at(NARROW), at(y + 3.6), row.written, "end", "ink"))
    shapes = (
        Shape(rectangle(0, top, NARROW, top + _ROW), fill="wash"),
        Shape(grid, line="rule-2"),
        Shape(lines, line="other-edge"),
    )
    texts += [
        Text(at(axis(v)), at(bottom + 12), scale.tick(v), "middle", "ink-3") for v in scale.ticks
    ]
    return Chart(at(NARROW), at(bottom + 16), title, shapes, tuple(dots), tuple(texts))


def _legend(pillars: Sequence[tuple[str, str]]) -> tuple[tuple[list[Dot], list[Text]], float]:
    """Set a dot and a name for each pillar, in as many lines as they need."""
    dots, texts, x, y = [], [], 0.0, 9.0
    for title, colour in pillars:
        name = fitted(title, NARROW - 14)
        wide = 12 + width_of(name) + 12
        if x and x + wide - 12 > NARROW:
            x, y = 0.0, y + _LEGEND
        dots.append(Dot(at(x + 4), at(y - 3.6), "3.4", colour))
        texts.append(Text(at(x + 12), at(y), name))
        x += wide
    return (dots, texts), y + 6
