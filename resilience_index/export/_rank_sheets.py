"""The sheets of ranks: every node ranked, and the ranking of the index, sorted live."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from resilience_index.export import formulas
from resilience_index.export._layout import FIRST, HEADS, Block, Cell, Column, Grid
from resilience_index.export._stages import Stages, values

_PLACE = "place"


def ranks(stages: Stages, scores: Grid, held: Mapping[str, str]) -> Grid:
    """Write the ranks of all nodes, the published score and rank, and places without ties.

    `held` gives for each node the column of the sheet of scores that holds its score.
    """
    index, book = stages.index, stages.book
    rule = index.framework.method.rank
    table = stages.table(index.ranks)
    columns: dict[str, Column] = {}
    trial = formulas.ranked("x", "x", rule, lower_is_better=False)

    def formula(node: str, row: int) -> str:
        worse = index.framework.lowest_is_best(node)
        column = scores.span(held[node], book.rows.block(row))
        made = formulas.ranked(scores.cell(held[node], row), column, rule, lower_is_better=worse)
        return made[0] if made is not None else ""

    for node in index.framework.tree.downwards:
        note = "" if trial else stages.fixed("Ranks", node, f"no formula for {rule.spelled()}")
        heads = (node, index.framework.nodes[node].title, "rank", note)
        columns[node] = Column(
            heads, values(table[node]), formula if trial else None, bool(trial and trial[1])
        )
    root = index.root
    columns |= {
        name: Column((name, "as in the edition", "", ""), cells, style=style)
        for name, cells, style in published(stages)
    }
    grid = Grid("Ranks", {name: book.rows.lead + n for n, name in enumerate([*columns, _PLACE])})
    columns[_PLACE] = Column(
        (_PLACE, "order in the ranking", "", "ties in the order of the codes"),
        places(table[root], book.rows.blocks),
        lambda _, row: _place(grid, root, row, book.rows.block(row)),
    )
    about = "Ranks; 1 is best. They follow every change of a weight or a figure."
    return book.grid("Ranks", about, columns)


def published(stages: Stages) -> list[tuple[str, list[Cell], str]]:
    """Return what the edition says of the index: rank, its interval if it is known, score.

    Each with its name and the style of its cells.
    """
    index, root = stages.index, stages.index.root
    found = [("published rank", values(stages.table(index.ranks)[root]), "")]
    if stages.known is not None:
        drawn = stages.table(stages.known.table)
        found += [
            ("90 % interval, from", values(drawn["rank_05"]), ""),
            ("to", values(drawn["rank_95"]), ""),
        ]
    return [*found, ("published score", values(stages.table(index.scores)[root]), "points")]


def _place(grid: Grid, root: str, row: int, block: Block) -> str:
    """Say in which row of the ranking a country stands; those without a rank come last."""
    rank = grid.cell(root, row)
    column = grid.span(root, block)
    so_far = grid.span(root, Block(None, block.first, row)).rpartition("$")[0] + str(row)
    before = f'COUNTIF({column},"<"&{rank})'
    same = f"COUNTIF({so_far},{rank})"
    last = f"COUNT({column})+ROWS({so_far})-COUNT({so_far})"
    return f"IF(ISNUMBER({rank}),{before}+{same},{last})"


def places(ranks: pd.Series, blocks: tuple[Block, ...]) -> list[float | str | None]:
    """Give each row its place in the ranking of its block: by rank, then as the rows stand."""
    out = np.zeros(len(ranks))
    found = ranks.to_numpy(float)
    for block in blocks:
        here = slice(block.first - FIRST, block.last - FIRST + 1)
        order = np.argsort(found[here], kind="stable")
        out[here][order] = np.arange(1, len(order) + 1)
    return [float(x) for x in out]


def ranking_sheet(stages: Stages) -> Any:
    """Add the sheet of the ranking; `ranking` fills it when the others stand."""
    year = stages.book.rows.blocks[-1].year
    sheet = stages.book.sheet(
        "Ranking",
        f"Ranking{'' if year is None else f' of {year}'}, live: it sorts itself when a weight or a "
        "figure is changed.",
        widths=[7, 8, 30, 8, 9, *([13] * (len(stages.index.framework.tree.pillars) + 4))],
    )
    sheet.set_row(HEADS - 1, 31)
    sheet.freeze_panes(HEADS, 3)
    return sheet


def ranking(
    stages: Stages, sheet: Any, ranked: Grid, scores: Grid, held: Mapping[str, str]
) -> None:
    """Write the ranking of the last year, best first, sorted by formulas."""
    index, book = stages.index, stages.book
    block = book.rows.blocks[-1]
    pillars = index.framework.tree.pillars
    titles = [index.framework.nodes[p].title for p in pillars]
    extra = published(stages)
    heads = ["place", "code", "name", "rank", "score", *titles, *(name for name, *_ in extra)]
    for column, head in enumerate(heads):
        book.write(sheet, HEADS - 1, column, head, "head")
    sources = [(ranked, index.root, ""), (scores, held[index.root], "points")]
    sources += [(scores, held[p], "points") for p in pillars]
    sources += [(ranked, name, style) for name, _, style in extra]
    now = _sorted_now(stages, block)
    place_column = ranked.span(_PLACE, block)
    for offset in range(block.last - block.first + 1):
        row = HEADS + offset
        at = f"MATCH($A{row + 1},{place_column},0)"
        book.write(sheet, row, 0, float(offset + 1))
        for column, letter in ((1, "A"), (2, "B")):
            span = f"Ranks!${letter}${block.first}:${letter}${block.last}"
            book.calculate(sheet, row, column, f"INDEX({span},{at})", now[offset][column - 1])
        for column, (grid, name, style) in enumerate(sources, start=3):
            found = f"INDEX({grid.span(name, block)},{at})"
            book.calculate(sheet, row, column, found, now[offset][column - 1], style)


def _sorted_now(stages: Stages, block: Block) -> list[list[Cell]]:
    """Return what the ranking shows at present, best first."""
    index, rows = stages.index, stages.book.rows
    scores, ranked = stages.table(index.scores), values(stages.table(index.ranks)[index.root])
    points = {node: values(scores[node]) for node in scores}
    columns = [ranked, points[index.root], *(points[p] for p in index.framework.tree.pillars)]
    columns += [cells for _, cells, _ in published(stages)]
    here = range(block.first - FIRST, block.last - FIRST + 1)
    order = sorted(here, key=lambda row: (ranked[row] is None, ranked[row] or 0.0))
    return [
        [rows.codes[row], rows.names[row], *(column[row] for column in columns)] for row in order
    ]
