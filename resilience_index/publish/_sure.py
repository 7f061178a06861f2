"""The part of a report that says how sure the rank is: how often each rank, and what moves it."""

import re
from dataclasses import dataclass

import numpy as np

from resilience_index.content.speech import noted, say, say_many
from resilience_index.publish import _held, _rank_charts, words
from resilience_index.publish._audit_words import choice
from resilience_index.publish._board import Board
from resilience_index.publish._findings import Point
from resilience_index.publish._held import Held
from resilience_index.publish._level import level
from resilience_index.publish._rank_charts import Share
from resilience_index.publish._retold import powers, retold
from resilience_index.publish._views import Figure, Numbers
from resilience_index.robustness._prepare import BY_METHOD, SLOW
from resilience_index.robustness.sensitivity import Sensitivity
from resilience_index.robustness.uncertainty import Uncertainty

_SEEN = 0.005  # ranks in a smaller share of versions are not drawn at the ends
_LONGEST = 12  # choices that are drawn; the others move a rank less
_SPOKEN = {
    "leave_out": noted("leaving out an indicator"),
    "imputation": noted("filling of gaps"),
    "treatment": noted("treatment of extremes"),
    "year_window": noted("age of figures"),
    "measurement_error": noted("errors of measurement"),
    "weights": noted("weights"),
    "normalisation": noted("normalisation"),
}
_SLOWLY = SLOW.removeprefix("{node}").removesuffix("{why}")
_SENTENCE = re.compile(r".*?(?:[.।](?= )|。)")


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure the rank is: words, figures, and what the interval covers."""

    intro: str
    level: tuple[Point, ...]  # its group, and the chance of being ahead of its neighbours
    figures: tuple[Figure, ...]
    covers: str
    covered: tuple[Point, ...]
    short: tuple[Point, ...]  # the same, of each reason the first sentence
    open: str


def sure(board: Board, known: Held | None, moved: Sensitivity | None) -> Sure | None:
    """Say how sure the rank of a country is; nothing if that was not worked out."""
    if known is None:
        return None
    found = known.found
    figures = [frequency(board, known)]
    figures += [f for f in (movers(board, known.code, moved),) if f is not None]
    reasons = covered(found)
    left = [n for n in found.notes if n not in {i.reason for i in found.inputs}]
    return Sure(
        intro=_intro(found.draws, board.called(known.code), known.own.tier),
        level=level(board, known),
        figures=tuple(figures),
        covers=say("What the interval covers"),
        covered=reasons,
        short=tuple(Point(p.name, _opening(p.text)) for p in reasons),
        open=" ".join(words.stop(words.capital(words.plain(_noted(n)))) for n in left),
    )


def _intro(draws: int, name: str, tier: int) -> str:
    """Say what was done to find out, and in which group of the ranking a country stands."""
    told = (
        say("An index is a set of choices."),
        say_many(
            draws,
            "This one was computed {n} times, all of the choices below drawn anew each time, to "
            "count where {name} ends up.",
            "This one was computed {n} times, all of the choices below drawn anew each time, to "
            "count where {name} ends up.",
            n=words.fixed(draws, 0),
            name=name,
        ),
        say(
            "It stands in group {group} of the ranking; a new group starts at the first that the "
            "head of a group leads in 95\u00a0% of versions.",
            group=tier,
        ),
    )
    return " ".join(told)


def covered(found: Uncertainty) -> tuple[Point, ...]:
    """List the choices that the interval takes in, each with its reason."""
    return tuple(
        Point(words.capital(spoken(i.name)), words.stop(words.plain(say(i.reason))))
        for i in found.inputs
    )


def _noted(note: str) -> str:
    """Say what draws do not cover, or do slowly, as the uncertainty of the index notes it."""
    node, slowly, why = note.partition(_SLOWLY)
    if not slowly:
        return say(note)
    return say(SLOW, node=node, why=retold(why, BY_METHOD) or why)


def _opening(text: str) -> str:
    first = _SENTENCE.match(text)
    return first.group() if first else text


def spoken(name: str) -> str:
    """Say the name of a choice as a noun.

    Examples
    --------
    >>> spoken("leave_out"), spoken("weights"), spoken("power.across_pillars")
    ('leaving out an indicator', 'weights', 'mean (across pillars)')
    """
    kind, _, inside = name.partition(".")
    if kind == "power":
        return words.plain(say("mean ({where})", where=powers(inside)))
    return say(_SPOKEN[name]) if name in _SPOKEN else choice(name)


def frequency(board: Board, known: Held) -> Figure:
    """Draw how often each rank occurs."""
    code, own = known.code, known.own
    name, rank = board.called(code), board.rank(code, board.root)
    shares = _held.shares(known)
    seen = np.flatnonzero(shares >= _SEEN) + 1
    published = round(rank)
    first = min(int(seen.min(initial=own.low)), own.low, published)
    last = max(int(seen.max(initial=own.high)), own.high, published)
    drawn = shares[first - 1 : last].tolist()
    rows = tuple((str(r), words.share(s)) for r, s in enumerate(drawn, start=first))
    inside = float(shares[own.low - 1 : own.high].sum())
    told = words.semicolons(f"{r} {s}" for r, s in rows)
    without = float(known.found.table["unscored"][code])
    foot = say("{share} of versions lie inside the interval.", share=words.share(inside))
    if without > 0:
        left = words.share(without)
        foot += " " + say(
            "In {share} of all versions {name} has no score; these are left out.",
            share=left,
            name=name,
        )
    return Figure(
        finding=_most(name, rank, known),
        plots=say(
            "Share of versions in which {name} takes each rank, per cent. Amber: 90\u00a0% "
            "interval, {interval}. Underlined: published rank.",
            name=name,
            interval=_held.bounds(own.low, own.high),
        ),
        foot=foot,
        chart=_rank_charts.columns(
            drawn,
            first,
            (own.low, own.high),
            published,
            title=say("Ranks of {name}: {figures}", name=name, figures=told),
        ),
        narrow=None,
        columns=(say("Rank"), say("Share of versions")),
        rows=rows,
        numbers=Numbers("ranks", ("rank", "share"), tuple(enumerate(drawn, start=first))),
    )


def _most(name: str, rank: float, known: Held) -> str:
    """Say where most versions place a country: higher, lower, or about the published rank."""
    place = words.ordinal(rank)
    higher, lower = known.own.higher, known.lower
    told = {"name": name, "rank": place}
    if higher > _held.MOST_SHARE:
        share = words.share(higher)
        return say("{share} of versions place {name} higher than {rank}", share=share, **told)
    if lower > _held.MOST_SHARE:
        share = words.share(lower)
        return say("{share} of versions place {name} lower than {rank}", share=share, **told)
    middle = float(known.found.table["rank_median"][known.code])
    if middle == rank:
        return say("The published rank, {rank}, is the middle of all versions", rank=place)
    return say(
        "The middle of all versions is {middle}; published is {rank}",
        middle=words.ordinal(middle),
        rank=place,
    )


def movers(board: Board, code: str, moved: Sensitivity | None) -> Figure | None:
    """Draw which choice moves a rank how much; nothing if the rank does not vary."""
    if moved is None:
        return None
    table = moved.of(code).dropna()
    if table.empty:
        return None
    names = [spoken(str(i)) for i in table.index]
    clipped = table.clip(lower=0.0, upper=1.0)
    parts = clipped[["first", "total", "total_low", "total_high"]].to_numpy(float).tolist()
    shares = [Share(words.capital(n), *p) for n, p in zip(names, parts, strict=True)][:_LONGEST]
    choices = tuple((str(i), *p) for i, p in zip(table.index, parts, strict=True))
    rows = tuple(
        (s.name, words.share(s.first), words.share(s.total), _range(s.low, s.high)) for s in shares
    )
    told = words.semicolons(
        say("{choice} alone {alone}, in all {total}", choice=n, alone=first, total=total)
        for n, first, total, _ in rows
    )
    level = words.share(moved.level)
    name = board.called(code)
    return Figure(
        finding=say(
            "What moves {name} most is {choice}, {share}",
            name=name,
            choice=names[0],
            share=rows[0][2],
        ),
        plots=say(
            "Share of the variance of its rank from a choice alone (filled) and with others "
            "(outline), per cent. Amber: {level} interval of the outline.",
            level=level,
        ),
        foot="",
        chart=_rank_charts.sobol(
            shares, title=say("What moves the rank of {name}: {figures}", name=name, figures=told)
        ),
        narrow=None,
        columns=(
            *(say("Choice"), say("Alone"), say("In all")),
            say("{level} interval", level=level),
        ),
        rows=rows,
        numbers=Numbers(
            "choices", ("choice", "alone", "in_all", "in_all_low", "in_all_high"), choices
        ),
    )


def _range(low: float, high: float) -> str:
    return words.span(words.fixed(100 * low, 0), words.percent(100 * high))
