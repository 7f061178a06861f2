"""Fonts of the site: found here, cut to the letters of the pages, the same bytes each time."""

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from resilience_index.publish import fonts


@pytest.fixture(scope="module")
def found():
    there = fonts.find()
    assert {one.face.family for one in there} >= {"Inter", "Noto Serif", "Noto Serif Display"}, (
        "fonts are missing: run make test-setup"
    )
    return there


@pytest.fixture(scope="module")
def cut(found):
    return fonts.cut(found, ["Zürich", "<math><mi>x</mi><mo>&#x02211;</mo></math>"])


def letters(data):
    return {chr(code) for code in TTFont(BytesIO(data)).getBestCmap()}


def test_a_cut_font_has_the_letters_of_the_pages_and_few_others(cut):
    inter = next(c for c in cut.cuts if c.name == "inter-400.woff2")
    assert {"Z", "ü", "0", "\u00a0", "–"} <= letters(inter.data)
    assert "Ж" not in letters(inter.data)
    assert len(inter.data) < 20_000


def test_all_fonts_together_weigh_less_than_a_picture(cut):
    assert sum(len(c.data) for c in cut.cuts) < 90_000


def test_the_font_of_formulas_has_their_letters_in_italics(cut):
    math = [c for c in cut.cuts if "math" in c.name]
    if math:  # this font is asked for, but pages do without it
        assert {"∑", "\U0001d465"} <= letters(math[0].data)


def test_cutting_twice_gives_the_same_bytes(found, cut, monkeypatch):
    monkeypatch.setattr(fonts, "_made", {})
    again = fonts.cut(found, ["Zürich", "<math><mi>x</mi><mo>&#x02211;</mo></math>"])
    assert again == cut


def test_a_cut_font_keeps_its_licence(cut):
    for one in cut.cuts:
        names = TTFont(BytesIO(one.data))["name"]
        assert names.getDebugName(14) or names.getDebugName(13)


def test_letters_that_the_text_face_lacks_come_from_another_font(found):
    made = fonts.cut(found, ["مصر"])
    other = [c for c in made.cuts if "unicode-range" in c.rule]
    assert {"م", "ص", "ر"} <= set().union(*(letters(c.data) for c in other))
    assert made.missing == ()


def test_a_letter_that_no_font_has_is_named(found):
    assert fonts.cut(found, ["\U0001f1e6 \U000e0041"]).missing == ("\U0001f1e6",)


def test_marks_that_are_not_seen_are_not_looked_for(found):
    assert fonts.cut(found, ["\u2068\u202e\n\t"]).missing == ()


def test_without_fonts_the_style_sheet_names_none(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "_fc_list", lambda *_: ())
    monkeypatch.setattr(fonts, "FOLDERS", (tmp_path,))
    assert fonts.find() == ()
    assert fonts.cut((), ["text"]).css == ""


def test_without_fontconfig_fonts_are_found_by_their_usual_names(monkeypatch, tmp_path, found):
    inter = next(one.path for one in found if one.face.family == "Inter")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / f"Inter-Regular{inter.suffix}").write_bytes(inter.read_bytes())
    monkeypatch.setattr(fonts, "_fc_list", lambda *_: ())
    monkeypatch.setattr(fonts, "FOLDERS", (tmp_path,))
    assert [one.face.family for one in fonts.find()] == ["Inter"]


def test_the_site_names_each_font_with_its_licence(found):
    assert any(credit.startswith("Inter (http") for credit in fonts.credits_of(found))
