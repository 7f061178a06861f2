"""How much each part really decides: correlation ratios beside nominal weights.

The importance of x for y is its correlation ratio, V(E(y | x)) / V(y): the share of the variance
of the index that would be gone if x were the same everywhere. It asks for no straight line.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.index import Index
from resilience_index.scoring import chosen
from resilience_index.steps import aggregate

Array = NDArray[np.float64]

_PIECES = 20  # pieces of the spline; the penalty decides how many are used
_PENALTIES = np.logspace(-5, 7, 49)
_FEWEST = 8  # below, a straight line is all that the figures bear
_MOST = 400  # countries, or up to twice as many, from which weights are sought
_CAUTION = 1.4  # each degree of freedom counts so much in cross-validation, against overfitting


def correlation_ratio(x: pd.Series, y: pd.Series) -> float:
    """Estimate V(E(y | x)) / V(y) with a penalised cubic spline; the penalty by cross-validation.

    What is returned is 1 - V(y - fit) / V(y): the penalty flattens the fit, so V(fit) / V(y) would
    be too small.

    Parameters
    ----------
    x, y
        One figure a country each; countries that lack one are left out.

    Returns
    -------
    float
        0 to 1; 0 where x is the same everywhere. NaN where y is, or with fewer than three figures.

    References
    ----------
    Paruolo, Saisana & Saltelli (2013), Ratings and rankings: voodoo or science?
    https://doi.org/10.1111/j.1467-985X.2012.01059.x
    Becker, Saisana, Paruolo & Vandecasteele (2017), Weights and importance in composite indicators.
    https://doi.org/10.1016/j.ecolind.2017.03.056
    Eilers & Marx (1996), Flexible smoothing with B-splines and penalties.
    https://doi.org/10.1214/ss/1038425655

    Examples
    --------
    >>> x = pd.Series(np.linspace(-1, 1, 201))
    >>> round(correlation_ratio(x, x**2), 3), round(float(x.corr(x**2) ** 2), 3)
    (1.0, 0.0)
    """
    both = pd.DataFrame({"x": x, "y": y}).dropna().to_numpy(float)
    if len(both) < 3 or not np.ptp(both[:, 1]) > 0:
        return np.nan
    if not np.ptp(both[:, 0]) > 0:
        return 0.0
    left = both[:, 1] - smooth(both[:, 0], both[:, 1])
    return float(np.clip(1 - left.var() / both[:, 1].var(), 0.0, 1.0))


def smooth(x: Array, y: Array) -> Array:
    """Fit E(y | x) by a penalised spline, generalised cross-validation choosing the penalty.

    With B the basis and D second differences, minimises |y - B a|^2 + p |D a|^2; p has the least
    n |y - fit|^2 / (n - 1.4 df)^2, df the trace of the hat matrix (Kim & Gu 2004).

    Parameters
    ----------
    x, y
        One figure a country each, without gaps, x with two distinct values at least.

    Returns
    -------
    ndarray
        The fit at each x.

    Examples
    --------
    >>> smooth(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0])).round(6).tolist()
    [1.0, 3.0, 5.0]
    """
    pieces = min(_PIECES, len(np.unique(x)) - 1)
    if len(x) < _FEWEST or pieces < 2:
        place = (x - x.min()) / np.ptp(x)
        return np.asarray(np.polynomial.Polynomial.fit(place, y, 1)(place))
    axes, kept, freedom = _spline(x.tobytes(), pieces)
    along = axes.T @ y
    fits = (kept * along) @ axes.T
    error = ((y - fits) ** 2).sum(axis=1) / (len(x) - freedom) ** 2
    return np.asarray(fits[int(error.argmin())])


@lru_cache(maxsize=64)  # a search for weights fits the same few x to thousands of y
def _spline(figures: bytes, pieces: int) -> tuple[Array, Array, Array]:
    """Prepare what depends on x alone, given as its bytes.

    Returns
    -------
    tuple of ndarray
        Orthonormal axes of the fits, from smooth to rough; what each penalty keeps of each axis;
        the degrees of freedom of each penalty, as cross-validation counts them.
    """
    from scipy import linalg  # slow to import, like the next
    from scipy.interpolate import BSpline

    x = np.frombuffer(figures)
    place = (x - x.min()) / np.ptp(x)
    knots = np.arange(-3, pieces + 4) / pieces
    basis = BSpline.design_matrix(np.clip(place, 0, 1), knots, 3).toarray()
    curved = np.diff(np.eye(basis.shape[1]), 2, axis=0)
    inner = basis.T @ basis + 1e-9 * len(x) * np.eye(basis.shape[1])
    roughness, turned = linalg.eigh(curved.T @ curved, inner)
    axes = basis @ turned
    kept = 1 / (1 + np.outer(_PENALTIES, np.maximum(roughness, 0.0)))
    return axes, kept, np.minimum(_CAUTION * kept.sum(axis=1), len(x) - 0.5)


def linear_share(x: pd.Series, y: pd.Series) -> float:
    """Return the squared correlation of x and y; NaN without variance or with too few countries."""
    both = pd.DataFrame({"x": x, "y": y}).dropna()
    if len(both) < 3 or not (np.ptp(both.to_numpy(float), axis=0) > 0).all():
        return np.nan
    return float(both["x"].corr(both["y"]) ** 2)


def importance(parts: pd.DataFrame, whole: pd.Series, weights: pd.Series) -> pd.DataFrame:
    """Set the importance of each part beside its weight.

    Parameters
    ----------
    parts
        Countries by parts (indicators or pillars), in points.
    whole
        Score of the index.
    weights
        Nominal weight of each part.

    Returns
    -------
    DataFrame
        By part: `weight` (share), `ratio` (correlation ratio), `linear` (squared correlation),
        `share` (of the ratio in the sum of all), `gap` (share less weight), `quotient`
        (share / weight).

    Examples
    --------
    >>> a = pd.Series([0.0, 0.0, 1.0, 1.0] * 5)
    >>> b = pd.Series([0.0, 2.0, 0.0, 2.0] * 5)
    >>> parts, half = pd.DataFrame({"a": a, "b": b}), pd.Series({"a": 0.5, "b": 0.5})
    >>> importance(parts, a / 2 + b / 2, half)["share"].round(3).to_dict()
    {'a': 0.2, 'b': 0.8}
    """
    table = pd.DataFrame(
        {
            "weight": weights.reindex(parts.columns) / weights.reindex(parts.columns).sum(),
            "ratio": {c: correlation_ratio(parts[c], whole) for c in parts},
            "linear": {c: linear_share(parts[c], whole) for c in parts},
        }
    ).loc[list(parts)]
    table["share"] = table["ratio"] / table["ratio"].sum()
    table["gap"] = table["share"] - table["weight"]
    table["quotient"] = table["share"] / table["weight"]
    return table


def of_indicators(index: Index) -> pd.DataFrame:
    """Set the importance of every indicator for the index beside its nominal weight."""
    return importance(index.normalised, index.scores[index.root], index.nominal)


def of_children(index: Index, node: str) -> pd.DataFrame:
    """Set the importance of a node's children for the node beside their weights."""
    return importance(_children(index, node), index.scores[node], _weights(index, node))


