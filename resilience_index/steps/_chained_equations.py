"""Imputation by chained equations, with several draws: see `impute`.

statsmodels is heavy to import and only looked for when it is used.
"""

import warnings
from typing import Any

import numpy as np
import pandas as pd

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._filling import Imputed, Matrix, finish, refuse_empty, standardised
from resilience_index.steps._naming import listed


def mice(
    table: pd.DataFrame,
    *,
    rng: np.random.Generator,
    draws: int = 20,
    cycles: int = 10,
    donors: int = 5,
) -> Imputed:
    """Draw what is missing several times, each indicator from a regression on all others.

    In a cycle each indicator with gaps is regressed on all others (with the figures drawn so far),
    the coefficients are drawn from their distribution, and each gap takes the observed figure of
    one of the `donors` countries whose prediction is nearest (predictive mean matching), so that
    nothing is drawn that no country has.

    Parameters
    ----------
    table
        Countries by indicators; each indicator with gaps needs more figures than there are columns.
    rng
        Decides the draws; the same state gives the same draws.
    draws
        Number of tables drawn.
    cycles
        Cycles before each draw; the draws are that far apart in one chain.
    donors
        Countries among which a figure is picked (5 in the R package mice, 20 in statsmodels).

    Returns
    -------
    Imputed
        `draws` are whole tables, for the uncertainty of scores; `table` is their mean. A country
        without any figure gets the mean of each draw. Facts: `between_sd`, the root mean square of
        the sd over draws of each filled-in figure, in the indicator's unit.

    Raises
    ------
    MethodError
        If a number is below 1.
    DataError
        If a column has no figure, or too few for a regression on all others, or a regression fails:
        a warning of numpy or statsmodels counts as a failure and is quoted, and none gets out.

    References
    ----------
    van Buuren & Groothuis-Oudshoorn (2011), mice: Multivariate Imputation by Chained Equations in
    R, Journal of Statistical Software 45(3). https://doi.org/10.18637/jss.v045.i03

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 3.0, 5.0, np.nan]})
    >>> imputed = mice(table, rng=np.random.default_rng(1), draws=3, donors=1)
    >>> len(imputed.draws), imputed.table["y"].tolist()[:3]
    (3, [2.0, 3.0, 5.0])
    """
    for name, number in (("draws", draws), ("cycles", cycles), ("donors", donors)):
        if number < 1:
            raise MethodError(f"mice: {name} = {number}; at least 1 is needed")
    refuse_empty(table, "mice")
    z, mean, sd = standardised(table.to_numpy(float))
    varies = np.nanmax(np.abs(z), axis=0) > 0  # a constant column is filled by its constant
    drawn = np.zeros((draws, *z.shape))
    if np.isnan(z[:, varies]).any():
        _refuse_few(z[:, varies], table.columns[varies])
        drawn[:, :, varies] = _chain(z[:, varies], rng, draws, cycles, donors)
    figures = np.where(np.isnan(z), drawn * sd + mean, table.to_numpy(float))
    gaps = np.maximum(np.isnan(z).sum(axis=0), 1)
    between = np.sqrt(figures.var(axis=0, ddof=1 if draws > 1 else 0).sum(axis=0) / gaps)
    imputed = finish(
        table,
        figures.mean(axis=0),
        [f"chained equations, mean of {draws} draws"] * table.shape[1],
        {"between_sd": between},
    )
    frames = (pd.DataFrame(f, index=table.index, columns=table.columns) for f in figures)
    return Imputed(imputed.table, imputed.facts, tuple(frames))


def _chain(z: Matrix, rng: np.random.Generator, draws: int, cycles: int, donors: int) -> Matrix:
    """Run the chain; return draws x rows x columns."""
    some = ~np.isnan(z).all(axis=1)  # statsmodels drops rows without any figure
    frame = pd.DataFrame(z[some], columns=[f"v{i}" for i in range(z.shape[1])])
    fewest = int((~np.isnan(z)).sum(axis=0).min())
    drawn = np.empty((draws, *z.shape))
    try:
        with warnings.catch_warnings():
            from statsmodels.tools.sm_exceptions import (  # type: ignore[import-untyped]
                ModelWarning,
            )

            warnings.simplefilter("ignore")  # what is no fault of the figures
            warnings.simplefilter("error", RuntimeWarning)
            warnings.simplefilter("error", ModelWarning)
            chain = _chain_class()(frame, k_pmm=min(donors, fewest), rng=rng)
            for draw in drawn:
                chain.update_all(cycles)
                draw[some] = chain.data.to_numpy(float)
                draw[~some] = draw[some].mean(axis=0)
    except (Warning, np.linalg.LinAlgError, ValueError) as error:
        raise DataError(
            f"mice: a regression on all other indicators failed ({error}); leave out indicators "
            "that follow from others, or use em with a ridge"
        ) from None
    return drawn


def _chain_class() -> Any:
    """Return statsmodels' chain, with the regressions' tables put together directly.

    statsmodels parses a formula for each of them, which takes 98 per cent of the time; figures and
    draws are the same.
    """
    from statsmodels.imputation.mice import MICEData  # type: ignore[import-untyped]

    class Chain(MICEData):  # type: ignore[misc]
        """MICEData whose equations are a constant and all other columns."""

        def _columns(self, name: str) -> tuple[Matrix, Matrix]:
            values = self.data.to_numpy(float)
            at = self.data.columns.get_loc(name)
            others = np.delete(values, at, axis=1)
            return values[:, at], np.column_stack([np.ones(len(values)), others])

        def get_fitting_data(self, vname: str) -> tuple[Matrix, Matrix, dict[str, Any], Any]:
            """Return what the regression is fitted on, and no settings."""
            target, design = self._columns(vname)
            there = self.ix_obs[vname]
            return target[there], design[there], {}, {}

        def get_split_data(self, vname: str) -> tuple[Matrix, Matrix, Matrix, dict[str, Any], Any]:
            """Return what is observed, its predictors, and the predictors of the gaps."""
            target, design = self._columns(vname)
            there, gaps = self.ix_obs[vname], self.ix_miss[vname]
            return target[there], design[there], design[gaps], {}, {}

    return Chain


def _refuse_few(z: Matrix, names: pd.Index) -> None:
    """Raise a `DataError` if an indicator with gaps has too few figures for its regression."""
    if z.shape[1] < 2:
        raise DataError(
            f"mice: {listed(names)} is the only indicator that varies, and nothing is left to "
            "regress it on; choose another imputation"
        )
    count = (~np.isnan(z)).sum(axis=0)
    few = names[(count < len(z)) & (count <= z.shape[1])]
    if len(few):
        raise DataError(
            f"mice: {listed(few)} {'has' if len(few) == 1 else 'have'} no more figures than there "
            f"are indicators ({z.shape[1]}); impute fewer indicators together, or use em with a "
            "ridge"
        )
