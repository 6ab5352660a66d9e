"""Nested dissection gives every node once, the same on any machine, and few links."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings

from gis.routing.customise import customise
from gis.routing.elimination_order import metis_order, nested_dissection
from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import build_hierarchy
from tests.routing.drawn_graphs import graph_of, graphs, hierarchy_costs, scipy_costs


def grid(width: int, height: int) -> tuple[RoadGraph, npt.NDArray[np.float64]]:
    """Return a grid of streets and the coordinates of its crossings."""
    y, x = np.divmod(np.arange(width * height), width)
    east = [(i, i + 1, 10, True, True) for i in range(width * height) if x[i] < width - 1]
    north = [(i, i + width, 10, True, True) for i in range(width * (height - 1))]
    return graph_of(width * height, east + north), np.column_stack([x, y]).astype(np.float64)


def order_of(graph: RoadGraph, xy: npt.NDArray[np.float64], threads: int = 2) -> npt.NDArray:
    return nested_dissection(graph.first_arc, graph.head, xy[:, 0], xy[:, 1], threads=threads)


@given(graphs(most_nodes=40))
def test_the_order_holds_every_node_once(graph: RoadGraph) -> None:
    order = order_of(graph, np.zeros((graph.node_count, 2)))
    assert sorted(order.tolist()) == list(range(graph.node_count))


@settings(max_examples=20)
@given(graphs())
def test_costs_do_not_depend_on_the_order(graph: RoadGraph) -> None:
    hierarchy = build_hierarchy(graph, order_of(graph, np.zeros((graph.node_count, 2))))
    found = hierarchy_costs(customise(hierarchy, graph.time_ds))
    np.testing.assert_allclose(found, scipy_costs(graph, graph.time_ds), atol=1e-3)


@pytest.mark.parametrize("with_coordinates", [True, False])
def test_a_grid_is_parted_along_its_short_side(*, with_coordinates: bool) -> None:
    graph, xy = grid(40, 20)
    order = order_of(graph, xy if with_coordinates else xy[:0])
    hierarchy = build_hierarchy(graph, order)
    sizes = np.sort(hierarchy.subtree_size)[::-1]
    last_to_go = 1 + np.argmax(sizes[:-1] - sizes[1:] > 1)
    assert 10 <= last_to_go <= 20  # a straight cut takes 20 crossings
    assert sizes[last_to_go] <= 0.8 * 800
    assert hierarchy.link_count < 12 * 800  # row by row it is 38


def test_parts_that_do_not_meet_are_ordered_each_for_itself() -> None:
    one, _ = grid(12, 12)
    tail = np.concatenate([one.tail, one.tail + 144, one.tail + 288])
    head = np.concatenate([one.head, one.head + 144, one.head + 288])
    edges = [(int(a), int(b), 10, True, False) for a, b in zip(tail, head, strict=True)]
    three = graph_of(3 * 144 + 5, edges)  # and five nodes without roads
    hierarchy = build_hierarchy(three, order_of(three, np.zeros((3 * 144 + 5, 2))))
    assert sorted(hierarchy.subtree_size[hierarchy.parent == -1]) == [1] * 5 + [144] * 3


def test_junctions_joined_each_to_each_have_an_order_too() -> None:
    pairs = [(a, b, 10, True, True) for a in range(70) for b in range(a)]
    order = order_of(graph_of(70, pairs), np.zeros((70, 2)))
    assert sorted(order.tolist()) == list(range(70))


def test_the_number_of_threads_does_not_change_the_order() -> None:
    graph, xy = grid(230, 230)  # large enough for several tasks
    assert (order_of(graph, xy, threads=1) == order_of(graph, xy, threads=2)).all()


@settings(max_examples=20)
@given(graphs(most_nodes=30))
def test_the_order_of_metis_gives_the_same_costs(graph: RoadGraph) -> None:
    pytest.importorskip("pymetis", reason="pymetis is not installed: only compared with")
    order = metis_order(graph.first_arc, graph.head)
    found = hierarchy_costs(customise(build_hierarchy(graph, order), graph.time_ds))
    np.testing.assert_allclose(found, scipy_costs(graph, graph.time_ds), atol=1e-3)
