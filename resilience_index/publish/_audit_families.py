"""Figures of an audit on how its parts hang together: correlations, components, loadings."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from resilience_index.content.speech import say
from resilience_index.publish import _audit_cells as cells
from resilience_index.publish import _audit_charts as charts
from resilience_index.publish import _audit_numbers as numbers
from resilience_index.publish import words
from resilience_index.publish._audit_words import Names
from resilience_index.publish._marks import Chart
from resilience_index.publish._views import Figure, hue
from resilience_index.robustness.audit import Audit
from resilience_index.robustness.coherence import Components, Family

MOST_CELLS = 60
"""Indicators of which a heat map, or a page of small histograms, can be read."""


def drawn(make: Callable[[float], Chart]) -> tuple[Chart, Chart, Chart]:
    """Draw a chart for the page, one for a phone and one for paper."""
    return make(charts.WIDE), make(charts.PHONE), make(charts.SHEET)


def in_order(audit: Audit) -> tuple[list[str], list[int]]:
    """List the indicators in the order of the tree, and where pillars end."""
    tree = audit.evidence.index.framework.tree
    codes = tree.leaves(tree.root)
    ends, done = [], 0
    for child in tree.children[tree.root]:
        done += len(tree.leaves(child))
        ends.append(done)
    return codes, ends


def hue_of(audit: Audit, code: str) -> str:
    """Name the hue of the pillar that an indicator or a pillar belongs to."""
    tree = audit.evidence.index.framework.tree
    path = [code, *tree.path(code)]
    return hue(tree.children[tree.root].index(path[-2])) if len(path) > 1 else "ink"


def heat_map(audit: Audit, names: Names) -> Figure | None:
    """Draw the correlations of all indicators, inside pillars and between them."""
    codes, ends = in_order(audit)
    if not 2 <= len(codes) <= MOST_CELLS:
        return None
    r = audit.evidence.parts.correlation.loc[codes, codes].to_numpy(float)
    labels = [names[c] for c in codes]
    known = r[np.triu_indices(len(codes), 1)]
    known = known[~np.isnan(known)]
    if not len(known):
        return None
    below = int((known < 0).sum())
    middle = words.fixed(float(np.median(known)), 2)
    title = say(
        "Correlations of {n} indicators, from {low} to {high}; median {middle}",
        n=words.fixed(len(codes), 0),
        low=words.fixed(known.min(), 2),
        high=words.fixed(known.max(), 2),
        middle=middle,
    )
    chart, narrow, printed = drawn(
        lambda width: cells.heat(labels, ends, r, title=title, width=width)
    )
    if below == 0:
        finding = say(
            "Half of all pairs of indicators are correlated by more than {middle}; none goes "
            "against another",
            middle=middle,
        )
    else:
        finding = say(
            "Half of all pairs of indicators are correlated by more than {middle}", middle=middle
        )
    return Figure(
        finding=finding,
        plots=say(
            "Correlation of each pair of indicators as scored (Pearson); higher is better in all. "
            "Lines part the pillars; blank cells have too few countries in common."
        ),
        foot=say(
            "Grey is below 0; the darker a cell, the higher the correlation: steps at {steps}.",
            steps=words.listing([words.fixed(s, 1) for s in cells.STEPS]),
        ),
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=(say("Indicator"), *[str(i + 1) for i in range(len(codes))]),
        rows=tuple(
            (f"{i + 1} {labels[i]}", *[words.fixed(v, 2) for v in r[i].tolist()])
            for i in range(len(codes))
        ),
        numbers=numbers.frame("correlations", pd.DataFrame(r, codes, codes), names),
    )


def dimensions(audit: Audit, names: Names) -> list[Figure]:
    """Draw scree and loadings of the index and of each pillar."""
    tree = audit.evidence.index.framework.tree
    wanted: dict[str, Family] = {}
    for family in audit.evidence.parts.families:
        main = family.node == tree.root or family.node in tree.pillars
        if main and (family.node not in wanted or family.kind == "indicators"):
            wanted[family.node] = family
    return [_dimension(f, names) for f in wanted.values() if f.components is not None]


def _dimension(family: Family, names: Names) -> Figure:
    found = family.components or Components(np.array([]), pd.DataFrame())
    share = words.share(found.first_share)
    loadings = {names[str(c)]: float(v) for c, v in found.loadings[1].items()}
    told = words.commas(f"{name} {words.fixed(v, 2)}" for name, v in loadings.items())
    values = [float(v) for v in found.eigenvalues]
    title = say(
        "Eigenvalues of {node}: {values}; loadings on the first: {loadings}",
        node=names[family.node],
        values=words.commas(words.fixed(v, 2) for v in values),
        loadings=told,
    )
    chart, narrow, printed = drawn(lambda w: charts.scree(values, loadings, title=title, width=w))
    above = sum(v > 1 for v in values)
    rows = [
        (names[str(c)], *[words.fixed(float(v), 2) for v in family_row])
        for c, family_row in zip(
            found.loadings.index, found.loadings.to_numpy(float).tolist(), strict=True
        )
    ]
    return Figure(
        finding=say(
            "{node}: one main thing explains {share} of the variance",
            node=names[family.node],
            share=share,
        ),
        plots=_of_components(family),
        foot=_of_family(family, above, names.places),
        chart=chart,
        narrow=narrow,
        printed=printed,
        columns=(say("Eigenvalue"), *[words.fixed(v, 2) for v in values]),
        rows=tuple(rows),
        numbers=numbers.components(family.node, found, names),
    )


def _of_components(family: Family) -> str:
    """Say what is plotted of the components of a family."""
    if family.kind == "children":
        return say(
            "Left, eigenvalues of the components; the line marks 1. Right, the correlation of each "
            "child with the first component."
        )
    return say(
        "Left, eigenvalues of the components; the line marks 1. Right, the correlation of each "
        "indicator with the first component."
    )


def _of_family(family: Family, above: int, places: str) -> str:
    """Say how many components count, and how well the members hang together."""
    counted = words.counted(above, "{n} eigenvalue above 1.", "{n} eigenvalues above 1.")
    together = say(
        "Alpha {alpha}, sampling adequacy {adequacy}; the pair with the fewest has {n} {places} in "
        "common.",
        alpha=words.fixed(family.alpha, 2),
        adequacy=words.fixed(family.adequacy, 2),
        n=words.whole(family.common),
        places=places,
    )
    return f"{words.capital(counted)} {together}"
