"""Where every table comes from, and what it looked like then: the file provenance.json.

`record` says of each CSV file of a content folder its SHA-256 and, where indicators rest on it,
their sources with address, licence and retrieval. `faults` says where files and record no longer
agree, so that a figure cannot change unnoticed: whoever changes one on purpose writes the record
anew.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from resilience_index.content.definitions import Indicator, Source
from resilience_index.content.reading import Model, form, read_bytes, read_text
from resilience_index.errors import ContentError

NAME = "provenance.json"
_FOLDERS = ("", "data", "policies/data")
_TOLD = ("producer", "title", "url", "licence", "published", "retrieved")


class _Table(Model):
    """What is known of one table."""

    sha256: str
    bytes: int
    indicators: list[str] = Field(default_factory=list)
    sources: dict[str, dict[str, str]] = Field(default_factory=dict)


class _Record(Model):
    """The whole file."""

    tables: dict[str, _Table]


def record(
    folder: Path,
    indicators: Mapping[str, Indicator],
    sources: Mapping[str, Source],
    *,
    instead: Mapping[str, bytes] | None = None,
) -> dict[str, Any]:
    """Describe every table of a content folder.

    Parameters
    ----------
    folder
        The content folder.
    indicators, sources
        Its definitions.
    instead
        Tables, by path in the folder, that are about to be written there.

    Returns
    -------
    dict
        ``tables``: by path, ``sha256``, ``bytes``, and of tables that indicators rest on their
        codes and ``sources``.

    Raises
    ------
    ContentError
        If a table cannot be read.

    Examples
    --------
    >>> from resilience_index.content import open_content
    >>> content = open_content()
    >>> made = record(content.folder, content.indicators, content.sources)["tables"]
    >>> made["data/population.csv"]["sources"]["wdi"]["licence"]
    'CC BY 4.0'
    """
    users: dict[str, list[str]] = {}
    for code, indicator in indicators.items():
        if indicator.formula is None:
            users.setdefault(f"data/{indicator.table or f'{code}.csv'}", []).append(code)
    made, coming = {}, instead or {}
    tables = _tables(folder)
    tables |= {n: folder / n for n in coming if n.startswith("data/") and n.endswith(".csv")}
    for name, path in sorted(tables.items(), key=_place):
        data = coming.get(name) or read_bytes(path, within=folder)
        table: dict[str, Any] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        if name in users:
            keys = sorted({key for code in users[name] for key in indicators[code].sources})
            table["indicators"] = sorted(users[name])
            table["sources"] = {
                key: {part: getattr(sources[key], part) for part in _TOLD} for key in keys
            }
        made[name] = table
    return {"tables": made}


def _place(named: tuple[str, Path]) -> tuple[int, str]:
    """Order tables by folder, then by name."""
    return _FOLDERS.index(named[0].rpartition("/")[0]), named[0]


def text(made: Mapping[str, Any]) -> str:
    """Spell a record, one line a fact, so that a change is seen line by line."""
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def faults(folder: Path) -> list[str]:
    """List tables that no longer are what the record says; nothing if there is no record."""
    path = folder / NAME
    if not path.exists():
        return []
    read, problems = _read(path, folder)
    if read is None:
        return [f"{NAME}: {p}" for p in problems]
    there = _tables(folder)
    found = [f"{name}: {NAME} lists it, but it is gone" for name in sorted(set(read) - set(there))]
    found += [f"{name}: not in {NAME}" for name in sorted(set(there) - set(read))]
    for name in sorted(set(read) & set(there)):
        try:
            data = read_bytes(there[name], within=folder)
        except ContentError as error:
            found += [f"{name}: {p}" for p in error.problems]
            continue
        if hashlib.sha256(data).hexdigest() != read[name].sha256:
            found.append(f"{name}: no longer the file that {NAME} describes")
    return [f"{fault}; if that is meant, run `resilience-index lock`" for fault in found]


def _read(path: Path, folder: Path) -> tuple[dict[str, _Table] | None, list[str]]:
    """Read the record; None and why not, if it is damaged."""
    try:
        data = json.loads(read_text(path, within=folder))
    except ContentError as error:
        return None, list(error.problems)
    except (ValueError, RecursionError) as error:
        return None, [f"not valid JSON ({error}); write it anew with `resilience-index lock`"]
    if not isinstance(data, dict):
        return None, ["not a record of tables; write it anew with `resilience-index lock`"]
    read, problems = form(_Record, data)
    return (read.tables if read is not None else None), problems


def _tables(folder: Path) -> dict[str, Path]:
    """Find every CSV file of a content folder, by its path there."""
    found = [p for part in _FOLDERS for p in sorted((folder / part).glob("*.csv"))]
    return {path.relative_to(folder).as_posix(): path for path in found}
