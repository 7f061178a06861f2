"""Show an edition in a browser of this machine: its own files, and on the loopback address only."""

import json
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from resilience_index.content.reading import read_text
from resilience_index.errors import ContentError, UsageError

LOOPBACK = "127.0.0.1"
MANIFEST = "manifest.json"
FRONT = "index.html"

_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".toml": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_NAMES = (LOOPBACK, "localhost")


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Make a server for an edition; its `serve_forever` runs until it is interrupted.

    Parameters
    ----------
    folder
        A built edition.
    port
        Where it listens; 0 for any that is free.

    Raises
    ------
    UsageError
        If the folder holds no edition, or the port is taken.
    """
    if not files_of(folder):
        raise UsageError(f"{folder}: no edition stands here; make one with build or site")
    try:
        return ThreadingHTTPServer((LOOPBACK, port), partial(_Handler, folder))
    except OSError as error:
        raise UsageError(
            f"--port {port}: {error.strerror}; choose another, or 0 for any that is free"
        ) from None
    except OverflowError:
        raise UsageError(f"--port {port}: a port lies between 0 and 65535") from None


def files_of(folder: Path) -> frozenset[str]:
    """Return the paths of the files that an edition's manifest names, the manifest included."""
    try:
        record = json.loads(read_text(folder / MANIFEST, within=folder))
        return frozenset([*record["outputs"], MANIFEST])
    except (ContentError, OSError, ValueError, KeyError, TypeError, RecursionError):
        return frozenset()


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD with files that the manifest names."""

    server_version = "resilience-index"
    sys_version = ""
    protocol_version = "HTTP/1.1"

    def __init__(self, folder: Path, *arguments: Any) -> None:
        self.folder = folder
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        """Say nothing of each request."""

    def _answer(self, *, body: bool) -> None:
        path = unquote(urlsplit(self.path).path).lstrip("/") or FRONT
        host = (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host")
        if host not in _NAMES:  # a page from elsewhere that points its own name here
            self._send(HTTPStatus.FORBIDDEN, b"", "text/plain", body=body)
        elif path not in files_of(self.folder):
            text = b"This file is not part of the edition.\n"
            self._send(HTTPStatus.NOT_FOUND, text, "text/plain; charset=utf-8", body=body)
        else:
            self._file(self.folder / path, body=body)

    def _file(self, path: Path, *, body: bool) -> None:
        try:
            data = path.read_bytes() if self._own(path) else None
        except (OSError, ValueError):  # a manifest may name what cannot be a path
            data = None
        if data is None:
            self._send(HTTPStatus.NOT_FOUND, b"", "text/plain", body=body)
            return
        kind = _TYPES.get(path.suffix, "application/octet-stream")
        self._send(HTTPStatus.OK, data, kind, body=body)

    def _own(self, path: Path) -> bool:
        """Say whether a path is a file of the edition: no link, no pipe, nothing outside."""
        inside = path.resolve().is_relative_to(self.folder.resolve())
        return inside and path.is_file() and not path.is_symlink()

    def _send(self, status: HTTPStatus, data: bytes, kind: str, *, body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        if body:
            self.wfile.write(data)
