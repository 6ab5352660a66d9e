"""Times over the ground from a point, by car or by public transport, on the grid of isochrones.

Along the roads of the network times are exact. Off them one goes at local speed
(``local_drive_kmh``, or on foot), lengthened by the detour of streets, around water, and no farther
than ``max_off_network_km`` from a road that can be left there: motorways, bridges, tunnels and
ferries are left at their ends only. The steps of the grid are never shorter than the way.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.entries import access_index_of, station_entries
from gis.access.fields import DIAGONAL, IsochroneField, cells_near, field_on, road_bounds
from gis.access.reach import reach_of_stops
from gis.access.road_reach import RoadReach, drive_reach, reach_of_times
from gis.access.roads import road_graph
from gis.access.services import services_of
from gis.access.stop_times import stop_durations
from gis.access.tiles import CELL_M, TileName, tiles_between, tiles_of_roads
from gis.access.travel_times import departure_window_min
from gis.catalogue.parameters import TravelParameters
from gis.core.crs import metric_xy
from gis.core.schemas import Mode, Statistic
from gis.core.units import (
    DECISECONDS_PER_MINUTE,
    METRES_PER_KILOMETRE,
    seconds_from_minutes,
    travel_seconds,
)
from gis.network.model import Network, check_has_trains
from gis.routing.bucket_search import reach_times
from gis.routing.graph import DECISECONDS_PER_SECOND, UNREACHED
from gis.routing.grid import earliest, spread

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]

_MARGIN_M = 3.0 * CELL_M  # kept around the cells that may be reached


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Times at cell centres in a window of the grid.

    Parameters
    ----------
    time_ds
        ``(rows, columns)`` deciseconds.
    left, top
        Position of the centre of the first cell, metres.
    metre_ds
        Deciseconds for a straight metre off the roads, detour included.

    """

    time_ds: Int32Array
    left: float
    top: float
    metre_ds: float

    @property
    def in_hand_ds(self) -> float:
        """Return the time for half a cell's diagonal.

        Where the time at a centre is as much below a limit, all of its cell is within.
        """
        return CELL_M * DIAGONAL / 2.0 * self.metre_ds


