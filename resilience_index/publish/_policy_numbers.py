"""Numbers behind the tables of the policy lab, unrounded, to be taken along.

Columns that end in _05, _median and _95 are percentiles of the draws. Scores and ranks of arms are
changes against no programme: points, and places (below 0 is better). Shares run from 0 to 1, money
is in US dollars at present value. What is infinite, such as a cost where nobody is added, or
unknown is left empty.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from resilience_index.content.policies import (
    HostingProgramme,
    SovereignProgramme,
    VoucherProgramme,
)
from resilience_index.content.speech import say
from resilience_index.policy import Comparison, Interval, Lab, Quadrants, Range, Sensitivity
from resilience_index.policy.arms import Arm
from resilience_index.policy.comparison import UP, ArmYear
from resilience_index.policy.record import priors as prior_records
from resilience_index.publish import _policy_amounts as amounts
from resilience_index.publish import _policy_words as wording
from resilience_index.publish import words
from resilience_index.publish._views import Numbers

Cell = str | float | None
Record = Mapping[str, Cell]

NO_PROGRAMME = "none"
"""What stands for no programme among the labels of arms."""


def ends(name: str, found: Interval | Range | None) -> dict[str, Cell]:
    """Return the ends of an interval, and its median if it has one, as columns.

    >>> ends("score", Interval(0.1, 0.2, 0.4))
    {'score_05': 0.1, 'score_median': 0.2, 'score_95': 0.4}
    """
    low: dict[str, Cell] = {f"{name}_05": None if found is None else found.low}
    middle: dict[str, Cell] = {f"{name}_median": getattr(found, "median", None)}
    high: dict[str, Cell] = {f"{name}_95": None if found is None else found.high}
    return low | high if isinstance(found, Range) else low | middle | high


def of_records(name: str, records: Iterable[Record]) -> Numbers:
    """Put records under each other; a column that one of them lacks is empty there.

    >>> of_records("x", [{"a": 1, "b": "one"}, {"a": 2, "c": 0.5}]).rows
    ((1, 'one', None), (2, None, 0.5))
    """
    held = list(records)
    columns = tuple(dict.fromkeys(column for one in held for column in one))
    return Numbers(name, columns, tuple(tuple(one.get(c) for c in columns) for one in held))


def _arm(result: Any) -> dict[str, Cell]:
    return {"programme": result.arm.label, "title": wording.arm_name(result)}


def ways(made: Comparison) -> Numbers:
    """Return what each arm does by the last year, below what happens without any."""
    zero = Interval(0.0, 0.0, 0.0)
    bare: dict[str, Cell] = {"programme": NO_PROGRAMME, "title": say("No programme")}
    for name in ("score", "without_hosting", "rank", "adopters"):
        bare |= ends(name, zero)
    bare |= ends("cost", None) | ends("loss_per_adopter", made.without.per_adopter)
    return of_records(
        "ways",
        [
            bare,
            *(
                _arm(one)
                | ends("score", one.last.score)
                | ends("without_hosting", one.without_hosting)
                | ends("rank", one.last.rank)
                | ends("adopters", one.last.adopters)
                | ends("cost", one.last.cost)
                | ends("loss_per_adopter", one.losses.per_adopter)
                for one in made.arms
            ),
        ],
    )


def years(made: Comparison) -> Numbers:
    """Return what each arm does year by year; p_up_3 is the chance of three places or more."""
    return of_records("years", (_arm(one) | _year(year) for one in made.arms for year in one.years))


def _year(year: ArmYear) -> dict[str, Cell]:
    made: dict[str, Cell] = {"year": year.year}
    made |= ends("score", year.score) | ends("rank", year.rank)
    made |= {f"p_up_{k}": year.places_up[k] for k in UP}
    return made | ends("adopters", year.adopters) | ends("cost", year.cost)


def delivered(made: Comparison) -> Numbers:
    """Return what each arm's money turns into by the last year; what an arm lacks has no row."""
    return of_records(
        "delivered",
        (
            {
                "item": name,
                "item_title": words.capital(amounts.told(name, found)[0]),
                "unit": amounts.unit_of(name),
                **_arm(one),
                **ends("value", found),
            }
            for name in dict.fromkeys(n for one in made.arms for n in one.last.told)
            for one in made.arms
            if (found := one.last.told.get(name)) is not None
        ),
    )


def parts(lab: Lab, made: Comparison, codes: Sequence[str]) -> Numbers:
    """Return the points that each of some indicators would add alone, by arm."""
    return of_records(
        "parts",
        (
            {
                "code": code,
                "indicator": words.plain(lab.index.content.indicators[code].title),
                **_arm(one),
                **ends("score", one.by_indicator.get(code)),
            }
            for code in codes
            for one in made.arms
        ),
    )


def modes(made: Comparison, other: Mapping[Any, Mapping[Any, Any]]) -> Numbers:
    """Return what the arms do while other countries stay (frozen), and while they move."""
    beside = "frozen" if made.asked.others == "moving" else "moving"
    found: list[Record] = []
    for one in made.arms:
        row = other[made.country, one.arm.label]
        last = one.last
        found.append(
            _arm(one)
            | {"others": made.asked.others}
            | ends("score", last.score)
            | ends("rank", last.rank)
        )
        found.append(
            _arm(one)
            | {"others": beside}
            | ends("score", of_row(row, "score"))
            | ends("rank", of_row(row, "rank"))
        )
    return of_records("modes", found)


