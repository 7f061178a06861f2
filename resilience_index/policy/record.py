"""Results as plain records: what the command line prints as JSON, and what a page is made of.

Every record says that its numbers are modelled, names the seed, and lists the priors behind it.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from resilience_index.content.policies import Policies, Prior
from resilience_index.content.speech import figures, say
from resilience_index.policy.arms import Arm
from resilience_index.policy.comparison import ArmResult, Comparison, Losses
from resilience_index.policy.lab import LEVELS, Interval, Lab, Range
from resilience_index.policy.priors import spelled
from resilience_index.policy.sensitivity import Input, Sensitivity
from resilience_index.policy.stress import Stress, ranges_after
from resilience_index.policy.target import Target, Way
from resilience_index.policy.what_if import NodeChange, WhatIf

MODELLED = (
    "All numbers are modelled: draws of priors, medians with 90 % intervals. They are priors at "
    "work, not findings."
)


def comparison(lab: Lab, made: Comparison, decided: Sequence[Sensitivity] = ()) -> dict[str, Any]:
    """Return a comparison as a record.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import Asked, compare, open_lab
    >>> lab = open_lab(build("ai_resilience"))
    >>> made = compare(lab, "KOR", "voucher:italy_2018,hosting", Asked(1e9, draws=50))
    >>> comparison(lab, made)["country"]
    'KOR'
    """
    asked = made.asked
    return {
        "country": made.country,
        "name": made.name,
        "first": first_sentences(made, decided),
        "modelled": MODELLED,
        "budget_usd": asked.budget,
        "years": asked.years,
        "draws": asked.draws,
        "seed": asked.seed,
        "others": asked.others,
        "rank": made.rank,
        "rank_range": made.range.as_list(),
        "score": made.score,
        "adoption": {**asdict(made.adoption_known), "share": made.adoption.as_list()},
        "firms": {**asdict(made.firms_known), "number": made.firms.as_list()},
        "shock": made.shock,
        "without_programme": _losses(made.without),
        "arms": [_arm(result) for result in made.arms],
        "gains_more": [{"arm": a, "than": b, "probability": p} for (a, b), p in made.beats.items()],
        "decided_by": [_sensitivity(one) for one in decided],
        "notes": list(made.notes),
        "priors": priors(lab.policies, [result.arm for result in made.arms]),
    }


SURE = LEVELS[-1] / 100
"""Chance from which on the order of two arms is settled: their 90 % interval then leaves out 0."""


def verdict(made: Comparison, decided: Sequence[Sensitivity]) -> Sensitivity | None:
    """Return what decides between the two arms that add most; None where it was not worked out."""
    pair = set(made.leading)
    return next((one for one in decided if {one.first_arm, one.second_arm} == pair), None)


def first_sentences(made: Comparison, decided: Sequence[Sensitivity]) -> list[str]:
    """Return what must be said before any number, in this order.

    One sentence tells which assumption without data decides between the two arms that add most, and
    that firm adoption is inferred; the next ones why, and that the number of firms is modelled.
    """
    found, starting = [], made.adoption_known
    parts = [part for part in (_undecided(made, verdict(made, decided)),) if part]
    if starting.kind == "inferred":
        parts.append(starting.text)
    if len(parts) == 2:
        said = say("{verdict}, and {starting}.", verdict=_begun(parts[0]), starting=parts[1])
        found.append(said)
    found += [say("{text}.", text=_begun(part)) for part in parts if len(parts) == 1]
    if starting.why:
        found.append(say("{text}.", text=_begun(starting.why)))
    if made.firms_known.kind in ("sized", "modelled"):
        found.append(say("The number of firms is {how}.", how=made.firms_known.text))
    return found


def _begun(text: str) -> str:
    """Begin a sentence with a capital letter."""
    return f"{text[0].upper()}{text[1:]}"


def _undecided(made: Comparison, one: Sensitivity | None) -> str:
    """Name what the verdict depends on most, where no data stand behind it."""
    if one is None or one.decisive is None or one.decisive.has_data:
        return ""
    most, prior = one.decisive, one.decisive_prior
    told, question = _told_of(one, most), _question(made)
    if not most.is_method:
        return say(
            "{question} depends most on an assumption with no data behind it ({told})",
            question=question,
            told=told,
        )
    if prior is None or prior.has_data or prior == one.as_decisive:
        return say(
            "{question} depends most on a choice that no data settle ({told})",
            question=question,
            told=told,
        )
    return say(
        "{question} depends most on a choice that no data settle ({told}) and, of what is assumed "
        "about programmes, on something with no data behind it ({prior}, {share})",
        question=question,
        told=told,
        prior=_named(prior),
        share=_percent(one.total(prior)),
    )


def _told_of(one: Sensitivity, most: Input) -> str:
    """Name what matters most with its share, and what may matter as much."""
    share = _percent(one.total(most))
    if one.as_decisive is None:
        return say("{input}, {share} of the variance", input=_named(most), share=share)
    return say(
        "{input}, {share} of the variance; {other} may matter as much",
        input=_named(most),
        share=share,
        other=_named(one.as_decisive),
    )


def _question(made: Comparison) -> str:
    """Say what a verdict is about: which way adds more or, where that is settled, how much more."""
    first, second = made.leading
    if made.beats[first, second] >= SURE:
        return say("how much more the best way adds than the next")
    if len(made.arms) > len(made.leading):
        return say("which of the two best ways adds more")
    return say("which of the two ways adds more")


def _named(one: Input) -> str:
    return one.title if one.is_method else say("“{title}”", title=one.title)


def _percent(share: float) -> str:
    return say("{n} %", n=figures(f"{100 * share:.0f}"))


def _arm(result: ArmResult) -> dict[str, Any]:
    arm = result.arm
    return {
        "arm": arm.label,
        "title": arm.programme.title,
        "status": arm.programme.status,
        "voucher": arm.voucher_preset or None,
        "years": [
            {
                "year": year.year,
                "score_change": year.score.as_list(),
                "rank_change": year.rank.as_list(),
                "places_up": {str(k): p for k, p in year.places_up.items()},
                "additional_adopters": year.adopters.as_list(),
                "cost_per_adopter_usd": year.cost.as_list(),
                "delivered": {k: v.as_list() for k, v in year.told.items()},
            }
            for year in result.years
        ],
        "score_change_without_hosting": result.without_hosting.as_list(),
        "by_indicator": {code: v.as_list() for code, v in result.by_indicator.items()},
        "shock": {**_losses(result.losses), "loses_less": result.loses_less},
    }


def _losses(losses: Losses) -> dict[str, Any]:
    return {
        "loss_per_adopter": losses.per_adopter.as_list(),
        "loss_per_economy": losses.per_economy.as_list(),
        "trough": losses.trough.as_list(),
        "months_to_90": losses.months_to_90.as_list(),
    }


def _sensitivity(one: Sensitivity) -> dict[str, Any]:
    words = {i.name: i for i in one.inputs}
    decisive, prior = one.decisive, one.decisive_prior
    return {
        "arms": [one.first_arm, one.second_arm],
        "decisive": decisive.title if decisive else None,
        "decisive_has_data": decisive.has_data if decisive else None,
        "decisive_prior": prior.title if prior else None,
        "runs": one.runs,
        "effects": [
            {
                "input": words[str(name)].title,
                "has_data": bool(row["has_data"]),
                "first": [row["first_05"], row["first"], row["first_95"]],
                "total": [row["total_05"], row["total"], row["total_95"]],
            }
            for name, row in one.table.iterrows()
        ],
    }


LEAGUE = tuple(
    f"rank_{name}{end}"
    for name in ("resilience", "resilience_economy")
    for end in ("", "_05", "_95")
)
"""Ranks among the countries of a stress test."""


def stressed(lab: Lab, made: Stress) -> dict[str, Any]:
    """Return a stress test as a record.

    A missing number is None; more months than were looked at are "over 12". Ranks of resilience are
    among all countries, so they are left out where only some were asked for.
    """
    shock = lab.policies.shock(made.shock)
    table = made.table()
    ranges = ranges_after(lab, made.shock)
    every = len(made.codes) == len(lab.codes)
    rows = [
        {
            "iso3": code,
            "name": lab.name(str(code)),
            **{k: _plain(v, made.months) for k, v in row.items() if every or k not in LEAGUE},
            "rank_after_range": ranges[str(code)].as_list(),
        }
        for code, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
    return {
        "shock": made.shock,
        "title": shock.title,
        "text": shock.text,
        "modelled": MODELLED,
        "months": made.months,
        "countries": rows,
    }


def _plain(value: Any, months: int = 0) -> Any:
    if isinstance(value, float) and math.isinf(value):
        return f"over {months}"
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def changed(made: WhatIf) -> dict[str, Any]:
    """Return a what-if as a record."""
    return {
        "country": made.country,
        "name": made.name,
        "goalposts": made.goalposts,
        "changes": [
            {**{k: _plain(v) for k, v in asdict(c).items()}, "beyond": c.beyond}
            for c in made.changes
        ],
        "nodes": [_node(node) for node in made.nodes],
    }


def _node(node: NodeChange) -> dict[str, Any]:
    """Return a node's scores and ranks; the ends of the 90 % intervals where they were drawn."""
    row = {k: _plain(v) for k, v in asdict(node).items() if not k.startswith("range_")}
    for name in ("range_before", "range_after"):
        held: Range | None = getattr(node, name)
        if held is not None:
            row[name] = held.as_list()
    return row


