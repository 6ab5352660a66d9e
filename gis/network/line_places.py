"""Evenly spaced places along many lines at once."""

import numba
import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def places_on_lines(
    first: Int64Array, points: FloatArray, *, spacing_m: float
) -> tuple[Int64Array, FloatArray, FloatArray, FloatArray]:
    """Return evenly spaced places along lines, ends included.

    Parameters
    ----------
    first
        ``(lines + 1,)``: points ``first[i]`` to ``first[i + 1] - 1`` make line i.
    points
        ``(points, 2)`` metres.
    spacing_m
        Places are at most this far apart.

    Returns
    -------
    line, fraction, x, y
        ``(places,)`` the line, the part of it from its start, and the position in metres.

    """
    steps = np.hypot(np.diff(points[:, 0]), np.diff(points[:, 1]))
    length_m = _lengths(first, steps)
    pieces = np.maximum(np.ceil(length_m / spacing_m), 1).astype(np.int64)
    line = np.repeat(np.arange(len(pieces)), pieces + 1)
    begin = np.repeat(np.cumsum(pieces + 1) - (pieces + 1), pieces + 1)
    fraction = (np.arange(len(line)) - begin) / pieces[line]
    x, y = _positions(first, points, steps, line, fraction * length_m[line])
    # The ends themselves, not what rounding makes of them.
    is_end = fraction >= 1.0
    x[is_end], y[is_end] = points[first[1:] - 1].T
    return line, fraction, x, y


@numba.njit(cache=True, nogil=True)
def _lengths(first: Int64Array, steps: FloatArray) -> FloatArray:
    length = np.zeros(len(first) - 1, dtype=np.float64)
    for line in range(len(length)):
        for point in range(first[line], first[line + 1] - 1):
            length[line] += steps[point]
    return length


@numba.njit(cache=True, nogil=True)
def _positions(
    first: Int64Array,
    points: FloatArray,
    steps: FloatArray,
    line: Int64Array,
    along_m: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    x = np.empty(len(line), dtype=np.float64)
    y = np.empty(len(line), dtype=np.float64)
    current, point, passed_m = np.int64(-1), np.int64(0), 0.0
    for place in range(len(line)):
        if line[place] != current:
            current = line[place]
            point, passed_m = first[current], 0.0
        while point < first[current + 1] - 2 and along_m[place] > passed_m + steps[point]:
            passed_m += steps[point]
            point += 1
        part = (along_m[place] - passed_m) / steps[point] if steps[point] > 0.0 else 0.0
        part = min(part, 1.0)
        x[place] = points[point, 0] + (points[point + 1, 0] - points[point, 0]) * part
        y[place] = points[point, 1] + (points[point + 1, 1] - points[point, 1]) * part
    return x, y
