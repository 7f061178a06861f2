"""Peers that somebody names: codes of countries, a group that the country is in, or its like."""

from collections.abc import Sequence

from resilience_index.content.speech import say
from resilience_index.errors import UsageError, nearest
from resilience_index.publish import words
from resilience_index.publish._board import (
    Board,
    Peers,
    members_with,
    memberships,
    peers_chosen,
    spoken,
)
from resilience_index.publish._company import ALIKE, Company, alike
from resilience_index.publish._groups import membership

SIMILAR = "similar"
"""The word for those with the nearest profiles; `similar:8` asks for eight of them."""

_MOST_SIMILAR = 50


def peers_named(board: Board, code: str, asked: Sequence[str], known: Company) -> Peers:
    """Say whom a country is compared with, as somebody asked for it.

    Parameters
    ----------
    board
        Results of the index.
    code
        The country.
    asked
        Codes; or one word: an attribute that makes groups (`region`, `income_group`), a membership
        (`oecd`), or `similar`, with a count after a colon if need be.
    known
        What similarity is worked out from.

    Raises
    ------
    UsageError
        If a code or a word is unknown, the country is in no such group, or nobody else is.
    """
    if len(asked) != 1 or asked[0] in board.names:
        return peers_chosen(board, code, asked)
    word, _, count = asked[0].partition(":")
    if word.lower() == SIMILAR:
        return _similar(board, code, known, count)
    joined = {c.lower(): c for c in memberships(board.index.content.units)}
    grouped = {c.lower(): c for c in board.groups}
    if asked[0].lower() in joined:
        return _members(board, code, joined[asked[0].lower()])
    if asked[0].lower() in grouped:
        return _group(board, code, grouped[asked[0].lower()])
    if asked[0].isupper():
        return peers_chosen(board, code, asked)
    known_words = sorted({*joined.values(), *grouped.values(), SIMILAR})
    raise UsageError(
        f"peers: unknown '{asked[0]}' {nearest(asked[0], known_words)}; "
        f"give codes such as JPN,DEU, or one of {', '.join(known_words)}"
    )


def _similar(board: Board, code: str, known: Company, count: str) -> Peers:
    if count and not (count.isdecimal() and 1 <= int(count) <= _MOST_SIMILAR):
        raise UsageError(
            f"peers: similar:{count} is no count; give 1 to {_MOST_SIMILAR}, such as similar:8"
        )
    near = alike(known, code, int(count) if count else ALIKE)
    if not near:
        raise UsageError(f"peers: no other {board.nouns[0]} shares enough figures with {code}")
    listed = words.listing(
        [f"{board.names[c]} ({words.fixed(d, 1)})" for c, d in near.items()], most=8
    )
    return Peers(
        tuple(near),
        say("{count} most similar", count=words.capital(words.count(len(near)))),
        say("the nearest profiles, with their distance in points: {names}", names=listed),
    )


def _members(board: Board, code: str, column: str) -> Peers:
    units = board.index.content.units[column]
    if units[code] != "1":
        raise UsageError(f"peers: {board.names[code]} is not in {membership(column)}")
    others = _others(board, code, [c for c in board.codes if units[c] == "1"], membership(column))
    name = membership(column)
    n = words.fixed(len(others), 0)
    return Peers(others, name, say("the {n} other ranked members of {group}", n=n, group=name))


def _group(board: Board, code: str, column: str) -> Peers:
    units = board.index.content.units[column]
    value = words.plain(str(units[code]))
    same = [c for c in board.codes if units[c] == units[code] and value]
    others = _others(board, code, same, f"the same {spoken(column)}")
    return Peers(others, value, members_with(board, len(others), column, value))


def _others(board: Board, code: str, members: Sequence[str], name: str) -> tuple[str, ...]:
    others = tuple(c for c in members if c != code)
    if not others:
        raise UsageError(f"peers: no other ranked {board.nouns[0]} is in {name}")
    return others
