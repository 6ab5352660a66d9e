"""The links that a hierarchy lacks when arcs are added to its graph.

An added link is handed up the elimination tree like those the graph began with: a node leaves its
later neighbours to the lowest of them. Nodes whose links stay as they are are not looked at, so
that a scenario of some hundred roads costs little more than copying the hierarchy.
"""

import numba
import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

_NONE = np.int32(-1)


@numba.njit(cache=True, nogil=True)
def missing_links(
    first_up: Int64Array,
    up_head: Int32Array,
    old_parent: Int32Array,
    low: Int32Array,
    high: Int32Array,
) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Return the links to add to a hierarchy, shortcuts included, and the new tree (compiled).

    Parameters
    ----------
    first_up, up_head, old_parent
        The hierarchy.
    low, high
        ``(added,)`` ranks that the added arcs join.

    Returns
    -------
    missing_low, missing_high
        Ranks joined by links that the hierarchy has not, sorted.
    parent
        ``(nodes,)`` by old rank: the lowest higher neighbour.

    """
    count = len(old_parent)
    parent = old_parent.copy()
    latest = np.full(count, _NONE, dtype=np.int32)  # of the heads handed to each rank: a chain
    handed = np.empty(len(low), dtype=np.int32)
    earlier = np.empty(len(low), dtype=np.int32)
    handed_count = len(low)
    for i in range(len(low)):
        handed[i], earlier[i], latest[low[i]] = high[i], latest[low[i]], i
    missing_low = np.empty(len(low), dtype=np.int32)
    missing_high = np.empty(len(low), dtype=np.int32)
    total = 0
    seen_by = np.full(count, _NONE, dtype=np.int32)
    for v in range(count):
        if latest[v] == _NONE:
            continue
        for link in range(first_up[v], first_up[v + 1]):
            seen_by[up_head[link]] = v
        before = total
        item = latest[v]
        while item != _NONE:
            if seen_by[handed[item]] != v:
                seen_by[handed[item]] = v
                if total == len(missing_low):
                    missing_low, missing_high = _wider(missing_low), _wider(missing_high)
                place = total
                while place > before and missing_high[place - 1] > handed[item]:
                    missing_high[place] = missing_high[place - 1]
                    place -= 1
                missing_low[total], missing_high[place] = v, handed[item]
                total += 1
            item = earlier[item]
        if total == before:
            continue
        while len(handed) < handed_count + total - before + first_up[v + 1] - first_up[v]:
            handed, earlier = _wider(handed), _wider(earlier)
        heir = parent[v]
        if heir == _NONE or missing_high[before] < heir:
            # Another node is the lowest now, and gets what the old parent has had all along.
            heir = parent[v] = missing_high[before]
            for link in range(first_up[v], first_up[v + 1]):
                handed[handed_count], earlier[handed_count] = up_head[link], latest[heir]
                latest[heir] = handed_count
                handed_count += 1
        for place in range(before, total):
            if missing_high[place] != heir:
                handed[handed_count], earlier[handed_count] = missing_high[place], latest[heir]
                latest[heir] = handed_count
                handed_count += 1
    return missing_low[:total], missing_high[:total], parent


@numba.njit(cache=True, nogil=True)
def merged_links(
    first_up: Int64Array,
    up_head: Int32Array,
    missing_low: Int32Array,
    missing_high: Int32Array,
    final: Int32Array,
) -> tuple[Int64Array, Int32Array, Int32Array]:
    """Return the links of a hierarchy and missing ones by new ranks (compiled).

    New ranks keep the order of a node's higher neighbours, all of which lie on one way up the
    tree: rows that are sorted stay sorted.

    Parameters
    ----------
    first_up, up_head
        The hierarchy.
    missing_low, missing_high
        Further links, by old ranks, sorted.
    final
        ``(nodes,)`` the new rank of each old one.

    Returns
    -------
    first_up, up_head
        The links by new ranks.
    new_link
        ``(old links + 1,)`` where each link has gone; -1, behind the others, stays -1.

    """
    count = len(final)
    first = np.zeros(count + 1, dtype=np.int64)
    for v in range(count):
        first[final[v] + 1] = first_up[v + 1] - first_up[v]
    for item in range(len(missing_low)):
        first[final[missing_low[item]] + 1] += 1
    for v in range(count):
        first[v + 1] += first[v]
    heads = np.empty(first[count], dtype=np.int32)
    new_link = np.empty(len(up_head) + 1, dtype=np.int32)
    new_link[len(up_head)] = _NONE
    item = 0
    for v in range(count):
        free = first[final[v]]
        for link in range(first_up[v], first_up[v + 1]):
            while (
                item < len(missing_low)
                and missing_low[item] == v
                and missing_high[item] < up_head[link]
            ):
                heads[free] = final[missing_high[item]]
                free += 1
                item += 1
            heads[free] = final[up_head[link]]
            new_link[link] = free
            free += 1
        while item < len(missing_low) and missing_low[item] == v:
            heads[free] = final[missing_high[item]]
            free += 1
            item += 1
    return first, heads, new_link


@numba.njit(cache=True, nogil=True)
def _wider(array: Int32Array) -> Int32Array:
    """Return an array of twice the length that begins with a given one."""
    wider = np.empty(2 * len(array) + 1, dtype=np.int32)
    for i in range(len(array)):
        wider[i] = array[i]
    return wider
