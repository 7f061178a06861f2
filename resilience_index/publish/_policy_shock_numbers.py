"""Numbers behind the tables of shocks, unrounded, to be taken along.

Losses are shares of AI use before the shock, means over the months that are looked at; months until
90 % of use is back are empty where they are more than that, and `recovers` is the share of draws in
which they are not. Percentiles are those of `_policy_numbers`.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from resilience_index.content.speech import say
from resilience_index.policy import Interval, Lab, Range, Stress
from resilience_index.publish import words
from resilience_index.publish._policy_numbers import Cell, Record, ends, of_records, of_row
from resilience_index.publish._views import Numbers

TODAY = "today"
"""What stands for no shock among the names of shocks."""


def shocks(lab: Lab, struck: Mapping[str, Mapping[Any, Mapping[Any, Any]]], code: str) -> Numbers:
    """Return every shock of one country: losses, recovery, its place among `countries`."""
    months = lab.policies.shocks.about.months
    found: list[Record] = []
    for name, table in struck.items():
        row = table[code]
        found.append(
            {
                "shock": name,
                "title": words.plain(lab.policies.shock(name).title),
                **ends("direct_loss", of_row(row, "direct_loss")),
                **ends("loss_per_adopter", of_row(row, "loss_per_adopter")),
                **ends("loss_per_economy", of_row(row, "loss_per_economy")),
                **ends("months_to_90", of_row(row, "months_to_90")),
                "recovers": float(row["recovers"]),
                "months_looked_at": months,
                **_rank(row, "rank_resilience"),
                "countries": sum(not pd.isna(o["rank_resilience"]) for o in table.values()),
                "shares_are": str(row["shares_are"]),
            }
        )
    return of_records("shocks", found)


def _rank(row: Mapping[Any, Any], name: str) -> dict[str, Cell]:
    return {f"{name}{end}": float(row[f"{name}{end}"]) for end in ("", "_05", "_95")}


def clouds(lab: Lab, struck: Mapping[str, Stress], made: Mapping[str, Any], code: str) -> Numbers:
    """Return a country's cloud indicators, score and rank today and under shocks of clouds.

    `made` has what each shock leaves, as `_policy_shock_tables.Left`.
    """
    index, place = lab.index, lab.codes.index(code)
    names = list(dict.fromkeys(c for one in made.values() for c in one.figures))
    figures = {c: float(index.observed[c].iloc[place]) for c in names}
    score, rank = (lab.value(t, code, index.root) for t in (index.scores, index.ranks))
    found = [_left(TODAY, say("Today"), figures, score, rank, lab.range_of(code))]
    for name, what in made.items():
        one = struck[name]
        at = one.codes.index(code)
        title = words.plain(lab.policies.shock(name).title)
        if pd.isna(one.score[at]):
            found.append({"shock": name, "title": title})
            continue
        figures = {c: float(what.figures[c][place]) for c in names}
        after = float(one.score[at]), float(one.rank[at])
        found.append(_left(name, title, figures, *after, what.ranges[code]))
    return of_records("clouds", found)


def _left(
    shock: str, title: str, figures: Mapping[str, float], score: float, rank: float, lies: Range
) -> dict[str, Cell]:
    made: dict[str, Cell] = {"shock": shock, "title": title, **figures}
    return made | {"score": score, "rank": rank} | ends("rank", lies)


def ways_back(
    made: Stress, place: int, titled: Mapping[str, tuple[str, Any]], months: str
) -> Numbers:
    """Return the numbers of one shock: shares of use, and months until 90 % is back.

    Parameters
    ----------
    made
        A stress test.
    place
        Of the country among its codes.
    titled
        Titles of steps, and their draws by countries, by name.
    months
        Title of the last row.
    """
    found: list[Record] = [
        {"step": step, "title": title, "unit": "share", **ends("value", Interval.of(v[:, place]))}
        for step, (title, v) in titled.items()
    ]
    back = ends("value", Interval.of(made.course.recovered[:, place]))
    return of_records(
        "ways-back", [*found, {"step": "months_to_90", "title": months, "unit": "months", **back}]
    )


def league(lab: Lab, known: pd.DataFrame, *, clouds: bool) -> Numbers:
    """Return all countries by what they keep under one shock, in the order of the page."""
    found: list[Record] = []
    for code, row in known.iterrows():
        made: dict[str, Cell] = {
            "code": str(code),
            "name": words.plain(lab.name(str(code))),
            **_rank(dict(row), "rank_resilience"),
            **ends("loss_per_adopter", of_row(dict(row), "loss_per_adopter")),
            **_rank(dict(row), "rank_resilience_economy"),
            **ends("loss_per_economy", of_row(dict(row), "loss_per_economy")),
        }
        if clouds:
            made |= {"score_after": float(row["score_after"]), "cloud_is": str(row["cloud_is"])}
        found.append(made)
    return of_records("league", found)
