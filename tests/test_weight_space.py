"""Best and worst ranks over all weights: by hand, against grids, and against a solver."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.stats import rankdata

import resilience_index as ri
from resilience_index.errors import UsageError
from resilience_index.robustness._extremes import Space, extremes
from resilience_index.robustness._polytope import corners, least, sampled
from resilience_index.robustness.weight_space import always_ahead, weight_space
from tests import made_up
from tests.made_up import METHOD
from tests.test_published import PUBLISHED

FLAT = """
[method]
normalise = { name = "goalposts", lower = 0.0, upper = 1000.0, high = 1000.0 }
aggregate = { name = "MEAN" }

[nodes.index]
title = "Index"

[indicators]
"""


def built(place, figures, mean="arithmetic", weights=None):
    framework = FLAT.replace("MEAN", mean)
    for code in figures:
        framework += f'{code} = {{ parent = "index", weight = {(weights or {}).get(code, 1)} }}\n'
    return ri.build("made_up", content=made_up.folder(place / "content", figures, framework))


@pytest.fixture(scope="module")
def default(index):
    return weight_space(index)


def test_a_country_leads_for_some_weights_and_comes_last_for_others_as_its_scores_say(tmp_path):
    figures = pd.DataFrame(
        {"a": [80.0, 20.0, 45.0], "b": [20.0, 70.0, 44.0]}, index=["AAA", "BBB", "CCC"]
    )
    found = weight_space(built(tmp_path, figures), bounds={"a": (0, 1), "b": (0, 1)}).table
    # AAA: 20 + 60 w; BBB: 70 - 50 w; CCC: 44 + w. AAA ahead of BBB from w = 50/110 = .4545, of CCC
    # from 24/59 = .4068; BBB ahead of CCC up to 26/51 = .5098: CCC is never first
    assert found["best"].tolist() == [1, 1, 2]
    assert found["worst"].tolist() == [3, 3, 3]
    assert found["exact"].all()


def test_bounds_that_leave_out_the_crossing_leave_one_rank(tmp_path):
    figures = pd.DataFrame({"a": [80.0, 20.0], "b": [20.0, 70.0]}, index=["AAA", "BBB"])
    index = built(tmp_path, figures)  # they cross at w_a = 50 / 110 = .4545
    outside = weight_space(index, bounds={"a": (0.46, 0.6), "b": (0.4, 0.54)})
    assert outside.table[["best", "worst"]].to_numpy().tolist() == [[1, 1], [2, 2]]
    assert outside.never_swap.to_numpy().tolist() == [[False, True], [False, False]]
    assert outside.fixed_pairs == 1
    across = weight_space(index, bounds={"a": (0.45, 0.6), "b": (0.4, 0.55)})
    assert across.table[["best", "worst"]].to_numpy().tolist() == [[1, 2], [1, 2]]
    assert across.fixed_pairs == 0


@pytest.mark.parametrize(("mean", "power"), [("arithmetic", 1), ("geometric", 0), ("harmonic", -1)])
def test_extremes_are_those_of_a_fine_grid_of_weights(tmp_path, mean, power):
    figures = np.exp(0.5 * made_up.drawn(14, 3, 0, seed=5)) * 20
    found = weight_space(built(tmp_path, figures, mean), spread=0.6)
    share = np.linspace(1 / 3 * 0.4, 1 / 3 * 1.6, 61)
    grid = np.array([(a, b, 1 - a - b) for a, b in product(share, share)])
    grid = grid[(grid[:, 2] >= share[0]) & (grid[:, 2] <= share[-1])]
    x = figures.to_numpy()
    scores = np.exp(grid @ np.log(x).T) if power == 0 else (grid @ (x.T**power)) ** (1 / power)
    ranks = rankdata(-scores, axis=1, method="min")
    table = found.table
    assert found.note == ""
    assert table["exact"].all()
    assert (table["best"] <= ranks.min(axis=0)).all()
    assert (table["worst"] >= ranks.max(axis=0)).all()
    # what the grid misses is a sliver: no more than one place, and for few
    assert ((ranks.min(axis=0) - table["best"]) + (table["worst"] - ranks.max(axis=0))).max() <= 1
    assert ((ranks.min(axis=0) != table["best"]) | (table["worst"] != ranks.max(axis=0))).sum() <= 2


def test_ranks_at_the_frameworks_weights_lie_between_best_and_worst(default):
    table = default.table
    assert (table["best"] <= table["rank"]).all()
    assert (table["rank"] <= table["worst"]).all()
    assert table["exact"].all()


def test_wider_bounds_widen_the_range_of_ranks(index, default):
    wide = weight_space(index, spread=0.5).table
    assert (wide["best"] <= default.table["best"]).all()
    assert (wide["worst"] >= default.table["worst"]).all()


def test_every_rank_met_while_sampling_lies_between_best_and_worst(default):
    for unit, shares in default.acceptability.iterrows():
        met = shares.index[shares > 0]
        assert default.table.loc[unit, "best"] <= met.min()
        assert met.max() <= default.table.loc[unit, "worst"]
    assert default.acceptability.sum(axis=1).to_numpy() == pytest.approx(1)


def test_a_pair_that_never_swaps_is_in_order_in_every_draw_of_weights(default, index):
    rng = np.random.default_rng(3)
    low, high = default.bounds["low"].to_numpy(), default.bounds["high"].to_numpy()
    weights = sampled(low, high, 200, rng)
    scores = weights @ np.log(index.scores[list(default.bounds.index)].to_numpy()).T
    ahead = default.never_swap.to_numpy()
    one, other = np.nonzero(ahead)
    assert (scores[:, one] > scores[:, other]).all()
    assert 0.5 < default.fixed_pairs < 1


def test_the_least_value_over_weights_is_that_of_a_linear_programme():
    rng = np.random.default_rng(0)
    low, high = np.array([0.1, 0.0, 0.2, 0.05]), np.array([0.5, 0.3, 0.6, 0.4])
    for coefficients in rng.normal(size=(50, 4)):
        exact = linprog(
            coefficients, A_eq=np.ones((1, 4)), b_eq=1, bounds=list(zip(low, high, strict=True))
        )
        assert least(coefficients[None], low, high)[0] == pytest.approx(exact.fun)
        corner = corners(low, high, coefficients[None])[0]
        assert corner @ coefficients == pytest.approx(exact.fun)


def test_pairs_that_never_swap_are_those_of_linear_programmes():
    rows = np.random.default_rng(1).normal(size=(9, 3))
    low, high = np.full(3, 0.2), np.full(3, 0.6)
    found = always_ahead(Space(rows, low, high))
    for one, other in product(range(9), range(9)):
        exact = linprog(
            rows[one] - rows[other], A_eq=np.ones((1, 3)), b_eq=1, bounds=[(0.2, 0.6)] * 3
        )
        assert found[one, other] == (exact.fun > 0)


def test_sampled_weights_are_spread_evenly_over_what_is_allowed():
    low, high = np.array([0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0])
    drawn = sampled(low, high, 20_000, np.random.default_rng(0))
    # evenly over the simplex each weight has mean 1/3 and P(w > 1/2) = (1/2)^2
    assert drawn.mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.01)
    assert (drawn > 0.5).mean(axis=0) == pytest.approx([0.25] * 3, abs=0.015)
    half = sampled(low, np.array([0.5, 1.0, 1.0]), 20_000, np.random.default_rng(0))
    assert (half[:, 0] <= 0.5).all()
    # of the rest of the simplex, w_1 < 1/4 has (1 - (3/4)^2) / (3/4) = 7/12
    assert (half[:, 0] < 0.25).mean() == pytest.approx(7 / 12, abs=0.015)


def test_a_unit_that_is_never_passed_needs_no_programme():
    rows = np.array([[3.0, 3.0], [1.0, 2.0], [2.0, 1.0]])
    space = Space(rows, np.zeros(2), np.ones(2))
    assert extremes(space, 0, (1, 1)).worst == 1
    assert (extremes(space, 1, (2, 2)).best, extremes(space, 1, (2, 2)).worst) == (2, 3)


def test_an_index_without_linear_weights_has_sampled_bounds_and_says_so(tmp_path):
    figures = made_up.drawn(10, 4, 0, seed=2)
    found = weight_space(built(tmp_path, figures, "median"), draws=256)
    assert "the index is no weighted mean: aggregate median" in found.note
    assert not found.table["exact"].any()


def test_countries_that_lack_a_pillar_make_the_bounds_sampled_and_the_note_says_why(tmp_path):
    figures = made_up.drawn(10, 4, 0, seed=2)
    figures.loc["U0003", "i1"] = np.nan
    found = weight_space(built(tmp_path, figures), draws=256)
    assert "some countries lack a child of the index" in found.note
    assert not found.table["exact"].any()
    assert (found.table["best"] <= found.table["worst"]).all()


def test_weights_of_other_levels_are_sampled_and_may_reach_further(tmp_path):
    figures = made_up.drawn(20, 8, 0, seed=2)
    framework = METHOD + made_up.tree(8, 2, 2)
    index = ri.build("made_up", content=made_up.folder(tmp_path / "c", figures, framework))
    found = weight_space(index).table
    assert found["exact"].all()
    width = found["sampled_worst"] - found["sampled_best"]
    assert width.mean() > (found["worst"] - found["best"]).mean()


def test_unequal_weights_have_bounds_around_themselves(tmp_path):
    figures = made_up.drawn(5, 2, 0, seed=2)
    bounds = weight_space(built(tmp_path, figures, weights={"i0": 3}), spread=0.2).bounds
    assert bounds.loc["i0"].tolist() == pytest.approx([0.75, 0.6, 0.9])
    assert bounds.loc["i1"].tolist() == pytest.approx([0.25, 0.2, 0.3])


def test_the_solver_writes_nothing_to_standard_output(index, capfd):
    weight_space(index, spread=0.5, draws=64)
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"spread": 0}, "spread = 0, draws = 4096; spread lies above 0 and up to 1"),
        ({"draws": 0}, "at least one draw is needed"),
        ({"bounds": {"talnt": (0, 1)}}, "no child 'talnt' .did you mean 'talent'"),
        ({"bounds": {"talent": (0.5, 0.4)}}, "bounds of talent: 0.5 to 0.4"),
        ({"bounds": {"talent": (0.9, 0.95)}}, "so 1 must lie between"),
    ],
)
def test_bounds_that_leave_no_weights_are_refused(index, settings, said):
    with pytest.raises(UsageError, match=said):
        weight_space(index, **settings)


def test_a_panel_is_refused_with_what_to_do():
    index = ri.build("gtmi", content=PUBLISHED / "gtmi")
    with pytest.raises(UsageError, match="takes one year; build the framework without its"):
        weight_space(index)
