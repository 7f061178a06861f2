"""The map: projection, classes, shapes by code, dots for small states, what is hatched."""

import json
import math

import numpy as np
import pytest

from resilience_index import ContentError
from resilience_index.content.shapes import read_shapes
from resilience_index.publish import _map
from resilience_index.publish._marks import Scale

HUNDRED = Scale(0.0, 100.0, 1, (0.0, 50.0, 100.0))


@pytest.fixture(scope="module")
def shapes(shipped):
    return read_shapes(shipped.folder)


@pytest.fixture(scope="module")
def atlas(shipped, shapes):
    return _map.atlas(shapes, list(shipped.units.index), {})


@pytest.mark.parametrize(
    ("degrees", "projected"),
    [  # d3-geo 3: geoEqualEarth().scale(1).translate([0, 0]), its y turned round
        ((0.0, 0.0), (0.0, 0.0)),
        ((-75.0, 40.0), (-0.999543, 0.774621)),
        ((120.0, -65.0), (1.291297, -1.151924)),
        ((30.0, 10.0), (0.447828, 0.202042)),
    ],
)
def test_equal_earth_gives_what_d3_gives(degrees, projected):
    assert _map.equal_earth(np.array([degrees]))[0].round(6).tolist() == list(projected)


def test_equal_earth_keeps_areas():
    def area(south, north):
        corners = np.array([[0.0, south], [1.0, south], [1.0, north], [0.0, north]])
        x, y = _map.equal_earth(corners).T
        return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2

    for south in (0, 30, 60, 80):  # a strip one degree wide and high on the sphere
        on_sphere = math.radians(1) * (
            math.sin(math.radians(south + 1)) - math.sin(math.radians(south))
        )
        assert area(south, south + 1) == pytest.approx(on_sphere, rel=2e-3)


def test_classes_are_six_of_round_and_equal_width_about_the_median():
    found = _map.classes([float(x) for x in range(101)], HUNDRED)
    # a fifth of 90 - 10 is 16; of 1, 2, 5, 10 no more than 100 / 6 = 16.7 are nearest: 10
    assert found.edges == (30, 40, 50, 60, 70)
    assert found.counts == (30, 10, 10, 10, 10, 31)
    assert [found.of(s) for s in (0, 29.9, 30, 70, 100)] == [0, 0, 1, 5, 5]


@pytest.mark.parametrize("scores", [[5.0], [5.0, 5.0], [math.nan, 5.0]])
def test_equal_scores_are_one_class(scores):
    assert len(_map.classes(scores, HUNDRED).counts) == 1


@pytest.mark.parametrize("spread", [1e-6, 0.5, 3.0, 1e6])
def test_classes_take_in_every_score_on_any_scale(spread):
    scores = list(np.random.default_rng(1).normal(0, spread, 90))
    scale = Scale(min(scores), max(scores), 2, ())
    found = _map.classes(scores, scale)
    assert sum(found.counts) == 90
    assert sorted(found.edges) == list(found.edges)


def test_every_country_of_the_list_has_a_place_on_the_map(shipped, shapes):
    units = shipped.units
    without = [c for c in units.index if c not in shapes.rings and not units["longitude"][c]]
    assert without == []


def test_shapes_are_keyed_by_the_codes_of_iso_and_of_the_list(shipped, shapes):
    assert all(len(code) == 3 and code.isupper() for code in shapes.rings)
    assert len(set(shipped.units.index) & set(shapes.rings)) >= 210


def test_what_is_overseas_and_has_a_code_of_its_own_is_not_drawn_with_its_state(shapes):
    def bounds(code):
        points = np.concatenate(shapes.rings[code])
        return points.min(axis=0), points.max(axis=0)

    (west, south), (east, north) = bounds("FRA")
    assert -6 < west < east < 10
    assert 41 < south < north < 52
    assert {"GUF", "REU", "MTQ", "GLP", "SJM", "ESH", "GRL"} <= set(shapes.rings)
    assert bounds("UKR")[0][1] < 45  # Crimea reaches south of 45 degrees


