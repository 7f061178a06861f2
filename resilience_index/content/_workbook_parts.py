"""What a workbook is made of, looked at before its XML is parsed.

A workbook is a zip file of XML parts. Zip files can hold a thousand times their size, XML can
declare entities that grow without end, and a reader of formats builds objects for every tag: so all
three are counted or refused here, on the bytes, part by part and never all at once.

References
----------
MITRE, CWE-409: Improper handling of highly compressed data (data amplification).
https://cwe.mitre.org/data/definitions/409.html
MITRE, CWE-776: Improper restriction of recursive entity references in DTDs.
https://cwe.mitre.org/data/definitions/776.html
"""

import io
import re
import zipfile
import zlib

_ENTRY = b"PK\x01\x02"  # signature of an entry in the directory of a zip file
_MOST_ENTRIES = 10_000
_MOST_OF_A_SMALL_PART = 4 * 2**20  # of parts that are kept in memory as a tree: styles, relations
_STREAMED = re.compile(r"xl/(worksheets/[^/]+|sharedstrings)\.xml", re.IGNORECASE)
_COSTLY = re.compile(
    rb"<(?:\w+:)?(?:si|r|rPr|rPh|ext|brk|mergeCell|hyperlink|dataValidation|cfRule"
    rb"|conditionalFormatting)[\s/>]"
)
_MOST_COSTLY = 200_000  # tags of which each makes several objects
_CHUNK = 2**20
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']*)["']""")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def look_inside(raw: bytes, *, unpacked: int, tags: int) -> str:
    """Say why a file is not to be opened as a workbook; "" if nothing speaks against it.

    >>> look_inside(b"no workbook", unpacked=100, tags=100)
    'not a workbook; save it as .xlsx or .csv'
    """
    if raw.count(_ENTRY) > _MOST_ENTRIES:
        return f"more than {_MOST_ENTRIES:,} parts; save it as CSV"
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return _of_whole(packed, unpacked) or _of_parts(packed, tags)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        return "not a workbook; save it as .xlsx or .csv"
    except RuntimeError:
        return "encrypted; save it without a password"


def _of_whole(packed: zipfile.ZipFile, unpacked: int) -> str:
    """Look at the list of parts alone."""
    parts = packed.infolist()
    size = sum(part.file_size for part in parts)
    if size > unpacked:
        return f"unpacks to {size:,} bytes, at most {unpacked:,} are read; save it as CSV"
    if any("vbaproject" in part.filename.lower() for part in parts):
        return "the workbook carries macros; save it as .xlsx without them"
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names):
        return "a part stands twice; save it anew"
    if any(part.compress_type not in _METHODS for part in parts):
        return "packed in a way that no workbook is; save it anew"
    return ""


def _of_parts(packed: zipfile.ZipFile, tags: int) -> str:
    """Look at each XML part as it streams by."""
    count, costly = 0, 0
    for part in packed.infolist():
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        if not _STREAMED.fullmatch(name) and part.file_size > _MOST_OF_A_SMALL_PART:
            return f"{part.filename[:80]} is of {part.file_size:,} bytes; save the table as CSV"
        with packed.open(part) as stream:
            end = b""
            while chunk := stream.read(_CHUNK):
                count += chunk.count(b"<")
                costly += len(_COSTLY.findall(chunk))
                problem = _of_chunk(end, chunk)
                if problem or count > tags or costly > _MOST_COSTLY:
                    return problem or f"more than {tags:,} tags inside; save it as CSV"
                end = chunk[-16:]
    return ""


def _of_chunk(end: bytes, chunk: bytes) -> str:
    """Refuse entities, and encodings that could hide them; `end` is the end of the chunk before."""
    seen = end + chunk
    if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
        return "declares entities, which no workbook needs; save it anew"
    if b"\0" in chunk:
        return "not in UTF-8 inside; save it anew"
    if not end:
        start = chunk.removeprefix(b"\xef\xbb\xbf").lstrip()
        named = _ENCODING.match(start)
        if start[:1] != b"<" or (named and named[1].lower() not in (b"utf-8", b"us-ascii")):
            return "not in UTF-8 inside; save it anew"
    return ""
