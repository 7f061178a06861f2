"""Tables of an audit that belong to no figure: links by rank, claims, best case, other means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from resilience_index.publish import words
from resilience_index.publish._audit_words import Names, choice
from resilience_index.publish._views import Figure
from resilience_index.publish.words import NBSP
from resilience_index.robustness._rank_correlation import spearman
from resilience_index.robustness.audit import Audit
from resilience_index.robustness.compensation import moved
from resilience_index.robustness.leave_out import tenth

_ROLES = {
    "income": "GDP per head",
    "gdp": "GDP",
    "population": "Population",
    "internet": "Internet use",
}
_MEANS = {"copeland": "Copeland", "minimum": "weakest child alone"}
_SHOWN = 20  # rows of a long table in print
_PRINTED = 250  # rows that the table behind a picture has in print
_BROAD = 12  # columns that fit a sheet


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading: what it shows, its columns, its rows; more may be on the page."""

    title: str
    intro: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: tuple[tuple[str, ...], ...] = ()


def behind(figures: Sequence[Figure]) -> tuple[Table, ...]:
    """List the tables of figures for print; one too broad for a sheet has its numbers drawn."""
    return tuple(
        Table(f.finding, "", f.columns, f.rows[:_PRINTED], f.rows[_PRINTED:])
        for f in figures
        if len(f.columns) <= _BROAD
    )


def records(
    figures: Mapping[str, Sequence[Figure]], tables: Mapping[str, Sequence[Table]]
) -> list[dict[str, Any]]:
    """List the numbers behind every figure, and every table, in the order of the page."""
    made: list[tuple[str, Figure | Table]] = []
    for section in dict.fromkeys([*figures, *tables]):
        made += [(f.chart.title, f) for f in figures.get(section, ())]
        made += [(t.title, t) for t in tables.get(section, ())]
    return [
        {
            "title": title,
            "columns": list(one.columns),
            "rows": [list(row) for row in (*one.rows, *getattr(one, "more", ()))],
        }
        for title, one in made
    ]


def links(audit: Audit, names: Names) -> Table | None:
    """Set rank correlations with other figures side by side: raw, and at equal income."""
    value = audit.evidence.value
    rows = []
    for role, (raw, partial) in value.rank_links.items():
        cells = (_r(raw.size), _p(raw.p), _r(partial.size), _p(partial.p), str(raw.count))
        rows.append((_ROLES[role], *cells))
    if value.agreement is not None:
        for code, row in value.agreement.iterrows():
            rho, p, net, net_p = (float(row[k]) for k in ("rho", "p", "net", "net_p"))
            cells = (_r(rho), _p(p), _r(net), _p(net_p), str(int(row["count"])))
            rows.append((names[str(code)], *cells))
    if not rows:
        return None
    return Table(
        "The index beside other figures",
        f"Rank correlation (Spearman) of the index with each figure over all {names.places} that "
        "have it, and the partial one with GDP per head held constant; p says how likely so much "
        "would be by chance.",
        ("Figure", "Correlation", "p", "At equal income", "p", words.capital(names.places)),
        tuple(rows),
    )


def effects(audit: Audit) -> Table | None:
    """Set what each choice does to the ranking alone beside what it does in all."""
    found = audit.evidence.effects
    if found is None:
        return None
    rows = []
    for name, row in found.iterrows():
        first, low, high = (float(row[k]) for k in ("first", "first_low", "first_high"))
        total, below, above = (float(row[k]) for k in ("total", "total_low", "total_high"))
        spans = [f"{_r(a)} to {_r(b)}" for a, b in ((low, high), (below, above))]
        title = words.capital(choice(str(name)))
        rows.append((title, _r(first), spans[0], _r(total), spans[1]))
    return Table(
        "Which choice moves the ranking",
        "Shares in the variance of the mean shift of ranks, all choices varied at once: the share "
        f"that a choice has by itself, and in all, together with others; 95{NBSP}% intervals.",
        ("Choice", "Alone", "Interval", "In all", "Interval"),
        tuple(rows),
    )


def claims(audit: Audit) -> Table | None:
    """List the claims made beforehand, and what became of them."""
    found = audit.evidence.value.claims
    if not found:
        return None
    told = {True: "borne out", False: "not borne out", None: "cannot be tested"}
    rows = tuple(
        (
            words.plain(claim.text),
            told[claim.holds],
            _r(claim.size),
            _p(claim.p),
        )
        for claim in found
    )
    return Table(
        "Claims made beforehand",
        "Stated in the framework before the audit was made; a claim is borne out if "
        "chance alone would show as much in fewer than 5 of 100 cases. The size is the rank "
        "correlation, or for a group the chance that a member stands above another.",
        ("Claim", "Result", "Size", "p"),
        rows,
    )


