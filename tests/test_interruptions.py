"""Interruptions: killed, crowded, full or read-only, the edition that stood still stands whole."""

import contextlib
import errno
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resilience_index.errors import UsageError
from resilience_index.locks import lock_of, locked
from resilience_index.publish import folders
from tests.forked import Forked
from tests.hostile.making import small as sound

FIGURES = {"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 3, "CCC": 1}}
KILLS = 20
MOST = 80  # some builds end before they are killed, above all on a busy machine
TITLE = "table: interruptions"


def asked(content, place):
    """Ask for an edition with every page, but no PDF."""
    options = ("--no-pdf", "--draws", "0")
    return ["build", "small", "--content", str(content), "--out", str(place), *options]


def build(content, place):
    return [sys.executable, "-m", "resilience_index", *asked(content, place)]


def run(arguments, **more):
    return subprocess.run(
        arguments, capture_output=True, text=True, check=False, timeout=60, **more
    )


def faults(place: Path) -> list[str]:
    """Say what keeps an edition from being whole: every file against its own manifest."""
    record = json.loads((place / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    there = {
        p.relative_to(place).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in place.rglob("*")
        if p.is_file() and p.name != "manifest.json"
    }
    return sorted(n for n in {*record, *there} if record.get(n) != there.get(n))


def beside(place: Path) -> list[str]:
    return sorted(p.name for p in place.parent.iterdir() if p != place)


@pytest.fixture(scope="module")
def made(warmed, tmp_path_factory):
    """Two content folders whose editions differ in every file that has figures, and those."""
    other = "iso3,year,value\nAAA,2025,9\nBBB,2025,2\nCCC,2025,4\n"
    pairs = []
    for name in ("one", "other"):
        home = tmp_path_factory.mktemp(name)
        content = sound(home)
        if name == "other":
            (content / "data" / "a.csv").write_text(other, encoding="utf-8")
        assert warmed.run(asked(content, home / "edition"), cwd=home).code == 0
        pairs.append((content, home / "edition"))
    return pairs


@pytest.fixture
def two(made):
    return [content for content, _ in made]


@pytest.fixture
def standing(made, tmp_path):
    """The edition of the first folder, where the next is to be built."""
    return Path(shutil.copytree(made[0][1], tmp_path / "reports" / "edition"))


def score(place: Path) -> str:
    return (place / "data" / "ranking.csv").read_text(encoding="utf-8").splitlines()[1]


class Command:
    """A build by the command line, its start included."""

    def __init__(self, content: Path, place: Path) -> None:
        self.process = subprocess.Popen(
            build(content, place), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def ended(self) -> int | None:
        return self.process.poll()

    def kill(self) -> int:
        self.process.send_signal(signal.SIGKILL)
        return self.process.wait()


class Fork:
    """A build by a process that forks from one which has imported all: it writes at once."""

    def __init__(self, warmed: Forked, content: Path, place: Path) -> None:
        self.warmed, self.number = warmed, warmed.start(asked(content, place), cwd=content.parent)

    def ended(self) -> bool | None:
        try:
            os.kill(self.number, 0)
        except ProcessLookupError:
            return True
        return None

    def kill(self) -> int:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.number, signal.SIGKILL)
        return self.warmed.ended().code


@pytest.mark.slow
def test_an_edition_is_whole_after_every_kill(made, two, standing, warmed, record_property):
    place, expected = standing, {score(edition) for _, edition in made}
    assert len(expected) == 2
    start = time.monotonic()
    assert run(build(two[1], place)).returncode == 0
    lasts = time.monotonic() - start
    chance, killed, caught = random.Random(1), 0, 0
    for number in range(MOST):
        if killed == KILLS:
            break
        if number % 4 == 0:  # anywhere in the run, its start included
            process = Command(two[number % 2], place)
            time.sleep(chance.uniform(0, lasts))
        else:  # while it writes
            process = Fork(warmed, two[number % 2], place)
            deadline = time.monotonic() + 30
            while not list(place.parent.glob(".*~new")) and process.ended() is None:
                assert time.monotonic() < deadline
                time.sleep(0.0005)
            time.sleep(chance.uniform(0, 0.12))
        killed += process.kill() == -signal.SIGKILL
        caught += bool(beside(place))
        assert faults(place) == []
        assert score(place) in expected
    assert killed == KILLS
    assert warmed.run(asked(two[0], place), cwd=place.parent.parent).code == 0
    assert beside(place) == []
    row = f"{killed} builds killed by SIGKILL, {caught} times with leftovers: 0 broken editions"
    record_property(TITLE, row)


def test_the_second_of_two_builds_is_told_who_holds_the_place(
    two, standing, tmp_path, warmed, record_property
):
    content, place = two[1], standing
    before = (place / "manifest.json").read_bytes()
    with locked(place):
        second = warmed.run(asked(content, place), cwd=tmp_path)
    assert second.code == 2
    told = rf"another process is writing it: {os.getpid()} on \S+ since \d{{4}}-\d\d-\d\dT"
    assert re.search(told, second.err)
    assert "Traceback" not in second.err
    assert (place / "manifest.json").read_bytes() == before
    assert warmed.run(asked(content, place), cwd=tmp_path).code == 0
    assert beside(place) == []
    record_property(TITLE, "two builds at once: the second is refused and names the first")


def test_many_builds_at_once_leave_one_whole_edition_and_nothing_else(two, tmp_path):
    place = tmp_path / "reports" / "edition"
    running = [
        subprocess.Popen(build(two[n % 2], place), stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        for n in range(4)
    ]
    codes = []
    for process in running:
        _, said = process.communicate(timeout=120)
        assert b"Traceback" not in said
        codes.append(process.returncode)
    assert set(codes) <= {0, 2}
    assert 0 in codes
    assert faults(place) == []
    assert beside(place) == []


def test_a_lock_that_a_killed_run_left_is_taken_over(tmp_path, record_property):
    place = tmp_path / "edition"
    gone = {"process": 1, "machine": os.uname().nodename, "since": "2026-01-01T00:00:00+00:00"}
    for text in (json.dumps(gone), "", "{", "[" * 10_000, '{"machine": 5, "since": []}'):
        lock_of(place).write_text(text, encoding="utf-8")
        with folders.replacing(place) as made:
            held = json.loads(lock_of(place).read_text(encoding="utf-8"))
            assert held["process"] == os.getpid()
            (made / "new").write_text("x", encoding="utf-8")
        assert beside(place) == []
    record_property(TITLE, "stale locks (5 kinds): taken over")


def test_a_lock_of_another_machine_counts_for_a_day(tmp_path):
    place = tmp_path / "edition"
    from datetime import UTC, datetime, timedelta

    for hours, counts in ((1, True), (23, True), (25, False), (1000, False)):
        since = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        record = {"process": 7, "machine": "elsewhere.example", "since": since}
        lock_of(place).write_text(json.dumps(record), encoding="utf-8")
        if counts:
            with pytest.raises(UsageError, match=r"7 on elsewhere"), locked(place):
                pass
            lock_of(place).unlink()
        else:
            with locked(place):
                pass


def test_a_lock_may_not_be_a_link(tmp_path):
    (tmp_path / "victim").write_text("mine", encoding="utf-8")
    lock_of(tmp_path / "edition").symlink_to(tmp_path / "victim")
    with pytest.raises(UsageError), folders.replacing(tmp_path / "edition"):
        pass
    assert (tmp_path / "victim").read_text(encoding="utf-8") == "mine"


def test_leftovers_go_but_nothing_that_only_looks_like_them(tmp_path):
    place = tmp_path / "edition"
    ours = [tmp_path / ".edition~abcd1234~new", tmp_path / ".edition~abcd1235~old"]
    others = [
        tmp_path / name
        for name in (
            ".edition~x~abcd1234~new",
            ".edition~diary",
            "edition-2",
            ".edition2~abcd1234~new",
        )
    ]
    for folder in (place, *ours, *others):
        folder.mkdir()
        (folder / "file").write_text("x", encoding="utf-8")
    with folders.replacing(place) as made:
        (made / "new").write_text("x", encoding="utf-8")
    assert not any(folder.exists() for folder in ours)
    assert all((folder / "file").exists() for folder in others)


def test_an_edition_that_was_set_aside_when_the_run_was_killed_comes_back(tmp_path):
    place, aside = tmp_path / "edition", tmp_path / ".edition~abcd1234~old"
    aside.mkdir()
    (aside / "old").write_text("x", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), folders.replacing(place) as made:
        (made / "new").write_text(f"{1 / 0}", encoding="utf-8")
    assert [p.name for p in place.iterdir()] == ["old"]
    assert beside(place) == []


@contextlib.contextmanager
def tiny_disk(place: Path, size: int):
    """Mount a file system of so many kilobytes, where that is allowed."""
    place.mkdir()
    mounted = run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)])
    if mounted.returncode:
        pytest.skip("no file system can be mounted here; the next test limits file sizes instead")
    try:
        yield
    finally:
        run(["umount", "-l", str(place)])


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounts a small disk")
def test_a_full_disk_leaves_the_old_edition(made, two, tmp_path, warmed, record_property):
    disk = tmp_path / "disk"
    with tiny_disk(disk, 4096):
        place = Path(shutil.copytree(made[0][1], disk / "edition"))
        before, used = score(place), sum(p.stat().st_size for p in place.rglob("*") if p.is_file())
        free = shutil.disk_usage(disk).free
        points = [
            free,
            free - used // 50,
            free - used // 4,
            free - used // 2,
            free - used * 9 // 10,
        ]
        for left in points:  # from no room at all to nearly enough
            filler = disk / "filler"
            filler.write_bytes(b"x" * max(0, left))
            full = warmed.run(asked(two[1], place), cwd=tmp_path)
            filler.unlink()
            assert full.code == 2, (left, full.err)
            assert os.strerror(errno.ENOSPC) in full.err
            assert "Traceback" not in full.err
            assert faults(place) == []
            assert score(place) == before
            assert beside(place) == []
    record_property(TITLE, f"disk full at {len(points)} points: 0 broken editions")


@pytest.mark.parametrize("most", [0, 100, 5_000, 20_000])
def test_a_write_that_fails_leaves_the_old_edition(two, standing, most, record_property):
    place, before = standing, score(standing)
    failed = run(
        build(two[1], place),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    assert failed.returncode == 2, failed.stderr
    assert os.strerror(errno.EFBIG) in failed.stderr
    assert "Traceback" not in failed.stderr
    assert faults(place) == []
    assert score(place) == before
    assert beside(place) == []
    record_property(TITLE, f"no file may grow beyond {most:,} bytes: 0 broken editions")


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounts a disk")
def test_files_of_a_report_are_put_whole_or_not_at_all(tmp_path):
    """The disk is full at the second of two files: both old ones stand, and nothing beside them."""
    folder = tmp_path / "desk"
    folders.put(folder, {"A.html": b"old", "A.pdf": b"old"})
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            folders.put(folder, {"A.html": b"new", "A.pdf": b"new" * 1000})
        except UsageError as error:
            os._exit(3 if "choose another place with --out" in str(error) else 4)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {"A.html": b"old", "A.pdf": b"old"}


def test_what_a_killed_run_left_among_files_goes_with_the_next(tmp_path):
    folder, (aside, other) = tmp_path / "desk", (".files~abcd_123", ".files~mine")
    for name in (aside, other):
        (folder / name).mkdir(parents=True)
        (folder / name / "A.html").write_bytes(b"half")
    folders.put(folder, {"A.html": b"new"})
    assert sorted(p.name for p in folder.iterdir()) == [other, "A.html"]


def test_a_folder_made_for_files_that_cannot_be_written_goes_again(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError, match="desk: No space left on device; choose another place"):
        folders.put(tmp_path / "desk", {"A.html": b"new"})
    assert not list(tmp_path.iterdir())


def test_a_read_only_place_is_told_and_left_alone(made, two, tmp_path, warmed, record_property):
    disk = tmp_path / "disk"
    with tiny_disk(disk, 8192):
        place = Path(shutil.copytree(made[0][1], disk / "edition"))
        run(["mount", "-o", "remount,ro", str(disk)])
        failed = warmed.run(asked(two[1], place), cwd=tmp_path)
        assert failed.code == 2
        assert os.strerror(errno.EROFS) in failed.err
        assert "choose another place with --out" in failed.err
        assert faults(place) == []
    record_property(TITLE, "read-only place: told, the edition stands")


def test_nothing_is_replaced_that_was_not_made_here(two, tmp_path, warmed):
    content, place = two[0], tmp_path / "home"
    place.mkdir()
    (place / "diary.txt").write_text("mine", encoding="utf-8")
    refused = warmed.run(asked(content, place), cwd=tmp_path)
    assert refused.code == 2
    assert "something stands there that is no edition" in refused.err
    assert (place / "diary.txt").read_text(encoding="utf-8") == "mine"
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    assert warmed.run(asked(content, file), cwd=tmp_path).code == 2
    assert file.read_text(encoding="utf-8") == "mine"


def test_an_input_that_changes_while_an_edition_is_built_is_found(small, tmp_path, monkeypatch):
    from resilience_index import build as build_index
    from resilience_index.publish import edition

    content = small(FIGURES)
    index = build_index("small", content=content)

    def meanwhile(*_):
        (content / "data" / "a.csv").write_text("iso3,year,value\nAAA,2025,8\n", encoding="utf-8")

    monkeypatch.setattr(edition, "intervals_of", meanwhile)
    wanted = edition.Wanted(["AAA"], pdf=False, draws=0)
    with pytest.raises(UsageError, match="changed while the edition was built"):
        edition.write(index, tmp_path / "out", wanted, engine="0")
    assert not (tmp_path / "out").exists()
