"""Answers in JSON, read by their documented shapes: World Bank Indicators API, JSON-stat 2.0.

Figures keep the letters in which the producer wrote them; what is not as documented is refused.

References
----------
World Bank, Indicators API v2,
https://datahelpdesk.worldbank.org/knowledgebase/articles/898581
Badosa, X., JSON-stat 2.0, https://json-stat.org/full/
Eurostat, API Statistics, https://ec.europa.eu/eurostat/web/user-guides/data-browser/api-data-access
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from resilience_index.errors import DataError
from resilience_index.refresh.fetching import Answer
from resilience_index.refresh.places import Places
from resilience_index.refresh.services import Asked, JsonStat, WorldBank

Rows = dict[tuple[str, int], str]
Get = Callable[[Mapping[str, str]], Answer]
_PAGES = 100
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Fetched:
    """Figures by country and year, as text, and the day that the producer gives them."""

    rows: Rows
    published: str


def world_bank(service: WorldBank, asked: Asked, get: Get, places: Places, last: int) -> Fetched:
    """Read a series of the World Bank, page by page.

    Raises
    ------
    DataError
        If a page is not as documented, or pages do not add up to what they say.
    """
    rows: Rows = {}
    seen, published, page, pages = 0, "", 1, 1
    while page <= pages:
        keys = {"page": str(page), "first": str(service.first), "last": str(last)}
        head, body = _page(get({**asked.keys, **keys}).body)
        pages = _count(head, "pages")
        if pages > _PAGES:
            raise DataError(f"{pages:,} pages; at most {_PAGES}")
        published = str(head.get("lastupdated", ""))[:10]
        for record in body:
            _observation(record, asked, places, rows)
        seen, page = seen + len(body), page + 1
    if seen != _count(head, "total"):
        raise DataError(f"{seen:,} rows, but the answer says {head['total']}: not all there")
    return Fetched(rows, published)


def _page(body: bytes) -> tuple[dict[str, Any], list[Any]]:
    """Split a page into its head and its rows, or say what the server says instead."""
    data = parsed(body)
    if isinstance(data, list) and data and isinstance(data[0], dict) and "message" in data[0]:
        told = json.dumps(data[0]["message"])[:200]
        raise DataError(f"the server says {told}; mend the series in updates/")
    if not (isinstance(data, list) and len(data) == 2 and isinstance(data[0], dict)):
        raise DataError("not a pair of head and rows, as the World Bank documents it")
    return data[0], data[1] if isinstance(data[1], list) else []


def _count(head: Mapping[str, Any], key: str) -> int:
    text = str(head.get(key, ""))
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise DataError(f"head: {key} is {text[:40]!r}; a count was expected")
    return int(text)


def _observation(record: Any, asked: Asked, places: Places, rows: Rows) -> None:
    """Take one row in; a row without a value says that there is none."""
    try:
        series, name = record["indicator"]["id"], record["countryiso3code"]
        year, value = record["date"], record["value"]
    except (TypeError, KeyError):
        told = json.dumps(record)[:120]
        raise DataError(f"row {told}: indicator, countryiso3code, date, value expected") from None
    if series != asked.keys.get("series"):
        raise DataError(f"series {str(series)[:40]!r}; asked for {asked.keys.get('series')!r}")
    code = places.code(str(name))
    if value is not None and code is not None:
        put(rows, code, str(year), value)


def json_stat(service: JsonStat, asked: Asked, get: Get, places: Places, last: int) -> Fetched:
    """Read a dataset in JSON-stat.

    Raises
    ------
    DataError
        If it is not as documented, or holds more than one series.
    """
    data = parsed(get(asked.keys).body)
    if not isinstance(data, dict) or data.get("class") != "dataset":
        told = json.dumps(data)[:200]
        raise DataError(f"not a dataset in JSON-stat, but {told}")
    names, sizes = _dimensions(data)
    for part in (service.place, service.time):
        if part not in names:
            raise DataError(f"no dimension '{part}'; there are {', '.join(names)}")
    more = [n for n, s in zip(names, sizes, strict=True) if s != 1 and n not in _both(service)]
    if more:
        raise DataError(f"{', '.join(more)}: several values; fix one of each in the path")
    inside = {part: _positions(data, part) for part in _both(service)}
    step = _steps(names, sizes)
    values = data.get("value", {})
    at = _reader(values, math.prod(sizes))
    rows: Rows = {}
    for name, place in inside[service.place].items():
        code = places.code(name)
        for year, moment in inside[service.time].items():
            value = at(place * step[service.place] + moment * step[service.time])
            if code is not None and value is not None and int(_year(year)) <= last:
                put(rows, code, year, value)
    return Fetched(rows, str(data.get("updated", ""))[:10])


def _both(service: JsonStat) -> tuple[str, str]:
    return service.place, service.time


def _dimensions(data: Mapping[str, Any]) -> tuple[list[str], list[int]]:
    """Read names and sizes of the dimensions."""
    names, sizes = data.get("id"), data.get("size")
    if not (isinstance(names, list) and isinstance(sizes, list) and len(names) == len(sizes)):
        raise DataError("id and size: two lists of equal length expected")
    try:
        counts = [int(size) for size in sizes]
    except (TypeError, ValueError):
        raise DataError(f"size: {json.dumps(sizes)[:80]}; counts expected") from None
    if any(count < 1 for count in counts) or math.prod(counts) > 10**7:
        raise DataError(f"size: {json.dumps(sizes)[:80]}; at most 10 million cells")
    return [str(name) for name in names], counts


def _positions(data: Mapping[str, Any], name: str) -> dict[str, int]:
    """Read the codes of a dimension with their places: an object, or a list in order."""
    names, sizes = _dimensions(data)
    size = sizes[names.index(name)]
    try:
        index = data["dimension"][name]["category"]["index"]
        pairs = (
            enumerate(index) if isinstance(index, list) else ((int(v), k) for k, v in index.items())
        )
        found = {str(code): place for place, code in pairs}
    except (TypeError, KeyError, AttributeError, ValueError):
        raise DataError(f"dimension.{name}.category.index: missing or not as documented") from None
    if sorted(found.values()) != list(range(size)):
        raise DataError(f"dimension.{name}: {len(found)} codes, but its size is {size}")
    return found


def _steps(names: list[str], sizes: list[int]) -> dict[str, int]:
    """Return by how many cells one step along each dimension leads on (row-major order).

    >>> _steps(["unit", "geo", "time"], [1, 3, 2])
    {'unit': 6, 'geo': 2, 'time': 1}
    """
    return {name: math.prod(sizes[place + 1 :]) for place, name in enumerate(names)}


def _reader(values: Any, cells: int) -> Callable[[int], Any]:
    """Return how to look up a cell: values are a list of all, or an object of those there."""
    if isinstance(values, list):
        if len(values) != cells:
            raise DataError(f"value: {len(values):,} cells, but the sizes say {cells:,}")
        return lambda place: values[place]
    if not isinstance(values, dict) or any(not str(k).isdigit() for k in values):
        raise DataError("value: a list, or an object by number of the cell, expected")
    if any(int(key) >= cells for key in values):
        raise DataError(f"value: cells beyond the last, {cells - 1}")
    return lambda place: values.get(str(place))


def parsed(body: bytes) -> Any:
    """Parse JSON, numbers kept as the text in which they were written.

    Raises
    ------
    DataError
        If it is none: the answer of something else, or one that broke off.
    """
    try:
        return json.loads(body, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise DataError(f"not valid JSON ({error}): an error page, or not all there") from None


def put(rows: Rows, code: str, year: str, value: object) -> None:
    """Take one figure in; a second one for the same country and year is refused."""
    key = code, int(_year(year))
    if key in rows:
        raise DataError(f"{code} {year}: stands twice")
    rows[key] = number(value, f"{code} {year}")


def number(value: object, where: str) -> str:
    """Check that a text is a number, and return it as it was written.

    >>> number("1.50", "KOR 2025")
    '1.50'
    """
    text = value.strip() if isinstance(value, str) else repr(value)
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise DataError(f"{where}: {text[:40]!r} is not a number")
    return text


def _year(text: str) -> str:
    if not _YEAR.fullmatch(text):
        raise DataError(f"{text[:40]!r} is not a year")
    return text
