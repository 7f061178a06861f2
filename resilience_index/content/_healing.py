"""What can be judged of a framework or a list of countries in which something is wrong.

A fault is told once, where it stands. The rest is judged as if it were right: what is wrong is left
out, and where something must stand, something stands in for it that nothing else is at odds with.
"""

import copy
import csv
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from resilience_index.content.frameworks import Framework
from resilience_index.content.reading import limits, path_of, read_bytes
from resilience_index.errors import ContentError

STAND_INS: Mapping[tuple[str, ...], Any] = {
    ("about",): {},
    ("about", "title"): "-",
    ("about", "edition"): "0",
    ("about", "year"): 3000,  # the last that there is, so that no figure is of a later one
    ("method",): {},
    ("method", "normalise"): {"name": "minmax", "low": 1, "high": 100},
    ("method", "aggregate"): {"name": "arithmetic"},
}
"""What stands in for keys that must be there; no other step refuses what these make."""

ROUNDS = 4
"""One for each level of keys between the head of a framework and the settings of a method."""


def healed(definition: Mapping[str, Any]) -> Framework | None:
    """Leave out what is wrong in form in a framework; give nothing if the rest cannot stand.

    Examples
    --------
    >>> parts = {"name": "x", "nodes": {}, "indicators": {}}
    >>> healed({**parts, "about": {"title": 5}, "method": "none"}).about.title
    '-'
    >>> healed({"name": "x", "nodes": {}}) is None
    True
    """
    copied = copy.deepcopy(dict(definition))
    for _ in range(ROUNDS):
        try:
            return Framework.model_validate(copied)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                missing = fault["type"] == "missing"
                _mend(copied, path_of(copied, fault["loc"], missing=missing), missing)
    return None


def _mend(data: dict[str, Any], path: Sequence[str], missing: bool) -> None:
    """Take away what is wrong at a path; where something is missing, let something stand in."""
    in_head = path[:1] == ["about"] or path[:1] == ["method"]
    if tuple(path) in STAND_INS:
        _put(data, path, copy.deepcopy(STAND_INS[tuple(path)]))
    elif not missing:
        _drop(data, path)
    elif path[:1] == ["nodes"] and path[2:] == ["title"]:
        _put(data, path, "-")
    elif path[:1] == ["indicators"] and path[2:] == ["parent"]:
        _put(data, path, _root(data))
    elif in_head:  # a method without a name, say: it goes as a whole
        _mend(data, path[:-1], missing=False)


def _root(data: Mapping[str, Any]) -> str:
    """Return the first node that hangs below none."""
    nodes = data.get("nodes")
    found = nodes if isinstance(nodes, dict) else {}
    return next((c for c, n in found.items() if isinstance(n, dict) and "parent" not in n), "-")


def _put(data: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set a key, in a table that is there."""
    here: Any = data
    for part in path[:-1]:
        here = here.get(part) if isinstance(here, dict) else None
    if isinstance(here, dict):
        here[path[-1]] = value


def _drop(data: dict[str, Any], path: Sequence[str]) -> None:
    """Take away the key that a path leads to, or the list that it leads into."""
    here: Any = data
    for part in path[:-1]:
        below = here.get(part) if isinstance(here, dict) else None
        if isinstance(below, list):
            here.pop(part)
            return
        here = below
    if isinstance(here, dict) and path:
        here.pop(path[-1], None)


def standing_units(path: Path, *, within: Path) -> pd.DataFrame | None:
    """Read codes and attributes off a faulty countries.csv: those of its rows are not unknown too.

    Nothing is given if there is no such file, it has no two columns, or is too long.
    """
    try:
        text = read_bytes(path, within=within).decode("utf-8-sig", errors="replace")
        rows = list(islice(csv.reader(text.splitlines()), limits().units + 2))
    except (ContentError, csv.Error):
        return None
    head = [cell.strip() for cell in rows[0]] if rows else []
    if len(head) < 2 or len(rows) > limits().units + 1 or len(set(head)) < len(head):
        return None
    cells = [[*(c.strip() for c in row), *[""] * len(head)][: len(head)] for row in rows[1:] if row]
    frame = pd.DataFrame(cells, columns=head, dtype=object).drop_duplicates(head[0])
    if "name" not in head[1:]:
        frame["name"] = frame[head[0]]
    return frame.set_index(head[0])
