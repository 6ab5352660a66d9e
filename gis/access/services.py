"""Public transport of a network as arrays: stops, calls, connections and changes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.catalogue.parameters import TravelParameters
from gis.core.crs import distance_m
from gis.core.units import SECONDS_PER_MINUTE, seconds_from_minutes
from gis.network.feed import FORBIDDEN_TRANSFER, TIMED_TRANSFER, open_doors
from gis.network.footpaths import change_seconds
from gis.network.gtfs import Feed
from gis.network.model import Network
from gis.network.service_days import service_date, stated_date, trips_on
from gis.routing.timetable import NO_EXIT_S, Timetable, make_doors, make_timetable

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

DAY_S = 24 * 3600
TWIN_MARK = "#closed"  # behind the id of the stop

_RAIL_TYPES = frozenset({2, *range(100, 109), *range(110, 118)})  # 109 is suburban railway
_TRAM_TYPES = frozenset({0, 5, *range(900, 907)})
_BUS_TYPES = frozenset({3, 11, *range(200, 210), *range(700, 717), 800})


@dataclass(frozen=True, slots=True, eq=False)
class Services:
    """The public transport of one day.

    Parameters
    ----------
    stops
        ``stop_id, name_zh, lon, lat, kind`` (``rail``, ``metro``, ``tram`` or ``bus``), ``served``
        (whether people may board or alight), ``is_twin``; the row is the stop's number in the
        arrays. Twins stand for calls with closed doors (:class:`gis.routing.timetable.Doors`).
    names, is_rail
        ``(stops,)`` the Chinese name, and whether trains call there.
    service_date
        The day, ``YYYY-MM-DD``; empty when no trip ever runs.
    timetable
        Connections and changes, with what trips of the day before still run after midnight.
    hop_m
        ``(connections,)`` straight metres from stop to stop.
    trip_id
        ``(trips,)`` id in the feed; trips of the day before that run after midnight come last.
    trip_line, trip_kind
        ``(trips,)`` name of the line or train, and its kind; trips of the day before come last.
    call_trip, call_stop, call_arrival_s, call_departure_s
        ``(calls,)`` all calls of the day's own trips, trip by trip in the order of travel.
    call_from, call_to
        ``(calls,)`` the stop where a call is boarded, and where it is left: a twin of the stop it
        is at where it may not be.
    first_call, calling
        ``(stops + 1,)`` and ``(calls,)``: the calls at stop s, ascending, are
        ``calling[first_call[s]:first_call[s + 1]]``.

    """

    stops: pd.DataFrame
    names: npt.NDArray[np.object_]
    is_rail: BoolArray
    service_date: str
    timetable: Timetable
    hop_m: FloatArray
    trip_id: npt.NDArray[np.object_]
    trip_line: npt.NDArray[np.object_]
    trip_kind: npt.NDArray[np.object_]
    call_trip: Int64Array
    call_stop: Int64Array
    call_arrival_s: Int64Array
    call_departure_s: Int64Array
    call_from: Int64Array
    call_to: Int64Array
    first_call: Int64Array
    calling: Int64Array

    def calls_at(self, stop: int) -> Int64Array:
        """Return the rows of the calls at a stop, ascending."""
        return self.calling[self.first_call[stop] : self.first_call[stop + 1]]


def services_of(network: Network, parameters: TravelParameters) -> Services:
    """Return :func:`make_services` of a network, kept for the next question to its feed."""
    return _kept_services(network.feed, parameters)


@lru_cache(maxsize=6)
def _kept_services(feed: Feed, parameters: TravelParameters) -> Services:
    return make_services(feed, parameters)


def make_services(feed: Feed, parameters: TravelParameters, *, date: str | None = None) -> Services:
    """Return the public transport of one day.

    Passengers know the timetable of trains and reach the station ``boarding_buffer_min`` before
    departure. They do not know that of metro, tram and bus: on boarding from the street they need
    ``metro_boarding_min`` and wait half the gap since the line's previous departure, the mean
    for arrivals at random, but never longer than they would allow for a train. Between vehicles
    the timetable itself says how long they wait.

    Parameters
    ----------
    feed
        The feed.
    parameters
        Buffers, changes and exits.
    date
        The day, ``YYYYMMDD``; by default an ordinary working day
        (:func:`gis.network.service_days.service_date`).

    Raises
    ------
    InputError
        If no trip runs on the date asked for.

    """
    day = service_date(feed) if date is None else stated_date(feed, date, where="--date")
    own, night = _trips_of(feed, day)
    kinds, night_kinds = (
        trips["route_id"].map(_route_kinds(feed)).to_numpy(dtype=object) for trips in (own, night)
    )
    calls, night_calls = _calls(feed, own), _after_midnight(_calls(feed, night))
    boarding_s = np.concatenate(
        [
            _boarding_s(calls, own, kinds, parameters),
            _boarding_s(night_calls, night, night_kinds, parameters),
        ]
    )
    trips = pd.concat([own, night], ignore_index=True)
    all_kinds = np.concatenate([kinds, night_kinds])
    all_calls = pd.concat(
        [calls, night_calls.assign(trip=night_calls["trip"] + len(own))], ignore_index=True
    )
    stops = _stops(feed, all_calls, all_kinds)
    changes = _changes(feed, stops, parameters)
    doors = make_doors(
        _column(all_calls, "trip"),
        _column(all_calls, "stop"),
        boards=all_calls["boards"].to_numpy(dtype=np.bool_),
        alights=all_calls["alights"].to_numpy(dtype=np.bool_),
        stop_count=len(stops),
    )
    stops = _with_twins(stops, doors.twin_of)
    kind = stops["kind"].to_numpy(dtype=object)
    timetable = make_timetable(
        call_trip=_column(all_calls, "trip"),
        call_from=doors.call_from,
        call_to=doors.call_to,
        call_arrival_s=_column(all_calls, "arrival_s"),
        call_departure_s=_column(all_calls, "departure_s"),
        call_boarding_s=boarding_s,
        exit_s=_exit_s(stops, parameters),
        change_from=_column(changes, "from"),
        change_to=_column(changes, "to"),
        change_s=_column(changes, "seconds"),
    )
    names = feed.routes.set_index("route_id")
    lines = names["route_short_name"].where(
        names["route_short_name"] != "", names["route_long_name"]
    )
    call_stop = _column(calls, "stop")
    return Services(
        stops=stops,
        names=stops["name_zh"].to_numpy(dtype=object),
        is_rail=(kind == "rail") & stops["served"].to_numpy(dtype=np.bool_),
        service_date="" if day is None else day.strftime("%Y-%m-%d"),
        timetable=timetable,
        hop_m=_hop_m(stops, timetable),
        trip_id=trips["trip_id"].astype(str).to_numpy(dtype=object),
        trip_line=trips["route_id"].map(lines).to_numpy(dtype=object),
        trip_kind=all_kinds,
        call_trip=_column(calls, "trip"),
        call_stop=call_stop,
        call_arrival_s=_column(calls, "arrival_s"),
        call_departure_s=_column(calls, "departure_s"),
        call_from=doors.call_from[: len(calls)],
        call_to=doors.call_to[: len(calls)],
        first_call=np.append([0], np.cumsum(np.bincount(call_stop, minlength=len(stops)))),
        calling=np.argsort(call_stop, kind="stable"),
    )


def _column(frame: pd.DataFrame, name: str) -> Int64Array:
    return frame[name].to_numpy(dtype=np.int64)


def _exit_s(stops: pd.DataFrame, parameters: TravelParameters) -> Int64Array:
    is_rail = stops["kind"] == "rail"
    minutes = np.where(is_rail, parameters.station_exit_min, parameters.metro_exit_min)
    seconds = np.rint(minutes * SECONDS_PER_MINUTE).astype(np.int64)
    return np.where(stops["is_twin"], NO_EXIT_S, seconds)


def _hop_m(stops: pd.DataFrame, timetable: Timetable) -> FloatArray:
    ends = timetable.from_stop.astype(np.int64) * len(stops) + timetable.to_stop
    pairs, pair = np.unique(ends, return_inverse=True)
    lon, lat = stops["lon"].to_numpy(), stops["lat"].to_numpy()
    start, end = np.divmod(pairs, max(len(stops), 1))
    return distance_m(lon[start], lat[start], lon[end], lat[end])[pair]


def _trips_of(feed: Feed, day: pd.Timestamp | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the trips of a service day, and those of the day before that run after midnight."""
    if day is None:
        return feed.trips.iloc[:0], feed.trips.iloc[:0]
    own = trips_on(feed, day)
    late = feed.stop_times.loc[feed.stop_times["departure_s"] >= DAY_S, "trip_id"].unique()
    night = trips_on(feed, day - pd.Timedelta(days=1)) & feed.trips["trip_id"].isin(late).to_numpy()
    return feed.trips[own].reset_index(drop=True), feed.trips[night].reset_index(drop=True)


