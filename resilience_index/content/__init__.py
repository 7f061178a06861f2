"""Content: definitions and figures, read from a folder and checked as a whole.

    countries.csv  sources.toml  *.toml (indicators)  frameworks/*.toml  data/*.csv

`open_content` reads the definitions; `Content.framework` one framework; `Content.observations` the
figures that a framework needs. Every fault that can be found is told at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from resilience_index.content.definitions import About, Indicator, IndicatorFile, Source, SourceFile
from resilience_index.content.frameworks import Framework, merged
from resilience_index.content.observations import (
    Asked,
    Observations,
    Table,
    observe,
    read_table,
    read_units,
)
from resilience_index.content.places import shipped_content
from resilience_index.content.reading import CODE, form, read_toml
from resilience_index.content.sense import faults
from resilience_index.errors import ContentError, nearest
from resilience_index.steps import formula

__all__ = ["Content", "Framework", "Indicator", "Observations", "Source", "open_content"]


@dataclass(frozen=True)
class Content:
    """A folder of definitions and figures.

    `units` has a row for each country (code as index) and its attributes as text; `files` says
    which indicators each definition file holds, with its heading.
    """

    folder: Path
    units: pd.DataFrame
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    files: Mapping[str, tuple[About | None, tuple[str, ...]]]
    read: set[Path] = field(default_factory=set, compare=False)
    _tables: dict[Path, Table] = field(default_factory=dict, compare=False, repr=False)

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
        return self.checked({**self._definition(path, ()), "name": name}, str(path))

    def checked(self, definition: Mapping[str, Any], where: str) -> Framework:
        """Turn a definition into a framework, or say everything that is wrong with it."""
        framework, problems = form(Framework, definition)
        if framework is not None:
            problems = faults(framework, {c: i.direction for c, i in self.indicators.items()})
            problems += self._unit_faults(framework)
        if framework is None or problems:
            raise ContentError(where, problems)
        return framework

    def changed(self, framework: Framework, changes: Mapping[str, Any]) -> Framework:
        """Return a variant of a framework: dotted keys and what they become.

        >>> content = open_content()
        >>> base = content.framework("ai_resilience")
        >>> other = content.changed(base, {"method.normalise": {"name": "zscore"},
        ...                                "nodes.index.aggregate": {"name": "arithmetic"}})
        >>> other.method.normalise.name, base.method.normalise.name
        ('zscore', 'minmax')
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
        definition = read_toml(path)
        self.read.add(path)
        base, left_out = definition.pop("changes", None), definition.pop("leave_out", [])
        if base is None and not left_out:
            return definition
        known = self.frameworks()
        if not isinstance(base, str) or base not in known:
            raise ContentError(str(path), [f"changes: {base!r}; {nearest(str(base), known)}"])
        other = path.with_name(f"{base}.toml")
        if other in (*seen, path):
            raise ContentError(str(path), [f"changes: '{base}' changes this one in turn: a circle"])
        below = self._definition(other, (*seen, path))
        known = [*below.get("indicators", {}), *below.get("nodes", {})]
        wrong = (
            [c for c in left_out if c not in known] if isinstance(left_out, list) else [left_out]
        )
        if wrong:
            raise ContentError(
                str(path),
                [f"leave_out: {c!r} is not in '{base}'; {nearest(str(c), known)}" for c in wrong],
            )
        for part in ("indicators", "nodes"):
            below[part] = {k: v for k, v in below.get(part, {}).items() if k not in left_out}
        return merged(below, definition)

    def _unit_faults(self, framework: Framework) -> list[str]:
        """Check the codes and attributes of countries that a framework names."""
        screen = framework.method.screen.settings
        named = [("units.only", c) for c in framework.units.only]
        for key in ("keep", "drop"):
            value = screen.get(key)
            named += (
                [(f"method.screen.{key}", str(c)) for c in value] if isinstance(value, dict) else []
            )
        found = [
            f"{key}: unknown {self.units.index.name} '{code}' {nearest(code, self.units.index)}"
            for key, code in named
            if code not in self.units.index
        ]
        columns = [("units.where", c) for c in framework.units.where]
        columns += [("audit.hypotheses", h.column) for h in framework.audit.hypotheses if h.column]
        return found + [
            f"{key}: no column '{c}' in countries.csv {nearest(c, self.units.columns)}"
            for key, c in columns
            if c not in self.units.columns
        ]

    def needed(self, codes: Iterable[str]) -> list[str]:
        """List indicators with all that they rest on: denominators and operands of formulas."""
        found: list[str] = []
        stack = list(codes)
        while stack:
            code = stack.pop()
            if code in found:
                continue
            found.append(code)
            definition = self.indicators[code]
            stack += [definition.denominator] if definition.denominator else []
            stack += (
                sorted(formula.names(formula.parse(definition.formula)))
                if definition.formula
                else []
            )
        return found

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
            path = self.folder / "data" / (definition.table or f"{code}.csv")
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
                    self._tables[path] = read_table(path)
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


