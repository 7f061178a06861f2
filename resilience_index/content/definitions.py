"""What an indicator and a source are: the models behind indicators/*.toml and sources.toml."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from resilience_index.content.reading import Choice, Model

Direction = Literal["higher_is_better", "lower_is_better", "none"]


class Source(Model):
    """One data set: who made it, where it is, on what terms it may be passed on."""

    producer: str = Field(min_length=1)
    title: str = Field(min_length=1)
    citation: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://")
    licence: str = Field(min_length=1)
    licence_status: Literal["open", "share_alike", "unclear"]
    licence_note: str = ""
    published: str = ""
    retrieved: str = ""

    @model_validator(mode="after")
    def _says_what_is_unclear(self) -> "Source":
        if self.licence_status != "open" and not self.licence_note:
            raise ValueError("licence_note is needed unless licence_status is open")
        return self


class Indicator(Model):
    """One indicator: what it measures, in what unit, from where, why, and what to beware of.

    The value that enters the index is transform(observed / denominator * scale), or the formula
    of other indicators. Several transforms are applied in the order given. With `applies_where` it
    applies only to countries whose attributes have these values; elsewhere it is not due.
    """

    title: str = Field(min_length=1, max_length=60)
    short: str = Field(default="", max_length=28)
    definition: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    unit_scored: str = ""
    direction: Direction
    source: str | list[str]
    why: str = Field(min_length=1)
    limits: str = ""
    denominator: str | None = None
    scale: float = 1
    transform: list[Choice] = Field(default_factory=list)
    max_age: int | None = Field(default=None, ge=0, le=200)
    absent: float | Literal["missing"] = "missing"
    absent_except: list[str] = Field(default_factory=list)
    absent_why: str = ""
    applies_where: dict[str, str] = Field(default_factory=dict)
    table: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*\.csv$")
    column: str = "value"
    error_column: str = "se"
    year: int | None = Field(default=None, ge=1000, le=3000)
    formula: str | None = None

    @field_validator("transform", mode="before")
    @classmethod
    def _one_or_several(cls, transform: object) -> object:
        return transform if isinstance(transform, list) else [transform]

    @field_validator("scale")
    @classmethod
    def _not_zero(cls, scale: float) -> float:
        if not 0 < scale < float("inf"):
            raise ValueError("a scale is above 0; to turn an indicator round, use direction")
        return scale

    @field_validator("source")
    @classmethod
    def _some_source(cls, source: str | list[str]) -> str | list[str]:
        if not source:
            raise ValueError("name at least one source")
        return source

    @model_validator(mode="after")
    def _hangs_together(self) -> "Indicator":
        if self.absent != "missing" and not self.absent_why:
            raise ValueError("absent_why is needed where absence stands for a value")
        if self.formula is None and self.max_age is None:
            raise ValueError("max_age is missing; say how many years old an observation may be")
        if self.formula is not None and (self.table or self.denominator):
            raise ValueError("a formula takes neither table nor denominator")
        if self.unit_scored and self.denominator is None:
            raise ValueError("unit_scored is only for an indicator with a denominator")
        return self

    @property
    def sources(self) -> list[str]:
        """Keys of all its sources."""
        return [self.source] if isinstance(self.source, str) else list(self.source)

    @property
    def label(self) -> str:
        """Shortest title it has."""
        return self.short or self.title


class About(Model):
    """What a file of indicators is about."""

    title: str = Field(min_length=1)
    text: str = ""


class IndicatorFile(Model):
    """One file of definitions, in the default content one for each pillar."""

    about: About | None = None
    indicators: dict[str, Indicator]


class SourceFile(Model):
    """The file sources.toml."""

    sources: dict[str, Source]
