"""What is found in foreign files, before anything is written."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from resilience_index.content._sheets import Sheet


@dataclass(frozen=True, slots=True)
class Leaf:
    """One indicator: how its column is called here and there, and what is known of it."""

    code: str
    column: str
    name: str
    unit: str = ""
    direction: str = "none"
    denominator: str | None = None
    parent: str | None = None
    weight: float = 1
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One node of the tree."""

    code: str
    name: str
    parent: str | None = None
    weight: float = 1


@dataclass(slots=True)
class Plan:
    """All that was found in the files, before anything is written."""

    data: Sheet
    code_column: str
    name_column: str | None
    year_column: str | None
    attributes: list[str]
    leaves: list[Leaf]
    nodes: list[Branch]
    lost: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def snake(text: str, taken: Iterable[str] = ()) -> str:
    """Turn a foreign code into one of ours: small letters, digits and _, a letter first.

    >>> snake("LPI"), snake("CO2 (t/head)"), snake("4G"), snake("LPI", taken=["lpi"])
    ('lpi', 'co2_t_head', 'i_4g', 'lpi_2')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    code = (plain if plain[:1].isalpha() else f"i_{plain}".rstrip("_"))[:60]
    number_, made, known = 1, code, set(taken)
    while made in known:
        number_ += 1
        made = f"{code}_{number_}"
    return made


def unit_code(text: str) -> str:
    """Turn the first cell of a row into a code of a unit; codes stay as they are.

    Accents are left off. A name without a Latin letter or digit, or too long for a code, gets a
    code made from a hash of it, so that two names never share one.

    >>> unit_code("KOR"), unit_code("Korea, Rep."), unit_code("Éire"), unit_code("日本")
    ('KOR', 'korea_rep', 'eire', 'u_cf2abf0c')
    """
    if re.fullmatch(r"[A-Za-z0-9_-]{1,32}", text):
        return text
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = snake(bare)
    kept = sum(c.isalnum() for c in bare) >= sum(c.isalnum() for c in text)
    if kept and len(plain) <= 32:
        return plain
    return f"u_{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def digits(value: float) -> str:
    """Spell a number by its shortest digits; whole ones without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
