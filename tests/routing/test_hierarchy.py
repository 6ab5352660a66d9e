"""Hierarchies of drawn networks by hand, and what holds for every one."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given

from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import Hierarchy, build_hierarchy, with_links
from tests.routing.drawn_graphs import graph_of, ordered_graphs

Ordered = tuple[RoadGraph, npt.NDArray[np.int32]]


def links_of(hierarchy: Hierarchy) -> set[tuple[int, int]]:
    """Return the links as pairs of nodes, the lower one first."""
    low, high = hierarchy.node[hierarchy.link_tail()], hierarchy.node[hierarchy.up_head]
    return set(zip(low.tolist(), high.tolist(), strict=True))


def eliminated(graph: RoadGraph, order: npt.NDArray[np.int32]) -> set[tuple[int, int]]:
    """Return the links of the elimination game, played as it is defined."""
    place = {node: i for i, node in enumerate(order.tolist())}
    near: list[set[int]] = [set() for _ in place]
    for tail, head in zip(graph.tail.tolist(), graph.head.tolist(), strict=True):
        if tail != head:
            near[tail].add(head)
            near[head].add(tail)
    links = set()
    for node in order.tolist():
        later = {other for other in near[node] if place[other] > place[node]}
        links |= {(node, other) for other in later}
        for other in later:
            near[other] |= later - {other}
    return links


def test_a_ring_of_six_gets_three_shortcuts() -> None:
    # 0 - 1 - 2
    # |       |      in the order 0 2 4 1 3 5: first every second node goes
    # 5 - 4 - 3
    ring = graph_of(6, [(i, (i + 1) % 6, 10, True, True) for i in range(6)])
    hierarchy = build_hierarchy(ring, np.array([0, 2, 4, 1, 3, 5], dtype=np.int32))
    assert links_of(hierarchy) == {
        *{(0, 1), (0, 5), (2, 1), (2, 3), (4, 3), (4, 5)},  # the ring
        *{(1, 5), (1, 3), (3, 5)},  # 1-5 for 0, 1-3 for 2, 3-5 for 4
    }
    # tree: 5 over 3 over 1 and 4, 1 over 0 and 2
    assert hierarchy.node.tolist() == [4, 0, 2, 1, 3, 5]
    assert hierarchy.parent.tolist() == [4, 3, 3, 4, 5, -1]
    assert hierarchy.subtree_size.tolist() == [1, 1, 1, 3, 5, 6]


def test_a_path_from_its_ends_needs_no_shortcut() -> None:
    # 0 - 1 - 2 - 3 - 4 - 5
    path = graph_of(6, [(i, i + 1, 10, True, False) for i in range(5)])
    hierarchy = build_hierarchy(path, np.array([0, 5, 1, 4, 2, 3], dtype=np.int32))
    assert hierarchy.link_count == 5
    assert hierarchy.node.tolist() == [5, 4, 0, 1, 2, 3]
    arc_up = {int(tail): bool(up) for tail, up in zip(path.tail, hierarchy.arc_is_up, strict=True)}
    assert arc_up == {0: True, 1: True, 2: True, 3: False, 4: False}


def test_loops_lie_on_no_link_and_parallel_arcs_on_one() -> None:
    graph = graph_of(2, [(0, 0, 1, True, False), (0, 1, 2, True, True), (0, 1, 3, True, False)])
    hierarchy = build_hierarchy(graph, np.array([0, 1], dtype=np.int32))
    assert graph.head.tolist() == [0, 1, 1, 0]
    assert hierarchy.arc_link.tolist() == [-1, 0, 0, 0]
    assert hierarchy.arc_is_up.tolist() == [False, True, True, False]


def test_a_graph_without_nodes_has_an_empty_hierarchy() -> None:
    hierarchy = build_hierarchy(graph_of(0, []), np.empty(0, dtype=np.int32))
    assert hierarchy.node_count == hierarchy.link_count == 0


@given(ordered_graphs())
def test_links_are_those_of_the_elimination_game(drawn: Ordered) -> None:
    graph, order = drawn
    hierarchy = build_hierarchy(graph, order)
    assert links_of(hierarchy) == eliminated(graph, order)
    assert links_of(hierarchy) == eliminated(graph, hierarchy.node)


@given(ordered_graphs())
def test_ranks_are_a_postorder_of_the_tree(drawn: Ordered) -> None:
    hierarchy = build_hierarchy(*drawn)
    ranks = np.arange(hierarchy.node_count)
    assert (hierarchy.node[hierarchy.rank] == ranks).all()
    for v in ranks:
        higher = hierarchy.up_head[hierarchy.first_up[v] : hierarchy.first_up[v + 1]]
        assert (np.diff(higher) > 0).all()
        assert hierarchy.parent[v] == (higher[0] if len(higher) else -1)
        below = [v]
        for other in ranks[:v][::-1]:
            if hierarchy.parent[other] in below:
                below.append(other)
        assert sorted(below) == list(range(v - hierarchy.subtree_size[v] + 1, v + 1))


@given(ordered_graphs())
def test_entries_from_below_are_the_links_turned_round(drawn: Ordered) -> None:
    hierarchy = build_hierarchy(*drawn)
    tail = hierarchy.link_tail()
    assert (tail[hierarchy.down_link] == hierarchy.down_tail).all()
    heads = np.repeat(np.arange(hierarchy.node_count), np.diff(hierarchy.first_down))
    assert (hierarchy.up_head[hierarchy.down_link] == heads).all()
    assert sorted(hierarchy.down_link.tolist()) == list(range(hierarchy.link_count))
    for v in range(hierarchy.node_count):
        entries = hierarchy.down_tail[hierarchy.first_down[v] : hierarchy.first_down[v + 1]]
        assert (np.diff(entries) > 0).all()


@given(ordered_graphs())
def test_each_arc_lies_on_the_link_of_its_ends(drawn: Ordered) -> None:
    graph, order = drawn
    hierarchy = build_hierarchy(graph, order)
    tails = hierarchy.link_tail()
    for arc, link in enumerate(hierarchy.arc_link.tolist()):
        ends = int(hierarchy.rank[graph.tail[arc]]), int(hierarchy.rank[graph.head[arc]])
        if link == -1:
            assert ends[0] == ends[1]
        else:
            up = ends if hierarchy.arc_is_up[arc] else ends[::-1]
            assert up == (tails[link], hierarchy.up_head[link])


@pytest.mark.parametrize("order", [[0, 1], [0, 1, 1], [0, 1, 3], [-1, 0, 1]])
def test_an_order_holds_every_node_once(order: list[int]) -> None:
    graph = graph_of(3, [(0, 1, 10, True, True)])
    with pytest.raises(ValueError, match="each of the 3 nodes once"):
        build_hierarchy(graph, np.array(order, dtype=np.int32))


def test_an_added_link_must_join_nodes_of_the_graph() -> None:
    hierarchy = build_hierarchy(graph_of(3, []), np.arange(3, dtype=np.int32))
    with pytest.raises(ValueError, match="0 to 2"):
        with_links(hierarchy, np.array([0], dtype=np.int32), np.array([3], dtype=np.int32))


def test_a_hierarchy_cannot_be_written_to() -> None:
    hierarchy = build_hierarchy(graph_of(3, []), np.arange(3, dtype=np.int32))
    with pytest.raises(ValueError, match="read-only"):
        hierarchy.rank[0] = 1
