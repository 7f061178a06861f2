"""Messages inside templates: said in the language that pages are written in, and escaped."""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from resilience_index.content.languages import TAG
from resilience_index.content.speech import say, spoken

_RANGE = re.compile(r"\u2066?\d[\d.,\u00a0\u202f]*–[^\w\s]?\d[\d.,\u00a0\u202f]*(?<=\d)\u2069?")


def said_in_page(message: str, /, **given: Any) -> Markup:
    """Return a message for a template: what is put in is escaped, unless it is markup itself.

    A message may hold tags. A translation has the tags of its message and no others: whatever else
    looks like one is text.

    Examples
    --------
    >>> said_in_page("See <a href='{to}'>{there}</a>.", to="x.html", there="<b>")
    Markup("See <a href='x.html'>&lt;b&gt;</a>.")
    """
    return _filled(message, spoken().one(message), given)


def counted_in_page(n: int, one: str, many: str, /, **given: Any) -> Markup:
    """Return a message for a template in the form for a count, which fills the place {n}.

    Examples
    --------
    >>> counted_in_page(2, "<b>{n}</b> country", "<b>{n}</b> countries")
    Markup('<b>2</b> countries')
    """
    return _filled(one + many, spoken().many(one, many, n), {"n": n, **given})


def page_number() -> tuple[str, str, str, bool]:
    """Return what stands before, between and behind the two numbers of "1 of 4" at a page's foot.

    Last comes whether the number of pages is said first, as in Korean.

    Examples
    --------
    >>> page_number()
    ('', ' of ', '', False)
    """
    text = say("{page} of {pages}", page="\ue000", pages="\ue001")
    before, between, after = re.split("[\ue000\ue001]", text, maxsplit=2)
    return before, between, after, text.index("\ue001") < text.index("\ue000")


def ranged(text: str) -> Markup:
    """Escape a text, its ranges kept on one line; what is copied from the page has no more letters.

    Marks of direction go with it, since what makes PDFs orders the text of each element by itself.

    Examples
    --------
    >>> ranged("12th (7–17) & more")
    Markup('12th (<span class="whole-range">7–17</span>) &amp; more')
    """
    return Markup(_RANGE.sub(r'<span class="whole-range">\g<0></span>', str(escape(text))))


def _filled(message: str, text: str, given: Mapping[str, Any]) -> Markup:
    """Make a text markup, as far as its message goes, and fill its places."""
    language = spoken()
    tags = frozenset(TAG.findall(message))
    made = Markup(text) if language.english else _harmless(unescape(text), tags)
    return made.format(**given) if given else made


@lru_cache(maxsize=4096)
def _harmless(text: str, tags: frozenset[str]) -> Markup:
    """Escape all of a translation but the tags that its message has."""
    parts, at = [], 0
    for found in TAG.finditer(text):
        if found.group() in tags:
            parts += [escape(text[at : found.start()]), Markup(found.group())]
            at = found.end()
    return Markup("").join([*parts, escape(text[at:])])
