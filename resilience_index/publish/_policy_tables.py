"""Tables of the policy lab: arms year by year, what decides, shocks, programmes, every prior."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from resilience_index.content.speech import noted, say
from resilience_index.policy import Comparison, Interval, Lab, Quadrants, Sensitivity
from resilience_index.policy.comparison import ArmYear
from resilience_index.publish import _policy_amounts as amounts
from resilience_index.publish import _policy_numbers as numbers
from resilience_index.publish import _policy_words as wording
from resilience_index.publish import words
from resilience_index.publish._views import Numbers

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
    name: str = ""  # of its files, if it can be taken along
    numbers: Numbers | None = None  # unrounded, for these files

    @property
    def of_words(self) -> bool:
        """Whether all columns are of words."""
        return len(self.text) == len(self.columns) - 1


def named(**tables: Table) -> tuple[Table, ...]:
    """Name tables for their files, as they are called here; lines become hyphens."""
    return tuple(replace(one, name=name.replace("_", "-")) for name, one in tables.items())


def arms(made: Comparison) -> Table:
    """Set the arms side by side, by the last year."""
    bare = _loss(made.without.per_adopter)
    rows = [(say("No programme"), "0", "0", "0", "0", words.MISSING, bare)]
    rows += [
        (
            wording.arm_name(one),
            amounts.change(one.last.score),
            amounts.change(one.without_hosting),
            _ranks(one.last.rank.median, one.last.rank.low, one.last.rank.high),
            amounts.amount(one.last.adopters, "count"),
            amounts.amount(one.last.cost, "money"),
            _loss(one.losses.per_adopter),
        )
        for one in made.arms
    ]
    heads = (
        say("Programme"), say("Score, points"), say("Without hosting"), say("Rank"),
        say("Additional firms using AI"), say("Cost of each"), say("Loss per adopter"),
    )  # fmt: skip
    return Table(
        say("The ways side by side, by year {n}", n=made.asked.years),
        say(
            "At the same present cost of {money}; medians, and 90\u00a0% of draws. Without "
            "hosting: but for the computing power that an arm puts up. Cost counts the whole "
            "budget, spent or not. Loss is the mean share of AI use lost in the months after the "
            "shock below.",
            money=amounts.money(made.asked.budget),
        ),
        heads,
        tuple(rows),
        numbers=numbers.ways(made),
    )


def _loss(interval: Interval) -> str:
    return amounts.amount(interval, "share")


def _ranks(median: float, low: float, high: float) -> str:
    text = amounts.signed(median, 0)
    if low == high:
        return text
    return amounts.between(text, words.fixed(low, 0), words.fixed(high, 0))


def years(made: Comparison) -> Table:
    """Show how score, rank and adopters move year by year: a column for each arm."""
    rows: list[tuple[str, ...]] = []
    each: dict[str, Callable[[ArmYear], str]] = {
        noted("Score, points, year {n}"): lambda one: amounts.change(one.score),
        noted("Rank, year {n}"): lambda one: _ranks(one.rank.median, one.rank.low, one.rank.high),
        noted("P(a rank better), year {n}"): lambda one: words.share(one.places_up[1]),
        noted("Additional firms using AI, year {n}"): lambda one: amounts.amount(
            one.adopters, "count"
        ),
    }
    for what, write in each.items():
        for place in range(made.asked.years):
            cells = [write(one.years[place]) for one in made.arms]
            rows.append((say(what, n=place + 1), *cells))
    return Table(
        say("Year by year"),
        say("Change of score and rank against no programme; a rank below 0 is a better one."),
        (say("What and year"), *(wording.arm_name(one) for one in made.arms)),
        tuple(rows),
        numbers=numbers.years(made),
    )


def delivered(made: Comparison) -> Table:
    """Show what each arm's money turns into by the last year: a column for each arm."""
    told = [{n: amounts.told(n, i) for n, i in one.last.told.items()} for one in made.arms]
    names = dict.fromkeys(name for held in told for name in held)
    rows = []
    for name in names:
        cells = [held[name][1] if name in held else words.MISSING for held in told]
        what = next(held[name][0] for held in told if name in held)
        rows.append((words.capital(what), *cells))
    return Table(
        say("What the money turns into"),
        say("By year {n}.", n=made.asked.years),
        (say("What"), *(wording.arm_name(one) for one in made.arms)),
        tuple(rows),
        numbers=numbers.delivered(made),
    )


