"""Places, stations, rail lines and counties of drawn extracts, and of Newport."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point, box

from gis.catalogue.areas import AdminUnit, Level
from gis.core.crs import GEOGRAPHIC
from gis.core.errors import InputError
from gis.network.osm.areas import generalised, match_counties, osm_areas, overlapping
from gis.network.osm.layers import home_counties, read_layers
from gis.network.osm.places import osm_places
from gis.network.osm.rail_lines import osm_rail_lines
from gis.network.osm.stations import bare_name, osm_stations
from tests.network.osm.drawn_extract import DrawnExtract

NEWPORT = Path("newport_osm_gtfs") / "newport-2023-06-13.osm.pbf"


def unit(code: str, name: str, lon: float, lat: float, **columns: object) -> AdminUnit:
    base = {
        "code": code,
        "level": Level.COUNTY,
        "name_zh": name,
        "name_en": name,
        "in_study_area": True,
        "seat_lon": lon,
        "seat_lat": lat,
        "seat_certainty": "high",
        "source_id": "SRC-X",
    }
    return AdminUnit.model_validate(base | columns)


def test_places_are_named_settlements(tmp_path: Path) -> None:
    drawn = DrawnExtract()
    drawn.node(120.1, 30.1, place="city", name="甲市", population="1 200 000")
    drawn.node(120.2, 30.1, place="town", name="Yi", population="many", **{"name:zh": "乙镇"})
    drawn.node(120.3, 30.1, place="village")
    drawn.node(120.4, 30.1, place="sea", name="东海")
    places = osm_places(drawn.write(tmp_path / "places.osm.pbf"))
    assert places["name_zh"].tolist() == ["甲市", "乙镇"]
    assert places["name_en"].tolist() == ["甲市", "Yi"]
    assert places["kind"].tolist() == ["locality", "town"]
    assert places["population"].tolist() == [1_200_000, pd.NA]
    assert places.geometry.tolist() == [Point(120.1, 30.1), Point(120.2, 30.1)]


def test_a_station_is_one_however_often_it_is_written(tmp_path: Path) -> None:
    drawn = DrawnExtract()
    drawn.node(120.1000, 30.1, railway="station", name="甲站")
    drawn.node(120.1030, 30.1, railway="station", name="甲", train="yes")  # 290 m on
    drawn.node(120.1005, 30.1, railway="station", name="甲", station="subway")  # the metro's
    drawn.box(120.0995, 30.0995, 120.1005, 30.1005, railway="station", name="甲站")
    drawn.node(120.1010, 30.1, railway="station")  # nameless, 96 m from 甲
    drawn.node(120.2000, 30.1, railway="halt")  # nameless and alone
    drawn.node(120.3000, 30.1, railway="tram_stop", name="乙")
    drawn.node(120.4000, 30.1, railway="station", name="旧站", disused="yes")
    drawn.box(120.4995, 30.0995, 120.5005, 30.1005, railway="station", name="丙站")
    stations = osm_stations(drawn.write(tmp_path / "stations.osm.pbf"))
    assert stations[["name_zh", "kind"]].to_numpy().tolist() == [
        ["甲", "rail"],
        ["甲", "metro"],
        ["", "rail"],
        ["乙", "tram"],
        ["丙", "rail"],
    ]
    assert stations.geometry.iloc[0] == Point(120.1, 30.1)
    assert stations.geometry.iloc[4].distance(Point(120.5, 30.1)) < 1e-4


def test_a_name_that_is_only_the_word_station_stays() -> None:
    assert [bare_name(name) for name in ("绍兴北站", "站", "Newport")] == [
        "绍兴北",
        "站",
        "Newport",
    ]


def test_rail_lines_have_mode_state_year_and_speed(tmp_path: Path) -> None:
    drawn = DrawnExtract()

    def track(row: int, **tags: str) -> None:
        drawn.way([(120.0, 30.0 + row / 10), (120.1, 30.0 + row / 10)], **tags)

    track(1, railway="rail", highspeed="yes", name="甲高铁", maxspeed="350", start_date="2013-07")
    track(2, railway="rail", service="siding")
    track(3, railway="construction", construction="subway", name="乙线", start_date="2030")
    track(4, railway="abandoned", name="丙线")
    track(5, railway="tram", name="丁线", maxspeed="9999")
    track(6, railway="proposed", name="戊线")
    lines = osm_rail_lines(drawn.write(tmp_path / "rail.osm.pbf"))
    assert lines[["name_zh", "mode", "status"]].to_numpy().tolist() == [
        ["甲高铁", "hsr", "open"],
        ["乙线", "metro", "under_construction"],
        ["丁线", "tram", "open"],
    ]
    np.testing.assert_equal(lines["opened_year"].to_numpy(), [2013, np.nan, np.nan])
    np.testing.assert_equal(lines["max_kmh"].to_numpy(), [350, np.nan, np.nan])


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give two counties with a winding shared border, one with its code, and an impostor."""
    drawn = DrawnExtract()
    border = {"type": "boundary", "boundary": "administrative"}
    winding = [(120.3 + 0.000002 * (row % 2), 30.0 + row / 5000) for row in range(1501)]
    shared = drawn.way(winding)
    west = drawn.way([winding[-1], (120.0, 30.3), (120.0, 30.0), winding[0]])
    east = drawn.way([winding[-1], (120.6, 30.3), (120.6, 30.0), winding[0]])
    for side, tags in (
        (west, {"name": "西县"}),
        (east, {"name": "东", "ref:admin:CN": "330102000"}),
    ):
        drawn.relation(
            [("w", shared, "outer"), ("w", side, "outer")], **border, admin_level="6", **tags
        )
    far = drawn.box(121.0, 30.0, 121.1, 30.1)
    drawn.relation([("w", far, "outer")], **border, admin_level="6", name="西县")
    drawn.relation([("w", far, "outer")], **border, admin_level="8", name="西县")
    return drawn.write(tmp_path_factory.mktemp("osm") / "counties.osm.pbf")


