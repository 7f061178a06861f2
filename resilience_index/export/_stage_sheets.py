"""The sheets from raw figures to the common scale: one a stage, one column an indicator."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from resilience_index.export import formulas
from resilience_index.export._frozen import Frozen, divisors, treatments
from resilience_index.export._layout import HEADS, Column, Grid
from resilience_index.export._scales import Scales
from resilience_index.export._stages import Stages, values
from resilience_index.index import Index
from resilience_index.observing import IMPUTED, NOT_APPLICABLE
from resilience_index.preparing import signs
from resilience_index.steps import normalise

Formula = Callable[[str, int], str]


def raw(stages: Stages) -> Grid:
    """Write the figures as published; cells that a reader may change."""
    index = stages.index
    observed = stages.table(index.observed)
    not_due = stages.table((index.flags & NOT_APPLICABLE) != 0)
    columns = {}
    for code in index.framework.indicators:
        definition = index.content.indicators[code]
        cells = values(observed[code])
        for row in np.flatnonzero(not_due[code].to_numpy()):
            cells[row] = "n/a"
        note = ""
        if definition.formula is not None:
            note = stages.fixed("Raw", code, f"worked out as {definition.formula}")
        columns[code] = Column(stages.heads(code, definition.unit, note), cells, style="input")
    return stages.book.grid("Raw", "Figures as published. Change any yellow cell.", columns)


def denominated(stages: Stages, above: Grid) -> Grid:
    """Write denominators and the figures divided by them."""
    index, book = stages.index, stages.book
    below = stages.table(divisors(index))
    scales = {c: index.content.indicators[c].scale for c in index.framework.indicators}
    scales = {c: s for c, s in scales.items() if s != 1 and _reads(index, c)}
    columns = {
        code: Column(
            stages.heads(code, index.content.indicators[code].denominator or "", "times, below:"),
            values(below[code]) if code in below else [None] * len(below),
            style="input",
        )
        for code in index.framework.indicators
        if code in below or code in scales
    }
    grid = None
    if columns:
        about = "What figures are divided by (of the year of the figure), and multiplied with."
        columns = {
            code: Column((*c.heads[:3], scales.get(code, 1.0)), c.values, style="input")
            for code, c in columns.items()
        }
        grid = book.grid("Denominators", about, columns)
    table = stages.table(index.denominated)

    def formula(code: str, row: int) -> str:
        divisor = grid.cell(code, row) if grid is not None and code in below else None
        scale = grid.head(code, HEADS) if grid is not None and code in columns else None
        return formulas.divided(above.cell(code, row), divisor, scale)

    made = {
        code: Column(stages.heads(code, _scored(index, code)), values(table[code]), formula)
        for code in index.framework.indicators
    }
    return book.grid("Denominated", "Raw figure / denominator x scale.", made)


def _reads(index: Index, code: str) -> bool:
    """Say whether an indicator is read from a table; the figure of a formula is scaled already."""
    return index.content.indicators[code].formula is None


def _scored(index: Index, code: str) -> str:
    definition = index.content.indicators[code]
    return definition.unit_scored or definition.unit


def transformed(stages: Stages, above: Grid) -> Grid:
    """Write the transforms of the definitions, then the filled gaps where there are any."""
    index, book = stages.index, stages.book
    filled = stages.table((index.flags & IMPUTED) != 0)
    imputed = stages.table(index.imputed)
    plain = imputed.mask(filled)
    columns = {}

    def formula(code: str, row: int) -> str:
        steps = index.content.indicators[code].transform
        return str(formulas.transformed(above.cell(code, row), steps))

    for code in index.framework.indicators:
        steps = index.content.indicators[code].transform
        spelled = ", ".join(step.spelled() for step in steps) or "as it is"
        note = ""
        live = formulas.transformed("x", steps) is not None
        if not live:
            note = stages.fixed("Transformed", code, f"no formula for {spelled}")
        columns[code] = Column(
            stages.heads(code, spelled, note),
            values(plain[code]),
            formula if live else None,
        )
    grid = book.grid("Transformed", "After the transform of each definition.", columns)
    if not filled.to_numpy().any():
        return grid
    return _filled(stages, grid, imputed.where(filled), imputed)


def _filled(stages: Stages, above: Grid, fills: pd.DataFrame, imputed: pd.DataFrame) -> Grid:
    """Write what gaps were filled with, as values, and the table with its gaps filled."""
    index, book = stages.index, stages.book
    codes = list(index.framework.indicators)
    how = {c: index.framework.choice(c, "impute").spelled() for c in codes}
    fixed = {
        c: Column(stages.heads(c, how[c]), values(fills[c]), style="input")
        for c in codes
        if fills[c].notna().any()
    }
    about = "What the method filled gaps with; it stands as found, whatever else is changed."
    gaps = book.grid("Filled", about, fixed)
    stages.notes.append("Filled: what gaps were filled with stands as found.")

    def formula(code: str, row: int) -> str:
        x = above.cell(code, row)
        if code not in fixed:
            return formulas.if_there(x, x)
        fill = gaps.cell(code, row)
        return f"IF(ISNUMBER({x}),{x},{formulas.if_there(fill, fill)})"

    columns = {
        code: Column(stages.heads(code, how[code]), values(imputed[code]), formula)
        for code in codes
    }
    return book.grid("Imputed", "Transformed figures, with gaps filled.", columns)


_BOUNDS = ("lower bound", "upper bound", "add", "times", "power")


def treated(stages: Stages, above: Grid) -> Grid:
    """Write the frozen treatment and the figures it gives."""
    index, book = stages.index, stages.book
    found = treatments(index)
    grid, places = _bounds(stages, found)
    table = stages.table(index.treated)

    def formula(code: str, row: int) -> str:
        year = None if (code, None) in found else book.rows.block(row).year
        cells = {w: grid.head(code, places[year] + n) for n, w in enumerate(_BOUNDS)}
        return _bounded(above.cell(code, row), cells, found.get((code, year)) or Frozen())

    columns = {}
    for code in index.framework.indicators:
        how = "; ".join(dict.fromkeys(index.treatment.loc[[code], "how"].astype(str)))
        live = all(f is not None for (one, _), f in found.items() if one == code)
        note = "" if live else stages.fixed("Treated", code, f"no formula for {how}")
        columns[code] = Column(
            stages.heads(code, how, note), values(table[code]), formula if live else None
        )
    return book.grid("Treated", "Outliers brought in, within the bounds of Bounds.", columns)


def _bounds(
    stages: Stages, found: Mapping[tuple[str, int | None], Frozen | None]
) -> tuple[Grid, dict[int | None, int]]:
    """Write the sheet of frozen bounds; return it and the first row of each year."""
    book, index = stages.book, stages.index
    sheet = book.sheet(
        "Bounds",
        "How outliers were treated, decided once on the edition's figures: each figure is held "
        "between the bounds, and where a logarithm was taken, is ln(add + times x).",
        widths=[14, 8],
    )
    years = sorted({year for _, year in found}, key=lambda year: year or 0)
    lead = book.rows.lead
    columns = {code: lead + n for n, code in enumerate(index.framework.indicators)}
    for code, place in columns.items():
        book.write(sheet, 1, place, code, "head")
    sheet.freeze_panes(2, lead)
    places = {}
    for n, year in enumerate(years):
        places[year] = 3 + n * len(_BOUNDS)
        for line, what in enumerate(_BOUNDS):
            row = places[year] - 1 + line
            book.write(sheet, row, 0, what)
            book.write(sheet, row, 1, None if year is None else float(year))
            for code, place in columns.items():
                book.write(sheet, row, place, _bound(found.get((code, year)), what), "input")
    return Grid("Bounds", columns), places


def _bound(treatment: Frozen | None, what: str) -> float | None:
    """Return one number of a treatment, None where it plays no part."""
    if treatment is None:
        return None
    shape = treatment.shape
    numbers = {
        "lower bound": treatment.lower,
        "upper bound": treatment.upper,
        "add": treatment.add if shape in ("log", "box_cox") else np.nan,
        "times": treatment.times if shape == "log" else np.nan,
        "power": treatment.power if shape in ("box_cox", "yeo_johnson") else np.nan,
    }
    return None if np.isnan(numbers[what]) else float(numbers[what])


def _bounded(x: str, cells: Mapping[str, str], treatment: Frozen) -> str:
    """Hold a figure between its bounds, then reshape it; empty bounds do nothing."""
    held = f"MAX(MIN({x},{cells['upper bound']}),{cells['lower bound']})"
    add, power = cells["add"], cells["power"]
    if treatment.shape == "log":
        return formulas.if_there(x, f"LN({add}+{cells['times']}*{held})")
    if treatment.shape == "box_cox":
        return formulas.if_there(x, _power(f"({add}+{held})", power))
    if treatment.shape == "yeo_johnson":
        below = _power(f"(1-{held})", f"(2-{power})")
        return formulas.if_there(x, f"IF({held}>=0,{_power(f'(1+{held})', power)},-{below})")
    return formulas.if_there(x, held)


def _power(x: str, power: str) -> str:
    return f"IF({power}=0,LN({x}),({x}^{power}-1)/{power})"


def normalised(stages: Stages, above: Grid) -> Grid:
    """Write the oriented figures, the ends of each scale, and the scores on it."""
    index, book = stages.index, stages.book
    before = index.framework.method.orient == "before"
    own = signs(index.content, index.framework)
    turned = own if before else own * 0 + 1
    table = stages.table(index.treated) * turned

    def oriented(code: str, row: int) -> str:
        x = above.cell(code, row)
        return formulas.if_there(x, f"-{x}" if turned[code] < 0 else x)

    columns = {
        code: Column(
            stages.heads(code, "turned round" if turned[code] < 0 else "as it is"),
            values(table[code]),
            oriented,
        )
        for code in index.framework.indicators
    }
    grid = book.grid("Oriented", "Turned round where less is better, so that more is.", columns)
    scales = Scales(stages, grid, table)
    scored = stages.table(index.normalised)
    made = {}
    for code in index.framework.indicators:
        choice = index.framework.choice(code, "normalise")
        both = None
        if not before and own[code] < 0 and choice.name != "none":
            both = sum(normalise.bounds(choice.name, choice.settings))
        formula = _scored_formula(stages, scales, code, float(turned[code]), both)
        note = ""
        if formula is None:
            note = stages.fixed("Normalised", code, f"no formula for {choice.spelled()}")
        heads = stages.heads(code, choice.spelled(), note)
        made[code] = Column(heads, values(scored[code]), formula, style="points")
    scales.write("Ends of each scale: the figures that score low and high, and those points.")
    return book.grid(
        "Normalised", "Scores of indicators, in points; the ends stand in Scale.", made
    )


def _scored_formula(
    stages: Stages, scales: Scales, code: str, sign: float, both_ends: float | None
) -> Formula | None:
    """Score an indicator on its scale, turned round afterwards if so ruled, and rounded."""
    framework = stages.index.framework
    points = scales.formula(code, framework.choice(code, "normalise"), sign)
    rule = framework.indicators[code].round or framework.method.round_indicators
    if points is None or formulas.rounded("x", rule) is None:
        return None

    def formula(code: str, row: int) -> str:
        made = points(row)
        if both_ends is not None:
            made = f"{formulas.literal(both_ends)}-({made})"
        return formulas.if_there(scales.grid.cell(code, row), str(formulas.rounded(made, rule)))

    return formula
