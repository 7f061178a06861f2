"""Whether the policy lab's content makes sense: references, sums, formulas, marks."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pandas as pd

from resilience_index.content._policy_models import (
    Bridge,
    HostingProgramme,
    Shock,
    ShocksFile,
    VoucherProgramme,
)
from resilience_index.content._prior_models import LARGEST, Beta, Draw, ends
from resilience_index.errors import ContentError, nearest
from resilience_index.steps import formula

DELIVERED = (
    "adoption", "adopters", "firms_in_scope", "firms_out_of_scope", "own_use", "notable_runs",
    "largest_run", "accelerators", "staff_years",
)  # fmt: skip
"""What a programme delivers, by the names that formulas of the bridge may use."""

ENGINE = (
    "diffusion_rate", "diffusion_ceiling", "largest_hazard", "overhead", "absorption", "grant_use",
    "redemption",
    "demand_ceiling", "supplier_capacity", "scope_overlap", "additionality_max",
    "additionality_horizon", "self_selection", "persistence", "spillover", "core_use",
    "depth_grant", "productivity_gain", "small_firm_gain", "discount_rate", "frontier_cost",
    "frontier_cost_growth", "halving_time", "organisation_lag", "compute_share", "staff_share",
    "refresh_time", "launch_time", "use_share_max", "use_decay", "use_build_up", "staff_cost",
    "left_for_hosting", "accelerator_price", "running_cost", "share_concentration",
    "other_vendor_reach", "spare_capacity", "other_vendor_time", "open_weight_reach",
    "own_hosting_time", "open_weight_lag", "quality_loss",
)  # fmt: skip
"""Priors that the equations need; the bridge names others."""

DIVIDES = frozenset({
    "diffusion_ceiling", "redemption", "scope_overlap", "depth_grant", "frontier_cost",
    "halving_time", "compute_share", "refresh_time", "use_build_up", "staff_cost",
    "accelerator_price", "share_concentration", "other_vendor_time", "own_hosting_time",
})  # fmt: skip
"""Priors that the equations divide by, or take the logarithm of."""

LOWEST = {"frontier_cost_growth": 1.0, "discount_rate": -0.5}
"""The least that a prior may be, where that is not 0."""

ROUNDED = 0.02
"""How far a mean grant may be from its cap times the share used, since both are rounded."""

TOLERANCE = 1e-6
"""How far shares may be from 1, since tables are rounded."""


def columns(parts: Mapping[str, Any]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Say which tables are named, and which columns of each must be there: text, then figures."""
    bridge: Bridge = parts["bridge"]
    shocks: ShocksFile = parts["shocks"]
    noted = ("definition", "confidence", "source_title", "source_url")
    found = {
        "programmes.csv": (
            ("programme", "country_iso3", "type", "measured_effect", "confidence",
             "effect_confidence", "source_title", "source_url"),
            ("year", "budget_usd", "firms_reached", "cap_per_firm_usd"),
        ),
        bridge.firms.table: (("iso3", "scope", *noted), ("year", "value")),
        shocks.cloud.presence: (("iso3", "provider", "hq_iso3"), ("regions",)),
        shocks.cloud.figures: (("iso3", "removed"), ()),
    }  # fmt: skip
    for supply in shocks.supplies.values():
        found[supply.table] = (("supply", "supplier", "jurisdiction"), ("share",))
    for figure in bridge.adoption.figures:
        if figure.table is not None:
            found[figure.table] = (("iso3", *noted), ("year", "value"))
    return found


def faults(parts: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], known: Any) -> list[str]:
    """List everything that is wrong with the whole."""
    return [
        *_marks(parts),
        *_priors(parts),
        *_programmes(parts, known),
        *_shocks(parts["shocks"], parts, tables, known),
        *_bridge(parts, known),
        *_figures(parts, tables, known),
        *_quadrants(parts, known),
    ]


