"""How producers name countries, and the codes of the content folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from resilience_index.errors import DataError, nearest


@dataclass(slots=True)
class Places:
    """Turns a producer's names into codes, and remembers those that are in no list."""

    known: Mapping[str, str]
    unknown: set[str] = field(default_factory=set)

    def code(self, name: str) -> str | None:
        """Return the code of a country, None if it is not in countries.csv.

        >>> places = Places({"EL": "GRC"})
        >>> places.code("EL"), places.code("EU27_2020"), places.unknown
        ('GRC', None, {'EU27_2020'})
        """
        name = name.strip()
        if name not in self.known:
            self.unknown.add(name)
            return None
        return self.known[name]


def places(units: pd.DataFrame, column: str, renamed: Mapping[str, str]) -> Places:
    """Read names from a column of countries.csv ("code" for the code itself).

    Parameters
    ----------
    units
        Countries by attributes, their codes as index.
    column
        Which attribute the producer uses.
    renamed
        Codes of names that the producer spells otherwise.

    Raises
    ------
    DataError
        If there is no such column, or a code of `renamed` is in no list.
    """
    if column != "code" and column not in units.columns:
        raise DataError(f"countries: '{column}' {nearest(column, [*units.columns, 'code'])}")
    wrong = sorted(set(renamed.values()) - set(units.index))
    if wrong:
        raise DataError(f"renamed: {', '.join(wrong)} not in countries.csv; mend updates/")
    codes = [str(code) for code in units.index]
    names = codes if column == "code" else [str(name) for name in units[column]]
    known = {name: code for name, code in zip(names, codes, strict=True) if name}
    return Places({**known, **renamed})
