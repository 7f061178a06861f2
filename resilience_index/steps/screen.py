"""Screen: which countries have enough figures to be scored at all.

A screen returns one sentence a row, empty where the row stays; the sentence is printed beside the
name of whoever is left out. A cell where the indicator does not apply is not due and counts
neither as there nor as missing. Some indices withhold only the aggregate instead: that is a setting
of aggregation.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, steps 2 and 3.
https://doi.org/10.1787/9789264043466-en
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from resilience_index.errors import MethodError, nearest
from resilience_index.steps.methods import Method

TOLERANCE = 1e-9
"""A share that misses its threshold by less than this does not miss it (13 / 20 is .65)."""


def none(observed: pd.DataFrame) -> pd.Series:
    """Keep every row.

    Examples
    --------
    >>> none(pd.DataFrame({"gdp": [1.0, np.nan]}, index=["EST", "NOR"])).tolist()
    ['', '']
    """
    return pd.Series("", index=observed.index, name="reason", dtype=object)


def availability(
    observed: pd.DataFrame,
    *,
    due: pd.DataFrame | None = None,
    nodes: dict[str, list[str]] | None = None,
    min_share: float = 0.65,
    min_share_node: float = 0.5,
    min_count_node: int = 0,
    any_of: list[list[str]] | None = None,
    max_zero_share: float = 1.0,
    keep: dict[str, str] | None = None,
    drop: dict[str, str] | None = None,
) -> pd.Series:
    """Leave out rows with too few figures: observed / due below a minimum, in all or in one part.

    COINr's screens are special cases: ``byNA`` is ``min_share = dat_thresh, min_share_node = 0``;
    ``byzeros`` is ``min_share = 0, min_share_node = 0, max_zero_share = 1 - nonzero_thresh``;
    ``byNAandzeros`` has both.

    Parameters
    ----------
    observed
        Countries by indicators; NaN where missing.
    due
        True where a figure is due; everywhere if not given.
    nodes
        Indicator codes under each node just below the index; none if not given.
    min_share
        Smallest share of all due figures, 0 to 1. A share equal to the minimum stays.
    min_share_node
        Smallest share of the due figures of each node, 0 to 1; a node where none is due is passed.
    min_count_node
        Smallest number of figures in each node; never more than are due there.
    any_of
        Lists of indicators; of each list one figure at least must be there, unless none is due.
    max_zero_share
        Greatest share of zeros among the figures that are there, 0 to 1; equal to it stays.
    keep
        Why a row stays whatever its figures, by the row's code (in a panel: the country's code).
    drop
        Why a row is left out whatever its figures, by the row's code.

    Returns
    -------
    Series
        One sentence a row: why it is left out; empty if it stays. A row to which no indicator
        applies is left out.

    Raises
    ------
    MethodError
        If a share is not between 0 and 1, or a code or an indicator is unknown.

    Examples
    --------
    >>> observed = pd.DataFrame({"a": [1.0, 2.0], "b": [np.nan, 3.0]}, index=["EST", "NOR"])
    >>> availability(observed).tolist()
    ['observed 1 of 2 indicators (0.50); at least 0.65 needed', '']
    """
    keep, drop = keep or {}, drop or {}
    _check_shares(min_share=min_share, min_share_node=min_share_node, max_zero_share=max_zero_share)
    units = observed.index.get_level_values(0)
    _check_codes(units, keep, drop)
    asked = np.ones(observed.shape, bool) if due is None else due.to_numpy(bool)
    there = observed.notna().to_numpy() & asked
    reasons = np.full(len(observed), "", dtype=object)
    reasons[~asked.any(axis=1)] = "no indicator applies"
    _add(reasons, *_too_few(there, asked, min_share, 0, "indicators"))
    for node, codes in (nodes or {}).items():
        at = _positions(observed, codes, f"node {node}")
        what = f"indicators of {node}"
        _add(reasons, *_too_few(there[:, at], asked[:, at], min_share_node, min_count_node, what))
    for codes in any_of or []:
        at = _positions(observed, codes, "any_of")
        _add(reasons, *_none_of(there[:, at], asked[:, at], codes))
    _add(reasons, *_too_many_zeros(observed.to_numpy(float), there, max_zero_share))
    reasons[units.isin(list(keep))] = ""
    for code, why in drop.items():
        reasons[units.isin([code])] = why
    return pd.Series(reasons, index=observed.index, name="reason", dtype=object)


def coverage(
    observed: pd.DataFrame,
    *,
    due: pd.DataFrame | None = None,
    nodes: dict[str, list[str]] | None = None,
) -> pd.DataFrame:
    """Tell how complete each row is: the shares that `availability` compares with its minima.

    Parameters
    ----------
    observed, due, nodes
        As in `availability`.

    Returns
    -------
    DataFrame
        Same rows; columns `observed` and `due` (counts), `share`, `zeros` (share of the figures
        that are there), then the share of each node; NaN where nothing is due, or nothing there.

    Examples
    --------
    >>> coverage(pd.DataFrame({"a": [0.0, 2.0], "b": [np.nan, 3.0]}, index=["EST", "NOR"]))
         observed  due  share  zeros
    EST         1    2    0.5    1.0
    NOR         2    2    1.0    0.0
    """
    asked = np.ones(observed.shape, bool) if due is None else due.to_numpy(bool)
    there = observed.notna().to_numpy() & asked
    zeros = (observed.to_numpy(float) == 0) & there
    columns = {
        "observed": there.sum(axis=1),
        "due": asked.sum(axis=1),
        "share": _share(there, asked),
        "zeros": _share(zeros, there),
    }
    for node, codes in (nodes or {}).items():
        at = _positions(observed, codes, f"node {node}")
        columns[node] = _share(there[:, at], asked[:, at])
    return pd.DataFrame(columns, index=observed.index)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide the number of true cells a row; NaN where the whole is empty."""
    count = whole.sum(axis=1)
    return np.where(count > 0, part.sum(axis=1) / np.maximum(count, 1), np.nan)


