"""Which connection to board first, and when to set out for it."""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.connection_scan import NEVER
from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

NO_CONNECTION = -1


@dataclass(frozen=True, slots=True, eq=False)
class Boardings:
    """The connections that can be boarded first from a place.

    Parameters
    ----------
    connection
        ``(boardings,)`` the connection.
    leave_s
        ``(boardings,)`` the latest second to set out for it.

    """

    connection: Int32Array
    leave_s: Int32Array


def boardings(
    timetable: Timetable, access_s: Int64Array, *, start_s: float, end_s: float
) -> Boardings:
    """Return the connections that can be boarded from a place by leaving in a window.

    Parameters
    ----------
    timetable
        The timetable.
    access_s
        ``(stops,)`` seconds from the place to each stop, ``NEVER`` where out of reach.
    start_s, end_s
        The window, both ends included.

    """
    reach = np.minimum(access_s, NEVER).astype(np.int32)
    connection, leave_s = list_boardings(
        timetable.departure_s,
        timetable.boarding_s,
        timetable.first_departure,
        timetable.departing,
        reach,
        int(timetable.boarding_s.max(initial=0)),
        float(start_s),
        float(end_s),
    )
    return Boardings(connection, leave_s)


def best_departures(
    choices: Boardings, arrivals_s: Int32Array, low: int, wanted_s: FloatArray
) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Return what those do who want to leave at given times, for several destinations.

    Each takes the journey that arrives first of all that leave at the wanted time or later, and
    of several that arrive together the one that leaves last.

    Parameters
    ----------
    choices
        The connections that can be boarded.
    arrivals_s
        ``(destinations, connections)`` arrivals from aboard the connections ``low``, ``low + 1``,
        ...; ``NEVER`` where a destination is not reached.
    low
        The first connection of these.
    wanted_s
        ``(wanted,)`` wanted departures, ascending.

    Returns
    -------
    tuple of numpy.ndarray
        ``(destinations, wanted)``: the connection boarded, ``NO_CONNECTION`` where there is none,
        the second of leaving, and that of arriving.

    """
    first = np.searchsorted(wanted_s, choices.leave_s, side="right") - 1
    inside = (choices.connection >= low) & (choices.connection < low + arrivals_s.shape[1])
    kept = np.flatnonzero(inside & (first >= 0))
    return choose_departures(
        choices.connection[kept],
        choices.leave_s[kept],
        first[kept],
        arrivals_s,
        low,
        len(wanted_s),
    )


@numba.njit(cache=True, nogil=True)
def list_boardings(
    departure_s: Int32Array,
    boarding_s: Int32Array,
    first_departure: Int64Array,
    departing: Int32Array,
    access_s: Int32Array,
    longest_boarding_s: int,
    start_s: float,
    end_s: float,
) -> tuple[Int32Array, Int32Array]:
    """Return connections that can be boarded from a place, and when to set out for each.

    The arguments are the arrays of a timetable and ``access_s, start_s, end_s`` of
    :func:`boardings`; ``longest_boarding_s`` bounds ``boarding_s``.
    """
    room = 0
    for stop in range(len(access_s)):
        if access_s[stop] != NEVER:
            room += first_departure[stop + 1] - first_departure[stop]
    connection = np.empty(room, dtype=np.int32)
    leave_s = np.empty(room, dtype=np.int32)
    count = 0
    for stop in range(len(access_s)):
        if access_s[stop] == NEVER:
            continue
        for row in range(first_departure[stop], first_departure[stop + 1]):
            c = departing[row]
            at_stop = departure_s[c] - access_s[stop]
            if at_stop < start_s:
                continue
            if at_stop - longest_boarding_s > end_s:
                break
            leaves = at_stop - boarding_s[c]
            if start_s <= leaves <= end_s:
                connection[count] = c
                leave_s[count] = leaves
                count += 1
    return connection[:count].copy(), leave_s[:count].copy()


@numba.njit(cache=True, nogil=True)
def choose_departures(
    connection: Int32Array,
    leave_s: Int32Array,
    wanted: Int64Array,
    arrivals_s: Int32Array,
    low: int,
    wanted_count: int,
) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Return what :func:`best_departures` does, for connections with their first wanted row."""
    destinations = arrivals_s.shape[0]
    boarded = np.full((destinations, wanted_count), NO_CONNECTION, dtype=np.int32)
    leaves = np.zeros((destinations, wanted_count), dtype=np.int32)
    all_arrives = np.full((destinations, wanted_count), NEVER, dtype=np.int32)
    for destination in range(destinations):
        arrives = all_arrives[destination]
        # First the best for the latest wanted departure that can still take each ...
        for row in range(len(connection)):
            arrival = arrivals_s[destination, connection[row] - low]
            if arrival == NEVER:
                continue
            time = wanted[row]
            if arrival < arrives[time] or (
                arrival == arrives[time] and leave_s[row] > leaves[destination, time]
            ):
                arrives[time] = arrival
                boarded[destination, time] = connection[row]
                leaves[destination, time] = leave_s[row]
        # ... then earlier ones may take it, too.
        for time in range(wanted_count - 2, -1, -1):
            if arrives[time + 1] != NEVER and arrives[time + 1] <= arrives[time]:
                arrives[time] = arrives[time + 1]
                boarded[destination, time] = boarded[destination, time + 1]
                leaves[destination, time] = leaves[destination, time + 1]
    return boarded, leaves, all_arrives
