"""Whole editions in other languages: the same figures, all words said, from either side."""

import json
import re
import unicodedata
from html.parser import HTMLParser
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from babel.numbers import get_decimal_symbol, get_group_symbol
from typer.testing import CliRunner

import resilience_index as ri
from resilience_index.cli import app
from resilience_index.content import open_content
from resilience_index.content.languages import open_language
from resilience_index.content.speech import speaking
from resilience_index.doors import version
from resilience_index.publish import _retold, audit_page, country, edition, messages, verifying
from resilience_index.publish._audit_reasons import REASONS
from resilience_index.publish.translating import index_in
from resilience_index.robustness.audit import audit

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


class Words(HTMLParser):
    """Gathers what readers meet: texts outside scripts, styles and code, and spoken attributes."""

    SILENT = ("script", "style", "code", "math")
    SPOKEN = ("aria-label", "title", "alt", "placeholder")

    def __init__(self):
        super().__init__()
        self.inside, self.open, self.met = 0, 0, []

    def handle_starttag(self, tag, attrs):
        self.inside += tag in self.SILENT
        self.met += [v for k, v in attrs if k in self.SPOKEN and v and "⟦" not in v]

    def handle_endtag(self, tag):
        self.inside -= tag in self.SILENT

    def handle_data(self, data):
        for part in re.split("([⟦⟧])", data):
            if part in "⟦⟧" and part:
                self.open += 1 if part == "⟦" else -1
            elif not self.open and not self.inside:
                self.met.append(part)


def unsaid(html, known):
    """List words of a page that are neither of a message nor known names."""
    reader = Words()
    reader.feed(html)
    assert reader.open == 0
    texts = [re.sub(r"\b[0-9a-f]{64}\b|https?://\S+", "", WORKS.sub("", t)) for t in reader.met]
    found = {word for text in texts for word in re.findall(r"[A-Za-z]{3,}", text)}
    return sorted(found - known)


NAMES = {"Aland", "Beland", "Celand", "Deland", "AAA", "BBB", "CCC", "DDD"}
FIXED = {
    "CSV", "JSON", "SVG", "PDF", "XLSX", "SDMX", "BibTeX", "RIS", "CFF", "MIT", "Open", "Licence",
    "CC", "https", "example", "org", "survey", "Survey", "of", "machines", "Office", "Figures",
    "small", "kaj", "OECD", "JRC", "doi", "step",
}  # fmt: skip


WORKS = re.compile(
    r"[\w ]+ \(http[^)]*\)|Natural Earth|Admin 0 countries, 1:50 million, version 4.1|Public domain"
)
"""Fonts with their licence, and the map: names of works are not translated."""
PLACE = re.compile(r"(<[^>]*>|\{\w+\})")


def marked(text):
    """Put what a message itself says between marks, but not what fills its places."""
    parts = PLACE.split(text)
    parts[::2] = [re.sub(r"^(\s*)(.*\S)(\s*)$", r"\1⟦\2⟧\3", part) for part in parts[::2]]
    return "".join(parts)


@pytest.fixture
def spoken_edition(small, tmp_path, monkeypatch):
    """Give an edition of a small index in which every message stands between marks."""
    nodes = (
        '[nodes.p]\ntitle = "One"\nparent = "index"\n[nodes.q]\ntitle = "Two"\nparent = "index"\n'
    )
    folder = small(
        {**FIGURES, "c": FIGURES["a"], "d": FIGURES["b"]},
        nodes=nodes,
        indicators="\n".join(
            f'{c} = {{ parent = "{p}" }}' for c, p in zip("abcd", "ppqq", strict=True)
        ),
    )
    catalogue(open_content(folder), "eo", marked)
    monkeypatch.setattr(edition, "to_bytes", lambda text: text.encode())
    index = ri.build("small", content=folder)
    wanted = edition.Wanted(["AAA", "CCC"], jobs=1, draws=64, audit=True, language="eo")
    return edition.write(index, tmp_path / "edition", wanted, engine="1")


def test_every_word_of_a_page_is_a_message(spoken_edition):
    paths = [path.relative_to(spoken_edition).as_posix() for path in spoken_edition.rglob("*")]
    named = {word for path in paths for word in re.findall(r"[A-Za-z]{3,}", path)}
    pages = [*spoken_edition.rglob("*.html"), *spoken_edition.rglob("*.pdf")]
    found = {
        str(path.relative_to(spoken_edition)): unsaid(
            path.read_text(encoding="utf-8"), NAMES | FIXED | named | {n.upper() for n in named}
        )
        for path in pages
    }
    assert {name: words for name, words in found.items() if words} == {}
    assert len(found) > 20


def test_the_record_of_an_audit_is_english_in_every_language(small):
    folder = small(FIGURES)
    catalogue(open_content(folder), "eo", lambda text: f"[{text}]")
    index = ri.build("small", content=folder)
    made = {}
    for code in ("en", "eo"):
        with speaking(open_language(code, folder)):
            made[code], _ = audit_page.extra(index, None, pdf=False).pages(lambda _: None)
    assert made["eo"]["audit.json"] == made["en"]["audit.json"]
    assert made["eo"]["audit.html"] != made["en"]["audit.html"]
    assert "[Indicator a]" in made["eo"]["audit.html"]


ONE = {"a": FIGURES["a"]}


@pytest.mark.parametrize("figures", [ONE, FIGURES, {**ONE, "b": FIGURES["a"]}])
def test_every_reason_why_a_check_cannot_be_made_is_a_message(small, figures):
    index = ri.build("small", content=small(figures))
    parts = [part for check in audit(index, draws=0).checks for part in check.parts]
    reasons = {part.why for part in parts if part.verdict == "cannot be made"}
    assert len(reasons) > 5
    assert [why for why in reasons if _retold.retold(why, REASONS) is None] == []


@pytest.mark.parametrize("code", ["ar", "fr", "ko"])
def test_the_catalogues_that_ship_are_complete(shipped, code):
    language = open_language(code, shipped.folder)
    assert messages.missing(shipped, language) == []
    assert messages.unused(shipped, language) == []


@pytest.mark.parametrize(
    ("code", "name", "foot"),
    [
        ("ar", "كوريا الجنوبية", "4من2"),  # pypdf reads it from the left: the 2 stands first
        ("fr", "Corée du Sud", "2sur4"),
        ("ko", "대한민국", "4쪽중2쪽"),
    ],
)
def test_printed_reports_keep_their_pages_and_have_all_their_letters(
    index, code, name, foot, caplog
):
    from pypdf import PdfReader

    language = open_language(code, index.content.folder)
    known = edition.intervals_of(index, 64)
    moved = country.movers_of(index, known)
    with speaking(language), caplog.at_level("WARNING", "weasyprint"):
        view = country.country_view(index_in(index, language), "KOR", known=known, moved=moved)
        for file, text in country.print_files(view).items():
            read = PdfReader(BytesIO(edition.to_bytes(text)))
            assert len(read.pages) == (1 if "brief" in file else 4)
            assert read.trailer["/Root"]["/Lang"] == code
            assert name in "".join(page.extract_text() for page in read.pages[:1]).replace("\n", "")
            if "brief" not in file:
                text = unicodedata.normalize("NFKC", read.pages[1].extract_text())
                assert foot in "".join(text.split())
    assert [r.getMessage() for r in caplog.records if "notdef" in r.getMessage()] == []
