"""Boxes around lines, in blocks: finds the lines near a place among millions without a tree.

Lines stand in the order of their edges, which importers sort along a curve, so lines of a block
lie together and one box around each block spares most tests (the packed tree of Kamel and
Faloutsos, "On packing R-trees", CIKM 1993, with one level).
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.core.crs import METRIC, metric_xy
from gis.network.lines import PARTS_PER_DEGREE, EdgeLines

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_BLOCK = 128
_STEP_DEGREES = 1e-3  # over which the scale of the metric system is measured
_SLACK = 1.05  # the scale changes a little over the longest radius, 50 km
_FARTHEST_E7 = 2**31 - 1


@dataclass(frozen=True, slots=True, eq=False)
class LineBoxes:
    """Boxes around some of a network's lines, in ten-millionths of a degree.

    Parameters
    ----------
    rows
        ``(lines,)`` ascending rows of the edges.
    box
        ``(lines, 4)`` west, south, east, north.
    block
        ``(blocks, 4)`` around each 128 lines that follow each other.

    """

    rows: Int64Array
    box: Int32Array
    block: Int32Array


def make_boxes(lines: EdgeLines, rows: Int64Array) -> LineBoxes:
    """Return boxes around the lines of some rows."""
    box, block = _boxes(lines.first, lines.lon_lat_e7, rows)
    return LineBoxes(rows, box, block)


def rows_in(boxes: LineBoxes, areas: FloatArray) -> Int64Array:
    """Return the rows, ascending, of the lines whose boxes touch any of some boxes.

    Parameters
    ----------
    boxes
        Boxes around lines.
    areas
        ``(areas, 4)`` west, south, east, north in degrees.

    """
    outer = np.concatenate(
        [np.floor(areas[:, :2] * PARTS_PER_DEGREE), np.ceil(areas[:, 2:] * PARTS_PER_DEGREE)],
        axis=1,
    )
    limits = np.clip(outer, -_FARTHEST_E7, _FARTHEST_E7).astype(np.int32)
    return boxes.rows[_touched(boxes.box, boxes.block, limits)]


def areas_around(
    lon: FloatArray, lat: FloatArray, radius_m: float, system: str = METRIC
) -> FloatArray:
    """Return boxes in degrees that hold all within a radius of places in a metric system.

    Returns
    -------
    numpy.ndarray
        ``(places, 4)`` west, south, east, north.

    """
    x, y = metric_xy(lon, lat, system)
    x_east, y_east = metric_xy(lon + _STEP_DEGREES, lat, system)
    x_north, y_north = metric_xy(lon, lat + _STEP_DEGREES, system)
    east = np.stack([x_east - x, y_east - y]) / _STEP_DEGREES
    north = np.stack([x_north - x, y_north - y]) / _STEP_DEGREES
    # How far a circle reaches to the sides: rows of the inverse of the local scale.
    area = np.abs(east[0] * north[1] - east[1] * north[0])
    reach_lon = np.hypot(north[0], north[1]) / area * radius_m * _SLACK
    reach_lat = np.hypot(east[0], east[1]) / area * radius_m * _SLACK
    return np.stack([lon - reach_lon, lat - reach_lat, lon + reach_lon, lat + reach_lat], axis=1)


@numba.njit(cache=True, nogil=True)
def _boxes(
    first: Int64Array, lon_lat_e7: Int32Array, rows: Int64Array
) -> tuple[Int32Array, Int32Array]:
    count = len(rows)
    blocks = (count + _BLOCK - 1) // _BLOCK
    box = np.empty((count, 4), dtype=np.int32)
    block = np.empty((blocks, 4), dtype=np.int32)
    block[:, :2], block[:, 2:] = _FARTHEST_E7, -_FARTHEST_E7
    for line in range(count):
        begin, end = first[rows[line]], first[rows[line] + 1]
        around = block[line // _BLOCK]
        for axis in range(2):
            low = high = lon_lat_e7[begin, axis]
            for point in range(begin + 1, end):
                low = min(low, lon_lat_e7[point, axis])
                high = max(high, lon_lat_e7[point, axis])
            box[line, axis], box[line, axis + 2] = low, high
            around[axis] = min(around[axis], low)
            around[axis + 2] = max(around[axis + 2], high)
    return box, block


@numba.njit(cache=True, nogil=True)
def _touched(box: Int32Array, block: Int32Array, areas: Int32Array) -> Int64Array:
    is_touched = np.zeros(len(box), dtype=np.bool_)
    for number in range(len(areas)):
        west, south, east, north = areas[number]
        for group in range(len(block)):
            if (
                block[group, 0] > east
                or block[group, 1] > north
                or block[group, 2] < west
                or block[group, 3] < south
            ):
                continue
            for line in range(group * _BLOCK, min((group + 1) * _BLOCK, len(box))):
                if (
                    box[line, 0] <= east
                    and box[line, 1] <= north
                    and box[line, 2] >= west
                    and box[line, 3] >= south
                ):
                    is_touched[line] = True
    return np.flatnonzero(is_touched)
