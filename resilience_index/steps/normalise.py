"""Put indicators in different units on one scale.

Every method takes a table of countries by indicators that is already oriented (higher is better)
and returns a table of the same shape. Missing stays missing. What a score means depends on the
method: points between two ends (minmax, goalposts), distances in standard deviations (zscore), or
places in an order (rank, percentile_rank, borda).

An indicator with one value for all countries has no range. Methods that need one raise a
`DataError` with its name, unless the setting ``constant`` says what score all countries then get;
an indicator that is missing everywhere stays missing.

Settings in the unit of an indicator are written as in its definition, not turned round: methods
that have such settings get ``signs`` from the engine and turn them with the column.

The functions of the R package COINr, with the settings that give the same numbers:

==================  ==========================================================================
n_minmax(l_u)       minmax(low, high)
n_zscore(m_sd)      zscore(mean, sd)
n_scaled(npara)     scaled(a = l, b = u - l, high = 100); a = -l where lower is better
n_rank, n_borda     rank, borda (ties = "min")
n_prank             percentile_rank
n_dist2max          distance_to_max
n_dist2ref          distance_to_reference(reference, cap)
n_dist2targ         distance_to_target(target, cap); the target is turned round with the column
n_fracmax           fraction_of_max(negative_max = "divide")
n_goalposts         goalposts(lower = l, upper = u, high = a, cap)
==================  ==========================================================================

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.
https://doi.org/10.1787/9789264043466-en
Becker, Caperna, Del Sorbo, Norlén, Papadimitriou & Saisana (2022), COINr: an R package for
developing composite indicators. https://doi.org/10.21105/joss.04567
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from resilience_index.errors import MethodError
from resilience_index.steps._by_distance import (
    distance_to_max,
    distance_to_reference,
    distance_to_target,
    fraction_of_max,
)
from resilience_index.steps._by_goalposts import categorical, goalposts, scaled
from resilience_index.steps._by_order import borda, percentile_rank, rank
from resilience_index.steps._stretching import (
    basis,
    ends_of,
    held,
    refuse_flat,
    signs_of,
    stretch,
)
from resilience_index.steps._two_sided import two_sided_distance

_FAR = 5  # standard deviations below the mean at which hardly any country is

MAY_BE_NEGATIVE = frozenset({"none", "zscore", "scaled"})
"""Methods whose scores may lie below 0 on any scale; `may_be_negative` looks at settings too."""


def minmax(
    table: pd.DataFrame,
    *,
    low: float = 0.0,
    high: float = 100.0,
    constant: float | None = None,
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Stretch each indicator over a fixed range: low + (x - min) / (max - min) * (high - low).

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    low, high
        Score, in points, of the lowest and the highest country.
    constant
        Score of every country in an indicator that has one value everywhere.
    sample
        Rows that set the scale, where not all do (supplied): of the base year of a panel.

    Returns
    -------
    DataFrame
        Same shape, in points.

    Raises
    ------
    DataError
        If an indicator has the same value everywhere and ``constant`` is not set.

    References
    ----------
    OECD/JRC (2008), step 5. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> minmax(pd.DataFrame({"compute": [2.0, 4.0, 10.0]}, index=["EST", "NOR", "USA"]))
         compute
    EST      0.0
    NOR     25.0
    USA    100.0
    """
    lowest, highest = ends_of(basis(table, sample).to_numpy(dtype=float))
    refuse_flat(lowest == highest, table, "minmax", constant)
    return stretch(table, (lowest, highest), (low, high), constant or 0.0)


