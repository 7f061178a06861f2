"""Charts of scores: a strip of all countries, legs against peers, neighbours, strips for tables.

Each function works out where the marks go and gives a `Chart`; templates/charts.j2 draws it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from resilience_index.publish._marks import (
    Axis,
    Chart,
    Dot,
    Scale,
    Shape,
    Spread,
    Text,
    at,
    cut_scale,
    fitted,
    rectangle,
    spread_path,
    width_of,
)

NARROW, WIDE = 318.0, 664.0
"""Width of a figure in one of two columns, and of one across the page."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: a name, a score with its words, and how the peers lie."""

    name: str
    score: float
    written: str
    rank: str
    colour: str
    peers: Spread | None = None
    span: str = ""  # interval of the rank


def mini(bar: Bar, scale: Scale, title: str, *, hollow: bool = False) -> Chart:
    """Draw the strip of a table row: line, block and tick of the peers, dot of the country."""
    axis, y = Axis(scale, 5, 94), 7.0
    shapes: list[Shape] = []
    if bar.peers is not None:
        x = axis(bar.peers.median)
        shapes.append(Shape(spread_path(bar.peers, axis, y, 1.4, 5.2), fill="other"))
        shapes.append(Shape(rectangle(x - 0.9, 1.5, x + 0.9, 12.5), fill="ink-2"))
    if math.isnan(bar.score):
        return Chart("104", "14", title, tuple(shapes))
    dot = Dot(at(axis(bar.score)), at(y), "3.6", bar.colour, hollow)
    return Chart("104", "14", title, tuple(shapes), (dot,))


def dots(scores: Sequence[tuple[str, float]], scale: Scale, title: str) -> Chart:
    """Draw several scores of one country on one line: (colour, score) each."""
    axis = Axis(scale, 5, 210)
    line = Shape("M5 7H215", line="rule-2")
    marks = tuple(Dot(at(axis(s)), "7", "3.7", c) for c, s in scores if not math.isnan(s))
    return Chart("220", "14", title, (line,), marks)


def strip(
    everyone: Sequence[float],
    focus: tuple[str, float],
    landmarks: Sequence[tuple[str, float]],
    scale: Scale,
    *,
    title: str,
    width: float = WIDE,
) -> Chart:
    """Draw all scores as fine lines, with the country and a few landmarks named.

    Parameters
    ----------
    everyone
        Scores of all that are ranked.
    focus
        Label and score of the country in question.
    landmarks
        Labels and scores worth a name, the dearest first; one that would run into another is left
        unnamed.
    scale
        Range of the axis.
    title
        What the chart says, in words.
    width
        Width of the view box.
    """
    axis = Axis(scale, 1.5, width - 3)
    lines = "".join(f"M{at(axis(s))} 24v18" for s in everyone if not math.isnan(s))
    x = axis(focus[1])
    shapes = [
        Shape(lines, line="other-dot", width="0.8"),
        Shape(rectangle(0, 45.6, width, 46.4), fill="rule"),
        Shape("".join(f"M{at(axis(v))} 46v4" for v in scale.ticks), line="ink-3", width="0.8"),
    ]
    label, placed = _label(focus[0], x, width, (), bold=True)
    texts, taken = [label], [placed]
    for name, score in landmarks:
        found = _label(name, axis(score), width, taken)
        if found[0] is not None:
            texts.append(found[0])
            taken.append(found[1])
            shapes.append(Shape(f"M{at(axis(score))} 20v22", line="ink-2"))
    shapes.append(Shape(rectangle(x - 1.5, 19, x + 1.5, 47), fill="ink"))
    ticks = [_tick(scale.tick(v), axis(v), 62, width) for v in scale.ticks]
    return Chart(at(width), "66", title, tuple(shapes), (), (*[t for t in texts if t], *ticks))


def _label(
    name: str, x: float, width: float, taken: Sequence[tuple[float, float]], *, bold: bool = False
) -> tuple[Text | None, tuple[float, float]]:
    """Find a free place above a line for its name: in its middle, to its right, to its left."""
    text = fitted(name, width - 4, bold=bold)
    wide = width_of(text, bold=bold)
    for left in (x - wide / 2, x, x - wide):
        left = min(max(left, 0.0), width - wide) if bold or abs(left + wide / 2 - x) < 1 else left
        inside = left >= 0 and left + wide <= width
        if inside and all(left > b + 7 or left + wide < a - 7 for a, b in taken):
            return Text(at(left), "15", text, colour="ink" if bold else "ink-2", bold=bold), (
                left,
                left + wide,
            )
    return None, (0.0, 0.0)


