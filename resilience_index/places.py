"""Where the content and the look lie: in the checkout, or inside the installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"  # only an installed wheel has it: see pyproject.toml


def root() -> Path:
    """Folder that holds indicators/ and templates/: the checkout, or the installed package."""
    return _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent


def shipped_content() -> Path:
    """Folder of the indicators, sources and frameworks that come with the package."""
    return root() / "indicators"


def templates() -> Path:
    """Folder of the page and report templates."""
    return root() / "templates"
