"""What an edition tells of its own making, so that a stranger can make it again.

Beside the manifest lie copies of every definition and table that was read, in `content/`: with
them, the seed, the options and this version of the package, `verify` builds the edition once more.
"""

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from resilience_index.content import Framework
from resilience_index.errors import UsageError

CONTENT = "content"
"""Folder of an edition that holds copies of what it was made from."""

LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "jinja2", "babel", "weasyprint", "pillow")
"""Packages whose versions may change a digit of a figure or a byte of a page."""


def settings_hash(framework: Framework) -> str:
    """Return the SHA-256 of a framework as it was read, whatever file or change it came from."""
    spelled = json.dumps(framework.model_dump(mode="json"), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(spelled.encode()).hexdigest()


def made_with() -> dict[str, str]:
    """Return the versions of Python and of the packages that matter."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def carry(inputs: Mapping[str, str], content: Path, place: Path) -> None:
    """Copy into an edition what it was made from; refuse what has changed meanwhile.

    Parameters
    ----------
    inputs
        SHA-256 of each input by name, as it was when the index was built.
    content
        Folder of the definitions and tables.
    place
        Folder of the edition.

    Raises
    ------
    UsageError
        If a file is no longer what it was.
    """
    for name, known in inputs.items():
        kind, _, rest = name.partition("/")
        if kind != CONTENT:
            continue
        data = (content / rest).read_bytes()
        if hashlib.sha256(data).hexdigest() != known:
            raise UsageError(f"{content / rest}: changed while the edition was built; build again")
        target = place / CONTENT / rest
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
