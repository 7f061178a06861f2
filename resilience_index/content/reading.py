"""How a file becomes checked objects: the one module that the rest of this folder imports.

A file is decoded as UTF-8, parsed as TOML, checked for form by a pydantic model (frozen, strict,
nothing extra), and every fault is worded the same way: key, value found, what is allowed.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from resilience_index.errors import ContentError, nearest

FILE_LIMIT = 128 * 2**20
"""Largest file that is read, in bytes; larger data enter through the Python interface."""


CODE = r"^[a-z][a-z0-9_]{0,63}$"
"""Codes of indicators, nodes and sources: snake_case, at most 64 characters."""

A_CODE = "a code is at most 64 small letters, digits or _, a letter first"


class Model(BaseModel):
    """A part of a definition file: frozen, strictly typed, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Choice(Model):
    """A method by name, with its settings: ``{ name = "minmax", low = 1, high = 100 }``.

    The name alone may be given as text. `over` says, in a panel of several years, whether the
    method sees each year by itself or all years at once.
    """

    name: str
    over: Literal["year", "all"] | None = None
    settings: dict[str, Any] = Field(default_factory=dict)

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
        inside = ", ".join(f"{k} {v}" for k, v in self.settings.items())
        return f"{self.name} ({inside})" if inside else self.name


SHOWN = 12
"""At most so many faulty rows of a table are listed; the rest are counted."""


def shortened(problems: list[str]) -> list[str]:
    """Keep the first problems and count the rest."""
    if len(problems) <= SHOWN:
        return problems
    return [*problems[:SHOWN], f"and {len(problems) - SHOWN} more like these"]


Form = TypeVar("Form", bound=BaseModel)


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    Raises
    ------
    ContentError
        If the file is not there, too large, empty, not UTF-8, or holds NUL bytes.
    """
    if not path.is_file():
        raise ContentError(str(path), ["no such file; look at its name, or at --content"])
    size = path.stat().st_size
    if size > FILE_LIMIT:
        raise ContentError(
            str(path),
            [f"{size:,} bytes; at most {FILE_LIMIT:,}: hand larger data over in Python instead"],
        )
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = raw[error.start : error.start + 1].hex()
        raise ContentError(
            str(path),
            [f"line {line}: byte 0x{found} is not UTF-8; save the file as UTF-8"],
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ContentError(str(path), [f"line {line}: a NUL byte; save the file as plain text"])
    if not text.strip():
        raise ContentError(str(path), ["the file is empty; fill it or take it away"])
    return text


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises
    ------
    ContentError
        As `read_text`, or if the text is not TOML.
    """
    text = read_text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(str(path), [f"not valid TOML: {error}"]) from None
    except RecursionError:
        raise ContentError(str(path), ["nested too deeply; at most some 100 levels"]) from None


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
    ['a.x: missing; add it', 'a.y: unknown key; known: x']
    """
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, [_worded(model, dict(e), where) for e in error.errors(include_url=False)]


def _worded(model: type[BaseModel], error: dict[str, Any], where: str) -> str:
    """Word one fault: key, what was found, what is allowed."""
    path = [str(part) for part in error["loc"]]
    key = ".".join([*([where] if where else []), *path])
    if error["type"] == "missing":
        return f"{key}: missing; add it"
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key {nearest(path[-1], _keys(model, path[:-1]))}".replace(
            "key known", "key; known"
        )
    found = repr(error["input"])
    found = found if len(found) <= 60 else found[:57] + "..."
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{key}: {found}; {message[:1].lower()}{message[1:]}"


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
