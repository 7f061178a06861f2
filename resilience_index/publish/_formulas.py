"""Formulas of methods, in MathML: written in TeX in templates/formulas.toml, set by latex2mathml.

Numbers of a framework are put into the formula; its words are put in as text and escaped, so that
no setting can bring markup along.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert

from resilience_index.content.choices import FAMILIES
from resilience_index.content.reading import Choice
from resilience_index.content.speech import say, spoken
from resilience_index.places import templates
from resilience_index.publish import words
from resilience_index.steps.methods import settings_of

STEPS = FAMILIES
"""Methods that have a formula, by step."""

_FIRST = 0xE000  # private characters stand for words while TeX is read
_MARK = re.compile(r"@(\w+)@")
_TEXT = re.compile(r"\\text\{([^{}]*)\}")
_LETTER_X = re.compile(r"(?<![a-zA-Z\\])(x)(?![a-zA-Z])")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: MathML, the same in TeX for those who copy it, what its letters stand for."""

    mathml: str
    tex: str
    where: str


@cache
def _table(path: Path) -> Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def formula(step: str, choice: Choice) -> Formula | None:
    """Return the formula of a method with its settings; None for a method that has none here.

    Parameters
    ----------
    step
        Such as "normalise"; "transform" for what belongs to an indicator's definition.
    choice
        The method and its settings.

    Examples
    --------
    >>> found = formula("normalise", Choice(name="borda"))
    >>> found.tex, found.mathml.count("<mi>")
    ('s = r - 1', 2)
    """
    settings = _settings(step, choice)
    entry = _entry(step, choice.name, settings)
    if entry is None:
        return None
    tex, inserted = _filled(entry["tex"], settings)
    where = say(entry.get("where", ""))
    told = _MARK.sub(lambda m: _spoken(settings.get(m[1])) or m[1], where)
    return Formula(mathml(tex, inserted), _plain_tex(tex, inserted), words.plain(told))


def _entry(step: str, name: str, settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Find the first entry of a method whose condition fits the settings."""
    known = _table(templates() / "formulas.toml").get(step, {}).get(name, ())
    for entry in known:
        wanted = entry.get("when", {})
        if all(settings.get(key) == value for key, value in wanted.items()):
            return entry
    return None


def _settings(step: str, choice: Choice) -> dict[str, Any]:
    """Return all settings of a method: what the framework gives, else its defaults."""
    method = STEPS[step].get(choice.name)
    usual = {} if method is None else {k: p.default for k, p in settings_of(method).items()}
    return {**usual, **choice.settings}


def _filled(tex: str, settings: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Put settings into TeX: numbers as they are, words by a character that stands for each."""
    inserted: list[str] = []

    def said(found: re.Match[str]) -> str:
        words_there = found[1].strip()
        if not words_there:
            return found[0]
        inserted.append(found[1].replace(words_there, say(words_there)))
        return rf"\text{{{chr(_FIRST + len(inserted) - 1)}}}"

    def put(found: re.Match[str]) -> str:
        value = settings.get(found[1])
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{{{value:g}}}" if value < 0 else f"{value:g}"
        inserted.append(_spoken(value) or found[1].replace("_", " "))
        return rf"\text{{{chr(_FIRST + len(inserted) - 1)}}}"

    tex = tex if spoken().english else _TEXT.sub(said, tex)
    return _MARK.sub(put, tex), inserted


def texts(path: Path) -> Iterator[str]:
    """Yield the words of all formulas: inside them, and what their letters stand for."""
    for methods in _table(path).values():
        for entries in methods.values():
            for entry in entries:
                yield from (found.strip() for found in _TEXT.findall(entry["tex"]))
                yield from [entry["where"]] if "where" in entry else []


def _spoken(value: Any) -> str:
    """Spell a setting in words; nothing for what is no single word or number."""
    if isinstance(value, str):
        return words.plain(value.replace("_", " "))
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return words.plain(words.listing(value).replace("_", " "))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:g}"


def mathml(tex: str, inserted: Sequence[str] = ()) -> str:
    r"""Set TeX as MathML; a private character in it stands for each word that is inserted.

    Examples
    --------
    >>> mathml(r"x \le \text{" + chr(0xE000) + "}", ["a<b"])[-40:]
    '</mo><mtext>a&lt;b</mtext></mrow></math>'
    """
    made: str = convert(tex, display="block")
    for k, word in enumerate(inserted):
        made = made.replace(chr(_FIRST + k), escape(word)).replace(
            f"&#x{_FIRST + k:05X};", escape(word)
        )
    return made


def _plain_tex(tex: str, inserted: Sequence[str]) -> str:
    for k, word in enumerate(inserted):
        tex = tex.replace(chr(_FIRST + k), word)
    return tex


def definition_formula(
    parts: Sequence[str], labels: Sequence[str], transforms: Sequence[Choice]
) -> Formula:
    r"""Set the formula of an indicator's figure: what is observed, divided, scaled, transformed.

    Parameters
    ----------
    parts
        TeX of the figure, in which private characters stand for `labels`.
    labels
        Words for what is observed and for what it is divided by.
    transforms
        Those of the definition, in the order they are applied.
    """
    tex = "".join(parts)
    inserted = list(labels)
    for choice in transforms:
        settings = _settings("transform", choice)
        entry = _entry("transform", choice.name, settings)
        if entry is None:
            continue
        outer, more = _filled(entry["tex"], settings)
        for k in reversed(range(len(more))):
            outer = outer.replace(chr(_FIRST + k), chr(_FIRST + len(inserted) + k))
        inserted += more
        tex = "".join(tex if part == "x" else part for part in _LETTER_X.split(outer))
    full = f"x = {tex}"
    return Formula(mathml(full, inserted), _plain_tex(full, inserted), "")
