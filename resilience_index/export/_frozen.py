"""What the workbook keeps fixed: treatment as it was decided, denominators, what nodes pass up.

A treatment looks at the whole column before it decides; in the workbook its outcome stands in
cells (bounds, and the numbers of a logarithm or a power), so that a figure changed by the reader is
treated as those of the edition were.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index import scoring
from resilience_index.content.frameworks import Placement
from resilience_index.content.reading import Choice
from resilience_index.index import Index
from resilience_index.observing import NOT_APPLICABLE, observe
from resilience_index.scoring import rounded
from resilience_index.steps.observe import same_or_earlier

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Frozen:
    """Treatment of one column: hold x between two bounds, then reshape it.

    shape "": x; "log": ln(add + times x); "box_cox": ((add + x)^power - 1) / power, or ln(add + x)
    if power is 0; "yeo_johnson": that of x + 1, mirrored for x below 0. Bounds that do nothing are
    NaN.
    """

    lower: float = np.nan
    upper: float = np.nan
    shape: str = ""
    add: float = 0.0
    times: float = 1.0
    power: float = 1.0

    def apply(self, x: Array) -> Array:
        """Treat figures; the workbook's formulas do the same."""
        held = np.fmax(np.fmin(x, self.upper), self.lower)
        if self.shape == "log":
            return np.asarray(np.log(self.add + self.times * held), float)
        if self.shape == "box_cox":
            return _box_cox(self.add + held, self.power)
        if self.shape == "yeo_johnson":
            positive = _box_cox(np.maximum(held, 0) + 1, self.power)
            return np.where(held >= 0, positive, -_box_cox(1 - np.minimum(held, 0), 2 - self.power))
        return held


def _box_cox(x: Array, power: float) -> Array:
    return np.asarray(np.log(x) if power == 0 else (x**power - 1) / power, float)


def frozen(before: Array, after: Array, choice: Choice, power: float) -> Frozen | None:
    """Find the numbers that turn a column into its treated form; None if there are none such.

    Parameters
    ----------
    before, after
        Figures of one column without missing ones, before and after treatment.
    choice
        The method and its settings.
    power
        Exponent that the method found, NaN where it has none.

    Examples
    --------
    >>> frozen(np.array([1.0, 2.0, 90.0]), np.array([1.0, 2.0, 2.0]),
    ...        Choice(name="winsorise_points"), np.nan).upper
    2.0
    """
    if not len(before) or np.array_equal(before, after):
        return Frozen()
    plain = Frozen(lower=float(after.min()), upper=float(after.max()))
    if not np.array_equal(plain.apply(before), after):
        low = float(before[after == after.min()].max())
        high = float(before[after == after.max()].min())
        plain = _reshaped(Frozen(low, high), np.clip(before, low, high), choice, power)
        with np.errstate(all="ignore"):
            if not np.allclose(plain.apply(before), after, rtol=1e-12, atol=1e-12):
                return None
    return replace(
        plain,
        lower=plain.lower if plain.lower > before.min() else np.nan,
        upper=plain.upper if plain.upper < before.max() else np.nan,
    )


def _reshaped(bounds: Frozen, held: Array, choice: Choice, power: float) -> Frozen:
    """Add the logarithm or the power of a method to its bounds."""
    low, high = float(held.min()), float(held.max())
    if choice.name == "box_cox":
        add = 1 - low if choice.settings.get("make_positive") else 0.0
        return replace(bounds, shape="box_cox", add=add, power=power)
    if choice.name == "yeo_johnson":
        return replace(bounds, shape="yeo_johnson", power=power)
    key = {"skewness_kurtosis": "then", "log": "form"}.get(choice.name, "")
    form = choice.settings.get(key, {"log": "plain"}.get(choice.name, "ln_shift"))
    times = (high - 1) / (high - low) if form == "gii" else 1.0
    share = choice.settings.get("share", 0.01) if choice.name == "ln_shift" else 0.01
    add = {
        "plain": 0.0,
        "ln_shift": share * (high - low) - low,
        "shift_one": 1 - low,
        "gii": 1 - times * low,
    }.get(form, np.nan)
    return replace(bounds, shape="log", add=add, times=times)


