"""Histograms of indicator pages: bars as high as their counts, on an axis of counts."""

import re

import pandas as pd

from resilience_index.publish import _audit_figures
from resilience_index.publish._distribution import histogram


def _tops(chart, colour):
    """Heights at which the rectangles of one colour begin, as text coordinates grow downwards."""
    drawn = " ".join(s.d for s in chart.shapes if s.fill == colour)
    return [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)H", drawn)]


def _counts(chart):
    return [t.text for t in chart.texts if t.anchor == "end" and float(t.x) < 26]


def test_bars_end_at_the_lines_of_their_counts():
    chart = histogram([0.0] * 8 + [12.0] * 4 + [24.0] * 2, "ink", "Made up")
    half, full = _tops(chart, "rule")
    eight, four, two = _tops(chart, "ink")
    assert _counts(chart) == ["4", "8", "0"]
    assert (eight, four) == (full, half)
    floor = _tops(chart, "ink-3")[0]
    assert abs((floor - two) - (floor - eight) / 4) < 0.2


def test_an_odd_count_has_no_line_at_its_half():
    assert _counts(histogram([0.0] * 3 + [5.0], "ink", "Made up")) == ["3", "0"]


def test_figures_below_the_least_normal_float_fill_one_step():
    chart = histogram([5e-324, 0.0, 1e-323], "ink", "Made up")
    assert _counts(chart) == ["3", "0"]


def test_the_small_histograms_of_the_audit_take_such_figures_too():
    assert _audit_figures._counts(pd.Series([5e-324, 0.0, 1e-323, None])) == (3,)
    assert sum(_audit_figures._counts(pd.Series([0.0, 1e-300, 2e-300]))) == 3
