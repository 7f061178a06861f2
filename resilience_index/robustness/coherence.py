"""Whether the parts of an index belong together: correlations, components, consistency.

Tables have countries as rows and members of one family (the children of a node, or the indicators
of a pillar) as columns, in points, higher is better. Gaps are left out pair by pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilience_index.errors import DataError
from resilience_index.index import Index

Array = NDArray[np.float64]

FEWEST = 10
"""Two columns with fewer countries in common have no correlation worth the name."""


@dataclass(frozen=True, slots=True)
class Components:
    """Principal components of a correlation matrix, the largest first.

    `eigenvalues` sum to the number of members; `loadings` are members by components, the
    correlation of each with each. The first component is turned so that its loadings sum to more
    than 0.
    """

    eigenvalues: Array
    loadings: pd.DataFrame

    @property
    def first_share(self) -> float:
        """Share of the variance that the first component explains."""
        return float(self.eigenvalues[0] / len(self.eigenvalues))


@dataclass(frozen=True, slots=True)
class Family:
    """What belongs together by the framework, and whether it does by the figures.

    `kind` says what the members are: the children of the node, or all indicators under it. Where a
    statistic cannot be worked out it is NaN or None, and `why` says so.
    """

    node: str
    kind: str
    members: tuple[str, ...]
    common: int  # countries that the pair with the fewest has in common
    correlation: pd.DataFrame
    components: Components | None
    alpha: float
    dropped: pd.Series  # alpha of the others, by member
    adequacy: float  # KMO
    sphericity: float  # p of Bartlett's test
    why: str


def correlations(table: pd.DataFrame, *, fewest: int = FEWEST) -> pd.DataFrame:
    """Correlate columns pair by pair (Pearson), each pair over the countries that have both.

    Parameters
    ----------
    table
        Countries by members.
    fewest
        Pairs with fewer countries in common, and columns without variance, give NaN.

    Returns
    -------
    DataFrame
        Members by members, ones on the diagonal.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [3.0, 2.0, 1.0], "c": [1.0, np.nan, 2.0]})
    >>> correlations(table, fewest=3)["a"].round(6).tolist()
    [1.0, -1.0, nan]
    """
    made = table.corr(min_periods=max(fewest, 2))
    values = made.to_numpy(float, copy=True)
    np.fill_diagonal(values, 1.0)
    return pd.DataFrame(values, index=made.index, columns=made.columns)


def in_common(table: pd.DataFrame) -> pd.DataFrame:
    """Count, for each pair of columns, the countries that have both."""
    there = table.notna().to_numpy().astype(np.int64)
    return pd.DataFrame(there.T @ there, index=table.columns, columns=table.columns)


def principal_components(correlation: pd.DataFrame) -> Components:
    """Find the principal components of a correlation matrix.

    R = V L V'; the loading of member i on component j is v_ij sqrt(l_j).

    Parameters
    ----------
    correlation
        Members by members, without gaps.

    Returns
    -------
    Components
        Eigenvalues and loadings.

    Raises
    ------
    DataError
        If a correlation is missing.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 4.
    https://doi.org/10.1787/9789264043466-en

    Examples
    --------
    >>> pair = pd.DataFrame([[1.0, 0.5], [0.5, 1.0]], index=["a", "b"], columns=["a", "b"])
    >>> found = principal_components(pair)
    >>> found.eigenvalues.round(6).tolist(), found.loadings[1].round(4).tolist()
    ([1.5, 0.5], [0.866, 0.866])
    """
    matrix = _whole(correlation)
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[::-1], vectors[:, ::-1]
    turn = np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    loadings = vectors * turn * np.sqrt(np.maximum(values, 0.0))
    names = range(1, len(values) + 1)
    return Components(values, pd.DataFrame(loadings, index=correlation.index, columns=names))


def cronbach_alpha(table: pd.DataFrame, *, fewest: int = FEWEST) -> float:
    """Measure how consistent members are: k / (k - 1) (1 - sum of variances / sum of covariances).

    Covariances are those of pairs; without gaps this is Cronbach's alpha of the sum of the members.

    Parameters
    ----------
    table
        Countries by members, in points of one scale.
    fewest
        Countries that each pair needs in common.

    Returns
    -------
    float
        At most 1; NaN with fewer than two members, without variance, or where a pair has too few
        countries in common.

    References
    ----------
    Cronbach (1951), Coefficient alpha and the internal structure of tests.
    https://doi.org/10.1007/BF02310555

    Examples
    --------
    >>> cronbach_alpha(pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]}), fewest=3)
    0.6666666666666667
    """
    count = table.shape[1]
    covariance = table.cov(min_periods=max(fewest, 2)).to_numpy(float)
    total = float(covariance.sum())
    if count < 2 or not total > 0:
        return np.nan
    return float(count / (count - 1) * (1 - np.trace(covariance) / total))


def alpha_if_dropped(table: pd.DataFrame, *, fewest: int = FEWEST) -> pd.Series:
    """Return Cronbach's alpha of the other members, for each member; NaN for fewer than three."""
    return pd.Series(
        {
            code: cronbach_alpha(table.drop(columns=code), fewest=fewest) if table.shape[1] > 2
            else np.nan
            for code in table
        },
        dtype=float,
    )  # fmt: skip


