"""An index of how well a country could deploy and benefit from AI, even on foreign models.

    import resilience_index as ri

    index = ri.build("ai_resilience")
    index.ranking().head(10)

`build` gives a frozen `Index` that keeps every stage; step modules (`ri.steps.normalise`, …) hold
the methods as plain functions.
"""

from importlib.metadata import version

from resilience_index.content import Content, Framework, open_content
from resilience_index.errors import (
    ContentError,
    DataError,
    MethodError,
    ResilienceIndexError,
    UsageError,
)
from resilience_index.index import Index, build

__version__ = version("resilience-index")
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
    "open_content",
]
