"""Spreading over a grid of cells from seeds, around blocked cells."""

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.graph import UNREACHED
from gis.routing.heap import drop_first, push

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def spread(
    passable: BoolArray,
    cells: Int64Array,
    times_ds: Int32Array,
    *,
    step_ds: int,
    diagonal_ds: int,
    limit_ds: int,
) -> Int32Array:
    """Return when each cell is reached from the seeds over passable cells.

    Steps lead to the eight neighbours; a diagonal step needs a passable cell beside it, so that
    nobody slips between two blocked cells. Steps are at least as long as the straight way.

    Parameters
    ----------
    passable
        ``(rows, columns)`` cells that may be entered; seeds elsewhere are ignored.
    cells, times_ds
        ``(seeds,)`` flat cell numbers and the deciseconds already spent there.
    step_ds, diagonal_ds
        Deciseconds for a step to a neighbour beside, and across the corner.
    limit_ds
        Cells reached later stay unreached.

    Returns
    -------
    numpy.ndarray
        ``(rows, columns)`` deciseconds, ``UNREACHED`` where not reached.

    """
    first = np.full(passable.size, UNREACHED, dtype=np.int32)
    np.minimum.at(first, cells, times_ds)
    seeds = np.flatnonzero((first <= limit_ds) & passable.ravel())
    return _spread(
        passable,
        seeds,
        first[seeds],
        np.int32(step_ds),
        np.int32(diagonal_ds),
        np.int32(limit_ds),
    )


@numba.njit(cache=True)
def _spread(
    passable: BoolArray,
    seeds: Int64Array,
    seed_ds: Int32Array,
    step_ds: np.int32,
    diagonal_ds: np.int32,
    limit_ds: np.int32,
) -> Int32Array:
    rows, columns = passable.shape
    time_ds = np.full((rows, columns), UNREACHED, dtype=np.int32)
    capacity = max(1024, 2 * len(seeds))
    keys = np.empty(capacity, dtype=np.int32)
    items = np.empty(capacity, dtype=np.int32)
    size = 0
    for seed in range(len(seeds)):
        time_ds[seeds[seed] // columns, seeds[seed] % columns] = seed_ds[seed]
        size = push(keys, items, size, seed_ds[seed], seeds[seed])
    while size > 0:
        now, cell = keys[0], items[0]
        size = drop_first(keys, items, size)
        row, column = cell // columns, cell % columns
        if now > time_ds[row, column]:
            continue
        if size + 8 > capacity:
            keys = np.concatenate((keys, np.empty(capacity, dtype=np.int32)))
            items = np.concatenate((items, np.empty(capacity, dtype=np.int32)))
            capacity *= 2
        for down in range(-1, 2):
            for across in range(-1, 2):
                r, c = row + down, column + across
                if r < 0 or c < 0 or r >= rows or c >= columns or not passable[r, c]:
                    continue
                later = now + step_ds
                if down != 0 and across != 0:
                    if not (passable[row, c] or passable[r, column]):
                        continue
                    later = now + diagonal_ds
                if later < time_ds[r, c] and later <= limit_ds:
                    time_ds[r, c] = later
                    size = push(keys, items, size, later, r * columns + c)
    return time_ds
