"""Doors that stay closed: who rides through, and that all searches agree with a plain one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.arrival_lanes import NOT_REACHED_S, arrivals_at
from gis.routing.boarding import boardings
from gis.routing.connection_scan import NEVER, earliest_arrivals, journeys_to, rides
from gis.routing.departure_lanes import arrivals_by_lane
from gis.routing.timetable import make_doors
from tests.routing.timetable_samples import (
    STOPS,
    ClosedDoors,
    changes_of,
    closed_doors,
    follows,
    rides_on,
    searched_arrivals,
    streets,
    with_closed_doors,
)


def street_of(closed: ClosedDoors, street: list[int]) -> np.ndarray:
    """Return ``(stops,)`` with the twins, which no way from the street leads to."""
    twins = closed.timetable.stop_count - STOPS
    return np.array(street + [int(NEVER)] * twins, dtype=np.int64)


@settings(max_examples=150, deadline=None)
@given(closed_doors(), streets)
def test_nobody_boards_or_alights_through_closed_doors(
    closed: ClosedDoors, street: list[int]
) -> None:
    found = earliest_arrivals(closed.timetable, street_of(closed, street))
    assert found[:STOPS].tolist() == searched_arrivals(closed.plain, street, closed)


@settings(max_examples=80, deadline=None)
@given(closed_doors(), streets, st.lists(st.integers(0, 60), min_size=1, max_size=5).map(sorted))
def test_departures_scanned_together_find_closed_doors_closed(
    closed: ClosedDoors, access: list[int], leaving: list[int]
) -> None:
    found = arrivals_by_lane(closed.timetable, street_of(closed, access), np.array(leaving))
    for lane, leaves in enumerate(leaving):
        street = [int(NEVER) if seconds == NEVER else leaves + seconds for seconds in access]
        assert found[:STOPS, lane].tolist() == searched_arrivals(closed.plain, street, closed)


@settings(max_examples=100, deadline=None)
@given(closed_doors(), streets)
def test_scanning_back_finds_closed_doors_closed(closed: ClosedDoors, egress: list[int]) -> None:
    plain, changes = closed.plain, changes_of(closed.plain)
    count, egress_s = len(plain.departure_s), street_of(closed, egress)
    onward = journeys_to(closed.timetable, egress_s, start_s=0, end_s=1000)
    lanes = np.empty(count, dtype=np.int64)
    rows = arrivals_at(closed.timetable, egress_s[None, :]).arrival_s[0, : 2 * count : 2, 0]
    lanes[closed.timetable.departing] = rows
    for c in range(count):
        aboard, ahead = {c}, [c]
        while ahead:
            one = ahead.pop()
            for other in set(range(count)) - aboard:
                changed = closed.alights[one] and closed.boards[other]
                if rides_on(plain, one, other) or (changed and follows(plain, one, other, changes)):
                    aboard.add(other)
                    ahead.append(other)
        ends = [
            int(plain.arrival_s[one]) + egress[plain.to_stop[one]]
            for one in aboard
            if closed.alights[one] and egress[plain.to_stop[one]] != NEVER
        ]
        assert onward.arrival_s[c] == min(ends, default=int(NEVER))
        assert lanes[c] == onward.arrival_s[c] or (not ends and lanes[c] >= NOT_REACHED_S)


@settings(max_examples=60, deadline=None)
@given(closed_doors(), streets)
def test_only_open_doors_are_on_the_list_of_boardings(
    closed: ClosedDoors, access: list[int]
) -> None:
    plain = closed.plain
    found = boardings(closed.timetable, street_of(closed, access), start_s=-100, end_s=100)
    wanted = [
        c
        for c in range(len(plain.departure_s))
        if closed.boards[c] and access[plain.from_stop[c]] != NEVER
    ]
    assert sorted(found.connection.tolist()) == wanted


def test_a_train_that_only_sets_down_is_ridden_through() -> None:
    #  0 --(0-10)--> 1 --(11-20)--> 2 --(21-30)--> 3 ; at 1 nobody boards, at 2 nobody alights
    trips = [[(0, 0, 0), (1, 10, 11), (2, 20, 21), (3, 30, 30)]]
    closed = with_closed_doors(
        trips, {}, boards=[True, False, True, True], alights=[True, True, False, True]
    )
    away = [int(NEVER)] * STOPS

    def arrivals(stop: int) -> list[int]:
        street = street_of(closed, [0 if place == stop else away[0] for place in range(STOPS)])
        return earliest_arrivals(closed.timetable, street)[:4].tolist()

    assert arrivals(0) == [NEVER, 10, NEVER, 30]
    assert arrivals(1) == [NEVER] * 4
    assert arrivals(2) == [NEVER, NEVER, NEVER, 30]
    egress = street_of(closed, [*away[:3], 0, *away[4:]])
    onward = journeys_to(closed.timetable, egress, start_s=0, end_s=100)
    assert rides(closed.timetable, onward, 0) == [(0, 2)]


def test_open_doors_make_no_twins() -> None:
    trips, stops = np.zeros(3, dtype=np.int64), np.array([0, 1, 2])
    # Nobody boards at the last stop or alights at the first.
    flags = {"boards": np.array([True, True, False]), "alights": np.array([False, True, True])}
    doors = make_doors(trips, stops, **flags, stop_count=3)
    assert doors.call_from.tolist() == doors.call_to.tolist() == [0, 1, 2]
    assert not len(doors.twin_of)


def test_no_calls_have_no_doors() -> None:
    none, flags = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
    assert not len(make_doors(none, none, boards=flags, alights=flags, stop_count=3).twin_of)


@pytest.mark.parametrize("name", ["boards", "alights"])
def test_a_stop_has_one_twin_however_often_its_doors_are_closed(name: str) -> None:
    every, trips = np.ones(4, dtype=np.bool_), np.zeros(4, dtype=np.int64)
    flags = {"boards": every, "alights": every} | {name: np.array([True, False, False, True])}
    doors = make_doors(trips, np.array([0, 1, 1, 2]), **flags, stop_count=3)
    assert doors.twin_of.tolist() == [1]
    ends = {"boards": doors.call_from, "alights": doors.call_to}
    assert ends[name].tolist() == [0, 3, 3, 2]
