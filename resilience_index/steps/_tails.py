"""Tails of one column: how skewed it is, and how its farthest values are brought in.

Arrays here are one-dimensional and without missing values; the tables are in `treat`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resilience_index.errors import DataError

Values = NDArray[np.float64]
Count = Literal["values", "cells"]
Side = Literal["low", "high"]


def moments(values: Values) -> tuple[float, float]:
    """Return adjusted skewness and excess kurtosis (type 2, as in Excel, SAS and SPSS).

    With d = x - mean::

        g1 = sqrt(n) sum(d^3) / sum(d^2)^(3/2);  G1 = g1 sqrt(n (n - 1)) / (n - 2)
        g2 = n sum(d^4) / sum(d^2)^2 - 3;        G2 = ((n + 1) g2 + 6) (n - 1) / ((n - 2) (n - 3))

    Parameters
    ----------
    values
        One number a country.

    Returns
    -------
    tuple of float
        Skewness, NaN below 3 values; kurtosis, NaN below 4; both NaN if all values are equal.

    References
    ----------
    Joanes & Gill (1998), Comparing measures of sample skewness and kurtosis, The Statistician 47,
    183-189. https://doi.org/10.1111/1467-9884.00122

    Examples
    --------
    >>> skewness, kurtosis = moments(np.array([1.0, 2.0, 3.0, 4.0, 10.0]))
    >>> f"{skewness:.4f} {kurtosis:.4f}"
    '1.6971 3.1520'
    """
    n = len(values)
    if n < 3 or is_flat(values):
        return np.nan, np.nan
    low = values.min()
    d = (values - low) / (values.max() - low)  # neither moment depends on unit or origin
    d -= d.mean()
    square = d * d
    total = float(square.sum())
    skewness = np.sqrt(n) * float((square * d).sum()) / total**1.5
    skewness *= np.sqrt(n * (n - 1)) / (n - 2)
    if n < 4:
        return float(skewness), np.nan
    excess = n * float((square * square).sum()) / total**2 - 3
    kurtosis = ((n + 1) * excess + 6) * (n - 1) / ((n - 2) * (n - 3))
    return float(skewness), float(kurtosis)


def is_flat(values: Values) -> bool:
    """Say whether all values are equal (true of none at all).

    >>> is_flat(np.array([2.0, 2.0])), is_flat(np.array([2.0, 3.0]))
    (True, False)
    """
    return len(values) == 0 or bool(values.min() == values.max())


@dataclass(frozen=True, slots=True)
class Limits:
    """When a column is flagged as having outliers: |skewness| and kurtosis both above these."""

    skewness: float
    kurtosis: float

    def flag(self, skewness: float, kurtosis: float) -> bool:
        """Say whether the two moments are beyond the limits; moments that are NaN never are."""
        return abs(skewness) > self.skewness and kurtosis > self.kurtosis


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a column is cut off: positions of the lowest and highest distinct value that stay."""

    levels: Values
    counts: NDArray[np.int64]
    low: int
    high: int

    @classmethod
    def of(cls, values: Values) -> "Ends":
        """Begin with nothing cut off."""
        levels, counts = np.unique(values, return_counts=True)
        return cls(levels, counts, 0, len(levels) - 1)

    def cut(self, side: Side) -> "Ends":
        """Move the end of one side to the next distinct value."""
        step = (self.low + 1, self.high) if side == "low" else (self.low, self.high - 1)
        return Ends(self.levels, self.counts, *step)

    def moved(self, count: Count, *sides: Side) -> int:
        """Count what is cut off: distinct original values, or cells (countries)."""
        each = self.counts if count == "cells" else np.ones_like(self.counts)
        low, high = each[: self.low].sum(), each[self.high + 1 :].sum()
        return int(sum({"low": low, "high": high}[side] for side in sides))

    def apply(self, values: Values) -> Values:
        """Give each value beyond an end the value of that end."""
        return np.clip(values, self.levels[self.low], self.levels[self.high])

    @property
    def can_move(self) -> bool:
        """At least two distinct values are left after another step."""
        return self.high - self.low > 1


