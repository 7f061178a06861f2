"""What would move a country to a rank or a score, at least change.

Change is counted in points of the indicators' scores, added up; no indicator goes beyond the best
country of today, and none that is missing moves. Goalposts and other countries stay.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.errors import UsageError, nearest
from resilience_index.index import Index
from resilience_index.policy._anew import drawn_anew, range_in, rebuilt
from resilience_index.policy._figures import per_figure, transformed
from resilience_index.policy._scales import Scale
from resilience_index.policy._scoring import Standing, stated
from resilience_index.policy.lab import Lab, Range
from resilience_index.policy.what_if import one_row

Array = NDArray[np.float64]

_HALVINGS = 60
_ENOUGH = 1e-6  # points by which a target is overshot, so that it is surely met
_SHOWN = 0.005  # changes of fewer points are dropped
_EVEN = 1e-4  # of two changes that cost the same, the more even one


@dataclass(frozen=True, slots=True)
class Step:
    """One indicator's part: its figure and points before and after."""

    code: str
    title: str
    unit: str
    before: float
    after: float
    points_before: float
    points_after: float

    @property
    def points(self) -> float:
        """Change in points of the indicator's score."""
        return self.points_after - self.points_before


@dataclass(frozen=True)
class Way:
    """A way to the target: its steps, and whether they reach it; its interval once it is drawn."""

    steps: tuple[Step, ...]
    score: float
    rank: float
    reached: bool
    range: Range | None = None

    @property
    def points(self) -> float:
        """Change in all, in points of indicators' scores."""
        return sum(abs(step.points) for step in self.steps)


@dataclass(frozen=True)
class Target:
    """What would move a country to a target."""

    country: str
    name: str
    wanted: str
    needed: float  # score, points
    score: float
    rank: float
    range: Range  # of the published rank
    least: Way  # least change in all
    single: tuple[Way, ...]  # one indicator at a time, those that suffice, least change first


def target(
    lab: Lab,
    country: str,
    *,
    rank: int | None = None,
    score: float | None = None,
    only: Sequence[str] = (),
) -> Target:
    """Find the least change that moves a country to a rank or a score.

    Formula: minimise sum_k d_k over 0 <= d_k <= best_k - s_k, subject to index(s + d) >= target, by
    sequential quadratic programming from the point where all are at their best; the index is
    concave in the scores, so what is found is the least.

    Parameters
    ----------
    lab
        A built index.
    country
        Code of a ranked country.
    rank, score
        One of the two: the rank to reach, or the score in points.
    only
        Indicators, or nodes whose indicators, may change; all if none are named.

    Returns
    -------
    Target
        The least change in all, and each indicator that would do it alone.

    Raises
    ------
    UsageError
        If the target or a name is not as it should be.

    References
    ----------
    Kraft (1988), A software package for sequential quadratic programming, DFVLR-FB 88-28.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> found = target(open_lab(build("ai_resilience")), "KOR", rank=10)
    >>> found.least.reached, found.least.rank <= 10
    (True, True)
    """
    lab.country(country)
    index = lab.index
    row = lab.codes.index(country)
    others = np.delete(index.scores[index.root].to_numpy(float), row)
    wanted, needed = _needed(others, rank, score)
    search = _Search(lab, row, _allowed(index, only))
    own = float(index.scores[index.root].iloc[row])
    place = float(index.ranks[index.root].iloc[row])
    who = (country, lab.name(country), wanted, needed, own, place, lab.range_of(country))
    if own >= needed:
        here = Way((), own, place, reached=True)
        return Target(*who, here, ())
    least = search.way(search.least(needed + _ENOUGH), others, needed)
    alone = [search.way(d, others, needed) for d in search.alone(needed + _ENOUGH)]
    single = sorted((w for w in alone if w.reached), key=lambda w: w.points)
    return Target(*who, least, tuple(single))


