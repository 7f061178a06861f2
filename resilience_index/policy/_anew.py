"""An index built anew with other figures, and the intervals of its ranks.

With frozen goalposts a new figure is read off today's scales, and so are score and rank. How far
such a rank can be trusted is asked of the index that would be published with the new figures: it is
built anew, and all assumptions of the framework are drawn as for today's ranks, with one seed.
"""

from collections.abc import Hashable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError
from resilience_index.index import Index, compute
from resilience_index.observing import OBSERVED, observe
from resilience_index.policy._figures import per_figure, transformed
from resilience_index.policy.lab import Lab, Range
from resilience_index.robustness.uncertainty import Uncertainty, uncertainty

Array = NDArray[np.float64]


def brought(index: Index, code: str, row: int, value: float) -> float:
    """Bring a figure to where its scale begins.

    Raises
    ------
    DataError
        If it has no place there.
    """
    per = per_figure(index, code)[row]
    made = transformed(index, code, np.array([value * per]))[0]
    if not np.isfinite(made):
        country = index.ranks.index[row]
        raise DataError(
            f"{code} = {value:g}: no place on the scale for {country}, since its denominator is "
            "missing or the transform has no value there"
        )
    return float(made)


def rebuilt(lab: Lab, figures: Mapping[str, Array]) -> Index:
    """Build the index anew with other figures; the same countries are left out.

    Parameters
    ----------
    lab
        A built index.
    figures
        By indicator, an entry for each ranked country in the indicator's own unit; NaN where the
        figure stays.
    """
    index = lab.index
    first = observe(index.content, index.framework)
    rows = first.transformed.index.get_indexer(pd.Index(lab.codes))
    observed, flags = first.observed.copy(), first.flags.copy()
    denominated, made = first.denominated.copy(), first.transformed.copy()
    for code, values in figures.items():
        column, per = list(made).index(code), per_figure(index, code)
        for row in np.flatnonzero(~np.isnan(values)):
            at, value = rows[row], float(values[row])
            observed.iloc[at, column] = value
            denominated.iloc[at, column] = value * per[row]
            made.iloc[at, column] = brought(index, code, int(row), value)
            flags.iloc[at, column] = OBSERVED
    reasons = pd.Series("", index=made.index)
    left = index.excluded.set_index(index.excluded.columns[0])["reason"]
    reasons.loc[left.index] = left
    changed = replace(
        first, observed=observed, denominated=denominated, transformed=made, flags=flags
    )
    return compute(index.content, index.framework, changed, reasons, seed=index.seed)


def drawn_anew(lab: Lab, index: Index, *, nodes: bool = False) -> Uncertainty:
    """Draw the assumptions of an index as those of today's were drawn: as often, with its seed."""
    return uncertainty(index, draws=lab.sure.draws, seed=lab.sure.seed, nodes=nodes)


def range_in(found: Uncertainty, country: Hashable, node: str, root: str) -> Range:
    """Return the 90 % interval of a country's rank on the index, or on a node."""
    table, row = (found.table, country) if node == root else (found.nodes, (node, country))
    low, high = table.loc[[row], ["rank_05", "rank_95"]].to_numpy(float)[0]
    return Range(float(low), float(high))
