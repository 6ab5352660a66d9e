"""The grid on which isochrones leave the roads, prepared once for a network."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import rasterio
import rasterio.features
import shapely

from gis.catalogue.parameters import TravelParameters
from gis.core.crs import to_metric
from gis.core.units import METRES_PER_KILOMETRE
from gis.network.model import Network
from gis.network.snap import enterable_rows, places_along
from gis.routing.graph import UNREACHED
from gis.routing.grid import spread

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

CELL_M = 250.0
SEED_SPACING_M = 125.0
DIAGONAL = 2.0**0.5


@dataclass(frozen=True, slots=True, eq=False)
class IsochroneField:
    """A network prepared for isochrones.

    Parameters
    ----------
    left, top
        Outer corner of the grid in the metric system, metres.
    dry
        ``(rows, columns)`` cells whose centre is not in water, or that a road passes.
    passable
        ``(rows, columns)`` dry cells near enough to a road.
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
    passable: BoolArray
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


@lru_cache(maxsize=3)
def prepare_isochrones(network: Network, parameters: TravelParameters) -> IsochroneField:
    """Return the grid of a network, kept for the next question to it.

    Parameters
    ----------
    network
        The network.
    parameters
        ``max_off_network_km`` says how far from roads one may go.

    """
    limit_m = parameters.max_off_network_km * METRES_PER_KILOMETRE
    rows = enterable_rows(network.edges)
    lines = network.lines.metric_lines(rows)
    line, fraction = places_along(lines, spacing_m=SEED_SPACING_M)
    places = shapely.line_interpolate_point(lines[line], fraction, normalized=True)
    edge, x, y = rows[line], shapely.get_x(places), shapely.get_y(places)
    left = np.floor((x.min() - limit_m) / CELL_M - 2) * CELL_M
    top = np.ceil((y.max() + limit_m) / CELL_M + 2) * CELL_M
    shape = (
        int((top - y.min() + limit_m) // CELL_M) + 3,
        int((x.max() + limit_m - left) // CELL_M) + 3,
    )
    nowhere = np.zeros(shape, dtype=np.bool_)
    empty = np.empty(0)
    blank = IsochroneField(
        left, top, nowhere, nowhere, edge, fraction, empty.astype(np.int64), empty
    )
    cell, offset_m = blank.cell_of(x, y)
    dry = ~_wet_cells(network, shape, left, top)
    dry.ravel()[cell] = True
    passable = cells_near(dry, cell, offset_m, within_m=limit_m)
    return IsochroneField(left, top, dry, passable, edge, fraction, cell, offset_m)


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


def _wet_cells(network: Network, shape: tuple[int, int], left: float, top: float) -> BoolArray:
    areas = to_metric(network.water).geometry
    if areas.empty:
        return np.zeros(shape, dtype=np.bool_)
    grid = rasterio.Affine(CELL_M, 0.0, left, 0.0, -CELL_M, top)
    wet = rasterio.features.rasterize(areas, out_shape=shape, transform=grid, dtype="uint8")
    return np.asarray(wet, dtype=np.bool_)
