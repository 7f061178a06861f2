"""A supplier falls away: what is lost, what comes back, and how soon.

The direct loss comes from shares in use: of cloud, by the regions that stand in the country; of
models, drawn around the world's shares, since use by country is not observed. It comes back in
three steps, each from what the one before leaves: another vendor, open weights on computing power
that is still there, a model of one's own. Arrays are draws by countries; time is in months.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content.policies import Policies, Shock
from resilience_index.errors import DataError
from resilience_index.policy._anew import drawn_anew, rebuilt
from resilience_index.policy._course import Course, Recovery, course, path, removed
from resilience_index.policy._scales import places
from resilience_index.policy._scoring import Standing
from resilience_index.policy.bridge import Bridge
from resilience_index.policy.lab import DRAWS, LEVELS, MOST_DRAWS, Interval, Lab, Range, whole
from resilience_index.policy.priors import Drawn, beta
from resilience_index.policy.starting import Context, starts

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Helped:
    """What a programme changes in a stress test; shares of use, months, shares of firms."""

    open_capacity: Array
    own_capacity: Array
    own_lag: Array
    adopters: Array


@dataclass(frozen=True)
class Stress:
    """A stress test of some countries. Losses of models are modelled; regions are counted."""

    shock: str
    codes: tuple[str, ...]
    months: int
    course: Course  # draws by countries; NaN where unknown
    adoption: Array  # share of firms using AI
    capacity: Array  # share of use that computing power at home can carry: by country
    score: Array  # of the index with the cloud that is left, by country
    rank: Array
    observed: NDArray[np.bool_]  # whether the cloud's shares are counted, by country
    notes: Mapping[str, str]  # by country
    how: Recovery
    layer: str  # models, cloud or both

    def path(self, place: int) -> list[Interval]:
        """Return use in every month of one country, by its place among the codes; month 0 first."""
        grid = range(self.months + 1)
        direct = self.course.direct[:, [place]]
        return [
            Interval.of(month[:, 0])
            for month in path(direct, 1 - direct, self.how.at(place), grid=grid)
        ]

    @property
    def per_economy(self) -> Array:
        """Mean loss of the whole economy: that of adopters, times their share."""
        return self.course.mean_loss * self.adoption

    def table(self) -> pd.DataFrame:
        """Return a row for each country: losses, recovery, ranks of resilience.

        `resilience` is 1 - mean loss per adopter and `resilience_economy` 1 - loss of the whole
        economy, median draws; rank 1 is the most resilient.
        """
        made = pd.DataFrame(index=pd.Index(self.codes, name="iso3"))
        parts = {
            "direct_loss": self.course.direct,
            "loss_per_adopter": self.course.mean_loss,
            "loss_per_economy": self.per_economy,
            "use_in_last_month": self.course.left,
            "months_to_90": self.course.recovered,
        }
        for name, values in parts.items():
            each = [Interval.of(column) for column in values.T]
            made[f"{name}_05"] = [i.low for i in each]
            made[name] = [i.median for i in each]
            made[f"{name}_95"] = [i.high for i in each]
        made["recovers"] = _shares_of(self.course.recovered <= self.months, self.course.recovered)
        for name, values in self.course.by.items():
            made[f"back_by_{name}"] = [Interval.of(column).median for column in values.T]
        made["capacity"] = self.capacity
        made["score_after"], made["rank_after"] = self.score, self.rank
        made["cloud_is"] = np.where(self.observed, "counted", "modelled")
        if self.layer == "models":
            made["cloud_is"] = "untouched"
        made["shares_are"] = [self._shares(str(cloud)) for cloud in made["cloud_is"]]
        unknown = made["direct_loss"].isna()
        made.loc[unknown, ["cloud_is", "shares_are"]] = "unknown"
        made["resilience"] = 1 - made["loss_per_adopter"]
        made["resilience_economy"] = 1 - made["loss_per_economy"]
        losses = {"resilience": self.course.mean_loss, "resilience_economy": self.per_economy}
        for name in losses:
            made[f"rank_{name}"] = made[name].rank(ascending=False, method="min")
            ends = _rank_ends(losses[name])
            made[f"rank_{name}_05"], made[f"rank_{name}_95"] = ends
        made["note"] = [self.notes.get(code, "") for code in self.codes]
        return made

    def _shares(self, cloud: str) -> str:
        """Say whether the shares that fall away are counted or modelled."""
        named = {"cloud": cloud, "models": "modelled"}
        return named.get(self.layer, f"clouds {cloud}, models modelled")


def _rank_ends(losses: Array) -> tuple[Array, Array]:
    """Rank the countries in every draw, the least loss first: the 5th and 95th per cent of each.

    >>> low, high = _rank_ends(np.array([[0.1, 0.2, np.nan]] * 3 + [[0.3, 0.2, np.nan]] * 2))
    >>> low.tolist(), high.tolist()
    ([1.0, 1.0, nan], [2.0, 2.0, nan])
    """
    from scipy.stats import rankdata

    known = ~np.isnan(losses).any(axis=0)
    ends = np.full((2, losses.shape[1]), np.nan)
    if known.any():
        ranks = rankdata(losses[:, known], method="min", axis=1)
        ends[:, known] = np.percentile(ranks, LEVELS[::2], axis=0, method="inverted_cdf")
    return ends[0], ends[1]


def _shares_of(holds: NDArray[np.bool_], values: Array) -> Array:
    """Share of draws in which something holds, by country; NaN where nothing is known."""
    return np.where(np.isnan(values).any(axis=0), np.nan, holds.mean(axis=0))


def stress(
    lab: Lab,
    shock: str,
    codes: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    helped: Helped | None = None,
) -> Stress:
    """Let a supplier, a jurisdiction or a layer fall away.

    Parameters
    ----------
    lab
        An index and its policies.
    shock
        Name of a shock in shocks.toml.
    codes
        Countries; all ranked ones if not given.
    draws, seed
        How many draws, and what decides them.
    helped
        What a programme has changed before, in the order of `codes`.

    Returns
    -------
    Stress
        The course of use in each country.

    Raises
    ------
    UsageError
        If the shock or a country is unknown.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> made = stress(open_lab(build("ai_resilience")), "us_cloud", ["KOR"], draws=100)
    >>> made.course.direct[0, 0].item()
    1.0
    """
    whole(draws, "draws", 1, MOST_DRAWS)
    what = lab.policies.shock(shock)
    chosen = [lab.country(c) for c in codes] if codes is not None else lab.codes
    columns = lab.columns(chosen)
    drawn = Drawn(lab.policies.priors, draws, seed)
    direct, observed = _direct(lab.policies, what, shock, chosen, drawn)
    capacity, scores, ranks = after(lab, what)
    start = starts(lab.index, lab.policies, chosen, drawn)
    nothing = np.zeros((1, 1))
    extra = helped or Helped(nothing, nothing, nothing, nothing)
    how = _recovery(drawn, capacity[columns][None, :], extra)
    months = lab.policies.shocks.about.months
    made = course(direct, 1 - direct, how, months=float(months))
    cloud = lab.policies.shocks.cloud
    notes = dict(cloud.unknown) if what.layer != "models" else {}
    if what.layer != "models":
        notes |= cloud.notes
    return Stress(
        shock=shock,
        codes=tuple(chosen),
        months=months,
        course=made,
        adoption=np.minimum(start.adoption + extra.adopters, 1.0),
        capacity=capacity[columns],
        score=scores[columns],
        rank=ranks[columns],
        observed=observed,
        notes={c: n for c, n in notes.items() if c in chosen},
        how=how,
        layer=what.layer,
    )


def _recovery(drawn: Drawn, capacity: Array, extra: Helped) -> Recovery:
    """Put the draws of a recovery together."""
    names = {
        "other_reach": "other_vendor_reach",
        "other_time": "other_vendor_time",
        "spare": "spare_capacity",
        "open_reach": "open_weight_reach",
        "hosting_time": "own_hosting_time",
        "open_lag": "open_weight_lag",
        "quality_loss": "quality_loss",
    }
    found = {field: drawn(code)[:, None] for field, code in names.items()}
    return Recovery(
        **found,
        open_cap=np.minimum(capacity + extra.open_capacity, 1.0),
        own_cap=np.minimum(extra.own_capacity, 1.0),
        own_lag=extra.own_lag,
    )


def _direct(
    policies: Policies, shock: Shock, name: str, codes: Sequence[str], drawn: Drawn
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the direct loss of each country, and whether its cloud's shares are counted."""
    kept = np.ones((drawn.draws, len(codes)))
    observed = np.zeros(len(codes), dtype=bool)
    models = None if shock.layer == "cloud" else _models(policies, shock)
    cloud = None if shock.layer == "models" else _clouds(policies)
    for place, code in enumerate(codes):
        if models is not None:
            lost = models.lost(shock, code)
            kept[:, place] *= 1 - around(lost, f"models:{name}:{code}", drawn)
        if cloud is not None and code in policies.shocks.cloud.unknown:
            kept[:, place] = np.nan
        elif cloud is not None:
            observed[place] = (cloud.country == code).any()
            if observed[place]:
                kept[:, place] *= 1 - cloud.at(code).lost(shock, code)
            else:
                lost = cloud.lost(shock, code)
                kept[:, place] *= 1 - around(lost, f"cloud:{name}:{code}", drawn)
    return 1 - kept, observed


