"""Every table that a draw may rest on, made once: one for each mix of discrete alternatives.

A mix is a year window, an imputation, a treatment and a normalisation. Its table comes from the
engine's own steps, so it is what a build with those settings would give. Gaps that are drawn are
kept apart: as levels (places among the figures observed), which the quantiles of the indicator
turn into points on the scale of each table.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content.assumptions import Alternative, Assumptions, Window
from resilience_index.content.frameworks import Framework
from resilience_index.content.reading import Choice
from resilience_index.index import Index
from resilience_index.observing import IMPUTED, NOT_APPLICABLE, OBSERVED, covariates
from resilience_index.preparing import imputed, known_of, normalised, treated
from resilience_index.steps import draw
from resilience_index.steps.methods import Method, pick

LEVELS = 256
"""Number of quantiles by which a drawn level becomes a score."""

NOISES = 64
"""Number of tables of standard normal errors that draws pick from."""

Points = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Pool:
    """What some missing cells might be: `levels` is draws by cells, in parts of `LEVELS`.

    Draws of each unit stand from low to high, so that parts of the pool are parts of its range.
    """

    leaf: NDArray[np.intp]
    unit: NDArray[np.intp]
    levels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Tables:
    """Points of leaves by units, for each base; and which base, mask and pool each mix takes.

    Mix 0 is the framework's own; the others stand in the order of `shape`: year windows,
    imputations, treatments, normalisations. Missing cells are 1 and not `there`.
    """

    points: Points  # bases, leaves, units
    there: NDArray[np.bool_]  # masks, leaves, units
    lowest: Points  # bases, leaves: least score
    highest: Points
    quantiles: Points  # bases, leaves, LEVELS
    errors: Points  # bases, leaves with errors, units: standard errors in points
    noises: NDArray[np.float32]  # NOISES, leaves with errors, units twice over
    erring: NDArray[np.intp]  # the leaves with errors
    base: NDArray[np.intp]  # of each mix
    mask: NDArray[np.intp]  # of each mix: what is there once gaps are drawn
    pool: NDArray[np.intp]  # of each mix: which gaps are drawn; -1 none
    pools: tuple[Pool, ...]
    shape: tuple[int, int, int, int]

    def noise(self, number: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return tables of errors: numbers by leaves with errors by units.

        There are `NOISES` tables, each shifted along the units by 0, 1, … places; number 0 to
        `NOISES` - 1 are the tables as they are.
        """
        units = self.noises.shape[2] // 2
        out = np.empty((len(number), self.noises.shape[1], units), np.float32)
        for place, (table, shift) in enumerate(zip(number % NOISES, number // NOISES, strict=True)):
            out[place] = self.noises[table, :, shift : shift + units]
        return out

    def cast(self, kind: type[np.floating[Any]]) -> "Tables":
        """Return the same tables with floats of another kind."""
        return replace(
            self,
            points=self.points.astype(kind),
            lowest=self.lowest.astype(kind),
            highest=self.highest.astype(kind),
            quantiles=self.quantiles.astype(kind),
            errors=self.errors.astype(kind),
        )


def tables_of(
    index: Index, assumptions: Assumptions, leaves: Sequence[str], rng: np.random.Generator
) -> Tables:
    """Make the table of every mix of alternatives.

    Parameters
    ----------
    index
        A built index.
    assumptions
        What is varied; only normalisation, treatment, imputation, year window and measurement
        error matter here.
    leaves
        Indicators, in the order wanted.
    rng
        Draws what is missing.

    Returns
    -------
    Tables
        For each mix its table; mix 0 is the index as it was built.

    Raises
    ------
    DataError
        If a step cannot do with the figures what an alternative asks.
    """
    return _Maker(index, assumptions, list(leaves), rng).made()


class _Maker:
    """Makes tables, each distinct one once."""

    def __init__(
        self,
        index: Index,
        assumptions: Assumptions,
        leaves: list[str],
        rng: np.random.Generator,
    ) -> None:
        self.index, self.assumptions, self.leaves, self.rng = index, assumptions, leaves, rng
        self.supplies = supplies_of(index)
        flags = index.flags
        self.applicable = (flags & NOT_APPLICABLE) == 0
        self.known = index.imputed.where((flags & IMPUTED) == 0)
        self.bases: dict[Any, int] = {}
        self.tamed: dict[Any, pd.DataFrame] = {}
        self.points: list[NDArray[np.float64]] = []
        self.masks: list[NDArray[np.bool_]] = []
        self.pools: list[Pool] = []

    def made(self) -> Tables:
        """Make everything."""
        framework, assumed = self.index.framework, self.assumptions
        windows = assumed.year_window.alternatives if assumed.year_window else [_AS_DEFINED]
        imputations = _alternatives(assumed.imputation, framework.method.impute)
        treatments = _alternatives(assumed.treatment, framework.method.treat)
        scales = _alternatives(assumed.normalisation, framework.method.normalise)
        nominal = self.index.normalised[self.leaves].to_numpy(float).T
        mixes = [(self._base("nominal", nominal), self._mask(~np.isnan(nominal)), -1)]
        for window, imputation in product(windows, imputations):
            known = self._within(window)
            filled, pool = self._filled(known, imputation)
            for treatment, scale in product(treatments, scales):
                key = (window.max_age, _fills(imputation), treatment.key(), scale.spelled())
                base = self._scored(key, filled, treatment, scale)
                there = ~np.isnan(self.points[base])
                if pool >= 0:
                    there = there | self._drawn(pool)
                mixes.append((base, self._mask(there), pool))
        columns = np.array(mixes, dtype=np.intp).T
        points = np.stack(self.points)
        errors, erring = self._errors(points)
        return Tables(
            points=np.nan_to_num(points, nan=1.0),
            there=np.stack(self.masks),
            lowest=np.nan_to_num(np.fmin.reduce(points, axis=2), nan=1.0),
            highest=np.nan_to_num(np.fmax.reduce(points, axis=2), nan=1.0),
            quantiles=_quantiles(points),
            errors=errors,
            noises=_noises((errors.shape[1], errors.shape[2]), self.rng),
            erring=erring,
            base=columns[0],
            mask=columns[1],
            pool=columns[2],
            pools=tuple(self.pools),
            shape=(len(windows), len(imputations), len(treatments), len(scales)),
        )

    def _base(self, key: Any, points: NDArray[np.float64]) -> int:
        self.bases[key] = len(self.points)
        self.points.append(points)
        return self.bases[key]

    def _mask(self, there: NDArray[np.bool_]) -> int:
        """Return the number of a mask."""
        for number, known in enumerate(self.masks):
            if np.array_equal(known, there):
                return number
        self.masks.append(there)
        return len(self.masks) - 1

    def _within(self, window: Window) -> pd.DataFrame:
        """Keep the figures that are not older than a window."""
        if window.max_age == "as_defined":
            return self.known
        rows, framework = self.index.years.index, self.index.framework
        now = np.full(len(rows), framework.about.year)
        if framework.panel is not None:
            now = rows.get_level_values(1).to_numpy()
        age = now[:, None] - self.index.years
        old = (age > window.max_age) & ((self.index.flags & OBSERVED) != 0)
        return self.known.mask(old)

    def _filled(self, known: pd.DataFrame, imputation: Alternative) -> tuple[pd.DataFrame, int]:
        """Fill gaps by a method, or draw them: then also the number of the pool."""
        framework = self.index.framework
        if imputation.name in draw.METHODS:
            plain = _with(framework, impute=Choice(name="none"))
            filled = imputed(plain, known, self.supplies)[0].where(self.applicable)
            return filled, self._pool_of_levels(filled, imputation)
        fitting = _with(framework, impute=imputation)
        filled, _, draws = imputed(fitting, known, self.supplies)
        if not draws:
            return filled.where(self.applicable), -1
        kept = filled.where(known.notna() | ~filled.columns.isin(list(draws)))
        return kept.where(self.applicable), self._pool_of_draws(known, draws)

    def _pool_of_levels(self, filled: pd.DataFrame, imputation: Alternative) -> int:
        """Draw the levels of what is missing, from the scores of what is there."""
        scores = self.index.normalised.where(filled.notna())[self.leaves]
        due = self.applicable[self.leaves].to_numpy()
        method = pick(draw.METHODS, imputation.name, imputation.settings, "impute")
        known = np.flatnonzero(scores.notna().any().to_numpy())  # of the others nothing is known
        unit, place = np.nonzero(scores.iloc[:, known].isna().to_numpy())
        leaf = known[place]
        levels = _levels(method, imputation, scores.iloc[:, known], self.rng)
        asked = due[unit, leaf]
        return self._add(leaf[asked], unit[asked], levels[:, asked])

    def _pool_of_draws(self, known: pd.DataFrame, draws: dict[str, NDArray[Any]]) -> int:
        """Turn drawn figures into levels: the share of known figures below them."""
        found: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []
        for code, figures in draws.items():
            values = known[code].to_numpy(float)
            gaps = np.flatnonzero(np.isnan(values) & self.applicable[code].to_numpy())
            ordered = np.sort(values[~np.isnan(values)])
            below = np.searchsorted(ordered, figures[:, gaps], "left")
            upto = np.searchsorted(ordered, figures[:, gaps], "right")
            level = (below + upto) / 2 / len(ordered)
            level = level if self.supplies["signs"][code] > 0 else 1 - level
            found.append((np.full(len(gaps), self.leaves.index(code)), gaps, level))
        leaf, unit, levels = (np.concatenate(part, axis=-1) for part in zip(*found, strict=True))
        return self._add(leaf, unit, levels)

    def _add(
        self, leaf: NDArray[np.intp], unit: NDArray[np.intp], levels: NDArray[np.floating[Any]]
    ) -> int:
        """Put levels into a pool, the draws of each unit from low to high."""
        sums = np.zeros((len(levels), len(self.known)))
        np.add.at(sums.T, unit, levels.T)
        order = np.argsort(sums, axis=0, kind="stable")
        ordered = np.take_along_axis(levels, order[:, unit], axis=0)
        parts = np.clip(ordered * LEVELS, 0, LEVELS - 1).astype(np.uint8)
        self.pools.append(Pool(leaf.astype(np.intp), unit.astype(np.intp), parts))
        return len(self.pools) - 1

    def _drawn(self, pool: int) -> NDArray[np.bool_]:
        there = np.zeros(self.points[0].shape, bool)
        there[self.pools[pool].leaf, self.pools[pool].unit] = True
        return there

    def _scored(
        self, key: Any, filled: pd.DataFrame, treatment: Alternative, scale: Alternative
    ) -> int:
        """Treat and normalise; return the number of the base."""
        if key in self.bases:
            return self.bases[key]
        variant = _with(self.index.framework, treat=treatment, normalise=scale)
        if key[:-1] not in self.tamed:
            self.tamed[key[:-1]] = treated(variant, filled, self.supplies)[0]
        tamed = self.tamed[key[:-1]]
        scores = normalised(variant, tamed, self.supplies)[self.leaves]
        follow = [c for c in self.leaves if variant.indicators[c].normalise is None]
        scores[follow] = (scores[follow] + scale.shift).clip(lower=scale.floor)
        return self._base(key, scores.to_numpy(float).T)

    def _errors(self, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Find standard errors in points: half the change of score over one error either way."""
        assumed = self.assumptions.measurement_error
        if assumed is None:
            return np.zeros((len(points), 0, points.shape[2])), np.empty(0, np.intp)
        stated = self.index.errors[self.leaves].to_numpy(float).T
        figures = self.known[self.leaves].to_numpy(float).T
        errors = np.stack([_carried(p, figures, stated) for p in points])
        if assumed.unstated:
            unsaid = np.isnan(stated) & ~np.isnan(figures)
            spread = np.nanstd(points, axis=2, ddof=1, keepdims=True) * assumed.unstated
            errors = np.where(unsaid & ~np.isnan(points), spread, errors)
        erring = np.flatnonzero((errors > 0).any(axis=(0, 2)))
        return errors[:, erring], erring


_KEPT = 8
_drawn: OrderedDict[tuple[Any, ...], tuple[NDArray[Any], Mapping[str, Any]]] = OrderedDict()
"""Levels drawn last, and the source of chance after them: an edition needs the same ones again."""


def _levels(
    method: Method, imputation: Alternative, scores: pd.DataFrame, rng: np.random.Generator
) -> NDArray[Any]:
    """Draw levels, or take those that were drawn from the same scores by the same chance."""
    values = scores.to_numpy(float)
    chance = rng.bit_generator.state
    key = (imputation.key(), values.shape, values.tobytes(), json.dumps(chance, default=str))
    known = _drawn.get(key)
    if known is None:
        levels = method(scores, rng=rng)
        levels.flags.writeable = False
        _drawn[key] = known = levels, rng.bit_generator.state
        while len(_drawn) > _KEPT:
            _drawn.popitem(last=False)
    rng.bit_generator.state = known[1]
    return known[0]


def supplies_of(index: Index) -> dict[str, Any]:
    """Return what the engine hands to the methods of an index."""
    rows, framework = index.imputed.index, index.framework
    attributes = index.content.units.reindex(rows.get_level_values(0))
    attributes.index = rows
    return {
        "units": attributes,
        "rng": np.random.default_rng(index.seed),
        "covariates": covariates(index.content, framework, rows),
        **known_of(index.content, framework),
    }


_AS_DEFINED = Window(max_age="as_defined", probability=1.0)


def _alternatives(methods: Any, own: Choice) -> list[Alternative]:
    """List the alternatives of a step: those assumed, else the framework's own choice."""
    if methods is None:
        return [Alternative(name=own.name, over=own.over, settings=own.settings)]
    return list(methods.alternatives)


def _fills(imputation: Alternative) -> str:
    """Name what an imputation fills in for good: nothing, where it draws."""
    return Choice(name="none").key() if imputation.name in draw.METHODS else imputation.key()


def _with(framework: Framework, **choices: Choice) -> Framework:
    """Return a framework with other methods in [method]; checked already, when it was read."""
    plain = {k: Choice(name=c.name, over=c.over, settings=c.settings) for k, c in choices.items()}
    return framework.model_copy(update={"method": framework.method.model_copy(update=plain)})


def _quantiles(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Score at the middle of each level, of the scores that are there (inverse of the ECDF)."""
    ordered = np.sort(points, axis=2)  # what is missing goes last
    count = (~np.isnan(points)).sum(axis=2)
    middle = (np.arange(LEVELS) + 0.5) / LEVELS
    place = np.floor(middle * count[:, :, None]).astype(np.intp)
    return np.nan_to_num(np.take_along_axis(ordered, place, axis=2), nan=1.0)


def _carried(
    points: NDArray[np.float64], figures: NDArray[np.float64], stated: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Carry standard errors of figures to points, leaf by leaf."""
    out = np.zeros_like(points)
    for leaf, (score, x, error) in enumerate(zip(points, figures, stated, strict=True)):
        erring = ~(np.isnan(score) | np.isnan(x) | np.isnan(error))
        both = ~(np.isnan(score) | np.isnan(x))
        if erring.any():
            known, place = np.unique(x[both], return_index=True)
            above = np.interp(x[erring] + error[erring], known, score[both][place])
            below = np.interp(x[erring] - error[erring], known, score[both][place])
            out[leaf, erring] = np.abs(above - below) / 2
    return out


def _noises(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw standard normal errors, in each cell spread evenly over the tables; units twice over."""
    if not shape[0]:
        return np.zeros((NOISES, 0, 2 * shape[1]), np.float32)
    from scipy.special import ndtri

    place = rng.permuted(np.broadcast_to(np.arange(NOISES), (*shape, NOISES)), axis=2)
    even = (place + rng.random((*shape, NOISES))) / NOISES
    made = ndtri(even).transpose(2, 0, 1).astype(np.float32)
    return np.concatenate([made, made], axis=2)
