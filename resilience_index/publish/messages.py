"""All messages of an edition: those of pages, found in templates and modules, and those of content.

Babel reads modules, templates and the site's script and finds a message by the name of the function
that says it (`speech.KEYWORDS`); files of sentences and the words of content are read as what they
are. What a catalogue lacks of these, or holds beyond them, is listed by `missing` and `unused`.
Source: Babel, "Working with message catalogs", https://babel.pocoo.org/en/latest/messages.html.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from resilience_index.content import Content, errata
from resilience_index.content.assumptions import UNLISTED
from resilience_index.content.languages import Language, read_catalogue, texts_of
from resilience_index.content.observations import read_table
from resilience_index.content.policies import Known, open_policies
from resilience_index.content.shapes import NAME as MAP
from resilience_index.content.shapes import read_shapes
from resilience_index.content.speech import KEYWORDS
from resilience_index.places import shipped_content, templates
from resilience_index.publish import _formulas, words
from resilience_index.publish.data_page import DROPPED, described
from resilience_index.robustness._thresholds import CHECKS, THRESHOLDS

_PACKAGE = Path(__file__).resolve().parent.parent
_WIDTH = 100
_PROJECT = "resilience-index"
_NOBODY = tuple(
    f'"{name}'.encode()
    for name in ("Report-Msgid", "POT-Creation", "PO-Revision", "Last-Tran", "Language-Team")
)
_SENTENCES = "audit_words.toml"
_FORMULAS = "formulas.toml"
_SCRIPT = "site.js"

Text = str | tuple[str, ...]
"""A message, or its forms for one and for many."""


def messages(content: Content) -> dict[Text, str]:
    """List every message of pages about some content, each with where it stands.

    Parameters
    ----------
    content
        A content folder; all of its frameworks and its policy lab count.

    Returns
    -------
    dict
        Places by message, messages of pages first.

    Examples
    --------
    >>> from resilience_index.content import open_content
    >>> found = messages(open_content())
    >>> found["Skip to content"], found["Talent"]
    ('templates/base.html.j2', 'talent.toml.title')
    """
    found: dict[Text, str] = dict(_of_pages(templates()))
    frameworks = [content.framework(name) for name in content.frameworks()]
    policies = None
    if (content.folder / "policies").is_dir():
        known = Known(content.units.index, content.indicators, content.frameworks())
        policies = open_policies(content.folder, known)
    texts = texts_of(content, frameworks, policies) | dict(_beside(content))
    for text, place in texts.items():
        found.setdefault(text, place)
    return found


def _beside(content: Content) -> Iterator[tuple[str, str]]:
    """Yield what the list of corrections and the map say, and why weights vary by themselves."""
    yield UNLISTED.reason, "content/assumptions.py"
    yield from ((point, errata.NAME) for point in errata.POINTS)
    told = (words.plain(text) for text in errata.read(content.folder).dispute)
    yield from ((text, errata.NAME) for text in told)
    shapes = read_shapes(content.folder) or read_shapes(shipped_content())
    if shapes is not None:
        yield from ((text, MAP) for text in (shapes.file.note, shapes.file.licence_note) if text)
    yield from ((text, "tables") for text in described().values())
    yield from ((title, "audit: checks") for title in CHECKS.values())
    for code, limit in THRESHOLDS.items():
        yield from ((text, f"audit: {code}") for text in (limit.measures, limit.source))
    dropped = content.folder / DROPPED
    if dropped.is_file() and "reason" in (columns := read_table(dropped).columns):
        yield from ((words.plain(str(text)), DROPPED) for text in columns["reason"])
    for name in content.frameworks():
        yield from (
            (why, f"frameworks/{name}") for why in content.framework(name).leave_out.values()
        )


@cache
def _of_pages(folder: Path) -> dict[Text, str]:
    """Find the messages of modules, templates, the script and the files of sentences."""
    found: dict[Text, str] = {}
    for path in sorted(_PACKAGE.rglob("*.py")):
        _gather(found, path, "python", path.relative_to(_PACKAGE).as_posix())
    for path in sorted([*folder.glob("*.j2"), *folder.glob("*.js")]):
        method = "javascript" if path.suffix == ".js" else "jinja2.ext:babel_extract"
        _gather(found, path, method, f"templates/{path.name}")
    for name, texts in (
        (_SENTENCES, _sentences(folder)),
        (_FORMULAS, _formulas.texts(folder / _FORMULAS)),
    ):
        for text in texts:
            found.setdefault(text, f"templates/{name}")
    return found


def of_script() -> list[Text]:
    """List the messages of the site's script, which a page in another language brings along."""
    found: dict[Text, str] = {}
    _gather(found, templates() / _SCRIPT, "javascript", _SCRIPT)
    return list(found)


