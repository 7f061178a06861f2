"""The page of an audit: what it says, as a view; the page, the print and the record made of it."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from resilience_index.content.languages import ENGLISH
from resilience_index.content.speech import noted, say, speaking, spoken
from resilience_index.export.terms import terms_of
from resilience_index.index import Index
from resilience_index.places import templates
from resilience_index.publish import (
    _audit_tables,
    _audit_words,
    _notes,
    _views,
    takeaway,
    words,
)
from resilience_index.publish._audit_cells import legend
from resilience_index.publish._audit_figures import figures
from resilience_index.publish._audit_tables import Table
from resilience_index.publish._audit_words import Names
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._marks import Chart
from resilience_index.publish._views import Figure, Key
from resilience_index.publish.folders import put
from resilience_index.publish.site import Extra, Pages
from resilience_index.publish.translating import audit_in
from resilience_index.robustness._findings import Check, Part
from resilience_index.robustness._thresholds import Verdict
from resilience_index.robustness.audit import Audit
from resilience_index.robustness.audit import audit as examine
from resilience_index.robustness.uncertainty import Uncertainty

STYLE = "audit.css"
"""What the page needs beside the style of all pages."""

VERDICTS: tuple[Verdict, ...] = ("passes", "look", "fails", "cannot be made")
MEANS: Mapping[Verdict, str] = {
    "passes": noted("within the limits"),
    "look": noted("beyond a first limit"),
    "fails": noted("beyond the second limit"),
    "cannot be made": noted("the figures do not allow it"),
}
_BROAD = (
    12  # columns that fit a sheet; a broader table is one of correlations, printed in its cells
)
_LISTED = 12  # names in the list of those concerned


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of a check: what is measured, figure, limits, verdict, and its sentence."""

    measures: str
    figure: str
    look: str
    fails: str
    source: str
    verdict: str
    mark: str
    sentence: str
    concerned: str
    explained: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check: number, title, verdict, the sentence of its gravest part, and all parts."""

    number: str
    anchor: str
    title: str
    verdict: str
    mark: str
    sentence: str
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class AuditView:
    """All words and numbers of an audit, rounded and in order; templates only place them."""

    about: _notes.About
    name: str
    kicker: str
    lead: str
    keys: tuple[Key, ...]
    checks: tuple[CheckView, ...]
    figures: Mapping[str, tuple[Figure, ...]]
    legend: Chart
    tables: Mapping[str, tuple[Table, ...]]
    numbers: tuple[Table, ...]
    fit: tuple[str, ...]
    unfit: tuple[str, ...]
    changes: tuple[str, ...]
    record: tuple[tuple[str, str], ...]
    citation: str


def audit_view(audit: Audit) -> AuditView:
    """Say everything that the page of an audit says.

    Parameters
    ----------
    audit
        A finished audit.

    Returns
    -------
    AuditView
        Words and rounded numbers.
    """
    names = Names.of(audit)
    about = _notes.about(audit.evidence.index)
    end = audit.conclusion
    tally = audit.tally()
    drawn = figures(audit, names)
    return AuditView(
        about=about,
        name=say("Statistical audit"),
        kicker=say("{title}, {edition} edition", title=about.title, edition=about.edition),
        lead=_lead(audit, names),
        keys=tuple(
            Key(
                words.capital(say(_NAMED[verdict])),
                words.fixed(tally[verdict], 0),
                say("checks"),
                say(MEANS[verdict]),
            )
            for verdict in VERDICTS
        ),
        checks=tuple(_check(audit, check, names) for check in audit.checks),
        figures={key: tuple(found) for key, found in drawn.items()},
        legend=legend(),
        tables=_tables(audit, names),
        numbers=_audit_tables.behind([f for found in drawn.values() for f in found]),
        fit=tuple(_audit_words.statement("fit", s, names) for s in end.fit_for),
        unfit=tuple(_audit_words.statement("unfit", s, names) for s in end.not_for),
        changes=tuple(_audit_words.change(c, names) for c in end.changes),
        record=_record(audit),
        citation=_notes.citation(about, say("Statistical audit")),
    )


def _lead(audit: Audit, names: Names) -> str:
    """Sum the audit up: how many checks, and the gravest findings."""
    tally = audit.tally()
    told = [say(_SAID[v], n=words.count(tally[v])) for v in VERDICTS if tally[v]]
    titles = [say(check.title) for check in audit.checks if check.verdict == "fails"]
    failed = [title.lower() if spoken().english else title for title in titles]
    lead = say(
        "Of {n} checks on {of} {places}, {verdicts}.",
        n=words.fixed(len(audit.checks), 0),
        of=words.whole(len(audit.evidence.index.scores)),
        places=names.places,
        verdicts=words.listing(told),
    )
    if not failed:
        return lead
    fails = say("What fails: {checks}.", checks=words.listing(failed))
    return f"{lead} {fails}"


_NAMED: Mapping[Verdict, str] = {
    "passes": noted("passes"),
    "look": noted("look"),
    "fails": noted("fails"),
    "cannot be made": noted("cannot be made"),
}
_SAID: Mapping[Verdict, str] = {
    "passes": noted("{n} pass"),
    "look": noted("{n} deserve a look"),
    "fails": noted("{n} fail"),
    "cannot be made": noted("{n} cannot be made"),
}
_MARKS = {"passes": "ok", "look": "look", "fails": "bad", "cannot be made": "none"}


def _check(audit: Audit, check: Check, names: Names) -> CheckView:
    parts = tuple(_part(audit, part, names) for part in check.parts)
    gravest = next(p for p, part in zip(parts, check.parts, strict=True)
                   if part.verdict == check.verdict)  # fmt: skip
    return CheckView(
        number=str(check.number),
        anchor=f"check-{check.number}",
        title=say(check.title),
        verdict=say(_NAMED[check.verdict]),
        mark=_MARKS[check.verdict],
        sentence=gravest.sentence,
        parts=parts,
    )


def _part(audit: Audit, part: Part, names: Names) -> PartView:
    look, fails = _audit_words.limits(part)
    listed = [_audit_words.with_figure(c, part, names) for c in part.concerned[:_LISTED]]
    left = len(part.concerned) - len(listed)
    concerned = words.commas(listed)
    if left > 0:
        concerned = say("{listed} and {n} more", listed=concerned, n=words.whole(left))
    told = words.stop(words.plain(audit.explained(part.code)))
    return PartView(
        measures=say(part.threshold.measures),
        figure=_audit_words.figure(part.figure, part.threshold.form, cell=True),
        look=look,
        fails=fails,
        source=say(part.threshold.source),
        verdict=say(_NAMED[part.verdict]),
        mark=_MARKS[part.verdict],
        sentence=_audit_words.sentence(part, names),
        concerned=concerned,
        explained=told if part.verdict in ("look", "fails") else "",
    )


def _tables(audit: Audit, names: Names) -> dict[str, tuple[Table, ...]]:
    found: dict[str, dict[str, Table | None]] = {
        "importance": {
            "effects": _audit_tables.effects(audit),
            "equal-weights": _audit_tables.equal_weights(audit, names),
        },
        "income": {
            "pillars": _audit_tables.pillars(audit, names),
            "links": _audit_tables.links(audit, names),
            "claims": _audit_tables.claims(audit),
        },
        "variants": {
            "means": _audit_tables.means(audit),
            "best-case": _audit_tables.best_case(audit, names),
        },
    }
    return {
        key: tuple(replace(t, name=name) for name, t in tables.items() if t is not None)
        for key, tables in found.items()
    }


def _record(audit: Audit) -> tuple[tuple[str, str], ...]:
    """Say what the audit was made from, so that it can be made again."""
    evidence = audit.evidence
    found = evidence.uncertainty
    draws = words.MISSING if found is None else words.whole(found.draws)
    return (
        (say("Framework"), evidence.index.framework.name),
        (say("Engine"), _notes.about(evidence.index).engine),
        (say("Seed"), str(audit.seed)),
        (say("Versions"), draws),
        (say("Files, hash"), evidence.fingerprint),
    )


def render(
    view: AuditView,
    *,
    form: Literal["page", "print"] = "page",
    pdf: bool = False,
    chrome: Chrome | None = None,
) -> str:
    """Return the page, or the document that is printed.

    Parameters
    ----------
    view
        What the page says.
    form
        "page" is read on a screen; "print" names the style sheets beside the templates.
    pdf
        Whether a PDF stands beside the page.
    chrome
        What stands round a page of a site; without it the page brings its style along.
    """
    if form == "print":
        return _views.rendered("audit_print.html.j2", view=view)
    style = _views.style() + _own_style()
    return _views.rendered("audit.html.j2", view=view, style=style, pdf=pdf, chrome=chrome)


def _own_style() -> str:
    return (templates() / STYLE).read_text(encoding="utf-8")


def extra(index: Index, known: Uncertainty | None, *, pdf: bool) -> Extra:
    """Audit an index for its site: page, record and style sheet, and sheets for the PDF.

    Parameters
    ----------
    index
        A built index of one year.
    known
        Its uncertainty, as the other pages have it; without it ranks have no intervals here either.
    pdf
        Whether there is to be a PDF.
    """
    made = examine(index, draws=0, seed=index.seed, known=known)
    said = audit_in(made, spoken())
    view = audit_view(said)

    def pages(around: Callable[[str], Chrome]) -> Pages:
        texts = _beside(view, said) | {
            "audit.html": render(view, pdf=pdf, chrome=around("audit.html")),
            "audit.json": as_json(made),
            STYLE: _own_style(),
        }
        return texts, {"audit.pdf": render(view, form="print")} if pdf else {}

    return Extra("audit.html", say("Audit"), pages)


def _beside(view: AuditView, audit: Audit) -> dict[str, str]:
    """Write what can be taken along from the page: charts, their numbers, tables, the checks."""
    terms = terms_of(audit.evidence.index)
    drawn = [figure for found in view.figures.values() for figure in found]
    shown = [table for found in view.tables.values() for table in found]
    shown.append(_audit_tables.checks(audit, Names.of(audit)))
    return takeaway.chart_files(drawn, "audit", terms) | takeaway.table_files(shown, "audit", terms)


def as_json(audit: Audit) -> str:
    """Return the whole audit as JSON: checks with figures, conclusion, what it was made from.

    It is English in every language, as all data are.
    """
    with speaking(ENGLISH):
        return _as_json(audit)


def _as_json(audit: Audit) -> str:
    names = Names.of(audit)
    index = audit.evidence.index
    about = index.framework.about
    record: dict[str, Any] = {
        "about": takeaway.about(terms_of(index)),
        "title": about.title,
        "edition": about.edition,
        "record": {
            key.lower().replace(", ", "_"): value for key, value in _record(audit)
        },
        "tally": audit.tally(),
        "checks": [
            {
                "number": check.number,
                "title": check.title,
                "verdict": check.verdict,
                "parts": [_part_record(audit, part, names) for part in check.parts],
            }
            for check in audit.checks
        ],
        "tables": _audit_tables.records(figures(audit, names), _tables(audit, names)),
        "fit_for": [
            _audit_words.statement("fit", s, names) for s in audit.conclusion.fit_for
        ],
        "not_for": [
            _audit_words.statement("unfit", s, names) for s in audit.conclusion.not_for
        ],
        "changes": [
            {"code": c.code, "at_stake": c.gain, "concerned": list(c.codes),
             "sentence": _audit_words.change(c, names)}
            for c in audit.conclusion.changes
        ],
    }  # fmt: skip
    return json.dumps(_plain(record), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _part_record(audit: Audit, part: Part, names: Names) -> dict[str, Any]:
    limit = part.threshold
    return {
        "code": part.code,
        "measures": limit.measures,
        "figure": part.figure,
        "side": limit.side,
        "look": limit.look,
        "fails": limit.fails,
        "source": limit.source,
        "verdict": part.verdict,
        "sentence": _audit_words.sentence(part, names),
        "explained": audit.explained(part.code),
        "concerned": [
            {"codes": list(c.codes), "figure": c.figure, "verdict": c.verdict}
            for c in part.concerned
        ],
        "further": dict(part.more),
    }


def _plain(value: Any) -> Any:
    """Turn what JSON does not know into null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [_plain(inside) for inside in value]
    return value


def write(audit: Audit, folder: Path, *, pdf: bool = True) -> list[str]:
    """Write audit.html, audit.json and audit.pdf into a folder: all of them, or none.

    Parameters
    ----------
    audit
        A finished audit.
    folder
        Made if it does not exist; what else is in it stays.
    pdf
        Whether the PDF is made; without, one of an earlier audit is taken away.

    Returns
    -------
    list of str
        Names of the files.

    Raises
    ------
    UsageError
        If the folder cannot be written.
    """
    view = audit_view(audit_in(audit, spoken()))
    made: dict[str, bytes] = {
        "audit.html": render(view, pdf=pdf).encode(),
        "audit.json": as_json(audit).encode(),
    }
    if pdf:
        from resilience_index.publish.pdf import to_pdf

        made["audit.pdf"] = to_pdf(render(view, form="print"), base=templates())
    put(folder, made)
    if not pdf:
        (folder / "audit.pdf").unlink(missing_ok=True)
    return sorted(made)
