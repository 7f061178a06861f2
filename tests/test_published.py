"""Indices of others, made from definition files alone, against what their makers published.

Definitions, figures and published outputs stand in tests/published; its README says where they
come from.
"""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import resilience_index as ri
from resilience_index.cli import app
from resilience_index.content.observations import Asked, observe, read_table
from resilience_index.steps.rounding import half_away

PUBLISHED = Path(__file__).parent / "published"


def built(name: str, framework: str | None = None) -> ri.Index:
    return ri.build(framework or name, content=PUBLISHED / name)


def published(name: str, *keys: str) -> pd.DataFrame:
    return pd.read_csv(PUBLISHED / name / "published.csv", dtype={keys[0]: str}).set_index(
        list(keys)
    )


@pytest.fixture(scope="module")
def hdi() -> ri.Index:
    return built("hdi")


@pytest.fixture(scope="module")
def gii() -> ri.Index:
    return built("gii")


@pytest.fixture(scope="module")
def svi() -> ri.Index:
    return built("svi")


@pytest.fixture(scope="module")
def gtmi() -> ri.Index:
    return built("gtmi")


def test_every_hdi_value_is_the_published_one_at_three_decimals(hdi):
    known = published("hdi", "iso3", "year")["hdi"]
    assert len(known) == 5808
    assert hdi.scores["hdi"].reindex(known.index).tolist() == known.tolist()


def test_no_hdi_value_is_made_up_but_rwanda_before_1995_which_undp_leaves_out(hdi):
    known = published("hdi", "iso3", "year")["hdi"]
    more = hdi.scores["hdi"].dropna().index.difference(known.index)
    assert list(more) == [("RWA", year) for year in range(1990, 1995)]


def test_every_hdi_rank_of_2022_is_the_published_one(hdi):
    known = published("hdi", "iso3", "year")["rank"].dropna()
    assert len(known) == 193
    assert hdi.ranks["hdi"].reindex(known.index).tolist() == known.tolist()


def test_hdi_ranks_on_the_unrounded_value_would_differ(hdi):
    known = published("hdi", "iso3", "year")["rank"].dropna()
    education = hdi.scores["education"]
    unrounded = (hdi.scores["health"] * education * hdi.scores["living_standard"]) ** (1 / 3)
    ranks = unrounded.xs(2022, level="year").rank(ascending=False, method="min")
    assert (ranks.reindex(known.index.get_level_values(0)).to_numpy() != known).any()


def test_hdi_groups_follow_the_cut_offs(hdi):
    groups = hdi.classes["hdi"].xs(2022, level="year")
    units = hdi.content.units["group_2022"].str.capitalize()
    assert (groups == units.reindex(groups.index)).all()


@pytest.mark.parametrize("name", ["ihdi", "phdi", "gdi"])
def test_adjusted_indices_of_three_countries_are_the_published_ones(name):
    index = built("hdi", name)
    known = pd.read_csv(PUBLISHED / "hdi" / "published_adjusted.csv").set_index(["iso3", "year"])
    assert index.scores[name].tolist() == known[name].tolist()
    if name == "gdi":
        for sex in ("women", "men"):
            assert (index.scores[sex] - known[f"hdi_{sex}"]).abs().max() < 5e-10


def test_every_gii_value_is_the_published_one_at_three_decimals(gii):
    known = published("gii", "iso3", "year")["gii"]
    ours = half_away(gii.scores["gii"].reindex(known.index), 3)
    assert len(known) == 4405
    assert ours.tolist() == known.tolist()


def test_every_gii_rank_of_2022_is_the_published_one_and_taken_on_the_unrounded_value(gii):
    known = published("gii", "iso3", "year")["rank"].dropna()
    assert len(known) == 166
    assert gii.ranks["gii"].reindex(known.index).tolist() == known.tolist()
    assert gii.ranks["gii"].xs(2022, level="year").idxmin() == "DNK"


THEMES = ["socioeconomic", "household", "minority_language", "housing_transport"]


def test_all_fifteen_percentile_ranks_of_3142_counties_are_the_published_ones(svi):
    known = published("svi", "fips")
    variables = list(svi.framework.indicators)
    assert (len(variables), len(svi.normalised)) == (15, 3142)
    ours = half_away(svi.normalised.reindex(known.index), 4)
    pd.testing.assert_frame_equal(ours, known[variables], check_exact=True, check_names=False)


