"""Tables of shocks: what a country loses, what comes back and how, its clouds, the leagues."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content.speech import noted, say
from resilience_index.policy import Interval, Lab, Range, Stress
from resilience_index.policy.stress import cloud_figures, ranges_after
from resilience_index.publish import _policy_amounts as amounts
from resilience_index.publish import _policy_shock_numbers as numbers
from resilience_index.publish import words
from resilience_index.publish._policy_tables import Table
from resilience_index.publish._waterfall import NAMES

Array = NDArray[np.float64]

UNKNOWN = noted("unknown")
_MARK = "*"  # behind a country whose shares of cloud are modelled

PLACES = noted(
    "A place goes by the median loss; in brackets the places in 90\u00a0% of single draws. They "
    "may lie elsewhere, since shares that are modelled are drawn for each country by itself."
)

LEAGUES = noted(
    "The tables rank countries by the mean loss of AI use over the months after a shock: of those "
    "who use AI, and of the whole economy."
)

_SHARES = (
    noted("counted"), noted("modelled"), noted("clouds counted, models modelled"),
    noted("clouds modelled, models modelled"),
)  # fmt: skip
"""How the shares of a country are known, as they are said."""


Rows = Mapping[Any, Mapping[Any, Any]]
"""The table of one shock, as rows by country."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a shock of clouds leaves: the cloud indicators, and the intervals of ranks."""

    figures: Mapping[str, Array]
    ranges: Mapping[str, Range]


def left(lab: Lab, struck: Iterable[str]) -> dict[str, Left]:
    """Work out what each of some shocks leaves of the clouds; those of models take none away."""
    taken = {n: s for n in struck if (s := lab.policies.shock(n)).figures is not None}
    return {n: Left(cloud_figures(lab, s), ranges_after(lab, n)) for n, s in taken.items()}


def shocks(lab: Lab, struck: Mapping[str, Rows], code: str) -> Table:
    """Set every shock side by side for one country; `struck` has the rows of each."""
    rows: list[tuple[str, ...]] = []
    months = lab.policies.shocks.about.months
    for name, table in struck.items():
        row = table[code]
        title = words.plain(lab.policies.shock(name).title)
        if pd.isna(row["loss_per_adopter"]):
            rows.append((title, *[say(UNKNOWN)] * 6))
            continue
        of = sum(not pd.isna(one["rank_resilience"]) for one in table.values())
        rows.append(
            (
                title,
                words.share(row["direct_loss"]),
                amounts.amount(_interval(row, "loss_per_adopter"), "share"),
                amounts.amount(_interval(row, "loss_per_economy"), "share"),
                amounts.amount(_interval(row, "months_to_90"), beyond=_beyond(months)),
                say("{place} of {of}", place=_ranged(row, "rank_resilience"), of=of),
                say(str(row["shares_are"])),
            )
        )
    told = say(
        "Lost at once; mean loss over {n} months, per adopter and of the whole economy (a country "
        "that adopts nothing loses nothing); months until 90\u00a0% of use is back; place in the "
        "league of resilience per adopter; whether shares are counted or modelled.",
        n=months,
    )
    heads = (
        say("What falls away"), say("At once"), say("Per adopter"), say("Economy"),
        say("Months to 90\u00a0%"), say("League"), say("Shares"),
    )  # fmt: skip
    return Table(
        say("Every shock of the file"),
        f"{told} {say(PLACES)}",
        heads,
        tuple(rows),
        numbers=numbers.shocks(lab, struck, code),
    )


def _ranged(row: Mapping[Any, Any], name: str) -> str:
    """Spell a rank in a league with its interval."""
    ends = Range(*(float(row[f"{name}{end}"]) for end in ("_05", "_95")))
    return _place(row[name], ends)


def _interval(row: Mapping[Any, Any], name: str) -> Interval:
    return Interval(*(float(row[f"{name}{end}"]) for end in ("_05", "", "_95")))


def _beyond(months: int) -> str:
    return say("over {n}", n=months)


