"""Languages: catalogues are read and checked; names, numbers and lists follow Unicode's CLDR."""

import ast
import json
import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from babel import Locale
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from babel.numbers import format_decimal, format_percent, get_minus_sign_symbol
from typer.testing import CliRunner

from resilience_index import open_content
from resilience_index.cli import app
from resilience_index.content._catalogues import parse
from resilience_index.content.languages import (
    open_language,
    read_catalogue,
    texts_of,
    translated,
    translated_framework,
)
from resilience_index.content.speech import say, say_many, speaking
from resilience_index.errors import ContentError, UsageError
from resilience_index.places import templates
from resilience_index.publish import _method_words, _policy_amounts, _retold, messages, words
from resilience_index.publish.speech import said_in_page
from resilience_index.steps import (
    aggregate,
    impute,
    normalise,
    rank,
    screen,
    transform,
    treat,
    weight,
)

HEAD = """
msgid ""
msgstr ""
"Language: {code}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
DUTCH = """
msgid "{rank} of {of}"
msgstr "{rank} van de {of}"

msgid "{n}th"
msgstr "{n}e"

msgid "{n} country"
msgid_plural "{n} countries"
msgstr[0] "{n} land"
msgstr[1] "{n} landen"

msgid "North"
msgstr "Noorden"

msgid "Survey of machines"
msgstr "Telling van machines"

