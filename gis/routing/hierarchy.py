"""The hierarchy of a road graph: its nodes in an order of elimination, and the links that needs.

The nodes are contracted one after the other, each joining its later neighbours to each other,
whatever the costs: the topology alone decides. After Dibbelt, Strasser and Wagner, "Customizable
Contraction Hierarchies", ACM Journal of Experimental Algorithmics 21 (2016). The links are those
of the Cholesky factor of a matrix with the graph's pattern, and are found as there: the
elimination tree first (Liu, "The role of elimination trees in sparse factorization", SIAM Journal
on Matrix Analysis and Applications 11, 1990), then each node's links from those of its children.

All arrays of a hierarchy are read-only: it may be a view of a file, many scenarios share it, and
compiled kernels see one type whether it was built or loaded.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.adjacency import grouped
from gis.routing.graph import RoadGraph

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

Array = TypeVar("Array", bound=npt.NDArray[Any])

_NONE = np.int32(-1)


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """The chordal completion of a graph. A node's rank is its place in the order of elimination.

    Ranks are a postorder of the elimination tree, so the ranks below ``v`` in the tree are
    ``v - subtree_size[v] + 1`` to ``v``.

    Parameters
    ----------
    rank
        ``(nodes,)`` the rank of each node of the graph.
    node
        ``(nodes,)`` the node at each rank.
    parent
        ``(nodes,)`` by rank: the lowest higher neighbour, -1 at a root of the tree.
    subtree_size
        ``(nodes,)`` by rank: ranks in the subtree, itself included.
    first_up
        ``(nodes + 1,)`` by rank: links ``first_up[v]`` to ``first_up[v + 1] - 1`` lead from v up.
    up_head
        ``(links,)`` the higher rank each link leads to, ascending within a node.
    first_down
        ``(nodes + 1,)`` by rank: entries of the links that come up to v.
    down_tail, down_link
        ``(links,)`` by entry: the lower rank, ascending within a node, and the link.
    arc_link
        ``(arcs,)`` the link each arc of the graph lies on, -1 for loops.
    arc_is_up
        ``(arcs,)`` whether the arc leads to the higher rank.

    """

    rank: Int32Array
    node: Int32Array
    parent: Int32Array
    subtree_size: Int32Array
    first_up: Int64Array
    up_head: Int32Array
    first_down: Int64Array
    down_tail: Int32Array
    down_link: Int32Array
    arc_link: Int32Array
    arc_is_up: BoolArray

    @property
    def node_count(self) -> int:
        """Return the number of nodes."""
        return len(self.rank)

    @property
    def link_count(self) -> int:
        """Return the number of links."""
        return len(self.up_head)

    def link_tail(self) -> Int32Array:
        """Return ``(links,)`` the lower rank of each link."""
        ranks = np.arange(self.node_count, dtype=np.int32)
        return np.repeat(ranks, np.diff(self.first_up))


def build_hierarchy(graph: RoadGraph, order: Int32Array) -> Hierarchy:
    """Return the hierarchy of a graph under an order of elimination.

    Loops, several arcs between two nodes, one-way arcs, nodes without arcs and graphs in several
    parts are all right. The final ranks are those of the order put into a postorder of the
    elimination tree, which leaves the links as they are.

    Parameters
    ----------
    graph
        The graph.
    order
        ``(nodes,)`` the node eliminated first, second, ...

    Raises
    ------
    ValueError
        If the order does not hold every node once.

    """
    return _hierarchy_of_pairs(graph.tail, graph.head, _inverse(order, graph.node_count))


def with_links(hierarchy: Hierarchy, tail: Int32Array, head: Int32Array) -> Hierarchy:
    """Return the hierarchy of the graph with arcs added, in the old order of elimination.

    The added arcs come after the arcs of the graph, so that costs for the new hierarchy are those
    of the old arcs followed by those of the added ones. Ranks change, as the tree does. An order
    made without the added arcs stays good as long as these are few.

    Parameters
    ----------
    hierarchy
        The hierarchy of the graph without them.
    tail, head
        ``(added,)`` nodes the added arcs leave and lead to.

    Raises
    ------
    ValueError
        If an arc names a node that the graph has not.

    """
    ends = np.concatenate([tail, head])
    if len(ends) and not 0 <= ends.min() <= ends.max() < hierarchy.node_count:
        raise ValueError(f"added arcs must join nodes 0 to {hierarchy.node_count - 1}")
    old_tail, old_head = _arc_ends(hierarchy)
    return _hierarchy_of_pairs(
        np.concatenate([old_tail, np.asarray(tail, dtype=np.int32)]),
        np.concatenate([old_head, np.asarray(head, dtype=np.int32)]),
        hierarchy.rank,
    )


def read_only(array: Array) -> Array:
    """Return a view of an array that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


