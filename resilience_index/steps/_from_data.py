"""Weights that the children's scores themselves suggest: how they vary and how they go together.

Such weights describe data, not importance: they change when countries or years are added. Only
countries with a score in every child are used, unless a method says otherwise.
"""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError, MethodError
from resilience_index.steps._naming import listed, listed_cells

Array = NDArray[np.float64]


def pca(
    children: pd.DataFrame,
    *,
    factors: int | None = None,
    min_eigenvalue: float = 1.0,
    min_share: float = 0.1,
    rotate: Literal["varimax", "none"] = "varimax",
    use: Literal["highest", "all"] = "highest",
) -> pd.Series:
    """Weigh children by their squared loadings on the principal components that are retained.

    Components of the correlation matrix are kept while their eigenvalue is above ``min_eigenvalue``
    and they explain more than ``min_share`` of the variance (at least one is kept), and rotated. A
    child's weight is its highest squared loading on any of them, that is its share in the component
    that it belongs to times what that component explains; the weights are then divided by their
    sum. Squares have no sign, so no weight is negative.

    Parameters
    ----------
    children
        Countries by children, in points.
    factors
        Number of components to keep, instead of the two thresholds.
    min_eigenvalue, min_share
        Thresholds: variance of a component in children's worth, and as a share of all.
    rotate
        "varimax" turns the components so that each child loads on few of them; or "none".
    use
        "highest": the child's highest squared loading; "all": the sum over all components kept.

    Returns
    -------
    Series
        Shares of the children; they sum to 1.

    Raises
    ------
    DataError
        If a child has the same score everywhere, or fewer than three countries have all children.
    MethodError
        If more components are asked for than there are children.

    References
    ----------
    OECD/JRC (2008), step 6, section 6.1. https://doi.org/10.1787/9789264043466-en
    Nicoletti, Scarpetta & Boylaud (2000), Summary indicators of product market regulation.
    https://doi.org/10.1787/215182844604

    Examples
    --------
    >>> x = pd.Series([1.0, 2.0, 4.0, 3.0, 6.0])
    >>> table = pd.DataFrame({"a": x, "b": 2 * x, "c": [1.0, -1.0, 1.0, -1.0, 0.0]})
    >>> pca(table, factors=2).round(2).to_dict()
    {'a': 0.33, 'b': 0.33, 'c': 0.33}
    """
    if factors is not None and not 1 <= factors <= children.shape[1]:
        raise MethodError(f"pca: factors = {factors}; there are {children.shape[1]} children")
    correlation = np.corrcoef(_complete(children, "pca").to_numpy(dtype=float), rowvar=False)
    values, vectors = np.linalg.eigh(np.atleast_2d(correlation))
    values, vectors = values[::-1], vectors[:, ::-1]
    if factors is None:
        kept = max(1, int(((values > min_eigenvalue) & (values > min_share * len(values))).sum()))
    else:
        kept = factors
    loadings = vectors[:, :kept] * np.sqrt(np.maximum(values[:kept], 0.0))
    squared = (_varimax(loadings) if rotate == "varimax" and kept > 1 else loadings) ** 2
    weight = squared.max(axis=1) if use == "highest" else squared.sum(axis=1)
    return pd.Series(weight / weight.sum(), index=children.columns)


def _varimax(loadings: Array) -> Array:
    from statsmodels.multivariate.factor_rotation import (  # type: ignore[import-untyped]
        rotate_factors,
    )

    with np.errstate(divide="ignore"):  # its log of a gradient that is 0 already
        rotated, _ = rotate_factors(loadings, "varimax")
    return np.asarray(rotated, dtype=float)


def entropy(children: pd.DataFrame) -> pd.Series:
    """Weigh children by how unequally they are spread over countries (Shannon's entropy).

    p = x / sum(x); e = -sum(p ln p) / ln(n); weight = (1 - e) / sum(1 - e). A child with the same
    score everywhere tells nothing apart and weighs 0. Missing scores are left out, child by child.

    Parameters
    ----------
    children
        Countries by children, in points of 0 or more.

    Returns
    -------
    Series
        Shares of the children; they sum to 1.

    Raises
    ------
    DataError
        If a score is negative, or no child differs between countries.

    References
    ----------
    Zeleny (1982), Multiple criteria decision making. Hwang & Yoon (1981), section 3.1.
    https://doi.org/10.1007/978-3-642-48318-9

    Examples
    --------
    >>> entropy(pd.DataFrame({"a": [1.0, 1.0], "b": [0.0, 2.0]})).to_dict()
    {'a': 0.0, 'b': 1.0}
    """
    values = children.to_numpy(dtype=float)
    if (values < 0).any():
        raise DataError(
            "entropy weights need scores of 0 or more, found "
            f"{listed_cells(children, values < 0)}; normalise to a scale that starts at 0"
        )
    total = np.nansum(values, axis=0)
    share = values / np.where(total > 0, total, 1.0)
    logs = np.log(np.where(share > 0, share, 1.0))
    surprise = -np.where(share > 0, share * logs, 0.0).sum(axis=0)
    count = np.maximum((~np.isnan(values)).sum(axis=0), 2)
    spread = np.where(total > 0, np.maximum(1 - surprise / np.log(count), 0.0), 0.0)
    spread = np.where(_flat(children), 0.0, spread)
    return _shares(spread, children, "entropy")


