"""Too much of everything."""

from tests.hostile.making import BOOK, CHECK, MEGA, SHEET, refused, small, sparse, table


@refused("CSV of 200 MB", "at most 134,217,728")
def _(place):
    sparse(small(place) / "data" / "a.csv", 200 * MEGA)
    return CHECK


@refused("TOML of 200 MB", "bytes; at most")
def _(place):
    sparse(small(place) / "all.toml", 200 * MEGA)
    return CHECK


@refused("framework file of 200 MB", "at most 4,194,304")
def _(place):
    sparse(small(place) / "frameworks" / "small.toml", 200 * MEGA)
    return CHECK


@refused("XLSX of 200 MB", "at most 134,217,728")
def _(place):
    sparse(place / "book.xlsx", 200 * MEGA)
    return BOOK


@refused("imported CSV of 200 MB", "at most 134,217,728")
def _(place):
    sparse(place / "sheet.csv", 200 * MEGA)
    return SHEET


@refused("CSV of one line of 100 MB", "a line of more than 1,000,000 bytes")
def _(place):
    (small(place) / "data" / "a.csv").write_bytes(b"iso3,year,value\n" + b"a" * 100 * MEGA)
    return CHECK


@refused("CSV of 100 MB of commas", "a line of more than 1,000,000 bytes")
def _(place):
    (small(place) / "data" / "a.csv").write_bytes(b"," * 100 * MEGA)
    return CHECK


@refused("CSV of 120 MB of short rows", "cells; at most 6,000,000")
def _(place):
    rows = b"AAA,2025,1\n" * (120 * MEGA // 11)
    (small(place) / "data" / "a.csv").write_bytes(b"iso3,year,value\n" + rows)
    return CHECK


@refused("CSV of 100 MB of line ends", "cells; at most 6,000,000")
def _(place):
    (small(place) / "data" / "a.csv").write_bytes(b"iso3,year,value\n" + b"\n" * 100 * MEGA)
    return CHECK


@refused("hundred definition files of 4 MB", "definition files of")
def _(place):
    folder = small(place)
    for number in range(100):
        sparse(folder / f"more_{number}.toml", 4 * MEGA)
    return CHECK


def _wide(columns: int) -> str:
    return ",".join(f"c{n}" for n in range(columns)) + "\n"


refused("CSV of 10,000 columns", "10,000 columns; at most 5,100")(table(_wide(10_000)))
refused("imported CSV of 10,000 empty rows of commas", "is this a table")(
    lambda place: (place / "sheet.csv").write_text("," * 20 + "\n" * 10_000) and SHEET
)
refused("cell of 500,000 letters", "a cell of more than 20,000 letters")(
    table(f'iso3,year,value,note\nAAA,2025,1,"{"x" * 100_000}"\n')
)
refused("cell of 900,000 letters in quotes", "field larger than field limit")(
    table(f'iso3,year,value,note\nAAA,2025,1,"{"x" * 900_000}"\n')
)
refused("quote that never ends", "unexpected end of data")(
    table('iso3,year,value\nAAA,2025,"1\n' + "BBB,2025,2\n" * 1000)
)
refused("300,000 countries", "300,000 rows; at most 250,000")(
    table("iso3,name\n" + "".join(f"C{n},N\n" for n in range(300_000)), name="countries.csv")
)
refused("100,000 faulty rows", "and 99,988 more like these")(
    table("iso3,year,value\n" + "".join(f"X{n},2025,1\n" for n in range(100_000)))
)
