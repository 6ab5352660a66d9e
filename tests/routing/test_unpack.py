"""Arcs of quickest ways: by hand, and joined up and summed on random graphs."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.customise import FAR, customise
from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import build_hierarchy
from gis.routing.keys import keys, length_m_of
from gis.routing.matrix import cost_matrix
from gis.routing.seeds import Seeds, seeds_at
from gis.routing.unpack import ArcsOfLinks, Paths, arcs_of_links, path_arcs
from tests.routing.drawn_graphs import graph_of, ordered_graphs
from tests.routing.drawn_seeds import seeds_of, ways


def links_of(
    graph: RoadGraph, order: npt.NDArray[np.int32], cost: npt.NDArray[np.signedinteger]
) -> ArcsOfLinks:
    return arcs_of_links(customise(build_hierarchy(graph, order), cost, threads=1), cost)


def all_pairs(origins: Seeds, destinations: Seeds) -> npt.NDArray[np.int64]:
    return np.indices((origins.count, destinations.count)).reshape(2, -1).T


def edges_of(graph: RoadGraph, paths: Paths, pair: int) -> list[int]:
    return graph.edge[paths.arc[paths.first[pair] : paths.first[pair + 1]]].tolist()


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [1, 2, 0, 3, 4], [4, 2, 1, 3, 0]])
def test_by_hand(order: list[int]) -> None:
    # edge 0: 0-1 (2), edge 1: 1-2 (3), edge 2: 2->3 (4), edge 3: 0-3 (10); node 4 is alone
    edges = [(0, 1, 2, True, True), (1, 2, 3, True, True), (2, 3, 4, True, False)]
    graph = graph_of(5, [*edges, (0, 3, 10, True, True)])
    links = links_of(graph, np.array(order, dtype=np.int32), graph.time_ds)
    origins = seeds_of([[(0, 0)], [(3, 5), (1, 9)]], np.int32)
    destinations = seeds_of([[(3, 0)], [(2, 1), (0, 30)], [(4, 0)]], np.int32)
    pairs = np.array([[0, 0], [1, 1], [1, 0], [0, 2]])
    paths = path_arcs(links, origins, destinations, pairs)
    assert paths.cost.tolist() == [9, 13, 5, int(FAR)]
    assert [edges_of(graph, paths, pair) for pair in range(4)] == [[0, 1, 2], [1], [], []]
    assert paths.origin_way.tolist() == [0, 2, 1, -1]
    assert paths.destination_way.tolist() == [0, 1, 0, -1]


def test_of_equally_quick_ways_the_shorter_is_taken() -> None:
    graph = graph_of(4, [(a, b, 10, True, True) for a, b in ((0, 1), (1, 3), (0, 2), (2, 3))])
    length_m = np.array([20.0, 50.0, 10.0, 40.0])[graph.edge]
    links = links_of(graph, np.array([1, 2, 0, 3], dtype=np.int32), keys(graph.time_ds, length_m))
    ends = [seeds_at(np.array([node]), dtype=np.int64) for node in (0, 3)]
    paths = path_arcs(links, ends[0], ends[1], np.array([[0, 0]]))
    assert edges_of(graph, paths, 0) == [2, 3]
    assert length_m_of(paths.cost).tolist() == [50.0]


@settings(max_examples=150)
@given(ordered_graphs(), st.data(), st.booleans())
def test_arcs_join_up_and_add_up_to_the_costs(
    drawn: tuple[RoadGraph, npt.NDArray[np.int32]],
    data: st.DataObject,
    with_lengths: bool,  # noqa: FBT001
) -> None:
    graph, order = drawn
    cost = keys(graph.time_ds, graph.length_m) if with_lengths else graph.time_ds
    dtype = cost.dtype.type
    origins = seeds_of(data.draw(ways(graph.node_count)), dtype)
    destinations = seeds_of(data.draw(ways(graph.node_count)), dtype)
    links = links_of(graph, order, cost)
    pairs = all_pairs(origins, destinations)
    paths = path_arcs(links, origins, destinations, pairs)
    wanted = cost_matrix(links.metric, origins, destinations, threads=1)
    np.testing.assert_array_equal(paths.cost, wanted.ravel())
    far = 2 ** (8 * cost.itemsize - 2)
    assert len(paths.first) == len(pairs) + 1
    for pair, (origin, destination) in enumerate(pairs):
        arcs = paths.arc[paths.first[pair] : paths.first[pair + 1]]
        leaving, arriving = paths.origin_way[pair], paths.destination_way[pair]
        if paths.cost[pair] == far:
            assert (len(arcs), leaving, arriving) == (0, -1, -1)
            continue
        assert origins.first[origin] <= leaving < origins.first[origin + 1]
        assert destinations.first[destination] <= arriving < destinations.first[destination + 1]
        travelled = origins.cost[leaving] + cost[arcs].sum() + destinations.cost[arriving]
        assert travelled == paths.cost[pair]
        stops = [int(origins.node[leaving]), *graph.head[arcs].tolist()]
        assert stops[:-1] == graph.tail[arcs].tolist()
        assert stops[-1] == destinations.node[arriving]


def test_long_ways_and_many_pairs() -> None:
    count = 3000
    edges = [(node, node + 1, node % 4, True, node % 7 != 0) for node in range(count - 1)]
    graph = graph_of(count, edges)
    order = np.array(sorted(range(count), key=lambda k: (k & -k, k)), dtype=np.int32)
    links = links_of(graph, order, graph.time_ds)
    ends = seeds_at(np.array([0, count - 1, 5]))
    paths = path_arcs(links, ends, ends, np.array([[0, 1], [0, 2], [2, 1], [1, 0], [0, 0]]))
    assert edges_of(graph, paths, 0) == list(range(count - 1))
    assert edges_of(graph, paths, 1) == list(range(5))
    assert edges_of(graph, paths, 2) == list(range(5, count - 1))
    assert paths.cost[3:].tolist() == [int(FAR), 0]
    assert len(paths.arc) == paths.first[3]


def test_costs_other_than_those_of_the_metric_are_refused() -> None:
    graph = graph_of(2, [(0, 1, 1, True, True)])
    metric = customise(build_hierarchy(graph, np.array([0, 1], dtype=np.int32)), graph.time_ds)
    for wrong in (graph.time_ds[:1], graph.time_ds.astype(np.int64)):
        with pytest.raises(ValueError, match="costs must be 2 int32"):
            arcs_of_links(metric, wrong)


def test_no_pairs() -> None:
    graph = graph_of(2, [(0, 1, 1, True, True)])
    links = links_of(graph, np.array([0, 1], dtype=np.int32), graph.time_ds)
    paths = path_arcs(links, seeds_at(np.arange(2)), seeds_at(np.arange(2)), np.empty((0, 2), int))
    assert paths.first.tolist() == [0]
    assert len(paths.arc) == len(paths.cost) == 0
