"""Make an edition once more from what it carries, and compare every byte.

The edition may come from a stranger: what its manifest says is checked for form, nothing outside
its folder is opened, and its definitions pass the same guards as any content folder.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from resilience_index.content.languages import FOLDER as LANGUAGES
from resilience_index.content.reading import NAME, form, read_bytes, read_text
from resilience_index.errors import ContentError, ResilienceIndexError
from resilience_index.index import build
from resilience_index.places import templates
from resilience_index.publish._record import CONTENT, made_with, settings_hash
from resilience_index.publish.edition import MANIFEST, Wanted, write

MOST_DRAWS = 10_000_000
_OF_THIS_MACHINE = frozenset({"made_with", "stamp", "printed"})
"""What a manifest holds of the machine: other versions may well build the same bytes."""

_BUILT = "what this machine builds"

Told = Callable[[int, int], None]


class _Options(BaseModel):
    """What was asked for when an edition was built; later versions may know more."""

    model_config = ConfigDict(extra="allow", strict=True)

    draws: int | None = Field(default=None, ge=0, le=MOST_DRAWS)


class Manifest(BaseModel):
    """What is needed of a manifest; the rest of it, for readers, is kept to be compared."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    framework: str = Field(pattern=NAME)
    engine: str
    seed: int = Field(ge=0)
    options: _Options
    settings: str
    made_with: dict[str, str]
    inputs: dict[str, str]
    outputs: dict[str, str]


def manifest_of(folder: Path) -> Manifest:
    """Read the manifest of an edition.

    Raises
    ------
    ContentError
        If there is none, or it is damaged.
    """
    path = folder / MANIFEST
    try:
        data = json.loads(read_text(path, within=folder))
    except (ValueError, RecursionError) as error:
        raise ContentError(str(path), [f"not valid JSON: {error}"]) from None
    if not isinstance(data, dict):
        raise ContentError(str(path), ["not the manifest of an edition"])
    read, problems = form(Manifest, data)
    if read is None:
        raise ContentError(str(path), problems)
    return read


def differences(
    folder: Path,
    *,
    engine: str,
    content: Path | None = None,
    rebuild: bool = True,
    jobs: int = 2,
    told: Told | None = None,
) -> list[str]:
    """List what is not as the edition says of itself; nothing if all is.

    Parameters
    ----------
    folder
        An edition.
    engine
        Version of this package.
    content
        Content folder that it should have been made from, if that is to be compared too.
    rebuild
        Whether to build it again, rather than only compare files with the manifest.
    jobs
        Processes that write reports.
    told
        Is told of each finished report.

    Returns
    -------
    list of str
        Sentences, each with a file or a setting.

    Raises
    ------
    ContentError
        If there is no readable manifest.
    """
    record = manifest_of(folder)
    there = hashes(folder)
    there.pop(MANIFEST, None)
    found = _compared(record.outputs, there, "what the manifest says")
    found += _inputs(record, there)
    if content is not None:
        ours = _hashes_of(record.inputs, content)
        found += _compared(_content(record.inputs), ours, f"{content}")
    if not rebuild or found:
        return found
    if record.engine != engine:
        return [f"engine: made by version {record.engine}, this is {engine}; install that version"]
    return _rebuilt(record, folder, engine, jobs, told)


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder, by its path there; a link is not followed."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = "a symbolic link"
        elif path.is_file():
            with path.open("rb") as file:  # piece by piece: a stranger's file may be of any size
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
        elif not path.is_dir():
            found[name] = "a pipe or a device"
    return found


def _content(inputs: Mapping[str, str]) -> dict[str, str]:
    """Take of the inputs the definitions and tables."""
    return {n: known for n, known in inputs.items() if n.startswith(f"{CONTENT}/")}


def _hashes_of(inputs: Mapping[str, str], content: Path) -> dict[str, str]:
    """Return the SHA-256 of the same definitions and tables in another folder."""
    found = {}
    for name in _content(inputs):
        try:
            data = read_bytes(content / name.removeprefix(f"{CONTENT}/"), within=content)
        except ContentError:
            continue
        found[name] = hashlib.sha256(data).hexdigest()
    return found


def _compared(
    known: Mapping[str, str], there: Mapping[str, str], what: str, lacking: str = "missing"
) -> list[str]:
    """Compare hashes by name."""
    found = [f"{name}: {lacking}" for name in sorted(set(known) - set(there))]
    found += [f"{name}: not in {what}" for name in sorted(set(there) - set(known))]
    both = sorted(set(known) & set(there))
    return found + [f"{n}: other bytes than in {what}" for n in both if known[n] != there[n]]


def _inputs(record: Manifest, there: Mapping[str, str]) -> list[str]:
    """Compare the copies of definitions and tables with the inputs that were recorded."""
    carried = {n: h for n, h in there.items() if n.startswith(f"{CONTENT}/")}
    return _compared(_content(record.inputs), carried, "the inputs of the manifest")


def _rebuilt(
    record: Manifest, folder: Path, engine: str, jobs: int, told: Told | None
) -> list[str]:
    """Build the edition once more, elsewhere, and compare."""
    try:
        options: dict[str, Any] = {**record.options.model_dump(), "jobs": jobs}
        wanted = TypeAdapter(Wanted).validate_python(options)
    except ValidationError:
        return ["options: not those of this version; verify with the version that made it"]
    try:
        index = build(record.framework, content=folder / CONTENT, seed=record.seed)
        if settings_hash(index.framework) != record.settings:
            return [f"settings: other than those of frameworks/{record.framework}.toml"]
        with TemporaryDirectory(prefix="resilience-index-") as place:
            again = write(index, Path(place) / "edition", wanted, engine=engine, told=told)
            made = manifest_of(again)
    except ResilienceIndexError as error:
        return [f"it cannot be built again: {error}"]
    found = _compared(record.outputs, made.outputs, _BUILT, f"not in {_BUILT}")
    return found + _why(record) if found else _said_otherwise(record, made)


def _said_otherwise(record: Manifest, made: Manifest) -> list[str]:
    """Compare what two manifests say beside their files, so that nothing else is slipped in."""
    theirs, ours = record.model_dump(), made.model_dump()
    keys = sorted((theirs.keys() | ours.keys()) - _OF_THIS_MACHINE - {"inputs"})
    found = [
        f"{MANIFEST}: {key}: other than in {_BUILT}"
        for key in keys
        if theirs.get(key) != ours.get(key)
    ]
    return found + _compared(record.inputs, made.inputs, f"the inputs of {_BUILT}")


def _why(record: Manifest) -> list[str]:
    """Say what might be behind differences: other versions, another look."""
    here, look = made_with(), templates()
    why = [
        f"made with {name} {version}, here is {here[name]}"
        for name, version in record.made_with.items()
        if name in here and here[name] != version
    ]
    ours = {f"templates/{name}": known for name, known in hashes(look).items()}
    theirs = {n: known for n, known in record.inputs.items() if n.startswith("templates/")}
    spoken = f"templates/{LANGUAGES}/"  # a catalogue of another language is no input
    ours = {n: known for n, known in ours.items() if n in theirs or not n.startswith(spoken)}
    return why + _compared(theirs, ours, "the templates here")
