"""What is looked at on the sheets of a PDF."""

from collections.abc import Iterable

from pypdf import PageObject

FOOT = 48.0  # points at the top and the bottom of a sheet, for its head and foot


def lowest_word(page: PageObject) -> float:
    """Height of the lowest word of a page above its lower edge, head and foot left aside."""
    heights: list[float] = []

    def seen(text, place, matrix, *_):
        if text.strip():
            heights.append(place[5] + place[3] * matrix[5])

    page.extract_text(visitor_text=seen)
    return min(h for h in heights if FOOT < h < float(page.mediabox.height) - FOOT)


def too_empty(pages: Iterable[PageObject]) -> list[int]:
    """Numbers of the pages whose lower third, or more, has no word."""
    return [
        number
        for number, page in enumerate(pages, start=1)
        if lowest_word(page) >= FOOT + (float(page.mediabox.height) - 2 * FOOT) / 3
    ]
