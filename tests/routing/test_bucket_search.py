"""Quickest paths: against scipy and a plain search on random graphs, and by hand on six nodes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gis.routing import bucket_search
from gis.routing.bucket_search import path_arcs, quickest_tree, reach_times
from gis.routing.graph import UNREACHED, RoadGraph, make_graph
from tests.routing.plain_search import plain_labels, plain_parents

NODES = st.integers(2, 12)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, int, bool, bool]]]:
    count = draw(NODES)
    node = st.integers(0, count - 1)
    edge = st.tuples(node, node, st.integers(0, 500), st.booleans(), st.booleans())
    return count, draw(st.lists(edge, max_size=40))


def graph_of(
    count: int, edges: list[tuple[int, int, int, bool, bool]], *, metres: list[int] | None = None
) -> RoadGraph:
    columns = list(zip(*edges, strict=True)) or [(), (), (), (), ()]
    return make_graph(
        node_count=count,
        source=np.array(columns[0], dtype=np.int64),
        target=np.array(columns[1], dtype=np.int64),
        time_s=np.array(columns[2], dtype=np.float64) / 10,
        length_m=np.array(columns[2], dtype=np.float64) * 3
        if metres is None
        else np.array(metres, dtype=np.float64),
        forward=np.array(columns[3], dtype=np.bool_),
        backward=np.array(columns[4], dtype=np.bool_),
    )


def scipy_seconds(count: int, edges: list[tuple[int, int, int, bool, bool]], root: int) -> list:
    arcs: dict[tuple[int, int], float] = {}
    for a, b, deciseconds, forward, backward in edges:
        for tail, head, allowed in ((a, b, forward), (b, a, backward)):
            if allowed and tail != head:
                # scipy takes 0 for no arc: the smallest number stands for it.
                value = deciseconds / 10 or 1e-9
                arcs[tail, head] = min(value, arcs.get((tail, head), np.inf))
    tails, heads = [a for a, _ in arcs], [b for _, b in arcs]
    matrix = coo_array((list(arcs.values()), (tails, heads)), shape=(count, count))
    return dijkstra(matrix.tocsr(), indices=root).tolist()


@settings(max_examples=150, deadline=None)
@given(graphs(), st.integers(0, 11))
def test_times_equal_scipys(drawn: tuple[int, list], root: int) -> None:
    count, edges = drawn
    root %= count
    found = quickest_tree(graph_of(count, edges), np.array([root])).seconds()
    wanted = np.array(scipy_seconds(count, edges, root))
    assert np.isnan(found).tolist() == np.isinf(wanted).tolist()
    np.testing.assert_allclose(found[~np.isnan(found)], wanted[~np.isinf(wanted)], atol=1e-6)


@settings(max_examples=80, deadline=None)
@given(graphs(), st.integers(0, 11))
def test_the_arcs_of_a_path_add_up_to_its_time_and_length(
    drawn: tuple[int, list], root: int
) -> None:
    count, edges = drawn
    root %= count
    graph = graph_of(count, edges)
    tree = quickest_tree(graph, np.array([root]))
    for node in np.flatnonzero(~np.isnan(tree.seconds())):
        arcs = path_arcs(graph, tree, int(node))
        assert graph.time_ds[arcs].sum() == tree.time_ds[node]
        assert graph.length_m[arcs].sum() == pytest.approx(tree.length_m[node])
        stations = [root, *graph.head[arcs].tolist()]
        assert stations[:-1] == graph.tail[arcs].tolist()
        assert stations[-1] == node


@settings(max_examples=80, deadline=None)
@given(graphs(), st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(0, 500)))
def test_a_new_edge_never_lengthens_a_time(
    drawn: tuple[int, list], added: tuple[int, int, int]
) -> None:
    count, edges = drawn
    more = [*edges, (added[0] % count, added[1] % count, added[2], True, True)]
    before = np.nan_to_num(
        quickest_tree(graph_of(count, edges), np.array([0])).seconds(), nan=np.inf
    )
    after = np.nan_to_num(quickest_tree(graph_of(count, more), np.array([0])).seconds(), nan=np.inf)
    assert (after <= before).all()


@settings(max_examples=80, deadline=None)
@given(graphs(), st.integers(0, 11), st.integers(0, 11), st.integers(0, 300))
def test_two_sources_give_the_better_of_both(
    drawn: tuple[int, list], one: int, other: int, late: int
) -> None:
    count, edges = drawn
    graph = graph_of(count, edges)
    one, other = one % count, other % count
    apart = [
        np.nan_to_num(quickest_tree(graph, np.array([one])).seconds(), nan=np.inf),
        np.nan_to_num(quickest_tree(graph, np.array([other])).seconds(), nan=np.inf) + late / 10,
    ]
    both = quickest_tree(
        graph, np.array([one, other]), initial_s=np.array([0.0, late / 10])
    ).seconds()
    np.testing.assert_allclose(np.nan_to_num(both, nan=np.inf), np.minimum(*apart), atol=1e-6)


def test_six_nodes_by_hand() -> None:
    #  0 -4- 1 -1- 2        one way: 1 -> 2
    #  |     |     |
    #  2     1     5
    #  |     |     |
    #  3 -3- 4 -9- 5
    edges = [
        (0, 1, 40, True, True),
        (1, 2, 10, True, False),
        (0, 3, 20, True, True),
        (1, 4, 10, True, True),
        (2, 5, 50, True, True),
        (3, 4, 30, True, True),
        (4, 5, 90, True, True),
    ]
    graph = graph_of(6, edges)
    assert quickest_tree(graph, np.array([0])).seconds().tolist() == [0, 4, 5, 2, 5, 10]
    # Back from 2 the one-way edge is closed: round over 5 and 4.
    assert quickest_tree(graph, np.array([2])).seconds().tolist() == [19, 15, 0, 17, 14, 5]


def test_beyond_the_limit_nothing_is_reached() -> None:
    edges = [(0, 1, 40, True, True), (1, 2, 10, True, True)]
    within = quickest_tree(graph_of(3, edges), np.array([0]), limit_s=4.0).seconds()
    assert within[:2].tolist() == [0.0, 4.0]
    assert np.isnan(within[2])


def test_the_path_to_an_unreached_node_is_an_error() -> None:
    graph = graph_of(3, [(0, 1, 40, True, True)])
    with pytest.raises(ValueError, match="not reached"):
        path_arcs(graph, quickest_tree(graph, np.array([0])), 2)


@st.composite
def tied_graphs(draw: st.DrawFn) -> tuple[RoadGraph, dict[int, tuple[int, float]]]:
    """Draw graphs with many ties, arcs of no time, ferries of hours, and several starts."""
    count = draw(NODES)
    node = st.integers(0, count - 1)
    time = st.one_of(st.integers(0, 3), st.sampled_from([5_000, 70_000, 400_000]))
    edge = st.tuples(node, node, time, st.booleans(), st.booleans())
    edges = draw(st.lists(edge, max_size=40))
    metres = draw(st.lists(st.integers(0, 3), min_size=len(edges), max_size=len(edges)))
    spent = st.one_of(st.integers(0, 4), st.integers(60_000, 150_000))
    starts = draw(st.dictionaries(node, st.tuples(spent, st.integers(0, 3)), max_size=3))
    return graph_of(count, edges, metres=metres), starts


@settings(max_examples=300, deadline=None)
@given(tied_graphs(), st.sampled_from([8, 64, 2**16]), st.sampled_from([2, 75_000, 10**9]))
def test_ties_go_the_shorter_way_and_over_the_lower_arc(
    drawn: tuple[RoadGraph, dict[int, tuple[int, float]]], ring: int, limit_ds: int
) -> None:
    graph, starts = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bucket_search, "LARGEST_RING", ring)
        sources, spent = np.array(list(starts), dtype=np.int64), list(starts.values())
        options = {
            "initial_s": np.array([time / 10 for time, _ in spent]),
            "limit_s": limit_ds / 10,
        }
        initial_m = np.array([metres for _, metres in spent], dtype=np.float64)
        tree = quickest_tree(graph, sources, initial_m=initial_m, **options)
        times = reach_times(graph, sources, **options)
    labels = plain_labels(graph, starts, limit_ds=limit_ds)
    parents = plain_parents(graph, labels, starts)
    assert times.tolist() == tree.time_ds.tolist()
    for node in range(graph.node_count):
        if node not in labels:
            assert tree.time_ds[node] == UNREACHED
            assert np.isnan(tree.length_m[node])
            assert tree.parent_arc[node] == -1
            continue
        assert (tree.time_ds[node], tree.length_m[node]) == labels[node]
        arc = int(tree.parent_arc[node])
        if node in parents:
            assert arc in parents[node]
            if graph.time_ds[list(parents[node])].min() > 0:
                assert arc == min(parents[node])
            path_arcs(graph, tree, node)  # ends at a source: no circle of arcs of no time
        else:
            assert arc == -1


def test_a_ferry_of_a_day_needs_no_more_buckets() -> None:
    # 0 -1 s- 1 =a day= 2 -1 s- 3, and from 0 straight to 3 in a day.
    day = 864_000
    edges = [(0, 1, 10, True, True), (1, 2, day, True, True), (2, 3, 10, True, True)]
    graph = graph_of(4, [*edges, (0, 3, day, True, True)])
    found = quickest_tree(graph, np.array([0])).seconds()
    assert found.tolist() == [0, 1, 86_401, 86_400]


def test_of_the_same_source_given_twice_the_better_counts() -> None:
    graph = graph_of(2, [(0, 1, 10, True, True)])
    tree = quickest_tree(
        graph,
        np.array([0, 0, 0]),
        initial_s=np.array([5.0, 2.0, 2.0]),
        initial_m=np.array([1.0, 9.0, 8.0]),
    )
    assert tree.seconds().tolist() == [2, 3]
    assert tree.length_m.tolist() == [8, 38]


def test_without_sources_nothing_is_reached() -> None:
    graph = graph_of(2, [(0, 1, 10, True, True)])
    assert np.isnan(quickest_tree(graph, np.array([], dtype=np.int64)).seconds()).all()
