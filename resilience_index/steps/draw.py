"""Draw: what missing figures might be, many times over (multiple imputation).

Filling a gap once pretends to know; drawing it many times carries the gap into every result. Every
method takes a table of countries by indicators and returns `levels`, draws by missing cells (in
the order of the rows, then of the columns): where the figure stands among those observed of its
indicator, 0 the lowest and 1 the highest. Whoever uses a level turns it into a figure by the
quantiles of the indicator, on whatever scale; so one set of draws serves all scales, and no drawn
figure lies outside what has been observed.

References
----------
Rubin (1987), Multiple Imputation for Nonresponse in Surveys. https://doi.org/10.1002/9780470316696
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError, MethodError

Array = NDArray[np.float64]
_ENOUGH = 1e-3  # the fit ends when no correlation moves by more
_ROUNDS = 100


def gaussian_copula(
    table: pd.DataFrame,
    *,
    rng: np.random.Generator,
    draws: int = 256,
    fits: int | None = None,
    prior: float = 5.0,
) -> NDArray[np.float32]:
    """Draw from a Gaussian copula: normal scores of each indicator, jointly normal.

    Each figure is replaced by the normal score of its rank, z = ndtri((rank - 1/2) / n). Mean and
    covariance of the scores are fitted to what is there by EM. So that they too are uncertain,
    `fits` sets of them are taken from tables completed by a draw and resampled by row (approximate
    Bayesian bootstrap); from each, missing scores are drawn given those observed of the country.

    Assumes that figures are missing at random given those observed; where they are missing because
    they are low, drawn levels are too high.

    Parameters
    ----------
    table
        Countries by indicators, on any scale; NaN where missing.
    rng
        Source of chance.
    draws
        Number of draws of each missing cell, spread evenly over its distribution (Latin hypercube).
    fits
        Number of sets of means and covariances; 16,384 / countries if nothing is said, since with
        few countries they are uncertain (at least 8, and no more than draws).
    prior
        Countries' worth of evidence that indicators are unrelated; steadies fits to few countries.

    Returns
    -------
    array of float32
        Draws by missing cells; levels, above 0 and below 1.

    Raises
    ------
    DataError
        If an indicator has no figure at all.
    MethodError
        If a setting is out of range.

    References
    ----------
    Hoff (2007), Extending the rank likelihood for semiparametric copula estimation, Annals of
    Applied Statistics 1, 265-283. https://doi.org/10.1214/07-AOAS107
    Hollenbach, Bojinov, Minhas, Metternich, Ward & Volfovsky (2021), Multiple imputation using
    Gaussian copulas, Sociological Methods & Research 50, 1259-1283.
    https://doi.org/10.1177/0049124118799381
    Rubin & Schenker (1986), Multiple imputation for interval estimation from simple random samples
    with ignorable nonresponse. https://doi.org/10.1080/01621459.1986.10478280

    Examples
    --------
    >>> skills = np.arange(50.0)
    >>> table = pd.DataFrame({"skills": skills, "wages": skills})
    >>> table.loc[40, "wages"] = np.nan
    >>> levels = gaussian_copula(table, rng=np.random.default_rng(0))
    >>> levels.shape, bool(0.7 < np.median(levels) < 0.9)
    ((256, 1), True)
    """
    sets = min(draws, max(8, 16_384 // max(1, len(table)))) if fits is None else fits
    if draws < 1 or not 1 <= sets <= draws or prior < 0:
        raise MethodError(
            f"gaussian_copula: draws = {draws}, fits = {sets}, prior = {prior:g}; draws must be "
            "1 or more, fits between 1 and draws, prior 0 or more"
        )
    from scipy.special import ndtr, ndtri

    lost = table.isna().to_numpy()
    _refuse_empty(table, lost)
    if not lost.any():
        return np.empty((draws, 0), np.float32)
    share = (table.rank() - 0.5) / table.notna().sum()
    scores = np.asarray(ndtri(share.to_numpy(float)))
    gaps = _Gaps.of(lost)
    filled, left = _given_observed(scores, gaps, _fitted(scores, gaps, prior))
    root = _roots(left)
    spread = ndtri(_evenly(draws, table.shape[1], rng))
    parts = []
    for block in np.array_split(spread, sets):
        about = _resampled(filled, root, gaps, prior, rng)
        centre, left = _given_observed(scores, gaps, about)
        own = block[:, gaps.column] * gaps.there
        moved = np.einsum("nij,dnj->dni", _roots(left), own)
        parts.append(ndtr(centre[lost] + moved[:, gaps.row, gaps.place]))
    shuffled = rng.permutation(np.concatenate(parts))
    return np.asarray(np.clip(shuffled, 1e-6, 1 - 1e-6), np.float32)


def _refuse_empty(table: pd.DataFrame, gaps: NDArray[np.bool_]) -> None:
    empty = np.flatnonzero(gaps.all(axis=0))
    bare = [str(list(table)[place]) for place in empty]
    if bare:
        raise DataError(
            f"gaussian_copula: no country has a figure for {', '.join(bare)}, so none can be "
            "drawn; leave the indicator out, or use alternatives without this method"
        )


@dataclass(frozen=True)
class _Gaps:
    """Which scores of each row are missing: their columns, filled up to the same number."""

    column: NDArray[np.intp]  # rows by places; places beyond a row's own gaps hold any column
    there: NDArray[np.bool_]  # the places that are a gap
    row: NDArray[np.intp]  # of each gap, and its place, in the order of the table
    place: NDArray[np.intp]

    @classmethod
    def of(cls, gaps: NDArray[np.bool_]) -> "_Gaps":
        count = gaps.sum(axis=1)
        column = np.argsort(~gaps, axis=1, kind="stable")[:, : count.max()]
        there = np.arange(count.max()) < count[:, None]
        row, place = np.nonzero(there)
        return cls(column, there, row, place)


Moments = tuple[Array, Array]
"""Mean and covariance of the normal scores."""


def _fitted(scores: Array, gaps: _Gaps, prior: float) -> Moments:
    """Fit mean and covariance by EM (Little & Rubin 2019, section 11.2)."""
    k = scores.shape[1]
    moments: Moments = (np.zeros(k), np.eye(k))
    for _ in range(_ROUNDS):
        filled, left = _given_observed(scores, gaps, moments)
        hidden = np.zeros((k, k))
        at = np.broadcast_to(gaps.column[:, :, None], left.shape)
        np.add.at(hidden, (at, at.transpose(0, 2, 1)), left)
        new = _moments(filled, hidden, prior)
        moved = max(np.abs(a - b).max() for a, b in zip(new, moments, strict=True))
        moments = new
        if moved < _ENOUGH:
            break
    return moments


def _moments(filled: Array, hidden: Array | float, prior: float) -> Moments:
    """Mean and covariance of filled scores; `hidden` is the spread that filling them hides."""
    mean = filled.mean(axis=0)
    apart = filled - mean
    total = apart.T @ apart + hidden + prior * np.eye(filled.shape[1])
    return mean, total / (len(filled) + prior)


def _given_observed(scores: Array, gaps: _Gaps, moments: Moments) -> tuple[Array, Array]:
    """Fill missing scores with what is expected given those observed; also their covariance.

    With the inverse covariance Q: C = Q_mm^-1, and E(z_m) = mean_m - C Q_mo (z_o - mean_o). The
    covariances C are rows by places by places, 0 where a place is no gap.
    """
    mean, inverse = moments[0], np.linalg.inv(moments[1])
    lost = np.isnan(scores)
    apart = np.where(lost, 0.0, scores - mean)
    at = gaps.column
    both = gaps.there[:, :, None] & gaps.there[:, None, :]
    inside = np.where(both, inverse[at[:, :, None], at[:, None, :]], np.eye(at.shape[1]))
    left = np.where(both, np.linalg.inv(inside), 0.0)
    pull = np.take_along_axis(apart @ inverse, at, axis=1)
    guess = -np.einsum("nij,nj->ni", left, np.where(gaps.there, pull, 0.0))
    filled = np.where(lost, mean, scores)
    filled[gaps.row, at[gaps.row, gaps.place]] += guess[gaps.row, gaps.place]
    return filled, left


def _roots(left: Array) -> Array:
    """Cholesky roots of covariances of which some rows are 0."""
    empty = np.diagonal(left, axis1=1, axis2=2) == 0
    steady = left + np.eye(left.shape[1]) * np.where(empty, 1.0, 1e-12)[:, None]
    return np.asarray(np.linalg.cholesky(steady), np.float64)


def _resampled(
    filled: Array, root: Array, gaps: _Gaps, prior: float, rng: np.random.Generator
) -> Moments:
    """Moments of one table, completed by a draw and resampled by row."""
    drawn = np.einsum("nij,nj->ni", root, rng.standard_normal(gaps.column.shape))
    completed = filled.copy()
    completed[gaps.row, gaps.column[gaps.row, gaps.place]] += drawn[gaps.row, gaps.place]
    rows = rng.integers(0, len(filled), len(filled))
    return _moments(completed[rows], 0.0, prior)


def _evenly(draws: int, k: int, rng: np.random.Generator) -> Array:
    """Latin hypercube: in each column one point in each of `draws` equal parts of [0, 1)."""
    place = np.tile(np.arange(draws)[:, None], (1, k))
    return np.asarray((rng.permuted(place, axis=0) + rng.random((draws, k))) / draws)


METHODS = {"gaussian_copula": gaussian_copula}
