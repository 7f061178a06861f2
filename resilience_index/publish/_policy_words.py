"""Sentences of the policy lab: what must be said first, what the arms do, what a shock takes.

Numbers are medians with 90 % of draws; every sentence that has one stands on a page that says so.
"""

import math
from collections import Counter
from collections.abc import Mapping

from resilience_index.policy import Comparison, Interval, Lab, Sensitivity
from resilience_index.policy.comparison import ArmResult
from resilience_index.policy.record import first_sentences, verdict
from resilience_index.policy.sensitivity import Input
from resilience_index.publish import words
from resilience_index.publish.words import NBSP

MODELLED = (
    f"Every number here is modelled: medians, with the range of 90{NBSP}% of draws. They show what "
    "the assumptions imply, and are no findings."
)

UNITS = {
    "vouchers_issued": "vouchers issued",
    "firms_paid": "firms paid",
    "money_paid": "paid out to firms",
    "additionality": "share of paid firms that add a user, last year",
    "adopters_in_depth": "of the additional users, those with AI in their core work",
    "gain_of_adopter": "gain in labour productivity of an additional user; not in the index",
    "gain_in_scope": "gain in labour productivity of all firms in scope; not in the index",
    "lag_months": "months behind the frontier",
    "use_share": "share of AI use on the own model",
    "runs": "training runs paid for",
    "spent_on_runs": "spent on runs, at present value",
    "spent_on_hosting": "spent on hosting, at present value",
    "spent_elsewhere": "spent on what no indicator sees, at present value",
    "accelerators": "accelerators hosted, in H100 equivalents",
}
"""What the figures that arms tell are, for the reader."""

_SHARES = ("additionality", "use_share", "gain_of_adopter")
_SMALL = ("gain_in_scope",)
_MONEY = ("money_paid", "spent_on_runs", "spent_on_hosting", "spent_elsewhere")


def money(amount: float) -> str:
    """Write an amount of US dollars.

    Examples
    --------
    >>> [money(x).replace(NBSP, " ") for x in (1e9, 2.5e8, 217_000.0)]
    ['US$ 1 billion', 'US$ 250 million', 'US$ 217,000']
    """
    for step, word in ((1e9, "billion"), (1e6, "million")):
        if amount >= step:
            size = amount / step
            shown = words.number(round(size, 3)) if size < 100 else words.fixed(size, 0)
            return f"US${NBSP}{shown}{NBSP}{word}"
    return f"US${NBSP}{words.fixed(amount, 0)}"


def signed(value: float, places: int) -> str:
    """Write a change with its sign.

    Examples
    --------
    >>> signed(0.318, 2), signed(-2.0, 0), signed(0.0, 1)
    ('+0.32', '−2', '0.0')
    """
    text = words.fixed(value, places)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def places_for(interval: Interval) -> int:
    """Say how many decimals a change needs to show anything.

    Examples
    --------
    >>> places_for(Interval(0.1, 0.3, 0.5)), places_for(Interval(0.0, 0.002, 0.013))
    (2, 3)
    """
    most = max(abs(interval.low), abs(interval.high))
    return 1 if most >= 10 else 2 if most >= 0.095 or most == 0 else 3


def change(interval: Interval) -> str:
    """Write a change of score: "+0.32 (0.20 to 0.53)"."""
    places = places_for(interval)
    ends = f"{words.fixed(interval.low, places)} to {words.fixed(interval.high, places)}"
    return f"{signed(interval.median, places)} ({ends})"


def amount(interval: Interval, form: str = "number", beyond: str = "never") -> str:
    """Write a median with its interval: as a number, a share, or US dollars.

    `beyond` stands for what is infinite: what takes longer than was looked at.
    """
    if math.isnan(interval.median):
        return words.MISSING
    write = {
        "number": _whole,
        "share": words.share,
        "money": lambda v: money(_rounded(v)),
        "small": _small,
        "count": _count,
    }[form]
    values = [
        beyond if math.isinf(v) else write(v)
        for v in (interval.median, interval.low, interval.high)
    ]
    if values[1] == values[2]:
        return values[0]
    return f"{values[0]} ({values[1]} to {values[2]})"


