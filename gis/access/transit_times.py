"""Tables of travel times by public transport; :mod:`gis.access.travel_times` defines them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from gis.access.entries import coordinates_of
from gis.access.journeys import (
    LONGEST_JOURNEY_S,
    Journeys,
    Runs,
    best_journeys,
    onward_to,
    pick,
    picks,
    runs_between,
    station_choices,
    whole_seconds,
)
from gis.access.legs import WAIT, WALK, Leg, access_leg, direct_leg, make_leg, ride_legs
from gis.access.reach import StopReach, reach_of_stops, walks_between
from gis.access.services import Services, services_of
from gis.catalogue.parameters import TravelParameters
from gis.core.crs import distance_m, metric_system, metric_xy
from gis.core.schemas import Definition, Statistic
from gis.core.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE, seconds_from_minutes
from gis.network.model import Network
from gis.routing.boarding import NO_CONNECTION, best_departures, boardings
from gis.routing.connection_scan import Onward, ends_of
from gis.routing.shares import thread_count

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

# What a journey's minutes are made of.
PART_COLUMNS = ("rides", "access_min", "waiting_min", "riding_min", "egress_min")
_ROUNDING_MIN = 1e-6
_BATCH = 64  # destinations whose scans are held at once


@dataclass(frozen=True, slots=True, eq=False)
class _Times:
    """Times of a table: ``(origins, destinations, statistics)`` and the legs of some of them.

    ``parts`` has :data:`PART_COLUMNS` as a fourth axis, or none of them when nobody asks.
    """

    minutes: FloatArray
    metres: FloatArray
    parts: FloatArray
    legs: dict[tuple[int, int, int], list[Leg]]


@dataclass(frozen=True, slots=True, eq=False)
class _Doors:
    """What door-to-door searches share."""

    services: Services
    origins: list[str]
    destinations: list[str]
    access: StopReach
    egress: StopReach
    walk_s: FloatArray
    walk_m: FloatArray


def station_times(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    parameters: TravelParameters,
    definition: Definition,
    statistics: Sequence[Statistic],
    window_min: tuple[float, float] | None = None,
    with_parts: bool = False,
    with_legs: bool = False,
) -> pd.DataFrame:
    """Return times between the railway stations that places stand for.

    Parameters
    ----------
    network, origins, destinations, parameters, statistics, with_parts, with_legs
        As in :func:`gis.access.travel_times.travel_times`.
    definition
        ``in_vehicle`` or ``station_to_station``.
    window_min
        Departures that count, minutes after midnight. By default all trains of the day for
        ``in_vehicle``, the service day of the parameters for ``station_to_station``.

    """
    services = services_of(network, parameters)
    starts, ends = station_of(services, origins), station_of(services, destinations)
    window = window_min or (parameters.service_start_min, parameters.service_end_min)
    start_s, end_s = (seconds_from_minutes(minute) for minute in window)
    times = _no_times(origins, destinations, statistics, with_parts=with_parts)
    for column, end in enumerate(ends.tolist()):
        if end < 0:
            continue
        times.minutes[starts == end, column] = 0.0
        times.metres[starts == end, column] = 0.0
        times.parts[starts == end, column] = 0.0
        rows = np.flatnonzero((starts >= 0) & (starts != end)).tolist()
        if definition is Definition.IN_VEHICLE:
            for row in rows:
                runs = runs_between(services, int(starts[row]), end)
                runs = _departing_in(services, runs, window_min)
                _add_direct(times, (row, column), services, runs, statistics, with_legs=with_legs)
            continue
        egress_s = np.full(len(services.names), np.nan)
        egress_s[end] = 0.0
        onward = onward_to(services, egress_s, start_s=start_s, end_s=np.inf)
        for row in rows:
            choices = station_choices(services, int(starts[row]), start_s=start_s, end_s=end_s)
            journeys = best_journeys(choices, onward)
            _add_changing(
                times, (row, column), services, (journeys, onward), statistics, with_legs=with_legs
            )
    return _table(origins, destinations, statistics, times, with_legs=with_legs)


def door_to_door_times(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    parameters: TravelParameters,
    statistics: Sequence[Statistic],
    window_min: tuple[float, float],
    peak: bool = False,
    with_parts: bool = False,
    with_legs: bool = False,
) -> pd.DataFrame:
    """Return times from door to door over a window of departures.

    Parameters
    ----------
    network, origins, destinations, parameters, statistics, with_parts, with_legs
        As in :func:`gis.access.travel_times.travel_times`.
    window_min
        Wanted departures, minutes after midnight, the end not included.
    peak
        Whether cars to and from stations need peak times.

    """
    services = services_of(network, parameters)
    start_s, end_s = (seconds_from_minutes(minute) for minute in window_min)
    wanted_s = np.arange(start_s, end_s, seconds_from_minutes(parameters.departure_step_min))
    wait_s = seconds_from_minutes(parameters.longest_wait_min)
    walk_s, walk_m = walks_between(network, origins, destinations, parameters=parameters)
    access, egress = (
        reach_of_stops(
            network, services, places, parameters=parameters, outbound=outbound, peak=peak
        )
        for places, outbound in ((origins, True), (destinations, False))
    )
    start_names, end_names = (
        [str(name) for name in places["id"]] for places in (origins, destinations)
    )
    doors = _Doors(services, start_names, end_names, access, egress, walk_s, walk_m)
    choices = [
        boardings(services.timetable, whole_seconds(row), start_s=start_s, end_s=end_s + wait_s)
        for row in access.seconds
    ]
    times = _no_times(origins, destinations, statistics, with_parts=with_parts)
    boarded = np.full(times.minutes.shape, NO_CONNECTION, dtype=np.int64)

    def scan_to(column: int) -> Onward:
        return onward_to(
            services,
            egress.seconds[column] + services.timetable.exit_s,
            start_s=start_s,
            end_s=end_s + wait_s + LONGEST_JOURNEY_S,
        )

    for first in range(0, len(destinations), _BATCH):
        columns = np.arange(first, min(first + _BATCH, len(destinations)))
        with ThreadPoolExecutor(thread_count(None)) as pool:
            scans = list(pool.map(scan_to, columns.tolist()))
        arrivals = np.stack([scan.arrival_s for scan in scans])
        for row, choice in enumerate(choices):
            connection, leave_s, arrive_s = best_departures(
                choice, arrivals, scans[0].low, wanted_s
            )
            in_time = (connection != NO_CONNECTION) & (leave_s <= wanted_s + wait_s)
            ride_s = np.where(in_time, arrive_s.astype(np.float64) - leave_s, np.nan)
            total_s = np.fmin(ride_s, walk_s[row, columns][:, None])
            picked = picks(total_s, statistics)
            line = np.arange(len(columns))[:, None]
            seconds = np.where(picked >= 0, total_s[line, picked], np.nan)
            times.minutes[row, columns] = seconds / SECONDS_PER_MINUTE
            rides = (picked >= 0) & ~(walk_s[row, columns][:, None] <= seconds)
            boarded[row, columns] = np.where(rides, connection[line, picked], NO_CONNECTION)
        for column, scan in zip(columns.tolist(), scans, strict=True):
            _add_ways(doors, times, column, boarded[:, column], scan, with_legs=with_legs)
    return _table(origins, destinations, statistics, times, with_legs=with_legs)


def station_of(services: Services, places: pd.DataFrame) -> Int64Array:
    """Return the stop each place stands for: the one it names, or the nearest with trains.

    Returns
    -------
    numpy.ndarray
        ``(places,)`` rows of the stops, -1 where there is none.

    """
    stops = services.stops
    served = np.flatnonzero(services.is_rail)
    station = np.full(len(places), -1, dtype=np.int64)
    if len(served) and len(places):
        lon, lat = coordinates_of(stops)
        system = metric_system(lon[served], lat[served])
        tree = cKDTree(np.stack(metric_xy(lon[served], lat[served], system), axis=1))
        here = np.stack(metric_xy(*coordinates_of(places), system), axis=1)
        station = served[tree.query(here)[1]]
    if "stop_id" in places.columns:
        numbers = pd.Series(np.arange(len(stops)), index=stops["stop_id"])
        named = places["stop_id"].map(numbers)
        station = np.where(named.notna(), named.fillna(-1), station).astype(np.int64)
    return station


def _departing_in(services: Services, runs: Runs, window_min: tuple[float, float] | None) -> Runs:
    if window_min is None:
        return runs
    minute = services.call_departure_s[runs.first_call] / SECONDS_PER_MINUTE
    inside = (minute >= window_min[0]) & (minute < window_min[1])
    return Runs(runs.first_call[inside], runs.last_call[inside], runs.duration_s[inside])


def _add_direct(
    times: _Times,
    pair: tuple[int, int],
    services: Services,
    runs: Runs,
    statistics: Sequence[Statistic],
    *,
    with_legs: bool,
) -> None:
    for place, statistic in enumerate(statistics):
        row = pick(runs.duration_s, statistic)
        if row < 0:
            continue
        first, last = int(runs.first_call[row]), int(runs.last_call[row])
        stops = services.call_stop[first : last + 1]
        lon, lat = (degrees[stops] for degrees in coordinates_of(services.stops))
        times.minutes[*pair, place] = runs.duration_s[row] / SECONDS_PER_MINUTE
        times.metres[*pair, place] = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum()
        _enter_parts(times, (*pair, place), ridden_s=runs.duration_s[row], rides=1)
        if with_legs:
            times.legs[*pair, place] = [direct_leg(services, first, last)]


def _add_changing(
    times: _Times,
    pair: tuple[int, int],
    services: Services,
    found: tuple[Journeys, Onward],
    statistics: Sequence[Statistic],
    *,
    with_legs: bool,
) -> None:
    journeys, onward = found
    for place, statistic in enumerate(statistics):
        row = pick(journeys.duration_s, statistic)
        if row < 0:
            continue
        boarded = journeys.connection[row : row + 1]
        ends = ends_of(services.timetable, onward, boarded, services.hop_m)
        times.minutes[*pair, place] = journeys.duration_s[row] / SECONDS_PER_MINUTE
        times.metres[*pair, place] = ends.ridden_m[0]
        _enter_parts(times, (*pair, place), ridden_s=ends.ridden_s[0], rides=ends.rides[0])
        if with_legs:
            times.legs[*pair, place] = ride_legs(services, onward, int(boarded[0]))


def _add_ways(
    doors: _Doors,
    times: _Times,
    column: int,
    boarded: Int64Array,
    scan: Onward,
    *,
    with_legs: bool,
) -> None:
    """Enter the metres, and if asked the legs, of all journeys to one destination."""
    timetable = doors.services.timetable
    rows, places = np.nonzero(~np.isnan(times.minutes[:, column]))
    times.metres[rows, column, places] = doors.walk_m[rows, column]
    _enter_parts(times, (rows, column, places), access_s=doors.walk_s[rows, column])
    if with_legs:
        for row, place in zip(rows.tolist(), places.tolist(), strict=True):
            times.legs[row, column, place] = _walk_legs(doors, (row, column))
    rows, places = np.nonzero(boarded != NO_CONNECTION)
    connections = boarded[rows, places]
    ends = ends_of(timetable, scan, connections, doors.services.hop_m)
    access = (rows, timetable.from_stop[connections])
    egress = (column, ends.stop)
    times.metres[rows, column, places] = (
        doors.access.metres[access] + ends.ridden_m + doors.egress.metres[egress]
    )
    _enter_parts(
        times,
        (rows, column, places),
        access_s=doors.access.seconds[access],
        ridden_s=ends.ridden_s,
        egress_s=timetable.exit_s[ends.stop] + doors.egress.seconds[egress],
        rides=ends.rides,
    )
    if with_legs:
        journeys = zip(rows.tolist(), places.tolist(), connections.tolist(), ends.stop, strict=True)
        for row, place, connection, stop in journeys:
            legs = _door_legs(doors, (row, column), scan, connection, int(stop))
            times.legs[row, column, place] = legs


def _enter_parts(
    times: _Times,
    where: tuple[Any, Any, Any],
    *,
    access_s: FloatArray | float = 0.0,
    ridden_s: FloatArray | Int64Array | float = 0.0,
    egress_s: FloatArray | float = 0.0,
    rides: Int64Array | int = 0,
) -> None:
    """Enter what journeys are made of; what remains of their minutes is waiting."""
    if not times.parts.shape[-1]:
        return
    access, riding, egress = (
        np.asarray(seconds) / SECONDS_PER_MINUTE for seconds in (access_s, ridden_s, egress_s)
    )
    waiting = times.minutes[where] - access - riding - egress
    waiting = np.where(np.abs(waiting) < _ROUNDING_MIN, 0.0, waiting)
    for part, values in enumerate((rides, access, waiting, riding, egress)):
        times.parts[(*where, part)] = values


def _walk_legs(doors: _Doors, pair: tuple[int, int]) -> list[Leg]:
    start, end = doors.origins[pair[0]], doors.destinations[pair[1]]
    seconds, metres = float(doors.walk_s[pair]), float(doors.walk_m[pair])
    return [access_leg(start, end, seconds, metres, by_car=False)]


def _door_legs(
    doors: _Doors, pair: tuple[int, int], onward: Onward, connection: int, last: int
) -> list[Leg]:
    services, timetable = doors.services, doors.services.timetable
    names = services.names
    first = int(timetable.from_stop[connection])
    out, back = (pair[0], first), (pair[1], last)
    access_s, egress_s = float(doors.access.seconds[out]), float(doors.egress.seconds[back])
    access_m, egress_m = float(doors.access.metres[out]), float(doors.egress.metres[back])
    out_by_car, back_by_car = bool(doors.access.by_car[out]), bool(doors.egress.by_car[back])
    start, end = doors.origins[pair[0]], doors.destinations[pair[1]]
    return [
        access_leg(start, names[first], access_s, access_m, by_car=out_by_car),
        make_leg(WAIT, names[first], names[first], float(timetable.boarding_s[connection])),
        *ride_legs(services, onward, connection),
        make_leg(WALK, names[last], names[last], float(timetable.exit_s[last])),
        access_leg(names[last], end, egress_s, egress_m, by_car=back_by_car),
    ]


def _no_times(
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    statistics: Sequence[Statistic],
    *,
    with_parts: bool,
) -> _Times:
    shape = (len(origins), len(destinations), len(statistics))
    parts = np.full((*shape, len(PART_COLUMNS) if with_parts else 0), np.nan)
    return _Times(np.full(shape, np.nan), np.full(shape, np.nan), parts, {})


def _table(
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    statistics: Sequence[Statistic],
    times: _Times,
    *,
    with_legs: bool,
) -> pd.DataFrame:
    row, column, place = (
        numbers.ravel() for numbers in np.indices(times.minutes.shape, dtype=np.int64)
    )
    names = np.array([statistic.value for statistic in statistics], dtype=object)
    table = pd.DataFrame(
        {
            "origin": origins["id"].to_numpy()[row],
            "destination": destinations["id"].to_numpy()[column],
            "statistic": names[place],
            "minutes": times.minutes.ravel(),
            "distance_km": times.metres.ravel() / METRES_PER_KILOMETRE,
        }
    )
    for part in range(times.parts.shape[-1]):
        table[PART_COLUMNS[part]] = times.parts[..., part].ravel()
    if with_legs:
        keys = zip(row.tolist(), column.tolist(), place.tolist(), strict=True)
        table["legs"] = pd.Series([times.legs.get(key, []) for key in keys], dtype=object)
    return table
