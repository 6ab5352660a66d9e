"""Timetables with errors: trains that run slower, leave at other minutes, or not at all."""

from collections.abc import Sequence
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
from gis.routing.disturbances import (
    Columns,
    departures_by_stop,
    disturbed_calls,
    merged_columns,
)
from gis.routing.timetable import NO_EXIT_S, Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

PUBLISHED = "high"  # certainty of trains whose times, dwells included, are published
_RAIL = "rail"
_COLUMNS = ("departure_s", "arrival_s", "from_stop", "to_stop", "trip", "boarding_s")


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """All calls of trains, trip by trip in the order of travel.

    Parameters
    ----------
    trips, first
        ``(train trips,)`` the trips, and one more than as many: calls ``first[t]`` to
        ``first[t + 1] - 1`` belong to the t-th of them.
    from_stop, to_stop, arrival_s, departure_s
        ``(calls,)`` where a call is boarded and where it is left, and its times without errors.
    hop
        ``(hops,)`` calls from which the train goes on to the next one.
    hop_trip
        ``(hops,)`` which of the train trips that is.

    """

    trips: Int64Array
    first: Int64Array
    from_stop: Int64Array
    to_stop: Int64Array
    arrival_s: Int64Array
    departure_s: Int64Array
    hop: Int64Array
    hop_trip: Int64Array


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
    names, name
        Patterns as the feed names them, and ``(trips,)`` which of these every trip is of.
    certainties, certainty
        How sure running times are, and ``(trips,)`` which of these applies.
    is_rail, is_estimated
        ``(trips,)`` whether it is a train, and a train whose times are not published.
    headway_s
        ``(patterns,)`` mean seconds between the trains of a pattern.
    stood_s
        ``(calls + 1,)`` seconds that trips stand at stops, summed over the calls before.
    is_served, is_rail_stop
        ``(stops,)`` whether any trip calls at a stop, and whether it is of the railway.
    calls
        The calls of trains.
    steady
        Columns of the connections of the timetable that no error moves, in order of departure:
        those of metro, tram and bus.
    change_walk_s
        ``(changes,)`` seconds of walking between two stops; the rest of a change is its parameter.

    """

    services: Services
    parameters: TravelParameters
    patterns: tuple[str, ...]
    pattern_of_trip: Int64Array
    names: npt.NDArray[np.str_]
    name: Int64Array
    certainties: tuple[str, ...]
    certainty: Int64Array
    is_rail: BoolArray
    is_estimated: BoolArray
    headway_s: FloatArray
    stood_s: Int64Array
    is_served: BoolArray
    is_rail_stop: BoolArray
    calls: Calls
    steady: dict[str, Int32Array]
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
    by_id = feed.trips.assign(trip_id=feed.trips["trip_id"].astype(str)).set_index("trip_id")
    trips = by_id.loc[services.trip_id.tolist()].reset_index()
    pattern = _column(trips, "pattern_id", "")
    is_made_up = _column(trips, "synthetic", "0") == "1"
    is_rail = (services.trip_kind == _RAIL).astype(np.bool_)
    named = pd.Series(np.where(is_made_up & is_rail, pattern, ""))
    patterns = tuple(sorted(str(name) for name in set(named) - {""}))
    rows = pd.Index(patterns).get_indexer(pd.Index(named))
    trains = np.bincount(rows[rows >= 0], minlength=len(patterns))
    certainties, certainty = np.unique(
        _column(trips, "certainty", PUBLISHED).astype(str), return_inverse=True
    )
    names, name = np.unique(pattern.astype(str), return_inverse=True)
    timetable = services.timetable
    steady = np.flatnonzero(~is_rail[timetable.trip])
    day_s = (parameters.service_end_min - parameters.service_start_min) * SECONDS_PER_MINUTE
    return Trains(
        services=services,
        parameters=parameters,
        patterns=patterns,
        pattern_of_trip=rows.astype(np.int64),
        names=names,
        name=name.astype(np.int64),
        certainties=tuple(certainties.tolist()),
        certainty=certainty.astype(np.int64),
        is_rail=is_rail,
        is_estimated=is_rail & (certainties != PUBLISHED)[certainty],
        headway_s=day_s / np.maximum(trains, 1),
        stood_s=np.append([0], np.cumsum(services.call_departure_s - services.call_arrival_s)),
        is_served=services.stops["served"].to_numpy(dtype=np.bool_),
        is_rail_stop=(services.stops["kind"] == _RAIL).to_numpy(dtype=np.bool_),
        calls=_calls(services, is_rail),
        steady={name: getattr(timetable, name)[steady] for name in _COLUMNS},
        change_walk_s=_change_walks(services, parameters),
    )


def _calls(services: Services, is_rail: BoolArray) -> Calls:
    kept = np.flatnonzero(is_rail[services.call_trip])
    trips, trip = np.unique(services.call_trip[kept], return_inverse=True)
    hop = np.flatnonzero(trip[1:] == trip[:-1])
    return Calls(
        trips=trips,
        first=np.searchsorted(trip, np.arange(len(trips) + 1)).astype(np.int64),
        from_stop=services.call_from[kept],
        to_stop=services.call_to[kept],
        arrival_s=services.call_arrival_s[kept],
        departure_s=services.call_departure_s[kept],
        hop=hop,
        hop_trip=trip[hop].astype(np.int64),
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
    factors = np.array([factor_of.get(name, 1.0) for name in trains.certainties])
    factor = np.where(trains.is_rail, factors[trains.certainty], 1.0)
    extra_s = np.where(trains.is_estimated, errors.dwell_min * SECONDS_PER_MINUTE, 0.0)
    runs = np.ones(len(factor), dtype=np.bool_)
    if errors.late_patterns:
        runs = ~np.isin(trains.names, late_names(errors))[trains.name]
    return factor, extra_s, runs


def late_names(errors: Errors) -> list[str]:
    """Return the patterns of trips that are late, as the feed names them."""
    late = sorted(errors.late_patterns)
    # Trains there and back are marked: TS-1-0 and TS-1-1 are of TS-1.
    return late + [f"{pattern}-{direction}" for pattern in late for direction in (0, 1)]


def with_errors(
    trains: Trains, errors: Errors, windows_s: Sequence[tuple[float, float]]
) -> list[Timetable]:
    """Return the timetables of a draw, one for each window of departures.

    Parameters
    ----------
    trains
        Public transport taken apart.
    errors
        The errors of a draw.
    windows_s
        Start and end; only connections that depart from the start to before the end are in it.

    """
    base, parameters = trains.services.timetable, errors.parameters
    factor, extra_s, runs = trip_factors(trains, errors)
    start_s, end_s = min(start for start, _ in windows_s), max(end for _, end in windows_s)
    columns = merged_columns(
        _train_columns(trains, errors, (factor, extra_s, runs), start_s=start_s, end_s=end_s),
        _steady_columns(trains, errors, runs, start_s=start_s, end_s=end_s),
    )
    exit_min = np.where(trains.is_rail_stop, parameters.station_exit_min, parameters.metro_exit_min)
    exit_s = np.where(
        base.exit_s == NO_EXIT_S, NO_EXIT_S, np.rint(exit_min * SECONDS_PER_MINUTE)
    ).astype(np.int32)
    change_s = _changes(trains, parameters)
    timetables = []
    for start, end in windows_s:
        between = _between(columns[0], start, end)
        named = {name: column[between] for name, column in zip(_COLUMNS, columns, strict=True)}
        first_departure, departing = departures_by_stop(named["from_stop"], len(exit_s))
        timetables.append(
            Timetable(
                **named,
                first_departure=first_departure,
                departing=departing,
                exit_s=exit_s,
                first_change=base.first_change,
                change_to=base.change_to,
                change_s=change_s,
            )
        )
    return timetables


def _train_columns(
    trains: Trains,
    errors: Errors,
    factors: tuple[FloatArray, FloatArray, BoolArray],
    *,
    start_s: float,
    end_s: float,
) -> Columns:
    """Return the connections of trains that depart between two times, in order of departure."""
    calls = trains.calls
    factor, extra_s = factors[0][calls.trips], factors[1][calls.trips]
    runs = factors[2][calls.trips]
    pattern = trains.pattern_of_trip[calls.trips]
    shift_s = np.zeros(len(pattern))
    moved = pattern >= 0
    shift_s[moved] = errors.phase[pattern[moved]] * trains.headway_s[pattern[moved]]
    arrival_s, departure_s = disturbed_calls(
        calls.first, calls.arrival_s, calls.departure_s, factor, extra_s, shift_s
    )
    leaves_s = departure_s[calls.hop]
    kept = np.flatnonzero(runs[calls.hop_trip] & (leaves_s >= start_s) & (leaves_s < end_s))
    hop = calls.hop[kept]
    order = np.lexsort((hop, arrival_s[hop + 1], departure_s[hop]))
    hop = hop[order]
    buffer_s = round(errors.parameters.boarding_buffer_min * SECONDS_PER_MINUTE)
    return (
        departure_s[hop].astype(np.int32),
        arrival_s[hop + 1].astype(np.int32),
        calls.from_stop[hop].astype(np.int32),
        calls.to_stop[hop + 1].astype(np.int32),
        calls.trips[calls.hop_trip[kept[order]]].astype(np.int32),
        np.full(len(hop), buffer_s, dtype=np.int32),
    )


def _steady_columns(
    trains: Trains, errors: Errors, runs: BoolArray, *, start_s: float, end_s: float
) -> Columns:
    """Return the other connections that depart between two times, in order of departure."""
    between = _between(trains.steady["departure_s"], start_s, end_s)
    leaves, arrives, start, end, trip, boarding_s = (
        trains.steady[name][between] for name in _COLUMNS
    )
    street_s = trains.parameters.metro_boarding_min * SECONDS_PER_MINUTE
    wait_s = np.minimum(
        (boarding_s - street_s) * errors.metro_headway,
        errors.parameters.boarding_buffer_min * SECONDS_PER_MINUTE,
    )
    own_street_s = errors.parameters.metro_boarding_min * SECONDS_PER_MINUTE
    boarding_s = np.rint(own_street_s + wait_s).astype(np.int32)
    if runs.all():
        return leaves, arrives, start, end, trip, boarding_s
    kept = np.flatnonzero(runs[trip])
    return leaves[kept], arrives[kept], start[kept], end[kept], trip[kept], boarding_s[kept]


def _changes(trains: Trains, parameters: TravelParameters) -> Int32Array:
    """Return seconds for every change: its parameter and its walk as they are in a draw."""
    base, timetable = trains.parameters, trains.services.timetable
    is_rail = trains.is_rail_stop
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