def _rounded(value: float) -> float:
    """Round to three digits: what is drawn is known no better."""
    return float(f"{value:.3g}")


def about(value: float) -> str:
    """Write a count that is modelled, to two digits.

    >>> about(34528.0)
    'about 35,000'
    """
    return f"about {words.fixed(float(f'{value:.2g}'), 0)}"


def _whole(value: float) -> str:
    return words.number(value) if abs(value) < 10 else words.fixed(value, 0)


def _count(value: float) -> str:
    return words.fixed(value, 0)


def _small(value: float) -> str:
    """Write a share so small that per cent need decimals."""
    if 0 < 100 * value < 0.001:
        return f"under 0.001{NBSP}%"
    return f"{words.number(100 * value)}{NBSP}%"


def told(name: str, interval: Interval) -> tuple[str, str]:
    """Name a figure that an arm tells, and write it."""
    forms = {"share": _SHARES, "money": _MONEY, "small": _SMALL}
    form = next((form for form, names in forms.items() if name in names), "number")
    return UNITS.get(name, name.replace("_", " ")), amount(interval, form)


def arm_name(result: ArmResult) -> str:
    """Name an arm for the reader; what is only claimed is called so."""
    title = words.plain(result.arm.programme.title)
    return f"{title} (as claimed)" if result.arm.programme.status == "claimed" else title


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
        said.append(
            f"In {len(bare)} of {len(found)} countries what decides most between the two best ways "
            f"has no data behind it; most often, in {count}, it is “{words.plain(title)}”. The "
            "page of each country begins with its own."
        )
    inferred = sum(made.inferred for made in compared.values())
    if inferred:
        said.append(
            f"{inferred} of {len(compared)} countries have no figure on firms that use AI; theirs "
            "is inferred from people's use."
        )
    return tuple(said)


def lead(made: Comparison) -> str:
    """Sum a comparison up in two or three sentences."""
    asked = made.asked
    best = max(made.arms, key=lambda one: one.last.score.median)
    rivals = [p for (a, _), p in made.beats.items() if a == best.arm.label]
    budget = money(asked.budget)
    if not asked.budget:
        return f"Without a budget no programme changes anything in {words.called(made.name)}."
    text = (
        f"If {budget} were spent in {words.called(made.name)} over {words.count(asked.years)} "
        f"years, the way that would add most to the score is “{arm_name(best)}”: "
        f"{change(best.last.score)} points"
    )
    rank = best.last.rank
    if rivals:
        least = f"{words.share(min(rivals))} of draws"
        other = "the other way" if len(rivals) == 1 else "either other way"
        more = len(set(rivals)) > 1 and not least.startswith("over")
        text += f", more than {other} in {least}{' or more' if more else ''}"
    text += f". {_split(made, best)}{_source(best)}"
    if rank.low == rank.high == 0:
        text += f"The rank, {rank_today(made)}, would not move in 90{NBSP}% of draws."
    else:
        ends = sorted({-rank.low, -rank.high})
        up = " to ".join(words.fixed(e, 0) for e in ends)
        noun = "place" if ends[-1] == 1 else "places"
        text += f"The rank, now {rank_today(made)}, would rise by {up} {noun}."
    return text


def rank_today(made: Comparison) -> str:
    """Spell the published rank with its interval."""
    return f"{words.ordinal(made.rank)} ({made.range} as the method varies)"


def _left(made: Comparison, result: ArmResult) -> float | None:
    """Return what a model's runs leave of the budget for hosting; None where it is no model."""
    runs = result.last.told.get("spent_on_runs")
    return None if runs is None else made.asked.budget - runs.median


def _split(made: Comparison, best: ArmResult) -> str:
    """Say how little of the money pays for a model, where most of it buys something else."""
    left = _left(made, best)
    if left is None or left <= made.asked.budget / 2:
        return ""
    own = money(made.asked.budget - left)
    return f"Only {own} of it would pay for the model; {_hosted(left, best)}. "


def _hosted(left: float, result: ArmResult) -> str:
    """Say how much of what a model's runs leave buys hosting, which is an assumption."""
    hosts = result.last.told["spent_on_hosting"]
    if hosts.low == hosts.high:
        return f"of the other {money(left)}, {money(hosts.median)} would buy hosting"
    return (
        f"of the other {money(left)}, between {money(hosts.low)} and {money(hosts.high)} would buy "
        "hosting, which is an assumption"
    )


