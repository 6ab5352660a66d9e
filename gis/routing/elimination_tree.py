"""The elimination tree of a graph and the links that follow from it, as compiled kernels.

Nodes are numbered by their place in the order of elimination. As in sparse Cholesky
factorisation: the tree first (Liu, "The role of elimination trees in sparse factorization", SIAM
Journal on Matrix Analysis and Applications 11, 1990), then each node's links from its children's.
"""

import numba
import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

_NONE = np.int32(-1)


@numba.njit(cache=True, nogil=True)
def elimination_tree(first_low: Int64Array, low: Int32Array) -> Int32Array:
    """Return each node's parent: the lowest higher node it is joined to when it goes."""
    count = len(first_low) - 1
    parent = np.full(count, _NONE, dtype=np.int32)
    shortcut = np.full(count, _NONE, dtype=np.int32)  # towards the root, compressed as it is used
    for v in range(count):
        for item in range(first_low[v], first_low[v + 1]):
            below = low[item]
            while shortcut[below] != _NONE and shortcut[below] != v:
                above = shortcut[below]
                shortcut[below] = v
                below = above
            if shortcut[below] == _NONE:
                shortcut[below] = v
                parent[below] = v
    return parent


@numba.njit(cache=True, nogil=True)
def postorder(parent: Int32Array) -> Int32Array:
    """Return each node's place in the postorder that visits children by number."""
    count = len(parent)
    size = np.ones(count, dtype=np.int32)
    for v in range(count):
        if parent[v] != _NONE:
            size[parent[v]] += size[v]
    last_free = np.empty(count, dtype=np.int32)  # of the places for a node's children
    last_free_root = count - 1
    final = np.empty(count, dtype=np.int32)
    for v in range(count - 1, -1, -1):
        if parent[v] == _NONE:
            final[v] = last_free_root
            last_free_root -= size[v]
        else:
            final[v] = last_free[parent[v]]
            last_free[parent[v]] -= size[v]
        last_free[v] = final[v] - 1
    return final


@numba.njit(cache=True, nogil=True)
def renumbered_tree(parent: Int32Array, final: Int32Array) -> tuple[Int32Array, Int32Array]:
    """Return parents and sizes of subtrees by final rank."""
    count = len(parent)
    renumbered = np.full(count, _NONE, dtype=np.int32)
    for v in range(count):
        if parent[v] != _NONE:
            renumbered[final[v]] = final[parent[v]]
    size = np.ones(count, dtype=np.int32)
    for v in range(count):
        if renumbered[v] != _NONE:
            size[renumbered[v]] += size[v]
    return renumbered, size


@numba.njit(cache=True, nogil=True)
def symbolic_links(
    first_high: Int64Array, high: Int32Array, parent: Int32Array, size: Int32Array
) -> tuple[Int64Array, Int32Array]:
    """Return the links that lead up from each rank, in no particular order.

    A node is joined to its own later neighbours and to those its children leave behind.
    """
    count = len(parent)
    first_up = np.zeros(count + 1, dtype=np.int64)
    heads = np.empty(2 * len(high) + count, dtype=np.int32)
    seen_by = np.full(count, _NONE, dtype=np.int32)
    total = 0
    for v in range(count):
        seen_by[v] = v
        room_needed = total + first_high[v + 1] - first_high[v]
        child = v - 1
        while child > v - size[v]:
            room_needed += first_up[child + 1] - first_up[child]
            child -= size[child]
        if room_needed > len(heads):
            wider = np.empty(2 * room_needed, dtype=np.int32)
            for link in range(total):
                wider[link] = heads[link]
            heads = wider
        for item in range(first_high[v], first_high[v + 1]):
            if seen_by[high[item]] != v:
                seen_by[high[item]] = v
                heads[total] = high[item]
                total += 1
        child = v - 1  # in a postorder the children end where the subtree after them begins
        while child > v - size[v]:
            for link in range(first_up[child], first_up[child + 1]):
                if seen_by[heads[link]] != v:
                    seen_by[heads[link]] = v
                    heads[total] = heads[link]
                    total += 1
            child -= size[child]
        first_up[v + 1] = total
    return first_up, heads[:total].copy()


@numba.njit(cache=True, nogil=True)
def entries_from_below(
    first_up: Int64Array, up_head: Int32Array
) -> tuple[Int64Array, Int32Array, Int32Array]:
    """Return, by rank, the links that come up to it: their lower ends, ascending, and the links."""
    count = len(first_up) - 1
    first_down = np.zeros(count + 1, dtype=np.int64)
    for link in range(len(up_head)):
        first_down[up_head[link] + 1] += 1
    for v in range(count):
        first_down[v + 1] += first_down[v]
    down_tail = np.empty(len(up_head), dtype=np.int32)
    down_link = np.empty(len(up_head), dtype=np.int32)
    free = first_down[:-1].copy()
    for v in range(count):
        for link in range(first_up[v], first_up[v + 1]):
            entry = free[up_head[link]]
            free[up_head[link]] += 1
            down_tail[entry], down_link[entry] = v, link
    return first_down, down_tail, down_link


@numba.njit(cache=True, nogil=True)
def sorted_rows(first_up: Int64Array, up_head: Int32Array) -> Int32Array:
    """Return the heads ascending within each row: turned round twice, rows come out in order."""
    first_down, down_tail, _ = entries_from_below(first_up, up_head)
    sorted_head = np.empty(len(up_head), dtype=np.int32)
    free = first_up[:-1].copy()
    for v in range(len(first_up) - 1):
        for entry in range(first_down[v], first_down[v + 1]):
            sorted_head[free[down_tail[entry]]] = v
            free[down_tail[entry]] += 1
    return sorted_head
