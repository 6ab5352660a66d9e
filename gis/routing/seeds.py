"""Places as the road nodes they are tied to and the cost of getting there."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """Ways between places and nodes of a graph.

    Parameters
    ----------
    first
        ``(places + 1,)``: ways ``first[p]`` to ``first[p + 1] - 1`` belong to place p; a place
        without ways reaches nothing and is reached from nowhere.
    node
        ``(ways,)`` the node each way leads to, or comes from.
    cost
        ``(ways,)`` what the way costs, in the units of the metric it is used with: int32
        deciseconds, or int64 keys of deciseconds and decimetres.

    """

    first: Int64Array
    node: Int32Array
    cost: CostArray

    @property
    def count(self) -> int:
        """Return the number of places."""
        return len(self.first) - 1


def seeds_at(nodes: npt.NDArray[np.integer], *, dtype: type[np.signedinteger] = np.int32) -> Seeds:
    """Return places that stand on one node each, at no cost.

    Parameters
    ----------
    nodes
        ``(places,)`` nodes.
    dtype
        ``np.int32`` for deciseconds, ``np.int64`` for keys.

    """
    return Seeds(
        first=np.arange(len(nodes) + 1, dtype=np.int64),
        node=np.asarray(nodes, dtype=np.int32),
        cost=np.zeros(len(nodes), dtype=dtype),
    )
