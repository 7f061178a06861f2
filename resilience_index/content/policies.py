"""The policy lab's content: priors, programmes, shocks and the bridge, read and checked as a whole.

    policies/sources.toml  priors.toml  programmes.toml  shocks.toml  bridge.toml  quadrants.toml
    policies/data/*.csv

`open_policies` tells every fault at once. No prior stands in code: what a number is, and on what it
rests, is read from here.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from resilience_index.content import _policy_checks as checks
from resilience_index.content._policy_models import (
    Bridge,
    Contradiction,
    Figure,
    HostingProgramme,
    Inferred,
    Payment,
    PriorsFile,
    ProgrammesFile,
    Quadrants,
    Shock,
    ShocksFile,
    SourcesFile,
    SovereignProgramme,
    VoucherProgramme,
)
from resilience_index.content._prior_models import PRINTED, Evidence, Fact, Prior
from resilience_index.content.observations import numbers, read_table
from resilience_index.content.reading import form, read_toml
from resilience_index.errors import ContentError, UsageError, nearest
from resilience_index.steps import formula

__all__ = [
    "PRINTED",
    "Figure",
    "HostingProgramme",
    "Inferred",
    "Known",
    "Policies",
    "Prior",
    "Shock",
    "SovereignProgramme",
    "VoucherProgramme",
    "open_policies",
    "problems_of",
]

AnyProgramme = VoucherProgramme | SovereignProgramme | HostingProgramme

FILES: dict[str, type[Any]] = {
    "sources": SourcesFile,
    "priors": PriorsFile,
    "programmes": ProgrammesFile,
    "shocks": ShocksFile,
    "bridge": Bridge,
    "quadrants": Quadrants,
}
"""The definition files, by name, and their form."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the rest of the content folder defines, for references: codes of everything."""

    countries: Collection[str]
    indicators: Collection[str]
    frameworks: Collection[str]


@dataclass(frozen=True, slots=True)
class Policies:
    """The policy lab's definitions and tables.

    `tables` has the CSV files by name, figures as floats; `read` the files that were read.
    """

    folder: Path
    sources: Mapping[str, Evidence]
    priors: Mapping[str, Prior]
    programmes: Mapping[str, AnyProgramme]
    payment: Payment
    contradictions: Mapping[str, Contradiction]
    shocks: ShocksFile
    bridge: Bridge
    quadrants: Quadrants
    tables: Mapping[str, pd.DataFrame]
    about: Mapping[str, str]
    read: frozenset[Path]

    def programme(self, name: str, kind: str | None = None) -> AnyProgramme:
        """Return a preset by name, if need be of one kind.

        Raises
        ------
        UsageError
            If there is none: with the names that there are.
        """
        known = {c: p for c, p in self.programmes.items() if kind in (None, p.kind)}
        if name not in known:
            what = f"{kind} preset" if kind else "preset"
            raise UsageError(f"unknown {what} '{name}' {nearest(name, known)}")
        return known[name]

    def shock(self, name: str) -> Shock:
        """Return a shock by name.

        Raises
        ------
        UsageError
            If there is none: with the names that there are.
        """
        if name not in self.shocks.shocks:
            raise UsageError(f"unknown shock '{name}' {nearest(name, self.shocks.shocks)}")
        return self.shocks.shocks[name]

    def prior(self, code: str, programme: AnyProgramme | None = None) -> Prior:
        """Return a prior, as a programme changes it."""
        general = self.priors[code]
        change = None if programme is None else programme.priors.get(code)
        if change is None:
            return general
        return Prior(title=general.title, unit=general.unit, **dict(change))

    def paid(self, programme: AnyProgramme) -> Payment:
        """Return over how many years a programme is paid, and on what that rests."""
        return programme.payment or self.payment

    def figures_named(self, indicators: Collection[str]) -> list[str]:
        """Return the indicators, of those given, whose figures the bridge and the quadrants use."""
        bridge = self.bridge
        texts = [effect.formula for effect in bridge.effects.values()]
        texts += [text for several in bridge.quantities.values() for text in several]
        texts += [bridge.firms.modelled, *(one.formula for one in bridge.adoption.inferred)]
        found = {name for text in texts for name in formula.names(formula.parse(text))}
        found |= {one.needs for one in bridge.adoption.inferred} | {self.quadrants.income.indicator}
        found |= {one.indicator for one in bridge.adoption.figures if one.indicator is not None}
        return sorted(found & set(indicators))

    def cited(self, keys: Collection[str]) -> tuple[Evidence, ...]:
        """Return the sources that may be printed: those marked H or M."""
        return tuple(self.sources[k] for k in keys if self.sources[k].confidence in PRINTED)

    def facts(self, facts: Collection[Fact]) -> tuple[Fact, ...]:
        """Return the facts that may be printed: marked H or M, and their source too."""
        return tuple(
            f
            for f in facts
            if f.confidence in PRINTED and self.sources[f.source].confidence in PRINTED
        )


