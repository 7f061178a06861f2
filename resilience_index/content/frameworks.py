"""What a framework is: the tree, its weights, and the method of each step.

The models here check form; `content.sense` checks what only the whole can tell.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, model_validator

from resilience_index.content._audit_settings import AuditSettings
from resilience_index.content.assumptions import Assumptions
from resilience_index.content.reading import Choice, Model

Missing = Literal["share", "missing", "zero"]
LEVEL = r"^[0-9]{1,2}$"
_INHERITED = {"aggregate", "weigh", "missing", "min_count", "min_share", "round"}


class Decimals(Model):
    """Rounding of a published number: how many decimals, and where halves go."""

    places: int = Field(ge=0, le=15)
    rule: Literal["half_away", "half_even"] = "half_away"


class Rounding(Decimals):
    """Rounding of a score, where a published method asks for it.

    `of` matters where a node's aggregate is normalised in turn: what is rounded is the score that
    comes out, the aggregate that goes in, or both.
    """

    of: Literal["score", "aggregate", "both"] = "score"


class Spread(Model):
    """Standard error and interval of a node's score.

    `how`: from the spread between the children, or propagated from the stated errors of figures.
    `factor` is the number of standard errors on either side, where it is not that of the level;
    `around` says whether the interval lies around the score before rounding or after it. `ddof` is
    1 for the sample standard deviation between children, 0 for that of a population. `round_se` and
    `round` are for the standard error and for the ends of the interval as they are published; the
    interval rests on the error before it is rounded.
    """

    how: Literal["between", "propagated"]
    level: float = Field(default=0.9, gt=0, lt=1)
    factor: float | None = Field(default=None, gt=0)
    around: Literal["unrounded", "score"] = "unrounded"
    ddof: int = Field(default=1, ge=0, le=1)
    round_se: Decimals | None = None
    round: Decimals | None = None


class Classes(Model):
    """Classes of a node's score: one name more than cut-offs, from the lowest scores up.

    With `percentiles` the cut-offs are percentiles (0 to 100) of the scores found, in a panel of
    each year.
    """

    cuts: list[float] = Field(min_length=1)
    names: list[str]
    at_cut: Literal["above", "below"] = "above"
    percentiles: bool = False

    @model_validator(mode="after")
    def _fits(self) -> "Classes":
        if len(self.names) != len(self.cuts) + 1 or self.cuts != sorted(set(self.cuts)):
            raise ValueError("cuts must rise, and there must be one name more than cuts")
        if not all(math.isfinite(cut) for cut in self.cuts):
            raise ValueError("cuts must be finite numbers")
        if self.percentiles and not (self.cuts[0] >= 0 and self.cuts[-1] <= 100):
            raise ValueError("cuts are percentiles here, and must lie between 0 and 100")
        return self


class Level(Model):
    """How the nodes of one depth are put together; what is not said is taken from [method].

    `passes_up` says what the parent is made of: the score; the aggregate before it is normalised;
    or the score before it is rounded. With `impute` a missing score is passed up as an imputed one,
    though the node itself has none.
    """

    aggregate: Choice | None = None
    weigh: Choice | None = None
    missing: Missing | None = None
    min_count: int | None = Field(default=None, ge=1)
    min_share: float | None = Field(default=None, gt=0, le=1)
    normalise: Choice | None = None
    impute: Choice | None = None
    passes_up: Literal["score", "aggregate", "unrounded"] | None = None
    round: Rounding | None = None
    spread: Spread | None = None
    classes: Classes | None = None


class Node(Level):
    """A node of the tree: the index, a pillar, a sub-pillar.

    `direction` says how the node's own score runs. With lower_is_better a node that is normalised
    is turned round first (so that a node of harm may stand in an index of good), and its ranks are
    turned with it: 1 is the best. It must fit what the parent makes of the score.
    """

    title: str = Field(min_length=1, max_length=60)
    text: str = ""
    parent: str | None = None
    weight: float = Field(default=1, gt=0, allow_inf_nan=False)
    direction: Literal["higher_is_better", "lower_is_better"] = "higher_is_better"


class Placement(Model):
    """Where an indicator hangs in the tree, and what is done differently to it."""

    parent: str
    weight: float = Field(default=1, gt=0, allow_inf_nan=False)
    impute: Choice | None = None
    treat: Choice | None = None
    normalise: Choice | None = None
    round: Rounding | None = None


class FrameworkAbout(Model):
    """What the index is, in words."""

    title: str = Field(min_length=1, max_length=120)
    edition: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")
    year: int = Field(ge=1000, le=3000)
    question: str = ""
    text: str = ""
    licence: str = ""
    address: str = Field(default="", pattern=r"^(https://[^\s\"<>]+/)?$")  # where editions stand


class Units(Model):
    """Which units of countries.csv take part; all of them where nothing is said."""

    only: list[str] = Field(default_factory=list)
    where: dict[str, str] = Field(default_factory=dict)


class Panel(Model):
    """Years that are built together; each row of the index is then a unit in a year.

    Either the first and the last of years without a gap, or a list.
    """

    first: int | None = Field(default=None, ge=1000, le=3000)
    last: int | None = Field(default=None, ge=1000, le=3000)
    years: list[int] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_which(self) -> "Panel":
        ends = (self.first is not None) + (self.last is not None)
        if ends != (0 if self.years else 2):
            raise ValueError("give either first and last, or years = [...]")
        if self.years != sorted(set(self.years)):
            raise ValueError("years must rise, each of them once")
        return self

    @property
    def listed(self) -> list[int]:
        """All years, the first one first."""
        if self.first is None or self.last is None:
            return self.years
        return list(range(self.first, self.last + 1))


class Steps(Model):
    """The method of each step, in the order they run.

    `direction` says how the scores themselves run: "lower_is_better" makes an index of harm (risk,
    vulnerability, inequality), in which figures that are bad score high and rank 1 has the lowest
    score.
    """

    direction: Literal["higher_is_better", "lower_is_better"] = "higher_is_better"
    screen: Choice = Choice(name="none")
    impute: Choice = Choice(name="none")
    treat: Choice = Choice(name="none")
    orient: Literal["before", "after"] = "before"
    normalise: Choice
    weigh: Choice = Choice(name="given")
    aggregate: Choice
    missing: Missing = "share"
    min_count: int | None = Field(default=None, ge=1)
    min_share: float | None = Field(default=None, gt=0, le=1)
    round: Rounding | None = None
    round_indicators: Rounding | None = None
    rank: Choice = Choice(name="min")
    over: Literal["year", "all"] = "year"
    older_after: int = Field(default=3, ge=0)
    levels: dict[str, Level] = Field(default_factory=dict)
    reasons: dict[str, str] = Field(default_factory=dict)


class Framework(Model):
    """One index: its tree of nodes and indicators, and the method of each step."""

    name: str
    about: FrameworkAbout
    units: Units = Units()
    panel: Panel | None = None
    method: Steps
    nodes: dict[str, Node]
    indicators: dict[str, Placement]
    leave_out: dict[str, str] = Field(default_factory=dict)  # codes taken out, and why
    assumptions: Assumptions = Assumptions()
    audit: AuditSettings = AuditSettings()

    @property
    def years(self) -> list[int]:
        """Years that are built: the edition's, or those of the panel."""
        if self.panel is None:
            return [self.about.year]
        return self.panel.listed

    @cached_property
    def tree(self) -> "Tree":
        """The tree of nodes and indicators."""
        return Tree.of(self)

    def setting(self, node: str, key: str) -> Any:
        """Say what holds at a node: its own word, else its level's, else that of [method].

        A `min_count` that the node does not set itself is capped at the number of its children: a
        node with one child is not withheld because the others have more.
        """
        own = getattr(self.nodes[node], key)
        if own is not None:
            return own
        level = self.method.levels.get(str(self.tree.depth[node]), Level())
        value = getattr(level, key)
        if value is None and key in _INHERITED:
            value = getattr(self.method, key)
        if key == "min_count" and value is not None:
            return min(value, len(self.tree.children[node]))
        return value

    def lowest_is_best(self, node: str) -> bool:
        """Say whether rank 1 of a node, or of an indicator's points, has the lowest score.

        Scores run as `method.direction` says. A node of direction lower_is_better runs the other
        way if it is normalised, since that turns it round; if not, its lowest score is the best.
        """
        index_of_harm = self.method.direction == "lower_is_better"
        if node not in self.nodes or self.nodes[node].direction == "higher_is_better":
            return index_of_harm
        return self.setting(node, "normalise") is None or not index_of_harm

    @property
    def regressed_on(self) -> list[str]:
        """Indicators that some regression imputes from."""
        choices = [self.method.impute, *(p.impute for p in self.indicators.values() if p.impute)]
        if self.assumptions.imputation is not None:
            choices += self.assumptions.imputation.alternatives
        named = [c.settings.get("on") for c in choices if c.name == "regression"]
        return list(dict.fromkeys(str(c) for on in named if isinstance(on, list) for c in on))

    def choice(self, indicator: str, step: str) -> Choice:
        """Say which method a step (impute, treat, normalise) uses for an indicator."""
        own: Choice | None = getattr(self.indicators[indicator], step)
        chosen: Choice = own if own is not None else getattr(self.method, step)
        return chosen


