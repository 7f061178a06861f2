"""Charts of ranks: bands of neighbours, how often each rank, what moves a rank.

Each function works out where the marks go and gives a `Chart`; templates/charts.j2 draws it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from resilience_index.publish import words
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
from resilience_index.publish._rank_bands import axis_of

_HIGH = 92.0  # of the columns of a histogram, the highest of them
_ROW = 14.5
_PER_CENT = Scale(0.0, 1.0, 0, (0.0, 0.25, 0.5, 0.75, 1.0))


@dataclass(frozen=True, slots=True)
class Band:
    """A row of a chart of bands: name, published rank, interval, whether the name stands out."""

    name: str
    rank: float
    low: int
    high: int
    near: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A row of a chart of shares: alone, in all, and the interval of the latter."""

    name: str
    first: float
    total: float
    low: float
    high: float


def rounded(x0: float, x1: float, y: float, half: float = 4.0) -> str:
    """Return the path of a band with round ends about two points.

    Examples
    --------
    >>> rounded(10, 30, 8)
    'M10 4H30a4 4 0 0 1 0 8H10a4 4 0 0 1 0 -8Z'
    """
    h, d = at(half), at(2 * half)
    return f"M{at(x0)} {at(y - half)}H{at(x1)}a{h} {h} 0 0 1 0 {d}H{at(x0)}a{h} {h} 0 0 1 0 -{d}Z"


def bands(rows: Sequence[Band], focus: int, of: int, *, title: str) -> Chart:
    """Draw published ranks as dots on the bands of their intervals, on an axis cut to them.

    Parameters
    ----------
    rows
        Those ranked next to a country, itself among them.
    focus
        Which of them is the country.
    of
        How many are ranked.
    title
        What the chart says, in words.
    """
    high = 14.6
    label = min(max(width_of(r.name, bold=i == focus) for i, r in enumerate(rows)), 132.0)
    left, bottom = label + 12, len(rows) * high
    whole = [(min(r.low, int(r.rank)), max(r.high, round(r.rank))) for r in rows]
    axis = axis_of(whole, of)

    def x(rank: float) -> float:
        return left + float(axis.at(rank)) / 100 * (NARROW - left)

    grid = "".join(f"M{at(x(v))} 0V{at(bottom)}" for v in axis.ticks)
    wash = rectangle(0, focus * high, NARROW, (focus + 1) * high)
    paths = [rounded(x(r.low), x(r.high), (i + 0.5) * high) for i, r in enumerate(rows)]
    others = "".join(p for i, p in enumerate(paths) if i != focus)
    shapes = (
        Shape(wash, fill="wash"),
        Shape(grid, line="rule-2"),
        Shape(others, fill="other"),
        Shape(others, line="other-edge", width="0.7"),
        Shape(paths[focus], fill="band"),
        Shape(paths[focus], line="band-edge", width="0.7"),
    )
    marks, texts = [], []
    for i, row in enumerate(rows):
        y, me = (i + 0.5) * high, i == focus
        colour = "ink" if me else "other-dot"
        marks.append(Dot(at(x(row.rank)), at(y), "3.6" if me else "2.8", colour))
        name, ink = fitted(row.name, 132, bold=me), "ink" if me or row.near else "ink-3"
        texts.append(Text(at(label), at(y + 3.6), name, "end", ink, me))
    ticks = [
        Text(at(x(v)), at(bottom + 14), words.fixed(v, 0), "middle", "ink-3") for v in axis.ticks
    ]
    texts += _apart(ticks)
    return Chart(at(NARROW), at(bottom + 18), title, shapes, tuple(marks), tuple(texts))


def _apart(ticks: Sequence[Text]) -> list[Text]:
    """Leave out numbers that would touch the one before."""
    shown: list[Text] = []
    for tick in ticks:
        room = (width_of(tick.text) + width_of(shown[-1].text)) / 2 + 6 if shown else 0.0
        if not shown or float(tick.x) - float(shown[-1].x) > room:
            shown.append(tick)
    return shown


