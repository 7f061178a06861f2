"""Content: definitions and figures, read from a folder and checked as a whole.

    countries.csv  sources.toml  *.toml (indicators)  frameworks/*.toml  data/*.csv

`open_content` reads the definitions; `Content.framework` one framework; `Content.observations` the
figures that a framework needs. Every fault that can be found is told at once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from resilience_index.content._healing import healed, standing_units
from resilience_index.content._references import references
from resilience_index.content._sound import headed, sound
from resilience_index.content.definitions import About, Indicator, Source, SourceFile
from resilience_index.content.frameworks import Framework, merged
from resilience_index.content.observations import (
    Asked,
    Observations,
    Table,
    observe,
    read_table,
    read_units,
)
from resilience_index.content.reading import (
    NAME,
    first_of,
    form,
    limits,
    read_toml,
)
from resilience_index.content.sense import faults, group_faults
from resilience_index.errors import ContentError, nearest
from resilience_index.places import shipped_content
from resilience_index.steps import formula

MOST_CHANGES = 20
"""Longest chain of frameworks of which each changes the next."""

__all__ = ["Content", "Framework", "Indicator", "Observations", "Source", "open_content"]


@dataclass(frozen=True)
class Content:
    """A folder of definitions and figures.

    `units` has a row for each country (code as index) and its attributes as text; `files` says
    which indicators each definition file holds, with its heading. `read` is the record of what was
    asked of this object: the files behind an index, and then behind whatever is made of it.
    `broken` names indicators that are defined, but wrongly: only `survey` gives any.
    """

    folder: Path
    units: pd.DataFrame
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    files: Mapping[str, tuple[About | None, tuple[str, ...]]]
    read: set[Path] = field(default_factory=set, compare=False)
    broken: frozenset[str] = frozenset()
    _tables: dict[Path, Table] = field(default_factory=dict, compare=False, repr=False)

    def recording(self, more: Iterable[Path] = ()) -> "Content":
        """Return the same content with a record of its own: the definitions, and what is named.

        What others have asked of this object before does not stand in it.
        """
        files = ["countries.csv", "sources.toml", *(f"{stem}.toml" for stem in self.files)]
        return replace(self, read={*(self.folder / name for name in files), *more})

    def record(self, framework: Framework) -> None:
        """Count the files of a framework that was read before among those that are read."""
        if framework.name in self.frameworks():
            self._definition(self.folder / "frameworks" / f"{framework.name}.toml", ())

    def frameworks(self) -> list[str]:
        """Names of the frameworks in the folder."""
        return sorted(p.stem for p in (self.folder / "frameworks").glob("*.toml"))

    def framework(self, name: str) -> Framework:
        """Read and check a framework.

        Raises
        ------
        ContentError
            If there is no such framework, or anything in it is wrong: all faults at once.
        """
        path = self.folder / "frameworks" / f"{name}.toml"
        known = self.frameworks()
        if name not in known:
            raise ContentError(
                str(self.folder / "frameworks"), [f"no framework '{name}' {nearest(name, known)}"]
            )
        _named([path])
        return self.checked({**self._definition(path, ()), "name": name}, str(path))

    def checked(self, definition: Mapping[str, Any], where: str) -> Framework:
        """Turn a definition into a framework, or say everything that is wrong with it."""
        framework, problems = form(Framework, definition)
        judged = framework or healed(definition)  # the rest is judged all the same
        if judged is not None:
            known = {c: i.direction for c, i in self.indicators.items()}
            problems += faults(judged, known | dict.fromkeys(self.broken, judged.method.direction))
            problems += first_of(self._unit_faults(judged))
        if framework is None or problems:
            raise ContentError(where, problems)
        return framework

    def draft(self, name: str) -> Framework | None:
        """Read as much of a framework as can stand, so that its figures are judged all the same."""
        try:
            path = self.folder / "frameworks" / f"{name}.toml"
            definition = {**self._definition(path, ()), "name": name}
        except ContentError:
            return None
        return form(Framework, definition)[0] or healed(definition)

    def faults_of(self, name: str) -> list[str]:
        """List everything that is wrong with a framework and with the figures that it needs."""
        problems: list[str] = []
        try:
            self.framework(name)
        except ContentError as error:
            problems += [f"{Path(error.where).name}: {p}" for p in error.problems]
        draft = self.draft(name) if name in self.frameworks() else None
        if draft is not None:
            try:
                self.observations(self.needed(draft.indicators), max(draft.years, default=None))
            except ContentError as error:
                problems += error.problems
        return problems

    def faults_beside(self, name: str) -> list[str]:
        """List what is wrong with tables that are there without any score resting on them.

        Those of its audit may reach to its own year, all others to any.
        """
        draft = self.draft(name) if name in self.frameworks() else None
        if draft is None:
            return []
        judged = self.needed(code for _, code in draft.audit.named())
        spare = set(self.indicators) - set(self.needed(draft.indicators))
        there = sorted(code for code in spare if self._table_of(code).is_file())
        asked = [(there, None), ([c for c in there if c in judged], max(draft.years, default=None))]
        problems: dict[str, None] = {}
        for codes, latest in asked:
            try:
                self.recording().observations(codes, latest)
            except ContentError as error:
                problems |= dict.fromkeys(error.problems)
        return list(problems)

    def _table_of(self, code: str) -> Path:
        return self.folder / "data" / (self.indicators[code].table or f"{code}.csv")

    def changed(self, framework: Framework, changes: Mapping[str, Any]) -> Framework:
        """Return a variant of a framework: dotted keys and what they become.

        >>> content = open_content()
        >>> base = content.framework("ai_resilience")
        >>> ranks = {"name": "percentile_rank", "low": 1, "high": 100}
        >>> other = content.changed(base, {"method.normalise": ranks})
        >>> other.method.normalise.name, base.method.normalise.name
        ('percentile_rank', 'minmax')
        """
        definition = framework.model_dump(exclude_unset=True)
        for key, value in changes.items():
            change: Any = value
            for part in reversed(key.split(".")):
                change = {part: change}
            definition = merged(definition, change)
        return self.checked(definition, f"{framework.name}, changed")

    def _definition(self, path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
        """Read a framework file and lay it over the one that it changes."""
        definition = read_toml(path, within=self.folder)
        self.read.add(path)
        base, left_out = definition.pop("changes", None), definition.pop("leave_out", {})
        if base is None:
            return self._without(definition, left_out, path, path.stem)
        known = self.frameworks()
        if not isinstance(base, str) or base not in known:
            raise ContentError(str(path), [f"changes: {base!r}; {nearest(str(base), known)}"])
        other = path.with_name(f"{base}.toml")
        if len(seen) >= MOST_CHANGES:
            raise ContentError(
                str(path), [f"changes: a chain of more than {MOST_CHANGES} frameworks; shorten it"]
            )
        if other in (*seen, path):
            raise ContentError(str(path), [f"changes: '{base}' changes this one in turn: a circle"])
        below = self._definition(other, (*seen, path))
        return merged(self._without(below, left_out, path, base), definition)

    def _without(
        self, below: dict[str, Any], left_out: Any, path: Path, base: str
    ) -> dict[str, Any]:
        """Take codes out of a definition; a list of them, or a table from code to the reason."""
        if isinstance(left_out, list):
            left_out = dict.fromkeys(map(str, left_out), "")
        elif not isinstance(left_out, dict):
            raise ContentError(
                str(path), [f"leave_out: {left_out!r}; a table from code to reason, or a list"]
            )
        parts = {part: below.get(part, {}) for part in ("indicators", "nodes")}
        known = [code for part in parts.values() for code in part]
        wrong = [
            f"leave_out: {code!r} is not in '{base}'; {nearest(code, known)}"
            for code in left_out
            if code not in known
        ]
        if wrong:
            raise ContentError(str(path), wrong)
        if not left_out:
            return below
        kept = {
            name: {code: own for code, own in part.items() if code not in left_out}
            for name, part in parts.items()
        }
        return {**below, **kept, "leave_out": {**below.get("leave_out", {}), **left_out}}

    def _unit_faults(self, framework: Framework) -> Iterator[str]:
        """Check the codes and attributes of countries that a framework names."""
        screen = framework.method.screen.settings
        named = [("units.only", c) for c in framework.units.only]
        for key in ("keep", "drop"):
            value = screen.get(key)
            named += (
                [(f"method.screen.{key}", str(c)) for c in value] if isinstance(value, dict) else []
            )
        for key, code in named:
            if code not in self.units.index:
                known = nearest(code, self.units.index)
                yield f"{key}: unknown {self.units.index.name} '{code}' {known}"
        yield from group_faults(framework, self.units)
        columns = [("units.where", c) for c in framework.units.where]
        columns += [("audit.hypotheses", h.column) for h in framework.audit.hypotheses if h.column]
        for key, c in columns:
            if c not in self.units.columns:
                yield f"{key}: no column '{c}' in countries.csv {nearest(c, self.units.columns)}"

    def needed(self, codes: Iterable[str]) -> list[str]:
        """List indicators with all that they rest on: denominators and operands of formulas.

        What is not defined, or wrongly, is left out: it is told where it is named.
        """
        found: dict[str, None] = {}
        stack = list(codes)
        while stack:
            code = stack.pop()
            if code in found or code not in self.indicators:
                continue
            found[code] = None
            definition = self.indicators[code]
            stack += [definition.denominator] if definition.denominator else []
            stack += (
                sorted(formula.names(formula.parse(definition.formula)))
                if definition.formula
                else []
            )
        return list(found)

    def observations(self, codes: Iterable[str], latest: int | None) -> dict[str, Observations]:
        """Read the figures of indicators; none may be of a year after `latest`.

        Raises
        ------
        ContentError
            All faults of all tables at once.
        """
        found, problems = {}, []
        for code in codes:
            definition = self.indicators[code]
            if definition.formula is not None:
                continue
            path = self._table_of(code)
            asked = Asked(
                str(self.units.index.name),
                self.units.index,
                definition.column,
                definition.error_column,
                definition.year,
                latest,
            )
            try:
                if path not in self._tables:
                    self._tables[path] = read_table(path, within=self.folder)
                self.read.add(path)
                read, wrong = observe(self._tables[path], asked)
            except ContentError as error:
                read, wrong = None, list(error.problems)
            name = path.relative_to(self.folder)
            problems += [f"{name}: {p}" for p in wrong if f"{name}: {p}" not in problems]
            if read is not None:
                found[code] = read
        if problems:
            raise ContentError(str(self.folder), problems)
        return found


def open_content(folder: Path | str | None = None, *, framework: str | None = None) -> Content:
    """Read the definitions of a content folder; without a folder, the one that ships.

    Raises
    ------
    ContentError
        All faults of countries.csv, sources.toml and the indicator files at once; if there are any,
        with those of the framework that is named and of its figures.
    """
    content, problems = survey(folder)
    if problems or content is None:
        if content is not None and framework is not None:
            problems += content.faults_of(framework)
        place = Path(folder) if folder is not None else shipped_content()
        raise ContentError(str(place), problems)
    return content


def survey(folder: Path | str | None = None) -> tuple[Content | None, list[str]]:
    """Read a content folder as far as it can be read; give it, if at all, and all its faults.

    Raises
    ------
    ContentError
        If there is no such folder, or its files have names or sizes that are not read at all.
    """
    place = Path(folder) if folder is not None else shipped_content()
    if not place.is_dir():
        told = "a file, not a folder" if place.exists() else "no such folder"
        raise ContentError(str(place), [f"{told}; look at --content, or make one with init"])
    problems: list[str] = []
    paths = [path for path in sorted(place.glob("*.toml")) if path.name != "sources.toml"]
    _named(paths)
    _bounded([*paths, place / "sources.toml"], place)
    units = _units(place, problems)
    data = _attempt(lambda: read_toml(place / "sources.toml", within=place), place, problems)
    sources, wrong = (None, []) if data is None else form(SourceFile, data)
    problems += [f"sources.toml: {p}" for p in wrong]
    indicators: dict[str, Indicator] = {}
    broken: set[str] = set()
    files: dict[str, tuple[About | None, tuple[str, ...]]] = {}
    for path in paths:
        parsed = _attempt(lambda path=path: read_toml(path, within=place), place, problems)
        if parsed is None:
            broken |= headed(path, place)
            continue
        definitions, wrong, wrongly = sound(parsed)
        problems += [f"{path.name}: {p}" for p in wrong]
        broken |= wrongly
        if definitions is not None:
            twice = set(definitions.indicators) & set(indicators)
            problems += [
                f"{path.name}: indicators.{c} is defined in another file too" for c in sorted(twice)
            ]
            indicators |= definitions.indicators
            files[path.stem] = (definitions.about, tuple(definitions.indicators))
    if len(indicators) > limits().indicators:
        problems.append(f"{len(indicators):,} indicators; at most {limits().indicators:,}")
    if units is not None:
        home = {code: f"{stem}.toml" for stem, (_, codes) in files.items() for code in codes}
        known = None if sources is None else sources.sources
        problems += first_of(references(indicators, home, known, units, broken))
    if units is None or not indicators:
        return None, problems
    listed = {} if sources is None else sources.sources
    astray = frozenset(broken - set(indicators))
    read = {place / "countries.csv", place / "sources.toml", *paths}
    return Content(place, units, listed, indicators, files, read, astray), problems


def _units(place: Path, problems: list[str]) -> pd.DataFrame | None:
    """Read the countries; gather their faults, and go on with what stands of them."""
    path = place / "countries.csv"
    units = _attempt(lambda: read_units(path, within=place), place, problems)
    return standing_units(path, within=place) if units is None else units


def _attempt(action: Any, place: Path, problems: list[str]) -> Any:
    """Do one thing; gather its faults instead of stopping at them."""
    try:
        return action()
    except ContentError as error:
        name = Path(error.where).relative_to(place)
        problems += [f"{name}: {p}" for p in error.problems]
        return None


def _named(paths: Iterable[Path]) -> None:
    """Refuse definition files whose names could not be those of folders and files elsewhere."""
    odd = [path for path in paths if not re.fullmatch(NAME, path.stem)]
    if odd:
        told = "rename it: at most 64 letters, digits, _, - or ., a letter or a digit first"
        raise ContentError(str(odd[0].parent), [f"{path.name!a}: {told}" for path in odd])


def _bounded(paths: Iterable[Path], place: Path) -> None:
    """Refuse more definitions than can be read in a moment."""
    size = sum(path.stat().st_size for path in paths if path.is_file())
    if size > limits().all_definitions:
        raise ContentError(
            str(place),
            [f"definition files of {size:,} bytes; at most {limits().all_definitions:,}"],
        )
