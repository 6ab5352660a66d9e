"""Smallest sets of nodes that part two sets of nodes of a graph.

By Menger's theorem as many nodes are needed as there are ways between the two sets that share no
node. The ways are found by blocking flows (Dinic, "Algorithm for solution of a problem of maximum
flow in networks with power estimation", Soviet Mathematics Doklady 11, 1970). Each node may carry
one way; the usual graph with every node split in two is not built: a node in it stands here for
its outgoing half, and whatever enters the incoming half of a node can go on from one place only.
"""

import numba
import numpy as np
import numpy.typing as npt

Int8Array = npt.NDArray[np.int8]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

SOURCE, SINK = 1, 2
BEYOND, CUT, NEAR = 0, 1, 2
_NONE = np.int32(-1)
_NO_LEVEL = np.int32(2**30)


@numba.njit(cache=True, nogil=True)
def disjoint_ways(
    first: Int64Array, neighbour: Int32Array, terminal: Int8Array, most: float
) -> tuple[int, Int32Array, Int32Array, BoolArray]:
    """Return the most ways from sources to sinks that share no node (compiled).

    Parameters
    ----------
    first, neighbour
        Neighbours of each node, once each, as compressed rows.
    terminal
        ``(nodes,)`` ``SOURCE``, ``SINK`` or 0. Sources and sinks carry one way each, too.
    most
        The search ends when there are more ways than this.

    Returns
    -------
    count
        The number of ways.
    before, after
        ``(nodes,)`` the node before and after each node on its way, -1 at the ends and off ways.
    on_way
        ``(nodes,)`` whether a way leads through the node.

    """
    nodes = len(terminal)
    before = np.full(nodes, _NONE, dtype=np.int32)
    after = np.full(nodes, _NONE, dtype=np.int32)
    on_way = np.zeros(nodes, dtype=np.bool_)
    level = np.empty(nodes, dtype=np.int32)
    cursor = np.empty(nodes, dtype=np.int64)
    path = np.empty(nodes, dtype=np.int32)
    via = np.empty(nodes, dtype=np.int32)
    starts = _outer(first, neighbour, terminal, SOURCE)
    count = 0
    while count <= most and _levels(
        first, neighbour, terminal, starts, before, on_way, level, cursor, path
    ):
        for start in starts:
            if not on_way[start]:
                length = _way_by_levels(
                    first, neighbour, terminal, start, before, on_way, level, cursor, path, via
                )
                if length > 0:
                    _take(path[:length], via, before, after, on_way, level)
                    count += 1
    return count, before, after, on_way


@numba.njit(cache=True, nogil=True)
def cut_near(
    first: Int64Array,
    neighbour: Int32Array,
    terminal: Int8Array,
    near: int,
    before: Int32Array,
    on_way: BoolArray,
) -> Int8Array:
    """Return the smallest cut nearest to the sources, or to the sinks (compiled).

    Parameters
    ----------
    first, neighbour, terminal
        As for ``disjoint_ways``.
    near
        ``SOURCE`` or ``SINK``.
    before
        The nodes before each on the ways found; for ``SINK`` the nodes after each.
    on_way
        Whether a way leads through the node.

    Returns
    -------
    array
        ``(nodes,)`` ``NEAR`` on the side asked for, ``CUT``, or ``BEYOND``.

    """
    nodes = len(terminal)
    side = np.full(nodes, BEYOND, dtype=np.int8)
    queue = np.empty(nodes, dtype=np.int32)
    queued = 0
    for v in range(nodes):
        if terminal[v] == near:
            side[v] = CUT if on_way[v] else NEAR
            if not on_way[v]:
                queue[queued] = v
                queued += 1
    done = 0
    while done < queued:
        v = queue[done]
        done += 1
        # One step more than there are neighbours: back along the way that leads through v.
        for item in range(first[v], first[v + 1] + 1):
            entered = neighbour[item] if item < first[v + 1] else v
            if terminal[entered] == near or (entered == v and not on_way[v]):
                continue
            if side[entered] == BEYOND:
                side[entered] = CUT
            onward = before[entered] if on_way[entered] else entered
            if side[onward] != NEAR:
                side[onward] = NEAR
                queue[queued] = onward
                queued += 1
    return side


