"""Neighbours of nodes as compressed rows."""

import numba
import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]


@numba.njit(cache=True, nogil=True)
def grouped(key: Int32Array, value: Int32Array, count: int) -> tuple[Int64Array, Int32Array]:
    """Return values by key in compressed rows, in the order in which they came (compiled)."""
    first = np.zeros(count + 1, dtype=np.int64)
    for item in range(len(key)):
        first[key[item] + 1] += 1
    for row in range(count):
        first[row + 1] += first[row]
    free = first[:-1].copy()
    values = np.empty(len(key), dtype=np.int32)
    for item in range(len(key)):
        values[free[key[item]]] = value[item]
        free[key[item]] += 1
    return first, values


@numba.njit(cache=True, nogil=True)
def neighbours(first_arc: Int64Array, head: Int32Array) -> tuple[Int64Array, Int32Array]:
    """Return each node's neighbours, ascending and once each, whichever way the arcs lead.

    Parameters
    ----------
    first_arc, head
        Arcs in order of their tails; loops and repetitions are all right.

    Returns
    -------
    first
        ``(nodes + 1,)``: neighbours ``first[v]`` to ``first[v + 1] - 1`` are those of ``v``.
    neighbour
        ``(2 * pairs,)`` the neighbours.

    """
    count = len(first_arc) - 1
    room = np.zeros(count + 1, dtype=np.int64)
    for v in range(count):
        for arc in range(first_arc[v], first_arc[v + 1]):
            if head[arc] != v:
                room[v + 1] += 1
                room[head[arc] + 1] += 1
    for v in range(count):
        room[v + 1] += room[v]
    either_way = np.empty(room[count], dtype=np.int32)
    free = room[:-1].copy()
    for v in range(count):
        for arc in range(first_arc[v], first_arc[v + 1]):
            other = head[arc]
            if other != v:
                either_way[free[v]] = other
                free[v] += 1
                either_way[free[other]] = v
                free[other] += 1
    # Handing each node to its neighbours in ascending order sorts the rows; equal ones meet.
    sorted_rows = np.empty(room[count], dtype=np.int32)
    free = room[:-1].copy()
    for v in range(count):
        for item in range(room[v], room[v + 1]):
            other = either_way[item]
            if free[other] == room[other] or sorted_rows[free[other] - 1] != v:
                sorted_rows[free[other]] = v
                free[other] += 1
    first = np.zeros(count + 1, dtype=np.int64)
    for v in range(count):
        first[v + 1] = first[v] + free[v] - room[v]
        for item in range(free[v] - room[v]):
            sorted_rows[first[v] + item] = sorted_rows[room[v] + item]
    return first, sorted_rows[: first[count]].copy()
