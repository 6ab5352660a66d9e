"""Costs between places: by hand on a line, and against scipy on random graphs."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing import matrix
from gis.routing.customise import FAR, FAR_KEY, Metric, customise, needed_links
from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import build_hierarchy
from gis.routing.keys import keys, length_m_of, time_of
from gis.routing.lanes import LANES
from gis.routing.matrix import cost_matrix
from gis.routing.pruned import prune
from gis.routing.seeds import Seeds, seeds_at
from gis.routing.swept_matrix import SweptMatrix
from tests.routing.drawn_graphs import graph_of, ordered_graphs, scipy_costs
from tests.routing.drawn_seeds import plain_matrix, seeds_of, ways


def ring_metric(count: int) -> Metric:
    """Return a ring road whose every third stretch is one-way."""
    edges = [(k, (k + 1) % count, 3 + k % 7, True, k % 3 != 0) for k in range(count)]
    graph = graph_of(count, edges)
    order = np.array(sorted(range(count), key=lambda k: (k & -k, k)), dtype=np.int32)
    return customise(build_hierarchy(graph, order), graph.time_ds, threads=1)


def test_by_hand() -> None:
    #  0 --2-- 1 --3-- 2 --4-> 3    4
    edges = [(0, 1, 2, True, True), (1, 2, 3, True, True), (2, 3, 4, True, False)]
    graph = graph_of(5, edges)
    metric = customise(build_hierarchy(graph, np.arange(5, dtype=np.int32)), graph.time_ds)
    origins = seeds_of([[(0, 10)], [(0, 10), (2, 1)], []], np.int32)
    destinations = seeds_of([[(3, 7)], [(0, 1), (1, 9)], [(4, 0)], [(0, 0)]], np.int32)
    far = int(FAR)
    assert cost_matrix(metric, origins, destinations).tolist() == [
        [26, 11, far, 10],
        [12, 7, far, 6],
        [far, far, far, far],
    ]


def test_of_equally_quick_ways_the_shorter_counts() -> None:
    # 0 to 3 takes 2 s over 1 (70 m) as over 2 (50 m)
    graph = graph_of(4, [(a, b, 10, True, True) for a, b in ((0, 1), (1, 3), (0, 2), (2, 3))])
    length_m = {0: 20.0, 1: 50.0, 2: 10.0, 3: 40.0}
    cost = keys(graph.time_ds, np.array([length_m[int(edge)] for edge in graph.edge]))
    metric = customise(build_hierarchy(graph, np.array([3, 0, 1, 2], dtype=np.int32)), cost)
    ends = [seeds_at(np.array([node]), dtype=np.int64) for node in (0, 3)]
    found = cost_matrix(metric, ends[0], ends[1])
    assert time_of(found).tolist() == [[20]]
    assert length_m_of(found).tolist() == [[50.0]]


@settings(max_examples=150)
@given(ordered_graphs(), st.data(), st.sampled_from([np.int32, np.int64]), st.booleans())
def test_costs_equal_scipys(
    drawn: tuple[RoadGraph, npt.NDArray[np.int32]],
    data: st.DataObject,
    dtype: type[np.signedinteger],
    is_pruned: bool,  # noqa: FBT001
) -> None:
    graph, order = drawn
    origins = data.draw(ways(graph.node_count))
    destinations = data.draw(ways(graph.node_count))
    metric = customise(build_hierarchy(graph, order), graph.time_ds.astype(dtype), threads=1)
    searched = prune(metric, needed_links(metric)) if is_pruned else metric
    found = cost_matrix(
        searched, seeds_of(origins, dtype), seeds_of(destinations, dtype), threads=1
    )
    far = int(FAR) if dtype == np.int32 else int(FAR_KEY)
    between = scipy_costs(graph, graph.time_ds)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, plain_matrix(between, origins, destinations, far))
    swept = SweptMatrix(metric).costs(seeds_of(origins, dtype), seeds_of(destinations, dtype))
    assert swept.dtype == dtype
    np.testing.assert_array_equal(swept, found)


@pytest.mark.parametrize(("rows", "columns"), [(2 * LANES + 5, 100), (100, LANES), (1, 70)])
def test_many_places_in_any_number_of_threads(
    rows: int, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    metric = ring_metric(300)
    origins, destinations = spread_seeds(rows, 7), spread_seeds(columns, 11)
    alone = cost_matrix(metric, origins, destinations, threads=1)
    np.testing.assert_array_equal(alone, cost_matrix(metric, origins, destinations, threads=3))
    monkeypatch.setattr(matrix, "_BATCHES_AT_A_TIME", 1)
    np.testing.assert_array_equal(alone, cost_matrix(metric, origins, destinations))
    for row in (0, rows - 1):
        one = seeds_at(origins.node[row : row + 1])
        np.testing.assert_array_equal(alone[row], cost_matrix(metric, one, destinations)[0])


def spread_seeds(count: int, step: int) -> Seeds:
    return seeds_at(np.arange(count) * step % 300)


@pytest.mark.parametrize(("rows", "columns"), [(0, 3), (3, 0), (0, 0)])
def test_no_places(rows: int, columns: int) -> None:
    found = cost_matrix(ring_metric(6), spread_seeds(rows, 1), spread_seeds(columns, 1))
    assert found.shape == (rows, columns)


def test_costs_of_another_kind_are_refused() -> None:
    wrong = seeds_at(np.array([0]), dtype=np.int64)
    for ends in ((wrong, spread_seeds(1, 1)), (spread_seeds(1, 1), wrong)):
        with pytest.raises(ValueError, match="ways cost int64"):
            cost_matrix(ring_metric(6), *ends)
