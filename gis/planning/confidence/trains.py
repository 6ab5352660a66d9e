"""Timetables with errors: trains that run slower, leave at other minutes, or not at all."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.services import Services
from gis.catalogue.parameters import TravelParameters
from gis.core.crs import distance_m
from gis.core.units import SECONDS_PER_MINUTE
from gis.network.gtfs import Feed
from gis.network.snap import travel_seconds_of
from gis.planning.confidence.sample import Errors
from gis.routing.disturbances import disturbed_calls
from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

PUBLISHED = "high"  # certainty of trains whose times, dwells included, are published
_RAIL = "rail"


@dataclass(frozen=True, slots=True, eq=False)
class Trains:
    """Public transport taken apart so that errors can be put in.

    Parameters
    ----------
    services, parameters
        The services without errors, and what they were made with.
    patterns
        Stopping patterns whose departures are made up.
    pattern_of_trip
        ``(trips,)`` row of the pattern, -1 where the times are real.
    pattern_name, certainty
        ``(trips,)`` pattern, and how sure the running times are.
    headway_s
        ``(patterns,)`` mean seconds between the trains of a pattern.
    stood_s
        ``(calls + 1,)`` seconds that trips stand at stops, summed over the calls before.
    first_call
        ``(trips + 1,)``: calls ``first_call[t]`` to ``first_call[t + 1] - 1`` belong to trip t.
    is_rail_call
        ``(calls,)`` whether a train calls, not a metro or tram.
    steady
        ``(connections,)`` connections of the timetable that no error moves: of metro and tram.
    change_walk_s
        ``(changes,)`` seconds of walking between two stops; the rest of a change is its parameter.

    """

    services: Services
    parameters: TravelParameters
    patterns: tuple[str, ...]
    pattern_of_trip: Int64Array
    pattern_name: npt.NDArray[np.object_]
    certainty: npt.NDArray[np.object_]
    headway_s: FloatArray
    stood_s: Int64Array
    first_call: Int64Array
    is_rail_call: BoolArray
    steady: Int64Array
    change_walk_s: FloatArray


def take_apart(services: Services, feed: Feed, parameters: TravelParameters) -> Trains:
    """Return public transport taken apart.

    Parameters
    ----------
    services
        Public transport of an ordinary day.
    feed
        The feed it comes from; ``trips`` may say ``pattern_id``, ``certainty`` and ``synthetic``.
    parameters
        What the services were made with.

    """
    count = len(services.trip_kind)
    by_id = feed.trips.assign(trip_id=feed.trips["trip_id"].astype(str)).set_index("trip_id")
    trips = by_id.loc[services.trip_id.tolist()].reset_index()
    pattern = _column(trips, "pattern_id", "")
    is_made_up = _column(trips, "synthetic", "0") == "1"
    is_rail = services.trip_kind == _RAIL
    named = pd.Series(np.where(is_made_up & is_rail, pattern, ""))
    patterns = tuple(sorted(str(name) for name in set(named) - {""}))
    rows = pd.Index(patterns).get_indexer(pd.Index(named))
    trains = np.bincount(rows[rows >= 0], minlength=len(patterns))
    timetable = services.timetable
    day_s = (parameters.service_end_min - parameters.service_start_min) * SECONDS_PER_MINUTE
    return Trains(
        services=services,
        parameters=parameters,
        patterns=patterns,
        pattern_of_trip=rows.astype(np.int64),
        pattern_name=pattern,
        certainty=_column(trips, "certainty", PUBLISHED),
        headway_s=day_s / np.maximum(trains, 1),
        stood_s=np.append([0], np.cumsum(services.call_departure_s - services.call_arrival_s)),
        first_call=np.searchsorted(services.call_trip, np.arange(count + 1)).astype(np.int64),
        is_rail_call=is_rail[services.call_trip].astype(np.bool_),
        steady=np.flatnonzero(~is_rail[timetable.trip].astype(np.bool_)),
        change_walk_s=_change_walks(services, parameters),
    )


def _change_walks(services: Services, parameters: TravelParameters) -> FloatArray:
    timetable = services.timetable
    start = np.repeat(np.arange(timetable.stop_count), np.diff(timetable.first_change))
    lon, lat = (services.stops[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    end = timetable.change_to
    straight_m = distance_m(lon[start], lat[start], lon[end], lat[end])
    return travel_seconds_of(straight_m * parameters.access_detour, parameters.walk_kmh)


def _column(trips: pd.DataFrame, name: str, default: str) -> npt.NDArray[np.object_]:
    if name not in trips.columns:
        return np.full(len(trips), default, dtype=object)
    return trips[name].fillna(default).astype(str).to_numpy(dtype=object)


def trip_factors(trains: Trains, errors: Errors) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return factor on running times, seconds added to a dwell, and whether each trip runs."""
    factor_of = dict(errors.running_time)
    factor_of.setdefault("guess", factor_of.get("low", 1.0))
    kinds, kind = np.unique(trains.certainty.astype(str), return_inverse=True)
    is_rail = trains.services.trip_kind == _RAIL
    factor = np.where(is_rail, np.array([factor_of.get(name, 1.0) for name in kinds])[kind], 1.0)
    is_estimated = is_rail & (trains.certainty != PUBLISHED)
    extra_s = np.where(is_estimated, errors.dwell_min * SECONDS_PER_MINUTE, 0.0)
    runs = np.ones(len(factor), dtype=np.bool_)
    if errors.late_patterns:
        runs = ~np.isin(trains.pattern_name.astype(str), late_names(errors))
    return factor, extra_s, runs


