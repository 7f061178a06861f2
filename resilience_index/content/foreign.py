"""Foreign formats in: COINr's iData and iMeta, and the wide sheet that researchers have.

`write` turns such files into a content folder of our own: countries.csv, sources.toml, a file of
indicators, one framework, one table of figures; and IMPORT.md, which says what could not be carried
over and what is still to be stated. What the files do not say is never made up: it is marked as not
stated, or left out and listed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from resilience_index.content._foreign_plan import Branch, Leaf, Plan, digits, snake, unit_code
from resilience_index.content._foreign_texts import texts
from resilience_index.content._sheets import Sheet, is_absent, number, read_sheets
from resilience_index.content.reading import shortened
from resilience_index.errors import ContentError, plain

__all__ = ["snake", "write"]

_YEARS = ("time", "year")
_CODES = ("iso3", "iso", "iso3c", "iso_code", "country_code", "code", "iso2", "iso2c", "geo")
_NAMES = ("uname", "name", "country", "country_name", "unit", "unit_name")


def write(files: Sequence[Path], folder: Path, *, name: str, year: int | None = None) -> list[str]:
    """Write foreign files as a content folder; return what was not carried over.

    Parameters
    ----------
    files
        iData and iMeta of COINr (two CSV files, or sheets of one workbook), or one wide sheet: a
        row a country, its code or name first, a column an indicator, perhaps a column ``year``.
    folder
        An empty folder.
    name
        Name of the framework.
    year
        Year of the figures, where no column says it.

    Returns
    -------
    list of str
        Sentences, also written to IMPORT.md.

    Raises
    ------
    ContentError
        If a file cannot be read or its tables do not fit together: all faults at once.
    """
    found = [(path, *read_sheets(path)) for path in files]
    sheets = [sheet for _, tables, _ in found for sheet in tables]
    where = ", ".join(" ".join(plain(path.name).split()) for path in files)
    plan = _plan(sheets, where)
    plan.lost += [f"sheet {title}: no table" for _, _, empty in found for title in empty]
    _odd_rows(plan)
    figures, years = _figures(plan, year)
    _without_range(plan, figures)
    if len(years) > 1:
        plan.chosen.append("years: all of them on one scale (over = all), so that they compare")
    if plan.faults:
        raise ContentError(where, plan.faults)
    for path, text in texts(plan, figures, years, name, where).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return plan.lost


def _plan(sheets: list[Sheet], where: str) -> Plan:
    """Find out which kind of files these are."""
    meta = [s for s in sheets if {"iCode", "Parent"} <= set(s.head)]
    data = [s for s in sheets if "uCode" in s.head]
    if len(meta) == 1 and len(data) == 1:
        plan = _coin_plan(data[0], meta[0])
    elif meta or data:
        missing = "iData (a column uCode)" if meta else "iMeta (columns iCode and Parent)"
        several = len(meta) > 1 or len(data) > 1
        what = "more than one iData or iMeta" if several else f"the table {missing} is missing"
        raise ContentError(where, [f"{what}; give one of each"])
    else:
        plan = _wide_plan(sheets[0])
    used = {plan.data.name, *(s.name for s in meta)}
    others = [sheet.name for sheet in sheets if sheet.name not in used]
    plan.lost += [f"sheet {name}: only one table is read" for name in others]
    return plan


def _coin_plan(data: Sheet, meta: Sheet) -> Plan:
    """Read COINr's iMeta: one row an indicator, aggregate, group or denominator."""
    rows = [dict(zip(meta.head, row, strict=True)) for row in meta.rows]
    by_code = {row["iCode"]: row for row in rows}
    plan = Plan(
        data, "uCode", _first(data.head, ("uname",)), _first(data.head, ("time",)), [], [], []
    )
    if len(by_code) < len(rows):
        twice = sorted({c for c in by_code if sum(row["iCode"] == c for row in rows) > 1})
        plan.faults += [f"iMeta: {code} stands twice; keep one row" for code in twice]
    codes: dict[str, str] = {}
    for row in rows:
        codes[row["iCode"]] = snake(row["iCode"], codes.values())
    for line, row in zip(meta.lines, rows, strict=True):
        _coin_row(plan, row, codes, f"iMeta, line {line}, {row['iCode']}")
    _coin_notes(plan, meta, by_code)
    roots = [node.code for node in plan.nodes if node.parent is None]
    if len(roots) != 1:
        found = ", ".join(roots) or "no aggregate"
        plan.faults.append(f"iMeta: {found} without Parent; exactly one aggregate has none")
    return plan


