"""One comparison in the making: countries, arms and draws, and what the arms do to scores.

Every arm sees the same points of every prior and of the index's own method (common random numbers),
so a difference between arms is a difference between programmes. Goalposts are frozen. Others may
stay as they are, or move along their own diffusion curves. Arrays are draws by countries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resilience_index.errors import UsageError
from resilience_index.policy._scales import places
from resilience_index.policy._scoring import Methods, Standing, stated, varied
from resilience_index.policy.arms import Arm, Delivery, Yield
from resilience_index.policy.bridge import Bridge
from resilience_index.policy.lab import DRAWS, MOST_DRAWS, Lab, money, whole
from resilience_index.policy.priors import Drawn
from resilience_index.policy.starting import Context, Starts, starts

Array = NDArray[np.float64]
Others = Literal["frozen", "moving"]

OTHERS = ("frozen", "moving")
LONGEST = 30
"""Years that may be looked ahead."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a comparison."""

    budget: float  # present value in each country, US dollars
    years: int = 5
    draws: int = DRAWS
    seed: int = 0
    others: Others = "frozen"
    firms: Mapping[str, float] = field(default_factory=dict)
    vary_method: bool = True

    def checked(self) -> "Asked":
        """Check every part.

        Raises
        ------
        UsageError
            If a budget is no number or negative, or something else is out of its range.
        """
        money(self.budget)
        whole(self.years, "years", 1, LONGEST)
        whole(self.draws, "draws", 1, MOST_DRAWS)
        if self.others not in OTHERS:
            raise UsageError(f"others '{self.others}'; known: {', '.join(OTHERS)}")
        return self


@dataclass(frozen=True, slots=True)
class Moves:
    """What arms do to scores and ranks: by arm and year, draws by countries."""

    score: Mapping[tuple[str, int], Array]  # change of score, points
    rank: Mapping[tuple[str, int], Array]  # change of rank; below 0 is up


