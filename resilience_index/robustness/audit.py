"""The statistical audit of an index: 22 checks, each with its figure, its limit and its verdict.

`audit` judges any built index: by coverage and coherence of its figures, by what decides its
ranking and how sure that is, by what it adds and who agrees. The limits stand in `_thresholds`,
each with its source. What cannot be made with the data at hand says so; the rest runs.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators.
https://doi.org/10.1787/9789264043466-en
Saisana & Saltelli (2011), Rankings and ratings: instructions for use.
https://doi.org/10.1007/s40803-011-0001-9
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from resilience_index.errors import ContentError, UsageError, nearest
from resilience_index.index import Index
from resilience_index.robustness import (
    _checks_of_figures as figures,
)
from resilience_index.robustness import (
    _checks_of_parts as parts,
)
from resilience_index.robustness import (
    _checks_of_ranking as ranking,
)
from resilience_index.robustness import income
from resilience_index.robustness._evidence import Evidence, gather
from resilience_index.robustness._findings import Check, Part
from resilience_index.robustness._last_year import last_year
from resilience_index.robustness._thresholds import CHECKS, Verdict, unknown_checks
from resilience_index.robustness.conclusions import Conclusion, conclude
from resilience_index.robustness.uncertainty import Uncertainty

Told = Callable[[int, int], None]

MAKERS: Mapping[int, Callable[[Evidence], list[Part]]] = {
    1: figures.definitions,
    2: figures.coverage,
    3: figures.age,
    4: figures.variety,
    5: figures.extremes,
    6: figures.gaps,
    7: figures.size,
    8: parts.direction,
    9: parts.redundancy,
    10: parts.place,
    11: parts.dimension,
    12: parts.consistency,
    13: parts.importance,
    14: ranking.uncertainty,
    15: ranking.sensitivity,
    16: ranking.order,
    17: ranking.combining,
    18: ranking.best_case,
    19: ranking.leaving_out,
    20: ranking.value,
    21: ranking.validity,
    22: ranking.again,
}
"""What makes each check."""


@dataclass(frozen=True)
class Audit:
    """An audit: the evidence, the checks by number, and what follows."""

    evidence: Evidence
    checks: tuple[Check, ...]
    conclusion: Conclusion
    seed: int

    def part(self, code: str) -> Part:
        """Return one part of a check.

        Raises
        ------
        UsageError
            If there is no such part.
        """
        found = {part.code: part for check in self.checks for part in check.parts}
        if code not in found:
            raise UsageError(f"no part '{code}' in the audit {nearest(code, found)}")
        return found[code]

    def tally(self) -> dict[Verdict, int]:
        """Count the checks by verdict."""
        found = [check.verdict for check in self.checks]
        return {v: found.count(v) for v in ("passes", "look", "fails", "cannot be made")}

    def explained(self, code: str) -> str:
        """Return what the framework says to a part, or to the whole check that it belongs to."""
        told = self.evidence.settings.explained
        return told.get(code) or told.get(code.split(".")[0], "")


def audit(
    index: Index,
    *,
    draws: int | None = None,
    seed: int = 0,
    known: Uncertainty | None = None,
    told: Told | None = None,
) -> Audit:
    """Audit an index; of a panel, its last year.

    Parameters
    ----------
    index
        A built index.
    draws
        Versions of the index for the uncertainty of ranks. If not given, as the framework says; 256
        where nodes have to be put together draw by draw. With 0, checks of ranks are not made.
    seed
        The same seed gives the same audit.
    known
        The uncertainty of the ranks, where it has been worked out before; then none is drawn.
    told
        Is told how much is done, and of how much.

    Returns
    -------
    Audit
        All checks; a check that cannot be made has parts that say why.

    Raises
    ------
    ContentError
        If the framework explains a check that does not exist.

    Examples
    --------
    >>> from resilience_index import build
    >>> found = audit(build("ai_resilience"), draws=256)
    >>> len(found.checks), found.part("again.scores").verdict
    (22, 'passes')
    """
    _known(index)
    evidence = gather(index, draws=draws, seed=seed, known=known, told=told)
    checks = tuple(
        Check(number, title, tuple(MAKERS[number](evidence))) for number, title in CHECKS.items()
    )
    return Audit(evidence, checks, conclude(evidence, checks), seed)


def read_beside(index: Index) -> None:
    """Read the figures that an audit sets beside an index, so that they count as its inputs."""
    flat = last_year(index)
    income.context(flat, [code for _, code in flat.framework.audit.named()])


def _known(index: Index) -> None:
    """Refuse explanations of what is no check and no part of one."""
    wrong = unknown_checks(index.framework.audit.explained)
    if wrong:
        raise ContentError(f"{index.framework.name}.toml", wrong)
