"""Where a country starts: how many of its firms use AI, how many firms it has, and how we know.

The share of firms is the newest of the figures that the bridge names; where there is none it is
inferred from people's use of AI, and the result says so. The number of firms is counted, taken as a
share of all small and medium-sized firms, modelled from the labour force, or given by the user.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content import Content
from resilience_index.content.policies import Figure, Inferred, Policies
from resilience_index.content.speech import figures, say
from resilience_index.errors import DataError
from resilience_index.index import Index
from resilience_index.policy.lab import firm_count
from resilience_index.policy.priors import Drawn, spelled
from resilience_index.steps import formula
from resilience_index.steps.observe import newest

Array = NDArray[np.float64]

SMALLEST, LARGEST = 1e-4, 0.98
"""Bounds of an inferred share of firms, so that a diffusion curve can start there."""


@dataclass(frozen=True, slots=True)
class Known:
    """How one country's starting figure is known, for the reader.

    `kind` is "figure" or "inferred" for adoption; "counted", "sized", "modelled" or "given" for the
    number of firms. `text` is a sentence without its stop, `why` one more, if there is more to say.
    """

    kind: str
    text: str
    year: int | None = None
    source: str = ""
    url: str = ""
    why: str = ""


@dataclass(frozen=True)
class Starts:
    """Starting points of some countries: draws by countries (or 1 by countries)."""

    codes: tuple[str, ...]
    adoption: Array  # share of firms
    firms: Array  # number in the scope of the adoption figure
    adoption_known: tuple[Known, ...]
    firms_known: tuple[Known, ...]


@dataclass
class Context:
    """The newest figure of any indicator for the rows of an index, in its unit; NaN where none."""

    index: Index
    found: dict[str, Array] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        """Codes of the countries, in the order of the arrays."""
        return [str(c) for c in self.index.ranks.index]

    def __call__(self, code: str) -> Array:
        """Return the figures of an indicator."""
        if code not in self.found:
            if code in self.index.observed:
                made = self.index.observed[code].to_numpy(float)
            else:
                year = self.index.framework.about.year
                made, _ = newest_figures(self.index.content, code, year)
                rows = self.index.content.units.index.get_indexer(pd.Index(self.codes))
                made = made[rows]
            self.found[code] = made
        return self.found[code]


def newest_figures(
    content: Content, code: str, year: int, max_age: int | None = None
) -> tuple[Array, Array]:
    """Return the newest figure of an indicator, and its year, for every country of the content.

    Parameters
    ----------
    content
        Definitions and figures.
    code
        An indicator with a table of its own.
    year
        The edition's.
    max_age
        Greatest age in years; as the indicator says if not given.

    Returns
    -------
    tuple of arrays
        Figures in the indicator's unit and their years, NaN where there is none.
    """
    definition = content.indicators[code]
    if definition.formula is not None:
        raise DataError(
            f"{code}: a formula; the policy lab needs an indicator with a table of its own"
        )
    held = content.observations([code], year)[code]
    age = definition.max_age if max_age is None else max_age
    found = newest(held.unit, held.year, count=len(content.units), at=year, max_age=age or 0)
    there = found >= 0
    values, years = np.full(len(found), np.nan), np.full(len(found), np.nan)
    values[there], years[there] = held.value[found[there]], held.year[found[there]]
    if definition.absent != "missing":
        unknown = content.units.index.isin(definition.absent_except)
        values[~there & ~unknown] = definition.absent
    return values, years


def starts(
    index: Index,
    policies: Policies,
    codes: Sequence[str],
    drawn: Drawn,
    firms: Mapping[str, float] | None = None,
) -> Starts:
    """Find the starting points of countries.

    Parameters
    ----------
    index
        A built index; its rows limit the countries.
    policies
        The bridge says where figures are found.
    codes
        Countries.
    drawn
        Draws of priors, where something is inferred or modelled.
    firms
        Numbers of firms given by the user, by country.

    Returns
    -------
    Starts
        In the order of `codes`.

    Raises
    ------
    DataError
        If a country has no observation of the use of AI at all.
    UsageError
        If a number of firms is no whole number of 1 or more.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> lab = open_lab(build("ai_resilience"))
    >>> found = starts(lab.index, lab.policies, ["KOR", "DEU"], Drawn(lab.policies.priors, 9, 0))
    >>> [known.kind for known in found.adoption_known]
    ['inferred', 'figure']
    """
    given = {code: firm_count(number, f"firms of {code}") for code, number in (firms or {}).items()}
    context = Context(index)
    shares = _Shares(index, policies, context, drawn)
    counts = _Counts(policies, context, drawn, given)
    bare = [code for code in codes if not shares.observed(code)]
    if bare:
        raise DataError(
            f"{', '.join(bare)}: no observation of the use of AI, by firms or by people, so no "
            "programme can be reckoned; add one to an indicator that bridge.toml names"
        )
    adoption = [shares.of(code) for code in codes]
    numbers = [counts.of(code) for code in codes]
    return Starts(
        tuple(codes),
        np.stack([np.broadcast_to(a, drawn.draws) for a, _ in adoption], axis=1),
        np.stack([np.broadcast_to(n, drawn.draws) for n, _ in numbers], axis=1),
        tuple(k for _, k in adoption),
        tuple(k for _, k in numbers),
    )


def unobserved(index: Index, policies: Policies, codes: Sequence[str]) -> list[str]:
    """Return the countries without any observation of the use of AI, of which nothing is known."""
    drawn = Drawn(policies.priors, 1, 0)
    shares = _Shares(index, policies, Context(index), drawn)
    return [code for code in codes if not shares.observed(code)]


class _Shares:
    """Finds the share of firms that use AI."""

    def __init__(self, index: Index, policies: Policies, context: Context, drawn: Drawn) -> None:
        self.policies, self.context, self.drawn = policies, context, drawn
        self.bridge = policies.bridge.adoption
        self.figures = self._figures(index)

    def _figures(self, index: Index) -> dict[str, tuple[float, Known]]:
        """Pick the newest figure of each country among the places that the bridge names."""
        year = index.framework.about.year
        found: dict[str, tuple[float, Known]] = {}
        for place in self.bridge.figures:
            for code, value, when, known in self._rows(index, place, year):
                old = found.get(code)
                fits = year - self.bridge.max_age <= when <= year
                if (
                    fits
                    and code not in self.bridge.left_out
                    and (old is None or when > (old[1].year or 0))
                ):
                    found[code] = (value / 100, known)
        return found

    def _rows(self, index: Index, place: Figure, year: int) -> list[tuple[str, float, int, Known]]:
        """List a place's figures: country, per cent, year, how it is known."""
        indicator, table, what = place.indicator, place.table, place.what
        if indicator is not None:
            values, years = newest_figures(index.content, indicator, year, self.bridge.max_age)
            definition = index.content.indicators[indicator]
            source = index.content.sources[definition.sources[0]]
            rows = [
                (str(code), float(v), int(y), source.citation, source.url)
                for code, v, y in zip(index.content.units.index, values, years, strict=True)
                if np.isfinite(v) and np.isfinite(y)
            ]
        else:
            rows = [
                (r["iso3"], float(r["value"]), int(r["year"]), r["source_title"], r["source_url"])
                for r in self.policies.tables[str(table)].to_dict("records")
                if r["confidence"] in ("H", "M")
            ]
        return [
            (c, v, y, Known("figure", _percent_in(what, v, y), y, source, url))
            for c, v, y, source, url in rows
        ]

    def observed(self, code: str) -> bool:
        """Say whether anything is known of a country's use of AI."""
        return code in self.figures or self._basis(code) is not None

    def _basis(self, code: str) -> Inferred | None:
        """Return the first way of inferring for which the country has a figure."""
        row = self.context.codes.index(code) if code in self.context.codes else -1
        if row < 0:
            return None
        for way in self.bridge.inferred:
            if np.isfinite(self.context(way.needs)[row]):
                return way
        return None

    def of(self, code: str) -> tuple[Array, Known]:
        """Return a country's share, by draw, and how it is known."""
        if code in self.figures:
            value, known = self.figures[code]
            return np.array([value]), known
        way, row = self._basis(code), self.context.codes.index(code)
        if way is None:
            raise DataError(f"{code}: no observation of the use of AI")
        tree = formula.parse(way.formula)
        columns = {
            name: self.drawn(name, own=code)
            if name in self.policies.priors
            else np.full(self.drawn.draws, self.context(name)[row])
            for name in formula.names(tree)
        }
        share = np.clip(formula.evaluate(tree, columns) / 100, SMALLEST, LARGEST)
        why = self.bridge.left_out.get(code, "")
        said = say(
            "the country has no figure on firms that use AI, so theirs is inferred from {what}",
            what=way.what,
        )
        return share, Known("inferred", said, source=way.needs, why=why)