def _unknown(where: str, what: str, found: str, known: Collection[str]) -> Iterator[str]:
    """Word an unknown name."""
    if found not in known:
        yield f"{where}: unknown {what} '{found}' {nearest(found, known)}"


def _marks(parts: Mapping[str, Any]) -> Iterator[str]:
    """Check that sources exist, and that no mark is better than that of its best source."""
    sources = parts["sources"].sources
    holders = [(f"priors.toml: priors.{c}", p) for c, p in parts["priors"].priors.items()]
    holders += [("programmes.toml: payment", parts["programmes"].payment)]
    for code, programme in parts["programmes"].programmes.items():
        where = f"programmes.toml: programmes.{code}"
        holders += [(where, programme)]
        holders += [(f"{where}.payment", programme.payment)] if programme.payment else []
        holders += [(f"{where}.priors.{c}", p) for c, p in programme.priors.items()]
    order = "HMLR"
    for where, holder in holders:
        for key in holder.source:
            yield from _unknown(f"{where}.source", "source", key, sources)
        marks = [sources[k].confidence for k in holder.source if k in sources]
        if holder.confidence == "assumption" or not marks:
            continue
        best = min(marks, key=order.index)
        if order.index(best) > order.index(holder.confidence):
            yield (
                f"{where}.confidence: {holder.confidence}, but its best source is marked {best}; "
                "mark it so, or call it an assumption"
            )


def _priors(parts: Mapping[str, Any]) -> Iterator[str]:
    """Check that every prior that the equations need is there."""
    priors = parts["priors"].priors
    for code in ENGINE:
        if code not in priors:
            yield f"priors.toml: priors.{code}: missing; the equations need it"
    for code in set(priors) & set(DELIVERED):
        yield f"priors.toml: priors.{code}: the name of a quantity; give the prior another one"
    for code, prior in priors.items():
        yield from _possible(f"priors.toml: priors.{code}", code, prior.unit, prior.draw)
    for name, programme in parts["programmes"].programmes.items():
        for code, change in programme.priors.items():
            if code in priors:
                where = f"programmes.toml: programmes.{name}.priors.{code}"
                yield from _possible(where, code, priors[code].unit, change.draw)


def _possible(where: str, code: str, unit: str, draw: Draw) -> Iterator[str]:
    """Check that no draw is one with which the equations have no sense."""
    least, most = ends(draw)
    told = " to ".join(dict.fromkeys(f"{round(end, 12):.3g}" for end in (least, most)))
    if unit.startswith("share of ") or unit == "probability":
        if not 0 <= least <= most <= 1:
            yield f"{where}.draw: {told}, but a {unit} lies between 0 and 1"
            return
    elif not most <= LARGEST:
        yield f"{where}.draw: {told}; draws of at most {LARGEST:g} are needed"
    if code in DIVIDES and least <= 0:
        yield f"{where}.draw: {told}; a number above 0 is needed, since the equations divide by it"
    elif code in ENGINE and least < LOWEST.get(code, 0.0):
        yield f"{where}.draw: {told}; at least {LOWEST.get(code, 0.0):g} is needed"


def _programmes(parts: Mapping[str, Any], known: Any) -> Iterator[str]:
    """Check what programmes and contradictions refer to."""
    file, priors = parts["programmes"], parts["priors"].priors
    vouchers = [c for c, p in file.programmes.items() if p.kind == "voucher"]
    for code, programme in file.programmes.items():
        where = f"programmes.toml: programmes.{code}"
        for key in programme.priors:
            yield from _unknown(f"{where}.priors", "prior", key, priors)
        if programme.country:
            yield from _unknown(f"{where}.country", "country", programme.country, known.countries)
        if isinstance(programme, VoucherProgramme) and programme.cap is not None:
            yield from _grant(where, programme, programme.cap)
        if isinstance(programme, HostingProgramme):
            named = {programme.otherwise} | ({programme.voucher} - {"same"})
            for name in sorted(named):
                yield from _unknown(f"{where}.voucher", "voucher preset", name, vouchers)
    yield from _contradictions(parts, known)