def _coin_notes(plan: Plan, meta: Sheet, known: Mapping[str, object]) -> None:
    """Say what has no place with us, and what iMeta does not say."""
    placed = {*known, plan.code_column, plan.name_column, plan.year_column}
    unknown = [column for column in plan.data.head if column not in placed]
    plan.lost += [f"iData, column {column}: iMeta has no row for it" for column in unknown]
    spare = set(meta.head) - {
        "iCode", "iName", "Level", "Parent", "Weight", "Direction", "Unit", "Target",
        "Denominator", "Type",
    }  # fmt: skip
    plan.lost += [f"iMeta, column {column}: there is no place for it" for column in sorted(spare)]
    plan.lost += [
        f"{row['iCode']}: Direction -1 of an aggregate; set it in the framework"
        for row in (dict(zip(meta.head, cells, strict=True)) for cells in meta.rows)
        if row.get("Type") == "Aggregate" and row.get("Direction") == "-1"
    ]
    targets = sum(leaf.target is not None for leaf in plan.leaves)
    if targets:
        plan.lost.append(
            f"Target of {targets} indicators: stands in words under limits, since iMeta does not "
            "say whether it is meant before or after the denominator; see distance_to_target"
        )
    plan.chosen.append(
        "iMeta says nothing of methods: the framework takes min-max from 0 to 100 and arithmetic "
        "means, and neither screens, imputes nor treats"
    )


def _coin_row(plan: Plan, row: Mapping[str, str], codes: Mapping[str, str], where: str) -> None:
    """Take one row of iMeta."""
    code, kind = row["iCode"], row.get("Type", "") or "Indicator"
    name = row.get("iName", "") or code
    parent = _known(plan, row.get("Parent", ""), codes, f"{where}: Parent")
    given = _number(plan, row.get("Weight", ""), f"{where}: Weight")
    weight = 1.0 if given is None else given
    if kind != "Aggregate" and code not in plan.data.head:
        plan.faults.append(f"{where}: iData has no column {code}; add it or take the row away")
    elif kind == "Group":
        plan.attributes.append(code)
    elif kind == "Denominator":
        plan.leaves.append(Leaf(codes[code], code, name, row.get("Unit", "")))
    elif kind == "Indicator" and parent is None:
        plan.lost.append(f"{where}: it has no Parent, so it hangs nowhere in the tree")
    elif weight <= 0 and parent is not None:
        plan.lost.append(f"{where}: weight {weight:g}, so it hangs nowhere in the tree")
    elif kind == "Aggregate":
        plan.nodes.append(Branch(codes[code], name, parent, weight))
    elif kind == "Indicator":
        plan.leaves.append(
            Leaf(
                codes[code], code, name, row.get("Unit", ""), _direction(plan, row, where),
                _known(plan, row.get("Denominator", ""), codes, f"{where}: Denominator"),
                parent, weight, _number(plan, row.get("Target", ""), f"{where}: Target"),
            )
        )  # fmt: skip
    else:
        plan.lost.append(f"{where}: of type {kind}, for which there is no place")


def _known(plan: Plan, text: str, codes: Mapping[str, str], where: str) -> str | None:
    """Translate the code that a cell of iMeta names."""
    if text.upper() in ("", "NA"):
        return None
    if text not in codes:
        plan.faults.append(f"{where} names {text}, for which iMeta has no row")
    return codes.get(text)


