"""Shapes of countries for maps: map.json, rings of longitudes and latitudes by the unit's code.

A ring is a list of whole numbers: its first point, then the way from each point to the next, all
in steps of so many degrees. Rings are cut where the map is, half a turn from its centre, so that
longitudes may go beyond 180. Holes are rings like any other (even-odd rule).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from resilience_index.content.reading import Model, form, read_text
from resilience_index.errors import ContentError

NAME = "map.json"
Rings = list[list[int]]


class MapFile(Model):
    """The file map.json: where the shapes come from, what is disputed, and the shapes."""

    producer: str = Field(min_length=1)
    title: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://")
    licence: str = Field(min_length=1)
    licence_note: str = ""
    retrieved: str = ""
    note: str = Field(min_length=1)
    centre: float = Field(ge=-180, le=180)
    step: float = Field(gt=0, le=1)
    shapes: dict[str, Rings]
    unassigned: Rings = Field(default_factory=list)

    @field_validator("shapes", "unassigned")
    @classmethod
    def _whole_rings(cls, value: Any) -> Any:
        lists = value.values() if isinstance(value, dict) else [value]
        if any(len(ring) < 6 or len(ring) % 2 for rings in lists for ring in rings):
            raise ValueError("a ring has at least three points, each of two numbers")
        return value


@dataclass(frozen=True, slots=True)
class Shapes:
    """Shapes in degrees: for each code a list of rings, points by (longitude, latitude)."""

    file: MapFile
    path: Path
    rings: dict[str, list[NDArray[np.float64]]]
    unassigned: list[NDArray[np.float64]]


def read_shapes(folder: Path) -> Shapes | None:
    """Read the map of a content folder; None if it has none.

    Raises
    ------
    ContentError
        If the file is no JSON or not of this form.

    Examples
    --------
    >>> from resilience_index.places import shipped_content
    >>> shapes = read_shapes(shipped_content())
    >>> shapes.file.centre, len(shapes.rings) > 200
    (11.0, True)
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        data = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise ContentError(str(path), [f"not valid JSON: {error}"]) from None
    if not isinstance(data, dict):
        raise ContentError(str(path), ["not an object; see indicators/README.md"])
    file, problems = form(MapFile, data)
    if file is None:
        raise ContentError(str(path), problems)
    return Shapes(
        file=file,
        path=path,
        rings={code: _degrees(rings, file.step) for code, rings in file.shapes.items()},
        unassigned=_degrees(file.unassigned, file.step),
    )


def _degrees(rings: Rings, step: float) -> list[NDArray[np.float64]]:
    """Add up the ways from point to point."""
    return [np.array(ring, float).reshape(-1, 2).cumsum(axis=0) * step for ring in rings]
