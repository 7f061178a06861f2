"""A map of scores: shapes on the Equal Earth projection, in six classes of equal width.

Small states, which nobody would see, get a dot. Who is listed but not scored is hatched; land that
belongs to nobody in the list is pale. The legend is a histogram of the classes.

References
----------
Šavrič, Patterson & Jenny (2019), The Equal Earth map projection, International Journal of
Geographical Information Science 33, 454-465. https://doi.org/10.1080/13658816.2018.1504949
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from resilience_index.content.shapes import Shapes
from resilience_index.content.speech import say
from resilience_index.publish import words
from resilience_index.publish._marks import TEXT, Chart, Scale, Shape, Text, at, rectangle

Floats = NDArray[np.float64]

RAMP = ("r1", "r2", "r3", "r4", "r5", "r6")
"""Tokens of the classes, from the lowest scores up."""

WIDTH = 1600
"""Width of the view box; places are whole units, about half a pixel on a wide screen."""

_SOUTH, _NORTH = -57.0, 84.0  # latitudes where the sheet ends
_SMALL = 6  # a shape that is no wider and no higher than this many units gets a dot
_FEWEST = 0.5  # share of those scored that must have a place on the map, or there is none
_STEPS = (1.0, 2.0, 5.0, 10.0)
_LEGEND_WIDTH, _LEGEND_HEIGHT = 240.0, 94.0
_A = (1.340264, -0.081106, 0.000893, 0.003796)  # the projection's polynomial


@dataclass(frozen=True, slots=True)
class Region:
    """One country on the map: code, path of its shape, path of its dot where it has one."""

    code: str
    d: str
    dot: str


@dataclass(frozen=True, slots=True)
class Layer:
    """Countries of one class and the token of their colour; hatched if they have no score."""

    colour: str
    regions: tuple[Region, ...]
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of scores: the lower bound of each, and how many are in it."""

    bounds: tuple[str, ...]
    counts: tuple[int, ...]
    edges: tuple[float, ...]

    def of(self, score: float) -> int:
        """Return the class of a score, from 0; a score on an edge belongs above it."""
        return sum(score >= edge for edge in self.edges)


@dataclass(frozen=True, slots=True)
class World:
    """A map ready to be drawn, with its legend and what must be said about its lines."""

    title: str
    width: str
    height: str
    ground: str
    layers: tuple[Layer, ...]
    edges: str
    classes: Classes
    legend: Chart
    note: str
    credit: str


def equal_earth(points: Floats, centre: float = 0.0) -> Floats:
    """Project longitudes and latitudes; x runs to the east, y to the north, in radii of the Earth.

    Formula: sin t = sqrt(3) / 2 sin lat;
    x = 2 sqrt(3) lon cos t / (3 (9 a4 t^8 + 7 a3 t^6 + 3 a2 t^2 + a1));
    y = a4 t^9 + a3 t^7 + a2 t^3 + a1 t, with t, lon and lat in radians.

    Parameters
    ----------
    points
        Rows of longitude and latitude, in degrees.
    centre
        Longitude in the middle of the map, in degrees.

    Examples
    --------
    >>> equal_earth(np.array([[0.0, 0.0], [180.0, 0.0], [0.0, 90.0]])).round(4).tolist()
    [[0.0, 0.0], [2.7066, 0.0], [0.0, 1.3174]]
    """
    a1, a2, a3, a4 = _A
    t = np.arcsin(math.sqrt(3) / 2 * np.sin(np.radians(points[:, 1])))
    t2, t6 = t**2, t**6
    slope = 9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1
    x = 2 * math.sqrt(3) * np.radians(points[:, 0] - centre) * np.cos(t) / (3 * slope)
    return np.column_stack([x, t * (a4 * t6 * t2 + a3 * t6 + a2 * t2 + a1)])


