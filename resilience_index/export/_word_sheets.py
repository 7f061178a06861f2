"""The sheets of words: what the workbook is and how it is used, indicators, sources, the rest."""

import math

import pandas as pd

from resilience_index.export import dictionary
from resilience_index.export._stages import Stages
from resilience_index.export.terms import Terms, notice
from resilience_index.observing import spelled

_USE = (
    "Yellow cells are inputs: raw figures, denominators, bounds of outliers, ends of scales, "
    "weights. Change one, and scores, ranks and the ranking follow.",
    "A figure passes through the sheets in this order: Raw, Denominated, Transformed, Treated, "
    "Oriented, Normalised, Scores, Ranks, Ranking. In the sheets of indicators the same cell "
    "address is the same figure at another stage.",
    "Which countries take part, and how outliers are treated, was decided once on the figures of "
    "the edition and stands, so that a changed figure is treated as those of the edition were.",
    "An empty cell is missing. n/a: the indicator does not apply to the country.",
)


_WIDTH, _LINE = 120, 15.5
"""Width of the first sheet, in characters, and height of a line, in points."""


def about(stages: Stages, terms: Terms) -> None:
    """Write the first sheet: what the index is, how the workbook is used, on what terms."""
    book, method = stages.book, stages.index.framework.method
    sheet = book.sheet("About", f"{terms.title}, edition {terms.edition}", widths=[_WIDTH])
    lines = [terms.description, "", "How to use it", *_USE, "", "Method"]
    lines += [f"- {step}: {method.reasons[step]}" for step in method.reasons]
    lines += ["", "Terms", *notice(terms)[1:]]
    for row, line in enumerate(lines, start=2):
        head = line in ("How to use it", "Method", "Terms")
        book.write(sheet, row, 0, line, "title" if head else "prose")
        sheet.set_row(row, _LINE * max(1, math.ceil(len(line) / _WIDTH)))
    sheet.activate()
    stages.notes_at = len(lines) + 3


def not_live(stages: Stages) -> None:
    """Add to the first sheet what stands as values."""
    book = stages.book
    sheet = book.file.get_worksheet_by_name("About")
    found = list(dict.fromkeys(stages.notes))
    lines = ["Not live", *(f"- {note}" for note in found)] if found else []
    for row, line in enumerate(lines, start=stages.notes_at):
        book.write(sheet, row, 0, line, "prose" if row > stages.notes_at else "title")


def facts(stages: Stages) -> None:
    """Write years and marks of the figures, definitions, sources, and who is left out."""
    index = stages.index
    marks = spelled(index.flags)
    for name, words, table in (
        ("Years", "Year of each observation.", index.years),
        ("Marks", "What each figure is: observed, older, structural, imputed, treated.", marks),
    ):
        _cells(stages, name, words, stages.table(table))
    for name, words, table in (
        ("Indicators", "What each indicator measures.", dictionary.definitions(index)),
        ("Sources", "Who made the figures, and on what terms.", dictionary.sources(index)),
        ("Excluded", "Who is left out, and why.", index.excluded),
    ):
        _list(stages, name, words, table)


def _cells(stages: Stages, name: str, words: str, table: pd.DataFrame) -> None:
    """Write a sheet with the rows and columns of the stages."""
    book = stages.book
    sheet = book.sheet(name, words, widths=[8, 24])
    book.lead(sheet)
    sheet.freeze_panes(5, book.rows.lead)
    for place, code in enumerate(table, start=book.rows.lead):
        book.write(sheet, 1, place, str(code), "head")
        for row, cell in enumerate(table[code], start=5):
            book.write(sheet, row, place, cell if isinstance(cell, str) else float(cell))


def _list(stages: Stages, name: str, words: str, table: pd.DataFrame) -> None:
    """Write a table as it is."""
    book = stages.book
    sheet = book.sheet(name, words, widths=[26, 40])
    sheet.freeze_panes(3, 1)
    for place, head in enumerate(table):
        book.write(sheet, 2, place, str(head), "head")
        for row, cell in enumerate(table[head], start=3):
            book.write(sheet, row, place, cell if isinstance(cell, str) else float(cell))
