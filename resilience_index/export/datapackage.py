"""An edition as a Data Package: tables in CSV with a descriptor of every column.

References
----------
Data Package standard 2.0. https://datapackage.org
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from resilience_index.export.contents import Contents, key_of
from resilience_index.export.fields import Field
from resilience_index.export.terms import Terms, UsedSource, identifier, notice
from resilience_index.publish import tables

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_LINKS = {
    ("scores", "node"): ("tree", "node"),
    ("indicators", "indicator"): ("definitions", "indicator"),
    ("definitions", "parent"): ("tree", "node"),
}
"""Columns whose values are keys of another table."""


def csv_files(contents: Contents) -> dict[str, bytes]:
    """Spell every table as CSV, by path."""
    return {f"data/{name}.csv": tables.to_csv(t) for name, t in contents.tables.items()}


def descriptor(contents: Contents, files: Mapping[str, bytes]) -> bytes:
    """Return datapackage.json.

    Parameters
    ----------
    contents
        What is exported.
    files
        The CSV files by path; their names are those of the tables.

    Returns
    -------
    bytes
        JSON.
    """
    terms = contents.terms
    made: dict[str, Any] = {
        "$schema": PROFILE,
        "name": identifier(terms.slug).lower(),
        "title": f"{terms.title}, edition {terms.edition}",
        "description": "\n\n".join([terms.description, *notice(terms)[1:3]]),
        "version": terms.edition,
        "contributors": [{"title": terms.author, "roles": ["author"]}],
        "licenses": _licences(terms),
        "sources": [_source(source) for source in terms.sources],
        "resources": [
            _resource(contents, path.rpartition("/")[2].removesuffix(".csv"), path, data)
            for path, data in files.items()
        ],
    }
    if not made["licenses"]:
        del made["licenses"]
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def _licences(terms: Terms) -> list[dict[str, str]]:
    if not terms.licence.spdx:
        return []
    return [
        {"name": terms.licence.spdx, "path": terms.licence.url, "title": terms.licence.name},
    ]


def _source(source: UsedSource) -> dict[str, str]:
    """Describe a source; `licence` and `asks` are ours, the standard has no place for them."""
    made = {
        "title": f"{source.producer}: {source.title}",
        "path": source.url,
        "citation": source.citation,
        "licence": source.licence,
    }
    return {**made, "asks": source.asks} if source.asks else made


def _resource(contents: Contents, name: str, path: str, data: bytes) -> dict[str, Any]:
    key = key_of(contents, name)
    schema: dict[str, Any] = {
        "fields": [_field(f, needed=f.name in key) for f in contents.fields[name]],
        "missingValues": [""],
    }
    if key:
        schema["primaryKey"] = key
    links = [
        {"fields": [column], "reference": {"resource": other, "fields": [its]}}
        for (table, column), (other, its) in _LINKS.items()
        if table == name
    ]
    if links:
        schema["foreignKeys"] = links
    return {
        "name": name,
        "path": path,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": schema,
    }


def _field(field: Field, *, needed: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"name": field.name, "type": field.kind}
    if field.description:
        made["description"] = field.description
    if field.unit:
        made["unit"] = field.unit
    if needed:
        made["constraints"] = {"required": True}
    return made


def readme(contents: Contents) -> str:
    """Say in words what the package holds, on what terms, and how to read it in four programs."""
    terms, unit = contents.terms, str(contents.index.content.units.index.name)
    head, *said = notice(terms)
    listed = [
        f"- `data/{name}.csv`: {len(table):,} rows, {len(table.columns)} columns"
        for name, table in contents.tables.items()
    ]
    return "\n".join(
        [
            f"# {head}", "", terms.description, "", "## Tables", "",
            "`datapackage.json` says of every column what stands in it. An empty cell is missing.",
            "An apostrophe at the start of a text keeps a spreadsheet from running it.", "",
            *listed, "", "## Reading it", "", *_examples(contents, unit), "## Terms", "", *said, "",
        ]
    )  # fmt: skip


def _examples(contents: Contents, unit: str) -> list[str]:
    """Show how the tables are read; tests hold the names that stand here against the files."""
    first = contents.tables["ranking"][unit].iloc[0]
    keys = ", ".join(f'"{key}"' for key in key_of(contents, "ranking"))
    return [
        "R, without packages:", "",
        "```r",
        'ranking <- read.csv("data/ranking.csv", na.strings = "", encoding = "UTF-8")',
        f'head(ranking[order(ranking$rank), c("{unit}", "name", "rank", "score")], 10)',
        'scores <- read.csv("data/scores.csv", na.strings = "", encoding = "UTF-8")',
        f'wide <- reshape(scores[c({keys}, "node", "score")], idvar = c({keys}),',
        '                timevar = "node", direction = "wide")',
        "```", "",
        "Excel: Data > From Text/CSV, choose `data/ranking.csv`, file origin 65001 (UTF-8), then",
        "Load. The score of one country is then",
        f'`=INDEX(ranking[score],MATCH("{first}",ranking[{unit}],0))`. A workbook with every',
        "formula live comes from `resilience-index export --to xlsx`.", "",
        "Stata:", "",
        "```stata",
        'import delimited "data/ranking.csv", encoding("UTF-8") clear',
        "```", "",
        "Python:", "",
        "```python",
        "import pandas as pd",
        "",
        'ranking = pd.read_csv("data/ranking.csv", keep_default_na=False, na_values=[""])',
        "```", "",
    ]  # fmt: skip
