"""Small random road graphs, and plain searches that say what is right."""

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gis.routing.customise import Metric
from gis.routing.graph import RoadGraph, make_graph
from gis.routing.hierarchy import Hierarchy

Edge = tuple[int, int, int, bool, bool]


def graph_of(count: int, edges: list[Edge]) -> RoadGraph:
    """Return the graph of edges (source, target, deciseconds, forward, backward)."""
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


@st.composite
def graphs(draw: st.DrawFn, *, most_nodes: int = 12) -> RoadGraph:
    """Draw a graph with loops, several arcs between two nodes, one-ways and parts."""
    count = draw(st.integers(1, most_nodes))
    node = st.integers(0, count - 1)
    edge = st.tuples(node, node, st.integers(0, 500), st.booleans(), st.booleans())
    return graph_of(count, draw(st.lists(edge, max_size=40)))


@st.composite
def ordered_graphs(draw: st.DrawFn) -> tuple[RoadGraph, npt.NDArray[np.int32]]:
    """Draw a graph and any order of elimination."""
    graph = draw(graphs())
    order = draw(st.permutations(range(graph.node_count)))
    return graph, np.array(order, dtype=np.int32)


def scipy_costs(graph: RoadGraph, cost: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Return the costs from every node to every node, infinite where no way leads."""
    count = graph.node_count
    cheapest: dict[tuple[int, int], float] = {}
    for tail, head, arc_cost in zip(graph.tail, graph.head, cost, strict=True):
        if tail != head:
            # scipy takes 0 for no arc: a number too small to matter stands for it.
            value = float(arc_cost) or 1e-6
            cheapest[tail, head] = min(value, cheapest.get((tail, head), np.inf))
    ends = list(cheapest) or [(0, 0)]
    values = list(cheapest.values()) or [0.0]
    tails, heads = zip(*ends, strict=True)
    return dijkstra(coo_array((values, (tails, heads)), shape=(count, count)).tocsr())


def hierarchy_costs(
    metric: Metric,
    up_used: npt.NDArray[np.bool_] | None = None,
    down_used: npt.NDArray[np.bool_] | None = None,
) -> npt.NDArray[np.float64]:
    """Return the costs from every node to every node: up the links, then down."""
    hierarchy: Hierarchy = metric.hierarchy
    far = 2**30 if metric.up_cost.dtype == np.int32 else 2**62
    up, down = metric.up_cost.tolist(), metric.down_cost.tolist()
    up_used = np.ones(len(up), dtype=np.bool_) if up_used is None else up_used
    down_used = np.ones(len(up), dtype=np.bool_) if down_used is None else down_used
    count, first, head = hierarchy.node_count, hierarchy.first_up, hierarchy.up_head
    costs = np.full((count, count), np.inf)
    for source in range(count):
        reached = [far] * count
        reached[hierarchy.rank[source]] = 0
        for v in range(count):
            for link in range(first[v], first[v + 1]):
                if up_used[link]:
                    reached[head[link]] = min(reached[head[link]], reached[v] + up[link])
        for v in reversed(range(count)):
            for link in range(first[v], first[v + 1]):
                if down_used[link]:
                    reached[v] = min(reached[v], reached[head[link]] + down[link])
        for v in range(count):
            if reached[v] < far:
                costs[source, hierarchy.node[v]] = reached[v]
    return costs