def _hierarchy_of_pairs(tail: Int32Array, head: Int32Array, place: Int32Array) -> Hierarchy:
    """Return the hierarchy of arcs between nodes, given each node's place in the order."""
    count = len(place)
    tail, head, place = read_only(tail), read_only(head), read_only(place)
    low, high = _lower_and_higher(tail, head, place)
    parent = _elimination_tree(*grouped(high, low, count))
    final = _postorder(parent)
    rank = final[place]
    low, high = final[low], final[high]
    parent, subtree_size = _renumbered_tree(parent, final)
    first_up, unsorted_head = _symbolic_links(*grouped(low, high, count), parent, subtree_size)
    up_head, first_down, down_tail, down_link = _sorted_links(first_up, unsorted_head)
    arc_link, arc_is_up = _links_of_arcs(first_up, up_head, rank, tail, head)
    node = np.empty(count, dtype=np.int32)
    node[rank] = np.arange(count, dtype=np.int32)
    return Hierarchy(
        rank=read_only(rank),
        node=read_only(node),
        parent=read_only(parent),
        subtree_size=read_only(subtree_size),
        first_up=read_only(first_up),
        up_head=read_only(up_head),
        first_down=read_only(first_down),
        down_tail=read_only(down_tail),
        down_link=read_only(down_link),
        arc_link=read_only(arc_link),
        arc_is_up=read_only(arc_is_up),
    )


def _inverse(order: Int32Array, count: int) -> Int32Array:
    """Return the place of each node in an order."""
    place = np.full(count, _NONE, dtype=np.int32)
    within = len(order) == count and (count == 0 or (order.min() >= 0 and order.max() < count))
    if within:
        place[order] = np.arange(count, dtype=np.int32)
    if not within or (place == _NONE).any():
        raise ValueError(f"an order of elimination holds each of the {count} nodes once")
    return place


def _arc_ends(hierarchy: Hierarchy) -> tuple[Int32Array, Int32Array]:
    """Return the node each arc leaves and leads to; a loop is given as a loop at node 0."""
    is_on_link = hierarchy.arc_link != _NONE
    link, is_up = hierarchy.arc_link[is_on_link], hierarchy.arc_is_up[is_on_link]
    low = hierarchy.node[hierarchy.link_tail()[link]]
    high = hierarchy.node[hierarchy.up_head[link]]
    tail = np.zeros(len(is_on_link), dtype=np.int32)
    head = np.zeros(len(is_on_link), dtype=np.int32)
    tail[is_on_link] = np.where(is_up, low, high)
    head[is_on_link] = np.where(is_up, high, low)
    return tail, head


@numba.njit(cache=True, nogil=True)
def link_between(first_up: Int64Array, up_head: Int32Array, low: int, high: int) -> int:
    """Return the link between two ranks that a link joins, by bisection (compiled)."""
    before, after = first_up[low], first_up[low + 1]
    while before < after:
        middle = (before + after) >> 1
        if up_head[middle] < high:
            before = middle + 1
        else:
            after = middle
    return before


@numba.njit(cache=True, nogil=True)
def _lower_and_higher(
    tail: Int32Array, head: Int32Array, place: Int32Array
) -> tuple[Int32Array, Int32Array]:
    """Return both ends of each arc as places, without loops."""
    low = np.empty(len(tail), dtype=np.int32)
    high = np.empty(len(tail), dtype=np.int32)
    count = 0
    for arc in range(len(tail)):
        a, b = place[tail[arc]], place[head[arc]]
        if a != b:
            low[count], high[count] = min(a, b), max(a, b)
            count += 1
    return low[:count], high[:count]


@numba.njit(cache=True, nogil=True)
def _elimination_tree(first_low: Int64Array, low: Int32Array) -> Int32Array:
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
def _postorder(parent: Int32Array) -> Int32Array:
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
def _renumbered_tree(parent: Int32Array, final: Int32Array) -> tuple[Int32Array, Int32Array]:
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
def _symbolic_links(
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
def _sorted_links(
    first_up: Int64Array, heads: Int32Array
) -> tuple[Int32Array, Int64Array, Int32Array, Int32Array]:
    """Return the links sorted, and the entries of the links that come up to each rank.

    Transposing twice sorts: entries are filled in order of their lower end, links in order of
    their higher one.
    """
    count = len(first_up) - 1
    first_down = np.zeros(count + 1, dtype=np.int64)
    for link in range(len(heads)):
        first_down[heads[link] + 1] += 1
    for v in range(count):
        first_down[v + 1] += first_down[v]
    down_tail = np.empty(len(heads), dtype=np.int32)
    free = first_down[:-1].copy()
    for v in range(count):
        for link in range(first_up[v], first_up[v + 1]):
            down_tail[free[heads[link]]] = v
            free[heads[link]] += 1
    up_head = np.empty(len(heads), dtype=np.int32)
    down_link = np.empty(len(heads), dtype=np.int32)
    free = first_up[:-1].copy()
    for v in range(count):
        for entry in range(first_down[v], first_down[v + 1]):
            link = free[down_tail[entry]]
            free[down_tail[entry]] += 1
            up_head[link] = v
            down_link[entry] = link
    return up_head, first_down, down_tail, down_link


@numba.njit(cache=True, nogil=True)
def _links_of_arcs(
    first_up: Int64Array,
    up_head: Int32Array,
    rank: Int32Array,
    tail: Int32Array,
    head: Int32Array,
) -> tuple[Int32Array, BoolArray]:
    """Return the link each arc lies on, -1 for loops, and whether the arc leads up."""
    arc_link = np.full(len(tail), _NONE, dtype=np.int32)
    arc_is_up = np.zeros(len(tail), dtype=np.bool_)
    for arc in range(len(tail)):
        a, b = rank[tail[arc]], rank[head[arc]]
        if a != b:
            arc_link[arc] = link_between(first_up, up_head, min(a, b), max(a, b))
            arc_is_up[arc] = a < b
    return arc_link, arc_is_up
