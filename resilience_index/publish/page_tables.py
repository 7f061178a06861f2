"""The table of one page to take along, as CSV and as JSON: of a country, of an indicator."""

from typing import Any

import numpy as np
import pandas as pd

from resilience_index.export.fields import kind_of
from resilience_index.export.json_tables import rows_of
from resilience_index.export.terms import Terms
from resilience_index.observing import spelled
from resilience_index.publish import tables, words
from resilience_index.publish._board import Board
from resilience_index.publish.takeaway import about, as_csv, as_json
from resilience_index.robustness.uncertainty import Uncertainty

_UNITS = {"score": "points", "of": "countries", "value": "as the column unit says"}


def of_country(results: Board, code: str, known: Uncertainty | None = None) -> pd.DataFrame:
    """Give all results of one country: a row for each node, then one for each indicator.

    Parameters
    ----------
    results
        The results laid out.
    code
        A ranked country.
    known
        The uncertainty of the index; with it, nodes have the 90 % interval of their rank.

    Returns
    -------
    DataFrame
        Columns item, title, parent, score (points), rank, of (countries that have a rank), rank_05,
        rank_95, value (after its denominator), unit, year, mark.
    """
    index = results.index
    rows = [_node(results, code, node, known) for node in index.framework.tree.downwards]
    rows += _indicators(results, code)
    table = pd.DataFrame(rows)
    for name in ("rank", "of", "rank_05", "rank_95", "year"):
        table[name] = tables.whole(table[name].astype(float))
    table.insert(0, str(index.content.units.index.name), code)
    return table


def _node(results: Board, code: str, node: str, known: Uncertainty | None) -> dict[str, Any]:
    low = high = np.nan
    if known is not None and not known.nodes.empty:
        own = pd.DataFrame(known.nodes.xs(node, level=0))
        low, high = own[["rank_05", "rank_95"]].to_numpy(float)[own.index.get_loc(code)].tolist()
    parent = results.index.framework.tree.parent.get(node, "")
    return _row(results, code, node, parent) | {"rank_05": low, "rank_95": high}


def _indicators(results: Board, code: str) -> list[dict[str, Any]]:
    index = results.index
    values = index.denominated.loc[[code]].iloc[0].to_dict()
    years = index.years.loc[[code]].iloc[0].to_dict()
    marks = spelled(index.flags.loc[[code]]).iloc[0].to_dict()
    return [
        _row(results, code, one, index.framework.indicators[one].parent)
        | {
            "value": float(values[one]),
            "unit": _unit(results, one),
            "year": float(years[one]),
            "mark": str(marks[one]),
        }
        for one in index.framework.tree.leaves(index.root)
    ]


def _unit(results: Board, indicator: str) -> str:
    definition = results.index.content.indicators[indicator]
    return str(definition.unit_scored or definition.unit)


def _row(results: Board, code: str, item: str, parent: str) -> dict[str, Any]:
    return {
        "item": item,
        "title": words.plain(results.title(item)),
        "parent": parent,
        "score": results.score(code, item),
        "rank": results.rank(code, item),
        "of": results.of[item],
        "rank_05": np.nan,
        "rank_95": np.nan,
        "value": np.nan,
        "unit": "",
        "year": np.nan,
        "mark": "",
    }


def of_indicator(results: Board, indicator: str) -> pd.DataFrame:
    """Give all figures of one indicator: a row for each ranked country, best first.

    Returns
    -------
    DataFrame
        Columns code of the country, name, value (after its denominator), unit, year, score
        (points), rank, mark.
    """
    index = results.index
    codes = list(results.codes)
    table = pd.DataFrame(
        {
            "name": [results.names[c] for c in codes],
            "value": index.denominated[indicator].reindex(codes).to_numpy(),
            "unit": _unit(results, indicator),
            "year": index.years[indicator].reindex(codes).to_numpy(),
            "score": [results.score(c, indicator) for c in codes],
            "rank": [results.rank(c, indicator) for c in codes],
            "mark": spelled(index.flags[[indicator]])[indicator].reindex(codes).to_numpy(),
        }
    )
    for column in ("year", "rank"):
        table[column] = tables.whole(table[column])
    table.insert(0, str(index.content.units.index.name), codes)
    return table.sort_values("rank", kind="stable", ignore_index=True)


def files(table: pd.DataFrame, path: str, terms: Terms) -> dict[str, str]:
    """Write a table as CSV and as JSON, by path in the edition; `path` has no ending."""
    fields = [
        {"name": str(n), "type": kind_of(table[n]), "unit": _UNITS.get(str(n), "")} for n in table
    ]
    made = {"about": about(terms), "fields": fields, "rows": rows_of(table)}
    return {
        f"{path}.csv": as_csv(table, terms),
        f"{path}.json": as_json(made),
    }
