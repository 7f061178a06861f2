"""What is missing, how old and how various the figures are; Little's test against naniar's."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resilience_index import build
from resilience_index.errors import DataError
from resilience_index.robustness import coverage

HERE = Path(__file__).parent
FIGURES = {
    "a": {"AAA": 1, "BBB": 2, "CCC": 4, "DDD": None},
    "b": {"AAA": 5, "BBB": None, "CCC": 1, "DDD": 2},
    "c": {"AAA": 0, "BBB": 0, "CCC": 0, "DDD": 3},
}


@pytest.fixture
def tiny(small):
    return build("small", content=small(FIGURES))


def test_littles_test_gives_what_naniar_gives_for_air_in_new_york():
    # naniar::mcar_test(airquality): 35.1061288689702 with 14 degrees of freedom, 4 patterns
    table = pd.read_csv(HERE / "data" / "airquality.csv")
    found = coverage.little_test(table)
    assert found.statistic == pytest.approx(35.1061288689702, rel=1e-5)
    assert (found.freedom, found.patterns) == (14, 4)
    assert found.p == pytest.approx(0.00141778113856683, rel=1e-4)


def test_gaps_by_chance_pass_it_and_gaps_at_the_bottom_do_not():
    rng = np.random.default_rng(8)
    x = rng.standard_normal(300)
    table = pd.DataFrame({"x": x, "y": x + rng.standard_normal(300)})
    chance = table.assign(y=table["y"].mask(rng.random(300) < 0.3))
    low = table.assign(y=table["y"].mask(table["x"] < -0.5))
    assert coverage.little_test(chance).p > 0.05
    assert coverage.little_test(low).p < 1e-6


def test_a_table_without_gaps_has_nothing_to_test():
    with pytest.raises(DataError, match="no figure is missing"):
        coverage.little_test(pd.DataFrame({"x": [1.0, 2.0], "y": [2.0, 1.0]}))


def test_coverage_counts_what_is_there_of_what_is_due(tiny):
    found = coverage.coverage(tiny)
    assert found.countries.to_dict() == {"AAA": 1, "BBB": 2 / 3, "CCC": 1, "DDD": 2 / 3}
    assert found.indicators.to_dict() == {"a": 3 / 4, "b": 3 / 4, "c": 1}
    assert found.pillars.empty


def test_variety_counts_different_common_and_zero_figures(tiny):
    found = coverage.variety(tiny)
    assert found.loc["c"].to_dict() == {"distinct": 2 / 4, "common": 3 / 4, "zeros": 3 / 4}
    assert found.loc["a", "distinct"] == 1


def test_twins_are_found_whatever_their_unit_or_direction(small):
    same = {**FIGURES, "d": {"AAA": -10, "BBB": -20, "CCC": -40}}
    assert coverage.twins(build("small", content=small(same))) == [("a", "d")]


def test_what_rests_on_no_figure_is_its_nominal_weight(tiny):
    assert coverage.imputed_share(tiny).to_dict() == pytest.approx(
        {"AAA": 0, "BBB": 1 / 3, "CCC": 0, "DDD": 1 / 3}
    )


def test_a_gap_is_linked_to_income_where_the_poor_lack_figures(tiny):
    income = pd.Series({"AAA": 9.0, "BBB": 8.0, "CCC": 7.0, "DDD": 1.0})
    found = coverage.who_is_missing(tiny, income)
    # gap of a at the poorest: correlation of (0, 0, 0, 1) with ranks (4, 3, 2, 1)
    assert found["a"] == pytest.approx(np.corrcoef([0, 0, 0, 1], [4, 3, 2, 1])[0, 1])
    assert np.isnan(found["c"])


def test_age_counts_from_the_edition_and_spread_within_a_country(tiny):
    assert coverage.ages(tiny).max().to_list() == [0, 0, 0]
    assert (coverage.year_spread(tiny) == 0).all()
