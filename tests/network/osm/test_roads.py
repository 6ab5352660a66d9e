"""Roads of small drawn extracts, and every file that is none.

::

        F--o--G           FG: one-way link, drawn against its direction
        |     |
    A---B=====C---D       AB, CD primary; BC bridge; BE residential; X--Y an island
        |
        E     X---Y       one unit of the drawing: a hundredth of a degree, about 1 km
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gis.catalogue.osm_classes import load_osm_tables
from gis.core.crs import GEOD, metric_xy
from gis.core.errors import InputError
from gis.network.osm.roads import OsmRoads, osm_roads
from gis.routing.customise import customise
from gis.routing.elimination_order import nested_dissection
from gis.routing.graph import make_graph
from gis.routing.hierarchy import build_hierarchy
from gis.routing.matrix import cost_matrix
from gis.routing.seeds import seeds_at
from tests.network.osm.drawn_osm import write_pbf

NODES = {
    "A": (0, 0),
    "B": (1, 0),
    "C": (2, 0),
    "D": (3, 0),
    "E": (1, -1),
    "F": (1, 1),
    "o": (1.5, 1.2),
    "G": (2, 1),
    "X": (50, -1),
    "Y": (62, -1),
    "Z": (30, 0),
}
PRIMARY = {"highway": "primary", "name": "之江路"}
STREET = {"highway": "residential"}
WAYS = [
    ("AB", PRIMARY),
    ("BC", PRIMARY | {"bridge": "yes"}),
    ("CD", PRIMARY | {"maxspeed": "80"}),
    ("BE", STREET),
    ("BF", STREET),
    ("GoF", STREET | {"oneway": "-1"}),
    ("CG", STREET),
]


def made(path: Path, ways: list[tuple[str, dict[str, str]]] | None = None, **more: object) -> Path:
    return write_pbf(path / "drawn.osm.pbf", nodes=NODES, ways=ways or WAYS, **more)  # type: ignore[arg-type]


def fault(path: Path, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        osm_roads(path, **options)  # type: ignore[arg-type]
    (problem,) = caught.value.problems
    assert problem.where == str(path)
    return problem.key


def by_name(roads: OsmRoads) -> pd.DataFrame:
    """Return the edges by the names of their ends: each node is found by where it lies."""
    names = {(120 + x / 100, 30 + y / 100): name for name, (x, y) in NODES.items()}
    places = zip(roads.nodes["lon"].round(5), roads.nodes["lat"].round(5), strict=True)
    name = [names[round(lon, 5), round(lat, 5)] for lon, lat in places]
    ends = zip(roads.edges["source"], roads.edges["target"], strict=True)
    return roads.edges.assign(ends=[name[a] + name[b] for a, b in ends]).set_index("ends")


def metres(names: str) -> float:
    lon, lat = ([NODES[name][axis] / 100 for name in names] for axis in (0, 1))
    return float(GEOD.line_length(120 + np.array(lon), 30 + np.array(lat)))


def test_edges_of_the_drawing(tmp_path: Path) -> None:
    roads = osm_roads(made(tmp_path))
    edges = by_name(roads)
    flat = {"AB", "BC", "CD", "BE", "FG", "CG", "BF"}
    found = {word if word in flat else word[::-1] for word in edges.index}
    # F and G join unlike directions, not two alike streets: they stay.
    assert found == flat
    assert roads.nodes["kind"].value_counts().to_dict() == {"end": 3, "change": 2, "junction": 2}
    assert roads.nodes["node_id"].tolist() == list(range(7))
    assert edges["edge_id"].tolist() == list(range(7))
    length = {min(word, word[::-1]): value for word, value in edges["length_m"].items()}
    assert length["AB"] == pytest.approx(metres("AB"), abs=0.06)
    assert length["FG"] == pytest.approx(metres("FoG"), abs=0.06)
    named = {min(word, word[::-1]): value for word, value in edges["name_zh"].items()}
    assert (named["AB"], named["BE"]) == ("之江路", "")


def test_one_way_edges_lead_forward_however_they_were_drawn(tmp_path: Path) -> None:
    roads = osm_roads(made(tmp_path))
    edges = by_name(roads)
    assert edges.loc["FG", ["forward", "backward"]].tolist() == [True, False]
    line = roads.lines.lines()[edges.loc["FG", "edge_id"]]
    points = [(120 + NODES[name][0] / 100, 30 + NODES[name][1] / 100) for name in "FoG"]
    assert shapely.get_coordinates(line) == pytest.approx(np.array(points))


def test_lines_run_from_source_to_target(tmp_path: Path) -> None:
    roads = osm_roads(made(tmp_path))
    lines, nodes = roads.lines.lines(), roads.nodes[["lon", "lat"]].to_numpy()
    for end, column in ((0, "source"), (-1, "target")):
        at = shapely.get_coordinates(shapely.get_point(lines, end))
        assert at == pytest.approx(nodes[roads.edges[column]])


def test_speeds_come_from_limits_else_from_classes(tmp_path: Path) -> None:
    rows = load_osm_tables().classes
    edges = by_name(osm_roads(made(tmp_path)))
    edges.index = [min(word, word[::-1]) for word in edges.index]
    kmh = edges["length_m"] / edges["free_flow_s"] * 3.6
    peak = edges["free_flow_s"] / edges["peak_s"]
    assert set(edges["terrain"]) == {"rural"}
    assert kmh["AB"] == pytest.approx(rows["primary"].rural_kmh, rel=0.01)
    assert kmh["CD"] == pytest.approx(80 * (rows["primary"].rural_limit_share or 0), rel=0.01)
    assert kmh["BE"] == pytest.approx(rows["residential"].rural_kmh, rel=0.01)
    assert peak["AB"] == pytest.approx(rows["primary"].rural_peak, rel=0.01)
    assert edges.loc["CD", "limit_kmh"] == 80.0
    assert np.isnan(edges.loc["AB", "limit_kmh"])
    assert not edges.loc["BC", "enterable"]
    assert edges.loc["AB", "enterable"]


def test_unlike_pieces_are_joined_when_asked_for_and_times_stay_exact(tmp_path: Path) -> None:
    ways = [("AB", PRIMARY), ("BC", PRIMARY | {"bridge": "yes"}), ("CD", STREET)]
    apart, one = (osm_roads(made(tmp_path, ways), join_unlike=both) for both in (False, True))
    assert len(apart.edges) == 3
    assert len(one.edges) == 1
    for column in ("length_m", "free_flow_s", "peak_s"):
        assert one.edges[column].sum() == pytest.approx(apart.edges[column].sum(), abs=0.2)


def test_dense_junctions_make_a_town(tmp_path: Path) -> None:
    side = 40  # streets 100 m apart: 100 junctions a km²
    nodes = {chr(200 + x * side + y): (x * 0.1, y * 0.1) for x in range(side) for y in range(side)}
    rows = [[chr(200 + x * side + y) for y in range(side)] for x in range(side)]
    streets = ["".join(row) for row in rows] + ["".join(row) for row in zip(*rows, strict=True)]
    nodes |= {"A": (40, 40)}
    ways = [(street, STREET) for street in streets] + [(rows[0][0] + "A", PRIMARY)]
    roads = osm_roads(write_pbf(tmp_path / "town.osm.pbf", nodes=nodes, ways=ways))
    is_urban = roads.edges["terrain"] == "urban"
    is_street = roads.edges["road_class"] == "residential"
    assert is_urban[is_street].mean() > 0.9
    assert not is_urban[~is_street].any()


def test_islands_are_kept_and_bits_dropped_and_both_told(tmp_path: Path) -> None:
    ways = [*WAYS, ("DZ", STREET), ("ZX", STREET | {"oneway": "yes"}), ("XY", STREET)]
    roads = osm_roads(made(tmp_path, ways))
    assert roads.nodes.groupby("part").size().to_dict() == {0: 8, 1: 2}
    assert roads.report["islands_km"] == [pytest.approx(metres("XY") / 1000, abs=0.06)]
    assert "ZX" in by_name(roads).index
    assert roads.report["dropped_parts"] == 0
    stub = [*WAYS, ("DX", STREET | {"oneway": "yes"}), ("XY", STREET | {"oneway": "yes"})]
    roads = osm_roads(made(tmp_path, stub))
    assert set(by_name(roads).index) == set(by_name(osm_roads(made(tmp_path))).index)
    assert roads.report["dropped_parts"] == 1
    told = roads.report["dropped_largest"][0]
    assert told["km"] == pytest.approx(metres("DXY") / 1000, abs=0.01)
    assert (told["lon"], told["lat"]) == (120.03, 30.0)


def test_ways_for_walking_join_when_asked_for(tmp_path: Path) -> None:
    ways = [*WAYS, ("EX", {"highway": "footway"}), ("oY", {"highway": "motorway"})]
    plain, walk = (osm_roads(made(tmp_path, ways), walk=asked) for asked in (False, True))
    assert len(walk.edges) == len(plain.edges) + 1
    path = walk.edges[walk.edges["road_class"] == "footway"].iloc[0]
    assert (path["forward"], path["backward"], path["walkable"]) == (False, False, True)
    assert (path["free_flow_s"], path["peak_s"]) == (0.0, 0.0)
    assert plain.report["left_out_ways"]["walk_only"] == 1


def test_ferries_take_their_time_and_a_wait_at_each_landing(tmp_path: Path) -> None:
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "00:10"}
    wait_s = load_osm_tables().parameters.ferry_wait_s
    ways = [("AB", PRIMARY), ("BC", ferry), ("CD", PRIMARY)]
    edges = by_name(osm_roads(made(tmp_path, ways)))
    edges.index = [min(word, word[::-1]) for word in edges.index]
    assert edges.loc["BC", "free_flow_s"] == edges.loc["BC", "peak_s"] == 600 + wait_s
    assert not edges.loc["BC", "enterable"]
    # A branch on the water is no landing; half a minute for a kilometre is no ferry.
    ways = [("AB", PRIMARY), ("BCD", ferry), ("CG", ferry | {"duration": "PT30S"})]
    edges = by_name(osm_roads(made(tmp_path, ways)))
    edges.index = [min(word, word[::-1]) for word in edges.index]
    assert edges.loc["BC", "free_flow_s"] == pytest.approx(300 + wait_s / 2, abs=1)
    kmh = load_osm_tables().classes["ferry"].rural_kmh or 0
    slow_s = edges.loc["CG", "length_m"] / kmh * 3.6
    assert edges.loc["CG", "free_flow_s"] == pytest.approx(slow_s + wait_s / 2, abs=1)


def test_restrictions_and_faulty_values_are_counted(tmp_path: Path) -> None:
    turns = [{"type": "restriction", "restriction": "no_left_turn"}, {"type": "route"}]
    ways = [*WAYS, ("EX", STREET | {"maxspeed": "9999"}), ("XY", {"highway": "moon"})]
    report = osm_roads(made(tmp_path, ways, relations=turns)).report
    assert report["turn_restrictions_ignored"] == 1
    assert report["values_not_used"] == {"maxspeed": 1}
    assert report["left_out_ways"] == {"no_road": 1}


def test_ways_that_lack_nodes_are_cut_there(tmp_path: Path) -> None:
    roads = osm_roads(made(tmp_path, missing="o"))
    assert roads.report["cut_at_missing_nodes"] == 1
    assert "FG" not in by_name(roads).index


def test_clipping_keeps_ways_with_a_node_inside_whole(tmp_path: Path) -> None:
    box = shapely.box(119.995, 29.995, 120.005, 30.005)  # around A
    roads = osm_roads(made(tmp_path), clip=box)
    assert {min(word, word[::-1]) for word in by_name(roads).index} == {"AB"}
    assert fault(made(tmp_path), clip=shapely.box(0, 0, 1, 1)) == "error.osm_clip_empty"


def test_the_same_file_gives_the_same_roads(tmp_path: Path) -> None:
    one, two = (osm_roads(made(tmp_path)) for _ in range(2))
    pd.testing.assert_frame_equal(one.edges, two.edges)
    pd.testing.assert_frame_equal(one.nodes, two.nodes)
    assert np.array_equal(one.lines.lon_lat_e7, two.lines.lon_lat_e7)
    assert one.report == two.report


@pytest.mark.parametrize(
    ("ways", "key"),
    [
        ([("ABC", {"railway": "rail"})], "error.osm_no_roads"),
        ([("ABC", {"highway": "footway"})], "error.osm_no_roads"),
        ([("ABC", STREET | {"access": "private"})], "error.osm_no_roads"),
        ([("A", PRIMARY)], "error.osm_no_cars"),
        ([("AB", PRIMARY | {"oneway": "yes"})], "error.osm_no_cars"),
    ],
)
def test_extracts_without_roads_are_refused(
    tmp_path: Path, ways: list[tuple[str, dict[str, str]]], key: str
) -> None:
    assert fault(made(tmp_path, ways)) == key


def test_roads_without_any_of_their_nodes_are_refused(tmp_path: Path) -> None:
    path = write_pbf(
        tmp_path / "bare.osm.pbf",
        nodes={"A": (0, 0), "B": (1, 0), "C": (2, 0)},
        ways=[("AB", PRIMARY)],
        missing="AB",
    )
    assert fault(path) == "error.osm_no_nodes"


def test_an_empty_extract_and_other_files_are_refused(tmp_path: Path) -> None:
    empty = write_pbf(tmp_path / "empty.osm.pbf", nodes={}, ways=[])
    assert fault(empty) == "error.osm_empty"
    text = tmp_path / "roads.osm.pbf"
    text.write_text("<?xml version='1.0'?><osm/>", encoding="utf-8")
    assert fault(text) == "error.osm_xml"
    assert fault(tmp_path / "none.osm.pbf") == "error.file_missing"


def test_a_cut_extract_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    assert fault(path) == "error.osm_damaged"


@pytest.mark.reference
def test_distances_on_porto_equal_scipys(reference_dir: Path) -> None:
    roads = osm_roads(reference_dir / "porto_osm" / "porto_portugal.osm.pbf")
    edges = roads.edges
    source, target = (edges[name].to_numpy(dtype=np.int64) for name in ("source", "target"))
    graph = make_graph(
        node_count=len(roads.nodes),
        source=source,
        target=target,
        time_s=np.maximum(edges["free_flow_s"].to_numpy(), 0.1),  # scipy takes 0 for no arc
        length_m=edges["length_m"].to_numpy(),
        forward=edges["forward"].to_numpy(),
        backward=edges["backward"].to_numpy(),
    )
    arcs = pd.DataFrame({"tail": graph.tail, "head": graph.head, "ds": graph.time_ds})
    least = arcs.groupby(["tail", "head"], as_index=False)["ds"].min()  # scipy would add them up
    shape = (graph.node_count, graph.node_count)
    matrix = coo_array((least["ds"], (least["tail"], least["head"])), shape=shape).tocsr()
    starts = np.arange(0, graph.node_count, graph.node_count // 4)
    expected = dijkstra(matrix, indices=starts)
    assert np.isfinite(expected).all()  # the main part is strongly connected
    x, y = metric_xy(roads.nodes["lon"].to_numpy(), roads.nodes["lat"].to_numpy())
    hierarchy = build_hierarchy(graph, nested_dissection(graph.first_arc, graph.head, x, y))
    metric = customise(hierarchy, graph.time_ds)
    every = np.arange(0, graph.node_count, 50)
    found = cost_matrix(metric, seeds_at(starts), seeds_at(every))
    assert np.array_equal(found, expected[:, every])
