"""Correlation by rank, plain and partial."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

FEWEST = 5
"""With fewer countries there is no correlation worth testing."""


@dataclass(frozen=True, slots=True)
class Rho:
    """A rank correlation: its size, its two-sided p, and over how many countries."""

    size: float
    p: float
    count: int


def spearman(x: pd.Series, y: pd.Series, by: pd.Series | None = None) -> Rho:
    """Correlate two figures by rank; with `by`, that figure held constant (partial).

    (r_xy - r_xz r_yz) / sqrt((1 - r_xz^2) (1 - r_yz^2)) of the ranks; p by Student's t with n - 2
    degrees of freedom, n - 3 if partial. Without it where fewer than five countries have all.

    Parameters
    ----------
    x, y
        By country; joined by code.
    by
        Held constant, such as income.

    Returns
    -------
    Rho
        Size and p are NaN where it cannot be worked out.

    References
    ----------
    Kendall (1942), Partial rank correlation. https://doi.org/10.1093/biomet/32.3-4.277

    Examples
    --------
    >>> x = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0])
    >>> round(spearman(x, pd.Series([2.0, 1.0, 4.0, 3.0, 5.0])).size, 6)
    0.8
    """
    from scipy.special import stdtr  # slow to import

    columns = {"x": x, "y": y} if by is None else {"x": x, "y": y, "by": by}
    table = pd.DataFrame(columns).dropna()
    if len(table) < FEWEST or not (np.ptp(table.to_numpy(float), axis=0) > 0).all():
        return Rho(np.nan, np.nan, len(table))
    r = table.rank().corr().to_numpy()
    size, freedom = float(r[0, 1]), len(table) - 2
    if by is not None:
        rest = (1 - r[0, 2] ** 2) * (1 - r[1, 2] ** 2)
        if rest < 1e-12:
            return Rho(np.nan, np.nan, len(table))
        size, freedom = float((r[0, 1] - r[0, 2] * r[1, 2]) / np.sqrt(rest)), len(table) - 3
    size = min(max(size, -1.0), 1.0)
    if 1 - abs(size) < 1e-12:
        return Rho(size, 0.0, len(table))
    t = abs(size) * np.sqrt(freedom / (1 - size**2))
    return Rho(size, float(2 * stdtr(freedom, -t)), len(table))
