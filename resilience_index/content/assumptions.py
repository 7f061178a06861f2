"""What might have been chosen otherwise: the models behind [assumptions] in a framework file.

Each assumption says what takes the place of a choice, how often, and why that would be defensible;
a framework lists those that it wants varied, and all of them vary at once. Nothing is varied that
is not listed. A framework without any list gets `UNLISTED`: weights within a quarter.

What only the whole framework can tell (unknown methods, alternatives that cannot go together) is
checked beside it, in `content._sense_of_assumptions`.
"""

import math
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from resilience_index.content.reading import Choice, Model

_SUM = 1e-6  # probabilities may be written with rounding


class Alternative(Choice):
    """A method that may take the place of the framework's own, and how often it does.

    Beside the settings of the method: `probability`; `shift`, points added to every score; and
    `floor`, below which no score falls afterwards (both for normalisers only).
    """

    probability: float | None = Field(default=None, gt=0, le=1)
    shift: float = Field(default=0.0, allow_inf_nan=False)
    floor: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"name": data}
        if isinstance(data, dict) and "settings" not in data:
            own = {k: v for k, v in data.items() if k in cls.model_fields}
            return {**own, "settings": {k: v for k, v in data.items() if k not in own}}
        return data

    def spelled(self) -> str:
        """Spell the alternative for a reader.

        >>> Alternative(name="zscore", settings={"mean": 50}, floor=1.0).spelled()
        'zscore (mean 50, floor 1)'
        """
        inside = [f"{k} {v}" for k, v in self.settings.items()]
        inside += [f"shift {self.shift:g}"] if self.shift else []
        inside += [f"floor {self.floor:g}"] if self.floor is not None else []
        return f"{self.name} ({', '.join(inside)})" if inside else self.name


class Assumption(Model):
    """One thing that is varied; `reason` is printed on the method page."""

    reason: str = Field(min_length=1)


def shares(probabilities: Sequence[float | None]) -> list[float]:
    """Return the probabilities of alternatives: as stated, or equal if none is.

    Raises
    ------
    ValueError
        If some are stated and others not, or they do not sum to 1.

    Examples
    --------
    >>> shares([None, None]), shares([0.75, 0.25])
    ([0.5, 0.5], [0.75, 0.25])
    """
    stated = [p for p in probabilities if p is not None]
    if not stated:
        return [1 / len(probabilities)] * len(probabilities)
    if len(stated) < len(probabilities):
        raise ValueError("give each alternative a probability, or none of them")
    total = math.fsum(stated)
    if abs(total - 1) > _SUM:
        raise ValueError(f"the probabilities sum to {total:g}; they must sum to 1")
    return [p / total for p in stated]


class Methods(Assumption):
    """Methods that may stand in a step: of normalisation, treatment or imputation.

    An alternative takes the place of the step's method in [method]; an indicator with a method of
    its own keeps it. The framework's own choice counts only if it is listed too.
    """

    alternatives: list[Alternative] = Field(min_length=1)

    @model_validator(mode="after")
    def _sums_to_one(self) -> "Methods":
        shares([a.probability for a in self.alternatives])
        return self

    @property
    def probabilities(self) -> list[float]:
        """Probability of each alternative."""
        return shares([a.probability for a in self.alternatives])


class Power(Assumption):
    """Exponent p of the power mean at some depths of the tree: 1 arithmetic, 0 geometric.

    Drawn evenly from `range`, or one of `values` with `probabilities`. All nodes at `levels` (0 is
    the index, 1 the pillars) share one exponent in a draw.
    """

    levels: list[int] = Field(min_length=1)
    range: list[float] | None = Field(default=None, min_length=2, max_length=2)
    values: list[float] | None = Field(default=None, min_length=1)
    probabilities: list[float] | None = None

    @field_validator("range", "values")
    @classmethod
    def _finite(cls, numbers: list[float] | None) -> list[float] | None:
        if numbers is not None and not all(abs(x) <= 20 for x in numbers):
            raise ValueError("an exponent lies between -20 and 20")
        return numbers

    @model_validator(mode="after")
    def _hangs_together(self) -> "Power":
        if (self.range is None) == (self.values is None):
            raise ValueError("give either range or values")
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError(f"the range {self.range} is empty; the lower end comes first")
        if self.probabilities is not None:
            if self.values is None or len(self.values) != len(self.probabilities):
                raise ValueError("probabilities: one for each of values")
            shares(self.probabilities)
        return self

    @property
    def points(self) -> list[float]:
        """All values, or both ends of the range."""
        return list(self.range or self.values or [])

    @property
    def ends(self) -> tuple[float, float]:
        """Smallest and largest exponent."""
        return min(self.points), max(self.points)


