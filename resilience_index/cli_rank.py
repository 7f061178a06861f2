"""The command rank: the ranking on the screen, from the edition that stands if it is current."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from resilience_index.doors import DEFAULT, REPORTS, ContentDir, FrameworkName, out, version
from resilience_index.errors import UsageError, nearest

NARROW = (
    "name",
    "rank",
    "90 % range",
    "score",
    "coverage",
    "tier",
    "rank_in_group",
    "90 % in group",
)
"""Columns that a narrow screen shows, after the code."""

RANGES = {"rank": "90 % range", "rank_in_group": "90 % in group"}
"""What the interval of each kind of rank is called on the screen."""


def rank(
    framework: FrameworkName = DEFAULT,
    group: Annotated[
        str | None, typer.Option(help="A membership (oecd), a region or an income group.")
    ] = None,
    top: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    format: Annotated[str, typer.Option(help="table, csv or json.")] = "table",  # noqa: A002 - the option's name
    content: ContentDir = None,
) -> None:
    """Print the ranking; from the edition that stands, if nothing has changed since.

    Example: [bold]resilience-index rank --group oecd --top 20[/bold]
    """
    from resilience_index.places import shipped_content

    if format not in ("table", "csv", "json"):
        raise UsageError(f"--format {format} {nearest(format, ['table', 'csv', 'json'])}")
    from resilience_index.publish.standing import ranking_of

    folder = content or shipped_content()
    rows = ranking_of(REPORTS, framework, folder, version())
    if rows is None:
        rows = _fresh(framework, folder)
    if rows and "panel_year" in rows[0]:
        last = max(row["panel_year"] for row in rows)
        rows = [row for row in rows if row["panel_year"] == last]
    if group is not None:
        members = _members(folder, group)
        code = next(iter(rows[0]))
        rows = [row for row in rows if row[code] in members]
        ends = _ends_within(framework, folder, rows, code)
        for row, place in zip(rows, _places(rows), strict=True):
            row["rank_in_group"] = place
            row |= ends.get(row[code], {})
    _show(rows[:top], format)


def _fresh(framework: str, folder: Path) -> list[dict[str, str]]:
    """Build the index, draw its intervals and return its ranking as text."""
    import csv

    from resilience_index.index import build as build_index
    from resilience_index.publish import tables
    from resilience_index.publish.edition import intervals_of

    index = build_index(framework, content=folder)
    made = tables.to_csv(tables.ranking(index, intervals_of(index)))
    return list(csv.DictReader(made.decode().splitlines()))


def _ends_within(
    framework: str, folder: Path, rows: Sequence[Mapping[str, str]], code: str
) -> dict[str, dict[str, str]]:
    """Draw the intervals of ranks among the members of a group; none in a panel."""
    if not rows or "panel_year" in rows[0]:
        return {}
    from resilience_index.index import build as build_index
    from resilience_index.robustness.uncertainty import within

    index = build_index(framework, content=folder)
    made = within(index, {"group": [row[code] for row in rows]}, seed=index.seed)["group"]
    columns = {"rank_in_group_05": "rank_05", "rank_in_group_95": "rank_95"}
    return {
        str(who): {c: "" if math.isnan(row[of]) else f"{row[of]:.0f}" for c, of in columns.items()}
        for who, row in made.iterrows()
    }


def _places(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Rank the members of a group among themselves; ties share the smallest rank."""
    ranks = [float(row["rank"]) if row["rank"] else None for row in rows]
    known = [r for r in ranks if r is not None]
    return ["" if r is None else str(1 + sum(other < r for other in known)) for r in ranks]


def _members(folder: Path, group: str) -> set[str]:
    """Codes of a group: a 0/1 column of countries.csv, or a value of one of its columns."""
    import csv

    try:
        with (folder / "countries.csv").open(encoding="utf-8-sig", newline="") as file:
            units = list(csv.DictReader(file, strict=True))
        code = next(iter(units[0]))
    except (OSError, ValueError, LookupError, csv.Error) as error:
        raise UsageError(f"{folder / 'countries.csv'}: {error}; see what check says") from None
    wanted = group.casefold()
    flags = [c for c in units[0] if {u[c] for u in units} <= {"0", "1"}]
    values = {u[c] for u in units for c in ("region", "income_group") if u.get(c)}
    found = {u[code] for u in units for c in flags if c.casefold() == wanted and u[c] == "1"}
    found |= {
        u[code]
        for u in units
        for c in ("region", "income_group")
        if u.get(c, "").casefold() == wanted
    }
    if not found:
        raise UsageError(f"--group: no group '{group}' {nearest(group, [*flags, *values])}")
    return found


def _show(rows: Sequence[Mapping[str, str]], form: str) -> None:
    """Print rows as a table, as CSV or as JSON."""
    if form == "json":
        out.print(json.dumps([_typed(row) for row in rows], ensure_ascii=False, indent=1))
        return
    columns = list(rows[0]) if rows else []
    if form == "csv":
        import csv
        import sys

        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return
    out.print(*_table([_ranged(row) for row in rows]))


def _table(rows: Sequence[Mapping[str, str]]) -> list[Any]:
    """Lay rows out for the screen; on a narrow one the pillars are left out, never cut off."""
    from rich.measure import Measurement
    from rich.table import Table

    if not rows:
        return []
    shown = [c for c in rows[0] if c not in ("region", "income_group")]
    for columns in (shown, [c for c in shown if c in NARROW or c == shown[0]]):
        table = Table(box=None, pad_edge=False)
        for column in columns:
            left = column in shown[:2]
            title = column.replace("_", " ")
            table.add_column(title, justify="left" if left else "right", no_wrap=True)
        for row in rows:
            table.add_row(*[_short(column, row[column]) for column in columns])
        wide = Measurement.get(out, out.options.update(max_width=10_000), table).maximum
        table.width = wide
        if wide <= out.width or not out.is_terminal:
            break
    return [table]


def _ranged(row: Mapping[str, str]) -> dict[str, str]:
    """Put the interval of the rank beside the rank, as a range."""
    out, ends = {}, []
    for key, value in row.items():
        out[key] = value
        low, high = f"{key}_05", f"{key}_95"
        if key in RANGES and low in row:
            out[RANGES[key]] = f"{row[low]}–{row[high]}" if row[low] else ""
            ends += [low, high]
    return {k: v for k, v in out.items() if k not in ends}


def _typed(row: Mapping[str, str]) -> dict[str, Any]:
    """Give numbers their type, and nothing for an empty cell."""
    text = ("name", "region", "income_group", next(iter(row)))
    return {k: v if k in text else None if v == "" else json.loads(v) for k, v in row.items()}


def _short(column: str, value: str) -> str:
    """Round a number for a table on the screen."""
    if column in ("name",) or not value or "." not in value:
        return value
    digits = 2 if column in ("coverage", "missing_share") else 1
    try:
        return f"{float(value):.{digits}f}"
    except ValueError:
        return value
