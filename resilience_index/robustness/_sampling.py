"""Random draws: which settings each batch has, and the chunks in which batches are worked off.

Discrete alternatives are allotted in proportion (systematic sampling), batches of one table side by
side; exponents and errors are spread evenly inside each table's batches (Latin hypercube), drawn
gaps inside each chunk. Weights and the indicator left out are random for each draw. The seed of a
chunk comes from its number, so nothing depends on who works it off, or when.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.robustness._design import Design
from resilience_index.robustness._kernel import evaluate
from resilience_index.robustness._model import Floats, Model, Rows, Scratch, runs

BATCH = 128
"""Draws that share a table and exponents, where there are many draws."""

_BATCHES = 2048  # at least so many batches, as long as there are so many draws
_CELLS = 2**18  # units times draws in a chunk: what a processor's second cache holds
_TABLE = 2**21  # units times leaves times batches in a chunk


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of all batches, and how they are cut into chunks."""

    draws: int
    batch: int  # draws in a batch; the last batch may count for fewer
    chunk: int  # batches in a chunk
    mix: NDArray[np.intp]
    exponents: NDArray[np.float64]
    noise: NDArray[np.intp]
    seed: int

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return -(-len(self.mix) // self.chunk)

    def tasks(self, most: int) -> list["Task"]:
        """Cut the plan into tasks of whole chunks, at most so many."""
        parts = np.array_split(np.arange(self.chunks), min(most, self.chunks))
        return [self._task(int(part[0]), int(part[-1]) + 1) for part in parts if len(part)]

    def _task(self, start: int, stop: int) -> "Task":
        here = slice(start * self.chunk, stop * self.chunk)
        return Task(
            self, start, stop, self.mix[here], self.exponents[here], self.noise[here]
        ).lean()


@dataclass(frozen=True, slots=True)
class Task:
    """Some chunks of a plan, with the settings of their batches."""

    plan: Plan
    start: int
    stop: int
    mix: NDArray[np.intp]
    exponents: NDArray[np.float64]
    noise: NDArray[np.intp]

    def lean(self) -> "Task":
        """Leave the settings of other tasks' batches out of the plan, so that less travels."""
        plan, none = self.plan, np.empty(0, np.intp)
        light = Plan(plan.draws, plan.batch, plan.chunk, none, np.empty((0, 0)), none, plan.seed)
        return Task(light, self.start, self.stop, self.mix, self.exponents, self.noise)


def plan_of(design: Design, draws: int, seed: int) -> Plan:
    """Settle for every batch which table and exponents it has.

    Parameters
    ----------
    design
        What varies.
    draws
        How many.
    seed
        Decides everything that is random.
    """
    batch = max(1, min(BATCH, draws // _BATCHES))
    count = -(-draws // batch)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    ends = np.cumsum(design.mix_probabilities)
    ends /= ends[-1]
    mix = np.searchsorted(ends, (np.arange(count) + rng.random()) / count, side="right")
    powers = len(design.assumptions.power)
    spread = _evenly_inside(mix, powers + 1, rng)
    units, leaves = design.tables.points.shape[2], len(design.shape.leaves)
    fitting = min(_CELLS // (batch * units), _TABLE // (leaves * units))
    return Plan(
        draws=draws,
        batch=batch,
        chunk=max(1, fitting),
        mix=np.minimum(mix, len(ends) - 1) + 1,
        exponents=design.exponents(list(spread.T[:powers]), count),
        noise=design.shifted_noise(spread[:, powers]),
        seed=seed,
    )


def _evenly_inside(groups: NDArray[np.intp], columns: int, rng: np.random.Generator) -> Any:
    """Numbers in [0, 1), spread evenly inside each run of equal numbers, each column by itself."""
    out = np.empty((len(groups), columns))
    for start, stop in runs(groups):
        place = np.tile(np.arange(stop - start)[:, None], (1, columns))
        moved = rng.permuted(place, axis=0) + rng.random(place.shape)
        out[start:stop] = moved / (stop - start)
    return out


@dataclass
class Worker:
    """Scores the chunks of tasks, using its memory again."""

    model: Model
    design: Design
    nodes: tuple[int, ...] = ()
    scratch: Scratch = field(init=False)

    def __post_init__(self) -> None:
        self.scratch = Scratch(self.model.tables.points.dtype)

    def chunks(self, task: Task) -> Iterator[tuple[int, dict[int, Floats]]]:
        """Yield for each chunk its first draw, and by node its scores (draws by units)."""
        plan = task.plan
        for chunk in range(task.start, task.stop):
            here = (chunk - task.start) * plan.chunk
            rows = self._rows(task, slice(here, here + plan.chunk), chunk)
            first = chunk * plan.chunk * plan.batch
            count = min(rows.size[0] * plan.batch, plan.draws - first)
            made = evaluate(self.model, rows, self.scratch, nodes=self.nodes)
            yield first, {n: s.reshape(-1, s.shape[2])[:count] for n, s in made.items()}

    def _rows(self, task: Task, here: slice, chunk: int) -> Rows:
        """Draw what is each draw's own."""
        seed = np.random.SeedSequence(task.plan.seed, spawn_key=(2, chunk))
        rng = np.random.Generator(np.random.SFC64(seed))
        mix = task.mix[here]
        size = (len(mix), task.plan.batch)
        kind: Any = np.float32 if self.model.tables.points.dtype == np.float32 else np.float64
        leaf, node = self.design.weights_drawn(rng, size, kind)
        if self.design.assumptions.leave_out is not None:
            self.design.leave_out(leaf, rng.random(size))
        return Rows(mix, self._gaps(mix, rng), task.noise[here], task.exponents[here], leaf, node)

    def _gaps(self, mix: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.float64]:
        """Say where in the pool of its gaps each unit is, spread evenly over the batches."""
        count, units = len(mix), self.model.units
        if not (self.model.tables.pool[mix] >= 0).any():
            return np.zeros((count, units))
        place = np.tile(np.arange(count)[:, None], (1, units))
        return np.asarray((rng.permuted(place, axis=0) + rng.random((count, units))) / count)
