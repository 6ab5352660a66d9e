"""Random timetables, small enough for a search that tries everything."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from gis.routing.connection_scan import NEVER
from gis.routing.timetable import Doors, Timetable, make_doors, make_timetable

STOPS = 5
Calls = list[tuple[int, int, int]]  # stop, arrival, departure


def timetable_of(
    trips: list[Calls], changes: dict[tuple[int, int], int], boarding: int = 0
) -> Timetable:
    return _timetable_of(_columns(trips), changes, boarding)


def _columns(trips: list[Calls]) -> np.ndarray:
    calls = [(trip, *call) for trip, row in enumerate(trips) for call in row]
    return np.array(calls or np.empty((0, 4)), dtype=np.int64).T


def _timetable_of(
    columns: np.ndarray,
    changes: dict[tuple[int, int], int],
    boarding: int,
    doors: Doors | None = None,
) -> Timetable:
    doors = doors or Doors(columns[1], columns[1], np.empty(0, dtype=np.int64))
    pairs = np.array(list(changes) or np.empty((0, 2)), dtype=np.int64).T
    return make_timetable(
        call_trip=columns[0],
        call_from=doors.call_from,
        call_to=doors.call_to,
        call_arrival_s=columns[2],
        call_departure_s=columns[3],
        call_boarding_s=np.full(len(columns[0]), boarding, dtype=np.int64),
        exit_s=np.zeros(STOPS + len(doors.twin_of), dtype=np.int64),
        change_from=pairs[0],
        change_to=pairs[1],
        change_s=np.array(list(changes.values()), dtype=np.int64),
    )


@dataclass(frozen=True)
class ClosedDoors:
    """A timetable with closed doors, the same with all doors open, and which are closed."""

    timetable: Timetable
    plain: Timetable
    boards: list[bool]
    alights: list[bool]


def with_closed_doors(
    trips: list[Calls],
    changes: dict[tuple[int, int], int],
    *,
    boards: list[bool],
    alights: list[bool],
    boarding: int = 0,
) -> ClosedDoors:
    """``boards, alights``: a value a call, trip by trip."""
    columns = _columns(trips)
    doors = make_doors(
        columns[0], columns[1], boards=np.array(boards), alights=np.array(alights), stop_count=STOPS
    )
    # The calls themselves in the place of stops: which are at both ends of each connection?
    calls = np.arange(len(boards))
    ends = _timetable_of(columns, {}, 0, Doors(calls, calls, calls))
    return ClosedDoors(
        _timetable_of(columns, changes, boarding, doors),
        _timetable_of(columns, changes, boarding),
        [boards[call] for call in ends.from_stop],
        [alights[call] for call in ends.to_stop],
    )


@st.composite
def closed_doors(draw: st.DrawFn) -> ClosedDoors:
    trips, changes, boarding = draw(_parts())
    flags = st.lists(st.booleans(), min_size=35, max_size=35)
    count = sum(len(calls) for calls in trips)
    boards, alights = (draw(flags)[:count] for _ in range(2))
    return with_closed_doors(trips, changes, boards=boards, alights=alights, boarding=boarding)


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    return timetable_of(*draw(_parts()))


@st.composite
def _parts(draw: st.DrawFn) -> tuple[list[Calls], dict[tuple[int, int], int], int]:
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
    return trips, changes, draw(st.integers(0, 5))


def changes_of(timetable: Timetable) -> dict[tuple[int, int], int]:
    return {
        (stop, int(timetable.change_to[row])): int(timetable.change_s[row])
        for stop in range(STOPS)
        for row in range(timetable.first_change[stop], timetable.first_change[stop + 1])
    }


def rides_on(timetable: Timetable, one: int, other: int) -> bool:
    """Whether the other connection is the next of the same trip."""
    hops = np.flatnonzero(timetable.trip == timetable.trip[one]).tolist()
    return other in hops and hops.index(other) == hops.index(one) + 1


def follows(timetable: Timetable, one: int, other: int, changes: dict) -> bool:
    """Whether the other connection can be taken after the one: aboard, or by a change."""
    if rides_on(timetable, one, other):
        return True
    needed = changes.get((int(timetable.to_stop[one]), int(timetable.from_stop[other])))
    return needed is not None and timetable.arrival_s[one] + needed <= timetable.departure_s[other]


def searched_arrivals(
    timetable: Timetable, street: list[int], closed: ClosedDoors | None = None
) -> list[int]:
    """Earliest arrivals by growing the set of connections that can be caught until it rests."""
    count, changes = len(timetable.departure_s), changes_of(timetable)
    boards = closed.boards if closed else [True] * count
    alights = closed.alights if closed else [True] * count
    caught = {
        c
        for c in range(count)
        if boards[c]
        and street[timetable.from_stop[c]] + int(timetable.boarding_s[c])
        <= timetable.departure_s[c]
    }
    while True:
        more = {
            c
            for c in range(count)
            if c not in caught
            and any(
                rides_on(timetable, one, c)
                or (alights[one] and boards[c] and follows(timetable, one, c, changes))
                for one in caught
            )
        }
        if not more:
            break
        caught |= more
    arrived = [int(NEVER)] * STOPS
    for c in caught:
        if not alights[c]:
            continue
        stop = int(timetable.to_stop[c])
        arrived[stop] = min(arrived[stop], int(timetable.arrival_s[c]))
    return arrived


streets = st.lists(
    st.one_of(st.just(int(NEVER)), st.integers(0, 40)), min_size=STOPS, max_size=STOPS
)
