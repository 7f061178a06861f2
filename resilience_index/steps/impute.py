"""Impute: what to put where a figure is missing, and how wrong that is likely to be.

Every method takes a table of countries by indicators, each column in its own unit, and returns
`Imputed`: a table of the same shape, one row of facts an indicator and, where the method draws at
random, the draws. Observed figures are never changed. A column without any figure is an error that
names it. `masking_error` measures any method by hiding figures that are known.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3.
https://doi.org/10.1787/9789264043466-en
Little & Rubin (2019), Statistical Analysis with Missing Data, third edition, Wiley.
https://doi.org/10.1002/9781119482260
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd

from resilience_index.errors import MethodError, nearest
from resilience_index.steps._chained_equations import mice
from resilience_index.steps._filling import Imputed, Matrix, finish, refuse_empty, rows_of
from resilience_index.steps._imputation_models import knn, regression
from resilience_index.steps._normal_model import em
from resilience_index.steps._over_years import over_years
from resilience_index.steps.methods import Method

Statistic = Literal["mean", "median"]


def none(table: pd.DataFrame) -> Imputed:
    """Fill nothing in: a missing figure is handled where scores are aggregated.

    Examples
    --------
    >>> none(pd.DataFrame({"gdp": [1.0, np.nan]})).facts["left"].tolist()
    [1]
    """
    return finish(table, table.to_numpy(float), ["left missing"] * table.shape[1])


def constant(table: pd.DataFrame, *, value: float) -> Imputed:
    """Fill in one figure, such as zero or the worst that is possible.

    Parameters
    ----------
    table
        Countries by indicators; a column may be empty.
    value
        The figure, in the unit of every indicator it is used for.

    Returns
    -------
    Imputed
        No gap is left.

    Examples
    --------
    >>> constant(pd.DataFrame({"treaties": [1.0, np.nan]}), value=0.0).table["treaties"].tolist()
    [1.0, 0.0]
    """
    return finish(
        table, np.full(table.shape, float(value)), [f"constant {value:g}"] * table.shape[1]
    )


def mean(table: pd.DataFrame) -> Imputed:
    """Fill in the mean of the indicator: sum(x) / n over the figures that are there.

    Parameters
    ----------
    table
        Countries by indicators, each column in its own unit.

    Returns
    -------
    Imputed
        No gap is left; the facts say how many figures of each indicator were filled in.

    Raises
    ------
    DataError
        If a column has no figure.

    Examples
    --------
    >>> mean(pd.DataFrame({"gdp": [1.0, np.nan, 5.0]})).table["gdp"].tolist()
    [1.0, 3.0, 5.0]
    """
    return _from_all(table, "mean")


def median(table: pd.DataFrame) -> Imputed:
    """Fill in the median of the indicator: the middle of the figures that are there.

    Parameters
    ----------
    table
        Countries by indicators, each column in its own unit.

    Returns
    -------
    Imputed
        No gap is left; the facts say how many figures of each indicator were filled in.

    Raises
    ------
    DataError
        If a column has no figure.

    Examples
    --------
    >>> median(pd.DataFrame({"gdp": [1.0, np.nan, 2.0, 9.0]})).table["gdp"].tolist()
    [1.0, 2.0, 2.0, 9.0]
    """
    return _from_all(table, "median")


def group_mean(
    table: pd.DataFrame,
    *,
    by: list[str],
    at_least: int = 1,
    units: pd.DataFrame | None = None,
) -> Imputed:
    """Fill in the mean of the country's group; of the next larger group where that one is empty.

    Parameters
    ----------
    table
        Countries by indicators.
    by
        Attributes of the countries that say the group, from the finest to the coarsest; all
        countries together come last by themselves.
    at_least
        A group with fewer figures counts as empty.
    units
        Attributes of the countries, joined by row label. A country without a group in one
        attribute goes on to the next.

    Returns
    -------
    Imputed
        No gap is left; the facts say how many figures came from which group.

    Raises
    ------
    MethodError
        If an attribute is unknown, or none is named.
    DataError
        If a column has no figure.

    Examples
    --------
    >>> units = pd.DataFrame({"region": ["north", "north", "south", "south"]})
    >>> table = pd.DataFrame({"x": [1.0, np.nan, 8.0, 4.0]})
    >>> imputed = group_mean(table, by=["region"], units=units)
    >>> imputed.table["x"].tolist(), imputed.facts["how"].tolist()
    ([1.0, 1.0, 8.0, 4.0], ['mean by region (1)'])
    """
    return _from_groups(table, "mean", by, at_least, units)


def group_median(
    table: pd.DataFrame,
    *,
    by: list[str],
    at_least: int = 1,
    units: pd.DataFrame | None = None,
) -> Imputed:
    """Fill in the median of the country's group; else as `group_mean`.

    Examples
    --------
    >>> units = pd.DataFrame({"region": ["north", "north", "south", ""]})
    >>> table = pd.DataFrame({"x": [1.0, np.nan, 8.0, np.nan]})
    >>> group_median(table, by=["region"], units=units).facts["how"].tolist()
    ['median by region (1), median of all (1)']
    """
    return _from_groups(table, "median", by, at_least, units)


def masking_error(
    table: pd.DataFrame,
    method: Callable[[pd.DataFrame], Imputed],
    *,
    rng: np.random.Generator,
    share: float = 0.1,
) -> pd.DataFrame:
    """Measure how wrong a method is, by hiding figures that are known and imputing them.

    In each column a share of the known figures is hidden at random, all columns at once; the error
    is sqrt(mean((imputed - true)^2)) / sd, with the sample sd of the known figures. An error of 1
    is no better than the mean.

    Parameters
    ----------
    table
        Countries by indicators, with whatever gaps it has.
    method
        A method with its settings bound.
    rng
        Decides what is hidden.
    share
        Share of the known figures of a column that is hidden, above 0 and below 1: at least one
        figure, and two always stay. Columns with fewer than 3 figures, or equal ones, are passed.

    Returns
    -------
    DataFrame
        One row an indicator: `hidden` and `filled` (counts), `error` (in sd; NaN where none of the
        hidden figures was filled in).

    Raises
    ------
    MethodError
        If the share is not between 0 and 1.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3.
    https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0]})
    >>> int(masking_error(table, mean, rng=np.random.default_rng(1))["hidden"].sum())
    1
    """
    if not 0 < share < 1:
        raise MethodError(f"masking_error: share = {share:g}; it must lie between 0 and 1")
    true = table.to_numpy(float)
    known = ~np.isnan(true)
    count = known.sum(axis=0)
    spread = table.std(ddof=1).to_numpy()
    hide = np.clip(np.rint(share * count), 1, np.maximum(count - 2, 0))
    hide = np.where((count < 3) | (table.max() == table.min()), 0, hide)
    place = np.argsort(np.argsort(np.where(known, rng.random(true.shape), 2.0), axis=0), axis=0)
    hidden = place < hide
    guess = method(table.mask(hidden)).table.to_numpy(float)
    filled = hidden & ~np.isnan(guess)
    squares = np.where(filled, (guess - true) ** 2, 0.0).sum(axis=0)
    tried = filled.sum(axis=0)
    error = np.sqrt(squares / np.maximum(tried, 1)) / np.where(tried > 0, spread, 1.0)
    return pd.DataFrame(
        {
            "hidden": hidden.sum(axis=0),
            "filled": tried,
            "error": np.where(tried > 0, error, np.nan),
        },
        index=table.columns.rename("indicator"),
    )


def _from_all(table: pd.DataFrame, statistic: Statistic) -> Imputed:
    """Fill in a statistic of the whole column."""
    refuse_empty(table, statistic)
    middle = table.agg(statistic).to_numpy(float)
    return finish(
        table, np.broadcast_to(middle, table.shape), [f"{statistic} of all"] * table.shape[1]
    )


def _from_groups(
    table: pd.DataFrame,
    statistic: Statistic,
    by: list[str],
    at_least: int,
    units: pd.DataFrame | None,
) -> Imputed:
    """Fill in a statistic of the finest group that has one, at last of the whole column."""
    method = f"group_{statistic}"
    refuse_empty(table, method)
    attributes = _attributes(method, by, units, table)
    plain = table.reset_index(drop=True)
    new = plain.to_numpy(float)
    steps: list[tuple[str, Matrix]] = [
        (f"{statistic} by {name}", _of_groups(plain, statistic, attributes[name], at_least))
        for name in by
    ]
    everyone = plain.agg(statistic).to_numpy(float)
    steps.append((f"{statistic} of all", np.broadcast_to(everyone, new.shape)))
    parts: list[list[str]] = [[] for _ in table.columns]
    for what, middle in steps:
        fill = np.isnan(new) & ~np.isnan(middle)
        new = np.where(fill, middle, new)
        for part, number in zip(parts, fill.sum(axis=0), strict=True):
            if number:
                part.append(f"{what} ({number})")
    return finish(table, new, [", ".join(part) for part in parts])


def _of_groups(
    plain: pd.DataFrame, statistic: Statistic, groups: pd.Series, at_least: int
) -> Matrix:
    """Return for each cell the statistic of its row's group; NaN where that has too few figures."""
    if groups.isna().all():
        return np.full(plain.shape, np.nan)
    grouped = plain.groupby(groups, sort=False, dropna=True)
    middle = grouped.transform(statistic).to_numpy(float)
    enough = grouped.transform("count").to_numpy(float) >= at_least
    return np.where(enough, middle, np.nan)


def _attributes(
    method: str, by: list[str], units: pd.DataFrame | None, table: pd.DataFrame
) -> pd.DataFrame:
    """Return the attributes of the countries, an empty text counting as none."""
    if units is None:
        raise MethodError(f"{method} needs the attributes of the countries; give `units`")
    if not by:
        raise MethodError(f"{method}: by is empty; name an attribute, or use {method[6:]}")
    for name in by:
        if name not in units.columns:
            raise MethodError(
                f"{method}: by names '{name}', which no country has "
                f"{nearest(name, map(str, units.columns))}"
            )
    plain = rows_of(units[by], table).reset_index(drop=True)
    return plain.mask(plain == "")


METHODS: dict[str, Method] = {
    "none": none,
    "constant": constant,
    "mean": mean,
    "median": median,
    "group_mean": group_mean,
    "group_median": group_median,
    "over_years": over_years,
    "regression": regression,
    "knn": knn,
    "em": em,
    "mice": mice,
}
