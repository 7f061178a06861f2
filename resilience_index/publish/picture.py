"""The picture that goes with a shared link: name, rank with its interval, and where the score lies.

Social media show PNG or JPEG, not SVG. The same card gives the same bytes: fonts of this machine,
no clock, a palette without dithering.

References
----------
The Open Graph protocol. https://ogp.me
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from typing import cast

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from resilience_index.places import templates
from resilience_index.publish import _views, fonts
from resilience_index.publish._letters import from_right, seen
from resilience_index.publish._marks import Axis, Scale
from resilience_index.publish.words import DASH

WIDTH, HEIGHT = 1200, 630
FOLDER = "pictures"

_LEFT, _INNER = 72, WIDTH - 144
_SERIF, _SANS = ("Noto Serif Display", 700), ("Inter", 400)
_STRONG = ("Inter", 600)
_COLOURS = 64  # of the palette
_SMALLEST = 30
_EDGE = 24  # that no word comes closer to


@dataclass(frozen=True, slots=True)
class Card:
    """What a picture says: over the name, the name, the rank, its interval, the score, the foot.

    `scores` are those of all, on `scale`; `own` is the one that is marked, None if there is none.
    """

    over: str
    name: str
    rank: str
    interval: str
    score: str
    foot: str
    scores: Sequence[float]
    own: float | None
    scale: Scale


def png(card: Card) -> bytes:
    r"""Draw a card of 1200 by 630 pixels.

    Examples
    --------
    >>> from resilience_index.publish._marks import scale_of
    >>> scores = [12.0, 63.2]
    >>> png(Card("Index", "Korea", "1st of 2", "", "63.2", "", scores, 63.2, scale_of(scores)))[:4]
    b'\x89PNG'
    """
    card = _as_seen(card)
    image = Image.new("RGB", (WIDTH, HEIGHT), _token("paper"))
    draw = ImageDraw.Draw(image)
    line = _Line(draw, _right_to_left(card.foot))
    line.text(_LEFT, 56, card.over, _fitting(card.over, _SERIF, 34), "ink", "a")
    line.text(_LEFT, 210, card.name, _fitting(card.name, _SERIF, 100), "ink")
    _figures(line, card)
    _strip(draw, card)
    line.text(_LEFT, HEIGHT - 44, card.foot, _fitting(card.foot, _SANS, 26), "ink-2")
    out = BytesIO()
    palette = image.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette.save(out, "PNG")
    return out.getvalue()


def _as_seen(card: Card) -> Card:
    """Hand over the words as they are to be seen, since letters are drawn from the left."""
    return replace(
        card,
        over=seen(card.over),
        name=seen(card.name),
        rank=seen(card.rank),
        interval=seen(card.interval),
        score=seen(card.score),
        foot=seen(card.foot),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """Lines of words from the left, or from the right where that is how a language is written."""

    draw: ImageDraw.ImageDraw
    mirrored: bool

    def text(
        self, x: float, y: float, text: str, font: FreeTypeFont, ink: str, upright: str = "s"
    ) -> None:
        """Write a text that begins at x."""
        at, side = (WIDTH - x, "r") if self.mirrored else (x, "l")
        self.draw.text((at, y), text, font=font, fill=_token(ink), anchor=f"{side}{upright}")

    def box(self, left: float, top: float, right: float, bottom: float) -> None:
        """Fill a box behind a text."""
        if self.mirrored:
            left, right = WIDTH - right, WIDTH - left
        self.draw.rectangle((left, top, right, bottom), fill=_token("band-wash"))


def _right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def _figures(line: _Line, card: Card) -> None:
    """Write rank, interval and score in one line; the interval on amber, as on the pages.

    Where a language needs more room, the score stands on a line of its own.
    """
    strong, usual = _fitting(card.rank, _STRONG, 48), _fitting(card.score, _SANS, 36)
    x, y = float(_LEFT), 296
    line.text(x, y, card.rank, strong, "ink")
    x += strong.getlength(card.rank) + 28
    if card.interval:
        interval = _with_dash(card.interval)
        font = _fitting(interval, _SANS, 36)
        wide = font.getlength(interval)
        line.box(x - 8, y - 40, x + wide + 8, y + 12)
        line.text(x, y, interval, font, "ink")
        x += wide + 36
    if x + usual.getlength(card.score) > WIDTH - _EDGE:
        x, y = float(_LEFT), y + 54
    line.text(x, y, card.score, usual, "ink-2")


def _with_dash(text: str) -> str:
    """Put hyphens in the place of dashes where the font of a script has none."""
    found = fonts.face_for(text, *_SANS)
    return text if found is None or fonts.has(found, DASH) else text.replace(DASH, "-")


def _strip(draw: ImageDraw.ImageDraw, card: Card) -> None:
    """Draw a line for each score, the own one wide, over an axis."""
    axis, top, foot = Axis(card.scale, _LEFT, _INNER), 372, 462
    for score in card.scores:
        x = round(axis(score))
        draw.line((x, top + 14, x, foot), fill=_token("other-edge"), width=2)
    if card.own is not None:
        x = round(axis(card.own))
        draw.rectangle((x - 5, top - 8, x + 5, foot), fill=_token("band-edge"))
    draw.line((_LEFT, foot, _LEFT + _INNER, foot), fill=_token("ink"), width=2)
    small = _fitting("0", _SANS, 26)
    for tick in card.scale.ticks:
        place = (round(axis(tick)), foot + 36)
        draw.text(place, card.scale.tick(tick), font=small, fill=_token("ink-2"), anchor="ms")


def _fitting(text: str, face: tuple[str, int], size: int) -> FreeTypeFont:
    """Choose a font that has the letters, as large as the width allows."""
    laid = from_right(text)  # it is in its order already, so that nothing is to turn it round
    font = _font(fonts.face_for(text, *face), size, laid)
    while size > _SMALLEST and font.getlength(text) > _INNER:
        size -= 2
        font = font.font_variant(size=size)
    return font


@cache
def _font(found: fonts.Found | None, size: int, laid: bool) -> FreeTypeFont:
    if found is None:
        default = ImageFont.load_default(size)
        assert isinstance(default, FreeTypeFont)
        return default
    number = found.number if found.path.suffix == ".ttc" else 0
    engine = ImageFont.Layout.BASIC if laid else None
    return ImageFont.truetype(str(found.path), size, index=number, layout_engine=engine)


def _token(name: str) -> str:
    return cast(dict[str, str], _views.environment(templates()).globals["token"])[name]