def _after_midnight(calls: pd.DataFrame) -> pd.DataFrame:
    late = calls[calls["departure_s"] >= DAY_S].reset_index(drop=True)
    return late.assign(
        arrival_s=(late["arrival_s"] - DAY_S).clip(lower=0), departure_s=late["departure_s"] - DAY_S
    )


def _route_kinds(feed: Feed) -> pd.Series:
    types = feed.routes.set_index("route_id")["route_type"].astype(int)
    known = {
        **dict.fromkeys(_BUS_TYPES, "bus"),
        **dict.fromkeys(_TRAM_TYPES, "tram"),
        **dict.fromkeys(_RAIL_TYPES, "rail"),
    }
    return types.map(known).fillna("metro")


def _calls(feed: Feed, trips: pd.DataFrame) -> pd.DataFrame:
    times = feed.stop_times
    calls = pd.DataFrame(
        {
            "trip": _numbers_of(times["trip_id"], trips["trip_id"]),
            "stop": _numbers_of(times["stop_id"], feed.stops["stop_id"]),
            "sequence": times["stop_sequence"].to_numpy(dtype=np.int64),
            "arrival_s": times["arrival_s"].to_numpy(dtype=np.int64),
            "departure_s": times["departure_s"].to_numpy(dtype=np.int64),
            **dict(zip(("boards", "alights"), open_doors(times), strict=True)),
        }
    )
    known = calls[(calls["trip"] >= 0) & (calls["stop"] >= 0)]
    return known.sort_values(["trip", "sequence"], ignore_index=True)


