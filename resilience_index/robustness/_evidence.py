"""Everything that an audit looks at, worked out once: the checks judge it, the page draws it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from resilience_index.content import open_content
from resilience_index.content._audit_settings import CONTEXT, AuditSettings
from resilience_index.errors import DataError, ResilienceIndexError
from resilience_index.index import Index, build
from resilience_index.robustness import (
    _rank_correlation,
    coherence,
    compensation,
    coverage,
    importance,
    income,
    leave_out,
    validity,
)
from resilience_index.robustness._last_year import last_year
from resilience_index.robustness._rank_correlation import Rho, spearman
from resilience_index.robustness._tree import shape_of
from resilience_index.robustness.sensitivity import sensitivity
from resilience_index.robustness.uncertainty import Uncertainty, uncertainty

Made = TypeVar("Made")
Scores = Mapping[str, pd.DataFrame | str]

COMMON = coherence.FEWEST
"""Countries that two columns need in common; with fewer in all, every one, and `LEAST` at least."""

LEAST = _rank_correlation.FEWEST
"""With fewer countries no correlation is judged: of two or three it can be anything."""

_POINTS = 1024
"""Points of the design from which the effects of choices are estimated."""

_FEW_DRAWS = 256
"""Versions of an index that has to be put together draw by draw, where nothing else is asked."""

_LITTLE = 0.5
"""Indicators with fewer figures than this share stay out of Little's test: too little is known."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures: what they cover, how old and different they are, and what is missing."""

    covered: coverage.Coverage
    ages: pd.DataFrame
    year_spread: pd.Series
    variety: pd.DataFrame
    twins: list[tuple[str, str]]
    guessed: pd.Series  # share of each country's score that rests on no figure
    little: coverage.Little | None
    gaps_and_income: pd.Series | None
    gap_error: pd.DataFrame | None  # tried, error, gaps by indicator
    shape: pd.DataFrame  # moments of each indicator before and after treatment, and as scored


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts: how they hang together, and with what else."""

    links: pd.DataFrame  # indicators by context: correlations
    economy_net: pd.Series | None  # with GDP, income per head held constant
    families: list[coherence.Family]
    correlation: pd.DataFrame  # of all indicators
    with_nodes: pd.DataFrame  # indicators by pillars
    rest_of_pillar: pd.Series
    rest_of_index: pd.Series
    rest_of_nodes: pd.Series
    importance: pd.DataFrame
    pillar_importance: pd.DataFrame | None
    equal_importance: Mapping[str, pd.DataFrame]  # by node with several children


@dataclass(frozen=True, slots=True)
class Variants:
    """The index put together otherwise."""

    means: pd.DataFrame | None
    bounds: compensation.Bounds | None
    no_indicator: leave_out.LeftOut
    no_source: leave_out.LeftOut
    no_country: leave_out.LeftOut | None
    rebuilt: float | None  # largest difference of a score when built again


@dataclass(frozen=True, slots=True)
class Value:
    """The index beside other figures."""

    income_line: income.Line | None
    size_line: income.Line | None
    rank_links: Mapping[str, tuple[Rho, Rho]]  # with each context figure: raw, net of income
    pillar_moves: pd.Series | None  # share of countries whose rank differs, by pillar
    agreement: pd.DataFrame | None
    claims: list[validity.Outcome]
    years: pd.DataFrame | None


@dataclass(frozen=True)
class Evidence:
    """Facts about an index of one year. What could not be worked out is None: see `why`."""

    index: Index
    panel: Index | None  # the index that it is the last year of
    settings: AuditSettings
    context: Mapping[str, pd.Series]  # income, gdp and population are logarithms
    why: Mapping[str, str]  # by name of what is None: why it is
    figures: Figures
    parts: Parts
    variants: Variants
    value: Value
    fingerprint: str  # hash of every file that was read
    uncertainty: Uncertainty | None  # of ranks, all choices varied at once
    effects: pd.DataFrame | None  # by choice: first, total, total_low, total_high


class _Tries:
    """Works out one thing after another, and remembers why one could not be."""

    def __init__(self) -> None:
        self.why: dict[str, str] = {}

    def __call__(self, name: str, work: Callable[[], Made]) -> Made | None:
        """Return what the work gives, or None."""
        try:
            return work()
        except ResilienceIndexError as error:
            self.why[name] = str(error)
            return None


def gather(
    index: Index,
    *,
    draws: int | None = None,
    seed: int = 0,
    known: Uncertainty | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Evidence:
    """Work out everything an audit looks at; `told` hears how far it is."""
    flat, tries = last_year(index), _Tries()
    settings = flat.framework.audit
    figures = _context(flat, settings)
    roles = {r: _role(figures, settings, r) for r in CONTEXT if getattr(settings, r)}
    fewest = max(min(COMMON, len(flat.scores)), LEAST)
    panel = index if index.framework.panel is not None else None
    each = leave_out.without_each(flat)
    uncertain = known or tries("uncertainty", lambda: _drawn(flat, draws, seed, told))
    return Evidence(
        index=flat,
        panel=panel,
        settings=settings,
        context=roles,
        why=tries.why,
        figures=_figures(flat, roles, each, tries),
        parts=_parts(flat, roles, fewest, tries),
        variants=_variants(flat, index, each, tries),
        value=_value(flat, panel, figures, roles, tries),
        fingerprint=_fingerprint(index),
        uncertainty=uncertain,
        effects=tries("effects", lambda: _effects(flat, seed)),
    )


def _drawn(
    index: Index, draws: int | None, seed: int, told: Callable[[int, int], None] | None
) -> Uncertainty:
    """Draw versions of the index: as many as asked for, or as its framework says."""
    if draws == 0:
        raise DataError("no versions of the index were drawn, as was asked for")
    wanted = _FEW_DRAWS if draws is None and _is_slow(index) else draws
    return uncertainty(index, draws=wanted, seed=seed, told=told, nodes=False)


def _effects(index: Index, seed: int) -> pd.DataFrame:
    """Work out how much each choice moves the ranking, alone and in all."""
    if _is_slow(index):
        raise DataError(
            "the index has to be put together anew draw by draw, which takes too long here; the "
            "command and the function sensitivity do it by themselves"
        )
    return sensitivity(index, base=_POINTS, seed=seed, resamples=100).shift


def _is_slow(index: Index) -> bool:
    """Say whether some node has to be evaluated draw by draw."""
    shape = shape_of(index, index.framework.assumptions.power)
    return any(family.by_method for family in shape.families)


def _context(index: Index, settings: AuditSettings) -> pd.DataFrame:
    codes = [code for _, code in settings.named()]
    return income.context(index, codes) if codes else pd.DataFrame(index=index.scores.index)


def _role(figures: pd.DataFrame, settings: AuditSettings, role: str) -> pd.Series:
    found = figures[getattr(settings, role)]
    return found if role == "internet" else income.logged(found)


def _upwards(index: Index) -> pd.Series:
    """Return the score, turned so that higher is better."""
    score = index.scores[index.root]
    return score if not index.framework.lowest_is_best(index.root) else -score


def _figures(index: Index, roles: Mapping[str, pd.Series], each: Scores, tries: _Tries) -> Figures:
    """Look at the figures: coverage, age, variety, gaps, tails."""
    enough = index.treated.loc[:, index.treated.notna().mean() >= _LITTLE]
    by = roles.get("income")
    return Figures(
        covered=coverage.coverage(index),
        ages=coverage.ages(index),
        year_spread=coverage.year_spread(index),
        variety=coverage.variety(index),
        twins=coverage.twins(index),
        guessed=coverage.imputed_share(index),
        little=tries("little", lambda: coverage.little_test(enough)),
        gaps_and_income=None if by is None else coverage.who_is_missing(index, by),
        gap_error=tries("gap_error", lambda: _gap_error(index, each)),
        shape=coverage.shape(index),
    )


def _gap_error(index: Index, each: Scores) -> pd.DataFrame:
    """Measure the error of what a gap is judged as: imputed, or implied by the other scores."""
    gaps = index.missing.sum()
    if not gaps.any():
        raise DataError("no figure is missing")
    if all(index.framework.choice(c, "impute").name == "none" for c in index.framework.indicators):
        rules = {index.framework.setting(n, "missing") for n in index.framework.tree.downwards}
        if rules != {"share"}:
            raise DataError("a gap is not filled by anything that could be wrong by some measure")
        return leave_out.implied(index, each).assign(gaps=gaps)
    return coverage.masking_error(index).assign(gaps=gaps)


def _parts(index: Index, roles: Mapping[str, pd.Series], fewest: int, tries: _Tries) -> Parts:
    """Look at how the parts hang together, and at what they hang together with."""
    tree, table = index.framework.tree, index.normalised
    pillars = tree.pillars if len(tree.children[index.root]) > 1 else []
    if not pillars:
        tries.why["pillar_importance"] = "the index has no pillars, or a single one"
    rest = [coherence.with_the_rest(table[tree.leaves(p)], fewest=fewest) for p in tree.pillars]
    return Parts(
        links=_cross(table, pd.DataFrame(roles, index=table.index), fewest),
        economy_net=tries("economy_net", lambda: _economy_net(table, roles)),
        families=coherence.families(index, fewest=fewest),
        correlation=coherence.correlations(table, fewest=fewest),
        with_nodes=_cross(table, index.scores[tree.pillars], fewest),
        rest_of_pillar=pd.concat(rest) if rest else pd.Series(dtype=float),
        rest_of_index=coherence.with_the_rest(table, fewest=fewest),
        rest_of_nodes=coherence.with_the_rest(index.scores[tree.pillars], fewest=fewest),
        importance=importance.of_indicators(index),
        pillar_importance=importance.of_children(index, index.root) if pillars else None,
        equal_importance=importance.equal_importances(index, fewest=COMMON),
    )


def _cross(table: pd.DataFrame, other: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Correlate each column of one table with each of another."""
    names = [f"other {c}" for c in other]
    both = pd.concat([table, other.set_axis(names, axis=1)], axis=1)
    made = coherence.correlations(both, fewest=fewest)
    return made.loc[list(table), names].set_axis(list(other), axis=1)


