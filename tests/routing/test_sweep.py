"""Sweeps: costs to every node against scipy, by hand on a line, and within limits."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.customise import FAR, FAR_KEY, Metric, customise, needed_links
from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import build_hierarchy
from gis.routing.lanes import LANES
from gis.routing.pruned import prune
from gis.routing.seeds import seeds_at
from gis.routing.sweep import (
    SMALL_SUBTREE,
    costs_to_all,
    for_batches,
    prepare_sweep,
    sweep_batches,
)
from tests.routing.drawn_graphs import graph_of, graphs, ordered_graphs, scipy_costs
from tests.routing.drawn_seeds import plain_costs_to_all, seeds_of, ways

DTYPES = st.sampled_from([np.int32, np.int64])
FARS = {np.int32: int(FAR), np.int64: int(FAR_KEY)}


def metric_of(
    graph: RoadGraph, order: npt.NDArray[np.int32], dtype: type[np.signedinteger] = np.int32
) -> Metric:
    hierarchy = build_hierarchy(graph, order)
    return customise(hierarchy, graph.time_ds.astype(dtype), threads=1)


def grid_metric(side: int) -> Metric:
    """Return a grid of streets of uneven length, eliminated by halves."""
    edges = []
    for row in range(side):
        for column in range(side):
            node = row * side + column
            if column + 1 < side:
                edges.append((node, node + 1, 5 + (7 * node) % 11, True, True))
            if row + 1 < side:
                edges.append((node, node + side, 5 + (5 * node) % 13, True, node % 9 != 4))
    order = halves(list(range(side)), list(range(side)), side)[::-1]
    return metric_of(graph_of(side * side, edges), np.array(order, dtype=np.int32))


def halves(rows: list[int], columns: list[int], side: int) -> list[int]:
    """Return the nodes of a grid, the middle line first, then those of each half."""
    if not rows or not columns:
        return []
    if len(rows) >= len(columns):
        middle = len(rows) // 2
        line = [rows[middle] * side + column for column in columns]
        parts = [(rows[:middle], columns), (rows[middle + 1 :], columns)]
    else:
        middle = len(columns) // 2
        line = [row * side + columns[middle] for row in rows]
        parts = [(rows, columns[:middle]), (rows, columns[middle + 1 :])]
    return line + [node for part in parts for node in halves(*part, side)]


def test_by_hand() -> None:
    #  0 --2-- 1 --3-- 2 --4-> 3    4
    edges = [(0, 1, 2, True, True), (1, 2, 3, True, True), (2, 3, 4, True, False)]
    metric = metric_of(graph_of(5, edges), np.array([0, 4, 2, 1, 3], dtype=np.int32))
    seeds = seeds_of([[(0, 10)], [(0, 10), (2, 1)], [], [(3, 0)]], np.int32)
    far = int(FAR)
    assert costs_to_all(metric, seeds).tolist() == [
        [10, 12, 15, 19, far],
        [6, 4, 1, 5, far],
        [far, far, far, far, far],
        [far, far, far, 0, far],
    ]
    assert costs_to_all(metric.reversed(), seeds_at(np.array([3]))).tolist() == [[9, 7, 4, 0, far]]


@settings(max_examples=150)
@given(ordered_graphs(), st.data(), DTYPES, st.booleans())
def test_costs_equal_scipys(
    drawn: tuple[RoadGraph, npt.NDArray[np.int32]],
    data: st.DataObject,
    dtype: type[np.signedinteger],
    is_pruned: bool,  # noqa: FBT001
) -> None:
    graph, order = drawn
    places = data.draw(ways(graph.node_count))
    metric = metric_of(graph, order, dtype)
    sweep = prepare_sweep(prune(metric, needed_links(metric)) if is_pruned else metric)
    found = costs_to_all(sweep, seeds_of(places, dtype), threads=1)
    wanted = plain_costs_to_all(scipy_costs(graph, graph.time_ds), places, FARS[dtype])
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, wanted)


@settings(max_examples=60)
@given(ordered_graphs(), st.data(), DTYPES, st.integers(0, 800))
def test_within_a_limit_nothing_changes_and_beyond_it_nothing_is_reached(
    drawn: tuple[RoadGraph, npt.NDArray[np.int32]],
    data: st.DataObject,
    dtype: type[np.signedinteger],
    limit: int,
) -> None:
    graph, order = drawn
    seeds = seeds_of(data.draw(ways(graph.node_count)), dtype)
    metric = metric_of(graph, order, dtype)
    costs = costs_to_all(metric, seeds)
    within = costs_to_all(metric, seeds, limit=limit)
    np.testing.assert_array_equal(within, np.where(costs <= limit, costs, FARS[dtype]))


@pytest.mark.parametrize("limit", [0, 40, 90, 200, 1000])
def test_subtrees_beyond_the_limit_are_left_out(limit: int) -> None:
    metric = grid_metric(24)
    assert (metric.hierarchy.subtree_size >= SMALL_SUBTREE).sum() > 30
    corner = seeds_of([[(0, 0)], [(1, 5), (25, 2)]], np.int32)
    sweep = prepare_sweep(metric)
    costs = costs_to_all(sweep, corner)
    within = costs_to_all(sweep, corner, limit=limit)
    np.testing.assert_array_equal(within, np.where(costs <= limit, costs, FAR))
    (batch,) = sweep_batches(sweep, corner, limit=limit)
    written = sum(high - low for low, high in batch.ranges.tolist())
    assert (written < metric.hierarchy.node_count) == (limit < 300)
    for low, high in batch.ranges:
        nodes = metric.hierarchy.node[low:high]
        np.testing.assert_array_equal(batch.costs[low:high, : len(costs)], costs[:, nodes].T)


def test_more_places_than_lanes_in_any_number_of_threads() -> None:
    metric = grid_metric(9)
    nodes = np.arange(2 * LANES + 9)[::-1] % 81
    seeds = seeds_at(nodes)
    alone = costs_to_all(metric, seeds, threads=1)
    np.testing.assert_array_equal(alone, costs_to_all(metric, seeds, threads=3))
    one_by_one = [costs_to_all(metric, seeds_at(nodes[k : k + 1]))[0] for k in range(len(nodes))]
    np.testing.assert_array_equal(alone, np.array(one_by_one))


def test_a_batch_has_one_lane_a_place_and_far_in_the_others() -> None:
    sweep = prepare_sweep(grid_metric(5))
    (batch,) = sweep_batches(sweep, seeds_at(np.array([7, 3])), by_rank=False)
    assert batch.places.tolist() == [0, 1]
    assert batch.ranges.tolist() == [[0, 25]]
    assert batch.costs[sweep.metric.hierarchy.rank[[7, 3]], [0, 1]].tolist() == [0, 0]
    assert (batch.costs[:, 2:] == FAR).all()


def test_results_of_batches_come_in_order() -> None:
    sweep = prepare_sweep(grid_metric(5))
    seeds = seeds_at(np.arange(100) % 25)
    found = for_batches(sweep, seeds, lambda batch: batch.places[0], by_rank=False, threads=4)
    assert found == [0, 32, 64, 96]


def test_no_places() -> None:
    metric = grid_metric(3)
    assert costs_to_all(metric, seeds_of([], np.int32)).shape == (0, 9)
    assert costs_to_all(metric, seeds_of([[], []], np.int32)).tolist() == [[FAR] * 9] * 2


def test_costs_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="ways cost int64"):
        costs_to_all(grid_metric(3), seeds_of([[(0, 0)]], np.int64))


@settings(max_examples=60)
@given(graphs(), st.data())
def test_more_arcs_never_lengthen(graph: RoadGraph, data: st.DataObject) -> None:
    count = graph.node_count
    edges = [
        (int(graph.tail[arc]), int(graph.head[arc]), int(graph.time_ds[arc]), True, False)
        for arc in range(len(graph.head))
    ]
    node = st.integers(0, count - 1)
    more = data.draw(st.tuples(node, node, st.integers(0, 500)))
    order = np.arange(count, dtype=np.int32)
    seeds = seeds_at(np.arange(count))
    without = costs_to_all(metric_of(graph, order), seeds)
    richer = graph_of(count, [*edges, (*more, True, True)])
    assert (costs_to_all(metric_of(richer, order), seeds) <= without).all()
