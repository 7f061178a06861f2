"""Sobol indices: against functions whose indices are known, and against enumeration."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pandas as pd
import pytest

import resilience_index as ri
from resilience_index.errors import UsageError
from resilience_index.robustness._sobol import indices_of, points_of
from resilience_index.robustness.sensitivity import SHIFT, sensitivity
from tests import made_up
from tests.made_up import METHOD


def built(place, figures, framework):
    return ri.build("made_up", content=made_up.folder(place / "content", figures, framework))


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    place = made_up.large(tmp_path_factory.mktemp("all") / "content", 30, 14, gaps=0.12)
    return ri.build("made_up", content=place)


def estimated(function, widths, *, base=2**14, seed=0, second=False):
    """Estimate the indices of a function of numbers in [0, 1), with 99 % intervals."""
    points = points_of(widths, base, seed)
    count = range(len(widths))
    exchanged = np.stack([function(points.exchanged(i))[:, None] for i in count])
    back = np.stack([function(points.exchanged(i, back=True))[:, None] for i in count])
    return indices_of(
        function(points.a)[:, None],
        function(points.b)[:, None],
        exchanged,
        back if second else None,
        rng=np.random.default_rng(seed),
        resamples=1000,
        level=0.99,
    )


def inside(found, expected):
    """Say of each value whether it lies in its interval."""
    _, low, high = found[..., 0]
    expected = np.asarray(expected)
    return (low <= expected) & (expected <= high)


def ishigami(u):
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_indices_of_ishigamis_function_lie_in_their_99_per_cent_intervals_at_20_seeds():
    a, b = 7, 0.1
    v_1 = (1 + b * np.pi**4 / 5) ** 2 / 2
    v_2 = a**2 / 8
    v_13 = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = v_1 + v_2 + v_13
    met, variances = [], []
    for seed in range(20):
        found = estimated(ishigami, [1, 1, 1], base=2**11, seed=seed, second=True)
        variances.append(found.variance[0])
        met += inside(found.first, [v_1 / whole, v_2 / whole, 0]).tolist()
        totals = [(v_1 + v_13) / whole, v_2 / whole, v_13 / whole]
        met += inside(found.total, totals).tolist()
        second = found.second[:, [0, 0, 1], [1, 2, 2]]
        met += inside(second, [0, v_13 / whole, 0]).tolist()
    assert np.mean(met) >= 0.99
    assert np.mean(variances) == pytest.approx(whole, rel=0.01)


def test_indices_of_sobols_g_function_lie_in_their_99_per_cent_intervals_at_20_seeds():
    a = np.array([0, 1, 4.5, 9, 99, 99])

    def g(u):
        return np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=1)

    parts = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + parts) - 1
    totals = [parts[i] * np.prod(1 + np.delete(parts, i)) / whole for i in range(6)]
    met = []
    for seed in range(20):
        found = estimated(g, [1] * 6, base=2**11, seed=seed)
        met += inside(found.first, parts / whole).tolist()
        met += inside(found.total, totals).tolist()
    assert np.mean(met) >= 0.99


def test_an_input_of_several_numbers_has_the_index_of_all_of_them_together():
    found = estimated(lambda u: u[:, 0] + u[:, 1] + 3 * u[:, 2] * u[:, 3], [2, 2])
    # V(u) = 1/12; V(3 u v) = 9 (1/9 - 1/16) = 7/16
    assert inside(found.first, [(2 / 12) / (2 / 12 + 7 / 16), (7 / 16) / (2 / 12 + 7 / 16)]).all()
    assert np.allclose(found.first[0], found.total[0], atol=0.02)  # the two do not act together


def test_a_function_far_from_0_has_the_same_indices():
    near, far = (estimated(lambda u, c=c: ishigami(u) + c, [1, 1, 1]) for c in (0.0, 1e4))
    assert np.allclose(near.first, far.first, atol=1e-6)
    assert np.allclose(near.total, far.total, atol=1e-6)


def test_what_does_not_vary_has_no_indices():
    found = estimated(lambda u: np.ones(len(u)), [1, 1], base=64)
    assert np.isnan(found.first).all()
    assert found.variance[0] == 0


@pytest.mark.parametrize("base", [0, 1, 1000])
def test_a_number_of_points_that_is_no_power_of_two_is_refused(base):
    with pytest.raises(UsageError, match="must be a power of 2, such as 4096"):
        points_of([1], base, 0)


# Ranks.

DISCRETE = (
    METHOD
    + made_up.tree(8, 4, 1)
    + """
