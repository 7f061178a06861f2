"""The figures of an audit: charts with the words and the numbers that belong to them."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from resilience_index.observing import IMPUTED, NOT_APPLICABLE, OBSERVED, OLDER, STRUCTURAL
from resilience_index.publish import _audit_cells as cells
from resilience_index.publish import _audit_charts as charts
from resilience_index.publish import words
from resilience_index.publish._audit_lines import line_figure
from resilience_index.publish._audit_words import Names
from resilience_index.publish._marks import Chart
from resilience_index.publish._views import Figure, hue
from resilience_index.publish.words import NBSP
from resilience_index.robustness.audit import Audit
from resilience_index.robustness.coherence import Components, Family
from resilience_index.robustness.leave_out import LeftOut

_MOST_CELLS = 60  # indicators of which a heat map can be read
_MOST_ROWS = 60  # lines of a chart of pairs
_MOST_COLUMNS = 400  # countries of which a coverage map can be read
_BINS = 12  # of a small histogram
_NAMED = 14  # countries that a scatter names

KINDS = (
    ("observed", "r5"),
    ("older than three years", "r3"),
    ("known by rule", "r2"),
    ("filled in", "other-dot"),
    ("missing", ""),
    ("does not apply", "other"),
)
"""What a cell of the coverage map can be, and its colour."""


def _drawn(make: Callable[[float], Chart]) -> tuple[Chart, Chart, Chart]:
    """Draw a chart for the page, one for a phone and one for paper."""
    return make(charts.WIDE), make(charts.PHONE), make(charts.SHEET)


def _order(audit: Audit) -> tuple[list[str], list[int]]:
    """List the indicators in the order of the tree, and where pillars end."""
    tree = audit.evidence.index.framework.tree
    codes = tree.leaves(tree.root)
    ends, done = [], 0
    for child in tree.children[tree.root]:
        done += len(tree.leaves(child))
        ends.append(done)
    return codes, ends


def _hue(audit: Audit, code: str) -> str:
    """Name the hue of the pillar that an indicator or a pillar belongs to."""
    tree = audit.evidence.index.framework.tree
    path = [code, *tree.path(code)]
    return hue(tree.children[tree.root].index(path[-2])) if len(path) > 1 else "ink"


def heat_map(audit: Audit, names: Names) -> Figure | None:
    """Draw the correlations of all indicators, inside pillars and between them."""
    codes, ends = _order(audit)
    if not 2 <= len(codes) <= _MOST_CELLS:
        return None
    r = audit.evidence.parts.correlation.loc[codes, codes].to_numpy(float)
    labels = [names[c] for c in codes]
    known = r[np.triu_indices(len(codes), 1)]
    known = known[~np.isnan(known)]
    if not len(known):
        return None
    below = int((known < 0).sum())
    middle = words.fixed(float(np.median(known)), 2)
    title = (
        f"Correlations of {len(codes)} indicators, from {words.fixed(known.min(), 2)} to "
        f"{words.fixed(known.max(), 2)}; median {middle}"
    )
    chart, narrow, printed = _drawn(
        lambda width: cells.heat(labels, ends, r, title=title, width=width)
    )
    finding = f"Half of all pairs of indicators are correlated by more than {middle}"
    return Figure(
        finding=finding + ("; none goes against another" if below == 0 else ""),
        plots="Correlation of each pair of indicators as scored (Pearson); higher is better in "
        "all. Lines part the pillars; blank cells have too few countries in common.",
        foot="Grey is below 0; the darker a cell, the higher the correlation: steps at "
        f"{words.listing([words.fixed(s, 1) for s in cells.STEPS])}.",
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=("Indicator", *[str(i + 1) for i in range(len(codes))]),
        rows=tuple(
            (f"{i + 1} {labels[i]}", *[words.fixed(v, 2) for v in r[i].tolist()])
            for i in range(len(codes))
        ),
    )


def dimensions(audit: Audit, names: Names) -> list[Figure]:
    """Draw scree and loadings of the index and of each pillar."""
    tree = audit.evidence.index.framework.tree
    wanted: dict[str, Family] = {}
    for family in audit.evidence.parts.families:
        main = family.node == tree.root or family.node in tree.pillars
        if main and (family.node not in wanted or family.kind == "indicators"):
            wanted[family.node] = family
    return [_dimension(f, names) for f in wanted.values() if f.components is not None]


def _dimension(family: Family, names: Names) -> Figure:
    found = family.components or Components(np.array([]), pd.DataFrame())
    share = words.share(found.first_share)
    loadings = {names[str(c)]: float(v) for c, v in found.loadings[1].items()}
    told = ", ".join(f"{name} {words.fixed(v, 2)}" for name, v in loadings.items())
    values = [float(v) for v in found.eigenvalues]
    title = (
        f"Eigenvalues of {names[family.node]}: {', '.join(words.fixed(v, 2) for v in values)}; "
        f"loadings on the first: {told}"
    )
    chart, narrow, printed = _drawn(lambda w: charts.scree(values, loadings, title=title, width=w))
    above = sum(v > 1 for v in values)
    rows = [
        (names[str(c)], *[words.fixed(float(v), 2) for v in family_row])
        for c, family_row in zip(
            found.loadings.index, found.loadings.to_numpy(float).tolist(), strict=True
        )
    ]
    return Figure(
        finding=f"{names[family.node]}: one main thing explains {share} of the variance",
        plots="Left, eigenvalues of the components; the line marks 1. Right, the correlation of "
        f"each {'child' if family.kind == 'children' else 'indicator'} with the first component.",
        foot=f"{words.capital(words.counted(above, '{n} eigenvalue', '{n} eigenvalues'))} above 1. "
        f"Alpha {words.fixed(family.alpha, 2)}, sampling adequacy "
        f"{words.fixed(family.adequacy, 2)}; the pair with the fewest has {family.common:,} "
        f"{names.places} in common.",
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=("Eigenvalue", *[words.fixed(v, 2) for v in values]),
        rows=tuple(rows),
    )


def importances(audit: Audit, names: Names) -> Figure | None:
    """Draw importance beside weight, indicator by indicator."""
    table, pillars = audit.evidence.parts.importance, audit.evidence.parts.pillar_importance
    codes = [c for c in _order(audit)[0] if not np.isnan(float(table["share"][c]))]
    if not 2 <= len(codes) <= _MOST_ROWS:
        return None
    whole = [*([] if pillars is None else [str(c) for c in pillars.index]), *codes]
    joined = table if pillars is None else pd.concat([pillars, table])
    joined = joined[~joined.index.duplicated()]
    rows = [
        charts.Row(names[c], float(joined["share"][c]), float(joined["weight"][c]), _hue(audit, c))
        for c in codes
    ]
    most = max(codes, key=lambda code: abs(float(table["gap"][code])))
    gap = float(table["gap"][most])
    side = "more" if gap > 0 else "less"
    title = "Importance against weight: " + "; ".join(
        f"{r.name} {words.share(r.first)} for {words.share(r.second)}" for r in rows
    )
    chart, narrow, printed = _drawn(
        lambda w: charts.pairs(rows, title=title, width=w, form="share")
    )
    return Figure(
        finding=f"{names[most]} decides {side} than its weight says, by "
        f"{words.fixed(abs(gap) * 100, 1)} points of 100",
        plots="Dot: share in the sum of the correlation ratios with the index. Tick: nominal "
        "weight. Colours are those of the pillars.",
        foot="The correlation ratio is the share of the variance of the index that a part "
        "explains, by any curve.",
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=(
            "Part",
            "Weight",
            "Importance",
            "Correlation ratio",
            "Squared correlation",
            "Ratio",
        ),
        rows=tuple(_importance_row(names[c], joined, c) for c in whole),
    )


def _importance_row(name: str, table: pd.DataFrame, code: str) -> tuple[str, ...]:
    def cell(column: str, places: int = 2, times: float = 1.0) -> str:
        return words.fixed(float(table[column][code]) * times, places)

    return (
        name,
        f"{cell('weight', 1, 100)}{NBSP}%",
        f"{cell('share', 1, 100)}{NBSP}%",
        cell("ratio"),
        cell("linear"),
        cell("quotient"),
    )


def shifts(audit: Audit, names: Names, left: LeftOut | None, what: str) -> Figure | None:
    """Draw how far ranks move when one piece is left out."""
    if left is None or left.shifts.empty:
        return None
    table = left.shifts.assign(
        largest=left.shifts["largest"].astype(float), mean=left.shifts["mean"].astype(float)
    ).sort_values(["largest", "mean"], ascending=False, kind="stable")
    shown = table.iloc[: _MOST_ROWS // 2]
    codes = [str(c) for c in shown.index]
    rows = [
        charts.Row(
            names.brief(c), float(shown["largest"][c]), float(shown["mean"][c]), _dot(audit, c)
        )
        for c in codes
    ]
    count = int(audit.evidence.index.ranks[audit.evidence.index.root].notna().sum())
    title = f"Ranks that move when {what} is left out, largest and mean: " + "; ".join(
        f"{r.name} {words.rank_number(r.first)} and {words.fixed(r.second, 1)}" for r in rows
    )
    label = 150.0 if codes[0] in audit.evidence.index.framework.indicators else 250.0
    chart, narrow, printed = _drawn(
        lambda w: charts.pairs(rows, title=title, width=w, form="places", label=label)
    )
    worst = codes[0]
    return Figure(
        finding=f"Without {names.brief(worst)}, {names.called(str(shown['who'][worst]))} moves by "
        f"{words.counted(int(shown['largest'][worst]), '{n} rank', '{n} ranks')}",
        plots=f"Dot: largest move of a rank, out of {count:,}, when {what} is left out. "
        f"Tick: mean move of all {names.places}.",
        foot=f"The {len(rows)} with the largest moves, of {len(table)}." if len(rows) < len(table)
        else "",
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=("Left out", "Largest move", "Of", "Mean move", "Moved by a tenth or more"),
        rows=tuple(
            (
                names[str(c)],
                words.rank_number(float(table["largest"][c])),
                names[str(table["who"][c])],
                words.fixed(float(table["mean"][c]), 1),
                words.share(float(table["ten_per_cent"][c])),
            )
            for c in table.index
        ),
    )  # fmt: skip


def _dot(audit: Audit, code: str) -> str:
    """Name the hue of an indicator; of a source or a country, the ink of all."""
    return _hue(audit, code) if code in audit.evidence.index.framework.indicators else "ink"


def treatment(audit: Audit, names: Names) -> Figure | None:
    """Draw a histogram of each indicator before and after treatment."""
    codes = _order(audit)[0]
    index, shape = audit.evidence.index, audit.evidence.figures.shape
    if len(codes) > _MOST_CELLS:
        return None
    smalls = [
        charts.Small(
            names[c],
            _counts(index.imputed[c]),
            _counts(index.treated[c]),
            bool(shape["moved"][c] > 0),
            _hue(audit, c),
        )
        for c in codes
    ]
    changed = [names[c] for c in codes if shape["moved"][c] > 0]
    title = f"Histograms of {len(codes)} indicators before and after treatment; changed: " + (
        words.listing(changed) or "none"
    )
    chart, narrow, printed = _drawn(lambda w: charts.histograms(smalls, title=title, width=w))
    rows = [
        (
            names[c],
            *[words.fixed(float(shape[k][c]), 2)
              for k in ("skewness", "kurtosis", "skewness_after", "kurtosis_after")],
            str(int(shape["moved"][c])),
            str(shape["how"][c]),
        )
        for c in codes
    ]  # fmt: skip
    finding = (
        f"Extremes were pulled in for {words.listing(changed, most=3)}"
        if changed
        else "No indicator had extremes pulled in"
    )
    return Figure(
        finding=finding,
        plots=f"How many {names.places} have a low or a high figure, in {_BINS} equal steps: grey "
        f"before treatment, in the colour of the pillar after it. ‡ marks those that were changed.",
        foot="Each histogram runs from its lowest to its highest figure.",
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=("Indicator", "Skewness", "Kurtosis", "Skewness after", "Kurtosis after",
                 "Figures changed", "Treatment"),
        rows=tuple(rows),
    )  # fmt: skip


def _counts(column: pd.Series) -> tuple[int, ...]:
    values = column.dropna().to_numpy(float)
    least = _BINS * float(np.finfo(float).tiny)  # below it a step has not all its digits
    if not len(values) or not np.ptp(values) > max(1e-9 * abs(values).max(), least):
        return (len(values),)  # floats so near each other fill no steps
    return tuple(int(n) for n in np.histogram(values, bins=_BINS)[0])


def coverage(audit: Audit, names: Names) -> Figure:
    """Draw what every cell of the table is: observed, older, by rule, filled in or missing."""
    codes = _order(audit)[0]
    index = audit.evidence.index
    order = index.ranks[index.root].sort_index(kind="stable").sort_values(kind="stable").index
    bits = index.flags.loc[order, codes].to_numpy(np.int64)
    kinds = np.select(
        [(bits & NOT_APPLICABLE) > 0, (bits & OLDER) > 0, (bits & STRUCTURAL) > 0,
         (bits & OBSERVED) > 0, (bits & IMPUTED) > 0],
        [5, 1, 2, 0, 3],
        default=4,
    ).T  # fmt: skip
    every = -(-kinds.shape[1] // _MOST_COLUMNS)
    shown, labels = kinds[:, ::every], [names[c] for c in codes]
    tally = [int((kinds == k).sum()) for k in range(len(KINDS))]
    told = "; ".join(
        f"{name} {words.share(n / kinds.size)}"
        for (name, _), n in zip(KINDS, tally, strict=True)
        if n
    )
    colours = [colour for _, colour in KINDS]
    title = f"Kind of figure, {len(codes)} indicators by {kinds.shape[1]:,} {names.places}: {told}"
    chart, narrow, printed = _drawn(
        lambda w: cells.coverage_map(labels, shown, colours, title=title, width=w)
    )
    sampled = f" One {names.place} in {every} is drawn." if every > 1 else ""
    rows = [
        (labels[i], *[f"{int((kinds[i] == k).sum()):,}" for k in range(len(KINDS))])
        for i in range(len(codes))
    ]
    return Figure(
        finding=f"{words.capital(words.share(tally[4] / kinds.size))} of the figures are missing",
        plots=f"Each line is an indicator, each column one of {kinds.shape[1]:,} {names.places}, "
        f"the best on the left.{sampled} Dark: observed; lighter: older than three years; "
        "lightest: known by rule; dark grey: filled in; white: missing; light grey: not due.",
        foot=words.stop(words.capital(told)),
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=("Indicator", *[words.capital(name) for name, _ in KINDS]),
        rows=tuple(rows),
    )


def income(audit: Audit, names: Names) -> Figure | None:
    """Draw scores against income, with the interval, and name who lies beyond it."""
    line = audit.evidence.value.income_line
    if line is None:
        return None
    return line_figure(audit, names, line, "income", _NAMED)


def size(audit: Audit, names: Names) -> Figure | None:
    """Draw scores against population."""
    line = audit.evidence.value.size_line
    return None if line is None else line_figure(audit, names, line, "population", 6)


def figures(audit: Audit, names: Names) -> dict[str, Sequence[Figure]]:
    """Draw every figure, by the section of the page that it stands in."""
    variants = audit.evidence.variants
    made: dict[str, list[Figure | None]] = {
        "figures": [coverage(audit, names), treatment(audit, names)],
        "parts": [heat_map(audit, names), *dimensions(audit, names)],
        "importance": [
            importances(audit, names),
            shifts(audit, names, variants.no_indicator, "an indicator"),
            shifts(audit, names, variants.no_source, "a source"),
        ],
        "income": [income(audit, names), size(audit, names)],
    }
    return {key: [f for f in found if f is not None] for key, found in made.items()}
