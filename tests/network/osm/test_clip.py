"""Cutting an extract: complete ways, whole counties, and what is refused.

::

    30.2  +-------+       the county: ways 1 (west side) and 2 (the rest), relation 1
          |  area |
    30.1  a---b---|---c   way 3 crosses the edge of the area, d hangs on it far away: way 4
          |  +====|==+
    30.0  +--|----+--|    way 5 lies outside; relation 2 is a bus route of ways 3 and 5
        120.0   120.1   120.2
"""

from pathlib import Path

import geopandas as gpd
import osmium
import pytest
import shapely
from shapely.geometry import box

from gis.core.crs import GEOGRAPHIC
from gis.core.errors import InputError
from gis.network.osm.clip import clip_area, clip_extract, read_box
from tests.network.osm.drawn_extract import DrawnExtract

AREA = box(119.95, 30.05, 120.05, 30.15)
COUNTIES = gpd.GeoDataFrame(
    {"id": ["a", "b", "c"], "in_study_area": [True, True, False]},
    geometry=[box(120, 30, 120.1, 30.1), box(120.1, 30, 120.2, 30.1), box(121, 30, 122, 31)],
    crs=GEOGRAPHIC,
)


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = DrawnExtract()
    drawn.way([(120.0, 30.2), (120.0, 30.1), (120.0, 30.0)])
    drawn.way([(120.0, 30.2), (120.2, 30.2), (120.2, 30.0), (120.0, 30.0)])
    drawn.way([(120.01, 30.1), (120.04, 30.1), (120.15, 30.1)], highway="primary")
    drawn.way([(120.15, 30.1), (120.30, 30.1)], highway="primary")
    drawn.way([(120.12, 30.12), (120.13, 30.12)], highway="primary")
    county = {"type": "boundary", "boundary": "administrative", "name": "甲县"}
    drawn.relation([("w", 1, "outer"), ("w", 2, "outer")], **county, admin_level="6")
    drawn.relation([("w", 3, ""), ("w", 5, "")], type="route", route="bus")
    drawn.relation([("w", 1, "outer"), ("w", 5, "outer")], **county, admin_level="4")
    drawn.relation([("w", 4, "")], type="route", route="bus")
    drawn.node(120.02, 30.12, amenity="school")
    drawn.node(120.06, 30.12, amenity="school")
    return drawn.write(tmp_path_factory.mktemp("osm") / "drawn.osm.pbf")


def content(path: Path) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"n": [], "w": [], "r": []}
    for item in osmium.FileProcessor(str(path)):
        found[item.type_str()].append(item.id)
    return found


def fault(path: Path, out: Path, area: shapely.Geometry = AREA) -> str:
    with pytest.raises(InputError) as caught:
        clip_extract(path, out, area)
    (problem,) = caught.value.problems
    return problem.key


def test_ways_stay_complete_and_counties_whole(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.osm.pbf"
    count = clip_extract(extract, out, AREA)
    kept = content(out)
    assert kept["w"] == [1, 2, 3]  # 2 only for the county; 4 touches only the far end of 3
    assert kept["r"] == [1, 2, 3]
    assert kept["n"] == [1, 2, 3, 4, 5, 6, 7, 8, 12]  # the corners of 1 to 3, and one school
    assert (count.nodes, count.ways, count.relations) == (9, 3, 3)
    tagged = osmium.FileProcessor(str(out)).with_filter(osmium.filter.KeyFilter("amenity"))
    assert [item.id for item in tagged] == [12]


def test_clipping_twice_gives_the_same_bytes(extract: Path, tmp_path: Path) -> None:
    outs = [tmp_path / f"{name}.osm.pbf" for name in "ab"]
    for out in outs:
        clip_extract(extract, out, AREA)
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_all_of_an_extract_inside_the_area_stays(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.osm.pbf"
    clip_extract(extract, out, box(119, 29, 121, 31))
    assert content(out) == content(extract)


def test_an_area_is_no_box_only(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.osm.pbf"
    triangle = shapely.Polygon([(120.0, 30.11), (120.03, 30.13), (120.0, 30.13)])
    clip_extract(extract, out, triangle.union(box(120.055, 30.115, 120.065, 30.125)))
    assert content(out) == {"n": [13], "w": [], "r": []}


def test_what_cannot_be_clipped_is_told_and_nothing_written(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.osm.pbf"
    assert fault(extract, out, box(110, 20, 111, 21)) == "error.osm_clip_nothing"
    assert fault(tmp_path / "none.osm.pbf", out) == "error.file_missing"
    assert fault(extract, tmp_path / "clip.osm") == "error.osm_out_name"
    assert fault(extract, extract) == "error.osm_out_same"
    assert list(tmp_path.iterdir()) == []


def test_the_study_area_is_the_union_of_its_counties() -> None:
    assert clip_area("study", counties=COUNTIES).equals(box(120, 30, 120.2, 30.1))


def test_a_buffer_widens_by_kilometres() -> None:
    area = clip_area("120,30,120.2,30.1", counties=COUNTIES, buffer_km=10)
    west, south, east, north = area.bounds
    assert (120 - west) * 96.5 == pytest.approx(10, abs=0.1)
    assert (north - 30.1) * 110.9 == pytest.approx(10, abs=0.1)
    assert area.contains(box(120, 30, 120.2, 30.1))
    assert (east, south) != (120.2, 30.0)


@pytest.mark.parametrize(
    ("area", "buffer_km", "keys"),
    [
        ("hangzhou", 0, ["error.osm_area"]),
        ("120,30,120", 0, ["error.osm_area"]),
        ("120,30,119,31", 0, ["error.osm_area"]),
        ("30,120,31,121", 0, ["error.osm_area"]),
        ("nan,30,121,31", 0, ["error.osm_area"]),
        ("study", -1, ["error.osm_buffer"]),
        ("nowhere", 1000, ["error.osm_buffer", "error.osm_area"]),
    ],
)
def test_odd_areas_are_refused_all_at_once(area: str, buffer_km: float, keys: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        clip_area(area, counties=COUNTIES, buffer_km=buffer_km)
    assert [problem.key for problem in caught.value.problems] == keys


def test_boxes_are_read_with_chinese_commas() -> None:
    assert read_box("120.1，30.2，120.3，30.4") == (120.1, 30.2, 120.3, 30.4)
