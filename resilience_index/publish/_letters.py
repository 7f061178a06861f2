"""Letters that join and run from right to left, for what draws one letter after the other.

What makes the PDF sets the text of charts letter by letter from the left, and so does what draws
pictures. Arabic and Hebrew texts are therefore handed over as they are to be seen: letters in the
form that their neighbours ask for, in the order of the eye. The alternative text of a chart says
the same in reading order.
Source: Unicode Standard Annex 9, Unicode Bidirectional Algorithm, https://www.unicode.org/reports/tr9/.
"""

import re
import unicodedata
from functools import lru_cache
from html import escape, unescape

_RUNS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_DRAWN = re.compile(r"(<text\b[^>]*>)([^<]+)(</text>)")


def from_right(text: str) -> bool:
    """Say whether a text has letters that run from right to left.

    Examples
    --------
    >>> from_right("Korea"), from_right("لا")
    (False, True)
    """
    return bool(_RUNS.search(text))


@lru_cache(maxsize=16384)  # the same names stand in many charts
def seen(text: str) -> str:
    """Return a text as it is to be seen from the left, its letters joined.

    Examples
    --------
    >>> seen("Korea 43.2")
    'Korea 43.2'
    >>> [unicodedata.name(c) for c in seen("لا 7") if c != " "]
    ['DIGIT SEVEN', 'ARABIC LIGATURE LAM WITH ALEF ISOLATED FORM']
    """
    if not from_right(text):
        return text
    from arabic_reshaper import reshape  # type: ignore[import-untyped]
    from bidi import get_display  # type: ignore[import-untyped]

    laid = get_display(reshape(text), base_dir="R")
    return "".join(c for c in str(laid) if unicodedata.category(c) != "Cf")


def drawn(html: str) -> str:
    """Hand over the texts of all charts of a document as they are to be seen.

    Examples
    --------
    >>> drawn('<p>لا</p><text x="1">لا</text>').count("لا")
    1
    """
    if not from_right(html):
        return html
    return _DRAWN.sub(lambda m: f"{m[1]}{escape(seen(unescape(m[2])), quote=False)}{m[3]}", html)
