"""What the figures cover: how many there are, how old, how different, and what is missing.

Tables are those of a built index: rows are countries, columns indicators.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from resilience_index.errors import DataError
from resilience_index.index import Index
from resilience_index.observing import IMPUTED, NOT_APPLICABLE, covariates
from resilience_index.preparing import FROM_OTHERS
from resilience_index.scoring import chosen
from resilience_index.steps import impute
from resilience_index.steps._normal_model import normal_moments
from resilience_index.steps._tails import moments

_CYCLES = 300  # of expectation-maximisation: what needs more is not known well enough to test
_TOLERANCE = 1e-5  # in standard deviations: enough for a test


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of the figures due that are there, known by rule included; NaN where none is due."""

    countries: pd.Series
    indicators: pd.Series
    pillars: pd.Series
    within: pd.DataFrame  # countries by pillars


@dataclass(frozen=True, slots=True)
class Little:
    """Little's test of whether figures are missing completely at random."""

    statistic: float
    freedom: int
    p: float
    patterns: int


def coverage(index: Index) -> Coverage:
    """Count what is there of what is due: by country, indicator and pillar."""
    due = (index.flags & NOT_APPLICABLE) == 0
    there = due & ~index.missing
    pillars = {p: index.framework.tree.leaves(p) for p in index.framework.tree.pillars}
    within = pd.DataFrame(
        {p: _share(there[c].sum(axis=1), due[c].sum(axis=1)) for p, c in pillars.items()},
        index=index.flags.index,
    )
    whole = {p: (there[c].to_numpy().sum(), due[c].to_numpy().sum()) for p, c in pillars.items()}
    return Coverage(
        countries=_share(there.sum(axis=1), due.sum(axis=1)),
        indicators=_share(there.sum(), due.sum()),
        pillars=pd.Series({p: a / b if b else np.nan for p, (a, b) in whole.items()}, dtype=float),
        within=within,
    )


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return (part / whole.where(whole > 0)).astype(float)


def ages(index: Index) -> pd.DataFrame:
    """Return how many years older than the edition each figure is; NaN where it has no year."""
    return float(index.framework.about.year) - index.years


def year_spread(index: Index) -> pd.Series:
    """Return, for each country, the years between its oldest and its newest figure."""
    return (index.years.max(axis=1) - index.years.min(axis=1)).dropna()