def late_names(errors: Errors) -> list[str]:
    """Return the patterns of trips that are late, as the feed names them."""
    late = sorted(errors.late_patterns)
    # Trains there and back are marked: TS-1-0 and TS-1-1 are of TS-1.
    return late + [f"{pattern}-{direction}" for pattern in late for direction in (0, 1)]


def with_errors(trains: Trains, errors: Errors, *, start_s: float, end_s: float) -> Timetable:
    """Return the timetable of a draw, for departures between two times.

    Parameters
    ----------
    trains
        Public transport taken apart.
    errors
        The errors of a draw.
    start_s, end_s
        Only connections that depart in between are in it.

    """
    services, base = trains.services, trains.services.timetable
    factor, extra_s, runs = trip_factors(trains, errors)
    shift_s = np.zeros(len(factor))
    moved = trains.pattern_of_trip >= 0
    pattern = trains.pattern_of_trip[moved]
    shift_s[moved] = errors.phase[pattern] * trains.headway_s[pattern]
    arrival_s, departure_s = disturbed_calls(
        trains.first_call,
        services.call_arrival_s,
        services.call_departure_s,
        factor,
        extra_s,
        shift_s,
    )
    trip = services.call_trip
    is_hop = (trip[1:] == trip[:-1]) & trains.is_rail_call[1:] & runs[trip[1:]]
    is_hop &= (departure_s[:-1] >= start_s) & (departure_s[:-1] < end_s)
    hop = np.flatnonzero(is_hop)
    hop = hop[np.lexsort((hop, arrival_s[hop + 1], departure_s[hop]))]
    steady = trains.steady[_between(base.departure_s[trains.steady], start_s, end_s)]
    steady = steady[runs[base.trip[steady]]]
    parameters = errors.parameters
    street_s = trains.parameters.metro_boarding_min * SECONDS_PER_MINUTE
    wait_s = (base.boarding_s[steady] - street_s) * errors.metro_headway
    buffer_s = parameters.boarding_buffer_min * SECONDS_PER_MINUTE
    steady_boarding = parameters.metro_boarding_min * SECONDS_PER_MINUTE + np.minimum(
        wait_s, buffer_s
    )
    boarding = np.concatenate([np.full(len(hop), buffer_s), steady_boarding])
    columns = {
        "departure_s": np.concatenate([departure_s[hop], base.departure_s[steady]]),
        "arrival_s": np.concatenate([arrival_s[hop + 1], base.arrival_s[steady]]),
        "from_stop": np.concatenate([services.call_stop[hop], base.from_stop[steady]]),
        "to_stop": np.concatenate([services.call_stop[hop + 1], base.to_stop[steady]]),
        "trip": np.concatenate([trip[hop], base.trip[steady]]),
        "boarding_s": np.rint(boarding),
    }
    order = np.argsort(columns["departure_s"], kind="stable")
    sorted_columns = {name: values[order].astype(np.int32) for name, values in columns.items()}
    stops = len(base.exit_s)
    from_stop = sorted_columns["from_stop"]
    first_departure = np.zeros(stops + 1, dtype=np.int64)
    np.cumsum(np.bincount(from_stop, minlength=stops), out=first_departure[1:])
    kind = services.stops["kind"].to_numpy(dtype=object)
    exit_min = np.where(kind == _RAIL, parameters.station_exit_min, parameters.metro_exit_min)
    return Timetable(
        **sorted_columns,
        first_departure=first_departure,
        departing=np.argsort(from_stop.astype(np.int16), kind="stable").astype(np.int32),
        exit_s=np.rint(exit_min * SECONDS_PER_MINUTE).astype(np.int32),
        first_change=base.first_change,
        change_to=base.change_to,
        change_s=_changes(trains, parameters),
    )


def _changes(trains: Trains, parameters: TravelParameters) -> Int32Array:
    """Return seconds for every change: its parameter and its walk as they are in a draw."""
    base, timetable = trains.parameters, trains.services.timetable
    is_rail = (trains.services.stops["kind"] == _RAIL).to_numpy(dtype=np.bool_)
    start = np.repeat(np.arange(timetable.stop_count), np.diff(timetable.first_change))
    end = timetable.change_to
    railways = is_rail[start].astype(np.int64) + is_rail[end]
    names = ("metro_transfer_min", "rail_metro_transfer_min", "rail_transfer_min")
    added_min = np.array([getattr(parameters, name) - getattr(base, name) for name in names])
    seconds = timetable.change_s + added_min[railways] * SECONDS_PER_MINUTE
    slower = parameters.access_detour / base.access_detour * base.walk_kmh / parameters.walk_kmh
    seconds = seconds + trains.change_walk_s * (slower - 1.0)
    enters_station = (start != end) & is_rail[end]
    buffer_min = parameters.boarding_buffer_min - base.boarding_buffer_min
    seconds = seconds + np.where(enters_station, buffer_min * SECONDS_PER_MINUTE, 0.0)
    return np.rint(seconds).clip(min=1).astype(np.int32)


def _between(departure_s: Int32Array, start_s: float, end_s: float) -> slice:
    low, high = np.searchsorted(departure_s, np.ceil([start_s, end_s]).astype(np.int32))
    return slice(int(low), int(high))
