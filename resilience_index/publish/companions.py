"""What lies beside a page of the site: its charts, its table, a chart to embed, a picture."""

import numpy as np

from resilience_index.content.speech import noted, say
from resilience_index.export.terms import Terms
from resilience_index.publish import about_pages, page_tables, takeaway, words
from resilience_index.publish._board import Board, Interval
from resilience_index.publish._chrome import Social
from resilience_index.publish._map import World
from resilience_index.publish.country import CountryView
from resilience_index.publish.data_page import DataView
from resilience_index.publish.indicator_page import IndicatorView
from resilience_index.publish.indicators_page import AllIndicators
from resilience_index.publish.method_page import MethodView
from resilience_index.publish.picture import FOLDER, Card
from resilience_index.publish.ranking_page import RankingView
from resilience_index.robustness.uncertainty import Uncertainty

_HATCHED = noted("Hatched: no figure, or not ranked.")

EMBED = "embed"
"""Folder of charts that other pages show in a frame."""

FRONT = f"{FOLDER}/index.png"
"""The picture of the edition as a whole."""


def of_country(
    view: CountryView, results: Board, known: Uncertainty | None, terms: Terms
) -> dict[str, str]:
    """Write what lies beside a country's page, by path: charts, table, a chart to embed."""
    figures = [view.strip, view.legs, view.neighbours, *(view.sure.figures if view.sure else ())]
    figures += view.compared.figures if view.compared else ()
    made = takeaway.chart_files([f for f in figures if f is not None], view.code, terms)
    title = say("Figures behind each pillar")
    made |= takeaway.number_files(view.quality.numbers, view.code, terms, title=title)
    if view.compared and view.compared.groups:
        title = say("Rank within each group that it belongs to")
        made |= takeaway.number_files(view.compared.numbers, view.code, terms, title=title)
    table = page_tables.of_country(results, view.code, known)
    made |= page_tables.files(table, f"countries/{view.code}", terms)
    embedded = about_pages.embed_view(view)
    if embedded is not None:
        made[f"{EMBED}/{view.code}.html"] = about_pages.render_embed(embedded)
    return made


def of_indicator(view: IndicatorView, results: Board, terms: Terms) -> dict[str, str]:
    """Write what lies beside an indicator's page, by path: table, map, how its figures spread."""
    table = page_tables.of_indicator(results, view.code)
    made = page_tables.files(table, f"indicators/{view.code}", terms)
    raw = say("{name}. {unit}; how many are in each step.", name=view.title, unit=view.unit)
    scored = say("{name}. Score; how many are in each step.", name=view.title)
    charts = {
        "figures": (view.raw, view.raw_finding, raw),
        "scores": (view.scored, view.scored_finding, scored),
    }
    for name, (chart, finding, plots) in charts.items():
        if chart is not None:
            path = f"{takeaway.FOLDER}/{view.code}-{name}.svg"
            made[path] = takeaway.svg(chart, finding, plots, terms)
    name, hatched = f"{view.code}-map", say(_HATCHED)
    return made | of_map(view.world, view.finding, view.scale, name, terms, hatched)


def of_ranking(view: RankingView, terms: Terms) -> dict[str, str]:
    """Write the map of the front page, where it has one."""
    return of_map(view.world, view.finding, view.scale, "map", terms, view.hatched)


def of_lists(method: MethodView, listed: AllIndicators, terms: Terms) -> dict[str, str]:
    """Write the table of weights and the list of indicators, by path."""
    weights, rows = say("What hangs where, and what it weighs"), say("Indicators")
    return {
        **takeaway.number_files(method.weights, "method", terms, title=weights),
        **takeaway.number_files(listed.numbers, "indicators", terms, title=rows),
    }


def of_data(view: DataView, terms: Terms) -> dict[str, str]:
    """Write the table of what was left out of the figures, by path; nothing where nothing was."""
    if not view.dropped:
        return {}
    title = say("Left out of the figures")
    return takeaway.number_files(view.numbers, "data", terms, title=title)


def of_map(
    world: World | None, finding: str, scale: str, name: str, terms: Terms, hatched: str
) -> dict[str, str]:
    """Write a map to take along, by its path; nothing where there is none."""
    if world is None:
        return {}
    shapes = say("Equal Earth projection. Shapes: {credit}", credit=world.credit)
    pale = say("Pale: not in the list.")
    foot = f"{hatched} {pale} {words.stop(world.note)} {shapes}"
    plots = say("Score on a scale of {scale}, in six classes.", scale=scale)
    path = f"{takeaway.FOLDER}/{name}.svg"
    return {path: takeaway.svg(world, finding, plots, terms, foot=foot)}


def card(view: CountryView, results: Board, lies: Interval | None) -> Card:
    """Say what the picture of a country shows."""
    root, code = results.root, view.code
    return Card(
        over=say("{title}, {edition} edition", title=view.about.title, edition=view.about.edition),
        name=view.name,
        rank=_place(results, code),
        interval="" if lies is None else _span(lies),
        score=_score(results, code),
        foot=_foot(view.about.licence),
        scores=_scores(results),
        own=None if np.isnan(results.score(code, root)) else results.score(code, root),
        scale=results.scale,
    )


def front_card(view: RankingView, results: Board) -> Card:
    """Say what the picture of the whole edition shows."""
    return Card(
        over=say("{edition} edition", edition=view.about.edition),
        name=view.about.title,
        rank=say(
            "{n} {places}",
            n=words.fixed(results.of[results.root], 0),
            places=results.nouns[1],
        ),
        interval="",
        score=say("Scores on a scale of {scale}", scale=results.scale.ends),
        foot=_foot(view.about.licence),
        scores=_scores(results),
        own=None,
        scale=results.scale,
    )


def _place(results: Board, code: str) -> str:
    rank = results.rank(code, results.root)
    if np.isnan(rank):
        return say("Not ranked")
    of = words.fixed(results.of[results.root], 0)
    return say("{rank} of {of}", rank=words.ordinal(rank), of=of)


def _score(results: Board, code: str) -> str:
    if np.isnan(results.score(code, results.root)):
        return say("No score")
    score = results.written(code, results.root)
    return say("{score} on a scale of {scale}", score=score, scale=results.scale.ends)


def _scores(results: Board) -> tuple[float, ...]:
    return tuple(s for c in results.codes if (s := results.score(c, results.root)) == s)


def _span(interval: Interval) -> str:
    return say("90\u00a0% interval {interval}", interval=words.span(interval.low, interval.high))


def _foot(licence: str) -> str:
    """Name the licence of the index, and whose the figures are."""
    producers = say("Figures belong to their producers.")
    return f"{words.stop(licence)} {producers}" if licence else producers


def social(path: str, text: str, picture: str, address: str) -> Social:
    """Say what a shared link to a page shows.

    Parameters
    ----------
    path, picture
        Of the page and of its picture, in the edition.
    text
        A sentence on what the page says.
    address
        Where the edition stands on the web; "" if nobody knows, paths are then relative.

    Examples
    --------
    >>> social("countries/KOR.html", "…", "pictures/KOR.png", "https://example.org/2026/").picture
    'https://example.org/2026/pictures/KOR.png'
    >>> social("countries/KOR.html", "…", "pictures/KOR.png", "").picture
    '../pictures/KOR.png'
    """
    if address:
        return Social(text, f"{address}{picture}", f"{address}{path}")
    return Social(text, "../" * path.count("/") + picture)
