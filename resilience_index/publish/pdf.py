"""From the HTML of a report to a tagged PDF, without network and without a clock."""

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from resilience_index.errors import UsageError
from resilience_index.publish._letters import drawn


def to_pdf(html: str, *, base: Path) -> bytes:
    """Make a PDF/UA-1 file: tagged, with language, title, bookmarks and alternative texts.

    The same text gives the same bytes: the identifier of the file is a hash of the text, and no
    date is written. Nothing is read but `data:` addresses and files under `base`.

    Parameters
    ----------
    html
        A whole document, in the form for print.
    base
        Folder of the style sheets it names.

    Returns
    -------
    bytes
        The PDF.

    Raises
    ------
    UsageError
        If the document asks for anything else.
    """
    from weasyprint import HTML  # type: ignore[import-untyped]
    from weasyprint.urls import FatalURLFetchingError  # type: ignore[import-untyped]

    folder = base.resolve()
    source = HTML(string=drawn(html), base_url=f"{folder.as_uri()}/", url_fetcher=_fetcher(folder))
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    try:
        with _uncollected():
            made = source.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    except FatalURLFetchingError as refused:
        raise UsageError(str(refused)) from None
    return cast(bytes, made)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause the collector of cycles: layout makes many objects and few of them are rubbish.

    This takes a tenth off the time of a report.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@cache
def _fetcher(folder: Path) -> Any:
    """Return what opens addresses for one folder."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Fetcher(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
        """Opens data addresses and files of the folder; anything else ends the work."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not _allowed(url, folder):
                raise FatalURLFetchingError(
                    f"pdf: the page asks for {url[:200]}; only data: addresses and files under "
                    f"{folder} are read; take the reference out of the template"
                )
            return super().fetch(url, headers)

    return Fetcher(allowed_protocols=("data", "file"))


def _allowed(url: str, folder: Path) -> bool:
    """Say whether an address is a data address or a file under the folder."""
    parts = urlsplit(url)
    if parts.scheme == "data":
        return True
    if parts.scheme != "file" or parts.netloc:
        return False
    return Path(unquote(parts.path)).resolve().is_relative_to(folder)
