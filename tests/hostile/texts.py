"""Text that something might run: a spreadsheet, a browser, a template, a terminal."""

from html.parser import HTMLParser
from pathlib import Path

from tests.hostile.making import BUILD, SHEET, changed, harmless, refused


def _csv_is_text(place: Path, _: str) -> None:
    ranking = (place / "out" / "data" / "ranking.csv").read_text(encoding="utf-8")
    assert "'=cmd|" in ranking
    assert ",=cmd" not in ranking


class _Handlers(HTMLParser):
    """Collects what a browser would run on an event, and pictures from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]
        self.found += [tag for name, value in attrs if (name, value) == ("src", "x")]


def _html_is_text(place: Path, _: str) -> None:
    for page in (place / "out").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        reader = _Handlers()
        reader.feed(text)
        assert reader.found == []


def _braces_are_text(place: Path, _: str) -> None:
    pages = "".join(p.read_text(encoding="utf-8") for p in (place / "out").rglob("*.html"))
    assert "{{7*191}}" in pages
    assert "1337" not in pages


def _markup_is_text(_: Path, out: str) -> None:
    assert "[/bold]" in out


harmless("=cmd|… for a name", _csv_is_text)(
    changed("countries.csv", "Beland", "=cmd|' /C calc'!A0", BUILD)
)
harmless("<script> for a name", _html_is_text)(
    changed("countries.csv", "Beland", "<script>alert(1)</script>", BUILD)
)
harmless("attribute for a title", _html_is_text)(
    changed("all.toml", "Indicator a", "\\\"><img src=x onerror='alert(1)'>", BUILD)
)
harmless("braces of a template for a name", _braces_are_text)(
    changed("countries.csv", "Beland", "{{7*191}}{% raise %}", BUILD)
)
harmless("markup of the terminal for a name", _markup_is_text)(
    changed("countries.csv", "Beland", "[/bold]", ["rank", "small", "--content", "content"])
)
harmless("name of 200 letters that a bad pattern would take long for")(
    changed("countries.csv", "Beland", "-" + "1" * 198 + "x", BUILD)
)
refused("name of 15,000 letters", "name has more than 200 letters")(
    changed("countries.csv", "Beland", "-" + "1" * 15_000 + "x")
)
refused("cell that a bad pattern would take hours for", "no column of figures")(
    lambda place: (
        (place / "sheet.csv").write_text(f"code,power\nA,{'1' * 100_000}x\nB,2x\n") and SHEET
    )
)
refused("address that is a script", "sources.survey.url")(
    changed("sources.toml", "https://example.org/survey", "javascript:alert(1)")
)
