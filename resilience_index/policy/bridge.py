"""From what a programme delivers to new figures of the scored indicators, and to their points.

The formulas stand in bridge.toml; here they are only worked out. Arrays are draws by countries.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from resilience_index.content._policy_checks import DELIVERED
from resilience_index.content.policies import Policies
from resilience_index.errors import MethodError
from resilience_index.index import Index
from resilience_index.policy._figures import per_figure, transformed
from resilience_index.policy.priors import Drawn
from resilience_index.policy.starting import Context
from resilience_index.steps import formula

Array = NDArray[np.float64]

Delivered = Mapping[str, Array]
"""What a programme delivers, by the names of `DELIVERED`: draws by countries, or broadcastable."""


@dataclass
class Bridge:
    """The formulas of bridge.toml, for some countries and draws of one index.

    `columns` are the positions of the countries among the rows of the index.
    """

    index: Index
    policies: Policies
    drawn: Drawn
    columns: NDArray[np.intp]
    context: Context
    _factors: dict[str, Array] = field(default_factory=dict)

    @property
    def effects(self) -> list[str]:
        """Codes of the indicators that may move and that the index scores."""
        found = [c for c in self.policies.bridge.effects if c in self.index.framework.indicators]
        if not found:
            raise MethodError(
                f"{self.index.framework.name}: it scores none of the indicators that bridge.toml "
                f"moves ({', '.join(self.policies.bridge.effects)}); add effects there"
            )
        return found

    def quantity(self, name: str, delivered: Delivered) -> Array:
        """Work out one quantity of the bridge: draws by countries."""
        return _Sheet(self, delivered).value(name)

    def figures(self, delivered: Delivered) -> dict[str, Array]:
        """Work out the new figures of the indicators that move, in their units.

        Parameters
        ----------
        delivered
            What the programme delivers; what is not named is nothing. ``adoption`` is needed.

        Returns
        -------
        dict
            By code, draws by countries; NaN where the country has no figure.
        """
        sheet = _Sheet(self, delivered)
        moving = {name for name in DELIVERED[1:] if np.any(delivered.get(name, 0.0))}
        return {code: sheet.effect(code) for code in self.effects if sheet.reached(code) & moving}

    def transformed(self, code: str, figures: Array) -> Array:
        """Bring new figures to where the scale begins: per head where so defined, transformed."""
        if code not in self._factors:
            self._factors[code] = per_figure(self.index, code)[self.columns]
        return transformed(self.index, code, figures * self._factors[code])


class _Sheet:
    """Values of names for one programme, worked out when first asked for."""

    def __init__(self, bridge: Bridge, delivered: Delivered) -> None:
        self.bridge = bridge
        self.size = (bridge.drawn.draws, len(bridge.columns))
        self.values: dict[str, Array] = {
            name: self._whole(np.asarray(delivered.get(name, 0.0), float)) for name in DELIVERED
        }

    def _whole(self, values: Array) -> Array:
        return np.broadcast_to(values, self.size).ravel()

    def value(self, name: str) -> Array:
        """Return the value of a name: draws by countries."""
        return self._flat(name).reshape(self.size)

    def _flat(self, name: str) -> Array:
        if name not in self.values:
            policies = self.bridge.policies
            if name in policies.bridge.quantities:
                made = self._first(policies.bridge.quantities[name])
            elif name in policies.priors:
                made = self._whole(self.bridge.drawn(name)[:, None])
            else:
                made = self._whole(self.bridge.context(name)[self.bridge.columns])
            self.values[name] = made
        return self.values[name]

    def _first(self, texts: Iterable[str]) -> Array:
        """Work out the first formula; where it has no value, the next."""
        made: Array | None = None
        for text in texts:
            if made is not None and not np.isnan(made).any():
                break
            one = self._formula(text, {})
            made = one if made is None else np.where(np.isnan(made), one, made)
        if made is None:
            raise MethodError("a quantity of bridge.toml has no formula; give it one")
        return made

    def _formula(self, text: str, own: Mapping[str, Array]) -> Array:
        tree = formula.parse(text)
        columns = {n: own[n] if n in own else self._flat(n) for n in formula.names(tree)}
        if not columns:
            return np.full(self.size[0] * self.size[1], formula.evaluate(tree, {})[0])
        return formula.evaluate(tree, columns)

    def effect(self, code: str) -> Array:
        """Work out the new figure of an indicator; no effect where the formula has no value."""
        figure = self._whole(self.bridge.context(code)[self.bridge.columns])
        text = self.bridge.policies.bridge.effects[code].formula
        made = self._formula(text, {"figure": figure})
        return np.where(np.isnan(made), figure, made).reshape(self.size)

    def reached(self, code: str) -> set[str]:
        """Names among `DELIVERED` that an effect rests on, through quantities too."""
        waiting, found = [self.bridge.policies.bridge.effects[code].formula], set()
        quantities = self.bridge.policies.bridge.quantities
        while waiting:
            for name in formula.names(formula.parse(waiting.pop())):
                if name in quantities and name not in found:
                    waiting += quantities[name]
                found.add(name)
        return found & set(DELIVERED[1:])
