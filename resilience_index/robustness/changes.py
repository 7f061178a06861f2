r"""Why a score is not what it was: two editions compared, each change taken apart exactly.

Four steps lead from the old index to the new one, in this order:

0. the old score, :math:`S_0`;
1. **method**: today's definitions and framework, still on the old figures, seen from the old year,
   for the countries that were ranked, :math:`S_1`; those that have left the list of countries
   since, or that the framework no longer takes, stay until the last step with what they had. An
   indicator that the old figures say nothing of (none within its age, or all alike) comes in here,
   with today's, since it is a change of what is measured;
2. **revision**: figures of years that the old tables reached already, as they now stand,
   :math:`S_2`;
3. **new data**: figures of later years, seen from the new year, so that figures which have grown
   too old fall out, :math:`S_3`;
4. who is ranked today, :math:`S_4`, the new score: who has left is gone, who has entered is there.

For country *c*, steps 2 and 3 are each split in what its own figures do, the others' being as
before, and what the others' figures do through goalposts, treatment and any other common yardstick:

.. math::

    \text{method}_c &= S_1(c) - S_0(c) \\
    \text{revision}_c &= S_1(c \mid \text{row } c \text{ of step 2}) - S_1(c) \\
    \text{new data}_c &= S_2(c \mid \text{row } c \text{ of step 3}) - S_2(c) \\
    \text{others}_c &= (S_2(c) - S_1(c) - \text{revision}_c) + (S_3(c) - S_2(c) - \text{new data}_c)
        + (S_4(c) - S_3(c))

The four sum to :math:`S_4(c) - S_0(c)`: each :math:`S_1, S_2, S_3` and each own part enters once
with plus and once with minus. The order is a choice, made because a reader asks first what was done
differently and only then what happened; another order would give other parts and the same sum.

Where a country has no score at a step in between, the step is passed over, and what it did is
counted under the next one that gives a score; `note` says so.

References
----------
Fortin, N., Lemieux, T. and Firpo, S. (2011), Decomposition methods in economics, Handbook of Labor
Economics 4A, 1-102 (on sequential decompositions and their order).
https://doi.org/10.1016/S0169-7218(11)00407-2
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from resilience_index.content import Framework
from resilience_index.content.frameworks import Units
from resilience_index.errors import ResilienceIndexError, UsageError
from resilience_index.index import Index, compute
from resilience_index.observing import Observed, observe, rows_of
from resilience_index.robustness._figures import (
    Figures,
    at_year,
    bare,
    chosen,
    given,
    joined,
    moved,
    read,
    revised,
    together,
)
from resilience_index.robustness.uncertainty import uncertainty

STEPS = ("method", "revision", "new_data")
PARTS = (*STEPS, "others")
_TABLES = ("transformed", "errors", "flags")  # of what is observed, those that scores rest on
"""The parts of a change, in the order in which they are taken."""

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of every country between two editions.

    `table` has a row for each country ranked in either: name, old_rank and new_rank, each with the
    ends of its 90 % interval (_05, _95), moved (places up), old_score, new_score, change and its
    parts (points), and a note. `failed` says which steps in between could not be built, and why.
    """

    old: Index
    new: Index
    table: pd.DataFrame
    failed: dict[str, str]


def compare(
    old: Index, new: Index, *, draws: int | None = None, told: Told | None = None
) -> Changes:
    """Take apart how each country's score changed from one index to another.

    Parameters
    ----------
    old, new
        Indices of one year each; definitions, figures, countries and years may all differ.
    draws
        Of the assumptions of each, for the intervals of ranks; each framework's own if None.
    told
        Is told how many countries are done, and of how many.

    Returns
    -------
    Changes
        A table with a row a country; the parts sum to the change.

    Raises
    ------
    UsageError
        If one of them is a panel.

    Examples
    --------
    >>> from resilience_index import build
    >>> one = build("ai_resilience")
    >>> other = build("ai_resilience", changes={"nodes.index.aggregate": {"name": "arithmetic"}})
    >>> table = compare(one, other).table
    >>> bool((table["method"] - table["change"]).abs().max() < 1e-9)
    True
    """
    if old.framework.panel is not None or new.framework.panel is not None:
        raise UsageError("compare: one of the two is a panel; compare indices of one year each")
    way = _Way(old, new)
    before, after = old.scores[old.root], new.scores[new.root]
    names = pd.concat([new.content.units["name"], old.content.units["name"]])
    table = _both(before, after, names[~names.index.duplicated()])
    table.insert(1, "old_rank", old.ranks[old.root].reindex(table.index))
    table.insert(2, "new_rank", new.ranks[new.root].reindex(table.index))
    table.insert(3, "moved", table["old_rank"] - table["new_rank"])
    for name, index in (("old_rank", old), ("new_rank", new)):
        found = uncertainty(index, draws=draws, seed=index.seed, nodes=False).table
        for place, end in enumerate(("05", "95"), start=list(table).index(name) + 1):
            table.insert(place, f"{name}_{end}", found[f"rank_{end}"].reindex(table.index))
    both = table.index[table["change"].notna().to_numpy()]
    for place, code in enumerate(both, start=1):
        parts, note = way.parts(str(code), before[code], after[code])
        for name, value in parts.items():
            table.loc[code, name] = value
        table.loc[code, "note"] = note
        if told is not None:
            told(place, len(both))
    order = ["new_rank", "old_rank"]
    return Changes(old, new, table.sort_values(order, kind="stable"), way.failed)


