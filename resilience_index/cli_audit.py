"""The command audit: 22 checks of an index, as page, PDF and JSON."""

from pathlib import Path
from typing import Annotated

import typer


def audit(
    framework: Annotated[str, typer.Argument(help="Name of a file in frameworks/.")] = (
        "ai_resilience"
    ),
    content: Annotated[Path | None, typer.Option(help="Folder of definitions and figures.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the three files; reports/NAME-EDITION-audit if not given."),
    ] = None,
    draws: Annotated[
        int | None, typer.Option(min=1, help="Versions of the index; as its framework says.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of methods that draw.")] = 0,
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="With the PDF, or without.")] = True,
) -> None:
    """Audit an index: 22 checks, what it may be quoted for, and what would improve it most.

    Example: [bold]resilience-index audit ai_resilience --draws 4096 --no-pdf[/bold]
    """
    from resilience_index.index import build
    from resilience_index.publish.audit_page import write
    from resilience_index.robustness.audit import audit as examine

    index = build(framework, content=content, seed=seed)
    made = examine(index, draws=draws, seed=seed)
    about = index.framework.about
    folder = out or Path("reports") / f"{framework}-{about.edition}-audit"
    write(made, folder, pdf=pdf)
    told = ", ".join(f"{count} {verdict}" for verdict, count in made.tally().items())
    typer.echo(f"{about.title}, edition {about.edition}: {told}")
    for check in made.checks:
        if check.verdict == "fails":
            typer.echo(f"  fails: {check.number} {check.title}")
    typer.echo(f"written to {folder}")
