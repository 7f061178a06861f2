"""Which assumption decides a comparison: Sobol indices of the difference between two arms.

Every prior that varies, and every choice of the index's method, is an input; inputs of several
numbers (the weights) count as one. Points and estimators are those of `robustness`.

References
----------
Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola (2010), Variance based sensitivity analysis
of model output. https://doi.org/10.1016/j.cpc.2009.09.018
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.content.speech import noted, say
from resilience_index.errors import UsageError
from resilience_index.policy._scoring import METHOD
from resilience_index.policy.arms import Arm, arms_of
from resilience_index.policy.lab import Lab, whole
from resilience_index.policy.study import Asked, Study
from resilience_index.robustness._sobol import Indices, Points, indices_of, points_of

Array = NDArray[np.float64]

POINTS = 512
"""Base points, if nothing else is said; each input costs as many runs more."""

RESAMPLES = 200
LEVEL = 0.9
"""Share of resamples inside the interval of an effect."""

_PROBE = 4  # draws of a first run that finds out what varies


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that varies: its name, its words, and whether data stand behind it."""

    name: str
    title: str
    has_data: bool
    why: str

    @property
    def is_method(self) -> bool:
        """Whether it is a choice of the index's method; else it is a prior."""
        return self.name.startswith(METHOD)


@dataclass(frozen=True)
class Sensitivity:
    """What decides one comparison: effects of every input on the difference of two arms."""

    first_arm: str
    second_arm: str
    inputs: tuple[Input, ...]  # that move the difference
    table: pd.DataFrame  # by input: first, total, each with _05 and _95; has_data
    variance: float  # of the difference, in squared points
    runs: int  # that the effects rest on

    @property
    def decisive(self) -> Input | None:
        """The input with the largest total effect; None where the difference never varies."""
        if self.variance <= 0 or self.table.empty:
            return None
        name = str(self.table["total"].idxmax())
        return next(i for i in self.inputs if i.name == name)

    @property
    def decisive_prior(self) -> Input | None:
        """The prior with the largest total effect: the method of the index left aside."""
        priors = [n for n in self.table.index if not str(n).startswith(METHOD)]
        if self.variance <= 0 or not priors:
            return None
        name = str(self.table.loc[priors, "total"].idxmax())
        return next(i for i in self.inputs if i.name == name)

    @property
    def as_decisive(self) -> Input | None:
        """The input next in rank, where the interval of its total effect reaches the largest."""
        if self.decisive is None or len(self.table) == 1:
            return None
        name, high = str(self.table.index[1]), float(self.table["total_95"].iloc[1])
        reaches = high >= self.total(self.decisive)
        return next(i for i in self.inputs if i.name == name) if reaches else None

    def total(self, one: Input) -> float:
        """Return the total effect of an input, as a share of the variance of the difference."""
        return float(self.table["total"].to_dict()[one.name])

    @property
    def without_data(self) -> bool:
        """Whether what decides has no data behind it, which the reader is told first."""
        return self.decisive is not None and not self.decisive.has_data


def sensitivity(
    lab: Lab, country: str, arms: str | Sequence[str], asked: Asked, *, points: int = POINTS
) -> tuple[Sensitivity, ...]:
    """Find for every pair of arms which assumption decides.

    Parameters
    ----------
    lab
        An index and its policies.
    country
        Code of a ranked country.
    arms, asked
        As in `policy.compare`; the last year counts.
    points
        Base points, a power of two.

    Returns
    -------
    tuple of Sensitivity
        One for each pair of arms, in the order given.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import open_lab
    >>> lab = open_lab(build("ai_resilience"))
    >>> asked = Asked(1e9, vary_method=False)
    >>> (made,) = sensitivity(lab, "KOR", "sovereign:apertus_class,hosting", asked, points=64)
    >>> made.without_data
    True
    """
    return sensitivities(lab, [country], arms, asked, points=points)[country]


def sensitivities(
    lab: Lab,
    codes: Sequence[str],
    arms: str | Sequence[str],
    asked: Asked,
    *,
    points: int = POINTS,
) -> dict[str, tuple[Sensitivity, ...]]:
    """Find for several countries, and every pair of arms, which assumption decides.

    Parameters are those of `sensitivity`. What is found of a country does not depend on the others:
    every prior has columns of its own among the points, whoever uses it, and what never moves a
    difference is none of its inputs.

    Returns
    -------
    dict
        By country, one for each pair of arms.
    """
    whole(points, "points", 2, 2**20)
    chosen = arms_of(arms, lab.policies)
    countries = [lab.country(code) for code in codes]
    pairs = [(a.label, b.label) for a, b in combinations(chosen, 2)]
    if not pairs:
        return dict.fromkeys(countries, ())
    probe = Study(lab, countries, chosen, replace(asked, draws=_PROBE))
    probe.gains()
    groups = _groups(probe)
    laid, columns = _laid(probe, groups, points)

    def study_of(numbers: Array) -> Array:
        given = {name: numbers[:, column] for name, column in columns.items()}
        gains = Study(lab, countries, chosen, asked, given).gains()
        return np.concatenate([gains[a] - gains[b] for a, b in pairs], axis=1)

    inputs = tuple(input_of(lab, chosen, name) for name in groups)
    runs = _outputs(study_of, laid, len(inputs))
    told = _told(pairs, len(countries), inputs, runs, asked.seed)
    return {code: tuple(told[place :: len(countries)]) for place, code in enumerate(countries)}


