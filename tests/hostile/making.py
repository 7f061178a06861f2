"""What a stranger might hand in: a maker for each input, and how it shall end.

A maker gets an empty folder and returns the arguments of the command line. `refused` inputs end
with code 2 and a message that holds the words given; `harmless` ones end with code 0, and what a
test of theirs checks in the folder holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import COUNTRIES, FRAMEWORK, INDICATOR, SOURCES

MEGA = 2**20
FIGURES = {"a": "AAA,2025,1\nBBB,2025,2\nCCC,2025,4\n", "b": "AAA,2025,5\nBBB,2025,3\nCCC,2025,1\n"}
CHECK = ["check", "--content", "content"]
BUILD = ["build", "small", "--content", "content", "--out", "out", "--no-pdf", "--draws", "16"]
RANK = ["rank", "small", "--content", "content", "--format", "csv"]
SHEET = ["import", "sheet.csv", "--to", "out", "--year", "2024"]
BOOK = ["import", "book.xlsx", "--to", "out", "--year", "2024"]
NOBODY = 65534


@dataclass(frozen=True)
class Case:
    """One input: what it is, how to make it, what shall be told, and what to look at afterwards."""

    name: str
    make: Callable[[Path], list[str]]
    told: str | None  # None: it is harmless
    look: Callable[[Path, str], None] | None = None
    user: int | None = None


CASES: list[Case] = []


def refused(name: str, told: str, user: int | None = None):
    def add(make):
        CASES.append(Case(name, make, told, None, user))
        return make

    return add


def harmless(name: str, look: Callable[[Path, str], None] | None = None):
    def add(make):
        CASES.append(Case(name, make, None, look))
        return make

    return add


def small(place: Path) -> Path:
    """Write a sound content folder of two indicators and four countries."""
    folder = place / "content"
    (folder / "data").mkdir(parents=True)
    (folder / "frameworks").mkdir()
    (folder / "countries.csv").write_text(COUNTRIES, encoding="utf-8")
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    text = "".join(INDICATOR.format(code=c, direction="higher_is_better", more="") for c in FIGURES)
    (folder / "all.toml").write_text(text, encoding="utf-8")
    for code, rows in FIGURES.items():
        (folder / "data" / f"{code}.csv").write_text(f"iso3,year,value\n{rows}", encoding="utf-8")
    placed = "\n".join(f'{c} = {{ parent = "index" }}' for c in FIGURES)
    framework(folder, indicators=placed)
    return folder


def framework(folder: Path, *, indicators: str, nodes: str = "") -> None:
    text = FRAMEWORK.format(nodes=nodes, indicators=indicators)
    (folder / "frameworks" / "small.toml").write_text(text, encoding="utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def sparse(path: Path, size: int) -> None:
    """Make a large file that takes no room."""
    with path.open("wb") as file:
        file.truncate(size)


def table(rows: str | bytes, arguments: list[str] = CHECK, name: str = "data/a.csv"):
    """Give a maker of a sound folder but for one table."""

    def make(place: Path) -> list[str]:
        path = small(place) / name
        path.write_bytes(rows if isinstance(rows, bytes) else rows.encode())
        return arguments

    return make


def added(text: str, name: str = "all.toml", arguments: list[str] = CHECK):
    """Give a maker of a sound folder with a text at the end of one file."""

    def make(place: Path) -> list[str]:
        path = small(place) / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
        return arguments

    return make


def changed(name: str, old: str, new: str, arguments: list[str] = CHECK):
    """Give a maker of a sound folder with one text in the place of another."""

    def make(place: Path) -> list[str]:
        edit(small(place) / name, old, new)
        return arguments

    return make


def one_more(more: str, code: str = "c") -> str:
    return INDICATOR.format(code=code, direction="higher_is_better", more=more)


FRAME = "frameworks/small.toml"
