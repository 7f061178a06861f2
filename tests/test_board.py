"""Results in the order of the ranking, and whom a country is compared with."""

import numpy as np
import pytest

from resilience_index import UsageError, build
from resilience_index.publish._board import (
    FEWEST_PEERS,
    board,
    peers_by_default,
    peers_chosen,
    spread,
)

PLAIN = """
[method]
normalise = { name = "minmax", low = 0, high = 100 }
aggregate = { name = "arithmetic" }
rank = { name = "min" }
[nodes.index]
title = "Index"
[indicators]
x = { parent = "index" }
"""
SCORES = {"x": {"AAA": 0, "BBB": 10, "CCC": 5, "DDD": 10}}


@pytest.fixture(scope="module")
def results(index):
    return board(index)


def test_rows_stand_in_the_order_of_the_ranking_equals_by_code(made):
    laid = board(made(SCORES, PLAIN))
    assert laid.codes == ("BBB", "DDD", "CCC", "AAA")
    assert [laid.rank(c, "index") for c in laid.codes] == [1, 1, 3, 4]


def test_an_indicator_is_ranked_among_those_that_have_a_figure(made):
    laid = board(made({"x": {"AAA": 1, "BBB": 3, "CCC": 2}}, PLAIN))
    assert [laid.rank(c, "x") for c in ("BBB", "CCC", "AAA")] == [1, 2, 3]
    assert laid.of["x"] == 3


def test_an_estimate_has_a_score_but_no_rank(made):
    filled = PLAIN.replace("rank = {", 'impute = { name = "median" }\nrank = {')
    laid = board(made({"x": {"AAA": 1, "BBB": 3, "CCC": 2}}, filled))
    assert laid.score("DDD", "x") == (2 - 1) / (3 - 1) * 100
    assert np.isnan(laid.rank("DDD", "x"))
    assert laid.of["x"] == 3


def test_the_spread_of_peers_is_that_of_their_scores(made):
    laid = board(made({"x": {"AAA": 0, "BBB": 10, "CCC": 2, "DDD": 4}}, PLAIN))
    lies = spread(laid, ("AAA", "BBB", "CCC"))["x"]
    assert (lies.low, lies.median, lies.high, lies.count) == (0, 20, 100, 3)


def test_the_default_peers_are_the_ranked_countries_of_the_same_income_group(index, results):
    units = index.content.units["income_group"]
    peers = peers_by_default(results, "KOR")
    expected = [c for c in results.codes if units[c] == units["KOR"] and c != "KOR"]
    assert list(peers.codes) == expected
    assert peers.label == units["KOR"]
    assert peers.sentence.startswith(f"the {len(expected)} other ranked countries")


def test_a_group_that_is_too_small_gives_way_to_all(made):
    laid = board(made(SCORES, PLAIN))  # two regions of two countries each
    assert FEWEST_PEERS > 1
    peers = peers_by_default(laid, "AAA")
    assert sorted(peers.codes) == ["BBB", "CCC", "DDD"]
    assert peers.sentence == "the 3 other ranked countries"


def test_chosen_peers_are_named_and_the_country_itself_left_out(results):
    peers = peers_chosen(results, "KOR", ["JPN", "KOR", "DEU", "JPN"])
    assert peers.codes == ("JPN", "DEU")
    assert peers.sentence == "Japan and Germany, chosen by hand"


def test_a_peer_that_is_unknown_is_refused_with_the_nearest_code(results):
    with pytest.raises(UsageError, match=r"peers: no ranked country 'JPM' \(did you mean 'JPN'"):
        peers_chosen(results, "KOR", ["JPM"])


def test_only_ranked_countries_are_offered_as_peers(results):
    with pytest.raises(UsageError, match=r"no ranked country 'XXX' \(known: AGO, ALB, ARE"):
        peers_chosen(results, "KOR", ["XXX"])  # XKX, Kosovo, is near but not ranked


def test_a_peer_that_is_not_ranked_is_refused_with_the_reason(results):
    with pytest.raises(UsageError, match="peers: AFG is not ranked: observed"):
        peers_chosen(results, "KOR", ["AFG"])


def test_a_country_cannot_be_its_own_only_peer(results):
    with pytest.raises(UsageError, match="none besides KOR itself"):
        peers_chosen(results, "KOR", ["KOR"])


def test_a_panel_has_no_pages(small):
    folder = small({"x": {"AAA": 1, "BBB": 3}})
    path = folder / "frameworks" / "small.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n[panel]\nfirst = 2024\nlast = 2025\n", encoding="utf-8")
    with pytest.raises(UsageError, match="pages and reports are of one year"):
        board(build("small", content=folder))