def sampling_adequacy(correlation: pd.DataFrame) -> tuple[float, pd.Series]:
    """Measure whether members share more than pairs of them do (Kaiser, Meyer, Olkin).

    sum of r_ij^2 / (sum of r_ij^2 + sum of q_ij^2) over i != j, where q_ij is the correlation of i
    and j with all other members held constant.

    Parameters
    ----------
    correlation
        Members by members, without gaps, at least three.

    Returns
    -------
    tuple
        The measure for all, and for each member; 0 to 1.

    Raises
    ------
    DataError
        If a correlation is missing, or one member follows from the others.

    References
    ----------
    Kaiser & Rice (1974), Little Jiffy, Mark IV. https://doi.org/10.1177/001316447403400115

    Examples
    --------
    >>> r = pd.DataFrame(np.full((3, 3), 0.5) + np.eye(3) / 2)
    >>> round(sampling_adequacy(r)[0], 4)
    0.6923
    """
    matrix = _whole(correlation)
    if np.linalg.eigvalsh(matrix)[0] < 1e-8:
        raise DataError("one member follows from the others, so nothing can be held constant")
    inverse = np.linalg.inv(matrix)
    scale = np.sqrt(np.diag(inverse))
    partial = -inverse / np.outer(scale, scale)
    apart = ~np.eye(len(matrix), dtype=bool)
    r, q = np.where(apart, matrix**2, 0.0), np.where(apart, partial**2, 0.0)
    each = r.sum(axis=0) / (r.sum(axis=0) + q.sum(axis=0))
    return float(r.sum() / (r.sum() + q.sum())), pd.Series(each, index=correlation.index)


def sphericity(correlation: pd.DataFrame, count: int) -> tuple[float, int, float]:
    """Test whether members are correlated at all (Bartlett): -(n - 1 - (2 k + 5) / 6) ln det R.

    Parameters
    ----------
    correlation
        Members by members, without gaps.
    count
        Countries behind it.

    Returns
    -------
    tuple
        Statistic, degrees of freedom k (k - 1) / 2, and p by the chi-squared distribution.

    Raises
    ------
    DataError
        If a correlation is missing, or one member follows from the others.

    References
    ----------
    Bartlett (1950), Tests of significance in factor analysis.
    https://doi.org/10.1111/j.2044-8317.1950.tb00285.x

    Examples
    --------
    >>> pair = pd.DataFrame([[1.0, 0.5], [0.5, 1.0]])
    >>> round(sphericity(pair, 21)[0], 4)  # (20 - 1.5) ln(4 / 3)
    5.3221
    """
    from scipy.special import chdtrc  # slow to import

    matrix = _whole(correlation)
    sign, log = np.linalg.slogdet(matrix)
    if sign <= 0 or np.linalg.eigvalsh(matrix)[0] < 1e-8:
        raise DataError("one member follows from the others, so the test has no value")
    members = len(matrix)
    freedom = members * (members - 1) // 2
    statistic = float(-(count - 1 - (2 * members + 5) / 6) * log)
    return statistic, freedom, float(chdtrc(freedom, statistic))


