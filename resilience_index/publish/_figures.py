"""The figures of a country's report: charts with the words and the numbers that belong to them."""

from collections.abc import Mapping

import numpy as np

from resilience_index.content.speech import say
from resilience_index.publish import _charts, _findings, _rank_charts, words
from resilience_index.publish._board import Board, Peers, spread
from resilience_index.publish._held import Held, bounds
from resilience_index.publish._marks import Spread
from resilience_index.publish._views import Figure, Numbers, hue

_EITHER_SIDE = 6
_LARGEST_CHART = 12  # pillars; where there are more, the table is read instead


def strip(results: Board, code: str) -> Figure | None:
    """Draw where a country stands among all."""
    root, scale = results.root, results.scale
    everyone = spread(results, results.codes).get(root)
    own, name = results.score(code, root), results.names[code]
    if everyone is None or np.isnan(own):
        return None
    column = results.points[:, results.column[root]]
    known = [c for c in results.codes if not np.isnan(results.score(c, root))]
    ends = [(say("Median"), everyone.median)]
    ends += [(results.names[c], results.score(c, root)) for c in (known[0], known[-1]) if c != code]
    marks = [(f"{label} {scale.written(score)}", score) for label, score in ends]
    focus = (f"{name} {scale.written(own)}", own)
    title = say(
        "{name} among {n} scores from {low} to {high}; median {median}",
        name=focus[0],
        n=words.fixed(len(known), 0),
        low=scale.written(everyone.low),
        high=scale.written(everyone.high),
        median=scale.written(everyone.median),
    )
    table = [(say("Highest"), everyone.high), (say("Three quarters below"), everyone.q3)]
    table += [(say("Median"), everyone.median), (say("One quarter below"), everyone.q1)]
    table += [(say("Lowest"), everyone.low), (name, own)]
    return Figure(
        finding=_findings.above_median(results, code, everyone.median),
        plots=say(
            "Score on a scale of {scale}. Each line is a {place}, {n} in all.",
            scale=scale.ends,
            place=results.nouns[0],
            n=words.fixed(len(known), 0),
        ),
        foot="",
        chart=_charts.strip(column.tolist(), focus, marks, scale, title=title),
        narrow=_charts.strip(
            column.tolist(), focus, marks[:1], scale, title=title, width=_charts.NARROW
        ),
        columns=(say("Mark"), say("Score")),
        rows=tuple((label, scale.written(score)) for label, score in table),
        numbers=Numbers("score", ("mark", "score"), tuple(table)),
    )


def legs(
    results: Board, code: str, lies: Mapping[str, Spread], peers: Peers, known: Held | None = None
) -> Figure | None:
    """Draw the pillars against the peers."""
    tree, scale = results.index.framework.tree, results.scale
    if not 1 <= len(tree.pillars) <= _LARGEST_CHART:
        return None
    order = tree.children[tree.root]
    bars = [
        _charts.Bar(
            name=words.plain(results.title(p)),
            score=results.score(code, p),
            written=results.written(code, p),
            rank=words.ordinal(results.rank(code, p)),
            colour=hue(order.index(p)),
            peers=lies.get(p),
            span=known.range(p) if known else "",
        )
        for p in tree.pillars
    ]
    spans = [[b.span or words.MISSING] if known else [] for b in bars]
    rows = tuple(
        (b.name, b.written, b.rank, *s, *_peer_cells(results, b.peers))
        for b, s in zip(bars, spans, strict=True)
    )
    told = words.semicolons(_leg_told(b) for b in bars)
    return Figure(
        finding=_findings.legs_against_peers(results, code, lies),
        plots=_legs_plotted(scale.ends, known),
        foot=say("Peers: {who}.", who=peers.sentence),
        chart=_charts.legs(
            bars,
            scale,
            title=say("Pillars of {name}: {figures}", name=results.names[code], figures=told),
        ),
        narrow=None,
        columns=(
            *(say("Pillar"), say("Score"), say("Rank")),
            *([say("90\u00a0% interval")] if known else []),
            *(say("Peers, median"), say("Lowest"), say("Highest")),
        ),
        rows=rows,
        numbers=Numbers(
            "pillars", _LEGS, tuple(_leg(results, code, p, lies, known) for p in tree.pillars)
        ),
    )


_LEGS = (
    *("node", "title", "score", "rank", "rank_05", "rank_95"),
    *("peers", "peers_lowest", "peers_quarter", "peers_median", "peers_three_quarters"),
    "peers_highest",
)


def _leg(
    results: Board, code: str, node: str, lies: Mapping[str, Spread], known: Held | None
) -> tuple[str | float | None, ...]:
    """Give the numbers behind one pillar of the chart, as `_LEGS` names them."""
    low, high = known.nodes.get(node, (None, None)) if known else (None, None)
    own = (node, words.plain(results.title(node)), results.score(code, node))
    rank = results.rank(code, node)
    there = lies.get(node)
    if there is None:
        return (*own, rank, low, high, 0, None, None, None, None, None)
    peers = (there.count, there.low, there.q1, there.median, there.q3, there.high)
    return (*own, rank, low, high, *peers)


