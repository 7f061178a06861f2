"""One answer from a producer: bounded in time and size, tried again with growing pauses.

Requests carries it, since it keeps to the proxies and certificates of the machine. The clients made
for single producers were looked at and left: wbgapi 1.0.14 (February 2026) and eurostat 1.1.1 (June
2024) take an answer whole, however long and however slow, and never try again; sdmx1 is well kept
but reads SDMX, of which the dimensions asked for here need nothing; pyjstat rests since March 2023.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from threading import Thread
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import DecodeError, HTTPError

from resilience_index.errors import UsageError

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_HOPS = 3
_PIECE = 2**16
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a producer, in seconds, and how often to ask."""

    connect: float = 10
    read: float = 30
    whole: float = 180
    attempts: int = 4
    pause: float = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the day that the server says it is of (empty if it does not)."""

    body: bytes
    dated: str


class _PassingError(Exception):
    """A fault that may be gone when one asks again."""

    def __init__(self, told: str, pause: float | None = None) -> None:
        super().__init__(told)
        self.pause = pause


@dataclass(slots=True)
class Fetcher:
    """Asks servers; one that cannot be reached is not asked again.

    `base` takes the place of every producer's own address: a mirror, or a server for tests.
    """

    base: str | None = None
    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _gone: dict[str, str] = field(default_factory=dict)

    def get(self, base: str, path: str, most: int) -> Answer:
        """Fetch one answer.

        Parameters
        ----------
        base, path
            Address.
        most
            Greatest length, in bytes, unpacked.

        Raises
        ------
        UsageError
            If the server cannot be reached, answers with an error, too slowly, or more than `most`.
        """
        url = (self.base or base) + path
        host = urlsplit(url).netloc
        if host in self._gone:
            raise UsageError(self._gone[host])
        told = ""
        for attempt in range(self.patience.attempts):
            try:
                return self._once(url, most)
            except _PassingError as error:
                told = str(error)
                if attempt + 1 < self.patience.attempts:
                    self.sleep(error.pause or self.patience.pause * 2**attempt)
            except requests.exceptions.ConnectionError as error:
                told = f"{host} cannot be reached ({_short(error)}); is there a network?"
                if attempt + 1 < self.patience.attempts:
                    self.sleep(self.patience.pause * 2**attempt)
                else:
                    self._gone[host] = told
        raise UsageError(f"{told}; asked {self.patience.attempts} times")

    def _once(self, url: str, most: int) -> Answer:
        """Ask once; follow a few redirections, none of them to an unprotected address."""
        until = self.clock() + self.patience.whole
        waits = (self.patience.connect, self.patience.read)
        with requests.Session() as session:
            for _ in range(_HOPS + 1):
                coming = _Coming(session, url, waits, most)
                try:
                    answer, body = coming.wait(until - self.clock(), self.patience.whole)
                except requests.exceptions.Timeout:
                    raise _PassingError(f"{url}: no answer in {waits[1]:g} s") from None
                except requests.exceptions.ConnectionError:
                    raise
                except (requests.exceptions.RequestException, ValueError) as error:
                    told = f"no address to follow ({_short(error)}); mend it in updates/"
                    raise UsageError(f"{url[:200]}: {told}") from None
                if not answer.is_redirect:
                    return _sound(answer, body, url)
                url = _next(url, answer.headers["location"])
        raise UsageError(f"{url}: sent on more than {_HOPS} times; mend the address in updates/")


class _Coming:
    """An answer on its way, taken in aside.

    Time-outs of sockets begin anew with each byte, so that a head, or the length of a piece, which
    trickles in would hold up whoever reads it: what comes later than one waits is left alone.
    """

    def __init__(
        self, session: requests.Session, url: str, waits: tuple[float, float], most: int
    ) -> None:
        self.session, self.url, self.waits, self.most = session, url, waits, most
        self.begun = False  # the head is there
        self.came: Future[tuple[requests.Response, bytes]] = Future()
        Thread(target=self._take, daemon=True).start()

    def wait(self, seconds: float, whole: float) -> tuple[requests.Response, bytes]:
        """Wait at most so many seconds for all of it; `whole` is how long one meant to wait."""
        wait([self.came], timeout=max(seconds, 0.0))
        if self.came.cancel():
            told = f"not all there after {whole:g} s"
            told = told if self.begun else f"no answer in {whole:g} s"
            raise _PassingError(f"{self.url}: {told}")
        try:
            return self.came.result()
        finally:
            del self.came  # else what it raises holds its own traceback, and the connection with it

    def _take(self) -> None:
        """Put what the server answers, or what went wrong, where it is waited for."""
        came = self.came
        try:
            answer = self.session.get(
                self.url, stream=True, timeout=self.waits, allow_redirects=False
            )
            with answer:
                self.begun = True
                made = answer, self._body(answer) if answer.status_code == 200 else b""
        except Exception as error:  # whatever it is, it is raised anew where one waits for it
            if came.set_running_or_notify_cancel():
                came.set_exception(error)
        else:
            if came.set_running_or_notify_cancel():
                came.set_result(made)
        finally:
            del came

    def _body(self, answer: requests.Response) -> bytes:
        """Take the body in, piece by piece; nobody takes in what is waited for no more."""
        body = bytearray()
        for piece in _pieces(answer, self.url):
            body += piece
            if len(body) > self.most:
                told = f"more than {self.most:,} bytes; see most_bytes in updates/"
                raise UsageError(f"{self.url}: {told}")
            if self.came.cancelled():
                break
        return bytes(body)


def _sound(answer: requests.Response, body: bytes, url: str) -> Answer:
    """Give the body of an answer that is one."""
    said = f"{answer.status_code} {answer.reason}"
    if answer.status_code in _AGAIN:
        raise _PassingError(f"{url}: the server says {said}", _pause(answer))
    if answer.status_code != 200:
        raise UsageError(f"{url}: the server says {said}; mend the address in updates/")
    return Answer(body, _day(answer))


def _pieces(answer: requests.Response, url: str) -> Iterator[bytes]:
    """Give what has come as soon as it has; an answer that breaks off may be asked for again.

    `iter_content` would wait until a piece is full, a day for a byte now and then.
    """
    try:
        while piece := answer.raw.read1(_PIECE, decode_content=True):
            yield piece
    except DecodeError:
        raise UsageError(f"{url}: packed in a way that cannot be unpacked") from None
    except (HTTPError, OSError) as error:
        raise _PassingError(f"{url}: the answer broke off ({_short(error)})") from None


def _next(url: str, location: str) -> str:
    """Follow a redirection, but not from a protected address to an unprotected one."""
    try:
        found = urljoin(url, location)
        followed = urlsplit(found).scheme == urlsplit(url).scheme
    except ValueError:
        found, followed = location, False
    if not followed:
        raise UsageError(f"{url}: sent on to {found[:200]!r}, which is not followed")
    return found


def _pause(answer: requests.Response) -> float | None:
    """Return the seconds that a server asks to wait, if it does, but not more than half a minute.

    >>> made = requests.Response()
    >>> made.headers["retry-after"] = "3600"
    >>> _pause(made)
    30.0
    """
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), _LONGEST_PAUSE) if asked.isascii() and asked.isdigit() else None


def _day(answer: requests.Response) -> str:
    """Return the day of the answer's last change."""
    try:
        return parsedate_to_datetime(answer.headers.get("last-modified", "")).date().isoformat()
    except (TypeError, ValueError):
        return ""


def _short(error: Exception) -> str:
    """Name a fault of the network without the library's own wording."""
    deepest: BaseException = error
    while deepest.__context__ is not None or deepest.__cause__ is not None:
        deepest = deepest.__cause__ or deepest.__context__ or deepest
    text = getattr(deepest, "strerror", None) or str(deepest) or type(deepest).__name__
    return " ".join(str(text).split())[:120]
