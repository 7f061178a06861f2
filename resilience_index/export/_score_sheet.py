"""The sheet of scores: families side by side, each node worked out from the children beside it.

A node that is scaled in turn, or passes up something else than its score, has further columns at
the right end: ``<node>.aggregate``, ``<node>.oriented``, ``<node>.score``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from resilience_index.content.frameworks import Rounding
from resilience_index.export import formulas
from resilience_index.export._families import Family, Rules, aggregated
from resilience_index.export._frozen import Passed, replay
from resilience_index.export._layout import Column, Grid, Live
from resilience_index.export._scales import Scales
from resilience_index.export._stages import Stages, values
from resilience_index.index import Index
from resilience_index.observing import NOT_APPLICABLE

Formula = Callable[[str, int], str]

_WEIGHT_ROW = 4


@dataclass(frozen=True, slots=True)
class NodePlan:
    """Columns of one node: where its aggregate, its oriented aggregate and its score stand.

    `before` and `after` round the aggregate and the score; `sign` is -1 where less is better.
    """

    node: str
    scaled: bool
    sign: float
    aggregate: str
    oriented: str
    score: str
    before: Rounding | None
    after: Rounding | None

    @classmethod
    def of(cls, index: Index, node: str) -> "NodePlan":
        """Plan a node's columns: its own holds what it passes up, further ones the rest."""
        framework = index.framework
        rule = framework.setting(node, "round")
        up = framework.setting(node, "passes_up") or "score"
        if framework.setting(node, "normalise") is None:
            apart = up == "unrounded" and rule is not None
            score = f"{node}.score" if apart else node
            before, after = (None, rule) if apart else (rule, None)
            return cls(node, False, 1.0, node, node, score, before, after)
        before = rule if rule is not None and rule.of != "score" else None
        after = rule if rule is not None and rule.of != "aggregate" else None
        sign = 1.0 if framework.nodes[node].direction == "higher_is_better" else -1.0
        aggregate = node if up == "aggregate" else f"{node}.aggregate"
        apart = up == "aggregate" or (up == "unrounded" and after is not None)
        return cls(
            node, True, sign, aggregate, aggregate if sign > 0 else f"{node}.oriented",
            f"{node}.score" if apart else node, before, after,
        )  # fmt: skip

    @property
    def columns(self) -> list[str]:
        """Names of all its columns, its own first."""
        return list(dict.fromkeys([self.node, self.aggregate, self.oriented, self.score]))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the columns of the sheet are made from."""

    stages: Stages
    grid: Grid
    due: Grid | None
    replayed: Passed
    scales: Scales

    def column(self, name: str, heads: tuple[str, str], now: pd.Series, formula: Formula | None,
               *, array: bool = False, weight: Live | None = None) -> Column:  # fmt: skip
        """Make a column of points; without a formula it stands as values."""
        cells = values(self.stages.table(now.to_frame("now"))["now"])
        title, note = heads
        return Column((name, title, weight, note), cells, formula, array, "points")


def families(index: Index) -> list[str]:
    """List the members of the tree: the index, then each family side by side."""
    tree = index.framework.tree
    return [tree.root, *(child for node in tree.downwards for child in tree.children[node])]


def scores(
    stages: Stages, normalised: Grid, weights: Mapping[str, str]
) -> tuple[Grid, dict[str, str]]:
    """Write the sheet; return it, and for each node the column that holds its score.

    `weights` gives the cell of each weight.
    """
    index, book = stages.index, stages.book
    plans = {node: NodePlan.of(index, node) for node in index.framework.nodes}
    members = families(index)
    names = members + [name for plan in plans.values() for name in plan.columns[1:]]
    grid = Grid("Scores", {name: book.rows.lead + n for n, name in enumerate(names)})
    replayed = replay(index)
    sheet = _Sheet(
        stages, grid, _due(stages, members), replayed, _scales(stages, grid, plans, replayed)
    )
    columns: dict[str, Column] = {}

    def linked(code: str, row: int) -> str:
        return formulas.if_there(normalised.cell(code, row), normalised.cell(code, row))

    for code in members:
        weight = _weight(index, code, weights)
        if code in plans:
            columns |= _node(sheet, plans[code], weight)
        else:
            heads = (index.content.indicators[code].title, "")
            columns[code] = sheet.column(code, heads, index.normalised[code], linked, weight=weight)
    if sheet.scales.lines:
        sheet.scales.write("Ends of the scale of each node that is scaled in turn.")
    about = "Scores up the tree: families stand side by side, their weights above them."
    book.grid("Scores", about, {name: columns[name] for name in names})
    return grid, {node: plan.score for node, plan in plans.items()}


def _weight(index: Index, code: str, weights: Mapping[str, str]) -> Live | None:
    """Return the weight of a member as a link to the sheet of weights."""
    parent = index.framework.tree.parent.get(code)
    if parent is None:
        return None
    family = index.weights[parent]
    inside = family.mean() if isinstance(family, pd.DataFrame) else family
    return Live(weights[code], float(inside[code]))


def _due(stages: Stages, members: list[str]) -> Grid | None:
    """Write where indicators and nodes are due, if any indicator does not apply to a country."""
    index, tree = stages.index, stages.index.framework.tree
    applies = (index.flags & NOT_APPLICABLE) == 0
    if applies.to_numpy().all():
        return None
    due = {code: applies[code] for code in applies}
    for node in tree.upwards:
        due[node] = pd.concat([due[code] for code in tree.children[node]], axis=1).any(axis=1)
    columns = {
        code: Column(
            (code, "", None, ""), values(stages.table(due[code].astype(float).to_frame(code))[code])
        )
        for code in members
    }
    return stages.book.grid("Due", "1 where an indicator or a node applies to a country.", columns)


def _scales(stages: Stages, grid: Grid, plans: Mapping[str, NodePlan], replayed: Passed) -> Scales:
    """Prepare the scales of the nodes that are scaled in turn."""
    turned = {n: grid.columns[plan.oriented] for n, plan in plans.items() if plan.scaled}
    signs = pd.Series({n: plan.sign for n, plan in plans.items()})
    table = stages.table(replayed.aggregate) * signs
    return Scales(stages, Grid("Scores", turned), table, "NodeScale")


def _node(sheet: _Sheet, plan: NodePlan, weight: Live | None) -> dict[str, Column]:
    """Make the columns of one node."""
    made = {
        plan.aggregate: _aggregate(sheet, plan, weight if plan.aggregate == plan.node else None)
    }
    if plan.oriented != plan.aggregate:
        below = sheet.grid.cell
        made[plan.oriented] = sheet.column(
            plan.oriented, ("turned round", ""), -sheet.replayed.aggregate[plan.node],
            lambda _, row: formulas.if_there(
                below(plan.aggregate, row), f"-{below(plan.aggregate, row)}"
            ),
        )  # fmt: skip
    if plan.scaled:
        made |= _scaled(sheet, plan, weight if plan.aggregate != plan.node else None)
    elif plan.score != plan.node:
        made[plan.score] = _last(sheet, plan)
    return made


def _title(sheet: _Sheet, plan: NodePlan) -> str:
    return sheet.stages.index.framework.nodes[plan.node].title


def _aggregate(sheet: _Sheet, plan: NodePlan, weight: Live | None) -> Column:
    """Make the column in which a node's children are combined."""
    stages, node = sheet.stages, plan.node
    index, framework = stages.index, stages.index.framework
    choice = framework.setting(node, "aggregate")
    rules = Rules(
        framework.setting(node, "missing"),
        framework.setting(node, "min_count") or 0,
        framework.setting(node, "min_share") or 0.0,
    )
    codes = framework.tree.children[node]
    grid, due = sheet.grid, sheet.due

    def family(row: int) -> Family:
        return Family(
            grid.side(codes, row),
            grid.side(codes, _WEIGHT_ROW, fixed=True),
            due.side(codes, row) if due is not None else None,
            {code: grid.cell(code, row) for code in codes},
            {code: due.cell(code, row) for code in codes} if due is not None else {},
        )

    first = aggregated(choice.name, choice.settings, family(1), rules)
    by_row = isinstance(index.weights[node], pd.DataFrame)
    now = sheet.replayed.aggregate[node]
    if first is None or by_row or formulas.rounded("x", plan.before) is None:
        why = "weights differ by country" if by_row else f"no formula for {choice.spelled()}"
        note = stages.fixed("Scores", node, why)
        return sheet.column(plan.aggregate, (_title(sheet, plan), note), now, None, weight=weight)

    def formula(_: str, row: int) -> str:
        made = aggregated(choice.name, choice.settings, family(row), rules, plan.before)
        return made.formula if made is not None else ""

    return sheet.column(
        plan.aggregate, (_title(sheet, plan), choice.spelled()), now, formula, array=first.array,
        weight=weight,
    )  # fmt: skip