[assumptions.normalisation]
reason = "To be tried."
alternatives = [
  { name = "minmax", low = 1, high = 100, probability = 0.5 },
  { name = "percentile_rank", low = 1, high = 100, probability = 0.25 },
  { name = "zscore", mean = 40, sd = 22, floor = 1, probability = 0.25 },
]

[assumptions.treatment]
reason = "To be tried."
alternatives = ["none", { name = "winsorise_percentile", lower = 10, upper = 90 }]

[assumptions.power.across]
reason = "To be tried."
levels = [0]
values = [1, 0, -1]

[assumptions.leave_out]
reason = "To be tried."
probability = 0.5
only = ["i0", "i3"]
"""
)
ALTERNATIVES = {
    "treatment": [
        ({"name": "none"}, 0.5),
        ({"name": "winsorise_percentile", "lower": 10, "upper": 90}, 0.5),
    ],
    "normalisation": [
        ({"name": "minmax", "low": 1, "high": 100}, 0.5),
        ({"name": "percentile_rank", "low": 1, "high": 100}, 0.25),
        ({"name": "zscore", "mean": 40, "sd": 22}, 0.25),
    ],
    "power.across": [("arithmetic", 1 / 3), ("geometric", 1 / 3), ("harmonic", 1 / 3)],
    "leave_out": [(None, 0.5), ("i0", 0.25), ("i3", 0.25)],
}


def enumerated(place, figures):
    """Rank the units under every mix, each built by the engine; an axis for each input."""
    plain = DISCRETE.split("[assumptions.normalisation]")[0]
    content = ri.open_content(made_up.folder(place / "plain", figures, plain))
    base = content.framework("made_up")
    out = np.empty((*(len(a) for a in ALTERNATIVES.values()), len(figures)))
    for place_, mix in zip(
        np.ndindex(out.shape[:-1]), product(*ALTERNATIVES.values()), strict=True
    ):
        (treat, _), (scale, _), (mean, _), (left, _) = mix
        index = ri.build(
            content.changed(base, {"method.treat": treat, "method.normalise": scale,
                                   "nodes.index.aggregate": {"name": "arithmetic"}}),
            content=content,
        )  # fmt: skip
        table = index.normalised.clip(lower=1)
        variant = content.changed(base, {"nodes.index.aggregate": {"name": mean}})
        due = pd.DataFrame(True, index=table.index, columns=table.columns)
        if left is not None:
            table[left], due[left] = np.nan, False
        scores = ri.scoring.score(variant, table, due, {}).scores
        out[place_] = ri.scoring.ranked(variant, scores)["index"]
    return out, ri.build(base, content=content).ranks["index"]


def exact_indices(values, shares):
    """First order and total indices of a function given on a grid, by sums over the grid."""
    weights = np.ones(())
    for share in shares:
        weights = np.multiply.outer(weights, share)
    mean = (weights * values).sum()
    whole = (weights * (values - mean) ** 2).sum()
    axes = range(len(shares))
    first, total = [], []
    for axis in axes:
        others = tuple(a for a in axes if a != axis)
        given = (weights * values).sum(axis=others) / shares[axis]
        first.append((shares[axis] * (given - mean) ** 2).sum() / whole)
        without = (weights * values).sum(axis=axis) / weights.sum(axis=axis)
        rest = (weights.sum(axis=axis) * (without - mean) ** 2).sum()
        total.append(1 - rest / whole)
    return np.array(first), np.array(total), whole


@pytest.fixture(scope="module")
def discrete(tmp_path_factory):
    place = tmp_path_factory.mktemp("discrete")
    figures = made_up.drawn(25, 8, 0.0, seed=6)
    figures.loc["BEST"] = figures.max() + 1
    index = built(place, figures, DISCRETE)
    found = [
        sensitivity(index, base=2**11, level=0.99, resamples=300, seed=seed) for seed in range(4)
    ]
    ranks, published = enumerated(place, figures)
    return found, ranks, published


def compared(found, output, values):
    """Say of each exact index whether it lies in its interval."""
    shares = [np.array([share for _, share in a]) for a in ALTERNATIVES.values()]
    first, total, whole = exact_indices(values, shares)
    met = []
    for one in found:
        table = one.table.xs(output).loc[list(ALTERNATIVES)]
        assert one.outputs.loc[output, "variance"] == pytest.approx(whole, rel=0.1)
        for name, exact in (("first", first), ("total", total)):
            met += ((table[f"{name}_low"] <= exact) & (exact <= table[f"{name}_high"])).tolist()
    return met


def test_indices_of_the_mean_shift_are_those_of_the_enumeration(discrete):
    found, ranks, published = discrete
    assert all(compared(found, SHIFT, np.abs(ranks - published.to_numpy()).mean(axis=-1)))


def test_indices_of_single_countries_ranks_are_those_of_the_enumeration(discrete):
    found, ranks, published = discrete
    varying = [u for u, unit in enumerate(published.index) if np.ptp(ranks[..., u]) > 0]
    assert len(varying) > 10
    met = [m for u in varying for m in compared(found, published.index[u], ranks[..., u])]
    assert np.mean(met) >= 0.99


def test_a_rank_that_never_moves_has_no_indices(discrete):
    found, ranks, published = discrete
    still = [unit for u, unit in enumerate(published.index) if np.ptp(ranks[..., u]) == 0]
    assert still == ["BEST"]
    assert found[0].table.loc[still].isna().all().all()


def test_every_assumption_that_varies_is_an_input_once(everything):
    found = sensitivity(everything, base=64, resamples=20)
    names = ["year_window", "imputation", "treatment", "normalisation", "measurement_error"]
    names += ["power.across", "power.inside", "weights", "leave_out"]
    assert [i.name for i in found.inputs] == names
    assert found.evaluations == 64 * (9 + 2)
    assert list(found.shift.index) == list(found.shift.sort_values("total", ascending=False).index)


def test_first_order_shares_sum_to_no_more_than_one_and_totals_to_no_less(index):
    found = sensitivity(index, base=2048).shift
    assert found["first"].sum() < 1.05
    assert found["total"].sum() > 0.95
    assert (found["total_low"] <= found["total"]).all()
    assert (found["total"] <= found["total_high"]).all()


def test_second_order_is_given_for_each_pair_if_asked_for(everything):
    found = sensitivity(everything, base=64, resamples=20, second=True)
    assert found.evaluations == 64 * (2 * 9 + 2)
    assert len(found.second.loc[SHIFT]) == 9 * 8 / 2


def test_the_same_seed_gives_the_same_indices_on_any_executor(everything):
    with ThreadPoolExecutor(3) as threads:
        found = sensitivity(everything, base=4096, resamples=10, executor=threads)
    assert found.table.equals(sensitivity(everything, base=4096, resamples=10).table)


def test_one_assumption_alone_cannot_share_out_the_variance(tmp_path):
    index = built(tmp_path, made_up.drawn(8, 4, 0, seed=1), METHOD + made_up.tree(4, 2, 1))
    with pytest.raises(UsageError, match=r"assumptions that vary: weights; .* two or more"):
        sensitivity(index)
