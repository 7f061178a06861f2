"""The waterfall of a shock: use before, lost at once, brought back by each way, use at the end.

Bars lie across the page, one below the other, so that their names fit a phone too. Bars show means
of the draws, which add up from step to step; medians would not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from resilience_index.content.speech import noted, say
from resilience_index.policy import Interval, Stress
from resilience_index.publish import _policy_amounts as amounts
from resilience_index.publish import _policy_words as wording
from resilience_index.publish import words
from resilience_index.publish._marks import (
    Axis,
    Chart,
    Scale,
    Shape,
    Text,
    at,
    fitted,
    rectangle,
    width_of,
)
from resilience_index.publish._policy_charts import PHONE, WIDE
from resilience_index.publish._views import Figure, Numbers

NAMES = {
    "other_vendor": noted("Brought back by another vendor"),
    "open_weights": noted("Brought back by open weights hosted at home"),
    "own_model": noted("Brought back by a model of one's own"),
}
"""What each way of recovery is called."""

_HIGH = 29.0  # of a row: its name, and its bar
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: code, name, where it begins and ends, what is written; loss is hollow and dashed."""

    code: str
    name: str
    begin: float
    end: float
    written: str
    loss: bool = False
    whole: bool = False  # use itself, before or after, and not a change of it


def steps(made: Stress, place: int) -> list[Step]:
    """Put the steps of a country in order: each begins where the one before ends.

    Parameters
    ----------
    made
        A stress test.
    place
        Of the country among its codes.

    Returns
    -------
    list of Step
        Shares of the use before the shock, means of the draws.
    """
    course = made.course
    lost = float(course.direct[:, place].mean())
    level = 1 - lost
    found = [
        Step("before", say("Use before"), 0.0, 1.0, words.share(1.0), whole=True),
        Step("lost", say("Lost at once"), level, 1.0, words.share(lost), loss=True),
    ]
    for way, name in NAMES.items():
        back = float(course.by[way][:, place].mean())
        found.append(Step(way, say(name), level, level + back, words.share(back)))
        level += back
    ends = Interval.of(course.left[:, place])
    written = amounts.between(words.share(level), words.share(ends.low), words.share(ends.high))
    last = say("Use in month {n}", n=made.months)
    found.append(Step("last", last, 0.0, level, written, whole=True))
    return found


def waterfall(made: Stress, place: int, shock: str) -> Figure | None:
    """Draw the steps from use before a shock to use at its end; None where these are unknown."""
    if np.isnan(made.course.direct[:, place]).any():
        return None
    found = steps(made, place)
    ends = Interval.of(made.course.left[:, place])
    title = words.semicolons(f"{step.name}: {step.written}" for step in found)
    return Figure(
        finding=say("From loss to recovery: {shock}", shock=wording.lowered(shock)),
        plots=say(
            "Shares of AI use before the shock, without any programme: means of all draws, so that "
            "the steps add up; beside the last, and as a line on it, 90\u00a0% of draws."
        ),
        foot=say("No data fix the speeds of recovery by country: they are priors."),
        chart=bars(found, ends, title=title, width=WIDE),
        narrow=bars(found, ends, title=title, width=PHONE),
        columns=(say("Step"), say("Share of use")),
        rows=tuple((step.name, step.written) for step in found),
        numbers=Numbers(
            "recovery",
            ("step", "title", "from", "to", "share", "share_05", "share_95"),
            tuple(
                (
                    *(step.code, step.name, step.begin, step.end, step.end - step.begin),
                    *((ends.low, ends.high) if step is found[-1] else (None, None)),
                )
                for step in found
            ),
        ),
    )


def bars(found: Sequence[Step], ends: Interval, *, title: str, width: float) -> Chart:
    """Draw steps in greys: use filled, loss hollow and dashed, the last with its interval."""
    axis = Axis(Scale(0.0, 1.0, 0, _TICKS), 4.0, width - 8)
    bottom = len(found) * _HIGH + 4
    grid = "".join(f"M{at(axis(v))} 0V{at(bottom)}" for v in _TICKS)
    shapes, texts = [Shape(grid, line="rule-2")], []
    for row, step in enumerate(found):
        top = row * _HIGH + 15
        box = rectangle(axis(step.begin), top, max(axis(step.end), axis(step.begin) + 1), top + 10)
        hue = "ink-2" if step.whole else "ink-3"
        shapes.append(Shape(box, line="ink-2", dashed=True) if step.loss else Shape(box, fill=hue))
        room = width - 14 - width_of(step.written, bold=step.whole)
        texts.append(Text("4", at(top - 4), fitted(step.name, room), "start", "ink", step.whole))
        texts.append(Text(at(width - 4), at(top - 4), step.written, "end", bold=step.whole))
    middle = (len(found) - 1) * _HIGH + 20
    line = f"M{at(axis(ends.low))} {at(middle)}H{at(axis(ends.high))}"
    shapes += [Shape(line, line="paper", width="4"), Shape(line, line="ink", width="1.6")]
    for value in _TICKS:
        anchor = "start" if value == 0 else "end" if value == 1 else "middle"
        texts.append(Text(at(axis(value)), at(bottom + 13), words.share(value), anchor, "ink-3"))
    return Chart(at(width), at(bottom + 17), title, tuple(shapes), (), tuple(texts))
