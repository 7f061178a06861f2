"""From a built index to what draws need: the model, the design, and the check on both."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index import scoring
from resilience_index.content.assumptions import UNLISTED, Assumptions
from resilience_index.content.speech import noted
from resilience_index.errors import DataError
from resilience_index.index import Index
from resilience_index.robustness._by_method import by_method
from resilience_index.robustness._design import Design, inputs_of
from resilience_index.robustness._kernel import evaluate
from resilience_index.robustness._model import Facts, Model, Scratch, facts_of
from resilience_index.robustness._tables import Tables, supplies_of, tables_of
from resilience_index.robustness._tree import WHYS, Shape, shape_of
from resilience_index.robustness._twins import twins_of

SLOW = noted("{node} goes draw by draw, which is slow: {why}")
"""Note on a node that is not among those worked out at once, and why."""

_DIFFERS = noted("the fast arithmetic does not give the published ranks")

BY_METHOD = (*WHYS, _DIFFERS)
"""Messages that say why."""

NO_ERRORS = noted("no source states a standard error, so errors of measurement are not drawn")
"""Note on an assumption that changes nothing."""

_CLOSE = 1e-9  # scores at the framework's settings agree with the published ones to this


@dataclass(frozen=True)
class Prepared:
    """An index ready for draws."""

    index: Index
    model: Model  # in float64
    design: Design
    seed: int
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What others work out once for all draws, by a key of theirs."""

    @property
    def notes(self) -> list[str]:
        """What a reader of the results should know: what goes slowly, what is not varied."""
        families = self.model.shape.families
        found = [
            SLOW.format(node=f.node, why=f.by_method)
            for f in families
            if f.by_method and not (self.model.methods and f.node in self.model.methods.at_once)
        ]
        if not self.index.framework.assumptions.listed:
            found.append(UNLISTED.reason)
        error = self.design.assumptions.measurement_error
        if error is not None and not len(self.model.tables.erring):
            found.append(NO_ERRORS)
        return found

    def leaving_out(self) -> Model:
        """Return the model made so that any number of leaves may be left out."""
        return replace(self.model, facts=_facts(self.design, several=True))

    def apart(self) -> Model:
        """Return the model with every node evaluated by itself, so that all scores are known."""
        spans = [family.below for family in self.model.shape.families]
        twins = twins_of(self.model.tables, spans)
        return replace(self.model, facts=_facts(self.design, apart=True), twins=twins)


def prepare(index: Index, *, seed: int, assumed: Assumptions | None = None) -> Prepared:
    """Make all that draws need, and check that it gives the published ranks.

    Parameters
    ----------
    index
        A built index.
    seed
        Draws what is missing.
    assumed
        What varies, if not what the framework lists.

    Raises
    ------
    DataError
        If alternatives give scores below 0 where a mean needs positive ones, or a step cannot do
        what an alternative asks.
    """
    assumptions = index.framework.assumptions if assumed is None else assumed
    if not assumptions.listed and assumed is None:
        assumptions = Assumptions(draws=assumptions.draws, weights=UNLISTED)
    shape = shape_of(index, assumptions.power)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    tables = tables_of(index, assumptions, shape.leaves, rng)
    prepared = _put_together(index, assumptions, shape, tables, seed)
    if _agrees(prepared):
        return prepared
    why = _DIFFERS
    slow = replace(shape, families=tuple(_slow(f, why) for f in shape.families))
    return _put_together(index, assumptions, slow, tables, seed)


def _slow(family: Any, why: str) -> Any:
    return replace(family, by_method=family.by_method or why)


def _put_together(
    index: Index, assumptions: Assumptions, shape: Shape, tables: Tables, seed: int
) -> Prepared:
    design = Design(assumptions, shape, tables, inputs_of(assumptions, shape, tables))
    zeros = _check_signs(design, index)
    methods = by_method(index, shape, supplies_of(index))
    method = index.framework.method
    model = Model(
        shape=shape,
        tables=tables,
        facts=_facts(design),
        twins=twins_of(tables, [shape.families[shape.root].below]),
        methods=methods,
        zeros=zeros,
        higher_is_better=not index.framework.lowest_is_best(index.root),
        places=method.rank.settings.get("places"),
        rounding=method.rank.settings.get("rounding", "half_away"),
    )
    return Prepared(index, model, design, seed)


def _facts(design: Design, *, apart: bool = False, several: bool = False) -> tuple[Facts, ...]:
    leave_out = design.assumptions.leave_out
    codes = [] if leave_out is None else leave_out.only or list(design.shape.leaves)
    droppable = np.array([leaf in codes for leaf in design.shape.leaves])
    return tuple(
        facts_of(design.shape, there, droppable, apart=apart, several=several)
        for there in design.tables.there
    )


def _check_signs(design: Design, index: Index) -> bool:
    """Refuse negative scores where a power is taken; say whether there are zeros."""
    shape, tables = design.shape, design.tables
    powers = list(design.assumptions.power.values())
    zeros = False
    for family in shape.families:
        ends = (shape.exponents[family.exponent],) * 2
        if family.exponent < len(powers):
            ends = powers[family.exponent].ends
        if ends == (1, 1) or family.by_method:
            continue
        below = tables.points[:, slice(*family.below)]
        zeros |= bool((below == 0).any())
        if (below < 0).any():
            base, leaf, unit = np.argwhere(below < 0)[0]
            code = shape.leaves[family.below[0] + leaf]
            raise DataError(
                f"{index.framework.name}: with one of its assumptions {code} of "
                f"{index.imputed.index[unit]} scores {below[base, leaf, unit]:.4g}, below 0, which "
                f"the power mean of {family.node} cannot use; raise shift, or state a floor"
            )
    return zeros


def groups_of(index: Index) -> dict[int, NDArray[np.intp]]:
    """Return the rows that are ranked together: all, or in a panel those of each year."""
    rows = index.ranks.index
    if index.framework.panel is None:
        return {index.framework.about.year: np.arange(len(rows))}
    years = rows.get_level_values(1).to_numpy()
    return {int(year): np.flatnonzero(years == year) for year in np.unique(years)}


def _agrees(prepared: Prepared) -> bool:
    """Compare a draw at the framework's settings with the published index."""
    index, model = prepared.index, prepared.apart()
    families = model.shape.families
    found = evaluate(
        model, prepared.design.nominal(), Scratch(np.float64), nodes=range(len(families))
    )
    for number, family in enumerate(families):
        published = index.scores[family.node].to_numpy(float)
        if not np.allclose(found[number][0, 0], published, _CLOSE, _CLOSE, equal_nan=True):
            return False
    return ranks_agree(index, found[model.shape.root][0, 0])


def ranks_agree(index: Index, scores: NDArray[Any]) -> bool:
    """Say whether scores rank as published, but for pairs equal to the last digits."""
    table = pd.DataFrame({index.root: scores}, index=index.scores.index)
    ranks = scoring.ranked(index.framework, table)[index.root].to_numpy(float)
    published = index.ranks[index.root].to_numpy(float)
    if np.array_equal(ranks, published, equal_nan=True):
        return True
    order = np.argsort(published, kind="stable")
    sign = -1 if index.framework.lowest_is_best(index.root) else 1
    steps = np.diff(sign * scores[order])
    wrong = steps > _CLOSE * np.abs(scores[order][1:])
    return not bool(wrong[~np.isnan(steps)].any())
