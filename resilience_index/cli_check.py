"""The command check: everything that is wrong with a content folder, at once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resilience_index.doors import ContentDir, out

if TYPE_CHECKING:
    from resilience_index.content import Content


def check(
    framework: Annotated[
        str | None, typer.Argument(help="Name of a framework; all if not given.")
    ] = None,
    content: ContentDir = None,
) -> None:
    """Read every definition and figure, and say everything that is wrong.

    Example: [bold]resilience-index check --content mine[/bold]
    """
    from resilience_index.content import errata, provenance, survey
    from resilience_index.content.policies import Known, problems_of
    from resilience_index.errors import ContentError

    opened, problems = survey(content)
    if opened is None:
        raise ContentError(str(content), problems)
    names = [framework] if framework else opened.frameworks()
    count, figures, wrong = _frameworks(opened, names, everything=framework is None)
    problems += wrong
    problems += provenance.faults(opened.folder) if framework is None else []
    problems += errata.faults(opened.folder, _editions(opened, names))
    codes = [*opened.indicators, *sorted(opened.broken)]
    known = Known(opened.units.index, codes, opened.frameworks())
    problems += problems_of(opened.folder, known)
    if problems:
        raise ContentError(str(opened.folder), list(dict.fromkeys(problems)))
    out.print(
        f"in order: {', '.join(names) or 'no framework'}; {count} indicators, "
        f"{len(opened.sources)} sources, {figures:,} figures, {len(opened.units)} countries"
    )


def _editions(opened: "Content", names: list[str]) -> dict[str, str]:
    """Return the edition of each framework that can be read; the rest is told elsewhere."""
    from resilience_index.errors import ContentError

    found = {}
    for name in names:
        try:
            found[name] = opened.framework(name).about.edition
        except ContentError:
            continue
    return found


def _frameworks(
    opened: "Content", names: list[str], *, everything: bool
) -> tuple[int, int, list[str]]:
    """Check frameworks and the figures that each needs; count indicators and figures, list faults.

    The figures of each framework may reach to its own year; those that no framework needs, to any.
    """
    from resilience_index.errors import ContentError
    from resilience_index.robustness._thresholds import unknown_checks

    problems: list[str] = []
    figures: dict[str, int] = {}
    asked: list[tuple[list[str], int | None]] = []
    for name in names:
        try:
            one = opened.framework(name)
            asked.append((opened.needed(one.indicators), max(one.years)))
            problems += [f"{name}.toml: {p}" for p in unknown_checks(one.audit.explained)]
        except ContentError as error:
            problems += [f"{Path(error.where).name}: {p}" for p in error.problems]
            draft = opened.draft(name) if name in opened.frameworks() else None
            if draft is not None:
                asked.append((opened.needed(draft.indicators), max(draft.years, default=None)))
    spare = sorted(set(opened.indicators) - {c for codes, _ in asked for c in codes})
    if everything or problems:
        asked += [([code], None) for code in spare]
    else:
        problems += [p for name in names for p in opened.faults_beside(name)]
    for codes, latest in asked:
        try:
            read = opened.observations(codes, latest)
            figures |= {code: len(one) for code, one in read.items()}
        except ContentError as error:
            problems += error.problems
    return len({c for codes, _ in asked for c in codes}), sum(figures.values()), problems
