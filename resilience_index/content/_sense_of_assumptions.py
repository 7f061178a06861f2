"""Whether the assumptions of a framework make sense: known methods that can go together."""

from collections.abc import Iterator, Mapping
from itertools import chain

from resilience_index.content.assumptions import Alternative, Methods, Power
from resilience_index.content.frameworks import Framework
from resilience_index.content.reading import first_of
from resilience_index.errors import nearest
from resilience_index.steps import aggregate, draw, impute, normalise, treat
from resilience_index.steps.methods import Method, problems_of

STEPS: dict[str, tuple[str, Mapping[str, Method]]] = {
    "normalisation": ("normalise", normalise.METHODS),
    "treatment": ("treat", treat.METHODS),
    "imputation": ("impute", {**impute.METHODS, **draw.METHODS}),
}
"""Assumptions that put one method in the place of another: the step, and its methods."""

EXPONENTS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
"""Exponents of the means that have a name."""


def exponent_of(framework: Framework, node: str) -> float | None:
    """Return the exponent of a node's power mean; None where it has another aggregate.

    A mean with a setting of its own (a floor, a shift) is another aggregate here.
    """
    choice = framework.setting(node, "aggregate")
    rest = {k: v for k, v in choice.settings.items() if k != "p"}
    if rest:
        return None
    if choice.name == "power":
        p = choice.settings.get("p")
        return float(p) if isinstance(p, int | float) else None
    return EXPONENTS.get(choice.name)


def assumption_faults(framework: Framework) -> list[str]:
    """List everything that is wrong with the assumptions of a framework whose tree is in order."""
    found = first_of(
        chain(_methods(framework), _powers(framework), _weights(framework), _left_out(framework))
    )
    return found or first_of(_together(framework))


def _listed(framework: Framework) -> Iterator[tuple[str, str, Methods]]:
    for key, (step, _) in STEPS.items():
        methods: Methods | None = getattr(framework.assumptions, key)
        if methods is not None:
            yield key, step, methods


def _methods(framework: Framework) -> Iterator[str]:
    """Check each alternative as the step itself would be, and that it would change anything."""
    for key, step, methods in _listed(framework):
        where = f"assumptions.{key}"
        for place, alternative in enumerate(methods.alternatives):
            here = f"{where}.alternatives[{place}]"
            known = STEPS[key][1]
            for problem in problems_of(known, alternative.name, alternative.settings, step):
                yield f"{here}: {problem}"
            if key != "normalisation" and (alternative.shift or alternative.floor is not None):
                yield f"{here}: shift and floor are for normalisation; take them away"
        if all(getattr(p, step) is not None for p in framework.indicators.values()):
            yield (
                f"{where}: every indicator has a {step} of its own, so this would change nothing; "
                "take it away"
            )


def _depths(framework: Framework) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for node in framework.nodes:
        found.setdefault(framework.tree.depth[node], []).append(node)
    return found


def _powers(framework: Framework) -> Iterator[str]:
    """Check that exponents are for nodes that have one, and for each node only once."""
    depths, taken = _depths(framework), dict[int, str]()
    for name, power in framework.assumptions.power.items():
        where = f"assumptions.power.{name}"
        for level in power.levels:
            if level in taken:
                yield f"{where}.levels: {level} is varied by power.{taken[level]} too; once only"
            taken[level] = name
            if level not in depths:
                yield f"{where}.levels: no node at depth {level}; known: {_spelled(depths)}"
            for node in depths.get(level, []):
                if exponent_of(framework, node) is None:
                    choice = framework.setting(node, "aggregate")
                    yield (
                        f"{where}: nodes.{node} aggregates by {choice.spelled()}, which has no "
                        "exponent to vary; leave that level out, or use a plain power mean there"
                    )


def _spelled(depths: Mapping[int, list[str]]) -> str:
    return ", ".join(str(level) for level in sorted(depths))


