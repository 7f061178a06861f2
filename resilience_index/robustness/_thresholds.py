"""The limits that an audit judges by: every one of them, with where it comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from resilience_index.errors import nearest

Verdict = Literal["passes", "look", "fails", "cannot be made"]
Form = Literal["share", "number", "count", "years", "size"]

OWN = "our choice"
CUSTOM = "our choice, after what audits commonly use"
CHANCE = "the usual 5 in 100"
HANDBOOK = "OECD and JRC, Handbook (2008), step 1"
COINR = "COINr 1.1.14, its defaults"
KAISER = "Kaiser and Rice (1974)"
FAQ = f"look: JRC, ten-step guide; fails: {OWN}"
COINR_LOOK = f"look: COINr 1.1.14; fails: {OWN}"
COINR_FAILS = f"fails: COINr 1.1.14; look: {OWN}"
GTCI = f"look: JRC audit of the Global Talent Competitiveness Index; fails: {OWN}"
ALPHA = f"look: JRC audits; fails: {OWN}"
"""Where limits come from; a limit that no source states is said to be ours."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit: what it is about, on which side lies trouble, and where the limit comes from.

    `look` is where a reader should look, `fails` where the part fails; None if there is no such
    limit. `form` says how the figure is written.
    """

    check: int
    measures: str
    form: Form
    side: Literal["above", "below"]
    look: float | None
    fails: float | None
    source: str

    def verdict(self, figure: float) -> Verdict:
        """Judge a figure; the limit itself is still in order.

        >>> Threshold(2, "", "share", "below", 0.65, 0.5, OWN).verdict(0.65)
        'passes'
        """
        if np.isnan(figure):
            return "cannot be made"
        worse = figure if self.side == "above" else -figure
        for verdict in ("fails", "look"):
            limit = self.fails if verdict == "fails" else self.look
            if limit is not None and worse > (limit if self.side == "above" else -limit):
                return "fails" if verdict == "fails" else "look"
        return "passes"


Row = tuple[str, int, Form, str, float | None, float | None, str, str]


def _limits(*rows: Row) -> dict[str, Threshold]:
    """Read the table: code, check, form, side, look, fails, source, what is measured."""
    return {
        code: Threshold(check, what, form, "above" if side == ">" else "below", look, fails, source)
        for code, check, form, side, look, fails, source, what in rows
    }


THRESHOLDS: Mapping[str, Threshold] = _limits(
    ("definition.blank", 1, "count", ">", None, 0, HANDBOOK,
     "Entries left blank in the definitions"),
    ("definition.terms", 1, "count", ">", 0, None, OWN,
     "Indicators from a source whose terms are not plainly open"),
    ("coverage.countries", 2, "share", "<", 0.65, 0.5, FAQ,
     "Lowest share of figures that a country has"),
    ("coverage.indicators", 2, "share", "<", 0.65, 0.5, FAQ,
     "Lowest share of countries that an indicator covers"),
    ("coverage.pillars", 2, "share", "<", 0.65, 0.5, FAQ,
     "Lowest share of figures that a pillar has"),
    ("coverage.within", 2, "share", "<", 0.5, 0.25, CUSTOM,
     "Lowest share of figures that one country has in one pillar"),
    ("age.indicators", 3, "years", ">", 3, 5, OWN,
     "Highest median age of the figures of an indicator"),
    ("age.countries", 3, "years", ">", 3, 10, OWN,
     "Years between the oldest and the newest figure, in the middle country"),
    ("variety.twins", 4, "count", ">", None, 0, OWN,
     "Pairs of indicators that say exactly the same"),
    ("variety.constant", 4, "count", ">", None, 0, OWN,
     "Indicators that are the same everywhere"),
    ("variety.zeros", 4, "share", ">", 0.5, 0.75, COINR_LOOK,
     "Largest share of zeros in an indicator"),
    ("variety.distinct", 4, "share", "<", 0.5, 0.05, COINR_LOOK,
     "Smallest share of different figures in an indicator"),
    ("outliers.left", 5, "count", ">", None, 0, COINR,
     "Indicators that are lopsided and heavy-tailed as they are scored"),
    ("outliers.points", 5, "count", ">", 5, None, COINR,
     "Most figures of one indicator that were pulled in"),
    ("missing.share", 6, "share", ">", 0.35, 0.5, OWN,
     "Largest share of a country's score that rests on no figure"),
    ("missing.random", 6, "number", "<", 0.05, None, CHANCE,
     "Probability of these gaps if they were random (Little's test)"),
    ("missing.income", 6, "size", ">", 0.3, 0.6, OWN,
     "Strongest link between a gap and income (rank correlation)"),
    ("missing.error", 6, "number", ">", 0.7, 1, OWN,
     "Error of what a gap is judged as, in standard deviations"),
    ("size.population", 7, "size", ">", 0.4, 0.6, COINR_FAILS,
     "Strongest link of an indicator with population (log)"),
    ("size.economy", 7, "size", ">", 0.4, 0.6, OWN,
     "The same with GDP (log), income per head held constant"),
    ("size.income", 7, "size", ">", 0.9, 0.95, OWN,
     "Strongest link of an indicator with GDP per head (log)"),
    ("size.index", 7, "size", ">", 0.4, 0.6, OWN,
     "Link of the index with population (rank correlation)"),
    ("direction.pillar", 8, "number", "<", 0.3, 0, COINR_LOOK,
     "Weakest link of an indicator with the rest of its pillar"),
    ("direction.index", 8, "number", "<", 0.3, 0, COINR_LOOK,
     "Weakest link of an indicator with the rest of the index"),
    ("direction.nodes", 8, "number", "<", 0.3, 0, COINR_LOOK,
     "Weakest link of a pillar with the other pillars"),
    ("direction.pairs", 8, "number", "<", -0.4, None, COINR,
     "Lowest correlation of two indicators of one pillar"),
    ("redundancy.inside", 9, "number", ">", 0.9, 0.92, COINR_LOOK,
     "Highest correlation inside a pillar"),
    ("redundancy.between", 9, "number", ">", 0.9, 0.92, COINR_LOOK,
     "Highest correlation between pillars' indicators"),
    ("place.other", 10, "number", ">", 0, 0.2, CUSTOM,
     "Largest lead of another pillar over an indicator's own"),
    ("dimension.first", 11, "share", "<", 0.65, 0.5, CUSTOM,
     "Smallest share of variance that the first component explains"),
    ("dimension.count", 11, "count", ">", 1, None, CUSTOM,
     "Most components with an eigenvalue above 1 in one family"),
    ("dimension.signs", 11, "count", ">", None, 0, CUSTOM,
     "Members that load the other way on the first component"),
    ("dimension.adequacy", 11, "number", "<", 0.6, 0.5, KAISER,
     "Lowest sampling adequacy (KMO) of a family"),
    ("dimension.related", 11, "number", ">", None, 0.05, CHANCE,
     "Highest probability that members are unrelated (Bartlett)"),
    ("consistency.pillars", 12, "number", "<", 0.7, 0.5, ALPHA,
     "Lowest alpha of the index or a pillar"),
    ("consistency.parts", 12, "number", "<", 0.7, None, CUSTOM,
     "Lowest alpha of a sub-pillar, or of the sub-pillars of one pillar"),
    ("consistency.excess", 12, "number", ">", 0.95, None, CUSTOM,
     "Highest alpha of the index or a pillar"),
    ("consistency.dropped", 12, "number", ">", 0.05, 0.2, OWN,
     "Largest gain in alpha from leaving one member out"),
    ("importance.pillars", 13, "share", ">", 0.05, 0.15, OWN,
     "Largest gap between a pillar's importance and its weight"),
    ("importance.indicators", 13, "share", ">", 0.05, 0.15, OWN,
     "Largest gap between an indicator's importance and its weight"),
    ("importance.quotient", 13, "number", ">", 2, 4, OWN,
     "Largest ratio of importance to weight, or of weight to importance"),
    ("importance.silent", 13, "number", "<", 0.2, 0.1, OWN,
     "Smallest importance of an indicator (correlation ratio)"),
    ("rank.width", 14, "share", ">", 0.1, 0.25, OWN,
     "Width of the 90 % interval of the middle country, in shares of the ranking"),
    ("rank.outside", 14, "share", ">", 0, 0.05, OWN,
     "Share of countries whose published rank lies outside its interval"),
    ("rank.errors", 14, "share", "<", 0.5, None, OWN,
     "Share of figures with a stated measurement error"),
    ("choices.together", 15, "share", ">", 0.3, 0.6, OWN,
     "Share of the shifts that comes from choices acting together"),
    ("choices.largest", 15, "share", ">", 0.5, 0.8, OWN,
     "Largest total effect of one choice on the ranking"),
    ("order.neighbours", 16, "share", ">", 0.5, None, OWN,
     "Share of neighbours in the ranking of which neither is clearly ahead"),
    ("combining.far", 17, "share", ">", 0.05, 0.25, OWN,
     "Share of countries that another mean moves by a tenth of the ranking"),
    ("best_case.order", 18, "number", "<", 0.9, 0.7, OWN,
     "Rank correlation with everybody's best case"),
    ("leave.indicators", 19, "share", ">", 0.1, 0.25, OWN,
     "Largest move, in shares of the ranking, when an indicator is left out"),
    ("leave.sources", 19, "share", ">", 0.1, 0.25, OWN,
     "Largest move when a source is left out"),
    ("leave.countries", 19, "share", ">", 0.05, 0.1, OWN,
     "Largest move when another country is left out"),
    ("value.pillars", 20, "share", "<", 1 / 3, 0.1, GTCI,
     "Share of countries whose rank differs by a tenth from that in the nearest pillar"),
    ("value.income", 20, "size", ">", 0.9, 0.95, CUSTOM,
     "Rank correlation of the index with GDP per head"),
    ("value.internet", 20, "size", ">", 0.9, 0.95, CUSTOM,
     "Rank correlation of the index with internet use"),
    ("value.others", 20, "size", ">", 0.9, 0.95, CUSTOM,
     "Rank correlation with other indices of the same subject"),
    ("validity.external", 21, "number", "<", 0.3, 0, OWN,
     "Weakest rank correlation with a published figure"),
    ("validity.net", 21, "number", "<", 0.2, -0.2, OWN,
     "The same, income per head held constant"),
    ("validity.claims", 21, "share", ">", 0, 0.5, OWN,
     "Share of the claims made beforehand that are not borne out"),
    ("validity.years", 21, "number", "<", 0.9, 0.7, OWN,
     "Lowest rank correlation of one year with the year before"),
    ("again.scores", 22, "number", ">", None, 0, OWN,
     "Largest difference of a score when built again from the files"),
)  # fmt: skip
"""Every limit of the audit, by part of a check."""

CHECKS: Mapping[int, str] = {
    1: "Definitions",
    2: "Coverage",
    3: "Age of figures",
    4: "Duplicates and zeros",
    5: "Extremes",
    6: "What is missing",
    7: "Size and income",
    8: "Direction",
    9: "Redundancy",
    10: "Right pillar",
    11: "One dimension",
    12: "Consistency",
    13: "Importance and weight",
    14: "Uncertainty of ranks",
    15: "Sensitivity to choices",
    16: "Who is ahead of whom",
    17: "Making up for weaknesses",
    18: "Everybody's best case",
    19: "Leaving one out",
    20: "Added value",
    21: "Agreement with others",
    22: "Building it again",
}
"""The checks by number."""


def unknown_checks(codes: Iterable[str]) -> list[str]:
    """Say of each code of [audit.explained] that is neither a check nor a part of one that it is.

    >>> unknown_checks(["coverage", "coverage.pillars"])
    []
    >>> unknown_checks(["coverige"])[0].partition(";")[0]
    "audit.explained.coverige: no such check (did you mean 'coverage'?)"
    """
    known = [*dict.fromkeys(code.split(".")[0] for code in THRESHOLDS), *THRESHOLDS]
    return [
        f"audit.explained.{code}: no such check {nearest(code, known)}"
        for code in codes
        if code not in known
    ]