def _legs_plotted(scale: str, known: Held | None) -> str:
    """Say what is drawn of each pillar."""
    if known:
        return say(
            "Score and rank (under it its 90\u00a0% interval) of each pillar (dot); median (tick), "
            "middle half (block) and lowest to highest (line) of the peers, on a scale of {scale}.",
            scale=scale,
        )
    return say(
        "Score and rank of each pillar (dot); median (tick), middle half (block) and lowest to "
        "highest (line) of the peers, on a scale of {scale}.",
        scale=scale,
    )


def _leg_told(bar: _charts.Bar) -> str:
    """Say what stands in one row of the chart of pillars."""
    told = {"name": bar.name, "score": bar.written, "rank": bar.rank}
    if not bar.span:
        return say("{name} {score}, {rank}", **told)
    return say("{name} {score}, {rank}, 90\u00a0% interval {interval}", interval=bar.span, **told)


def _peer_cells(results: Board, peers: Spread | None) -> tuple[str, str, str]:
    if peers is None:
        return (words.MISSING, words.MISSING, words.MISSING)
    written = results.scale.written
    return written(peers.median), written(peers.low), written(peers.high)


def neighbours(results: Board, code: str, known: Held | None = None) -> Figure | None:
    """Draw those ranked next to a country: their intervals, or their scores where none are."""
    root, scale, name = results.root, results.scale, results.names[code]
    ranked = [c for c in results.codes if not np.isnan(results.rank(c, root))]
    if code not in ranked or len(ranked) < 2:
        return None
    here = ranked.index(code)
    first = max(0, min(here - _EITHER_SIDE, len(ranked) - 2 * _EITHER_SIDE - 1))
    shown = ranked[first : first + 2 * _EITHER_SIDE + 1]
    if known is not None and all(c in known.all for c in shown):
        return _bands(results, known, shown)
    bars = [
        _charts.Bar(
            name=results.names[c],
            score=results.score(c, root),
            written=results.written(c, root),
            rank=words.rank_number(results.rank(c, root)),
            colour="ink",
        )
        for c in shown
    ]
    told = words.semicolons(f"{b.rank} {b.name} {b.written}" for b in bars)
    return Figure(
        finding=_findings.closeness(results, shown),
        plots=say(
            "Rank and score of {name} and of those ranked next to it.", name=results.called(code)
        ),
        foot=say("The axis is cut to these scores; the whole scale is {scale}.", scale=scale.ends),
        chart=_charts.neighbours(
            bars,
            shown.index(code),
            scale,
            title=say("Next to {name}: {figures}", name=name, figures=told),
        ),
        narrow=None,
        columns=(words.capital(results.nouns[0]), say("Rank"), say("Score")),
        rows=tuple((b.name, b.rank, b.written) for b in bars),
        numbers=Numbers(
            "neighbours",
            ("code", "name", "rank", "score"),
            tuple(
                (c, results.names[c], results.rank(c, root), results.score(c, root)) for c in shown
            ),
        ),
    )


def _bands(results: Board, known: Held, shown: list[str]) -> Figure:
    """Draw the intervals of those ranked next to a country."""
    code, root, name = known.code, results.root, results.names[known.code]
    rows, bars = [], []
    for c in shown:
        lies, rank = known.all[c], results.rank(c, root)
        order = _order(known, c)
        bars.append(_rank_charts.Band(results.names[c], rank, lies.low, lies.high, c in known.tied))
        rows.append((results.names[c], words.rank_number(rank), bounds(lies.low, lies.high), order))
    told = words.semicolons(
        say("{name} {rank}, interval {interval}", name=n, rank=r, interval=b) for n, r, b, _ in rows
    )
    of = results.of[root]
    return Figure(
        finding=_tied(results, known),
        plots=say(
            "Published rank (dot) and 90\u00a0% interval of the rank (band). Names in black: no "
            "clear order with {name}.",
            name=results.called(code),
        ),
        foot=say(
            "The axis is cut to these ranks; the whole runs from 1 to {of}.",
            of=words.fixed(of, 0),
        ),
        chart=_rank_charts.bands(
            bars,
            shown.index(code),
            of,
            title=say("Next to {name}: {figures}", name=name, figures=told),
        ),
        narrow=None,
        columns=(
            *(words.capital(results.nouns[0]), say("Rank"), say("90\u00a0% interval")),
            say("{name} ahead in", name=name),
        ),
        rows=tuple(rows),
        numbers=_neighbours(results, known, shown),
    )


def _tied(results: Board, known: Held) -> str:
    """Say with how many a country has no clear order."""
    if not known.tied:
        return say("A clear order with all others")
    one, many = results.nouns
    return words.counted(
        len(known.tied),
        "No clear order with {n} {one}",
        "No clear order with {n} {many}",
        one=one,
        many=many,
    )


def _neighbours(results: Board, known: Held, shown: list[str]) -> Numbers:
    """Give the numbers behind the bands; `ahead` is the share of versions in which `of` leads."""
    root, rows = results.root, []
    for c in shown:
        lies = known.all[c]
        ahead = None if c == known.code else known.found.ahead(known.code, c)
        own = (c, results.names[c], results.rank(c, root), results.score(c, root))
        rows.append((*own, lies.low, lies.high, known.code, ahead))
    columns = ("code", "name", "rank", "score", "rank_05", "rank_95", "of", "ahead")
    return Numbers("neighbours", columns, tuple(rows))


def _order(known: Held, other: str) -> str:
    """Write in how many versions a country is ahead of another."""
    if other == known.code:
        return words.MISSING
    return words.share(known.found.ahead(known.code, other))
