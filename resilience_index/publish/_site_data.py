"""Data of the site's script: files beside the pages, each of which sets one global name.

Pages are read from disk, where a browser loads no modules and fetches no files; a classic script
that sets a name works everywhere.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from resilience_index.content.languages import Language
from resilience_index.content.speech import signs, spoken
from resilience_index.publish import words
from resilience_index.publish._board import Board, Interval
from resilience_index.publish._groups import kinds
from resilience_index.publish._rank_bands import BLOCK
from resilience_index.publish._views import hue
from resilience_index.publish._weighing import Weighing, weighing
from resilience_index.publish.messages import of_script
from resilience_index.robustness.uncertainty import Uncertainty

MOST_PAIRS = 400
"""For more countries than this, who is ahead of whom is left to the tables of the edition."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def script(name: str, data: Mapping[str, Any]) -> str:
    r"""Write data as a script that sets a global name; the same data give the same text.

    Examples
    --------
    >>> script("DATA", {"name": "</script>", "gap": float("nan")})
    'window.DATA = {"name":"<\\/script>","gap":null};\n'
    """
    text = json.dumps(_plain(data), ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    harmless = text.replace("</", r"<\/")  # the text may stand inside a page, too
    return f"window.{name} = {harmless};\n"


def _plain(value: Any) -> Any:
    """Turn what JSON does not know into null, and whole floats into whole numbers."""
    if isinstance(value, float | np.floating):
        number = float(value)
        return None if not math.isfinite(number) else int(number) if number.is_integer() else number
    if isinstance(value, Mapping):
        return {key: _plain(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(inside) for inside in value]
    return value


def spoken_words() -> dict[str, Any]:
    """Gather what the script needs to speak the language of the pages: messages, signs, plurals.

    A message with forms for one and for many has a form for each plural category of CLDR.
    """
    language = spoken()
    said: dict[str, str | dict[str, str]] = {}
    for text in of_script():
        if isinstance(text, str):
            said[text] = language.one(text)
        else:
            said[text[0]] = {
                name: language.many(text[0], text[1], n) for name, n in _samples(language).items()
            }
    return {
        "tag": language.tag,
        "said": said,
        "signs": list(signs()),
        "percent": list(words.percent_signs()),
    }


def _samples(language: Language) -> dict[str, int]:
    """Return a number of each plural category that a language has."""
    form = language.locale.plural_form
    found: dict[str, int] = {}
    for n in (*range(200), 10**6):
        found.setdefault(form(n), n)
    return found


def ranking(board: Board, bands: Mapping[str, Interval]) -> dict[str, Any]:
    """Gather what the script of the ranking needs.

    Each unit is a list: code, rank, lowest and highest rank of its interval, keys of its groups,
    scores of the children of the index.
    """
    tool = weighing(board)
    member_of: dict[str, list[str]] = {c: [] for c in board.codes}
    for kind in kinds(board):
        for group in kind.groups:
            for code in group.members:
                member_of[code].append(group.key)
    units, opens, before = [], [], 0
    for k, code in enumerate(board.codes):
        band = bands.get(code)
        ends = [None, None] if band is None else [band.low, band.high]
        children = [] if tool is None else tool.children[k].tolist()
        units.append([code, board.rank(code, board.root), *ends, member_of[code], children])
        tier = before if band is None else band.tier
        opens.append(int(tier != before and before > 0))
        before = tier
    left = board.index.excluded
    return {
        "of": board.of[board.root],
        "nouns": list(board.nouns),
        "bands": bool(bands),
        "block": BLOCK,
        "units": units,
        "opens": opens,
        "weighing": None if tool is None else _weighing(tool),
        "left": {
            str(code): words.plain(str(name))
            for code, name in zip(left.iloc[:, 0], left["name"], strict=True)
        },
    }


def _weighing(tool: Weighing) -> dict[str, Any]:
    return {
        "given": [round(g, 12) for g in tool.given],
        "p": tool.p,
        "floor": tool.floor,
        "shift": tool.shift,
        "zeros": tool.zeros,
    }


def comparing(
    board: Board, bands: Mapping[str, Interval], known: Uncertainty | None, pages: frozenset[str]
) -> dict[str, Any]:
    """Gather what the script of the comparison needs.

    Each unit is a list: code, name, rank, lowest and highest rank, score, scores of the pillars,
    scores of the indicators, whether it has a page.
    """
    tree = board.index.framework.tree
    order = tree.children[tree.root]
    colours = {c: hue(i) for i, leg in enumerate(order) for c in [leg, *tree.leaves(leg)]}
    leaves = tree.leaves(tree.root)
    units = []
    for code in board.codes:
        band = bands.get(code)
        ends = [None, None] if band is None else [band.low, band.high]
        units.append([
            code, board.names[code], board.rank(code, board.root), *ends,
            board.written(code, board.root),
            [_short(board, code, p) for p in tree.pillars],
            [_short(board, code, c) for c in leaves],
            int(code in pages),
        ])  # fmt: skip
    indicators = board.index.content.indicators
    return {
        "of": board.of[board.root],
        "nouns": list(board.nouns),
        "versions": None if known is None else known.draws,
        "units": units,
        "called": {c: board.called(c) for c in board.codes if board.called(c) != board.names[c]},
        "groups": {g.key: list(g.members) for kind in kinds(board) for g in kind.groups},
        "pillars": [[words.plain(board.title(p)), colours[p]] for p in tree.pillars],
        "indicators": [
            [c, words.plain(board.title(c)), words.plain(_unit(indicators[c])), colours[c]]
            for c in leaves
        ],
        "scale": [board.scale.low, board.scale.high, board.scale.places],
        "fine": [board.fine_scale.low, board.fine_scale.high, board.fine_scale.places],
        "ahead": None if known is None else pairs(board, known),
    }


def _unit(definition: Any) -> str:
    return str(definition.unit_scored or definition.unit)


def _short(board: Board, code: str, column: str) -> float:
    """Round a score as it is written."""
    return round(board.score(code, column), board.scale_for(column).places)


def pairs(board: Board, known: Uncertainty) -> list[str] | None:
    """Write who is ahead of whom: a text for each country, two digits of base 36 for each other.

    Each number is the share of versions, in per cent, in which the country is ahead of the one that
    comes so many places after it in the ranking. Shares are rounded, but only what is certain is 0
    or 100: almost never is 1, almost always 99.
    """
    if len(board.codes) > MOST_PAIRS:
        return None
    table = known.pairs[next(iter(known.pairs))].reindex(
        index=list(board.codes), columns=list(board.codes)
    )
    shares = np.nan_to_num(table.to_numpy(float), nan=0.5)
    whole = np.where(
        (shares > 0) & (shares < 1), np.clip(np.rint(shares * 100), 1, 99), shares * 100
    )
    rows = whole.astype(int)
    return ["".join(_two(n) for n in rows[i, i + 1 :].tolist()) for i in range(len(rows))]


def _two(number: int) -> str:
    """Write a number in two digits of base 36.

    >>> _two(0), _two(99), _two(100)
    ('00', '2r', '2s')
    """
    return _DIGITS[number // 36] + _DIGITS[number % 36]
