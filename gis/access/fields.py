"""The grid on which isochrones leave the roads, prepared in tiles where it is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import rasterio
import rasterio.features
import shapely

from gis.access.entries import access_index_of
from gis.core.crs import METRIC, from_metric, metric_xy, to_metric
from gis.network.line_boxes import areas_around, rows_in
from gis.network.line_places import places_on_lines
from gis.network.lines import PARTS_PER_DEGREE
from gis.network.model import Network
from gis.routing.graph import UNREACHED
from gis.routing.grid import spread

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Bounds = tuple[float, float, float, float]
Tile = tuple[int, int]

CELL_M = 250.0
SEED_SPACING_M = 125.0
DIAGONAL = 2.0**0.5
TILE_CELLS = 32
TILE_M = TILE_CELLS * CELL_M
_SIDE_POINTS = 33


@dataclass(frozen=True, slots=True, eq=False)
class IsochroneField:
    """A part of a network prepared for isochrones.

    Parameters
    ----------
    left, top
        Outer corner of the grid in the metric system, metres; cells of all fields coincide.
    dry
        ``(rows, columns)`` cells whose centre is not in water, or that a road passes.
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
    edge: Int64Array
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


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """A tile: which of its cells are dry, and the seeds in it with their row and column."""

    dry: BoolArray
    edge: Int64Array
    fraction: FloatArray
    row: Int64Array
    column: Int64Array
    offset_m: FloatArray


def field_within(
    network: Network,
    bounds: Bounds,
    *,
    margin_m: float,
) -> IsochroneField:
    """Return the grid over an area; its tiles are kept for the next question to the network.

    Parameters
    ----------
    network
        The network.
    bounds
        West, south, east, north of all that begins on roads or at stops, metres in the metric
        system.
    margin_m
        How far isochrones may lead from there. As much again is added, so that it is known of all
        they lead to whether a road is as near.

    """
    margin_m = 2.0 * (margin_m + 3.0 * CELL_M)
    west, south = np.floor((np.array(bounds[:2]) - margin_m) / TILE_M).astype(int)
    east, north = np.floor((np.array(bounds[2:]) + margin_m) / TILE_M).astype(int)
    wanted = [
        (across, up) for up in range(north, south - 1, -1) for across in range(west, east + 1)
    ]
    tiles = _tiles(network, wanted)
    width = (east - west + 1) * TILE_CELLS
    dry = np.empty(((north - south + 1) * TILE_CELLS, width), dtype=np.bool_)
    cells = []
    for across, up in wanted:
        tile = tiles[across, up]
        row, column = (north - up) * TILE_CELLS, (across - west) * TILE_CELLS
        dry[row : row + TILE_CELLS, column : column + TILE_CELLS] = tile.dry
        cells.append((tile.row + row) * width + tile.column + column)
    edge, fraction, offset_m = (
        np.concatenate([getattr(tiles[name], part) for name in wanted])
        for part in ("edge", "fraction", "offset_m")
    )
    left, top = float(west * TILE_M), float((north + 1) * TILE_M)
    return IsochroneField(left, top, dry, edge, fraction, np.concatenate(cells), offset_m)


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


def cells_near(
    dry: BoolArray, cells: Int64Array, offset_m: FloatArray, *, within_m: float
) -> BoolArray:
    """Return which dry cells lie within a distance of some places, on dry ground all the way.

    Parameters
    ----------
    dry
        ``(rows, columns)`` cells that may be entered.
    cells, offset_m
        ``(places,)`` their flat cells and the metres to the centres of these.
    within_m
        The distance; a cell is in when all that isochrones claim around its centre is.

    """
    # Metres take the place of time.
    distance = spread(
        dry,
        cells,
        np.ceil(offset_m).astype(np.int32),
        step_ds=int(np.ceil(CELL_M)),
        diagonal_ds=int(np.ceil(CELL_M * DIAGONAL)),
        limit_ds=int(within_m - CELL_M),
    )
    return np.asarray(distance != UNREACHED, dtype=np.bool_)


