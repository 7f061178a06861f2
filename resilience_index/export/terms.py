"""On what terms an edition may be passed on: whose it is, its licence, its sources and theirs.

Every download names them, each in the form that its format has for it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resilience_index.index import Index
from resilience_index.places import shipped_content

AUTHOR = "The resilience-index contributors"
"""Who publishes the editions of the content that ships with this package."""

_LICENCES = {
    "CC0 1.0": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC BY 3.0": ("CC-BY-3.0", "https://creativecommons.org/licenses/by/3.0/"),
    "CC BY 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC BY-SA 4.0": ("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "CC BY-NC 4.0": ("CC-BY-NC-4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
    "CC BY-NC-SA 4.0": ("CC-BY-NC-SA-4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
    "ODbL 1.0": ("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence by its usual name; SPDX identifier and address where they are known, else ""."""

    name: str
    spdx: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class UsedSource:
    """A source of an edition; `asks` is what its terms forbid or require, "" if nothing."""

    key: str
    producer: str
    title: str
    citation: str
    url: str
    licence: str
    status: str
    asks: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What every download says of its edition; `name` is that of the framework."""

    name: str
    title: str
    edition: str
    year: int
    author: str
    licence: Licence
    description: str
    sources: tuple[UsedSource, ...]

    @property
    def slug(self) -> str:
        """Name for files and identifiers, such as ai_resilience-2026."""
        return f"{self.name}-{self.edition}"

    @property
    def citation(self) -> str:
        """How to cite the index, in one sentence."""
        return f"{self.author} ({self.year}), {self.title}, edition {self.edition}."

    @property
    def asking(self) -> tuple[UsedSource, ...]:
        """Sources whose terms forbid or require something beyond naming the producer."""
        return tuple(source for source in self.sources if source.asks)


def licence_named(name: str) -> Licence:
    """Look a licence up by its usual name.

    >>> licence_named("CC BY 4.0").spdx, licence_named("House rules").url
    ('CC-BY-4.0', '')
    """
    return Licence(name, *_LICENCES.get(name, ("", "")))


def terms_of(index: Index) -> Terms:
    """Gather the terms of an edition: of the index itself, and of every source it rests on."""
    content, about = index.content, index.framework.about
    keys: list[str] = []
    for code in _in_order(index):
        keys += [key for key in content.indicators[code].sources if key not in keys]
    used = []
    for key in keys:
        source = content.sources[key]
        used.append(
            UsedSource(
                key, source.producer, source.title, source.citation, source.url, source.licence,
                source.licence_status, source.licence_note,
            )
        )  # fmt: skip
    return Terms(
        name=index.framework.name,
        title=about.title,
        edition=about.edition,
        year=about.year,
        author=_author(index),
        licence=licence_named(about.licence),
        description=" ".join(part for part in (about.question, about.text) if part) or about.title,
        sources=tuple(used),
    )


def _author(index: Index) -> str:
    """Say who publishes an index: as its framework says, else this project if the content is ours.

    Content that differs in any file from what ships is not signed with this project's name, but
    with the title of the index.
    """
    named: str = getattr(index.framework.about, "publisher", "")
    ours = all(_ships(path, index.content.folder) for path in index.inputs)
    return named or (AUTHOR if ours else index.framework.about.title)


def _ships(path: Path, folder: Path) -> bool:
    """Say whether a file of a content folder is the one that ships with this package."""
    shipped = shipped_content() / path.relative_to(folder)
    return shipped.is_file() and shipped.read_bytes() == path.read_bytes()


def _in_order(index: Index) -> list[str]:
    """List the indicators in the order of the framework, then what they rest on."""
    scored = list(index.framework.indicators)
    return scored + sorted(set(index.content.needed(scored)) - set(scored))


def as_data(terms: Terms) -> dict[str, Any]:
    """Say what an edition is and on what terms, for files that hold data about data."""
    return {
        "title": terms.title,
        "edition": terms.edition,
        "year": terms.year,
        "licence": {"name": terms.licence.name, "url": terms.licence.url},
        "citation": terms.citation,
        "sources": [
            {
                "producer": source.producer,
                "title": source.title,
                "url": source.url,
                "citation": source.citation,
                "licence": source.licence,
                "asks": source.asks,
            }
            for source in terms.sources
        ],
    }


def notice(terms: Terms) -> list[str]:
    """Say in paragraphs what the edition is, on what terms, and whom to cite."""
    licence = terms.licence.name or "no licence stated"
    address = f" ({terms.licence.url})" if terms.licence.url else ""
    said = [
        f"{terms.title}, edition {terms.edition}",
        f"Licence of the index: {licence}{address}. The figures stay under the terms of their "
        "producers, which stand with each source.",
        f"Cite the index: {terms.citation}",
        "Cite the producers of the figures that you use:",
        *(f"- {s.citation} Licence: {s.licence}." for s in terms.sources),
    ]
    if terms.asking:
        said.append("These sources forbid or require something, or leave it unclear:")
        said += [f"- {s.producer}, {s.title}: {s.asks}" for s in terms.asking]
    return said


def identifier(text: str) -> str:
    """Turn text into an identifier of letters, digits, - and _.

    >>> identifier("ai_resilience-2026 (draft)")
    'ai_resilience-2026-draft'
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")
