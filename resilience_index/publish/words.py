"""How numbers, ranks, names and lists are written: one function for each, used on every page.

Scores have one decimal, shares are whole per cent, ranks are ordinals; the minus is U+2212, ranges
have an en dash, the space before % does not break, and what is missing is an en dash. That is how
English pages are written; in other languages numbers, shares, ordinals and lists follow CLDR.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from resilience_index.content.languages import Language
from resilience_index.content.speech import compact, figures, noted, say, say_many, signs, spoken

MINUS, DASH, NBSP = "\u2212", "\u2013", "\u00a0"
MISSING = DASH
ZERO, OLD, PULLED = "†", "°", "‡"
"""Marks behind a value: stated by rule, older than the edition likes, pulled in before scoring."""

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_LARGE = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))  # in English; else CLDR says how
_ORDINALS = {
    "one": noted("{n}st"),
    "two": noted("{n}nd"),
    "few": noted("{n}rd"),
    **dict.fromkeys(("zero", "many", "other"), noted("{n}th")),
}
_HUGE = 1e15  # from here on a float has no decimals left
_FORMULA = re.compile(r"[a-z]\w*\([^()]*\)")
_JOINERS = "\u200c\u200d"  # Persian and Indic spelling needs these two
_RIGHT_TO_LEFT = ("R", "AL")
_ARTICLE = re.compile(r"^(United|Isle of)\s\w|\s(Islands|Republic|Territories)$")
_WITH_ARTICLE = {"Bahamas", "Comoros", "Gambia", "Maldives", "Netherlands", "Philippines"}


@lru_cache(maxsize=16384)  # the same few thousand names stand on every page
def plain(text: str) -> str:
    r"""Return text that cannot disturb the text around it.

    Control, zero-width and direction-override characters go, white space becomes single spaces, and
    a name in a right-to-left script is isolated, so that the sentence around it keeps its order.

    Examples
    --------
    >>> plain("Ko\u202erea\n\u200b Rep.")
    'Korea Rep.'
    >>> plain("مصر") == "\u2068مصر\u2069"
    True
    """
    spaced = re.sub(r"\s+", " ", text)
    kept = "".join(
        c for c in spaced if c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )
    kept = re.sub(" +", " ", kept).strip()
    if any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in kept):
        return f"\u2068{kept}\u2069"
    return kept


def folded(text: str) -> str:
    """Return what a name is sorted by: small letters without accents.

    Examples
    --------
    >>> folded("São Tomé")
    'sao tome'
    """
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def shortened(text: str, limit: int) -> str:
    """Cut a text to `limit` characters, the last of them an ellipsis where something was cut.

    Examples
    --------
    >>> shortened("Saint Vincent and the Grenadines", 14)
    'Saint Vincent…'
    """
    return text if len(text) <= limit else text[: limit - 1].rstrip(" ,.;-") + "…"


def fixed(value: float | None, places: int) -> str:
    """Write a number with a fixed count of decimals, ties away from zero, thousands with commas.

    Parameters
    ----------
    value
        Any number; None and NaN are missing.
    places
        Decimals to write.

    Examples
    --------
    >>> fixed(1234.25, 1), fixed(-0.04, 1), fixed(float("nan"), 1)
    ('1,234.3', '0.0', '–')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else f"{signs()[2]}∞"
    if abs(value) >= _HUGE:
        return _power(value)
    read = Decimal(f"{value:.15g}")  # a tie is one that a reader would see, as in steps.rounding
    done = read.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = figures(f"{abs(done):,}")
    return f"{signs()[2]}{text}" if done < 0 else text


def number(value: float | None) -> str:
    r"""Write a measured value with three significant digits, whole numbers in full.

    From ten million on it is written in m, bn or tn, at either end of the scale as a power of ten.

    Examples
    --------
    >>> [number(x) for x in (11861.2, 46.58, 4.938, 0.2949, 62.0, 0.0, -3.456, 1.712e12)]
    ['11,861', '46.6', '4.94', '0.295', '62', '0', '−3.46', '1.71\xa0tn']
    >>> number(0.0000123)
    '1.2×10⁻⁵'
    """
    if value is None or math.isnan(value) or math.isinf(value):
        return fixed(value, 0)
    size = abs(value)
    if 1e7 <= size < _HUGE:
        return large(value)
    if 0 < size < 5e-4 or size >= _HUGE:
        return _power(value)
    return fixed(value, 0) if value == int(value) else _significant(value)


