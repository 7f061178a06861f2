"""How far one country's ranks hold, as its report tells it: intervals, ties, and which way it lies.

"Tied" means that neither of two is ahead in 95 % of the versions of the index; whether their
intervals overlap does not matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from resilience_index.content.speech import noted, say
from resilience_index.publish import words
from resilience_index.publish._board import Board, Interval
from resilience_index.publish._intervals import intervals
from resilience_index.publish._spans import HERE, Span, marked
from resilience_index.robustness.uncertainty import Uncertainty

MOST_SHARE = 0.6
"""From this share of versions on, a report says on which side of the published rank they lie."""

NAMED = 3
"""Of those tied with a country so many are named, the nearest in rank."""

_AND = noted(
    "{name} ranks {rank} of {of} {places}, and {interval} in nine of ten defensible versions of "
    "the index."
)
_BUT = noted(
    "{name} ranks {rank} of {of} {places}, but {interval} in nine of ten defensible versions of "
    "the index."
)
_BETWEEN = noted(
    "{name} ranks {rank} of {of} {places}, between {interval} in nine of ten defensible versions "
    "of the index."
)
_BUT_BETWEEN = noted(
    "{name} ranks {rank} of {of} {places}, but between {interval} in nine of ten defensible "
    "versions of the index."
)


@dataclass(frozen=True)
class Held:
    """What the versions of an index say of one country's ranks."""

    found: Uncertainty
    code: str
    own: Interval
    all: Mapping[str, Interval]
    nodes: Mapping[str, tuple[int, int]]  # bounds of the rank in each node that ranks the country
    lower: float  # share of versions in which it stands lower than published
    tied: tuple[str, ...]  # the nearest in rank first

    def range(self, node: str) -> str:
        """Write the interval of the rank in a node; nothing where there is none."""
        return bounds(*self.nodes[node]) if node in self.nodes else ""


def bounds(low: int, high: int) -> str:
    """Write an interval of ranks for a cell.

    Examples
    --------
    >>> bounds(6, 13)
    '6–13'
    """
    return words.span(words.fixed(low, 0), words.fixed(high, 0))


def held(board: Board, code: str, known: Uncertainty | None) -> Held | None:
    """Gather what is known of one country's ranks; None without a rank, or without versions."""
    everyone = intervals(known)
    if known is None or code not in everyone:
        return None
    rank = board.rank(code, board.root)
    level = [str(c) for c in known.tied(code)]
    ranked = [c for c in level if c in everyone and c in board.row]
    near = sorted(ranked, key=lambda c: (abs(board.rank(c, board.root) - rank), board.row[c]))
    own = everyone[code]
    of_nodes = _of_nodes(known, code) | {board.root: (own.low, own.high)}
    lower = float(known.table["lower"][code])
    return Held(known, code, own, everyone, of_nodes, lower, tuple(near))


def _of_nodes(known: Uncertainty, code: str) -> dict[str, tuple[int, int]]:
    if known.nodes.empty:
        return {}
    mine = known.nodes.xs(code, level=-1)[["rank", "rank_05", "rank_95"]].dropna()
    return {str(n): (int(low), int(high)) for n, _, low, high in mine.itertuples(name=None)}


def between(rank: float, own: Interval, **who: object) -> tuple[Span, ...]:
    """Open a lead: where a country ranks, and, marked, where it does in nine of ten versions.

    Parameters
    ----------
    rank
        As published; it may lie outside the interval.
    own
        The interval.
    who
        Its `name`, of how many (`of`) it ranks, and what these are (`places`).

    Examples
    --------
    >>> who = {"name": "Korea", "of": 127, "places": "countries"}
    >>> [span.text for span in between(13, Interval(6, 13, 2, 0.8), **who)][:2]
    ['Korea ranks 13th of 127 countries, between ', '6th and 13th']
    >>> [span.text for span in between(5, Interval(6, 6, 2, 0.0), **who)][:2]
    ['Korea ranks 5th of 127 countries, but ', '6th']
    """
    told = {"rank": words.ordinal(rank), "interval": HERE, **who}
    inside = own.low <= rank <= own.high
    if own.low == own.high:
        sentence = say(_AND, **told) if inside else say(_BUT, **told)
        return marked(sentence, words.ordinal(own.low))
    sentence = say(_BETWEEN, **told) if inside else say(_BUT_BETWEEN, **told)
    low, high = words.ordinal(own.low), words.ordinal(own.high)
    return marked(sentence, say("{low} and {high}", low=low, high=high))


def side(rank: float, higher: float, lower: float) -> str:
    """Say on which side of the published rank most versions lie; nothing if on neither.

    Examples
    --------
    >>> side(13, 0.81, 0.05).replace(words.NBSP, " ")
    'In 81 % of versions it stands higher than 13th.'
    >>> side(109, 0.2, 0.75).replace(words.NBSP, " "), side(12, 0.6, 0.3)
    ('In 75 % of versions it stands lower than 109th.', '')
    """
    place = words.ordinal(rank)
    if higher > MOST_SHARE:
        share = words.share(higher)
        return say("In {share} of versions it stands higher than {rank}.", share=share, rank=place)
    if lower > MOST_SHARE:
        share = words.share(lower)
        return say("In {share} of versions it stands lower than {rank}.", share=share, rank=place)
    return ""


def ties(board: Board, known: Held) -> str:
    """Say who cannot be told apart from a country: the three nearest by name, the rest by count."""
    names = [board.called(c) for c in known.tied]
    if names:
        rest = len(names) - NAMED
        if rest == 1:
            first = words.commas(names[:NAMED])
            return say("It is tied with {names} and one other.", names=first)
        return say("It is tied with {names}.", names=words.listing(names, most=NAMED))
    if len(known.all) == 1:
        return ""
    return say(
        "It is tied with none: all others are ahead or behind in at least 95\u00a0% of versions."
    )


def who(board: Board, known: Held) -> str:
    """Name the first and the last in rank of those tied with a country."""
    order = sorted(known.tied, key=lambda c: board.row[c])
    if not order:
        return say("A clear order with all others")
    names = [board.called(c) for c in order]
    if len(names) == 1:
        return words.capital(names[0])
    ends = {"first": names[0], "last": names[-1]}
    between = {board.row[c] for c in order} | {board.row[known.code]}
    if len(between) == max(between) - min(between) + 1:
        return say("From {first} to {last}", **ends)
    return say("Among those from {first} to {last}", **ends)


def standing_in(
    board: Board, known: Held | None, code: str, node: str, *, bare: bool = False
) -> str:
    """Write the rank in a node for brackets, with its interval where there is one.

    A `bare` interval is not called so, since one in the same sentence was.
    """
    rank = words.ordinal(board.rank(code, node))
    if known is None or not known.range(node):
        return rank
    if bare:
        return say("{rank}, {interval}", rank=rank, interval=known.range(node))
    return say("{rank}, interval {interval}", rank=rank, interval=known.range(node))


def shares(known: Held) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the share of versions with each rank 1 … n, of those in which there is one."""
    counts = known.found.rank_counts.loc[known.code].to_numpy(float)
    return np.asarray(counts / counts.sum(), dtype=np.float64)
