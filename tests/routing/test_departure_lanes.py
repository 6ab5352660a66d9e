"""Departures scanned together: what each of them gives alone, and what a full search gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.connection_scan import NEVER, arrivals_by_departure
from gis.routing.departure_lanes import arrivals_by_lane
from gis.routing.timetable import Timetable
from tests.routing.timetable_samples import (
    STOPS,
    searched_arrivals,
    streets,
    timetable_of,
    timetables,
)

leaving_times = st.lists(st.integers(0, 60), min_size=1, max_size=8).map(sorted)


def streets_of(access: list[int], leaving: list[int]) -> list[list[int]]:
    return [
        [int(NEVER) if seconds == NEVER else leaves + seconds for seconds in access]
        for leaves in leaving
    ]


@settings(max_examples=60)
@given(timetables(), streets, leaving_times)
def test_lanes_give_what_a_full_search_gives(
    timetable: Timetable, access: list[int], leaving: list[int]
) -> None:
    found = arrivals_by_lane(timetable, np.array(access), np.array(leaving))
    wanted = [searched_arrivals(timetable, street) for street in streets_of(access, leaving)]
    assert found.T.tolist() == wanted


@settings(max_examples=150)
@given(timetables(), streets, leaving_times, st.integers(0, 60) | st.floats(0, np.inf))
def test_lanes_give_what_each_departure_gives(
    timetable: Timetable, access: list[int], leaving: list[int], within: float
) -> None:
    found = arrivals_by_lane(timetable, np.array(access), np.array(leaving), within_s=within)
    streets = np.array(streets_of(access, leaving))
    for lane, leaves in enumerate(leaving):
        alone = arrivals_by_departure(
            timetable, streets[lane : lane + 1], latest_departure_s=leaves + within
        )
        assert found[:, lane].tolist() == alone[0].tolist()


def test_a_lane_that_comes_too_late_waits_for_the_next() -> None:
    #  0 --(10-20)--> 1 and 0 --(40-50)--> 1, two seconds from the door, three to board
    trips = [[(0, 10, 10), (1, 20, 20)], [(0, 40, 40), (1, 50, 50)]]
    timetable = timetable_of(trips, {}, boarding=3)
    access = np.array([2, NEVER, NEVER, NEVER, NEVER])
    found = arrivals_by_lane(timetable, access, np.array([0, 5, 6, 35, 36]))
    assert found[1].tolist() == [20, 20, 50, 50, NEVER]


def test_lanes_must_not_descend() -> None:
    access = np.zeros(STOPS, dtype=np.int64)
    with pytest.raises(ValueError, match="descend"):
        arrivals_by_lane(timetable_of([], {}), access, np.array([60, 0]))


def test_without_lanes_or_trips_nothing_is_reached() -> None:
    access = np.zeros(STOPS, dtype=np.int64)
    empty = timetable_of([], {})
    assert arrivals_by_lane(empty, access, np.array([], dtype=np.int64)).shape == (STOPS, 0)
    assert (arrivals_by_lane(empty, access, np.array([0, 60])) == NEVER).all()
