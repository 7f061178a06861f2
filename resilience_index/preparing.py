"""The steps that take indicators one by one: impute, treat, orient, normalise.

Rows are countries, or (country, year) in a panel; columns are the indicators that are scored. Each
indicator goes by the method that the framework gives it; those of one method go together.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from resilience_index.content import Content, Framework
from resilience_index.content.reading import Choice
from resilience_index.scoring import by_year, chosen, rounded
from resilience_index.steps import impute, normalise, orient, treat
from resilience_index.steps.methods import Method
from resilience_index.steps.spread import points_per_unit

OVER_YEARS = {"over_years"}
"""Imputation methods that look along the years of a panel, and so see all of them at once."""


def signs(content: Content, framework: Framework) -> pd.Series:
    """Return +1 for each indicator that runs as the scores shall run, -1 for the others."""
    wanted = framework.method.direction
    return pd.Series(
        {
            code: 1.0 if content.indicators[code].direction in (wanted, "none") else -1.0
            for code in framework.indicators
        }
    )


def is_log(content: Content, code: str) -> bool:
    """Say whether a definition already takes a log."""
    return any(one.name in ("log", "log10", "log1p") for one in content.indicators[code].transform)


def _alike(framework: Framework, step: str) -> list[tuple[Choice, list[str]]]:
    """Group the indicators that a step treats by the same choice."""
    groups: dict[str, tuple[Choice, list[str]]] = {}
    for code in framework.indicators:
        choice = framework.choice(code, step)
        groups.setdefault(choice.key(), (choice, []))[1].append(code)
    return list(groups.values())


def _years_apart(
    table: pd.DataFrame, over: str, apply: Callable[[pd.DataFrame], Any]
) -> tuple[pd.DataFrame, pd.DataFrame, list[Any]]:
    """Apply a step that also gives facts, to each year of a panel or to all rows at once."""
    if over == "all" or not isinstance(table.index, pd.MultiIndex):
        made = apply(table)
        return made.table, made.facts, [made]
    tables, facts = [], []
    for year, part in table.groupby(level=1, sort=True):
        made = apply(part)
        tables.append(made.table)
        facts.append(made.facts.assign(year=year))
    return pd.concat(tables).reindex(table.index), pd.concat(facts), []


def imputed(
    framework: Framework, table: pd.DataFrame, supplies: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, np.ndarray]]:
    """Fill gaps, each indicator by its method."""
    parts, facts = [], []
    draws: dict[str, np.ndarray] = {}
    for choice, codes in _alike(framework, "impute"):
        extra = {"covariates": table}
        method = chosen(impute.METHODS, choice, "impute", {**supplies, **extra})
        over = "all" if choice.name in OVER_YEARS else choice.over or framework.method.over
        made, told, results = _years_apart(table[codes], over, method)
        parts.append(made)
        facts.append(told)
        for result in results:
            if result.draws:
                draws |= {c: np.stack([d[c].to_numpy() for d in result.draws]) for c in codes}
    order = list(table)
    return pd.concat(parts, axis=1)[order], pd.concat(facts), draws


def treated(
    framework: Framework, table: pd.DataFrame, supplies: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Treat outliers, each indicator by its method."""
    parts, facts = [], []
    for choice, codes in _alike(framework, "treat"):
        method = chosen(treat.METHODS, choice, "treat", supplies)
        made, told, _ = _years_apart(table[codes], choice.over or framework.method.over, method)
        parts.append(made)
        facts.append(told)
    order = list(table)
    return pd.concat(parts, axis=1)[order], pd.concat(facts)


def normalised(
    framework: Framework, table: pd.DataFrame, supplies: Mapping[str, Any]
) -> pd.DataFrame:
    """Orient and normalise, each indicator by its method."""
    signs: pd.Series = supplies["signs"]
    parts = []
    for choice, codes, method, oriented in _scales(framework, table, supplies):
        made: pd.DataFrame = by_year(oriented, choice.over or framework.method.over, method)
        if framework.method.orient == "after" and choice.name != "none":
            low, high = normalise.bounds(choice.name, choice.settings)
            made = orient.reverse_scores(made, signs[codes], low=low, high=high)
        parts.append(made)
    return _as_published(framework, pd.concat(parts, axis=1)[list(table)])


def _scales(
    framework: Framework, table: pd.DataFrame, supplies: Mapping[str, Any]
) -> Iterator[tuple[Choice, list[str], Method, pd.DataFrame]]:
    """Yield each normaliser with the indicators that it takes, oriented unless that comes after."""
    signs: pd.Series = supplies["signs"]
    for choice, codes in _alike(framework, "normalise"):
        after = framework.method.orient == "after"
        own = pd.Series(1.0, index=codes) if after else signs[codes]
        method = chosen(normalise.METHODS, choice, "normalise", {**supplies, "signs": own})
        yield choice, codes, method, orient.orient(table[codes], own)


def _as_published(framework: Framework, table: pd.DataFrame) -> pd.DataFrame:
    """Round the scores of indicators, where the framework asks for it."""
    rules = {
        code: placement.round or framework.method.round_indicators
        for code, placement in framework.indicators.items()
    }
    if not any(rules.values()):
        return table
    return pd.DataFrame({code: rounded(table[code], rule) for code, rule in rules.items()})


def points_of_errors(
    framework: Framework,
    treated: pd.DataFrame,
    errors: pd.DataFrame,
    supplies: Mapping[str, Any],
) -> pd.DataFrame | None:
    """Bring standard errors to points, if a node propagates them and any are stated."""
    rules = [framework.setting(node, "spread") for node in framework.nodes]
    if not any(rule is not None and rule.how == "propagated" for rule in rules):
        return None
    parts = [
        by_year(
            oriented, choice.over or framework.method.over, partial(points_per_unit, method=method)
        )
        for choice, _, method, oriented in _scales(framework, treated, supplies)
    ]
    points: pd.DataFrame = errors * pd.concat(parts, axis=1)[list(errors)]
    return points
