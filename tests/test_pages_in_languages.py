"""Whole editions in other languages: the same figures, all words said, from either side."""

import json
import re
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from babel.numbers import get_decimal_symbol, get_group_symbol
from typer.testing import CliRunner

from resilience_index.cli import app
from resilience_index.doors import version
from resilience_index.publish import messages, verifying

FIGURES = {
    "a": {"AAA": 1, "BBB": 2, "CCC": 4, "DDD": 7},
    "b": {"AAA": 1234.5, "BBB": 20, "CCC": None, "DDD": 70},
}
MADE_UP = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Ranking"
msgstr "Rangolisto"

msgid "Small index"
msgstr "Eta indekso"

msgid "Indicator a"
msgstr "Indikilo a"

msgid "Skip to content"
msgstr "Al la \\"enhavo\\" & < pli"
"""


def catalogue(content, code, form):
    """Write a catalogue that says every message in some form."""
    made = Catalog(locale=code, fuzzy=False)
    for text in messages.messages(content):
        made.add(text, form(text) if isinstance(text, str) else tuple(map(form, text)))
    path = content.folder / "languages" / f"{code}.po"
    path.parent.mkdir(exist_ok=True)
    out = BytesIO()
    write_po(out, made)
    path.write_bytes(out.getvalue())


def test_a_language_is_one_file_and_no_code(small, tmp_path):
    folder = small(FIGURES)
    (folder / "languages").mkdir()
    (folder / "languages" / "eo.po").write_text(MADE_UP, encoding="utf-8")
    shared = ["small", "--content", str(folder), "--no-audit", "--no-policy", "--draws", "16"]
    for more in (["--out", str(tmp_path / "en")], ["--out", str(tmp_path / "eo"), "--lang", "eo"]):
        done = CliRunner().invoke(app, ["site", *shared, *more], catch_exceptions=False)
        assert done.exit_code == 0, done.output
    page = (tmp_path / "eo" / "index.html").read_text(encoding="utf-8")
    assert '<html lang="eo" dir="ltr">' in page
    assert "Al la &#34;enhavo&#34; &amp; &lt; pli" in page  # no markup from a catalogue
    assert "Eta indekso" in page
    described = re.search(r"<script[^>]*ld.json.*?</script>", page, flags=re.S)[0]
    assert "Small index" not in page.replace(described, "")  # for machines it keeps its name
    assert "How to cite" in page  # what is not translated stays English
    assert "Indikilo a" in (tmp_path / "eo" / "indicators" / "a.html").read_text(encoding="utf-8")
    record = json.loads((tmp_path / "eo" / "manifest.json").read_text(encoding="utf-8"))
    assert record["options"]["language"] == "eo"
    assert "How to cite" in record["untranslated"]
    assert "Ranking" not in record["untranslated"]
    assert f"{len(record['untranslated']):,} messages have no translation" in done.output
    said = (tmp_path / "eo" / "words.js").read_text(encoding="utf-8")
    signs = json.loads(said.partition(" = ")[2].rstrip(";\n"))["signs"]
    assert signs[:2] == [get_decimal_symbol("eo"), get_group_symbol("eo")]
    for name in ("ranking.csv", "scores.csv", "indicators.csv"):  # data are the same in all
        there = [(tmp_path / place / "data" / name).read_bytes() for place in ("en", "eo")]
        assert there[0] == there[1]
    assert not (tmp_path / "en" / "words.js").exists()
    assert verifying.differences(tmp_path / "eo", engine=version()) == []


def test_an_edition_in_another_language_has_a_folder_of_its_own():
    from resilience_index.doors import folder_of

    assert folder_of("x", "2026", "en").name == "x-2026"
    assert folder_of("x", "2026", "pt_BR").name == "x-2026-pt-BR"
