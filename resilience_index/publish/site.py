"""The pages of an edition, put together: every page, its data and its style, as texts by path.

`compose` only makes texts; `edition` writes them. Pages that another part of the package makes,
such as the audit, are handed in as an `Extra` and get their place in the bar.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from resilience_index.content import Content, errata
from resilience_index.content.shapes import NAME, Shapes, read_shapes
from resilience_index.content.speech import say, spoken
from resilience_index.export import linked_data
from resilience_index.export.terms import Terms, terms_of
from resilience_index.index import Index
from resilience_index.places import shipped_content, templates
from resilience_index.publish import (
    _company,
    _map,
    _site_data,
    about_pages,
    companions,
    compare_page,
    country,
    country_pages,
    data_page,
    errata_page,
    fonts,
    indicator_page,
    indicators_page,
    left_out_page,
    method_page,
    ranking_page,
)
from resilience_index.publish._board import Board, board
from resilience_index.publish._chrome import WORDS, Chrome, chrome
from resilience_index.publish._intervals import intervals
from resilience_index.publish._map import Atlas
from resilience_index.publish._spans import Span
from resilience_index.publish.picture import Card
from resilience_index.robustness import income
from resilience_index.robustness.sensitivity import Sensitivity
from resilience_index.robustness.uncertainty import Uncertainty

STATIC = ("style.css", "site.js")
"""Files of the look that a site carries along as they are."""

STYLE = "site.css"
"""The style sheet that the names of the cut fonts are put before."""

Told = Callable[[int, int], None]
"""Is told how much is done, and of how much."""

OPTIONAL = (NAME, data_page.DROPPED, about_pages.EDITIONS, errata.NAME)
"""Files of a content folder that pages use if they are there."""

DESCRIBING = ("index.html", "data.html")
"""Pages that carry the description of the edition for search engines."""

_COUNTRY_CODE = "iso3"  # units with these codes are drawn on the map that ships


Pages = tuple[Mapping[str, str], Mapping[str, str]]
"""Texts by path, and sheets to be printed by the path of their PDF."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Pages from elsewhere: where the bar leads, its words, and how all of them are made.

    `pages` is given what stands round a page, by its path, and returns the page that the bar leads
    to with all that belongs to it: other pages, style sheets, records.
    """

    path: str
    label: str
    pages: Callable[[Callable[[str], Chrome]], Pages]


@dataclass(frozen=True, slots=True)
class Site:
    """All of a site but its PDFs and pictures: these are told by path, to be made of their words.

    `texts` and `fonts` are files by path, `prints` sheets, `cards` what pictures show.
    """

    texts: Mapping[str, str]
    fonts: Mapping[str, bytes]
    prints: Mapping[str, str]
    cards: Mapping[str, Card]
    missing: tuple[str, ...]


def optional_inputs(index: Index) -> None:
    """Count the files that pages may use among those that were read: figures of income, too."""
    content, by = index.content, index.framework.audit.income
    content.read.update(path for name in OPTIONAL if (path := content.folder / name).is_file())
    if by is not None and index.framework.panel is None:
        income.context(index, [by])


def compose(
    index: Index,
    known: Uncertainty | None,
    *,
    moved: Sensitivity | None = None,
    reports: Sequence[str],
    pdf: bool,
    files: Mapping[str, int],
    described: str = "",
    extras: Sequence[Extra] = (),
    told: Told | None = None,
    executor: Executor | None = None,
) -> Site:
    """Make every page of an edition.

    Parameters
    ----------
    index
        A built index of one year.
    known
        Its uncertainty; without it ranks are given without intervals.
    moved
        What moves each rank; worked out here if it is not given.
    reports
        Codes of the countries that get a page.
    pdf
        Whether a PDF lies beside each of these pages.
    files
        Path and size, in bytes, of the files to take along.
    described
        The edition in JSON-LD, which the pages about all countries carry for search engines.
    extras
        Pages that other parts of the package make.
    told
        Is told of each finished page of a country.
    executor
        Where the pages of countries are made; in this process if none is given.

    Returns
    -------
    Site
        Texts, fonts and sheets.
    """
    results = board(index)
    shapes = _shapes(index.content)
    atlas = _map.atlas(shapes, [str(c) for c in index.content.units.index], _places(index.content))
    around = _Around(
        [
            (say("Ranking"), "index.html"),
            (say("Compare"), "compare.html"),
            (say("Indicators"), "indicators.html"),
            (say("Method"), "method.html"),
            *((extra.label, extra.path) for extra in extras),
            (say("Not ranked"), "left-out.html"),
            (say("Data"), "data.html"),
        ],
        linked_data.in_page(described) if described else "",
        index.framework.about.address,
    )
    faces = fonts.find()
    parts = _Parts(terms_of(index), {}, {}, {}, {})
    texts = parts.texts
    _overview(parts, index, results, known, atlas, around, reports=reports, pdf=pdf)
    _indicators(parts, index, results, atlas, around, reports)
    _about_pages(parts, index, around)
    data = data_page.data_view(index, files, shapes=shapes, fonts=fonts.credits_of(faces))
    texts["data.html"] = data_page.render(data, around("data.html"))
    parts.beside.update(companions.of_data(data, parts.terms))
    for extra in extras:
        pages, sheets = extra.pages(around)
        texts |= pages
        parts.prints.update(sheets)
    of = len(reports) * (3 if pdf else 1) + len(parts.prints)  # pages now, PDFs later
    moved = country.movers_of(index, known) if moved is None and reports else moved
    labs = frozenset(path for path in texts if path.endswith("-policy.html"))
    company = _company.company(results, known, reports)
    shared = country_pages.Shared(
        results, known, moved, company, around, parts.terms, labs, pdf, spoken()
    )
    tell = (lambda _: None) if told is None else (lambda done: told(done, of))
    _countries(parts, shared, reports, executor, tell)
    texts |= {name: (templates() / name).read_text(encoding="utf-8") for name in STATIC}
    if not spoken().english:
        texts[WORDS] = _site_data.script("WORDS", _site_data.spoken_words())
    cut = fonts.cut(faces, texts.values())
    style = (templates() / STYLE).read_text(encoding="utf-8")
    texts[STYLE] = cut.css + style
    return Site(texts | parts.beside, fonts.files(cut), parts.prints, parts.cards, cut.missing)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a site is put together from: pages, what lies beside them, sheets, pictures, by path."""

    terms: Terms
    texts: dict[str, str]
    beside: dict[str, str]
    prints: dict[str, str]
    cards: dict[str, Card]