def _percent_in(what: str, value: float, year: int) -> str:
    """Spell the share of firms that a figure gives."""
    return say("{what}, {n} % in {year}", what=what, n=figures(f"{value:.1f}"), year=year)


class _Counts:
    """Finds the number of firms."""

    def __init__(
        self, policies: Policies, context: Context, drawn: Drawn, given: dict[str, float]
    ) -> None:
        self.policies, self.context, self.drawn, self.given = policies, context, drawn, given
        self.rule = policies.bridge.firms
        self.rows = {str(r["iso3"]): r for r in policies.tables[self.rule.table].to_dict("records")}

    def of(self, code: str) -> tuple[Array, Known]:
        """Return a country's number of firms, by draw, and how it is known."""
        if code in self.given:
            return np.array([self.given[code]]), Known("given", say("given by the user"))
        if code in self.rows:
            row = self.rows[code]
            year, source = int(row["year"]), str(row["source_title"])
            link = str(row["source_url"])
            if row["scope"] == self.rule.counted:
                text = say("{n} firms with 10 to 249 staff in {year}", n=_whole(row), year=year)
                return np.array([float(row["value"])]), Known("counted", text, year, source, link)
            share = self.drawn(self.rule.share, own=code)
            text = say(
                "modelled as a share of {n} firms of all sizes in {year} ({priors}); give your own "
                "number with --firms",
                n=_whole(row),
                year=year,
                priors=self._told([self.rule.share]),
            )
            return float(row["value"]) * share, Known("sized", text, year, source, link)
        tree, at = formula.parse(self.rule.modelled), self.context.codes.index(code)
        columns = {
            name: self.drawn(name, own=code)
            if name in self.policies.priors
            else np.full(self.drawn.draws, self.context(name)[at])
            for name in formula.names(tree)
        }
        number = formula.evaluate(tree, columns)
        if np.isnan(number).any():
            raise DataError(
                f"{code}: the number of firms cannot be modelled, since {self.rule.modelled} has "
                "no value there; give it with --firms"
            )
        median = float(f"{np.median(number):.2g}")
        text = say(
            "modelled, not counted, from {what}: a median of about {n} firms with 10 to 249 staff "
            "({priors}); give your own number with --firms",
            what=self.rule.modelled_from,
            n=figures(f"{median:,.0f}"),
            priors=self._told(columns),
        )
        return number, Known("modelled", text)

    def _told(self, names: Iterable[str]) -> str:
        """Spell the priors among some names, but for those that are fixed."""
        held = [self.policies.priors[n] for n in names if n in self.policies.priors]
        varying = [p for p in held if p.draw.name != "fixed"]
        told = [
            say("“{title}”, {draw}", title=p.title, draw=spelled(p.draw.model_dump()))
            for p in varying
        ]
        return "; ".join(told)


def _whole(row: Mapping[Any, Any]) -> str:
    """Write the number of firms of a row."""
    return figures(f"{row['value']:,.0f}")
