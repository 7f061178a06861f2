"""Scores of many draws at once: matrix products, and a few powers.

Draws come in batches that share a table and exponents; weights are each draw's own. Below, a batch
is b, a draw in it d, a leaf k, a unit n. A power mean is kept in its own space (`_spaces`), where
it is a weighted mean; so the leaves under a node, down to any depth with the same exponent, are one
product of weights (d x k) and table (k x n). Where cells are missing, the same product with the
mask of what is there gives the weights to divide by.

Nodes that are no plain power means go by the engine's own functions (`_by_method`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resilience_index.robustness._model import Floats, Model, Patterns, Rows, Scratch, runs
from resilience_index.robustness._spaces import convert, settled
from resilience_index.robustness._tables import LEVELS
from resilience_index.robustness._tree import Family
from resilience_index.robustness._twins import make_level

_NEXT_TO_NOTHING = 1e-20  # weight of what is missing, so that nothing is divided by 0


def evaluate(
    model: Model, rows: Rows, scratch: Scratch, *, nodes: Sequence[int] = ()
) -> dict[int, Floats]:
    """Score every draw.

    Parameters
    ----------
    model
        The index; its floats decide in which precision it is computed.
    rows
        Settings of the draws, batches of one mask side by side.
    scratch
        Memory to work in.
    nodes
        Numbers of the nodes wanted beside the index; they need facts made with `apart`.

    Returns
    -------
    dict
        By number of the node: b x d x n scores, NaN where a unit has none.
    """
    size = (*rows.size, model.units)
    wanted = {*nodes, model.shape.root}
    kept = {number: np.empty(size, model.tables.points.dtype) for number in wanted}
    for start, stop in runs(model.tables.mask[rows.mix]):
        part = _Part(model, rows.part(start, stop), scratch)
        part.run({number: kept[number][start:stop] for number in wanted})
    for number in wanted:
        twins = model.twins[number - model.shape.root - 1]  # counted from the last
        if twins is not None:
            for start, stop in runs(rows.mix):
                make_level(kept[number][start:stop], twins[rows.mix[start]])
    return kept


@dataclass(slots=True)
class _Value:
    """Means of a family in the space of an exponent (None: plain), and where there are any."""

    mean: Floats
    exponent: int | None
    there: Floats | None  # 1 or 0; None: everywhere
    shown: Floats | None = None  # what is published, where the parent is made of something else


class _Part:
    """Batches of one mask, evaluated family by family."""

    def __init__(self, model: Model, rows: Rows, scratch: Scratch) -> None:
        self.model, self.rows, self.scratch = model, rows, scratch
        self.facts = model.facts[int(model.tables.mask[rows.mix[0]])]
        self.kind = model.tables.points.dtype
        self.mask = np.where(self.facts.there, 1, _NEXT_TO_NOTHING).astype(self.kind)
        self.size = (*rows.size, model.units)
        self.leaf = rows.leaf.astype(self.kind, copy=True)
        self.node = rows.node.astype(self.kind, copy=True)
        self.exponents = settled(rows.exponents)
        self.one = np.ones(len(rows.mix))
        self.values: dict[int, _Value] = {}

    def run(self, wanted: dict[int, Floats]) -> None:
        """Evaluate all families; put the scores of those wanted into place."""
        self.table = self._table()
        for number, family in enumerate(self.model.shape.families):
            if self.facts.merged[number]:
                self._fold(number)
                continue
            if self.facts.inlined[number]:
                continue
            made = self._by_method(number) if family.by_method else self._mean(number)
            self.values[number] = made
            if number in wanted:
                self._put(made, wanted[number], last=number == self.model.shape.root)
        self.scratch.give(self.table)
        self.values.clear()

    def _put(self, made: _Value, place: Floats, *, last: bool) -> None:
        """Write plain scores of a family."""
        if made.shown is not None:
            np.copyto(place, made.shown)
            return
        np.copyto(place, made.mean)
        self._to_space(place, made, None)
        if made.there is not None:
            np.copyto(place, np.nan, where=np.broadcast_to(made.there == 0, place.shape))
        if last:
            self.scratch.give(made.mean)

    def _at(self, exponent: int | None) -> NDArray[np.float64]:
        return self.one if exponent is None else self.exponents[:, exponent]

    def _to_space(self, block: Floats, value: _Value, exponent: int | None) -> None:
        """Bring a family's means into another space, in place; 1 where there are none."""
        if value.exponent == exponent:
            return
        if value.there is not None:
            block += 1 - value.there
        given, asked = self._at(value.exponent), self._at(exponent)
        convert(block, given, asked, zeros=self.model.zeros)

    # The table of each batch, in the spaces of the families that leaves hang under.

    def _table(self) -> Floats:
        model, tables = self.model, self.model.tables
        base = tables.base[self.rows.mix]
        table = self.scratch.take(len(base), *tables.points.shape[1:])
        np.take(tables.points, base, axis=0, out=table, mode="clip")
        self._err(table, base)
        self._fill(table, base)
        for start, stop, exponent in self._spans():
            convert(table[:, start:stop], self.one, self._at(exponent), zeros=model.zeros)
        if self.facts.holes[-1]:
            table *= self.facts.there
        return table

    def _err(self, table: Floats, base: NDArray[np.intp]) -> None:
        """Add errors of measurement; no score leaves its scale."""
        tables, noise = self.model.tables, self.rows.noise
        if not len(tables.erring) or (noise < 0).all():
            return
        error = tables.noise(np.maximum(noise, 0)).astype(self.kind, copy=False)
        error *= tables.errors[base]
        if (noise < 0).any():
            error[noise < 0] = 0
        error += table[:, tables.erring]
        ends = np.ix_(base, tables.erring)
        np.maximum(error, tables.lowest[ends][:, :, None], out=error)
        np.minimum(error, tables.highest[ends][:, :, None], out=error)
        table[:, tables.erring] = error

    def _fill(self, table: Floats, base: NDArray[np.intp]) -> None:
        """Put drawn figures into the gaps."""
        tables = self.model.tables
        number = tables.pool[self.rows.mix]
        for pool in np.unique(number[number >= 0]):
            held, batch = tables.pools[pool], np.flatnonzero(number == pool)
            draws, cells = held.levels.shape
            draw = (self.rows.gaps[batch] * draws).astype(np.intp)
            cell = draw.take(held.unit, axis=1) * cells + np.arange(cells)
            step = held.levels.take(cell).astype(np.intp)
            step += base[batch][:, None] * tables.quantiles[0].size + held.leaf * LEVELS
            flat = table.reshape(len(base), -1)
            places = held.leaf * self.model.units + held.unit
            if len(batch) == len(base):
                flat[:, places] = tables.quantiles.take(step)
            else:
                flat[batch[:, None], places] = tables.quantiles.take(step)

    def _spans(self) -> Iterator[tuple[int, int, int | None]]:
        """Yield runs of leaves whose families share an exponent (None: they stay plain)."""
        number = np.empty(len(self.model.shape.leaves), np.intp)
        for family in self.model.shape.families:
            number[slice(*family.leaves)] = -1 if family.by_method else family.exponent
        for start, stop in runs(number):
            yield start, stop, None if number[start] < 0 else int(number[start])

    # Families.

    def _fold(self, number: int) -> None:
        """Turn the weights of a merged family's leaves into shares of its own weight."""
        inside = self.leaf[slice(*self.model.shape.families[number].below)]
        total = inside.sum(axis=0)
        inside *= np.divide(self.node[number], total, out=total, where=total > 0)

    def _mean(self, number: int) -> _Value:
        """Take the weighted mean of a family, in the space of its exponent."""
        family = self.model.shape.families[number]
        spans, apart = self._members(family)
        facts = self.facts
        uneven = any(not facts.whole(a, b) for a, b in spans)
        if uneven or any(facts.lone[c] for c in apart):
            return self._uneven_mean(number, spans, apart)
        total = np.zeros(self.size[:2], self.kind)
        for start, stop in spans:
            total += self.leaf[start:stop].sum(axis=0)
        for child in apart:
            total += self.node[child]
        there = (total > 0).astype(self.kind)[:, :, None] if facts.lone[number] else None
        share = np.divide(1, total, out=total, where=total > 0)
        mean: Floats | None = None
        for start, stop in spans:
            self.leaf[start:stop] *= share
            mean = self._added(mean, self._product(start, stop, self.table))
        self.node[apart] *= share
        patterns = facts.patterns[number]
        if patterns is not None:
            mean = self._added(mean, self._by_pattern(patterns))
        for child in apart:
            if not facts.inlined[child]:
                mean = self._added(mean, self._part_of(child, family.exponent)[0])
        return _Value(_some(mean), family.exponent, there)

    def _uneven_mean(self, number: int, spans: list[tuple[int, int]], apart: list[int]) -> _Value:
        """Weighted mean of a family in which units have different children."""
        family = self.model.shape.families[number]
        mean: Floats | None = None
        weight: Floats | None = None
        for start, stop in spans:
            mean = self._added(mean, self._product(start, stop, self.table))
            weight = self._added(weight, self._weight_there(start, stop))
        patterns = self.facts.patterns[number]
        if patterns is not None:
            mean = self._added(mean, self._by_pattern(patterns))
            weight = self._added(weight, self._weight_by_pattern(patterns))
        for child in apart:
            if not self.facts.inlined[child]:
                block, held = self._part_of(child, family.exponent)
                mean, weight = self._added(mean, block), self._added(weight, held)
        mean, weight = _some(mean), _some(weight)
        there = None
        if self.facts.lone[number]:
            there = np.greater(weight, 1e-9, out=self.scratch.take(*weight.shape))
            np.maximum(weight, _NEXT_TO_NOTHING, out=weight)
        np.divide(mean, weight, out=mean)
        if there is not None:
            mean *= there
        self.scratch.give(weight)
        return _Value(mean, family.exponent, there)

    def _weight_there(self, start: int, stop: int) -> Floats:
        """Weights of some leaves where they are there."""
        if self.facts.whole(start, stop):
            return np.asarray(self.leaf[start:stop].sum(axis=0)[:, :, None])
        return self._product(start, stop, self.mask)

    def _by_pattern(self, patterns: Patterns) -> Floats:
        """Weight times mean of inlined children, summed."""
        leaf = self.leaf.reshape(len(self.leaf), -1)
        total = np.maximum(patterns.sums.astype(self.kind, copy=False) @ leaf, _NEXT_TO_NOTHING)
        factor = np.divide(self.node[patterns.owner].reshape(total.shape), total, out=total)
        weights = factor[patterns.pattern]
        weights *= leaf[patterns.leaf]
        wide = self.scratch.take(self.size[0], len(weights), self.size[2])
        np.take(self.table, patterns.leaf, 1, wide, "clip")
        wide *= patterns.mask.astype(self.kind, copy=False)
        block = self._matmul(weights.reshape(-1, *self.size[:2]), wide)
        self.scratch.give(wide)
        return block

    def _weight_by_pattern(self, patterns: Patterns) -> Floats:
        """Weights of inlined children, where they are there."""
        if not any(self.facts.lone[c] for c in patterns.children):
            return np.asarray(self.node[list(patterns.children)].sum(axis=0)[:, :, None])
        weights = self.node[patterns.holder]
        weights[: len(patterns.only)] *= self.leaf[patterns.only] > 0
        return self._matmul(weights, patterns.presence.astype(self.kind, copy=False))

    def _matmul(self, weights: Floats, rows: Floats) -> Floats:
        out = self.scratch.take(*self.size)
        np.matmul(weights.transpose(1, 2, 0), rows, out=out)
        return out

    def _members(self, family: Family) -> tuple[list[tuple[int, int]], list[int]]:
        """List runs of leaves that are multiplied at once, and child nodes that are not."""
        spans = [family.leaves] if family.leaves[1] > family.leaves[0] else []
        apart = []
        for child in family.nodes:
            if not self.facts.merged[child]:
                apart.append(child)
                continue
            span = self.model.shape.families[child].below
            if spans and spans[-1][1] == span[0]:
                spans[-1] = (spans[-1][0], span[1])
            else:
                spans.append(span)
        return spans, apart

    def _part_of(self, child: int, exponent: int) -> tuple[Floats, Floats]:
        """Weight times mean of a child node, and its weight where it is there."""
        share = self.node[child][:, :, None]
        value = self.values.pop(child)
        block = value.mean
        self._to_space(block, value, exponent)
        block *= share
        if value.there is None:
            return block, share.copy()
        if value.exponent != exponent:
            block *= value.there
        if value.there.shape == self.size:
            value.there *= share
            return block, value.there
        return block, value.there * share

    def _product(self, start: int, stop: int, table: Floats) -> Floats:
        """Weights of some leaves times their rows of a table: b x d x n."""
        out = self.scratch.take(*self.size)
        rows = table[..., start:stop, :]
        if stop - start == 1:  # a product with one row is an outer one
            np.multiply(self.leaf[start][:, :, None], rows, out=out)
        else:
            np.matmul(self.leaf[start:stop].transpose(1, 2, 0), rows, out=out)
        return out

    def _added(self, sum_: Floats | None, more: Floats) -> Floats:
        """Add to a sum in place where it is large enough; give back what is used up."""
        if sum_ is None:
            return more
        if sum_.shape == self.size:
            sum_ += more
            self.scratch.give(more if more.shape == self.size else None)
            return sum_
        if more.shape == self.size:
            more += sum_
            return more
        return sum_ + more

    def _by_method(self, number: int) -> _Value:
        """Hand a family over to the engine's own functions, draw by draw."""
        family = self.model.shape.families[number]
        table = np.where(self.facts.there, self.table, np.nan)
        children = [
            np.broadcast_to(table[:, None, leaf], self.size) for leaf in range(*family.leaves)
        ]
        weights = [*self.leaf[slice(*family.leaves)]]
        for child in family.nodes:
            value = self.values.pop(child)
            self._to_space(value.mean, value, None)
            lost = value.there is not None
            children.append(np.where(value.there == 0, np.nan, value.mean) if lost else value.mean)
            weights.append(self.node[child])
        if self.model.methods is None:
            raise AssertionError(f"{family.node} goes by a method, but the model has none")
        shown, passed = self.model.methods.scores(family.node, children, weights)
        there = ~np.isnan(passed)
        made = np.nan_to_num(passed, nan=1.0).astype(self.kind)
        lost_ = None if there.all() else there.astype(self.kind)
        return _Value(made, None, lost_, shown.astype(self.kind))


def _some(array: Floats | None) -> Floats:
    """Say that a family has members, as every family of a checked tree has."""
    if array is None:
        raise AssertionError("a family without members")
    return array