class Study:
    """One comparison in the making: some countries, arms and draws.

    Parameters
    ----------
    lab
        An index and its policies.
    codes
        Countries; each gets the programme while all others do not.
    arms
        Programmes.
    asked
        Budget, years, draws and so on.
    given
        Points that a design has laid out, for a sensitivity analysis.
    """

    def __init__(
        self,
        lab: Lab,
        codes: Sequence[str],
        arms: Sequence[Arm],
        asked: Asked,
        given: Mapping[str, Array] | None = None,
    ) -> None:
        self.lab, self.codes, self.arms, self.asked = lab, list(codes), list(arms), asked.checked()
        draws = len(next(iter(given.values()))) if given else asked.draws
        self.drawn = Drawn(lab.policies.priors, draws, asked.seed, given)
        self.columns = lab.columns(codes)
        self.context = Context(lab.index)

    def _delivery(self, start: Starts) -> Delivery:
        asked = self.asked
        return Delivery(
            self.lab.policies, self.drawn, start.adoption, start.firms, asked.budget, asked.years
        )

    @cached_property
    def start(self) -> Starts:
        """Starting points of the countries."""
        return starts(self.lab.index, self.lab.policies, self.codes, self.drawn, self.asked.firms)

    @cached_property
    def delivery(self) -> Delivery:
        """What the arms deliver in the countries."""
        return self._delivery(self.start)

    @cached_property
    def bridge(self) -> Bridge:
        """The bridge, for the countries."""
        return Bridge(self.lab.index, self.lab.policies, self.drawn, self.columns, self.context)

    @cached_property
    def everyone(self) -> tuple[Delivery, Bridge]:
        """Delivery and bridge of all countries, whose diffusion moves where others move."""
        lab = self.lab
        start = starts(lab.index, lab.policies, lab.codes, self.drawn, self.asked.firms)
        every = np.arange(len(lab.codes))
        bridge = Bridge(lab.index, lab.policies, self.drawn, every, self.context)
        return self._delivery(start), bridge

    @cached_property
    def methods(self) -> Methods:
        """The method of the index in each draw."""
        if not self.asked.vary_method:
            return stated(self.lab.plain.prepared, self.drawn.draws)
        return varied(self.lab.prepared(self.asked.seed), self.drawn)

    def yields(self, arm: Arm, year: int) -> Yield:
        """Return what an arm delivers by a year."""
        return self.delivery.of(arm, year)

    def delivered(self, arm: Arm | None, year: int) -> dict[str, Array]:
        """Return what an arm delivers by a year, with what comes by itself where others move."""
        found: dict[str, Array] = {}
        if self.asked.others == "moving":
            found |= self.delivery.grown(year)
        if arm is not None:
            for name, values in self.yields(arm, year).delivered.items():
                found[name] = found[name] + values if name in found else values
        return {**found, "adoption": self.start.adoption}

    def gains(self) -> dict[str, Array]:
        """Work out the change of score by each arm in the last year, and no ranks."""
        year = self.asked.years
        return self._gained({a.label: self.delivered(a, year) for a in self.arms}, year)

    def gain_without(self, arm: Arm, year: int, name: str) -> Array:
        """Return what an arm would add to the score without one thing that it delivers.

        What is left out is named as in the bridge; what firms add by themselves stays.
        """
        delivered = self.delivered(arm, year)
        bare = self.delivered(None, year)
        kept = {k: v for k, v in delivered.items() if k != name} | {
            k: v for k, v in bare.items() if k == name
        }
        return self._gained({arm.label: kept}, year)[arm.label]

    def _gained(self, wanted: Mapping[str, Mapping[str, Array]], year: int) -> dict[str, Array]:
        """Work out the change of score by what is delivered, against what comes by itself."""
        leaf = self._numbers()
        base = self._transformed(self.bridge, self.delivered(None, year))
        plans = {label: self._transformed(self.bridge, made) for label, made in wanted.items()}
        found = {label: np.empty((self.drawn.draws, len(self.columns))) for label in plans}
        for mix, draws in self.methods.parts():
            standing = Standing(self.methods, mix, draws, only=self.columns)
            before = _rescored(standing, base, leaf, self.columns, draws)
            for label, plan in plans.items():
                after = _rescored(standing, plan, leaf, self.columns, draws)
                found[label][draws] = after - before
        return found

    def _numbers(self) -> dict[str, int]:
        """Return the number of each indicator among the leaves."""
        return {code: number for number, code in enumerate(self.methods.leaves)}

    def moves(self, years: Sequence[int] | None = None) -> Moves:
        """Work out scores and ranks with and without each arm, in some years (the last)."""
        wanted = list(years or [self.asked.years])
        leaf = self._numbers()
        plans = {
            (arm.label, year): self._transformed(self.bridge, self.delivered(arm, year))
            for arm in self.arms
            for year in wanted
        }
        base = {year: self._by_itself(year) for year in wanted}
        size = (self.drawn.draws, len(self.columns))
        score = {key: np.empty(size) for key in plans}
        rank = {key: np.empty(size) for key in plans}
        for mix, draws in self.methods.parts():
            standing = Standing(self.methods, mix, draws)
            for year in wanted:
                others = _rescored(standing, base[year], leaf, None, draws)
                before = places(others[:, self.columns], others, self.columns)
                for arm in self.arms:
                    key = (arm.label, year)
                    own = _rescored(standing, plans[key], leaf, self.columns, draws)
                    score[key][draws] = own - others[:, self.columns]
                    rank[key][draws] = places(own, others, self.columns) - before
        return Moves(score, rank)

    def gain_by_indicator(self, arm: Arm, year: int) -> dict[str, Array]:
        """Return what each moved indicator would add to the score alone: draws by countries."""
        leaf = self._numbers()
        figures = self._transformed(self.bridge, self.delivered(arm, year))
        base = self._transformed(self.bridge, self.delivered(None, year))
        found = {code: np.zeros((self.drawn.draws, len(self.columns))) for code in figures}
        for mix, draws in self.methods.parts():
            standing = Standing(self.methods, mix, draws, only=self.columns)
            before = _rescored(standing, base, leaf, self.columns, draws)
            for code, values in figures.items():
                alone = {**base, code: values}
                after = _rescored(standing, alone, leaf, self.columns, draws)
                found[code][draws] = after - before
        return found

    def _transformed(self, bridge: Bridge, delivered: Mapping[str, Array]) -> dict[str, Array]:
        figures = bridge.figures(delivered)
        return {code: bridge.transformed(code, values) for code, values in figures.items()}

    def _by_itself(self, year: int) -> dict[str, Array]:
        """Return new figures of all countries where others move, without any programme."""
        if self.asked.others == "frozen":
            return {}
        delivery, bridge = self.everyone
        return self._transformed(bridge, {**delivery.grown(year), "adoption": delivery.start})


def _rescored(
    standing: Standing,
    figures: Mapping[str, Array],
    leaf: Mapping[str, int],
    columns: NDArray[np.intp] | None,
    draws: NDArray[np.intp],
) -> Array:
    """Score countries after their figures changed: draws by columns."""
    here = np.arange(standing.there.shape[1]) if columns is None else columns
    moved = {
        leaf[code]: standing.moved(leaf[code], values[draws], here)
        for code, values in figures.items()
    }
    root = standing.shape.families[standing.shape.root].node
    return standing.evaluate(moved, here)[root]


def extra_adopters(study: Study, arm: Arm, year: int) -> tuple[Array, Array]:
    """Return the firms that use AI and would otherwise not, and the present cost of each.

    The whole budget counts, spent or not. NaN where there is no such firm.

    Returns
    -------
    tuple of arrays
        Firms, and US dollars a firm: draws by countries.
    """
    made = study.yields(arm, year).delivered
    role = study.lab.policies.bridge.roles.extra_adoption
    delivered = {**made, "adoption": study.start.adoption}
    shares = study.bridge.quantity(role, delivered)
    firms = shares * study.start.firms + made.get("firms_out_of_scope", 0.0)
    some = firms > 0
    cost = np.where(some, study.asked.budget / np.where(some, firms, 1.0), np.nan)
    return firms, cost
