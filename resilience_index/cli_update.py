"""The command that fetches newer figures from their producers: update."""

from typing import TYPE_CHECKING, Annotated

import typer

from resilience_index.doors import ContentDir

if TYPE_CHECKING:
    from resilience_index.content import Content
    from resilience_index.refresh.differences import Change, Difference
    from resilience_index.refresh.updating import Proposal


def update(
    source: Annotated[
        str | None,
        typer.Argument(help="Key of sources.toml; all that can be fetched if not given."),
    ] = None,
    content: ContentDir = None,
    list_: Annotated[
        bool, typer.Option("--list", help="Only list what is fetched from where.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, write nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    top: Annotated[int, typer.Option(min=1, help="Countries shown of each table.")] = 10,
    base: Annotated[
        str | None,
        typer.Option(
            envvar="RESILIENCE_INDEX_UPDATE_BASE",
            help="Server to ask in the place of the producers', such as a mirror.",
        ),
    ] = None,
) -> None:
    """Fetch newer figures from their producers, show what changes by country, then write.

    Example: [bold]resilience-index update wdi --dry-run[/bold]
    """
    from resilience_index.content import open_content
    from resilience_index.refresh.keeping import finish
    from resilience_index.refresh.services import listed

    opened = open_content(content)
    if not list_ and not dry_run and finish(opened.folder):
        typer.echo("an update that was cut off has been finished; its tables are in place")
        opened = open_content(content)
    sources = [source] if source is not None else listed(opened.folder)
    if list_:
        _told_of(opened, sources)
        return
    proposals = _proposed(opened, sources, base, top)
    _written(opened, proposals, dry_run=dry_run, yes=yes)
    _failures(proposals)


def _told_of(content: "Content", sources: list[str]) -> None:
    """List the tables of each source, its address, and what is done by hand."""
    from resilience_index.refresh.services import asked_of, service

    for source in sources:
        one = service(content.folder, source)
        typer.echo(f"{source}: {one.base}{one.path}")
        typer.echo(f"  fetched: {', '.join(asked_of(one)) or 'nothing'}")
        for code, why in one.by_hand.items():
            typer.echo(f"  by hand: {code}: {why}")


def _proposed(
    content: "Content", sources: list[str], base: str | None, top: int
) -> "list[Proposal]":
    """Fetch each source and show what it would change."""
    from resilience_index.refresh.fetching import Fetcher
    from resilience_index.refresh.services import base_of
    from resilience_index.refresh.updating import propose

    fetcher = Fetcher(None if base is None else base_of(base))
    proposals = []
    for source in sources:
        one = propose(content, source, fetcher)
        proposals.append(one)
        _shown(content, one, top)
    return proposals


def _shown(content: "Content", one: "Proposal", top: int) -> None:
    """Show the changes of one source, by table and country."""
    from resilience_index.errors import plain

    typer.echo(f"{one.source}: {one.address}")
    for code, found in one.tables.items():
        typer.echo(f"  {code}: {found.counts()}")
        _countries(content, found, top)
    for code, why in one.failed.items():
        typer.echo(f"  {code}: not brought up to date: {plain(why)}")
    if one.unknown:
        shown = plain(", ".join(one.unknown[:8]))
        more = f" and {len(one.unknown) - 8} more" if len(one.unknown) > 8 else ""
        typer.echo(f"  not in countries.csv, so left out: {shown}{more}")


def _countries(content: "Content", found: "Difference", top: int) -> None:
    """Show the changes of a table, a line a country."""
    from resilience_index.refresh.updating import most_changed

    names = content.units["name"]
    for code, changes in most_changed(found, top):
        told = "; ".join(_spelled(change) for change in changes[-3:])
        more = f"{len(changes) - 3} more; " if len(changes) > 3 else ""
        typer.echo(f"    {code} {names.get(code, '')}: {more}{told}")
    rest = len({change.code for change in found.changes}) - top
    if rest > 0:
        typer.echo(f"    and {rest} more countries (--top shows more)")


def _spelled(change: "Change") -> str:
    """Spell one change of a figure."""
    if change.old is None:
        return f"{change.year} new {change.new}"
    if change.new is None:
        return f"{change.year} withdrawn, was {change.old}"
    return f"{change.year} {change.old} to {change.new}"


def _written(content: "Content", proposals: "list[Proposal]", *, dry_run: bool, yes: bool) -> None:
    """Ask, then write everything at once."""
    import sys
    from datetime import UTC, datetime

    from resilience_index.errors import UsageError
    from resilience_index.refresh.keeping import put
    from resilience_index.refresh.updating import files

    count = sum(len(one.changed) for one in proposals)
    if dry_run or not count:
        typer.echo("nothing was changed" + (f"; {count} tables would be" if count else ""))
        return
    if not yes and not sys.stdin.isatty():
        raise UsageError("nothing was changed: nobody is there to answer; add --yes to write")
    if not yes and not typer.confirm(f"Write {count} tables into {content.folder}?"):
        typer.echo("nothing was changed")
        return
    put(content.folder, files(content, proposals, datetime.now(UTC).date()))
    typer.echo(f"{count} tables written; those that stood before are in {content.folder}/vintages")


def _failures(proposals: "list[Proposal]") -> None:
    """End with an error if a table could not be fetched."""
    from resilience_index.errors import UsageError

    failed = [f"{one.source}: {code}" for one in proposals for code in one.failed]
    if failed:
        shown = ", ".join(failed[:6]) + (f" and {len(failed) - 6} more" if len(failed) > 6 else "")
        raise UsageError(f"not brought up to date, and left as they were: {shown}; see above")
