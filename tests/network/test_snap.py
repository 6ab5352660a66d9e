"""Ways from places to roads: the nearest, never across water, never onto a motorway."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.core.crs import GEOGRAPHIC
from gis.network import snap
from gis.network.build import split_edges
from gis.network.model import empty_water
from gis.network.snap import (
    AccessIndex,
    in_open_water,
    make_access_index,
    road_distance_m,
    tile_water,
    ways_to_nodes,
    ways_to_roads,
)
from tests.drawn_network import PARAMETERS, drawn_edges


def degrees(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def water_of(*boxes: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    shapes = [shapely.box(*box) for box in boxes]
    return gpd.GeoDataFrame({"kind": ["river"] * len(boxes)}, geometry=shapes, crs=GEOGRAPHIC)


def index_of(edges: gpd.GeoDataFrame, water: gpd.GeoDataFrame) -> AccessIndex:
    closed = edges["road_class"].isin({"motorway", "ferry"})
    return make_access_index(*split_edges(edges.assign(enterable=~closed)), water)


def test_the_nearest_way_meets_the_road_beside_the_place() -> None:
    # A ---x--- B : the place x lies 0.01 degrees north of the middle of AB, about 1.1 km.
    ways = ways_to_roads(index_of(drawn_edges(), empty_water()), degrees(120.05), degrees(30.01))
    nearest = ways.iloc[0]
    assert nearest["edge"] == 0
    assert nearest["fraction"] == pytest.approx(0.5, abs=0.01)
    assert nearest["straight_m"] == pytest.approx(1109, rel=0.01)


def test_motorways_are_not_entered_between_junctions() -> None:
    ways = ways_to_roads(index_of(drawn_edges(), empty_water()), degrees(120.2), degrees(30.0))
    assert set(ways["edge"]) & {1} == set()
    assert len(ways)


def test_a_network_of_motorways_only_is_entered_anywhere() -> None:
    edges = drawn_edges()
    edges = edges[edges["road_class"] == "motorway"].reset_index(drop=True)
    ways = ways_to_roads(index_of(edges, empty_water()), degrees(120.2), degrees(30.0))
    assert ways["edge"].tolist() == [0]


def test_no_way_leads_across_water() -> None:
    # The river runs between AB and the place, north of it.
    water = water_of((120.03, 30.002, 120.2, 30.008))
    index = index_of(drawn_edges(), tile_water(water))
    ways = ways_to_roads(index, degrees(120.032), degrees(30.01))
    # Round the western end of the river to the first part of AB.
    assert ways.iloc[0]["edge"] == 0
    assert 1_400 < ways.iloc[0]["straight_m"] < 1_800
    assert ways["fraction"][ways["edge"] == 0].max() < 0.25


def test_a_creek_can_be_forded() -> None:
    water = water_of((120.01, 30.002, 120.2, 30.0035))
    index = index_of(drawn_edges(), tile_water(water))
    assert ways_to_roads(index, degrees(120.05), degrees(30.01)).iloc[0]["edge"] == 0


def test_a_place_enclosed_by_water_has_no_way() -> None:
    island = shapely.box(120.04, 30.1, 120.06, 30.12)
    ring = shapely.box(119.5, 30.05, 120.5, 30.6).difference(island)
    water = gpd.GeoDataFrame({"kind": ["sea"]}, geometry=[ring], crs=GEOGRAPHIC)
    index = index_of(drawn_edges(), tile_water(water))
    assert ways_to_roads(index, degrees(120.05), degrees(30.11)).empty


def test_beyond_fifty_kilometres_there_is_no_way() -> None:
    index = index_of(drawn_edges(), empty_water())
    lon, lat = degrees(120.05, 121.5), degrees(30.2, 30.0)
    assert set(ways_to_roads(index, lon, lat)["place"]) == {0}
    assert road_distance_m(index, lon, lat)[1] > 50_000


def test_tiles_cover_the_same_water() -> None:
    water = water_of((119.95, 29.95, 120.25, 30.25), (120.4, 30.0, 120.41, 30.01))
    tiles = tile_water(water)
    assert len(tiles) > 10
    assert tiles.union_all().symmetric_difference(water.union_all()).area < 1e-12
    assert tile_water(empty_water()).empty


def test_only_open_water_is_at_sea() -> None:
    index = index_of(drawn_edges(), tile_water(water_of((120.5, 29.0, 122.0, 31.0))))
    # Far out; 500 m off the shore, within the accuracy of the coast; ashore.
    wet = in_open_water(index, degrees(121.0, 120.505, 120.4), degrees(30.0, 30.0, 30.0))
    assert wet.tolist() == [True, False, False]


def test_ways_lead_on_to_both_ends_of_the_edge() -> None:
    edges = drawn_edges()
    ways = ways_to_roads(index_of(edges, empty_water()), degrees(120.025), degrees(30.0))
    nodes = ways_to_nodes(ways[ways["edge"] == 0], edges, PARAMETERS, outbound=True)
    at = nodes.set_index("node")
    assert at.loc[0, "drive_s"] == pytest.approx(150, abs=2)  # a quarter of ten minutes
    assert at.loc[1, "drive_s"] == pytest.approx(450, abs=2)
    assert at.loc[1, "drive_peak_s"] == pytest.approx(900, abs=4)
    assert at.loc[1, "length_m"] == pytest.approx(7500, abs=30)
    assert at.loc[1, "walk_s"] == pytest.approx(4500, abs=20)  # 6 km/h


def test_a_one_way_edge_is_left_with_and_reached_against_the_traffic() -> None:
    edges = drawn_edges().assign(backward=False)
    ways = ways_to_roads(index_of(edges, empty_water()), degrees(120.025), degrees(30.0))
    along = ways[ways["edge"] == 0]
    out = ways_to_nodes(along, edges, PARAMETERS, outbound=True)
    back = ways_to_nodes(along, edges, PARAMETERS, outbound=False)
    assert out["node"].tolist() == [1]
    assert back["node"].tolist() == [0]


def test_looking_little_by_little_finds_the_same_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    # A town of 500 short streets, a river through it, and places in it, beside it and far off.
    chance = np.random.default_rng(3)
    middle = chance.normal([120.0, 30.0], [0.02, 0.02], (500, 2))
    ahead = chance.normal(0.0, 0.0007, (500, 2))
    streets = shapely.linestrings(np.stack([middle - ahead, middle + ahead], axis=1))
    edges = gpd.GeoDataFrame(
        {"enterable": np.ones(500, dtype=np.bool_)}, geometry=streets, crs=GEOGRAPHIC
    )
    index = make_access_index(*split_edges(edges), water_of((119.9, 30.004, 120.1, 30.010)))
    lon, lat = chance.normal([120.0, 30.0], [0.03, 0.03], (80, 2)).T
    lon, lat = np.append(lon, [120.3, 119.6]), np.append(lat, [30.1, 29.9])
    ways = ways_to_roads(index, lon, lat)
    assert (ways.groupby("place").size() == snap.WAYS_PER_PLACE).sum() > 60
    monkeypatch.setattr(snap, "MARGINS_M", (np.inf,))
    pd.testing.assert_frame_equal(ways, ways_to_roads(index, lon, lat), check_exact=True)
