"""Calls of trips that run slower, stand longer or leave later than the timetable says."""

import numba
import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@numba.njit(cache=True, nogil=True)
def disturbed_calls(
    first_call: Int64Array,
    arrival_s: Int64Array,
    departure_s: Int64Array,
    factor: FloatArray,
    extra_s: FloatArray,
    shift_s: FloatArray,
) -> tuple[Int64Array, Int64Array]:
    """Return arrivals and departures at every call, in whole seconds.

    Parameters
    ----------
    first_call
        ``(trips + 1,)``: calls ``first_call[t]`` to ``first_call[t + 1] - 1`` belong to trip t.
    arrival_s, departure_s
        ``(calls,)`` of the timetable.
    factor
        ``(trips,)`` on the time between stops.
    extra_s
        ``(trips,)`` added to the time at stops on the way, which stays at least 0.
    shift_s
        ``(trips,)`` by which the trip leaves later.

    """
    arrivals, departures = arrival_s.copy(), departure_s.copy()
    for trip in range(len(factor)):
        first, last = first_call[trip], first_call[trip + 1] - 1
        if last < first or (factor[trip] == 1.0 and extra_s[trip] == 0.0 and shift_s[trip] == 0.0):
            continue
        at = departure_s[first] + shift_s[trip]
        arrivals[first] = round(arrival_s[first] + shift_s[trip])
        departures[first] = round(at)
        for call in range(first + 1, last + 1):
            at += (arrival_s[call] - departure_s[call - 1]) * factor[trip]
            arrivals[call] = round(at)
            dwell = float(departure_s[call] - arrival_s[call])
            if call < last:
                dwell = max(dwell + extra_s[trip], 0.0)
            at += dwell
            departures[call] = round(at)
    return arrivals, departures
