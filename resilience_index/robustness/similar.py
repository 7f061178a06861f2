"""Who is most like a country: distance between profiles of scores, by indicator."""

import numpy as np
import pandas as pd

from resilience_index.errors import UsageError

LEAST_SHARED = 0.5
"""Two profiles that share less of the weight than this are not compared."""


def similar(
    scores: pd.DataFrame, weights: pd.Series, code: str, *, least_shared: float = LEAST_SHARED
) -> pd.DataFrame:
    """Order all others by how much their profile of scores is like that of one country.

    Formula: d(a, b) = sqrt(sum_j w_j (x_aj - x_bj)^2 / sum_j w_j), over the indicators j that both
    have; the weighted root mean square difference, in points of the scores.

    Parameters
    ----------
    scores
        Normalised scores, countries by indicators, on one scale; NaN is missing.
    weights
        Weight of each indicator in the index, of any sum.
    code
        The country.
    least_shared
        Share of all weight that two must have in common to be compared.

    Returns
    -------
    DataFrame
        By country, nearest first: `distance` in points, `shared` (share of the weight that both
        have). Those with too little in common are left out.

    Raises
    ------
    UsageError
        If the country has no row.

    References
    ----------
    Gower (1971), A general coefficient of similarity and some of its properties.
    https://doi.org/10.2307/2528823

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [10.0, 13.0, 10.0], "b": [20.0, 24.0, np.nan]}, list("XYZ"))
    >>> similar(scores, pd.Series({"a": 1.0, "b": 1.0}), "X").round(3).to_dict("index")
    {'Z': {'distance': 0.0, 'shared': 0.5}, 'Y': {'distance': 3.536, 'shared': 1.0}}
    """
    if code not in scores.index:
        raise UsageError(f"no scores of '{code}'; name a ranked country")
    weight = weights.reindex(scores.columns).fillna(0.0).to_numpy(float)
    values = scores.to_numpy(float)
    gaps = values - values[scores.index.get_loc(code)]
    both = ~np.isnan(gaps)
    common = both @ weight
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.sqrt(np.where(both, gaps, 0.0) ** 2 @ weight / common)
    found = pd.DataFrame(
        {"distance": distance, "shared": common / weight.sum()}, index=scores.index
    ).drop(index=code)
    enough = found[(found["shared"] >= least_shared - 1e-12) & found["distance"].notna()]
    return enough.sort_index(kind="stable").sort_values("distance", kind="stable")
