"""From normalised indicators to scores: up the tree, node by node.

Rows are countries, or (country, year) in a panel.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content import Framework
from resilience_index.content.frameworks import Classes, Decimals
from resilience_index.content.reading import Choice
from resilience_index.errors import DataError
from resilience_index.panels import base, by_year
from resilience_index.steps import aggregate, impute, normalise, orient, rank, rounding, weight
from resilience_index.steps._naming import label_of
from resilience_index.steps.methods import Method, pick, supplied_to
from resilience_index.steps.spread import SLOPES, points_per_unit

Weights = pd.Series | pd.DataFrame


def chosen(
    methods: Mapping[str, Method], choice: Choice, step: str, supplies: Mapping[str, Any]
) -> Method:
    """Return the method of a choice, with its settings and what the engine supplies."""
    method = pick(methods, choice.name, choice.settings, step)
    wanted = supplied_to(methods[choice.name])
    given = {key: value for key, value in supplies.items() if key in wanted}
    return lambda table, **more: method(table, **given, **more)


@dataclass(frozen=True, slots=True)
class Scored:
    """What the tree gives: scores, weights inside each family, standard errors where asked for.

    The columns of `spread` have two levels: the node; se, lower and upper, in points. `facts` says
    where a missing score was passed up as an imputed one.
    """

    scores: pd.DataFrame
    weights: dict[str, Weights]
    spread: pd.DataFrame
    facts: list[tuple[str, str]]


def score(
    framework: Framework,
    normalised: pd.DataFrame,
    applicable: pd.DataFrame,
    supplies: Mapping[str, Any],
    errors: pd.DataFrame | None = None,
) -> Scored:
    """Aggregate indicators into nodes, children before parents.

    Parameters
    ----------
    framework
        The tree and the method of each node.
    normalised
        Rows by indicators.
    applicable
        False where an indicator does not apply; as `normalised`.
    supplies
        What the engine hands to methods that ask for it: units, rng, ….
    errors
        Standard errors of `normalised`, in points, where nodes propagate them.

    Returns
    -------
    Scored
        Scores of all nodes, the index first.
    """
    tree = framework.tree
    passed: dict[str, pd.Series] = {code: normalised[code] for code in framework.indicators}
    rows = normalised.index
    applies = applicable if applicable.index.equals(rows) else applicable.loc[rows]
    due = {code: applies[code].to_numpy(dtype=bool) for code in framework.indicators}
    scores: dict[str, pd.Series] = {}
    weights: dict[str, Weights] = {}
    known = {} if errors is None else {code: errors[code] for code in framework.indicators}
    spread: dict[str, pd.DataFrame] = {}
    facts: list[tuple[str, str]] = []
    for node in tree.upwards:
        codes = tree.children[node]
        names = pd.Index(codes)
        children = _side_by_side([passed[code].to_numpy() for code in codes], rows, names)
        here = _side_by_side([due[code] for code in codes], rows, names)
        weights[node] = _weights(framework, node, children, supplies)
        made = combined(framework, node, children, weights[node], here, supplies)
        stages = _stages(framework, node, made, supplies)
        scores[node] = stages["score"]
        upwards = stages[framework.setting(node, "passes_up") or "score"]
        due[node] = np.any([due[code] for code in codes], axis=0)
        passed[node], filled = _filled(framework, node, upwards, due[node], supplies)
        facts += filled
        rule = framework.setting(node, "spread")
        if rule is not None:
            found = _spread(framework, node, children, weights[node], known, stages, supplies)
            known[node] = found["se"]
            spread[node] = found.assign(
                se=rounded(found["se"], rule.round_se),
                **rounded(found[["lower", "upper"]], rule.round),
            )
    order = tree.downwards
    return Scored(
        pd.DataFrame({node: scores[node] for node in order}),
        {node: weights[node] for node in order},
        pd.concat({node: spread[node] for node in order if node in spread}, axis=1)
        if spread
        else pd.DataFrame(index=normalised.index),
        facts,
    )


def _side_by_side(parts: Sequence[NDArray[Any]], rows: pd.Index, names: pd.Index) -> pd.DataFrame:
    """Lay out a column for each name, all of the same rows."""
    return pd.DataFrame(np.array(parts).T, index=rows, columns=names)


def _weights(
    framework: Framework, node: str, children: pd.DataFrame, supplies: Mapping[str, Any]
) -> Weights:
    """Find the weights of a node's children: as given, or by a method from their scores."""
    codes = framework.tree.children[node]
    given = pd.Series(
        [
            framework.nodes[code].weight
            if code in framework.nodes
            else framework.indicators[code].weight
            for code in codes
        ],
        index=list(codes),
        dtype=float,
    )
    choice = framework.setting(node, "weigh")
    if choice.name == "given":
        return given
    method = chosen(weight.METHODS, choice, "weigh", {**supplies, "given": given})
    over = choice.over or framework.method.over
    panel = isinstance(children.index, pd.MultiIndex) and over == "year"
    by_row = panel and choice.name not in weight.WITHOUT_DATA
    if isinstance(over, int):
        children = base(children, over)
    try:
        found: Weights = (
            by_year(children, over, partial(_in_rows, method=method))
            if by_row
            else (method(children))
        )
    except DataError as error:
        raise DataError(f"node {node}, weigh: {error}") from None
    return found


