"""The page of the method, made from the framework: formulas, weights, what was varied, marks."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from resilience_index.content.reading import Choice
from resilience_index.content.speech import say
from resilience_index.index import Index
from resilience_index.publish import _notes, _views, words
from resilience_index.publish._board import Board, board
from resilience_index.publish._chrome import Chrome
from resilience_index.publish._formulas import STEPS, Formula, formula
from resilience_index.publish._retold import alternative, varied
from resilience_index.publish._views import Numbers
from resilience_index.robustness.uncertainty import Uncertainty

_PER_NODE, _PER_INDICATOR = ("weigh", "aggregate"), ("impute", "treat", "normalise")


@dataclass(frozen=True, slots=True)
class Reference:
    """A work that a method follows: what stands before its address, and the address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Used:
    """A method in use: its name with settings, where it is used, formula, works it follows."""

    method: str
    where: str
    formula: Formula | None
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class MethodStep:
    """One step: its anchor and name, why it is done so, what it did, and the methods it uses."""

    anchor: str
    name: str
    reason: str
    result: str
    used: tuple[Used, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A row of the tree: a node or an indicator, with its weight in its family and in the index."""

    title: str
    depth: int
    group: bool
    path: str
    colour: str
    in_family: str
    in_index: str
    combined: str
    text: str


@dataclass(frozen=True, slots=True)
class Varied:
    """A choice that was varied: its name, why, and its alternatives with their shares of draws."""

    name: str
    reason: str
    alternatives: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MethodView:
    """All words of the page; templates only place them."""

    about: _notes.About
    lead: str
    steps: tuple[MethodStep, ...]
    tree: tuple[Branch, ...]
    weights: Numbers
    varied: tuple[Varied, ...]
    varied_lead: str
    marks: tuple[tuple[str, str], ...]
    citation: str


def method_view(index: Index, known: Uncertainty | None = None) -> MethodView:
    """Say how an index is made, from its framework alone.

    Parameters
    ----------
    index
        A built index of one year.
    known
        Its uncertainty, for what was varied.

    Examples
    --------
    >>> from resilience_index import build
    >>> method_view(build("ai_resilience")).steps[0].name
    'Compare over'
    """
    results = board(index)
    told = _notes.about(index)
    return MethodView(
        about=told,
        lead=_lead(results),
        steps=tuple(_step(results, key) for key in _notes.STEPS),
        tree=tuple(_branch(results, *place) for place in _places(results)),
        weights=_weights(results),
        varied=() if known is None else _varied(known),
        varied_lead="" if known is None else _varied_lead(known),
        marks=_marks(results, known),
        citation=_notes.citation(told),
    )


def render(view: MethodView, chrome: Chrome | None = None) -> str:
    """Make the HTML of the page."""
    return _views.rendered("method.html.j2", view=view, chrome=chrome)


def _lead(results: Board) -> str:
    """Count indicators, levels of nodes, and countries."""
    tree = results.index.framework.tree
    between = len(tree.children) - 1 - len(tree.pillars)
    parts = [words.counted(between, "{n} group", "{n} groups")] if between else []
    parts += [words.counted(len(tree.pillars), "{n} pillar", "{n} pillars")] if tree.pillars else []
    ranked = words.counted_units(results.of[tree.root], results.nouns)
    count, one = len(tree.leaves(tree.root)), say("one score")
    become = words.counted(
        count,
        "{n} indicator becomes {parts}, for {places}.",
        "{n} indicators become {parts}, for {places}.",
        parts=words.listing([*parts, one]),
        places=ranked,
    )
    choice = say("Every step is a choice; this page says which, by what formula, and why.")
    return f"{words.capital(become)} {choice}"


def _step(results: Board, key: str) -> MethodStep:
    framework = results.index.framework
    reason, result = _notes.reason(framework, key), _notes.result(results.index, key)
    if key in ("over", "orient", "missing"):
        text = _notes.worded(framework, key)
        used = [Used(words.stop(words.capital(text)), "", None, ())]
    elif key == "transform":
        used = [_used(key, choice, where) for choice, where in _transforms(results)]
    else:
        used = [_used(key, choice, where) for choice, where in _choices(results, key)]
    return MethodStep(f"step-{key}", say(_notes.STEPS[key]), reason, result, tuple(used))


def _transforms(results: Board) -> list[tuple[Choice, str]]:
    """List the transforms of definitions, each with the indicators that it belongs to."""
    where: dict[str, tuple[Choice, list[str]]] = {}
    for code in results.index.framework.tree.leaves(results.root):
        for choice in results.index.content.indicators[code].transform:
            title = words.plain(results.title(code))
            where.setdefault(choice.key(), (choice, []))[1].append(title)
    return [(choice, words.listing(titles)) for choice, titles in where.values()]


def _choices(results: Board, key: str) -> list[tuple[Choice, str]]:
    """List the methods of a step, the usual one first, with what uses each."""
    framework = results.index.framework
    usual: Choice = getattr(framework.method, key)
    if key not in (*_PER_NODE, *_PER_INDICATOR):
        return [(usual, "")]
    where: dict[str, tuple[Choice, list[str]]] = {}
    codes = framework.tree.downwards if key in _PER_NODE else list(framework.indicators)
    for code in codes:
        choice = framework.setting(code, key) if key in _PER_NODE else framework.choice(code, key)
        where.setdefault(choice.key(), (choice, []))[1].append(words.plain(results.title(code)))
    several = len(where) > 1
    found = sorted(where.values(), key=lambda pair: pair[0].key() != usual.key())
    return [(c, _for(titles, c.key() == usual.key()) if several else "") for c, titles in found]


def _for(titles: list[str], usual: bool) -> str:
    return say("the rest") if usual and len(titles) > 3 else words.listing(titles, most=6)


def _used(step: str, choice: Choice, where: str) -> Used:
    return Used(_notes.spelled(choice), where, formula(step, choice), references(step, choice.name))


def references(step: str, name: str) -> tuple[Reference, ...]:
    """Read the works that a method follows off its documentation.

    Examples
    --------
    >>> references("weigh", "critic")[0].url
    'https://doi.org/10.1016/0305-0548(94)00059-H'
    """
    text = inspect.getdoc(STEPS[step].get(name)) or ""
    found = re.search(r"^References\n-+\n(.*?)(?=\n\n\w+\n-+\n|\Z)", text, flags=re.M | re.S)
    if found is None:
        return ()
    joined = re.sub(r"\s+", " ", found[1]).strip()
    parts = re.findall(r"(.*?)(https?://\S+)\s*", joined)
    return tuple(Reference(words.plain(before), url) for before, url in parts)


def _places(results: Board) -> list[tuple[str, int, str]]:
    """Lay the tree out as a reader meets it: code, depth and colour of each part."""
    tree = results.index.framework.tree
    order = tree.children[tree.root]
    colours = {leg: _views.hue(i) for i, leg in enumerate(order)}
    out: list[tuple[str, int, str]] = []
    stack = [(code, 0) for code in reversed(order)]
    while stack:
        code, depth = stack.pop()
        out.append((code, depth, colours.get(code, "")))
        if code in tree.children:
            stack += [(child, depth + 1) for child in reversed(tree.children[code])]
    return out


def _branch(results: Board, code: str, depth: int, colour: str) -> Branch:
    framework = results.index.framework
    group = code in framework.nodes
    family, whole = _in_family(results, code), _in_index(results, code)
    return Branch(
        title=words.plain(
            framework.nodes[code].title if group else results.index.content.indicators[code].title
        ),
        depth=min(depth, 4),
        group=group,
        path="" if group else f"indicators/{code}.html",
        colour=colour,
        in_family=say("by country") if family is None else words.share(family),
        in_index=_weight(whole),
        combined=_notes.spelled(framework.setting(code, "aggregate")) if group else "",
        text=words.plain(framework.nodes[code].text) if group else "",
    )


def _in_family(results: Board, code: str) -> float | None:
    """Return a part's share of the weight of its family; nothing where it differs by country."""
    weights = results.index.weights[results.index.framework.tree.parent[code]]
    if isinstance(weights, pd.DataFrame):
        return None
    return float(weights[code] / weights.sum())


def _in_index(results: Board, code: str) -> float:
    """Return a part's share of the weight of the index."""
    leaves = results.index.framework.tree.leaves(code)
    return float(results.index.nominal.reindex(leaves).sum())


def _weights(results: Board) -> Numbers:
    """Give the numbers behind the table of weights."""
    framework = results.index.framework
    rows = []
    for code, depth, _ in _places(results):
        parent, title = framework.tree.parent[code], words.plain(results.title(code))
        how = framework.setting(code, "aggregate").spelled() if code in framework.nodes else ""
        shares = (_in_family(results, code), _in_index(results, code))
        rows.append((code, title, parent, depth + 1, how, *shares))
    columns = ("item", "title", "parent", "level", "aggregate", "in_family", "in_index")
    return Numbers("weights", columns, tuple(rows))


def _weight(share: float) -> str:
    """Write a weight in the index, to a tenth of a per cent."""
    return words.percent(100 * share, 1)


def _varied(known: Uncertainty) -> tuple[Varied, ...]:
    out = []
    for one in known.inputs:
        shares = [words.share(p) if len(one.probabilities) > 1 else "" for p in one.probabilities]
        alternatives = tuple(
            (re.sub(r"(?<![\w.])-(?=\d)", words.MINUS, words.plain(alternative(text))), share)
            for text, share in zip(one.alternatives, shares, strict=True)
        )
        name = words.capital(words.plain(varied(one.name)))
        out.append(Varied(name, words.stop(words.plain(say(one.reason))), alternatives))
    return tuple(out)


def _varied_lead(known: Uncertainty) -> str:
    return say(
        "The index was computed {n} times, each time with all of these choices drawn anew, and "
        "everyone ranked each time. The interval of a rank takes in 90\u00a0% of these versions. "
        "It covers the method and what is missing, and errors of measurement only where a source "
        "states them.",
        n=words.whole(known.draws),
    )


def _marks(results: Board, known: Uncertainty | None) -> tuple[tuple[str, str], ...]:
    """Explain the marks and words that pages use."""
    method = results.index.framework.method
    older = results.index.framework.about.year - method.older_after
    marks: Mapping[str, str] = {
        words.MISSING: say("No data: not filled in, and not zero"),
        f"0 {words.ZERO}": say("Known by rule: the source lists everyone that has any"),
        f"{older - 1}{words.OLD}": say("A figure of {year} or earlier", year=older - 1),
        words.PULLED: say("An extreme, pulled in before it was scored"),
        say("italics"): say("An estimate; it has no rank of its own"),
    }
    told = list(marks.items())
    if known is not None:
        told.append((words.span(6, 13), say("90\u00a0% interval of a rank")))
        neither = say("Neither is ahead in 95\u00a0% of versions; equal scores are not needed")
        told.append((say("tied with"), neither))
    return tuple(told)
