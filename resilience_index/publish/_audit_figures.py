"""The figures of an audit: charts with the words and the numbers that belong to them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from resilience_index.content.speech import noted, say
from resilience_index.observing import IMPUTED, NOT_APPLICABLE, OBSERVED, OLDER, STRUCTURAL
from resilience_index.publish import _audit_cells as cells
from resilience_index.publish import _audit_charts as charts
from resilience_index.publish import _audit_numbers as numbers
from resilience_index.publish import words
from resilience_index.publish._audit_families import (
    MOST_CELLS,
    dimensions,
    drawn,
    heat_map,
    hue_of,
    in_order,
)
from resilience_index.publish._audit_lines import line_figure
from resilience_index.publish._audit_words import Names
from resilience_index.publish._definition import treated_as
from resilience_index.publish._views import Figure
from resilience_index.robustness.audit import Audit
from resilience_index.robustness.leave_out import LeftOut

_MOST_ROWS = 60  # lines of a chart of pairs
_MOST_COLUMNS = 400  # countries of which a coverage map can be read
_BINS = 12  # of a small histogram
_NAMED = 14  # countries that a scatter names

KINDS = (
    (noted("observed"), "r5"),
    (noted("older than three years"), "r3"),
    (noted("known by rule"), "r2"),
    (noted("filled in"), "other-dot"),
    (noted("missing"), ""),
    (noted("does not apply"), "other"),
)
"""What a cell of the coverage map can be, and its colour."""


def importances(audit: Audit, names: Names) -> Figure | None:
    """Draw importance beside weight, indicator by indicator."""
    table, pillars = audit.evidence.parts.importance, audit.evidence.parts.pillar_importance
    codes = [c for c in in_order(audit)[0] if not np.isnan(float(table["share"][c]))]
    if not 2 <= len(codes) <= _MOST_ROWS:
        return None
    whole = [*([] if pillars is None else [str(c) for c in pillars.index]), *codes]
    joined = table if pillars is None else pd.concat([pillars, table])
    joined = joined[~joined.index.duplicated()]
    rows = [
        charts.Row(
            names[c], float(joined["share"][c]), float(joined["weight"][c]), hue_of(audit, c)
        )
        for c in codes
    ]
    most = max(codes, key=lambda code: abs(float(table["gap"][code])))
    gap = float(table["gap"][most])
    listed = words.semicolons(
        say(
            "{name} {share} for {weight}",
            name=r.name,
            share=words.share(r.first),
            weight=words.share(r.second),
        )
        for r in rows
    )
    title = say("Importance against weight: {listed}", listed=listed)
    chart, narrow, printed = drawn(lambda w: charts.pairs(rows, title=title, width=w, form="share"))
    return Figure(
        finding=_decides(names[most], gap),
        plots=say(
            "Dot: share in the sum of the correlation ratios with the index. Tick: nominal weight. "
            "Colours are those of the pillars."
        ),
        foot=say(
            "The correlation ratio is the share of the variance of the index that a part explains, "
            "by any curve."
        ),
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=(
            say("Part"),
            say("Weight"),
            say("Importance"),
            say("Correlation ratio"),
            say("Squared correlation"),
            say("Ratio"),
        ),
        rows=tuple(_importance_row(names[c], joined, c) for c in whole),
        numbers=numbers.frame("importance", joined.loc[whole], names),
    )


def _decides(name: str, gap: float) -> str:
    """Say which part decides most more, or less, than its weight says."""
    points = words.fixed(abs(gap) * 100, 1)
    if gap > 0:
        return say(
            "{name} decides more than its weight says, by {n} points of 100", name=name, n=points
        )
    return say(
        "{name} decides less than its weight says, by {n} points of 100", name=name, n=points
    )


def _importance_row(name: str, table: pd.DataFrame, code: str) -> tuple[str, ...]:
    def cell(column: str) -> str:
        return words.fixed(float(table[column][code]), 2)

    return (
        name,
        words.percent(100 * float(table["weight"][code]), 1),
        words.percent(100 * float(table["share"][code]), 1),
        cell("ratio"),
        cell("linear"),
        cell("quotient"),
    )


_WITHOUT: Mapping[str, tuple[str, str]] = {
    "indicator": (
        noted("Ranks that move when an indicator is left out, largest and mean: {listed}"),
        noted(
            "Dot: largest move of a rank, out of {n}, when an indicator is left out. Tick: mean "
            "move of all {places}."
        ),
    ),
    "source": (
        noted("Ranks that move when a source is left out, largest and mean: {listed}"),
        noted(
            "Dot: largest move of a rank, out of {n}, when a source is left out. Tick: mean move "
            "of all {places}."
        ),
    ),
}
"""By what is left out: the text of the chart, and what is plotted."""


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
    told, plotted = _WITHOUT[what]
    listed = words.semicolons(
        say(
            "{name} {largest} and {mean}",
            name=r.name,
            largest=words.rank_number(r.first),
            mean=words.fixed(r.second, 1),
        )
        for r in rows
    )
    title = say(told, listed=listed)
    label = 150.0 if codes[0] in audit.evidence.index.framework.indicators else 250.0
    chart, narrow, printed = drawn(
        lambda w: charts.pairs(rows, title=title, width=w, form="places", label=label)
    )
    worst = codes[0]
    return Figure(
        finding=words.counted(
            int(shown["largest"][worst]),
            "Without {piece}, {name} moves by {n} rank",
            "Without {piece}, {name} moves by {n} ranks",
            piece=names.brief(worst),
            name=names.called(str(shown["who"][worst])),
        ),
        plots=say(plotted, n=words.whole(count), places=names.places),
        foot=say(
            "The {n} with the largest moves, of {of}.",
            n=words.fixed(len(rows), 0),
            of=words.fixed(len(table), 0),
        )
        if len(rows) < len(table)
        else "",
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=(
            say("Left out"),
            say("Largest move"),
            say("Of"),
            say("Mean move"),
            say("Moved by a tenth or more"),
        ),
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
        numbers=numbers.frame(f"without-{what}", table, names),
    )  # fmt: skip


def _dot(audit: Audit, code: str) -> str:
    """Name the hue of an indicator; of a source or a country, the ink of all."""
    return hue_of(audit, code) if code in audit.evidence.index.framework.indicators else "ink"


def treatment(audit: Audit, names: Names) -> Figure | None:
    """Draw a histogram of each indicator before and after treatment."""
    codes = in_order(audit)[0]
    index, shape = audit.evidence.index, audit.evidence.figures.shape
    if len(codes) > MOST_CELLS:
        return None
    smalls = [
        charts.Small(
            names[c],
            _counts(index.imputed[c]),
            _counts(index.treated[c]),
            bool(shape["moved"][c] > 0),
            hue_of(audit, c),
        )
        for c in codes
    ]
    changed = [names[c] for c in codes if shape["moved"][c] > 0]
    title = say(
        "Histograms of {n} indicators before and after treatment; changed: {names}",
        n=words.fixed(len(codes), 0),
        names=words.listing(changed) or say("none"),
    )
    chart, narrow, printed = drawn(lambda w: charts.histograms(smalls, title=title, width=w))
    rows = [
        (
            names[c],
            *[words.fixed(float(shape[k][c]), 2)
              for k in ("skewness", "kurtosis", "skewness_after", "kurtosis_after")],
            str(int(shape["moved"][c])),
            treated_as(str(shape["how"][c])),
        )
        for c in codes
    ]  # fmt: skip
    finding = (
        say("Extremes were pulled in for {names}", names=words.listing(changed, most=3))
        if changed
        else say("No indicator had extremes pulled in")
    )
    return Figure(
        finding=finding,
        plots=say(
            "How many {places} have a low or a high figure, in {n} equal steps: grey before "
            "treatment, in the colour of the pillar after it. ‡ marks those that were changed.",
            places=names.places,
            n=words.fixed(_BINS, 0),
        ),
        foot=say("Each histogram runs from its lowest to its highest figure."),
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=(say("Indicator"), say("Skewness"), say("Kurtosis"), say("Skewness after"),
                 say("Kurtosis after"), say("Figures changed"), say("Treatment")),
        rows=tuple(rows),
        numbers=numbers.treatment(shape.loc[codes], [(s.before, s.after) for s in smalls], names),
    )  # fmt: skip


def _counts(column: pd.Series) -> tuple[int, ...]:
    values = column.dropna().to_numpy(float)
    least = _BINS * float(np.finfo(float).tiny)  # below it a step has not all its digits
    if not len(values) or not np.ptp(values) > max(1e-9 * abs(values).max(), least):
        return (len(values),)  # floats so near each other fill no steps
    return tuple(int(n) for n in np.histogram(values, bins=_BINS)[0])


def coverage(audit: Audit, names: Names) -> Figure:
    """Draw what every cell of the table is: observed, older, by rule, filled in or missing."""
    codes = in_order(audit)[0]
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
    told = words.semicolons(
        say("{kind} {share}", kind=say(name), share=words.share(n / kinds.size))
        for (name, _), n in zip(KINDS, tally, strict=True)
        if n
    )
    colours = [colour for _, colour in KINDS]
    title = say(
        "Kind of figure, {n} indicators by {of} {places}: {listed}",
        n=words.fixed(len(codes), 0),
        of=words.whole(kinds.shape[1]),
        places=names.places,
        listed=told,
    )
    chart, narrow, printed = drawn(
        lambda w: cells.coverage_map(labels, shown, colours, title=title, width=w)
    )
    rows = [
        (labels[i], *[words.whole(int((kinds[i] == k).sum())) for k in range(len(KINDS))])
        for i in range(len(codes))
    ]
    return Figure(
        finding=say(
            "{share} of the figures are missing",
            share=words.capital(words.share(tally[4] / kinds.size)),
        ),
        plots=_cells(kinds.shape[1], every, names),
        foot=words.stop(words.capital(told)),
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=(say("Indicator"), *[words.capital(say(name)) for name, _ in KINDS]),
        rows=tuple(rows),
        numbers=numbers.coverage(
            kinds, [name for name, _ in KINDS], codes, [str(c) for c in order], names
        ),
    )


def _cells(count: int, every: int, names: Names) -> str:
    """Say what lines, columns and colours of the map of cells are."""
    lines = say(
        "Each line is an indicator, each column one of {n} {places}, the best on the left.",
        n=words.whole(count),
        places=names.places,
    )
    drawn = say("One {place} in {n} is drawn.", place=names.place, n=words.fixed(every, 0))
    colours = say(
        "Dark: observed; lighter: older than three years; lightest: known by rule; dark grey: "
        "filled in; white: missing; light grey: not due."
    )
    return " ".join([lines, *([drawn] if every > 1 else []), colours])


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
            shifts(audit, names, variants.no_indicator, "indicator"),
            shifts(audit, names, variants.no_source, "source"),
        ],
        "income": [income(audit, names), size(audit, names)],
    }
    return {key: [f for f in found if f is not None] for key, found in made.items()}
