"""What if a country's figures were other ones: scores and ranks, and the least change to a target.

Goalposts are frozen unless asked otherwise: each new figure is read off the scale of the built
index, and other countries keep their scores. A figure that was missing may be set.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index import scoring
from resilience_index.errors import UsageError, nearest
from resilience_index.index import Index
from resilience_index.observing import NOT_APPLICABLE
from resilience_index.policy._anew import brought, drawn_anew, range_in, rebuilt
from resilience_index.policy._scoring import Methods
from resilience_index.policy.lab import Lab, Range
from resilience_index.robustness._tables import supplies_of

Array = NDArray[np.float64]
Goalposts = Literal["frozen", "moving"]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure set to another value, what it scores, and the ends of all countries' figures."""

    code: str
    title: str
    unit: str
    before: float
    after: float
    points_before: float
    points_after: float
    lowest: float
    highest: float

    @property
    def beyond(self) -> bool:
        """Whether no country of today lies as far out."""
        return not self.lowest <= self.after <= self.highest


@dataclass(frozen=True, slots=True)
class NodeChange:
    """Score and rank of a node before and after; the intervals of the ranks once they are drawn."""

    node: str
    title: str
    score_before: float
    score_after: float
    rank_before: float
    rank_after: float
    range_before: Range | None = None
    range_after: Range | None = None


@dataclass(frozen=True)
class WhatIf:
    """A country with some other figures."""

    country: str
    name: str
    goalposts: Goalposts
    changes: tuple[Change, ...]
    nodes: tuple[NodeChange, ...]  # the index first

    @property
    def index(self) -> NodeChange:
        """The index itself."""
        return self.nodes[0]


def setting(text: str, index: Index) -> tuple[str, float]:
    """Read a setting: ``indicator=value`` or ``node.indicator=value``.

    Parameters
    ----------
    text
        The value is in the indicator's own unit. A node before the dot is checked: the indicator
        must hang under it.
    index
        A built index.

    Raises
    ------
    UsageError
        If it cannot be read, or a name is unknown.

    Examples
    --------
    >>> from resilience_index import build
    >>> setting("adoption.ai_user_share=40", build("ai_resilience"))
    ('ai_user_share', 40.0)
    """
    name, equals, number = text.partition("=")
    node, _, code = name.strip().rpartition(".")
    if not equals or not code:
        raise UsageError(f"--set {text}: write indicator=value, such as ai_user_share=40")
    framework = index.framework
    if code not in framework.indicators:
        raise UsageError(
            f"--set {text}: no indicator '{code}' {nearest(code, framework.indicators)}"
        )
    for part in [p for p in node.split(".") if p]:
        if part not in framework.nodes:
            raise UsageError(f"--set {text}: no node '{part}' {nearest(part, framework.nodes)}")
        if part not in framework.tree.path(code):
            above = ", ".join(framework.tree.path(code))
            raise UsageError(f"--set {text}: {code} does not hang under {part}, but under {above}")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"--set {text}: {number.strip() or 'nothing'} is no number")
    return code, value


