"""Run the command line in processes of their own, quickly: one that has imported everything forks.

    with Forked() as forked:
        ended = forked.run(["check", "--content", "mine"], cwd=place)
        os.kill(forked.start(["build", "small"], cwd=place), signal.SIGKILL)
        assert forked.ended().code == -signal.SIGKILL

Each run is a real process with a limit on its memory; what it took is measured by the system. One
that is `warm` has built a small edition before it forks, so that no run pays for what is the same
in all: templates are compiled, and fonts are cut to the usual letters. That takes some memory.
"""

import codecs
import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
MORE = 4 * 2**30  # bytes of address space that a run may take on top of what is imported
LONGEST = 60  # seconds


@dataclass(frozen=True)
class Ended:
    """How a run ended: its code, what it said, what it took (seconds of processor, megabytes)."""

    code: int
    out: str
    err: str
    seconds: float
    megabytes: float


class Forked:
    """A process that has imported the package and forks for each run."""

    def __init__(self, *, warm: bool = False) -> None:
        self.options = ["warm"] if warm else []

    def __enter__(self) -> "Forked":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked", *self.options], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "NO_COLOR": "1"},
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def run(self, arguments: list[str], *, cwd: Path, user: int | None = None) -> Ended:
        """Run the command line with arguments; as another user if one is named."""
        self.start(arguments, cwd=cwd, user=user)
        return self.ended()

    def start(self, arguments: list[str], *, cwd: Path, user: int | None = None) -> int:
        """Begin a run; give the number of its process."""
        self.cwd = cwd
        asked = {"arguments": arguments, "cwd": str(cwd), "user": user}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def ended(self) -> Ended:
        """Wait for the end of the run that was begun last."""
        told = json.loads(self.process.stdout.readline())
        files = [self.cwd / f".{name}" for name in ("out", "err")]
        texts = [f.read_text("utf-8", "replace") if f.is_file() else "" for f in files]
        return Ended(told["code"], *texts, told["seconds"], told["megabytes"])


def serve() -> None:
    """Fork for each line that comes in."""
    codecs.lookup("utf-8-sig")  # another user may not read it later
    import openpyxl  # noqa: F401 - imported once for all runs, like the rest
    import weasyprint  # noqa: F401

    import resilience_index.cli
    import resilience_index.export.products
    import resilience_index.publish.verifying
    import resilience_index.robustness.changes  # noqa: F401
    from resilience_index.publish import edition  # noqa: F401

    if "warm" in sys.argv:
        warm()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _child(asked)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status, used = os.wait4(child, 0)
        code = os.waitstatus_to_exitcode(status)
        seconds = used.ru_utime + used.ru_stime
        told = {"code": code, "seconds": seconds, "megabytes": used.ru_maxrss / 1024}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def warm() -> None:
    """Build one small edition, so that what is the same in all is there."""
    from resilience_index import build
    from resilience_index.publish.edition import Wanted, write
    from tests.hostile.making import small

    place = Path(tempfile.mkdtemp())
    try:
        index = build("small", content=small(place))
        write(index, place / "edition", Wanted(pdf=False, jobs=1, draws=16, audit=True), engine="0")
    finally:
        shutil.rmtree(place)


def _child(asked: dict[str, Any]) -> None:
    """Be the command line."""
    from resilience_index.__main__ import main

    os.chdir(asked["cwd"])
    for number, name in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives with the process
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0])
    most = pages * resource.getpagesize() + MORE
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    signal.alarm(LONGEST)
    if asked["user"] is not None:
        os.setgroups([])
        os.setresuid(asked["user"], asked["user"], asked["user"])
    sys.argv = ["resilience-index", *asked["arguments"]]
    code = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()
