"""One process at a time writes a place: a lock file beside it says who, where and since when.

The operating system takes the lock away when its holder ends, however it ends; so a lock file that
a killed run left behind is stale, and the next run takes it over. On a file system that keeps no
locks, or from another machine, only the file speaks: it counts for a day, or on the same machine
while the process that it names is alive.
"""

import errno
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from resilience_index.errors import UsageError

_COUNTS_FOR = timedelta(days=1)
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


def lock_of(place: Path) -> Path:
    """Name the lock file of a place.

    >>> lock_of(Path("reports/mine-2026")).as_posix()
    'reports/.mine-2026.lock'
    """
    return place.with_name(f".{place.name}.lock")


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Hold the lock of a place while the block runs.

    Raises
    ------
    UsageError
        If another process holds it: which one, on which machine, since when.
    OSError
        If no lock file can be written beside the place.
    """
    path = lock_of(place)
    handle = _taken(path, place)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)  # while the lock is still held, so that nobody else has it
        os.close(handle)


def _taken(path: Path, place: Path) -> int:
    """Open and lock the file; once more if its holder took it away in between."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        try:
            _refuse_if_held(handle, path, place)
            if _still_there(handle, path):
                _signed(handle, path)
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _refuse_if_held(handle: int, path: Path, place: Path) -> None:
    """Take the system's lock, or say who holds it."""
    free, holder = _flocked(handle), _holder(handle)
    if free is False or (holder and _counts(holder, certain=bool(free))):
        raise UsageError(_told(place, path, holder))


def _flocked(handle: int) -> bool | None:
    """Take the system's lock: True taken, False held by another, None where there are no locks."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return None
        raise
    return True


def _still_there(handle: int, path: Path) -> bool:
    """Say whether the file that is locked is the one that others would find."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False


def _holder(handle: int) -> dict[str, Any]:
    """Read who signed the file; nothing if nobody did."""
    try:
        read = json.loads(os.pread(handle, 4096, 0))
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _signed(handle: int, path: Path) -> None:
    """Write who holds the lock; where that cannot be written, leave no file."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    record = {"process": os.getpid(), "machine": socket.gethostname(), "since": now}
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(record).encode(), 0)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _counts(holder: dict[str, Any], *, certain: bool) -> bool:
    """Say whether a signature still counts although the system's lock could be had, or is none."""
    if holder.get("machine") == socket.gethostname():
        return not certain and _alive(holder.get("process"))
    try:
        since = datetime.fromisoformat(str(holder.get("since")))
        return datetime.now(UTC) - since < _COUNTS_FOR
    except (ValueError, TypeError):
        return False


def _alive(process: object) -> bool:
    """Say whether a process runs on this machine."""
    if not isinstance(process, int) or process <= 0 or sys.platform == "win32":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _told(place: Path, path: Path, holder: dict[str, Any]) -> str:
    """Say who holds the lock, and what to do."""
    process, machine, since = (str(holder.get(k, "?")) for k in ("process", "machine", "since"))
    return (
        f"{place}: another process is writing it: {process[:20]} on {machine[:60]} since "
        f"{since[:40]}; wait until it ends, or choose another place with --out (if it is surely "
        f"gone, take {path} away)"
    )
