"""Sentences in the language that readers are spoken to in.

Which language that is belongs to the task at hand, as the precision of decimals does: it holds
inside `with speaking(language)` and nowhere else. Messages are whole sentences with named places;
an extractor finds them by the names of these functions, so that they stand in the code as text.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from resilience_index.content.languages import ENGLISH, Language

_MINUS = "\u2212"

_SPOKEN: ContextVar[Language] = ContextVar("language", default=ENGLISH)

KEYWORDS: dict[str, Any] = {"say": None, "say_many": (2, 3), "counted": (2, 3), "noted": None}
"""Names by which messages are found, with the places of singular and plural."""


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Write in a language as long as this lasts.

    Examples
    --------
    >>> with speaking(ENGLISH):
    ...     say("{name} leads", name="Norway")
    'Norway leads'
    """
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken() -> Language:
    """Return the language that pages are written in now."""
    return _SPOKEN.get()


def say(message: str, /, **given: Any) -> str:
    """Return a message in the language spoken, its places filled.

    Examples
    --------
    >>> say("{first} to {last}", first=1, last=3)
    '1 to 3'
    """
    text = _SPOKEN.get().one(message)
    return text.format_map(given) if given else text


def say_many(n: int, one: str, many: str, /, **given: Any) -> str:
    """Return a message in the form for a count, which fills the place {n} if none is given.

    Examples
    --------
    >>> say_many(2, "{n} country", "{n} countries")
    '2 countries'
    """
    return _SPOKEN.get().many(one, many, n).format_map({"n": n, **given})


def noted(message: str) -> str:
    """Mark a message that is said elsewhere by a name; give it back as it is."""
    return message


def figures(text: str) -> str:
    """Write a number that has English signs with those of the language spoken.

    Examples
    --------
    >>> figures("1,234.5")
    '1,234.5'
    """
    if _SPOKEN.get().english:
        return text
    decimal, group, minus = signs()
    return text.translate({ord("."): decimal, ord(","): group, ord(_MINUS): minus})


def compact(value: float, digits: int = 3) -> str:
    """Write a large number in the short form of the language spoken, such as 2.5億 or 2,5 Md.

    It has as many significant digits as asked for, but never less than its whole part.

    Parameters
    ----------
    value
        A million or more, at either side of zero.
    digits
        Significant digits; zeros at the end are left out.

    References
    ----------
    Unicode CLDR, compact number formats, https://cldr.unicode.org.
    """
    return _compact(value, digits, _SPOKEN.get().code)


@lru_cache(maxsize=4096)
def _compact(value: float, digits: int, code: str) -> str:
    from babel.numbers import format_compact_decimal

    size = 10 ** math.floor(math.log10(abs(value)))
    whole = sum(c.isdigit() for c in format_compact_decimal(size, locale=code))
    return format_compact_decimal(value, locale=code, fraction_digits=max(digits - whole, 0))


def signs() -> tuple[str, str, str]:
    """Return the signs of decimals, of thousands and of minus in the language spoken.

    Examples
    --------
    >>> signs()
    ('.', ',', '−')
    """
    language = _SPOKEN.get()
    return (".", ",", _MINUS) if language.english else _signs_of(language.code)


def plus() -> str:
    """Return the sign before what has grown, in the language spoken.

    Where text runs from the right, a mark goes with it that keeps it at the left of its number.

    Examples
    --------
    >>> plus()
    '+'
    """
    language = _SPOKEN.get()
    return "+" if language.english else _plus_of(language.code)


@lru_cache(maxsize=64)
def _plus_of(code: str) -> str:
    from babel.numbers import get_plus_sign_symbol

    return get_plus_sign_symbol(code)


@lru_cache(maxsize=64)
def _signs_of(code: str) -> tuple[str, str, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol, get_minus_sign_symbol

    return get_decimal_symbol(code), get_group_symbol(code), get_minus_sign_symbol(code)