@dataclass(frozen=True)
class Tree:
    """The tree in tables: parents, children in the order of the file, depth (the index has 0)."""

    root: str
    parent: dict[str, str]
    children: dict[str, list[str]]
    depth: dict[str, int]

    @classmethod
    def of(cls, framework: Framework) -> "Tree":
        """Read the tree off a framework that has one root and no cycle."""
        parent = {c: n.parent for c, n in framework.nodes.items() if n.parent is not None}
        parent |= {c: p.parent for c, p in framework.indicators.items()}
        root = next(c for c, n in framework.nodes.items() if n.parent is None)
        children: dict[str, list[str]] = {code: [] for code in framework.nodes}
        for code, above in parent.items():
            children[above].append(code)
        depth: dict[str, int] = {}
        level = [root]
        while level:
            for code in level:
                depth[code] = depth[parent[code]] + 1 if code in parent else 0
            level = [child for code in level for child in children.get(code, [])]
        return cls(root, parent, children, depth)

    @property
    def upwards(self) -> list[str]:
        """Nodes, children before their parents."""
        return sorted(self.children, key=lambda code: -self.depth[code])

    @property
    def downwards(self) -> list[str]:
        """Nodes as a reader meets them: each followed by what hangs under it."""
        found: list[str] = []
        stack = [self.root]
        while stack:
            code = stack.pop()
            found.append(code)
            stack += [c for c in reversed(self.children[code]) if c in self.children]
        return found

    @property
    def pillars(self) -> list[str]:
        """Nodes just below the index."""
        return [c for c in self.children[self.root] if c in self.children]

    def leaves(self, code: str) -> list[str]:
        """List the indicators under a node, in the order of the tree."""
        if code not in self.children:
            return [code]
        found, stack = [], [code]
        while stack:
            here = stack.pop()
            if here in self.children:
                stack += reversed(self.children[here])
            else:
                found.append(here)
        return found

    def path(self, code: str) -> list[str]:
        """List the nodes from a code's parent up to the index."""
        found = []
        while code in self.parent:
            code = self.parent[code]
            found.append(code)
        return found


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a change over a definition: tables are merged, everything else is replaced.

    A method (a table with a `name`) is replaced as a whole, so that settings of another method
    do not linger.

    >>> merged({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}})
    {'a': {'x': 1, 'y': 3}}
    >>> merged({"a": {"name": "p", "by": 2}}, {"a": {"name": "q"}})
    {'a': {'name': 'q'}}
    """
    out = dict(base)
    for key, value in change.items():
        both = isinstance(value, Mapping) and isinstance(out.get(key), Mapping)
        whole = isinstance(value, Mapping) and isinstance(value.get("name"), str)
        out[key] = merged(out[key], value) if both and not whole else value
    return out
