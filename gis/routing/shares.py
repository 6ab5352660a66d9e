"""The work on a hierarchy in shares that do not meet, for threads."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.hierarchy import Hierarchy, read_only

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

_SHARES = 16  # more than threads, so that these end together


def subtree_shares(hierarchy: Hierarchy) -> tuple[list[Int32Array], Int32Array]:
    """Return ranks in shares of whole subtrees, and the ranks above all of them.

    Links of two shares never form a triangle with each other. The work of a rank is taken as the
    number of triangles it is the lowest corner of.

    Returns
    -------
    list of arrays
        Ranks of each share, ascending.
    array
        The other ranks, ascending.

    """
    ranks, ends = _shares(hierarchy.first_up, hierarchy.subtree_size, _SHARES)
    *shares, top = np.split(read_only(ranks), ends)
    return shares, top


def thread_count(threads: int | None) -> int:
    """Return the number of threads asked for, by default one a processor."""
    return threads or os.cpu_count() or 1


def in_shares(
    work: Callable[[Int32Array], None], shares: Sequence[Int32Array], *, threads: int | None = None
) -> None:
    """Do the work of every share.

    Parameters
    ----------
    work
        Called with each share, in several threads at a time.
    shares
        Ranks.
    threads
        Number of threads, by default one a processor; with one, none is started.

    """
    if thread_count(threads) == 1:
        for share in shares:
            work(share)
        return
    with ThreadPoolExecutor(thread_count(threads)) as pool:
        for _ in pool.map(work, shares):
            pass  # the map raises here what a thread has raised


@numba.njit(cache=True, nogil=True)
def _shares(
    first_up: Int64Array, subtree_size: Int32Array, shares: int
) -> tuple[Int32Array, Int64Array]:
    """Return the ranks by share, those of none last, and where each share ends."""
    count = len(subtree_size)
    work_before = np.zeros(count + 1, dtype=np.int64)
    for v in range(count):
        degree = first_up[v + 1] - first_up[v]
        work_before[v + 1] = work_before[v] + 1 + degree * (degree + 1) // 2
    limit = work_before[count] // shares + 1
    roots = np.empty(count, dtype=np.int32)  # of the highest subtrees within the limit
    above = np.empty(count, dtype=np.int32)
    root_count, above_count = 0, 0
    v = count - 1
    while v >= 0:
        if work_before[v + 1] - work_before[v + 1 - subtree_size[v]] <= limit:
            roots[root_count] = v
            root_count += 1
            v -= subtree_size[v]
        else:
            above[above_count] = v
            above_count += 1
            v -= 1
    ranks = np.empty(count, dtype=np.int32)
    ends = np.empty(shares + 1, dtype=np.int64)
    placed, work, share = 0, 0, 0
    for root in roots[:root_count][::-1]:
        before = root + 1 - subtree_size[root]
        for rank in range(before, root + 1):
            ranks[placed] = rank
            placed += 1
        work += work_before[root + 1] - work_before[before]
        if work >= limit or placed == count - above_count:
            ends[share] = placed
            share += 1
            work = 0
    for rank in above[:above_count][::-1]:
        ranks[placed] = rank
        placed += 1
    return ranks, ends[:share]
