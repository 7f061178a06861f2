"""Several files of a content folder written at once, or none of them.

New files are written into a folder of their own, then a list of them with their hashes: from that
moment on they count. Only then does each take its place, by one rename. A run that is killed before
leaves all as it was, and what it had begun is cleared away by the next one; a run that is killed
after is finished by the next one. No file is ever half old and half new.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from resilience_index.content.reading import read_text
from resilience_index.errors import ContentError, UsageError
from resilience_index.locks import locked

STAGE = ".update~new"
_LIST = "whole.json"


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files of a folder, all or none.

    Parameters
    ----------
    folder
        A content folder.
    files
        Bytes by path in the folder; folders on the way are made.

    Raises
    ------
    UsageError
        If another process writes the folder, it cannot be written, or a link in it would lead a
        file out of it: then nothing was changed.
    """
    out = [name for name in files if not _inside(folder, name)]
    if out:
        raise UsageError(f"{folder / out[0]}: leads out of the folder; nothing was changed")
    try:
        with locked(folder / "update"):
            _finish(folder)
            _stage(folder, files)
            _finish(folder)
    except OSError as error:
        place = error.filename or folder
        raise UsageError(f"{place}: {error.strerror}; {_state(folder)}") from None


def finish(folder: Path) -> bool:
    """Finish what a killed run had decided to write, or clear away what it had begun.

    Returns
    -------
    bool
        Whether files took their places.
    """
    if not (folder / STAGE).exists():
        return False
    try:
        with locked(folder / "update"):
            return _finish(folder)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}; {_state(folder)}") from None


def _state(folder: Path) -> str:
    """Say what an error leaves behind."""
    if (folder / STAGE / _LIST).exists():
        return "run `resilience-index update` again, which finishes what was begun"
    return "nothing was changed"


def _stage(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files aside, and last of all their list; where that fails, leave nothing."""
    stage = folder / STAGE
    try:
        for name, data in files.items():
            _write(stage / name, data)
        known = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        draft = stage / f"{_LIST}~"
        _write(draft, json.dumps(known).encode())
        draft.rename(stage / _LIST)
        _settle(stage)
    except OSError:
        if not (stage / _LIST).exists():
            shutil.rmtree(stage, ignore_errors=True)
        raise


def _finish(folder: Path) -> bool:
    """Put staged files in their places if their list is there; take the rest away."""
    stage = folder / STAGE
    known = _listed(folder)
    for name, wanted in known.items():
        path = stage / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == wanted:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
            _settle(target.parent)
    if stage.is_symlink() or stage.is_file():
        stage.unlink()
    shutil.rmtree(stage, ignore_errors=True)
    return bool(known)


def _listed(folder: Path) -> dict[str, str]:
    """Read the list of staged files; nothing if there is none, or none that a run of ours left.

    A folder from a stranger may hold a list of any kind: what would be taken from elsewhere, or put
    elsewhere, by a name or by a link, is none of ours.
    """
    try:
        known = dict(json.loads(read_text(folder / STAGE / _LIST, within=folder / STAGE)))
        ours = all(_inside(folder / STAGE, name) and _inside(folder, name) for name in known)
    except (ContentError, OSError, ValueError, TypeError, RecursionError):
        return {}
    return known if ours and not (folder / STAGE).is_symlink() else {}


def _inside(folder: Path, name: str) -> bool:
    """Say whether a name leads to a place in a folder, links followed."""
    parts = PurePosixPath(name)
    plain = not parts.is_absolute() and ".." not in parts.parts
    return plain and (folder / name).resolve().is_relative_to(folder.resolve())


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """See to it that renames in a folder are on the disk, where the system can say so."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
