"""What a prior is: how a number is drawn, and on what it rests.

Everything here is frozen and strict, as in `reading.Model`.
"""

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from resilience_index.content.reading import Model

Mark = Literal["H", "M", "L", "R"]
"""How far a source can be trusted; only facts marked H or M are printed."""

PRINTED = ("H", "M")

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Evidence(Model):
    """One source of facts: who says what, where, and how far it can be trusted."""

    publisher: str = Field(min_length=1)
    what: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://")
    confidence: Mark
    year: int | None = Field(default=None, ge=1900, le=3000)


class Fixed(Model):
    """One value, in every draw."""

    name: Literal["fixed"]
    value: Finite


class Uniform(Model):
    """Any value between two, all alike."""

    name: Literal["uniform"]
    low: Finite
    high: Finite

    @model_validator(mode="after")
    def _rises(self) -> "Uniform":
        if not self.low < self.high:
            raise ValueError("low must be below high")
        return self


class Loguniform(Uniform):
    """Any value between two, every doubling alike."""

    name: Literal["loguniform"]  # type: ignore[assignment]
    low: Positive


class Triangular(Model):
    """Between two values, most likely at a third."""

    name: Literal["triangular"]
    low: Finite
    mode: Finite
    high: Finite

    @model_validator(mode="after")
    def _rises(self) -> "Triangular":
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError("low, mode and high must rise")
        return self


class Beta(Model):
    """A share between 0 and 1, with mean a / (a + b)."""

    name: Literal["beta"]
    a: Positive
    b: Positive

    @property
    def mean(self) -> float:
        """Return the mean of the draws."""
        return self.a / (self.a + self.b)


class Normal(Model):
    """About a mean, symmetrically."""

    name: Literal["normal"]
    mean: Finite
    sd: Positive


class Lognormal(Model):
    """Above 0, with a median; `sigma` is the standard deviation of the logarithm."""

    name: Literal["lognormal"]
    median: Positive
    sigma: Positive


Simple = Annotated[
    Fixed | Uniform | Loguniform | Triangular | Beta | Normal | Lognormal,
    Field(discriminator="name"),
]


class Mixture(Model):
    """One of several draws, each with its probability."""

    name: Literal["mixture"]
    weights: list[Positive]
    of: list[Simple] = Field(min_length=2)

    @model_validator(mode="after")
    def _sums_to_one(self) -> "Mixture":
        if len(self.weights) != len(self.of):
            raise ValueError("there must be one weight for each draw in `of`")
        if abs(sum(self.weights) - 1) > 1e-9:
            raise ValueError(f"weights sum to {sum(self.weights):g}; they must sum to 1")
        return self


Draw = Annotated[
    Fixed | Uniform | Loguniform | Triangular | Beta | Normal | Lognormal | Mixture,
    Field(discriminator="name"),
]


LARGEST = 1e60
"""The largest number that may be drawn."""

_FAR = 7.04
"""Standard deviations from the middle that a draw may reach: its points lie 1e-12 from 0 and 1."""


def ends(draw: Draw) -> tuple[float, float]:
    """Return the least and the most that is drawn.

    What is spread from 0 on never is 0 itself; a tiny number stands for its least.

    Examples
    --------
    >>> ends(Fixed(name="fixed", value=2.0)), ends(Uniform(name="uniform", low=-1.0, high=3.0))
    ((2.0, 2.0), (-1.0, 3.0))
    """
    if isinstance(draw, Mixture):
        both = [ends(part) for part in draw.of]
        return min(low for low, _ in both), max(high for _, high in both)
    if isinstance(draw, Fixed):
        return draw.value, draw.value
    if isinstance(draw, Normal):
        return draw.mean - _FAR * draw.sd, draw.mean + _FAR * draw.sd
    if isinstance(draw, Lognormal):
        far = _FAR * draw.sigma
        most = draw.median * math.exp(far) if far < math.log(LARGEST) else math.inf
        return max(draw.median * math.exp(-far), math.ulp(0.0)), most
    if isinstance(draw, Beta):
        return math.ulp(0.0), 1.0
    return draw.low or math.ulp(0.0), draw.high


class Basis(Model):
    """What a number rests on: sources of mark H or M, or the word assumption."""

    confidence: Literal["H", "M", "assumption"]
    source: list[str] = Field(default_factory=list)
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _sourced(self) -> "Basis":
        if self.confidence != "assumption" and not self.source:
            raise ValueError("name at least one source, or give confidence the word 'assumption'")
        return self

    @property
    def has_data(self) -> bool:
        """Say whether a source gives the number; an assumption may lean on sources all the same."""
        return self.confidence != "assumption"


class Change(Basis):
    """What a programme's own figures put in place of a general prior."""

    draw: Draw


class Prior(Change):
    """One number that is not observed: how it is drawn, and on what it rests."""

    title: str = Field(min_length=1, max_length=80)
    unit: str = Field(min_length=1)


class Fact(Model):
    """A sentence with its source; printed only where its mark is H or M."""

    text: str = Field(min_length=1)
    source: str
    confidence: Mark
