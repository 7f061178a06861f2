"""An edition as one workbook with live formulas: change a weight or a figure, and the ranks follow.

Every step of the method stands in a sheet of its own, as formulas over the sheet before. Only what
was decided once stands as values, and the first sheet says so: which countries take part, the
bounds of outliers, what gaps were filled with, and methods that no formula can express. Each
formula carries its present result, so that the workbook shows the edition's figures before
anything recalculates. The same edition gives the same bytes.
"""

from datetime import datetime

from resilience_index.export._layout import Book, Rows
from resilience_index.export._rank_sheets import ranking, ranking_sheet, ranks
from resilience_index.export._score_sheet import scores
from resilience_index.export._stage_sheets import denominated, normalised, raw, transformed, treated
from resilience_index.export._stages import Stages
from resilience_index.export._weight_sheet import weights
from resilience_index.export._word_sheets import about, facts, not_live
from resilience_index.export.terms import terms_of
from resilience_index.index import Index
from resilience_index.robustness.uncertainty import Uncertainty


def workbook(index: Index, known: Uncertainty | None = None) -> bytes:
    """Return an edition as an XLSX file.

    Parameters
    ----------
    index
        A built index; of a panel, every year is in it, and the ranking is that of the last year.
    known
        Its uncertainty; the ranking then shows the published interval beside the published rank.

    Returns
    -------
    bytes
        The file.

    Examples
    --------
    >>> from resilience_index import build
    >>> workbook(build("ai_resilience"))[:2]
    b'PK'
    """
    terms = terms_of(index)
    book = Book(Rows.of(index))
    book.file.set_properties(
        {
            "title": f"{terms.title}, edition {terms.edition}",
            "author": terms.author,
            "comments": f"Licence of the index: {terms.licence.name}. {terms.citation}",
            "created": datetime(terms.year, 1, 1),
        }
    )
    book.file.set_calc_mode("auto")
    stages = Stages(book, index, known)
    about(stages, terms)
    front = ranking_sheet(stages)
    placed = weights(stages)
    columns = treated(stages, transformed(stages, denominated(stages, raw(stages))))
    grid, held = scores(stages, normalised(stages, columns), placed)
    ranking(stages, front, ranks(stages, grid, held), grid, held)
    facts(stages)
    not_live(stages)
    return book.bytes()
