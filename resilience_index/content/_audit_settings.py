"""What a framework tells its own audit: context figures, claims to be tested, explanations."""

from typing import Literal

from pydantic import Field, model_validator

from resilience_index.content.reading import Model


class Hypothesis(Model):
    """A claim that a valid index would bear out, written down before looking at its scores.

    Either members of a group (a column of countries.csv with one value of it) score higher or lower
    than all others, or the score rises or falls with an indicator; with `net_of_income` once income
    is held constant.
    """

    text: str = Field(min_length=1)
    expects: Literal["higher", "lower", "rises", "falls"]
    column: str = ""
    value: str = "1"
    indicator: str = ""
    net_of_income: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> "Hypothesis":
        groups = self.expects in ("higher", "lower")
        if groups != bool(self.column) or groups == bool(self.indicator):
            raise ValueError(
                "give column (and value) with expects = higher or lower, or indicator with "
                "expects = rises or falls"
            )
        if groups and self.net_of_income:
            raise ValueError("net_of_income is for expects = rises or falls")
        return self


class AuditSettings(Model):
    """The [audit] part of a framework.

    `income` (per head), `gdp`, `population` and `internet` are codes of indicators that are looked
    at beside the index and never scored; `external` are published figures of others about a like
    subject. `explained` gives, by check or by part of a check, the sentence that stands beside a
    verdict on the page.
    """

    income: str | None = None
    gdp: str | None = None
    population: str | None = None
    internet: str | None = None
    external: list[str] = Field(default_factory=list)
    hypotheses: list[Hypothesis] = Field(default_factory=list)
    explained: dict[str, str] = Field(default_factory=dict)

    def named(self) -> list[tuple[str, str]]:
        """List the indicators that are named, each with the key that names it."""
        single = [(f"audit.{k}", getattr(self, k)) for k in CONTEXT]
        single += [("audit.external", code) for code in self.external]
        single += [
            (f"audit.hypotheses.{i}", h.indicator) for i, h in enumerate(self.hypotheses, start=1)
        ]
        return [(key, code) for key, code in single if code]


CONTEXT = ("income", "gdp", "population", "internet")
"""Keys that name one context indicator each."""
