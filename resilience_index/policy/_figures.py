"""From a figure as observed to where its scale begins: per head where so defined, transformed."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import MethodError
from resilience_index.index import Index
from resilience_index.steps import transform
from resilience_index.steps.methods import pick
from resilience_index.steps.observe import same_or_earlier

Array = NDArray[np.float64]


def per_figure(index: Index, code: str) -> Array:
    """Return what one unit of a figure is once divided and scaled: scale / denominator.

    Parameters
    ----------
    index
        A built index.
    code
        An indicator of it.

    Returns
    -------
    ndarray
        One entry a country; NaN where the denominator is missing.

    Examples
    --------
    >>> from resilience_index import build
    >>> index = build("ai_resilience")
    >>> per = per_figure(index, "gh_developers")
    >>> there = index.observed["gh_developers"].notna().to_numpy()
    >>> made = index.observed["gh_developers"].to_numpy() * per
    >>> bool(np.allclose(made[there], index.denominated["gh_developers"].to_numpy()[there]))
    True
    """
    content, definition = index.content, index.content.indicators[code]
    if definition.denominator is None:
        return np.full(len(index.ranks), definition.scale)
    below = content.indicators[definition.denominator]
    if below.formula is not None:
        raise MethodError(f"{code}: its denominator is a formula; no figure can be brought to it")
    year = index.framework.about.year
    held = content.observations([definition.denominator], year)[definition.denominator]
    rows = content.units.index.get_indexer(index.ranks.index)
    wanted = np.full(len(content.units), -1)
    wanted[rows] = index.years[code].fillna(year).to_numpy(np.int64)
    found = same_or_earlier(held.unit, held.year, wanted=wanted, max_age=below.max_age or 0)[rows]
    divisor = np.where(found >= 0, held.value[found], np.nan)
    return np.asarray(definition.scale / np.where(divisor == 0, np.nan, divisor))


def transformed(index: Index, code: str, denominated: Array) -> Array:
    """Apply the transforms of an indicator's definition to figures of any shape.

    Parameters
    ----------
    index
        A built index.
    code
        An indicator.
    denominated
        Figures once divided and scaled; NaN is missing.

    Returns
    -------
    ndarray
        Same shape.

    Examples
    --------
    >>> from resilience_index import build
    >>> transformed(build("ai_resilience"), "cloud_distance_km", np.array([np.e])).item()
    1.0
    """
    table = pd.DataFrame({code: denominated.ravel()})
    for one in index.content.indicators[code].transform:
        table = pick(transform.METHODS, one.name, one.settings, "transform")(table)
    return np.asarray(table[code].to_numpy(float).reshape(denominated.shape))
