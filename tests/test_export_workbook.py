"""The workbook, recalculated by LibreOffice: every stage, every method, after each change."""

import csv
import dataclasses
import re
import shutil
from io import BytesIO

import numpy as np
import openpyxl
import pandas as pd
import pytest

import resilience_index as ri
from resilience_index.content.reading import Choice
from resilience_index.export.workbook import workbook
from resilience_index.robustness.uncertainty import uncertainty
from tests.spreadsheet import columns, recalculated

WEIGHTS = {"nodes.compute.weight": 3.0, "nodes.own_supply.weight": 2.0,
           "indicators.ai_user_share.weight": 0.25}  # fmt: skip
FIGURES = {
    ("notable_models_5y", "KOR"): "4000",  # far beyond its bound
    ("notable_models_5y", "CAN"): "1.5",
    ("gh_developers", "EST"): "900000",
    ("cloud_distance_km", "BRA"): "4.5",  # lower is better, and now the least
    ("fixed_broadband_per100", "IND"): "41.25",
    ("rd_expenditure_pct_gdp", "ISR"): None,  # taken away
    ("tertiary_enrolment_gross", "JPN"): "66.6",
}
STAGES = {
    "denominated": "Denominated",
    "imputed": "Transformed",  # nothing is imputed in the default framework
    "treated": "Treated",
    "normalised": "Normalised",
}


def edited(book: bytes, sheet: str, cells: dict[tuple[str, str], object]) -> bytes:
    """Change cells of a sheet of stages, named by column and country."""
    opened = openpyxl.load_workbook(BytesIO(book))
    here = opened[sheet]
    places = {cell.value: cell.column for cell in here[2]}
    rows = {cell.value: cell.row for cell in here["A"]}
    for (code, country), value in cells.items():
        here.cell(rows[country], places[code]).value = value
    return saved(opened)


def weighed(book: bytes, weights: dict[str, float]) -> bytes:
    """Change cells of the sheet of weights."""
    opened = openpyxl.load_workbook(BytesIO(book))
    for row in opened["Weights"].iter_rows(min_row=4):
        if row[0].value in weights:
            row[5].value = weights[row[0].value]
    return saved(opened)


def saved(opened) -> bytes:
    stream = BytesIO()
    opened.save(stream)
    return stream.getvalue()


def with_figures(folder, place):
    """Copy a content folder and change the newest figures of some countries in it."""
    shutil.copytree(folder, place)
    for (code, country), value in FIGURES.items():
        path = place / "data" / f"{code}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = list(csv.reader(file))
        mine = [row for row in rows if row[0] == country]
        rows = [row for row in rows if row[0] != country]
        if value is not None:
            rows.append([country, mine[-1][1], value, *[""] * (len(head) - 3)])
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *sorted(rows)])
    return place


def under_bounds_of(index, content):
    """Build from a content folder with the treatment that an index was given: only its caps."""
    definitions = dict(content.indicators)
    for code in index.framework.indicators:
        before, after = index.imputed[code], index.treated[code]
        if not before.equals(after):
            assert after.min() == before.min()  # all of them were capped at the upper end
            cap = Choice(name="clip", settings={"upper": float(after.max())})
            one = definitions[code]
            definitions[code] = one.model_copy(update={"transform": [*one.transform, cap]})
    changed = dataclasses.replace(content, indicators=definitions)
    return ri.build(content=changed, changes={"method.treat": {"name": "none"}})


@pytest.fixture(scope="module")
def book(index):
    return workbook(index)


@pytest.fixture(scope="module")
def changed(index, shipped, tmp_path_factory):
    """Build the index with other weights, and with other figures under the same bounds."""
    place = with_figures(shipped.folder, tmp_path_factory.mktemp("figures") / "content")
    return {
        "weights": ri.build(changes=WEIGHTS),
        "figures": under_bounds_of(index, ri.open_content(place)),
    }


@pytest.fixture(scope="module")
def opened(book, tmp_path_factory):
    """Recalculate the workbook: as it is, after other weights, after other figures."""
    short = {key.split(".")[1]: weight for key, weight in WEIGHTS.items()}
    numbers = {k: None if v is None else float(v) for k, v in FIGURES.items()}
    books = {
        "as_it_is": book,
        "weights": weighed(book, short),
        "figures": edited(book, "Raw", numbers),
    }
    return recalculated(books, tmp_path_factory.mktemp("office"))