def _source(best: ArmResult) -> str:
    """Say what an arm would add without the computing power it hosts, if that is much less."""
    least = best.without_hosting.median
    if least > best.last.score.median / 2:
        return ""
    return (
        "Most of the gain comes from computing power hosted in the country; without it "
        f"the score would change by {change(best.without_hosting)}. "
    )


def ways(made: Comparison) -> tuple[str, ...]:
    """Say what each way is, and how it spends the money."""
    found = []
    for result in made.arms:
        arm = result.arm
        text = f"{arm_name(result)}: {words.plain(arm.programme.text)}"
        left = _left(made, result)
        if left is not None:
            own = words.capital(money(made.asked.budget - left))
            text += (
                f" {own} pay for the runs, at present value; {_hosted(left, result)}."
                if left > made.asked.budget / 1000
                else " All of the money pays for the runs."
            )
        if arm.voucher is not None:
            text += f" The vouchers are those of {words.plain(arm.voucher.title)}."
        found.append(text)
    return tuple(found)


def plain_words(lab: Lab, made: Comparison) -> tuple[str, ...]:
    """Say in plain words what the numbers of a comparison mean."""
    found = []
    for result in made.arms:
        text = (
            f"{arm_name(result)}: the score changes by {change(result.last.score)} points by year "
            f"{made.asked.years}"
        )
        parts = {c: i.median for c, i in result.by_indicator.items() if abs(i.median) > 0}
        if parts:
            code = max(parts, key=lambda c: abs(parts[c]))
            text += f", most of it through the indicator {_title(lab, code)}"
        if not math.isnan(result.last.cost.median):
            cost = result.last.cost
            text += (
                f"; {amount(result.last.adopters, 'count')} more firms use AI than would "
                f"otherwise, at {amount(cost, 'money')} each"
            )
        else:
            text += "; no firm adopts AI that otherwise would not"
        found.append(f"{text}.")
    found.append(_shock_words(lab, made))
    return tuple(words.plain(text) for text in found)


def _title(lab: Lab, code: str) -> str:
    label = lab.index.content.indicators[code].label
    return f"“{words.plain(label)}”"


def _shock_words(lab: Lab, made: Comparison) -> str:
    """Say what a shock takes without any programme, and which arm leaves most."""
    shock = lab.policies.shock(made.shock)
    text = f"{shock.title}: "
    if math.isnan(made.without.per_adopter.median):
        return f"{text}what {words.called(made.name)} would lose is unknown."
    months = lab.policies.shocks.about.months
    bare = made.without.per_adopter
    text += (
        f"users of AI in {words.called(made.name)} would lose {amount(bare, 'share')} of their "
        f"use over {months} months"
    )
    best = min(made.arms, key=lambda one: one.losses.per_adopter.median)
    if best.losses.per_adopter.median < bare.median - 0.0005:
        text += f"; with “{arm_name(best)}” {amount(best.losses.per_adopter, 'share')}"
    return f"{text}."


def decided(one: Sensitivity) -> str:
    """Say what decides between two arms, and whether data stand behind it."""
    if one.decisive is None:
        return "The two do not differ in any draw."
    total = words.share(one.total(one.decisive))
    data = "with data behind it" if one.decisive.has_data else "with no data behind it"
    most = _title_of(one.decisive)
    text = f"The difference depends most on {most} ({total} of the variance, {data})"
    prior = one.decisive_prior
    if prior is not None and prior != one.decisive:
        state = "with data" if prior.has_data else "without data"
        text += (
            f"; of the assumptions about programmes, most on {_title_of(prior)} "
            f"({words.share(one.total(prior))}, {state})"
        )
    return f"{text}."


def _title_of(one: Input) -> str:
    return f"the {words.plain(one.title)}" if one.is_method else f"“{words.plain(one.title)}”"


def lowered(text: str) -> str:
    """Begin a text small, for the middle of a sentence; an abbreviation stays as it is."""
    plain = words.plain(text)
    return plain if plain[:2].isupper() else f"{plain[:1].lower()}{plain[1:]}"