def equal_importance(index: Index, node: str, *, max_steps: int = 40) -> pd.DataFrame:
    """Seek weights of a node's children whose importance equals the weights of the framework.

    Found by least squares, the node being put together by its own method at each step; of more than
    800 countries an even sample is used.

    Parameters
    ----------
    index
        A built index.
    node
        A node with two children or more.
    max_steps
        Steps of the search.

    Returns
    -------
    DataFrame
        By child: `weight` and `share`, its weight and its importance as they are; `matching`, the
        weight sought (they sum to 1); `reached`, its importance with those weights. Where children
        go together closely no weights may meet the target: then `matching` comes nearest.

    References
    ----------
    Becker, Saisana, Paruolo & Vandecasteele (2017).
    https://doi.org/10.1016/j.ecolind.2017.03.056
    """
    from scipy.optimize import least_squares  # slow to import

    children = _children(index, node).dropna()
    children = children.iloc[:: max(len(children) // _MOST, 1)]
    given = _weights(index, node)
    wanted = (given / given.sum()).reindex(children.columns).to_numpy(float)
    choice = index.framework.setting(node, "aggregate")
    method = chosen(aggregate.METHODS, choice, "aggregate", {})

    def shares(logs: Array) -> Array:
        weights = pd.Series(np.exp(logs) / np.exp(logs).sum(), index=children.columns)
        whole = method(children, weights=weights)
        ratios = np.array([correlation_ratio(children[c], whole) for c in children])
        return np.asarray(np.nan_to_num(ratios) / max(np.nansum(ratios), 1e-12))

    def gap(logs: Array) -> Array:
        return np.asarray(shares(logs) - wanted)

    found = least_squares(
        gap, np.log(wanted), bounds=(-7, 0.5), max_nfev=max_steps, diff_step=[0.02]
    )
    matching = np.exp(found.x) / np.exp(found.x).sum()
    as_is = of_children(index, node)
    return pd.DataFrame(
        {
            "weight": wanted,
            "share": as_is["share"].reindex(children.columns).to_numpy(float),
            "matching": matching,
            "reached": shares(found.x),
        },
        index=children.columns,
    )


def equal_importances(index: Index, *, fewest: int) -> dict[str, pd.DataFrame]:
    """Seek such weights in every family of two or more that enough countries have complete.

    Nodes that a formula puts together know no weights and are left out.
    """
    tree, found = index.framework.tree, {}
    for node in tree.downwards:
        weighed = index.framework.setting(node, "aggregate").name != "formula"
        enough = len(_children(index, node).dropna()) >= fewest
        if len(tree.children[node]) > 1 and weighed and enough:
            found[node] = equal_importance(index, node)
    return found


def _children(index: Index, node: str) -> pd.DataFrame:
    both = pd.concat([index.normalised, index.scores], axis=1)
    return both[index.framework.tree.children[node]]


def _weights(index: Index, node: str) -> pd.Series:
    weights: Mapping[str, pd.Series | pd.DataFrame] = index.weights
    found = weights[node]
    mean = found.mean() if isinstance(found, pd.DataFrame) else found
    return pd.Series(mean, dtype=float)