def agree(found: dict, expected: pd.Series, tolerance: float) -> None:
    """Compare a column of a sheet with one of the engine, missing cells included."""
    cells = [found[label] for label in expected.index]
    cells = [np.nan if cell in (None, "") else cell for cell in cells]
    numbers = np.array(cells, dtype=float)
    assert np.array_equal(np.isnan(numbers), expected.isna().to_numpy()), expected.name
    scale = np.maximum(1, expected.abs().to_numpy(float))
    assert np.nanmax(np.abs(numbers - expected.to_numpy(float)) / scale) <= tolerance, expected.name


def same_scores_and_ranks(recalculated_book, index, tolerance: float = 1e-9) -> None:
    """Compare every node; of one that passes up something else, the score has its own column."""
    scores, ranks = columns(recalculated_book, "Scores"), columns(recalculated_book, "Ranks")
    for node in index.scores:
        agree(scores.get(f"{node}.score", scores[node]), index.scores[node], tolerance)
        agree(ranks[node], index.ranks[node], 0.0)


@pytest.mark.slow
def test_recalculated_scores_and_ranks_are_ours(opened, index):
    same_scores_and_ranks(opened["as_it_is"], index)


@pytest.mark.slow
@pytest.mark.parametrize("change", ["weights", "figures"])
def test_they_are_ours_after_a_change_too(opened, changed, index, change):
    assert list(changed[change].scores.index) == list(index.scores.index)
    assert (changed[change].ranks["index"] != index.ranks["index"]).sum() > 20
    same_scores_and_ranks(opened[change], changed[change])


