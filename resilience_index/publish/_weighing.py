"""Weights of the reader's own: what a page needs to score all countries anew by itself.

The root of the tree is scored anew by a weighted power mean of its children. The tool is offered
only where that mean, at the published weights, gives the published ranks; whatever else a framework
does at its root (a normaliser, classes, another kind of mean) makes it unavailable, not wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.publish import words
from resilience_index.publish._board import Board
from resilience_index.publish._views import hue

MOST = 12
"""A reader does not move more sliders than this."""

_DIGITS = 9  # significant digits of a score that are handed to the page
_EXPONENTS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
_SLACK = 1e-6  # points

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slider:
    """One child of the root: what it is called, its colour, its published share of the weight."""

    title: str
    colour: str
    share: int


@dataclass(frozen=True, slots=True)
class Weighing:
    """The mean that a page computes: (sum w (x + shift)^p / sum w)^(1/p) - shift.

    `p` of 0 is the geometric mean; scores below `floor` count as it; `zeros` says whether a missing
    child counts as 0 instead of leaving its weight to the others. `children` has a row for each
    country in the order of the ranking, NaN where a score is missing.
    """

    sliders: tuple[Slider, ...]
    given: tuple[float, ...]
    p: float
    floor: float | None
    shift: float
    zeros: bool
    children: Floats

    def scores(self, weights: Floats) -> Floats:
        """Score every country at some weights, as the script does.

        Formula: with weights w of the children that are there,
        (sum w (x + shift)^p / sum w)^(1/p) - shift; for p = 0 exp(sum w ln(x + shift) / sum w).
        """
        x = np.nan_to_num(self.children, nan=0.0) if self.zeros else self.children
        there = ~np.isnan(x) & (weights > 0)
        x = np.where(there, x, 1.0)
        x = (x if self.floor is None else np.maximum(x, self.floor)) + self.shift
        w = np.where(there, weights, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            raised = np.log(x) if self.p == 0 else x**self.p
            mean = (w * raised).sum(axis=1) / w.sum(axis=1)
            made: Floats = (np.exp(mean) if self.p == 0 else mean ** (1 / self.p)) - self.shift
        return made


def weighing(board: Board) -> Weighing | None:
    """Say how a page scores all countries anew; None if it cannot, or need not.

    Parameters
    ----------
    board
        Results of the index.
    """
    framework, root = board.index.framework, board.root
    codes = framework.tree.children[root]
    given = board.index.weights[root]
    choice = framework.setting(root, "aggregate")
    settings: Mapping[str, float | None] = choice.settings
    p = settings.get("p") if choice.name == "power" else _EXPONENTS.get(choice.name)
    if p is None or isinstance(given, pd.DataFrame) or not 2 <= len(codes) <= MOST:
        return None
    shares = given.reindex(codes).to_numpy(float)
    points = board.points[:, [board.column[c] for c in codes]]
    given_shares = tuple(float(s) for s in shares / shares.sum())
    sliders = [
        Slider(words.plain(board.title(c)), hue(i), round(100 * share))
        for i, (c, share) in enumerate(zip(codes, given_shares, strict=True))
    ]
    found = Weighing(
        sliders=tuple(sliders),
        given=given_shares,
        p=float(p),
        floor=settings.get("floor"),
        shift=settings.get("shift") or 0.0,
        zeros=framework.setting(root, "missing") == "zero",
        children=np.array([[float(f"{x:.{_DIGITS}g}") for x in row] for row in points]),
    )
    return found if _gives_what_is_published(found, board) else None


def _gives_what_is_published(found: Weighing, board: Board) -> bool:
    """Compare scores and ranks at the published weights with those that are published."""
    column = board.column[board.root]
    published = board.points[:, column]
    made = found.scores(np.array(found.given))
    made = np.where(np.isnan(published), np.nan, made)
    near = np.isclose(made, published, rtol=0, atol=_SLACK, equal_nan=True).all()
    return bool(near and np.array_equal(ranks_of(made), board.ranks[:, column], equal_nan=True))


def ranks_of(scores: Floats) -> Floats:
    """Rank scores as the script does: 1 is the highest, equal scores share the better rank.

    Examples
    --------
    >>> ranks_of(np.array([50.0, 70.0, 50.0, np.nan])).tolist()
    [2.0, 1.0, 2.0, nan]
    """
    known = np.sort(scores[~np.isnan(scores)])
    above = len(known) - np.searchsorted(known, scores, side="right") + 1.0
    return np.where(np.isnan(scores), np.nan, above)
