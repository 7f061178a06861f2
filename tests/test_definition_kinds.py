"""Kinds of indices that are published, written as definition files and worked out by hand.

Each is put together as a well-known index is, on made-up figures; the expected values are plain
numpy, in the order in which that index's own method note tells its steps.
"""

import numpy as np
import pytest

UNITS = ["AAA", "BBB", "CCC", "DDD"]


def placed(parents: dict[str, str]) -> str:
    return "[indicators]\n" + "\n".join(
        f'{code} = {{ parent = "{parent}" }}' for code, parent in parents.items()
    )


def by_unit(*values: float | None) -> dict[str, float | None]:
    return dict(zip(UNITS, values, strict=True))


def yearly(figures: dict[int, list[float | None]]) -> str:
    rows = [
        f"{unit},{year},{value}\n"
        for year, values in figures.items()
        for unit, value in zip(UNITS, values, strict=True)
        if value is not None
    ]
    return "iso3,year,value\n" + "".join(rows)


def half_away(x: float, places: int = 0) -> float:
    return np.sign(x) * np.floor(np.abs(x) * 10**places + 0.5) / 10**places


PERCEPTIONS = """
[panel]
years = [2012, 2025]
[method]
normalise = { name = "zscore", mean = 45, sd = 20, least = 0, most = 100, over = 2012 }
aggregate = "arithmetic"
min_count = 3
rank = { name = "min", places = 0 }
[nodes.index]
title = "Perceptions"
round = { places = 0 }
[nodes.index.spread]
how = "between"
factor = 1.64
around = "score"
round = { places = 0 }
round_se = { places = 2 }
"""


def test_perceptions_from_several_sources_measured_by_a_base_year(made):
    """Each source in deviations from its mean of 2012, held to 0 to 100; at least three sources."""
    sources = {
        "a": {2012: [2, 4, 6, 8], 2025: [3, 4, 6, 30]},
        "b": {2012: [1, 2, 3, 4], 2025: [1, 3, 3, None]},
        "c": {2012: [10, 30, 20, 40], 2025: [15, 30, 25, 40]},
        "d": {2012: [5, 6, 7, 8], 2025: [5, None, 7, None]},
    }
    index = made(
        {code: {} for code in sources},
        PERCEPTIONS + placed(dict.fromkeys(sources, "index")),
        csv={f"{code}.csv": yearly(figures) for code, figures in sources.items()},
    )
    points = np.full((4, 4), np.nan)
    for at, figures in enumerate(sources.values()):
        first, last = (np.array(figures[y], float) for y in (2012, 2025))
        points[:, at] = np.clip(45 + 20 * (last - first.mean()) / first.std(ddof=1), 0, 100)
    assert np.nanmax(points) == 100
    for unit, own in zip(UNITS, points, strict=True):
        there = own[~np.isnan(own)]
        score = index.scores.loc[(unit, 2025), "index"]
        se, lower, upper = index.spread["index"].loc[(unit, 2025)]
        if len(there) < 3:
            assert np.isnan([score, se, lower, upper]).all()
            continue
        error = there.std(ddof=1) / np.sqrt(len(there))
        assert score == half_away(there.mean())
        assert se == pytest.approx(half_away(error, 2))
        assert [lower, upper] == [half_away(score - 1.64 * error), half_away(score + 1.64 * error)]


GOVERNMENT = """
[method]
normalise = "zscore"
aggregate = "arithmetic"
[method.levels.1]
normalise = { name = "minmax", low = 0, high = 1 }
[nodes.index]
title = "Government"
round = { places = 4 }
classes = { cuts = [0.25, 0.5, 0.75], names = ["low", "middle", "high", "very high"] }
[nodes.services]
title = "Services"
parent = "index"
[nodes.lines]
title = "Lines"
parent = "index"
"""


def test_z_scores_whose_mean_is_stretched_from_0_to_1_in_each_pillar(made):
    figures = {
        "mobile": by_unit(50, 110, 130, 90),
        "broadband": by_unit(2, 30, 41, 12),
        "portal": by_unit(0.2, 0.9, 0.8, 0.4),
    }
    words = GOVERNMENT + placed({"mobile": "lines", "broadband": "lines", "portal": "services"})
    index = made(figures, words)

    def z(code):
        x = np.array(list(figures[code].values()), float)
        return (x - x.mean()) / x.std(ddof=1)

    def stretched(x):
        return (x - x.min()) / (x.max() - x.min())

    lines = stretched((z("mobile") + z("broadband")) / 2)
    expected = (lines + stretched(z("portal"))) / 2
    assert index.scores["index"].tolist() == [half_away(x, 4) for x in expected]
    names = np.array(["low", "middle", "high", "very high"])
    found = names[np.searchsorted([0.25, 0.5, 0.75], expected, side="right")]
    assert index.classes["index"].tolist() == found.tolist()