def reached(made: Target) -> dict[str, Any]:
    """Return a target search as a record."""
    return {
        "country": made.country,
        "name": made.name,
        "target": made.wanted,
        "score_needed": _plain(made.needed),
        "score": made.score,
        "rank": made.rank,
        "rank_range": made.range.as_list(),
        "least_change": {**_way(made.least), **_rank(made.least)},
        "one_at_a_time": [_way(way) for way in made.single],
    }


def _rank(way: Way) -> dict[str, Any]:
    """Return the rank at the end of a way, never without its interval."""
    return {} if way.range is None else {"rank": way.rank, "rank_range": way.range.as_list()}


def _way(way: Way) -> dict[str, Any]:
    return {
        "reached": way.reached,
        "score": way.score,
        "points_in_all": way.points,
        "steps": [{**asdict(step), "points": step.points} for step in way.steps],
    }


def priors(policies: Policies, arms: Sequence[Arm]) -> list[dict[str, Any]]:
    """List every prior as each arm has it: how it is drawn, its mark, its sources, why."""
    rows = [_prior(policies, code, prior, "all arms") for code, prior in policies.priors.items()]
    for arm in arms:
        for holder in (arm.programme, *((arm.voucher,) if arm.voucher is not None else ())):
            made = [
                _prior(policies, code, policies.prior(code, holder), holder.title)
                for code in holder.priors
            ]
            rows += [row for row in made if row not in rows]
    return rows


