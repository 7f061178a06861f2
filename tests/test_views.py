"""The look: colours that can be seen, templates that use just what a view holds."""

import itertools
import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from resilience_index.places import templates
from resilience_index.publish import _views
from resilience_index.publish._marks import Chart, Dot, Shape, Text
from resilience_index.publish.country import CountryView
from resilience_index.publish.ranking_page import RankingView

TOKENS = _views.environment(templates()).globals["token"]
PILLARS = [_views.hue(i) for i in range(_views.HUES)]
# Machado, Oliveira and Fernandes (2009), severity 1.0. https://doi.org/10.1109/TVCG.2009.113
SIGHT = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}


def linear(token):
    parts = np.array([int(TOKENS[token][i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    light = sorted(float(linear(t) @ [0.2126, 0.7152, 0.0722]) + 0.05 for t in (one, other))
    return light[1] / light[0]


def lab(colour):
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x = np.array(to_xyz) @ np.clip(colour, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("ground", ["paper", "wash", "band-wash"])
@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3"])
def test_text_has_a_contrast_of_at_least_four_and_a_half(ink, ground):
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("mark", [*PILLARS, "other-dot", "ink-2", "band-edge"])
def test_marks_have_a_contrast_of_at_least_three(mark):
    assert contrast(mark, "paper") >= 3


@pytest.mark.parametrize("sight", SIGHT)
def test_pillars_differ_in_every_kind_of_sight(sight):
    seen = {p: lab(np.array(SIGHT[sight]) @ linear(p)) for p in PILLARS}
    for one, other in itertools.combinations(PILLARS, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= 15, (one, other)


def used(*names):
    text = "".join((templates() / name).read_text(encoding="utf-8") for name in names)
    return set(re.findall(r"\bview\.([a-z_]+)", text))


def test_the_templates_of_a_report_use_just_what_its_view_holds():
    held = {f.name for f in fields(CountryView)}
    pages = used(
        "base.html.j2", "country.html.j2", "report.html.j2", "brief.html.j2", "sections.j2"
    )
    assert pages == held


def test_the_template_of_the_front_page_uses_just_what_its_view_holds():
    held = {f.name for f in fields(RankingView)}
    own = used("ranking.html.j2")
    assert own <= held
    assert own | (used("base.html.j2", "sections.j2") & held) == held


def test_templates_have_no_arithmetic():
    for path in templates().glob("*.j2"):
        for code in re.findall(r"{[{%](.*?)[%}]}", path.read_text(encoding="utf-8"), re.DOTALL):
            bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", code).strip("-")
            assert not re.search(r"[*/+]|\bround\b|\w\s*-\s*\w", bare), f"{path.name}: {code}"


def test_pages_name_no_outside_resource():
    for path in filter(Path.is_file, templates().rglob("*")):
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"(?:src|href)=\"(https?:[^\"]*)|url\(([^#)][^)]*)\)|@import", text)
        assert not found, path.name


def drawn(chart):
    text = "{% import 'charts.j2' as charts %}{{ charts.svg(chart) }}"
    return _views.environment(templates()).from_string(text).render(chart=chart)


def test_a_chart_is_an_image_with_a_label_and_a_title():
    chart = Chart(
        "20", "10", "One & two",
        (Shape("M0 0H5V5Z", fill="other"), Shape("M0 0H9", line="rule", width="2")),
        (Dot("5", "5", "3", "p1"),), (Text("1", "9", "<b>", "end", "ink", bold=True),),
    )  # fmt: skip
    assert drawn(chart) == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" width="20" height="10" '
        'role="img" aria-label="One &amp; two" '
        "font-family=\"Inter, 'Noto Sans', 'Noto Sans CJK KR', sans-serif\" font-size=\"10.4\">"
        "<title>One &amp; two</title>"
        '<path d="M0 0H5V5Z" fill="#d3d8dc"/>'
        '<path d="M0 0H9" fill="none" stroke="#d3d8dc" stroke-width="2"/>'
        '<circle cx="5" cy="5" r="3" fill="#0072b2" stroke="#ffffff"/>'
        '<text x="1" y="9" text-anchor="end" fill="#17212b" font-weight="600">&lt;b&gt;</text>'
        "</svg>"
    )


def test_marks_in_a_row_that_look_the_same_stand_in_one_group_in_their_order():
    dots = tuple(Dot(str(i), "5", "3", c) for i, c in enumerate(("ink", "ink", "other")))
    texts = (Text("1", "9", "a"), Text("2", "9", "b"), Text("3", "9", "c", "end"))
    svg = drawn(Chart("20", "10", "t", (), dots, texts))
    assert svg.split("<title>t</title>")[1] == (
        '<g fill="#17212b" stroke="#ffffff">'
        '<circle cx="0" cy="5" r="3"/><circle cx="1" cy="5" r="3"/></g>'
        '<circle cx="2" cy="5" r="3" fill="#d3d8dc" stroke="#ffffff"/>'
        '<g fill="#46525e"><text x="1" y="9">a</text><text x="2" y="9">b</text></g>'
        '<text x="3" y="9" text-anchor="end" fill="#46525e">c</text></svg>'
    )


def test_an_estimate_is_drawn_hollow_and_dashed():
    svg = drawn(Chart("20", "10", "t", (), (Dot("5", "5", "3", "p1", hollow=True),)))
    assert 'fill="#ffffff" stroke="#0072b2" stroke-width="1.4" stroke-dasharray="2 1.4"' in svg


def test_the_templates_are_opened_once():
    assert _views.environment(templates()) is _views.environment(templates())