def _scaled(sheet: _Sheet, plan: NodePlan, weight: Live | None) -> dict[str, Column]:
    """Make the column in which a node's aggregate is put on a scale, and the rounded score."""
    stages, node = sheet.stages, plan.node
    choice = stages.index.framework.setting(node, "normalise")
    points = sheet.scales.formula(node, choice, plan.sign)
    rounds = plan.after if plan.aggregate == node or plan.score == node else None
    name = plan.score if plan.aggregate == node else node
    now = sheet.replayed.passed[node] if name == node else stages.index.scores[node]
    if points is None or formulas.rounded("x", rounds) is None:
        note = stages.fixed("Scores", node, f"no formula for {choice.spelled()}")
        made = sheet.column(name, (_title(sheet, plan), note), now, None, weight=weight)
    else:

        def formula(_: str, row: int) -> str:
            x = sheet.scales.grid.cell(node, row)
            return formulas.if_there(x, str(formulas.rounded(points(row), rounds)))

        heads = (_title(sheet, plan), choice.spelled())
        made = sheet.column(name, heads, now, formula, weight=weight)
    return {name: made} if plan.score == name else {name: made, plan.score: _last(sheet, plan)}


def _last(sheet: _Sheet, plan: NodePlan) -> Column:
    """Make the column of a score that is rounded after what is passed up."""
    now = sheet.stages.index.scores[plan.node]
    title = _title(sheet, plan)
    if formulas.rounded("x", plan.after) is None:
        note = sheet.stages.fixed("Scores", plan.score, "ties of its rounding go to even")
        return sheet.column(plan.score, (title, note), now, None)

    def formula(_: str, row: int) -> str:
        x = sheet.grid.cell(plan.node, row)
        return formulas.if_there(x, str(formulas.rounded(x, plan.after)))

    return sheet.column(plan.score, (title, "rounded score"), now, formula)
