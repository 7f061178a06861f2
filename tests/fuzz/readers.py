"""A fuzzer's target: every reader of files, and the formula language.

    python -m tests.fuzz.readers -max_total_time=60        (or `make fuzz`)

Whatever the bytes, a reader returns or raises a `ResilienceIndexError`; anything else is a find,
which Atheris writes to a file in the working folder.
"""

import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Fuzz until told to stop, from sound inputs onwards."""
    import atheris

    with atheris.instrument_imports(include=["resilience_index"]):
        from tests.fuzz import targets

    known = list(targets.TARGETS.values())
    with tempfile.TemporaryDirectory(prefix="resilience-index-fuzz-") as folder:
        place, corpus = Path(folder), Path(folder) / "corpus"
        corpus.mkdir()
        for number, seeds in enumerate(targets.SEEDS.values()):
            for at, seed in enumerate(seeds):
                (corpus / f"{number}-{at}").write_bytes(bytes([number]) + seed)

        def one(data: bytes) -> None:
            if data:  # the first byte names the target
                known[data[0] % len(known)](data[1:], place)

        atheris.Setup([*sys.argv, str(corpus), "-max_len=4096"], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
