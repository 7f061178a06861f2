"""A model of one's own: from money to a lag behind the frontier, to a share of use.

Arrays have one entry a draw. Costs are US dollars, lags months, times years from the start.

References
----------
Cottier, Rahman, Fattorini, Maslej, Besiroglu & Owen (2024), The rising costs of training frontier
AI models. https://doi.org/10.48550/arXiv.2405.21015
Ho, Besiroglu, Erdil et al. (2024), Algorithmic progress in language models.
https://doi.org/10.48550/arXiv.2403.05812
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Frontier:
    """Where the frontier stands and how it moves."""

    cost: Array  # US dollars of the largest run today
    growth: Array  # times a year
    halving: Array  # months in which the compute for a level halves
    organisation: Array  # months of delay that money does not shorten


@dataclass(frozen=True, slots=True)
class Effort:
    """How a country goes about its model."""

    compute_share: Array  # of development cost
    staff_share: Array  # of development cost
    staff_cost: Array  # US dollars a year
    refresh: Array  # years between runs
    launch: Array  # years from a run to the model in service
    teams: int


@dataclass(frozen=True, slots=True)
class Uptake:
    """How much of AI use such a model wins."""

    largest: Array  # share of use without any lag
    decay: Array  # per month of lag
    build_up: Array  # years


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs that the money pays for, the same for every team."""

    compute: Array  # US dollars of computing a run
    count: Array  # runs of each team
    spent: Array  # present cost of all of them
    left: Array  # present value of what is left
    yearly_staff: Array  # people at work, all teams


def lag_months(compute: Array, years: float | Array, frontier: Frontier) -> Array:
    """Return how far a run lies behind the frontier when it is made.

    Formula: 12 max(0, ln(C_f G^t / C)) / (ln G + ln d) + organisation, with C_f today's frontier
    cost, G its growth, C the computing of the run, d = 2^(12 / halving) the yearly gain of
    algorithms.

    Parameters
    ----------
    compute
        US dollars of computing of the run.
    years
        When it is made.
    frontier
        Draws of the frontier.

    Returns
    -------
    ndarray
        Months.

    Examples
    --------
    >>> one = np.ones(1)
    >>> lag_months(1e8 * one, 0, Frontier(4e8 * one, 2 * one, 12 * one, 6 * one))
    array([18.])
    """
    ahead = np.log(frontier.cost / compute) + years * np.log(frontier.growth)
    speed = np.log(frontier.growth) + np.log(2) * MONTHS / frontier.halving
    return np.asarray(MONTHS * np.maximum(ahead, 0.0) / speed + frontier.organisation)


def runs(
    budget: float, run: float | None, effort: Effort, rate: Array, *, years: int, computing: bool
) -> Runs:
    """Work out which runs a budget pays for.

    One run at the start, and one each time the last is `refresh` years old, as long as the money
    lasts. If it does not last for the first, that one is as large as the money allows.

    Parameters
    ----------
    budget
        Present value, US dollars.
    run
        Cost of one run of one team; None for as large as the money allows.
    effort
        How the money is used.
    rate
        Discount rate.
    years
        Number of years.
    computing
        Whether `run` is the computing alone; else the whole development.

    Returns
    -------
    Runs
        What is paid for, draw by draw.

    Examples
    --------
    >>> one = np.ones(1)
    >>> effort = Effort(0.5 * one, 0.3 * one, 1e5 * one, one, one, teams=1)
    >>> made = runs(100.0, 20.0, effort, 0 * one, years=3, computing=True)
    >>> made.count.item(), made.left.item()
    (2.0, 20.0)
    """
    planned = np.ceil(years / effort.refresh - np.finfo(float).eps * years)
    # present cost of n runs of one dollar: (1 - q^n) / (1 - q), q the discount over one refresh
    q = (1 + rate) ** -effort.refresh
    if run is None:
        development = budget / (effort.teams * _annuity(q, planned))
    else:
        development = run / effort.compute_share if computing else run + 0 * effort.refresh
    each = development * effort.teams
    affordable = np.minimum(planned, _whole_runs(budget / each, q))
    first = np.where(affordable < 1, budget / effort.teams, development)
    count = np.where(budget > 0, np.maximum(affordable, 1.0), 0.0)
    spent = np.minimum(first * effort.teams * _annuity(q, count), budget)
    staff_share = np.minimum(effort.staff_share, 1 - effort.compute_share)
    return Runs(
        compute=first * effort.compute_share,
        count=count,
        spent=spent,
        left=budget - spent,
        yearly_staff=count * first * effort.teams * staff_share / effort.staff_cost / years,
    )


def _annuity(q: Array, count: Array) -> Array:
    """Return 1 + q + … + q^(count - 1)."""
    level = np.isclose(q, 1)
    return np.where(level, count, (1 - q**count) / np.where(level, 1.0, 1 - q))


def _whole_runs(payable: Array, q: Array) -> Array:
    """Return the most runs whose present cost is at most that of `payable` first runs."""
    level = np.isclose(q, 1)
    inside = np.maximum(1 - payable * (1 - q), np.finfo(float).tiny)
    many = np.where(level, payable, np.log(inside) / np.where(level, 1.0, np.log(q)))
    return np.asarray(np.floor(many + np.sqrt(np.finfo(float).eps)))


@dataclass(frozen=True, slots=True)
class Model:
    """The own model in one year."""

    lag: Array  # months behind the frontier; NaN before the first launch
    use: Array  # share of AI use
    in_service: Array  # number of models finished so far, of each team


def model(made: Runs, frontier: Frontier, effort: Effort, uptake: Uptake, *, year: float) -> Model:
    """Say how good the model is in a year, and how much it is used.

    Formula: lag = that of its run when it was made + 12 months for each year since its launch;
    use = s_max exp(-decay lag) (1 - exp(-(t - launch) / build-up)), nothing before the launch.

    Examples
    --------
    >>> one = np.ones(1)
    >>> effort = Effort(0.5 * one, 0.3 * one, 1e5 * one, 5 * one, one, teams=1)
    >>> made = runs(100.0, 20.0, effort, 0 * one, years=3, computing=True)
    >>> frontier = Frontier(20.0 * one, 2 * one, 12 * one, 0 * one)
    >>> model(made, frontier, effort, Uptake(0.1 * one, 0.05 * one, one), year=2.0).lag.item()
    12.0
    """
    since = np.floor((year - effort.launch) / effort.refresh)
    latest = np.minimum(since, made.count - 1)
    there = (latest >= 0) & (made.count > 0)
    began = np.maximum(latest, 0.0) * effort.refresh
    lag = lag_months(np.maximum(made.compute, 1.0), began, frontier)
    lag = lag + MONTHS * np.maximum(year - began - effort.launch, 0.0)
    grown = 1 - np.exp(-np.maximum(year - effort.launch, 0.0) / uptake.build_up)
    use = uptake.largest * np.exp(-uptake.decay * lag) * grown
    return Model(
        lag=np.where(there, lag, np.nan),
        use=np.where(there, use, 0.0),
        in_service=np.where(there, np.maximum(latest, 0.0) + 1, 0.0),
    )