def _weights(framework: Framework) -> Iterator[str]:
    weights = framework.assumptions.weights
    if weights is None:
        return
    depths = _depths(framework)
    for level in weights.levels or []:
        if level not in depths:
            yield f"assumptions.weights.levels: no node at depth {level}; known: {_spelled(depths)}"
    for node, experts in weights.experts.items():
        where = f"assumptions.weights.experts.{node}"
        if node not in framework.nodes:
            yield f"{where}: unknown node '{node}' {nearest(node, framework.nodes)}"
            continue
        children = set(framework.tree.children[node])
        for place, expert in enumerate(experts):
            if set(expert) != children:
                wrong = ", ".join(sorted(set(expert) ^ children))
                yield f"{where}[{place}]: weighs other things than its children; look at {wrong}"


def _left_out(framework: Framework) -> Iterator[str]:
    leave_out = framework.assumptions.leave_out
    if leave_out is None:
        return
    if len(framework.indicators) < 2:
        yield "assumptions.leave_out: the only indicator cannot be left out; take this away"
    for code in leave_out.only or []:
        if code not in framework.indicators:
            near = nearest(code, framework.indicators)
            yield f"assumptions.leave_out.only: no indicator '{code}' in the framework {near}"


def _together(framework: Framework) -> Iterator[str]:
    """Refuse scores that may be negative under means that may need positive ones."""
    methods = framework.assumptions.normalisation
    places = list(enumerate(methods.alternatives)) if methods else []
    for code in framework.indicators:
        own = framework.indicators[code].normalise
        applied: list[tuple[str, Alternative]] = [
            (f"assumptions.normalisation.alternatives[{i}]", a) for i, a in places if own is None
        ]
        if framework.choice(code, "normalise").name in normalise.MAY_BE_NEGATIVE:
            choice = framework.choice(code, "normalise")
            stands = Alternative(name=choice.name, settings=choice.settings)
            applied.append((f"indicators.{code}, normalised", stands))
        for node in framework.tree.path(code):
            if framework.setting(node, "aggregate").name == "formula":
                break  # what a formula gives, only the figures tell
            why, strict = _needs_positive(framework, node), _is_strict(framework, node)
            for where, alternative in applied if why else []:
                told = strict and not where.startswith("assumptions")  # of [method] itself
                if _may_be_negative(alternative) and not told:
                    yield (
                        f"{where}: {alternative.name} may give scores below 0, but nodes.{node} "
                        f"takes {why}; state a floor (0, or 1 where a 0 would decide everything) "
                        "or a shift, or leave one of the two out"
                    )
                    return
            if framework.setting(node, "normalise") is not None:
                break


def _may_be_negative(alternative: Alternative) -> bool:
    """Say whether scores may be negative; not of settings that are faulty, and told as such."""
    if problems_of(normalise.METHODS, alternative.name, alternative.settings, "normalise"):
        return False
    if alternative.floor is not None:
        return alternative.floor < 0
    if alternative.name in normalise.MAY_BE_NEGATIVE:
        negative = normalise.may_be_negative(alternative.name, alternative.settings)
        return negative and alternative.shift <= 0
    low = alternative.settings.get("low", 0.0)
    return isinstance(low, int | float) and low + alternative.shift < 0


def _needs_positive(framework: Framework, node: str) -> str:
    """Say which mean of a node needs positive scores in some draw; empty if none."""
    power = _power_at(framework, node)
    if power is not None:
        return "" if power.ends == (1, 1) else f"power means with p from {power.ends[0]:g} up"
    name = framework.setting(node, "aggregate").name
    return f"the {name} mean" if _is_strict(framework, node) else ""


def _is_strict(framework: Framework, node: str) -> bool:
    """Whether the framework's own mean at a node needs positive scores."""
    choice = framework.setting(node, "aggregate")
    return aggregate.needs_positive(choice.name, choice.settings)


def _power_at(framework: Framework, node: str) -> Power | None:
    depth = framework.tree.depth[node]
    return next((p for p in framework.assumptions.power.values() if depth in p.levels), None)
