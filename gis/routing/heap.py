"""A binary heap of (key, item) pairs in two arrays, for the compiled searches."""

import numba
import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]


@numba.njit(cache=True, inline="never")
def push(keys: Int32Array, items: Int32Array, size: int, key: int, item: int) -> int:
    """Add an item and return the new size; the arrays must have room for it."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if keys[above] <= key:
            break
        keys[place] = keys[above]
        items[place] = items[above]
        place = above
    keys[place] = key
    items[place] = item
    return size + 1


@numba.njit(cache=True, inline="never")
def drop_first(keys: Int32Array, items: Int32Array, size: int) -> int:
    """Remove the item with the smallest key, which stands first, and return the new size."""
    size -= 1
    key, item = keys[size], items[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[place] = keys[below]
        items[place] = items[below]
        place = below
    keys[place] = key
    items[place] = item
    return size
