"""Arrivals at several destinations in one scan, against one scan for each of them."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.arrival_lanes import NOT_REACHED_S, Arrivals, arrivals_at
from gis.routing.connection_scan import NEVER, journeys_to
from gis.routing.lanes import NARROW_LANES
from gis.routing.timetable import Timetable
from tests.routing.timetable_samples import streets, timetables

Int64Array = npt.NDArray[np.int64]


@settings(max_examples=150, deadline=None)
@given(timetables(), st.lists(streets, min_size=1, max_size=3))
def test_each_lane_is_a_scan_of_its_own(timetable: Timetable, egress: list[list[int]]) -> None:
    egress_s = np.array(egress, dtype=np.int64)
    arrivals = arrivals_at(timetable, egress_s)
    departing = timetable.departing
    assert arrivals.leaves_s.tolist() == timetable.departure_s[departing].tolist()
    for lane, ways in enumerate(egress_s):
        wanted = journeys_to(timetable, ways, start_s=0, end_s=np.inf)
        aboard, at_stop = _seconds(arrivals, lane)
        assert aboard.tolist() == wanted.arrival_s[departing].tolist()
        for stop in range(timetable.stop_count):
            own = slice(*timetable.first_departure[stop : stop + 2])
            later = np.minimum.accumulate(aboard[own][::-1])[::-1]
            assert at_stop[own].tolist() == later.tolist()


@pytest.mark.parametrize("count", [0, 1, NARROW_LANES, NARROW_LANES + 1])
def test_there_may_be_any_number_of_destinations(count: int) -> None:
    timetable = _line()
    egress_s = np.full((count, 3), NOT_REACHED_S, dtype=np.int64)
    egress_s[:, 2] = np.arange(count)
    arrivals = arrivals_at(timetable, egress_s)
    for lane in range(count):
        assert _seconds(arrivals, lane)[0].tolist() == [30 + lane] * 2


def test_the_memory_of_former_arrivals_is_taken_over_where_it_is_enough() -> None:
    timetable, egress_s = _line(), np.full((1, 3), NOT_REACHED_S, dtype=np.int64)
    egress_s[:, 2] = 5
    former = arrivals_at(timetable, egress_s)
    egress_s[:, 2] = 7
    taken = arrivals_at(timetable, egress_s, former=former)
    assert np.shares_memory(taken.arrival_s, former.arrival_s)
    assert _seconds(taken, 0)[0].tolist() == [37, 37]
    more_s = np.repeat(egress_s, NARROW_LANES + 1, axis=0)
    more = arrivals_at(timetable, more_s, former=taken)
    assert not np.shares_memory(more.arrival_s, taken.arrival_s)
    assert _seconds(more, NARROW_LANES)[0].tolist() == [37, 37]


def _seconds(arrivals: Arrivals, destination: int) -> tuple[Int64Array, Int64Array]:
    """Return arrivals from aboard each connection and by it or a later one, NEVER if none."""
    block, lane = divmod(destination, NARROW_LANES)
    rows = arrivals.arrival_s[block, : 2 * len(arrivals.leaves_s), lane].astype(np.int64)
    rows[rows >= NOT_REACHED_S] = NEVER
    return rows[::2], rows[1::2]


def _line() -> Timetable:
    """Return one trip over three stops: 10 to 20, 20 to 30."""
    none = np.empty(0, dtype=np.int32)
    return Timetable(
        departure_s=np.array([10, 20], dtype=np.int32),
        arrival_s=np.array([20, 30], dtype=np.int32),
        from_stop=np.array([0, 1], dtype=np.int32),
        to_stop=np.array([1, 2], dtype=np.int32),
        trip=np.zeros(2, dtype=np.int32),
        boarding_s=np.zeros(2, dtype=np.int32),
        first_departure=np.array([0, 1, 2, 2], dtype=np.int64),
        departing=np.array([0, 1], dtype=np.int32),
        exit_s=np.zeros(3, dtype=np.int32),
        first_change=np.zeros(4, dtype=np.int64),
        change_to=none,
        change_s=none,
    )
