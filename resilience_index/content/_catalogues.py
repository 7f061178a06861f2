"""Read a message catalogue whose head is not trusted: it says how plurals are told apart.

Babel makes room for as many forms as the head asks for, and gettext works its rule out with every
number; so both are bounded before they are used.
"""

import re
from collections.abc import Iterable
from gettext import c2py
from io import StringIO

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileParser

MOST_FORMS = 6
"""Forms of a word by number: no language that CLDR knows has more."""

_DIVIDES = re.compile(r"/|%(?!\s*0*[1-9])")  # by what may be 0


class _Bounded(Catalog):
    """A catalogue that refuses a head with which it could not be read or used."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return super().mime_headers

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        read = [(name, value) for name, value in headers]
        for name, value in read:
            if name.lower() == "plural-forms":
                _check_plurals(value)
            elif name.lower() == "content-type":
                _check_charset(value)
        self._set_mime_headers(read)


def parse(text: str, locale: Locale) -> Catalog:
    """Read the text of a catalogue.

    Raises
    ------
    ValueError
        If it is none, or its head asks for what no language needs.
    """
    made = _Bounded(locale=locale)
    PoFileParser(made, abort_invalid=True).parse(StringIO(text))
    return made


def _check_plurals(value: str) -> None:
    """Refuse more forms than languages have, and a rule that cannot be worked out."""
    found = re.fullmatch(r"\s*nplurals\s*=\s*(\d{1,20})\s*;\s*plural\s*=([^;]*);?\s*", value)
    if found is None:
        raise ValueError(
            f"Plural-Forms: '{value[:60]}'; write nplurals=2; plural=(n != 1); or another rule"
        )
    if not 1 <= int(found[1]) <= MOST_FORMS:
        raise ValueError(f"Plural-Forms: {found[1]} forms; from 1 to {MOST_FORMS} are allowed")
    try:
        c2py(found[2])
    except (ValueError, RecursionError) as error:
        raise ValueError(f"Plural-Forms: {error}") from None
    if _DIVIDES.search(found[2]):
        raise ValueError("Plural-Forms: divides by what may be 0; divide by numbers alone")


def _check_charset(value: str) -> None:
    """Refuse another encoding than the one that every file is read in."""
    named = re.search(r"charset\s*=\s*[\"']?([^\s;\"']*)", value, re.IGNORECASE)
    if named is not None and named[1].lower() not in ("utf-8", "utf8", "charset"):
        raise ValueError(f"charset {named[1][:20]}: save the file as UTF-8 and say so in its head")
