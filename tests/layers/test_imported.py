"""Features of an extract in place of ours: what moves, what stays, what is added.

::

    120.0     120.1     120.2     120.3     at 30.0 N; 0.1° is 9.65 km
      A---------+---------+---------B       our line 甲乙高铁, straight
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from gis.core.crs import GEOGRAPHIC
from gis.layers.check import import_problems, table_problems
from gis.layers.import_marks import IMPORT_SOURCE
from gis.layers.import_tracks import line_key, line_km, swap_rail_lines
from gis.layers.imported import swap_places, swap_stations
from gis.layers.read import read_layer
from gis.layers.schema import RailLineFeature

COUNTIES = gpd.GeoDataFrame(
    {"id": ["330101", "330201"], "city_id": ["330100", "330200"]},
    geometry=[box(120, 29.5, 120.5, 30.5), box(120.5, 29.5, 121, 30.5)],
    crs=GEOGRAPHIC,
)


def own_places(*rows: tuple[str, str, float, float]) -> gpd.GeoDataFrame:
    first = read_layer("places").iloc[[0] * len(rows)].reset_index(drop=True)
    return first.assign(
        id=[row[0] for row in rows],
        name_zh=[row[1] for row in rows],
        county_id="330101",
        city_id="330100",
    ).set_geometry([Point(row[2:]) for row in rows], crs=GEOGRAPHIC)


def found(**columns: list[object]) -> gpd.GeoDataFrame:
    shapes = columns.pop("at")
    names = columns["name_zh"]
    frame = pd.DataFrame({"name_en": names, **columns})
    frame.insert(0, "osm_id", [f"n{row}" for row in range(1, len(frame) + 1)])
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=GEOGRAPHIC)


def settlements(*rows: tuple[str, float, float]) -> gpd.GeoDataFrame:
    return found(
        name_zh=[row[0] for row in rows],
        at=[Point(row[1:]) for row in rows],
        kind=["town"] * len(rows),
        place=["town"] * len(rows),
        population=[1000.0] * len(rows),
    )


def test_a_place_of_the_same_name_nearby_moves_and_keeps_its_id() -> None:
    own = own_places(("G1", "甲镇", 120.1, 30.0), ("G2", "乙镇", 120.2, 30.0))
    before = own.copy()
    layer, count = swap_places(
        own, settlements(("甲镇", 120.11, 30.01), ("丙镇", 120.6, 30.0)), COUNTIES
    )
    assert (count.replaced, count.kept, count.added) == (1, 1, 1)
    assert layer["id"].tolist() == ["G1", "G2", "OSM-n2"]
    assert layer["source_id"].eq(IMPORT_SOURCE).tolist() == [True, False, True]
    assert layer["method"].eq("imported").tolist() == [True, False, True]
    assert layer.geometry.iloc[0] == Point(120.11, 30.01)
    assert layer.geometry.iloc[1] == Point(120.2, 30.0)
    assert layer["county_id"].tolist() == ["330101", "330101", "330201"]
    assert layer["city_id"].tolist() == ["330100", "330100", "330200"]
    assert layer["population"].tolist() == [1000, pd.NA, 1000]
    pd.testing.assert_frame_equal(own, before)


def test_the_same_name_far_away_is_another_place() -> None:
    own = own_places(("G1", "甲镇", 120.1, 30.0))
    layer, count = swap_places(own, settlements(("甲镇", 120.3, 30.0)), COUNTIES)
    assert (count.replaced, count.added) == (0, 1)
    assert layer.geometry.iloc[0] == Point(120.1, 30.0)


def test_each_place_is_taken_once_and_the_nearest_first() -> None:
    own = own_places(("G1", "甲镇", 120.10, 30.0), ("G2", "甲镇", 120.12, 30.0))
    layer, count = swap_places(
        own, settlements(("甲镇", 120.121, 30.0), ("甲镇", 120.13, 30.0)), COUNTIES
    )
    assert (count.replaced, count.added) == (2, 0)
    assert layer.geometry.x.tolist() == [120.13, 120.121]


def test_an_extract_without_places_changes_nothing() -> None:
    own = own_places(("G1", "甲镇", 120.1, 30.0))
    layer, count = swap_places(own, settlements(), COUNTIES)
    assert (count.replaced, count.kept, count.added) == (0, 1, 0)
    assert layer.drop(columns="population").equals(own)


def test_stations_agree_in_name_and_kind() -> None:
    own = read_layer("stations").iloc[:2].reset_index(drop=True)
    own = own.assign(name_zh=["甲", "乙"], kind=["rail", "metro"]).set_geometry(
        [Point(120.1, 30.0), Point(120.2, 30.0)], crs=GEOGRAPHIC
    )
    others = found(
        name_zh=["甲", "乙", ""],
        kind=["rail", "rail", "rail"],
        at=[Point(120.101, 30.0), Point(120.2, 30.0), Point(120.3, 30.0)],
    )
    layer, count = swap_stations(own, others, COUNTIES)
    assert (count.replaced, count.kept, count.added) == (1, 1, 1)
    assert layer["id"].tolist()[2] == "OSM-n2"
    assert layer["city_id"].iloc[2] == "330100"
    assert import_problems(layer, where="stations") == []


def rail_line(name: str, *points: tuple[float, float]) -> gpd.GeoDataFrame:
    own = read_layer("rail_lines").iloc[[0]].reset_index(drop=True)
    line = own.assign(id="R-X", line_id="R-X", name_zh=name, length_km=30.0)
    return line.set_geometry([LineString(points)], crs=GEOGRAPHIC)


def tracks(*rows: tuple[str, list[tuple[float, float]]]) -> gpd.GeoDataFrame:
    return found(
        name_zh=[name for name, _ in rows],
        mode=["hsr"] * len(rows),
        status=["open"] * len(rows),
        opened_year=[np.nan] * len(rows),
        max_kmh=[300.0] * len(rows),
        at=[LineString(points) for _, points in rows],
    )


OWN_LINE = rail_line("甲乙高铁", (120.0, 30.0), (120.3, 30.0))


def test_both_tracks_become_one_line_that_keeps_its_published_length() -> None:
    layer, count = swap_rail_lines(
        OWN_LINE,
        tracks(
            ("甲乙高速铁路", [(120.0, 30.001), (120.15, 30.004)]),
            ("甲乙高速铁路上行线", [(120.15, 30.004), (120.3, 30.001)]),
            ("丙丁铁路", [(120.0, 30.2), (120.1, 30.2)]),
            ("", [(120.0, 30.3), (120.1, 30.3)]),
        ),
    )
    assert (count.replaced, count.kept, count.added) == (1, 0, 1)
    assert layer["id"].tolist() == ["R-X", "OSM-n3"]
    assert layer["length_km"].tolist() == [30.0, pytest.approx(9.64, abs=0.05)]
    assert shapely.get_num_points(layer.geometry.iloc[0]) == 3
    assert table_problems(layer, RailLineFeature, where="rail_lines") == []
    assert import_problems(layer, where="rail_lines") == []


def test_a_fragment_does_not_stand_for_the_line() -> None:
    layer, count = swap_rail_lines(
        OWN_LINE, tracks(("甲乙高速铁路", [(120.0, 30.001), (120.1, 30.001)]))
    )
    assert (count.replaced, count.kept, count.added) == (0, 1, 0)
    assert layer.geometry.iloc[0].equals(OWN_LINE.geometry.iloc[0])


def test_a_far_part_of_a_line_of_our_name_is_a_line_of_its_own() -> None:
    _, count = swap_rail_lines(OWN_LINE, tracks(("甲乙高铁", [(121.0, 30.0), (121.3, 30.0)])))
    assert (count.replaced, count.added) == (0, 1)


def test_parallel_tracks_count_once() -> None:
    one = LineString([(120.0, 30.0), (120.3, 30.0)])
    two = shapely.union_all([one, shapely.transform(one, lambda at: at + np.array([0, 0.00005]))])
    assert line_km(one) == pytest.approx(28.95, abs=0.05)
    assert line_km(two) == pytest.approx(line_km(one), rel=0.03)


def test_names_of_lines_are_compared_without_their_longer_words() -> None:
    same = {
        line_key(name)
        for name in ("杭甬高铁", "杭甬高速铁路", "杭甬高速线(上行)", "杭甬客运专线下行线")
    }
    assert same == {"杭甬高铁"}
    assert line_key("沪昆高铁") != line_key("沪昆铁路")


@pytest.mark.parametrize(
    "change",
    [
        {"source_id": "SRC-RAIL-OSM"},
        {"method": "surveyed_point"},
        {"id": "G1", "method": "digitised"},
    ],
)
def test_what_is_half_marked_is_told(change: dict[str, str]) -> None:
    layer, _ = swap_places(
        own_places(("G1", "甲镇", 120.1, 30.0)), settlements(("丙镇", 120.6, 30.0)), COUNTIES
    )
    assert import_problems(layer, where="places") == []
    for column, value in change.items():
        layer.loc[1, column] = value
    (problem,) = import_problems(layer, where="places")
    assert problem.key == "error.import_unmarked"
