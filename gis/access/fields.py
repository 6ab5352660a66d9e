"""The grid on which isochrones leave the roads, put together of the tiles that are needed."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gis.access.entries import access_index_of
from gis.access.tiles import CELL_M, TILE_CELLS, TILE_M, TileName, tiles_of
from gis.core.crs import METRIC, metric_xy
from gis.network.lines import PARTS_PER_DEGREE
from gis.network.model import Network
from gis.routing.graph import UNREACHED
from gis.routing.grid import spread

FloatArray = npt.NDArray[np.float64]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Bounds = tuple[float, float, float, float]

DIAGONAL = 2.0**0.5
_SIDE_POINTS = 33


@dataclass(frozen=True, slots=True, eq=False)
class IsochroneField:
    """A part of a network prepared for isochrones.

    Parameters
    ----------
    left, top
        Outer corner of the grid in the metric system, metres; cells of all fields coincide.
    dry
        ``(rows, columns)`` cells whose centre is not in water, or that a road passes; none in
        tiles that are not prepared.
    road_m
        ``(rows, columns)`` metres, rounded up, from the centre of each cell to the nearest place
        along the roads in it, ``UNREACHED`` where there is none.
    edge, fraction
        ``(seeds,)`` places along the roads: row of the edge and part of it from its source.
    cell
        ``(seeds,)`` the flat cell each lies in.
    offset_m
        ``(seeds,)`` metres to the centre of the cell.

    """

    left: float
    top: float
    dry: BoolArray
    road_m: Int32Array
    edge: Int32Array
    fraction: FloatArray
    cell: Int64Array
    offset_m: FloatArray

    def cell_of(self, x: FloatArray, y: FloatArray) -> tuple[Int64Array, FloatArray]:
        """Return the flat cells of points in the metric system and the metres to their centres.

        Points off the grid get cell -1.
        """
        row, column = np.floor((self.top - y) / CELL_M), np.floor((x - self.left) / CELL_M)
        offset = np.hypot(
            x - (self.left + (column + 0.5) * CELL_M), y - (self.top - (row + 0.5) * CELL_M)
        )
        rows, columns = self.dry.shape
        outside = (row < 0) | (column < 0) | (row >= rows) | (column >= columns)
        cell = np.where(outside, -1, row * columns + column)
        return cell.astype(np.int64), offset


def field_on(network: Network, tiles: AbstractSet[TileName]) -> IsochroneField:
    """Return the grid over some tiles of a network, at least one, and nothing between them.

    Parameters
    ----------
    network
        The network.
    tiles
        The column of each tile to the east, and its row to the north
        (:func:`gis.access.tiles.tiles_between`).

    """
    prepared = tiles_of(network, sorted(tiles))
    names = np.array(list(prepared))
    (west, south), (east, north) = names.min(axis=0).tolist(), names.max(axis=0).tolist()
    shape = ((north - south + 1) * TILE_CELLS, (east - west + 1) * TILE_CELLS)
    dry = np.zeros(shape, dtype=np.bool_)
    road_m = np.full(shape, UNREACHED, dtype=np.int32)
    cells = []
    for (across, up), tile in prepared.items():
        row, column = (north - up) * TILE_CELLS, (across - west) * TILE_CELLS
        own = (slice(row, row + TILE_CELLS), slice(column, column + TILE_CELLS))
        dry[own], road_m[own] = tile.dry, tile.road_m
        inner = np.add.outer(np.arange(row, row + TILE_CELLS) * shape[1], np.arange(TILE_CELLS))
        cells.append((inner + column).ravel()[tile.cell])
    edge, fraction, offset_m = (
        np.concatenate([getattr(tile, part) for tile in prepared.values()])
        for part in ("edge", "fraction", "offset_m")
    )
    left, top = west * TILE_M, (north + 1) * TILE_M
    return IsochroneField(left, top, dry, road_m, edge, fraction, np.concatenate(cells), offset_m)


def metric_bounds(degrees: FloatArray, system: str = METRIC) -> Bounds:
    """Return the bounds in a metric system of ``(boxes, 4)`` west, south, east, north."""
    west, south = degrees[:, :2].min(axis=0)
    east, north = degrees[:, 2:].max(axis=0)
    # Parallels are bent: the sides need points in between.
    along, up = np.linspace(west, east, _SIDE_POINTS), np.linspace(south, north, _SIDE_POINTS)
    lon = np.concatenate([along, along, np.full_like(up, west), np.full_like(up, east)])
    lat = np.concatenate([np.full_like(along, south), np.full_like(along, north), up, up])
    x, y = metric_xy(lon, lat, system)
    return x.min() - CELL_M, y.min() - CELL_M, x.max() + CELL_M, y.max() + CELL_M


@lru_cache(maxsize=3)
def road_bounds(network: Network) -> Bounds:
    """Return the bounds, in the metric system, of the roads that can be left anywhere."""
    block = access_index_of(network).boxes.block
    return metric_bounds(block / PARTS_PER_DEGREE, network.metric_system)


def cells_near(dry: BoolArray, start_m: Int32Array, *, within_m: float) -> BoolArray:
    """Return which dry cells lie within a distance of some places, on dry ground all the way.

    Parameters
    ----------
    dry
        ``(rows, columns)`` cells that may be entered.
    start_m
        ``(rows, columns)`` metres, rounded up, from the centre of each cell to the nearest of the
        places in it, ``UNREACHED`` where there is none.
    within_m
        The distance; a cell is in when all that isochrones claim around its centre is.

    """
    limit_m = int(within_m - CELL_M)
    is_start = dry & (start_m <= limit_m)
    # No place is as far from its own centre as two centres are from each other: what lies behind
    # cells with places is reached from the outermost of these at the latest.
    inner = _surrounded(is_start)
    # Metres take the place of time.
    distance = spread(
        dry & ~inner,
        start_m,
        step_ds=int(np.ceil(CELL_M)),
        diagonal_ds=int(np.ceil(CELL_M * DIAGONAL)),
        limit_ds=limit_m,
    )
    return np.asarray(inner | (distance != UNREACHED), dtype=np.bool_)


def _surrounded(cells: BoolArray) -> BoolArray:
    """Return the cells whose eight neighbours are all among the cells too."""
    found = np.zeros_like(cells)
    beside = cells[:, :-2] & cells[:, 1:-1] & cells[:, 2:]
    found[1:-1, 1:-1] = beside[:-2] & beside[1:-1] & beside[2:]
    return found