def _grant(where: str, programme: VoucherProgramme, cap: float) -> Iterator[str]:
    """Check that a cap and the share of it that is used give the programme's mean grant."""
    own = programme.priors.get("grant_use")
    if own is None or not isinstance(own.draw, Beta):
        yield f"{where}.cap: give priors.grant_use, a beta, too: the share of the cap that is used"
        return
    made = cap * own.draw.mean
    if abs(made / programme.mean_grant - 1) > ROUNDED:
        yield (
            f"{where}.cap: {cap:,.0f} times the mean of grant_use, {own.draw.mean:.3g}, is "
            f"{made:,.0f}, but mean_grant is {programme.mean_grant:,.0f}; mend one of them"
        )


def _contradictions(parts: Mapping[str, Any], known: Any) -> Iterator[str]:
    """Check what contradictions refer to."""
    file = parts["programmes"]
    for code, told in file.contradictions.items():
        where = f"programmes.toml: contradictions.{code}"
        yield from _unknown(f"{where}.country", "country", told.country, known.countries)
        for name in told.programmes:
            yield from _unknown(f"{where}.programmes", "preset", name, file.programmes)
    for where, holder in (
        *((f"programmes.toml: contradictions.{c}", t) for c, t in file.contradictions.items()),
        *((f"programmes.toml: programmes.{c}", p) for c, p in file.programmes.items()),
        ("shocks.toml", parts["shocks"]),
        ("bridge.toml: adoption", parts["bridge"].adoption),
    ):
        for fact in holder.facts:
            yield from _unknown(f"{where}.facts", "source", fact.source, parts["sources"].sources)


def _shocks(
    file: ShocksFile, parts: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], known: Any
) -> Iterator[str]:
    """Check shocks, the shares they take away, and the tables they rest on."""
    sources = parts["sources"].sources
    yield from _unknown("shocks.toml: cloud.source", "source", file.cloud.source, sources)
    for code in (*file.cloud.unknown, *file.cloud.notes):
        yield from _unknown("shocks.toml: cloud", "country", code, known.countries)
    for name, supply in file.supplies.items():
        yield from _unknown(
            f"shocks.toml: supplies.{name}.source", "source", supply.source, sources
        )
        yield from _shares(name, supply.table, tables[supply.table])
    for code, shock in file.shocks.items():
        yield from _shock(f"shocks.toml: shocks.{code}", shock, file, tables, known)


def _shock(
    where: str, shock: Shock, file: ShocksFile, tables: Mapping[str, pd.DataFrame], known: Any
) -> Iterator[str]:
    """Check what one shock refers to."""
    presence = tables[file.cloud.presence]
    removed = set(tables[file.cloud.figures]["removed"])
    if shock.supply is not None:
        yield from _unknown(f"{where}.supply", "supply", shock.supply, file.supplies)
    if shock.figures is not None:
        yield from _unknown(f"{where}.figures", "row", shock.figures, removed)
    if shock.jurisdiction is not None:
        yield from _unknown(f"{where}.jurisdiction", "country", shock.jurisdiction, known.countries)
    suppliers = set(presence["provider"]) if shock.layer != "models" else set()
    if shock.supply in file.supplies:
        table = tables[file.supplies[str(shock.supply)].table]
        suppliers |= set(table.loc[table["supply"] == shock.supply, "supplier"])
    for supplier in shock.suppliers:
        yield from _unknown(f"{where}.suppliers", "supplier", supplier, suppliers)


def _shares(name: str, path: str, table: pd.DataFrame) -> Iterator[str]:
    """Check that the shares of one supply are shares, and sum to 1."""
    shares = table.loc[table["supply"] == name, "share"]
    if shares.empty:
        yield f"data/{path}: no row has supply '{name}'; known: {', '.join(set(table['supply']))}"
    elif shares.isna().any() or (shares < 0).any():
        yield f"data/{path}: supply {name}: a share is missing or negative"
    elif abs(shares.sum() - 1) > TOLERANCE:
        yield (
            f"data/{path}: supply {name}: shares sum to {shares.sum():.6g}; they must sum to 1, "
            "so add a row for the others or mend the figures"
        )


