"""Languages: one message catalogue each, `languages/CODE.po`, beside the content or the templates.

A catalogue is a gettext file whose messages are whole English sentences with named places in
braces. What a content folder has goes before what ships; what neither has stays English. Names of
countries are those of Unicode's CLDR, as Babel holds them. Source: Unicode CLDR, https://cldr.unicode.org;
GNU gettext manual, "The format of PO files".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any, TypeVar

from resilience_index.content import Content
from resilience_index.content.frameworks import Framework
from resilience_index.content.policies import Policies
from resilience_index.content.reading import Model, read_text
from resilience_index.errors import ContentError, UsageError, nearest
from resilience_index.places import templates

if TYPE_CHECKING:
    from babel import Locale
    from babel.messages.catalog import Catalog, Message

FOLDER = "languages"
"""Folder of the catalogues, in a content folder or beside the templates."""

SOURCE = "en"
"""The language that messages are written in."""

TAG = re.compile(r"</?[a-z][^<>]*>")
"""A tag inside a message of a template."""

_CODE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_([A-Z]{2}|[0-9]{3}))?")
_PLACE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TEXTS = {
    "title", "short", "text", "definition", "unit", "unit_scored", "why", "limits", "absent_why",
    "reason", "reasons", "question", "licence_note", "note", "what", "modelled_from", "names",
    "left_out", "unknown", "notes", "explained", "mean_grant_why", "run_why", "cap_why",
    "hosting_share_why", "high_high", "low_high", "high_low", "low_low",
}  # fmt: skip
"""Fields of definitions that are words for readers, or lists of them, or words by code.

