"""Tiles of the grid of isochrones: which are needed, and what is prepared in them."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numba
import numpy as np
import numpy.typing as npt
import rasterio
import rasterio.features
import shapely

from gis.access.entries import access_index_of
from gis.core.crs import from_metric, metric_xy, to_metric
from gis.network.line_boxes import areas_around, rows_in
from gis.network.line_places import places_on_lines
from gis.network.lines import PARTS_PER_DEGREE
from gis.network.model import Network
from gis.routing.graph import UNREACHED

FloatArray = npt.NDArray[np.float64]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
TileName = tuple[int, int]

CELL_M = 250.0
SEED_SPACING_M = 125.0
TILE_CELLS = 32
TILE_M = TILE_CELLS * CELL_M

_BLOCK_E7 = PARTS_PER_DEGREE // 50  # two kilometres: boxes of roads are gathered in blocks


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """What is prepared in a tile.

    Parameters
    ----------
    dry
        ``(32, 32)`` cells whose centre is not in water, or that a road passes.
    road_m
        ``(32, 32)`` metres, rounded up, from the centre of each cell to the nearest place along
        the roads in it, ``UNREACHED`` where there is none.
    edge, fraction
        ``(seeds,)`` places along the roads: row of the edge and part of it from its source.
    cell
        ``(seeds,)`` flat cell of the tile.
    offset_m
        ``(seeds,)`` metres to the centre of the cell.

    """

    dry: BoolArray
    road_m: Int32Array
    edge: Int32Array
    fraction: FloatArray
    cell: Int32Array
    offset_m: FloatArray


def tiles_of_roads(box_e7: Int32Array, *, margin_m: float, system: str) -> set[TileName]:
    """Return the tiles within a margin of boxes around roads.

    Parameters
    ----------
    box_e7
        ``(boxes, 4)`` west, south, east, north in ten-millionths of a degree.
    margin_m
        The margin.
    system
        The metric system of the grid.

    """
    blocks = _touched(box_e7, _BLOCK_E7)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    lon, lat = ((blocks[:, None] + corners) * (_BLOCK_E7 / PARTS_PER_DEGREE)).reshape(-1, 2).T
    places = np.stack(metric_xy(lon, lat, system), axis=1).reshape(-1, 4, 2)
    # The sides of blocks are bent, by much less than a cell.
    return tiles_between(places.min(axis=1), places.max(axis=1), margin_m=margin_m + CELL_M)


def tiles_between(low: FloatArray, high: FloatArray, *, margin_m: float) -> set[TileName]:
    """Return the tiles within a margin of boxes given by two corners ``(boxes, 2)`` in metres."""
    box = np.concatenate([np.floor(low - margin_m), np.ceil(high + margin_m)], axis=1)
    touched = _touched(box.astype(np.int32), int(TILE_M))
    return {(across, up) for across, up in touched.tolist()}


def tiles_of(network: Network, wanted: Collection[TileName]) -> dict[TileName, Tile]:
    """Return tiles of a network by name; they are kept for the next question to it.

    Parameters
    ----------
    network
        The network.
    wanted
        The column of each tile to the east, and its row to the north, from the middle of the
        metric system.

    """
    kept = _tile_store(network)
    missing = sorted(set(wanted) - kept.keys())
    if missing:
        kept.update(_prepared(network, missing))
    return {name: kept[name] for name in wanted}


def _touched(box: Int32Array, side: int) -> Int64Array:
    """Return ``(squares, 2)`` the squares, of one side, that any of ``(boxes, 4)`` touches."""
    if not len(box):
        return np.empty((0, 2), dtype=np.int64)
    is_touched, west, south = _marked(box, side)
    squares: Int64Array = np.argwhere(is_touched) + np.array([west, south])
    return squares


@numba.njit(cache=True, nogil=True)
def _marked(box: Int32Array, side: int) -> tuple[BoolArray, int, int]:
    west, south, east, north = box[0]
    for row in range(1, len(box)):
        west, south = min(west, box[row, 0]), min(south, box[row, 1])
        east, north = max(east, box[row, 2]), max(north, box[row, 3])
    left, low = west // side, south // side
    is_touched = np.zeros((east // side - left + 1, north // side - low + 1), dtype=np.bool_)
    for row in range(len(box)):
        for across in range(box[row, 0] // side, box[row, 2] // side + 1):
            for up in range(box[row, 1] // side, box[row, 3] // side + 1):
                is_touched[across - left, up - low] = True
    return is_touched, left, low


@lru_cache(maxsize=3)
def _tile_store(network: Network) -> dict[TileName, Tile]:  # noqa: ARG001
    """Return the tiles known so far; a network has only so many with roads."""
    return {}


def _prepared(network: Network, names: list[TileName]) -> dict[TileName, Tile]:
    index, system = access_index_of(network), network.metric_system
    tiles = np.array(names)
    centres = from_metric(gpd.GeoSeries(shapely.points((tiles + 0.5) * TILE_M)), system)
    lon, lat = shapely.get_coordinates(centres.to_numpy()).T
    rows = rows_in(index.boxes, areas_around(lon, lat, TILE_M / 2.0**0.5, system))
    lines = network.lines.take(rows)
    places = places_on_lines(lines.first, lines.metres(system), spacing_m=SEED_SPACING_M)
    low = tiles.min(axis=0)
    number = np.full(np.ptp(tiles, axis=0) + 1, -1, dtype=np.int64)
    number[tuple((tiles - low).T)] = np.arange(len(tiles))
    begins, edge, fraction, cell, offset_m, road_m = _in_tiles(
        places, rows, low, number, len(tiles)
    )
    wet = _wet_cells(network, tiles)
    found: dict[TileName, Tile] = {}
    for row, name in enumerate(names):
        seeds = slice(begins[row], begins[row + 1])
        dry = ~wet[name] | (road_m[row] != UNREACHED)
        found[name] = Tile(
            dry, road_m[row], edge[seeds], fraction[seeds], cell[seeds], offset_m[seeds]
        )
    return found


@numba.njit(cache=True, nogil=True)
def _in_tiles(
    places: tuple[Int64Array, FloatArray, FloatArray, FloatArray],
    rows: Int64Array,
    low: Int64Array,
    number: Int64Array,
    count: int,
) -> tuple[Int64Array, Int32Array, FloatArray, Int32Array, FloatArray, Int32Array]:
    """Sort places along lines by tile and find how near to each cell's centre they come.

    Cells are counted from the middle of the metric system, to the east and to the south;
    ``number`` holds the number of each tile from ``low`` on, -1 where none is wanted.
    """
    line, fraction, x, y = places
    tile = np.empty(len(line), dtype=np.int32)
    begins = np.zeros(count + 1, dtype=np.int64)
    for place in range(len(line)):
        column, row = np.int64(np.floor(x[place] / CELL_M)), np.int64(np.floor(-y[place] / CELL_M))
        across, up = column // TILE_CELLS - low[0], -(row // TILE_CELLS) - 1 - low[1]
        tile[place] = -1
        if 0 <= across < number.shape[0] and 0 <= up < number.shape[1]:
            tile[place] = number[across, up]
        if tile[place] >= 0:
            begins[tile[place] + 1] += 1
    for each in range(count):
        begins[each + 1] += begins[each]
    edge = np.empty(begins[count], dtype=np.int32)
    part = np.empty(begins[count], dtype=np.float64)
    cell = np.empty(begins[count], dtype=np.int32)
    offset_m = np.empty(begins[count], dtype=np.float64)
    road_m = np.full((count, TILE_CELLS, TILE_CELLS), UNREACHED, dtype=np.int32)
    at = begins[:-1].copy()
    for place in range(len(line)):
        if tile[place] < 0:
            continue
        column, row = np.floor(x[place] / CELL_M), np.floor(-y[place] / CELL_M)
        metres = np.hypot(x[place] - (column + 0.5) * CELL_M, y[place] + (row + 0.5) * CELL_M)
        own_row, own_column = np.int64(row) % TILE_CELLS, np.int64(column) % TILE_CELLS
        seed = at[tile[place]]
        at[tile[place]] += 1
        edge[seed], part[seed] = rows[line[place]], fraction[place]
        cell[seed], offset_m[seed] = own_row * TILE_CELLS + own_column, metres
        nearest = road_m[tile[place]]
        nearest[own_row, own_column] = min(nearest[own_row, own_column], np.int32(np.ceil(metres)))
    return begins, edge, part, cell, offset_m, road_m


def _wet_cells(network: Network, tiles: Int64Array) -> dict[TileName, BoolArray]:
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