@pytest.mark.parametrize("node", [*THEMES, "vulnerability"])
def test_all_percentile_ranks_of_themes_and_of_the_whole_are_the_published_ones(svi, node):
    known = published("svi", "fips")[node]
    pd.testing.assert_series_equal(svi.scores[node].reindex(known.index), known, check_exact=True)


def test_the_least_vulnerable_county_ranks_first(svi):
    assert svi.ranks["vulnerability"].idxmin() == svi.scores["vulnerability"].idxmin()


@pytest.mark.parametrize(
    ("framework", "sex"), [("hci", "all"), ("hci_girls", "female"), ("hci_boys", "male")]
)
def test_every_hci_value_is_the_published_one(framework, sex):
    index = built("hci", framework)
    known = published("hci", "population", "year")
    known = known[known.index.get_level_values(0).str.endswith(f"_{sex}")]
    off = (index.scores["hci"].reindex(known.index) - known["hci"]).abs()
    rounded = known.index.get_level_values("year") == 2017  # inputs of 2017 are rounded
    assert off[~rounded].max() < 1e-6
    assert off[rounded].max() < 1.5e-3
    assert off.notna().equals(known["hci"].notna())


def test_learning_adjusted_years_are_the_published_ones():
    index = built("hci")
    known = published("hci", "population", "year")["learning_adjusted_years"].dropna()
    known = known[known.index.get_level_values(0).str.endswith("_all")]
    known = known[known.index.get_level_values("year") != 2017]
    ours = index.observed["learning_adjusted_years"].reindex(known.index)
    assert (ours - known).abs().max() < 1e-4


def test_every_gtmi_score_and_group_is_the_published_one(gtmi):
    known = published("gtmi", "iso3", "year")
    assert len(known) == 593
    ours = gtmi.scores["gtmi"].reindex(known.index)
    assert (ours - known["gtmi"]).abs().max() < 1e-12
    assert gtmi.classes["gtmi"].reindex(known.index).tolist() == known["group"].tolist()


def test_the_five_stray_rows_of_gtmi_are_kept_apart_with_a_reason():
    dropped = pd.read_csv(PUBLISHED / "gtmi" / "dropped.csv")
    assert len(dropped) == 5
    assert dropped["reason"].str.len().min() > 20
    countries = pd.read_csv(PUBLISHED / "gtmi" / "countries.csv")["iso3"]
    assert not set(dropped["country_code"].astype(str)) & set(countries)


def test_a_stray_row_of_gtmi_would_be_refused_by_its_line(tmp_path):
    path = PUBLISHED / "gtmi" / "data" / "components.csv"
    table = tmp_path / "components.csv"
    table.write_text(path.read_text(encoding="utf-8") + "0.75,2025,,,,0.5\n", encoding="utf-8")
    units = ri.open_content(PUBLISHED / "gtmi").units.index
    read, problems = observe(read_table(table), Asked("iso3", units, "enablers", "se", None, 2025))
    assert read is None
    assert problems == [
        "line 595: unknown iso3 '0.75'; it is not in countries.csv: add it there or take the row "
        "away"
    ]


def test_the_command_of_the_gallery_writes_scores_ranks_and_groups(tmp_path):
    out = tmp_path / "out"
    command = [
        "build",
        "--content",
        str(PUBLISHED / "gtmi"),
        "gtmi",
        "--no-audit",
        "--out",
        str(out),
    ]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    scores = pd.read_csv(out / "data" / "scores.csv").query("node == 'gtmi' and panel_year == 2022")
    printed = pd.read_csv(PUBLISHED / "gtmi" / "published.csv").query("year == 2022")
    both = scores.merge(printed, on="iso3")
    assert len(both) == len(printed) == 198
    assert both["score"].to_numpy() == pytest.approx(both["gtmi"].to_numpy(), abs=1e-12)
    assert both["class"].tolist() == both["group"].tolist()
    assert both.set_index("iso3").loc["KOR", ["rank", "class"]].tolist() == [1, "A"]


@pytest.mark.parametrize("name", ["hdi", "gii", "svi", "hci", "gtmi"])
def test_every_folder_names_its_source_and_licence(name):
    content = ri.open_content(PUBLISHED / name)
    used = {source for indicator in content.indicators.values() for source in indicator.sources}
    assert used == set(content.sources)
    assert all("commit" in source.retrieved for source in content.sources.values())


@pytest.mark.parametrize("name", ["hdi", "svi", "hci", "gtmi"])
def test_no_line_of_the_package_knows_of_any_of_them(name):
    package = Path(ri.__file__).parent
    texts = [path.read_text(encoding="utf-8").lower() for path in package.rglob("*.py")]
    assert not any(name in text for text in texts)