def _numbers_of(ids: pd.Series, known: pd.Series) -> Int64Array:
    """Return the row of each id in the known ones, -1 for others."""
    kinds = ids.astype("category").cat
    rows = pd.Index(known.astype(str)).get_indexer(pd.Index(kinds.categories.astype(str)))
    return np.asarray(rows[kinds.codes.to_numpy()], dtype=np.int64)


def _stops(feed: Feed, calls: pd.DataFrame, kinds: npt.NDArray[np.object_]) -> pd.DataFrame:
    stops = pd.DataFrame(
        {
            "stop_id": feed.stops["stop_id"].astype(str),
            "name_zh": feed.stops["stop_name"].astype(str),
            "lon": feed.stops["stop_lon"].astype(np.float64),
            "lat": feed.stops["stop_lat"].astype(np.float64),
        }
    ).reset_index(drop=True)
    served = np.zeros(len(stops), dtype=np.bool_)
    served[calls.loc[calls["boards"] | calls["alights"], "stop"].to_numpy()] = True
    kind = np.full(len(stops), "metro", dtype=object)
    # A stop that trains share with others is a railway station.
    for name in ("bus", "metro", "tram", "rail"):
        kind[calls["stop"].to_numpy()[kinds[calls["trip"].to_numpy()] == name]] = name
    if "kind" in feed.stops.columns:
        kind = feed.stops["kind"].to_numpy(dtype=object)
    return stops.assign(kind=kind, served=served, is_twin=False)


def _with_twins(stops: pd.DataFrame, twin_of: Int64Array) -> pd.DataFrame:
    if not len(twin_of):
        return stops
    twins = stops.iloc[twin_of].assign(served=False, is_twin=True)
    twins["stop_id"] += TWIN_MARK
    return pd.concat([stops, twins], ignore_index=True)


