"""Tables of the policy lab: arms year by year, what decides, shocks, programmes, every prior."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resilience_index.policy import Comparison, Interval, Lab, Quadrants, Sensitivity
from resilience_index.policy.comparison import ArmYear
from resilience_index.publish import _policy_words as say
from resilience_index.publish import words
from resilience_index.publish.words import NBSP

_SHOWN = 8  # effects listed for a pair of arms
_NOTED = 0.005  # effects below are not listed


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading: what it shows, its columns, its rows; more may be on the page.

    `text` holds the places of columns of words, which stand to the left.
    """

    title: str
    intro: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: tuple[tuple[str, ...], ...] = ()
    text: tuple[int, ...] = ()

    @property
    def of_words(self) -> bool:
        """Whether all columns are of words."""
        return len(self.text) == len(self.columns) - 1


def arms(made: Comparison) -> Table:
    """Set the arms side by side, by the last year."""
    bare = _loss(made.without.per_adopter)
    rows = [("No programme", "0", "0", "0", "0", words.MISSING, bare)]
    rows += [
        (
            say.arm_name(one),
            say.change(one.last.score),
            say.change(one.without_hosting),
            _ranks(one.last.rank.median, one.last.rank.low, one.last.rank.high),
            say.amount(one.last.adopters, "count"),
            say.amount(one.last.cost, "money"),
            _loss(one.losses.per_adopter),
        )
        for one in made.arms
    ]
    return Table(
        f"The ways side by side, by year {made.asked.years}",
        f"At the same present cost of {say.money(made.asked.budget)}; medians, and 90{NBSP}% of "
        "draws. Without hosting: but for the computing power that an arm puts up. Cost counts the "
        "whole budget, spent or not. Loss is the mean share of AI use lost "
        "in the months after the shock below.",
        ("Programme", "Score, points", "Without hosting", "Rank", "Additional firms using AI",
         "Cost of each", "Loss per adopter"),
        tuple(rows),
    )  # fmt: skip


def _loss(interval: Interval) -> str:
    return say.amount(interval, "share")


def _ranks(median: float, low: float, high: float) -> str:
    text = say.signed(median, 0)
    if low == high:
        return text
    return f"{text} ({words.fixed(low, 0)} to {words.fixed(high, 0)})"


def years(made: Comparison) -> Table:
    """Show how score, rank and adopters move year by year: a column for each arm."""
    rows: list[tuple[str, ...]] = []
    each: dict[str, Callable[[ArmYear], str]] = {
        "Score, points": lambda one: say.change(one.score),
        "Rank": lambda one: _ranks(one.rank.median, one.rank.low, one.rank.high),
        "P(a rank better)": lambda one: words.share(one.places_up[1]),
        "Additional firms using AI": lambda one: say.amount(one.adopters, "count"),
    }
    for what, write in each.items():
        for place in range(made.asked.years):
            cells = [write(one.years[place]) for one in made.arms]
            rows.append((f"{what}, year {place + 1}", *cells))
    return Table(
        "Year by year",
        "Change of score and rank against no programme; a rank below 0 is a better one.",
        ("What and year", *(say.arm_name(one) for one in made.arms)),
        tuple(rows),
    )


def delivered(made: Comparison) -> Table:
    """Show what each arm's money turns into by the last year: a column for each arm."""
    told = [{n: say.told(n, i) for n, i in one.last.told.items()} for one in made.arms]
    names = dict.fromkeys(name for held in told for name in held)
    rows = []
    for name in names:
        cells = [held[name][1] if name in held else words.MISSING for held in told]
        what = next(held[name][0] for held in told if name in held)
        rows.append((words.capital(what), *cells))
    return Table(
        "What the money turns into",
        f"By year {made.asked.years}.",
        ("What", *(say.arm_name(one) for one in made.arms)),
        tuple(rows),
    )


def parts(lab: Lab, made: Comparison) -> Table:
    """Show through which indicators each arm moves the score: a column for each arm."""
    most: dict[str, float] = {}
    for one in made.arms:
        for code, interval in one.by_indicator.items():
            size = max(abs(interval.low), abs(interval.high))
            most[code] = max(size, most.get(code, 0.0))
    rows = []
    for code in sorted((c for c, size in most.items() if size), key=lambda c: -most[c]):
        title = words.plain(lab.index.content.indicators[code].title)
        rows.append((title, *(_part(one.by_indicator.get(code)) for one in made.arms)))
    return Table(
        "Where the points come from",
        "Points of the score that each indicator would add alone. An indicator without a figure "
        "does not move, and one whose scale has ended does not show more.",
        ("Indicator", *(say.arm_name(one) for one in made.arms)),
        tuple(rows),
    )


def _part(interval: Interval | None) -> str:
    none = interval is None or not (interval.low or interval.high)
    return words.MISSING if interval is None or none else say.change(interval)


