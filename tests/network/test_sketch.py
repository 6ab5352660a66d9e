"""The sketch: rules on tiny tables, and what must hold of the product's own roads."""

import importlib.util
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from gis.catalogue.roads import RoadBarrier, RoadTables, load_roads
from gis.core.crs import length_m
from gis.core.errors import InputError
from gis.core.paths import project_root, seeds_dir
from gis.layers.read import read_layer
from gis.network.sketch import SketchRoads, load_seats, make_sketch, sketch_roads
from tests.network.road_samples import EAST_M, line, node, seats, tables, water

TOWNS = {"T1": (120.0, 30.0), "T2": (120.1, 30.0)}
# Places well away that give the triangulation a body.
FRAME = {"T8": (119.9, 30.3), "T9": (120.2, 30.3)}
CROSSINGS = ("bridge", "tunnel", "ferry")


def graph(roads: SketchRoads, *, weight: str = "free_flow_s") -> nx.Graph:
    network = nx.Graph()
    names = roads.nodes["place_id"].to_numpy()
    for edge in roads.edges.sort_values(weight, ascending=False).itertuples():
        network.add_edge(
            names[edge.source],
            names[edge.target],
            s=edge.free_flow_s,
            m=edge.length_m,
            road_id=edge.road_id,
            road_class=edge.road_class,
        )
    return network


def between(roads: SketchRoads, first: str, second: str) -> gpd.GeoDataFrame:
    number = roads.nodes.set_index("place_id")["node_id"]
    ends = {number.get(first), number.get(second)}
    pairs = [
        {start, end} == ends
        for start, end in zip(roads.edges["source"], roads.edges["target"], strict=True)
    ]
    return roads.edges[pairs]


# T1 ---- T2
def test_a_local_link_is_its_straight_length_times_the_circuity() -> None:
    roads = make_sketch(tables(), seats=seats(**TOWNS, **FRAME), year=2026)
    link = between(roads, "T1", "T2")
    assert link["road_class"].tolist() == ["link"]
    assert link["length_m"].iloc[0] == pytest.approx(1.2 * EAST_M, rel=1e-4)
    assert link["free_flow_s"].iloc[0] == pytest.approx(1.2 * EAST_M / 50 * 3.6, rel=1e-4)
    assert link["peak_s"].iloc[0] == pytest.approx(2 * link["free_flow_s"].iloc[0], rel=1e-3)
    assert link["assumed"].tolist() == [True]


# T1 ~~~~ T2: a river between them, a bridge to the north
def test_water_is_crossed_at_the_bridge_only() -> None:
    river = water((120.04, 29.5, 120.06, 31.0))
    bridge = tables(
        nodes=[
            node("RN001", "bridge_end", 120.03, 30.05),
            node("RN002", "bridge_end", 120.07, 30.05),
        ],
        lines=[line("RL001", "bridge", "RN001|RN002")],
    )
    roads = make_sketch(bridge, seats=seats(**TOWNS, **FRAME), year=2026, waters=river)
    way = nx.shortest_path(graph(roads), "T1", "T2", weight="s")
    assert way == ["T1", "RN001", "RN002", "T2"]
    wet = roads.edges[roads.edges.intersects(river.geometry.iloc[0])]
    assert wet["road_class"].tolist() == ["bridge"]


def test_a_river_with_many_bridges_does_not_stop_local_links() -> None:
    river = water((120.04, 29.5, 120.06, 31.0), crossable="yes")
    roads = make_sketch(tables(), seats=seats(**TOWNS, **FRAME), year=2026, waters=river)
    assert between(roads, "T1", "T2")["road_class"].tolist() == ["link"]


def test_a_ridge_of_the_tables_stops_local_links() -> None:
    ridge = RoadBarrier(
        id="RB1",
        name_zh="岭",
        kind="ridge",
        points=((120.05, 29.9), (120.05, 30.2)),
        source_id="SRC-TEST",
        certainty="high",
    )
    places = seats(**TOWNS, **FRAME, T3=(120.05, 30.22))
    roads = make_sketch(tables(barriers=[ridge]), seats=places, year=2026)
    assert between(roads, "T1", "T2").empty
    assert nx.shortest_path(graph(roads), "T1", "T2", weight="s") == ["T1", "T3", "T2"]


