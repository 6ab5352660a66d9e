"""Door-to-door times between places for a window of wanted departures."""

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.arrival_lanes import NOT_REACHED_S, Arrivals
from gis.routing.connection_scan import NEVER
from gis.routing.lanes import NARROW_LANES
from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def door_times(
    timetable: Timetable,
    arrivals: Arrivals,
    access_s: Int32Array,
    first: Int64Array,
    destinations: Int64Array,
    *,
    wanted_s: FloatArray,
    end_s: float,
    longest_wait_s: float,
) -> FloatArray:
    """Return seconds from leaving places to being at some destinations.

    Who wants to leave at some time takes the journey that arrives first of all that leave then or
    later, and of several that arrive together the one that leaves last; waiting before does not
    count, but when nothing leaves within the longest wait there is no journey.

    Parameters
    ----------
    timetable
        The timetable.
    arrivals
        The scan for the destinations.
    access_s
        ``(places, stops)`` seconds to each stop, ``NEVER`` of
        :mod:`gis.routing.connection_scan` where out of reach.
    first, destinations
        ``(places + 1,)`` and ``(pairs,)``: from place p to the destinations
        ``destinations[first[p]:first[p + 1]]`` of the scan.
    wanted_s
        ``(wanted,)`` wanted departures, ascending.
    end_s
        Departures later than this are of no use to anybody.
    longest_wait_s
        Longest time between wanted and real departure.

    Returns
    -------
    numpy.ndarray
        ``(pairs, wanted)`` seconds, NaN where there is no journey.

    """
    return _door_times(
        timetable.boarding_s,
        timetable.first_departure,
        timetable.departing,
        int(timetable.boarding_s.max(initial=0)),
        arrivals.leaves_s,
        arrivals.arrival_s,
        access_s,
        first,
        destinations,
        np.asarray(wanted_s, dtype=np.float64),
        float(end_s),
        float(longest_wait_s),
    )


@numba.njit(cache=True, nogil=True)
def _door_times(
    boarding_s: Int32Array,
    first_departure: Int64Array,
    departing: Int32Array,
    longest_boarding_s: int,
    departure_s: Int32Array,
    arrival_s: Int32Array,
    access_s: Int32Array,
    first_pair: Int64Array,
    destinations: Int64Array,
    wanted_s: FloatArray,
    end_s: float,
    longest_wait_s: float,
) -> FloatArray:
    """Return the times; departures and arrivals come by the stops that connections leave."""
    count = len(wanted_s)
    times = np.full((len(destinations), count), np.nan)
    most = 0
    for place in range(len(access_s)):
        most = max(most, first_pair[place + 1] - first_pair[place])
    arrives = np.empty((count, most), dtype=np.int32)
    leaves = np.empty((count, most), dtype=np.int32)
    for place in range(len(access_s)):
        asked = destinations[first_pair[place] : first_pair[place + 1]]
        arrives[:] = NOT_REACHED_S
        # First the best for the latest wanted departure that can still take each ...
        for stop in range(access_s.shape[1]):
            walk_s = access_s[place, stop]
            if walk_s == NEVER:
                continue
            first, last = first_departure[stop], first_departure[stop + 1]
            first += np.searchsorted(departure_s[first:last], wanted_s[0] + walk_s)
            wanted = 0
            for row in range(first, last):
                at_stop = departure_s[row] - walk_s
                if at_stop - longest_boarding_s > end_s:
                    break
                leave = at_stop - boarding_s[departing[row]]
                if leave < wanted_s[0] or leave > end_s:
                    continue
                while wanted > 0 and wanted_s[wanted] > leave:
                    wanted -= 1
                while wanted + 1 < count and wanted_s[wanted + 1] <= leave:
                    wanted += 1
                for number in range(len(asked)):
                    block, lane = divmod(asked[number], NARROW_LANES)
                    arrival = arrival_s[block, 2 * row, lane]
                    if arrival < arrives[wanted, number] or (
                        arrival == arrives[wanted, number]
                        and arrival < NOT_REACHED_S
                        and leave > leaves[wanted, number]
                    ):
                        arrives[wanted, number] = arrival
                        leaves[wanted, number] = leave
        # ... then earlier ones may take it, too.
        for wanted in range(count - 1, -1, -1):
            for number in range(len(asked)):
                if wanted + 1 < count and arrives[wanted + 1, number] <= arrives[wanted, number]:
                    arrives[wanted, number] = arrives[wanted + 1, number]
                    leaves[wanted, number] = leaves[wanted + 1, number]
                arrival, leave = arrives[wanted, number], leaves[wanted, number]
                if arrival < NOT_REACHED_S and leave <= wanted_s[wanted] + longest_wait_s:
                    times[first_pair[place] + number, wanted] = arrival - leave
    return times
