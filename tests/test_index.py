"""Build: the steps in order, variants by replacing settings, every stage kept."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import resilience_index as ri

FIGURES = {
    "a": {"AAA": 2, "BBB": 4, "CCC": 10},
    "b": {"AAA": 30, "BBB": 10, "CCC": 20},
    "c": {"AAA": 5, "BBB": 7, "CCC": None, "DDD": 6},
}


def test_scores_are_weighted_means_of_normalised_indicators(small):
    folder = small(
        FIGURES,
        directions={"b": "lower_is_better"},
        indicators='a = { parent = "index", weight = 3 }\nb = { parent = "index" }',
    )
    index = ri.build("small", content=folder)
    low = (10 - 4) / (10 - 2) * 0 + (4 - 2) / (10 - 2) * 100  # a of BBB: 25
    assert index.normalised.loc["BBB"].tolist() == [low, 100]
    assert index.scores["index"]["BBB"] == pytest.approx((3 * 25 + 1 * 100) / 4)
    assert index.scores["index"]["AAA"] == pytest.approx((3 * 0 + 1 * 0) / 4)
    assert index.scores["index"]["CCC"] == pytest.approx((3 * 100 + 1 * 50) / 4)
    assert index.ranks["index"].dropna().to_dict() == {"CCC": 1, "BBB": 2, "AAA": 3}


def test_weights_of_missing_children_are_shared_among_the_rest(small):
    index = ri.build("small", content=small(FIGURES))
    ccc = (100 + 50) / 2  # a and b; c is missing
    assert index.scores["index"]["CCC"] == pytest.approx(ccc)
    assert index.missing_share["CCC"] == pytest.approx(1 / 3)
    assert index.coverage["CCC"] == pytest.approx(2 / 3)
    assert index.scores["index"]["DDD"] == pytest.approx((6 - 5) / (7 - 5) * 100)


def test_leaves_may_hang_at_different_depths(small):
    nodes = (
        '[nodes.p]\ntitle = "P"\nparent = "index"\nweight = 2\n'
        '[nodes.q]\ntitle = "Q"\nparent = "p"\n'
        '[nodes.r]\ntitle = "R"\nparent = "q"\n'
    )
    placed = 'a = { parent = "r" }\nb = { parent = "q", weight = 3 }\nc = { parent = "index" }'
    index = ri.build("small", content=small(FIGURES, nodes=nodes, indicators=placed))
    tree = index.framework.tree
    assert [tree.depth[c] for c in ("index", "p", "q", "r", "a", "b", "c")] == [0, 1, 2, 3, 4, 3, 1]
    q = (1 * 25 + 3 * 0) / 4  # BBB: r = a = 25, b = 0
    assert index.scores.loc["BBB", ["r", "q", "p"]].tolist() == [25, q, q]
    assert index.scores["index"]["BBB"] == pytest.approx((2 * q + 1 * 100) / 3)
    assert index.nominal.to_dict() == pytest.approx(
        {"a": 2 / 3 * 1 / 4, "b": 2 / 3 * 3 / 4, "c": 1 / 3}
    )


def test_a_variant_is_another_build_with_settings_replaced(index):
    other = ri.build("ai_resilience", changes={"nodes.index.aggregate": {"name": "arithmetic"}})
    pillars = other.framework.tree.pillars
    assert other.scores["index"].to_numpy() == pytest.approx(
        other.scores[pillars].mean(axis=1).to_numpy()
    )
    assert index.framework.nodes["index"].aggregate.name == "geometric"
    pd.testing.assert_frame_equal(other.normalised, index.normalised)


def test_an_index_cannot_be_edited(index):
    with pytest.raises(dataclasses.FrozenInstanceError):
        index.scores = None


def test_a_build_leaves_its_content_as_it_was(shipped):
    before = shipped.units.copy()
    ri.build("ai_resilience", content=shipped)
    pd.testing.assert_frame_equal(shipped.units, before)


def test_two_builds_give_the_same_tables(index):
    again = ri.build("ai_resilience")
    for stage in ("observed", "treated", "normalised", "scores", "ranks"):
        pd.testing.assert_frame_equal(getattr(again, stage), getattr(index, stage))


def test_the_default_index_ranks_at_least_120_countries(index):
    assert len(index.ranks) >= 120
    assert index.ranks["index"].notna().all()


def test_every_country_is_ranked_or_left_out_with_a_reason(index, shipped):
    out = set(index.excluded["iso3"])
    assert out | set(index.ranks.index) == set(shipped.units.index)
    assert not out & set(index.ranks.index)
    assert index.excluded["reason"].str.len().min() > 20


def test_the_default_index_is_a_geometric_mean_of_arithmetic_pillars(index):
    pillars = index.scores[index.framework.tree.pillars]
    product = pillars.prod(axis=1) ** (1 / 4)
    np.testing.assert_allclose(index.scores["index"], product, rtol=1e-12)
    pillar = index.scores["talent"]
    tree = index.framework.tree
    sub = index.scores[tree.children["talent"]]
    weights = np.array([index.framework.nodes[c].weight for c in tree.children["talent"]])
    there = sub.notna().to_numpy() * weights
    np.testing.assert_allclose(pillar, (sub.fillna(0) * weights).sum(axis=1) / there.sum(axis=1))


def test_scores_run_from_1_to_100_per_indicator(index):
    assert index.normalised.min().to_numpy() == pytest.approx(np.full(25, 1.0))
    assert index.normalised.max().to_numpy() == pytest.approx(np.full(25, 100.0))


def test_the_screen_holds_for_every_ranked_country(index):
    tree = index.framework.tree
    there = ~index.missing
    assert (there.mean(axis=1) >= 0.5).all()
    for pillar in tree.pillars:
        assert (there[tree.leaves(pillar)].sum(axis=1) >= 2).all()
    use = ["ai_user_share", "claude_usage_index", "firms_ai_any_ge10_eurostat"]
    assert there[use].any(axis=1).all()


def test_raising_a_good_indicator_never_lowers_a_score(small):
    before = ri.build("small", content=small(FIGURES)).scores["index"]["BBB"]
    raised = {**FIGURES, "a": {"AAA": 2, "BBB": 5, "CCC": 10}}
    after = ri.build("small", content=small(raised, name="raised")).scores["index"]["BBB"]
    assert after > before


def test_a_panel_ranks_each_year_by_itself(small):
    folder = small(FIGURES, indicators='a = { parent = "index" }')
    path = folder / "frameworks" / "small.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("[method]", "[panel]\nfirst = 2024\nlast = 2025\n\n[method]"), encoding="utf-8"
    )
    (folder / "data" / "a.csv").write_text(
        "iso3,year,value\nAAA,2024,1\nBBB,2024,2\nCCC,2024,5\nAAA,2025,7\nBBB,2025,3\nCCC,2025,4\n",
        encoding="utf-8",
    )
    index = ri.build("small", content=folder)
    scores, ranks = index.scores["index"], index.ranks["index"]
    assert scores["BBB", 2024] == pytest.approx((2 - 1) / (5 - 1) * 100)
    assert scores["CCC", 2025] == pytest.approx((4 - 3) / (7 - 3) * 100)
    assert ranks["AAA", 2024] == 3
    assert ranks["AAA", 2025] == 1
    pooled = ri.build("small", content=folder, changes={"method.over": "all"})
    assert pooled.scores["index"]["BBB", 2024] == pytest.approx((2 - 1) / (7 - 1) * 100)
