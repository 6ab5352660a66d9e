"""Costs on a hierarchy: by hand on drawn networks, and against scipy on random graphs."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.routing.customise import FAR, FAR_KEY, customise, needed_links, recustomise
from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import build_hierarchy, with_links
from gis.routing.keys import keys, length_m_of, time_of
from tests.routing.drawn_graphs import (
    graph_of,
    graphs,
    hierarchy_costs,
    ordered_graphs,
    scipy_costs,
)

Ordered = tuple[RoadGraph, npt.NDArray[np.int32]]


def six_nodes() -> RoadGraph:
    r"""Return a ring with a chord and an island.

    0 --10-- 1 --20-- 2      5
    |        |        |
    \--40--- 3 --5--> 4      1-3 costs 15, 2-4 costs 1, 3-4 is one-way
    """
    return graph_of(
        6,
        [
            (0, 1, 10, True, True),
            (1, 2, 20, True, True),
            (0, 3, 40, True, True),
            (1, 3, 15, True, True),
            (3, 4, 5, True, False),
            (2, 4, 1, True, True),
        ],
    )


def test_links_cost_the_way_over_lower_nodes() -> None:
    graph = six_nodes()
    hierarchy = build_hierarchy(graph, np.arange(6, dtype=np.int32))
    metric = customise(hierarchy, graph.time_ds)
    costs = {}
    for link, (low, high) in enumerate(
        zip(hierarchy.node[hierarchy.link_tail()], hierarchy.node[hierarchy.up_head], strict=True)
    ):
        costs[int(low), int(high)] = (int(metric.up_cost[link]), int(metric.down_cost[link]))
    assert costs == {
        (0, 1): (10, 10),
        (0, 3): (40, 40),
        (1, 2): (20, 20),
        (1, 3): (15, 15),  # over 0 it would be 50
        (2, 3): (35, 35),  # over 1
        (2, 4): (1, 1),
        (3, 4): (5, 36),  # back over 2
    }


def test_a_link_with_a_quicker_way_above_it_is_not_needed() -> None:
    graph = six_nodes()
    hierarchy = build_hierarchy(graph, np.arange(6, dtype=np.int32))
    up_needed, down_needed = needed_links(customise(hierarchy, graph.time_ds))
    named = list(
        zip(hierarchy.node[hierarchy.link_tail()], hierarchy.node[hierarchy.up_head], strict=True)
    )
    left_out = [pair for pair, needed in zip(named, up_needed, strict=True) if not needed]
    assert left_out == [(0, 3)]  # 0-1-3 costs 25
    assert [pair for pair, needed in zip(named, down_needed, strict=True) if not needed] == [
        (0, 3),
        (2, 3),  # 3-4-2 costs 6
    ]


@given(ordered_graphs())
def test_ways_up_and_down_cost_what_scipy_finds(drawn: Ordered) -> None:
    graph, order = drawn
    metric = customise(build_hierarchy(graph, order), graph.time_ds)
    wanted = scipy_costs(graph, graph.time_ds)
    np.testing.assert_allclose(hierarchy_costs(metric), wanted, atol=1e-3)
    np.testing.assert_allclose(hierarchy_costs(metric, *needed_links(metric)), wanted, atol=1e-3)
    np.testing.assert_allclose(hierarchy_costs(metric.reversed()), wanted.T, atol=1e-3)


@given(ordered_graphs())
def test_keys_find_the_shortest_of_the_quickest_ways(drawn: Ordered) -> None:
    graph, order = drawn
    few_times = graph.time_ds // 100  # so that many ways are equally quick
    length_m = np.arange(len(few_times)) % 7 + 0.1
    cost = keys(few_times, length_m)
    metric = customise(build_hierarchy(graph, order), cost)
    found = hierarchy_costs(metric, *needed_links(metric))
    wanted = scipy_costs(graph, cost)
    reached = np.isfinite(wanted)
    assert (np.isfinite(found) == reached).all()
    np.testing.assert_allclose(found[reached], wanted[reached], rtol=0, atol=1e-3)


def test_a_key_gives_back_its_parts() -> None:
    key = keys(np.array([0, 7, FAR], dtype=np.int32), np.array([0.0, 123.44, 0.0]))
    assert time_of(key).tolist() == [0, 7, FAR]
    assert length_m_of(key)[:2].tolist() == [0.0, 123.4]
    assert key[2] == FAR_KEY


@given(ordered_graphs(), st.data())
def test_a_partial_customisation_equals_a_full_one(drawn: Ordered, data: st.DataObject) -> None:
    graph, order = drawn
    count = len(graph.head)
    before = customise(build_hierarchy(graph, order), graph.time_ds)
    kept = before.up_cost.copy(), before.down_cost.copy()
    arcs = data.draw(st.lists(st.integers(0, max(count - 1, 0)), max_size=min(count, 6)))
    cost = graph.time_ds.copy()
    for arc in arcs:
        cost[arc] = data.draw(st.sampled_from([0, 1, 30, 900, int(FAR)]))
    found = recustomise(before, np.array(arcs, dtype=np.int64), cost)
    wanted = customise(before.hierarchy, cost)
    assert found.up_cost.tolist() == wanted.up_cost.tolist()
    assert found.down_cost.tolist() == wanted.down_cost.tolist()
    assert (before.up_cost == kept[0]).all()
    assert (before.down_cost == kept[1]).all()


@given(ordered_graphs(), st.data())
def test_added_links_give_the_costs_of_the_graph_with_them(
    drawn: Ordered, data: st.DataObject
) -> None:
    graph, order = drawn
    node = st.integers(0, graph.node_count - 1)
    added = data.draw(st.lists(st.tuples(node, node, st.integers(0, 50)), max_size=4))
    tail, head, time_ds = (np.array([row[i] for row in added], dtype=np.int32) for i in range(3))
    base = build_hierarchy(graph, order)
    metric = customise(with_links(base, tail, head), np.concatenate([graph.time_ds, time_ds]))
    edges = [
        (int(a), int(b), int(c), True, False)
        for a, b, c in zip(
            np.concatenate([graph.tail, tail]),
            np.concatenate([graph.head, head]),
            np.concatenate([graph.time_ds, time_ds]),
            strict=True,
        )
    ]
    whole = graph_of(graph.node_count, edges)
    rebuilt = build_hierarchy(whole, base.node)
    assert metric.hierarchy.rank.tolist() == rebuilt.rank.tolist()
    assert metric.hierarchy.up_head.tolist() == rebuilt.up_head.tolist()
    wanted = customise(rebuilt, whole.time_ds)
    assert metric.up_cost.tolist() == wanted.up_cost.tolist()
    assert metric.down_cost.tolist() == wanted.down_cost.tolist()


@given(graphs(most_nodes=40))
def test_the_number_of_threads_changes_nothing(graph: RoadGraph) -> None:
    order = np.arange(graph.node_count, dtype=np.int32)
    hierarchy = build_hierarchy(graph, order)
    one, two = (customise(hierarchy, graph.time_ds, threads=n) for n in (1, 2))
    assert one.up_cost.tolist() == two.up_cost.tolist()
    assert one.down_cost.tolist() == two.down_cost.tolist()
    for mine, theirs in zip(
        needed_links(one, threads=1), needed_links(two, threads=2), strict=True
    ):
        assert mine.tolist() == theirs.tolist()


def test_costs_must_fit_the_arcs() -> None:
    graph = six_nodes()
    hierarchy = build_hierarchy(graph, np.arange(6, dtype=np.int32))
    with pytest.raises(ValueError, match="11 int32 or int64"):
        customise(hierarchy, graph.time_ds[1:])
    with pytest.raises(ValueError, match="float64"):
        customise(hierarchy, graph.time_ds.astype(np.float64))
    with pytest.raises(ValueError, match="at least 0: -1 at arc 3"):
        customise(hierarchy, np.where(np.arange(11) == 3, -1, graph.time_ds).astype(np.int32))
    metric = customise(hierarchy, graph.time_ds)
    with pytest.raises(ValueError, match="int32 like the metric's"):
        recustomise(metric, np.array([0]), graph.time_ds.astype(np.int64))


def test_a_metric_cannot_be_written_to() -> None:
    graph = six_nodes()
    metric = customise(build_hierarchy(graph, np.arange(6, dtype=np.int32)), graph.time_ds)
    with pytest.raises(ValueError, match="read-only"):
        metric.up_cost[0] = 1
