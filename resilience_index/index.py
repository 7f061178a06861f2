"""Build an index: the steps in order, every stage kept.

`build` reads as the method section of a paper. A variant is another build with settings replaced;
an `Index` is compared, never edited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from resilience_index.content import Content, Framework, open_content
from resilience_index.errors import ContentError, DataError
from resilience_index.observing import (
    IMPUTED,
    NOT_APPLICABLE,
    OBSERVED,
    STRUCTURAL,
    TREATED,
    Observed,
    covariates,
    observe,
    spelled,
)
from resilience_index.preparing import imputed, known_of, normalised, points_of_errors, treated
from resilience_index.scoring import (
    Weights,
    chosen,
    classed,
    finite,
    missing_share,
    nominal_weights,
    ranked,
    score,
)
from resilience_index.steps import screen
from resilience_index.tidy import frame, shown


@dataclass(frozen=True, slots=True)
class Index:
    """One built index: what went in, what came out, and every table between.

    All tables have the same rows: the countries that passed the screen, or (country, year) in a
    panel. Tables of indicators have one column an indicator, those of scores one a node, the
    index first.
    """

    framework: Framework
    content: Content
    seed: int
    observed: pd.DataFrame  # each column in its own unit
    years: pd.DataFrame  # year of each observation
    errors: pd.DataFrame  # standard error of each figure after its transform, where one is stated
    denominated: pd.DataFrame  # observed / denominator * scale
    imputed: pd.DataFrame  # after the transform of the definition, gaps filled if so chosen
    treated: pd.DataFrame  # outliers treated
    normalised: pd.DataFrame  # points
    scores: pd.DataFrame  # points; columns: the index, then the nodes under it
    ranks: pd.DataFrame  # 1 is best; columns as in scores
    spread: pd.DataFrame  # of the nodes that ask for it: columns (node, se), (node, lower), …
    classes: pd.DataFrame  # names of classes, of the nodes that have them
    flags: pd.DataFrame  # marks of each cell, as bits
    weights: Mapping[str, Weights]  # of the children of each node
    nominal: pd.Series  # weight of each indicator in the index
    imputation: pd.DataFrame  # facts, a row an indicator
    treatment: pd.DataFrame  # facts, a row an indicator
    excluded: pd.DataFrame  # code, name, reason
    facts: pd.DataFrame  # where, what
    draws: Mapping[str, np.ndarray]  # of multiple imputation: draws by rows, by indicator
    inputs: frozenset[Path]  # files that it was built from

    @property
    def root(self) -> str:
        """Code of the index among the nodes."""
        return self.framework.tree.root

    @property
    def ranked(self) -> int:
        """Number of countries that have a rank; in a panel, in its last year."""
        ranks = self.ranks[self.root].dropna()
        if ranks.index.nlevels > 1:
            ranks = ranks[ranks.index.get_level_values(1) == max(self.framework.years)]
        return len(ranks)

    @property
    def marks(self) -> pd.DataFrame:
        """What each cell is: observed, older, structural, imputed, treated or missing."""
        return spelled(self.flags)

    @property
    def missing(self) -> pd.DataFrame:
        """True where an indicator is due and there is neither a figure nor a stated meaning."""
        return (self.flags & (OBSERVED | STRUCTURAL | NOT_APPLICABLE)) == 0

    @property
    def coverage(self) -> pd.Series:
        """Share of the indicators due that are there, for each row."""
        due = (self.flags & NOT_APPLICABLE) == 0
        return (1 - self.missing.sum(axis=1) / due.sum(axis=1)).rename("coverage")

    @property
    def missing_share(self) -> pd.Series:
        """Nominal weight that rests on missing cells, for each row."""
        return missing_share(self.nominal, self.missing)

    def to_frame(self, what: str = "scores") -> pd.DataFrame:
        """Return a table of the index as a tidy frame, units in its `attrs`.

        Parameters
        ----------
        what
            "ranking": one row a country, best first. "scores": one row a country and node.
            "indicators": one row a country and indicator, through every stage. "weights": one row
            an indicator. "excluded": who is left out, and why. "observed", "denominated",
            "imputed", "treated", "normalised": countries by indicators at that stage.

        Returns
        -------
        DataFrame
            `attrs["units"]` gives the unit of each column that has one; `attrs["title"]` and
            `attrs["licence"]` say what it is and on what terms. In a panel the column panel_year
            says which year a row is about.

        Raises
        ------
        UsageError
            If there is no such table.

        Examples
        --------
        >>> scores = build("ai_resilience").to_frame("scores")
        >>> list(scores.columns), scores.attrs["units"]["score"]
        (['iso3', 'node', 'score', 'rank'], 'points')
        """
        return frame(self, what)

    def _repr_html_(self) -> str:
        """Show the head of the ranking in a notebook."""
        return shown(self)

    def ranking(self) -> pd.DataFrame:
        """Return the ranking: best first; name, groups, rank, score, pillars, coverage.

        Countries of equal rank stand in the order of their codes, in a panel under each year.
        Scores are in points.

        Examples
        --------
        >>> ranking = build("ai_resilience").ranking()
        >>> list(ranking.columns[:5])
        ['name', 'region', 'income_group', 'rank', 'score']
        """
        names = self.ranks.index.get_level_values(0)
        out = pd.DataFrame(index=self.ranks.index)
        for column in ("name", "region", "income_group"):
            if column in self.content.units:
                out[column] = self.content.units[column].reindex(names).to_numpy()
        out["rank"] = self.ranks[self.root]
        out["score"] = self.scores[self.root]
        for pillar in self.framework.tree.pillars:
            out[pillar] = self.scores[pillar]
        out["coverage"] = self.coverage
        out["missing_share"] = self.missing_share
        order = ["year", "rank"] if self.framework.panel is not None else ["rank"]
        return out.sort_index(kind="stable").sort_values(order, kind="stable")


def build(
    framework: str | Framework = "ai_resilience",
    *,
    content: Content | Path | str | None = None,
    changes: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> Index:
    """Build an index from a framework and the figures of a content folder.

    Parameters
    ----------
    framework
        Name of a framework in the content folder, or one that has been read.
    content
        Content folder, or one that has been opened; the shipped one if nothing is said.
    changes
        Settings to replace, by dotted key: ``{"method.normalise": {"name": "zscore"}}``.
    seed
        Of methods that draw (chained equations); the same seed gives the same index.

    Returns
    -------
    Index
        Every stage as a table.

    Raises
    ------
    ContentError
        If a definition or a table is wrong.
    MethodError, DataError
        If a method cannot do with the figures what is asked of it.

    Examples
    --------
    >>> index = build("ai_resilience")
    >>> index.scores.columns[:2].tolist(), bool(index.ranks.loc["KOR", "index"] <= 30)
    (['index', 'compute'], True)
    """
    named = framework if isinstance(framework, str) else None
    given = content if isinstance(content, Content) else open_content(content, framework=named)
    opened = given.recording()
    if isinstance(framework, Framework):
        read = framework
        opened.record(framework)
    else:
        read = _framework(opened, framework)
    if changes:
        read = opened.changed(read, changes)
    first = observe(opened, read)
    reasons = screened(opened, read, first)
    index = compute(opened, read, first, reasons, seed=seed)
    given.read.update(index.inputs)
    return index


def _framework(content: Content, name: str) -> Framework:
    """Read a framework; if it is faulty, tell the faults of its figures as well."""
    try:
        return content.framework(name)
    except ContentError as error:
        told = content.faults_of(name)
        if len(told) > len(error.problems):
            raise ContentError(str(content.folder), told) from None
        raise


def compute(
    content: Content, framework: Framework, first: Observed, reasons: pd.Series, *, seed: int
) -> Index:
    """Run the steps after the screen; `reasons` says of each row why it is left out, or ""."""
    keep = (reasons == "").to_numpy()
    if not keep.any():
        raise DataError(
            f"{framework.name}: no country passes the screen; loosen method.screen, or add figures"
        )
    observed, flags = first.transformed[keep], first.flags[keep]
    _all_there(framework, observed)
    applicable = (flags & NOT_APPLICABLE) == 0
    units = _attributes(content, observed.index)
    rng = np.random.default_rng(seed)
    supplies: dict[str, Any] = {"units": units, "rng": rng, **known_of(content, framework)}
    supplies["covariates"] = covariates(content, framework, observed.index)

    filled, imputation, draws = imputed(framework, observed, supplies)
    filled = filled.where(applicable)
    flags = flags | (IMPUTED * (observed.isna() & filled.notna())).astype(np.uint8)
    drawn_in, treatment = treated(framework, filled, supplies)
    flags = flags | (TREATED * (filled.notna() & (drawn_in != filled))).astype(np.uint8)
    points_ = normalised(framework, drawn_in, supplies)
    errors = first.errors[keep]
    of_points = points_of_errors(framework, filled, drawn_in, errors, supplies)
    scored = score(framework, points_, applicable, supplies, of_points)
    finite(scored.scores, "scores")
    return Index(
        framework=framework,
        content=content,
        seed=seed,
        observed=first.observed[keep],
        years=first.years[keep],
        errors=errors,
        denominated=first.denominated[keep],
        imputed=filled,
        treated=drawn_in,
        normalised=points_,
        scores=scored.scores,
        ranks=ranked(framework, scored.scores),
        spread=scored.spread,
        classes=classed(framework, scored.scores),
        flags=flags.astype(np.uint8),
        weights=scored.weights,
        nominal=nominal_weights(framework, scored.weights),
        imputation=imputation,
        treatment=treatment,
        excluded=_excluded(content, reasons),
        facts=_facts(first.facts, [*scored.facts, *_left_out(framework)]),
        draws=draws,
        inputs=frozenset(content.read),
    )


def _facts(first: pd.DataFrame, more: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Add rows to the log of a build."""
    return pd.concat([first, pd.DataFrame(more, columns=first.columns)], ignore_index=True)


