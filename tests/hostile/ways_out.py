"""Ways out of the content folder, and files that are none."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

from tests.hostile.making import (
    CHECK,
    FRAME,
    NOBODY,
    SHEET,
    added,
    changed,
    framework,
    harmless,
    one_more,
    refused,
    small,
    table,
)

refused("../../ for a country", "at most 32 letters, digits")(
    changed("countries.csv", "BBB,", "../../BBB,")
)
refused("../../ for an indicator", "a code is at most 64 small letters")(
    added(one_more("", "c").replace("[indicators.c]", '[indicators."../../c"]'))
)
refused("../../ for a table", "table")(
    changed("all.toml", "max_age = 5", 'max_age = 5\ntable = "../../etc/passwd"')
)
refused("../../ for a framework", "no framework '../../../etc/passwd'")(
    lambda place: small(place) and ["build", "../../../etc/passwd", "--content", "content"]
)
refused("absolute path for a framework", "no framework '/etc/passwd'")(
    lambda place: small(place) and ["rank", "/etc/passwd", "--content", "content"]
)
refused("../../ in changes", "changes: '../../x'")(
    table('changes = "../../x"\n', name="frameworks/other.toml")
)
refused("../../ for an edition", "edition")(
    changed(FRAME, 'edition = "2025"', 'edition = "../../x"')
)
refused("../../ for a node", "a code is at most 64 small letters")(
    lambda place: (
        framework(
            small(place),
            indicators='a = { parent = "../p" }\nb = { parent = "index" }',
            nodes='[nodes."../p"]\ntitle = "P"\nparent = "index"',
        )
        or CHECK
    )
)
refused("codes that differ in their letters' size", "stands twice")(
    changed("countries.csv", "BBB,", "aaa,")
)
harmless("../../ for the name of an import")(
    lambda place: (
        (place / "sheet.csv").write_text("code,power\nA,1\nB,2\n") and [*SHEET, "--name", "../../x"]
    )
)


def link(name: str, target: str):
    def make(place: Path) -> list[str]:
        path = small(place) / name
        if path.is_dir():
            path.rename(place / "aside")
        else:
            path.unlink(missing_ok=True)
        path.symlink_to(target)
        return CHECK

    return make


refused("link to /etc/passwd for a table", "leads out of the content folder")(
    link("data/a.csv", "/etc/passwd")
)
refused("link to /dev/zero for the countries", "leads out of the content folder")(
    link("countries.csv", "/dev/zero")
)
refused("link out of the folder for a definition", "leads out of the content folder")(
    link("more.toml", "/etc/hostname")
)
refused("link out of the folder for a folder", "leads out of the content folder")(
    link("data", "../aside")
)
refused("link out of the folder for all frameworks", "leads out of the content folder")(
    link("frameworks", "../aside")
)
refused("link to itself", "not a plain file")(link("data/a.csv", "a.csv"))
refused("broken link", "not a plain file")(link("data/a.csv", "b2.csv"))
harmless("link inside the folder")(link("data/a.csv", "b.csv"))


def special(name: str, make_it: Callable[[Path], object]):
    def make(place: Path) -> list[str]:
        path = small(place) / name
        path.unlink(missing_ok=True)
        make_it(path)
        return CHECK

    return make


def _listen(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket may not be long
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)
    os.chdir(here)


refused("pipe for a table", "a pipe, a device")(special("data/a.csv", os.mkfifo))
refused("pipe for a definition", "a pipe, a device")(special("more.toml", os.mkfifo))
refused("folder for a table", "not a plain file but a folder")(special("data/a.csv", os.mkdir))
refused("folder for a definition", "not a plain file but a folder")(special("x.toml", os.mkdir))
refused("socket for a table", "a pipe, a device")(special("data/a.csv", _listen))
if os.geteuid() == 0:
    refused("device without end for a table", "a pipe, a device")(
        special("data/a.csv", lambda p: os.mknod(p, 0o666 | stat.S_IFCHR, os.makedev(1, 5)))
    )


@refused(
    "file that may not be read", "Permission denied", user=NOBODY if os.geteuid() == 0 else None
)
def _(place):
    path = small(place) / "data" / "a.csv"
    for folder in (place, *place.parents):
        if folder.stat().st_uid == os.geteuid() and folder.name:
            folder.chmod(folder.stat().st_mode | 0o055)
    path.chmod(0)
    return CHECK