@dataclass(frozen=True, slots=True)
class _Supply:
    """Suppliers with their home countries and shares; regions also with the country they are in."""

    supplier: NDArray[np.object_]
    home: NDArray[np.object_]
    share: Array
    country: NDArray[np.object_]

    def at(self, code: str) -> "_Supply":
        """Return what stands in one country, as shares of it."""
        here = self.country == code
        whole = self.share[here]
        return _Supply(
            self.supplier[here], self.home[here], whole / whole.sum(), self.country[here]
        )

    def lost(self, shock: Shock, code: str) -> float:
        """Return the share that falls away for a country; its own suppliers stay."""
        if shock.everyone:
            gone = self.home != code
        elif shock.jurisdiction is not None:
            gone = (self.home == shock.jurisdiction) & (code != shock.jurisdiction)
        else:
            gone = np.isin(self.supplier, shock.suppliers)
        names = [str(k) for k in range(len(self.share))]
        shares = dict(zip(names, self.share.tolist(), strict=True))
        return removed(shares, [n for n, g in zip(names, gone, strict=True) if g])


def _models(policies: Policies, shock: Shock) -> _Supply:
    """Return the world's suppliers of models, as shares."""
    table = policies.tables[policies.shocks.supplies[str(shock.supply)].table]
    rows = table[table["supply"] == shock.supply]
    none = np.full(len(rows), "", dtype=object)
    suppliers, homes = (rows[c].to_numpy(object) for c in ("supplier", "jurisdiction"))
    return _Supply(suppliers, homes, rows["share"].to_numpy(float), none)


