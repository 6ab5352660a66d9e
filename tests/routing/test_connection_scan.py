"""Journeys in timetables: against a search that knows no order of scanning, and by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.connection_scan import (
    NEVER,
    arrivals_by_departure,
    connections_of,
    earliest_arrivals,
    journeys_to,
    rides,
)
from gis.routing.timetable import Timetable
from tests.routing.timetable_samples import (
    STOPS,
    changes_of,
    follows,
    searched_arrivals,
    streets,
    timetable_of,
    timetables,
)


@settings(max_examples=150, deadline=None)
@given(timetables(), streets)
def test_earliest_arrivals_are_those_of_a_full_search(
    timetable: Timetable, street: list[int]
) -> None:
    found = earliest_arrivals(timetable, np.array(street, dtype=np.int64))
    assert found.tolist() == searched_arrivals(timetable, street)


@settings(max_examples=100, deadline=None)
@given(timetables(), streets)
def test_scanning_back_finds_what_scanning_ahead_finds(
    timetable: Timetable, egress: list[int]
) -> None:
    onward = journeys_to(timetable, np.array(egress, dtype=np.int64), start_s=0, end_s=1000)
    changes = changes_of(timetable)
    for c in range(len(timetable.departure_s)):
        # Everything that can follow this connection, by a full search.
        aboard, ahead = {c}, [c]
        while ahead:
            one = ahead.pop()
            for other in range(len(timetable.departure_s)):
                if other not in aboard and follows(timetable, one, other, changes):
                    aboard.add(other)
                    ahead.append(other)
        ends = [
            int(timetable.arrival_s[one]) + egress[timetable.to_stop[one]]
            for one in aboard
            if egress[timetable.to_stop[one]] != NEVER
        ]
        assert onward.arrival_s[c] == min(ends, default=int(NEVER))


@settings(max_examples=100, deadline=None)
@given(timetables(), streets)
def test_a_journey_is_a_chain_that_ends_when_it_says(
    timetable: Timetable, egress: list[int]
) -> None:
    onward = journeys_to(timetable, np.array(egress, dtype=np.int64), start_s=0, end_s=1000)
    changes = changes_of(timetable)
    for c in np.flatnonzero(onward.arrival_s != NEVER):
        path = connections_of(onward, int(c))
        assert all(follows(timetable, one, other, changes) for one, other in pairwise(path))
        last = path[-1]
        arrival = timetable.arrival_s[last] + egress[timetable.to_stop[last]]
        assert arrival == onward.arrival_s[c]
        legs = rides(timetable, onward, int(c))
        assert legs[0][0] == path[0]
        assert legs[-1][1] == path[-1]


@settings(max_examples=60, deadline=None)
@given(timetables(), streets, st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_several_departures_give_what_each_gives(
    timetable: Timetable, street: list[int], shifts: list[int]
) -> None:
    rows = np.array([[value + shift for value in street] for shift in shifts], dtype=np.int64)
    together = arrivals_by_departure(timetable, rows)
    for row, found in zip(rows, together, strict=True):
        assert found.tolist() == earliest_arrivals(timetable, row).tolist()


@settings(max_examples=60, deadline=None)
@given(timetables(), streets)
def test_leaving_later_never_arrives_earlier(timetable: Timetable, street: list[int]) -> None:
    now = earliest_arrivals(timetable, np.array(street, dtype=np.int64))
    later = earliest_arrivals(timetable, np.array(street, dtype=np.int64) + 3)
    assert (later >= now).all()


def test_a_change_needs_its_time() -> None:
    #  0 --(0-10)--> 1 --(14-20)--> 2 ; the change at 1 takes 4, then 5
    trips = [[(0, 0, 0), (1, 10, 10)], [(1, 14, 14), (2, 20, 20)]]
    street = np.array([0, NEVER, NEVER, NEVER, NEVER])
    assert earliest_arrivals(timetable_of(trips, {(1, 1): 4}), street)[2] == 20
    assert earliest_arrivals(timetable_of(trips, {(1, 1): 5}), street)[2] == NEVER
    assert earliest_arrivals(timetable_of(trips, {}), street)[2] == NEVER


def test_staying_aboard_needs_no_time_to_change() -> None:
    trips = [[(0, 0, 0), (1, 10, 10), (2, 20, 20)]]
    street = np.array([0, NEVER, NEVER, NEVER, NEVER])
    assert earliest_arrivals(timetable_of(trips, {(1, 1): 99}), street).tolist()[1:3] == [10, 20]


def test_walks_between_stops_do_not_chain() -> None:
    trips = [[(0, 0, 0), (1, 10, 10)], [(3, 30, 30), (4, 40, 40)]]
    street = np.array([0, NEVER, NEVER, NEVER, NEVER])
    chained = {(1, 2): 5, (2, 3): 5}
    assert earliest_arrivals(timetable_of(trips, chained), street)[4] == NEVER
    assert earliest_arrivals(timetable_of(trips, {(1, 3): 20}), street)[4] == 40


def test_boarding_needs_its_buffer() -> None:
    trips = [[(0, 10, 10), (1, 20, 20)]]
    street = np.array([0, NEVER, NEVER, NEVER, NEVER])
    assert earliest_arrivals(timetable_of(trips, {}, boarding=10), street)[1] == 20
    assert earliest_arrivals(timetable_of(trips, {}, boarding=11), street)[1] == NEVER


def test_a_connection_that_leads_nowhere_has_no_journey() -> None:
    timetable = timetable_of([[(0, 10, 10), (1, 20, 20)]], {})
    egress = np.full(STOPS, NEVER, dtype=np.int64)
    onward = journeys_to(timetable, egress, start_s=0, end_s=100)
    assert onward.arrival_s.tolist() == [NEVER]
    with pytest.raises(ValueError, match="does not lead"):
        connections_of(onward, 0)


def test_only_connections_of_the_window_are_used() -> None:
    trips = [[(0, 10, 10), (1, 20, 20)], [(0, 40, 40), (1, 50, 50)]]
    timetable = timetable_of(trips, {})
    egress = np.array([NEVER, 0, NEVER, NEVER, NEVER])
    onward = journeys_to(timetable, egress, start_s=15, end_s=100)
    assert onward.low == 1
    assert onward.arrival_s.tolist() == [50]
