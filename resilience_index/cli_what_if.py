"""The command what-if: a country with other figures, and the least change to a rank or a score."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from resilience_index.cli_policy import AsJson, FrameworkName, Seed, ends, opened, print_json
from resilience_index.doors import ContentDir, out
from resilience_index.errors import UsageError, nearest


def what_if(
    country: Annotated[str, typer.Argument(help="Country code, such as KOR.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="indicator=value or node.indicator=value; may be repeated."),
    ] = None,
    rank: Annotated[
        int | None, typer.Option(min=1, help="Search the least change to this rank.")
    ] = None,
    score: Annotated[
        float | None, typer.Option(help="Search the least change to this score.")
    ] = None,
    only: Annotated[
        str | None, typer.Option(help="Nodes or indicators that may change in the search.")
    ] = None,
    goalposts: Annotated[
        str, typer.Option(help="frozen, or moving: build the index anew.")
    ] = "frozen",
    as_json: AsJson = False,
    framework: FrameworkName = "ai_resilience",
    content: ContentDir = None,
    seed: Seed = 0,
) -> None:
    """Score a country with other figures, or find the least change to a rank or a score.

    Example: [bold]resilience-index what-if KOR --set adoption.ai_user_share=40[/bold]
    """
    from resilience_index.policy import record, target, with_range, with_ranges
    from resilience_index.policy import what_if as score_with
    from resilience_index.policy.what_if import settings

    lab = opened(framework, content, seed)
    if rank is not None or score is not None:
        if set_:
            raise UsageError("give either --set, or a target by --rank or --score")
        names = [part.strip() for part in (only or "").split(",") if part.strip()]
        found = with_range(lab, target(lab, country, rank=rank, score=score, only=names))
        print_json(record.reached(found)) if as_json else _tell_target(record.reached(found))
        return
    if goalposts not in ("frozen", "moving"):
        raise UsageError(f"--goalposts {goalposts} {nearest(goalposts, ['frozen', 'moving'])}")
    figures = settings(set_ or [], lab.index)
    kept: Literal["frozen", "moving"] = "moving" if goalposts == "moving" else "frozen"
    made = record.changed(with_ranges(lab, score_with(lab, country, figures, kept)))
    print_json(made) if as_json else _tell_change(made)


def _tell_change(made: Mapping[str, Any]) -> None:
    """Print scores and ranks before and after."""
    for change in made["changes"]:
        before = "no figure" if change["before"] is None else f"{change['before']:g}"
        out.print(
            f"{change['title']}: {before} to {change['after']:g} ({change['unit']})", markup=False
        )
        if change["beyond"]:
            out.print(
                f"  {change['after']:g} lies outside the figures of all ranked countries, "
                f"{change['lowest']:g} to {change['highest']:g}; see that it is possible",
                markup=False,
            )
    table = Table(box=None, pad_edge=False)
    heads = (made["name"], "score", "after", "rank", "90 % range", "after", "90 % range")
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left")
    for node in made["nodes"]:
        cells = [node[k] for k in ("score_before", "score_after", "rank_before", "rank_after")]
        if cells[0] != cells[1] or cells[2] != cells[3] or node is made["nodes"][0]:
            shown = ["" if v is None else f"{v:.{1 if i < 2 else 0}f}" for i, v in enumerate(cells)]
            before, after = ends(node["range_before"]), ends(node["range_after"])
            table.add_row(node["title"], *shown[:3], before, shown[3], after)
    out.print(table)
    out.print("90 % range: ranks over all assumptions of the framework; after: of the index built "
              "anew with the new figures")  # fmt: skip


def _tell_target(made: Mapping[str, Any]) -> None:
    """Print the least change, and what would do it alone."""
    out.print(f"{made['name']}: rank {made['rank']:.0f} "
              f"({ends(made['rank_range'])} in 90 % of draws), "
              f"score {made['score']:.1f}; "
              f"{made['target']} takes {made['score_needed']:.1f}", markup=False)  # fmt: skip
    way = made["least_change"]
    if not way["steps"]:
        out.print("nothing has to change")
        return
    if not way["reached"]:
        out.print("out of reach even with every figure at the best of today")
    place = f"rank {way['rank']:.0f} ({ends(way['rank_range'])} in 90 % of draws)"
    out.print(
        f"least change, {way['points_in_all']:.1f} points of indicators' scores in all, to {place}:"
    )
    for step in way["steps"]:
        out.print(f"  {step['title']}: {step['before']:.6g} to {step['after']:.6g} "
                  f"({step['unit']})", markup=False)  # fmt: skip
    if made["one_at_a_time"]:
        out.print("or one alone:")
    for one in made["one_at_a_time"][:5]:
        step = one["steps"][0]
        out.print(f"  {step['title']}: {step['before']:.6g} to {step['after']:.6g} "
                  f"({step['unit']})", markup=False)  # fmt: skip
