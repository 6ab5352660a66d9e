"""Areas inside a limit on a grid of times, by marching squares."""

import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage

from gis.routing.graph import UNREACHED

FloatArray = npt.NDArray[np.float64]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Corners of a square of four cell centres: 1 top left, 2 top right, 4 bottom right, 8 bottom left.
# Sides: 0 top, 1 right, 2 bottom, 3 left. For every set of reached corners the sides where the
# border enters and leaves, with the reached part on one and the same hand; opposite corners stay
# apart, so that nothing is claimed between them.
_TOP, _RIGHT, _BOTTOM, _LEFT = range(4)
_ALL_CORNERS = 15
_BORDERS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((_LEFT, _TOP),),
    2: ((_TOP, _RIGHT),),
    3: ((_LEFT, _RIGHT),),
    4: ((_RIGHT, _BOTTOM),),
    5: ((_LEFT, _TOP), (_RIGHT, _BOTTOM)),
    6: ((_TOP, _BOTTOM),),
    7: ((_LEFT, _BOTTOM),),
    8: ((_BOTTOM, _LEFT),),
    9: ((_BOTTOM, _TOP),),
    10: ((_TOP, _RIGHT), (_BOTTOM, _LEFT)),
    11: ((_BOTTOM, _RIGHT),),
    12: ((_RIGHT, _LEFT),),
    13: ((_RIGHT, _TOP),),
    14: ((_TOP, _LEFT),),
}
_NEAREST, _FARTHEST = 0.02, 0.98  # keeps borders off the corners, where they would touch


def area_within(
    time_ds: Int32Array, *, limit_ds: float, step_ds: float, left: float, top: float, cell_m: float
) -> shapely.Geometry:
    """Return the area around cell centres that is reached within a limit.

    Between a reached centre and one that is not, the border lies where the time left runs out;
    it claims nothing that a straight way from a reached centre does not reach.

    Parameters
    ----------
    time_ds
        ``(rows, columns)`` deciseconds at cell centres, from north to south and west to east.
    limit_ds
        The limit.
    step_ds
        Deciseconds from a centre to the next beside it.
    left, top
        Position of the centre of the first cell, metres.
    cell_m
        Distance between centres, metres.

    Returns
    -------
    shapely.Geometry
        Polygon or MultiPolygon in the metric system, empty where nothing is reached.

    """
    times = np.pad(time_ds, 1, constant_values=UNREACHED)
    inside = (times <= limit_ds) & (times != UNREACHED)
    corner = inside.view(np.uint8)
    corners = corner[:-1, :-1] | corner[:-1, 1:] << 1 | corner[1:, 1:] << 2 | corner[1:, :-1] << 3
    rows, columns = np.nonzero((corners != 0) & (corners != _ALL_CORNERS))
    cases = corners[rows, columns]
    starts, ends = [], []
    for case, borders in _BORDERS.items():
        of_case = cases == case
        row, column = rows[of_case], columns[of_case]
        for enters, leaves in borders:
            starts.append(_side(row, column, enters, times.shape))
            ends.append(_side(row, column, leaves, times.shape))
    start, end = np.concatenate(starts), np.concatenate(ends)
    if not len(start):
        return shapely.MultiPolygon()
    cell, is_near = _reached_end(start, inside)
    rest = np.clip((limit_ds - times.ravel()[cell]) / step_ds, _NEAREST, _FARTHEST)
    x, y = _crossings(start, inside.shape, np.where(is_near, rest, 1.0 - rest))
    place = np.stack([left + (x - 1) * cell_m, top - (y - 1) * cell_m], axis=1)
    return _polygons(place, _rings(start, end), _parts(cell, inside))


def _polygons(place: FloatArray, rings: list[Int64Array], part: Int64Array) -> shapely.Geometry:
    """Return the polygons that rings around the same part of the reached cells make."""
    lengths = np.array([len(ring) for ring in rings])
    corner = place[np.concatenate(rings)]
    lines = np.asarray(
        shapely.linearrings(corner, indices=np.repeat(np.arange(len(rings)), lengths))
    )
    own = part[[ring[0] for ring in rings]]
    # Borders keep what is reached on one hand: around a part they turn one way, around holes
    # the other.
    order = np.lexsort((~shapely.is_ccw(lines), own))
    number = np.unique(own[order], return_inverse=True)[1]
    polygons = np.asarray(shapely.polygons(lines[order], indices=number))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons.tolist())


def _reached_end(line: Int64Array, inside: BoolArray) -> tuple[Int64Array, BoolArray]:
    """Return the reached one of the cells each crossed line joins, and whether it is the first."""
    near = line % inside.size
    far = near + np.where(line >= inside.size, inside.shape[1], 1)
    is_near = inside.ravel()[near]
    return np.where(is_near, near, far), is_near


def _parts(cell: Int64Array, inside: BoolArray) -> Int64Array:
    """Return the connected part of the reached cells that each of some cells belongs to."""
    numbers, _ = ndimage.label(inside)
    return np.asarray(numbers.ravel()[cell], dtype=np.int64)


def _side(row: Int64Array, column: Int64Array, side: int, shape: tuple[int, ...]) -> Int64Array:
    """Return the number of the line between two centres that a side of a square is.

    Lines to the east are numbered by their western centre, lines to the south by their northern
    one, after all of the former.
    """
    size, width = shape[0] * shape[1], shape[1]
    cell = row * width + column
    if side == _TOP:
        return cell
    if side == _BOTTOM:
        return cell + width
    return cell + size + (1 if side == _RIGHT else 0)


def _crossings(
    line: Int64Array, shape: tuple[int, ...], share: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the column and row, in parts of a cell, where the border crosses each line."""
    size, width = shape[0] * shape[1], shape[1]
    southward = line >= size
    near = line % size
    column, row = (near % width).astype(np.float64), (near // width).astype(np.float64)
    return column + np.where(southward, 0.0, share), row + np.where(southward, share, 0.0)


def _rings(start: Int64Array, end: Int64Array) -> list[Int64Array]:
    """Return closed rings as rows of ``start``: each border goes on where another begins."""
    order = np.argsort(start)
    following = order[np.searchsorted(start[order], end)].tolist()
    seen = [False] * len(following)
    rings = []
    for first in range(len(following)):
        if seen[first]:
            continue
        ring, row = [], first
        while not seen[row]:
            seen[row] = True
            ring.append(row)
            row = following[row]
        rings.append(np.array(ring, dtype=np.int64))
    return rings
