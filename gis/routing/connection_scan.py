"""Journeys in a timetable by scanning its connections in order of time.

After Dibbelt, Pajor, Strasser and Wagner, "Connection Scan Algorithm", ACM Journal of
Experimental Algorithmics 23 (2018): forwards for earliest arrivals, backwards for all journeys
to one destination at once.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

NEVER = np.int32(2**31 - 1)  # inside the kernels only; tables get NaN
END = -1  # the journey leaves the public transport here
NOWHERE = -2  # the destination cannot be reached


@dataclass(frozen=True, slots=True, eq=False)
class Onward:
    """The best way to one destination from aboard each connection.

    Parameters
    ----------
    low
        The first connection of the scan; rows below stand for ``low``, ``low + 1``, ...
    arrival_s
        ``(connections,)`` earliest arrival at the destination, ``NEVER`` where it is not reached.
    onward
        ``(connections,)`` the connection to take next (of the same trip: stay aboard), ``END``
        to leave here, or ``NOWHERE``.

    """

    low: int
    arrival_s: Int32Array
    onward: Int32Array


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Where journeys leave public transport, and what they ride until there.

    Parameters
    ----------
    stop
        ``(journeys,)`` the last stop.
    ridden_m, ridden_s
        ``(journeys,)`` metres and seconds aboard, stops on the way included.
    rides
        ``(journeys,)`` vehicles boarded.

    """

    stop: Int64Array
    ridden_m: FloatArray
    ridden_s: Int64Array
    rides: Int64Array


def earliest_arrivals(
    timetable: Timetable, street_s: Int64Array, *, latest_departure_s: float = np.inf
) -> Int32Array:
    """Return when each stop is reached by vehicle by those who set out as early as they can.

    Parameters
    ----------
    timetable
        The timetable.
    street_s
        ``(stops,)`` second at which each stop is reached from the street, ``NEVER`` where not.
    latest_departure_s
        Connections that depart later are left out.

    Returns
    -------
    numpy.ndarray
        ``(stops,)`` seconds after midnight of the arrival aboard a vehicle, ``NEVER`` where none
        arrives. Exit times are not included.

    """
    return arrivals_by_departure(
        timetable,
        np.asarray(street_s, dtype=np.int64)[None, :],
        latest_departure_s=latest_departure_s,
    )[0]


def arrivals_by_departure(
    timetable: Timetable, street_s: Int64Array, *, latest_departure_s: float = np.inf
) -> Int32Array:
    """Return earliest arrivals for several departures, one row each.

    Parameters
    ----------
    timetable
        The timetable.
    street_s
        ``(departures, stops)`` second at which each stop is reached from the street.
    latest_departure_s
        Connections that depart later are left out.

    Returns
    -------
    numpy.ndarray
        ``(departures, stops)`` as in :func:`earliest_arrivals`.

    """
    reached = np.minimum(street_s, NEVER).astype(np.int32)
    _, high = timetable.between(0, latest_departure_s)
    return _scan_forward(
        timetable.departure_s,
        timetable.arrival_s,
        timetable.from_stop,
        timetable.to_stop,
        timetable.trip,
        timetable.boarding_s,
        timetable.first_change,
        timetable.change_to,
        timetable.change_s,
        timetable.trip_count,
        reached,
        high,
    )


def journeys_to(
    timetable: Timetable, egress_s: Int64Array, *, start_s: float, end_s: float
) -> Onward:
    """Return the earliest arrival at a destination from aboard every connection.

    Parameters
    ----------
    timetable
        The timetable.
    egress_s
        ``(stops,)`` seconds from the arrival of a vehicle at the stop to the destination,
        ``NEVER`` where the destination is not reached from the stop.
    start_s, end_s
        Only connections that depart from ``start_s`` to before ``end_s`` are used.

    """
    low, high = timetable.between(start_s, end_s)
    arrival_s, onward = _scan_backward(
        timetable.departure_s,
        timetable.arrival_s,
        timetable.from_stop,
        timetable.to_stop,
        timetable.trip,
        timetable.first_change,
        timetable.change_to,
        timetable.change_s,
        timetable.trip_count,
        np.minimum(egress_s, NEVER).astype(np.int32),
        low,
        high,
    )
    return Onward(low, arrival_s, onward)


def connections_of(onward: Onward, connection: int) -> list[int]:
    """Return all connections of the journey that boards one, in order.

    Raises
    ------
    ValueError
        If the journey does not reach the destination.

    """
    found = [connection]
    while True:
        following = int(onward.onward[found[-1] - onward.low])
        if following == END:
            return found
        if following == NOWHERE:
            raise ValueError(f"connection {connection} does not lead to the destination")
        found.append(following)


def ends_of(
    timetable: Timetable, onward: Onward, connections: Int64Array, hop_m: FloatArray
) -> Ends:
    """Return where journeys leave public transport, and what they ride until there.

    Parameters
    ----------
    timetable
        The timetable.
    onward
        The scan the journeys were found in.
    connections
        ``(journeys,)`` the connections boarded first; all lead to the destination.
    hop_m
        Metres of every connection of the timetable.

    """
    return Ends(
        *_ends(
            np.asarray(connections, dtype=np.int64),
            onward.onward,
            onward.low,
            timetable.departure_s,
            timetable.arrival_s,
            timetable.to_stop,
            timetable.trip,
            hop_m,
        )
    )


