"""Numbers beyond what can be reckoned with, and work without end."""

from tests.hostile.making import (
    BUILD,
    FRAME,
    RANK,
    added,
    changed,
    edit,
    harmless,
    refused,
    small,
    table,
)

refused("10^400 written out", "a finite number is needed")(
    table(f"iso3,year,value\nAAA,2025,1{'0' * 400}\n")
)
refused("1e400", "a finite number is needed")(table("iso3,year,value\nAAA,2025,1e400\n"))
refused("weight of 10^400", "a whole number beyond 64 bits")(
    changed(FRAME, 'a = { parent = "index" }', f'a = {{ parent = "index", weight = 1{"0" * 400} }}')
)
refused("whole number of 5,000 digits", "a number of too many digits")(
    added(f"[x]\ny = {'9' * 5000}\n")
)
refused("hexadecimal number of 500,000 digits", "beyond 64 bits")(
    added(f"[x]\ny = 0x{'f' * 500_000}\n")
)
refused("year of 10^30 in a framework", "about.year: a whole number beyond 64 bits")(
    changed(FRAME, "year = 2025", f"year = {10**30}")
)
refused("year of 10^30 in a table", "a whole number such as 2024")(
    table(f"iso3,year,value\nAAA,{10**30},1\n")
)
refused("year that is a date", "2025, 1, 1")(changed(FRAME, "year = 2025", "year = 2025-01-01"))
refused("weight without end", "weight")(
    changed(FRAME, 'a = { parent = "index" }', 'a = { parent = "index", weight = inf }')
)
refused("weight that is no number", "weight")(
    changed(FRAME, 'a = { parent = "index" }', 'a = { parent = "index", weight = nan }')
)
refused("scale of 1e308", "indicators.a.scale: 1e+308")(
    changed("all.toml", "max_age = 5", "max_age = 5\nscale = 1e308", BUILD)
)
refused("figures at both ends of what floats hold", "finite")(
    table("iso3,year,value\nAAA,2025,1e308\nBBB,2025,-1e308\nCCC,2025,1\n", BUILD)
)
refused("goalposts without end", "method.normalise.high: inf")(
    changed(FRAME, "high = 100", "high = inf")
)
refused("underscores in a number", "a finite number is needed")(
    table("iso3,year,value\nAAA,2025,1_000\n")
)
refused("digits of another script", "a finite number is needed")(
    table("iso3,year,value\nAAA,2025,\u0661\u0662\n")
)
refused("formula for a figure", "value is '=1+1'")(table("iso3,year,value\nAAA,2025,=1+1\n"))


@refused("panel of 2,000 years and 50,000 countries", "cells (countries x years x indicators)")
def _(place):
    folder = small(place)
    rows = "".join(f"C{n},N\n" for n in range(50_000))
    (folder / "countries.csv").write_text(f"iso3,name\nAAA,A\nBBB,B\nCCC,C\n{rows}", "utf-8")
    edit(folder / FRAME, "[method]", "[panel]\nfirst = 1000\nlast = 3000\n[method]")
    return RANK


harmless("10^18 neighbours")(
    changed(
        FRAME, "[method]", f'[method]\nimpute = {{ name = "knn", neighbours = {10**18} }}', BUILD
    )
)
refused("10^9 imputations", "method.impute.draws: 1,000,000,000; at most 10,000")(
    changed(FRAME, "[method]", '[method]\nimpute = { name = "mice", draws = 1000000000 }')
)
refused("10^9 draws of the assumptions", "assumptions.draws: 1,000,000,000; at most 10,000,000")(
    added("[assumptions]\ndraws = 1000000000\n", FRAME)
)
harmless("figures that differ in their last digit")(
    table("iso3,year,value\nAAA,2025,1e17\nBBB,2025,100000000000000016\nCCC,2025,1e17\n", BUILD)
)
refused("power of 10^6", "power has no finite result")(
    changed(
        "all.toml",
        "max_age = 5",
        'max_age = 5\ntransform = { name = "power", exponent = 1e6 }',
        BUILD,
    )
)
refused("rounding to 10^9 places", "places")(
    changed(FRAME, "[method]", "[method]\nround = { places = 1000000000 }")
)
