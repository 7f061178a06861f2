"""Imputation from other columns: regression on what is named, and the nearest neighbours.

See `impute` for the contract. statsmodels is heavy to import and only looked for when it is used.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from resilience_index.errors import DataError, MethodError, nearest
from resilience_index.steps._filling import (
    COMPLETE,
    Imputed,
    Matrix,
    finish,
    refuse_empty,
    rows_of,
    standardised,
)

BLOCK = 20_000_000
"""Cells of the largest table of distances held at once (160 MB)."""
TIE = 1e-9
"""Squared distances this near to the farthest neighbour's are ties, and all of them count."""


def regression(
    table: pd.DataFrame, *, on: list[str], covariates: pd.DataFrame | None = None
) -> Imputed:
    """Fill in what ordinary least squares predicts: y = a + b1 x1 + b2 x2 + … + e.

    Each indicator with gaps has its own regression, on the rows that have it and all of `on`.

    Parameters
    ----------
    table
        Countries by indicators.
    on
        What to regress on: columns of the covariates or of the table. An indicator is never
        regressed on itself.
    covariates
        One column a covariate, joined by row label.

    Returns
    -------
    Imputed
        A row that lacks one of `on` keeps its gap. Facts: `rows` used, `r_squared`, `residual_sd`,
        and `prediction_error`, the root mean square of the standard errors of the predictions, each
        of the last two in the indicator's unit.

    Raises
    ------
    MethodError
        If a name in `on` is unknown, or nothing is left to regress on.
    DataError
        If a column has no figure, too few rows have all that is needed, or the regression is
        singular because some of `on` are the same in all but name.

    References
    ----------
    Little & Rubin (2019), Statistical Analysis with Missing Data, section 4.2.
    https://doi.org/10.1002/9781119482260

    Examples
    --------
    >>> table = pd.DataFrame({"y": [3.0, 5.0, 7.5, np.nan], "x": [1.0, 2.0, 3.0, 4.0]})
    >>> regression(table, on=["x"]).table["y"].round(4).tolist()
    [3.0, 5.0, 7.5, 9.6667]
    """
    refuse_empty(table, "regression")
    values, new = table.to_numpy(float), table.to_numpy(float, copy=True)
    how = [COMPLETE] * table.shape[1]
    details = {name: np.full(table.shape[1], np.nan) for name in _REGRESSION_FACTS}
    for at, code in enumerate(map(str, table.columns)):
        if not np.isnan(values[:, at]).any():
            continue
        names = [name for name in on if name != code]
        design = _predictors(table, covariates, names, code)
        new[:, at], facts = _predicted(values[:, at], design, code, names)
        how[at] = f"regression on {', '.join(names)}"
        for name, fact in facts.items():
            details[name][at] = fact
    return finish(table, new, how, details)


_REGRESSION_FACTS = ("rows", "r_squared", "residual_sd", "prediction_error")


def _predictors(
    table: pd.DataFrame, covariates: pd.DataFrame | None, names: list[str], target: str
) -> Matrix:
    """Return a constant and the named columns, from the covariates or the table."""
    if not names:
        raise MethodError(f"regression: nothing to regress {target} on; name others in `on`")
    given = pd.DataFrame(index=table.index) if covariates is None else rows_of(covariates, table)
    known = dict.fromkeys([*given.columns, *table.columns])
    columns = [np.ones(len(table))]
    for name in names:
        if name not in known:
            raise MethodError(
                f"regression: on names unknown '{name}' {nearest(name, map(str, known))}"
            )
        source = given if name in given.columns else table
        columns.append(source[name].to_numpy(float))
    return np.column_stack(columns)


