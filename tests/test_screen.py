import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.errors import MethodError
from resilience_index.steps.screen import availability, coverage, none

GAP = np.nan
NODES = {"Compute": ["a", "b"], "Skills": ["c", "d"]}


def table(**rows):
    return pd.DataFrame.from_dict(rows, orient="index", columns=list("abcd"), dtype=float)


def left_out(reasons):
    return list(reasons.index[reasons != ""])


def test_none_keeps_every_row():
    assert left_out(none(table(EST=[GAP] * 4))) == []


def test_a_share_equal_to_the_minimum_stays_and_one_below_goes():
    observed = table(EST=[1, 1, 1, GAP], NOR=[1, 1, GAP, GAP])
    reasons = availability(observed, min_share=0.75)
    assert reasons["EST"] == ""
    assert reasons["NOR"] == "observed 2 of 4 indicators (0.50); at least 0.75 needed"


def test_thirteen_of_twenty_is_65_per_cent_whatever_the_rounding_of_the_machine():
    observed = pd.DataFrame([[1.0] * 13 + [GAP] * 7], index=["EST"])
    assert left_out(availability(observed, min_share=1 - 0.35)) == []


def test_a_node_with_too_few_figures_is_named():
    observed = table(EST=[1, 1, GAP, GAP])
    reasons = availability(observed, nodes=NODES, min_share=0.5)
    assert reasons["EST"] == "observed 0 of 2 indicators of Skills (0.00); at least 0.5 needed"


def test_a_minimum_count_in_each_node_is_never_more_than_is_due_there():
    observed = table(EST=[1, 1, 1, GAP], NOR=[1, 1, 1, GAP])
    due = observed.notna()
    due.loc["NOR", "d"] = True
    settings = {"nodes": NODES, "min_share_node": 0.0, "min_count_node": 2}
    reasons = availability(observed, due=due, **settings)
    assert reasons["EST"] == ""
    assert reasons["NOR"] == "observed 1 of 2 indicators of Skills (0.50); at least 2 needed"


def test_what_does_not_apply_counts_neither_as_there_nor_as_missing():
    observed = table(EST=[1, GAP, GAP, GAP])
    due = observed.notna()
    assert left_out(availability(observed, due=due, nodes=NODES)) == []
    assert left_out(availability(observed, nodes=NODES)) == ["EST"]


def test_a_row_to_which_nothing_applies_is_left_out():
    observed = table(EST=[GAP] * 4)
    reasons = availability(observed, due=observed.notna())
    assert reasons["EST"] == "no indicator applies"


def test_one_of_a_list_of_indicators_must_be_there():
    observed = table(EST=[1, 1, GAP, GAP], NOR=[1, GAP, 1, GAP])
    reasons = availability(observed, min_share=0, min_share_node=0, any_of=[["c", "d"]])
    assert reasons["EST"] == "observed none of c, d; at least one needed"
    assert reasons["NOR"] == ""


def test_zeros_are_counted_among_the_figures_that_are_there():
    observed = table(EST=[0, 0, 1, GAP], NOR=[0, 1, GAP, GAP])
    reasons = availability(observed, min_share=0, max_zero_share=0.5)
    assert reasons["EST"] == "zero in 2 of 3 figures (0.67); at most 0.5 allowed"
    assert reasons["NOR"] == ""


def test_several_reasons_are_all_said():
    observed = table(EST=[0, GAP, GAP, GAP])
    said = availability(observed, nodes=NODES, max_zero_share=0.5)["EST"]
    assert said.count(";") == 5  # three reasons, each with what was needed
    assert "Skills" in said
    assert "zero in" in said


def test_a_country_can_be_kept_or_dropped_with_a_reason():
    observed = table(EST=[GAP] * 4, NOR=[1, 1, 1, 1])
    reasons = availability(observed, keep={"EST": "host of the study"}, drop={"NOR": "at war"})
    assert reasons.to_dict() == {"EST": "", "NOR": "at war"}


def test_in_a_panel_a_country_is_kept_in_all_its_years():
    rows = pd.MultiIndex.from_product([["EST", "NOR"], [2020, 2021]])
    observed = pd.DataFrame({"a": [GAP] * 4}, index=rows)
    reasons = availability(observed, keep={"EST": "host of the study"})
    assert left_out(reasons) == [("NOR", 2020), ("NOR", 2021)]


def test_coinr_screens_by_missing_by_zeros_and_by_both():
    # COINr's tests/testthat/test-Screen.R: rows with 50 %, 90 %, 100 % and 100 % of ten figures,
    # of which 50 % and 10 % are zero in the third and fourth
    observed = pd.DataFrame(np.ones((6, 10)), index=list("uvwxyz"))
    observed.loc["u", 1:5] = GAP
    observed.loc["v", 1] = GAP
    observed.loc["w", 1:5] = 0
    observed.loc["x", 1] = 0
    by_na = {"min_share_node": 0.0}
    by_zeros = {"min_share": 0.0, "min_share_node": 0.0}
    assert left_out(availability(observed, min_share=0.75, **by_na)) == ["u"]
    assert left_out(availability(observed, min_share=1.0, **by_na)) == ["u", "v"]
    assert left_out(availability(observed, max_zero_share=1 - 0.75, **by_zeros)) == ["w"]
    both = availability(observed, min_share=0.75, max_zero_share=1 - 0.75, **by_na)
    assert left_out(both) == ["u", "w"]
    forced = availability(observed, min_share=1.0, drop={"z": "forced out"}, **by_na)
    assert left_out(forced) == ["u", "v", "z"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"min_share": 65}, "min_share = 65"),
        ({"max_zero_share": -0.1}, "max_zero_share = -0.1"),
        ({"keep": {"ETS": "typing error"}}, "did you mean 'EST'"),
        ({"keep": {"EST": "in"}, "drop": {"EST": "out"}}, "both kept and dropped"),
        ({"drop": {"EST": " "}}, "say why"),
        ({"any_of": [["a", "e"]]}, "any_of: unknown indicator 'e'"),
        ({"nodes": {"Compute": ["f"]}}, "node Compute: unknown indicator 'f'"),
    ],
)
def test_settings_without_sense_are_refused(settings, said):
    with pytest.raises(MethodError, match=said):
        availability(table(EST=[1, 1, 1, 1]), **settings)


def test_coverage_tells_the_shares_that_the_screen_compares():
    told = coverage(table(EST=[0, 1, 1, GAP]), nodes=NODES)
    assert told.loc["EST"].to_dict() == {
        "observed": 3, "due": 4, "share": 3 / 4, "zeros": 1 / 3, "Compute": 2 / 2, "Skills": 1 / 2
    }  # fmt: skip


@given(st.lists(st.booleans(), min_size=4, max_size=4), st.integers(0, 3), st.floats(0, 1))
def test_one_more_figure_never_makes_a_country_drop_out(there, more, min_share):
    before = table(EST=[1 if t else GAP for t in there])
    after = before.copy()
    after.iloc[0, more] = 1
    settings = {"nodes": NODES, "min_share": min_share}
    if availability(before, **settings)["EST"] == "":
        assert availability(after, **settings)["EST"] == ""
