"""Batches of places, and threads that work on them."""

import numpy as np
import pytest

from gis.routing.batches import batches_of, in_threads
from gis.routing.hierarchy import Hierarchy, build_hierarchy
from tests.routing.drawn_graphs import graph_of
from tests.routing.drawn_seeds import seeds_of


def line(count: int) -> Hierarchy:
    edges = [(node, node + 1, 1, True, True) for node in range(count - 1)]
    order = np.array(sorted(range(count), key=lambda k: (k & -k, k)), dtype=np.int32)
    return build_hierarchy(graph_of(count, edges), order)


def test_batches_in_order_of_places_or_of_ranks() -> None:
    hierarchy = line(60)
    seeds = seeds_of([[(node, 0)] if node != 3 else [] for node in range(40)], np.int32)
    plain = batches_of(hierarchy, seeds, by_rank=False)
    assert [places.tolist() for places in plain] == [list(range(32)), list(range(32, 40))]
    ordered = np.concatenate(batches_of(hierarchy, seeds))
    assert sorted(ordered.tolist()) == list(range(40))
    assert ordered[-1] == 3  # it has no way
    assert (np.diff(hierarchy.rank[ordered[:-1]]) > 0).all()


def test_no_places_make_no_batches() -> None:
    assert batches_of(line(3), seeds_of([], np.int32)) == []
    (only,) = batches_of(line(3), seeds_of([[], []], np.int32))
    assert only.tolist() == [0, 1]


@pytest.mark.parametrize("threads", [1, 3])
def test_results_come_in_order_and_buffers_are_never_shared(threads: int) -> None:
    made: list[list[int]] = []

    def buffers() -> list[int]:
        made.append([])
        return made[-1]

    def work(item: int, own: list[int]) -> int:
        assert own == []
        own.append(item)
        double = 2 * own[0]
        own.clear()
        return double

    items = list(range(200))
    assert in_threads(work, items, buffers, threads=threads) == [2 * item for item in items]
    assert len(made) == threads


def test_nothing_to_do_makes_no_buffers() -> None:
    def never() -> None:
        raise AssertionError

    assert in_threads(lambda item, _: item, [], never) == []


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_reaches_the_caller(threads: int) -> None:
    def work(item: int, _: None) -> float:
        return 1 / item

    with pytest.raises(ZeroDivisionError):
        in_threads(work, [1, 0, 2], lambda: None, threads=threads)
