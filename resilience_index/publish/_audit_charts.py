"""Charts of an audit: scree and loadings, pairs, small histograms, scatter.

Each function works out where the marks go and gives a `Chart`; templates/charts.j2 draws it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resilience_index.publish import words
from resilience_index.publish._marks import (
    Axis,
    Chart,
    Dot,
    Scale,
    Shape,
    Text,
    at,
    cut_scale,
    fitted,
    look_of_dot,
    look_of_text,
    rectangle,
    width_of,
)

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]

WIDE, PHONE, SHEET = 616.0, 330.0, 664.0
"""Width of a chart across the page, a phone, a sheet: no text is under 11 px on a screen."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a chart of pairs: a name, two figures, the hue of the first."""

    name: str
    first: float
    second: float
    colour: str


@dataclass(frozen=True, slots=True)
class Small:
    """One small histogram: a name, counts before and after, whether anything was changed."""

    name: str
    before: tuple[int, ...]
    after: tuple[int, ...]
    changed: bool
    colour: str


def scree(
    eigenvalues: Sequence[float], loadings: Mapping[str, float], *, title: str, width: float
) -> Chart:
    """Draw eigenvalues as columns against the line of 1, and the loadings on the first component.

    `loadings` has names of the members; a loading below 0 lies left of the line.
    """
    left = width * (0.25 if width <= PHONE else 0.34)
    height = max(len(loadings) * 17.0 + 22, 108.0)
    top, bottom = 12.0, height - 18
    most = max(max(eigenvalues), 1.0)
    step = (left - 26) / len(eigenvalues)
    columns, texts = "", []
    one = bottom - (bottom - top - 10) / most
    for i, value in enumerate(eigenvalues):
        high = max(value, 0.0) / most * (bottom - top - 10)
        x = 22 + i * step
        columns += rectangle(x + step * 0.15, bottom - high, x + step * 0.85, bottom)
        base = bottom - high - 3
        base = one - 3 if one - 2 < base < one + 10 else base  # not across the line
        if step > 17 or i < 2:
            texts.append(Text(at(x + step / 2), at(base), words.fixed(value, 1), "middle"))
        texts.append(Text(at(x + step / 2), at(bottom + 13), str(i + 1), "middle", "ink-3"))
    shapes = [
        Shape(columns, fill="other-dot"),
        Shape(rectangle(16, bottom, left, bottom + 0.8), fill="rule"),
        Shape(f"M16 {at(one)}H{at(left)}", line="ink-2", width="0.8"),
    ]
    texts.append(Text("0", at(one + 3.6), "1", colour="ink-3"))
    return _with_loadings(loadings, left + 24, width, height, shapes, texts, title)


def _with_loadings(
    loadings: Mapping[str, float],
    left: float,
    width: float,
    height: float,
    shapes: list[Shape],
    texts: list[Text],
    title: str,
) -> Chart:
    """Add a line for each member, with a dot at its loading."""
    label = min((width - left) * 0.6, 160.0)
    low = -1.0 if min(loadings.values()) < 0 else 0.0
    axis = Axis(Scale(low, 1.0, 2, ()), left + label, width - left - label - 34)
    dots, rules = [], ""
    for i, (name, value) in enumerate(loadings.items()):
        y = 14 + i * 17.0
        texts.append(Text(at(left + label - 8), at(y + 3.6), fitted(name, label - 8), "end"))
        rules += f"M{at(axis(0))} {at(y)}H{at(axis(value))}"
        dots.append(Dot(at(axis(value)), at(y), "3.2", "ink"))
        texts.append(Text(at(width), at(y + 3.6), words.fixed(value, 2), "end", "ink"))
    shapes.append(Shape(rules, line="other-dot", width="1.4"))
    shapes.append(Shape(f"M{at(axis(0))} 4V{at(8 + len(loadings) * 17)}", line="rule"))
    foot = at(height - 4)
    texts += [Text(at(axis(v)), foot, words.fixed(v, 0), "middle", "ink-3") for v in (low, 1.0)]
    texts.sort(key=look_of_text)
    return Chart(at(width), at(height), title, tuple(shapes), tuple(dots), tuple(texts))