def _groups(probe: Study) -> dict[str, list[str]]:
    """List the inputs that vary, each with the names of its points."""
    groups: dict[str, list[str]] = {}
    for name in sorted(probe.drawn.varying(), key=lambda one: one.split(":")):
        groups.setdefault(name.partition(":")[0], []).append(name)
    for name in probe.drawn.given:
        if name.startswith(METHOD):
            groups.setdefault(name.rpartition(".")[0], []).append(name)
    if not groups:
        raise UsageError("nothing varies, so nothing can be decisive; give a prior a range")
    return groups


def _laid(
    probe: Study, groups: Mapping[str, list[str]], points: int
) -> tuple[Points, dict[str, int]]:
    """Lay out points for all priors of the content, so that each has the same in any company.

    A prior has two columns: its own, and that of countries' copies, of which each country sees one.
    The method's columns follow.

    Returns
    -------
    tuple
        Points, whose inputs are those of `groups`; and the column of each name.
    """
    widths = dict.fromkeys(sorted(probe.lab.policies.priors), 2)
    widths |= {name: len(own) for name, own in groups.items() if name.startswith(METHOD)}
    every = points_of(list(widths.values()), points, probe.asked.seed)
    spans = dict(zip(widths, every.inputs, strict=True))
    columns = {
        name: spans[group].start + (place if group.startswith(METHOD) else ":" in name)
        for group, own in groups.items()
        for place, name in enumerate(own)
    }
    return Points(every.a, every.b, tuple(spans[group] for group in groups)), columns


def _outputs(study_of: Callable[[Array], Array], laid: Points, inputs: int) -> list[Array]:
    """Run both samples, and the first with each input taken from the second.

    Returns
    -------
    list of ndarray
        Points by outputs; points by outputs; inputs by points by outputs. Outputs are the countries
        of the first pair of arms, then those of the next.
    """
    mixed = np.stack([study_of(laid.exchanged(number)) for number in range(inputs)])
    return [study_of(laid.a), study_of(laid.b), mixed]


def _told(
    pairs: Sequence[tuple[str, str]],
    countries: int,
    inputs: tuple[Input, ...],
    runs: list[Array],
    seed: int,
) -> list[Sensitivity]:
    """Estimate the effects of inputs on the difference of each pair of arms, where they move it."""
    spread = np.concatenate(runs[:2]).std(axis=0)
    moves = (runs[2] != runs[0]).any(axis=1)
    unit = np.where(spread > 0, spread, 1.0)
    found = indices_of(
        *(run / unit for run in runs),
        rng=np.random.default_rng(np.random.SeedSequence([seed, len(runs[0])])),
        resamples=RESAMPLES,
        level=LEVEL,
    )
    made = []
    for place, (one, other) in enumerate(p for p in pairs for _ in range(countries)):
        here = np.flatnonzero(moves[:, place])
        own = tuple(inputs[number] for number in here)
        table = _table(found, own, here, place)
        rested = len(runs[0]) * (len(own) + 2)
        made.append(Sensitivity(one, other, own, table, float(spread[place]) ** 2, rested))
    return made


def _table(
    found: Indices, own: tuple[Input, ...], here: NDArray[np.intp], place: int
) -> pd.DataFrame:
    """List the effects of a pair's own inputs, the largest total first."""
    table = pd.DataFrame(index=pd.Index([i.name for i in own], name="input"))
    for name, effects in (("first", found.first), ("total", found.total)):
        table[name], table[f"{name}_05"], table[f"{name}_95"] = effects[:, here, place]
    table["has_data"] = [i.has_data for i in own]
    return table.sort_values("total", ascending=False, kind="stable")


_METHODS = {
    "leave_out": noted("method of the index: indicator left out"),
    "year_window": noted("method of the index: year window"),
    "imputation": noted("method of the index: imputation"),
    "treatment": noted("method of the index: treatment"),
    "normalisation": noted("method of the index: normalisation"),
    "measurement_error": noted("method of the index: measurement error"),
    "weights": noted("method of the index: weights"),
}
_POWERS = {
    "across_pillars": noted("across pillars"),
    "inside_pillars": noted("inside pillars"),
}
"""Names that the frameworks that ship have for their powers of means."""


def _method_title(name: str) -> str:
    """Put a choice of method into words; powers of means have names of their own.

    >>> _method_title("power.inside_pillars")
    'method of the index: power of means inside pillars'
    """
    if name in _METHODS:
        return say(_METHODS[name])
    power = name.removeprefix("power.")
    plain = say(_POWERS.get(power, power.replace("_", " ")))
    if power != name:
        return say("method of the index: power of means {where}", where=plain)
    return say("method of the index: {what}", what=plain)


def input_of(lab: Lab, arms: Sequence[Arm], name: str) -> Input:
    """Put an input into words; a programme's own prior takes the place of the general one."""
    if name.startswith(METHOD):
        own = name.removeprefix(METHOD).removeprefix(f"{lab.index.framework.name}.")
        why = say("A choice of method, not a matter of data.")
        return Input(name, _method_title(own), has_data=False, why=why)
    general = lab.policies.priors[name]
    held = [arm.programme.priors.get(name) for arm in arms]
    used = [change if change is not None else general for change in held] or [general]
    data = all(prior.has_data for prior in used)
    return Input(name, general.title, has_data=data, why=used[0].why)
