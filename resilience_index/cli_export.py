"""The command export: one edition, in one form."""

from pathlib import Path
from typing import Annotated

import typer


def export(
    edition: Annotated[
        str, typer.Argument(help="Folder of a built edition, or name of a framework.")
    ] = "ai_resilience",
    to: Annotated[
        str, typer.Option(help="xlsx, parquet, json, sdmx, datapackage or duckdb.")
    ] = "xlsx",
    out: Annotated[
        Path | None, typer.Option(help="File or folder to write; NAME-EDITION here if not given.")
    ] = None,
    content: Annotated[Path | None, typer.Option(help="Folder of definitions and figures.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of methods that draw.")] = 0,
    draws: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Draws behind the rank intervals; 0 for none, the framework's if not given.",
        ),
    ] = None,
) -> None:
    """Hand an edition on in one form: a workbook with live formulas, a data package, SDMX, ….

    Example: [bold]resilience-index export reports/ai_resilience-2026 --to xlsx[/bold]
    """
    from resilience_index.errors import UsageError, nearest
    from resilience_index.export.opening import opened
    from resilience_index.export.products import FORMS
    from resilience_index.export.products import export as write

    if to not in FORMS:
        raise UsageError(f"--to {to} {nearest(to, FORMS)}")
    found = opened(edition, content=content, seed=seed, draws=draws)
    path = write(found.index, to, out, known=found.known)
    about = found.index.framework.about
    typer.echo(f"{about.title}, edition {about.edition}, as {to}: {path}")
