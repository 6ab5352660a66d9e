"""Earliest arrivals for many departures from one place in a single scan of the timetable.

Every departure is a lane. Who leaves earlier can take whatever those who leave later take, so the
lanes that catch a connection are always the first ones: one number a trip stands for all of them,
where a scan of independent departures would need a bit each (Dibbelt, Pajor, Strasser and Wagner,
"Connection Scan Algorithm", ACM Journal of Experimental Algorithmics 23, 2018). For the same
reason arrivals never fall from lane to lane, so a scan only ever touches the lanes that it
improves.
"""

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.connection_scan import NEVER
from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]


def arrivals_by_lane(
    timetable: Timetable,
    access_s: Int64Array,
    leaving_s: Int64Array,
    *,
    within_s: float = np.inf,
) -> Int32Array:
    """Return when each stop is reached by vehicle by those who leave a place at given times.

    Parameters
    ----------
    timetable
        The timetable.
    access_s
        ``(stops,)`` seconds from the place to each stop, ``NEVER`` where out of reach.
    leaving_s
        ``(lanes,)`` seconds after midnight of leaving the place, never descending.
    within_s
        A lane does not use connections that depart this many seconds after leaving, or later.

    Returns
    -------
    numpy.ndarray
        ``(stops, lanes)`` seconds after midnight of the arrival aboard a vehicle, ``NEVER`` where
        none arrives. Exit times are not included. Column l is what
        :func:`gis.routing.connection_scan.earliest_arrivals` gives for leaving at
        ``leaving_s[l]``, with ``leaving_s[l] + within_s`` as the latest departure.

    Raises
    ------
    ValueError
        If the times of leaving descend.

    """
    leaving = np.asarray(leaving_s, dtype=np.int64)
    if (np.diff(leaving) < 0).any():
        raise ValueError("the times of leaving must not descend")
    reach = np.minimum(access_s, NEVER).astype(np.int32)
    if not len(leaving) or not len(reach):
        return np.full((len(reach), len(leaving)), NEVER, dtype=np.int32)
    low, high = timetable.between(float(leaving[0]) + float(reach.min()), leaving[-1] + within_s)
    longest_s = int(np.ceil(min(within_s, float(NEVER))))
    return _scan_lanes(
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
        reach,
        leaving,
        longest_s,
        low,
        high,
    )


@numba.njit(cache=True, nogil=True)
def _scan_lanes(
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
    access_s: Int32Array,
    leaving_s: Int64Array,
    longest_s: int,
    low: int,
    high: int,
) -> Int32Array:
    stops, lanes = len(access_s), len(leaving_s)
    arrived = np.full((stops, lanes), NEVER, dtype=np.int32)
    ready = np.full((stops, lanes), NEVER, dtype=np.int32)
    # How many lanes are ready at a stop, as of the last connection that left it; time only goes
    # on, so the number only grows.
    standing = np.zeros(stops, dtype=np.int32)
    aboard = np.zeros(trip_count, dtype=np.int32)
    over = np.int32(0)  # lanes below have no time left; what is said of arrivals holds above
    for c in range(low, high):
        stop, leaves = from_stop[c], departure_s[c]
        while over < lanes and leaving_s[over] + longest_s <= leaves:
            over += 1
        caught = max(standing[stop], over)
        while caught < lanes and ready[stop, caught] <= leaves:
            caught += 1
        standing[stop] = caught
        caught = max(caught, aboard[trip[c]])
        if access_s[stop] != NEVER:
            latest = np.int64(leaves) - boarding_s[c] - access_s[stop]
            if caught < lanes and leaving_s[caught] <= latest:
                caught = np.int32(np.searchsorted(leaving_s, latest, side="right"))
        if caught == over:
            continue
        aboard[trip[c]] = caught
        here, now = to_stop[c], arrival_s[c]
        lane = caught
        while lane > over and arrived[here, lane - 1] > now:
            lane -= 1
            arrived[here, lane] = now
        if lane == caught:
            continue
        for change in range(first_change[here], first_change[here + 1]):
            other, then = change_to[change], now + change_s[change]
            changing = caught
            while changing > lane and ready[other, changing - 1] > then:
                changing -= 1
                ready[other, changing] = then
    return arrived
