"""What stands in indicators/policies/ beside the priors: programmes, shocks, the bridge, quadrants.

`content.policies` checks what only the whole can tell (that a source exists, that shares sum to 1).
"""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from resilience_index.content._prior_models import (
    Basis,
    Change,
    Evidence,
    Fact,
    Mark,
    Positive,
    Prior,
)
from resilience_index.content.reading import Model


class Payment(Basis):
    """Over how many years a budget is paid out, and hosting put up."""

    years: int = Field(ge=1, le=30)


class Programme(Model):
    """A preset: a documented programme as a design for any country, or a design made up.

    Without a `payment` of its own, the general one of the file holds.
    """

    kind: str
    status: Literal["documented", "claimed", "design"]
    title: str = Field(min_length=1, max_length=60)
    text: str = Field(min_length=1)
    confidence: Literal["H", "M", "assumption"]
    country: str = ""
    source: list[str] = Field(default_factory=list)
    payment: Payment | None = None
    facts: list[Fact] = Field(default_factory=list)
    priors: dict[str, Change] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sourced(self) -> "Programme":
        if self.confidence != "assumption" and not self.source:
            raise ValueError("name at least one source, or give confidence the word 'assumption'")
        return self


class VoucherProgramme(Programme):
    """Grants to firms; `mean_grant` in US dollars a firm.

    Where a `cap` is given, the mean grant is drawn as a share of it: the programme's own prior
    ``grant_use``, whose mean is that of the programme.
    """

    kind: Literal["voucher"]
    mean_grant: Positive
    mean_grant_why: str = Field(min_length=1)
    cap: Positive | None = None
    cap_why: str = ""


class SovereignProgramme(Programme):
    """Models of one's own; `run` in US dollars a team.

    `run` is the development cost of one run, or its computing alone (``run_is = "compute"``), or
    "budget": as large as the money allows. Of what the runs leave, the prior ``left_for_hosting``
    says how much goes into hosting.
    """

    kind: Literal["sovereign"]
    run: Positive | Literal["budget"]
    run_why: str = ""
    run_is: Literal["development", "compute"] = "development"
    teams: int = Field(default=1, ge=1, le=100)


class HostingProgramme(Programme):
    """Shared hosting of open weights, and vouchers with the rest of the money.

    `voucher` is a preset, or "same": that of the first voucher arm, else `otherwise`.
    """

    kind: Literal["hosting"]
    hosting_share: float = Field(gt=0, le=1)
    hosting_share_why: str = Field(min_length=1)
    voucher: str
    otherwise: str


AnyProgramme = Annotated[
    VoucherProgramme | SovereignProgramme | HostingProgramme, Field(discriminator="kind")
]


class Contradiction(Model):
    """What is told and cannot be: shown, never computed with."""

    country: str
    title: str
    text: str = Field(min_length=1)
    programmes: list[str]
    facts: list[Fact] = Field(min_length=1)


class Heading(Model):
    """What a file is about."""

    title: str = Field(min_length=1)
    text: str = ""


class ShockHeading(Heading):
    """What the file of shocks is about, and over how many months losses are counted."""

    months: int = Field(ge=1, le=120)


class Capacity(Model):
    """The node whose score limits what can be hosted."""

    node: str
    text: str = Field(min_length=1)


class CloudTables(Model):
    """Where the presence of cloud providers, and the figures without some, are found."""

    presence: str
    figures: str
    source: str
    text: str = Field(min_length=1)
    unknown: dict[str, str] = Field(default_factory=dict)
    notes: dict[str, str] = Field(default_factory=dict)


class Supply(Model):
    """World shares of suppliers of models, around which a country's are drawn."""

    title: str
    table: str
    source: str
    confidence: Mark
    text: str = Field(min_length=1)