def clouds(lab: Lab, struck: Mapping[str, Stress], made: Mapping[str, Left], code: str) -> Table:
    """Show a country's cloud indicators, score and rank today and under each shock of clouds."""
    index, place = lab.index, lab.codes.index(code)
    names = list(dict.fromkeys(c for one in made.values() for c in one.figures))
    if not names:
        return Table("", "", (), ())
    today = [words.number(float(index.observed[c].iloc[place])) for c in names]
    score, rank = (lab.value(t, code, index.root) for t in (index.scores, index.ranks))
    rows = [(say("Today"), *today, words.fixed(score, 1), _place(rank, lab.range_of(code)))]
    for name, what in made.items():
        one = struck[name]
        at = one.codes.index(code)
        title = words.plain(lab.policies.shock(name).title)
        if pd.isna(one.score[at]):
            rows.append((title, *[say(UNKNOWN)] * (len(names) + 2)))
            continue
        figures = [words.number(float(what.figures[c][place])) for c in names]
        after = _place(one.rank[at], what.ranges[code])
        rows.append((title, *figures, words.fixed(one.score[at], 1), after))
    told = [index.content.indicators[c] for c in names]
    heads = [
        say("{label} ({unit})", label=words.plain(one.label), unit=words.plain(one.unit))
        for one in told
    ]
    return Table(
        say("What is left of the cloud"),
        say(
            "The indicators of cloud reach and choice, and what the index would be, with the "
            "regions that are left; goalposts and all else as they are. Beside each rank its "
            "interval as the method varies (90\u00a0% of draws), with the regions that are left "
            "from an index built anew."
        ),
        (say("What falls away"), *heads, say("Score"), say("Rank")),
        tuple(rows),
        numbers=numbers.clouds(lab, struck, made, code),
    )


def _place(rank: float, ends: Range) -> str:
    """Spell a rank of the index with its interval."""
    return say("{rank} ({ends})", rank=words.ordinal(rank), ends=amounts.ranks(ends))


def ways_back(made: Stress, place: int) -> Table:
    """Show the numbers of one shock: lost, brought back, still missing; nothing if unknown."""
    course = made.course
    if np.isnan(course.direct[:, place]).any():
        return Table("", "", (), ())
    parts = {
        "lost": (say("Lost at once"), course.direct),
        **{way: (say(name), course.by[way]) for way, name in NAMES.items()},
        "missing": (say("Still missing in month {n}", n=made.months), 1 - course.left),
        "lowest": (say("Use at its lowest"), 1 - course.direct),
    }
    rows = [
        (name, amounts.amount(Interval.of(values[:, place]), "share"))
        for name, values in parts.values()
    ]
    months = Interval.of(course.recovered[:, place])
    back = amounts.amount(months, beyond=_beyond(made.months))
    until = say("Months until 90\u00a0% is back")
    rows.append((until, back))
    return Table(
        say("The numbers of loss and recovery"),
        say(
            "Shares of AI use before the shock, without any programme: medians, and 90\u00a0% of "
            "draws; medians of steps need not add up. No data fix the speeds of recovery by "
            "country: they are priors."
        ),
        (say("Step"), say("Share of use")),
        tuple(rows),
        numbers=numbers.ways_back(made, place, parts, until),
    )


def league(lab: Lab, table: pd.DataFrame, shock: str) -> Table:
    """Rank all countries by what they keep under one shock.

    Where clouds fall away, the score with those that are left stands beside it, and a mark says
    whose shares of cloud are modelled.
    """
    known = table[table["loss_per_adopter"].notna()].sort_values(
        ["rank_resilience", "loss_per_economy"], kind="stable"
    )
    records: Sequence[Mapping[Any, Any]] = known.to_dict("records")
    what = lab.policies.shock(shock)
    clouds = what.layer != "models"
    rows = [
        (
            words.plain(lab.name(str(code)))
            + (_MARK if clouds and row["cloud_is"] == "modelled" else ""),
            _ranged(row, "rank_resilience"),
            words.share(row["loss_per_adopter"]),
            _ranged(row, "rank_resilience_economy"),
            words.share(row["loss_per_economy"]),
            *((words.fixed(row["score_after"], 1),) if clouds else ()),
        )
        for code, row in zip(known.index, records, strict=True)
    ]
    told, heads = words.plain(what.text), [
        say("Country"), say("Place per adopter"), say("Loss"), say("Place of the economy"),
        say("Loss"),
    ]  # fmt: skip
    if clouds:
        heads.append(say("Score after"))
        after = say(
            "The last column is the score of the index with the clouds that are left. {mark} No "
            "region is hosted, so the country's shares of cloud are modelled.",
            mark=_MARK,
        )
        told = f"{told} {after}"
    return Table(
        words.plain(what.title),
        told,
        tuple(heads),
        tuple(rows[:20]),
        tuple(rows[20:]),
        numbers=numbers.league(lab, known, clouds=clouds),
    )
