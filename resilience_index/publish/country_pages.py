"""The pages of countries, made in batches: here, in processes, or on a cluster.

What all of them share travels once with each batch; a batch gives back texts by path.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from resilience_index.content.languages import Language
from resilience_index.content.speech import speaking
from resilience_index.export.terms import Terms
from resilience_index.publish import companions, country
from resilience_index.publish._board import Board
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._company import Company
from resilience_index.publish._intervals import intervals
from resilience_index.publish._spans import Span
from resilience_index.publish.picture import FOLDER as PICTURES
from resilience_index.publish.picture import Card
from resilience_index.robustness._running import in_order
from resilience_index.robustness.sensitivity import Sensitivity
from resilience_index.robustness.uncertainty import Uncertainty

BATCH = 16
"""Countries of one batch: few enough to share out, enough to pay for what travels with them."""

_AHEAD = 8  # batches that wait or run
_BESIDE = 2  # neighbours on either side with whom a country's page offers a comparison


class Around(Protocol):
    """Works out what stands round a page, and what a shared link to it shows."""

    def __call__(self, path: str) -> Chrome:
        """Return what stands round a page."""

    def shared(self, made: Chrome, path: str, lead: Sequence[Span], picture: str) -> Chrome:
        """Add what a shared link to the page shows."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What the pages of all countries are made from; `labs` are the pages of the policy lab."""

    results: Board
    known: Uncertainty | None
    moved: Sensitivity | None
    company: Company | None
    around: Around
    terms: Terms
    labs: frozenset[str]
    pdf: bool
    language: Language


@dataclass(frozen=True, slots=True)
class Made:
    """What belongs to one country, by path: its page, what lies beside it, sheets, its picture."""

    text: Mapping[str, str]
    beside: Mapping[str, str]
    prints: Mapping[str, str]
    card: Mapping[str, Card]


def pages(
    shared: Shared,
    codes: Sequence[str],
    *,
    executor: Executor | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Iterator[Made]:
    """Make the pages of countries, in the order of their codes.

    Parameters
    ----------
    shared
        What all of them are made from.
    codes
        Countries.
    executor
        Where batches are made; one after the other in this process if none is given.
    told
        Is told how many countries are done, after each.

    Yields
    ------
    Made
        Of each country.
    """
    done = 0
    if executor is None:
        for done, code in enumerate(codes, start=1):
            yield one(shared, code)
            told(done)
        return
    batches = [codes[i : i + BATCH] for i in range(0, len(codes), BATCH)]
    work = partial(batch, shared)
    for batched in in_order(work, batches, executor=executor, told=None, ahead=_AHEAD):
        for made in batched:
            yield made
            done += 1
            told(done)


def batch(shared: Shared, codes: Sequence[str]) -> list[Made]:
    """Make the pages of some countries where this runs, in the language of where it was asked."""
    with speaking(shared.language):
        return [one(shared, code) for code in codes]


def one(shared: Shared, code: str) -> Made:
    """Make the page of a country, what lies beside it, and the sheets that become its PDFs."""
    results, known = shared.results, shared.known
    view = country.country_view(
        results.index,
        code,
        known=known,
        moved=shared.moved,
        results=results,
        company=shared.company,
    )
    path, picture = f"countries/{code}.html", f"{PICTURES}/{code}.png"
    alike = () if view.compared is None else view.compared.alike
    lab = f"{code}-policy.html"
    text = country.render(
        view,
        chrome=shared.around.shared(shared.around(path), path, view.lead, picture),
        compare=f"../compare.html#c={','.join(_beside(results, code))}",
        similar=f"../compare.html#c={','.join([code, *alike])}" if alike else "",
        policy=lab if f"countries/{lab}" in shared.labs else "",
        pdf=shared.pdf,
    )
    sheets = country.print_files(view) if shared.pdf else {}
    return Made(
        {path: text},
        companions.of_country(view, results, known, shared.terms),
        {f"countries/{name}": sheet for name, sheet in sheets.items()},
        {picture: companions.card(view, results, intervals(known).get(code))},
    )


def _beside(results: Board, code: str) -> list[str]:
    """Return a country, and those next to it in the ranking."""
    at = results.row[code]
    near = results.codes[max(0, at - _BESIDE) : at + _BESIDE + 1]
    return [code, *(c for c in near if c != code)]