def zscore(
    table: pd.DataFrame,
    *,
    mean: float = 0.0,
    sd: float = 1.0,
    ddof: int = 1,
    least: float | None = None,
    most: float | None = None,
    constant: float | None = None,
    sample: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Measure each country in standard deviations from the mean: mean + (x - m) / s * sd.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    mean, sd
        Mean and standard deviation of the scores, in points; (100, 10) suits Mazziotta-Pareto.
    ddof
        1: s is the sample standard deviation (n - 1); 0: that of a population (n).
    least, most
        Scores, in points, below and above which none falls; by default there are no such limits.
    constant
        Score of every country in an indicator that has one value everywhere.
    sample
        Rows that set the scale, where not all do (supplied): of the base year of a panel.

    Returns
    -------
    DataFrame
        Same shape, in points.

    Raises
    ------
    DataError
        If an indicator has the same value everywhere and ``constant`` is not set.
    MethodError
        If ``sd`` is not above 0, ``ddof`` neither 0 nor 1, or ``least`` above ``most``.

    References
    ----------
    OECD/JRC (2008), step 5. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> zscore(pd.DataFrame({"compute": [2.0, 4.0, 6.0]}), mean=100, sd=10)["compute"].tolist()
    [90.0, 100.0, 110.0]
    """
    if sd <= 0 or ddof not in (0, 1):
        raise MethodError(f"zscore: sd = {sd:g}, ddof = {ddof}; sd must be above 0, ddof 0 or 1")
    measured = basis(table, sample)
    lowest, highest = ends_of(measured.to_numpy(dtype=float))
    flat = lowest == highest
    refuse_flat(flat, table, "zscore", constant)
    deviation = measured.std(ddof=ddof).where(~flat, 1.0)
    scores = held(mean + (table - measured.mean()) / deviation * sd, (least, most), "zscore")
    return scores if constant is None else scores.mask(table.notna() & flat, constant)


def none(table: pd.DataFrame, *, signs: pd.Series | None = None) -> pd.DataFrame:
    """Leave every figure in its own unit and direction, for nodes whose formula takes it as it is.

    Parameters
    ----------
    table
        Countries by indicators, oriented.
    signs
        Orientation of each column (supplied); it is taken back.

    Returns
    -------
    DataFrame
        Same shape, in the unit of each indicator.

    Examples
    --------
    >>> oriented = pd.DataFrame({"price": [-20.0, -30.0]}, index=["EST", "NOR"])
    >>> none(oriented, signs=pd.Series({"price": -1}))["price"].tolist()
    [20.0, 30.0]
    """
    return table * signs_of(signs, table)


def bounds(name: str, settings: Mapping[str, Any]) -> tuple[float, float]:
    """Return the two scores that change places when a scale is turned round after normalising.

    For most methods these are the ends of the scale; for z-scores, one standard deviation to
    either side of their mean.

    Parameters
    ----------
    name
        Name of a method.
    settings
        Its settings, as in the framework.

    Returns
    -------
    low, high
        In points.

    Raises
    ------
    MethodError
        If the ends depend on how many countries there are (rank, borda), or there is no scale
        (none).

    Examples
    --------
    >>> bounds("minmax", {"low": 1}), bounds("zscore", {}), bounds("percentile_rank", {})
    ((1.0, 100.0), (-1.0, 1.0), (0.0, 1.0))
    """
    if name in ("rank", "borda"):
        raise MethodError(
            f"{name} cannot be turned round after normalising, since its scale depends on the "
            "number of countries; set orient = 'before', or use percentile_rank"
        )
    if name == "none":
        raise MethodError("none leaves figures on no scale, so that nothing can be turned round")
    parameters = inspect.signature(METHODS[name]).parameters
    known = {key: p.default for key, p in parameters.items()} | dict(settings)
    if name == "zscore":
        return float(known["mean"] - known["sd"]), float(known["mean"] + known["sd"])
    if name == "categorical":
        return float(min(known["scores"])), float(max(known["scores"]))
    return float(known.get("low", 0.0)), float(known["high"])


def may_be_negative(name: str, settings: Mapping[str, Any]) -> bool:
    """Tell whether a method, with these settings, may give scores below 0.

    >>> may_be_negative("minmax", {}), may_be_negative("goalposts", {"cap": False})
    (False, True)
    >>> may_be_negative("zscore", {}), may_be_negative("zscore", {"mean": 100, "sd": 10})
    (True, False)
    >>> may_be_negative("zscore", {"mean": 50, "sd": 20, "least": 0, "most": 100})
    False
    """
    if name in ("zscore", "scaled") and settings.get("least", -1) >= 0:
        return False
    if name == "zscore":
        return float(settings.get("mean", 0.0)) < _FAR * float(settings.get("sd", 1.0))
    ends = [settings.get("low", 0), settings.get("high", 0), *settings.get("scores", [])]
    uncapped = name == "goalposts" and not settings.get("cap", True)
    return name in MAY_BE_NEGATIVE or uncapped or min(ends) < 0


BY_ORDER = frozenset({"rank", "percentile_rank", "borda"})
"""Methods to which only the order of the values matters."""

AS_THE_UNIT_RUNS = frozenset({"two_sided_distance", "categorical", "none"})
"""Methods whose settings, or whose reader, say what is good: scores that are never turned round."""

METHODS: dict[str, Callable[..., pd.DataFrame]] = {
    "none": none,
    "minmax": minmax,
    "zscore": zscore,
    "rank": rank,
    "percentile_rank": percentile_rank,
    "borda": borda,
    "distance_to_max": distance_to_max,
    "distance_to_reference": distance_to_reference,
    "distance_to_target": distance_to_target,
    "fraction_of_max": fraction_of_max,
    "goalposts": goalposts,
    "two_sided_distance": two_sided_distance,
    "scaled": scaled,
    "categorical": categorical,
}
