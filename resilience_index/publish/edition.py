"""Write an edition: data, pages, reports and a manifest, into one folder, whole or not at all."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from resilience_index.content.languages import FOLDER as LANGUAGES
from resilience_index.content.languages import SOURCE, Language, open_language
from resilience_index.content.speech import speaking
from resilience_index.errors import UsageError, likely, listed
from resilience_index.export import json_tables, linked_data, products
from resilience_index.export.fields import fields
from resilience_index.export.terms import terms_of
from resilience_index.index import Index
from resilience_index.places import templates
from resilience_index.policy.lab import Lab, lab_beside
from resilience_index.publish import (
    audit_page,
    country,
    country_pages,
    messages,
    picture,
    policy_page,
    robustness_tables,
    site,
    tables,
    translating,
)
from resilience_index.publish._pools import Here, pool_for, surviving
from resilience_index.publish._record import carry, made_with, settings_hash
from resilience_index.publish._reuse import Standing, look, stamp, standing
from resilience_index.publish.folders import put, refuse_foreign, replacing, tidy
from resilience_index.robustness.audit import audit, read_beside
from resilience_index.robustness.sensitivity import Sensitivity
from resilience_index.robustness.uncertainty import Uncertainty, uncertainty

MANIFEST = "manifest.json"

Drawn = TypeVar("Drawn")

Told = Callable[[int, int], None]
"""Called with how many PDFs are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an edition shall hold: reports of which countries, PDFs or none, by how many jobs.

    `draws` is the number of draws behind the intervals: the framework's if None, none at all if 0.
    `audit` adds the statistical audit, `policy` the pages of the policy lab. Pages and reports are
    in one `language`; data keep their English names in all of them.
    """

    countries: Sequence[str] | None = None
    pdf: bool = True
    jobs: int = 2
    draws: int | None = None
    audit: bool = False
    policy: bool = False
    language: str = SOURCE


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def inputs(index: Index, language: Language) -> dict[str, str]:
    """Return the SHA-256 of every file that the index, and its pages so far, were made from."""
    folder = index.content.folder
    found = {f"content/{p.relative_to(folder).as_posix()}": p for p in index.content.read}
    look = templates()
    found |= {
        f"templates/{p.relative_to(look).as_posix()}": p
        for p in look.rglob("*")
        if p.is_file() and (p.parent.name != LANGUAGES or p in language.files)
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
    reasons = dict(zip(index.excluded.iloc[:, 0], index.excluded["reason"], strict=True))
    asked = list(dict.fromkeys(codes))
    problems = [f"{code} is not ranked: {reasons[code]}" for code in asked if code in reasons]
    unknown = [code for code in asked if code not in ranked and code not in reasons]
    problems += [f"unknown country '{code}' {likely(code, ranked)}".rstrip() for code in unknown]
    if unknown:
        problems.append(f"known: {listed(sorted(ranked))}")
    if problems or not asked:
        raise UsageError("; ".join(problems) or "no country is named; give codes such as KOR,JPN")
    return asked


def write(
    index: Index,
    folder: Path,
    wanted: Wanted,
    *,
    engine: str,
    told: Told | None = None,
    executor: Executor | None = None,
    extras: Sequence[site.Extra] = (),
) -> Path:
    """Write an edition into a folder; the one that stands there is replaced at the end.

    Where nothing has changed since that one was written, it is left as it is; and a PDF whose text
    and style are the same is taken over from it.

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
        Is told of each finished page of a country, and of each PDF.
    executor
        Where versions are drawn and pages, pictures and PDFs of countries are made, such as a
        cluster's; if none is given, threads of this process draw, and processes of this machine
        make the rest.
    extras
        Pages that other parts of the package make for the site.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    UsageError
        If a country is not ranked; or the place cannot be written, is being written by another
        process, or holds something else than an edition; or an input changes meanwhile.
    """
    if index.framework.panel is not None:
        codes: list[str] = []  # reports and pages are of one year; a panel gives tables
    else:
        codes = chosen(index, wanted.countries)
    refuse_foreign(folder, MANIFEST)
    index = replace(index, content=index.content.recording(index.inputs))
    language = open_language(wanted.language, index.content.folder)
    index.content.read.update(language.inside(index.content.folder))
    site.optional_inputs(index)
    if wanted.audit:
        read_beside(index)
    shown = translating.index_in(index, language)
    english = lab_beside(index) if wanted.policy else None
    lab = None if english is None else translating.lab_in(replace(english, index=shown), language)
    before = inputs(index, language)
    there = standing(folder / MANIFEST)
    mark = stamp(before, index, _options(wanted), engine, [e.path for e in extras])
    if there.holds(mark) and not extras:
        tidy(folder)
        return folder
    known = intervals_of(index, wanted.draws, executor)
    moved = country.movers_of(index, known, executor)
    with replacing(folder) as place:
        _data(index, place, known, moved)
        printed: dict[str, str] = {}
        missing: tuple[str, ...] = ()
        with speaking(language):
            if index.framework.panel is None:
                beside = [
                    *_audit(index, wanted, known),
                    *_policy(lab, english, codes, wanted, known),
                ]
                many = len(codes) if len(codes) > country_pages.BATCH else 0
                with surviving(), pool_for(wanted.jobs, many, executor) as pool:
                    found = (known, moved)
                    beside += extras
                    made = _pages(shown, place, codes, wanted, found, beside, told, pool)
                    missing = made.missing
                    given = pool if many else executor
                    with pool_for(wanted.jobs, len(made.prints), given) as printing:
                        printed = _print(made.prints, place, there, printing, told, len(codes))
            elif wanted.audit:
                examined = audit(index, draws=wanted.draws, seed=index.seed)
                audit_page.write(examined, place, pdf=wanted.pdf)
        used = inputs(index, language) | before
        carry(used, index.content.folder, place)
        more = {
            "untranslated": messages.missing(index.content, language),
            "letters_without_font": list(missing),
            "stamp": mark,
            "printed": printed,
        }
        _manifest(index, place, wanted, codes, engine, used, more)
    return folder


def _audit(index: Index, wanted: Wanted, known: Uncertainty | None) -> list[site.Extra]:
    return [audit_page.extra(index, known, pdf=wanted.pdf)] if wanted.audit else []


def _policy(
    lab: Lab | None,
    english: Lab | None,
    codes: Sequence[str],
    wanted: Wanted,
    known: Uncertainty | None,
) -> list[site.Extra]:
    if lab is None:
        return []
    made = policy_page.extra(replace(lab, drawn=known), codes, pdf=wanted.pdf, english=english)
    return [] if made is None else [made]


def notes(folder: Path) -> list[str]:
    """Say what is to be known of how an edition was made: words and letters that were not there."""
    record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    letters, left = record.get("letters_without_font", []), record.get("untranslated", [])
    told = []
    if left:
        code = record["options"]["language"]
        told.append(
            f"{len(left):,} messages have no translation in languages/{code}.po and stay English; "
            f"they are listed in {MANIFEST}, and `resilience-index messages {code}` writes them out"
        )
    if letters:
        named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters[:20])
        told.append(f"no font of this machine has: {named}; readers see what their own fonts have")
    return told


def _options(wanted: Wanted) -> dict[str, Any]:
    """Return what was asked for, but for how many processes do it."""
    return {k: v for k, v in asdict(wanted).items() if k != "jobs"}


def intervals_of(
    index: Index, draws: int | None = None, executor: Executor | None = None
) -> Uncertainty | None:
    """Draw the assumptions of an index of one year; nothing if no draws are wanted."""
    if draws == 0 or index.framework.panel is not None:
        return None
    return uncertainty(index, draws=draws, seed=index.seed, executor=executor)


def _data(index: Index, place: Path, known: Uncertainty | None, moved: Sensitivity | None) -> None:
    for name, data in products.downloads(index, known).items():
        _write(place / name, data)
    made = {} if known is None else robustness_tables.beside(index, known, moved)
    for name, table in made.items():
        _write(place / "data" / f"{name}.csv", tables.to_csv(table))
        told = json_tables.beside(terms_of(index), name, fields(index, name, table), table)
        _write(place / "data" / f"{name}.json", told)


def _pages(
    index: Index,
    place: Path,
    codes: Sequence[str],
    wanted: Wanted,
    found: tuple[Uncertainty | None, Sensitivity | None],
    extras: Sequence[site.Extra],
    told: Told | None,
    pool: Executor,
) -> site.Site:
    """Write every page of the site, its styles, scripts and fonts."""
    files = {p.relative_to(place).as_posix(): p.stat().st_size for p in _files(place)}
    described = (place / linked_data.FILE).read_text(encoding="utf-8")
    made = site.compose(
        index,
        found[0],
        moved=found[1],
        reports=codes,
        pdf=wanted.pdf,
        files=files,
        described=described,
        extras=extras,
        told=told,
        executor=None if isinstance(pool, Here) else pool,
    )
    for name, text in made.texts.items():
        _write(place / name, text.encode())
    for name, data in made.fonts.items():
        _write(place / name, data)
    for name, drawn in _pictures(made.cards, pool):
        _write(place / name, drawn)
    return made


def _pictures(cards: Mapping[str, picture.Card], pool: Executor) -> Iterator[tuple[str, bytes]]:
    """Draw the pictures of shared links, in batches."""
    names = list(cards)
    step = country_pages.BATCH
    batches = [names[i : i + step] for i in range(0, len(names), step)]
    drawn = pool.map(draw_there, [[cards[n] for n in batch] for batch in batches])
    for batch, found in zip(batches, drawn, strict=True):
        yield from zip(batch, _same_look(*found), strict=True)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _files(place: Path) -> list[Path]:
    return sorted(p for p in place.rglob("*") if p.is_file())


def _print(
    prints: Mapping[str, str],
    place: Path,
    there: Standing,
    pool: Executor,
    told: Told | None,
    before: int,
) -> dict[str, str]:
    """Write the PDFs, those that stand already taken over; return what each was made from.

    `before` is how much was told of already.
    """
    keys = {name: there.key_of_print(text) for name, text in prints.items()}
    waiting: dict[Future[tuple[bytes, str]], str] = {}
    done = 0
    for name, text in prints.items():
        data = there.printed(name, keys[name])
        if data is None:
            waiting[pool.submit(print_there, text)] = name
        else:
            _write(place / name, data)
            done += 1
    for done, future in enumerate(as_completed(waiting), start=done + 1):  # noqa: B020 - goes on
        _write(place / waiting[future], _same_look(*future.result()))
        if told is not None:
            told(before + done, before + len(prints))
    return keys


def draw_there(cards: Sequence[picture.Card]) -> tuple[list[bytes], str]:
    """Draw pictures where this runs, and say with which fonts, style sheets and libraries."""
    return [picture.png(card) for card in cards], look()


def print_there(printed: str) -> tuple[bytes, str]:
    """Make a PDF where this runs, and say with which fonts, style sheets and libraries."""
    return to_bytes(printed), look()


def _same_look(data: Drawn, theirs: str) -> Drawn:
    """Refuse what comes from a machine with other fonts, style sheets or libraries than here."""
    if theirs != look():
        raise UsageError(
            "a worker of the cluster has other fonts or libraries than this machine, so that its "
            "reports would look different; give all of them the same, or build the edition here"
        )
    return data


def to_bytes(printed: str) -> bytes:
    """Make a PDF of the sheets of one report."""
    from resilience_index.publish.pdf import to_pdf

    return to_pdf(printed, base=templates())


def write_report(view: Any, place: Path, pdf: bool) -> str:
    """Write one country's page, which stands alone, and its PDFs if wanted; return its code."""
    made = {f"{view.code}.html": country.render(view, form="page", pdf=pdf).encode()}
    if pdf:
        made |= {name: to_bytes(text) for name, text in country.print_files(view).items()}
    put(place, made)
    return str(view.code)


def _manifest(
    index: Index,
    place: Path,
    wanted: Wanted,
    codes: Sequence[str],
    engine: str,
    used: Mapping[str, str],
    more: Mapping[str, Any],
) -> None:
    """Write what the edition was made from, with what, and what came out."""
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
        "options": _options(wanted),
        "settings": settings_hash(index.framework),
        "made_with": made_with(),
        "inputs": dict(used),
        "outputs": {p.relative_to(place).as_posix(): sha256(p.read_bytes()) for p in _files(place)},
        **more,
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    (place / MANIFEST).write_text(text, encoding="utf-8")
