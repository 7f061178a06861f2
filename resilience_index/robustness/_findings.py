"""What an audit says of one check: figure, verdict, who is concerned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from resilience_index.robustness._thresholds import THRESHOLDS, Threshold, Verdict

WORST: tuple[Verdict, ...] = ("fails", "look", "passes", "cannot be made")
"""Verdicts, the gravest first."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Who is concerned, and by what figure: one code, or the two of a pair."""

    codes: tuple[str, ...]
    figure: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a check; `more` holds further figures that its sentence uses."""

    code: str
    verdict: Verdict
    figure: float = np.nan
    concerned: tuple[Concern, ...] = ()
    why: str = ""
    more: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def concerned_codes(self) -> tuple[str, ...]:
        """Codes of all who are concerned, the worst first, each once."""
        return tuple(dict.fromkeys(code for c in self.concerned for code in c.codes))

    @property
    def threshold(self) -> Threshold:
        """The limit it was judged by."""
        return THRESHOLDS[self.code]


@dataclass(frozen=True, slots=True)
class Check:
    """One of the checks, with its parts; its verdict is the gravest of theirs."""

    number: int
    title: str
    parts: tuple[Part, ...]

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict of the parts that could be made."""
        found = {part.verdict for part in self.parts}
        return next(v for v in WORST if v in found)


def single(
    code: str,
    figure: float,
    *,
    why: str = "",
    concerned: Iterable[Concern] = (),
    more: Mapping[str, float | str] | None = None,
) -> Part:
    """Judge one figure; NaN cannot be judged, and `why` says why."""
    verdict = THRESHOLDS[code].verdict(figure)
    told = why if verdict == "cannot be made" else ""
    return Part(code, verdict, float(figure), tuple(concerned), told, more or {})


def each(
    code: str,
    figures: Mapping[Any, float] | pd.Series,
    *,
    why: str = "",
    figure: float | None = None,
    more: Mapping[str, float | str] | None = None,
) -> Part:
    """Judge a figure of each country, indicator or pair; the part is as bad as the worst of them.

    Parameters
    ----------
    code
        Which limit.
    figures
        By code, or by pair of codes; NaN is passed over.
    why
        Why it cannot be made, if no figure is there.
    figure
        Judged instead of the worst one, where that is what the limit is about.
    more
        Further figures for the sentence.

    Examples
    --------
    >>> part = each("coverage.indicators", {"a": 0.9, "b": 0.6, "c": 0.4})
    >>> part.verdict, part.figure, [c.codes for c in part.concerned]
    ('fails', 0.4, [('c',), ('b',)])
    """
    limit = THRESHOLDS[code]
    items = [(k, float(v)) for k, v in dict(figures).items() if not np.isnan(v)]
    if not items:
        return single(code, np.nan, why=why or "there is nothing to judge", more=more)
    items.sort(key=lambda item: -item[1] if limit.side == "above" else item[1])
    worst = items[0][1] if figure is None else figure
    concerned = [
        Concern(key if isinstance(key, tuple) else (str(key),), value, limit.verdict(value))
        for key, value in items
    ]
    beyond = tuple(c for c in concerned if c.verdict in ("fails", "look"))
    return single(code, worst, concerned=beyond, more={"of": len(items), **(more or {})})


def counted(
    code: str, found: Sequence[tuple[str, ...]], *, more: Mapping[str, float | str] | None = None
) -> Part:
    """Judge how many there are of something; each found is concerned."""
    verdict = THRESHOLDS[code].verdict(float(len(found)))
    concerned = [Concern(codes, np.nan, verdict) for codes in found]
    return single(code, len(found), concerned=concerned, more=more)