def classes(scores: Sequence[float], scale: Scale) -> Classes:
    """Lay five round cut-offs about the median, so that most scores lie within them.

    The width of a class is the round number nearest to a fifth of the range from the tenth to the
    ninetieth percentile, of those that fit six times into the scale.

    Parameters
    ----------
    scores
        All scores; those that are missing count for nothing.
    scale
        Range of the scores, and how they are written.

    Examples
    --------
    >>> scale = Scale(0.0, 100.0, 1, (0.0, 100.0))
    >>> classes([float(x) for x in range(101)], scale).bounds
    ('0', '30', '40', '50', '60', '70')
    >>> classes([5.0, 5.0], scale).bounds
    ('5',)
    """
    known = np.array([s for s in scores if not math.isnan(s)])
    wide = float(np.subtract(*np.quantile(known, (0.9, 0.1)))) / 5
    if wide <= 0:
        return Classes((scale.tick(float(known.min())),), (len(known),), ())
    step = _step(wide, (scale.high - scale.low) / 6)
    first, last = math.floor(scale.low / step + 3), math.ceil(scale.high / step - 3)
    middle = min(max(round(float(np.median(known)) / step), first), last)
    edges = tuple(round((middle + k) * step, 12) for k in (-2, -1, 0, 1, 2))
    place = np.searchsorted(edges, known, side="right")
    return Classes(
        bounds=tuple(scale.tick(bound) for bound in (scale.low, *edges)),
        counts=tuple(int((place == k).sum()) for k in range(6)),
        edges=edges,
    )


def _step(wide: float, most: float) -> float:
    """Return the round number nearest to a width, but no larger than it may be."""
    power = 10.0 ** math.floor(math.log10(wide))
    round_ones = [power * s / 10 for s in _STEPS] + [power * s for s in _STEPS]
    return min(
        (s for s in round_ones if s <= max(most, power / 10)), key=lambda s: abs(math.log(s / wide))
    )


@dataclass(frozen=True, slots=True)
class Atlas:
    """Everything of a map but its colours, so that many maps are drawn of the same shapes."""

    shapes: Shapes
    height: int
    ground: str
    regions: Mapping[str, Region]


def atlas(
    shapes: Shapes | None, listed: Collection[str], places: Mapping[str, tuple[float, float]]
) -> Atlas | None:
    """Project the shapes of all units that an index knows; None without shapes.

    Parameters
    ----------
    shapes
        Shapes by code.
    listed
        Codes of all units that the index knows; other shapes are the ground.
    places
        Longitude and latitude of units, for those that have no shape or a small one.
    """
    if shapes is None:
        return None
    sheet = _Sheet(shapes.file.centre)
    drawn = {c: sheet.region(c, shapes.rings.get(c, []), places.get(c)) for c in sorted(listed)}
    rest = [r for c, rings in shapes.rings.items() if c not in drawn for r in rings]
    ground = "".join(sheet.path(ring) for ring in [*rest, *shapes.unassigned])
    there = {c: region for c, region in drawn.items() if region.d or region.dot}
    return Atlas(shapes, sheet.height, ground, there)


def world(
    atlas: Atlas | None, scores: Mapping[str, float], scale: Scale, *, title: str
) -> World | None:
    """Draw the map of some scores.

    Parameters
    ----------
    atlas
        The shapes; without them there is no map.
    scores
        Score of each unit, NaN where it has none.
    scale
        How scores are written.
    title
        What the map shows, in words.

    Returns
    -------
    World or None
        None if fewer than half of those with a score have a place on the map.
    """
    known = {c: s for c, s in scores.items() if not math.isnan(s)}
    if atlas is None or sum(c in atlas.regions for c in known) < max(1.0, _FEWEST * len(known)):
        return None
    found = classes(list(known.values()), scale)
    groups: list[list[Region]] = [[] for _ in found.counts]
    for code, score in known.items():
        if code in atlas.regions:
            groups[found.of(score)].append(atlas.regions[code])
    bare = tuple(region for code, region in atlas.regions.items() if code not in known)
    layers = [Layer(RAMP[k], tuple(g)) for k, g in enumerate(groups) if g]
    file = atlas.shapes.file
    return World(
        title=title,
        width=str(WIDTH),
        height=str(atlas.height),
        ground=atlas.ground,
        layers=(*layers, Layer("paper", bare, hatched=True)) if bare else tuple(layers),
        edges="".join(r.dot for group in groups for r in group),
        classes=found,
        legend=legend(found),
        note=say(file.note),
        credit=f"{file.producer}, {file.title} ({file.licence}).",
    )


