"""Tables as Parquet files, with what stands in each column and the terms of the edition.

The same table gives the same bytes with the same version of pyarrow.
"""

import io

from resilience_index.export._arrow import arrow_table
from resilience_index.export.contents import Contents


def parquet(contents: Contents, name: str) -> bytes:
    """Return a table of an edition as a Parquet file."""
    made = arrow_table(contents, name)
    from pyarrow import parquet as writer

    stream = io.BytesIO()
    writer.write_table(made, stream, compression="zstd", store_schema=True)
    return stream.getvalue()