def winsorise(values: Values, limits: Limits, points: int, count: Count) -> tuple[Values, int]:
    """Bring in the farthest value on the skewed side, while the column is flagged.

    The farthest value takes the next one, together with all that are tied with it. The side may
    change on the way. It stops once `points` are moved (distinct values or cells), or two distinct
    values are left.

    Parameters
    ----------
    values
        One number a country.
    limits
        When the column is flagged.
    points
        How many may be moved. Counted in cells, a tie may go beyond it.
    count
        Whether points are distinct original values, or cells.

    Returns
    -------
    tuple
        New values, and how many cells were moved.

    Examples
    --------
    >>> values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 90.0])
    >>> winsorise(values, Limits(2, 3.5), points=5, count="values")
    (array([1., 2., 3., 4., 5., 6., 7., 7.]), 1)
    """
    ends, new = Ends.of(values), values
    skewness, kurtosis = moments(new)
    while (
        limits.flag(skewness, kurtosis)
        and ends.moved(count, "low", "high") < points
        and ends.can_move
    ):
        ends = ends.cut("high" if skewness >= 0 else "low")
        new = ends.apply(values)
        skewness, kurtosis = moments(new)
    return new, ends.moved("cells", "low", "high")


def bring_in(values: Values, low: int, high: int, count: Count) -> tuple[Values, int] | None:
    """Move a fixed number of points of each side; None if fewer than two values would be left.

    >>> bring_in(np.array([1.0, 2.0, 3.0, 9.0]), low=0, high=1, count="values")
    (array([1., 2., 3., 3.]), 1)
    """
    ends = Ends.of(values)
    asked: dict[Side, int] = {"low": low, "high": high}
    for side, points in asked.items():
        while ends.moved(count, side) < points:
            if not ends.can_move:
                return None
            ends = ends.cut(side)
    return ends.apply(values), ends.moved("cells", "low", "high")


def ln_plain(values: Values) -> Values:
    """Return ln(x).

    Raises
    ------
    DataError
        If a value is 0 or less.
    """
    if values.min() <= 0:
        raise DataError(
            f"ln needs figures above 0, but the lowest is {values.min():g}; use ln_shift instead"
        )
    return np.asarray(np.log(values), float)


def ln_range(values: Values, share: float = 0.01) -> Values:
    """Return ln(x - min + share (max - min)): COINr's log_CT.

    >>> ln_range(np.array([0.0, 99.0, 100.0])).round(4)
    array([0.    , 4.6052, 4.6151])
    """
    low, high = values.min(), values.max()
    return np.asarray(np.log(values - low + share * (high - low)), float)


def ln_one(values: Values) -> Values:
    """Return ln(x - min + 1): COINr's log_CT_orig. It depends on the unit of the indicator.

    >>> ln_one(np.array([5.0, 5.0 + np.e - 1]))
    array([0., 1.])
    """
    return np.asarray(np.log(values - values.min() + 1), float)


def ln_innovation(values: Values) -> Values:
    """Return ln((max - 1) (x - min) / (max - min) + 1), as in the Global Innovation Index.

    COINr's log_GII computes this and then hands back the untransformed column; ours is the formula.

    Raises
    ------
    DataError
        If the greatest value is 1 or less: the order of countries would turn.

    Examples
    --------
    >>> ln_innovation(np.array([0.0, np.e])).round(9)
    array([0., 1.])
    """
    low, high = values.min(), values.max()
    if high <= 1:
        raise DataError(
            f"this logarithm needs figures above 1, but the greatest is {high:g}, so that it would "
            "turn the order of countries; scale the indicator, or use ln_shift"
        )
    return np.asarray(np.log((high - 1) * (values - low) / (high - low) + 1), float)


LOGARITHMS: dict[str, Callable[[Values], Values]] = {
    "plain": ln_plain,
    "ln_shift": ln_range,
    "shift_one": ln_one,
    "gii": ln_innovation,
}
"""Forms of the logarithm by the name that settings use."""
