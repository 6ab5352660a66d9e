"""The earliest arrivals at several destinations from aboard every connection, in one scan.

The scan runs backwards as :func:`gis.routing.connection_scan.journeys_to` does, with a row of
destinations where that has one: what a change leads to is looked up once for all of them. It tells
when journeys arrive, not how they go.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.lanes import LANES, empty_rows, least_row
from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

NOT_REACHED_S = 2**30  # or later; added to any time of day it stays within int32


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """The earliest arrivals at some destinations from aboard each connection.

    Parameters
    ----------
    low
        The first connection of the scan; rows stand for ``low``, ``low + 1``, ...
    arrival_s
        ``(connections, lanes)`` seconds after midnight, ``NOT_REACHED_S`` or more where a
        destination is not reached; as many lanes as destinations or more.

    """

    low: int
    arrival_s: Int32Array


def arrivals_at(
    timetable: Timetable, egress_s: Int64Array, *, start_s: float, end_s: float
) -> Arrivals:
    """Return the earliest arrivals at destinations from aboard every connection.

    Parameters
    ----------
    timetable
        The timetable.
    egress_s
        ``(destinations, stops)`` seconds from the arrival of a vehicle at a stop to each
        destination, ``NOT_REACHED_S`` or more where it is not reached from the stop.
    start_s, end_s
        Only connections that depart from ``start_s`` to before ``end_s`` are used.

    """
    low, high = timetable.between(start_s, end_s)
    count, connections = len(egress_s), high - low
    blocks: list[Int32Array] = []
    for lane in range(0, max(count, 1), LANES):
        rows = empty_rows(2 * connections + timetable.stop_count, np.int32).view(np.int32)
        egress = rows[2 * connections :]
        egress.fill(NOT_REACHED_S)
        some = egress_s[lane : lane + LANES]
        egress[:, : len(some)] = np.minimum(some, NOT_REACHED_S).T
        _scan_backward(
            timetable.departure_s,
            timetable.arrival_s,
            timetable.from_stop,
            timetable.to_stop,
            timetable.trip,
            timetable.first_change,
            timetable.change_to,
            timetable.change_s,
            timetable.trip_count,
            low,
            high,
            rows,
        )
        blocks.append(rows[:connections])
    return Arrivals(low, np.concatenate(blocks, axis=1) if len(blocks) > 1 else blocks[0])


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
    low: int,
    high: int,
    rows: Int32Array,
) -> None:
    """Fill the rows of the connections.

    ``rows`` hold the arrivals from aboard each connection; then, stop by stop, those by each
    connection that leaves it or a later one; then the egress from each stop, filled beforehand.
    """
    connections, stops = high - low, len(first_change) - 1
    trip_next = np.full(trip_count, -1, dtype=np.int64)
    # The connections that leave a stop, in order; those seen so far are its last ones.
    first = np.zeros(stops + 1, dtype=np.int64)
    most_changes = 0
    for c in range(low, high):
        first[from_stop[c] + 1] += 1
    for stop in range(stops):
        first[stop + 1] += first[stop]
        most_changes = max(most_changes, first_change[stop + 1] - first_change[stop])
    soonest = first[1:].copy()
    leaves_s = np.empty(connections, dtype=np.int32)
    ways = np.empty((most_changes + 2, 2), dtype=np.int32)  # row to go on from, seconds to add
    for c in range(high - 1, low - 1, -1):
        here, now = to_stop[c], arrival_s[c]
        ways[0, 0], ways[0, 1] = 2 * connections + here, now
        count = 1
        stay = trip_next[trip[c]]
        if stay >= 0:
            ways[count, 0], ways[count, 1] = stay, 0
            count += 1
        trip_next[trip[c]] = c - low
        for change in range(first_change[here], first_change[here + 1]):
            other, earliest_s = change_to[change], now + change_s[change]
            entry, last = soonest[other], first[other + 1]
            while entry < last and leaves_s[entry] < earliest_s:
                entry += 1
            if entry < last:
                ways[count, 0], ways[count, 1] = connections + entry, 0
                count += 1
        least_row(rows, c - low, ways, 0, count, rows, rows, -1)
        stop = from_stop[c]
        soonest[stop] -= 1
        entry = soonest[stop]
        leaves_s[entry] = departure_s[c]
        ways[0, 0], ways[0, 1] = c - low, 0
        ways[1, 0], ways[1, 1] = connections + entry + 1, 0
        is_last = entry + 1 == first[stop + 1]
        least_row(rows, connections + entry, ways, 0, 1 if is_last else 2, rows, rows, -1)
