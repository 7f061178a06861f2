"""Marks of charts with their places worked out: the one model that page and print both draw.

A chart is a title and three layers: shapes, dots, texts. Colours are names of tokens in style.css;
the templates turn marks into SVG. All sizes are in units of the chart's own view box.
"""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import numpy as np

from resilience_index.content.speech import say
from resilience_index.publish import words

TEXT = 10.4
"""Size of chart text: 11.7 px on a phone of 390 px, 8 pt in print, for a chart 318 units wide."""

_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] "), frozenset("mwMW%&@")
_ARABIC = {
    **dict.fromkeys("اأإآلئ", 0.31),
    **dict.fromkeys("بتثنيىرز", 0.43),
    **dict.fromkeys("حجخط", 0.67),
    **dict.fromkeys("سشصض", 0.95),
}
_LONG_AT_THE_END = frozenset("بتثنيىفكسشصضل")


@dataclass(frozen=True, slots=True)
class Shape:
    """A path, filled or drawn as a line, in the colour of a token; a line may be dashed."""

    d: str
    fill: str = ""
    line: str = ""
    width: str = "1"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A round mark; a hollow one stands for an estimate."""

    x: str
    y: str
    r: str
    colour: str
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A word in a chart; `anchor` says which of its ends stands at x."""

    x: str
    y: str
    text: str
    anchor: str = "start"
    colour: str = "ink-2"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure ready to be drawn; the title says in words what it shows, numbers included."""

    width: str
    height: str
    title: str
    shapes: tuple[Shape, ...] = ()
    dots: tuple[Dot, ...] = ()
    texts: tuple[Text, ...] = ()

    @property
    def dot_runs(self) -> list[list[Dot]]:
        """Part the dots into runs that look the same, in their order: each is drawn as a group."""
        return [list(run) for _, run in groupby(self.dots, key=look_of_dot)]

    @property
    def text_runs(self) -> list[list[Text]]:
        """Part the texts into runs that look the same, in their order."""
        return [list(run) for _, run in groupby(self.texts, key=look_of_text)]


look_of_dot = attrgetter("hollow", "colour")
look_of_text = attrgetter("anchor", "colour", "bold")
"""What marks of a run have in common; a chart whose marks are sorted by it has few runs."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How a group's scores lie: lowest, quarter, median, three quarters, highest, how many."""

    low: float
    q1: float
    median: float
    q3: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Scale:
    """The range on which scores are drawn, and how they are written."""

    low: float
    high: float
    places: int
    ticks: tuple[float, ...]

    def written(self, value: float) -> str:
        """Write a score."""
        return words.fixed(value, self.places)

    def tick(self, value: float) -> str:
        """Write a number under the axis."""
        return words.number(value)

    @property
    def ends(self) -> str:
        """Name both ends: "0 to 100"."""
        return say("{low} to {high}", low=self.tick(self.low), high=self.tick(self.high))


@dataclass(frozen=True, slots=True)
class Axis:
    """Turns scores into x: scale, left end and width of the axis."""

    scale: Scale
    left: float
    width: float

    def __call__(self, value: float) -> float:
        """Return the x of a score; what lies beyond an end is drawn at it."""
        low, high = self.scale.low, self.scale.high
        return self.left + (min(max(value, low), high) - low) / (high - low) * self.width


def scale_of(values: Iterable[float]) -> Scale:
    """Choose the scale for scores: 0 to 100, 0 to 1, or round numbers about what is there.

    Examples
    --------
    >>> scale_of([12.0, 63.2]).ends, scale_of([0.1, 0.9]).ends, scale_of([-1.2, 2.3]).ends
    ('0 to 100', '0 to 1', '−2 to 3')
    """
    known = np.asarray(values if isinstance(values, np.ndarray) else list(values), dtype=float)
    known = known[np.isfinite(known)]
    least, most = (float(known.min()), float(known.max())) if len(known) else (0.0, 100.0)
    if least >= 0 and 1 < most <= 100:
        return Scale(0.0, 100.0, 1, (0.0, 20.0, 40.0, 60.0, 80.0, 100.0))
    if least >= 0 and most <= 1:
        return Scale(0.0, 1.0, 3, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0))
    return cut_scale(least, most)


def cut_scale(least: float, most: float) -> Scale:
    """Choose round ends about a range, for scores on no usual scale or for a cut axis.

    Examples
    --------
    >>> cut_scale(61.2, 68.9).ticks, cut_scale(61.2, 68.9).places
    ((60.0, 62.0, 64.0, 66.0, 68.0, 70.0), 2)
    """
    width = max(most - least, abs(most) * 1e-6, 1e-9) / 4
    power = 10.0 ** math.floor(math.log10(width))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= width * 0.999)
    first, last = math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple(round(i * step, places) for i in range(first, max(last, first + 1) + 1))
    wide = ticks[-1] - ticks[0]
    return Scale(ticks[0], ticks[-1], 0 if wide >= 1000 else 1 if wide >= 20 else 2, ticks)


def at(value: float) -> str:
    """Write a coordinate, to a tenth of a unit.

    Examples
    --------
    >>> at(12.04), at(12.36), at(-0.01)
    ('12', '12.4', '0')
    """
    return f"{round(value, 1) + 0.0:g}"


def rectangle(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return the path of a rectangle.

    Examples
    --------
    >>> rectangle(0, 0, 10, 5)
    'M0 0H10V5H0Z'
    """
    return f"M{at(x0)} {at(y0)}H{at(x1)}V{at(y1)}H{at(x0)}Z"


def spread_path(spread: Spread, axis: Axis, y: float, thin: float, thick: float) -> str:
    """Return one path with the line from lowest to highest and the block of the middle half."""
    path = rectangle(axis(spread.low), y - thin / 2, axis(spread.high), y + thin / 2)
    if spread.count >= 4:  # of fewer, quarters say nothing
        path += rectangle(axis(spread.q1), y - thick / 2, axis(spread.q3), y + thick / 2)
    return path


def width_of(text: str, *, bold: bool = False) -> float:
    """Estimate how wide a text is at the size of chart text.

    Examples
    --------
    >>> 85 < width_of("Burkina Faso 10.2") < 105
    True
    """
    total = 0.0
    for c, after in zip(text, f"{text[1:]} ", strict=True):
        if unicodedata.east_asian_width(c) in "WF":
            total += 1.0
        elif unicodedata.category(c) == "Cf":  # says which way text runs, and is not seen
            continue
        elif c in _NARROW or unicodedata.combining(c):
            total += 0.31
        elif c in _WIDE:
            total += 0.9
        elif "\u0621" <= c <= "\u06d3":  # letters that join
            total += _ARABIC.get(c, 0.56)
            total += 0.4 if c in _LONG_AT_THE_END and not after.isalpha() else 0.0
        else:
            total += 0.68 if c.isupper() else 0.59
    return total * TEXT * (1.06 if bold else 1.0)


def fitted(text: str, room: float, *, bold: bool = False) -> str:
    """Shorten a text until it fits the room.

    Examples
    --------
    >>> fitted("Norway", 100), fitted("Bosnia and Herzegovina", 80)
    ('Norway', 'Bosnia and He…')
    """
    keep = len(text)
    while keep > 2 and width_of(words.shortened(text, keep), bold=bold) > room:
        keep -= 1
    return words.shortened(text, keep)
