"""From figures in files to the first tables of an index: observed, denominated, transformed.

Rows are countries, or (country, year) in a panel; columns are the indicators that are scored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from resilience_index.content import Content, Framework, Indicator, Observations
from resilience_index.content._guards import GREATEST
from resilience_index.content.reading import limits
from resilience_index.errors import DataError
from resilience_index.steps import formula, transform
from resilience_index.steps.denominate import ratio
from resilience_index.steps.methods import pick
from resilience_index.steps.observe import newest, same_or_earlier

OBSERVED, OLDER, STRUCTURAL, IMPUTED, TREATED, NOT_APPLICABLE = 1, 2, 4, 8, 16, 32
WORDS = {
    OBSERVED: "observed",
    OLDER: "older",
    STRUCTURAL: "structural",
    IMPUTED: "imputed",
    TREATED: "treated",
    NOT_APPLICABLE: "not_applicable",
}
"""Marks of a cell, as bits, and the words that the outputs use."""


@dataclass(frozen=True, slots=True)
class Observed:
    """The first tables of an index, each rows by indicators."""

    observed: pd.DataFrame  # in the unit of each indicator
    years: pd.DataFrame  # year of the observation, NaN where there is none
    errors: pd.DataFrame  # standard errors of `transformed`, NaN where none are stated
    denominated: pd.DataFrame  # observed / denominator * scale
    transformed: pd.DataFrame  # after the transform of the definition
    flags: pd.DataFrame  # bits of WORDS
    facts: pd.DataFrame  # where, what: denominators that were missing, …


@dataclass
class _Column:
    """One indicator on its way through the definition; arrays with one entry a row."""

    raw: np.ndarray
    year: np.ndarray
    error: np.ndarray
    flags: np.ndarray
    denominated: np.ndarray
    transformed: np.ndarray
    facts: list[tuple[str, str]] = field(default_factory=list)


def spelled(flags: pd.DataFrame) -> pd.DataFrame:
    """Spell marks: words joined by +; "observed" gives way to "older"; no mark is "missing".

    >>> spelled(pd.DataFrame({"x": [1, 3, 0, 17]}))["x"].tolist()
    ['observed', 'older', 'missing', 'observed+treated']
    """
    words = []
    for bits in range(64):
        held = [word for bit, word in WORDS.items() if bits & bit]
        if OLDER & bits and "observed" in held:
            held.remove("observed")
        words.append("+".join(held) or "missing")
    cells = np.array(words, dtype=object)[flags.to_numpy(np.int64)]
    return pd.DataFrame(cells, index=flags.index, columns=flags.columns)


def rows_of(content: Content, framework: Framework) -> pd.Index:
    """List the rows of an index: the countries that the framework takes, in a panel by year."""
    units = content.units
    keep = np.ones(len(units), dtype=bool)
    if framework.units.only:
        keep &= units.index.isin(framework.units.only)
    for column, value in framework.units.where.items():
        keep &= (units[column] == value).to_numpy()
    if not keep.any():
        raise DataError(
            f"{framework.name}: no country is left by [units]; loosen only = … or where = …"
        )
    codes = units.index[keep]
    figures = len(codes) * len(framework.years) * len(framework.indicators)
    if figures > limits().figures:
        raise DataError(
            f"{framework.name}: {figures:,} cells (countries x years x indicators); at most "
            f"{limits().figures:,}: take fewer years, or raise the limit in Python"
        )
    if framework.panel is None:
        return codes
    return pd.MultiIndex.from_product([codes, framework.years], names=[codes.name, "year"])


def observe(content: Content, framework: Framework) -> Observed:
    """Take from the figures the newest that is not too old, per head where so defined, and so on.

    Raises
    ------
    ContentError
        If a table is faulty.
    DataError
        If a transform meets a value outside its domain.
    """
    codes = list(framework.indicators)
    needed = content.needed(codes)
    figures = content.observations(needed, max(framework.years))
    rows = rows_of(content, framework)
    names = rows.get_level_values(0)
    at = (
        rows.get_level_values(1).to_numpy()
        if framework.panel
        else np.full(len(rows), framework.about.year)
    )
    walk = _Walk(content, framework, figures, content.units.index.get_indexer(names), at, rows)
    columns = {code: walk.column(code) for code in codes}

    def table(part: str) -> pd.DataFrame:
        return pd.DataFrame({c: getattr(columns[c], part) for c in codes}, index=rows)

    facts = [fact for c in codes for fact in columns[c].facts]
    for code, column in columns.items():
        _bounded(framework, code, column)
    return Observed(
        observed=table("raw"),
        years=table("year"),
        errors=table("error"),
        denominated=table("denominated"),
        transformed=table("transformed"),
        flags=table("flags"),
        facts=pd.DataFrame(facts, columns=["where", "what"]),
    )


def _bounded(framework: Framework, code: str, column: _Column) -> None:
    """Refuse what scale, denominator or transform have made too large to reckon with."""
    for values in (column.denominated, column.transformed, column.error):
        if not (np.isnan(values) | (np.abs(values) <= GREATEST)).all():
            raise DataError(
                f"{framework.name}: {code} has figures beyond {GREATEST:g} after its scale, "
                "denominator or transform; check its definition and its table"
            )


def covariates(content: Content, framework: Framework, rows: pd.Index) -> pd.DataFrame | None:
    """Give the indicators that a regression imputes from and that the index does not score.

    Parameters
    ----------
    content, framework
        The framework's own and its indicators' methods of imputation say what they regress on.
    rows
        Countries, or (country, year), that are wanted.

    Returns
    -------
    DataFrame
        Rows by indicators, each after its own definition; None if there are none.
    """
    codes = [c for c in framework.regressed_on if c not in framework.indicators]
    if not codes:
        return None
    figures = content.observations(content.needed(codes), max(framework.years))
    names = rows.get_level_values(0)
    at = (
        rows.get_level_values(1).to_numpy()
        if framework.panel
        else np.full(len(rows), framework.about.year)
    )
    walk = _Walk(content, framework, figures, content.units.index.get_indexer(names), at, rows)
    return pd.DataFrame({code: walk.column(code).transformed for code in codes}, index=rows)


class _Walk:
    """Gives each indicator's column, once; operands of formulas and denominators included."""

    def __init__(
        self,
        content: Content,
        framework: Framework,
        figures: Mapping[str, Observations],
        units: np.ndarray,
        at: np.ndarray,
        rows: pd.Index,
    ) -> None:
        self.content, self.framework, self.figures = content, framework, figures
        self.units, self.at, self.rows = units, at, rows
        self.known: dict[str, _Column] = {}

    def column(self, code: str) -> _Column:
        """Return the column of an indicator."""
        if code not in self.known:
            definition = self.content.indicators[code]
            made = self._derived if definition.formula is not None else self._read
            column = made(code, definition)
            if definition.applies_where:
                column = self._applied(code, definition, column)
            self.known[code] = column
        return self.known[code]

    def _applied(self, code: str, definition: Indicator, column: _Column) -> _Column:
        """Empty the rows to which an indicator does not apply."""
        units = self.content.units
        applies = np.ones(len(units), dtype=bool)
        for attribute, value in definition.applies_where.items():
            applies &= (units[attribute] == value).to_numpy()
        here = applies[self.units]
        facts = [
            (f"{_named(self.rows[int(row)])} {code}", "does not apply there, so it is left out")
            for row in np.flatnonzero(~here & ~np.isnan(column.raw))
        ]
        return _Column(
            np.where(here, column.raw, np.nan),
            np.where(here, column.year, np.nan),
            np.where(here, column.error, np.nan),
            np.where(here, column.flags, NOT_APPLICABLE).astype(np.uint8),
            np.where(here, column.denominated, np.nan),
            np.where(here, column.transformed, np.nan),
            [*column.facts, *facts],
        )

    def _read(self, code: str, definition: Indicator) -> _Column:
        raw, year, error, flags = self._newest(code, definition)
        values = raw.copy()
        facts: list[tuple[str, str]] = []
        if definition.denominator is not None:
            values, facts = self._divided(code, definition, raw, year, flags)
        values = values * definition.scale
        if definition.denominator is not None and not np.isnan(error).all():
            error = error * np.abs(
                self._divided(code, definition, np.ones_like(raw), year, flags)[0]
            )
        error = error * abs(definition.scale)
        made = self._transformed(code, definition, values)
        error = self._error_after(code, definition, values, error)
        flags = np.where(np.isnan(made) & (flags != NOT_APPLICABLE), 0, flags).astype(np.uint8)
        return _Column(raw, year, error, flags, values, made, facts)

    def _newest(
        self, code: str, definition: Indicator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Pick the newest observation of each row, and say what absence means."""
        figures = self.figures[code]
        count, max_age = len(self.content.units), definition.max_age or 0
        position = np.full(len(self.rows), -1)
        for year in np.unique(self.at):
            found = newest(figures.unit, figures.year, count=count, at=int(year), max_age=max_age)
            here = self.at == year
            position[here] = found[self.units[here]]
        there = position >= 0
        raw, years, error = (np.full(len(self.rows), np.nan) for _ in range(3))
        raw[there] = figures.value[position[there]]
        years[there] = figures.year[position[there]]
        error[there] = figures.error[position[there]]
        flags = np.where(there, np.where(np.isnan(raw), NOT_APPLICABLE, OBSERVED), 0)
        older = there & (self.at - np.nan_to_num(years) > self.framework.method.older_after)
        flags[older & (flags == OBSERVED)] |= OLDER
        if definition.absent != "missing":
            unknown = self.rows.get_level_values(0).isin(definition.absent_except)
            absent = ~there & ~unknown
            raw[absent], flags[absent] = definition.absent, STRUCTURAL
        return raw, years, error, flags.astype(np.uint8)

    def _divided(
        self,
        code: str,
        definition: Indicator,
        raw: np.ndarray,
        year: np.ndarray,
        flags: np.ndarray,
    ) -> tuple[np.ndarray, list[tuple[str, str]]]:
        """Divide by the denominator of the same year, else of the nearest earlier one."""
        below = self.content.indicators[str(definition.denominator)]
        if below.formula is not None:
            divisor = self.column(str(definition.denominator)).transformed
        else:
            divisor = self._divisor(str(definition.denominator), below, year)
        made = ratio(pd.Series(raw, self.rows), pd.Series(divisor, self.rows))
        by_rule = (flags == STRUCTURAL) & (raw == 0)  # none is none per head, whoever is counted
        values = np.where(by_rule, 0.0, made.figures.to_numpy())
        lost = made.facts[~by_rule[self.rows.get_indexer(made.facts.index)]]
        facts = [
            (f"{_named(row)} {code}", f"{what} ({definition.denominator}), so the value is missing")
            for row, what in lost.items()
        ]
        return values, facts

    def _divisor(self, code: str, definition: Indicator, year: np.ndarray) -> np.ndarray:
        """Find the denominator of each row, of the year of its observation."""
        figures = self.figures[code]
        wanted = np.where(np.isnan(year), self.at, year).astype(np.int64)
        out = np.full(len(self.rows), np.nan)
        for at in np.unique(self.at):  # one pass a year: a unit stands once in each
            here = np.flatnonzero(self.at == at)
            ask = np.full(len(self.content.units), -1)
            ask[self.units[here]] = wanted[here]
            found = same_or_earlier(
                figures.unit, figures.year, wanted=ask, max_age=definition.max_age or 0
            )[self.units[here]]
            out[here[found >= 0]] = figures.value[found[found >= 0]]
        return out

    def _derived(self, code: str, definition: Indicator) -> _Column:
        """Evaluate a formula of other indicators, each taken after its own definition."""
        tree = formula.parse(str(definition.formula))
        operands = {name: self.column(name) for name in sorted(formula.names(tree))}
        names = [_named(row) for row in self.rows]
        values = formula.evaluate(tree, {k: c.transformed for k, c in operands.items()}, rows=names)
        values = np.broadcast_to(values, len(self.rows)) * definition.scale
        columns = list(operands.values())
        oldest = np.fmin.reduce([c.year for c in columns])
        year = np.where(np.isnan(values), np.nan, oldest)
        flags = np.bitwise_or.reduce([c.flags for c in columns])
        flags = np.where(
            np.isnan(values), flags & NOT_APPLICABLE, flags & ~np.uint8(NOT_APPLICABLE)
        )
        error = np.full(len(self.rows), np.nan)
        made = self._transformed(code, definition, values)
        return _Column(values, year, error, flags.astype(np.uint8), values, made)

    def _transformed(self, code: str, definition: Indicator, values: np.ndarray) -> np.ndarray:
        """Apply the transforms that belong to the definition, in their order."""
        table = pd.DataFrame({code: values}, index=self.rows)
        for one in definition.transform:
            with np.errstate(over="ignore"):  # what is too large is refused at the end
                table = pick(transform.METHODS, one.name, one.settings, "transform")(table)
        made: np.ndarray = table[code].to_numpy(float)
        return made

    def _error_after(
        self, code: str, definition: Indicator, values: np.ndarray, error: np.ndarray
    ) -> np.ndarray:
        """Carry standard errors through the transforms: times the slope at the figure."""
        stated = ~np.isnan(error) & ~np.isnan(values)
        if not definition.transform or not stated.any():
            return error
        step = np.where(stated, np.abs(values) * 1e-5 + (values == 0) * 1e-9, 0.0)
        below = np.where(values == 0, values, values - step)  # a count may not fall below 0
        rise = self._transformed(code, definition, values + step)
        rise = rise - self._transformed(code, definition, below)
        run = np.where(stated, values + step - below, 1.0)
        return np.where(stated, error * np.abs(rise / run), np.nan)


def _named(row: object) -> str:
    """Spell a row's label: the code, in a panel with its year."""
    return " ".join(str(part) for part in row) if isinstance(row, tuple) else str(row)
