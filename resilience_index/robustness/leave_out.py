"""What one piece decides: the index without an indicator, without a source, without a country."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_index.errors import ResilienceIndexError
from resilience_index.index import Index, compute
from resilience_index.observing import NOT_APPLICABLE, observe
from resilience_index.scoring import ranked, score

SHIFTS = ["largest", "who", "mean", "ten_per_cent", "lost"]
"""Columns of a table of shifts."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Shifts of rank for each piece left out, and why a piece could not be.

    `shifts`, by piece: `largest` (places that the country moves that moves most), `who` (its code),
    `mean` (places, over all countries), `ten_per_cent` (share of countries that move by a tenth of
    the ranking or more), `lost` (countries that have no rank without it).
    """

    shifts: pd.DataFrame
    failed: Mapping[str, str]


def scores_without(index: Index, codes: Sequence[str]) -> pd.DataFrame:
    """Score every node as if some indicators were not in the framework.

    Weights within a family are shared among the rest. What was imputed from an indicator stays as
    it is.

    Parameters
    ----------
    index
        A built index.
    codes
        Indicators of the framework, not all of them.

    Returns
    -------
    DataFrame
        Points, as `index.scores`; a node of which nothing is left is missing.
    """
    applicable = (index.flags & NOT_APPLICABLE) == 0
    applicable[list(codes)] = False
    supplies = {"units": _units(index), "rng": np.random.default_rng(index.seed)}
    left = index.normalised.copy()
    left[list(codes)] = np.nan
    return score(index.framework, left, applicable, supplies).scores


def without_each(index: Index) -> dict[str, pd.DataFrame | str]:
    """Score every node without each indicator in turn; say why where it cannot be done."""
    found: dict[str, pd.DataFrame | str] = {}
    for code in index.framework.indicators:
        if len(index.framework.indicators) == 1:
            found[code] = "nothing would be left of the index"
            continue
        try:
            found[code] = scores_without(index, [code])
        except ResilienceIndexError as error:
            found[code] = str(error)
    return found


def without_indicators(
    index: Index, each: Mapping[str, pd.DataFrame | str] | None = None
) -> LeftOut:
    """Compare the ranking without each indicator in turn; `each` is from `without_each`."""
    return _compared(index, without_each(index) if each is None else each)


def without_sources(index: Index) -> LeftOut:
    """Compare the ranking without each source in turn, with all indicators that rest on it."""
    groups: dict[str, list[str]] = {}
    for code in index.framework.indicators:
        for source in index.content.indicators[code].sources:
            groups.setdefault(source, []).append(code)
    found: dict[str, pd.DataFrame | str] = {}
    for source, codes in groups.items():
        if len(codes) == len(index.framework.indicators):
            found[source] = "nothing would be left of the index"
            continue
        try:
            found[source] = scores_without(index, codes)
        except ResilienceIndexError as error:
            found[source] = str(error)
    return _compared(index, found)


def _compared(index: Index, found: Mapping[str, pd.DataFrame | str]) -> LeftOut:
    """Compare the published ranking with that of each set of scores."""
    rows, failed = {}, {}
    base = index.ranks[index.root]
    for name, scores in found.items():
        if isinstance(scores, str):
            failed[name] = scores
            continue
        after = ranked(index.framework, scores)[index.root]
        if after.notna().any():
            rows[name] = shift(base, after)
        else:
            failed[name] = "nothing is ranked without it"
    return LeftOut(pd.DataFrame.from_dict(rows, orient="index", columns=SHIFTS), failed)


def shift(before: pd.Series, after: pd.Series) -> list[object]:
    """Compare two rankings: the columns `SHIFTS`; those without a rank in either do not move.

    Examples
    --------
    >>> before = pd.Series([1.0, 2.0, 3.0], index=["EST", "NOR", "USA"])
    >>> shift(before, pd.Series([3.0, 1.0, 2.0], index=before.index))[:3]
    [2.0, 'EST', 1.3333333333333333]
    """
    moved = (after.reindex(before.index) - before).abs()
    known = moved.dropna()
    lost = int((before.notna() & moved.isna()).sum())
    if known.empty:
        return [np.nan, "", np.nan, np.nan, lost]
    far = known >= tenth(int(before.notna().sum()))
    return [float(known.max()), str(known.idxmax()), float(known.mean()), float(far.mean()), lost]


def tenth(count: int) -> float:
    """Return a tenth of a ranking in places, at least one.

    >>> tenth(127), tenth(3)
    (12.7, 1.0)
    """
    return max(count / 10, 1.0)


EVERY = 250
"""Countries of which each is left out in turn; of more, only those that set a scale."""


def without_countries(index: Index) -> LeftOut:
    """Leave out each country in turn, and rank the others anew (the jackknife).

    Only the others are ranked, before and after; the scale of an indicator often hangs on its
    extremes. Of more than 250 countries only those are tried that alone hold the lowest or the
    highest figure of some indicator.

    References
    ----------
    Tukey (1958), Bias and confidence in not-quite large samples. Annals of Mathematical Statistics
    29, 614.
    """
    framework, content = index.framework, index.content
    first = observe(content, framework)
    rows, failed = {}, {}
    few = len(index.scores) <= EVERY
    for code in [str(c) for c in index.scores.index] if few else ends(index.imputed):
        others = index.scores.index.drop(code)
        reasons = pd.Series("left out", index=first.transformed.index).where(
            ~first.transformed.index.isin(others), ""
        )
        before = ranked(framework, index.scores.loc[others])[index.root]
        try:
            made = compute(content, framework, first, reasons, seed=index.seed)
        except ResilienceIndexError as error:
            failed[code] = str(error)
            continue
        rows[code] = shift(before, made.ranks[index.root])
    return LeftOut(pd.DataFrame.from_dict(rows, orient="index", columns=SHIFTS), failed)


def ends(table: pd.DataFrame) -> list[str]:
    """List the rows that alone hold the lowest or the highest figure of some column.

    >>> table = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [5.0, 5.0, 6.0]}, index=list("abc"))
    >>> ends(table)
    ['a', 'c']
    """
    held: set[str] = set()
    for column in table:
        values = table[column].dropna()
        for end in (values.min(), values.max()) if len(values) else ():
            holders = values.index[(values == end).to_numpy()]
            held |= {str(holders[0])} if len(holders) == 1 else set()
    return [str(code) for code in table.index if str(code) in held]


def implied(index: Index, each: Mapping[str, pd.DataFrame | str] | None = None) -> pd.DataFrame:
    """Say how far off the index is about figures that it has, when each is hidden in turn.

    A gap whose weight is shared out is judged as if its indicator scored what the rest of its
    family says (or of the next larger one, where the family is empty). Here this is done to every
    known score, and compared with it. `each` is from `without_each`.

    Returns
    -------
    DataFrame
        By indicator: `tried` (countries) and `error`, the root mean square of the difference
        divided by the standard deviation of the scores: 1 is no better than the mean of all.
    """
    tree, rows = index.framework.tree, {}
    for code, scores in (without_each(index) if each is None else each).items():
        if isinstance(scores, str):
            rows[code] = [0, np.nan]
            continue
        path = [scores[node] for node in tree.path(code)]
        guess = pd.concat(path, axis=1).bfill(axis=1).iloc[:, 0]
        true = index.normalised[code].where(~index.missing[code])
        away = (guess - true).dropna()
        spread = float(true.std())
        fine = len(away) > 2 and spread > 0
        rows[code] = [
            len(away),
            float(np.sqrt((away**2).mean())) / spread if fine else np.nan,
        ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["tried", "error"])


def _units(index: Index) -> pd.DataFrame:
    return index.content.units.reindex(index.scores.index.get_level_values(0))
