"""Denominate: from totals to ratios, such as compute per head, before anything is compared.

Which year's denominator belongs to a figure is settled when the figures are observed; here the two
are one column each, joined by their row labels, never by position.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 1 and 5: large countries are
not better ones. https://doi.org/10.1787/9789264043466-en
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._naming import label_of, listed
from resilience_index.steps.methods import Method


@dataclass(frozen=True, slots=True)
class Denominated:
    """A ratio, and for which rows there was none although there was a figure.

    `facts` has one entry a row concerned: "denominator missing" or "denominator zero".
    """

    figures: pd.Series
    facts: pd.Series


def ratio(observed: pd.Series, denominator: pd.Series, *, scale: float = 1.0) -> Denominated:
    """Divide a figure by a denominator: observed / denominator * scale.

    Parameters
    ----------
    observed
        One figure a row, in its own unit; NaN where missing.
    denominator
        One figure a row, in its own unit; in any order, with more or fewer rows than `observed`.
    scale
        What the ratio is counted in: 1,000,000 makes "per head" into "per million people".

    Returns
    -------
    Denominated
        Values with the rows of `observed`, in (unit of observed) per (scale units of denominator);
        missing where the denominator is missing or 0, and a fact for each such row.

    Raises
    ------
    MethodError
        If the scale is 0.
    DataError
        If a row stands twice, or a ratio is too large for a number.

    Examples
    --------
    >>> phones = pd.Series([30.0, 20.0, 10.0], index=["NOR", "EST", "VAT"])
    >>> people = pd.Series([4.0, 5.0, 0.0], index=["EST", "NOR", "VAT"])
    >>> ratio(phones, people, scale=100.0).figures.tolist()
    [600.0, 500.0, nan]
    >>> ratio(phones, people).facts.to_dict()
    {'VAT': 'denominator zero'}
    """
    if scale == 0:
        raise MethodError("ratio: scale = 0 makes every country equal; give another number")
    _refuse_twice(observed, denominator)
    below = denominator.astype(float).reindex(observed.index)
    there = observed.notna()
    zero, missing = there & (below == 0), there & below.isna()
    with np.errstate(over="ignore"):
        values = observed.astype(float) / below.mask(below == 0) * scale
    lost = values.index[np.isinf(values)]
    if len(lost):
        raise DataError(
            f"observed / denominator is too large for a number: {listed(lost)}; "
            "correct the denominator"
        )
    facts = pd.Series("", index=observed.index, name="fact").mask(zero, "denominator zero")
    return Denominated(values, facts.mask(missing, "denominator missing")[zero | missing])


def _refuse_twice(*columns: pd.Series) -> None:
    """Raise a `DataError` if a row label stands twice: a join would be ambiguous."""
    for column in columns:
        twice = column.index[column.index.duplicated()]
        if len(twice):
            raise DataError(f"row {label_of(twice[0])} stands twice; keep one figure for each row")


METHODS: dict[str, Method] = {"ratio": ratio}