Keys, names of people and of producers, and citations are none.
"""

M = TypeVar("M", bound=Model)

_ATTRIBUTES = ("region", "income_group")
_LAB = ("priors", "programmes", "payment", "contradictions", "shocks", "bridge", "quadrants")


class _Untranslated(NullTranslations):
    """The end of the chain: gives messages back as they are, and keeps which."""

    def __init__(self) -> None:
        super().__init__()
        self.met: set[str] = set()

    def gettext(self, message: str) -> str:
        self.met.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.met.add(msgid1)
        return msgid1 if n == 1 else msgid2


@dataclass(frozen=True)
class Language:
    """A language: its code, its messages, and a record of what had no translation.

    `files` are the catalogues that it was read from.
    """

    code: str
    messages: NullTranslations = field(compare=False, repr=False)
    files: tuple[Path, ...] = ()
    _rest: _Untranslated = field(default_factory=_Untranslated, compare=False, repr=False)

    @property
    def english(self) -> bool:
        """Whether messages are written in it, so that none need be looked up."""
        return self.code == SOURCE

    @property
    def tag(self) -> str:
        """Its name in HTML and PDF (BCP 47)."""
        return self.code.replace("_", "-")

    @property
    def locale(self) -> "Locale":
        """What CLDR knows of it: numbers, dates, lists, names."""
        from babel import Locale

        return Locale.parse(self.code)

    @property
    def direction(self) -> str:
        """Give ltr, or rtl where it is written from right to left."""
        return "ltr" if self.english else str(self.locale.text_direction)

    @property
    def untranslated(self) -> list[str]:
        """Messages that were asked for and had no translation, so far."""
        return sorted(self._rest.met)

    def inside(self, folder: Path) -> list[Path]:
        """List the catalogues that lie in a folder."""
        return [path for path in self.files if path.is_relative_to(folder)]

    def one(self, message: str) -> str:
        """Return the translation of a message, or the message."""
        return message if self.english or not message else self.messages.gettext(message)

    def many(self, one: str, many: str, n: int) -> str:
        """Return the translation for a count, in the plural form that the language has for it."""
        if self.english:
            return one if n == 1 else many
        return self.messages.ngettext(one, many, n)


ENGLISH = Language(SOURCE, NullTranslations())


def languages(folder: Path | None = None) -> list[str]:
    """List the codes that there is a catalogue for, and English."""
    found = {path.stem for place in _places(folder) for path in place.glob("*.po")}
    return sorted({SOURCE, *found})


def normal(code: str) -> str:
    """Check the form of a language's code, and write it as catalogues are named.

    Raises
    ------
    UsageError
        If it is none.

    Examples
    --------
    >>> normal("pt-BR")
    'pt_BR'
    """
    made = code.replace("-", "_")
    if not _CODE.fullmatch(made):
        raise UsageError(f"no language '{code}'; give a code such as fr, pt_BR or zh_Hant")
    return made


def in_cldr(code: str) -> bool:
    """Say whether CLDR knows a language, without which no catalogue of it can be used.

    Examples
    --------
    >>> in_cldr("pt_BR"), in_cldr("xx")
    (True, False)
    """
    from babel.core import Locale, UnknownLocaleError

    try:
        Locale.parse(code)
    except UnknownLocaleError:
        return False
    return True


def catalogues(code: str, folder: Path | None = None) -> list[Path]:
    """List the catalogues of a language: that of a content folder before the one that ships."""
    return [path for place in _places(folder) if (path := place / f"{code}.po").is_file()]


def _places(folder: Path | None) -> list[Path]:
    own = [] if folder is None else [folder / FOLDER]
    return [*own, templates() / FOLDER]


def open_language(code: str, folder: Path | None = None) -> Language:
    """Read the catalogues of a language: that of a content folder, and the one that ships.

    Parameters
    ----------
    code
        Such as fr or pt_BR; a hyphen will do.
    folder
        Content folder whose own catalogue goes first.

    Raises
    ------
    UsageError
        If there is none; the message says how to add one.
    ContentError
        If a catalogue is damaged, or a translation names a place that its message does not have:
        all faults of all files at once.

    Examples
    --------
    >>> open_language("en").one("Ranking")
    'Ranking'
    """
    code = normal(code)
    if code == SOURCE:
        return ENGLISH
    paths = catalogues(code, folder)
    if not paths:
        there = nearest(code, languages(folder))
        told = f"to add it, put {FOLDER}/{code}.po into the content folder"
        raise UsageError(
            f"no language '{code}' {there}; {told} (`resilience-index messages {code}` writes one "
            "to fill in)"
        )
    rest = _Untranslated()
    chain: NullTranslations = rest
    for path in reversed(paths):
        catalogue = read_catalogue(path)
        made = BytesIO()
        _write_mo(made, catalogue)
        made.seek(0)
        opened = GNUTranslations(made)
        opened.add_fallback(chain)
        chain = opened
    return Language(code, chain, tuple(paths), rest)


def _write_mo(target: BytesIO, catalogue: "Catalog") -> None:
    from babel.messages.mofile import write_mo

    write_mo(target, catalogue)


def read_catalogue(path: Path) -> "Catalog":
    """Read a catalogue and check it.

    Raises
    ------
    ContentError
        If it is no catalogue of the language of its name, or a translation does not fit its
        message: all faults at once, each with its line.
    """
    from babel.core import Locale, UnknownLocaleError
    from babel.messages.pofile import PoFileError

    from resilience_index.content._catalogues import parse

    text = read_text(path, within=path.parent)
    try:
        locale = Locale.parse(path.stem)
        found = parse(text, locale)
    except UnknownLocaleError:
        told = f"Unicode's CLDR knows no language '{path.stem}'; name the file after one it knows"
        raise ContentError(str(path), [told]) from None
    except (PoFileError, ValueError) as error:
        raise ContentError(str(path), [f"not a message catalogue: {error}"]) from None
    problems = [told for message in found if message.id for told in _faults(message)]
    if problems:
        raise ContentError(str(path), problems)
    return found


def _faults(message: "Message") -> list[str]:
    """Say which places of a translation its message does not have, or the other way round."""
    ids, strings = _forms(message.id), [s for s in _forms(message.string) if s]
    if message.fuzzy or not strings:
        return []
    wanted = {place for text in ids for place in placeholders(text) or ()}
    found = []
    for text in strings:
        has = placeholders(text)
        where = f"line {message.lineno or 0}: '{text[:60]}'"
        if has is None:
            found.append(f"{where} has a brace that does not close, or more than a name in it")
        elif has - wanted:
            known = ", ".join(f"{{{p}}}" for p in sorted(wanted)) or "none"
            named = ", ".join(f"{{{p}}}" for p in sorted(has - wanted))
            found.append(f"{where} has {named}; places of this message: {known}")
        elif len(ids) == 1 and wanted - has:
            named = ", ".join(f"{{{p}}}" for p in sorted(wanted - has))
            found.append(f"{where} leaves out {named}")
        elif (tags := sorted(TAG.findall(text))) not in [sorted(TAG.findall(one)) for one in ids]:
            told = " ".join(tags) or "none"
            wished = " ".join(TAG.findall(ids[0])) or "none"
            found.append(f"{where} has other tags than its message: {told}; it has {wished}")
    return found


def _forms(texts: str | Iterable[str] | None) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts or ())


def placeholders(text: str) -> set[str] | None:
    """Return the named places of a message; None if it has braces of any other kind.

    Examples
    --------
    >>> sorted(placeholders("{name} is {rank} of {of}"))
    ['name', 'of', 'rank']
    >>> placeholders("{name.__class__}") is None, placeholders("{") is None
    (True, True)
    """
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    named = [(name, form, turn) for _, name, form, turn in parts if name is not None]
    if any(form or turn or not _PLACE.fullmatch(name) for name, form, turn in named):
        return None
    return {name for name, _, _ in named}


def translated(content: Content, language: Language) -> Content:
    """Return content with its words for readers in a language, and names of countries from CLDR.

    Keys, figures, producers, citations and licences stay as they are.
    """
    if language.english:
        return content
    units = content.units.copy()
    for name in _ATTRIBUTES:
        if name in units.columns:
            units[name] = [language.one(str(text)) for text in units[name]]
    if "iso2" in units.columns:
        ours = language.locale.territories
        units["name"] = [
            ours.get(str(code), name)
            for code, name in zip(units["iso2"], units["name"], strict=True)
        ]
    return replace(
        content,
        units=units,
        sources={code: _said(source, language) for code, source in content.sources.items()},
        indicators={code: _said(one, language) for code, one in content.indicators.items()},
        files={
            stem: (None if about is None else _said(about, language), codes)
            for stem, (about, codes) in content.files.items()
        },
    )


def translated_framework(framework: Framework, language: Language) -> Framework:
    """Return a framework with its titles, texts and reasons in a language."""
    return framework if language.english else _said(framework, language)


def translated_policies(policies: Policies, language: Language) -> Policies:
    """Return the policy lab's definitions with their words in a language, but not its sources."""
    if language.english:
        return policies
    return replace(
        policies,
        **{name: _inside(name, getattr(policies, name), language) for name in _LAB},
        about={name: language.one(text) for name, text in policies.about.items()},
    )


