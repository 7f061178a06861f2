"""Scores when figures change and scales stay: against a full rebuild with frozen goalposts."""

import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index import build, open_content
from resilience_index.content.assumptions import Assumptions
from resilience_index.errors import MethodError
from resilience_index.policy._figures import per_figure, transformed
from resilience_index.policy._scales import Scale, places, power_mean
from resilience_index.policy._scoring import Standing, method_name, plain, prepared_for, varied
from resilience_index.policy.priors import Drawn
from resilience_index.robustness.uncertainty import uncertainty
from resilience_index.steps import aggregate


def without_assumptions(index):
    """Return the framework as it is stated, with nothing varied."""
    return index.framework.model_copy(update={"assumptions": Assumptions()})


def nominal(index):
    methods = plain(index)
    return methods, Standing(methods, 0, np.zeros(1, np.intp))


def test_at_the_frameworks_settings_scores_are_the_published_ones(index):
    _, standing = nominal(index)
    for node in index.framework.nodes:
        published = index.scores[node].to_numpy()
        assert standing.before(node)[0] == pytest.approx(published, rel=1e-12, nan_ok=True)


def test_a_figure_that_stays_changes_nothing_at_all(index):
    methods, standing = nominal(index)
    every = np.arange(len(index.ranks))
    moved = {
        leaf: standing.moved(leaf, methods.figures[leaf][None, :], every)
        for leaf in range(len(methods.leaves))
    }
    after = standing.evaluate(moved, every)["index"]
    assert np.array_equal(after, standing.before("index"))


def test_the_points_of_a_figure_are_those_of_its_scale(index):
    methods, _ = nominal(index)
    for leaf, code in enumerate(methods.leaves):
        scale = methods.scale(0, leaf)
        there = methods.known[leaf]
        made = scale(methods.figures[leaf, there])
        assert made == pytest.approx(index.normalised[code].to_numpy()[there], rel=1e-9)


CHANGES = {  # country, figures in their own unit: within and beyond the ends of the scale
    "one": ("KOR", {"ai_user_share": 41.3}),
    "several": ("DEU", {"ai_user_share": 35.0, "firms_ai_any_ge10_eurostat": 29.0}),
    "lower is better": ("KEN", {"cloud_distance_km": 900.0}),
    "per head": ("PRT", {"gpu_cluster_h100e": 20_000.0, "gh_developers": 700_000.0}),
    "beyond the best": ("ARE", {"ai_user_share": 80.0}),
}


def frozen(index, folder, country, figures):
    """Build the index anew, with goalposts at the ends of the built one, and other figures."""
    shutil.copytree(index.content.folder, folder)
    for code, value in figures.items():
        path = folder / "data" / (index.content.indicators[code].table or f"{code}.csv")
        table = pd.read_csv(path, keep_default_na=False)
        year = int(index.years[code].fillna(index.framework.about.year).loc[country])
        table.loc[(table["iso3"] == country) & (table["year"] == year), "value"] = value
        if not ((table["iso3"] == country) & (table["year"] == year)).any():
            table.loc[len(table), ["iso3", "year", "value"]] = [country, year, value]
            table = table.sort_values(["iso3", "year"], kind="stable")
        table.to_csv(path, index=False)
    changes = {
        "method.treat": {"name": "none"},
        "nodes.index.aggregate": {"name": "geometric", "floor": 1e-9},  # lets goalposts stand
    }
    for code in index.framework.indicators:
        ends = index.treated[code].min(), index.treated[code].max()
        changes[f"indicators.{code}.normalise"] = {
            "name": "goalposts", "lower": float(ends[0]), "upper": float(ends[1]),
            "low": 1.0, "high": 100.0, "cap": False,
        }  # fmt: skip
    content = open_content(folder)
    return build(content.changed(without_assumptions(index), changes), content=content)


@pytest.mark.parametrize("case", CHANGES)
def test_rescoring_equals_a_full_rebuild_with_frozen_goalposts(index, tmp_path, case):
    country, figures = CHANGES[case]
    rebuilt = frozen(index, tmp_path / "content", country, figures)
    methods, standing = nominal(index)
    column = np.array([list(index.ranks.index).index(country)])
    moved = {}
    for code, value in figures.items():
        per = per_figure(index, code)[column]
        leaf = methods.leaves.index(code)
        new = transformed(index, code, np.array([[value]]) * per)
        moved[leaf] = standing.moved(leaf, new, column)
    nodes = list(index.framework.nodes)
    made = standing.evaluate(moved, column, nodes)
    capped = {"notable_models_5y", "cloud_effective_providers"}  # outliers were brought in
    for node in nodes:
        if not capped & set(index.framework.tree.leaves(node)):
            wanted = rebuilt.scores.loc[country, node]
            assert made[node][0, 0] == pytest.approx(wanted, rel=1e-9, nan_ok=True)


