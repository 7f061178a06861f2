"""How a file becomes checked objects: the one module that the rest of this folder imports.

A file is decoded as UTF-8, parsed as TOML, checked for form by a pydantic model (frozen, strict,
nothing extra), and every fault is worded the same way: key, value found, what is allowed.

A content folder may come from anyone. What it may ask of the machine is bounded by `Limits`; it may
not reach out of itself (`read_bytes` refuses symbolic links that lead elsewhere, and pipes and
devices); no text in it may hold control characters or turn its own direction (`content._guards`).
"""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from resilience_index.content._guards import (
    has_endless_line,
    is_overgrown,
    odd_character,
    other_encoding,
    unsound,
)
from resilience_index.errors import MOST_TOLD, ContentError, nearest


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may come in through files; the command line always uses the defaults.

    Larger data enter through Python, under `allowing`. A formula is at most 100 deep
    (`steps.formula`), formulas that rest on each other at most 50.

    >>> f"{Limits().file:,} bytes, {Limits().indicators:,} indicators"
    '134,217,728 bytes, 5,000 indicators'
    """

    file: int = 128 * 2**20  # bytes of a table or a workbook
    definitions: int = 4 * 2**20  # bytes of a definition file
    all_definitions: int = 16 * 2**20  # bytes of the definition files of a folder
    marks: int = 300_000  # keys and values of a definition file
    indicators: int = 5_000  # of a folder; also the members of any table of a definition file
    line: int = 1_000_000  # bytes of a line
    cells: int = 6_000_000  # of a table
    columns: int = 5_100  # of a table
    cell: int = 20_000  # letters of a cell
    units: int = 250_000  # rows of countries.csv
    rows: int = 500_000  # of a sheet in a workbook
    unpacked: int = 64 * 2**20  # bytes of a workbook's parts, unpacked
    tags: int = 4_000_000  # of a workbook's parts
    figures: int = 50_000_000  # rows by indicators of an index, a panel's years counted


_DEFAULTS = Limits()
_LIMITS: ContextVar[Limits] = ContextVar("limits", default=_DEFAULTS)


def limits() -> Limits:
    """Return the limits that hold here."""
    return _LIMITS.get()


@contextmanager
def allowing(**changes: int) -> Iterator[Limits]:
    """Let more in, or less, while the block runs.

    >>> with allowing(file=2**30):
    ...     limits().file
    1073741824
    """
    token = _LIMITS.set(replace(limits(), **changes))
    try:
        yield limits()
    finally:
        _LIMITS.reset(token)


CODE = r"^[a-z][a-z0-9_]{0,63}$"
"""Codes of indicators, nodes and sources: snake_case, at most 64 characters."""

A_CODE = "a code is at most 64 small letters, digits or _, a letter first"

NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
"""Names of definition files, and so of frameworks and of the folders of their editions."""


class Model(BaseModel):
    """A part of a definition file: frozen, strictly typed, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Choice(Model):
    """A method by name, with its settings: ``{ name = "minmax", low = 1, high = 100 }``.

    The name alone may be given as text. `over` says, in a panel of several years, whether the
    method sees each year by itself, all years at once, or takes its measure from one base year.
    """

    name: str
    over: str | int | None = None
    settings: dict[str, Any] = Field(default_factory=dict)

    @field_validator("over", mode="before")
    @classmethod
    def _some_years(cls, over: Any) -> Any:
        if over in ("year", "all", None) or (isinstance(over, int) and 1000 <= over <= 3000):
            return over
        raise ValueError("must be 'year', 'all' or a base year, such as 2015")

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"name": data}
        if isinstance(data, dict) and "settings" not in data:
            own = {k: v for k, v in data.items() if k in ("name", "over")}
            return {**own, "settings": {k: v for k, v in data.items() if k not in own}}
        return data

    def key(self) -> str:
        """Spell the choice, so that equal choices are found to be equal."""
        return f"{self.name} {sorted(self.settings.items(), key=str)} {self.over}"

    def spelled(self) -> str:
        """Spell the choice for a reader: name and settings.

        >>> Choice(name="minmax", settings={"low": 1, "high": 100}).spelled()
        'minmax (low 1, high 100)'
        """
        told = dict(self.settings) if self.over is None else {**self.settings, "over": self.over}
        inside = ", ".join(f"{k} {v}" for k, v in told.items())
        return f"{self.name} ({inside})" if inside else self.name