def large(value: float, digits: int = 3) -> str:
    r"""Write a number of a million or more in short.

    Examples
    --------
    >>> large(1.712e12), large(-2e6, 1)
    ('1.71\xa0tn', '−2\xa0m')
    """
    if not spoken().english:
        return compact(value, digits)
    step, word = next(pair for pair in _LARGE if abs(value) >= pair[0])
    return f"{_significant(value / step, digits)}{NBSP}{word}"


def _significant(value: float, digits: int = 3) -> str:
    """Write so many significant digits, but never less than the whole part."""
    size = abs(value)
    whole = 0 if size < 1e-9 else math.floor(math.log10(size))
    return fixed(value, min(max(digits - 1 - whole, 0), 6))


def _power(value: float) -> str:
    """Write a very small or very large number as a power of ten."""
    digits, exponent = f"{value:.1e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{figures(digits.replace('-', MINUS))}×10{raised}"


def share(value: float | None) -> str:
    """Write a share as whole per cent; what would round to 0 or 100 but is not, says so.

    Parameters
    ----------
    value
        Between 0 and 1.

    Examples
    --------
    >>> [share(x).replace(NBSP, " ") for x in (0.805, 0.0, 0.002, 0.998, 1.0)]
    ['81 %', '0 %', 'under 1 %', 'over 99 %', '100 %']
    """
    if value is None or math.isnan(value):
        return MISSING
    if 0 < value < 0.005:
        return say("under {share}", share=percent(1))
    if 0.995 <= value < 1:
        return say("over {share}", share=percent(99))
    return percent(value * 100)


def percent(value: float | None, places: int = 0) -> str:
    """Write per cent with its sign.

    Examples
    --------
    >>> percent(81.25, 1).replace(NBSP, " "), percent(None)
    ('81.3 %', '–')
    """
    if value is None or math.isnan(value):
        return MISSING
    before, after = percent_signs()
    return f"{before}{fixed(value, places)}{after}"


def percent_signs() -> tuple[str, str]:
    r"""Return what stands before and behind a percentage in the language spoken.

    Examples
    --------
    >>> percent_signs()
    ('', '\xa0%')
    """
    return ("", f"{NBSP}%") if spoken().english else _percent_signs(spoken().code)


@lru_cache(maxsize=64)
def _percent_signs(code: str) -> tuple[str, str]:
    from babel import Locale

    pattern = Locale.parse(code).percent_formats[None]
    return pattern.prefix[0], pattern.suffix[0]


def ordinal(rank: float | None) -> str:
    """Write a rank as an ordinal; a mean of tied ranks stays a number.

    Examples
    --------
    >>> [ordinal(n) for n in (1, 2, 3, 11, 12, 13, 21, 101, 111, 1002, 13.5)]
    ['1st', '2nd', '3rd', '11th', '12th', '13th', '21st', '101st', '111th', '1,002nd', '13.5']
    """
    if rank is None or math.isnan(rank):
        return MISSING
    if rank != int(rank):
        return fixed(rank, 1)
    whole = int(rank)
    return say(_ORDINALS[_ordinal_form(spoken(), whole)], n=figures(f"{whole:,}"))


def _ordinal_form(language: Language, whole: int) -> str:
    """Name the form of an ordinal in a language, after CLDR's rules."""
    if not language.english:
        return str(language.locale.ordinal_form(whole))
    if 10 < whole % 100 < 14:
        return "other"
    return {1: "one", 2: "two", 3: "few"}.get(whole % 10, "other")


def whole(n: int) -> str:
    """Write a whole number, thousands parted as the language does.

    Examples
    --------
    >>> whole(16384)
    '16,384'
    """
    return figures(f"{n:,}")


def rank_number(rank: float | None) -> str:
    """Write a rank as a number for a table cell.

    Examples
    --------
    >>> rank_number(13), rank_number(13.5), rank_number(None)
    ('13', '13.5', '–')
    """
    whole = rank is None or math.isnan(rank) or rank == math.floor(rank)
    return fixed(rank, 0 if whole else 1)


def count(n: int) -> str:
    """Write a count: a word up to nine, then figures.

    Examples
    --------
    >>> count(0), count(8), count(13), count(1200)
    ('no', 'eight', '13', '1,200')
    """
    if n < len(_COUNTS) and spoken().english:
        return _COUNTS[n]
    return figures(f"{n:,}")


def counted(n: int, one: str, many: str, /, **given: object) -> str:
    """Write a count with its noun, in the plural form that the language has for it.

    Examples
    --------
    >>> counted(1, "{n} gap", "{n} gaps"), counted(19, "{n} gap", "{n} gaps")
    ('one gap', '19 gaps')
    """
    return say_many(n, one, many, n=count(n), **given)


def counted_units(n: int, nouns: tuple[str, str]) -> str:
    """Write a count of what is ranked, by the two nouns that the framework has for it."""
    return counted(n, "{n} {one}", "{n} {many}", one=nouns[0], many=nouns[1])


