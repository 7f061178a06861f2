"""How the values of one indicator lie: a histogram of equal steps."""

from collections.abc import Sequence

import numpy as np

from resilience_index.content.speech import say
from resilience_index.publish import words
from resilience_index.publish._marks import Chart, Scale, Shape, Text, at, rectangle

WIDTH, _HEIGHT, _FOOT = 318.0, 96.0, 78.0
_LEFT, _HIGH = 26.0, 66.0  # room for the counts at the left; height of the longest bar
_STEPS = 24
_LEAST = _STEPS * float(np.finfo(float).tiny)  # below it a step has not all its digits


def histogram(
    values: Sequence[float], colour: str, title: str, *, scale: Scale | None = None
) -> Chart | None:
    """Draw how many values lie in each of 24 steps; None where there is nothing to draw.

    Parameters
    ----------
    values
        Of all countries; what is missing is left out.
    colour
        Token of the bars.
    title
        What the chart shows; counts of the fullest step are added to it.
    scale
        Ends of the axis and how they are written; without it the lowest and the highest value.
    """
    known = np.array([v for v in values if not np.isnan(v)])
    if not len(known):
        return None
    low, high = (
        (scale.low, scale.high) if scale is not None else (float(known.min()), float(known.max()))
    )
    if not high - low > max(1e-9 * abs(low), _LEAST):  # floats so near each other fill no steps
        high = low + max(1.0, 1e-6 * abs(low))
    counts, edges = np.histogram(known, bins=_STEPS, range=(low, high))
    wide, most = (WIDTH - _LEFT) / _STEPS, int(counts.max())
    bars = "".join(
        rectangle(_LEFT + k * wide, _FOOT - _HIGH * n / most, _LEFT + (k + 1) * wide - 1.2, _FOOT)
        for k, n in enumerate(counts.tolist())
        if n
    )
    fullest = int(counts.argmax())
    told = say(
        "{title}; the fullest step, {low} to {high}, holds {n} of {of}",
        title=title,
        low=words.number(float(edges[fullest])),
        high=words.number(float(edges[fullest + 1])),
        n=words.whole(most),
        of=words.whole(len(known)),
    )
    return Chart(
        at(WIDTH),
        at(_HEIGHT),
        told,
        (
            *(Shape(rectangle(_LEFT, y, WIDTH, y + 0.8), fill="rule") for y, _ in _ticks(most)),
            Shape(bars, fill=colour),
            Shape(rectangle(_LEFT, _FOOT, WIDTH, _FOOT + 0.8), fill="ink-3"),
        ),
        (),
        (
            *(Text(at(_LEFT - 6), at(y + 3.6), words.whole(n), "end") for y, n in _ticks(most)),
            Text(at(_LEFT - 6), at(_FOOT + 0.8), "0", "end"),
            Text(at(_LEFT), "92", words.number(low)),
            Text(at(WIDTH), "92", words.number(high), "end"),
        ),
    )


def _ticks(most: int) -> list[tuple[float, int]]:
    """Place the count of the fullest step and, if it is whole, half of it: heights and counts."""
    shown = [most] if most % 2 else [most // 2, most]
    return [(_FOOT - _HIGH * n / most, n) for n in shown]
