"""The commands site and serve: the pages of an edition without PDFs, and a look at them."""

from pathlib import Path
from typing import Annotated

import typer

from resilience_index.doors import (
    Audited,
    Cluster,
    Lang,
    WithPolicy,
    codes_in,
    executor_at,
    folder_of,
    progress,
    sound,
)

_REPORTS = Path("reports")


def site(
    framework: Annotated[str, typer.Argument(help="Name of a file in frameworks/.")] = (
        "ai_resilience"
    ),
    content: Annotated[
        Path | None, typer.Option("--content", help="Folder of definitions and figures.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the edition; reports/NAME-EDITION if not given.")
    ] = None,
    countries: Annotated[
        str | None, typer.Option(help="Reports of these countries only, such as KOR,JPN.")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(min=0, help="Draws behind the rank intervals; 0 for none."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of methods that draw.")] = 0,
    audited: Audited = True,
    with_policy: WithPolicy = True,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Processes that make pages.")] = 2,
    lang: Lang = "en",
    cluster: Cluster = None,
) -> None:
    """Build an edition with all its pages, but without PDFs.

    Example: [bold]resilience-index site ai_resilience --out site[/bold]
    """
    from importlib.metadata import version

    from resilience_index.index import build
    from resilience_index.publish.edition import Wanted, notes, write

    index = build(framework, content=sound(content, framework), seed=seed)
    folder = out or folder_of(framework, index.framework.about.edition, lang)
    wanted = Wanted(codes_in(countries), False, jobs, draws, audited, with_policy, lang)
    with progress("Pages") as told, executor_at(cluster) as executor:
        write(
            index, folder, wanted, engine=version("resilience-index"), told=told, executor=executor
        )
    typer.echo(f"{index.framework.about.title}, edition {index.framework.about.edition}")
    for note in notes(folder):
        typer.echo(note)
    typer.echo(f"open {folder}/index.html, or run: resilience-index serve {folder}")


def serve(
    folder: Annotated[
        Path | None, typer.Argument(help="An edition; the newest under reports/ if not given.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where it listens; 0 for any that is free.")
    ] = 8000,
) -> None:
    """Show an edition in the browser, to this machine alone, until Ctrl-C.

    Example: [bold]resilience-index serve reports/ai_resilience-2026 --port 8080[/bold]
    """
    from resilience_index.errors import UsageError
    from resilience_index.publish.serving import LOOPBACK, MANIFEST, server

    if folder is None:
        known = sorted(_REPORTS.glob(f"*/{MANIFEST}"), key=lambda p: p.stat().st_mtime)
        if not known:
            raise UsageError("no edition stands under reports/; make one with build or site")
        folder = known[-1].parent
    with server(folder, port) as running:
        typer.echo(f"http://{LOOPBACK}:{running.server_port}/ shows {folder}; Ctrl-C ends it")
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            typer.echo("ended")
