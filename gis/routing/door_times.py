"""Door-to-door times between places for a window of wanted departures."""

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.arrival_lanes import NOT_REACHED_S, Arrivals
from gis.routing.boarding import list_boardings
from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def door_times(
    timetable: Timetable,
    arrivals: Arrivals,
    lanes: Int64Array,
    access_s: Int32Array,
    *,
    wanted_s: FloatArray,
    end_s: float,
    longest_wait_s: float,
) -> FloatArray:
    """Return seconds from leaving each place to being at each of some destinations.

    Who wants to leave at some time takes the journey that arrives first of all that leave then or
    later, and of several that arrive together the one that leaves last; waiting before does not
    count, but when nothing leaves within the longest wait there is no journey.

    Parameters
    ----------
    timetable
        The timetable.
    arrivals
        The scan for the destinations.
    lanes
        ``(destinations,)`` which of its lanes are asked for.
    access_s
        ``(places, stops)`` seconds to each stop, ``NEVER`` of
        :mod:`gis.routing.connection_scan` where out of reach.
    wanted_s
        ``(wanted,)`` wanted departures, ascending.
    end_s
        Departures later than this are of no use to anybody.
    longest_wait_s
        Longest time between wanted and real departure.

    Returns
    -------
    numpy.ndarray
        ``(places, destinations, wanted)`` seconds, NaN where there is no journey.

    """
    return _door_times(
        timetable.departure_s,
        timetable.boarding_s,
        timetable.first_departure,
        timetable.departing,
        int(timetable.boarding_s.max(initial=0)),
        arrivals.arrival_s,
        arrivals.low,
        np.asarray(lanes, dtype=np.int64),
        access_s,
        np.asarray(wanted_s, dtype=np.float64),
        float(end_s),
        float(longest_wait_s),
    )


@numba.njit(cache=True, nogil=True)
def _door_times(
    departure_s: Int32Array,
    boarding_s: Int32Array,
    first_departure: Int64Array,
    departing: Int32Array,
    longest_boarding_s: int,
    arrival_s: Int32Array,
    low: int,
    lanes: Int64Array,
    access_s: Int32Array,
    wanted_s: FloatArray,
    end_s: float,
    longest_wait_s: float,
) -> FloatArray:
    count = len(wanted_s)
    times = np.full((len(access_s), len(lanes), count), np.nan)
    arrives = np.empty((count, len(lanes)), dtype=np.int32)
    leaves = np.empty((count, len(lanes)), dtype=np.int32)
    for place in range(len(access_s)):
        connection, leave_s = list_boardings(
            departure_s,
            boarding_s,
            first_departure,
            departing,
            access_s[place],
            longest_boarding_s,
            wanted_s[0],
            end_s,
        )
        arrives[:] = NOT_REACHED_S
        # First the best for the latest wanted departure that can still take each ...
        for row in range(len(connection)):
            aboard = connection[row] - low
            if aboard < 0 or aboard >= len(arrival_s):
                continue
            wanted = np.searchsorted(wanted_s, leave_s[row], side="right") - 1
            for number in range(len(lanes)):
                arrival = arrival_s[aboard, lanes[number]]
                if arrival < arrives[wanted, number] or (
                    arrival == arrives[wanted, number]
                    and arrival < NOT_REACHED_S
                    and leave_s[row] > leaves[wanted, number]
                ):
                    arrives[wanted, number] = arrival
                    leaves[wanted, number] = leave_s[row]
        # ... then earlier ones may take it, too.
        for wanted in range(count - 1, -1, -1):
            for number in range(len(lanes)):
                if wanted + 1 < count and arrives[wanted + 1, number] <= arrives[wanted, number]:
                    arrives[wanted, number] = arrives[wanted + 1, number]
                    leaves[wanted, number] = leaves[wanted + 1, number]
                arrival, leave = arrives[wanted, number], leaves[wanted, number]
                if arrival < NOT_REACHED_S and leave <= wanted_s[wanted] + longest_wait_s:
                    times[place, number, wanted] = arrival - leave
    return times