def test_an_island_without_bridge_gets_an_assumed_ferry_with_a_wait() -> None:
    sea = water((120.04, 29.0, 120.06, 32.0))
    roads = make_sketch(tables(), seats=seats(**TOWNS, **FRAME), year=2026, waters=sea)
    ferry = roads.edges[roads.edges["road_class"] == "ferry"]
    assert len(ferry) == 1
    assert ferry["assumed"].all()
    assert (ferry["free_flow_s"] > 3600).all()


MOTORWAY = [
    node("RN001", "toll_station", 120.0, 30.01),
    node("RN002", "interchange", 120.05, 30.01),
    node("RN003", "toll_station", 120.1, 30.01),
]


# RN001 ==== RN002 ==== RN003    motorway, entered at its toll stations
#   T1         T3         T2
def test_a_motorway_is_entered_at_toll_stations_only() -> None:
    sample = tables(
        nodes=MOTORWAY,
        lines=[line("RL001", "motorway", "RN001|RN002|RN003", controlled="yes")],
    )
    places = seats(**TOWNS, **FRAME, T3=(120.05, 30.0))
    roads = make_sketch(sample, seats=places, year=2026)
    network = graph(roads)
    assert set(network["RN002"]) == {"RN001", "RN003"}
    assert "T1" in network["RN001"]
    way = nx.shortest_path(network, "T1", "T2", weight="s")
    assert way == ["T1", "RN001", "RN002", "RN003", "T2"]


def test_a_ramp_adds_its_length_and_its_time() -> None:
    sample = tables(
        nodes=MOTORWAY,
        lines=[line("RL001", "motorway", "RN001|RN002|RN003", controlled="yes")],
    )
    roads = make_sketch(sample, seats=seats(**TOWNS, **FRAME), year=2026)
    ramp = between(roads, "T1", "RN001")
    straight = length_m(ramp.geometry)[0]
    assert ramp["length_m"].iloc[0] == pytest.approx(1.2 * straight + 500, abs=0.2)
    seconds = (1.2 * straight + 500) / 50 * 3.6 + 60
    assert ramp["free_flow_s"].iloc[0] == pytest.approx(seconds, abs=0.2)


def test_a_known_length_is_shared_out_over_the_pieces() -> None:
    sample = tables(
        nodes=MOTORWAY,
        lines=[line("RL001", "motorway", "RN001|RN002|RN003", controlled="yes", length_km=14)],
    )
    roads = make_sketch(sample, seats=seats(**TOWNS, **FRAME), year=2026)
    pieces = roads.edges[roads.edges["road_id"] == "RL001"]
    assert pieces["length_m"].sum() == pytest.approx(14_000, abs=1)
    assert pieces["length_m"].iloc[0] == pytest.approx(7_000, rel=0.01)


@pytest.mark.parametrize(("year", "found"), [(2019, ["RL001"]), (2020, ["RL002"])])
def test_a_road_is_there_from_its_opening_to_its_closing(year: int, found: list[str]) -> None:
    sample = tables(
        nodes=MOTORWAY,
        lines=[
            line("RL001", "motorway", "RN001|RN003", controlled="yes", closed_year=2019),
            line("RL002", "expressway", "RN001|RN003", opened_year=2020),
        ],
    )
    roads = make_sketch(sample, seats=seats(**TOWNS, **FRAME), year=year)
    lines_found = roads.edges.loc[roads.edges["road_id"] != "", "road_id"]
    assert lines_found.unique().tolist() == found


def test_a_road_node_at_a_seat_is_the_seat() -> None:
    sample = tables(
        nodes=[node("RN001", "trunk_junction", 120.0, 30.0001)],
        lines=[line("RL001", "trunk", "RN001|T2")],
    )
    roads = make_sketch(sample, seats=seats(**TOWNS, **FRAME), year=2026)
    assert "RN001" not in set(roads.nodes["place_id"])
    assert between(roads, "T1", "T2")["road_class"].tolist() == ["trunk"]


def test_a_line_through_a_township_without_a_seat_is_refused() -> None:
    sample = tables(lines=[line("RL001", "trunk", "T1|T330000000")])
    with pytest.raises(InputError, match="T330000000"):
        make_sketch(sample, seats=seats(**TOWNS, **FRAME), year=2026)


# --- the product's own roads


@pytest.fixture(scope="module")
def product_tables() -> RoadTables:
    return load_roads()


