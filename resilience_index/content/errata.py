"""What was wrong in published editions: the file ERRATA.md of a content folder.

Under its heading ``## List`` each entry has a heading ``### EDITION, DATE`` and points in the form
``- **What was wrong**: …``; every point of `POINTS` must be there, the country's reply among them.
A correction makes a new edition, whose number is that of the year with a third part that rises:
2026, 2026.1, 2026.2; `faults` holds the frameworks of the folder to that.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from resilience_index.content.reading import read_text, shortened
from resilience_index.errors import ContentError, nearest

NAME = "ERRATA.md"
POINTS = (
    "What was wrong",
    "Since",
    "How it came to light",
    "Whose rank changed",
    "Reply of the country",
    "What will keep it from happening again",
)
_HEADING = re.compile(r"### (?P<edition>[0-9]{4}\.[1-9][0-9]*), (?P<date>.+)")
_POINT = re.compile(r"- \*\*(?P<name>[^*]+)\*\*: (?P<text>.+)")


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry: the edition that corrects, its date, and what is told, by point."""

    edition: str
    date: str
    told: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Errata:
    """The list, newest first as it stands, and how a figure is disputed, a text a paragraph."""

    corrections: tuple[Correction, ...]
    dispute: tuple[str, ...]


def read(folder: Path) -> Errata:
    """Read the list; an empty one where a folder has no such file.

    Raises
    ------
    ContentError
        If an entry is not in form: all faults at once.
    """
    path = folder / NAME
    if not path.is_file():
        return Errata((), ())
    parts = _sections(read_text(path, within=folder))
    corrections: list[Correction] = []
    problems: list[str] = []
    for heading, lines in _entries(parts.get("List", [])):
        found = _HEADING.fullmatch(heading)
        if found is None:
            problems.append(f"{heading!r}; a heading such as '### 2026.1, 3 March 2027' is needed")
            continue
        told = _points(lines)
        problems += [f"{heading}: no point '{p}'; add it" for p in POINTS if p not in told]
        wrong = [name for name in told if name not in POINTS]
        problems += [f"{heading}: '{name}' {nearest(name, POINTS)}" for name in wrong]
        corrections.append(Correction(found["edition"], found["date"].strip(), told))
    if problems:
        raise ContentError(str(path), shortened(problems))
    return Errata(tuple(corrections), tuple(_paragraphs(parts.get("How to dispute a figure", []))))


def faults(folder: Path, editions: Mapping[str, str]) -> list[str]:
    """Say where the list, and the editions of the frameworks, do not fit together.

    Parameters
    ----------
    folder
        The content folder.
    editions
        Edition of each framework, by name.
    """
    try:
        corrections = read(folder).corrections
    except ContentError as error:
        return [f"{NAME}: {problem}" for problem in error.problems]
    numbers = [one.edition for one in corrections]
    found = [
        f"{NAME}: {n} stands twice" for n in sorted({n for n in numbers if numbers.count(n) > 1})
    ]
    for name, edition in editions.items():
        year, _, count = edition.partition(".")
        listed = [int(n.partition(".")[2]) for n in numbers if n.partition(".")[0] == year]
        last = max(listed, default=0)
        if count.isdigit() and int(count) > last:
            found.append(f"frameworks/{name}.toml: edition {edition} is in no entry of {NAME}")
        elif listed and not (count.isdigit() and int(count) == last):
            told = f"{NAME} lists {year}.{last}; raise about.edition to it"
            found.append(f"frameworks/{name}.toml: edition {edition}, but {told}")
    return found


def _sections(text: str) -> dict[str, list[str]]:
    """Split a text by its headings of the second level; what is fenced as an example is skipped."""
    made: dict[str, list[str]] = {}
    name, fenced = "", False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if not fenced and line.startswith("## "):
            name = line[3:].strip()
        elif not fenced and not line.startswith("```"):
            made.setdefault(name, []).append(line)
    return made


def _entries(lines: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Split the list by its headings of the third level."""
    made: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("### "):
            made.append((line.rstrip(), []))
        elif made:
            made[-1][1].append(line)
    return made


def _points(lines: Iterable[str]) -> dict[str, str]:
    """Read the points of an entry; lines that are drawn in go on with the point before."""
    made: dict[str, str] = {}
    last = ""
    for line in lines:
        found = _POINT.fullmatch(line.rstrip())
        if found is not None:
            last = found["name"].strip()
            made[last] = found["text"].strip()
        elif last and line.startswith("  ") and line.strip():
            made[last] += f" {line.strip()}"
    return made


def _paragraphs(lines: Iterable[str]) -> list[str]:
    """Join the lines of each paragraph; marks of emphasis and code fall away."""
    blocks = re.split(r"\n\s*\n", "\n".join(lines).strip())
    return [" ".join(re.sub(r"[*`]", "", block).split()) for block in blocks if block.strip()]