def _bridge(parts: Mapping[str, Any], known: Any) -> Iterator[str]:
    """Check formulas of the bridge: that they read, and know every name."""
    bridge: Bridge = parts["bridge"]
    names = {*parts["priors"].priors, *known.indicators}
    yield from _unknown("bridge.toml: firms.share", "prior", bridge.firms.share, names)
    yield from _formula("bridge.toml: firms.modelled", bridge.firms.modelled, names)
    for figure in bridge.adoption.figures:
        if figure.indicator is not None:
            where = "bridge.toml: adoption.figures"
            yield from _unknown(where, "indicator", figure.indicator, known.indicators)
    for inferred in bridge.adoption.inferred:
        where = "bridge.toml: adoption.inferred"
        yield from _unknown(where, "indicator", inferred.needs, known.indicators)
        yield from _formula(where, inferred.formula, names)
    for code in bridge.adoption.left_out:
        yield from _unknown("bridge.toml: adoption.left_out", "country", code, known.countries)
    yield from _effects(bridge, names | set(DELIVERED), known)


def _effects(bridge: Bridge, names: set[str], known: Any) -> Iterator[str]:
    """Check the quantities in between, and the effects on indicators."""
    for name, formulas in bridge.quantities.items():
        where = f"bridge.toml: quantities.{name}"
        if name in names:
            yield f"{where}: the name is taken by a prior, an indicator or a quantity"
        for text in formulas:
            yield from _formula(where, text, names)
        names.add(name)
    for role in ("extra_adoption", "carried_use"):
        name = getattr(bridge.roles, role)
        yield from _unknown(f"bridge.toml: roles.{role}", "quantity", name, bridge.quantities)
    for code, effect in bridge.effects.items():
        where = f"bridge.toml: effects.{code}"
        yield from _unknown(where, "indicator", code, known.indicators)
        yield from _formula(f"{where}.formula", effect.formula, names | {"figure"})


def _formula(where: str, text: str, names: Collection[str]) -> Iterator[str]:
    """Check that a formula reads, and that its names are known."""
    try:
        used = formula.names(formula.parse(text))
    except ContentError as error:
        yield from (f"{where}: {p}" for p in error.problems)
        return
    for name in sorted(used):
        yield from _unknown(where, "name", name, names)


def _figures(
    parts: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], known: Any
) -> Iterator[str]:
    """Check countries and ranges of the tables."""
    bridge: Bridge = parts["bridge"]
    for name, table in tables.items():
        for code in table["iso3"].unique() if "iso3" in table else []:
            yield from _unknown(f"data/{name}", "country", code, known.countries)
    firms = tables[bridge.firms.table]
    if not (firms["value"] > 0).all():
        yield f"data/{bridge.firms.table}: a number of firms is missing or not above 0"
    scopes = {bridge.firms.counted, bridge.firms.all_sizes}
    for scope in set(firms["scope"]) - scopes:
        yield f"data/{bridge.firms.table}: scope '{scope}'; known: {', '.join(sorted(scopes))}"
    for figure in bridge.adoption.figures:
        if figure.table is not None:
            values = tables[figure.table]["value"]
            if not values.between(0, 100).all():
                yield f"data/{figure.table}: a share of firms is not between 0 and 100"


def _quadrants(parts: Mapping[str, Any], known: Any) -> Iterator[str]:
    """Check the frameworks and the figure that the quadrants name."""
    quadrants = parts["quadrants"]
    for side in ("across", "up"):
        where = f"quadrants.toml: {side}.framework"
        yield from _unknown(
            where, "framework", getattr(quadrants, side).framework, known.frameworks
        )
    yield from _unknown(
        "quadrants.toml: income.indicator",
        "indicator",
        quadrants.income.indicator,
        known.indicators,
    )
