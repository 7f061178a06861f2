"""Programmes against each other, at equal present cost, on the same draws: the results.

This module puts the lab together: starting points, arms, bridge, scores, and a shock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content.speech import say
from resilience_index.policy.arms import Arm, arms_of
from resilience_index.policy.lab import Interval, Lab, Range, share
from resilience_index.policy.starting import Known
from resilience_index.policy.stress import Helped, Stress, stress
from resilience_index.policy.study import Asked, Study, extra_adopters

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ArmYear:
    """What one arm does in one country by one year; intervals are medians with 90 % of draws."""

    year: int
    score: Interval  # change, points
    rank: Interval  # change; below 0 is up
    places_up: Mapping[int, float]  # P(at least so many ranks better)
    adopters: Interval  # additional firms that use AI
    cost: Interval  # present cost of each of them, US dollars
    told: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Losses:
    """What a shock costs after the last year; shares of AI use, and of the whole economy."""

    per_adopter: Interval
    per_economy: Interval
    trough: Interval  # use at its lowest
    months_to_90: Interval  # infinite where it takes longer than the months looked at


@dataclass(frozen=True)
class ArmResult:
    """One arm in one country."""

    arm: Arm
    years: tuple[ArmYear, ...]
    by_indicator: Mapping[str, Interval]  # points that each indicator would add alone
    without_hosting: Interval  # change of score but for computing power that is hosted
    losses: Losses
    loses_less: float  # P(loss per adopter below that without any programme), ties one half

    @property
    def last(self) -> ArmYear:
        """What it does by the last year."""
        return self.years[-1]


@dataclass(frozen=True)
class Comparison:
    """Arms against each other in one country, at equal present cost. All numbers are modelled."""

    country: str
    name: str
    asked: Asked
    rank: float
    range: Range  # of the published rank
    score: float
    adoption: Interval
    adoption_known: Known
    firms: Interval
    firms_known: Known
    shock: str
    without: Losses  # no programme
    arms: tuple[ArmResult, ...]
    beats: Mapping[tuple[str, str], float]  # P(first gains more than second), ties one half
    notes: tuple[str, ...]

    @property
    def inferred(self) -> bool:
        """Say whether firm adoption is inferred, which the reader is told first."""
        return self.adoption_known.kind == "inferred"

    @property
    def leading(self) -> tuple[str, ...]:
        """Labels of the two arms with the highest median gain, the higher one first."""
        order = sorted(self.arms, key=lambda one: -one.last.score.median)
        return tuple(one.arm.label for one in order[:2])


UP = (1, 3, 5, 10)
"""Numbers of ranks for which the chance of gaining at least so many is given."""

_HOSTED = "accelerators"  # what the bridge calls computing power that an arm hosts

BLOCK = 16
"""Countries that are worked on at once, so that memory does not grow with their number."""


def compare(
    lab: Lab, country: str, arms: str | Sequence[str], asked: Asked, *, shock: str | None = None
) -> Comparison:
    """Compare programmes in one country.

    Parameters
    ----------
    lab
        An index and its policies.
    country
        Code of a ranked country.
    arms
        Such as ``"voucher:korea_documented,sovereign:apertus_class,hosting"``.
    asked
        Budget, years, draws, seed, whether others move.
    shock
        Which supplier falls away after the last year; the first shock of the file if not named.

    Returns
    -------
    Comparison
        Changes of score and rank year by year, and which arm gains more.

    Raises
    ------
    UsageError
        If the country, an arm or a number is not as it should be.
    DataError
        If nothing is known of the country's use of AI.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> lab = open_lab(build("ai_resilience"))
    >>> made = compare(lab, "KOR", "voucher:italy_2018,hosting", Asked(1e9, draws=200))
    >>> made.inferred, sorted(made.beats)[0]
    (True, ('hosting', 'voucher:italy_2018'))
    """
    return compare_many(lab, [country], arms, asked, shock=shock)[country]


def compare_many(
    lab: Lab,
    codes: Sequence[str],
    arms: str | Sequence[str],
    asked: Asked,
    *,
    shock: str | None = None,
) -> dict[str, Comparison]:
    """Compare programmes in several countries, each while all others go without.

    Parameters and errors are those of `compare`; the numbers of a country are the same as alone.

    Returns
    -------
    dict
        By country.
    """
    chosen = arms_of(arms, lab.policies)
    named = shock or next(iter(lab.policies.shocks.shocks))
    lab.policies.shock(named)
    countries = [lab.country(code) for code in codes]
    found: dict[str, Comparison] = {}
    for begin in range(0, len(countries), BLOCK):
        study = Study(lab, countries[begin : begin + BLOCK], chosen, asked)
        found |= _Block(study, named).comparisons()
    return found


class _Block:
    """Some countries compared at once: what arms do in each, year by year."""

    def __init__(self, study: Study, shock: str) -> None:
        self.study, self.shock = study, shock
        self.moves = study.moves(range(1, study.asked.years + 1))
        self.bare = _stressed(study, shock, None)
        self.struck = {arm.label: _stressed(study, shock, arm) for arm in study.arms}
        last = study.asked.years
        self.bare_of_hosting = {
            arm.label: study.gain_without(arm, last, _HOSTED)
            if _HOSTED in study.yields(arm, last).delivered
            else self.moves.score[arm.label, last]
            for arm in study.arms
        }
        self.parts = {arm.label: study.gain_by_indicator(arm, last) for arm in study.arms}

    def comparisons(self) -> dict[str, Comparison]:
        """Return the comparison of each country."""
        self.years = {arm.label: self._years(arm) for arm in self.study.arms}
        return {code: self._one(place, code) for place, code in enumerate(self.study.codes)}

    def _one(self, place: int, code: str) -> Comparison:
        study, lab = self.study, self.study.lab
        start, index = study.start, lab.index
        last = {
            arm.label: self.moves.score[arm.label, study.asked.years][:, place]
            for arm in study.arms
        }
        return Comparison(
            country=code,
            name=lab.name(code),
            asked=study.asked,
            rank=lab.value(index.ranks, code, index.root),
            range=lab.range_of(code),
            score=lab.value(index.scores, code, index.root),
            adoption=Interval.of(start.adoption[:, place]),
            adoption_known=start.adoption_known[place],
            firms=Interval.of(start.firms[:, place]),
            firms_known=start.firms_known[place],
            shock=self.shock,
            without=_losses(self.bare, place),
            arms=tuple(self._arm(arm, place) for arm in study.arms),
            beats=beats(last),
            notes=tuple(notes_on(study, code)),
        )

    def _years(self, arm: Arm) -> list[tuple[ArmYear, ...]]:
        """Return what an arm does in each year: a tuple of countries a year."""
        study, found = self.study, []
        for year in range(1, study.asked.years + 1):
            score, rank = self.moves.score[arm.label, year], self.moves.rank[arm.label, year]
            adopters, cost = extra_adopters(study, arm, year)
            told = study.yields(arm, year).told
            found.append(
                tuple(
                    ArmYear(
                        year=year,
                        score=Interval.of(score[:, place]),
                        rank=Interval.of(rank[:, place]),
                        places_up={k: float(np.mean(rank[:, place] <= -k)) for k in UP},
                        adopters=_of(adopters, place),
                        cost=_of(cost, place),
                        told={name: _of(values, place) for name, values in told.items()},
                    )
                    for place in range(len(study.codes))
                )
            )
        return found

    def _arm(self, arm: Arm, place: int) -> ArmResult:
        """Put one arm's numbers in one country together."""
        struck = self.struck[arm.label]
        loss, without = (s.course.mean_loss[:, place] for s in (struck, self.bare))
        return ArmResult(
            arm,
            tuple(year[place] for year in self.years[arm.label]),
            {code: _of(values, place) for code, values in self.parts[arm.label].items()},
            _of(self.bare_of_hosting[arm.label], place),
            _losses(struck, place),
            share(loss < without, loss == without),
        )


