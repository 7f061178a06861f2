"""Charts of the policy lab: intervals of arms, the course after a shock, two indices on one chart.

Each function works out where the marks go and gives a `Chart`; templates/charts.j2 draws it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from resilience_index.content.speech import say
from resilience_index.policy import Interval
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
    rectangle,
    width_of,
)

WIDE, PHONE = 664.0, 328.0
"""Width of a chart across the page, and across a phone, where its text is then over 11 px."""

TALL, LOW = 290.0, 170.0
"""Height of the field of two indices on a page, and on paper, where pages are to be full."""

_LINE = 11.0  # height of a line of text
_BASE = 3.6  # from the middle of a line down to its base

HUES = ("p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8")
"""Colours of arms, in their order."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a name, an interval, its words, a colour."""

    name: str
    interval: Interval
    written: str
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """One course over the months: a name, an interval for each month, a colour."""

    name: str
    months: Sequence[Interval]
    colour: str


@dataclass(frozen=True, slots=True)
class Point:
    """One country on the chart of two indices."""

    name: str
    x: float
    y: float
    named: bool
    focus: bool = False


def ranges(bars: Sequence[Bar], *, title: str, width: float) -> Chart:
    """Draw intervals below their names: a line for 90 % of draws, a dot for the median.

    What is written stands beside the names or, where one of them would not fit, below them.
    """
    known = [v for b in bars for v in (b.interval.low, b.interval.high) if math.isfinite(v)]
    scale = cut_scale(min([0.0, *known]), max([1e-9, *known]))
    axis = Axis(scale, 5, width - 10)
    below = any(width_of(b.name, bold=True) + width_of(b.written) + 26 > width for b in bars)
    high = 52.0 if below else 38.0
    bottom = len(bars) * high + 4
    grid = "".join(f"M{at(axis(v))} 0V{at(bottom)}" for v in scale.ticks)
    shapes = [Shape(grid, line="rule-2"), Shape(f"M{at(axis(0))} 0V{at(bottom)}", line="ink-3")]
    dots, texts = [], []
    for place, bar in enumerate(bars):
        top = place * high + 14
        y = top + high - 25
        texts.append(Text("12", at(top), fitted(bar.name, width - 12, bold=True), bold=True))
        texts.append(
            Text("12", at(top + 14), bar.written)
            if below
            else Text(at(width), at(top), bar.written, "end")
        )
        if math.isnan(bar.interval.median):
            continue
        low, end = axis(bar.interval.low), axis(bar.interval.high)
        shapes.append(Shape(rectangle(low, y - 1.5, max(end, low + 1), y + 1.5), fill=bar.colour))
        dots.append(Dot(at(axis(bar.interval.median)), at(y), "5", bar.colour))
    places = max(0, -math.floor(math.log10(scale.ticks[1] - scale.ticks[0]) + 1e-9))
    texts += [
        Text(at(axis(v)), at(bottom + 14), words.fixed(v, places if v else 0),
             _anchor(axis(v), width), "ink-3")
        for v in scale.ticks
    ]  # fmt: skip
    return Chart(at(width), at(bottom + 18), title, tuple(shapes), tuple(dots), tuple(texts))


def _anchor(x: float, width: float) -> str:
    """Say which end of a text stands at x, so that it stays inside the chart."""
    return "start" if x < 20 else "end" if x > width - 20 else "middle"


