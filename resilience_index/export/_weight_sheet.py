"""The sheet of weights: the tree as a reader meets it, each weight in a cell of its own."""

from collections.abc import Mapping

import pandas as pd

from resilience_index.export._layout import Cell
from resilience_index.export._stages import Stages
from resilience_index.index import Index


def weights(stages: Stages) -> dict[str, str]:
    """Write the tree with its weights, live; return the cell of each weight."""
    book, framework = stages.book, stages.index.framework
    sheet = book.sheet(
        "Weights",
        "Weights count within their family, the children of one parent. Change a yellow cell, and "
        "scores and ranks follow.",
        widths=[34, 50, 10, 26, 7, 10, 12, 12, 40],
    )
    heads = ("code", "title", "kind", "parent", "level", "weight", "share in family",
             "share in index", "note")  # fmt: skip
    for column, head in enumerate(heads):
        book.write(sheet, 2, column, head, "head")
    sheet.freeze_panes(3, 1)
    order = _depth_first(stages.index)
    rows = {code: 4 + place for place, code in enumerate(order)}
    share: dict[str, float] = {framework.tree.root: 1.0}
    last = 3 + len(order)
    for code in order:
        _weight_row(stages, sheet, code, rows, share, last)
    sheet.data_validation(
        4, 5, last - 1, 5, {"validate": "decimal", "criteria": ">=", "value": 0,
                            "error_message": "A weight is a number of 0 or more."}
    )  # fmt: skip
    return {code: f"Weights!$F${row}" for code, row in rows.items()}


def _depth_first(index: Index) -> list[str]:
    """List nodes and indicators as a reader meets them, each followed by what hangs under it."""
    tree = index.framework.tree
    found, stack = [], [tree.root]
    while stack:
        code = stack.pop()
        found.append(code)
        stack += reversed(tree.children.get(code, []))
    return found


def _weight_row(
    stages: Stages,
    sheet: object,
    code: str,
    rows: Mapping[str, int],
    share: dict[str, float],
    last: int,
) -> None:
    """Write one member of the tree: who it is, its weight, its shares."""
    book, framework = stages.book, stages.index.framework
    tree, row = framework.tree, rows[code] - 1
    node = code in framework.nodes
    title = framework.nodes[code].title if node else stages.index.content.indicators[code].title
    kind = "index" if code == tree.root else "node" if node else "indicator"
    parent = tree.parent.get(code, "")
    cells: tuple[Cell, ...] = (code, title, kind, parent, float(tree.depth[code]))
    for column, value in enumerate(cells):
        book.write(sheet, row, column, value)
    if not parent:
        book.write(sheet, row, 7, 1.0, "percent")
        return
    family = stages.index.weights[parent]
    inside = family.mean() if isinstance(family, pd.DataFrame) else family
    book.write(sheet, row, 5, float(inside[code]), "input")
    mine = float(inside[code]) / float(inside.sum())
    share[code] = share[parent] * mine
    total = f"SUMIF(D$4:D${last},D{row + 1},F$4:F${last})"
    book.calculate(sheet, row, 6, f"F{row + 1}/{total}", mine, "percent")
    book.calculate(sheet, row, 7, f"G{row + 1}*H{rows[parent]}", share[code], "percent")
    method = framework.setting(parent, "weigh")
    if method.name != "given":
        found = f"found by {method.spelled()}; stands as found"
        book.write(sheet, row, 8, found, "note")
        stages.notes.append(f"Weights, children of {parent}: {found}")
