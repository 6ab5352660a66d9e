"""Nodes of a road graph that are best eliminated first: dead ends, and nodes along a road.

Taking a node with at most two neighbours out adds at most one link and keeps the graph as planar
as it is, so nothing is lost by it, and what remains, the core, is less than half of a road graph.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_MOST_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Peeling:
    """A graph taken apart into nodes of at most two neighbours, and a core.

    Parameters
    ----------
    eliminated
        ``(peeled,)`` the nodes taken out, in order.
    core
        ``(core,)`` the nodes that remain, ascending.
    first, neighbour
        The neighbours of the core's nodes among themselves, by place in ``core``, as compressed
        rows; links added on the way are included.

    """

    eliminated: Int32Array
    core: Int32Array
    first: Int64Array
    neighbour: Int32Array


def peel(first: Int64Array, neighbour: Int32Array) -> Peeling:
    """Take out nodes with at most two neighbours until there are none.

    Dead ends go before all others. Of nodes in a row every second goes at a time: taken one after
    the other they would hang from each other in a long chain, and every search would climb it.

    Parameters
    ----------
    first, neighbour
        Neighbours of each node, once each, as compressed rows.

    """
    return Peeling(*_peel(first, neighbour))


@numba.njit(cache=True, nogil=True)
def _peel(
    first: Int64Array, neighbour: Int32Array
) -> tuple[Int32Array, Int32Array, Int64Array, Int32Array]:
    count = len(first) - 1
    degree = np.empty(count, dtype=np.int32)
    for v in range(count):
        degree[v] = first[v + 1] - first[v]
    near = neighbour.copy()  # rows only ever shrink: a link added replaces one taken away
    eliminated = np.empty(count, dtype=np.int32)
    total = 0
    gone = np.zeros(count, dtype=np.bool_)
    touched_in = np.zeros(count, dtype=np.int32)  # the round in which a neighbour went
    queued_for = np.zeros(count, dtype=np.int32)
    queue = np.empty(count, dtype=np.int32)
    later = np.empty(count, dtype=np.int32)
    round_number = 0
    for most in range(1, _MOST_NEIGHBOURS + 1):
        queued = 0
        for v in range(count):
            if not gone[v] and degree[v] <= most:
                queue[queued] = v
                queued += 1
        while queued > 0:
            round_number += 1
            queued_later = 0
            for v in queue[:queued]:
                if touched_in[v] == round_number:
                    if degree[v] <= most and queued_for[v] <= round_number:
                        queued_for[v] = round_number + 1
                        later[queued_later] = v
                        queued_later += 1
                    continue
                gone[v] = True
                eliminated[total] = v
                total += 1
                if degree[v] == _MOST_NEIGHBOURS:
                    _bridge(first, near, degree, v)
                elif degree[v] == 1:
                    _drop(first, near, degree, near[first[v]], v)
                for item in range(first[v], first[v] + degree[v]):
                    other = near[item]
                    touched_in[other] = round_number
                    if degree[other] <= most and queued_for[other] <= round_number:
                        queued_for[other] = round_number + 1
                        later[queued_later] = other
                        queued_later += 1
            queue, later, queued = later, queue, queued_later
    return eliminated[:total].copy(), *_remaining(first, near, degree, gone)


@numba.njit(cache=True, nogil=True)
def _drop(first: Int64Array, near: Int32Array, degree: Int32Array, v: int, gone: int) -> None:
    """Take a neighbour out of the row of a node."""
    item = first[v]
    while near[item] != gone:
        item += 1
    degree[v] -= 1
    near[item] = near[first[v] + degree[v]]


@numba.njit(cache=True, nogil=True)
def _bridge(first: Int64Array, near: Int32Array, degree: Int32Array, v: int) -> None:
    """Join the two neighbours of a node that goes, unless they are joined already."""
    a, b = near[first[v]], near[first[v] + 1]
    for item in range(first[a], first[a] + degree[a]):
        if near[item] == b:
            _drop(first, near, degree, a, v)
            _drop(first, near, degree, b, v)
            return
    for item in range(first[a], first[a] + degree[a]):
        if near[item] == v:
            near[item] = b
    for item in range(first[b], first[b] + degree[b]):
        if near[item] == v:
            near[item] = a


@numba.njit(cache=True, nogil=True)
def _remaining(
    first: Int64Array, near: Int32Array, degree: Int32Array, gone: BoolArray
) -> tuple[Int32Array, Int64Array, Int32Array]:
    """Return the nodes that are left, and their neighbours by place among them."""
    core = np.flatnonzero(~gone).astype(np.int32)
    place = np.empty(len(gone), dtype=np.int32)
    core_first = np.zeros(len(core) + 1, dtype=np.int64)
    for i in range(len(core)):
        place[core[i]] = i
        core_first[i + 1] = core_first[i] + degree[core[i]]
    neighbour = np.empty(core_first[len(core)], dtype=np.int32)
    for i in range(len(core)):
        for offset in range(degree[core[i]]):
            neighbour[core_first[i] + offset] = place[near[first[core[i]] + offset]]
    return core, core_first, neighbour
