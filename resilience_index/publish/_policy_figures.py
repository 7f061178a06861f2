"""Figures of the policy lab: intervals of arms, courses after shocks, two indices on one chart."""

from collections.abc import Mapping

import pandas as pd

from resilience_index.content.speech import say, spoken
from resilience_index.policy import Comparison, Lab, Quadrants, Stress
from resilience_index.policy.lab import Interval
from resilience_index.publish import _policy_amounts as amounts
from resilience_index.publish import _policy_charts, words
from resilience_index.publish import _policy_words as wording
from resilience_index.publish._policy_numbers import fields
from resilience_index.publish._views import Figure, Numbers

_NAMED = 14  # countries named on the chart of two indices
_COURSES = 4  # shocks whose course is drawn
_PRINTED = 130.0  # height of the courses on paper


def arms(made: Comparison) -> Figure:
    """Draw what each arm adds to the score."""
    bars = [
        _policy_charts.Bar(
            wording.arm_name(one), one.last.score, amounts.change(one.last.score), hue
        )
        for one, hue in zip(made.arms, _policy_charts.HUES, strict=False)
    ]
    title = words.semicolons(
        say("{programme}: {change} points", programme=bar.name, change=bar.written) for bar in bars
    )
    best = max(made.arms, key=lambda one: one.last.score.median)
    return Figure(
        finding=say("{programme} adds most to the score", programme=wording.arm_name(best)),
        plots=say(
            "Change of score by year {n}, in points: a dot for the median, a line for 90\u00a0% of "
            "draws.",
            n=made.asked.years,
        ),
        foot=say(wording.MODELLED),
        chart=_policy_charts.ranges(bars, title=title, width=_policy_charts.WIDE),
        narrow=_policy_charts.ranges(bars, title=title, width=_policy_charts.PHONE),
        columns=(say("Programme"), say("Score, points")),
        rows=tuple((bar.name, bar.written) for bar in bars),
        numbers=Numbers(
            "arms",
            ("programme", "title", "score_05", "score_median", "score_95"),
            tuple(
                (one.arm.label, bar.name, *ends(one.last.score))
                for one, bar in zip(made.arms, bars, strict=False)
            ),
        ),
    )


def ends(found: Interval) -> tuple[float, float, float]:
    """Return the lower end, the median and the upper end of an interval."""
    return found.low, found.median, found.high


def courses(lab: Lab, made: Comparison, struck: Mapping[str, Stress]) -> Figure | None:
    """Draw the months after the first shock, and after those of models, without any programme."""
    first = next(iter(struck.values()))
    place = first.codes.index(made.country)
    shown = [one for one in struck.values() if _shown(lab, one, made, place)][:_COURSES]
    if not shown:
        return None
    lines = [
        _policy_charts.Line(words.plain(lab.policies.shock(one.shock).title), one.path(place), hue)
        for one, hue in zip(shown, ("ink", *_policy_charts.HUES), strict=False)
    ]
    months = shown[0].months
    title = words.semicolons(
        say(
            "{shock}: {first} of use at once, {last} after {n} months",
            shock=line.name,
            first=words.share(line.months[0].median),
            last=words.share(line.months[-1].median),
            n=months,
        )
        for line in lines
    )
    rows = [
        (str(m), *(amounts.amount(line.months[m], "share") for line in lines))
        for m in range(0, months + 1, 3)
    ]
    return Figure(
        finding=say(
            "What of the use of AI is left in {name}, and what comes back",
            name=words.called(made.name),
        ),
        plots=say(
            "Share of AI use before the shock, month by month, without any programme: medians, and "
            "for the first shock the band of 90\u00a0% of draws."
        ),
        foot=say(
            "Shares of cloud are shares of regions; shares of models, and all speeds of recovery, "
            "are modelled."
        ),
        chart=_policy_charts.courses(lines, title=title, width=_policy_charts.WIDE),
        narrow=_policy_charts.courses(lines, title=title, width=_policy_charts.PHONE),
        columns=(say("Month"), *(line.name for line in lines)),
        rows=tuple(rows),
        numbers=Numbers(
            "course",
            ("shock", "title", "month", "left_05", "left_median", "left_95"),
            tuple(
                (one.shock, line.name, m, *ends(line.months[m]))
                for one, line in zip(shown, lines, strict=False)
                for m in range(months + 1)
            ),
        ),
        printed=_policy_charts.courses(
            lines, title=title, width=_policy_charts.WIDE, high=_PRINTED
        ),
    )


def _shown(lab: Lab, one: Stress, made: Comparison, place: int) -> bool:
    """Say whether a shock is drawn: the first, and those of models or of both layers."""
    known = not pd.isna(one.course.mean_loss[:, place]).any()
    layer = lab.policies.shock(one.shock).layer
    return bool(known and (one.shock == made.shock or layer != "cloud"))


def quadrant(lab: Lab, found: Quadrants, code: str | None) -> Figure:
    """Draw two indices against each other, one country in focus or none."""
    table = found.table
    named = set(table["across"].nlargest(_NAMED // 2).index)
    named |= set(table["up"].nlargest(_NAMED // 2).index) | ({code} if code else set())
    points = [
        _policy_charts.Point(
            words.plain(lab.name(str(c))), float(x), float(y), c in named, c == code
        )
        for c, x, y in zip(table.index, table["across"], table["up"], strict=True)
    ]
    corners = [found.names[f] for f in ("high_high", "low_high", "high_low", "low_low")]
    plain = found.plain
    title = say(
        "{across} against {up} of {n} countries; rank correlation {size}",
        across=found.across,
        up=found.up,
        n=len(points),
        size=words.fixed(plain.size, 2),
    )
    if code is not None and code in table.index:
        field = str(table["field"].to_dict()[code])
        finding = say(
            "{name}: {field}, in {share} of draws",
            name=words.plain(lab.name(code)),
            field=found.names[field].lower() if spoken().english else found.names[field],
            share=words.share(float(table[f"p_{field}"].to_dict()[code])),
        )
    else:
        finding = say(
            "{few} of {n} countries control next to nothing",
            few=words.capital(words.count(found.near_zero)),
            n=len(points),
        )
    draw = _policy_charts.quadrants
    axes = (found.across, found.up)
    return Figure(
        finding=finding,
        plots=say(
            "Each dot a country; lines at the threshold of sovereignty and at the median of "
            "resilience. Left of the first line countries are one group, not a ranking."
        ),
        foot=words.plain(lab.policies.quadrants.shared.text),
        chart=draw(points, found.cuts, corners, axes, title=title, width=_policy_charts.WIDE),
        narrow=draw(points, found.cuts, corners, axes, title=title, width=_policy_charts.PHONE),
        columns=(say("Country"), found.across, found.up),
        rows=tuple(
            (p.name, words.fixed(p.x, 1), words.fixed(p.y, 1))
            for p in sorted(points, key=lambda p: -p.x)
        ),
        numbers=fields(lab, table, "quadrants"),
        printed=draw(
            points,
            found.cuts,
            corners,
            axes,
            title=title,
            width=_policy_charts.WIDE,
            most=_policy_charts.LOW,
        ),
    )
