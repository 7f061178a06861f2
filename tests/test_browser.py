"""The site in a browser: Debian's Chromium, without a network, driven by Playwright."""

import re
import shutil
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from resilience_index import build
from resilience_index.publish.edition import Wanted, write
from tests.beside import Walk
from tests.synthetic import write_content

pytestmark = pytest.mark.slow

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
KINDS = {
    "ranking": "index.html",
    "ranking with own weights": "index.html#w=10,20,30,40&c=KOR",
    "compare": "compare.html#c=KOR,JPN,SGP,DEU",
    "country": "countries/KOR.html",
    "indicators": "indicators.html",
    "indicator": "indicators/gh_developers.html",
    "method": "method.html",
    "audit": "audit.html",
    "policy lab": "policy.html",
    "policy of a country": "countries/KOR-policy.html",
    "left out": "left-out.html",
    "data": "data.html",
    "archive": "archive.html",
    "accessibility": "accessibility.html",
    "errata": "errata.html",
}
DRAWS = 512
NASTY = ["Côte d'Ivoire", 'A "quoted" name', "Tom & Jerry", "<script>alert(1)</script>", "مصر"]


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium")
    assert path, "chromium is missing: run make test-setup, or apt install chromium"
    quiet = [
        "--no-sandbox", "--disable-background-networking", "--disable-component-update",
        "--disable-default-apps", "--disable-domain-reliability", "--disable-sync",
        "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def edition(index, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "edition"
    codes = ["KOR", "JPN", "SGP", "DEU", "AGO"]
    wanted = Wanted(codes, pdf=False, draws=DRAWS, audit=True, policy=True)
    return write(index, folder, wanted, engine="0")


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """An edition of 200 countries, the first with names that try to be markup."""
    folder = tmp_path_factory.mktemp("large")
    names = NASTY + [f"Country {i:03d}" for i in range(200 - len(NASTY))]
    content = write_content(folder / "content", names)
    made = build("made_up", content=content)
    wanted = Wanted([f"U{i:03d}" for i in range(len(NASTY))], pdf=False, draws=64)
    return write(made, folder / "edition", wanted, engine="0")


class Seen:
    """What a page asked for and complained of."""

    def __init__(self, page):
        self.requests, self.faults = [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(f"dialog {dialog.message}"))


@pytest.fixture
def visit(chromium, edition):
    """Give a way to open a page of an edition from disk; what it asked for is looked at after."""
    contexts = []

    def open_page(path, *, folder=edition, width=1280, script=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.seen = Seen(page)
        contexts.append((context, page.seen, folder))
        page.goto(f"{folder.as_uri()}/{path}")
        page.wait_for_load_state()
        return page

    yield open_page
    for context, seen, folder in contexts:
        context.close()
        assert not seen.faults
        strangers = [u for u in seen.requests if not u.startswith((folder.as_uri(), "data:"))]
        assert not strangers


def violations(page):
    page.evaluate(AXE)
    found = page.evaluate("axe.run({ preload: false }).then(r => r.violations)")
    return [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found]


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_a_page_of_each_kind_is_accessible_whole_and_runs_no_script_of_its_own(
    visit, edition, path
):
    page = visit(path)
    page.evaluate("document.fonts.ready.then(() => document.fonts.size)")
    asked = {Path(unquote(urlsplit(name).path)) for name in page.seen.requests}
    assert edition / path.partition("#")[0] in asked
    assert not [p for p in asked if not p.is_file()]
    assert {p.suffix for p in asked} >= {".html", ".css"} | (
        {".woff2"} if (edition / "fonts").exists() else set()
    )
    policy = page.get_attribute("meta[http-equiv=Content-Security-Policy]", "content")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.evaluate(
        "[...document.scripts].every(s => s.type === 'application/ld+json' ||"  # data, not run
        " (s.src && !s.textContent))"
        " && !document.querySelector('[style], style, [onclick]')"
    )
    assert not violations(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_a_phone_scrolls_no_page_sideways_and_finds_it_accessible(visit, path):
    page = visit(path, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not violations(page)


def test_chart_text_is_11_pixels_high_at_least(visit):
    for path, width in ((p, w) for p in ("audit.html", "countries/KOR.html") for w in (390, 1280)):
        heights = visit(path, width=width).evaluate(
            "[...document.querySelectorAll('main svg')].filter(s => s.querySelector('text') &&"
            " s.getBoundingClientRect().width).map(s => parseFloat(getComputedStyle("
            "s.querySelector('text')).fontSize) * s.getBoundingClientRect().width"
            " / s.viewBox.baseVal.width)"
        )
        assert heights, path
        assert min(heights) >= 11, (path, width)


def test_without_script_no_heading_of_any_page_is_hidden(visit):
    for path in sorted({path.partition("#")[0] for path in KINDS.values()} - {"compare.html"}):
        page = visit(path, script=False)
        heads = page.locator("main h1, main h2")
        assert heads.count() > 0, path
        hidden = [h.text_content() for h in heads.all() if not h.is_visible()]
        assert not hidden, (path, hidden)


def rows(page):
    """Codes of the rows that are seen, in their order."""
    return page.evaluate(
        "[...document.querySelectorAll('#table tbody tr[data-c]')]"
        ".filter(r => !r.hidden).map(r => r.dataset.c)"
    )


def test_a_click_on_a_head_sorts_by_it_and_a_second_one_turns_the_order(visit, index):
    page = visit("index.html")
    head = page.locator("th[data-key=p0] button")
    head.click()
    pillar = index.framework.tree.pillars[0]
    by_pillar = index.scores[pillar].round(1)
    assert index.scores[pillar].idxmax() == rows(page)[0]
    assert by_pillar[rows(page)].is_monotonic_decreasing
    assert page.get_attribute("th[data-key=p0]", "aria-sort") == "descending"
    head.click()
    assert by_pillar[rows(page)].is_monotonic_increasing
    assert page.get_attribute("th[data-key=p0]", "aria-sort") == "ascending"
    assert page.url.endswith("#s=-p0") or page.url.endswith("#s=p0")


def test_the_published_order_is_kept_until_the_reader_asks_for_another(visit, index):
    page = visit("index.html")
    assert rows(page) == list(index.ranking().index)
    page.select_option("#order", "n")
    names = page.locator("#table tbody tr[data-c]:not([hidden]) th").all_inner_texts()
    assert names[:2] == ["Albania", "Algeria"]
    page.select_option("#order", "r")
    assert rows(page) == list(index.ranking().index)


def test_search_finds_names_without_their_accents_and_codes(visit):
    page = visit("index.html")
    page.fill("#find", "cote")
    assert rows(page) == ["CIV"]
    page.fill("#find", "KOR")
    assert "KOR" in rows(page)
    page.fill("#find", "nowhere at all")
    assert rows(page) == []
    assert page.inner_text("#count").startswith("0 of")


def test_a_group_shows_its_members_and_stands_in_the_address(visit, index):
    page = visit("index.html")
    page.select_option("#group", "asean")
    units = index.content.units
    members = set(units.index[units["asean"] == "1"]) & set(index.scores.index)
    assert set(rows(page)) == members
    assert page.inner_text("#count") == f"{len(members)} of {index.ranked} countries"
    again = visit(f"index.html{page.url[page.url.index('#') :]}")
    assert rows(again) == rows(page)


def own_ranks(page):
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('#table tr[data-c]')]"
        ".map(r => [r.dataset.c, Number(r.querySelector('.own-rank').textContent)]))"
    )


def test_own_weights_give_the_ranks_of_the_weighted_geometric_mean(visit, index):
    page = visit("index.html#w=10,20,30,40")
    pillars = index.scores[index.framework.tree.pillars]
    scores = np.exp(np.log(pillars).to_numpy() @ np.array([0.1, 0.2, 0.3, 0.4]))
    expected = {c: int((scores > s).sum()) + 1 for c, s in zip(pillars.index, scores, strict=True)}
    assert own_ranks(page) == expected
    assert rows(page) == list(index.ranking().index)  # the published order stands


def test_own_weights_stand_in_the_address_and_open_again_from_it(visit):
    page = visit("index.html")
    assert not page.locator(".own-rank").first.is_visible()
    page.click("#own summary")
    for number, value in enumerate((10, 20, 30, 40)):
        page.locator("#own input").nth(number).fill(str(value))
    page.click("#by-own")
    link = page.url[page.url.index("#") :]
    assert link == "#s=y&w=10,20,30,40"
    again = visit(f"index.html{link}")
    assert again.locator("#own").get_attribute("open") is not None
    assert rows(again) == rows(page)
    assert again.inner_text("#verdict") == page.inner_text("#verdict")


def test_own_weights_say_how_far_they_are_from_the_published_ones(visit, index):
    page = visit("index.html#w=10,20,30,40")
    told = page.inner_text("#verdict").replace("\u00a0", " ")
    # half of |.10 - .25| + |.20 - .25| + |.30 - .25| + |.40 - .25|
    assert "20 % of the weight lies elsewhere than in the published ranking" in told
    assert f"of {index.ranked} countries stay inside their published interval" in told
    page.click("#reset")
    assert "published weights" in page.inner_text("#verdict")
    assert "#" not in page.url
    assert not page.locator(".own-rank").first.is_visible()


def test_own_weights_are_marked_as_not_the_published_ranking(visit):
    page = visit("index.html")
    assert page.inner_text("#own summary .tag") == "not the published ranking"


@pytest.mark.parametrize("hash_", ["w=1,2", "w=a,b,c,d", "w=1,2,3,999", "s=nothing", "g=nobody"])
def test_a_wrong_address_gives_the_published_ranking(visit, index, hash_):
    page = visit(f"index.html#{hash_}")
    assert rows(page) == list(index.ranking().index)


def test_the_map_reads_out_what_the_table_says(visit):
    page = visit("index.html")
    page.locator(".world [data-c=BRA]").first.hover()
    told = page.inner_text("#read")
    row = page.locator("#table tr[data-c=BRA]")
    assert told.startswith("Brazil")
    assert f"Rank: {row.locator('td').first.inner_text()}" in told
    assert f"90 % range: {row.locator('td.range').inner_text()}" in told.replace("\u00a0", " ")


def test_beside_every_table_and_chart_of_a_whole_edition_stand_its_files(edition):
    pages = [p for p in edition.rglob("*.html") if p.parent.name != "embed"]
    assert {"audit.html", "policy.html", "KOR-policy.html"} <= {p.name for p in pages}
    for page in pages:
        walk = Walk(page.read_text(encoding="utf-8"))
        assert not walk.alone, page
        for block in walk.blocks:
            assert not block.wanting, (page, block)
            assert all((page.parent / link).is_file() for link in block.links), (page, block)


def test_two_hundred_countries_are_weighed_anew_in_less_than_a_frame(visit, large):
    page = visit("index.html", folder=large)
    page.click("#own summary")
    times = page.evaluate("""() => {
      const slider = document.querySelector('#own input');
      return Array.from({ length: 30 }, (_, i) => {
        slider.value = 26 + i;
        const start = performance.now();
        slider.dispatchEvent(new Event('input'));
        return performance.now() - start;
      });
    }""")
    assert page.locator("#table tr[data-c]").count() == 200
    assert sorted(times)[len(times) // 2] < 16  # milliseconds, one frame


def test_names_that_look_like_markup_stay_text(visit, large):
    for path in ("index.html", "compare.html#c=U000,U001,U002,U003,U004"):
        text = visit(path, folder=large).inner_text("body")
        for name in NASTY[:4]:
            assert name in text
    for code, name in zip(("U001", "U003"), (NASTY[1], NASTY[3]), strict=True):
        page = visit(f"countries/{code}.html", folder=large)
        assert page.inner_text("h1") == name
        assert name in page.title()


def test_compare_takes_its_countries_from_the_address(visit):
    page = visit("compare.html#c=KOR,JPN,SGP")
    assert page.inner_text("#lead").startswith("South Korea is ")
    assert page.locator("#ranks tbody th").all_inner_texts() == [
        "Singapore", "South Korea", "Japan"
    ]  # fmt: skip
    assert page.locator("#matrix tbody tr").count() == 3


def test_compare_adds_takes_away_and_puts_first(visit):
    page = visit("compare.html#c=KOR,JPN")
    page.fill("#add", "germ")
    page.press("#add", "Enter")
    assert page.url.endswith("#c=KOR,JPN,DEU")
    page.click("[data-away=KOR]")
    assert page.url.endswith("#c=JPN,DEU")
    page.click("[data-first=DEU]")
    assert page.url.endswith("#c=DEU,JPN")
    assert page.inner_text("#lead").startswith("Germany is ")
    page.fill("#add", "Atlantis")
    page.press("#add", "Enter")
    assert "No ranked country is called “Atlantis”" in page.inner_text("#said")


def test_compare_takes_a_group_whole_or_those_nearest_in_rank(visit, index):
    page = visit("compare.html#c=USA,KOR")
    units, ranks = index.content.units, index.ranks[index.root]
    for group, of in (("g7", 6), ("oecd", 37)):
        page.select_option("#group", group)
        codes = page.url.partition("#c=")[2].split(",")
        others = [c for c in ranks.index if units[group][c] == "1" and c != "USA"]
        assert len(others) == of
        near = sorted(abs(ranks[c] - ranks["USA"]) for c in others)[:7]
        assert codes[0] == "USA"
        assert sorted(abs(ranks[c] - ranks["USA"]) for c in codes[1:]) == near
        assert str(of) in page.inner_text("#said")
    assert page.inner_text("#lead").startswith("The United States is ")


def test_compare_holds_eight_and_no_more(visit, index):
    codes = list(index.ranking().index[:9])
    page = visit(f"compare.html#c={','.join(codes)}")
    assert page.locator("#ranks tbody tr[class=on], #ranks tbody th").count() >= 8
    assert page.url.endswith(f"#c={','.join(codes[:8])}")
    page.fill("#add", codes[8])
    page.press("#add", "Enter")
    assert "take one away first" in page.inner_text("#said")


def test_compare_says_the_same_of_both_sides_of_a_pair(visit):
    page = visit("compare.html#c=KOR,JPN")
    cells = page.locator("#matrix tbody td").all_inner_texts()
    above, below = (int(re.sub(r"\D", "", cells[k])) for k in (1, 2))
    assert abs(above + below - 100) <= 2  # what is nearly certain is written >98 and <2


def test_a_comparison_of_two_hundred_has_no_axe_violation_either(visit, large):
    assert not violations(visit("compare.html#c=U000,U001,U003,U004", folder=large))


def test_everything_can_be_reached_and_used_by_keyboard_alone(visit, index):
    page = visit("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        if page.evaluate("Boolean(document.activeElement.closest('th[data-key=s]'))"):
            break
    assert {"find", "group", "order", "SUMMARY"} <= seen
    page.keyboard.press("Enter")
    assert page.get_attribute("th[data-key=s]", "aria-sort") == "descending"
    page.focus("#own summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert "#w=26,25,25,25" in page.url or "w=26,25,25,25" in page.url
    assert own_ranks(page)[index.ranking().index[0]] >= 1
    shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'")
    assert shown


def test_without_script_everything_can_be_read(visit, index):
    page = visit("index.html", script=False)
    assert page.locator("#table tr[data-c]").count() == index.ranked
    assert page.locator("#table tr[data-c] .bands line.b").count() == index.ranked
    assert page.locator(".world path[data-c]").count() > 150
    assert not page.locator("#controls").is_visible()
    assert not page.locator("#own").is_visible()
    compare = visit("compare.html", script=False)
    assert "Comparing needs the script" in compare.inner_text("body")
    assert not compare.locator("#compare").is_visible()
    figures = visit("indicators/gh_developers.html", script=False)
    assert figures.locator("#table tbody tr").count() == index.ranked


def test_an_indicator_table_sorts_what_is_missing_to_the_end(visit):
    page = visit("indicators/programming_skill_share.html")
    for head in ("v", "y"):
        page.click(f"th[data-key={head}] button")
        assert page.locator("#table tbody tr").last.locator("td").nth(1).inner_text() == "–"


def test_print_shows_the_table_and_hides_what_only_a_screen_can_use(visit):
    page = visit("index.html")
    page.emulate_media(media="print")
    assert page.locator("#table").is_visible()
    for hidden in ("#controls", "#own", ".bar", ".foot-page"):
        assert not page.locator(hidden).first.is_visible()


def sheets(page):
    """Text of each sheet of A4 that a printer would be given."""
    printed = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    return [sheet.extract_text().strip() for sheet in printed.pages]


@pytest.mark.parametrize("path", ["index.html", "left-out.html", "indicators/gh_developers.html"])
def test_the_head_of_a_table_is_printed_whole_on_each_sheet_that_it_runs_over(visit, path):
    page = visit(path)
    heads = page.locator("table.sortable thead th:visible").all_inner_texts()
    heads = [head.strip(" ↑↓\xa0").split()[0] for head in heads if head != "Report"]
    runs_on = [text[:300] for text in sheets(page)[2:-1]]
    assert runs_on
    assert heads
    assert [head for head in heads for top in runs_on if head not in top] == []


@pytest.mark.parametrize(
    "path", ["countries/KOR.html", "indicators/gh_developers.html", "method.html", "audit.html"]
)
def test_no_heading_is_printed_alone_at_the_foot_of_a_sheet(visit, path):
    page = visit(path)
    headings = page.locator("h2, h3, .plots, .intro").all_inner_texts()
    ends = {" ".join(heading.split())[-30:] for heading in headings if heading.strip()}
    for text in sheets(page):
        foot = " ".join(text.split())
        assert not [end for end in ends if foot.endswith(end)], foot[-60:]


def test_a_comparison_is_printed_with_its_charts_at_their_size_and_no_buttons(visit):
    page = visit(KINDS["compare"])
    page.emulate_media(media="print")
    assert not page.locator("#compare button:visible").count()
    heights = page.eval_on_selector_all(
        "#pillars svg", "found => found.map(s => s.getBoundingClientRect().height)"
    )
    assert len(heights) == 16
    assert max(heights) <= 20
    assert (
        page.eval_on_selector("#pillars .whole", "line => getComputedStyle(line).stroke") != "none"
    )
    shaded = (
        "cell => getComputedStyle(cell).backgroundColor + getComputedStyle(cell).printColorAdjust"
    )
    assert page.eval_on_selector(".matrix .clear", shaded) == "rgb(44, 114, 143)exact"


def test_weights_of_the_reader_are_printed_as_such(visit):
    page = visit(KINDS["ranking with own weights"])
    page.emulate_media(media="print")
    assert "not the published ranking" in page.inner_text("#own")
    assert page.locator("#verdict").is_visible()
    assert page.locator("td.own-rank").first.is_visible()
    assert not page.locator("#own input:visible, #own button:visible").count()


def test_the_ranking_with_own_weights_fits_a_phone_without_scrolling_sideways(visit):
    page = visit(KINDS["ranking with own weights"], width=390)
    assert page.eval_on_selector("#table", "t => t.scrollWidth - t.parentElement.clientWidth") <= 0


def test_the_front_page_shows_formulas_nowhere_and_the_method_page_many(visit):
    assert visit("index.html").locator("math").count() == 0
    assert visit("method.html").locator("math").count() >= 7
