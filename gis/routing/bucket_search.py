"""Quickest paths from one place, or a few, to every node: a search with a ring of buckets.

Times are whole deciseconds, so each bucket holds the nodes of one time and none needs sorting
(Dial, "Algorithm 360: Shortest-path forest with topological ordering", Communications of the ACM
12, 1969). Paths of the same time go the shorter way, and of the same length over the lower arc.
"""

from dataclasses import dataclass
from functools import lru_cache

import numba
import numpy as np

from gis.routing.graph import (
    DECISECONDS_PER_SECOND,
    UNREACHED,
    FloatArray,
    Int32Array,
    Int64Array,
    RoadGraph,
    deciseconds,
)

LARGEST_RING = 2**16  # of buckets; what lies beyond, nearly two hours ahead, waits outside
_NO_ARC = np.int32(-1)
_NOTHING = -1


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


def quickest_tree(
    graph: RoadGraph,
    sources: Int64Array,
    *,
    initial_s: FloatArray | None = None,
    initial_m: FloatArray | None = None,
    limit_s: float = np.inf,
) -> QuickestTree:
    """Return quickest paths from the nearest of the sources to every node.

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
    spent_m = np.zeros(len(sources)) if initial_m is None else initial_m
    return QuickestTree(
        *_searched(graph, sources, initial_s, np.asarray(spent_m, np.float64), limit_s, paths=True)
    )


def reach_times(
    graph: RoadGraph,
    sources: Int64Array,
    *,
    initial_s: FloatArray | None = None,
    limit_s: float = np.inf,
) -> Int32Array:
    """Return the deciseconds of :func:`quickest_tree` alone, which takes half the time.

    Returns
    -------
    numpy.ndarray
        ``(nodes,)`` deciseconds, ``UNREACHED`` where no path leads.

    """
    spent_m = np.zeros(len(sources))
    return _searched(graph, sources, initial_s, spent_m, limit_s, paths=False)[0]


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


def _searched(
    graph: RoadGraph,
    sources: Int64Array,
    initial_s: FloatArray | None,
    initial_m: FloatArray,
    limit_s: float,
    *,
    paths: bool,
) -> tuple[Int32Array, FloatArray, Int32Array]:
    spent_s = np.zeros(len(sources)) if initial_s is None else initial_s
    limit_ds = int(UNREACHED) - 1
    if limit_s < limit_ds / DECISECONDS_PER_SECOND:
        limit_ds = int(deciseconds(np.array([limit_s]))[0])
    starts, start_ds, start_m = _starts(sources, deciseconds(spent_s), initial_m, limit_ds)
    first_arc, head_time, ring = _prepared(graph)
    count = graph.node_count if paths else 0
    # Every arc makes one entry at most, but for those behind arcs of no time.
    room = len(head_time) + len(starts)
    while True:
        time_ds = np.full(graph.node_count, UNREACHED, dtype=np.int32)
        length_m = np.full(count, np.nan, dtype=np.float64)
        parent = np.full(count, _NO_ARC, dtype=np.int32)
        time_ds[starts] = start_ds
        if paths:
            length_m[starts] = start_m
        is_done = _search(
            first_arc,
            head_time,
            graph.length_m,
            starts,
            limit_ds,
            np.empty((room, 2), dtype=np.int32),
            np.full(ring + 1, _NOTHING, dtype=np.int32),
            time_ds,
            length_m,
            parent,
        )
        if is_done:
            return time_ds, length_m, parent
        room *= 2


def _starts(
    sources: Int64Array, spent_ds: Int32Array, spent_m: FloatArray, limit_ds: int
) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Return each source within the limit once, with the least it begins with."""
    within = np.flatnonzero(spent_ds <= limit_ds)
    order = within[np.lexsort((spent_m[within], spent_ds[within]))]
    nodes, first = np.unique(np.asarray(sources)[order], return_index=True)
    rows = order[first]
    return nodes.astype(np.int32), spent_ds[rows], spent_m[rows]


