"""The commands: build, check, rank, report, init, import, methods."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from resilience_index.cli_export import export
from resilience_index.errors import UsageError, nearest

if TYPE_CHECKING:
    from resilience_index.publish.edition import Told

app = typer.Typer(
    name="resilience-index",
    help="How well could a country deploy and benefit from AI, even on foreign models?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
out = Console(highlight=False, soft_wrap=True)

DEFAULT = "ai_resilience"
REPORTS = Path("reports")
FrameworkName = Annotated[str, typer.Argument(help="Name of a file in frameworks/.")]
ContentDir = Annotated[
    Path | None, typer.Option("--content", help="Folder of definitions and figures.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of methods that draw.")]


app.command()(export)


@app.callback()
def _app() -> None:
    """Tell how well a country could deploy and benefit from AI, even on foreign models."""


def _codes(text: str | None) -> list[str] | None:
    """Split a list of country codes such as KOR,JPN."""
    if text is None:
        return None
    return [code.strip() for code in text.split(",") if code.strip()]


def _version() -> str:
    from importlib.metadata import version

    return version("resilience-index")


@contextmanager
def _progress(what: str) -> Iterator["Told"]:
    """Show a bar with the time left; nothing when the output is not a terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@app.command()
def build(
    framework: FrameworkName = DEFAULT,
    content: ContentDir = None,
    out_dir: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the edition; reports/NAME-EDITION if not given."),
    ] = None,
    countries: Annotated[
        str | None, typer.Option(help="Reports of these countries only, such as KOR,JPN.")
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf/--no-pdf", help="With PDF reports, or without.")
    ] = True,
    seed: Seed = 0,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Processes that write reports.")] = 2,
) -> None:
    """Build an edition: data, ranking page and a report for each country.

    Example: [bold]resilience-index build --no-pdf --countries KOR,JPN[/bold]
    """
    from resilience_index.index import build as build_index
    from resilience_index.publish.edition import Wanted, write

    index = build_index(framework, content=content, seed=seed)
    folder = out_dir or REPORTS / f"{framework}-{index.framework.about.edition}"
    with _progress("Reports") as told:
        write(index, folder, Wanted(_codes(countries), pdf, jobs), engine=_version(), told=told)
    left = index.excluded.iloc[:, 0].nunique()
    out.print(f"{index.framework.about.title}, edition {index.framework.about.edition}")
    out.print(f"{index.ranked} ranked, {left} left out (data/excluded.csv says why)")
    out.print(f"written to {folder}")


@app.command()
def check(
    framework: Annotated[
        str | None, typer.Argument(help="Name of a framework; all if not given.")
    ] = None,
    content: ContentDir = None,
) -> None:
    """Read every definition and figure, and say everything that is wrong.

    Example: [bold]resilience-index check --content mine[/bold]
    """
    from resilience_index.content import open_content
    from resilience_index.errors import ContentError

    opened = open_content(content)
    names = [framework] if framework else opened.frameworks()
    problems: list[str] = []
    figures = 0
    latest: list[int] = []
    for name in names:
        try:
            latest.append(max(opened.framework(name).years))
        except ContentError as error:
            problems += [f"{Path(error.where).name}: {p}" for p in error.problems]
    codes = list(opened.indicators)
    if framework and not problems:
        codes = opened.needed(opened.framework(framework).indicators)
    try:
        read = opened.observations(codes, max(latest) if latest else None)
        figures = sum(len(o) for o in read.values())
    except ContentError as error:
        problems += error.problems
    if problems:
        raise ContentError(str(opened.folder), problems)
    out.print(
        f"in order: {', '.join(names) or 'no framework'}; {len(codes)} indicators, "
        f"{len(opened.sources)} sources, {figures:,} figures, {len(opened.units)} countries"
    )


@app.command()
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
    from resilience_index.content.places import shipped_content

    if format not in ("table", "csv", "json"):
        raise UsageError(f"--format {format} {nearest(format, ['table', 'csv', 'json'])}")
    from resilience_index.publish.standing import ranking_of

    folder = content or shipped_content()
    rows = ranking_of(REPORTS, framework, folder, _version())
    if rows is None:
        rows = _fresh(framework, folder)
    if rows and "panel_year" in rows[0]:
        last = max(row["panel_year"] for row in rows)
        rows = [row for row in rows if row["panel_year"] == last]
    if group is not None:
        members = _members(folder, group)
        code = next(iter(rows[0]))
        rows = [row for row in rows if row[code] in members]
        for row, place in zip(rows, _places(rows), strict=True):
            row["rank_in_group"] = place
    _show(rows[:top], format)


def _fresh(framework: str, folder: Path) -> list[dict[str, str]]:
    """Build the index and return its ranking as text."""
    import csv

    from resilience_index.index import build as build_index
    from resilience_index.publish import tables

    made = tables.to_csv(tables.ranking(build_index(framework, content=folder)))
    return list(csv.DictReader(made.decode().splitlines()))


