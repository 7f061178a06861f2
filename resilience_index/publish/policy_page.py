"""The pages of the policy lab: one for each country, one for all; page, print and files."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from resilience_index.content.languages import ENGLISH
from resilience_index.content.speech import say, speaking, spoken
from resilience_index.export.terms import Terms, terms_of
from resilience_index.places import templates
from resilience_index.policy import Lab, record
from resilience_index.policy.retelling import retold
from resilience_index.policy.starting import unobserved
from resilience_index.publish import _views, takeaway
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._policy_tables import Table
from resilience_index.publish._policy_views import (
    CountryView,
    LabView,
    Worked,
    country_view,
    lab_view,
    work,
)
from resilience_index.publish._views import Figure
from resilience_index.publish.folders import put
from resilience_index.publish.site import Extra, Pages

__all__ = ["STYLE", "Worked", "as_json", "country_view", "extra", "in_english", "lab_view", "pages",
           "printed", "render", "work", "write"]  # fmt: skip

STYLE = "policy.css"
"""The style sheet of these pages, beside the templates."""


def render(view: CountryView | LabView, *, chrome: Chrome | None = None, pdf: bool = False) -> str:
    """Return a page: of a site where it has surroundings, else one that stands alone.

    Parameters
    ----------
    view
        What the page says.
    chrome
        What stands round the page in a site; its style sheet is then ``policy.css`` beside others.
    pdf
        Whether a PDF stands beside the page.
    """
    which = "policy" if isinstance(view, CountryView) else "policy_lab"
    style = "" if chrome else _views.style() + own_style()
    return _views.rendered(f"{which}.html.j2", view=view, chrome=chrome, style=style, pdf=pdf)


def printed(view: CountryView) -> str:
    """Return the document that becomes a country's PDF; it names the style sheets it needs."""
    return _views.rendered("policy_print.html.j2", view=view)


def own_style() -> str:
    """Return the style sheet of these pages, which a site carries along as ``policy.css``."""
    return (templates() / STYLE).read_text(encoding="utf-8")


def pages(
    done: Worked,
    around: Callable[[str], Chrome | None],
    *,
    pdf: bool,
    english: Lab | None = None,
) -> tuple[dict[str, str], dict[str, str]]:
    """Make the pages of the lab for a site: texts by path, and sheets to be printed by name.

    Parameters
    ----------
    done
        What `work` worked out.
    around
        Gives what stands round a page, by its path; None for a page that stands alone.
    pdf
        Whether countries have a PDF, ``countries/CODE-policy.pdf``.
    english
        The same lab in English, for the records; not needed where the pages are.

    Returns
    -------
    tuple of dict
        ``policy.html``, ``countries/CODE-policy.html`` and ``.json``, ``policy.css``, charts and
        tables to be taken along; and for each PDF, by its path, the document to print.
    """
    texts = {STYLE: own_style()}
    prints = {}
    terms = terms_of(done.lab.index)
    told = done if english is None else in_english(done, english)
    if done.fields is not None:
        lab = lab_view(done)
        texts["policy.html"] = render(lab, chrome=around("policy.html"))
        texts |= _beside((lab.quadrant,), lab.shown, "policy", terms)
    for code in done.compared:
        view, path = country_view(done, code), f"countries/{code}-policy"
        texts |= _beside(view.figures, view.shown, f"{code}-policy", terms)
        texts |= takeaway.table_files(view.tables["assumptions"], "policy-compared", terms)
        texts[f"{path}.json"] = as_json(told, code)
        texts[f"{path}.html"] = render(view, chrome=around(f"{path}.html"), pdf=pdf)
        if pdf:
            prints[f"{path}.pdf"] = printed(view)
    return texts, prints


def _beside(
    drawn: Iterable[Figure | None], shown: Iterable[Table], stem: str, terms: Terms
) -> dict[str, str]:
    """Write what can be taken along from a page: charts, their numbers, tables."""
    made = takeaway.chart_files([f for f in drawn if f is not None], stem, terms)
    return made | takeaway.table_files(shown, stem, terms)


def in_english(done: Worked, english: Lab) -> Worked:
    """Return what was worked out with the words of the lab in English, for the records."""
    with speaking(ENGLISH):
        compared, decided = retold(english, done.compared, done.decided)
    return replace(done, lab=english, compared=compared, decided=decided)


def as_json(done: Worked, code: str) -> str:
    """Return all that was worked out for a country, as ``policy compare --json`` prints it.

    Before it stands whose index it is and on what terms, under ``about``. All is English, as all
    data are, if the lab is.
    """
    with speaking(ENGLISH):
        told = record.comparison(done.lab, done.compared[code], done.decided[code])
        made = {"about": takeaway.about(terms_of(done.lab.index)), **told}
    return json.dumps(made, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def extra(lab: Lab, codes: Sequence[str], *, pdf: bool, english: Lab | None = None) -> Extra | None:
    """Work the lab out for a site: the page of all countries, one for each, and their PDFs.

    Parameters
    ----------
    lab
        The lab of the index that the site is about.
    codes
        Countries that get pages; one without any observation of the use of AI gets none.
    pdf
        Whether there are to be PDFs.
    english
        The same lab in English, for the records, if the pages are in another language.

    Returns
    -------
    Extra
        For the bar of the site; None where no country can get a page.
    """
    bare = set(unobserved(lab.index, lab.policies, codes))
    shown = [code for code in codes if code not in bare]
    if not shown:
        return None
    done = work(lab, shown)
    told = None if spoken().english else english

    def made(around: Callable[[str], Chrome]) -> Pages:
        return pages(done, around, pdf=pdf, english=told)

    return Extra("policy.html", say("Policy lab"), made)


def write(done: Worked, folder: Path, *, pdf: bool = True) -> list[str]:
    """Write pages that stand alone: CODE-policy.html and .pdf, and policy.html of all countries.

    Parameters
    ----------
    done
        What `work` worked out.
    folder
        Made if it does not exist; what else is in it stays.
    pdf
        Whether countries have a PDF.

    Returns
    -------
    list of str
        Names of the files; all of them or none are written.

    Raises
    ------
    UsageError
        If the folder cannot be written.
    """
    made: dict[str, bytes] = {}
    if done.fields is not None and len(done.compared) > 1:
        made["policy.html"] = render(lab_view(done)).encode()
    for code in done.compared:
        view = country_view(done, code)
        made[f"{code}-policy.html"] = render(view, pdf=pdf).encode()
        if pdf:
            from resilience_index.publish.pdf import to_pdf

            made[f"{code}-policy.pdf"] = to_pdf(printed(view), base=templates())
    put(folder, made)
    return sorted(made)
