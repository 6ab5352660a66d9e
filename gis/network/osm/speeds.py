"""Speeds of roads from OpenStreetMap: of the class, bounded by the tagged limit.

A limit caps the speed of the class at a share of the limit, as in the sketch, and where it is high
lifts it to a lower share: 80 on a secondary road means a road built for more than its class.
Classes and shares depend on whether a road is in town: where junctions are dense. All numbers are
estimates (``seeds/osm_classes.csv``); class speeds are what one drives over long ways, waits at
junctions included, so nothing is added for junctions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.catalogue.osm_classes import FERRY, OsmClass, OsmParameters, OsmTables
from gis.core.crs import metric_system, metric_xy
from gis.core.units import METRES_PER_KILOMETRE
from gis.network.osm.tags import RoadTags

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]

URBAN, RURAL = "urban", "rural"
_SECONDS_PER_HOUR = 3600.0
_AROUND = np.array([(east, north) for east in (-1, 0, 1) for north in (-1, 0, 1)])
_ROW = np.int64(1) << 32  # cells are numbered column + row * _ROW


@dataclass(frozen=True, slots=True, eq=False)
class DenseCells:
    """Cells of the metric grid that are urban.

    Parameters
    ----------
    side_m
        Side of a cell; cell (0, 0) has its south-western corner at the origin of the system.
    urban
        Numbers of the urban cells, ascending.
    system
        The metric system.

    """

    side_m: float
    urban: IntArray
    system: str

    def contain(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Tell which points (WGS84) lie in urban cells."""
        return np.isin(_cells(lon, lat, self.side_m, self.system), self.urban)


def dense_cells(lon: FloatArray, lat: FloatArray, parameters: OsmParameters) -> DenseCells:
    """Return where junctions are dense, counted over each cell and its eight neighbours.

    Parameters
    ----------
    lon, lat
        ``(junctions,)`` degrees, WGS84: nodes where at least three arms of road meet.
    parameters
        Side of cells and junctions a km².

    """
    side_m, system = parameters.density_cell_m, metric_system(lon, lat)
    cell, count = np.unique(_cells(lon, lat, side_m, system), return_counts=True)
    shifts = _AROUND[:, 0] + _AROUND[:, 1] * _ROW
    around = (cell[:, None] + shifts).ravel()
    near, row = np.unique(around, return_inverse=True)
    total = np.bincount(row, weights=np.repeat(count, len(shifts)), minlength=len(near))
    area_km2 = len(shifts) * (side_m / METRES_PER_KILOMETRE) ** 2
    return DenseCells(side_m, near[total / area_km2 >= parameters.urban_junctions_km2], system)


def travel_times(
    length_m: FloatArray,
    *,
    kind: IntArray,
    kinds: Sequence[RoadTags],
    is_urban: BoolArray,
    way_m: FloatArray,
    tables: OsmTables,
) -> tuple[FloatArray, FloatArray]:
    """Return seconds in free flow and at peak; waits for ferries come later, at their landings.

    Parameters
    ----------
    length_m
        ``(pieces,)`` metres.
    kind
        ``(pieces,)`` which of ``kinds`` each piece is.
    kinds
        The different sets of tags.
    is_urban
        ``(pieces,)`` whether it is in town.
    way_m
        ``(pieces,)`` length of the whole way, over which the duration of a ferry is spread.
    tables
        Class speeds.

    Returns
    -------
    free_flow_s, peak_s : ``(pieces,)``
        0 where cars may not go.

    """
    values = np.array([_speeds(road, tables) for road in kinds]).reshape(-1, 2, 2)
    chosen = values[kind, is_urban.astype(np.int64)]
    free_flow_s = length_m / METRES_PER_KILOMETRE * chosen[:, 0] * _SECONDS_PER_HOUR
    peak_s = length_m / METRES_PER_KILOMETRE * chosen[:, 1] * _SECONDS_PER_HOUR
    ferry_s = np.array([road.ferry_s for road in kinds])[kind]
    with np.errstate(invalid="ignore", divide="ignore"):
        kmh = way_m / METRES_PER_KILOMETRE / ferry_s * _SECONDS_PER_HOUR
        told = (kmh >= tables.parameters.slowest_ferry_kmh) & (
            kmh <= tables.parameters.fastest_ferry_kmh
        )
        share_s = ferry_s * length_m / way_m
    return np.where(told, share_s, free_flow_s), np.where(told, share_s, peak_s)


def landing_waits(
    source: IntArray, target: IntArray, is_ferry: BoolArray, parameters: OsmParameters
) -> FloatArray:
    """Return the seconds to wait and board on each edge: half the wait at each landing.

    A landing is an end of a ferry where a road begins, or nothing.

    Parameters
    ----------
    source, target
        ``(edges,)`` nodes.
    is_ferry
        ``(edges,)`` whether the edge is a ferry.
    parameters
        The wait.

    """
    count = int(max(source.max(initial=0), target.max(initial=0))) + 1
    ends = np.concatenate([source, target])
    arms = np.bincount(ends, minlength=count)
    roads = np.bincount(ends[np.tile(~is_ferry, 2)], minlength=count)
    is_landing = (roads > 0) | (arms == 1)
    landings = is_landing[source].astype(np.int64) + is_landing[target]
    return np.where(is_ferry, landings * (parameters.ferry_wait_s / 2), 0.0)


def _speeds(road: RoadTags, tables: OsmTables) -> list[tuple[float, float]]:
    """Return hours a km in free flow and at peak, first outside towns, then in them."""
    row = tables.classes[road.osm_class]
    return [_hours_per_km(road, row, area, tables.parameters) for area in (RURAL, URBAN)]


def _hours_per_km(
    road: RoadTags, row: OsmClass, area: str, parameters: OsmParameters
) -> tuple[float, float]:
    if not (road.forward or road.backward):
        return 0.0, 0.0
    kmh = getattr(row, f"{area}_kmh")
    if not np.isnan(road.limit_kmh) and road.osm_class != FERRY:
        capped = min(kmh, road.limit_kmh * parameters.limit_cap_share)
        kmh = max(capped, road.limit_kmh * getattr(row, f"{area}_limit_share"))
    return 1 / kmh, 1 / (kmh * getattr(row, f"{area}_peak"))


def _cells(lon: FloatArray, lat: FloatArray, side_m: float, system: str) -> npt.NDArray[np.int64]:
    x, y = metric_xy(lon, lat, system)
    column, row = (np.floor(side / side_m).astype(np.int64) for side in (x, y))
    return column + row * _ROW
