"""The policy lab: a built index and the policies of its content, ready to be asked.

The one module of this folder, with `priors`, `starting` and `bridge`, that the others build on.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content.policies import Known, Policies, open_policies
from resilience_index.errors import UsageError, nearest
from resilience_index.index import Index, build
from resilience_index.policy._scoring import Methods, plain, prepared_for
from resilience_index.robustness._prepare import Prepared
from resilience_index.robustness.uncertainty import Uncertainty, uncertainty

DRAWS = 10_000
"""Draws of a study, if nothing else is said."""

MOST_DRAWS = 1_000_000

MOST_MONEY = 1e15
"""The largest amount that is read, in US dollars: several times what the world makes in a year."""

MOST_FIRMS = 1_000_000_000
"""The largest number of firms that is read: more than the world has."""

LEVELS = (5.0, 50.0, 95.0)
"""Percentiles that are reported: a median and a 90 % interval."""


@dataclass(frozen=True, slots=True)
class Range:
    """The 90 % interval of a rank over all assumptions of the framework; NaN without a rank."""

    low: float
    high: float

    def as_list(self) -> list[float | None]:
        """Return both ends; None where there is none."""
        return [x if math.isfinite(x) else None for x in (self.low, self.high)]

    def __str__(self) -> str:
        """Spell both ends.

        >>> str(Range(7.0, 17.0)), str(Range(math.nan, math.nan))
        ('7–17', '–')
        """
        return f"{self.low:.0f}–{self.high:.0f}" if math.isfinite(self.low) else "–"


@dataclass(frozen=True)
class Lab:
    """A built index with the policies of its content folder.

    `drawn` is the uncertainty of its ranks, where it has been worked out already; `after` keeps the
    intervals of ranks after shocks, once worked out, by what falls away.
    """

    index: Index
    policies: Policies
    drawn: Uncertainty | None = None
    _kept: dict[int, Prepared] = field(default_factory=dict, compare=False, repr=False)
    after: dict[str, dict[str, Range]] = field(default_factory=dict, compare=False, repr=False)

    def prepared(self, seed: int) -> Prepared:
        """Return what draws of the index's method need; made once for a seed."""
        if seed not in self._kept:
            self._kept[seed] = prepared_for(self.index, seed)
        return self._kept[seed]

    @cached_property
    def plain(self) -> Methods:
        """The method as the framework states it, in one draw."""
        return plain(self.index)

    @cached_property
    def sure(self) -> Uncertainty:
        """How far the published ranks can be trusted: all assumptions drawn at once."""
        return uncertainty(self.index, seed=self.index.seed) if self.drawn is None else self.drawn

    def range_of(self, code: str) -> Range:
        """Return the 90 % interval of a country's published rank."""
        ends = self.sure.table[["rank_05", "rank_95"]].to_numpy(float)[self.codes.index(code)]
        return Range(float(ends[0]), float(ends[1]))

    @property
    def codes(self) -> list[str]:
        """Codes of the ranked countries, in the order of the index."""
        return [str(code) for code in self.index.ranks.index]

    def name(self, code: str) -> str:
        """Return a country's name."""
        return str(self.index.content.units["name"][code])

    def country(self, code: str) -> str:
        """Check that a country is ranked.

        Raises
        ------
        UsageError
            If it is unknown, or left out of the ranking: with the reason.
        """
        reasons = dict(
            zip(self.index.excluded.iloc[:, 0], self.index.excluded["reason"], strict=True)
        )
        if code in reasons:
            raise UsageError(f"{code} is not ranked: {reasons[code]}")
        if code not in self.codes:
            raise UsageError(f"unknown country '{code}' {nearest(code, self.codes)}")
        return code

    def value(self, table: pd.DataFrame, code: str, column: str) -> float:
        """Return a country's entry in a table of the index."""
        return float(table[column].to_numpy(float)[self.codes.index(code)])

    def columns(self, codes: Iterable[str]) -> NDArray[np.intp]:
        """Positions of countries among the rows of the index."""
        return np.asarray(self.index.ranks.index.get_indexer(pd.Index(list(codes))), np.intp)