EXPOSURE = (
    "(10 - exp(mean(log((10 - hazard) / 10 * 9 + 1), log((10 - power) / 10 * 9 + 1)))) / 9 * 10"
)
RISK = """
[method]
direction = "lower_is_better"
aggregate = "arithmetic"
round = { places = 1 }
round_indicators = { places = 1 }
[method.normalise]
name = "goalposts"
low = 0
high = 10
lower = { hazard = 0, power = 0, gdp = 6 }
upper = { hazard = 5, power = 1, gdp = 11 }
[nodes.index]
title = "Risk"
aggregate = { name = "power", p = 0 }
[nodes.exposure]
title = "Exposure"
parent = "index"
aggregate = { name = "formula", expression = "EXPRESSION" }
[nodes.coping]
title = "Coping"
parent = "index"
""".replace("EXPRESSION", EXPOSURE)


def test_risk_that_rounds_every_score_and_takes_the_mean_of_what_is_left_over(made):
    """Of harm: 10 is worst; hazards by a geometric mean of 10 less each, GDP logged and turned."""
    figures = {
        "hazard": by_unit(1.234, 2.5, 5.7, 0.1),
        "power": by_unit(0.35, None, 0.95, 0.05),
        "gdp": by_unit(800, 5_000, 40_000, 90_000),
    }
    words = RISK + placed({"hazard": "exposure", "power": "exposure", "gdp": "coping"})
    index = made(
        figures,
        words,
        directions={"hazard": "lower_is_better", "power": "lower_is_better"},
        more={"gdp": 'transform = "log"'},
    )
    hazard, power = ([np.nan if v is None else v for v in figures[c].values()]
                     for c in ("hazard", "power"))  # fmt: skip
    expected = []
    for x, y, gdp in zip(hazard, power, figures["gdp"].values(), strict=True):
        scores = [half_away(min(x / 5 * 10, 10), 1), half_away(y * 10, 1)]
        rest = [np.log((10 - s) / 10 * 9 + 1) for s in scores if not np.isnan(s)]
        exposure = half_away((10 - np.exp(np.mean(rest))) / 9 * 10, 1)
        coping = half_away((11 - np.clip(np.log(gdp), 6, 11)) / (11 - 6) * 10, 1)
        expected.append(half_away(np.sqrt(exposure * coping), 1))
    assert index.scores["index"].tolist() == pytest.approx(expected, abs=1e-12)
    assert index.ranks["index"].tolist() == [1 + sum(y < x for y in expected) for x in expected]


HUNGER = """
[method]
direction = "lower_is_better"
normalise = { name = "scaled", low = 0, high = 100, b = { food = 80, wasting = 30, deaths = 35 } }
aggregate = "arithmetic"
missing = "missing"
rank = { name = "min", places = 1 }
[nodes.index]
title = "Hunger"
round = { places = 1 }
classes = { cuts = [10, 20, 35], names = ["low", "moderate", "serious", "alarming"] }
[nodes.children]
title = "Children"
parent = "index"
"""


def test_hunger_by_fixed_steps_is_withheld_where_anything_is_missing(made):
    figures = {
        "food": by_unit(2.5, 16.6, 40.05, 12),
        "wasting": by_unit(1, 18.7, 10, None),
        "deaths": by_unit(0.4, 2.9, 7.5, 4),
    }
    words = HUNGER + placed({"food": "index", "wasting": "children", "deaths": "index"})
    index = made(figures, words, directions=dict.fromkeys(figures, "lower_is_better"))
    steps = {"food": 80, "wasting": 30, "deaths": 35}
    expected = [
        half_away(sum(figures[c][u] / steps[c] * 100 for c in steps) / 3, 1) for u in UNITS[:3]
    ]
    assert index.scores["index"].tolist() == pytest.approx([*expected, np.nan], nan_ok=True)
    assert index.classes["index"].tolist() == ["low", "serious", "serious", ""]
    assert index.ranks["index"].dropna().tolist() == [1, 2, 3]


GOALS = """
[method]
treat = { name = "winsorise_percentile", lower = 2.5, upper = 100 }
aggregate = "arithmetic"
min_share = 0.5
[method.normalise]
name = "goalposts"
upper = { schooling = 100, poverty = 30 }
lower = { poverty = 0 }
[nodes.index]
title = "Goals"
[nodes.one]
title = "Goal one"
parent = "index"
[nodes.four]
title = "Goal four"
parent = "index"
"""


