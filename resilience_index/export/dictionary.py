"""The tables that explain the others: indicators, tree and sources."""

import pandas as pd

from resilience_index.export.terms import terms_of
from resilience_index.index import Index


def definitions(index: Index) -> pd.DataFrame:
    """One row an indicator that is scored: what it measures, in what unit, where it hangs."""
    rows = []
    for code, placement in index.framework.indicators.items():
        one = index.content.indicators[code]
        rows.append(
            {
                "indicator": code,
                "title": one.title,
                "definition": one.definition,
                "unit": one.unit,
                "unit_scored": one.unit_scored or one.unit,
                "direction": one.direction,
                "denominator": one.denominator or "",
                "scale": one.scale,
                "transform": ", ".join(t.spelled() for t in one.transform),
                "formula": one.formula or "",
                "parent": placement.parent,
                "weight": float(placement.weight),
                "nominal_weight": float(index.nominal[code]),
                "sources": ";".join(one.sources),
                "why": one.why,
                "limits": one.limits,
            }
        )
    return pd.DataFrame(rows)


def tree(index: Index) -> pd.DataFrame:
    """One row a node: title, parent, level (the index has 0), weight among its siblings, text."""
    framework = index.framework
    rows = [
        {
            "node": code,
            "title": framework.nodes[code].title,
            "parent": framework.nodes[code].parent or "",
            "level": framework.tree.depth[code],
            "weight": float(framework.nodes[code].weight),
            "aggregate": framework.setting(code, "aggregate").spelled(),
            "text": framework.nodes[code].text,
        }
        for code in framework.tree.downwards
    ]
    return pd.DataFrame(rows)


def sources(index: Index) -> pd.DataFrame:
    """One row a source: producer, title, citation, address, licence, and what its terms ask."""
    rows = [
        {
            "source": s.key,
            "producer": s.producer,
            "title": s.title,
            "citation": s.citation,
            "url": s.url,
            "licence": s.licence,
            "licence_status": s.status,
            "licence_note": s.asks,
        }
        for s in terms_of(index).sources
    ]
    return pd.DataFrame(rows)


TABLES = {"definitions": definitions, "tree": tree, "sources": sources}
"""Made beside the tables of `publish.tables`, by name."""
