"""What the commands share: the screen, the usual places, options that several of them take."""

from importlib.metadata import version as installed
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

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


def version() -> str:
    """Version of this package."""
    return installed("resilience-index")


def codes_in(text: str | None) -> list[str] | None:
    """Split a list of country codes such as KOR,JPN."""
    if text is None:
        return None
    return [code.strip() for code in text.split(",") if code.strip()]
