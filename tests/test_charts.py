"""Where the marks of each chart stand."""

import math
from itertools import pairwise

import pytest

from resilience_index.publish import _charts
from resilience_index.publish._charts import Bar
from resilience_index.publish._marks import Scale, Spread, width_of

HUNDRED = Scale(0.0, 100.0, 1, (0.0, 20.0, 40.0, 60.0, 80.0, 100.0))
PEERS = Spread(10, 20, 30, 40, 50, 9)


def bar(name="Talent", score=50.0, peers=PEERS):
    return Bar(name, score, HUNDRED.written(score), "3rd", "p1", peers)


def test_the_strip_of_a_row_has_its_dot_in_proportion():
    chart = _charts.mini(bar(score=50.0), HUNDRED, "Talent: 50.0")
    assert [(d.x, d.y, d.colour) for d in chart.dots] == [(str(5 + 94 // 2), "7", "p1")]


def test_a_missing_score_has_no_dot_but_keeps_the_peers():
    chart = _charts.mini(bar(score=math.nan), HUNDRED, "Talent: no data")
    assert chart.dots == ()
    assert len(chart.shapes) == 2


def test_a_strip_is_drawn_with_two_paths_and_a_dot_at_most():
    chart = _charts.mini(bar(), HUNDRED, "")
    assert len(chart.shapes) + len(chart.dots) == 3


def test_an_estimate_is_hollow():
    assert _charts.mini(bar(), HUNDRED, "", hollow=True).dots[0].hollow


def test_all_countries_of_the_strip_are_one_path():
    everyone = [float(v) for v in range(100)]
    chart = _charts.strip(everyone, ("Here 50.0", 50.0), [], HUNDRED, title="t")
    assert chart.shapes[0].d.count("M") == 100


def boxes(chart):
    """Left and right end of each label above the line."""
    above = [t for t in chart.texts if t.y == "15"]
    return sorted((float(t.x), float(t.x) + width_of(t.text, bold=t.bold)) for t in above)


@pytest.mark.parametrize("width", [_charts.NARROW, _charts.WIDE])
@pytest.mark.parametrize("own", [0.0, 3.0, 49.0, 50.0, 55.0, 97.0, 100.0])
def test_names_on_the_strip_do_not_overlap_and_stay_inside(own, width):
    marks = [("Median 50.0", 50.0), ("Bosnia and Herzegovina 52.0", 52.0), ("Chad 1.0", 1.0)]
    focus = (f"Saint Vincent and the Grenadines {own}", own)
    placed = boxes(_charts.strip([own, 50, 52, 1], focus, marks, HUNDRED, title="t", width=width))
    assert all(left >= -0.1 and right <= width + 0.1 for left, right in placed)
    assert all(a[1] < b[0] for a, b in pairwise(placed))


@pytest.mark.parametrize("count", [1, 4, 5, 8, 12])
def test_rows_of_pillars_do_not_run_into_each_other(count):
    chart = _charts.legs([bar(f"Pillar {i}") for i in range(count)], HUNDRED, title="t")
    names = [float(t.y) for t in chart.texts if t.bold and t.anchor == "start"]
    dots = [float(d.y) for d in chart.dots]
    assert all(name < dot for name, dot in zip(names, dots, strict=True))
    assert all(dot + 3 < name - 7 for dot, name in zip(dots, names[1:], strict=False))
    assert float(chart.height) > dots[-1] + 5


def test_a_pillar_without_a_score_is_named_but_not_drawn():
    chart = _charts.legs([bar(), bar("Compute", math.nan)], HUNDRED, title="t")
    assert len(chart.dots) == 1
    assert {"Talent", "Compute", "–"} <= {t.text for t in chart.texts}


def test_the_country_in_question_stands_out_among_its_neighbours():
    bars = [bar(n, s, None) for n, s in (("A", 63.0), ("B", 62.0), ("C", 61.0))]
    chart = _charts.neighbours(bars, 1, HUNDRED, title="t")
    assert [t.text for t in chart.texts if t.bold] == ["3rd", "B", "62.0"]
    assert [d.colour for d in chart.dots] == ["other-dot", "ink", "other-dot"]


def test_neighbours_with_the_same_score_still_have_an_axis():
    chart = _charts.neighbours([bar("A", 50.0), bar("B", 50.0)], 0, HUNDRED, title="t")
    assert len(chart.dots) == 2


def test_pillars_without_a_score_are_left_off_the_line_of_dots():
    chart = _charts.dots([("p1", 10.0), ("p2", math.nan)], HUNDRED, "t")
    assert [d.colour for d in chart.dots] == ["p1"]
