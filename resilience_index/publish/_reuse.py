"""What of a standing edition need not be made again: all of it, or a PDF whose text is the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from resilience_index.index import Index
from resilience_index.places import templates
from resilience_index.publish import fonts
from resilience_index.publish._record import made_with, settings_hash

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Standing:
    """The edition that stands in a folder, as its manifest tells of it; empty if none does."""

    folder: Path
    record: Mapping[str, Any]

    def holds(self, mark: str) -> bool:
        """Say whether it was made from the very same, and every file is as it was written."""
        outputs = self.record.get("outputs")
        if self.record.get("stamp") != mark or not isinstance(outputs, dict):
            return False
        there = {
            p.relative_to(self.folder).as_posix()
            for p in self.folder.rglob("*")
            if p.is_file() or p.is_symlink()
        }
        if there != {*outputs, "manifest.json"}:
            return False  # nothing that a manifest names elsewhere is opened
        return all(self._is(name, known) for name, known in outputs.items())

    def _is(self, name: str, known: object) -> bool:
        path = self.folder / name
        return not path.is_symlink() and path.is_file() and _hash(path.read_bytes()) == known

    @staticmethod
    def key_of_print(text: str) -> str:
        """Say what a PDF depends on: its text, its style sheets, the fonts and what sets it."""
        return _hash(text.encode() + look().encode())

    def printed(self, name: str, key: str) -> bytes | None:
        """Return a PDF that stands and was made from the same; None if there is none."""
        keys, outputs = self.record.get("printed"), self.record.get("outputs")
        if not (isinstance(keys, dict) and isinstance(outputs, dict)) or keys.get(name) != key:
            return None
        path = self.folder / name
        if not self._is(name, outputs.get(name)):
            return None
        return path.read_bytes()


def standing(manifest: Path) -> Standing:
    """Read the manifest of a standing edition; one that is damaged counts for nothing."""
    try:
        record = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        record = {}
    return Standing(manifest.parent, record if isinstance(record, dict) else {})


def stamp(
    inputs: Mapping[str, str],
    index: Index,
    options: Mapping[str, Any],
    engine: str,
    extras: Sequence[str],
) -> str:
    """Return one hash of all that an edition is made from, this package's code included."""
    made_from = {
        "inputs": dict(inputs),
        "settings": settings_hash(index.framework),
        "seed": index.seed,
        "options": dict(options),
        "engine": engine,
        "code": _code(),
        "extras": list(extras),
        "look": look(),
    }
    return _hash(json.dumps(made_from, sort_keys=True, default=str).encode())


@cache
def _code() -> str:
    """Return a hash of the package's own modules."""
    parts = [p.read_bytes() for p in sorted(_PACKAGE.rglob("*.py"))]
    return _hash(b"".join(parts))


@cache
def look() -> str:
    """Return what all PDFs have in common: libraries, style sheets, fonts of the machine."""
    sheets = [_hash(sheet.read_bytes()) for sheet in sorted(templates().glob("*.css"))]
    faces = [(str(one.path), one.path.stat().st_size) for one in fonts.find()]
    return json.dumps(
        [made_with(), sheets, faces, _hash((_PACKAGE / "publish" / "pdf.py").read_bytes())]
    )


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
