"""Spreading over a grid of cells from seeds, around blocked cells."""

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.graph import UNREACHED

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def spread(
    passable: BoolArray,
    first_ds: Int32Array,
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
    first_ds
        ``(rows, columns)`` deciseconds already spent at cells that are seeds, ``UNREACHED`` at
        all others (:func:`earliest`).
    step_ds, diagonal_ds
        Deciseconds for a step to a neighbour beside, and across the corner.
    limit_ds
        Cells reached later stay unreached.

    Returns
    -------
    numpy.ndarray
        ``(rows, columns)`` deciseconds, ``UNREACHED`` where not reached.

    """
    return _spread(passable, first_ds, np.int32(step_ds), np.int32(diagonal_ds), np.int32(limit_ds))


def earliest(shape: tuple[int, ...], cells: Int64Array, times_ds: Int32Array) -> Int32Array:
    """Return a grid with the least time of each cell, ``UNREACHED`` where there is none.

    Parameters
    ----------
    shape
        Rows and columns.
    cells, times_ds
        ``(seeds,)`` flat cell numbers and deciseconds.

    """
    first_ds = np.full(shape, UNREACHED, dtype=np.int32)
    np.minimum.at(first_ds.reshape(-1), cells, times_ds)
    return first_ds


@numba.njit(cache=True, nogil=True)
def _spread(
    passable: BoolArray,
    first_ds: Int32Array,
    step_ds: np.int32,
    diagonal_ds: np.int32,
    limit_ds: np.int32,
) -> Int32Array:
    """Settle cells in the order of their times, with a ring of buckets of one decisecond each.

    The seeds, sorted by counting, join as their time comes; steps are shorter than the ring.
    """
    rows, columns = passable.shape
    time_ds = np.full((rows, columns), UNREACHED, dtype=np.int32)
    begins = np.zeros(limit_ds + 2, dtype=np.int64)
    for row in range(rows):
        for column in range(columns):
            if passable[row, column] and first_ds[row, column] <= limit_ds:
                time_ds[row, column] = first_ds[row, column]
                begins[first_ds[row, column] + 1] += 1
    for time in range(1, limit_ds + 2):
        begins[time] += begins[time - 1]
    seeds = np.empty(begins[limit_ds + 1], dtype=np.int64)
    for row in range(rows):
        for column in range(columns):
            time = time_ds[row, column]
            if time != UNREACHED:
                seeds[begins[time]] = row * columns + column
                begins[time] += 1
    ring = max(step_ds, diagonal_ds) + 1
    chain = np.full(ring, -1, dtype=np.int32)  # cells by time, each with the next of its bucket
    # Each neighbour can improve a cell once.
    cell_of = np.empty(8 * rows * columns, dtype=np.int32)
    next_of = np.empty(8 * rows * columns, dtype=np.int32)
    made, waiting, joined = 0, 0, 0
    joins = first_ds.ravel()
    now = np.int64(0)
    while waiting > 0 or joined < len(seeds):
        if waiting == 0:
            now = np.int64(joins[seeds[joined]])
        bucket = now % ring
        entry = chain[bucket]
        chain[bucket] = -1
        while entry >= 0 or (joined < len(seeds) and joins[seeds[joined]] == now):
            if entry >= 0:
                cell = np.int64(cell_of[entry])
                entry = next_of[entry]
                waiting -= 1
            else:
                cell = seeds[joined]
                joined += 1
            row, column = cell // columns, cell % columns
            if now > time_ds[row, column]:
                continue
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
                        cell_of[made] = r * columns + c
                        next_of[made] = chain[later % ring]
                        chain[later % ring] = made
                        made += 1
                        waiting += 1
        now += 1
    return time_ds
