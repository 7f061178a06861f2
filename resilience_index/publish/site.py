"""The pages of an edition, put together: every page, its data and its style, as texts by path.

`compose` only makes texts; `edition` writes them. Pages that another part of the package makes,
such as the audit, are handed in as an `Extra` and get their place in the bar.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from resilience_index.content import Content
from resilience_index.content.shapes import NAME, Shapes, read_shapes
from resilience_index.export import linked_data
from resilience_index.index import Index
from resilience_index.places import shipped_content, templates
from resilience_index.publish import (
    _company,
    _map,
    _site_data,
    compare_page,
    country,
    data_page,
    fonts,
    indicator_page,
    indicators_page,
    left_out_page,
    method_page,
    ranking_page,
)
from resilience_index.publish._board import Board, board
from resilience_index.publish._chrome import Chrome, chrome
from resilience_index.publish._intervals import intervals
from resilience_index.publish._map import Atlas
from resilience_index.robustness import income
from resilience_index.robustness.sensitivity import Sensitivity
from resilience_index.robustness.uncertainty import Uncertainty

STATIC = ("style.css", "site.js")
"""Files of the look that a site carries along as they are."""

STYLE = "site.css"
"""The style sheet that the names of the cut fonts are put before."""

Told = Callable[[int, int], None]
"""Is told how much is done, and of how much."""

OPTIONAL = (NAME, data_page.DROPPED)
"""Files of a content folder that pages use if they are there."""

DESCRIBING = ("index.html", "data.html")
"""Pages that carry the description of the edition for search engines."""

_COUNTRY_CODE = "iso3"  # units with these codes are drawn on the map that ships
_BESIDE = 2  # neighbours on either side with whom a country's page offers a comparison


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
    """All of a site but its PDFs: texts and fonts by path, sheets by the path of their PDF."""

    texts: Mapping[str, str]
    fonts: Mapping[str, bytes]
    prints: Mapping[str, str]
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
        Where it is worked out what moves ranks; threads of this process if none is given.

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
            ("Ranking", "index.html"),
            ("Compare", "compare.html"),
            ("Indicators", "indicators.html"),
            ("Method", "method.html"),
            *((extra.label, extra.path) for extra in extras),
            ("Not ranked", "left-out.html"),
            ("Data", "data.html"),
        ],
        linked_data.in_page(described) if described else "",
    )
    faces = fonts.find()
    texts = _overview(index, results, known, atlas, around, reports=reports, pdf=pdf)
    texts |= _indicators(index, results, atlas, around, reports)
    data = data_page.data_view(index, files, shapes=shapes, fonts=fonts.credits_of(faces))
    texts["data.html"] = data_page.render(data, around("data.html"))
    prints: dict[str, str] = {}
    for extra in extras:
        pages, sheets = extra.pages(around)
        texts |= pages
        prints |= sheets
    of = len(reports) * (2 if pdf else 1) + len(prints)  # pages now, PDFs later
    moved = country.movers_of(index, known, executor)
    pages, sheets = _countries(
        index, results, known, moved, around, reports, pdf,
        lambda done: None if told is None else told(done, of),
    )  # fmt: skip
    texts |= pages
    prints |= sheets
    texts |= {name: (templates() / name).read_text(encoding="utf-8") for name in STATIC}
    cut = fonts.cut(faces, texts.values())
    style = (templates() / STYLE).read_text(encoding="utf-8")
    texts[STYLE] = cut.css + style
    return Site(texts, fonts.files(cut), prints, cut.missing)


class _Around:
    """Works out what stands round each page; some pages describe the edition as well."""

    def __init__(self, bar: Sequence[tuple[str, str]], described: str) -> None:
        self.bar, self.described = bar, described

    def __call__(
        self, path: str, *, section: str = "", kind: str = "", data: Sequence[str] = ()
    ) -> Chrome:
        made = chrome(path, self.bar, section=section, kind=kind, data=data)
        return replace(made, described=self.described) if path in DESCRIBING else made


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


def _overview(
    index: Index,
    results: Board,
    known: Uncertainty | None,
    atlas: Atlas | None,
    around: _Around,
    *,
    reports: Sequence[str],
    pdf: bool,
) -> dict[str, str]:
    """Make the pages that are about all countries, and the data of their scripts."""
    bands = intervals(known)
    ranking = ranking_page.ranking_view(index, known=known, atlas=atlas, reports=reports, pdf=pdf)
    ranking_data = _site_data.ranking(results, bands)
    comparing = _site_data.comparing(results, bands, known, frozenset(reports))
    compared = compare_page.compare_view(index, known)
    left_out = left_out_page.left_out_view(index)
    of_ranking, of_compare = ("ranking-data.js",), ("compare-data.js",)
    return {
        "index.html": ranking_page.render(
            ranking, around("index.html", kind="ranking", data=of_ranking)
        ),
        of_ranking[0]: _site_data.script("RANKING", ranking_data),
        "compare.html": compare_page.render(
            compared, around("compare.html", kind="compare", data=of_compare)
        ),
        of_compare[0]: _site_data.script("COMPARE", comparing),
        "method.html": method_page.render(
            method_page.method_view(index, known), around("method.html")
        ),
        "left-out.html": left_out_page.render(left_out, around("left-out.html", kind="table")),
        "indicators.html": indicators_page.render(
            indicators_page.indicators_view(index), around("indicators.html")
        ),
    }


def _indicators(
    index: Index, results: Board, atlas: Atlas | None, around: _Around, reports: Sequence[str]
) -> dict[str, str]:
    """Make a page for each indicator."""
    texts = {}
    for code in index.framework.tree.leaves(index.root):
        path = f"indicators/{code}.html"
        view = indicator_page.indicator_view(
            index, code, results=results, atlas=atlas, reports=reports
        )
        texts[path] = indicator_page.render(
            view, around(path, section="indicators.html", kind="indicator")
        )
    return texts


def _countries(
    index: Index,
    results: Board,
    known: Uncertainty | None,
    moved: Sensitivity | None,
    around: _Around,
    reports: Sequence[str],
    pdf: bool,
    told: Callable[[int], None],
) -> tuple[dict[str, str], dict[str, str]]:
    """Make a page for each country, and the sheets that become its PDF."""
    company = _company.company(results)
    pages, prints = {}, {}
    for done, code in enumerate(reports, start=1):
        view = country.country_view(
            index, code, known=known, moved=moved, results=results, company=company
        )
        path = f"countries/{code}.html"
        beside = f"../compare.html#c={','.join(_beside(results, code))}"
        alike = () if view.compared is None else view.compared.alike
        like = f"../compare.html#c={','.join([code, *alike])}" if alike else ""
        pages[path] = country.render(
            view, chrome=around(path), compare=beside, similar=like, pdf=pdf
        )
        if pdf:
            prints[f"countries/{code}.pdf"] = country.render(view, form="print")
        told(done)
    return pages, prints


def _beside(results: Board, code: str) -> list[str]:
    """Return a country, and those next to it in the ranking."""
    at = results.row[code]
    near = results.codes[max(0, at - _BESIDE) : at + _BESIDE + 1]
    return [code, *(c for c in near if c != code)]
