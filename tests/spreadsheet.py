"""LibreOffice without a screen: workbooks in, the same workbooks recalculated out."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def converted(files: list[Path], folder: Path, form: str = "xlsx") -> dict[str, Path]:
    """Open files in LibreOffice, recalculate everything, and write them to a folder; by stem."""
    program = shutil.which("soffice")
    assert program, "LibreOffice is missing: apt-get install libreoffice-calc (make test does)"
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    settings = profile / "user" / "registrymodifications.xcu"
    settings.write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    out = folder / "recalculated"
    utf8 = (
        ["--infilter=Text - txt - csv (StarCalc):44,34,76,1"] if files[0].suffix == ".csv" else []
    )
    subprocess.run(
        [program, f"-env:UserInstallation=file://{profile}", "--headless", *utf8,
         "--convert-to", form,
         "--outdir", str(out), *map(str, files)],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    made = {file.stem: out / f"{file.stem}.{form}" for file in files}
    assert [str(p) for p in made.values() if not p.is_file()] == []
    return made


def recalculated(books: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    """Return workbooks with what LibreOffice works out for every formula."""
    files = []
    for name, data in books.items():
        path = folder / f"{name}.xlsx"
        path.write_bytes(data)
        files.append(path)
    made = converted(files, folder)
    return {name: openpyxl.load_workbook(path, data_only=True) for name, path in made.items()}


def columns(book: Any, sheet: str) -> dict[str, dict[Any, Any]]:
    """Read a sheet with a row for each country: column by code, then cell by country (and year)."""
    rows = list(book[sheet].iter_rows(values_only=True))
    heads, body = rows[1], [row for row in rows[5:] if row[0] is not None]
    lead = 3 if heads[2] == "year" else 2
    labels = [(row[0], row[2]) if lead == 3 else row[0] for row in body]
    return {
        str(head): {label: row[place] for label, row in zip(labels, body, strict=True)}
        for place, head in enumerate(heads)
        if place >= lead and head is not None
    }
