"""Fonts of the site: found on the machine, cut to the letters that the pages need, as WOFF2.

No font is kept with the package. Where a family is missing, the reader's own fonts take its place;
a letter that no font of this machine has is named, not passed over.
"""

import hashlib
import re
import subprocess
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

FOLDER = "fonts"

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / "Library/Fonts",
    Path("/Library/Fonts"),
)
"""Where fonts lie if fontconfig is not there to say so."""

_FEATURES = ["kern", "liga", "locl", "ccmp", "mark", "mkmk", "tnum", "lnum", "init", "medi", "fina"]
_KEPT_NAMES = [0, 1, 2, 4, 13, 14]  # copyright, names, licence and its address
_ALWAYS = "".join(map(chr, range(32, 127))) + "\u00a0–—−×·…‘’“”°†‡≥≤↑↓←→◇"


@dataclass(frozen=True, slots=True)
class Face:
    """A face that pages ask for: family and weight, and the file name that it usually has."""

    family: str
    weight: int
    file: str


FACES = (
    Face("Inter", 400, "Inter-Regular"),
    Face("Inter", 600, "Inter-SemiBold"),
    Face("Noto Serif Display", 700, "NotoSerifDisplay-Bold"),
    Face("Noto Serif", 400, "NotoSerif-Regular"),
    Face("DejaVu Math TeX Gyre", 400, "DejaVuMathTeXGyre"),
)
"""Faces of the pages; families as in style.css and site.css."""

_WEIGHTS = {400: 80, 600: 180, 700: 200}  # as fontconfig counts them
_MATHEMATICAL = "DejaVu Math TeX Gyre"  # only for letters of formulas
_FALLBACK_OF = "Inter"
_NOTO = ("Noto Sans", "Noto Naskh", "Noto Music")
_WIDE = ("DejaVu Sans",)  # letters of several scripts in one font


@dataclass(frozen=True, slots=True)
class Found:
    """A face with the file that it was found in; `number` counts the fonts of a collection."""

    face: Face
    path: Path
    number: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut font: file name, bytes, rule of the style sheet; `key` says what it was cut from."""

    name: str
    data: bytes
    rule: str


@dataclass(frozen=True, slots=True)
class Fonts:
    """What a site needs: cut fonts, and the letters that no font of this machine has."""

    cuts: tuple[Cut, ...]
    missing: tuple[str, ...]

    @property
    def css(self) -> str:
        """Rules that name the fonts, for the head of a style sheet in the edition's folder."""
        return "".join(cut.rule for cut in self.cuts)


def find() -> tuple[Found, ...]:
    """Look for the faces of the pages on this machine, by fontconfig or in the usual folders."""
    found = []
    for face in FACES:
        path = _listed(face) or _by_name(face.file)
        if path is not None:
            found.append(Found(face, path))
    return tuple(found)


def face_for(text: str, family: str, weight: int) -> Found | None:
    """Choose a font for a text: the face that is asked for, or another if letters are lacking.

    None where this machine has neither.
    """
    wanted = {c for c in text if unicodedata.category(c)[0] not in "CZ"}
    own = next((f for f in _all() if (f.face.family, f.face.weight) == (family, weight)), None)
    if own is not None and wanted <= _letters(own):
        return own
    lacking = wanted if own is None else wanted - _letters(own)
    every = "".join(sorted(wanted))
    whole = (_having(every) or _having(every, _WIDE)) if lacking else None
    if whole is not None:
        return whole
    others = [found for c in sorted(lacking) if (found := _having(c)) is not None]
    return max(others, key=lambda found: len(wanted & _letters(found)), default=own)


def has(one: Found, letter: str) -> bool:
    """Say whether a font has a letter."""
    return letter in _letters(one)


@cache
def _all() -> tuple[Found, ...]:
    return find()


def credits_of(found: Sequence[Found]) -> tuple[str, ...]:
    """Name the families and the address of each one's licence, as the fonts themselves say it."""
    out: dict[str, str] = {}
    for one in found:
        if one.face.family not in out:
            licence = _open(one).get("name").getDebugName(14) or "see the font"
            out[one.face.family] = f"{one.face.family} ({licence})"
    return tuple(out.values())


def cut(found: Sequence[Found], texts: Iterable[str]) -> Fonts:
    """Cut fonts to the letters of some texts.

    Parameters
    ----------
    found
        Faces on this machine.
    texts
        All that the pages say; formulas stand between <math and </math>.

    Returns
    -------
    Fonts
        The same fonts and letters give the same bytes.
    """
    wanted, mathematical = set(_ALWAYS), set()
    for text in texts:
        wanted |= set(text)
        for formula in re.findall(r"<math.*?</math>", text, flags=re.S):
            mathematical |= {chr(int(h, 16)) for h in re.findall(r"&#x([0-9A-Fa-f]+);", formula)}
            mathematical |= set(formula)
    wanted = {c for c in wanted if unicodedata.category(c)[0] != "C"}
    cuts = []
    for one in found:
        needed = (
            mathematical | _italics(mathematical) if one.face.family == _MATHEMATICAL else wanted
        )
        there = needed & _letters(one)
        if there:
            cuts.append(_cut(one, there))
    fallbacks, missing = _others(found, wanted)
    return Fonts((*cuts, *fallbacks), missing)


