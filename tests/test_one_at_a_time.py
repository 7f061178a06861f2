"""Single changes: against builds with that one setting changed."""

import numpy as np
import pytest

import resilience_index as ri
from resilience_index.robustness import leave_out
from resilience_index.robustness.one_at_a_time import left_out, one_at_a_time
from resilience_index.scoring import ranked
from tests import made_up


@pytest.fixture(scope="module")
def changes(index):
    return one_at_a_time(index)


@pytest.fixture(scope="module")
def without(index):
    return left_out(index)


@pytest.mark.parametrize(
    ("key", "setting", "value"),
    [
        (("normalisation", "percentile_rank (low 1, high 100)"), "method.normalise",
         {"name": "percentile_rank", "low": 1, "high": 100}),
        (("treatment", "none"), "method.treat", {"name": "none"}),
        (("power.across_pillars", "p = 1"), "nodes.index.aggregate", {"name": "arithmetic"}),
        (("power.across_pillars", "p = -1"), "nodes.index.aggregate", {"name": "harmonic"}),
        (("weights", "talent +25%"), "nodes.talent.weight", 1.25),
        (("weights", "own_supply -25%"), "nodes.own_supply.weight", 0.375),
        (("weights", "gh_developers +25%"), "indicators.gh_developers.weight", 1.25),
    ],
)  # fmt: skip
def test_a_single_change_gives_the_ranks_of_a_build_with_it(
    changes, index, shipped, key, setting, value
):
    base = index.framework.model_copy(update={"assumptions": type(index.framework.assumptions)()})
    other = ri.build(shipped.changed(base, {setting: value}), content=shipped)
    assert changes.ranks[key].tolist() == other.ranks["index"].tolist()
    shift = (other.ranks["index"] - index.ranks["index"]).abs()
    assert changes.table.loc[key, "mean_shift"] == pytest.approx(shift.mean())
    assert changes.table.loc[key, "largest_shift"] == shift.max()
    assert shift[changes.table.loc[key, "who"]] == shift.max()


def test_what_is_as_published_moves_no_rank(changes):
    for key in [
        ("normalisation", "minmax (low 1, high 100)"),
        ("imputation", "none"),
        ("year_window", "as each indicator says"),
        ("power.inside_pillars", "p = 1"),
    ]:
        assert changes.table.loc[key, "largest_shift"] == 0


def test_every_assumption_but_errors_and_indicators_left_out_has_its_changes(changes):
    assert set(changes.table.index.get_level_values("assumption")) == {
        "normalisation", "treatment", "imputation", "year_window",
        "power.across_pillars", "power.inside_pillars", "weights",
    }  # fmt: skip


def test_leaving_out_gives_the_ranks_that_the_engine_gives_without_the_piece(without, index):
    tree, codes = index.framework.tree, index.framework.indicators
    pieces = {("indicator", code): [code] for code in codes}
    pieces |= {("pillar", node): tree.leaves(node) for node in tree.pillars}
    wdi = [code for code in codes if "wdi" in index.content.indicators[code].sources]
    pieces["source", "wdi"] = wdi
    assert len(wdi) > 1
    for key, left in pieces.items():
        scores = leave_out.scores_without(index, left)
        expected = ranked(index.framework, scores)["index"]
        assert without.ranks[key].tolist() == expected.tolist(), key


def test_every_indicator_pillar_and_source_is_left_out_once(without, index):
    found = without.table.index
    assert set(
        found[found.get_level_values("kind") == "indicator"].get_level_values("code")
    ) == set(index.framework.indicators)
    sources = {s for c in index.framework.indicators for s in index.content.indicators[c].sources}
    assert (
        set(found[found.get_level_values("kind") == "source"].get_level_values("code")) == sources
    )
    assert found.is_unique


def test_a_source_behind_everything_is_not_tried(tmp_path):
    framework = made_up.METHOD + made_up.tree(4, 2, 1)
    place = made_up.folder(tmp_path / "c", made_up.drawn(8, 4, 0, seed=1), framework)
    found = left_out(ri.build("made_up", content=place)).table
    assert set(found.index.get_level_values("kind")) == {"indicator", "pillar"}


def test_countries_that_a_piece_leaves_without_figures_are_counted(tmp_path):
    figures = made_up.drawn(8, 4, 0, seed=1)
    figures.loc["U0002", ["i1", "i2", "i3"]] = np.nan
    framework = made_up.METHOD + made_up.tree(4, 2, 1)
    index = ri.build("made_up", content=made_up.folder(tmp_path / "c", figures, framework))
    found = left_out(index)
    assert found.table.loc[("indicator", "i0"), "unranked"] == 1
    assert np.isnan(found.ranks.loc["U0002", ("indicator", "i0")])


def test_gaps_are_drawn_for_the_median_of_many_and_the_same_seed_gives_the_same(index, changes):
    again = one_at_a_time(index)
    assert again.table.equals(changes.table)
    drawn = changes.ranks["imputation", "gaussian_copula"]
    whole = index.missing_share == 0
    assert (drawn - index.ranks["index"]).abs()[~whole].mean() > 2


def test_where_nothing_is_listed_weights_are_changed_all_the_same(tmp_path):
    framework = made_up.METHOD + made_up.tree(4, 2, 1)
    folder = made_up.folder(tmp_path / "content", made_up.drawn(8, 4, 0, seed=1), framework)
    found = one_at_a_time(ri.build("made_up", content=folder))
    assert set(found.table.index.get_level_values("assumption")) == {"weights"}


def test_of_one_indicator_nothing_can_be_changed_or_left_out(tmp_path):
    framework = """
[method]
normalise = { name = "minmax" }
aggregate = { name = "arithmetic" }
[nodes.index]
title = "Index"
[indicators]
i0 = { parent = "index" }
"""
    folder = made_up.folder(tmp_path / "content", made_up.drawn(8, 1, 0, seed=1), framework)
    index = ri.build("made_up", content=folder)
    assert one_at_a_time(index).table.empty
    assert left_out(index).table.empty