def parts(lab: Lab, made: Comparison) -> Table:
    """Show through which indicators each arm moves the score: a column for each arm."""
    most: dict[str, float] = {}
    for one in made.arms:
        for code, interval in one.by_indicator.items():
            size = max(abs(interval.low), abs(interval.high))
            most[code] = max(size, most.get(code, 0.0))
    rows = []
    codes = sorted((c for c, size in most.items() if size), key=lambda c: -most[c])
    for code in codes:
        title = words.plain(lab.index.content.indicators[code].title)
        rows.append((title, *(_part(one.by_indicator.get(code)) for one in made.arms)))
    return Table(
        say("Where the points come from"),
        say(
            "Points of the score that each indicator would add alone. An indicator without a "
            "figure does not move, and one whose scale has ended does not show more."
        ),
        (say("Indicator"), *(wording.arm_name(one) for one in made.arms)),
        tuple(rows),
        numbers=numbers.parts(lab, made, codes),
    )


def _part(interval: Interval | None) -> str:
    none = interval is None or not (interval.low or interval.high)
    return words.MISSING if interval is None or none else amounts.change(interval)


_MODES = {
    "frozen": noted(
        "By year {n}: change of score and rank while the others stay as elsewhere on this page, "
        "and while they move: then every country, this one too, also follows its own path of "
        "diffusion. Goalposts are frozen in both."
    ),
    "moving": noted(
        "By year {n}: change of score and rank while the others move as elsewhere on this page, "
        "and while they stay: then every country, this one too, also follows its own path of "
        "diffusion. Goalposts are frozen in both."
    ),
}


def modes(made: Comparison, other: Mapping[Any, Mapping[Any, Any]]) -> Table:
    """Show the arms while other countries stay and while they move along their own paths.

    `other` has the results of the other mode, by country and arm.
    """
    rows = []
    for one in made.arms:
        row = other[made.country, one.arm.label]
        score, rank = (numbers.of_row(row, what) for what in ("score", "rank"))
        last = one.last
        rows.append(
            (
                wording.arm_name(one),
                amounts.change(last.score),
                _ranks(last.rank.median, last.rank.low, last.rank.high),
                amounts.change(score),
                _ranks(rank.median, rank.low, rank.high),
            )
        )
    heads = (say("Score, others stay"), say("Score, others move"))
    if made.asked.others == "moving":
        heads = (heads[1], heads[0])
    return Table(
        say("If other countries move too"),
        say(_MODES[made.asked.others], n=made.asked.years),
        (say("Programme"), heads[0], say("Rank"), heads[1], say("Rank")),
        tuple(rows),
        numbers=numbers.modes(made, other),
    )