def _of(values: Array, place: int) -> Interval:
    """Summarise the draws of one country; they may be the same in all countries."""
    return Interval.of(values[:, min(place, values.shape[1] - 1)])


def beats(gains: Mapping[str, Array]) -> dict[tuple[str, str], float]:
    """Return P(one gains more than another) for every pair; a tie counts one half.

    >>> beats({"a": np.array([1.0, 2.0]), "b": np.array([0.0, 2.0])})
    {('a', 'b'): 0.75, ('b', 'a'): 0.25}
    """
    return {
        (a, b): share(gains[a] > gains[b], gains[a] == gains[b])
        for a in gains
        for b in gains
        if a != b
    }


def _stressed(study: Study, shock: str, arm: Arm | None) -> Stress:
    """Let a shock strike after the last year, with what an arm has put up by then."""
    helped = None if arm is None else _helped(study, arm)
    return stress(
        study.lab,
        shock,
        study.codes,
        draws=study.drawn.draws,
        seed=study.asked.seed,
        helped=helped,
    )


def _helped(study: Study, arm: Arm) -> Helped:
    """Return what an arm changes when a shock strikes: capacity, an own model, adoption."""
    made = study.yields(arm, study.asked.years)
    roles = study.lab.policies.bridge.roles
    given = {**made.delivered, "adoption": study.start.adoption}
    carried = [
        study.bridge.quantity(roles.carried_use, {**given, "accelerators": hosts})
        for hosts in (made.open_hosting, made.own_hosting)
    ]
    lag = made.told.get("lag_months", np.full((1, 1), np.nan))
    own = np.maximum(made.delivered.get("own_use", np.zeros((1, 1))), carried[1])
    return Helped(
        open_capacity=carried[0],
        own_capacity=np.where(np.isnan(lag), 0.0, own),
        own_lag=np.nan_to_num(lag),
        adopters=study.bridge.quantity(roles.extra_adoption, given),
    )