def with_range(lab: Lab, made: Target) -> Target:
    """Add the 90 % interval of the rank after the least change, as `what_if.with_ranges` does.

    Parameters
    ----------
    lab
        A built index.
    made
        What `target` gave.

    Returns
    -------
    Target
        The same, with the `range` of its least change.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> lab = open_lab(build("ai_resilience"))
    >>> found = with_range(lab, target(lab, "KOR", rank=12))  # where it stands today
    >>> found.least.range == lab.range_of("KOR")
    True
    """
    figures = {step.code: step.after for step in made.least.steps}
    if not figures:
        return replace(made, least=replace(made.least, range=made.range))
    after = drawn_anew(lab, rebuilt(lab, one_row(lab, made.country, figures)))
    root = lab.index.root
    return replace(made, least=replace(made.least, range=range_in(after, made.country, root, root)))


def _needed(others: Array, rank: int | None, score: float | None) -> tuple[str, float]:
    """Return the target in words, and the score that it takes."""
    if (rank is None) == (score is None):
        raise UsageError("give either a rank or a score as the target")
    if score is not None:
        if not np.isfinite(score):
            raise UsageError(f"target score {score}; a number is needed")
        return f"a score of {score:g}", float(score)
    ordered = np.sort(others[~np.isnan(others)])[::-1]
    if not 1 <= int(rank or 0) <= len(ordered) + 1:
        raise UsageError(f"target rank {rank}; a rank from 1 to {len(ordered) + 1} is needed")
    place = int(rank or 0)
    return f"rank {place}", float(ordered[place - 1]) if place <= len(ordered) else -np.inf


def _allowed(index: Index, only: Sequence[str]) -> set[str]:
    """Return the indicators that may change."""
    framework = index.framework
    if not only:
        return set(framework.indicators)
    found: set[str] = set()
    for name in only:
        if name not in framework.nodes and name not in framework.indicators:
            known = [*framework.nodes, *framework.indicators]
            raise UsageError(f"--only: no node or indicator '{name}' {nearest(name, known)}")
        found |= set(framework.tree.leaves(name))
    return found


