"""Scores against a figure of the country: the chart, its finding and its table."""

import numpy as np

from resilience_index.content.speech import noted, say
from resilience_index.publish import _audit_charts as charts
from resilience_index.publish import _audit_numbers as numbers
from resilience_index.publish import words
from resilience_index.publish._audit_words import Names
from resilience_index.publish._views import Figure
from resilience_index.robustness.audit import Audit
from resilience_index.robustness.income import Line

_STEPS = (1, 2, 5)
_KNOTS = 20  # of the bent edges of an interval; between them it is drawn straight


def line_figure(audit: Audit, names: Names, line: Line, role: str, named: int) -> Figure:
    """Draw scores against the logarithm of a context figure.

    Parameters
    ----------
    audit
        The audit.
    names
        Names of its codes.
    line
        The fitted line.
    role
        "income" or "population": what stands in the words.
    named
        How many of those farthest from the line are named, if they lie beyond the interval.
    """
    index = audit.evidence.index
    unit = index.content.indicators[getattr(audit.evidence.settings, role)].unit
    table = line.table.sort_values("beyond", ascending=False, kind="stable")
    above = table.index[(table["score"] > table["upper"]).to_numpy()]
    below = table.index[(table["score"] < table["lower"]).to_numpy()]
    beyond = table["beyond"].abs().loc[[*above, *below]].sort_values(ascending=False)
    shown = {str(c) for c in beyond.index[:named]}
    points = [
        (names[str(c)], float(x), float(s), str(c) in shown)
        for c, x, s in zip(table.index, table["x"], table["score"], strict=True)
    ]
    what = say(_WHAT[role])
    title = say(
        "Scores of {n} {places} against {what} (log scale): R squared {share}; above the interval "
        "{above}; below it {below}",
        n=words.whole(line.count),
        places=names.places,
        what=what,
        share=words.fixed(line.explained, 2),
        above=_listed(above, names),
        below=_listed(below, names),
    )
    fan, ticks = _fan(line), _ticks(line)
    high = 290.0 if role == "income" else 180.0
    wide, printed = (
        charts.scatter(points, fan, ticks, title=title, width=width, height=high)
        for width in (charts.WIDE, charts.SHEET)
    )
    narrow = charts.scatter(points, fan, ticks[::2], title=title, width=charts.PHONE, height=290.0)
    level = words.share(line.level)
    return Figure(
        finding=_finding(line, role, names),
        plots=_plots(what, unit, level, names.places, named if len(beyond) > named else None),
        foot=_foot(line, level),
        chart=wide,
        narrow=narrow,
        printed=printed,
        columns=(
            words.capital(names.place),
            say("Score"),
            say("Expected"),
            say("Range"),
            say("Difference"),
        ),
        rows=tuple(
            (
                names[str(code)],
                words.fixed(float(row["score"]), 1),
                words.fixed(float(row["expected"]), 1),
                say(
                    "{low} to {high}",
                    low=words.fixed(float(row["lower"]), 1),
                    high=words.fixed(float(row["upper"]), 1),
                ),
                words.fixed(float(row["beyond"]), 1),
            )
            for code, row in table.iterrows()
        ),
        numbers=numbers.frame(role, table, names),
    )


_WHAT = {"income": noted("GDP per head"), "population": noted("population")}


def _plots(what: str, unit: str, level: str, places: str, named: int | None) -> str:
    """Say what is plotted, and who is named: all beyond the range, or so many of them."""
    plotted = say(
        "Score against {what} ({unit}, log scale), with the line of least squares and the range "
        "in which {level} of {places} would lie.",
        what=what,
        unit=unit,
        level=level,
        places=places,
    )
    if named is None:
        beyond = say("Named are those beyond it.")
    else:
        beyond = say("Named are the {n} farthest beyond it.", n=words.count(named))
    return f"{plotted} {beyond}"


def _foot(line: Line, level: str) -> str:
    """Say what doubling goes with, and what that does not mean."""
    given = {
        "n": words.fixed(abs(line.slope) * np.log(2), 1),
        "level": level,
        "low": words.fixed(line.slope_lower * np.log(2), 1),
        "high": words.fixed(line.slope_upper * np.log(2), 1),
    }
    if line.slope > 0:
        doubling = say(
            "Doubling it goes with {n} points more (change with its {level} interval: {low} to "
            "{high}).",
            **given,
        )
    else:
        doubling = say(
            "Doubling it goes with {n} points less (change with its {level} interval: {low} to "
            "{high}).",
            **given,
        )
    chance = say(
        "This is not cause and effect; and by chance alone {share} would lie above the range.",
        share=words.share((1 - line.level) / 2),
    )
    return f"{doubling} {chance}"


def _finding(line: Line, role: str, names: Names) -> str:
    share = words.share(line.explained)
    above = line.table[(line.table["score"] > line.table["upper"]).to_numpy()]
    told = say(
        "{what} explains {share} of the differences between scores",
        what=words.capital(say(_WHAT[role])),
        share=share,
    )
    if above.empty or role != "income":
        return told
    order = above.sort_values("beyond", ascending=False, kind="stable").index
    leaders = words.listing([names.called(str(c)) for c in order], most=4)
    return say("{finding}; well above what it lets expect: {names}", finding=told, names=leaders)


def _listed(codes: object, names: Names) -> str:
    listed = [names.called(str(c)) for c in codes]  # type: ignore[attr-defined]
    return words.listing(listed) or say("none")


def _fan(line: Line) -> charts.Fan:
    """Follow the line and its interval from the lowest to the highest x."""
    table = line.table.sort_values("x", kind="stable")
    x = table["x"].to_numpy(float)
    keep = np.unique(np.linspace(0, len(x) - 1, min(len(x), _KNOTS)).round().astype(int))
    parts = [table[name].to_numpy(float)[keep] for name in ("expected", "lower", "upper")]
    return charts.Fan(x[keep], *parts)


def _ticks(line: Line) -> list[tuple[float, str]]:
    """Choose round figures on the log scale: 500, 1,000, 2,000, …, or powers of ten."""
    low, high = float(line.table["x"].min()), float(line.table["x"].max())
    first, last = int(np.floor(low / np.log(10))), int(np.ceil(high / np.log(10)))
    steps = _STEPS if last - first <= 4 else (1,)
    values = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    return [(float(np.log(v)), _tick(v)) for v in values if low <= np.log(v) <= high]


def _tick(value: float) -> str:
    """Write a round figure under the axis.

    >>> _tick(2000.0), _tick(1e6).replace(words.NBSP, " "), _tick(2e9).replace(words.NBSP, " ")
    ('2,000', '1 m', '2 bn')
    """
    return words.large(value, 1) if value >= 1e6 else words.number(value)