def columns(
    shares: Sequence[float], first: int, inside: tuple[int, int], published: int, *, title: str
) -> Chart:
    """Draw the share of each rank as a column, amber inside the interval.

    Parameters
    ----------
    shares
        Of the ranks from `first` on.
    first
        The rank of the first column.
    inside
        The interval.
    published
        The rank to be underlined.
    title
        What the chart says, in words.
    """
    wide, top = NARROW / len(shares), 12.0
    bottom = top + _HIGH
    gap = min(1.6, wide / 6)
    fills, texts = {"band": "", "other": ""}, []
    for i, share in enumerate(shares):
        rank, x = first + i, i * wide
        y = bottom - share / max(shares) * _HIGH
        colour = "band" if inside[0] <= rank <= inside[1] else "other"
        fills[colour] += rectangle(x + gap / 2, y, x + wide - gap / 2, bottom)
        if share >= 0.005 and (wide >= 17 or share == max(shares)):
            text = words.fixed(100 * share, 0)
            texts.append(Text(at(x + wide / 2), at(y - 3), text, "middle"))
    shapes = [Shape(path, fill=colour) for colour, path in fills.items() if path]
    shapes.append(Shape(rectangle(0, bottom, NARROW, bottom + 0.8), fill="ink-3"))
    middle = (published - first + 0.5) * wide
    half = width_of(words.fixed(published, 0), bold=True) / 2
    shapes.append(Shape(rectangle(middle - half, bottom + 17, middle + half, bottom + 18.4), "ink"))
    texts += _ranks(first, len(shares), published, wide, bottom + 13.5)
    return Chart(at(NARROW), at(bottom + 20), title, tuple(shapes), (), tuple(texts))


def _ranks(first: int, count: int, published: int, wide: float, y: float) -> list[Text]:
    """Write ranks under columns, the published one always, others where there is room."""
    room = width_of(words.fixed(first + count - 1, 0), bold=True) + 5
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 500, 10**9) if s * wide >= room)
    out = []
    for rank in range(first, first + count):
        me = rank == published
        if me or (rank % step == 0 and abs(rank - published) * wide >= room):
            x, ink = (rank - first + 0.5) * wide, "ink" if me else "ink-2"
            out.append(Text(at(x), at(y), words.fixed(rank, 0), "middle", ink, me))
    return out


def sobol(rows: Sequence[Share], *, title: str) -> Chart:
    """Draw for each choice its share alone, filled, inside the outline of its share in all."""
    label = min(max(width_of(r.name) for r in rows), 136.0)
    axis = Axis(_PER_CENT, label + 8, NARROW - label - 26)
    bottom = len(rows) * _ROW
    filled, outline, amber, texts = "", "", "", []
    for i, row in enumerate(rows):
        y = (i + 0.5) * _ROW
        texts.append(Text(at(label), at(y + 3.6), fitted(row.name, label), "end", "ink"))
        filled += rectangle(axis(0), y - 4.5, axis(row.first), y + 4.5)
        outline += rectangle(axis(0), y - 4.5, axis(row.total), y + 4.5)
        amber += rectangle(axis(row.low), y - 1.2, axis(row.high), y + 1.2)
    grid = "".join(f"M{at(axis(v))} 0V{at(bottom)}" for v in _PER_CENT.ticks)
    shapes = (
        Shape(grid, line="rule-2"),
        Shape(filled, fill="ink-2"),
        Shape(outline, line="ink-2", width="0.9"),
        Shape(amber, fill="band"),
    )
    texts += [
        Text(at(axis(v)), at(bottom + 12), words.fixed(100 * v, 0), "middle", "ink-3")
        for v in _PER_CENT.ticks
    ]
    return Chart(at(NARROW), at(bottom + 16), title, shapes, (), tuple(texts))
