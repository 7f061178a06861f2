"""The tree of a framework as numbers: which columns and nodes each node puts together, and how.

Leaves (indicators) are numbered in the order of the tree, so that those under any node stand side
by side. A node whose aggregate is a plain power mean of weighted children is evaluated for many
draws at once; every other node goes by the engine's own functions, draw by draw (`by_method`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content._sense_of_assumptions import exponent_of
from resilience_index.content.assumptions import Power
from resilience_index.content.frameworks import Framework
from resilience_index.content.speech import noted
from resilience_index.index import Index


@dataclass(frozen=True, slots=True)
class Family:
    """A node and what hangs right under it."""

    node: str
    depth: int
    leaves: tuple[int, int]  # numbers of the leaves right under it: from, up to
    below: tuple[int, int]  # of all leaves under it
    nodes: tuple[int, ...]  # numbers of the child nodes
    exponent: int  # which of the exponents is its own
    by_method: str  # why it goes draw by draw; empty if it does not
    scaled: bool  # its score is not comparable with its children's


@dataclass(frozen=True, slots=True)
class Shape:
    """The tree in numbers; families stand so that children come before their parents."""

    leaves: tuple[str, ...]
    families: tuple[Family, ...]
    powers: tuple[str, ...]  # names of the assumptions about exponents
    exponents: NDArray[np.float64]  # of the framework: first those of `powers`, then the others
    leaf_weights: NDArray[np.float64]  # of the framework, as they are in each family
    node_weights: NDArray[np.float64]

    @property
    def root(self) -> int:
        """Number of the index."""
        return len(self.families) - 1

    def number(self, node: str) -> int:
        """Return the number of a node."""
        return next(i for i, f in enumerate(self.families) if f.node == node)


def shape_of(index: Index, powers: Mapping[str, Power]) -> Shape:
    """Read the tree off an index, with the exponents that may vary.

    Parameters
    ----------
    index
        A built index.
    powers
        Assumptions about exponents, by name.

    Returns
    -------
    Shape
        The same tree in numbers.

    Examples
    --------
    >>> from resilience_index import build
    >>> shape = shape_of(build("ai_resilience"), {})
    >>> shape.families[shape.root].node, shape.exponents.tolist()
    ('index', [1.0, 0.0])
    """
    framework = index.framework
    tree = framework.tree
    columns = _Columns(framework, powers)
    order = list(reversed(tree.downwards))
    leaves: list[str] = []
    spans: dict[str, tuple[int, int]] = {}
    for node in tree.downwards:
        own = [c for c in tree.children[node] if c not in framework.nodes]
        spans[node] = (len(leaves), len(leaves) + len(own))
        leaves += own
    families = []
    for node in order:
        start = spans[node][0]
        families.append(
            Family(
                node=node,
                depth=tree.depth[node],
                leaves=spans[node],
                below=(start, start + len(tree.leaves(node))),
                nodes=tuple(order.index(c) for c in tree.children[node] if c in framework.nodes),
                exponent=columns.of(node),
                by_method=_why_by_method(index, node),
                scaled=framework.setting(node, "normalise") is not None,
            )
        )
    leaf_weights, node_weights = _weights(index, leaves, order)
    return Shape(
        leaves=tuple(leaves),
        families=tuple(families),
        powers=tuple(powers),
        exponents=np.array(columns.values),
        leaf_weights=leaf_weights,
        node_weights=node_weights,
    )


class _Columns:
    """Gives each node the number of its exponent; equal exponents that do not vary share one."""

    def __init__(self, framework: Framework, powers: Mapping[str, Power]) -> None:
        self.framework = framework
        self.level = {level: i for i, p in enumerate(powers.values()) for level in p.levels}
        self.values = [self._nominal(p) for p in powers.values()]
        self.varied = len(powers)

    def _nominal(self, power: Power) -> float:
        """Exponent of the framework at the levels of an assumption (of the highest node there)."""
        nodes = [n for n in self.framework.nodes if self.framework.tree.depth[n] in power.levels]
        found = exponent_of(self.framework, min(nodes, key=self.framework.tree.depth.__getitem__))
        return 1.0 if found is None else found

    def of(self, node: str) -> int:
        own = exponent_of(self.framework, node)
        value = 1.0 if own is None else own
        depth = self.framework.tree.depth[node]
        if depth in self.level:
            return self.level[depth]
        for place in range(self.varied, len(self.values)):
            if self.values[place] == value:
                return place
        self.values.append(value)
        return len(self.values) - 1


_AGGREGATE, _WEIGH = noted("aggregate {method}"), noted("weigh {method}")
_RULE = noted("a rule of its own for missing children")
_AT_NODE = {"normalise": noted("normalise at the node"), "round": noted("round at the node")}

WHYS = (_AGGREGATE, _WEIGH, _RULE, *_AT_NODE.values())
"""Messages that say why a node is not evaluated for many draws at once."""


def _why_by_method(index: Index, node: str) -> str:
    """Say what keeps a node from being evaluated for many draws at once; empty if nothing does."""
    framework = index.framework
    aggregate, weigh = framework.setting(node, "aggregate"), framework.setting(node, "weigh")
    if exponent_of(framework, node) is None:
        return _AGGREGATE.format(method=aggregate.spelled())
    if weigh.name not in ("given", "equal"):
        return _WEIGH.format(method=weigh.spelled())
    for key, why in _AT_NODE.items():
        if framework.setting(node, key) is not None:
            return why
    strict = framework.setting(node, "missing") != "share"
    fewest = framework.setting(node, "min_count") or framework.setting(node, "min_share")
    gaps = index.normalised.isna().to_numpy().any() or index.framework.assumptions.year_window
    if (strict or fewest) and gaps:
        return _RULE
    return ""


def _weights(
    index: Index, leaves: list[str], order: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights inside each family, of leaves and of nodes; 1 where a method finds them."""
    found: dict[str, float] = {}
    for node, children in index.framework.tree.children.items():
        weights = index.weights[node]
        plain = index.framework.setting(node, "weigh").name in ("given", "equal")
        for child in children:
            found[child] = 1.0
            if plain and isinstance(weights, pd.Series):
                found[child] = float(weights.loc[child])
    return (
        np.array([found[c] for c in leaves]),
        np.array([found.get(c, 1.0) for c in order]),
    )
