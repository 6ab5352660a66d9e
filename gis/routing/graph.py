"""Road graphs as arrays and quickest paths in them.

Times are whole deciseconds inside, so that sums are exact and the same on every machine.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.heap import drop_first, push

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

UNREACHED = np.int32(2**31 - 1)  # inside the kernels only; tables get NaN
DECISECONDS_PER_SECOND = 10.0
_NO_ARC = np.int32(-1)


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """Directed arcs in order of their tails (compressed sparse rows).

    Parameters
    ----------
    first_arc
        ``(nodes + 1,)``: arcs ``first_arc[v]`` to ``first_arc[v + 1] - 1`` leave node ``v``.
    head
        ``(arcs,)``: the node an arc leads to.
    time_ds
        ``(arcs,)``: deciseconds, at least 0.
    length_m
        ``(arcs,)``: metres.
    edge
        ``(arcs,)``: row of the edge the arc was made of.
    tail
        ``(arcs,)``: the node an arc leaves.

    """

    first_arc: Int64Array
    head: Int32Array
    time_ds: Int32Array
    length_m: FloatArray
    edge: Int32Array
    tail: Int32Array

    @property
    def node_count(self) -> int:
        """Return the number of nodes."""
        return len(self.first_arc) - 1


@dataclass(frozen=True, slots=True, eq=False)
class QuickestTree:
    """Quickest paths from a set of sources to every node.

    Parameters
    ----------
    time_ds
        ``(nodes,)``: deciseconds, ``UNREACHED`` where no path leads.
    length_m
        ``(nodes,)``: metres along the path, initial lengths included.
    parent_arc
        ``(nodes,)``: last arc of the path, -1 at sources and unreached nodes.

    """

    time_ds: Int32Array
    length_m: FloatArray
    parent_arc: Int32Array

    def seconds(self) -> FloatArray:
        """Return ``(nodes,)`` seconds, NaN where no path leads."""
        return np.where(self.time_ds == UNREACHED, np.nan, self.time_ds / DECISECONDS_PER_SECOND)


def make_graph(
    *,
    node_count: int,
    source: Int64Array,
    target: Int64Array,
    time_s: FloatArray,
    length_m: FloatArray,
    forward: BoolArray,
    backward: BoolArray,
) -> RoadGraph:
    """Return the graph of a set of edges.

    Parameters
    ----------
    node_count
        Number of nodes; ids run from 0.
    source, target
        ``(edges,)`` ends of the edges.
    time_s, length_m
        ``(edges,)`` seconds and metres for a whole edge, the same both ways.
    forward, backward
        ``(edges,)`` whether the edge may be used from source to target, and back.

    """
    rows = np.arange(len(source), dtype=np.int32)
    tail = np.concatenate([source[forward], target[backward]]).astype(np.int32)
    head = np.concatenate([target[forward], source[backward]]).astype(np.int32)
    edge = np.concatenate([rows[forward], rows[backward]])
    order = np.lexsort((edge, head, tail))
    first_arc = np.zeros(node_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=node_count), out=first_arc[1:])
    return RoadGraph(
        first_arc=first_arc,
        head=head[order],
        time_ds=deciseconds(time_s)[edge][order],
        length_m=np.asarray(length_m, dtype=np.float64)[edge][order],
        edge=edge[order],
        tail=tail[order],
    )


def deciseconds(seconds: FloatArray) -> Int32Array:
    """Return seconds rounded to whole deciseconds."""
    return np.rint(np.asarray(seconds, dtype=np.float64) * DECISECONDS_PER_SECOND).astype(np.int32)


def one_to_all(
    graph: RoadGraph,
    sources: Int64Array,
    *,
    initial_s: FloatArray | None = None,
    initial_m: FloatArray | None = None,
    limit_s: float = np.inf,
) -> QuickestTree:
    """Return quickest paths from the nearest of the sources to every node (Dijkstra 1959).

    Parameters
    ----------
    graph
        The graph.
    sources
        Nodes to start from; the same node may come more than once.
    initial_s, initial_m
        Seconds and metres already spent at each source; 0 by default.
    limit_s
        Nodes further than this stay unreached.

    """
    starts = np.asarray(sources, dtype=np.int32)
    spent_s = np.zeros(len(starts)) if initial_s is None else initial_s
    spent_m = np.zeros(len(starts)) if initial_m is None else initial_m
    limit_ds = int(UNREACHED) - 1
    if limit_s < limit_ds / DECISECONDS_PER_SECOND:
        limit_ds = int(deciseconds(np.array([limit_s]))[0])
    time_ds, length_m, parent_arc = _dijkstra(
        graph.first_arc,
        graph.head,
        graph.time_ds,
        graph.length_m,
        starts,
        deciseconds(spent_s),
        np.asarray(spent_m, dtype=np.float64),
        limit_ds,
    )
    return QuickestTree(time_ds, length_m, parent_arc)


def path_arcs(graph: RoadGraph, tree: QuickestTree, node: int) -> Int64Array:
    """Return the arcs of the path to a node in order of travel; empty at a source.

    Raises
    ------
    ValueError
        If the node is unreached.

    """
    if tree.time_ds[node] == UNREACHED:
        raise ValueError(f"node {node} is not reached from the sources")
    arcs: list[int] = []
    arc = int(tree.parent_arc[node])
    while arc != _NO_ARC:
        arcs.append(arc)
        arc = int(tree.parent_arc[graph.tail[arc]])
    return np.array(arcs[::-1], dtype=np.int64)


@numba.njit(cache=True)
def _dijkstra(
    first_arc: Int64Array,
    head: Int32Array,
    arc_ds: Int32Array,
    arc_m: FloatArray,
    sources: Int32Array,
    initial_ds: Int32Array,
    initial_m: FloatArray,
    limit_ds: int,
) -> tuple[Int32Array, FloatArray, Int32Array]:
    count = len(first_arc) - 1
    time_ds = np.full(count, UNREACHED, dtype=np.int32)
    length_m = np.full(count, np.nan, dtype=np.float64)
    parent = np.full(count, _NO_ARC, dtype=np.int32)
    keys = np.empty(len(head) + len(sources), dtype=np.int32)
    items = np.empty(len(head) + len(sources), dtype=np.int32)
    size = 0
    for row in range(len(sources)):
        node = sources[row]
        if initial_ds[row] < time_ds[node] and initial_ds[row] <= limit_ds:
            time_ds[node] = initial_ds[row]
            length_m[node] = initial_m[row]
            size = push(keys, items, size, initial_ds[row], node)
    while size > 0:
        now, node = keys[0], items[0]
        size = drop_first(keys, items, size)
        if now > time_ds[node]:
            continue  # a better path was found after this entry was pushed
        for arc in range(first_arc[node], first_arc[node + 1]):
            later = np.int64(now) + arc_ds[arc]
            other = head[arc]
            if later < time_ds[other] and later <= limit_ds:
                time_ds[other] = later
                length_m[other] = length_m[node] + arc_m[arc]
                parent[other] = arc
                size = push(keys, items, size, later, other)
    return time_ds, length_m, parent
