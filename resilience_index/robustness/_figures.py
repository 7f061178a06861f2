"""Figures put together by hand: those of one content folder under the definitions of another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd

from resilience_index.content import Content, Framework, Observations
from resilience_index.errors import ContentError
from resilience_index.observing import OBSERVED, Observed

Figures = Mapping[str, Observations]
"""Figures by indicator; units are positions in the list of countries that goes with them."""


@dataclass(frozen=True)
class Given(Content):
    """A content folder whose figures are not read but handed in."""

    figures: Figures = field(default_factory=dict)

    def observations(self, codes: Iterable[str], latest: int | None) -> dict[str, Observations]:
        """Return the figures that were handed in, of the years up to `latest`."""
        tables = [c for c in codes if self.indicators[c].formula is None]
        return {c: until(self.figures[c], latest) for c in tables}


def given(content: Content, figures: Figures) -> Given:
    """Put other figures in the place of a content folder's own."""
    parts = {part.name: getattr(content, part.name) for part in fields(Content)}
    return Given(**parts, figures=figures)


def read(content: Content, codes: Iterable[str], latest: int) -> dict[str, Observations]:
    """Read figures of indicators, those up to a year; none of those that the folder has not."""
    found: dict[str, Observations] = {}
    for code in codes:
        if code not in content.indicators or content.indicators[code].formula is not None:
            continue
        try:
            found |= content.observations([code], None)
        except ContentError:
            continue
    return {code: until(figures, latest) for code, figures in found.items()}


def chosen(figures: Observations, where: np.ndarray) -> Observations:
    """Take some of the figures."""
    return Observations(
        figures.unit[where], figures.year[where], figures.value[where], figures.error[where]
    )


def until(figures: Observations, latest: int | None) -> Observations:
    """Take the figures of the years up to one."""
    return figures if latest is None else chosen(figures, figures.year <= latest)


def together(one: Observations, other: Observations) -> Observations:
    """Set the figures of some units behind those of others."""
    pairs = [(getattr(one, part.name), getattr(other, part.name)) for part in fields(Observations)]
    return Observations(*(np.concatenate(pair) for pair in pairs))


def joined(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Put units of another list under a list of units; attributes that only they have are left.

    >>> here = pd.DataFrame({"name": ["Aland"], "region": ["North"]}, index=["AAA"])
    >>> there = pd.DataFrame({"name": ["Beland", "Aaland"]}, index=["BBB", "AAA"])
    >>> joined(here, there)["region"].to_dict()
    {'AAA': 'North', 'BBB': ''}
    """
    more = other[~other.index.isin(one.index)].reindex(columns=one.columns, fill_value="")
    units = pd.concat([one, more])
    units.index.name = one.index.name
    return units


def moved(figures: Observations, old: pd.Index, new: pd.Index) -> Observations:
    """Give figures the positions that their units have in another list of countries."""
    place = new.get_indexer(old)[figures.unit]
    there = chosen(
        Observations(place, figures.year, figures.value, figures.error), np.asarray(place >= 0)
    )
    return chosen(there, np.lexsort((there.year, there.unit)))


def revised(old: Observations, new: Observations, count: int) -> Observations:
    """Take of new figures those of years that the old ones reach, unit by unit: the revision."""
    reach = np.full(count, np.iinfo(np.int64).min)
    np.maximum.at(reach, old.unit, old.year)
    return chosen(new, new.year <= reach[new.unit])


def at_year(framework: Framework, year: int, edition: str | None = None) -> Framework:
    """Look at a framework from another year."""
    changes: dict[str, object] = {"year": year}
    if edition is not None:
        changes["edition"] = edition
    about = framework.about.model_copy(update=changes)
    return framework.model_copy(update={"about": about})


def bare(seen: Observed, kept: np.ndarray) -> list[str]:
    """List indicators that say nothing of some rows: nothing is observed there, or all alike."""
    figures, observed = seen.transformed[kept], (seen.flags[kept] & OBSERVED) > 0
    silent = ~(figures.max() > figures.min()) | ~observed.any()
    return [str(code) for code in silent.index[silent.to_numpy()]]