def _clouds(policies: Policies) -> _Supply:
    """Return the world's cloud regions, as shares of all regions."""
    table = policies.tables[policies.shocks.cloud.presence]
    regions = table["regions"].to_numpy(float)
    provider, home, country = (table[c].to_numpy(object) for c in ("provider", "hq_iso3", "iso3"))
    return _Supply(provider, home, regions / regions.sum(), country)


def around(world: float, name: str, drawn: Drawn) -> Array:
    """Draw a country's share around the world's: Beta(nu s, nu (1 - s)), of a Dirichlet share.

    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> drawn = Drawn(open_lab(build("ai_resilience")).policies.priors, 3, 0)
    >>> around(1.0, "models:x:KOR", drawn)
    array([1., 1., 1.])
    """
    rest = np.finfo(float).eps * len(name)  # shares that sum to 1 only after rounding
    if world <= rest or world >= 1 - rest:
        return np.full(drawn.draws, float(round(world)))
    tight = drawn("share_concentration")
    return beta(drawn.points(name), a=tight * world, b=tight * (1 - world))


def after(lab: Lab, shock: Shock) -> tuple[Array, Array, Array]:
    """Score every country with the cloud that a shock leaves; goalposts stay.

    Returns
    -------
    tuple of arrays
        Capacity to host (score of the node in shocks.toml out of 100), score and rank of the index,
        one entry a country. A jurisdiction's own country keeps its figures, and so does a country
        whose clouds are unknown; its score and rank are NaN.
    """
    index, policies = lab.index, lab.policies
    node = policies.shocks.capacity.node
    if node not in index.framework.nodes:
        raise DataError(
            f"shocks.toml: capacity.node: {index.framework.name} has no node '{node}'; name one of "
            f"{', '.join(index.framework.nodes)}"
        )
    methods = lab.plain
    standing = Standing(methods, 0, np.zeros(1, np.intp))
    every = np.arange(len(lab.codes))
    moved = {}
    if shock.figures is not None:
        drawn = Drawn(policies.priors, 1, 0)
        bridge = Bridge(index, policies, drawn, every, Context(index))
        for code, figures in cloud_figures(lab, shock).items():
            leaf = methods.leaves.index(code)
            new = bridge.transformed(code, figures[None, :])
            moved[leaf] = standing.moved(leaf, new, every)
    made = standing.evaluate(moved, every, [node])
    scores = made[index.root]
    ranks = places(scores, scores, every)
    full = 100.0
    told = np.array([code not in policies.shocks.cloud.unknown for code in lab.codes])
    told |= shock.layer == "models"
    return (
        np.clip(np.nan_to_num(made[node][0]) / full, 0, 1),
        np.where(told, scores[0], np.nan),
        np.where(told, ranks[0], np.nan),
    )