def with_the_rest(table: pd.DataFrame, *, fewest: int = FEWEST) -> pd.Series:
    """Correlate each member with the mean of the others, all brought to one spread first.

    A member that stands alone, has no variance, or has too few countries in common gives NaN.

    Examples
    --------
    >>> x = pd.Series([1.0, 2.0, 3.0, 4.0])
    >>> found = with_the_rest(pd.DataFrame({"a": x, "b": x, "c": -x}), fewest=4)
    >>> found.round(6).tolist()
    [nan, nan, -1.0]
    """
    spread = table.std()
    z = (table - table.mean()) / spread.where(spread > 0)
    made = {}
    for code in table:
        rest = z.drop(columns=code)
        both = pd.DataFrame({"own": z[code], "rest": rest.mean(axis=1)}).dropna()
        flat = len(both) < max(fewest, 2) or (both.std() < 1e-12).any()
        made[code] = np.nan if flat else float(both["own"].corr(both["rest"]))
    return pd.Series(made, dtype=float)


def family(node: str, kind: str, table: pd.DataFrame, *, fewest: int = FEWEST) -> Family:
    """Work out everything about one family; what cannot be is said in `why`."""
    correlation = correlations(table, fewest=fewest)
    counts = in_common(table).to_numpy()
    common = int(counts[np.triu_indices(len(counts), 1)].min()) if len(counts) > 1 else 0
    components, adequacy, p, why = None, np.nan, np.nan, _obstacle(table, correlation, common)
    if not why:
        components = principal_components(correlation)
        try:
            p = sphericity(correlation, common)[2]
            adequacy = sampling_adequacy(correlation)[0] if table.shape[1] > 2 else np.nan
        except DataError as error:
            why = str(error)
    return Family(
        node=node,
        kind=kind,
        members=tuple(str(c) for c in table),
        common=common,
        correlation=correlation,
        components=components,
        alpha=cronbach_alpha(table, fewest=fewest),
        dropped=alpha_if_dropped(table, fewest=fewest),
        adequacy=adequacy,
        sphericity=p,
        why=why,
    )


def _obstacle(table: pd.DataFrame, correlation: pd.DataFrame, common: int) -> str:
    """Say why a family has no components, or nothing."""
    if table.shape[1] < 2:
        return "it has a single member"
    flat = [str(code) for code, sd in table.std().items() if not sd > 0]
    if flat:
        return f"the score is the same everywhere in: {', '.join(flat)}"
    if correlation.isna().to_numpy().any():
        return f"two of its members have only {common} countries in common"
    return ""


def families(index: Index, *, fewest: int = FEWEST) -> list[Family]:
    """Look at the children of every node, and at all indicators of every pillar.

    Families of one are left out; indicators that are themselves the children stand once.
    """
    tree = index.framework.tree
    both = pd.concat([index.normalised, index.scores], axis=1)
    found = []
    for node in tree.downwards:
        children = tree.children[node]
        if len(children) > 1:
            found.append(family(node, "children", both[children], fewest=fewest))
        leaves: Sequence[str] = tree.leaves(node)
        if node in tree.pillars and len(leaves) > 1 and set(leaves) != set(children):
            found.append(family(node, "indicators", both[list(leaves)], fewest=fewest))
    return found


def _whole(correlation: pd.DataFrame) -> Array:
    matrix = correlation.to_numpy(float)
    if np.isnan(matrix).any():
        raise DataError("a correlation is missing; leave out the member that has too few figures")
    return matrix
