"""Nodes that are no plain power means, scored by the engine's own functions.

Methods that look at one unit at a time (a minimum, a median, a formula) take all draws in one
table; methods that compare units (Copeland, weights from the data, a node that is normalised) take
one draw after the other, which is slow: some milliseconds each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index import scoring
from resilience_index.content.frameworks import Framework
from resilience_index.errors import ResilienceIndexError
from resilience_index.index import Index
from resilience_index.observing import NOT_APPLICABLE
from resilience_index.robustness._tree import Shape

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class ByMethod:
    """The framework, and what the engine hands to methods."""

    framework: Framework
    rows: pd.Index
    supplies: Mapping[str, Any]
    due: Mapping[str, NDArray[np.bool_]]  # of each leaf and node: to which units it applies
    at_once: frozenset[str]  # nodes whose draws can be stacked

    def scores(
        self, node: str, children: Sequence[Floats], weights: Sequence[Floats]
    ) -> tuple[Floats, Floats]:
        """Score a node in every draw.

        Parameters
        ----------
        node
            Its code.
        children
            Scores of each child, leaves first, as the tree lists them: b x d x n.
        weights
            Weight of each child (or factor, where a method finds the weights): b x d.

        Returns
        -------
        tuple of arrays
            Scores, and what the parent is made of: b x d x n; NaN where the node has no score.
        """
        codes = self._codes(node)
        stacked = np.stack([np.asarray(c, float) for c in children], axis=-1)
        inside = np.stack([np.asarray(w, float) for w in weights], axis=-1)
        flat, factors = stacked.reshape(-1, *stacked.shape[2:]), inside.reshape(-1, len(codes))
        score = self._stacked if node in self.at_once else self._one_by_one
        shown, passed = score(node, codes, flat, factors)
        return shown.reshape(stacked.shape[:3]), passed.reshape(stacked.shape[:3])

    def _codes(self, node: str) -> list[str]:
        children = self.framework.tree.children[node]
        nodes = [c for c in children if c in self.framework.nodes]
        return [c for c in children if c not in self.framework.nodes] + nodes

    def _stacked(
        self, node: str, codes: list[str], flat: Floats, factors: Floats
    ) -> tuple[Floats, Floats]:
        """All draws as one table, its rows draws by units."""
        draws, units, _ = flat.shape
        if not factors.any():  # the only child is left out, in all draws
            return np.full((draws, units), np.nan), np.full((draws, units), np.nan)
        order = self.framework.tree.children[node]
        table = pd.DataFrame(flat.reshape(draws * units, -1), columns=codes)[order]
        weights = pd.DataFrame(np.repeat(factors, units, axis=0), columns=codes)[order]
        due = pd.DataFrame({c: np.tile(self.due[c], draws) for c in order})
        shown, passed = self._scored(node, table, weights, due)
        return shown.to_numpy().reshape(draws, units), passed.to_numpy().reshape(draws, units)

    def _one_by_one(
        self, node: str, codes: list[str], flat: Floats, factors: Floats
    ) -> tuple[Floats, Floats]:
        due = pd.DataFrame({c: self.due[c] for c in codes}, index=self.rows)
        shown, passed = np.full(flat.shape[:2], np.nan), np.full(flat.shape[:2], np.nan)
        order = self.framework.tree.children[node]
        given = self.framework.setting(node, "weigh").name == "given"
        for draw, (values, factor) in enumerate(zip(flat, factors, strict=True)):
            if not factor.any():  # the only child is left out
                continue
            table = pd.DataFrame(values, index=self.rows, columns=codes)[order]
            factor_of = pd.Series(factor, index=codes)[order]
            weights: Any = factor_of
            if not given:
                found = scoring._weights(self.framework, node, table, self.supplies)
                weights = found * factor_of
            made = self._scored(node, table, weights, due[order])
            shown[draw], passed[draw] = (part.to_numpy() for part in made)
        return shown, passed

    def _scored(
        self, node: str, table: pd.DataFrame, weights: Any, due: pd.DataFrame
    ) -> tuple[pd.Series, pd.Series]:
        framework = self.framework
        made = scoring.combined(framework, node, table, weights, due, self.supplies)
        stages = scoring._stages(framework, node, made, self.supplies)
        return stages["score"], stages[framework.setting(node, "passes_up") or "score"]


def by_method(index: Index, shape: Shape, supplies: Mapping[str, Any]) -> ByMethod | None:
    """Return what scores the nodes that are no plain power means; None if there are none."""
    slow = [f.node for f in shape.families if f.by_method]
    if not slow:
        return None
    framework = index.framework
    applies = ((index.flags & NOT_APPLICABLE) == 0).to_numpy()
    due = dict(zip(index.flags.columns, applies.T, strict=True))
    for node in framework.tree.upwards:
        due[node] = np.any([due[c] for c in framework.tree.children[node]], axis=0)
    made = ByMethod(framework, index.imputed.index, dict(supplies), due, frozenset())
    at_once = frozenset(node for node in slow if _looks_at_one_unit(made, node))
    return ByMethod(framework, index.imputed.index, dict(supplies), due, at_once)


def _looks_at_one_unit(methods: ByMethod, node: str) -> bool:
    """Find out whether a node's score of a unit is the same whoever else is in the table.

    Tried on random scores: all units together, and every other one alone.
    """
    setting = methods.framework.setting
    if setting(node, "weigh").name != "given" or setting(node, "normalise") is not None:
        return False
    codes = methods.framework.tree.children[node]
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.uniform(1, 100, (24, len(codes))), columns=codes)
    weights = pd.DataFrame(rng.uniform(1, 2, table.shape), columns=codes)
    due = pd.DataFrame(True, index=table.index, columns=pd.Index(codes))
    try:
        together, _ = methods._scored(node, table, weights, due)
        alone, _ = methods._scored(node, table[::2], weights[::2], due[::2])
    except ResilienceIndexError:
        return False
    return bool(np.array_equal(together[::2].to_numpy(), alone.to_numpy(), equal_nan=True))
