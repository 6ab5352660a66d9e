"""Links that a hierarchy lacks when arcs are added."""

import numpy as np

from gis.routing.added_links import merged_links, missing_links
from gis.routing.hierarchy import build_hierarchy
from tests.routing.drawn_graphs import graph_of


def test_a_link_across_a_path_is_handed_up() -> None:
    # 0 - 1 - 2 - 3 - 4 in this order, and now 0 - 4: each leaves its link to 4 to the next
    path = graph_of(5, [(i, i + 1, 10, True, True) for i in range(4)])
    hierarchy = build_hierarchy(path, np.arange(5, dtype=np.int32))
    low, high = np.array([0], dtype=np.int32), np.array([4], dtype=np.int32)
    missing = missing_links(hierarchy.first_up, hierarchy.up_head, hierarchy.parent, low, high)
    assert [array.tolist() for array in missing] == [[0, 1, 2], [4, 4, 4], [1, 2, 3, 4, -1]]


def test_an_heir_gets_what_the_old_parent_had() -> None:
    # 0 and 1 hang from 2, and 0 - 3 and 2 - 3 are joined; with 0 - 1 added, 1 is the lowest
    sides = [(0, 2), (1, 2), (0, 3), (2, 3)]
    graph = graph_of(4, [(a, b, 10, True, True) for a, b in sides])
    hierarchy = build_hierarchy(graph, np.arange(4, dtype=np.int32))
    low, high = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    missing = missing_links(hierarchy.first_up, hierarchy.up_head, hierarchy.parent, low, high)
    assert [array.tolist() for array in missing] == [[0, 1], [1, 3], [1, 2, 3, -1]]


def test_nothing_missing_leaves_the_links_where_they_are() -> None:
    path = graph_of(3, [(0, 1, 10, True, True), (1, 2, 10, True, True)])
    hierarchy = build_hierarchy(path, np.arange(3, dtype=np.int32))
    none = np.empty(0, dtype=np.int32)
    same = np.arange(3, dtype=np.int32)
    first, heads, new = merged_links(hierarchy.first_up, hierarchy.up_head, none, none, same)
    assert first.tolist() == hierarchy.first_up.tolist()
    assert heads.tolist() == hierarchy.up_head.tolist()
    assert new.tolist() == [0, 1, -1]