def _number(plan: Plan, text: str, where: str) -> float | None:
    """Read a number of iMeta; None where there is none."""
    value = None if is_absent(text) else number(text)
    if value is None and not is_absent(text):
        plan.faults.append(f"{where} is {text!r}; a number is needed")
    return value


def _direction(plan: Plan, row: Mapping[str, str], where: str) -> str:
    """Turn 1 and -1 into words."""
    value = number(row.get("Direction", "") or "1")
    if value not in (1, -1):
        plan.faults.append(f"{where}: Direction is {row['Direction']!r}; 1 or -1 is needed")
    return "lower_is_better" if value == -1 else "higher_is_better"


def _wide_plan(sheet: Sheet) -> Plan:
    """Read a wide sheet: code or name first, then columns of figures or of words."""
    coded = _first(sheet.head, _CODES)
    first = coded if coded is not None and _all_codes(sheet, coded) else sheet.head[0]
    rest = [column for column in sheet.head if column != first]
    year, name = _first(rest, _YEARS), _first(rest, _NAMES)
    plan = Plan(sheet, first, name, year, [], [], [Branch("index", "Index")])
    if "index" in {snake(c) for c in sheet.head}:
        plan.nodes = [Branch("whole_index", "Index")]
    root = plan.nodes[0].code
    _refuse_dated(plan, rest)
    for column in [column for column in rest if column not in (year, name)]:
        _take_column(plan, column, root)
    if not plan.leaves:
        plan.faults.append(f"{sheet.name}: no column of figures; is this the right sheet?")
    if plan.attributes:
        listed = ", ".join(plan.attributes)
        plan.chosen.append(f"columns of words became attributes of countries: {listed}")
    plan.chosen += [
        "direction: the sheet does not say it, so every indicator has higher_is_better; check each",
        "the tree: all indicators hang under the index with equal weights",
        "methods: min-max from 0 to 100 and arithmetic means; no screen, imputation or treatment",
    ]
    return plan


def _refuse_dated(plan: Plan, columns: Sequence[str]) -> None:
    """Refuse a sheet of one indicator whose columns are years."""
    dated = [column for column in columns if re.fullmatch("(19|20)[0-9]{2}", column)]
    if len(dated) > 1:
        plan.faults.append(
            f"{plan.data.name}: the columns {', '.join(dated[:3])} … are years; write a row for "
            "each country and year, with a column year, and a column for each indicator"
        )


def _take_column(plan: Plan, column: str, root: str) -> None:
    """Take a column of figures as an indicator, one of words as an attribute of countries."""
    sheet = plan.data
    cells = [cell for cell in sheet.column(column) if not is_absent(cell)]
    figures = sum(number(c, decimal_comma=sheet.decimal_comma) is not None for c in cells)
    if not cells:
        plan.lost.append(f"column {column}: empty; of a formula only the stored result counts")
    elif figures * 2 <= len(cells):
        plan.attributes.append(column)
        if figures:
            comma = sheet.decimal_comma
            word = next(c for c in cells if number(c, decimal_comma=comma) is None)
            plan.lost.append(
                f"column {column}: {figures} of {len(cells)} cells are numbers, one is "
                f"{word!r}; taken as an attribute of countries, not as an indicator"
            )
    else:
        code = snake(column, [leaf.code for leaf in plan.leaves])
        leaf = Leaf(code, column, column, direction="higher_is_better", parent=root)
        plan.leaves.append(leaf)


def _all_codes(sheet: Sheet, column: str) -> bool:
    """Say whether every cell of a column may be the code of a unit."""
    return all(unit_code(cell) == cell for cell in sheet.column(column))


