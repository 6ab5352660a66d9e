"""Orders of elimination for a handful of nodes."""

import numba
import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

MOST_NODES = 64  # the neighbours of a node are the bits of one word
_ONE = np.uint64(1)


@numba.njit(cache=True, nogil=True)
def minimum_degree(first: Int64Array, neighbour: Int32Array) -> Int32Array:
    """Return an order that eliminates the node with the fewest neighbours next (compiled).

    Of equal ones the first by number goes (Tinney and Walker, "Direct solutions of sparse network
    equations by optimally ordered triangular factorization", Proceedings of the IEEE 55, 1967).

    Parameters
    ----------
    first, neighbour
        Neighbours of each of at most ``MOST_NODES`` nodes, once each, as compressed rows.

    """
    nodes = len(first) - 1
    near = np.zeros(nodes, dtype=np.uint64)
    for v in range(nodes):
        for item in range(first[v], first[v + 1]):
            near[v] |= _ONE << np.uint64(neighbour[item])
    left = np.ones(nodes, dtype=np.bool_)
    order = np.empty(nodes, dtype=np.int32)
    for place in range(nodes):
        best, fewest = -1, MOST_NODES + 1
        for v in range(nodes):
            if left[v] and _bits(near[v]) < fewest:
                best, fewest = v, _bits(near[v])
        order[place] = best
        left[best] = False
        for v in range(nodes):
            if left[v] and near[best] >> np.uint64(v) & _ONE:
                near[v] |= near[best]
                near[v] &= ~(_ONE << np.uint64(v) | _ONE << np.uint64(best))
    return order


@numba.njit(cache=True, nogil=True)
def _bits(word: np.uint64) -> int:
    """Return the number of ones in a word, added up in ever larger groups of bits."""
    word -= word >> np.uint64(1) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + (
        word >> np.uint64(2) & np.uint64(0x3333333333333333)
    )
    word = word + (word >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(word * np.uint64(0x0101010101010101) >> np.uint64(56))
