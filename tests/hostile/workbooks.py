"""Workbooks: bombs, entities, odd packing."""

import io
import zipfile
from pathlib import Path

from tests.hostile.making import BOOK, MEGA, refused

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
FOOT = b"</sheetData></worksheet>"
STRINGS = f'<sst xmlns="{MAIN}">'.encode()
OVERRIDE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)


def workbook(
    sheet: bytes = HEAD + FOOT,
    *,
    strings: bytes | None = None,
    more: dict[str, bytes] | None = None,
    packing: int = zipfile.ZIP_DEFLATED,
):
    """Give a maker of a workbook with a sheet of one's own."""

    def make(place: Path) -> list[str]:
        from openpyxl import Workbook

        plain = io.BytesIO()
        Workbook().save(plain)
        with zipfile.ZipFile(plain) as old, zipfile.ZipFile(place / "book.xlsx", "w") as new:
            for name in old.namelist():
                data = sheet if name == "xl/worksheets/sheet1.xml" else old.read(name)
                if strings is not None and name == "[Content_Types].xml":
                    data = data.replace(b"</Types>", OVERRIDE)
                new.writestr(name, data, packing)
            parts = {} if strings is None else {"xl/sharedStrings.xml": strings}
            for name, data in (parts | (more or {})).items():
                new.writestr(name, data, packing)
        return BOOK

    return make


def cells(*values: str) -> bytes:
    row = "".join(f'<c t="inlineStr"><is><t>{v}</t></is></c>' for v in values)
    return f"<row>{row}</row>".encode()


refused("zip bomb (100 MB from 0.1 MB)", "unpacks to")(workbook(HEAD + b" " * 100 * MEGA))
refused("zip bomb of many parts", "unpacks to")(
    lambda place: workbook(more={f"xl/x{n}.xml": b"<a>" + b" " * 5 * MEGA for n in range(20)})(
        place
    )
)
refused("billion laughs", "declares entities")(
    workbook(
        strings=b'<?xml version="1.0"?>' + LAUGHS.encode() + STRINGS + b"<si><t>&l9;</t></si></sst>"
    )
)
refused("billion laughs in UTF-16", "not in UTF-8 inside")(
    workbook(strings=(LAUGHS + STRINGS.decode() + "<si><t>&l9;</t></si></sst>").encode("utf-16"))
)
refused("billion laughs in UTF-7", "not in UTF-8 inside")(
    workbook(strings=b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE' + STRINGS)
)
refused("billion laughs in EBCDIC", "not in UTF-8 inside")(workbook(strings=LAUGHS.encode("cp037")))
refused("entity that reads /etc/passwd", "declares entities")(
    workbook(
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + HEAD + cells("a", "&e;") + FOOT
    )
)
refused("entity after 2 MB of comments", "declares entities")(
    workbook(b"<!--" + b"x" * 2 * MEGA + b"-->" + LAUGHS.encode() + HEAD + FOOT)
)
refused("workbook of 15,000 parts", "more than 10,000 parts")(
    lambda place: workbook(more={f"x{n}": b"" for n in range(15_000)})(place)
)
refused("part that stands twice", "a part stands twice")(
    workbook(more={"xl/worksheets/SHEET1.xml": HEAD + cells("a", "b") + FOOT})
)
refused("parts packed by LZMA", "packed in a way")(
    workbook(HEAD + cells("a", "b") + FOOT, packing=zipfile.ZIP_LZMA)
)
refused("macros", "carries macros")(workbook(more={"xl/vbaProject.bin": b"x"}))
refused("styles of 30 MB", "save the table as CSV")(
    workbook(more={"xl/styles2.xml": b"<a/>" + b" " * 30 * MEGA})
)
refused("cell in the last row and column", "more than 500,000 rows")(
    workbook(HEAD + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + FOOT)
)
FAR = b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>'
refused("rows up to the last column, all wide", "cells; split it")(
    workbook(HEAD + b"".join(FAR % (n, n) for n in range(1, 500)) + FOOT)
)
refused("2 million empty strings", "tags inside")(
    workbook(HEAD + FOOT, strings=STRINGS + b"<si/>" * 2_000_000 + b"</sst>")
)
refused("1 million merged cells", "tags inside")(
    workbook(HEAD + b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:B2"/>' * 10**6)
)
refused("tags nested 100,000 deep", "not a readable workbook")(workbook(HEAD + b"<a>" * 100_000))
refused("number of 10,000 digits in a cell", "Exceeds the limit")(
    workbook(HEAD + b"<row><c><v>" + b"9" * 10_000 + b"</v></c><c><v>1</v></c></row>" + FOOT)
)
refused("right-to-left override in a cell", "row 2: U+202E")(
    workbook(HEAD + cells("code", "power") + cells("A\u202e", "1") + FOOT)
)
refused("workbook that is cut off", "not a workbook")(
    lambda place: (
        workbook(HEAD + cells("a", "b") + FOOT)(place)
        and (place / "book.xlsx").write_bytes((place / "book.xlsx").read_bytes()[:-300])
        and BOOK
    )
)
refused("workbook of random bytes", "not a workbook")(
    lambda place: (
        (place / "book.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 100) and BOOK
    )
)


def _encrypted(place: Path) -> list[str]:
    workbook(HEAD + cells("a", "b") + FOOT)(place)
    raw = bytearray((place / "book.xlsx").read_bytes())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = 0
        while (start := raw.find(mark, start)) >= 0:
            raw[start + at] |= 1
            start += 4
    (place / "book.xlsx").write_bytes(raw)
    return BOOK


refused("encrypted workbook", "encrypted")(_encrypted)


def _lying(place: Path) -> list[str]:
    """Declare one byte where there are 100 MB."""
    workbook(HEAD + b" " * 100 * MEGA)(place)
    raw = bytearray((place / "book.xlsx").read_bytes())
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = 0
        while (start := raw.find(mark, start)) >= 0:
            raw[start + at : start + at + 4] = (1).to_bytes(4, "little")
            start += 4
    (place / "book.xlsx").write_bytes(raw)
    return BOOK


refused("part that declares one byte and unpacks to 100 MB", "not a workbook")(_lying)
