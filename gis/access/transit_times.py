"""Tables of travel times by public transport; :mod:`gis.access.travel_times` defines them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree
from shapely import get_coordinates

from gis.access.journeys import (
    LONGEST_JOURNEY_S,
    Journeys,
    Runs,
    best_journeys,
    boarding_choices,
    onward_to,
    pick,
    runs_between,
    station_choices,
    wanted_departures,
)
from gis.access.legs import WAIT, WALK, Leg, access_leg, direct_leg, make_leg, ride_legs
from gis.access.reach import StopReach, reach_of_stops, walks_between
from gis.access.services import Services, services_of
from gis.catalogue.parameters import TravelParameters
from gis.core.crs import distance_m
from gis.core.schemas import Definition, Statistic
from gis.core.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE, seconds_from_minutes
from gis.network.model import Network
from gis.network.snap import metric_points
from gis.routing.connection_scan import Onward, connections_of

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

_BATCH = 64  # destinations whose scans are held at once


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
    wanted_s: FloatArray
    longest_wait_s: float


def station_times(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    parameters: TravelParameters,
    definition: Definition,
    statistics: Sequence[Statistic],
    window_min: tuple[float, float] | None = None,
    with_legs: bool = False,
) -> pd.DataFrame:
    """Return times between the railway stations that places stand for.

    Parameters
    ----------
    network, origins, destinations, parameters, statistics, with_legs
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
    records: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for column in range(len(destinations)):
        end = ends[column]
        onward = None
        if definition is Definition.STATION_TO_STATION and end >= 0:
            egress = np.full(len(services.stops), np.nan)
            egress[end] = 0.0
            onward = onward_to(services, egress, start_s=start_s, end_s=np.inf)
        for row in range(len(origins)):
            start = starts[row]
            if start < 0 or end < 0:
                found = [_nothing()] * len(statistics)
            elif start == end:
                found = [{"minutes": 0.0, "distance_km": 0.0, "legs": []}] * len(statistics)
            elif onward is None:
                runs = _departing_in(services, runs_between(services, start, end), window_min)
                found = _direct(services, runs, statistics, with_legs=with_legs)
            else:
                choices = station_choices(services, start, start_s=start_s, end_s=end_s)
                journeys = best_journeys(choices, onward)
                found = _changing(services, journeys, onward, statistics, with_legs=with_legs)
            records[row, column] = found
    return _table(origins, destinations, statistics, records)


def door_to_door_times(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    parameters: TravelParameters,
    statistics: Sequence[Statistic],
    window_min: tuple[float, float],
    peak: bool = False,
    with_legs: bool = False,
) -> pd.DataFrame:
    """Return times from door to door over a window of departures.

    Parameters
    ----------
    network, origins, destinations, parameters, statistics, with_legs
        As in :func:`gis.access.travel_times.travel_times`.
    window_min
        Wanted departures, minutes after midnight, the end not included.
    peak
        Whether cars to and from stations need peak times.

    """
    services = services_of(network, parameters)
    start_s, end_s = (seconds_from_minutes(minute) for minute in window_min)
    longest_wait_s = seconds_from_minutes(parameters.longest_wait_min)
    walk_s, walk_m = walks_between(network, origins, destinations, parameters=parameters)
    doors = _Doors(
        services=services,
        origins=[str(name) for name in origins["id"]],
        destinations=[str(name) for name in destinations["id"]],
        access=reach_of_stops(
            network, services, origins, parameters=parameters, outbound=True, peak=peak
        ),
        egress=reach_of_stops(
            network, services, destinations, parameters=parameters, outbound=False, peak=peak
        ),
        walk_s=walk_s,
        walk_m=walk_m,
        wanted_s=np.arange(start_s, end_s, seconds_from_minutes(parameters.departure_step_min)),
        longest_wait_s=longest_wait_s,
    )
    horizon_s = end_s + longest_wait_s + LONGEST_JOURNEY_S
    records: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for first in range(0, len(destinations), _BATCH):
        columns = range(first, min(first + _BATCH, len(destinations)))
        scans = {
            column: onward_to(
                services,
                doors.egress.seconds[column] + services.timetable.exit_s,
                start_s=start_s,
                end_s=horizon_s,
            )
            for column in columns
        }
        for row in range(len(origins)):
            choices = boarding_choices(
                services, doors.access.seconds[row], start_s=start_s, end_s=end_s + longest_wait_s
            )
            for column, onward in scans.items():
                journeys = best_journeys(choices, onward)
                records[row, column] = _door_to_door(
                    doors, (row, column), journeys, onward, statistics, with_legs=with_legs
                )
    return _table(origins, destinations, statistics, records)


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
        lon, lat = (stops[name].to_numpy()[served] for name in ("lon", "lat"))
        here = metric_points(
            places["lon"].to_numpy(dtype=np.float64), places["lat"].to_numpy(dtype=np.float64)
        )
        tree = cKDTree(get_coordinates(metric_points(lon, lat)))
        station = served[tree.query(get_coordinates(here))[1]]
    if "stop_id" in places.columns:
        numbers = pd.Series(np.arange(len(stops)), index=stops["stop_id"])
        named = places["stop_id"].map(numbers)
        station = np.where(named.notna(), named.fillna(-1), station).astype(np.int64)
    return station


