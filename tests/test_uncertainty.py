"""Uncertainty of ranks: against enumeration, against the engine, and whoever does the work."""

import os
import signal
from collections import Counter
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest

import resilience_index as ri
from resilience_index import scoring
from resilience_index.errors import DataError, UsageError
from resilience_index.robustness import uncertainty as module
from resilience_index.robustness._kernel import evaluate
from resilience_index.robustness._model import Scratch
from resilience_index.robustness._prepare import prepare
from resilience_index.robustness._sampling import Worker, plan_of
from resilience_index.robustness._summaries import tiers_of
from resilience_index.robustness.uncertainty import uncertainty, within
from tests import made_up
from tests.made_up import EVERYTHING, METHOD
from tests.test_published import PUBLISHED


@pytest.fixture(scope="module")
def default(index):
    return uncertainty(index)


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """An index of 30 units and 14 indicators in which every kind of assumption is at work."""
    place = made_up.large(tmp_path_factory.mktemp("all") / "content", 30, 14, gaps=0.12)
    return ri.build("made_up", content=place)


def built(place, figures, framework, **more):
    return ri.build(
        "made_up", content=made_up.folder(place / "content", figures, framework, **more)
    )


def nominal(index):
    prepared = prepare(index, seed=0)
    model = prepared.apart()
    numbers = range(len(model.shape.families))
    made = evaluate(model, prepared.design.nominal(), Scratch(np.float64), nodes=numbers)
    return {model.shape.families[n].node: made[n][0, 0] for n in numbers}


def test_no_piece_of_work_is_so_long_that_an_interruption_has_to_wait(index, monkeypatch):
    seen = []

    def told(_work, tasks, **_):
        seen.extend(tasks)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "in_order", told)
    with pytest.raises(KeyboardInterrupt):
        uncertainty(index, draws=2**24)
    sizes = [(t.stop - t.start) * t.plan.chunk * t.plan.batch for t in seen]
    assert sum(sizes) == 2**24
    assert max(sizes) <= 2**17


# Ranks among the members of a group.


def test_ranks_among_all_are_the_published_ones_and_among_two_follow_from_who_leads(index, default):
    codes = [str(c) for c in index.ranks.index]
    pairs = {f"{a} {b}": [a, b] for a, b in zip(codes, codes[7:], strict=False)}
    found = within(index, {"all": codes, **pairs})
    ends = default.table[["rank_05", "rank_95"]]
    assert (found["all"].to_numpy() == ends.to_numpy()).all()
    for name, (a, b) in pairs.items():
        first = 1 - default.ahead(b, a)  # a is first, ties too
        low, high = found[name].loc[a]
        assert (low, high) == (1 if first >= 0.05 else 2, 1 if first >= 0.95 else 2)


def test_who_is_not_ranked_has_no_rank_in_a_group(index):
    with pytest.raises(UsageError, match="not ranked: XXX"):
        within(index, {"some": ["KOR", "XXX"]})
    with pytest.raises(UsageError, match="at least 1"):
        within(index, {"some": ["KOR"]}, draws=0)


# At the settings of the framework.


def test_a_draw_at_the_frameworks_settings_gives_the_published_ranks_exactly(index):
    scores = pd.DataFrame(nominal(index), index=index.scores.index)
    ranks = scoring.ranked(index.framework, scores)
    assert ranks[index.root].equals(index.ranks[index.root])