SHOWN = 12
"""At most so many faulty rows of a table are listed; the rest are counted."""


def shortened(problems: Iterable[str], count: int | None = None) -> list[str]:
    """Keep the first problems and count the rest; only those that are kept are worded.

    >>> shortened((f"line {n}" for n in range(1, 10**9)), count=14)[-2:]
    ['line 12', 'and 2 more like these']
    """
    if count is None:
        problems = list(problems)
        count = len(problems)
    kept = list(islice(problems, SHOWN))
    return [*kept, f"and {count - SHOWN:,} more like these"] if count > SHOWN else kept


def first_of(problems: Iterable[str]) -> list[str]:
    """Take problems only until there are more than one error tells.

    >>> len(first_of(f"problem {n}" for n in range(10**9))) - MOST_TOLD
    1
    """
    return list(islice(problems, MOST_TOLD + 1))


Form = TypeVar("Form", bound=BaseModel)


def lies_in(path: Path, folder: Path) -> bool:
    """Say whether a path stays in a folder, symbolic links followed.

    >>> lies_in(Path("a/b/../c.csv"), Path("a")), lies_in(Path("a/../c.csv"), Path("a"))
    (True, False)
    """
    inside, real = os.path.realpath(folder), os.path.realpath(path)
    return os.path.commonpath([inside, real]) == inside


def read_bytes(path: Path, *, within: Path | None = None, most: int | None = None) -> bytes:
    """Return the bytes of a plain file.

    Parameters
    ----------
    path
        The file.
    within
        Folder that it may not leave, by symbolic links or otherwise.
    most
        Greatest length, in bytes; that of `Limits.file` if nothing is said.

    Raises
    ------
    ContentError
        If the file is not there, is a folder, a pipe or a device, lies elsewhere, is too large, or
        may not be read.
    """
    limit = limits().file if most is None else most
    if within is not None and not lies_in(path, within):
        raise ContentError(
            str(path), ["leads out of the content folder; put the file itself there, not a link"]
        )
    try:
        if not path.is_file():
            there = path.exists() or path.is_symlink()
            raise ContentError(
                str(path),
                [
                    "not a plain file but a folder, a pipe, a device or a broken link"
                    if there
                    else "no such file; look at its name, or at --content"
                ],
            )
        size = path.stat().st_size
        if size <= limit:
            with path.open("rb") as file:
                raw = file.read(size + 1)
    except OSError as error:
        raise ContentError(
            str(path), [f"{error.strerror}; see to it that the file can be read"]
        ) from None
    if size > limit:
        raise ContentError(
            str(path),
            [f"{size:,} bytes; at most {limit:,}: hand larger data over in Python instead"],
        )
    if len(raw) > size:
        raise ContentError(str(path), ["it grew while it was read; try again"])
    return raw