def _tick(text: str, x: float, y: float, width: float) -> Text:
    """Write a number under an axis, inside the chart at both ends."""
    half = width_of(text) / 2
    anchor = "start" if x - half < 0 else "end" if x + half > width else "middle"
    edge = {"start": 0.0, "end": width, "middle": x}[anchor]
    return Text(at(edge), at(y), text, anchor)


def legs(bars: Sequence[Bar], scale: Scale, *, title: str) -> Chart:
    """Draw one row for each leg of the index: the country's dot against its peers.

    Rows stand closer together the more there are.
    """
    full = 202.0 if any(b.span for b in bars) else 243.0  # no higher than the chart beside it
    high = min(max(full / len(bars), 28.0), 53.0)
    half = (high - 16) / 2 if len(bars) > 4 else 10.0
    axis = Axis(scale, 5, NARROW - 97)
    shapes, marks, texts = [], [], []
    for i, bar in enumerate(bars):
        base = i * high + 14
        y = base + 5 + half
        if bar.peers is not None:
            x = axis(bar.peers.median)
            shapes.append(Shape(spread_path(bar.peers, axis, y, 1.6, 7), fill="other"))
            shapes.append(Shape(rectangle(x - 1, y - half, x + 1, y + half), fill="ink-2"))
        if not math.isnan(bar.score):
            marks.append(Dot(at(axis(bar.score)), at(y), "5", bar.colour))
        name = fitted(bar.name, NARROW - 84, bold=True)
        texts.append(Text("0", at(base), name, "start", "ink", bold=True))
        texts.append(Text(at(NARROW - 42), at(base), bar.written, "end", "ink", bold=True))
        texts.append(Text(at(NARROW), at(base), bar.rank, "end"))
        if bar.span:
            left = NARROW - width_of(bar.span) - 3
            shapes.append(Shape(rectangle(left, y - 6, NARROW + 3, y + 8), fill="band-wash"))
            texts.append(Text(at(NARROW), at(y + 4.6), bar.span, "end", "ink"))
    foot = len(bars) * high + 10
    middle = (scale.low + scale.high) / 2
    texts += [
        Text(at(axis(v)), at(foot), scale.tick(v), "middle", "ink-3")
        for v in (scale.low, middle, scale.high)
    ]
    return Chart(at(NARROW), at(foot + 4), title, tuple(shapes), tuple(marks), tuple(texts))


def neighbours(bars: Sequence[Bar], focus: int, scale: Scale, *, title: str) -> Chart:
    """Draw the countries ranked next to one, by score, on an axis cut to them.

    `focus` says which of the bars is the country in question; `scale` how scores are written.
    """
    high = 18.4
    label = min(max(width_of(b.name, bold=i == focus) for i, b in enumerate(bars)), 132.0)
    known = [b.score for b in bars if not math.isnan(b.score)]
    cut = cut_scale(min(known), max(known))
    left, right = 26 + label + 12, NARROW - 36
    axis = Axis(cut, left, right - left)
    bottom = len(bars) * high
    grid = "".join(f"M{at(axis(v))} 0V{at(bottom)}" for v in cut.ticks)
    band = rectangle(0, focus * high, NARROW, (focus + 1) * high)
    shapes = (Shape(band, fill="wash"), Shape(grid, line="rule-2"))
    marks, texts = [], []
    for i, bar in enumerate(bars):
        y, me = i * high + high / 2, i == focus
        ink = "ink" if me else "ink-2"
        marks.append(
            Dot(at(axis(bar.score)), at(y), "4" if me else "3", "ink" if me else "other-dot")
        )
        texts.append(Text("20", at(y + 3.6), bar.rank, "end", ink, me))
        texts.append(Text("28", at(y + 3.6), fitted(bar.name, 132, bold=me), "start", ink, me))
        texts.append(Text(at(NARROW), at(y + 3.6), scale.written(bar.score), "end", ink, me))
    texts += [
        Text(at(axis(v)), at(bottom + 14), cut.tick(v), "middle", "ink-3")
        for v in _spaced(cut, axis)
    ]
    return Chart(at(NARROW), at(bottom + 18), title, shapes, tuple(marks), tuple(texts))


def _spaced(scale: Scale, axis: Axis) -> list[float]:
    """Pick the ticks whose numbers do not touch each other."""
    shown: list[float] = []
    for value in scale.ticks:
        if not shown or axis(value) - axis(shown[-1]) > width_of(scale.tick(value)) + 8:
            shown.append(value)
    return shown
