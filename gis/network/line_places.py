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
    return _places(first, points, float(spacing_m))


@numba.njit(cache=True, nogil=True)
def _places(
    first: Int64Array, points: FloatArray, spacing_m: float
) -> tuple[Int64Array, FloatArray, FloatArray, FloatArray]:
    lines = len(first) - 1
    length_m = np.zeros(lines, dtype=np.float64)
    steps_m = np.empty(len(points), dtype=np.float64)
    pieces = np.empty(lines, dtype=np.int64)
    count = 0
    for row in range(lines):
        for point in range(first[row], first[row + 1] - 1):
            across = points[point + 1, 0] - points[point, 0]
            up = points[point + 1, 1] - points[point, 1]
            steps_m[point] = np.hypot(across, up)
            length_m[row] += steps_m[point]
        pieces[row] = max(int(np.ceil(length_m[row] / spacing_m)), 1)
        count += pieces[row] + 1
    line = np.empty(count, dtype=np.int64)
    fraction = np.empty(count, dtype=np.float64)
    x = np.empty(count, dtype=np.float64)
    y = np.empty(count, dtype=np.float64)
    place = 0
    for row in range(lines):
        point, last, passed_m = first[row], first[row + 1] - 1, 0.0
        for piece in range(pieces[row]):
            line[place], fraction[place] = row, piece / pieces[row]
            along_m = fraction[place] * length_m[row]
            while point < last - 1 and along_m > passed_m + steps_m[point]:
                passed_m += steps_m[point]
                point += 1
            step_m = steps_m[point]
            part = min((along_m - passed_m) / step_m, 1.0) if step_m > 0.0 else 0.0
            x[place] = points[point, 0] + (points[point + 1, 0] - points[point, 0]) * part
            y[place] = points[point, 1] + (points[point + 1, 1] - points[point, 1]) * part
            place += 1
        # The end itself, not what rounding makes of it.
        line[place], fraction[place] = row, 1.0
        x[place], y[place] = points[last]
        place += 1
    return line, fraction, x, y
