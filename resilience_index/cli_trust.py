"""The commands that make an edition disputable: verify, lock, compare."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from resilience_index.index import Index
    from resilience_index.robustness.changes import Changes

FORMS = ("markdown", "csv", "json")
Content = Annotated[Path | None, typer.Option("--content", help="Folder of definitions, figures.")]


def verify(
    edition: Annotated[Path, typer.Argument(help="Folder of an edition.")],
    content: Content = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild/--no-rebuild", help="Build it again, or only compare files.")
    ] = True,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Processes that write reports.")] = 2,
) -> None:
    """Build an edition again from what it carries, and compare every byte.

    Example: [bold]resilience-index verify reports/ai_resilience-2026[/bold]
    """
    from importlib.metadata import version

    from resilience_index.errors import ContentError
    from resilience_index.publish.verifying import differences, manifest_of

    found = differences(
        edition, engine=version("resilience-index"), content=content, rebuild=rebuild, jobs=jobs
    )
    if found:
        raise ContentError(str(edition), found)
    record = manifest_of(edition)
    built = "built again with the same bytes" if rebuild else "not built again"
    typer.echo(f"{edition}: {len(record.outputs)} files as the manifest says, {built}")


def lock(content: Content = None) -> None:
    """Write provenance.json: source, address, licence, retrieval and SHA-256 of each table.

    Example: [bold]resilience-index lock --content mine[/bold]
    """
    from resilience_index import drafts
    from resilience_index.content import open_content, provenance
    from resilience_index.errors import UsageError

    opened = open_content(content)
    made = provenance.record(opened.folder, opened.indicators, opened.sources)
    path = opened.folder / provenance.NAME
    try:
        drafts.put(path, provenance.text(made).encode())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; nothing was changed") from None
    typer.echo(f"{path}: {len(made['tables'])} tables")


def compare(
    old: Annotated[Path, typer.Argument(help="An edition, or a folder of definitions, figures.")],
    new: Annotated[
        Path | None, typer.Argument(help="The later one; with --year the same if not given.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="Compare with this older year, under today's method.")
    ] = None,
    framework: Annotated[
        str, typer.Option(help="Framework, where a folder is no edition.")
    ] = "ai_resilience",
    top: Annotated[int | None, typer.Option(min=1, help="Only those who moved most.")] = 20,
    format: Annotated[str, typer.Option(help="markdown, csv or json.")] = "markdown",  # noqa: A002 - the option's name
    into: Annotated[
        Path | None, typer.Option(help="Markdown file that takes the table, under the edition.")
    ] = None,
) -> None:
    """Say who moved between two editions, and what moved them: data, method, or the others.

    Example: [bold]resilience-index compare indicators --year 2025[/bold]
    """
    from resilience_index.errors import UsageError, nearest
    from resilience_index.publish.who_moved import insert, markdown
    from resilience_index.robustness.changes import compare as taken_apart

    if format not in FORMS:
        raise UsageError(f"--format {format} {nearest(format, FORMS)}")
    if new is None and year is None:
        raise UsageError("compare takes two folders, or one and --year")
    after = _index(new or old, framework)
    changes = taken_apart(_before(old, after, framework, year), after)
    if into is not None:
        insert(markdown(changes, most=top), into, after.framework.about.edition)
        typer.echo(f"{into}: written under {after.framework.about.edition}")
        return
    typer.echo(_spelled(changes, format, top), nl=False)


def _before(old: Path, after: "Index", framework: str, year: int | None) -> "Index":
    """Build the older of the two indices; under today's method if a year is given."""
    if year is None:
        return _index(old, framework)
    from resilience_index.robustness.backcast import backcast

    before, left_out = backcast(after, year)
    if left_out:
        typer.echo(f"without figures in {year}, so left out: {', '.join(left_out)}", err=True)
    return before


def _index(folder: Path, framework: str) -> "Index":
    """Build the index of an edition, from what it carries, or of a content folder."""
    from resilience_index.errors import UsageError
    from resilience_index.index import build
    from resilience_index.publish._record import CONTENT
    from resilience_index.publish.edition import MANIFEST
    from resilience_index.publish.verifying import manifest_of

    if not (folder / MANIFEST).is_file():
        return build(framework, content=folder)
    record = manifest_of(folder)
    if not (folder / CONTENT).is_dir():
        raise UsageError(f"{folder}: carries no {CONTENT}/; give the folder it was made from")
    return build(record.framework, content=folder / CONTENT, seed=record.seed)


def _spelled(changes: "Changes", form: str, top: int | None) -> str:
    """Spell the changes in one of the forms."""
    import json

    from resilience_index.export.safe_cells import harmless_table
    from resilience_index.publish.who_moved import markdown

    if form == "markdown":
        return markdown(changes, most=top)
    table = changes.table.reset_index()
    if form == "csv":
        return harmless_table(table).to_csv(index=False, lineterminator="\n")
    rows = json.loads(table.to_json(orient="records"))
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