def variety(index: Index) -> pd.DataFrame:
    """Say how different the figures of each indicator are, before any treatment.

    Returns
    -------
    DataFrame
        By indicator: `distinct` (different values / figures), `common` (share of the commonest
        value), `zeros` (share of zeros).
    """
    rows = {}
    for code in index.denominated:
        values = index.denominated[code].dropna()
        count = max(len(values), 1)
        tally = values.value_counts()
        rows[code] = {
            "distinct": len(tally) / count,
            "common": float(tally.iloc[0]) / count if len(tally) else np.nan,
            "zeros": float((values == 0).sum()) / count,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def twins(index: Index) -> list[tuple[str, str]]:
    """List pairs of indicators that say exactly the same: correlated with 1 or -1, to 1e-9."""
    table = index.imputed
    close = table.corr(min_periods=3).abs().to_numpy() > 1 - 1e-9
    codes = [str(c) for c in table]
    return [(codes[i], codes[j]) for i, j in np.argwhere(np.triu(close, 1)).tolist()]


def imputed_share(index: Index) -> pd.Series:
    """Return, for each country, the nominal weight that rests on no figure of its own.

    Whether a gap was filled in or its weight was shared out, it is a guess.
    """
    empty = index.missing | ((index.flags & IMPUTED) > 0)
    return pd.Series(
        empty.to_numpy(float) @ index.nominal.reindex(list(empty)).to_numpy(float),
        index=empty.index,
    )


def little_test(table: pd.DataFrame) -> Little:
    """Test whether figures are missing completely at random (Little's test).

    d2 = sum over patterns of n_p (m_p - mu_p)' S_p^-1 (m_p - mu_p), with m_p the means of the rows
    with that pattern of gaps, mu and S of greatest likelihood (EM), S not corrected by n / (n - 1),
    as in the R package naniar. Under the hypothesis d2 is chi-squared with sum of k_p - k degrees
    of freedom.

    Parameters
    ----------
    table
        Countries by indicators, with gaps; a column that is mostly empty had better be left out.

    Returns
    -------
    Little
        A small p says that countries with gaps differ from those without.

    Raises
    ------
    DataError
        If nothing is missing, or the model cannot be fitted.

    References
    ----------
    Little (1988), A test of missing completely at random for multivariate data with missing
    values. https://doi.org/10.1080/01621459.1988.10478722

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 3.0, 5.0, np.nan]})
    >>> little_test(table).freedom, little_test(table).patterns
    (1, 2)
    """
    from scipy.special import chdtrc  # slow to import

    differ = [str(code) for code, sd in table.std().items() if sd > 0]
    kept = table[differ].dropna(how="all")
    gaps = kept.isna().to_numpy()
    if not gaps.any():
        raise DataError("no figure is missing")
    mean, covariance = normal_moments(kept, tolerance=_TOLERANCE, max_cycles=_CYCLES)
    spread = covariance.to_numpy()
    values, centre = kept.to_numpy(float), mean.to_numpy()
    kinds, kind = np.unique(gaps, axis=0, return_inverse=True)
    statistic, freedom = 0.0, -kept.shape[1]
    for number, missing in enumerate(kinds):
        here = ~missing
        rows = values[kind.ravel() == number][:, here]
        away = rows.mean(axis=0) - centre[here]
        solved = np.linalg.solve(spread[np.ix_(here, here)], away)
        statistic += len(rows) * float(away @ solved)
        freedom += int(here.sum())
    return Little(statistic, freedom, float(chdtrc(freedom, statistic)), len(kinds))


def who_is_missing(index: Index, other: pd.Series) -> pd.Series:
    """Correlate, for each indicator, being missing with another figure of the country (Spearman).

    Parameters
    ----------
    index
        A built index.
    other
        One figure a country, such as income: countries without it are left out.

    Returns
    -------
    Series
        By indicator; below 0 where gaps lie with countries low in the figure. NaN where nothing,
        or all, is missing.
    """
    known = other.reindex(index.flags.index)
    there = known.notna().to_numpy()
    ranks = known[there].rank().to_numpy(float) if there.sum() > 2 else np.array([])
    made = {}
    for code in index.missing:
        gap = index.missing[code].to_numpy(float)[there]
        some = len(ranks) > 0 and 0 < gap.sum() < len(gap) and np.ptp(ranks) > 0
        made[code] = float(np.corrcoef(gap, ranks)[0, 1]) if some else np.nan
    return pd.Series(made, dtype=float)


def masking_error(index: Index) -> pd.DataFrame:
    """Hide a tenth of the figures of each column and impute them by the framework's methods."""
    known = index.imputed.where(~index.missing)
    units = index.content.units.reindex(index.scores.index)
    rows = []
    for code in index.framework.indicators:
        choice = index.framework.choice(code, "impute")
        rng = np.random.default_rng(index.seed)
        others = covariates(index.content, index.framework, known.index)
        beside = known if others is None else pd.concat([known, others], axis=1)
        supplies = {"units": units, "rng": rng, "covariates": beside}
        method = chosen(impute.METHODS, choice, "impute", supplies)
        seen = known if choice.name in FROM_OTHERS else known[[code]]
        found = impute.masking_error(seen, method, rng=np.random.default_rng(index.seed))
        found = found.loc[[code]]
        rows.append(found.rename(columns={"filled": "tried"})[["tried", "error"]])
    return pd.concat(rows)


def shape(index: Index) -> pd.DataFrame:
    """Give skewness and kurtosis of every indicator before and after treatment, and as scored.

    Scores have the same moments as treated figures, but for the sign of the skewness, where they
    lie on a line with them; ranks, classes and bounds that cut off change them.
    """
    rows = {}
    for code in index.framework.indicators:
        before, after = index.imputed[code].dropna(), index.treated[code].dropna()
        moved = int((index.imputed[code] != index.treated[code])[index.imputed[code].notna()].sum())
        known = code in index.treatment.index
        told: Mapping[Any, Any] = index.treatment.loc[code].to_dict() if known else {}
        rows[code] = [
            *moments(before.to_numpy(float)),
            *moments(after.to_numpy(float)),
            *moments(index.normalised[code].dropna().to_numpy(float)),
            moved,
            str(told.get("how", "")),
            int(told.get("points", 0)),
        ]
    stages = [
        f"{one}{end}" for end in ("", "_after", "_scored") for one in ("skewness", "kurtosis")
    ]
    names = [*stages, "moved", "how", "points"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names)