def courses(lines: Sequence[Line], *, title: str, width: float, high: float = 176.0) -> Chart:
    """Draw use of AI over the months after a shock: bands for 90 % of draws, lines for medians.

    The first line has a band; the others are lines alone, so that they can be told apart.
    """
    months = len(lines[0].months) - 1
    top, left = 14.0, 38.0
    bottom = top + high
    right = width - 8
    across = Axis(Scale(0.0, float(months), 0, ()), left, right - left)

    def y(value: float) -> float:
        return bottom - min(max(value, 0.0), 1.0) * (bottom - top)

    grid = "".join(f"M{at(left)} {at(y(v))}H{at(right)}" for v in (0, 0.25, 0.5, 0.75, 1))
    shapes = [
        Shape(grid, line="rule-2"),
        Shape(f"M{at(left)} {at(y(0.9))}H{at(right)}", line="ink-3"),
    ]
    first = lines[0]
    there = [(across(m), i) for m, i in enumerate(first.months) if math.isfinite(i.median)]
    if there:
        over = "L".join(f"{at(x)} {at(y(i.high))}" for x, i in there)
        under = "L".join(f"{at(x)} {at(y(i.low))}" for x, i in reversed(there))
        shapes.append(Shape(f"M{over}L{under}Z", fill="rule"))
    texts = [
        Text(at(left - 6), at(y(v) + 3.6), words.share(v), "end", "ink-3") for v in (0, 0.5, 1)
    ]
    texts.append(Text(at(right), at(y(0.9) - 4), say("90\u00a0% is back"), "end", "ink-3"))
    for line in lines:
        walked = [f"{at(across(m))} {at(y(i.median))}" for m, i in enumerate(line.months)]
        shapes.append(Shape(f"M{'L'.join(walked)}", line=line.colour, width="2.2"))
    texts += [
        Text(at(across(m)), at(bottom + 15), str(m), "middle", "ink-3")
        for m in range(0, months + 1, 3)
    ]
    texts.append(Text(at(left), at(bottom + 31), say("months after the shock"), colour="ink-3"))
    return _keyed(lines, shapes, texts, title, width, bottom + 36)


def _keyed(
    lines: Sequence[Line],
    shapes: list[Shape],
    texts: list[Text],
    title: str,
    width: float,
    height: float,
) -> Chart:
    """Add a key: a short line in the colour of each course, with its name; two columns if wide."""
    half = width / 2
    columns = 2 if all(width_of(line.name) < half - 34 for line in lines) else 1
    for place, line in enumerate(lines):
        row, column = divmod(place, columns)
        x, y = column * half, height + 12 + row * 16
        shapes.append(Shape(f"M{at(x)} {at(y - 3.6)}h22", line=line.colour, width="2.2"))
        texts.append(Text(at(x + 28), at(y), fitted(line.name, width / columns - 30)))
    bottom = height + 8 + math.ceil(len(lines) / columns) * 16
    return Chart(at(width), at(bottom), title, tuple(shapes), (), tuple(texts))


def quadrants(
    points: Sequence[Point],
    cuts: tuple[float, float],
    corners: Sequence[str],
    axes: tuple[str, str],
    *,
    title: str,
    width: float,
    most: float = TALL,
) -> Chart:
    """Draw two indices against each other, cut into four fields.

    Parameters
    ----------
    points
        Countries; only some of them named.
    cuts
        Where the fields are cut: across, up.
    corners
        Names of the fields: upper right, upper left, lower right, lower left.
    axes
        Names of the two indices.
    title
        What the chart says, in words.
    width
        Width of the view box.
    most
        Greatest height of the field.
    """
    left, top, size = 30.0, 22.0, width - 40
    height = min(size, most)
    across = Axis(_upto([p.x for p in points]), left, size)
    scale = _upto([p.y for p in points])

    def y(value: float) -> float:
        return top + height * (1 - (value - scale.low) / (scale.high - scale.low))

    x0, y0 = across(cuts[0]), y(cuts[1])
    bottom, right = top + height, left + size
    shapes = [
        Shape(rectangle(left, top, right, bottom), fill="wash"),
        Shape(f"M{at(x0)} {at(top)}V{at(bottom)}M{at(left)} {at(y0)}H{at(right)}", line="ink-3"),
    ]
    dots = [
        Dot(
            at(across(p.x)),
            at(y(p.y)),
            "5" if p.focus else "3.2",
            "you" if p.focus else "other-dot",
        )
        for p in sorted(points, key=lambda p: p.focus)
    ]
    named = [
        *_fields(corners, (left, top, right, bottom), (x0, y0)),
        Text(at(right), at(bottom + 30), f"{axes[0]} →", "end"),
        Text("0", at(top - 9), f"↑ {axes[1]}"),
    ]
    placed = [(p, across(p.x), y(p.y)) for p in points]
    texts = [*named, *_labels(placed, [_Box.of(t) for t in named], left, right)]
    for value in across.scale.ticks:
        shown = across.scale.tick(value)
        texts.append(Text(at(across(value)), at(bottom + 14), shown, "middle", "ink-3"))
    texts += [
        Text(at(left - 5), at(y(v) + 3.6), scale.tick(v), "end", "ink-3") for v in scale.ticks
    ]
    return Chart(at(width), at(bottom + 36), title, tuple(shapes), tuple(dots), tuple(texts))