def odds(made: Comparison) -> Table:
    """Show which arm gains more, pair by pair."""
    names = {one.arm.label: wording.arm_name(one) for one in made.arms}
    labels = list(names)
    rows = [
        (names[a], names[b], words.share(made.beats[a, b]))
        for place, a in enumerate(labels)
        for b in labels[place + 1 :]
    ]
    return Table(
        say("Which one gains more"),
        say(
            "Share of draws in which the first adds more to the score than the second; a tie "
            "counts one half. Both see the same draws of everything."
        ),
        (say("This one"), say("than this one"), say("P")),
        tuple(rows),
        text=(1,),
        numbers=numbers.odds(made),
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
            low = words.share(max(float(row["total_05"]), 0))
            span = say("{low} to {high}", low=low, high=_capped(row["total_95"]))
            data = say("data") if told.has_data else say("no data")
            cells = (words.capital(words.plain(told.title)), _capped(row["total"]), span)
            rows.append((*cells, _capped(max(float(row["first"]), 0)), data))
        heads = (
            say("What varies"), say("Total effect"), say("90\u00a0% interval"), say("First order"),
            say("Rests on"),
        )  # fmt: skip
        title = say("{one} or {other}", one=names[one.first_arm], other=names[one.second_arm])
        intro, taken = wording.decided(one), numbers.effects(one)
        found.append(Table(title, intro, heads, tuple(rows), numbers=taken))
    return tuple(found)


def _capped(value: object) -> str:
    return words.share(min(float(value), 1.0)) if isinstance(value, float | int) else words.MISSING


def everyone(lab: Lab, found: Mapping[str, Comparison]) -> Table:
    """Show the arms in every country: median change of score, and which gains most."""
    first = next(iter(found.values()))
    names = [wording.arm_name(one) for one in first.arms]
    rows = []
    for code, made in found.items():
        best = max(made.arms, key=lambda one: one.last.score.median)
        cells = [amounts.change(one.last.score) for one in made.arms]
        known = say("figure") if made.adoption_known.kind == "figure" else say("inferred")
        rows.append((words.plain(lab.name(code)), *cells, wording.arm_name(best), known))
    return Table(
        say("Every country, by year {n}", n=first.asked.years),
        say(
            "Change of score by {money} in each country while all others go without; the last "
            "column says whether firm adoption is a figure or inferred.",
            money=amounts.money(first.asked.budget),
        ),
        (say("Country"), *names, say("Adds most"), say("Adoption")),
        tuple(rows[:20]),
        tuple(rows[20:]),
        numbers=numbers.everyone(lab, found),
    )


def fields(lab: Lab, found: Quadrants) -> Table:
    """List every country with its field and how surely it stands there."""
    rows = []
    table = found.table.sort_values("across", ascending=False)
    for code, row in table.iterrows():
        field = str(row["field"])
        cells = (words.fixed(row["across"], 1), words.fixed(row["up"], 1), found.names[field])
        rows.append((words.plain(lab.name(str(code))), *cells, words.share(row[f"p_{field}"])))
    return Table(
        say("Every country and its field"),
        say(
            "P is the share of {n} draws of both methods in which it stands there.",
            n=words.whole(found.draws),
        ),
        (say("Country"), found.across, found.up, say("Field"), say("P")),
        tuple(rows[:20]),
        tuple(rows[20:]),
        text=(3,),
        numbers=numbers.fields(lab, table, "fields"),
    )


def correlations(lab: Lab, found: Quadrants) -> Table:
    """Show the rank correlation of two indices: plain, net of income, without what they share."""
    held = (
        (say("As published"), found.plain),
        (say("At equal income"), found.net_of_income),
        (say("Without the indicators that both have"), found.without_shared),
        (say("Without them, at equal income"), found.without_shared_net),
    )
    rows = [
        (name, words.fixed(one.size, 2), _ends(one.interval), str(one.count)) for name, one in held
    ]
    labels = [words.plain(lab.index.content.indicators[c].label) for c in found.shared]
    return Table(
        say("Do sovereignty and resilience go together?"),
        say(
            "{income} In both indices stand: {listed}.",
            income=words.plain(lab.policies.quadrants.income.text),
            listed=words.listing(labels),
        ),
        (say("Rank correlation"), say("As built"), say("90\u00a0% interval"), say("Countries")),
        tuple(rows),
        numbers=numbers.correlations(found, [name for name, _ in held]),
    )


def _ends(interval: Interval) -> str:
    low, high = words.fixed(interval.low, 2), words.fixed(interval.high, 2)
    return say("{low} to {high}", low=low, high=high)