def _in_rows(children: pd.DataFrame, method: Method) -> pd.DataFrame:
    """Find weights and give each row its own."""
    found: Weights = method(children)
    if isinstance(found, pd.DataFrame):
        return found
    rows = np.broadcast_to(found.to_numpy(float), (len(children), len(found)))
    return pd.DataFrame(rows, index=children.index, columns=found.index)


def combined(
    framework: Framework,
    node: str,
    children: pd.DataFrame,
    weights: Weights,
    due: pd.DataFrame,
    supplies: Mapping[str, Any],
) -> pd.Series:
    """Aggregate one family under its rule for missing children."""
    choice = framework.setting(node, "aggregate")
    method = chosen(aggregate.METHODS, choice, "aggregate", supplies)
    if choice.name in aggregate.BY_ORDER:
        computed = [c for c in children if c in framework.nodes]
        children = children.assign(**rounding.as_compared(children[computed]))

    def apply(part: pd.DataFrame) -> pd.Series:
        whole = part is children
        by_row = isinstance(weights, pd.DataFrame) and not whole
        inside = weights.loc[part.index] if by_row else weights
        made: pd.Series = aggregate.combine(
            part,
            inside,
            method,
            missing=framework.setting(node, "missing"),
            min_count=framework.setting(node, "min_count") or 0,
            min_share=framework.setting(node, "min_share") or 0,
            applicable=due if whole else due.loc[part.index],
        )
        return made

    try:
        made: pd.Series = by_year(children, choice.over or framework.method.over, apply)
    except DataError as error:
        raise DataError(f"node {node}, aggregate: {error}") from None
    return made


def _filled(
    framework: Framework,
    node: str,
    scores: pd.Series,
    due: NDArray[np.bool_],
    supplies: Mapping[str, Any],
) -> tuple[pd.Series, list[tuple[str, str]]]:
    """Impute what a node passes up where its score is missing; the score itself stays missing."""
    choice = framework.setting(node, "impute")
    if choice is None:
        return scores, []
    lacking = scores.isna() & due
    if not lacking.any():
        return scores, []
    method = chosen(impute.METHODS, choice, "impute", supplies)
    apply = partial(_table_of, method=method)
    try:
        made = by_year(scores.to_frame(node), choice.over or framework.method.over, apply)[node]
    except DataError as error:
        raise DataError(f"node {node}, impute: {error}") from None
    told = [
        (f"{label_of(row)} {node}", f"no score; passed up as {made[row]:.6g} by {choice.spelled()}")
        for row in scores.index[lacking]
    ]
    return scores.where(~lacking, made), told


def _table_of(scores: pd.DataFrame, method: Method) -> pd.DataFrame:
    """Impute one column of scores."""
    made: pd.DataFrame = method(scores).table
    return made


def _stages(
    framework: Framework, node: str, made: pd.Series, supplies: Mapping[str, Any]
) -> dict[str, pd.Series]:
    """Bring a node's aggregate to its score: round it, normalise it, round the score."""
    rule = framework.setting(node, "round")
    before = rule if rule is not None and rule.of != "score" else None
    after = rule if rule is not None and rule.of != "aggregate" else None
    if framework.setting(node, "normalise") is None:
        return {"aggregate": rounded(made, rule), "unrounded": made, "score": rounded(made, rule)}
    inside = rounded(made, before)
    score_ = normalised(framework, node, inside, supplies)
    return {"aggregate": inside, "unrounded": score_, "score": rounded(score_, after)}


def _scale(
    framework: Framework, node: str, supplies: Mapping[str, Any]
) -> tuple[Callable[[pd.Series], pd.DataFrame], Method, str | int]:
    """Say how a node's aggregate is oriented and normalised, and over what."""
    choice = framework.setting(node, "normalise")
    sign = 1.0 if framework.nodes[node].direction == "higher_is_better" else -1.0
    signs = pd.Series({node: sign})
    method = chosen(normalise.METHODS, choice, "normalise", {**supplies, "signs": signs})
    shown = rounding.as_compared if choice.name in normalise.BY_ORDER else pd.Series.copy
    return (
        lambda made: orient.orient(shown(made).to_frame(node), signs),
        method,
        choice.over or framework.method.over,
    )


def normalised(
    framework: Framework, node: str, made: pd.Series, supplies: Mapping[str, Any]
) -> pd.Series:
    """Normalise a node's aggregate."""
    oriented, method, over = _scale(framework, node, supplies)
    try:
        done: pd.DataFrame = by_year(oriented(made), over, method)
    except DataError as error:
        raise DataError(f"node {node}, normalise: {error}") from None
    return done[node]


Table = TypeVar("Table", pd.Series, pd.DataFrame)


