"""A local server in the place of the producers: answers in their documented shapes, and damaged.

Every figure here is MADE UP; what is taken from the producers is the shape alone, written from
their documentation (the addresses stand beside each). Nothing here was recorded from a producer.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Figures = dict[tuple[str, int], float | None]


def world_bank(series: str, figures: Figures, *, page: int = 1, per_page: int = 1000) -> bytes:
    """One page of the Indicators API v2.

    https://datahelpdesk.worldbank.org/knowledgebase/articles/898581
    """
    rows = [
        {
            "indicator": {"id": series, "value": "A series"},
            "country": {"id": code[:2], "value": f"Country {code}"},
            "countryiso3code": code,
            "date": str(year),
            "value": value,
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for (code, year), value in figures.items()
    ]
    pages = max(1, -(-len(rows) // per_page))
    head = {
        "page": page,
        "pages": pages,
        "per_page": per_page,
        "total": len(rows),
        "sourceid": "2",
        "lastupdated": "2026-10-07",
    }
    return json.dumps([head, rows[(page - 1) * per_page : page * per_page]]).encode()


def world_bank_error() -> bytes:
    """How it says that a series does not exist (with the status 200)."""
    told = {
        "id": "120",
        "key": "Invalid value",
        "value": "The provided parameter value is not valid",
    }
    return json.dumps([{"message": [told]}]).encode()


def json_stat(figures: Figures, *, listed: bool = False) -> bytes:
    """A dataset in JSON-stat 2.0 as Eurostat's API Statistics gives it.

    https://json-stat.org/full/ and https://ec.europa.eu/eurostat/web/user-guides/data-browser
    """
    places = list(dict.fromkeys(place for place, _ in figures))
    years = sorted({year for _, year in figures})
    cells = [figures.get((place, year)) for place in places for year in years]
    fixed = {"freq": "A", "size_emp": "GE10", "indic_is": "E_AI_TANY", "unit": "PC_ENT"}
    dimension = {
        name: {"label": name, "category": {"index": {code: 0}, "label": {code: code}}}
        for name, code in fixed.items()
    }
    for name, codes in (("geo", places), ("time", [str(year) for year in years])):
        index = codes if listed else {code: at for at, code in enumerate(codes)}
        dimension[name] = {"label": name, "category": {"index": index}}
    value = cells if listed else {str(at): v for at, v in enumerate(cells) if v is not None}
    made = {
        "version": "2.0",
        "class": "dataset",
        "label": "Artificial intelligence by size class of enterprise",
        "source": "ESTAT",
        "updated": "2026-01-20T23:00:00+0100",
        "value": value,
        "id": [*fixed, "geo", "time"],
        "size": [1] * len(fixed) + [len(places), len(years)],
        "dimension": dimension,
    }
    return json.dumps(made).encode()


def eurostat_error() -> bytes:
    """How API Statistics says that a query holds a code that is not there."""
    return json.dumps({"error": [{"status": 400, "id": 150, "label": "Invalid code"}]}).encode()


def quarters(column: str, figures: dict[tuple[str, int, int], int]) -> bytes:
    """A table of the Innovation Graph, columns as in its datapackage.json.

    https://github.com/github/innovationgraph/blob/main/datapackage.json
    """
    rows = [f"{value},{place},{year},{q}" for (place, year, q), value in figures.items()]
    return "\n".join([f"{column},iso2_code,year,quarter", *rows, ""]).encode()


def diffusion(rows: dict[str, tuple[str, str, str]]) -> bytes:
    """The table of the AI Diffusion Report: economies by periods, per cent signs, Mac encoding.

    https://github.com/microsoft/ai-diffusion-report
    """
    periods = [f"{period} AI Diffusion" for period in ("H1 2025", "H2 2025", "Q1 2026")]
    lines = [",".join(["Economy", *periods])]
    lines += [
        ",".join([name, *(f"{v}%" if v else "" for v in values)]) for name, values in rows.items()
    ]
    return "\r\n".join([*lines, ""]).encode("mac_roman")


def models(rows: list[tuple[str, str, str, str]]) -> bytes:
    """Notable AI models: country of the organisation, date, accessibility, compute.

    https://epoch.ai/data/notable-ai-models-documentation
    """
    head = "Model,Country (of organization),Publication date,Model accessibility,"
    lines = [f"{head}Training compute (FLOP)"]
    lines += [f'M{n},"{c}",{day},{how},{flop}' for n, (c, day, how, flop) in enumerate(rows)]
    return "\n".join([*lines, ""]).encode()


@dataclass
class Reply:
    """One answer: what it says, and what goes wrong with it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None  # the connection breaks after so many bytes
    pause: float = 0  # seconds before each piece
    piece: int = 2**16
    head: float = 0  # seconds before each byte of the head
    length: float = 0  # seconds before each digit of the length of the first piece
    endless: bool = False


Script = Callable[[str, dict[str, str]], Reply]


class _Handler(BaseHTTPRequestHandler):
    """Answers by the script of its server."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        try:
            self.answer(self.server.script(parts.path, query))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.length:
            self.send_header("Transfer-Encoding", "chunked")
        elif not reply.endless:
            self.send_header("Content-Length", str(len(reply.body)))
        if reply.head:
            self.send_header("X-Slow", "0" * 200)
            for byte in b"".join(self._headers_buffer):
                time.sleep(reply.head)
                self.wfile.write(bytes([byte]))
            self._headers_buffer = []
        self.end_headers()
        self.body(reply)

    def body(self, reply: Reply) -> None:
        while reply.length:
            time.sleep(reply.length)
            self.wfile.write(b"0")
        while reply.endless:
            self.wfile.write(b"0" * reply.piece)
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        for at in range(0, len(body), reply.piece):
            time.sleep(reply.pause)
            self.wfile.write(body[at : at + reply.piece])
        self.close_connection = reply.cut is not None

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """Holds the script, and every path that was asked for."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script, self.asked = script, []


class Producers:
    """A server on this machine that answers by a script; `asked` keeps every path."""

    def __init__(self, script: Script) -> None:
        self.server = _Server(script)
        self.asked = self.server.asked
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> "Producers":
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
