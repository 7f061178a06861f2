"""Groups of countries that a reader may choose: regions, income groups, memberships."""

from dataclasses import dataclass

from resilience_index.content.speech import say
from resilience_index.publish import words
from resilience_index.publish._board import Board, memberships, spoken

_SHORT = 6  # names of memberships up to this length are abbreviations


@dataclass(frozen=True, slots=True)
class Group:
    """A group: its key in an address, its name, the codes of its members that are ranked."""

    key: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of groups, such as regions."""

    name: str
    groups: tuple[Group, ...]


def kinds(board: Board) -> tuple[Kind, ...]:
    """List the groups that at least one ranked country is in, memberships first."""
    units = board.index.content.units.loc[list(board.codes)]
    joined = []
    for column in memberships(board.index.content.units):
        members = tuple(str(c) for c in units.index[(units[column] == "1").to_numpy()])
        if members:
            joined.append(Group(column, membership(column), members))
    out = [Kind(say("Memberships"), tuple(joined))] if joined else []
    for column in board.groups:
        values = units[column][(units[column] != "").to_numpy()]
        found = [
            Group(f"{column}:{value}", words.plain(value), tuple(str(c) for c in members))
            for value, members in sorted(values.groupby(values).groups.items())
        ]
        out.append(Kind(words.capital(spoken(column)), tuple(found)))
    return tuple(out)


def membership(column: str) -> str:
    """Spell the name of a membership: abbreviations in capitals.

    Examples
    --------
    >>> membership("oecd"), membership("landlocked_state")
    ('OECD', 'Landlocked state')
    """
    return column.upper() if len(column) <= _SHORT else words.capital(spoken(column))
