"""Imputation by the multivariate normal model, fitted by expectation-maximisation: see `impute`."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._filling import Imputed, Matrix, finish, refuse_empty, standardised
from resilience_index.steps._naming import listed

SINGULAR = 1e-8
"""A correlation matrix with a smaller eigenvalue has columns that follow from others."""


def em(
    table: pd.DataFrame,
    *,
    tolerance: float = 1e-6,
    max_cycles: int = 1000,
    ridge: float = 0.0,
) -> Imputed:
    """Fill in what the multivariate normal distribution expects, given what the country has.

    Mean m and covariance S are those of greatest likelihood, found by EM on the standardised
    columns, starting from S = I::

        E: x_mis = m_mis + S_mis,obs S_obs,obs^-1 (x_obs - m_obs), row by pattern of gaps
        M: m, S from the filled table, S with the conditional covariance of the gaps added

    The final E step is what is filled in: expectations without noise, so that ranks do not depend
    on chance. The R package norm gives the same fit (em.norm) and then draws (imp.norm); Amelia
    draws from bootstrapped fits, and its `empri` is `ridge` here.

    Parameters
    ----------
    table
        Countries by indicators; more rows than columns unless there is a ridge. A cycle's time
        grows with the number of different patterns of gaps.
    tolerance
        Converged when no mean and no (co)variance of the standardised columns moves by more.
    max_cycles
        Number of cycles after which it has failed to converge.
    ridge
        Number of imagined rows in which all columns are uncorrelated; it shrinks correlations by
        n / (n + ridge).

    Returns
    -------
    Imputed
        No gap is left. Facts: `cycles`, and `conditional_sd`, the root mean square of the sd that
        the model gives each filled-in figure, in the indicator's unit.

    Raises
    ------
    MethodError
        If a setting is out of range.
    DataError
        If a column has no figure, the covariance becomes singular, or EM does not converge.

    References
    ----------
    Dempster, Laird & Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm,
    Journal of the Royal Statistical Society B 39, 1-38.
    https://doi.org/10.1111/j.2517-6161.1977.tb01600.x
    Honaker, King & Blackwell (2011), Amelia II, Journal of Statistical Software 45(7).
    https://doi.org/10.18637/jss.v045.i07

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 3.0, 5.0, np.nan]})
    >>> em(table).table["y"].round(3).tolist()
    [2.0, 3.0, 5.0, 6.333]
    """
    if tolerance <= 0 or max_cycles < 1 or ridge < 0:
        raise MethodError(
            f"em: tolerance = {tolerance:g}, max_cycles = {max_cycles}, ridge = {ridge:g}; "
            "tolerance must be above 0, max_cycles at least 1 and ridge at least 0"
        )
    refuse_empty(table, "em")
    z, mean, sd = standardised(table.to_numpy(float))
    varies = np.nanmax(np.abs(z), axis=0) > 0  # a constant column is filled by its constant
    filled = np.zeros_like(z)
    cycles, spread = 0, np.zeros(z.shape[1])
    gaps = np.isnan(z)
    if gaps[:, varies].any():
        names = table.columns[varies]
        fit = _fit(z[:, varies], names, tolerance, max_cycles, ridge)
        filled[:, varies], cycles = fit.filled, fit.cycles
        variance = np.diag(fit.extra)
        spread[varies] = np.sqrt(variance / np.maximum(gaps[:, varies].sum(axis=0), 1))
    return finish(
        table,
        filled * sd + mean,
        ["multivariate normal"] * table.shape[1],
        {"cycles": np.full(z.shape[1], cycles), "conditional_sd": spread * sd},
    )


def normal_moments(
    table: pd.DataFrame, *, tolerance: float = 1e-6, max_cycles: int = 1000
) -> tuple[pd.Series, pd.DataFrame]:
    """Fit mean and covariance of the multivariate normal distribution to a table with gaps.

    Of greatest likelihood, by the EM of `em`; the covariance is divided by the number of rows.

    Parameters
    ----------
    table
        Countries by indicators; every column has figures that differ.
    tolerance, max_cycles
        As in `em`.

    Returns
    -------
    tuple
        Mean of each column and covariance of each pair, in the units of the columns.

    Raises
    ------
    DataError
        As `em`.

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 3.0, 5.0, np.nan]})
    >>> normal_moments(table)[0].round(3).to_dict()
    {'x': 2.5, 'y': 4.083}
    """
    refuse_empty(table, "normal_moments")
    z, mean, sd = standardised(table.to_numpy(float))
    fit = _fit(z, table.columns, tolerance, max_cycles, 0.0)
    return (
        pd.Series(fit.mean * sd + mean, index=table.columns),
        pd.DataFrame(fit.covariance * np.outer(sd, sd), index=table.columns, columns=table.columns),
    )


@dataclass(frozen=True, slots=True)
class Pattern:
    """Rows that have gaps in the same columns."""

    rows: np.ndarray
    there: np.ndarray
    gaps: np.ndarray


@dataclass(frozen=True, slots=True)
class Fit:
    """What EM found: the filled table, the summed conditional covariance of gaps, the moments."""

    filled: Matrix
    extra: Matrix
    mean: Matrix
    covariance: Matrix
    cycles: int


def _fit(z: Matrix, names: pd.Index, tolerance: float, max_cycles: int, ridge: float) -> Fit:
    """Run EM on standardised columns."""
    patterns = _patterns(np.isnan(z))
    count, mean, covariance = len(z), np.zeros(z.shape[1]), np.eye(z.shape[1])
    for cycle in range(1, max_cycles + 1):
        filled, extra = _expect(z, patterns, mean, covariance)
        new_mean = filled.mean(axis=0)
        centred = filled - new_mean
        new = (centred.T @ centred + extra) / count
        new = (count * new + ridge * np.diag(np.diag(new))) / (count + ridge)
        _refuse_singular(new, names)
        moved = max(np.abs(new_mean - mean).max(), np.abs(new - covariance).max())
        mean, covariance = new_mean, new
        if moved < tolerance:
            filled, extra = _expect(z, patterns, mean, covariance)
            return Fit(filled, extra, mean, covariance, cycle)
    raise DataError(
        f"em: not converged after {max_cycles} cycles (the last moved a parameter by {moved:.2g}, "
        f"tolerance {tolerance:g}) on {listed(names)}; raise max_cycles or tolerance, set a ridge, "
        "or choose another imputation"
    )


def _patterns(gaps: np.ndarray) -> list[Pattern]:
    """Gather the rows that have gaps in the same columns."""
    kinds, kind = np.unique(gaps, axis=0, return_inverse=True)
    order = np.argsort(kind.ravel(), kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(kind.ravel()))[:-1])
    return [
        Pattern(rows, np.flatnonzero(~missing), np.flatnonzero(missing))
        for missing, rows in zip(kinds, groups, strict=True)
    ]


def _expect(
    z: Matrix, patterns: list[Pattern], mean: Matrix, covariance: Matrix
) -> tuple[Matrix, Matrix]:
    """Return expected figures and the summed conditional covariance of the gaps."""
    filled, extra = z.copy(), np.zeros_like(covariance)
    for pattern in patterns:
        there, gaps = pattern.there, pattern.gaps
        if not len(gaps):
            continue
        across = covariance[np.ix_(there, gaps)]
        slopes = np.linalg.solve(covariance[np.ix_(there, there)], across)
        centred = z[np.ix_(pattern.rows, there)] - mean[there]
        filled[np.ix_(pattern.rows, gaps)] = mean[gaps] + centred @ slopes
        rest = covariance[np.ix_(gaps, gaps)] - across.T @ slopes
        extra[np.ix_(gaps, gaps)] += len(pattern.rows) * rest
    return filled, extra


def _refuse_singular(covariance: Matrix, names: pd.Index) -> None:
    """Raise a `DataError` that names the columns of which one follows from the others."""
    sizes, directions = np.linalg.eigh(covariance)
    if sizes[0] < SINGULAR * sizes[-1]:
        weights = np.abs(directions[:, 0])
        involved = names[weights > 0.3 * weights.max()]
        raise DataError(
            f"em: the covariance is singular: {listed(involved)} follow from one another, or there "
            "are too few countries for so many indicators; leave one out, or set a ridge of a few "
            "rows"
        )
