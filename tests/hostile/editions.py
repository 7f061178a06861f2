"""Editions that come from elsewhere."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from tests.hostile.making import BUILD, MEGA, RANK, harmless, refused, small, sparse


def edition(record: object, *, extra: Callable[[Path], object] | None = None):
    def make(place: Path) -> list[str]:
        folder = place / "edition"
        folder.mkdir()
        text = record if isinstance(record, str) else json.dumps(record)
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        if extra is not None:
            extra(folder)
        return ["verify", "edition"]

    return make


RECORD = {
    "framework": "small", "engine": "0", "seed": 0, "options": {}, "settings": "", "made_with": {},
    "inputs": {}, "outputs": {},
}  # fmt: skip
refused("manifest nested 100,000 deep", "manifest.json")(edition("[" * 100_000))
refused("manifest that names /etc/passwd", "../../../etc/passwd: missing")(
    edition({**RECORD, "outputs": {"../../../etc/passwd": "0"}})
)
refused("manifest with inputs elsewhere", "content/../../../etc/passwd: missing")(
    edition({**RECORD, "inputs": {"content/../../../etc/passwd": "0"}})
)
refused("manifest that asks for 10^12 draws", "draws")(
    edition({**RECORD, "options": {"draws": 10**12}})
)
refused("manifest of 200 MB", "at most 134,217,728")(
    edition("{}", extra=lambda folder: sparse(folder / "manifest.json", 200 * MEGA))
)
refused("link in an edition", "page.html: not in what the manifest says")(
    edition(RECORD, extra=lambda folder: (folder / "page.html").symlink_to("/etc/passwd"))
)


@harmless("standing edition whose manifest names /dev/zero")
def _(place):
    small(place)
    folder = place / "reports" / "small-2025"
    (folder / "data").mkdir(parents=True)
    ranking = b"iso3,name\nAAA,x\n"
    (folder / "data" / "ranking.csv").write_bytes(ranking)
    from importlib.metadata import version

    record = {
        "engine": version("resilience-index"), "framework": "small",
        "inputs": {"content//dev/zero": "0"},
        "outputs": {"data/ranking.csv": hashlib.sha256(ranking).hexdigest()},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(record), encoding="utf-8")
    return RANK


@harmless("pipe for the manifest of a standing edition")
def _(place):
    small(place)
    folder = place / "reports" / "small-2025"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "manifest.json")
    return RANK


@refused(
    "folder of one's own in the place of an edition", "something stands there that is no edition"
)
def _(place):
    small(place)
    (place / "out").mkdir()
    (place / "out" / "diary.txt").write_text("mine", encoding="utf-8")
    return BUILD


def exported(record: object, *, extra: Callable[[Path], object] | None = None):
    """Give a maker of an edition from elsewhere that is to be handed on."""

    def make(place: Path) -> list[str]:
        edition(record, extra=extra)(place)
        return ["export", "edition", "--to", "json", "--out", "out"]

    return make


refused("manifest nested 100,000 deep, to be exported", "no readable manifest.json")(
    exported("[" * 100_000)
)
refused("manifest whose seed is a text, to be exported", "no readable manifest.json")(
    exported({**RECORD, "seed": "x", "outputs": {"data/scores.csv": ""}, "options": {"draws": 0}})
)


def pipe(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    os.mkfifo(folder / "manifest.json")


refused("pipe for a manifest", "a pipe, a device")(edition(RECORD, extra=pipe))
refused("pipe for a manifest, to be exported", "no readable manifest.json")(
    exported(RECORD, extra=pipe)
)
ASKED = {**RECORD, "outputs": {"data/scores.csv": ""}, "options": {"draws": 0}}
HOSTS = hashlib.sha256(Path("/etc/passwd").read_bytes()).hexdigest()
refused("manifest with inputs elsewhere, to be exported", "not as it was built, changed since")(
    exported({**ASKED, "inputs": {f"content/{'../' * 12}etc/passwd": HOSTS}})
)


@harmless("standing edition whose manifest is nested 100,000 deep")
def _(place):
    small(place)
    (place / "out").mkdir()
    (place / "out" / "manifest.json").write_text("[" * 100_000, encoding="utf-8")
    return BUILD


@harmless("reports of elsewhere, nested 100,000 deep")
def _(place):
    small(place)
    folder = place / "reports" / "small-2025"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("[" * 100_000, encoding="utf-8")
    return RANK