def test_no_ring_runs_across_the_sheet(shapes):
    for rings in shapes.rings.values():
        for ring in rings:
            assert np.abs(np.diff(ring[:, 0])).max() < 90
            assert ring[:, 0].min() >= shapes.file.centre - 180.01
            assert ring[:, 0].max() <= shapes.file.centre + 180.01


def test_the_map_says_what_is_disputed(shapes):
    for name in ("ISO 3166", "Crimea", "Kosovo", "Western Sahara"):
        assert name in shapes.file.note


def test_the_file_is_about_200_kilobytes_and_names_its_licence(shapes):
    assert 100_000 < shapes.path.stat().st_size < 230_000
    assert shapes.file.licence == "Public domain"
    assert "ISC" in shapes.file.licence_note


def test_scored_countries_are_coloured_others_hatched_the_rest_is_ground(atlas):
    drawn = _map.world(atlas, {"KOR": 70.0, "FRA": 20.0}, HUNDRED, title="Two")
    coloured = {r.code for layer in drawn.layers if not layer.hatched for r in layer.regions}
    hatched = {r.code for layer in drawn.layers if layer.hatched for r in layer.regions}
    assert coloured == {"KOR", "FRA"}
    assert "USA" in hatched
    assert "GUF" not in coloured | hatched


def test_small_states_get_a_dot_and_large_ones_none(atlas):
    assert all(atlas.regions[c].dot for c in ("SGP", "MLT", "BHR", "LUX", "NRU"))
    assert not any(atlas.regions[c].dot for c in ("KOR", "FRA", "FJI", "USA"))


def test_a_state_without_shape_gets_a_dot_where_its_place_is(shapes):
    made = _map.atlas(shapes, ["TUV", "XXX"], {"TUV": (179.2, -8.5)})
    assert made.regions["TUV"].d == ""
    assert made.regions["TUV"].dot
    assert "XXX" not in made.regions


def test_there_is_no_map_of_places_that_it_does_not_know(shapes):
    counties = {f"{n:05d}": float(n) for n in range(1001, 1011)}
    made = _map.atlas(shapes, list(counties), {})
    assert _map.world(made, counties, HUNDRED, title="Counties") is None
    assert _map.world(None, counties, HUNDRED, title="No shapes") is None


def test_the_legend_says_every_class_in_words(atlas):
    scores = {c: float(k) for k, c in enumerate(sorted(atlas.regions)[:101])}
    drawn = _map.world(atlas, scores, HUNDRED, title="All")
    told = drawn.legend.title
    assert told.startswith("below 30: 30; 30 to 40: 10")
    assert told.endswith("from 70: 31")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not valid JSON"),
        ("[]", "not an object"),
        ('{"shapes": {"A": [[0, 0, 1, 1]]}}', "producer: missing"),
        ('{"shapes": {"A": [[0, 0, 1, 1]]}}', "at least three points"),
        ('{"shapes": {"A": [[0, 0, 1, 1, 2]]}}', "at least three points"),
        ('{"shapes": {"A": "x"}}', "shapes.A"),
    ],
)
def test_a_broken_map_is_named(tmp_path, text, problem):
    (tmp_path / "map.json").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"map.json") as told:
        read_shapes(tmp_path)
    assert problem in str(told.value)


def test_a_folder_without_a_map_has_none(tmp_path):
    assert read_shapes(tmp_path) is None


def test_rings_are_added_up_from_their_steps(tmp_path):
    record = {
        "producer": "p",
        "title": "t",
        "url": "https://example.org",
        "licence": "l",
        "note": "n",
    }
    made = {**record, "centre": 0, "step": 0.5, "shapes": {"A": [[10, 20, 2, 0, 0, 2]]}}
    (tmp_path / "map.json").write_text(json.dumps(made), encoding="utf-8")
    (ring,) = read_shapes(tmp_path).rings["A"]
    assert ring.tolist() == [[5, 10], [6, 10], [6, 11]]
