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
from resilience_index.errors import MethodError
from resilience_index.panels import by_year
from resilience_index.scoring import chosen, rounded, slope_of
from resilience_index.steps import impute, normalise, orient, rounding, treat
from resilience_index.steps._filling import Imputed
from resilience_index.steps.methods import Method

OVER_YEARS = {"over_years"}
"""Imputation methods that look along the years of a panel, and so see all of them at once."""


FROM_OTHERS = {"knn", "em", "mice"}
"""Imputation methods that learn from all other indicators, whatever imputes those."""


def signs(content: Content, framework: Framework) -> pd.Series:
    """Return +1 for each indicator that runs as the scores shall run, -1 for the others."""
    wanted = framework.method.direction
    return pd.Series(
        {
            code: 1.0 if content.indicators[code].direction in (wanted, "none") else -1.0
            for code in framework.indicators
        }
    )


def known_of(content: Content, framework: Framework) -> dict[str, Any]:
    """Return what definitions tell the methods: signs, and which figures are logged or computed."""
    definitions = {code: content.indicators[code] for code in framework.indicators}
    logs = {"log", "log10", "log1p"}
    return {
        "signs": signs(content, framework),
        "logged": [c for c, d in definitions.items() if logs & {one.name for one in d.transform}],
        "computed": [c for c, d in definitions.items() if d.formula is not None],
    }


def _alike(framework: Framework, step: str) -> list[tuple[Choice, list[str]]]:
    """Group the indicators that a step treats by the same choice."""
    groups: dict[str, tuple[Choice, list[str]]] = {}
    for code in framework.indicators:
        choice = framework.choice(code, step)
        groups.setdefault(choice.key(), (choice, []))[1].append(code)
    return list(groups.values())


def _years_apart(
    table: pd.DataFrame, over: str | int, apply: Callable[[pd.DataFrame], Any]
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
        beside = supplies.get("covariates")
        extra = {"covariates": table if beside is None else pd.concat([table, beside], axis=1)}
        method = chosen(impute.METHODS, choice, "impute", {**supplies, **extra})
        over = "all" if choice.name in OVER_YEARS else choice.over or framework.method.over
        seen = table if choice.name in FROM_OTHERS else table[codes]
        apply = partial(_imputed_from, codes=codes, method=method)
        made, told, results = _years_apart(seen, over, apply)
        parts.append(made)
        facts.append(told)
        for result in results:
            if result.draws:
                draws |= {c: np.stack([d[c].to_numpy() for d in result.draws]) for c in codes}
    order = list(table)
    return pd.concat(parts, axis=1)[order], pd.concat(facts), draws


def _imputed_from(table: pd.DataFrame, codes: list[str], method: Method) -> Imputed:
    """Impute some columns of a table, from all columns that have a figure."""
    some = table.loc[:, (table.notna().any() | table.columns.isin(codes)).to_numpy()]
    made: Imputed = method(some)
    draws = tuple(draw[codes] for draw in made.draws)
    return Imputed(made.table[codes], made.facts.loc[codes], draws)


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
        if framework.method.orient == "after" and choice.name not in normalise.AS_THE_UNIT_RUNS:
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
        oriented = orient.orient(table[codes], own)
        yield choice, codes, method, _as_compared(oriented, choice, supplies)


def _as_compared(table: pd.DataFrame, choice: Choice, supplies: Mapping[str, Any]) -> pd.DataFrame:
    """Read computed figures at 12 digits before they are put in order: noise parts no tie."""
    noisy = [c for c in table if c in supplies.get("computed", [])]
    if choice.name not in normalise.BY_ORDER or not noisy:
        return table
    return table.assign(**rounding.as_compared(table[noisy]))


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
    filled: pd.DataFrame,
    treated: pd.DataFrame,
    errors: pd.DataFrame,
    supplies: Mapping[str, Any],
) -> pd.DataFrame | None:
    """Bring standard errors to points, if a node propagates them and any are stated.

    `filled` and `treated` are the figures before and after outliers are treated. A figure that is
    brought in keeps its error: that it lies far out makes it no better known. Errors are refused
    where the treatment bends the whole scale, as a logarithm does.
    """
    rules = [framework.setting(node, "spread") for node in framework.nodes]
    if not any(rule is not None and rule.how == "propagated" for rule in rules):
        return None
    stated = [code for code in errors if errors[code].notna().any()]
    for choice, codes in _alike(framework, "treat"):
        for code in [c for c in codes if c in stated]:
            both = pd.DataFrame({"before": filled[code], "after": treated[code]})
            _refuse_bent(both.rename_axis(columns=code), choice, framework)
    parts = []
    for choice, codes, method, oriented in _scales(framework, treated, supplies):
        own = supplies["signs"][codes] if framework.method.orient == "before" else 1.0
        turned = {**supplies, "signs": pd.Series(own, index=codes)}
        slope = slope_of(choice, method, turned)
        parts.append(by_year(oriented, choice.over or framework.method.over, slope))
    points: pd.DataFrame = errors * pd.concat(parts, axis=1)[list(errors)]
    return points


def _refuse_bent(both: pd.DataFrame, choice: Choice, framework: Framework) -> None:
    """Refuse a treatment that does more than bring figures in; columns: before, after."""
    over = choice.over or framework.method.over
    panel = isinstance(both.index, pd.MultiIndex) and over == "year"
    for part in [p for _, p in both.groupby(level=1)] if panel else [both]:
        before, after = part["before"], part["after"]
        if not before.clip(after.min(), after.max()).equals(after):
            raise MethodError(
                f"spread: standard errors of {both.columns.name} cannot be propagated, since it is "
                f"treated by {choice.spelled()}, which bends its scale; treat it by winsorising "
                "or not at all, take the logarithm in its definition (transform), or use how = "
                "'between'"
            )