def test_a_draw_at_the_frameworks_settings_gives_the_published_score_of_every_node(index):
    for node, scores in nominal(index).items():
        assert scores == pytest.approx(index.scores[node].to_numpy(), rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", ["hdi", "gii", "gtmi", "hci", "svi"])
def test_published_indices_of_every_form_are_given_again_too(name):
    index = ri.build(name, content=PUBLISHED / name)
    scores = nominal(index)[index.root]
    assert scores == pytest.approx(index.scores[index.root].to_numpy(), rel=1e-12, nan_ok=True)


# Each draw is what the engine makes of the same settings.


def engine_scores(prepared, rows, batch, draw):
    """Score one draw with the engine's functions, in a framework with its settings."""
    index, shape, tables = prepared.index, prepared.model.shape, prepared.model.tables
    mix = rows.mix[batch]
    there = tables.there[tables.mask[mix]]
    points = np.where(there, tables.points[tables.base[mix]], np.nan).T
    table = pd.DataFrame(points, index=index.normalised.index, columns=list(shape.leaves))
    framework = index.framework
    families = {f.node: f for f in shape.families}
    nodes = {}
    for number, family in enumerate(shape.families):
        p = float(rows.exponents[batch, family.exponent])
        mean = framework.method.aggregate.model_copy(update={"name": "power", "settings": {"p": p}})
        weight = float(rows.node[number, batch, draw])
        own = framework.nodes[family.node]
        nodes[family.node] = own.model_copy(update={"aggregate": mean, "weight": weight})
    assert set(nodes) == set(families)
    weights = rows.leaf[:, batch, draw]
    places = {
        code: framework.indicators[code].model_copy(update={"weight": float(weight)})
        for code, weight in zip(shape.leaves, weights, strict=True)
    }
    variant = framework.model_copy(
        update={"nodes": {**framework.nodes, **nodes}, "indicators": places}
    )
    due = pd.DataFrame(True, index=table.index, columns=table.columns)
    for code in np.array(shape.leaves)[weights == 0]:  # left out: no weight, and not due
        table[code], due[code] = np.nan, False
        places[code] = framework.indicators[code]
    return scoring.score(variant, table, due, {}).scores


def some_draws(index, seed):
    """Draw settings as `uncertainty` does, without gaps or errors that are drawn."""
    prepared = prepare(index, seed=seed)
    plan = plan_of(prepared.design, 2048, seed)
    (task,) = plan.tasks(1)
    rows = Worker(prepared.model, prepared.design)._rows(task, slice(0, len(task.mix)), 0)
    open_ = np.flatnonzero(prepared.model.tables.pool[rows.mix] < 0)
    kept = np.sort(np.random.default_rng(seed).choice(open_, 12, replace=False))
    take = type(rows)(
        rows.mix[kept], rows.gaps[kept], np.full(len(kept), -1), rows.exponents[kept],
        rows.leaf[:, kept], rows.node[:, kept],
    )  # fmt: skip
    return prepared, take


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_each_draw_gives_the_scores_that_the_engine_gives_with_its_settings(everything, seed):
    prepared, rows = some_draws(everything, seed)
    scores = evaluate(prepared.model, rows, Scratch(np.float64))[prepared.model.shape.root]
    for batch in range(len(rows.mix)):
        expected = engine_scores(prepared, rows, batch, 0)[everything.root]
        assert scores[batch, 0] == pytest.approx(expected.to_numpy(), rel=1e-9)


def test_each_node_of_a_draw_has_the_score_that_the_engine_gives_it(everything):
    prepared, rows = some_draws(everything, 5)
    model = prepared.apart()
    numbers = range(len(model.shape.families))
    made = evaluate(model, rows, Scratch(np.float64), nodes=numbers)
    for batch in range(len(rows.mix)):
        expected = engine_scores(prepared, rows, batch, 0)
        for number in numbers:
            node = model.shape.families[number].node
            assert made[number][batch, 0] == pytest.approx(
                expected[node].to_numpy(), rel=1e-9, nan_ok=True
            )


def test_single_precision_keeps_the_scores_to_a_thousandth_of_a_point(everything):
    prepared, rows = some_draws(everything, 3)
    root = prepared.model.shape.root
    exact = evaluate(prepared.model, rows, Scratch(np.float64))[root]
    single = evaluate(prepared.model.cast(np.float32), rows, Scratch(np.float32))[root]
    assert np.abs(exact - single).max() < 1e-3


def test_each_mix_of_alternatives_has_the_table_that_a_build_with_them_has(index, shipped):
    prepared = prepare(index, seed=0)
    tables, assumed = prepared.model.tables, index.framework.assumptions
    _, imputations, treatments, scales = tables.shape
    for treatment, treat in enumerate(assumed.treatment.alternatives):
        for scale, normalise in enumerate(assumed.normalisation.alternatives):
            changes = {
                "method.treat": {"name": treat.name, **treat.settings},
                "method.normalise": {"name": normalise.name, **normalise.settings},
                "method.levels": {},
                "nodes.index.aggregate": {"name": "arithmetic"},
                "assumptions.power": {},
            }
            other = shipped.changed(
                index.framework.model_copy(update={"assumptions": type(assumed)()}), changes
            )
            expected = ri.build(other, content=shipped).normalised[
                list(prepared.model.shape.leaves)
            ]
            mix = 1 + (0 * imputations * treatments + treatment) * scales + scale
            assert imputations == 2
            there = tables.there[tables.mask[mix]]
            points = np.where(there, tables.points[tables.base[mix]], np.nan).T
            floored = expected.clip(lower=normalise.floor).to_numpy()
            assert points == pytest.approx(floored, nan_ok=True)


# Small cases by hand.

TWO = """
[method]
normalise = { name = "none" }
aggregate = { name = "arithmetic" }

[nodes.index]
title = "Index"

[indicators]
a = { parent = "index" }
b = { parent = "index" }

[assumptions.weights]
reason = "To be tried."
"""


def test_weights_within_a_quarter_put_one_ahead_of_the_other_as_often_as_the_square_says(tmp_path):
    figures = pd.DataFrame({"a": [60.0, 40.0], "b": [40.0, 65.0]}, index=["AAA", "BBB"])
    found = uncertainty(built(tmp_path, figures, TWO), draws=65_536)
    # AAA is ahead where 20 w_a > 25 w_b, w_a > 1.25 w_b: with w_b from .75 to 1 and w_a from
    # 1.25 w_b to 1.25, a triangle of legs .25 and .3125 in a square of side .5
    share = 0.25 * 0.3125 / 2 / 0.25
    assert found.ahead("AAA", "BBB") == pytest.approx(share, abs=4 * np.sqrt(share / 16_384))
    assert found.rank_shares.loc["AAA", 1] == pytest.approx(share, abs=4 * np.sqrt(share / 65_536))
    assert found.table.loc["AAA", ["rank", "rank_median"]].tolist() == [2, 2]
    assert found.table.loc["AAA", "higher"] == found.rank_shares.loc["AAA", 1]


DISCRETE = (
    METHOD
    + made_up.tree(6, 2, 1)
    + """
[assumptions.normalisation]
reason = "To be tried."
alternatives = [
  { name = "minmax", low = 1, high = 100, probability = 0.625 },
  { name = "percentile_rank", low = 1, high = 100, probability = 0.375 },
]

[assumptions.power.across]
reason = "To be tried."
levels = [0]
values = [1, 0, -1]
probabilities = [0.5, 0.25, 0.25]
"""
)


def enumerated(place, figures):
    """Rank the units under every mix of alternatives, each built anew; with its probability."""
    plain = DISCRETE.split("[assumptions.normalisation]")[0]
    content = ri.open_content(made_up.folder(place / "plain", figures, plain))
    means = {"arithmetic": 0.5, "geometric": 0.25, "harmonic": 0.25}
    for name, share in (("minmax", 0.625), ("percentile_rank", 0.375)):
        for mean, part in means.items():
            changes = {
                "method.normalise": {"name": name, "low": 1, "high": 100},
                "nodes.index.aggregate": {"name": mean},
            }
            index = ri.build("made_up", content=content, changes=changes)
            yield share * part, index.ranks["index"]


def test_discrete_assumptions_give_each_rank_as_often_as_their_enumeration(tmp_path):
    figures = made_up.drawn(12, 6, 0.1, seed=3)
    found = uncertainty(built(tmp_path, figures, DISCRETE), draws=8192)
    expected = pd.DataFrame(0.0, index=figures.index, columns=range(1, 13))
    for share, ranks in enumerated(tmp_path, figures):
        for unit, rank in ranks.items():
            expected.loc[unit, rank] += share
    assert np.abs(found.rank_shares - expected).to_numpy().max() < 0.01


def test_a_gap_widens_the_interval_of_a_twin(tmp_path):
    figures = made_up.drawn(40, 6, 0.0, seed=8)
    figures.loc["TWIN"] = figures.loc["U0007"]
    figures.loc["TWIN", ["i1", "i2"]] = np.nan
    found = uncertainty(
        built(
            tmp_path,
            figures,
            METHOD
            + made_up.tree(6, 2, 1)
            + EVERYTHING.replace("levels = [1, 2]", "levels = [1, 2]").split(
                "[assumptions.year_window]"
            )[0],
        ),
        draws=8192,
    )
    width = found.table["rank_95"] - found.table["rank_05"]
    assert width["TWIN"] > width["U0007"] + 2
    pillar = found.nodes.loc["p0"]
    wide = pillar["score_95"] - pillar["score_05"]
    assert wide["TWIN"] > 1.5 * wide["U0007"]


@pytest.mark.parametrize("method", ['name = "gaussian_copula"', 'name = "mice", draws = 20'])
def test_a_pillar_that_rests_on_two_of_six_indicators_has_a_wider_interval(tmp_path, method):
    figures = made_up.drawn(60, 12, 0.0, seed=3)
    figures.loc["TWIN"] = figures.loc["U0007"]
    figures.loc["TWIN", ["i0", "i1", "i2", "i3"]] = np.nan
    assumed = f"""
[assumptions.imputation]
reason = "To be tried."
alternatives = [{{ {method} }}]

[assumptions.weights]
reason = "To be tried."
"""
    framework = METHOD + made_up.tree(12, 2, 1) + assumed
    found = uncertainty(built(tmp_path, figures, framework), draws=4096)
    assert [i.name for i in found.inputs] == ["imputation", "weights"]
    gappy, whole = found.nodes.loc["p0"], found.nodes.loc["p1"]
    scores, ranks = (gappy[f"{k}_95"] - gappy[f"{k}_05"] for k in ("score", "rank"))
    assert scores["TWIN"] > 2 * scores["U0007"]
    assert ranks["TWIN"] > 2 * ranks["U0007"]
    assert whole.loc["TWIN"].equals(whole.loc["U0007"])  # nothing is missing there


def test_units_with_the_same_figures_share_the_smaller_rank_in_every_draw(tmp_path):
    figures = made_up.drawn(37, 14, 0.0, seed=4)
    figures.loc["TWIN"] = figures.loc["U0011"]
    framework = METHOD + made_up.tree(14, 4, 3) + EVERYTHING
    found = uncertainty(built(tmp_path, figures, framework), draws=2048)
    assert found.rank_counts.loc["TWIN"].equals(found.rank_counts.loc["U0011"])
    assert (found.ahead("TWIN", "U0011"), found.ahead("U0011", "TWIN")) == (0, 0)


def test_units_with_the_same_figures_in_a_pillar_have_the_same_score_there_in_every_draw(tmp_path):
    figures = made_up.drawn(37, 14, 0.0, seed=4)
    figures.loc["TWIN"] = figures.loc["U0011"]
    figures.loc["TWIN", ["i3", "i7", "i9"]] = 0.5
    framework = METHOD + made_up.tree(14, 4, 3) + EVERYTHING
    found = uncertainty(built(tmp_path, figures, framework), draws=2048)
    for node in ("p0_0", "p0_1", "p1_0", "p1_1", "p2_0", "p2_2", "p3", "p3_0", "p3_1", "p3_2"):
        of_node = found.nodes.loc[node]
        assert of_node.loc["TWIN"].equals(of_node.loc["U0011"]), node
    assert not found.table.loc["TWIN"].equals(found.table.loc["U0011"])


def test_errors_that_a_source_states_move_close_ranks_and_no_others(tmp_path):
    figures = pd.DataFrame({"a": [50.0, 51.0, 90.0, 10.0]}, index=["AAA", "BBB", "CCC", "DDD"])
    errors = pd.DataFrame({"a": [1.0, 1.0, 1.0, 1.0]}, index=figures.index)
    framework = """
[method]
normalise = { name = "minmax" }
aggregate = { name = "arithmetic" }
[nodes.index]
title = "Index"
[indicators]
a = { parent = "index" }
[assumptions.measurement_error]
reason = "To be tried."
"""
    found = uncertainty(built(tmp_path, figures, framework, errors=errors), draws=16_384)
    # 51 - 50 = 1, in standard errors of a difference 1 / sqrt(2): P(Z < -.7071) = .2398
    assert found.ahead("AAA", "BBB") == pytest.approx(0.2398, abs=0.04)
    assert found.top(1)["CCC"] == 1
    assert [i.name for i in found.inputs] == ["measurement_error"]


def test_an_indicator_left_out_leaves_the_ranks_of_the_others(tmp_path):
    figures = pd.DataFrame(
        {"a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, 2.0]}, index=["AAA", "BBB", "CCC"]
    )
    framework = (
        TWO.split("[assumptions")[0]
        + """
[assumptions.leave_out]
reason = "To be tried."
probability = 1.0
"""
    )
    found = uncertainty(built(tmp_path, figures, framework), draws=4096)
    # without a the ranks are those of b, and the other way round: AAA is 1st or 3rd, CCC 2nd or 1st
    assert found.rank_shares.loc["AAA"].tolist() == pytest.approx([0.5, 0, 0.5], abs=0.03)
    assert found.rank_shares.loc["CCC"].tolist() == pytest.approx([0.5, 0.5, 0], abs=0.03)


@pytest.mark.parametrize(
    "weights",
    [
        'kind = "dirichlet"\nconcentration = 20.0',
        'kind = "experts"\nexperts = { index = [ { a = 1, b = 3 }, { a = 3, b = 1 } ] }',
    ],
)
def test_other_kinds_of_weights_treat_both_indicators_alike(tmp_path, weights):
    figures = pd.DataFrame({"a": [60.0, 40.0], "b": [40.0, 60.0]}, index=["AAA", "BBB"])
    found = uncertainty(built(tmp_path, figures, TWO + weights), draws=16_384)
    assert found.ahead("AAA", "BBB") == pytest.approx(0.5, abs=0.02)


def test_a_framework_without_assumptions_has_its_weights_varied_and_says_so(tmp_path):
    figures = made_up.drawn(8, 4, 0, seed=1)
    found = uncertainty(built(tmp_path, figures, METHOD + made_up.tree(4, 2, 1)), draws=256)
    assert [i.name for i in found.inputs] == ["weights"]
    assert "lists no assumptions" in found.notes[0]


# What the result holds.


def test_counts_of_ranks_sum_to_the_draws_for_each_country_and_each_rank(default):
    assert (default.rank_counts.sum(axis=1) == default.draws).all()
    apart = (default.rank_counts.sum(axis=0) - default.draws).abs()
    assert apart.max() < 0.01 * default.draws  # two that are level share the smaller rank


def test_of_two_countries_one_is_ahead_or_they_are_level(default):
    (pairs,) = default.pairs.values()
    both = pairs.to_numpy() + pairs.to_numpy().T
    assert both.max() <= 1
    assert np.median(both[~np.eye(len(both), dtype=bool)]) == 1


def test_quantiles_of_ranks_are_those_of_their_counts(default):
    ranks = np.arange(1, len(default.table) + 1)
    for unit, counts in default.rank_counts.iterrows():
        drawn = np.repeat(ranks, counts)
        expected = np.quantile(drawn, [0.5, 0.05, 0.95], method="inverted_cdf")
        found = default.table.loc[unit, ["rank_median", "rank_05", "rank_95"]]
        assert found.tolist() == expected.tolist()


def test_the_published_rank_of_nearly_every_country_lies_in_its_interval(default):
    table = default.table
    outside = (table["rank"] < table["rank_05"]) | (table["rank"] > table["rank_95"])
    assert list(table.index[outside]) in (
        [],
        ["EGY"],
    )  # its gaps cost it most where weight is shared
    assert default.edge.sum() <= 3


def test_shares_above_and_below_the_published_rank_are_those_of_the_counts(default):
    for unit in ("KOR", "FIN", "COG"):
        published = int(default.table.loc[unit, "rank"])
        counts = default.rank_counts.loc[unit]
        assert (
            default.table.loc[unit, "higher"] == counts.loc[: published - 1].sum() / default.draws
        )
        assert default.table.loc[unit, "lower"] == counts.loc[published + 1 :].sum() / default.draws


def test_every_node_has_its_intervals_also_where_it_has_no_published_score(default, index):
    assert set(default.nodes.index.get_level_values("node")) == set(index.framework.nodes)
    korea = default.nodes.loc["use_by_firms"].loc["KOR"]  # surveyed in Europe only: drawn in half
    assert np.isnan(korea["rank"])
    assert korea["unscored"] == pytest.approx(0.5, abs=0.1)
    assert korea["score_95"] - korea["score_05"] > 20


def test_tiers_end_where_their_head_leads_in_95_of_100_draws():
    published = pd.Series([1.0, 2.0, 3.0, 4.0, np.nan])
    ahead = np.zeros((5, 5))
    ahead[0] = [0, 0.6, 0.94, 0.95, 1]  # the fourth begins a new tier
    ahead[3] = [0, 0, 0, 0, 1]
    found = tiers_of(published, {2025: np.arange(5)}, {2025: pd.DataFrame(ahead)})
    assert found.tolist()[:4] == [1, 1, 1, 2]
    assert np.isnan(found[4])


def test_two_countries_are_level_where_neither_leads_in_95_of_100_draws(default):
    level = default.tied("KOR")
    for other in default.table.index:
        leads = max(default.ahead("KOR", other), default.ahead(other, "KOR"))
        assert (other in level) == (leads < 0.95 and other != "KOR")


# Whoever does the work.


class Backwards(Executor):
    """Runs what is submitted when a result is asked for, the last one first."""

    def __init__(self) -> None:
        self.waiting = []

    def submit(self, fn, /, *args, **kwargs):
        outer = self

        class Late(Future):
            def result(self, timeout=None):
                while outer.waiting:
                    future, call = outer.waiting.pop()
                    future.set_result(call())
                return super().result(timeout)

        future = Late()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        return future


def same(one, other):
    assert one.rank_counts.equals(other.rank_counts)
    assert one.table.equals(other.table)
    assert one.nodes.equals(other.nodes)


def test_numbers_do_not_depend_on_workers_or_on_who_finishes_first(everything):
    draws = 4096
    with ThreadPoolExecutor(1) as single, ThreadPoolExecutor(5) as five:
        first = uncertainty(everything, draws=draws, executor=single)
        same(first, uncertainty(everything, draws=draws, executor=five))
    same(first, uncertainty(everything, draws=draws, executor=Backwards()))
    same(first, uncertainty(everything, draws=draws))


def test_numbers_are_the_same_from_other_processes(everything):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        found = uncertainty(everything, draws=2048, executor=processes)
    same(found, uncertainty(everything, draws=2048))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_numbers_are_the_same_from_a_cluster_that_loses_a_worker(everything):
    distributed = pytest.importorskip("distributed")
    settings = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": ":0",
    }
    with distributed.LocalCluster(**settings) as cluster, distributed.Client(cluster) as client:
        victim, other = client.run(os.getpid).values()
        killed = []

        def kill(done, of):
            if not killed:  # after the first of many tasks
                os.kill(victim, signal.SIGKILL)
                killed.append((done, of))

        executor = client.get_executor()
        found = uncertainty(everything, draws=300_000, nodes=False, executor=executor, told=kill)
        client.wait_for_workers(2)
        assert victim not in client.run(os.getpid).values()
        assert other in client.run(os.getpid).values()
    assert killed[0][0] < killed[0][1] / 4
    same(found, uncertainty(everything, draws=300_000, nodes=False))


def test_another_seed_gives_other_draws_and_the_same_seed_the_same(everything):
    first = uncertainty(everything, draws=512, seed=1, nodes=False)
    same(first, uncertainty(everything, draws=512, seed=1, nodes=False))
    assert not first.rank_counts.equals(uncertainty(everything, draws=512, nodes=False).rank_counts)


def test_two_seeds_agree_on_intervals_within_one_place(index, default):
    other = uncertainty(index, seed=1, nodes=False).table
    for column in ("rank_05", "rank_95"):
        assert (default.table[column] - other[column]).abs().max() <= 1


def test_who_asks_is_told_how_much_is_done(everything):
    told = []
    uncertainty(everything, draws=512, told=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1] == (100, 100)


def test_an_interruption_calls_off_what_has_not_begun(everything):
    started = Counter()

    class Slow(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):
            started["submitted"] += 1
            return super().submit(fn, *args, **kwargs)

    def stop(*_):
        raise KeyboardInterrupt

    with Slow(1) as pool, pytest.raises(KeyboardInterrupt):
        uncertainty(everything, draws=16_384, executor=pool, told=stop)
    assert started["submitted"] >= 1


# Frameworks of other forms, and what is refused.


@pytest.mark.parametrize(
    ("aggregate", "slow"),
    [("copeland", True), ("median", False), ("minimum", False), ("mpi", False), ("sum", False)],
)
def test_other_aggregates_are_drawn_too_and_slow_ones_are_named(tmp_path, aggregate, slow):
    framework = METHOD.replace('{ name = "geometric" }', f'{{ name = "{aggregate}" }}')
    figures = made_up.drawn(9, 6, 0.1, seed=2)
    weights = "[assumptions.weights]\nreason = 'To be tried.'\n"
    index = built(tmp_path, figures, framework + made_up.tree(6, 3, 1) + weights)
    found = uncertainty(index, draws=64)
    assert (found.rank_counts.sum(axis=1) == 64).all()
    assert any("draw by draw" in note for note in found.notes) == slow


def test_weights_that_a_method_finds_are_varied_around_what_it_finds(tmp_path):
    framework = METHOD.replace("[nodes.index]", '[nodes.index]\nweigh = { name = "pca" }')
    index = built(tmp_path, made_up.drawn(15, 6, 0, seed=2), framework + made_up.tree(6, 3, 1))
    found = uncertainty(index, draws=64)
    assert "weigh pca" in found.notes[0]


def test_a_panel_is_ranked_year_by_year():
    index = ri.build("gtmi", content=PUBLISHED / "gtmi")
    found = uncertainty(index, draws=128)
    assert list(found.pairs) == index.framework.years
    last = found.rank_counts.xs(index.framework.years[-1], level=1)
    assert (last.sum(axis=1).isin([0, 128])).all()


def test_where_lower_is_better_the_lowest_is_ahead(tmp_path):
    framework = TWO.replace("[method]", '[method]\ndirection = "lower_is_better"')
    figures = pd.DataFrame({"a": [10.0, 90.0], "b": [20.0, 80.0]}, index=["AAA", "BBB"])
    directions = {"a": "lower_is_better", "b": "lower_is_better"}
    found = uncertainty(built(tmp_path, figures, framework, directions=directions), draws=64)
    assert found.ahead("AAA", "BBB") == 1
    assert found.table["rank_median"].tolist() == [1, 2]


def test_a_country_that_a_year_window_leaves_without_figures_is_counted_as_unscored(tmp_path):
    figures = pd.DataFrame({"a": [10.0, 90.0, 40.0]}, index=["AAA", "BBB", "CCC"])
    years = pd.DataFrame({"a": [2025, 2010, 2025]}, index=figures.index)
    framework = (
        TWO.split("[assumptions")[0].replace('b = { parent = "index" }\n', "")
        + """
[assumptions.year_window]
reason = "To be tried."
alternatives = [
  { max_age = "as_defined", probability = 0.75 },
  { max_age = 3, probability = 0.25 },
]
"""
    )
    found = uncertainty(built(tmp_path, figures, framework, years=years), draws=4096)
    assert found.table["unscored"].tolist() == pytest.approx([0, 0.25, 0], abs=0.01)
    assert found.table.loc["CCC", "higher"] == pytest.approx(0.25, abs=0.01)  # 2nd, 1st without BBB


def test_scores_below_0_where_a_mean_needs_positive_ones_are_an_error_that_names_them(tmp_path):
    framework = (
        METHOD
        + made_up.tree(4, 2, 1)
        + """
[assumptions.normalisation]
reason = "To be tried."
alternatives = [{ name = "zscore", shift = 0.5 }]
"""
    )
    index = built(tmp_path, made_up.drawn(20, 4, 0, seed=1), framework)
    with pytest.raises(DataError, match=r"i\d of U\d{4} scores -.*; raise shift, or state a floor"):
        uncertainty(index, draws=64)


@pytest.mark.parametrize("draws", [0, -5])
def test_fewer_draws_than_one_are_refused(index, draws):
    with pytest.raises(UsageError, match="at least 1 is needed"):
        uncertainty(index, draws=draws)


def test_a_single_draw_is_a_ranking(everything):
    found = uncertainty(everything, draws=1)
    assert sorted(found.table["rank_median"]) == list(range(1, 31))
