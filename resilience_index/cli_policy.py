"""The commands of the policy lab: policy compare, stress, report, presets."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from resilience_index.doors import ContentDir, out
from resilience_index.errors import UsageError, nearest

if TYPE_CHECKING:
    from resilience_index.policy import Comparison, Lab, Sensitivity, Stress
    from resilience_index.policy.comparison import ArmResult

policy = typer.Typer(
    help="What if: vouchers, sovereign models, shared hosting, suppliers that fall away.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

ARMS = "voucher:korea_documented,sovereign:apertus_class,hosting"
FrameworkName = Annotated[str, typer.Option(help="Name of a file in frameworks/.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of all draws.")]
Draws = Annotated[int, typer.Option(min=1, help="Number of draws.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def opened(framework: str, content: Path | None, seed: int) -> "Lab":
    """Build an index and open its policies."""
    from resilience_index.index import build
    from resilience_index.policy import open_lab

    return open_lab(build(framework, content=content, seed=seed))


def print_json(record: Mapping[str, Any]) -> None:
    """Print a record as JSON."""
    out.print(json.dumps(record, ensure_ascii=False, indent=1), markup=False)


@policy.command()
def compare(
    country: Annotated[
        str | None, typer.Argument(help="Country code, such as KOR; all countries if not given.")
    ] = None,
    budget: Annotated[str, typer.Option(help="Present value in US dollars.")] = "1e9",
    arms: Annotated[str, typer.Option(help="Programmes, kind:preset, comma between.")] = ARMS,
    years: Annotated[int, typer.Option(min=1, max=30, help="Years ahead.")] = 5,
    others: Annotated[
        str, typer.Option(help="Other countries: frozen, or moving along their own paths.")
    ] = "frozen",
    firms: Annotated[
        str | None, typer.Option(help="Number of firms in scope, instead of the one on file.")
    ] = None,
    shock: Annotated[str | None, typer.Option(help="What falls away after the last year.")] = None,
    decide: Annotated[
        bool,
        typer.Option("--decide/--no-decide", help="Find out which assumption decides, or not."),
    ] = True,
    draws: Draws = 10_000,
    as_json: AsJson = False,
    framework: FrameworkName = "ai_resilience",
    content: ContentDir = None,
    seed: Seed = 0,
) -> None:
    """Compare programmes at equal present cost: score, rank, cost, loss under a shock.

    Example: [bold]resilience-index policy compare KOR --budget 1e9 --years 5[/bold]
    """
    from resilience_index import policy as lab_of
    from resilience_index.policy import record
    from resilience_index.policy.lab import firm_count, money

    if firms is not None and not country:
        raise UsageError("--firms: name the country whose firms these are")
    given = {}
    if firms is not None and country:
        given[country] = firm_count(firms)
    if others not in ("frozen", "moving"):
        raise UsageError(f"--others {others} {nearest(others, ['frozen', 'moving'])}")
    asked = lab_of.Asked(
        money(budget), years, draws, seed, others="moving" if others == "moving" else "frozen",
        firms=given,
    )  # fmt: skip
    lab = opened(framework, content, seed)
    if country is None:
        table = lab_of.compare_all(lab, arms, asked).reset_index()
        if as_json:
            rows = json.loads(table.to_json(orient="records"))
            print_json({"modelled": record.MODELLED, "rows": rows})
        else:
            out.print(table.to_csv(index=False, float_format="%.6g").rstrip(), markup=False)
        return
    made = lab_of.compare(lab, country, arms, asked, shock=shock)
    decided = lab_of.sensitivity(lab, country, arms, asked) if decide else ()
    if as_json:
        print_json(record.comparison(lab, made, decided))
    else:
        _tell(lab, made, decided)


def _tell(lab: "Lab", made: "Comparison", decided: "tuple[Sensitivity, ...]") -> None:
    """Print a comparison: what must be said first, then tables."""
    from resilience_index.policy import record

    for sentence in (*record.first_sentences(made, decided), record.MODELLED):
        out.print(sentence, markup=False)
    out.print(
        f"\n{made.name}: rank {made.rank:.0f} ({made.range} in 90 % of draws), "
        f"score {made.score:.1f}; "
        f"US$ {made.asked.budget:,.0f} over {_years(made.asked.years)}, "
        f"others {made.asked.others}\n",
        markup=False,
    )
    loss = record.spread(made.without.per_adopter, missing="unknown")
    out.print(f"no programme\n  {'loss per adopter':<20}{loss}", markup=False)
    for one in made.arms:
        _tell_arm(one)
    shock = lab.policies.shock(made.shock).title
    out.print(
        f"\nchange by year {made.asked.years}: median and 90 % of draws; loss: mean share of use "
        f"lost over the months after '{shock}'",
        markup=False,
    )
    for (a, b), p in made.beats.items():
        if a < b:
            out.print(f"P({a} gains more than {b}) = {p:.2f}", markup=False)
    for decision in decided:
        _tell_decision(decision)
    for note in (*made.notes, *_unfinished(lab, made)):
        out.print(f"- {note}", markup=False)


def _years(count: int) -> str:
    """Count years.

    >>> _years(1), _years(5)
    ('1 year', '5 years')
    """
    return f"{count} year" if count == 1 else f"{count} years"


def _unfinished(lab: "Lab", made: "Comparison") -> Iterator[str]:
    """Say which arms are still being paid for when the last year that is looked at ends."""
    for one in made.arms:
        over = lab.policies.paid(one.arm.programme).years
        if over > made.asked.years:
            yield (
                f"{one.arm.label}: paid out over {_years(over)}, of which {made.asked.years} "
                "count here; the cost of each firm is that of the whole budget all the same"
            )


def _tell_arm(one: "ArmResult") -> None:
    """Print what one arm does by the last year; names and numbers are never cut."""
    from resilience_index.policy import record

    last = one.last
    claimed = " (as claimed)" if one.arm.programme.status == "claimed" else ""
    out.print(f"{one.arm.label}{claimed}", markup=False)
    rows = {
        "score": record.spread(last.score, 3),
        "without hosting": record.spread(one.without_hosting, 3),
        "rank": record.spread(last.rank, 0),
        "more firms using AI": record.spread(last.adopters, 0),
        "US$ for each": record.spread(last.cost, 0),
        "loss per adopter": record.spread(one.losses.per_adopter, missing="unknown"),
        "loss of the economy": record.spread(one.losses.per_economy, missing="unknown"),
    }
    for name, text in rows.items():
        out.print(f"  {name:<20}{text}", markup=False)


def _tell_decision(one: "Sensitivity") -> None:
    """Print what decides between two arms."""
    if one.decisive is None:
        out.print(f"{one.first_arm} or {one.second_arm}: no difference in any draw", markup=False)
        return
    total = one.total(one.decisive)
    data = "data stand behind it" if one.decisive.has_data else "no data stand behind it"
    out.print(
        f"{one.first_arm} or {one.second_arm}: decided most by {one.decisive.title} "
        f"(total effect {total:.0%}; {data})",
        markup=False,
    )


@policy.command()
def stress(
    country: Annotated[
        str | None, typer.Argument(help="Country code; the league of all countries if not given.")
    ] = None,
    shock: Annotated[
        str, typer.Option(help="Name of a shock in policies/shocks.toml.")
    ] = "us_cloud",
    top: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    draws: Draws = 10_000,
    as_json: AsJson = False,
    framework: FrameworkName = "ai_resilience",
    content: ContentDir = None,
    seed: Seed = 0,
) -> None:
    """Let a supplier, a jurisdiction or a layer fall away: loss, recovery, resilience.

    Example: [bold]resilience-index policy stress KOR --shock us_cloud[/bold]
    """
    from resilience_index.policy import record
    from resilience_index.policy import stress as strike

    lab = opened(framework, content, seed)
    made = strike(lab, shock, None if country is None else [country], draws=draws, seed=seed)
    found = record.stressed(lab, made)
    if country is None:
        rows = sorted(found["countries"], key=lambda r: (r["rank_resilience"] or 1e9, r["iso3"]))
        found["countries"] = rows[:top]
    if as_json:
        print_json(found)
        return
    what = lab.policies.shock(shock)
    for sentence in (f"{what.title}. {what.text}", record.MODELLED):
        out.print(sentence, markup=False)
    if country is None:
        _tell_league(found)
    else:
        _tell_stress(lab, made, found["countries"][0])


def _tell_league(found: Mapping[str, Any]) -> None:
    """Print the league of resilience, best first."""
    table = Table(box=None, pad_edge=False)
    heads = ("iso3", "name", "rank", "per adopter", "rank of economy", "per economy", "shares")
    for head in heads:
        table.add_column(head, justify="left" if head in ("iso3", "name", "shares") else "right")
    for row in found["countries"]:
        known = row["rank_resilience"] is not None
        table.add_row(
            row["iso3"],
            row["name"],
            _ranged(row, "rank_resilience") if known else "unknown",
            f"{row['loss_per_adopter']:.0%}" if known else "",
            _ranged(row, "rank_resilience_economy") if known else "",
            f"{row['loss_per_economy']:.1%}" if known else "",
            row["shares_are"],
        )
    out.print(table)
    out.print(
        "loss: mean share of use lost over the months; a country without adoption loses nothing; "
        "ranks go by the median loss, beside them those in 90 % of single draws"
    )


def _ranged(row: Mapping[str, Any], name: str) -> str:
    """Spell a rank with its interval."""
    return f"{row[name]:.0f} ({row[f'{name}_05']:.0f}–{row[f'{name}_95']:.0f})"


def _tell_stress(lab: "Lab", made: "Stress", row: Mapping[str, Any]) -> None:
    """Print the course of use in one country."""
    from resilience_index.policy import Interval, record

    code, course = made.codes[0], made.course
    for note in made.notes.values():
        out.print(note, markup=False)
    rows = {
        "use lost at once": Interval.of(course.direct[:, 0]),
        "use at its lowest": Interval.of(1 - course.direct[:, 0]),
        "brought back by another vendor": Interval.of(course.by["other_vendor"][:, 0]),
        "brought back by open weights": Interval.of(course.by["open_weights"][:, 0]),
        "brought back by an own model": Interval.of(course.by["own_model"][:, 0]),
        f"use in month {made.months}": Interval.of(course.left[:, 0]),
        "months until 90 % is back": Interval.of(course.recovered[:, 0]),
        "mean loss per adopter": Interval.of(course.mean_loss[:, 0]),
        "mean loss of the economy": Interval.of(made.per_economy[:, 0]),
    }
    table = Table(box=None, pad_edge=False)
    table.add_column(lab.name(code))
    table.add_column("median (90 % of draws)", justify="right")
    for name, interval in rows.items():
        beyond = f"over {made.months}"
        table.add_row(name, record.spread(interval, beyond=beyond, missing="unknown"))
    out.print(table)
    before, rank = (lab.value(t, code, lab.index.root) for t in (lab.index.scores, lab.index.ranks))
    today = f"rank {rank:.0f} ({lab.range_of(code)} in 90 % of draws) before"
    if math.isnan(made.score[0]):
        out.print(f"score {before:.1f}, {today}; after: unknown")
        return
    out.print(
        f"score {before:.1f} before, {made.score[0]:.1f} after; {today}, {made.rank[0]:.0f} "
        f"({ends(row['rank_after_range'])}) after; shares: {row['shares_are']}"
    )


def ends(ends: Sequence[float | None]) -> str:
    """Spell the ends of an interval; nothing where there is none.

    >>> ends([7.0, 17.0]), ends([None, None])
    ('7–17', '')
    """
    return "–".join(f"{end:.0f}" for end in ends if end is not None)


@policy.command()
def report(
    countries: Annotated[
        str | None, typer.Argument(help="Country codes such as KOR,JPN; all if not given.")
    ] = None,
    budget: Annotated[str, typer.Option(help="Present value in US dollars.")] = "1e9",
    arms: Annotated[str, typer.Option(help="Programmes, kind:preset, comma between.")] = ARMS,
    years: Annotated[int, typer.Option(min=1, max=30, help="Years ahead.")] = 5,
    out_dir: Annotated[Path, typer.Option("--out", help="Folder of the pages.")] = Path(),
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="With PDFs, or without.")] = True,
    draws: Draws = 4096,
    framework: FrameworkName = "ai_resilience",
    content: ContentDir = None,
    seed: Seed = 0,
) -> None:
    """Write the pages of the policy lab: CODE-policy.html and .pdf, and one for all countries.

    Example: [bold]resilience-index policy report KOR --out desk[/bold]
    """
    from resilience_index.policy import Asked
    from resilience_index.policy.lab import money
    from resilience_index.publish.policy_page import work, write

    lab = opened(framework, content, seed)
    codes = None if countries is None else [c.strip() for c in countries.split(",") if c.strip()]
    asked = Asked(money(budget), years, draws, seed)
    for name in write(work(lab, codes, arms=arms, asked=asked), out_dir, pdf=pdf):
        out.print(str(out_dir / name), markup=False)


@policy.command()
def presets(content: ContentDir = None, framework: FrameworkName = "ai_resilience") -> None:
    """List the presets of programmes, and the shocks.

    Example: [bold]resilience-index policy presets[/bold]
    """
    lab = opened(framework, content, 0)
    for code, programme in lab.policies.programmes.items():
        out.print(f"{programme.kind}:{code} ({programme.status})", markup=False)
        out.print(f"    {programme.title}. {programme.text}", markup=False)
    for code, shock in lab.policies.shocks.shocks.items():
        out.print(f"shock {code}", markup=False)
        out.print(f"    {shock.title}. {shock.text}", markup=False)