def _both(before: pd.Series, after: pd.Series, names: pd.Series) -> pd.DataFrame:
    """Set two columns of scores side by side, with room for the parts of their difference."""
    codes = before.dropna().index.union(after.dropna().index)
    table = pd.DataFrame({"name": names.reindex(codes)}, index=codes)
    table["old_score"] = before.reindex(codes)
    table["new_score"] = after.reindex(codes)
    table["change"] = table["new_score"] - table["old_score"]
    for part in PARTS:
        table[part] = np.nan
    table["note"] = ""
    table.loc[table["old_score"].isna().to_numpy(), "note"] = "was not ranked"
    table.loc[table["new_score"].isna().to_numpy(), "note"] = "is no longer ranked"
    return table


@dataclass(frozen=True, slots=True)
class _Step:
    """One step: what is observed after it, and the scores it gives."""

    name: str
    seen: Observed
    scores: pd.Series


class _Way:
    """The steps from the old index to the new one, each built once."""

    def __init__(self, old: Index, new: Index) -> None:
        self.new, self.ranked = new, old.scores.index
        self.failed: dict[str, str] = {}
        units = joined(new.content.units, old.content.units.loc[self.ranked])
        self.content = replace(new.content, units=units)
        self.framework = _taking(new, self.ranked)
        then = at_year(self.framework, max(old.framework.years))
        figures, years = _figures(old, new, units.index), (then, then, self.framework)
        *past, today = [
            observe(given(self.content, found), framework)
            for found, framework in zip(figures, years, strict=True)
        ]
        kept = past[0].transformed.index.isin(self.ranked)
        entered = {c for silent in past for c in bare(silent, kept)}
        self.steps: list[_Step] = []
        for name, before in zip(STEPS, [*past, today], strict=True):
            seen = _with(before, today, sorted(entered))
            try:
                self.steps.append(_Step(name, seen, self._scores(seen)))
            except ResilienceIndexError as error:
                self.failed[name] = str(error)

    def parts(self, code: str, before: float, after: float) -> tuple[dict[str, float], str]:
        """Take one country's change apart; say what could not be told apart."""
        parts = dict.fromkeys(STEPS, 0.0)
        passed = list(self.failed)
        score, last = before, None
        for step in self.steps:
            here = float(step.scores.get(code, np.nan))
            if np.isnan(here):
                passed.append(step.name)
                continue
            alone = here if last is None else self._alone(last, step, code)
            parts[step.name] = alone - score
            score, last = here, step
        if last is None:
            return dict.fromkeys(PARTS, np.nan), "not taken apart: no step in between has a score"
        parts["others"] = after - before - sum(parts.values())
        told = " and ".join(name.replace("_", " ") for name in passed)
        return parts, f"{told}: counted under what follows" if told else ""

    def _scores(self, seen: Observed) -> pd.Series:
        """Score the countries that were ranked, by today's method."""
        kept = seen.transformed.index.isin(self.ranked)
        reasons = pd.Series(np.where(kept, "", "was not ranked"), index=seen.transformed.index)
        made = compute(self.content, self.framework, seen, reasons, seed=self.new.seed)
        return made.scores[made.root]

    def _alone(self, last: _Step, step: _Step, code: str) -> float:
        """Score a country as if nobody's figures but its own had taken the step.

        Where that cannot be built, the whole step counts as its own.
        """
        pairs = {t: (getattr(last.seen, t), getattr(step.seen, t)) for t in _TABLES}
        if all(one.loc[code].equals(other.loc[code]) for one, other in pairs.values()):
            return float(last.scores[code])
        mixed = {}
        for table, (one, other) in pairs.items():
            mixed[table] = one.copy()
            mixed[table].loc[code] = other.loc[code]
        try:
            made = float(self._scores(replace(last.seen, **mixed))[code])
        except ResilienceIndexError:
            made = np.nan
        return float(step.scores[code]) if np.isnan(made) else made


def _taking(new: Index, ranked: pd.Index) -> Framework:
    """Let a framework take, beside its own countries, those that were ranked."""
    own = rows_of(new.content, new.framework)
    codes = [*own, *ranked[~ranked.isin(own)]]
    return new.framework.model_copy(update={"units": Units(only=codes)})


def _figures(old: Index, new: Index, units: pd.Index) -> tuple[Figures, Figures, Figures]:
    """Return the figures of each step: as they were, as they are revised, as they are.

    `units` are those of the new index and, behind them, those that have left its list: these keep
    what they had.
    """
    known, latest = len(new.content.units), max(new.framework.years)
    codes = new.content.needed(new.framework.indicators)
    now = read(new.content, codes, latest)
    then = read(old.content, codes, max(old.framework.years))
    nothing = {code: chosen(f, np.zeros(len(f), dtype=bool)) for code, f in now.items()}
    before = nothing | {c: moved(f, old.content.units.index, units) for c, f in then.items()}
    between = {code: revised(before[code], now[code], len(units)) for code in now}
    left = {code: chosen(before[code], before[code].unit >= known) for code in now}
    return (
        before,
        {code: together(between[code], left[code]) for code in now},
        {code: together(now[code], left[code]) for code in now},
    )


def _with(seen: Observed, other: Observed, codes: Sequence[str]) -> Observed:
    """Take some indicators from another observation: those that come in with their figures."""
    mixed = {}
    for table in _TABLES:
        mixed[table] = getattr(seen, table).copy()
        mixed[table][codes] = getattr(other, table)[codes]
    return replace(seen, **mixed)
