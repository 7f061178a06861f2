"""Findings hold by the rule that the page prints."""

from types import SimpleNamespace

import pandas as pd
import pytest

from resilience_index.publish import _findings, _held
from resilience_index.publish._board import Interval, board, spread
from resilience_index.publish._held import Held

FOUR = """
[method]
normalise = { name = "minmax", low = 0, high = 100 }
aggregate = { name = "arithmetic" }
[nodes.index]
title = "Index"
[nodes.left]
title = "Left"
parent = "index"
[nodes.right]
title = "Right"
parent = "index"
[indicators]
a = { parent = "left" }
b = { parent = "left" }
c = { parent = "right" }
d = { parent = "right" }
"""
FIGURES = {
    "a": {"AAA": 9, "BBB": 1, "CCC": 2, "DDD": 3},
    "b": {"AAA": 0, "BBB": 0, "CCC": 0, "DDD": 7},
    "c": {"AAA": 1, "BBB": 2, "CCC": 3, "DDD": 4},
    "d": {"BBB": 2, "CCC": 3, "DDD": 4},
}


@pytest.fixture
def laid(made):
    return board(made(FIGURES, FOUR))


def test_the_standing_counts_those_behind_and_half_of_those_level(laid):
    assert _findings.standing(laid, "AAA", "a") == 1
    assert _findings.standing(laid, "AAA", "b") == 1 - (1 + 2 / 2) / 3
    assert _findings.standing(laid, "AAA", "c") == 0


def test_strengths_lie_in_the_upper_half_and_weaknesses_in_the_lower(laid):
    assert _findings.extremes(laid, "AAA", ["a", "b", "c", "d"]) == (["a"], ["c", "b"])


def test_an_indicator_without_a_figure_is_neither(laid):
    strong, weak = _findings.extremes(laid, "AAA", ["d"])
    assert strong == weak == []


def test_a_first_place_that_many_share_can_be_beaten_by_others_as_the_rule_says(index):
    laid = board(index)
    leaves = list(index.framework.indicators)
    strong, _ = _findings.extremes(laid, "KOR", leaves)
    assert laid.rank("KOR", "notable_models_5y") == 1
    level = int((laid.ranks[:, laid.column["notable_models_5y"]] == 1).sum()) - 1
    beaten = 1 - (level / 2) / (laid.of["notable_models_5y"] - 1)
    assert _findings.standing(laid, "KOR", "notable_models_5y") == pytest.approx(beaten)
    assert "notable_models_5y" not in strong
    assert all(_findings.standing(laid, "KOR", c) >= beaten for c in strong)
    assert "equal score counts as half beaten" in _findings.rule("South Korea")


def test_at_most_four_are_named_the_best_first(index):
    laid = board(index)
    leaves = list(index.framework.indicators)
    for code in laid.codes[::20]:
        strong, weak = _findings.extremes(laid, code, leaves)
        best = [_findings.standing(laid, code, c) for c in strong]
        worst = [_findings.standing(laid, code, c) for c in weak]
        assert max(len(strong), len(weak)) <= _findings.MOST
        assert best == sorted(best, reverse=True)
        assert worst == sorted(worst)
        assert all(b > 0.5 for b in best)
        assert all(w < 0.5 for w in worst)


def test_a_pillar_on_fewer_than_half_of_its_indicators_is_a_gap(made):
    thin = {**FIGURES, "c": {"BBB": 2, "CCC": 3, "DDD": 4}}
    (gap,) = _findings.thin_legs(board(made(thin, FOUR)), "AAA")
    assert gap.name == "Right"
    assert gap.text == "has no score: none of its 2 indicators has a figure"


def test_half_of_the_indicators_is_no_gap(laid):
    assert _findings.thin_legs(laid, "AAA") == []


def spoken(spans):
    return "".join(span.text for span in spans)


def test_the_lead_gives_rank_score_best_and_lowest_pillar(laid):
    score = ((100 + 0) / 2 + 0) / 2
    assert spoken(_findings.lead(laid, "AAA", None)) == (
        f"Aland ranks 3rd of 4 countries, with a score of {score:.1f}. "
        "It stands best in Left (2nd) and lowest in Right (4th)."
    )


def test_without_an_interval_nothing_is_marked_nor_said_of_one(laid):
    spans = _findings.lead(laid, "AAA", None)
    assert not any(span.mark for span in spans)
    assert "version" not in spoken(spans)


def test_with_an_interval_the_lead_marks_it_and_says_which_way_the_rest_lies(laid):
    table = pd.DataFrame({"lower": [0.05]}, index=["AAA"])
    found = SimpleNamespace(table=table)
    own = Interval(low=2, high=3, tier=2, higher=0.81)
    held = Held(found, "AAA", own, {"AAA": own, "CCC": own}, {}, 0.05, ("CCC",))
    spans = _findings.lead(laid, "AAA", held)
    assert [span.text for span in spans if span.mark] == ["2nd and 3rd"]
    assert "In 81\u00a0% of versions it stands higher than 3rd." in spoken(spans)
    assert "It is tied with Celand." in spoken(spans)


def test_countries_of_the_same_rank_name_each_other(made):
    even = {"a": {"AAA": 1, "BBB": 1, "CCC": 2, "DDD": 3}}
    text = FOUR.split("[nodes.left]")[0] + '[indicators]\na = { parent = "index" }'
    assert "level with Beland" in spoken(_findings.lead(board(made(even, text)), "AAA", None))


def test_the_distance_from_the_median_is_given_in_points(laid):
    assert _findings.above_median(laid, "AAA", 20.0) == (
        "Aland scores 5.0 points above the median country"
    )
    assert _findings.above_median(laid, "AAA", 25.01) == (
        "Aland stands at the median of all 4 countries"
    )


def test_pillars_above_the_median_of_the_peers_are_named(laid):
    peers = spread(laid, ["BBB", "CCC"])
    assert _findings.legs_against_peers(laid, "AAA", peers) == (
        "Left is above the median of the peers"
    )
    assert _findings.legs_against_peers(laid, "DDD", peers) == (
        "Both pillars are above the median of the peers"
    )


def test_the_rank_among_peers_counts_those_ahead(laid):
    assert _findings.rank_among(laid, "AAA", ["BBB", "DDD"]) == (2.0, 3)


def test_a_strength_names_rank_value_unit_and_year(laid):
    point = _findings.point(laid, "AAA", "a")
    assert point.name == "Indicator a"
    assert point.text == "1st of 4; 9\u00a0points, 2025"


def test_a_place_that_is_shared_says_by_how_many(laid):
    assert _findings.point(laid, "AAA", "b").text == ("2nd of 4 (shared by 3); 0\u00a0points, 2025")


@pytest.mark.parametrize(
    ("tied", "said"),
    [
        ((), "A clear order with all others"),
        ((1,), "{1}"),
        ((1, 2), "From {1} to {2}"),  # the country itself stands before them
        ((0, 1), "From {0} to {1}"),
        ((0, 2), "From {0} to {2}"),
        ((1, 3), "Among those from {1} to {3}"),  # one between is told apart
    ],
)
def test_only_a_run_of_ranks_is_said_to_go_from_one_to_another(laid, tied, said):
    own = {(): 0, (0, 1): 2, (0, 2): 1}.get(tied, 0)
    names = [laid.called(c) for c in laid.codes]
    held = SimpleNamespace(code=laid.codes[own], tied=tuple(laid.codes[k] for k in tied))
    assert _held.who(laid, held) == said.format(*names)
