"""Shares of the work on a hierarchy."""

import numpy as np
from hypothesis import given

from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import build_hierarchy
from gis.routing.shares import subtree_shares, thread_count
from tests.routing.drawn_graphs import graphs


@given(graphs(most_nodes=60))
def test_no_link_joins_two_shares(graph: RoadGraph) -> None:
    hierarchy = build_hierarchy(graph, np.arange(graph.node_count, dtype=np.int32))
    shares, top = subtree_shares(hierarchy)
    ranks = np.concatenate([*shares, top])
    assert sorted(ranks.tolist()) == list(range(graph.node_count))
    share_of = np.full(graph.node_count, -1)
    for number, share in enumerate(shares):
        assert (np.diff(share) > 0).all()
        share_of[share] = number
    low, high = share_of[hierarchy.link_tail()], share_of[hierarchy.up_head]
    assert ((low == high) | (high == -1)).all()


def test_threads_are_as_many_as_asked_for() -> None:
    assert thread_count(3) == 3
    assert thread_count(None) >= 1