def best_case(audit: Audit, names: Names) -> Table | None:
    """List everybody's best case beside the published rank."""
    bounds = audit.evidence.variants.bounds
    if bounds is None:
        return None
    table = bounds.table.sort_values(["nominal", "rank"], kind="stable")
    rows = tuple(
        (
            names[str(code)],
            words.rank_number(float(row["nominal"])),
            words.fixed(float(row["bound"]), 3),
            words.rank_number(float(row["rank"])),
        )
        for code, row in table.iterrows()
    )
    return Table(
        "Everybody's best case",
        f"Each {names.place} is weighed as suits it best, each child of the index making up "
        f"between {words.share(bounds.least)} and {words.share(bounds.most)} of its score: the "
        "benefit of the doubt. A bound of 1 means that it could lead.",
        (words.capital(names.place), "Published rank", "Bound", "Rank by the bound"),
        rows[:_SHOWN],
        rows[_SHOWN:],
    )


def means(audit: Audit) -> Table | None:
    """Compare the rankings that several means give."""
    ranks = audit.evidence.variants.means
    if ranks is None:
        return None
    rows = tuple(
        (
            words.capital(" and ".join(_MEANS.get(str(one), str(one)) for one in pair)),
            words.share(float(row["far"])),
            words.rank_number(float(row["largest"])),
            words.fixed(float(row["rho"]), 3),
        )
        for pair, row in moved(ranks).iterrows()
        if isinstance(pair, tuple)
    )
    return Table(
        "Other ways of combining",
        "The children of the index, combined in two ways: how many move by a tenth of the ranking "
        "or more, how far at most, and how alike the two rankings are.",
        ("Two ways", "Moved by a tenth", "Largest move", "Rank correlation"),
        rows,
    )


def equal_weights(audit: Audit, names: Names) -> Table | None:
    """Set the weights that would make importance equal to the weights meant beside those meant."""
    found, root = audit.evidence.parts.equal_importance, audit.evidence.index.root
    rows = {
        node: [
            (
                names[str(code)],
                names[node],
                *[_per_cent(float(row[key])) for key in ("weight", "share", "matching", "reached")],
            )
            for code, row in table.iterrows()
        ]
        for node, table in found.items()
    }
    if not rows:
        return None
    first = rows.pop(root, [])
    return Table(
        "Weights that would decide as is meant",
        "In each family, the weights with which every child would decide as much of its parent as "
        "the framework means it to weigh, by its correlation ratio, and what they reach. Where "
        "children go together closely, no weights may reach it; then those stand here that come "
        "nearest.",
        ("Child", "In", "Weight", "Importance", "Weight that would match", "Importance then"),
        tuple(first),
        tuple(row for family in rows.values() for row in family),
    )


def pillars(audit: Audit, names: Names) -> Table | None:
    """Say how far the ranking is from that of each pillar: what the index adds to it."""
    index, moves = audit.evidence.index, audit.evidence.value.pillar_moves
    if moves is None:
        return None
    ranks, rows = index.ranks, []
    for code in moves.index:
        both = ranks[[index.root, str(code)]].dropna()
        away = (both[index.root] - both[str(code)]).abs()
        rho = spearman(both[index.root], both[str(code)]).size
        rows.append(
            (
                names[str(code)],
                words.share(float(moves[code])),
                words.rank_number(float(away.median())),
                words.rank_number(float(away.max())),
                names[str(away.idxmax())],
                _r(rho),
            )
        )
    places = words.rank_number(tenth(len(ranks)))
    return Table(
        "What the index adds to its pillars",
        f"Share of {names.places} whose ranks in the index and in the pillar differ by a tenth of "
        f"the ranking ({places} places) or more; half of them differ by the second figure or more, "
        "and one by the largest.",
        ("Pillar", "By a tenth", "Middle", "Largest", "Of", "Rank correlation"),
        tuple(rows),
    )


def _per_cent(share: float) -> str:
    return f"{words.fixed(100 * share, 1)}{NBSP}%"


def _r(size: float) -> str:
    return words.fixed(size, 2)


def _p(p: float) -> str:
    if np.isnan(p):
        return words.MISSING
    return "under 0.001" if p < 0.001 else words.fixed(p, 3)