def rounded(scores: Table, rule: Decimals | None) -> Table:
    """Round scores by a rule, if there is one."""
    return scores if rule is None else rounding.METHODS[rule.rule](scores, rule.places)


def _spread(
    framework: Framework,
    node: str,
    children: pd.DataFrame,
    weights: Weights,
    errors: Mapping[str, pd.Series],
    stages: Mapping[str, pd.Series],
    supplies: Mapping[str, Any],
) -> pd.DataFrame:
    """Give a node's standard error and interval; NaN where there is no score or no known error."""
    rule = framework.setting(node, "spread")
    nothing = pd.Series(np.nan, index=children.index)
    known = pd.DataFrame({str(code): errors.get(str(code), nothing) for code in children})
    error = aggregate.standard_error(children, weights, rule.how, known, ddof=rule.ddof)
    if framework.setting(node, "normalise") is not None:
        oriented, method, over = _scale(framework, node, supplies)
        sign = 1.0 if framework.nodes[node].direction == "higher_is_better" else -1.0
        turned = {**supplies, "signs": pd.Series({node: sign})}
        slope = slope_of(framework.setting(node, "normalise"), method, turned)
        error = error * by_year(oriented(stages["aggregate"]), over, slope)[node]
    error = error.where(stages["score"].notna())
    ends = aggregate.interval(stages[rule.around], error, level=rule.level, factor=rule.factor)
    return pd.DataFrame({"se": error, "lower": ends["lower"], "upper": ends["upper"]})


def slope_of(
    choice: Choice, method: Method, supplies: Mapping[str, Any]
) -> Callable[..., pd.DataFrame]:
    """Say how many points a unit is worth on a scale: as the method states, or as it is found.

    `supplies` holds the signs by which the figures are already turned.
    """
    if choice.name in SLOPES:
        return chosen(SLOPES, choice, "normalise", supplies)
    return lambda table, **more: points_per_unit(table, method=partial(method, **more))


def ranked(framework: Framework, scores: pd.DataFrame) -> pd.DataFrame:
    """Rank every node, in a panel each year by itself; 1 is best, missing stays missing."""
    method = chosen(rank.METHODS, framework.method.rank, "rank", {})
    signs = [-1.0 if framework.lowest_is_best(str(node)) else 1.0 for node in scores]
    good = scores * np.array(signs)
    made: pd.DataFrame = by_year(good, "year", method)
    return made


def classed(framework: Framework, scores: pd.DataFrame) -> pd.DataFrame:
    """Name the class of each score, for the nodes that have classes; "" where there is no score."""
    rules = {node: framework.setting(node, "classes") for node in framework.tree.downwards}
    made = {
        node: by_year(scores[[node]], "year", partial(_classes, rule=rule))[node]
        for node, rule in rules.items()
        if rule is not None
    }
    return pd.DataFrame(made, index=scores.index)


def _classes(scores: pd.DataFrame, rule: Classes) -> pd.DataFrame:
    """Name the class of each score of one column."""
    values = scores.to_numpy(float).ravel()
    there = ~np.isnan(values)
    names = np.full(len(values), "", dtype=object)
    if there.any():
        known = rounding.as_compared(values[there])
        cuts = np.percentile(known, rule.cuts) if rule.percentiles else np.array(rule.cuts)
        side: Literal["left", "right"] = "right" if rule.at_cut == "above" else "left"
        names[there] = np.array(rule.names, dtype=object)[
            np.searchsorted(rounding.as_compared(cuts), known, side)
        ]
    return pd.DataFrame(names, index=scores.index, columns=scores.columns)


def nominal_weights(framework: Framework, weights: Mapping[str, Weights]) -> pd.Series:
    """Weight of each indicator in the index if nothing were missing; they sum to 1.

    Formula: the product, from the index down, of each share in its family. Where a method gives
    each country its own weights, their mean over countries.
    """
    tree = framework.tree
    share: dict[str, float] = {tree.root: 1.0}
    for node in tree.downwards:
        family = weights[node]
        inside = family.mean() if isinstance(family, pd.DataFrame) else family
        total = float(inside.sum())
        for code in tree.children[node]:
            share[code] = share[node] * float(inside[code]) / total
    return pd.Series({code: share[code] for code in framework.indicators}, name="weight")


def missing_share(nominal: pd.Series, missing: pd.DataFrame) -> pd.Series:
    """Nominal weight that rests on missing cells, for each row: sum of weights where missing."""
    return pd.Series(
        missing.to_numpy(float) @ nominal.reindex(list(missing)).to_numpy(float),
        index=missing.index,
        name="missing_share",
    )


def finite(table: pd.DataFrame, what: str) -> None:
    """Refuse infinities: a sum of huge numbers must not pass for a score."""
    odd = np.isinf(table.to_numpy(float))
    if odd.any():
        row, column = np.argwhere(odd)[0]
        raise DataError(
            f"{what}: {table.columns[column]} of {table.index[row]} is infinite; a figure or a "
            "setting is far too large"
        )
