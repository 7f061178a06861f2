"""Make higher mean better, before normalising or afterwards.

Most indices turn a "lower is better" indicator round before they normalise it (`orient`); some
normalise it as it is and turn the score round (`reverse_scores`). With ranks the two differ
where values are tied: the least value shares the lowest rank before, the highest rank after.
"""

import numpy as np
import pandas as pd

from resilience_index.errors import DataError
from resilience_index.steps._naming import listed


def orient(table: pd.DataFrame, signs: pd.Series) -> pd.DataFrame:
    """Multiply each column by its sign, so that higher is better everywhere.

    Parameters
    ----------
    table
        Countries by indicators, each column in its own unit.
    signs
        +1 (higher is better) or -1 (lower is better) of each column, by its code.

    Returns
    -------
    DataFrame
        Same shape; a column of sign -1 holds the negative of its values.

    Raises
    ------
    DataError
        If a column has no sign, or one that is neither +1 nor -1.

    Examples
    --------
    >>> table = pd.DataFrame({"skills": [3.0], "price": [20.0]}, index=["EST"])
    >>> orient(table, pd.Series({"skills": 1, "price": -1}))
         skills  price
    EST     3.0  -20.0
    """
    return table * _checked(signs, table)


def reverse_scores(
    scores: pd.DataFrame, signs: pd.Series, *, low: float, high: float
) -> pd.DataFrame:
    """Turn the scores of "lower is better" indicators round: low + high - score.

    Parameters
    ----------
    scores
        Countries by indicators, normalised as if higher were better everywhere.
    signs
        +1 (stays) or -1 (is turned round) of each column, by its code.
    low, high
        Ends of the scale the scores are on, in points.

    Returns
    -------
    DataFrame
        Same shape, in points, higher is better.

    Raises
    ------
    DataError
        If a column has no sign, or one that is neither +1 nor -1.

    Examples
    --------
    >>> scores = pd.DataFrame({"skills": [30.0], "price": [20.0]}, index=["EST"])
    >>> reverse_scores(scores, pd.Series({"skills": 1, "price": -1}), low=0, high=100)
         skills  price
    EST    30.0   80.0
    """
    as_it_is = (_checked(signs, scores) > 0).to_numpy()
    turned = np.where(as_it_is, scores, low + high - scores.to_numpy())
    return pd.DataFrame(turned, index=scores.index, columns=scores.columns)


def _checked(signs: pd.Series, table: pd.DataFrame) -> pd.Series:
    found = signs.reindex(table.columns)
    wrong = found.index[~found.isin([1, -1])]
    if len(wrong):
        raise DataError(
            f"orient: sign of {listed(f'{c} = {found[c]}' for c in wrong)}; a sign must be +1 "
            "(higher is better) or -1 (lower is better), by the code of the indicator"
        )
    return found.astype(float)
