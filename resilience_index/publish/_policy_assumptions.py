"""Tables of what the policy lab assumes: every prior, every design, every formula of the bridge."""

from collections.abc import Iterator, Sequence

from resilience_index.content.policies import (
    HostingProgramme,
    Policies,
    SovereignProgramme,
    VoucherProgramme,
)
from resilience_index.policy import Lab
from resilience_index.policy.arms import AnyProgramme, Arm
from resilience_index.policy.record import priors
from resilience_index.publish import _policy_words as say
from resilience_index.publish import words
from resilience_index.publish._policy_tables import Table

_ALL = "all arms"
_STATUS = "status"
_PAID = "years over which the money is paid"


def tables(lab: Lab, arms: Sequence[Arm]) -> tuple[Table, ...]:
    """List all that is assumed where some arms are compared.

    Parameters
    ----------
    lab
        An index and its policies.
    arms
        Whose programmes, and whose own priors, are listed.

    Returns
    -------
    tuple of Table
        Priors, designs of programmes, where a country starts, formulas of the bridge.
    """
    held = [
        holder
        for arm in arms
        for holder in (arm.programme, *((arm.voucher,) if arm.voucher is not None else ()))
    ]
    return (
        _priors(lab, arms),
        _designs(lab.policies, held),
        _starting(lab.policies),
        _bridge(lab),
    )


def presets(lab: Lab) -> Table:
    """List the presets of programmes, the claimed apart from the documented."""
    rows = []
    for programme in lab.policies.programmes.values():
        unit = getattr(programme, "mean_grant", None)
        run = getattr(programme, "run", None)
        cost = (
            f"{say.money(unit)} a firm"
            if unit is not None
            else "as the budget allows"
            if run == "budget"
            else f"{say.money(float(run))} a run"
            if run is not None
            else f"{words.share(programme.hosting_share)} in hosting"
            if programme.kind == "hosting"
            else words.MISSING
        )
        why = getattr(programme, "mean_grant_why", "") or getattr(programme, "run_why", "")
        cited = "; ".join(s.publisher for s in lab.policies.cited(programme.source))
        rows.append((words.plain(programme.title), programme.status, cost, words.plain(why), cited))
    return Table(
        "Programmes",
        "A preset carries a programme's unit cost and take-up to any country. Claimed ones take a "
        "number at its word and are kept apart from what is documented.",
        ("Programme", "Status", "Unit cost", "Why", "Sources"),
        tuple(rows),
        text=(1, 2, 3, 4),
    )


def _priors(lab: Lab, arms: Sequence[Arm]) -> Table:
    """List every prior: how it is drawn, on what it rests, why."""
    rows = [
        (
            words.plain(row["title"]) + ("" if row["for"] == _ALL else f" ({row['for']})"),
            f"{row['draw']}, {words.plain(row['unit'])}",
            row["confidence"],
            _why(row["why"], [source["publisher"] for source in row["sources"]]),
        )
        for row in priors(lab.policies, arms)
    ]
    return Table(
        "Every assumption",
        "All stand in indicators/policies/priors.toml and programmes.toml; change a line and run "
        "again. H: a primary source; M: press, parliament or a programme's own claim; assumption: "
        "no source gives the number.",
        ("What", "Draws", "Mark", "Why"),
        tuple(rows),
        text=(1, 2, 3),
    )


def _why(text: str, publishers: Sequence[str]) -> str:
    """Give a reason, and who says so."""
    cited = "; ".join(words.plain(name) for name in publishers)
    told = words.plain(text)
    return " ".join(part for part in (told, f"({cited})" if cited else "") if part)


def _designs(policies: Policies, held: Sequence[AnyProgramme]) -> Table:
    """List how each programme is set up, with reason, mark and sources."""
    rows: list[tuple[str, ...]] = []
    for programme in held:
        cited = [s.publisher for s in policies.cited(programme.source)]
        for what, value, why in _design(programme):
            told = why if what != _STATUS else _why(why, cited)
            rows.append((_of(programme, what), value, programme.confidence, told))
        paid = policies.paid(programme)
        why = _why(paid.why, [s.publisher for s in policies.cited(paid.source)])
        rows.append((_of(programme, _PAID), str(paid.years), paid.confidence, why))
    return Table(
        "How each way is set up",
        "All stand in indicators/policies/programmes.toml. The status of a programme says whether "
        "its figures are documented, only claimed, or a design made up here.",
        ("What", "Set to", "Mark", "Why"),
        tuple(dict.fromkeys(rows)),
        text=(1, 2, 3),
    )


def _of(programme: AnyProgramme, what: str) -> str:
    """Name what is set for a programme."""
    return f"{words.plain(programme.title)}: {what}"


def _design(programme: AnyProgramme) -> Iterator[tuple[str, str, str]]:
    """Yield what is set for one programme: what, its value, why."""
    yield _STATUS, programme.status, words.plain(programme.text)
    if isinstance(programme, VoucherProgramme):
        yield "mean grant", say.money(programme.mean_grant), words.plain(programme.mean_grant_why)
        if programme.cap is not None:
            yield "cap of a grant", say.money(programme.cap), words.plain(programme.cap_why)
    elif isinstance(programme, SovereignProgramme):
        money = "as the budget allows" if programme.run == "budget" else say.money(programme.run)
        yield f"one run of one team, {programme.run_is}", money, words.plain(programme.run_why)
        yield "teams", str(programme.teams), ""
    elif isinstance(programme, HostingProgramme):
        share, why = words.share(programme.hosting_share), programme.hosting_share_why
        yield "share of the money in hosting", share, words.plain(why)


def _starting(policies: Policies) -> Table:
    """List where a country's firm adoption and number of firms come from, in their order."""
    adoption, firms = policies.bridge.adoption, policies.bridge.firms
    rows = [("Share of firms that use AI", "the newest of", f.what) for f in adoption.figures]
    rows += [
        ("Share of firms that use AI", f"else from {one.what}", one.formula)
        for one in adoption.inferred
    ]
    rows += [
        ("Number of firms", "counted", firms.text),
        ("Number of firms", "else from all small and medium-sized firms", firms.share),
        ("Number of firms", f"else from {firms.modelled_from}", firms.modelled),
    ]
    return Table(
        "Where a country starts",
        f"Figures on firms count up to {adoption.max_age} years before the edition. All stands in "
        "indicators/policies/bridge.toml.",
        ("What", "From", "How"),
        tuple((what, where, words.plain(how)) for what, where, how in rows),
        text=(1, 2),
    )


def _bridge(lab: Lab) -> Table:
    """List the formulas that turn what a programme delivers into figures of indicators."""
    bridge, content = lab.policies.bridge, lab.index.content
    rows = [
        (words.plain(content.indicators[code].title), effect.formula, words.plain(effect.why))
        for code, effect in bridge.effects.items()
        if code in lab.index.framework.indicators
    ]
    rows += [(name, " or ".join(texts), "") for name, texts in bridge.quantities.items()]
    return Table(
        "From a programme to the indicators",
        f"{words.plain(bridge.about.text)} The formula gives the new figure; names are those of "
        "priors, of indicators, and of the quantities in the last rows. All stands in "
        "indicators/policies/bridge.toml.",
        ("Indicator or quantity", "Formula", "Why"),
        tuple(rows),
        text=(1, 2),
    )
