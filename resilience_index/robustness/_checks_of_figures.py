"""Checks 1 to 7: definitions, coverage, age, variety, extremes, gaps, size."""

import numpy as np
import pandas as pd

from resilience_index.content.definitions import Indicator
from resilience_index.index import Index
from resilience_index.robustness._evidence import Evidence
from resilience_index.robustness._findings import Part, counted, each, single
from resilience_index.steps._tails import Limits

_TAILS = Limits(2, 3.5)  # lopsided and heavy-tailed: COINr's default, and this package's


def definitions(found: Evidence) -> list[Part]:
    """1: is every indicator defined in full, and may its figures be passed on."""
    index = found.index
    known = index.content.indicators
    blank = [(c,) for c in index.framework.indicators if _blank(index, known[c])]
    unclear = [
        (c,)
        for c in index.framework.indicators
        if any(index.content.sources[s].licence_status != "open" for s in known[c].sources)
    ]
    of = {"of": len(index.framework.indicators)}
    return [
        counted("definition.blank", blank, more=of),
        counted("definition.terms", unclear, more=of),
    ]


def _blank(index: Index, one: Indicator) -> bool:
    """Say whether anything that a reader needs is blank; the reader of files sees to the rest."""
    texts = [one.title, one.definition, one.unit, one.why, one.limits]
    for key in one.sources:
        source = index.content.sources[key]
        texts += [source.producer, source.url, source.licence, source.published]
    dated = one.formula is not None or one.max_age is not None
    return not all(text.strip() for text in texts) or not dated


def coverage(found: Evidence) -> list[Part]:
    """2: does every country, indicator and pillar have enough figures."""
    facts = found.figures.covered
    within = {
        (str(country), str(pillar)): float(share)
        for pillar in facts.within
        for country, share in facts.within[pillar].items()
    }
    return [
        each("coverage.countries", facts.countries),
        each("coverage.indicators", facts.indicators),
        each("coverage.pillars", facts.pillars, why="the index has no pillars"),
        each("coverage.within", within, why="the index has no pillars"),
    ]


def age(found: Evidence) -> list[Part]:
    """3: how old are the figures, and how far apart in one country."""
    spread = found.figures.year_spread
    middle = float(spread.median()) if len(spread) else np.nan
    ages = found.figures.ages
    older = float((ages > 3).to_numpy().sum() / max(int(ages.notna().to_numpy().sum()), 1))
    why = "no figure has a year"
    return [
        each("age.indicators", ages.median().dropna(), why=why, more={"older": older}),
        each("age.countries", spread, figure=middle, why=why),
    ]


def variety(found: Evidence) -> list[Part]:
    """4: do indicators tell countries apart, and say something of their own."""
    facts = found.figures.variety
    constant = [(str(c),) for c in facts.index[(facts["common"] == 1).to_numpy()]]
    lowest = _at_the_bottom(found.index)
    return [
        counted("variety.twins", found.figures.twins),
        counted("variety.constant", constant),
        each("variety.zeros", facts["zeros"], more={"bottom": len(lowest)}),
        each("variety.distinct", facts["distinct"]),
    ]


def _at_the_bottom(index: Index) -> list[str]:
    """List indicators on which more than half of the countries share the lowest score."""
    scores = index.normalised
    share = (scores == scores.min()).sum() / scores.notna().sum()
    return [str(c) for c in share.index[(share > 0.5).to_numpy()]]


def extremes(found: Evidence) -> list[Part]:
    """5: are there outliers left, and how much had to be pulled in."""
    shape = found.figures.shape

    def flagged(skewness: str, kurtosis: str) -> list[tuple[str, ...]]:
        return [
            (str(code),)
            for code, row in shape.iterrows()
            if _TAILS.flag(float(row[skewness]), float(row[kurtosis]))
        ]

    treated = [str(c) for c in shape.index[(shape["moved"] > 0).to_numpy()]]
    more: dict[str, float | str] = {
        "before": len(flagged("skewness", "kurtosis")),
        "treated": len(treated),
        "names": ",".join(treated),
        "of": len(shape),
    }
    points = shape["points"].astype(float)
    return [
        counted("outliers.left", flagged("skewness_scored", "kurtosis_scored"), more=more),
        each("outliers.points", points, more=more),
    ]


def gaps(found: Evidence) -> list[Part]:
    """6: how much is missing, whether by chance, and how wrong the stopgap is."""
    facts = found.figures
    empty = found.index.missing
    share = float(empty.to_numpy().mean())
    by_country = facts.guessed
    if facts.little is None:
        random = single("missing.random", np.nan, why=found.why.get("little", ""))
    else:
        random = single(
            "missing.random", facts.little.p,
            more={"statistic": facts.little.statistic, "patterns": facts.little.patterns},
        )  # fmt: skip
    return [
        each("missing.share", by_country, more={"empty": share}),
        random,
        _with_income(facts.gaps_and_income),
        _error(found),
    ]


def _with_income(links: pd.Series | None) -> Part:
    if links is None:
        return single("missing.income", np.nan, why="the framework names no income under [audit]")
    if links.isna().all():
        return single("missing.income", np.nan, why="no figure is missing")
    return each("missing.income", links.dropna().abs(), more={"lower": int((links < 0).sum())})


def _error(found: Evidence) -> Part:
    table = found.figures.gap_error
    if table is None:
        return single("missing.error", np.nan, why=found.why.get("gap_error", ""))
    there = table[(table["gaps"] > 0).to_numpy() & table["error"].notna().to_numpy()]
    if there.empty:
        return single("missing.error", np.nan, why="too few figures are known to hide some")
    mean = float((there["error"] * there["gaps"]).sum() / there["gaps"].sum())
    imputed = any(
        found.index.framework.choice(c, "impute").name != "none"
        for c in found.index.framework.indicators
    )
    more = {"how": "imputed" if imputed else "shared"}
    return each("missing.error", there["error"], figure=mean, more=more)


def size(found: Evidence) -> list[Part]:
    """7: are there indicators of size or of income in disguise."""
    links, none = found.parts.links, "the framework names no {} under [audit]"
    parts = []
    for code, role in (("size.population", "population"), ("size.income", "income")):
        column = links[role].abs() if role in links else pd.Series(dtype=float)
        parts.append(each(code, column, why=none.format(role)))
    net = found.parts.economy_net
    why = found.why.get("economy_net", "")
    economy = each("size.economy", pd.Series(dtype=float) if net is None else net.abs(), why=why)
    raw, _ = found.value.rank_links.get("population", (None, None))
    whole = single(
        "size.index",
        np.nan if raw is None else abs(raw.size),
        why=none.format("population") if raw is None else "too few countries",
        more={} if raw is None else {"signed": raw.size, "count": raw.count},
    )
    return [parts[0], economy, parts[1], whole]
