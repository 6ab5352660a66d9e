"""Smallest cuts: by hand on a drawn network, and against a search through all sets of nodes."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from gis.routing.adjacency import neighbours
from gis.routing.graph import RoadGraph
from gis.routing.vertex_cut import BEYOND, CUT, NEAR, SINK, SOURCE, cut_near, disjoint_ways
from tests.routing.drawn_graphs import graph_of, graphs

Cut = tuple[int, npt.NDArray[np.int8], npt.NDArray[np.int8]]


def cuts_of(graph: RoadGraph, terminal: list[int]) -> Cut:
    """Return the number of ways, and the cuts nearest to the sources and to the sinks."""
    rows = neighbours(graph.first_arc, graph.head)
    kinds = np.array(terminal, dtype=np.int8)
    count, before, after, on_way = disjoint_ways(*rows, kinds, np.inf)
    near_sources = cut_near(*rows, kinds, SOURCE, before, on_way)
    return count, near_sources, cut_near(*rows, kinds, SINK, after, on_way)


def parts(graph: RoadGraph, removed: set[int], sources: set[int], sinks: set[int]) -> bool:
    """Tell whether no way leads from a source to a sink without the nodes removed."""
    reached = sources - removed
    waiting = list(reached)
    while waiting:
        node = waiting.pop()
        for tail, head in zip(graph.tail.tolist(), graph.head.tolist(), strict=True):
            for a, b in ((tail, head), (head, tail)):
                if a == node and b not in reached | removed:
                    reached.add(b)
                    waiting.append(b)
    return not reached & sinks


def test_cuts_lie_near_the_sources_and_near_the_sinks() -> None:
    #     1       5
    #   /   \   /   \      two single crossings, 3 and 4, on the way from 0 to 7
    # 0       3 - 4    7
    #   \   /   \   /      (2 and 6 below)
    #     2       6
    sides = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, 5), (4, 6), (5, 7), (6, 7)]
    graph = graph_of(8, [(a, b, 10, True, True) for a, b in sides])
    count, near_sources, near_sinks = cuts_of(graph, [1, 1, 1, 0, 0, 2, 2, 2])
    assert count == 1
    near, cut, beyond = NEAR, CUT, BEYOND
    assert near_sources.tolist() == [near, near, near, cut, *[beyond] * 4]
    assert near_sinks.tolist() == [*[beyond] * 4, cut, near, near, near]


def test_a_way_found_is_turned_aside_for_two() -> None:
    # 0 - 2 - 4    The first way may be 0-2-5; 1 can only go over 2 and 3 once 0 leaves 2 to it.
    #   \   X
    # 1 - 2, 3 - 5
    sides = [(0, 2), (0, 3), (1, 2), (2, 4), (2, 5), (3, 5)]
    graph = graph_of(6, [(a, b, 10, True, True) for a, b in sides])
    assert cuts_of(graph, [1, 1, 0, 0, 2, 2])[0] == 2


@given(graphs(most_nodes=8), st.data())
def test_cuts_are_as_small_as_any(graph: RoadGraph, data: st.DataObject) -> None:
    count = graph.node_count
    terminal = data.draw(st.lists(st.sampled_from([0, 1, 2]), min_size=count, max_size=count))
    sources = {v for v in range(count) if terminal[v] == SOURCE}
    sinks = {v for v in range(count) if terminal[v] == SINK}
    assume(sources and sinks)
    smallest = next(
        size
        for size in range(count + 1)
        for removed in combinations(range(count), size)
        if parts(graph, set(removed), sources, sinks)
    )
    ways, *sides = cuts_of(graph, terminal)
    assert ways == smallest
    for side in sides:
        cut = set(np.flatnonzero(side == CUT).tolist())
        assert len(cut) == smallest
        assert parts(graph, cut, sources, sinks)


@given(graphs(), st.data())
def test_there_are_as_many_ways_as_a_flow_through_split_nodes(
    graph: RoadGraph, data: st.DataObject
) -> None:
    count = graph.node_count
    terminal = np.array(
        data.draw(st.lists(st.sampled_from([0, 0, 1, 2]), min_size=count, max_size=count)),
        dtype=np.int8,
    )
    # Node v goes in at v and out at count + v; each way carries one through either half.
    source, sink = 2 * count, 2 * count + 1
    node = np.arange(count)
    first, neighbour = neighbours(graph.first_arc, graph.head)
    tail = np.repeat(node, np.diff(first))
    sources, sinks = node[terminal == SOURCE], node[terminal == SINK]
    tails = [node, count + tail, np.full(len(sources), source), count + sinks]
    heads = [count + node, neighbour, sources, np.full(len(sinks), sink)]
    ends = (np.concatenate(tails), np.concatenate(heads))
    ones = np.ones(len(ends[0]), dtype=np.int32)
    split = sparse.csr_array((ones, ends), shape=(2 * count + 2, 2 * count + 2))
    expected = csgraph.maximum_flow(sparse.csr_array(split), source, sink).flow_value
    assert disjoint_ways(first, neighbour, terminal, np.inf)[0] == expected