def _odd_rows(plan: Plan) -> None:
    """Refuse rows without a code, leave out rows without a figure, and say what was cut."""
    sheet = plan.data
    code = sheet.head.index(plan.code_column)
    places = [sheet.head.index(leaf.column) for leaf in plan.leaves]
    plan.faults += [
        f"line {line}: no {plan.code_column}; name the country or take the row away"
        for line, row in zip(sheet.lines, sheet.rows, strict=True)
        if not row[code]
    ]
    for line in [n for n, row in zip(sheet.lines, sheet.rows, strict=True)
                 if row[code] and all(is_absent(row[p]) for p in places)]:  # fmt: skip
        at = sheet.lines.index(line)
        plan.lost.append(
            f"line {line}, {sheet.rows[at][code]!r}: no figure, so the row is left out"
        )
        del sheet.lines[at], sheet.rows[at]
    plan.lost += [f"line {line}: cells under no title are left out" for line in sheet.beyond]
    for leaf, place in zip(plan.leaves, places, strict=True):
        shares = sum(row[place].endswith("%") for row in sheet.rows)
        plain = sum(not is_absent(row[place]) for row in sheet.rows) - shares
        if shares and plain:
            plan.lost.append(
                f"column {leaf.column}: {shares} cells with % and {plain} without; the sign is "
                "left off, so check that all are in one unit"
            )


def _first(head: Sequence[str], wanted: Sequence[str]) -> str | None:
    """Return the first column that is called by one of the names, in large or small letters."""
    return next((c for c in head if c.lower().replace(" ", "_") in wanted), None)


def _figures(plan: Plan, year: int | None) -> tuple[dict[tuple[str, int], list[str]], list[int]]:
    """Read the figures: a list of cells for each unit and year, in the order of the leaves."""
    found: dict[tuple[str, int], list[str]] = {}
    odd: list[str] = []
    for line, row in zip(plan.data.lines, plan.data.rows, strict=True):
        cells = dict(zip(plan.data.head, row, strict=True))
        at = _year(plan, cells, year, line)
        key = (unit_code(cells[plan.code_column]), at)
        if key in found and (at or plan.year_column is None):  # 0: no year that could be read
            named = f"{cells[plan.code_column]} {at or ''}".rstrip()
            odd.append(f"line {line}: {named} stands twice; keep one of the two")
        found[key] = []
        for leaf in plan.leaves:
            cell = cells[leaf.column]
            value = number(cell, decimal_comma=plan.data.decimal_comma)
            if value is None and not is_absent(cell):
                odd.append(
                    f"line {line}: {leaf.column} is {cell!r}; a number is needed, or nothing"
                )
            found[key].append("" if value is None else digits(value))
    plan.faults += shortened(odd)
    marked = sum(c.lower() == "n/a" for row in plan.data.rows for c in row)
    if marked:
        plan.chosen.append(
            f"{marked} cells with n/a: taken as missing; write n/a into the table where an "
            "indicator does not apply"
        )
    return found, sorted({at for _, at in found})


def _without_range(plan: Plan, figures: Mapping[tuple[str, int], list[str]]) -> None:
    """Take indicators with one value everywhere out of the tree: min-max has no range for them."""
    for place, leaf in enumerate(plan.leaves):
        members: list[Leaf | Branch] = [*plan.leaves, *plan.nodes]
        beside = [member for member in members if member.parent == leaf.parent]
        found = {cells[place] for cells in figures.values()} - {""}
        if leaf.parent is None or leaf.denominator or len(found) > 1 or len(beside) == 1:
            continue
        plan.leaves[place] = replace(leaf, parent=None)
        plan.lost.append(
            f"column {leaf.column}: {'one value everywhere' if found else 'no figure'}, so that it "
            "hangs nowhere in the tree"
        )


def _year(plan: Plan, cells: Mapping[str, str], year: int | None, line: int) -> int:
    """Read the year of a row."""
    if plan.year_column is None:
        if year is None and not any("--year" in fault for fault in plan.faults):
            plan.faults.append("no column Time or year; say the year of the figures with --year")
        return year or 0
    value = number(cells[plan.year_column])
    if value is None or not 1000 <= value <= 3000 or value != int(value):
        text = cells[plan.year_column]
        plan.faults.append(f"line {line}: {plan.year_column} is {text!r}; a year is needed")
        return 0
    return int(value)
