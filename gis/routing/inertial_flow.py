"""Small separators of a road graph.

Inertial flow (Schild and Sommer, "On balanced separators in road networks", Symposium on
Experimental Algorithms 2015): put the nodes in order along a line, let the first fifth and the
last be sources and sinks, and take the smallest cut between them; try several lines and keep the
best. Beside the four lines on the map there are two lines through the graph itself, from one
remote node to another by number of links: they find the cuts where a map deceives, along bays and
rivers, and serve graphs without coordinates.

In large graphs the lines are tried with nine tenths of the nodes as sources and sinks, which takes
a small part of the time, and only the best of them once more with half of the nodes.
"""

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.vertex_cut import CUT, NEAR, SINK, SOURCE, cut_near, disjoint_ways

Int8Array = npt.NDArray[np.int8]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_SHARE_OF_FEW = 0.2  # of the nodes at each end of a line
_SHARE_ON_TRIAL = 0.45  # of many nodes
_SHARE = 0.25  # of many nodes on the best line
_LINES = 6
_LINES_OF_FEW = 3  # the further ones save half a percent of links in small parts, and cost most
_MANY_NODES = 2_000
_FROM_A_TO_B, _FROM_C_TO_D = 0, 1
_EAST = (0.0, 0.0, 1.0, 0.0, 1.0, 1.0)  # of the other lines
_NORTH = (0.0, 0.0, 0.0, 1.0, 1.0, -1.0)
_STEPS = 4096  # that a line is divided into
_PART_OF_SIDE = (1, 2, 0)  # by BEYOND, CUT, NEAR
_UNREACHED = np.int32(-1)


@numba.njit(cache=True, nogil=True)
def hops_from(first: Int64Array, neighbour: Int32Array, start: int) -> tuple[Int32Array, int, int]:
    """Return the number of links to each node, how many are reached, and the last of them.

    Compiled. Nodes that are not reached get -1.
    """
    hops = np.full(len(first) - 1, _UNREACHED, dtype=np.int32)
    queue = np.empty(len(first) - 1, dtype=np.int32)
    hops[start] = 0
    queue[0] = start
    queued, done = 1, 0
    while done < queued:
        v = queue[done]
        done += 1
        for item in range(first[v], first[v + 1]):
            other = neighbour[item]
            if hops[other] == _UNREACHED:
                hops[other] = hops[v] + 1
                queue[queued] = other
                queued += 1
    return hops, queued, queue[queued - 1]


@numba.njit(cache=True, nogil=True)
def separated(
    first: Int64Array, neighbour: Int32Array, x: FloatArray, y: FloatArray, remote: int
) -> Int32Array:
    """Return the sides of a connected graph about a small separator (compiled).

    Parameters
    ----------
    first, neighbour
        Neighbours of each node, once each, as compressed rows; three nodes or more.
    x, y
        ``(nodes,)`` coordinates in any plane.
    remote
        A node far from some other one.

    Returns
    -------
    array
        ``(nodes,)`` 0 and 1 for the sides, 2 for the separator: all nodes if each is joined to
        each.

    """
    nodes = len(first) - 1
    hops_a, _, far_from_a = hops_from(first, neighbour, remote)
    hops_b, _, _ = hops_from(first, neighbour, far_from_a)
    aside = 0  # a node off the line between the two
    for v in range(nodes):
        if min(hops_a[v], hops_b[v]) > min(hops_a[aside], hops_b[aside]):
            aside = v
    hops_c, _, far_from_c = hops_from(first, neighbour, aside)
    hops_d, _, _ = hops_from(first, neighbour, far_from_c)
    hops = (hops_a, hops_b, hops_c, hops_d)
    many = nodes > _MANY_NODES
    lines = _LINES if many else _LINES_OF_FEW
    best = np.full(nodes, _PART_OF_SIDE[CUT], dtype=np.int32)  # where nothing can be parted
    best_cost, best_line = np.inf, 0
    for line in range(lines):
        share = _SHARE_ON_TRIAL if many else _SHARE_OF_FEW
        cost = _cut_along(first, neighbour, _places(line, hops, x, y), share, best_cost, best)
        if cost < best_cost:
            best_cost, best_line = cost, line
    if many:
        _cut_along(first, neighbour, _places(best_line, hops, x, y), _SHARE, best_cost, best)
    return best