def critic(children: pd.DataFrame) -> pd.Series:
    """Weigh children by contrast and conflict (CRITIC): s_j sum over k of (1 - r_jk).

    s_j is the standard deviation of child j stretched to 0..1, r_jk the correlation of two
    children. A child weighs more, the more it tells countries apart and the less other children say
    the same. A child with the same score everywhere weighs 0.

    Parameters
    ----------
    children
        Countries by children, in points.

    Returns
    -------
    Series
        Shares of the children; they sum to 1.

    Raises
    ------
    DataError
        If fewer than three countries have all children, or no child differs in contrast or
        conflict.

    References
    ----------
    Diakoulaki, Mavrotas & Papayannakis (1995), Determining objective weights in multiple criteria
    problems: the critic method. https://doi.org/10.1016/0305-0548(94)00059-H

    Examples
    --------
    >>> x = pd.Series([0.0, 1.0, 2.0, 3.0])
    >>> critic(pd.DataFrame({"a": x, "b": 5 * x, "c": -x})).to_dict()
    {'a': 0.25, 'b': 0.25, 'c': 0.5}
    """
    table = _complete(children, "critic", flat_allowed=True)
    flat = _flat(table)
    width = np.where(flat, 1.0, (table.max() - table.min()).to_numpy(dtype=float))
    contrast = table.std().to_numpy(dtype=float) / width
    moving = table.loc[:, ~flat]
    conflict = np.zeros(len(flat))
    if moving.shape[1]:
        together = np.atleast_2d(np.corrcoef(moving.to_numpy(dtype=float), rowvar=False))
        conflict[~flat] = np.maximum(1 - together, 0.0).sum(axis=1)
    return _shares(np.where(flat, 0.0, contrast * conflict), children, "critic")


def correlation(children: pd.DataFrame, *, given: pd.Series, least: float = 0.0) -> pd.Series:
    """Divide each child's own weight by how many children say the same: w_j / sum over k of |r_jk|.

    The sum includes the child itself. Two children that agree entirely share one weight; a child
    that agrees with none keeps its own. So nothing is counted twice for being measured twice.

    Parameters
    ----------
    children
        Countries by children, in points.
    given
        Weight of each child in the framework (supplied).
    least
        Correlations of smaller size count as 0.

    Returns
    -------
    Series
        Shares of the children; they sum to 1.

    Raises
    ------
    DataError
        If a child has the same score everywhere, or fewer than three countries have all children.

    References
    ----------
    OECD/JRC (2008), step 6, on double counting. https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> x = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0])
    >>> table = pd.DataFrame({"a": x, "b": 2 * x, "c": [1.0, -1.0, 0.0, -1.0, 1.0]})
    >>> correlation(table, given=pd.Series(1.0, index=["a", "b", "c"])).round(9).to_dict()
    {'a': 0.25, 'b': 0.25, 'c': 0.5}
    """
    table = _complete(children, "correlation")
    size = np.abs(np.atleast_2d(np.corrcoef(table.to_numpy(dtype=float), rowvar=False)))
    np.fill_diagonal(size, 1.0)
    overlap = np.where(size >= least, size, 0.0).sum(axis=1)
    own = given.reindex(children.columns).to_numpy(dtype=float)
    return _shares(own / overlap, children, "correlation")


def _complete(children: pd.DataFrame, method: str, *, flat_allowed: bool = False) -> pd.DataFrame:
    """Keep countries with all children, and see that there is something to correlate."""
    table = children.dropna()
    if len(table) < 3:
        raise DataError(
            f"{method} weights need three countries with all of {listed(children.columns)}, but "
            f"found {len(table)}; impute first, or give weights"
        )
    flat = _flat(table)
    if flat.any() and not flat_allowed:
        raise DataError(
            f"{method} weights need scores that differ, but every country with all children has "
            f"the same in: {listed(table.columns[flat])}; leave the child out, or give weights"
        )
    return table


def _flat(table: pd.DataFrame) -> NDArray[np.bool_]:
    lowest, highest = table.min().to_numpy(dtype=float), table.max().to_numpy(dtype=float)
    return np.asarray(~(highest > lowest))


def _shares(weight: Array, children: pd.DataFrame, method: str) -> pd.Series:
    total = weight.sum()
    if not total > 0:
        raise DataError(
            f"{method} weights of {listed(children.columns)} are all 0, since the scores do not "
            "tell countries apart; give weights"
        )
    return pd.Series(weight / total, index=children.columns)