def _left_out(framework: Framework) -> list[tuple[str, str]]:
    """Say which indicators and nodes a framework leaves out, and why."""
    return [
        (code, f"left out of the index: {why}" if why else "left out of the index")
        for code, why in framework.leave_out.items()
    ]


def screened(content: Content, framework: Framework, first: Observed) -> pd.Series:
    """Say of each row why it is left out; empty text for those that stay."""
    tree = framework.tree
    supplies = {
        "due": (first.flags & NOT_APPLICABLE) == 0,
        "nodes": {
            content_title(framework, node): tree.leaves(node) for node in tree.children[tree.root]
        },
        "units": _attributes(content, first.transformed.index),
    }
    method = chosen(screen.METHODS, framework.method.screen, "screen", supplies)
    reasons: pd.Series = method(first.transformed)
    return reasons


def content_title(framework: Framework, code: str) -> str:
    """Title of a node; of an indicator that hangs right under the index, its code."""
    return framework.nodes[code].title if code in framework.nodes else code


def _attributes(content: Content, rows: pd.Index) -> pd.DataFrame:
    """Attributes of the countries, one row for each row of the index."""
    table = content.units.reindex(rows.get_level_values(0))
    table.index = rows
    return table


def _all_there(framework: Framework, observed: pd.DataFrame) -> None:
    """Refuse an indicator that no country has a figure for."""
    bare = list(observed.columns[observed.isna().all().to_numpy()])
    if bare:
        raise DataError(
            f"{framework.name}: no country that passes the screen has a figure for "
            f"{', '.join(bare)}; leave these indicators out of the framework, raise their "
            "max_age, or add figures"
        )


def _excluded(content: Content, reasons: pd.Series) -> pd.DataFrame:
    """List who is left out, and why."""
    out = reasons[reasons != ""].rename("reason").to_frame()
    names = content.units["name"].reindex(out.index.get_level_values(0)).to_numpy()
    out.insert(0, "name", names)
    return out.reset_index()


def peers_of(index: Index, column: str, value: str) -> Sequence[str]:
    """Codes of the ranked countries whose attribute has a value, in the order of the ranking."""
    units = index.content.units
    members = set(units.index[(units[column] == value).to_numpy()])
    return [str(c) for c in index.ranking().index if c in members]
