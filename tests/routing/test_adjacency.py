"""Neighbours as compressed rows."""

import numpy as np
from hypothesis import given

from gis.routing.adjacency import grouped, neighbours
from gis.routing.graph import RoadGraph
from tests.routing.drawn_graphs import graphs


def test_values_stay_in_order_within_a_key() -> None:
    key = np.array([2, 0, 2, 0, 2], dtype=np.int32)
    first, values = grouped(key, np.array([7, 6, 5, 4, 3], dtype=np.int32), 4)
    assert first.tolist() == [0, 2, 2, 5, 5]
    assert values.tolist() == [6, 4, 7, 5, 3]


@given(graphs())
def test_neighbours_come_once_whichever_way_the_arcs_lead(graph: RoadGraph) -> None:
    first, neighbour = neighbours(graph.first_arc, graph.head)
    wanted: list[set[int]] = [set() for _ in range(graph.node_count)]
    for tail, head in zip(graph.tail.tolist(), graph.head.tolist(), strict=True):
        if tail != head:
            wanted[tail].add(head)
            wanted[head].add(tail)
    rows = [neighbour[first[v] : first[v + 1]].tolist() for v in range(graph.node_count)]
    assert rows == [sorted(row) for row in wanted]
