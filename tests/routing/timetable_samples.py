"""Random timetables, small enough for a search that tries everything."""

import numpy as np
from hypothesis import strategies as st

from gis.routing.connection_scan import NEVER
from gis.routing.timetable import Timetable, make_timetable

STOPS = 5
Calls = list[tuple[int, int, int]]  # stop, arrival, departure


def timetable_of(
    trips: list[Calls], changes: dict[tuple[int, int], int], boarding: int = 0
) -> Timetable:
    calls = [(trip, *call) for trip, row in enumerate(trips) for call in row]
    columns = np.array(calls or np.empty((0, 4)), dtype=np.int64).T
    pairs = np.array(list(changes) or np.empty((0, 2)), dtype=np.int64).T
    return make_timetable(
        call_trip=columns[0],
        call_stop=columns[1],
        call_arrival_s=columns[2],
        call_departure_s=columns[3],
        call_boarding_s=np.full(len(calls), boarding, dtype=np.int64),
        exit_s=np.zeros(STOPS, dtype=np.int64),
        change_from=pairs[0],
        change_to=pairs[1],
        change_s=np.array(list(changes.values()), dtype=np.int64),
    )


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    trips = []
    for _ in range(draw(st.integers(1, 7))):
        clock, calls = draw(st.integers(0, 40)), []
        for _ in range(draw(st.integers(2, 5))):
            dwell = draw(st.integers(0, 3))
            calls.append((draw(st.integers(0, STOPS - 1)), clock, clock + dwell))
            clock += dwell + draw(st.integers(0, 12))  # hops of no duration, too
        trips.append(calls)
    pair = st.tuples(st.integers(0, STOPS - 1), st.integers(0, STOPS - 1))
    changes = draw(st.dictionaries(pair, st.integers(1, 10), max_size=10))
    return timetable_of(trips, changes, boarding=draw(st.integers(0, 5)))


def changes_of(timetable: Timetable) -> dict[tuple[int, int], int]:
    return {
        (stop, int(timetable.change_to[row])): int(timetable.change_s[row])
        for stop in range(STOPS)
        for row in range(timetable.first_change[stop], timetable.first_change[stop + 1])
    }


def follows(timetable: Timetable, one: int, other: int, changes: dict) -> bool:
    """Whether the other connection can be taken after the one: aboard, or by a change."""
    if timetable.trip[one] == timetable.trip[other]:
        hops = np.flatnonzero(timetable.trip == timetable.trip[one])
        if list(hops).index(other) == list(hops).index(one) + 1:
            return True
    needed = changes.get((int(timetable.to_stop[one]), int(timetable.from_stop[other])))
    return needed is not None and timetable.arrival_s[one] + needed <= timetable.departure_s[other]


def searched_arrivals(timetable: Timetable, street: list[int]) -> list[int]:
    """Earliest arrivals by growing the set of connections that can be caught until it rests."""
    count, changes = len(timetable.departure_s), changes_of(timetable)
    caught = {
        c
        for c in range(count)
        if street[timetable.from_stop[c]] + int(timetable.boarding_s[c]) <= timetable.departure_s[c]
    }
    while True:
        more = {
            c
            for c in range(count)
            if c not in caught and any(follows(timetable, one, c, changes) for one in caught)
        }
        if not more:
            break
        caught |= more
    arrived = [int(NEVER)] * STOPS
    for c in caught:
        stop = int(timetable.to_stop[c])
        arrived[stop] = min(arrived[stop], int(timetable.arrival_s[c]))
    return arrived


streets = st.lists(
    st.one_of(st.just(int(NEVER)), st.integers(0, 40)), min_size=STOPS, max_size=STOPS
)
