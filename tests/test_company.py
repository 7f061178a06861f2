"""Whom a country is compared with: the like, its groups, its income, peers by a word."""

import re
from statistics import median

import numpy as np
import pytest
from scipy import stats

from resilience_index import UsageError
from resilience_index.publish import _company, _peers
from resilience_index.publish._board import board
from resilience_index.publish.country import country_view, render
from resilience_index.robustness import income
from resilience_index.robustness.uncertainty import uncertainty, within


@pytest.fixture(scope="module")
def laid(index):
    return board(index)


@pytest.fixture(scope="module")
def known(laid):
    return _company.company(laid)


@pytest.fixture(scope="module")
def korea(laid, known):
    return _company.compared(laid, "KOR", known)


def test_the_most_alike_are_those_at_the_least_distance(index, known):
    near = _company.alike(known, "KOR")
    there = index.normalised.where(index.marks != "missing")
    weights = index.nominal[there.columns]
    gaps = (there - there.loc["KOR"]) ** 2
    both = gaps.notna() * weights
    distance = ((gaps.fillna(0) * weights).sum(axis=1) / both.sum(axis=1)) ** 0.5
    enough = both.sum(axis=1) / weights.sum() >= 0.5
    wanted = distance[enough].drop("KOR").nsmallest(5)
    assert list(near) == list(wanted.index)
    assert list(near.values()) == pytest.approx(wanted.tolist())


def test_the_figure_states_each_distance(laid, known, korea):
    near = _company.alike(known, "KOR")
    figure = korea.figures[1]
    assert figure.finding == f"Most like South Korea is {laid.names[next(iter(near))]}"
    assert [row[1] for row in figure.rows] == ["–", *[f"{d:.1f}" for d in near.values()]]
    assert all(f"{d:.1f}" in [t.text for t in figure.chart.texts] for d in near.values())


def test_what_income_lets_expect_is_the_line_of_least_squares(index, korea):
    gdp = np.log(income.context(index, ["gdp_per_capita_usd"])["gdp_per_capita_usd"])
    both = gdp.notna()
    score = index.scores["index"]
    line = stats.linregress(gdp[both], score[both])
    expected = line.intercept + line.slope * gdp["KOR"]
    rows = dict(korea.figures[0].rows)
    assert float(rows["Expected at its GDP per person"]) == pytest.approx(expected, abs=0.051)
    beyond = score - (line.intercept + line.slope * gdp)
    assert rows["Rank by that"] == f"{int((beyond > beyond['KOR']).sum()) + 1} of {both.sum()}"
    more = "more" if beyond["KOR"] > 0 else "less"
    assert f"points {more} than its income" in korea.figures[0].finding


def test_ranks_within_groups_count_those_ahead_in_them(index, korea):
    scores, units = index.scores["index"], index.content.units
    members = units.index[units["oecd"] == "1"].intersection(scores.index)
    (oecd,) = [g for g in korea.groups if g.name == "OECD"]
    assert int(oecd.rank) == int((scores[members] > scores["KOR"]).sum()) + 1
    assert int(oecd.of) == len(members)
    assert float(oecd.median) == pytest.approx(median(scores[members]), abs=0.051)
    best = scores[members].idxmax()
    assert oecd.highest == f"{units['name'][best]} {scores[best]:.1f}"


def test_ranks_within_groups_have_the_interval_of_their_draws(index, laid):
    drawn = uncertainty(index, draws=512, seed=3)
    around = _company.company(laid, drawn, ["KOR"])
    told = _company.compared(laid, "KOR", around)
    asean = index.content.units.query("asean == '1'").index.intersection(laid.codes)
    oecd = index.content.units.query("oecd == '1'").index.intersection(laid.codes)
    (row,) = [g for g in told.groups if g.name == "OECD"]
    ends = within(index, {"own": list(oecd)}, draws=512, seed=3)["own"].loc["KOR"]
    assert row.span == f"{ends['rank_05']:.0f}–{ends['rank_95']:.0f}"
    assert all(g.span for g in told.groups)
    assert not any(set(m) <= set(asean) for m in around.among)  # only the groups that it is in
    rows = {r[0]: r[3] for r in told.figures[1].rows}
    own = drawn.table.loc["KOR"]
    assert rows["South Korea"] == f"{own['rank_05']:.0f}–{own['rank_95']:.0f}"


def test_every_country_has_its_comparisons_on_page_and_print(laid, index, known):
    for code in laid.codes[::25]:
        view = country_view(index, code, results=laid, company=known)
        assert view.compared is not None
        for form in ("page", "print"):
            text = render(view, form=form)
            assert "than its income lets expect" in text or "what its income lets expect" in text
            assert "Rank within" in text


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("oecd", "OECD"),
        ("OECD", "OECD"),
        ("region", "East Asia & Pacific"),
        ("income_group", "High income"),
        ("similar", "Five most similar"),
        ("similar:8", "Eight most similar"),
    ],
)
def test_peers_may_be_named_by_a_word(laid, known, word, label):
    peers = _peers.peers_named(laid, "KOR", [word], known)
    assert peers.label == label
    assert "KOR" not in peers.codes
    assert len(peers.codes) > 4


def test_the_most_similar_peers_are_named_with_their_distance(laid, known):
    sentence = _peers.peers_named(laid, "KOR", ["similar"], known).sentence
    near = _company.alike(known, "KOR")
    assert [float(n) for n in re.findall(r"\((\d+\.\d)\)", sentence)] == pytest.approx(
        list(near.values()), abs=0.051
    )


def test_codes_still_name_peers(laid, known):
    assert _peers.peers_named(laid, "KOR", ["JPN"], known).codes == ("JPN",)
    assert _peers.peers_named(laid, "KOR", ["JPN", "DEU"], known).codes == ("JPN", "DEU")


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("eu27", "South Korea is not in EU27"),
        ("regions", "did you mean 'region'"),
        ("similar:0", "give 1 to 50"),
        ("similar:x", "give 1 to 50"),
        ("JPM", "no ranked country 'JPM'"),
    ],
)
def test_a_word_that_names_nobody_is_refused(laid, known, word, told):
    with pytest.raises(UsageError, match=told):
        _peers.peers_named(laid, "KOR", [word], known)


def test_without_an_income_in_the_framework_there_is_no_view_of_it(made):
    figures = {"a": {"AAA": 9, "BBB": 1, "CCC": 2, "DDD": 3}}
    text = (
        '[method]\nnormalise = { name = "minmax", low = 0, high = 100 }\n'
        'aggregate = { name = "arithmetic" }\n[nodes.index]\ntitle = "Index"\n'
        '[indicators]\na = { parent = "index" }\n'
    )
    small = board(made(figures, text))
    found = _company.compared(small, "AAA", _company.company(small))
    assert found is None or not any("income" in f.finding for f in found.figures)
