"""Where newer figures of a source come from: the models behind ``updates/<source>.toml``.

A file says who answers (`base`, always https), under which path, in which shape (`reader`), and
what each table takes of it: the bounds outside which an answer is refused stand beside it. What an
interface does not give is listed in `by_hand`, with the reason.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from resilience_index.content.reading import CODE, Model, form, read_toml
from resilience_index.errors import ContentError, nearest

FOLDER = "updates"


class Bounds(Model):
    """What an answer must hold to be believed.

    `least` and `greatest` bound every figure; fewer countries than `countries`, or less than
    `keeps` of the figures that stand, is taken for a damaged answer.
    """

    least: float
    greatest: float
    countries: int = Field(default=1, ge=1)
    keeps: float = Field(default=0.8, ge=0, le=1)


class Asked(Bounds):
    """One table of a service: what is put into the path, and the bounds of its figures."""

    keys: dict[str, str] = Field(default_factory=dict)


class Quarterly(Asked):
    """A column of a table by quarters, and how quarters become years.

    `last`: the last quarter of each year that has a figure. `last_four`: the sum over the last four
    quarters of the data set, dated with the year of the last, where all four are there.
    """

    column: str
    years: Literal["last", "last_four"]


class Columns(Asked):
    """Columns of a table with a row a country, and the year that each stands for.

    Rows that are the same in all columns of `twins` are left out: the producer gives such countries
    the value of their region.
    """

    columns: dict[str, int] = Field(min_length=1)
    twins: list[str] = Field(default_factory=list)


class Counted(Asked):
    """What becomes of a list of records: one figure a country.

    `where` holds, by column, the beginnings of the values that count; `dated` names a column of
    dates, which count from the year `first` to `last`. `what`: ``records`` (a record of several
    countries is split equally), ``sum`` or ``log10_of_greatest`` of `column`. The figure is dated
    `year`.
    """

    what: Literal["records", "sum", "log10_of_greatest"]
    column: str = ""
    where: dict[str, list[str]] = Field(default_factory=dict)
    dated: str = ""
    first: int = 1000
    last: int = 3000
    year: int = Field(ge=1000, le=3000)
    decimals: int = Field(default=3, ge=0, le=12)


class _Service(Model):
    """What all services have in common."""

    base: str = Field(pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?$")
    path: str = Field(pattern=r"^/")
    documented: str = Field(pattern=r"^https://")
    most_bytes: int = Field(default=2**25, ge=1, le=2**27)
    countries: str = "code"
    renamed: dict[str, str] = Field(default_factory=dict)
    by_hand: dict[str, str] = Field(default_factory=dict)


class WorldBank(_Service):
    """The World Bank's Indicators API, version 2, as JSON; asked for the years from `first`."""

    reader: Literal["world_bank"]
    first: int = Field(default=2010, ge=1900, le=2100)
    tables: dict[Annotated[str, Field(pattern=CODE)], Asked] = Field(default_factory=dict)


class JsonStat(_Service):
    """A dataset in JSON-stat 2.0, all of whose dimensions but `place` and `time` are fixed."""

    reader: Literal["json_stat"]
    place: str = "geo"
    time: str = "time"
    tables: dict[Annotated[str, Field(pattern=CODE)], Asked] = Field(default_factory=dict)


class _Sheet(_Service):
    """A CSV file with a column that names the country."""

    place: str
    encoding: Literal["utf-8-sig", "mac_roman", "cp1252", "latin-1"] = "utf-8-sig"


class Quarters(_Sheet):
    """A CSV file with a row for each country and quarter."""

    reader: Literal["quarters"]
    year: str = "year"
    quarter: str = "quarter"
    tables: dict[Annotated[str, Field(pattern=CODE)], Quarterly] = Field(default_factory=dict)


class Wide(_Sheet):
    """A CSV file with a row a country and a column a period; figures may carry a per cent sign."""

    reader: Literal["wide"]
    tables: dict[Annotated[str, Field(pattern=CODE)], Columns] = Field(default_factory=dict)


class Records(_Sheet):
    """A CSV file with a row a record, whose countries are parted by commas."""

    reader: Literal["records"]
    tables: dict[Annotated[str, Field(pattern=CODE)], Counted] = Field(default_factory=dict)


Service = WorldBank | JsonStat | Quarters | Wide | Records
_FORMS: dict[str, type[Service]] = {
    "world_bank": WorldBank,
    "json_stat": JsonStat,
    "quarters": Quarters,
    "wide": Wide,
    "records": Records,
}


def listed(folder: Path) -> list[str]:
    """Name the sources of a content folder that can be brought up to date."""
    return sorted(path.stem for path in (folder / FOLDER).glob("*.toml"))


def service(folder: Path, source: str) -> Service:
    """Read how a source is brought up to date.

    Parameters
    ----------
    folder
        Content folder.
    source
        Key of its sources.toml.

    Raises
    ------
    ContentError
        If there is no such file, or anything in it is wrong: all faults at once.
    """
    known = listed(folder)
    if source not in known:
        raise ContentError(str(folder / FOLDER), [f"no source '{source}' {nearest(source, known)}"])
    path = folder / FOLDER / f"{source}.toml"
    data = read_toml(path, within=folder)
    reader = data.get("reader")
    if not isinstance(reader, str) or reader not in _FORMS:
        told = nearest(str(reader), _FORMS)
        raise ContentError(str(path), [f"reader: {reader!r} {told}"])
    made, problems = form(_FORMS[reader], data)
    if made is None:
        raise ContentError(str(path), problems)
    return made


def base_of(text: str) -> str:
    """Check the address of a server that stands in for the producers'.

    >>> base_of("http://127.0.0.1:8000/")
    'http://127.0.0.1:8000'
    """
    checked: TypeAdapter[str] = TypeAdapter(
        Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+(:[0-9]{1,5})?$")]
    )
    try:
        return checked.validate_python(text.rstrip("/"))
    except ValidationError:
        told = "an address of a server is needed, such as http://127.0.0.1:8000"
        raise ContentError("--base", [f"{text!r}; {told}"]) from None


def asked_of(service: Service) -> dict[str, Any]:
    """Return the tables of a service by code, whatever their kind."""
    return dict(service.tables)
