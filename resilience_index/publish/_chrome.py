"""What stands round every page of the site: the bar of links, style sheets, scripts, the foot."""

from collections.abc import Sequence
from dataclasses import dataclass

from resilience_index.content.speech import spoken

WORDS = "words.js"
"""What the script says in another language than English; a site in English has none."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its words, where it leads from this page, whether it is this page itself."""

    label: str
    href: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Social:
    """What a shared link shows: a sentence, a picture, and the page's address if it is known."""

    text: str
    picture: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Chrome:
    """The surroundings of one page.

    `root` leads from the page to the folder of the edition: "" or "../". `scripts` run after the
    page is read; `kind` tells them which page it is. `described` is the
    edition in JSON-LD, for search engines; `social` is what a shared link shows.
    """

    root: str
    bar: tuple[Link, ...]
    kind: str = ""
    scripts: tuple[str, ...] = ()
    described: str = ""
    social: Social | None = None


def chrome(
    path: str,
    bar: Sequence[tuple[str, str]],
    *,
    section: str = "",
    kind: str = "",
    data: Sequence[str] = (),
) -> Chrome:
    """Work out the surroundings of a page.

    Parameters
    ----------
    path
        Where the page lies in the edition.
    bar
        Words and paths of the pages that every page links to.
    section
        Path of the one among them that this page belongs to, if it is not one of them itself.
    kind
        Which part of the script is for it; without one the page has no script.
    data
        Scripts that hold the data of this kind.

    Examples
    --------
    >>> found = chrome("countries/KOR.html", [("Ranking", "index.html")])
    >>> found.root, found.bar[0].href, found.bar[0].here
    ('../', '../index.html', False)
    """
    root = "../" * path.count("/")
    links = tuple(
        Link(label, f"{root}{target}", target in (path, section)) for label, target in bar
    )
    said = () if spoken().english else (WORDS,)
    scripts = (*data, *said, "site.js") if kind else ()
    return Chrome(root, links, kind, tuple(f"{root}{name}" for name in scripts))
