"""Tables of an audit that belong to no figure: links by rank, claims, best case, other means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from resilience_index.content.speech import noted, say
from resilience_index.publish import _audit_table_numbers as numbers
from resilience_index.publish import words
from resilience_index.publish._audit_words import Names, choice
from resilience_index.publish._views import Figure, Numbers
from resilience_index.robustness._rank_correlation import spearman
from resilience_index.robustness.audit import Audit
from resilience_index.robustness.compensation import moved
from resilience_index.robustness.leave_out import tenth

_ROLES = {
    "income": noted("GDP per head"),
    "gdp": noted("GDP"),
    "population": noted("Population"),
    "internet": noted("Internet use"),
}
_MEANS = {
    "arithmetic": noted("arithmetic"),
    "geometric": noted("geometric"),
    "harmonic": noted("harmonic"),
    "copeland": noted("Copeland"),
    "minimum": noted("weakest child alone"),
}
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
    name: str = ""  # of its files, if it can be taken along
    numbers: Numbers | None = None  # unrounded, for these files


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
    rows, titles = [], {}
    for role, (raw, partial) in value.rank_links.items():
        cells = (_r(raw.size), _p(raw.p), _r(partial.size), _p(partial.p), str(raw.count))
        titles[role] = say(_ROLES[role])
        rows.append((titles[role], *cells))
    if value.agreement is not None:
        for code, row in value.agreement.iterrows():
            rho, p, net, net_p = (float(row[k]) for k in ("rho", "p", "net", "net_p"))
            cells = (_r(rho), _p(p), _r(net), _p(net_p), str(int(row["count"])))
            titles[str(code)] = names[str(code)]
            rows.append((names[str(code)], *cells))
    if not rows:
        return None
    return Table(
        say("The index beside other figures"),
        say(
            "Rank correlation (Spearman) of the index with each figure over all {places} that have "
            "it, and the partial one with GDP per head held constant; p says how likely so much "
            "would be by chance.",
            places=names.places,
        ),
        (
            say("Figure"),
            say("Correlation"),
            "p",
            say("At equal income"),
            "p",
            words.capital(names.places),
        ),
        tuple(rows),
        numbers=numbers.links(audit, titles),
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
        spans = [
            say("{low} to {high}", low=_r(a), high=_r(b)) for a, b in ((low, high), (below, above))
        ]
        title = words.capital(choice(str(name)))
        rows.append((title, _r(first), spans[0], _r(total), spans[1]))
    return Table(
        say("Which choice moves the ranking"),
        say(
            "Shares in the variance of the mean shift of ranks, all choices varied at once: the "
            "share that a choice has by itself, and in all, together with others; 95\u00a0% "
            "intervals."
        ),
        (say("Choice"), say("Alone"), say("Interval"), say("In all"), say("Interval")),
        tuple(rows),
        numbers=numbers.effects(found),
    )


def claims(audit: Audit) -> Table | None:
    """List the claims made beforehand, and what became of them."""
    found = audit.evidence.value.claims
    if not found:
        return None
    told = {
        True: say("borne out"),
        False: say("not borne out"),
        None: say("cannot be tested"),
    }
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
        say("Claims made beforehand"),
        say(
            "Stated in the framework before the audit was made; a claim is borne out if chance "
            "alone would show as much in fewer than 5 of 100 cases. The size is the rank "
            "correlation, or for a group the chance that a member stands above another."
        ),
        (say("Claim"), say("Result"), say("Size"), "p"),
        rows,
        numbers=numbers.claims(audit),
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
        say("Everybody's best case"),
        say(
            "Each {place} is weighed as suits it best, each child of the index making up between "
            "{least} and {most} of its score: the benefit of the doubt. A bound of 1 means that it "
            "could lead.",
            place=names.place,
            least=words.share(bounds.least),
            most=words.share(bounds.most),
        ),
        (
            words.capital(names.place),
            say("Published rank"),
            say("Bound"),
            say("Rank by the bound"),
        ),
        rows[:_SHOWN],
        rows[_SHOWN:],
        numbers=numbers.best_case(table, names),
    )


def means(audit: Audit) -> Table | None:
    """Compare the rankings that several means give."""
    ranks = audit.evidence.variants.means
    if ranks is None:
        return None
    table = moved(ranks)
    rows = tuple(
        (
            words.capital(_two_ways(pair)),
            words.share(float(row["far"])),
            words.rank_number(float(row["largest"])),
            words.fixed(float(row["rho"]), 3),
        )
        for pair, row in table.iterrows()
        if isinstance(pair, tuple)
    )
    return Table(
        say("Other ways of combining"),
        say(
            "The children of the index, combined in two ways: how many move by a tenth of the "
            "ranking or more, how far at most, and how alike the two rankings are."
        ),
        (
            say("Two ways"),
            say("Moved by a tenth"),
            say("Largest move"),
            say("Rank correlation"),
        ),
        rows,
        numbers=numbers.means(table, lambda pair: words.capital(_two_ways(pair))),
    )


def _two_ways(pair: tuple[object, ...]) -> str:
    one, other = (say(_MEANS.get(str(way), str(way))) for way in pair)
    return say("{one} and {other}", one=one, other=other)


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
        say("Weights that would decide as is meant"),
        say(
            "In each family, the weights with which every child would decide as much of its parent "
            "as the framework means it to weigh, by its correlation ratio, and what they reach. "
            "Where children go together closely, no weights may reach it; then those stand here "
            "that come nearest."
        ),
        (
            say("Child"),
            say("In"),
            say("Weight"),
            say("Importance"),
            say("Weight that would match"),
            say("Importance then"),
        ),
        tuple(first),
        tuple(row for family in rows.values() for row in family),
        numbers=numbers.equal_weights(found, root, names),
    )


def pillars(audit: Audit, names: Names) -> Table | None:
    """Say how far the ranking is from that of each pillar: what the index adds to it."""
    index, moves = audit.evidence.index, audit.evidence.value.pillar_moves
    if moves is None:
        return None
    ranks, rows, apart = index.ranks, [], []
    for code in moves.index:
        both = ranks[[index.root, str(code)]].dropna()
        away = (both[index.root] - both[str(code)]).abs()
        rho = spearman(both[index.root], both[str(code)]).size
        apart.append((str(code), float(moves[code]), away, rho))
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
        say("What the index adds to its pillars"),
        say(
            "Share of {places} whose ranks in the index and in the pillar differ by a tenth of the "
            "ranking ({n} places) or more; half of them differ by the second figure or more, and "
            "one by the largest.",
            places=names.places,
            n=places,
        ),
        (
            say("Pillar"),
            say("By a tenth"),
            say("Middle"),
            say("Largest"),
            say("Of"),
            say("Rank correlation"),
        ),
        tuple(rows),
        numbers=numbers.pillars(apart, names),
    )


def checks(audit: Audit, names: Names) -> Table:
    """List every part of every check, for its files; the page shows the gravest of each check."""
    found = numbers.checks(audit, names)
    rows = tuple(tuple(words.MISSING if c is None else str(c) for c in row) for row in found.rows)
    title = say("Every check with its verdict and its gravest finding")
    return Table(title, "", found.columns, rows, name=found.name, numbers=found)


def _per_cent(share: float) -> str:
    return words.percent(100 * share, 1)


def _r(size: float) -> str:
    return words.fixed(size, 2)


def _p(p: float) -> str:
    if np.isnan(p):
        return words.MISSING
    return say("under {n}", n=words.fixed(0.001, 3)) if p < 0.001 else words.fixed(p, 3)