def read_text(path: Path, *, within: Path | None = None, most: int | None = None) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    Raises
    ------
    ContentError
        As `read_bytes`, or if the file is empty, not UTF-8, holds NUL bytes, control characters or
        characters that turn the direction of text, or a line without end.
    """
    raw = read_bytes(path, within=within, most=most)
    if has_endless_line(raw, limits().line):
        told = f"a line of more than {limits().line:,} bytes; is this a text file?"
        raise ContentError(str(path), [told])
    text = _decoded(raw, path)
    del raw
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ContentError(str(path), [f"line {line}: a NUL byte; save the file as plain text"])
    odd = odd_character(text)
    if odd is not None:
        line = text.count("\n", 0, odd[0]) + 1
        column = odd[0] - text.rfind("\n", 0, odd[0])
        raise ContentError(str(path), [f"line {line}, column {column}: {odd[1]}; take it out"])
    if not text or text.isspace():
        raise ContentError(str(path), ["the file is empty; fill it or take it away"])
    return text


def _decoded(raw: bytes, path: Path) -> str:
    """Decode UTF-8, or say what stands there instead."""
    other = other_encoding(raw)
    if other is not None:
        raise ContentError(str(path), [f"line 1: the file is {other}; save it as UTF-8"])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = raw[error.start : error.start + 1].hex()
        raise ContentError(
            str(path),
            [f"line {line}: byte 0x{found} is not UTF-8; save the file as UTF-8"],
        ) from None


def read_toml(path: Path, *, within: Path | None = None) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises
    ------
    ContentError
        As `read_text`; or if the text is not TOML, or holds more than `Limits` allow.
    """
    text = read_text(path, within=within, most=limits().definitions)
    told = is_overgrown(text, limits().marks)
    if told:
        raise ContentError(str(path), [f"{told}; split the file, or take some away"])
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(str(path), [f"not valid TOML: {error}"]) from None
    except ValueError:  # digits without end, which Python does not turn into a number
        raise ContentError(str(path), ["not valid TOML: a number of too many digits"]) from None
    except RecursionError:
        raise ContentError(str(path), ["nested too deeply; at most 32 levels"]) from None
    problems = unsound(data, limits().indicators)
    if problems:
        raise ContentError(str(path), problems)
    return data


def form(
    model: type[Form], data: Mapping[str, Any], where: str = ""
) -> tuple[Form | None, list[str]]:
    """Check data against a model; give the object, or None and all that is wrong.

    Examples
    --------
    >>> class Point(Model):
    ...     x: float
    >>> form(Point, {"x": 1.5}, "a")[0]
    Point(x=1.5)
    >>> form(Point, {"y": 1.5}, "a")[1]
    ['a.x: missing; add it', 'a.y: unknown key (known: x)']
    """
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        told: dict[str, str] = {}
        for one in error.errors(include_url=False):
            path = path_of(data, one["loc"], missing=one["type"] == "missing")
            key = ".".join([*([where] if where else []), *path])
            fault = _worded(model, dict(one), path)
            # what may be a number or a word is one fault, although it is neither
            told[key] = f"{told[key]}, or {fault.partition('; ')[2]}" if key in told else fault
        return None, first_of(f"{key}: {fault}" if key else fault for key, fault in told.items())


def path_of(data: Any, parts: Sequence[int | str], *, missing: bool) -> list[str]:
    """Follow a path into data, past the names that a model gives to its alternatives.

    >>> path_of({"absent": "none"}, ["absent", "float"], missing=False)
    ['absent']
    >>> path_of({"absent": "none"}, [], missing=False)  # a fault of the whole, not of one key
    []
    """
    path: list[str] = []
    for part in parts:
        listed = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if listed or (isinstance(data, Mapping) and part in data):
            path.append(str(part))
            data = data[part]
    return [*path, str(parts[-1])] if parts and (missing or not path) else path


def _worded(model: type[BaseModel], error: dict[str, Any], path: Sequence[str]) -> str:
    """Word one fault: what was found, what is allowed."""
    if error["type"] == "missing":
        return "missing; add it"
    if error["type"] == "extra_forbidden":
        return f"unknown key {nearest(path[-1], _keys(model, path[:-1]))}"
    found = repr(error["input"])
    found = found if len(found) <= 60 else found[:57] + "..."
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{found}; {message[:1].lower()}{message[1:]}"


def _keys(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    """Return the keys that a model allows at a path, as far as the path can be followed."""
    current: Any = model
    for part in path:
        fields = getattr(current, "model_fields", {})
        if part not in fields:
            continue
        for candidate in _inside(fields[part].annotation):
            current = candidate
    return list(getattr(current, "model_fields", {}))


def _inside(annotation: Any) -> list[type[BaseModel]]:
    """Return the models named anywhere inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for part in getattr(annotation, "__args__", ()) for m in _inside(part)]
