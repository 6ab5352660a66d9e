"""Separators of grids and of drawn networks."""

import numpy as np
import pytest

from gis.routing.adjacency import neighbours
from gis.routing.inertial_flow import hops_from, separated
from tests.routing.drawn_graphs import graph_of


def test_hops_count_links_and_parts_not_reached_stay_open() -> None:
    # 0 - 1 - 2   3
    graph = graph_of(4, [(0, 1, 10, True, False), (2, 1, 10, True, False)])
    hops, reached, last = hops_from(*neighbours(graph.first_arc, graph.head), 0)
    assert hops.tolist() == [0, 1, 2, -1]
    assert (reached, last) == (3, 2)


@pytest.mark.parametrize("with_coordinates", [True, False])
def test_two_towns_are_parted_at_the_road_between_them(*, with_coordinates: bool) -> None:
    # two grids of 5 x 5, joined by 22 - 50 - 27 (the middle of their sides)
    sides = []
    for base in (0, 25):
        for node in range(25):
            sides += [(base + node, base + node + 1)] if node % 5 < 4 else []
            sides += [(base + node, base + node + 5)] if node < 20 else []
    graph = graph_of(51, [(a, b, 10, True, True) for a, b in [*sides, (22, 50), (50, 27)]])
    row, column = np.divmod(np.arange(51) % 25, 5)
    x, y = column.astype(np.float64), (row + np.arange(51) // 25 * 6).astype(np.float64)
    x[50], y[50] = 2.0, 5.0
    if not with_coordinates:
        x, y = np.zeros(51), np.zeros(51)
    part = separated(*neighbours(graph.first_arc, graph.head), x, y, 0)
    assert (part == 2).sum() == 1
    assert np.flatnonzero(part == 2)[0] in {22, 50, 27}
    for tail, head in zip(graph.tail, graph.head, strict=True):
        assert {0, 1} != {int(part[tail]), int(part[head])}
    assert min((part == 0).sum(), (part == 1).sum()) >= 24