class _Sheet:
    """The sheet of paper: turns degrees into whole units of the view box."""

    def __init__(self, centre: float) -> None:
        self.centre = centre
        ends = equal_earth(np.array([[-180.0, 0], [180.0, 0], [0, _SOUTH], [0, _NORTH]]))
        self.factor = WIDTH / float(ends[1, 0] - ends[0, 0])
        self.left, self.top = float(ends[0, 0]), float(ends[3, 1])
        self.height = math.ceil(float(ends[3, 1] - ends[2, 1]) * self.factor)

    def units(self, points: Floats) -> NDArray[np.int64]:
        flat = equal_earth(points, self.centre)
        flat = np.column_stack([flat[:, 0] - self.left, self.top - flat[:, 1]])
        return np.rint(flat * self.factor).astype(np.int64)

    def path(self, ring: Floats) -> str:
        """Return the path of a ring, points that fall together drawn once; nothing of a speck."""
        points = self.units(ring)
        points = points[np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]]
        if len(points) < 3:
            return ""
        x, y = points[0].tolist()
        return f"M{x} {y}l{_ways(np.diff(points, axis=0).tolist())}z"

    def region(
        self, code: str, rings: Sequence[Floats], place: tuple[float, float] | None
    ) -> Region:
        """Return shape and dot of a country; the dot only if the shape is small or missing."""
        d = "".join(self.path(ring) for ring in rings)
        islands = [self.units(ring) for ring in rings]
        large = any(np.ptp(island, axis=0).max() > _SMALL for island in islands)
        if large or (not rings and place is None):
            return Region(code, d, "")
        if place is None:
            x, y = (islands[0].min(axis=0) + islands[0].max(axis=0)) // 2
        else:
            lon = (place[0] - self.centre + 180) % 360 - 180 + self.centre
            x, y = self.units(np.array([[lon, place[1]]]))[0]
        return Region(code, d, f"M{x} {y}h0")


def _ways(steps: Sequence[Sequence[int]]) -> str:
    """Write the steps of a path with as few characters as can be.

    >>> _ways([[3, -2], [-4, 1]])
    '3-2-4 1'
    """
    text = " ".join(str(n) for step in steps for n in step)
    return text.replace(" -", "-")


def legend(found: Classes) -> Chart:
    """Draw the histogram that tells the classes: for each a bar, its lower bound, its count."""
    wide = _LEGEND_WIDTH / len(found.counts)
    most = max(found.counts)
    shapes, texts = [], []
    for k, n in enumerate(found.counts):
        left, high = k * wide, 58.0 * n / most
        bar = rectangle(left + 0.5, 74 - high, left + wide - 1, 74)
        if n:
            shapes += [Shape(bar, fill=RAMP[k]), Shape(bar, line="ink-3", width="0.5")]
        texts.append(Text(at(left + wide / 2), at(69 - high), words.whole(n), "middle"))
        anchor = "start" if k == 0 else "middle"
        texts.append(Text(at(left), at(79 + TEXT), found.bounds[k], anchor))
    shapes.append(Shape(rectangle(0, 74, _LEGEND_WIDTH, 74.6), fill="ink-3"))
    counts = [words.whole(n) for n in found.counts]
    told = [say("from {low}: {n}", low=b, n=n) for b, n in zip(found.bounds, counts, strict=True)]
    if len(counts) > 1:
        told[0] = say("below {high}: {n}", high=found.bounds[1], n=counts[0])
        told[1:-1] = [
            say("{low} to {high}: {n}", low=a, high=b, n=n)
            for (a, b), n in zip(pairwise(found.bounds[1:]), counts[1:-1], strict=True)
        ]
    return Chart(
        at(_LEGEND_WIDTH),
        at(_LEGEND_HEIGHT),
        words.semicolons(told),
        tuple(shapes),
        (),
        tuple(texts),
    )
