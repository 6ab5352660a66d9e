"""Timetables as arrays: every hop of every trip, in order of departure."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


NO_EXIT_S = 2**30  # where nobody gets out; added to any time of day it stays within int32
_LAST_SECOND = 2.0**31 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """The stops that calls count for where not all calls may be boarded and left.

    A call with closed doors is made at a twin of its stop, after all the real stops: no way from
    the street and no change leads to a twin or on from it, so searches ride through and need not
    know.

    Parameters
    ----------
    call_from, call_to
        ``(calls,)`` the stop where a call is boarded, and where it is left.
    twin_of
        ``(twins,)`` the real stop of each twin; twin t is stop ``stops + t``.

    """

    call_from: Int64Array
    call_to: Int64Array
    twin_of: Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class Timetable:
    """Connections (hops of a trip from one stop to the next) and how to change between them.

    Parameters
    ----------
    departure_s, arrival_s
        ``(connections,)`` seconds after midnight; departures ascend.
    from_stop, to_stop
        ``(connections,)`` stops.
    trip
        ``(connections,)`` trips; the hops of a trip stand in the order of travel.
    boarding_s
        ``(connections,)`` least seconds between reaching the stop from the street and departure.
    first_departure, departing
        ``(stops + 1,)`` and ``(connections,)``: the connections that leave stop s are
        ``departing[first_departure[s]:first_departure[s + 1]]``, in order of departure.
    exit_s
        ``(stops,)`` seconds from the vehicle to the street, ``NO_EXIT_S`` from twins
        (:class:`Doors`).
    first_change
        ``(stops + 1,)``: changes ``first_change[s]`` to ``first_change[s + 1] - 1`` leave stop s.
    change_to, change_s
        ``(changes,)``: the stop where the next vehicle is boarded, which may be the same stop,
        and the least seconds between arrival and departure. Changes do not chain.

    """

    departure_s: Int32Array
    arrival_s: Int32Array
    from_stop: Int32Array
    to_stop: Int32Array
    trip: Int32Array
    boarding_s: Int32Array
    first_departure: Int64Array
    departing: Int32Array
    exit_s: Int32Array
    first_change: Int64Array
    change_to: Int32Array
    change_s: Int32Array

    @property
    def stop_count(self) -> int:
        """Return the number of stops."""
        return len(self.exit_s)

    @property
    def trip_count(self) -> int:
        """Return the number of trips that have a hop."""
        return int(self.trip.max()) + 1 if len(self.trip) else 0

    def between(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Return the range of connections that depart from ``start_s`` to before ``end_s``."""
        # Whole seconds of the same type: another would have the whole array converted.
        limits = np.clip(np.ceil([start_s, end_s]), 0, _LAST_SECOND).astype(np.int32)
        low, high = np.searchsorted(self.departure_s, limits)
        return int(low), int(high)


def make_doors(
    call_trip: Int64Array,
    call_stop: Int64Array,
    *,
    boards: BoolArray,
    alights: BoolArray,
    stop_count: int,
) -> Doors:
    """Return the stops that calls count for; without closed doors these are where they call.

    Parameters
    ----------
    call_trip, call_stop
        ``(calls,)`` trips in order, and where each call is.
    boards, alights
        ``(calls,)`` whether people may board, and whether they may alight. Nobody can alight at
        the first call of a trip or board at its last one, whatever is said of them.
    stop_count
        Number of stops.

    """
    goes_on = np.append(call_trip[1:] == call_trip[:-1], [False])[: len(call_trip)]
    boards, alights = boards | ~goes_on, alights | ~np.roll(goes_on, 1)
    if boards.all() and alights.all():
        return Doors(call_stop, call_stop, np.empty(0, dtype=np.int64))
    twin_of = np.unique(call_stop[~(boards & alights)])
    twin = np.full(stop_count, -1, dtype=np.int64)
    twin[twin_of] = stop_count + np.arange(len(twin_of))
    return Doors(
        np.where(boards, call_stop, twin[call_stop]),
        np.where(alights, call_stop, twin[call_stop]),
        twin_of,
    )


def make_timetable(
    *,
    call_trip: Int64Array,
    call_from: Int64Array,
    call_to: Int64Array,
    call_arrival_s: Int64Array,
    call_departure_s: Int64Array,
    call_boarding_s: Int64Array,
    exit_s: Int64Array,
    change_from: Int64Array,
    change_to: Int64Array,
    change_s: Int64Array,
) -> Timetable:
    """Return the timetable of a list of calls at stops.

    Parameters
    ----------
    call_trip, call_arrival_s, call_departure_s
        ``(calls,)``: trips in order, the calls of a trip in the order of travel.
    call_from, call_to
        ``(calls,)`` the stop where a call is boarded, and where it is left (:func:`make_doors`).
    call_boarding_s
        ``(calls,)`` least seconds between reaching the stop from the street and departure.
    exit_s
        ``(stops,)`` seconds from the vehicle to the street.
    change_from, change_to, change_s
        ``(changes,)``: where changes are possible, and their least seconds.

    """
    hop = np.flatnonzero(call_trip[1:] == call_trip[:-1])
    # Hops without duration keep their order within a trip: the sort is stable.
    order = hop[np.lexsort((hop, call_arrival_s[hop + 1], call_departure_s[hop]))]
    changes = np.lexsort((change_s, change_to, change_from))
    first_change = np.zeros(len(exit_s) + 1, dtype=np.int64)
    np.cumsum(np.bincount(change_from, minlength=len(exit_s)), out=first_change[1:])
    from_stop = call_from[order].astype(np.int32)
    first_departure = np.zeros(len(exit_s) + 1, dtype=np.int64)
    np.cumsum(np.bincount(from_stop, minlength=len(exit_s)), out=first_departure[1:])
    return Timetable(
        departure_s=call_departure_s[order].astype(np.int32),
        arrival_s=call_arrival_s[order + 1].astype(np.int32),
        from_stop=from_stop,
        to_stop=call_to[order + 1].astype(np.int32),
        trip=call_trip[order].astype(np.int32),
        boarding_s=call_boarding_s[order].astype(np.int32),
        first_departure=first_departure,
        departing=np.argsort(from_stop, kind="stable").astype(np.int32),
        exit_s=exit_s.astype(np.int32),
        first_change=first_change,
        change_to=change_to[changes].astype(np.int32),
        change_s=change_s[changes].astype(np.int32),
    )
