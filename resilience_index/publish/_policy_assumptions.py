"""Tables of what the policy lab assumes: every prior, every design, every formula of the bridge."""

from collections.abc import Iterator, Sequence
from functools import reduce

from resilience_index.content.policies import (
    HostingProgramme,
    Policies,
    SovereignProgramme,
    VoucherProgramme,
)
from resilience_index.content.speech import noted, say
from resilience_index.policy import Lab
from resilience_index.policy.arms import AnyProgramme, Arm
from resilience_index.policy.record import priors
from resilience_index.publish import _policy_amounts as amounts
from resilience_index.publish import _policy_numbers as numbers
from resilience_index.publish import words
from resilience_index.publish._policy_tables import Table, named

_ALL = "all arms"
_STATUS = noted("status")
_PAID = noted("years over which the money is paid")
_RUNS = {
    "development": noted("one run of one team, development"),
    "compute": noted("one run of one team, compute"),
}
_WORDS = (noted("documented"), noted("claimed"), noted("design"), noted("assumption"))
"""What status and confidence are, beside the marks H and M."""


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
    return named(
        priors=_priors(lab, arms),
        designs=_designs(lab.policies, held),
        starting=_starting(lab.policies),
        bridge=_bridge(lab),
    )


def presets(lab: Lab) -> Table:
    """List the presets of programmes, the claimed apart from the documented."""
    rows = []
    for programme in lab.policies.programmes.values():
        cost, status = _cost(programme), say(programme.status)
        why = getattr(programme, "mean_grant_why", "") or getattr(programme, "run_why", "")
        cited = words.semicolons(s.publisher for s in lab.policies.cited(programme.source))
        rows.append((words.plain(programme.title), status, cost, words.plain(why), cited))
    heads = (say("Programme"), say("Status"), say("Unit cost"), say("Why"), say("Sources"))
    return Table(
        say("Programmes"),
        say(
            "A preset carries a programme's unit cost and take-up to any country. Claimed ones "
            "take a number at its word and are kept apart from what is documented."
        ),
        heads,
        tuple(rows),
        text=(1, 2, 3, 4),
        numbers=numbers.programmes(
            lab.policies.programmes, [row[3] for row in rows], [row[4] for row in rows]
        ),
    )


def _cost(programme: AnyProgramme) -> str:
    """Say what a programme costs a unit."""
    if isinstance(programme, VoucherProgramme):
        return say("{money} a firm", money=amounts.money(programme.mean_grant))
    if isinstance(programme, SovereignProgramme):
        if programme.run == "budget":
            return say("as the budget allows")
        return say("{money} a run", money=amounts.money(float(programme.run)))
    return say("{share} in hosting", share=words.share(programme.hosting_share))


def _priors(lab: Lab, arms: Sequence[Arm]) -> Table:
    """List every prior: how it is drawn, on what it rests, why."""
    rows = [
        (
            words.plain(row["title"])
            if row["for"] == _ALL
            else say(
                "{prior} ({programme})", prior=words.plain(row["title"]), programme=row["for"]
            ),
            say("{draw}, {unit}", draw=row["draw"], unit=words.plain(row["unit"])),
            say(row["confidence"]),
            _why(row["why"], [source["publisher"] for source in row["sources"]]),
        )
        for row in priors(lab.policies, arms)
    ]
    return Table(
        say("Every assumption"),
        say(
            "All stand in indicators/policies/priors.toml and programmes.toml; change a line and "
            "run again. H: a primary source; M: press, parliament or a programme's own claim; "
            "assumption: no source gives the number."
        ),
        (say("What"), say("Draws"), say("Confidence"), say("Why")),
        tuple(rows),
        text=(1, 2, 3),
        numbers=numbers.priors(lab, arms, [row[3] for row in rows]),
    )


def _why(text: str, publishers: Sequence[str]) -> str:
    """Give a reason, and who says so."""
    cited = words.semicolons(words.plain(name) for name in publishers)
    told = words.plain(text)
    return " ".join(part for part in (told, f"({cited})" if cited else "") if part)