def test_goals_between_a_percentile_of_the_sample_and_a_target(made):
    figures = {
        "poverty": by_unit(45, 3, None, 12),
        "schooling": by_unit(20, 60, 95, 99),
        "reading": by_unit(300, 420, 510, None),
    }
    words = GOALS + (
        "[indicators]\n"
        'poverty = { parent = "one", treat = "none" }\n'
        'schooling = { parent = "four" }\nreading = { parent = "four" }\n'
    )
    index = made(figures, words, directions={"poverty": "lower_is_better"})
    low = np.percentile([20, 60, 95, 99], 2.5)
    schooling = np.clip((np.array([20, 60, 95, 99]) - low) / (100 - low), 0, 1) * 100
    floor = np.percentile([300, 420, 510], 2.5)
    reading = np.clip((np.array([300, 420, 510, np.nan]) - floor) / (510 - floor), 0, 1) * 100
    four = np.nanmean([schooling, reading], axis=0)
    poverty = np.clip((30 - np.array([45, 3, np.nan, 12])) / 30, 0, 1) * 100
    expected = np.nanmean([poverty, four], axis=0)
    assert index.scores["index"].tolist() == pytest.approx(expected.tolist())


GLOBALISATION = """
[panel]
years = [2010, 2017, 2024]
[method]
impute = { name = "over_years", method = "linear" }
normalise = { name = "percentile_rank", low = 1, high = 100, over = "all" }
weigh = { name = "pca", factors = 1, rotate = "none", over = "all" }
aggregate = "arithmetic"
[nodes.index]
title = "Globalisation"
"""


def test_percentiles_of_a_panel_weighed_by_the_first_component_of_all_years(made):
    rng = np.random.default_rng(7)
    trade = rng.normal(size=(3, 4)).round(4)
    figures = {
        "trade": trade,
        "tourism": (trade + rng.normal(size=(3, 4)) / 2).round(4),
        "letters": rng.normal(size=(3, 4)).round(4),
    }
    gaps = {code: values.tolist() for code, values in figures.items()}
    gaps["trade"][1][2] = None
    years = (2010, 2017, 2024)
    index = made(
        {code: {} for code in figures},
        GLOBALISATION + placed(dict.fromkeys(figures, "index")),
        csv={f"{c}.csv": yearly(dict(zip(years, v, strict=True))) for c, v in gaps.items()},
    )
    figures["trade"][1, 2] = (figures["trade"][0, 2] + figures["trade"][2, 2]) / 2
    x = np.column_stack([v.T.ravel() for v in figures.values()])
    score = 1 + (np.argsort(np.argsort(x, axis=0), axis=0)) / 11 * 99
    _, vectors = np.linalg.eigh(np.corrcoef(score, rowvar=False))
    squared = vectors[:, -1] ** 2
    assert index.weights["index"].tolist() == pytest.approx((squared / squared.sum()).tolist())
    expected = score @ (squared / squared.sum())
    assert index.scores["index"].tolist() == pytest.approx(expected.tolist())


GAP = """
[method]
normalise = "none"
aggregate = "arithmetic"
[nodes.index]
title = "Gender gap"
round = { places = 3, rule = "half_even" }
"""


def test_ratios_of_women_to_men_are_cut_at_equality(made):
    figures = {
        "women": by_unit(30, 52, 60, 49),
        "men": by_unit(70, 48, 40, 50),
        "pay": by_unit(0.5, 0.8125, 0.9, None),
    }
    words = GAP + placed({"ratio": "index", "pay": "index"})
    words = words.replace('ratio = { parent = "index"', 'ratio = { parent = "index", weight = 3')
    index = made(
        figures | {"ratio": {}},
        words,
        more={"ratio": 'formula = "women / men"\ntransform = { name = "clip", upper = 1 }'},
    )
    expected = [round((3 * r + p) / 4, 3) for r, p in ((30 / 70, 0.5), (1, 0.8125), (1, 0.9))]
    assert index.scores["index"].tolist() == pytest.approx([*expected, 0.98])


def test_an_indicator_may_count_in_two_pillars_by_a_formula_of_its_own(made):
    words = """
    [method]
    normalise = "minmax"
    aggregate = "arithmetic"
    [nodes.index]
    title = "Index"
    [nodes.p]
    title = "P"
    parent = "index"
    [nodes.q]
    title = "Q"
    parent = "index"
    """ + placed({"a": "p", "again": "q", "b": "q"})
    figures = {"a": by_unit(0, 5, 10, 2), "b": by_unit(1, 2, 3, 3), "again": {}}
    index = made(figures, words, more={"again": 'formula = "a"'})
    points = ((0, 0), (50, 50), (100, 100), (20, 100))
    expected = [(a + (a + b) / 2) / 2 for a, b in points]
    assert index.scores["index"].tolist() == pytest.approx(expected)