NOTHING = Surface(np.empty((0, 0), dtype=np.int32), 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Seeds:
    """Cells to spread from, the deciseconds spent and the metres to their centres."""

    cell: Int64Array
    time_ds: FloatArray
    offset_m: FloatArray


def surfaces_from(
    network: Network,
    lon: float,
    lat: float,
    *,
    parameters: TravelParameters,
    limit_min: float,
    mode: Mode = Mode.CAR,
    peak: bool = False,
    statistic: Statistic = Statistic.MEDIAN,
) -> list[Surface]:
    """Return the times from a point by each means of travel, to be overlaid.

    Parameters
    ----------
    network
        The network; its grid is prepared where it is first needed (:mod:`gis.access.fields`).
    lon, lat
        The point, WGS84.
    parameters
        Speeds, buffers and limits.
    limit_min
        Minutes beyond which nothing is told.
    mode
        ``car``, ``transit`` or ``best``.
    peak
        Peak road times and morning departures.
    statistic
        Which of the journeys in the window counts; for public transport only.

    """
    surfaces: list[Surface] = []
    if mode in {Mode.CAR, Mode.BEST}:
        reach = drive_reach(network, lon, lat, parameters=parameters, peak=peak, minutes=limit_min)
        surfaces.append(_drive_surface(network, reach, limit_min, parameters, here=(lon, lat)))
    if mode in {Mode.TRANSIT, Mode.BEST}:
        check_has_trains(network)
        surfaces += _transit_surfaces(
            network, (lon, lat), limit_min, parameters, peak=peak, statistic=statistic
        )
    return surfaces


def _drive_surface(
    network: Network,
    reach: RoadReach,
    limit_min: float,
    parameters: TravelParameters,
    *,
    here: tuple[float, float] | None = None,
) -> Surface:
    """Return times by car, off the roads too; ``here`` is left straight across country."""
    metre_ds = _metre_ds(parameters.local_drive_kmh, parameters)
    places = np.array([] if here is None else [here], dtype=np.float64).reshape(-1, 2)
    boxes = access_index_of(network).boxes
    on_reached = reach.is_reached(limit_min * DECISECONDS_PER_MINUTE)
    near_m = parameters.max_off_network_km * METRES_PER_KILOMETRE
    margin_m = near_m + _MARGIN_M
    # As much again: it has to be known of all that is reached whether a road is as near.
    tiles = _tiles_at(network, places, 2.0 * margin_m) | tiles_of_roads(
        boxes.box[on_reached[boxes.rows]], margin_m=2.0 * margin_m, system=network.metric_system
    )
    surface, wanted = NOTHING, tiles
    while wanted:
        tiles |= wanted
        field = field_on(network, tiles)
        first_ds = reach.times_in_cells(
            field, metre_ds=metre_ds, limit_ds=round(limit_min * DECISECONDS_PER_MINUTE)
        )
        own = _seeds_at(network, field, places, np.zeros(len(places)), parameters)
        surface = _surface(field, own, limit_min, metre_ds, near_m=near_m, roads_ds=first_ds)
        # Roads that are not reached may lead on off the roads, where nothing was prepared.
        wanted = _tiles_around(surface, margin_m) - tiles
    return surface


def _tiles_at(network: Network, places: FloatArray, margin_m: float) -> set[TileName]:
    """Return the tiles within a margin of places (longitude, latitude)."""
    corner = np.stack(metric_xy(places[:, 0], places[:, 1], network.metric_system), axis=1)
    return tiles_between(corner, corner, margin_m=margin_m)


def _tiles_around(surface: Surface, margin_m: float) -> set[TileName]:
    """Return the tiles within a margin of all cells of a surface that are reached."""
    row, column = np.nonzero(surface.time_ds != UNREACHED)
    x, y = surface.left + column * CELL_M, surface.top - row * CELL_M
    centre = np.stack([x, y], axis=1)
    return tiles_between(centre, centre, margin_m=margin_m)


def _transit_surfaces(
    network: Network,
    here: tuple[float, float],
    limit_min: float,
    parameters: TravelParameters,
    *,
    peak: bool,
    statistic: Statistic,
) -> list[Surface]:
    """Return times on foot from the point and all stops, and by taxi from railway stations."""
    services = services_of(network, parameters)
    place = pd.DataFrame({"lon": [here[0]], "lat": [here[1]]})
    access = reach_of_stops(
        network, services, place, parameters=parameters, outbound=True, peak=peak
    )
    start_s, end_s = (
        seconds_from_minutes(minute) for minute in departure_window_min(parameters, peak=peak)
    )
    step_s = seconds_from_minutes(parameters.departure_step_min)
    times_s = stop_durations(
        services,
        access.seconds[0],
        wanted_s=np.arange(start_s, end_s, step_s),
        longest_wait_s=seconds_from_minutes(parameters.longest_wait_min),
        limit_s=seconds_from_minutes(limit_min),
        statistic=statistic,
    )
    reached = services.stops.assign(seconds=times_s).dropna(subset=["seconds"])
    surfaces = [_walk_surface(network, reached, here, limit_min, parameters)]
    stations = np.flatnonzero(services.is_rail & np.isfinite(times_s))
    if len(stations):
        entries = station_entries(network, services.stops["stop_id"].iloc[stations], peak=peak)
        picked_up_s = times_s[stations] + seconds_from_minutes(parameters.drop_off_min)
        time_ds = reach_times(
            road_graph(network, peak=peak),
            entries.node,
            initial_s=picked_up_s[entries.place] + entries.seconds,
            limit_s=seconds_from_minutes(limit_min),
        )
        reach = reach_of_times(network, time_ds, peak=peak)
        surfaces.append(_drive_surface(network, reach, limit_min, parameters))
    return surfaces


def _walk_surface(
    network: Network,
    stops: pd.DataFrame,
    here: tuple[float, float],
    limit_min: float,
    parameters: TravelParameters,
) -> Surface:
    """Return times on foot, no farther from a stop or the point than a walk of the longest kind."""
    metre_ds = _metre_ds(parameters.walk_kmh, parameters)
    start_ds = np.append(stops["seconds"].to_numpy() * DECISECONDS_PER_SECOND, 0.0)
    places = np.concatenate([stops[["lon", "lat"]].to_numpy(dtype=np.float64), [here]])
    near_m = parameters.max_walk_min * DECISECONDS_PER_MINUTE / metre_ds
    counted = ~_is_far_off(network, places, parameters)
    tiles = _tiles_at(network, places[counted], 2.0 * (near_m + _MARGIN_M))
    if not tiles:
        return NOTHING
    field = field_on(network, tiles)
    seeds = _seeds_at(network, field, places, start_ds, parameters)
    return _surface(field, seeds, limit_min, metre_ds, near_m=near_m)


def _metre_ds(speed_kmh: float, parameters: TravelParameters) -> float:
    return travel_seconds(parameters.access_detour, speed_kmh) * DECISECONDS_PER_SECOND


def _seeds_at(
    network: Network,
    field: IsochroneField,
    places: FloatArray,
    time_ds: FloatArray,
    parameters: TravelParameters,
) -> _Seeds:
    """Return seeds at places (longitude, latitude), without cells far off all the roads."""
    x, y = metric_xy(places[:, 0], places[:, 1], network.metric_system)
    cell, offset_m = field.cell_of(x, y)
    is_off = _is_far_off(network, places, parameters)
    return _Seeds(np.where(is_off, -1, cell), time_ds, offset_m)


def _is_far_off(network: Network, places: FloatArray, parameters: TravelParameters) -> BoolArray:
    """Return which places (longitude, latitude) lie far outside the bounds of the roads."""
    x, y = metric_xy(places[:, 0], places[:, 1], network.metric_system)
    west, south, east, north = road_bounds(network)
    limit_m = parameters.max_off_network_km * METRES_PER_KILOMETRE
    is_off = (np.maximum(west - x, x - east) > limit_m) | (
        np.maximum(south - y, y - north) > limit_m
    )
    return np.asarray(is_off, dtype=np.bool_)


def _surface(
    field: IsochroneField,
    seeds: _Seeds,
    limit_min: float,
    metre_ds: float,
    *,
    near_m: float,
    roads_ds: Int32Array | None = None,
) -> Surface:
    """Spread from seeds, over cells near these, and from roads, if these count, near roads."""
    limit_ds = round(limit_min * DECISECONDS_PER_MINUTE)
    shape = field.dry.shape
    seed_ds = seeds.time_ds + seeds.offset_m * metre_ds
    counts = (seeds.cell >= 0) & (seed_ds <= limit_ds)
    cell, offset_m = seeds.cell[counts], seeds.offset_m[counts]
    first_ds = earliest(shape, cell, np.ceil(seed_ds[counts]).astype(np.int32))
    if roads_ds is not None:
        first_ds = np.minimum(first_ds, roads_ds)
    is_first = first_ds != UNREACHED
    if not is_first.any():
        return NOTHING
    margin = int(near_m // CELL_M) + 2
    rows, columns = (_span(is_first.any(axis=axis), margin) for axis in (1, 0))
    dry = np.ascontiguousarray(field.dry[rows, columns])
    own_m = earliest(shape, cell, np.ceil(offset_m).astype(np.int32))[rows, columns]
    passable = cells_near(dry, np.ascontiguousarray(own_m), within_m=near_m)
    if roads_ds is not None:
        passable |= cells_near(field.dry, field.road_m, within_m=near_m)[rows, columns]
    times = spread(
        passable,
        np.ascontiguousarray(first_ds[rows, columns]),
        step_ds=int(np.ceil(CELL_M * metre_ds)),
        diagonal_ds=int(np.ceil(CELL_M * DIAGONAL * metre_ds)),
        limit_ds=limit_ds,
    )
    return Surface(
        times,
        field.left + (columns.start + 0.5) * CELL_M,
        field.top - (rows.start + 0.5) * CELL_M,
        metre_ds,
    )


def _span(lines: BoolArray, margin: int) -> slice:
    """Return the rows or columns from the first to the last one counted, and a margin around."""
    counted = np.flatnonzero(lines)
    return slice(max(int(counted[0]) - margin, 0), int(counted[-1]) + margin + 1)
