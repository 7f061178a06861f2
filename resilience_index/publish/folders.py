"""Write a folder whole or not at all: a temporary folder beside it, then one rename.

A broken run leaves the old folder standing and at most a hidden temporary folder, which the next
run takes away.
"""

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resilience_index.errors import UsageError

_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE = -100  # AT_FDCWD


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; when all went well, it takes the place of `folder`.

    Raises
    ------
    UsageError
        If the place cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        made.chmod(0o755)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}; choose another place with --out") from None
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


def _swap(made: Path, folder: Path) -> None:
    """Put the new folder in the old one's place; where the system can, in one step."""
    if not folder.exists():
        made.rename(folder)
        return
    if _exchanged(made, folder):
        return  # `made` now holds the old edition, which the caller takes away
    old = folder.with_name(f".{folder.name}-old-{os.getpid()}")
    folder.rename(old)
    made.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return done == 0
