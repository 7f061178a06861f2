"""From the name of an edition to its index: a built folder, or a framework that is built first."""

import hashlib
import json
from pathlib import Path
from typing import Any

from resilience_index.content import open_content
from resilience_index.errors import UsageError
from resilience_index.index import Index, build
from resilience_index.publish import tables


def index_of(edition: str, *, content: Path | None = None, seed: int = 0) -> Index:
    """Return the index of an edition.

    Parameters
    ----------
    edition
        Folder of a built edition, or the name of a framework.
    content
        Folder of definitions and figures; the shipped one if nothing is said.
    seed
        Of methods that draw; a built edition has its own.

    Raises
    ------
    UsageError
        If a folder is no edition, or was made from other definitions or figures than those here.
    """
    folder = Path(edition)
    if not folder.is_dir():
        return build(edition, content=content, seed=seed)
    record = _manifest(folder)
    opened = open_content(content)
    changed = [
        name.removeprefix("content/")
        for name, known in record["inputs"].items()
        if name.startswith("content/") and _hash(opened.folder / name[8:]) != known
    ]
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise UsageError(
            f"{folder}: made from other files than those in {opened.folder}: "
            f"{', '.join(changed[:3])}{more}; give --content the folder that it was made from, or "
            "build it again"
        )
    index = build(record["framework"], content=opened, seed=record["seed"])
    ranking = hashlib.sha256(tables.to_csv(tables.ranking(index))).hexdigest()
    if ranking != record["outputs"]["data/ranking.csv"]:
        raise UsageError(
            f"{folder}: this version of the package ranks otherwise; build the edition again"
        )
    return index


def _manifest(folder: Path) -> dict[str, Any]:
    """Read what an edition was made from."""
    path = folder / "manifest.json"
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _ = (record["framework"], record["seed"], dict(record["inputs"]))
        _ = record["outputs"]["data/ranking.csv"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            f"{folder}: no edition, since it has no readable manifest.json; name a folder that "
            "`resilience-index build` made, or a framework"
        ) from None
    return record


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file; "" if it is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
