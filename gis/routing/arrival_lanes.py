"""The earliest arrivals at several destinations from aboard every connection, in one scan.

The scan runs backwards as :func:`gis.routing.connection_scan.journeys_to` does, with a row of
destinations where that has one: what a change leads to is looked up once for all of them. It tells
when journeys arrive, not how they go. Rows stand in the order of the stops that connections leave,
so that all a stop offers lies together.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.lanes import NARROW_LANES, empty_rows, least_narrow_row
from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

NOT_REACHED_S = 2**30  # or later; added to any time of day it stays within int32


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """The earliest arrivals at some destinations from aboard each connection.

    Parameters
    ----------
    leaves_s
        ``(connections,)`` departures, in the order of ``departing`` of the timetable.
    arrival_s
        ``(blocks, rows, NARROW_LANES)`` seconds after midnight, ``NOT_REACHED_S`` or more where a
        destination is not reached. For the k-th connection in the same order, row ``2 * k`` holds
        those from aboard it, row ``2 * k + 1`` those by it or any that leaves its stop later; the
        last rows are not for readers. Destination d is lane ``d % NARROW_LANES`` of block
        ``d // NARROW_LANES``.
    room
        The memory they lie in, which may be longer.

    """

    leaves_s: Int32Array
    arrival_s: Int32Array
    room: Int32Array


def arrivals_at(
    timetable: Timetable, egress_s: Int64Array, *, former: Arrivals | None = None
) -> Arrivals:
    """Return the earliest arrivals at destinations from aboard every connection.

    Parameters
    ----------
    timetable
        The timetable.
    egress_s
        ``(destinations, stops)`` seconds from the arrival of a vehicle at a stop to each
        destination, ``NOT_REACHED_S`` or more where it is not reached from the stop.
    former
        Arrivals that are no longer needed, to take their memory: new pages cost half a scan.

    """
    connections, stops = len(timetable.departing), timetable.stop_count
    blocks = -(-len(egress_s) // NARROW_LANES)
    count = 2 * connections + stops
    if former is not None and former.room.size >= blocks * count * NARROW_LANES:
        room = former.room
    else:
        longer = blocks * count * 9 // 8  # the next timetable may have some more connections
        room = empty_rows(longer, np.int32, lanes=NARROW_LANES).view(np.int32).ravel()
    rows = room[: blocks * count * NARROW_LANES].reshape(blocks, count, NARROW_LANES)
    leaves_s = timetable.departure_s[timetable.departing]
    for block in range(blocks):
        egress = rows[block, 2 * connections :]
        egress.fill(NOT_REACHED_S)
        some = egress_s[block * NARROW_LANES : (block + 1) * NARROW_LANES]
        egress[:, : len(some)] = np.minimum(some, NOT_REACHED_S).T
        _scan_backward(
            timetable.arrival_s,
            timetable.from_stop,
            timetable.to_stop,
            timetable.trip,
            timetable.first_departure,
            leaves_s,
            timetable.first_change,
            timetable.change_to,
            timetable.change_s,
            timetable.trip_count,
            rows[block],
        )
    return Arrivals(leaves_s, rows, room)


@numba.njit(cache=True, nogil=True)
def _scan_backward(
    arrival_s: Int32Array,
    from_stop: Int32Array,
    to_stop: Int32Array,
    trip: Int32Array,
    first_departure: Int64Array,
    leaves_s: Int32Array,
    first_change: Int64Array,
    change_to: Int32Array,
    change_s: Int32Array,
    trip_count: int,
    rows: Int32Array,
) -> None:
    """Fill the rows of a block: two for each connection; then come those of the stops.

    The latter hold the egress, filled beforehand.
    """
    connections = len(from_stop)
    soonest = first_departure[1:].copy()  # of the connections that leave a stop, those seen so far
    boarded = np.empty(len(change_to), dtype=np.int64)  # by each change: the soonest, at last
    for change in range(len(change_to)):
        boarded[change] = first_departure[change_to[change] + 1]
    trip_next = np.full(trip_count, -1, dtype=np.int64)  # row of the hop after this one
    most_changes = 0
    for stop in range(len(first_change) - 1):
        most_changes = max(most_changes, first_change[stop + 1] - first_change[stop])
    ways = np.empty((most_changes + 1, 2), dtype=np.int32)  # row to go on from, seconds to add
    for c in range(connections - 1, -1, -1):
        here, now = to_stop[c], arrival_s[c]
        ways[0, 0], ways[0, 1] = 2 * connections + here, now
        count = 1
        for change in range(first_change[here], first_change[here + 1]):
            other, earliest_s = change_to[change], now + change_s[change]
            # Arrivals at a stop hardly ever swap places: the entry is near that of the last one.
            entry, first, last = boarded[change], soonest[other], first_departure[other + 1]
            while entry > first and leaves_s[entry - 1] >= earliest_s:
                entry -= 1
            while entry < last and leaves_s[entry] < earliest_s:
                entry += 1
            boarded[change] = entry
            if entry < last:
                ways[count, 0], ways[count, 1] = 2 * entry + 1, 0
                count += 1
        stop = from_stop[c]
        soonest[stop] -= 1
        own = soonest[stop]
        least_narrow_row(rows, 2 * own, ways, 0, count, rows, rows, trip_next[trip[c]])
        trip_next[trip[c]] = 2 * own
        ways[0, 0], ways[0, 1] = 2 * own, 0
        later = 2 * own + 3 if own + 1 < first_departure[stop + 1] else -1
        least_narrow_row(rows, 2 * own + 1, ways, 0, 1, rows, rows, later)
