"""Whom a country can be compared with: its groups, those most like it, those of its income."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

import numpy as np
import pandas as pd

from resilience_index.content.speech import plus, say, say_many
from resilience_index.errors import DataError
from resilience_index.index import Index
from resilience_index.publish import _company_charts, _findings, words
from resilience_index.publish._board import Board, cells, stated
from resilience_index.publish._groups import kinds
from resilience_index.publish._held import bounds
from resilience_index.publish._intervals import intervals
from resilience_index.publish._views import Figure, Numbers, hue
from resilience_index.robustness import income
from resilience_index.robustness.similar import similar
from resilience_index.robustness.uncertainty import Uncertainty, within

ALIKE = 5
"""Countries that a report names as most like its own."""

_LEVEL = 0.9
_MOST_GROUPS = 8  # rows of the table of groups
_MOST_HUES = 8
_MONEY = (100.0, 1e3, 1e4, 1e5)
_IN_GROUP = 2  # a group of one is no company

Ends = tuple[int, int]
"""Both ends of an interval of ranks."""

_AMONG = (
    *("group", "name", "rank", "rank_05", "rank_95", "of", "score_median"),
    *("highest", "highest_name", "highest_score"),
)


@dataclass(frozen=True)
class Company:
    """What all countries' comparisons are made from, worked out once."""

    line: income.Line | None
    profile: pd.DataFrame  # scores that rest on a figure, countries by indicators
    weights: pd.Series
    income: str  # what the line is drawn over, in words
    ranges: Mapping[str, Ends] = field(default_factory=dict)  # interval of each country's rank
    among: Mapping[tuple[str, ...], Mapping[str, Ends]] = field(default_factory=dict)
    """Intervals of the ranks among members of a group, by these members."""


@dataclass(frozen=True, slots=True)
class Among:
    """One of a country’s groups: name, rank there, its interval, of how many; who is highest."""

    name: str
    rank: str
    span: str
    of: str
    median: str
    highest: str
    numbers: tuple[str | float | None, ...]  # as _AMONG names them


@dataclass(frozen=True, slots=True)
class Compared:
    """All that a report says of whom its country can be compared with."""

    heading: str
    intro: str
    figures: tuple[Figure, ...]
    groups: tuple[Among, ...]
    alike: tuple[str, ...]
    numbers: Numbers


def company(
    board: Board, known: Uncertainty | None = None, codes: Sequence[str] | None = None
) -> Company:
    """Work out what the comparisons of some countries need, of all if none are named.

    With `known`, ranks within groups have intervals from the same draws as those of all.
    """
    index = board.index
    leaves = list(index.framework.tree.leaves(board.root))
    there = pd.DataFrame(
        {c: [stated(board.mark(code, c)) for code in board.codes] for c in leaves},
        index=list(board.codes),
    )
    profile = index.normalised.loc[list(board.codes), leaves].where(there)
    by = index.framework.audit.income
    label = "" if by is None else words.plain(index.content.indicators[by].label)
    made = Company(line_of(index), profile, index.nominal, label)
    if known is None:
        return made
    held = {c: (one.low, one.high) for c, one in intervals(known).items()}
    groups = _groups_of(board, made, board.codes if codes is None else codes)
    ranked = {m: [c for c in m if c in held] for m in groups}
    drawn = within(index, {"/".join(m): r for m, r in ranked.items()},
                   draws=known.draws, seed=known.seed)  # fmt: skip
    found = {m: _ends(drawn["/".join(m)]) for m in groups}
    return replace(made, ranges=held, among=found)


def _ends(ends: pd.DataFrame) -> dict[str, Ends]:
    return {
        str(c): (int(low), int(high))
        for c, low, high in ends[["rank_05", "rank_95"]].itertuples(name=None)
    }


def _groups_of(board: Board, known: Company, codes: Sequence[str]) -> list[tuple[str, ...]]:
    """List the members of every group that one of some countries is ranked in."""
    wanted = set(codes)
    found = [
        group.members
        for kind in kinds(board)
        for group in kind.groups
        if wanted.intersection(group.members) and len(group.members) >= _IN_GROUP
    ]
    alikes = [(c, *alike(known, c)) for c in codes]
    return list(dict.fromkeys([*found, *(m for m in alikes if len(m) >= _IN_GROUP)]))


def line_of(index: Index) -> income.Line | None:
    """Draw the line of scores over income; none where the framework names no income, or too few."""
    by = index.framework.audit.income
    if by is None or index.framework.panel is not None:
        return None
    figures = income.logged(income.context(index, [by])[by])
    try:
        return income.adjusted(index.scores[index.root], figures, level=_LEVEL)
    except DataError:
        return None


def alike(known: Company, code: str, count: int = ALIKE) -> dict[str, float]:
    """Return the countries most like one, nearest first, each with its distance in points."""
    found = similar(known.profile, known.weights, code)["distance"].iloc[:count]
    return {str(c): float(d) for c, d in found.items()}


