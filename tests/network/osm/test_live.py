"""Small live areas: the graph that osmnx makes of a file, as if a server had sent it.

::

    A --- B --- C      way 1: A B C, two-way, secondary
          |     |      way 2: C D, one-way against its drawing (oneway=-1): from D to C
          E --- D      way 3: B E, residential, named with a control character; way 5: E D
    F -> G -> H -> F   way 4: a ring, one-way, not joined to the rest
"""

from pathlib import Path

import networkx as nx
import pytest

from gis.core.errors import InputError
from gis.network.osm.live import check_box, fetch_graph, graph_ways, live_roads, write_live_extract
from tests.network.osm.drawn_osm import ways_of

Graph = nx.MultiDiGraph
BOX = (120.0, 30.0, 120.1, 30.1)
PLACES = {
    1: (120.00, 30.05), 2: (120.01, 30.05), 3: (120.02, 30.05), 4: (120.02, 30.04),
    5: (120.01, 30.04), 6: (120.05, 30.05), 7: (120.06, 30.05), 8: (120.06, 30.06),
}  # fmt: skip
WAYS_DRAWN = {
    11: ([1, 2, 3], {"highway": "secondary", "maxspeed": "60"}),
    12: ([3, 4], {"highway": "secondary", "oneway": "-1"}),
    13: ([2, 5], {"highway": "residential", "name": "甲\u202e路"}),
    14: ([6, 7, 8, 6], {"highway": "residential", "oneway": "yes", "foot": "no"}),
    15: ([5, 4], {"highway": "residential"}),
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    import osmnx

    nodes = [f'<node id="{n}" lon="{x}" lat="{y}" version="1"/>' for n, (x, y) in PLACES.items()]
    ways = [
        f'<way id="{number}" version="1">'
        + "".join(f'<nd ref="{node}"/>' for node in corners)
        + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        + "</way>"
        for number, (corners, tags) in WAYS_DRAWN.items()
    ]
    path = tmp_path_factory.mktemp("live") / "drawn.osm"
    path.write_text(f'<osm version="0.6">{"".join(nodes + ways)}</osm>', encoding="utf-8")
    before = osmnx.settings.useful_tags_way
    osmnx.settings.useful_tags_way = [*before, "foot"]
    yield osmnx.graph.graph_from_xml(path, simplify=False, retain_all=True)
    osmnx.settings.useful_tags_way = before


def test_ways_come_back_as_they_may_be_driven(graph: Graph) -> None:
    ways = {number: (corners, tags) for number, corners, tags in graph_ways(graph)}
    assert {number: corners for number, (corners, _) in ways.items()} == {
        11: [1, 2, 3],
        12: [4, 3],
        13: [2, 5],
        14: [6, 7, 8, 6],
        15: [5, 4],
    }
    assert ways[11][1] == {"highway": "secondary", "maxspeed": "60"}
    assert ways[12][1] == {"highway": "secondary", "oneway": "yes"}
    assert ways[13][1]["name"] == "甲路"
    assert ways[14][1] == {"highway": "residential", "oneway": "yes", "foot": "no"}


def test_live_roads_are_roads_like_those_of_an_extract(graph: Graph) -> None:
    asked = []

    def fetch(box: tuple[float, ...]) -> Graph:
        asked.append(box)
        return graph

    roads = live_roads(BOX, fetch=fetch)
    assert asked == [BOX]
    assert {"edge_id", "source", "target", "length_m", "free_flow_s", "forward", "backward"} <= set(
        roads.edges.columns
    )
    assert len(roads.edges) == roads.lines.count
    at = roads.nodes.set_index("node_id")[["lon", "lat"]].round(5)
    lanes = {
        (tuple(at.loc[edge.source]), tuple(at.loc[edge.target])): edge.length_m
        for edge in roads.edges[~roads.edges["backward"]].itertuples()
    }
    assert lanes[PLACES[4], PLACES[3]] == pytest.approx(1109, abs=1)


def test_what_was_fetched_is_an_extract(graph: Graph, tmp_path: Path) -> None:
    path = write_live_extract(BOX, tmp_path / "live.osm.pbf", fetch=lambda _: graph)
    assert [way for way, *_ in ways_of(path)] == [11, 12, 13, 14, 15]


@pytest.mark.parametrize(
    ("box", "key"),
    [
        ((120.1, 30.0, 120.0, 30.1), "error.osm_box"),
        ((30.0, 120.0, 30.1, 120.1), "error.osm_box"),
        ((float("nan"), 30.0, 120.0, 30.1), "error.osm_box"),
        ((120.0, 30.0, 121.0, 31.0), "error.osm_live_large"),
    ],
)
def test_odd_and_large_boxes_are_refused(box: tuple[float, ...], key: str) -> None:
    with pytest.raises(InputError) as caught:
        check_box(box)
    assert [problem.key for problem in caught.value.problems] == [key]


def test_offline_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import osmnx
    import requests

    def unreachable(*_: object, **__: object) -> None:
        assert osmnx.settings.use_cache is False
        raise requests.exceptions.ConnectionError

    monkeypatch.setattr(osmnx.graph, "graph_from_bbox", unreachable)
    before = osmnx.settings.use_cache
    with pytest.raises(InputError) as caught:
        fetch_graph(BOX)
    (problem,) = caught.value.problems
    assert problem.key == "error.osm_live_offline"
    assert "--region" in problem.line()
    assert osmnx.settings.use_cache is before
