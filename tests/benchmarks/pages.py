"""Pages and reports: every page of a whole edition, a PDF, what a page weighs, weights moved."""

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import resilience_index as ri
from resilience_index.places import templates
from resilience_index.policy.lab import lab_beside
from resilience_index.publish import audit_page, country, edition, picture, policy_page, site
from resilience_index.publish._board import board
from resilience_index.publish._company import company
from resilience_index.publish.pdf import to_pdf
from resilience_index.robustness.uncertainty import Uncertainty
from tests.benchmarks.measuring import Row
from tests.synthetic import write_content

_PRINTED = 12  # reports that are made into PDFs, from all over the ranking
_MOVES = 30  # of a slider
_MAP = "ranking with its map"


def _computing(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def _rendered(index: ri.Index, known: Uncertainty | None) -> tuple[dict[str, float], site.Site]:
    """Make every page of the site, those of the audit and the policy lab and pictures included.

    What the pages tell is worked out before, and timed by itself.
    """
    codes, took = [str(c) for c in index.ranks.index], {}
    given: list[site.Extra | None] = []
    lab = lab_beside(index)
    moved = country.movers_of(index, known)
    took["audit"] = _computing(lambda: given.append(audit_page.extra(index, known, pdf=True)))
    if lab is not None:
        lab = replace(lab, drawn=known)
        took["policy"] = _computing(lambda: given.append(policy_page.extra(lab, codes, pdf=True)))
    extras = [extra for extra in given if extra is not None]
    found: list[site.Site] = []
    took["pages"] = _computing(
        lambda: found.append(
            site.compose(
                index, known, moved=moved, reports=codes, pdf=True, files={}, extras=extras
            )
        )
    )
    took["pictures"] = _computing(lambda: [picture.png(c) for c in found[0].cards.values()])
    return took, found[0]


def _printed(index: ri.Index, known: Uncertainty | None) -> list[float]:
    """Make PDFs of countries from all over the ranking; the first warms up and does not count."""
    laid, moved = board(index), country.movers_of(index, known)
    around, step = company(laid), len(laid.codes) // _PRINTED
    took = []
    for code in laid.codes[::step]:
        view = country.country_view(
            index, code, known=known, moved=moved, results=laid, company=around
        )
        text = country.render(view, form="print")
        took.append(_computing(lambda text=text: to_pdf(text, base=templates())))
    return took[1:]


def _reweighting() -> float:
    """Move a slider on a ranking of 200 countries; the middle of many times, in milliseconds."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as desk, sync_playwright() as playwright:
        content = write_content(Path(desk) / "content", [f"Country {i:03d}" for i in range(200)])
        made = ri.build("made_up", content=content)
        wanted = edition.Wanted([str(made.ranks.index[0])], pdf=False, draws=64, audit=False,
                                policy=False)  # fmt: skip
        folder = edition.write(made, Path(desk) / "edition", wanted, engine="0")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto((folder / "index.html").as_uri())
        page.click("#own summary")
        times = page.evaluate(
            """(moves) => {
              const slider = document.querySelector('#own input');
              return Array.from({ length: moves }, (_, i) => {
                slider.value = 26 + i;
                const start = performance.now();
                slider.dispatchEvent(new Event('input'));
                return performance.now() - start;
              });
            }""",
            _MOVES,
        )
        browser.close()
    return float(sorted(times)[_MOVES // 2])


def pages() -> list[Row]:
    """Time pages, reports and the script of the ranking, and weigh the pages."""
    index = ri.build("ai_resilience")
    known = edition.intervals_of(index)
    took, made = _rendered(index, known)
    texts = made.texts
    sizes = {n: len(t.encode()) / 1000 for n, t in texts.items() if n.endswith(".html")}
    drawn = {n: s for n, s in sizes.items() if 'class="world"' in texts[n]}
    heaviest = max((s, n) for n, s in sizes.items() if n not in drawn)
    prints = _printed(index, known)
    mean = sum(prints) / len(prints)
    return [
        Row("html_s", f"all {len(sizes)} pages with audit, policy lab and pictures, CPU",
            took["pages"] + took["pictures"], "s", 20),
        Row("html_audit_s", "working out the audit, which its page is given, CPU",
            took["audit"], "s"),
        Row("html_policy_s", "working out the policy lab, which its pages are given, CPU",
            took.get("policy", 0.0), "s"),
        Row("pdf_s", f"one PDF report, mean of {len(prints)}, CPU", mean, "s", 1.0),
        Row("pdf_most_s", "the slowest of them", max(prints), "s"),
        Row("pdf_all_s", "all countries on two cores, from the mean",
            mean * len(index.ranks) / 2, "s", 100),
        Row("page_kb", f"the heaviest page without a map, {heaviest[1]}", heaviest[0], "kB", 300),
        Row("page_map_kb", _MAP, sizes["index.html"], "kB"),
        Row("reweigh_ms", "200 countries weighed anew in the browser", _reweighting(), "ms", 16),
    ]  # fmt: skip