def _gather(found: dict[Text, str], path: Path, method: Any, place: str) -> None:
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "encoding": "utf-8"}
    with path.open("rb") as file:
        for _, text, _, _ in extract(method, file, keywords=KEYWORDS, options=options):
            made = text if isinstance(text, str) else tuple(text)
            if made and made != ("",):
                found.setdefault(made, place)


def _sentences(folder: Path) -> Iterator[str]:
    """Yield every sentence of an audit."""
    with (folder / _SENTENCES).open("rb") as file:
        yield from _texts(tomllib.load(file))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inside in value.values():
            yield from _texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _texts(inside)


def missing(content: Content, language: Language) -> list[str]:
    """List the messages that a language has no translation of; they stay English.

    Returns
    -------
    list of str
        Messages in the order of their places; of one with two forms, the first.
    """
    if language.english:
        return []
    known = _known(language)
    return [_first(text) for text in messages(content) if _first(text) not in known]


def unused(content: Content, language: Language) -> list[str]:
    """List the messages of a language's catalogues that stand nowhere."""
    wanted = {_first(text) for text in messages(content)}
    return sorted(set(_known(language)) - wanted)


def _known(language: Language) -> dict[str, Any]:
    """Return what a language's catalogues translate, those of a content folder before the rest."""
    found: dict[str, Any] = {}
    for path in reversed(language.files):
        for message in read_catalogue(path):
            if message.id and message.string and not message.fuzzy and _whole(message.string):
                found[_first(message.id)] = message.string
    return found


def _whole(string: Any) -> bool:
    return bool(string) if isinstance(string, str) else all(string)


def _first(text: Any) -> str:
    return text if isinstance(text, str) else str(text[0])


def catalogue(content: Content, code: str, language: Language | None = None) -> bytes:
    """Write a catalogue with every message, to be filled in; what is translated already is kept.

    Parameters
    ----------
    content
        A content folder.
    code
        Of the language, such as pt_BR.
    language
        The same, where some of it is there already.

    Returns
    -------
    bytes
        A gettext file (.po).
    """
    known = {} if language is None else _known(language)
    made = Catalog(locale=code, project=_PROJECT, version=version(_PROJECT), header_comment="")
    for text, place in messages(content).items():
        done = known.get(_first(text))
        several = not isinstance(text, str)
        fits = done is not None and several is not isinstance(done, str)
        added = made.add(text, done if fits else None, auto_comments=[place])
        added.flags.discard("python-format")  # a per cent sign is only that
    return spelled(made)


def spelled(catalogue: Catalog) -> bytes:
    """Write a catalogue as a gettext file; what its head says holds, and nothing else stands there.

    The same catalogue gives the same bytes: no clock, no names of people.
    """
    catalogue.fuzzy = False
    target = BytesIO()
    write_po(target, catalogue, width=_WIDTH)
    head, gap, rest = target.getvalue().partition(b"\n\n#")
    kept = [line for line in head.split(b"\n") if not line.startswith(_NOBODY)]
    return b"\n".join(kept).lstrip(b"\n") + gap + rest