def test_a_straight_scale_goes_on_above_and_stops_at_the_least_score_below():
    scale = Scale.through(np.array([10.0, 20.0, 40.0]), np.array([1.0, 34.0, 100.0]))
    assert scale(np.array([50.0, 0.0])).tolist() == [133.0, 1.0]


def test_a_scale_whose_outliers_were_brought_in_ends_with_them():
    scale = Scale.through(np.array([0.0, 10.0, 90.0]), np.array([0.0, 100.0, 100.0]))
    assert scale(np.array([5.0, 50.0, 900.0])).tolist() == [50.0, 100.0, 100.0]


def test_a_missing_figure_stays_missing(index):
    methods, standing = nominal(index)
    column = np.array([list(index.ranks.index).index("KOR")])
    leaf = methods.leaves.index("firms_ai_any_ge10_eurostat")
    moved = {leaf: standing.moved(leaf, np.array([[50.0]]), column)}
    assert np.array_equal(
        standing.evaluate(moved, column)["index"], standing.before("index")[:, column]
    )


@pytest.mark.parametrize("p", [1.0, 0.0, -1.0, 0.5, 3.0])
def test_power_means_are_those_of_the_engine(p):
    rng = np.random.default_rng(3)
    values = rng.uniform(1, 100, (7, 3))
    values[2, 1] = np.nan
    weights = np.array([2.0, 1.0, 0.5])
    table = pd.DataFrame(values, columns=["a", "b", "c"])
    method = aggregate.METHODS["power"]
    wanted = aggregate.combine(
        table, pd.Series(weights, table.columns), lambda t, **more: method(t, p=p, **more)
    )
    made = power_mean(
        [values[None, :, k] for k in range(3)], [w * np.ones(1) for w in weights], p * np.ones(1)
    )
    assert made[0] == pytest.approx(wanted.to_numpy(), rel=1e-10)


@given(st.lists(st.integers(0, 5), min_size=3, max_size=8))
def test_places_count_who_is_above_and_ties_share_the_better(scores):
    values = np.array([scores], dtype=float)
    made = places(values, values, np.arange(len(scores)))
    assert made[0].tolist() == [1 + sum(other > s for other in scores) for s in scores]


def test_a_country_is_ranked_among_the_others_not_among_its_former_self():
    others = np.array([[50.0, 40.0, 30.0]])
    assert places(np.array([[20.0]]), others, np.array([0]))[0, 0] == 3


def test_joint_draws_are_those_of_the_uncertainty_analysis_in_law(index):
    """Median scores under all assumptions agree with those of part of the same name."""
    draws = 2000
    drawn = Drawn({}, draws, 5)
    methods = varied(prepared_for(index, 0), drawn)
    mine = np.empty((draws, len(index.ranks)))
    for mix, here in methods.parts():
        mine[here] = Standing(methods, mix, here).before("index")
    theirs = uncertainty(index, draws=4096, nodes=False).table
    spread = theirs["score_95"] - theirs["score_05"]
    for share, column in ((5, "score_05"), (50, "score_median"), (95, "score_95")):
        off = np.percentile(mine, share, axis=0) - theirs[column].to_numpy()
        assert abs(off).max() < 0.35 * spread.max()
        assert abs(off / spread.to_numpy()).mean() < 0.1


def test_two_indices_share_choices_of_method_but_not_weights(index):
    assert method_name(index, "weights") == "method.ai_resilience.weights.0"
    assert method_name(index, "normalisation") == "method.normalisation.0"


def test_a_node_that_compares_countries_is_refused(index):
    changed = index.content.changed(
        without_assumptions(index), {"nodes.index.aggregate": {"name": "copeland"}}
    )
    with pytest.raises(MethodError, match="no goalposts can be frozen"):
        plain(build(changed, content=index.content))


@pytest.mark.parametrize("name", ["minimum", "median"])
def test_other_means_than_powers_go_by_the_engines_own_function(index, name):
    changed = index.content.changed(
        without_assumptions(index), {"nodes.index.aggregate": {"name": name}}
    )
    made = build(changed, content=index.content)
    _, standing = nominal(made)
    assert standing.before("index")[0] == pytest.approx(made.scores["index"].to_numpy())
    column = np.array([4])
    methods = plain(made)
    leaf = methods.leaves.index("ai_user_share")
    moved = {leaf: standing.points[leaf][:, column] + 10}
    after = standing.evaluate(moved, column, ["adoption"])
    pillars = [standing.before(p)[0, 4] for p in ("compute", "models", "talent")]
    pillars.append(after["adoption"][0, 0])
    wanted = min(pillars) if name == "minimum" else np.median(pillars)
    assert after["index"][0, 0] == pytest.approx(wanted)
