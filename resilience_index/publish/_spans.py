"""A sentence of which a part is marked, such as the interval of a rank."""

from dataclasses import dataclass

HERE = "\ue000"
"""A private character that holds the place of the marked part while a sentence is said."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a sentence; marked if it is the interval."""

    text: str
    mark: bool = False


def marked(sentence: str, part: str) -> tuple[Span, ...]:
    """Cut a sentence at `HERE`, and put a marked part there.

    Examples
    --------
    >>> [(s.text, s.mark) for s in marked(f"Its rank is {HERE}.", "6 to 13")]
    [('Its rank is ', False), ('6 to 13', True), ('.', False)]
    """
    before, _, after = sentence.partition(HERE)
    spans = (Span(before), Span(part, mark=True), Span(after))
    return tuple(span for span in spans if span.text)
