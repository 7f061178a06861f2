"""A base year: years of a panel are measured by what one of them gives (`over = 2015`)."""

import numpy as np
import pytest

import resilience_index as ri

YEARS = (2015, 2021)
A = {"AAA": (2, 4), "BBB": (6, 12), "CCC": (10, 1), "DDD": (4, None)}
FIRST = np.array([2, 6, 10, 4], float)
WORDS = """
[panel]
years = [2015, 2021]
[method]
normalise = {normalise}
aggregate = "arithmetic"
{method}
[nodes.index]
title = "Index"
{nodes}
[indicators]
{placed}
"""


def table(figures: dict, *, se: bool = False) -> str:
    rows = [
        f"{unit},{year},{value}{',1' if se else ''}\n"
        for unit, values in figures.items()
        for year, value in zip(YEARS, values, strict=True)
        if value is not None
    ]
    return f"iso3,year,value{',se' if se else ''}\n" + "".join(rows)


@pytest.fixture
def panel(made):
    def build(normalise: str, *, nodes: str = "", method: str = "", direction="higher_is_better"):
        words = WORDS.format(
            normalise=normalise, nodes=nodes, method=method, placed='a = { parent = "index" }'
        )
        csv = {"a.csv": table(A, se=True)}
        return made({"a": {}}, words, csv=csv, directions={"a": direction})

    return build


def scores(index: ri.Index, node: str = "index") -> list[float]:
    """Scores of the four countries in 2015, then of those that have one in 2021."""
    column = index.scores[node]
    return [*column.xs(2015, level=1), *column.xs(2021, level=1).dropna()]


MEASURED = {
    '{ name = "minmax", over = 2015 }': lambda x: (x - 2) / (10 - 2) * 100,
    '{ name = "goalposts", over = 2015 }': lambda x: np.clip((x - 2) / (10 - 2), 0, 1) * 100,
    '{ name = "goalposts", upper = 20, over = 2015 }': lambda x: (
        np.clip((x - 2) / (20 - 2), 0, 1) * 100
    ),
    '{ name = "zscore", mean = 45, sd = 20, over = 2015 }': lambda x: (
        45 + 20 * (x - FIRST.mean()) / FIRST.std(ddof=1)
    ),
    '{ name = "fraction_of_max", over = 2015 }': lambda x: x / 10,
    '{ name = "distance_to_max", over = 2015 }': lambda x: 1 - (10 - x) / (10 - 2),
    '{ name = "distance_to_target", target = 12, over = 2015 }': lambda x: (x - 2) / (12 - 2),
    '{ name = "distance_to_reference", reference = "BBB", over = 2015 }': lambda x: (
        (x - 2) / (6 - 2)
    ),
    '{ name = "two_sided_distance", over = 2015 }': lambda x: (  # about the median, 5
        100 * np.clip(1 - np.abs(x - 5) / np.where(x < 5, 5 - 2, 10 - 5), 0, 1)
    ),
    '{ name = "categorical", cuts = [50], scores = [1, 2], percentiles = true, over = 2015 }': (
        lambda x: np.where(x < 5, 1, 2)
    ),
}


@pytest.mark.parametrize("normalise", MEASURED)
def test_all_years_are_measured_by_the_base_year(panel, normalise):
    later = np.array([4, 12, 1], float)
    expected = MEASURED[normalise](np.concatenate([FIRST, later]))
    assert scores(panel(normalise)) == pytest.approx(expected.tolist())


def test_where_lower_is_better_the_base_year_is_turned_round_too(panel):
    index = panel('{ name = "minmax", over = 2015 }', direction="lower_is_better")
    expected = [(10 - x) / (10 - 2) * 100 for x in (2, 6, 10, 4, 4, 12, 1)]
    assert scores(index) == pytest.approx(expected)


def test_a_later_country_does_not_move_what_was_published_of_the_base_year(panel):
    frozen = panel('{ name = "minmax", over = 2015 }').scores["index"].xs(2015, level=1)
    assert frozen.tolist() == [0, 50, 100, 25]


