"""Road graphs as arrays.

Times are whole deciseconds inside, so that sums are exact and the same on every machine.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

UNREACHED = np.int32(2**31 - 1)  # inside the kernels only; tables get NaN
DECISECONDS_PER_SECOND = 10.0


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
    first_arc, tail, head, edge = _sorted_arcs(
        node_count,
        np.asarray(source, dtype=np.int32),
        np.asarray(target, dtype=np.int32),
        np.asarray(forward, dtype=np.bool_),
        np.asarray(backward, dtype=np.bool_),
    )
    return RoadGraph(
        first_arc=first_arc,
        head=head,
        time_ds=deciseconds(time_s)[edge],
        length_m=np.asarray(length_m, dtype=np.float64)[edge],
        edge=edge,
        tail=tail,
    )


def deciseconds(seconds: FloatArray) -> Int32Array:
    """Return seconds rounded to whole deciseconds."""
    return np.rint(np.asarray(seconds, dtype=np.float64) * DECISECONDS_PER_SECOND).astype(np.int32)


@numba.njit(cache=True, nogil=True)
def _sorted_arcs(
    node_count: int,
    source: Int32Array,
    target: Int32Array,
    forward: BoolArray,
    backward: BoolArray,
) -> tuple[Int64Array, Int32Array, Int32Array, Int32Array]:
    """Return the first arcs of nodes, and the arcs by tail, head and edge, sorted by counting."""
    by_head = np.zeros(node_count + 1, dtype=np.int64)
    first_arc = np.zeros(node_count + 1, dtype=np.int64)
    for edge in range(len(source)):
        for tail, head, is_open in (
            (source[edge], target[edge], forward[edge]),
            (target[edge], source[edge], backward[edge]),
        ):
            if is_open:
                by_head[head + 1] += 1
                first_arc[tail + 1] += 1
    for node in range(node_count):
        by_head[node + 1] += by_head[node]
        first_arc[node + 1] += first_arc[node]
    count = first_arc[node_count]
    tails = np.empty(count, dtype=np.int32)
    heads = np.empty(count, dtype=np.int32)
    edges = np.empty(count, dtype=np.int32)
    for edge in range(len(source)):
        for tail, head, is_open in (
            (source[edge], target[edge], forward[edge]),
            (target[edge], source[edge], backward[edge]),
        ):
            if is_open:
                place = by_head[head]
                by_head[head] += 1
                tails[place], heads[place], edges[place] = tail, head, edge
    next_of = first_arc[:-1].copy()
    tail_of, head_of, edge_of = np.empty_like(tails), np.empty_like(heads), np.empty_like(edges)
    for arc in range(count):
        place = next_of[tails[arc]]
        next_of[tails[arc]] += 1
        tail_of[place], head_of[place], edge_of[place] = tails[arc], heads[arc], edges[arc]
    return first_arc, tail_of, head_of, edge_of
