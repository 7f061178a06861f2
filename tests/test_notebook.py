"""What a notebook shows and gets: tidy frames with units, and HTML that no name can break."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import resilience_index as ri
from resilience_index import build
from resilience_index.errors import UsageError
from resilience_index.robustness.uncertainty import uncertainty
from resilience_index.tidy import FRAMES, SHOWN, STAGES
from tests.synthetic import write_content


class Tags(HTMLParser):
    """Counts tags, and tells whether they are closed in their order."""

    VOID = frozenset(["br", "path", "circle", "line"])

    def __init__(self, text):
        super().__init__()
        self.seen, self.open, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):  # noqa: ARG002 - as its base wants it
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_scores_are_one_row_a_country_and_node_and_equal_those_of_the_index(index):
    made = index.to_frame("scores")
    assert len(made) == index.scores.size
    wide = made.pivot_table(index="iso3", columns="node", values="score")
    same = index.scores.loc[wide.index, wide.columns]
    np.testing.assert_array_equal(wide.to_numpy(), same.to_numpy())
    assert (
        made.set_index(["iso3", "node"]).loc[("KOR", "index"), "rank"]
        == index.ranks.loc["KOR", "index"]
    )


def test_indicators_are_one_row_a_cell_through_every_stage(index):
    made = index.to_frame("indicators").set_index(["iso3", "indicator"])
    assert len(made) == index.observed.size
    for stage in STAGES:
        code = str(index.observed.columns[3])
        expected = getattr(index, stage).loc["KOR", code]
        np.testing.assert_equal(made.loc[("KOR", code), stage], expected)
        assert made.loc[("KOR", code), "unit_published"] == index.content.indicators[code].unit


@pytest.mark.parametrize("what", FRAMES)
def test_every_frame_says_what_it_is_and_in_what_units(index, what):
    made = index.to_frame(what)
    assert made.attrs["table"] == what
    assert made.attrs["title"] == "National AI Resilience Index, edition 2026"
    assert made.attrs["licence"] == "CC BY 4.0"
    assert set(made.attrs["units"]) <= set(made.columns)
    numbers = made.select_dtypes("number").columns
    assert set(numbers) <= set(made.attrs["units"])
    if what in STAGES:
        assert all(made.attrs["units"].values())


def test_a_frame_may_be_changed_without_changing_the_index(index):
    before = index.treated.copy()
    made = index.to_frame("treated")
    made.iloc[:, :] = 0.0
    pd.testing.assert_frame_equal(index.treated, before)


def test_an_unknown_table_is_refused_with_the_nearest(index):
    with pytest.raises(UsageError, match="scores"):
        index.to_frame("score")


def test_weights_sum_to_one(index):
    assert index.to_frame("weights")["weight"].sum() == pytest.approx(1, abs=1e-12)


def test_the_uncertainty_gives_a_frame_with_units_too(index):
    made = uncertainty(index, draws=32, seed=0).to_frame()
    assert made.attrs["units"]["rank_05"] == "place, 1 is best"
    assert made.attrs["units"]["score_median"] == "points"
    assert set(made.select_dtypes("number").columns) <= set(made.attrs["units"])
    assert len(made) == index.ranked


def test_an_index_shows_the_head_of_its_ranking(index):
    shown = Tags(index._repr_html_())
    assert not shown.open
    assert shown.seen.count("tr") == SHOWN + 2  # two rows of heads: columns, name of the codes
    assert "National AI Resilience Index, edition 2026" in shown.text
    best = index.ranking().iloc[0]
    assert best["name"] in shown.text
    assert f"{best['score']:.1f}" in shown.text


def test_a_ranking_and_a_country_show_themselves(index):
    assert not Tags(index.ranking()._repr_html_()).open
    shown = Tags(ri.country_view(index, "KOR")._repr_html_())
    assert not shown.open
    assert "South Korea" in shown.text
    assert "style" not in shown.seen
    assert shown.seen.count("svg") == 3


def test_names_that_look_like_markup_stay_text(tmp_path):
    names = ["<script>alert(1)</script>", "Tom & Jerry", *(f"C{i}" for i in range(6))]
    made = build("made_up", content=write_content(tmp_path / "c", names, title="'<b>&</b>'"))
    shown = Tags(made._repr_html_())
    assert "script" not in shown.seen
    assert "b" not in shown.seen
    code = str(made.ranking().index[0])
    assert "script" not in Tags(ri.country_view(made, code)._repr_html_()).seen
