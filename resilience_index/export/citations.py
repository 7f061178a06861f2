"""How to cite an edition and the producers of its figures: BibTeX, RIS and CFF.

References
----------
Druskat et al. (2021), Citation File Format 1.2.0. https://doi.org/10.5281/zenodo.5171937
"""

import json
import re

from resilience_index.export.terms import Terms, UsedSource, identifier

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$",
        "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip


def bibtex(terms: Terms) -> str:
    """Write an entry for the index and one for each source.

    The whole text is one BibTeX file; names of organisations are braced, so that they stay whole.
    """
    own = {
        "author": f"{{{_tex(terms.author)}}}",
        "title": f"{{{_tex(terms.title)}}}",
        "year": str(terms.year),
        "edition": _tex(terms.edition),
        "note": _tex(_licence_of_index(terms)),
    }
    entries = [_entry(identifier(terms.slug), own)]
    for source in terms.sources:
        year = _year(source)
        fields = {
            "author": f"{{{_tex(source.producer)}}}",
            "title": f"{{{_tex(source.title)}}}",
            **({"year": year} if year else {}),
            "url": source.url,
            "note": _tex(_licence_of(source)),
        }
        entries.append(_entry(identifier(source.key), fields))
    return "\n".join(entries)


def _entry(key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def _tex(text: str) -> str:
    r"""Escape what TeX would read as a command.

    >>> _tex("50% of R&D")
    '50\\% of R\\&D'
    """
    return " ".join(text.split()).translate(_TEX)


def ris(terms: Terms) -> str:
    """Write a record for the index and one for each source, as reference managers import them."""
    records = [
        [
            ("TY", "DATA"), ("AU", terms.author), ("TI", terms.title), ("PY", str(terms.year)),
            ("ET", terms.edition), ("N1", _licence_of_index(terms)), ("ER", ""),
        ]
    ]  # fmt: skip
    for source in terms.sources:
        year = _year(source)
        records.append(
            [
                ("TY", "DATA"), ("AU", source.producer), ("TI", source.title),
                *([("PY", year)] if year else []), ("UR", source.url),
                ("N1", _licence_of(source)), ("ER", ""),
            ]
        )  # fmt: skip
    lines = [f"{tag}  - {' '.join(value.split())}" for record in records for tag, value in record]
    return "\n".join(lines) + "\n"


def cff(terms: Terms) -> str:
    """Write a CITATION.cff, with the producers of the figures as references."""
    lines = [
        "cff-version: 1.2.0",
        'message: "Please cite the index, its edition, and the producers of the figures you use."',
        "type: dataset",
        f"title: {_quoted(terms.title)}",
        f"version: {_quoted(terms.edition)}",
        f"abstract: {_quoted(terms.description)}",
        *([f"license: {terms.licence.spdx}"] if terms.licence.spdx else []),
        "authors:",
        f"  - name: {_quoted(terms.author)}",
    ]
    if terms.sources:
        lines.append("references:")
    for source in terms.sources:
        year = _year(source)
        lines += [
            "  - type: data",
            f"    title: {_quoted(source.title)}",
            "    authors:",
            f"      - name: {_quoted(source.producer)}",
            *([f"    year: {year}"] if year else []),
            f"    url: {_quoted(source.url)}",
            f"    notes: {_quoted(_licence_of(source))}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Quote text for YAML, of which JSON's strings are a part."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _licence_of_index(terms: Terms) -> str:
    return f"Edition {terms.edition}. Licence: {terms.licence.name or 'not stated'}."


def _licence_of(source: UsedSource) -> str:
    """Say on what terms a source's figures are, and how its producer wants to be cited."""
    asks = f" {source.asks}" if source.asks else ""
    return f"{source.citation} Licence: {source.licence}.{asks}"


def _year(source: UsedSource) -> str:
    """Find the year in a citation such as "World Bank (2026), …"; "" where it names none."""
    found = re.search(r"\((\d{4})\)", source.citation)
    return found[1] if found else ""


FORMS = {"citation.bib": bibtex, "citation.ris": ris, "CITATION.cff": cff}
"""The files of citations, by name."""
