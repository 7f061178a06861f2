"""Write one file whole or not at all: a draft beside it, then one rename.

The folder may come from a stranger, and the draft's name can be guessed. So what stands under that
name, the draft of a killed run or a link to somewhere else, is taken away first and never followed.
"""

from contextlib import suppress
from pathlib import Path
from shutil import copymode


def put(path: Path, data: bytes) -> None:
    """Write a file in place of the one that stands there, whose permissions it keeps.

    Raises
    ------
    OSError
        If it cannot be written; then the old file stands, and no draft beside it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     put(Path(place) / "a.json", b"{}")
    ...     [p.name for p in Path(place).iterdir()]
    ['a.json']
    """
    draft = path.with_name(f".{path.name}~new")
    draft.unlink(missing_ok=True)
    try:
        with draft.open("xb") as file:
            file.write(data)
        if path.is_file() and not path.is_symlink():
            copymode(path, draft)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
