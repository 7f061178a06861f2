"""The commands: build, check, rank, report, init, import, methods."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from resilience_index.cli_audit import audit
from resilience_index.cli_check import check
from resilience_index.cli_export import export
from resilience_index.cli_languages import messages
from resilience_index.cli_policy import policy
from resilience_index.cli_rank import rank
from resilience_index.cli_robustness import sensitivity, uncertainty, weight_space
from resilience_index.cli_site import serve, site
from resilience_index.cli_trust import compare, lock, verify
from resilience_index.cli_update import update
from resilience_index.cli_what_if import what_if
from resilience_index.doors import (
    DEFAULT,
    Audited,
    Cluster,
    ContentDir,
    Draws,
    FrameworkName,
    Lang,
    Seed,
    WithPolicy,
    codes_in,
    executor_at,
    folder_of,
    out,
    progress,
    sound,
    version,
)
from resilience_index.errors import UsageError, nearest

app = typer.Typer(
    name="resilience-index",
    help="How well could a country deploy and benefit from AI, even on foreign models?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command()(check)
app.command()(rank)
app.command()(audit)
app.command()(uncertainty)
app.command()(sensitivity)
app.command("weight-space")(weight_space)
app.command()(export)
app.command()(messages)
app.command()(site)
app.command()(serve)
app.command("what-if")(what_if)
app.command()(verify)
app.command()(lock)
app.command()(compare)
app.command()(update)
app.add_typer(policy, name="policy")


@app.callback()
def _app() -> None:
    """Tell how well a country could deploy and benefit from AI, even on foreign models."""


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
    draws: Draws = None,
    seed: Seed = 0,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Processes that write reports.")] = 2,
    audited: Audited = True,
    with_policy: WithPolicy = True,
    lang: Lang = "en",
    cluster: Cluster = None,
) -> None:
    """Build an edition: data, pages, an audit, a policy lab, a report for each country.

    Example: [bold]resilience-index build --no-pdf --countries KOR,JPN[/bold]
    """
    from resilience_index.index import build as build_index
    from resilience_index.publish.edition import Wanted, notes, write

    index = build_index(framework, content=sound(content, framework), seed=seed)
    folder = out_dir or folder_of(framework, index.framework.about.edition, lang)
    with progress("Reports") as told, executor_at(cluster) as executor:
        write(
            index,
            folder,
            Wanted(codes_in(countries), pdf, jobs, draws, audited, with_policy, lang),
            engine=version(),
            told=told,
            executor=executor,
        )
    left = index.excluded.iloc[:, 0].nunique()
    out.print(f"{index.framework.about.title}, edition {index.framework.about.edition}")
    out.print(f"{index.ranked} ranked, {left} left out (data/excluded.csv says why)")
    for note in notes(folder):
        out.print(note)
    out.print(f"written to {folder}")


@app.command()
def report(
    country: Annotated[str, typer.Argument(help="Country code, such as KOR.")],
    framework: Annotated[str, typer.Option(help="Name of a file in frameworks/.")] = DEFAULT,
    peers: Annotated[
        str | None,
        typer.Option(
            help="Countries to compare with: JPN,DEU,USA; or region, income_group, oecd, similar."
        ),
    ] = None,
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = Path(),
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="With the PDF, or without.")] = True,
    content: ContentDir = None,
    draws: Draws = None,
    seed: Seed = 0,
    lang: Lang = "en",
) -> None:
    """Write one country's report, with peers of one's own choice.

    Example: [bold]resilience-index report KOR --peers JPN,DEU,USA --out desk[/bold]
    """
    from resilience_index.content.languages import open_language
    from resilience_index.content.speech import speaking
    from resilience_index.index import build as build_index
    from resilience_index.publish.country import country_view, movers_of
    from resilience_index.publish.edition import chosen, intervals_of, write_report
    from resilience_index.publish.translating import index_in

    index = build_index(framework, content=content, seed=seed)
    code = chosen(index, [country])[0]
    language = open_language(lang, index.content.folder)
    known = intervals_of(index, draws)
    moved = movers_of(index, known)
    with speaking(language):
        shown = index_in(index, language)
        view = country_view(shown, code, peers=codes_in(peers), known=known, moved=moved)
        write_report(view, out_dir, pdf)
    for end in (".html", ".pdf", "-brief.pdf") if pdf else (".html",):
        out.print(str(out_dir / f"{code}{end}"))


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="A new folder.")]) -> None:
    """Copy the shipped definitions and figures to a folder, to edit and use with --content.

    Example: [bold]resilience-index init mine[/bold]
    """
    from resilience_index.places import shipped_content
    from resilience_index.publish.folders import replacing

    if folder.exists():
        raise UsageError(f"{folder}: it exists already; name a folder that does not")
    with replacing(folder, named="after init") as place:
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
    with replacing(to, named="with --to") as place:
        lost = foreign.write(files, place, name=code, year=year)
        opened = open_content(place)
        opened.observations(opened.indicators, max(opened.framework(code).years))
    out.print(f"{to}: {len(opened.indicators)} indicators, {len(opened.units)} countries")
    for line in lost:
        out.print(f"  not carried over: {line}")
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

    from resilience_index.content.choices import FAMILIES
    from resilience_index.steps import formula as language
    from resilience_index.steps.methods import settings_of

    if name is not None:
        known = {m for methods in FAMILIES.values() for m in methods}
        if name not in known:
            raise UsageError(f"unknown method '{name}' {nearest(name, known)}")
    told = f"{inspect.getdoc(language)}\n" if name == "formula" else ""
    out.print(told, end="", markup=False)
    for step, members in FAMILIES.items():
        if name is None:
            out.print(step, style="bold")
        for key, function in members.items():
            settings = ", ".join(
                p.name if p.default is p.empty else f"{p.name} = {p.default!r}"
                for p in settings_of(function).values()
            )
            text = inspect.getdoc(function) or ""
            if name is None:
                out.print(f"  {key}" + (f" ({settings})" if settings else ""))
                out.print(f"      {text.splitlines()[0]}")
            elif key == name:
                out.print(f"{step} {key}({settings})\n\n{text}")