msgid "Small index"
msgstr "Kleine index"
"""


@pytest.fixture
def folder(small):
    """Give a content folder; a catalogue is written into it."""
    made = small({"a": {"AAA": 1, "BBB": 2, "CCC": 4}})
    (made / "languages").mkdir()
    return made


def write(folder, text, code="nl"):
    path = folder / "languages" / f"{code}.po"
    path.write_text(HEAD.replace("{code}", code) + text, encoding="utf-8")
    return path


def test_a_file_in_the_folder_is_a_language_and_no_code_is_needed(folder):
    write(folder, DUTCH)
    dutch = open_language("nl", folder)
    with speaking(dutch):
        assert words.standing(13, 1270) == "13e van de 1.270"
        assert say_many(1, "{n} country", "{n} countries") == "1 land"
        assert say_many(5, "{n} country", "{n} countries") == "5 landen"
        assert say("Nobody has translated {what}", what="this") == "Nobody has translated this"
    assert dutch.untranslated == ["Nobody has translated {what}"]
    assert words.standing(13, 1270) == "13th of 1,270"


def test_words_of_content_are_translated_and_keys_and_citations_are_not(folder):
    write(folder, DUTCH)
    content, dutch = open_content(folder), open_language("nl", folder)
    made = translated(content, dutch)
    assert made.units["region"].tolist() == ["Noorden", "Noorden", "South", "South"]
    assert made.sources["survey"].title == "Telling van machines"
    assert made.sources["survey"].citation == content.sources["survey"].citation
    assert made.indicators.keys() == content.indicators.keys()
    framework = translated_framework(content.framework("small"), dutch)
    assert framework.about.title == "Kleine index"
    assert content.framework("small").about.title == "Small index"
    found = texts_of(content, [content.framework("small")])
    assert found["Small index"] == "frameworks/small.about.title"
    assert {"North", "Survey of machines", "Counts what a counts."} <= set(found)
    assert not any("2025." in text for text in found)  # no citation


def test_what_a_framework_leaves_out_is_left_out_of_its_translation_too(folder):
    """Weights are drawn where no assumption is listed, in every language."""
    write(folder, DUTCH)
    framework = open_content(folder).framework("small")
    made = translated_framework(framework, open_language("nl", folder))
    assert not framework.assumptions.listed
    assert not made.assumptions.listed
    assert made.method.model_fields_set == framework.method.model_fields_set


@pytest.mark.parametrize("code", ["ko", "fr", "ar", "pt_BR"])
def test_names_of_countries_are_those_of_cldr(code, shipped, tmp_path):
    (tmp_path / "languages").mkdir()
    write(tmp_path, "", code)
    made = translated(shipped, open_language(code, tmp_path))
    cldr = Locale.parse(code).territories
    iso2 = shipped.units["iso2"]
    wanted = [cldr.get(c, n) for c, n in zip(iso2, shipped.units["name"], strict=True)]
    assert made.units["name"].tolist() == wanted
    assert sum(c in cldr for c in iso2) >= 217
    assert made.units.loc["KOR", "name"] == cldr["KR"]


@pytest.mark.parametrize("code", ["ko", "fr", "ar", "de"])
def test_numbers_shares_and_lists_are_written_as_cldr_has_them(code, tmp_path):
    (tmp_path / "languages").mkdir()
    write(tmp_path, "", code)
    with speaking(open_language(code, tmp_path)):
        for number in ("1234567.5", "-0.5", "-1234.25", "12"):
            places = len(number.partition(".")[2])
            pattern = "#,##0." + "0" * places if places else "#,##0"
            expected = format_decimal(Decimal(number), pattern, locale=code)
            expected = expected.replace("-", get_minus_sign_symbol(code))
            assert words.fixed(float(number), places) == expected
        assert words.share(0.81) == format_percent(0.81, locale=code)
        assert words.listing(["A", "B", "C"]) == format_list(["A", "B", "C"], locale=code)


def test_a_range_keeps_its_order_where_text_runs_from_the_right(tmp_path):
    (tmp_path / "languages").mkdir()
    write(tmp_path, "", "ar")
    arabic = open_language("ar", tmp_path)
    with speaking(arabic):
        assert words.span(6, 13) == "\u20666–13\u2069"
    assert (arabic.direction, words.span(6, 13)) == ("rtl", "6–13")


BAD = {
    "a place that the message has not": ('msgid "{a}"\nmsgstr "{b}"\n', r"line 8.*has \{b\}"),
    "a place left out": ('msgid "{a} and {b}"\nmsgstr "{a}"\n', r"leaves out \{b\}"),
    "an attribute": ('msgid "{a}"\nmsgstr "{a.__class__}"\n', "more than a name"),
    "a format": ('msgid "{a}"\nmsgstr "{a:>99999999}"\n', "more than a name"),
    "a brace": ('msgid "{a}"\nmsgstr "{a"\n', "does not close"),
    "no catalogue": ("what is this\n", "not a message catalogue"),
}


HEADS = {
    "forms without end": ("nplurals=1000000000; plural=0", "1000000000 forms; from 1 to 6"),
    "no form": ("nplurals=0; plural=0", "0 forms"),
    "no rule": ("nplurals=two", "Plural-Forms: 'nplurals=two'"),
    "code": ('nplurals=2; plural=__import__("os").getpid()', "invalid token"),
    "a rule that nests": ("nplurals=2; plural=" + "(" * 900 + "n" + ")" * 900, "Plural-Forms: "),
    "a rule that divides by nothing": ("nplurals=2; plural=n%(n-57)", "may be 0"),
    "a quotient": ("nplurals=2; plural=1/n", "may be 0"),
}


@pytest.mark.parametrize("kind", HEADS)
def test_a_head_that_asks_for_what_no_language_needs_is_refused(kind, folder):
    rule, told = HEADS[kind]
    path = write(folder, "")
    text = path.read_text(encoding="utf-8")
    written = rule.replace('"', '\\"')
    path.write_text(text.replace("nplurals=2; plural=(n != 1);", written), encoding="utf-8")
    with pytest.raises(ContentError, match="not a message catalogue") as caught:
        open_language("nl", folder)
    assert told in str(caught.value)


@pytest.mark.parametrize("named", ["rot13", "utf-7", "latin-1"])
def test_a_catalogue_in_another_encoding_is_refused(named, folder):
    path = write(folder, "")
    text = path.read_text(encoding="utf-8").replace("UTF-8", named)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=f"charset {named}: save the file as UTF-8"):
        open_language("nl", folder)


def test_the_plurals_of_every_language_that_is_known_are_read():
    """The rules that Babel writes into catalogues to be filled in, with up to six forms."""
    for code in (
        "ar",
        "br",
        "cs",
        "cy",
        "fr",
        "ga",
        "gv",
        "he",
        "ja",
        "kw",
        "lt",
        "mt",
        "pl",
        "sl",
    ):
        made = BytesIO()
        write_po(made, Catalog(locale=code))
        read = parse(made.getvalue().decode(), Locale.parse(code))
        assert read.num_plurals == Catalog(locale=code).num_plurals


@pytest.mark.parametrize("kind", BAD)
def test_a_damaged_catalogue_is_refused_with_its_line(kind, folder):
    text, told = BAD[kind]
    write(folder, text)
    with pytest.raises(ContentError, match=told):
        open_language("nl", folder)


def test_all_faults_of_a_catalogue_are_told_at_once(folder):
    texts = [text for text, _ in BAD.values() if text.startswith("msgid")]
    named = zip("klmno", texts, strict=True)  # no two with the same message
    write(folder, "\n".join(text.replace("{a", "{" + letter) for letter, text in named))
    with pytest.raises(ContentError) as caught:
        open_language("nl", folder)
    assert len(caught.value.problems) == 5


def test_a_language_without_catalogue_is_refused_and_how_to_add_one_is_told(folder):
    with pytest.raises(UsageError, match=r"no language 'xx' .*known: .*en.*languages/xx\.po"):
        open_language("xx", folder)


def test_no_catalogue_is_written_that_no_build_could_use(folder, tmp_path):
    to = tmp_path / "xx.po"
    told = CliRunner().invoke(app, ["messages", "xx", "--content", str(folder), "--to", str(to)])
    assert isinstance(told.exception, UsageError)
    assert "CLDR knows no language 'xx'" in str(told.exception)
    assert not to.exists()


@pytest.mark.parametrize("code", ["../nl", "", "en_XX_YY", "nl\n", "NL"])
def test_a_code_that_names_no_language_is_refused(code, folder):
    with pytest.raises(UsageError, match=r"(?s)no language .*give a code such as fr"):
        open_language(code, folder)


def test_a_catalogue_of_no_language_is_refused(folder):
    write(folder, "", "qqq")
    with pytest.raises(ContentError, match="knows no language 'qqq'"):
        open_language("qqq", folder)


def test_a_translation_keeps_the_tags_of_its_message(folder):
    write(folder, 'msgid "See <b>{n}</b>."\nmsgstr "Zie <b>{n}</b><script>."\n')
    with pytest.raises(ContentError, match=r"other tags than its message: </b> <b> <script>"):
        open_language("nl", folder)


def test_what_a_translation_says_beside_tags_is_text(folder):
    write(folder, 'msgid "See <b>{n}</b>."\nmsgstr "Zie \\"A & B\\" < <b>{n}</b>."\n')
    with speaking(open_language("nl", folder)):
        made = said_in_page("See <b>{n}</b>.", n="<i>")
    assert made == "Zie &#34;A &amp; B&#34; &lt; <b>&lt;i&gt;</b>."


def test_a_catalogue_to_fill_in_has_every_message_and_keeps_what_is_there(folder, tmp_path):
    years = (
        '\nmsgid "{n} year"\nmsgid_plural "{n} years"\nmsgstr[0] "{n} jaar"\nmsgstr[1] "{n} jaar"'
    )
    write(folder, DUTCH + years + '\n\nmsgid "Gone since"\nmsgstr "Sindsdien weg"\n')
    to = tmp_path / "nl.po"
    told = CliRunner().invoke(app, ["messages", "nl", "--content", str(folder), "--to", str(to)])
    assert told.exit_code == 0, told.output
    filled = read_catalogue(to)
    assert filled.get("Small index").string == "Kleine index"
    assert filled.get("{n} year").string == ("{n} jaar", "{n} jaar")
    assert filled.get("Survey of machines").string == "Telling van machines"
    assert filled.get("not ranked").string == ""
    assert "Gone since" not in filled
    assert "said nowhere any more, and left out: Gone since" in told.output
    content, language = open_content(folder), open_language("nl", folder)
    left = [t for t in messages.messages(content) if not any(filled.get(t).string)]
    assert messages.missing(content, language) == [t if isinstance(t, str) else t[0] for t in left]
    assert f"{len(messages.messages(content)):,} messages, {len(left):,} of them" in told.output


def test_a_file_that_is_there_is_not_written_over(folder, tmp_path):
    (tmp_path / "nl.po").write_text("mine")
    to = ["--to", str(tmp_path / "nl.po")]
    with pytest.raises(UsageError, match="exists already"):
        CliRunner().invoke(
            app, ["messages", "nl", "--content", str(folder), *to], catch_exceptions=False
        )
    assert (tmp_path / "nl.po").read_text() == "mine"


def test_every_method_can_be_named_in_another_language():
    steps = (aggregate, impute, normalise, rank, screen, transform, treat, weight)
    names = {name.replace("_", " ") for step in steps for name in step.METHODS}
    assert names <= _method_words.NAMES


def test_what_was_written_before_a_language_was_spoken_is_said_anew(folder):
    dutch = 'msgid "at most {n} years"\nmsgstr "hooguit {n} jaar"\n\n'
    write(folder, dutch + 'msgid "zscore"\nmsgstr "z-score"\n')
    with speaking(open_language("nl", folder)):
        assert _retold.alternative("at most 5 years") == "hooguit 5 jaar"
        assert _retold.alternative("zscore (mean 50)") == "z-score (mean 50)"
        assert _retold.alternative("one indicator left out") == "one indicator left out"


def literal(node):
    """Return a text that stands in the code, in one piece or joined; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_no_message_of_the_code_is_overlooked(shipped):
    found = messages.messages(shipped)
    overlooked = []
    for path in sorted(Path(messages.__file__).parent.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = [t for t in map(literal, node.args) if t is not None]
            if name in ("say", "noted") and node.args and texts and texts[0] not in found:
                overlooked.append((path.name, node.lineno, texts[0]))
            if name in ("counted", "say_many") and len(texts) == 2 and tuple(texts) not in found:
                overlooked.append((path.name, node.lineno, texts[0]))
    assert overlooked == []


def test_no_message_of_the_script_is_overlooked():
    code = (templates() / "site.js").read_text(encoding="utf-8")
    found = {text if isinstance(text, str) else text[0] for text in messages.of_script()}
    said = re.findall(r"\b(?:say|noted)\(\s*(\"(?:[^\"\\\\]|\\\\.)*\")", code)
    assert {json.loads(text) for text in said} <= found
    assert len(said) > 40


@pytest.mark.parametrize(
    ("code", "text", "money"),
    [
        ("en", "250\N{NO-BREAK SPACE}m", "US$ 1.23 billion"),
        ("fr", "250\N{NO-BREAK SPACE}M", "1,23 Md $US"),
        ("ko", "2.5억", "12.3억달러"),
        ("ar", "250\N{NO-BREAK SPACE}مليون", "1.23 مليار دولار"),
    ],
)
def test_large_numbers_are_shortened_as_cldr_says(code, text, money):
    with speaking(open_language(code)):
        assert words.number(2.5e8) == text
        assert _policy_amounts.money(1.234e9).replace(words.NBSP, " ") == money
