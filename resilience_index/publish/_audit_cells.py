"""Charts of an audit that are made of cells: correlations, and what each figure of a table is.

Cells of one colour are one path of level lines, drawn as wide as a row is high.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from resilience_index.content.speech import say
from resilience_index.publish import words
from resilience_index.publish._audit_charts import PHONE, Array
from resilience_index.publish._marks import (
    Chart,
    Shape,
    Text,
    at,
    fitted,
    look_of_text,
    rectangle,
)

RAMP = ("r1", "r2", "r3", "r4", "r5", "r6")
STEPS = (0.3, 0.5, 0.7, 0.8, 0.9)
"""Correlations at which the colour of a cell changes; below 0 it is grey."""

_LIGHT = ("r5", "r6")  # cells that are so dark that their number is light
_LEAST_CELL = 18.0  # below, a cell bears no number
_NUMBERED = 12.0  # below, columns have no number under them
_LEAST_LINE = 13.0  # below, one line of text touches the next


def shade(r: float) -> str:
    """Name the colour of a correlation.

    >>> shade(0.95), shade(0.1), shade(-0.2)
    ('r6', 'r1', 'other')
    """
    return "other" if r < 0 else RAMP[int(np.searchsorted(STEPS, r, side="right"))]


def heat(names: Sequence[str], ends: Sequence[int], r: Array, *, title: str, width: float) -> Chart:
    """Draw correlations as the lower half of a square of cells, pillars parted by lines.

    Parameters
    ----------
    names
        Members in their order.
    ends
        Where pillars end in that order.
    r
        Members by members; NaN where there is none.
    title
        What the chart says, in words.
    width
        Width of the view box; on a phone neither cells nor columns bear a number.
    """
    count = len(names)
    label = 132.0 if width <= PHONE else 152.0
    cell = (width - label) / count
    high = max(cell, _LEAST_LINE)
    fills: dict[str, str] = {}
    texts, numbers = [], []
    for i in range(count):
        y = i * high
        name = fitted(f"{i + 1} {names[i]}" if cell >= _NUMBERED else names[i], label - 6)
        texts.append(Text(at(label - 6), at(y + high / 2 + 3.6), name, "end"))
        runs: dict[str, list[tuple[float, float]]] = {}
        for j in range(i):
            if np.isnan(r[i, j]):
                continue
            x, colour = label + j * cell, shade(r[i, j])
            runs.setdefault(colour, []).append((x + 0.5, x + cell - 0.5))
            if cell >= _LEAST_CELL:
                ink = "paper" if colour in _LIGHT else "ink"
                text = _short(r[i, j])
                numbers.append(Text(at(x + cell / 2), at(y + high / 2 + 3.6), text, "middle", ink))
        for colour, found in runs.items():
            fills[colour] = fills.get(colour, "") + _level(found, y + high / 2)
    texts += sorted(numbers, key=look_of_text)
    shapes = [
        Shape(path, line=colour, width=at(high - 1)) for colour, path in sorted(fills.items())
    ]
    lines = "".join(
        f"M{at(label)} {at(e * high)}H{at(label + e * cell)}V{at(count * high)}" for e in ends[:-1]
    )
    if lines:
        shapes.append(Shape(lines, line="ink", width="1"))
    foot = count * high + 14
    if cell >= _NUMBERED:
        texts += [
            Text(at(label + (j + 0.5) * cell), at(foot), str(j + 1), "middle", "ink-3")
            for j in range(count - 1)
        ]
    return Chart(at(width), at(foot + 4), title, tuple(shapes), (), tuple(texts))


def _short(r: float) -> str:
    """Write a correlation without the zero before its point.

    >>> _short(0.471), _short(1.0)
    ('.47', '1.00')
    """
    zero, point = words.fixed(0, 0), words.fixed(0.1, 1)[1:2]
    return words.fixed(r, 2).replace(f"{zero}{point}", point, 1)


def _level(runs: Sequence[tuple[float, float]], y: float) -> str:
    """Return level lines at one height: drawn as wide as a row is high, they fill its cells.

    Each is told from the end of the one before, by differences of what is written, so that nothing
    drifts.

    Examples
    --------
    >>> _level([(10, 14.5), (20, 21.04)], 6.5)
    'M10 6.5h4.5m5.5 0h1'
    """
    path, end = "", 0.0
    for left, right in runs:
        left, right = round(left, 1), round(right, 1)
        path += f"m{at(left - end)} 0" if path else f"M{at(left)} {at(y)}"
        path += f"h{at(right - left)}"
        end = right
    return path


def legend() -> Chart:
    """Draw what the colours of the heat map mean, in signs: they take no more room than a box."""
    parted = ["0", *[words.fixed(s, 1) for s in STEPS]]
    ends = [f"<{words.NBSP}0", *[f"≥{words.NBSP}{s}" for s in parted]]
    shapes, texts = [], []
    for i, colour in enumerate(("other", *RAMP)):
        x = i * 47.0
        shapes.append(Shape(rectangle(x, 0, x + 44, 10), fill=colour))
        texts.append(Text(at(x), "22", ends[i], colour="ink-3"))
    told = [say("below {figure}", figure="0"), *[say("from {figure}", figure=s) for s in parted]]
    title = say("{name}: {text}", name=say("Colours of the correlations"), text=words.commas(told))
    return Chart(at(PHONE), "26", title, tuple(shapes), (), tuple(texts))


def coverage_map(
    names: Sequence[str], kinds: NDArray[np.int64], colours: Sequence[str], *, title: str,
    width: float,
) -> Chart:  # fmt: skip
    """Draw what each cell of the table is: indicators as lines, countries side by side by rank.

    Parameters
    ----------
    names
        Indicators in their order.
    kinds
        Indicators by countries: a number into `colours`.
    colours
        Token of each kind; an empty one is left white.
    title
        What the chart says, in words.
    width
        Width of the view box.
    """
    label, high = 132.0 if width <= PHONE else 152.0, _LEAST_LINE
    step = (width - label) / max(kinds.shape[1], 1)
    paths = ["" for _ in colours]
    texts = []
    for i, name in enumerate(names):
        y = i * high
        text = fitted(name if width <= PHONE else f"{i + 1} {name}", label - 6)
        texts.append(Text(at(label - 6), at(y + high / 2 + 3.6), text, "end"))
        edges = np.flatnonzero(np.diff(kinds[i])) + 1
        runs: dict[int, list[tuple[float, float]]] = {}
        for a, b in zip([0, *edges], [*edges, kinds.shape[1]], strict=True):
            run = (label + a * step, label + b * step)
            runs.setdefault(int(kinds[i, a]), []).append(run)
        for kind, found in runs.items():
            paths[kind] += _level(found, y + high / 2 + 0.25) if colours[kind] else ""
    shapes = [
        Shape(p, line=c, width=at(high - 1.5)) for p, c in zip(paths, colours, strict=True) if p
    ]
    height = len(names) * high
    frame = f"M{at(label)} 0.5H{at(width)}V{at(height)}H{at(label)}Z"
    shapes.append(Shape(frame, line="rule"))
    return Chart(at(width), at(height + 2), title, tuple(shapes), (), tuple(texts))
