"""Door-to-door times from many places to one, for a window of wanted departures."""

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.boarding import NO_CONNECTION, choose_departures, list_boardings
from gis.routing.connection_scan import Onward
from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def door_times(
    timetable: Timetable,
    onward: Onward,
    access_s: Int32Array,
    *,
    wanted_s: FloatArray,
    end_s: float,
    longest_wait_s: float,
) -> FloatArray:
    """Return seconds from leaving each place to being at the destination.

    Who wants to leave at some time takes the journey that arrives first of all that leave then or
    later, and of several that arrive together the one that leaves last; waiting before does not
    count, but when nothing leaves within the longest wait there is no journey.

    Parameters
    ----------
    timetable
        The timetable.
    onward
        The scan for the destination.
    access_s
        ``(places, stops)`` seconds to each stop, ``NEVER`` where out of reach.
    wanted_s
        ``(wanted,)`` wanted departures, ascending.
    end_s
        Departures later than this are of no use to anybody.
    longest_wait_s
        Longest time between wanted and real departure.

    Returns
    -------
    numpy.ndarray
        ``(places, wanted)`` seconds, NaN where there is no journey.

    """
    return _door_times(
        timetable.departure_s,
        timetable.boarding_s,
        timetable.first_departure,
        timetable.departing,
        int(timetable.boarding_s.max(initial=0)),
        onward.arrival_s[None, :],
        onward.low,
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
    access_s: Int32Array,
    wanted_s: FloatArray,
    end_s: float,
    longest_wait_s: float,
) -> FloatArray:
    times = np.full((len(access_s), len(wanted_s)), np.nan)
    count = arrival_s.shape[1]
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
        wanted = np.searchsorted(wanted_s, leave_s.astype(np.float64), side="right") - 1
        kept = np.flatnonzero((connection >= low) & (connection < low + count) & (wanted >= 0))
        boarded, leaves, arrives = choose_departures(
            connection[kept], leave_s[kept], wanted[kept], arrival_s, low, len(wanted_s)
        )
        for row in range(len(wanted_s)):
            in_time = leaves[0, row] <= wanted_s[row] + longest_wait_s
            if boarded[0, row] != NO_CONNECTION and in_time:
                times[place, row] = arrives[0, row] - leaves[0, row]
    return times
