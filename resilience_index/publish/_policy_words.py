"""Sentences of the policy lab: what must be said first, what the arms do, what a shock takes.

Numbers are medians with 90 % of draws; every sentence that has one stands on a page that says so.
"""

import math
from collections import Counter
from collections.abc import Mapping

from resilience_index.content.speech import noted, say, say_many, spoken
from resilience_index.policy import Comparison, Lab, Sensitivity
from resilience_index.policy.comparison import ArmResult
from resilience_index.policy.record import first_sentences, verdict
from resilience_index.policy.sensitivity import Input
from resilience_index.publish import words
from resilience_index.publish._policy_amounts import amount, change, money, ranks
from resilience_index.publish.words import NBSP

MODELLED = noted(
    "Every number here is modelled: medians, with the range of 90\u00a0% of draws. They show what "
    "the assumptions imply, and are no findings."
)

_NEARLY = 0.995  # from here on a share is written as over 99 %


def arm_name(result: ArmResult) -> str:
    """Name an arm for the reader; what is only claimed is called so."""
    title = words.plain(result.arm.programme.title)
    claimed = result.arm.programme.status == "claimed"
    return say("{programme} (as claimed)", programme=title) if claimed else title


def first(made: Comparison, decided: tuple[Sensitivity, ...]) -> tuple[str, ...]:
    """Return what must be said before any number."""
    return tuple(words.plain(s).replace(" %", f"{NBSP}%") for s in first_sentences(made, decided))


def first_of_all(
    compared: Mapping[str, Comparison], decided: Mapping[str, tuple[Sensitivity, ...]]
) -> tuple[str, ...]:
    """Say where what decides has no data, and how many countries have no firm figure."""
    found = [verdict(made, decided[code]) for code, made in compared.items()]
    bare = [one.decisive.title for one in found if one and one.decisive and one.without_data]
    said = []
    if bare:
        title, count = Counter(bare).most_common(1)[0]
        text = say(
            "In {n} of {of} countries what decides most between the two best ways has no data "
            "behind it; most often, in {count}, it is “{title}”. The page of each country begins "
            "with its own.",
            n=len(bare),
            of=len(found),
            count=count,
            title=words.plain(title),
        )
        said.append(text)
    inferred = sum(made.inferred for made in compared.values())
    if inferred:
        text = say(
            "{n} of {of} countries have no figure on firms that use AI; theirs is inferred from "
            "people's use.",
            n=inferred,
            of=len(compared),
        )
        said.append(text)
    return tuple(said)


def lead(made: Comparison) -> str:
    """Sum a comparison up in two or three sentences."""
    asked = made.asked
    best = max(made.arms, key=lambda one: one.last.score.median)
    if not asked.budget:
        return say(
            "Without a budget no programme changes anything in {name}.",
            name=words.called(made.name),
        )
    text = say(
        "If {money} were spent in {name} over {years} years, the way that would add most to the "
        "score is “{programme}”: {gain}.",
        money=money(asked.budget),
        name=words.called(made.name),
        years=words.count(asked.years),
        programme=arm_name(best),
        gain=_gain(made, best),
    )
    return " ".join(
        part for part in (text, _split(made, best), _source(best), _climb(made)) if part
    )


def _gain(made: Comparison, best: ArmResult) -> str:
    """Say what the best way adds, and in how many draws it adds more than the others."""
    added = change(best.last.score)
    rivals = [p for (a, _), p in made.beats.items() if a == best.arm.label]
    if not rivals:
        return say("{change} points", change=added)
    share = words.share(min(rivals))
    if len(rivals) == 1:
        message = noted("{change} points, more than the other way in {share} of draws")
    elif len(set(rivals)) > 1 and min(rivals) < _NEARLY:
        message = noted("{change} points, more than either other way in {share} of draws or more")
    else:
        message = noted("{change} points, more than either other way in {share} of draws")
    return say(message, change=added, share=share)


def _climb(made: Comparison) -> str:
    """Say how far the best way would lift the rank."""
    rank = max(made.arms, key=lambda one: one.last.score.median).last.rank
    if rank.low == rank.high == 0:
        return say("The rank, {rank}, would not move in 90\u00a0% of draws.", rank=rank_today(made))
    ends = sorted({-rank.low, -rank.high})
    shown = [words.fixed(end, 0) for end in ends]
    up = shown[0] if len(shown) == 1 else say("{low} to {high}", low=shown[0], high=shown[1])
    return say_many(
        1 if ends[-1] == 1 else max(2, round(abs(ends[-1]))),
        "The rank, now {rank}, would rise by {up} place.",
        "The rank, now {rank}, would rise by {up} places.",
        rank=rank_today(made),
        up=up,
    )


def rank_today(made: Comparison) -> str:
    """Spell the published rank with its interval."""
    return say(
        "{rank} ({ends} as the method varies)",
        rank=words.ordinal(made.rank),
        ends=ranks(made.range),
    )


def _left(made: Comparison, result: ArmResult) -> float | None:
    """Return what a model's runs leave of the budget for hosting; None where it is no model."""
    runs = result.last.told.get("spent_on_runs")
    return None if runs is None else made.asked.budget - runs.median


def _split(made: Comparison, best: ArmResult) -> str:
    """Say how little of the money pays for a model, where most of it buys something else."""
    left = _left(made, best)
    if left is None or left <= made.asked.budget / 2:
        return ""
    return say(
        "Only {money} of it would pay for the model; {hosting}.",
        money=money(made.asked.budget - left),
        hosting=_hosted(left, best),
    )