class _Around:
    """Works out what stands round each page; some pages describe the edition as well."""

    def __init__(self, bar: Sequence[tuple[str, str]], described: str, address: str) -> None:
        self.bar, self.described, self.address = bar, described, address

    def __call__(
        self, path: str, *, section: str = "", kind: str = "", data: Sequence[str] = ()
    ) -> Chrome:
        made = chrome(path, self.bar, section=section, kind=kind, data=data)
        return replace(made, described=self.described) if path in DESCRIBING else made

    def shared(self, made: Chrome, path: str, lead: Sequence[Span], picture: str) -> Chrome:
        """Add what a shared link to the page shows."""
        text = "".join(span.text for span in lead)
        return replace(made, social=companions.social(path, text, picture, self.address))


def _shapes(content: Content) -> Shapes | None:
    """Read the content's own map; for countries without one, the map that ships."""
    own = read_shapes(content.folder)
    if own is None and str(content.units.index.name).lower() == _COUNTRY_CODE:
        return read_shapes(shipped_content())
    return own


def _places(content: Content) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of the units that have both."""
    units = content.units
    if not {"longitude", "latitude"} <= set(units.columns):
        return {}
    out = {}
    for code, lon, lat in zip(units.index, units["longitude"], units["latitude"], strict=True):
        try:
            out[str(code)] = (float(lon), float(lat))
        except ValueError:
            continue
    return out


def _about_pages(parts: _Parts, index: Index, around: _Around) -> None:
    """Make the pages about the pages: editions and addresses, accessibility."""
    views: dict[str, about_pages.ArchiveView | about_pages.AccessibilityView] = {
        "archive.html": about_pages.archive_view(index),
        "accessibility.html": about_pages.access_view(index),
    }
    made = {path: about_pages.render(v, around(path)) for path, v in views.items()}
    parts.texts.update(made)


def _overview(
    parts: _Parts,
    index: Index,
    results: Board,
    known: Uncertainty | None,
    atlas: Atlas | None,
    around: _Around,
    *,
    reports: Sequence[str],
    pdf: bool,
) -> None:
    """Make the pages that are about all countries, and the data of their scripts."""
    bands = intervals(known)
    ranking = ranking_page.ranking_view(index, known=known, atlas=atlas, reports=reports, pdf=pdf)
    ranking_data = _site_data.ranking(results, bands)
    comparing = _site_data.comparing(results, bands, known, frozenset(reports))
    compared = compare_page.compare_view(index, known)
    left_out = left_out_page.left_out_view(index)
    method, listed = method_page.method_view(index, known), indicators_page.indicators_view(index)
    of_ranking, of_compare = ("ranking-data.js",), ("compare-data.js",)
    front = around("index.html", kind="ranking", data=of_ranking)
    front = around.shared(front, "index.html", ranking.lead, companions.FRONT)
    parts.beside.update(companions.of_ranking(ranking, parts.terms))
    parts.beside.update(companions.of_lists(method, listed, parts.terms))
    parts.cards[companions.FRONT] = companions.front_card(ranking, results)
    parts.texts.update(
        {
            "index.html": ranking_page.render(ranking, front),
            of_ranking[0]: _site_data.script("RANKING", ranking_data),
            "compare.html": compare_page.render(
                compared, around("compare.html", kind="compare", data=of_compare)
            ),
            of_compare[0]: _site_data.script("COMPARE", comparing),
            "method.html": method_page.render(method, around("method.html")),
            "errata.html": errata_page.render(
                errata_page.errata_view(index), around("errata.html")
            ),
            "left-out.html": left_out_page.render(left_out, around("left-out.html", kind="table")),
            "indicators.html": indicators_page.render(listed, around("indicators.html")),
        }
    )


def _indicators(
    parts: _Parts,
    index: Index,
    results: Board,
    atlas: Atlas | None,
    around: _Around,
    reports: Sequence[str],
) -> None:
    """Make a page for each indicator."""
    for code in index.framework.tree.leaves(index.root):
        path = f"indicators/{code}.html"
        view = indicator_page.indicator_view(
            index, code, results=results, atlas=atlas, reports=reports
        )
        parts.texts[path] = indicator_page.render(
            view, around(path, section="indicators.html", kind="indicator")
        )
        parts.beside.update(companions.of_indicator(view, results, parts.terms))


def _countries(
    parts: _Parts,
    shared: country_pages.Shared,
    reports: Sequence[str],
    executor: Executor | None,
    told: Callable[[int], None],
) -> None:
    """Put the pages of countries to the others, in the order of the ranking."""
    for made in country_pages.pages(shared, reports, executor=executor, told=told):
        parts.texts.update(made.text)
        parts.beside.update(made.beside)
        parts.prints.update(made.prints)
        parts.cards.update(made.card)
