"""Work in pieces, on any executor: results come back in order, whoever finishes first.

All that is known of parallelism is `concurrent.futures.Executor`: threads here by default, or a
cluster's (`Client(…).get_executor()` of dask.distributed).
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Told = Callable[[int, int], None]
"""Is told how much is done, and of how much."""

Task = TypeVar("Task")
Result = TypeVar("Result")

_MOST_THREADS = 16


@contextmanager
def _some(executor: Executor | None) -> Iterator[Executor]:
    """Use the executor that is given, else threads that end with the work."""
    if executor is not None:
        yield executor
        return
    own = ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS))
    try:
        yield own
    finally:
        own.shutdown(wait=True, cancel_futures=True)


def in_order(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    executor: Executor | None,
    told: Told | None,
    ahead: int,
) -> Iterator[Result]:
    """Do tasks on an executor and yield their results in the order of the tasks.

    Parameters
    ----------
    work
        What to do with each task; both must travel if the executor is elsewhere.
    tasks
        One after the other.
    executor
        Where; threads of this process if none is given.
    told
        Is told after each task.
    ahead
        Greatest number of tasks that wait or run, so that results do not pile up.

    Yields
    ------
    Result
        Of each task. If one fails, those that have not begun are called off.
    """
    with _some(executor) as pool:
        pending: deque[Future[Result]] = deque()
        rest = iter(tasks)
        done = 0
        try:
            while True:
                while len(pending) < ahead and (task := next(rest, None)) is not None:
                    pending.append(pool.submit(work, task))
                if not pending:
                    return
                yield pending.popleft().result()
                done += 1
                if told is not None:
                    told(done, len(tasks))
        finally:
            for future in pending:
                future.cancel()