def ranges_after(lab: Lab, shock: str) -> dict[str, Range]:
    """Return the 90 % interval of every country's rank with the cloud that a shock leaves.

    The index is built anew with the regions that are left, and all assumptions of the framework
    are drawn; where a shock takes no regions away, the intervals are today's. A country whose
    clouds are unknown has none.
    """
    what = lab.policies.shock(shock)
    kept = f"{what.layer} {what.figures} {what.jurisdiction}"
    if kept in lab.after:
        return lab.after[kept]
    found = lab.sure
    if what.figures is not None:
        figures = cloud_figures(lab, what)
        moved = {c: np.where(v == lab.index.observed[c], np.nan, v) for c, v in figures.items()}
        found = drawn_anew(lab, rebuilt(lab, moved))
    ends = found.table.loc[lab.codes, ["rank_05", "rank_95"]].to_numpy(float)
    told = [what.layer == "models" or c not in lab.policies.shocks.cloud.unknown for c in lab.codes]
    ends[~np.array(told)] = np.nan
    rows = zip(lab.codes, ends.tolist(), strict=True)
    lab.after[kept] = {code: Range(low, high) for code, (low, high) in rows}
    return lab.after[kept]


def cloud_figures(lab: Lab, shock: Shock) -> dict[str, Array]:
    """Return the cloud indicators of every country once a shock has struck, by code.

    A jurisdiction's own country, and one whose clouds are unknown, keep their figures.
    """
    table = lab.policies.tables[lab.policies.shocks.cloud.figures]
    rows = table[table["removed"] == shock.figures].set_index("iso3").reindex(lab.codes)
    unknown = lab.policies.shocks.cloud.unknown
    spared = np.array([code == shock.jurisdiction or code in unknown for code in lab.codes])
    found = {}
    for code in rows.columns:
        if code in lab.index.observed and code != "removed":
            new = pd.to_numeric(rows[code], errors="coerce").to_numpy(float)
            old = lab.index.observed[code].to_numpy(float)
            found[code] = np.where(spared | np.isnan(new), old, new)
    return found
