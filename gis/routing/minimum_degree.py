"""Orders of elimination for a handful of nodes of a larger graph."""

import numba
import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BitArray = npt.NDArray[np.uint64]

WORD_BITS = 64  # the neighbours of a node are the bits of a word
_ONE = np.uint64(1)


@numba.njit(cache=True, nogil=True)
def minimum_degree(near: BitArray, outer: BitArray) -> Int32Array:
    """Return an order that eliminates the node with the fewest neighbours next (compiled).

    Of equal ones the first by number goes (Tinney and Walker, "Direct solutions of sparse network
    equations by optimally ordered triangular factorization", Proceedings of the IEEE 55, 1967).
    Neighbours outside, which go later, count too: a node is joined to them all the same.

    Parameters
    ----------
    near
        ``(nodes,)`` the neighbours of each of at most ``WORD_BITS`` nodes among themselves: bit
        ``w`` of ``near[v]`` stands for ``w``. Used up.
    outer
        ``(nodes,)`` their neighbours outside, numbered in any way. Used up.

    """
    nodes = len(near)
    left = np.ones(nodes, dtype=np.bool_)
    order = np.empty(nodes, dtype=np.int32)
    for place in range(nodes):
        best, fewest = -1, 2 * WORD_BITS + 1
        for v in range(nodes):
            if left[v]:
                degree = _ones(near[v]) + _ones(outer[v])
                if degree < fewest:
                    best, fewest = v, degree
        order[place] = best
        left[best] = False
        for v in range(nodes):
            if left[v] and near[best] >> np.uint64(v) & _ONE:
                near[v] |= near[best]
                near[v] &= ~(_ONE << np.uint64(v) | _ONE << np.uint64(best))
                outer[v] |= outer[best]
    return order


@numba.njit(cache=True, nogil=True)
def _ones(word: np.uint64) -> int:
    """Return the number of ones in a word, added up in ever larger groups of bits."""
    word -= word >> np.uint64(1) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + (
        word >> np.uint64(2) & np.uint64(0x3333333333333333)
    )
    word = word + (word >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(word * np.uint64(0x0101010101010101) >> np.uint64(56))