def _hosted(left: float, result: ArmResult) -> str:
    """Say how much of what a model's runs leave buys hosting, which is an assumption."""
    hosts = result.last.told["spent_on_hosting"]
    if hosts.low == hosts.high:
        return say(
            "of the other {money}, {hosting} would buy hosting",
            money=money(left),
            hosting=money(hosts.median),
        )
    return say(
        "of the other {money}, between {low} and {high} would buy hosting, which is an assumption",
        money=money(left),
        low=money(hosts.low),
        high=money(hosts.high),
    )


def _source(best: ArmResult) -> str:
    """Say what an arm would add without the computing power it hosts, if that is much less."""
    least = best.without_hosting.median
    if least > best.last.score.median / 2:
        return ""
    return say(
        "Most of the gain comes from computing power hosted in the country; without it the score "
        "would change by {change}.",
        change=change(best.without_hosting),
    )


def ways(made: Comparison) -> tuple[str, ...]:
    """Say what each way is, and how it spends the money."""
    return tuple(_way(made, result) for result in made.arms)


def _way(made: Comparison, result: ArmResult) -> str:
    arm, left = result.arm, _left(made, result)
    text = words.plain(arm.programme.text)
    told = [say("{name}: {text}", name=arm_name(result), text=text)]
    if left is not None and left > made.asked.budget / 1000:
        spent = say(
            "{money} pay for the runs, at present value; {hosting}.",
            money=words.capital(money(made.asked.budget - left)),
            hosting=_hosted(left, result),
        )
        told.append(spent)
    elif left is not None:
        told.append(say("All of the money pays for the runs."))
    if arm.voucher is not None:
        title = words.plain(arm.voucher.title)
        told.append(say("The vouchers are those of {programme}.", programme=title))
    return " ".join(told)


def plain_words(lab: Lab, made: Comparison) -> tuple[str, ...]:
    """Say in plain words what the numbers of a comparison mean."""
    found = [_plainly(lab, made, result) for result in made.arms]
    return tuple(words.plain(text) for text in (*found, _shock_words(lab, made)))


def _plainly(lab: Lab, made: Comparison, result: ArmResult) -> str:
    """Say what a way does to the score and to firms, and what each of them costs."""
    given = {
        "programme": arm_name(result),
        "change": change(result.last.score),
        "n": made.asked.years,
        "firms": _firms(result),
    }
    parts = {c: i.median for c, i in result.by_indicator.items() if abs(i.median) > 0}
    if not parts:
        return say(
            "{programme}: the score changes by {change} points by year {n}; {firms}.", **given
        )
    code = max(parts, key=lambda c: abs(parts[c]))
    return say(
        "{programme}: the score changes by {change} points by year {n}, most of it through the "
        "indicator “{indicator}”; {firms}.",
        **given,
        indicator=words.plain(lab.index.content.indicators[code].label),
    )


def _firms(result: ArmResult) -> str:
    """Say how many firms more use AI, and what each of them costs."""
    if math.isnan(result.last.cost.median):
        return say("no firm adopts AI that otherwise would not")
    return say(
        "{firms} more firms use AI than would otherwise, at {money} each",
        firms=amount(result.last.adopters, "count"),
        money=amount(result.last.cost, "money"),
    )


def _shock_words(lab: Lab, made: Comparison) -> str:
    """Say what a shock takes without any programme, and which arm leaves most."""
    bare, name = made.without.per_adopter, words.called(made.name)
    shock = lab.policies.shock(made.shock).title
    if math.isnan(bare.median):
        return say("{shock}: what {name} would lose is unknown.", shock=shock, name=name)
    given = {
        "shock": shock,
        "name": name,
        "share": amount(bare, "share"),
        "n": lab.policies.shocks.about.months,
    }
    best = min(made.arms, key=lambda one: one.losses.per_adopter.median)
    if best.losses.per_adopter.median >= bare.median - 0.0005:
        return say(
            "{shock}: users of AI in {name} would lose {share} of their use over {n} months.",
            **given,
        )
    return say(
        "{shock}: users of AI in {name} would lose {share} of their use over {n} months; with "
        "“{programme}” {less}.",
        **given,
        programme=arm_name(best),
        less=amount(best.losses.per_adopter, "share"),
    )


_MOST = {
    True: noted(
        "The difference depends most on {input} ({share} of the variance, with data behind it)"
    ),
    False: noted(
        "The difference depends most on {input} ({share} of the variance, with no data behind it)"
    ),
}
_NEXT = {
    True: noted("of the assumptions about programmes, most on {input} ({share}, with data)"),
    False: noted("of the assumptions about programmes, most on {input} ({share}, without data)"),
}


def decided(one: Sensitivity) -> str:
    """Say what decides between two arms, and whether data stand behind it."""
    most, prior = one.decisive, one.decisive_prior
    if most is None:
        return say("The two do not differ in any draw.")
    given = {"input": _title_of(most), "share": words.share(one.total(most))}
    first = say(_MOST[most.has_data], **given)
    if prior is None or prior == most:
        return say("{text}.", text=first)
    given = {"input": _title_of(prior), "share": words.share(one.total(prior))}
    return say("{first}; {second}.", first=first, second=say(_NEXT[prior.has_data], **given))


def _title_of(one: Input) -> str:
    title = words.plain(one.title)
    return say("the {input}", input=title) if one.is_method else say("“{title}”", title=title)


def lowered(text: str) -> str:
    """Begin a text small, for the middle of an English sentence; an abbreviation stays as it is."""
    plain = words.plain(text)
    kept = plain[:2].isupper() or not spoken().english
    return plain if kept else f"{plain[:1].lower()}{plain[1:]}"