def _designs(policies: Policies, held: Sequence[AnyProgramme]) -> Table:
    """List how each programme is set up, with reason, mark and sources."""
    found: list[tuple[str, ...]] = []
    for programme in held:
        cited = [s.publisher for s in policies.cited(programme.source)]
        for what, value, why in _design(programme):
            told = why if what != _STATUS else _why(why, cited)
            found.append((_of(programme, what), value, say(programme.confidence), told))
        paid = policies.paid(programme)
        why = _why(paid.why, [s.publisher for s in policies.cited(paid.source)])
        found.append((_of(programme, _PAID), str(paid.years), say(paid.confidence), why))
    rows = tuple(dict.fromkeys(found))
    return Table(
        say("How each way is set up"),
        say(
            "All stand in indicators/policies/programmes.toml. The status of a programme says "
            "whether its figures are documented, only claimed, or a design made up here."
        ),
        (say("What"), say("Set to"), say("Confidence"), say("Why")),
        rows,
        text=(1, 2, 3),
        numbers=numbers.as_written(("what", "set_to", "confidence", "why"), rows),
    )


def _of(programme: AnyProgramme, what: str) -> str:
    """Name what is set for a programme."""
    return say("{programme}: {what}", programme=words.plain(programme.title), what=say(what))


def _design(programme: AnyProgramme) -> Iterator[tuple[str, str, str]]:
    """Yield what is set for one programme: what (to be said), its value, why."""
    yield _STATUS, say(programme.status), words.plain(programme.text)
    if isinstance(programme, VoucherProgramme):
        grant, why = amounts.money(programme.mean_grant), programme.mean_grant_why
        yield noted("mean grant"), grant, words.plain(why)
        if programme.cap is not None:
            yield (
                noted("cap of a grant"),
                amounts.money(programme.cap),
                words.plain(programme.cap_why),
            )
    elif isinstance(programme, SovereignProgramme):
        free = programme.run == "budget"
        money = say("as the budget allows") if free else amounts.money(float(programme.run))
        yield _RUNS[programme.run_is], money, words.plain(programme.run_why)
        yield noted("teams"), str(programme.teams), ""
    elif isinstance(programme, HostingProgramme):
        share, why = words.share(programme.hosting_share), programme.hosting_share_why
        yield noted("share of the money in hosting"), share, words.plain(why)


def _starting(policies: Policies) -> Table:
    """List where a country's firm adoption and number of firms come from, in their order."""
    adoption, firms = policies.bridge.adoption, policies.bridge.firms
    share, number = say("Share of firms that use AI"), say("Number of firms")
    rows = [(share, say("the newest of"), f.what) for f in adoption.figures]
    rows += [
        (share, say("else from {what}", what=one.what), one.formula) for one in adoption.inferred
    ]
    rows += [
        (number, say("counted"), firms.text),
        (number, say("else from all small and medium-sized firms"), firms.share),
        (number, say("else from {what}", what=firms.modelled_from), firms.modelled),
    ]
    told = tuple((what, where, words.plain(how)) for what, where, how in rows)
    return Table(
        say("Where a country starts"),
        say(
            "Figures on firms count up to {n} years before the edition. All stands in "
            "indicators/policies/bridge.toml.",
            n=adoption.max_age,
        ),
        (say("What"), say("From"), say("How")),
        told,
        text=(1, 2),
        numbers=numbers.as_written(("what", "from", "how"), told),
    )


def _bridge(lab: Lab) -> Table:
    """List the formulas that turn what a programme delivers into figures of indicators."""
    bridge, content = lab.policies.bridge, lab.index.content
    rows = [
        (words.plain(content.indicators[code].title), effect.formula, words.plain(effect.why))
        for code, effect in bridge.effects.items()
        if code in lab.index.framework.indicators
    ]
    rows += [(name, _either(texts), "") for name, texts in bridge.quantities.items()]
    return Table(
        say("From a programme to the indicators"),
        say(
            "{about} The formula gives the new figure; names are those of priors, of indicators, "
            "and of the quantities in the last rows. All stands in "
            "indicators/policies/bridge.toml.",
            about=words.plain(bridge.about.text),
        ),
        (say("Indicator or quantity"), say("Formula"), say("Why")),
        tuple(rows),
        text=(1, 2),
        numbers=numbers.as_written(("indicator_or_quantity", "formula", "why"), rows),
    )


def _either(formulas: Sequence[str]) -> str:
    """Write formulas of which the first that has a value counts."""
    return reduce(lambda one, other: say("{one} or {other}", one=one, other=other), formulas)