def open_policies(folder: Path, known: Known) -> Policies:
    """Read and check the folder policies/ of a content folder.

    Parameters
    ----------
    folder
        The content folder; the files lie in its folder ``policies``.
    known
        Codes of the countries, indicators and frameworks that may be named.

    Returns
    -------
    Policies
        All definitions and tables.

    Raises
    ------
    ContentError
        All faults of all files at once.

    Examples
    --------
    >>> from resilience_index.content import open_content
    >>> content = open_content()
    >>> known = Known(content.units.index, content.indicators, content.frameworks())
    >>> policies = open_policies(content.folder, known)
    >>> policies.priors["redemption"].draw
    Beta(name='beta', a=6.0, b=2.0)
    """
    place = folder / "policies"
    if not place.is_dir():
        raise ContentError(
            str(place), ["no such folder; copy it from the content that `init` writes"]
        )
    problems: list[str] = []
    parts = {name: _file(place, name, model, problems) for name, model in FILES.items()}
    tables: dict[str, pd.DataFrame] = {}
    if not problems:
        tables = dict(_tables(place, parts, problems))
    if not problems:
        problems += checks.faults(parts, tables, known)
    if problems:
        raise ContentError(str(place), problems)
    return Policies(
        folder=place,
        sources=parts["sources"].sources,
        priors=parts["priors"].priors,
        programmes=parts["programmes"].programmes,
        payment=parts["programmes"].payment,
        contradictions=parts["programmes"].contradictions,
        shocks=parts["shocks"],
        bridge=parts["bridge"],
        quadrants=parts["quadrants"],
        tables=tables,
        about={name: part.about.text for name, part in parts.items() if name != "sources"},
        read=frozenset(
            [place / f"{name}.toml" for name in FILES] + [place / "data" / name for name in tables]
        ),
    )


def problems_of(folder: Path, known: Known) -> list[str]:
    """List everything that is wrong with the policies of a content folder that has any."""
    if not (folder / "policies").is_dir():
        return []
    try:
        open_policies(folder, known)
    except ContentError as error:
        return [f"policies/{p}" for p in error.problems]
    return []


def _file(place: Path, name: str, model: type[Any], problems: list[str]) -> Any:
    """Read one definition file; gather its faults."""
    try:
        made, wrong = form(model, read_toml(place / f"{name}.toml", within=place.parent))
    except ContentError as error:
        made, wrong = None, list(error.problems)
    problems += [f"{name}.toml: {p}" for p in wrong]
    return made


def _tables(
    place: Path, parts: Mapping[str, Any], problems: list[str]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Read every table that the definitions name; gather their faults."""
    for name, (text, figures) in checks.columns(parts).items():
        try:
            table = read_table(place / "data" / name, within=place.parent)
        except ContentError as error:
            problems += [f"data/{name}: {p}" for p in error.problems]
            continue
        lacking = [c for c in (*text, *figures) if c not in table.columns]
        problems += [
            f"data/{name}: column '{c}' is missing; the head has {', '.join(table.columns)}"
            for c in lacking
        ]
        if lacking:
            continue
        made = {c: pd.Series(table.columns[c], dtype=object) for c in table.columns}
        for column in figures:
            cells = table.columns[column]
            values, odd = numbers(_emptied(cells))
            bad = odd & (cells != "")
            problems += [
                f"data/{name}: line {line}: {column} is {cell!r}; a number is needed, or nothing"
                for line, cell in zip(table.lines[bad], cells[bad], strict=True)
            ]
            made[column] = pd.Series(values)
        yield name, pd.DataFrame(made)


def _emptied(cells: Any) -> Any:
    """Write empty cells as not a number."""
    out = cells.copy()
    out[cells == ""] = "nan"
    return out
