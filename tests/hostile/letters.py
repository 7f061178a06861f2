"""Bytes that are no text, and letters that do more than show."""

import os

from tests.hostile.making import CHECK, added, changed, harmless, refused, small, table

refused("NUL bytes in CSV", "NUL byte")(table(b"iso3,year,value\nAAA,2025,1\0\n"))
refused("NUL bytes in TOML", "NUL byte")(added("x = 1 \0"))
refused("UTF-16 with its mark", "UTF-16; save it as UTF-8")(
    table("iso3,year,value\nAAA,2025,1\n".encode("utf-16"))
)
refused("UTF-16 without its mark", "NUL byte")(
    table("iso3,year,value\nAAA,2025,1\n".encode("utf-16-le"))
)
refused("UTF-32", "the file is UTF-32; save it as UTF-8")(
    table("iso3,year,value\nAAA,2025,1\n".encode("utf-32"))
)
refused("UTF-32, greatest byte first", "the file is UTF-32; save it as UTF-8")(
    table("\ufeffiso3,year,value\nAAA,2025,1\n".encode("utf-32-be"))
)
refused("TOML in UTF-16", "UTF-16")(table("x = 1".encode("utf-16"), name="all.toml"))
refused("surrogates as bytes", "not UTF-8")(table(b"iso3,year,value\nAAA,2025,\xed\xa0\x80\n"))
refused("letters spelled too long (C0 AF)", "not UTF-8")(
    table(b"iso3,year,value\nAAA,2025,\xc0\xaf\n")
)
refused("surrogate as an escape", "not valid TOML")(added('[x]\ny = "\\ud800"\n'))
refused("Latin-1", "0xe7 is not UTF-8")(
    table("iso3,name\nAAA,Cura\xe7ao\n".encode("latin-1"), name="countries.csv")
)
harmless("mark of UTF-8 at the start")(
    table("\ufeffiso3,year,value\nAAA,2025,1\nBBB,2025,2\nCCC,2025,4\n")
)
refused("mark of UTF-8 in the middle", "unknown iso3 '\\ufeffBBB'")(
    table("iso3,year,value\nAAA,2025,1\n\ufeffBBB,2025,2\n")
)
harmless("mixed line ends")(table(b"iso3,year,value\r\nAAA,2025,1\rBBB,2025,2\nCCC,2025,4\r\n"))
harmless("line ends of old Macs")(table(b"iso3,year,value\rAAA,2025,1\rBBB,2025,2\rCCC,2025,4\r"))
refused("right-to-left override in a name", "U+202E, which turns the direction")(
    changed("countries.csv", "Beland", "Be\u202eland")
)
refused("right-to-left override in a title", "U+202E, which turns the direction")(
    changed("all.toml", "Indicator a", "Indicator \u202ea")
)
refused("right-to-left override as an escape", "indicators.a.title: U+202E")(
    changed("all.toml", "Indicator a", "Indicator \\u202ea")
)
refused("isolates that are never closed", "U+2066")(
    changed("countries.csv", "Beland", "Be\u2066land")
)
refused("line separator in a name", "U+2028")(changed("countries.csv", "Beland", "Be\u2028land"))
refused("terminal escape in a name", "U+001B, which is a control character")(
    changed("countries.csv", "Beland", "\x1b[31mBe")
)
refused("terminal escape as an escape", "U+001B")(changed("all.toml", "Indicator a", "\\u001b[2J"))
refused("control character of Latin-1", "U+0085")(
    changed("countries.csv", "Beland", "Be\u0085land")
)
refused("no character at all (U+FFFE)", "U+FFFE")(
    changed("countries.csv", "Beland", "Be\ufffeland")
)
harmless("names in right-to-left letters, with joiners and marks")(
    changed("countries.csv", "Beland", "\u0627\u0644\u0639\u0631\u0628\u200c\u200d\u200f")
)
refused("undecodable file name", "rename it")(
    lambda place: (
        (small(place) / "all.toml").rename(place / "content" / os.fsdecode(b"a\xff.toml")) and CHECK
    )
)
refused("line end and terminal escape in a file name", "rename it")(
    lambda place: (small(place) / "frameworks" / "x\n\x1b[2J.toml").write_text("x = 1") and CHECK
)
refused("dots for a file name", "rename it")(
    lambda place: (small(place) / "frameworks" / "..toml").write_text("x = 1") and CHECK
)
harmless("TOML in the name of an imported file")(
    lambda place: (
        (place / "a\n[evil]\n.csv").write_text("code,power\nA,1\nB,2\n")
        and ["import", "a\n[evil]\n.csv", "--to", "out", "--year", "2024"]
    )
)
