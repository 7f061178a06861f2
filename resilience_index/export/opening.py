"""From the name of an edition to its index: a built folder, or a framework that is built first.

A built edition carries the files that it was made from, so that it can be built again from itself.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resilience_index.content.reading import read_bytes, read_text
from resilience_index.errors import ContentError, UsageError
from resilience_index.index import Index, build
from resilience_index.places import shipped_content
from resilience_index.publish import tables
from resilience_index.publish.verifying import manifest_of
from resilience_index.robustness.uncertainty import Uncertainty, uncertainty


@dataclass(frozen=True, slots=True)
class Opened:
    """An edition that was opened: its index, and the uncertainty of its ranks if it is known."""

    index: Index
    known: Uncertainty | None


def opened(
    edition: str, *, content: Path | None = None, seed: int = 0, draws: int | None = None
) -> Opened:
    """Open an edition.

    Parameters
    ----------
    edition
        Folder of a built edition, or the name of a framework.
    content
        Folder of definitions and figures for a framework; the shipped one if nothing is said.
    seed, draws
        Of methods that draw, and how often the assumptions are drawn: as many times as the
        framework says if None, not at all if 0. A built edition has its own.

    Raises
    ------
    UsageError
        If a folder is no edition, a file that it carries was changed, or this version of the
        package would score otherwise.
    """
    folder = Path(edition)
    framework = (content or shipped_content()) / "frameworks" / f"{edition}.toml"
    if not folder.is_dir() or (framework.is_file() and not (folder / "manifest.json").is_file()):
        return _drawn(build(edition, content=content, seed=seed), draws)
    record = _manifest(folder)
    changed = [
        name
        for name, known in record["inputs"].items()
        if name.startswith("content/") and _hash(folder / name, folder) != known
    ]
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise UsageError(
            f"{folder}: not as it was built, changed since: {', '.join(changed[:3])}{more}; build "
            "the edition again"
        )
    index = build(record["framework"], content=folder / "content", seed=record["seed"])
    scores = hashlib.sha256(tables.to_csv(tables.scores(index))).hexdigest()
    if scores != record["outputs"]["data/scores.csv"]:
        raise UsageError(
            f"{folder}: this version of the package scores otherwise; build the edition again"
        )
    return _drawn(index, record["options"]["draws"])


def _drawn(index: Index, draws: int | None) -> Opened:
    """Work out the uncertainty as an edition does: not of a panel, nor without draws."""
    if draws == 0 or index.framework.panel is not None:
        return Opened(index, None)
    return Opened(index, uncertainty(index, draws=draws, seed=index.seed))


def _manifest(folder: Path) -> dict[str, Any]:
    """Read what an edition was made from."""
    path = folder / "manifest.json"
    try:
        record: dict[str, Any] = json.loads(read_text(path, within=folder))
        _ = (record["framework"], record["seed"], dict(record["inputs"]))
        _ = (record["outputs"]["data/scores.csv"], record["options"]["draws"])
        manifest_of(folder)  # of the right form throughout
    except (OSError, ValueError, KeyError, TypeError, RecursionError, ContentError):
        raise UsageError(
            f"{folder}: no edition, since it has no readable manifest.json; name a folder that "
            "`resilience-index build` made, or a framework"
        ) from None
    return record


def _hash(path: Path, folder: Path) -> str:
    """Return the SHA-256 of a file of a folder; "" if it is not there, or leads out of it."""
    try:
        return hashlib.sha256(read_bytes(path, within=folder)).hexdigest()
    except ContentError:
        return ""
