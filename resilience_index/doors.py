"""What the commands share: the screen, the usual places, options that several of them take."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from resilience_index.errors import ContentError, UsageError

if TYPE_CHECKING:
    from resilience_index.content import Content

out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)

DEFAULT = "ai_resilience"
REPORTS = Path("reports")
FrameworkName = Annotated[str, typer.Argument(help="Name of a file in frameworks/.")]
ContentDir = Annotated[
    Path | None, typer.Option("--content", help="Folder of definitions and figures.")
]
Draws = Annotated[
    int | None,
    typer.Option(
        min=0, help="Draws behind the rank intervals; 0 for none, the framework's if not given."
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of methods that draw.")]
WithPolicy = Annotated[
    bool, typer.Option("--policy/--no-policy", help="With the policy lab, or without.")
]
Audited = Annotated[
    bool, typer.Option("--audit/--no-audit", help="With the statistical audit, or without.")
]
Lang = Annotated[
    str, typer.Option("--lang", help="Language of pages and reports: ar, en, fr, ko, or your own.")
]

Cluster = Annotated[
    str | None,
    typer.Option(help="Address of a dask scheduler, tcp://HOST:8786, whose workers do the work."),
]
_ANSWER = 10  # seconds within which a cluster must answer


def version() -> str:
    """Version of this package."""
    return installed("resilience-index")


def sound(folder: Path | None, framework: str) -> "Content":
    """Open a content folder to build from; refuse it if any table that is there cannot be read.

    A table that the scores need not is refused too, with what is wrong in those that they need.
    """
    from resilience_index.content import open_content

    content = open_content(folder, framework=framework)
    beside = content.faults_beside(framework)
    if beside:
        raise ContentError(str(content.folder), [*content.faults_of(framework), *beside])
    return content


def folder_of(framework: str, edition: str, language: str) -> Path:
    """Name the folder of an edition; one in another language than English has its code behind.

    >>> folder_of("ai_resilience", "2026", "fr").name
    'ai_resilience-2026-fr'
    """
    spoken = "" if language == "en" else f"-{language.replace('_', '-')}"
    return REPORTS / f"{framework}-{edition}{spoken}"


def codes_in(text: str | None) -> list[str] | None:
    """Split a list of country codes such as KOR,JPN."""
    if text is None:
        return None
    return [code.strip() for code in text.split(",") if code.strip()]


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
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


@contextmanager
def executor_at(address: str | None) -> Iterator[Executor | None]:
    """Give the executor of a cluster; none, so threads of this process, without an address.

    Raises
    ------
    UsageError
        If the cluster cannot be reached, has no workers, or one of another version; or if its
        workers are lost again and again.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise UsageError(
            "--cluster needs dask.distributed: pip install 'resilience-index[cluster]'"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--cluster {address}: no scheduler answers there ({error}); start one with "
            "`dask scheduler`, and give the address that it prints, such as tcp://10.0.0.1:8786"
        ) from None
    with client:
        _same_version(client, address)
        try:
            yield client.get_executor(pure=False)
        except KilledWorker as error:
            raise UsageError(
                f"--cluster {address}: several workers were lost with the same piece of work, for "
                f"want of memory perhaps ({error.last_worker.address}); give them more"
            ) from None


def _same_version(client: Any, address: str) -> None:
    """Refuse a cluster without workers, or with workers that would compute something else."""
    try:
        client.wait_for_workers(1, timeout=_ANSWER)
    except TimeoutError:
        raise UsageError(
            f"--cluster {address}: the scheduler has no workers; start some with "
            f"`dask worker {address}`"
        ) from None
    own = _installed_there()
    for worker, found in client.run(_installed_there, on_error="return").items():
        if found != own:
            told = found if isinstance(found, str) else "no resilience-index"
            raise UsageError(
                f"--cluster {address}: worker {worker} has {told}, here is {own}; "
                "install the same version on every worker"
            )


def _installed_there() -> str:
    from importlib.metadata import version as there

    return f"resilience-index {there('resilience-index')}"