def open_lab(index: Index) -> Lab:
    """Open the policies of an index's content folder.

    Raises
    ------
    ContentError
        All faults of the folder ``policies`` at once.
    UsageError
        If the index is a panel.

    Examples
    --------
    >>> from resilience_index import build
    >>> open_lab(build("ai_resilience")).country("KOR")
    'KOR'
    """
    if index.framework.panel is not None:
        raise UsageError(
            f"{index.framework.name} is a panel of several years; the policy lab needs one year"
        )
    content = index.content
    known = Known(content.units.index, content.indicators, content.frameworks())
    return Lab(index, open_policies(content.folder, known))


def lab_beside(index: Index) -> Lab | None:
    """Open the lab for an edition of an index; none where the lab is not about it.

    The lab is about the index that the quadrants have up. All that it needs beside that index is
    read, so that it counts as an input of the edition.

    Raises
    ------
    ContentError
        All faults of the folder ``policies`` at once.
    """
    content = index.content
    if index.framework.panel is not None or not (content.folder / "policies").is_dir():
        return None
    lab = open_lab(index)
    axes = lab.policies.quadrants
    if axes.up.framework != index.framework.name:
        return None
    build(axes.across.framework, content=content, seed=index.seed)
    named = lab.policies.figures_named(content.indicators)
    content.observations(named, index.framework.about.year)
    content.read.update(lab.policies.read)
    return lab


def money(text: str | float, what: str = "budget") -> float:
    """Read an amount of US dollars.

    Raises
    ------
    UsageError
        If it is no number, not finite, below 0, or above `MOST_MONEY`.

    Examples
    --------
    >>> money("1e9")
    1000000000.0
    """
    amount = _number(text, what, "US dollars")
    if not 0 <= amount <= MOST_MONEY:
        raise UsageError(
            f"{what} {text!r}: a number of US dollars from 0 to {MOST_MONEY:.0e} is needed"
        )
    return amount


def firm_count(text: str | float, what: str = "firms") -> float:
    """Read a number of firms.

    Raises
    ------
    UsageError
        If it is no whole number from 1 to `MOST_FIRMS`.

    Examples
    --------
    >>> firm_count("250000")
    250000.0
    """
    count = _number(text, what, "firms")
    if not (1 <= count <= MOST_FIRMS and count.is_integer()):
        raise UsageError(
            f"{what} {text!r}: a whole number of firms from 1 to {MOST_FIRMS:,} is needed"
        )
    return count


def _number(text: str | float, what: str, unit: str) -> float:
    """Read a number of something."""
    try:
        return float(text)
    except (TypeError, ValueError, OverflowError):
        raise UsageError(
            f"{what} {text!r}: not a number; write a number of {unit}, such as 2.5e6"
        ) from None


def whole(number: int, what: str, low: int, high: int) -> int:
    """Check a number of draws, years, ….

    >>> whole(5, "years", 1, 30)
    5
    """
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise UsageError(f"{what} {number!r}: a whole number from {low:,} to {high:,} is needed")
    return number


@dataclass(frozen=True, slots=True)
class Interval:
    """A median with the ends of its 90 % interval."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, draws: NDArray[np.float64]) -> "Interval":
        """Summarise draws; NaN where a draw has no value.

        >>> Interval.of(np.arange(101.0))
        Interval(low=5.0, median=50.0, high=95.0)
        """
        there = draws[~np.isnan(draws)]
        if not len(there):
            return cls(math.nan, math.nan, math.nan)
        low, median, high = np.percentile(there, LEVELS, method="inverted_cdf")
        return cls(float(low), float(median), float(high))

    def as_list(self) -> list[float | None]:
        """Return low, median, high; None where there is no number."""
        return [x if math.isfinite(x) else None for x in (self.low, self.median, self.high)]


def share(wins: NDArray[np.bool_], ties: NDArray[np.bool_]) -> float:
    """Return the share of draws won; a tie counts one half.

    >>> share(np.array([True, False]), np.array([False, True]))
    0.75
    """
    return float(np.mean(wins + ties / 2))


def listed(codes: Sequence[str], most: int = 5) -> str:
    """Join codes, the first of them in full.

    >>> listed(["KOR", "JPN", "DEU"], most=2)
    'KOR, JPN and 1 more'
    """
    rest = len(codes) - most
    return ", ".join(codes[:most]) + (f" and {rest} more" if rest > 0 else "")