def _tiles(network: Network, wanted: Iterable[Tile]) -> dict[Tile, _Prepared]:
    """Return the tiles of a network prepared so far, with those that are wanted."""
    kept = _tile_store(network)
    missing = [tile for tile in wanted if tile not in kept]
    if missing:
        kept.update(_prepared(network, missing))
    return kept


@lru_cache(maxsize=3)
def _tile_store(network: Network) -> dict[Tile, _Prepared]:  # noqa: ARG001
    """Return the tiles known so far, by their column and row to the east and north."""
    return {}


def _prepared(network: Network, tiles: list[Tile]) -> dict[Tile, _Prepared]:
    index = access_index_of(network)
    names = np.array(tiles)
    system = network.metric_system
    centres = from_metric(gpd.GeoSeries(shapely.points((names + 0.5) * TILE_M)), system)
    lon, lat = shapely.get_coordinates(centres.to_numpy()).T
    areas = areas_around(lon, lat, TILE_M / 2.0**0.5, system)
    rows = rows_in(index.boxes, areas)
    lines = network.lines.take(rows)
    points = lines.metres(system)
    line, fraction, x, y = places_on_lines(lines.first, points, spacing_m=SEED_SPACING_M)
    # Cells are counted from the origin of the metric system, to the east and to the south.
    column, row = np.floor(x / CELL_M), np.floor(-y / CELL_M)
    offset_m = np.hypot(x - (column + 0.5) * CELL_M, y + (row + 0.5) * CELL_M)
    across, up = column // TILE_CELLS, -(row // TILE_CELLS) - 1
    (west, south), (columns, _) = names.min(axis=0), np.ptp(names, axis=0) + 1
    flat = (names[:, 1] - south) * columns + names[:, 0] - west
    is_inside = (across >= west) & (across < west + columns)
    number = np.where(is_inside, (up - south) * columns + across - west, -1).astype(np.int64)
    order = np.argsort(number, kind="stable")
    begins = np.searchsorted(number[order], flat)
    ends = np.searchsorted(number[order], flat, side="right")
    wet = _wet_cells(network, names)
    found: dict[Tile, _Prepared] = {}
    for tile, begin, end in zip(tiles, begins, ends, strict=True):
        seeds = order[begin:end]
        own_row = (row[seeds] + (tile[1] + 1) * TILE_CELLS).astype(np.int64)
        own_column = (column[seeds] - tile[0] * TILE_CELLS).astype(np.int64)
        dry = ~wet[tile]
        dry[own_row, own_column] = True
        found[tile] = _Prepared(
            dry, rows[line[seeds]], fraction[seeds], own_row, own_column, offset_m[seeds]
        )
    return found


def _wet_cells(network: Network, tiles: Int64Array) -> dict[Tile, BoolArray]:
    """Return the cells of tiles whose centre lies in water."""
    (west, south), (east, north) = tiles.min(axis=0), tiles.max(axis=0)
    shape = (int(north - south + 1) * TILE_CELLS, int(east - west + 1) * TILE_CELLS)
    areas = _metric_water(network).cx[
        west * TILE_M : (east + 1) * TILE_M, south * TILE_M : (north + 1) * TILE_M
    ]
    wet = np.zeros(shape, dtype=np.bool_)
    if len(areas):
        grid = rasterio.Affine(CELL_M, 0.0, west * TILE_M, 0.0, -CELL_M, (north + 1) * TILE_M)
        burnt = rasterio.features.rasterize(areas, out_shape=shape, transform=grid, dtype="uint8")
        wet = burnt.astype(np.bool_)
    found = {}
    for across, up in tiles.tolist():
        row, column = int(north - up) * TILE_CELLS, int(across - west) * TILE_CELLS
        found[across, up] = wet[row : row + TILE_CELLS, column : column + TILE_CELLS]
    return found


@lru_cache(maxsize=3)
def _metric_water(network: Network) -> gpd.GeoSeries:
    return to_metric(network.water, network.metric_system).geometry