def _italics(letters: Iterable[str]) -> set[str]:
    """Return the mathematical italics that a browser puts in the place of single letters."""
    out = set()
    for c in letters:
        if "a" <= c <= "z":
            out.add("ℎ" if c == "h" else chr(0x1D44E + ord(c) - ord("a")))
        elif "A" <= c <= "Z":
            out.add(chr(0x1D434 + ord(c) - ord("A")))
        elif "α" <= c <= "ω":
            out.add(chr(0x1D6FC + ord(c) - ord("α")))
    return out


def _others(found: Sequence[Found], wanted: set[str]) -> tuple[list[Cut], tuple[str, ...]]:
    """Cut a further font for letters that the text face lacks; name those that nobody has."""
    text = [one for one in found if one.face.family == _FALLBACK_OF]
    if not text:
        return [], ()  # without the text face all is left to the reader's own fonts
    lacking = wanted - _letters(text[0])
    cuts = []
    while lacking:
        other = _having(min(lacking))
        if other is None:
            break
        there = lacking & _letters(other)
        if not there:
            break
        cuts.append(_cut(other, there, ranged=True))
        lacking -= there
    unknown = {c for c in lacking if _having(c) is None}
    return cuts, tuple(sorted(unknown))


def _having(letters: str, families: tuple[str, ...] = _NOTO) -> Found | None:
    """Ask fontconfig for a sans-serif font, usually of the Noto family, that has some letters."""
    codes = " ".join(f"{ord(letter):x}" for letter in letters)
    lines = _fc_list(f":charset={codes}:weight=80:slant=0", "%{file}|%{family}|%{index}\n")
    rows = sorted(
        (family.split(",")[0], path, int(index))
        for path, family, index in (line.split("|") for line in lines)
        if family.startswith(families)
    )
    if not rows:
        return None
    family, path, index = min(rows, key=lambda row: (len(row[0]), row))
    return Found(Face(family, 400, ""), Path(path), index & 0xFFFF)


@cache
def _fc_list(pattern: str, form: str) -> tuple[str, ...]:
    """Return what fontconfig lists; nothing where it is not there."""
    try:
        done = subprocess.run(
            ["fc-list", "--format", form, pattern],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line for line in done.stdout.splitlines() if line)


def _listed(face: Face) -> Path | None:
    """Return the file of a face as fontconfig lists it, one with a single weight."""
    pattern = (
        f":family={face.family}:weight={_WEIGHTS[face.weight]}:slant=0:width=100:variable=false"
    )
    rows = [line.split("|") for line in _fc_list(pattern, "%{file}|%{family}\n")]
    paths = sorted(Path(path) for path, families in rows if face.family in families.split(","))
    return next((path for path in paths if path.suffix in (".otf", ".ttf")), None)


def _by_name(name: str) -> Path | None:
    """Look for a font file by its usual name."""
    for folder in FOLDERS:
        if folder.is_dir():
            found = sorted(p for p in folder.rglob(f"{name}.*") if p.suffix in (".otf", ".ttf"))
            if found:
                return found[0]
    return None


@cache
def _open(one: Found) -> Any:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    number = one.number if one.path.suffix == ".ttc" else -1
    return TTFont(one.path, fontNumber=number, lazy=True, recalcTimestamp=False)


@cache
def _letters(one: Found) -> frozenset[str]:
    """Return the letters that a font has."""
    return frozenset(chr(code) for code in _open(one).getBestCmap())


def key_of(one: Found, letters: Iterable[str]) -> str:
    """Say what a cut font depends on: the font, the letters, the tools."""
    tools = f"{version('fonttools')} {version('brotli')} {one.face} {one.number} "
    digest = hashlib.sha256((tools + "".join(sorted(letters))).encode())
    digest.update(_bytes(one.path))
    return digest.hexdigest()


@cache
def _bytes(path: Path) -> bytes:
    return path.read_bytes()


_made: dict[str, bytes] = {}


def _cut(one: Found, letters: set[str], *, ranged: bool = False) -> Cut:
    """Cut a font to some letters, and write the rule that names it."""
    key = key_of(one, letters)
    if key not in _made:
        _made[key] = _subset(one, letters)
    slug = re.sub(r"[^a-z0-9]+", "-", one.face.family.lower())
    name = f"{slug}-{one.face.weight}.woff2"
    families = (_FALLBACK_OF, "Noto Serif") if ranged else (one.face.family,)
    limits = f"unicode-range:{_ranges(letters)};" if ranged else ""
    rule = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{one.face.weight};font-display:swap;'
        f'{limits}src:url("{FOLDER}/{name}") format("woff2")}}\n'
        for family in families
    )
    return Cut(name, _made[key], rule)


def _subset(one: Found, letters: Iterable[str]) -> bytes:
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont

    options = subset.Options(
        layout_features=[*_FEATURES, "ssty"], name_IDs=_KEPT_NAMES, notdef_outline=True,
        hinting=False, flavor="woff2",
    )  # fmt: skip
    options.drop_tables += ["FFTM"]
    number = one.number if one.path.suffix == ".ttc" else -1
    # lazily: what of a font is not needed is not read
    file = BytesIO(_bytes(one.path))
    font = TTFont(file, fontNumber=number, lazy=True, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(map(ord, letters)))
    cutter.subset(font)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _ranges(letters: Iterable[str]) -> str:
    """Write letters as ranges of a style sheet.

    >>> _ranges("abcz")
    'U+61-63,U+7A'
    """
    codes = sorted(map(ord, letters))
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


def files(fonts: Fonts) -> Mapping[str, bytes]:
    """Return the files of an edition, by path."""
    return {f"{FOLDER}/{cut.name}": cut.data for cut in fonts.cuts}
