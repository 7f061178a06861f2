"""Texts of charts in languages that are written from the right."""

from itertools import pairwise

import pytest

from resilience_index.content.choices import Choice
from resilience_index.content.languages import open_language
from resilience_index.content.speech import plus, speaking
from resilience_index.publish import _views
from resilience_index.publish._audit_cells import legend
from resilience_index.publish._letters import based, drawn, families, from_right, seen
from resilience_index.publish._marks import Chart, Text, fitted, width_of
from resilience_index.publish._notes import scale
from resilience_index.publish._policy_amounts import signed
from resilience_index.publish.speech import ranged
from resilience_index.publish.words import span

FROM, TO = "\u2067", "\u2069"  # between them, text runs from the right


@pytest.fixture(scope="module")
def arabic():
    return open_language("ar")


def chart(*texts):
    return Chart("100", "20", "عنوان: 1.", texts=tuple(Text("1", "2", text) for text in texts))


def svg(made):
    template = "{% import 'charts.j2' as charts %}{{ charts.svg(c) }}"
    return _views.environment(_views.templates()).from_string(template).render(c=made)


@pytest.mark.parametrize(
    ("read", "left", "right"),
    [
        ("0.32 (من 0.06 إلى 0.66)", "(0.66 ", ") 0.32"),
        ("Apertus (سويسرا)", "(", ") Apertus"),
        ("سعر (GPU (H100))", "(GPU (H100)) ", ""),
        ("هنا [5\u200e%\u200e]", "[5%] ", ""),
        ("«قول»: ≤ 5", "5 ≥ :«", "»"),
        ("هنا 6 < 7", "7 > 6 ", ""),
        ("Apertus: هنا.", ".", " :Apertus"),
        ("((هنا))", "((", "))"),
    ],
)
def test_a_text_from_the_right_is_seen_with_its_brackets_round_its_words(read, left, right):
    laid = seen(read)
    assert laid.startswith(left)
    assert laid.endswith(right)
    assert seen(f"{FROM}{read}{TO}") == laid


def test_a_range_keeps_its_order_where_text_runs_from_the_right():
    assert "6–13" in seen("المدى \u20666–13\u2069 هنا")


def test_texts_of_a_chart_run_the_way_of_their_language(arabic):
    made = chart("كوريا: 1.", "20", "Apertus")
    with speaking(arabic):
        there = svg(made)
    assert f">{FROM}كوريا: 1.{TO}<" in there
    assert f"<title>{FROM}عنوان: 1.{TO}</title>" in there
    assert ">20<" in there
    assert ">Apertus<" in there  # a name alone needs no base
    assert FROM not in svg(made)  # in English


def test_a_line_of_a_sentence_runs_so_even_if_its_letters_are_latin(arabic):
    with speaking(arabic):
        assert based("CC BY 4.0.", whole=True) == f"{FROM}CC BY 4.0.{TO}"
    assert based("CC BY 4.0.", whole=True) == "CC BY 4.0."


def test_a_line_that_begins_or_ends_inside_a_name_keeps_its_base(arabic):
    with speaking(arabic):
        assert based("الجنوبية\u2069، \u2068هولندا\u2069.") == (
            f"{FROM}الجنوبية، \u2068هولندا\u2069.{TO}"
        )
        assert based("\u2068كوريا") == f"{FROM}\u2068كوريا\u2069{TO}"


def test_the_arrow_of_an_axis_stays_at_its_right_end(arabic):
    with speaking(arabic):
        assert based("السيادة →") == "\u2066السيادة →\u2069"
    assert seen("السيادة →").endswith(" →")
    assert seen("\u2066السيادة →\u2069") == seen("السيادة →")


def test_what_a_printed_chart_draws_has_no_marks_of_direction(arabic):
    with speaking(arabic):
        html = drawn(svg(chart("كوريا: 1.")) + "<p>\u2068كوريا\u2069</p>")
    assert FROM not in html
    assert "<title>عنوان: 1.</title>" in html
    assert "<p>\u2068كوريا\u2069</p>" in html
    assert from_right(html)


@pytest.mark.parametrize(
    ("code", "family"), [("ar", "Noto Sans Arabic"), ("ko", "Noto Sans CJK KR")]
)
def test_charts_name_the_font_of_their_language(code, family):
    with speaking(open_language(code)):
        assert families().split(",")[:2] == ["Inter", f"'{family}'"]
        assert f'font-family="{families()}"' in svg(chart("1"))


def test_a_plus_stands_left_of_its_number_as_a_minus_does(arabic):
    with speaking(arabic):
        assert [signed(v, 1) for v in (0.2, -0.2, 0.0)] == ["\u200e+0.2", "\u200e-0.2", "0.0"]
        assert seen(f"هنا {signed(0.2, 1)}").startswith("+0.2")
    assert plus() == "+"


def test_joined_letters_take_the_room_that_they_need():
    name = "الإمارات العربية المتحدة"
    assert 97.4 < width_of(name) < 112  # by the widths of Noto Sans Arabic
    assert fitted(name, 132, bold=True) == name
    assert width_of(f"{FROM}{name}{TO}") == width_of(name)


def test_a_formula_stays_whole_and_in_order_where_text_runs_from_the_right(arabic):
    with speaking(arabic):
        told = scale([Choice(name="log1p")])
        assert told.endswith("\u2066log(1\u00a0+\u00a0x)\u2069")
        assert "log(1\u00a0+\u00a0x)" in seen(told)
    assert scale([Choice(name="log1p")]) == "log(1 + x) scale"


def test_a_range_of_a_page_is_not_broken_and_keeps_its_marks_of_direction(arabic):
    with speaking(arabic):
        told = ranged(f"الـ12 ({span(7, 17)})")
    assert '(<span class="whole-range">\u20667–17\u2069</span>)' in told
    assert ranged("1–") == "1–"
    assert ranged("<b>2–3") == '&lt;b&gt;<span class="whole-range">2–3</span>'
    assert "1\u202f204–1\u202f310</span>, x" in ranged("1\u202f204–1\u202f310, x")


@pytest.mark.parametrize("code", ["en", "fr", "ar", "ko"])
def test_the_words_of_a_colour_take_no_more_room_than_its_box(code):
    with speaking(open_language(code)):
        texts = legend().texts
    assert [text.text[0] for text in texts] == ["<", *"≥≥≥≥≥≥"]
    for one, after in pairwise(texts):
        assert float(one.x) + width_of(one.text) < float(after.x)
