"""Road graphs: arcs in the order of their tails, heads and edges."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.routing.graph import make_graph


def test_arcs_by_hand() -> None:
    # 0 <-1s, 10 m-> 1 -2s, 20 m-> 2, and 2 -3s, 30 m-> 0
    graph = make_graph(
        node_count=3,
        source=np.array([0, 1, 2]),
        target=np.array([1, 2, 0]),
        time_s=np.array([1.0, 2.0, 3.04]),
        length_m=np.array([10.0, 20.0, 30.0]),
        forward=np.array([True, True, True]),
        backward=np.array([True, False, False]),
    )
    assert graph.node_count == 3
    assert graph.first_arc.tolist() == [0, 1, 3, 4]
    assert graph.tail.tolist() == [0, 1, 1, 2]
    assert graph.head.tolist() == [1, 0, 2, 0]
    assert graph.edge.tolist() == [0, 0, 1, 2]
    assert graph.time_ds.tolist() == [10, 10, 20, 30]
    assert graph.length_m.tolist() == [10, 10, 20, 30]


node = st.integers(0, 5)
edges_drawn = st.lists(st.tuples(node, node, st.booleans(), st.booleans()), max_size=30)


@given(edges_drawn)
def test_arcs_are_sorted_and_none_is_lost(drawn: list[tuple[int, int, bool, bool]]) -> None:
    source, target, forward, backward = (list(zip(*drawn, strict=True)) or [()] * 4)[:4]
    count = len(drawn)
    graph = make_graph(
        node_count=6,
        source=np.array(source, dtype=np.int64),
        target=np.array(target, dtype=np.int64),
        time_s=np.arange(count, dtype=np.float64),
        length_m=np.arange(count, dtype=np.float64),
        forward=np.array(forward, dtype=np.bool_),
        backward=np.array(backward, dtype=np.bool_),
    )
    wanted = [(a, b, row) for row, (a, b, ahead, _) in enumerate(drawn) if ahead]
    wanted += [(b, a, row) for row, (a, b, _, back) in enumerate(drawn) if back]
    found = list(zip(graph.tail.tolist(), graph.head.tolist(), graph.edge.tolist(), strict=True))
    assert found == sorted(wanted)
    assert graph.first_arc.tolist() == np.searchsorted(graph.tail, np.arange(7)).tolist()
    assert graph.time_ds.tolist() == [10 * row for _, _, row in found]