@pytest.mark.slow
@pytest.mark.parametrize("change", ["as_it_is", "figures"])
def test_every_stage_is_ours(opened, changed, index, change):
    for stage, name in STAGES.items():
        expected, sheet = getattr(changed.get(change, index), stage), columns(opened[change], name)
        for code in expected:
            found = {row: cell for row, cell in sheet[code].items() if cell not in ("", None)}
            if change == "figures" and stage == "imputed":  # the caps stand in that stage there
                cap = index.treated[code].max()
                capped = cap < index.imputed[code].max()
                found = {row: min(cell, cap) if capped else cell for row, cell in found.items()}
            agree({row: found.get(row) for row in expected.index}, expected[code], 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("change", ["as_it_is", "weights", "figures"])
def test_the_ranking_sorts_itself(opened, changed, index, change):
    expected = changed.get(change, index).ranking()
    rows = list(opened[change]["Ranking"].iter_rows(min_row=6, max_col=4, values_only=True))
    assert [row[1] for row in rows] == list(expected.index)
    assert [row[2] for row in rows] == list(expected["name"])
    assert [row[3] for row in rows] == list(expected["rank"])


@pytest.mark.slow
def test_the_ranking_keeps_what_was_published_beside_what_it_shows(opened, index):
    for row in opened["weights"]["Ranking"].iter_rows(min_row=6, values_only=True):
        assert row[-2] == index.ranks.loc[row[1], "index"]
        assert row[-1] == pytest.approx(index.scores.loc[row[1], "index"], abs=1e-9)


@pytest.mark.slow
def test_shares_follow_the_weights(opened):
    shares = {row[0]: row[6:8] for row in opened["weights"]["Weights"].iter_rows(min_row=4,
              values_only=True)}  # fmt: skip
    assert shares["compute"][0] == pytest.approx(3 / (3 + 1 + 1 + 1))
    assert shares["domestic_capacity"][1] == pytest.approx(3 / 6 * 0.5 / (0.5 + 1 + 1))


def test_it_shows_our_figures_before_anything_recalculates(book, index):
    shown = openpyxl.load_workbook(BytesIO(book), data_only=True)
    same_scores_and_ranks(shown, index, tolerance=0.0)
    for stage, name in STAGES.items():
        sheet = columns(shown, name)
        for code in index.framework.indicators:
            agree(sheet[code], getattr(index, stage)[code], 0.0)
    first = next(shown["Ranking"].iter_rows(min_row=6, values_only=True))
    assert first[1] == index.ranking().index[0]


def test_the_same_edition_gives_the_same_bytes(book, index):
    assert workbook(index) == book
    made = openpyxl.load_workbook(BytesIO(book)).properties
    assert made.created.isoformat() == "2026-01-01T00:00:00"
    assert made.modified == made.created


@pytest.mark.slow
def test_the_published_interval_stands_beside_the_published_rank(index, tmp_path):
    known = uncertainty(index, draws=256)
    book_ = weighed(workbook(index, known), {"compute": 3})
    ranking = recalculated({"book": book_}, tmp_path)["book"]["Ranking"]
    rows = list(ranking.iter_rows(min_row=5, values_only=True))
    assert rows[0][-4:] == ("published rank", "90 % interval, from", "to", "published score")
    for row in rows[1:]:
        found = known.table.loc[row[1]]
        assert row[-4:-1] == (found["rank"], found["rank_05"], found["rank_95"])


KNOWN = {
    "ABS", "AND", "ASINH", "AVERAGE", "COUNT", "COUNTIF", "EXP", "IF", "INDEX", "ISNUMBER", "LN",
    "LOG10", "MATCH", "MAX", "MIN", "N", "NOT", "OR", "PRODUCT", "RANK", "ROUND", "ROWS", "SQRT",
    "STDEV", "STDEVP", "SUM", "SUMIF", "SUMPRODUCT",
}  # fmt: skip


def functions(book: bytes) -> set[str]:
    """Name the functions in the formulas of a workbook."""
    found: set[str] = set()
    for sheet in openpyxl.load_workbook(BytesIO(book)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    text = getattr(cell.value, "text", cell.value)
                    found |= set(re.findall(r"([A-Z][A-Z0-9.]*)\(", text))
    return found


def test_only_functions_are_used_that_old_programs_have(book):
    assert functions(book) <= KNOWN


def test_no_formula_is_longer_than_a_cell_takes(book):
    lengths = [
        len(getattr(cell.value, "text", cell.value))
        for sheet in openpyxl.load_workbook(BytesIO(book))
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(lengths) > 20_000
    assert max(lengths) < 8192


def test_the_first_sheet_says_what_it_is_and_on_what_terms(book, index):
    opened_book = openpyxl.load_workbook(BytesIO(book))
    assert opened_book.sheetnames[:3] == ["About", "Ranking", "Weights"]
    words = "\n".join(str(row[0]) for row in opened_book["About"].iter_rows(values_only=True))
    assert "National AI Resilience Index, edition 2026" in words
    assert "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)" in words
    for code in index.framework.indicators:
        for key in index.content.indicators[code].sources:
            source = index.content.sources[key]
            assert source.citation in words
            assert source.licence_note in words
    assert "Not live" not in words


EIGHT = [f"{letter * 3}" for letter in "ABCDEFGH"]
COLUMNS = {
    "a": [120, 40, 7, 900, 55, 33, 21, 60],
    "b": [3.5, None, 2.25, 8, 9.5, None, 1, 4],
    "c": [10, 11, 12, 13, 14, 15, 16, 95],
    "d": [0.2, 0.4, "n/a", 0.9, 0.1, 0.3, "n/a", 0.75],
    "e": [5, 6, 5, None, 8, 9, 9, 7],
    "people": [10, 20, 5, 400, 11, 8, 0.5, 30],
}
NODES = """
weight = 1

[nodes.p]
title = "First"
parent = "index"
weight = 2

[nodes.q]
title = "Second"
parent = "index"
"""
PLACES = """
a = { parent = "p" }
b = { parent = "p", weight = 3.1 }
c = { parent = "q" }
d = { parent = "q", weight = 0.37 }
e = { parent = "index" }
"""
VARIANTS: dict[str, dict[str, object]] = {
    "by_distribution": {
        "indicators.a.normalise": {"name": "zscore"},
        "indicators.b.normalise": {"name": "rank", "ties": "average"},
        "indicators.c.normalise": {"name": "borda", "ties": "max"},
        "indicators.d.normalise": {"name": "percentile_rank", "places": 3},
        "indicators.e.normalise": {"name": "distance_to_max", "high": 10.0},
    },
    "by_distance": {
        "indicators.a.normalise": {"name": "zscore", "ddof": 0, "mean": 100.0},
        "indicators.b.normalise": {"name": "distance_to_target", "target": 7.0, "high": 100.0},
        "indicators.c.normalise": {"name": "distance_to_target", "target": 11.5, "high": 100.0},
        "indicators.d.normalise": {"name": "distance_to_reference", "reference": "HHH"},
        "indicators.e.normalise": {"name": "fraction_of_max", "high": 100.0},
    },
    "by_goalposts": {
        "indicators.a.normalise": {"name": "distance_to_reference", "reference": "EEE",
                                   "cap": True, "high": 100.0},
        "indicators.b.normalise": {"name": "goalposts", "lower": 2.0, "upper": 9.0, "low": 1.0},
        "indicators.c.normalise": {"name": "goalposts", "lower": 11.0, "upper": 40.0},
        "indicators.e.normalise": {"name": "goalposts", "upper": 8.0, "cap": False},
    },
    "by_settings": {
        "indicators.a.normalise": {"name": "scaled", "a": 1.0, "b": 9.0, "high": 100.0},
        "indicators.b.normalise": {"name": "categorical", "cuts": [2.25, 4.0],
                                   "scores": [0.0, 50.0, 100.0]},
        "indicators.c.normalise": {"name": "categorical", "cuts": [11.0, 15.0],
                                   "scores": [100.0, 40.0, 0.0], "at_cut": "below"},
        "indicators.e.normalise": {"name": "none"},
    },
    "turned_after": {
        "method.orient": "after",
        "method.levels": {"0": {"normalise": {"name": "scaled", "a": 5.0, "b": -3.0}}},
    },
    "turned_after_by_rank": {
        "method.orient": "after", "method.normalise": {"name": "percentile_rank"},
    },
    "power_means": {
        "nodes.p.aggregate": {"name": "geometric"},
        "nodes.q.aggregate": {"name": "harmonic", "floor": 2.0},
        "nodes.index.aggregate": {"name": "power", "p": 0.5},
    },
    "more_power_means": {
        "nodes.p.aggregate": {"name": "geometric", "shift": 1.0},
        "nodes.q.aggregate": {"name": "power", "p": -2.0},
        "nodes.index.aggregate": {"name": "power", "p": 1.0, "floor": 5.0},
    },
    "extremes": {
        "nodes.p.aggregate": {"name": "minimum"},
        "nodes.q.aggregate": {"name": "power", "p": float("inf")},
        "nodes.index.aggregate": {"name": "mean_min", "alpha": 0.7, "beta": 2.0},
    },
    "sum_and_maximum": {
        "nodes.p.aggregate": {"name": "maximum"}, "nodes.index.aggregate": {"name": "sum"},
    },
    "mpi": {
        "method.normalise": {"name": "zscore", "mean": 100.0, "sd": 10.0},
        "method.aggregate": {"name": "mpi", "penalty": "plus", "ddof": 1},
    },
    "product": {
        "method.normalise": {"name": "minmax", "low": 0.5, "high": 1.5},
        "method.aggregate": {"name": "product"},
    },
    "formula": {
        "nodes.q.aggregate": {"name": "formula",
                              "expression": "if(c >= 20, 100 * sqrt(c / (d + 1)), -c ^ 2 + 1)"},
        "nodes.p.aggregate": {"name": "formula",
                              "expression": "mean(2 * a, b, clip(a, 10, 90)) + min(a, b) - 3"},
        "method.missing": "zero",
    },
    "formula_of_what_is_there": {
        "nodes.p.aggregate": {"name": "formula", "expression": "max(a, exp(b / 100)) + sum(a, b)"},
        "nodes.q.aggregate": {"name": "formula", "expression": "round(c + abs(d - 50), 1)"},
        "method.round": {"places": 2},
    },
    "missing_makes_missing": {"method.missing": "missing"},
    "missing_is_zero": {"method.missing": "zero", "nodes.index.aggregate": {"name": "harmonic"}},
    "least_count": {"method.min_count": 2},
    "least_share": {"method.min_share": 0.6, "method.missing": "zero"},
    "imputed": {"method.impute": {"name": "median"}},
    "treated": {
        "indicators.a.treat": {"name": "box_cox", "make_positive": True},
        "indicators.b.treat": {"name": "winsorise_percentile", "lower": 10.0, "upper": 90.0},
        "indicators.c.treat": {"name": "iqr_fence"},
        "indicators.d.treat": {"name": "yeo_johnson"},
        "indicators.e.treat": {"name": "ln_shift", "share": 0.05},
    },
    "logarithms": {
        "method.treat": {"name": "skewness_kurtosis", "skewness": 0.1, "kurtosis": -9.0,
                         "points": 1, "undo": False},
        "indicators.a.treat": {"name": "log", "form": "shift_one"},
        "indicators.c.treat": {"name": "log", "form": "gii"},
        "indicators.e.treat": {"name": "log"},
    },
    "rounded": {
        "method.round": {"places": 1},
        "method.round_indicators": {"places": 0},
        "method.rank": {"name": "average", "places": 0},
    },
    "largest_rank": {"method.rank": {"name": "max"}, "method.round": {"places": 0}},
    "lower_is_better": {"method.direction": "lower_is_better"},
    "scaled_nodes": {
        "nodes.p.normalise": {"name": "minmax", "low": 1.0},
        "nodes.q.normalise": {"name": "zscore"},
        "nodes.q.direction": "lower_is_better",
    },
    "aggregate_passed_up": {
        "method.levels": {"1": {"normalise": {"name": "percentile_rank"},
                                "passes_up": "aggregate", "round": {"places": 1, "of": "both"}}},
    },
    "unrounded_passed_up": {
        "nodes.p.normalise": {"name": "minmax"}, "nodes.p.passes_up": "unrounded",
        "nodes.p.round": {"places": 0}, "nodes.q.passes_up": "unrounded",
        "nodes.q.round": {"places": 0},
    },
    "weights_found": {"nodes.index.weigh": {"name": "equal"}},
}  # fmt: skip
NOT_LIVE: dict[str, tuple[dict[str, object], str]] = {
    "median": ({"nodes.p.aggregate": {"name": "median"}}, "Scores, p: no formula for median"),
    "dense": ({"method.rank": {"name": "dense"}}, "Ranks, index: no formula for dense"),
    "even": (
        {"method.round": {"places": 1, "rule": "half_even"}},
        "Scores, index: no formula for arithmetic",
    ),
    "two_sided": (
        {"indicators.b.normalise": {"name": "two_sided_distance"}},
        "Normalised, b: no formula for two_sided_distance",
    ),
    "filled": ({"method.impute": {"name": "mean"}}, "Filled: what gaps were filled with stands"),
    "found": (
        {"nodes.p.weigh": {"name": "equal"}},
        "Weights, children of p: found by equal; stands as found",
    ),
    "by_country": (
        {"nodes.index.weigh": {"name": "benefit_of_the_doubt"}},
        "Scores, index: weights differ by country",
    ),
}


@pytest.fixture
def eight(small):
    """Make a small folder with eight countries, gaps, cells that do not apply, a denominator."""
    figures = {code: dict(zip(EIGHT, values, strict=True)) for code, values in COLUMNS.items()}
    folder = small(
        figures, nodes=NODES, indicators=PLACES, directions={"c": "lower_is_better"},
        more={"a": 'denominator = "people"\nscale = 100\ntransform = "log1p"',
              "b": 'scale = 2\ntransform = ["sqrt", { name = "power", exponent = 2 }]',
              "e": 'transform = { name = "asinh", scale = 3 }'},
    )  # fmt: skip
    rows = "".join(f"{code},Country {code},North\n" for code in EIGHT)
    (folder / "countries.csv").write_text("iso3,name,region\n" + rows, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_every_method_that_a_formula_can_express_is_ours(eight, tmp_path):
    built = {
        name: ri.build("small", content=eight, changes=change) for name, change in VARIANTS.items()
    }
    books = {name: workbook(one) for name, one in built.items()}
    opened_books = recalculated(books, tmp_path)
    used = set()
    for name, one in built.items():
        about = "\n".join(
            str(r[0]) for r in opened_books[name]["About"].iter_rows(values_only=True)
        )
        assert ("Not live" in about) == (name in ("imputed", "weights_found")), name
        same_scores_and_ranks(opened_books[name], one)
        used |= functions(books[name])
    assert used <= KNOWN


@pytest.mark.slow
def test_what_no_formula_can_express_stands_as_values_and_says_so(eight, tmp_path):
    built = {
        name: ri.build("small", content=eight, changes=change)
        for name, (change, _) in NOT_LIVE.items()
    }
    opened_books = recalculated({n: workbook(one) for n, one in built.items()}, tmp_path)
    for name, (_, words) in NOT_LIVE.items():
        about = "\n".join(
            str(r[0]) for r in opened_books[name]["About"].iter_rows(values_only=True)
        )
        assert words in about.partition("Not live")[2], name
        same_scores_and_ranks(opened_books[name], built[name])


@pytest.mark.slow
def test_a_weight_of_zero_takes_a_child_out(eight, tmp_path):
    index_ = ri.build("small", content=eight)
    book_ = weighed(workbook(index_), {"e": 0, "b": 0})
    scores = columns(recalculated({"book": book_}, tmp_path)["book"], "Scores")
    for country in EIGHT:
        p, q = scores["a"][country], scores["q"][country]
        assert scores["p"][country] == pytest.approx(p)
        assert scores["index"][country] == pytest.approx((2 * p + q) / 3)


BASE_YEAR = {"method.normalise": {"name": "goalposts", "over": 2024}}


@pytest.mark.slow
def test_a_panel_is_scaled_and_ranked_year_by_year(eight, tmp_path):
    for code, values in COLUMNS.items():
        rows = [
            f"{country},{year},{value if value == 'n/a' else value + step}"
            for country, value in zip(EIGHT, values, strict=True)
            for step, year in enumerate((2023, 2024, 2025))
            if value is not None
        ]
        path = eight / "data" / f"{code}.csv"
        path.write_text("\n".join(["iso3,year,value", *rows]) + "\n", encoding="utf-8")
    framework = eight / "frameworks" / "small.toml"
    panel = "\n[panel]\nfirst = 2023\nlast = 2025\n"
    framework.write_text(framework.read_text(encoding="utf-8") + panel, encoding="utf-8")
    changes = {"method.treat": {"name": "iqr_fence"}}
    built = {
        "by_year": ri.build("small", content=eight, changes=changes),
        "over_all": ri.build("small", content=eight, changes={**changes, "method.over": "all"}),
        "base_year": ri.build("small", content=eight, changes={**changes, **BASE_YEAR}),
    }
    opened_books = recalculated({name: workbook(one) for name, one in built.items()}, tmp_path)
    for name, one in built.items():
        same_scores_and_ranks(opened_books[name], one)
        rows = list(opened_books[name]["Ranking"].iter_rows(min_row=6, max_col=2, values_only=True))
        assert [row[1] for row in rows] == list(one.ranking().loc[(slice(None), 2025), :].index
                                                .get_level_values(0))  # fmt: skip


@pytest.mark.slow
def test_an_index_of_others_recalculates_to_what_they_published(tmp_path):
    from tests.test_published import built

    index_ = built("hci")
    same_scores_and_ranks(recalculated({"hci": workbook(index_)}, tmp_path)["hci"], index_)


RISKY = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", " =1+1", "'quoted", '=HYPERLINK("x")', "plain"]


@pytest.fixture
def risky(eight):
    rows = "".join(
        f'{code},"{name.replace(chr(34), chr(34) * 2)}",North\n'
        for code, name in zip(EIGHT, RISKY, strict=True)
    )
    (eight / "countries.csv").write_text("iso3,name,region\n" + rows, encoding="utf-8")
    return ri.build("small", content=eight)


@pytest.mark.slow
def test_names_that_look_like_formulas_stay_text(risky, tmp_path):
    made = workbook(risky)
    before = openpyxl.load_workbook(BytesIO(made))
    after = recalculated({"risky": made}, tmp_path)["risky"]
    names = list(risky.content.units["name"])
    for opened_book in (before, after):
        cells = [row[1] for row in opened_book["Raw"].iter_rows(min_row=6)]
        assert [cell.value for cell in cells] == names
        assert {cell.data_type for cell in cells} == {"s"}
    assert before["Raw"]["B6"].quotePrefix
    assert before["Raw"]["C6"].value == 120


DERIVED = """
[indicators.half]
title = "Half of the people"
definition = "Half of them."
unit = "people"
direction = "none"
source = "survey"
why = "To divide by."
formula = "people / 2"

[indicators.per_half]
title = "Machines by half of the people"
definition = "Machines."
unit = "machines"
direction = "higher_is_better"
source = "survey"
why = "It matters."
max_age = 5
table = "e.csv"
denominator = "half"
scale = 10

[indicators.ratio]
title = "Ratio of two"
definition = "One by the other."
unit = "ratio"
direction = "higher_is_better"
source = "survey"
why = "It matters."
formula = "c / people"
scale = 3
transform = "sqrt"
"""


@pytest.mark.slow
def test_a_denominator_may_be_a_formula_and_a_figure_may_be_one(eight, tmp_path):
    definitions, framework = eight / "all.toml", eight / "frameworks" / "small.toml"
    text = definitions.read_text(encoding="utf-8")
    definitions.write_text(text + DERIVED, encoding="utf-8")
    more = 'per_half = { parent = "p" }\nratio = { parent = "q" }\n'
    text = framework.read_text(encoding="utf-8")
    framework.write_text(text + more, encoding="utf-8")
    index_ = ri.build("small", content=eight)
    made = recalculated({"derived": workbook(index_)}, tmp_path)["derived"]
    same_scores_and_ranks(made, index_)
    below = columns(made, "Denominators")["per_half"]
    assert [below[country] for country in EIGHT] == [people / 2 for people in COLUMNS["people"]]
    about = "\n".join(str(row[0]) for row in made["About"].iter_rows(values_only=True))
    assert "Raw, ratio: worked out as c / people" in about
