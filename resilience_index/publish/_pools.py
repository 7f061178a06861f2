"""Where pages and reports are made: an executor that is given, processes, or this process."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from multiprocessing import get_context
from typing import Any

from resilience_index.errors import UsageError


class Here(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def pool_for(jobs: int, count: int, given: Executor | None) -> Any:
    """Use the executor that is given, else processes for many pages, this process for few."""
    if given is not None:
        return nullcontext(given)
    if jobs <= 1 or count < 4:
        return nullcontext(Here())
    return ProcessPoolExecutor(min(jobs, count), mp_context=get_context("spawn"))


@contextmanager
def surviving() -> Iterator[None]:
    """Say what to do where a process is ended while it works."""
    try:
        yield
    except BrokenProcessPool:
        raise UsageError(
            "a process that wrote reports was ended from outside, for want of memory "
            "perhaps; try again with fewer --jobs"
        ) from None
