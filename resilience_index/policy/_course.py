"""The course of use after a supplier falls away, and shares of suppliers: the equations alone.

Arrays are draws by countries; time is in months.

References
----------
Bruneau et al. (2003), A framework to quantitatively assess and enhance the seismic resilience of
communities, Earthquake Spectra 19(4), 733-752. https://doi.org/10.1193/1.1623497
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from resilience_index.errors import DataError, UsageError

Array = NDArray[np.float64]

RECOVERED = 0.9
"""Share of the use before the shock at which a country counts as recovered."""

MONTHS = 12.0

_HALVINGS = 24  # steps of the search for that moment: to a millionth of a month
_TOLERANCE = 1e-6  # how far shares may be from 1


@dataclass(frozen=True, slots=True)
class Recovery:
    """How use comes back: draws of each number, broadcastable to draws by countries."""

    other_reach: Array  # of the loss that other vendors could take over
    other_time: Array  # months
    spare: Array  # room of the remaining vendors, times what they serve
    open_reach: Array  # of the rest that open weights could serve
    open_cap: Array  # of use, by the computing power that hosts them
    own_cap: Array  # of use that a model of one's own carries
    hosting_time: Array  # months
    open_lag: Array  # months behind the frontier
    own_lag: Array  # months
    quality_loss: Array  # per year of lag

    def at(self, place: int) -> "Recovery":
        """Return what holds for one country: its column of the numbers that differ by country."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        own = {n: v if v.shape[-1] == 1 else v[..., [place]] for n, v in parts.items()}
        return Recovery(**own)


@dataclass(frozen=True, slots=True)
class Course:
    """The course of use after a shock; shares of the use before it."""

    direct: Array  # lost at once
    mean_loss: Array  # on average over the months
    left: Array  # use in the last month
    recovered: Array  # months until 90 % is back; infinite if not within the months
    by: Mapping[str, Array]  # share of use that each way has brought back by the last month


def course(direct: Array, remaining: Array, how: Recovery, *, months: float) -> Course:
    """Follow use after a shock.

    Formula: A(t) = 1 - l (1 - R(t)), with l the direct loss and R(t) = s1 e1(t)
    + (1 - s1) s2 q2 e2(t) + (1 - s1) (1 - s2) s3 q3 e2(t); s1 = min(reach, spare a / l) with a
    what remains of supply, s2 = min(reach, capacity), s3 the own model's capacity;
    e(t) = 1 - exp(-t / tau); q = exp(-g lag / 12). The mean over T months of e is
    1 - tau / T (1 - exp(-T / tau)).

    Parameters
    ----------
    direct
        Share of use lost at once, 0 to 1.
    remaining
        Share of supply that remains.
    how
        Draws of the recovery.
    months
        Over which losses are counted.

    Returns
    -------
    Course
        One supplier with all the share, removed, and nothing that comes back: a loss of 1.

    Examples
    --------
    >>> none, one = np.zeros((1, 1)), np.ones((1, 1))
    >>> nothing = Recovery(none, one, one, none, none, none, one, none, none, none)
    >>> course(one, none, nothing, months=12).mean_loss.item()
    1.0
    """
    ways = _ways(direct, remaining, how)

    def use(month: Array | float) -> Array:
        return _use(direct, ways, month)

    mean = sum(reach * (1 + tau / months * np.expm1(-months / tau)) for reach, tau in ways.values())
    whole = direct + 0 * ways["other_vendor"][0]
    return Course(
        direct=whole,
        mean_loss=direct * (1 - np.asarray(mean)),
        left=use(months),
        recovered=_moment(use, whole, months),
        by={name: direct * reach * -np.expm1(-months / tau) for name, (reach, tau) in ways.items()},
    )


def path(direct: Array, remaining: Array, how: Recovery, *, grid: Sequence[float]) -> Array:
    """Return use at each month of a grid: months by draws by countries.

    Examples
    --------
    >>> none, one = np.zeros((1, 1)), np.ones((1, 1))
    >>> half = Recovery(one, one, one, none, none, none, one, none, none, none)
    >>> path(0.5 * one, 0.5 * one, half, grid=[0, 100]).ravel().tolist()
    [0.5, 1.0]
    """
    ways = _ways(direct, remaining, how)
    return np.stack([_use(direct, ways, month) for month in grid])


def _ways(direct: Array, remaining: Array, how: Recovery) -> dict[str, tuple[Array, Array]]:
    """Return what each way brings back in the end, as a share of the loss, and its time."""
    some = np.where(direct > 0, direct, 1.0)
    first = np.where(direct > 0, np.minimum(how.other_reach, how.spare * remaining / some), 0.0)
    second = (1 - first) * np.minimum(how.open_reach, how.open_cap)
    third = (1 - first - second) * np.minimum(how.own_cap, 1.0)
    return {
        "other_vendor": (first, how.other_time),
        "open_weights": (second * _worth(how, how.open_lag), how.hosting_time),
        "own_model": (third * _worth(how, how.own_lag), how.hosting_time),
    }


def _worth(how: Recovery, lag: Array) -> Array:
    """Return what a model that lags is worth: exp(-g lag / 12)."""
    return np.asarray(np.exp(-how.quality_loss * lag / MONTHS))


def _use(direct: Array, ways: Mapping[str, tuple[Array, Array]], month: Array | float) -> Array:
    """Return use some months after the shock."""
    back = sum(reach * -np.expm1(-month / tau) for reach, tau in ways.values())
    return np.asarray(1 - direct * (1 - back))


def _moment(use: Callable[[Array], Array], direct: Array, months: float) -> Array:
    """Find the month in which use is back at 90 per cent, by halving; use only ever rises."""
    low, high = np.zeros_like(direct), np.full_like(direct, months)
    never = use(high) < RECOVERED
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        reached = use(middle) >= RECOVERED
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    at_once = 1 - direct >= RECOVERED
    found = np.where(at_once, 0.0, np.where(never, np.inf, high))
    return np.where(np.isnan(direct), np.nan, found)


def removed(shares: Mapping[str, float], gone: Sequence[str]) -> float:
    """Return the share that falls away, after checking the shares.

    Raises
    ------
    DataError
        If shares are negative or do not sum to 1.
    UsageError
        If a supplier is unknown.

    Examples
    --------
    >>> removed({"a": 0.6, "b": 0.4}, ["b"])
    0.4
    """
    total = sum(shares.values())
    if any(not s >= 0 for s in shares.values()) or abs(total - 1) > _TOLERANCE:
        raise DataError(
            f"shares of suppliers sum to {total:.6g}; they must be 0 or more and sum to 1"
        )
    unknown = [s for s in gone if s not in shares]
    if unknown:
        raise UsageError(f"unknown supplier '{unknown[0]}'; known: {', '.join(sorted(shares))}")
    return float(sum(shares[s] for s in gone))
