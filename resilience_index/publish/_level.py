"""With whom a country stands level: its group of the ranking, and its neighbours one by one."""

from resilience_index.content.speech import say
from resilience_index.publish import words
from resilience_index.publish._board import Board
from resilience_index.publish._findings import Point
from resilience_index.publish._held import Held
from resilience_index.publish.words import NBSP

_NEAR = 3  # neighbours on either side whose chance is told


def level(board: Board, known: Held) -> tuple[Point, ...]:
    """Tell the group of a country, and in how many versions it is ahead of those next to it.

    Parameters
    ----------
    board
        Names and ranks.
    known
        What the versions say of the country.

    Returns
    -------
    tuple of Point
        The group; then the chances, unless it is the only one that is ranked.
    """
    order = [code for code in board.codes if code in known.all]
    told = [_group(board, known, order)]
    at = order.index(known.code)
    above, below = order[max(0, at - _NEAR) : at], order[at + 1 : at + 1 + _NEAR]
    if above or below:
        told.append(Point(say("Chance of being ahead"), _chances(board, known, above, below)))
    return tuple(told)


def _group(board: Board, known: Held, order: list[str]) -> Point:
    """Say who is in the group: how many, the first and the last."""
    members = [code for code in order if known.all[code].tier == known.own.tier]
    name = say("Group {n}", n=known.own.tier)
    if len(members) == 1:
        alone = say("{name} stands in it alone.", name=words.capital(board.called(known.code)))
        return Point(name, alone)
    text = say(
        "{count} {places}, from {first} to {last}; none of them is clearly behind the first.",
        count=words.capital(words.count(len(members))),
        places=board.nouns[1],
        first=_placed(board, members[0]),
        last=_placed(board, members[-1]),
    )
    return Point(name, text)


def _chances(board: Board, known: Held, above: list[str], below: list[str]) -> str:
    """List the share of versions in which a country is ahead of each neighbour, best ranked first.

    Where two share a place in a version, neither is ahead.
    """
    found = [
        (_placed(board, other), words.share(known.found.ahead(known.code, other)))
        for other in (*above, *below)
    ]
    listed = [say("{place} in {share}", place=place, share=share) for place, share in found]
    listed[0] = say("{chance} of versions", chance=listed[0])
    return say(
        "{name} is ahead of {listed}. From 95{nbsp}% on the order is clear.",
        name=words.capital(board.called(known.code)),
        listed=words.listing(listed),
        nbsp=NBSP,
    )


def _placed(board: Board, code: str) -> str:
    return f"{board.called(code)} ({words.ordinal(board.rank(code, board.root))})"
