"""Orders in which the nodes of a road graph are best eliminated.

Nested dissection (George, "Nested dissection of a regular finite element mesh", SIAM Journal on
Numerical Analysis 10, 1973): a small separator goes last, after the two sides it parts, and these
are ordered the same way.
"""

import os
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.adjacency import grouped, neighbours
from gis.routing.inertial_flow import hops_from, separated
from gis.routing.minimum_degree import MOST_NODES, minimum_degree
from gis.routing.peeling import peel

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_WHOLE_TASK = 20_000  # nodes; a part this small is dissected by one thread to the end


def nested_dissection(
    first_arc: Int64Array,
    head: Int32Array,
    x: FloatArray,
    y: FloatArray,
    *,
    threads: int | None = None,
) -> Int32Array:
    """Return a nested-dissection order of a road graph.

    Nodes with at most two neighbours go first (``gis.routing.peeling``); what remains is parted
    by inertial flow (``gis.routing.inertial_flow``) down to a few nodes, and those go by minimum
    degree.

    Parameters
    ----------
    first_arc, head
        Arcs in order of their tails.
    x, y
        ``(nodes,)`` coordinates in any plane, finite; all alike where there are none.
    threads
        How many to use, by default one a processor; the order does not depend on it.

    Returns
    -------
    array
        ``(nodes,)`` the node eliminated first, second, ...

    """
    peeling = peel(*neighbours(first_arc, head))
    core = peeling.core
    state = (
        peeling.first,
        peeling.neighbour,
        np.asarray(x, dtype=np.float64)[core],
        np.asarray(y, dtype=np.float64)[core],
        np.arange(len(core), dtype=np.int32),
        np.arange(len(core), dtype=np.int32),
    )
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        running: set[Future[Int64Array]] = {pool.submit(_part, 0, len(core), *state)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                for start, end in future.result():
                    task = _part if end - start > _WHOLE_TASK else _dissect
                    running.add(pool.submit(task, start, end, *state))
    return np.concatenate([peeling.eliminated, core[state[4]]])


@numba.njit(cache=True, nogil=True)
def _dissect(
    start: int,
    end: int,
    first: Int64Array,
    neighbour: Int32Array,
    x: FloatArray,
    y: FloatArray,
    node_at: Int32Array,
    place: Int32Array,
) -> Int64Array:
    """Order the nodes at some places; no places are left to order."""
    waiting = [(start, end)]
    while len(waiting) > 0:
        start, end = waiting.pop()
        for part_start, part_end in _part(start, end, first, neighbour, x, y, node_at, place):
            waiting.append((part_start, part_end))
    return np.empty((0, 2), dtype=np.int64)


@numba.njit(cache=True, nogil=True)
def _part(
    start: int,
    end: int,
    first: Int64Array,
    neighbour: Int32Array,
    x: FloatArray,
    y: FloatArray,
    node_at: Int32Array,
    place: Int32Array,
) -> Int64Array:
    """Put the nodes at some places in an order of sides and separator; return the sides.

    Other threads order other places meanwhile. They keep them within bounds that do not meet
    these, so that a place read tells whether a node is one of these, whatever they do.
    """
    own_first, own_neighbour = _inner(start, end, first, neighbour, node_at, place)
    nodes = end - start
    if nodes <= MOST_NODES:
        order = minimum_degree(own_first, own_neighbour)
        _reorder(start, order, node_at, place)
        return np.empty((0, 2), dtype=np.int64)
    _, reached, remote = hops_from(own_first, own_neighbour, 0)
    if reached < nodes:
        part, parted = _components(own_first, own_neighbour)
        kinds = parted
    else:
        own = node_at[start:end]
        part = separated(own_first, own_neighbour, x[own], y[own], remote)
        kinds, parted = 3, 2  # the separator stays where it is put
    ends, order = grouped(part, np.arange(nodes, dtype=np.int32), kinds)
    _reorder(start, order, node_at, place)
    bounds = np.empty((parted, 2), dtype=np.int64)
    for i in range(parted):
        bounds[i, 0], bounds[i, 1] = start + ends[i], start + ends[i + 1]
    return bounds


@numba.njit(cache=True, nogil=True)
def _inner(
    start: int,
    end: int,
    first: Int64Array,
    neighbour: Int32Array,
    node_at: Int32Array,
    place: Int32Array,
) -> tuple[Int64Array, Int32Array]:
    """Return the graph of the nodes at some places, numbered by place."""
    own_first = np.zeros(end - start + 1, dtype=np.int64)
    room = 0
    for i in range(start, end):
        room += first[node_at[i] + 1] - first[node_at[i]]
    own_neighbour = np.empty(room, dtype=np.int32)
    count = 0
    for i in range(start, end):
        v = node_at[i]
        for item in range(first[v], first[v + 1]):
            there = place[neighbour[item]]
            if start <= there < end:
                own_neighbour[count] = there - start
                count += 1
        own_first[i - start + 1] = count
    return own_first, own_neighbour[:count]


@numba.njit(cache=True, nogil=True)
def _reorder(start: int, order: Int32Array, node_at: Int32Array, place: Int32Array) -> None:
    """Put the nodes at the places from a start into another order."""
    moved = node_at[start : start + len(order)].copy()
    for i in range(len(order)):
        node_at[start + i] = moved[order[i]]
        place[moved[order[i]]] = start + i


@numba.njit(cache=True, nogil=True)
def _components(first: Int64Array, neighbour: Int32Array) -> tuple[Int32Array, int]:
    """Return the connected part each node of a graph is in, and the number of parts."""
    nodes = len(first) - 1
    part = np.full(nodes, -1, dtype=np.int32)
    waiting = np.empty(nodes, dtype=np.int32)
    parts = 0
    for seed in range(nodes):
        if part[seed] == -1:
            part[seed] = parts
            waiting[0] = seed
            count = 1
            while count > 0:
                count -= 1
                v = waiting[count]
                for item in range(first[v], first[v + 1]):
                    if part[neighbour[item]] == -1:
                        part[neighbour[item]] = parts
                        waiting[count] = neighbour[item]
                        count += 1
            parts += 1
    return part, parts
