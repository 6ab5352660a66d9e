"""Dead ends and nodes along a road go first."""

import numpy as np
from hypothesis import given

from gis.routing.adjacency import neighbours
from gis.routing.graph import RoadGraph
from gis.routing.peeling import peel
from tests.routing.drawn_graphs import graph_of, graphs


def rows_of(first: np.ndarray, neighbour: np.ndarray) -> list[set[int]]:
    return [set(neighbour[first[v] : first[v + 1]].tolist()) for v in range(len(first) - 1)]


def peeled_by_hand(rows: list[set[int]], eliminated: list[int]) -> dict[int, set[int]]:
    """Play the elimination of the nodes given, each with at most two neighbours when it goes."""
    left = {node: set(row) for node, row in enumerate(rows)}
    for node in eliminated:
        near = left.pop(node)
        assert len(near) <= 2
        for other in near:
            left[other] |= near - {other}
            left[other].discard(node)
    return left


def test_every_second_node_of_a_road_goes_at_a_time() -> None:
    # Four junctions, each joined to each; the road from 0 to 1 runs over 4 - 5 - 6 - 7.
    sides = [(0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (0, 4), (4, 5), (5, 6), (6, 7), (7, 1)]
    graph = graph_of(8, [(a, b, 10, True, True) for a, b in sides])
    peeling = peel(*neighbours(graph.first_arc, graph.head))
    assert peeling.eliminated.tolist()[:4] == [4, 6, 5, 7]
    assert peeling.core.tolist() == [0, 1, 2, 3]
    assert rows_of(peeling.first, peeling.neighbour) == [{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}]


def test_a_tree_is_peeled_whole_and_leaves_first() -> None:
    #     0
    #    / \
    #   1   2        3 and 4 hang from 1
    graph = graph_of(5, [(a, b, 10, True, True) for a, b in [(0, 1), (0, 2), (1, 3), (1, 4)]])
    peeling = peel(*neighbours(graph.first_arc, graph.head))
    assert set(peeling.eliminated.tolist()[:3]) == {2, 3, 4}
    assert len(peeling.eliminated) == 5
    assert len(peeling.core) == len(peeling.neighbour) == 0


@given(graphs(most_nodes=25))
def test_the_core_is_what_elimination_leaves(graph: RoadGraph) -> None:
    first, neighbour = neighbours(graph.first_arc, graph.head)
    before = neighbour.copy()
    peeling = peel(first, neighbour)
    assert (neighbour == before).all()
    left = peeled_by_hand(rows_of(first, neighbour), peeling.eliminated.tolist())
    assert sorted(left) == peeling.core.tolist()
    rows = rows_of(peeling.first, peeling.neighbour)
    for node, row in zip(peeling.core.tolist(), rows, strict=True):
        assert {int(peeling.core[place]) for place in row} == left[node]
        assert len(row) > 2
