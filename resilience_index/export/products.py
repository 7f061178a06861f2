"""The forms in which an edition is handed on, and how each is written: whole or not at all."""

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from resilience_index.errors import UsageError, nearest
from resilience_index.export import (
    citations,
    database,
    datapackage,
    json_tables,
    linked_data,
    parquet,
    sdmx,
)
from resilience_index.export.contents import Contents, gather
from resilience_index.export.terms import notice
from resilience_index.export.workbook import workbook
from resilience_index.index import Index
from resilience_index.locks import locked
from resilience_index.places import templates
from resilience_index.publish.folders import replacing
from resilience_index.robustness.uncertainty import Uncertainty

EXAMPLES = "examples"
"""Folder of the look, and of an edition, with programs that read an edition."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form: the end of its name, and what writes it to a path where nothing stands.

    A form with several files is a folder; `write` then gets an empty one.
    """

    suffix: str
    folder: bool
    write: Callable[[Contents, Path], None]


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _with_notice(contents: Contents, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Add a file that names edition, licence and sources, and the citations."""
    head, *said = notice(contents.terms)
    text = "\n".join([f"# {head}", "", contents.terms.description, "", *said, ""])
    cited = {name: make(contents.terms).encode() for name, make in citations.FORMS.items()}
    return {**files, "README.md": text.encode(), **cited}


def package_files(contents: Contents) -> dict[str, bytes]:
    """Return the files of a data package: tables, descriptor, README, citations, linked data."""
    csv = datapackage.csv_files(contents)
    described = linked_data.spelled(linked_data.dataset(contents, csv))
    return {
        **csv,
        "datapackage.json": datapackage.descriptor(contents, csv),
        linked_data.FILE: described,
        **_with_notice(contents, {}),
        "README.md": datapackage.readme(contents).encode(),
    }


def downloads(index: Index, known: Uncertainty | None = None) -> dict[str, bytes]:
    """Return everything that an edition carries beside its tables, by path within its folder.

    Parameters
    ----------
    index
        A built index.
    known
        Its uncertainty, if it was worked out.

    Returns
    -------
    dict
        The data package (its tables under data/ are those of the edition, and a few more), each
        table as JSON, the workbook, the two files of SDMX, and programs that read them.
    """
    contents = gather(index, known)
    made = package_files(contents)
    made |= {f"data/{name}.json": json_tables.one_table(contents, name) for name in contents.tables}
    made[f"data/{contents.terms.slug}.xlsx"] = workbook(index, known)
    made |= {f"data/sdmx/{name}": data for name, data in sdmx.files(contents).items()}
    files = {n: d for n, d in made.items() if n.startswith("data/")}
    made |= {f"{EXAMPLES}/{p.name}": p.read_bytes() for p in sorted(_examples().iterdir())}
    made[linked_data.FILE] = linked_data.spelled(linked_data.dataset(contents, files))
    return made


def _examples() -> Path:
    return templates() / EXAMPLES


def _parquet(contents: Contents) -> dict[str, bytes]:
    files = {f"{name}.parquet": parquet.parquet(contents, name) for name in contents.tables}
    return _with_notice(contents, files)


FORMS = {
    "xlsx": Form(".xlsx", False, lambda c, p: _write(p, workbook(c.index, c.known))),
    "parquet": Form("-parquet", True, lambda c, p: _fill(p, _parquet(c))),
    "json": Form(".json", False, lambda c, p: _write(p, json_tables.all_tables(c))),
    "sdmx": Form("-sdmx", True, lambda c, p: _fill(p, _with_notice(c, sdmx.files(c)))),
    "datapackage": Form("-datapackage", True, lambda c, p: _fill(p, package_files(c))),
    "duckdb": Form(".duckdb", False, database.write),
}
"""The forms by the name that the command takes."""


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def export(
    index: Index, form: str, out: Path | None = None, *, known: Uncertainty | None = None
) -> Path:
    """Write an edition in one form.

    Parameters
    ----------
    index
        A built index.
    form
        A key of `FORMS`.
    out
        File or folder to write; named after the edition, in the current folder, if not given. What
        stands there is replaced, but a folder only if nothing else is in it.
    known
        Uncertainty of the index, if it was worked out.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    UsageError
        If the form is unknown, or the place cannot be written.
    """
    if form not in FORMS:
        raise UsageError(f"--to {form} {nearest(form, FORMS)}")
    contents, wanted = gather(index, known), FORMS[form]
    path = out if out is not None else Path(f"{contents.terms.slug}{wanted.suffix}")
    if path.is_dir() != wanted.folder and path.exists():
        kind = "a folder" if wanted.folder else "a file"
        raise UsageError(f"{path}: {form} makes {kind}; give --out another name")
    if wanted.folder:
        with replacing(path) as place:
            wanted.write(contents, place)
            _refuse_strangers(path, place)
    else:
        _replace_file(path, lambda place: wanted.write(contents, place))
    return path


def _refuse_strangers(old: Path, new: Path) -> None:
    """Refuse to take the place of a folder that holds anything else."""
    if not old.exists():
        return
    made = {p.relative_to(new) for p in new.rglob("*")}
    others = sorted(
        str(p.relative_to(old)) for p in old.rglob("*") if p.relative_to(old) not in made
    )
    if others:
        raise UsageError(
            f"{old}: it holds other files, such as {others[0]}; name a folder that does not exist"
        )


def _replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file beside its place, then put it there in one step."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path):
            _clear_up(path)
            with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
                made = Path(folder) / path.name
                write(made)
                made.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; choose another place with --out") from None


def _clear_up(path: Path) -> None:
    """Take away what killed runs left beside a file; call it only while its lock is held."""
    ours = re.compile(rf"\.{re.escape(path.name)}-[a-z0-9_]{{8}}")
    for left in path.parent.iterdir():
        if ours.fullmatch(left.name) and left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
