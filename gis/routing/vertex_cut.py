"""Smallest sets of nodes that part two sets of nodes of a graph.

By Menger's theorem as many nodes are needed as there are ways between the two sets that share no
node. The ways are found in rounds: a search in breadth counts the steps from everywhere to the
sinks, then searches in depth from the sources, which prefer fewer steps, share out the nodes. They
need not gain a step each time, as blocking flows do (Dinic, "Algorithm for solution of a problem
of maximum flow in networks with power estimation", Soviet Mathematics Doklady 11, 1970); so a
round finds ways of many lengths, and large graphs take a tenth of the rounds (the searches are
those of Pothen and Fan, "Computing the block triangular form of a sparse matrix", ACM Transactions
on Mathematical Software 16, 1990, for matchings).

Each node may carry one way; the usual graph with every node split in two is not built: a node in
it stands here for its outgoing half, and whatever enters the incoming half of a node can go on
from one place only.
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
_NO_WAY = np.int32(2**30)


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
    steps = np.empty(nodes, dtype=np.int32)
    path = np.empty(nodes, dtype=np.int32)
    via = np.empty(nodes, dtype=np.int32)
    queue = np.empty(nodes, dtype=np.int32)
    count, count_before = 0, -1
    while count_before < count <= most:
        count_before = count
        queued = _count_steps(first, neighbour, terminal, after, on_way, steps, queue)
        for start in queue[:queued]:  # those near the sinks first
            if terminal[start] == SOURCE and not on_way[start]:
                length = _way(first, neighbour, terminal, start, before, on_way, steps, path, via)
                if length > 0:
                    _take(path[:length], via, before, after, on_way)
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
def _count_steps(
    first: Int64Array,
    neighbour: Int32Array,
    terminal: Int8Array,
    after: Int32Array,
    on_way: BoolArray,
    steps: Int32Array,
    queue: Int32Array,
) -> int:
    """Set the steps from each node to a free sink; list those that have a way to one, too."""
    steps[:] = _NO_WAY
    queued = 0
    for v in range(len(terminal)):
        if terminal[v] == SINK and not on_way[v]:
            steps[v] = 0
            queue[queued] = v
            queued += 1
    done = 0
    while done < queued:
        v = queue[done]
        done += 1
        if terminal[v] == SOURCE and not on_way[v]:
            continue  # ways start here: none comes through
        entered = after[v] if on_way[v] else v
        # One step more than there are neighbours: back along the way, from the node after v.
        for item in range(first[entered], first[entered + 1] + int(on_way[v])):
            other = neighbour[item] if item < first[entered + 1] else entered
            if steps[other] == _NO_WAY and terminal[other] != SINK:
                steps[other] = steps[v] + 1
                queue[queued] = other
                queued += 1
    return queued


@numba.njit(cache=True, nogil=True)
def _way(
    first: Int64Array,
    neighbour: Int32Array,
    terminal: Int8Array,
    start: int,
    before: Int32Array,
    on_way: BoolArray,
    steps: Int32Array,
    path: Int32Array,
    via: Int32Array,
) -> int:
    """Find a way to a free sink through nodes not tried this round: its nodes, what each enters.

    Nodes lose their steps when they are tried.
    """
    steps[start] = _NO_WAY
    path[0] = start
    length = 1
    while length > 0:
        v = path[length - 1]
        nearest, nearest_steps, nearest_entered = _NONE, _NO_WAY, _NONE
        for item in range(first[v], first[v + 1] + int(on_way[v])):
            entered = neighbour[item] if item < first[v + 1] else v
            if terminal[entered] == SOURCE:
                continue
            onward = entered
            if on_way[entered]:
                onward = before[entered]
            elif terminal[entered] == SINK:
                via[length - 1] = entered
                return length
            if steps[onward] < nearest_steps:
                nearest, nearest_steps, nearest_entered = onward, steps[onward], entered
        if nearest == _NONE:
            length -= 1
            continue
        via[length - 1] = nearest_entered
        path[length] = nearest
        length += 1
        steps[nearest] = _NO_WAY
    return 0


@numba.njit(cache=True, nogil=True)
def _take(
    path: Int32Array, via: Int32Array, before: Int32Array, after: Int32Array, on_way: BoolArray
) -> None:
    """Add a way, and turn aside the ways it enters."""
    on_way[path[0]] = True
    for i in range(len(path)):
        v, entered = path[i], via[i]
        if entered == v:
            on_way[v] = False
            before[v] = after[v] = _NONE
        else:
            on_way[entered] = True
            after[v] = entered
            before[entered] = v