def pairs(
    rows: Sequence[Row], *, title: str, width: float, form: str, label: float = 150.0
) -> Chart:
    """Draw two figures a line: a dot, and a tick for the one to compare it with.

    `form` is "share" or "places"; `label` is the room for names.
    """
    label = min(label, width * 0.42)
    high, top = (14.5, 4.0) if width > PHONE else (17.0, 4.0)
    known = [v for row in rows for v in (row.first, row.second) if not np.isnan(v)]
    scale = cut_scale(0.0, max([*known, 1e-9]))
    axis = Axis(scale, label, width - label - 18)
    shapes, dots, texts, rules, ticks = [], [], [], "", ""
    bottom = top + len(rows) * high
    for i, row in enumerate(rows):
        y = top + i * high + high / 2
        texts.append(Text(at(label - 8), at(y + 3.6), fitted(row.name, label - 12), "end"))
        if np.isnan(row.first):
            continue
        if not np.isnan(row.second):
            x = axis(row.second)
            rules += f"M{at(x)} {at(y)}H{at(axis(row.first))}"
            ticks += rectangle(x - 1, y - 5.5, x + 1, y + 5.5)
        dots.append(Dot(at(axis(row.first)), at(y), "3.6", row.colour))
    dots.sort(key=look_of_dot)
    grid = "".join(f"M{at(axis(v))} {at(top)}V{at(bottom)}" for v in scale.ticks)
    shapes = [Shape(grid, line="rule-2"), Shape(rules, line="other-dot", width="1.4")]
    shapes += [Shape(ticks, fill="ink-2")] if ticks else []
    for value in scale.ticks:
        text = words.share(value) if form == "share" else words.number(value)
        texts.append(Text(at(axis(value)), at(bottom + 14), text, "middle", "ink-3"))
    return Chart(at(width), at(bottom + 18), title, tuple(shapes), tuple(dots), tuple(texts))