def modes(made: Comparison, other: Mapping[Any, Mapping[Any, Any]]) -> Table:
    """Show the arms while other countries stay and while they move along their own paths.

    `other` has the results of the other mode, by country and arm.
    """
    rows = []
    for one in made.arms:
        row = other[made.country, one.arm.label]
        score, rank = (
            Interval(*(float(row[f"{what}{end}"]) for end in ("_05", "", "_95")))
            for what in ("score", "rank")
        )
        last = one.last
        rows.append(
            (
                say.arm_name(one),
                say.change(last.score),
                _ranks(last.rank.median, last.rank.low, last.rank.high),
                say.change(score),
                _ranks(rank.median, rank.low, rank.high),
            )
        )
    here, there = ("stay", "move") if made.asked.others == "frozen" else ("move", "stay")
    return Table(
        "If other countries move too",
        f"By year {made.asked.years}: change of score and rank while the others {here} as "
        f"elsewhere on this page, and while they {there}: then every country, this one too, also "
        "follows its own path of diffusion. Goalposts are frozen in both.",
        ("Programme", f"Score, others {here}", "Rank", f"Score, others {there}", "Rank"),
        tuple(rows),
    )


def odds(made: Comparison) -> Table:
    """Show which arm gains more, pair by pair."""
    names = {one.arm.label: say.arm_name(one) for one in made.arms}
    labels = list(names)
    rows = [
        (names[a], names[b], words.share(made.beats[a, b]))
        for place, a in enumerate(labels)
        for b in labels[place + 1 :]
    ]
    return Table(
        "Which one gains more",
        "Share of draws in which the first adds more to the score than the second; a tie counts "
        "one half. Both see the same draws of everything.",
        ("This one", "than this one", "P"),
        tuple(rows),
        text=(1,),
    )


def effects(decided: Sequence[Sensitivity], names: Mapping[str, str]) -> tuple[Table, ...]:
    """Show for every pair what decides: total effects, and whether data stand behind each."""
    found: list[Table] = []
    for one in decided:
        words_of = {i.name: i for i in one.inputs}
        rows: list[tuple[str, ...]] = []
        for name, row in one.table.head(_SHOWN).iterrows():
            told = words_of[str(name)]
            if float(row["total"]) < _NOTED:
                continue
            span = f"{words.share(max(float(row['total_05']), 0))} to {_capped(row['total_95'])}"
            data = "data" if told.has_data else "no data"
            cells = (words.capital(words.plain(told.title)), _capped(row["total"]), span)
            rows.append((*cells, _capped(max(float(row["first"]), 0)), data))
        found.append(
            Table(
                f"{names[one.first_arm]} or {names[one.second_arm]}",
                say.decided(one),
                ("What varies", "Total effect", "90\u00a0% interval", "First order", "Rests on"),
                tuple(rows),
            )
        )
    return tuple(found)


def _capped(value: object) -> str:
    return words.share(min(float(value), 1.0)) if isinstance(value, float | int) else words.MISSING


def everyone(lab: Lab, found: Mapping[str, Comparison]) -> Table:
    """Show the arms in every country: median change of score, and which gains most."""
    first = next(iter(found.values()))
    names = [say.arm_name(one) for one in first.arms]
    rows = []
    for code, made in found.items():
        best = max(made.arms, key=lambda one: one.last.score.median)
        cells = [say.change(one.last.score) for one in made.arms]
        known = "figure" if made.adoption_known.kind == "figure" else "inferred"
        rows.append((words.plain(lab.name(code)), *cells, say.arm_name(best), known))
    return Table(
        f"Every country, by year {first.asked.years}",
        f"Change of score by {say.money(first.asked.budget)} in each country while all others go "
        "without; the last column says whether firm adoption is a figure or inferred.",
        ("Country", *names, "Adds most", "Adoption"),
        tuple(rows[:20]),
        tuple(rows[20:]),
    )


def fields(lab: Lab, found: Quadrants) -> Table:
    """List every country with its field and how surely it stands there."""
    rows = []
    for code, row in found.table.sort_values("across", ascending=False).iterrows():
        field = str(row["field"])
        cells = (words.fixed(row["across"], 1), words.fixed(row["up"], 1), found.names[field])
        rows.append((words.plain(lab.name(str(code))), *cells, words.share(row[f"p_{field}"])))
    return Table(
        "Every country and its field",
        f"P is the share of {found.draws:,} draws of both methods in which it stands there.",
        ("Country", found.across, found.up, "Field", "P"),
        tuple(rows[:20]),
        tuple(rows[20:]),
        text=(3,),
    )


def correlations(lab: Lab, found: Quadrants) -> Table:
    """Show the rank correlation of two indices: plain, net of income, without what they share."""
    held = {
        "As published": found.plain,
        "At equal income": found.net_of_income,
        "Without the indicators that both have": found.without_shared,
        "Without them, at equal income": found.without_shared_net,
    }
    rows = [
        (
            name,
            words.fixed(one.size, 2),
            f"{words.fixed(one.interval.low, 2)} to {words.fixed(one.interval.high, 2)}",
            str(one.count),
        )
        for name, one in held.items()
    ]
    labels = [words.plain(lab.index.content.indicators[c].label) for c in found.shared]
    return Table(
        "Do sovereignty and resilience go together?",
        f"{words.plain(lab.policies.quadrants.income.text)} In both indices stand: "
        f"{words.listing(labels)}.",
        ("Rank correlation", "As built", "90\u00a0% interval", "Countries"),
        tuple(rows),
    )
