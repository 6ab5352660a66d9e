import json

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from gis.outputs.maps import (
    anchors,
    border_lines,
    feature_collection,
    first_year,
    label_points,
    map_layers,
    name_index,
)


def _frame(geometries: list[object], **columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometries, crs=4326)


def _zones() -> gpd.GeoDataFrame:
    #  provincial zones B (no block) and A with a block; a municipal zone below A; a platform
    return _frame(
        [box(2, 0, 3, 1), box(0, 0, 1, 1), box(0, 0, 1, 1), box(0, 0, 0.5, 1), Point(5, 5)],
        id=["Z-B", "Z-A", "Z-A-1", "Z-M", "P-1"],
        name_zh=["乙区", "甲区", "甲区一块", "市级区", "平台"],
        name_en=["B", "A", "A one", "Municipal", "Platform"],
        level=["pilot_zone", "pilot_zone", "block", "pilot_zone", "platform"],
        tier=["provincial", "provincial", "", "municipal", ""],
        parent_id=["", "", "Z-A", "Z-A", ""],
        basis=["named", "inferred", "inferred", "named", "named"],
        certainty=["high"] * 5,
    )


@pytest.mark.parametrize(
    ("written", "year"),
    [("2025-06", 2025), ("target end 2027", 2027), (2021, 2021), (2021.0, 2021), ("", None)],
)
def test_first_year_of_a_written_date(written: object, year: int | None) -> None:
    assert first_year(written) == year


def test_zones_take_the_hue_of_their_pilot_zone_and_are_filled_once() -> None:
    zones = map_layers({"zones": _zones()})["zones"].set_index("id")
    assert zones["hue"].to_dict() == {"Z-B": 1, "Z-A": 0, "Z-A-1": 0, "Z-M": 0, "P-1": 2}
    assert zones["group"].to_dict() == {
        "Z-B": "pilot",
        "Z-A": "pilot",
        "Z-A-1": "pilot",
        "Z-M": "other",
        "P-1": "other",
    }
    assert zones.index[zones["fill"]].tolist() == ["Z-B", "Z-A-1"]


def test_only_pilot_zones_and_blocks_carry_zone_names() -> None:
    labels = label_points({"zones": _zones()})
    named = labels[["kind", "name_zh"]].to_numpy().tolist()
    assert named == [["zone", "乙区"], ["zone", "甲区"], ["block", "甲区一块"]]


def test_projects_are_drawn_open_from_the_year_they_opened() -> None:
    projects = _frame(
        [LineString([(0, 0), (1, 1)])] * 4,
        id=["A", "B", "C", "D"],
        name_zh=["甲", "乙", "丙", "丁"],
        name_en=["A", "B", "C", "D"],
        mode=["rail", "road", "waterway", "energy"],
        status=["open", "under_construction", "study", "open"],
        certainty=["high"] * 4,
        opened_or_target=["2022-01-08", "target end 2027", "2030", "operating"],
    )
    drawn = map_layers({"projects": projects})["projects"]
    assert drawn["opened"].tolist() == [2022, 2027, None, 0]
    assert drawn["hue"].tolist() == ["rail", "road", "water", "other"]


def test_borders_leave_out_the_shore_and_the_county_lines_that_are_city_lines() -> None:
    #   +----+----+   two cities side by side on one island; the left one has two counties
    #   | 1a |    |
    #   +----+ 2  |
    #   | 1b |    |
    #   +----+----+
    coast = _frame([box(0, 0, 2, 2)])
    cities = _frame([box(0, 0, 1, 2), box(1, 0, 2, 2)])
    counties = _frame([box(0, 1, 1, 2), box(0, 0, 1, 1), box(1, 0, 2, 2)])
    lines = border_lines(coast, cities, counties).set_index("kind").geometry
    assert lines["city"].length == pytest.approx(2.0, abs=0.02)
    assert lines["city"].bounds[0] == lines["city"].bounds[2] == 1.0
    assert lines["county"].length == pytest.approx(1.0, abs=0.02)


def test_cities_are_called_by_their_names_alone() -> None:
    cities = _frame(
        [box(0, 0, 1, 1), box(1, 0, 2, 1)],
        id=["330100", "330700"],
        name_zh=["杭州市", "金华市"],
        name_en=["Hangzhou City", "Jinhua City"],
        in_study_area=[True, False],
        centre_lon=[0.4, 1.4],
        centre_lat=[0.6, 0.6],
    )
    labels = label_points({"cities": cities})
    assert labels["name_zh"].tolist() == ["杭州", "金华"]
    assert labels["name_en"].tolist() == ["Hangzhou", "Jinhua"]
    assert labels["kind"].tolist() == ["city", "outside"]
    assert labels.geometry.iloc[0] == Point(0.4, 0.6)


def test_the_remainder_of_a_province_is_no_name() -> None:
    context = _frame(
        [box(0, 0, 1, 1), box(1, 0, 2, 1)],
        name_zh=["江苏省其他地区", "苏州市"],
        name_en=["Rest of Jiangsu", "Suzhou"],
    )
    assert label_points({"context": context})["name_zh"].tolist() == ["苏州"]


def test_a_water_is_named_once_at_its_largest_piece() -> None:
    waters = _frame(
        [box(0, 0, 1, 1), box(5, 5, 9, 9)],
        name_zh=["太湖", "太湖"],
        name_en=["Taihu Lake"] * 2,
        kind=["lake"] * 2,
    )
    labels = label_points({"waters": waters})
    assert len(labels) == 1
    assert labels.geometry.iloc[0].within(box(5, 5, 9, 9))


def test_a_feature_without_a_seat_is_anchored_inside() -> None:
    towns = _frame([box(0, 0, 1, 1), box(2, 0, 3, 1)], seat_lon=[0.1, None], seat_lat=[0.2, None])
    points = anchors(towns)
    assert points.iloc[0] == Point(0.1, 0.2)
    assert points.iloc[1].within(box(2, 0, 3, 1))


def test_the_index_holds_each_name_of_a_layer_once() -> None:
    stations = _frame(
        [Point(120.123456789, 30.0), Point(1, 1), Point(2, 2)],
        name_zh=["杭州东", "杭州东", ""],
        name_en=["Hangzhou East", "Hangzhou East", ""],
    )
    index = name_index({"stations": stations})
    assert index == [("stations", "杭州东", "Hangzhou East", 120.12346, 30.0)]


def test_geojson_leaves_out_what_is_missing_and_keeps_whole_years_whole() -> None:
    frame = _frame(
        [Point(1.123456, 2), Polygon()],
        name_zh=["甲", "乙"],
        opened=[2021, None],
        ratio=[float("nan"), 1.0],
    ).astype({"opened": object})
    collection = json.loads(feature_collection(frame))
    assert collection["features"] == [
        {
            "type": "Feature",
            "properties": {"name_zh": "甲", "opened": 2021},
            "geometry": {"type": "Point", "coordinates": [1.12346, 2.0]},
        }
    ]


def test_layers_that_are_not_there_are_left_out() -> None:
    prepared = map_layers({})
    assert list(prepared) == ["labels"]
    assert prepared["labels"].empty