def of_row(row: Mapping[Any, Any], name: str) -> Interval:
    """Read an interval off a row of a table, where the median has the bare name."""
    return Interval(*(float(row[f"{name}{end}"]) for end in ("_05", "", "_95")))


def odds(made: Comparison) -> Numbers:
    """Return the share of draws in which one arm adds more than another; a tie counts one half."""
    return of_records(
        "odds",
        (
            {
                **_arm(one),
                "than": other.arm.label,
                "than_title": wording.arm_name(other),
                "probability": made.beats[one.arm.label, other.arm.label],
            }
            for place, one in enumerate(made.arms)
            for other in made.arms[place + 1 :]
        ),
    )


def effects(one: Sensitivity) -> Numbers:
    """Return all effects on the difference of two arms: shares of its variance, as estimated.

    An estimate may lie a little below 0 or above 1; the page does not show it so.
    """
    told = {i.name: i for i in one.inputs}
    return of_records(
        "decides",
        (
            {
                "programme": one.first_arm,
                "than": one.second_arm,
                "input": str(name),
                "title": words.capital(words.plain(told[str(name)].title)),
                **{
                    f"{what}{end}": float(row[f"{what}{end}"])
                    for what in ("total", "first")
                    for end in ("", "_05", "_95")
                },
                "rests_on": "data" if told[str(name)].has_data else "no data",
            }
            for name, row in one.table.iterrows()
        ),
    )


def everyone(lab: Lab, found: Mapping[str, Comparison]) -> Numbers:
    """Return what each arm does in each country by the last year, and which adds most there."""
    return of_records(
        "everyone",
        (
            {
                "code": code,
                "name": words.plain(lab.name(code)),
                **_arm(one),
                **ends("score", one.last.score),
                **ends("rank", one.last.rank),
                "adds_most": max(made.arms, key=lambda o: o.last.score.median).arm.label,
                "adoption": made.adoption_known.kind,
            }
            for code, made in found.items()
            for one in made.arms
        ),
    )


def correlations(found: Quadrants, titles: Sequence[str]) -> Numbers:
    """Return the rank correlations of two indices (rho), with `titles` in the order of the page."""
    held = {
        "as_published": found.plain,
        "at_equal_income": found.net_of_income,
        "without_shared": found.without_shared,
        "without_shared_at_equal_income": found.without_shared_net,
    }
    return of_records(
        "correlations",
        (
            {
                "correlation": name,
                "title": title,
                "rho": one.size,
                **ends("rho", one.interval),
                "countries": one.count,
            }
            for (name, one), title in zip(held.items(), titles, strict=True)
        ),
    )


def fields(lab: Lab, table: pd.DataFrame, name: str) -> Numbers:
    """Return both scores of every country, its field and how often each field is its own."""
    axes = lab.policies.quadrants
    named = {"across": axes.across.framework, "up": axes.up.framework}
    columns = tuple(named.get(str(c), str(c)) for c in table.columns)
    rows = tuple(
        (str(code), words.plain(lab.name(str(code))), *row)
        for code, row in zip(table.index, table.astype(object).to_numpy().tolist(), strict=True)
    )
    return Numbers(name, ("code", "name", *columns), rows)


def priors(lab: Lab, arms: Sequence[Arm], whys: Sequence[str]) -> Numbers:
    """Return every prior with the settings of its draw; a mixture has them in words alone.

    `whys` are the reasons as the page gives them, in the order of the record.
    """
    holders = [
        holder
        for arm in arms
        for holder in (arm.programme, *((arm.voucher,) if arm.voucher is not None else ()))
    ]
    found: list[Record] = []
    for row, why in zip(prior_records(lab.policies, arms), whys, strict=True):
        holder = next((p for p in holders if p.title == row["for"]), None)
        held = (
            lab.policies.priors[row["prior"]]
            if holder is None
            else lab.policies.prior(row["prior"], holder)
        )
        settings = held.draw.model_dump()
        found.append(
            {
                "prior": row["prior"],
                "title": words.plain(row["title"]),
                "for": row["for"],
                "unit": words.plain(row["unit"]),
                "confidence": row["confidence"],
                "distribution": str(settings.pop("name")),
                "draw": row["draw"],
                **{key: float(v) for key, v in settings.items() if isinstance(v, int | float)},
                "why": why,
            }
        )
    return of_records("priors", found)


def programmes(found: Mapping[str, Any], whys: Sequence[str], cited: Sequence[str]) -> Numbers:
    """Return the presets: what one unit costs, or the share of the money that buys hosting."""
    return of_records(
        "programmes",
        (
            {
                "programme": f"{one.kind}:{code}",
                "title": words.plain(one.title),
                "status": one.status,
                **_design(one),
                "why": why,
                "sources": source,
            }
            for (code, one), why, source in zip(found.items(), whys, cited, strict=True)
        ),
    )


def _design(one: Any) -> dict[str, Cell]:
    made: dict[str, Cell] = {"mean_grant": None, "run_cost": None, "hosting_share": None}
    if isinstance(one, VoucherProgramme):
        made["mean_grant"] = float(one.mean_grant)
    elif isinstance(one, SovereignProgramme) and one.run != "budget":
        made["run_cost"] = float(one.run)
    elif isinstance(one, HostingProgramme):
        made["hosting_share"] = one.hosting_share
    return made


def as_written(columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Numbers:
    """Return a table of words under names for programs."""
    return Numbers("", tuple(columns), tuple(rows))
