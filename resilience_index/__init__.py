"""An index of how well a country could deploy and benefit from AI, even on foreign models.

    import resilience_index as ri

    index = ri.build("ai_resilience")
    index.ranking().head(10)

`build` gives a frozen `Index` that keeps every stage; step modules (`ri.steps.normalise`, …) hold
the methods as plain functions.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from resilience_index.errors import (
    ContentError,
    DataError,
    MethodError,
    ResilienceIndexError,
    UsageError,
)

if TYPE_CHECKING:
    from resilience_index.content import Content, Framework, open_content
    from resilience_index.index import Index, build
    from resilience_index.publish.country import country_view

__version__ = version("resilience-index")

_HOMES = {
    "Content": "resilience_index.content",
    "Framework": "resilience_index.content",
    "open_content": "resilience_index.content",
    "Index": "resilience_index.index",
    "build": "resilience_index.index",
    "country_view": "resilience_index.publish.country",
}


def __getattr__(name: str) -> Any:
    """Import what is heavy when it is first asked for, so that `rank` answers at once."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in ("content", "errors", "index", "policy", "publish", "robustness", "steps"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Content",
    "ContentError",
    "DataError",
    "Framework",
    "Index",
    "MethodError",
    "ResilienceIndexError",
    "UsageError",
    "build",
    "country_view",
    "open_content",
]