def histograms(cells: Sequence[Small], *, title: str, width: float) -> Chart:
    """Draw a small histogram before and after treatment for each indicator, in columns."""
    across = 2 if width <= PHONE else 4 if width < SHEET else 5
    wide, high = width / across, 66.0
    half = (wide - 18) / 2
    before, texts, rules = "", [], ""
    colours: dict[str, str] = {}
    for i, cell in enumerate(cells):
        x, y = (i % across) * wide, (i // across) * high
        texts.append(Text(at(x), at(y + 11), fitted(cell.name, wide - 4)))
        before += _columns(cell.before, x, y + 54, half)
        path = _columns(cell.after, x + half + 6, y + 54, half)
        colours[cell.colour] = colours.get(cell.colour, "") + path
        rules += f"M{at(x)} {at(y + 54.5)}h{at(half)}m6 0h{at(half)}"
        if cell.changed:
            texts.append(Text(at(x + half + 3), at(y + 22), "‡", "middle", "ink"))
    scored = [Shape(path, fill=colour) for colour, path in colours.items()]
    shapes = [Shape(before, fill="other-dot"), *scored, Shape(rules, line="rule")]
    height = high * -(-len(cells) // across)
    return Chart(at(width), at(height), title, tuple(shapes), (), tuple(texts))


def _columns(counts: Sequence[int], x: float, bottom: float, width: float) -> str:
    """Return the outline of a histogram, one step after the other."""
    most, step = max([*counts, 1]), width / max(len(counts), 1)
    path, level, end = f"M{at(x)} {at(bottom)}", "", round(x, 1)
    for i, n in enumerate(counts, start=1):
        height, begin = f"V{at(bottom - 30 * n / most)}", end
        end = round(x + i * step, 1)
        path += f"{'' if height == level else height}h{at(end - begin)}"
        level = height
    return f"{path}V{at(bottom)}Z"


@dataclass(frozen=True, slots=True)
class Fan:
    """A straight line and its interval on an axis: x of the ends, and y of both there."""

    x: Array
    expected: Array
    lower: Array
    upper: Array


def scatter(
    points: Sequence[tuple[str, float, float, bool]],
    fan: Fan,
    ticks: Sequence[tuple[float, str]],
    *,
    title: str,
    width: float,
    height: float,
) -> Chart:
    """Draw scores against a figure, with the line, its interval, and the names of those beyond it.

    `points` has name, x, score and whether it is to be named; `ticks` x and what stands there.
    """
    left = 30.0
    low, high = float(fan.x.min()), float(fan.x.max())
    across = Axis(Scale(low, high, 1, ()), left + 6, width - left - 12)
    values = [p[2] for p in points]
    scale = cut_scale(min(values), max(values))
    up = Axis(Scale(-scale.high, -scale.low, 1, ()), 8.0, height - 34)

    def y(value: float) -> float:
        return up(-value)

    band = "".join(f"L{at(across(a))} {at(y(b))}" for a, b in zip(fan.x, fan.upper, strict=True))
    back = zip(fan.x[::-1], fan.lower[::-1], strict=True)
    band += "".join(f"L{at(across(a))} {at(y(b))}" for a, b in back)
    ends = (0, -1)  # it is straight
    line = "".join(f"L{at(across(fan.x[i]))} {at(y(fan.expected[i]))}" for i in ends)
    grid = "".join(f"M{at(left)} {at(y(v))}H{at(width)}" for v in scale.ticks)
    shapes: tuple[Shape, ...] = (
        Shape(f"M{band[1:]}Z", fill="wash"),
        Shape(grid, line="rule-2"),
        Shape(f"M{line[1:]}", line="ink-2", width="1.2"),
    )
    dots = [
        Dot(at(across(x)), at(y(s)), "3.2" if named else "2.4", "ink" if named else "other-dot")
        for _, x, s, named in sorted(points, key=lambda point: point[3])
    ]
    texts = [Text(at(left - 6), at(y(v) + 3.6), scale.tick(v), "end", "ink-3") for v in scale.ticks]
    texts += [
        Text(at(across(x)), at(height - 8), text, "middle", "ink-3")
        for x, text in ticks
        if low <= x <= high
    ]
    places = [(across(x), y(s), name) for name, x, s, named in points if named]
    taken = [_round(across(x), y(s), 3.4) for _, x, s, _ in points]
    words_there, leaders = _beside(places, taken, (left + 2, width), height - 22)
    if leaders:
        shapes += (Shape(leaders, line="ink-3", width="0.7"),)
    return Chart(at(width), at(height), title, shapes, tuple(dots), (*texts, *words_there))


def _beside(
    labels: Sequence[tuple[float, float, str]],
    taken: list[Box],
    ends: tuple[float, float],
    height: float,
) -> tuple[list[Text], str]:
    """Place names near their dots, where neither dot nor name is; a line leads to those farther."""
    texts, leaders = [], ""
    for x, y, name in labels:
        wide = width_of(name)
        for left, base, near in _spots(x, y, wide):
            box = (left, base - 8.5, left + wide, base + 2.5)
            inside = ends[0] <= left <= ends[1] - wide and 8 <= base <= height
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                texts.append(Text(at(left), at(base), name, colour="ink"))
                if not near:
                    end = min(max(x, left), left + wide)
                    leaders += (
                        f"M{at(x)} {at(y)}L{at(end)} {at(base + 3 if base < y else base - 9)}"
                    )
                break
    return texts, leaders


def _spots(x: float, y: float, wide: float) -> Iterator[tuple[float, float, bool]]:
    """List places for a name, the nearest to its dot first, and say which need no line."""
    yield from ((x + 6, y + 3.6, True), (x - 6 - wide, y + 3.6, True))
    for left in (x - wide / 2, x + 3, x - 3 - wide):
        yield from ((left, y - 6, True), (left, y + 13.5, True))
    for away in range(14, 91, 4):
        for left in (x - wide / 2, x + 6, x - 6 - wide, x + 2 * away / 3, x - 2 * away / 3 - wide):
            yield from ((left, y - 6 - away, False), (left, y + 13.5 + away, False))


def _round(x: float, y: float, reach: float) -> Box:
    return (x - reach, y - reach, x + reach, y + reach)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