def _fields(
    corners: Sequence[str], edges: tuple[float, float, float, float], cuts: tuple[float, float]
) -> list[Text]:
    """Name the four fields in their corners.

    Where the fields on the left are too narrow for a name, the upper one is named from the right of
    the line, and the upper right field at its foot.
    """
    (left, top, right, bottom), (x0, y0) = edges, cuts
    room = x0 - left - 8
    fits = max(width_of(word) for word in corners[1].split()) <= room
    upper = (
        _wrapped(corners[1], left + 4, top + 13, room)
        if fits
        else [Text(at(x0 + 5), at(top + 13), f"← {corners[1]}", "start", "ink-3")]
    )
    return [
        Text(at(right - 4), at(top + 13 if fits else y0 - 6), corners[0], "end", "ink-3"),
        *upper,
        Text(at(right - 4), at(bottom - 6), corners[2], "end", "ink-3"),
        Text(at(left + 4), at(bottom - 6), fitted(corners[3], room), "start", "ink-3"),
    ]


def _wrapped(text: str, x: float, y: float, room: float) -> list[Text]:
    """Write a text on as many lines as it needs."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [Text(at(x), at(y + 12 * i), line, "start", "ink-3") for i, line in enumerate(lines)]


def _upto(values: Sequence[float]) -> Scale:
    known = [v for v in values if math.isfinite(v)]
    return cut_scale(0.0, max([*known, 1.0]))


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a name would stand: its ends, and the height of its middle."""

    start: float
    end: float
    y: float

    @classmethod
    def of(cls, text: Text) -> "_Box":
        """Return the room that a text takes, from the end that its anchor names."""
        x, wide = float(text.x), width_of(text.text, bold=text.bold)
        start = x - wide if text.anchor == "end" else x
        return cls(start, start + wide, float(text.y) - _BASE)

    def meets(self, other: "_Box") -> bool:
        """Say whether two names would run into each other."""
        near = abs(self.y - other.y) < _LINE
        return near and self.start < other.end + 3 and other.start < self.end + 3

    def covers(self, x: float, y: float) -> bool:
        """Say whether a name would lie on a dot."""
        return abs(self.y - y) < _LINE - 3 and self.start - 4 < x < self.end + 4


def _labels(
    placed: Sequence[tuple[Point, float, float]], others: Sequence[_Box], left: float, right: float
) -> list[Text]:
    """Write names beside points where they meet no other text and no dot; that in focus always."""
    taken, texts = [*others], []
    for point, x, y in sorted(placed, key=lambda one: (not one[0].focus, -one[1])):
        if not point.named:
            continue
        dots = [(u, v) for p, u, v in placed if p is not point]
        box = _free(point, (x, y), dots, taken, (left, right))
        if box is None:
            continue
        taken.append(box)
        ink = "ink" if point.focus else "ink-2"
        texts.append(Text(at(box.start), at(box.y + _BASE), point.name, "start", ink, point.focus))
    return texts


def _free(
    point: Point,
    at_: tuple[float, float],
    dots: Sequence[tuple[float, float]],
    taken: Sequence[_Box],
    ends: tuple[float, float],
) -> _Box | None:
    """Find where a name stands best: right, left, and for that in focus above and below, too."""
    (x, y), wide = at_, width_of(point.name, bold=point.focus)
    found = [_Box(x + 7, x + 7 + wide, y), _Box(x - 7 - wide, x - 7, y)]
    if point.focus:
        starts = (x - wide / 2, x + 7, x - 7 - wide)
        found += [_Box(s, s + wide, y + up * (_LINE + 2)) for up in (-1, 1) for s in starts]
    inside = [b for b in found if b.start > ends[0] and b.end < ends[1]]
    hits = {b: sum(b.covers(*d) for d in dots) + sum(b.meets(t) for t in taken) for b in inside}
    best = min(hits, key=lambda b: hits[b], default=None)
    return best if best is not None and (point.focus or not hits[best]) else None
