"""Hosting: from money to accelerators that stand in the country.

Arrays have one entry a draw.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def accelerators(money: Array, price: Array, running: Array, rate: Array, *, years: int) -> Array:
    """Return how many accelerators a sum buys and keeps running.

    Formula: money / (price (1 + running * annuity)), with annuity = sum over years t of
    (1 + rate)^-t: bought at the start and run to the end.

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
    annuity = sum((1 + rate) ** -year for year in range(1, years + 1))
    return money / (price * (1 + running * annuity))


def installed(bought: Array, *, year: int, over: int) -> Array:
    """Return how many stand in a year, if they are put up evenly over some years.

    >>> installed(np.array([90.0]), year=1, over=3)
    array([30.])
    """
    return bought * min(1.0, year / over)