def _prior(policies: Policies, code: str, prior: Prior, where: str) -> dict[str, Any]:
    return {
        "prior": code,
        "for": where,
        "title": prior.title,
        "unit": prior.unit,
        "draw": spelled(prior.draw.model_dump()),
        "confidence": prior.confidence,
        "sources": [
            {"publisher": s.publisher, "what": s.what, "url": s.url}
            for s in policies.cited(prior.source)
        ],
        "why": prior.why,
    }


def spread(
    interval: Interval, digits: int = 2, beyond: str = "never", missing: str = "none"
) -> str:
    """Write a median with its 90 % interval; `beyond` is what is longer than was looked at.

    `missing` stands where no draw has a value.

    >>> spread(Interval(0.1, 0.25, 2.0))
    '0.25 (0.10 to 2.00)'
    >>> spread(Interval(float("inf"), float("inf"), float("inf")), beyond="over 12")
    'over 12'
    >>> spread(Interval(float("nan"), float("nan"), float("nan")), missing="unknown")
    'unknown'
    """
    values = (interval.median, interval.low, interval.high)
    if all(math.isnan(v) for v in values):
        return missing
    if all(math.isinf(v) for v in values):
        return beyond
    median, low, high = (beyond if math.isinf(v) else f"{v:,.{digits}f}" for v in values)
    return f"{median} ({low} to {high})"