@lru_cache(maxsize=8)
def _prepared(graph: RoadGraph) -> tuple[Int32Array, Int32Array, int]:
    """Return first arcs, ``(arcs, 2)`` heads and times side by side, and the number of buckets."""
    longest = int(graph.time_ds.max(initial=0))
    ring = min(1 << longest.bit_length(), LARGEST_RING)
    head_time = np.stack([graph.head, graph.time_ds], axis=1)
    return graph.first_arc.astype(np.int32), head_time, ring


@numba.njit(cache=True, nogil=True)
def _search(
    first_arc: Int32Array,
    head_time: Int32Array,
    arc_m: FloatArray,
    starts: Int32Array,
    limit_ds: int,
    entries: Int32Array,
    chain: Int32Array,
    time_ds: Int32Array,
    length_m: FloatArray,
    parent: Int32Array,
) -> bool:
    """Settle all nodes within the limit; give up when there is no room for entries.

    An entry is a node and the next entry of its bucket. ``chain`` holds the first entry of every
    bucket, and in its last place that of the entries too far ahead for the ring; these come in
    when the lap begins in which their turn is. Indices are unsigned, which spares numba the test
    whether they count from the end.
    """
    ring = len(chain) - 1
    mask, outside = np.uint32(ring - 1), np.uint32(ring)
    with_paths = len(length_m) > 0
    made, room = np.uint32(0), np.uint32(len(entries))
    due, far = 0, 0  # entries in the ring, and outside
    ahead = UNREACHED  # the earliest time outside
    now = np.int64(0)
    lap_end = now + ring
    for row in range(len(starts)):
        start = starts[row]
        time = time_ds[start]
        slot = np.uint32(time) & mask
        if time >= lap_end:
            slot = outside
            far += 1
            ahead = min(ahead, time)
        else:
            due += 1
        entries[made, 0], entries[made, 1] = start, chain[slot]
        chain[slot] = made
        made += np.uint32(1)
    while due + far > 0:
        if due == 0 or now >= lap_end:
            if due == 0:
                now = max(now, np.int64(ahead))
            lap_end = now + ring
            entry, chain[outside] = chain[outside], _NOTHING
            far, ahead = 0, UNREACHED
            while entry != _NOTHING:
                waiting = np.uint32(entry)
                entry = entries[waiting, 1]
                time = time_ds[np.uint32(entries[waiting, 0])]
                if time < now:
                    continue  # a better path was found meanwhile
                slot = np.uint32(time) & mask
                if time >= lap_end:
                    slot = outside
                    far += 1
                    ahead = min(ahead, time)
                else:
                    due += 1
                entries[waiting, 1] = chain[slot]
                chain[slot] = waiting
        bucket = np.uint32(now) & mask
        entry, chain[bucket] = chain[bucket], _NOTHING
        while entry != _NOTHING:
            node = np.uint32(entries[np.uint32(entry), 0])
            entry = entries[np.uint32(entry), 1]
            due -= 1
            if time_ds[node] == now:  # else a better path was found meanwhile
                for arc in range(
                    np.uint32(first_arc[node]), np.uint32(first_arc[node + np.uint32(1)])
                ):
                    other = np.uint32(head_time[arc, 0])
                    later = now + head_time[arc, 1]
                    known = time_ds[other]
                    if later > known or later > limit_ds:
                        continue
                    if with_paths:
                        metres = length_m[node] + arc_m[arc]
                        if later == known:
                            if metres > length_m[other]:
                                continue
                            if metres == length_m[other]:
                                # No arc of no time may turn a path back on itself.
                                if later > now and arc < parent[other]:
                                    parent[other] = arc
                                continue
                        length_m[other] = metres
                        parent[other] = arc
                        if later == known and later > now:
                            continue  # it waits for its turn already
                    elif later == known:
                        continue
                    time_ds[other] = later
                    if made == room:
                        return False
                    slot = np.uint32(later) & mask
                    if later >= now + ring:
                        slot = outside
                        far += 1
                        ahead = min(ahead, np.int32(later))
                    else:
                        due += 1
                    entries[made, 0], entries[made, 1] = other, chain[slot]
                    chain[slot] = made
                    made += np.uint32(1)
            if entry == _NOTHING:
                # Arcs of no time have put nodes into this same bucket.
                entry, chain[bucket] = chain[bucket], _NOTHING
        now += 1
    return True
