"""Reading CSV so that every digit of a number comes back, with any version of pandas."""

import io
from typing import Any

import pandas as pd

# From 3.1 on pandas reads numbers exactly unless told otherwise, and warns of being told to.
_TOLD: dict[str, Any] = (
    {}
    if tuple(int(part) for part in pd.__version__.split(".")[:2]) >= (3, 1)
    else {"float_precision": "round_trip"}
)


def read_exactly(text: bytes) -> pd.DataFrame:
    """Read a table; an empty cell is missing, and nothing else is."""
    return pd.read_csv(io.BytesIO(text), keep_default_na=False, na_values=[""], **_TOLD)