def open_content(folder: Path | str | None = None) -> Content:
    """Read the definitions of a content folder; without a folder, the one that ships.

    Raises
    ------
    ContentError
        All faults of countries.csv, sources.toml and the indicator files at once.
    """
    place = Path(folder) if folder is not None else shipped_content()
    if not place.is_dir():
        raise ContentError(str(place), ["no such folder; look at --content, or make one with init"])
    problems: list[str] = []
    units = _attempt(lambda: read_units(place / "countries.csv"), place, problems)
    data = _attempt(lambda: read_toml(place / "sources.toml"), place, problems) or {}
    read = {place / "countries.csv", place / "sources.toml"}
    sources, wrong = form(SourceFile, data) if data else (None, [])
    problems += [f"sources.toml: {p}" for p in wrong]
    indicators: dict[str, Indicator] = {}
    files: dict[str, tuple[About | None, tuple[str, ...]]] = {}
    for path in sorted(place.glob("*.toml")):
        if path.name == "sources.toml":
            continue
        parsed = _attempt(lambda path=path: read_toml(path), place, problems)
        read.add(path)
        if parsed is None:
            continue
        definitions, wrong = form(IndicatorFile, parsed)
        problems += [f"{path.name}: {p}" for p in wrong]
        if definitions is not None:
            twice = set(definitions.indicators) & set(indicators)
            problems += [
                f"{path.name}: indicators.{c} is defined in another file too" for c in sorted(twice)
            ]
            indicators |= definitions.indicators
            files[path.stem] = (definitions.about, tuple(definitions.indicators))
    if units is not None and sources is not None and not problems:
        problems += _references(indicators, sources.sources, units)
    if problems or units is None or sources is None:
        raise ContentError(str(place), problems)
    return Content(place, units, sources.sources, indicators, files, read)


def _attempt(action: Any, place: Path, problems: list[str]) -> Any:
    """Do one thing; gather its faults instead of stopping at them."""
    try:
        return action()
    except ContentError as error:
        name = Path(error.where).relative_to(place)
        problems += [f"{name}: {p}" for p in error.problems]
        return None


def _references(
    indicators: Mapping[str, Indicator], sources: Mapping[str, Source], units: pd.DataFrame
) -> list[str]:
    """Check that every code an indicator names exists, and that no indicator rests on itself."""
    import re

    problems = []
    operands: dict[str, set[str]] = {}
    for code, definition in indicators.items():
        key = f"indicators.{code}"
        if not re.fullmatch(CODE, code):
            problems.append(
                f"{key}: a code is at most 64 small letters, digits or _, a letter first"
            )
        problems += [
            f"{key}.source: unknown source '{s}' {nearest(s, sources)}"
            for s in definition.sources
            if s not in sources
        ]
        operands[code] = {definition.denominator} if definition.denominator else set()
        if definition.formula is not None:
            try:
                operands[code] |= formula.names(formula.parse(definition.formula))
            except ContentError as error:
                problems += [f"{key}.formula: {p}" for p in error.problems]
        problems += [
            f"{key}: unknown indicator '{o}' {nearest(o, indicators)}"
            for o in sorted(operands[code])
            if o not in indicators
        ]
        problems += [
            f"{key}.absent_except: unknown {units.index.name} '{u}' {nearest(u, units.index)}"
            for u in definition.absent_except
            if u not in units.index
        ]
        problems += [
            f"{key}.applies_where: no column '{c}' in countries.csv {nearest(c, units.columns)}"
            for c in definition.applies_where
            if c not in units.columns
        ]
    return problems + _circles(operands)


def _circles(operands: Mapping[str, set[str]]) -> list[str]:
    """Name indicators that rest on themselves, through formulas or denominators."""
    free = {code for code, below in operands.items() if not below}
    while True:
        more = {
            c
            for c, below in operands.items()
            if c not in free and below <= free | (below - set(operands))
        }
        if not more:
            break
        free |= more
    stuck = sorted(set(operands) - free)
    return (
        [f"indicators.{', '.join(stuck)}: formulas or denominators form a circle"] if stuck else []
    )
