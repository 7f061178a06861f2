"""The index beside income and size: how much of it they explain, and who does better than they say.

Income enters as the natural logarithm of GDP per head, size as that of population.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_index.content.frameworks import Placement
from resilience_index.errors import DataError
from resilience_index.index import Index
from resilience_index.observing import observe

FEWEST = 5
"""With fewer countries there is no line worth drawing."""


@dataclass(frozen=True, slots=True)
class Line:
    """Scores against a figure of the country, by ordinary least squares.

    `table` has, by country: `x`, `score`, `expected`, `lower` and `upper` (of the interval in which
    a new country would lie), `beyond` (score less expected).
    """

    slope: float  # points for each unit of x
    slope_lower: float
    slope_upper: float
    explained: float  # R squared
    count: int
    level: float
    table: pd.DataFrame


def context(index: Index, codes: Sequence[str]) -> pd.DataFrame:
    """Take the newest figures of indicators that need not be in the framework.

    Parameters
    ----------
    index
        A built index, of one year.
    codes
        Indicators of its content folder.

    Returns
    -------
    DataFrame
        Rows of the index by codes, each after its own definition; NaN where there is none.

    Examples
    --------
    >>> from resilience_index import build
    >>> context(build("ai_resilience"), ["population"]).loc["KOR", "population"] > 5e7
    np.True_
    """
    asked = list(dict.fromkeys(codes))
    root = index.root
    other = index.framework.model_copy(
        update={"indicators": {code: Placement(parent=root) for code in asked}, "panel": None}
    )
    return observe(index.content, other).transformed.reindex(index.scores.index)[asked]


def logged(figures: pd.Series) -> pd.Series:
    """Return the natural logarithm; figures of 0 or less become missing.

    >>> logged(pd.Series([1.0, 0.0])).tolist()
    [0.0, nan]
    """
    return pd.Series(np.log(figures.where(figures > 0).to_numpy(float)), index=figures.index)


def adjusted(score: pd.Series, x: pd.Series, *, level: float = 0.9) -> Line:
    """Draw the line of scores against a figure, with the interval for single countries.

    Parameters
    ----------
    score
        Points, by country.
    x
        Such as the logarithm of GDP per head, by country.
    level
        Share of countries that the interval would hold.

    Returns
    -------
    Line
        A country above its upper end does better than its figure would let expect.

    Raises
    ------
    DataError
        With fewer than five countries, or where all have the same figure.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 9.
    https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> x = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0])
    >>> line = adjusted(3 * x + pd.Series([0.0, 1.0, -2.0, 1.0, 0.0]), x)
    >>> round(line.slope, 6), round(line.explained, 4)
    (3.0, 0.9375)
    """
    from statsmodels.api import OLS, add_constant  # type: ignore[import-untyped]

    both = pd.DataFrame({"x": x, "score": score}).dropna()
    if len(both) < FEWEST or not (np.ptp(both.to_numpy(float), axis=0) > 0).all():
        raise DataError(
            f"a line needs {FEWEST} countries whose figures and scores differ, "
            f"and {len(both)} have both"
        )
    fit = OLS(both["score"], add_constant(both["x"])).fit()
    made = fit.get_prediction().summary_frame(alpha=1 - level)
    both["expected"] = made["mean"].to_numpy()
    both["lower"] = made["obs_ci_lower"].to_numpy()
    both["upper"] = made["obs_ci_upper"].to_numpy()
    both["beyond"] = both["score"] - both["expected"]
    lower, upper = fit.conf_int(1 - level).loc["x"].tolist()
    slope, explained = float(fit.params["x"]), float(fit.rsquared)
    return Line(slope, float(lower), float(upper), explained, len(both), level, both)