class Weighting(Assumption):
    """How far weights may lie from those of the framework, inside each family.

    `uniform`: each weight times U(1 - spread, 1 + spread). `dirichlet`: shares from a Dirichlet
    distribution around the framework's, tighter the larger `concentration`. `experts`: the weights
    that one of several experts gave, drawn anew for each node listed; families that no expert
    weighed vary as under `uniform`. `levels` limits it to families at those depths.
    """

    kind: Literal["uniform", "dirichlet", "experts"] = "uniform"
    spread: float = Field(default=0.25, gt=0, lt=1)
    concentration: float = Field(default=50.0, gt=0, allow_inf_nan=False)
    experts: dict[str, list[dict[str, float]]] = Field(default_factory=dict)
    levels: list[int] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> "Weighting":
        given = self.model_fields_set
        needed = {"uniform": "spread", "dirichlet": "concentration", "experts": "experts"}
        foreign = given & (set(needed.values()) - {needed[self.kind]})
        if self.kind == "experts":
            foreign -= {"spread"}
            if not self.experts:
                raise ValueError("experts: say for each node what weights each expert gave")
        if foreign:
            raise ValueError(f"{sorted(foreign)[0]} has no meaning where kind is {self.kind}")
        if any(w < 0 for n in self.experts.values() for e in n for w in e.values()):
            raise ValueError("experts: a weight may not be below 0")
        if any(sum(e.values()) <= 0 for n in self.experts.values() for e in n):
            raise ValueError("experts: the weights of an expert sum to 0")
        return self


class LeavingOut(Assumption):
    """With this probability one indicator is left out, each of `only` (or of all) alike."""

    probability: float = Field(gt=0, le=1)
    only: list[str] | None = Field(default=None, min_length=1)


class MeasurementError(Assumption):
    """Figures are drawn around those observed, with the standard errors that sources state.

    The error is carried to the normalised scale by the slope there, and no score leaves the scale.
    `unstated` is the standard error of figures whose source states none, in standard deviations
    between countries.
    """

    unstated: float = Field(default=0.0, ge=0, lt=1)


class Window(Model):
    """One choice of how old a figure may be: `max_age` in years, or as each indicator says."""

    max_age: int | Literal["as_defined"]
    probability: float | None = Field(default=None, gt=0, le=1)

    @field_validator("max_age")
    @classmethod
    def _not_negative(cls, age: int | str) -> int | str:
        if isinstance(age, int) and age < 0:
            raise ValueError("an age is 0 or more years")
        return age


class YearWindow(Assumption):
    """Older figures than `max_age` count as missing; it never lengthens an indicator's own."""

    alternatives: list[Window] = Field(min_length=1)

    @model_validator(mode="after")
    def _sums_to_one(self) -> "YearWindow":
        shares([a.probability for a in self.alternatives])
        return self

    @property
    def probabilities(self) -> list[float]:
        """Probability of each alternative."""
        return shares([a.probability for a in self.alternatives])


class Assumptions(Model):
    """Everything that a framework wants varied; `draws` is the number of joint draws."""

    draws: int = Field(default=16_384, ge=1, le=2**31)
    normalisation: Methods | None = None
    treatment: Methods | None = None
    imputation: Methods | None = None
    year_window: YearWindow | None = None
    measurement_error: MeasurementError | None = None
    power: dict[str, Power] = Field(default_factory=dict)
    weights: Weighting | None = None
    leave_out: LeavingOut | None = None

    @property
    def listed(self) -> bool:
        """Whether anything at all is varied."""
        return bool(self.model_fields_set - {"draws"})


UNLISTED = Weighting(
    reason="The framework lists no assumptions; weights within a quarter are varied all the same, "
    "since no weight is known better than that."
)
"""What is varied where a framework lists nothing."""