def commas(items: Iterable[str]) -> str:
    """Put items in a row, parted by commas as the language writes them.

    Examples
    --------
    >>> commas(["A", "B", "C"])
    'A, B, C'
    """
    return say(", ").join(items)


def semicolons(items: Iterable[str]) -> str:
    """Put items in a row, parted by semicolons as the language writes them.

    Examples
    --------
    >>> semicolons(["A 1", "B 2"])
    'A 1; B 2'
    """
    return say("; ").join(items)


def listing(items: Sequence[str], most: int | None = None) -> str:
    """Join items with commas and "and"; beyond `most` the rest are only counted.

    Examples
    --------
    >>> listing(["Norway"]), listing(["Norway", "Germany", "Japan"])
    ('Norway', 'Norway, Germany and Japan')
    >>> listing(["A", "B", "C", "D", "E"], most=3)
    'A, B, C and two others'
    """
    shown = list(items)
    if most is not None and len(shown) > most + 1:
        first, rest = commas(shown[:most]), len(shown) - most
        return say("{first} and {rest} others", first=first, rest=count(rest))
    if len(shown) < 2:
        return "".join(shown)
    if not spoken().english:
        from babel.lists import format_list

        return format_list(shown, locale=spoken().code)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def called(name: str) -> str:
    """Name a place inside a sentence: unions, islands and republics with their article.

    Examples
    --------
    >>> called("United States"), called("Norway"), called("Marshall Islands")
    ('the United States', 'Norway', 'the Marshall Islands')
    >>> called("Saint Vincent and the Grenadines"), called("United")
    ('Saint Vincent and the Grenadines', 'United')
    """
    if not spoken().english:
        return name
    return f"the {name}" if name in _WITH_ARTICLE or _ARTICLE.search(name) else name


def capital(text: str) -> str:
    """Begin a sentence with a capital letter.

    Examples
    --------
    >>> capital("three pillars lead")
    'Three pillars lead'
    """
    return text[:1].upper() + text[1:]


def stop(text: str) -> str:
    """End a sentence with a full stop, if it has no end of its own.

    Examples
    --------
    >>> stop("Ranked by score"), stop("Why?"), stop("")
    ('Ranked by score.', 'Why?', '')
    """
    done = text.strip()
    return done if not done or done[-1] in ".?!…" else f"{done}."


def years(values: Sequence[int]) -> str:
    """Write the years that figures come from: one, or the first and the last.

    Examples
    --------
    >>> years([2024, 2021, 2024]), years([2024]), years([])
    ('2021–2024', '2024', '–')
    """
    if not values:
        return MISSING
    first, last = min(values), max(values)
    return str(first) if first == last else span(first, last)


def standing(rank: float | None, of: int, *, interval: tuple[int, int] | None = None) -> str:
    """Write a rank with the number of those ranked and, where there is one, its 90 % interval.

    Every surface that names a rank uses this sentence, so that the interval cannot be forgotten.

    Parameters
    ----------
    rank
        1 is best; None or NaN if not ranked.
    of
        How many are ranked.
    interval
        Ranks between which 90 % of the versions of the index lie, if that was worked out.

    Examples
    --------
    >>> standing(13, 127)
    '13th of 127'
    >>> standing(13, 127, interval=(6, 13)).replace(NBSP, " ")
    '13th of 127, 90 % interval 6–13'
    """
    if rank is None or math.isnan(rank):
        return say("not ranked")
    place, ranked = ordinal(rank), figures(f"{of:,}")
    if interval is None:
        return say("{rank} of {of}", rank=place, of=ranked)
    return say(
        "{rank} of {of}, 90\u00a0% interval {interval}",
        rank=place,
        of=ranked,
        interval=span(*interval),
    )


def unbroken(text: str) -> str:
    """Keep a formula inside a text of another language in its order, and on one line.

    Examples
    --------
    >>> unbroken("log(1 + x) scale")
    'log(1 + x) scale'
    """
    language = spoken()
    if language.english:
        return text
    kept = _FORMULA.sub(lambda found: found[0].replace(" ", NBSP), text)
    return _FORMULA.sub("\u2066\\g<0>\u2069", kept) if language.direction == "rtl" else kept


def span(low: object, high: object) -> str:
    """Write the two ends of a range, which stays in its order where text runs from the right.

    Examples
    --------
    >>> span(6, 13), span("0.1", "0.4")
    ('6–13', '0.1–0.4')
    """
    text = f"{low}{DASH}{high}"
    return f"\u2066{text}\u2069" if spoken().direction == "rtl" else text
