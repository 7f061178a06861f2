"""Today's method on the figures of an older year: what the index would have said then.

Only figures of years up to that year count, and their age is counted from it. Figures as they stand
today are taken, later revisions included: what was known at the time is not reconstructed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from resilience_index.content import Content, Framework
from resilience_index.errors import DataError, UsageError
from resilience_index.index import Index, build, screened
from resilience_index.observing import observe
from resilience_index.robustness._figures import at_year, bare, given, read


def backcast(index: Index, year: int) -> tuple[Index, tuple[str, ...]]:
    """Build an index anew as of an older year.

    Parameters
    ----------
    index
        A built index of one year.
    year
        A year before its own, or the same.

    Returns
    -------
    Index
        The index of that year.
    tuple of str
        Indicators that tell nobody from anybody by then (no figure, or all alike), and which are
        therefore left out; their weight is shared by the rest of their family.

    Raises
    ------
    UsageError
        If the index is a panel, or the year lies after its own.
    DataError
        If too little is left to build anything.

    Examples
    --------
    >>> from resilience_index import build
    >>> then, left_out = backcast(build("ai_resilience"), 2025)
    >>> then.framework.about.year, then.framework.about.edition
    (2025, '2026-as-of-2025')
    """
    today = index.framework
    if today.panel is not None:
        raise UsageError("--year: a panel has its years already; take an index of one year")
    if not 1000 <= year <= today.about.year:
        raise UsageError(f"--year {year}: the framework looks from {today.about.year}; name a year "
                         "before it")  # fmt: skip
    content = index.content
    figures = read(content, content.needed(today.indicators), year)
    then = given(content, figures)
    edition = f"{today.about.edition[:20]}-as-of-{year}"
    framework = at_year(today, year, edition)
    left_out: list[str] = []
    while silent := _silent(then, framework):
        left_out += silent
        framework = _without(then, framework, silent)
    return build(framework, content=then, seed=index.seed), tuple(left_out)


def _silent(content: Content, framework: Framework) -> list[str]:
    """List indicators that say nothing of the countries that pass the screen."""
    seen = observe(content, framework)
    reasons = screened(content, framework, seen)
    kept = (reasons == "").to_numpy()
    if not kept.any():
        raise DataError(
            f"{framework.name}, as of {framework.about.year}: no country passes the screen; "
            "name a later year"
        )
    return bare(seen, kept)


def _without(content: Content, framework: Framework, codes: Sequence[str]) -> Framework:
    """Take indicators out of a framework, with the nodes that then have nothing under them."""
    definition = framework.model_dump(exclude_unset=True)
    placed = {c: p for c, p in definition["indicators"].items() if c not in codes}
    nodes: dict[str, Any] = dict(definition["nodes"])
    while True:
        parents = {p["parent"] for p in placed.values()} | {n.get("parent") for n in nodes.values()}
        full = {code: node for code, node in nodes.items() if code in parents}
        if len(full) == len(nodes):
            break
        nodes = full
    if not placed:
        raise DataError(f"{framework.name}: no indicator has a figure by {framework.about.year}")
    screen = definition["method"].get("screen")
    if screen is not None:
        definition["method"]["screen"] = _screened(screen, placed)
    changed = {**definition, "indicators": placed, "nodes": nodes, "name": framework.name}
    changed.pop("audit", None)
    return content.checked(changed, f"{framework.name}, as of {framework.about.year}")


def _screened(screen: Mapping[str, Any], placed: Mapping[str, Any]) -> dict[str, Any]:
    """Keep in a screen's lists of alternatives only indicators that are left."""
    settings = dict(screen.get("settings", {}))
    if "any_of" in settings:
        lists = [[c for c in codes if c in placed] for codes in settings["any_of"]]
        settings["any_of"] = [codes for codes in lists if codes]
    return {**screen, "settings": settings}
