"""The hierarchy of a road graph: its nodes in an order of elimination, and the links that needs.

The nodes are contracted one after the other, each joining its later neighbours to each other,
whatever the costs: the topology alone decides. After Dibbelt, Strasser and Wagner, "Customizable
Contraction Hierarchies", ACM Journal of Experimental Algorithmics 21 (2016).

All arrays of a hierarchy are read-only: it may be a view of a file, many scenarios share it, and
compiled kernels see one type whether it was built or loaded.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.added_links import merged_links, missing_links
from gis.routing.adjacency import grouped
from gis.routing.elimination_tree import (
    elimination_tree,
    entries_from_below,
    postorder,
    renumbered_tree,
    sorted_rows,
    symbolic_links,
)
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
    count = graph.node_count
    place = read_only(_inverse(order, count))
    tail, head = read_only(graph.tail), read_only(graph.head)
    low, high = _lower_and_higher(tail, head, place)
    parent = elimination_tree(*grouped(high, low, count))
    final = postorder(parent)
    rank = final[place]
    tree = renumbered_tree(parent, final)
    first_up, up_head = symbolic_links(*grouped(final[low], final[high], count), *tree)
    up_head = sorted_rows(first_up, up_head)
    arc_link, arc_is_up = _links_of_arcs(first_up, up_head, rank, tail, head)
    return _hierarchy(
        rank=rank,
        tree=tree,
        first_up=first_up,
        up_head=up_head,
        arc_link=arc_link,
        arc_is_up=arc_is_up,
    )


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
    tail, head = (read_only(np.asarray(end, dtype=np.int32)) for end in (tail, head))
    low, high = _lower_and_higher(tail, head, hierarchy.rank)
    missing_low, missing_high, parent = missing_links(
        hierarchy.first_up, hierarchy.up_head, hierarchy.parent, low, high
    )
    final = postorder(parent)
    first_up, up_head, new_link = merged_links(
        hierarchy.first_up, hierarchy.up_head, missing_low, missing_high, final
    )
    added_link, added_is_up = _links_of_arcs(first_up, up_head, final[hierarchy.rank], tail, head)
    return _hierarchy(
        rank=final[hierarchy.rank],
        tree=renumbered_tree(parent, final),
        first_up=first_up,
        up_head=up_head,
        arc_link=np.concatenate([new_link[hierarchy.arc_link], added_link]),
        arc_is_up=np.concatenate([hierarchy.arc_is_up, added_is_up]),
    )


def read_only(array: Array) -> Array:
    """Return a view of an array that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


def _hierarchy(
    *,
    rank: Int32Array,
    tree: tuple[Int32Array, Int32Array],
    first_up: Int64Array,
    up_head: Int32Array,
    arc_link: Int32Array,
    arc_is_up: BoolArray,
) -> Hierarchy:
    """Return a hierarchy with the arrays that follow from the others."""
    node = np.empty(len(rank), dtype=np.int32)
    node[rank] = np.arange(len(rank), dtype=np.int32)
    parent, subtree_size = tree
    first_down, down_tail, down_link = entries_from_below(first_up, up_head)
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