def _economy_net(table: pd.DataFrame, roles: Mapping[str, pd.Series]) -> pd.Series:
    """Correlate indicators with the size of the economy, income per head held constant."""
    if "gdp" not in roles or "income" not in roles:
        raise DataError("the framework names no gdp and income under [audit]")
    found = {c: spearman(table[c], roles["gdp"], roles["income"]).size for c in table}
    return pd.Series(found, dtype=float)


def _variants(flat: Index, index: Index, each: Scores, tries: _Tries) -> Variants:
    """Combine differently, leave one out, build again."""
    panel = index.framework.panel is not None
    if panel:
        tries.why["no_country"] = "the scale of the index comes from several years"
    return Variants(
        means=tries("means", lambda: compensation.other_means(flat)),
        bounds=tries("bounds", lambda: compensation.best_case(flat)),
        no_indicator=leave_out.without_indicators(flat, each),
        no_source=leave_out.without_sources(flat),
        no_country=None if panel else leave_out.without_countries(flat),
        rebuilt=tries("rebuilt", lambda: _rebuilt(index)),
    )


def _value(
    index: Index,
    panel: Index | None,
    figures: pd.DataFrame,
    roles: Mapping[str, pd.Series],
    tries: _Tries,
) -> Value:
    """Hold the index against other figures."""
    score, by, units = _upwards(index), roles.get("income"), index.content.units
    named = {str(code): figures[code] for code in figures}
    return Value(
        income_line=tries("income_line", lambda: _line(score, roles, "income")),
        size_line=tries("size_line", lambda: _line(score, roles, "population")),
        rank_links={r: (spearman(score, x), _net(score, x, by, r)) for r, x in roles.items()},
        pillar_moves=tries("pillar_moves", lambda: _pillar_moves(index)),
        agreement=tries("agreement", lambda: _agreement(index, figures, by)),
        claims=[
            validity.outcome(c, score, units, named, by) for c in index.framework.audit.hypotheses
        ],
        years=tries("years", lambda: _years(panel)),
    )


