"""Aggregation of one family as a spreadsheet formula, with the rules for missing children.

Children stand side by side in one row, their weights above them. The language is that of
`formulas`; most means need an array formula, since each child is looked at by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from resilience_index.content.frameworks import Rounding
from resilience_index.export._expressions import worked_out
from resilience_index.export.formulas import literal, rounded

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """Ranges of the children of a node in one row: scores, weights, and where they are due.

    `due` is None where every child is always due; `cells` and `due_cells` have the addresses of
    each child by its code.
    """

    scores: str
    weights: str
    due: str | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    due_cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a missing child does to its parent, as in `steps.aggregate.combine`."""

    missing: str = "share"
    min_count: int = 0
    min_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Aggregated:
    """A formula, and whether it has to be entered as an array formula."""

    formula: str
    array: bool


def aggregated(
    name: str,
    settings: Settings,
    family: Family,
    rules: Rules | None = None,
    rounding: Rounding | None = None,
) -> Aggregated | None:
    """Combine the children of a node and round the result; None if no formula can.

    >>> aggregated("arithmetic", {}, Family("D6:E6", "D$4:E$4")).formula
    'IF(SUMPRODUCT(ISNUMBER(D6:E6)*(D$4:E$4>0))=0,"",SUMPRODUCT(D$4:E$4,D6:E6)/SUMPRODUCT(ISNUMBER(D6:E6)*D$4:E$4))'
    """
    if name not in (*_METHODS, "formula"):
        return None
    rule = rules or Rules()
    parts = _Parts.of(family, rule)
    plain = name == "formula" or (name == "arithmetic" and rule.missing == "share")
    withheld = _withheld(family, rule)
    if name == "formula":
        due = family.due_cells if rule.missing == "zero" else None
        done = worked_out(str(settings["expression"]), family.cells, due=due)
        made: str | None = done.text
        withheld += [f"NOT({done.condition})"] if done.needs else []
    elif plain:
        made = (
            f"SUMPRODUCT({family.weights},{family.scores})/"
            f"SUMPRODUCT(ISNUMBER({family.scores})*{family.weights})"
        )
    else:
        made = _METHODS[name](parts, settings)
    made = made if made is None else rounded(made, rounding)
    if made is None:
        return None
    test = withheld[0] if len(withheld) == 1 else f"OR({','.join(withheld)})"
    return Aggregated(f'IF({test},"",{made})', array=not plain)


def _withheld(family: Family, rules: Rules) -> list[str]:
    """Say in formulas when the parent gets no score."""
    due = f"({family.weights}>0)" + (f"*({family.due}=1)" if family.due else "")
    there = f"SUMPRODUCT(ISNUMBER({family.scores})*{due})"
    all_due = f"SUMPRODUCT({due}*1)"
    tests = {
        "share": [f"{there}=0"],
        "missing": [f"{there}<{all_due}", f"{all_due}=0"],
        "zero": [f"{all_due}=0"],
    }[rules.missing]
    if rules.min_count > 1 or (rules.min_count == 1 and rules.missing != "share"):
        tests.append(f"{there}<{rules.min_count}")
    if rules.min_share > 0:
        tests.append(f"{there}<{literal(rules.min_share)}*{all_due}-0.000000001")
    return tests


@dataclass(frozen=True, slots=True)
class _Parts:
    """Array expressions over the children: there (1 or 0), value, weight, weight of all due."""

    there: str
    value: str
    weight: str
    total: str
    due_total: str

    @classmethod
    def of(cls, family: Family, rules: Rules) -> "_Parts":
        """Write the expressions; under the rule zero, a missing child is there and 0."""
        x, w = family.scores, family.weights
        due = f"({w}>0)" + (f"*({family.due}=1)" if family.due else "")
        value = f"IF(ISNUMBER({x}),{x},0)"
        there = due if rules.missing == "zero" else f"ISNUMBER({x})*{due}"
        return cls(there, value, w, f"SUM({there}*{w})", f"SUM({due}*{w})")

    def mean(self, value: str) -> str:
        """Return the weighted mean of an expression over the children that are there."""
        return f"SUM(IF({self.there},{self.weight}*{value},0))/{self.total}"


def _power(parts: _Parts, s: Settings, p: float) -> str:
    """Write a power mean, with its settings floor and shift."""
    value = parts.value
    if s.get("floor") is not None:
        floor = literal(s["floor"])
        value = f"IF({value}<{floor},{floor},{value})"
    shift = float(s.get("shift", 0.0))
    value = f"({value}+{literal(shift)})" if shift else value
    if np.isinf(p):
        made = f'{"MAX" if p > 0 else "MIN"}(IF({parts.there},{value},""))'
    elif p == 0:
        made = f"EXP({parts.mean(f'LN({value})')})"
    else:
        made = f"({parts.mean(f'{value}^{literal(p)}')})^(1/{literal(p)})"
    if p <= 0 and not np.isinf(p):
        made = f"IF(SUM({parts.there}*({value}=0))>0,0,{made})"
    return f"{made}-{literal(shift)}" if shift else made


def _any_power(parts: _Parts, s: Settings) -> str:
    p = float(s["p"])
    if p == 1:  # the arithmetic mean takes no shift, and any sign
        return _power(parts, {key: s[key] for key in s if key == "floor"}, 1.0)
    return _power(parts, s, p)


def _product(parts: _Parts, s: Settings) -> str:  # noqa: ARG001 - all have one signature
    exponent = f"({parts.weight}*{parts.due_total}/{parts.total})"
    return f"PRODUCT(IF({parts.there},{parts.value}^{exponent},1))"


def _mpi(parts: _Parts, s: Settings) -> str:
    mean = f"({parts.mean(parts.value)})"
    variance = parts.mean(f"({parts.value}-{mean})^2")
    count = f"SUM({parts.there}*1)"
    ddof = int(s.get("ddof", 0))
    correction = f"*{count}/MAX({count}-{ddof},1)" if ddof else ""
    sign = "+" if s.get("penalty", "minus") == "plus" else "-"
    return f"{mean}{sign}{variance}{correction}/{mean}"


def _mean_min(parts: _Parts, s: Settings) -> str:
    mean = f"({parts.mean(parts.value)})"
    least = f'MIN(IF({parts.there},{parts.value},""))'
    beta = literal(s.get("beta", 1.0))
    gap = f"SQRT(({mean}-{least})^2+{beta}^2)-{beta}"
    return f"{mean}-{literal(s.get('alpha', 0.5))}*({gap})"


_METHODS: dict[str, Callable[[_Parts, Settings], str | None]] = {
    "arithmetic": lambda parts, _: parts.mean(parts.value),
    "geometric": lambda parts, s: _power(parts, s, 0.0),
    "harmonic": lambda parts, s: _power(parts, s, -1.0),
    "power": _any_power,
    "minimum": lambda parts, _: f'MIN(IF({parts.there},{parts.value},""))',
    "maximum": lambda parts, _: f'MAX(IF({parts.there},{parts.value},""))',
    "sum": lambda parts, _: f"{parts.mean(parts.value)}*{parts.due_total}",
    "product": _product,
    "mpi": _mpi,
    "mean_min": _mean_min,
}
