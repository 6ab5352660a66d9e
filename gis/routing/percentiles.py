"""Percentiles of many short lists at once, by a sorting network cut down to the ranks wanted.

The lists stand side by side, one a column, so that one step of the network exchanges two whole
lines (:mod:`gis.routing.lines`). After Batcher, "Sorting networks and their applications", AFIPS
Spring Joint Computer Conference 32 (1968): the odd-even merge sort.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]

_ROUNDING = 1e-9  # 0.05 * 120 must be the sixth of 120, whatever its last bit says


def nearest_ranks(count: int, shares: Sequence[float]) -> Int64Array:
    """Return the places, from 0, of percentiles by nearest rank in a sorted list.

    The percentile of a share is the least value that at least this share of the list does not
    exceed.

    Parameters
    ----------
    count
        Values in the list.
    shares
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the list is empty or a share lies outside 0 to 1.

    """
    parts = np.asarray(shares, dtype=np.float64)
    if count < 1 or not ((parts >= 0) & (parts <= 1)).all():
        raise ValueError("percentiles need at least one value and shares between 0 and 1")
    return np.maximum(np.ceil(parts * count - _ROUNDING).astype(np.int64), 1) - 1


def selection_network(count: int, ranks: Int64Array) -> Int64Array:
    """Return the exchanges that bring the values of given ranks to their places.

    Parameters
    ----------
    count
        Values in the list.
    ranks
        Places in the sorted list that will be read; the others end in any order.

    Returns
    -------
    numpy.ndarray
        ``(exchanges, 2)`` places: the lesser of the two values goes to the first.

    """
    return _network(count, tuple(int(rank) for rank in ranks))


@lru_cache(maxsize=32)
def _network(count: int, ranks: tuple[int, ...]) -> Int64Array:
    read = set(ranks)
    needed = []
    for one, other in reversed(_odd_even_merge_sort(count)):
        if one in read or other in read:
            needed.append((one, other))
            read |= {one, other}
    return np.array(needed[::-1], dtype=np.int64).reshape(-1, 2)


def _odd_even_merge_sort(count: int) -> list[tuple[int, int]]:
    exchanges = []
    run = 1
    while run < count:
        step = run
        while step >= 1:
            exchanges += [
                (low, low + step)
                for start in range(step % run, count - step, 2 * step)
                for low in range(start, min(start + step, count - step))
                if low // (2 * run) == (low + step) // (2 * run)
            ]
            step //= 2
        run *= 2
    return exchanges
