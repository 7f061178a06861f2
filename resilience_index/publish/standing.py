"""Find out whether an edition that stands on disk still is what a build would give.

Only the standard library is used, so that `rank` answers at once.
"""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any


def ranking_of(
    reports: Path, framework: str, content: Path, engine: str
) -> list[dict[str, str]] | None:
    """Return the ranking of the newest standing edition of a framework that is still current."""
    for folder in sorted(reports.glob(f"{framework}-*"), reverse=True):
        rows = _current(folder, framework, content, engine)
        if rows is not None:
            return rows
    return None


def _current(
    folder: Path, framework: str, content: Path, engine: str
) -> list[dict[str, str]] | None:
    """Return the ranking of a standing edition, or None if any input has changed since.

    The edition counts if it was made by this version, every definition and table under `content`
    that it names has the same SHA-256, and so has its own ranking.
    """
    try:
        record: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        ranking = (folder / "data" / "ranking.csv").read_bytes()
        if (record["engine"], record["framework"]) != (engine, framework):
            return None
        if _hash(ranking) != record["outputs"]["data/ranking.csv"]:
            return None
        if not all(_unchanged(name, known, content) for name, known in record["inputs"].items()):
            return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return list(csv.DictReader(ranking.decode().splitlines()))


def _unchanged(name: str, known: str, content: Path) -> bool:
    """Compare one input with what the manifest says of it; the look does not change ranks."""
    kind, _, rest = name.partition("/")
    return kind == "templates" or _hash((content / rest).read_bytes()) == known


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