def _boarding_s(
    calls: pd.DataFrame,
    trips: pd.DataFrame,
    kinds: npt.NDArray[np.object_],
    parameters: TravelParameters,
) -> Int64Array:
    trip, stop = calls["trip"].to_numpy(), calls["stop"].to_numpy()
    boards = calls["boards"].to_numpy(dtype=np.bool_)
    departure_s = calls["departure_s"].to_numpy(dtype=np.float64)
    next_stop = np.append(np.where(trip[1:] == trip[:-1], stop[1:], -1), [-1])[: len(trip)]
    route = trips["route_id"].astype("category").cat.codes.to_numpy()[trip]
    # Nobody has just been taken along by a vehicle that cannot be boarded.
    queue = np.lexsort((departure_s, boards, next_stop, stop, route))
    same_line = np.ones(max(len(queue) - 1, 0), dtype=np.bool_)
    for key in (route, stop, next_stop, boards):
        same_line &= key[queue][1:] == key[queue][:-1]
    behind = np.where(same_line, np.diff(departure_s[queue]), np.nan)
    gap = np.append([np.nan], behind)[: len(queue)]
    # The first vehicle of the day: as if it came as often as the second.
    gap = np.where(np.isnan(gap), np.append(behind, [np.nan])[: len(queue)], gap)
    buffer_s = seconds_from_minutes(parameters.boarding_buffer_min)
    wait = np.empty(len(queue))
    wait[queue] = np.fmin(gap / 2, buffer_s)
    street_s = seconds_from_minutes(parameters.metro_boarding_min)
    boarding = np.where(kinds[trip] == "rail", buffer_s, street_s + wait)
    return np.rint(boarding).astype(np.int64)


def _changes(feed: Feed, stops: pd.DataFrame, parameters: TravelParameters) -> pd.DataFrame:
    """Return ``from, to, seconds`` between arrival and the earliest departure after a change."""
    numbers = pd.Series(np.arange(len(stops)), index=stops["stop_id"])
    is_rail = (stops["kind"] == "rail").to_numpy()
    at_stop = np.where(is_rail, parameters.rail_transfer_min, parameters.metro_transfer_min)
    same = pd.DataFrame(
        {
            "from": np.arange(len(stops)),
            "to": np.arange(len(stops)),
            "seconds": SECONDS_PER_MINUTE * at_stop,
            "type": TIMED_TRANSFER,
        }
    )
    given = feed.transfers
    listed = pd.DataFrame(
        {
            "from": given["from_stop_id"].astype(str).map(numbers),
            "to": given["to_stop_id"].astype(str).map(numbers),
            "seconds": given["min_transfer_time"],
            "type": given["transfer_type"],
        }
    ).dropna()
    listed = listed.astype({"from": np.int64, "to": np.int64, "seconds": np.float64})
    # Where the feed says that one may change but not how long it takes, as anywhere else.
    untimed = (listed["type"] < TIMED_TRANSFER).to_numpy() & (listed["seconds"] == 0).to_numpy()
    start, end = (listed.loc[untimed, name].to_numpy() for name in ("from", "to"))
    walked = change_seconds(feed.stops, start, end, parameters)
    listed.loc[untimed, "seconds"] = np.where(start == end, same["seconds"].iloc[start], walked)
    # Going to a train from elsewhere means its security check and gates again.
    enters_station = (listed["from"] != listed["to"]) & is_rail[listed["to"]]
    buffer_s = seconds_from_minutes(parameters.boarding_buffer_min)
    listed["seconds"] += np.where(enters_station, buffer_s, 0.0)
    changes = pd.concat([same, listed]).drop_duplicates(["from", "to"], keep="last")
    changes = changes[changes["type"] != FORBIDDEN_TRANSFER]
    # At least a second: nobody leaves by a vehicle that departs before they have arrived.
    changes["seconds"] = np.rint(changes["seconds"]).clip(lower=1)
    return changes.sort_values(["from", "to"], ignore_index=True)