class Shock(Model):
    """What falls away: suppliers by name, those of a jurisdiction, or everyone, in which layer.

    A jurisdiction's own country keeps its suppliers. `figures` names the rows of the table of
    cloud figures that then hold.
    """

    title: str = Field(min_length=1, max_length=80)
    text: str = Field(min_length=1)
    layer: Literal["models", "cloud", "both"]
    supply: str | None = None
    suppliers: list[str] = Field(default_factory=list)
    jurisdiction: str | None = None
    everyone: bool = False
    figures: str | None = None

    @model_validator(mode="after")
    def _says_what(self) -> "Shock":
        if bool(self.suppliers) + (self.jurisdiction is not None) + self.everyone != 1:
            raise ValueError("give exactly one of suppliers, jurisdiction and everyone = true")
        if self.layer != "cloud" and self.supply is None:
            raise ValueError("supply is needed where models fall away")
        return self


class Figure(Model):
    """A place where firm adoption is observed: an indicator, or a table of national figures."""

    what: str
    indicator: str | None = None
    table: str | None = None

    @model_validator(mode="after")
    def _one(self) -> "Figure":
        if (self.indicator is None) == (self.table is None):
            raise ValueError("give either indicator or table")
        return self


class Inferred(Model):
    """How firm adoption is inferred where it is not observed, in per cent."""

    what: str
    needs: str
    formula: str


class Adoption(Model):
    """Where the share of firms that use AI today comes from."""

    unit: Literal["% of firms"]
    max_age: int = Field(ge=0)
    figures: list[Figure] = Field(min_length=1)
    inferred: list[Inferred] = Field(default_factory=list)
    left_out: dict[str, str] = Field(default_factory=dict)
    facts: list[Fact] = Field(default_factory=list)


class Firms(Model):
    """Where the number of firms comes from: counted, a share of all sizes, or modelled."""

    table: str
    counted: str
    all_sizes: str
    share: str
    modelled: str
    modelled_from: str = Field(min_length=1)
    text: str


class Roles(Model):
    """Quantities that the engine itself reads, and how long a run counts as recent."""

    extra_adoption: str
    carried_use: str
    recent_years: int = Field(ge=1, le=50)


class Effect(Model):
    """How one indicator moves: a formula for its new figure."""

    formula: str
    why: str = Field(min_length=1)


class Bridge(Model):
    """From what a programme does to the figures that are scored."""

    about: Heading
    adoption: Adoption
    firms: Firms
    quantities: dict[str, list[str]]
    roles: Roles
    effects: dict[str, Effect]


class Axis(Model):
    """An index and where it is cut: at its median, or at the first cut of its classes."""

    framework: str
    cut: Literal["median", "class"]


class Names(Model):
    """Names of the four fields: across first, then up."""

    high_high: str
    low_high: str
    high_low: str
    low_low: str


class Income(Model):
    """The figure that the correlation is taken net of."""

    indicator: str
    text: str = Field(min_length=1)


class Remark(Model):
    """A sentence for the page."""

    text: str = Field(min_length=1)


class Quadrants(Model):
    """Two indices on one chart."""

    about: Heading
    across: Axis
    up: Axis
    names: Names
    income: Income
    shared: Remark


class SourcesFile(Model):
    """policies/sources.toml."""

    sources: dict[str, Evidence]


class PriorsFile(Model):
    """policies/priors.toml."""

    about: Heading
    priors: dict[str, Prior]


class ProgrammesFile(Model):
    """policies/programmes.toml."""

    about: Heading
    payment: Payment
    programmes: dict[str, AnyProgramme]
    contradictions: dict[str, Contradiction] = Field(default_factory=dict)


class ShocksFile(Model):
    """policies/shocks.toml."""

    about: ShockHeading
    capacity: Capacity
    cloud: CloudTables
    supplies: dict[str, Supply]
    shocks: dict[str, Shock]
    facts: list[Fact] = Field(default_factory=list)

    @field_validator("shocks")
    @classmethod
    def _some(cls, shocks: dict[str, Shock]) -> dict[str, Shock]:
        if not shocks:
            raise ValueError("name at least one shock")
        return shocks