def test_a_node_may_be_measured_by_its_aggregates_of_the_base_year(panel):
    node = 'normalise = { name = "minmax", over = 2015 }'
    index = panel('{ name = "scaled", a = 0, b = 2 }', nodes=node)
    assert scores(index) == pytest.approx([(x - 2) / 8 * 100 for x in (2, 6, 10, 4, 4, 12, 1)])


@pytest.mark.parametrize(
    ("normalise", "slope"),
    [
        ('{ name = "minmax", over = 2015 }', 100 / (10 - 2)),
        ('{ name = "goalposts", upper = 22, over = 2015 }', 100 / (22 - 2)),
        ('{ name = "fraction_of_max", over = 2015 }', 1 / 10),
    ],
)
def test_a_standard_error_is_brought_to_points_by_the_scale_of_the_base_year(
    panel, normalise, slope
):
    index = panel(normalise, nodes='spread = { how = "propagated" }')
    assert index.spread["index", "se"].dropna().tolist() == pytest.approx([slope] * 7)


def test_weights_are_found_in_the_base_year_and_hold_in_all_years(made):
    rng = np.random.default_rng(1)
    draws = {code: rng.normal(size=(4, 2)).round(6) for code in "abc"}
    csv = {
        f"{code}.csv": table(dict(zip(A, found.tolist(), strict=True)))
        for code, found in draws.items()
    }
    words = WORDS.format(
        normalise='{ name = "zscore", over = "all" }',
        nodes="",
        method='weigh = { name = "critic", over = 2015 }',
        placed="\n".join(f'{code} = {{ parent = "index" }}' for code in "abc"),
    )
    index = made({code: {} for code in "abc"}, words, csv=csv)
    first = np.column_stack([draws[code][:, 0] for code in "abc"])
    contrast = first.std(axis=0, ddof=1) / np.ptp(first, axis=0)
    critic = contrast * (1 - np.corrcoef(first, rowvar=False)).sum(axis=0)
    assert index.weights["index"].tolist() == pytest.approx((critic / critic.sum()).tolist())
    expected = index.normalised.to_numpy() @ (critic / critic.sum())
    assert index.scores["index"].tolist() == pytest.approx(expected.tolist())


@pytest.mark.parametrize(
    ("normalise", "method", "message"),
    [
        ('{ name = "minmax", over = 2016 }', "", r"2016 is not among the years .*2015, 2021"),
        ('{ name = "rank", over = 2015 }', "", r"method\.normalise\.over: 2015; rank cannot be"),
        ('{ name = "scaled", over = 2015 }', "", "scaled cannot be measured by one year"),
        ('"minmax"', 'impute = { name = "mean", over = 2015 }', "only methods of normalise and"),
        ('"minmax"', 'weigh = { name = "equal", over = 2015 }', "equal cannot be measured"),
        ('"minmax"', 'rank = { name = "min", over = 2015 }', r"method\.rank\.over: has no effect"),
        ('{ name = "minmax", over = "years" }', "", "must be 'year', 'all' or a base year"),
        ('{ name = "minmax", over = true }', "", "must be 'year', 'all' or a base year"),
    ],
)
def test_a_base_year_that_cannot_be_is_refused_when_it_is_read(panel, normalise, method, message):
    with pytest.raises(ri.ContentError, match=message):
        panel(normalise, method=method)


def test_a_base_year_needs_a_panel(made):
    words = WORDS.format(
        normalise='{ name = "minmax", over = 2015 }',
        nodes="",
        method="",
        placed='a = { parent = "index" }',
    )
    with pytest.raises(ri.ContentError, match=r"years of a \[panel\], and there is none here"):
        made({"a": {"AAA": 1, "BBB": 2}}, words.replace("[panel]\nyears = [2015, 2021]", ""))


def test_an_indicator_without_figures_of_the_base_year_is_named(made):
    words = WORDS.format(
        normalise='{ name = "minmax", over = 2015 }',
        nodes="",
        method="",
        placed='a = { parent = "index" }\nb = { parent = "index" }',
    )
    late = {unit: (None, values[0]) for unit, values in A.items()}
    csv = {"a.csv": table(A), "b.csv": table(late)}
    with pytest.raises(ri.DataError, match=r"over = 2015: no country has a figure of .* in b"):
        made({"a": {}, "b": {}}, words, csv=csv)
