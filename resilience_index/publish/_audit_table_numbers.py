"""Numbers behind the tables of an audit, unrounded, to be taken along.

Shares run from 0 to 1, rho is a rank correlation (Spearman), ranks and their shifts are places;
what could not be worked out is left empty.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from resilience_index.content.speech import say
from resilience_index.publish import words
from resilience_index.publish._audit_words import Names, choice, sentence
from resilience_index.publish._views import Numbers
from resilience_index.robustness.audit import Audit

RESULTS = {True: "borne out", False: "not borne out", None: "cannot be tested"}
"""What became of a claim, for programs."""


def _numbers(name: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Numbers:
    return Numbers(name, tuple(columns), tuple(tuple(_cell(c) for c in row) for row in rows))


def _cell(value: Any) -> str | float | None:
    """Return a cell as text, as a number, or as nothing where it is missing or infinite."""
    if value is None or isinstance(value, str):
        return value
    if not np.isfinite(value):
        return None
    return int(value) if isinstance(value, int | np.integer) else float(value)


def effects(found: pd.DataFrame) -> Numbers:
    """Return what each choice does alone (first) and in all: shares of variance, 95 % intervals."""
    keys = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    columns = ("first", "first_025", "first_975", "total", "total_025", "total_975")
    return _numbers(
        "effects",
        ("choice", "title", *columns),
        (
            (str(name), words.capital(choice(str(name))), *(float(row[k]) for k in keys))
            for name, row in found.iterrows()
        ),
    )


def equal_weights(found: Mapping[str, pd.DataFrame], root: str, names: Names) -> Numbers:
    """Return weights and importances as they are, and those that would match; the index first."""
    keys = ("weight", "share", "matching", "reached")
    order = sorted(found, key=lambda node: node != root)
    return _numbers(
        "equal-weights",
        ("code", "title", "parent", "parent_title", "weight", "importance", "weight_matching",
         "importance_matching"),
        (
            (str(code), names[str(code)], node, names[node], *(float(row[k]) for k in keys))
            for node in order
            for code, row in found[node].iterrows()
        ),
    )  # fmt: skip


def pillars(found: Iterable[tuple[str, float, pd.Series, float]], names: Names) -> Numbers:
    """Return how far the ranking is from that of each pillar.

    `found` has code, share of countries moved by a tenth of the ranking or more, shifts of ranks
    by country, rho.
    """
    return _numbers(
        "pillars",
        ("code", "title", "share_moved", "rank_shift_median", "rank_shift_most", "most_code",
         "most_name", "rho"),
        (
            (code, names[code], share, float(away.median()), float(away.max()),
             str(away.idxmax()), names[str(away.idxmax())], rho)
            for code, share, away, rho in found
        ),
    )  # fmt: skip


def links(audit: Audit, titles: Mapping[str, str]) -> Numbers:
    """Return rank correlations with other figures, raw and at equal income, in the page's order."""
    value = audit.evidence.value
    found: list[tuple[Any, ...]] = [
        (role, titles[role], raw.size, raw.p, partial.size, partial.p, raw.count)
        for role, (raw, partial) in value.rank_links.items()
    ]
    if value.agreement is not None:
        found += [
            (str(code), titles[str(code)],
             *(float(row[k]) for k in ("rho", "p", "net", "net_p")), int(row["count"]))
            for code, row in value.agreement.iterrows()
        ]  # fmt: skip
    columns = ("figure", "title", "rho", "p", "rho_at_equal_income", "p_at_equal_income", "count")
    return _numbers("links", columns, found)


def claims(audit: Audit) -> Numbers:
    """Return the claims made beforehand: result, size (a correlation, or a probability) and p."""
    return _numbers(
        "claims",
        ("number", "claim", "result", "size", "size_is", "p"),
        (
            (place, words.plain(one.text), RESULTS[one.holds], one.size, one.kind, one.p)
            for place, one in enumerate(audit.evidence.value.claims, start=1)
        ),
    )


def best_case(table: pd.DataFrame, names: Names) -> Numbers:
    """Return everybody's best case: published rank, bound (1 could lead), rank by the bound."""
    return _numbers(
        "best-case",
        ("code", "name", "rank", "bound", "rank_by_bound"),
        (
            (str(code), names[str(code)], *(float(row[k]) for k in ("nominal", "bound", "rank")))
            for code, row in table.iterrows()
        ),
    )


def means(table: pd.DataFrame, title: Callable[[tuple[object, ...]], str]) -> Numbers:
    """Return how far the rankings of two means lie apart: share moved, largest shift, rho."""
    return _numbers(
        "means",
        ("one", "other", "title", "share_moved", "rank_shift_most", "rho"),
        (
            (str(pair[0]), str(pair[1]), title(pair),
             *(float(row[k]) for k in ("far", "largest", "rho")))
            for pair, row in table.iterrows()
            if isinstance(pair, tuple)
        ),
    )  # fmt: skip


def checks(audit: Audit, names: Names) -> Numbers:
    """Return every part of every check: figure, limits (beyond them on `side`), verdict, sentence.

    `check_verdict` is the gravest of the parts of a check.
    """
    return _numbers(
        "checks",
        ("number", "title", "check_verdict", "code", "measures", "figure", "side", "look", "fails",
         "verdict", "sentence"),
        (
            (check.number, say(check.title), check.verdict, part.code,
             say(part.threshold.measures), part.figure, part.threshold.side, part.threshold.look,
             part.threshold.fails, part.verdict, sentence(part, names))
            for check in audit.checks
            for part in check.parts
        ),
    )  # fmt: skip