@pytest.fixture(scope="module")
def roads_of() -> Callable[[int], SketchRoads]:
    @cache
    def build(year: int) -> SketchRoads:
        return sketch_roads(year=year)

    return build


def place(roads: SketchRoads, name: str) -> str:
    found = roads.nodes[roads.nodes["name_zh"] == name]
    assert len(found) == 1, name
    return str(found["place_id"].iloc[0])


@pytest.mark.parametrize("year", [2015, 2023, 2035])
def test_the_product_is_one_component(roads_of: Callable[[int], SketchRoads], year: int) -> None:
    roads = roads_of(year)
    assert nx.number_connected_components(graph(roads)) == 1
    assert roads.nodes["node_id"].tolist() == list(range(len(roads.nodes)))
    assert (roads.edges["peak_s"] >= roads.edges["free_flow_s"]).all()
    straight = length_m(roads.edges.geometry)
    assert (roads.edges["length_m"].to_numpy() >= straight * 0.98).all()


def test_every_township_of_the_study_area_is_a_node(
    roads_of: Callable[[int], SketchRoads],
) -> None:
    seat_ids = set(load_seats(seeds_dir())["id"])
    assert seat_ids <= set(roads_of(2023).nodes["place_id"])


@pytest.mark.parametrize("year", [2015, 2035])
def test_nothing_crosses_water_but_bridges_tunnels_and_ferries(
    roads_of: Callable[[int], SketchRoads], year: int
) -> None:
    edges = roads_of(year).edges
    waters = read_layer("waters")
    barred = waters[waters["crossable"] == "no"].geometry
    others = edges[~edges["road_class"].isin(CROSSINGS)]
    wet = others[others.intersects(shapely.union_all(barred.to_numpy()))]
    assert wet[["road_id", "source", "target"]].to_numpy().tolist() == []


def test_cixi_to_haiyan_crosses_the_bay_at_a_bridge(
    roads_of: Callable[[int], SketchRoads], product_tables: RoadTables
) -> None:
    roads = roads_of(2023)
    network = graph(roads)
    way = nx.shortest_path(network, place(roads, "浒山街道"), place(roads, "武原街道"), weight="s")
    names = {road.id: road.name_zh for road in product_tables.lines}
    over = {
        names[network[first][second]["road_id"]]
        for first, second in pairwise(way)
        if network[first][second]["road_class"] == "bridge"
    }
    assert over & {"杭州湾跨海大桥", "嘉绍大桥"}


def test_hangzhou_to_ningbo_is_155_km_and_less_than_two_hours(
    roads_of: Callable[[int], SketchRoads],
) -> None:
    roads = roads_of(2023)
    network = graph(roads)
    way = nx.shortest_path(
        network, place(roads, "杭州武林"), place(roads, "宁波三江口"), weight="s"
    )
    pieces = [network[first][second] for first, second in pairwise(way)]
    assert sum(piece["m"] for piece in pieces) / 1000 == pytest.approx(155, abs=12)
    assert 95 <= sum(piece["s"] for piece in pieces) / 60 <= 125


def test_the_same_year_gives_the_same_roads(
    roads_of: Callable[[int], SketchRoads], product_tables: RoadTables
) -> None:
    again = make_sketch(
        product_tables, seats=load_seats(seeds_dir()), year=2023, waters=read_layer("waters")
    )
    assert again.nodes.equals(roads_of(2023).nodes)
    assert again.edges.drop(columns="geometry").equals(
        roads_of(2023).edges.drop(columns="geometry")
    )
    assert np.array_equal(again.edges.geometry.to_wkb(), roads_of(2023).edges.geometry.to_wkb())


def _calibration() -> ModuleType:
    path = project_root() / "scripts" / "calibrate_roads.py"
    found = importlib.util.spec_from_file_location("calibrate_roads", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.reference
def test_distances_in_hangzhou_agree_with_real_roads_on_held_out_townships(
    reference_dir: Path, roads_of: Callable[[int], SketchRoads]
) -> None:
    script = _calibration()
    pairs = script.compare(reference_dir, sketch=roads_of(2015), waters=read_layer("waters"))
    found = script.figures(pairs[pairs["group"] == "hold_out"])
    assert found["unreachable"] == 0
    assert found["median_error"] <= 8
    assert found["p90_error"] <= 20
