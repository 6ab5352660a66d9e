"""Timetables whose trips run slower, stand longer or leave later than they say."""

import numba
import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]

Columns = tuple[Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array]


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


@numba.njit(cache=True, nogil=True)
def merged_columns(one: Columns, other: Columns) -> Columns:
    """Return two lists of connections as one (compiled).

    Of connections that depart at one time those of the first list come first.

    Parameters
    ----------
    one, other
        Columns of connections of one length, the first of which are departures, ascending.

    """
    count = len(one[0]) + len(other[0])
    merged = (
        np.empty(count, dtype=np.int32),
        np.empty(count, dtype=np.int32),
        np.empty(count, dtype=np.int32),
        np.empty(count, dtype=np.int32),
        np.empty(count, dtype=np.int32),
        np.empty(count, dtype=np.int32),
    )
    left, right = 0, 0
    for row in range(count):
        if right == len(other[0]) or (left < len(one[0]) and one[0][left] <= other[0][right]):
            for column in range(len(merged)):
                merged[column][row] = one[column][left]
            left += 1
        else:
            for column in range(len(merged)):
                merged[column][row] = other[column][right]
            right += 1
    return merged


@numba.njit(cache=True, nogil=True)
def departures_by_stop(from_stop: Int32Array, stops: int) -> tuple[Int64Array, Int32Array]:
    """Return connections by the stop they leave, as a timetable holds them (compiled).

    Parameters
    ----------
    from_stop
        ``(connections,)`` stops, in order of departure.
    stops
        Number of stops.

    Returns
    -------
    first_departure, departing
        As in :class:`gis.routing.timetable.Timetable`.

    """
    first = np.zeros(stops + 1, dtype=np.int64)
    for stop in from_stop:
        first[stop + 1] += 1
    for stop in range(stops):
        first[stop + 1] += first[stop]
    free = first[:-1].copy()
    departing = np.empty(len(from_stop), dtype=np.int32)
    for connection in range(len(from_stop)):
        stop = from_stop[connection]
        departing[free[stop]] = connection
        free[stop] += 1
    return first, departing
