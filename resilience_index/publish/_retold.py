"""Sentences that were written where no language was spoken, such as notes of the uncertainty.

They were made from messages, so that they can be taken apart by them and said anew.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

from resilience_index.content.speech import noted, say
from resilience_index.publish import words
from resilience_index.publish._method_words import named
from resilience_index.robustness._design import WAYS

_METHOD = re.compile(r"(?P<name>\w+)(?: \((?P<settings>.*)\))?")
_CHOICES = {
    "year_window": noted("year window"),
    "imputation": noted("imputation"),
    "treatment": noted("treatment"),
    "normalisation": noted("normalisation"),
    "measurement_error": noted("measurement error"),
    "power": noted("power"),
    "weights": noted("weights"),
    "leave_out": noted("leave out"),
}
_POWERS = {
    "across_pillars": noted("across pillars"),
    "inside_pillars": noted("inside pillars"),
}


def retold(text: str, made_from: Sequence[str], **inside: Callable[[str], str]) -> str | None:
    """Say a text anew by the one of some messages that it was made from; None if by none.

    What stands in a place of the message is put in as it is, or as `inside` says it by the place.

    Examples
    --------
    >>> retold("at most 5 years", ["standard errors", "at most {n} years"])
    'at most 5 years'
    >>> retold("for ever", ["at most {n} years"]) is None
    True
    """
    for message in made_from:
        found = _pattern(message).fullmatch(text)
        if found:
            given = found.groupdict()
            return say(message, **{key: inside.get(key, str)(given[key]) for key in given})
    return None


@cache
def _pattern(message: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(message)))


def varied(name: str) -> str:
    """Say the name of a choice that was varied, as the framework has it.

    Examples
    --------
    >>> varied("year_window"), varied("power.across_pillars")
    ('year window', 'power, across pillars')
    """
    kind, _, inside = name.partition(".")
    known = say(_CHOICES.get(kind, kind.replace("_", " ")))
    if not inside:
        return known
    return say("{kind}, {where}", kind=known, where=powers(inside))


def powers(name: str) -> str:
    """Say where in the tree a kind of mean was varied.

    Examples
    --------
    >>> powers("across_pillars")
    'across pillars'
    """
    return say(_POWERS.get(name, name.replace("_", " ")))


def alternative(text: str) -> str:
    """Say what a choice that was varied may be: a range, or a method with its settings.

    Examples
    --------
    >>> alternative("percentile_rank (low 0, high 100)"), alternative("p from -1 to 1")
    ('percentile rank (low 0, high 100)', 'p from -1 to 1')
    """
    told = retold(text, WAYS)
    found = _METHOD.fullmatch(text)
    if told is not None or found is None:
        return text.replace("_", " ") if told is None else told
    if found["settings"] is None:
        return named(found["name"])
    settings = [part.partition(" ") for part in found["settings"].split(", ")]
    inside = words.commas(f"{named(key)}{gap}{named(value)}" for key, gap, value in settings)
    return f"{named(found['name'])} ({inside})"