def _too_few(
    there: np.ndarray, asked: np.ndarray, min_share: float, min_count: int, what: str
) -> tuple[np.ndarray, list[str]]:
    """Find rows below a share or a count of the due figures, with a sentence for each."""
    got, asked_of = there.sum(axis=1), asked.sum(axis=1)
    share = np.where(asked_of > 0, got / np.maximum(asked_of, 1), 1.0)
    short = share < min_share - TOLERANCE
    few = got < np.minimum(min_count, asked_of)
    rows = np.flatnonzero(short | few)
    needs = [
        f"at least {min_share:g} needed" if s else f"at least {min_count} needed" for s in short
    ]
    sentences = [
        f"observed {got[r]} of {asked_of[r]} {what} ({share[r]:.2f}); {needs[r]}" for r in rows
    ]
    return rows, sentences


def _none_of(
    there: np.ndarray, asked: np.ndarray, codes: Sequence[str]
) -> tuple[np.ndarray, list[str]]:
    """Find rows that have none of the listed indicators although one is due."""
    rows = np.flatnonzero(~there.any(axis=1) & asked.any(axis=1))
    return rows, [f"observed none of {', '.join(codes)}; at least one needed"] * len(rows)


def _too_many_zeros(
    values: np.ndarray, there: np.ndarray, limit: float
) -> tuple[np.ndarray, list[str]]:
    """Find rows where too many of the figures that are there are zero."""
    zeros, count = ((values == 0) & there).sum(axis=1), there.sum(axis=1)
    share = zeros / np.maximum(count, 1)
    rows = np.flatnonzero(share > limit + TOLERANCE)
    return rows, [
        f"zero in {zeros[r]} of {count[r]} figures ({share[r]:.2f}); at most {limit:g} allowed"
        for r in rows
    ]


def _add(reasons: np.ndarray, rows: np.ndarray, sentences: list[str]) -> None:
    """Write sentences into rows, after those that already stand there."""
    for row, sentence in zip(rows, sentences, strict=True):
        reasons[row] = f"{reasons[row]}; {sentence}" if reasons[row] else sentence


def _positions(observed: pd.DataFrame, codes: Sequence[str], where: str) -> np.ndarray:
    """Find the columns of indicators by their codes."""
    at = observed.columns.get_indexer(pd.Index(codes))
    for code, position in zip(codes, at, strict=True):
        if position < 0:
            raise MethodError(
                f"availability: {where}: unknown indicator '{code}' "
                f"{nearest(code, map(str, observed.columns))}"
            )
    return at


def _check_shares(**shares: float) -> None:
    """Refuse shares that are none."""
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise MethodError(f"availability: {name} = {share:g}; a share lies between 0 and 1")


def _check_codes(units: pd.Index, keep: Mapping[str, str], drop: Mapping[str, str]) -> None:
    """Refuse codes that no row has, and codes both kept and dropped."""
    known = set(units)
    for code in [*keep, *drop]:
        if code not in known:
            raise MethodError(
                f"availability: keep or drop names '{code}', which no row has "
                f"{nearest(code, map(str, known))}"
            )
    for code in keep:
        if code in drop:
            raise MethodError(f"availability: '{code}' is both kept and dropped; decide for one")
    for code, why in drop.items():
        if not why.strip():
            raise MethodError(f"availability: drop.{code} is empty; say why it is left out")


METHODS: dict[str, Method] = {"none": none, "availability": availability}