def _places(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Rank the members of a group among themselves; ties share the smallest rank."""
    ranks = [float(row["rank"]) if row["rank"] else None for row in rows]
    known = [r for r in ranks if r is not None]
    return ["" if r is None else str(1 + sum(other < r for other in known)) for r in ranks]


def _members(folder: Path, group: str) -> set[str]:
    """Codes of a group: a 0/1 column of countries.csv, or a value of one of its columns."""
    import csv

    with (folder / "countries.csv").open(encoding="utf-8-sig", newline="") as file:
        units = list(csv.DictReader(file))
    code = next(iter(units[0]))
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
        out.print(
            json.dumps([_typed(row) for row in rows], ensure_ascii=False, indent=1), markup=False
        )
        return
    columns = list(rows[0]) if rows else []
    if form == "csv":
        import csv
        import sys

        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    shown = [c for c in columns if c not in ("region", "income_group")]
    for column in shown:
        table.add_column(
            column.replace("_", " "), justify="left" if column in shown[:2] else "right"
        )
    for row in rows:
        table.add_row(*[_short(column, row[column]) for column in shown])
    out.print(table)


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


@app.command()
def report(
    country: Annotated[str, typer.Argument(help="Country code, such as KOR.")],
    framework: Annotated[str, typer.Option(help="Name of a file in frameworks/.")] = DEFAULT,
    peers: Annotated[
        str | None, typer.Option(help="Countries to compare with: JPN,DEU,USA.")
    ] = None,
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the two files.")] = Path(),
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="With the PDF, or without.")] = True,
    content: ContentDir = None,
    seed: Seed = 0,
) -> None:
    """Write one country's report, with peers of one's own choice.

    Example: [bold]resilience-index report KOR --peers JPN,DEU,USA --out desk[/bold]
    """
    from resilience_index.index import build as build_index
    from resilience_index.publish.country import country_view
    from resilience_index.publish.edition import chosen, write_report

    index = build_index(framework, content=content, seed=seed)
    code = chosen(index, [country])[0]
    others = None if peers is None else chosen(index, _codes(peers))
    view = country_view(index, code, peers=others)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        write_report(view, out_dir, pdf, style="inline")
    except OSError as error:
        raise UsageError(f"{out_dir}: {error.strerror}; choose another place with --out") from None
    for kind in ("html", "pdf") if pdf else ("html",):
        out.print(str(out_dir / f"{code}.{kind}"))


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="A new folder.")]) -> None:
    """Copy the shipped definitions and figures to a folder, to edit and use with --content.

    Example: [bold]resilience-index init mine[/bold]
    """
    from resilience_index.content.places import shipped_content
    from resilience_index.publish.folders import replacing

    if folder.exists():
        raise UsageError(f"{folder}: it exists already; name a folder that does not")
    with replacing(folder) as place:
        shutil.copytree(shipped_content(), place, dirs_exist_ok=True)
    out.print(f"{folder}: edit frameworks/{DEFAULT}.toml and the rest, then")
    out.print(f"  resilience-index check --content {folder}")
    out.print(f"  resilience-index build --content {folder}")


@app.command(name="import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="CSV or Excel: COINr's iData and iMeta, or a wide sheet.")
    ],
    to: Annotated[Path, typer.Option("--to", help="A new folder.")],
    name: Annotated[
        str | None, typer.Option(help="Name of the framework; that of the folder if not given.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1000, max=3000, help="Year, where no column says it.")
    ] = None,
) -> None:
    """Turn foreign files into a folder of definitions and figures, and say what was lost.

    Example: [bold]resilience-index import iData.csv iMeta.csv --to mine[/bold]
    """
    from resilience_index.content import foreign, open_content
    from resilience_index.publish.folders import replacing

    if to.exists():
        raise UsageError(f"{to}: it exists already; name a folder that does not")
    code = foreign.snake(name or to.resolve().name)
    with replacing(to) as place:
        lost = foreign.write(files, place, name=code, year=year)
        opened = open_content(place)
        opened.observations(opened.indicators, max(opened.framework(code).years))
    out.print(f"{to}: {len(opened.indicators)} indicators, {len(opened.units)} countries")
    for line in lost:
        out.print(f"  not carried over: {line}", markup=False)
    out.print("IMPORT.md there says what was chosen and what is still to be stated; then")
    out.print(f"  resilience-index build {code} --content {to}")


@app.command()
def methods(
    name: Annotated[str | None, typer.Argument(help="A method, for its whole description.")] = None,
) -> None:
    """List every method of every step, with its settings.

    Example: [bold]resilience-index methods geometric[/bold]
    """
    import inspect

    from resilience_index.content.sense import FAMILIES
    from resilience_index.steps import transform
    from resilience_index.steps.methods import settings_of

    families = {"transform": transform.METHODS, **FAMILIES}
    if name is not None:
        known = {m for methods in families.values() for m in methods}
        if name not in known:
            raise UsageError(f"unknown method '{name}' {nearest(name, known)}")
    for step, members in families.items():
        if name is None:
            out.print(f"[bold]{step}[/bold]")
        for key, function in members.items():
            settings = ", ".join(
                p.name if p.default is p.empty else f"{p.name} = {p.default!r}"
                for p in settings_of(function).values()
            )
            text = inspect.getdoc(function) or ""
            if name is None:
                out.print(f"  {key}" + (f" ({settings})" if settings else ""), markup=False)
                out.print(f"      {text.splitlines()[0]}", markup=False)
            elif key == name:
                out.print(f"{step} {key}({settings})\n\n{text}", markup=False)
