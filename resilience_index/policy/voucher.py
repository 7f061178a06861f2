"""A voucher: from a budget to firms that use AI and would otherwise not.

The equations are this project's own; each of their numbers is a prior with its source. Arrays have
draws along the first axis and countries along the second; shapes broadcast. Years are steps: what
happens in year t shows in year t + 1.

References
----------
Bass (1969), A new product growth for model consumer durables.
https://doi.org/10.1287/mnsc.15.5.215
CPB (2006), Do innovation vouchers help SMEs to cross the bridge towards science?, Discussion
Paper 58.
https://www.cpb.nl/publicatie/do-innovation-vouchers-help-smes-cross-bridge-towards-science
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """How AI spreads by itself: draws of growth rate, ceiling, spillover, …."""

    rate: Array
    ceiling: Array
    spillover: Array
    largest_hazard: Array  # yearly chance of adopting, at most


@dataclass(frozen=True, slots=True)
class Design:
    """A voucher's design: draws of each number, each draws by 1.

    `scope_overlap` is the share of supported firms that are in the scope of the adoption figure.
    """

    mean_grant: Array  # US dollars a firm
    overhead: Array
    absorption: Array
    redemption: Array
    demand_ceiling: Array
    supplier_capacity: Array
    scope_overlap: Array
    additionality_max: Array
    additionality_horizon: Array
    self_selection: Array
    persistence: Array


@dataclass(frozen=True, slots=True)
class Adopters:
    """What a voucher does, year by year; the first axis is the year.

    Firms are numbers of firms, in the survey's scope and out of it; shares are of firms in scope.
    """

    base: Array  # share without the programme: years + 1, draws, countries
    extra: Array  # additional share: as base
    issued: Array  # vouchers issued in a year: years, draws, countries
    paid: Array  # firms paid in a year: as issued
    additionality: Array  # share of paid firms that add a user, in each year: as issued


def growth(adopted: Array, spread: Spread) -> Array:
    """Return what adoption grows by in a year: r p (1 - p / ceiling), never below 0.

    Examples
    --------
    >>> one = np.ones(1)
    >>> growth(0.2 * one, Spread(0.5 * one, 0.8 * one, 0 * one, one)).round(6)
    array([0.075])
    """
    return np.maximum(spread.rate * adopted * (1 - adopted / spread.ceiling), 0.0)


def additionality(adopted: Array, spread: Spread, design: Design) -> Array:
    """Return the share of paid firms that would not have adopted within the horizon.

    Formula: a_max (1 - h)^(k H), with h = growth / (1 - p) the yearly hazard of adopting anyway, H
    the horizon in years, and k how much keener applicants are. It falls as the wave arrives.
    """
    hazard = growth(adopted, spread) / np.maximum(1 - adopted, np.finfo(float).tiny)
    delay = design.self_selection * design.additionality_horizon
    kept: Array = (1 - np.clip(hazard, 0.0, spread.largest_hazard)) ** delay
    return design.additionality_max * kept


def adopters(
    budget: Array, firms: Array, start: Array, spread: Spread, design: Design, *, years: int
) -> Adopters:
    """Follow a voucher over the years.

    Formula, for year t with budget B, N firms in scope, p the share that has adopted:
    paid = rho min(A B (1 - a) / (g rho), D, K), with rho the redemption, A the absorption, a the
    overhead, g the mean grant, and the ceilings D and K shares of the firms without AI;
    x' = d x + alpha s paid / N + phi r x (1 - p / ceiling), with s the overlap of supported firms
    with the scope, alpha the additionality, d the persistence, phi the spillover.

    Parameters
    ----------
    budget
        US dollars of each year; one entry a year, zeros after the last.
    firms
        Number of firms in scope; draws by countries, or by 1.
    start
        Share of firms that use AI today, between 0 and 1; as `firms`.
    spread
        How AI spreads by itself.
    design
        The voucher's design.
    years
        Number of years.

    Returns
    -------
    Adopters
        Year by year; a programme without a budget adds nothing.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> spread = Spread(0 * one, one, 0 * one, one)
    >>> design = Design(1e3 * one, 0 * one, one, one, one, one, one, one, one, one, one)
    >>> made = adopters(np.array([5e6]), 100_000 * one, 0.1 * one, spread, design, years=1)
    >>> made.extra[-1].item(), made.paid[0].item()
    (0.05, 5000.0)
    """
    base, extra = [start + 0 * spread.rate], [0 * (start + spread.rate)]
    issued, paid, alphas = [], [], []
    for year in range(years):
        money = budget[year] if year < len(budget) else 0.0
        before, own = base[-1], extra[-1]
        alpha = additionality(before, spread, design)
        vouchers = _issued(money, firms, before + own, design)
        supported = design.redemption * vouchers
        spilled = spilling(own, before, spread)
        gained = alpha * design.scope_overlap * supported / firms
        base.append(before + growth(before, spread))
        extra.append(design.persistence * own + gained + spilled)
        issued.append(vouchers)
        paid.append(supported)
        alphas.append(alpha + 0 * supported)
    return Adopters(*(np.stack(part) for part in (base, extra, issued, paid, alphas)))


def _issued(money: float | Array, firms: Array, adopted: Array, design: Design) -> Array:
    """Return the vouchers issued in a year: what the money, the demand and the suppliers allow."""
    granted = money * (1 - design.overhead) / (design.mean_grant * design.redemption)
    without = firms * np.maximum(1 - adopted, 0.0) / design.scope_overlap
    room = np.minimum(design.demand_ceiling, design.supplier_capacity) * without
    return np.minimum(design.absorption * granted, room)


def spilling(extra: Array, base: Array, spread: Spread) -> Array:
    """Return the spread from additional users to others: phi r x (1 - (p + x) / ceiling)."""
    return spread.spillover * spread.rate * extra * (1 - (base + extra) / spread.ceiling)


def depth(mean_grant: Array | float, core_use: Array, depth_grant: Array) -> Array:
    """Return the share of adopters that use AI in earnest: omega (1 - exp(-g / g0)).

    A cheap voucher buys shallower use.

    Parameters
    ----------
    mean_grant
        US dollars a firm.
    core_use
        Share of users that use AI in core activities.
    depth_grant
        Grant at which 63 % of that depth is reached, US dollars.

    Returns
    -------
    ndarray
        Share of adopters.

    Examples
    --------
    >>> depth(1000.0, np.array([0.29]), np.array([1000.0])).round(4)
    array([0.1833])
    """
    return np.asarray(core_use * (1 - np.exp(-mean_grant / depth_grant)))