def what_if(
    lab: Lab, country: str, figures: Mapping[str, float], goalposts: Goalposts = "frozen"
) -> WhatIf:
    """Score a country with other figures.

    Parameters
    ----------
    lab
        A built index.
    country
        Code of a ranked country.
    figures
        New figures by indicator, each in its own unit.
    goalposts
        "frozen": the scale of every indicator stays; "moving": the index is built anew with the new
        figures, so that treatment and scales follow.

    Returns
    -------
    WhatIf
        Scores and ranks of every node, before and after.

    Raises
    ------
    UsageError
        If the country or an indicator is unknown, or nothing is to be changed.
    DataError
        If a figure has no place on its scale.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> made = what_if(open_lab(build("ai_resilience")), "KOR", {"ai_user_share": 60.0})
    >>> made.index.score_after > made.index.score_before
    True
    """
    index = lab.index
    lab.country(country)
    if not figures:
        raise UsageError("nothing to change; give --set indicator=value")
    for code in figures:
        if code not in index.framework.indicators:
            raise UsageError(f"no indicator '{code}' {nearest(code, index.framework.indicators)}")
    row = lab.codes.index(country)
    if goalposts == "moving":
        after = rebuilt(lab, one_row(lab, country, figures))
        points, scores, ranks = after.normalised, after.scores, after.ranks
    else:
        points = _points(lab, row, figures)
        scores = scoring.score(
            index.framework, points, (index.flags & NOT_APPLICABLE) == 0, supplies_of(index)
        ).scores
        ranks = scoring.ranked(index.framework, scores)
    changes = tuple(
        Change(
            code,
            index.content.indicators[code].title,
            index.content.indicators[code].unit,
            float(index.observed[code].iloc[row]),
            value,
            float(index.normalised[code].iloc[row]),
            lab.value(points, country, code),
            float(index.observed[code].min()),
            float(index.observed[code].max()),
        )
        for code, value in figures.items()
    )
    nodes = tuple(
        NodeChange(
            node,
            index.framework.nodes[node].title,
            lab.value(index.scores, country, node),
            lab.value(scores, country, node),
            lab.value(index.ranks, country, node),
            lab.value(ranks, country, node),
        )
        for node in index.framework.tree.downwards
    )
    return WhatIf(country, lab.name(country), goalposts, changes, nodes)


def _points(lab: Lab, row: int, figures: Mapping[str, float]) -> pd.DataFrame:
    """Points of all countries, those of one country read anew off the scales."""
    index, methods = lab.index, lab.plain
    made = index.normalised.copy()
    for code, value in figures.items():
        leaf = methods.leaves.index(code)
        made.iloc[row, list(made).index(code)] = _on_scale(index, methods, leaf, row, value)
    return made


def _on_scale(index: Index, methods: Methods, leaf: int, row: int, value: float) -> float:
    """Read one figure off its scale; the same figure gives the same points."""
    code = methods.leaves[leaf]
    scale = methods.scale(0, leaf)
    new = brought(index, code, row, value)
    if methods.known[leaf, row]:
        old = methods.figures[leaf, row]
        gain = scale(np.array([new])) - scale(np.array([old]))
        return float(index.normalised[code].iloc[row] + gain[0])
    return float(scale(np.array([new]))[0])


def one_row(lab: Lab, country: str, figures: Mapping[str, float]) -> dict[str, Array]:
    """Spread the figures of one country over all ranked ones: NaN for the others."""
    here = np.array(lab.codes) == country
    return {code: np.where(here, value, np.nan) for code, value in figures.items()}


def with_ranges(lab: Lab, made: WhatIf) -> WhatIf:
    """Add the 90 % interval of every rank, before and after.

    All assumptions of the framework are drawn for both, as often and with the same seed; for the
    ranks after, the index is built anew with the new figures, whatever the goalposts.

    Parameters
    ----------
    lab
        A built index.
    made
        What `what_if` gave.

    Returns
    -------
    WhatIf
        The same, with `range_before` and `range_after` of each node.

    Raises
    ------
    DataError
        If the index cannot be built, or drawn, with the new figures.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> lab = open_lab(build("ai_resilience"))
    >>> found = with_ranges(lab, what_if(lab, "KOR", {"ai_user_share": 60.0})).index
    >>> found.range_before == lab.range_of("KOR")
    True
    """
    figures = {change.code: change.after for change in made.changes}
    after = rebuilt(lab, one_row(lab, made.country, figures))
    root, found = lab.index.root, (lab.sure, drawn_anew(lab, after, nodes=True))
    nodes = []
    for node in made.nodes:
        old, new = (range_in(one, made.country, node.node, root) for one in found)
        nodes.append(replace(node, range_before=old, range_after=new))
    return replace(made, nodes=tuple(nodes))


def settings(texts: Sequence[str], index: Index) -> dict[str, float]:
    """Read several settings; an indicator may be set once.

    Raises
    ------
    UsageError
        As `setting`, or if an indicator is set twice.
    """
    found: dict[str, float] = {}
    for text in texts:
        code, value = setting(text, index)
        if code in found:
            raise UsageError(f"--set {text}: {code} is set twice; set it once")
        found[code] = value
    return found
