"""The hierarchy of a road graph: its nodes in an order of elimination, with the shortcuts that needs.

The nodes are contracted one after the other, each joining its later neighbours to each other,
whatever the costs: the topology alone decides. After Dibbelt, Strasser and Wagner, "Customizable
Contraction Hierarchies", ACM Journal of Experimental Algorithmics 21 (2016).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


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
