"""An edition as a schema.org Dataset in JSON-LD, which search engines for data read.

References
----------
Schema.org, Dataset. https://schema.org/Dataset
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from resilience_index.export.contents import Contents
from resilience_index.export.terms import UsedSource

FILE = "dataset.jsonld"

_LONGEST = 5000  # characters of a description that search engines take
_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
    ".xml": "application/vnd.sdmx.structure+xml;version=3.0.0",
}


def media_type(path: str) -> str:
    """Return the media type of a file by the end of its name.

    >>> media_type("data/ranking.csv")
    'text/csv'
    """
    ending = path[path.rfind(".") :]
    return _TYPES.get(ending, "application/octet-stream")


def dataset(
    contents: Contents, files: Mapping[str, bytes] | None = None, *, address: str = ""
) -> dict[str, Any]:
    """Describe an edition.

    Parameters
    ----------
    contents
        What is exported.
    files
        Downloads by path; each becomes a distribution with its size and SHA-256.
    address
        Where the edition stands on the web, ending with a slash; paths are relative without it.

    Returns
    -------
    dict
        A JSON-LD object.
    """
    terms, index = contents.terms, contents.index
    years = index.framework.years
    made: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": f"{terms.title}, edition {terms.edition}",
        "description": _description(contents)[:_LONGEST],
        "identifier": terms.slug,
        "version": terms.edition,
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "license": terms.licence.url or terms.licence.name,
        "creator": {"@type": "Organization", "name": terms.author},
        "creditText": terms.citation,
        "citation": [source.citation for source in terms.sources],
        "isBasedOn": [_based_on(source) for source in terms.sources],
        "temporalCoverage": str(years[0]) if len(years) == 1 else f"{years[0]}/{years[-1]}",
        "spatialCoverage": {"@type": "Place", "name": f"{_count(contents)} countries"},
        "measurementTechnique": "Composite index",
        "variableMeasured": _variables(contents),
    }
    if address:
        made["url"] = address
    if files:
        made["distribution"] = [
            _download(address + path, path, data) for path, data in files.items()
        ]
    return made


def _description(contents: Contents) -> str:
    """Say what the data are, in at least the 50 characters that search engines want."""
    return (
        f"{contents.terms.description} Scores, ranks and figures of {_count(contents)} countries."
    )


def _count(contents: Contents) -> int:
    return int(contents.index.ranks.index.get_level_values(0).nunique())


def _based_on(source: UsedSource) -> dict[str, Any]:
    made = {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.url,
        "creator": {"@type": "Organization", "name": source.producer},
        "creditText": source.citation,
        "license": source.licence,
    }
    return {**made, "usageInfo": source.asks} if source.asks else made


def _variables(contents: Contents) -> list[dict[str, Any]]:
    """List what is measured: the index and its nodes in points, each indicator in its unit."""
    index = contents.index
    made = [
        {"@type": "PropertyValue", "propertyID": code, "name": node.title, "unitText": "points"}
        for code, node in index.framework.nodes.items()
    ]
    for code in index.framework.indicators:
        one = index.content.indicators[code]
        made.append(
            {
                "@type": "PropertyValue",
                "propertyID": code,
                "name": one.title,
                "description": one.definition,
                "unitText": one.unit,
            }
        )
    return made


def _download(address: str, path: str, data: bytes) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": path,
        "contentUrl": address,
        "encodingFormat": media_type(path),
        "contentSize": f"{len(data)} B",
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def in_page(described: str) -> str:
    r"""Return the text of a description as it may stand inside a page.

    >>> in_page('{"name": "</script>"}')
    '{"name":"\\u003c/script>"}'
    """
    text = json.dumps(json.loads(described), ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", r"\u003c")


def spelled(described: Mapping[str, Any]) -> bytes:
    """Spell a description as a file."""
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()
