"""Hosting: from money to accelerators that stand in the country.

Arrays have one entry a draw.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def accelerators(
    money: Array, price: Array, running: Array, rate: Array, *, years: int, over: int = 1
) -> Array:
    """Return how many accelerators a sum buys and keeps running.

    Formula: money / (price (b + running * k)), with b = mean of (1 + rate)^-t over the years
    t = 0, ..., over - 1 in which they are bought in equal parts, and k = sum of
    min(1, t / over) (1 + rate)^-t over the years t = 1, ..., years: each runs from its purchase to
    the end, so that what is spent is worth the sum today.

    Parameters
    ----------
    money
        Present value, US dollars.
    price
        US dollars an accelerator, with its share of the data centre.
    running
        Yearly running cost relative to the price.
    rate
        Discount rate.
    years
        Number of years.
    over
        Years in which they are bought.

    Returns
    -------
    ndarray
        Accelerators, in H100 equivalents.

    Examples
    --------
    >>> one = np.ones(1)
    >>> accelerators(300.0 * one, 10 * one, 0.2 * one, 0 * one, years=5)
    array([15.])
    """
    paid = sum((1 + rate) ** -year for year in range(over)) / over
    kept = sum(min(1.0, year / over) * (1 + rate) ** -year for year in range(1, years + 1))
    return money / (price * (paid + running * kept))


def installed(bought: Array, *, year: int, over: int) -> Array:
    """Return how many stand in a year, if they are put up evenly over some years.

    >>> installed(np.array([90.0]), year=1, over=3)
    array([30.])
    """
    return bought * min(1.0, year / over)