def rides(timetable: Timetable, onward: Onward, connection: int) -> list[tuple[int, int]]:
    """Return the first and last connection of each ride of the journey that boards one.

    Raises
    ------
    ValueError
        If the journey does not reach the destination.

    """
    path = connections_of(onward, connection)
    trips = timetable.trip[path]
    starts = [0, *(np.flatnonzero(trips[1:] != trips[:-1]) + 1).tolist()]
    ends = [*(start - 1 for start in starts[1:]), len(path) - 1]
    return [(path[start], path[end]) for start, end in zip(starts, ends, strict=True)]


@numba.njit(cache=True, nogil=True)
def _ends(
    connections: Int64Array,
    onward: Int32Array,
    low: int,
    departure_s: Int32Array,
    arrival_s: Int32Array,
    to_stop: Int32Array,
    trip: Int32Array,
    hop_m: FloatArray,
) -> tuple[Int64Array, FloatArray, Int64Array, Int64Array]:
    last = np.empty(len(connections), dtype=np.int64)
    metres = np.zeros(len(connections), dtype=np.float64)
    seconds = np.zeros(len(connections), dtype=np.int64)
    rides = np.ones(len(connections), dtype=np.int64)
    for row in range(len(connections)):
        c = connections[row]
        metres[row], boarded_s = hop_m[c], departure_s[c]
        while onward[c - low] >= 0:
            following = onward[c - low]
            if trip[following] != trip[c]:
                seconds[row] += arrival_s[c] - boarded_s
                rides[row] += 1
                boarded_s = departure_s[following]
            c = following
            metres[row] += hop_m[c]
        seconds[row] += arrival_s[c] - boarded_s
        last[row] = to_stop[c]
    return last, metres, seconds, rides


@numba.njit(cache=True, nogil=True)
def _scan_forward(
    departure_s: Int32Array,
    arrival_s: Int32Array,
    from_stop: Int32Array,
    to_stop: Int32Array,
    trip: Int32Array,
    boarding_s: Int32Array,
    first_change: Int64Array,
    change_to: Int32Array,
    change_s: Int32Array,
    trip_count: int,
    street_s: Int32Array,
    high: int,
) -> Int32Array:
    departures, stops = street_s.shape
    arrived = np.full((departures, stops), NEVER, dtype=np.int32)
    ready = np.empty(stops, dtype=np.int32)
    aboard = np.empty(trip_count, dtype=np.bool_)
    for row in range(departures):
        ready[:] = NEVER
        aboard[:] = False
        start = NEVER
        for stop in range(stops):
            start = min(start, street_s[row, stop])
        for c in range(np.searchsorted(departure_s, start), high):
            stop, leaves = from_stop[c], departure_s[c]
            if (
                not aboard[trip[c]]
                and ready[stop] > leaves
                and np.int64(street_s[row, stop]) + boarding_s[c] > leaves
            ):
                continue
            aboard[trip[c]] = True
            here, now = to_stop[c], arrival_s[c]
            if now >= arrived[row, here]:
                continue
            arrived[row, here] = now
            for change in range(first_change[here], first_change[here + 1]):
                other = change_to[change]
                ready[other] = min(ready[other], now + change_s[change])
    return arrived


@numba.njit(cache=True, nogil=True)
def _scan_backward(
    departure_s: Int32Array,
    arrival_s: Int32Array,
    from_stop: Int32Array,
    to_stop: Int32Array,
    trip: Int32Array,
    first_change: Int64Array,
    change_to: Int32Array,
    change_s: Int32Array,
    trip_count: int,
    egress_s: Int32Array,
    low: int,
    high: int,
) -> tuple[Int32Array, Int32Array]:
    count, stops = high - low, len(egress_s)
    arrival = np.full(count, NEVER, dtype=np.int32)
    onward = np.full(count, NOWHERE, dtype=np.int32)
    trip_next = np.full(trip_count, NOWHERE, dtype=np.int32)
    # The profile of a stop: connections that leave it, each leaving earlier and arriving earlier
    # than the one before; never more than leave it at all.
    first = np.zeros(stops + 1, dtype=np.int64)
    for c in range(low, high):
        first[from_stop[c] + 1] += 1
    for stop in range(stops):
        first[stop + 1] += first[stop]
    end = first[:-1].copy()
    profile = np.empty(count, dtype=np.int32)
    profile_leaves = np.empty(count, dtype=np.int32)
    profile_arrives = np.empty(count, dtype=np.int32)
    for c in range(high - 1, low - 1, -1):
        here, now = to_stop[c], arrival_s[c]
        best, following = NEVER, np.int32(NOWHERE)
        if egress_s[here] != NEVER:
            best, following = np.int32(now + egress_s[here]), np.int32(END)
        stay = trip_next[trip[c]]
        if stay >= 0 and arrival[stay - low] < best:
            best, following = arrival[stay - low], stay
        for change in range(first_change[here], first_change[here + 1]):
            other, earliest = change_to[change], now + change_s[change]
            # From the soonest on, as long as they arrive earlier than what is known.
            entry = end[other] - 1
            while entry >= first[other] and profile_arrives[entry] < best:
                if profile_leaves[entry] >= earliest:
                    best, following = profile_arrives[entry], profile[entry]
                    break
                entry -= 1
        if following != NOWHERE:
            arrival[c - low], onward[c - low] = best, following
            trip_next[trip[c]] = c
            stop = from_stop[c]
            entry = end[stop]
            if entry == first[stop] or best < profile_arrives[entry - 1]:
                profile[entry] = c
                profile_leaves[entry] = departure_s[c]
                profile_arrives[entry] = best
                end[stop] += 1
    return arrival, onward