def compared(board: Board, code: str, known: Company) -> Compared | None:
    """Say whom a country can be compared with; nothing where there is nobody."""
    near = alike(known, code)
    figures = [
        f
        for f in (beside_income(board, code, known), most_alike(board, code, near, known.ranges))
        if f is not None
    ]
    groups = among(board, code, near, known)
    if not figures and not groups:
        return None
    name = board.called(code)
    return Compared(
        heading=say("Whom to compare {name} with", name=name),
        intro=say(
            "Distance between two profiles is the weighted root mean square difference of their "
            "indicators’ scores, in points, over the indicators that both have."
        ),
        figures=tuple(figures),
        groups=groups,
        alike=tuple(near),
        numbers=Numbers("groups", _AMONG, tuple(group.numbers for group in groups)),
    )


def most_alike(
    board: Board, code: str, near: dict[str, float], ranges: Mapping[str, Ends]
) -> Figure | None:
    """Draw the pillars of those whose profile is nearest, with the distance of each."""
    tree = board.index.framework.tree
    if not near or not 1 <= len(tree.pillars) <= _MOST_HUES:
        return None
    order = tree.children[tree.root]
    colours = [hue(order.index(p)) for p in tree.pillars]
    rows = [
        _company_charts.Profile(
            name=board.names[c],
            scores=tuple(board.score(c, p) for p in tree.pillars),
            written="" if c == code else words.fixed(near[c], 1),
        )
        for c in (code, *near)
    ]
    titles = [words.plain(board.title(p)) for p in tree.pillars]
    name, first = board.called(code), board.called(next(iter(near)))
    told = words.semicolons(
        say("{name}, distance {distance}", name=r.name, distance=r.written) for r in rows[1:]
    )
    return Figure(
        finding=say("Most like {name} is {other}", name=name, other=first),
        plots=say_many(
            len(near),
            "Pillar scores of {name} and of the {n} with the nearest profiles; at the right the "
            "distance, in points.",
            "Pillar scores of {name} and of the {n} with the nearest profiles; at the right the "
            "distance, in points.",
            n=words.count(len(near)),
            name=name,
        ),
        foot="",
        chart=_company_charts.profiles(
            rows, list(zip(titles, colours, strict=True)), board.scale,
            title=say("Nearest profiles to {name}: {names}", name=name, names=told),
        ),
        narrow=None,
        columns=(
            *(words.capital(board.nouns[0]), say("Distance"), *_ranked(ranges), say("Score")),
            *titles,
        ),
        rows=tuple(_alike_row(board, c, near.get(c), ranges) for c in (code, *near)),
        numbers=Numbers(
            "alike",
            ("code", "name", "distance", "rank", "rank_05", "rank_95", "score", *tree.pillars),
            tuple(_alike_numbers(board, c, near.get(c), ranges) for c in (code, *near)),
        ),
    )  # fmt: skip


def _ranked(ranges: Mapping[str, Ends]) -> tuple[str, ...]:
    return (say("Rank"), say("90\u00a0% interval")) if ranges else (say("Rank"),)


def _alike_numbers(
    board: Board, code: str, distance: float | None, ranges: Mapping[str, Ends]
) -> tuple[str | float | None, ...]:
    """Give the numbers behind a row of the nearest profiles; who is asked about has no distance."""
    own = (code, board.names[code], distance, board.rank(code, board.root))
    scores = (board.score(code, node) for node in (board.root, *board.index.framework.tree.pillars))
    return (*own, *ranges.get(code, (None, None)), *scores)


def _alike_row(
    board: Board, code: str, distance: float | None, ranges: Mapping[str, Ends]
) -> tuple[str, ...]:
    pillars = board.index.framework.tree.pillars
    return (
        board.names[code],
        words.fixed(distance, 1),
        words.rank_number(board.rank(code, board.root)),
        *([bounds(*ranges[code]) if code in ranges else words.MISSING] if ranges else []),
        board.written(code, board.root),
        *(board.written(code, p) for p in pillars),
    )


def beside_income(board: Board, code: str, known: Company) -> Figure | None:
    """Draw scores over income per head, and how far a country lies from what that lets expect."""
    line = known.line
    if line is None or code not in line.table.index:
        return None
    table, name = line.table, words.capital(board.called(code))
    own = cells(table, code)
    place = int((table["beyond"] > own["beyond"]).sum()) + 1
    rows = _expected_rows(board, known, own, place)
    return Figure(
        finding=_beyond(board, name, own["beyond"]),
        plots=say(
            "Score over {what}, log scale. Line: score to be expected; grey: where nine of ten "
            "{places} lie.",
            what=known.income,
            places=board.nouns[1],
        ),
        foot=_explained(known, line, name, own, place),
        chart=_company_charts.over_income(
            table, code, board.names[code], [(math.log(v), words.number(v)) for v in _MONEY],
            board.scale,
            title=say(
                "{name} over {what}: {figures}", name=name, what=known.income,
                figures=words.semicolons(f"{a} {b}" for a, b in rows),
            ),
        ),
        narrow=None,
        columns=(say("Measure"), say("Value")),
        rows=rows,
        numbers=_line_numbers(board, line),
    )  # fmt: skip