def treatments(index: Index) -> dict[tuple[str, int | None], Frozen | None]:
    """Find the frozen treatment of each indicator; in a panel by year, where years are apart.

    The key is (indicator, year), with None for all rows at once.
    """
    found: dict[tuple[str, int | None], Frozen | None] = {}
    for code in index.framework.indicators:
        choice = index.framework.choice(code, "treat")
        facts = index.treatment.loc[[code]]
        years = [int(y) for y in facts["year"]] if _by_year(index, choice) else [None]
        for year, (_, fact) in zip(years, facts.iterrows(), strict=False):
            here = slice(None) if year is None else index.treated.index.get_level_values(1) == year
            before = index.imputed.loc[here, code].to_numpy(float)
            after = index.treated.loc[here, code].to_numpy(float)
            there = ~np.isnan(before)
            power = float(fact.get("power", np.nan))
            found[code, year] = frozen(before[there], after[there], choice, power)
    return found


def _by_year(index: Index, choice: Choice) -> bool:
    over = choice.over or index.framework.method.over
    return index.framework.panel is not None and over == "year"


def divisors(index: Index) -> pd.DataFrame:
    """Return what each figure is divided by: rows of the index by indicators with a denominator.

    Where there is no figure, the denominator of the row's own year stands, for figures that a
    reader may fill in.
    """
    content, rows = index.content, index.observed.index
    found = {}
    for code in index.framework.indicators:
        below = content.indicators[code].denominator
        if below is not None:
            formula = content.indicators[below].formula is not None
            found[code] = _derived(index, below) if formula else _read(index, code, below)
    return pd.DataFrame(found, index=rows)


def _read(index: Index, code: str, below: str) -> Array:
    """Take a denominator's figures, of the year of each observation, else the nearest earlier."""
    content, rows = index.content, index.observed.index
    figures = content.observations([below], max(index.framework.years))[below]
    units = content.units.index.get_indexer(rows.get_level_values(0))
    panel = index.framework.panel is not None
    at = rows.get_level_values(1).to_numpy() if panel else np.full(len(rows), index.framework.years)
    years = index.years[code].to_numpy(float)
    wanted = np.where(np.isnan(years), at, years).astype(np.int64)
    out = np.full(len(rows), np.nan)
    for year in np.unique(at):
        here = np.flatnonzero(at == year)
        ask = np.full(len(content.units), -1)
        ask[units[here]] = wanted[here]
        age = content.indicators[below].max_age or 0
        place = same_or_earlier(figures.unit, figures.year, wanted=ask, max_age=age)[units[here]]
        out[here[place >= 0]] = figures.value[place[place >= 0]]
    return out


def _derived(index: Index, below: str) -> Array:
    """Take a denominator that is itself a formula, after its own definition."""
    placed = {below: Placement(parent=index.root)}
    only = index.framework.model_copy(update={"indicators": placed})
    made = observe(index.content, only).transformed[below]
    return np.asarray(made.reindex(index.observed.index).to_numpy(float), float)


@dataclass(frozen=True, slots=True)
class Passed:
    """Of each node: the aggregate of its children, rounded if so ruled; what its parent gets."""

    aggregate: pd.DataFrame
    passed: pd.DataFrame


def replay(index: Index) -> Passed:
    """Aggregate once more, for what `Index` does not keep: aggregates and what is passed up."""
    framework, tree = index.framework, index.framework.tree
    applies = (index.flags & NOT_APPLICABLE) == 0
    units = index.content.units.reindex(applies.index.get_level_values(0))
    supplies = {"units": units.set_axis(applies.index)}
    due = {code: applies[code] for code in applies}
    passed = {code: index.normalised[code] for code in index.normalised}
    stages: dict[str, pd.Series] = {}
    for node in tree.upwards:
        codes = tree.children[node]
        here = pd.DataFrame({code: due[code] for code in codes})
        children = pd.DataFrame({code: passed[code] for code in codes})
        made = scoring.combined(framework, node, children, index.weights[node], here, supplies)
        rule = framework.setting(node, "round")
        scaled = framework.setting(node, "normalise") is not None
        first = rule is not None and (not scaled or rule.of != "score")
        stages[node] = rounded(made, rule) if first else made
        up = framework.setting(node, "passes_up") or "score"
        passed[node] = index.scores[node] if up == "score" else stages[node]
        if up == "unrounded":
            passed[node] = (
                scoring.normalised(framework, node, stages[node], supplies) if scaled else made
            )
        due[node] = here.any(axis=1)
    order = tree.downwards
    return Passed(
        pd.DataFrame({node: stages[node] for node in order}),
        pd.DataFrame({node: passed[node] for node in order}),
    )
