"""Write a folder whole or not at all: a temporary folder beside it, then one rename.

A broken run, also one that was killed, leaves the old folder standing and at most hidden leftovers
beside it, which the next run takes away. Two runs cannot write one place at once: see `locks`.
"""

import ctypes
import glob
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from resilience_index.errors import UsageError
from resilience_index.locks import lock_of, locked

_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE = -100  # AT_FDCWD
_ASIDE = "files"


@contextmanager
def replacing(folder: Path, *, named: str = "with --out") -> Iterator[Path]:
    """Give an empty folder to fill; when all went well, it takes the place of `folder`.

    `named` says how the user names the place, for the message.

    Raises
    ------
    UsageError
        If the place cannot be written, or another process is writing it.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            clear_up(folder)
            made = Path(
                tempfile.mkdtemp(prefix=f".{folder.name}~", suffix="~new", dir=folder.parent)
            )
            made.chmod(0o755)
            yield from _filled(made, folder)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}; choose another place {named}") from None


def _filled(made: Path, folder: Path) -> Iterator[Path]:
    """Hand the temporary folder out, and exchange it for the old one if all went well."""
    try:
        yield made
        _swap(made, folder)
    except OSError as error:
        place = error.filename or folder
        raise UsageError(
            f"{place}: {error.strerror}; the edition that stood there before is untouched"
        ) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder in which other things stay: no file is ever half written.

    All are written aside before the first takes its place. What a killed run left aside is taken
    away first.

    Raises
    ------
    UsageError
        If the folder cannot be written, or another process is writing it.
    """
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / _ASIDE):
            for left in folder.glob(f".{_ASIDE}~*"):
                if re.fullmatch(rf"\.{_ASIDE}~[a-z0-9_]{{8}}", left.name) and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(prefix=f".{_ASIDE}~", dir=folder) as place:
                for name, data in files.items():
                    (Path(place) / name).write_bytes(data)
                for name in files:
                    (Path(place) / name).replace(folder / name)
    except OSError as error:
        if new:
            with suppress(OSError):
                folder.rmdir()
        raise UsageError(f"{folder}: {error.strerror}; choose another place with --out") from None


def tidy(folder: Path) -> None:
    """Take away what killed runs left beside a folder that stays as it is.

    Where another process is writing the place, that one does it; where nothing can be written,
    there is nothing to be done.
    """
    left = lock_of(folder).exists() or any(folder.parent.glob(f".{glob.escape(folder.name)}~*"))
    if left:
        with suppress(UsageError, OSError), locked(folder):
            clear_up(folder)


def clear_up(folder: Path) -> None:
    """Take away what killed runs left beside a folder; call it only while its lock is held.

    Where a run was killed between the two renames of a system without exchange, the old folder is
    put back first.
    """
    name = re.escape(folder.name)
    ours = re.compile(rf"\.{name}~[a-z0-9_]{{8}}~(new|old)")
    left = [p for p in folder.parent.iterdir() if ours.fullmatch(p.name) and not p.is_symlink()]
    old = [p for p in left if p.name.endswith("~old")]
    if old and not folder.exists():
        old[0].rename(folder)
    for path in left:
        shutil.rmtree(path, ignore_errors=True)


def _swap(made: Path, folder: Path) -> None:
    """Put the new folder in the old one's place; where the system can, in one step."""
    if not folder.exists():
        made.rename(folder)
        return
    if _exchanged(made, folder):
        return  # `made` now holds the old edition, which the caller takes away
    old = made.with_name(made.name.removesuffix("new") + "old")
    folder.rename(old)
    made.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def refuse_foreign(folder: Path, mark: str) -> None:
    """Refuse to replace what was not made here: a file, or a folder with things but no `mark`.

    Raises
    ------
    UsageError
        If something else stands there.
    """
    if folder.is_dir() and ((folder / mark).is_file() or not any(folder.iterdir())):
        return
    if folder.exists() or folder.is_symlink():
        raise UsageError(
            f"{folder}: something stands there that is no edition (it has no {mark}); nothing was "
            "touched: choose another place with --out, or take it away yourself"
        )


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return done == 0
