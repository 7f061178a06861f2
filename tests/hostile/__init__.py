"""What a stranger might hand in: `CASES` holds a maker for each input, and how it shall end."""

from tests.hostile import (  # noqa: F401 - each adds its cases
    editions,
    letters,
    nesting,
    numbers,
    sizes,
    texts,
    ways_out,
    workbooks,
)
from tests.hostile.making import CASES as CASES
