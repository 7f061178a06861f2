"""The commands that say how far a rank can be trusted: uncertainty, sensitivity, weight-space."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resilience_index.doors import (
    DEFAULT,
    Cluster,
    ContentDir,
    FrameworkName,
    Seed,
    executor_at,
    out,
    progress,
)
from resilience_index.errors import UsageError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from resilience_index.index import Index

FORMS = ("table", "csv", "json")
Form = Annotated[str, typer.Option("--format", help="table, csv or json.")]
Into = Annotated[
    Path | None, typer.Option("--out", help="A folder for all tables behind it, as CSV.")
]
Top = Annotated[int | None, typer.Option(min=1, help="Only the first so many.")]


def uncertainty(
    framework: FrameworkName = DEFAULT,
    draws: Annotated[
        int | None, typer.Option(min=1, help="Draws; the framework's (16,384) if not given.")
    ] = None,
    top: Top = None,
    form: Form = "table",
    into: Into = None,
    content: ContentDir = None,
    seed: Seed = 0,
    cluster: Cluster = None,
) -> None:
    """Draw all assumptions at once: intervals of ranks and scores, tiers, who is ahead of whom.

    higher and lower: shares of draws that place a country better and worse than published.

    Example: [bold]resilience-index uncertainty --draws 100000 --out intervals[/bold]
    """
    from resilience_index.publish import robustness_tables, tables
    from resilience_index.robustness.uncertainty import uncertainty as drawn

    index = _index(framework, content, seed, form, into)
    with progress("Draws") as told, executor_at(cluster) as executor:
        found = drawn(
            index, draws=draws, seed=seed, executor=executor, told=told, nodes=into is not None
        )
    table = robustness_tables.intervals(index, found)
    _show(robustness_tables.on_screen(table) if form == "table" else table, form, top)
    _told(form, [robustness_tables.in_words(found), *found.notes])
    if into is not None:
        made = {name: make(index, found) for name, make in tables.OF_UNCERTAINTY.items()}
        made["pairs"] = robustness_tables.pairs(index, found)
        _write(into, {"intervals": table, **made})


def sensitivity(
    framework: FrameworkName = DEFAULT,
    country: Annotated[
        str | None, typer.Option(help="What moves this country's own rank, such as KOR.")
    ] = None,
    base: Annotated[
        int, typer.Option(min=2, help="Points in each of two samples, a power of 2.")
    ] = 4096,
    second: Annotated[
        bool, typer.Option("--second/--no-second", help="With the second order, or without.")
    ] = False,
    form: Form = "table",
    into: Into = None,
    content: ContentDir = None,
    seed: Seed = 0,
    cluster: Cluster = None,
) -> None:
    """Say which assumption moves the ranks: shares of their variance, alone and with others.

    With --out also what single changes do, and leaving out each indicator, pillar and source.

    Example: [bold]resilience-index sensitivity --country KOR[/bold]
    """
    from resilience_index.publish import robustness_tables
    from resilience_index.robustness.one_at_a_time import left_out, one_at_a_time
    from resilience_index.robustness.sensitivity import SHIFT
    from resilience_index.robustness.sensitivity import sensitivity as shared_out

    index = _index(framework, content, seed, form, into)
    output = SHIFT if country is None else _row(index, country)
    with progress("Points") as told, executor_at(cluster) as executor:
        found = shared_out(index, base=base, seed=seed, second=second, executor=executor, told=told)
    _show(found.of(output).reset_index(), form, None)
    what = "the mean shift of all ranks" if country is None else f"the rank of {output}"
    _told(form, [f"shares of the variance of {what}; {found.evaluations:,} rankings"])
    if into is not None:
        made = robustness_tables.of_sensitivity(found)
        made["single_changes"] = robustness_tables.changes(index, one_at_a_time(index, seed=seed))
        made["left_out"] = robustness_tables.changes(index, left_out(index, seed=seed))
        _write(into, made)


def weight_space(
    framework: FrameworkName = DEFAULT,
    spread: Annotated[
        float, typer.Option(help="Each weight lies within this share of the framework's.")
    ] = 0.25,
    bound: Annotated[
        list[str] | None,
        typer.Option(help="Another range, as a share of 1: compute=0.1:0.4; may be repeated."),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, help="Weights drawn for the shares.")] = 4096,
    top: Top = None,
    form: Form = "table",
    into: Into = None,
    content: ContentDir = None,
    seed: Seed = 0,
    cluster: Cluster = None,
) -> None:
    """Find the best and worst rank of each country over all weights within bounds.

    best and worst are proven for the weights of the index's children; the sampled ones, over the
    weights of all levels, were met, and the truth may lie outside.

    Example: [bold]resilience-index weight-space --bound compute=0.1:0.5[/bold]
    """
    from resilience_index.publish import robustness_tables
    from resilience_index.robustness.weight_space import weight_space as searched

    bounds = dict(_bound(text) for text in bound or [])
    index = _index(framework, content, seed, form, into)
    with progress("Countries") as told, executor_at(cluster) as executor:
        found = searched(
            index, spread=spread, bounds=bounds, draws=draws, seed=seed, executor=executor,
            told=told,
        )  # fmt: skip
    made = robustness_tables.of_weights(index, found)
    _show(made["weight_space"], form, top)
    fixed = f"{found.fixed_pairs:.0%} of pairs never swap under these weights"
    _told(form, [fixed, *([found.note] if found.note else [])])
    if into is not None:
        _write(into, made)


def _index(
    framework: str, content: Path | None, seed: int, form: str, into: Path | None
) -> "Index":
    """Build an index, after what can be refused at once."""
    from resilience_index.index import build

    if form not in FORMS:
        raise UsageError(f"--format {form} {nearest(form, FORMS)}")
    if into is not None and into.exists():
        raise UsageError(f"{into}: it exists already; name a folder that does not")
    return build(framework, content=content, seed=seed)


def _row(index: "Index", country: str) -> str:
    """Check a country; in a panel its last year is meant."""
    from resilience_index.publish.edition import chosen

    code = chosen(index, [country])[0]
    if index.framework.panel is None:
        return code
    years = [year for unit, year in index.ranks.index if unit == code]
    return f"{code} {max(years)}"


def _bound(text: str) -> tuple[str, tuple[float, float]]:
    """Read a bound such as compute=0.1:0.4.

    >>> _bound("compute=0.1:0.4")
    ('compute', (0.1, 0.4))
    """
    name, _, ends = text.partition("=")
    low, _, high = ends.partition(":")
    try:
        return name.strip(), (float(low), float(high))
    except ValueError:
        raise UsageError(
            f"--bound {text}: not NAME=LOW:HIGH, two numbers from 0 to 1, such as compute=0.1:0.4"
        ) from None


def _show(table: "pd.DataFrame", form: str, top: int | None) -> None:
    """Print a table: for the screen, as CSV or as JSON."""
    import sys

    from resilience_index.publish.tables import to_csv

    shown = table.head(top) if top is not None else table
    if form == "csv":
        sys.stdout.write(to_csv(shown).decode())
    elif form == "json":
        rows = json.loads(shown.to_json(orient="records", double_precision=15))
        out.print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        out.print(_laid_out(shown))


def _laid_out(table: "pd.DataFrame") -> Any:
    """Lay a table out for the screen; wider than the screen rather than cut off."""
    from rich.measure import Measurement
    from rich.table import Table

    made = Table(box=None, pad_edge=False)
    for place, column in enumerate(table):
        left = place == 0 or column in ("name", "input")
        made.add_column(
            str(column).replace("_", " "), justify="left" if left else "right", no_wrap=True
        )
    for row in table.itertuples(index=False, name=None):
        made.add_row(*[_cell(value) for value in row])
    made.width = Measurement.get(out, out.options.update(max_width=10_000), made).maximum
    return made


def _cell(value: Any) -> str:
    """Spell a cell: whole numbers whole, others with two digits, nothing where nothing is."""
    import pandas as pd

    if pd.isna(value):
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _told(form: str, lines: Sequence[str]) -> None:
    """Say what belongs to a table; beside it, where a program reads the table."""
    for line in lines:
        typer.echo(line, err=form != "table")


def _write(into: Path, made: Mapping[str, "pd.DataFrame"]) -> None:
    """Write tables into a new folder, all or none."""
    from resilience_index.publish.folders import replacing
    from resilience_index.publish.tables import to_csv

    with replacing(into) as place:
        for name, table in made.items():
            (place / f"{name}.csv").write_bytes(to_csv(table))
    typer.echo(f"written to {into}: {', '.join(made)}", err=True)