_LINE = ("score", "expected", "lower", "upper", "beyond")


def _line_numbers(board: Board, line: income.Line) -> Numbers:
    """Give income and score of every country, what income lets expect, and the difference."""
    table = line.table
    rows = [
        (str(code), board.names[str(code)], float(f"{math.exp(x):.12g}"), *scores)
        for code, x, *scores in table[["x", *_LINE]].itertuples(name=None)
    ]
    return Numbers("income", ("code", "name", "income", *_LINE), tuple(rows))


def _signed(board: Board, value: float) -> str:
    text = board.scale.written(value)
    return text if value < 0 else f"{plus()}{text}"


def _expected_rows(
    board: Board, known: Company, own: Mapping[str, float], place: int
) -> tuple[tuple[str, str], ...]:
    """Tabulate score, what income lets expect, and the difference."""
    line, written = known.line, board.scale.written
    assert line is not None
    places, range_ = board.nouns[1], words.span(written(own["lower"]), written(own["upper"]))
    rank = say("{rank} of {of}", rank=place, of=words.fixed(line.count, 0))
    return (
        (say("Score"), written(own["score"])),
        (say("Expected at its {what}", what=known.income), written(own["expected"])),
        (say("Nine of ten {places} of it lie between", places=places), range_),
        (say("Score less expected"), _signed(board, own["beyond"])),
        (say("Rank by that"), rank),
        (say("Share of the scores’ variance explained"), words.share(line.explained)),
    )


def _explained(
    known: Company, line: income.Line, name: str, own: Mapping[str, float], place: int
) -> str:
    """Say whether a country lies where nine of ten do, and how much income explains."""
    told = {
        "name": name,
        "rank": words.ordinal(place),
        "of": words.fixed(line.count, 0),
        "what": words.capital(known.income),
        "share": words.share(line.explained),
    }
    if own["lower"] <= own["score"] <= own["upper"]:
        return say(
            "{name} lies inside the grey, {rank} of {of} by its distance above the line. {what} "
            "explains {share} of the variance of scores.",
            **told,
        )
    return say(
        "{name} lies outside the grey, {rank} of {of} by its distance above the line. {what} "
        "explains {share} of the variance of scores.",
        **told,
    )


def _beyond(board: Board, name: str, beyond: float) -> str:
    gap = board.scale.written(abs(beyond))
    if gap == board.scale.written(0.0):
        return say("{name} scores what its income lets expect", name=name)
    if beyond > 0:
        return say(
            "{name} scores {gap}\u00a0points more than its income lets expect", name=name, gap=gap
        )
    return say(
        "{name} scores {gap}\u00a0points less than its income lets expect", name=name, gap=gap
    )


def among(board: Board, code: str, near: dict[str, float], known: Company) -> tuple[Among, ...]:
    """Rank a country in each of its groups, the most like it last."""
    found = [
        _among(board, code, (group.key, group.name), group.members, known)
        for kind in kinds(board)
        for group in kind.groups
        if code in group.members and len(group.members) >= _IN_GROUP
    ][:_MOST_GROUPS]
    if near:
        found.append(
            _among(board, code, ("alike", say("Most similar profiles")), (code, *near), known)
        )
    return tuple(found)


def _among(
    board: Board, code: str, group: tuple[str, str], members: tuple[str, ...], known: Company
) -> Among:
    """Rank a country in one group, which is given by key and name."""
    name = group[1]
    root = board.root
    rank, of = _findings.rank_among(board, code, [c for c in members if c != code])
    scores = {c: board.score(c, root) for c in members}
    scores = {c: s for c, s in scores.items() if not np.isnan(s)}
    if not scores:
        unknown = (*group, *(None for _ in _AMONG[len(group) :]))
        return Among(name, words.MISSING, "", *(3 * (words.MISSING,)), unknown)
    first = min(scores, key=lambda c: (-scores[c], board.row[c]))
    ends, middle = known.among.get(members, {}).get(code), median(scores.values())
    highest = (first, board.names[first], scores[first])
    return Among(
        name=name,
        rank=words.rank_number(rank),
        span="" if ends is None else bounds(*ends),
        of=words.fixed(of, 0),
        median=board.scale.written(middle),
        highest=f"{board.names[first]} {board.scale.written(scores[first])}",
        numbers=(*group, rank, *(ends or (None, None)), of, middle, *highest),
    )
