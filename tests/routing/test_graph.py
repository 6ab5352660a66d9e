"""Quickest paths: against scipy on random graphs, and by hand on six nodes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gis.routing.graph import RoadGraph, make_graph, one_to_all, path_arcs

NODES = st.integers(2, 12)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, int, bool, bool]]]:
    count = draw(NODES)
    node = st.integers(0, count - 1)
    edge = st.tuples(node, node, st.integers(0, 500), st.booleans(), st.booleans())
    return count, draw(st.lists(edge, max_size=40))


def graph_of(count: int, edges: list[tuple[int, int, int, bool, bool]]) -> RoadGraph:
    columns = list(zip(*edges, strict=True)) or [(), (), (), (), ()]
    return make_graph(
        node_count=count,
        source=np.array(columns[0], dtype=np.int64),
        target=np.array(columns[1], dtype=np.int64),
        time_s=np.array(columns[2], dtype=np.float64) / 10,
        length_m=np.array(columns[2], dtype=np.float64) * 3,
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
    found = one_to_all(graph_of(count, edges), np.array([root])).seconds()
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
    tree = one_to_all(graph, np.array([root]))
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
    before = np.nan_to_num(one_to_all(graph_of(count, edges), np.array([0])).seconds(), nan=np.inf)
    after = np.nan_to_num(one_to_all(graph_of(count, more), np.array([0])).seconds(), nan=np.inf)
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
        np.nan_to_num(one_to_all(graph, np.array([one])).seconds(), nan=np.inf),
        np.nan_to_num(one_to_all(graph, np.array([other])).seconds(), nan=np.inf) + late / 10,
    ]
    both = one_to_all(graph, np.array([one, other]), initial_s=np.array([0.0, late / 10])).seconds()
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
    assert one_to_all(graph, np.array([0])).seconds().tolist() == [0, 4, 5, 2, 5, 10]
    # Back from 2 the one-way edge is closed: round over 5 and 4.
    assert one_to_all(graph, np.array([2])).seconds().tolist() == [19, 15, 0, 17, 14, 5]


def test_beyond_the_limit_nothing_is_reached() -> None:
    edges = [(0, 1, 40, True, True), (1, 2, 10, True, True)]
    within = one_to_all(graph_of(3, edges), np.array([0]), limit_s=4.0).seconds()
    assert within[:2].tolist() == [0.0, 4.0]
    assert np.isnan(within[2])


def test_the_path_to_an_unreached_node_is_an_error() -> None:
    graph = graph_of(3, [(0, 1, 40, True, True)])
    with pytest.raises(ValueError, match="not reached"):
        path_arcs(graph, one_to_all(graph, np.array([0])), 2)
