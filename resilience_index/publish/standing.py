"""Find out whether an edition that stands on disk still is what a build would give.

Only the standard library is used, so that `rank` answers at once.
"""

import csv
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

_MOST = 128 * 2**20  # bytes, as in `content.reading.Limits.file`


def ranking_of(
    reports: Path, framework: str, content: Path, engine: str
) -> list[dict[str, str]] | None:
    """Return the ranking of the newest standing edition of a framework that is still current."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", framework):
        return None
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
        record: dict[str, Any] = json.loads(_plain(folder / "manifest.json"))
        ranking = _plain(folder / "data" / "ranking.csv")
        if (record["engine"], record["framework"]) != (engine, framework):
            return None
        if _hash(ranking) != record["outputs"]["data/ranking.csv"]:
            return None
        if not all(_unchanged(name, known, content) for name, known in record["inputs"].items()):
            return None
        if any(f"content/{path.name}" not in record["inputs"] for path in content.glob("*.toml")):
            return None  # a definition file has been added
        return list(csv.DictReader(ranking.decode().splitlines()))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, csv.Error):
        return None


def _unchanged(name: str, known: str, content: Path) -> bool:
    """Compare one input with what the manifest says of it; the look does not change ranks.

    A manifest may come from elsewhere: what it names outside the content folder is not opened.
    """
    kind, _, rest = name.partition("/")
    if kind == "templates":
        return True
    inside, path = os.path.realpath(content), os.path.realpath(content / rest)
    if os.path.commonpath([inside, path]) != inside:
        return False
    return _hash(_plain(Path(path))) == known


def _plain(path: Path) -> bytes:
    """Read a plain file of an edition or a content folder: no link, no pipe, none that is huge."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST:
        raise ValueError(f"{path} is no file of an edition")
    return path.read_bytes()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