def _said(model: M, language: Language) -> M:
    """Return a definition with its words translated, at any depth."""
    changes: dict[str, Any] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        made = _inside(name, value, language)
        if made is not value:
            changes[name] = made
    return model.model_copy(update=changes) if changes else model


def _inside(name: str, value: Any, language: Language) -> Any:
    """Translate a field: a text, a definition, or those in a list or a mapping.

    What has no words stays the same object, so that a setting that nobody gave does not count as
    given.
    """
    if isinstance(value, Model):
        return _said(value, language)
    if isinstance(value, str):
        return language.one(value) if name in _TEXTS else value
    if isinstance(value, Mapping):
        parts = {key: _inside(name, part, language) for key, part in value.items()}
        return value if all(parts[key] is part for key, part in value.items()) else parts
    if isinstance(value, list):
        said = [_inside(name, part, language) for part in value]
        return value if all(a is b for a, b in zip(said, value, strict=True)) else said
    return value


def texts_of(
    content: Content, frameworks: Iterable[Framework], policies: Policies | None = None
) -> dict[str, str]:
    """List the words for readers that content holds, each with where it stands.

    Returns
    -------
    dict
        Places by text, such as {"Talent": "frameworks/ai_resilience.nodes.talent.title"}.
    """
    found: dict[str, str] = {}
    for name in _ATTRIBUTES:
        if name in content.units.columns:
            for text in content.units[name].unique():
                found.setdefault(str(text), f"countries.csv: {name}")
    for where, model in [
        *((f"indicators: {code}", one) for code, one in content.indicators.items()),
        *((f"sources: {code}", source) for code, source in content.sources.items()),
        *((f"{stem}.toml", about) for stem, (about, _) in content.files.items() if about),
        *((f"frameworks/{one.name}", one) for one in frameworks),
    ]:
        _collect("", model, where, found)
    for name in () if policies is None else _LAB:
        _collect(name, getattr(policies, name), f"policies: {name}", found)
    for name, text in ({} if policies is None else policies.about).items():
        found.setdefault(text, f"policies: {name}")
    found.pop("", None)
    return found


def _collect(name: str, value: Any, where: str, found: dict[str, str]) -> None:
    """Gather a field's text, or those of all that is inside it."""
    if isinstance(value, str) and name in _TEXTS:
        found.setdefault(value, where)
    for part, inner, suffix in _inner(name, value):
        _collect(part, inner, where + suffix, found)


def _inner(name: str, value: Any) -> Iterator[tuple[str, Any, str]]:
    """Yield what a definition, a mapping or a list holds: the field it is of, itself, its key."""
    if isinstance(value, Model):
        yield from ((part, getattr(value, part), f".{part}") for part in type(value).model_fields)
    elif isinstance(value, Mapping):
        yield from ((name, part, f".{key}") for key, part in value.items())
    elif isinstance(value, list):
        yield from ((name, part, "") for part in value)