def test_counties_are_matched_by_code_or_name_where_their_seat_lies(counties: Path) -> None:
    areas = osm_areas(counties).areas
    assert areas["code"].tolist() == ["", "330102", "", ""]
    units = [
        unit("330101", "西县", 120.1, 30.1),
        unit("330102", "东县", 120.5, 30.1),
        unit("330103", "南县", 120.1, 30.1),
        unit("330104", "西县", 120.5, 30.1),  # the seat is not where the name is
        unit("330100", "西县", 120.1, 30.1, level=Level.CITY),
    ]
    match = match_counties(areas, units)
    assert match.shapes["county_id"].tolist() == ["330101", "330102"]
    assert match.shapes["osm_id"].tolist() == ["r1", "r2"]
    assert match.missing == ("南县", "西县")


def test_borders_stay_shared_with_fewer_points(counties: Path) -> None:
    units = [unit("330101", "西县", 120.1, 30.1), unit("330102", "东县", 120.5, 30.1)]
    shapes = match_counties(osm_areas(counties).areas, units).shapes
    simple = generalised(shapes)
    assert shapely.get_num_coordinates(simple.geometry.to_numpy()).max() < 100
    west, east = simple.geometry
    assert west.intersection(east).area == 0
    assert west.union(east).symmetric_difference(box(120, 30, 120.6, 30.3)).area < 1e-9


def test_a_border_drawn_twice_is_cleaned_and_a_county_drawn_twice_is_told() -> None:
    west, east = box(120, 30, 120.3, 30.3), box(120.29999, 30, 120.6, 30.3)
    twice = gpd.GeoDataFrame({"county_id": ["a", "b"]}, geometry=[west, east], crs=GEOGRAPHIC)
    assert overlapping(twice) == ()
    clean = generalised(twice)
    assert clean.geometry.iloc[0].intersection(clean.geometry.iloc[1]).area == 0
    assert clean.union_all().symmetric_difference(box(120, 30, 120.6, 30.3)).area < 1e-9
    wide = twice.set_geometry([west, box(120.2, 30, 120.6, 30.3)], crs=GEOGRAPHIC)
    assert overlapping(wide) == (("a", "b"),)


def test_counties_of_the_home_province_only() -> None:
    units = [
        unit("330000", "甲省", 120, 30, level=Level.PROVINCE),
        unit("330100", "甲市", 120, 30, level=Level.CITY, parent_code="330000"),
        unit("330101", "一县", 120, 30, parent_code="330100"),
        unit("330900", "乙市", 120, 30, level=Level.CITY, parent_code="330000"),
        unit("330901", "二县", 120, 30, parent_code="330900", in_study_area=False),
        unit("310000", "丙市", 121, 31, level=Level.CITY),
        unit("310101", "三区", 121, 31, parent_code="310000", in_study_area=False),
    ]
    assert [item.name_zh for item in home_counties(units)] == ["一县", "二县"]


def test_an_extract_of_another_region_is_refused(tmp_path: Path) -> None:
    drawn = DrawnExtract()
    drawn.node(2.35, 48.86, place="city", name="巴黎")
    with pytest.raises(InputError) as caught:
        read_layers(drawn.write(tmp_path / "paris.osm.pbf"))
    assert [problem.key for problem in caught.value.problems] == ["error.osm_nothing_here"]


@pytest.mark.reference
def test_newport_has_its_places_stations_and_lines(reference_dir: Path) -> None:
    extract = reference_dir / NEWPORT
    assert len(osm_places(extract)) == 33
    assert osm_stations(extract)["name_en"].tolist() == ["Rogerstone", "Newport", "Pye Corner"]
    lines = osm_rail_lines(extract)
    assert len(lines) == 154
    assert (lines["name_zh"] == "South Wales Main Line").sum() == 96


@pytest.mark.reference
def test_newport_wards_are_whole_and_the_county_is_not(reference_dir: Path) -> None:
    areas = osm_areas(reference_dir / NEWPORT, levels=[6, 10])
    assert len(areas.areas) == 7
    assert "Newport" in areas.incomplete