@numba.njit(cache=True, nogil=True)
def _places(
    line: int,
    hops: tuple[Int32Array, Int32Array, Int32Array, Int32Array],
    x: FloatArray,
    y: FloatArray,
) -> FloatArray:
    """Return where each node is along a line."""
    place = np.empty(len(x), dtype=np.float64)
    for v in range(len(x)):
        if line == _FROM_A_TO_B:
            place[v] = hops[0][v] - hops[1][v]
        elif line == _FROM_C_TO_D:
            place[v] = hops[2][v] - hops[3][v]
        else:
            place[v] = _EAST[line] * x[v] + _NORTH[line] * y[v]
    return place


@numba.njit(cache=True, nogil=True)
def _cut_along(
    first: Int64Array,
    neighbour: Int32Array,
    place: FloatArray,
    share: float,
    best_cost: float,
    best: Int32Array,
) -> float:
    """Put a cheaper cut across a line in place of the best one; return what the cheaper costs."""
    nodes = len(place)
    terminal = np.empty(nodes, dtype=np.int8)
    if not _mark_terminals(place, share, terminal):
        return best_cost
    most = best_cost * (nodes * nodes / 4)  # a cut in the middle of so many is no better
    count, before, after, on_way = disjoint_ways(first, neighbour, terminal, most)
    if count > most:
        return best_cost
    for near in (SOURCE, SINK):
        back = before if near == SOURCE else after
        side = cut_near(first, neighbour, terminal, near, back, on_way)
        cost = _cost(side)
        if cost < best_cost:
            best_cost = cost
            for v in range(nodes):
                best[v] = _PART_OF_SIDE[side[v]]
    return best_cost


@numba.njit(cache=True, nogil=True)
def _cost(side: Int8Array) -> float:
    """Return the size of a cut for what it parts: the lower the better."""
    near, cut = 0, 0
    for v in range(len(side)):
        near += side[v] == NEAR
        cut += side[v] == CUT
    beyond = len(side) - near - cut
    return cut / (near * beyond) if near * beyond > 0 else np.inf


@numba.njit(cache=True, nogil=True)
def _mark_terminals(place: FloatArray, share: float, terminal: Int8Array) -> bool:
    """Make a share of the nodes at either end of a line sources and sinks, unless all are level.

    The line is divided into steps; of the nodes of one step the first by number are taken.
    """
    nodes = len(place)
    lowest, highest = place[0], place[0]
    for v in range(nodes):
        lowest, highest = min(lowest, place[v]), max(highest, place[v])
    if lowest == highest:
        return False
    scale = (_STEPS - 1) / (highest - lowest)
    step = np.empty(nodes, dtype=np.int32)
    count = np.zeros(_STEPS, dtype=np.int64)
    for v in range(nodes):
        step[v] = int((place[v] - lowest) * scale)
        count[step[v]] += 1
    ends = max(int(share * nodes), 1)
    low, low_room = 0, ends
    while count[low] < low_room:
        low_room -= count[low]
        low += 1
    high, high_room = _STEPS - 1, ends
    while count[high] < high_room:
        high_room -= count[high]
        high -= 1
    for v in range(nodes):
        terminal[v] = 0
        if step[v] < low or (step[v] == low and low_room > 0):
            terminal[v] = SOURCE
            low_room -= step[v] == low
        elif step[v] > high or (step[v] == high and high_room > 0):
            terminal[v] = SINK
            high_room -= step[v] == high
    return True
