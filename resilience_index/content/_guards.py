"""What is refused before a text is understood: odd characters, endless lines, endless nesting.

What control characters, and characters that turn the direction of text, could do: hide a name in
another, steer a terminal, break XML. They are refused wherever text comes in, from a file or from a
cell of a workbook; tab and line ends are not among them, nor are the marks that right-to-left
scripts need (U+200E, U+200F, U+061C) and the joiners (U+200C, U+200D).
"""

import codecs
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_KEY_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
MOST_NESTED = 32
"""Deepest nesting of tables and lists in a definition file."""
GREATEST = 1e60
"""Largest number that may come in; the fourth power of it still is one."""
MOST_KEY_LETTERS = 200
"""Longest key in a definition file."""
_DOTTED = re.compile(rf"(?<![A-Za-z0-9_-])(?:{_KEY_PART}\.[ \t]*+){{{MOST_NESTED}}}")
_MARKS = "=,[{"
_ENCODINGS = {  # UTF-32 first: one of its marks begins like one of UTF-16
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_MOST_FAULTS = 20
_SLICE = 2**24  # letters looked at in one go


def odd_character(text: str) -> tuple[int, str] | None:
    r"""Find the first character that no text may hold: its place, and what it is.

    >>> odd_character("Kor\u202eea")
    (3, 'U+202E, which turns the direction of text')
    >>> odd_character("a\tb\r\nc") is None
    True
    """
    for start in range(0, len(text), _SLICE):
        part = text[start : start + _SLICE]
        if part.isascii() and len(part.encode().translate(None, _CONTROLS)) == len(part):
            continue
        found = _ODD.search(part)
        if found is not None:
            return start + found.start(), _named(ord(found[0]))
    return None


def _named(code: int) -> str:
    """Say what an odd character does."""
    turns = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    what = "turns the direction of text" if turns else "is a control character"
    return f"U+{code:04X}, which {what}"


def other_encoding(raw: bytes) -> str | None:
    """Name the encoding that a file begins with the mark of, if that is none of UTF-8.

    >>> other_encoding("iso3".encode("utf-32")), other_encoding("iso3".encode("utf-16"))
    ('UTF-32', 'UTF-16')
    >>> other_encoding("iso3".encode("utf-8-sig")) is None
    True
    """
    return next((name for mark, name in _ENCODINGS.items() if raw.startswith(mark)), None)


def has_endless_line(raw: bytes, most: int) -> bool:
    r"""Say whether a line is longer than so many bytes, without splitting the text.

    A line longer than `most` covers a whole window of half that length.

    >>> has_endless_line(b"ab\n" * 9, 4), has_endless_line(b"ab\nabcdefgh\n", 4)
    (False, True)
    """
    half = max(1, most // 2)
    at = 0
    while at + half <= len(raw):
        if raw.find(b"\n", at, at + half) < 0 and raw.find(b"\r", at, at + half) < 0:
            begin = max(raw.rfind(b"\n", 0, at), raw.rfind(b"\r", 0, at)) + 1
            ends = [e for e in (raw.find(b"\n", at), raw.find(b"\r", at)) if e >= 0]
            end = min(ends, default=len(raw))
            if end - begin > most:
                return True
            at = end
        at += half
    return False


def is_overgrown(text: str, most: int) -> str:
    """Say why a TOML text is not to be parsed: too many keys and values, or too long a dotted key.

    >>> is_overgrown("a = [1, 2, 3]", 3), is_overgrown("a = 1", 3)
    ('4 keys and values; at most 3', '')
    """
    count = sum(text.count(mark) for mark in _MARKS)
    if count > most:
        return f"{count:,} keys and values; at most {most:,}"
    dotted = _DOTTED.search(text)
    if dotted is not None:
        line = text.count("\n", 0, dotted.start()) + 1
        return f"line {line}: a key of more than {MOST_NESTED} parts"
    return ""


def unsound(data: Mapping[str, Any], most_members: int) -> list[str]:
    """List what no definition may hold, whatever it means: the first faults, with their keys.

    Tables of too many members, nesting without end, long or odd keys, numbers beyond 64 bits,
    control characters written as escapes.

    >>> unsound({"about": {"year": 10**30}}, 5)
    ['about.year: a whole number beyond 64 bits; write a smaller one']
    """
    found: list[str] = []
    stack: list[tuple[str, Any, int]] = [("", data, 0)]
    while stack and len(found) < _MOST_FAULTS:
        key, value, depth = stack.pop()
        found += _faults_of(key, value, depth, most_members)
        if depth > MOST_NESTED or not isinstance(value, dict | list):
            continue
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        below = [(f"{key}.{part}".strip("."), one, depth + 1) for part, one in pairs]
        stack += reversed(below[: most_members + 1])
    return found


def _faults_of(key: str, value: Any, depth: int, most_members: int) -> Iterator[str]:
    shown = key if len(key) <= MOST_KEY_LETTERS else f"{key[:MOST_KEY_LETTERS]}…"
    if depth > MOST_NESTED:
        yield f"{shown}: nested more than {MOST_NESTED} deep"
    elif isinstance(value, dict):
        if len(value) > most_members:
            yield f"{shown or 'file'}: {len(value):,} members; at most {most_members:,}"
        yield from (f"{shown}: {fault}" for part in value if (fault := _fault_of_key(part)))
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        yield f"{shown}: a whole number beyond 64 bits; write a smaller one"
    elif isinstance(value, float) and not abs(value) <= GREATEST and not _a_limit(key, value):
        yield f"{shown}: {value}; a finite number is needed, at most {GREATEST:g}"
    elif isinstance(value, str) and (odd := odd_character(value)) is not None:
        yield f"{shown}: {odd[1]}; take it out"


def _a_limit(key: str, value: float) -> bool:
    """Say whether infinity stands where it means something: the minimum, or the maximum."""
    return math.isinf(value) and key.rpartition(".")[2] in ("p", "alpha")


def _fault_of_key(key: str) -> str:
    if len(key) > MOST_KEY_LETTERS:
        return f"a key of {len(key):,} letters; at most {MOST_KEY_LETTERS}"
    odd = odd_character(key)
    return f"a key with {odd[1]}; take it out" if odd is not None else ""
