"""Letters that join and run from right to left: in charts of pages, in charts of PDFs, in pictures.

A chart keeps its axes from left to right in every language, so that each text in it says for
itself which way it runs. What makes the PDF sets the text of charts letter by letter from the
left, and so does what draws pictures. Arabic and Hebrew texts are therefore handed over as they
are to be seen: letters in the form that their neighbours ask for, in the order of the eye. The
alternative text of a chart says the same in reading order.
Source: Unicode Standard Annex 9, Unicode Bidirectional Algorithm, https://www.unicode.org/reports/tr9/.
"""

import re
import unicodedata
from functools import lru_cache
from html import escape, unescape

from resilience_index.content.speech import spoken

_RUNS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_NAMED = re.compile("(<title>)\u2067([^<]*)\u2069(</title>)")
_FAMILIES = {
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ckb", "ug"), "Noto Sans Arabic"),
    **dict.fromkeys(("he", "yi"), "Noto Sans Hebrew"),
    "ko": "Noto Sans CJK KR",
    "ja": "Noto Sans CJK JP",
    "zh": "Noto Sans CJK SC",
    "zh_Hant": "Noto Sans CJK TC",
}
_DRAWN = re.compile(r"(<text\b[^>]*>)([^<]+)(</text>)")
_ONWARD = "→"  # at the end of an axis, which runs from the left: it stays at the right
_BEHIND = "\u0001"  # goes where the letter before it goes, whichever way its run runs


def from_right(text: str) -> bool:
    """Say whether a text has letters that run from right to left.

    Examples
    --------
    >>> from_right("Korea"), from_right("لا")
    (False, True)
    """
    return bool(_RUNS.search(text))


def based(text: str, *, whole: bool = False) -> str:
    """Return a text of a chart so that its sentence runs the way that its language does.

    Parameters
    ----------
    text
        As it is read; one without letters from the right stays as it is.
    whole
        Whether it is a line of a sentence, which runs so even where its letters are Latin.

    Examples
    --------
    >>> based("Korea 43.2")
    'Korea 43.2'
    """
    if spoken().direction != "rtl" or not (whole or from_right(text)):
        return text
    opening = "\u2066" if text.endswith(_ONWARD) else "\u2067"
    return f"{opening}{_closed(text)}\u2069"


def _closed(text: str) -> str:
    """Pair marks round names, which part where a line is broken or cut inside of one."""
    kept, deep = [], 0
    for c in text:
        deep += 1 if c in "\u2066\u2067\u2068" else -1 if c == "\u2069" else 0
        if deep < 0:
            deep = 0
        else:
            kept.append(c)
    return "".join(kept) + deep * "\u2069"


def families() -> str:
    """Name the font families of charts, the one with the letters of the language before others.

    Without spaces behind the commas: what makes the PDF would take them for part of the name.

    Examples
    --------
    >>> families()
    "Inter, 'Noto Sans', 'Noto Sans CJK KR', sans-serif"
    """
    language = spoken()
    if language.english:
        return "Inter, 'Noto Sans', 'Noto Sans CJK KR', sans-serif"
    code = language.code
    own = _FAMILIES.get(code) or _FAMILIES.get(code.partition("_")[0])
    return ",".join(["Inter", *([f"'{own}'"] if own else []), "'Noto Sans'", "sans-serif"])


@lru_cache(maxsize=16384)  # the same names stand in many charts
def seen(text: str) -> str:
    """Return a text as it is to be seen from the left, its letters joined.

    Examples
    --------
    >>> seen("Korea 43.2")
    'Korea 43.2'
    >>> [unicodedata.name(c) for c in seen("لا 7") if c != " "]
    ['DIGIT SEVEN', 'ARABIC LIGATURE LAM WITH ALEF ISOLATED FORM']

    Brackets and their like open towards the words inside them:

    >>> [unicodedata.name(c)[:16] for c in seen("(لا)")]
    ['LEFT PARENTHESIS', 'ARABIC LIGATURE ', 'RIGHT PARENTHESI']
    """
    if not from_right(text):
        return text
    from arabic_reshaper import reshape  # type: ignore[import-untyped]
    from bidi import get_display  # type: ignore[import-untyped]
    from bidi.mirror import MIRRORED  # type: ignore[import-untyped]

    either = f"[{re.escape(''.join(MIRRORED))}]"
    marked = re.sub(either, rf"\g<0>{_BEHIND}", reshape(text))
    base = "L" if text.strip("\u2066\u2069").endswith(_ONWARD) else "R"
    laid = str(get_display(marked, base_dir=base))  # puts in order, but mirrors nothing
    turned = re.sub(
        f"{_BEHIND}({either})|({either}){_BEHIND}", lambda m: MIRRORED[m[1]] if m[1] else m[2], laid
    )
    return "".join(c for c in turned if unicodedata.category(c) not in ("Cc", "Cf"))


def drawn(html: str) -> str:
    """Hand over the texts of all charts of a document as they are to be seen.

    Examples
    --------
    >>> drawn('<p>لا</p><text x="1">لا</text>').count("لا")
    1
    """
    if not from_right(html):
        return html
    named = _NAMED.sub(r"\1\2\3", html)
    return _DRAWN.sub(lambda m: f"{m[1]}{escape(seen(unescape(m[2])), quote=False)}{m[3]}", named)