def _losses(struck: Stress, place: int) -> Losses:
    return Losses(
        per_adopter=Interval.of(struck.course.mean_loss[:, place]),
        per_economy=Interval.of(struck.per_economy[:, place]),
        trough=Interval.of(1 - struck.course.direct[:, place]),
        months_to_90=Interval.of(struck.course.recovered[:, place]),
    )


def notes_on(study: Study, country: str) -> list[str]:
    """Say which indicators that programmes move do not show in this country, and why."""
    lab, found = study.lab, []
    column = lab.codes.index(country)
    for code in study.bridge.effects:
        title = lab.index.content.indicators[code].title
        if np.isnan(lab.index.observed[code].to_numpy(float)[column]):
            found.append(
                say("{title}: the country has no figure, so it does not move.", title=title)
            )
        elif _at_the_end(lab, code, column):
            text = say(
                "{title}: the country stands at the end of the scale, so more of it does not show.",
                title=title,
            )
            found.append(text)
    return found


def _at_the_end(lab: Lab, code: str, column: int) -> bool:
    """Say whether a country has the best score of an indicator whose outliers were brought in."""
    points = lab.index.normalised[code].to_numpy(float)
    treated = str(lab.index.treatment.loc[code, "how"]) != "not treated"
    return bool(treated and points[column] >= np.nanmax(points))


def compare_all(
    lab: Lab, arms: str | Sequence[str], asked: Asked, codes: Sequence[str] | None = None
) -> pd.DataFrame:
    """Compare programmes in every ranked country, each while all others go without.

    Parameters
    ----------
    lab
        An index and its policies.
    arms
        As in `compare`.
    asked
        Budget (the same in every country), years, draws and so on; only the last year is told.
    codes
        Countries; all ranked ones if not given.

    Returns
    -------
    DataFrame
        A row for each country and arm: median and 90 % interval of the change of score and rank,
        additional adopters, their cost, P(the arm gains most), how adoption and firms are known.
    """
    countries = list(codes) if codes is not None else lab.codes
    study = Study(lab, [lab.country(c) for c in countries], arms_of(arms, lab.policies), asked)
    moves = study.moves()
    gains = np.stack([moves.score[arm.label, asked.years] for arm in study.arms])
    first = gains == gains.max(axis=0)
    most = (first / first.sum(axis=0)).mean(axis=1)
    tables = []
    for place, arm in enumerate(study.arms):
        adopters, cost = extra_adopters(study, arm, asked.years)
        parts = {
            "score": gains[place],
            "rank": moves.rank[arm.label, asked.years],
            "adopters": adopters,
            "cost": cost,
        }
        table = pd.DataFrame({"arm": arm.label}, index=pd.Index(study.codes, name="iso3"))
        for name, values in parts.items():
            low, median, high = _levels(values)
            table[f"{name}_05"], table[name], table[f"{name}_95"] = low, median, high
        table["gains_most"] = most[place]
        table["adoption_is"] = [k.kind for k in study.start.adoption_known]
        table["firms_are"] = [k.kind for k in study.start.firms_known]
        tables.append(table)
    made = pd.concat(tables).set_index("arm", append=True)
    order = [(code, arm.label) for code in study.codes for arm in study.arms]
    return made.loc[order]


def _levels(values: Array) -> Array:
    """Percentiles of each column, missing draws left out: levels by columns."""
    if not np.isnan(values).any():
        return np.asarray(np.percentile(values, (5, 50, 95), axis=0, method="inverted_cdf"))
    each = [Interval.of(column) for column in values.T]
    return np.array([[i.low for i in each], [i.median for i in each], [i.high for i in each]])