def _direct(
    services: Services, runs: Runs, statistics: Sequence[Statistic], *, with_legs: bool
) -> list[dict[str, Any]]:
    found = []
    for statistic in statistics:
        row = pick(runs.duration_s, statistic)
        if row < 0:
            found.append(_nothing())
            continue
        first, last = int(runs.first_call[row]), int(runs.last_call[row])
        stops = services.call_stop[first : last + 1]
        lon, lat = (services.stops[name].to_numpy()[stops] for name in ("lon", "lat"))
        metres = float(distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())
        found.append(
            {
                "minutes": float(runs.duration_s[row]) / SECONDS_PER_MINUTE,
                "distance_km": metres / METRES_PER_KILOMETRE,
                "legs": [direct_leg(services, first, last)] if with_legs else [],
            }
        )
    return found


def _departing_in(services: Services, runs: Runs, window_min: tuple[float, float] | None) -> Runs:
    if window_min is None:
        return runs
    minute = services.call_departure_s[runs.first_call] / SECONDS_PER_MINUTE
    inside = (minute >= window_min[0]) & (minute < window_min[1])
    return Runs(runs.first_call[inside], runs.last_call[inside], runs.duration_s[inside])


def _changing(
    services: Services,
    journeys: Journeys,
    onward: Onward,
    statistics: Sequence[Statistic],
    *,
    with_legs: bool,
) -> list[dict[str, Any]]:
    durations = journeys.duration_s
    found = []
    for statistic in statistics:
        row = pick(durations, statistic)
        if row < 0:
            found.append(_nothing())
            continue
        connection = int(journeys.connection[row])
        found.append(
            {
                "minutes": float(durations[row]) / SECONDS_PER_MINUTE,
                "distance_km": _ridden_m(services, onward, connection) / METRES_PER_KILOMETRE,
                "legs": ride_legs(services, onward, connection) if with_legs else [],
            }
        )
    return found


def _door_to_door(
    doors: _Doors,
    pair: tuple[int, int],
    journeys: Journeys,
    onward: Onward,
    statistics: Sequence[Statistic],
    *,
    with_legs: bool,
) -> list[dict[str, Any]]:
    walk_s = float(doors.walk_s[pair])
    taken = wanted_departures(journeys, doors.wanted_s, longest_wait_s=doors.longest_wait_s)
    durations = np.append(journeys.duration_s, np.nan)[taken]
    durations = np.fmin(durations, walk_s)
    found = []
    for statistic in statistics:
        wanted = pick(durations, statistic)
        if wanted < 0:
            found.append(_nothing())
            continue
        seconds, journey = float(durations[wanted]), int(taken[wanted])
        if journey >= 0 and not walk_s <= seconds:
            connection = int(journeys.connection[journey])
            metres, legs = _door_legs(doors, pair, onward, connection, with_legs=with_legs)
        else:
            metres, legs = _walk_legs(doors, pair)
        found.append(
            {
                "minutes": seconds / SECONDS_PER_MINUTE,
                "distance_km": metres / METRES_PER_KILOMETRE,
                "legs": legs,
            }
        )
    return found


def _walk_legs(doors: _Doors, pair: tuple[int, int]) -> tuple[float, list[Leg]]:
    start, end = _ids(doors, pair)
    seconds, metres = float(doors.walk_s[pair]), float(doors.walk_m[pair])
    return metres, [access_leg(start, end, seconds, metres, by_car=False)]


def _door_legs(
    doors: _Doors, pair: tuple[int, int], onward: Onward, connection: int, *, with_legs: bool
) -> tuple[float, list[Leg]]:
    services, timetable = doors.services, doors.services.timetable
    first = int(timetable.from_stop[connection])
    last = int(timetable.to_stop[connections_of(onward, connection)[-1]])
    out, back = (pair[0], first), (pair[1], last)
    access_m, egress_m = float(doors.access.metres[out]), float(doors.egress.metres[back])
    metres = access_m + _ridden_m(services, onward, connection) + egress_m
    if not with_legs:
        return metres, []
    start, end = _ids(doors, pair)
    names = services.names
    access_s, egress_s = float(doors.access.seconds[out]), float(doors.egress.seconds[back])
    out_by_car, back_by_car = bool(doors.access.by_car[out]), bool(doors.egress.by_car[back])
    return metres, [
        access_leg(start, names[first], access_s, access_m, by_car=out_by_car),
        make_leg(WAIT, names[first], names[first], float(timetable.boarding_s[connection])),
        *ride_legs(services, onward, connection),
        make_leg(WALK, names[last], names[last], float(timetable.exit_s[last])),
        access_leg(names[last], end, egress_s, egress_m, by_car=back_by_car),
    ]


def _ids(doors: _Doors, pair: tuple[int, int]) -> tuple[str, str]:
    return doors.origins[pair[0]], doors.destinations[pair[1]]


def _ridden_m(services: Services, onward: Onward, connection: int) -> float:
    return float(services.hop_m[connections_of(onward, connection)].sum())


def _nothing() -> dict[str, Any]:
    return {"minutes": np.nan, "distance_km": np.nan, "legs": []}


def _table(
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    statistics: Sequence[Statistic],
    records: dict[tuple[int, int], list[dict[str, Any]]],
) -> pd.DataFrame:
    rows = [
        {"origin": origin, "destination": destination, "statistic": statistic.value, **record}
        for row, origin in enumerate(origins["id"])
        for column, destination in enumerate(destinations["id"])
        for statistic, record in zip(statistics, records[row, column], strict=True)
    ]
    columns = ["origin", "destination", "statistic", "minutes", "distance_km", "legs"]
    return pd.DataFrame(rows, columns=columns)