class _Search:
    """The country's score as a function of points added to its indicators."""

    def __init__(self, lab: Lab, row: int, allowed: set[str]) -> None:
        self.lab, self.row, self.index = lab, row, lab.index
        self.methods = lab.plain
        points = self.index.normalised[list(self.methods.leaves)].to_numpy(float)
        here, best = points[row], np.nanmax(points, axis=0)
        free = self.methods.known[:, row] & (best > here)
        self.free = [k for k, code in enumerate(self.methods.leaves) if free[k] and code in allowed]
        if not self.free:
            raise UsageError("none of the indicators named has a figure that could rise")
        self.here, self.room = here[self.free], (best - here)[self.free]
        self.column = np.array([row])

    def scores(self, added: Array) -> Array:
        """Score the country for several changes at once: changes by free indicators."""
        many = len(added)
        methods = stated(self.methods.prepared, many)
        standing = Standing(methods, 0, np.arange(many))
        moved = {
            leaf: np.broadcast_to(standing.points[leaf][:, self.column], (many, 1))
            for leaf in range(len(methods.leaves))
        }
        for place, leaf in enumerate(self.free):
            moved[leaf] = self.here[place] + added[:, place, None]
        return np.asarray(standing.evaluate(moved, self.column)[self.index.root][:, 0])

    def least(self, needed: float) -> Array:
        """Find the change of fewest points in all; everything at its best if that is not enough."""
        from scipy import optimize

        if self.scores(self.room[None, :])[0] < needed:
            return np.asarray(self.room)
        minimize: Any = optimize.minimize  # its stubs know no arrays of any shape
        constraint = {
            "type": "ineq",
            "fun": lambda d: self.scores(d[None, :])[0] - needed,
            "jac": self._slopes,
        }
        found = minimize(
            lambda d: float(d.sum() + _EVEN * (d**2).sum()),
            self.room,
            jac=lambda d: np.asarray(1 + 2 * _EVEN * d),
            bounds=[(0.0, float(r)) for r in self.room],
            constraints=constraint,
            method="SLSQP",
            options={"maxiter": 500, "ftol": 1e-10},
        )
        made = np.clip(found.x, 0, self.room)
        made = np.where(made < _SHOWN, 0.0, made)
        return self._met(made, needed)

    def _slopes(self, added: Array) -> Array:
        """Slope of the score in each indicator, by a small step to either side."""
        step = 1e-4
        sides = np.concatenate(
            [added + step * np.eye(len(added)), added - step * np.eye(len(added))]
        )
        made = self.scores(sides)
        return np.asarray((made[: len(added)] - made[len(added) :]) / (2 * step))

    def _met(self, added: Array, needed: float) -> Array:
        """Stretch a change until it just meets the target."""
        if self.scores(added[None, :])[0] >= needed:
            return self._halved(lambda t: np.minimum(added * t, self.room), needed)
        most = (self.room / np.where(added > 0, added, np.inf)).max()
        grown = np.minimum(added * most, self.room)
        if self.scores(grown[None, :])[0] >= needed:
            return self._halved(
                lambda t: np.minimum(added * (1 + t * (most - 1)), self.room), needed
            )
        return self._halved(lambda t: grown + (self.room - grown) * t, needed)

    def _halved(self, along: Callable[[float], Array], needed: float) -> Array:
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            enough = self.scores(along(middle)[None, :])[0] >= needed
            low, high = (low, middle) if enough else (middle, high)
        return along(high)

    def alone(self, needed: float) -> list[Array]:
        """Find for each indicator the change that does it alone; leave out those that cannot."""
        single = np.diag(self.room)
        able = self.scores(single) >= needed
        return [
            self._halved(lambda t, s=single[place]: s * t, needed)  # type: ignore[misc]
            for place in np.flatnonzero(able)
        ]

    def way(self, added: Array, others: Array, needed: float) -> Way:
        """Put a change into words: figures before and after."""
        score = float(self.scores(added[None, :])[0])
        steps = [
            self._step(leaf, float(self.here[place]), float(added[place]))
            for place, leaf in enumerate(self.free)
            if added[place] > 0
        ]
        steps.sort(key=lambda s: -s.points)
        rank = 1.0 + float((others > score).sum())
        return Way(tuple(steps), score, rank, reached=score >= needed)

    def _step(self, leaf: int, points: float, added: float) -> Step:
        code = self.methods.leaves[leaf]
        definition = self.index.content.indicators[code]
        before = float(self.index.observed[code].iloc[self.row])
        after = self._figure(leaf, code, before, added)
        return Step(code, definition.title, definition.unit, before, after, points, points + added)

    def _figure(self, leaf: int, code: str, before: float, added: float) -> float:
        """Find the figure that scores so many points more: away from the old one, then halving."""
        scale, per = self.methods.scale(0, leaf), per_figure(self.index, code)[self.row]
        base = float(scale(self.methods.figures[leaf, [self.row]])[0])
        away = 1.0 if self.index.content.indicators[code].direction != "lower_is_better" else -1.0

        def gained(figure: float) -> float:
            return self._gain(scale, code, figure * per) - base

        near, far = before, before
        reach = max(abs(before), 1.0)
        for _ in range(_HALVINGS):
            far = before + away * reach
            if away < 0 and before > 0:
                far = max(far, before / 2**_HALVINGS)
            if gained(far) >= added:
                break
            reach *= 2
        for _ in range(2 * _HALVINGS):
            middle = (near + far) / 2
            near, far = (near, middle) if gained(middle) >= added else (middle, far)
        return far

    def _gain(self, scale: Scale, code: str, denominated: float) -> float:
        return float(scale(transformed(self.index, code, np.array([denominated])))[0])
