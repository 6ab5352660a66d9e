"""The node with the fewest neighbours goes next."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.routing.minimum_degree import minimum_degree


def bits(*rows: set[int]) -> np.ndarray:
    return np.array([sum(1 << other for other in row) for row in rows], dtype=np.uint64)


def test_the_hub_of_a_star_goes_last_but_one() -> None:
    # 0 in the middle of 1 2 3 4; of the last two the first by number goes
    star = bits({1, 2, 3, 4}, {0}, {0}, {0}, {0})
    assert minimum_degree(star, bits(*[set()] * 5)).tolist() == [1, 2, 3, 0, 4]


def test_neighbours_outside_count() -> None:
    # 0 - 1 - 2, and 0 has two neighbours outside
    path = bits({1}, {0, 2}, {1})
    assert minimum_degree(path.copy(), bits(set(), set(), set())).tolist() == [0, 1, 2]
    assert minimum_degree(path, bits({5, 63}, set(), set())).tolist() == [2, 1, 0]


@given(st.integers(1, 64), st.lists(st.tuples(st.integers(0, 63), st.integers(0, 69))))
def test_each_node_that_goes_has_fewest_neighbours(count: int, pairs: list) -> None:
    near: list[set[int]] = [set() for _ in range(count)]
    outer: list[set[int]] = [set() for _ in range(count)]
    for a, b in pairs:
        if a < count and b < count and a != b:
            near[a].add(b)
            near[b].add(a)
        elif a < count <= b < 64:
            outer[a].add(b)
    left = set(range(count))
    for node in minimum_degree(bits(*near), bits(*outer)).tolist():
        degrees = {other: len(near[other]) + len(outer[other]) for other in left}
        assert degrees[node] == min(degrees.values())
        left.remove(node)
        for other in near[node]:
            near[other] = (near[other] | near[node]) - {other, node}
            outer[other] |= outer[node]
