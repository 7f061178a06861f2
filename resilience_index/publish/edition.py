"""Write an edition: data, pages, reports and a manifest, into one folder, whole or not at all."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from resilience_index.content.places import templates
from resilience_index.errors import UsageError, nearest
from resilience_index.index import Index
from resilience_index.publish import country, ranking_page, tables
from resilience_index.publish.folders import replacing

MANIFEST = "manifest.json"
STATIC = ("style.css",)
"""Files of the look that an edition carries along."""

Told = Callable[[int, int], None]
"""Called with how many reports are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an edition shall hold: reports of which countries, PDFs or none, by how many jobs."""

    countries: Sequence[str] | None = None
    pdf: bool = True
    jobs: int = 2


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def inputs(index: Index) -> dict[str, str]:
    """Return the SHA-256 of every file that the index and its pages were made from."""
    folder = index.content.folder
    found = {f"content/{p.relative_to(folder).as_posix()}": p for p in index.content.read}
    look = templates()
    found |= {
        f"templates/{p.relative_to(look).as_posix()}": p for p in look.rglob("*") if p.is_file()
    }
    return {name: sha256(found[name].read_bytes()) for name in sorted(found)}


def chosen(index: Index, codes: Iterable[str] | None) -> list[str]:
    """Check the countries asked for; all ranked ones if none are named.

    Raises
    ------
    UsageError
        If a code is unknown, or its country is not ranked: with the reason.
    """
    ranked = [str(c) for c in index.ranks.index.get_level_values(0).unique()]
    if codes is None:
        return ranked
    problems = []
    reasons = dict(zip(index.excluded.iloc[:, 0], index.excluded["reason"], strict=True))
    asked = list(dict.fromkeys(codes))
    for code in asked:
        if code in reasons:
            problems.append(f"{code} is not ranked: {reasons[code]}")
        elif code not in ranked:
            problems.append(f"unknown country '{code}' {nearest(code, ranked)}")
    if problems or not asked:
        raise UsageError("; ".join(problems) or "no country is named; give codes such as KOR,JPN")
    return asked


def write(
    index: Index, folder: Path, wanted: Wanted, *, engine: str, told: Told | None = None
) -> Path:
    """Write an edition into a folder; the one that stands there is replaced at the end.

    Parameters
    ----------
    index
        A built index.
    folder
        Where the edition goes.
    wanted
        Which reports, and how.
    engine
        Version of this package, for the manifest.
    told
        Is told of each finished report.

    Returns
    -------
    Path
        The folder.
    """
    if index.framework.panel is not None:
        codes: list[str] = []  # reports and pages are of one year; a panel gives tables
    else:
        codes = chosen(index, wanted.countries)
    with replacing(folder) as place:
        _data(index, place)
        if index.framework.panel is None:
            _pages(index, place, codes, wanted, told)
        _manifest(index, place, wanted, codes, engine)
    return folder


def _data(index: Index, place: Path) -> None:
    (place / "data").mkdir()
    for name, make in tables.TABLES.items():
        (place / "data" / f"{name}.csv").write_bytes(tables.to_csv(make(index)))


def _pages(
    index: Index, place: Path, codes: Sequence[str], wanted: Wanted, told: Told | None
) -> None:
    """Write the ranking page and every country's report."""
    (place / "countries").mkdir()
    for name in STATIC:
        shutil.copyfile(templates() / name, place / name)
    view = ranking_page.ranking_view(index, reports=codes, pdf=wanted.pdf)
    (place / "index.html").write_text(ranking_page.render(view), encoding="utf-8")
    views = {code: country.country_view(index, code) for code in codes}
    with _executor(wanted, len(codes)) as pool:
        futures: list[Future[str]] = [
            pool.submit(write_report, view, place / "countries", wanted.pdf)
            for view in views.values()
        ]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            if told is not None:
                told(done, len(futures))


def write_report(view: Any, place: Path, pdf: bool, style: str = "link") -> str:
    """Write one country's page, and its PDF if wanted; return the country's code."""
    page = country.render(view, form="page", style=style, pdf=pdf)
    (place / f"{view.code}.html").write_text(page, encoding="utf-8")
    if pdf:
        from resilience_index.publish.pdf import to_pdf

        printed = country.render(view, form="print")
        (place / f"{view.code}.pdf").write_bytes(to_pdf(printed, base=templates()))
    return str(view.code)


class _Here(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _executor(wanted: Wanted, count: int) -> Any:
    """Choose processes for many PDFs, this process for few or for HTML alone."""
    if wanted.jobs <= 1 or count < 4 or not wanted.pdf:
        return nullcontext(_Here())
    return ProcessPoolExecutor(min(wanted.jobs, count), mp_context=get_context("spawn"))


def _manifest(index: Index, place: Path, wanted: Wanted, codes: Sequence[str], engine: str) -> None:
    """Write what the edition was made from, with what, and what came out."""
    written = sorted(p for p in place.rglob("*") if p.is_file())
    about = index.framework.about
    record: Mapping[str, Any] = {
        "framework": index.framework.name,
        "title": about.title,
        "edition": about.edition,
        "year": about.year,
        "engine": engine,
        "seed": index.seed,
        "countries_ranked": index.ranked,
        "reports": list(codes),
        "pdf": wanted.pdf,
        "inputs": inputs(index),
        "outputs": {p.relative_to(place).as_posix(): sha256(p.read_bytes()) for p in written},
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    (place / MANIFEST).write_text(text, encoding="utf-8")