@numba.njit(cache=True, nogil=True)
def _outer(first: Int64Array, neighbour: Int32Array, terminal: Int8Array, kind: int) -> Int32Array:
    """Return the terminals of a kind that have a neighbour of another."""
    outer = np.empty(len(terminal), dtype=np.int32)
    count = 0
    for v in range(len(terminal)):
        if terminal[v] == kind:
            for item in range(first[v], first[v + 1]):
                if terminal[neighbour[item]] != kind:
                    outer[count] = v
                    count += 1
                    break
    return outer[:count].copy()


@numba.njit(cache=True, nogil=True)
def _levels(
    first: Int64Array,
    neighbour: Int32Array,
    terminal: Int8Array,
    starts: Int32Array,
    before: Int32Array,
    on_way: BoolArray,
    level: Int32Array,
    cursor: Int64Array,
    queue: Int32Array,
) -> bool:
    """Set the levels, in steps from free sources, and tell whether a free sink was met."""
    level[:] = _NONE
    queued = 0
    for start in starts:
        if not on_way[start]:
            level[start] = 0
            cursor[start] = first[start]
            queue[queued] = start
            queued += 1
    done = 0
    last_level = _NO_LEVEL
    while done < queued and level[queue[done]] <= last_level:
        v = queue[done]
        done += 1
        for item in range(first[v], first[v + 1] + 1):
            entered = neighbour[item] if item < first[v + 1] else v
            if terminal[entered] == SOURCE or (entered == v and not on_way[v]):
                continue
            onward = entered
            if on_way[entered]:
                onward = before[entered]
            elif terminal[entered] == SINK:
                last_level = level[v]
                continue
            if level[onward] == _NONE:
                level[onward] = level[v] + 1
                cursor[onward] = first[onward]
                queue[queued] = onward
                queued += 1
    return bool(last_level < _NO_LEVEL)


@numba.njit(cache=True, nogil=True)
def _way_by_levels(
    first: Int64Array,
    neighbour: Int32Array,
    terminal: Int8Array,
    start: int,
    before: Int32Array,
    on_way: BoolArray,
    level: Int32Array,
    cursor: Int64Array,
    path: Int32Array,
    via: Int32Array,
) -> int:
    """Find a way to a free sink that gains a level each step; its nodes and what each enters."""
    path[0] = start
    length = 1
    while length > 0:
        v = path[length - 1]
        item = cursor[v]
        if item > first[v + 1]:
            level[v] = _NONE  # nothing leads on from here
            length -= 1
            continue
        cursor[v] = item + 1
        entered = neighbour[item] if item < first[v + 1] else v
        if terminal[entered] == SOURCE or (entered == v and not on_way[v]):
            continue
        via[length - 1] = entered
        onward = entered
        if on_way[entered]:
            onward = before[entered]
        elif terminal[entered] == SINK:
            return length
        if level[onward] == level[v] + 1:
            path[length] = onward
            length += 1
    return 0


@numba.njit(cache=True, nogil=True)
def _take(
    path: Int32Array,
    via: Int32Array,
    before: Int32Array,
    after: Int32Array,
    on_way: BoolArray,
    level: Int32Array,
) -> None:
    """Add a way, and turn aside the ways it enters."""
    on_way[path[0]] = True
    for i in range(len(path)):
        v, entered = path[i], via[i]
        level[v] = _NONE  # a node serves one way a round
        if entered == v:
            on_way[v] = False
            before[v] = after[v] = _NONE
        else:
            on_way[entered] = True
            after[v] = entered
            before[entered] = v