def _predicted(
    target: Matrix, design: Matrix, name: str, names: list[str]
) -> tuple[Matrix, dict[str, float]]:
    """Predict every row that has all predictors, and say how good the regression is."""
    from statsmodels.regression.linear_model import OLS  # type: ignore[import-untyped]

    there = ~np.isnan(design).any(axis=1)
    used = there & ~np.isnan(target)
    on = ", ".join(names)
    if used.sum() <= design.shape[1]:
        raise DataError(
            f"regression: {used.sum()} countries have {name} and all of {on}; more than "
            f"{design.shape[1]} are needed: regress on fewer, or choose another imputation"
        )
    scale = np.abs(design[used]).max(axis=0)
    if (scale == 0).any() or np.linalg.matrix_rank(design[used] / scale) < design.shape[1]:
        raise DataError(
            f"regression: {name} on {on} is singular: one of them is constant or follows from the "
            "others; take it out of `on`"
        )
    predicted = np.full(len(target), np.nan)
    fitted: Any = OLS(target[used], design[used] / scale).fit()
    gaps = there & np.isnan(target)
    error = 0.0
    if gaps.any():
        prediction = fitted.get_prediction(design[gaps] / scale)
        predicted[gaps] = prediction.predicted_mean
        error = float(np.sqrt(np.mean(prediction.var_pred_mean + fitted.scale)))
    total = float(fitted.centered_tss)
    return predicted, {
        "rows": float(used.sum()),
        "r_squared": 1 - float(fitted.ssr) / total if total > 0 else np.nan,
        "residual_sd": float(np.sqrt(fitted.scale)),
        "prediction_error": error if gaps.any() else np.nan,
    }


def knn(table: pd.DataFrame, *, neighbours: int = 5) -> Imputed:
    """Fill in the mean of the k nearest countries that have the figure.

    The squared distance of two countries is the mean of (z_i - z_j)^2 over the indicators that both
    have, z being (x - mean) / sd. Countries tied with the farthest neighbour all count, so that the
    order of rows does not matter.

    Parameters
    ----------
    table
        Countries by indicators. Time grows with (rows with gaps) x (rows) x (columns).
    neighbours
        How many neighbours, at least 1; fewer where fewer have the figure.

    Returns
    -------
    Imputed
        No gap is left: a country that shares no indicator with any that has the figure gets the
        mean of all. Facts: `by_mean`, how often that was so.

    Raises
    ------
    MethodError
        If the number of neighbours is below 1.
    DataError
        If a column has no figure.

    References
    ----------
    Troyanskaya et al. (2001), Missing value estimation methods for DNA microarrays, Bioinformatics
    17, 520-525. https://doi.org/10.1093/bioinformatics/17.6.520

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1.0, 2.0, 8.0, 9.0], "y": [10.0, np.nan, 80.0, 90.0]})
    >>> knn(table, neighbours=1).table["y"].tolist()
    [10.0, 10.0, 80.0, 90.0]
    """
    if neighbours < 1:
        raise MethodError(f"knn: neighbours = {neighbours}; at least 1 is needed")
    refuse_empty(table, "knn")
    values = table.to_numpy(float)
    z, mean, _ = standardised(values)
    new, by_mean = values.copy(), np.zeros(table.shape[1])
    for rows, distance in _distances(z):
        for at in np.flatnonzero(np.isnan(values[rows]).any(axis=0)):
            receivers = np.isnan(values[rows, at])
            donors = ~np.isnan(values[:, at])
            filled = _mean_of_nearest(
                distance[np.ix_(receivers, donors)], values[donors, at], neighbours
            )
            by_mean[at] += np.isnan(filled).sum()
            new[rows[receivers], at] = np.where(np.isnan(filled), mean[at], filled)
    return finish(
        table, new, [f"{neighbours} nearest neighbours"] * table.shape[1], {"by_mean": by_mean}
    )


def _distances(z: Matrix) -> Iterator[tuple[np.ndarray, Matrix]]:
    """Give blocks of rows with gaps, and their squared distance to all rows (inf if unknown)."""
    there = (~np.isnan(z)).astype(float)
    zero = np.where(there > 0, z, 0.0)
    gaps = np.flatnonzero(there.min(axis=1) == 0)
    size = max(1, BLOCK // max(len(z), 1))
    for start in range(0, len(gaps), size):
        rows = gaps[start : start + size]
        shared = there[rows] @ there.T
        total = zero[rows] ** 2 @ there.T + there[rows] @ (zero**2).T - 2 * zero[rows] @ zero.T
        distance = np.maximum(total, 0.0) / np.maximum(shared, 1.0)
        yield rows, np.where(shared > 0, distance, np.inf)


def _mean_of_nearest(distance: Matrix, figures: Matrix, neighbours: int) -> Matrix:
    """Average the figures of the nearest columns in each row; NaN where none is near at all."""
    last = min(neighbours, distance.shape[1]) - 1
    farthest = np.partition(distance, last, axis=1)[:, [last]]
    near = (distance <= farthest + TIE) & np.isfinite(distance)
    count = near.sum(axis=1)
    return np.where(count > 0, near @ figures / np.maximum(count, 1), np.nan)