def _line(score: pd.Series, roles: Mapping[str, pd.Series], role: str) -> income.Line:
    if role not in roles:
        raise DataError(f"the framework names no {role} under [audit]")
    return income.adjusted(score, roles[role])


def _net(score: pd.Series, x: pd.Series, by: pd.Series | None, role: str) -> Rho:
    if by is None or role == "income":
        return Rho(np.nan, np.nan, 0)
    return spearman(score, x, by)


def _pillar_moves(index: Index) -> pd.Series:
    """Share of countries whose rank in a pillar is a tenth of the ranking or more away."""
    pillars = index.framework.tree.pillars
    if len(pillars) < 2:
        raise DataError("the index has no pillars, or a single one")
    own = index.ranks[index.root]
    found = {p: leave_out.shift(own, index.ranks[p])[3] for p in pillars}
    return pd.Series(found, dtype=float)


def _agreement(index: Index, figures: pd.DataFrame, by: pd.Series | None) -> pd.DataFrame:
    external = index.framework.audit.external
    if not external:
        raise DataError("the framework names no published figures under [audit] external")
    return validity.agreement(_upwards(index), figures[external], by)


def _years(panel: Index | None) -> pd.DataFrame:
    """Compare years that were put on one scale."""
    if panel is None:
        raise DataError("only one edition is built, and no other was put on its scale")
    if panel.framework.method.over != "all":
        raise DataError("each year has a scale of its own, so years cannot be compared")
    found = validity.year_to_year(panel)
    if found.empty:
        raise DataError("the panel has a single year")
    return found


def _rebuilt(index: Index) -> float:
    """Read the files again, build again, and return the largest difference of a score."""
    again = build(
        index.framework, content=open_content(index.content.folder), seed=index.seed
    ).scores
    one, other = index.scores.to_numpy(float), again.to_numpy(float)
    if one.shape != other.shape or (np.isnan(one) != np.isnan(other)).any():
        return np.inf
    return float(np.nanmax(np.abs(one - other), initial=0.0))


def _fingerprint(index: Index) -> str:
    """Hash every file that the index was read from, in the order of their names."""
    folder, done = index.content.folder, hashlib.sha256()
    for path in sorted(index.inputs, key=lambda p: p.relative_to(folder).as_posix()):
        done.update(path.relative_to(folder).as_posix().encode())
        done.update(path.read_bytes())
    return done.hexdigest()
