"""The arms of a comparison: what each programme delivers, year by year, at the same present cost.

This module puts voucher, sovereign model and hosting together. Arrays are draws by countries, or
draws by 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.content.policies import (
    HostingProgramme,
    Policies,
    SovereignProgramme,
    VoucherProgramme,
)
from resilience_index.errors import UsageError, nearest
from resilience_index.policy import hosting, sovereign_model, voucher
from resilience_index.policy.priors import Drawn

Array = NDArray[np.float64]
AnyProgramme = VoucherProgramme | SovereignProgramme | HostingProgramme

KINDS = ("voucher", "sovereign", "hosting")


@dataclass(frozen=True, slots=True)
class Arm:
    """One programme of a comparison; `voucher` is the design that a hosting arm gives out."""

    label: str
    preset: str
    programme: AnyProgramme
    voucher: VoucherProgramme | None = None
    voucher_preset: str = ""


def arms_of(text: str | Sequence[str], policies: Policies) -> tuple[Arm, ...]:
    """Read arms: ``kind:preset``, or the kind alone where there is one preset of it.

    Raises
    ------
    UsageError
        If there is no such kind or preset, an arm stands twice, or there is none.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> policies = open_lab(build("ai_resilience")).policies
    >>> [a.preset for a in arms_of("voucher:italy_2018,hosting", policies)]
    ['italy_2018', 'shared']
    """
    words = text.split(",") if isinstance(text, str) else list(text)
    labels = [w.strip() for w in words if w.strip()]
    if not labels:
        raise UsageError("no arm is named; write arms such as voucher:korea_documented,hosting")
    if len(set(labels)) < len(labels):
        raise UsageError(f"an arm stands twice in {', '.join(labels)}; name each once")
    chosen = [(label, *_preset(label, policies)) for label in labels]
    first = next((p for _, p, made in chosen if isinstance(made, VoucherProgramme)), None)
    return tuple(_arm(label, preset, made, first, policies) for label, preset, made in chosen)


def every_arm(policies: Policies) -> tuple[Arm, ...]:
    """Return an arm for each preset, the claimed ones too: what could be compared."""
    return arms_of([f"{p.kind}:{code}" for code, p in policies.programmes.items()], policies)


def _preset(label: str, policies: Policies) -> tuple[str, AnyProgramme]:
    """Find the preset of an arm."""
    kind, _, preset = label.partition(":")
    if kind not in KINDS:
        raise UsageError(f"arm '{label}': unknown kind '{kind}' {nearest(kind, KINDS)}")
    known = [code for code, p in policies.programmes.items() if p.kind == kind]
    if not preset and len(known) != 1:
        raise UsageError(f"arm '{label}': name one of its presets: {', '.join(known)}")
    preset = preset or known[0]
    return preset, policies.programme(preset, kind)


def _arm(
    label: str, preset: str, programme: AnyProgramme, first: str | None, policies: Policies
) -> Arm:
    """Give a hosting arm its voucher: that of the first voucher arm, if it asks for the same."""
    if not isinstance(programme, HostingProgramme):
        return Arm(label, preset, programme)
    named = (first or programme.otherwise) if programme.voucher == "same" else programme.voucher
    design = policies.programme(named, "voucher")
    if not isinstance(design, VoucherProgramme):
        raise UsageError(f"'{named}' is no voucher preset")
    return Arm(label, preset, programme, design, named)


@dataclass(frozen=True, slots=True)
class Yield:
    """What an arm delivers in a year.

    `delivered` has the quantities of the bridge; `told` figures for the reader; `own` and `open_`
    say which accelerators host the own model and which open weights.
    """

    delivered: Mapping[str, Array]
    told: Mapping[str, Array]
    own_hosting: Array
    open_hosting: Array


@dataclass
class Delivery:
    """What arms deliver in some countries: the same priors and points for all of them."""

    policies: Policies
    drawn: Drawn
    start: Array  # share of firms using AI today: draws by countries
    firms: Array  # number of firms in scope: draws by countries
    budget: float  # present value, US dollars, in each country
    years: int
    _vouchers: dict[str, voucher.Adopters] = field(default_factory=dict)

    def prior(self, code: str, programme: AnyProgramme | None = None) -> Array:
        """Return the draws of a prior, as a programme changes it: draws by 1."""
        changed = programme is not None and code in programme.priors
        change = self.policies.prior(code, programme) if changed else None
        return self.drawn(code, change)[:, None]

    @cached_property
    def spread(self) -> voucher.Spread:
        """How AI spreads by itself."""
        return voucher.Spread(
            self.prior("diffusion_rate"),
            self.prior("diffusion_ceiling"),
            self.prior("spillover"),
            self.prior("largest_hazard"),
        )

    @cached_property
    def base(self) -> Array:
        """Share of firms using AI without any programme: years + 1, draws, countries."""
        path = [self.start + 0 * self.spread.rate]
        for _ in range(self.years):
            path.append(path[-1] + voucher.growth(path[-1], self.spread))
        return np.stack(path)

    def grown(self, year: int) -> dict[str, Array]:
        """Return what firms that adopt by themselves add by a year, in the words of the bridge."""
        more = self.base[year] - self.base[0]
        return {"adopters": more, "firms_in_scope": more * self.firms}

    def of(self, arm: Arm, year: int) -> Yield:
        """Return what an arm delivers in a year."""
        programme = arm.programme
        if isinstance(programme, VoucherProgramme):
            return self._voucher(arm.label, programme, self.budget, year)
        if isinstance(programme, SovereignProgramme):
            return self._sovereign(programme, year)
        return self._hosting(arm, programme, year)

    def yearly(self, money: float, programme: AnyProgramme) -> Array:
        """Spread a present value evenly over the years in which it is paid: years, draws, 1."""
        paid = np.arange(self.policies.paid(programme).years)[:, None, None]
        worth = (1 + self.prior("discount_rate")) ** -paid
        return np.broadcast_to(money / worth.sum(axis=0), worth.shape)

    def _design(self, programme: VoucherProgramme) -> voucher.Design:
        names = (
            "overhead", "absorption", "redemption", "demand_ceiling", "supplier_capacity",
            "scope_overlap", "additionality_max", "additionality_horizon", "self_selection",
            "persistence",
        )  # fmt: skip
        drawn: dict[str, Any] = {name: self.prior(name, programme) for name in names}
        return voucher.Design(mean_grant=self._grant(programme), **drawn)

    def _grant(self, programme: VoucherProgramme) -> Array:
        """Return the mean grant in each draw: a share of the cap, where a programme has one."""
        if programme.cap is None:
            return np.full((self.drawn.draws, 1), programme.mean_grant)
        return programme.cap * self.prior("grant_use", programme)

    def _adopters(self, label: str, programme: VoucherProgramme, money: float) -> voucher.Adopters:
        if label not in self._vouchers:
            self._vouchers[label] = voucher.adopters(
                self.yearly(money, programme),
                self.firms,
                self.start,
                self.spread,
                self._design(programme),
                years=self.years,
            )
        return self._vouchers[label]

    def _voucher(self, label: str, programme: VoucherProgramme, money: float, year: int) -> Yield:
        made = self._adopters(label, programme, money)
        overlap = self.prior("scope_overlap", programme)
        inside = made.extra[year] * self.firms
        outside = inside * (1 - overlap) / overlap
        grant = self._grant(programme)
        depth = voucher.depth(
            grant,
            self.prior("core_use", programme),
            self.prior("depth_grant", programme),
        )
        gain = self.prior("productivity_gain") * self.prior("small_firm_gain")
        nothing = np.zeros((self.drawn.draws, 1))
        return Yield(
            {"adopters": made.extra[year], "firms_in_scope": inside, "firms_out_of_scope": outside},
            {
                "vouchers_issued": made.issued[:year].sum(axis=0),
                "firms_paid": made.paid[:year].sum(axis=0),
                "money_paid": made.paid[:year].sum(axis=0) * grant,
                "additionality": made.additionality[year - 1],
                "adopters_in_depth": (inside + outside) * depth,
                "gain_of_adopter": gain,
                "gain_in_scope": made.extra[year] * gain,
            },
            nothing,
            nothing,
        )

    def _sovereign(self, programme: SovereignProgramme, year: int) -> Yield:
        flat = self._flat(programme)
        effort = sovereign_model.Effort(
            flat("compute_share"), flat("staff_share"), flat("staff_cost"),
            flat("refresh_time"), flat("launch_time"), programme.teams,
        )  # fmt: skip
        frontier = sovereign_model.Frontier(
            flat("frontier_cost"), flat("frontier_cost_growth"), flat("halving_time"),
            flat("organisation_lag"),
        )  # fmt: skip
        uptake = sovereign_model.Uptake(
            flat("use_share_max"), flat("use_decay"), flat("use_build_up")
        )
        runs = sovereign_model.runs(
            self.budget,
            None if programme.run == "budget" else float(programme.run),
            effort,
            flat("discount_rate"),
            years=self.years,
            computing=programme.run_is == "compute",
        )
        recent = self.policies.bridge.roles.recent_years
        now = sovereign_model.model(runs, frontier, effort, uptake, year=year)
        before = sovereign_model.model(runs, frontier, effort, uptake, year=year - recent)
        hosted = runs.left * flat("left_for_hosting")
        hosts = self._accelerators(hosted, programme, year)
        there = now.in_service > 0
        return Yield(
            {
                "own_use": now.use[:, None],
                "notable_runs": (now.in_service - before.in_service)[:, None] * programme.teams,
                "largest_run": np.where(there, runs.compute, 0.0)[:, None],
                "accelerators": hosts,
                "staff_years": runs.yearly_staff[:, None],
            },
            {
                "lag_months": now.lag[:, None],
                "use_share": now.use[:, None],
                "runs": (runs.count * programme.teams)[:, None],
                "spent_on_runs": runs.spent[:, None],
                "spent_on_hosting": hosted[:, None],
                "spent_elsewhere": (runs.left - hosted)[:, None],
                "accelerators": hosts,
            },
            hosts,
            np.zeros_like(hosts),
        )

    def _hosting(self, arm: Arm, programme: HostingProgramme, year: int) -> Yield:
        share = programme.hosting_share
        money = np.full(self.drawn.draws, self.budget * share)
        hosts = self._accelerators(money, programme, year)
        if arm.voucher is None:
            raise UsageError(f"arm '{arm.label}' has no voucher")
        made = self._voucher(arm.label, arm.voucher, self.budget * (1 - share), year)
        return Yield(
            {**made.delivered, "accelerators": hosts},
            {**made.told, "accelerators": hosts},
            np.zeros_like(hosts),
            hosts,
        )

    def _accelerators(self, money: Array, programme: AnyProgramme, year: int) -> Array:
        flat, over = self._flat(programme), self.policies.paid(programme).years
        bought = hosting.accelerators(
            money, flat("accelerator_price"), flat("running_cost"), flat("discount_rate"),
            years=self.years, over=over,
        )  # fmt: skip
        return hosting.installed(bought, year=year, over=over)[:, None]

    def _flat(self, programme: AnyProgramme) -> Any:
        """Return a reader of a programme's priors, one entry a draw."""
        return lambda code: self.prior(code, programme)[:, 0]
