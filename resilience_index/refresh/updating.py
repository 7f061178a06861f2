"""Bring sources up to date: fetch, compare, and write tables with what is recorded of them."""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from resilience_index.content import Content, provenance
from resilience_index.content.reading import read_bytes, read_text
from resilience_index.errors import ContentError, DataError, ResilienceIndexError
from resilience_index.refresh.answers import Fetched, Get, json_stat, world_bank
from resilience_index.refresh.differences import (
    Difference,
    difference,
    doubts,
    standing,
    table_text,
)
from resilience_index.refresh.fetching import Answer, Fetcher
from resilience_index.refresh.places import places
from resilience_index.refresh.services import Asked, Service, service
from resilience_index.refresh.sheets import quarters, records, wide

READERS: dict[str, Callable[..., Fetched]] = {
    "world_bank": world_bank,
    "json_stat": json_stat,
    "quarters": quarters,
    "wide": wide,
    "records": records,
}
VINTAGES = "vintages"
_HOLE = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would become of the tables of one source, and what could not be read.

    `unknown` lists names that are in no row of countries.csv, such as totals of regions.
    """

    source: str
    tables: dict[str, Difference]
    failed: dict[str, str]
    published: str
    address: str
    unknown: tuple[str, ...]

    @property
    def changed(self) -> dict[str, Difference]:
        """Tables with a change."""
        return {code: one for code, one in self.tables.items() if one.changes}


def propose(content: Content, source: str, fetcher: Fetcher) -> Proposal:
    """Fetch all tables of a source and compare them with those that stand; write nothing.

    Parameters
    ----------
    content
        A content folder, read.
    source
        Key of its sources.toml, with a file in ``updates/``.
    fetcher
        Who asks the producer.

    Raises
    ------
    ContentError
        If the source is not defined, or its file in ``updates/`` is wrong.
    DataError
        If that file names countries that do not exist.
    """
    if source not in content.sources:
        raise ContentError(str(content.folder), [f"no source '{source}' in sources.toml"])
    used = service(content.folder, source)
    _known(used, content, source)
    last = max(content.framework(name).about.year for name in content.frameworks())
    tables: dict[str, Difference] = {}
    failed: dict[str, str] = {}
    published: set[str] = set()
    named = places(content.units, used.countries, used.renamed)
    for code, asked in used.tables.items():
        try:
            read = READERS[used.reader](used, asked, _getter(used, fetcher), named, last)
            tables[code] = _compared(content, code, asked, read)
            published.add(read.published)
        except ResilienceIndexError as error:
            failed[code] = str(error)
    address = (fetcher.base or used.base) + used.path
    day = max(published, default="")
    return Proposal(source, tables, failed, day, address, tuple(sorted(named.unknown - {""})))


def _known(used: Service, content: Content, source: str) -> None:
    """Refuse tables of indicators that do not exist or do not rest on the source."""
    wrong = [
        f"tables.{code}: no indicator with a table that rests on {source}"
        for code in used.tables
        if code not in content.indicators or source not in content.indicators[code].sources
    ]
    if wrong:
        raise ContentError(str(content.folder / "updates" / f"{source}.toml"), wrong)


def _getter(used: Service, fetcher: Fetcher) -> Get:
    """Return how to ask the service, given what is put into its path."""

    def get(keys: Mapping[str, str]) -> Answer:
        missing = sorted(set(_HOLE.findall(used.path)) - set(keys))
        if missing:
            raise DataError(f"path: {{{missing[0]}}} is not among keys; mend updates/")
        path = _HOLE.sub(lambda hole: quote(keys[hole[1]], safe=""), used.path)
        return fetcher.get(used.base, path, used.most_bytes)

    return get


def _compared(content: Content, code: str, asked: Asked, read: Fetched) -> Difference:
    """Lay an answer over the table that stands, if it can be believed."""
    name = content.indicators[code].table or f"{code}.csv"
    old = standing(content.folder / "data" / name, content.folder, _key(content))
    found = doubts(old, read.rows, asked)
    if found:
        raise DataError("; ".join(found))
    return difference(old, read.rows)


def _key(content: Content) -> str:
    return str(content.units.index.name)


def files(content: Content, proposals: Sequence[Proposal], day: date) -> dict[str, bytes]:
    """Make all files that change: tables, their old vintage, sources.toml, provenance.json.

    Parameters
    ----------
    content
        The content folder as it stands.
    proposals
        What shall become of it.
    day
        Date of the retrieval.

    Returns
    -------
    dict
        Bytes by path in the content folder.
    """
    made: dict[str, bytes] = {}
    told: dict[str, dict[str, str]] = {}
    for one in proposals:
        if not one.changed:
            continue
        vintage = _vintage(content.folder, one.source, day)
        made[f"{vintage}/source.json"] = _json(content.sources[one.source].model_dump())
        for code, changed in one.changed.items():
            name = content.indicators[code].table or f"{code}.csv"
            path = content.folder / "data" / name
            if path.exists():
                made[f"{vintage}/{name}"] = read_bytes(path, within=content.folder)
            made[f"data/{name}"] = table_text(changed.rows, _key(content)).encode()
        told[one.source] = {
            "published": one.published or f"As fetched on {day.isoformat()}",
            "retrieved": f"{one.address}, {day.isoformat()}",
        }
    if made:
        made["sources.toml"] = _sources(content.folder, told)
        made |= _record(content, made, told)
    return made


def _vintage(folder: Path, source: str, day: date) -> str:
    """Name a folder for the tables that are replaced, one that is not there yet."""
    name, number = f"{VINTAGES}/{source}/{day.isoformat()}", 1
    while (folder / name).exists():
        number += 1
        name = f"{VINTAGES}/{source}/{day.isoformat()}-{number}"
    return name


def _sources(folder: Path, told: Mapping[str, Mapping[str, str]]) -> bytes:
    """Write new vintages into sources.toml, and leave every other line as it is."""
    text = read_text(folder / "sources.toml", within=folder)
    lines = text.split("\n")
    for source, facts in told.items():
        start = lines.index(f"[sources.{source}]")
        rest = range(start + 1, len(lines))
        end = next((n for n in rest if lines[n].startswith("[")), len(lines))
        for key, value in facts.items():
            new = f"{key} = {json.dumps(value, ensure_ascii=False)}"
            there = [n for n in range(start, end) if re.match(rf"{key}\s*=", lines[n])]
            if there:
                lines[there[0]] = new
            else:
                lines.insert(start + 1, new)
                end += 1
    made = "\n".join(lines)
    expected = tomllib.loads(text)
    for source, facts in told.items():
        expected["sources"][source] |= facts
    if tomllib.loads(made) != expected:
        told_of = "cannot be rewritten line by line; put [sources.…] and each key on its own line"
        raise ContentError(str(folder / "sources.toml"), [told_of])
    return made.encode()


def _record(
    content: Content, made: Mapping[str, bytes], told: Mapping[str, Mapping[str, str]]
) -> dict[str, bytes]:
    """Bring provenance.json up to date, if there is one."""
    if not (content.folder / provenance.NAME).is_file():
        return {}
    sources = {
        key: one.model_copy(update=dict(told.get(key, {}))) for key, one in content.sources.items()
    }
    record = provenance.record(content.folder, content.indicators, sources, instead=made)
    return {provenance.NAME: provenance.text(record).encode()}


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def most_changed(one: Difference, top: int | None) -> Iterable[tuple[str, list[Any]]]:
    """Group changes by country, those with most changes first.

    Parameters
    ----------
    one
        What becomes of a table.
    top
        Countries at most; all if None.

    Returns
    -------
    iterable
        Code and changes.
    """
    grouped: dict[str, list[Any]] = {}
    for change in one.changes:
        grouped.setdefault(change.code, []).append(change)
    order = sorted(grouped, key=lambda code: (-len(grouped[code]), code))
    return [(code, grouped[code]) for code in (order if top is None else order[:top])]
